//! What processes mean: their own memory, how they end and are waited for, and what passes between them.

use coreyard::engine::Engine;
use coreyard::engine::stepper::Stepper;

use super::{Case, compile, config, every_outcome, outcome_of, run};

const CASES: &[Case] = &[
    Case(
        "A46 own memory",
        r#"shared x 1
process child { set x "x + 1"; print "child {x}" }
main { join child; print "parent {x}" }"#,
        &["child 2 | parent 1 | x=1 | child.x=2"],
    ),
    Case(
        "each of several has its own",
        r"shared x 0
process child count=2 { set x index }",
        &["x=0 | child-0.x=0 | child-1.x=1"],
    ),
    Case(
        "declared inside, with threads of its own",
        r#"process child count=2 {
    shared own 10
    lock m
    thread helper { with m { set own "own + 1" } }
    with m { set own "own + 1" }
}"#,
        &["child-0.own=12 | child-1.own=12"],
    ),
    Case(
        "a thread inside is started by its own process",
        r#"process child count=2 {
    shared own 0
    thread late start=#false { set own 5 }
    start late
    join late
    print "{own}"
}"#,
        &["5 | 5 | child-0.own=5 | child-1.own=5"],
    ),
    Case(
        "exit codes",
        r#"process good { }
process bad { raise ValueError "no" }
main { join good; join bad; print "{good.exitcode} {bad.exitcode}" }"#,
        &["0 1 | bad! ValueError: no"],
    ),
    Case(
        "a process waits for its threads, its daemons are cut off",
        r"process child { semaphore never permits=0; thread slow { sleep ms=5; print slow }; thread cut daemon=#true { acquire never; print cut } }
main { join child; print joined }",
        &["slow | joined"],
    ),
    Case(
        "A47 numbers",
        r#"process child {
    pid into=mine
    ppid into=parent
    send numbers mine
    send numbers parent
}
pipe numbers
main { pid into=me; recv numbers into=its; recv numbers into=parent; print "{me == parent} {its != me}" }"#,
        &["True True"],
    ),
    Case(
        "spawned with a copy",
        r#"shared x 7
routine work n { set x "x + n"; print "{name} {x}" }
main { spawn-process work 1 into=a; join a; spawn-process work 2 into=b; join b; print "{x} {a.exitcode}" }"#,
        &["process-1 8 | process-2 9 | 7 0 | x=7 | …"],
    ),
    Case(
        "a handle does not cross",
        r#"lock m
pipe p
routine work l { }
main {
    try { send p m }; except TypeError as=e { print "{e}" }
    try { spawn-process work m }; except TypeError as=e { print "{e}" }
}"#,
        &["cannot pickle 'lock' object | cannot pickle 'lock' object"],
    ),
    Case(
        "terminated where it stands",
        r#"lock m across-processes=#true
semaphore never permits=0
process child { acquire m; try { acquire never }; finally { print late } }
main {
    let held True
    while held { try-acquire m into=got; if got { release m; sleep ms=1 }; let held got }
    terminate child
    join child
    print "{child.exitcode}"
    acquire m timeout-ms=1 into=got
    print "{got}"
}"#,
        &["-15 | False"],
    ),
    Case(
        "only a child can be joined, and a thread of another process never",
        r#"thread t { sleep ms=50 }
process a { sleep ms=50 }
process b {
    try { join a }; except AssertionError as=e { print "{e}" }
    try { join t }; except RuntimeError as=e { print "{e}" }
}"#,
        &["can only join a child process | this thread is of another process"],
    ),
    Case(
        "a pipe ends with its last writer",
        r#"pipe p capacity=4
process writer { send p 1; send p 2 }
main {
    loop {
        try { recv p into=n }; except EOFError { break }
        print "{n}"
    }
}"#,
        &["1 | 2"],
    ),
    Case(
        "a pipe without a reader is broken",
        r"pipe p
process writer { sleep ms=20; try { send p 1 }; except BrokenPipeError { print broken } }
main { close p end=read; if False { recv p } }",
        &["", "broken"],
    ),
    Case(
        "each process has an interpreter lock of its own, which orders nothing between them",
        r#"shared x 0 across-processes=#true
process p count=2 { interpreter; set x "x + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "who keeps the interpreter lock of its process does not keep another's",
        r#"shared done #false across-processes=#true
process loops { interpreter switch-interval-s=3600; while "not done" { let n 1 } }
process sets { interpreter switch-interval-s=3600; set done "True" }"#,
        &["done=True"],
    ),
    Case(
        "B9 capacity 1",
        r"pipe p capacity=1
pipe q capacity=1
process one { send p 1; send p 2; recv q; recv q }
process two { send q 1; send q 2; recv p; recv p }",
        &["deadlock"],
    ),
    Case(
        "B9 capacity 2",
        r"pipe p capacity=2
pipe q capacity=2
process one { send p 1; send p 2; recv q; recv q }
process two { send q 1; send q 2; recv p; recv p }",
        &[""],
    ),
    Case(
        "messages larger than the pipes, crosswise",
        r"pipe p
pipe q
process one { send p 1 mb=1; recv q }
process two { send q 1 mb=1; recv p }",
        &["deadlock"],
    ),
    Case(
        "a message larger than the pipe goes through while it is taken",
        r#"pipe p capacity-kb=4
process one { send p 5 mb=1 }
main { recv p into=n; print "{n}" }"#,
        &["5"],
    ),
    Case(
        "B18 a large item",
        r"queue q across-processes=#true
process child { put q 1 mb=1 }
main { join child; get q }",
        &["deadlock"],
    ),
    Case(
        "B18 a small item",
        r#"queue q across-processes=#true
process child { put q 1 kb=1 }
main { join child; get q into=n; print "{n}" }"#,
        &["1"],
    ),
    Case(
        "across processes they meet",
        r#"shared x 0 across-processes=#true
lock m across-processes=#true
process child count=2 { with m { set x "x + 1" } }"#,
        &["x=2"],
    ),
    Case(
        "across processes without a lock updates are lost",
        r#"shared x 0 across-processes=#true
process child count=2 { set x "x + 1" }"#,
        &["x=1", "x=2"],
    ),
    Case(
        "a lock across processes, crosswise",
        r"lock a across-processes=#true
lock b across-processes=#true
process one { with a { with b { } } }
process two { with b { with a { } } }",
        &["", "deadlock"],
    ),
    Case(
        "coroutines of two processes that each want first what the other would give",
        r"queue a across-processes=#true
queue b across-processes=#true
process left { event-loop l; coroutine c loop=l { await get a into=x; put b x } }
process right { event-loop l; coroutine c loop=l { await get b into=x; put a x } }",
        &["deadlock"],
    ),
    Case(
        "coroutines of two processes, and two locks crosswise",
        r"lock a across-processes=#true
lock b across-processes=#true
process left { event-loop l; coroutine c loop=l { await with a { await with b { } } } }
process right { event-loop l; coroutine c loop=l { await with b { await with a { } } } }",
        &["", "deadlock"],
    ),
    Case(
        "coroutines of two processes that each give before they want",
        r#"queue a across-processes=#true
queue b across-processes=#true
process left { event-loop l; coroutine c loop=l { await put b 1; await get a into=x; print "{x}" } }
process right { event-loop l; coroutine c loop=l { await sleep ms=50; await get b into=x; await put a "x + 1" } }"#,
        &["2"],
    ),
    Case(
        "a coroutine of a child waits for what nobody there gives",
        r"process child { event-loop l; event never; coroutine c loop=l { await wait never } }
main { join child }",
        &["deadlock"],
    ),
    Case(
        "a coroutine of a child waits for what a thread there gives and then waits itself",
        r#"process child {
    event-loop l
    event given
    event back
    coroutine c loop=l { await wait given; set-event back }
    thread t { sleep ms=60; set-event given; wait back; print "both" }
}"#,
        &["both"],
    ),
    Case(
        "a wait-for that has timed out waits without end for one that does not let itself be cancelled",
        r"event-loop l
event never
routine clings async=#true { try { await wait never }; except CancelledError { await wait never } }
coroutine c loop=l { create-task clings into=t; await wait-for t timeout-ms=5 }",
        &["deadlock"],
    ),
    Case(
        "an event across processes, and one that is not",
        r#"event go across-processes=#true
event own
process child { wait go into=one; wait own timeout-ms=5 into=other; print "{one} {other}" }
main { set-event own; set-event go }"#,
        &["True False"],
    ),
    Case(
        "an event cleared again has let go those who waited",
        r#"event go across-processes=#true
event back across-processes=#true
process child { wait back; wait go timeout-ms=1 into=ok; print "{ok}" }
main { set-event go; clear-event go; set-event back }"#,
        &["False"],
    ),
    Case(
        "a barrier across processes gives each its place, again and again",
        r"barrier line parties=2 across-processes=#true
shared places 0 across-processes=#true atomic=#true
process child count=2 { repeat 2 { wait line into=place; atomic-add places place } }",
        &["places=2"],
    ),
    Case(
        "a barrier across processes is broken by a time-out for all to come",
        r"barrier line parties=2 across-processes=#true
process child { try { wait line timeout-ms=1 }; except BrokenBarrierError { print late } }
main { join child; try { wait line }; except BrokenBarrierError { print broken } }",
        &["late | broken"],
    ),
    Case(
        "a barrier across processes is aborted",
        r"barrier line parties=2 across-processes=#true
process child { try { wait line }; except BrokenBarrierError { print broken } }
main { abort line }",
        &["broken"],
    ),
    Case(
        "one that is terminated at a barrier does not count",
        r#"barrier line parties=2 across-processes=#true
process child { wait line }
main { terminate child; try { wait line timeout-ms=20 into=place; print "{place}" }; except BrokenBarrierError { print broken } }"#,
        &["broken"],
    ),
    Case(
        "an rlock across processes",
        r#"rlock own across-processes=#true
process child { try { release own }; except RuntimeError as=e { print "{e}" } }
main { with own { with own { release own; acquire own } }; try { release own }; except RuntimeError { print free } }"#,
        &["cannot release un-acquired lock | free", "free | cannot release un-acquired lock"],
    ),
    Case(
        "an rlock across processes keeps others out until it is free",
        r"rlock own across-processes=#true
shared n 0 across-processes=#true
process child count=2 { with own { with own { set n index }; set n 5 } }",
        &["n=5"],
    ),
    Case(
        "a condition across processes",
        r#"lock m across-processes=#true
condition ready lock=m across-processes=#true
shared done False across-processes=#true
process child { with ready { while "not done" { wait ready }; print seen } }
main { with ready { set done True; notify ready } }"#,
        &["seen | done=True"],
    ),
    Case(
        "a condition across processes with an rlock held twice",
        r#"rlock m across-processes=#true
condition ready lock=m across-processes=#true
shared done False across-processes=#true
process child { with m { with ready { while "not done" { wait ready }; print seen } } }
main { with ready { set done True; notify-all ready } }"#,
        &["seen | done=True"],
    ),
    Case(
        "a condition across processes without its lock, and its time over",
        r#"lock m across-processes=#true
condition ready lock=m across-processes=#true
main {
    try { wait ready }; except RuntimeError as=e { print "{e}" }
    try { notify ready }; except RuntimeError as=e { print "{e}" }
    with ready { wait ready timeout-ms=1 into=ok }
    print "{ok}"
}
process idle { }"#,
        &["cannot wait on un-acquired lock | cannot notify on un-acquired lock | False"],
    ),
    Case(
        "a notify finds one that waits, not one that was terminated",
        r#"lock m across-processes=#true
condition ready lock=m across-processes=#true
shared waiting 0 across-processes=#true
process gone { with ready { set waiting 1; wait ready } }
process stays start=#false { with ready { set waiting 2; wait ready; print woken } }
main {
    let there 0
    while "there < 1" { with ready { let there waiting }; sleep ms=1 }
    terminate gone
    start stays
    while "there < 2" { with ready { let there waiting }; sleep ms=1 }
    with ready { notify ready }
}"#,
        &["woken | waiting=2"],
    ),
    Case(
        "pipes by a handle in a local",
        r#"pipe p capacity=2
routine give to what { send to what; close to }
process child { let mine p; call give mine 5 }
main { let mine p; recv mine into=n; try { recv mine }; except EOFError { print "{n}" } }"#,
        &["5"],
    ),
    Case(
        "A49 a joinable queue across processes",
        r#"queue jobs across-processes=#true
shared done 0 across-processes=#true atomic=#true
process consumer count=2 {
    loop { get jobs into=job; task-done jobs; if "job is None" { break }; atomic-add done job }
}
main { put jobs 1; put jobs 2; put jobs None; put jobs None; join jobs; join consumer; print "{done}" }"#,
        &["3 | done=3"],
    ),
    Case(
        "a worker process has its own memory, and keeps it from job to job",
        r#"pool p workers=1 of=processes
shared x 0
routine job { set x "x + 1"; return x }
main { submit p job into=a; submit p job into=b; result a into=i; result b into=j; close p; join p; print "{i} {j} {x}" }"#,
        &["1 2 0 | x=0 | process-1.x=2…"],
    ),
    Case(
        "what goes into a worker process and comes out of it is a copy, and no handle",
        r#"pool p workers=1 of=processes
queue q
routine give what { if "what == 1" { raise ValueError "one" }; if "what == 2" { return q }; return "[what, name]" }
main {
    for what in="[1, 2, q, 'x']" {
        submit p give what into=f
        try { result f into=x; print "{x}" }
        except ValueError TypeError as=e { print "{e}" }
    }
    close p
    join p
}"#,
        &["one | cannot pickle 'queue' object | cannot pickle 'queue' object | ['x', 'give-4']"],
    ),
    Case(
        "a lock declared at the top is over the threads of each process",
        r#"interpreter
process p {
    shared x 0
    thread t count=2 { set x "x + 1" }
}"#,
        &["p.x=2"],
    ),
    Case(
        "a process may do without the lock declared at the top",
        r#"interpreter
process p {
    interpreter gil=#false
    shared x 0
    thread t count=2 { set x "x + 1" }
}"#,
        &["p.x=1", "p.x=2"],
    ),
    Case(
        "callbacks of a process's job run where it was submitted",
        r#"pool p workers=1 of=processes
shared got 0
routine square n { return "n * n" }
routine told value { set got value }
main { submit p square 5 callback=told; close p; join p; print "{got}" }"#,
        &["25 | got=25 | process-1.got=0…"],
    ),
    Case(
        "a terminated pool of processes ends what its workers do",
        r#"pool p workers=1 of=processes
semaphore never permits=0 across-processes=#true
semaphore begun permits=0 across-processes=#true
routine job { release begun; acquire never }
main {
    submit p job into=a
    submit p job into=b
    acquire begun
    terminate p
    join p
    state a into=s
    state b into=t
    print "{s} {t}"
}"#,
        &["Cancelled Cancelled"],
    ),
];

fn every() -> impl Iterator<Item = Case> {
    CASES.iter().chain(super::ends::CASES).copied()
}

fn allowed(outcome: &str, all: &[&str]) -> bool {
    all.iter().any(|one| match one.strip_suffix('…') {
        Some(beginning) => outcome.starts_with(beginning),
        None => outcome == *one,
    })
}

#[test]
fn processes_in_the_world_come_to_exactly_what_is_allowed() {
    let mut wrong = Vec::new();
    for Case(name, text, all) in every() {
        let outcomes = every_outcome(&compile(text));
        let found = outcomes.iter().filter(|outcome| !allowed(outcome, all)).count();
        if found > 0 || outcomes.len() != all.len() {
            wrong.push(format!("{name}\n   found   {outcomes:?}\n   allowed {all:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), every().count(), wrong.join("\n"));
}

fn agrees(engine: &dyn Engine, runs: u64) {
    let mut wrong = Vec::new();
    for Case(name, text, all) in every() {
        let program = compile(text);
        for seed in 0..runs {
            let outcome = outcome_of(&run(engine, text, &config(seed)), &program);
            if !allowed(&outcome, all) {
                wrong.push(format!("{name}, run {seed}: {outcome}\n   allowed: {all:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn processes_on_the_stepper_stay_within_what_is_allowed() {
    agrees(&Stepper, 10);
}

#[test]
fn processes_on_the_real_engine_stay_within_what_is_allowed() {
    agrees(&coreyard::engine::real::Real, 1);
}
