//! The text of the scenario, to be typed into: highlighted, numbered, problems underlined, one selection with the blocks; what may
//! come next is offered, what stands under the pointer explained. Owns a copy of the text while it is typed into; each change
//! leaves as an edit. Does not undo and does not read the scenario: the document does.

mod action;
mod buffer;
mod find;
mod layout;
mod marks;
mod popup;
mod rename;
#[cfg(test)]
mod tests;
mod viewer;

use std::ops::Range;

use egui::text::{CCursor, CCursorRange, CharIndex};
use egui::{Align, Event, EventFilter, FontId, Id, Key, Modifiers, Rect, Response, ScrollArea, TextEdit, Ui, Vec2, pos2, vec2};

use crate::diagnostic::Span;
use crate::document::edit::{Change, Edit, Selection};
use crate::document::typing::{self, Direction};
use crate::lang::Words;
use crate::scenario::assist::mentions::Mentions;
use crate::scenario::assist::{complete, hover, symbol_at};
use crate::ui::kit::panel_words as words;
use crate::view::lines::{Lines, difference};

pub use action::EditorAction;
pub(in crate::ui) use action::take_keys;
use buffer::Buffer;
use find::{Bar, BarKind};
use layout::{Coloured, LineLayout, Look};
use marks::Page;
pub(in crate::ui) use marks::{Mark, Paint, Shown, sign};
use popup::{Popup, PopupKey};
use rename::{Renamed, Renaming};
pub(in crate::ui) use viewer::{is_too_large, viewer_ui};

/// The brackets at the caret: of which version of the text, where the caret was, and where they stand if they match.
type Brackets = (u64, usize, Option<(usize, usize)>);

/// The panel: what it remembers between frames.
#[derive(Default)]
pub(in crate::ui) struct Editor {
    buffer: Buffer,
    lines: Option<Lines>,
    layout: LineLayout,
    /// The document's version that `buffer` was last equal to.
    version: Option<u64>,
    /// What was selected at the end of the last frame.
    selection: Selection,
    /// Whether the text had the focus then.
    had_focus: bool,
    popup: Option<Popup>,
    bar: Bar,
    renaming: Option<Renaming>,
    /// The brackets at the caret, in the text of that version.
    brackets: Option<Brackets>,
    hovered: marks::Hovered,
    /// To be done in the next frame.
    next: Option<EditorAction>,
    /// The selection was made by the bar: it is brought into view.
    reveal: Option<Span>,
    /// It is to be typed into.
    pub(in crate::ui) takes_focus: bool,
}

/// What came of a frame.
#[derive(Debug, Default, PartialEq)]
pub(in crate::ui) struct Happened {
    /// What was typed or asked for, as a change of the document.
    pub(in crate::ui) change: Option<Change>,
    /// The caret was moved by the user to this byte.
    pub(in crate::ui) caret: Option<usize>,
    /// The keys for undo or redo were pressed.
    pub(in crate::ui) history: Option<History>,
    /// Why what was asked for was not done.
    pub(in crate::ui) told: Option<Words>,
}

/// A step through the document's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum History {
    /// Back.
    Undo,
    /// Forth.
    Redo,
}

/// What was done to the text before egui's own editing saw it.
#[derive(Default)]
struct Done {
    change: Option<Change>,
    /// What may come next is offered again: something was typed.
    offers: bool,
    /// It is offered although nothing was begun.
    asked: bool,
    /// Why what was asked for was not done.
    told: Option<Words>,
}

impl Editor {
    /// Shows the text and takes what is typed. `colours` is asked for the highlighting when the text has changed.
    pub(in crate::ui) fn ui(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        colours: &mut dyn FnMut(&str) -> Vec<Coloured>,
    ) -> Happened {
        let id = Id::unique("editor");
        let takes_focus = std::mem::take(&mut self.takes_focus);
        if takes_focus {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        self.follow(ui, id, shown);
        // Who comes from a block goes on there.
        let caret = self.selection.caret;
        let is_in = |span: &Span| span.start <= caret && caret <= span.end;
        if let Some(first) = shown.selected.first().filter(|_| takes_focus && shown.jump.is_none())
            && !shown.selected.iter().any(is_in)
        {
            self.select(ui, id, Selection::caret(first.start));
        }
        let began = self.selection.caret;
        let mut happened = Happened { history: take_history_keys(ui, id), ..Happened::default() };
        let mut done = Done::default();
        self.bar_ui(ui, id, shown, &mut done);
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        if has_focus && !shown.read_only {
            self.popup_keys(ui, id, &mut done);
        }
        let action = shown.action.or(self.next.take());
        let action = action.or_else(|| (has_focus || self.bar.open.is_some()).then(|| take_keys(ui, !has_focus)).flatten());
        if let Some(action) = action {
            self.act(ui, id, shown, action, &mut done);
        }
        if has_focus && !shown.read_only {
            let is_too_much = refuse_too_much(ui, self.buffer.text.len());
            done.told = done.told.or(is_too_much.then_some(words::PASTE_TOO_LARGE));
            self.typed_keys(ui, id, &mut done);
        }
        happened.told = done.told;
        let mine = done.change.as_ref().map(|_| self.buffer.text.clone());

        let look = Look { font: shown.paint.font.clone(), line_height: shown.paint.line_height, colour: shown.paint.text };
        let numbers_width = numbers_width(ui, &look.font, self.lines(), shown.paint.gap);
        let whole = ui.available_rect_before_wrap();
        let numbers = Rect::from_min_size(whole.min, vec2(numbers_width, whole.height()));
        let page_rect = Rect::from_min_max(pos2(numbers.right(), whole.top()), whole.max);
        ui.painter().rect_filled(whole, 0.0, shown.paint.page);
        // The wheel turns the page over its line numbers, too.
        let over_numbers = ui.rect_contains_pointer(numbers);
        let wheel = if over_numbers { ui.input(|input| input.smooth_scroll_delta().y) } else { 0.0 };
        let mut page_ui = ui.new_child(egui::UiBuilder::new().max_rect(page_rect));
        let output = ScrollArea::both().id_salt("editor scroll").auto_shrink(false).show_viewport(&mut page_ui, |ui, _| {
            ui.scroll_with_delta_animation(vec2(0.0, wheel), egui::style::ScrollAnimation::none());
            self.page_ui(ui, id, shown, &look, colours)
        });
        let (page, before, moved) = output.inner;
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        marks::numbers(&ui.painter_at(numbers), numbers, &page, lines, &self.buffer.text, shown);
        ui.advance_cursor_after_rect(whole);

        let is_mine = mine.is_some_and(|text| text == self.buffer.text);
        let steps_over = done.change.as_ref().is_some_and(|change| change.edits.is_empty());
        if is_mine && !steps_over {
            happened.change = done.change.take();
        } else if let Some((span, with)) = difference(shown.text, &self.buffer.text) {
            let change = Change::typed(shown.text, Edit::new(span, with));
            happened.change = Some(change.selecting(before, self.selection));
            done.offers = true;
        }
        if happened.change.is_some() {
            self.lines = None;
        }
        // Also where the bar or a command has led.
        let led = self.selection.caret != began && shown.jump.is_none();
        if moved || is_mine || led {
            happened.caret = Some(self.selection.caret);
        }
        self.offer(ui, id, shown, &done, happened.change.is_some() || moved);
        self.float_ui(ui, id, shown, &page, &mut happened);
        self.bar.pace(ui);
        happened
    }

    /// Sends the list of what may be written next away.
    pub(in crate::ui) fn close_list(&mut self) {
        self.popup = None;
    }

    /// Takes over what the document says when it has changed by anything but our own typing.
    fn follow(&mut self, ui: &Ui, id: Id, shown: &Shown<'_>) {
        self.buffer.read_only = shown.read_only;
        if self.version == Some(shown.version) {
            return;
        }
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
            self.popup = None;
            self.select(ui, id, selection);
        }
        self.layout.recolour();
    }

    /// The bar for finding, and what it asks for.
    fn bar_ui(&mut self, ui: &mut Ui, id: Id, shown: &Shown<'_>, done: &mut Done) {
        let asked = self.bar.ui(ui, shown.text, shown.version, self.selection, shown.lang);
        if let Some(selection) = asked.select {
            self.select(ui, id, selection);
            self.reveal = Some(selection.span());
        }
        if let Some(change) = asked.change.filter(|_| !shown.read_only) {
            self.apply(ui, id, change, done);
            self.reveal = Some(self.selection.span());
        }
        if asked.closed {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }

    /// Does a change to the copy; it leaves at the end of the frame.
    fn apply(&mut self, ui: &Ui, id: Id, change: Change, done: &mut Done) {
        for edit in change.edits.iter().rev() {
            self.buffer.text.replace_range(edit.span.range(), &edit.text);
        }
        self.lines = None;
        self.select(ui, id, change.after.unwrap_or(self.selection));
        done.change = Some(change);
    }

    fn popup_keys(&mut self, ui: &Ui, id: Id, done: &mut Done) {
        let Some(popup) = &mut self.popup else { return };
        match popup.keys(ui, &self.buffer.text) {
            Some(PopupKey::Choose) => {
                let change = popup.change(&self.buffer.text, self.selection);
                self.popup = None;
                self.apply(ui, id, change, done);
                done.offers = true;
            }
            Some(PopupKey::Close) => self.popup = None,
            None => {}
        }
    }

    /// Brackets and quotes that close themselves, Backspace between them, Tab over several lines: when nothing else was pressed
    /// in this frame. The rest is egui's own.
    fn typed_keys(&mut self, ui: &Ui, id: Id, done: &mut Done) {
        if done.change.is_some() {
            return;
        }
        let keys = |input: &egui::InputState| {
            let edits = |event: &&Event| {
                matches!(event, Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) | Event::Key { pressed: true, .. })
            };
            input.events.iter().filter(edits).cloned().collect::<Vec<_>>()
        };
        let (text, selection) = (&self.buffer.text, self.selection);
        let several = text[selection.span().range()].contains('\n');
        let change = match ui.input(keys).as_slice() {
            [keys @ .., Event::Text(typed)] if typed.chars().count() == 1 && keys.iter().all(is_letter) => {
                typed.chars().next().and_then(|character| typing::typed(text, selection, character))
            }
            [Event::Key { key: Key::Backspace, modifiers: Modifiers::NONE, .. }] => typing::backspace(text, selection),
            [Event::Key { key: Key::Tab, modifiers: Modifiers::NONE, .. }] if several => {
                typing::indent(text, selection, Direction::Forth)
            }
            [Event::Key { key: Key::Tab, modifiers: Modifiers::SHIFT, .. }] => typing::indent(text, selection, Direction::Back),
            _ => None,
        };
        let is_tab = ui.input(|input| input.key_pressed(Key::Tab)) && (several || ui.input(|input| input.modifiers.shift));
        if change.is_some() || is_tab {
            ui.input_mut(|input| {
                input.events.retain(|event| !matches!(event, Event::Text(_) | Event::Key { key: Key::Backspace | Key::Tab, .. }));
            });
        }
        if let Some(change) = change {
            self.apply(ui, id, change, done);
            done.offers = true;
        }
    }

    fn act(&mut self, ui: &Ui, id: Id, shown: &Shown<'_>, action: EditorAction, done: &mut Done) {
        let text = shown.text;
        let selected = text.get(self.selection.span().range()).unwrap_or_default().to_owned();
        match action {
            EditorAction::Complete => (done.offers, done.asked) = (true, true),
            EditorAction::Find => self.bar.show(BarKind::Find, &selected),
            EditorAction::Replace => self.bar.show(BarKind::Replace, &selected),
            EditorAction::GoToLine => self.bar.show(BarKind::Line, ""),
            EditorAction::FindNext | EditorAction::FindPrevious => {
                let back = action == EditorAction::FindPrevious;
                if self.bar.open.is_none() {
                    self.bar.show(BarKind::Find, &selected);
                }
                if let Some(selection) = self.bar.step(text, shown.version, self.selection, back) {
                    self.select(ui, id, selection);
                    self.reveal = Some(selection.span());
                }
            }
            EditorAction::FindUses => match symbol_at(&Mentions::of(text), self.selection.caret) {
                Some(symbol) => self.bar.show_uses(&symbol.name),
                None => done.told = Some(words::NO_NAME_HERE),
            },
            EditorAction::GoToDeclaration => {
                let mentions = Mentions::of(text);
                let Some(symbol) = symbol_at(&mentions, self.selection.caret) else {
                    done.told = Some(words::NO_NAME_HERE);
                    return;
                };
                let at = |span: &&Span| !span.touches(self.selection.caret);
                if let Some(span) = symbol.declared.first().filter(at).or_else(|| symbol.used.iter().find(at)) {
                    let selection = Selection { anchor: span.start, caret: span.end };
                    self.select(ui, id, selection);
                    self.reveal = Some(*span);
                    ui.memory_mut(|memory| memory.request_focus(id));
                }
            }
            EditorAction::Rename => {
                self.renaming = Renaming::of(text, self.selection.caret).filter(|_| !shown.read_only);
                done.told = self.renaming.is_none().then_some(words::NO_NAME_HERE);
            }
            _ => {
                if let Some(change) = action.change(text, self.selection).filter(|_| !shown.read_only) {
                    self.apply(ui, id, change, done);
                    ui.memory_mut(|memory| memory.request_focus(id));
                }
            }
        }
    }

    /// Opens, renews or closes the list of what may come next.
    fn offer(&mut self, ui: &Ui, id: Id, shown: &Shown<'_>, done: &Done, changed: bool) {
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let is_caret = self.selection.anchor == self.selection.caret;
        if !has_focus || !is_caret || shown.read_only {
            let pointed = ui.input(|input| input.pointer.hover_pos()).zip(self.popup.as_ref());
            if !pointed.is_some_and(|(pointer, popup)| popup.place.contains(pointer)) {
                self.popup = None;
            }
            return;
        }
        // A deletion keeps an open list up to date, but opens none.
        let deleted = ui.input(|input| input.key_pressed(Key::Backspace) || input.key_pressed(Key::Delete));
        if done.asked || (done.offers && (self.popup.is_some() || !deleted)) {
            let asked = done.asked || (deleted && self.popup.is_some());
            self.popup = complete(&self.buffer.text, self.selection.caret, shown.lang, asked).map(Popup::new);
            let filter = filter(self.popup.is_some());
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        } else if changed {
            self.popup = None;
        }
    }

    /// What floats over the text: the list, the field for a name.
    fn float_ui(&mut self, ui: &Ui, id: Id, shown: &Shown<'_>, page: &Page, happened: &mut Happened) {
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        let place = |at: usize| page.rect_of(lines, &self.buffer.text, Span::new(at, at));
        if let Some(popup) = &mut self.popup {
            let at = place(popup.completion.span.start);
            if popup.ui(ui, at, &shown.paint, shown.theme) {
                let change = popup.change(&self.buffer.text, self.selection);
                self.popup = None;
                let mut done = Done::default();
                self.apply(ui, id, change, &mut done);
                happened.change = happened.change.take().or(done.change);
                ui.memory_mut(|memory| memory.request_focus(id));
                ui.ctx().request_repaint();
            }
            return;
        }
        let Some(renaming) = &mut self.renaming else { return };
        let at = place(renaming.at);
        match renaming.ui(ui, at, shown.text, self.selection, shown.lang, shown.theme) {
            Renamed::Open => return,
            Renamed::Cancelled => {}
            Renamed::Done(change) => {
                let mut done = Done::default();
                self.apply(ui, id, change, &mut done);
                happened.change = happened.change.take().or(done.change);
            }
        }
        self.renaming = None;
        ui.memory_mut(|memory| memory.request_focus(id));
        ui.ctx().request_repaint();
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
        if let Some(selection) = shown.jump {
            self.select(ui, id, selection);
            // Who walks back through what was done in another panel stays there.
            if ui.memory(|memory| memory.focused().is_none_or(|focused| focused == id)) {
                ui.memory_mut(|memory| memory.request_focus(id));
            }
        }
        let before = self.selection;
        // Egui forgets what is selected in a text without the focus: when it comes back, what is known here holds.
        if !self.had_focus && ui.memory(|memory| memory.has_focus(id)) {
            self.select(ui, id, before);
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
            .event_filter(filter(self.popup.is_some()))
            .layouter(&mut layouter);
        let output = edit.show(ui);
        let response: Response = output.response.response;
        ui.ctx().accesskit_node_builder(id, |node| node.set_label(shown.name.to_owned()));
        if response.changed() {
            self.lines = None;
        }
        if response.clicked() && ui.input(|input| input.modifiers.command) {
            self.next = Some(EditorAction::GoToDeclaration);
            ui.ctx().request_repaint();
        }
        if let Some(range) = output.cursor_range {
            let [anchor, caret] = [range.secondary, range.primary].map(|cursor| self.byte(cursor.index.0));
            self.selection = Selection { anchor, caret };
        }
        self.had_focus = response.has_focus();
        let moved = (self.selection.caret != before.caret && response.has_focus()) || (response.changed() && !shown.read_only);
        let page = Page {
            galley: output.galley,
            origin: output.galley_pos,
            clip: above,
            caret_line: response.has_focus().then(|| self.caret_line()),
        };
        let reveal = self.reveal.take();
        if let Some(span) = shown.jump.map(Selection::span).or(reveal).or(shown.reveal) {
            let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
            let rect = page.rect_of(lines, &self.buffer.text, span);
            if !above.contains(rect.left_top()) || rect.top() + shown.paint.line_height > above.bottom() {
                ui.scroll_to_rect(page.centred(rect), Some(Align::Center));
            }
        }
        // Places are the document's: for the one frame in which a key was pressed they may be one edit behind.
        if self.buffer.text == shown.text {
            self.page_marks(ui, below, &page, &response, shown);
        }
        (page, before, moved)
    }

    fn page_marks(&mut self, ui: &Ui, below: egui::layers::ShapeIdx, page: &Page, response: &Response, shown: &Shown<'_>) {
        let at = self.selection.caret;
        if self.brackets.is_none_or(|(version, caret, _)| (version, caret) != (shown.version, at)) {
            self.brackets = Some((shown.version, at, typing::matching(shown.text, at)));
        }
        let brackets = self.brackets.and_then(|(.., pair)| pair).filter(|_| page.caret_line.is_some());
        let brackets = brackets.into_iter().flat_map(|(open, close)| [open, close]).map(|at| Span::new(at, at + 1));
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.buffer.text));
        let mut shapes = marks::below(page, lines, shown);
        shapes.extend(marks::boxes(page, lines, shown, self.bar.hits(shown.text, shown.version).iter().copied(), true));
        shapes.extend(marks::boxes(page, lines, shown, brackets, false));
        let found = Some(self.selection.span()).filter(|span| self.bar.open.is_some() && span.start < span.end);
        shapes.extend(marks::boxes(page, lines, shown, found.into_iter(), false));
        ui.painter().set(below, egui::Shape::Vec(shapes));
        marks::squiggles(ui, page, lines, &self.buffer.text, shown);
        let told = |at: usize| hover(shown.text, at, shown.lang);
        marks::tips(response, page, lines, shown, &mut self.hovered, &told);
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
}

/// The keys that the text keeps to itself. Escape leaves it, unless there is a list to be sent away.
const fn filter(has_list: bool) -> EventFilter {
    EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: has_list }
}

/// A key that does nothing but put its letter in.
fn is_letter(event: &Event) -> bool {
    let moves = |key: &Key| {
        use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Backspace, Delete, End, Enter, Home, Tab};
        matches!(key, Enter | Backspace | Delete | Tab | ArrowUp | ArrowDown | ArrowLeft | ArrowRight | Home | End)
    };
    matches!(event, Event::Key { key, .. } if !moves(key))
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

/// Takes away what was to be pasted into a text of so many bytes where it would be too large then; whether there was such.
fn refuse_too_much(ui: &Ui, bytes: usize) -> bool {
    let too_much = |event: &Event| matches!(event, Event::Paste(text) if bytes + text.len() > crate::document::MOST_BYTES);
    ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !too_much(event));
        input.events.len() < before
    })
}

fn numbers_width(ui: &Ui, font: &FontId, lines: &Lines, gap: f32) -> f32 {
    let digits = lines.count().max(99).ilog10() as usize + 1;
    let digit = ui.fonts_mut(|fonts| fonts.glyph_width(font, '0'));
    #[expect(clippy::cast_precision_loss, reason = "a handful of digits")]
    let width = digit * digits as f32;
    (width + 3.0 * gap).ceil()
}
