//! What the shipped scenarios promise. The small ones are searched through all schedules and come to exactly the outcomes that are
//! known of them; all are run on real cores, made short by their own constants, and nothing they promise is refuted.
//! Random schedules of the stepper are in `verdicts`.

use coreyard::engine::real::Real;
use coreyard::engine::{Engine as _, Source};
use coreyard::lang::Lang;
use coreyard::program::{self, Program};
use coreyard::trace::store::{Ended, Trace};
use coreyard::verdict::{Judgement, judge};

use super::conformance::{config, every_outcome};
use super::scenarios::shipped;

/// Constants that make the long ones short, for engines that take real time.
const SHORT: &[(&str, &[&str])] = &[
    ("amdahls-law", &["ROUNDS=2", "SERIAL_MS=10", "PARALLEL_MS=40"]),
    ("bank-transfer", &["TRANSFERS=8", "AUDITS=2"]),
    ("bounded-buffer", &["ITEMS=5"]),
    ("check-then-act", &[]),
    ("concurrent-not-parallel", &["PAGES=2", "READ_MS=10", "WAIT_MS=10"]),
    ("counter-with-a-lock", &["TURNS=8"]),
    ("daemon-thread", &["WORK_MS=150", "BEAT_MS=20"]),
    ("gil-convoy", &["REQUESTS=10"]),
    ("gil-free-threaded", &["WORK_MS=20", "TURNS=200"]),
    ("gil-native-code", &["WORK_MS=40"]),
    ("gil-one-core-busy", &["WORK_MS=20"]),
    ("gil-reference-counts", &["TURNS=200"]),
    ("gil-switch-interval", &["WAKES=10"]),
    ("gil-waiting-threads", &["PAGES=4", "WAIT_MS=20", "WORK_MS=2"]),
    ("four-ways-to-serve", &["REQUESTS=12", "LATENCY_MS=10"]),
    ("greedy-neighbour", &["TURNS=3"]),
    ("joinable-queue", &["ITEMS=8", "WORK_MS=10"]),
    ("lock-as-a-token", &["LAPS=2", "RUN_MS=20"]),
    ("lock-as-bottleneck", &["TURNS=6"]),
    ("lock-kinds", &["TURNS=8"]),
    ("lock-with-a-time-out", &["HOLD_MS=80", "PATIENCE_MS=20", "VISITS=1"]),
    ("lost-updates-counted", &["TURNS=10"]),
    ("more-threads-than-cores", &["WORK_MS=40"]),
    ("philosophers-left-handed", &["MEALS=2", "THINK_MS=10", "EAT_MS=10"]),
    ("pipeline", &["PICTURES=6"]),
    ("price-of-a-message", &["MANY=2000"]),
    ("producer-consumer", &["ITEMS=10", "REST_MS=5"]),
    ("publish-with-a-flag", &[]),
    ("queue-is-thread-safe", &["ITEMS=10", "WORK_US=2000"]),
    ("queue-time-outs", &["PATIENCE_MS=20"]),
    ("readers-and-writers", &["READS=3", "WRITES=2", "READ_MS=10", "WRITE_MS=10"]),
    ("reference-counts", &["TURNS=10"]),
    ("semaphore-limit", &["VISITS=1", "EAT_MS=10", "CHAT_MS=10"]),
    ("semaphore-rendezvous", &["SUMMITS=2", "CLIMB_MS=30"]),
    ("sleeping-barber", &["CUT_MS=20", "ARRIVE_MS=40"]),
    ("spin-lock-by-hand", &["TURNS=5"]),
    ("spinning-or-sleeping", &["WAIT_MS=100"]),
    ("start-and-join", &["WORK_MS=30"]),
    ("switching-costs", &["TURNS=200", "MOST=100"]),
    ("thread-pool", &["JOBS=10", "LONGEST_MS=20"]),
    ("threads-are-preempted", &["TURNS=3", "TURN_MS=20"]),
    ("two-locks-behind-a-gate", &["TURNS=2", "PAUSE_MS=10", "WRITE_MS=10"]),
    ("two-locks-in-order", &["TURNS=2", "PAUSE_MS=10", "WRITE_MS=10"]),
    ("two-locks-with-retreat", &["TURNS=1", "PATIENCE_MS=20", "WRITE_MS=10"]),
    ("waiting-for-each-other", &["WORK_MS=60"]),
    ("waiting-overlaps", &["THREADS=4", "SLEEP_MS=100", "COMPUTE_MS=10"]),
];

/// `constants` as `--let` gives them.
fn overrides(constants: &[&str]) -> Vec<(String, String)> {
    let split = |constant: &&str| constant.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    constants.iter().filter_map(split).collect()
}

fn compile(text: &str, constants: &[&str]) -> Program {
    program::build(text, &overrides(constants)).value.expect("a shipped scenario has no problems")
}

fn run_for_real(name: &str, text: &str, constants: &[&str]) -> Trace {
    let source = Source { text: text.to_owned(), name: name.to_owned(), overrides: overrides(constants) };
    let mut run = Real.start(&source, &config(1)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut trace = Trace::default();
    while run.poll(&mut trace) {
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    trace
}

/// Every outcome of `name` with these constants: all schedules searched.
#[track_caller]
fn comes_to(name: &str, constants: &[&str], allowed: &[&str]) {
    let text = &shipped()[name];
    let found: Vec<String> = every_outcome(&compile(text, constants)).into_iter().collect();
    assert_eq!(found, allowed, "{name} {constants:?}");
}

#[test]
fn updates_are_lost_as_far_as_theory_says_and_no_further() {
    comes_to("lost-update", &["TURNS=1"], &["counter=1", "counter=2"]);
    comes_to("lost-update", &[], &["counter=2", "counter=3", "counter=4"]);
    comes_to("lost-update", &["TURNS=3"], &["counter=2", "counter=3", "counter=4", "counter=5", "counter=6"]);
    comes_to("lost-update", &["THREADS=3", "TURNS=1"], &["counter=1", "counter=2", "counter=3"]);
    comes_to("counter-with-an-atomic", &[], &["counter=6"]);
    comes_to("counter-with-a-lock", &["TURNS=2"], &["counter=6"]);
    comes_to("split-critical-section", &[], &["counter=1", "counter=2"]);
    comes_to("publish-with-a-flag", &[], &["payload=42 | ready=True | seen=42"]);
}

#[test]
fn two_locks_deadlock_unless_there_is_an_order_or_a_gate() {
    comes_to("two-locks", &[], &["deadlock", "letters=2"]);
    comes_to("two-locks-in-order", &["TURNS=2"], &["letters=4"]);
    comes_to("two-locks-behind-a-gate", &["TURNS=2"], &["letters=4"]);
    comes_to("lock-taken-twice", &[], &["deadlock"]);
    comes_to("reference-counts-deadlock", &[], &["deadlock", "references[0]=0 | references[1]=0"]);
    comes_to("waiting-for-each-other", &[], &["deadlock"]);
    comes_to("missing-sentinel", &["ITEMS=2"], &["deadlock"]);
}

#[test]
fn philosophers_starve_together_unless_one_is_left_handed() {
    for n in 2..=4 {
        let (seats, full) = (format!("N={n}"), format!("meals={n}"));
        comes_to("philosophers", &[&seats], &["deadlock", &full]);
        comes_to("philosophers-left-handed", &[&seats, "MEALS=1", "THINK_MS=1"], &[&full]);
    }
}

#[test]
fn the_interpreter_lock_keeps_whole_what_has_no_check_point_in_it() {
    comes_to("gil-increment-is-whole", &["TURNS=3"], &["6 of 6 additions are left | counter=6"]);
    let some_lost = |all: i64, least: i64| {
        let left =
            (least..=all).map(|left| format!("{left} of {all} additions are left, {} are lost | counter={left}", all - left));
        left.collect::<Vec<_>>()
    };
    for name in ["gil-call-in-between", "gil-every-instruction"] {
        for (turns, all, least) in [("TURNS=1", 2, 1), ("TURNS=2", 4, 2)] {
            let allowed = some_lost(all, least);
            comes_to(name, &[turns], &allowed.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

#[test]
fn semaphores_do_what_the_classics_say() {
    comes_to("bounded-buffer", &["ITEMS=1", "PLACES=1", "MAKE_MS=1", "USE_MS=1"], &["buffer=[] | taken=2"]);
    comes_to("bounded-buffer-deadlock", &[], &["deadlock", "stored=0"]);
    comes_to("semaphore-rendezvous", &["SUMMITS=2", "CLIMB_MS=1"], &["reached[0]=2 | reached[1]=2"]);
    comes_to("semaphore-rendezvous-deadlock", &[], &["deadlock"]);
    let barber = ["waiting=0 | cut=1 | turned_away=2", "waiting=0 | cut=2 | turned_away=1", "waiting=0 | cut=3 | turned_away=0"];
    comes_to("sleeping-barber", &["ARRIVE_MS=1"], &barber);
}

#[test]
fn one_side_always_sees_the_other() {
    let seen = |left: u8, right: u8| format!("left=1 | right=1 | left_saw={left} | right_saw={right}");
    comes_to("store-buffering", &[], &[&seen(0, 1), &seen(1, 0), &seen(1, 1)]);
    let sides = |turn: u8| format!("wants[0]=False | wants[1]=False | turn={turn} | inside_now=0 | entries=4");
    comes_to("peterson", &["TURNS=2"], &[&sides(0), &sides(1)]);
}

#[test]
fn every_shipped_scenario_keeps_its_promises_on_real_cores() {
    let shipped = shipped();
    for (name, constants) in SHORT {
        assert!(shipped.contains_key(*name), "{name} is shipped");
        let known = constants.iter().all(|constant| {
            constant.split_once('=').is_some_and(|(constant, _)| shipped[*name].contains(&format!("let {constant} ")))
        });
        assert!(known, "{name} has the constants {constants:?}");
    }
    let mut broken = Vec::new();
    for (name, text) in &shipped {
        let constants = SHORT.iter().find(|(short, _)| short == name).map_or(&[][..], |(_, constants)| constants);
        let trace = run_for_real(name, text, constants);
        if !matches!(trace.ended, Some(Ended::Completed | Ended::Deadlocked)) {
            broken.push(format!("{name} ended: {:?}", trace.ended));
        }
        for verdict in judge(&compile(text, constants), &trace) {
            if verdict.judgement == Judgement::Refuted {
                broken.push(format!("{name}: {:?}: {}", verdict.subject, verdict.words(Lang::En)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
