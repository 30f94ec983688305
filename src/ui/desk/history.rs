//! The history panel: every step that can be undone or done again, by name; a click goes there, forth or back.
//! The steps are the document's: this only lists them.

use egui::{Align, Key, Layout, Modifiers, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo};

use crate::ui::i18n::{self, fill};
use crate::ui::kit::asked::Asked;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;
use crate::ui::state::State;

/// What the panel remembers.
#[derive(Debug, Default)]
pub(in crate::ui) struct HistoryPanel {
    /// Where the list stood last: another place is scrolled to.
    shown: Option<(usize, usize)>,
    /// Keys are to walk through the list.
    pub(in crate::ui) takes_focus: bool,
}

impl HistoryPanel {
    /// Lists the steps; what the user asks for.
    pub(in crate::ui) fn ui(&mut self, ui: &mut Ui, theme: &Theme, state: &State<'_>) -> Vec<Asked> {
        let (lang, history) = (state.lang, state.history);
        let steps: Vec<_> = history.steps().collect();
        let now = history.position();
        let place = (now, steps.len());
        let reveals = self.shown.replace(place) != Some(place);
        if history.forgotten() > 0 {
            ui.weak(fill(i18n::HISTORY_FORGOTTEN.get(lang), &[&history.forgotten().to_string()]));
        }
        let list = ui.interact(ui.available_rect_before_wrap(), ui.scope_id().with("list"), Sense::click());
        list.widget_info(|| WidgetInfo::labeled(Role::List, true, i18n::HISTORY.get(lang)));
        if std::mem::take(&mut self.takes_focus) {
            list.request_focus();
        }
        let mut goes_to = None;
        if list.has_focus() {
            let arrows = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(list.id, arrows));
            goes_to = step(ui, now, steps.len());
            let edge = ui.visuals().selection.stroke;
            ui.painter().rect_stroke(list.rect, 3.0, edge, egui::StrokeKind::Inside);
        }
        let row_height = ui.text_style_height(&egui::TextStyle::Body) + 6.0;
        let mut area = ScrollArea::vertical().id_salt("steps").auto_shrink(false);
        if reveals {
            area = area.vertical_scroll_offset(centred(now, row_height + ui.spacing().item_spacing.y, ui.available_height()));
        }
        area.show_rows(ui, row_height, steps.len() + 1, |ui, range| {
            for done in range {
                let name = match done.checked_sub(1).map(|index| steps[index]) {
                    None => i18n::HISTORY_START.get(lang).to_owned(),
                    Some(step) => step.get(lang),
                };
                let text = RichText::new(name).color(if done > now { theme.weak } else { theme.text });
                let text = if done > now { text.italics() } else { text };
                let button = egui::Button::selectable(done == now, text).truncate().sense(Sense::CLICK);
                let button = button.min_size(egui::vec2(0.0, row_height));
                let row = |ui: &mut Ui| ui.add(button);
                let response = ui.with_layout(Layout::top_down_justified(Align::Min), row).inner;
                if response.tip(i18n::HISTORY_TIP.get(lang)).clicked() {
                    list.request_focus();
                    goes_to = Some(done).filter(|done| *done != now);
                }
            }
        });
        goes_to.map(Asked::History).into_iter().collect()
    }
}

/// Where an arrow leads that was pressed on the list.
fn step(ui: &Ui, now: usize, last: usize) -> Option<usize> {
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowUp) {
        return now.checked_sub(1);
    }
    (pressed(Key::ArrowDown) && now < last).then_some(now + 1)
}

/// How far to scroll for a row to stand in the middle.
#[expect(clippy::cast_precision_loss, reason = "at most ten thousand rows")]
fn centred(row: usize, row_height: f32, height: f32) -> f32 {
    (row as f32 * row_height - (height - row_height) / 2.0).max(0.0)
}
