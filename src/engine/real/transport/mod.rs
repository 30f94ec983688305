//! What the app and the processes of a run share: the segment of memory and what stands where in it, the run's clock, the control
//! socket. Knows no task's code and no resource's meaning.

pub(in crate::engine::real) mod chunks;
pub(in crate::engine::real) mod clock;
pub(in crate::engine::real) mod log;
pub(in crate::engine::real) mod roll;
pub(in crate::engine::real) mod segment;
pub(in crate::engine::real) mod shot;
pub(in crate::engine::real) mod socket;
pub(in crate::engine::real) mod state;
pub(in crate::engine::real) mod usage;
