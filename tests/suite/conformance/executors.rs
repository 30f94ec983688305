//! Futures and pools: what they may come to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "a task keeps what it returned",
        r#"routine square n { return "n * n" }
main { spawn square 7 into=t; result t into=x; result t into=again; state t into=s; print "{x} {again} {s}" }"#,
        &["49 49 Done"],
    ),
    Case(
        "what a task raised is raised by its result, where it was raised first",
        r#"routine fail { raise ValueError "no" }
main { spawn fail into=t; try { result t }
except ValueError as=e { state t into=s; print "{e} {s}" } }"#,
        &["no Done | fail-1! ValueError: no"],
    ),
    Case(
        "a result that does not come in time",
        r#"event go
routine slow { wait go; return 1 }
main {
    spawn slow into=t
    try { result t timeout-ms=1 into=x }
    except TimeoutError { print "late" }
    set-event go
    result t into=x
    print "{x}"
}"#,
        &["late | 1"],
    ),
    Case(
        "a task that was cancelled has no result",
        r#"routine ring { return 1 }
main {
    timer s=1000 ring into=t
    state t into=before
    cancel t
    try { result t into=x; print "{x}" }
    except CancelledError { state t into=after; print "{before} {after}" }
}"#,
        &["1", "Pending Cancelled"],
    ),
    Case(
        "a task that is not started gives no result",
        "thread t start=#false { yield-cpu }\nmain { state t into=s; print \"{s}\"; try { result t }\nexcept RuntimeError as=e { print \"{e}\" } }",
        &["Pending | cannot wait for the result of a task before it is started"],
    ),
    Case("a task that waits for its own result waits for ever", "main { current-task into=me; result me }", &["deadlock"]),
];
