//! Everything that tasks meet at, one file a kind; `across` holds those that several processes meet at. Answers, never asks.

pub(in crate::engine::real) mod across;
pub(in crate::engine::real) mod condition;
pub(in crate::engine::real) mod disk;
pub(in crate::engine::real) mod executor;
pub(in crate::engine::real) mod inbox;
pub(in crate::engine::real) mod lock;
pub(in crate::engine::real) mod queue;
pub(in crate::engine::real) mod region;
pub(in crate::engine::real) mod rlock;
pub(in crate::engine::real) mod rwlock;
pub(in crate::engine::real) mod semaphore;
pub(in crate::engine::real) mod server;
pub(in crate::engine::real) mod shared;
pub(in crate::engine::real) mod signal;
mod spell;
