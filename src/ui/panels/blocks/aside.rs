//! What is asked for beside the tiles: a value, a name, a kind to insert; and the foot of the panel, which tells what was done.

use std::sync::Arc;

use egui::{Galley, Id, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::field::{Around, Editing, Given, Named, Naming, Outcome, Then};
use super::palette::{Chosen, Near};
use super::{BlocksPanel, Lie, Shown, drag, tile, words};
use crate::document::MOST_BYTES;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::scenario::block::Kind;
use crate::scenario::write::{Home, find, head};
use crate::ui::kit::asked::Asked;
use crate::ui::kit::panel_theme::Theme;
use crate::view::blocks::{FieldId, Row, next_to};

impl BlocksPanel {
    pub(super) fn edit_ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, slot: Rect, asked: &mut Vec<Asked>) {
        let Some(mut editing) = self.editing.take() else { return };
        let Some(block) = find(shown.scenario, editing.block) else { return };
        let around = Around { scenario: shown.scenario, text: shown.text, document: shown.document, lang: shown.lang };
        match editing.ui(ui, theme, block, &around, slot) {
            Outcome::Goes => self.editing = Some(editing),
            Outcome::Cancelled => self.takes_focus = true,
            Outcome::Taken(change, then) => {
                let next = match then {
                    Then::Close => None,
                    Then::Next => editing.beside(true),
                    Then::Before => editing.beside(false),
                    Then::At(field) => Some(field),
                };
                self.takes_focus = next.is_none();
                let changed = change.is_some_and(|change| self.change(shown, &change, asked));
                if let Some(field) = next {
                    let again = (block.id, Some(field));
                    if changed {
                        self.edit_next = Some(again);
                    } else {
                        self.editing = Editing::begin(block, shown.text, Some(field));
                    }
                }
            }
        }
    }

    /// Edits a value of a block, the first of them if none is named. What is being typed elsewhere counts before.
    pub(super) fn begin_edit(&mut self, shown: &Shown<'_>, block: BlockId, field: Option<FieldId>, asked: &mut Vec<Asked>) {
        if shown.stale {
            return;
        }
        self.end_edit(shown, asked);
        if self.changing == Some(shown.version) {
            self.edit_next = Some((block, field));
            self.awaited = None;
        } else {
            match find(shown.scenario, block) {
                Some(unknown) if unknown.kind == Kind::Unknown => {
                    let line = shown.text.get(head(unknown).range()).unwrap_or_default();
                    self.naming = Some(Naming::begin(line.to_owned(), Named::Line(block)));
                }
                found => self.editing = found.and_then(|block| Editing::begin(block, shown.text, field)),
            }
        }
    }

    /// What has been typed into a value counts.
    pub(super) fn end_edit(&mut self, shown: &Shown<'_>, asked: &mut Vec<Asked>) {
        let Some(editing) = self.editing.take() else { return };
        let change = find(shown.scenario, editing.block).and_then(|block| editing.change(block));
        if let Some(change) = change {
            self.change(shown, &change, asked);
        }
    }

    /// What has been typed into a value or a comment counts: whatever else is begun ends it.
    pub(super) fn end_typing(&mut self, shown: &Shown<'_>, asked: &mut Vec<Asked>) {
        self.end_edit(shown, asked);
        if let Some(naming) = self.naming.take_if(|naming| matches!(naming.what, Named::Note(..)))
            && let Err(refusal) = self.named(shown, &naming, naming.text.trim().to_owned(), asked)
        {
            self.refused(shown, refusal);
        }
    }

    pub(super) fn choose_ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        lie: Lie,
        rows: &[Row],
        asked: &mut Vec<Asked>,
    ) {
        let Some((mut chooser, place)) = self.choosing.take() else { return };
        let place = place.unwrap_or_else(|| below(lie, rows, shown.selected));
        let selected = self.selection.last().copied();
        let allows = |kind: Kind| {
            let slot = self.next_to_note(shown, &[kind]).or_else(|| next_to(shown.scenario, &[kind], selected))?;
            let far = slot.home == Home::Top && selected.is_some();
            Some(if far { Near::Elsewhere } else { Near::Here })
        };
        let chosen = popup(ui, "block chooser", place, |ui| chooser.ui(ui, theme, shown.lang, &allows));
        match chosen {
            None => self.choosing = Some((chooser, Some(place))),
            Some(Chosen::Nothing) => self.takes_focus = true,
            Some(Chosen::Kind(kind)) => {
                self.takes_focus = true;
                self.insert_kind(shown, kind, None, asked);
            }
        }
    }

    pub(super) fn name_ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        lie: Lie,
        rows: &[Row],
        asked: &mut Vec<Asked>,
    ) {
        let Some(mut naming) = self.naming.take() else { return };
        let place = match naming.what {
            Named::Note(_, row) => below_row(lie, rows, row),
            Named::Name(_) | Named::Routine | Named::Line(_) => below(lie, rows, shown.selected),
        };
        match popup(ui, "block name", place, |ui| naming.ui(ui, theme, shown.lang)) {
            Given::Goes => self.naming = Some(naming),
            Given::Nothing => self.takes_focus = true,
            Given::As(name) => match self.named(shown, &naming, name, asked) {
                Ok(()) => self.takes_focus = true,
                Err(why) => {
                    naming.again(why.words().get(shown.lang));
                    self.naming = Some(naming);
                }
            },
        }
    }

    /// What stands at the foot of the panel: what is under way, was done or refused, and that the text cannot be read.
    pub(super) fn foot(&self, ui: &Ui, theme: &Theme, shown: &Shown<'_>, rows: &[Row]) -> Foot {
        let text = match &self.moving {
            _ if shown.unreadable && shown.document.text().len() > MOST_BYTES => words::TOO_LARGE.get(shown.lang).to_owned(),
            _ if shown.unreadable && rows.is_empty() => words::UNREADABLE.get(shown.lang).to_owned(),
            _ if shown.unreadable => words::STALE.get(shown.lang).to_owned(),
            Some(moving) => {
                let place = words::PLACE.get(shown.lang).replace("{0}", &(moving.at + 1).to_string());
                format!("{} · {}", words::MOVING.get(shown.lang), place.replace("{1}", &moving.gaps.len().to_string()))
            }
            None if self.said.is_empty() && shown.is_edited => words::EDITED.get(shown.lang).to_owned(),
            None if shown.is_edited => format!("{}\n{}", self.said, words::EDITED.get(shown.lang)),
            None => self.said.clone(),
        };
        let width = (ui.available_width() - 16.0).max(60.0);
        let galley = (!text.is_empty()).then(|| ui.painter().layout(text.clone(), theme.small(), theme.text, width));
        Foot { text, galley, warns: shown.unreadable }
    }

    /// Draws the foot below the rows, and has screen readers say it.
    pub(super) fn foot_ui(&self, ui: &mut Ui, theme: &Theme, place: Rect, foot: Foot) {
        let Foot { text, galley, warns } = foot;
        let id = ui.scope_id().with("said");
        let response = ui.interact(Rect::from_min_size(place.left_top(), vec2(1.0, 1.0)), id, Sense::hover());
        let heard = if text.is_empty() { &self.heard } else { &text };
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, heard));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_live(egui::accesskit::Live::Polite);
            node.set_value(heard.clone());
        });
        if let Some(galley) = galley {
            drag::foot(ui, theme, place, (galley, warns));
        }
    }
}

/// What stands below the rows.
pub(super) struct Foot {
    text: String,
    galley: Option<Arc<Galley>>,
    warns: bool,
}

impl Foot {
    /// The room that it takes from the rows.
    pub(super) fn height(&self) -> f32 {
        self.galley.as_ref().map_or(0.0, |galley| galley.size().y + 10.0)
    }
}

/// What to begin with.
pub(super) fn empty_ui(ui: &Ui, theme: &Theme, area: Rect, lang: Lang) {
    let mut at = area.min + vec2(12.0, 12.0);
    for (words, font, colour) in [(words::EMPTY, theme.body(), theme.text), (words::EMPTY_MORE, theme.small(), theme.weak)] {
        let galley = ui.painter().layout(words.get(lang).to_owned(), font, colour, area.width() - 24.0);
        let height = galley.size().y;
        ui.painter().galley(at, galley, colour);
        at.y += height + 10.0;
    }
}

/// A window of its own at a place, above the panels.
fn popup<R>(ui: &Ui, name: &str, place: Pos2, show: impl FnOnce(&mut Ui) -> R) -> R {
    let area =
        egui::Area::new(Id::unique(name)).order(egui::Order::Foreground).fixed_pos(place).constrain_to(ui.ctx().content_rect());
    area.show(ui.ctx(), |ui| egui::Frame::popup(ui.style()).show(ui, show).inner).inner
}

/// Below the tile of a block, or at the top of the panel.
fn below(lie: Lie, rows: &[Row], block: Option<BlockId>) -> Pos2 {
    let row = rows.iter().position(|row| row.is_block() && Some(row.block) == block);
    row.map_or(lie.view.min + vec2(12.0, 12.0), |index| below_row(lie, rows, index))
}

#[expect(clippy::cast_precision_loss, reason = "some thousand rows at most")]
fn below_row(lie: Lie, rows: &[Row], index: usize) -> Pos2 {
    let left = rows.get(index).map_or(0, |row| row.inside.len()) as f32 * tile::INDENT;
    let at = lie.origin + vec2(left, (index + 1) as f32 * lie.row_height);
    pos2(at.x, at.y.clamp(lie.view.top(), lie.view.bottom()))
}
