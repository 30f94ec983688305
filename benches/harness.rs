//! Measures a figure beside its peer, round by round in one run, and prints their medians and ratio.
//! Knows nothing of what is measured. No threshold fails: a goal that is missed is marked, not asserted.

use std::fmt::Write as _;

/// Rounds of each figure. Odd, so that the median is one of them.
const ROUNDS: usize = 7;

/// How a ratio is judged.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// Ours over the peer's: no more than this.
    AtMost(f64),
    /// Ours over the peer's: no less than this.
    AtLeast(f64),
    /// Ours alone: no more than this, in the unit of the row.
    Absolute(f64),
}

/// What a row is about.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What is measured.
    pub name: &'static str,
    /// What it stands beside.
    pub peer: &'static str,
    /// What both are counted in.
    pub unit: &'static str,
    /// What is aimed at.
    pub goal: Goal,
}

/// The rows that were asked for.
#[derive(Debug, Default)]
pub struct Table {
    filter: Option<String>,
    missed: usize,
}

impl Table {
    /// The rows whose name or peer holds `filter`; all without one. Prints the head.
    pub fn new(filter: Option<String>) -> Self {
        println!("| work | Coreyard | peer | ratio | goal | spread |\n|---|---|---|---|---|---|");
        Self { filter, missed: 0 }
    }

    /// Whether a row is asked for.
    pub fn wants(&self, row: &Row) -> bool {
        self.filter.as_ref().is_none_or(|filter| row.name.contains(filter) || row.peer.contains(filter))
    }

    /// Measures a row: `ours` and `peer` take turns, so that what the machine does meanwhile meets both.
    pub fn measure(&mut self, row: Row, mut ours: impl FnMut() -> f64, mut peer: impl FnMut() -> f64) {
        if !self.wants(&row) {
            return;
        }
        let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (ours(), peer())).collect();
        self.print(row, &rounds);
    }

    fn print(&mut self, row: Row, rounds: &[(f64, f64)]) {
        let ours = median(rounds.iter().map(|round| round.0));
        let peer = median(rounds.iter().map(|round| round.1));
        let ratios = || rounds.iter().map(|round| round.0 / round.1);
        let ratio = median(ratios());
        let (met, goal) = match row.goal {
            Goal::AtMost(limit) => (ratio <= limit, format!("≤ {limit}x")),
            Goal::AtLeast(limit) => (ratio >= limit, format!("≥ {limit}x")),
            Goal::Absolute(limit) => (ours <= limit, format!("≤ {limit} {}", row.unit)),
        };
        self.missed += usize::from(!met);
        let spread = format!("{:.2}–{:.2}", ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
        let mut line = format!("| {} | {} {} ", row.name, figure(ours), row.unit);
        let told =
            write!(line, "| {} {} ({}) | {ratio:.2}x | {goal}{} | {spread} |", figure(peer), row.unit, row.peer, mark(met));
        told.expect("a String takes every text");
        println!("{line}");
    }

    /// Prints how many goals were missed.
    pub fn end(&self) {
        println!("\nmedians of {ROUNDS} rounds; {} missed", self.missed);
    }
}

fn mark(met: bool) -> &'static str {
    if met { "" } else { " **missed**" }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Three digits that count.
fn figure(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
