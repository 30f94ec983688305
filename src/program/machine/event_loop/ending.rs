//! How coroutines end, who hears of it, and what becomes of the rest when a loop ends: asyncio.run.

use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Step};
use crate::id::{BlockId, CodeId, TaskId};
use crate::program::Program;
use crate::value::exception::is_a;
use crate::value::{ExceptionId, Failure, Value};

use super::super::{Host, MOST_FRAMES, Machine, Turn};
use super::waits::{Ended, Waits};
use super::{Asked, CANCELLED, Callback, EventLoop, Fiber, Handle, KILLED, Number, Phase};

/// A `gather` within a `gather` counts as so many that await each other: it takes room on the stack.
const A_GATHER: usize = 20;

impl EventLoop {
    /// Somebody wants to know when it ends; one that has ended tells it when that one's turn comes.
    pub(super) fn call_back(&mut self, number: Number, callback: Callback) {
        if self.task(number).ended().is_some() {
            self.ready.push_back(Handle::Ended(number, callback));
        } else {
            self.task_mut(number).add_callback(callback);
        }
    }

    fn silence(&mut self, number: Number, callback: Callback) {
        self.task_mut(number).silence(callback);
    }
}

impl Machine {
    /// The running coroutine has left its body.
    pub(in crate::program::machine) fn coroutine_ended(&mut self, program: &Program, ending: Ending) {
        self.stack.clear();
        let outermost = self.callers.first().map_or(self.code, |caller| caller.code);
        self.callers.clear();
        let number = self.event_loop().current.take().expect("a coroutine has ended");
        self.trade(number);
        let it = self.event_loop();
        it.asked = Asked::Nothing;
        let gevent = it.gevent;
        let is_future = it.task(number).is_future();
        it.alive -= u32::from(!is_future);
        let task = it.task_mut(number);
        let ended = match ending {
            Ending::Returned(_) if task.must_cancel => Ended::Cancelled,
            Ending::Returned(value) => Ended::Returned(value),
            Ending::Raised(exception) if is_cancelled(program, exception) => Ended::Cancelled,
            Ending::Raised(exception) => Ended::Raised(exception),
            Ending::Cancelled | Ending::Cut => Ended::Cancelled,
        };
        (task.waits, task.fiber, task.must_cancel) = (Waits::Ended(ended), Fiber::default(), false);
        let (id, is_no_task, is_job) = (task.id, task.is_no_task(), task.is_job());
        task.heard |= is_job;
        let exits = !gevent
            && !is_future
            && !task.is_greenlet()
            && matches!(ended, Ended::Raised(exception) if is_exit(program, exception));
        for callback in task.take_callbacks() {
            it.ready.push_back(Handle::Ended(number, callback));
        }
        if exits {
            self.leave_loop(number);
        }
        if is_no_task {
            // As the loop's exception handler tells it: nothing else is lost by it.
            if let Ended::Raised(exception) = ended {
                self.event_loop().task_mut(number).heard = true;
                if !exits && !is_future {
                    self.callback_raised(program, id, outermost, exception);
                }
            }
            return;
        }
        let ending = match ended {
            Ended::Returned(value) => Ending::Returned(value),
            Ended::Raised(exception) => Ending::Raised(exception),
            Ended::Cancelled => Ending::Cancelled,
        };
        self.moments.push((id, if is_job { Moment::Settled(ending) } else { Moment::Ended(ending) }));
        self.give_back(program, number, ended);
    }

    /// Its exception is none that a loop keeps for whoever awaits it: it goes out of the loop at once, and all others are cancelled.
    fn leave_loop(&mut self, number: Number) {
        let it = self.event_loop();
        it.left = 0;
        it.phase = match it.phase {
            Phase::Running(_) | Phase::Stopping(_) => Phase::Stopping(number),
            Phase::Closing(below, _) => Phase::Closing(below, number),
            Phase::Leaving(..) => Phase::Leaving(0, number),
        };
    }

    /// What a callback has raised is its own: whose end it was told of had ended well. It is told as a task of its name.
    fn callback_raised(&mut self, program: &Program, of: TaskId, code: CodeId, exception: ExceptionId) {
        let id = self.new_task(program, code, None);
        self.tell_raised(of, id, code, exception);
    }

    fn tell_raised(&mut self, of: TaskId, id: Result<TaskId, Failure>, code: CodeId, exception: ExceptionId) {
        let by = self.task;
        self.moments.push(match id {
            Ok(id) => (id, Moment::CallbackRaised { by, code, exception }),
            Err(_full) => (of, Moment::Unheard(exception)),
        });
    }

    /// The callback that it ran for its task, whose body has ended, has raised this.
    pub fn own_callback_raised(&mut self, host: &mut impl Host, program: &Program, exception: ExceptionId) {
        let id = Self::raised_callback(program, self.task, self.spawned, self.code);
        self.spawned += 1;
        self.tell_raised(self.task, id, self.code, exception);
        self.tell(host);
    }

    /// The same of one that it called for another, which had ended long since.
    pub(in crate::program::machine) fn late_callback_raised(
        &mut self,
        program: &Program,
        of: TaskId,
        code: CodeId,
        exception: ExceptionId,
    ) {
        let id = Self::raised_callback(program, of, u32::MAX, code);
        self.tell_raised(of, id, code, exception);
    }

    /// What awaiting one that has ended comes to.
    pub(super) fn result_of(&mut self, program: &Program, number: Number) -> Outcome {
        let task = self.event_loop().task_mut(number);
        match task.ended().expect("only one that has ended has a result") {
            Ended::Returned(value) => Outcome::Value(value),
            Ended::Raised(exception) => {
                task.heard = true;
                Outcome::Raise(exception)
            }
            Ended::Cancelled => Outcome::Raise(program.table.raise(CANCELLED, "", None)),
        }
    }

    /// Somebody is told of an end. None: nobody goes on at once.
    pub(super) fn called_back(&mut self, program: &Program, ended: Number, callback: Callback) -> Option<Turn> {
        let waits = |machine: &mut Self, number: Number, serial: u32| {
            let task = machine.event_loop().task(number);
            task.serial == serial && task.ended().is_none()
        };
        match callback {
            Callback::Awaits(number, serial) => {
                if !waits(self, number, serial) {
                    return None;
                }
                let outcome = self.result_of(program, ended);
                self.step(program, number, outcome)
            }
            Callback::Gathers(number, serial) => {
                if waits(self, number, serial) && self.event_loop().task(number).arrival().is_none() {
                    self.gathered(program, number, ended);
                } else {
                    self.event_loop().task_mut(ended).heard = true;
                }
                None
            }
            Callback::WaitsFor(number, serial) => {
                if waits(self, number, serial) {
                    self.event_loop().arrives(number, Outcome::Value(Value::None));
                }
                None
            }
            Callback::Shields(number, serial) => {
                if waits(self, number, serial) && self.event_loop().task(number).arrival().is_none() {
                    let outcome = self.result_of(program, ended);
                    self.event_loop().arrives(number, outcome);
                } else {
                    self.event_loop().task_mut(ended).heard = true;
                }
                None
            }
            Callback::Calls(code) => self.calls_back(program, ended, code),
            Callback::Stop => {
                if let Phase::Running(Some(main)) = self.event_loop().phase {
                    self.event_loop().phase = Phase::Stopping(main);
                }
                None
            }
        }
    }

    /// A routine is told of an end, in a turn of its own.
    fn calls_back(&mut self, program: &Program, ended: Number, code: CodeId) -> Option<Turn> {
        let it = self.event_loop();
        let id = it.task(ended).id;
        let number = it.add_callback(id, Self::fiber(program, code, &[Value::Task(id)]));
        self.step(program, number, Outcome::Value(Value::None))
    }

    /// `add-done-callback` of a coroutine of the running loop: called in a later turn, even if it has ended.
    pub(in crate::program::machine) fn add_done_callback(&mut self, number: Number, code: CodeId) {
        self.event_loop().call_back(number, Callback::Calls(code));
    }

    /// One of several that are gathered has ended.
    fn gathered(&mut self, program: &Program, number: Number, ended: Number) {
        let it = self.event_loop();
        let Waits::Gather(mut gather) = std::mem::replace(&mut it.task_mut(number).waits, Waits::Nothing) else {
            unreachable!("its serial number is the gathering's")
        };
        gather.left -= 1;
        let last = gather.left == 0;
        let outcome = match it.task(ended).ended() {
            Some(Ended::Raised(_) | Ended::Cancelled) if !gather.return_exceptions => Some(self.result_of(program, ended)),
            _ if !last => None,
            _ if gather.cancelled => Some(Outcome::Raise(program.table.raise(CANCELLED, "", None))),
            _ => Some(self.results(program, &gather.children)),
        };
        let it = self.event_loop();
        let still_ended = gather.children[gather.ended..].iter().take_while(|&&child| it.task(child).ended().is_some()).count();
        gather.ended += still_ended;
        it.task_mut(number).waits = Waits::Gather(gather);
        if let Some(outcome) = outcome {
            it.arrives(number, outcome);
        } else if still_ended > 0 {
            self.tell_rest(program, number);
        }
    }

    fn results(&mut self, program: &Program, children: &[Number]) -> Outcome {
        let result = |machine: &mut Self, &child: &Number| match machine.result_of(program, child) {
            Outcome::Value(value) => value,
            Outcome::Raise(exception) => Value::Exception(exception),
        };
        let results: Vec<Value> = children.iter().map(|child| result(self, child)).collect();
        match program.table.list(&results) {
            Ok(list) => Outcome::Value(Value::List(list)),
            Err(_full) => Outcome::Raise(program.table.raise("MemoryError", "", None)),
        }
    }

    /// `cancel` of a coroutine: whether it had not ended.
    ///
    /// # Errors
    /// `RecursionError` where so many await each other that the one to be woken is not found: as asyncio's, whose tasks ask each other.
    pub(in crate::program::machine) fn cancel_coroutine(&mut self, program: &Program, number: Number) -> Result<bool, Failure> {
        self.cancel_within(program, number, MOST_FRAMES)
            .ok_or_else(|| Failure::new("RecursionError", "maximum recursion depth exceeded"))
    }

    /// The loop cancels it. One of those that await each other is woken where it waits.
    pub(super) fn cancel_for_good(&mut self, program: &Program, number: Number) {
        if self.cancel_within(program, number, MOST_FRAMES).is_none() {
            self.cancel_its_wait(program, number);
        }
    }

    /// Of those that await each other the last is cancelled. None: they are more than `depth`.
    fn cancel_within(&mut self, program: &Program, number: Number, mut depth: usize) -> Option<bool> {
        let (mut last, mut at) = (None, number);
        loop {
            depth = depth.checked_sub(1)?;
            let task = self.event_loop().task(at);
            if task.ended().is_some() {
                break;
            }
            last = Some(at);
            let Waits::Task(other) = task.waits else {
                if self.cancel_what_it_awaits(program, at, depth)? {
                    return Some(true);
                }
                break;
            };
            at = other;
        }
        if let Some(last) = last {
            self.event_loop().task_mut(last).must_cancel = true;
        }
        Some(last.is_some())
    }

    /// Cancels what a coroutine waits for; false if that cannot be, or it waits for nothing.
    pub(super) fn cancel_awaited(&mut self, program: &Program, number: Number) -> bool {
        let done = match self.event_loop().task(number).waits {
            Waits::Task(other) => self.cancel_within(program, other, MOST_FRAMES),
            _ => self.cancel_what_it_awaits(program, number, MOST_FRAMES),
        };
        done.unwrap_or_else(|| self.cancel_its_wait(program, number))
    }

    fn cancel_what_it_awaits(&mut self, program: &Program, number: Number, depth: usize) -> Option<bool> {
        let task = self.event_loop().task(number);
        Some(match &task.waits {
            Waits::Nothing => false,
            Waits::Gather(gather) => {
                if task.arrival().is_some() {
                    return Some(false);
                }
                let children = gather.children.clone();
                let depth = depth.checked_sub(A_GATHER)?;
                let mut any = false;
                for child in children {
                    any |= self.cancel_within(program, child, depth)?;
                }
                if any && let Waits::Gather(gather) = &mut self.event_loop().task_mut(number).waits {
                    gather.cancelled = true;
                }
                any
            }
            _ => self.cancel_its_wait(program, number),
        })
    }

    /// It goes on by being cancelled, unless something else has come for it.
    fn cancel_its_wait(&mut self, program: &Program, number: Number) -> bool {
        let it = self.event_loop();
        // Who is inside a greenlet goes on when that gives control back.
        if it.task(number).arrival().is_some() || it.outer == Some(number) {
            return false;
        }
        it.clear_timer(number);
        it.gives_up_line(program, number);
        let cancelled = Outcome::Raise(self.cancellation(program, number));
        self.event_loop().arrives(number, cancelled)
    }

    /// The first stage of `wait-for` is over, or the second.
    pub(super) fn waited_for(&mut self, program: &Program, number: Number, of: Number, arrived: Outcome) -> Option<Outcome> {
        let serial = self.event_loop().task(number).serial;
        self.event_loop().clear_timer(number);
        if self.event_loop().task(of).ended().is_some() {
            return Some(self.result_of(program, of));
        }
        let it = self.event_loop();
        it.silence(of, Callback::WaitsFor(number, serial));
        let then = if let Outcome::Raise(exception) = arrived { Some(exception) } else { None };
        self.cancel_and_wait(program, number, of, then);
        // No time ends this wait any more.
        self.tell_rest(program, number);
        None
    }

    /// Cancels a task and waits until it has ended.
    pub(super) fn cancel_and_wait(&mut self, program: &Program, number: Number, of: Number, then: Option<ExceptionId>) {
        let it = self.event_loop();
        let task = it.task_mut(number);
        task.serial += 1;
        task.waits = Waits::Last(Box::new((of, then)));
        task.take_arrival();
        let serial = task.serial;
        it.call_back(of, Callback::WaitsFor(number, serial));
        self.cancel_for_good(program, of);
    }

    /// What a coroutine goes on with after one that it waited for has been cancelled.
    pub(super) fn cancelled_and_waited(
        &mut self,
        program: &Program,
        of: Number,
        then: Option<ExceptionId>,
        arrived: Outcome,
    ) -> Outcome {
        match (arrived, then) {
            (Outcome::Raise(_), _) => arrived,
            (_, Some(exception)) => Outcome::Raise(exception),
            _ if self.event_loop().task(of).ended() == Some(Ended::Cancelled) => {
                Outcome::Raise(program.table.raise("TimeoutError", "", None))
            }
            _ => self.result_of(program, of),
        }
    }

    /// The loop ends: all below this number are cancelled.
    pub(super) fn cancel_all(&mut self, program: &Program, below: Number) {
        for number in 0..below {
            // A future that nobody waits for any more is left as it is.
            if !self.event_loop().task(number).is_future() {
                self.cancel_for_good(program, number);
            }
        }
    }

    /// Before it ends, the loop waits for its threads, as long as it takes.
    pub(super) fn join_thread(&mut self, block: BlockId) -> Option<Step> {
        let it = self.event_loop();
        let thread = it.threads.pop()?;
        it.asked = Asked::Thread;
        Some(Step::Perform(Effect::Join(thread, Patience::Forever), block))
    }

    /// Asks the engine to end the loop; it comes to the result of `main`.
    pub(super) fn close_loop(&mut self, program: &Program, main: Option<Number>) -> Step {
        let came_to = main.map_or(Outcome::Value(Value::None), |main| self.result_of(program, main));
        let it = self.event_loop();
        it.asked = Asked::Close(came_to);
        let id = it.id;
        let unheard = it.tasks.iter().filter(|task| !task.heard).filter_map(|task| match task.ended() {
            Some(Ended::Raised(exception)) => Some((task.id, Moment::Unheard(exception))),
            _ => None,
        });
        // What the loop leaves where it stands nobody will hear of any more.
        let left = it.tasks.iter().filter(|task| task.is_job() && task.ended().is_none());
        let left = left.map(|task| (task.id, Moment::Settled(Ending::Cancelled)));
        let told: Vec<_> = unheard.chain(left).collect();
        self.moments.extend(told);
        Step::Perform(Effect::CloseLoop(self.meant(program, id)), self.block(program))
    }

    /// Of a coroutine of the running loop: its number; none of a job, which is known by its future.
    pub(in crate::program::machine) fn coroutine(&self, program: &Program, value: Value) -> Option<Number> {
        let Value::Task(task) = value else { return None };
        let it = self.event_loop.as_ref()?;
        let number = it.number(program.own_task(self.process, task))?;
        (!it.task(number).is_job()).then_some(number)
    }

    /// How far a coroutine of the running loop has come.
    pub(in crate::program::machine) fn coroutine_state(&mut self, number: Number) -> &'static str {
        let current = self.event_loop().current == Some(number);
        let task = self.event_loop().task(number);
        match task.ended() {
            Some(Ended::Cancelled) => "Cancelled",
            Some(_) => "Done",
            None if !current && task.fiber.pc == 0 && task.fiber.callers.is_empty() => "Pending",
            None => "Running",
        }
    }

    /// `result` of a coroutine of the running loop.
    ///
    /// # Errors
    /// `InvalidStateError` when it has not ended.
    pub(in crate::program::machine) fn coroutine_result(
        &mut self,
        program: &Program,
        number: Number,
    ) -> Result<Outcome, Failure> {
        if self.event_loop().task(number).ended().is_none() {
            return Err(Failure::new("InvalidStateError", "Result is not set."));
        }
        Ok(self.result_of(program, number))
    }
}

fn is_cancelled(program: &Program, exception: ExceptionId) -> bool {
    let name = &program.table.get_exception(exception).name;
    is_a(name, CANCELLED) || is_a(name, KILLED)
}

/// Whether it is for whoever runs the loop: asyncio's `Task.__step` and `Handle._run` let it pass.
fn is_exit(program: &Program, exception: ExceptionId) -> bool {
    matches!(&*program.table.get_exception(exception).name, "SystemExit" | "KeyboardInterrupt")
}

/// Whether it is told that it was cancelled.
pub(super) fn is_cancellation(program: &Program, outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Raise(exception) if is_cancelled(program, exception))
}
