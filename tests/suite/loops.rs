//! Event loops at their edges against asyncio: callbacks, what is never awaited, loops run twice, loops in processes.

use coreyard::engine::Engine;
use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::export::report::{Style, report};
use coreyard::lang::Lang;
use coreyard::trace::store::{Ended, Finding, FindingKind, Trace};

use super::conformance::{config, run};
use super::meaning::check;

const SAME: &[(&str, &str)] = &[
    // A callback is called in a later turn, in the order added, also of one that has ended; what it raises is told and loses nothing.
    (
        r#"event-loop l
        routine work n async=#true { print "work {n}"; await sleep ms=0; return n }
        routine told f { state f into=s; result f into=x; print "told {s} {x}" }
        routine told_again f { print "again" }
        routine boss async=#true {
            create-task work 7 into=t
            add-done-callback t told
            add-done-callback t told_again
            await t into=x
            print "boss {x}"
            add-done-callback t told_again
            print "not yet"
            await sleep ms=0
            print "end"
        }
        main { run-loop l boss }"#,
        r"
import asyncio
async def work(n):
    print('work', n); await asyncio.sleep(0); return n
def told(f): print('told', 'Done' if f.done() else '?', f.result())
def told_again(f): print('again')
async def boss():
    t = asyncio.create_task(work(7))
    t.add_done_callback(told)
    t.add_done_callback(told_again)
    print('boss', await t)
    t.add_done_callback(told_again)
    print('not yet')
    await asyncio.sleep(0)
    print('end')
asyncio.run(boss())",
    ),
    // SystemExit goes out of the loop at once, from a task and from a callback: all others are cancelled, who awaits it, too.
    (
        r#"event-loop l
        routine quits async=#true { print "quits"; raise SystemExit "3" }
        routine other async=#true {
            try { print "other"; await sleep s=10 }
            except CancelledError { print "other cancelled"; raise }
            finally { print "other ends" }
        }
        routine late async=#true { print "never" }
        routine boss async=#true {
            create-task other
            await sleep ms=0
            create-task quits
            create-task late
            try { await sleep s=5 }
            except CancelledError { print "boss cancelled"; raise }
        }
        routine one async=#true { return 1 }
        routine told f { print "told"; raise SystemExit "4" }
        routine awaits async=#true {
            create-task one into=t
            add-done-callback t told
            try { await t; print "after"; await sleep s=1 }
            except CancelledError { print "cancelled"; raise }
        }
        routine wants async=#true {
            create-task quits into=t
            try { await t }
            except SystemExit { print "never" }
            except CancelledError { print "wants cancelled"; raise }
        }
        routine main_quits async=#true { create-task other; await sleep ms=0; raise SystemExit "5" }
        routine too_late async=#true { create-task quits; return 7 }
        main {
            try { run-loop l boss }
            except SystemExit as=e { print "out {e}" }
            try { run-loop l awaits }
            except SystemExit as=e { print "out {e}" }
            try { run-loop l wants }
            except SystemExit as=e { print "out {e}" }
            try { run-loop l main_quits }
            except SystemExit as=e { print "out {e}" }
            try { run-loop l too_late into=x; print "{x}" }
            except SystemExit as=e { print "out {e}" }
        }"#,
        r"
import asyncio
async def quits(): print('quits'); raise SystemExit(3)
async def other():
    try: print('other'); await asyncio.sleep(10)
    except asyncio.CancelledError: print('other cancelled'); raise
    finally: print('other ends')
async def late(): print('never')
async def boss():
    t = asyncio.create_task(other())
    await asyncio.sleep(0)
    q, l = asyncio.create_task(quits()), asyncio.create_task(late())
    try: await asyncio.sleep(5)
    except asyncio.CancelledError: print('boss cancelled'); raise
async def one(): return 1
def told(f): print('told'); raise SystemExit(4)
async def awaits():
    t = asyncio.create_task(one())
    t.add_done_callback(told)
    try: await t; print('after'); await asyncio.sleep(1)
    except asyncio.CancelledError: print('cancelled'); raise
async def wants():
    t = asyncio.create_task(quits())
    try: await t
    except SystemExit: print('never')
    except asyncio.CancelledError: print('wants cancelled'); raise
async def main_quits():
    t = asyncio.create_task(other()); await asyncio.sleep(0)
    raise SystemExit(5)
async def too_late():
    t = asyncio.create_task(quits())
    return 7
for body in (boss, awaits, wants, main_quits, too_late):
    try: print(asyncio.run(body()))
    except SystemExit as e: print('out', e)",
    ),
    // A routine on a thread of its own is awaited: its value, and what it raises; a loop in a loop is refused.
    (
        r#"event-loop l
        routine more n { return "n + 1" }
        routine bad { raise ValueError "from a thread" }
        routine inner async=#true { return 1 }
        routine boss async=#true {
            await to-thread more 4 into=x
            print "{x}"
            try { await to-thread bad }
            except ValueError as=e { print "{e}" }
            try { run-loop l inner }
            except RuntimeError as=e { print "{e}" }
        }
        main { run-loop l boss }"#,
        r"
import asyncio, warnings
warnings.simplefilter('ignore')
def more(n): return n + 1
def bad(): raise ValueError('from a thread')
async def inner(): return 1
async def boss():
    print(await asyncio.to_thread(more, 4))
    try: await asyncio.to_thread(bad)
    except ValueError as e: print(e)
    try: asyncio.run(inner())
    except RuntimeError as e: print(e)
asyncio.run(boss())",
    ),
    // Of one that is cancelled, too; to cancel one that has ended does nothing; a result that is not there yet.
    (
        r#"event-loop l
        routine nap async=#true { await sleep s=100 }
        routine told f { state f into=s; print "told {s}" }
        routine boss async=#true {
            create-task nap into=t
            add-done-callback t told
            await sleep ms=0
            try { result t }
            except InvalidStateError as=e { print "{e}" }
            cancel t into=x
            cancel t into=y
            print "{x} {y}"
            try { await t }
            except CancelledError { print "cancelled" }
            cancel t into=z
            state t into=s
            print "{z} {s}"
            await sleep ms=0
        }
        main { run-loop l boss; run-loop l boss; print "again" }"#,
        r"
import asyncio
async def nap(): await asyncio.sleep(100)
def told(f): print('told', 'Cancelled' if f.cancelled() else '?')
async def boss():
    t = asyncio.create_task(nap())
    t.add_done_callback(told)
    await asyncio.sleep(0)
    try: t.result()
    except asyncio.InvalidStateError as e: print(e)
    print(t.cancel(), t.cancel())
    try: await t
    except asyncio.CancelledError: print('cancelled')
    print(t.cancel(), 'Cancelled' if t.cancelled() else '?')
    await asyncio.sleep(0)
asyncio.run(boss())
asyncio.run(boss())
print('again')",
    ),
];

#[test]
fn callbacks_and_ends_come_in_the_order_of_asyncio() {
    check(SAME);
    for (scenario, _) in SAME {
        let lines = |trace: Trace| trace.output.into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(lines(run(&Real, scenario, &config(1))), lines(run(&Stepper, scenario, &config(1))), "{scenario}");
    }
}

#[test]
fn what_a_callback_raises_is_told_as_its_own_and_the_next_is_called() {
    let text = r#"event-loop l
        routine work async=#true { await sleep ms=0 }
        routine fails f { raise ValueError "in a callback" }
        routine told f { print "told" }
        routine boss async=#true {
            create-task work name="job" into=t
            add-done-callback t fails
            add-done-callback t told
            await t
            await sleep ms=0
            print "end"
        }
        main { run-loop l boss }"#;
    for trace in [run(&Stepper, text, &config(1)), run(&Real, text, &config(1))] {
        let lines: Vec<&str> = trace.output.iter().map(|line| &*line.text).collect();
        assert_eq!((lines.as_slice(), trace.ended), (&["told", "end"][..], Some(Ended::Completed)));
        let (&task, counters) = trace.counters.tasks.iter().find(|(_, it)| it.uncaught.is_some()).expect("it is told");
        assert_eq!(trace.tasks[&task].name, "fails-3", "the job itself has ended well");
        assert_eq!(counters.uncaught.as_ref().expect("just found").message, "in a callback");
    }
}

#[test]
fn what_a_callback_of_a_job_raises_is_told_as_its_own_and_the_job_has_ended_as_it_did() {
    let text = r#"
        pool threads workers=1
        pool processes workers=1 of=processes
        event go
        routine waits { wait go; return 1 }
        routine works { sleep ms=5; return 1 }
        routine fails { raise TypeError "of the job" }
        routine added f { raise KeyError "added" }
        routine given v { raise ValueError "given" }
        routine refused e { raise IndexError "refused" }
        routine told f { print "told" }
        main {
            submit threads waits into=a
            add-done-callback a added
            add-done-callback a told
            set-event go
            result a into=x
            submit threads works callback=given into=b
            submit threads fails error-callback=refused into=c
            try { result c }; except TypeError { print "failed" }
            submit processes works callback=given into=d
            result d into=y
            close processes
            join processes
            close threads
            join threads
            add-done-callback a added
            print "{x} {y}"
        }"#;
    for trace in [run(&Stepper, text, &config(1)), run(&Real, text, &config(1))] {
        let mut lines: Vec<&str> = trace.output.iter().map(|line| &*line.text).collect();
        lines.sort_unstable();
        assert_eq!((lines.as_slice(), &trace.ended), (&["1 1", "failed", "told"][..], &Some(Ended::Completed)));
        let raised = trace.counters.tasks.iter().filter_map(|(task, it)| Some((*task, it.uncaught.as_ref()?)));
        let mut raised: Vec<String> =
            raised.map(|(task, uncaught)| format!("{} {}", trace.task_name(task), uncaught.message)).collect();
        raised.sort_unstable();
        let expected = [
            "fails-3.refused refused",
            "waits-1.added added",
            "waits-1.added added",
            "works-2.given given",
            "works-4.given given",
        ];
        assert_eq!(raised, expected, "{}", trace.header.engine);
    }
}

#[test]
fn a_coroutine_that_nobody_awaits_is_found_with_its_block() {
    let text = r#"event-loop l
routine work n async=#true { print "never {n}" }
routine boss async=#true {
    call work 1 into=x
    call work 2 into=x
    await x
    call work 3 into=kept
}
main { run-loop l boss }
expect never leak"#;
    for trace in [run(&Stepper, text, &config(1)), run(&Real, text, &config(1))] {
        let mut lines = Vec::new();
        for finding in &trace.findings {
            let FindingKind::NeverAwaited(block) = finding.kind else { panic!("{finding:?}") };
            let place = coreyard::export::Places::of(text).get(block).expect("the text has it").line;
            lines.push((place, trace.tasks[&finding.waits[0].task].name.clone()));
        }
        assert_eq!(lines, [(4, "boss-1".to_owned()), (7, "boss-1".to_owned())]);
        let json = coreyard::export::json::run(&trace, &coreyard::metrics::Metrics::of(&trace), &[], Lang::En);
        assert_eq!((&json["findings"][0]["kind"], &json["findings"][0]["line"]), (&"never-awaited".into(), &4.into()));
    }
}

#[test]
fn a_coroutine_whose_maker_has_ended_is_still_told_as_its_makers() {
    let text = r"event-loop l
routine work async=#true { print never }
routine makes async=#true { call work into=x; return x }
routine boss async=#true { create-task makes into=t; await t into=c; await sleep ms=1; let c None; let t None; await sleep ms=0 }
main { run-loop l boss }";
    for trace in [run(&Stepper, text, &config(1)), run(&Real, text, &config(1))] {
        let told = |finding: &Finding| (finding.kind, trace.tasks[&finding.waits[0].task].name.clone());
        let told: Vec<_> = trace.findings.iter().map(told).collect();
        let [(FindingKind::NeverAwaited(block), by)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(coreyard::export::Places::of(text).get(*block).expect("the text has it").line, 3);
        assert_eq!(by, "makes-2", "{}", trace.header.engine);
    }
}

#[test]
fn each_of_several_processes_runs_loops_of_its_own() {
    let text = r#"queue told across-processes=#true
        process host count=2 {
            event-loop turns
            lock door
            shared within 0
            coroutine worker loop=turns count=3 {
                repeat 5 { await with door { let before within; await sleep ms=0; set within "before + 1" } }
            }
            coroutine last loop=turns { await sleep ms=20; put told within }
            greenlet never loop=turns { print "nobody switches here" }
        }
        main { get told into=a; get told into=b; print "{a} {b}" }
        expect always output "15 15""#;
    for trace in [run(&Stepper, text, &config(4)), run(&Real, text, &config(1))] {
        assert_eq!(trace.ended, Some(Ended::Completed));
        let lines: Vec<&str> = trace.output.iter().map(|line| &*line.text).collect();
        assert_eq!(lines, ["15 15"]);
    }
}

#[test]
fn coroutines_beyond_the_limit_run_and_are_counted() {
    let text = "event-loop l\nshared done 0\nroutine one async=#true { set done \"done + 1\" }\n\
                routine bad async=#true { raise ValueError \"late\" }\n\
                routine boss async=#true {\n\
                    repeat 1001 { let ts \"[]\"; repeat 100 { create-task one into=t; let ts \"ts + [t]\" }; await gather ts }\n\
                    create-task bad into=b\n    await sleep ms=0\n    call one into=never\n\
                }\nmain { run-loop l boss }\nexpect always \"done == 100100\"\n";
    let trace = run(&Real, text, &config(1));
    assert_eq!(trace.ended, Some(Ended::Completed));
    // The boss, those that are awaited and the one that fails: all but the hundred thousand that have a row.
    assert_eq!(trace.counters.unlisted_tasks, 102);
    let late = trace.counters.tasks.values().filter(|task| task.uncaught.as_ref().is_some_and(|raised| raised.message == "late"));
    assert_eq!(late.count(), 1, "what goes wrong in one without a row is told");
    assert!(trace.findings.iter().any(|finding| matches!(finding.kind, FindingKind::NeverAwaited(_))));
    let metrics = coreyard::metrics::Metrics::of(&trace);
    for (lang, words) in [(Lang::En, "tasks with a row of their own: 102."), (Lang::Zh, "任务数上限：102 个")] {
        let report = report(&trace, &metrics, &[], Style { lang, colour: false, brief: true });
        assert!(report.contains(words), "{report}");
    }
    let json = coreyard::export::json::run(&trace, &metrics, &[], Lang::En);
    assert_eq!(json["metrics"]["unlisted_tasks"], 102);
}

#[test]
fn coroutines_that_await_each_other_are_told_while_their_loop_is_busy() {
    let text = "event-loop l\nshared a None\nshared b None\nshared told 0\n\
                routine one async=#true { await sleep ms=1; await b }\nroutine two async=#true { await sleep ms=1; await a }\n\
                routine busy async=#true { repeat 300 { await sleep ms=1 } }\n\
                routine boss async=#true {\n    create-task one into=t\n    set a t\n    create-task two into=u\n    set b u\n    \
                create-task busy into=w\n    await w\n    try { cancel t }; except RecursionError as=e { print \"{e}\" }\n}\nmain { run-loop l boss }\n";
    for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
        assert_eq!(trace.ended, Some(Ended::Completed));
        let printed: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(printed, ["maximum recursion depth exceeded"], "asyncio's tasks ask each other, too");
        let circle = trace.findings.iter().find(|finding| finding.kind == FindingKind::WaitingCycle).expect("it is told");
        let names: Vec<String> = circle.waits.iter().map(|wait| trace.task_name(wait.task)).collect();
        assert_eq!(names.len(), 2);
        assert!(names.iter().any(|name| name.contains("one")) && names.iter().any(|name| name.contains("two")), "{names:?}");
    }
}

#[test]
fn what_a_thread_raises_is_for_the_coroutine_that_awaits_it() {
    let text = "event-loop l\nroutine bad { raise ValueError \"no\" }\n\
                routine boss async=#true { try { await to-thread bad }; except ValueError { print \"caught\" } }\n\
                main { run-loop l boss }\n";
    for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
        assert_eq!(trace.ended, Some(Ended::Completed));
        assert!(trace.counters.tasks.values().all(|task| task.uncaught.is_none()));
    }
}

#[test]
fn many_that_wait_for_one_sign_are_all_woken_in_a_moment() {
    let wake_all = [
        ("event e", "await wait e", "set-event e"),
        ("semaphore e permits=0", "await acquire e", "repeat N { release e }"),
        ("queue e", "await get e into=x", "repeat N { put e 1 }"),
        ("lock l\ncondition e lock=l", "await with l { await wait e }", "await with l { notify-all e }"),
    ];
    for (declared, waits, wakes) in wake_all {
        let scenario = format!(
            "let N 2000\nevent-loop turns\n{declared}\nshared woken 0\n\
             routine one async=#true {{ {waits}; set woken \"woken + 1\" }}\n\
             routine boss async=#true {{ let all \"[]\"; repeat N {{ create-task one into=t; let all \"all + [t]\" }}\n\
             await sleep ms=1; {wakes}; await gather all; print \"{{woken}}\" }}\n\
             main {{ run-loop turns boss }}"
        );
        for engine in [&Stepper as &dyn Engine, &Real] {
            let trace = run(engine, &scenario, &config(1));
            let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(lines, ["2000"], "{declared}: {:?}", trace.ended);
        }
    }
}

#[test]
fn every_block_that_waits_can_be_awaited_and_the_loop_goes_on_meanwhile() {
    let text = r#"event-loop turns
        pipe p capacity=1
        rwlock rw
        pool two workers=2
        shared turned 0
        routine square n { compute ms=1; return "n * n" }
        routine bad n { raise KeyError "no {n}" }
        coroutine asks loop=turns {
            await recv p into=x
            await recv p into=y
            print "{x} {y} {turned > 0}"
            await map two square over="[1, 2, 3]" into=squares
            submit two square 5 into=f
            await result f into=five
            print "{squares} {five}"
            try { await map two bad over="[1]" }
            except KeyError as=e { print "{e}" }
            submit two bad 2 into=g
            try { await result g }
            except KeyError as=e { print "{e}" }
            await read rw { print "read {turned}" }
            current-task into=me
            try { await join me }
            except RuntimeError as=e { print "{e}" }
        }
        coroutine gives loop=turns {
            await write rw {
                await sleep ms=0
                set turned 1
                await send p 1
                await send p 2
                await send p 3
            }
        }
        main { sleep ms=1; recv p; assert "turned == 1" }"#;
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(2));
        assert_eq!(trace.ended, Some(Ended::Completed));
        assert!(trace.counters.tasks.values().all(|task| task.uncaught.is_none()), "{:?}", trace.output);
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        let of_pipe = lines[0].strip_suffix(" True").expect("the other has had its turn");
        assert!(["1 2", "1 3", "2 3"].contains(&of_pipe), "the thread takes one of them: {of_pipe}");
        let rest = ["[1, 4, 9] 25", "'no 1'", "'no 2'", "read 1", "Task cannot await on itself: asks"];
        assert_eq!(lines[1..], rest);
    }
}
