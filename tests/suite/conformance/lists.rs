//! Lists and dicts that tasks share: what they may come to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case("two appends may lose one", "list l\nthread t count=2 { append l index }", &["l=[0]", "l=[1]", "l=[0, 1]", "l=[1, 0]"]),
    Case(
        "a thread-safe list loses nothing",
        "list l thread-safe=#true\nthread t count=2 { append l index }",
        &["l=[0, 1]", "l=[1, 0]"],
    ),
    Case(
        "under an interpreter lock a list loses nothing",
        "interpreter\nlist l\nthread t count=2 { append l index }",
        &["l=[0, 1]", "l=[1, 0]"],
    ),
    Case(
        "a list under a lock",
        "list l\nlock m\nshared n 0\nthread t count=2 { with m { append l 7 }; with m { set n \"len(l)\" } }",
        &["l=[7, 7] | n=2"],
    ),
    Case(
        "an item popped twice",
        r#"list l
event filled
thread t { wait filled; pop l into=x; print "{x}" }
main { append l 1; append l 2; set-event filled; pop l into=x; print "{x}" }"#,
        &["1 | 2 | l=[]", "2 | 1 | l=[]", "2 | 2 | l=[1]"],
    ),
    Case(
        "what a list does",
        r#"list l
main {
    append l 5; append l 6; append l 7
    pop l 0 into=first
    pop l into=last
    print "{first} {last} {l} {len(l)} {l[0]}"
    for x in=l { print "{x}" }
    try { pop l 9 }
    except IndexError as=e { print "{e}" }
    pop l
    try { pop l }
    except IndexError as=e { print "{e}" }
}"#,
        &["5 7 [6] 1 6 | 6 | pop index out of range | pop from empty list | l=[]"],
    ),
    Case(
        "what a dict does",
        r#"dict d
main {
    put-key d "'a'" 1; put-key d "'b'" 2; put-key d "'a'" 3
    get-key d "'a'" into=a
    get-key d "'z'" into=z
    print "{a} {z} {d} {len(d)} {d['b']} {'b' in d}"
    try { print "{d['z']}" }
    except KeyError as=e { print "{e}" }
    try { put-key d "[1]" 1 }
    except TypeError as=e { print "{e}" }
}"#,
        &["3 None ['a', 'b'] 2 2 True | 'z' | unhashable type: 'list' | d=[['a', 3], ['b', 2]]"],
    ),
    Case(
        "two keys put at once may lose one",
        "dict d\nshared n 0\nthread t count=2 { put-key d index 1 }\nmain { join t; set n \"len(d)\" }",
        &["d=[[0, 1]] | n=1", "d=[[1, 1]] | n=1", "d=[[0, 1], [1, 1]] | n=2", "d=[[1, 1], [0, 1]] | n=2"],
    ),
    Case(
        "the name of a list is a read: a routine is given what is in it",
        r#"list plain
routine add l { print "{l}"; append l 2 }
main { append plain 1; call add plain }"#,
        &["[1] | plain=[1] | MainThread! AttributeError: 'list' object has no attribute 'append'"],
    ),
    Case(
        "what is no list is not appended to",
        "lock m\nroutine add l { append l 1 }\nmain { call add m }",
        &["MainThread! AttributeError: 'lock' object has no attribute 'append'"],
    ),
];
