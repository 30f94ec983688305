//! Servers and files in a table: how often each was asked, and how long its answers took.

use super::table::Table;
use crate::lang::{Lang, Words};
use crate::metrics::Resource;
use crate::time::Nanos;

/// Rows shown.
const MOST_ROWS: usize = 100;

/// A row for each; none where there is none.
pub(super) fn table(resources: &[Resource], lang: Lang, time: fn(Nanos) -> String) -> Option<Table> {
    let outside: Vec<&Resource> = resources.iter().filter(|resource| resource.class.is_outside()).collect();
    if outside.is_empty() {
        return None;
    }
    let words = |en, zh| Words { en, zh }.get(lang);
    let mut table = Table::new(&[
        words("name", "名称"),
        words("requests, writes", "请求、写入"),
        words("reads", "读取"),
        words("a second", "每秒"),
        words("at once", "同时最多"),
        words("waited", "等待合计"),
        words("wait p50", "等待 p50"),
        "p99",
        words("max", "最长"),
    ]);
    for resource in outside.iter().take(MOST_ROWS) {
        let mut row = vec![resource.name.clone(), resource.acquisitions.to_string(), resource.gets.to_string()];
        row.extend([format!("{:.0}", resource.per_second), resource.longest_queue.to_string()]);
        let wait = resource.wait;
        row.extend([wait.total, wait.p50, wait.p99, wait.max].map(time));
        table.row(row);
    }
    Some(table)
}
