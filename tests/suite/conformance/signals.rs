//! Conditions, events and barriers: what they may come to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "an event, set before or after",
        r"event opened
main { set-event opened }
thread t count=2 { wait opened into=ok; assert ok }",
        &[""],
    ),
    Case(
        "an event that is set again at once lets go whoever waits",
        r"event opened
main { set-event opened; clear-event opened }
thread t { wait opened }",
        &["", "deadlock"],
    ),
    Case("an event with a time-out", "event e\nmain { wait e timeout-ms=1 into=ok; print \"{ok}\" }", &["False"]),
    Case(
        "an event in time or late",
        "event e\nmain { wait e timeout-ms=1 into=ok; print \"{ok}\" }\nthread t { set-event e }",
        &["False", "True"],
    ),
    Case("an event nobody sets", "event e\nmain { wait e }", &["deadlock"]),
    Case(
        "a barrier, again and again",
        r"barrier line parties=3
shared total 0 atomic=#true
thread t count=3 { repeat 2 { wait line into=place; atomic-add total place } }",
        &["total=6"],
    ),
    Case(
        "nobody is through before all have come",
        r#"barrier line parties=2
shared came 0 atomic=#true
thread t count=2 { atomic-add came 1; wait line; assert "came == 2" }"#,
        &["came=2"],
    ),
    Case("a barrier for one", "barrier line parties=1\nmain { wait line into=a; wait line into=b; print \"{a} {b}\" }", &["0 0"]),
    Case("a barrier that is never complete", "barrier line parties=3\nthread t count=2 { wait line }", &["deadlock"]),
    Case(
        "a time-out breaks a barrier for all",
        r"barrier line parties=3
shared broken 0 atomic=#true
thread patient { try { wait line }
except BrokenBarrierError { atomic-add broken 1 } }
thread hasty { try { wait line timeout-ms=1 }
except RuntimeError { atomic-add broken 1 } }",
        &["broken=2"],
    ),
    Case(
        "an abort breaks a barrier, for those to come too",
        r"barrier line parties=2
thread t { wait line }
main { abort line; wait line }",
        &["t! BrokenBarrierError | MainThread! BrokenBarrierError"],
    ),
    // B12: a condition.
    Case(
        "B12 no predicate",
        r"lock m
condition c lock=m
thread waiter { with c { wait c } }
thread notifier { with c { notify c } }",
        &["", "deadlock"],
    ),
    Case(
        "B12 while and predicate",
        r#"lock m
condition c lock=m
shared ready #false
thread waiter { with c { while "not ready" { wait c } } }
thread notifier { with c { set ready #true; notify c } }"#,
        &["ready=True"],
    ),
    Case(
        "B12 predicate outside the lock",
        r#"lock m
condition c lock=m
shared ready #false
thread waiter { if "not ready" { with c { wait c } } }
thread notifier { set ready #true; with c { notify c } }"#,
        &["ready=True", "deadlock"],
    ),
    Case(
        "B13 notify one",
        r#"lock m
condition c lock=m
shared items 0
thread producer count=2 { with c { while "items == 1" { wait c }; set items 1; notify c } }
thread consumer count=2 { with c { while "items == 0" { wait c }; set items 0; notify c } }"#,
        &["items=0", "deadlock"],
    ),
    Case(
        "B13 notify all",
        r#"lock m
condition c lock=m
shared items 0
thread producer count=2 { with c { while "items == 1" { wait c }; set items 1; notify-all c } }
thread consumer count=2 { with c { while "items == 0" { wait c }; set items 0; notify-all c } }"#,
        &["items=0"],
    ),
    Case(
        "notify wakes any one, of those that wait",
        r#"lock m
condition c lock=m
shared waiting 0
shared woken "''"
thread t count=2 { with c { set waiting "waiting + 1"; wait c; set woken "woken + str(index)" } }
main { let one #true
    while one { with c { if "waiting == 2" { notify c; let one #false } } }
    while "woken == ''" { yield-cpu }
    with c { notify-all c } }"#,
        &["waiting=2 | woken='01'", "waiting=2 | woken='10'"],
    ),
    Case(
        "a condition of a fair lock",
        r#"lock m kind=fair
condition c lock=m
shared x 0
thread waiter { let ok #true; with c { while "x == 0" { wait c into=ok }; assert ok; set x "x + 1" } }
thread notifier { with c { set x 1; notify c n=5 } }
thread other { with c { set x "x + 0" } }"#,
        &["x=2"],
    ),
    Case(
        "a condition with a time-out takes the lock back",
        "lock m\ncondition c lock=m\nmain { with c { wait c timeout-ms=1 into=ok; print \"{ok}\"; release m; acquire m } }",
        &["False"],
    ),
    Case(
        "a condition without its lock",
        r#"lock m
condition c lock=m
main {
    try { wait c }
    except RuntimeError as=e { print "{e}" }
    try { notify c }
    except RuntimeError as=e { print "{e}" }
    with c { notify-all c }
}"#,
        &["cannot wait on un-acquired lock | cannot notify on un-acquired lock"],
    ),
    Case(
        "a wake-up out of nothing needs a loop",
        r#"lock m
condition c lock=m spurious=#true
shared ready #false
thread waiter { with c { while "not ready" { wait c } ; assert ready } }
thread notifier { with c { set ready #true; notify c } }"#,
        &["ready=True"],
    ),
    Case(
        "a wake-up out of nothing saves nobody",
        r"lock m
condition c lock=m spurious=#true
main { with c { wait c } }",
        &["deadlock", ""],
    ),
    // Reentrant locks.
    Case("B8 rlock twice", "rlock m\nmain { with m { with m { print \"fine\" } } }", &["fine"]),
    Case(
        "a routine that takes the lock it is called under",
        r#"rlock m
shared x 0
routine down n { with m { set x "x + 1"; if "n > 0" { call down "n - 1" } } }
thread t count=2 { call down 2 }"#,
        &["x=6"],
    ),
    Case(
        "an rlock is released by its holder alone, and not too often",
        r#"rlock m
event taken
thread t {
    wait taken
    try { release m }
    except RuntimeError as=e { print "{e}" }
    try-acquire m into=ok
    print "{ok}"
}
main { acquire m; set-event taken; join t; release m
    try { release m }
    except RuntimeError as=e { print "{e}" } }"#,
        &["cannot release un-acquired lock | False | cannot release un-acquired lock"],
    ),
    Case(
        "an rlock with a time-out",
        "rlock m\nmain { acquire m; spawn late into=t; join t }\nroutine late { acquire m timeout-ms=1 into=ok; print \"{ok}\" }",
        &["False"],
    ),
    Case(
        "a condition of an rlock lets it go however often it is held",
        r#"rlock m
condition c lock=m
shared x 0
thread waiter { with c { with c { while "x == 0" { wait c } ; set x "x + 1" }; release m; acquire m } }
thread notifier { with m { with m { set x "x + 1"; notify c } } }"#,
        &["x=2"],
    ),
    // Readers-writer locks.
    Case(
        "a writer is alone",
        r#"rwlock m
shared x 0
thread writer count=2 { write m { set x "x + 1" } }
thread reader { read m { let a x; let b x; assert "a == b" } }"#,
        &["x=2"],
    ),
    Case(
        "readers are inside together",
        r"rwlock m
barrier both parties=2
thread reader count=2 { read m { wait both } }",
        &[""],
    ),
    Case(
        "a writer keeps the next reader out where writers go first",
        r"rwlock m prefer=writers
barrier both parties=2
thread reader count=2 { read m { wait both } }
thread writer { write m { } }",
        &["", "deadlock"],
    ),
    Case(
        "a waiting writer does not keep readers out where readers go first",
        r"rwlock m prefer=readers
barrier both parties=2
thread reader count=2 { read m { wait both } }
thread writer { write m { } }",
        &[""],
    ),
    Case(
        "whoever came first goes first where all are served in order",
        r"rwlock m prefer=fair
barrier both parties=2
thread reader count=2 { read m { wait both } }
thread writer { write m { } }",
        &["", "deadlock"],
    ),
    Case("one that reads and wants to write waits for itself", "rwlock m\nmain { read m { write m { } } }", &["deadlock"]),
    Case(
        "a writer that fails leaves",
        r#"rwlock m prefer=fair
shared x 0
thread t { try { write m { raise ValueError "no" } }
except ValueError { read m { set x 1 } } }"#,
        &["x=1"],
    ),
];
