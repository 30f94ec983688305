//! A scenario that follows its text: of each change only the top-level nodes that are others are read, the rest keeps what was
//! read of it and goes to its new place. Checks nothing.

use std::sync::Arc;

use super::expression::{Expression, Node, Part};
use super::{Argument, ArgumentValue, Block, Scenario, Written, read};
use crate::diagnostic::Span;
use crate::document::Document;
use crate::id::BlockId;

/// A scenario with what it was read from.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    scenario: Scenario,
    /// The text of each top-level node: a block of the file depends on nothing else but its place.
    texts: Vec<Arc<str>>,
}

/// Where a block is carried: what began at the first byte, or number, begins at the second.
#[derive(Debug, Clone, Copy)]
struct Way {
    bytes: (usize, usize),
    ids: (u32, u32),
}

impl Reading {
    /// What was read last.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Reads what is new in `document`: the scenario is that of [`super::read_only`] then.
    pub fn follow(&mut self, document: &Document) {
        let Scenario { blocks, block_count } = &mut self.scenario;
        let texts: Vec<Arc<str>> = document.texts().cloned().collect();
        let same = |(old, new): &(&Arc<str>, &Arc<str>)| Arc::ptr_eq(old, new) || old == new;
        let head = self.texts.iter().zip(&texts).take_while(same).count();
        let tail = self.texts[head..].iter().rev().zip(texts[head..].iter().rev()).take_while(same).count();
        let (old_tail, new_tail) = (self.texts.len() - tail, texts.len() - tail);
        let first = |blocks: &[Block], at: usize| blocks.get(at).map_or(*block_count, |block| block.id.0);
        let (next, tail_id) = (first(blocks, head), first(blocks, old_tail));
        let (new, next) = read::read_from(&document.nodes()[head..new_tail], next);
        blocks.splice(head..old_tail, new);
        for (index, (block, node)) in blocks.iter_mut().zip(document.nodes()).enumerate() {
            let ids = if index < new_tail { (0, 0) } else { (tail_id, next) };
            let way = Way { bytes: (block.span.start, node.span.start), ids };
            if way.bytes.0 != way.bytes.1 || ids.0 != ids.1 {
                way.block(block);
            }
        }
        *block_count = *block_count - tail_id + next;
        self.texts = texts;
    }
}

impl Way {
    const fn span(self, span: &mut Span) {
        *span = span.carried(self.bytes.0, self.bytes.1);
    }

    fn block(self, block: &mut Block) {
        let Block { id, kind: _, awaited: _, arguments, written, body, clauses, span, word, braces, damaged: _ } = block;
        *id = BlockId(id.0 - self.ids.0 + self.ids.1);
        self.span(span);
        self.span(word);
        if let Some(braces) = braces {
            self.span(braces);
        }
        for Written { parameter: _, name, value } in written {
            if let Some(name) = name {
                self.span(name);
            }
            self.span(value);
        }
        for argument in arguments {
            self.argument(argument);
        }
        body.iter_mut().chain(clauses).for_each(|block| self.block(block));
    }

    fn argument(self, argument: &mut Argument) {
        self.span(&mut argument.span);
        match &mut argument.value {
            ArgumentValue::Expression(expression) | ArgumentValue::Measure { amount: expression, scale: _ } => {
                self.expression(expression);
            }
            ArgumentValue::Template(template) => {
                for part in &mut template.parts {
                    if let Part::Hole { expression, spec: _ } = part {
                        self.expression(expression);
                    }
                }
            }
            ArgumentValue::Name(_) | ArgumentValue::Choice(_) | ArgumentValue::Switch(_) | ArgumentValue::Text(_) => {}
        }
    }

    fn expression(self, expression: &mut Expression) {
        self.span(&mut expression.span);
        match &mut expression.node {
            Node::None | Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Text(_) | Node::Name(_) => {}
            Node::List(items) | Node::Call(_, items) => items.iter_mut().for_each(|item| self.expression(item)),
            Node::Unary(_, of) | Node::Attribute(of, _) => self.expression(of),
            Node::Binary(_, left, right) | Node::Logic(_, left, right) | Node::Index(left, right) => {
                self.expression(left);
                self.expression(right);
            }
            Node::Compare(first, rest) => {
                self.expression(first);
                for (_, side) in rest {
                    self.expression(side);
                }
            }
            Node::Conditional { condition, then, otherwise } => {
                for part in [condition, then, otherwise] {
                    self.expression(part);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::edit::Edit;

    const TEXT: &str = "scenario \"T\" { about \"x\" }\nlock a // one\nshared n \"[1, -2 * (3 + a)]\"\nlock a // one\n// two\nthread t count=2 {\n    \
                        try { print \"{n if n < 3 <= 4 and not m else len(q)} {x[1].y:.2f}\" }\n    except E { sleep ms=\"n + 1\" }\n    \
                        wibble x=1 { else }\n}\n/-lock c\nmain { await get q into=x timeout-ms=5; if a { } }\n";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn following_a_text_is_reading_it_anew(
            edits in proptest::collection::vec((0usize..400, 0usize..60, "|x|[a-z]|\n|\nlock b\n|\nmain \\{ if n \\{ \\} \\}\n|// c\n|\"|\\{|\\}|1"), 1..12),
        ) {
            let mut document = Document::new(TEXT);
            let mut reading = Reading::default();
            reading.follow(&document);
            for (start, length, text) in edits {
                let start = start.min(document.text().len());
                let end = (start + length).min(document.text().len());
                document.apply(&Edit::new(Span::new(start, end), text));
                let fresh = Document::new(document.text());
                prop_assert_eq!(fresh.nodes(), document.nodes());
                prop_assert_eq!(fresh.diagnostics(), document.diagnostics());
                reading.follow(&document);
                prop_assert_eq!(reading.scenario(), &read::read(&fresh).value, "{}", document.text());
            }
        }
    }
}
