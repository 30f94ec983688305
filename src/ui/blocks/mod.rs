//! The blocks panel: the scenario as tiles, nested bodies in their colour, where tasks stand glowing while a run goes on.
//! Read only in this stage; the selection is the text's. What stands on the tiles comes from `view::blocks`.

mod tile;

use std::collections::BTreeSet;

use egui::{ScrollArea, Ui};

use crate::diagnostic::Severity;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::scenario::Scenario;
use crate::view::blocks::{Heat, Key, Row, rows};

use super::panel_theme::Theme;
use super::panel_words as words;
use tile::{Tile, Touched};

/// What the panel remembers.
#[derive(Default)]
pub(super) struct BlocksPanel {
    folded: BTreeSet<Key>,
    rows: Option<(u64, Vec<Row>)>,
    /// The selection last shown: another one is scrolled to.
    shown: Option<BlockId>,
    /// What was in view: from where, how high.
    view: (f32, f32),
}

/// What is to be shown.
pub(super) struct Shown<'a> {
    /// The last scenario that could be read.
    pub(super) scenario: &'a Scenario,
    /// The text it was read from.
    pub(super) text: &'a str,
    /// Changes whenever they do.
    pub(super) version: u64,
    /// Whether the text has moved on and cannot be read any more.
    pub(super) stale: bool,
    /// The selected block.
    pub(super) selected: Option<BlockId>,
    /// What a run of this very text tells, by block; empty without one.
    pub(super) heat: &'a [Heat],
    pub(super) lang: Lang,
}

impl BlocksPanel {
    /// Shows the panel; gives the block that the user selected.
    pub(super) fn ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>) -> Option<BlockId> {
        if self.rows.as_ref().is_none_or(|(version, _)| *version != shown.version) {
            self.rows = Some((shown.version, rows(shown.scenario, shown.text, &self.folded)));
        }
        let (_, rows) = self.rows.as_ref().expect("the rows were made just now");
        if shown.stale {
            stale_ui(ui, theme, shown.lang);
        }
        if rows.is_empty() {
            ui.centered_and_justified(|ui| ui.weak(words::BLOCKS_EMPTY.get(shown.lang)));
            return None;
        }
        let row_height = tile::height(ui);
        let mut area = ScrollArea::both().id_salt("blocks").auto_shrink(false);
        if self.shown != shown.selected {
            self.shown = shown.selected;
            let index = rows.iter().position(|row| !row.hole && Some(row.block) == shown.selected);
            if let Some(offset) = index.and_then(|index| scrolled(self.view, index, row_height)) {
                area = area.vertical_scroll_offset(offset);
            }
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let (mut selected, mut toggled) = (None, None);
        let right = ui.available_rect_before_wrap().right();
        let output = area.show_rows(ui, row_height, rows.len(), |ui, range| {
            for row in &rows[range] {
                if row.hole {
                    ui.allocate_space(egui::vec2(1.0, row_height));
                    continue;
                }
                let heat = shown.heat.get(row.block.index());
                let tile = Tile { row, heat, selected: shown.selected == Some(row.block), lang: shown.lang, right };
                match tile.ui(ui, theme, row_height) {
                    Some(Touched::Selected) => selected = Some(row.block),
                    Some(Touched::Folded) => toggled = Some(row.key),
                    None => {}
                }
            }
        });
        self.view = (output.state.clamped_offset().y, output.inner_rect.height());
        if let Some(key) = toggled {
            if !self.folded.remove(&key) {
                self.folded.insert(key);
            }
            self.rows = None;
        }
        selected
    }
}

/// Where to scroll so that a row is in view; nowhere if it is already.
#[expect(clippy::cast_precision_loss, reason = "at most some thousand rows")]
fn scrolled((offset, height): (f32, f32), index: usize, row_height: f32) -> Option<f32> {
    let top = index as f32 * row_height;
    let seen = offset <= top && top + row_height <= offset + height;
    (!seen).then(|| (top - (height - row_height) / 2.0).max(0.0))
}

/// Says that the tiles are older than the text.
fn stale_ui(ui: &mut Ui, theme: &Theme, lang: Lang) {
    egui::Frame::NONE.fill(theme.severity(Severity::Warning).gamma_multiply(0.18)).inner_margin(6.0).corner_radius(3.0).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.label(words::BLOCKS_STALE.get(lang));
        },
    );
    ui.add_space(4.0);
}
