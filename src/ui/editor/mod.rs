//! The text of the scenario, to be typed into: highlighted, numbered, problems underlined, one selection with the blocks.
//! Owns only a copy of the text while it is typed into; each change leaves as the smallest edit. Does not undo and does not read
//! the scenario: the document does.

mod buffer;
mod layout;
mod marks;
mod viewer;

use std::ops::Range;

use egui::text::{CCursor, CCursorRange, CharIndex};
use egui::{Align, FontId, Id, Key, Modifiers, Rect, Response, ScrollArea, TextEdit, Ui, Vec2, pos2, vec2};

use crate::document::edit::{Change, Edit, Selection};
use crate::view::lines::{Lines, difference};

use buffer::Buffer;
use layout::{Coloured, LineLayout, Look};
use marks::Page;
pub(super) use marks::{Mark, Paint, Shown, sign};
pub(super) use viewer::{is_too_large, viewer_ui};

/// The panel: what it remembers between frames.
#[derive(Default)]
pub(super) struct Editor {
    buffer: Buffer,
    lines: Option<Lines>,
    layout: LineLayout,
    /// The document's version that `buffer` was last equal to.
    version: Option<u64>,
    /// What was selected at the end of the last frame.
    selection: Selection,
}

/// What came of a frame.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Happened {
    /// What was typed, as a change of the document.
    pub(super) change: Option<Change>,
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
        let id = Id::unique("editor");
        self.follow(ui, id, shown);
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
        let (page, before, moved) = output.inner;
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        marks::numbers(&ui.painter_at(numbers), numbers, &page, lines, &self.buffer.text, shown);
        ui.advance_cursor_after_rect(whole);
        if let Some((span, with)) = difference(shown.text, &self.buffer.text) {
            let change = Change::typed(shown.text, Edit::new(span, with));
            happened.change = Some(change.selecting(before, self.selection));
            self.lines = None;
        }
        if moved {
            happened.caret = Some(self.selection.caret);
        }
        happened
    }

    /// Takes over what the document says when it has changed by anything but our own typing.
    fn follow(&mut self, ui: &Ui, id: Id, shown: &Shown<'_>) {
        self.buffer.read_only = shown.read_only;
        if self.version != Some(shown.version) {
            self.version = Some(shown.version);
            if let Some((span, with)) = difference(&self.buffer.text, shown.text) {
                let moved = |byte: usize| match byte {
                    _ if byte <= span.start => byte,
                    _ if byte >= span.end => byte - span.end + span.start + with.len(),
                    _ => span.start + with.len(),
                };
                let Selection { anchor, caret } = self.selection;
                let selection = Selection { anchor: moved(anchor), caret: moved(caret) };
                shown.text.clone_into(&mut self.buffer.text);
                self.lines = None;
                self.select(ui, id, selection);
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
    ) -> (Page, Selection, bool) {
        let below = ui.painter().add(egui::Shape::Noop);
        let above = ui.clip_rect();
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        if has_focus && !shown.read_only {
            self.indent_lines(ui, id);
        }
        if let Some(selection) = shown.jump {
            self.select(ui, id, selection);
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let before = self.selection;
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
        if let Some(range) = output.cursor_range {
            let [anchor, caret] = [range.secondary, range.primary].map(|cursor| self.byte(cursor.index.0));
            self.selection = Selection { anchor, caret };
        }
        let moved = (self.selection.caret != before.caret && response.has_focus()) || (response.changed() && !shown.read_only);
        let page = Page {
            galley: output.galley,
            origin: output.galley_pos,
            clip: above,
            caret_line: response.has_focus().then(|| self.caret_line()),
        };
        if let Some(span) = shown.jump.map(|selection| selection.span()).or(shown.reveal) {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            let rect = page.rect_of(lines, &self.buffer.text, span);
            if !above.contains(rect.left_top()) || rect.top() + shown.paint.line_height > above.bottom() {
                ui.scroll_to_rect(page.centred(rect), Some(Align::Center));
            }
        }
        // Places are the document's: for the one frame in which a key was pressed they may be one edit behind.
        if self.buffer.text == shown.text {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            marks::below(ui, below, &page, lines, shown);
            marks::squiggles(ui, &page, lines, &self.buffer.text, shown);
            marks::tips(&response, &page, lines, &self.buffer.text, shown);
        }
        (page, before, moved)
    }

    fn lines(&mut self) -> &Lines {
        self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text))
    }

    fn byte(&mut self, char: usize) -> usize {
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        lines.byte_from_char(&self.buffer.text, char)
    }

    fn caret_line(&mut self) -> usize {
        let byte = self.selection.caret;
        self.lines().line_of_byte(byte)
    }

    fn select(&mut self, ui: &Ui, id: Id, selection: Selection) {
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        let char = |byte: usize| lines.char_from_byte(&self.buffer.text, byte.min(self.buffer.text.len()));
        select(ui, id, char(selection.anchor)..char(selection.caret));
        self.selection = selection;
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

#[cfg(test)]
mod tests {
    use egui::Color32;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::diagnostic::{Severity, Span};

    /// A document as small as can be: what the editor sends is done, all of it is remembered.
    #[derive(Default)]
    struct Desk {
        editor: Editor,
        text: String,
        version: u64,
        read_only: bool,
        marks: Vec<Mark>,
        jump: Option<Selection>,
        reveal: Option<Span>,
        sent: Vec<String>,
    }

    fn paint() -> Paint {
        let colour = Color32::GRAY;
        let font = FontId::monospace(13.0);
        Paint {
            font,
            line_height: 18.0,
            gap: 8.0,
            page: Color32::BLACK,
            text: Color32::WHITE,
            number: colour,
            current_number: colour,
            current_line: colour,
            band: colour,
            band_edge: colour,
            error: Color32::RED,
            warning: Color32::YELLOW,
        }
    }

    fn desk_ui(ui: &mut Ui, desk: &mut Desk) {
        let Desk { editor, text, version, read_only, marks, jump, reveal, sent } = desk;
        let (jump, reveal) = (jump.take(), reveal.take());
        let shown = Shown {
            text,
            version: *version,
            read_only: *read_only,
            name: "text",
            marks,
            selected: None,
            jump,
            reveal,
            paint: paint(),
        };
        let happened = editor.ui(ui, &shown, &mut |_| Vec::new());
        for Edit { span, text: with } in happened.change.into_iter().flat_map(|change| change.edits) {
            sent.push(format!("{}..{} {with:?}", span.start, span.end));
            text.replace_range(span.range(), &with);
            *version += 1;
        }
        sent.extend(happened.history.map(|history| format!("{history:?}")));
        sent.extend(happened.caret.map(|byte| format!("caret {byte}")));
    }

    fn desk(text: &str) -> Harness<'static, Desk> {
        let desk = Desk { text: text.to_owned(), ..Desk::default() };
        let builder = Harness::builder()
            .with_size(vec2(500.0, 300.0))
            .with_context_setup(|context| context.set_fonts(crate::ui::fonts::definitions()));
        let mut harness = builder.build_ui_state(desk_ui, desk);
        harness.run_steps(2);
        harness
    }

    fn jump(harness: &mut Harness<'_, Desk>, byte: usize) {
        harness.state_mut().jump = Some(Selection::caret(byte));
        harness.run_steps(3);
        harness.state_mut().sent.clear();
    }

    /// Types at the byte where `|` stands and tells the edits sent and the text in the end.
    fn check(before: &str, typed: &[&str], edits: &[&str], after: &str) {
        let caret = before.find('|').expect("a text with a caret");
        let mut harness = desk(&before.replacen('|', "", 1));
        jump(&mut harness, caret);
        for typed in typed {
            match *typed {
                "\n" => harness.key_press(Key::Enter),
                "\t" => harness.key_press(Key::Tab),
                "\u{8}" => harness.key_press(Key::Backspace),
                text => harness.event(egui::Event::Text(text.to_owned())),
            }
            harness.run_steps(2);
        }
        let sent: Vec<_> = harness.state().sent.iter().filter(|sent| !sent.starts_with("caret")).cloned().collect();
        assert_eq!(sent, edits);
        assert_eq!(harness.state().text, after);
    }

    #[test]
    fn typing_sends_the_smallest_edit_in_bytes() {
        check("lock 锁\n|\n", &["a", "中"], &["9..9 \"a\"", "10..10 \"中\""], "lock 锁\na中\n");
        check("锁中|", &["\u{8}"], &["3..6 \"\""], "锁");
    }

    #[test]
    fn enter_keeps_the_indentation_and_tab_is_four_spaces() {
        check("  a|", &["\n", "b"], &["3..3 \"\\n  \"", "6..6 \"b\""], "  a\n  b");
        check("锁|", &["\t", "x"], &["3..3 \"    \"", "7..7 \"x\""], "锁    x");
    }

    #[test]
    fn what_is_typed_in_the_first_frame_of_an_empty_text_is_not_lost() {
        check("|", &["l", "o"], &["0..0 \"l\"", "1..1 \"o\""], "lo");
    }

    #[test]
    fn a_text_pasted_over_a_selection_is_one_edit() {
        let mut harness = desk("a 锁 b");
        jump(&mut harness, 0);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.event(egui::Event::Paste("a 钥匙 b".to_owned()));
        harness.run_steps(2);
        assert_eq!(harness.state().text, "a 钥匙 b");
        assert_eq!(harness.state().sent.iter().filter(|sent| !sent.starts_with("caret")).count(), 1);
    }

    #[test]
    fn undo_and_redo_are_asked_of_the_document_and_change_nothing_here() {
        let mut harness = desk("");
        jump(&mut harness, 0);
        harness.event(egui::Event::Text("x".to_owned()));
        harness.run_steps(2);
        harness.state_mut().sent.clear();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        harness.run_steps(2);
        assert_eq!(harness.state().sent, ["Undo", "Redo"]);
        assert_eq!(harness.state().text, "x");
    }

    #[test]
    fn a_change_from_elsewhere_is_taken_over_without_being_sent_back() {
        let mut harness = desk("a\nb");
        jump(&mut harness, 3);
        harness.state_mut().text = "短".to_owned();
        harness.state_mut().version += 1;
        harness.run_steps(3);
        assert_eq!(harness.state().editor.buffer.text, "短");
        assert!(harness.state().sent.iter().all(|sent| sent.starts_with("caret")));
        harness.event(egui::Event::Text("x".to_owned()));
        harness.run_steps(2);
        assert_eq!(harness.state().text, "短x");
    }

    #[test]
    fn a_read_only_text_can_be_walked_through_but_not_changed() {
        let mut harness = desk("锁 a");
        harness.state_mut().read_only = true;
        jump(&mut harness, 0);
        harness.event(egui::Event::Text("x".to_owned()));
        harness.key_press(Key::ArrowRight);
        harness.run_steps(2);
        assert_eq!(harness.state().text, "锁 a");
        assert_eq!(harness.state().sent, ["caret 3"]);
    }

    #[test]
    fn jumping_scrolls_there_and_puts_the_caret() {
        let text = (0..500).map(|n| format!("行 {n}")).collect::<Vec<_>>().join("\n");
        let mut harness = desk(&text);
        let byte = text.find("400").expect("the line is there");
        harness.state_mut().jump = Some(Selection::caret(byte));
        harness.run_steps(30);
        harness.state_mut().sent.clear();
        harness.event(egui::Event::Text("x".to_owned()));
        harness.run_steps(2);
        assert!(harness.state().text.contains("行 x400\n"));
        assert!(harness.get_by_label("text").rect().top() < -400.0 * 17.0);
    }

    fn waves(harness: &Harness<'_, Desk>, colour: Color32) -> usize {
        fn count(shape: &egui::Shape, colour: Color32) -> usize {
            match shape {
                egui::Shape::Vec(shapes) => shapes.iter().map(|shape| count(shape, colour)).sum(),
                egui::Shape::Path(path) if path.stroke.color == egui::epaint::ColorMode::Solid(colour) => 1,
                egui::Shape::Circle(circle) if circle.fill == colour && circle.radius < 1.0 => 1,
                _ => 0,
            }
        }
        harness.output().shapes.iter().map(|clipped| count(&clipped.shape, colour)).sum()
    }

    #[test]
    fn problems_in_view_are_underlined_and_those_out_of_view_cost_nothing() {
        let mut harness = desk(&"锁 锁\n".repeat(400));
        let mark = |start: usize, severity| Mark {
            span: Span::new(start, start + 3),
            severity,
            message: "no such name".to_owned(),
            help: String::new(),
            code: "E0001",
        };
        harness.state_mut().marks = vec![mark(0, Severity::Error), mark(12, Severity::Warning), mark(300 * 8, Severity::Error)];
        harness.state_mut().version += 1;
        harness.run_steps(2);
        assert_eq!(waves(&harness, Color32::RED), 1);
        assert!(waves(&harness, Color32::YELLOW) > 3);
    }

    #[test]
    fn several_lines_are_moved_in_and_out_together() {
        let mut harness = desk("a\n中\nb");
        jump(&mut harness, 0);
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
        harness.key_press_modifiers(Modifiers::SHIFT, Key::End);
        harness.run_steps(2);
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        assert_eq!(harness.state().text, "    a\n    中\nb");
        harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
        harness.run_steps(2);
        assert_eq!(harness.state().text, "a\n中\nb");
    }
}
