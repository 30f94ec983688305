//! How tasks, processes and the ends of pipes end, and who hears of it when.

use super::Case;

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
];
