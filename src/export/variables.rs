//! What tasks stood in and what resources held when somebody looked last, as JSON. The end of a run is such a moment.

use serde_json::{Map, Value, json};

use super::place::Places;
use crate::trace::frames::{Frame, Generator, Local, Stack};
use crate::trace::store::Trace;

/// `tasks`, each with its `frames` (the innermost first) and `generators`; `held` by the names of resources. Values are as Python
/// shows them.
pub(super) fn variables(trace: &Trace, places: &Places) -> Value {
    let tasks: Vec<Value> = trace.stacks.iter().map(|(task, stack)| of_task(&trace.who(*task), stack, places)).collect();
    let name = |at: usize| trace.resources.get(at).map(|info| info.name.clone());
    let held: Map<String, Value> = trace.held.iter().filter_map(|(id, value)| Some((name(id.index())?, json!(value)))).collect();
    json!({ "tasks": tasks, "held": held })
}

fn of_task(name: &str, stack: &Stack, places: &Places) -> Value {
    let Stack { at, frames, generators, left_out } = stack;
    json!({
        "task": name,
        "at_nanos": at,
        "frames": frames.iter().map(|it| frame(it, places)).collect::<Vec<_>>(),
        "generators": generators.iter().map(|it| generator(it, places)).collect::<Vec<_>>(),
        "left_out": left_out,
    })
}

fn frame(frame: &Frame, places: &Places) -> Value {
    let place = frame.block.and_then(|block| places.get(block));
    let locals: Map<String, Value> = frame.locals.iter().map(|Local { name, value }| (name.clone(), json!(value))).collect();
    json!({
        "routine": frame.routine,
        "line": place.map(|place| place.line),
        "text": place.map(|place| &place.text),
        "generator": frame.generator,
        "locals": locals,
    })
}

fn generator(it: &Generator, places: &Places) -> Value {
    json!({
        "number": it.number,
        "coroutine": it.is_coroutine,
        "state": it.state,
        "frame": it.frame.as_ref().map(|its| frame(its, places)),
        "delegates_to": it.delegate,
    })
}
