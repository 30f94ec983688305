//! What a panel says that has nothing to show: in its middle, in lines as long as the words make them.

use egui::text::LayoutJob;
use egui::{Align, Response, TextStyle, Ui};

/// On each side of it.
const MARGIN: f32 = 8.0;

/// Shares of the width that are tried, as long as the words need no further line.
const BALANCED: [f32; 8] = [0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52];

/// Says `words` in the middle of what is left of the panel.
pub(in crate::ui) fn hint(ui: &mut Ui, words: &str) -> Response {
    let width = (ui.available_width() - 2.0 * MARGIN).max(1.0);
    let font = TextStyle::Body.resolve(ui.style());
    let layout = |width: f32| {
        let mut job = LayoutJob::simple(words.to_owned(), font.clone(), ui.visuals().weak_text_color(), width);
        job.halign = Align::Center;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let mut galley = layout(width);
    // Lines of like length: no word stands alone on the last one.
    for share in BALANCED {
        let narrower = layout(width * share);
        if galley.rows.len() == 1 || narrower.rows.len() > galley.rows.len() {
            break;
        }
        galley = narrower;
    }
    ui.centered_and_justified(|ui| ui.label(galley)).inner
}
