//! One tile of the blocks panel: rails of the bodies it stands in, its word and arguments, the tasks on it, its heat.
//! Draws one row; which rows there are is `view::blocks`.

use std::fmt::Write as _;

use egui::{Align2, Color32, FontId, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::lang::Lang;
use crate::view::blocks::{Fold, Heat, Part, Row, in_words};
use crate::view::figure::count;

use crate::ui::panel_signs as signs;
use crate::ui::panel_theme::Theme;
use crate::ui::tasks::state_name;

/// How much deeper a body stands.
const INDENT: f32 = 16.0;
const RAIL: f32 = 3.0;
const PAD: f32 = 7.0;
const BETWEEN: f32 = 6.0;
const FOLD: f32 = 14.0;
const HEAT_BAR: f32 = 56.0;
/// Below this the panel has no room for the figures of the heat, only for its bar.
const ROOM_FOR_FIGURES: f32 = 330.0;

/// A row to be drawn.
pub(super) struct Tile<'a> {
    pub(super) row: &'a Row,
    pub(super) heat: Option<&'a Heat>,
    pub(super) selected: bool,
    pub(super) lang: Lang,
    /// The right edge of the panel.
    pub(super) right: f32,
}

/// What the user did to a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touched {
    Selected,
    Folded,
}

/// A piece of writing and where it begins on the tile.
struct Piece {
    text: String,
    font: FontId,
    colour: Color32,
    x: f32,
}

/// The height of every row.
pub(super) fn height(ui: &Ui) -> f32 {
    ui.text_style_height(&egui::TextStyle::Body) + 11.0
}

impl Tile<'_> {
    /// Draws it and says what the user did.
    pub(super) fn ui(&self, ui: &mut Ui, theme: &Theme, row_height: f32) -> Option<Touched> {
        let (pieces, text_width) = self.pieces(ui, theme);
        #[expect(clippy::cast_precision_loss, reason = "nesting is at most 64 deep")]
        let left = self.row.inside.len() as f32 * INDENT;
        let fold_width = if self.row.fold == Fold::None { 0.0 } else { FOLD };
        let tile_width = text_width + 2.0 * PAD + fold_width;
        let width = (left + tile_width + PAD).max(ui.available_width());
        let (rect, _) = ui.allocate_exact_size(vec2(width, row_height), Sense::hover());
        let gap = if self.row.clause { 0.0 } else { 1.5 };
        let tile = Rect::from_min_max(
            pos2(rect.left() + left, rect.top() + gap),
            pos2(rect.left() + left + tile_width, rect.bottom() - 1.5),
        );
        let response = ui.interact(tile, ui.scope_id().with(self.row.key), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, self.selected, self.spoken()));
        self.rails(ui, theme, rect);
        self.body(ui, theme, tile, &response);
        for piece in &pieces {
            let at = pos2(tile.left() + PAD + fold_width + piece.x, tile.center().y);
            ui.painter().text(at, Align2::LEFT_CENTER, &piece.text, piece.font.clone(), piece.colour);
        }
        let after = self.standing(ui, theme, tile);
        self.heat(ui, theme, rect, after);
        let folded = fold_width > 0.0 && self.fold(ui, theme, tile);
        let clicked = response.clicked();
        let doc = self.row.kind.info();
        response.on_hover_ui(|ui| {
            ui.set_max_width(360.0);
            ui.label(doc.doc.get(self.lang));
            ui.monospace(doc.example);
        });
        if folded { Some(Touched::Folded) } else { clicked.then_some(Touched::Selected) }
    }

    fn pieces(&self, ui: &Ui, theme: &Theme) -> (Vec<Piece>, f32) {
        let mut pieces = Vec::new();
        let mut x = 0.0;
        let mut add = |text: String, font: FontId, colour: Color32| {
            let width = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.clone(), font.clone(), colour).size().x);
            pieces.push(Piece { text, font, colour, x });
            x += width + BETWEEN;
        };
        let info = self.row.kind.info();
        add(info.word.to_owned(), theme.body(), theme.group(info.group));
        for piece in &self.row.parts {
            match &piece.part {
                Part::Name(name) => add(name.clone(), theme.body(), theme.text),
                Part::Value(value) => add(value.clone(), theme.mono(), theme.text),
                Part::Text(text) => add(format!("“{text}”"), theme.body(), theme.weak),
                Part::Property(name) => add((*name).to_owned(), theme.small(), theme.weak),
                Part::Into => add("→".to_owned(), theme.body(), theme.weak),
            }
        }
        if let Fold::Closed(hidden) = self.row.fold {
            add(format!("… {hidden}"), theme.small(), theme.weak);
        }
        (pieces, x - BETWEEN)
    }

    /// As a screen reader says it, and as tests find it.
    fn spoken(&self) -> String {
        in_words(self.row.kind, &self.row.parts)
    }

    fn rails(&self, ui: &Ui, theme: &Theme, rect: Rect) {
        let mut left = rect.left();
        for group in &self.row.inside {
            let rail = Rect::from_x_y_ranges(left..=left + RAIL, rect.y_range());
            ui.painter().rect_filled(rail, 0.0, theme.group(*group).gamma_multiply(0.75));
            left += INDENT;
        }
    }

    fn body(&self, ui: &Ui, theme: &Theme, tile: Rect, response: &Response) {
        let colour = theme.group(self.row.kind.info().group);
        let painter = ui.painter();
        let strength = if self.selected {
            0.34
        } else if response.hovered() {
            0.24
        } else {
            0.15
        };
        painter.rect_filled(tile, 4.0, colour.gamma_multiply(strength));
        let edge = tile.with_max_x(tile.left() + RAIL);
        painter.rect_filled(edge, 1.0, colour);
        if let Some((state, _)) = self.heat.and_then(|heat| heat.standing.first()) {
            let glow = theme.state(*state);
            painter.rect_stroke(tile, 4.0, Stroke::new(4.0, glow.gamma_multiply(0.25)), StrokeKind::Outside);
            painter.rect_stroke(tile, 4.0, Stroke::new(1.5, glow), StrokeKind::Outside);
        }
        if self.selected {
            painter.rect_stroke(tile, 4.0, ui.visuals().selection.stroke, StrokeKind::Inside);
        } else if response.has_focus() {
            painter.rect_stroke(tile, 4.0, Stroke::new(1.0, theme.text), StrokeKind::Inside);
        }
        if response.has_focus() {
            response.scroll_to_me(None);
        }
    }

    /// The triangle that folds the body away; true when it was pressed.
    fn fold(&self, ui: &mut Ui, theme: &Theme, tile: Rect) -> bool {
        let middle = pos2(tile.left() + PAD + FOLD * 0.32, tile.center().y);
        let hit = Rect::from_center_size(middle, vec2(FOLD + 4.0, tile.height()));
        let response = ui.interact(hit, ui.scope_id().with((self.row.key, "fold")), Sense::click());
        let open = self.row.fold == Fold::Open;
        response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, self.spoken()));
        let corners = if open {
            [vec2(-4.0, -2.5), vec2(4.0, -2.5), vec2(0.0, 3.5)]
        } else {
            [vec2(-2.5, -4.0), vec2(3.5, 0.0), vec2(-2.5, 4.0)]
        };
        let colour = if response.hovered() || response.has_focus() { theme.text } else { theme.weak };
        ui.painter().add(Shape::convex_polygon(corners.map(|corner| middle + corner).into(), colour, Stroke::NONE));
        response.clicked()
    }

    /// A sign for each state that tasks stand here in, with how many; gives where it ends.
    fn standing(&self, ui: &mut Ui, theme: &Theme, tile: Rect) -> f32 {
        let mut x = tile.right() + BETWEEN;
        for (state, tasks) in self.heat.iter().flat_map(|heat| &heat.standing) {
            let sign = pos2(x + 7.0, tile.center().y);
            signs::state(ui.painter(), sign, 5.0, *state, theme.state(*state));
            x += 16.0;
            if *tasks > 1 {
                let shown = ui.painter().text(
                    pos2(x, tile.center().y),
                    Align2::LEFT_CENTER,
                    tasks.to_string(),
                    theme.mono(),
                    theme.state(*state),
                );
                x = shown.right() + BETWEEN;
            }
        }
        x
    }

    /// How often and how long, at the right edge where there is room; of the bar the hollow part was waiting.
    fn heat(&self, ui: &mut Ui, theme: &Theme, rect: Rect, after: f32) {
        let Some(heat) = self.heat.filter(|heat| heat.counters.count > 0 || heat.counters.time.0 > 0) else { return };
        let right = self.right.max(after + HEAT_BAR + BETWEEN) - 2.0 * BETWEEN;
        let bar = Rect::from_x_y_ranges(right - HEAT_BAR..=right, rect.center().y - 3.0..=rect.center().y + 3.0);
        let painter = ui.painter();
        painter.rect_filled(bar, 2.0, theme.faint);
        let filled = bar.with_min_x(bar.right() - bar.width() * heat.share);
        painter.rect_filled(filled, 2.0, theme.state(crate::trace::store::TaskState::Running));
        #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
        let waiting = (heat.counters.waiting.seconds() / heat.counters.time.seconds().max(1e-9)) as f32;
        let waited = filled.with_max_x(filled.left() + filled.width() * waiting.min(1.0));
        painter.rect_filled(waited, 2.0, theme.state(crate::trace::store::TaskState::Blocked));
        let figures = format!("{}× {}", count(heat.counters.count), heat.counters.time);
        let width = ui.fonts_mut(|fonts| fonts.layout_no_wrap(figures.clone(), theme.small(), theme.weak).size().x);
        if rect.width() >= ROOM_FOR_FIGURES && bar.left() - BETWEEN - width > after {
            painter.text(pos2(bar.left() - BETWEEN, bar.center().y), Align2::RIGHT_CENTER, &figures, theme.small(), theme.weak);
        }
        let response = ui.interact(bar.expand(4.0), ui.scope_id().with((self.row.key, "heat")), Sense::hover());
        response.on_hover_ui(|ui| {
            ui.monospace(figures);
            let mut standing = String::new();
            for (state, tasks) in &heat.standing {
                writeln!(standing, "{tasks} {}", state_name(*state).get(self.lang)).expect("text takes text");
            }
            ui.label(standing.trim_end());
        });
    }
}
