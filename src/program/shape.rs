//! What each instruction does with the locals of its frame, and where it goes on. Nothing is run here, nor concluded from it.

use super::instruction::{Instruction, Into, Place, Slot};

/// What an instruction does.
pub(super) struct Shape {
    pub(super) reads: [Option<Slot>; 2],
    pub(super) writes: [Option<Slot>; 2],
    pub(super) forgets: Option<Slot>,
    pub(super) next: bool,
    pub(super) jump: Option<Place>,
    /// The writes happen only on the way of the jump: the turn of a loop.
    pub(super) on_jump: Option<Slot>,
    /// Others may run before it goes on.
    pub(super) stands: bool,
}

/// Where an instruction may jump to.
pub(super) fn jump_mut(instruction: &mut Instruction) -> Option<&mut Place> {
    match instruction {
        Instruction::Jump(to)
        | Instruction::Back(to)
        | Instruction::JumpIfFalse(to)
        | Instruction::BackIfTrue(to)
        | Instruction::JumpIfFalseKeep(to)
        | Instruction::JumpIfTrueKeep(to)
        | Instruction::RepeatNext { body: to, .. }
        | Instruction::ForNext { body: to, .. }
        | Instruction::Ask(to)
        | Instruction::Gosub(to) => Some(to),
        _ => None,
    }
}

fn second(slot: Slot) -> Slot {
    Slot(slot.0 + 1)
}

pub(super) fn shape(instruction: Instruction) -> Shape {
    let mut shape =
        Shape { reads: [None; 2], writes: [None; 2], forgets: None, next: true, jump: None, on_jump: None, stands: false };
    let mut effect = |into: Into| {
        shape.stands = true;
        shape.writes[0] = into.as_slot();
    };
    match instruction {
        Instruction::Local(slot) | Instruction::CheckedLocal(slot) => shape.reads[0] = Some(slot),
        Instruction::SetLocal(slot) => shape.writes[0] = Some(slot),
        Instruction::Unbind(slot) => shape.forgets = Some(slot),
        Instruction::Jump(to) | Instruction::Back(to) | Instruction::Gosub(to) => {
            (shape.next, shape.jump) = (false, Some(to));
        }
        Instruction::Ask(to) => {
            shape.stands = true;
            shape.jump = Some(to);
        }
        Instruction::Generator { into, .. }
        | Instruction::Coroutine { into, .. }
        | Instruction::CreateTask { into, .. }
        | Instruction::Cancelled(into) => {
            shape.writes[0] = into.as_slot();
        }
        Instruction::JumpIfFalse(to)
        | Instruction::BackIfTrue(to)
        | Instruction::JumpIfFalseKeep(to)
        | Instruction::JumpIfTrueKeep(to) => shape.jump = Some(to),
        Instruction::RepeatBegin(slot) | Instruction::ForBegin(slot) => shape.writes = [Some(slot), Some(second(slot))],
        Instruction::RepeatNext { slot, turn: into, body } | Instruction::ForNext { slot, item: into, body } => {
            shape.reads = [Some(slot), Some(second(slot))];
            shape.jump = Some(body);
            shape.on_jump = into.as_slot();
        }
        Instruction::Return
        | Instruction::Raise(_)
        | Instruction::RaiseValue
        | Instruction::RaiseAgain
        | Instruction::LeaveAndRaise
        | Instruction::EndFinally
        | Instruction::ReplaceInFinally => shape.next = false,
        Instruction::Call { into, .. }
        | Instruction::Next(into)
        | Instruction::Await(into)
        | Instruction::Gather { into, .. }
        | Instruction::AwaitFor(_, into)
        | Instruction::Shield(into)
        | Instruction::Switch(into)
        | Instruction::RunLoop { into, .. }
        | Instruction::Send(into)
        | Instruction::Throw(into)
        | Instruction::Yield(into)
        | Instruction::Load(_, into)
        | Instruction::AtomicAdd(_, into)
        | Instruction::Swap(_, into)
        | Instruction::CompareAndSet(_, into)
        | Instruction::Acquire(_, _, into)
        | Instruction::Update(_, _, into)
        | Instruction::WaitFor(_, _, into)
        | Instruction::Get(_, _, into)
        | Instruction::Join(_, into)
        | Instruction::Spawn { into, .. }
        | Instruction::RunCommand { into, .. }
        | Instruction::Enumerate(into)
        | Instruction::ActiveCount(into)
        | Instruction::Cancel(into)
        | Instruction::Submit { into, .. }
        | Instruction::Results(_, into)
        | Instruction::Result(_, into)
        | Instruction::State(into)
        | Instruction::IsAlive(into) => effect(into),
        Instruction::Length
        | Instruction::Close
        | Instruction::Compute { .. }
        | Instruction::Sleep
        | Instruction::Request(_)
        | Instruction::ReadFile(_)
        | Instruction::WriteFile(_)
        | Instruction::Print
        | Instruction::Mark
        | Instruction::EnterRegion(_)
        | Instruction::LeaveRegion(_)
        | Instruction::Measure(..)
        | Instruction::Store(_)
        | Instruction::Release(_)
        | Instruction::Enter(..)
        | Instruction::Leave(..)
        | Instruction::Notify(_)
        | Instruction::SetEvent(_)
        | Instruction::ClearEvent(_)
        | Instruction::Abort(_)
        | Instruction::Put(..)
        | Instruction::TaskDone(_)
        | Instruction::Start
        | Instruction::SubmitEach { .. }
        | Instruction::AddCallback(_)
        | Instruction::CallBack
        | Instruction::YieldCpu
        | Instruction::AwaitTurn
        | Instruction::ServeLoop(_)
        | Instruction::Random
        | Instruction::Now => shape.stands = true,
        _ => {}
    }
    shape
}
