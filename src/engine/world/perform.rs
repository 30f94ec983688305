//! Does an effect: the one place where each has its meaning.

use crate::effect::{Callback, Effect, Ending, Outcome, Patience, Told};
use crate::engine::room;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::machine::{Machine, to_tell};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::value::collection::changed;
use crate::value::{ExceptionId, Failure, ListId, Value};

use super::lock::Asked;
use super::pool::NewJob;
use super::task::{MOST_TASKS, Pending, Task, Timer};
use super::{Record, Resource, What, World, shared, signal};

/// What one who stood in line is given.
pub(super) enum Gift {
    /// A lock.
    Lock,
    /// What it waited for.
    Sign(Value),
    /// The barrier is broken.
    Broken,
}

/// What an effect does to others than the one whose it is.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) given: Vec<(TaskId, Gift)>,
    /// The lock that a wait let go.
    pub(super) let_go: Option<ResourceId>,
    pub(super) others: Vec<Record>,
}

/// What doing an effect comes to.
pub(super) enum Done {
    /// The task goes on with this.
    Value(Value),
    /// This is raised in it.
    Raise(ExceptionId),
    /// The task stands in line, there.
    InLine(ResourceId),
}

impl World {
    /// Does the effect of the task at a position, which can be done now.
    pub(super) fn perform(
        &mut self,
        program: &Program,
        at: usize,
        effect: Effect,
        block: BlockId,
        (now, nth): (Nanos, u64),
        records: &mut Vec<Record>,
    ) {
        let task = self.tasks[at].id;
        let mut rest = Rest::default();
        let outcome = match self.effect(program, task, effect, (now, nth), &mut rest) {
            Ok(Done::Value(value)) => Outcome::Value(value),
            Ok(Done::Raise(exception)) => Outcome::Raise(exception),
            Ok(Done::InLine(on)) => {
                self.tasks[at].pending = Pending::InLine(effect, block);
                if let Some(lock) = rest.let_go {
                    records.push(Record { task, block, what: What::LetGo(lock) });
                }
                records.push(Record { task, block, what: What::InLine(on) });
                return self.give(program, rest.given, records);
            }
            Err(Failure { name, message }) => Outcome::Raise(program.table.raise(name, &message, Some(block))),
        };
        records.push(Record { task, block, what: What::Performed(effect, outcome) });
        records.append(&mut rest.others);
        // A task made by a spawn may stand before this one.
        let at = self.position(task);
        self.go_on(program, at, outcome, records);
        self.give(program, rest.given, records);
    }

    /// Those who stood in line go on with what they were given.
    fn give(&mut self, program: &Program, given: Vec<(TaskId, Gift)>, records: &mut Vec<Record>) {
        for (next, gift) in given {
            let at = self.position(next);
            let Pending::InLine(effect, block) = self.tasks[at].pending else { unreachable!("it stood in line") };
            let outcome = match (gift, effect) {
                (Gift::Lock, Effect::Retake { notified, .. }) => Outcome::Value(Value::Bool(notified)),
                (Gift::Lock, _) => Outcome::Value(Value::Bool(true)),
                (Gift::Sign(value), _) => Outcome::Value(value),
                (Gift::Broken, _) => {
                    let Failure { name, message } = signal::broken();
                    Outcome::Raise(program.table.raise(name, &message, Some(block)))
                }
            };
            records.push(Record { task: next, block, what: What::Given(effect, outcome) });
            self.go_on(program, at, outcome, records);
        }
    }

    fn effect(
        &mut self,
        program: &Program,
        task: TaskId,
        effect: Effect,
        (now, nth): (Nanos, u64),
        rest: &mut Rest,
    ) -> Result<Done, Failure> {
        let table = &*program.table;
        let value = match effect {
            Effect::EnterRegion(region) => {
                self.region_mut(region).enter(task);
                Value::None
            }
            Effect::LeaveRegion(region) => {
                self.region_mut(region).leave(task);
                Value::None
            }
            Effect::Measure(..) => unreachable!("only checks measure"),
            effect if self.is_strange(effect) => {
                return Err(Failure::new("RuntimeError", "this coroutine is of another event loop"));
            }
            Effect::Load(shared) => *self.shared_mut(shared),
            Effect::Store(shared, value) => {
                *self.shared_mut(shared) = value;
                Value::None
            }
            Effect::AtomicAdd(shared, more) => {
                let cell = self.shared_mut(shared);
                let old = *cell;
                *cell = shared::sum(table, old, more)?;
                old
            }
            Effect::Update(cell, change) => {
                let (new, gives) = changed(table, *self.shared_mut(cell), change)?;
                *self.shared_mut(cell) = new;
                gives
            }
            Effect::Swap(shared, value) => std::mem::replace(self.shared_mut(shared), value),
            Effect::CompareAndSet { shared, old, new } => Value::Bool(shared::exchange(table, self.shared_mut(shared), old, new)),
            Effect::Acquire(resource, patience) => match &mut self.resources[resource.index()] {
                Resource::Lock(lock) => match lock.acquire(task, patience != Patience::Never) {
                    Asked::Had => Value::Bool(true),
                    Asked::Refused => Value::Bool(false),
                    Asked::InLine => return Ok(Done::InLine(resource)),
                },
                Resource::Reentrant(lock) => Value::Bool(lock.acquire(task)),
                Resource::Semaphore(semaphore) => Value::Bool(semaphore.acquire()),
                _ => unreachable!("the machine checks what is acquired"),
            },
            Effect::Release(resource) => {
                rest.given.extend(self.release(program, task, resource)?.map(|next| (next, Gift::Lock)));
                Value::None
            }
            Effect::Enter(lock, access, Patience::Never) if !self.lets_in(program, lock, access) => Value::Bool(false),
            Effect::Enter(lock, access, _) => {
                if !self.enter(program, task, lock, access) {
                    return Ok(Done::InLine(lock));
                }
                Value::None
            }
            Effect::Leave(lock, access) => {
                let given = self.leave_lock(program, task, lock, access);
                rest.given.extend(given.into_iter().map(|next| (next, Gift::Sign(Value::None))));
                Value::None
            }
            Effect::Wait(resource, patience) => match &mut self.resources[resource.index()] {
                Resource::Condition(_) => return self.wait(program, task, resource, rest),
                Resource::Event(event) if event.set => Value::Bool(true),
                Resource::Event(_) if patience == Patience::Never => Value::Bool(false),
                Resource::Event(event) => {
                    event.line.push(task);
                    return Ok(Done::InLine(resource));
                }
                Resource::Barrier(barrier) => {
                    let ResourceKind::Barrier { parties } = program.resources[resource.index()].kind else {
                        unreachable!("a barrier is one")
                    };
                    if barrier.broken {
                        return Err(signal::broken());
                    }
                    let (place, last) = barrier.come(parties);
                    if !last {
                        barrier.line.push((task, place));
                        return Ok(Done::InLine(resource));
                    }
                    let came = barrier.open().into_iter();
                    rest.given.extend(came.map(|(other, place)| (other, Gift::Sign(Value::Int(place.cast_signed())))));
                    Value::Int(place.cast_signed())
                }
                _ => unreachable!("the machine checks what is waited for"),
            },
            Effect::StandAside(id) => self.stand_aside(program, task, id, rest)?,
            Effect::TakeSign(id, _) => self.take_sign(task, id)?,
            Effect::LeaveLine { of, late, behind } => {
                self.leave_aside(program, task, (of, late, behind), rest);
                Value::None
            }
            Effect::Retake { lock, depth, notified } => {
                if !self.retake(task, lock, depth) {
                    return Ok(Done::InLine(lock));
                }
                Value::Bool(notified)
            }
            Effect::Notify(condition, count) => {
                if !self.holds(task, program.lock_of(condition)) {
                    return Err(Failure::new("RuntimeError", "cannot notify on un-acquired lock"));
                }
                for woken in self.condition_mut(condition).wake(count, nth) {
                    if woken.1 == 0 {
                        self.condition_mut(condition).signs.push(woken.0);
                        continue;
                    }
                    let Pending::InLine(_, block) = self.task(woken.0).pending else { unreachable!("it stood in line") };
                    rest.others.push(Record { task: woken.0, block, what: What::Woken(condition) });
                    self.wants_back(program, condition, woken, block, true);
                }
                Value::None
            }
            Effect::SetEvent(resource) => {
                let Resource::Event(event) = &mut self.resources[resource.index()] else { unreachable!("it is an event") };
                event.set = true;
                event.aside.let_go();
                let came = std::mem::take(&mut event.line);
                rest.given.extend(came.into_iter().map(|other| (other, Gift::Sign(Value::Bool(true)))));
                Value::None
            }
            Effect::ClearEvent(resource) => {
                let Resource::Event(event) = &mut self.resources[resource.index()] else { unreachable!("it is an event") };
                event.set = false;
                Value::None
            }
            Effect::Abort(resource) => {
                rest.given.extend(self.break_barrier(resource));
                Value::None
            }
            Effect::Put(queue, item, _) => {
                let ResourceKind::Queue { order, capacity } = program.resources[queue.index()].kind else {
                    unreachable!("the machine checks what is a queue")
                };
                if capacity.is_some_and(|capacity| self.queue(queue).items.len() as u64 >= capacity) {
                    return Err(Failure::new("Full", ""));
                }
                self.queue_mut(queue).put(table, order, item)?;
                Value::None
            }
            Effect::PutAcross { queue, item, bytes, .. } => {
                let process = self.task(task).machine.process();
                self.queue_mut(queue).put_across(process, item, bytes)?;
                Value::None
            }
            Effect::Send { pipe, message, bytes, patience } => {
                return self.send(program, task, (pipe, message, bytes), patience);
            }
            Effect::Receive(pipe, patience) => return self.receive(task, pipe, patience, rest),
            Effect::Close(pipe, ends) => {
                let process = self.task(task).machine.process();
                self.pipe_mut(pipe).close(process, ends);
                Value::None
            }
            Effect::SpawnProcess { nth, code, arguments } => {
                Value::Task(self.spawn_process(program, task, (nth, code), &table.get_list(arguments), &mut rest.others)?)
            }
            Effect::Terminate(main) => {
                let process = program.process_behind(main).expect("the machine checks what is a process");
                self.own_child(task, process, "terminate")?;
                self.terminate(process, &mut rest.others);
                Value::None
            }
            // Nothing outside of the world is touched.
            Effect::RunCommand(_) => Value::List(table.list(&[Value::Int(0), Value::Text(table.text("")?)])?),
            Effect::ExitCode(main) => self.exit_code(program.process_behind(main).expect("the machine checks what is a process")),
            Effect::ProcessNumber { parent } => self.number(self.task(task).machine.process(), parent),
            Effect::Get(queue, _) => self.queue_mut(queue).get().ok_or_else(|| Failure::new("Empty", ""))?,
            Effect::TaskDone(queue) => {
                self.queue_mut(queue).task_done()?;
                Value::Bool(self.queue(queue).unfinished == 0)
            }
            Effect::JoinQueue(queue, _) => Value::Bool(self.queue(queue).unfinished == 0),
            Effect::Joined(_) => Value::Bool(true),
            Effect::OpenLoop(id) => {
                self.open_loop(task, id)?;
                Value::None
            }
            Effect::CloseLoop(id) => {
                self.close_loop(program, id, &mut rest.others);
                Value::None
            }
            Effect::Rest(_) if self.has_mail(task) => Value::List(self.take_mail(program, task)?),
            Effect::Rest(_) => {
                let wish = self.fulfillable(program, self.task(task));
                wish.and_then(|wish| i64::try_from(wish).ok()).map_or(Value::None, Value::Int)
            }
            Effect::Length(queue) => Value::Int(i64::try_from(self.queue(queue).len()).expect("a queue's length is limited")),
            Effect::Start(started) => {
                let at = self.position(started);
                let process = program.process_behind(started);
                if self.tasks[at].pending != Pending::New {
                    let words =
                        if process.is_some() { "cannot start a process twice" } else { "threads can only be started once" };
                    return Err(Failure::new("RuntimeError", words));
                }
                if let Some(process) = process {
                    self.open_ends(program, process, &Self::codes_of(program, process));
                    self.begin_process(program, at, Some(task), &mut rest.others);
                } else {
                    self.same_process(task, started)?;
                    self.has_room()?;
                    self.begin(program, at, Some(task), &mut rest.others);
                }
                Value::None
            }
            Effect::Spawn { task: made, code, arguments, daemon, after, awaited } => {
                self.has_room()?;
                if self.task_count() >= MOST_TASKS {
                    return Err(room::thread(MOST_TASKS));
                }
                let mut machine = Machine::new(program, made, code, &table.get_list(arguments), daemon);
                machine.enter_process(self.task(task).machine.process());
                let made_task = Task { awaited, ..Task::new(made, daemon, machine) };
                self.spawn(program, task, (made_task, after), &mut rest.others);
                Value::Task(made)
            }
            Effect::Join(joined, _) if program.process_behind(joined).is_some() => {
                self.may_join(program, task, joined)?;
                Value::Bool(matches!(self.task(joined).pending, Pending::Ended(_)))
            }
            Effect::IsAlive(asked) if let Some(process) = program.process_behind(asked) => {
                // Of oneself and of what has not started one may ask, too (`BaseProcess.is_alive`).
                let (mine, has_started) = (process == self.task(task).machine.process(), self.has_started(process));
                if !mine && has_started {
                    self.own_child(task, process, "test")?;
                }
                Value::Bool(has_started && !matches!(self.task(asked).pending, Pending::Ended(_)))
            }
            Effect::Join(joined, _) | Effect::IsAlive(joined) | Effect::Result(joined, _) | Effect::State(joined)
                if let Err(other) = self.same_process(task, joined) =>
            {
                return Err(other);
            }
            Effect::Join(joined, _) => match self.task(joined).pending {
                _ if joined == task => return Err(Failure::new("RuntimeError", "cannot join current thread")),
                Pending::New => return Err(Failure::new("RuntimeError", "cannot join thread before it is started")),
                _ => Value::Bool(self.task(joined).ended().is_some()),
            },
            Effect::Result(asked, _) => match (self.task(asked).ended(), self.task(asked).pending) {
                (Some(ending), _) => return came_to(ending),
                (None, Pending::New) => {
                    return Err(Failure::new("RuntimeError", "cannot wait for the result of a task before it is started"));
                }
                (None, _) => return Err(Failure::new("TimeoutError", "")),
            },
            Effect::Results(_, Patience::Never) if !self.is_fulfillable(program, task, effect) => {
                return Err(Failure::new("TimeoutError", ""));
            }
            Effect::Results(jobs, _) => {
                if let Some(failed) = self.unreturned(program, jobs) {
                    self.cancel_each(program, jobs, &mut rest.others);
                    let ending = self.task(failed).ended();
                    return ending.map_or_else(|| Err(Failure::new("TimeoutError", "")), came_to);
                }
                let returned = |job: &Value| match *job {
                    Value::Task(job) => match self.task(job).ended() {
                        Some(Ending::Returned(value)) => value,
                        _ => unreachable!("all of them have returned"),
                    },
                    _ => unreachable!("jobs are tasks"),
                };
                let values: Vec<Value> = table.get_list(jobs).iter().map(returned).collect();
                Value::List(table.list(&values)?)
            }
            Effect::Submit { pool, task: job, code, arguments, callbacks } => {
                let [done, failed] = callbacks;
                let done = done.map(|code| Callback { code, of: Told::Value });
                let callbacks: Vec<Callback> =
                    done.into_iter().chain(failed.map(|code| Callback { code, of: Told::Exception })).collect();
                let new = (job, table.get_list(arguments).to_vec());
                if let Resource::EventLoop(_) = self.resources[pool.index()] {
                    self.submit_to_loop(program, task, (pool, code, callbacks), new, &mut rest.others)?;
                } else {
                    self.submit(program, task, (pool, code, &callbacks), &[new], &mut rest.others)?;
                }
                Value::Task(job)
            }
            Effect::SubmitEach { pool, code, jobs, items } => {
                let job = |(job, item): (&Value, &Value)| match *job {
                    Value::Task(job) => (job, vec![*item]),
                    _ => unreachable!("jobs are tasks"),
                };
                let each: Vec<NewJob> = table.get_list(jobs).iter().zip(&*table.get_list(items)).map(job).collect();
                self.submit(program, task, (pool, code, &[]), &each, &mut rest.others)?;
                Value::List(jobs)
            }
            Effect::AddCallback(future, code) => {
                let at = self.position(future);
                let is_open = self.tasks[at].ended().is_none();
                if is_open {
                    self.tasks[at].callbacks.push_back(Callback { code, of: Told::Future });
                }
                Value::Bool(is_open)
            }
            Effect::ClosePool(pool) => {
                self.close_pool(pool, &mut rest.others);
                Value::None
            }
            Effect::TerminatePool(pool) => {
                let told = self.terminate_pool(program, pool, &mut rest.others);
                to_tell(table, &told)?.unwrap_or(Value::None)
            }
            Effect::JoinPool(pool, Patience::Never) if !self.pool(pool).lets_join() => Value::Bool(false),
            Effect::JoinPool(pool, _) => {
                if !self.pool(pool).is_closed() {
                    return Err(Failure::new("ValueError", "Pool is still running"));
                }
                Value::None
            }
            Effect::State(asked) => Value::Text(table.text(self.progress(asked).word())?),
            Effect::Cancel(job) if self.task(job).pool.is_some() => {
                let (cancelled, told) = self.cancel_job(program, job, &mut rest.others);
                to_tell(table, &told)?.unwrap_or(Value::Bool(cancelled))
            }
            Effect::Cancel(timer) => {
                self.cancel(timer, &mut rest.others)?;
                Value::None
            }
            Effect::Enumerate => {
                let alive: Vec<Value> = self.fellows(task).map(Value::Task).collect();
                Value::List(table.list(&alive)?)
            }
            Effect::ActiveCount => Value::Int(i64::try_from(self.fellows(task).count()).expect("the number of tasks is limited")),
            Effect::IsAlive(asked) => {
                let asked = self.task(asked);
                Value::Bool(asked.ended().is_none() && asked.pending != Pending::New)
            }
            Effect::Now => Value::float(now.seconds()),
            Effect::Compute { .. }
            | Effect::Print(_)
            | Effect::Mark(_)
            | Effect::YieldCpu
            | Effect::Sleep(_)
            | Effect::Request(_)
            | Effect::ReadFile(_)
            | Effect::WriteFile(_)
            | Effect::Reply { .. }
            | Effect::Random(_) => Value::None,
            Effect::Ask { server, .. } => Value::Int(program.latency(server).0.cast_signed()),
        };
        Ok(Done::Value(value))
    }

    /// Of a list of jobs the first that has not returned a value.
    #[must_use]
    pub fn unreturned(&self, program: &Program, jobs: ListId) -> Option<TaskId> {
        let list = program.table.get_list(jobs);
        let jobs = list.iter().filter_map(|job| if let Value::Task(job) = job { Some(*job) } else { None });
        jobs.into_iter().find(|&job| !matches!(self.task(job).ended(), Some(Ending::Returned(_))))
    }

    /// Cancels those of a list of jobs that have not begun.
    fn cancel_each(&mut self, program: &Program, jobs: ListId, records: &mut Vec<Record>) {
        for job in &*program.table.get_list(jobs) {
            if let Value::Task(job) = *job {
                self.cancel_job(program, job, records);
            }
        }
    }

    pub(super) fn release(&mut self, program: &Program, task: TaskId, resource: ResourceId) -> Result<Option<TaskId>, Failure> {
        match (&mut self.resources[resource.index()], program.resources[resource.index()].kind) {
            (Resource::Lock(lock), ResourceKind::Lock { owner_checked, .. }) => lock.release(task, owner_checked),
            (Resource::Reentrant(lock), _) => lock.release(task).map(|()| None),
            (Resource::Semaphore(semaphore), ResourceKind::Semaphore { permits, bounded }) => {
                semaphore.release(bounded.then_some(permits)).map(|()| None)
            }
            _ => unreachable!("the machine checks what is released"),
        }
    }

    /// A sleep is over, or a wait has lasted as long as it may.
    pub(super) fn elapse(&mut self, program: &Program, at: usize, effect: Effect, block: BlockId, records: &mut Vec<Record>) {
        let task = self.tasks[at].id;
        let outcome = match effect {
            Effect::Acquire(resource, _) => {
                if let Resource::Lock(lock) = &mut self.resources[resource.index()] {
                    lock.give_up(task);
                }
                Outcome::Value(Value::Bool(false))
            }
            Effect::Wait(resource, _) => match &mut self.resources[resource.index()] {
                Resource::Condition(_) => {
                    records.push(Record { task, block, what: What::TimedOut(effect, Outcome::Value(Value::Bool(false))) });
                    return self.retakes(program, resource, at, block, false);
                }
                Resource::Event(event) => {
                    event.line.retain(|&waiting| waiting != task);
                    Outcome::Value(Value::Bool(false))
                }
                Resource::Barrier(barrier) => {
                    barrier.line.retain(|&(waiting, _)| waiting != task);
                    let Failure { name, message } = signal::broken();
                    let outcome = Outcome::Raise(program.table.raise(name, &message, Some(block)));
                    let others = self.break_barrier(resource);
                    records.push(Record { task, block, what: What::TimedOut(effect, outcome) });
                    self.go_on(program, at, outcome, records);
                    return self.give(program, others, records);
                }
                _ => unreachable!("the machine checks what is waited for"),
            },
            Effect::Join(..) => Outcome::Value(Value::Bool(false)),
            Effect::Results(jobs, _) => {
                self.cancel_each(program, jobs, records);
                Outcome::Raise(program.table.raise("TimeoutError", "", Some(block)))
            }
            Effect::Result(..) => Outcome::Raise(program.table.raise("TimeoutError", "", Some(block))),
            Effect::Put(..) | Effect::PutAcross { .. } => Outcome::Raise(program.table.raise("Full", "", Some(block))),
            Effect::Get(..) => Outcome::Raise(program.table.raise("Empty", "", Some(block))),
            Effect::Rest(_) | Effect::Request(_) | Effect::ReadFile(_) | Effect::WriteFile(_) => Outcome::Value(Value::None),
            Effect::Sleep(_) => {
                if self.tasks[at].timer == Timer::Waiting {
                    self.tasks[at].timer = Timer::Over;
                }
                Outcome::Value(Value::None)
            }
            _ => unreachable!("only these take time"),
        };
        records.push(Record { task, block, what: What::TimedOut(effect, outcome) });
        self.go_on(program, at, outcome, records);
    }
}

/// What asking for a result gives of a task that has ended.
fn came_to(ending: Ending) -> Result<Done, Failure> {
    match ending {
        Ending::Returned(value) => Ok(Done::Value(value)),
        Ending::Raised(exception) => Ok(Done::Raise(exception)),
        Ending::Cancelled | Ending::Cut => Err(Failure::new("CancelledError", "")),
    }
}
