//! The app's side of a run: the worker started and ended, the segment read into a trace, the cores sampled.

pub(in crate::engine::real) mod on_core;
pub(in crate::engine::real) mod process;
pub(in crate::engine::real) mod reader;
pub(in crate::engine::real) mod run;
pub(in crate::engine::real) mod sampler;
