//! Regions: how many tasks are between the braces of a `mark`. A task that is cut off there is told as it stood: it stays in.

/// A region's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Region {
    /// Tasks in it; one that entered twice counts twice.
    pub(super) inside: u32,
    /// The most that ever were.
    pub(super) peak: u32,
}

impl Region {
    pub(super) fn enter(&mut self) {
        self.inside += 1;
        self.peak = self.peak.max(self.inside);
    }

    pub(super) fn leave(&mut self) {
        self.inside = self.inside.checked_sub(1).expect("only who entered leaves");
    }
}
