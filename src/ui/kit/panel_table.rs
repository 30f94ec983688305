//! A table: a head that sorts, rows of equal height of which only those in view are drawn, figures at the right of their column.
//! Column widths come from the head alone, so nothing jumps while figures change. Where the room does not do, columns shrink,
//! then the least important ones wait behind a word that brings them back. Knows nothing of what it shows.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Key, Modifiers, Rangef, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::elide;
use super::panel_theme::Theme;
use super::panel_words as words;
use crate::lang::Lang;
use crate::ui::kit::tip::Tip as _;

/// A column.
pub(in crate::ui) struct Column {
    /// Above it.
    pub(in crate::ui) title: &'static str,
    /// Above that, over all neighbours with the same: what they have in common. Possibly nothing.
    pub(in crate::ui) over: &'static str,
    /// Its width in digits, and how few of them do.
    pub(in crate::ui) digits: f32,
    pub(in crate::ui) least: f32,
    /// Where there is no room, columns with more go before those with less; those with 0 stay.
    pub(in crate::ui) spare: u8,
    /// Text stands at the left, figures at the right.
    pub(in crate::ui) side: Side,
}

/// Where a cell's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Side {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// What is said of a table beforehand.
pub(in crate::ui) struct Table<'a> {
    /// Tells it from all other tables.
    pub(in crate::ui) name: &'a str,
    /// Its columns.
    pub(in crate::ui) columns: &'a [Column],
    /// How many rows.
    pub(in crate::ui) rows: usize,
    pub(in crate::ui) lang: Lang,
}

/// By which column rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) struct Sort {
    pub(in crate::ui) column: usize,
    pub(in crate::ui) descending: bool,
}

/// What the user has chosen of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::ui) struct Chosen {
    pub(in crate::ui) sort: Option<Sort>,
    /// All columns are shown, with or without room.
    pub(in crate::ui) all: bool,
}

/// Where everything of a table is.
pub(in crate::ui) struct Layout {
    /// Those without room are empty.
    columns: Vec<Rangef>,
    pub(in crate::ui) row_height: f32,
    width: f32,
}

const PAD: f32 = 5.0;

/// The widths of columns in `width`, all included: as wide as they like, else shrunk, else without those that can be spared.
/// `natural` and `least` are in points.
fn fitted(natural: &[f32], least: &[f32], spare: &[u8], width: f32) -> Vec<Option<f32>> {
    let mut shown: Vec<bool> = vec![true; natural.len()];
    loop {
        let sum = |widths: &[f32]| widths.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(width, _)| *width).sum::<f32>();
        let (wanted, needed) = (sum(natural), sum(least));
        let spared = (0..shown.len()).filter(|&index| shown[index] && spare[index] > 0).max_by_key(|&index| spare[index]);
        match spared {
            Some(index) if needed > width => shown[index] = false,
            _ => {
                let shrunk = ((wanted - width) / (wanted - needed).max(0.001)).clamp(0.0, 1.0);
                let fit = |index: usize| natural[index] - (natural[index] - least[index]) * shrunk;
                return (0..shown.len()).map(|index| shown[index].then(|| fit(index))).collect();
            }
        }
    }
}

impl Layout {
    /// Shares `width`: what is left over goes to the first column. With `all` no column is spared.
    fn of(ui: &Ui, theme: &Theme, columns: &[Column], width: f32, all: bool) -> Self {
        let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&theme.mono(), '0'));
        let title = |column: &Column| {
            ui.fonts_mut(|fonts| fonts.layout_no_wrap(column.title.to_owned(), theme.small(), theme.text).size().x)
        };
        let wide = |digits: f32, column: &Column| (digits * digit).max(title(column) + digit) + 2.0 * PAD;
        let natural: Vec<_> = columns.iter().map(|column| wide(column.digits, column)).collect();
        let least: Vec<_> = columns.iter().map(|column| wide(column.least.min(column.digits), column)).collect();
        let spare: Vec<_> = columns.iter().map(|column| if all { 0 } else { column.spare }).collect();
        let widths = fitted(&natural, &least, &spare, width);
        let over = (width - widths.iter().flatten().sum::<f32>()).max(0.0);
        let mut left = 0.0;
        let ranges = widths.iter().enumerate().map(|(index, width)| {
            let width = width.map_or(0.0, |width| width + if index == 0 { over } else { 0.0 });
            let range = Rangef::new(left, left + width);
            left = range.max;
            range
        });
        let columns = ranges.collect();
        let row_height = ui.text_style_height(&egui::TextStyle::Body) + PAD;
        Self { columns, row_height, width: left }
    }

    /// Whether there is room for a column.
    pub(in crate::ui) fn has(&self, column: usize) -> bool {
        self.columns[column].span() > 0.0
    }

    /// The place of a cell in `row`; an empty one for a column without room.
    pub(in crate::ui) fn cell(&self, row: Rect, column: usize) -> Rect {
        let range = self.columns[column];
        if !self.has(column) {
            return Rect::from_min_size(pos2(row.left() + range.min, row.top()), vec2(0.0, row.height()));
        }
        Rect::from_x_y_ranges(row.left() + range.min + PAD..=row.left() + range.max - PAD, row.y_range())
    }
}

/// Writes text into a cell: words end in an ellipsis where there is no room for all of them, figures are cut off.
pub(in crate::ui) fn write(ui: &Ui, cell: Rect, side: Side, text: &str, font: egui::FontId, colour: egui::Color32) {
    if cell.width() <= 0.0 {
        return;
    }
    let painter = ui.painter().with_clip_rect(cell.expand(1.0).intersect(ui.clip_rect()));
    if side == Side::Right {
        painter.text(cell.right_center(), Align2::RIGHT_CENTER, text, font, colour);
        return;
    }
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping { max_width: cell.width(), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    if galley.elided {
        elide::tip(ui, cell, text);
    }
    painter.galley(pos2(cell.left(), cell.center().y - galley.size().y / 2.0), galley, colour);
}

/// Writes a task's or a lock's name into a cell, shortened in its middle where there is no room for all of it.
pub(in crate::ui) fn write_name(ui: &Ui, cell: Rect, name: &str, theme: &Theme) {
    if cell.width() > 0.0 {
        elide::name_ui(ui, cell, name, theme.body(), theme.text);
    }
}

/// Shows the table. `row` draws one row and gives its accessible name; gives the row that was clicked.
pub(in crate::ui) fn table(
    ui: &mut Ui,
    theme: &Theme,
    Table { name, columns, rows, lang }: &Table<'_>,
    chosen: &mut Chosen,
    selected: &dyn Fn(usize) -> bool,
    row: &mut dyn FnMut(&mut Ui, &Layout, usize, Rect) -> String,
) -> Option<usize> {
    let room = ui.available_width() - ui.spacing().scroll.allocated_width();
    let layout = Layout::of(ui, theme, columns, room, chosen.all);
    let mut clicked = None;
    ScrollArea::horizontal().id_salt((name, "sideways")).auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(layout.width);
        ui.spacing_mut().item_spacing.y = 0.0;
        if columns.iter().any(|column| !column.title.is_empty()) {
            head(ui, theme, columns, &layout, chosen, *lang);
        }
        ScrollArea::vertical().id_salt(name).auto_shrink(false).show_rows(ui, layout.row_height, *rows, |ui, range| {
            for index in range {
                let (rect, response) = ui.allocate_exact_size(vec2(layout.width, layout.row_height), Sense::click());
                background(ui, theme, rect, &response, selected(index), index);
                let text = row(ui, &layout, index, rect);
                response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected(index), &text));
                if response.clicked() {
                    clicked = Some(index);
                }
                step(ui, &response);
            }
        });
    });
    clicked
}

/// Up and down move the focus from row to row.
fn step(ui: &Ui, response: &Response) {
    if response.has_focus() {
        response.scroll_to_me(None);
        let filter = egui::EventFilter { vertical_arrows: false, ..egui::EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
}

fn background(ui: &Ui, theme: &Theme, rect: Rect, response: &Response, selected: bool, index: usize) {
    let painter = ui.painter();
    if selected {
        painter.rect_filled(rect, 2.0, ui.visuals().selection.bg_fill.gamma_multiply(0.5));
    } else if response.hovered() {
        painter.rect_filled(rect, 2.0, ui.visuals().widgets.hovered.weak_bg_fill);
    } else if index % 2 == 1 {
        painter.rect_filled(rect, 0.0, theme.faint.gamma_multiply(0.35));
    }
    if response.has_focus() {
        painter.rect_stroke(rect, 2.0, ui.visuals().selection.stroke, egui::StrokeKind::Inside);
    }
}

fn head(ui: &mut Ui, theme: &Theme, columns: &[Column], layout: &Layout, chosen: &mut Chosen, lang: Lang) {
    over(ui, theme, columns, layout, chosen, lang);
    let sort = &mut chosen.sort;
    let (rect, _) = ui.allocate_exact_size(vec2(layout.width, layout.row_height), Sense::hover());
    for (index, column) in columns.iter().enumerate().filter(|(index, _)| layout.has(*index)) {
        let cell = layout.cell(rect, index);
        let response = ui.interact(cell.expand2(vec2(PAD, 0.0)), ui.scope_id().with(("head", index)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, column.title));
        let by_this = sort.filter(|sort| sort.column == index);
        let colour = if response.hovered() || by_this.is_some() || response.has_focus() { theme.text } else { theme.weak };
        write(ui, cell, column.side, column.title, theme.small(), colour);
        if let Some(sort) = by_this {
            arrow(ui, cell, column.side, sort.descending, colour);
        }
        let pressed = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        if response.clicked() || pressed {
            *sort = next(by_this, index, column.side);
        }
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, theme.line));
}

/// The line above the titles, if any column has something in common with its neighbour, or there are columns without room.
fn over(ui: &mut Ui, theme: &Theme, columns: &[Column], layout: &Layout, chosen: &mut Chosen, lang: Lang) {
    let away: Vec<String> =
        (0..columns.len()).filter(|&index| !layout.has(index)).map(|index| full_title(&columns[index])).collect();
    let has_more = chosen.all || !away.is_empty();
    if !has_more && columns.iter().all(|column| column.over.is_empty()) {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(layout.width, layout.row_height * 0.8), Sense::hover());
    let shown: Vec<usize> = (0..columns.len()).filter(|&index| layout.has(index)).collect();
    for group in shown.chunk_by(|one, other| columns[*one].over == columns[*other].over) {
        let (first, last, over) = (group[0], group[group.len() - 1], columns[group[0]].over);
        if !over.is_empty() {
            let span = Rect::from_x_y_ranges(layout.cell(rect, first).left()..=layout.cell(rect, last).right(), rect.y_range());
            ui.painter().text(span.center(), Align2::CENTER_CENTER, over, theme.small(), theme.weak);
            ui.painter().hline(span.x_range(), span.bottom() - 0.5, egui::Stroke::new(1.0, theme.line));
        }
    }
    if has_more {
        let text = match away.len() {
            0 => words::FEWER_COLUMNS.get(lang).to_owned(),
            count => words::MORE_COLUMNS.get(lang).replace("{0}", &count.to_string()),
        };
        let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.clone(), theme.small(), ui.visuals().hyperlink_color));
        let place = Rect::from_min_size(rect.min + vec2(PAD, 0.0), vec2(galley.size().x, rect.height()));
        let response = ui.interact(place, ui.scope_id().with("columns"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
        let colour = if response.hovered() || response.has_focus() { theme.text } else { ui.visuals().hyperlink_color };
        ui.painter().galley_with_override_text_color(pos2(place.left(), place.top() + 2.0), galley, colour);
        let tip = if away.is_empty() { words::FEWER_COLUMNS.get(lang).to_owned() } else { away.join(" · ") };
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).tip(tip).clicked() {
            chosen.all = !chosen.all;
        }
    }
}

fn full_title(column: &Column) -> String {
    format!("{} {}", column.over, column.title).trim_start().to_owned()
}

/// Figures begin with the largest, words with the first; the third click gives the order of the text back.
fn next(by_this: Option<Sort>, column: usize, side: Side) -> Option<Sort> {
    let first = side == Side::Right;
    match by_this {
        None => Some(Sort { column, descending: first }),
        Some(sort) if sort.descending == first => Some(Sort { column, descending: !first }),
        Some(_) => None,
    }
}

fn arrow(ui: &Ui, cell: Rect, side: Side, descending: bool, colour: egui::Color32) {
    let x = match side {
        Side::Left => cell.right() - 4.0,
        Side::Right => cell.left() + 1.0,
    };
    let (middle, turn) = (pos2(x, cell.center().y), if descending { 1.0 } else { -1.0 });
    let corners = [vec2(-3.0, -2.0), vec2(3.0, -2.0), vec2(0.0, 3.0)].map(|corner| middle + corner * turn);
    ui.painter().add(egui::Shape::convex_polygon(corners.into(), colour, egui::Stroke::NONE));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: f32, expect: &str) {
        let widths = fitted(&[100.0, 60.0, 80.0, 60.0], &[60.0, 60.0, 40.0, 60.0], &[0, 2, 1, 3], width);
        let shown: Vec<_> = widths.iter().map(|width| width.map_or("-".to_owned(), |width| format!("{width:.0}"))).collect();
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn columns_shrink_before_any_goes_and_the_least_important_goes_first() {
        check(400.0, "100 60 80 60");
        check(260.0, "80 60 60 60");
        check(220.0, "60 60 40 60");
        check(216.0, "88 60 68 -");
        check(150.0, "85 - 65 -");
        check(99.0, "99 - - -");
        check(10.0, "60 - - -");
    }
}
