//! Deadlocks and waiting cycles, judged from what the tasks are seen to wait for. Two looks with equal epochs mean that all those
//! judged waited at one moment between them; whoever of them went on first after it would have been seen to be about to, since
//! until then nobody changed what it waits for. Who holds what is read after that: a circle counts when the next look finds it again
//! and nobody in it has moved. Pure: takes looks, gives findings; `watch` takes the looks.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::QueueAct;
use crate::time::Nanos;
use crate::trace::store::{Awaited, Finding, FindingKind, Wait};

/// Groups larger than this are told as they are, without looking for the circle in them.
const MOST_SEARCHED: usize = 200;
/// Helpers told of one wait.
const MOST_HELPERS: usize = 16;

/// One task that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine::real) struct Standing {
    pub(in crate::engine::real) task: TaskId,
    pub(in crate::engine::real) daemon: bool,
    /// A coroutine: the run waits for the thread of its loop.
    pub(in crate::engine::real) looped: bool,
    pub(in crate::engine::real) block: Option<BlockId>,
    /// Changes whenever the task does something else.
    pub(in crate::engine::real) epoch: u64,
    /// Since when it does what it does.
    pub(in crate::engine::real) since: Nanos,
    /// What it waits for without a time-out; none if it does anything else, or is about to go on.
    pub(in crate::engine::real) waits: Option<Awaited>,
}

/// What must be known of the rest.
pub(in crate::engine::real) trait Surroundings {
    /// Whether the code of `task`, alive, may still free a waiter of `resource`.
    fn may_release(&self, task: TaskId, resource: ResourceId) -> bool;
    /// What frees one that waits for `resource`.
    fn need(&self, waiter: &Standing, resource: ResourceId) -> Need;
    /// Whether `task` may do that.
    fn may_free(&self, task: TaskId, resource: ResourceId, need: Need) -> bool;
    /// Who holds `resource`; nobody for queues.
    fn holders(&self, resource: ResourceId) -> Vec<TaskId>;
    /// Whether anybody may give it back, whoever has it.
    fn is_token(&self, resource: ResourceId) -> bool;
    /// Which coroutines one that can go on may cancel.
    fn cancels(&self, task: TaskId) -> Cancels;
    /// The loop that runs a coroutine, by the task that runs it.
    fn loop_of(&self, task: TaskId) -> Option<TaskId>;
    /// Of a coroutine that waits but for its turn: on which loop, and whose turn it is.
    fn turn(&self, task: TaskId) -> Option<(ResourceId, TaskId)>;
}

/// What frees one that waits for a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine::real) enum Need {
    /// Whatever frees others there.
    Any,
    /// That somebody does this to a queue.
    Act(QueueAct),
    /// That a coroutine goes on that this task runs.
    Coroutine(TaskId),
}

/// Which coroutines somebody may cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Cancels {
    None,
    /// Those of its own loop, which may end with it.
    Fellows,
    Any,
}

/// What a look told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::engine::real) struct Judgement {
    /// Not told before.
    pub(in crate::engine::real) found: Vec<Finding>,
    /// Every task that the run waits for is stuck.
    pub(in crate::engine::real) all_stuck: bool,
}

/// Remembers the look before and what was told.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Detector {
    /// The epoch of each task.
    before: BTreeMap<TaskId, u64>,
    /// When each began, and with how many that wait behind it it was told.
    told: BTreeMap<Vec<TaskId>, (Nanos, usize)>,
    /// Circles are told for themselves: one may become a deadlock.
    told_circles: BTreeSet<Vec<TaskId>>,
    /// Those of the look before, with the epochs of all in them.
    circles: BTreeMap<Vec<TaskId>, Vec<u64>>,
    /// Those that waited at the last look, but could still be freed, with their epochs.
    hopeful: BTreeMap<TaskId, u64>,
}

/// Tasks that wait, stably, by task.
type Waiting<'a> = BTreeMap<TaskId, (&'a Standing, Awaited)>;

impl Detector {
    /// Judges a look at all tasks alive.
    pub(in crate::engine::real) fn look(&mut self, now: Nanos, alive: &[Standing], rest: &impl Surroundings) -> Judgement {
        let still = |task: &&Standing| self.before.get(&task.task) == Some(&task.epoch);
        let stable: Waiting<'_> = alive.iter().filter(still).filter_map(|task| Some((task.task, (task, task.waits?)))).collect();
        self.before = alive.iter().map(|task| (task.task, task.epoch)).collect();
        let stuck = stuck(alive, &stable, rest);
        let mut found = Vec::new();
        for group in groups(&stuck, rest) {
            let core = core(&group, &stuck, rest);
            let told = self.told.get(&core).copied();
            if group.iter().all(|task| stuck[task].0.daemon) || told.is_some_and(|(_, size)| size >= group.len()) {
                continue;
            }
            let behind = group.iter().filter(|task| !core.contains(task));
            let waits = core.iter().chain(behind).map(|task| tell(stuck[task], alive, rest)).collect();
            // It began with the last of them that came to wait, or, where they did before, when the last hope was gone: just now.
            let had_hope = core.iter().any(|task| self.hopeful.get(task) == Some(&stuck[task].0.epoch));
            let begun = || if had_hope { now } else { begin(&core, &stuck) };
            let at = told.map_or_else(begun, |(at, _)| at);
            self.told.insert(core, (at, group.len()));
            found.push(Finding { kind: FindingKind::Deadlock, at, waits });
        }
        self.hopeful =
            stable.iter().filter(|(task, _)| !stuck.contains_key(task)).map(|(task, (it, _))| (*task, it.epoch)).collect();
        let epochs = |circle: &[TaskId]| circle.iter().map(|task| stable[task].0.epoch).collect::<Vec<_>>();
        let circles: BTreeMap<_, _> =
            circles(&stable, rest).into_iter().map(|circle| (circle.clone(), epochs(&circle))).collect();
        let before = std::mem::replace(&mut self.circles, circles);
        for (circle, epochs) in &self.circles {
            if before.get(circle) != Some(epochs) || circle.iter().all(|task| stuck.contains_key(task)) {
                continue;
            }
            let is_in = |finding: &Finding| circle.iter().all(|task| finding.waits.iter().any(|wait| wait.task == *task));
            if !self.told_circles.insert(circle.clone()) || found.iter().any(is_in) {
                continue;
            }
            let waits = circle.iter().map(|task| tell_of_circle(stable[task], alive, &stable, rest)).collect();
            found.push(Finding { kind: FindingKind::WaitingCycle, at: begin(circle, &stable), waits });
        }
        let mut waited_for = alive.iter().filter(|task| !task.daemon && !task.looped).peekable();
        let all_stuck = waited_for.peek().is_some() && waited_for.all(|task| stuck.contains_key(&task.task));
        Judgement { found, all_stuck }
    }
}

/// When the last of those that wait for each other began to.
fn begin(tasks: &[TaskId], waiting: &Waiting<'_>) -> Nanos {
    tasks.iter().map(|task| waiting[task].0.since).max().unwrap_or_default()
}

/// The largest set of waiting tasks that nobody outside it can free.
fn stuck<'a>(alive: &[Standing], stable: &Waiting<'a>, rest: &impl Surroundings) -> Waiting<'a> {
    let mut stuck: Waiting<'a> = stable.clone();
    loop {
        let before = stuck.len();
        let outside: Vec<TaskId> = alive.iter().map(|task| task.task).filter(|task| !stuck.contains_key(task)).collect();
        let awaited: BTreeSet<Awaited> = stuck.values().map(|(_, on)| *on).collect();
        let hopeful = |on: &Awaited| match *on {
            Awaited::Resource(resource) => outside.iter().any(|&task| rest.may_release(task, resource)),
            Awaited::Task(task) => !stuck.contains_key(&task),
        };
        let hopeful: BTreeSet<Awaited> = awaited.into_iter().filter(hopeful).collect();
        let cancelled = cancelled(&outside, rest);
        let may_be_cancelled =
            |task: TaskId| cancelled.as_ref().is_none_or(|loops| rest.loop_of(task).is_some_and(|of| loops.contains(&of)));
        stuck.retain(|&task, (standing, on)| !(hopeful.contains(on) || standing.looped && may_be_cancelled(task)));
        if stuck.len() == before {
            return stuck;
        }
    }
}

/// Of which loops somebody outside may cancel the coroutines; none: of all.
fn cancelled(outside: &[TaskId], rest: &impl Surroundings) -> Option<BTreeSet<TaskId>> {
    let mut loops = BTreeSet::new();
    for &task in outside {
        match rest.cancels(task) {
            Cancels::None => {}
            Cancels::Fellows => loops.extend(rest.loop_of(task)),
            Cancels::Any => return None,
        }
    }
    Some(loops)
}

/// Whom a stuck task waits for among the stuck: the holders, or who else could have helped.
fn edges((standing, on): (&Standing, Awaited), stuck: &Waiting<'_>, rest: &impl Surroundings) -> Vec<TaskId> {
    match on {
        Awaited::Task(task) => vec![task],
        Awaited::Resource(resource) => {
            let (holders, need) = (rest.holders(resource), rest.need(standing, resource));
            let helps = |task: &&TaskId| rest.may_free(**task, resource, need);
            let helpers = || stuck.keys().filter(helps).copied().collect();
            let holders: Vec<TaskId> = holders.into_iter().filter(|task| stuck.contains_key(task)).collect();
            if holders.is_empty() { helpers() } else { holders }
        }
    }
}

/// The stuck in groups that have to do with each other.
fn groups(stuck: &Waiting<'_>, rest: &impl Surroundings) -> Vec<Vec<TaskId>> {
    let mut neighbours: BTreeMap<TaskId, BTreeSet<TaskId>> = BTreeMap::new();
    let mut first_at: BTreeMap<Awaited, TaskId> = BTreeMap::new();
    let mut spoken: BTreeSet<(Awaited, Option<Need>)> = BTreeSet::new();
    for (&task, &(standing, on)) in stuck {
        let together = *first_at.entry(on).or_insert(task);
        let need = if let Awaited::Resource(resource) = on { Some(rest.need(standing, resource)) } else { None };
        // All that wait for the same are in one group by the first of them, whose helpers speak for all that need the same.
        let helpers = if spoken.insert((on, need)) { edges((standing, on), stuck, rest) } else { Vec::new() };
        for other in helpers.into_iter().chain([together]) {
            neighbours.entry(task).or_default().insert(other);
            neighbours.entry(other).or_default().insert(task);
        }
    }
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for &task in stuck.keys() {
        let group = reach(task, &seen, |at| neighbours.get(&at).into_iter().flatten().copied().collect());
        if !group.is_empty() {
            seen.extend(group.iter().copied());
            groups.push(group.into_iter().filter(|task| stuck.contains_key(task)).collect());
        }
    }
    groups
}

/// All that can be reached from `from`, itself included, without what was `seen`.
fn reach(from: TaskId, seen: &BTreeSet<TaskId>, next: impl Fn(TaskId) -> Vec<TaskId>) -> BTreeSet<TaskId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if !seen.contains(&at) && reached.insert(at) {
            open.extend(next(at));
        }
    }
    reached
}

/// Those of a group that the others wait behind: each can be reached from all it can reach. In the order of the circle.
fn core(group: &[TaskId], stuck: &Waiting<'_>, rest: &impl Surroundings) -> Vec<TaskId> {
    if group.len() > MOST_SEARCHED {
        return group.to_vec();
    }
    let edges: BTreeMap<TaskId, Vec<TaskId>> = group.iter().map(|&task| (task, edges(stuck[&task], stuck, rest))).collect();
    let behind = |from| reach(from, &BTreeSet::new(), |at| edges.get(&at).cloned().unwrap_or_default());
    let reaches: BTreeMap<TaskId, BTreeSet<TaskId>> = group.iter().map(|&task| (task, behind(task))).collect();
    let last = |task: &TaskId| reaches[task].iter().all(|other| reaches.get(other).is_none_or(|back| back.contains(task)));
    let mut left: Vec<TaskId> = group.iter().copied().filter(last).collect();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let follows =
            ordered.last().and_then(|at| edges.get(at)).and_then(|next| left.iter().position(|task| next.contains(task)));
        ordered.push(left.remove(follows.unwrap_or(0)));
    }
    ordered
}

/// Circles of tasks each of which waits for the next, the only one that has what it waits for. Who waits for a token that it has
/// taken itself waits for another to give it back: that is no circle.
fn circles(stable: &Waiting<'_>, rest: &impl Surroundings) -> Vec<Vec<TaskId>> {
    let next = |task: TaskId| -> Option<TaskId> {
        match stable.get(&task)?.1 {
            Awaited::Task(other) => Some(other),
            Awaited::Resource(resource) => match rest.holders(resource).as_slice() {
                [holder] => Some(*holder),
                _ => None,
            },
        }
    };
    let is_for_others = |circle: &[TaskId]| match circle {
        [alone] => matches!(stable[alone].1, Awaited::Resource(resource) if rest.is_token(resource)),
        _ => false,
    };
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for &start in stable.keys() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(task) = at.filter(|task| stable.contains_key(task)) {
            if let Some(begin) = path.iter().position(|&other| other == task) {
                let mut circle: Vec<TaskId> = path[begin..].to_vec();
                let least = circle.iter().enumerate().min_by_key(|entry| entry.1).map_or(0, |entry| entry.0);
                circle.rotate_left(least);
                if !is_for_others(&circle) {
                    circles.push(circle);
                }
                break;
            }
            if !seen.insert(task) {
                break;
            }
            path.push(task);
            at = next(task);
        }
    }
    circles
}

/// The same of one in a circle: who outside of it may open it, too. Those that wait behind it cannot.
fn tell_of_circle(one: (&Standing, Awaited), alive: &[Standing], stable: &Waiting<'_>, rest: &impl Surroundings) -> Wait {
    let mut wait = tell(one, alive, rest);
    if let Awaited::Resource(resource) = wait.on {
        let is_free = |task: &TaskId| !stable.contains_key(task) && !wait.helpers.contains(task);
        let others = alive.iter().map(|task| task.task).filter(is_free).filter(|&task| rest.may_release(task, resource));
        let others: Vec<TaskId> = others.take(MOST_HELPERS.saturating_sub(wait.helpers.len())).collect();
        wait.helpers.extend(others);
    }
    wait
}

fn tell((standing, on): (&Standing, Awaited), alive: &[Standing], rest: &impl Surroundings) -> Wait {
    // Its thread stands in another.
    if let Some((event_loop, keeper)) = rest.turn(standing.task) {
        let on = Awaited::Resource(event_loop);
        return Wait { task: standing.task, block: standing.block, on, helpers: vec![keeper] };
    }
    let helpers = match on {
        Awaited::Task(task) => vec![task],
        Awaited::Resource(resource) => {
            let mut helpers = rest.holders(resource);
            // What a loop holds any of its coroutines may.
            if standing.looped && helpers.len() > 1 {
                helpers.retain(|&task| task != standing.task);
            }
            if helpers.is_empty() {
                let need = rest.need(standing, resource);
                let others = alive.iter().map(|task| task.task).filter(|&task| task != standing.task);
                helpers = others.filter(|&task| rest.may_free(task, resource, need)).collect();
            }
            helpers.truncate(MOST_HELPERS);
            helpers
        }
    };
    Wait { task: standing.task, block: standing.block, on, helpers }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Locks 0..9, held as told; a task's codes may release as told.
    #[derive(Default)]
    struct Rest {
        held: BTreeMap<u32, u32>,
        tokens: BTreeSet<u32>,
        may: BTreeSet<(u32, u32)>,
        /// Who cancels any coroutine.
        cancels: BTreeSet<u32>,
        /// Whose loop runs a coroutine; which loop it waits for, and whose turn it is there.
        loops: BTreeMap<u32, u32>,
        turns: BTreeMap<u32, (u32, u32)>,
    }

    impl Surroundings for Rest {
        fn may_release(&self, task: TaskId, resource: ResourceId) -> bool {
            self.may.contains(&(task.0, resource.0))
        }
        fn need(&self, _: &Standing, _: ResourceId) -> Need {
            Need::Any
        }
        fn may_free(&self, task: TaskId, resource: ResourceId, _: Need) -> bool {
            self.may_release(task, resource)
        }
        fn holders(&self, resource: ResourceId) -> Vec<TaskId> {
            self.held.get(&resource.0).map(|&task| TaskId(task)).into_iter().collect()
        }
        fn is_token(&self, resource: ResourceId) -> bool {
            self.tokens.contains(&resource.0)
        }
        fn cancels(&self, task: TaskId) -> Cancels {
            if self.cancels.contains(&task.0) { Cancels::Any } else { Cancels::None }
        }
        fn loop_of(&self, task: TaskId) -> Option<TaskId> {
            self.loops.get(&task.0).map(|&by| TaskId(by))
        }
        fn turn(&self, task: TaskId) -> Option<(ResourceId, TaskId)> {
            self.turns.get(&task.0).map(|&(event_loop, keeper)| (ResourceId(event_loop), TaskId(keeper)))
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a task has that waits")]
    fn on(resource: u32) -> Option<Awaited> {
        Some(Awaited::Resource(ResourceId(resource)))
    }

    fn tasks(waits: &[Option<Awaited>]) -> Vec<Standing> {
        let standing = |(task, &waits): (usize, &Option<Awaited>)| Standing {
            task: TaskId::from_index(task),
            daemon: false,
            looped: false,
            block: None,
            epoch: 7,
            since: Nanos::ZERO,
            waits,
        };
        waits.iter().enumerate().map(standing).collect()
    }

    /// What equal looks tell: kind and tasks of each finding, and whether all is stuck.
    fn told(alive: &[Standing], rest: &Rest) -> String {
        let mut detector = Detector::default();
        assert_eq!(detector.look(Nanos(1), alive, rest), Judgement::default(), "one look proves nothing");
        let mut judgement = detector.look(Nanos(2), alive, rest);
        assert!(judgement.found.iter().all(|finding| finding.kind == FindingKind::Deadlock), "two prove no circle");
        judgement.found.extend(detector.look(Nanos(3), alive, rest).found);
        assert!(detector.look(Nanos(4), alive, rest).found.is_empty(), "each is told once");
        let each = judgement.found.iter().map(|finding| {
            let tasks: Vec<String> = finding.waits.iter().map(|wait| wait.task.0.to_string()).collect();
            format!("{:?} {}", finding.kind, tasks.join(" "))
        });
        let mut all: Vec<String> = each.collect();
        all.extend(judgement.all_stuck.then(|| "all".to_owned()));
        all.join(", ")
    }

    fn philosophers() -> Rest {
        Rest { held: [(0, 0), (1, 1)].into(), may: [(0, 0), (0, 1), (1, 0), (1, 1)].into(), ..Rest::default() }
    }

    #[test]
    fn two_tasks_that_wait_for_each_others_locks_are_a_deadlock() {
        assert_eq!(told(&tasks(&[on(1), on(0)]), &philosophers()), "Deadlock 0 1, all");
    }

    #[test]
    fn two_are_stuck_while_a_third_runs_on() {
        assert_eq!(told(&tasks(&[on(1), on(0), None]), &philosophers()), "Deadlock 0 1");
    }

    #[test]
    fn a_circle_that_a_third_may_still_open_is_a_waiting_cycle() {
        let mut rest = philosophers();
        rest.may.insert((2, 0));
        assert_eq!(told(&tasks(&[on(1), on(0), None]), &rest), "WaitingCycle 0 1");
    }

    #[test]
    fn a_waiting_cycle_and_the_deadlock_it_becomes_are_told_with_their_own_beginnings() {
        let mut rest = philosophers();
        rest.may.insert((2, 0));
        let mut alive = tasks(&[on(1), on(0), None]);
        (alive[0].since, alive[1].since) = (Nanos(3), Nanos(5));
        let mut detector = Detector::default();
        let mut told = Vec::new();
        for look in 1..=8 {
            if look == 5 {
                alive.pop();
            }
            let found = detector.look(Nanos(look * 10), &alive, &rest).found;
            told.extend(found.into_iter().map(|finding| (finding.kind, finding.at)));
        }
        assert_eq!(told, [(FindingKind::WaitingCycle, Nanos(5)), (FindingKind::Deadlock, Nanos(50))]);
    }

    #[test]
    fn a_deadlock_nobody_ever_could_open_began_with_the_last_to_wait() {
        let mut alive = tasks(&[on(1), on(0)]);
        alive[0].since = Nanos(3);
        let mut detector = Detector::default();
        detector.look(Nanos(10), &alive, &philosophers());
        let found = detector.look(Nanos(20), &alive, &philosophers()).found;
        assert_eq!(found.iter().map(|finding| finding.at).collect::<Vec<_>>(), [Nanos(3)]);
    }

    #[test]
    fn a_circle_of_which_one_is_lost_and_one_may_be_freed_is_told_beside_the_deadlock() {
        // The code of 1 never gives back what it holds; 2 may give back what 0 holds.
        let rest = Rest { held: [(0, 0), (1, 1)].into(), may: [(0, 0), (2, 0)].into(), ..Rest::default() };
        assert_eq!(told(&tasks(&[on(1), on(0), None]), &rest), "Deadlock 0, WaitingCycle 0 1");
    }

    #[test]
    fn of_a_circle_everybody_is_named_who_may_still_open_it() {
        let mut rest = philosophers();
        rest.may.extend([(2, 0), (3, 0)]);
        let alive = tasks(&[on(1), on(0), None, on(0)]);
        let mut detector = Detector::default();
        let found: Vec<Finding> = (1..=3).flat_map(|look| detector.look(Nanos(look), &alive, &rest).found).collect();
        let helpers: Vec<Vec<u32>> = found[0].waits.iter().map(|wait| wait.helpers.iter().map(|task| task.0).collect()).collect();
        assert_eq!(helpers, [vec![1], vec![0, 2]], "who waits behind the circle does not open it");
    }

    #[test]
    fn those_that_wait_behind_a_deadlock_come_after_it() {
        assert_eq!(told(&tasks(&[on(1), on(0), on(1)]), &philosophers()), "Deadlock 0 1 2, all");
    }

    #[test]
    fn a_lock_taken_twice_and_a_lock_of_the_dead_are_deadlocks() {
        let twice = Rest { held: [(0, 0)].into(), may: [(0, 0)].into(), ..Rest::default() };
        assert_eq!(told(&tasks(&[on(0)]), &twice), "Deadlock 0, all");
        let of_the_dead = Rest { held: [(0, 9)].into(), may: [(0, 0)].into(), ..Rest::default() };
        assert_eq!(told(&tasks(&[on(0)]), &of_the_dead), "Deadlock 0, all");
    }

    #[test]
    fn one_that_is_given_the_lock_while_one_looks_does_not_wait_for_itself() {
        let mut rest = Rest { held: [(0, 1)].into(), may: [(0, 0), (1, 0)].into(), ..Rest::default() };
        let mut alive = tasks(&[on(0), None]);
        let mut detector = Detector::default();
        detector.look(Nanos(1), &alive, &rest);
        // It waited at the looks, and had it when the holder was read.
        rest.held.insert(0, 0);
        assert_eq!(detector.look(Nanos(2), &alive, &rest), Judgement::default());
        (alive[0].epoch, alive[0].waits) = (9, None);
        assert_eq!(detector.look(Nanos(3), &alive, &rest), Judgement::default());
        // It gives it away, waits again, and has it again when the holder is read.
        (alive[0].epoch, alive[0].waits) = (11, on(0));
        assert_eq!(detector.look(Nanos(4), &alive, &rest), Judgement::default());
        assert_eq!(detector.look(Nanos(5), &alive, &rest), Judgement::default());
    }

    #[test]
    fn who_took_a_token_may_wait_for_another_to_give_it_back() {
        let mut rest = Rest { held: [(0, 0)].into(), may: [(1, 0)].into(), tokens: [0].into(), ..Rest::default() };
        assert_eq!(told(&tasks(&[on(0), None]), &rest), "");
        assert_eq!(told(&tasks(&[on(0)]), &rest), "Deadlock 0, all");
        rest.tokens.clear();
        assert_eq!(told(&tasks(&[on(0), None]), &rest), "WaitingCycle 0");
    }

    #[test]
    fn getters_without_a_putter_are_stuck_and_with_one_are_not() {
        let mut rest = Rest { may: [(0, 20), (1, 20)].into(), ..Rest::default() };
        assert_eq!(told(&tasks(&[on(20), on(20)]), &rest), "Deadlock 0 1, all");
        rest.may.insert((2, 20));
        assert_eq!(told(&tasks(&[on(20), on(20), None]), &rest), "");
    }

    #[test]
    fn a_join_waits_for_the_joined() {
        let rest = Rest { held: [(0, 1)].into(), may: [(1, 0)].into(), ..Rest::default() };
        let join = Some(Awaited::Task(TaskId(1)));
        assert_eq!(told(&tasks(&[join, None]), &rest), "");
        assert_eq!(told(&tasks(&[join, on(0)]), &rest), "Deadlock 1 0, all");
    }

    #[test]
    fn idle_daemons_do_not_count() {
        let mut alive = tasks(&[on(20), None]);
        alive[0].daemon = true;
        assert_eq!(told(&alive, &Rest::default()), "");
    }

    #[test]
    fn coroutines_that_await_each_other_while_their_loop_runs_others_are_stuck_unless_one_may_be_cancelled() {
        let awaits = |task: u32| Some(Awaited::Task(TaskId(task)));
        let mut alive = tasks(&[awaits(1), awaits(0), None]);
        (alive[0].looped, alive[1].looped) = (true, true);
        assert_eq!(told(&alive, &Rest::default()), "Deadlock 0 1");
        let cancels = Rest { cancels: [2].into(), ..Rest::default() };
        assert_eq!(told(&alive, &cancels), "WaitingCycle 0 1");
        alive[2].waits = awaits(0);
        assert_eq!(told(&alive, &cancels), "Deadlock 0 1 2, all");
    }

    #[test]
    fn a_coroutine_whose_thread_stands_in_another_is_told_to_wait_for_its_turn() {
        let awaits = |task: u32| Some(Awaited::Task(TaskId(task)));
        // A thread stands in the coroutine 1, which waits for 2, which waits for the thread.
        let mut alive = tasks(&[awaits(1), awaits(2), awaits(0)]);
        (alive[1].looped, alive[2].looped) = (true, true);
        let rest = Rest { loops: [(1, 0), (2, 0)].into(), turns: [(2, (5, 1))].into(), ..Rest::default() };
        let mut detector = Detector::default();
        let found: Vec<Finding> = (1..=2).flat_map(|look| detector.look(Nanos(look), &alive, &rest).found).collect();
        let told: Vec<(Awaited, u32)> = found[0].waits.iter().map(|wait| (wait.on, wait.helpers[0].0)).collect();
        let [first, second] = [1, 2].map(|task| (Awaited::Task(TaskId(task)), task));
        assert_eq!(told, [first, second, (Awaited::Resource(ResourceId(5)), 1)]);
    }

    #[test]
    fn a_task_that_moved_between_two_looks_is_not_stuck() {
        let mut detector = Detector::default();
        let rest = philosophers();
        let mut alive = tasks(&[on(1), on(0)]);
        for epoch in 0..3 {
            alive[0].epoch = epoch;
            assert_eq!(detector.look(Nanos(1), &alive, &rest), Judgement::default());
        }
    }
}
