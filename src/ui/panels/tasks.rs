//! The tasks panel: what each task does now, where it stands, and in which states its time went.
//! What stands in a row comes from `view::tasks`.

use egui::{Rect, Ui, pos2, vec2};

use crate::diagnostic::Severity;
use crate::id::BlockId;
use crate::lang::{Lang, Words};
use crate::trace::store::TaskState;
use crate::view::figure::{NOTHING, duration, percent};
use crate::view::processes::{Line, ProcessHead, grouped, heads, told_below};
use crate::view::tasks::{TaskRow, rows};

use super::cores::Shown;
use super::processes;
use crate::ui::kit::panel_signs as signs;
use crate::ui::kit::panel_table::{Chosen, Column, Layout, Side, Sort, Table, table, write, write_name};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::ui::kit::tip::Tip as _;

/// What the panel remembers.
#[derive(Default)]
pub(in crate::ui) struct TasksPanel {
    rows: Option<(u64, Vec<TaskRow>)>,
    chosen: Chosen,
}

/// So wide a panel has room for what is told of a process beside its name.
const ONE_LINE_FROM: f32 = 800.0;
const CPU: usize = 3;
/// The column that the bars stand in.
const BAR: usize = 5;
/// Those of the interpreter lock.
const HELD: usize = 6;
const WANTED: usize = 7;

impl TasksPanel {
    /// Shows the panel; gives the block of the task that was clicked. `block_name` says what is written on a block.
    pub(in crate::ui) fn ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        block_name: &dyn Fn(BlockId) -> Option<String>,
    ) -> Option<BlockId> {
        let lang = shown.lang;
        if self.rows.as_ref().is_none_or(|(version, _)| *version != shown.version) {
            self.rows = Some((shown.version, rows(shown.trace)));
        }
        let (_, rows) = self.rows.as_ref().expect("the rows were made just now");
        legend(ui, theme, lang, rows);
        let heads = heads(shown.trace);
        let order = order(rows, self.chosen.sort);
        let lines = grouped(&heads, order.iter().map(|&row| (row, rows[row].process)));
        let beside = ui.available_width() >= ONE_LINE_FROM;
        let lines = if beside { lines } else { told_below(lines) };
        let columns = columns(lang, rows.iter().any(|row| row.interpreter.is_some()));
        let clicked = table(
            ui,
            theme,
            &Table { name: "tasks", columns: &columns, rows: lines.len(), lang },
            &mut self.chosen,
            &|_| false,
            &mut |ui, layout, index, rect| match lines[index] {
                Line::Head(at) => process_ui(ui, theme, layout, rect, beside, &heads[at], lang),
                Line::Told(at) => told_ui(ui, theme, layout, rect, &heads[at], lang),
                Line::Row(row) => row_ui(ui, theme, layout, rect, &rows[row], lang, block_name),
            },
        );
        clicked.and_then(|index| match lines[index] {
            Line::Head(_) | Line::Told(_) => None,
            Line::Row(row) => rows[row].block,
        })
    }
}

/// Those of the interpreter lock come last, and only where there is one.
fn columns(lang: Lang, interpreter: bool) -> Vec<Column> {
    let column =
        |title: Words, (digits, least), spare, side| Column { title: title.get(lang), over: "", digits, least, spare, side };
    let mut columns = vec![
        column(words::TASK, (14.0, 10.5), 0, Side::Left),
        column(words::STATE, (22.0, 15.5), 0, Side::Left),
        column(words::BLOCK, (22.0, 11.0), 4, Side::Left),
        column(words::CPU_TIME, (9.0, 7.5), 2, Side::Right),
        column(words::CORE_COLUMN, (4.0, 4.0), 5, Side::Right),
        column(words::TIME_IN_STATE, (30.0, 8.0), 1, Side::Left),
    ];
    if interpreter {
        let share = |title: Words| Column { over: words::GIL.get(lang), ..column(title, (8.0, 6.0), 3, Side::Right) };
        columns.extend([share(words::GIL_HELD), share(words::GIL_WANTED)]);
    }
    columns
}

fn order(rows: &[TaskRow], sort: Option<Sort>) -> Vec<usize> {
    let mut order: Vec<_> = (0..rows.len()).collect();
    let Some(Sort { column, descending }) = sort else { return order };
    order.sort_by(|&one, &other| {
        let (one, other) = (&rows[one], &rows[other]);
        match column {
            0 => one.name.cmp(&other.name),
            1 => one.state.cmp(&other.state),
            2 => one.block.cmp(&other.block),
            3 => one.cpu.cmp(&other.cpu),
            4 => one.core.cmp(&other.core),
            HELD => one.share(false).total_cmp(&other.share(false)),
            WANTED => one.share(true).total_cmp(&other.share(true)),
            _ => waited(one).cmp(&waited(other)),
        }
    });
    if descending {
        order.reverse();
    }
    order
}

fn waited(row: &TaskRow) -> u64 {
    row.parts.iter().filter(|part| part.state == TaskState::Blocked).map(|part| part.time.0).sum()
}

/// A state's name.
pub(in crate::ui) const fn state_name(state: TaskState) -> Words {
    match state {
        TaskState::New => words::STATE_NEW,
        TaskState::Running => words::STATE_RUNNING,
        TaskState::Runnable => words::STATE_RUNNABLE,
        TaskState::Blocked => words::STATE_BLOCKED,
        TaskState::Sleeping => words::STATE_SLEEPING,
        TaskState::Spinning => words::STATE_SPINNING,
        TaskState::Paused => words::STATE_PAUSED,
        TaskState::Done => words::STATE_DONE,
    }
}

/// What the colours of the bars mean; only states that some task was in.
fn legend(ui: &mut Ui, theme: &Theme, lang: Lang, rows: &[TaskRow]) {
    ui.horizontal_wrapped(|ui| {
        for state in TaskState::ALL {
            let seen = rows.iter().any(|row| row.state == state || row.parts.iter().any(|part| part.state == state));
            if seen {
                legend_item(ui, theme, state, state_name(state).get(lang));
            }
        }
    });
}

/// A sign and what is said of it, on one line.
pub(in crate::ui) fn legend_item(ui: &mut Ui, theme: &Theme, state: TaskState, told: &str) {
    let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(told.to_owned(), theme.body(), theme.weak));
    let side = ui.text_style_height(&egui::TextStyle::Body);
    let (rect, response) = ui.allocate_exact_size(vec2(side + galley.size().x, side), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, told));
    let sign = pos2(rect.left() + side * 0.4, rect.center().y);
    signs::state(ui.painter(), sign, side * 0.3, state, theme.state(state));
    ui.painter().galley(pos2(rect.left() + side, rect.center().y - galley.size().y / 2.0), galley, theme.weak);
}

fn row_ui(
    ui: &mut Ui,
    theme: &Theme,
    layout: &Layout,
    rect: Rect,
    row: &TaskRow,
    lang: Lang,
    block_name: &dyn Fn(BlockId) -> Option<String>,
) -> String {
    let cell = |column| layout.cell(rect, column);
    write_name(ui, cell(0), &row.name, theme);
    let state = state_text(row, lang);
    let sign = cell(1);
    let side = rect.height() * 0.22;
    let went_wrong = row.uncaught.is_some() || row.killed_by.is_some();
    let error = theme.severity(Severity::Error);
    let (ink, text) = if went_wrong { (error, error) } else { (theme.state(row.state), theme.text) };
    signs::state(ui.painter(), pos2(sign.left() + side, sign.center().y), side, row.state, ink);
    write(ui, sign.with_min_x(sign.left() + 3.2 * side), Side::Left, &state, theme.body(), text);
    let block = row.block.and_then(block_name).unwrap_or_else(|| NOTHING.to_owned());
    write(ui, cell(2), Side::Left, &block, theme.mono(), theme.weak);
    let cpu = duration(row.cpu);
    write(ui, cell(3), Side::Right, &cpu, theme.mono(), theme.text);
    let core = row.core.map_or_else(|| NOTHING.to_owned(), |core| core.to_string());
    write(ui, cell(4), Side::Right, &core, theme.mono(), theme.weak);
    if row.interpreter.is_some() {
        for (column, wanted) in [(HELD, false), (WANTED, true)] {
            write(ui, cell(column), Side::Right, &percent(row.share(wanted)), theme.mono(), theme.text);
        }
    }
    if layout.has(BAR) {
        bar(ui, theme, cell(BAR).shrink2(vec2(0.0, 4.0)), row, lang);
    }
    format!("{}: {state}, {cpu}", row.name)
}

/// The head of a process over its tasks, with the CPU time of them all.
fn process_ui(
    ui: &mut Ui,
    theme: &Theme,
    layout: &Layout,
    rect: Rect,
    beside: bool,
    process: &ProcessHead,
    lang: Lang,
) -> String {
    ui.painter().rect_filled(rect, 0.0, theme.faint.gamma_multiply(0.8));
    let cpu = layout.cell(rect, CPU);
    let figure = process.cpu.to_string();
    write(ui, cpu, Side::Right, &figure, theme.mono(), theme.text);
    let room = layout.cell(rect, 0).with_max_x(cpu.left() - 10.0);
    processes::head_ui(ui, theme, room, beside, process, lang);
    processes::spoken(process, lang)
}

/// What is told of it, over the whole row.
fn told_ui(ui: &mut Ui, theme: &Theme, layout: &Layout, rect: Rect, process: &ProcessHead, lang: Lang) -> String {
    ui.painter().rect_filled(rect, 0.0, theme.faint.gamma_multiply(0.8));
    let room = layout.cell(rect, 0).with_max_x(rect.right());
    let line = processes::told_lines(ui, theme, process, lang, f32::INFINITY).join("");
    processes::told_ui(ui, theme, room, process, &line);
    line
}

fn state_text(row: &TaskRow, lang: Lang) -> String {
    let state = state_name(row.state).get(lang);
    match (&row.uncaught, row.killed_by, &row.waits_for) {
        (Some(uncaught), ..) => uncaught.clone(),
        (None, Some(signal), _) => words::KILLED.get(lang).replace("{0}", &signal.to_string()),
        _ if row.ended_with_run => words::PROCESS_WITH_RUN.get(lang).to_owned(),
        (None, None, Some(name)) => format!("{state} · {name}"),
        (None, None, None) if row.daemon => format!("{state} · {}", words::DAEMON.get(lang)),
        (None, None, None) => state.to_owned(),
    }
}

fn bar(ui: &mut Ui, theme: &Theme, rect: Rect, row: &TaskRow, lang: Lang) {
    ui.painter().rect_filled(rect, 2.0, theme.faint);
    let mut left = rect.left();
    for part in &row.parts {
        let right = (left + part.share * rect.width()).min(rect.right());
        let area = Rect::from_x_y_ranges(left..=right.max(left + 1.0), rect.y_range());
        ui.painter().rect_filled(area, 0.0, theme.state(part.state));
        left = right;
    }
    let response = ui.interact(rect, ui.scope_id().with(("states", row.task)), egui::Sense::hover());
    response.tip_at_pointer(|ui| {
        let whole: f32 = row.parts.iter().map(|part| part.share).sum();
        egui::Grid::new(("states of", row.task)).show(ui, |ui| {
            for part in &row.parts {
                ui.label(state_name(part.state).get(lang));
                ui.monospace(format!("{:>8}", part.time.to_string()));
                ui.monospace(format!("{:>6}", percent((part.share / whole).into())));
                ui.end_row();
            }
        });
    });
}
