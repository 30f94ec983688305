//! Verdicts and findings as the lines of the verdict panel.

use crate::id::TaskId;
use crate::lang::Lang;
use crate::scenario::{Block, Scenario};
use crate::trace::store::{Awaited, Finding, FindingKind, Trace, Wait};
use crate::ui::state::VerdictLine;
use crate::verdict::{Judgement, Subject, Verdict};

/// One line for each verdict, then one for each finding and each task in it.
pub(super) fn lines(verdicts: &[Verdict], scenario: &Scenario, text: &str, trace: &Trace, lang: Lang) -> Vec<VerdictLine> {
    let judged = verdicts.iter().map(|verdict| {
        let (claim, block) = match &verdict.subject {
            Subject::Check(block) => (written(scenario, text, *block), Some(*block)),
            Subject::Deadlock => (finding_words(FindingKind::Deadlock, lang).to_owned(), None),
            Subject::Exception { task, name, block, .. } => (format!("{task}: {name}"), *block),
        };
        let good = match verdict.judgement {
            Judgement::Holds | Judgement::Witnessed => Some(true),
            Judgement::Refuted => Some(false),
            Judgement::Unsettled | Judgement::NotJudged => None,
        };
        VerdictLine { good, claim, strength: verdict.words(lang), block }
    });
    judged.chain(trace.findings.iter().flat_map(|finding| finding_lines(finding, trace, lang))).collect()
}

fn written(scenario: &Scenario, text: &str, id: crate::id::BlockId) -> String {
    let mut found: Option<&Block> = None;
    scenario.walk(&mut |block| {
        if block.id == id {
            found = Some(block);
        }
    });
    found.and_then(|block| text.get(block.span.range())).unwrap_or_default().to_owned()
}

const fn finding_words(kind: FindingKind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (FindingKind::Deadlock, Lang::En) => "deadlock",
        (FindingKind::Deadlock, Lang::Zh) => "死锁",
        (FindingKind::WaitingCycle, Lang::En) => "waiting cycle",
        (FindingKind::WaitingCycle, Lang::Zh) => "循环等待",
        (FindingKind::Race, Lang::En) => "race",
        (FindingKind::Race, Lang::Zh) => "数据竞争",
        (FindingKind::Broken(_), Lang::En) => "invariant broken",
        (FindingKind::Broken(_), Lang::Zh) => "不变式被破坏",
        (FindingKind::NeverAwaited(_), Lang::En) => "never awaited",
        (FindingKind::NeverAwaited(_), Lang::Zh) => "从未被 await",
    }
}

fn finding_lines(finding: &Finding, trace: &Trace, lang: Lang) -> Vec<VerdictLine> {
    let kind = finding_words(finding.kind, lang);
    finding
        .waits
        .iter()
        .map(|wait| VerdictLine {
            good: None,
            claim: format!("{kind}: {}", task_name(trace, wait.task)),
            strength: wait_words(wait, finding.kind, trace, lang),
            block: wait.block,
        })
        .collect()
}

fn task_name(trace: &Trace, task: TaskId) -> String {
    trace.tasks.get(&task).map_or_else(|| format!("#{}", task.0), |info| info.name.clone())
}

/// What one task of a finding waits for, and who could free it.
fn wait_words(wait: &Wait, kind: FindingKind, trace: &Trace, lang: Lang) -> String {
    let on = match wait.on {
        Awaited::Resource(resource) => trace.resources.get(resource.index()).map(|info| info.name.clone()).unwrap_or_default(),
        Awaited::Task(task) => task_name(trace, task),
    };
    if let FindingKind::NeverAwaited(_) = kind {
        return match lang {
            Lang::En => "made a coroutine that nobody awaited: nothing of it has run".to_owned(),
            Lang::Zh => "创建了一个协程，但没有谁 await 它：它什么也没运行".to_owned(),
        };
    }
    if kind == FindingKind::Race {
        return match lang {
            Lang::En => format!("is about to access {on}, and nothing orders the two"),
            Lang::Zh => format!("即将访问 {on}，两者之间没有先后约束"),
        };
    }
    let helpers: Vec<_> = wait.helpers.iter().map(|task| task_name(trace, *task)).collect();
    match (lang, helpers.is_empty()) {
        (Lang::En, true) => format!("waits for {on}, and nobody is left who could let it go on"),
        (Lang::En, false) => format!("waits for {on}; could be helped by {}", helpers.join(", ")),
        (Lang::Zh, true) => format!("在等 {on}，已经没有谁能让它继续"),
        (Lang::Zh, false) => format!("在等 {on}；能帮上忙的有 {}", helpers.join("、")),
    }
}
