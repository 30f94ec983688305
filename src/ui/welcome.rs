//! The first minute: a scenario runs already, and a strip says what one might do next. Shown once, and when asked for.
//! It covers nothing of what runs.

use egui::{Align, Label, Layout, RichText, Ui};

use super::command::{Command, EngineChoice, Page};
use super::i18n;
use super::panels::Asked;
use super::state::State;
use crate::diagnostic::Span;
use crate::lang::Words;

/// What the second thing to try opens.
const NEXT: &str = "philosophers";

/// Draws the strip.
pub(super) fn welcome_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button(i18n::CLOSE.get(lang)).clicked() {
                commands.push(Command::Welcome(false));
            }
            if ui.button(i18n::WELCOME_HELP.get(lang)).clicked() {
                commands.push(Command::Help(Some(Page::Blocks)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(i18n::WELCOME.get(lang)).strong());
                ui.add(Label::new(RichText::new(i18n::WELCOME_NOW.get(lang)).weak()).truncate());
            });
        });
    });
    let change = vec![Command::Panel(Asked::Mark(first_number(state)))];
    let deadlock = vec![Command::RunBuiltIn(NEXT)];
    let stepper = vec![Command::Engine(EngineChoice::Stepper), Command::Restart];
    let things = [
        ("1", i18n::TRY_CHANGE, i18n::TRY_CHANGE_BUTTON, change),
        ("2", i18n::TRY_DEADLOCK, i18n::TRY_DEADLOCK_BUTTON, deadlock),
        ("3", i18n::TRY_STEPPER, i18n::TRY_STEPPER_BUTTON, stepper),
    ];
    ui.columns(things.len(), |columns| {
        for (ui, (number, words, button, asked)) in columns.iter_mut().zip(things) {
            thing_ui(ui, state, number, (words, button), || commands.extend(asked));
        }
    });
}

fn thing_ui(ui: &mut Ui, state: &State<'_>, number: &str, (words, button): (Words, Words), chosen: impl FnOnce()) {
    ui.horizontal_top(|ui| {
        ui.label(RichText::new(number).strong().color(state.shade.accent()));
        ui.vertical(|ui| {
            ui.add(Label::new(words.get(state.lang)).wrap());
            if ui.button(button.get(state.lang)).clicked() {
                chosen();
            }
        });
    });
}

/// Where the first constant of the text has its number: what is easiest to change.
fn first_number(state: &State<'_>) -> Span {
    let text = state.view.text;
    let line = text.find("\nlet ").map_or(0, |at| at + 1);
    let start = text[line..].find(|c: char| c.is_ascii_digit()).map_or(line, |at| line + at);
    let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |at| start + at);
    Span::new(start, end)
}
