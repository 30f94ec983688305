//! Verdicts and findings as the lines of the verdict panel.

use crate::export::findings::words;
use crate::lang::{Lang, Words};
use crate::scenario::{Block, Scenario};
use crate::trace::ended::Reached;
use crate::trace::store::{Ended, Finding, FindingKind, Trace, Wait};
use crate::ui::state::VerdictLine;
use crate::verdict::{Judgement, Subject, Verdict};

const LIMIT: Words = Words { en: "a limit was met", zh: "达到上限" };

/// One line for each verdict, one for a limit that ended the run, then one for each finding and each task in it.
pub(super) fn lines(verdicts: &[Verdict], scenario: &Scenario, text: &str, trace: &Trace, lang: Lang) -> Vec<VerdictLine> {
    let judged = verdicts.iter().map(|verdict| {
        let (claim, block) = match &verdict.subject {
            Subject::Check(block) => (written(scenario, text, *block), Some(*block)),
            Subject::Deadlock => (finding_words(FindingKind::Deadlock, lang).to_owned(), None),
            Subject::Exception { task, name, block, .. } => (format!("{task}: {name}"), *block),
            Subject::Death { process, block, .. } => (process.clone(), *block),
        };
        let good = match verdict.judgement {
            Judgement::Holds | Judgement::Witnessed => Some(true),
            Judgement::Refuted => Some(false),
            Judgement::Unsettled | Judgement::NotJudged => None,
        };
        VerdictLine { good, claim, strength: verdict.words(lang), block }
    });
    let met = match &trace.ended {
        Some(Ended::LimitReached(Reached { limit, block })) => {
            let claim = LIMIT.get(lang).to_owned();
            Some(VerdictLine { good: None, claim, strength: limit.words(lang), block: *block })
        }
        _ => None,
    };
    judged.chain(met).chain(trace.findings.iter().flat_map(|finding| finding_lines(finding, trace, lang))).collect()
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
        (FindingKind::Leak, Lang::En) => "leak",
        (FindingKind::Leak, Lang::Zh) => "泄漏",
        (FindingKind::Broken(_), Lang::En) => "invariant broken",
        (FindingKind::Broken(_), Lang::Zh) => "不变式被破坏",
        (FindingKind::NeverAwaited(_), Lang::En) => "never awaited",
        (FindingKind::NeverAwaited(_), Lang::Zh) => "从未被 await",
    }
}

fn finding_lines(finding: &Finding, trace: &Trace, lang: Lang) -> Vec<VerdictLine> {
    let kind = finding_words(finding.kind, lang);
    let line = |wait: &Wait| VerdictLine {
        good: None,
        claim: format!("{kind}: {}", trace.who(wait.task)),
        strength: words(wait, finding, trace, "", lang),
        block: wait.block,
    };
    finding.waits.iter().map(line).collect()
}
