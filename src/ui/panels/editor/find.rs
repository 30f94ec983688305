//! The bar above the text: finding, replacing, going to a line. Owns what is looked for; the text is the document's.

use egui::{EventFilter, Frame, Id, Key, Modifiers, Response, TextEdit, Ui};

use crate::diagnostic::Span;
use crate::document::edit::{Change, Edit, Label, Selection};
use crate::document::search::{MOST_HITS, Query, hits};
use crate::lang::{Lang, Words};
use crate::ui::kit::key_order::{KeyOrder, Pace};
use crate::ui::kit::panel_words as words;
use crate::ui::kit::select_all::select_all;
use crate::ui::kit::tip::Tip as _;
use crate::view::lines::Lines;

/// What the bar is open for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarKind {
    Find,
    Replace,
    Line,
}

/// The bar.
#[derive(Default)]
pub(super) struct Bar {
    pub(super) open: Option<BarKind>,
    query: Query,
    with: String,
    line: String,
    /// Where `query` stands in the text of that version.
    found: Option<(u64, Query, Vec<Span>)>,
    /// The field gets the focus, all of it selected.
    wants_focus: bool,
}

/// What the bar asks for.
#[derive(Default)]
pub(super) struct BarAsked {
    pub(super) select: Option<Selection>,
    pub(super) change: Option<Change>,
    pub(super) closed: bool,
}

const REPLACE: Words = Words { en: "Replace {0}", zh: "替换 {0}" };
const REPLACE_ALL: Words = Words { en: "Replace all {0}", zh: "全部替换 {0}" };

impl Bar {
    /// Opens it; with the word that is selected in the text, if one is.
    pub(super) fn show(&mut self, kind: BarKind, selected: &str) {
        self.open = Some(kind);
        self.wants_focus = true;
        if !selected.is_empty() && !selected.contains('\n') && kind != BarKind::Line {
            selected.clone_into(&mut self.query.text);
        }
    }

    /// Opens it for every place of a name.
    pub(super) fn show_uses(&mut self, name: &str) {
        self.open = Some(BarKind::Find);
        self.query = Query { text: name.to_owned(), match_case: true, whole_word: true };
    }

    /// Where what is looked for stands; nothing while the bar is closed.
    pub(super) fn hits(&mut self, text: &str, version: u64) -> &[Span] {
        if !matches!(self.open, Some(BarKind::Find | BarKind::Replace)) {
            return &[];
        }
        if self.found.as_ref().is_none_or(|(known, query, _)| *known != version || *query != self.query) {
            self.found = Some((version, self.query.clone(), hits(text, &self.query)));
        }
        self.found.as_ref().map_or(&[], |(_, _, hits)| hits)
    }

    /// The next place from `selection`, or the one before it, round and round.
    pub(super) fn step(&mut self, text: &str, version: u64, selection: Selection, back: bool) -> Option<Selection> {
        let span = selection.span();
        let hits = self.hits(text, version);
        let next = if back {
            hits.iter().rev().find(|hit| hit.end <= span.start.max(1) && hit.start < span.start).or(hits.last())
        } else {
            hits.iter().find(|hit| hit.start >= span.end && **hit != span).or(hits.first())
        };
        next.map(|hit| Selection { anchor: hit.start, caret: hit.end })
    }

    /// Draws it, if it is open.
    pub(super) fn ui(&mut self, ui: &mut Ui, text: &str, version: u64, selection: Selection, lang: Lang) -> BarAsked {
        let mut asked = BarAsked::default();
        let Some(kind) = self.open else { return asked };
        Frame::NONE.fill(ui.visuals().panel_fill).inner_margin(6.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            match kind {
                BarKind::Line => self.line_ui(ui, text, lang, &mut asked),
                BarKind::Find | BarKind::Replace => self.find_ui(ui, kind, (text, version), selection, lang, &mut asked),
            }
        });
        if asked.closed {
            self.open = None;
        }
        asked
    }

    /// What is written behind a key that leads to a field, or on from it, is for where that leads.
    pub(super) fn pace(&self, ui: &Ui) {
        let fields = [find_id(), with_id(), line_id()];
        if self.wants_focus && self.open.is_some() {
            KeyOrder::next(ui.ctx(), Pace::Nothing);
        } else if ui.memory(|memory| memory.focused().is_some_and(|focused| fields.contains(&focused))) {
            KeyOrder::next(ui.ctx(), Pace::Writing);
        }
    }

    fn find_ui(
        &mut self,
        ui: &mut Ui,
        kind: BarKind,
        (text, version): (&str, u64),
        selection: Selection,
        lang: Lang,
        asked: &mut BarAsked,
    ) {
        let before = self.query.clone();
        ui.horizontal_wrapped(|ui| {
            let focus = std::mem::take(&mut self.wants_focus);
            let field = field_ui(ui, find_id(), &mut self.query.text, words::FIND.get(lang), focus);
            if kind == BarKind::Replace {
                tab(ui, &field, with_id(), Id::unique("editor"));
            }
            let (entered, back) = entered(ui, &field);
            let toggle = |ui: &mut Ui, on: &mut bool, sign: &str, tip: &str| {
                let response = ui.toggle_value(on, sign).tip(tip);
                response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, *on, tip));
            };
            toggle(ui, &mut self.query.match_case, "Aa", words::MATCH_CASE.get(lang));
            toggle(ui, &mut self.query.whole_word, "W", words::WHOLE_WORD.get(lang));
            let previous = button(ui, "↑", words::PREVIOUS.get(lang));
            let next = button(ui, "↓", words::NEXT.get(lang));
            if self.query != before {
                let from = Selection::caret(selection.span().start);
                asked.select = self.step(text, version, from, false);
            } else if entered || previous || next {
                asked.select = self.step(text, version, selection, back || previous);
            }
            if entered {
                field.request_focus();
            }
            let hits = self.hits(text, version);
            let at = hits.iter().position(|hit| *hit == asked.select.unwrap_or(selection).span()).map_or(0, |at| at + 1);
            let more = if hits.len() == MOST_HITS { "+" } else { "" };
            ui.weak(format!("{at}/{}{more}", hits.len()));
            asked.closed |= button(ui, "✖", words::CLOSE.get(lang));
        });
        if kind == BarKind::Replace {
            self.replace_ui(ui, (text, version), selection, lang, asked);
        }
        asked.closed |= ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    }

    fn replace_ui(&mut self, ui: &mut Ui, (text, version): (&str, u64), selection: Selection, lang: Lang, asked: &mut BarAsked) {
        ui.horizontal_wrapped(|ui| {
            let field = field_ui(ui, with_id(), &mut self.with, words::REPLACE_WITH.get(lang), false);
            let (entered, _) = entered(ui, &field);
            let button = ui.button(words::REPLACE.get(lang));
            tab(ui, &field, button.id, find_id());
            let one = button.clicked() || entered;
            let all = ui.button(words::REPLACE_ALL.get(lang)).clicked();
            if entered {
                field.request_focus();
            }
            let hits = self.hits(text, version).to_vec();
            if all && !hits.is_empty() {
                let edits = hits.iter().map(|hit| Edit::new(*hit, self.with.as_str())).collect();
                let first = Selection::caret(hits[0].start);
                asked.change = Some(Change::new(Label::new(REPLACE_ALL, &self.query.text), edits).selecting(selection, first));
            } else if one && hits.contains(&selection.span()) {
                let span = selection.span();
                let after = Selection::caret(span.start + self.with.len());
                let edits = vec![Edit::new(span, self.with.as_str())];
                let delta = self.with.len();
                let next = hits.iter().find(|hit| hit.start >= span.end);
                let moved = |at: usize| at + delta - (span.end - span.start);
                let after = next.map_or(after, |hit| Selection { anchor: moved(hit.start), caret: moved(hit.end) });
                asked.change = Some(Change::new(Label::new(REPLACE, &self.query.text), edits).selecting(selection, after));
            } else if one {
                asked.select = self.step(text, version, selection, false);
            }
        });
    }

    fn line_ui(&mut self, ui: &mut Ui, text: &str, lang: Lang, asked: &mut BarAsked) {
        ui.horizontal_wrapped(|ui| {
            let focus = std::mem::take(&mut self.wants_focus);
            let field = field_ui(ui, line_id(), &mut self.line, words::LINE_NUMBER.get(lang), focus);
            let lines = Lines::of(text);
            ui.weak(format!("1–{}", lines.count()));
            let number = self.line.trim().parse::<usize>().ok().filter(|number| (1..=lines.count()).contains(number));
            if entered(ui, &field).0 {
                if let Some(number) = number {
                    asked.select = Some(Selection::caret(lines.line(number - 1).start));
                    asked.closed = true;
                } else {
                    field.request_focus();
                }
            }
            asked.closed |= button(ui, "✖", words::CLOSE.get(lang));
        });
        asked.closed |= ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    }
}

/// What the buttons and the count take.
const BESIDE: f32 = 236.0;

/// Of less nobody sees what is typed.
const LEAST_FIELD: f32 = 110.0;

/// What a field takes beside what is typed.
const FIELD_MARGIN: f32 = 8.0;

fn find_id() -> Id {
    Id::unique("find in the text")
}

fn line_id() -> Id {
    Id::unique("line number")
}

fn with_id() -> Id {
    Id::unique("replace with")
}

/// Tab leads on from a field, and back, to these, whatever stands between.
fn tab(ui: &Ui, field: &Response, next: Id, before: Id) {
    if !field.has_focus() {
        return;
    }
    ui.memory_mut(|memory| {
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: false };
        memory.set_focus_lock_filter(field.id, filter);
    });
    for (modifiers, to) in [(Modifiers::SHIFT, before), (Modifiers::NONE, next)] {
        if ui.input_mut(|input| input.consume_key(modifiers, Key::Tab)) {
            ui.memory_mut(|memory| memory.request_focus(to));
        }
    }
}

fn field_ui(ui: &mut Ui, id: Id, text: &mut String, name: &str, focus: bool) -> Response {
    // As long as is left beside the buttons, so that none begins another line; where that is little, a line of its own.
    let beside = ui.available_width() - BESIDE;
    let width = if beside < LEAST_FIELD { ui.available_width() - FIELD_MARGIN } else { beside.min(180.0) };
    let output = TextEdit::singleline(text).id(id).hint_text(name).desired_width(width).show(ui);
    let response = output.response.response;
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name.to_owned()));
    if focus {
        response.request_focus();
        select_all(ui, response.id, text);
    }
    response
}

/// Whether Enter was pressed in a field, and with Shift.
fn entered(ui: &Ui, field: &Response) -> (bool, bool) {
    // Taken away, so that the text does not get it too when it gets the focus back.
    let pressed = |modifiers: Modifiers| field.lost_focus() && ui.input_mut(|input| input.consume_key(modifiers, Key::Enter));
    let back = pressed(Modifiers::SHIFT);
    (pressed(Modifiers::NONE) || back, back)
}

fn button(ui: &mut Ui, sign: &str, tip: &str) -> bool {
    let response = ui.small_button(sign).tip(tip);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, tip));
    response.clicked()
}
