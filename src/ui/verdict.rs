//! The verdict panel: each thing expected, whether it held, and how strong that is; then what was found besides.

use egui::{RichText, ScrollArea, Ui};

use super::command::Command;
use super::i18n;
use super::panels::Asked;
use super::state::State;

/// Draws the panel.
pub(super) fn verdict_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    if state.verdicts.is_empty() {
        ui.centered_and_justified(|ui| ui.weak(i18n::VERDICT_EMPTY.get(state.lang)));
        return;
    }
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        egui::Grid::new("verdicts").num_columns(3).spacing([10.0, 4.0]).show(ui, |ui| {
            for line in state.verdicts {
                let sign = match line.good {
                    Some(true) => "✔",
                    Some(false) => "✖",
                    None => "○",
                };
                ui.label(RichText::new(sign).color(state.shade.verdict(line.good)));
                let text = RichText::new(&line.claim).monospace();
                match line.block {
                    Some(block) if ui.link(text.clone()).clicked() => {
                        commands.push(Command::Panel(Asked::Select(Some(block))));
                        commands.extend(state.view.place(block).map(|place| Command::Panel(Asked::Jump(place.start))));
                    }
                    Some(_) => {}
                    None => {
                        ui.label(text);
                    }
                }
                ui.weak(&line.strength);
                ui.end_row();
            }
        });
    });
}
