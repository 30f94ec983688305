//! The first minute: a scenario runs already, and a strip says what one might do next. Shown once, and when asked for.
//! It covers nothing of what runs.

use egui::{Align, Label, Layout, RichText, Ui};

use crate::diagnostic::Span;
use crate::lang::Words;
use crate::scenario::library::{self, FIRST};
use crate::ui::command::{Command, EngineChoice, Page};
use crate::ui::i18n;
use crate::ui::panels::Asked;
use crate::ui::state::State;

/// Between two things to try.
const APART: f32 = 20.0;

/// What the second thing to try opens.
const NEXT: &str = "philosophers";

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
    let change = if let Some(span) = first_number(state.view.text) {
        vec![Command::Panel(Asked::Mark(span))]
    } else {
        // A page without a number shows one in a scenario that has some.
        let number = library::find(FIRST).and_then(|entry| first_number(entry.text));
        let mark = number.map(|span| Command::Panel(Asked::Mark(span)));
        [Command::OpenBuiltIn(FIRST)].into_iter().chain(mark).collect()
    };
    let deadlock = vec![Command::RunBuiltIn(NEXT)];
    let stepper = vec![Command::Engine(EngineChoice::Stepper), Command::Restart];
    let things = [
        ("1", i18n::TRY_CHANGE, i18n::TRY_CHANGE_BUTTON, change),
        ("2", i18n::TRY_DEADLOCK, i18n::TRY_DEADLOCK_BUTTON, deadlock),
        ("3", i18n::TRY_STEPPER, i18n::TRY_STEPPER_BUTTON, stepper),
    ];
    let between = ui.spacing().item_spacing.x;
    ui.spacing_mut().item_spacing.x = APART;
    ui.columns(things.len(), |columns| {
        for (ui, (number, words, button, asked)) in columns.iter_mut().zip(things) {
            ui.spacing_mut().item_spacing.x = between;
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
fn first_number(text: &str) -> Option<Span> {
    let line = text.find("\nlet ").map_or(0, |at| at + 1);
    let start = text[line..].find(|c: char| c.is_ascii_digit()).map(|at| line + at)?;
    let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |at| start + at);
    Some(Span::new(start, end))
}
