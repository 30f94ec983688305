//! Rows of locks at which threads wait in other ways than at a mutex: readers and writers, permits, conditions, the interpreter
//! lock. Beside parking_lot, two threads each.

use crate::engine::Repeated;
use crate::harness::{Goal, Row, Table};
use crate::peers::{Ring, nanos_each};
use coreyard::engine::Record;
use parking_lot::{Condvar, Mutex, RwLock};
use std::hint::black_box;
use std::sync::Barrier;

/// One section in ten writes.
const READ_WRITE: &str = "
let N 1
rwlock page
thread worker count=2 {
    repeat \"N // 20\" {
        repeat 9 { read page { } }
        write page { }
    }
}
";

const SEMAPHORE: &str = "
let N 1
semaphore seat permits=1
thread worker count=2 { repeat \"N // 2\" { with seat { } } }
";

/// A turn there and one back.
const CONDITION: &str = "
let N 1
lock m
condition there lock=m
condition back lock=m
shared turn 0
thread asking { repeat N { with m { set turn 1; notify there; while \"turn == 1\" { wait back } } } }
thread answering { repeat N { with m { while \"turn == 0\" { wait there }; set turn 0; notify back } } }
";

/// Let go and taken back.
const INTERPRETER: &str = "
let N 1
interpreter
thread worker count=2 { repeat \"N // 2\" { yield-cpu } }
";

pub fn rows(table: &mut Table) {
    let each = |text, rounds| Repeated { text, rounds, record: Record::Full };
    // Sections a second instead of nanoseconds a section: more is better, as for the lock.
    let rate = |nanos: f64| 1e3 / nanos;
    let row = |name, peer| Row { name, peer, unit: "M/s", goal: Goal::AtLeast(0.5) };
    table.measure(
        row("two threads at an rwlock, one section in ten writes, full record", "parking_lot RwLock, two stamps, one event"),
        || rate(each(READ_WRITE, 200_000).nanos_each()),
        || rate(read_write(2_000_000)),
    );
    table.measure(
        row("two threads at a semaphore of one permit, full record", "parking_lot Mutex and Condvar, two stamps, one event"),
        || rate(each(SEMAPHORE, 200_000).nanos_each()),
        || rate(semaphore(2_000_000)),
    );
    table.measure(
        Row {
            name: "a turn by condition to another thread and back",
            peer: "parking_lot Condvar",
            unit: "µs",
            goal: Goal::AtMost(1.5),
        },
        || each(CONDITION, 20_000).nanos_each() / 1e3,
        || turns(20_000) / 1e3,
    );
    table.measure(
        row(
            "two threads let the interpreter lock go and take it back, full record",
            "parking_lot Mutex, two stamps, one event, yielding",
        ),
        || rate(each(INTERPRETER, 100_000).nanos_each()),
        || rate(yielding(200_000)),
    );
}

/// Nanoseconds of each of `count` rounds, shared out among two threads.
fn by_two(count: u64, work: impl Fn(u64, &mut Ring) + Sync) -> f64 {
    let start = Barrier::new(3);
    let half = || {
        let mut ring = Ring::new();
        start.wait();
        work(count / 2, &mut ring);
        black_box(ring);
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(half), scope.spawn(half)];
        start.wait();
        nanos_each(count, || {
            for thread in threads {
                thread.join().expect("a peer thread does not panic");
            }
        })
    })
}

fn read_write(count: u64) -> f64 {
    let page = RwLock::new(0_u64);
    by_two(count, |rounds, ring| {
        for at in 0..rounds {
            if at % 10 == 0 {
                *ring.section(|| page.write()) += 1;
            } else {
                black_box(*ring.section(|| page.read()));
            }
        }
    })
}

fn semaphore(count: u64) -> f64 {
    let (permits, freed) = (Mutex::new(1_u64), Condvar::new());
    by_two(count, |rounds, ring| {
        for _ in 0..rounds {
            ring.section(|| {
                let mut left = permits.lock();
                freed.wait_while(&mut left, |left| *left == 0);
                *left -= 1;
            });
            *permits.lock() += 1;
            freed.notify_one();
        }
    })
}

fn turns(count: u64) -> f64 {
    let (turn, there, back) = (Mutex::new(false), Condvar::new(), Condvar::new());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..count {
                let mut turn = turn.lock();
                there.wait_while(&mut turn, |turn| !*turn);
                *turn = false;
                back.notify_one();
            }
        });
        nanos_each(count, || {
            for _ in 0..count {
                let mut turn = turn.lock();
                *turn = true;
                there.notify_one();
                back.wait_while(&mut turn, |turn| *turn);
            }
        })
    })
}

fn yielding(count: u64) -> f64 {
    let lock = Mutex::new(0_u64);
    by_two(count, |rounds, ring| {
        for _ in 0..rounds {
            *ring.section(|| black_box(&lock).lock()) += 1;
            std::thread::yield_now();
        }
    })
}
