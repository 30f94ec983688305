//! The field in which a name is given another one, everywhere at once: beside the name, with what speaks against it.

use egui::{Area, Frame, Id, Key, Order, Rect, RichText, TextEdit, Ui};

use crate::document::edit::{Change, Selection};
use crate::lang::Lang;
use crate::scenario::assist::mentions::Mentions;
use crate::scenario::assist::{rename, rename_label, symbol_at};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::ui::kit::select_all::select_all;

/// The field while it is open.
pub(super) struct Renaming {
    /// A byte of the name.
    pub(super) at: usize,
    name: String,
    /// How often it is mentioned.
    places: usize,
    is_new: bool,
}

/// What came of a frame.
pub(super) enum Renamed {
    /// It stays open.
    Open,
    /// It is closed, nothing changes.
    Cancelled,
    /// It is closed, with this change.
    Done(Change),
}

impl Renaming {
    /// Opens it for the name at the byte `at`, if there is one.
    pub(super) fn of(text: &str, at: usize) -> Option<Self> {
        let symbol = symbol_at(&Mentions::of(text), at).filter(crate::scenario::assist::Symbol::can_be_renamed)?;
        Some(Self { at, places: symbol.places().len(), name: symbol.name, is_new: true })
    }

    /// Draws it below the name.
    pub(super) fn ui(&mut self, ui: &Ui, below: Rect, text: &str, before: Selection, lang: Lang, theme: &Theme) -> Renamed {
        let checked = rename(&Mentions::of(text), self.at, &self.name);
        let content = ui.ctx().content_rect().shrink(4.0);
        let area = Area::new(Id::unique("rename")).order(Order::Foreground).fade_in(false);
        let shown = area.fixed_pos(below.left_bottom()).constrain_to(content).show(ui.ctx(), |ui| {
            let frame = Frame::popup(ui.style()).inner_margin(6.0);
            let shown = frame.show(ui, |ui| {
                let name = words::NEW_NAME.get(lang);
                let output = TextEdit::singleline(&mut self.name).font(theme.mono()).desired_width(180.0).show(ui);
                let response = output.response.response;
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name.to_owned()));
                if let Some(problem) = checked.diagnostics.first() {
                    ui.label(RichText::new(problem.message(lang)).font(theme.small()).color(theme.severities[0]));
                } else {
                    let places = words::PLACES.get(lang).replace("{0}", &self.places.to_string());
                    ui.label(RichText::new(places).font(theme.small()).color(theme.weak));
                }
                response
            });
            shown.inner
        });
        let field = shown.inner;
        if std::mem::take(&mut self.is_new) {
            field.request_focus();
            select_all(ui, field.id, &self.name);
            return Renamed::Open;
        }
        let (enter, escape) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        if escape {
            return Renamed::Cancelled;
        }
        if !field.lost_focus() {
            return Renamed::Open;
        }
        if !enter {
            return Renamed::Cancelled;
        }
        if !checked.diagnostics.is_empty() {
            field.request_focus();
            return Renamed::Open;
        }
        if checked.value.is_empty() {
            return Renamed::Cancelled;
        }
        let from = text.get(checked.value[0].span.range()).unwrap_or_default();
        Renamed::Done(renaming((from, &self.name), checked.value, before))
    }
}

/// The change, with the caret staying on the name it stands on.
fn renaming((from, to): (&str, &str), edits: Vec<crate::document::edit::Edit>, before: Selection) -> Change {
    let at = before.caret;
    let earlier = edits.iter().filter(|edit| edit.span.end <= at && !edit.span.touches(at));
    let grown: usize = earlier.clone().map(|edit| edit.text.len()).sum();
    let gone: usize = earlier.map(|edit| edit.span.end - edit.span.start).sum();
    let on = edits.iter().find(|edit| edit.span.touches(at)).map_or(at, |edit| edit.span.start);
    let after = Selection::caret(on + grown - gone);
    Change::new(rename_label(from, to), edits).selecting(before, after)
}
