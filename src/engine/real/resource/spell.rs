//! A task that spins: for how much of that it had a core. Whoever spins beside more others than there are cores mostly waits for
//! one, which is no spinning.

use crate::engine::real::task::context::Context;
use crate::engine::real::transport::clock::thread_cpu;
use crate::engine::real::transport::state;
use crate::time::Nanos;
use crate::trace::store::TaskState;

/// So much is taken for spinning without asking the system, for which a lock that is soon free leaves no time.
const UNASKED: Nanos = Nanos(20_000);

/// One wait of a task that spins.
pub(super) struct Spell {
    since: Nanos,
    /// What it had spun before.
    before: Nanos,
    /// The thread's CPU time when this had lasted for [`UNASKED`].
    asked: Option<Nanos>,
}

impl Spell {
    /// It has begun to spin.
    pub(super) fn begin(context: &Context) -> Self {
        Self { since: context.frame.clock.now(), before: state::spun(context.slot), asked: None }
    }

    /// It goes on spinning.
    pub(super) fn look(&mut self, context: &Context) {
        if self.asked.is_none() && context.frame.clock.now().since(self.since) > UNASKED {
            self.asked = Some(thread_cpu());
        }
    }

    /// It spins no more, or the run ends meanwhile: then what is told of it stays as it stands.
    pub(super) fn end(self, context: &Context) {
        let (slot, now) = (context.slot, context.frame.clock.now());
        if now.since(self.since) <= UNASKED {
            return;
        }
        if context.state() == TaskState::Spinning {
            state::enter(slot, TaskState::Spinning, now);
        }
        let had = UNASKED + self.asked.map_or(Nanos::ZERO, |asked| thread_cpu().since(asked));
        state::cut_spinning(slot, self.before, had);
    }
}
