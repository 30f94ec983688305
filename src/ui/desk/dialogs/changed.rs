//! The file was changed by another program: both texts compared, when asked for. Decides nothing.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::ui::i18n::{self, fill};
use crate::ui::state::State;
use crate::view::comparison::{Row, compare};

/// Rows shown; more tell no more.
const MOST_ROWS: usize = 2_000;

/// Draws what leads from the text here to that on disk, below each other.
pub(super) fn comparison_ui(ui: &mut Ui, state: &State<'_>, theirs: &str) {
    let rows = compare(state.view.text, theirs);
    let theme = state.shade.theme();
    let (gone, new) = (theme.severity(crate::diagnostic::Severity::Error), theme.core_part(0));
    ui.set_width(super::width(ui, 720.0));
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("− {}", i18n::COMPARE_MINE.get(state.lang))).color(gone));
        ui.add_space(12.0);
        ui.label(RichText::new(format!("+ {}", i18n::COMPARE_THEIRS.get(state.lang))).color(new));
    });
    let page = egui::Frame::new().fill(theme.page).inner_margin(6.0);
    let row_height = ui.text_style_height(&egui::TextStyle::Monospace);
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    page.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = (ui.ctx().content_rect().height() - 220.0).clamp(80.0, 320.0);
        let area = ScrollArea::both().max_height(height).min_scrolled_height(height);
        area.auto_shrink([false, true]).show_rows(ui, row_height, shown.len(), |ui, range| {
            for row in &shown[range] {
                let (text, colour) = match row {
                    Row::Same(line) => (format!("  {line}"), theme.text),
                    Row::Gone(line) => (format!("− {line}"), gone),
                    Row::New(line) => (format!("+ {line}"), new),
                    Row::Skipped(count) => (fill(i18n::COMPARE_SKIPPED.get(state.lang), &[&count.to_string()]), theme.weak),
                };
                ui.add(Label::new(RichText::new(text).font(theme.mono()).color(colour)).extend());
            }
        });
    });
}
