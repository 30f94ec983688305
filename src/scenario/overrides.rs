//! Constants given from outside, `--let N=10`: each takes the place of the value that a `let` at the top of the file has.

use super::block::Kind;
use super::expression::{self, Place};
use super::{ArgumentValue, Scenario, nearest};
use crate::diagnostic::{Diagnostic, Span, catalog};

/// Splits `N=10` as the command line gives it.
#[must_use]
pub fn split(given: &str) -> Option<(String, String)> {
    let (name, value) = given.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

/// Gives constants other values. Of several for one constant the last holds.
pub fn apply(scenario: &mut Scenario, overrides: &[(String, String)]) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (name, text) in overrides {
        let mut constants = scenario.blocks.iter_mut().filter(|block| block.kind == Kind::Let);
        let named = |block: &&mut super::Block| matches!(block.argument("name"), Some(ArgumentValue::Name(own)) if own == name);
        let Some(block) = constants.find(named) else {
            let constants = scenario.blocks.iter().filter(|block| block.kind == Kind::Let);
            let candidates = constants.filter_map(|block| match block.argument("name") {
                Some(ArgumentValue::Name(name)) => Some(name.as_str()),
                _ => None,
            });
            let near = nearest(name, candidates);
            told.push(Diagnostic::new(catalog::UNKNOWN_OVERRIDE, Span::default(), [name.clone()]).replaced_by(near));
            continue;
        };
        let value = block.kind.info().parameters.iter().position(|parameter| parameter.name == "value");
        let Some(argument) = block.arguments.iter_mut().find(|argument| Some(argument.parameter) == value) else { continue };
        let read = expression::read(text, Place::Within(argument.span));
        match read.value {
            Some(expression) => argument.value = ArgumentValue::Expression(expression),
            None => {
                told.push(Diagnostic::new(
                    catalog::BAD_OVERRIDE,
                    argument.span,
                    [format!("{name}={text}"), reason(&read.diagnostics)],
                ));
            }
        }
    }
    told
}

fn reason(told: &[Diagnostic]) -> String {
    told.first().map(|told| told.code.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::scenario::load_with;

    fn check(overrides: &[&str], expect: &[&str]) {
        let text = "let N 3; let M \"N + 1\"; thread a count=M { }";
        let overrides: Vec<_> = overrides.iter().filter_map(|given| super::split(given)).collect();
        let told: Vec<_> = load_with(text, &overrides)
            .diagnostics
            .iter()
            .map(|told| format!("{} {} {}", told.code, told.arguments.join(" "), told.replacement.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(told, expect, "{overrides:?}");
    }

    #[test]
    fn a_constant_takes_another_value_and_a_wrong_one_is_told() {
        check(&["N=10", "M=N * 2"], &[]);
        check(&["n=10"], &["E0305 n N"]);
        check(&["workers=1"], &["E0305 workers -"]);
        check(&["N=1 +"], &["E0306 N=1 + E0216 -"]);
        check(&["N=some"], &["E0302 some -"]);
    }
}
