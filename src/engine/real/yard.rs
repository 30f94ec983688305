//! All that the tasks of a worker have in common: the program, the resources, the tasks, the log, and how the run ends.
//! Owns how they are made and looked at from outside; what a task does with them is `driver`.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};
use std::thread::Thread;

use super::condition::Condition;
use super::context::Frame;
use super::lock::Lock;
use super::log::{Kind, Log};
use super::meter::Meter;
use super::queue::Queue;
use super::rlock::Reentrant;
use super::rwlock::ReadWrite;
use super::semaphore::Semaphore;
use super::shared::Shared;
use super::signal::{Barrier, Event};
use super::task::{Task, Tasks};
use crate::id::{ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::trace::NOTHING;
use crate::trace::store::{Ended, FinalState, Plain, Uncaught};
use crate::value::{ExceptionId, TextId, Value};

/// The most items of a queue that the final state tells.
const MOST_ITEMS_TOLD: usize = 1_000_000;

/// A resource as it runs.
#[derive(Debug)]
pub(super) enum Resource {
    Shared(Shared),
    Lock(Lock),
    Reentrant(Reentrant),
    ReadWrite(ReadWrite),
    Semaphore(Semaphore),
    Queue(Queue),
    /// The interpreter lock, which the frame has.
    Interpreter,
    /// Of another process, or not made for this engine yet.
    Elsewhere,
    Condition(Condition),
    Event(Event),
    Barrier(Barrier),
}

/// See the file's head.
#[derive(Debug)]
pub(super) struct Yard {
    pub(super) program: Program,
    pub(super) frame: Frame,
    pub(super) resources: Vec<Resource>,
    pub(super) tasks: Tasks,
    pub(super) log: Log,
    pub(super) seed: u64,
    labels: Mutex<BTreeMap<TextId, u32>>,
    ended: Mutex<Option<Ended>>,
    main: Thread,
}

impl Yard {
    /// Makes the resources of `program` and the declared tasks, which do not run yet. The calling thread is told of the end.
    pub(super) fn new(program: Program, frame: Frame, seed: u64) -> Self {
        let meters = (0..program.resources.len()).map(|index| Meter::new(frame.segment, ResourceId::from_index(index)));
        let resources = program.resources.iter().zip(meters).map(|(resource, meter)| match resource.kind {
            ResourceKind::Shared { initial, .. } => Resource::Shared(Shared::new(meter, initial)),
            ResourceKind::Lock { algorithm, owner_checked } => Resource::Lock(Lock::new(meter, algorithm, owner_checked)),
            ResourceKind::ReentrantLock => Resource::Reentrant(Reentrant::new(meter)),
            ResourceKind::ReadWriteLock { prefer } => Resource::ReadWrite(ReadWrite::new(meter, prefer)),
            ResourceKind::Semaphore { permits, bounded } => Resource::Semaphore(Semaphore::new(meter, permits, bounded)),
            ResourceKind::Queue { capacity, order } => Resource::Queue(Queue::new(meter, capacity, order)),
            ResourceKind::Interpreter { .. } => Resource::Interpreter,
            ResourceKind::Pipe { .. } => Resource::Elsewhere,
            ResourceKind::Condition { spurious, .. } => Resource::Condition(Condition::new(meter, spurious)),
            ResourceKind::Event => Resource::Event(Event::new(meter)),
            ResourceKind::Barrier { parties } => Resource::Barrier(Barrier::new(meter, parties)),
        });
        let resources = resources.collect();
        let tasks = Tasks::new(frame.segment);
        for (index, task) in program.tasks.iter().enumerate() {
            let task = Task::new(TaskId::from_index(index), task.name.clone(), task.code, task.block, task.daemon);
            assert!(tasks.add(&task), "the segment has room for every declared task");
        }
        let log = Log::new(frame.segment);
        let main = std::thread::current();
        Self { program, frame, resources, tasks, log, seed, labels: Mutex::default(), ended: Mutex::default(), main }
    }

    /// The number of a label; none when there are too many.
    pub(super) fn label(&self, text: TextId) -> u32 {
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&number) = labels.get(&text) {
            return number;
        }
        let words = self.program.table.get_text(text);
        let number = u32::try_from(labels.len()).unwrap_or(NOTHING);
        let room = labels.len() < self.frame.segment.sizes().labels;
        if !room || self.log.append(Kind::Label, TaskId(0), &words, || self.frame.clock.now()).is_none() {
            return NOTHING;
        }
        labels.insert(text, number);
        number
    }

    /// Counts a mark of a label.
    pub(super) fn marked(&self, label: u32) {
        if let Some(count) = self.frame.segment.labels().get(label as usize) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Ends the run; the first reason stays.
    pub(super) fn end(&self, how: Ended) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(how);
        self.main.unpark();
    }

    /// How the run has ended, if it has.
    pub(super) fn ended(&self) -> Option<Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes every task look at its orders.
    pub(super) fn nudge_all(&self) {
        for task in self.tasks.all() {
            task.nudge();
        }
        if let Some(interpreter) = self.frame.interpreter {
            interpreter.nudge();
        }
    }

    /// The values of all resources, once the tasks have halted.
    pub(super) fn final_state(&self) -> FinalState {
        let tell = |resource: &Resource| match resource {
            Resource::Shared(shared) => Some(self.plain(shared.peek())),
            Resource::Queue(queue) => {
                Some(Plain::List(queue.items().into_iter().take(MOST_ITEMS_TOLD).map(|item| self.plain(item)).collect()))
            }
            _ => None,
        };
        FinalState { resources: self.resources.iter().map(tell).collect() }
    }

    fn plain(&self, value: Value) -> Plain {
        match value {
            Value::None => Plain::None,
            Value::Bool(truth) => Plain::Bool(truth),
            Value::Int(int) => Plain::Int(int),
            Value::Float(float) => Plain::Float(float.get()),
            Value::Text(text) => Plain::Text(self.program.table.get_text(text).to_string()),
            Value::List(list) => Plain::List(self.program.table.get_list(list).iter().map(|&item| self.plain(item)).collect()),
            Value::Task(task) => Plain::Task(task),
            Value::Resource(resource) => Plain::Resource(resource),
            Value::Exception(exception) => Plain::Exception(self.uncaught(exception)),
            Value::Generator(generator) => Plain::Generator(generator),
        }
    }

    /// An exception in words.
    pub(super) fn uncaught(&self, exception: ExceptionId) -> Uncaught {
        let raised = self.program.table.get_exception(exception);
        Uncaught { name: raised.name.to_string(), message: raised.message.to_string(), block: raised.block }
    }
}
