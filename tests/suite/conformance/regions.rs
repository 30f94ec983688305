//! Regions: who is counted in them, and that they are left on every way out.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "two may be in a region at once",
        "thread t count=2 { mark \"in\" { yield-cpu } }",
        &["in: 0 inside, 1 at most", "in: 0 inside, 2 at most"],
    ),
    Case("braces make a region, with nothing in them yet, too", "main { mark \"in\" { } }", &["in: 0 inside, 1 at most"]),
    Case(
        "one at a time under a lock",
        "lock m\nthread t count=2 { with m { mark \"in\" { yield-cpu } } }",
        &["in: 0 inside, 1 at most"],
    ),
    Case(
        "as many as there are permits",
        "semaphore s permits=2\nbarrier b parties=2\nthread t count=2 { with s { mark \"in\" { wait b } } }",
        &["in: 0 inside, 2 at most"],
    ),
    Case(
        "a region is left on every way out",
        r#"shared x 0
routine back { mark "in" { return 1 } }
main {
    repeat 2 as=i {
        mark "in" { if "i == 0" { continue }; set x "x + 1"; break }
    }
    loop { mark "in" { break } }
    call back into=one
    try { mark "in" { raise ValueError "out" } }
    except ValueError { set x "x + one" }
    try { mark "in" { try { return }; finally { set x "x + 10" } } }
    finally { set x "x + 100" }
}"#,
        &["x=112 | in: 0 inside, 1 at most"],
    ),
    Case(
        "an uncaught exception leaves it, too",
        "main { mark \"in\" { raise ValueError } }",
        &["in: 0 inside, 1 at most | MainThread! ValueError"],
    ),
    Case(
        "whoever enters twice counts once",
        r#"let N 2
routine down n { mark "deep" { if "n > 1" { call down "n - 1" } } }
main { mark "all {N}" { call down 3; mark "all {N}" { } } }"#,
        &["deep: 0 inside, 1 at most | all 2: 0 inside, 1 at most"],
    ),
    Case(
        "two tasks that enter twice count as two",
        r#"barrier both parties=2
routine down n { mark "deep" { if "n > 1" { call down "n - 1" }; wait both } }
thread t count=2 { call down 3 }"#,
        &["deep: 0 inside, 2 at most"],
    ),
    Case(
        "an exception leaves what it was entered twice",
        r#"routine down n { mark "deep" { if "n == 0" { raise ValueError }; call down "n - 1" } }
main {
    mark "deep" {
        try { call down 3 }
        except ValueError { print "still in" }
    }
    mark "deep" { print "again" }
}"#,
        &["still in | again | deep: 0 inside, 1 at most"],
    ),
    Case(
        "each coroutine of a loop counts for itself, and once",
        r#"event-loop lp
routine deep n async=#true {
    mark "deep" {
        await sleep ms=0
        if "n > 0" { await call deep "n - 1" }
    }
}
coroutine c loop=lp count=3 { await call deep 2 }"#,
        &["deep: 0 inside, 3 at most"],
    ),
    Case(
        "a generator is a task of its own",
        r#"routine one { mark "one" { yield 1; yield 2 } }
main {
    generator one into=a
    generator one into=b
    mark "one" { next a into=x; next b into=x }
    next a into=x
    close a
    close b
}"#,
        &["one: 0 inside, 3 at most"],
    ),
    Case(
        "regions that overlap without being nested",
        r#"routine one { mark "one" { yield 1; yield 2 } }
main {
    generator one into=g
    next g into=x
    mark "two" { next g into=x }
    close g
}"#,
        &["one: 0 inside, 1 at most | two: 0 inside, 1 at most"],
    ),
    Case(
        "a daemon that is cut off in a region stays in it",
        "event gone\nevent never\nthread t daemon=#true { mark \"in\" { set-event gone; wait never } }\nmain { wait gone }",
        &["in: 1 inside, 1 at most"],
    ),
    Case(
        "all processes meet in one region",
        "barrier b parties=1\nsemaphore both permits=0 across-processes=#true\nsemaphore seen permits=0 across-processes=#true\n\
         process p count=2 { mark \"in\" { release both; acquire seen } }\n\
         main { repeat 2 { acquire both }; repeat 2 { release seen }; join p }",
        &["in: 0 inside, 2 at most"],
    ),
];
