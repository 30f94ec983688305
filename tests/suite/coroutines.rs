//! Coroutines and event loops against asyncio, line by line: the order in which coroutines go on, results, exceptions, cancellation.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::Ended;

use super::conformance::{config, run};
use super::meaning::check;

/// Scenarios, and the same for CPython.
const SAME: &[(&str, &str)] = &[
    // A coroutine that is not awaited runs nothing; one that is runs at once, inside the one that awaits it.
    (
        r#"event-loop turns
        routine inner n async=#true { print "inner {n}"; return "n + 1" }
        routine outer async=#true {
            call inner 1 into=idle
            print "made"
            await idle into=x
            print "{x}"
            await call inner x into=y
            try { await idle }
            except RuntimeError as=e { print "{e}" }
            try { await y }
            except TypeError as=e { print "{e}" }
            return y
        }
        main { run-loop turns outer into=z; print "{z}" }"#,
        r"
import asyncio
async def inner(n):
    print('inner', n)
    return n + 1
async def outer():
    idle = inner(1)
    print('made')
    x = await idle
    print(x)
    y = await inner(x)
    try: await idle
    except RuntimeError as e: print(e)
    try: await y
    except TypeError as e: print(e)
    return y
print(asyncio.run(outer()))",
    ),
    // Tasks begin when their turn comes; those that give others a turn go round.
    (
        r#"event-loop turns
        routine walk n async=#true { repeat 3 as=i { print "{n}{i}"; await sleep ms=0 }; return n }
        routine boss async=#true {
            create-task walk "'a'" into=a
            create-task walk "'b'" into=b
            print "both made"
            await sleep ms=0
            print "boss"
            await b into=x
            print "{x}"
            await a into=x
            print "{x}"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def walk(n):
    for i in range(3):
        print(f'{n}{i}')
        await asyncio.sleep(0)
    return n
async def boss():
    a = asyncio.create_task(walk('a'))
    b = asyncio.create_task(walk('b'))
    print('both made')
    await asyncio.sleep(0)
    print('boss')
    print(await b)
    print(await a)
asyncio.run(boss())",
    ),
    // Results come in the order named, whoever is first; lists of them; none.
    (
        r#"event-loop turns
        routine nap n ms async=#true { await sleep ms=ms; print "{n} up"; return n }
        routine boss async=#true {
            call nap 1 300 into=a
            call nap 2 100 into=b
            create-task nap 3 200 into=c
            await gather a "[b, c]" into=all
            print "{all}"
            await gather into=none
            print "{none}"
            await gather c c into=twice
            print "{twice}"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def nap(n, ms):
    await asyncio.sleep(ms / 1000)
    print(n, 'up')
    return n
async def boss():
    a, b = nap(1, 300), nap(2, 100)
    c = asyncio.create_task(nap(3, 200))
    print(await asyncio.gather(a, b, c))
    print(await asyncio.gather())
    print(await asyncio.gather(c, c))
asyncio.run(boss())",
    ),
    // The first exception leaves a gathering, and the others go on; or exceptions are results.
    (
        r#"event-loop turns
        routine nap n ms async=#true {
            await sleep ms=ms
            if "n == 2" { raise ValueError "two" }
            print "{n} up"
            return n
        }
        routine boss async=#true {
            create-task nap 1 300 into=a
            create-task nap 2 100 into=b
            try { await gather a b }
            except ValueError as=e { print "caught {e}" }
            state a into=s
            print "{s}"
            await gather a b into=all return-exceptions=#true
            print "{all[0]} {str(all[1])}"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def nap(n, ms):
    await asyncio.sleep(ms / 1000)
    if n == 2: raise ValueError('two')
    print(n, 'up')
    return n
async def boss():
    a = asyncio.create_task(nap(1, 300))
    b = asyncio.create_task(nap(2, 100))
    try: await asyncio.gather(a, b)
    except ValueError as e: print('caught', e)
    print('Done' if a.done() else 'Running')
    all = await asyncio.gather(a, b, return_exceptions=True)
    print(all[0], str(all[1]))
asyncio.run(boss())",
    ),
    // Cancelled before it began, while it waits, while it cleans up; and one that is not so easily cancelled.
    (
        r#"event-loop turns
        routine nap n async=#true {
            print "{n} begins"
            try { await sleep ms=1000 }
            except CancelledError {
                print "{n} cancelled"
                await sleep ms=1
                raise
            }
            finally { print "{n} out" }
        }
        routine deaf async=#true {
            try { await sleep ms=1000 }
            except CancelledError { print "no" }
            return 7
        }
        routine boss async=#true {
            create-task nap 1 into=a
            cancel a
            try { await a }
            except CancelledError { print "never begun" }
            create-task nap 2 into=b
            await sleep ms=0
            cancel b
            await gather b into=r return-exceptions=#true
            print "{len(r)}"
            state b into=s
            print "{s}"
            create-task deaf into=c
            await sleep ms=0
            cancel c
            await c into=x
            print "{x}"
            state c into=s
            print "{s}"
            cancel c
            create-task nap 3 into=d
            await sleep ms=0
        }
        main { run-loop turns boss; print "over" }"#,
        r"
import asyncio
async def nap(n):
    print(n, 'begins')
    try: await asyncio.sleep(1)
    except asyncio.CancelledError:
        print(n, 'cancelled')
        await asyncio.sleep(0.001)
        raise
    finally: print(n, 'out')
async def deaf():
    try: await asyncio.sleep(1)
    except asyncio.CancelledError: print('no')
    return 7
def state(t): return 'Cancelled' if t.cancelled() else 'Done' if t.done() else 'Running'
async def boss():
    a = asyncio.create_task(nap(1))
    a.cancel()
    try: await a
    except asyncio.CancelledError: print('never begun')
    b = asyncio.create_task(nap(2))
    await asyncio.sleep(0)
    b.cancel()
    r = await asyncio.gather(b, return_exceptions=True)
    print(len(r))
    print(state(b))
    c = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    c.cancel()
    print(await c)
    print(state(c))
    c.cancel()
    d = asyncio.create_task(nap(3))
    await asyncio.sleep(0)
asyncio.run(boss())
print('over')",
    ),
    // Who waits for a task cancels it by being cancelled, unless the task is shielded.
    (
        r#"event-loop turns
        routine nap n async=#true {
            try { await sleep ms=300 }
            except CancelledError { print "{n} cancelled"; raise }
            print "{n} done"
            return n
        }
        routine waits t async=#true { await t }
        routine shields t async=#true { await shield t }
        routine boss async=#true {
            create-task nap 1 into=a
            create-task waits a into=w
            await sleep ms=1
            cancel w
            try { await w }
            except CancelledError { print "w" }
            create-task nap 2 into=b
            create-task shields b into=s
            await sleep ms=1
            cancel s
            try { await s }
            except CancelledError { print "s" }
            await b into=x
            print "{x}"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def nap(n):
    try: await asyncio.sleep(0.3)
    except asyncio.CancelledError:
        print(n, 'cancelled')
        raise
    print(n, 'done')
    return n
async def waits(t): await t
async def shields(t): await asyncio.shield(t)
async def boss():
    a = asyncio.create_task(nap(1))
    w = asyncio.create_task(waits(a))
    await asyncio.sleep(0.001)
    w.cancel()
    try: await w
    except asyncio.CancelledError: print('w')
    b = asyncio.create_task(nap(2))
    s = asyncio.create_task(shields(b))
    await asyncio.sleep(0.001)
    s.cancel()
    try: await s
    except asyncio.CancelledError: print('s')
    print(await b)
asyncio.run(boss())",
    ),
    // Waiting for a time: in time, too late, not at all, and a task that has ended.
    (
        r#"event-loop turns
        routine nap n ms async=#true {
            try { await sleep ms=ms }
            except CancelledError { print "{n} cancelled"; raise }
            return n
        }
        routine boss async=#true {
            call nap 1 1 into=a
            await wait-for a timeout-ms=500 into=x
            print "{x}"
            create-task nap 2 1000 into=b
            try { await wait-for b timeout-ms=2 }
            except TimeoutError { print "late" }
            call nap 3 1 into=c
            try { await wait-for c timeout-ms=0 }
            except TimeoutError { print "not at all" }
            create-task nap 4 1 into=d
            await d
            await wait-for d timeout-ms=0 into=x
            print "{x}"
            call nap 5 1 into=e
            await wait-for e into=x
            print "{x}"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def nap(n, ms):
    try: await asyncio.sleep(ms / 1000)
    except asyncio.CancelledError:
        print(n, 'cancelled')
        raise
    return n
async def boss():
    print(await asyncio.wait_for(nap(1, 1), 0.5))
    b = asyncio.create_task(nap(2, 1000))
    try: await asyncio.wait_for(b, 0.002)
    except asyncio.TimeoutError: print('late')
    try: await asyncio.wait_for(nap(3, 1), 0)
    except asyncio.TimeoutError: print('not at all')
    d = asyncio.create_task(nap(4, 1))
    await d
    print(await asyncio.wait_for(d, 0))
    print(await asyncio.wait_for(nap(5, 1), None))
asyncio.run(boss())",
    ),
    // Locks, semaphores, events, queues: first come, first served.
    (
        r#"event-loop turns
        lock door
        semaphore seats permits=2
        event gun
        queue jobs capacity=1
        routine goes_in n async=#true {
            await with door { print "in {n}"; await sleep ms=0; print "out {n}" }
            print "after {n}"
        }
        routine sits n async=#true { await acquire seats; print "sits {n}"; await sleep ms="n * 100"; release seats; print "stands {n}" }
        routine runs n async=#true { await wait gun; print "runs {n}" }
        routine makes async=#true { repeat 4 as=i { await put jobs i; print "put {i}" } }
        routine takes n async=#true { repeat 2 { await get jobs into=x; print "{n} got {x}"; task-done jobs } }
        routine boss async=#true {
            call goes_in 1 into=a
            call goes_in 2 into=b
            call goes_in 3 into=c
            await gather a b c
            call sits 1 into=a
            call sits 2 into=b
            call sits 3 into=c
            await gather a b c
            create-task runs 1 into=a
            create-task runs 2 into=b
            await sleep ms=0
            set-event gun
            print "bang"
            await gather a b
            call takes 1 into=a
            call takes 2 into=b
            call makes into=c
            await gather a b c
            await join jobs
            print "all done"
        }
        main { run-loop turns boss }"#,
        r"
import asyncio
async def inside(n):
    async with door:
        print('in', n)
        await asyncio.sleep(0)
        print('out', n)
    print('after', n)
async def sits(n):
    await seats.acquire()
    print('sits', n)
    await asyncio.sleep(n * 0.1)
    seats.release()
    print('stands', n)
async def runs(n):
    await gun.wait()
    print('runs', n)
async def makes():
    for i in range(4):
        await jobs.put(i)
        print('put', i)
async def takes(n):
    for _ in range(2):
        x = await jobs.get()
        print(n, 'got', x)
        jobs.task_done()
async def boss():
    global door, seats, gun, jobs
    door, seats, gun, jobs = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event(), asyncio.Queue(1)
    await asyncio.gather(inside(1), inside(2), inside(3))
    await asyncio.gather(sits(1), sits(2), sits(3))
    a = asyncio.create_task(runs(1))
    b = asyncio.create_task(runs(2))
    await asyncio.sleep(0)
    gun.set()
    print('bang')
    await asyncio.gather(a, b)
    await asyncio.gather(takes(1), takes(2), makes())
    await jobs.join()
    print('all done')
asyncio.run(boss())",
    ),
    // An exception out of the main coroutine leaves the loop; a loop inside a loop is refused; a task cannot await itself.
    (
        r#"event-loop turns
        shared box None
        routine fails async=#true { await sleep ms=1; raise KeyError "k" }
        routine nothing async=#true { return 1 }
        routine itself async=#true {
            await sleep ms=0
            try { await box }
            except RuntimeError { print "not itself" }
        }
        routine nests async=#true {
            try { run-loop turns nothing }
            except RuntimeError as=e { print "{e}" }
            create-task itself into=t
            set box t
            await t
        }
        main {
            try { run-loop turns fails }
            except KeyError { print "out" }
            run-loop turns nests
            run-loop turns nothing into=x
            print "{x}"
        }"#,
        r"
import asyncio
async def fails():
    await asyncio.sleep(0.001)
    raise KeyError('k')
async def nothing(): return 1
async def itself():
    await asyncio.sleep(0)
    try: await box
    except RuntimeError: print('not itself')
async def nests():
    global box
    c = nothing()
    try: asyncio.run(c)
    except RuntimeError as e: print(e)
    c.close()
    box = asyncio.create_task(itself())
    await box
try: asyncio.run(fails())
except KeyError: print('out')
asyncio.run(nests())
print(asyncio.run(nothing()))",
    ),
    // A coroutine that does not await stops all others; a sleeper next to it is late.
    (
        r#"event-loop turns
        routine ticks async=#true { repeat 3 as=i { await sleep ms=50; print "tick {i}" } }
        routine hog async=#true { await sleep ms=1; print "hog"; compute ms=150; print "hog done" }
        routine boss async=#true { call ticks into=a; call hog into=b; await gather a b }
        main { run-loop turns boss }"#,
        r"
import asyncio, time
async def ticks():
    for i in range(3):
        await asyncio.sleep(0.05)
        print('tick', i)
async def hog():
    await asyncio.sleep(0.001)
    print('hog')
    time.sleep(0.15)
    print('hog done')
async def boss(): await asyncio.gather(ticks(), hog())
asyncio.run(boss())",
    ),
];

#[test]
fn coroutines_go_on_in_the_order_of_asyncio() {
    check(SAME);
}

/// Whether the order of its lines depends on which of two times is over first: on real cores, one may be late.
fn waits_for_a_time(scenario: &str) -> bool {
    let sleeps = scenario.split("sleep ms=").skip(1).any(|rest| !rest.starts_with('0'));
    sleeps || scenario.contains("timeout-ms=")
}

#[test]
fn on_the_real_cores_they_go_on_in_the_same_order() {
    same_on_the_real_cores(SAME.iter().filter(|(scenario, _)| !waits_for_a_time(scenario)));
}

/// What scenarios print on real cores is what they print on the stepper.
pub(crate) fn same_on_the_real_cores<'a>(same: impl Iterator<Item = &'a (&'a str, &'a str)>) {
    let mut any = false;
    for (scenario, _) in same {
        let told = |trace: coreyard::trace::store::Trace| trace.output.into_iter().map(|line| line.text).collect::<Vec<_>>();
        let stepped = told(run(&Stepper, scenario, &config(1)));
        assert!(!stepped.is_empty());
        assert_eq!(told(run(&Real, scenario, &config(1))), stepped, "{scenario}");
        any = true;
    }
    assert!(any);
}

/// How runs of a scenario end, on the stepper and on the real cores.
fn endings(scenario: &str) -> [Ended; 2] {
    let mut config = config(3);
    config.stop_on_deadlock = true;
    let ended = |trace: coreyard::trace::store::Trace| trace.ended.expect("the run is over");
    [ended(run(&Stepper, scenario, &config)), ended(run(&Real, scenario, &config))]
}

#[test]
fn coroutines_that_nobody_can_free_are_a_deadlock_that_names_them() {
    let each_other = r"event-loop turns
        shared a None
        shared b None
        routine waits n async=#true { await sleep ms=1; if n { await a }
            else { await b } }
        routine boss async=#true {
            create-task waits 0 into=first
            create-task waits 1 into=second
            set a first
            set b second
            await gather first second
        }
        main { run-loop turns boss }";
    let twice = r"event-loop turns
        lock door
        coroutine greedy loop=turns { await acquire door; await acquire door }";
    let blocks_itself = r"event-loop turns
        lock door
        coroutine holder loop=turns { await acquire door; await sleep ms=1; release door }
        coroutine blocker loop=turns { acquire door }";
    for scenario in [each_other, twice, blocks_itself] {
        assert_eq!(endings(scenario), [Ended::Deadlocked, Ended::Deadlocked], "{scenario}");
    }
    let trace = run(&Stepper, twice, &config(1));
    let named: Vec<&str> = trace.findings.iter().flat_map(|it| &it.waits).map(|wait| &*trace.tasks[&wait.task].name).collect();
    assert!(named.contains(&"greedy"), "{named:?}");
}

#[test]
fn threads_and_coroutines_meet_at_the_same_lock_and_queue() {
    let scenario = r"event-loop turns
        lock door
        queue jobs capacity=2
        event over
        shared total 0
        coroutine taker loop=turns count=2 {
            repeat 50 { await get jobs into=x; await with door { set total 'total + x'; await sleep ms=0 } }
        }
        coroutine last loop=turns { await wait over }
        thread putter count=2 { repeat 50 { put jobs 1; with door { set total 'total + 1' } } ; set-event over }
        expect always 'total == 200'"
        .replace('\'', "\"");
    assert_eq!(endings(&scenario), [Ended::Completed, Ended::Completed]);
}

#[test]
fn two_thousand_coroutines_sleep_at_once() {
    let scenario = r"event-loop turns
        shared woken 0
        routine nap async=#true { await sleep ms=5; set woken 'woken + 1' }
        routine boss async=#true {
            let all '[]'
            repeat 2000 { create-task nap into=t; let all 'all + [t]' }
            await gather all
        }
        main { run-loop turns boss }
        expect always 'woken == 2000'"
        .replace('\'', "\"");
    assert_eq!(endings(&scenario), [Ended::Completed, Ended::Completed]);
}
