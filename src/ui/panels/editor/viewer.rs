//! A text too large to be typed into: its lines, numbered, only those in view laid out. Reads, never changes.

use egui::{Align2, Label, RichText, Role, ScrollArea, Ui, WidgetInfo, pos2, vec2};

use crate::view::lines::Lines;

use super::Shown;
use super::marks::sign;

/// A line is cut off here; nobody reads on, and laying out a megabyte in one line takes seconds.
const LINE_CHARS: usize = 2_000;

/// Above this a line is too long to be laid out anew at each keystroke.
const LONGEST_LINE: usize = 20_000;

/// Whether a text is beyond what can be typed into fluently.
pub(in crate::ui) fn is_too_large(text: &str, limit: usize) -> bool {
    text.len() > limit || text.split('\n').any(|line| line.len() > LONGEST_LINE)
}

/// Shows the text, from the line to jump to if there is one.
pub(in crate::ui) fn viewer_ui(ui: &mut Ui, shown: &Shown<'_>, lines: &Lines) {
    let paint = &shown.paint;
    let whole = ui.available_rect_before_wrap();
    ui.painter().rect_filled(whole, 0.0, paint.page);
    ui.spacing_mut().item_spacing.y = 0.0;
    let digits = lines.count().max(99).ilog10() + 1;
    let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&paint.font, '0'));
    #[expect(clippy::cast_precision_loss, reason = "a handful of digits")]
    let numbers = digit * digits as f32 + 3.0 * paint.gap;
    let mut area = ScrollArea::both().id_salt("viewer").auto_shrink(false);
    if let Some(selection) = shown.jump {
        #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
        let top = lines.line_of_byte(selection.caret) as f32 * paint.line_height;
        area = area.vertical_scroll_offset((top - whole.height() / 2.0).max(0.0));
    }
    let output = area.show_rows(ui, paint.line_height, lines.count(), |ui, range| {
        for line in range {
            let span = lines.line(line);
            let text = shown.text[span.range()].trim_end_matches(['\n', '\r']);
            let cut = text.char_indices().nth(LINE_CHARS).map_or(text, |(end, _)| &text[..end]);
            ui.horizontal(|ui| {
                ui.set_height(paint.line_height);
                let (rect, _) = ui.allocate_exact_size(vec2(numbers, paint.line_height), egui::Sense::hover());
                let at = pos2(rect.right() - paint.gap, rect.center().y);
                ui.painter().text(at, Align2::RIGHT_CENTER, (line + 1).to_string(), paint.font.clone(), paint.number);
                if let Some(mark) = shown
                    .marks
                    .iter()
                    .find(|mark| span.start <= mark.span.start && mark.span.start < span.end.max(span.start + 1))
                {
                    let middle = pos2(rect.left() + paint.gap, rect.center().y);
                    sign(ui.painter(), middle, paint.line_height * 0.26, mark.severity, paint.severity(mark.severity));
                }
                ui.add(Label::new(RichText::new(cut).font(paint.font.clone()).color(paint.text)).extend());
            });
        }
    });
    let response = ui.interact(output.inner_rect, ui.scope_id().with("viewer"), egui::Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, shown.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_above_the_limit_and_texts_of_one_endless_line_are_only_read() {
        assert!(!is_too_large(&"a\n".repeat(400), 1_000));
        assert!(is_too_large(&"a\n".repeat(600), 1_000));
        assert!(is_too_large(&"a".repeat(20_001), 1_000_000));
    }
}
