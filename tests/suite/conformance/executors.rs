//! Futures and pools: what they may come to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "a process of a pool gives its interpreter lock back with each job",
        r#"interpreter gil=#true
pool p workers=1 of=processes
routine f x { let z "x + 1"; return "z" }
main { map p f over="[1, 2]" into=r; print "{r}" }"#,
        &["[2, 3]"],
    ),
    Case(
        "a process of a pool that closes an end has it again for its next job",
        r#"pool p workers=1 of=processes
pipe c
routine job n { send c n; close c end=write }
main {
  submit p job 1 into=a
  result a
  submit p job 2 into=b
  try { result b; print "sent" }
  except OSError { print "closed" }
  if False { recv c }
}"#,
        &["sent"],
    ),
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
    Case(
        "a pool gives what its jobs return",
        r#"pool p workers=2
routine square n { return "n * n" }
main { submit p square 3 into=a; submit p square 4 into=b; result a into=x; result b into=y; print "{x} {y}" }"#,
        &["9 16"],
    ),
    Case(
        "jobs keep a run alive, workers do not",
        "pool p workers=3\nshared x 0 atomic=#true\nroutine job { atomic-add x 1 }\nmain { repeat 2 { submit p job } }",
        &["x=2"],
    ),
    Case(
        "one worker runs one job at a time, in their order",
        r#"pool p workers=1
routine job n { print "in {n}"; print "out {n}" }
main { repeat 3 as=i { submit p job i } }"#,
        &["in 0 | out 0 | in 1 | out 1 | in 2 | out 2"],
    ),
    Case(
        "a job's exception is raised by its result alone",
        r#"pool p workers=1
routine fail n { raise ValueError "no {n}" }
main { submit p fail 1 into=f; submit p fail 2
try { result f }
except ValueError as=e { print "{e}" } }"#,
        &["no 1"],
    ),
    Case(
        "callbacks are told the value, the exception and the future",
        r#"pool p workers=1
routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
routine good value { print "good {value}" }
routine bad e { print "bad {e}" }
routine done f { state f into=s; print "done {s}" }
event go
routine hold { wait go }
main {
    submit p hold into=first
    submit p half 4 callback=good error-callback=bad
    submit p half 5 callback=good error-callback=bad into=f
    add-done-callback f done
    set-event go
    close p
    join p
    print "end"
}"#,
        &["good 2 | bad odd 5 | done Done | end"],
    ),
    Case(
        "a callback of a future that is done is called at once",
        r#"pool p workers=1
routine one { return 1 }
routine done f { result f into=x; print "done {x}"; raise ValueError "let go" }
main { submit p one into=f; result f; add-done-callback f done; print "after" }"#,
        &["done 1 | after | one-1.done! ValueError: let go"],
    ),
    Case(
        "what a callback raises is told, and the next is called",
        r#"pool p workers=1
routine one n { return n }
routine bad f { raise ValueError "bad" }
routine good f { print "good" }
event go
routine first { wait go }
main { submit p first; submit p one 1 into=f; add-done-callback f bad; add-done-callback f good; set-event go }"#,
        &["good | one-2.bad! ValueError: bad"],
    ),
    Case(
        "only a job that has not begun is cancelled",
        r#"pool p workers=1
event go
routine slow { wait go; return 1 }
routine never { print "never" }
routine told f { state f into=s; print "told {s}" }
main {
    submit p slow into=a
    submit p never into=b
    add-done-callback b told
    cancel b into=yes
    cancel b into=again
    set-event go
    result a into=x
    cancel a into=no
    state b into=s
    try { result b }
    except CancelledError { print "{yes} {again} {x} {no} {s}" }
}"#,
        &["told Cancelled | True True 1 False Cancelled"],
    ),
    Case(
        "a closed pool takes no more jobs, and is joined",
        r#"pool p workers=2
routine job { return 1 }
main {
    try { join p }
    except ValueError as=e { print "{e}" }
    submit p job into=f
    close p
    try { submit p job }
    except RuntimeError as=e { print "{e}" }
    join p
    state f into=s
    print "{s}"
}"#,
        &["Pool is still running | cannot schedule new futures after shutdown | Done"],
    ),
    Case(
        "a terminated pool cancels what has not begun",
        r#"pool p workers=1
event go
routine slow { wait go; return 1 }
main {
    submit p slow into=a
    submit p slow into=b
    terminate p
    set-event go
    join p
    state a into=s
    state b into=t
    print "{s} {t}"
}"#,
        &["Done Cancelled", "Cancelled Cancelled"],
    ),
    Case(
        "a job in line is cancelled with the coroutine that awaits it, which goes on after those who are told",
        r#"event-loop turns
pool p workers=1
event free
routine job { wait free; return 1 }
routine told f { print "told" }
routine awaits f async=#true { try { await f }
finally { state f into=s; print "{s}" } }
routine boss async=#true {
    submit p job into=z
    submit p job into=f
    add-done-callback f told
    create-task awaits f into=g
    await sleep ms=0
    cancel g
    try { await g }
except CancelledError { print "cancelled" }
    set-event free
    await z into=x
    state f into=s
    print "{x} {s}"
}
main { run-loop turns boss }"#,
        &["told | Cancelled | cancelled | 1 Cancelled"],
    ),
    Case(
        "a job that runs goes on when the coroutine that awaits it is cancelled",
        r#"event-loop turns
pool p workers=1
event free
event begun
routine job { set-event begun; wait free; return 1 }
routine awaits f async=#true { await f }
routine boss async=#true {
    submit p job into=f
    wait begun
    create-task awaits f into=g
    await sleep ms=0
    cancel g
    try { await g }
except CancelledError { state f into=s; print "{s}" }
    set-event free
    await f into=x
    print "{x}"
}
main { run-loop turns boss }"#,
        &["Running | 1"],
    ),
    Case(
        "map gives results in the order of the items",
        r#"pool p workers=2
routine square n { return "n * n" }
main { map p square over="[3, 1, 2]" into=all; print "{all}" }"#,
        &["[9, 1, 4]"],
    ),
    Case(
        "map raises what the first of its jobs raised",
        r#"pool p workers=1
routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
main { try { map p half over="[2, 3, 5]" into=all }
except ValueError as=e { print "{e}" } }"#,
        &["odd 3"],
    ),
    Case(
        "map has a time-out",
        r#"pool p workers=1
event go
routine slow n { wait go; return n }
main { try { map p slow over="[1, 2]" timeout-ms=1 into=all }
except TimeoutError { set-event go; print "late" } }"#,
        &["late"],
    ),
    Case(
        "a job that waits for another of its pool, one worker",
        r"pool p workers=1
routine inner { return 1 }
routine outer { submit p inner into=f; result f into=x; return x }
main { submit p outer into=f; result f }",
        &["deadlock"],
    ),
    Case(
        "a job that waits for another of its pool, two workers",
        r#"pool p workers=2
routine inner { return 1 }
routine outer { submit p inner into=f; result f into=x; return x }
main { submit p outer into=f; result f into=x; print "{x}" }"#,
        &["1"],
    ),
    Case(
        "two jobs that each wait for another of their pool, two workers",
        r#"pool p workers=2
routine inner { return 1 }
routine outer { submit p inner into=f; result f into=x; return x }
main { submit p outer into=f; submit p outer into=g; result f into=x; result g into=y; print "{x} {y}" }"#,
        &["1 1", "deadlock"],
    ),
    Case(
        "a job that joins its pool waits for itself",
        "pool p workers=2\nroutine job { close p; join p }\nmain { submit p job into=f; result f }",
        &["deadlock"],
    ),
];
