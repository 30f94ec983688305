//! Scenarios on the real engine, measured through its public interface: what a user's run costs, transport and all.
#![expect(clippy::disallowed_methods, reason = "a bench measures")]

use crate::peers::{as_f64, nanos, nanos_each};
use coreyard::engine::real::Real;
use coreyard::engine::{Control, Engine as _, Record, Run, RunConfig, Source};
use coreyard::trace::store::Trace;
use std::time::Duration;

/// How often the app looks for events: so that none of millions a second is lost.
const OFTEN: Duration = Duration::from_micros(100);
/// How often a window looks.
const AS_A_WINDOW: Duration = Duration::from_millis(16);

/// A scenario with a constant N, run with N and 2N: the difference leaves out what a run costs by itself.
pub struct Repeated {
    /// The scenario.
    pub text: &'static str,
    /// Half of the rounds measured, and of those run twice.
    pub rounds: u64,
    /// What is recorded.
    pub record: Record,
}

impl Repeated {
    /// Nanoseconds of one more round.
    pub fn nanos_each(&self) -> f64 {
        self.of_each(OFTEN, |trace| trace.elapsed.0)
    }

    /// The same where threads or processes come and go: the app looks as often as a window does, else it takes the cores from them.
    pub fn nanos_each_in_a_window(&self) -> f64 {
        self.of_each(AS_A_WINDOW, |trace| trace.elapsed.0)
    }

    /// Nanoseconds of CPU time that its tasks take for one more round: what else the machine does is left out.
    pub fn cpu_nanos_each(&self) -> f64 {
        self.of_each(OFTEN, |trace| trace.counters.tasks.values().map(|task| task.cpu.0).sum())
    }

    fn of_each(&self, every: Duration, figure: impl Fn(&Trace) -> u64) -> f64 {
        let taken = |rounds: u64| as_f64(figure(&run_looking(every, self.text, &[("N", rounds.to_string())], self.record)));
        (taken(2 * self.rounds) - taken(self.rounds)) / as_f64(self.rounds)
    }
}

/// One lock, alone.
pub const ALONE: &str = "
let N 1
lock l
thread worker { repeat N { with l { } } }
";

/// Two threads and an empty section: N for both together.
pub const CONTENDED: &str = "
let N 1
lock l
thread worker count=2 { repeat \"N // 2\" { with l { } } }
";

/// Two threads and a section of a microsecond: N for both together.
pub const CONTENDED_MICROSECOND: &str = "
let N 1
lock l
thread worker count=2 { repeat \"N // 2\" { with l { compute us=1 } } }
";

/// A thread started and joined.
pub const SPAWN: &str = "
let N 1
routine nothing { }
thread parent { repeat N { spawn nothing into=child; join child } }
";

/// An item there and one back.
pub const ROUND_TRIP: &str = "
let N 1
queue there capacity=1
queue back capacity=1
thread asking { repeat N { put there 1; get back into=x } }
thread answering { repeat N { get there into=x; put back x } }
";

/// A process started, its first instruction heard of, and its end awaited.
pub const SPAWN_PROCESS: &str = "
let N 1
pipe begun
routine first { send begun 1 }
main { repeat N { spawn-process first into=child; recv begun into=x; join child } }
";

/// A message to another process and one back.
pub const PROCESS_ROUND_TRIP: &str = "
let N 1
pipe there
pipe back
process answering { repeat N { recv there into=x; send back x } }
main { repeat N { send there 1; recv back into=x } }
";

/// Nothing at all: what a run costs by itself.
const NOTHING: &str = "thread worker { let x 1 }\n";

/// Nanoseconds from starting a run of nothing to its end.
pub fn whole_run(count: u64) -> f64 {
    nanos_each(count, || {
        for _ in 0..count {
            run(NOTHING, &[], Record::Full);
        }
    })
}

/// Runs a scenario to its end.
pub fn run(text: &str, constants: &[(&str, String)], record: Record) -> Trace {
    run_looking(OFTEN, text, constants, record)
}

fn run_looking(every: Duration, text: &str, constants: &[(&str, String)], record: Record) -> Trace {
    let mut run = start(text, constants, record, true);
    let mut trace = Trace::default();
    let begin = std::time::Instant::now();
    while run.poll(&mut trace) {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "a bench's run takes a second; after {} ns:\n{text}",
            nanos(begin.elapsed())
        );
        std::thread::sleep(every);
    }
    trace
}

fn start(text: &str, constants: &[(&str, String)], record: Record, stop_on_deadlock: bool) -> Box<dyn Run> {
    let overrides = constants.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let source = Source { text: text.to_owned(), name: "bench".to_owned(), overrides };
    let worker = std::env::current_exe().expect("this executable has a path");
    let (cores, schedule, timeout, allow_commands) = (None, None, None, false);
    let config = RunConfig { worker, cores, seed: 1, schedule, record, timeout, stop_on_deadlock, allow_commands };
    Real.start(&source, &config).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Milliseconds from asking a run to stop until it has ended, the slowest of `count` runs: each is asked once `stands` holds of it.
pub fn slowest_stop(count: u64, text: &str, stands: impl Fn(&Trace) -> bool) -> f64 {
    let stop = || {
        let mut run = start(text, &[], Record::Full, false);
        let mut trace = Trace::default();
        while !stands(&trace) {
            assert!(run.poll(&mut trace), "it does not end by itself: {:?}\n{text}", trace.ended);
            std::thread::sleep(AS_A_WINDOW);
        }
        let begin = std::time::Instant::now();
        run.control(Control::Stop);
        while run.poll(&mut trace) {
            std::thread::sleep(OFTEN);
        }
        begin.elapsed().as_secs_f64() * 1e3
    };
    (0..count).map(|_| stop()).fold(0.0, f64::max)
}
