//! Names that are longer than the room for them: shortened in their middle, since what tells one task from the next stands at the
//! end, and whole under the pointer. Draws one name; how much room there is, is the panel's question.

use crate::ui::kit::tip::Tip as _;
use egui::{Color32, FontId, Rect, Sense, Ui, pos2};

/// At least so many letters of a shortened name stand before the sign that something is missing.
const LEAST_HEAD: usize = 2;

/// Writes `name` at the left of `cell`.
pub(in crate::ui) fn name_ui(ui: &Ui, cell: Rect, name: &str, font: FontId, colour: Color32) {
    let shown = within(ui, name, &font, cell.width());
    if shown != name {
        tip(ui, cell, name);
    }
    let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(shown, font, colour));
    let painter = ui.painter().with_clip_rect(cell.expand(1.0).intersect(ui.clip_rect()));
    painter.galley(pos2(cell.left(), cell.center().y - galley.size().y / 2.0), galley, colour);
}

/// Shows all of a text under the pointer.
pub(in crate::ui) fn tip(ui: &Ui, cell: Rect, text: &str) {
    let place = cell.min.round();
    let id = ui.scope_id().with(("cut", place.x.to_bits(), place.y.to_bits()));
    ui.interact(cell, id, Sense::hover()).tip(text);
}

/// `name`, or as much of it as `width` holds.
pub(in crate::ui) fn within(ui: &Ui, name: &str, font: &FontId, width: f32) -> String {
    let fits = |text: &str| {
        ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x) <= width
    };
    if fits(name) {
        return name.to_owned();
    }
    // The most letters that fit.
    let (mut fit, mut over) = (1, name.chars().count());
    while over - fit > 1 {
        let middle = fit.midpoint(over);
        if fits(&middle_cut(name, middle)) {
            fit = middle;
        } else {
            over = middle;
        }
    }
    middle_cut(name, fit)
}

/// `name` with no more than `kept` of its letters: its number at the end whole if possible, else a third of them from the end.
fn middle_cut(name: &str, kept: usize) -> String {
    let letters: Vec<char> = name.chars().collect();
    if kept >= letters.len() {
        return name.to_owned();
    }
    let digits = letters.iter().rev().take_while(|letter| letter.is_ascii_digit()).count();
    let tail = (kept / 3).max(digits + usize::from(digits > 0)).min(kept.saturating_sub(LEAST_HEAD)).min(letters.len());
    let (head, end) = (&letters[..kept - tail], &letters[letters.len() - tail..]);
    head.iter().chain(&['…']).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_one_name_from_the_next_stays() {
        let cut = |name, kept| middle_cut(name, kept);
        assert_eq!(cut("worker_with_a_rather_long_name_399", 12), "worker_w…_399");
        assert_eq!(cut("producer-12", 11), "producer-12");
        assert_eq!(cut("producer-12", 6), "pro…-12");
        assert_eq!(cut("abcdefghijkl", 6), "abcd…kl");
        assert_eq!(cut("生产者与消费者-7", 5), "生产者…-7");
        assert_eq!(cut("1234567890", 4), "12…90");
        assert_eq!(cut("abc", 1), "a…");
    }
}
