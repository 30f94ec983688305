//! What the run tells of the blocks of the text as it is now, which may have been edited since: kept until either changes.

use super::View;
use crate::id::BlockId;
use crate::scenario::{self, Scenario};
use crate::view::blocks::{Heat, Kin, carried, heat};

/// See the file's head.
#[derive(Default)]
pub(super) struct Ran {
    /// Of which run on which version of the scenario.
    kin: Option<((u64, u64), Kin)>,
    /// The scenario of which run, once the text is another one.
    scenario: Option<(u64, Scenario)>,
    /// Of which run in which version on which version of the scenario.
    heat: Option<((u64, u64, u64), Vec<Heat>)>,
}

impl Ran {
    /// Looks at the run and the text of now.
    pub(super) fn follow(&mut self, view: &View<'_>) {
        let Some(run) = view.run else {
            *self = Self::default();
            return;
        };
        let of = (run.number, view.scenario_version);
        if self.kin.as_ref().is_none_or(|(before, _)| *before != of) {
            let text = run.trace.header.text.as_str();
            let kin = if text == view.scenario_text {
                Kin::same()
            } else {
                if self.scenario.as_ref().is_none_or(|(number, _)| *number != run.number) {
                    self.scenario = Some((run.number, scenario::load(text).value));
                }
                let ran = self.scenario.as_ref().map(|(_, scenario)| (scenario, text)).expect("it was just read");
                Kin::of(ran, (view.scenario, view.scenario_text))
            };
            self.kin = Some((of, kin));
        }
        let of = (run.number, run.version, view.scenario_version);
        if self.heat.as_ref().is_none_or(|(before, _)| *before != of) {
            let now = view.scenario.block_count as usize;
            let heat = match &self.kin {
                Some((_, kin)) if kin.is_other() => {
                    let ran = self.scenario.as_ref().map_or(0, |(_, scenario)| scenario.block_count as usize);
                    carried(heat(run.trace, ran), kin, now)
                }
                _ => heat(run.trace, now),
            };
            self.heat = Some((of, heat));
        }
    }

    /// What the run tells of each block, by [`BlockId`]; nothing without a run.
    pub(super) fn heat(&self) -> &[Heat] {
        self.heat.as_ref().map(|(_, heat)| heat.as_slice()).unwrap_or_default()
    }

    /// Whether the text is not the one that was run.
    pub(super) fn is_edited(&self) -> bool {
        self.kin.as_ref().is_some_and(|(_, kin)| kin.is_other())
    }

    /// The block that one of the run's is now.
    pub(super) fn now(&self, ran: BlockId) -> Option<BlockId> {
        self.kin.as_ref().and_then(|(_, kin)| kin.now(ran))
    }

    /// The block that one of now was in the run.
    pub(super) fn before(&self, now: BlockId) -> Option<BlockId> {
        self.kin.as_ref().and_then(|(_, kin)| kin.before(now))
    }
}
