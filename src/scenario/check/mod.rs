//! What is wrong with a scenario that reads well: names, kinds, counts, places, and what can never work.
//! Everything at once, one diagnostic each. Runs nothing; what must be computed before the run is `program::compile`'s.

mod certain;
mod commands;
mod names;
mod shape;
mod statements;
mod uses;

#[cfg(test)]
mod tests;

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

/// All that is wrong with `scenario`. `whole` says that nothing of the text was left out of it: only then is a name that is
/// declared nowhere told, since it may have been declared in what could not be read.
#[must_use]
pub fn check(scenario: &Scenario, whole: bool) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let names = Names::declared(scenario, &mut told);
    let mut checker = Checker::new(&names, whole, told);
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
