//! Which regions whoever runs is in. One that it comes into again from inside counts once: only the outermost way in and the
//! outermost way out are told the engine, so that a region counts tasks and no recursions.

use crate::id::{GeneratorId, ResourceId, TaskId};

use super::Machine;

/// Who is in a region: a generator is there on its own account, wherever it has come to rest and whoever goes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    Task(TaskId),
    Generator(u32),
}

impl Machine {
    /// Whether the one who comes in is in already.
    pub(super) fn comes_in_again(&mut self, region: ResourceId) -> bool {
        let depth = self.stays.entry((region, self.who())).or_default();
        *depth += 1;
        *depth > 1
    }

    /// Whether the one who goes out is still in.
    pub(super) fn stays_in(&mut self, region: ResourceId) -> bool {
        let stay = (region, self.who());
        match self.stays.get_mut(&stay) {
            Some(depth) if *depth > 1 => {
                *depth -= 1;
                true
            }
            _ => {
                self.stays.remove(&stay);
                false
            }
        }
    }

    fn who(&self) -> Who {
        let entered = self.callers.iter().rev().filter_map(|caller| caller.entry.as_ref());
        let mut generators = entered.map(super::Entry::number).filter(|&number| number < GeneratorId::COROUTINES);
        generators.next().map_or_else(|| Who::Task(self.me()), Who::Generator)
    }
}
