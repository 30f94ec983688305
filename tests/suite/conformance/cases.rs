//! The scenarios every engine is put to, with all they may come to: an outcome is what was printed, every `shared`, and the
//! exceptions that nobody caught, or a deadlock.

use super::Case;

pub(super) const CASES: &[Case] = &[
    // B1–B3: lost updates.
    Case(
        "B1 once",
        r#"shared x 0
thread t count=2 { set x "x + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "B1 twice",
        r#"shared x 0
thread t count=2 { repeat 2 { set x "x + 1" } }"#,
        &["x=2", "x=3", "x=4"],
    ),
    Case(
        "B1 three times",
        r#"shared x 0
thread t count=2 { repeat 3 { set x "x + 1" } }"#,
        &["x=2", "x=3", "x=4", "x=5", "x=6"],
    ),
    Case(
        "B1 three threads",
        r#"shared x 0
thread t count=3 { set x "x + 1" }"#,
        &["x=1", "x=2", "x=3"],
    ),
    Case(
        "B2 atomic",
        r"shared x 0 atomic=#true
thread t count=2 { repeat 2 { atomic-add x 1 } }",
        &["x=4"],
    ),
    Case(
        "B2 lock",
        r#"shared x 0
lock m
thread t count=2 { repeat 2 { with m { set x "x + 1" } } }"#,
        &["x=4"],
    ),
    Case(
        "B3 split",
        r#"shared x 0
lock m
thread t count=2 { with m { let seen x }; with m { set x "seen + 1" } }"#,
        &["x=1", "x=2"],
    ),
    // B6–B8, B14, B15: deadlocks.
    Case(
        "B6 crossed",
        r"lock a
lock b
thread one { with a { with b { } } }
thread two { with b { with a { } } }",
        &["", "deadlock"],
    ),
    Case(
        "B6 in order",
        r"lock a
lock b
thread t count=2 { with a { with b { } } }",
        &[""],
    ),
    Case(
        "B6 behind a gate",
        r"lock a
lock b
lock gate
thread one { with gate { with a { with b { } } } }
thread two { with gate { with b { with a { } } } }",
        &[""],
    ),
    Case(
        "B7 all left first",
        r#"lock fork count=3
thread p count=3 { with "fork[index]" { with "fork[(index + 1) % 3]" { } } }"#,
        &["", "deadlock"],
    ),
    Case(
        "B7 one left-hander",
        r#"lock fork count=3
thread p count=3 {
    let first "min(index, (index + 1) % 3)"
    let second "max(index, (index + 1) % 3)"
    with "fork[first]" { with "fork[second]" { } }
}"#,
        &[""],
    ),
    Case(
        "B8 plain lock twice",
        r"lock m
main { with m { with m { } } }",
        &["deadlock"],
    ),
    Case(
        "B14 items first",
        r#"semaphore items permits=0
semaphore room permits=1
lock m
shared got 0
thread producer { repeat 2 { acquire room; with m { set got "got + 1" }; release items } }
thread consumer { repeat 2 { acquire items; with m { set got "got + 1" }; release room } }"#,
        &["got=4"],
    ),
    Case(
        "B14 mutex first",
        r"semaphore items permits=0
semaphore room permits=1
lock m
thread producer { repeat 2 { with m { acquire room; release items } } }
thread consumer { repeat 2 { with m { acquire items; release room } } }",
        &["", "deadlock"],
    ),
    Case(
        "B15 signal then wait",
        r"semaphore here permits=0
semaphore there permits=0
thread one { release there; acquire here }
thread two { release here; acquire there }",
        &[""],
    ),
    Case(
        "B15 wait then signal",
        r"semaphore here permits=0
semaphore there permits=0
thread one { acquire here; release there }
thread two { acquire there; release here }",
        &["deadlock"],
    ),
    // Locks of every kind exclude.
    Case(
        "spin",
        r#"shared x 0
lock m kind=spin
thread t count=3 { with m { set x "x + 1" } }"#,
        &["x=3"],
    ),
    Case(
        "ticket",
        r#"shared x 0
lock m kind=ticket
thread t count=3 { with m { set x "x + 1" } }"#,
        &["x=3"],
    ),
    Case(
        "fair",
        r#"shared x 0
lock m kind=fair
thread t count=3 { with m { set x "x + 1" } }"#,
        &["x=3"],
    ),
    Case(
        "a lock is a token",
        r#"lock m
shared x 0
semaphore handed permits=0
thread one { acquire m; set x 1; release handed }
thread two { acquire handed; set x "x + 1"; release m }"#,
        &["x=2"],
    ),
    Case(
        "an owner-checked lock is none",
        r"lock m owner-checked=#true
semaphore handed permits=0
thread one { acquire m; release handed }
thread two { acquire handed; release m }",
        &["two! RuntimeError: cannot release un-acquired lock"],
    ),
    Case(
        "a free lock cannot be released",
        r#"lock m
main { try { release m }
  except RuntimeError as=e { print "{e}" } }"#,
        &["release unlocked lock"],
    ),
    Case(
        "try-acquire",
        r#"lock m
main { try-acquire m into=a; try-acquire m into=b; print "{a} {b}" }"#,
        &["True False"],
    ),
    Case(
        "try-acquire does not wait in line",
        r#"lock m kind=fair
main { try-acquire m into=a; try-acquire m into=b; release m; try-acquire m into=c; print "{a} {b} {c}" }"#,
        &["True False True"],
    ),
    Case(
        "a time-out gives False",
        r#"lock m
main { acquire m; acquire m timeout-ms=1 into=had; print "{had}" }"#,
        &["False"],
    ),
    Case(
        "a time-out leaves the line",
        r#"lock m kind=fair
main { acquire m; acquire m timeout-ms=1 into=had; release m; try-acquire m into=again; print "{had} {again}" }"#,
        &["False True"],
    ),
    Case(
        "a time-out that need not wait",
        r#"lock m
main { acquire m timeout-ms=1 into=had; print "{had}" }"#,
        &["True"],
    ),
    Case(
        "waiting with a time-out",
        r"lock m
shared got False
thread holder { acquire m; release m }
thread waiter { acquire m timeout-ms=1 into=had; set got had; if had { release m } }",
        &["got=False", "got=True"],
    ),
    Case(
        "semaphore counts",
        r#"semaphore s permits=2
main { try-acquire s into=a; try-acquire s into=b; try-acquire s into=c; release s; try-acquire s into=d; print "{a} {b} {c} {d}" }"#,
        &["True True False True"],
    ),
    Case(
        "a bounded semaphore has a bound",
        r"semaphore s permits=1 bounded=#true
main { release s }",
        &["MainThread! ValueError: Semaphore released too many times"],
    ),
    Case(
        "an unbounded one has none",
        r"semaphore s permits=0
main { release s; release s; acquire s; acquire s }",
        &[""],
    ),
    // Queues.
    Case(
        "fifo",
        r#"queue q
main { repeat 3 as=i { put q i }; repeat 3 { get q into=x; print "{x}" } }"#,
        &["0 | 1 | 2"],
    ),
    Case(
        "lifo",
        r#"queue q order=lifo
main { repeat 3 as=i { put q i }; repeat 3 { get q into=x; print "{x}" } }"#,
        &["2 | 1 | 0"],
    ),
    Case(
        "priority",
        r#"queue q order=priority
main { put q 2; put q 1.5; put q True; put q 3; repeat 4 { get q into=x; print "{x}" } }"#,
        &["True | 1.5 | 2 | 3"],
    ),
    Case(
        "priorities that have no order",
        r#"queue q order=priority
main { put q 1; put q "'a'" }"#,
        &["MainThread! TypeError: '<' not supported between instances of 'str' and 'int'"],
    ),
    Case(
        "a full queue blocks until there is room",
        r#"queue q capacity=1
shared total 0
thread p { repeat 2 as=i { put q i } }
thread c { repeat 2 { get q into=x; set total "total * 10 + x + 1" } }"#,
        &["total=12"],
    ),
    Case(
        "two producers interleave",
        r#"queue q capacity=1
shared seen "[]"
thread p count=2 { put q index }
thread c { repeat 2 { get q into=x; set seen "seen + [x]" } }"#,
        &["seen=[0, 1]", "seen=[1, 0]"],
    ),
    Case(
        "Full",
        r#"queue q capacity=1
main { put q 1; try { put q 2 timeout-ms=1 }
  except Full { print "full" } }"#,
        &["full"],
    ),
    Case(
        "Empty",
        r"queue q
main { get q timeout-ms=1 into=x }",
        &["MainThread! Empty"],
    ),
    Case(
        "get for ever",
        r"queue q
main { get q into=x }",
        &["deadlock"],
    ),
    Case(
        "joinable",
        r#"queue q
shared done 0
thread c daemon=#true { loop { get q into=x; set done "done + x"; task-done q } }
main { put q 1; put q 2; join q; print "{done}" }"#,
        &["3 | done=3"],
    ),
    Case(
        "task-done too often",
        r"queue q
main { put q 1; get q into=x; task-done q; task-done q }",
        &["MainThread! ValueError: task_done() called too many times"],
    ),
    Case(
        "length",
        r#"queue q
main { put q 1; put q 2; print "{len(q)}" }"#,
        &["2"],
    ),
    // Atomics.
    Case(
        "old values",
        r#"shared x 5 atomic=#true
main { atomic-add x 2 into=a; swap x 1 into=b; compare-and-set x 1.0 9 into=c; compare-and-set x 1 8 into=d; print "{a} {b} {c} {d}" }"#,
        &["5 7 True False | x=9"],
    ),
    Case(
        "compare-and-set never loses",
        r#"shared x 0 atomic=#true
thread t count=2 { loop { let seen x; compare-and-set x seen "seen + 1" into=ok; if ok { break } } }"#,
        &["x=2"],
    ),
    Case(
        "atomic-add of a text",
        r#"shared x 0 atomic=#true
main { atomic-add x "'a'" }"#,
        &["x=0 | MainThread! TypeError: unsupported operand type(s) for +: 'int' and 'str'"],
    ),
    Case(
        "store buffering is not seen",
        r"shared x 0
shared y 0
shared a 0
shared b 0
thread one { set x 1; set a y }
thread two { set y 1; set b x }",
        &["x=1 | y=1 | a=0 | b=1", "x=1 | y=1 | a=1 | b=0", "x=1 | y=1 | a=1 | b=1"],
    ),
    // Tasks.
    Case(
        "start and join",
        r#"shared x 0
thread t start=#false { set x 1 }
main { print "{x}"; start t; join t; print "{x}" }"#,
        &["0 | 1 | x=1"],
    ),
    Case(
        "never started",
        r"shared x 0
thread t start=#false { set x 1 }",
        &["x=0"],
    ),
    Case(
        "start twice",
        r"thread t start=#false { }
main { start t; start t }",
        &["MainThread! RuntimeError: threads can only be started once"],
    ),
    Case(
        "join before start",
        r"thread t start=#false { }
main { join t }",
        &["MainThread! RuntimeError: cannot join thread before it is started"],
    ),
    Case("join oneself", r"main { current-task into=me; join me }", &["MainThread! RuntimeError: cannot join current thread"]),
    Case(
        "join each other",
        r"thread one { join two }
thread two { join one }",
        &["deadlock"],
    ),
    Case(
        "join with a time-out",
        r#"semaphore never permits=0
main { join t timeout-ms=1 into=ended; print "{ended}"; release never; join t into=ended; print "{ended}" }
thread t { acquire never }"#,
        &["False | True"],
    ),
    Case(
        "join several",
        r#"shared x 0 atomic=#true
thread t count=3 { atomic-add x 1 }
main { join t into=ended; print "{x} {ended}" }"#,
        &["3 True | x=3"],
    ),
    Case(
        "spawn gives a handle with a name",
        r#"shared x 0
routine work n { set x n; print "{name} {n}" }
main { spawn work 7 into=t; join t; print "{t.name} {x}" }"#,
        &["work-1 7 | work-1 7 | x=7"],
    ),
    Case(
        "spawn with a name",
        r#"routine work { print "{name}" }
main { spawn work name="Ada {1 + 1}" into=t; join t; is-alive t into=alive; print "{t.name} {alive}" }"#,
        &["Ada 2 | Ada 2 False"],
    ),
    Case(
        "a daemon is cut off",
        r"shared x 0
queue never
thread d daemon=#true { try { get never into=x1 }
  finally { set x 1 } }
main { }",
        &["x=0"],
    ),
    Case(
        "a daemon's child is a daemon",
        r"queue never
routine idle { get never into=x }
thread d daemon=#true { spawn idle; get never into=x }
main { }",
        &[""],
    ),
    Case(
        "one of several is told by its index",
        r#"shared x 0 count=2
thread t count=2 as=me { set "x[me]" "me + 10" }"#,
        &["x[0]=10 | x[1]=11"],
    ),
    Case(
        "the last of several",
        r#"shared x 0 count=2
main { set "x[-1]" 5; print "{x[-1]} {x}" }"#,
        &["5 [0, 5] | x[0]=0 | x[1]=5"],
    ),
    Case(
        "no such one of several",
        r#"shared x 0 count=2
main { set "x[2]" 5 }"#,
        &["x[0]=0 | x[1]=0 | MainThread! IndexError: list index out of range"],
    ),
    Case(
        "rand takes every value",
        r#"shared x 0
main { set x "rand(3) * 10 + rand(2)" }"#,
        &["x=0", "x=1", "x=10", "x=11", "x=20", "x=21"],
    ),
    // The order inside a block.
    Case(
        "one load per mention, left to right",
        r#"shared x 1
main { set x "x + x" }
thread t { set x 5 }"#,
        &["x=2", "x=5", "x=6", "x=10"],
    ),
    Case(
        "set a[i]: the value comes first",
        r#"shared a 0 count=2
shared i 0
main { set "a[i]" "i" }
thread t { set i 1 }"#,
        &["a[0]=0 | a[1]=0 | i=1", "a[0]=0 | a[1]=1 | i=1"],
    ),
    Case(
        "a short circuit loads nothing",
        r#"shared x 0
shared y 0
main { if "x == 0 or y == 0" { print "yes" } }"#,
        &["yes | x=0 | y=0"],
    ),
];
