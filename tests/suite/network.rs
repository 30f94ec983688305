//! Servers, requests and files: as asyncio has them, line by line, and at their limits.
#![expect(clippy::disallowed_methods, reason = "the program is started under a limit of the system's")]

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Control, Engine, Record, RunConfig, Source};
use coreyard::lang::Lang;
use coreyard::program;
use coreyard::trace::store::{Ended, Trace};

use super::conformance::{config, run};
use super::python::python;

/// asyncio's servers and requests: an answer comes after its latency.
const ASYNCIO: &str = r"
import asyncio
async def serve(latency, size):
    async def answer(reader, writer):
        await reader.read(1)
        await asyncio.sleep(latency / 1000)
        writer.write(b'.' * size)
        await writer.drain()
        writer.close()
    server = await asyncio.start_server(answer, '127.0.0.1', 0)
    return server.sockets[0].getsockname()[1]
async def request(port):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'?')
    await reader.read()
    writer.close()
";

/// Scenarios, and the same for CPython. Answers that come one after the other are far apart.
const SAME: &[(&str, &str)] = &[
    // Whoever asks a quick server goes on before whoever asked a slow one; those who ask nobody go on at once.
    (
        r#"event-loop turns
        server slow latency-ms=250
        server quick latency-ms=20 kb=300
        routine ask n where async=#true { print "{n} asks"; await request where; print "{n} has it"; return n }
        routine idle async=#true { print "idle"; await sleep ms=0; print "idle again" }
        routine boss async=#true {
            create-task ask "'a'" slow into=a
            create-task ask "'b'" quick into=b
            create-task idle into=c
            await gather a b c into=all
            print "{all}"
        }
        main { run-loop turns boss }"#,
        r"
async def ask(n, where):
    print(n, 'asks')
    await request(where)
    print(n, 'has it')
    return n
async def idle():
    print('idle')
    await asyncio.sleep(0)
    print('idle again')
async def boss():
    slow, quick = await serve(250, 1), await serve(20, 300 * 1024)
    a = asyncio.create_task(ask('a', slow))
    b = asyncio.create_task(ask('b', quick))
    c = asyncio.create_task(idle())
    print(await asyncio.gather(a, b, c))
asyncio.run(boss())",
    ),
    // A request in flight is cancelled where it is awaited, by a time-out, too.
    (
        r#"event-loop turns
        server never latency-s=3000
        server quick latency-ms=20
        routine ask where async=#true {
            try { await request where; print "answered" }
            except CancelledError { print "cancelled"; raise }
            finally { print "finally" }
        }
        routine boss async=#true {
            call ask never into=c
            try { await wait-for c timeout-ms=60 }
            except TimeoutError as=e { print "too late" }
            create-task ask never into=t
            await sleep ms=60
            state t into=s
            print "{s}"
            cancel t
            try { await t }
            except CancelledError { print "so it is" }
            await call ask quick
        }
        main { run-loop turns boss }"#,
        r"
async def ask(where):
    try:
        await request(where)
        print('answered')
    except asyncio.CancelledError:
        print('cancelled')
        raise
    finally: print('finally')
async def boss():
    never, quick = await serve(3000000, 1), await serve(20, 1)
    c = ask(never)
    try: await asyncio.wait_for(c, 0.06)
    except asyncio.TimeoutError as e: print('too late')
    t = asyncio.create_task(ask(never))
    await asyncio.sleep(0.06)
    print('Running')
    t.cancel()
    try: await t
    except asyncio.CancelledError: print('so it is')
    await ask(quick)
asyncio.run(boss())",
    ),
];

fn lines(trace: &Trace) -> Vec<&str> {
    trace.output.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn requests_on_a_loop_say_what_asyncio_says() {
    for (ours, theirs) in SAME {
        let [stepped, real] = [&Stepper as &dyn Engine, &Real].map(|engine| run(engine, ours, &config(1)));
        assert_eq!(lines(&stepped), lines(&real), "{:?} {:?}\n{ours}", stepped.ended, real.ended);
        assert_eq!(real.ended, Some(Ended::Completed));
        let Some(theirs) = python(&format!("{ASYNCIO}{theirs}")) else { continue };
        assert_eq!(lines(&real).join("\n"), theirs.trim_end(), "{ours}");
    }
}

/// Requests at once from one loop; how many were answered, how many refused, and in which words.
const CROWD: &str = r#"event-loop l
server web latency-ms=20
shared answered 0
shared refused 0
routine ask async=#true {
    try { await request web; set answered "answered + 1" }
    except OSError as=e {
        set refused "refused + 1"
        if "refused == 1" { print "{e}" }
    }
}
routine boss async=#true {
    let all "[]"
    repeat N { create-task ask into=t; let all "all + [t]" }
    await gather all
    print "{answered + refused}"
}
main { run-loop l boss; request web; print "and one more" }
"#;

#[test]
fn ten_thousand_requests_at_once_are_all_answered_or_refused_with_the_limit() {
    let text = format!("let N 10000\n{CROWD}");
    let trace = run(&Real, &text, &RunConfig { record: Record::Counters, ..config(1) });
    let lines = lines(&trace);
    let [first @ .., count, last] = lines.as_slice() else { panic!("{:?}", trace.ended) };
    assert_eq!((*count, *last), ("10000", "and one more"), "{:?}", trace.ended);
    assert!(first.iter().all(|words| words.contains("the limit is")), "{first:?}");
}

#[test]
#[cfg(unix)]
fn where_the_system_allows_few_open_files_requests_are_refused_and_nothing_hangs() {
    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    let file = folder.path().join("crowd.kdl");
    std::fs::write(&file, format!("scenario \"T\"\nlet N 300\n{CROWD}")).expect("a temporary file can be written");
    for limit in ["64", "340"] {
        let line = "ulimit -n \"$2\" && exec \"$0\" run \"$1\" --timeout 60 --lang en";
        let program = env!("CARGO_BIN_EXE_coreyard");
        let output = std::process::Command::new("sh").args(["-c", line, program]).arg(&file).arg(limit).output();
        let output = output.expect("there is a shell");
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
        let refused = format!("[Errno 24] Too many open files: the limit is {limit}, which allows ");
        assert!(told.contains(&refused) && !told.contains("allows 0"), "{told}");
        assert!(told.contains("\n  300\n") && told.contains("and one more"), "{told}");
    }
}

#[test]
fn requests_that_are_on_their_way_while_the_run_is_paused_are_all_answered() {
    for protocol in ["tcp", "udp"] {
        let text = format!(
            "event-loop l\nserver web latency-ms=40 protocol={protocol}\nshared answered 0\n\
             routine ask async=#true {{ await request web; set answered \"answered + 1\" }}\n\
             routine boss async=#true {{ let all \"[]\"; repeat 40 {{ create-task ask into=t; let all \"all + [t]\" }}\n\
             await sleep ms=0; await sleep ms=0; print \"asked\"; await gather all; print \"{{answered}}\" }}\n\
             main {{ run-loop l boss }}"
        );
        let source = Source { text, name: "paused".into(), overrides: Vec::new() };
        let mut run = Real.start(&source, &config(1)).expect("the scenario has no mistakes");
        let (mut trace, mut polls) = (Trace::default(), 0);
        while run.poll(&mut trace) {
            if trace.output.is_empty() {
                continue;
            }
            match polls {
                0 => run.control(Control::Pause),
                30 => run.control(Control::Resume),
                _ => {}
            }
            polls += 1;
        }
        assert_eq!((lines(&trace), trace.ended.as_ref()), (vec!["asked", "40"], Some(&Ended::Completed)), "{protocol}");
    }
}

#[test]
fn what_is_too_large_is_told_with_its_limit_and_what_is_asked_must_fit() {
    let told = |text: &str| {
        let diagnostics = program::build(text, &[]).diagnostics;
        let told = diagnostics.iter().map(|told| format!("{} {}", told.code, told.message(Lang::En)));
        told.collect::<Vec<_>>().join("; ")
    };
    for (text, expected) in [
        ("server s mb=65", "E0209 `kb` must be from 0 kb to 65536 kb, not 66560 kb"),
        ("server s kb=64 protocol=udp", "E0209 `kb` must be from 0 kb to 63 kb, not 64 kb"),
        ("server s latency-s=3601", "E0209 `latency` must be from 0 ms to 3600000 ms, not 3601000 ms"),
        ("let X \"1 / 2\"\nserver s latency-ms=\"X - 1\"", "E0209 `latency` must be from 0 ms to 3600000 ms, not -0.5"),
        ("file f mb=1000", "E0209 `kb` must be from 0 kb to 262144 kb, not 1024000 kb"),
        ("server s count=101", "E0209 `count` must be from 0 to 100, not 101"),
        ("let N 101\nserver s count=N", "E0402 that makes 101 server; the limit is 100"),
        ("file f", "E0205"),
        ("file f kb=1\nmain { request f }", "E0303"),
        ("server s\nmain { read-file s }", "E0303"),
        ("server s\nmain { await request s }", "E0450"),
        ("server s\nevent-loop l\ncoroutine c loop=l { request s }", "W0450"),
        ("file f kb=1\nevent-loop l\ncoroutine c loop=l { write-file f }", "W0455"),
        ("server s kb=0 latency-ms=0 protocol=udp\nserver t latency-us=2.5 bytes=1\nfile f bytes=0", ""),
    ] {
        let has_task = text.contains("main") || text.contains("coroutine");
        let told = told(&if has_task { text.to_owned() } else { format!("{text}\nmain {{ }}") });
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{text}\n{told}");
    }
}

#[test]
fn a_process_is_ended_in_the_middle_of_its_request() {
    let text = "server never latency-s=3000\nevent asks across-processes=#true\n\
                process p { set-event asks; request never }\n\
                main { wait asks; sleep ms=5; terminate p; join p; print \"{p.exitcode}\" }";
    let mut told = Vec::new();
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Completed));
        told.push(lines(&trace).concat());
    }
    // Where time is no clock the answer may come first.
    assert!(matches!(told[0].as_str(), "-15" | "0"), "{told:?}");
    assert_eq!(told[1], "-15");
}
