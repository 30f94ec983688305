//! What must be answered or read before going on: unsaved text, a file changed outside, text to recover, a path.

mod changed;
mod path;

use egui::{Button, Event, Id, Key, Modal, RichText, Ui};

use path::{For, PathField};

use crate::lang::Words;
use crate::ui::command::{Answer, Command};
use crate::ui::i18n::{self, fill};
use crate::ui::state::{Question, State};

/// What the dialogs remember.
#[derive(Debug, Default)]
pub(in crate::ui) struct Dialogs {
    path: PathField,
    asked: Option<Question>,
    /// The two texts of a changed file are compared.
    compares: bool,
    /// The question came unasked and takes no keys yet: they may be meant for the text. Since when no key was pressed, in seconds.
    quiet_since: Option<f64>,
    /// How many questions were asked: each has buttons of its own, so that none takes over the focus of one before.
    asked_before: u64,
}

/// So long no key must have been pressed before a question that came unasked takes any, in seconds.
const QUIET_SECONDS: f64 = 0.6;

impl Dialogs {
    /// Draws what is open, over everything.
    pub(in crate::ui) fn dialogs_ui(&mut self, ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
        if let Some(question) = state.question {
            self.question_ui(ui, state, question, commands);
        }
        self.asked = state.question.cloned();
        if state.shows_about {
            about_ui(ui, state, commands);
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, state: &State<'_>, question: &Question, commands: &mut Vec<Command>) {
        let lang = state.lang;
        let is_new = self.asked.as_ref() != Some(question);
        let text = |words: Words, with: &str| fill(words.get(lang), &[with]);
        let (title, detail, answers) = match question {
            Question::Unsaved { name } => {
                let answers = [(i18n::SAVE, Answer::Yes), (i18n::DISCARD, Answer::No), (i18n::CANCEL, Answer::Cancel)];
                (text(i18n::UNSAVED_QUESTION, name), text(i18n::UNSAVED_DETAIL, ""), answers.to_vec())
            }
            Question::Changed { name, .. } => {
                let answers = [(i18n::RELOAD, Answer::Yes), (i18n::KEEP, Answer::No)];
                (text(i18n::CHANGED_QUESTION, name), text(i18n::CHANGED_DETAIL, ""), answers.to_vec())
            }
            Question::Recover { name, lines, others } => {
                let words = if *others == 0 { i18n::RECOVER_DETAIL } else { i18n::RECOVER_ONE_OF };
                let detail = fill(words.get(lang), &[name, &lines.to_string(), &others.to_string()]);
                let answers = [(i18n::RECOVER, Answer::Yes), (i18n::FORGET, Answer::No), (i18n::LATER, Answer::Cancel)];
                (text(i18n::RECOVER_QUESTION, ""), detail, answers.to_vec())
            }
            Question::Commands { programs } => {
                let answers = [(i18n::ALLOW, Answer::Yes), (i18n::RUN_WITHOUT, Answer::No), (i18n::CANCEL, Answer::Cancel)];
                (
                    text(i18n::COMMANDS_QUESTION, &programs.join(i18n::AND_THEN.get(lang))),
                    text(i18n::COMMANDS_DETAIL, ""),
                    answers.to_vec(),
                )
            }
            Question::Path { saving, proposed, ending } => {
                if is_new {
                    self.path.begin(proposed);
                }
                let what = For { saving: *saving, ending };
                shell("path").show(ui.ctx(), |ui| self.path.field_ui(ui, state, what, commands));
                return;
            }
        };
        self.compares &= !is_new;
        self.asked_before += u64::from(is_new);
        let focuses = self.begins_to_take_keys(ui, question, is_new);
        Modal::new(Id::unique("question").with(self.asked_before)).show(ui.ctx(), |ui| {
            // Its own width, whatever was asked before: the area remembers that of the last question.
            ui.set_width(width(ui, WIDTH));
            ui.label(RichText::new(title).strong());
            ui.add_space(2.0);
            ui.label(detail);
            if let Question::Changed { theirs, .. } = question
                && self.compares
            {
                ui.add_space(6.0);
                changed::comparison_ui(ui, state, theirs);
            }
            ui.add_space(8.0);
            ui.horizontal_wrapped(|ui| {
                // What runs programs of the system, or replaces the text, is not done by who only presses Enter.
                let is_grave = matches!(question, Question::Commands { .. } | Question::Changed { .. });
                let first = if is_grave { answers.len() - 1 } else { 0 };
                for (index, (words, answer)) in answers.into_iter().enumerate() {
                    let response = ui.button(words.get(lang));
                    if index == first && focuses {
                        response.request_focus();
                    }
                    if response.clicked() {
                        commands.push(Command::Answer(answer));
                    }
                }
                if let Question::Changed { .. } = question {
                    let compare = Button::new(i18n::COMPARE.get(lang)).selected(self.compares);
                    self.compares ^= ui.add(compare).clicked();
                }
            });
        });
        if self.quiet_since.is_none() && ui.input(|input| input.key_pressed(Key::Escape)) {
            commands.push(Command::Answer(Answer::Cancel));
        }
    }

    /// Whether the question takes keys from this frame on: at once if it was asked for, else when nobody types any more.
    fn begins_to_take_keys(&mut self, ui: &Ui, question: &Question, is_new: bool) -> bool {
        let (now, types) = ui.input(|input| {
            let is_key = |event: &Event| matches!(event, Event::Key { .. } | Event::Text(_) | Event::Ime(_) | Event::Paste(_));
            (input.time, input.events.iter().any(is_key))
        });
        let comes_unasked = matches!(question, Question::Changed { .. } | Question::Recover { .. });
        if is_new {
            self.quiet_since = comes_unasked.then_some(now);
            return !comes_unasked;
        }
        let Some(since) = self.quiet_since.filter(|_| comes_unasked) else { return false };
        let is_over = !types && now - since >= QUIET_SECONDS;
        self.quiet_since = if types { Some(now) } else { Some(since).filter(|_| !is_over) };
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(QUIET_SECONDS));
        is_over
    }
}

/// How wide a question is.
const WIDTH: f32 = 440.0;

/// That, or what the window has room for.
fn width(ui: &Ui, wished: f32) -> f32 {
    wished.min(ui.ctx().content_rect().width() - 60.0)
}

/// Over everything; nothing behind it can be clicked.
fn shell(id: &'static str) -> Modal {
    Modal::new(Id::unique(id))
}

fn about_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    shell("about").show(ui.ctx(), |ui| {
        ui.set_width(width(ui, 380.0));
        ui.label(RichText::new(concat!("Coreyard ", env!("CARGO_PKG_VERSION"))).strong());
        ui.label(i18n::ABOUT_TEXT.get(state.lang));
        ui.weak("MIT OR Apache-2.0 · Noto Sans: OFL 1.1");
        close_ui(ui, state, Command::About, commands);
    });
}

fn close_ui(ui: &mut Ui, state: &State<'_>, command: Command, commands: &mut Vec<Command>) {
    ui.add_space(8.0);
    if ui.button(i18n::CLOSE.get(state.lang)).clicked() || ui.input(|input| input.key_pressed(Key::Escape)) {
        commands.push(command);
    }
}
