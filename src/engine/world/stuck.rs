//! Who waits for what, who could help, and who can no longer be helped: tasks, and the coroutines of the loops that they run.
//! Locks are tokens, so a circle of owners proves nothing while somebody outside may release: see the program's `may_release`.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::{Effect, Patience, Rests};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::machine::Resting;
use crate::program::{Program, QueueAct};

use super::task::Pending;
use super::{Choice, How, Resource, World};

/// Of a loop that turns and has more coroutines than this, nobody is looked at alone.
const MOST_APART: usize = 1_000;
/// Helpers told of one wait.
const MOST_HELPERS: usize = 64;

/// One that waits for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Who.
    pub task: TaskId,
    /// At which block.
    pub block: BlockId,
    /// For which resource, or which task's end.
    pub on: Result<ResourceId, TaskId>,
    /// Who holds it, or whose code may free it.
    pub helpers: Vec<TaskId>,
}

/// One that acts for itself: a task, or a coroutine of a loop that a task runs.
struct One {
    task: TaskId,
    block: BlockId,
    /// Whose loop runs it.
    of: Option<TaskId>,
    /// None: it can go on.
    waits: Option<Waits>,
    process: ProcessId,
    /// What it is inside of, and whether that is but a part of what its task does.
    codes: Vec<CodeId>,
    apart: bool,
    /// Its end frees a worker of this, or it is about to cancel a job there.
    pool: Option<ResourceId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    For(Result<ResourceId, TaskId>),
    /// A loop that has nothing to do: for one of its coroutines, or for a job.
    Turns(ResourceId),
    /// A greenlet: that another of its loop switches to it.
    Switch,
}

impl One {
    /// Whether it may free whoever waits for a resource; who waits for a queue, by what frees it there.
    fn may_free(&self, world: &World, program: &Program, (resource, by): (ResourceId, Option<QueueAct>)) -> bool {
        let Some(by) = by else { return self.may_release(world, program, resource) };
        let acts = self.codes.iter().flat_map(|code| program.codes[code.index()].queue_acts(self.apart));
        acts.into_iter().any(|&(named, act)| act == by && program.place(self.process, named) == resource)
    }

    fn may_release(&self, world: &World, program: &Program, resource: ResourceId) -> bool {
        let code = |code: &CodeId| {
            let code = &program.codes[code.index()];
            let may = if self.apart { &code.may_release_apart } else { &code.may_release };
            may.iter().any(|&named| program.place(self.process, named) == resource)
        };
        let closes = || match &world.resources[resource.index()] {
            // The end of its process closes it.
            Resource::Pipe(pipe) => self.process != ProcessId::MAIN && pipe.has_end(self.process),
            _ => false,
        };
        self.pool == Some(resource) || self.codes.iter().any(code) || closes()
    }

    fn may_cancel(&self, program: &Program) -> bool {
        self.codes.iter().any(|code| program.codes[code.index()].may_cancel)
    }
}

/// What those who can go on may do.
#[derive(Default)]
struct Free {
    tasks: BTreeSet<TaskId>,
    /// Loops one of whose coroutines can.
    turning: BTreeSet<TaskId>,
    may: BTreeSet<ResourceId>,
    cancels: bool,
    known: BTreeSet<(ProcessId, CodeId, bool)>,
    processes: BTreeSet<ProcessId>,
}

impl Free {
    fn add(&mut self, world: &World, program: &Program, one: &One) {
        self.tasks.insert(one.task);
        self.turning.extend(one.of);
        self.may.extend(one.pool);
        self.cancels |= one.may_cancel(program);
        for &code in &one.codes {
            if self.known.insert((one.process, code, one.apart)) {
                let code = &program.codes[code.index()];
                let may = if one.apart { &code.may_release_apart } else { &code.may_release };
                self.may.extend(may.iter().map(|&named| program.place(one.process, named)));
            }
        }
        if one.process != ProcessId::MAIN && self.processes.insert(one.process) {
            let ends = world.resources.iter().enumerate();
            let closes = ends.filter(|(_, resource)| matches!(resource, Resource::Pipe(pipe) if pipe.has_end(one.process)));
            self.may.extend(closes.map(|(at, _)| ResourceId::from_index(at)));
        }
    }
}

impl World {
    /// The tasks and coroutines that wait and that nobody who can still go on may ever free, daemons included.
    #[must_use]
    pub fn stuck(&self, program: &Program) -> Vec<Stuck> {
        let all = self.everyone(program);
        let known: BTreeSet<TaskId> = all.iter().map(|one| one.task).collect();
        let mut free = Free::default();
        let (mut waiting, going): (Vec<&One>, Vec<&One>) = all.iter().partition(|one| one.waits.is_some());
        for one in going {
            free.add(self, program, one);
        }
        // Whoever may be freed may free others in turn.
        loop {
            let before = waiting.len();
            waiting.retain(|one| {
                let freed = match one.waits {
                    Some(Waits::For(Ok(resource))) => free.may.contains(&resource),
                    Some(Waits::For(Err(other))) => free.tasks.contains(&other) || !known.contains(&other),
                    Some(Waits::Turns(event_loop)) => free.turning.contains(&one.task) || free.may.contains(&event_loop),
                    Some(Waits::Switch) => one.of.is_some_and(|of| free.turning.contains(&of)),
                    None => true,
                };
                let freed = freed || one.of.is_some_and(|of| self.may_be_cancelled(one.task, of, &free, &known));
                if freed {
                    free.add(self, program, one);
                }
                !freed
            });
            if waiting.len() == before {
                break;
            }
        }
        let mut helpers: BTreeMap<(ResourceId, Option<QueueAct>), Vec<TaskId>> = BTreeMap::new();
        let told = |one: &&One| {
            let (on, helpers) = match one.waits? {
                Waits::For(on @ Err(other)) => (on, vec![other]),
                Waits::For(on @ Ok(resource)) => {
                    let what = (resource, program.frees(one.block, resource));
                    (on, helpers.entry(what).or_insert_with(|| self.helpers_among(program, &all, what)).clone())
                }
                Waits::Turns(event_loop) => {
                    let its = all.iter().filter(|other| other.of == Some(one.task)).map(|other| other.task);
                    (Ok(event_loop), its.take(MOST_HELPERS).collect())
                }
                Waits::Switch => return None,
            };
            let is_other = |helper: &TaskId| *helper != one.task || on.is_ok_and(|on| self.holds_it(one, on));
            Some(Stuck { task: one.task, block: one.block, on, helpers: helpers.into_iter().filter(is_other).collect() })
        };
        // A job that its loop has taken in is told as the coroutine that it is.
        let coroutines: BTreeSet<TaskId> = waiting.iter().filter(|one| one.of.is_some()).map(|one| one.task).collect();
        let once = waiting.iter().filter(|one| one.of.is_some() || !coroutines.contains(&one.task));
        once.filter_map(told).collect()
    }

    /// The same as it is told where the thread of a loop stands in one of its coroutines: the thread stands at its loop, and those
    /// of the others that could go on wait for their turn.
    #[must_use]
    pub fn told_of_loops(&self, program: &Program, stuck: &Stuck) -> Stuck {
        let mut told = stuck.clone();
        let runs = |task: TaskId| self.find(task).map(|task| &task.machine).filter(|it| it.running_coroutine().is_some());
        if let Some(block) = runs(stuck.task).and_then(|machine| machine.loop_block(program)) {
            told.block = block;
        }
        let by = match stuck.on {
            Ok(id) => match &self.resources[id.index()] {
                Resource::EventLoop(served) => served.by,
                _ => None,
            },
            Err(by) => Some(by),
        };
        let Some(machine) = by.filter(|by| *by != stuck.task).and_then(runs) else { return told };
        let (Some(event_loop), Some(keeper)) = (machine.loop_run(), machine.running_coroutine()) else { return told };
        let resting = machine.coroutines(program).into_iter().find(|it| it.task == stuck.task);
        if keeper == stuck.task || stuck.on.is_err() && resting.is_none() {
            return told;
        }
        (told.on, told.helpers) = match resting.and_then(|it| self.coroutine_waits(program, machine.task(), &it)) {
            Some(Waits::For(Ok(resource))) => {
                let what = (resource, program.frees(stuck.block, resource));
                let mut helpers = self.helpers_among(program, &self.everyone(program), what);
                if self.holders(resource).is_empty() {
                    helpers.retain(|helper| *helper != stuck.task);
                }
                (Ok(resource), helpers)
            }
            Some(Waits::For(Err(other))) => (Err(other), vec![other]),
            _ => (Ok(event_loop), vec![keeper]),
        };
        told
    }

    /// Whether a coroutine may go on by being cancelled: by somebody who can or has asked for it, or because its loop ends.
    fn may_be_cancelled(&self, task: TaskId, of: TaskId, free: &Free, known: &BTreeSet<TaskId>) -> bool {
        if self.is_to_be_cancelled(task, of) {
            return true;
        }
        let main = self.task(of).machine.loop_ends_with().filter(|&main| main != task);
        free.cancels || main.is_some_and(|main| free.tasks.contains(&main) || !known.contains(&main))
    }

    /// Whether it has itself what it waits for.
    fn holds_it(&self, one: &One, resource: ResourceId) -> bool {
        match one.of {
            Some(of) => self.task(of).machine.holders(resource).any(|by| by == one.task),
            None => {
                self.owner(resource) == Some(one.task)
                    || matches!(&self.resources[resource.index()], Resource::ReadWrite(lock) if lock.readers.contains(&one.task))
            }
        }
    }

    /// All that are alive, each loop's coroutines before the task that runs it.
    fn everyone(&self, program: &Program) -> Vec<One> {
        let mut choices: Vec<Choice> = Vec::new();
        self.choices(program, &mut choices);
        choices.retain(|choice| choice.how != How::Wake);
        // The interpreter lock comes round: whoever has it goes on or lets it go.
        let comes_round = self.alive().filter(|&task| self.wants_interpreter(program, task).is_some());
        let going: BTreeSet<TaskId> = choices.iter().map(|choice| choice.task).chain(comes_round).collect();
        let mut all = Vec::new();
        for task in self.alive().filter(|&task| !self.is_told_by_its_loop(task)) {
            self.add_one(program, task, going.contains(&task), &mut all);
        }
        all
    }

    fn add_one(&self, program: &Program, task: TaskId, goes_on: bool, all: &mut Vec<One>) {
        let state = self.task(task);
        let machine = &state.machine;
        // One in line has no worker to free, unless it may begin.
        let has_worker = goes_on || !matches!(state.pending, Pending::Queued(..) | Pending::Looped { .. });
        let pool = state.pool.filter(|_| has_worker).or_else(|| match state.pending {
            Pending::Ask(Effect::Cancel(job), _) => self.find(job)?.pool,
            _ => None,
        });
        let mut one = One {
            task,
            block: state.standing(),
            of: None,
            waits: None,
            process: machine.process(),
            codes: Vec::new(),
            apart: false,
            pool,
        };
        let coroutines = if machine.loop_run().is_some() { machine.coroutines(program) } else { Vec::new() };
        if !goes_on {
            one.waits = self.awaited(program, task).map(Waits::For);
        }
        if coroutines.is_empty() || goes_on && coroutines.len() > MOST_APART {
            one.codes = machine.codes().collect();
            return all.push(one);
        }
        let turns = goes_on || self.idles(task);
        for resting in &coroutines {
            let waits = match (&one.waits, turns) {
                (_, true) => self.coroutine_waits(program, task, resting),
                // Its thread waits, which runs them.
                (waits, false) if machine.running_coroutine() == Some(resting.task) => *waits,
                (waits, false) => waits.map(|_| Waits::For(Err(task))),
            };
            let (of, codes) = (Some(task), resting.codes.clone());
            all.push(One {
                task: resting.task,
                block: resting.block,
                of,
                waits,
                process: one.process,
                codes,
                apart: false,
                pool: None,
            });
        }
        one.waits = one.waits.map(|waits| match (machine.loop_run(), machine.running_coroutine()) {
            (Some(event_loop), None) if turns => Waits::Turns(event_loop),
            (_, Some(running)) => Waits::For(Err(running)),
            _ => waits,
        });
        (one.codes, one.apart) = (machine.codes_apart().collect(), true);
        all.push(one);
    }

    /// What a coroutine waits for whose loop turns.
    fn coroutine_waits(&self, program: &Program, of: TaskId, resting: &Resting) -> Option<Waits> {
        let on = resting.on?;
        if resting.wish.is_some_and(|wish| self.is_fulfillable(program, of, wish)) {
            return None;
        }
        match on {
            Rests::Resource(resource) => Some(Waits::For(Ok(resource))),
            Rests::Task(task) => Some(Waits::For(Err(task))),
            Rests::Jobs(jobs) => self.unreturned(program, jobs).map(|job| Waits::For(Err(job))),
            Rests::Switch => Some(Waits::Switch),
            Rests::Turn | Rests::Time => None,
        }
    }

    /// What a waiting task waits for.
    #[must_use]
    pub fn awaited(&self, program: &Program, task: TaskId) -> Option<Result<ResourceId, TaskId>> {
        let state = self.task(task);
        if let Pending::Leaving(..) = state.pending {
            return self.left_behind(state.machine.process(), task);
        }
        if let Pending::Queued(pool, _) = state.pending {
            return Some(Ok(pool));
        }
        if let Pending::Looped { event_loop, .. } = state.pending {
            return Some(Ok(event_loop));
        }
        let (Pending::Ask(effect, _) | Pending::InLine(effect, _)) = state.pending else { return None };
        match effect {
            Effect::Rest(Patience::Forever) => state.machine.loop_run().map(Ok),
            Effect::Results(jobs, _) => self.unreturned(program, jobs).map(Err),
            _ => effect.touches(),
        }
    }

    /// Those that wait, as long as it takes, for another's end or for what others hold, with whom they wait for.
    #[must_use]
    pub fn held_up(&self, program: &Program) -> Vec<Stuck> {
        let held_up = |one: &One| {
            let Waits::For(on) = one.waits? else { return None };
            let helpers = on.map_or_else(|other| vec![other], |resource| self.holders(resource));
            (!helpers.is_empty()).then_some(Stuck { task: one.task, block: one.block, on, helpers })
        };
        self.everyone(program).iter().filter_map(held_up).collect()
    }

    /// Who has a resource: of a loop's thread the coroutines that have taken it.
    fn holders(&self, resource: ResourceId) -> Vec<TaskId> {
        let holders: Vec<TaskId> = match &self.resources[resource.index()] {
            Resource::ReadWrite(lock) if !lock.readers.is_empty() => lock.readers.clone(),
            Resource::Pool(pool) => pool.running().collect(),
            _ => self.owner(resource).into_iter().collect(),
        };
        let mut named: Vec<TaskId> = Vec::new();
        for holder in holders {
            let within = self.find(holder).map(|task| task.machine.holders(resource).collect::<Vec<_>>()).unwrap_or_default();
            let within = if within.is_empty() { vec![holder] } else { within };
            let new: Vec<TaskId> = within.into_iter().filter(|task| !named.contains(task)).collect();
            named.extend(new);
        }
        named.truncate(MOST_HELPERS);
        named
    }

    /// The same; where nobody has it, those alive whose code may free who waits for it.
    fn helpers_among(&self, program: &Program, all: &[One], what: (ResourceId, Option<QueueAct>)) -> Vec<TaskId> {
        let holders = self.holders(what.0);
        if !holders.is_empty() {
            return holders;
        }
        let may = all.iter().filter(|one| one.may_free(self, program, what));
        may.map(|one| one.task).take(MOST_HELPERS).collect()
    }

    /// Those alive whose code may free what waits for a resource.
    #[must_use]
    pub fn may_release(&self, program: &Program, resource: ResourceId) -> Vec<TaskId> {
        let all = self.everyone(program);
        all.iter().filter(|one| one.may_release(self, program, resource)).map(|one| one.task).collect()
    }
}
