//! A table: a head that sorts, rows of equal height of which only those in view are drawn, figures at the right of their column.
//! Column widths come from the head alone, so nothing jumps while figures change. Knows nothing of what it shows.

use egui::{Align2, Key, Modifiers, Rangef, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::panel_theme::Theme;

/// A column.
pub(super) struct Column {
    /// Above it.
    pub(super) title: &'static str,
    /// Above that, over all neighbours with the same: what they have in common. Possibly nothing.
    pub(super) over: &'static str,
    /// Its width in digits.
    pub(super) digits: f32,
    /// Text stands at the left, figures at the right.
    pub(super) side: Side,
}

/// Where a cell's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// What is said of a table beforehand.
pub(super) struct Table<'a> {
    /// Tells it from all other tables.
    pub(super) name: &'a str,
    /// Its columns.
    pub(super) columns: &'a [Column],
    /// How many rows.
    pub(super) rows: usize,
}

/// By which column rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) column: usize,
    pub(super) descending: bool,
}

/// Where everything of a table is.
pub(super) struct Layout {
    pub(super) columns: Vec<Rangef>,
    pub(super) row_height: f32,
    width: f32,
}

const PAD: f32 = 5.0;

impl Layout {
    /// Shares `width`: what is left over goes to the first column.
    pub(super) fn of(ui: &Ui, theme: &Theme, columns: &[Column], width: f32) -> Self {
        let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&theme.mono(), '0'));
        let title = |column: &Column| {
            ui.fonts_mut(|fonts| fonts.layout_no_wrap(column.title.to_owned(), theme.small(), theme.text).size().x)
        };
        let widths: Vec<_> =
            columns.iter().map(|column| (column.digits * digit).max(title(column) + digit) + 2.0 * PAD).collect();
        let spare = (width - widths.iter().sum::<f32>()).max(0.0);
        let mut left = 0.0;
        let ranges = widths.iter().enumerate().map(|(index, width)| {
            let range = Rangef::new(left, left + width + if index == 0 { spare } else { 0.0 });
            left = range.max;
            range
        });
        let columns = ranges.collect();
        let row_height = ui.text_style_height(&egui::TextStyle::Body) + PAD;
        Self { columns, row_height, width: left }
    }

    /// The place of a cell in `row`.
    pub(super) fn cell(&self, row: Rect, column: usize) -> Rect {
        let range = self.columns[column];
        Rect::from_x_y_ranges(row.left() + range.min + PAD..=row.left() + range.max - PAD, row.y_range())
    }
}

/// Writes text into a cell, cut off at its edge.
pub(super) fn write(ui: &Ui, cell: Rect, side: Side, text: &str, font: egui::FontId, colour: egui::Color32) {
    let painter = ui.painter().with_clip_rect(cell.expand(1.0).intersect(ui.clip_rect()));
    match side {
        Side::Left => painter.text(cell.left_center(), Align2::LEFT_CENTER, text, font, colour),
        Side::Right => painter.text(cell.right_center(), Align2::RIGHT_CENTER, text, font, colour),
    };
}

/// Shows the table. `row` draws one row and gives its accessible name; gives the row that was clicked.
pub(super) fn table(
    ui: &mut Ui,
    theme: &Theme,
    Table { name, columns, rows }: &Table<'_>,
    sort: &mut Option<Sort>,
    selected: &dyn Fn(usize) -> bool,
    row: &mut dyn FnMut(&mut Ui, &Layout, usize, Rect) -> String,
) -> Option<usize> {
    let layout = Layout::of(ui, theme, columns, ui.available_width());
    let mut clicked = None;
    ScrollArea::horizontal().id_salt((name, "sideways")).auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(layout.width);
        ui.spacing_mut().item_spacing.y = 0.0;
        head(ui, theme, columns, &layout, sort);
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

fn head(ui: &mut Ui, theme: &Theme, columns: &[Column], layout: &Layout, sort: &mut Option<Sort>) {
    over(ui, theme, columns, layout);
    let (rect, _) = ui.allocate_exact_size(vec2(layout.width, layout.row_height), Sense::hover());
    for (index, column) in columns.iter().enumerate() {
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

/// The line above the titles, if any column has something in common with its neighbour.
fn over(ui: &mut Ui, theme: &Theme, columns: &[Column], layout: &Layout) {
    if columns.iter().all(|column| column.over.is_empty()) {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(layout.width, layout.row_height * 0.8), Sense::hover());
    let mut index = 0;
    for group in columns.chunk_by(|one, other| one.over == other.over) {
        let last = index + group.len() - 1;
        if !group[0].over.is_empty() {
            let span = Rect::from_x_y_ranges(layout.cell(rect, index).left()..=layout.cell(rect, last).right(), rect.y_range());
            ui.painter().text(span.center(), Align2::CENTER_CENTER, group[0].over, theme.small(), theme.weak);
            ui.painter().hline(span.x_range(), span.bottom() - 0.5, egui::Stroke::new(1.0, theme.line));
        }
        index = last + 1;
    }
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
