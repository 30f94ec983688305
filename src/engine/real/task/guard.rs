//! What the lock of a condition must be able to do; which lock it is, its users need not know.

use super::context::{Context, Cut};
use crate::id::TaskId;

/// The lock that guards what is waited for.
pub(in crate::engine::real) trait Guard {
    /// Whether the task holds it.
    fn is_held_by(&self, task: TaskId) -> bool;

    /// Lets it go, which is held, however often; how often that was.
    fn let_go(&self, context: &mut Context) -> u32;

    /// Takes it as often as before.
    ///
    /// # Errors
    /// When the run ends.
    fn take_back(&self, context: &mut Context, depth: u32) -> Result<bool, Cut>;
}

/// The lock is not held by the task that waits or gives a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct NotHeld;
