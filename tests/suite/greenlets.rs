//! Greenlets and loops in gevent's style against `greenlet` 3.5 and `gevent` 26.9. What these print is written beside each scenario,
//! and asked again where the packages are.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::{Ended, Trace};

use super::conformance::{config, run};
use super::python::python;

/// A scenario, the same for CPython, and what both print.
type Same = (&'static str, &'static str, &'static str);

const SAME: &[Same] = &[
    // Two that switch to each other: the end of one gives control to whoever began, the other is left where it stands.
    (
        r#"event-loop l
        greenlet one loop=l { print "12"; switch two; print "34" }
        greenlet two loop=l { print "56"; switch one; print "78" }
        coroutine outside loop=l { switch one; print "outside" }"#,
        r"
from greenlet import greenlet
def one():
    print(12); two.switch(); print(34)
def two():
    print(56); one.switch(); print(78)
one, two = greenlet(one), greenlet(two)
one.switch()
print('outside')",
        "12\n56\n34\noutside",
    ),
    // Values go with each switch; one that has ended gives what it returned, and later what is passed to it.
    (
        r#"event-loop l
        greenlet a loop=l into=x {
            print "a {x}"
            switch b "'from a'" into=y
            print "a got {y}"
            return "'a done'"
        }
        greenlet b loop=l into=x {
            print "b {x}"
            switch a "'from b'" into=y
            print "b got {y}"
        }
        coroutine outside loop=l {
            switch a 1 into=x
            print "{x}"
            switch a 7 into=x
            print "dead {x}"
            switch b "'later'" into=x
            print "{x}"
        }"#,
        r"
from greenlet import greenlet
def a(x):
    print('a', x)
    y = gb.switch('from a')
    print('a got', y)
    return 'a done'
def b(x):
    print('b', x)
    y = ga.switch('from b')
    print('b got', y)
ga, gb = greenlet(a), greenlet(b)
print(ga.switch(1))
print('dead', ga.switch(7))
print(gb.switch('later'))",
        "a 1\nb from a\na got from b\na done\ndead 7\nb got later\nNone",
    ),
    // An exception goes to whoever runs them all; one that is left is ended with its `finally`.
    (
        r#"event-loop l
        greenlet fails loop=l into=x { raise ValueError "no {x}" }
        greenlet left loop=l {
            try { switch outside "'out'" }
            except GreenletExit { print "exit"; raise }
            finally { print "finally" }
        }
        greenlet inner loop=l { switch fails 2 }
        greenlet itself loop=l { current-task into=me; switch me "'me'" into=x; print "self {x}" }
        coroutine outside loop=l {
            try { switch fails 1 }
            except ValueError as=e { print "caught {e}" }
            try { switch inner; print "inner never ends" }
            except ValueError as=e { print "caught {e}" }
            switch itself
            switch left into=x
            print "{x}"
        }"#,
        r"
import greenlet as G
from greenlet import greenlet, getcurrent
def fails(x): raise ValueError(f'no {x}')
def left():
    try: getcurrent().parent.switch('out')
    except G.GreenletExit: print('exit'); raise
    finally: print('finally')
def itself(): print('self', getcurrent().switch('me'))
f = greenlet(fails)
def inner(): f.switch(2)
i = greenlet(inner)
try: f.switch(1)
except ValueError as e: print('caught', e)
i.switch()
print('inner never ends')
greenlet(itself).switch()
l = greenlet(left)
print(l.switch())
del l",
        "caught no 1\ninner never ends\nself me\nout\nexit\nfinally",
    ),
    // A greenlet of another thread cannot be switched to.
    (
        r#"event-loop l
        greenlet other loop=l { print "never" }
        main { try { switch other 1 }
            except GreenletError as=e { print "{e}" } }"#,
        r"
import threading
import greenlet as G
other = G.greenlet(lambda x: print('never'))
def thread():
    try: other.switch(1)
    except G.error as e: print(str(e).splitlines()[0])
t = threading.Thread(target=thread); t.start(); t.join()",
        "Cannot switch to a different thread",
    ),
    // gevent: whoever would wait lets others run, without a word about it.
    (
        r#"event-loop hub style=gevent
        queue q capacity=10
        greenlet consumer loop=hub { loop { get q into=x; print "got {x}"; if "x is None" { break } } }
        greenlet producer loop=hub { repeat 3 as=i { print "put {i}"; put q i; sleep ms=0 }; put q None }
        greenlet ticks loop=hub { repeat 3 as=i { print "tick {i}"; sleep ms=0 } }"#,
        r"
import gevent
from gevent.queue import Queue
q = Queue(10)
def consumer():
    while True:
        x = q.get()
        print('got', x)
        if x is None: break
def producer():
    for i in range(3): print('put', i); q.put(i); gevent.sleep(0)
    q.put(None)
def ticks():
    for i in range(3): print('tick', i); gevent.sleep(0)
gevent.joinall([gevent.spawn(f) for f in (consumer, producer, ticks)])",
        "put 0\ntick 0\ngot 0\nput 1\ntick 1\ngot 1\nput 2\ntick 2\ngot 2\ngot None",
    ),
    // Through routines, events, joins and results; an exception is told and taken by whoever asks.
    (
        r#"event-loop hub style=gevent
        event go
        routine pause n { sleep ms=0; return "n + 1" }
        greenlet waiter loop=hub count=2 { wait go; call pause index into=x; print "{x}"; return x }
        greenlet fails loop=hub { raise ValueError "no" }
        greenlet boss loop=hub {
            print "set"
            set-event go
            print "after"
            join "waiter[0]"
            result "waiter[1]" into=x
            print "joined {x}"
            try { result fails }
            except ValueError as=e { print "{e}" }
            state fails into=s
            print "{s}"
        }"#,
        r"
import gevent
from gevent.event import Event
gevent.get_hub().print_exception = lambda *a: None
e = Event()
def pause(n): gevent.sleep(0); return n + 1
def waiter(n):
    e.wait(); x = pause(n); print(x); return x
def fails(): raise ValueError('no')
def boss():
    print('set'); e.set(); print('after')
    w[0].join(); x = w[1].get(); print('joined', x)
    try: f.get()
    except ValueError as e2: print(e2)
    print('Done' if f.dead else '?')
w = [gevent.spawn(waiter, i) for i in range(2)]
f = gevent.spawn(fails)
gevent.joinall([*w, gevent.spawn(boss)])",
        "set\nafter\n1\n2\njoined 2\nno\nDone",
    ),
    // Killed where it waits: what it has to finish, it finishes.
    (
        r#"event-loop hub style=gevent
        greenlet sleeper loop=hub {
            try { sleep s=100; print "never" }
            except GreenletExit { print "exit"; raise }
            finally { print "finally" }
        }
        greenlet boss loop=hub { sleep ms=0; cancel sleeper; join sleeper into=x; print "{x}"; cancel sleeper }"#,
        r"
import gevent
def sleeper():
    try: gevent.sleep(100); print('never')
    except gevent.GreenletExit: print('exit'); raise
    finally: print('finally')
s = gevent.spawn(sleeper)
def boss(): gevent.sleep(0); s.kill(); s.join(); print(s.dead); s.kill()
gevent.spawn(boss).join()",
        "exit\nfinally\nTrue",
    ),
    // Whose sleep is over and who has not gone on since is switched to: that is all it hears of it.
    (
        r#"event-loop hub style=gevent
        greenlet a loop=hub { try { sleep ms=1 }; except InvalidSwitchError { print "invalid" }; print "a over" }
        greenlet b loop=hub { sleep ms=0; compute ms=2; sleep ms=0; sleep ms=0; print "b switches"; switch a 1 }"#,
        r"
import gevent, time
from gevent.exceptions import InvalidSwitchError
def a():
    try: gevent.sleep(0.001)
    except InvalidSwitchError: print('invalid')
    print('a over')
def b():
    gevent.sleep(0)
    end = time.perf_counter() + 0.02
    while time.perf_counter() < end: pass
    gevent.sleep(0); print('b switches'); ga.switch(1)
ga, gb = gevent.spawn(a), gevent.spawn(b)
ga.join()",
        "b switches\ninvalid\na over",
    ),
    // The turn that it would have had is not one of its next wait.
    (
        r#"event-loop hub style=gevent
        greenlet a loop=hub {
            try { sleep ms=0 }
            except InvalidSwitchError { print "invalid" }
            let begin "now()"
            sleep ms=50
            print "{now() - begin >= 0.05}"
        }
        greenlet b loop=hub { switch a }"#,
        r"
import gevent, time
from gevent.exceptions import InvalidSwitchError
def a():
    try: gevent.sleep(0)
    except InvalidSwitchError: print('invalid')
    begin = time.perf_counter(); gevent.sleep(0.05); print(time.perf_counter() - begin >= 0.05)
def b(): ga.switch()
ga, gb = gevent.spawn(a), gevent.spawn(b)
ga.join()",
        "invalid\nTrue",
    ),
    // Killed where it has switched, and switched to before it hears of that: it goes on, and ends where it waits next.
    (
        r#"event-loop hub style=gevent
        greenlet a loop=hub {
            try { switch b into=x; print "got {x}"; sleep ms=1; print "never" }
            finally { print "a over" }
        }
        greenlet b loop=hub { cancel a; print "b switches"; switch a 2 }"#,
        r"
import gevent
def a():
    try: x = gb.switch(); print('got', x); gevent.sleep(0.001); print('never')
    finally: print('a over')
def b(): ga.kill(block=False); print('b switches'); ga.switch(2)
ga, gb = gevent.spawn(a), gevent.spawn(b)
ga.join()",
        "b switches\ngot 2\na over",
    ),
];

fn lines(trace: Trace) -> Vec<String> {
    trace.output.into_iter().map(|line| line.text).collect()
}

#[test]
fn greenlets_go_on_in_the_order_of_the_package_and_gevent() {
    for (scenario, program, expected) in SAME {
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lines(run(&Stepper, scenario, &config(1))), expected, "{scenario}");
        assert_eq!(lines(run(&Real, scenario, &config(1))), expected, "{scenario}");
        let package = if program.contains("gevent") { "gevent" } else { "greenlet" };
        let head = format!("try: import {package}\nexcept ImportError: print('no such package'); raise SystemExit\n");
        let theirs = python(&(head + program)).filter(|told| told.trim() != "no such package");
        if let Some(theirs) = theirs {
            assert_eq!(theirs.lines().collect::<Vec<_>>(), expected, "{program}");
        }
    }
}

#[test]
fn who_is_cancelled_inside_a_greenlet_hears_of_it_where_it_awaits_next() {
    let text = r#"event-loop turns
        shared box None
        greenlet g loop=turns { cancel box; print "g" }
        coroutine c loop=turns {
            current-task into=me
            set box me
            try { switch g 1; print "back"; await sleep ms=1; print "never" }
            except CancelledError { print "cancelled" }
            await sleep ms=1
            print "end"
        }"#;
    for engine in [&Stepper as &dyn coreyard::engine::Engine, &Real] {
        assert_eq!(lines(run(engine, text, &config(1))), ["g", "back", "cancelled", "end"]);
    }
}

#[test]
fn a_greenlet_that_waits_where_its_loop_cannot_run_others_stalls_it() {
    let scenario = |style: &str| {
        format!(
            "event-loop l{style}\nevent go\ngreenlet waits loop=l {{ wait go }}\n\
            coroutine first loop=l {{ switch waits }}\ncoroutine second loop=l {{ set-event go }}"
        )
    };
    let ended = |style, real: bool| {
        let text = scenario(style);
        let trace = if real { run(&Real, &text, &config(1)) } else { run(&Stepper, &text, &config(1)) };
        trace.ended.expect("the run is over")
    };
    for real in [false, true] {
        assert_eq!(ended("", real), Ended::Deadlocked);
        assert_eq!(ended(" style=gevent", real), Ended::Completed);
    }
}

#[test]
fn threads_and_greenlets_meet_at_the_same_queue() {
    let text = "event-loop hub style=gevent
        queue jobs capacity=2
        lock door
        shared total 0
        greenlet taker loop=hub count=3 { repeat 40 { get jobs into=x; with door { set total \"total + x\" } } }
        thread putter count=2 { repeat 60 { put jobs 1 } }
        expect always \"total == 120\"";
    for trace in [run(&Stepper, text, &config(5)), run(&Real, text, &config(5))] {
        assert_eq!(trace.ended, Some(Ended::Completed));
        assert_eq!(trace.final_state.expect("it ended").resources[3], Some(coreyard::trace::store::Plain::Int(120)));
    }
}
