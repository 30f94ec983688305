//! What a run was too large for, in words: what has no row of its own, what was not kept. Where it was counted is `metrics`.

use super::table::count;
use crate::lang::Lang;
use crate::metrics::Metrics;

/// A line each.
pub(super) fn lines(metrics: &Metrics, lang: Lang) -> Vec<String> {
    let Metrics { lost_events, lost_lines, unlisted_tasks, .. } = metrics;
    let mut lines = Vec::new();
    if *unlisted_tasks > 0 {
        let tasks = count(*unlisted_tasks);
        lines.push(match lang {
            Lang::En => format!(
                "Beyond the limit of tasks with a row of their own: {tasks}. They ran as the others did; what they did is in the \
                 totals of blocks and resources only."
            ),
            Lang::Zh => {
                format!("超出单独列出的任务数上限：{tasks} 个。它们照常运行，所做的事只计入块和资源的合计。")
            }
        });
    }
    if *lost_events > 0 || *lost_lines > 0 {
        lines.push(match lang {
            Lang::En => format!("Not kept: {lost_events} events, {lost_lines} output lines; the totals above count them all."),
            Lang::Zh => format!("未保留：{lost_events} 个事件，{lost_lines} 行输出；以上合计仍然包括它们。"),
        });
    }
    lines
}
