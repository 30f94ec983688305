//! Computes a check's condition in a given state, by the one interpreter. Takes no step and changes nothing.

use crate::effect::{Effect, Ending, Measure, Outcome, Step};
use crate::id::{CodeId, ResourceId, TaskId};
use crate::value::{ExceptionId, Value};

use super::Program;
use super::machine::Machine;

/// Turns and calls a condition may take; there are no loops in one.
const MOST_TURNS: u32 = 1_000;

/// What a condition asks of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The value of a `shared`.
    Value(ResourceId),
    /// How many items a queue holds.
    Length(ResourceId),
    /// What is known of a region.
    Measure(ResourceId, Measure),
}

/// What a condition came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computed {
    /// A value.
    Value(Value),
    /// An exception, as `1 / 0` raises.
    Raised(ExceptionId),
    /// It asks for what the state does not tell.
    Unknown,
}

/// The value of the condition `code`, where `tell` knows the state.
pub fn compute(program: &Program, code: CodeId, tell: &mut dyn FnMut(Question) -> Option<Value>) -> Computed {
    let mut machine = Machine::new(program, TaskId(u32::MAX), code, &[], true);
    let mut answer = Value::None;
    loop {
        match machine.resume(program, Outcome::Value(answer), MOST_TURNS) {
            Step::Done(Ending::Returned(value)) => return Computed::Value(value),
            Step::Done(Ending::Raised(exception)) => return Computed::Raised(exception),
            Step::Done(Ending::Cancelled | Ending::Cut) | Step::Busy(_) | Step::CheckPoint(_) => return Computed::Unknown,
            Step::Perform(effect, _) => {
                let question = match effect {
                    Effect::Load(shared) => Question::Value(shared),
                    Effect::Length(queue) => Question::Length(queue),
                    Effect::Measure(region, measure) => Question::Measure(region, measure),
                    _ => return Computed::Unknown,
                };
                let Some(told) = tell(question) else { return Computed::Unknown };
                answer = told;
            }
        }
    }
}
