//! The processes of a run as heads over what runs in them. Words and colours are the panels'.

use crate::id::ProcessId;
use crate::metrics::processes::cores_busy;
use crate::time::Nanos;
use crate::trace::store::Trace;

/// A process.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessHead {
    /// Which.
    pub id: ProcessId,
    /// Its name; empty for the run's own.
    pub name: String,
    /// The system's number.
    pub number: u32,
    /// CPU time of all its threads.
    pub cpu: Nanos,
    /// Resident memory, where it is told.
    pub memory_bytes: Option<u64>,
    /// How many cores it kept busy, on the average.
    pub cores_busy: Option<f64>,
    /// Whether it goes on.
    pub lives: bool,
    /// What it left: 0, 1 after an uncaught exception, minus a signal's number.
    pub exit_code: Option<i32>,
}

/// A line of a list: the head of a process, or one of the rows that are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The so-many-th process.
    Head(usize),
    /// What is told of it, below its head.
    Told(usize),
    /// The so-many-th row.
    Row(usize),
}

/// The processes of a run in the order they began; none of a run that has only its own.
#[must_use]
pub fn heads(trace: &Trace) -> Vec<ProcessHead> {
    let processes = &trace.counters.processes;
    if processes.len() < 2 {
        return Vec::new();
    }
    let head = |process: &crate::trace::store::ProcessCounters| ProcessHead {
        id: process.id,
        name: process.name.clone(),
        number: process.number,
        cpu: process.cpu,
        memory_bytes: Some(process.memory_bytes).filter(|bytes| *bytes > 0),
        cores_busy: cores_busy(process, trace.elapsed),
        lives: process.ended.is_none() && process.exit_code.is_none() && trace.ended.is_none(),
        exit_code: process.exit_code,
    };
    processes.iter().map(head).collect()
}

/// Rows under the heads of their processes, in their order; those of no known process come first.
#[must_use]
pub fn grouped(heads: &[ProcessHead], rows: impl Iterator<Item = (usize, Option<ProcessId>)> + Clone) -> Vec<Line> {
    if heads.is_empty() {
        return rows.map(|(row, _)| Line::Row(row)).collect();
    }
    let of = |wanted: Option<ProcessId>| {
        let known = |id: Option<ProcessId>| id.filter(|id| heads.iter().any(|head| head.id == *id));
        rows.clone().filter(move |(_, id)| known(*id) == wanted).map(|(row, _)| Line::Row(row))
    };
    let under = heads.iter().enumerate().flat_map(|(at, head)| std::iter::once(Line::Head(at)).chain(of(Some(head.id))));
    of(None).chain(under).collect()
}

/// The lines with one more below each head, for what is told of the process.
#[must_use]
pub fn told_below(lines: Vec<Line>) -> Vec<Line> {
    let below = |line| match line {
        Line::Head(at) => vec![Line::Head(at), Line::Told(at)],
        line => vec![line],
    };
    lines.into_iter().flat_map(below).collect()
}

impl ProcessHead {
    /// Its memory in whole megabytes, where it is told.
    #[must_use]
    pub fn megabytes(&self) -> Option<u64> {
        self.memory_bytes.map(|bytes| bytes.div_ceil(1 << 20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(id: u32) -> ProcessHead {
        let (name, cpu) = (format!("p-{id}"), Nanos::ZERO);
        let (memory_bytes, cores_busy) = (Some(3 << 19), None);
        ProcessHead { id: ProcessId(id), name, number: 9, cpu, memory_bytes, cores_busy, lives: true, exit_code: None }
    }

    fn check(heads: &[ProcessHead], rows: &[Option<u32>], expected: &str) {
        let rows = rows.iter().enumerate().map(|(row, id)| (row, id.map(ProcessId)));
        let shown: Vec<_> = told_below(grouped(heads, rows))
            .into_iter()
            .map(|line| match line {
                Line::Head(at) => format!("[{at}]"),
                Line::Told(at) => format!("({at})"),
                Line::Row(at) => at.to_string(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn rows_stand_under_their_processes_and_keep_their_order() {
        check(&[head(0), head(1)], &[Some(1), Some(0), None, Some(1), Some(7)], "2 4 [0] (0) 1 [1] (1) 0 3");
        check(&[], &[Some(1), None], "0 1");
        assert_eq!(head(0).megabytes(), Some(2));
    }
}
