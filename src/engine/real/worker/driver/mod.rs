//! Runs one task on one thread: the interpreter says what it wants, the real world answers. Every effect's real meaning is chosen
//! here and done by its resource; what it must mean is written in `engine::world`. What concerns other tasks is in `tasks`.

mod coroutine;
mod future;
mod jobs;
mod life;
mod mail;
mod network;
mod remote;
mod tasks;
mod telling;

pub(in crate::engine::real) use self::life::{give_thread, run};
pub(in crate::engine::real) use self::remote::work_for_a_pool;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use self::coroutine::Rest;
use super::family;
use super::sign;
use super::yard::{Resource, Yard};
use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Progress, Step};
use crate::engine::real::resource::across::Refused as NotReleased;
use crate::engine::real::resource::lock::Misuse;
use crate::engine::real::resource::queue::{Moved, Refused};
use crate::engine::real::task::all::{Phase, Task};
use crate::engine::real::task::compute::compute;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::transport::shot::Stand;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::machine::{Host, Machine};
use crate::time::Nanos;
use crate::trace::{EventKind, NOTHING};
use crate::value::collection::changed;
use crate::value::comparison::{equal, order};
use crate::value::format::{exception_line, type_name};
use crate::value::operation::{Binary, binary};
use crate::value::{ExceptionId, Failure, ListId, TextId, Value};

/// Turns of loops and calls between two looks at the orders: some tens of microseconds.
const ALLOWANCE: u32 = 1024;
/// A task's stack: the interpreter keeps the tasks' own frames on the heap.
const STACK_BYTES: usize = 256 << 10;

/// What a task is answered with, or that the run ends.
type Answer = Result<Result<Value, Failure>, Cut>;

/// A task on its thread.
struct Driver {
    yard: &'static Yard,
    context: Context,
    random: u64,
    /// The label used last, with its number.
    label: Option<(TextId, u32)>,
    /// Its coroutines that wait for the jobs of a `map`.
    maps: BTreeMap<TaskId, ListId>,
}

/// The machine of a task that runs in this process.
fn machine_of(yard: &Yard, task: &Task, arguments: &[Value]) -> Box<Machine> {
    let mut machine = Machine::new(&yard.program, task.id, task.code, arguments, task.daemon);
    machine.enter_process(yard.process);
    Box::new(machine)
}

/// A number that looks random, for a seed (Steele, Lea and Flood, 2014).
const fn splitmix(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// What tasks do most, when it goes well and nobody wants anything of them.
impl Host for Driver {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "each instruction asks for one kind of effect: the others fall away")]
    fn answer_at_once(&mut self, effect: Effect, block: BlockId) -> Option<Value> {
        if self.context.is_ordered() {
            return None;
        }
        match effect {
            Effect::Acquire(id, _) => match self.resource(id) {
                Resource::Lock(lock) => lock.acquire_at_once(&mut self.context, block).then_some(Value::Bool(true)),
                Resource::Semaphore(semaphore) => {
                    semaphore.acquire_at_once(&mut self.context, block).then_some(Value::Bool(true))
                }
                _ => None,
            },
            Effect::Release(id) => {
                let released = match self.resource(id) {
                    Resource::Lock(lock) => lock.release_at_once(&mut self.context, block),
                    Resource::Semaphore(semaphore) => semaphore.release_at_once(&mut self.context, block),
                    _ => false,
                };
                if released && self.yard.has_loops {
                    self.ring();
                }
                released.then_some(Value::None)
            }
            Effect::Enter(id, access, _) => match self.resource(id) {
                Resource::ReadWrite(lock) => lock.enter_at_once(&mut self.context, access, block).then_some(Value::None),
                _ => None,
            },
            Effect::Leave(id, access) => match self.resource(id) {
                Resource::ReadWrite(lock) => {
                    self.context.step(block);
                    lock.leave(&mut self.context, access);
                    if self.yard.has_loops {
                        self.ring();
                    }
                    Some(Value::None)
                }
                _ => None,
            },
            Effect::Load(id) => match self.resource(id) {
                Resource::Shared(shared) => {
                    self.context.step(block);
                    Some(shared.load(&mut self.context))
                }
                _ => None,
            },
            Effect::Store(id, value) => match self.resource(id) {
                Resource::Shared(shared) => {
                    self.context.step(block);
                    shared.store(&mut self.context, value);
                    Some(Value::None)
                }
                _ => None,
            },
            _ => None,
        }
    }

    #[inline]
    fn begin(&mut self, block: BlockId) {
        self.context.begin_block(block);
    }

    #[inline]
    fn pass_check_point(&mut self) -> bool {
        !self.context.is_ordered() && !self.context.is_asked_for_interpreter()
    }

    #[inline]
    fn now(&mut self) -> Nanos {
        self.yard.frame.clock.now()
    }

    #[inline]
    fn round(&mut self, event_loop: ResourceId, length: Nanos) {
        if self.context.counts() {
            let tally = self.context.tallies.of(event_loop);
            tally.acquisitions += 1;
            tally.held(length.0);
        }
    }

    #[inline]
    fn turn(&mut self, from: TaskId, block: BlockId, to: TaskId) {
        self.tell_turn(from, block, to);
    }

    #[inline]
    fn compares(&self) -> bool {
        false
    }

    fn moment(&mut self, coroutine: TaskId, moment: Moment) {
        self.tell_moment(coroutine, moment);
    }
}

impl Driver {
    /// This thread's, for a task that begins here.
    fn new(yard: &'static Yard, task: &Task) -> Self {
        let random = splitmix(yard.seed ^ splitmix(u64::from(task.id.0)));
        let mut driver =
            Self { yard, context: Context::new(yard.frame, task.id, task.block), random, label: None, maps: BTreeMap::new() };
        driver.context.stand = Some(Stand { program: &yard.program, machine: None });
        task.runs_at(driver.context.waiter.alarm());
        let now = driver.context.stamp();
        driver.context.event(EventKind::Started, NOTHING, 0, now);
        driver
    }

    /// Runs the machine to its end. Wherever it stands meanwhile, the context has it: whoever waits in there can tell what it
    /// stands in.
    fn drive(&mut self, mut machine: Box<Machine>) -> Result<(Ending, Box<Machine>), Cut> {
        let program = &self.yard.program;
        let mut outcome = Outcome::Value(Value::None);
        loop {
            self.context.enter_interpreter()?;
            let step = machine.resume_at(self, program, outcome, ALLOWANCE);
            if let Step::Done(ending) = step {
                self.context.check()?;
                return Ok((ending, machine));
            }
            let rests = if let Step::Perform(Effect::Rest(_), _) = step { Some(Rest::of(&machine)) } else { None };
            self.leave_standing(machine);
            self.context.check()?;
            outcome = match step {
                Step::Perform(Effect::Rest(patience), block) => self.rest(&rests.expect("it rests"), patience, block)?,
                Step::Perform(effect, block) => self.perform(effect, block)?,
                Step::CheckPoint(block) => {
                    self.context.stand(block);
                    self.context.check_point()?;
                    Outcome::Value(Value::None)
                }
                Step::Busy(block) => {
                    self.context.stand(block);
                    Outcome::Value(Value::None)
                }
                Step::Done(_) => unreachable!("it has been told"),
            };
            machine = self.take_up();
        }
    }

    #[inline]
    fn leave_standing(&mut self, machine: Box<Machine>) {
        if let Some(stand) = &mut self.context.stand {
            stand.machine = Some(machine);
        }
    }

    #[inline]
    fn take_up(&mut self) -> Box<Machine> {
        self.context.stand.as_mut().and_then(|stand| stand.machine.take()).expect("it was left there")
    }

    fn perform(&mut self, effect: Effect, block: BlockId) -> Result<Outcome, Cut> {
        self.context.step(block);
        let table = &self.yard.program.table;
        let answer = match effect {
            effect if self.is_strange(effect) => Err(Failure::new("RuntimeError", "this coroutine is of another event loop")),
            Effect::Result(of, patience) => match self.result(of, patience)? {
                Ok(Ending::Returned(value)) => Ok(value),
                Ok(Ending::Raised(exception)) => return Ok(self.raised(exception)),
                Ok(Ending::Cancelled | Ending::Cut) => Err(Failure::new("CancelledError", "")),
                Err(failure) => Err(failure),
            },
            Effect::Results(jobs, patience) => match self.results(jobs, patience)? {
                Ok(values) => values,
                Err(exception) => return Ok(self.raised(exception)),
            },
            _ => self.answer(effect)?,
        };
        self.ring();
        Ok(match answer {
            Ok(value) => Outcome::Value(value),
            Err(failure) => self.raised(table.raise(failure.name, &failure.message, Some(block))),
        })
    }

    /// Tells of an exception that an effect raises in the task.
    fn raised(&mut self, exception: ExceptionId) -> Outcome {
        let table = &self.yard.program.table;
        let raised = table.get_exception(exception);
        let now = self.context.stamp();
        let words = table.text(&exception_line(&raised.name, &raised.message));
        let label = words.map_or(NOTHING, |words| self.yard.label(words));
        self.context.event(EventKind::Raised, label, 0, now);
        self.context.step_done(now, 0);
        Outcome::Raise(exception)
    }

    fn answer(&mut self, effect: Effect) -> Answer {
        let Self { yard, context, .. } = self;
        let yard = *yard;
        let table = &yard.program.table;
        let done = Ok(Ok(Value::None));
        match effect {
            Effect::Acquire(id, patience) => match self.resource(id) {
                Resource::Lock(lock) => Ok(Ok(Value::Bool(lock.acquire(&mut self.context, patience)?))),
                Resource::Reentrant(lock) => Ok(Ok(Value::Bool(lock.acquire(&mut self.context, patience)?))),
                Resource::Semaphore(semaphore) => Ok(Ok(Value::Bool(semaphore.acquire(&mut self.context, patience)?))),
                Resource::AcrossToken(token) => Ok(Ok(Value::Bool(token.acquire(&mut self.context, patience)?))),
                _ => Ok(Err(wrong(yard, id, "acquire"))),
            },
            Effect::Release(id) => Ok(self.release(id)),
            Effect::Load(id) => match self.resource(id) {
                Resource::Shared(shared) => Ok(Ok(shared.load(&mut self.context))),
                Resource::AcrossShared(cell) => Ok(Ok(cell.load(&mut self.context, table))),
                _ => Ok(Err(wrong(yard, id, "value"))),
            },
            Effect::Store(id, value) => match self.resource(id) {
                Resource::Shared(shared) => {
                    shared.store(&mut self.context, value);
                    done
                }
                Resource::AcrossShared(cell) => Ok(cell.store(&mut self.context, table, value).map(|()| Value::None)),
                _ => Ok(Err(wrong(yard, id, "value"))),
            },
            Effect::AtomicAdd(id, more) => Ok(self.update(id, |old| {
                let number = |value| matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
                if number(old) && number(more) {
                    return binary(table, Binary::Add, old, more);
                }
                let (left, right) = (type_name(table, old), type_name(table, more));
                Err(Failure::new("TypeError", format!("unsupported operand type(s) for +: '{left}' and '{right}'")))
            })),
            Effect::Update(id, change) => {
                let mut answer = Value::None;
                let updated = self.update(id, |old| {
                    let (next, taken) = changed(table, old, change)?;
                    answer = taken;
                    Ok(next)
                });
                Ok(updated.map(|_old| answer))
            }
            Effect::Swap(id, new) => Ok(self.update(id, |_old| Ok(new))),
            Effect::CompareAndSet { shared, old: expected, new } => {
                let mut set = false;
                let old = self.update(shared, |old| {
                    set = equal(table, old, expected);
                    Ok(if set { new } else { old })
                });
                Ok(old.map(|_old| Value::Bool(set)))
            }
            Effect::EnterRegion(id)
            | Effect::LeaveRegion(id)
            | Effect::Measure(id, _)
            | Effect::Enter(id, ..)
            | Effect::Leave(id, _)
            | Effect::Wait(id, _)
            | Effect::StandAside(id)
            | Effect::TakeSign(id, _)
            | Effect::LeaveLine { of: id, .. }
            | Effect::Retake { lock: id, .. }
            | Effect::Notify(id, _)
            | Effect::SetEvent(id)
            | Effect::ClearEvent(id)
            | Effect::Abort(id) => {
                self.random = splitmix(self.random);
                let answer = sign::answer(yard, &mut self.context, self.random, effect)?;
                Ok(answer.unwrap_or_else(|| Err(wrong(yard, id, "wait"))))
            }
            Effect::Put(id, item, patience) => self.put(id, item, patience),
            Effect::Get(id, patience) => match self.resource(id) {
                Resource::Queue(queue) => Ok(match queue.get(&mut self.context, patience)? {
                    Moved::Done(item) => Ok(item),
                    Moved::Late | Moved::Failed(()) => Err(Failure::new("Empty", "")),
                }),
                Resource::AcrossQueue(queue) => {
                    let got = queue.get(&mut self.context, table, patience)?;
                    Ok(got.and_then(|item| item.ok_or_else(|| Failure::new("Empty", ""))))
                }
                _ => Ok(Err(wrong(yard, id, "get"))),
            },
            Effect::TaskDone(id) => {
                let all = match self.resource(id) {
                    Resource::Queue(queue) => queue.task_done(&mut self.context),
                    Resource::AcrossQueue(queue) => queue.task_done(&mut self.context),
                    _ => return Ok(Err(wrong(yard, id, "task_done"))),
                };
                let too_many = || Failure::new("ValueError", "task_done() called too many times");
                Ok(all.map(Value::Bool).ok_or_else(too_many))
            }
            Effect::JoinQueue(id, Patience::Never) => match self.resource(id) {
                Resource::Queue(queue) => Ok(Ok(Value::Bool(queue.try_join(&mut self.context)))),
                _ => Ok(Err(wrong(yard, id, "join"))),
            },
            Effect::Joined(id) => match self.resource(id) {
                Resource::Queue(queue) => {
                    queue.joined(&mut self.context);
                    Ok(Ok(Value::Bool(true)))
                }
                _ => Ok(Err(wrong(yard, id, "join"))),
            },
            Effect::JoinQueue(id, _) => match self.resource(id) {
                Resource::Queue(queue) => queue.join(&mut self.context).map(|()| Ok(Value::Bool(true))),
                Resource::AcrossQueue(queue) => queue.join(&mut self.context).map(|()| Ok(Value::Bool(true))),
                _ => Ok(Err(wrong(yard, id, "join"))),
            },
            Effect::Length(id) => match self.resource(id) {
                Resource::Queue(queue) => Ok(Ok(self.now(Value::Int(i64::try_from(queue.len()).unwrap_or(i64::MAX))))),
                Resource::AcrossQueue(queue) => Ok(Ok(self.now(Value::Int(i64::try_from(queue.len()).unwrap_or(i64::MAX))))),
                _ => Ok(Err(wrong(yard, id, "__len__"))),
            },
            Effect::Compute { work, kind, native } => {
                if native {
                    context.leave_interpreter();
                }
                compute(context, work, kind).map(|()| Ok(Value::None))
            }
            Effect::Sleep(length) => context.sleep(length).map(|()| Ok(Value::None)),
            Effect::Request(_) | Effect::Ask { .. } | Effect::Reply { .. } | Effect::ReadFile(_) | Effect::WriteFile(_) => {
                self.outside(effect)
            }
            Effect::Print(text) => {
                self.print(text);
                done
            }
            Effect::Mark(text) => {
                self.mark(text);
                done
            }
            Effect::Start(id) => Ok(self.start_declared(id)),
            Effect::Spawn { task, code, arguments, daemon, after, awaited } => {
                let arguments = table.get_list(arguments).to_vec();
                let block = yard.program.codes[code.index()].block;
                let task = Task::new(task, table.task_name(task).to_string(), code, block, daemon).spawned(after, awaited);
                Ok(self.spawn(&task, arguments))
            }
            Effect::Join(id, patience) => self.join(id, patience),
            Effect::Cancel(id) if yard.tasks.get(id).is_some_and(|task| task.pool.is_some()) => Ok(self.cancel_job(id)),
            Effect::Cancel(id) => {
                let now = yard.frame.clock.now();
                let is_timer = yard.tasks.get(id).is_some_and(|task| task.cancel(now));
                let none = self.now(Value::None);
                let refused = || Failure::new("AttributeError", "'Thread' object has no attribute 'cancel'");
                Ok(is_timer.then_some(none).ok_or_else(refused))
            }
            Effect::Enumerate => {
                let alive: Vec<Value> = self.alive().map(Value::Task).collect();
                let list = table.list(&alive).map(Value::List).map_err(Failure::from);
                self.now(Value::None);
                Ok(list)
            }
            Effect::ActiveCount => {
                let count = i64::try_from(self.alive().count()).unwrap_or(i64::MAX);
                Ok(Ok(self.now(Value::Int(count))))
            }
            Effect::IsAlive(id) => {
                if let Err(refused) = self.may_ask(id) {
                    return Ok(Err(refused));
                }
                let alive = yard.tasks.get(id).is_some_and(|task| task.phase() == Phase::Alive);
                Ok(Ok(self.now(Value::Bool(alive))))
            }
            Effect::State(id) => {
                if let Err(refused) = self.reachable(id, "test") {
                    return Ok(Err(refused));
                }
                let progress = yard.tasks.get(id).map_or(Progress::Pending, |task| self.progress(&task));
                let word = table.text(progress.word()).map(Value::Text).map_err(Failure::from);
                self.now(Value::None);
                Ok(word)
            }
            Effect::Result(..) | Effect::Results(..) => unreachable!("`perform` answers these: they raise what the task raised"),
            Effect::Submit { .. }
            | Effect::SubmitEach { .. }
            | Effect::AddCallback(..)
            | Effect::ClosePool(_)
            | Effect::TerminatePool(_)
            | Effect::JoinPool(..) => self.executor(effect),
            Effect::PutAcross { queue, item, bytes, patience } => match self.resource(queue) {
                Resource::AcrossQueue(queue) => {
                    let put = queue.put(&mut self.context, table, (item, bytes), patience)?;
                    Ok(put.and_then(|put| if put { Ok(Value::None) } else { Err(Failure::new("Full", "")) }))
                }
                _ => Ok(Err(wrong(yard, queue, "put"))),
            },
            Effect::Send { pipe, message, bytes, patience } => match self.resource(pipe) {
                Resource::Pipe(pipe) => {
                    let sent = pipe.send(&mut self.context, table, (message, bytes), patience)?;
                    Ok(sent.map(|sent| if sent { Value::None } else { Value::Bool(false) }))
                }
                _ => Ok(Err(wrong(yard, pipe, "send"))),
            },
            Effect::Receive(pipe, patience) => match self.resource(pipe) {
                Resource::Pipe(pipe) => pipe.receive(&mut self.context, table, patience),
                _ => Ok(Err(wrong(yard, pipe, "recv"))),
            },
            Effect::Close(pipe, ends) => match self.resource(pipe) {
                Resource::Pipe(pipe) => {
                    pipe.close(&mut self.context, ends);
                    done
                }
                _ => Ok(Err(wrong(yard, pipe, "close"))),
            },
            Effect::SpawnProcess { code, arguments, .. } => Ok(self.spawn_process(code, &table.get_list(arguments))),
            Effect::Terminate(main) => Ok(self.child(main, "terminate").map(|process| {
                family::terminate(yard, process);
                self.now(Value::None)
            })),
            Effect::RunCommand(words) => {
                let texts = table.get_list(words);
                let words: Vec<String> = texts
                    .iter()
                    .filter_map(|&word| match word {
                        Value::Text(text) => Some(table.get_text(text).to_string()),
                        _ => None,
                    })
                    .collect();
                let ran = super::command::run(context, &words, yard.setup.allow_commands)?;
                Ok(ran.and_then(|(code, output)| {
                    let both = [Value::Int(code), Value::Text(table.text(&output)?)];
                    Ok(Value::List(table.list(&both)?))
                }))
            }
            Effect::ExitCode(main) => {
                let process = yard.program.process_behind(main);
                let code = process.map_or(Value::None, |process| family::exit_code(yard, process));
                Ok(Ok(self.now(code)))
            }
            Effect::ProcessNumber { parent } => Ok(Ok(self.now(family::number(parent)))),
            Effect::OpenLoop(id) => Ok(self.open_loop(id)),
            Effect::CloseLoop(id) => Ok(Ok(self.close_loop(id))),
            Effect::Rest(_) => unreachable!("whoever drives the machine lets it rest"),
            Effect::YieldCpu => {
                context.leave_interpreter();
                std::thread::yield_now();
                Ok(Ok(self.now(Value::None)))
            }
            Effect::Random(below) => {
                self.random = splitmix(self.random);
                let random = i64::try_from(self.random % below.max(1)).unwrap_or(0);
                Ok(Ok(self.now(Value::Int(random))))
            }
            Effect::Now => {
                let now = yard.frame.clock.now();
                Ok(Ok(self.now(Value::float(now.seconds()))))
            }
        }
    }

    #[inline]
    fn resource(&self, id: ResourceId) -> &'static Resource {
        let yard = self.yard;
        &yard.resources[id.index()]
    }

    /// Answers without an event.
    fn now(&mut self, value: Value) -> Value {
        let now = self.context.stamp();
        self.context.step_done(now, 0);
        value
    }

    fn release(&mut self, id: ResourceId) -> Result<Value, Failure> {
        let refused = match self.resource(id) {
            Resource::Lock(lock) => lock.release(&mut self.context).map_err(|misuse| match misuse {
                Misuse::Free => Failure::new("RuntimeError", "release unlocked lock"),
                Misuse::NotOwner => Failure::new("RuntimeError", "cannot release un-acquired lock"),
            }),
            Resource::Reentrant(lock) => lock
                .release(&mut self.context)
                .map_err(|_not_owner| Failure::new("RuntimeError", "cannot release un-acquired lock")),
            Resource::Semaphore(semaphore) => semaphore
                .release(&mut self.context)
                .map_err(|_overfull| Failure::new("ValueError", "Semaphore released too many times")),
            Resource::AcrossToken(token) => {
                token.release(&mut self.context).map_err(|refused| match (refused, token.is_lock()) {
                    (NotReleased::Full, false) => Failure::new("ValueError", "Semaphore released too many times"),
                    (NotReleased::Full, true) => Failure::new("RuntimeError", "release unlocked lock"),
                    (NotReleased::NotOwner, _) => Failure::new("RuntimeError", "cannot release un-acquired lock"),
                })
            }
            _ => return Err(wrong(self.yard, id, "release")),
        };
        refused.map(|()| Value::None)
    }

    fn update(&mut self, id: ResourceId, new: impl FnOnce(Value) -> Result<Value, Failure>) -> Result<Value, Failure> {
        match self.resource(id) {
            Resource::Shared(shared) => shared.update(&mut self.context, new),
            Resource::AcrossShared(cell) => cell.update(&mut self.context, &self.yard.program.table, new),
            _ => Err(wrong(self.yard, id, "value")),
        }
    }

    fn put(&mut self, id: ResourceId, item: Value, patience: Patience) -> Answer {
        let Resource::Queue(queue) = self.resource(id) else { return Ok(Err(wrong(self.yard, id, "put"))) };
        let table = &self.yard.program.table;
        let less = |left, right| order(table, "<", left, right).map(|order| order.unwrap_or(Ordering::Equal));
        Ok(match queue.put(&mut self.context, item, patience, less)? {
            Moved::Done(()) => Ok(Value::None),
            Moved::Late => Err(Failure::new("Full", "")),
            Moved::Failed(Refused::Memory) => Err(Failure::full_queue()),
            Moved::Failed(Refused::Compare(failure)) => Err(failure),
        })
    }
}

/// The compiler and the interpreter check what an effect is done to; this is what is left if they do not.
fn wrong(yard: &Yard, id: ResourceId, name: &str) -> Failure {
    let kind = type_name(&yard.program.table, Value::Resource(id));
    Failure::new("AttributeError", format!("'{kind}' object has no attribute '{name}'"))
}
