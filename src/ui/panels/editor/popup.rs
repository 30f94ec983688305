//! The list of what may be written next: shown below the caret, walked with the arrows, chosen with Enter, Tab or a click.
//! Does not know what to offer: `scenario::assist` does.

use egui::{
    Align2, Area, Frame, Id, Key, Modifiers, Order, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, accesskit, pos2, vec2,
};

use super::marks::Paint;
use crate::document::edit::{Change, Edit, Selection};
use crate::scenario::assist::{Completion, Item, ItemKind};
use crate::ui::kit::panel_theme::Theme;

/// Rows in view at most; more are scrolled to.
const ROWS: usize = 9;
const WIDTH: f32 = 400.0;
/// What a page up or down moves.
const PAGE: usize = ROWS - 1;

/// The list while it is shown.
pub(super) struct Popup {
    pub(super) completion: Completion,
    chosen: usize,
    /// The choice has moved: it is brought into view.
    moved: bool,
    /// Where it was drawn last.
    pub(super) place: Rect,
}

/// What the keys ask of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PopupKey {
    Choose,
    Close,
}

impl Popup {
    pub(super) fn new(completion: Completion) -> Self {
        Self { completion, chosen: 0, moved: true, place: Rect::NOTHING }
    }

    /// Takes its keys before `text` gets them; Enter stays the text's where the chosen one stands there already.
    pub(super) fn keys(&mut self, ui: &Ui, text: &str) -> Option<PopupKey> {
        let last = self.completion.items.len() - 1;
        let before = self.chosen;
        let key = ui.input_mut(|input| {
            let mut pressed = |key: Key| input.consume_key(Modifiers::NONE, key);
            if pressed(Key::ArrowDown) {
                self.chosen = if self.chosen == last { 0 } else { self.chosen + 1 };
            }
            if pressed(Key::ArrowUp) {
                self.chosen = if self.chosen == 0 { last } else { self.chosen - 1 };
            }
            if pressed(Key::PageDown) {
                self.chosen = (self.chosen + PAGE).min(last);
            }
            if pressed(Key::PageUp) {
                self.chosen = self.chosen.saturating_sub(PAGE);
            }
            if pressed(Key::Escape) {
                return Some(PopupKey::Close);
            }
            if text.get(self.completion.span.range()) == Some(self.completion.items[self.chosen].insert.as_str()) {
                return (input.key_pressed(Key::Enter) || input.consume_key(Modifiers::NONE, Key::Tab))
                    .then_some(PopupKey::Close);
            }
            (pressed(Key::Enter) | pressed(Key::Tab)).then_some(PopupKey::Choose)
        });
        self.moved |= self.chosen != before;
        key
    }

    /// What choosing does to `text`.
    pub(super) fn change(&self, text: &str, before: Selection) -> Change {
        let item = &self.completion.items[self.chosen];
        let after = Selection::caret(self.completion.span.start + item.caret);
        Change::typed(text, Edit::new(self.completion.span, item.insert.as_str())).selecting(before, after)
    }

    /// Draws the list at what it completes; whether an item was clicked.
    pub(super) fn ui(&mut self, ui: &Ui, at: Rect, paint: &Paint, theme: &Theme) -> bool {
        let content = ui.ctx().content_rect().shrink(4.0);
        let row_height = paint.line_height;
        let rows = self.completion.items.len().min(ROWS);
        #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
        let list_height = rows as f32 * row_height;
        let height = list_height + row_height * 3.5;
        let above = at.bottom() + height > content.bottom() && at.top() - content.top() > content.bottom() - at.bottom();
        let left = at.left() - paint.gap * 2.5;
        let (pivot, position) = if above {
            (Align2::LEFT_BOTTOM, pos2(left, at.top() - 2.0))
        } else {
            (Align2::LEFT_TOP, pos2(left, at.bottom() + 2.0))
        };
        let area = Area::new(Id::unique("completion")).order(Order::Foreground).fade_in(false);
        let area = area.fixed_pos(position).pivot(pivot).constrain_to(content);
        let shown = area.show(ui.ctx(), |ui| {
            let mut clicked = None;
            Frame::popup(ui.style()).inner_margin(4.0).show(ui, |ui| {
                ui.set_width(WIDTH.min(content.width() - 24.0));
                ui.spacing_mut().item_spacing.y = 0.0;
                ScrollArea::vertical().max_height(list_height).auto_shrink([false, true]).show(ui, |ui| {
                    for (index, item) in self.completion.items.iter().enumerate() {
                        let chosen = index == self.chosen;
                        let response = row_ui(ui, item, chosen, row_height, paint, theme);
                        (chosen && self.moved).then(|| response.scroll_to_me(None));
                        clicked = response.clicked().then_some(index).or(clicked);
                    }
                });
                self.doc_ui(ui, theme);
            });
            clicked
        });
        self.moved = false;
        let place = shown.response.rect;
        if (place.height() - self.place.height()).abs() > 0.5 {
            // Above its line it stands by the height it had before.
            ui.ctx().request_repaint();
        }
        self.place = place;
        self.chosen = shown.inner.unwrap_or(self.chosen);
        shown.inner.is_some()
    }

    /// What the chosen one means; announced when it changes.
    fn doc_ui(&self, ui: &mut Ui, theme: &Theme) {
        let item = &self.completion.items[self.chosen];
        let text = if item.doc.is_empty() { item.detail.clone() } else { item.doc.clone() };
        ui.separator();
        let words = egui::RichText::new(&text).font(theme.small()).color(theme.weak);
        let response = ui.add(egui::Label::new(words).wrap().selectable(false));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_live(accesskit::Live::Polite);
            node.set_label(format!("{} {text}", item.label));
        });
    }
}

fn row_ui(ui: &mut Ui, item: &Item, chosen: bool, height: f32, paint: &Paint, theme: &Theme) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, chosen, format!("{} {}", item.label, item.detail).trim_end())
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if chosen || response.hovered() {
        let strength = if chosen { 1.0 } else { 0.4 };
        ui.painter().rect_filled(rect, 3.0, ui.visuals().selection.bg_fill.gamma_multiply(strength));
    }
    let mark = Rect::from_center_size(pos2(rect.left() + paint.gap, rect.center().y), vec2(6.0, 10.0));
    ui.painter().rect_filled(mark, 2.0, colour(item.kind, theme));
    let label = ui.painter().layout_no_wrap(item.label.clone(), paint.font.clone(), paint.text);
    let left = rect.left() + paint.gap * 2.25;
    let behind = left + label.size().x + paint.gap * 1.5;
    ui.painter().galley(pos2(left, rect.center().y - label.size().y / 2.0), label, paint.text);
    let room = Rect::from_min_max(pos2(behind, rect.top()), pos2(rect.right() - paint.gap, rect.bottom()));
    if room.width() > 24.0 && !item.detail.is_empty() {
        let mut job =
            egui::text::LayoutJob::single_section(item.detail.clone(), egui::TextFormat::simple(theme.small(), theme.weak));
        job.wrap = egui::text::TextWrapping::truncate_at_width(room.width());
        let detail = ui.painter().layout_job(job);
        let at = pos2(room.right() - detail.size().x, rect.center().y - detail.size().y / 2.0);
        ui.painter().galley(at, detail, theme.weak);
    }
    response
}

fn colour(kind: ItemKind, theme: &Theme) -> egui::Color32 {
    match kind {
        ItemKind::Block(group) | ItemKind::Declared(group) => theme.group(group),
        ItemKind::Property | ItemKind::Word => theme.weak,
        ItemKind::Local => theme.series(0),
        ItemKind::Function => theme.series(2),
        ItemKind::Exception => theme.series(1),
    }
}
