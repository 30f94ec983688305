//! Servers and files: requests that wait for nobody else, by threads, coroutines and processes.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case(
        "a request is answered, and others run meanwhile",
        "server web latency-ms=2\nshared x 0 atomic=#true\nthread t count=2 { request web; atomic-add x 1 }",
        &["x=2"],
    ),
    Case(
        "a request by UDP, to a server that answers with nothing, at once",
        "server web latency-ms=0 kb=0 protocol=udp\nshared x 0\nmain { repeat 3 { request web }; set x 1 }",
        &["x=1"],
    ),
    Case(
        "a server may be an argument, and is one of several",
        r#"server web count=2 latency-us="100 * (index + 1)"
shared x 0
routine fetch s { request s }
main { call fetch "web[1]"; request "web[0]"; set x 1 }"#,
        &["x=1"],
    ),
    Case(
        "only a server is asked, and only a file is read",
        r#"file f kb=1
lock m
routine ask s { try { request s }; except AttributeError as=e { print "{e}" } }
routine look s { try { read-file s }; except AttributeError as=e { print "{e}" } }
main { call ask f; call look m }"#,
        &["'file' object has no attribute 'request' | 'lock' object has no attribute 'read'"],
    ),
    Case(
        "a coroutine that awaits a request lets others run, and an answer comes after its latency",
        r#"event-loop l
server slow latency-ms=40
server fast latency-ms=5
shared x 0
coroutine a loop=l { await request slow; print "slow" }
coroutine b loop=l { await request fast; print "fast" }
coroutine c loop=l { print "first"; set x 1 }"#,
        &["first | fast | slow | x=1"],
    ),
    Case(
        "a request without await makes its whole loop wait",
        r#"event-loop l
server web latency-ms=5
coroutine a loop=l { request web; print "one" }
coroutine b loop=l { print "two" }"#,
        &["one | two"],
    ),
    Case(
        "many requests on one thread, and none is lost",
        r#"event-loop l
server web latency-ms=3 kb=16
server news latency-ms=3 kb=2 protocol=udp
shared x 0
routine fetch s async=#true { await request s; set x "x + 1" }
coroutine c loop=l {
    let all "[]"
    repeat 20 {
        create-task fetch web into=t; let all "all + [t]"
        create-task fetch news into=t; let all "all + [t]"
    }
    await gather all
    print "{x}"
}"#,
        &["40 | x=40"],
    ),
    Case(
        "a request in flight can be cancelled",
        r#"event-loop l
server slow latency-s=3000
shared x 0
routine fetch async=#true {
    try { await request slow; set x 1 }
    except CancelledError { print "cancelled"; raise }
}
coroutine c loop=l {
    create-task fetch into=t
    await sleep ms=0
    await sleep ms=0
    cancel t
    try { await t }
    except CancelledError { print "so it is told" }
}"#,
        &["cancelled | so it is told | x=0"],
    ),
    Case(
        "whoever waits for a request for a time gets a time-out",
        r#"event-loop l
server slow latency-s=3000
routine fetch async=#true { await request slow }
coroutine c loop=l {
    create-task fetch into=t
    try { await wait-for t timeout-ms=5 }
    except TimeoutError { print "too late" }
}"#,
        &["too late"],
    ),
    Case(
        "a loop waits for an answer and for what threads do at the same time",
        r"event-loop l
server web latency-ms=20
queue q
shared x 0
coroutine a loop=l { await get q into=item; set x item }
coroutine b loop=l { await request web }
thread t { put q 7 }",
        &["x=7"],
    ),
    Case(
        "files are written and read",
        "file f kb=3\nfile g kb=0\nshared x 0\nmain { read-file f; write-file f; read-file f; write-file g; read-file g; set x 1 }",
        &["x=1"],
    ),
    Case(
        "a thread that waits for an answer has let the interpreter lock go",
        r#"interpreter switch-interval-s=3600
server web latency-ms=5
event asked
shared x 0
thread waits { set-event asked; request web; set x "x + 1" }
thread works { wait asked; request web; set x "x + 10" }"#,
        &["x=11"],
    ),
    Case(
        "processes reach the server of the run, and have one of their own",
        r"server web latency-ms=1
shared x 0 atomic=#true across-processes=#true
process p count=2 {
    server own latency-ms=1 kb=2
    file notes kb=1
    request web
    request own
    write-file notes
    atomic-add x 1
}
main { join p; request web }",
        &["x=2"],
    ),
    Case(
        "a file is the same for all processes",
        "file f kb=2\nprocess p { read-file f }\nmain { join p; write-file f; print \"{p.exitcode}\" }",
        &["0"],
    ),
];
