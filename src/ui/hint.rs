//! What a panel says that has nothing to show: in its middle, in lines as long as the words make them.

use egui::text::LayoutJob;
use egui::{Align, Response, TextStyle, Ui};

/// On each side of it.
const MARGIN: f32 = 8.0;

/// Says `words` in the middle of what is left of the panel.
pub(super) fn hint(ui: &mut Ui, words: &str) -> Response {
    let width = (ui.available_width() - 2.0 * MARGIN).max(1.0);
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::simple(words.to_owned(), font, ui.visuals().weak_text_color(), width);
    job.halign = Align::Center;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    ui.centered_and_justified(|ui| ui.label(galley)).inner
}
