//! What a coroutine that rests waits for, as its loop and those who look at it see it. Owns no step of it.

use crate::effect::{Effect, Outcome, Rests};
use crate::id::ResourceId;
use crate::value::{ExceptionId, Value};

use super::{EventLoop, Number};

/// What arrives for one that is to try again what it stands in line for.
pub(super) const WOKEN: Outcome = Outcome::Value(Value::None);

/// What arrives for one that stands in line for what has been, if only for a moment.
pub(super) const SERVED: Outcome = Outcome::Value(Value::Bool(true));

/// What a coroutine that rests waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Waits {
    /// Its turn.
    Nothing,
    /// Time.
    Time,
    /// An effect that could not be done at once.
    Line(Box<Effect>),
    /// A server's answer.
    Answer {
        /// Whose.
        server: ResourceId,
        /// Whether the engine tells when it has come; else it is a matter of time.
        told: bool,
    },
    /// Another's end.
    Task(Number),
    /// The ends of several.
    Gather(Box<Gather>),
    /// `wait-for`: another's end, or time.
    First(Number),
    /// `wait-for`: the end of another that has been cancelled; then it raises this, or tells of the time-out.
    Last(Box<(Number, Option<ExceptionId>)>),
    /// Another's end, which it does not cancel.
    Shield(Number),
    /// A greenlet: that somebody switches to it.
    Switch,
    /// Another's end, or time: `join` (true) and `result` where nobody says `await`.
    End(Number, bool),
    /// Nothing any more: this is what it came to.
    Ended(Ended),
}

/// What a coroutine came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ended {
    Returned(Value),
    Raised(ExceptionId),
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Gather {
    /// In the order in which they were named.
    pub(super) children: Vec<Number>,
    /// How many of them have not ended.
    pub(super) left: usize,
    /// How many of the first are known to have ended.
    pub(super) ended: usize,
    pub(super) return_exceptions: bool,
    /// It was cancelled, and they with it.
    pub(super) cancelled: bool,
}

impl EventLoop {
    /// What an engine is told that one waits for.
    pub(super) fn rests(&self, number: Number) -> Rests {
        match &self.task(number).waits {
            Waits::Nothing | Waits::Ended(_) => Rests::Turn,
            Waits::Time => Rests::Time,
            Waits::Answer { server, .. } => Rests::Resource(*server),
            Waits::Switch => Rests::Switch,
            Waits::Line(effect) => match (&**effect, effect.touches()) {
                (&Effect::Results(jobs, _), _) => Rests::Jobs(jobs),
                (_, Some(Ok(resource))) => Rests::Resource(resource),
                (_, Some(Err(task))) => Rests::Task(task),
                (_, None) => Rests::Turn,
            },
            &Waits::Task(other) | &Waits::First(other) | &Waits::Shield(other) | &Waits::End(other, _) => {
                Rests::Task(self.task(other).id)
            }
            Waits::Last(last) => Rests::Task(self.task(last.0).id),
            Waits::Gather(gather) => {
                let first = gather.children[gather.ended..].iter().find(|&&child| self.task(child).ended().is_none());
                first.map_or(Rests::Turn, |&child| Rests::Task(self.task(child).id))
            }
        }
    }
}
