//! The first minute: a scenario runs already, and a strip says what one might do next. Shown once, and when asked for.
//! It covers nothing of what runs.

use egui::{Align, Label, Layout, RichText, Ui};

use crate::lang::Words;
use crate::ui::command::{Command, Page, Trial};
use crate::ui::i18n;
use crate::ui::state::State;

/// Between two things to try.
const APART: f32 = 20.0;

/// Draws the strip.
pub(in crate::ui) fn welcome_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let said = i18n::WELCOME_NOW.get(lang);
    let mut is_said = false;
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
                let font = egui::TextStyle::Body.resolve(ui.style());
                let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(said.to_owned(), font, ui.visuals().weak_text_color()));
                is_said = galley.size().x <= ui.available_width();
                if is_said {
                    ui.label(galley);
                }
            });
        });
    });
    // Where the row has no room for all of it, it has rows of its own.
    if !is_said {
        ui.add(Label::new(RichText::new(said).weak()).wrap());
    }
    let things = [
        ("1", i18n::TRY_CHANGE, i18n::TRY_CHANGE_BUTTON, Trial::Change),
        ("2", i18n::TRY_DEADLOCK, i18n::TRY_DEADLOCK_BUTTON, Trial::Deadlock),
        ("3", i18n::TRY_STEPPER, i18n::TRY_STEPPER_BUTTON, Trial::Stepper),
    ];
    let between = ui.spacing().item_spacing.x;
    ui.spacing_mut().item_spacing.x = APART;
    ui.columns(things.len(), |columns| {
        for (ui, (number, words, button, trial)) in columns.iter_mut().zip(things) {
            ui.spacing_mut().item_spacing.x = between;
            thing_ui(ui, state, number, (words, button), || commands.push(Command::Try(trial)));
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
