//! What was found while a run went on, in full sentences: who waits for what, where, and who could help.

use super::place::Places;
use crate::id::{BlockId, TaskId};
use crate::lang::Lang;
use crate::trace::store::{Awaited, Finding, FindingKind, ResourceClass, TaskState, Trace, Wait};

/// The most tasks of one finding that are told.
const MOST_TOLD: usize = 24;

/// A finding as lines; the first says what it is.
pub(super) fn lines(finding: &Finding, trace: &Trace, places: &Places, lang: Lang) -> Vec<String> {
    let mut lines = vec![head(finding, places, lang)];
    if let FindingKind::NeverAwaited(_) = finding.kind {
        return lines;
    }
    lines.extend(finding.waits.iter().take(MOST_TOLD).map(|wait| format!("  {}", sentence(wait, finding, trace, places, lang))));
    let more = finding.waits.len().saturating_sub(MOST_TOLD);
    match lang {
        _ if more == 0 => {}
        Lang::En => lines.push(format!("  … and {more} more")),
        Lang::Zh => lines.push(format!("  ……另有 {more} 个")),
    }
    lines
}

fn head(finding: &Finding, places: &Places, lang: Lang) -> String {
    let (at, tasks) = (finding.at, finding.waits.len());
    match (finding.kind, lang) {
        (FindingKind::Deadlock, Lang::En) if tasks == 1 => {
            format!("Deadlock after {at}: a task waits and nobody is left who could free it")
        }
        (FindingKind::Deadlock, Lang::En) => {
            format!("Deadlock after {at}: {tasks} tasks wait and nobody is left who could free them")
        }
        (FindingKind::Deadlock, Lang::Zh) => format!("{at} 时死锁：{tasks} 个任务在等待，再没有谁能放行它们"),
        (FindingKind::WaitingCycle, Lang::En) if tasks == 1 => {
            format!("Waiting cycle after {at}: a task waits for itself, but somebody else could still free it")
        }
        (FindingKind::WaitingCycle, Lang::Zh) if tasks == 1 => {
            format!("{at} 时出现循环等待：一个任务在等待自己，但别的任务仍可能放行它")
        }
        (FindingKind::WaitingCycle, Lang::En) => {
            format!("Waiting cycle after {at}: {tasks} tasks wait for each other, but somebody else could still free one")
        }
        (FindingKind::WaitingCycle, Lang::Zh) => {
            format!("{at} 时出现循环等待：{tasks} 个任务互相等待，但别的任务仍可能放行其中之一")
        }
        (FindingKind::Race, Lang::En) => {
            format!("Data race after {at}: two accesses that nothing orders, at least one of them a write")
        }
        (FindingKind::Race, Lang::Zh) => format!("{at} 时出现数据竞争：两次没有先后约束的访问，其中至少一次是写"),
        (FindingKind::Broken(block), Lang::En) => {
            format!("After {at} the invariant{} did not hold", at_block(Some(block), places, lang))
        }
        (FindingKind::Broken(block), Lang::Zh) => format!("{at} 时不变式{}不成立", at_block(Some(block), places, lang)),
        (FindingKind::Leak, Lang::En) => format!("Leak: at the end, {at}, tasks that had ended still held something"),
        (FindingKind::Leak, Lang::Zh) => format!("泄漏：{at} 结束时，已结束的任务仍持有资源"),
        (FindingKind::NeverAwaited(block), Lang::En) => {
            format!("After {at} a coroutine was gone that nobody had awaited, made{}", at_block(Some(block), places, lang))
        }
        (FindingKind::NeverAwaited(block), Lang::Zh) => {
            format!("{at} 时一个从未被 await 的协程被丢弃，创建于{}", at_block(Some(block), places, lang))
        }
    }
}

fn sentence(wait: &Wait, finding: &Finding, trace: &Trace, places: &Places, lang: Lang) -> String {
    let words = words(wait, finding, trace, &at_block(wait.block, places, lang), lang);
    format!("{} {words}", trace.who(wait.task))
}

/// What one task of a finding does or waits for, at `place`, and who could free it; without the task's name.
#[must_use]
pub fn words(wait: &Wait, finding: &Finding, trace: &Trace, place: &str, lang: Lang) -> String {
    let what = trace.awaited_name(wait.on);
    let class = match wait.on {
        Awaited::Resource(id) => trace.resources.get(id.index()).map(|info| info.class),
        Awaited::Task(_) => None,
    };
    let is_task = matches!(wait.on, Awaited::Task(_));
    let for_what = match (finding.kind, lang) {
        (FindingKind::Race, Lang::En) => return format!("is about to access {what}{place}"),
        (FindingKind::Race, Lang::Zh) => return format!("即将访问 {what}{place}"),
        (FindingKind::Leak, Lang::En) => return format!("ended and never released {what}, which it acquired{place}"),
        (FindingKind::Leak, Lang::Zh) => return format!("已结束，但没有释放它获取的 {what}{place}"),
        (FindingKind::NeverAwaited(_), Lang::En) => {
            return "made a coroutine that nobody awaited: nothing of it has run".to_owned();
        }
        (FindingKind::NeverAwaited(_), Lang::Zh) => return "创建了一个协程，但没有谁 await 它：它什么也没运行".to_owned(),
        (_, Lang::En) if is_task => return format!("waits for the end of {what}{place}"),
        (_, Lang::Zh) if is_task => return format!("在等 {what} 结束{place}"),
        (_, Lang::En) if let Some(keeper) = keeper(wait, finding, class, trace) => {
            return format!("waits for its turn on {what}{place}, which {keeper} keeps");
        }
        (_, Lang::Zh) if let Some(keeper) = keeper(wait, finding, class, trace) => {
            return format!("在 {what} 上等轮到自己{place}，但 {keeper} 一直占着它");
        }
        // The thread of a loop is named as the loop is.
        (_, Lang::En) if what == trace.who(wait.task) => format!("waits for its coroutines{place}"),
        (_, Lang::Zh) if what == trace.who(wait.task) => format!("在等它的协程{place}"),
        (_, Lang::En) => format!("waits for {what}{place}"),
        (_, Lang::Zh) => format!("在等 {what}{place}"),
    };
    for_what + &help(wait, finding, class.is_some_and(ResourceClass::is_held), trace, lang)
}

/// The coroutine that a loop's thread stands in, while another waits for its turn on that loop.
fn keeper(wait: &Wait, finding: &Finding, class: Option<ResourceClass>, trace: &Trace) -> Option<String> {
    let [keeper] = wait.helpers[..] else { return None };
    let stands_in_it = |other: &Wait| other.on == Awaited::Task(keeper) && !is_coroutine(other.task, trace);
    let kept = class == Some(ResourceClass::EventLoop) && is_coroutine(wait.task, trace) && is_coroutine(keeper, trace);
    (kept && finding.waits.iter().any(stands_in_it)).then(|| trace.who(keeper))
}

fn is_coroutine(task: TaskId, trace: &Trace) -> bool {
    trace.tasks.get(&task).is_some_and(|info| matches!(info.kind.as_str(), "coroutine" | "greenlet"))
}

/// Who could free it, and what stands against it: those who wait too, have ended, or have other things to do.
fn help(wait: &Wait, finding: &Finding, released: bool, trace: &Trace, lang: Lang) -> String {
    let verb = match (lang, released) {
        (Lang::En, true) => "release it",
        (Lang::En, false) => "help",
        (Lang::Zh, true) => "释放它",
        (Lang::Zh, false) => "帮到它",
    };
    let named = |tasks: &[TaskId]| {
        let names: Vec<String> = tasks.iter().map(|&task| trace.who(task)).collect();
        names.join(if lang == Lang::En { ", " } else { "、" })
    };
    let waits_too = |helper: &TaskId| finding.waits.iter().any(|other| other.task == *helper);
    let (waiting, others): (Vec<TaskId>, Vec<TaskId>) = wait.helpers.iter().partition(|&helper| waits_too(helper));
    let has_ended = |task: &TaskId| trace.counters.tasks.get(task).is_some_and(|task| task.state == TaskState::Done);
    let (ended, others): (Vec<TaskId>, Vec<TaskId>) =
        others.into_iter().partition(|task| finding.kind == FindingKind::Deadlock && has_ended(task));
    let (who, them, rest) = (named(&waiting), named(&ended), named(&others));
    let alone = waiting.len() == 1;
    match lang {
        Lang::En if wait.helpers.is_empty() => format!("; nobody is left who could {verb}"),
        Lang::Zh if wait.helpers.is_empty() => format!("；已没有谁能{verb}"),
        Lang::En if wait.helpers == [wait.task] => format!("; only itself could {verb}"),
        Lang::Zh if wait.helpers == [wait.task] => format!("；只有它自己能{verb}"),
        Lang::En if finding.kind != FindingKind::Deadlock && !rest.is_empty() && waiting.is_empty() => {
            format!("; {rest} could {verb}")
        }
        Lang::Zh if finding.kind != FindingKind::Deadlock && !rest.is_empty() && waiting.is_empty() => {
            format!("；{rest} 能{verb}")
        }
        Lang::En if finding.kind != FindingKind::Deadlock && !rest.is_empty() => {
            format!("; {who} could {verb} but {} too; {rest} still could", if alone { "waits" } else { "wait" })
        }
        Lang::Zh if finding.kind != FindingKind::Deadlock && !rest.is_empty() => {
            format!("；{who} 能{verb}，但也在等待；{rest} 仍能{verb}")
        }
        Lang::En if alone => format!("; only {who} could {verb}, and waits too"),
        Lang::En if !waiting.is_empty() => format!("; only {who} could {verb}, and they wait too"),
        Lang::Zh if !waiting.is_empty() => format!("；只有 {who} 能{verb}，而它也在等待"),
        Lang::En if ended.len() == 1 => format!("; {them} has it and has ended: nobody is left who could {verb}"),
        Lang::En if !ended.is_empty() => format!("; {them} have it and have ended: nobody is left who could {verb}"),
        Lang::Zh if !ended.is_empty() => format!("；{them} 持有它，但已经结束：再没有谁能{verb}"),
        Lang::En => format!("; {rest} has it and does not {verb} any more"),
        Lang::Zh => format!("；{rest} 持有它，但不会再{verb}"),
    }
}

/// Where, as the end of a clause; nothing for no block.
#[must_use]
pub fn at_block(block: Option<BlockId>, places: &Places, lang: Lang) -> String {
    let Some(place) = block.and_then(|block| places.get(block)) else { return String::new() };
    match lang {
        Lang::En => format!(" at line {}, `{}`", place.line, place.text),
        Lang::Zh => format!("（第 {} 行 `{}`）", place.line, place.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ProcessId, ResourceId};
    use crate::time::Nanos;
    use crate::trace::store::{ProcessCounters, ResourceInfo, TaskCounters, TaskInfo};

    /// A lock `m` and tasks `a`, `b`, `z`; `a` has ended.
    fn trace() -> Trace {
        let mut trace = Trace::default();
        trace.resources = vec![ResourceInfo { name: "m".into(), class: ResourceClass::Lock, block: BlockId(0), capacity: None }];
        for (id, name) in (0..).map(TaskId).zip(["a", "b", "z"]) {
            let info = TaskInfo { name: name.into(), kind: "thread".into(), parent: None, block: BlockId(0), daemon: false };
            trace.tasks.insert(id, info);
            let state = if name == "a" { TaskState::Done } else { TaskState::Blocked };
            trace.counters.tasks.insert(id, TaskCounters { state, ..TaskCounters::default() });
        }
        trace
    }

    /// What is told of the first of `waits`, each a task with those who could help it.
    fn check(kind: FindingKind, waits: &[(u32, &[u32])], expect: [&str; 2]) {
        let wait = |&(task, helpers): &(u32, &[u32])| Wait {
            task: TaskId(task),
            block: None,
            on: Awaited::Resource(ResourceId(0)),
            helpers: helpers.iter().copied().map(TaskId).collect(),
        };
        let finding = Finding { kind, at: Nanos(1), waits: waits.iter().map(wait).collect() };
        let told = [Lang::En, Lang::Zh].map(|lang| words(&finding.waits[0], &finding, &trace(), "", lang));
        assert_eq!(told, expect);
    }

    #[test]
    fn tasks_of_the_same_name_are_told_apart_by_their_processes() {
        let mut trace = trace();
        trace.counters.processes = (0..).map(ProcessId).zip(["", "left", "right"]).map(|(id, name)| process(id, name)).collect();
        for (task, name, process) in [(0, "left", 1), (1, "c", 1), (2, "c", 2)] {
            trace.tasks.get_mut(&TaskId(task)).unwrap().name = name.into();
            trace.counters.tasks.get_mut(&TaskId(task)).unwrap().process = Some(ProcessId(process));
        }
        assert_eq!([0, 1, 2].map(|task| trace.who(TaskId(task))), ["left", "left.c", "right.c"]);
        let wait = |task, on| Wait { task: TaskId(task), block: None, on, helpers: vec![TaskId(3 - task)] };
        let waits = vec![wait(1, Awaited::Resource(ResourceId(0))), wait(2, Awaited::Task(TaskId(1)))];
        let finding = Finding { kind: FindingKind::Deadlock, at: Nanos(1), waits };
        let told = |at: usize| words(&finding.waits[at], &finding, &trace, "", Lang::En);
        assert_eq!(
            [told(0), told(1)],
            ["waits for m; only right.c could release it, and waits too", "waits for the end of left.c"]
        );
    }

    fn process(id: ProcessId, name: &str) -> ProcessCounters {
        ProcessCounters { id, name: name.to_owned(), ..ProcessCounters::default() }
    }

    #[test]
    fn who_could_release_it_is_told_as_it_is() {
        use FindingKind::{Deadlock, Leak, WaitingCycle};
        check(Deadlock, &[(1, &[])], ["waits for m; nobody is left who could release it", "在等 m；已没有谁能释放它"]);
        check(
            Deadlock,
            &[(1, &[2]), (2, &[1])],
            ["waits for m; only z could release it, and waits too", "在等 m；只有 z 能释放它，而它也在等待"],
        );
        check(
            Deadlock,
            &[(1, &[0])],
            [
                "waits for m; a has it and has ended: nobody is left who could release it",
                "在等 m；a 持有它，但已经结束：再没有谁能释放它",
            ],
        );
        check(
            Deadlock,
            &[(1, &[2])],
            ["waits for m; z has it and does not release it any more", "在等 m；z 持有它，但不会再释放它"],
        );
        check(
            WaitingCycle,
            &[(1, &[0, 2]), (0, &[1])],
            ["waits for m; a could release it but waits too; z still could", "在等 m；a 能释放它，但也在等待；z 仍能释放它"],
        );
        check(
            WaitingCycle,
            &[(1, &[0]), (0, &[1])],
            ["waits for m; only a could release it, and waits too", "在等 m；只有 a 能释放它，而它也在等待"],
        );
        check(Leak, &[(1, &[])], ["ended and never released m, which it acquired", "已结束，但没有释放它获取的 m"]);
    }
}
