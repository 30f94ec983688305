//! How many steps a block takes each time it runs: a run counts steps, whoever looks at a block asks how often it ran.
//! What stands in an expression is counted as if all of it were computed each time.

use std::collections::BTreeMap;

use crate::scenario::block::{Accepts, Kind};
use crate::scenario::expression::{Expression, Node, Part};
use crate::scenario::{ArgumentValue, Block, Scenario};

/// By [`BlockId`](crate::id::BlockId); at least one each.
pub(super) fn steps_each_time(scenario: &Scenario) -> Vec<u64> {
    let mut names = BTreeMap::new();
    let mut has_interpreter = false;
    scenario.walk(&mut |block| {
        if let (Kind::Shared | Kind::List | Kind::Dict | Kind::Queue, Some(ArgumentValue::Name(name))) =
            (block.kind, named(block))
        {
            names.insert(name.as_str(), block);
        }
        has_interpreter |= block.kind == Kind::Interpreter;
    });
    let reader = Reader { names, has_interpreter };
    let mut steps = vec![1; scenario.block_count as usize];
    scenario.walk(&mut |block| steps[block.id.index()] = reader.of(block).max(1));
    steps
}

fn named(block: &Block) -> Option<&ArgumentValue> {
    block.arguments.iter().find(|argument| argument.parameter == 0).map(|argument| &argument.value)
}

/// Whether coming in is a step and leaving is another.
pub(super) fn is_come_into(block: &Block) -> bool {
    match block.kind {
        Kind::With | Kind::Read | Kind::Write => true,
        Kind::Mark => !block.body.is_empty(),
        _ => false,
    }
}

struct Reader<'a> {
    /// What is declared and can be read.
    names: BTreeMap<&'a str, &'a Block>,
    /// Under an interpreter lock a change of a list is one step.
    has_interpreter: bool,
}

impl Reader<'_> {
    fn of(&self, block: &Block) -> u64 {
        let own = match block.kind {
            _ if is_come_into(block) => 2,
            Kind::Append | Kind::Pop | Kind::PutKey if self.reads_then_writes(block) => 2,
            Kind::Let
            | Kind::If
            | Kind::Elif
            | Kind::While
            | Kind::Repeat
            | Kind::For
            | Kind::Call
            | Kind::Return
            | Kind::Raise
            | Kind::Assert => 0,
            _ => 1,
        };
        let parameters = block.kind.info().parameters;
        let is_read = |accepts: Accepts| {
            matches!(
                accepts,
                Accepts::Expression | Accepts::Integer { .. } | Accepts::Duration | Accepts::Size | Accepts::Template
            )
        };
        let read = block.arguments.iter().filter(|argument| is_read(parameters[argument.parameter].accepts));
        own + read.map(|argument| self.value(&argument.value)).sum::<u64>()
    }

    fn reads_then_writes(&self, block: &Block) -> bool {
        let list = match named(block) {
            Some(ArgumentValue::Expression(Expression { node: Node::Name(name), .. })) => self.names.get(name.as_str()),
            _ => None,
        };
        let list = list.filter(|list| matches!(list.kind, Kind::List | Kind::Dict));
        let is_safe = |list: &&Block| matches!(list.argument("thread-safe"), Some(ArgumentValue::Switch(true)));
        !self.has_interpreter && list.is_some_and(|list| !is_safe(list))
    }

    fn value(&self, value: &ArgumentValue) -> u64 {
        match value {
            ArgumentValue::Expression(expression) | ArgumentValue::Measure { amount: expression, .. } => {
                self.expression(expression)
            }
            ArgumentValue::Template(template) => {
                let hole = |part: &Part| match part {
                    Part::Hole { expression, .. } => self.expression(expression),
                    Part::Text(_) => 0,
                };
                template.parts.iter().map(hole).sum()
            }
            _ => 0,
        }
    }

    fn expression(&self, expression: &Expression) -> u64 {
        let own = match &expression.node {
            Node::Name(name) => u64::from(self.names.get(name.as_str()).is_some_and(|block| block.kind != Kind::Queue)),
            Node::Call(function, arguments) => match (function.as_str(), arguments.as_slice()) {
                ("rand" | "now", _) => 1,
                ("len", [Expression { node: Node::Name(name), .. }]) => return u64::from(self.names.contains_key(name.as_str())),
                _ => 0,
            },
            // The only attribute that somebody else must be asked for.
            Node::Attribute(_, name) => u64::from(name == "exitcode"),
            _ => 0,
        };
        let mut inside = 0;
        expression.parts(&mut |part| inside += self.expression(part));
        own + inside
    }
}
