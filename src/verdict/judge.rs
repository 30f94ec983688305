//! What one run says about one claim.

use crate::effect::Measure;
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::program::check::{Claim, Whose};
use crate::program::condition::{Computed, Question, compute};
use crate::program::{Instruction, Program, ResourceKind};
use crate::trace::EventKind;
use crate::trace::store::{Awaited, Ended, Finding, FindingKind, RegionCounters, TaskState, Trace, Wait};
use crate::value::comparison::truth;
use crate::value::exception::is_a;
use crate::value::format::{exception_line, repr};
use crate::value::{Value, function};

use super::Strength;

/// Characters of a value that a condition has read.
const MOST_SHOWN: usize = 120;

/// Whether a claim was true in a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Evidence {
    /// It was.
    Yes,
    /// It was not.
    No,
    /// The run does not tell, for this reason.
    Silent(Strength),
}

impl From<bool> for Evidence {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}

/// Whether the run followed a random schedule, and so says something about schedules as such.
pub(super) fn is_random(trace: &Trace) -> bool {
    trace.header.engine == "stepper"
}

/// Whether it ended in order.
fn completed(trace: &Trace) -> bool {
    trace.ended == Some(Ended::Completed)
}

/// Whether it came to its end, good or bad: nothing more could have happened in it.
fn over(trace: &Trace) -> bool {
    matches!(trace.ended, Some(Ended::Completed | Ended::Deadlocked))
}

pub(super) fn deadlocked(trace: &Trace) -> bool {
    trace.ended == Some(Ended::Deadlocked) || found(trace, FindingKind::Deadlock)
}

fn found(trace: &Trace, kind: FindingKind) -> bool {
    trace.findings.iter().any(|finding| finding.kind == kind)
}

/// `yes` as soon as it was seen, no once the run is over.
fn seen(yes: bool, over: bool) -> Evidence {
    match (yes, over) {
        (true, _) => Evidence::Yes,
        (false, true) => Evidence::No,
        (false, false) => Evidence::Silent(Strength::NoRunEnded),
    }
}

/// Whether the claim was true, and what was read to know.
pub(super) fn evidence(program: &Program, trace: &Trace, claim: &Claim) -> (Evidence, Vec<(String, String)>) {
    let evidence = match claim {
        Claim::Final(condition) => return condition_at_end(program, trace, *condition),
        Claim::Invariant(condition) if is_about_time(program, *condition) => Evidence::Silent(Strength::NeedsClock),
        Claim::Invariant(_) | Claim::Race if !is_random(trace) => Evidence::Silent(Strength::RealRun),
        Claim::Invariant(condition) => {
            let check = program.checks.iter().find(|check| check.claim == Claim::Invariant(*condition));
            let broken = check.is_some_and(|check| found(trace, FindingKind::Broken(check.block)));
            match seen(broken, over(trace)) {
                Evidence::Yes => Evidence::No,
                Evidence::No => Evidence::Yes,
                silent @ Evidence::Silent(_) => silent,
            }
        }
        Claim::Deadlock => seen(deadlocked(trace), completed(trace)),
        Claim::Race => seen(found(trace, FindingKind::Race), over(trace)),
        Claim::Livelock | Claim::Starvation => Evidence::Silent(Strength::NeedsExplorer),
        Claim::Leak => seen(leaks(program, trace), over(trace)),
        Claim::Exception { name, whose } => {
            let raised = trace.counters.tasks.iter().any(|(&task, counters)| {
                counters.uncaught.as_ref().is_some_and(|raised| is_a(&raised.name, name)) && concerns(trace, whose, task)
            });
            seen(raised, over(trace))
        }
        Claim::Output(lines) => {
            let same = || trace.output.iter().map(|line| line.text.as_str()).eq(lines.iter().map(String::as_str));
            let printed = trace.output.len() as u64 + trace.counters.lost_lines;
            match (completed(trace), lines.len() as u64 == printed) {
                (false, _) => Evidence::Silent(Strength::NoRunEnded),
                (true, true) if trace.counters.lost_lines > 0 => Evidence::Silent(Strength::LinesLost),
                (true, as_many) => (as_many && same()).into(),
            }
        }
        Claim::OutputContains(lines) => {
            let among = |line: &String| trace.output.iter().any(|printed| printed.text == *line);
            match seen(lines.iter().all(among), completed(trace)) {
                Evidence::No if trace.counters.lost_lines > 0 => Evidence::Silent(Strength::LinesLost),
                evidence => evidence,
            }
        }
    };
    (evidence, Vec::new())
}

/// Whether a check about `whose` tasks is about this one.
pub(super) fn concerns(trace: &Trace, whose: &Whose, task: TaskId) -> bool {
    match whose {
        Whose::Anyone => true,
        Whose::Nobody => false,
        Whose::Tasks(these) => these.contains(&task),
        Whose::OfBlock(block) => trace.tasks.get(&task).is_some_and(|info| info.block == *block),
    }
}

/// A coroutine that was never awaited, or something that was never released.
fn leaks(program: &Program, trace: &Trace) -> bool {
    let unawaited = trace.findings.iter().any(|finding| matches!(finding.kind, FindingKind::NeverAwaited(_)));
    unawaited || unreleased(program, trace).next().is_some()
}

/// A lock held by a task that has ended, or a semaphore that has fewer permits than at the start though nobody is left to give
/// them back; each with those who hold it. Daemons are cut off in the middle of whatever they do and do not count.
fn unreleased<'a>(program: &'a Program, trace: &'a Trace) -> impl Iterator<Item = (ResourceId, TaskId)> + 'a {
    let gone = |task: &TaskId| {
        let ended = trace.counters.tasks.get(task).is_some_and(|counters| counters.state == TaskState::Done);
        ended && trace.tasks.get(task).is_some_and(|info| !info.daemon)
    };
    let each = program.resources.iter().zip(&trace.counters.resources).enumerate();
    each.flat_map(move |(index, (resource, counters))| {
        let left: Vec<TaskId> = counters.holders.iter().copied().filter(gone).collect();
        let is_left = match resource.kind {
            ResourceKind::Lock { .. } | ResourceKind::ReentrantLock | ResourceKind::ReadWriteLock { .. } => true,
            ResourceKind::Semaphore { permits, .. } => counters.level < permits && left.len() == counters.holders.len(),
            // The interpreter lock is let go by whoever ends.
            _ => false,
        };
        let id = ResourceId::from_index(index);
        left.into_iter().filter(move |_| is_left).map(move |task| (id, task))
    })
}

/// Tells in the trace of a run that is over what was never released, once, where the scenario expects something about it.
pub fn tell_leaks(program: &Program, trace: &mut Trace) {
    let asked = program.checks.iter().any(|check| check.claim == Claim::Leak);
    if !asked || !over(trace) || found(trace, FindingKind::Leak) {
        return;
    }
    let wait = |(resource, task)| {
        let (on, block) = (Awaited::Resource(resource), acquired_at(trace, resource, task));
        Wait { task, block, on, helpers: Vec::new() }
    };
    let waits: Vec<Wait> = unreleased(program, trace).map(wait).collect();
    if !waits.is_empty() {
        trace.findings.push(Finding { kind: FindingKind::Leak, at: trace.elapsed, waits });
    }
}

/// Where a task acquired what it holds; none where its events are not known.
fn acquired_at(trace: &Trace, resource: ResourceId, task: TaskId) -> Option<BlockId> {
    let events = trace.chunks(task).iter().rev().flat_map(|chunk| chunk.events.iter().rev());
    let mut acquired = events.filter(|event| event.kind() == Some(EventKind::Acquired) && event.subject() == resource.0);
    acquired.next()?.block()
}

fn condition_at_end(program: &Program, trace: &Trace, condition: CodeId) -> (Evidence, Vec<(String, String)>) {
    let Some(state) = trace.final_state.as_ref().filter(|_| completed(trace)) else {
        return (Evidence::Silent(Strength::NoRunEnded), Vec::new());
    };
    let table = &*program.table;
    let mut read: Vec<(String, String)> = Vec::new();
    let mut missing = Strength::NeedsExplorer;
    let mut tell = |question: Question| {
        let resource = match question {
            Question::Value(resource) | Question::Length(resource) => resource,
            Question::Measure(region, measure) => {
                let told = trace.counters.resources.get(region.index())?.region?;
                let Some(value) = measured(told, measure, trace) else {
                    missing = if is_random(trace) { Strength::NeedsClock } else { Strength::NeverThere };
                    return None;
                };
                let label = &program.resources[region.index()].name;
                let name = format!("{}('{label}')", measure.name());
                if !read.iter().any(|(known, _)| *known == name) {
                    read.push((name, shown_measure(value)));
                }
                return Some(value);
            }
        };
        let Some(held) = state.resources.get(resource.index())? else {
            missing = Strength::NeverThere;
            return None;
        };
        let held = held.to_value(table).ok()?;
        let name = &program.resources[resource.index()].name;
        let (name, value) = match question {
            Question::Length(_) => (format!("len({name})"), function::call(table, function::Function::Len, &[held]).ok()?),
            Question::Value(_) | Question::Measure(..) => (name.clone(), held),
        };
        let shown = cut(repr(table, value).unwrap_or_default());
        if !read.iter().any(|(known, _)| *known == name) {
            read.push((name, shown));
        }
        Some(value)
    };
    let evidence = match compute(program, condition, &mut tell) {
        Computed::Value(value) => truth(table, value).into(),
        Computed::Raised(exception) => {
            let raised = table.get_exception(exception);
            read.push((exception_line(&raised.name, &raised.message), String::new()));
            Evidence::No
        }
        Computed::Unknown => Evidence::Silent(missing),
    };
    (evidence, read)
}

/// Whether a condition asks how long something took: no state tells.
fn is_about_time(program: &Program, condition: CodeId) -> bool {
    let asks = |instruction: &Instruction| matches!(instruction, Instruction::Measure(_, Measure::Elapsed | Measure::CoresBusy));
    program.codes[condition.index()].instructions.iter().any(asks)
}

/// What a run tells of a region; none where its engine does not know.
fn measured(told: RegionCounters, measure: Measure, trace: &Trace) -> Option<Value> {
    let whole = |count: u64| i64::try_from(count).ok().map(Value::Int);
    match measure {
        Measure::Inside => whole(told.inside),
        Measure::Peak => whole(told.peak),
        Measure::Elapsed => (!is_random(trace)).then(|| Value::float(told.open.seconds() * 1e3)),
        Measure::CoresBusy => told.cores_busy().map(Value::float),
    }
}

/// A value as long as a line may be.
fn cut(shown: String) -> String {
    match shown.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// Two digits behind the point say all there is to say of a time or of cores.
fn shown_measure(value: Value) -> String {
    match value {
        Value::Float(float) => format!("{:.2}", float.get()),
        Value::Int(int) => int.to_string(),
        _ => unreachable!("measures are numbers"),
    }
}

/// Whether an invariant holds in a state that `tell` knows; one that raises does not.
#[must_use]
pub fn invariant_holds(program: &Program, condition: CodeId, tell: &mut dyn FnMut(Question) -> Option<Value>) -> bool {
    match compute(program, condition, tell) {
        Computed::Value(value) => truth(&program.table, value),
        Computed::Raised(_) => false,
        Computed::Unknown => true,
    }
}
