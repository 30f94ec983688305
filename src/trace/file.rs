//! A run in a file: a magic word, a version, then sections, each with its length and a checksum, so that what was cut short or
//! damaged opens as far as it is good. Events are their 24 bytes, little endian; everything else is JSON.
//! Owns the form only: opening files, and judging a run again, is for those who call.

use std::io::{self, Write};

use super::frames::Stack;
use super::store::{
    CoreSample, Counters, Ended, FinalState, Finding, FindingKind, Header, OutputLine, ResourceInfo, TaskInfo, Trace,
};
use super::{Chunk, Event, EventKind};
use crate::id::{ResourceId, TaskId};
use crate::time::Nanos;

/// What the names of such files end in.
pub const EXTENSION: &str = "coretrace";

/// What they begin with.
pub const MAGIC: [u8; 8] = *b"COREYARD";
const VERSION: u32 = 1;
/// Events, lines or samples of one section: what a single damaged byte costs.
const MOST_AT_ONCE: usize = 16_384;
/// Bytes before the events of a section: task, how many were lost before.
const CHUNK_HEAD: usize = 4 + 8;

/// Why nothing of a file can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It does not begin as one.
    #[error("this is not a trace of Coreyard's")]
    NotATrace,
    /// A later version wrote it.
    #[error("a newer Coreyard wrote this trace (form {0}, this one reads up to {VERSION})")]
    Newer(u32),
    /// Its beginning is damaged or was cut off.
    #[error("the trace is damaged: what was run cannot be read")]
    NoBeginning,
}

/// A run from a file.
#[derive(Debug, Clone)]
pub struct Opened {
    /// As much of it as could be read.
    pub trace: Trace,
    /// What could not, if anything.
    pub missing: Option<Missing>,
}

/// What of a file could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// It ends before its end.
    pub cut: bool,
    /// Sections that were damaged.
    pub sections: u64,
    /// Events in them, and events that name what there is not.
    pub events: u64,
}

/// The end of a run, as a section.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct End {
    elapsed: Nanos,
    ended: Option<Ended>,
    final_state: Option<FinalState>,
    #[serde(default)]
    stacks: Vec<(TaskId, Stack)>,
    #[serde(default)]
    held: Vec<(ResourceId, String)>,
}

macro_rules! tags {
    ($($name:ident = $tag:literal),*) => { $(const $name: [u8; 4] = *$tag;)* };
}
tags!(
    HEADER = b"head",
    TASKS = b"task",
    RESOURCES = b"rsrc",
    LABELS = b"labl",
    COUNTERS = b"cntr",
    FINDINGS = b"find",
    END = b"ends",
    OUTPUT = b"outp",
    CORES = b"core",
    EVENTS = b"evnt",
    DONE = b"done"
);

/// Writes a run.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    json(out, HEADER, &trace.header)?;
    json(out, TASKS, &trace.tasks.iter().collect::<Vec<_>>())?;
    json(out, RESOURCES, &trace.resources)?;
    json(out, LABELS, &trace.labels)?;
    let lost_events = trace.counters.lost_events + trace.dropped_events();
    json(out, COUNTERS, &Counters { lost_events, ..trace.counters.clone() })?;
    json(out, FINDINGS, &trace.findings)?;
    let end = End {
        elapsed: trace.elapsed,
        ended: trace.ended.clone(),
        final_state: trace.final_state.clone(),
        stacks: trace.stacks.clone().into_iter().collect(),
        held: trace.held.clone().into_iter().collect(),
    };
    json(out, END, &end)?;
    for lines in trace.output.chunks(MOST_AT_ONCE) {
        json(out, OUTPUT, lines)?;
    }
    for samples in trace.cores.chunks(MOST_AT_ONCE) {
        json(out, CORES, samples)?;
    }
    for &task in trace.tasks.keys() {
        for chunk in trace.chunks(task) {
            events(out, chunk)?;
        }
    }
    section(out, DONE, &[])
}

fn events(out: &mut impl Write, chunk: &Chunk) -> io::Result<()> {
    let mut lost_before = chunk.lost_before;
    let mut pieces = chunk.events.chunks(MOST_AT_ONCE).collect::<Vec<_>>();
    if pieces.is_empty() && lost_before > 0 {
        pieces.push(&[]);
    }
    for piece in pieces {
        let mut body = Vec::with_capacity(CHUNK_HEAD + size_of_val(piece));
        body.extend(chunk.task.0.to_le_bytes());
        body.extend(std::mem::take(&mut lost_before).to_le_bytes());
        body.extend(piece.iter().flat_map(Event::words).flat_map(u64::to_le_bytes));
        section(out, EVENTS, &body)?;
    }
    Ok(())
}

fn json(out: &mut impl Write, tag: [u8; 4], value: &(impl serde::Serialize + ?Sized)) -> io::Result<()> {
    section(out, tag, &serde_json::to_vec(value)?)
}

fn section(out: &mut impl Write, tag: [u8; 4], body: &[u8]) -> io::Result<()> {
    out.write_all(&tag)?;
    out.write_all(&(body.len() as u64).to_le_bytes())?;
    out.write_all(body)?;
    out.write_all(&checksum(tag, body).to_le_bytes())
}

/// Changes with any change of one word, and with nearly every other.
fn checksum(tag: [u8; 4], body: &[u8]) -> u64 {
    let mix = |sum: u64, word: u64| {
        let mixed = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    };
    let begin = mix(u32::from_le_bytes(tag).into(), body.len() as u64);
    let (words, rest) = body.as_chunks::<8>();
    let sum = words.iter().fold(begin, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(sum, u64::from_le_bytes(last))
}

/// Reads as much of a run as is good.
///
/// # Errors
/// When there is nothing to show.
pub fn read(bytes: &[u8]) -> Result<Opened, FileError> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(FileError::NotATrace)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(FileError::NoBeginning)?;
    match u32::from_le_bytes(*version) {
        VERSION => {}
        0 => return Err(FileError::NotATrace),
        newer => return Err(FileError::Newer(newer)),
    }
    let mut reading = Reading::default();
    let mut sections = Sections(rest);
    let mut done = false;
    for section in &mut sections {
        done = section.tag == DONE && section.good;
        if !section.good || !reading.take(section.tag, section.body) {
            reading.missing.sections += 1;
            let events = section.body.len().saturating_sub(CHUNK_HEAD) / size_of::<Event>();
            reading.missing.events += if section.tag == EVENTS { events as u64 } else { 0 };
        }
    }
    reading.missing.cut = !done;
    if !reading.began {
        return Err(FileError::NoBeginning);
    }
    Ok(reading.finish())
}

/// What is left of a file, section by section; ends where no whole section follows.
struct Sections<'a>(&'a [u8]);

struct Section<'a> {
    tag: [u8; 4],
    body: &'a [u8],
    good: bool,
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        let (tag, rest) = self.0.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (body, rest) = rest.split_at_checked(length)?;
        let (sum, rest) = rest.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(Section { tag: *tag, body, good: u64::from_le_bytes(*sum) == checksum(*tag, body) })
    }
}

/// A run being read.
#[derive(Default)]
struct Reading {
    trace: Trace,
    missing: Missing,
    began: bool,
    /// Pushed at the end, when all that they name is known.
    chunks: Vec<Chunk>,
}

impl Reading {
    /// Takes a section in; false if it makes no sense. Sections of a kind that is not known are left out.
    fn take(&mut self, tag: [u8; 4], body: &[u8]) -> bool {
        let trace = &mut self.trace;
        match tag {
            HEADER => {
                self.began = put(body, |header: Header| trace.header = header);
                self.began
            }
            TASKS => put(body, |tasks: Vec<(TaskId, TaskInfo)>| trace.tasks = tasks.into_iter().collect()),
            RESOURCES => put(body, |resources: Vec<ResourceInfo>| trace.resources = resources),
            LABELS => put(body, |labels: Vec<String>| trace.labels = labels),
            COUNTERS => put(body, |counters: Counters| trace.counters = counters),
            FINDINGS => put(body, |findings: Vec<Finding>| trace.findings = findings),
            END => put(body, |End { elapsed, ended, final_state, stacks, held }| {
                (trace.elapsed, trace.ended, trace.final_state) = (elapsed, ended, final_state);
                (trace.stacks, trace.held) = (stacks.into_iter().collect(), held.into_iter().collect());
            }),
            OUTPUT => put(body, |lines: Vec<OutputLine>| trace.output.extend(lines)),
            CORES => put(body, |samples: Vec<CoreSample>| trace.cores.extend(samples)),
            EVENTS => self.events(body).is_some(),
            _ => true,
        }
    }

    fn events(&mut self, body: &[u8]) -> Option<()> {
        let (task, body) = body.split_first_chunk::<4>()?;
        let (lost, body) = body.split_first_chunk::<8>()?;
        let (words, rest) = body.as_chunks::<8>();
        let (each, odd) = words.as_chunks::<3>();
        let all = each.iter().map(|words| Event::from_words(words.map(u64::from_le_bytes)));
        let events: Vec<Event> = all.collect::<Option<_>>()?;
        let whole = rest.is_empty() && odd.is_empty();
        let (task, lost_before) = (TaskId(u32::from_le_bytes(*task)), u64::from_le_bytes(*lost));
        whole.then(|| self.chunks.push(Chunk { task, events, lost_before }))
    }

    /// Nothing may name what there is not: those who show a trace index by these numbers.
    fn finish(mut self) -> Opened {
        let trace = &mut self.trace;
        let (resources, blocks) = (trace.resources.len(), trace.header.text.len());
        trace.counters.resources.truncate(resources);
        if let Some(state) = &mut trace.final_state {
            state.resources.resize(resources, None);
        }
        let known = |block: crate::id::BlockId| block.index() <= blocks;
        trace.findings.retain(
            |finding| !matches!(finding.kind, FindingKind::Broken(block) | FindingKind::NeverAwaited(block) if !known(block)),
        );
        trace.counters.blocks.retain(|block, _| known(*block));
        for mut chunk in self.chunks {
            let before = chunk.events.len();
            let is_known = trace.tasks.contains_key(&chunk.task);
            chunk.events.retain(|event| is_known && event.block().is_none_or(known) && names(event, trace));
            let gone = (before - chunk.events.len()) as u64;
            self.missing.events += gone;
            if is_known {
                trace.push(chunk);
            }
        }
        let missing = (self.missing != Missing::default()).then_some(self.missing);
        Opened { trace: self.trace, missing }
    }
}

/// Whether the subject of an event is there.
fn names(event: &Event, trace: &Trace) -> bool {
    use EventKind as Of;
    let subject = event.subject() as usize;
    match event.kind() {
        Some(Of::Asked | Of::Acquired | Of::Released | Of::TimedOut | Of::Put | Of::Got | Of::TaskDone) => {
            subject < trace.resources.len()
        }
        Some(Of::Loaded | Of::Stored | Of::Exchanged) => subject < trace.resources.len(),
        Some(Of::Printed) => subject < trace.output.len(),
        Some(Of::Marked) => subject < trace.labels.len(),
        Some(_) => true,
        None => false,
    }
}

fn put<T: for<'de> serde::Deserialize<'de>>(body: &[u8], place: impl FnOnce(T)) -> bool {
    serde_json::from_slice(body).map(place).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BlockId, ResourceId};
    use crate::trace::ended::Limit;
    use crate::trace::store::{Plain, ResourceClass, ResourceCounters, TaskCounters};
    use proptest::prelude::*;

    fn trace() -> Trace {
        let mut trace = Trace::default();
        trace.header.text = "lock l\nthread 线程 { with l { } }\n".to_owned();
        let info = TaskInfo { name: "线程".into(), kind: "thread".into(), parent: None, block: BlockId(1), daemon: false };
        trace.tasks = [(TaskId(0), info)].into();
        trace.resources = vec![ResourceInfo { name: "l".into(), class: ResourceClass::Lock, block: BlockId(0), capacity: None }];
        trace.labels = vec!["done".to_owned()];
        trace.output = vec![OutputLine { at: Nanos(5), task: TaskId(0), text: "\u{1b} 行".to_owned() }];
        trace.counters.resources = vec![ResourceCounters { acquisitions: 3, ..ResourceCounters::default() }];
        trace.counters.resources[0].wait.add(Nanos(70));
        trace.counters.tasks = [(TaskId(0), TaskCounters { steps: 9, ..TaskCounters::default() })].into();
        let all = vec![
            Plain::Float(f64::INFINITY),
            Plain::Float(f64::NAN),
            Plain::Float(0.5),
            Plain::None,
            Plain::Resource(ResourceId(0)),
        ];
        trace.final_state = Some(FinalState { resources: vec![Some(Plain::List(all))] });
        trace.ended = Some(Limit::Steps(7).at(BlockId(3)));
        trace.elapsed = Nanos(1_000);
        let event = |at| Event::new(Nanos(at), EventKind::Acquired, Some(BlockId(2)), 0, at);
        for piece in 0..3 {
            let events = (0..40).map(|at| event(piece * 40 + at)).collect();
            trace.push(Chunk { task: TaskId(0), events, lost_before: piece });
        }
        trace
    }

    fn bytes(trace: &Trace) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(trace, &mut bytes).expect("a Vec takes all that is written");
        bytes
    }

    #[test]
    fn what_was_saved_opens_as_it_was() {
        let saved = bytes(&trace());
        let opened = read(&saved).unwrap();
        assert_eq!(opened.missing, None);
        assert_eq!(opened.trace.chunks(TaskId(0)), trace().chunks(TaskId(0)));
        assert_eq!(bytes(&opened.trace), saved);
    }

    #[test]
    fn an_event_takes_its_24_bytes_in_the_file() {
        let mut long = trace();
        let events = vec![Event::new(Nanos(9), EventKind::Released, None, 0, 1); 100_000];
        long.push(Chunk { task: TaskId(0), events, lost_before: 0 });
        assert!(bytes(&long).len() - bytes(&trace()).len() < 100_000 * 24 + 300);
    }

    #[test]
    fn a_file_cut_anywhere_opens_as_far_as_it_goes_and_says_so() {
        let whole = bytes(&trace());
        let mut before = 0;
        for length in 0..whole.len() {
            let Ok(opened) = read(&whole[..length]) else {
                assert_eq!(before, 0, "more bytes never tell less");
                continue;
            };
            assert!(opened.missing.is_some_and(|missing| missing.cut), "{length}");
            let told = opened.trace.chunks(TaskId(0)).len();
            assert!(told >= before);
            before = told;
        }
        assert_eq!(before, 3);
    }

    #[test]
    fn other_files_and_later_forms_are_told_apart() {
        assert_eq!(read(b"scenario \"x\" { }").unwrap_err(), FileError::NotATrace);
        assert_eq!(read(b"").unwrap_err(), FileError::NotATrace);
        let mut newer = bytes(&trace());
        newer[8] = 2;
        assert_eq!(read(&newer).unwrap_err(), FileError::Newer(2));
    }

    proptest! {
        #[test]
        fn damage_is_never_silent_and_never_a_panic(flips in prop::collection::vec((0..4_000_usize, 0..8_u8), 1..4)) {
            let good = bytes(&trace());
            let mut bad = good.clone();
            for (at, bit) in flips {
                let at = at % bad.len();
                bad[at] ^= 1 << bit;
            }
            if let Ok(opened) = read(&bad) {
                prop_assert!(opened.missing.is_some() || bad == good);
                let again = bytes(&opened.trace);
                prop_assert_eq!(read(&again).unwrap().missing, None);
            }
        }

        #[test]
        fn any_bytes_behind_the_magic_word_are_read_without_a_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [&MAGIC[..], &VERSION.to_le_bytes(), &tail].concat();
            prop_assert!(read(&bytes).is_err());
        }
    }
}
