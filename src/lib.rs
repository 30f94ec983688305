//! Coreyard: a playground for concurrency, as one straight pipeline.
//!
//! ```text
//! text ─ document ─ scenario ─ program ─ engine ─ trace ─ metrics ─ view ─ window
//!                                   │                        └─ export, command line
//!                                   └ effect: the words between a task and whatever runs it
//! ```
//! The modules below stand in reading order; each may use those above it and none below. Who may import whom is a test.

pub mod lang;

pub mod id;

pub mod time;

pub mod diagnostic;

pub mod value;

pub mod document;

pub mod scenario;

pub mod effect;

pub mod program;

pub mod trace;

pub mod verdict;

pub mod engine;

pub mod metrics;

pub mod export;

pub mod picture;

pub mod view;

pub mod ui;

pub mod app;

pub mod cli;
