//! The first minute: a scenario runs already, and a card says what one might do next. Shown once, and when asked for.

use egui::{Align2, Id, Label, RichText, Ui, Window};

use super::command::{Command, EngineChoice, Page};
use super::i18n;
use super::state::State;
use crate::lang::Words;

/// What the second thing to try opens.
const NEXT: &str = "philosophers";

/// Draws the card in a corner, over nothing that runs.
pub(super) fn welcome_ui(ui: &Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let mut open = true;
    Window::new(i18n::WELCOME.get(lang))
        .id(Id::unique("welcome"))
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .default_width(380.0)
        .anchor(Align2::RIGHT_BOTTOM, [-16.0, -44.0])
        .show(ui.ctx(), |ui| {
            ui.set_width(380.0);
            ui.add(Label::new(i18n::WELCOME_NOW.get(lang)).wrap());
            ui.add_space(6.0);
            let mut step = |ui: &mut Ui, number: &str, words: Words, button: Words, asked: &[Command]| {
                ui.horizontal_top(|ui| {
                    ui.label(RichText::new(number).strong().color(state.shade.accent()));
                    ui.vertical(|ui| {
                        ui.add(Label::new(words.get(lang)).wrap());
                        if ui.button(button.get(lang)).clicked() {
                            commands.extend(asked.iter().cloned());
                        }
                    });
                });
                ui.add_space(4.0);
            };
            let change = Command::Panel(super::panels::Asked::Jump(first_number(state)));
            step(ui, "1", i18n::TRY_CHANGE, i18n::TRY_CHANGE_BUTTON, &[change]);
            step(ui, "2", i18n::TRY_DEADLOCK, i18n::TRY_DEADLOCK_BUTTON, &[Command::OpenBuiltIn(NEXT), Command::Restart]);
            let stepper = [Command::Engine(EngineChoice::Stepper), Command::Restart];
            step(ui, "3", i18n::TRY_STEPPER, i18n::TRY_STEPPER_BUTTON, &stepper);
            ui.horizontal(|ui| {
                if ui.button(i18n::WELCOME_HELP.get(lang)).clicked() {
                    commands.push(Command::Help(Some(Page::Blocks)));
                }
                if ui.button(i18n::CLOSE.get(lang)).clicked() {
                    commands.push(Command::Welcome(false));
                }
            });
        });
    if !open {
        commands.push(Command::Welcome(false));
    }
}

/// Where the first constant of the text has its number: what is easiest to change.
fn first_number(state: &State<'_>) -> usize {
    let text = state.view.text;
    let line = text.find("\nlet ").map_or(0, |at| at + 1);
    text[line..].find(|c: char| c.is_ascii_digit()).map_or(line, |at| line + at)
}
