//! A run as text for people and programs: the report and its JSON. Reads traces and metrics only.

pub mod findings;
pub mod json;
mod lost;
mod occupancy;
mod outside;
mod place;
mod processes;
pub mod report;
pub mod spread;
mod table;
mod tasks;
mod variables;

pub use place::{Place, Places};
