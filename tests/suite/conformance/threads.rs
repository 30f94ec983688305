//! Timers, and who is alive: what they may come to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "a timer runs its routine with its arguments",
        r#"shared x 0
routine ring n { set x n }
main { timer ms=1 ring 5 into=t; join t; print "{x}" }"#,
        &["5 | x=5"],
    ),
    Case("a run waits for its timers", "shared x 0\nroutine ring { set x 1 }\nmain { timer ms=1 ring }", &["x=1"]),
    Case(
        "a timer is cancelled in time or not",
        r"shared x 0
routine ring { set x 1 }
main { timer ms=1 ring into=t; sleep ms=1; cancel t; join t; cancel t }",
        &["x=0", "x=1"],
    ),
    Case(
        "a timer that is cancelled or over has ended",
        r#"shared x 0
routine ring { set x 1 }
main {
    timer s=1000 ring into=t
    is-alive t into=before
    cancel t
    join t
    is-alive t into=after
    print "{before} {after}"
}"#,
        &["True False | x=0", "True False | x=1", "False False | x=1"],
    ),
    Case(
        "a timer frees who waits for it",
        "event e\nroutine ring { set-event e }\nmain { timer ms=2 ring; wait e; print \"on\" }",
        &["on"],
    ),
    Case(
        "only timers are cancelled",
        "thread t { yield-cpu }\nmain { cancel t }",
        &["MainThread! AttributeError: 'Thread' object has no attribute 'cancel'"],
    ),
    Case(
        "a timer with a negative time",
        "let N -1\nroutine ring { yield-cpu }\nmain { try { timer ms=N ring }\nexcept ValueError as=e { print \"{e}\" } }",
        &["timer delay must be non-negative"],
    ),
    Case(
        "who is alive",
        r#"event done
thread idle start=#false { wait done }
routine work { wait done }
main {
    active-count into=alone
    spawn work into=t name="Ada"
    start idle
    enumerate into=all
    let names "''"
    for each in=all { let names "names + each.name + ' '" }
    active-count into=three
    set-event done
    join t
    join idle
    active-count into=again
    print "{alone} {names}{three} {again}"
}"#,
        &["1 idle MainThread Ada 3 1"],
    ),
];
