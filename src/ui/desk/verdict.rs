//! The verdict panel: each thing expected, whether it held, and how strong that is; then what was found besides.

use egui::{CursorIcon, Label, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::scenario::block::Kind;
use crate::ui::command::Command;
use crate::ui::i18n;
use crate::ui::kit::hint::hint;
use crate::ui::panels::Asked;
use crate::ui::state::{Phase, State, VerdictLine};

/// Draws the panel.
pub(in crate::ui) fn verdict_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    if state.verdicts.is_empty() {
        let words = match state.phase {
            Phase::Running(_) | Phase::Paused(_) => i18n::VERDICT_LIVE,
            Phase::Ended(..) if !expects_something(state) => i18n::VERDICT_NONE,
            Phase::Ended(..) | Phase::Ready => i18n::VERDICT_EMPTY,
        };
        hint(ui, words.get(state.lang));
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let mono = egui::TextStyle::Monospace.resolve(ui.style());
        let width = |line: &VerdictLine| {
            let layout = |fonts: &mut egui::epaint::FontsView<'_>| {
                fonts.layout_no_wrap(line.claim.clone(), mono.clone(), egui::Color32::PLACEHOLDER).size().x
            };
            ui.fonts_mut(layout)
        };
        let most = ui.available_width() * CLAIM_SHARE;
        let claims = state.verdicts.iter().map(width).fold(0.0, f32::max).min(most).ceil();
        for line in state.verdicts {
            line_ui(ui, state, line, claims, commands);
        }
    });
}

/// Whether the scenario as it is now expects anything: it may have come to that since the run.
fn expects_something(state: &State<'_>) -> bool {
    state.view.scenario.blocks.iter().any(|block| matches!(block.kind, Kind::Expect | Kind::Invariant))
}

/// The most of the panel's width that the claims take; longer ones wrap.
const CLAIM_SHARE: f32 = 0.55;

/// A sign, the claim, how it was judged: in columns, each wrapped in its own.
fn line_ui(ui: &mut Ui, state: &State<'_>, line: &VerdictLine, claims: f32, commands: &mut Vec<Command>) {
    let sign = match line.good {
        Some(true) => "✔",
        Some(false) => "✖",
        None => "○",
    };
    ui.horizontal_top(|ui| {
        // All columns begin on the same height.
        ui.spacing_mut().interact_size.y = 0.0;
        let colour = state.shade.verdict(line.good);
        ui.allocate_ui(vec2(SIGN_WIDTH, 0.0), |ui| {
            ui.set_min_width(SIGN_WIDTH);
            ui.label(RichText::new(sign).color(colour));
        });
        ui.allocate_ui(vec2(claims, 0.0), |ui| {
            ui.set_min_width(claims);
            ui.set_max_width(claims);
            claim_ui(ui, state, line, commands);
        });
        ui.add_space(8.0);
        ui.vertical(|ui| ui.add(Label::new(RichText::new(&line.strength).weak()).wrap()));
    });
}

const SIGN_WIDTH: f32 = 16.0;

fn claim_ui(ui: &mut Ui, state: &State<'_>, line: &VerdictLine, commands: &mut Vec<Command>) {
    let text = RichText::new(&line.claim).monospace();
    ui.vertical(|ui| match line.block {
        None => drop(ui.add(Label::new(text).wrap())),
        Some(block) => {
            let coloured = text.color(ui.visuals().hyperlink_color);
            let response = ui.add(Label::new(coloured).wrap().selectable(false).sense(Sense::click()));
            let response = response.on_hover_cursor(CursorIcon::PointingHand);
            if response.has_focus() || response.hovered() {
                let rect = response.rect;
                ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, ui.visuals().hyperlink_color));
            }
            response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &line.claim));
            if response.clicked() {
                commands.push(Command::Panel(Asked::Select(Some(block))));
                commands.extend(state.view.place(block).map(|place| Command::Panel(Asked::Jump(place.start))));
            }
        }
    });
}
