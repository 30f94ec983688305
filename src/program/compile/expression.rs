//! What expressions and templates become: one load per mention, left to right, the rest on the stack.

use crate::diagnostic::catalog;
use crate::effect::Measure;
use crate::id::{ResourceId, TaskId};
use crate::scenario::expression::{Expression, Logic, Node, Part, Template};
use crate::value::Value;
use crate::value::comparison::truth;
use crate::value::function::Function;
use crate::value::operation::{place, unary, whole_index};

use super::super::instruction::{Attribute, Collect, Instruction, Into, Operand};
use super::super::{Holds, ResourceKind};
use super::body::Body;
use super::{Compiler, Global};

impl Compiler<'_> {
    /// Leaves the value of `expression` on the stack.
    pub(super) fn expression(&mut self, body: &mut Body<'_>, expression: &Expression) {
        match &expression.node {
            Node::None => body.constant(Value::None),
            Node::Bool(truth) => body.constant(Value::Bool(*truth)),
            Node::Int(int) => body.constant(Value::Int(*int)),
            Node::Float(float) => body.constant(Value::float(*float)),
            Node::Text(text) => body.text(text),
            Node::List(items) => self.list(body, items),
            Node::Name(name) => self.mention(body, name, expression),
            Node::Unary(op, of) => {
                self.expression(body, of);
                match body.take_constant() {
                    Some(value) => match unary(body.table, *op, value) {
                        Ok(folded) => body.constant(folded),
                        Err(_at_run_time) => {
                            body.constant(value);
                            body.emit(Instruction::Unary(*op));
                        }
                    },
                    None => body.emit(Instruction::Unary(*op)),
                }
            }
            Node::Binary(op, left, right) => {
                self.expression(body, left);
                self.expression(body, right);
                body.binary(*op);
            }
            Node::Compare(first, rest) => self.comparison(body, first, rest),
            Node::Logic(logic, left, right) => {
                self.expression(body, left);
                let end = body.label();
                body.emit(match logic {
                    Logic::And => Instruction::JumpIfFalseKeep(Body::to(end)),
                    Logic::Or => Instruction::JumpIfTrueKeep(Body::to(end)),
                });
                self.expression(body, right);
                body.bind(end);
            }
            Node::Conditional { condition, then, otherwise } => {
                let (other, end) = (body.label(), body.label());
                self.expression(body, condition);
                body.emit(Instruction::JumpIfFalse(Body::to(other)));
                self.expression(body, then);
                body.emit(Instruction::Jump(Body::to(end)));
                body.bind(other);
                self.expression(body, otherwise);
                body.bind(end);
            }
            Node::Index(container, position) => self.index(body, container, position),
            Node::Attribute(of, name) => {
                self.expression(body, of);
                if name == "exitcode" {
                    return body.emit(Instruction::ExitCode);
                }
                let attribute = match name.as_str() {
                    "name" => Attribute::Name,
                    "value" => Attribute::Value,
                    other => Attribute::Unknown(body.text_id(other)),
                };
                body.emit(Instruction::Attribute(attribute));
            }
            Node::Call(name, arguments) => self.function(body, name, arguments, expression),
        }
    }

    fn list(&mut self, body: &mut Body<'_>, items: &[Expression]) {
        let start = body.here() as usize;
        for item in items {
            self.expression(body, item);
        }
        if body.here() as usize == start + items.len() {
            let mut values = Vec::new();
            while values.len() < items.len()
                && let Some(value) = body.take_constant()
            {
                values.push(value);
            }
            values.reverse();
            if values.len() == items.len()
                && let Ok(list) = body.table.list(&values)
            {
                return body.constant(Value::List(list));
            }
            for value in values {
                body.constant(value);
            }
        }
        body.emit(Instruction::List(u32::try_from(items.len()).expect("a list is shorter than its text")));
    }

    fn comparison(
        &mut self,
        body: &mut Body<'_>,
        first: &Expression,
        rest: &[(crate::value::operation::Comparison, Expression)],
    ) {
        self.expression(body, first);
        let Some(((last_op, last), before)) = rest.split_last() else { return };
        let end = body.label();
        for (op, middle) in before {
            let kept = body.hidden();
            self.expression(body, middle);
            body.emit(Instruction::SetLocal(kept));
            body.emit(Instruction::Local(kept));
            body.compare(*op);
            body.emit(Instruction::JumpIfFalseKeep(Body::to(end)));
            body.emit(Instruction::Local(kept));
        }
        self.expression(body, last);
        body.compare(*last_op);
        if !before.is_empty() {
            body.bind(end);
        }
    }

    fn mention(&mut self, body: &mut Body<'_>, name: &str, at: &Expression) {
        if let Some(slot) = body.known_slot(name) {
            return body.emit(Instruction::Local(slot));
        }
        if name == "name" {
            return body.emit(Instruction::OwnName);
        }
        match self.globals.get(name).copied() {
            Some(Global::Constant(value)) => body.constant(value),
            Some(Global::Resource { first, count }) if self.is_shared(first) => {
                for each in 0..count.unwrap_or(1) {
                    body.emit(Instruction::Load(Operand::known(ResourceId(first.0 + each)), Into::STACK));
                    if self.is_dict(first) {
                        body.emit(Instruction::Collect(Collect::Keys));
                    }
                }
                if let Some(count) = count {
                    body.emit(Instruction::List(count));
                }
            }
            Some(Global::Resource { first, count: None }) => body.constant(Value::Resource(first)),
            Some(Global::Resource { first, count: Some(count) }) => {
                Self::handles(body, (0..count).map(|each| Value::Resource(ResourceId(first.0 + each))));
            }
            Some(Global::Task { first, count: None }) => body.constant(Value::Task(first)),
            Some(Global::Task { first, count: Some(count) }) => {
                Self::handles(body, (0..count).map(|each| Value::Task(TaskId(first.0 + each))));
            }
            named @ (Some(Global::Routine(_)) | None) => {
                let row = if named.is_some() { catalog::ROUTINE_IS_NO_VALUE } else { catalog::UNKNOWN_NAME };
                self.problem(row, at.span, [name.to_owned()]);
                body.constant(Value::None);
            }
        }
    }

    fn handles(body: &mut Body<'_>, handles: impl Iterator<Item = Value>) {
        match body.table.list(&handles.collect::<Vec<_>>()) {
            Ok(list) => body.constant(Value::List(list)),
            Err(_full) => body.too_large = true,
        }
    }

    /// Of several the first; where there are none (`count=0`), whatever comes behind them, if anything.
    fn is_shared(&self, first: ResourceId) -> bool {
        self.resources.get(first.index()).is_some_and(|it| matches!(it.kind, ResourceKind::Shared { .. }))
    }

    fn is_dict(&self, first: ResourceId) -> bool {
        self.resources.get(first.index()).is_some_and(|it| matches!(it.kind, ResourceKind::Shared { holds: Holds::Dict, .. }))
    }

    /// The one dict that an expression names.
    fn named_dict(&self, body: &Body<'_>, named: &Expression) -> Option<ResourceId> {
        let Node::Name(name) = &named.node else { return None };
        match self.globals.get(name.as_str()) {
            Some(&Global::Resource { first, count: None }) if body.known_slot(name).is_none() && self.is_dict(first) => {
                Some(first)
            }
            _ => None,
        }
    }

    fn index(&mut self, body: &mut Body<'_>, container: &Expression, position: &Expression) {
        if let Some(dict) = self.named_dict(body, container) {
            body.emit(Instruction::Load(Operand::known(dict), Into::STACK));
            self.expression(body, position);
            return body.emit(Instruction::Collect(Collect::Item));
        }
        if let Some(operand) = self.one_of_many(body, container, position) {
            match operand {
                Found::Known(Value::Resource(shared)) if self.is_shared(shared) => {
                    body.emit(Instruction::Load(Operand::known(shared), Into::STACK));
                }
                Found::Known(handle) => body.constant(handle),
                Found::OnStack { shared: true } => body.emit(Instruction::Load(Operand::STACK, Into::STACK)),
                Found::OnStack { shared: false } => {}
            }
            return;
        }
        self.expression(body, container);
        self.expression(body, position);
        body.emit(Instruction::Index);
    }

    /// `fork[i]`, where `fork` is declared with a `count=`: its handle, not yet a load.
    fn one_of_many(&mut self, body: &mut Body<'_>, container: &Expression, position: &Expression) -> Option<Found> {
        let Node::Name(name) = &container.node else { return None };
        if body.known_slot(name).is_some() {
            return None;
        }
        let global = self.globals.get(name.as_str()).copied()?;
        let (Global::Resource { count: Some(count), .. } | Global::Task { count: Some(count), .. }) = global else { return None };
        self.expression(body, position);
        let handle = |at: u32| match global {
            Global::Resource { first, .. } => Value::Resource(ResourceId(first.0 + at)),
            Global::Task { first, .. } => Value::Task(TaskId(first.0 + at)),
            Global::Constant(_) | Global::Routine(_) => unreachable!("only resources and tasks come by number"),
        };
        if let Some(constant) = body.take_constant() {
            let at = whole_index(constant).and_then(|at| place(at, count as usize)).and_then(|at| u32::try_from(at).ok());
            if let Some(at) = at {
                return Some(Found::Known(handle(at)));
            }
            body.constant(constant);
        }
        match global {
            Global::Resource { first, .. } => {
                body.emit(Instruction::OneResource { first, count });
                Some(Found::OnStack { shared: self.is_shared(first) })
            }
            Global::Task { first, .. } => {
                body.emit(Instruction::OneTask { first, count });
                Some(Found::OnStack { shared: false })
            }
            Global::Constant(_) | Global::Routine(_) => unreachable!("only resources and tasks come by number"),
        }
    }

    /// A resource that a block acts on: known, or its handle left on the stack. A `shared` is not loaded.
    pub(super) fn operand(&mut self, body: &mut Body<'_>, expression: &Expression) -> Operand {
        match &expression.node {
            Node::Name(name) if body.known_slot(name).is_none() => match self.globals.get(name.as_str()).copied() {
                Some(Global::Resource { first, count: None | Some(1) }) => return Operand::known(first),
                _ => self.expression(body, expression),
            },
            Node::Index(container, position) => match self.one_of_many(body, container, position) {
                Some(Found::Known(Value::Resource(resource))) => return Operand::known(resource),
                Some(Found::Known(other)) => body.constant(other),
                Some(Found::OnStack { .. }) => {}
                None => self.expression(body, expression),
            },
            _ => self.expression(body, expression),
        }
        Operand::STACK
    }

    fn function(&mut self, body: &mut Body<'_>, name: &str, arguments: &[Expression], at: &Expression) {
        if let (Some(measure), [label]) = (Measure::from_name(name), arguments) {
            return self.measure(body, measure, label);
        }
        for argument in arguments {
            self.expression(body, argument);
        }
        match (name, arguments.len()) {
            ("len", 1) => body.emit(Instruction::Length),
            ("rand", 1) => body.emit(Instruction::Random),
            ("now", 0) => body.emit(Instruction::Now),
            _ => {
                if let (Some(function), Ok(count)) = (Function::from_name(name), u8::try_from(arguments.len())) {
                    body.emit(Instruction::Function(function, count));
                } else {
                    let known = Function::ALL.map(|(name, _)| name).join(" ");
                    self.problem(catalog::NO_SUCH_FUNCTION, at.span, [name.to_owned(), format!("{known} rand now")]);
                }
            }
        }
    }

    /// Leaves the text of `template` on the stack.
    pub(super) fn template(&mut self, body: &mut Body<'_>, template: &Template) {
        if template.parts.is_empty() {
            return body.text("");
        }
        if let [Part::Text(text)] = template.parts.as_slice() {
            return body.text(text);
        }
        for part in &template.parts {
            match part {
                Part::Text(text) => body.text(text),
                Part::Hole { expression, spec } => {
                    self.expression(body, expression);
                    if !spec.is_empty() {
                        let spec = body.text_id(spec);
                        body.emit(Instruction::Format(spec));
                    }
                }
            }
        }
        body.emit(Instruction::Concat(u32::try_from(template.parts.len()).expect("parts are fewer than bytes of text")));
    }

    /// Jumps to `otherwise` unless the condition holds.
    pub(super) fn jump_unless(&mut self, body: &mut Body<'_>, condition: &Expression, otherwise: super::body::Label) {
        self.expression(body, condition);
        match body.take_constant() {
            Some(value) if truth(body.table, value) => {}
            Some(_) => body.emit(Instruction::Jump(Body::to(otherwise))),
            None => body.emit(Instruction::JumpIfFalse(Body::to(otherwise))),
        }
    }
}

/// One of several declared with a `count=`.
enum Found {
    /// Which was known when compiling.
    Known(Value),
    /// Its handle is on the stack.
    OnStack { shared: bool },
}
