//! What was found while a run went on, in full sentences: who waits for what, where, and who could help.

use super::place::Places;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::trace::store::{Awaited, Finding, FindingKind, ResourceClass, Trace, Wait};

/// The most tasks of one finding that are told.
const MOST_TOLD: usize = 24;

/// A finding as lines; the first says what it is.
pub(super) fn lines(finding: &Finding, trace: &Trace, places: &Places, lang: Lang) -> Vec<String> {
    let mut lines = vec![head(finding, places, lang)];
    if let FindingKind::NeverAwaited(_) = finding.kind {
        return lines;
    }
    lines.extend(
        finding.waits.iter().take(MOST_TOLD).map(|wait| format!("  {}", sentence(wait, finding.kind, trace, places, lang))),
    );
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
        (FindingKind::NeverAwaited(block), Lang::En) => {
            format!("After {at} a coroutine was gone that nobody had awaited, made{}", at_block(Some(block), places, lang))
        }
        (FindingKind::NeverAwaited(block), Lang::Zh) => {
            format!("{at} 时一个从未被 await 的协程被丢弃，创建于{}", at_block(Some(block), places, lang))
        }
    }
}

fn sentence(wait: &Wait, kind: FindingKind, trace: &Trace, places: &Places, lang: Lang) -> String {
    let who = trace.task_name(wait.task);
    let place = at_block(wait.block, places, lang);
    let (what, class) = match wait.on {
        Awaited::Resource(id) => {
            trace.resources.get(id.index()).map_or((format!("#{}", id.0), None), |info| (info.name.clone(), Some(info.class)))
        }
        Awaited::Task(task) => (trace.task_name(task), None),
    };
    if kind == FindingKind::Race {
        return match lang {
            Lang::En => format!("{who} is about to access {what}{place}"),
            Lang::Zh => format!("{who} 即将访问 {what}{place}"),
        };
    }
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
    let released = class.is_some_and(ResourceClass::is_held);
    for_what + &help(wait, kind == FindingKind::Deadlock, released, trace, lang)
}

/// Who could free it. `stuck`: they all wait themselves.
fn help(wait: &Wait, stuck: bool, released: bool, trace: &Trace, lang: Lang) -> String {
    let names: Vec<String> = wait.helpers.iter().map(|&helper| trace.task_name(helper)).collect();
    let verb = match (lang, released) {
        (Lang::En, true) => "release it",
        (Lang::En, false) => "help",
        (Lang::Zh, true) => "释放它",
        (Lang::Zh, false) => "帮到它",
    };
    let joined = names.join(if lang == Lang::En { ", " } else { "、" });
    match lang {
        Lang::En if names.is_empty() => format!("; nobody is left who could {verb}"),
        Lang::Zh if names.is_empty() => format!("；已没有谁能{verb}"),
        Lang::En if wait.helpers == [wait.task] => format!("; only itself could {verb}"),
        Lang::Zh if wait.helpers == [wait.task] => format!("；只有它自己能{verb}"),
        Lang::En if stuck && names.len() == 1 => format!("; only {joined} could {verb}, and waits too"),
        Lang::En if stuck => format!("; only {joined} could {verb}, and they wait too"),
        Lang::Zh if stuck => format!("；只有 {joined} 能{verb}，而它也在等待"),
        Lang::En => format!("; {joined} could {verb}"),
        Lang::Zh => format!("；{joined} 能{verb}"),
    }
}

/// Where, as the end of a clause; nothing for no block.
pub(super) fn at_block(block: Option<BlockId>, places: &Places, lang: Lang) -> String {
    let Some(place) = block.and_then(|block| places.get(block)) else { return String::new() };
    match lang {
        Lang::En => format!(" at line {}, `{}`", place.line, place.text),
        Lang::Zh => format!("（第 {} 行 `{}`）", place.line, place.text),
    }
}
