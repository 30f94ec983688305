//! All that the tasks of a worker have in common: the program, the resources, the tasks, the log, and how the run ends.
//! Owns how they are made and looked at from outside; what a task does with them is `driver`.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

pub(in crate::engine::real) use super::making::Resource;
use super::making::{Maker, station_of, wires_of};
use crate::engine::real::message::{Setup, Wires};
use crate::engine::real::resource::across::Station;
use crate::engine::real::task::all::{Task, Tasks};
use crate::engine::real::task::context::Frame;
use crate::engine::real::transport::log::{Kind, Log};
use crate::engine::real::wait::bell::Bell;
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::NOTHING;
use crate::trace::store::{Ended, FinalState, Plain, Uncaught};
use crate::value::glimpse::{glimpse, glimpse_all};
use crate::value::{ExceptionId, TextId};

/// Items of a queue that is looked at while others use it.
const MOST_SHOWN: usize = 1_000;

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Yard {
    pub(in crate::engine::real) program: Program,
    pub(in crate::engine::real) frame: Frame,
    pub(in crate::engine::real) resources: Vec<Resource>,
    pub(in crate::engine::real) tasks: Tasks,
    pub(in crate::engine::real) log: Log,
    pub(in crate::engine::real) seed: u64,
    /// Which process this is.
    pub(in crate::engine::real) process: ProcessId,
    /// What child processes are told as well.
    pub(in crate::engine::real) recipe: String,
    pub(in crate::engine::real) setup: Setup,
    pub(in crate::engine::real) wires: Wires,
    /// With which code this process ends.
    pub(in crate::engine::real) exit: AtomicI32,
    /// Rung by whoever may have done what an event loop waits for.
    pub(in crate::engine::real) bell: Bell,
    /// Whether there are event loops at all.
    pub(in crate::engine::real) has_loops: bool,
    states: Mutex<Vec<(ResourceId, Plain)>>,
    labels: Mutex<BTreeMap<TextId, u32>>,
    ended: Mutex<Option<Ended>>,
    main: Thread,
}

impl Yard {
    /// Makes the resources of `process` and the declared tasks, which do not run yet. The calling thread is told of the end.
    /// `wires` are what the first process has opened; none for that one.
    ///
    /// # Errors
    /// When the system refuses a pipe, or a thread for its servers.
    pub(in crate::engine::real) fn new(
        mut program: Program,
        frame: Frame,
        (recipe, setup): (String, Setup),
        process: ProcessId,
        wires: Option<Wires>,
    ) -> std::io::Result<Self> {
        let processes = u32::try_from(program.processes.len()).unwrap_or(u32::MAX);
        Arc::get_mut(&mut program.table).expect("nothing runs yet that could hold it").share_ids(process, processes);
        let resources = Maker { program: &program, frame, process, wires: wires.as_ref() }.all()?;
        let wires = wires.unwrap_or_else(|| wires_of(&resources));
        let served = resources.iter().filter_map(|resource| match resource {
            Resource::Server(server) => server.hosted(),
            _ => None,
        });
        let served: Vec<_> = served.collect();
        if !served.is_empty() {
            crate::engine::real::wait::net::host(served, frame.control, frame.clock)?;
        }
        let has_loops = program.resources.iter().any(|resource| matches!(resource.kind, ResourceKind::EventLoop { .. }));
        let tasks = Tasks::new(frame.segment);
        for (index, task) in program.tasks.iter().enumerate() {
            let task = Task::new(TaskId::from_index(index), task.name.clone(), task.code, task.block, task.daemon);
            assert!(tasks.add(&task), "the segment has room for every declared task");
        }
        Ok(Self {
            program,
            frame,
            resources,
            tasks,
            log: Log::new(frame.segment, process),
            seed: setup.seed,
            process,
            recipe,
            setup,
            wires,
            exit: AtomicI32::new(0),
            bell: Bell::default(),
            has_loops,
            states: Mutex::default(),
            labels: Mutex::default(),
            ended: Mutex::default(),
            main: std::thread::current(),
        })
    }

    /// Where processes meet for a resource.
    pub(in crate::engine::real) fn station(&self, id: ResourceId) -> Station {
        station_of(self.frame, self.process, id)
    }

    /// What child processes have told of their resources at their ends.
    pub(in crate::engine::real) fn states(&self) -> MutexGuard<'_, Vec<(ResourceId, Plain)>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a label; none when there are too many.
    pub(in crate::engine::real) fn label(&self, text: TextId) -> u32 {
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&number) = labels.get(&text) {
            return number;
        }
        let words = self.program.table.get_text(text);
        let room = labels.len() < self.frame.segment.sizes().labels;
        let number = if room { self.log.append(Kind::Label, TaskId(0), &words, || self.frame.clock.now()) } else { None };
        let Some(number) = number else { return NOTHING };
        labels.insert(text, number);
        number
    }

    /// Counts a mark of a label; `now` is zero where no times are counted.
    pub(in crate::engine::real) fn marked(&self, label: u32, now: Nanos) {
        let Some([count, first, last]) = self.frame.segment.label(label as usize) else { return };
        count.fetch_add(1, Relaxed);
        if now > Nanos::ZERO {
            // From the end of time, since zero is no time yet.
            first.fetch_max(u64::MAX - now.0, Relaxed);
            last.fetch_max(now.0, Relaxed);
        }
    }

    /// Ends the run; the first reason stays.
    pub(in crate::engine::real) fn end(&self, how: Ended) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(how);
        if self.process != ProcessId::MAIN {
            // Its main thread runs a task, which must hear of it.
            self.frame.control.stop();
        }
        self.main.unpark();
    }

    /// Loops that rest look whether what they wait for has been done.
    #[inline]
    pub(in crate::engine::real) fn ring(&self) {
        if self.has_loops && self.bell.is_listened_to() {
            self.bell.ring(self.frame.clock.now());
        }
    }

    /// How the run has ended, if it has.
    pub(in crate::engine::real) fn ended(&self) -> Option<Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes every task look at its orders.
    pub(in crate::engine::real) fn nudge_all(&self) {
        for task in self.tasks.all() {
            task.nudge();
        }
        if let Some(interpreter) = self.frame.interpreter {
            interpreter.nudge();
        }
    }

    /// The values of all resources, once the tasks have halted.
    pub(in crate::engine::real) fn final_state(&self) -> FinalState {
        let mut resources: Vec<Option<Plain>> = self.resources.iter().map(|resource| self.tell(resource)).collect();
        for (id, plain) in self.states().drain(..) {
            if let Some(place) = resources.get_mut(id.index()) {
                *place = Some(plain);
            }
        }
        FinalState { resources }
    }

    /// The values of this process's own resources, and what its children have told of theirs.
    pub(in crate::engine::real) fn own_state(&self) -> Vec<(ResourceId, Plain)> {
        let own = (0..).map(ResourceId).zip(&self.resources).zip(&self.program.resources);
        let own = own.filter(|(_, template)| template.process.is_some());
        let mut told: Vec<_> = own.filter_map(|((id, resource), _)| Some((id, self.tell(resource)?))).collect();
        told.append(&mut self.states());
        told
    }

    /// Tells what this process's own resources hold now.
    pub(in crate::engine::real) fn tell_held(&self) {
        crate::engine::real::transport::shot::tell_held(self.frame.segment, self.process, |characters| self.held(characters));
    }

    /// What this process's own resources hold now, as Python shows it, and the main process's what several meet at: as far as that
    /// can be told without taking anything out and without holding up those who use it.
    fn held(&self, characters: usize) -> Vec<(ResourceId, String)> {
        let table = &self.program.table;
        let is_mine = |of: Option<ProcessId>| of.unwrap_or(ProcessId::MAIN) == self.process;
        let shown = |resource: &Resource| match resource {
            Resource::Shared(shared) => Some(glimpse(table, shared.peek(), characters)),
            Resource::AcrossShared(cell) => Some(glimpse(table, cell.peek(table), characters)),
            Resource::Queue(queue) if queue.len() <= MOST_SHOWN => Some(glimpse_all(table, queue.items(), characters)),
            _ => None,
        };
        let all = (0..).map(ResourceId).zip(&self.resources).zip(&self.program.resources);
        all.filter(|(_, template)| is_mine(template.process)).filter_map(|((id, it), _)| Some((id, shown(it)?))).collect()
    }

    fn tell(&self, resource: &Resource) -> Option<Plain> {
        let table = &self.program.table;
        match resource {
            Resource::Shared(shared) => Plain::told(table, shared.peek()),
            Resource::AcrossShared(cell) => Plain::told(table, cell.peek(table)),
            Resource::Queue(queue) => Plain::told_all(table, queue.items()),
            Resource::AcrossQueue(queue) => Plain::told_all(table, queue.drain(table)),
            Resource::Pipe(pipe) => Plain::told_all(table, pipe.drain(table)),
            _ => None,
        }
    }

    /// An exception in words.
    pub(in crate::engine::real) fn uncaught(&self, exception: ExceptionId) -> Uncaught {
        Uncaught::told(&self.program.table, exception)
    }
}
