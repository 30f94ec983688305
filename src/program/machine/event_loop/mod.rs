//! An event loop: the coroutines that one task runs in turn, each until it awaits. Who goes next is decided here, by asyncio's rules
//! (CPython 3.11: `Lib/asyncio/base_events.py` `_run_once`, `tasks.py` `__step`, `futures.py`), so that the order is asyncio's.
//! Going from one coroutine to another asks nobody; the engine is asked for time, and for what others than this task may change.

mod asking;
mod awaiting;
mod coroutine;
mod ending;
mod greenlet;
mod line;
mod mail;
mod making;
pub(super) mod seen;
mod signs;
mod timers;
mod turn;
mod waits;
mod wrapped;

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU64;

use crate::effect::{Effect, Moment, Outcome, Patience, Step};
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::value::{ExceptionId, Failure, Value};

use self::coroutine::{Coroutine, Kind};
use self::line::Lines;
use self::timers::Timers;
use self::waits::Ended;
use super::super::Program;
use super::super::instruction::Into;
use super::{Caller, Host, Machine, Turn};

/// Turns of coroutines between two looks of the engine.
const MOST_TURNS: u32 = 1024;
/// Rounds between two looks whether another thread has done what a coroutine waits for, while others always have something to do.
/// Whether somebody has submitted a job, or one has ended that a coroutine awaits, is looked for in each, as asyncio does.
const ROUNDS_A_LOOK: u32 = 16;

/// Rounds that a loop goes on for after all is over: two for each of `shutdown_asyncgens` and `shutdown_default_executor`
/// (Lib/asyncio/runners.py, `Runner.close`).
const LAST_ROUNDS: u32 = 4;
/// Before them, if any had to be cancelled: for the gathering of those.
const GATHERING: u32 = 2;

/// A loop that rests keeps room for so many that are due, and for as much to tell of them.
const READY_KEPT: usize = 256;

/// A coroutine that runs in a loop: an asyncio Task.
pub(super) type Number = u32;

/// What a suspended body goes on with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Fiber {
    code: CodeId,
    pc: u32,
    base: u32,
    deliver: Into,
    handled: Value,
    callers: Vec<Caller>,
    stack: Vec<Value>,
}

impl Fiber {
    /// What it runs, its next instruction, where its locals begin, who called, and the values of all.
    pub(super) fn parts(&self) -> (CodeId, u32, u32, &[Caller], &[Value]) {
        (self.code, self.pc, self.base, &self.callers, &self.stack)
    }

    /// The block it stands at.
    fn block(&self, program: &Program) -> BlockId {
        let code = &program.codes[self.code.index()];
        code.blocks.get(self.pc.saturating_sub(1) as usize).copied().unwrap_or(code.block)
    }
}

/// See the file's head.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct EventLoop {
    /// As code names it.
    id: ResourceId,
    /// The one that its process means by that.
    placed: ResourceId,
    /// Whoever runs the loop goes on here when it ends.
    home: Fiber,
    /// It runs others wherever a task would wait.
    gevent: bool,
    /// Where tasks do not: the coroutine that has switched to a greenlet. The end of a greenlet gives control back to it.
    outer: Option<Number>,
    phase: Phase,
    tasks: Vec<Coroutine>,
    /// By task, ascending.
    numbers: Vec<(TaskId, Number)>,
    alive: u32,
    /// What is due, in order.
    ready: VecDeque<Handle>,
    /// How much of it was due when this round began.
    left: usize,
    timers: Timers,
    timed: NonZeroU64,
    lines: Lines,
    /// Who has taken what in the name of the loop, and how often.
    holds: BTreeMap<(ResourceId, Number), u32>,
    /// Who runs.
    current: Option<Number>,
    asked: Asked,
    now: Nanos,
    turns: u32,
    rounds: u32,
    /// When the round under way began; none between two.
    began: Option<Nanos>,
    /// How many rest for answers of which the engine will tell.
    calls: u32,
    /// Whether others may submit jobs to it.
    open: bool,
    /// Those of its `to-thread` that nobody has seen end: it waits for them before it ends (asyncio's `shutdown_default_executor`).
    threads: Vec<TaskId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    /// Until this one has ended; none: until all have.
    Running(Option<Number>),
    /// That one has; the round is gone through to its end.
    Stopping(Number),
    /// Those below this number are cancelled and run to their ends.
    Closing(Number, Number),
    /// They have; what they have begun meanwhile has so many rounds left.
    Leaving(u32, Number),
}

/// What the engine has been asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Asked {
    Nothing,
    /// To let the loop begin.
    Open,
    /// To wait.
    Rest,
    /// Something that the running coroutine wants, in this way or not at all.
    Try(Effect),
    /// Something that the running coroutine wants.
    Effect(Effect),
    /// To send a request of the running coroutine's.
    Request(ResourceId),
    /// To cancel a future with the running coroutine, which then goes on with this.
    CancelWith(TaskId, Outcome),
    /// To let the running coroutine stand in line for a sign.
    Aside(Effect),
    /// To take it out of that line; then it goes on with this.
    Left {
        of: ResourceId,
        woken: bool,
        arrived: Outcome,
    },
    /// To wait for one of its threads.
    Thread,
    /// To end the loop, which comes to this.
    Close(Outcome),
}

/// What is to be done: asyncio's Handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Handle {
    /// It goes on, for the first time or after it gave others a turn.
    Step(Number),
    /// It goes on by raising this.
    Throw(Number, ExceptionId),
    /// It goes on with what has arrived for it.
    Wake(Number),
    /// The time is over that it waits for with this serial number.
    Time(Number, u32),
    /// This one has ended, which somebody wanted to know.
    Ended(Number, Callback),
}

/// Who wants to know of an end: with the serial number of the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Callback {
    /// One that awaits it.
    Awaits(Number, u32),
    /// One that gathers it with others.
    Gathers(Number, u32),
    /// One that waits for it for a time.
    WaitsFor(Number, u32),
    /// One that shields it.
    Shields(Number, u32),
    /// A routine that is told of it: it runs on the loop, in a turn of its own.
    Calls(CodeId),
    /// The loop, which ends with it.
    Stop,
}

impl EventLoop {
    fn task(&self, number: Number) -> &Coroutine {
        &self.tasks[number as usize]
    }

    fn task_mut(&mut self, number: Number) -> &mut Coroutine {
        &mut self.tasks[number as usize]
    }

    /// Whether all below a number have ended; a future that nobody waits for any more is left as it is.
    fn is_over(&self, below: Number) -> bool {
        self.tasks[..below as usize].iter().all(|task| task.ended().is_some() || task.is_future())
    }

    /// All have ended. gevent's hub goes on while anything is due.
    const fn leaving(&self, first: u32, main: Number) -> Phase {
        Phase::Leaving(if self.gevent { u32::MAX } else { first + LAST_ROUNDS }, main)
    }

    /// Whether nobody runs.
    pub(super) const fn is_idle(&self) -> bool {
        self.current.is_none()
    }

    /// The running coroutine asks the engine for something.
    pub(super) fn asks(&mut self, effect: Effect) {
        self.asked = Asked::Effect(effect);
        if let Effect::Spawn { task, awaited: true, .. } = effect {
            self.threads.push(task);
        }
    }

    /// Takes one more into the loop; it begins when its turn comes.
    fn add(&mut self, id: TaskId, fiber: Fiber, is_greenlet: bool) -> Number {
        let number = Number::try_from(self.tasks.len()).expect("tasks are fewer than ids");
        let kind = if is_greenlet { Kind::Greenlet } else { Kind::Coroutine };
        self.tasks.push(Coroutine::new(id, fiber, kind));
        self.call(id, number);
        self.alive += 1;
        if !is_greenlet || self.gevent {
            self.ready.push_back(Handle::Step(number));
        }
        number
    }

    /// A turn in which a routine is told of the end of `id`.
    fn add_callback(&mut self, id: TaskId, fiber: Fiber) -> Number {
        self.alive += 1;
        self.add_apart(id, fiber, Kind::Callback)
    }

    /// One that is no task, of which nothing is told: `id` is not its own.
    fn add_apart(&mut self, id: TaskId, fiber: Fiber, kind: Kind) -> Number {
        let number = Number::try_from(self.tasks.len()).expect("tasks are fewer than ids");
        self.tasks.push(Coroutine::new(id, fiber, kind));
        number
    }

    /// Which one a task is.
    fn number(&self, id: TaskId) -> Option<Number> {
        let at = self.numbers.binary_search_by_key(&id, |entry| entry.0).ok()?;
        Some(self.numbers[at].1)
    }

    /// A task is this one from now on.
    fn call(&mut self, id: TaskId, number: Number) {
        match self.numbers.binary_search_by_key(&id, |entry| entry.0) {
            Ok(at) => self.numbers[at].1 = number,
            Err(at) => self.numbers.insert(at, (id, number)),
        }
    }

    /// What one waits for has come: it goes on with it when its turn comes. False if something had come before.
    fn arrives(&mut self, number: Number, outcome: Outcome) -> bool {
        let task = self.task_mut(number);
        let first = task.arrival().is_none();
        if first {
            task.set_arrival(outcome);
            self.ready.push_back(Handle::Wake(number));
        }
        first
    }

    /// What whoever runs the loop goes on with.
    pub(super) const fn home(&self) -> &Fiber {
        &self.home
    }

    /// Who runs, and what others have left of it.
    pub(super) fn current(&self) -> Option<(TaskId, &Fiber)> {
        let task = self.task(self.current?);
        (!task.is_future()).then_some((task.id, &task.fiber))
    }

    /// Those that have not ended, the last made first.
    pub(super) fn suspended(&self) -> impl Iterator<Item = (TaskId, &Fiber)> {
        let there = self.tasks.iter().rev().filter(|task| task.ended().is_none() && !task.is_no_task());
        there.map(|task| (task.id, &task.fiber))
    }

    /// The values that its suspended coroutines hold.
    pub(super) fn values(&self) -> impl Iterator<Item = Value> {
        let fibers = self.tasks.iter().map(|task| &task.fiber).chain([&self.home]);
        let values = fibers.flat_map(|fiber| fiber.stack.iter().copied().chain([fiber.handled]));
        values.chain(self.tasks.iter().filter_map(|task| match task.ended() {
            Some(Ended::Returned(value)) => Some(value),
            _ => None,
        }))
    }

    /// The bodies it is inside of. A future stands where whoever wanted it stood, and does nothing.
    pub(super) fn codes(&self) -> impl Iterator<Item = CodeId> {
        let alive = self.tasks.iter().filter(|task| task.ended().is_none() && !task.is_future()).map(|task| &task.fiber);
        alive.chain([&self.home]).flat_map(|fiber| fiber.callers.iter().map(|caller| caller.code).chain([fiber.code]))
    }
}

/// A task is in the loop of whoever runs it.
impl Machine {
    /// The loop, which runs.
    fn event_loop(&mut self) -> &mut EventLoop {
        self.event_loop.as_mut().expect("only a running loop is asked for")
    }

    /// Who is asked to go on: a coroutine, or the task itself.
    pub(super) fn me(&self) -> TaskId {
        let current = self.event_loop.as_ref().and_then(|it| Some(it.task(it.current?).id));
        current.unwrap_or(self.task)
    }

    fn swap(&mut self, fiber: &mut Fiber) {
        std::mem::swap(&mut self.code, &mut fiber.code);
        std::mem::swap(&mut self.pc, &mut fiber.pc);
        std::mem::swap(&mut self.base, &mut fiber.base);
        std::mem::swap(&mut self.deliver, &mut fiber.deliver);
        std::mem::swap(&mut self.handled, &mut fiber.handled);
        std::mem::swap(&mut self.callers, &mut fiber.callers);
        std::mem::swap(&mut self.stack, &mut fiber.stack);
    }

    /// Nobody runs: it stands where the loop does.
    fn go_home(&mut self) {
        let home = &self.event_loop.as_ref().expect("only a running loop is asked for").home;
        (self.code, self.pc, self.base, self.deliver) = (home.code, home.pc, 0, Into::NOWHERE);
        self.handled = Value::None;
    }

    /// The number of the coroutine that runs in a loop.
    fn running(&self) -> Result<Number, Failure> {
        let current = self.event_loop.as_ref().and_then(|it| it.current);
        current.ok_or_else(|| Failure::new("RuntimeError", "no running event loop"))
    }

    /// The block that the loop stands at while nobody runs.
    fn home_block(&self, program: &Program) -> BlockId {
        self.block(program)
    }

    /// The engine has answered.
    pub(super) fn answered(&mut self, host: &mut impl Host, program: &Program, outcome: Outcome) -> Turn {
        let now = host.now();
        let it = self.event_loop();
        it.now = now;
        match std::mem::replace(&mut it.asked, Asked::Nothing) {
            Asked::Open => match outcome {
                Outcome::Value(_) => {
                    self.opened();
                    self.next(host, program)
                }
                Outcome::Raise(_) => self.closed(program, outcome),
            },
            Asked::Close(came_to) => self.closed(program, came_to),
            Asked::Rest => {
                it.time_has_come(outcome);
                match outcome {
                    Outcome::Value(Value::Int(wish)) => self.fulfilled(usize::try_from(wish).unwrap_or(usize::MAX)),
                    Outcome::Value(Value::Task(by)) => self.has_answer(by),
                    Outcome::Value(Value::List(mail)) => self.open_mail(program, mail),
                    _ => {}
                }
                self.next(host, program)
            }
            Asked::Nothing if it.current.is_none() => self.next(host, program),
            Asked::Request(server) => self.request_sent(host, program, server, outcome),
            Asked::Try(effect) if self.was_refused(program, effect, outcome) => {
                let number = self.event_loop().current.expect("a coroutine has tried");
                self.stand_in_line(number, effect);
                self.park(program, number);
                self.next(host, program)
            }
            Asked::Thread => self.next(host, program),
            Asked::Try(effect) | Asked::Effect(effect) => {
                self.has_done(effect, outcome);
                self.tried(effect);
                self.go_on_with_lock(host, program, outcome)
            }
            Asked::CancelWith(future, arrived) => self.cancelled_with(host, program, (future, arrived), outcome),
            Asked::Aside(effect) => self.stood_aside(host, program, effect, outcome),
            Asked::Left { of, woken, arrived } => self.left_line(host, program, (of, woken, arrived)),
            Asked::Nothing => self.go_on(host, program, outcome),
        }
    }

    fn opened(&mut self) {
        let it = self.event_loop();
        let made: Vec<(TaskId, CodeId)> = it.tasks.iter().map(|task| (task.id, task.fiber.code)).collect();
        let by = self.task;
        for (id, code) in made {
            self.moments.push((id, Moment::Made { by, code }));
        }
        self.go_home();
    }

    /// The loop is over; whoever ran it goes on.
    fn closed(&mut self, program: &Program, came_to: Outcome) -> Turn {
        let mut it = self.event_loop.take().expect("only a running loop is closed");
        self.swap(&mut it.home);
        match came_to {
            Outcome::Value(value) => {
                self.deliver(value);
                Turn::On
            }
            Outcome::Raise(exception) => self.raise(program, exception),
        }
    }

    /// The running coroutine goes on with the engine's answer.
    fn go_on(&mut self, host: &mut impl Host, program: &Program, outcome: Outcome) -> Turn {
        let it = self.event_loop();
        if let Some(number) = it.current.filter(|&number| it.task(number).is_future()) {
            self.future_came(program, number, outcome);
            return self.next(host, program);
        }
        match outcome {
            Outcome::Value(value) => {
                self.deliver(value);
                Turn::On
            }
            Outcome::Raise(exception) => match self.unwind(program, exception) {
                None => Turn::On,
                Some(ending) => {
                    self.coroutine_ended(program, ending);
                    self.next(host, program)
                }
            },
        }
    }

    /// Notes what an engine may want to know, and tells it.
    pub(super) fn tell(&mut self, host: &mut impl Host) {
        for (id, moment) in self.moments.drain(..) {
            host.moment(id, moment);
        }
    }

    /// Chooses who goes on.
    pub(super) fn next(&mut self, host: &mut impl Host, program: &Program) -> Turn {
        loop {
            self.tell(host);
            let it = self.event_loop();
            if it.left == 0 {
                if let Some(step) = self.round(host, program) {
                    self.tell(host);
                    return Turn::Out(step);
                }
                continue;
            }
            it.left -= 1;
            let handle = it.ready.pop_front().expect("what is left of a round is ready");
            let turn = self.handle(program, handle);
            self.tell(host);
            if let Some(turn) = turn {
                return turn;
            }
        }
    }

    /// A round is over: another begins, unless the loop ends or nothing is due.
    fn round(&mut self, host: &mut impl Host, program: &Program) -> Option<Step> {
        let block = self.home_block(program);
        let it = self.event_loop();
        it.now = host.now();
        if let Some(began) = it.began.take() {
            host.round(it.placed, it.now.since(began));
        }
        if it.phase == Phase::Running(None) && it.alive > 0 && it.ready.is_empty() && self.gives_up(program) {
            return None;
        }
        let it = self.event_loop();
        match it.phase {
            Phase::Running(None) if it.alive == 0 && it.ready.is_empty() => {
                return Some(self.join_thread(block).unwrap_or_else(|| self.close_loop(program, None)));
            }
            Phase::Stopping(main) => {
                let below = Number::try_from(it.tasks.len()).expect("tasks are fewer than ids");
                it.phase = if it.is_over(below) { it.leaving(0, main) } else { Phase::Closing(below, main) };
                self.cancel_all(program, below);
                return None;
            }
            Phase::Closing(below, main) if it.is_over(below) => {
                it.phase = it.leaving(GATHERING, main);
                return None;
            }
            Phase::Leaving(left, main) => match left.checked_sub(1) {
                Some(left) if !it.ready.is_empty() => it.phase = Phase::Leaving(left, main),
                _ => return Some(self.join_thread(block).unwrap_or_else(|| self.close_loop(program, Some(main)))),
            },
            Phase::Running(_) | Phase::Closing(..) => {}
        }
        it.rounds = it.rounds.wrapping_add(1);
        let first = it.timers.first();
        if it.ready.is_empty() && first.is_none_or(|at| at > it.now) {
            it.asked = Asked::Rest;
            // A crowd that was due at once is gone.
            it.ready.shrink_to(READY_KEPT);
            let patience = first.map_or(Patience::Forever, |at| Patience::AtMost(at.since(it.now)));
            self.moments.shrink_to(READY_KEPT);
            return Some(Step::Perform(Effect::Rest(patience), block));
        }
        while let Some(number) = it.timers.take(it.now) {
            let serial = it.task(number).serial;
            it.ready.push_back(Handle::Time(number, serial));
        }
        it.left = it.ready.len();
        it.began = (it.left > 0).then_some(it.now);
        it.turns += u32::try_from(it.left).unwrap_or(u32::MAX).min(MOST_TURNS);
        let awaits_others = it.calls > 0 || it.lines.wishes().next().is_some();
        if it.open || it.rounds.is_multiple_of(ROUNDS_A_LOOK) && awaits_others || it.lines.await_ends() {
            it.asked = Asked::Rest;
            return Some(Step::Perform(Effect::Rest(Patience::Never), block));
        }
        if it.turns > MOST_TURNS {
            it.turns = 0;
            return Some(Step::Busy(block));
        }
        None
    }

    /// Does what is due. None: somebody else is next.
    fn handle(&mut self, program: &Program, handle: Handle) -> Option<Turn> {
        match handle {
            Handle::Step(number) => self.step(program, number, Outcome::Value(Value::None)),
            Handle::Throw(number, exception) => self.step(program, number, Outcome::Raise(exception)),
            Handle::Wake(number) => {
                let arrival = self.event_loop().task_mut(number).take_arrival();
                self.wake(program, number, arrival.expect("one is woken by what arrives"))
            }
            Handle::Time(number, serial) => {
                self.time_over(program, number, serial);
                None
            }
            Handle::Ended(ended, callback) => self.called_back(program, ended, callback),
        }
    }
}

const CANCELLED: &str = "CancelledError";
/// What a greenlet is cancelled with.
const KILLED: &str = "GreenletExit";
