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
];
