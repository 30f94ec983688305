#!/usr/bin/env python3
"""The interpreter lock of Coreyard beside CPython's: the same programs on both, in turns, medians and the ratio.

    python3 benches/interpreter.py [PATH_OF_COREYARD] [--rounds N] [--only PART_OF_A_NAME]

Needs CPython with its lock (3.11 was used for the figures in README.md) and a built `coreyard`
(target/release/coreyard unless told otherwise). Prints a Markdown table. Nothing is asserted: a machine
that is busy with other things shows in both columns.
"""

import argparse
import hashlib
import json
import multiprocessing
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# --- CPython ---------------------------------------------------------------------------------------------------------


def together(*bodies, kind=threading.Thread):
    """Seconds for which all run at once."""
    workers = [kind(target=body) for body in bodies]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - began


def python_split(count, turns=6_000_000, kind=threading.Thread):
    def crunch():
        y = 0
        for i in range(turns // count):
            y = i * 3 % 7

    return together(*[crunch] * count, kind=kind)


def python_processes(count):
    # Forked: a nested function would not cross otherwise.
    return python_split(count, turns=12_000_000, kind=multiprocessing.get_context("fork").Process)


def python_native(count, megabytes=400):
    block = bytes(1 << 20)

    def digest():
        state = hashlib.sha256()
        for _ in range(megabytes // count):
            state.update(block)

    return together(*[digest] * count)


def python_lateness(burners, interval_ms, wakes):
    sys.setswitchinterval(interval_ms / 1000)
    stop = False
    late = []

    def burn():
        y = 0
        while not stop:
            for i in range(1000):
                y = i * 3 % 7

    threads = [threading.Thread(target=burn) for _ in range(burners)]
    for thread in threads:
        thread.start()
    for _ in range(wakes):
        before = time.perf_counter()
        time.sleep(0.001)
        late.append((time.perf_counter() - before - 0.001) * 1000)
    stop = True
    for thread in threads:
        thread.join()
    sys.setswitchinterval(0.005)
    return late


class Counter:
    value = 0


def python_lost(kind, turns):
    counter = Counter()
    ident = lambda n: n  # noqa: E731

    def plain():
        for _ in range(turns):
            counter.value += 1

    def call():
        for _ in range(turns):
            counter.value = ident(counter.value) + 1

    def loop():
        for _ in range(turns):
            seen = counter.value
            for _ in range(1):
                pass
            counter.value = seen + 1

    together(*[{"plain": plain, "call": call, "loop": loop}[kind]] * 2)
    return 100 * (1 - counter.value / (2 * turns))


def python_waiting(count):
    def work():
        for _ in range(20):
            time.sleep(0.001)
            end = time.thread_time() + 0.001
            while time.thread_time() < end:
                pass

    return together(*[work] * count)


# --- Coreyard --------------------------------------------------------------------------------------------------------

TOGETHER = """
shared seconds 0.0
main {
    let began "now()"
    let crew "[]"
    repeat COUNT { spawn body into=one; let crew "crew + [one]" }
    for one in=crew { join one }
    set seconds "now() - began"
}
"""

SPLIT_COMPUTE = "interpreter\nlet COUNT 1\nroutine body { compute work=\"400000000 // COUNT\" }" + TOGETHER
SPLIT_LOOP = "interpreter\nlet COUNT 1\nroutine body { repeat \"3000000 // COUNT\" as=i { let y \"i * 3 % 7\" } }" + TOGETHER
NATIVE = "interpreter\nlet COUNT 1\nroutine body { compute work=\"400000000 // COUNT\" native=#true }" + TOGETHER
PROCESSES = """
interpreter
let COUNT 1
shared seconds 0.0
process worker count=COUNT start=#false { repeat "6000000 // COUNT" as=i { let y "i * 3 % 7" } }
main {
    let began "now()"
    start worker
    join worker
    set seconds "now() - began"
}
"""
WAITING = "interpreter\nlet COUNT 1\nroutine body { repeat 20 { sleep ms=1; compute ms=1 } }" + TOGETHER

LATENESS = """
let INTERVAL_US 5000
let BURNERS 1
let WAKES 100
interpreter switch-interval-us=INTERVAL_US
shared stop #false
thread burner count="BURNERS + 1" daemon=#true start=#false { while "not stop" { repeat 1000 as=i { let y "i * 3 % 7" } } }
main {
    repeat BURNERS as=i { start "burner[i]" }
    sleep ms=20
    repeat WAKES {
        let before "now()"
        sleep ms=1
        let late "now() - before - 0.001"
        print "{late * 1000}"
    }
    set stop #true
}
"""

LOST = """
let TURNS 1
interpreter %s
shared x 0
routine ident n { return n }
thread adder count=2 { repeat TURNS { %s } }
"""

ADDING = {
    "plain": 'set x "x + 1"',
    "call": 'call ident x into=seen; set x "seen + 1"',
    "loop": 'let seen x; repeat 1 { }; set x "seen + 1"',
}


class Coreyard:
    def __init__(self, path):
        self.path = path
        self.folder = tempfile.TemporaryDirectory(prefix="coreyard-bench-")

    def run(self, text, **constants):
        file = pathlib.Path(self.folder.name) / "bench.kdl"
        file.write_text(text)
        command = [self.path, "run", str(file), "--json", "--record", "counters"]
        for name, value in constants.items():
            command += ["--let", f"{name}={value}"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)}\n{told.stderr}")
        return json.loads(told.stdout)

    def value(self, text, name, **constants):
        return float(self.run(text, **constants)["values"][name])

    def lateness(self, burners, interval_ms, wakes):
        told = self.run(LATENESS, BURNERS=burners, INTERVAL_US=round(interval_ms * 1000), WAKES=wakes)
        return [float(line["text"]) for line in told["output"]]

    def lost(self, kind, lock, turns):
        left = self.value(LOST % (lock, ADDING[kind]), "x", TURNS=turns)
        return 100 * (1 - left / (2 * turns))


# --- the table -------------------------------------------------------------------------------------------------------


def p(late, share):
    ordered = sorted(late)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def rows(coreyard):
    def ratio(name, python, ours, counts, goal, inverse=False, tasks="threads"):
        for count in counts:

            def figure(run, count=count):
                alone, shared = run(1), run(count)
                return alone / shared if inverse else shared / alone

            yield (f"{name}, {count} {tasks}", "x", goal, lambda f=figure: f(python), lambda f=figure: f(ours))

    loop = lambda count: coreyard.value(SPLIT_LOOP, "seconds", COUNT=count)  # noqa: E731
    work = lambda count: coreyard.value(SPLIT_COMPUTE, "seconds", COUNT=count)  # noqa: E731
    apart = lambda count: coreyard.value(PROCESSES, "seconds", COUNT=count)  # noqa: E731
    native = lambda count: coreyard.value(NATIVE, "seconds", COUNT=count)  # noqa: E731
    yield from ratio("a loop split up: time over one thread's", python_split, loop, (2, 4), "≈ 1.1")
    yield from ratio("`compute` split up: time over one thread's", python_split, work, (2, 4), "≈ 1.1")
    of_one = "a loop split up: time over one process's"
    yield from ratio(of_one, python_processes, apart, (2,), "≈ 0.54", tasks="processes")
    yield from ratio("native code split up: times as fast (sha256)", python_native, native, (2,), "≈ 1.85", inverse=True)
    waits = lambda count: 1000 * coreyard.value(WAITING, "seconds", COUNT=count)  # noqa: E731
    for count in (1, 4):
        name = f"{count} threads, each 20 times 1 ms asleep and 1 ms of CPU"
        yield (name, "ms", "", lambda c=count: 1000 * python_waiting(c), lambda c=count: waits(c))
    for burners, interval, wakes in ((0, 5, 100), (1, 0.5, 200), (1, 5, 100), (1, 50, 15), (2, 5, 60)):
        goal = {0: "", 1: f"{interval} ± 15 %", 2: "7–14"}[burners]
        name = f"lateness of a 1 ms sleeper beside {burners} computing, interval {interval} ms, p50"
        late = lambda run, b=burners, i=interval, w=wakes: p(run(b, i, w), 0.5)  # noqa: E731
        yield (name, "ms", goal, lambda f=late: f(python_lateness), lambda f=late: f(coreyard.lateness))
    turns = 300_000
    for kind, name in (("plain", "`x += 1`"), ("call", "`x = ident(x) + 1`"), ("loop", "a loop between load and store")):
        goal = "0" if kind == "plain" else "> 0"
        ours = lambda k=kind: coreyard.lost(k, "", turns)  # noqa: E731
        yield (f"lost of 2 x {turns:,}: {name}", "%", goal, lambda k=kind: python_lost(k, turns), ours)
    nothing = lambda: None  # noqa: E731
    for lock, name in (("check=instruction", "switches between any two instructions (≤ 3.9)"), ("gil=#false", "no lock")):
        yield (f"lost: `x += 1`, {name}", "%", "> 0", nothing, lambda l=lock: coreyard.lost("plain", l, turns))


def shown(figures, unit):
    if any(figure is None for figure in figures):
        return "–"
    figure = statistics.median(figures)
    return f"{figure:.{2 if abs(figure) < 10 else 1 if abs(figure) < 100 else 0}f} {unit}"


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "coreyard"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("coreyard", nargs="?", default=str(default))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    version = sys.version.split()[0]
    print(f"| work | Coreyard | CPython {version} | aim |\n|---|---|---|---|", flush=True)
    for name, unit, goal, python, ours in rows(Coreyard(asked.coreyard)):
        if asked.only not in name:
            continue
        rounds = [(ours(), python()) for _ in range(asked.rounds)]
        mine, theirs = zip(*rounds)
        print(f"| {name} | {shown(mine, unit)} | {shown(theirs, unit)} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
