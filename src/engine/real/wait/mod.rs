//! How anybody waits: spinning, latching, parking, in a queue of waiters, at the interpreter lock, for the network; and how all are told to
//! stop. For what one waits, the resources know.

pub(in crate::engine::real) mod bell;
pub(in crate::engine::real) mod control;
pub(in crate::engine::real) mod interpreter;
pub(in crate::engine::real) mod latch;
pub(in crate::engine::real) mod net;
pub(in crate::engine::real) mod spinner;
pub(in crate::engine::real) mod waiter;
