//! Regions: what `mark "label" { }` opens, and what a check asks of it. A region is one for all processes and for all blocks with
//! its label; the label is known before the run.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, catalog};
use crate::effect::Measure;
use crate::id::{BlockId, ResourceId};
use crate::scenario::block::Kind;
use crate::scenario::expression::{Expression, Node, Part, Template};
use crate::scenario::{Argument, Block, Scenario, nearest};
use crate::value::Value;

use super::super::instruction::Instruction;
use super::super::{ResourceKind, ResourceTemplate};
use super::body::{Body, Scope};
use super::{Compiler, Global};

/// Every region of a scenario.
#[derive(Debug, Default)]
pub(super) struct Regions {
    by_label: BTreeMap<String, ResourceId>,
    by_block: BTreeMap<BlockId, ResourceId>,
}

impl Regions {
    /// The region that a block opens.
    pub(super) fn at(&self, block: BlockId) -> Option<ResourceId> {
        self.by_block.get(&block).copied()
    }
}

/// Those blocks that open one.
fn openers<'a>(blocks: &'a [Block], found: &mut Vec<&'a Block>) {
    for block in blocks.iter().filter(|block| block.kind != Kind::Disabled) {
        if block.kind == Kind::Mark && block.braces.is_some() {
            found.push(block);
        }
        openers(&block.body, found);
        openers(&block.clauses, found);
    }
}

impl Compiler<'_> {
    /// Gives each label its region.
    pub(super) fn declare_regions(&mut self, scenario: &Scenario) {
        let mut blocks = Vec::new();
        openers(&scenario.blocks, &mut blocks);
        for block in blocks {
            let Some(label) = self.label(block) else { continue };
            let next = ResourceId::from_index(self.resources.len());
            let region = *self.regions.by_label.entry(label.clone()).or_insert(next);
            if region == next {
                let kind = ResourceKind::Region;
                self.resources.push(ResourceTemplate { name: label, kind, block: block.id, process: None, logical: next });
            }
            self.regions.by_block.insert(block.id, region);
        }
    }

    fn label(&mut self, block: &Block) -> Option<String> {
        let argument = block.nth(0)?;
        let template = argument.template()?;
        let holes = template.parts.iter().filter_map(|part| match part {
            Part::Hole { expression, .. } => Some(expression),
            Part::Text(_) => None,
        });
        if !holes.clone().all(|hole| self.is_constant(hole)) {
            self.problem(catalog::REGION_LABEL, argument.span, []);
            return None;
        }
        let text = self.constant_text(&template, argument)?;
        Some(self.table.get_text(text).to_string())
    }

    /// Whether it reads nothing but constants.
    fn is_constant(&self, expression: &Expression) -> bool {
        let mut constant = match &expression.node {
            Node::Name(name) => matches!(self.globals.get(name.as_str()), Some(Global::Constant(_))),
            Node::Call(name, _) => !matches!(name.as_str(), "rand" | "now"),
            _ => true,
        };
        expression.parts(&mut |part| constant &= self.is_constant(part));
        constant
    }

    /// The blocks of a region: it is left on every way out.
    pub(super) fn region(&mut self, body: &mut Body<'_>, block: &Block, region: ResourceId) {
        let (raised, again, end) = (body.label(), body.label(), body.label());
        body.emit(Instruction::EnterRegion(region));
        body.check_point();
        body.enter_region(Scope::Region { region, block: block.id }, raised);
        self.statements(body, &block.body);
        body.leave();
        body.emit(Instruction::LeaveRegion(region));
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(raised);
        body.emit(Instruction::EnterExcept);
        body.deeper(1);
        body.enter_region(Scope::Try, again);
        body.emit(Instruction::LeaveRegion(region));
        body.emit(Instruction::RaiseAgain);
        body.leave();
        body.shallower(1);
        body.bind(again);
        body.emit(Instruction::LeaveAndRaise);
        body.bind(end);
    }

    /// What a check asks of the region with this label.
    pub(super) fn measure(&mut self, body: &mut Body<'_>, measure: Measure, label: &Expression) {
        let known = self.is_constant(label).then(|| self.constant(label, None)).flatten();
        let region = if let Some(Value::Text(text)) = known {
            let text = self.table.get_text(text);
            let region = self.regions.by_label.get(&*text).copied();
            if region.is_none() {
                let near = nearest(&text, self.regions.by_label.keys().map(String::as_str)).map(|near| format!("'{near}'"));
                let told = Diagnostic::new(catalog::NO_SUCH_REGION, label.span, [text.to_string()]);
                self.problems.push(told.replaced_by(near));
            }
            region
        } else {
            self.problem(catalog::REGION_LABEL, label.span, []);
            None
        };
        match region {
            Some(region) => body.emit(Instruction::Measure(region, measure)),
            None => body.constant(Value::None),
        }
    }

    fn constant_text(&mut self, template: &Template, argument: &Argument) -> Option<crate::value::TextId> {
        let whole = self.constant_of(argument.span, None, |compiler, body| compiler.template(body, template))?;
        match whole {
            Value::Text(text) => Some(text),
            _ => unreachable!("a template gives a text"),
        }
    }
}
