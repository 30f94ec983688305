//! Blocks on their way: by the pointer from the palette or from their place, or by keys. Where they may be put down, and the mark
//! that shows it. Puts nothing down: the panel does.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::tile::{INDENT, MOST_CHARS, RAIL, kind_colour, shortened};
use crate::diagnostic::{Severity, Span};
use crate::document::Document;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::scenario::Scenario;
use crate::scenario::block::Kind;
use crate::scenario::template::TEMPLATES;
use crate::scenario::write::{BlockChange, Home, Slot, find, fits, is_inside, kinds_in, outermost, slot_of, write};
use crate::ui::kit::panel_theme::Theme;
use crate::view::blocks::{Gap, Row, gaps, nearest, word};

/// What the pointer drags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dragged {
    /// A new block.
    New(Kind),
    /// A template, by its place among them.
    Template(usize),
    /// What is in the scenario already, as read from the text of this version.
    Taken(Taken, u64),
}

/// What is on its way from its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// Blocks.
    Blocks(Vec<BlockId>),
    /// A comment, or a block that is one: where it stands.
    Note(Span),
}

/// Blocks or a comment taken up by keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moving {
    pub(super) taken: Taken,
    /// Where they may go, their own place among them, and no other where nothing would change.
    pub(super) gaps: Vec<Gap>,
    pub(super) at: usize,
}

/// Behind everything.
pub(super) fn end(scenario: &Scenario) -> Slot {
    Slot { home: Home::Top, at: scenario.blocks.len() }
}

/// How near to the edge of the panel a drag scrolls it.
const EDGE: f32 = 28.0;

/// How fast, at the very edge: points in a second.
const FASTEST: f32 = 700.0;

impl Taken {
    fn kinds(&self, scenario: &Scenario) -> Vec<Kind> {
        match self {
            Self::Blocks(blocks) => kinds_of(scenario, blocks),
            Self::Note(_) => Vec::new(),
        }
    }

    /// The change that puts it down there.
    pub(super) fn to(&self, slot: Slot) -> BlockChange {
        match self {
            Self::Blocks(blocks) => BlockChange::Move { blocks: blocks.clone(), slot },
            Self::Note(span) => BlockChange::MoveNote { span: *span, slot },
        }
    }

    /// Whether it may be put down there: nothing goes into itself, and no comment between a block's clauses.
    fn may_go(&self, scenario: &Scenario, kinds: &[Kind], slot: Slot) -> bool {
        match (self, slot.home) {
            (Self::Note(_), home) => !matches!(home, Home::Clauses(_)),
            (Self::Blocks(_), Home::Top) => fits(scenario, kinds, slot),
            (Self::Blocks(blocks), Home::Body(home) | Home::Clauses(home)) => {
                !is_inside(scenario, blocks, home) && fits(scenario, kinds, slot)
            }
        }
    }
}

impl Dragged {
    /// The place under the pointer, the rows beginning at `origin`.
    pub(super) fn gap(&self, scenario: &Scenario, rows: &[Row], pointer: Pos2, origin: Pos2, row_height: f32) -> Option<Gap> {
        let at = ((pointer.y - origin.y) / row_height, (pointer.x - origin.x - RAIL) / INDENT);
        match self {
            Self::New(kind) => nearest(scenario, rows, at, &|slot| fits(scenario, &[*kind], slot)),
            // It is put behind all that is there.
            Self::Template(_) => nearest(scenario, rows, at, &|slot| slot == end(scenario)),
            Self::Taken(taken, _) => {
                let kinds = taken.kinds(scenario);
                nearest(scenario, rows, at, &|slot| taken.may_go(scenario, &kinds, slot))
            }
        }
    }

    /// Whether the pointer is inside of a block that is dragged: let go there, it stays where it is.
    pub(super) fn is_over_itself(&self, scenario: &Scenario, rows: &[Row], pointer: Pos2, origin: Pos2, row_height: f32) -> bool {
        let Self::Taken(Taken::Blocks(blocks), _) = self else { return false };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousand rows at most")]
        let row = rows.get(((pointer.y - origin.y) / row_height).max(0.0) as usize);
        row.is_some_and(|row| {
            let is_own = row.is_block() && blocks.contains(&row.block);
            !is_own && is_inside(scenario, blocks, row.block)
        })
    }

    /// What it looks like under the pointer.
    pub(super) fn paint(&self, ui: &Ui, theme: &Theme, (scenario, text): (&Scenario, &str), lang: Lang, pointer: Pos2) {
        let (text, colour) = match self {
            Self::New(kind) => (kind.info().word.to_owned(), theme.group(kind.info().group)),
            Self::Template(index) => (TEMPLATES[*index].title.get(lang).to_owned(), theme.weak),
            Self::Taken(Taken::Note(span), _) => {
                let written = text.get(span.range()).and_then(|comment| comment.lines().next()).unwrap_or_default();
                (shortened(written, MOST_CHARS), theme.weak)
            }
            Self::Taken(Taken::Blocks(blocks), _) => {
                let Some(first) = blocks.first().and_then(|first| find(scenario, *first)) else { return };
                let count = if blocks.len() > 1 { format!(" × {}", blocks.len()) } else { String::new() };
                (format!("{}{count}", word(first, text)), kind_colour(theme, first.kind))
            }
        };
        let layer = egui::LayerId::new(egui::Order::Tooltip, ui.scope_id().with("dragged"));
        let above = ui.ctx().layer_painter(layer);
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
    /// Takes them up from their own place; none when there is nowhere to put them.
    pub(super) fn begin(document: &Document, scenario: &Scenario, rows: &[Row], taken: Taken) -> Option<Self> {
        let kinds = taken.kinds(scenario);
        let mut gaps = gaps(scenario, rows, &|slot| taken.may_go(scenario, &kinds, slot));
        let row = rows.iter().position(|row| match &taken {
            Taken::Blocks(blocks) => row.is_block() && blocks.contains(&row.block),
            Taken::Note(span) => !row.is_block() && row.span == *span,
        })?;
        // What a comment stands above, or the first of the blocks; behind the last of a body, its end.
        let depth = rows[row].inside.len();
        let of_block = slot_of(scenario, rows[row].block).filter(|_| rows[row].is_block());
        let own = |gap: &Gap| of_block.map_or_else(|| gap.row >= row && gap.depth <= depth, |slot| gap.slot == slot);
        let own = gaps.iter().position(own).or(gaps.len().checked_sub(1))?;
        let own = gaps[own];
        let count = match &taken {
            Taken::Blocks(blocks) => blocks.len(),
            Taken::Note(_) => 1,
        };
        let is_near = |slot: Slot| slot.home == own.slot.home && slot.at.abs_diff(own.slot.at) <= count;
        let changes = |slot| write(document, &taken.to(slot)).is_ok_and(|rewrite| !rewrite.change.edits.is_empty());
        gaps.retain(|gap| *gap == own || !is_near(gap.slot) || changes(gap.slot));
        let at = gaps.iter().position(|gap| *gap == own)?;
        Some(Self { taken, gaps, at })
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

/// How far to scroll in a second while something is dragged near the edge of `view`.
pub(super) fn edge_scroll(view: Rect, pointer: Pos2) -> f32 {
    let near = |distance: f32| ((EDGE - distance) / EDGE).clamp(0.0, 1.0) * FASTEST;
    if !view.x_range().contains(pointer.x) {
        return 0.0;
    }
    near(view.bottom() - pointer.y) - near(pointer.y - view.top())
}

/// A line at the foot of the panel: what keys do now.
pub(super) fn foot(ui: &Ui, theme: &Theme, rect: Rect, (galley, warns): (Arc<Galley>, bool)) {
    let painter = ui.painter();
    let fill = if warns { theme.severity(Severity::Warning).gamma_multiply(0.18) } else { theme.page };
    painter.rect_filled(rect, 4.0, fill);
    painter.rect_stroke(rect, 4.0, Stroke::new(1.0, theme.line), egui::StrokeKind::Inside);
    let at = Align2::LEFT_TOP.pos_in_rect(&rect.shrink2(vec2(8.0, 5.0)));
    painter.galley(at, galley, theme.text);
}
