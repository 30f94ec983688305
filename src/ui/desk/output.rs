//! The output panel: what `print` wrote, in order, with who and when.

use egui::{RichText, ScrollArea, TextStyle, Ui};

use crate::trace::store::OutputLine;
use crate::ui::i18n;
use crate::ui::kit::hint::hint;
use crate::ui::state::State;
use crate::view::figure::count;

/// Lines shown; of a longer output the last ones.
const MOST_LINES: usize = 10_000;

/// Draws the panel.
pub(in crate::ui) fn output_ui(ui: &mut Ui, state: &State<'_>) {
    let lang = state.lang;
    let Some(trace) = state.trace().filter(|trace| !trace.output.is_empty()) else {
        hint(ui, i18n::OUTPUT_EMPTY.get(lang));
        return;
    };
    let hidden = trace.output.len().saturating_sub(MOST_LINES);
    let lines = &trace.output[hidden..];
    ui.horizontal(|ui| {
        if ui.small_button(i18n::COPY.get(lang)).clicked() {
            let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
            ui.ctx().copy_text(lines.join("\n"));
        }
        if hidden > 0 {
            ui.weak(i18n::OUTPUT_CUT.get(lang));
        }
        if trace.counters.lost_lines > 0 {
            let lost = count(trace.counters.lost_lines);
            ui.colored_label(ui.visuals().warn_fg_color, i18n::fill(i18n::OUTPUT_FULL.get(lang), &[&lost]));
        }
    });
    // Rows are of one height: a text of several lines takes several.
    let rows: Vec<(&OutputLine, &str)> = lines.iter().flat_map(|line| line.shown().map(move |row| (line, row))).collect();
    let height = ui.text_style_height(&TextStyle::Monospace);
    ScrollArea::both().auto_shrink(false).stick_to_bottom(true).show_rows(ui, height, rows.len(), |ui, range| {
        for (line, row) in &rows[range] {
            let who = trace.tasks.get(&line.task).map_or("", |task| task.name.as_str());
            ui.horizontal(|ui| {
                ui.label(RichText::new(format!("{:>9.3} s", line.at.seconds())).monospace().weak());
                ui.label(RichText::new(format!("{who:<12}")).monospace().weak());
                ui.label(RichText::new(*row).monospace());
            });
        }
    });
}
