//! Stop: how long the slowest of some runs takes to end when it is asked to, whatever it does; beside a bare process of the same binary
//! that is started and ends.

use crate::engine::slowest_stop;
use crate::harness::{Goal, Row, Table};
use crate::peers::bare_process;
use coreyard::trace::store::{TaskState, Trace};

/// Runs of each kind a round.
const RUNS: u64 = 4;

const DEADLOCKED: &str = "
lock a
lock b
barrier both parties=2
thread one { with a { wait both; with b { } } }
thread other { with b { wait both; with a { } } }
";
const SPINNING: &str = "
lock l kind=spin
thread holder count=2 { with l { loop { let x 1 } } }
";
const COMPUTING: &str = "thread t count=4 { compute s=1000 }\n";
const SLEEPING: &str = "thread t count=4 { sleep s=1000 }\n";

pub fn rows(table: &mut Table) {
    let all_are = |trace: &Trace, states: &[TaskState]| {
        !trace.counters.tasks.is_empty() && trace.counters.tasks.values().all(|task| states.contains(&task.state))
    };
    for (name, text, states) in [
        ("stop: the slowest of four deadlocked runs", DEADLOCKED, &[TaskState::Blocked][..]),
        ("stop: the slowest of four spinning runs", SPINNING, &[TaskState::Spinning, TaskState::Running]),
        ("stop: the slowest of four computing runs", COMPUTING, &[TaskState::Running]),
        ("stop: the slowest of four sleeping runs", SLEEPING, &[TaskState::Sleeping]),
    ] {
        table.measure(
            Row { name, peer: "a bare process of the same binary", unit: "ms", goal: Goal::Absolute(200.0) },
            || slowest_stop(RUNS, text, |trace| all_are(trace, states)),
            || bare_process(1) / 1e6,
        );
    }
}
