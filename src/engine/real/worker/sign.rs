//! Answers the effects on conditions, events, barriers, readers-writer locks and regions: finds the resource, and says a refusal
//! in Python's words.

use super::yard::{Resource, Yard};
use crate::effect::{Effect, Patience};
use crate::engine::real::resource::signal::Broken;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::{Guard, NotHeld};
use crate::id::ResourceId;
use crate::time::Nanos;
use crate::value::{Failure, Value};

/// A wake-up out of nothing comes within so long.
const WAKES_WITHIN: u64 = 2_000_000;

fn broken(_: Broken) -> Failure {
    Failure::new("BrokenBarrierError", "")
}

/// Answers an effect of this kind; none if `effect` is another. `random` decides about wake-ups out of nothing.
pub(in crate::engine::real) fn answer(
    yard: &Yard,
    context: &mut Context,
    random: u64,
    effect: Effect,
) -> Result<Option<Result<Value, Failure>>, Cut> {
    let resource = |id: ResourceId| &yard.resources[id.index()];
    let done = Ok(Some(Ok(Value::None)));
    match effect {
        Effect::Wait(id, patience) => Ok(Some(match resource(id) {
            Resource::Event(event) => Ok(Value::Bool(event.wait(context, patience)?)),
            Resource::Barrier(barrier) => {
                barrier.wait(context, patience)?.map(|place| Value::Int(place.cast_signed())).map_err(broken)
            }
            Resource::AcrossEvent(event) => Ok(Value::Bool(event.wait(context, patience)?)),
            Resource::AcrossBarrier(barrier) => {
                barrier.wait(context, patience)?.map(|place| Value::Int(place.cast_signed())).map_err(broken)
            }
            Resource::Condition(_) | Resource::AcrossCondition(_) => wait(yard, context, id, patience, random)?,
            _ => return Ok(None),
        })),
        Effect::StandAside(_) | Effect::TakeSign(..) | Effect::LeaveLine { .. } => aside(yard, context, effect),
        Effect::Enter(id, access, Patience::Never) => match resource(id) {
            Resource::ReadWrite(lock) => {
                Ok(Some(Ok(if lock.enter_now(context, access) { Value::None } else { Value::Bool(false) })))
            }
            _ => Ok(None),
        },
        Effect::Enter(id, access, _) => match resource(id) {
            Resource::ReadWrite(lock) => {
                lock.enter(context, access)?;
                done
            }
            _ => Ok(None),
        },
        Effect::Leave(id, access) => match resource(id) {
            Resource::ReadWrite(lock) => {
                lock.leave(context, access);
                done
            }
            _ => Ok(None),
        },
        Effect::Notify(id, count) => {
            let Some(lock) = guard_of(yard, id) else { return Ok(None) };
            let notified = match resource(id) {
                Resource::Condition(condition) => condition.notify(context, lock, count),
                Resource::AcrossCondition(condition) => condition.notify(context, lock, count),
                _ => return Ok(None),
            };
            Ok(Some(match notified {
                Ok(()) => Ok(Value::None),
                Err(NotHeld) => Err(Failure::new("RuntimeError", "cannot notify on un-acquired lock")),
            }))
        }
        Effect::SetEvent(id) | Effect::ClearEvent(id) => match resource(id) {
            Resource::Event(event) => {
                event.put(context, matches!(effect, Effect::SetEvent(_)));
                done
            }
            Resource::AcrossEvent(event) => {
                event.put(context, matches!(effect, Effect::SetEvent(_)))?;
                done
            }
            _ => Ok(None),
        },
        Effect::EnterRegion(id) | Effect::LeaveRegion(id) => match resource(id) {
            Resource::Region(region) => {
                if matches!(effect, Effect::EnterRegion(_)) {
                    region.enter(context, yard.process);
                } else {
                    region.leave(context, yard.process);
                }
                done
            }
            _ => Ok(None),
        },
        Effect::Abort(id) => match resource(id) {
            Resource::Barrier(barrier) => {
                barrier.abort(context);
                done
            }
            Resource::AcrossBarrier(barrier) => {
                barrier.abort(context)?;
                done
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// What a loop asks for its coroutines that wait for a sign.
fn aside(yard: &Yard, context: &mut Context, effect: Effect) -> Result<Option<Result<Value, Failure>>, Cut> {
    let resource = |id: ResourceId| &yard.resources[id.index()];
    let placed = |place: Option<u64>, else_: Value| place.map_or(else_, |place| Value::Int(place.cast_signed()));
    let need_not = |is_set: bool| Ok(if is_set { Value::Bool(true) } else { Value::None });
    let answer = match effect {
        Effect::StandAside(id) => match (resource(id), guard_of(yard, id)) {
            (Resource::Event(event), _) => need_not(event.stand_aside(context)),
            (Resource::AcrossEvent(event), _) => need_not(event.stand_aside(context)?),
            (Resource::Barrier(barrier), _) => {
                barrier.stand_aside(context).map(|place| placed(place, Value::None)).map_err(broken)
            }
            (Resource::Condition(condition), Some(lock)) => match condition.stand_aside(context, lock) {
                Ok(depth) => Ok(Value::Int(depth.into())),
                Err(NotHeld) => Err(Failure::new("RuntimeError", "cannot wait on un-acquired lock")),
            },
            _ => return Ok(None),
        },
        Effect::TakeSign(id, _) => match resource(id) {
            Resource::Event(event) => Ok(Value::Bool(event.take_sign(context.task))),
            Resource::AcrossEvent(event) => Ok(Value::Bool(event.take_sign(context.task))),
            Resource::Barrier(barrier) => {
                barrier.take_sign(context.task).map(|place| placed(place, Value::Bool(false))).map_err(broken)
            }
            Resource::Condition(condition) => Ok(Value::Bool(condition.take_sign(context.task))),
            _ => return Ok(None),
        },
        Effect::LeaveLine { of, late, behind } => {
            match resource(of) {
                Resource::Event(event) => event.leave_aside(context.task, behind),
                Resource::AcrossEvent(event) => event.leave_aside(context.task, behind),
                Resource::Barrier(barrier) => barrier.leave_aside(context, late),
                Resource::Condition(condition) => condition.leave_aside(context),
                _ => return Ok(None),
            }
            Ok(Value::None)
        }
        _ => return Ok(None),
    };
    context.step_done(context.stamp(), 0);
    Ok(Some(answer))
}

fn guard_of(yard: &Yard, condition: ResourceId) -> Option<&dyn Guard> {
    match &yard.resources[yard.program.lock_of(condition).index()] {
        Resource::Lock(lock) => Some(lock),
        Resource::Reentrant(lock) => Some(lock),
        Resource::AcrossToken(lock) => Some(lock),
        _ => None,
    }
}

fn wait(
    yard: &Yard,
    context: &mut Context,
    id: ResourceId,
    patience: Patience,
    random: u64,
) -> Result<Result<Value, Failure>, Cut> {
    let lock = guard_of(yard, id).expect("the compiler finds the lock of every condition");
    // Every fourth wait; the others wait for a sign, so that one that never comes is found.
    let wakes = |spurious: bool| (spurious && random.is_multiple_of(4)).then_some(Nanos(random / 4 % WAKES_WITHIN));
    let waited = match &yard.resources[id.index()] {
        Resource::Condition(condition) => condition.wait(context, lock, patience, wakes(condition.spurious))?,
        Resource::AcrossCondition(condition) => condition.wait(context, lock, patience, wakes(condition.spurious))?,
        _ => unreachable!("the machine checks what is waited for"),
    };
    Ok(match waited {
        Ok(notified) => Ok(Value::Bool(notified)),
        Err(NotHeld) => Err(Failure::new("RuntimeError", "cannot wait on un-acquired lock")),
    })
}
