//! What others send to a loop from their threads: jobs, each of which becomes a coroutine of it, and that one is to be cancelled.
//! As asyncio's `run_coroutine_threadsafe` (`Lib/asyncio/tasks.py`). The future of a job is the engine's; here is what runs.

use crate::effect::Moment;
use crate::id::CodeId;
use crate::program::Program;
use crate::value::{ListId, Value};

use super::super::Machine;
use super::coroutine::Kind;

impl Machine {
    /// The engine has given the loop what lay there for it.
    pub(super) fn open_mail(&mut self, program: &Program, mail: ListId) {
        match *program.table.get_list(mail) {
            [Value::Task(job), Value::Int(code), ref arguments @ ..] => {
                let code = u32::try_from(code).map(CodeId).expect("the engine sends the code it was given");
                let fiber = Self::fiber(program, code, arguments);
                let it = self.event_loop();
                let number = it.add(job, fiber, false);
                it.task_mut(number).kind = Kind::Job;
                self.moments.push((job, Moment::TakenIn));
            }
            [Value::Task(job)] => {
                let number = self.event_loop().number(job);
                if let Some(number) = number {
                    self.cancel_for_good(program, number);
                }
            }
            _ => unreachable!("the engine sends a job or whom to cancel"),
        }
    }
}
