//! A real run as the app drives it: orders go out, what the worker wrote comes in, and in the end the reason is told.
//! Owns no process (`process`) and no layout (`segment`).

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::process::Process;
use super::reader::Reader;
use crate::engine::real::message::{Order, Report};
use crate::engine::real::transport::clock::Counter;
use crate::engine::real::transport::segment::{Head, Mapping, Segment};
use crate::engine::real::transport::socket::Polled;
use crate::engine::{Control, Run};
use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::ended::{ENDED_UNEXPECTEDLY, OUT_OF_MEMORY};
use crate::trace::store::{Ended, FinalState, Finding, Header, ResourceInfo, TaskInfo, Trace};

/// How long a worker has to end by itself when told to.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a poll may take, all in all 2 ms.
const BUDGET: Duration = Duration::from_millis(1);

/// What a run begins with.
#[derive(Debug)]
pub(in crate::engine::real) struct Beginning {
    pub(in crate::engine::real) header: Header,
    pub(in crate::engine::real) tasks: Vec<(TaskId, TaskInfo)>,
    pub(in crate::engine::real) resources: Vec<ResourceInfo>,
}

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct RealRun {
    pub(in crate::engine::real) process: Process,
    pub(in crate::engine::real) socket: Polled,
    pub(in crate::engine::real) mapping: Arc<Mapping>,
    /// Kept open: the worker opens it by this process's table of files.
    pub(in crate::engine::real) _file: std::fs::File,
    pub(in crate::engine::real) counter: Counter,
    pub(in crate::engine::real) timeout: Option<Nanos>,
    pub(in crate::engine::real) beginning: Option<Beginning>,
    pub(in crate::engine::real) reader: Reader,
    /// What the app has asked for: the end it wants to see.
    pub(in crate::engine::real) wanted: Option<Ended>,
    /// What the worker has told.
    pub(in crate::engine::real) told: Option<(Ended, Option<FinalState>)>,
    pub(in crate::engine::real) findings: Vec<Finding>,
    /// All has been moved.
    pub(in crate::engine::real) over: bool,
}

impl RealRun {
    fn order(&mut self, order: Order) {
        let line = serde_json::to_string(&order).expect("an order is plain data");
        // A worker that does not hear is gone or will be killed.
        let _deaf = self.socket.write_line(&line);
    }

    fn end(&mut self, how: Ended) {
        if self.wanted.is_none() {
            self.wanted = Some(how);
            self.order(Order::Stop);
            self.process.kill_in(PATIENCE);
        }
    }

    fn listen(&mut self) {
        for line in self.socket.lines() {
            match serde_json::from_str(&line) {
                Ok(Report::Found(finding)) => self.findings.push(finding),
                Ok(Report::Ended(how, state)) => {
                    self.told.get_or_insert((how, state));
                    self.process.kill_in(PATIENCE);
                }
                Err(_) => {}
            }
        }
    }

    /// How it ended, once the process has.
    fn ending(&mut self) -> (Ended, Option<FinalState>) {
        match (self.told.take(), self.wanted.take()) {
            (Some((Ended::Stopped, state)), Some(wanted)) => (wanted, state),
            (Some(told), _) => told,
            (None, Some(wanted)) => (wanted, None),
            (None, None) => {
                let how = self.process.exit().map_or_else(|| "in an unknown way".to_owned(), |exit| exit.to_string());
                (Ended::Crashed(crashed(&how, &self.process.last_words())), None)
            }
        }
    }
}

/// How a process ended of which nobody expected that; `words` are its last ones.
fn crashed(how: &str, words: &str) -> String {
    // What was called where, and how to see that, tells nothing to those who did not write it.
    let beside = |line: &&str| !line.starts_with("stack backtrace:") && !line.starts_with("note:");
    let words = words.lines().take_while(beside).collect::<Vec<_>>().join("\n");
    if words.contains("memory allocation of") {
        return format!("{OUT_OF_MEMORY} ({how}): {words}");
    }
    let colon = if words.is_empty() { "" } else { ": " };
    format!("{ENDED_UNEXPECTEDLY} ({how}){colon}{words}")
}

impl Run for RealRun {
    fn control(&mut self, control: Control) {
        match control {
            Control::Pause => self.order(Order::Pause),
            Control::Resume => self.order(Order::Resume),
            Control::Look => self.order(Order::Look),
            Control::Stop => self.end(Ended::Stopped),
        }
    }

    fn poll(&mut self, trace: &mut Trace) -> bool {
        if self.over {
            return false;
        }
        if let Some(beginning) = self.beginning.take() {
            trace.header = beginning.header;
            trace.tasks = beginning.tasks.into_iter().collect();
            trace.resources = beginning.resources;
        }
        // In this order: whoever has ended has written and said everything before.
        let ended = self.process.exit().is_some();
        self.listen();
        let mapping = Arc::clone(&self.mapping);
        let Some(segment) = Segment::open(mapping.words()) else {
            self.end(Ended::Crashed("the shared segment is damaged".to_owned()));
            self.over = ended;
            trace.ended = ended.then(|| self.ending().0);
            return !ended;
        };
        let now = self.counter.shown(segment.head(Head::Clock)).unwrap_or_default();
        if self.timeout.is_some_and(|timeout| now >= timeout) {
            self.end(Ended::TimedOut);
        }
        let finished = Nanos(segment.head(Head::EndedAt).load(SeqCst));
        let now = if finished == Nanos::ZERO { now } else { now.min(finished) };
        trace.elapsed = trace.elapsed.max(now);
        let more = self.reader.drain(&segment, trace, trace.elapsed, BUDGET, ended);
        self.findings.drain(..).for_each(|finding| trace.find(finding));
        trace.cores.extend(self.process.samples());
        if !ended || more {
            return true;
        }
        self.over = true;
        let (ended, state) = self.ending();
        trace.ended = Some(ended);
        trace.final_state = state;
        false
    }
}
