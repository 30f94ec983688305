//! What an `expect` names in a process: `in=p.worker`. Is it declared there, and can it raise?

use super::statements::{Checker, Scope};
use crate::diagnostic::{Diagnostic, catalog};
use crate::scenario::block::Kind;
use crate::scenario::expression::{Inside, Node};
use crate::scenario::{Block, nearest};

impl<'a> Checker<'a> {
    pub(super) fn inside(&mut self, block: &'a Block, inside: Inside<'_>, kinds: &'static [Kind], scope: &Scope<'a>) {
        self.reference(block, inside.process, &[Kind::Process], scope);
        let Some(process) = self.process_behind(inside.process) else { return };
        // Its names were told where it is declared.
        let names = self.names.within(process, &mut Vec::new());
        let is_its = |declared: &Block| process.body.iter().any(|its| its.id == declared.id);
        let Some(declared) = names.get(inside.name).copied().filter(|declared| is_its(declared.block)) else {
            let fits = |declared: &Block| kinds.contains(&declared.kind) && is_its(declared);
            let fitting = names.all.iter().filter(|(_, declared)| fits(declared.block)).map(|(name, _)| *name);
            if !self.perhaps.contains(inside.name) {
                let told = Diagnostic::new(catalog::UNKNOWN_NAME, inside.span, [inside.name.to_owned()]);
                self.told.push(told.replaced_by(nearest(inside.name, fitting)));
            }
            return;
        };
        // Who runs a routine is known only while it runs, and so in which of several processes.
        let is_told_apart = declared.kind() != Kind::Routine || matches!(inside.process.node, Node::Name(_));
        if !kinds.contains(&declared.kind()) || !is_told_apart {
            return self.wrong_kind(inside.name, inside.span, declared.kind().info().word, block, kinds);
        }
        if let Some(number) = inside.number {
            self.one_of(inside.name, &declared, (number, inside.span), scope);
        }
    }
}
