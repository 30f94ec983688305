//! What runs say about what the scenario expects: each check judged, with the strength of the judgement, and whatever was
//! found that no check names. Owns the judgements and their words; looks at traces only, whichever engine made them.

mod judge;
mod words;

use std::collections::BTreeMap;

use crate::id::{BlockId, TaskId};
use crate::program::Program;
use crate::program::check::{Claim, Modality};
use crate::trace::store::{Death, Trace, Uncaught};
pub use judge::{Evidence, invariant_holds, tell_leaks};
pub use words::why_crashed;

/// A judgement, strongest reading of the runs so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// Never contradicted by runs that could have.
    Holds,
    /// Contradicted by a run.
    Refuted,
    /// What may be sometimes was seen.
    Witnessed,
    /// No run has said anything about it.
    Unsettled,
    /// These runs cannot say anything about it.
    NotJudged,
}

/// How much a judgement says.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// So many of the runs that could say something showed it.
    Seen {
        /// Runs that showed it.
        runs: u64,
        /// Runs that could.
        of: u64,
    },
    /// None of so many runs on the real machine showed the contrary.
    NeverIn {
        /// Runs that could.
        runs: u64,
    },
    /// None of so many random schedules did.
    NoneOf {
        /// Random schedules.
        schedules: u64,
        /// The share of schedules that may still show it, with 95 % confidence, as a percentage.
        bound_percent: f64,
    },
    /// No run has ended in order.
    NoRunEnded,
    /// Only the search of all schedules can tell.
    NeedsExplorer,
    /// A run on the real cores does not watch for it.
    RealRun,
    /// Only a run on the real cores can tell: it is about time.
    NeedsClock,
    /// What is asked about was not there: nobody came into the region, or the process never began.
    NeverThere,
    /// Not all lines that were printed were kept, and it may be about those.
    LinesLost,
}

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The `expect` or `invariant` of this block.
    Check(BlockId),
    /// A deadlock that no check names.
    Deadlock,
    /// An exception that left a task and that no check names.
    Exception {
        /// The task's name.
        task: String,
        /// `ValueError`.
        name: String,
        /// `too low`, possibly empty.
        message: String,
        /// Where it was raised.
        block: Option<BlockId>,
    },
    /// A process that died by a signal nothing in the scenario sent.
    Death {
        /// Its name.
        process: String,
        /// The signal's number.
        signal: u32,
        /// Where it stood.
        block: Option<BlockId>,
    },
}

/// What the runs say about one thing.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// What.
    pub subject: Subject,
    /// The judgement.
    pub judgement: Judgement,
    /// How much it says.
    pub strength: Strength,
    /// What the condition read in the run that decided, or in the last one: name and value.
    pub seen: Vec<(String, String)>,
}

/// Runs of one program, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    runs: u64,
    /// All of them followed random schedules.
    random: bool,
    checks: Vec<Count>,
    deadlocks: u64,
    /// What else nobody expected.
    unexpected: BTreeMap<Subject, u64>,
}

/// What the runs said about one check's claim.
#[derive(Debug, Clone, Default)]
struct Count {
    yes: u64,
    no: u64,
    /// Why the runs that said nothing could not.
    silent: Option<Strength>,
    seen: Vec<(String, String)>,
}

/// What one run says about what its scenario expects.
#[must_use]
pub fn judge(program: &Program, trace: &Trace) -> Vec<Verdict> {
    let mut tally = Tally::new(program);
    tally.add(program, trace);
    tally.verdicts(program)
}

impl Tally {
    /// No runs yet.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        Self { random: true, checks: vec![Count::default(); program.checks.len()], ..Self::default() }
    }

    /// How many runs were added.
    #[must_use]
    pub const fn runs(&self) -> u64 {
        self.runs
    }

    /// Adds a run.
    pub fn add(&mut self, program: &Program, trace: &Trace) {
        self.runs += 1;
        self.random &= judge::is_random(trace);
        for (check, count) in program.checks.iter().zip(&mut self.checks) {
            let (evidence, seen) = judge::evidence(program, trace, &check.claim);
            let decides = match (check.modality, &evidence) {
                (Modality::Always, Evidence::No) | (Modality::Never | Modality::Sometimes, Evidence::Yes) => true,
                _ => count.yes + count.no == 0,
            };
            if decides {
                count.seen = seen;
            }
            match evidence {
                Evidence::Yes => count.yes += 1,
                Evidence::No => count.no += 1,
                Evidence::Silent(why) => count.silent = Some(why),
            }
        }
        self.add_unexpected(program, trace);
    }

    fn add_unexpected(&mut self, program: &Program, trace: &Trace) {
        let names_deadlock = program.checks.iter().any(|check| check.claim == Claim::Deadlock);
        self.deadlocks += u64::from(!names_deadlock && judge::deadlocked(trace));
        for (&task, counters) in &trace.counters.tasks {
            let Some(Uncaught { name, message, block }) = counters.uncaught.clone() else { continue };
            if !expected(program, trace, task, &name) {
                let task = trace.tasks.get(&task).map_or_else(|| format!("task-{}", task.0), |info| info.name.clone());
                *self.unexpected.entry(Subject::Exception { task, name, message, block }).or_default() += 1;
            }
        }
        for process in &trace.counters.processes {
            if let Some(Death { signal, block }) = process.death {
                *self.unexpected.entry(Subject::Death { process: process.name.clone(), signal, block }).or_default() += 1;
            }
        }
    }

    /// What all runs together say: the checks in the order of the text, then what nobody expected.
    #[must_use]
    pub fn verdicts(&self, program: &Program) -> Vec<Verdict> {
        let checks = program.checks.iter().zip(&self.checks).map(|(check, count)| {
            let (judgement, strength) = self.judged(check.modality, count);
            Verdict { subject: Subject::Check(check.block), judgement, strength, seen: count.seen.clone() }
        });
        let deadlocks = (self.deadlocks > 0).then_some((&Subject::Deadlock, &self.deadlocks));
        let mut unexpected: Vec<(&Subject, &u64)> = self.unexpected.iter().collect();
        unexpected.sort_by_key(|&(subject, _)| numbered(subject));
        let unexpected = deadlocks.into_iter().chain(unexpected).map(|(subject, &runs)| Verdict {
            subject: subject.clone(),
            judgement: Judgement::Refuted,
            strength: Strength::Seen { runs, of: self.runs },
            seen: Vec::new(),
        });
        checks.chain(unexpected).collect()
    }

    fn judged(&self, modality: Modality, count: &Count) -> (Judgement, Strength) {
        let of = count.yes + count.no;
        if of == 0 {
            return match count.silent {
                None | Some(Strength::NoRunEnded) => (Judgement::Unsettled, Strength::NoRunEnded),
                Some(why) => (Judgement::NotJudged, why),
            };
        }
        let (contrary, judgement) = match modality {
            Modality::Always => (count.no, Judgement::Refuted),
            Modality::Never => (count.yes, Judgement::Refuted),
            Modality::Sometimes => (count.yes, Judgement::Witnessed),
        };
        if contrary > 0 {
            return (judgement, Strength::Seen { runs: contrary, of });
        }
        let quiet = if modality == Modality::Sometimes { Judgement::Unsettled } else { Judgement::Holds };
        if self.random {
            #[expect(clippy::cast_precision_loss, reason = "a bound of two digits needs no 64 bits")]
            let bound_percent = (1.0 - 0.05_f64.powf(1.0 / of as f64)) * 100.0;
            (quiet, Strength::NoneOf { schedules: of, bound_percent })
        } else {
            (quiet, Strength::NeverIn { runs: of })
        }
    }
}

/// The name of a task that an exception has ended, and the number at its end: `fetch-2` comes before `fetch-10`. Others are few
/// and come first.
fn numbered(subject: &Subject) -> (&str, u64) {
    let Subject::Exception { task, .. } = subject else { return ("", 0) };
    let name = task.trim_end_matches(|character: char| character.is_ascii_digit());
    (name, task[name.len()..].parse().unwrap_or(0))
}

/// Whether some check names an exception of this task and family, in whatever modality.
fn expected(program: &Program, trace: &Trace, task: TaskId, name: &str) -> bool {
    program.checks.iter().any(|check| match &check.claim {
        Claim::Exception { name: family, whose } => {
            crate::value::exception::is_a(name, family) && judge::concerns(trace, whose, task)
        }
        _ => false,
    })
}
