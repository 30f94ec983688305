//! Blocks on their way: by the pointer from the palette or from their place, or by keys. Where they may be put down, and the mark
//! that shows it. Puts nothing down: the panel does.

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::tile::{INDENT, RAIL};
use crate::id::BlockId;
use crate::scenario::Scenario;
use crate::scenario::block::Kind;
use crate::scenario::write::{Home, find, is_inside, kinds_in, outermost};
use crate::ui::panel_theme::Theme;
use crate::view::blocks::{Gap, Row, gaps, nearest};

/// What the pointer drags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dragged {
    /// A new block.
    New(Kind),
    /// Blocks of the scenario, as read from the text of this version.
    Blocks(Vec<BlockId>, u64),
}

/// Blocks taken up by keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moving {
    pub(super) blocks: Vec<BlockId>,
    pub(super) gaps: Vec<Gap>,
    pub(super) at: usize,
}

/// How near to the edge of the panel a drag scrolls it.
const EDGE: f32 = 28.0;

impl Dragged {
    fn kinds(&self, scenario: &Scenario) -> Vec<Kind> {
        match self {
            Self::New(kind) => vec![*kind],
            Self::Blocks(blocks, _) => kinds_of(scenario, blocks),
        }
    }

    /// The place under the pointer, the rows beginning at `origin`.
    pub(super) fn gap(&self, scenario: &Scenario, rows: &[Row], pointer: Pos2, origin: Pos2, row_height: f32) -> Option<Gap> {
        let kinds = self.kinds(scenario);
        let moved = match self {
            Self::New(_) => &[],
            Self::Blocks(blocks, _) => blocks.as_slice(),
        };
        let outside = |home: Home| match home {
            Home::Top => true,
            Home::Body(block) | Home::Clauses(block) => !is_inside(scenario, moved, block),
        };
        let at = ((pointer.y - origin.y) / row_height, (pointer.x - origin.x - RAIL) / INDENT);
        nearest(scenario, rows, &kinds, at, &|slot| outside(slot.home))
    }

    /// What it looks like under the pointer.
    pub(super) fn paint(&self, ui: &Ui, theme: &Theme, scenario: &Scenario, pointer: Pos2) {
        let kinds = self.kinds(scenario);
        let Some(kind) = kinds.first() else { return };
        let count = match self {
            Self::Blocks(blocks, _) if blocks.len() > 1 => format!(" × {}", blocks.len()),
            _ => String::new(),
        };
        let layer = egui::LayerId::new(egui::Order::Tooltip, ui.scope_id().with("dragged"));
        let above = ui.ctx().layer_painter(layer);
        let colour = theme.group(kind.info().group);
        let text = format!("{}{count}", kind.info().word);
        let galley = above.layout_no_wrap(text, theme.body(), theme.text);
        let rect = Rect::from_min_size(pointer + vec2(10.0, 6.0), galley.size() + vec2(14.0, 8.0));
        above.rect_filled(rect, 4.0, theme.page);
        above.rect_filled(rect, 4.0, colour.gamma_multiply(0.35));
        above.galley(rect.min + vec2(7.0, 4.0), galley, theme.text);
    }
}

fn kinds_of(scenario: &Scenario, blocks: &[BlockId]) -> Vec<Kind> {
    outermost(scenario, blocks).into_iter().filter_map(|id| find(scenario, id)).flat_map(kinds_in).collect()
}

impl Moving {
    /// Takes blocks up; none when there is nowhere to put them.
    pub(super) fn begin(scenario: &Scenario, rows: &[Row], blocks: &[BlockId]) -> Option<Self> {
        let kinds = kinds_of(scenario, blocks);
        let outside = |gap: &Gap| match gap.slot.home {
            Home::Top => true,
            Home::Body(block) | Home::Clauses(block) => !is_inside(scenario, blocks, block),
        };
        let gaps: Vec<Gap> = gaps(scenario, rows, &kinds).into_iter().filter(outside).collect();
        let row = rows.iter().position(|row| row.is_block() && blocks.contains(&row.block))?;
        let at = gaps.iter().position(|gap| gap.row >= row)?;
        Some(Self { blocks: blocks.to_vec(), gaps, at })
    }

    pub(super) fn gap(&self) -> Gap {
        self.gaps[self.at]
    }

    pub(super) fn step(&mut self, forward: bool) {
        self.at = if forward { (self.at + 1).min(self.gaps.len() - 1) } else { self.at.saturating_sub(1) };
    }
}

/// The line that shows where blocks would come to stand.
pub(super) fn mark(painter: &Painter, colour: Color32, gap: Gap, origin: Pos2, row_height: f32, right: f32) {
    #[expect(clippy::cast_precision_loss, reason = "some thousand rows at most")]
    let at = pos2(origin.x + gap.depth as f32 * INDENT, origin.y + gap.row as f32 * row_height);
    let line = Rect::from_min_max(pos2(at.x, at.y - 1.5), pos2(right.max(at.x + 60.0), at.y + 1.5));
    painter.rect_filled(line, 1.5, colour);
    let head = [at + vec2(-1.0, -6.0), at + vec2(7.0, 0.0), at + vec2(-1.0, 6.0)];
    painter.add(Shape::convex_polygon(head.into(), colour, Stroke::NONE));
}

/// How far to scroll while something is dragged near the edge of `view`.
pub(super) fn edge_scroll(view: Rect, pointer: Pos2) -> f32 {
    let near = |distance: f32| ((EDGE - distance) / EDGE).clamp(0.0, 1.0) * 12.0;
    if !view.x_range().contains(pointer.x) {
        return 0.0;
    }
    near(view.bottom() - pointer.y) - near(pointer.y - view.top())
}

/// A line at the foot of the panel: what keys do now.
pub(super) fn foot(ui: &Ui, theme: &Theme, view: Rect, text: &str) {
    let painter = ui.painter();
    let galley = painter.layout(text.to_owned(), theme.small(), theme.text, (view.width() - 16.0).max(60.0));
    let rect = Rect::from_min_size(
        pos2(view.left(), view.bottom() - galley.size().y - 10.0),
        vec2(view.width(), galley.size().y + 10.0),
    );
    painter.rect_filled(rect, 4.0, theme.page);
    painter.rect_stroke(rect, 4.0, Stroke::new(1.0, theme.line), egui::StrokeKind::Inside);
    let at = Align2::LEFT_TOP.pos_in_rect(&rect.shrink2(vec2(8.0, 5.0)));
    painter.galley(at, galley, theme.text);
}
