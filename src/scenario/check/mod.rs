//! What is wrong with a scenario that reads well: names, kinds, counts, places, and what can never work.
//! Everything at once, one diagnostic each. Runs nothing; what must be computed before the run is `program::compile`'s.

mod certain;
mod commands;
mod inside;
mod names;
mod perhaps;
mod shape;
mod statements;
mod stopping;
mod uses;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::Scenario;
use crate::diagnostic::{Diagnostic, catalog};
use names::Names;
pub(super) use names::is_function;

/// The functions that expressions may call.
#[cfg(test)]
pub(super) fn function_names() -> impl Iterator<Item = &'static str> {
    names::FUNCTIONS.iter().map(|(name, ..)| *name)
}
use statements::Checker;

/// All that is wrong with `scenario`, which was read from `text`. `whole` says that nothing was left out of it: where something
/// was, a name that may be declared there is not told.
#[must_use]
pub fn check(scenario: &Scenario, text: &str, whole: bool) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let names = Names::declared(scenario, &mut told);
    let perhaps = if whole { BTreeSet::new() } else { perhaps::declared(text) };
    let mut checker = Checker::new(&names, whole, &perhaps, told);
    for block in &scenario.blocks {
        checker.top(block);
    }
    let mut told = checker.told;
    if whole {
        commands::check(scenario, &mut told);
        uses::check(scenario, &names, &mut told);
        let first = scenario.blocks.first().map(|block| block.word).unwrap_or_default();
        if !scenario.blocks.iter().any(|block| block.kind.is_task()) {
            told.push(Diagnostic::new(catalog::NOTHING_TO_RUN, first, []));
        }
    }
    told
}
