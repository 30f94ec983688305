//! Coroutines and generators: what a turn, a value and a suspended one cost, beside tokio and CPython doing the same.
#![expect(clippy::disallowed_methods, reason = "a bench measures")]

use std::time::Instant;

use coreyard::effect::{Effect, Outcome, Step};
use coreyard::engine::Record;
use coreyard::id::TaskId;
use coreyard::program::machine::Machine;
use coreyard::value::Value;

use crate::engine::{Repeated, run};
use crate::harness::{Goal, Row, Table};
use crate::peers::as_f64;

/// A thousand that take turns: N turns of all together.
const TURNS: &str = "
let N 1
event-loop l
coroutine each loop=l count=1000 { repeat \"N // 1000\" { await sleep ms=0 } }
";

/// A generator asked for N values.
const VALUES: &str = "
let N 1
routine values n { repeat n as=i { yield i } }
thread asking { generator values N into=g; repeat N { next g into=x } }
";

/// N that are made, run and end.
const MANY: &str = "
let N 1
event-loop l
shared ended 0
routine one async=#true { await sleep ms=0; set ended \"ended + 1\" }
routine all async=#true { repeat N { create-task one }; while \"ended < N\" { await sleep ms=0 } }
main { run-loop l all }
";

/// N that sleep, and one that waits longer.
const SLEEPERS: &str = "
let N 1
event-loop l
routine one async=#true { await sleep s=1000 }
routine all async=#true { repeat N { create-task one }; await sleep s=2000 }
main { run-loop l all }
";

/// The rows.
pub fn rows(table: &mut Table) {
    for (name, record, limit) in [
        ("coroutine switch, 1,000 taking turns, record off", Record::Off, 25.0),
        ("the same coroutine switch, full record", Record::Full, 45.0),
    ] {
        table.measure(
            Row { name, peer: "tokio yield_now, one thread", unit: "ns", goal: Goal::Absolute(limit) },
            || Repeated { text: TURNS, rounds: 2_000_000, record }.cpu_nanos_each(),
            || tokio_turns(1_000, 1_000),
        );
    }
    table.measure(
        Row { name: "generator next, record off", peer: "CPython next()", unit: "ns", goal: Goal::Absolute(30.0) },
        || Repeated { text: VALUES, rounds: 1_000_000, record: Record::Off }.cpu_nanos_each(),
        python_next,
    );
    table.measure(
        Row {
            name: "a suspended coroutine: bytes in the interpreter, its name among them",
            peer: "tokio task",
            unit: "bytes",
            goal: Goal::Absolute(200.0),
        },
        || suspended(20_000),
        || tokio_suspended(20_000),
    );
    table.measure(
        Row { name: "a million coroutines made, run and ended", peer: "tokio", unit: "s", goal: Goal::AtMost(5.0) },
        || run(MANY, &[("N", "1000000".to_owned())], Record::Counters).elapsed.seconds(),
        || tokio_many(1_000_000),
    );
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime of one thread needs nothing")
}

fn tokio_turns(tasks: u64, turns: u64) -> f64 {
    runtime().block_on(async {
        let turn = || async move {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        };
        let all: Vec<_> = (0..tasks).map(|_| tokio::spawn(turn())).collect();
        let begin = Instant::now();
        for task in all {
            task.await.expect("nobody panics");
        }
        begin.elapsed().as_secs_f64() * 1e9 / as_f64(tasks * turns)
    })
}

fn tokio_many(tasks: u64) -> f64 {
    let begin = Instant::now();
    runtime().block_on(async {
        let all: Vec<_> = (0..tasks).map(|_| tokio::spawn(tokio::task::yield_now())).collect();
        for task in all {
            task.await.expect("nobody panics");
        }
    });
    begin.elapsed().as_secs_f64()
}

fn tokio_suspended(tasks: u64) -> f64 {
    let runtime = std::mem::ManuallyDrop::new(runtime());
    runtime.block_on(async {
        let before = resident();
        let all: Vec<_> = (0..tasks).map(|_| tokio::spawn(std::future::pending::<()>())).collect();
        tokio::task::yield_now().await;
        let each = (resident() - before) / as_f64(tasks);
        // What is given back would be there for the next round.
        std::mem::forget(all);
        each
    })
}

/// Bytes of memory that one more suspended coroutine takes in the interpreter.
fn suspended(count: u64) -> f64 {
    let overrides = [("N".to_owned(), count.to_string())];
    let program = coreyard::program::build(SLEEPERS, &overrides).value.expect("it has no mistakes");
    let main = program.tasks.iter().position(|task| task.starts).expect("main starts with the run");
    let mut machine = Machine::new(&program, TaskId::from_index(main), program.tasks[main].code, &[Value::Int(0)], false);
    let before = resident();
    let mut outcome = Outcome::Value(Value::None);
    loop {
        match machine.resume(&program, outcome, 1 << 20) {
            Step::Perform(Effect::Rest(_), _) => break,
            Step::Done(ending) => panic!("they sleep: {ending:?}"),
            _ => outcome = Outcome::Value(Value::None),
        }
    }
    let each = (resident() - before) / as_f64(count);
    std::mem::forget((machine, program));
    each
}

/// Bytes of this process in memory.
fn resident() -> f64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = told.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4_096.0
}

/// Nanoseconds of a value from a generator of CPython's; zero where there is none.
fn python_next() -> f64 {
    let program = "
import time
def values(n):
    for i in range(n): yield i
def ask(n):
    g = values(n); begin = time.process_time_ns()
    for _ in range(n): next(g)
    return time.process_time_ns() - begin
print((ask(2_000_000) - ask(1_000_000)) / 1_000_000)";
    let told = std::process::Command::new("python3").args(["-c", program]).output();
    told.ok().and_then(|told| String::from_utf8_lossy(&told.stdout).trim().parse().ok()).unwrap_or(0.0)
}
