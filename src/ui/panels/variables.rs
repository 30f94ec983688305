//! The variables panel: what resources hold, and under each task its frames with their locals and its generators with their states.
//! What stands in a row comes from `view::variables`. While it is in view it asks for a fresh look at a run that goes on.

use std::collections::BTreeSet;

use egui::{Rect, Shape, Stroke, Ui, vec2};

use super::cores::Shown;
use super::tasks::state_name;
use crate::id::{BlockId, TaskId};
use crate::lang::Lang;
use crate::trace::store::TaskState;
use crate::ui::kit::hint::hint;
use crate::ui::kit::panel_signs as signs;
use crate::ui::kit::panel_table::{Chosen, Column, Layout, Side, Table, table, write, write_name};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::view::variables::{Row, What, rows};

/// What the panel remembers.
#[derive(Default)]
pub(in crate::ui) struct VariablesPanel {
    rows: Option<(Key, Vec<Row>)>,
    /// Of which run, and which of its tasks.
    folded: (u64, BTreeSet<TaskId>),
    chosen: Chosen,
}

/// The run's version, the text's, and how many tasks are folded.
type Key = (u64, u64, usize);

/// What became of a frame.
#[derive(Default)]
pub(in crate::ui) struct Happened {
    /// The block of the row that was clicked.
    pub(in crate::ui) selected: Option<BlockId>,
}

/// How far a row is from the one that it belongs to, in digits.
const INDENT: f32 = 2.2;

impl VariablesPanel {
    /// Shows the panel. `run` tells one run from another, `text` one version of the text; `written` is what stands on a block.
    pub(in crate::ui) fn ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        (run, text): (u64, u64),
        written: &dyn Fn(BlockId) -> Option<String>,
    ) -> Happened {
        let lang = shown.lang;
        if self.folded.0 != run {
            self.folded = (run, BTreeSet::new());
        }
        let key = (shown.version, text, self.folded.1.len());
        if self.rows.as_ref().is_none_or(|(before, _)| *before != key) {
            self.rows = Some((key, rows(shown.trace, &self.folded.1, written)));
        }
        let (_, rows) = self.rows.as_ref().expect("the rows were made just now");
        if rows.is_empty() {
            let told = if shown.live { words::VARIABLES_SOON } else { words::VARIABLES_NONE };
            hint(ui, told.get(lang));
            return Happened::default();
        }
        let column = |digits, least, spare| Column { title: "", over: "", digits, least, spare, side: Side::Left };
        let columns = [column(30.0, 9.0, 0), column(60.0, 9.0, 0)];
        let clicked = table(
            ui,
            theme,
            &Table { name: "variables", columns: &columns, rows: rows.len(), lang },
            &mut self.chosen,
            &|_| false,
            &mut |ui, layout, index, rect| row_ui(ui, theme, layout, rect, &rows[index], lang),
        );
        let Some(row) = clicked.map(|index| &rows[index]) else { return Happened::default() };
        if let What::Task { task, folded, .. } = row.what {
            let tasks = &mut self.folded.1;
            let _was_there = if folded { tasks.remove(&task) } else { tasks.insert(task) };
            return Happened::default();
        }
        Happened { selected: row.block }
    }
}

fn row_ui(ui: &mut Ui, theme: &Theme, layout: &Layout, rect: Rect, row: &Row, lang: Lang) -> String {
    let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&theme.mono(), '0'));
    let [name, value] = [layout.cell(rect, 0), layout.cell(rect, 1)];
    let name = name.with_min_x(name.left() + f32::from(row.depth) * INDENT * digit);
    let (title, told) = (title(row, lang), told(row, lang));
    match &row.what {
        What::Resources => {
            ui.painter().rect_filled(rect, 0.0, theme.faint.gamma_multiply(0.8));
            write(ui, rect.with_min_x(name.left()), Side::Left, &title, theme.body(), theme.text);
        }
        What::Task { state, folded, .. } => {
            ui.painter().rect_filled(rect, 0.0, theme.faint.gamma_multiply(0.8));
            let side = rect.height() * 0.22;
            fold(ui, name.left_center() + vec2(side, 0.0), side * 0.8, *folded, theme);
            let name = name.with_min_x(name.left() + 3.2 * side);
            write_name(ui, name, &title, theme);
            signs::state(ui.painter(), value.left_center() + vec2(side, 0.0), side, *state, theme.state(*state));
            write(ui, value.with_min_x(value.left() + 3.2 * side), Side::Left, &told, theme.body(), theme.weak);
        }
        What::Frame(_) | What::Generator { .. } | What::LeftOut(_) => {
            write(ui, name, Side::Left, &title, theme.body(), theme.text);
            write(ui, value, Side::Left, &told, theme.mono(), theme.weak);
        }
        What::Over => write(ui, rect.with_min_x(name.left()), Side::Left, &title, theme.body(), theme.weak),
        What::Resource(..) | What::Local => {
            write(ui, name, Side::Left, &title, theme.mono(), theme.weak);
            write(ui, value, Side::Left, &told, theme.mono(), theme.text);
        }
    }
    if told.is_empty() { title } else { format!("{title}: {told}") }
}

/// A triangle that points at what is unfolded, or at what could be.
fn fold(ui: &Ui, middle: egui::Pos2, radius: f32, folded: bool, theme: &Theme) {
    let corners = if folded { [(-0.6, -1.0), (0.9, 0.0), (-0.6, 1.0)] } else { [(-1.0, -0.6), (1.0, -0.6), (0.0, 0.9)] };
    let corners = corners.map(|(x, y)| middle + vec2(x, y) * radius);
    ui.painter().add(Shape::convex_polygon(corners.into(), theme.weak, Stroke::NONE));
}

fn title(row: &Row, lang: Lang) -> String {
    let generator = |number: u32| words::GENERATOR.get(lang).replace("{0}", &number.to_string());
    match &row.what {
        What::Resources => words::VARIABLES_SHARED.get(lang).to_owned(),
        What::Frame(Some(number)) => format!("{} · {}", generator(*number), row.name),
        What::Generator { number, is_coroutine, .. } => {
            let coroutine = || words::COROUTINE.get(lang).replace("{0}", &number.to_string());
            let what = if *is_coroutine { coroutine() } else { generator(*number) };
            if row.name.is_empty() { what } else { format!("{what} · {}", row.name) }
        }
        What::LeftOut(count) => words::VARIABLES_MORE.get(lang).replace("{0}", &count.to_string()),
        What::Over => words::VARIABLES_OVER.get(lang).to_owned(),
        _ => row.name.clone(),
    }
}

fn told(row: &Row, lang: Lang) -> String {
    match &row.what {
        What::Task { state, at, .. } => {
            // One that has ended otherwise stands nowhere.
            let is_over = *state == TaskState::Done;
            let state = if is_over { words::PROCESS_WITH_RUN } else { state_name(*state) };
            format!("{} · {}", state.get(lang), words::VARIABLES_AT.get(lang).replace("{0}", &at.to_string()))
        }
        What::Generator { state, is_coroutine, delegate, .. } => {
            let state = if *is_coroutine { words::NOT_AWAITED.get(lang) } else { state };
            let on = delegate.map(|to| words::HANDS_ON.get(lang).replace("{0}", &to.to_string()));
            let parts = [Some(state.to_owned()), on, Some(row.value.clone()).filter(|value| !value.is_empty())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        // What a generator stands in while it runs is among its task's frames.
        What::Frame(Some(_)) if row.value.is_empty() => RUNNING.to_owned(),
        What::Frame(Some(_)) => format!("{RUNNING} · {}", row.value),
        _ => row.value.clone(),
    }
}

/// As `inspect.getgeneratorstate` says it.
const RUNNING: &str = "GEN_RUNNING";

#[cfg(test)]
mod tests {
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::time::Nanos;
    use crate::trace::frames::{Frame, Generator, Local, Stack};
    use crate::trace::store::{TaskInfo, Trace};
    use crate::ui::kit::panel_desk;
    use crate::view::axis::TimeView;

    fn trace() -> Trace {
        let mut trace = panel_desk::trace();
        let local = Local { name: "总和".to_owned(), value: "[10.0, 15.0]".to_owned() };
        let frame = |routine: &str| Frame {
            routine: routine.to_owned(),
            block: Some(BlockId(2)),
            generator: None,
            locals: vec![local.clone()],
        };
        let state = "GEN_SUSPENDED".to_owned();
        let proxy = Generator { state, frame: Some(frame("proxy")), delegate: Some(1), ..Generator::default() };
        let at = Nanos::from_millis(7);
        let inner = Frame { generator: Some(3), locals: Vec::new(), ..frame("inner") };
        let frames = vec![inner, frame("eat")];
        trace.stacks.insert(TaskId(1), Stack { at, frames, generators: vec![proxy], left_out: 0 });
        let info = TaskInfo { name: "main".to_owned(), ..trace.tasks[&TaskId(0)].clone() };
        trace.tasks.insert(TaskId(0), info);
        trace
    }

    #[test]
    fn a_click_selects_the_block_and_one_on_a_task_folds_its_rows() {
        let (trace, theme) = (trace(), panel_desk::theme());
        let state = (VariablesPanel::default(), None);
        let mut harness = panel_desk::window(state, move |ui, (panel, selected): &mut (VariablesPanel, Option<BlockId>)| {
            let shown =
                Shown { trace: &trace, version: 1, live: false, history: None, time: TimeView::default(), lang: Lang::En };
            let written = |block: BlockId| Some(format!("block {}", block.0));
            *selected = panel.ui(ui, &theme, &shown, (1, 1), &written).selected.or(*selected);
        });
        harness.get_by_label("generator 0 · proxy: GEN_SUSPENDED · → generator 1 · block 2").click();
        harness.run_steps(2);
        assert_eq!(harness.state().1, Some(BlockId(2)));
        assert!(harness.query_by_label("generator 3 · inner: GEN_RUNNING · block 2").is_some());
        assert_eq!(harness.query_all_by_label("总和: [10.0, 15.0]").count(), 2);
        harness.get_by_label("消费者-0: blocked · as of 7.00 ms").click();
        harness.run_steps(2);
        assert_eq!(harness.query_all_by_label("总和: [10.0, 15.0]").count(), 0);
    }
}
