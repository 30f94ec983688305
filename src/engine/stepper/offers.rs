//! What may happen next, kept from step to step: a step changes what few may do, and of ten thousand tasks only those are asked
//! again that wait for what it touched. Gives what `World::choices` gives; where it is not plain what a step touches, asks all.

use super::super::world::{Choice, How, Record, What, World};
use crate::effect::Effect;
use crate::id::{ResourceId, TaskId};
use crate::program::{Program, ResourceKind};

/// Tasks that are asked after every step, so that what is kept can be compared.
#[cfg(debug_assertions)]
const COMPARED: usize = 64;

/// See the file's head.
#[derive(Debug)]
pub(super) struct Offers {
    /// Whether it is plain what a step touches.
    plain: bool,
    /// Those that may step, now or once others let them, by number.
    all: Vec<Offer>,
    /// Whether `all` is of this state of the world.
    known: bool,
}

#[derive(Debug, Clone, Copy)]
struct Offer {
    task: TaskId,
    /// What it may do.
    how: Option<How>,
    wakes: bool,
    depends: Depends,
}

/// Whose steps may change what a task may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depends {
    /// Its own.
    Itself,
    /// Those at this lock or semaphore.
    Resource(ResourceId),
    /// Anybody's.
    Others,
}

/// Which tasks may do something else, or wait, after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Changed {
    /// These, by number, and those in the records.
    Only(Vec<TaskId>),
    /// Any.
    Any,
}

/// What an effect touches.
enum Reach {
    Nobody,
    Resource(ResourceId),
    All,
}

/// Whether all that a task waits for is told by the effect it stands at: no lock over all, no other process, no line of jobs.
fn is_plain(program: &Program) -> bool {
    use ResourceKind::{EventLoop, Interpreter, Pool};
    let plain = |kind| !matches!(kind, Interpreter { .. } | Pool { .. } | EventLoop { .. });
    !program.has_processes() && program.resources.iter().all(|resource| plain(resource.kind))
}

fn reach(effect: Effect) -> Reach {
    match effect {
        Effect::Load(_)
        | Effect::Store(..)
        | Effect::AtomicAdd(..)
        | Effect::Update(..)
        | Effect::Swap(..)
        | Effect::CompareAndSet { .. }
        | Effect::Random(_)
        | Effect::Now
        | Effect::Print(_)
        | Effect::Mark(_)
        | Effect::EnterRegion(_)
        | Effect::LeaveRegion(_)
        | Effect::Compute { .. }
        | Effect::Sleep(_)
        | Effect::YieldCpu => Reach::Nobody,
        Effect::Acquire(resource, _) | Effect::Release(resource) => Reach::Resource(resource),
        _ => Reach::All,
    }
}

impl Offers {
    pub(super) fn new(program: &Program) -> Self {
        Self { plain: is_plain(program), all: Vec::new(), known: false }
    }

    /// All that may happen next, in the order of the tasks.
    pub(super) fn choices(&mut self, program: &Program, world: &World, choices: &mut Vec<Choice>) {
        if !self.known {
            self.all.clear();
            self.all.extend(world.alive().map(|task| Offer::of(program, world, task)));
            self.known = true;
        }
        choices.clear();
        for offer in &self.all {
            choices.extend(offer.how.map(|how| Choice { task: offer.task, how }));
            choices.extend(offer.wakes.then_some(Choice { task: offer.task, how: How::Wake }));
        }
        #[cfg(debug_assertions)]
        if self.all.len() <= COMPARED {
            let mut all = Vec::new();
            world.choices(program, &mut all);
            assert_eq!(*choices, all, "what is kept is what there is");
        }
    }

    /// A step of `task` was taken, of which `records` tell.
    pub(super) fn stepped(&mut self, program: &Program, world: &World, task: TaskId, records: &[Record]) -> Changed {
        let mut touched: Vec<ResourceId> = Vec::new();
        let mut ended = false;
        for record in records {
            let reach = match record.what {
                What::Performed(effect, _) | What::TimedOut(effect, _) | What::Given(effect, _) => reach(effect),
                What::InLine(resource) => Reach::Resource(resource),
                What::Turned => Reach::Nobody,
                What::Ended(_) => {
                    ended = true;
                    Reach::Nobody
                }
                _ => Reach::All,
            };
            match reach {
                Reach::Nobody => {}
                Reach::Resource(resource) => touched.push(resource),
                Reach::All => self.known = false,
            }
        }
        self.known &= self.plain;
        if !self.known {
            return Changed::Any;
        }
        let mut changed = Vec::new();
        for own in records.iter().map(|record| record.task).chain([task]) {
            let Ok(at) = self.all.binary_search_by_key(&own, |offer| offer.task) else { continue };
            if world.is_alive(own) {
                self.all[at] = Offer::of(program, world, own);
            } else {
                self.all.remove(at);
            }
        }
        if touched.is_empty() && !ended {
            return Changed::Only(changed);
        }
        for offer in &mut self.all {
            let asked = match offer.depends {
                Depends::Itself => false,
                Depends::Resource(resource) => touched.contains(&resource),
                Depends::Others => ended || !touched.is_empty(),
            };
            if asked {
                let (how, _) = world.offer(program, offer.task);
                if how != offer.how || offer.depends == Depends::Others {
                    offer.how = how;
                    changed.push(offer.task);
                }
            }
        }
        Changed::Only(changed)
    }
}

impl Offer {
    fn of(program: &Program, world: &World, task: TaskId) -> Self {
        let (how, wakes) = world.offer(program, task);
        let depends = match world.pending(task) {
            None if !world.depends_on_others(program, task) => Depends::Itself,
            Some((Effect::Acquire(resource, _), _)) => Depends::Resource(resource),
            Some((effect, _)) if matches!(reach(effect), Reach::Nobody | Reach::Resource(_)) => Depends::Itself,
            _ => Depends::Others,
        };
        Self { task, how, wakes, depends }
    }
}
