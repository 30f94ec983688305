//! One tile of the blocks panel: rails of the bodies it stands in, its word and values, the tasks on it, its heat.
//! Draws one row and says what the pointer did to it; which rows there are is `view::blocks`.

use egui::{Align2, Color32, FontId, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::figures::{self, Figures, Place};
use super::{offer, words};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::Lang;
use crate::scenario::block::Kind;
use crate::ui::kit::panel_signs as signs;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;
use crate::ui::panels::editor::sign;
use crate::view::blocks::{Field, FieldId, Fold, Heat, Note, NoteKind, Part, Row, in_words};
use crate::view::figure::count;

/// How much deeper a body stands.
pub(super) const INDENT: f32 = 16.0;
pub(super) const RAIL: f32 = 3.0;
const PAD: f32 = 7.0;
const BETWEEN: f32 = 6.0;
const FOLD: f32 = 14.0;
/// The places of values that are edited or not written yet.
const FIELD: f32 = 110.0;
/// What figures leave of a block.
const LEAST_WORD: f32 = 64.0;

/// The sign of those that stand on a block, with their number.
const STANDING: f32 = 30.0;

/// What heat and a comment take at least at the right.
const ROOM_FOR_HEAT: f32 = figures::BAR + 4.0 * BETWEEN + LEAST_NOTE;

/// A row to be drawn.
pub(super) struct Tile<'a> {
    pub(super) row: &'a Row,
    pub(super) heat: Option<&'a Heat>,
    pub(super) selected: bool,
    /// The one that keys work on, while the panel has the focus.
    pub(super) lead: bool,
    /// The value that is edited, and how it is called where it is not written yet.
    pub(super) editing: Option<(FieldId, &'static str)>,
    /// What it may say besides, where that is offered.
    pub(super) offers: Option<&'a [Field]>,
    /// What is wrong in its own line, the worst first.
    pub(super) problems: &'a [&'a Diagnostic],
    /// Something is under way: what is explained under the pointer would only hide it.
    pub(super) quiet: bool,
    pub(super) lang: Lang,
    /// The right edge of the panel.
    pub(super) right: f32,
}

/// What the pointer did to a tile.
pub(super) struct Touched {
    pub(super) response: Response,
    /// Its triangle was pressed.
    pub(super) folded: bool,
    /// The comment behind it was clicked.
    pub(super) noted: bool,
    /// The value under the pointer when it was clicked.
    pub(super) field: Option<FieldId>,
    /// The value that is to be written, too.
    pub(super) offered: Option<FieldId>,
    /// Where the value that is edited goes.
    pub(super) slot: Option<Rect>,
}

/// A piece of writing, where it begins on the tile and how long it is.
struct Piece {
    text: String,
    font: FontId,
    colour: Color32,
    x: f32,
    width: f32,
    field: Option<FieldId>,
    /// A value: it can be clicked.
    is_value: bool,
}

/// The height of every row.
pub(super) fn height(ui: &Ui) -> f32 {
    ui.text_style_height(&egui::TextStyle::Body) + 11.0
}

impl Tile<'_> {
    /// Draws it and says what the user did.
    pub(super) fn ui(&self, ui: &mut Ui, theme: &Theme, row_height: f32) -> Touched {
        #[expect(clippy::cast_precision_loss, reason = "nesting is at most 64 deep")]
        let left = self.row.inside.len() as f32 * INDENT;
        let fold_width = if self.row.fold == Fold::None { 0.0 } else { FOLD };
        #[expect(clippy::cast_precision_loss, reason = "eight states at most")]
        let standing = self.heat.map_or(0, |heat| heat.standing.len()) as f32 * STANDING;
        let panel_width = self.right - ui.cursor().left();
        let figures = self.heat.filter(|_| self.editing.is_none()).and_then(|heat| Figures::of(heat, panel_width));
        let beside = panel_width - left - fold_width - 2.0 * PAD - standing;
        let rooms = figures.as_ref().map(|figures| figures.needs(ui, theme).map(|needed| beside - needed));
        let (pieces, text_width) = self.pieces_within(ui, theme, rooms);
        let tile_width = text_width + 2.0 * PAD + fold_width;
        let width = (left + tile_width + PAD).max(ui.available_width());
        let (rect, _) = ui.allocate_exact_size(vec2(width, row_height), Sense::hover());
        self.rails(ui, theme, rect);
        let gap = match (self.row.clause, self.row.inside.is_empty()) {
            (true, _) => 0.0,
            (false, true) => 3.0,
            (false, false) => 1.5,
        };
        let tile = Rect::from_min_max(
            pos2(rect.left() + left, rect.top() + gap),
            pos2(rect.left() + left + tile_width, rect.bottom() - 1.5),
        );
        let response = ui.interact(tile, ui.scope_id().with(self.row.key), Sense::CLICK | Sense::DRAG);
        response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, self.selected, self.called()));
        let problem = self.problems.first().map(|told| told.message(self.lang));
        if let Some(told) = problem.or_else(|| self.heat_told()) {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(told));
        }
        self.body(ui, theme, tile, &response);
        let place = |piece: &Piece| {
            let x = tile.left() + PAD + fold_width + piece.x;
            Rect::from_x_y_ranges(x - 3.0..=x + piece.width + 3.0, tile.y_range().shrink(2.5))
        };
        let mut slot = None;
        let pointer = response.interact_pointer_pos().or_else(|| response.hover_pos());
        let mut under = None;
        for piece in &pieces {
            let at = place(piece);
            let edited = piece.is_value && piece.field.is_some() && piece.field == self.editing.map(|(field, _)| field);
            if edited {
                slot = Some(at);
                continue;
            }
            if piece.is_value && piece.field.is_some() {
                let hovered = response.hovered() && pointer.is_some_and(|pointer| at.contains(pointer));
                under = if hovered { piece.field } else { under };
                ui.painter().rect_filled(at, 3.0, theme.page.gamma_multiply(if hovered { 0.9 } else { 0.45 }));
            }
            let origin = pos2(at.left() + 3.0, tile.center().y);
            ui.painter().text(origin, Align2::LEFT_CENTER, &piece.text, piece.font.clone(), piece.colour);
        }
        if under.is_some() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Text);
        }
        let mut after = self.standing(ui, theme, tile);
        let mut offered = None;
        if let Some(offers) = self.offers {
            let room = self.right.max(rect.left())
                - figures.as_ref().map_or(ROOM_FOR_HEAT, |figures| figures.needs(ui, theme)[0] + LEAST_NOTE);
            (offered, after) = offer::offers_ui(ui, theme, self.row.key, offers, (after, room, rect), self.lang);
        }
        let taken = figures.map_or(self.right.max(after), |figures| {
            let place = Place { row: rect, after, word: rect.left() + left + LEAST_WORD, right: self.right, key: self.row.key };
            figures.ui(ui, theme, place, &self.heat_told().unwrap_or_default(), self.lang)
        });
        let noted = self.note(ui, theme, rect.with_min_x(after).with_max_x(taken));
        let folded = fold_width > 0.0 && self.fold(ui, theme, tile);
        let info = self.row.kind.info();
        let is_cut = pieces.iter().any(|piece| piece.text.ends_with(['…', '”']) && piece.text.contains('…'));
        let tip = |ui: &mut Ui| {
            if is_cut {
                ui.label(egui::RichText::new(self.spoken()).font(theme.mono()));
            }
            super::tell::problems(ui, theme, self.problems, self.lang);
            super::tell::doc(ui, info, self.lang);
            if let Some(told) = self.heat_told() {
                ui.weak(told);
            }
            if info.kind == Kind::Unknown {
                ui.weak(words::LINE_TIP.get(self.lang));
            }
        };
        let response = if self.quiet { response } else { response.tip_ui(tip) };
        let field = if response.clicked() { under } else { None };
        Touched { response, folded, noted, field, offered, slot }
    }

    /// What is written on it. Where figures are to be seen beside it there is only so much room, more where less of them is shown:
    /// all of them stand beside values that are still to be read, less beside shorter ones. Where even that is too much, the last
    /// values are left out, but not its name.
    fn pieces_within(&self, ui: &Ui, theme: &Theme, rooms: Option<[f32; 3]>) -> (Vec<Piece>, f32) {
        let whole = self.pieces(ui, theme, MOST_CHARS);
        let Some(rooms) = rooms else { return whole };
        let cut_to = |most: usize| self.pieces(ui, theme, most);
        let readable = cut_to(READABLE_CHARS).1;
        let room = rooms.into_iter().find(|room| readable.min(whole.1) <= *room).unwrap_or(rooms[2]);
        if whole.1 <= room {
            return whole;
        }
        let (mut pieces, mut width) = cut_to(most_that_fits(LEAST_CHARS..MOST_CHARS, |most| cut_to(most).1 <= room));
        let (text, font, colour) = ("…".to_owned(), theme.small(), theme.weak);
        let sign = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.clone(), font.clone(), colour).size().x);
        let mut is_short = false;
        while width > room && pieces.len() > 2 {
            pieces.pop();
            is_short = true;
            width = pieces.last().map_or(0.0, |last| last.x + last.width) + BETWEEN + sign;
        }
        if is_short {
            pieces.push(Piece { text, font, colour, x: width - sign, width: sign, field: None, is_value: false });
        }
        (pieces, width)
    }

    fn pieces(&self, ui: &Ui, theme: &Theme, most: usize) -> (Vec<Piece>, f32) {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut x = if self.row.kind == Kind::Unknown { 2.0 * SIGN + BETWEEN } else { 0.0 };
        let mut add = |text: String, font: FontId, colour: Color32, field: Option<FieldId>, is_value: bool| {
            let mut width = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.clone(), font.clone(), colour).size().x);
            if is_value && field.is_some() && field == self.editing.map(|(field, _)| field) {
                width = width.max(FIELD);
            }
            let gap = if is_value && field.is_some() { 3.0 } else { 0.0 };
            pieces.push(Piece { text, font, colour, x: x + gap, width, field, is_value });
            x += width + BETWEEN + 2.0 * gap;
        };
        let colour = if self.selected { theme.text } else { kind_colour(theme, self.row.kind) };
        add(self.row.word.clone().into_owned(), theme.body(), colour, None, false);
        let mut has_edited = false;
        for piece in &self.row.parts {
            has_edited |= self.editing.is_some_and(|(field, _)| piece.field == Some(field));
            match &piece.part {
                Part::Name(name) => add(shortened(name, most), theme.body(), theme.text, piece.field, true),
                Part::Value(value) => add(shortened(value, most), theme.mono(), theme.text, piece.field, true),
                Part::Text(text) => add(format!("“{}”", shortened(text, most)), theme.body(), theme.weak, piece.field, true),
                Part::Property(name) => add((*name).to_owned(), theme.small(), theme.weak, piece.field, false),
                Part::Into => add("→".to_owned(), theme.body(), theme.weak, piece.field, false),
            }
        }
        if let Some((field, name)) = self.editing.filter(|_| !has_edited) {
            add(name.to_owned(), theme.small(), theme.weak, None, false);
            add(String::new(), theme.mono(), theme.text, Some(field), true);
        }
        if let Fold::Closed(hidden) = self.row.fold {
            add(format!("… {hidden}"), theme.small(), theme.weak, None, false);
        }
        (pieces, x - BETWEEN)
    }

    /// As a screen reader says it, and as tests find it.
    fn spoken(&self) -> String {
        in_words(&self.row.word, &self.row.parts)
    }

    /// The same, and of what nobody knows why.
    fn called(&self) -> String {
        match self.problems.first() {
            Some(told) if self.row.kind == Kind::Unknown => format!("{} · {}", self.spoken(), told.message(self.lang)),
            _ => self.spoken(),
        }
    }

    fn rails(&self, ui: &Ui, theme: &Theme, rect: Rect) {
        rails(ui, theme, self.row, rect);
    }

    fn body(&self, ui: &Ui, theme: &Theme, tile: Rect, response: &Response) {
        let colour = kind_colour(theme, self.row.kind);
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
            let width = if self.lead { 1.8 } else { 1.0 };
            painter.rect_stroke(tile, 4.0, Stroke::new(width, ui.visuals().selection.stroke.color), StrokeKind::Inside);
        }
        if self.row.kind == Kind::Unknown {
            let corners = [tile.left_top(), tile.right_top(), tile.right_bottom(), tile.left_bottom(), tile.left_top()];
            painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, colour), 4.0, 3.0));
            let fold = if self.row.fold == Fold::None { 0.0 } else { FOLD };
            sign(painter, pos2(tile.left() + PAD + fold + SIGN, tile.center().y), SIGN, Severity::Error, colour);
        } else if let Some(told) = self.problems.first() {
            let colour = theme.severity(told.severity);
            let y = tile.bottom() - 1.0;
            painter.line_segment([pos2(tile.left() + PAD, y), pos2(tile.right() - PAD, y)], Stroke::new(2.0, colour));
        }
    }

    /// The triangle that folds the body away; true when it was pressed.
    fn fold(&self, ui: &mut Ui, theme: &Theme, tile: Rect) -> bool {
        let middle = pos2(tile.left() + PAD + FOLD * 0.32, tile.center().y);
        let hit = Rect::from_center_size(middle, vec2(FOLD + 4.0, tile.height()));
        let response = ui.interact(hit, ui.scope_id().with((self.row.key, "fold")), Sense::CLICK);
        let open = self.row.fold == Fold::Open;
        response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, self.spoken()));
        let corners = if open {
            [vec2(-4.0, -2.5), vec2(4.0, -2.5), vec2(0.0, 3.5)]
        } else {
            [vec2(-2.5, -4.0), vec2(3.5, 0.0), vec2(-2.5, 4.0)]
        };
        let colour = if response.hovered() { theme.text } else { theme.weak };
        ui.painter().add(Shape::convex_polygon(corners.map(|corner| middle + corner).into(), colour, Stroke::NONE));
        response.clicked()
    }

    /// A sign for each state that tasks stand here in, with how many; gives where it ends.
    fn standing(&self, ui: &mut Ui, theme: &Theme, tile: Rect) -> f32 {
        let mut x = tile.right() + BETWEEN;
        for (state, tasks) in self.heat.iter().flat_map(|heat| &heat.standing) {
            let left = x;
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
            let place = Rect::from_x_y_ranges(left..=x, tile.y_range());
            let response = ui.interact(place, ui.scope_id().with((self.row.key, "standing", *state as u8)), Sense::hover());
            response.tip(figures::standing_told(*state, *tasks, self.lang));
        }
        x
    }

    /// How often and how long, in words.
    fn heat_told(&self) -> Option<String> {
        let counters = self.heat?.counters;
        let words = match (counters.count, counters.time.0) {
            (0, 0) => return None,
            (_, 0) => words::HEAT_COUNT,
            _ => words::HEAT,
        };
        let told = words.get(self.lang).replace("{0}", &count(counters.count));
        Some(told.replace("{1}", &counters.time.to_string()).replace("{2}", &counters.waiting.to_string()))
    }

    /// The comment behind the tile, as far as there is room; true when it was clicked.
    fn note(&self, ui: &mut Ui, theme: &Theme, room: Rect) -> bool {
        let Some(note) = &self.row.note else { return false };
        let galley = cut(ui, &written(note, self.lang), theme, room.width().max(LEAST_NOTE));
        let place = Rect::from_min_size(pos2(room.left(), room.center().y - galley.size().y / 2.0), galley.size());
        let response = ui.interact(place, ui.scope_id().with((self.row.key, "note")), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, written(note, self.lang)));
        let colour = if response.hovered() { theme.text } else { theme.weak };
        ui.painter().galley_with_override_text_color(place.min, galley, colour);
        response.tip_ui(|ui| note_tip(ui, note, self.lang)).clicked()
    }
}

/// Half the sign of a block that nobody knows.
const SIGN: f32 = 4.0;

/// The colour of a block of a kind: what nobody knows is wrong.
pub(super) fn kind_colour(theme: &Theme, kind: Kind) -> Color32 {
    if kind == Kind::Unknown { theme.severity(Severity::Error) } else { theme.group(kind.info().group) }
}

/// At least the sign that there is a comment.
const LEAST_NOTE: f32 = 18.0;

pub(super) fn written(note: &Note, lang: Lang) -> String {
    match note.kind {
        NoteKind::Words => format!("// {}", note.text),
        NoteKind::LeftOut => format!("/- {}", note.text),
        NoteKind::More(count) => format!("// {}", words::MORE_NOTES.get(lang).replace("{0}", &count.to_string())),
    }
}

/// A line that ends in an ellipsis where there is no room for all of it.
fn cut(ui: &Ui, text: &str, theme: &Theme, width: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), theme.small(), Color32::PLACEHOLDER);
    job.wrap = egui::text::TextWrapping { max_width: width, max_rows: 1, break_anywhere: true, ..Default::default() };
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

fn note_tip(ui: &mut Ui, note: &Note, lang: Lang) {
    ui.set_max_width(420.0);
    if !note.text.is_empty() {
        ui.label(&note.text);
    }
    let tip = match note.kind {
        NoteKind::Words => words::NOTE_TIP,
        NoteKind::LeftOut => words::LEFT_OUT_TIP,
        NoteKind::More(_) => words::MORE_NOTES_TIP,
    };
    ui.weak(tip.get(lang));
}

/// How a comment on a row of its own is shown.
pub(super) struct NoteRow<'a> {
    pub(super) row: &'a Row,
    pub(super) note: &'a Note,
    /// Keys stand on it; the second while they work here.
    pub(super) selected: (bool, bool),
    pub(super) quiet: bool,
    pub(super) lang: Lang,
}

impl NoteRow<'_> {
    /// Draws it; what the pointer did to it.
    pub(super) fn ui(&self, ui: &mut Ui, theme: &Theme, row_height: f32) -> Response {
        let Self { row, note, selected: (selected, lead), quiet, lang } = self;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), row_height), Sense::hover());
        rails(ui, theme, row, rect);
        #[expect(clippy::cast_precision_loss, reason = "nesting is at most 64 deep")]
        let left = rect.left() + row.inside.len() as f32 * INDENT + PAD;
        let galley = cut(ui, &written(note, *lang), theme, (rect.right() - left - PAD).max(LEAST_NOTE));
        let place = Rect::from_min_size(pos2(left, rect.center().y - galley.size().y / 2.0), galley.size());
        let response = ui.interact(place.expand(3.0), ui.scope_id().with((row.key, "note")), Sense::CLICK | Sense::DRAG);
        response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, *selected, written(note, *lang)));
        if *selected {
            let around = place.expand2(vec2(PAD, 4.0));
            ui.painter().rect_filled(around, 4.0, theme.faint);
            let width = if *lead { 1.8 } else { 1.0 };
            ui.painter().rect_stroke(around, 4.0, Stroke::new(width, ui.visuals().selection.stroke.color), StrokeKind::Inside);
        }
        let colour = if response.hovered() || *selected { theme.text } else { theme.weak };
        ui.painter().galley_with_override_text_color(place.min, galley, colour);
        if note.kind == NoteKind::LeftOut {
            ui.painter().hline(place.x_range(), place.center().y, Stroke::new(1.0, colour));
        }
        if *quiet { response } else { response.tip_ui(|ui| note_tip(ui, note, *lang)) }
    }
}

/// More of a value would push everything else out of the panel; editing shows all of it.
pub(super) const MOST_CHARS: usize = 44;

/// Less of a value says nothing.
const LEAST_CHARS: usize = 4;

/// Of values this much is worth more than all figures beside them.
const READABLE_CHARS: usize = 16;

/// The most of the range that fits; its least where nothing does.
fn most_that_fits(range: std::ops::Range<usize>, fits: impl Fn(usize) -> bool) -> usize {
    let (mut fit, mut over) = (range.start, range.end);
    while over - fit > 1 {
        let middle = fit.midpoint(over);
        if fits(middle) {
            fit = middle;
        } else {
            over = middle;
        }
    }
    fit
}

pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The bodies that a row stands in, as lines at its left.
fn rails(ui: &Ui, theme: &Theme, row: &Row, rect: Rect) {
    let mut left = rect.left();
    for group in &row.inside {
        let rail = Rect::from_x_y_ranges(left..=left + RAIL, rect.y_range());
        ui.painter().rect_filled(rail, 0.0, theme.group(*group).gamma_multiply(0.75));
        left += INDENT;
    }
}

/// The place for the first block of an empty body; its response when clicked.
pub(super) fn hole_ui(ui: &mut Ui, theme: &Theme, row: &Row, row_height: f32, lang: Lang) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), row_height), Sense::hover());
    rails(ui, theme, row, rect);
    #[expect(clippy::cast_precision_loss, reason = "nesting is at most 64 deep")]
    let left = rect.left() + row.inside.len() as f32 * INDENT;
    let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(words::HOLE.get(lang).to_owned(), theme.small(), theme.weak));
    let hole = Rect::from_min_max(pos2(left, rect.top() + 2.0), pos2(left + galley.size().x + 2.0 * PAD, rect.bottom() - 2.0));
    let response = ui.interact(hole, ui.scope_id().with((row.key, "hole")), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words::HOLE.get(lang)));
    let colour = if response.hovered() { theme.text } else { theme.line };
    let corners = [hole.left_top(), hole.right_top(), hole.right_bottom(), hole.left_bottom(), hole.left_top()];
    ui.painter().extend(Shape::dashed_line(&corners, Stroke::new(1.0, colour), 4.0, 3.0));
    ui.painter().galley(pos2(hole.left() + PAD, hole.center().y - galley.size().y / 2.0), galley, theme.weak);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_value_as_much_is_shown_as_there_is_room_for() {
        for room in [0, 6, 7, 20, 43, 90] {
            assert_eq!(most_that_fits(6..44, |most| most <= room), room.clamp(6, 43), "{room}");
        }
    }
}
