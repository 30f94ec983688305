//! The text of the scenario, to be typed into: highlighted, numbered, problems underlined, one selection with the blocks.
//! Owns only a copy of the text while it is typed into; each change leaves as the smallest edit. Does not undo and does not read
//! the scenario: the document does.

use std::ops::Range;

use egui::text::{CCursor, CCursorRange, CharIndex};
use egui::{Align, FontId, Id, Key, Modifiers, Rect, Response, ScrollArea, TextEdit, Ui, Vec2, pos2, vec2};

use crate::diagnostic::Span;
use crate::view::lines::{Lines, difference};

use super::editor_buffer::Buffer;
use super::editor_layout::{Coloured, LineLayout, Look};
use super::editor_marks::{self as marks, Mark, Page, Paint};

/// The panel: what it remembers between frames.
#[derive(Default)]
pub(super) struct Editor {
    buffer: Buffer,
    lines: Option<Lines>,
    layout: LineLayout,
    /// The document's version that `buffer` was last equal to.
    version: Option<u64>,
    /// Where the caret was told to be last, in characters.
    caret: usize,
}

/// What is to be shown.
pub(super) struct Shown<'a> {
    /// The document.
    pub(super) text: &'a str,
    /// Changes whenever the text does.
    pub(super) version: u64,
    /// Whether typing is refused.
    pub(super) read_only: bool,
    /// The accessible name.
    pub(super) name: &'a str,
    /// Places to underline, in the order of the text.
    pub(super) marks: &'a [Mark],
    /// The place of the selected block.
    pub(super) selected: Option<Span>,
    /// Go there, give it the focus.
    pub(super) jump: Option<usize>,
    /// Scroll so far that this is seen.
    pub(super) reveal: Option<Span>,
    /// What the page looks like.
    pub(super) paint: Paint,
}

/// What came of a frame.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Happened {
    /// Replace these bytes of the document with that text.
    pub(super) edit: Option<(Span, String)>,
    /// The caret was moved by the user to this byte.
    pub(super) caret: Option<usize>,
    /// The keys for undo or redo were pressed.
    pub(super) history: Option<History>,
}

/// A step through the document's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    /// Back.
    Undo,
    /// Forth.
    Redo,
}

impl Editor {
    /// Shows the text and takes what is typed. `colours` is asked for the highlighting when the text has changed.
    pub(super) fn ui(&mut self, ui: &mut Ui, shown: &Shown<'_>, colours: &mut dyn FnMut(&str) -> Vec<Coloured>) -> Happened {
        self.follow(shown);
        let id = Id::new("editor");
        let look = Look { font: shown.paint.font.clone(), line_height: shown.paint.line_height, colour: shown.paint.text };
        let numbers_width = numbers_width(ui, &look.font, self.lines(), shown.paint.gap);
        let whole = ui.available_rect_before_wrap();
        let numbers = Rect::from_min_size(whole.min, vec2(numbers_width, whole.height()));
        let page_rect = Rect::from_min_max(pos2(numbers.right(), whole.top()), whole.max);
        ui.painter().rect_filled(whole, 0.0, shown.paint.page);
        let mut happened = Happened { history: take_history_keys(ui, id), ..Happened::default() };
        let mut page_ui = ui.new_child(egui::UiBuilder::new().max_rect(page_rect));
        let output = ScrollArea::both()
            .id_salt("editor scroll")
            .auto_shrink(false)
            .show_viewport(&mut page_ui, |ui, _| self.page_ui(ui, id, shown, &look, colours));
        let (page, moved) = output.inner;
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        marks::numbers(&ui.painter_at(numbers), numbers, &page, lines, &self.buffer.text, shown);
        ui.advance_cursor_after_rect(whole);
        if self.buffer.text != shown.text {
            happened.edit = difference(shown.text, &self.buffer.text).map(|(span, with)| (span, with.to_owned()));
            self.lines = None;
        }
        if moved {
            happened.caret = Some(self.byte(self.caret));
        }
        happened
    }

    /// Takes over what the document says when it has changed by anything but our own typing.
    fn follow(&mut self, shown: &Shown<'_>) {
        self.buffer.read_only = shown.read_only;
        if self.version != Some(shown.version) {
            self.version = Some(shown.version);
            if self.buffer.text != shown.text {
                shown.text.clone_into(&mut self.buffer.text);
                self.lines = None;
            }
            self.layout.recolour();
        }
    }

    fn page_ui(
        &mut self,
        ui: &mut Ui,
        id: Id,
        shown: &Shown<'_>,
        look: &Look,
        colours: &mut dyn FnMut(&str) -> Vec<Coloured>,
    ) -> (Page, bool) {
        let below = ui.painter().add(egui::Shape::Noop);
        let above = ui.clip_rect();
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        if has_focus && !shown.read_only {
            self.indent_lines(ui, id);
        }
        if let Some(byte) = shown.jump {
            self.put_caret(ui, id, byte);
        }
        let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
            self.layout.galley(ui, text.as_str(), look, &mut || colours(text.as_str()))
        };
        let edit = TextEdit::multiline(&mut self.buffer)
            .id(id)
            .code_editor()
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .desired_width(f32::INFINITY)
            .min_size(above.size() - Vec2::splat(1.0))
            .cursor_at_end(false)
            .layouter(&mut layouter);
        let output = edit.show(ui);
        let response: Response = output.response.response;
        ui.ctx().accesskit_node_builder(id, |node| node.set_label(shown.name.to_owned()));
        if response.changed() {
            self.lines = None;
        }
        let caret = output.cursor_range.map_or(self.caret, |range| range.primary.index.0);
        let moved = (caret != self.caret && response.has_focus()) || response.changed();
        self.caret = caret.min(self.lines().chars());
        let page = Page {
            galley: output.galley,
            origin: output.galley_pos,
            clip: above,
            caret_line: response.has_focus().then(|| self.caret_line()),
        };
        if let Some(offset) = shown.jump {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            ui.scroll_to_rect(page.rect_of(lines, &self.buffer.text, Span::new(offset, offset)), Some(Align::Center));
        } else if let Some(span) = shown.reveal {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            let rect = page.rect_of(lines, &self.buffer.text, span);
            if !above.contains(rect.left_top()) || rect.top() + shown.paint.line_height > above.bottom() {
                ui.scroll_to_rect(rect, Some(Align::Center));
            }
        }
        // Places are the document's: for the one frame in which a key was pressed they may be one edit behind.
        if self.buffer.text == shown.text {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            marks::below(ui, below, &page, lines, shown);
            marks::squiggles(ui, &page, lines, &self.buffer.text, shown);
            marks::tips(&response, &page, lines, &self.buffer.text, shown);
        }
        (page, moved)
    }

    fn lines(&mut self) -> &Lines {
        self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text))
    }

    fn byte(&mut self, char: usize) -> usize {
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        lines.byte_from_char(&self.buffer.text, char)
    }

    fn caret_line(&mut self) -> usize {
        let byte = self.byte(self.caret);
        self.lines().line_of_byte(byte)
    }

    fn put_caret(&mut self, ui: &Ui, id: Id, byte: usize) {
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        let char = lines.char_from_byte(&self.buffer.text, byte);
        select(ui, id, char..char);
        self.caret = char;
        ui.memory_mut(|memory| memory.request_focus(id));
    }

    /// Tab and Shift+Tab over several lines move them; Shift+Tab moves a single one out.
    fn indent_lines(&mut self, ui: &Ui, id: Id) {
        let Some(range) = TextEdit::load_state(ui.ctx(), id).and_then(|state| state.cursor.char_range()) else { return };
        let chars = range.as_sorted_char_range();
        let chars = chars.start.0..chars.end.0;
        let several = self.buffer.text.chars().skip(chars.start).take(chars.len()).any(|char| char == '\n');
        let (inwards, outwards) = ui.input_mut(|input| {
            let out = input.consume_key(Modifiers::SHIFT, Key::Tab);
            (several && input.consume_key(Modifiers::NONE, Key::Tab), out)
        });
        if inwards || outwards {
            let moved = self.buffer.indent(chars.clone(), outwards);
            self.lines = None;
            select(ui, id, if several { moved } else { chars.start.min(moved.end)..chars.start.min(moved.end) });
        }
    }
}

fn select(ui: &Ui, id: Id, chars: Range<usize>) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let cursor = |char: usize| CCursor { index: CharIndex(char), prefer_next_row: true };
    state.cursor.set_char_range(Some(CCursorRange::two(cursor(chars.start), cursor(chars.end))));
    state.store(ui.ctx(), id);
}

/// The editor's own history would know nothing of changes made elsewhere: its keys never reach it.
fn take_history_keys(ui: &Ui, id: Id) -> Option<History> {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return None;
    }
    ui.input_mut(|input| {
        let redo =
            input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) | input.consume_key(Modifiers::COMMAND, Key::Y);
        let undo = input.consume_key(Modifiers::COMMAND, Key::Z);
        if redo { Some(History::Redo) } else { undo.then_some(History::Undo) }
    })
}

fn numbers_width(ui: &Ui, font: &FontId, lines: &Lines, gap: f32) -> f32 {
    let digits = lines.count().max(99).ilog10() as usize + 1;
    let digit = ui.fonts_mut(|fonts| fonts.glyph_width(font, '0'));
    #[expect(clippy::cast_precision_loss, reason = "a handful of digits")]
    let width = digit * digits as f32;
    (width + 3.0 * gap).ceil()
}
