//! What can be seen in a world from outside: who spins, who touches what is shared without order, who waits in a circle.
//! Tells nothing by itself: `teller` does.

use std::collections::{BTreeMap, BTreeSet};

use super::super::world::{Stuck, World};
use crate::effect::{Effect, Measure};
use crate::id::{ResourceId, TaskId};
use crate::program::{LockAlgorithm, Program, ResourceKind};
use crate::trace::store::TaskState;
use crate::value::Value;

/// What a task that waits for `on` is doing meanwhile.
pub(super) fn waiting_state(program: &Program, on: Result<ResourceId, TaskId>) -> TaskState {
    let kind = on.ok().map(|resource| program.resources[resource.index()].kind);
    match kind {
        Some(ResourceKind::Lock { algorithm: LockAlgorithm::Spin | LockAlgorithm::Ticket, .. }) => TaskState::Spinning,
        _ => TaskState::Blocked,
    }
}

/// The plain `shared`, list or dict that an effect touches, and whether it writes it. That a change of a list is one step under an
/// interpreter lock orders it with no other.
pub(super) fn plain_access(program: &Program, effect: Effect) -> Option<(ResourceId, bool)> {
    let (cell, writes) = match effect {
        Effect::Load(cell) => (cell, false),
        Effect::Store(cell, _) | Effect::Update(cell, _) => (cell, true),
        _ => return None,
    };
    matches!(program.resources[cell.index()].kind, ResourceKind::Shared { atomic: false, .. }).then_some((cell, writes))
}

/// What a check may know of a region in a state: no state says how long anything took.
pub(super) fn measure(world: &World, region: ResourceId, measure: Measure) -> Option<Value> {
    let (inside, peak) = world.region(region)?;
    let value = |count: usize| i64::try_from(count).ok().map(Value::Int);
    match measure {
        Measure::Inside => value(inside),
        Measure::Peak => value(peak),
        Measure::Elapsed | Measure::CoresBusy => None,
    }
}

/// Circles of tasks and coroutines each of which waits for what the next one holds or for its end, without those that are all in
/// `lost`. Who waits for a token that it has taken itself waits for another to give it back: that is no circle.
pub(super) fn circles(program: &Program, world: &World, lost: &BTreeSet<TaskId>) -> Vec<Vec<Stuck>> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<TaskId> = BTreeSet::new();
    let held_up = world.held_up(program);
    let waits: BTreeMap<TaskId, &Stuck> = held_up.iter().map(|stuck| (stuck.task, stuck)).collect();
    for &start in waits.keys() {
        let mut path: Vec<Stuck> = Vec::new();
        let mut at = Some(start);
        while let Some(task) = at {
            if let Some(from) = path.iter().position(|stuck| stuck.task == task) {
                let mut circle = path.split_off(from);
                let is_token = |on: ResourceId| program.resources[on.index()].kind.is_token();
                let is_for_others = circle.len() == 1 && circle[0].on.is_ok_and(is_token);
                if is_for_others || circle.iter().all(|stuck| lost.contains(&stuck.task)) {
                    break;
                }
                let behind: Vec<_> = circle.iter().map(|stuck| stuck.on).collect();
                let is_free = |task: &TaskId| waits.get(task).is_none_or(|stuck| !behind.contains(&stuck.on));
                for stuck in &mut circle {
                    add_openers(program, world, stuck, is_free);
                }
                found.push(circle);
                break;
            }
            if !seen.insert(task) {
                break;
            }
            let Some(&stuck) = waits.get(&task) else { break };
            at = stuck.helpers.first().copied();
            path.push(stuck.clone());
        }
    }
    found
}

/// Names who else may free one in a circle: all that do not wait for what those in it wait for.
fn add_openers(program: &Program, world: &World, stuck: &mut Stuck, is_free: impl Fn(&TaskId) -> bool) {
    let Ok(resource) = stuck.on else { return };
    let mut openers = world.may_release(program, resource);
    openers.retain(|task| is_free(task) && !stuck.helpers.contains(task));
    stuck.helpers.extend(openers);
}
