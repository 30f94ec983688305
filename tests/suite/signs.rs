//! Coroutines at conditions and barriers, against asyncio and together with threads.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::{Ended, Trace};

use super::conformance::{config, run};
use super::meaning::check;

const SAME: &[(&str, &str)] = &[
    // Conditions: first come, first served; the lock is taken back before each goes on; one that is cancelled takes it back too.
    (
        r#"event-loop l
        lock door
        condition changed lock=door
        routine waits n async=#true {
            await with changed {
                print "{n} waits"
                await wait changed
                print "{n} on"
                await sleep ms=0
            }
            print "{n} out"
        }
        routine boss async=#true {
            create-task waits 1 into=a
            create-task waits 2 into=b
            create-task waits 3 into=c
            await sleep ms=0
            await with changed { notify changed n=2; print "two" }
            await gather a b
            cancel c
            try { await c }
            except CancelledError { print "cancelled" }
            try { await wait changed }
            except RuntimeError as=e { print "{e}" }
            await acquire door
            print "free"
        }
        main { run-loop l boss }"#,
        r"
import asyncio
changed = None
async def waits(n):
    async with changed:
        print(n, 'waits')
        await changed.wait()
        print(n, 'on')
        await asyncio.sleep(0)
    print(n, 'out')
async def boss():
    global changed
    door = asyncio.Lock()
    changed = asyncio.Condition(door)
    a, b, c = (asyncio.create_task(waits(n)) for n in (1, 2, 3))
    await asyncio.sleep(0)
    async with changed: changed.notify(2); print('two')
    await asyncio.gather(a, b)
    c.cancel()
    try: await c
    except asyncio.CancelledError: print('cancelled')
    try: await changed.wait()
    except RuntimeError as e: print(e)
    await door.acquire()
    print('free')
asyncio.run(boss())",
    ),
    // Barriers: whoever comes last goes straight on; the places are in the order of arrival; aborted, all are told.
    (
        r#"event-loop l
        barrier gate parties=3
        routine comes n async=#true {
            await sleep ms=0
            try { await wait gate into=place; print "{n} place {place}" }
            except BrokenBarrierError { print "{n} broken" }
        }
        routine boss async=#true {
            create-task comes 1 into=a
            create-task comes 2 into=b
            create-task comes 3 into=c
            await gather a b c into=all
            create-task comes 4 into=d
            await sleep ms=0
            await sleep ms=0
            abort gate
            await d
        }
        main { run-loop l boss }"#,
        r"
import asyncio
async def comes(n):
    await asyncio.sleep(0)
    try: print(n, 'place', await gate.wait())
    except asyncio.BrokenBarrierError: print(n, 'broken')
async def boss():
    global gate
    gate = asyncio.Barrier(3)
    await asyncio.gather(*(asyncio.create_task(comes(n)) for n in (1, 2, 3)))
    d = asyncio.create_task(comes(4))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await gate.abort()
    await d
asyncio.run(boss())",
    ),
];

#[test]
fn coroutines_at_conditions_and_barriers_go_on_in_the_order_of_asyncio() {
    check(SAME);
}

fn ended(text: &str) -> [Trace; 3] {
    [run(&Stepper, text, &config(1)), run(&Stepper, text, &config(7)), run(&Real, text, &config(1))]
}

#[test]
fn threads_and_coroutines_meet_at_the_same_condition() {
    let text = "event-loop l
        lock door
        condition changed lock=door
        shared items 0
        coroutine taker loop=l count=3 {
            repeat 10 {
                await with changed {
                    while \"items == 0\" { await wait changed }
                    set items \"items - 1\"
                }
            }
        }
        thread taker_too { repeat 10 { with changed { while \"items == 0\" { wait changed }; set items \"items - 1\" } } }
        thread putter count=2 { repeat 20 { with changed { set items \"items + 1\"; notify-all changed } } }
        expect always \"items == 0\"";
    for trace in ended(text) {
        assert_eq!(trace.ended, Some(Ended::Completed));
    }
}

#[test]
fn threads_and_coroutines_meet_at_the_same_barrier() {
    let text = "event-loop l
        barrier gate parties=4
        shared rounds 0 atomic=#true
        coroutine walker loop=l count=2 { repeat 5 { await wait gate into=place; if \"place == 0\" { atomic-add rounds 1 } } }
        thread runner count=2 { repeat 5 { wait gate into=place; if \"place == 0\" { atomic-add rounds 1 } } }
        expect always \"rounds == 5\"";
    for trace in ended(text) {
        assert_eq!(trace.ended, Some(Ended::Completed));
        assert_eq!(trace.final_state.expect("it ended").resources[2], Some(coreyard::trace::store::Plain::Int(5)));
    }
}

#[test]
fn a_wait_for_a_sign_may_have_its_time() {
    let text = "event-loop l
        lock door
        condition changed lock=door
        barrier gate parties=2
        coroutine late loop=l {
            await with changed { await wait changed timeout-ms=1 into=in_time; print \"{in_time}\" }
            try { await wait gate timeout-ms=1 }
            except BrokenBarrierError { print 'broken' }
        }"
    .replace('\'', "\"");
    for trace in ended(&text) {
        let lines: Vec<&str> = trace.output.iter().map(|line| &*line.text).collect();
        assert_eq!(lines, ["False", "broken"]);
    }
}

#[test]
fn all_that_wait_for_an_event_go_on_though_it_is_cleared_at_once() {
    let asyncio =
        "event-loop l\ncoroutine w loop=l count=3 { await wait go into=ok; assert ok; print on }\ncoroutine last loop=l";
    let gevent = "event-loop l style=gevent\ngreenlet w loop=l count=3 { wait go; print on }\ngreenlet last loop=l";
    for (events, waiters, by) in [
        ("", asyncio, "thread p"),
        ("across-processes=#true", asyncio, "process p"),
        ("", gevent, "thread p"),
        ("", asyncio, "coroutine p loop=l"),
    ] {
        let ready = if by.starts_with("coroutine") { "await wait ready" } else { "wait ready" };
        let text = format!(
            "event go {events}\nevent ready {events}\n{waiters} {{ set-event ready }}\n{by} {{ {ready}; set-event go; clear-event go }}"
        );
        for trace in ended(&text) {
            assert_eq!(trace.ended, Some(Ended::Completed), "{text}");
            assert_eq!(trace.output.len(), 3, "{text}");
        }
    }
}

#[test]
fn one_that_waits_too_long_for_an_event_leaves_the_sign_to_the_others() {
    let text = "event-loop l
        event go
        coroutine late loop=l { await wait go timeout-ms=5 into=ok; assert \"not ok\" }
        coroutine gone loop=l { try { await wait go }
            except CancelledError { print cancelled } }
        coroutine on loop=l { await wait go into=ok; assert ok; print on }
        coroutine boss loop=l { await sleep ms=20; cancel gone; await sleep ms=0; set-event go; await wait go into=ok; assert ok }
        expect always output cancelled on
        expect never exception=AssertionError";
    for trace in ended(text) {
        assert_eq!(trace.ended, Some(Ended::Completed));
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["cancelled", "on"]);
        assert!(trace.counters.tasks.values().all(|task| task.uncaught.is_none()));
    }
}

#[test]
fn whoever_tries_does_not_overtake_a_coroutine_that_was_woken_for_the_permit() {
    let text = "event-loop l
        semaphore s permits=1
        coroutine has loop=l {
            await acquire s
            await sleep ms=5
            release s
            try-acquire s into=ok
            print \"barge {ok}\"
        }
        coroutine waits loop=l {
            await acquire s
            print \"had\"
            try-acquire s into=none
            release s
            try-acquire s into=again
            print \"{none} {again}\"
        }";
    for trace in ended(text) {
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["barge False", "had", "False True"]);
    }
}
