//! Generators against CPython, line by line: states, send, throw, close, `yield-from`, results, and what is left unfinished.

use super::conformance::{config, run};
use super::meaning::check;
use coreyard::engine::stepper::Stepper;

const SAME: &[(&str, &str)] = &[
    // The four states; running is seen from inside.
    (
        r#"routine look source {
            get source into=me
            state me into=s; print "inside {s}"
            yield 1
        }
        queue box
        main {
            generator look box into=g
            put box g
            state g into=s; print "{s}"
            next g into=x
            state g into=s; print "{x} {s}"
            try { next g }
            except StopIteration as=e { print "over {e.value}" }
            state g into=s; print "{s}"
        }"#,
        r"
import inspect
def look(box):
    print('inside', inspect.getgeneratorstate(box[0]))
    yield 1
box = []
g = look(box)
box.append(g)
print(inspect.getgeneratorstate(g))
x = next(g)
print(x, inspect.getgeneratorstate(g))
try: next(g)
except StopIteration as e: print('over', e.value)
print(inspect.getgeneratorstate(g))",
    ),
    // Priming, a running average, and an exception that ends it.
    (
        r#"routine averager {
            let total 0.0
            let count 0
            let average None
            loop {
                yield average into=x
                let total "total + x"
                let count "count + 1"
                let average "total / count"
            }
        }
        main {
            generator averager into=a
            try { send a 5 }
            except TypeError as=e { print "{e}" }
            next a
            send a 40 into=x; print "{x}"
            send a 50 into=x; print "{x}"
            try { send a "'spam'" }
            except TypeError as=e { print "{e}" }
            try { send a 60 }
            except StopIteration as=e { print "stopped {e.value}" }
            state a into=s; print "{s}"
        }"#,
        r"
import inspect
def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        x = yield average
        total = total + x
        count = count + 1
        average = total / count
a = averager()
try: a.send(5)
except TypeError as e: print(e)
next(a)
print(a.send(40))
print(a.send(50))
try: a.send('spam')
except TypeError as e: print(e)
try: a.send(60)
except StopIteration as e: print('stopped', e.value)
print(inspect.getgeneratorstate(a))",
    ),
    // Throw, handled and not; close; finally on every way out.
    (
        r#"routine demo {
            try {
                loop {
                    try { yield 1 into=x; print "got {x}" }
                    except KeyError as=e { print "handled {e}" }
                }
            }
            finally { print "ending" }
        }
        main {
            generator demo into=g
            next g
            throw g KeyError "k" into=x; print "{x}"
            send g 7 into=x; print "{x}"
            try { throw g ValueError "v" }
            except ValueError as=e { print "out {e}" }
            try { throw g ValueError "again" }
            except ValueError as=e { print "closed {e}" }
            generator demo into=h
            next h
            close h
            close h
            state h into=s; print "{s}"
            generator demo into=k
            try { throw k IndexError "early" }
            except IndexError as=e { print "{e}" }
            state k into=s; print "{s}"
            generator demo into=l
            close l
            state l into=s; print "{s}"
        }"#,
        r"
import inspect
def demo():
    try:
        while True:
            try:
                x = yield 1
                print('got', x)
            except KeyError as e: print('handled', e)
    finally: print('ending')
g = demo()
next(g)
print(g.throw(KeyError('k')))
print(g.send(7))
try: g.throw(ValueError('v'))
except ValueError as e: print('out', e)
try: g.throw(ValueError('again'))
except ValueError as e: print('closed', e)
h = demo()
next(h)
h.close()
h.close()
print(inspect.getgeneratorstate(h))
k = demo()
try: k.throw(IndexError('early'))
except IndexError as e: print(e)
print(inspect.getgeneratorstate(k))
l = demo()
l.close()
print(inspect.getgeneratorstate(l))",
    ),
    // A StopIteration that is raised by hand carries its words.
    (
        r#"routine one { yield 1 }
        main {
            try { raise StopIteration "by hand" }
            except StopIteration as=e { print "{e} {e.value}" }
            generator one into=g
            close g
            try { throw g StopIteration "thrown" }
            except StopIteration as=e { print "{e} {e.value}" }
            try { next g }
            except StopIteration as=e { print "{e.value}" }
        }"#,
        r"
def one(): yield 1
try: raise StopIteration('by hand')
except StopIteration as e: print(e, e.value)
g = one()
g.close()
try: g.throw(StopIteration('thrown'))
except StopIteration as e: print(e, e.value)
try: next(g)
except StopIteration as e: print(e.value)",
    ),
    // One that yields on close; re-entry; a StopIteration that would leave it; bad handles.
    (
        r#"routine stubborn { loop { try { yield 1 }; except GeneratorExit { print "no" } } }
        routine selfish source { get source into=me; next me; yield 1 }
        routine stopper { yield 1; raise StopIteration "inner" }
        queue box
        main {
            generator stubborn into=g
            next g
            try { close g }
            except RuntimeError as=e { print "{e}" }
            state g into=s; print "{s}"
            generator selfish box into=h
            put box h
            try { next h }
            except ValueError as=e { print "{e}" }
            state h into=s; print "{s}"
            generator stopper into=k
            next k
            try { next k }
            except RuntimeError as=e { print "{e}" }
            try { next 5 }
            except TypeError as=e { print "{e}" }
            try { send "'text'" 5 }
            except AttributeError as=e { print "{e}" }
            try { for x in=5 { print "never" } }
            except TypeError as=e { print "{e}" }
        }"#,
        r"
import inspect
def stubborn():
    while True:
        try: yield 1
        except GeneratorExit: print('no')
def selfish(box):
    next(box[0])
    yield 1
def stopper():
    yield 1
    raise StopIteration('inner')
box = []
g = stubborn()
next(g)
try: g.close()
except RuntimeError as e: print(e)
print(inspect.getgeneratorstate(g))
h = selfish(box)
box.append(h)
try: next(h)
except ValueError as e: print(e)
print(inspect.getgeneratorstate(h))
k = stopper()
next(k)
try: next(k)
except RuntimeError as e: print(e)
try: next(5)
except TypeError as e: print(e)
try: 'text'.send(5)
except AttributeError as e: print(e)
try:
    for x in 5: print('never')
except TypeError as e: print(e)
del g",
    ),
    // A result carried by StopIteration, and through yield-from; what is sent and thrown goes through.
    (
        r#"routine averager {
            let total 0.0
            let count 0
            loop {
                yield None into=term
                if "term is None" { break }
                let total "total + term"
                let count "count + 1"
            }
            return "[count, total / count if count else None]"
        }
        routine proxy {
            try { yield-from averager into=gave; print "inner gave {gave}" }
            except KeyError as=e { print "outer caught {e}" }
            return "'outer'"
        }
        routine running {
            let total 0
            let count 0
            let average None
            loop {
                try {
                    yield average into=x
                    let total "total + x"
                    let count "count + 1"
                    let average "total / count"
                }
                except ValueError { print "reset"; let total 0; let count 0 }
                finally { print "turn" }
            }
        }
        routine through { yield-from running }
        main {
            generator averager into=a
            next a
            for x in="[10, 30, 6.5]" { send a x }
            try { send a None }
            except StopIteration as=e { print "{e.value}" }
            generator proxy into=p
            next p
            send p 10
            send p 20
            try { send p None }
            except StopIteration as=e { print "{e.value}" }
            generator proxy into=q
            next q
            try { throw q KeyError "k" }
            except StopIteration as=e { print "{e.value}" }
            generator through into=t
            next t
            send t 10 into=x; print "{x}"
            send t 20 into=x; print "{x}"
            send t 30 into=x; print "{x}"
            throw t ValueError "" into=x; print "{x}"
            send t 8 into=x; print "{x}"
            close t
            state t into=s; print "{s}"
        }"#,
        r"
import inspect
def averager():
    total = 0.0
    count = 0
    while True:
        term = yield None
        if term is None: break
        total += term
        count += 1
    return [count, total / count if count else None]
def proxy():
    try:
        result = yield from averager()
        print('inner gave', result)
    except KeyError as e: print('outer caught', e)
    return 'outer'
def running():
    total = 0
    count = 0
    average = None
    while True:
        try:
            x = yield average
            total = total + x
            count = count + 1
            average = total / count
        except ValueError:
            print('reset')
            total = 0
            count = 0
        finally: print('turn')
def through(): yield from running()
a = averager()
next(a)
for x in [10, 30, 6.5]: a.send(x)
try: a.send(None)
except StopIteration as e: print(e.value)
p = proxy()
next(p)
p.send(10)
p.send(20)
try: p.send(None)
except StopIteration as e: print(e.value)
q = proxy()
next(q)
try: q.throw(KeyError('k'))
except StopIteration as e: print(e.value)
t = through()
next(t)
print(t.send(10))
print(t.send(20))
print(t.send(30))
print(t.throw(ValueError('')))
print(t.send(8))
t.close()
print(inspect.getgeneratorstate(t))",
    ),
    // Loops over generators, generators over generators and lists; a StopIteration's own words; exceptions on the way.
    (
        r#"routine count n { repeat n as=i { yield i }; return "'done'" }
        routine chain { yield-from "[10, 20]"; yield-from count 2 into=r; yield r; yield-from "'ab'" }
        routine broken { yield 1; let x "1 // 0"; yield 2 }
        routine squares source { for x in=source { yield "x * x" } }
        main {
            generator count 3 into=g
            for x in=g { print "{x}" }
            for x in=g { print "never" }
            generator chain into=c
            for x in=c { print "{x}" }
            generator broken into=b
            try { for x in=b { print "{x}" } }
            except ZeroDivisionError as=e { print "{e}" }
            generator count 4 into=n
            generator squares n into=s
            next n
            for x in=s { print "{x}" }
            generator count 1 into=o
            next o
            try { next o }
            except StopIteration as=e { print "{e} {e.value}" }
            try { next o }
            except StopIteration as=e { print "[{e}] {e.value}" }
            generator chain into=d
            next d
            try { send d 1 }
            except AttributeError as=e { print "{e}" }
            for x in="[1, 2]" { generator count x into=inner; for y in=inner { if "y == 1" { break }; print "{x} {y}" } }
        }"#,
        r"
def count(n):
    for i in range(n): yield i
    return 'done'
def chain():
    yield from [10, 20]
    r = yield from count(2)
    yield r
    yield from 'ab'
def broken():
    yield 1
    x = 1 // 0
    yield 2
def squares(source):
    for x in source: yield x * x
g = count(3)
for x in g: print(x)
for x in g: print('never')
for x in chain(): print(x)
b = broken()
try:
    for x in b: print(x)
except ZeroDivisionError as e: print(e)
n = count(4)
s = squares(n)
next(n)
for x in s: print(x)
o = count(1)
next(o)
try: next(o)
except StopIteration as e: print(e, e.value)
try: next(o)
except StopIteration as e: print(f'[{e}]', e.value)
d = chain()
next(d)
try: d.send(1)
except AttributeError as e: print(e)
for x in [1, 2]:
    inner = count(x)
    for y in inner:
        if y == 1: break
        print(x, y)",
    ),
    // One that nobody can ask any more runs its `finally` as its routine is left; one handed on lives on.
    (
        r#"routine tidy whose { try { yield 1; yield 2 }; finally { print "{whose} tidied" } }
        routine uses { generator tidy "'dropped'" into=g; next g; return "'used'" }
        routine gives { generator tidy "'given'" into=g; next g; return g }
        routine fails { generator tidy "'failed'" into=g; next g; raise ValueError "out" }
        main {
            call uses into=x; print "{x}"
            call gives into=g; print "kept"
            next g into=x; print "{x}"
            try { call fails }
            except ValueError as=e { print "{e}" }
            print "end"
        }"#,
        r"
def tidy(name):
    try:
        yield 1
        yield 2
    finally: print(name, 'tidied')
def uses():
    g = tidy('dropped')
    next(g)
    return 'used'
def gives():
    g = tidy('given')
    next(g)
    return g
def fails():
    g = tidy('failed')
    next(g)
    raise ValueError('out')
def run():
    x = uses()
    print(x)
    g = gives()
    print('kept')
    print(next(g))
    try: fails()
    except ValueError as e: print(e)
    print('end')
run()",
    ),
    // Closing one that delegates closes the inner one first.
    (
        r#"routine inner { try { yield 1 }; finally { print "inner out" } }
        routine middle { try { yield-from inner }; finally { print "middle out" } }
        routine outer { try { yield-from middle }; except GeneratorExit { print "outer exit"; raise } }
        routine deaf { try { yield 1 }; except GeneratorExit { yield 2 } }
        routine around { yield-from deaf }
        main {
            generator outer into=g
            next g
            close g
            generator around into=h
            next h
            try { close h }
            except RuntimeError as=e { print "{e}" }
            state h into=s; print "{s}"
        }"#,
        r"
import inspect
def inner():
    try: yield 1
    finally: print('inner out')
def middle():
    try: yield from inner()
    finally: print('middle out')
def outer():
    try: yield from middle()
    except GeneratorExit:
        print('outer exit')
        raise
def deaf():
    try: yield 1
    except GeneratorExit: yield 2
def around(): yield from deaf()
g = outer()
next(g)
g.close()
h = around()
next(h)
try: h.close()
except RuntimeError as e: print(e)
print(inspect.getgeneratorstate(h))",
    ),
];

#[test]
fn generators_do_what_pythons_do() {
    check(SAME);
}

/// What a scenario prints on the stepper.
fn printed(scenario: &str) -> Vec<String> {
    run(&Stepper, scenario, &config(1)).output.iter().map(|line| line.text.clone()).collect()
}

#[test]
fn a_generator_is_asked_only_by_the_task_that_made_it() {
    let scenario = r#"queue box
        routine one { yield 1 }
        thread maker { generator one into=g; put box g }
        thread taker { get box into=g; try { next g }; except RuntimeError as=e { print "{e}" } }"#;
    assert_eq!(printed(scenario), ["a generator runs only in the task that made it"]);
}

#[test]
fn effects_inside_a_generator_are_those_of_its_task() {
    let scenario = r#"lock l
        shared n 0
        routine steps { with l { set n "n + 1"; yield n; set n "n + 10" }; yield n }
        thread a { generator steps into=g; for x in=g { sleep ms=1; print "{x}" } }
        expect always "n == 11"
        expect never deadlock"#;
    assert_eq!(printed(scenario), ["1", "11"]);
}

#[test]
fn one_that_never_ends_can_be_cut_off_and_recursion_has_a_limit() {
    let scenario = r#"routine deep n { generator deep "n + 1" into=g; for x in=g { yield x } }
        main { generator deep 0 into=g; try { next g }; except RecursionError as=e { print "{e}" } }"#;
    assert_eq!(printed(scenario), ["maximum recursion depth exceeded"]);
}
