//! Coroutines that are cancelled, woken and closed in the same turn against asyncio, line by line. Found by random programs.

use super::coroutines::same_on_the_real_cores;
use super::meaning::check;

/// Scenarios, and the same for CPython.
const SAME: &[(&str, &str)] = &[
    // Cancelled twice before its turn comes, it is told so once: what it waits for has come by then.
    (
        r#"event-loop turns
shared box None
routine inner async=#true { await sleep ms=0; cancel box; cancel box; return 7 }
routine outer async=#true {
  create-task inner into=t
  await wait-for t timeout-ms=500 into=x
  print "got {x}"
}
routine boss async=#true {
  create-task outer into=o
  set box o
  try { await o }
  except CancelledError { print "cancelled" }
}
main { run-loop turns boss }"#,
        r#"
import asyncio
async def inner():
    await asyncio.sleep(0); box.cancel(); box.cancel(); return 7
async def outer():
    t = asyncio.create_task(inner())
    x = await asyncio.wait_for(t, .5)
    print("got", x)
async def boss():
    global box
    o = box = asyncio.create_task(outer())
    try: await o
    except asyncio.CancelledError: print("cancelled")
asyncio.run(boss())"#,
    ),
    // Who joins a queue goes on once all was done, whatever is put until its turn comes.
    (
        r#"event-loop turns
queue q
routine joins async=#true { await join q; print "joined" }
routine boss async=#true {
  await put q 1
  create-task joins into=t
  await sleep ms=0
  await get q
  task-done q
  await put q 2
  await t
}
main { run-loop turns boss }"#,
        r#"
import asyncio
async def joins():
    await q.join(); print("joined")
async def boss():
    global q
    q = asyncio.Queue()
    await q.put(1)
    t = asyncio.create_task(joins())
    await asyncio.sleep(0)
    await q.get()
    q.task_done()
    await q.put(2)
    await t
asyncio.run(boss())"#,
    ),
    // What is begun while the loop ends has six rounds.
    (
        r#"event-loop turns
routine late async=#true { repeat 12 as=i { print "late {i}"; await sleep ms=0 } }
routine work async=#true {
  try { await sleep ms=1000 }
  finally { create-task late }
}
routine boss async=#true { create-task work; await sleep ms=0 }
main { run-loop turns boss; print "end" }"#,
        r#"
import asyncio
async def late():
    for i in range(12):
        print("late", i); await asyncio.sleep(0)
async def work():
    global t
    try: await asyncio.sleep(1)
    finally: t = asyncio.create_task(late())
async def boss():
    global w
    w = asyncio.create_task(work()); await asyncio.sleep(0)
asyncio.run(boss()); print("end")"#,
    ),
    // A semaphore: one in line that is cancelled wakes nobody.
    (
        r#"event-loop turns
semaphore s permits=0
shared t3 None
routine w n async=#true {
  await acquire s
  print "in {n}"
  if "n == 1" { cancel t3 into=y; print "{y}" }
  release s
}
routine boss async=#true {
  create-task w 1
  create-task w 2 into=y
  set t3 y
  create-task w 3
  create-task w 4
  create-task w 5
  await sleep ms=0
  release s
  repeat 6 as=i { print "tick {i}"; await sleep ms=0 }
}
main { run-loop turns boss }"#,
        r#"
import asyncio
ts=[]
def ct(c): ts.append(asyncio.create_task(c)); return ts[-1]
async def w(n):
    await s.acquire()
    print("in",n)
    if n==1: y=t3.cancel(); print(y)
    s.release()
async def boss():
    global s,t3
    s=asyncio.Semaphore(0)
    ct(w(1))
    t3=ct(w(2))
    ct(w(3)); ct(w(4)); ct(w(5))
    await asyncio.sleep(0)
    s.release()
    for i in range(6): print("tick",i); await asyncio.sleep(0)
asyncio.run(boss())"#,
    ),
    // A lock: as long as the first in line has been cancelled and has not had its turn, who releases it wakes nobody.
    (
        r#"event-loop turns
lock s
shared t3 None
routine w n async=#true {
  await acquire s
  print "in {n}"
  if "n == 1" { cancel t3 into=y; print "{y}" }
  release s
}
routine boss async=#true {
  await acquire s
  create-task w 1
  create-task w 2 into=y
  set t3 y
  create-task w 3
  create-task w 4
  create-task w 5
  await sleep ms=0
  release s
  repeat 6 as=i { print "tick {i}"; await sleep ms=0 }
}
main { run-loop turns boss }"#,
        r#"
import asyncio
ts=[]
def ct(c): ts.append(asyncio.create_task(c)); return ts[-1]
async def w(n):
    await s.acquire()
    print("in",n)
    if n==1: y=t3.cancel(); print(y)
    s.release()
async def boss():
    global s,t3
    s=asyncio.Lock(); await s.acquire()
    ct(w(1))
    t3=ct(w(2))
    ct(w(3)); ct(w(4)); ct(w(5))
    await asyncio.sleep(0)
    s.release()
    for i in range(6): print("tick",i); await asyncio.sleep(0)
asyncio.run(boss())"#,
    ),
    // One that is cancelled as the lock is offered to it, which it takes back after a condition, hands it on.
    (
        r#"event-loop turns
lock cl
condition c lock=cl
routine w n async=#true { await with c { await wait c; print "w {n}" } }
routine boss async=#true {
  create-task w 1 into=a
  create-task w 2 into=b
  create-task w 3 into=d
  await sleep ms=0
  await with c { notify-all c; await sleep ms=0; await sleep ms=0 }
  await sleep ms=0
  cancel b
  repeat 8 as=i { print "tick {i}"; await sleep ms=0 }
  await gather a b d return-exceptions=#true
  print "end"
}
main { run-loop turns boss }"#,
        r#"
import asyncio
async def w(n):
    async with c: await c.wait(); print("w", n)
async def boss():
    global c
    c = asyncio.Condition()
    a,b,d = [asyncio.create_task(w(i)) for i in (1,2,3)]
    await asyncio.sleep(0)
    async with c: c.notify_all(); await asyncio.sleep(0); await asyncio.sleep(0)
    await asyncio.sleep(0)
    b.cancel()
    for i in range(8): print("tick",i); await asyncio.sleep(0)
    await asyncio.gather(a, b, d, return_exceptions=True)
    print("end")
asyncio.run(boss())"#,
    ),
];

#[test]
fn coroutines_that_are_cancelled_go_on_in_the_order_of_asyncio() {
    check(SAME);
}

#[test]
fn on_the_real_cores_they_do_so_too() {
    same_on_the_real_cores(SAME.iter());
}
