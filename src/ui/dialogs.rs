//! What must be answered or read before going on: unsaved text, a file changed outside, text to recover, a path, the shortcuts.

use std::path::PathBuf;

use egui::{Grid, Id, Key, Modal, RichText, TextEdit, Ui};

use super::command::{Answer, Command, shortcuts};
use super::i18n::{self, fill};
use super::state::{Question, State};
use crate::lang::Words;

/// What the dialogs remember.
#[derive(Debug, Default)]
pub(super) struct Dialogs {
    path: String,
    asked: Option<Question>,
}

impl Dialogs {
    /// Draws what is open, over everything.
    pub(super) fn dialogs_ui(&mut self, ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
        if let Some(question) = state.question {
            self.question_ui(ui, state, question, commands);
        }
        self.asked = state.question.cloned();
        if state.shows_shortcuts {
            shortcuts_ui(ui, state, commands);
        }
        if state.shows_about {
            about_ui(ui, state, commands);
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, state: &State<'_>, question: &Question, commands: &mut Vec<Command>) {
        let lang = state.lang;
        let text = |words: Words, with: &str| fill(words.get(lang), &[with]);
        let (title, detail, yes, no) = match question {
            Question::Unsaved { name } => {
                (text(i18n::UNSAVED_QUESTION, name), text(i18n::UNSAVED_DETAIL, ""), i18n::SAVE, Some(i18n::DISCARD))
            }
            Question::Changed { name } => {
                (text(i18n::CHANGED_QUESTION, name), text(i18n::CHANGED_DETAIL, ""), i18n::RELOAD, Some(i18n::KEEP))
            }
            Question::Recover { name, lines } => {
                let detail = fill(i18n::RECOVER_DETAIL.get(lang), &[name, &lines.to_string()]);
                (text(i18n::RECOVER_QUESTION, ""), detail, i18n::RECOVER, Some(i18n::DISCARD))
            }
            Question::Path { saving, proposed } => {
                if self.asked.as_ref() != Some(question) {
                    self.path = proposed.display().to_string();
                }
                return self.path_ui(ui, state, *saving, commands);
            }
        };
        shell("question").show(ui.ctx(), |ui| {
            ui.label(RichText::new(title).strong());
            ui.label(detail);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let mut answer = |ui: &mut Ui, words: Words, answer: Answer| {
                    if ui.button(words.get(lang)).clicked() {
                        commands.push(Command::Answer(answer));
                    }
                };
                answer(ui, yes, Answer::Yes);
                if let Some(no) = no {
                    answer(ui, no, Answer::No);
                }
                answer(ui, i18n::CANCEL, Answer::Cancel);
            });
        });
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            commands.push(Command::Answer(Answer::Cancel));
        }
    }

    fn path_ui(&mut self, ui: &Ui, state: &State<'_>, saving: bool, commands: &mut Vec<Command>) {
        let lang = state.lang;
        let path = PathBuf::from(self.path.trim());
        let problem = path_problem(&path, saving);
        shell("path").show(ui.ctx(), |ui| {
            let words = if saving { i18n::PATH_SAVE } else { i18n::PATH_OPEN };
            let label = ui.label(RichText::new(words.get(lang)).strong());
            let response = ui.add(TextEdit::singleline(&mut self.path).desired_width(480.0)).labelled_by(label.id);
            if self.asked.is_none() {
                response.request_focus();
            }
            match problem {
                Some(problem) => ui.label(RichText::new(problem.get(lang)).color(ui.visuals().error_fg_color)),
                None if saving && path.exists() => ui.label(i18n::PATH_REPLACE.get(lang)),
                None => ui.weak(i18n::PATH_NO_DIALOG.get(lang)),
            };
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let words = if saving { i18n::SAVE } else { i18n::OPEN };
                let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                let clicked = ui.add_enabled(problem.is_none(), egui::Button::new(words.get(lang))).clicked();
                if clicked || (entered && problem.is_none()) {
                    commands.push(Command::Path(path));
                }
                if ui.button(i18n::CANCEL.get(lang)).clicked() || ui.input(|input| input.key_pressed(Key::Escape)) {
                    commands.push(Command::Answer(Answer::Cancel));
                }
            });
        });
    }
}

/// Why a path cannot be used, if it cannot.
fn path_problem(path: &std::path::Path, saving: bool) -> Option<Words> {
    if !saving {
        return (!path.is_file()).then_some(i18n::PATH_NONE);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let there = folder.is_none_or(std::path::Path::is_dir) && path.file_name().is_some() && !path.is_dir();
    (!there).then_some(i18n::PATH_NO_FOLDER)
}

/// Over everything; nothing behind it can be clicked.
fn shell(id: &'static str) -> Modal {
    Modal::new(Id::unique(id))
}

fn shortcuts_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    shell("shortcuts").show(ui.ctx(), |ui| {
        ui.label(RichText::new(i18n::SHORTCUTS.get(lang)).strong());
        ui.add_space(6.0);
        Grid::new("shortcuts").num_columns(2).spacing([32.0, 4.0]).show(ui, |ui| {
            for shortcut in shortcuts() {
                ui.label(shortcut.words.get(lang));
                ui.monospace(ui.ctx().format_shortcut(&shortcut.keys));
                ui.end_row();
            }
        });
        close_ui(ui, state, Command::Shortcuts, commands);
    });
}

fn about_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    shell("about").show(ui.ctx(), |ui| {
        ui.set_max_width(380.0);
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
