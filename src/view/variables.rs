//! What the variables panel shows: what resources hold, and under each task its frames with their locals and the generators that it
//! knows, a row each. Does not choose colours or words.

use std::collections::BTreeSet;

use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::frames::{Frame, Generator, Local, Stack};
use crate::trace::store::{ResourceClass, TaskState, Trace};

/// Characters of a value that are shown.
const MOST_CHARACTERS: usize = 400;

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How far to the right it begins.
    pub depth: u8,
    /// What it is about.
    pub what: What,
    /// What it is called.
    pub name: String,
    /// What it holds or stands on, as Python shows it; empty for a head.
    pub value: String,
    /// The block it belongs to.
    pub block: Option<BlockId>,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Over the resources.
    Resources,
    /// A resource.
    Resource(ResourceId, ResourceClass),
    /// Over a task's frames: what it does, when it was looked at, whether its rows are folded.
    Task {
        /// Which.
        task: TaskId,
        /// What it does now.
        state: TaskState,
        /// When it stood like this.
        at: Nanos,
        /// Its rows are not shown.
        folded: bool,
    },
    /// A frame; of a generator, if it has a number.
    Frame(Option<u32>),
    /// A local.
    Local,
    /// A generator, or a coroutine that nobody has awaited yet: its state in Python's words.
    Generator {
        /// Its number among those of its task.
        number: u32,
        /// `GEN_SUSPENDED` and the like.
        state: String,
        /// It is a coroutine.
        is_coroutine: bool,
        /// The one that it has handed control on to.
        delegate: Option<u32>,
    },
    /// So many more, for which there was no room.
    LeftOut(u32),
    /// The run is over: no task stands anywhere.
    Over,
}

/// The rows of a run. `written` is what stands on a block; `folded` are the tasks whose rows are not shown.
#[must_use]
pub fn rows(trace: &Trace, folded: &BTreeSet<TaskId>, written: &dyn Fn(BlockId) -> Option<String>) -> Vec<Row> {
    let mut rows = resources(trace);
    if !rows.is_empty() {
        let head = Row { depth: 0, what: What::Resources, name: String::new(), value: String::new(), block: None };
        rows.insert(0, head);
    }
    if trace.ended.is_some() && trace.stacks.is_empty() && !rows.is_empty() {
        rows.push(Row { depth: 0, what: What::Over, name: String::new(), value: String::new(), block: None });
    }
    for (&task, stack) in &trace.stacks {
        let state = trace.counters.tasks.get(&task).map_or(TaskState::Done, |counters| trace.state_of(counters));
        let is_folded = folded.contains(&task);
        let innermost = stack.frames.first().and_then(|frame| frame.block);
        rows.push(Row {
            depth: 0,
            what: What::Task { task, state, at: stack.at, folded: is_folded },
            name: trace.who(task),
            value: String::new(),
            block: innermost,
        });
        if !is_folded {
            stand(stack, written, &mut rows);
        }
    }
    rows
}

/// What resources hold: at the end what was told then, before it what was seen last.
fn resources(trace: &Trace) -> Vec<Row> {
    let at_end = trace.final_state.as_ref();
    let row = |(index, info): (usize, &crate::trace::store::ResourceInfo)| {
        let id = ResourceId::from_index(index);
        let told = at_end.and_then(|state| state.resources.get(index)).and_then(Option::as_ref);
        let value = told.map(|value| cut(&trace.shown(value))).or_else(|| trace.held.get(&id).cloned())?;
        let what = What::Resource(id, info.class);
        Some(Row { depth: 1, what, name: info.name.clone(), value, block: Some(info.block) })
    };
    trace.resources.iter().enumerate().filter_map(row).collect()
}

fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MOST_CHARACTERS);
    if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() }
}

fn stand(stack: &Stack, written: &dyn Fn(BlockId) -> Option<String>, rows: &mut Vec<Row>) {
    for its in &stack.frames {
        frame(its, 1, What::Frame(its.generator), written, rows);
    }
    // Those that run are among the frames.
    let is_framed = |number: u32| stack.frames.iter().any(|frame| frame.generator == Some(number));
    for it in stack.generators.iter().filter(|it| it.is_coroutine || !is_framed(it.number)) {
        generator(it, written, rows);
    }
    if stack.left_out > 0 {
        let what = What::LeftOut(stack.left_out);
        rows.push(Row { depth: 1, what, name: String::new(), value: String::new(), block: None });
    }
}

fn frame(its: &Frame, depth: u8, what: What, written: &dyn Fn(BlockId) -> Option<String>, rows: &mut Vec<Row>) {
    let value = its.block.and_then(written).unwrap_or_default();
    rows.push(Row { depth, what, name: its.routine.clone(), value, block: its.block });
    let local = |Local { name, value }: &Local| Row {
        depth: depth + 1,
        what: What::Local,
        name: name.clone(),
        value: value.clone(),
        block: its.block,
    };
    rows.extend(its.locals.iter().map(local));
}

fn generator(it: &Generator, written: &dyn Fn(BlockId) -> Option<String>, rows: &mut Vec<Row>) {
    let what =
        What::Generator { number: it.number, state: it.state.clone(), is_coroutine: it.is_coroutine, delegate: it.delegate };
    match &it.frame {
        Some(its) => frame(its, 1, what, written, rows),
        None => rows.push(Row { depth: 1, what, name: String::new(), value: String::new(), block: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::store::{Ended, FinalState, Plain, ResourceInfo, TaskCounters, TaskInfo};

    fn trace() -> Trace {
        let mut trace = Trace::default();
        let info = |name: &str, class| ResourceInfo { name: name.to_owned(), class, block: BlockId(0), capacity: None };
        trace.resources = vec![info("total", ResourceClass::Shared), info("guard", ResourceClass::Lock)];
        trace.held = [(ResourceId(0), "7".to_owned())].into();
        let kind = "main".to_owned();
        trace.tasks.insert(TaskId(0), TaskInfo { name: "main".into(), kind, parent: None, block: BlockId(1), daemon: false });
        let blocked = TaskCounters { state: TaskState::Blocked, ..TaskCounters::default() };
        trace.counters.tasks.insert(TaskId(0), blocked);
        let local = |name: &str, value: &str| Local { name: name.to_owned(), value: value.to_owned() };
        let frame = |routine: &str, block, generator, locals| Frame {
            routine: routine.to_owned(),
            block: Some(BlockId(block)),
            generator,
            locals,
        };
        let generator = |number, state: &str, frame, delegate| Generator {
            number,
            is_coroutine: false,
            state: state.to_owned(),
            frame,
            delegate,
        };
        let stack = Stack {
            at: Nanos::from_millis(5),
            frames: vec![frame("average", 5, Some(1), vec![local("n", "2")]), frame("main", 3, None, vec![local("g", "<…>")])],
            generators: vec![
                generator(0, "GEN_SUSPENDED", Some(frame("proxy", 4, Some(0), vec![])), Some(1)),
                generator(1, "GEN_RUNNING", None, None),
                generator(2, "GEN_CLOSED", None, None),
            ],
            left_out: 3,
        };
        trace.stacks.insert(TaskId(0), stack);
        trace
    }

    fn check(trace: &Trace, folded: &[u32], expected: &str) {
        let folded = folded.iter().map(|task| TaskId(*task)).collect();
        let written = |block: BlockId| Some(format!("block {}", block.0));
        let line = |row: &Row| {
            let what = format!("{:?}", row.what);
            let what = what.split(['(', ' ']).next().unwrap_or_default();
            let indent = "  ".repeat(row.depth.into());
            format!("{indent}{what} {} {}", row.name, row.value).trim_end().to_owned()
        };
        let shown: Vec<String> = rows(trace, &folded, &written).iter().map(line).collect();
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn resources_come_first_then_each_task_with_frames_and_generators() {
        check(
            &trace(),
            &[],
            "Resources\n  Resource total 7\nTask main\n  Frame average block 5\n    Local n 2\n  Frame main block 3\n    \
             Local g <…>\n  Generator proxy block 4\n  Generator\n  LeftOut",
        );
    }

    #[test]
    fn at_the_end_what_was_told_then_counts_and_a_folded_task_is_one_row() {
        let mut trace = trace();
        trace.final_state = Some(FinalState { resources: vec![Some(Plain::Int(9)), None] });
        check(&trace, &[0], "Resources\n  Resource total 9\nTask main");
        trace.ended = Some(Ended::Completed);
        trace.stacks.clear();
        check(&trace, &[], "Resources\n  Resource total 9\nOver");
    }
}
