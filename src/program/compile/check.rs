//! What `expect` and `invariant` become.

use crate::id::{CodeId, ProcessId, TaskId};
use crate::scenario::block::Kind;
use crate::scenario::expression::{Expression, Inside, Node};
use crate::scenario::{Argument, ArgumentValue, Block, Scenario};
use crate::value::Value;

use super::super::check::{Check, Claim, Modality, Whose};
use super::super::instruction::Instruction;
use super::super::{Code, TaskTemplate};
use super::body::Body;
use super::{Compiler, Global};

impl Compiler<'_> {
    /// Every check, in the order of the text; conditions become bodies behind the others.
    pub(super) fn checks(&mut self, scenario: &Scenario, codes: &mut Vec<Code>) -> Vec<Check> {
        let written = scenario.blocks.iter().filter(|block| matches!(block.kind, Kind::Expect | Kind::Invariant));
        written.filter_map(|block| self.check(block, codes)).collect()
    }

    fn check(&mut self, block: &Block, codes: &mut Vec<Code>) -> Option<Check> {
        if block.kind == Kind::Invariant {
            let condition = block.nth(0)?.expression()?;
            let claim = Claim::Invariant(self.condition(block, condition, codes));
            return Some(Check { block: block.id, modality: Modality::Always, claim });
        }
        let modality = match block.nth(0)?.word()? {
            "sometimes" => Modality::Sometimes,
            "never" => Modality::Never,
            _ => Modality::Always,
        };
        let claim = match block.property("exception") {
            Some(name) => Claim::Exception { name: name.word()?.to_owned(), whose: self.whose(block.property("in")) },
            None => self.claim(block, codes)?,
        };
        Some(Check { block: block.id, modality, claim })
    }

    fn claim(&mut self, block: &Block, codes: &mut Vec<Code>) -> Option<Claim> {
        let claim = block.nth(1)?;
        if let ArgumentValue::Expression(condition) = &claim.value {
            return Some(Claim::Final(self.condition(block, condition, codes)));
        }
        let lines = || block.rest(2).filter_map(Argument::word).map(str::to_owned);
        Some(match claim.word()? {
            "deadlock" => Claim::Deadlock,
            "race" => Claim::Race,
            "livelock" => Claim::Livelock,
            "starvation" => Claim::Starvation,
            "leak" => Claim::Leak,
            "output" => Claim::Output(lines().collect()),
            "output-contains" => Claim::OutputContains(lines().collect()),
            _ => return None,
        })
    }

    fn whose(&mut self, named: Option<&Argument>) -> Whose {
        let Some(named) = named else { return Whose::Anyone };
        if let Some(inside) = named.expression().and_then(Expression::inside) {
            return self.whose_inside(inside).unwrap_or(Whose::Anyone);
        }
        if let Some(name) = named.word() {
            return match self.globals.get(name) {
                Some(Global::Task { count: Some(0), .. }) => Whose::Nobody,
                Some(Global::Task { first, .. }) => Whose::OfBlock(self.tasks[first.index()].block),
                Some(Global::Routine(code)) => Whose::OfBlock(self.bodies[code.index()].0),
                _ => Whose::Anyone,
            };
        }
        match named.expression().and_then(|one| self.constant(one, None)) {
            Some(Value::Task(task)) => Whose::Tasks(vec![task]),
            _ => Whose::Anyone,
        }
    }

    /// The same of what is declared in a process: in every one of several unless it says in which.
    fn whose_inside(&mut self, inside: Inside<'_>) -> Option<Whose> {
        let (scope, process) = self.process_of(inside.process)?;
        let only = matches!(inside.process.node, Node::Index(..)).then_some(process);
        let number = match inside.number {
            Some(number) => match self.constant(number, None)? {
                Value::Int(number) => Some(number),
                _ => return None,
            },
            None => None,
        };
        Some(match scope.get(inside.name)? {
            Global::Task { count: Some(0), .. } => Whose::Nobody,
            Global::Task { first, count } => {
                let block = self.tasks[first.index()].block;
                let number = number.map(|number| if number < 0 { number + i64::from(count.unwrap_or(1)) } else { number });
                if (only, number) == (None, None) {
                    return Some(Whose::OfBlock(block));
                }
                let is_meant = |task: &TaskTemplate| {
                    task.block == block
                        && only.is_none_or(|only| task.process == only)
                        && number.is_none_or(|number| task.index == number)
                };
                let meant = self.tasks.iter().enumerate().filter(|(_, task)| is_meant(task));
                Whose::Tasks(meant.map(|(at, _)| TaskId::from_index(at)).collect())
            }
            Global::Routine(code) => Whose::OfBlock(self.bodies[code.index()].0),
            _ => return None,
        })
    }

    fn condition(&mut self, block: &Block, condition: &Expression, codes: &mut Vec<Code>) -> CodeId {
        let process = block.property("in").and_then(|named| self.process_named(named));
        let (scope, process) = process.map_or((None, ProcessId::MAIN), |(scope, process)| (Some(scope), process));
        self.in_scope(scope.as_ref(), |compiler| compiler.condition_in(process, block, condition, codes))
    }

    fn condition_in(&mut self, process: ProcessId, block: &Block, condition: &Expression, codes: &mut Vec<Code>) -> CodeId {
        let table = std::sync::Arc::clone(self.table);
        let mut body = Body::new(&table, block.id);
        self.expression(&mut body, condition);
        body.emit(Instruction::Return);
        let mut code = self.finished(body, block.kind.info().word.to_owned(), block, 0);
        code.process = process;
        codes.push(code);
        CodeId::from_index(codes.len() - 1)
    }
}
