//! What tasks ask of servers and files, and what becomes of the requests of coroutines that are cancelled.

use super::super::yard::Resource;
use super::{Answer, Driver, wrong};
use crate::effect::Effect;
use crate::engine::real::resource::disk::Moving;
use crate::id::{ResourceId, TaskId};
use crate::value::Value;

impl Driver {
    /// Answers what is asked of servers and files.
    pub(super) fn outside(&mut self, effect: Effect) -> Answer {
        let context = &mut self.context;
        let done = |came: Result<(), _>| came.map(|()| Value::None);
        match effect {
            Effect::Request(id) => match resource(self.yard, id) {
                Resource::Server(server) => Ok(done(server.request(context)?)),
                _ => Ok(Err(wrong(self.yard, id, "request"))),
            },
            Effect::Ask { server: id, by } => match resource(self.yard, id) {
                Resource::Server(server) => {
                    self.deserts(by);
                    Ok(done(server.ask(&mut self.context, by)))
                }
                _ => Ok(Err(wrong(self.yard, id, "request"))),
            },
            Effect::Reply { server: id, by } => match resource(self.yard, id) {
                Resource::Server(server) => Ok(done(server.reply(context, by))),
                _ => Ok(Err(wrong(self.yard, id, "request"))),
            },
            Effect::ReadFile(id) | Effect::WriteFile(id) => {
                let moving = if matches!(effect, Effect::ReadFile(_)) { Moving::Read } else { Moving::Write };
                match resource(self.yard, id) {
                    Resource::File(file) => Ok(done(file.go_through(context, moving)?)),
                    _ => Ok(Err(wrong(self.yard, id, "read"))),
                }
            }
            _ => unreachable!("the others are about what is inside the run"),
        }
    }

    /// A coroutine goes on: a request of its that is still on its way is given up.
    pub(super) fn gives_up(&mut self, by: TaskId) {
        let server = self.context.calls.as_mut().and_then(|calls| calls.give_up(by));
        self.deserted(server);
    }

    /// A coroutine has ended or asks anew: what it has asked before it does not want any more.
    pub(super) fn deserts(&mut self, by: TaskId) {
        let server = self.context.calls.as_mut().and_then(|calls| calls.forget(by));
        self.deserted(server);
    }

    fn deserted(&self, server: Option<ResourceId>) {
        if let Some(id) = server
            && let Resource::Server(server) = resource(self.yard, id)
        {
            server.deserted();
        }
    }
}

fn resource(yard: &'static super::Yard, id: ResourceId) -> &'static Resource {
    &yard.resources[id.index()]
}
