//! Suite.

mod python;
