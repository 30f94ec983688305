//! Questions that stand before a command: asked once, answered, then the command goes on.

use super::Session;
use crate::ui::command::{Answer, Command};
use crate::ui::state::Question;

impl Session {
    /// Whether the text would be lost; asked once for each time the user gives it up.
    pub(super) fn must_ask(&mut self) -> bool {
        self.is_dirty() && !std::mem::take(&mut self.gives_up)
    }

    /// Asks what is to become of the text; then the command goes on.
    pub(super) fn ask_first(&mut self, command: Command) {
        self.question = Some(Question::Unsaved { name: self.name() });
        self.go_on = Some(Box::new(command));
    }

    pub(super) fn answered(&mut self, answer: Answer) {
        let Some(question) = self.question.take() else { return };
        match (question, answer) {
            (Question::Unsaved { .. }, Answer::Yes) => self.save_then_go_on(),
            (Question::Unsaved { .. }, Answer::No) => {
                self.gives_up = true;
                self.go_on();
            }
            (Question::Unsaved { .. } | Question::Path { .. }, _) => {
                self.dialog = None;
                self.go_on = None;
            }
            (Question::Changed { theirs, .. }, Answer::No | Answer::Cancel) => {
                self.saved = theirs;
                self.is_gone = false;
                self.keep();
            }
            (Question::Changed { theirs, .. }, Answer::Yes) => self.reload(theirs),
            (Question::Recover { .. }, Answer::Yes) => self.recover(),
            (Question::Recover { .. }, Answer::No) => self.forget_left(),
            (Question::Recover { .. }, Answer::Cancel) => self.asks_later = true,
            (Question::Commands { .. }, Answer::Yes) => {
                self.confirmed_commands.insert(self.document.text().to_owned());
                self.restart();
            }
            (Question::Commands { .. }, Answer::No) => {
                self.declines_commands = true;
                self.restart();
            }
            (Question::Commands { .. }, Answer::Cancel) => {}
        }
    }

    /// Does what was put off until the text was safe.
    pub(super) fn go_on(&mut self) {
        if let Some(command) = self.go_on.take() {
            self.apply(*command);
        }
    }
}
