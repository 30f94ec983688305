//! A task's own side of a run: its context, its counts and events, its turn at the interpreter lock, its CPU time; and all tasks of a
//! process. What it does is the driver's.

pub(in crate::engine::real) mod all;
pub(in crate::engine::real) mod blocks;
pub(in crate::engine::real) mod compute;
pub(in crate::engine::real) mod context;
pub(in crate::engine::real) mod guard;
pub(in crate::engine::real) mod meter;
pub(in crate::engine::real) mod tally;
pub(in crate::engine::real) mod turn;
