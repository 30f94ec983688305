//! A run as JSON: the same numbers as the report. The names of its fields stay; new ones may come.
//!
//! `format` 1: `run` (name, engine, machine, cores, `cores_asked` where there are fewer, seed, schedule, record, overrides, version, `started` in Unix seconds),
//! `ended` (`completed`, `deadlocked`, `stopped`, `timed-out`, `limit-reached`, `crashed`, or null for a trace cut short) with
//! `why`, `verdicts`, `findings`, `metrics` (times end in `_nanos`; `resources` is null where
//! nothing was counted), `processes`, `values` at the end by name, `variables` (what tasks stood in when the run was looked at last:
//! frames with their locals, generators with their states), `output` lines. A task has one name throughout, that of the report: in
//! a process of its own with that before it, as a resource there (`left.worker-1`).

use serde_json::{Map, Value, json};

use super::place::Places;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::metrics::Metrics;
use crate::trace::store::{Awaited, Ended, Finding, FindingKind, Plain, Trace};
use crate::verdict::{Subject, Verdict};

/// The number of this form.
const FORMAT: u32 = 1;

/// A run.
#[must_use]
pub fn run(trace: &Trace, metrics: &Metrics, verdicts: &[Verdict], lang: Lang) -> Value {
    let places = Places::of(&trace.header.text);
    let header = &trace.header;
    let (ended, why) = ended(trace.ended.as_ref(), lang);
    let met_at = match &trace.ended {
        Some(Ended::LimitReached(reached)) => line(reached.block, &places),
        _ => None,
    };
    let output: Vec<Value> =
        trace.output.iter().map(|line| json!({ "at_nanos": line.at, "task": trace.who(line.task), "text": line.text })).collect();
    json!({
        "format": FORMAT,
        "run": {
            "name": header.name,
            "engine": header.engine,
            "machine": header.machine,
            "cores": header.cores,
            "cores_asked": header.cores_asked,
            "seed": header.seed,
            "schedule": header.schedule,
            "record": header.record,
            "overrides": header.overrides,
            "version": header.version,
            "started": header.started,
        },
        "ended": ended,
        "why": why,
        "why_line": met_at,
        "verdicts": verdicts_of(verdicts, &places, lang),
        "findings": trace.findings.iter().map(|finding| finding_of(finding, trace, &places)).collect::<Vec<_>>(),
        "metrics": counted(metrics, header.record != "off"),
        "processes": super::processes::list(trace),
        "values": values(trace),
        "variables": super::variables::variables(trace, &places),
        "output": output,
    })
}

/// Verdicts, each with its place.
#[must_use]
pub fn verdicts_of(verdicts: &[Verdict], places: &Places, lang: Lang) -> Value {
    let each = verdicts.iter().map(|verdict| {
        let (about, block) = match &verdict.subject {
            Subject::Check(block) => ("check", Some(*block)),
            Subject::Deadlock => ("deadlock", None),
            Subject::Exception { block, .. } => ("exception", *block),
            Subject::Death { block, .. } => ("death", *block),
        };
        let seen: Map<String, Value> = verdict.seen.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "about": about,
            "line": line(block, places),
            "text": block.and_then(|block| places.get(block)).map(|place| &place.text),
            "judgement": verdict.judgement,
            "strength": verdict.strength,
            "words": verdict.words(lang),
            "seen": seen,
        })
    });
    each.collect()
}

fn finding_of(finding: &Finding, trace: &Trace, places: &Places) -> Value {
    let (kind, block) = match finding.kind {
        FindingKind::Deadlock => ("deadlock", None),
        FindingKind::WaitingCycle => ("waiting-cycle", None),
        FindingKind::Race => ("race", None),
        // Where the first of what is held was acquired.
        FindingKind::Leak => ("leak", finding.waits.first().and_then(|wait| wait.block)),
        FindingKind::Broken(block) => ("broken-invariant", Some(block)),
        FindingKind::NeverAwaited(block) => ("never-awaited", Some(block)),
    };
    let waits: Vec<Value> = finding
        .waits
        .iter()
        .map(|wait| {
            let (resource, task) = match wait.on {
                Awaited::Resource(id) => (trace.resources.get(id.index()).map(|info| info.name.clone()), None),
                Awaited::Task(task) => (None, Some(trace.who(task))),
            };
            let helpers: Vec<String> = wait.helpers.iter().map(|&helper| trace.who(helper)).collect();
            json!({
                "task": trace.who(wait.task),
                "line": line(wait.block, places),
                "for_resource": resource,
                "for_task": task,
                "helpers": helpers,
            })
        })
        .collect();
    json!({ "kind": kind, "at_nanos": finding.at, "line": line(block, places), "waits": waits })
}

fn line(block: Option<BlockId>, places: &Places) -> Option<usize> {
    block.and_then(|block| places.get(block)).map(|place| place.line)
}

fn ended(ended: Option<&Ended>, lang: Lang) -> (Option<&'static str>, Option<String>) {
    match ended {
        None => (None, None),
        Some(Ended::Completed) => (Some("completed"), None),
        Some(Ended::Deadlocked) => (Some("deadlocked"), None),
        Some(Ended::Stopped) => (Some("stopped"), None),
        Some(Ended::TimedOut) => (Some("timed-out"), None),
        Some(Ended::LimitReached(reached)) => (Some("limit-reached"), Some(reached.limit.words(lang))),
        Some(Ended::Crashed(why)) => (Some("crashed"), Some(why.clone())),
    }
}

/// The metrics, without the totals of resources where none were kept.
fn counted(metrics: &Metrics, resources: bool) -> Value {
    let mut told = json!(metrics);
    if !resources {
        told["resources"] = Value::Null;
    }
    told
}

/// Each `shared`'s value and each queue's items at the end, by name; null where the run did not end in order.
#[must_use]
pub fn values(trace: &Trace) -> Value {
    let Some(state) = &trace.final_state else { return Value::Null };
    let named = trace.resources.iter().zip(&state.resources);
    named.filter_map(|(info, value)| Some((info.name.clone(), plain(value.as_ref()?, trace)))).collect::<Map<_, _>>().into()
}

fn plain(value: &Plain, trace: &Trace) -> Value {
    match value {
        Plain::None => Value::Null,
        Plain::Bool(truth) => json!(truth),
        Plain::Int(int) => json!(int),
        Plain::Float(float) if float.is_finite() => json!(float),
        Plain::Float(float) => json!(float.to_string()),
        Plain::Text(text) => json!(text),
        Plain::List(items) => items.iter().map(|item| plain(item, trace)).collect(),
        Plain::Task(task) => json!({ "task": trace.who(*task) }),
        Plain::Resource(id) => json!({ "resource": trace.resources.get(id.index()).map(|info| &info.name) }),
        Plain::Generator(generator) => json!({ "generator": generator.number, "task": trace.who(generator.task) }),
        Plain::Exception(raised) => json!({ "exception": raised.name, "message": raised.message }),
    }
}
