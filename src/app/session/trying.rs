//! The first things to try: each does what it says at once, whatever was tried before; undo brings that back. What else the user
//! has written is asked about as ever.

use super::{Origin, Session};
use crate::diagnostic::Span;
use crate::document::edit::{Label, Selection};
use crate::lang::Words;
use crate::scenario::library::{self, FIRST};
use crate::ui::command::{EngineChoice, Trial};
use crate::ui::i18n;
use crate::ui::panels::Asked;

/// What deadlocks on real cores.
const DEADLOCKS: &str = "philosophers";

/// What opening is called in the history.
const OPENED: Words = Words { en: "Open {0}", zh: "打开 {0}" };

impl Session {
    /// What runs scenarios: what was chosen, unless something tried says otherwise for this text.
    #[must_use]
    pub fn engine(&self) -> EngineChoice {
        self.tried_engine.unwrap_or(self.settings.choice.engine)
    }

    /// Whether it would put another text in the place of one that is the user's own.
    pub(super) fn tries_over(&mut self, trial: Trial) -> bool {
        let opens = match trial {
            Trial::Change => first_number(self.document.text()).is_none(),
            Trial::Deadlock => true,
            Trial::Stepper => false,
        };
        opens && !self.is_tried() && self.must_ask()
    }

    /// Does what is to be tried.
    pub(super) fn try_out(&mut self, trial: Trial) {
        match trial {
            Trial::Change => {
                if first_number(self.document.text()).is_none() {
                    self.open_over(FIRST);
                }
                if let Some(span) = first_number(self.document.text()) {
                    self.panel(Asked::Mark(span));
                }
            }
            Trial::Deadlock => {
                self.open_over(DEADLOCKS);
                self.tried_engine = Some(EngineChoice::Real);
                self.run();
            }
            Trial::Stepper => {
                self.tried_engine = Some(EngineChoice::Stepper);
                self.restart();
                if self.runner.is_some() && self.settings.choice.engine != EngineChoice::Stepper {
                    self.done(i18n::STEPPER_FOR_NOW.told());
                }
            }
        }
    }

    /// Opens a built-in scenario; over one that was tried in one step, which undo takes back.
    fn open_over(&mut self, name: &str) {
        let Some(entry) = library::find(name).filter(|_| self.is_tried()) else { return self.open_built_in(name) };
        self.leave_run();
        self.verdicts.clear();
        self.selected = None;
        self.tried_engine = None;
        self.jump = Some(Selection::default());
        self.replace(Label::new(OPENED, entry.name), entry.text.to_owned());
        self.origin = Origin::BuiltIn(entry.name);
    }

    /// Whether the text is a built-in one in which only numbers are others, as one is asked to try.
    fn is_tried(&self) -> bool {
        let without_numbers = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        self.origin == Origin::New
            && library::entries().iter().any(|entry| entry.text == self.saved)
            && without_numbers(self.document.text()) == without_numbers(&self.saved)
    }
}

/// Where the first constant of the text has its number: what is easiest to change.
fn first_number(text: &str) -> Option<Span> {
    let line = text.find("\nlet ").map_or(0, |at| at + 1);
    let start = text[line..].find(|c: char| c.is_ascii_digit()).map(|at| line + at)?;
    let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |at| start + at);
    Some(Span::new(start, end))
}
