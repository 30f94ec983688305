//! Event loops and those who meet them from other threads: jobs that are submitted to a loop, and greenlets.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "a thread submits to a loop, waits for the result, and is raised what the coroutine raised",
        r#"event-loop turns
event over
routine half n async=#true { await sleep ms=0; if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
coroutine host loop=turns { await wait over }
main {
    submit turns half 8 into=f
    result f into=x
    submit turns half 7 into=g
    try { result g }
except ValueError as=e { state g into=s; print "{x} {e} {s}" }
    set-event over
}"#,
        &["4 odd 7 Done"],
    ),
    Case(
        "what is submitted before the loop runs lies there until it does",
        r#"event-loop turns
routine half n async=#true { return "n // 2" }
routine boss f async=#true { await f into=x; return x }
main { submit turns half 8 into=f; state f into=s; run-loop turns boss f into=x; print "{s} {x}" }"#,
        &["Pending 4"],
    ),
    Case(
        "what is submitted to a loop that nobody runs keeps nothing alive",
        r#"event-loop turns
routine half n async=#true { return "n // 2" }
main { submit turns half 8 into=f; state f into=s; print "{s}" }"#,
        &["Pending"],
    ),
    Case(
        "whoever waits for what a loop that nobody runs would come to waits for ever",
        r#"event-loop turns
routine half n async=#true { return "n // 2" }
main { submit turns half 8 into=f; result f into=x }"#,
        &["deadlock"],
    ),
    Case(
        "what a loop that has ended is given is refused",
        r#"event-loop turns
routine half n async=#true { return "n // 2" }
main { run-loop turns half 4 into=x; try { submit turns half x }
except RuntimeError as=e { print "{e}" } }"#,
        &["Event loop is closed"],
    ),
    Case(
        "what is submitted while a loop ends runs, is cancelled or is refused",
        r#"event-loop turns
routine boss async=#true { await sleep ms=0 }
routine one async=#true { return 1 }
thread runs { run-loop turns boss }
main { try { submit turns one into=f; result f into=x; print "{x}" }
except RuntimeError as=e { print "{e}" }
except CancelledError { print "cancelled" } }"#,
        &["1", "Event loop is closed", "cancelled"],
    ),
    Case(
        "a job of a loop is cancelled at once for whoever waits, and for the coroutine when its loop hears of it",
        r#"event-loop turns
event over
event begun
event never
routine hang async=#true { set-event begun; try { await wait never }
finally { set-event over } }
routine told f { state f into=s; print "told {s}" }
coroutine host loop=turns { await wait over }
main {
    submit turns hang into=f
    wait begun
    add-done-callback f told
    cancel f into=yes
    cancel f into=again
    try { result f }
except CancelledError { print "{yes} {again}" }
}"#,
        &["told Cancelled | True True"],
    ),
    Case(
        "one that is cancelled before its loop has taken it in never runs",
        r#"event-loop turns
routine never async=#true { print "it ran" }
routine boss async=#true { await sleep ms=0 }
main { submit turns never into=f; cancel f into=yes; run-loop turns boss; state f into=s; print "{yes} {s}" }"#,
        &["True Cancelled"],
    ),
    Case(
        "a job of a loop that takes too long is late for one, and goes on",
        r#"event-loop turns
event go
event over
routine slow async=#true { await wait go; return 3 }
coroutine host loop=turns { await wait over }
main {
    submit turns slow into=f
    try { result f timeout-ms=1 }
except TimeoutError { state f into=s; print "{s}" }
    set-event go
    result f into=x
    print "{x}"
    set-event over
}"#,
        &["Pending | 3"],
    ),
    Case(
        "callbacks of a job of a loop are told what it came to",
        r#"event-loop turns
event over
routine half n async=#true { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
routine good x { print "good {x}"; set-event over }
routine bad e { print "bad {e}" }
coroutine host loop=turns { await wait over }
main { submit turns half 7 callback=good error-callback=bad into=f; try { result f }
except ValueError { submit turns half 6 callback=good error-callback=bad } }"#,
        &["bad odd 7 | good 3", "good 3 | bad odd 7"],
    ),
    Case(
        "a coroutine that blocks its loop for what was submitted to it waits for ever",
        r#"event-loop turns
routine one async=#true { return 1 }
routine boss async=#true { submit turns one into=f; result f into=x; print "{x}" }
main { run-loop turns boss }"#,
        &["deadlock"],
    ),
    Case(
        "a coroutine that awaits what it submitted to its own loop lets it run",
        r#"event-loop turns
routine one async=#true { return 1 }
routine boss async=#true { submit turns one into=f; await f into=x; print "{x}" }
main { run-loop turns boss }"#,
        &["1"],
    ),
    Case(
        "two loops submit to each other and both await",
        r#"event-loop here
event-loop there
event over
routine one n async=#true { return n }
coroutine left loop=here { submit there one 1 into=f; await f into=x; print "{x}"; set-event over }
coroutine right loop=there { await wait over }
main { }"#,
        &["1"],
    ),
    Case(
        "two loops that block for each other wait for ever",
        r"event-loop here
event-loop there
barrier both parties=2
routine one async=#true { return 1 }
coroutine left loop=here { wait both; submit there one into=f; result f }
coroutine right loop=there { wait both; submit here one into=f; result f }
main { }",
        &["deadlock"],
    ),
    Case(
        "a loop runs coroutines only",
        r#"event-loop turns
routine plain { return 1 }
routine give to { submit to plain }
main { try { call give turns }
except TypeError as=e { print "{e}" } }"#,
        &["A coroutine object is required"],
    ),
    Case(
        "a greenlet gets what it is switched to with, and gives back what it returns",
        r#"event-loop stage
greenlet up loop=stage into=first { switch boss "first + 1" into=x; print "up {x}"; return "x * 2" }
coroutine boss loop=stage { switch up 1 into=x; print "boss {x}"; switch up 10 into=y; print "boss {y}" }"#,
        &["boss 2 | up 10 | boss 20"],
    ),
    Case(
        "what leaves a greenlet goes to whoever began it",
        r#"event-loop stage
greenlet inner loop=stage into=n { raise ValueError "no {n}" }
greenlet outer loop=stage { switch inner 2; print "never" }
coroutine boss loop=stage { try { switch outer }
except ValueError as=e { print "{e}" } }"#,
        &["no 2"],
    ),
    Case(
        "a greenlet to which nobody can switch any more ends, with its finally",
        r#"event-loop stage
greenlet left loop=stage { try { switch boss 1 }
finally { print "left" } }
coroutine boss loop=stage { switch left into=x; print "{x}" }"#,
        &["1 | left"],
    ),
    Case(
        "in gevent's style one that waits lets the others run, though it does not say so",
        r#"event-loop gentle style=gevent
queue q capacity=1
shared x 0
greenlet putter loop=gentle { repeat 2 as=i { put q i }; let old x; sleep ms=1; set x "old + 1" }
greenlet getter loop=gentle { repeat 2 { get q into=i; print "{i}" }; join putter; print "{x}" }"#,
        &["0 | 1 | 1 | x=1"],
    ),
    Case(
        "in gevent's style threads and greenlets meet at the same lock",
        r#"event-loop gentle style=gevent
lock door
shared x 0
greenlet one loop=gentle count=2 { with door { let old x; sleep ms=0; set x "old + 1" } }
thread t { with door { set x "x + 1" } }"#,
        &["x=3"],
    ),
    Case(
        "in gevent's style one that waits at a readers-writer lock lets the others run",
        r#"event-loop gentle style=gevent
rwlock book
shared x 0
greenlet writer loop=gentle count=2 { write book { let old x; sleep ms=1; set x "old + 1" } }
greenlet reader loop=gentle { read book { let one x; sleep ms=1; let two x; print "{one == two}" } }"#,
        &["True | x=2"],
    ),
    Case(
        "in gevent's style one that waits at a pipe lets the others run",
        r#"event-loop gentle style=gevent
pipe news capacity=1
greenlet receiver loop=gentle { repeat 3 { recv news into=x; print "{x}" } }
greenlet sender loop=gentle { repeat 3 as=i { send news i } }"#,
        &["0 | 1 | 2"],
    ),
    Case(
        "in gevent's style one that waits for a pool lets the others run",
        r#"event-loop gentle style=gevent
pool p workers=1
event go
routine job n { wait go; return "n * n" }
greenlet mapper loop=gentle { map p job over="[2, 3]" into=all; close p; join p; print "{all}" }
greenlet other loop=gentle { print "other"; set-event go }"#,
        &["other | [4, 9]"],
    ),
    Case(
        "in gevent's style a map that is late cancels what has not begun",
        r#"event-loop gentle style=gevent
pool p workers=1
event go
shared ran 0
routine job n { set ran "ran + 1"; wait go }
greenlet mapper loop=gentle { try { map p job over="[1, 2, 3]" timeout-ms=1 }
except TimeoutError { print "late"; set-event go; close p; join p } }"#,
        &["late | ran=0", "late | ran=1"],
    ),
    Case(
        "all that wait for an event go on when it is set, also where it is cleared at once",
        r#"event-loop turns
event ready
shared x 0
coroutine waiter loop=turns count=2 { await wait ready into=ok; set x "x + 1"; print "{ok}" }
coroutine setter loop=turns { await sleep ms=1; set-event ready; clear-event ready }"#,
        &["True | True | x=2"],
    ),
    Case(
        "a coroutine is known to its own loop alone",
        r#"event-loop turns
event over
coroutine its loop=turns { await wait over }
routine told f { print "never" }
main {
    try { result its }
except RuntimeError as=e { print "{e}" }
    try { cancel its }
except RuntimeError { print "cancel" }
    try { add-done-callback its told }
except RuntimeError { print "callback" }
    try { join its }
except RuntimeError { print "join" }
    set-event over
}"#,
        &["this coroutine is of another event loop | cancel | callback | join"],
    ),
    Case(
        "futures of pools are gathered beside coroutines, shielded and waited for",
        r#"event-loop turns
pool p workers=1
routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
routine nine async=#true { return 9 }
routine boss async=#true {
    submit p half 8 into=f
    submit p half 7 into=g
    create-task nine into=t
    await gather f t f into=xs
    try { await gather "[f, g]" }
except ValueError as=e { print "{xs} {e}" }
    await gather f g return-exceptions=#true into=ys
    await shield f into=x
    print "{ys[0]} {x}"
}
main { run-loop turns boss }"#,
        &["[4, 9, 4] odd 7 | 4 4"],
    ),
    Case(
        "a future that is waited for in vain is cancelled if it has not begun, and those are told who wait for that",
        r#"event-loop turns
pool p workers=1
event over
routine long { wait over; return 1 }
routine never { return 2 }
routine told f { state f into=s; print "told {s}" }
routine boss async=#true {
    submit p long into=f
    submit p never callback=told into=g
    add-done-callback g told
    try { await wait-for g timeout-ms=1 into=x; print "no" }
except TimeoutError { await sleep ms=0; state g into=s; print "late {s}" }
    set-event over
    await f into=x
    print "{x}"
}
main { run-loop turns boss }"#,
        &["told Cancelled | late Cancelled | 1"],
    ),
    Case(
        "a future that was gathered and that nobody waits for any more goes on when the loop has ended",
        r#"event-loop turns
pool p workers=1
event over
routine long { wait over; return 1 }
routine bad async=#true { raise KeyError }
routine boss f async=#true { call bad into=c; try { await gather f c }
except KeyError { print "lost" } }
main { submit p long into=f; run-loop turns boss f; set-event over; result f into=x; print "{x}" }"#,
        &["lost | 1"],
    ),
    Case(
        "a job of another loop is cancelled with the coroutine that awaits it",
        r#"event-loop turns
event-loop others
event never
event begun
routine co async=#true { set-event begun; try { await wait never }
finally { set-event never } }
routine awaits f async=#true { await f }
routine boss async=#true {
    submit others co into=f
    wait begun
    create-task awaits f into=g
    await sleep ms=0
    cancel g
    try { await g }
except CancelledError { state f into=s; print "{s}" }
}
coroutine host loop=others { await wait never }
main { run-loop turns boss }"#,
        &["Cancelled"],
    ),
];
