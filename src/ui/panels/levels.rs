//! The levels panel: tasks by state, the rounds of event loops, how busy pools and how full queues and pipes are, over time.
//! Positions and figures come from `view::levels`; the time in view is every plot's.

use egui::{Align2, Color32, Mesh, Painter, Rect, Response, Role, ScrollArea, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::cores::Shown;
use super::tasks::{legend_item, state_name};
use crate::id::BlockId;
use crate::lang::{Lang, Words};
use crate::metrics::history::History;
use crate::time::Nanos;
use crate::ui::kit::hint::hint;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::ui::kit::time_axis;
use crate::ui::kit::tip::Tip as _;
use crate::view::axis::{Axis, TimeRange, TimeView};
use crate::view::levels::{self as view, LevelPiece, LevelsPlan, Measure, Meter, SHOWN_STATES};

const STATES_HEIGHT: f32 = 84.0;
const METER_HEIGHT: f32 = 40.0;
const AXIS_HEIGHT: f32 = 20.0;
const GAP: f32 = 4.0;

/// What the panel remembers: the plan, as long as nothing that it was made from changes.
#[derive(Default)]
pub(in crate::ui) struct LevelsPanel {
    plan: Option<(PlanKey, LevelsPlan)>,
}

#[derive(PartialEq)]
struct PlanKey {
    run: u64,
    version: u64,
    range: TimeRange,
    width: f32,
    cursor: Option<Nanos>,
}

/// What the user did.
#[derive(Debug, Default, PartialEq)]
pub(in crate::ui) struct Happened {
    pub(in crate::ui) time: Option<TimeView>,
    pub(in crate::ui) selected: Option<BlockId>,
}

impl LevelsPanel {
    /// Shows the panel. `run` tells one run from another.
    pub(in crate::ui) fn ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, run: u64, history: &History) -> Happened {
        let lang = shown.lang;
        let width = (ui.available_width() - ui.spacing().scroll.allocated_width()).max(1.0);
        let axis = Axis { range: shown.time.range(shown.trace.elapsed, shown.live), width };
        let key = PlanKey { run, version: shown.version, range: axis.range, width, cursor: shown.time.cursor };
        if self.plan.as_ref().is_none_or(|(before, _)| *before != key) {
            self.plan = Some((key, view::plan(shown.trace, history, &axis, shown.time.cursor)));
        }
        let (_, plan) = self.plan.as_ref().expect("the plan was made just now");
        let is_seen = plan.states.iter().any(|piece| piece.counts.iter().any(|count| *count > 0))
            || plan.meters.iter().any(|meter| meter.most > 0);
        if !is_seen && !shown.live {
            hint(ui, words::LEVELS_SHORT.get(lang));
            return Happened::default();
        }
        let canvas = Canvas { theme, shown, axis };
        let mut happened = Happened::default();
        let counted = shown.live || shown.time.cursor.is_some();
        legend(ui, theme, lang, plan, counted.then(|| view::states_at(history, shown.time.cursor)));
        ui.add_space(GAP);
        let response = canvas.states(ui, plan);
        happened.time = time_axis::moved(ui, &response, &axis, shown.trace.elapsed, shown.time);
        response.tip(words::PLOT_KEYS.get(lang));
        let (ticks, _) = ui.allocate_exact_size(vec2(width, AXIS_HEIGHT), Sense::hover());
        time_axis::ticks(ui.painter(), ticks, &axis, &theme.small(), theme.weak, Stroke::new(1.0, theme.line));
        if plan.meters.is_empty() {
            ui.weak(words::LEVELS_NONE.get(lang));
            return happened;
        }
        ScrollArea::vertical().id_salt("levels").auto_shrink(false).show(ui, |ui| {
            for (index, meter) in plan.meters.iter().enumerate() {
                let response = canvas.meter(ui, meter, theme.series[index % theme.series.len()]);
                happened.time = happened.time.or(time_axis::moved(ui, &response, &axis, shown.trace.elapsed, shown.time));
                if response.clicked() {
                    happened.selected = Some(meter.block);
                }
            }
        });
        happened
    }
}

/// What the colours mean, each with how many tasks are so now; only states that some task was in.
fn legend(ui: &mut Ui, theme: &Theme, lang: Lang, plan: &LevelsPlan, now: Option<[u32; SHOWN_STATES.len()]>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(words::LEVEL_STATES.get(lang));
        for (index, state) in SHOWN_STATES.into_iter().enumerate() {
            if plan.states.iter().all(|piece| piece.counts[index] == 0) {
                continue;
            }
            let name = state_name(state).get(lang);
            let told = now.map_or_else(|| name.to_owned(), |now| format!("{name} {}", now[index]));
            legend_item(ui, theme, state, &told);
        }
    });
}

const fn measure_words(measure: Measure) -> (Words, Words) {
    match measure {
        Measure::Lag => (words::MEASURE_LAG, words::MEASURE_LAG_TIP),
        Measure::Busy => (words::MEASURE_BUSY, words::MEASURE_BUSY_TIP),
        Measure::Line => (words::MEASURE_LINE, words::MEASURE_LINE_TIP),
        Measure::Items => (words::MEASURE_ITEMS, words::MEASURE_ITEMS_TIP),
        Measure::Fill => (words::MEASURE_FILL, words::MEASURE_FILL_TIP),
    }
}

struct Canvas<'a> {
    theme: &'a Theme,
    shown: &'a Shown<'a>,
    axis: Axis,
}

impl Canvas<'_> {
    /// An empty plot with its grid, and the painter that stays in it.
    fn plot(&self, ui: &Ui, rect: Rect, response: &Response) -> Painter {
        let theme = self.theme;
        let painter = ui.painter().with_clip_rect(rect.expand(1.0).intersect(ui.clip_rect()));
        painter.rect_filled(rect, 2.0, theme.page);
        for tick in self.axis.ticks(time_axis::TICKS_APART) {
            painter.vline(rect.left() + tick.x, rect.y_range(), Stroke::new(1.0, theme.faint));
        }
        let edge = if response.has_focus() { ui.visuals().selection.stroke } else { Stroke::new(1.0, theme.line) };
        painter.rect_stroke(rect, 2.0, edge, egui::StrokeKind::Inside);
        painter
    }

    fn states(&self, ui: &mut Ui, plan: &LevelsPlan) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(self.axis.width, STATES_HEIGHT), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, words::LEVEL_STATES.get(self.shown.lang)));
        let painter = self.plot(ui, rect, &response);
        let mut mesh = Mesh::default();
        for piece in &plan.states {
            let mut bottom = rect.bottom();
            for (state, count) in SHOWN_STATES.into_iter().zip(piece.counts) {
                #[expect(clippy::cast_precision_loss, reason = "a height on a screen")]
                let top = bottom - rect.height() * (count as f32 / plan.most_tasks as f32);
                let area = Rect::from_min_max(pos2(rect.left() + piece.start_x, top), pos2(rect.left() + piece.end_x, bottom));
                mesh.add_colored_rect(area, self.theme.state(state).gamma_multiply(0.85));
                bottom = top;
            }
        }
        painter.add(Shape::mesh(mesh));
        let most = plan.most_tasks.to_string();
        painter.text(rect.left_top() + vec2(GAP, 2.0), Align2::LEFT_TOP, most, self.theme.small(), self.theme.text);
        time_axis::cursor(&painter, rect, &self.axis, self.shown.time.cursor, Stroke::new(1.0, self.theme.cursor));
        response
    }

    /// Its name and what is measured above, its plot below.
    fn meter(&self, ui: &mut Ui, meter: &Meter, colour: Color32) -> Response {
        let (theme, lang) = (self.theme, self.shown.lang);
        let (measure, tip) = measure_words(meter.measure);
        let line = ui.text_style_height(&egui::TextStyle::Body) + 2.0;
        let (whole, response) = ui.allocate_exact_size(vec2(self.axis.width, line + METER_HEIGHT + GAP), Sense::click_and_drag());
        let figure = meter.figure(meter.now);
        let spoken = format!("{}, {}: {figure}", meter.name, measure.get(lang));
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, spoken.as_str()));
        if !ui.is_rect_visible(whole) {
            return response;
        }
        let head = whole.with_max_y(whole.top() + line);
        let rect = Rect::from_min_max(head.left_bottom(), whole.right_bottom() - vec2(0.0, GAP));
        let name = ui.painter().text(head.left_center(), Align2::LEFT_CENTER, &meter.name, theme.body(), theme.text);
        let beside = pos2(name.right() + 2.0 * GAP, head.center().y);
        let most = words::LEVEL_MOST.get(lang).replace("{0}", &meter.figure(meter.most));
        let told =
            if meter.measure == Measure::Lag { format!("{} · {most}", measure.get(lang)) } else { measure.get(lang).to_owned() };
        ui.painter().text(beside, Align2::LEFT_CENTER, told, theme.small(), theme.weak);
        ui.painter().text(head.right_center(), Align2::RIGHT_CENTER, figure, theme.mono(), theme.text);
        let painter = self.plot(ui, rect, &response);
        filled(&painter, rect, &meter.pieces, meter.top, colour);
        time_axis::cursor(&painter, rect, &self.axis, self.shown.time.cursor, Stroke::new(1.0, theme.cursor));
        response.tip_ui(|ui| {
            ui.label(tip.get(lang));
            ui.weak(most);
        })
    }
}

/// The stretches as an area with an edge on top.
fn filled(painter: &Painter, rect: Rect, pieces: &[LevelPiece], top: u64, colour: Color32) {
    let mut mesh = Mesh::default();
    let mut edge = Vec::new();
    for piece in pieces {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place on a screen")]
        let (start, end, share) =
            (piece.start as f32 / 1_000.0, piece.end as f32 / 1_000.0, (piece.value as f64 / top as f64).min(1.0) as f32);
        let height = rect.bottom() - share * (rect.height() - 3.0);
        let area = Rect::from_min_max(pos2(rect.left() + start, height), pos2(rect.left() + end, rect.bottom()));
        mesh.add_colored_rect(area, colour.gamma_multiply(0.3));
        edge.extend([area.left_top(), area.right_top()]);
    }
    painter.add(Shape::mesh(mesh));
    painter.add(Shape::line(edge, Stroke::new(1.5, colour)));
}

#[cfg(test)]
mod tests {
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::trace::store::{ResourceClass, ResourceCounters, ResourceInfo, Trace};
    use crate::ui::kit::panel_desk;

    #[test]
    fn every_level_says_how_high_it_is_and_leads_to_its_block() {
        let (mut trace, mut history) = (Trace::default(), History::default());
        let class = ResourceClass::Queue;
        trace.resources = vec![ResourceInfo { name: "jobs".into(), class, block: BlockId(7), capacity: Some(8) }];
        trace.counters.resources = vec![ResourceCounters { level: 3, ..ResourceCounters::default() }];
        trace.elapsed = Nanos::from_millis(400);
        history.look(&trace);
        let theme = panel_desk::theme();
        let state = (LevelsPanel::default(), None);
        let mut harness = panel_desk::window(state, move |ui, (panel, selected): &mut (LevelsPanel, Option<BlockId>)| {
            let time = TimeView::default();
            let shown = Shown { trace: &trace, version: 1, live: false, history: Some(&history), time, lang: Lang::Zh };
            *selected = panel.ui(ui, &theme, &shown, 1, &history).selected.or(*selected);
        });
        harness.get_by_label("jobs, 队列中的项: 3 / 8").click();
        harness.run_steps(3);
        assert_eq!(harness.state().1, Some(BlockId(7)));
    }
}
