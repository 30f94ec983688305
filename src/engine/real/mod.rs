//! Runs a program on the real cores: OS threads in a worker process, real waiting, shared-memory transport.

mod clock;
mod compute;
mod context;
mod control;
mod lock;
mod log;
mod message;
mod meter;
mod pool;
mod queue;
mod segment;
mod semaphore;
mod shared;
mod socket;
mod state;
mod task;
mod waiter;
mod yard;
