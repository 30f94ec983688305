//! How tasks, processes and the ends of pipes end, and who hears of it when.

use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::FindingKind;

use super::{Case, config, run};

pub(super) const CASES: &[Case] = &[
    Case(
        "who may not wait for a thread of another process, or for a process that is no child, hears so at once",
        r#"event go across-processes=#true
thread t { wait go }
process a { wait go }
process b {
    try { join t }; except RuntimeError as=e { print "{e}" }
    try { join t timeout-ms=20 }; except RuntimeError as=e { print "{e}" }
    try { join a }; except AssertionError as=e { print "{e}" }
}
main { join b; set-event go }"#,
        &["this thread is of another process | this thread is of another process | can only join a child process"],
    ),
    Case(
        "so does a coroutine",
        r#"event go across-processes=#true
thread t { wait go }
process b {
    event-loop l
    coroutine c loop=l { try { await join t }; except RuntimeError as=e { print "{e}" } }
}
main { join b; set-event go }"#,
        &["this thread is of another process"],
    ),
    Case(
        "who waits in recv goes on waiting when its process closes the end; who comes later does not",
        r#"pipe p
thread t { close p end=read }
main { try { recv p }; except OSError as=e { print "{e}" }; if False { send p 1 } }"#,
        &["handle is closed", "deadlock"],
    ),
    Case(
        "the end is in use until the recv is over",
        r#"pipe p
pipe go
process other { recv go; try { send p 7 }; except BrokenPipeError { print broken } }
thread t { close p end=read; send go 1 }
main { try { recv p into=v; print "got {v}" }; except OSError as=e { print "{e}" } }"#,
        &["got 7", "handle is closed | broken", "broken | handle is closed"],
    ),
    Case(
        "the end is in use until the send is over",
        r#"pipe p capacity=1
pipe go
process other { recv go; recv p into=a; try { recv p into=b; print "{a} {b}" }; except EOFError { print "{a} end" } }
thread t start=#false { close p end=write; send go 1 }
main { send p 1; start t; try { send p 2 }; except OSError { print closed } }"#,
        &["1 2", "closed | 1 end", "1 end | closed"],
    ),
    Case(
        "a coroutine that waits in recv goes on waiting, too",
        r"pipe p
event-loop l
coroutine a loop=l { try { await recv p }; except OSError { print closed } }
coroutine b loop=l { await sleep ms=0; close p end=read; if False { send p 1 } }",
        &["deadlock"],
    ),
    Case(
        "what came before an end was closed is seen by whom the end of the pipe tells of it",
        r#"pipe p
shared x 0 across-processes=#true
process a { set x 1; close p end=write }
main { close p end=write; try { recv p }; except EOFError { print "{x}" } }"#,
        &["1 | x=1"],
    ),
    Case(
        "by whom a broken pipe does",
        r#"pipe p capacity=2
shared x 0 across-processes=#true
process a { recv p; set x 1; close p end=read }
main { close p end=read; try { loop { send p 1 } }; except BrokenPipeError { print "{x}" } }"#,
        &["1 | x=1"],
    ),
    Case(
        "and what came before the end of its process",
        r#"pipe p
shared x 0 across-processes=#true
process a { set x 1; if False { send p 1 } }
main { try { recv p }; except EOFError { print "{x}" } }"#,
        &["1 | x=1"],
    ),
    Case(
        "a thread and a process that do nothing are there for a while",
        r#"thread t { let y 1 }
process p { let y 1 }
main { is-alive t into=a; is-alive p into=b; print "{a} {b} {p.exitcode}" }"#,
        &["True True None", "True True 0", "True False 0", "False True None", "False True 0", "False False 0"],
    ),
    Case(
        "one that is spawned to do nothing is there for a while",
        r#"routine r { let y 1 }
main { spawn r into=t; is-alive t into=a; active-count into=n; print "{a} {n}" }"#,
        &["True 2", "True 1", "False 1"],
    ),
    Case(
        "a process is no thread of the one that started it",
        r#"event e across-processes=#true
process p { wait e }
main { enumerate into=all; active-count into=n; print "{n} {len(all)}"; set-event e }"#,
        &["1 1"],
    ),
    Case(
        "of a process that has not started one may ask if it is alive",
        r#"process late start=#false { let y 1 }
main { is-alive late into=before; start late; join late; is-alive late into=after; print "{before} {after}" }"#,
        &["False False"],
    ),
    Case("a process is alive to itself", r#"process p { is-alive p into=alive; print "{alive}" }"#, &["True"]),
    Case(
        "one that raises at once is there for a while",
        r#"thread t { raise ValueError "at once" }
main { is-alive t into=a; print "{a}" }"#,
        &["True | t! ValueError: at once", "False | t! ValueError: at once"],
    ),
    Case(
        "a process that does nothing has its ends of pipes for a while",
        r"pipe p
process reader { if False { recv p } }
main { try { send p 1; print sent }; except BrokenPipeError { print broken } }",
        &["sent", "broken"],
    ),
];

#[test]
fn who_hears_that_an_end_is_closed_does_not_race_with_what_came_before() {
    for Case(name, text, _) in CASES.iter().filter(|case| case.1.contains("shared x")) {
        for seed in 0..100 {
            let trace = run(&Stepper, text, &config(seed));
            let races = trace.findings.iter().filter(|finding| finding.kind == FindingKind::Race).count();
            assert_eq!(races, 0, "{name}, run {seed}");
        }
    }
}
