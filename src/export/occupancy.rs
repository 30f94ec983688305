//! Tables of what is more or less full or late: event loops, pools, pipes; and how many tasks are in each state. Owns no number.

use super::table::{NOTHING, Table, count};
use crate::lang::{Lang, Words};
use crate::metrics::{Metrics, Resource};
use crate::time::Nanos;
use crate::trace::store::{ResourceClass, TaskState};

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

fn titled(heading: &[Words], lang: Lang) -> Table {
    let heading: Vec<&str> = heading.iter().map(|words| words.get(lang)).collect();
    Table::new(&heading)
}

/// How long what becomes due in each event loop has to wait.
pub(super) fn loops(metrics: &Metrics, lang: Lang, time: fn(Nanos) -> String) -> Option<Table> {
    if metrics.loops.is_empty() {
        return None;
    }
    let heading =
        [words("loop", "循环"), words("rounds", "轮数"), words("lag p50", "延迟 p50"), words("p99", "p99"), words("max", "最长")];
    let mut table = titled(&heading, lang);
    for of in &metrics.loops {
        let mut row = vec![of.name.clone(), count(of.rounds)];
        row.extend([of.lag.p50, of.lag.p99, of.lag.max].map(time));
        table.row(row);
    }
    Some(table)
}

fn of_class(metrics: &Metrics, class: ResourceClass) -> Vec<&Resource> {
    metrics.resources.iter().filter(|resource| resource.class == class).collect()
}

fn known(number: Option<u64>) -> String {
    number.map_or_else(|| NOTHING.to_owned(), count)
}

/// How many workers of each pool are busy, and how many jobs stand in line for one.
pub(super) fn pools(metrics: &Metrics, lang: Lang) -> Option<Table> {
    let pools = of_class(metrics, ResourceClass::Pool);
    if pools.is_empty() {
        return None;
    }
    let heading = [
        words("pool", "池"),
        words("workers", "工作者"),
        words("busy", "忙碌"),
        words("idle", "空闲"),
        words("in line", "排队"),
        words("longest line", "最长队列"),
        words("jobs begun", "已开始的作业"),
    ];
    let mut table = titled(&heading, lang);
    // A process that works for a pool has a copy of it, and does not use it.
    let used = |pool: &&Resource| pool.acquisitions > 0 || pool.level != Some(0) || !pool.name.contains('.');
    for pool in pools.into_iter().filter(used) {
        let (workers, busy) = (pool.capacity.unwrap_or(0), pool.used.unwrap_or(0));
        let mut row = vec![pool.name.clone(), count(workers)];
        // Zeros are figures here.
        row.extend([busy, workers.saturating_sub(busy), pool.level.unwrap_or(0)].map(|number| number.to_string()));
        row.extend([pool.longest_queue, pool.acquisitions].map(count));
        table.row(row);
    }
    Some(table)
}

/// How full each pipe is.
pub(super) fn pipes(metrics: &Metrics, lang: Lang) -> Option<Table> {
    let pipes = of_class(metrics, ResourceClass::Pipe);
    if pipes.is_empty() {
        return None;
    }
    let heading = [
        words("pipe", "管道"),
        words("sent", "发送"),
        words("received", "接收"),
        words("left", "剩余"),
        words("taken", "占用"),
        words("of", "容量"),
        words("waited p99", "等待 p99"),
        words("max", "最长"),
    ];
    let mut table = titled(&heading, lang);
    for pipe in pipes {
        let mut row = vec![pipe.name.clone(), count(pipe.acquisitions), count(pipe.gets)];
        row.extend([pipe.level, pipe.used, pipe.capacity].map(known));
        row.extend(
            [pipe.wait.p99, pipe.wait.max].map(|time| if time == Nanos::ZERO { NOTHING.to_owned() } else { time.to_string() }),
        );
        table.row(row);
    }
    Some(table)
}

/// `3 running, 2 blocked`, of more tasks than a table shows.
pub(super) fn states(metrics: &Metrics, lang: Lang, word: fn(TaskState) -> Words) -> String {
    let each = metrics.states.iter().map(|(&state, &number)| format!("{} {number}", word(state).get(lang)));
    each.collect::<Vec<_>>().join(" · ")
}
