//! Runs a program on the real cores: OS threads in a worker process, real waiting, shared-memory transport.

mod clock;
mod segment;
