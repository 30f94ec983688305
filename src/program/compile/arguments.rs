//! What a block was given, by position or by name.

use crate::scenario::block::Form;
use crate::scenario::expression::{Expression, Template};
use crate::scenario::{Argument, ArgumentValue, Block};

impl Block {
    /// The number of the `nth` parameter that is written by its position.
    fn positional(&self, nth: usize) -> Option<usize> {
        let by_position = |(_, parameter): &(usize, &crate::scenario::block::Parameter)| parameter.form != Form::Property;
        self.kind.info().parameters.iter().enumerate().filter(by_position).nth(nth).map(|(at, _)| at)
    }

    /// What was written for the `nth` parameter that goes by its position.
    pub(super) fn nth(&self, nth: usize) -> Option<&Argument> {
        self.rest(nth).next()
    }

    /// All that was written for it.
    pub(super) fn rest(&self, nth: usize) -> impl Iterator<Item = &Argument> {
        let parameter = self.positional(nth);
        self.arguments.iter().filter(move |argument| Some(argument.parameter) == parameter)
    }

    /// What was written as `name=`.
    pub(super) fn property(&self, name: &str) -> Option<&Argument> {
        let parameters = self.kind.info().parameters;
        let of = |argument: &&Argument| {
            parameters.get(argument.parameter).is_some_and(|known| known.form == Form::Property && known.name == name)
        };
        self.arguments.iter().find(of)
    }

    /// All that was written as `name=`, where several parameters share a name: a size and a number.
    pub(super) fn properties(&self, name: &str) -> impl Iterator<Item = &Argument> {
        let parameters = self.kind.info().parameters;
        self.arguments.iter().filter(move |argument| {
            parameters.get(argument.parameter).is_some_and(|known| known.form == Form::Property && known.name == name)
        })
    }

    /// A switch, off unless given.
    pub(super) fn switch(&self, name: &str) -> bool {
        matches!(self.property(name), Some(Argument { value: ArgumentValue::Switch(true), .. }))
    }

    /// One of a parameter's words.
    pub(super) fn choice(&self, name: &str) -> Option<&str> {
        self.property(name).and_then(Argument::word)
    }
}

impl Argument {
    /// A name, a word or a bare reference.
    pub(super) fn word(&self) -> Option<&str> {
        use crate::scenario::expression::Node;
        match &self.value {
            ArgumentValue::Choice(word) => Some(word),
            ArgumentValue::Name(name)
            | ArgumentValue::Text(name)
            | ArgumentValue::Expression(Expression { node: Node::Name(name), .. }) => Some(name),
            _ => None,
        }
    }

    /// An expression, or a measure's amount.
    pub(super) fn expression(&self) -> Option<&Expression> {
        match &self.value {
            ArgumentValue::Expression(expression) | ArgumentValue::Measure { amount: expression, .. } => Some(expression),
            _ => None,
        }
    }

    /// A template; a plain text is one without holes.
    pub(super) fn template(&self) -> Option<std::borrow::Cow<'_, Template>> {
        use crate::scenario::expression::Part;
        use std::borrow::Cow;
        match &self.value {
            ArgumentValue::Template(template) => Some(Cow::Borrowed(template)),
            ArgumentValue::Text(text) | ArgumentValue::Name(text) => {
                Some(Cow::Owned(Template { parts: vec![Part::Text(text.clone())] }))
            }
            _ => None,
        }
    }
}
