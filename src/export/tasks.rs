//! What a task does, in words for a terminal.

use crate::lang::{Lang, Words};
use crate::metrics::Task;
use crate::trace::store::TaskState;

/// Its state, with what it waits for or what killed it.
pub(super) fn state(task: &Task, lang: Lang) -> String {
    let state = state_word(task.state).get(lang);
    match (task.killed_by, &task.waits_for, lang) {
        (Some(signal), _, Lang::En) => format!("killed by signal {signal}"),
        (Some(signal), _, Lang::Zh) => format!("被信号 {signal} 杀死"),
        (None, ..) if task.ended_with_run => Words { en: "ended with the run", zh: "随运行结束" }.get(lang).to_owned(),
        (None, None, _) => state.to_owned(),
        (None, Some(what), Lang::En) => format!("{state} on {what}"),
        (None, Some(what), Lang::Zh) => format!("{state}于 {what}"),
    }
}

/// The name of a state.
pub(super) const fn state_word(state: TaskState) -> Words {
    const fn words(en: &'static str, zh: &'static str) -> Words {
        Words { en, zh }
    }
    match state {
        TaskState::New => words("not started", "未开始"),
        TaskState::Running => words("running", "运行"),
        TaskState::Runnable => words("runnable", "就绪"),
        TaskState::Blocked => words("blocked", "阻塞"),
        TaskState::Sleeping => words("sleeping", "睡眠"),
        TaskState::Spinning => words("spinning", "自旋"),
        TaskState::Paused => words("paused", "暂停"),
        TaskState::Done => words("done", "结束"),
    }
}
