//! What the interpreter lock allows and forbids: where it may change hands, what goes on without it.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "an increment is whole: no check point between load and store",
        r#"interpreter
shared x 0
thread t count=2 { repeat 2 { set x "x + 1" } }"#,
        &["x=4"],
    ),
    Case(
        "a call between load and store",
        r#"interpreter
shared x 0
routine same n { return n }
thread t count=2 { let old x; call same old into=n; set x "n + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "a back-edge between load and store",
        r#"interpreter
shared x 0
thread t count=2 { let old x; repeat 1 { let n 0 }; set x "old + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "a built-in between load and store",
        r#"interpreter
shared x 0
thread t count=2 { let old x; compute us=1; set x "old + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "native computing between load and store",
        r#"interpreter
shared x 0
thread t count=2 { let old x; compute us=1 native=#true; set x "old + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "a function of an expression is no call",
        r#"interpreter
shared x 0
thread t count=2 { set x "abs(x) + len([1])" }"#,
        &["x=2"],
    ),
    Case(
        "between any two steps",
        r#"interpreter check=instruction
shared x 0
thread t count=2 { set x "x + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "switched off",
        r#"interpreter gil=#false
shared x 0
thread t count=2 { set x "x + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "the first turn of a loop is tested without a check point",
        r#"interpreter
shared x 0
thread t count=2 { while "x == 0" { set x "x + 1" } }"#,
        &["x=1"],
    ),
    Case(
        "a later turn is not",
        r#"interpreter
shared x 3
thread t count=2 { while "x > 0" { set x "x - 1" } }"#,
        &["x=-1", "x=0"],
    ),
    Case(
        "between the entries of two locks there is no check point",
        r"interpreter
lock a
lock b
thread one { with a { with b { } } }
thread two { with b { with a { } } }",
        &[""],
    ),
    Case(
        "between two calls that acquire there is",
        r"interpreter
lock a
lock b
thread one { acquire a; acquire b; release b; release a }
thread two { acquire b; acquire a; release a; release b }",
        &["", "deadlock"],
    ),
    Case(
        "who waits for a lock lets the others go on",
        r#"interpreter
shared x 0
lock m
thread t count=2 { with m { let old x; sleep us=10; set x "old + 1" } }"#,
        &["x=2"],
    ),
    Case(
        "who spins for a lock can be switched away from",
        r#"interpreter
shared x 0
lock m kind=spin
routine same n { return n }
thread t count=2 { with m { let old x; call same old into=n; set x "n + 1" } }"#,
        &["x=2"],
    ),
    Case(
        "a lock handed over in order",
        r#"interpreter
shared x 0
lock m kind=fair
thread t count=2 { repeat 2 { with m { let old x; yield-cpu; set x "old + 1" } } }"#,
        &["x=4"],
    ),
    Case(
        "a lock may be had by one that waited, though another goes on with the interpreter lock",
        r#"interpreter
lock m
shared tried 0
main { acquire m; start other; sleep ms=2; release m; try-acquire m into=had; set tried "1 if had else 2" }
thread other start=#false { acquire m }"#,
        &["tried=2", "deadlock"],
    ),
    Case(
        "a queue of one between two",
        r#"interpreter
queue q capacity=1
shared x 0
thread p { repeat 3 as=i { put q i } }
thread c { repeat 3 { get q into=i; set x "x + i" } }"#,
        &["x=3"],
    ),
    Case(
        "join waits without it",
        r#"interpreter
shared x 0
routine add { set x "x + 1" }
main { spawn add into=one; spawn add into=two; join one; join two; print "{x}" }"#,
        &["2 | x=2"],
    ),
    Case(
        "who waits on a condition lets both locks go",
        r#"interpreter
lock m
condition ready lock=m
shared full #false
shared x 0
thread getter { with ready { while "not full" { wait ready }; set x "x + 1" } }
thread putter { with ready { set full "True"; notify ready; compute us=1 } }"#,
        &["full=True | x=1"],
    ),
    Case(
        "between the look and the wait on a condition a sign can be lost, check points or not",
        r"interpreter
lock m
condition ready lock=m
thread getter { with ready { wait ready } }
thread putter { with ready { notify ready } }",
        &["", "deadlock"],
    ),
    Case(
        "a condition's time-out wants the interpreter lock back",
        r#"interpreter
lock m
condition ready lock=m
main { with ready { wait ready timeout-ms=1 into=ok; print "{ok}" } }
thread burns { compute us=1 }"#,
        &["False"],
    ),
    Case(
        "who waits at a barrier lets the others come",
        r#"interpreter
barrier line parties=3
shared came 0
thread t count=3 { set came "came + 1"; wait line; assert "came == 3" }"#,
        &["came=3"],
    ),
    Case(
        "a barrier under the lock never complete",
        "interpreter\nbarrier line parties=3\nthread t count=2 { wait line }",
        &["deadlock"],
    ),
    Case(
        "who waits for an event lets it be set",
        r#"interpreter
event go
shared x 0
thread waits count=2 { wait go; set x "x + 1" }
thread sets { set-event go }"#,
        &["x=2"],
    ),
    Case(
        "a call after an event is a check point",
        r#"interpreter
event go
shared x 0
thread t count=2 { let old x; wait go; set x "old + 1" }
thread sets { set-event go }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "who sleeps has let it go, so nobody need ask for it",
        r#"interpreter switch-interval-s=3600
shared done #false
thread sleeps { while "not done" { sleep us=100 } }
thread sets { set done "True" }"#,
        &["done=True"],
    ),
    Case(
        "who computes natively has let it go, so nobody need ask for it",
        r#"interpreter switch-interval-s=3600
shared done #false
thread native { while "not done" { compute us=10 native=#true } }
thread sets { set done "True" }"#,
        &["done=True"],
    ),
];
