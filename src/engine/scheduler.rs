//! Who goes next: a scheduler picks one of a world's choices. A schedule is the picks of a run, and has a text form.
//! Owns the strategies; knows nothing of what a choice does.
//!
//! The text form: steps joined by `.`; a step is the number of a task, then `t` if its time ended, `w` if it woke out of nothing, or
//! `=5` if its `rand` gave 5 or its `notify` woke the sixth set of those that wait, then `x3` if the same step was taken three times in a row. `0x12.1.0t.2=5` is fifteen steps.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use super::world::{Choice, How};
use crate::id::TaskId;

/// A strategy.
pub trait Scheduler: Send {
    /// One of `choices`, which are never empty. An offered `Draw(n)` stands for any from 0 to n. None: it does not know how to
    /// go on.
    fn choose(&mut self, choices: &[Choice]) -> Option<Choice>;
}

/// A stream of numbers that depends on its seed alone (splitmix64, Steele and others 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0; the bias is below 2^-64 times the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }
}

impl Scheduler for Random {
    /// Each with the same chance.
    fn choose(&mut self, choices: &[Choice]) -> Option<Choice> {
        let at = usize::try_from(self.below(choices.len() as u64)).ok()?;
        let mut choice = choices[at];
        if let How::Draw(most) = &mut choice.how {
            *most = self.below(most.saturating_add(1));
        }
        Some(choice)
    }
}

/// Follows a schedule, then another strategy.
#[derive(Debug)]
pub struct Replay<S> {
    left: VecDeque<(Choice, u64)>,
    then: S,
}

impl<S> Replay<S> {
    /// `schedule` first, `then` afterwards.
    #[must_use]
    pub fn new(schedule: Schedule, then: S) -> Self {
        Self { left: schedule.steps.into(), then }
    }
}

impl<S: Scheduler> Scheduler for Replay<S> {
    /// None where the schedule asks for what cannot be done: it was taken from another scenario.
    fn choose(&mut self, choices: &[Choice]) -> Option<Choice> {
        let Some((next, count)) = self.left.front_mut() else { return self.then.choose(choices) };
        let choice = *next;
        *count -= 1;
        if *count == 0 {
            self.left.pop_front();
        }
        let offered = |offer: &Choice| match (offer.how, choice.how) {
            (How::Draw(most), How::Draw(drawn)) => offer.task == choice.task && drawn <= most,
            _ => *offer == choice,
        };
        choices.iter().any(offered).then_some(choice)
    }
}

/// The choices taken in a run, in order, the same ones in a row together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    steps: Vec<(Choice, u64)>,
}

/// Entries kept; a longer run is replayed by its seed.
const MOST_ENTRIES: usize = 1_000_000;

impl Schedule {
    /// Adds a step. Beyond a million entries nothing is added; see [`Self::is_whole`].
    pub fn push(&mut self, choice: Choice) {
        let full = self.steps.len() > MOST_ENTRIES;
        match self.steps.last_mut() {
            Some((last, count)) if *last == choice => *count += 1,
            _ if full => {}
            _ => self.steps.push((choice, 1)),
        }
    }

    /// Whether every step was kept.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.steps.len() <= MOST_ENTRIES
    }

    /// How many steps it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.steps.iter().map(|(_, count)| count).sum()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (choice, count)) in self.steps.iter().enumerate() {
            if at > 0 {
                out.write_str(".")?;
            }
            write!(out, "{}", choice.task.0)?;
            match choice.how {
                How::Go => {}
                How::Elapse => out.write_str("t")?,
                How::Wake => out.write_str("w")?,
                How::Draw(value) => write!(out, "={value}")?,
            }
            if *count > 1 {
                write!(out, "x{count}")?;
            }
        }
        Ok(())
    }
}

/// A text that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no step of a schedule: write a task's number, then `t`, `w` or `=VALUE`, then `xCOUNT`, steps joined by `.`")]
pub struct NoSchedule(pub(super) String);

impl FromStr for Schedule {
    type Err = NoSchedule;

    fn from_str(text: &str) -> Result<Self, NoSchedule> {
        let mut schedule = Self::default();
        for step in text.split('.').map(str::trim).filter(|step| !step.is_empty()) {
            schedule.steps.push(parse_step(step).ok_or_else(|| NoSchedule(step.to_owned()))?);
        }
        Ok(schedule)
    }
}

fn parse_step(step: &str) -> Option<(Choice, u64)> {
    let (step, count) = match step.split_once('x') {
        Some((step, count)) => (step, count.parse().ok().filter(|&count: &u64| count > 0)?),
        None => (step, 1),
    };
    let (task, how) = match (step.strip_suffix('t'), step.split_once('=')) {
        (Some(task), _) => (task, How::Elapse),
        (None, None) if step.ends_with('w') => (&step[..step.len() - 1], How::Wake),
        (None, Some((task, value))) => (task, How::Draw(value.parse().ok()?)),
        (None, None) => (step, How::Go),
    };
    Some((Choice { task: TaskId(task.parse().ok()?), how }, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_and_its_text_are_the_same() {
        let text = "0x12.1w.0t.2=5.2=6x3";
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!(schedule.to_string(), text);
        assert_eq!(schedule.len(), 18);
        let mut again = Schedule::default();
        for (choice, count) in &schedule.steps {
            (0..*count).for_each(|_| again.push(*choice));
        }
        assert_eq!(again, schedule);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in ["a", "0x0", "1=", "x3", "0tt", "-1", "0..1,2", "99999999999"] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
        assert_eq!("".parse::<Schedule>(), Ok(Schedule::default()));
    }

    #[test]
    fn a_replay_stops_where_the_schedule_does_not_fit() {
        let go = |task| Choice { task: TaskId(task), how: How::Go };
        let mut replay = Replay::new("0.1t".parse().unwrap(), Random::new(1));
        assert_eq!(replay.choose(&[go(0), go(1)]), Some(go(0)));
        assert_eq!(replay.choose(&[go(0), go(1)]), None);
    }
}
