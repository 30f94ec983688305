//! The processes of a run in a table and as JSON: who started whom, how each ended, what it cost.

use serde_json::{Value, json};

use super::table::Table;
use crate::lang::{Lang, Words};
use crate::metrics::processes::cores_busy;
use crate::trace::store::{ProcessCounters, Trace};

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

/// A row for each process; none of a run that has only its own.
pub(super) fn table(trace: &Trace, lang: Lang, time: fn(crate::time::Nanos) -> String) -> Option<Table> {
    let processes = &trace.counters.processes;
    if processes.len() < 2 {
        return None;
    }
    let heading = [
        words("process", "进程"),
        words("pid", "进程号"),
        words("parent", "父进程"),
        words("ended", "结束"),
        words("CPU", "CPU"),
        words("cores", "核"),
        words("memory", "内存"),
    ];
    let mut table = Table::new(&heading.map(|words| words.get(lang)));
    for process in processes {
        let ended = match (process.exit_code, process.ended) {
            (Some(code), _) => {
                let how = words("exit code", "退出码").get(lang);
                let killed = if code < 0 { words(", by a signal", "，被信号终止").get(lang) } else { "" };
                format!("{how} {code}{killed}")
            }
            (None, Some(_)) => words("with the run", "随运行结束").get(lang).to_owned(),
            (None, None) if trace.ended.is_some() => words("with the run", "随运行结束").get(lang).to_owned(),
            (None, None) => words("goes on", "仍在运行").get(lang).to_owned(),
        };
        table.row(vec![
            name(process, lang),
            process.number.to_string(),
            process.parent.and_then(|parent| of(trace, parent)).map_or_else(|| "–".to_owned(), |parent| name(parent, lang)),
            ended,
            time(process.cpu),
            cores_busy(process, trace.elapsed).map_or_else(|| "–".to_owned(), |busy| format!("{busy:.2}")),
            memory(process.memory_bytes),
        ]);
    }
    Some(table)
}

fn of(trace: &Trace, id: crate::id::ProcessId) -> Option<&ProcessCounters> {
    trace.counters.processes.iter().find(|process| process.id == id)
}

fn name(process: &ProcessCounters, lang: Lang) -> String {
    if process.name.is_empty() { words("(the run's own)", "（主进程）").get(lang).to_owned() } else { process.name.clone() }
}

fn memory(bytes: u64) -> String {
    if bytes == 0 { "–".to_owned() } else { format!("{} MB", bytes.div_ceil(1 << 20)) }
}

/// All of them as JSON, each with the cores it kept busy on the average.
pub(super) fn list(trace: &Trace) -> Value {
    let each = trace.counters.processes.iter().map(|process| {
        let mut told = json!(process);
        told["cores_busy"] = json!(cores_busy(process, trace.elapsed));
        told
    });
    each.collect()
}
