//! What was found while a run went on, in full sentences: who waits for what, where, and who could help.

use super::place::Places;
use crate::id::{BlockId, TaskId};
use crate::lang::Lang;
use crate::trace::store::{Awaited, Finding, FindingKind, ResourceClass, Trace, Wait};

/// The most tasks of one finding that are told.
const MOST_TOLD: usize = 24;

/// A finding as lines; the first says what it is.
pub(super) fn lines(finding: &Finding, trace: &Trace, places: &Places, lang: Lang) -> Vec<String> {
    let mut lines = vec![head(finding, places, lang)];
    lines.extend(finding.waits.iter().take(MOST_TOLD).map(|wait| format!("  {}", sentence(wait, trace, places, lang))));
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
    }
}

fn sentence(wait: &Wait, trace: &Trace, places: &Places, lang: Lang) -> String {
    let who = trace.task_name(wait.task);
    let place = at_block(wait.block, places, lang);
    let (what, class) = match wait.on {
        Awaited::Resource(id) => {
            trace.resources.get(id.index()).map_or((format!("#{}", id.0), None), |info| (info.name.clone(), Some(info.class)))
        }
        Awaited::Task(task) => (trace.task_name(task), None),
    };
    let is_task = matches!(wait.on, Awaited::Task(_));
    let for_what = match (lang, is_task) {
        (Lang::En, false) => format!("{who} waits for {what}{place}"),
        (Lang::En, true) => format!("{who} waits for the end of {what}{place}"),
        (Lang::Zh, false) => format!("{who} 在等 {what}{place}"),
        (Lang::Zh, true) => format!("{who} 在等 {what} 结束{place}"),
    };
    if is_task {
        return for_what;
    }
    let released = matches!(class, Some(ResourceClass::Lock | ResourceClass::Semaphore));
    for_what + &help(&wait.helpers, wait.task, released, trace, lang)
}

fn help(helpers: &[TaskId], task: TaskId, released: bool, trace: &Trace, lang: Lang) -> String {
    let names: Vec<String> = helpers.iter().map(|&helper| trace.task_name(helper)).collect();
    match (lang, names.as_slice()) {
        (Lang::En, []) if released => "; nobody is left who could release it".to_owned(),
        (Lang::En, []) => "; nobody is left who could serve it".to_owned(),
        (Lang::Zh, []) => "；已没有谁能释放它".to_owned(),
        (Lang::En, [_]) if helpers == [task] => "; only it could release that itself".to_owned(),
        (Lang::Zh, [_]) if helpers == [task] => "；只有它自己能释放".to_owned(),
        (Lang::En, names) => {
            format!("; {} could {}", names.join(", "), if released { "release it" } else { "serve it" })
        }
        (Lang::Zh, names) => format!("；能{}它的是 {}", if released { "释放" } else { "满足" }, names.join("、")),
    }
}

/// ` at line 9, \`with fork[0]\``, or nothing.
pub(super) fn at_block(block: Option<BlockId>, places: &Places, lang: Lang) -> String {
    let Some(place) = block.and_then(|block| places.get(block)) else { return String::new() };
    match lang {
        Lang::En => format!(" at line {}, `{}`", place.line, place.text),
        Lang::Zh => format!("（第 {} 行 `{}`）", place.line, place.text),
    }
}
