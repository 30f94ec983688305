//! Programs that a scenario runs: only those that its header names.

use crate::diagnostic::{Diagnostic, catalog};
use crate::scenario::block::Kind;
use crate::scenario::{ArgumentValue, Scenario};

pub(super) fn check(scenario: &Scenario, told: &mut Vec<Diagnostic>) {
    let allowed = scenario.allowed_commands();
    scenario.walk(&mut |block| {
        if block.kind != Kind::RunCommand {
            return;
        }
        let written = block.arguments_of("program").next();
        if let Some((ArgumentValue::Text(program), span)) = written.map(|argument| (&argument.value, argument.span))
            && !allowed.contains(program.as_str())
        {
            // A program is a plain word, no expression.
            let plain = program.trim_matches('\'');
            let meant = (plain != program).then(|| plain.to_owned());
            told.push(Diagnostic::new(catalog::COMMAND_NOT_ALLOWED, span, [program.clone()]).replaced_by(meant));
        }
    });
}
