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
routine joins async=#true { await join q into=ok; print "joined {ok}" }
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
async def joins(): await q.join(); print("joined True")
async def boss():
    global q
    q = asyncio.Queue(); await q.put(1)
    t = asyncio.create_task(joins()); await asyncio.sleep(0)
    await q.get(); q.task_done(); await q.put(2); await t
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
    // An event: one that is cancelled takes its own sign with it, and nobody goes through after the event was cleared.
    (
        r#"event-loop turns
event ev
routine hev n async=#true { await wait ev; print "through {n}" }
routine work t async=#true { cancel t into=y; print "cancel {y}"; set-event ev; clear-event ev }
routine boss async=#true {
  create-task hev 1 into=a
  create-task work a
  create-task hev 2 into=b
  await sleep ms=50
  state b into=y
  print "{y}"
}
main { run-loop turns boss }"#,
        r#"
import asyncio
async def hev(n):
    await ev.wait(); print("through", n)
async def work(t):
    y = t.cancel(); print("cancel", y); ev.set(); ev.clear()
async def boss():
    global ev
    ev = asyncio.Event()
    a = asyncio.create_task(hev(1))
    w = asyncio.create_task(work(a))
    b = asyncio.create_task(hev(2))
    await asyncio.sleep(.05)
    print("Done" if b.done() else "Running")
asyncio.run(boss())"#,
    ),
    // A semaphore: a permit that lies there for those who have been woken goes to the next when they have theirs.
    (
        r#"event-loop turns
semaphore s permits=2
event ev
routine hs n async=#true { await acquire s; print "in {n}"; await sleep ms=0; release s }
routine holds async=#true { await acquire s; print "holds"; repeat 9 as=i { print "held {i}"; await sleep ms=0 }; print "holder goes"; release s }
routine boss async=#true {
  create-task hs 1
  create-task hs 2 into=a
  create-task hs 3
  create-task hs 4 into=b
  await sleep ms=0
  create-task holds into=h
  await shield a
  print "boss asks"
  await acquire s
  print "boss in"
  set-event ev
  await h
}
main { run-loop turns boss }"#,
        r#"
import asyncio
k=[]
def ct(c): k.append(asyncio.create_task(c)); return k[-1]
async def hs(n):
    await s.acquire(); print("in",n); await asyncio.sleep(0); s.release()
async def holds():
    await s.acquire(); print("holds")
    for i in range(9): print("held",i); await asyncio.sleep(0)
    print("holder goes"); s.release()
async def boss():
    global s,ev
    s=asyncio.Semaphore(2); ev=asyncio.Event()
    ct(hs(1)); a=ct(hs(2)); ct(hs(3)); b=ct(hs(4)); await asyncio.sleep(0); h=ct(holds())
    await asyncio.shield(a)
    print("boss asks")
    await s.acquire()
    print("boss in")
    ev.set()
    await h
asyncio.run(boss())"#,
    ),
    // Cancelled twice, in its wait and as it takes the lock back.
    (
        r#"event-loop turns
lock l
condition c lock=l
routine w n async=#true {
  try { await with c { await wait c; print "w {n}" } }
  except CancelledError { print "c {n}" }
}
routine holds async=#true { await with l { await sleep ms=0 } }
routine kills t async=#true { cancel t into=y; print "{y}" }
routine boss async=#true {
  create-task w 2 into=a
  create-task w 3 into=b
  create-task kills a
  create-task holds
  await sleep ms=0
  await sleep ms=0
  cancel a into=y
  print "{y}"
  cancel b into=y
  repeat 5 as=i { print "tick {i}"; await sleep ms=0 }
}
main { run-loop turns boss }"#,
        r#"
import asyncio
k=[]
def ct(c): k.append(asyncio.create_task(c)); return k[-1]
async def w(n):
    try:
        async with c: await c.wait(); print("w",n)
    except asyncio.CancelledError: print("c",n)
async def holds():
    async with l: await asyncio.sleep(0)
async def kills(t): y=t.cancel(); print(y)
async def boss():
    global l,c
    l=asyncio.Lock(); c=asyncio.Condition(l)
    a=ct(w(2)); b=ct(w(3)); ct(kills(a)); ct(holds())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    y=a.cancel()
    print(y)
    y=b.cancel()
    for i in range(5): print("tick",i); await asyncio.sleep(0)
asyncio.run(boss())"#,
    ),
    // Who is told of an end is told before the loop is.
    (
        r#"event-loop turns
shared t1 None
lock cl
condition c lock=cl
routine cb f { cancel t1 into=y; print "cb {y}" }
routine w n async=#true { try { await with c { await wait c } }
 finally { print "end {n}" } }
routine boss async=#true {
  create-task w 5 into=t5
  add-done-callback t5 cb
  await sleep ms=0
  create-task w 1 into=y
  set t1 y
  cancel t5 into=y
  print "{y}"
}
main { run-loop turns boss }"#,
        r#"
import asyncio
def cb(f): print("cb", t1.cancel())
async def w(n):
    try:
        async with c: await c.wait()
    finally: print("end",n)
async def boss():
    global t1,c
    c=asyncio.Condition()
    t5=asyncio.create_task(w(5))
    t5.add_done_callback(cb)
    await asyncio.sleep(0)
    t1=asyncio.create_task(w(1))
    print(t5.cancel())
asyncio.run(boss())"#,
    ),
    // A busy loop hears in each round of the jobs that have ended.
    (
        r#"event-loop turns
pool p workers=1
event done
event g
routine job { wait g; return 7 }
routine sig f { set-event done }
routine w f async=#true { await f into=x; print "got {x}" }
routine boss async=#true {
  submit p job into=f
  create-task w f into=t
  await sleep ms=0
  await sleep ms=0
  add-done-callback f sig
  set-event g
  wait done
  sleep ms=100
  repeat 10 as=i { print "tick {i}"; await sleep ms=0 }
  await t
}
main { run-loop turns boss }"#,
        r#"
import asyncio,threading,concurrent.futures as CF
p=CF.ThreadPoolExecutor(1); done=threading.Event(); g=threading.Event()
def job(): g.wait(); return 7
def sig(f): done.set()
async def w(f): x=await asyncio.wrap_future(f); print("got",x)
async def boss():
    f=p.submit(job)
    t=asyncio.create_task(w(f))
    await asyncio.sleep(0); await asyncio.sleep(0)
    f.add_done_callback(sig)
    g.set()
    done.wait(); __import__("time").sleep(.1)
    for i in range(10): print("tick",i); await asyncio.sleep(0)
    await t
asyncio.run(boss())"#,
    ),
    // What is begun while the loop ends and nobody had to be cancelled has four rounds.
    (
        r#"event-loop turns
routine spin async=#true { repeat 20 as=i { print "spin {i}"; await sleep ms=0 } }
routine told f { create-task spin into=kk }
routine t async=#true { await sleep ms=0 }
routine boss async=#true {
  create-task t into=x
  add-done-callback x told
  await sleep ms=0
}
main { run-loop turns boss }"#,
        r#"
import asyncio
async def spin():
    for i in range(20):
        print("spin", i); await asyncio.sleep(0)
def told(f):
    global k
    k = asyncio.get_running_loop().create_task(spin())
async def t(): await asyncio.sleep(0)
async def boss():
    x = asyncio.create_task(t()); x.add_done_callback(told); await asyncio.sleep(0)
asyncio.run(boss())"#,
    ),
    // A loop waits for its threads before it ends.
    (
        r#"event-loop L
routine job n { try { sleep ms=100; print "job {n}" }
 finally { print "fin {n}" } }
routine tt n async=#true { await to-thread job n }
routine boss async=#true { create-task tt 3 into=c; await sleep ms=20 }
main { run-loop L boss; print "loop end" }"#,
        r#"
import asyncio,time
def job(n):
    try: time.sleep(.1); print("job",n)
    finally: print("fin",n)
async def tt(n): await asyncio.to_thread(job,n)
async def boss():
    c=asyncio.create_task(tt(3)); await asyncio.sleep(.02)
asyncio.run(boss()); print("loop end")"#,
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
