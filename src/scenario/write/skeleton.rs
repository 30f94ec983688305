//! A new block of any kind, complete enough to read: the values of its example in the table, with names that exist in the scenario.

use std::collections::BTreeSet;

use super::fragment::alone;
use super::rename::{free_name, names_at};
use super::{argument, find};
use crate::scenario::block::{Accepts, Body, Form, Info, Kind, Parameter, Place, TABLE};
use crate::scenario::expression::{Expression, Node};
use crate::scenario::{ArgumentValue, Block, Scenario};

/// The text of a new block. `scenario` was read from `text`.
#[must_use]
pub fn skeleton(scenario: &Scenario, text: &str, kind: Kind) -> String {
    let info = kind.info();
    let (document, example) = alone(info.example);
    let mut found = None;
    example.walk(&mut |block| {
        if block.kind == kind && found.is_none() {
            found = Some(block.clone());
        }
    });
    let given = Example { block: found, text: document.text(), scenario, source: text };
    let required = |parameter: &Parameter| !parameter.optional;
    let all = !info.parameters.iter().any(required);
    let mut line = info.word.to_owned();
    for (index, parameter) in info.parameters.iter().enumerate() {
        // What comes out is wanted more often than not, and what stands at its place in the example is part of the sentence.
        let usual = parameter.form == Form::Positional || parameter.name == "into";
        if required(parameter) || ((all || usual) && given.has(index)) {
            line.push_str(&given.written(info, index));
            if info.parameters.get(index + 1).is_some_and(|next| next.form == Form::Rest) {
                line.push_str(&" 1".repeat(given.parameters_of_routine(parameter)));
            }
        }
    }
    match info.body {
        Body::Never | Body::Optional => line,
        Body::Header | Body::Statements => match kind {
            // Alone it would catch nothing.
            Kind::Try => format!("{line} {{ }}\nexcept Exception as={} {{ }}", free_name(text, "e")),
            _ => format!("{line} {{ }}"),
        },
    }
}

/// The kinds that can be put around statements, in the order of the table.
pub fn wrappers() -> impl Iterator<Item = Kind> {
    let fits = |info: &&Info| {
        matches!(info.body, Body::Statements | Body::Optional)
            && matches!(info.place, Place::Statement | Place::Anywhere)
            && info.kind != Kind::Disabled
    };
    TABLE.iter().filter(fits).map(|info| info.kind)
}

/// What the table shows of a kind, and where it is to fit in.
struct Example<'a> {
    block: Option<Block>,
    text: &'a str,
    scenario: &'a Scenario,
    source: &'a str,
}

impl Example<'_> {
    fn has(&self, parameter: usize) -> bool {
        self.block.as_ref().is_some_and(|block| block.written.iter().any(|written| written.parameter == Some(parameter)))
    }

    /// How many values the routine takes that a parameter names, if it names one.
    fn parameters_of_routine(&self, parameter: &Parameter) -> usize {
        if parameter.accepts != Accepts::Reference(&[Kind::Routine]) {
            return 0;
        }
        let routine = self.scenario.blocks.iter().find(|block| block.kind == Kind::Routine);
        routine.map_or(0, |routine| routine.arguments_of("parameters").count())
    }

    /// The parameter with a blank before it.
    fn written(&self, info: &Info, parameter: usize) -> String {
        let row = &info.parameters[parameter];
        let block = self.block.as_ref();
        let place = block.and_then(|block| block.written.iter().find(|written| written.parameter == Some(parameter)));
        let value = self.named(info, parameter).unwrap_or_else(|| match place {
            Some(place) => self.text[place.value.range()].to_owned(),
            None => fallback(row).to_owned(),
        });
        if row.form != Form::Property {
            return format!(" {value}");
        }
        let spelling = place.and_then(|place| place.name).map(|name| self.text[name.range()].to_owned());
        let spelling = spelling.or_else(|| row.spellings().into_iter().next()).unwrap_or_default();
        format!(" {spelling}={value}")
    }

    /// A name in place of the example's, where it has one that means nothing here.
    fn named(&self, info: &Info, parameter: usize) -> Option<String> {
        let accepts = info.parameters[parameter].accepts;
        match accepts {
            Accepts::Reference(kinds) => self.first(kinds),
            Accepts::Target => self.first(&[Kind::Shared]),
            Accepts::Expression | Accepts::Integer { .. } | Accepts::Claim if self.mentions_unknown(parameter) => {
                let truth =
                    matches!(info.kind, Kind::If | Kind::Elif | Kind::While | Kind::Assert | Kind::Expect | Kind::Invariant);
                Some(if truth { "True" } else { "1" }.to_owned())
            }
            Accepts::Template if self.mentions_unknown(parameter) => Some("\"hello\"".to_owned()),
            _ => None,
        }
    }

    /// The first thing declared of one of these kinds, one of them if there are several.
    fn first(&self, kinds: &[Kind]) -> Option<String> {
        let atomic =
            self.block.as_ref().is_some_and(|block| matches!(block.kind, Kind::AtomicAdd | Kind::Swap | Kind::CompareAndSet));
        let is_atomic = |block: &&Block| !atomic || matches!(block.argument("atomic"), Some(ArgumentValue::Switch(true)));
        let mut fitting = self.scenario.blocks.iter().filter(|block| kinds.contains(&block.kind));
        let block = fitting.clone().find(is_atomic).or_else(|| fitting.next())?;
        let name = argument::values(self.scenario, self.source, block.id, 0).into_iter().next()?;
        let several = block.kind.is_resource() && block.kind.info().parameters.iter().any(|it| it.name == "count");
        let several = several && find(self.scenario, block.id).is_some_and(|block| block.argument("count").is_some());
        Some(if several { format!("\"{name}[0]\"") } else { name })
    }

    fn mentions_unknown(&self, parameter: usize) -> bool {
        let known: BTreeSet<String> = names_at(self.source, 0).into_iter().collect();
        let block = self.block.as_ref();
        let value = block.and_then(|block| block.arguments.iter().find(|argument| argument.parameter == parameter));
        match value.map(|argument| &argument.value) {
            Some(ArgumentValue::Expression(expression)) => mentions_other(expression, &known),
            Some(ArgumentValue::Template(template)) => template.parts.iter().any(|part| match part {
                crate::scenario::expression::Part::Hole { expression, .. } => mentions_other(expression, &known),
                crate::scenario::expression::Part::Text(_) => false,
            }),
            _ => false,
        }
    }
}

fn mentions_other(expression: &Expression, known: &BTreeSet<String>) -> bool {
    let mut unknown = matches!(&expression.node, Node::Name(name) if name != "name" && !known.contains(name));
    expression.parts(&mut |part| unknown |= mentions_other(part, known));
    unknown
}

/// A value for a parameter that no example has.
const fn fallback(parameter: &Parameter) -> &'static str {
    match parameter.accepts {
        Accepts::NewName | Accepts::Local | Accepts::Target | Accepts::Reference(_) => "x",
        Accepts::Template | Accepts::Text => "\"text\"",
        Accepts::Switch => "#true",
        Accepts::ExceptionName => "Exception",
        Accepts::Choice(words) => words[0],
        Accepts::Expression | Accepts::Claim | Accepts::Integer { .. } | Accepts::Duration | Accepts::Size => "1",
    }
}
