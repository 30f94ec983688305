//! The pure meaning of every effect: the reference for every engine. No clock, no threads, no randomness.
