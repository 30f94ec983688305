//! What a long run costs once it is there: opening its file, memory, and plots while zooming and panning.
#![expect(clippy::disallowed_methods, reason = "benches keep time and look at this process's memory")]

use std::hint::black_box;
use std::time::Instant;

use coreyard::id::{BlockId, TaskId};
use coreyard::time::Nanos;
use coreyard::trace::store::{ResourceClass, ResourceInfo, TaskInfo, Trace};
use coreyard::trace::{Chunk, Event, EventKind, file};
use coreyard::view::axis::{Axis, TimeRange};
use coreyard::view::contention::Contention;
use coreyard::view::gaps;

const EVENTS: u64 = 10_000_000;
const TASKS: u32 = 4;
const LOCKS: u32 = 8;
/// Between two events of a task.
const STEP: u64 = 4_000;
/// Points across, as wide as a panel of a large window.
const WIDTH: f32 = 1_600.0;
/// Points between two values of a line, as the panel has it.
const COLUMN: f32 = 4.0;

/// A run of four tasks that wait for and release eight locks in turn, in pieces as an engine tells them.
pub fn long() -> Trace {
    let mut trace = Trace::default();
    for task in 0..TASKS {
        let info = TaskInfo { name: format!("t{task}"), kind: "thread".into(), parent: None, block: BlockId(0), daemon: false };
        trace.tasks.insert(TaskId(task), info);
    }
    let lock = |lock| ResourceInfo { name: format!("l{lock}"), class: ResourceClass::Lock, block: BlockId(0), capacity: None };
    trace.resources = (0..LOCKS).map(lock).collect();
    trace.header.record = "full".into();
    let each = EVENTS / u64::from(TASKS);
    for first in (0..each).step_by(128) {
        for task in 0..TASKS {
            let events = (first..(first + 128).min(each)).map(|at| event(task, at)).collect();
            trace.push(Chunk { task: TaskId(task), events, lost_before: 0 });
        }
    }
    trace.elapsed = Nanos(each * STEP);
    trace
}

fn event(task: u32, number: u64) -> Event {
    let at = Nanos(number * STEP + u64::from(task) * STEP / 8);
    let lock = u32::try_from((number / 3 + u64::from(task)) % u64::from(LOCKS)).unwrap_or(0);
    let (kind, payload) =
        [(EventKind::Asked, 0), (EventKind::Acquired, STEP), (EventKind::Released, STEP)][(number % 3) as usize];
    Event::new(at, kind, Some(BlockId(1)), lock, payload)
}

/// Bytes an event takes in this process, all in all.
pub fn bytes_an_event() -> f64 {
    let before = resident();
    let trace = black_box(long());
    let after = resident();
    drop(trace);
    after.saturating_sub(before) as f64 / EVENTS as f64
}

fn resident() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    told.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}

/// Milliseconds until a saved run of that length can be drawn: read from its bytes, and its contention read.
pub fn open_millis(bytes: &[u8]) -> f64 {
    let begin = Instant::now();
    let opened = file::read(bytes).expect("it was written just now");
    let mut contention = Contention::default();
    contention.read(&opened.trace);
    black_box((opened, contention));
    begin.elapsed().as_secs_f64() * 1e3
}

/// The bytes of a saved run.
pub fn saved(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    file::write(trace, &mut bytes).expect("a Vec takes all that is written");
    bytes
}

/// The longest of making the plots anew, over a zoom from the whole run to a ten-thousandth of it and a pan at each step.
pub fn slowest_plot_millis(trace: &Trace) -> f64 {
    let mut contention = Contention::default();
    contention.read(trace);
    let mut slowest = 0.0_f64;
    let mut length = trace.elapsed.0;
    while length > trace.elapsed.0 / 10_000 {
        for shift in 0..4 {
            let start = (trace.elapsed.0 - length) / 4 * shift;
            let axis = Axis { range: TimeRange { start: Nanos(start), end: Nanos(start + length) }, width: WIDTH };
            let begin = Instant::now();
            black_box((contention.series(trace, &axis, COLUMN), gaps::plan(trace, &axis)));
            slowest = slowest.max(begin.elapsed().as_secs_f64() * 1e3);
        }
        length = length * 4 / 5;
    }
    slowest
}

/// Milliseconds to copy as many bytes.
pub fn copy_millis(bytes: &[u8]) -> f64 {
    let begin = Instant::now();
    black_box(bytes.to_vec());
    begin.elapsed().as_secs_f64() * 1e3
}

/// Milliseconds to look at the time of every event once.
pub fn pass_millis(trace: &Trace) -> f64 {
    let begin = Instant::now();
    let events = trace.tasks.keys().flat_map(|&task| trace.chunks(task)).flat_map(|chunk| &chunk.events);
    black_box(events.map(|event| event.at().0).fold(0, u64::wrapping_add));
    begin.elapsed().as_secs_f64() * 1e3
}
