//! What is known about locals at each instruction: which are surely bound, which may still be read.
//! From that: reads that must be checked, and locals to clear at each effect so that equal futures are equal states.

use super::super::Code;
use super::super::instruction::{Instruction, Place, Slot};
use super::super::shape::{Shape, shape};

/// Larger bodies are left unanalysed: every read is checked, nothing is cleared.
const MOST_BITS: usize = 1 << 28;

/// A set of slots.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slots(Vec<u64>);

impl Slots {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn all(count: usize) -> Self {
        Self(vec![u64::MAX; count.div_ceil(64)])
    }

    fn has(&self, slot: Slot) -> bool {
        (self.0[usize::from(slot.0) / 64] >> (slot.0 % 64)) & 1 == 1
    }

    fn add(&mut self, slot: Slot) {
        self.0[usize::from(slot.0) / 64] |= 1 << (slot.0 % 64);
    }

    fn remove(&mut self, slot: Slot) {
        self.0[usize::from(slot.0) / 64] &= !(1 << (slot.0 % 64));
    }

    fn unite(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            changed |= *more & !*word != 0;
            *word |= more;
        }
        changed
    }

    fn intersect(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        changed
    }
}

/// Whether others may take a step once it is asked for: it is a step itself.
pub(super) fn is_step(instruction: Instruction) -> bool {
    shape(instruction).stands && !matches!(instruction, Instruction::Call { .. } | Instruction::CallBack)
}

/// The successors of each instruction that are not told by itself.
struct Graph {
    shapes: Vec<Shape>,
    /// The handler that takes its exceptions.
    handler: Vec<Option<usize>>,
    /// Where an `EndFinally` goes back to.
    returns: Vec<Vec<usize>>,
}

impl Graph {
    fn new(code: &Code, finallies: &[(Place, Vec<Place>)]) -> Self {
        let count = code.instructions.len();
        let mut handler = vec![None; count];
        for it in code.handlers.iter().rev() {
            handler[it.start as usize..it.end as usize].fill(Some(it.target as usize));
        }
        let mut returns = vec![Vec::new(); count];
        for (end, backs) in finallies {
            if matches!(code.instructions[*end as usize], Instruction::EndFinally) {
                returns[*end as usize] = backs.iter().map(|&back| back as usize).collect();
            }
        }
        Self { shapes: code.instructions.iter().map(|&instruction| shape(instruction)).collect(), handler, returns }
    }

    /// Where it goes on in order; with whether that is the way of its jump.
    fn successors(&self, at: usize) -> impl Iterator<Item = (usize, bool)> {
        let shape = &self.shapes[at];
        let next = (shape.next && at + 1 < self.shapes.len()).then_some((at + 1, false));
        let jump = shape.jump.map(|to| (to as usize, true));
        next.into_iter().chain(jump).chain(self.returns[at].iter().map(|&back| (back, false)))
    }
}

/// Fills in the checked reads and the locals to clear.
pub(super) fn analyse(code: &mut Code, finallies: &[(Place, Vec<Place>)]) {
    let (count, locals) = (code.instructions.len(), code.locals.len());
    if count * locals > MOST_BITS {
        for instruction in &mut code.instructions {
            if let Instruction::Local(slot) = *instruction {
                *instruction = Instruction::CheckedLocal(slot);
            }
        }
        return;
    }
    let graph = Graph::new(code, finallies);
    let bound = bound(code, &graph, locals);
    for (instruction, bound) in code.instructions.iter_mut().zip(&bound) {
        if let Instruction::Local(slot) = *instruction
            && !bound.has(slot)
        {
            *instruction = Instruction::CheckedLocal(slot);
        }
    }
    let live = live(&graph, locals);
    clears(code, &graph, &live, locals);
}

/// Which locals are surely bound before each instruction.
fn bound(code: &Code, graph: &Graph, locals: usize) -> Vec<Slots> {
    let count = graph.shapes.len();
    let mut before = vec![Slots::all(locals); count];
    let mut entry = Slots::none(locals);
    for slot in 0..code.parameters.min(u16::try_from(locals).unwrap_or(u16::MAX)) {
        entry.add(Slot(slot));
    }
    before[0] = entry;
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..count {
            let shape = &graph.shapes[at];
            if let Some(handler) = graph.handler[at] {
                let here = before[at].clone();
                changed |= before[handler].intersect(&here);
            }
            let mut after = before[at].clone();
            shape.writes.iter().flatten().for_each(|&slot| after.add(slot));
            if let Some(slot) = shape.forgets {
                after.remove(slot);
            }
            for (to, jumps) in graph.successors(at) {
                let mut there = after.clone();
                if let (true, Some(slot)) = (jumps, shape.on_jump) {
                    there.add(slot);
                }
                changed |= before[to].intersect(&there);
            }
        }
    }
    before
}

/// Which locals may be read before they are bound again: before each instruction.
fn live(graph: &Graph, locals: usize) -> Vec<Slots> {
    let count = graph.shapes.len();
    let mut before = vec![Slots::none(locals); count];
    let mut changed = true;
    while changed {
        changed = false;
        for at in (0..count).rev() {
            let shape = &graph.shapes[at];
            let mut here = wanted_after(graph, &before, at, locals);
            shape.reads.iter().flatten().for_each(|&slot| here.add(slot));
            changed |= before[at].unite(&here);
        }
    }
    before
}

/// Which locals may be read once the instruction `at` has been asked for but not yet answered.
fn wanted_after(graph: &Graph, before: &[Slots], at: usize, locals: usize) -> Slots {
    let shape = &graph.shapes[at];
    let mut wanted = Slots::none(locals);
    for (to, jumps) in graph.successors(at) {
        let mut there = before[to].clone();
        if let (true, Some(slot)) = (jumps, shape.on_jump) {
            there.remove(slot);
        }
        wanted.unite(&there);
    }
    shape.writes.iter().flatten().for_each(|&slot| wanted.remove(slot));
    if let Some(slot) = shape.forgets {
        wanted.remove(slot);
    }
    if let Some(handler) = graph.handler[at] {
        wanted.unite(&before[handler]);
    }
    wanted
}

/// At each effect: the locals that may hold something and that nobody will read.
fn clears(code: &mut Code, graph: &Graph, live: &[Slots], locals: usize) {
    let count = graph.shapes.len();
    let mut holds = vec![Slots::none(locals); count];
    for slot in 0..code.parameters.min(u16::try_from(locals).unwrap_or(u16::MAX)) {
        holds[0].add(Slot(slot));
    }
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..count {
            let shape = &graph.shapes[at];
            let mut after = holds[at].clone();
            if shape.stands {
                after.intersect(&wanted_after(graph, live, at, locals));
            }
            if let Some(handler) = graph.handler[at] {
                changed |= holds[handler].unite(&after);
            }
            shape.writes.iter().flatten().for_each(|&slot| after.add(slot));
            if let Some(slot) = shape.forgets {
                after.remove(slot);
            }
            for (to, jumps) in graph.successors(at) {
                let mut there = after.clone();
                if let (true, Some(slot)) = (jumps, shape.on_jump) {
                    there.add(slot);
                }
                changed |= holds[to].unite(&there);
            }
        }
    }
    for (at, holds) in holds.iter().enumerate() {
        if graph.shapes[at].stands {
            let wanted = wanted_after(graph, live, at, locals);
            let slots = (0..u16::try_from(locals).unwrap_or(u16::MAX)).map(Slot);
            let dead: Vec<u16> = slots.filter(|&slot| holds.has(slot) && !wanted.has(slot)).map(|slot| slot.0).collect();
            if !dead.is_empty() {
                let known = code.clears.iter().position(|set| *set == dead);
                let set = known.unwrap_or_else(|| {
                    code.clears.push(dead);
                    code.clears.len() - 1
                });
                // Beyond 65,535 different sets a state may differ by a dead local, which costs only time.
                code.clear_at[at] = u16::try_from(set).unwrap_or(0);
            }
        }
    }
}
