//! What is drawn around the text of the editor: line numbers, the current line, the selected block's band, squiggles and the
//! words that explain them. Every row is a line of the text: nothing wraps. Takes no input.

use std::sync::Arc;

use egui::{Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Response, Shape, Stroke, Ui, pos2, vec2};

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::document::edit::Selection;
use crate::lang::Lang;
use crate::scenario::assist::Hover;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;
use crate::view::lines::Lines;

use super::action::EditorAction;

/// What is to be shown.
pub(in crate::ui) struct Shown<'a> {
    /// The document.
    pub(in crate::ui) text: &'a str,
    /// Changes whenever the text does.
    pub(in crate::ui) version: u64,
    /// Whether typing is refused.
    pub(in crate::ui) read_only: bool,
    /// The accessible name.
    pub(in crate::ui) name: &'a str,
    /// Places to underline, in the order of the text.
    pub(in crate::ui) marks: &'a [Mark],
    /// The place of the selected block.
    pub(in crate::ui) selected: &'a [Span],
    /// Select this, show it, give it the focus.
    pub(in crate::ui) jump: Option<Selection>,
    /// Scroll so far that this is seen.
    pub(in crate::ui) reveal: Option<Span>,
    /// What the page looks like.
    pub(in crate::ui) paint: Paint,
    /// The colours of what floats over it.
    pub(in crate::ui) theme: &'a Theme,
    /// The language of the window.
    pub(in crate::ui) lang: Lang,
    /// What a menu asks for, in this frame.
    pub(in crate::ui) action: Option<EditorAction>,
    /// Blocks that tasks stand on in a run of this very text: the byte each begins at, with the state's colour.
    pub(in crate::ui) standing: &'a [(usize, Color32)],
}

/// A place with something to say about it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct Mark {
    /// Where.
    pub(in crate::ui) span: Span,
    /// How bad.
    pub(in crate::ui) severity: Severity,
    /// What is wrong.
    pub(in crate::ui) message: String,
    /// What to do, possibly nothing.
    pub(in crate::ui) help: String,
    /// `E0104`.
    pub(in crate::ui) code: &'static str,
}

impl Mark {
    /// What a diagnostic says in `lang`.
    pub(in crate::ui) fn of(diagnostic: &Diagnostic, lang: Lang) -> Self {
        let Diagnostic { code, severity, span, .. } = diagnostic;
        Self { span: *span, severity: *severity, message: diagnostic.message(lang), help: diagnostic.help(lang), code }
    }
}

/// Colours and sizes, all from the theme.
#[derive(Debug, Clone)]
pub(in crate::ui) struct Paint {
    pub(in crate::ui) font: FontId,
    pub(in crate::ui) line_height: f32,
    /// The room between things.
    pub(in crate::ui) gap: f32,
    pub(in crate::ui) page: Color32,
    pub(in crate::ui) text: Color32,
    pub(in crate::ui) number: Color32,
    pub(in crate::ui) current_number: Color32,
    pub(in crate::ui) current_line: Color32,
    pub(in crate::ui) band: Color32,
    pub(in crate::ui) band_edge: Color32,
    pub(in crate::ui) error: Color32,
    pub(in crate::ui) warning: Color32,
}

impl Paint {
    pub(in crate::ui) const fn severity(&self, severity: Severity) -> Color32 {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
        }
    }
}

/// The text as it was drawn in this frame.
pub(super) struct Page {
    pub(super) galley: Arc<Galley>,
    /// Where its upper left corner stands.
    pub(super) origin: Pos2,
    /// What of it is seen.
    pub(super) clip: Rect,
    /// The line with the caret, when the text has the focus.
    pub(super) caret_line: Option<usize>,
}

impl Page {
    fn row(&self, line: usize) -> Option<Rect> {
        Some(self.galley.rows.get(line)?.rect().translate(self.origin.to_vec2()))
    }

    /// Across the whole page.
    fn stripe(&self, line: usize) -> Option<Rect> {
        self.row(line).map(|row| Rect::from_x_y_ranges(self.clip.x_range(), row.y_range()))
    }

    fn lines_in_view(&self) -> std::ops::Range<usize> {
        let (top, bottom) = (self.clip.top() - self.origin.y, self.clip.bottom() - self.origin.y);
        let first = self.galley.rows.partition_point(|row| row.max_y() <= top);
        first..self.galley.rows.partition_point(|row| row.min_y() < bottom).max(first)
    }

    /// What to centre so that `rect` comes to the middle from above or below, but sideways moves only when it must, and then
    /// back to the beginning of the lines if it is seen from there.
    pub(super) fn centred(&self, rect: Rect) -> Rect {
        let width = self.clip.width();
        let left = if self.clip.x_range().contains(rect.left()) {
            self.clip.left()
        } else if rect.left() - self.origin.x < width * 0.8 {
            self.origin.x
        } else {
            rect.left() - width / 2.0
        };
        Rect::from_x_y_ranges(left..=left + width, rect.y_range())
    }

    /// The byte whose letter is drawn at a point; none beside the text.
    fn byte_at(&self, lines: &Lines, text: &str, point: Pos2) -> Option<usize> {
        let line = self.lines_in_view().find(|line| self.row(*line).is_some_and(|row| row.contains(point)))?;
        let placed = self.galley.rows.get(line)?;
        let column = placed.char_at(point.x - self.origin.x - placed.pos.x).0;
        let span = lines.line(line);
        let inside = text[span.range()].trim_end().char_indices().nth(column)?;
        Some(span.start + inside.0)
    }

    /// The rectangle of a span on one line; of a longer one, its part on the first line. Never narrower than can be seen.
    pub(super) fn rect_of(&self, lines: &Lines, text: &str, span: Span) -> Rect {
        let line = lines.line_of_byte(span.start);
        let Some((row, placed)) = self.row(line).zip(self.galley.rows.get(line)) else { return Rect::NOTHING };
        let in_line = lines.line(line);
        let first_char = lines.char_from_byte(text, in_line.start);
        let x = |byte: usize| {
            let column = lines.char_from_byte(text, byte.min(in_line.end)) - first_char;
            row.left() + placed.x_offset(egui::text::CharIndex(column.min(placed.glyphs.len())))
        };
        let (left, right) = (x(span.start), x(span.end.max(span.start)));
        let least = row.height() * 0.4;
        Rect::from_x_y_ranges(left..=right.max(left + least), row.y_range())
    }
}

/// The numbers of the lines in view, the current one stronger, and a sign at lines with problems.
pub(super) fn numbers(painter: &Painter, rect: Rect, page: &Page, lines: &Lines, text: &str, shown: &Shown<'_>) {
    let paint = &shown.paint;
    painter.rect_filled(rect, 0.0, paint.page);
    for line in page.lines_in_view() {
        let Some(row) = page.row(line) else { continue };
        let colour = if page.caret_line == Some(line) { paint.current_number } else { paint.number };
        let at = pos2(rect.right() - paint.gap, row.center().y);
        painter.text(at, Align2::RIGHT_CENTER, (line + 1).to_string(), paint.font.clone(), colour);
    }
    let in_view = page.lines_in_view();
    for (start, colour) in shown.standing {
        let line = lines.line_of_byte(*start);
        if let Some(row) = page.row(line).filter(|_| in_view.contains(&line)) {
            let right = rect.right() - paint.gap * 0.25;
            let bar = Rect::from_x_y_ranges(right - paint.gap * 0.5..=right, row.shrink2(vec2(0.0, 1.0)).y_range());
            painter.rect_filled(bar.expand2(vec2(paint.gap * 0.4, 0.0)), 3.0, colour.gamma_multiply(0.25));
            painter.rect_filled(bar, 2.0, *colour);
        }
    }
    let mut last = None;
    for mark in shown.marks {
        let line = lines.line_of_byte(mark.span.start.min(text.len()));
        if !in_view.contains(&line) || last == Some((line, mark.severity)) {
            continue;
        }
        last = Some((line, mark.severity));
        if let Some(row) = page.row(line) {
            let middle = pos2(rect.left() + paint.gap, row.center().y);
            sign(painter, middle, row.height() * 0.26, mark.severity, paint.severity(mark.severity));
        }
    }
}

/// A severity as a shape: a disc with a bar for an error, a triangle for a warning.
pub(in crate::ui) fn sign(painter: &Painter, middle: Pos2, radius: f32, severity: Severity, colour: Color32) {
    match severity {
        Severity::Error => {
            painter.circle_filled(middle, radius, colour);
        }
        Severity::Warning => {
            let corner = |x: f32, y: f32| middle + vec2(x, y) * radius;
            let corners = vec![corner(0.0, -1.1), corner(1.1, 0.9), corner(-1.1, 0.9)];
            painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
        }
    }
}

/// Behind the text: the current line, and the lines of the selected block with an edge at their left.
pub(super) fn below(page: &Page, lines: &Lines, shown: &Shown<'_>) -> Vec<Shape> {
    let paint = &shown.paint;
    let mut shapes = Vec::new();
    for selected in shown.selected {
        let (first, last) = (lines.line_of_byte(selected.start), lines.line_of_byte(selected.end));
        let in_view = page.lines_in_view();
        let (first, last) = (first.max(in_view.start), last.min(in_view.end.saturating_sub(1)));
        if let (true, Some(top), Some(bottom)) = (first <= last, page.stripe(first), page.stripe(last)) {
            let band = top.union(bottom);
            shapes.push(Shape::rect_filled(band, 0.0, paint.band));
            let edge = Rect::from_min_max(band.left_top(), pos2(band.left() + paint.gap * 0.375, band.bottom()));
            shapes.push(Shape::rect_filled(edge, 0.0, paint.band_edge));
        }
    }
    if let Some(stripe) = page.caret_line.and_then(|line| page.stripe(line)) {
        shapes.push(Shape::rect_filled(stripe, 0.0, paint.current_line));
    }
    shapes
}

/// Around stretches of the text that are in view: filled for what was found, outlined for brackets.
pub(super) fn boxes(
    page: &Page,
    lines: &Lines,
    shown: &Shown<'_>,
    spans: impl Iterator<Item = Span>,
    filled: bool,
) -> Vec<Shape> {
    let in_view = page.lines_in_view();
    let (start, end) = (lines.line(in_view.start).start, lines.line(in_view.end.saturating_sub(1)).end);
    let spans = spans.filter(|span| span.start < end && start <= span.start);
    let rects = spans.map(|span| page.rect_of(lines, shown.text, span));
    let shape = |rect: Rect| {
        if filled {
            Shape::rect_filled(rect, 2.0, shown.paint.warning.gamma_multiply(0.28))
        } else {
            Shape::rect_stroke(rect, 2.0, Stroke::new(1.0, shown.paint.number), egui::StrokeKind::Inside)
        }
    };
    rects.map(shape).collect()
}

/// Under each problem in view: a wave for an error, dots for a warning.
pub(super) fn squiggles(ui: &Ui, page: &Page, lines: &Lines, text: &str, shown: &Shown<'_>) {
    for mark in in_view(page, lines, shown.marks) {
        let rect = page.rect_of(lines, text, mark.span);
        let colour = shown.paint.severity(mark.severity);
        ui.painter().add(underline(rect, mark.severity, colour));
    }
}

/// The line under a problem.
fn underline(rect: Rect, severity: Severity, colour: Color32) -> Shape {
    let y = rect.bottom() - 2.0;
    let step = 2.5;
    let points = std::iter::successors(Some(rect.left()), |x| Some(x + step)).take_while(|x| *x <= rect.right());
    match severity {
        Severity::Error => {
            let wave = points.enumerate().map(|(n, x)| pos2(x, if n % 2 == 0 { y + 1.0 } else { y - 1.5 }));
            Shape::line(wave.collect(), Stroke::new(1.2, colour))
        }
        Severity::Warning => Shape::Vec(points.map(|x| Shape::circle_filled(pos2(x + 1.0, y), 0.9, colour)).collect()),
    }
}

/// What was told last, of which version's byte.
#[derive(Default)]
pub(super) struct Hovered {
    told: Option<(u64, Lang, usize, Option<Hover>)>,
    /// A key was pressed: whoever types does not point, until the pointer moves again.
    is_quiet: bool,
}

/// While the pointer rests on the text: what is wrong there and what to do, what the word under it means.
pub(super) fn tips(
    response: &Response,
    page: &Page,
    lines: &Lines,
    shown: &Shown<'_>,
    hovered: &mut Hovered,
    told: &dyn Fn(usize) -> Option<Hover>,
) {
    hovered.is_quiet = response.ctx.input(|input| {
        let typed = |event: &egui::Event| matches!(event, egui::Event::Key { .. } | egui::Event::Text(_));
        input.events.iter().any(typed) || (hovered.is_quiet && input.pointer.delta() == egui::Vec2::ZERO)
    });
    let Some(pointer) = response.hover_pos().filter(|_| !hovered.is_quiet) else { return };
    if response.ctx.input(|input| input.pointer.any_down()) {
        return;
    }
    let under: Vec<_> =
        in_view(page, lines, shown.marks).filter(|mark| page.rect_of(lines, shown.text, mark.span).contains(pointer)).collect();
    let hover = page.byte_at(lines, shown.text, pointer).and_then(|at| {
        let key = (shown.version, shown.lang, at);
        if hovered.told.as_ref().is_none_or(|(version, lang, byte, _)| (*version, *lang, *byte) != key) {
            hovered.told = Some((shown.version, shown.lang, at, told(at)));
        }
        hovered.told.as_ref().and_then(|(.., hover)| hover.as_ref())
    });
    if under.is_empty() && hover.is_none() {
        return;
    }
    response.clone().tip_at_pointer(|ui| {
        ui.set_max_width(response.ctx.content_rect().width().min(440.0));
        for mark in &under {
            ui.horizontal_top(|ui| {
                let side = ui.text_style_height(&egui::TextStyle::Body);
                let (rect, _) = ui.allocate_exact_size(vec2(side, side), egui::Sense::hover());
                sign(ui.painter(), rect.center(), side * 0.3, mark.severity, shown.paint.severity(mark.severity));
                ui.vertical(|ui| {
                    ui.label(&mark.message);
                    if !mark.help.is_empty() {
                        ui.weak(&mark.help);
                    }
                    ui.weak(mark.code);
                });
            });
        }
        if let (false, Some(_)) = (under.is_empty(), hover) {
            ui.separator();
        }
        if let Some(hover) = hover {
            ui.label(egui::RichText::new(&hover.code).font(shown.paint.font.clone()));
            for text in [&hover.doc, &hover.note].into_iter().filter(|text| !text.is_empty()) {
                ui.label(egui::RichText::new(text).font(shown.theme.small()).color(shown.theme.weak));
            }
        }
    });
}

/// Marks come in the order of the text, but a span may begin above the view: only its first line is underlined.
fn in_view<'a>(page: &Page, lines: &Lines, marks: &'a [Mark]) -> impl Iterator<Item = &'a Mark> {
    let in_view = page.lines_in_view();
    let start = lines.line(in_view.start).start;
    let end = lines.line(in_view.end.saturating_sub(1)).end;
    marks.iter().filter(move |mark| (start..=end).contains(&mark.span.start))
}
