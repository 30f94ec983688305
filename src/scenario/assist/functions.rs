//! What the functions of expressions do, in a sentence each.

use crate::lang::Words;

/// How each function is called, and what it gives.
pub(super) const FUNCTIONS: &[(&str, &str, Words)] = &[
    ("abs", "abs(x)", Words { en: "The number without its sign.", zh: "绝对值。" }),
    ("cores_busy", "cores_busy('label')", Words { en: "Cores busy in the region.", zh: "区域内忙碌的核心数。" }),
    (
        "elapsed",
        "elapsed('label')",
        Words {
            en: "How long the region took, in ms, without pauses of the run.", zh: "区域用时，单位毫秒，不含运行的暂停。"
        },
    ),
    ("float", "float(x)", Words { en: "The number, or the text read as one, with a point.", zh: "转换为浮点数。" }),
    ("inside", "inside('label')", Words { en: "How many tasks are in the region now.", zh: "此刻在区域内的任务数。" }),
    ("int", "int(x)", Words { en: "The number, or the text read as one, cut to a whole one.", zh: "转换为整数。" }),
    ("len", "len(x)", Words { en: "How many items a list, a text or a queue has.", zh: "列表、文本或队列的长度。" }),
    ("max", "max(a, b, …)", Words { en: "The greatest.", zh: "最大值。" }),
    ("min", "min(a, b, …)", Words { en: "The least.", zh: "最小值。" }),
    ("now", "now()", Words { en: "Seconds since the run began.", zh: "运行开始以来的秒数。" }),
    (
        "peak",
        "peak('label')",
        Words { en: "The most tasks there were in the region at once.", zh: "区域内同时存在的任务数的最大值。" },
    ),
    ("rand", "rand(n)", Words { en: "A whole number from 0 to n - 1, by the seed.", zh: "由种子决定的 0 到 n - 1 的整数。" }),
    ("range", "range(n)", Words { en: "The list of whole numbers from 0 to n - 1.", zh: "0 到 n - 1 的整数列表。" }),
    ("str", "str(x)", Words { en: "The value as text.", zh: "转换为文本。" }),
    ("sum", "sum(xs)", Words { en: "All items of a list added up.", zh: "列表各项之和。" }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_says_what_it_does() {
        for name in crate::scenario::check::function_names() {
            assert!(FUNCTIONS.iter().any(|(known, ..)| *known == name), "{name}");
        }
        assert!(FUNCTIONS.is_sorted_by_key(|(name, ..)| *name));
    }
}
