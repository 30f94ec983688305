//! The locks panel: how many tasks wait at each lock, semaphore and queue over time, and the table of what they cost.
//! The numbers come from `view::contention` and `view::locks`; the time in view is every plot's.

use egui::{Color32, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{GridMark, Line, LineStyle, Plot, PlotBounds, PlotPoint, PlotPoints};

use crate::id::{BlockId, ResourceId};
use crate::lang::{Lang, Words};
use crate::time::Nanos;
use crate::view::axis::{Axis, Tick, TimeRange, TimeView};
use crate::view::contention::{Contention, Series, series_of_counts};
use crate::view::figure::{NOTHING, count, duration, percent};
use crate::view::gaps::{self, Stretch};
use crate::view::locks::{By, LockRow, rows, sort};

use super::cores::Shown;
use super::cores_strip::lost;
use crate::ui::i18n::fill;
use crate::ui::kit::hint::hint;
use crate::ui::kit::panel_table::{Chosen, Column, Layout, Side, Table, table, write, write_name};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::ui::kit::time_axis;

const PLOT_HEIGHT: f32 = 150.0;
/// Between two numbers at its side; a fifth of it is the time axis.
const LEVELS_APART: f32 = 32.0;
/// Behind the plot, so that the label of a tick at its very end is whole.
const LABEL_MARGIN: f32 = 12.0;
/// Points between two values of a line.
const COLUMN: f32 = 4.0;
/// More lines cannot be told apart; the table has them all.
const LINES: usize = 12;

/// What the panel remembers: what it has read of which run, and the lines as long as nothing they were made from changes.
#[derive(Default)]
pub(in crate::ui) struct LocksPanel {
    run: Option<u64>,
    contention: Contention,
    series: Option<(SeriesKey, Vec<Series>)>,
    gaps: Option<(SeriesKey, Vec<Stretch>)>,
    rows: Option<(u64, Vec<LockRow>)>,
    chosen: Chosen,
}

#[derive(PartialEq)]
struct SeriesKey {
    version: u64,
    range: TimeRange,
    width: f32,
}

/// What the user did.
#[derive(Debug, Default, PartialEq)]
pub(in crate::ui) struct Happened {
    pub(in crate::ui) time: Option<TimeView>,
    pub(in crate::ui) selected: Option<BlockId>,
}

impl LocksPanel {
    /// Shows the panel. `run` tells one run from another; `selected` is the block selected everywhere.
    pub(in crate::ui) fn ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        run: u64,
        selected: Option<BlockId>,
    ) -> Happened {
        if self.run != Some(run) {
            *self = Self { run: Some(run), chosen: self.chosen, ..Self::default() };
        }
        if self.rows.as_ref().is_none_or(|(version, _)| *version != shown.version) {
            self.contention.read(shown.trace);
            self.rows = Some((shown.version, rows(shown.trace)));
        }
        if self.rows.as_ref().is_some_and(|(_, rows)| rows.is_empty()) {
            let is_cut = !shown.live && shown.trace.ended.is_none();
            let why = if is_cut { words::LOCKS_MISSING } else { words::LOCKS_NONE };
            hint(ui, why.get(shown.lang));
            return Happened::default();
        }
        let time = self.plot_ui(ui, shown, theme, selected);
        ui.add_space(6.0);
        Happened { time, selected: self.table_ui(ui, shown, theme, selected) }
    }

    fn plot_ui(&mut self, ui: &mut Ui, shown: &Shown<'_>, theme: &Theme, selected: Option<BlockId>) -> Option<TimeView> {
        let lang = shown.lang;
        ui.horizontal_wrapped(|ui| {
            ui.label(words::WAITING_TASKS.get(lang));
            if let Some(note) = recording_note(shown) {
                ui.weak(note);
            }
            if !shown.live && self.series.as_ref().is_some_and(|(_, series)| series.is_empty()) {
                ui.weak(words::NOBODY_WAITED.get(lang));
            }
            for (index, series) in self.series.iter().flat_map(|(_, series)| series).take(LINES).enumerate() {
                legend_item(ui, theme, index, &series.name);
            }
        });
        let range = shown.time.range(shown.trace.elapsed, shown.live);
        let height = PLOT_HEIGHT.min(ui.available_height() * 0.5).max(80.0);
        let width = (ui.available_width() - LABEL_MARGIN).max(1.0);
        let key = SeriesKey { version: shown.version, range, width };
        if self.series.as_ref().is_none_or(|(before, _)| *before != key) {
            let axis = Axis { range, width };
            let series = match shown.history.filter(|_| shown.trace.header.record != "full") {
                Some(history) => series_of_counts(history, shown.trace, &axis, COLUMN),
                None => self.contention.series(shown.trace, &axis, COLUMN),
            };
            self.series = Some((key, series));
        }
        let (_, series) = self.series.as_ref().expect("the lines were made just now");
        let most = series.iter().flat_map(|series| &series.columns).copied().fold(1.0_f32, f32::max);
        let lines: Vec<_> = series
            .iter()
            .take(LINES)
            .enumerate()
            .map(|(index, series)| line(shown, theme, index, series, range, selected))
            .collect();
        let ticks = Axis { range, width }.ticks(time_axis::TICKS_APART);
        let marks = marks_of(&ticks, range.length());
        let levels = levels_of(most, height);
        let plot = Plot::new("contention")
            .height(height)
            .width(width)
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            .allow_axis_zoom_drag(false)
            .show_crosshair(false)
            .set_margin_fraction(vec2(0.0, 0.0))
            .grid_color(theme.line)
            .y_axis_min_width(32.0)
            .y_axis_formatter(|mark, _| tick_of(mark))
            .y_grid_spacer(move |_| levels.clone())
            .x_grid_spacer(move |_| marks.clone())
            .x_axis_formatter(move |mark, _| label_of(&ticks, mark))
            .label_formatter(|_| None);
        let response = plot.show(ui, move |plot| {
            let (start, end) = (range.start.seconds(), range.end.seconds());
            plot.set_plot_bounds(PlotBounds::from_min_max([start, 0.0], [end, f64::from(most) * 1.08]));
            for line in lines {
                plot.line(line);
            }
        });
        let rect = *response.transform.frame();
        let axis = Axis { range, width: rect.width().max(1.0) };
        let key = SeriesKey { version: shown.version, range, width: rect.width() };
        if self.gaps.as_ref().is_none_or(|(before, _)| *before != key) {
            self.gaps = Some((key, gaps::plan(shown.trace, &axis)));
        }
        let (_, gaps) = self.gaps.as_ref().expect("the gaps were found just now");
        let area = |gap: &Stretch| rect.with_min_x(rect.left() + gap.start_x).with_max_x(rect.left() + gap.end_x);
        ui.painter_at(rect).extend(lost(&gaps.iter().map(area).collect::<Vec<_>>(), theme.weak.gamma_multiply(0.4)));
        time_axis::cursor(&ui.painter_at(rect), rect, &axis, shown.time.cursor, Stroke::new(1.0, theme.cursor));
        response.response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, words::WAITING_TASKS.get(lang)));
        if let Some(at) = shown.time.cursor.filter(|_| response.response.hovered()) {
            let x = axis.x_from_time(at);
            let lost = gaps.iter().find(|gap| (gap.start_x..=gap.end_x).contains(&x)).map(|gap| gap.lost);
            let lost = lost.map(|lost| fill(words::EVENTS_LOST.get(lang), &[&count(lost)]));
            readout(&response.response, series, &axis, at, lost);
        }
        time_axis::moved(ui, &response.response.with_new_rect(rect), &axis, shown.trace.elapsed, shown.time)
    }

    fn table_ui(&mut self, ui: &mut Ui, shown: &Shown<'_>, theme: &Theme, selected: Option<BlockId>) -> Option<BlockId> {
        let (_, rows) = self.rows.as_ref().expect("the rows were made before the table");
        let columns = columns(shown.lang, rows.iter().map(|row| name_digits(&row.name)).fold(0.0, f32::max));
        let mut sorted = rows.clone();
        if let Some(by) = self.chosen.sort {
            sort(&mut sorted, By::ALL[by.column], by.descending);
        }
        let series = self.series.as_ref().map(|(_, series)| series.as_slice()).unwrap_or_default();
        let index_of = |resource: ResourceId| series.iter().take(LINES).position(|series| series.resource == resource);
        let is_selected = |index: usize| Some(sorted[index].block) == selected;
        let clicked = table(
            ui,
            theme,
            &Table { name: "locks", columns: &columns, rows: sorted.len(), lang: shown.lang },
            &mut self.chosen,
            &is_selected,
            &mut |ui, layout, index, rect| {
                let row = &sorted[index];
                row_ui(ui, theme, layout, rect, row, index_of(row.resource), &columns)
            },
        );
        clicked.map(|index| sorted[index].block)
    }
}

/// What the plot lacks because of what was recorded.
fn recording_note(shown: &Shown<'_>) -> Option<&'static str> {
    match (shown.trace.header.record.as_str(), shown.history) {
        ("off", _) => Some(words::RECORD_OFF.get(shown.lang)),
        ("counters", None) => Some(words::RECORD_NO_HISTORY.get(shown.lang)),
        ("counters", Some(_)) => Some(words::RECORD_COUNTERS.get(shown.lang)),
        _ => None,
    }
}

/// A line of the grid at each tick, as strong as those far apart; one that is alone has all of the `range`.
fn marks_of(ticks: &[Tick], range: Nanos) -> Vec<GridMark> {
    let step = match ticks {
        [first, second, ..] => second.at.since(first.at),
        _ => range,
    };
    ticks.iter().map(|tick| GridMark { value: tick.at.seconds(), step_size: step.seconds() }).collect()
}

fn label_of(ticks: &[Tick], mark: GridMark) -> String {
    let near = |tick: &&Tick| (tick.at.seconds() - mark.value).abs() < mark.step_size / 4.0;
    ticks.iter().find(near).map(|tick| tick.label.clone()).unwrap_or_default()
}

/// Round numbers of tasks up to the `most`, as many as have room for what they are called; one at least.
fn levels_of(most: f32, height: f32) -> Vec<GridMark> {
    let most = f64::from(most.max(1.0));
    let least = most * f64::from((LEVELS_APART / height).min(0.4));
    let rounds = (0..).flat_map(|power| [1.0, 2.0, 5.0].map(|round| round * 10_f64.powi(power)));
    let step_size = rounds.take_while(|round| *round <= most).find(|round| *round >= least).unwrap_or(1.0);
    // The corner belongs to the time axis.
    (1..100)
        .map(|at| f64::from(at) * step_size)
        .take_while(|value| *value <= most)
        .map(|value| GridMark { value, step_size })
        .collect()
}

fn tick_of(mark: GridMark) -> String {
    format!("{:.0}", mark.value)
}

/// Lines differ in colour and in their dashes.
fn style(index: usize) -> LineStyle {
    match index % 3 {
        0 => LineStyle::Solid,
        1 => LineStyle::Dashed { length: 8.0 },
        _ => LineStyle::Dotted { spacing: 4.0 },
    }
}

fn line<'a>(
    shown: &Shown<'_>,
    theme: &Theme,
    index: usize,
    series: &'a Series,
    range: TimeRange,
    selected: Option<BlockId>,
) -> Line<'a> {
    #[expect(clippy::cast_precision_loss, reason = "a column on the screen")]
    let point = |column: usize, value: f32| {
        let share = (column as f64 + 0.5) / series.columns.len() as f64;
        PlotPoint::new(range.start.seconds() + range.length().seconds() * share, f64::from(value))
    };
    let elapsed = shown.trace.elapsed.seconds();
    let points =
        series.columns.iter().enumerate().map(|(column, value)| point(column, *value)).filter(|point| point.x <= elapsed);
    let block = shown.trace.resources.get(series.resource.index()).map(|info| info.block);
    let (style, width, strength) = match selected.filter(|_| series_is_there(shown, selected)) {
        None => (style(index), 1.5, 1.0),
        // The selected one stands out, the others stand back.
        selected if selected == block => (LineStyle::Solid, 2.5, 1.0),
        Some(_) => (style(index), 1.2, 0.45),
    };
    Line::new(series.name.clone(), PlotPoints::Owned(points.collect()))
        .color(theme.series(index).gamma_multiply(strength))
        .style(style)
        .width(width)
        .fill(0.0)
        .fill_alpha(if style == LineStyle::Solid { 0.12 * strength } else { 0.0 })
        .allow_hover(false)
}

/// Whether the selected block is one of the resources at all.
fn series_is_there(shown: &Shown<'_>, selected: Option<BlockId>) -> bool {
    shown.trace.resources.iter().any(|info| Some(info.block) == selected && info.class.is_met())
}

/// The line of a lock and its name, never parted.
fn legend_item(ui: &mut Ui, theme: &Theme, index: usize, name: &str) {
    let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(name.to_owned(), theme.body(), theme.weak));
    let side = ui.text_style_height(&egui::TextStyle::Body);
    let stroke = vec2(side * 1.6, side);
    let both = vec2(stroke.x + ui.spacing().item_spacing.x + galley.size().x, side);
    let (rect, response) = ui.allocate_exact_size(both, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    sample(ui, theme, Rect::from_min_size(rect.min, stroke), index);
    let place = pos2(rect.right() - galley.size().x, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(place, galley, theme.weak);
}

/// A piece of a line as the plot draws it.
fn sample(ui: &Ui, theme: &Theme, rect: Rect, index: usize) {
    let ends = [rect.left_center(), rect.right_center()];
    let stroke = Stroke::new(2.0, theme.series(index));
    ui.painter().extend(match style(index) {
        LineStyle::Solid => vec![egui::Shape::line_segment(ends, stroke)],
        LineStyle::Dashed { .. } => egui::Shape::dashed_line(&ends, stroke, 6.0, 4.0),
        LineStyle::Dotted { .. } => egui::Shape::dotted_line(&ends, stroke.color, 4.0, 1.2),
    });
}

/// How many waited where at the moment pointed at.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a column on the screen"
)]
fn readout(response: &egui::Response, series: &[Series], axis: &Axis, at: Nanos, lost: Option<String>) {
    let share = axis.x_from_time(at) / axis.width.max(1.0);
    let value = |series: &Series| series.columns.get((share * series.columns.len() as f32) as usize).copied();
    let waiting: Vec<_> =
        series.iter().filter_map(|series| Some((series, value(series)?))).filter(|(_, value)| *value > 0.005).collect();
    if waiting.is_empty() && lost.is_none() {
        return;
    }
    response.show_tooltip_ui(|ui| {
        ui.monospace(at.to_string());
        lost.map(|lost| ui.label(lost));
        for (series, value) in waiting.iter().take(LINES) {
            ui.monospace(format!("{value:>6.2}  {}", series.name));
        }
    });
}

/// What a name takes in digits, the sign of its line included: signs that are no letters of ours are wide.
fn name_digits(name: &str) -> f32 {
    name.chars().map(|sign| if sign.is_ascii() { 1.0 } else { 2.0 }).sum::<f32>() + 3.0
}

/// The longest name takes so many digits.
fn columns(lang: Lang, longest: f32) -> [Column; By::ALL.len()] {
    By::ALL.map(|by| {
        let (title, digits, least, spare): (Words, f32, f32, u8) = match by {
            By::Name => (words::LOCK, longest.clamp(12.0, 24.0), longest.clamp(8.0, 14.0), 0),
            By::Acquisitions => (words::ACQUISITIONS, 9.0, 6.0, 1),
            By::Contended => (words::CONTENDED, 6.0, 6.0, 0),
            By::WaitTotal => (words::TOTAL, 7.0, 7.0, 2),
            By::WaitP99 => (words::P99, 7.0, 7.0, 3),
            By::HoldP50 => (words::P50, 7.0, 7.0, 6),
            By::WaitMax | By::HoldMax => (words::MAX, 7.0, 7.0, 8),
            By::HoldP99 => (words::P99, 7.0, 7.0, 9),
            By::WaitP50 => (words::P50, 7.0, 7.0, 10),
            By::LongestQueue => (words::LONGEST_QUEUE, 5.0, 5.0, 11),
            By::HandOffs => (words::HAND_OFFS, 8.0, 6.0, 12),
            By::Level => (words::LEVEL, 6.0, 5.0, 7),
            By::Holders => (words::HOLDERS, 14.0, 11.0, 4),
            By::Waiters => (words::WAITERS, 22.0, 13.0, 5),
        };
        let over = match by {
            By::WaitTotal | By::WaitP50 | By::WaitP99 | By::WaitMax => words::WAIT.get(lang),
            By::HoldP50 | By::HoldP99 | By::HoldMax => words::HOLD.get(lang),
            _ => "",
        };
        let words = matches!(by, By::Name | By::Holders | By::Waiters);
        Column { title: title.get(lang), over, digits, least, spare, side: if words { Side::Left } else { Side::Right } }
    })
}

fn row_ui(
    ui: &mut Ui,
    theme: &Theme,
    layout: &Layout,
    rect: Rect,
    row: &LockRow,
    line: Option<usize>,
    columns: &[Column],
) -> String {
    let mut name = layout.cell(rect, 0);
    let side = rect.height() * 0.9;
    if let Some(index) = line {
        sample(ui, theme, name.with_max_x(name.left() + side), index);
    }
    name.min.x += side + 6.0;
    write_name(ui, name, &row.name, theme);
    for (column, by) in By::ALL.into_iter().enumerate().skip(1) {
        let (text, colour) = cell(row, by, theme);
        let font = if columns[column].side == Side::Left { theme.body() } else { theme.mono() };
        write(ui, layout.cell(rect, column), columns[column].side, &text, font, colour);
    }
    let contended = row.contended.map_or_else(|| NOTHING.to_owned(), percent);
    format!("{}: {} {}, {contended} {}", row.name, columns[1].title, row.acquisitions, columns[2].title)
}

fn cell(row: &LockRow, by: By, theme: &Theme) -> (String, Color32) {
    let plain = |text: String| {
        let colour = if text == NOTHING || text == "0" { theme.weak } else { theme.text };
        (text, colour)
    };
    match by {
        By::Name => plain(row.name.clone()),
        By::Acquisitions => plain(count(row.acquisitions)),
        By::Contended => plain(row.contended.map_or_else(|| NOTHING.to_owned(), percent)),
        By::WaitTotal => plain(duration(row.wait.total)),
        By::WaitP50 => plain(duration(row.wait.p50)),
        By::WaitP99 => plain(duration(row.wait.p99)),
        By::WaitMax => plain(duration(row.wait.max)),
        By::HoldP50 => plain(duration(row.hold.p50)),
        By::HoldP99 => plain(duration(row.hold.p99)),
        By::HoldMax => plain(duration(row.hold.max)),
        By::LongestQueue => plain(count(row.longest_queue)),
        By::HandOffs => plain(count(row.hand_offs)),
        By::Level => plain(row.level.map_or_else(|| NOTHING.to_owned(), count)),
        By::Holders => plain(named(&row.holders)),
        By::Waiters => plain(waiting(row)),
    }
}

/// How many wait, and who; of very many only the first are known.
fn waiting(row: &LockRow) -> String {
    if row.waiting == 0 {
        return NOTHING.to_owned();
    }
    let more = if row.waiting > row.waiters.len() as u64 { ", …" } else { "" };
    format!("{}: {}{more}", count(row.waiting), named(&row.waiters))
}

fn named(tasks: &[String]) -> String {
    if tasks.is_empty() { NOTHING.to_owned() } else { tasks.join(", ") }
}

#[cfg(test)]
mod tests {
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::ui::kit::panel_desk;

    #[derive(Default)]
    struct Desk {
        panel: LocksPanel,
        time: TimeView,
        selected: Option<BlockId>,
    }

    fn desk() -> egui_kittest::Harness<'static, Desk> {
        let (trace, theme) = (panel_desk::trace(), panel_desk::theme());
        panel_desk::window(Desk::default(), move |ui, desk: &mut Desk| {
            let shown = Shown { trace: &trace, version: 1, live: false, history: None, time: desk.time, lang: Lang::En };
            let happened = desk.panel.ui(ui, &theme, &shown, 1, desk.selected);
            desk.time = happened.time.unwrap_or(desk.time);
            desk.selected = happened.selected.or(desk.selected);
        })
    }

    #[test]
    fn a_click_on_a_row_selects_the_block_that_declares_it() {
        let mut harness = desk();
        harness.get_by_label("叉子: Acquired 11, 45 % Contended").click();
        harness.run_steps(2);
        assert_eq!(harness.state().selected, Some(BlockId(1)));
    }

    #[test]
    fn a_head_sorts_down_up_and_not_at_all() {
        let mut harness = desk();
        let mut tops = || {
            harness.get_by_label("Acquired").click();
            harness.run_steps(2);
            let top = |name: &str| harness.get_by_label_contains(name).rect().top();
            if top("tally: ") < top("叉子: ") { "tally" } else { "叉子" }
        };
        assert_eq!([tops(), tops(), tops()], ["叉子", "tally", "tally"]);
    }

    #[test]
    fn whatever_the_most_there_are_some_numbers_to_read_it_by() {
        let shown = |most: f32, height: f32| levels_of(most, height).into_iter().map(tick_of).collect::<Vec<_>>().join(" ");
        assert_eq!(shown(1.0, 150.0), "1");
        assert_eq!(shown(3.6, 150.0), "1 2 3");
        assert_eq!(shown(60.0, 150.0), "20 40 60");
        for (most, height) in (1_u16..=3_000).flat_map(|most| [80.0, 150.0].map(|height| (f32::from(most), height))) {
            let marks = levels_of(most, height);
            let apart = marks[0].step_size / f64::from(most) / 1.08 * f64::from(height * 0.8);
            assert!((1..=6).contains(&marks.len()) && (most < 3.0 || apart > 22.0), "{most} {height}: {apart} {marks:?}");
        }
    }

    #[test]
    fn of_more_waiters_than_are_known_by_name_the_number_is_told() {
        let mut row = rows(&panel_desk::trace())[0].clone();
        (row.waiting, row.waiters) = (125, vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(waiting(&row), "125: a, b, …");
        row.waiting = 2;
        assert_eq!(waiting(&row), "2: a, b");
        row.waiting = 0;
        assert_eq!(waiting(&row), NOTHING);
    }

    #[test]
    fn every_tick_has_a_line_and_its_label() {
        let range = TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(103) };
        for width in [60.0, 900.0] {
            let ticks = Axis { range, width }.ticks(time_axis::TICKS_APART);
            let labels: Vec<_> = marks_of(&ticks, range.length()).into_iter().map(|mark| label_of(&ticks, mark)).collect();
            assert_eq!(labels, ticks.iter().map(|tick| tick.label.clone()).collect::<Vec<_>>());
        }
    }
}
