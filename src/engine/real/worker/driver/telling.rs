//! What a task tells of itself: the lines it prints and the progress points it passes.

use super::Driver;
use crate::engine::real::transport::log::Kind;
use crate::time::Nanos;
use crate::trace::EventKind;
use crate::value::TextId;

impl Driver {
    pub(super) fn print(&mut self, text: TextId) {
        let words = self.yard.program.table.get_text(text);
        let mut now = Nanos::ZERO;
        let line = self.yard.log.append(Kind::Line, self.context.task, &words, || {
            now = self.yard.frame.clock.now();
            now
        });
        match line {
            Some(line) => self.context.event(EventKind::Printed, line, 0, now),
            // There is no room for it any more, and nobody has looked at the clock.
            None => now = self.yard.frame.clock.now(),
        }
        self.context.step_done(now, 0);
    }

    pub(super) fn mark(&mut self, text: TextId) {
        let label = match self.label {
            Some((last, label)) if last == text => label,
            _ => self.yard.label(text),
        };
        self.label = Some((text, label));
        let now = self.context.stamp();
        self.yard.marked(label, now);
        self.context.event(EventKind::Marked, label, 0, now);
        self.context.step_done(now, 0);
    }
}
