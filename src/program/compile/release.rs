//! Which resources a body may release, put into or take from, itself or through what it calls, starts or spawns.
//! A handle that is computed may be any resource of the kind.

use std::collections::BTreeSet;

use crate::effect::Ends;
use crate::id::{CodeId, ResourceId};
use crate::value::{Table, Value};

use super::super::instruction::{Instruction, Operand, Wait};
use super::super::{Code, QueueAct, ResourceKind, ResourceTemplate, TaskTemplate};

/// What a body may do to resources.
#[derive(Debug, Clone, Default)]
struct May {
    release: BTreeSet<ResourceId>,
    queues: BTreeSet<(ResourceId, QueueAct)>,
    send: BTreeSet<ResourceId>,
    receive: BTreeSet<ResourceId>,
    close: BTreeSet<(ResourceId, Ends)>,
    cancel: bool,
}

impl May {
    /// May all that another may; whether that is more than before.
    fn extend(&mut self, other: &Self) -> bool {
        let mut more = other.cancel && !self.cancel;
        self.cancel |= other.cancel;
        let theirs = [&other.release, &other.send, &other.receive];
        for (mine, theirs) in [&mut self.release, &mut self.send, &mut self.receive].into_iter().zip(theirs) {
            let before = mine.len();
            mine.extend(theirs);
            more |= mine.len() > before;
        }
        let before = (self.close.len(), self.queues.len());
        self.close.extend(&other.close);
        self.queues.extend(&other.queues);
        more || (self.close.len(), self.queues.len()) > before
    }

    /// Closes ends of a pipe. One that is named is there to be closed: without it, what waits for its end would not wait for this.
    fn closes(&mut self, operand: Operand, ends: Ends, held: &BTreeSet<ResourceId>) {
        let mut pipes = BTreeSet::new();
        add_pipe([&mut pipes], operand, held);
        self.close.extend(pipes.into_iter().map(|pipe| (pipe, ends)));
        match (operand.as_known(), ends) {
            (Some(pipe), Ends::Write) => self.send.extend([pipe]),
            (Some(pipe), Ends::Read) => self.receive.extend([pipe]),
            (None, _) | (_, Ends::Both) => {}
        }
    }
}

/// Until nothing changes: a body may do what those it runs may do.
fn close(mut own: Vec<May>, onward: &[BTreeSet<CodeId>]) -> Vec<May> {
    loop {
        let mut changed = false;
        for at in 0..own.len() {
            for next in &onward[at] {
                let theirs = own[next.index()].clone();
                changed |= own[at].extend(&theirs);
            }
        }
        if !changed {
            return own;
        }
    }
}

pub(super) fn find(codes: &mut [Code], tasks: &[TaskTemplate], resources: &[ResourceTemplate], table: &Table) {
    let held = pipes_held(codes, resources, table);
    let startable: Vec<CodeId> = tasks.iter().filter(|task| !task.starts).map(|task| task.code).collect();
    let mut own: Vec<May> = Vec::new();
    let mut onward: Vec<BTreeSet<CodeId>> = Vec::new();
    // What the loops run that a body runs; bodies that await what they are handed, and coroutines that may be handed to them.
    let mut looped: Vec<BTreeSet<CodeId>> = Vec::new();
    let (mut awaiters, mut handed) = (Vec::new(), BTreeSet::new());
    let (mut begun, mut callbacks, mut cancellers) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (at, code) in codes.iter().enumerate() {
        let (mut may, mut runs, mut runs_in_loop) = (May::default(), BTreeSet::new(), BTreeSet::new());
        let mut made_here = false;
        let code_after = |nth: usize| code.instructions.get(nth + 1);
        for (nth, instruction) in code.instructions.iter().enumerate() {
            if let Some((act, operand)) = QueueAct::of(*instruction) {
                let mut queues = BTreeSet::new();
                add(&mut queues, operand, resources, is_queue);
                may.queues.extend(queues.iter().map(|&queue| (queue, act)));
                may.release.extend(queues);
            }
            match *instruction {
                Instruction::Release(operand) => add(&mut may.release, operand, resources, is_lock),
                Instruction::SendTo(operand) => add_pipe([&mut may.release, &mut may.send], operand, &held),
                Instruction::Send(_) => add_pipe([&mut may.release, &mut may.send], Operand::STACK, &held),
                Instruction::Receive(operand, _) => add_pipe([&mut may.release, &mut may.receive], operand, &held),
                Instruction::CloseEnd(operand, ends) => {
                    add_pipe([&mut may.release], operand, &held);
                    may.closes(operand, ends, &held);
                }
                Instruction::Close => {
                    add_pipe([&mut may.release], Operand::STACK, &held);
                    may.closes(Operand::STACK, Ends::Both, &held);
                }
                Instruction::Leave(operand, _) => {
                    add(&mut may.release, operand, resources, |kind| matches!(kind, ResourceKind::ReadWriteLock { .. }));
                }
                // Whoever waits on a condition lets its lock go; whoever comes to a barrier may be the last.
                Instruction::WaitFor(operand, ..) => {
                    add(&mut may.release, operand, resources, |kind| matches!(kind, ResourceKind::Barrier { .. }));
                    guarded(&mut may.release, operand, resources);
                }
                Instruction::Notify(operand) => {
                    add(&mut may.release, operand, resources, |kind| matches!(kind, ResourceKind::Condition { .. }));
                }
                Instruction::SetEvent(operand) => add(&mut may.release, operand, resources, |kind| kind == ResourceKind::Event),
                Instruction::Abort(operand) => {
                    add(&mut may.release, operand, resources, |kind| matches!(kind, ResourceKind::Barrier { .. }));
                }
                // A job that is cancelled frees whoever waits for it; one that is submitted may do anything it does.
                Instruction::Cancel(_) | Instruction::Terminate | Instruction::Results(..) => {
                    may.cancel |= matches!(instruction, Instruction::Cancel(_));
                    add(&mut may.release, Operand::STACK, resources, |kind| is_pool(kind) || is_open_loop(kind));
                }
                Instruction::Submit { pool, code, .. } => {
                    add(&mut may.release, pool, resources, is_open_loop);
                    runs.insert(code);
                    begun.insert(code);
                }
                Instruction::Spawn { code, .. } | Instruction::SubmitEach { code, .. } | Instruction::CreateTask { code, .. } => {
                    runs.insert(code);
                    begun.insert(code);
                }
                Instruction::Callback(code) | Instruction::AddCallback(code) => {
                    runs.insert(code);
                    callbacks.insert(code);
                }
                Instruction::CallBack => cancellers.push(at),
                Instruction::Call { code, .. } | Instruction::Generator { code, .. } | Instruction::SpawnProcess { code, .. } => {
                    runs.insert(code);
                }
                Instruction::Coroutine { code, .. } => {
                    runs.insert(code);
                    if !matches!(code_after(nth), Some(Instruction::Await(_))) {
                        begun.insert(code);
                        handed.insert(code);
                    }
                }
                Instruction::Await(_) if made_here => {}
                Instruction::Shield(_) => awaiters.push(at),
                // Those that nobody wants any more are cancelled: jobs, too.
                Instruction::AwaitNext if matches!(code_after(nth), Some(Instruction::Result(..))) => {
                    add(&mut may.release, Operand::STACK, resources, |kind| is_pool(kind) || is_open_loop(kind));
                }
                Instruction::Await(_) | Instruction::Gather { .. } => {
                    awaiters.push(at);
                    add(&mut may.release, Operand::STACK, resources, |kind| is_pool(kind) || is_open_loop(kind));
                }
                Instruction::AwaitFor(wait, _) => {
                    awaiters.push(at);
                    if wait == Wait::Timed {
                        may.cancel = true;
                        add(&mut may.release, Operand::STACK, resources, |kind| is_pool(kind) || is_open_loop(kind));
                    }
                }
                // Whoever runs a loop runs the jobs that were submitted to it.
                Instruction::RunLoop { code, event_loop, .. } => {
                    add(&mut may.release, event_loop, resources, is_open_loop);
                    runs_in_loop.insert(code);
                    begun.insert(code);
                }
                Instruction::ServeLoop(id) => {
                    add(&mut may.release, Operand::known(id), resources, is_open_loop);
                    runs_in_loop.extend(tasks.iter().filter(|task| task.event_loop == Some(id)).map(|task| task.code));
                    begun.extend(&runs_in_loop);
                }
                Instruction::Start => runs.extend(&startable),
                _ => {}
            }
            // What is awaited as soon as it is made is no future of a pool: a coroutine that is called, a thread.
            made_here = matches!(instruction, Instruction::Coroutine { .. } | Instruction::Spawn { .. });
        }
        own.push(may);
        onward.push(runs);
        looped.push(runs_in_loop);
    }
    for at in awaiters {
        onward[at].extend(&handed);
    }
    // Whoever has a future may have it call back, and who cancels one calls what is to be told.
    for code in begun.into_iter().map(CodeId::index).chain(cancellers) {
        onward[code].extend(&callbacks);
    }
    let apart = close(own.clone(), &onward);
    onward.iter_mut().zip(looped).for_each(|(onward, looped)| onward.extend(looped));
    for ((code, may), apart) in codes.iter_mut().zip(close(own, &onward)).zip(apart) {
        code.may_release_apart = apart.release.into_iter().collect();
        code.queue_acts_apart = apart.queues.into_iter().collect();
        code.may_cancel = apart.cancel;
        code.may_release = may.release.into_iter().collect();
        code.queue_acts = may.queues.into_iter().collect();
        code.may_send = may.send.into_iter().collect();
        code.may_receive = may.receive.into_iter().collect();
        code.may_close = may.close.into_iter().collect();
    }
}

fn is_lock(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Lock { .. } | ResourceKind::ReentrantLock | ResourceKind::Semaphore { .. })
}

fn is_pool(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Pool { .. })
}

fn is_open_loop(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::EventLoop { open: true, .. })
}

fn is_pipe(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Pipe { .. })
}

/// Pipes whose handles are values somewhere: whoever sends to what a local holds may send to any of them.
fn pipes_held(codes: &[Code], resources: &[ResourceTemplate], table: &Table) -> BTreeSet<ResourceId> {
    let mut held = BTreeSet::new();
    for code in codes {
        let mut open = code.constants.clone();
        while let Some(value) = open.pop() {
            match value {
                Value::Resource(resource) => held.extend([resource]),
                Value::List(list) => open.extend(table.get_list(list).iter()),
                _ => {}
            }
        }
        for instruction in &code.instructions {
            if let Instruction::OneResource { first, count } = *instruction {
                held.extend((first.0..first.0 + count).map(ResourceId));
            }
        }
    }
    held.retain(|resource| is_pipe(resources[resource.index()].kind));
    held
}

fn add_pipe<const N: usize>(to: [&mut BTreeSet<ResourceId>; N], operand: Operand, held: &BTreeSet<ResourceId>) {
    for to in to {
        match operand.as_known() {
            Some(pipe) => to.extend([pipe]),
            None => to.extend(held),
        }
    }
}

fn is_queue(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Queue { .. })
}

fn add(to: &mut BTreeSet<ResourceId>, operand: Operand, resources: &[ResourceTemplate], of: fn(ResourceKind) -> bool) {
    if let Some(resource) = operand.as_known() {
        to.extend(of(resources[resource.index()].kind).then_some(resource));
    } else {
        let all = resources.iter().enumerate().filter(|(_, resource)| of(resource.kind));
        to.extend(all.map(|(at, _)| ResourceId::from_index(at)));
    }
}

/// The locks of the conditions that `operand` may be.
fn guarded(to: &mut BTreeSet<ResourceId>, operand: Operand, resources: &[ResourceTemplate]) {
    let lock = |resource: &ResourceTemplate| match resource.kind {
        ResourceKind::Condition { lock, .. } => Some(lock),
        _ => None,
    };
    match operand.as_known() {
        Some(resource) => to.extend(lock(&resources[resource.index()])),
        None => to.extend(resources.iter().filter_map(lock)),
    }
}
