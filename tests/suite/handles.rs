//! Generators whose last handle goes, in whatever way: each `finally` runs when and in the order in which CPython runs it.

use std::fmt::Write as _;

use super::meaning::check;

const INNER: (&str, &str) = (
    r#"routine inner n { try { yield n; yield n }; finally { print "inner {n}" } }
routine holder h n { try { yield n }; finally { print "holder {n}" } }
routine keeper h { yield 0 }
"#,
    "
def inner(n):
    try:
        yield n
        yield n
    finally: print('inner', n)
def holder(h, n):
    try: yield n
    finally: print('holder', n)
def keeper(h): yield 0
",
);

/// Ways to have handles and to lose them: `#` is a number of its own, `@` one of three locals.
const WAYS: &[(&str, &str)] = &[
    ("generator inner # into=@; next @", "@ = inner(#); next(@)"),
    ("generator inner # into=@", "@ = inner(#)"),
    ("let @ None; print \"let go #\"", "@ = None; print('let go #')"),
    ("let xs \"[a, b, c]\"", "xs = [a, b, c]"),
    ("let xs \"[@, [a], xs]\"", "xs = [@, [a], xs]"),
    ("let xs 0; print \"list #\"", "xs = 0; print('list #')"),
    ("generator holder @ # into=g; next g", "g = holder(@, #); next(g)"),
    ("generator holder @ # into=g", "g = holder(@, #)"),
    ("generator keeper @ into=g; next g", "g = keeper(@); next(g)"),
    ("if \"g is not None\" { close g; print \"closed #\" }", "if g is not None: g.close(); print('closed #')"),
    ("let g None; print \"gone #\"", "g = None; print('gone #')"),
    (
        "generator inner # into=@; for y in=@ { print \"{y}\"; break }; print \"left #\"",
        "@ = inner(#)\nfor y in @: print(y); break\nprint('left #')",
    ),
    (
        "generator inner # into=@; for y in=@ { let @ None; print \"{y}\"; break }; print \"left #\"",
        "@ = inner(#)\nfor y in @: @ = None; print(y); break\nprint('left #')",
    ),
    (
        "generator inner # into=@; try { for y in=@ { let @ None; raise ValueError } } ; except ValueError { print \"caught #\" }",
        "@ = inner(#)\ntry:\n    for y in @: @ = None; raise ValueError\nexcept ValueError: print('caught #')",
    ),
    (
        "generator inner # into=@\ntry { try { for y in=@ { let @ None; raise ValueError } }; finally { print \"passed #\" } }\nexcept ValueError { }",
        "@ = inner(#)\ntry:\n    try:\n        for y in @: @ = None; raise ValueError\n    finally: print('passed #')\nexcept ValueError: pass",
    ),
    ("generator inner # into=@; for y in=@ { print \"all {y}\" }", "@ = inner(#)\nfor y in @: print('all', y)"),
    (
        "try { call fails @ # }; except KeyError { print \"failed #\" }; print \"on #\"",
        "try: fails(@, #)\nexcept KeyError: print('failed #')\nprint('on #')",
    ),
    ("if \"rare == #\" { return 0 }", "if rare == #: return 0"),
];

const FAILS: (&str, &str) = (
    "routine fails h n { generator inner n into=own; next own; generator holder own n into=both; next both; raise KeyError }\n",
    "def fails(h, n):\n    own = inner(n); next(own)\n    both = holder(own, n); next(both)\n    raise KeyError\n",
);

/// The next number that looks random (Knuth's MMIX).
fn draw(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).expect("31 bits") % below
}

fn push(to: &mut String, text: std::fmt::Arguments<'_>) {
    to.write_fmt(text).expect("a text takes all that is written");
}

/// So many routines of ways drawn at random, called one after the other.
fn drawn(routines: usize, mut state: u64) -> (String, String) {
    let (mut ours, mut theirs) = (format!("{}{}", INNER.0, FAILS.0), format!("{}{}", INNER.1, FAILS.1));
    let mut number = 0;
    for routine in 0..routines {
        push(&mut ours, format_args!("routine r{routine} rare {{ let a 0; let b 0; let c 0; let g None; let xs 0\n"));
        push(&mut theirs, format_args!("def r{routine}(rare):\n    a = b = c = 0; g = None; xs = 0\n"));
        for _ in 0..3 + draw(&mut state, 7) {
            number += 1;
            let local = ["a", "b", "c"][draw(&mut state, 3)];
            let (way, same) = WAYS[draw(&mut state, WAYS.len())];
            let written = |text: &str| text.replace('#', &number.to_string()).replace('@', local);
            push(&mut ours, format_args!("    {}\n", written(way)));
            for line in written(same).lines() {
                push(&mut theirs, format_args!("    {line}\n"));
            }
        }
        push(&mut ours, format_args!("    print \"end of {routine}\"\n}}\n"));
        push(&mut theirs, format_args!("    print('end of {routine}')\n"));
    }
    ours += "main {\n";
    for routine in 0..routines {
        let rare = draw(&mut state, number + 1);
        push(&mut ours, format_args!("    call r{routine} {rare}; print \"after {routine}\"\n"));
        push(&mut theirs, format_args!("r{routine}({rare}); print('after {routine}')\n"));
    }
    (ours + "}\n", theirs)
}

#[test]
fn what_is_dropped_in_any_way_is_ended_as_pythons_is() {
    for seed in 0..6 {
        let (ours, theirs) = drawn(60, seed);
        check(&[(&ours, &theirs)]);
    }
}

#[test]
fn one_whose_holder_is_closed_raises_or_is_left_is_ended_with_it() {
    check(&[(
        r#"routine inner { try { yield 1 }; finally { print "inner" } }
        routine outer { generator inner into=h; next h; yield 5; print "never {h}" }
        routine guards { generator inner into=h; try { next h; yield 5 }; finally { print "outer" } }
        routine raises { generator inner into=h; next h; yield 5; raise ValueError "x" }
        routine delegates { yield-from outer }
        routine two { generator inner into=h; generator guards into=k; next h; next k; yield 1 }
        main {
            generator outer into=g; next g; close g; print "after 1"
            generator guards into=g; next g; close g; print "after 2"
            generator outer into=g; next g; try { throw g KeyError "k" }; except KeyError { print "caught" }
            print "after 3"
            generator raises into=g; next g; try { next g }; except ValueError { print "caught" }
            print "after 4"
            generator delegates into=g; next g; close g; print "after 5"
            generator two into=g; next g; close g; print "after 6"
            generator two into=g; next g; let g None; print "after 7"
            generator inner into=g; let xs "[g]"; next g; let g 1; print "in a list"; let xs 1; print "after 8"
        }"#,
        "
def inner():
    try: yield 1
    finally: print('inner')
def outer():
    h = inner(); next(h); yield 5; print('never')
def guards():
    h = inner()
    try: next(h); yield 5
    finally: print('outer')
def raises():
    h = inner(); next(h); yield 5; raise ValueError('x')
def delegates(): yield from outer()
def two():
    h = inner(); k = guards(); next(h); next(k); yield 1
g = outer(); next(g); g.close(); print('after 1')
g = guards(); next(g); g.close(); print('after 2')
g = outer(); next(g)
try: g.throw(KeyError('k'))
except KeyError: print('caught')
print('after 3')
g = raises(); next(g)
try: next(g)
except ValueError: print('caught')
print('after 4')
g = delegates(); next(g); g.close(); print('after 5')
g = two(); next(g); g.close(); print('after 6')
g = two(); next(g); g = None; print('after 7')
g = inner(); xs = [g]; next(g); g = 1; print('in a list'); xs = 1; print('after 8')",
    )]);
}

#[test]
fn one_that_will_not_end_is_asked_again_when_the_one_that_delegates_lets_go_of_it() {
    check(&[(
        r#"routine ignores {
            loop { try { yield 1 }; except GeneratorExit { print "ignores" } }
        }
        routine stays { try { yield 1 }; except GeneratorExit { print "stays"; yield 2 }; finally { print "gone" } }
        routine outer { try { yield-from ignores }; except RuntimeError as=e { print "{e}"; raise }; finally { print "outer" } }
        routine further { try { yield-from outer }; finally { print "further" } }
        routine handles { try { yield-from stays }; except RuntimeError as=e { print "{e}"; yield 5 } }
        routine known h { try { yield-from h }; except RuntimeError as=e { print "{e}" } }
        main {
            generator outer into=g; next g; try { close g }; except RuntimeError as=e { print "closed {e}" }
            state g into=s; print "{s}"
            generator further into=g; next g; try { close g }; except RuntimeError as=e { print "closed {e}" }
            generator handles into=g; next g; try { close g }; except RuntimeError as=e { print "closed {e}" }
            state g into=s; print "{s}"
            generator outer into=g; next g
            try { throw g GeneratorExit "" }; except RuntimeError as=e { print "thrown {e}" }
            generator outer into=g; next g; let g None; print "let go"
            generator stays into=h; generator known h into=g; next g; close g; state h into=s; print "known {s}"
            let g None; print "and now"; let h None; print "gone"
        }"#,
        "
import inspect
def ignores():
    while True:
        try: yield 1
        except GeneratorExit: print('ignores')
def stays():
    try: yield 1
    except GeneratorExit: print('stays'); yield 2
    finally: print('gone')
def outer():
    try: yield from ignores()
    except RuntimeError as e: print(e); raise
    finally: print('outer')
def further():
    try: yield from outer()
    finally: print('further')
def handles():
    try: yield from stays()
    except RuntimeError as e: print(e); yield 5
def known(h):
    try: yield from h
    except RuntimeError as e: print(e)
def closed(g):
    try: g.close()
    except RuntimeError as e: print('closed', e)
g = outer(); next(g); closed(g)
print(inspect.getgeneratorstate(g))
g = further(); next(g); closed(g)
g = handles(); next(g); closed(g)
print(inspect.getgeneratorstate(g))
g = outer(); next(g)
try: g.throw(GeneratorExit(''))
except RuntimeError as e: print('thrown', e)
g = outer(); next(g); g = None; print('let go')
h = stays(); g = known(h); next(g); g.close(); print('known', inspect.getgeneratorstate(h))
g = None; print('and now'); h = None; print('gone')",
    )]);
}
