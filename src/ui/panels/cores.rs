//! The cores panel: how busy each core is and with what, live; beside it the CPU time of each thread.
//! Positions and shares come from `view::cores`; the time in view is every plot's.

use egui::{Align2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::lang::{Lang, Words};
use crate::metrics::history::History;
use crate::trace::store::{CoreUse, Trace};
use crate::view::axis::{Axis, TimeRange, TimeView};
use crate::view::cores::{self as view, CoresPlan, Lanes, Now, PARTS, Piece, ThreadBar, busy, stacked};
use crate::view::figure::{duration, percent};
use crate::view::processes::{Line, ProcessHead, grouped, heads, told_below};

use super::cores_strip::{self as strip, PartPaint, Pattern};
use super::processes;
use crate::ui::kit::elide;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::ui::kit::time_axis;
use crate::ui::kit::tip::Tip as _;

/// Room at the left for a core's name and at the right for its figure.
const NAME_WIDTH: f32 = 38.0;
const FIGURE_WIDTH: f32 = 48.0;
const AXIS_HEIGHT: f32 = 20.0;
/// The strip of all cores: lower in a low panel, so that those of the cores are seen, too.
const ALL_HEIGHT: std::ops::RangeInclusive<f32> = 34.0..=84.0;
/// What the layout leaves between the plots and their axis.
const BETWEEN_PLOTS: f32 = 2.0 * GAP;
const GAP: f32 = 4.0;
/// Lower strips cannot be read, higher ones tell no more.
const STRIP_HEIGHT: std::ops::RangeInclusive<f32> = 18.0..=64.0;
/// A lower panel has its room for the plots.
const LEGEND_FROM: f32 = 140.0;
/// Narrower columns of strips cannot be read.
const COLUMN_WIDTH: f32 = 190.0;
const THREADS_WIDTH: f32 = 280.0;
/// The most of the panel that the list of threads takes.
const THREADS_SHARE: f32 = 0.4;
/// A narrower panel shows the threads below the strips.
const BESIDE_WIDTH: f32 = 480.0;

/// What the panel remembers: the plan, as long as nothing that it was made from changes.
#[derive(Default)]
pub(in crate::ui) struct CoresPanel {
    plan: Option<(PlanKey, CoresPlan)>,
    /// Likewise of the processes.
    lanes: Option<(PlanKey, Lanes)>,
}

#[derive(PartialEq)]
struct PlanKey {
    version: u64,
    range: TimeRange,
    widths: [f32; 2],
}

/// A run, for any panel that plots it.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Shown<'a> {
    pub(in crate::ui) trace: &'a Trace,
    /// Changes whenever the trace does.
    pub(in crate::ui) version: u64,
    pub(in crate::ui) live: bool,
    pub(in crate::ui) history: Option<&'a History>,
    pub(in crate::ui) time: TimeView,
    pub(in crate::ui) lang: Lang,
}

impl CoresPanel {
    /// Shows the panel; gives the time in view where the user has changed it.
    pub(in crate::ui) fn ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>) -> Option<TimeView> {
        let now = view::now(shown.trace, shown.time.cursor);
        if ui.available_height() >= LEGEND_FROM {
            legend(ui, theme, shown.lang, &now.all);
            ui.add_space(GAP);
        }
        let area = ui.available_rect_before_wrap();
        let beside = area.width() > BESIDE_WIDTH;
        let threads = THREADS_WIDTH.min(area.width() * THREADS_SHARE);
        let plots = if beside { area.with_max_x(area.right() - threads - 3.0 * GAP) } else { area };
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(plots));
        let moved = self.plots_ui(&mut child, shown, theme, &now, !beside);
        if beside {
            let rect = area.with_min_x(plots.right() + 3.0 * GAP);
            let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
            let lanes = &mut self.lanes;
            let list = ScrollArea::vertical().id_salt("threads").auto_shrink(false);
            list.show(&mut child, |ui| threads_ui(ui, theme, shown, lanes));
        }
        ui.advance_cursor_after_rect(area);
        moved
    }

    fn plots_ui(&mut self, ui: &mut Ui, shown: &Shown<'_>, theme: &Theme, now: &Now, with_threads: bool) -> Option<TimeView> {
        let width = ui.available_width();
        let all_height = all_height(now.cores.len(), ui.available_height());
        let grid = Grid::of(now.cores.len(), vec2(width, ui.available_height() - all_height - AXIS_HEIGHT - BETWEEN_PLOTS));
        let range = shown.time.range(shown.trace.elapsed, shown.live);
        let all = Axis { range, width: plot_width(width) };
        let each = Axis { range, width: plot_width(grid.column_width) };
        let key = PlanKey { version: shown.version, range, widths: [all.width, each.width] };
        if self.plan.as_ref().is_none_or(|(before, _)| *before != key) {
            self.plan = Some((key, view::plan(shown.trace, &all, &each)));
        }
        let (_, plan) = self.plan.as_ref().expect("the plan was made just now");
        let canvas = Canvas { theme, parts: parts(theme), shown };
        let name = words::ALL_CORES.get(shown.lang);
        let (rect, _) = ui.allocate_exact_size(vec2(width, all_height), Sense::hover());
        let (response, mut moved) = canvas.strip(ui, rect, name, &plan.all, &now.all, &all, Sense::click_and_drag());
        response.tip(words::PLOT_KEYS.get(shown.lang));
        let (axis_rect, axis_response) = ui.allocate_exact_size(vec2(width, AXIS_HEIGHT), Sense::hover());
        let axis_rect = plot_rect(axis_rect);
        time_axis::ticks(ui.painter(), axis_rect, &all, &theme.small(), theme.weak, Stroke::new(1.0, theme.line));
        if let Some(at) = shown.time.cursor.filter(|at| view::sample_at(&shown.trace.cores, *at).is_some()) {
            let told = words::CORES_AT.get(shown.lang).replace("{0}", &at.to_string());
            pointed(ui, theme, axis_rect, all.x_from_time(at), &told);
            axis_response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
        }
        ScrollArea::vertical().id_salt("cores").auto_shrink(false).show(ui, |ui| {
            for row in 0..grid.rows {
                let (line, _) = ui.allocate_exact_size(vec2(width, grid.strip_height + GAP), Sense::hover());
                if !ui.is_rect_visible(line) {
                    continue;
                }
                for column in 0..grid.columns {
                    let core = row * grid.columns + column;
                    let Some((pieces, used)) = plan.cores.get(core).zip(now.cores.get(core)) else { break };
                    let rect = grid.cell(line, column);
                    let name = core.to_string();
                    let (_, after) = canvas.strip(ui, rect, &name, pieces, used, &each, Sense::CLICK | Sense::DRAG);
                    moved = moved.or(after);
                }
            }
            if with_threads {
                ui.add_space(2.0 * GAP);
                threads_ui(ui, theme, shown, &mut self.lanes);
            }
        });
        moved
    }
}

/// The moment whose figures are shown, on the axis below the hair line.
fn pointed(ui: &Ui, theme: &Theme, axis: Rect, x: f32, told: &str) {
    let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(told.to_owned(), theme.small(), theme.text));
    let half = galley.size().x / 2.0 + GAP;
    let middle = (axis.left() + x).clamp(axis.left() + half, (axis.right() - half).max(axis.left() + half));
    let place = Rect::from_center_size(pos2(middle, axis.center().y), vec2(2.0 * half, galley.size().y));
    ui.painter().rect_filled(place, 2.0, ui.visuals().panel_fill);
    ui.painter().galley(place.center() - galley.size() / 2.0, galley, theme.text);
}

/// What a plot has of a width that its name and its figure stand beside, too: in a narrow panel nothing.
const fn plot_width(width: f32) -> f32 {
    (width - NAME_WIDTH - FIGURE_WIDTH).max(0.0)
}

fn plot_rect(rect: Rect) -> Rect {
    Rect::from_min_size(pos2(rect.left() + NAME_WIDTH, rect.top()), vec2(plot_width(rect.width()), rect.height()))
}

/// How high the strip of all cores is in a panel of this height, so that some of the others' are in view below it and its axis.
#[expect(clippy::cast_precision_loss, reason = "at most some hundred cores")]
fn all_height(cores: usize, room: f32) -> f32 {
    let others = cores.clamp(1, 2) as f32 * (STRIP_HEIGHT.start() + GAP);
    (room - AXIS_HEIGHT - BETWEEN_PLOTS - others).clamp(*ALL_HEIGHT.start(), *ALL_HEIGHT.end())
}

/// How the strips of the cores share the room there is.
struct Grid {
    rows: usize,
    columns: usize,
    column_width: f32,
    strip_height: f32,
}

impl Grid {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most some hundred cores"
    )]
    fn of(cores: usize, room: egui::Vec2) -> Self {
        let cores = cores.max(1);
        let fit = (room.y / (STRIP_HEIGHT.start() + GAP)).floor().max(1.0) as usize;
        let most = (room.x / COLUMN_WIDTH).floor().max(1.0) as usize;
        let columns = cores.div_ceil(fit).clamp(1, most);
        let rows = cores.div_ceil(columns);
        let strip_height = (room.y / rows as f32 - GAP).clamp(*STRIP_HEIGHT.start(), *STRIP_HEIGHT.end());
        Self { rows, columns, column_width: room.x / columns as f32, strip_height }
    }

    #[expect(clippy::cast_precision_loss, reason = "at most some hundred cores")]
    fn cell(&self, line: Rect, column: usize) -> Rect {
        let left = line.left() + self.column_width * column as f32;
        Rect::from_min_size(pos2(left, line.top()), vec2(self.column_width, self.strip_height))
    }
}

struct Canvas<'a> {
    theme: &'a Theme,
    parts: [PartPaint; PARTS],
    shown: &'a Shown<'a>,
}

impl Canvas<'_> {
    /// One strip with its name at the left and its figure at the right.
    #[expect(clippy::too_many_arguments, reason = "a strip is told by all of these")]
    fn strip(
        &self,
        ui: &mut Ui,
        rect: Rect,
        name: &str,
        pieces: &[Piece],
        now: &CoreUse,
        axis: &Axis,
        sense: Sense,
    ) -> (Response, Option<TimeView>) {
        let plot = plot_rect(rect);
        let response = ui.interact(plot, ui.scope_id().with(("core", name)), sense);
        let (theme, lang) = (self.theme, self.shown.lang);
        let figure = percent(busy(now).into());
        response.widget_info(|| {
            let core = if name.starts_with(|first: char| first.is_ascii_digit()) {
                words::CORE.get(lang).replace("{0}", name)
            } else {
                name.to_owned()
            };
            let text = words::CORE_READOUT.get(lang).replace("{0}", &core).replace("{1}", &figure);
            WidgetInfo::labeled(Role::Meter, true, text)
        });
        let painter = ui.painter().with_clip_rect(plot.expand(1.0).intersect(ui.clip_rect()));
        painter.rect_filled(plot, 2.0, theme.page);
        let line = Stroke::new(1.0, theme.faint);
        for tick in axis.ticks(time_axis::TICKS_APART) {
            painter.vline(plot.left() + tick.x, plot.y_range(), line);
        }
        if plot.height() > *STRIP_HEIGHT.end() {
            painter.hline(plot.x_range(), plot.center().y, line);
        }
        strip::stack(&painter, plot, pieces, &self.parts);
        let edge = if response.has_focus() { ui.visuals().selection.stroke } else { Stroke::new(1.0, theme.line) };
        painter.rect_stroke(plot, 2.0, edge, egui::StrokeKind::Inside);
        time_axis::cursor(&painter, plot, axis, self.shown.time.cursor, Stroke::new(1.0, theme.cursor));
        let painter = ui.painter();
        painter.text(pos2(plot.left() - 2.0 * GAP, plot.center().y), Align2::RIGHT_CENTER, name, theme.body(), theme.weak);
        painter.text(pos2(rect.right() - GAP, plot.center().y), Align2::RIGHT_CENTER, figure, theme.mono(), theme.text);
        let beside = rect.with_min_x(plot.right());
        ui.interact(beside, ui.scope_id().with(("busy", name)), Sense::hover()).tip(words::CORE_BUSY_TIP.get(lang));
        let moved = time_axis::moved(ui, &response, axis, self.shown.trace.elapsed, self.shown.time);
        (response, moved)
    }
}

fn parts(theme: &Theme) -> [PartPaint; PARTS] {
    let patterns = [Pattern::Plain, Pattern::Level, Pattern::Rising, Pattern::Falling];
    std::array::from_fn(|part| {
        let fill = theme.core_part(part);
        PartPaint { fill, ink: theme.page.gamma_multiply(0.55), pattern: patterns[part] }
    })
}

/// What the colours mean, each with its share of all cores now. A sample, its name and its figure stay on one line.
fn legend(ui: &mut Ui, theme: &Theme, lang: Lang, now: &CoreUse) {
    let names: [(&Words, &Words); PARTS] = [
        (&words::PART_SCENARIO, &words::PART_SCENARIO_TIP),
        (&words::PART_COREYARD, &words::PART_COREYARD_TIP),
        (&words::PART_REST, &words::PART_REST_TIP),
        (&words::PART_STOLEN, &words::PART_STOLEN_TIP),
    ];
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * GAP;
        for ((part, (name, tip)), share) in parts(theme).into_iter().zip(names).zip(stacked(now)) {
            legend_item(ui, theme, Some(part), name.get(lang), share).tip(tip.get(lang));
        }
        legend_item(ui, theme, None, words::PART_IDLE.get(lang), now.idle);
    });
}

/// Between a name of the legend and its figure.
const FIGURE_GAP: f32 = 6.0;

fn legend_item(ui: &mut Ui, theme: &Theme, part: Option<PartPaint>, name: &str, share: f32) -> Response {
    let figure = percent(share.into());
    let layout = |text: &str, font, colour| ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, colour));
    let written = layout(name, theme.body(), if part.is_some() { theme.text } else { theme.weak });
    // As wide as the longest figure, so that nothing jumps.
    let widest = layout("100 %", theme.mono(), theme.text).size().x;
    let shown = layout(&figure, theme.mono(), theme.text);
    let side = ui.text_style_height(&egui::TextStyle::Body) * 0.8;
    let sample = if part.is_some() { side * 1.4 + GAP } else { 0.0 };
    let height = ui.text_style_height(&egui::TextStyle::Body);
    let name_width = written.size().x;
    let (rect, response) = ui.allocate_exact_size(vec2(sample + name_width + FIGURE_GAP + widest, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {figure}")));
    if let Some(part) = part {
        let place = pos2(rect.left() + side * 0.7, rect.center().y);
        strip::sample(ui.painter(), Rect::from_center_size(place, vec2(side * 1.4, side)), part);
    }
    let (top, other) = (rect.center().y - written.size().y / 2.0, rect.center().y - shown.size().y / 2.0);
    ui.painter().galley(pos2(rect.left() + sample, top), written, theme.text);
    ui.painter().galley(pos2(rect.left() + sample + name_width + FIGURE_GAP, other), shown, theme.text);
    response
}

fn threads_ui(ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, lanes: &mut Option<(PlanKey, Lanes)>) {
    let (head, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), ui.text_style_height(&egui::TextStyle::Body)), Sense::hover());
    ui.painter().text(head.left_center(), Align2::LEFT_CENTER, words::THREADS.get(shown.lang), theme.small(), theme.weak);
    ui.painter().text(head.right_center(), Align2::RIGHT_CENTER, words::CORE_COLUMN.get(shown.lang), theme.small(), theme.weak);
    let bars = view::threads(shown.trace);
    let row = ui.text_style_height(&egui::TextStyle::Body) + GAP;
    let width = ui.available_width();
    let name_width = |name: &str| ui.fonts_mut(|fonts| fonts.layout_no_wrap(name.to_owned(), theme.body(), theme.text).size().x);
    let longest = bars.iter().take(MOST_MEASURED).map(|bar| name_width(&bar.name)).fold(0.0, f32::max);
    let names = longest.min(width * NAMES_SHARE);
    let heads = heads(shown.trace);
    let axis = Axis { range: shown.time.range(shown.trace.elapsed, shown.live), width: (width - LANE_FIGURE - GAP).max(1.0) };
    let key = PlanKey { version: shown.version, range: axis.range, widths: [axis.width; 2] };
    if lanes.as_ref().is_none_or(|(before, _)| *before != key) {
        *lanes = Some((key, view::lanes(shown.trace, &axis)));
    }
    let (_, lanes) = lanes.as_ref().expect("the lanes were made just now");
    for line in told_below(grouped(&heads, bars.iter().enumerate().map(|(at, bar)| (at, bar.process)))) {
        let mut allocate = |text: &str| {
            let (rect, response) = ui.allocate_exact_size(vec2(width, row), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
            rect
        };
        match line {
            Line::Row(at) => {
                let bar = &bars[at];
                let rect = allocate(&format!("{}: {}", bar.name, duration(bar.cpu)));
                if ui.is_rect_visible(rect) {
                    thread_bar(ui, rect, theme, bar, names);
                }
            }
            Line::Head(at) => {
                let rect = allocate(&processes::spoken(&heads[at], shown.lang));
                process_ui(ui, rect, theme, &heads[at], shown.lang);
            }
            Line::Told(at) => {
                told_ui(ui, theme, &heads[at], shown.lang);
                lane_ui(ui, theme, shown, &heads[at], lanes, &axis);
            }
        }
    }
}

/// The head of a process over its threads, with the CPU time of them all.
fn process_ui(ui: &Ui, rect: Rect, theme: &Theme, process: &ProcessHead, lang: Lang) {
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, theme.faint);
    let figures = rect.with_min_x(rect.right() - 96.0);
    painter.text(
        pos2(figures.left() + 70.0, rect.center().y),
        Align2::RIGHT_CENTER,
        process.cpu.to_string(),
        theme.mono(),
        theme.text,
    );
    let room = rect.with_max_x(figures.left()).shrink2(vec2(GAP, 0.0));
    processes::head_ui(ui, theme, room, false, process, lang);
}

/// What is told of it, on as many lines as that takes in a list so wide.
fn told_ui(ui: &mut Ui, theme: &Theme, process: &ProcessHead, lang: Lang) {
    let width = ui.available_width();
    let height = ui.fonts_mut(|fonts| fonts.row_height(&theme.small()));
    for line in processes::told_lines(ui, theme, process, lang, width - 2.0 * GAP) {
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        processes::told_ui(ui, theme, rect.shrink2(vec2(GAP, 0.0)), process, &line);
    }
}

/// How many cores it kept busy over the time in view, with what it does at the moment pointed at.
fn lane_ui(ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, process: &ProcessHead, lanes: &Lanes, axis: &Axis) {
    let Some(strip) = lanes.strips.get(process.id.index()) else { return };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LANE_HEIGHT), Sense::hover());
    let tip = words::PROCESS_LANE.get(shown.lang).replace("{0}", &format!("{:.0}", lanes.top));
    response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, format!("{}: {tip}", processes::name(process, shown.lang))));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let plot = Rect::from_min_size(rect.min, vec2(axis.width, LANE_HEIGHT - GAP));
    let painter = ui.painter().with_clip_rect(plot.expand(1.0).intersect(ui.clip_rect()));
    painter.rect_filled(plot, 2.0, theme.page);
    strip::stack(&painter, plot, strip, &parts(theme));
    painter.rect_stroke(plot, 2.0, Stroke::new(1.0, theme.line), egui::StrokeKind::Inside);
    time_axis::cursor(&painter, plot, axis, shown.time.cursor, Stroke::new(1.0, theme.cursor));
    if let Some(busy) = view::process_now(shown.trace, process.id, shown.time.cursor) {
        let figure = words::PROCESS_CORES.get(shown.lang).replace("{0}", &format!("{busy:.2}"));
        let place = pos2(rect.right(), plot.center().y);
        ui.painter().text(place, Align2::RIGHT_CENTER, figure, theme.small(), theme.weak);
    }
    response.tip(tip);
}

/// The lane of a process, and room for its figure at the right.
const LANE_HEIGHT: f32 = 26.0;
const LANE_FIGURE: f32 = 56.0;

/// The most of a row that a name takes, and how many names are measured for it.
const NAMES_SHARE: f32 = 0.42;
const MOST_MEASURED: usize = 100;

/// Name, bar, CPU time, core: columns of fixed widths, so that nothing jumps.
fn thread_bar(ui: &Ui, rect: Rect, theme: &Theme, bar: &ThreadBar, names: f32) {
    let painter = ui.painter();
    let name = rect.with_max_x(rect.left() + names);
    let figures = rect.with_min_x(rect.right() - 96.0);
    let bars = Rect::from_x_y_ranges(name.right() + GAP..=figures.left(), rect.shrink2(vec2(0.0, 3.0)).y_range());
    elide::name_ui(ui, name, &bar.name, theme.body(), theme.text);
    painter.rect_filled(bars, 2.0, theme.faint);
    let filled = bars.with_max_x(bars.left() + bars.width() * bar.length);
    painter.rect_filled(filled, 2.0, theme.core_part(0));
    let cpu = pos2(figures.left() + 70.0, rect.center().y);
    painter.text(cpu, Align2::RIGHT_CENTER, duration(bar.cpu), theme.mono(), theme.text);
    let core = bar.core.map_or_else(String::new, |core| core.to_string());
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, core, theme.mono(), theme.weak);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_low_panel_the_strip_of_all_cores_leaves_room_for_the_axis_and_the_first_cores() {
        let heights = [(2, 400.0), (2, 120.0), (64, 120.0), (1, 120.0), (2, 20.0)].map(|(cores, room)| all_height(cores, room));
        assert_eq!(heights.map(|height| format!("{height:.0}")), ["84", "48", "48", "70", "34"]);
    }

    #[test]
    fn strips_share_the_room_from_one_core_to_sixty_four() {
        let show = |cores| {
            let grid = Grid::of(cores, vec2(800.0, 300.0));
            format!("{} in {}x{} of {:.0}x{:.0}", cores, grid.rows, grid.columns, grid.column_width, grid.strip_height)
        };
        assert_eq!(
            [1, 2, 8, 16, 64].map(show),
            ["1 in 1x1 of 800x64", "2 in 2x1 of 800x64", "8 in 8x1 of 800x34", "16 in 8x2 of 400x34", "64 in 16x4 of 200x18"]
        );
    }
}

#[cfg(test)]
mod window_tests {
    use egui::Key;
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::time::Nanos;
    use crate::ui::kit::panel_desk;

    #[derive(Default)]
    struct Desk {
        panel: CoresPanel,
        time: TimeView,
    }

    fn desk() -> egui_kittest::Harness<'static, Desk> {
        let (trace, theme) = (panel_desk::trace(), panel_desk::theme());
        panel_desk::window(Desk::default(), move |ui, desk: &mut Desk| {
            let shown = Shown { trace: &trace, version: 1, live: false, history: None, time: desk.time, lang: Lang::Zh };
            desk.time = desk.panel.ui(ui, &theme, &shown).unwrap_or(desk.time);
        })
    }

    #[test]
    fn every_core_says_how_busy_it_is() {
        let harness = desk();
        for label in ["全部：占用 62 %", "核心 0：占用 100 %", "核心 1：占用 25 %"] {
            assert!(harness.query_by_label(label).is_some(), "{label}");
        }
    }

    #[test]
    fn keys_zoom_pan_and_go_back_to_following() {
        let mut harness = desk();
        harness.get_by_label("全部：占用 62 %").focus();
        harness.run_steps(2);
        let mut press = |key| {
            harness.key_press(key);
            harness.run_steps(2);
            harness.state().time.chosen.map(|range| (range.start.0 / 1_000_000, range.end.0 / 1_000_000))
        };
        assert_eq!(press(Key::Plus), Some((1_000, 9_000)));
        assert_eq!(press(Key::ArrowRight), Some((1_800, 9_800)));
        assert_eq!(press(Key::Num0), None);
    }

    #[test]
    fn the_moment_under_the_pointer_is_marked_and_forgotten_when_it_leaves() {
        let mut harness = desk();
        let rect = harness.get_by_label("核心 0：占用 100 %").rect();
        harness.hover_at(rect.center());
        harness.run_steps(2);
        let cursor = harness.state().time.cursor.expect("the pointer is on the plot");
        assert!(cursor.0.abs_diff(Nanos::from_millis(5_000).0) < 50_000_000, "{cursor}");
        assert!(harness.query_by_label(&format!("在 {cursor}")).is_some(), "the figures are those of then");
        harness.hover_at(pos2(880.0, 390.0));
        harness.run_steps(2);
        assert_eq!(harness.state().time.cursor, None);
    }
}
