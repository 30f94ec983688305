//! What the system tells of a run: CPU time, and how large a file may become.

use coreyard::metrics::processes::cores_busy;
use coreyard::time::Nanos;
use coreyard::trace::store::TaskState;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::{completed, poll_until, start};

#[test]
fn one_that_waits_for_a_spin_lock_without_a_core_has_run_for_what_it_computed() {
    // More than have cores here, so that most are preempted while they spin.
    for kind in ["spin", "ticket"] {
        let text = format!("lock s kind={kind}\nthread a count=6 {{ repeat 8 {{ compute ms=1; with s {{ compute ms=1 }} }} }}\n");
        let trace = completed(&text);
        for (id, task) in &trace.counters.tasks {
            let spent = |state: TaskState| task.in_state[state as usize];
            let [running, spinning] = [TaskState::Running, TaskState::Spinning].map(spent);
            let computed = Nanos::from_millis(16);
            // Each of eight waits may be taken for a little too much of spinning.
            let slack = Nanos::from_millis(1);
            assert!(running + slack >= computed, "{kind}: {id:?} {task:?}");
            assert!(spinning + computed <= task.cpu + slack, "{kind}: {id:?} {task:?}");
        }
    }
}

#[test]
fn a_process_of_one_thread_keeps_no_more_than_one_core_busy() {
    let text = "pool q workers=1 of=processes\nroutine job { compute ms=2 }\nprocess p { compute ms=2 }\n\
                main { spawn-process job into=s; print \"{now()}\"; submit q job into=f; result f; join s; join p }\n";
    let trace = completed(text);
    let processes = &trace.counters.processes;
    assert!(processes.len() >= 4, "{processes:?}");
    let told: f64 = trace.output[0].text.parse().expect("a time in seconds");
    for process in processes {
        let is_own = process.id.index() == 0;
        let busy = cores_busy(process, trace.elapsed);
        // The run's own has other threads beside its tasks'.
        let most = if is_own { 2.0 } else { 1.05 };
        assert!(is_own || process.began > Nanos::ZERO, "{process:?}");
        assert!(busy.is_none_or(|busy| busy <= most), "{process:?} {busy:?}");
    }
    // Before whoever starts it goes on.
    let begun = processes.iter().filter(|process| process.began > Nanos::ZERO && process.began.seconds() <= told).count();
    assert!(begun >= 2, "its own and the one that was spawned: {processes:?} {told}");
}

#[test]
fn a_file_that_may_not_grow_raises_in_its_task() {
    let text = "file f kb=64\nmain {\n    pid into=me; print \"{me}\"\n    loop {\n        try { write-file f; sleep ms=1 }\n\
                except OSError as=e { print \"{e}\"; break }\n    }\n}\n";
    let (mut run, mut trace) = start(text);
    assert!(!poll_until(run.as_mut(), &mut trace, |trace| !trace.output.is_empty()), "{:?}", trace.ended);
    let worker = Pid::from_raw(trace.output[0].text.parse().expect("it has told its number")).expect("it is one");
    let small = Rlimit { current: Some(1_000), maximum: None };
    prlimit(Some(worker), Resource::Fsize, small).expect("it is ours");
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert!(trace.output[1].text.starts_with("[Errno 27] File too large"), "{:?} {:?}", trace.output, trace.ended);
}
