//! Editing a value where it stands on its tile: what it takes, what may be written, what would be wrong with it.
//! Changes nothing: it says what was typed and where to go on.

use egui::{Area, Frame, Id, Key, Label, Layout, Modifiers, Order, Rect, RichText, TextEdit, Ui, UiBuilder, pos2, vec2};

use super::tell::name;
use super::words;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::scenario::block::Accepts;
use crate::scenario::write::{BlockChange, NoteAt, check_argument, write};
use crate::scenario::{Block, Scenario, read_document};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::select_all::select_all;
use crate::view::blocks::{Field, FieldId, fields, suggestions};

/// A value being edited.
pub(super) struct Editing {
    pub(super) block: BlockId,
    fields: Vec<Field>,
    at: usize,
    text: String,
    /// Which suggestion is marked.
    marked: Option<usize>,
    is_new: bool,
    /// Where the help was drawn: a press there does not end the editing.
    help: Rect,
    /// What is wrong with which text.
    checked: Option<(String, Option<(Severity, String)>)>,
    /// What is wrong with the text without what is typed here.
    told_before: Option<Vec<Diagnostic>>,
}

/// Where to go when a value has been typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Close,
    Next,
    Before,
    At(FieldId),
}

/// What became of editing in this frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Goes,
    Cancelled,
    /// The change that gives the value, if it is another one now.
    Taken(Option<BlockChange>, Then),
}

/// What the field needs to know of its scenario.
pub(super) struct Around<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) text: &'a str,
    pub(super) document: &'a Document,
    pub(super) lang: Lang,
}

impl Editing {
    /// Begins with `field` of a block, or with its first; none for a block that takes nothing.
    pub(super) fn begin(block: &Block, text: &str, field: Option<FieldId>) -> Option<Self> {
        let fields = fields(block, text);
        let at = field.and_then(|field| fields.iter().position(|other| other.id == field)).unwrap_or(0);
        let first = fields.get(at)?;
        let text = first.value.clone().unwrap_or_default();
        Some(Self {
            block: block.id,
            at,
            text,
            marked: None,
            is_new: true,
            help: Rect::NOTHING,
            checked: None,
            told_before: None,
            fields,
        })
    }

    /// The field beside this one, going round; none at the last where that is the end.
    pub(super) fn beside(&self, forward: bool) -> Option<FieldId> {
        let at = if forward { self.at + 1 } else { self.at.checked_sub(1)? };
        self.fields.get(at).map(|field| field.id)
    }

    /// The change that gives the value what has been typed, if that is another one.
    pub(super) fn change(&self, block: &Block) -> Option<BlockChange> {
        self.fields[self.at].change(block, &self.text)
    }

    pub(super) fn field(&self) -> (FieldId, &'static str) {
        let field = &self.fields[self.at];
        (field.id, field.parameter.name)
    }

    /// Draws the field at `slot` and what helps below it.
    pub(super) fn ui(&mut self, ui: &mut Ui, theme: &Theme, block: &Block, around: &Around<'_>, slot: Rect) -> Outcome {
        let field = self.fields[self.at].clone();
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        // All that may stand there instead, until something is typed.
        let is_untouched = field.value.as_ref() == Some(&self.text) && matches!(field.parameter.accepts, Accepts::Expression);
        let typed = if is_untouched { "" } else { self.text.trim() };
        let mut offered = suggestions(around.scenario, around.text, block, &field, typed);
        offered.retain(|text| !is_untouched || *text != self.text);
        if pressed(Modifiers::NONE, Key::Escape) {
            return Outcome::Cancelled;
        }
        let then = [
            (Modifiers::SHIFT, Key::Tab, Then::Before),
            (Modifiers::NONE, Key::Tab, Then::Next),
            (Modifiers::NONE, Key::Enter, Then::Close),
        ];
        let then = then.into_iter().find(|(modifiers, key, _)| pressed(*modifiers, *key)).map(|(_, _, then)| then);
        let (up, down) = (pressed(Modifiers::NONE, Key::ArrowUp), pressed(Modifiers::NONE, Key::ArrowDown));
        if !offered.is_empty() && (up || down) {
            let last = offered.len() - 1;
            self.marked = Some(match self.marked {
                None => {
                    if down {
                        0
                    } else {
                        last
                    }
                }
                Some(at) if down => {
                    if at >= last {
                        0
                    } else {
                        at + 1
                    }
                }
                Some(at) => at.checked_sub(1).unwrap_or(last),
            });
        }
        if let Some(then) = then {
            if let Some(text) = self.marked.and_then(|marked| offered.get(marked)) {
                self.text.clone_from(text);
            }
            return Outcome::Taken(field.change(block, &self.text), then);
        }
        let id = Id::unique("block field");
        // In the middle of the tile, and beside the flow of rows: these stay where they are.
        let height = (ui.fonts_mut(|fonts| fonts.row_height(&theme.mono())) + 2.0).max(ui.spacing().interact_size.y);
        let slot = within(ui, slot, self.width(ui, theme));
        let place = Rect::from_center_size(slot.center(), vec2(slot.width(), height));
        let mut beside = ui.new_child(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(egui::Align::Center)));
        let response = beside.add(
            TextEdit::singleline(&mut self.text)
                .id(id)
                .font(theme.mono())
                .margin(egui::Margin::symmetric(3, 1))
                // Where the value stands when it is not edited.
                .align(egui::Align2::LEFT_CENTER)
                .desired_width(slot.width())
                .hint_text(field.parameter.default.unwrap_or_default()),
        );
        name(&response, &field.called(block, around.text));
        if self.is_new {
            response.request_focus();
            select_all(ui, id, &self.text);
            self.is_new = false;
        } else if self.leaves(ui, &response) {
            return Outcome::Taken(field.change(block, &self.text), Then::Close);
        } else if !response.has_focus() && ui.input(|input| input.pointer.interact_pos().is_some_and(|at| self.help.contains(at)))
        {
            response.request_focus();
        } else if !response.has_focus() {
            // The pointer went elsewhere: what was typed counts.
            return Outcome::Taken(field.change(block, &self.text), Then::Close);
        }
        ui.ctx().memory_mut(|memory| {
            let filter = egui::EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
            memory.set_focus_lock_filter(id, filter);
        });
        if response.changed() {
            self.marked = None;
        }
        self.check(around, block, &field);
        self.help(ui, theme, block, around.lang, &field, &offered, slot)
    }

    /// What the whole of what is typed takes.
    fn width(&self, ui: &Ui, theme: &Theme) -> f32 {
        let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(self.text.clone(), theme.mono(), theme.text));
        galley.size().x + 16.0
    }

    /// Whether a button was pressed elsewhere: with that, and not when it is let go, so that what is then begun there finds the
    /// text as it will be.
    fn leaves(&self, ui: &Ui, response: &egui::Response) -> bool {
        ui.input(|input| {
            let at = input.pointer.interact_pos();
            input.pointer.any_pressed() && at.is_some_and(|at| !self.help.contains(at) && !response.rect.contains(at))
        })
    }

    fn check(&mut self, around: &Around<'_>, block: &Block, field: &Field) {
        if self.checked.as_ref().is_some_and(|(text, _)| *text == self.text) {
            return;
        }
        let change = field.change(block, &self.text);
        let first = match change.map(|change| write(around.document, &change)) {
            None => None,
            Some(Err(refusal)) => Some((Severity::Error, refusal.words().get(around.lang).to_owned())),
            Some(Ok(rewrite)) => {
                let before = self.told_before.get_or_insert_with(|| read_document(around.document, &[]).diagnostics);
                let told = check_argument(around.document, &rewrite, before);
                told.first().map(|told| (told.severity, told.message(around.lang)))
            }
        };
        self.checked = Some((self.text.clone(), first));
    }

    #[expect(clippy::too_many_arguments, reason = "all that is shown below a field")]
    fn help(
        &mut self,
        ui: &Ui,
        theme: &Theme,
        block: &Block,
        lang: Lang,
        field: &Field,
        offered: &[String],
        slot: Rect,
    ) -> Outcome {
        let mut outcome = Outcome::Goes;
        let area = Area::new(Id::unique("block field help"))
            .order(Order::Foreground)
            .fixed_pos(pos2(slot.left() - 4.0, slot.bottom() + 4.0));
        let shown = area.constrain_to(ui.ctx().content_rect()).show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_max_width(300.0);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(field.name()).strong());
                    ui.label(RichText::new(field.takes(lang)).small().color(theme.weak));
                });
                ui.add(Label::new(RichText::new(field.parameter.doc.get(lang)).small()).wrap());
                if let Some((_, Some((severity, told)))) = &self.checked {
                    ui.add(Label::new(RichText::new(told).color(theme.severity(*severity))).wrap());
                }
                for (index, text) in offered.iter().enumerate() {
                    let shown = RichText::new(text).font(theme.mono());
                    if ui.selectable_label(self.marked == Some(index), shown).clicked() {
                        outcome = Outcome::Taken(field.change(block, text), Then::Close);
                    }
                }
                if let Some(field) = self.others(ui, theme) {
                    outcome = Outcome::Taken(self.change(block), Then::At(field));
                }
                ui.label(RichText::new(words::FIELD_HINT.get(lang)).small().color(theme.weak));
            });
        });
        self.help = shown.response.rect;
        outcome
    }
}

impl Editing {
    /// All values of the block by name, where it takes several; the one to go on with, when one was clicked.
    fn others(&self, ui: &mut Ui, theme: &Theme) -> Option<FieldId> {
        if self.fields.len() < 2 {
            return None;
        }
        let mut chosen = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(2.0, 0.0);
            for (index, field) in self.fields.iter().enumerate() {
                let is_written = field.value.is_some() || index == self.at;
                let text = RichText::new(field.name()).small().color(if is_written { theme.text } else { theme.weak });
                if ui.selectable_label(index == self.at, text).clicked() && index != self.at {
                    chosen = Some(field.id);
                }
            }
        });
        chosen
    }
}

/// The place of a field that wants to be so wide: it begins further left, over what stands before it, rather than end outside of
/// what is seen of the panel.
fn within(ui: &Ui, slot: Rect, wanted: f32) -> Rect {
    let seen = ui.clip_rect().x_range().shrink(4.0);
    let width = slot.width().max(wanted).min(seen.span());
    let left = slot.left().min(seen.max - width).max(seen.min);
    Rect::from_x_y_ranges(left..=left + width, slot.y_range())
}

/// A line being asked for: a name, or what a comment says.
pub(super) struct Naming {
    pub(super) text: String,
    pub(super) what: Named,
    /// Why what was given will not do.
    pub(super) refused: Option<&'static str>,
    is_new: bool,
}

/// What a line is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Another name of what stands at this byte.
    Name(usize),
    /// The name of a routine to be.
    Routine,
    /// The text of a comment, at the row of this number.
    Note(NoteAt, usize),
    /// The line of a block that nobody knows.
    Line(BlockId),
}

/// What became of asking for a line in this frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    Goes,
    Nothing,
    As(String),
}

impl Naming {
    pub(super) fn begin(text: String, what: Named) -> Self {
        Self { text, what, refused: None, is_new: true }
    }

    /// Another one is asked for, since this one will not do.
    pub(super) fn again(&mut self, why: &'static str) {
        (self.refused, self.is_new) = (Some(why), true);
    }

    /// Draws the field; what became of it.
    pub(super) fn ui(&mut self, ui: &mut Ui, theme: &Theme, lang: Lang) -> Given {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            return Given::Nothing;
        }
        let entered = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let id = Id::unique("block name field");
        let is_note = matches!(self.what, Named::Note(..));
        let told = match self.what {
            Named::Name(_) => words::NEW_NAME,
            Named::Routine => words::ROUTINE_NAME,
            Named::Note(..) => words::NOTE_TEXT,
            Named::Line(_) => words::LINE,
        };
        let width = if is_note || matches!(self.what, Named::Line(_)) { 360.0 } else { 220.0 };
        ui.set_width(width);
        ui.label(RichText::new(told.get(lang)).small().color(theme.weak));
        let response = ui.add(TextEdit::singleline(&mut self.text).id(id).desired_width(width));
        name(&response, told.get(lang));
        if response.changed() {
            self.refused = None;
        }
        if let Some(why) = self.refused {
            ui.label(RichText::new(why).small().color(theme.severity(Severity::Error)));
        }
        if self.is_new {
            response.request_focus();
            select_all(ui, id, &self.text);
            // Not seen, and without the focus, until the size of the popup is known.
            self.is_new = !response.has_focus();
        }
        // The pointer went elsewhere: what was typed counts, a name half typed does not.
        let left = !self.is_new && !response.has_focus() && ui.input(|input| input.pointer.any_pressed());
        if entered || (left && is_note) {
            return Given::As(self.text.trim().to_owned());
        }
        if left && !response.contains_pointer() {
            return Given::Nothing;
        }
        Given::Goes
    }
}
