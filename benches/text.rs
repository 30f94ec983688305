//! Reading and checking texts, and one keystroke, beside the kdl crate's reading alone.

use crate::peers::nanos_each;
use coreyard::diagnostic::Span;
use coreyard::document::{Document, edit::Edit};
use std::fmt::Write as _;
use std::hint::black_box;

/// A scenario of `lines` lines: threads that lock, compute, put and print.
pub fn scenario(lines: usize) -> String {
    let mut text = String::from("scenario bench\nlock tally\nqueue jobs\nshared done 0\n");
    for thread in 0.. {
        if text.lines().count() >= lines {
            break;
        }
        let body = "    repeat 10 as=i {\n        compute us=1 // a comment\n        put jobs \"index * 1000 + i\"\n    }\n    with tally {\n        \
                    set done \"done + 1\"\n    }\n    print \"thread {index} of {done}\"\n";
        write!(text, "thread worker{thread} count=2 {{\n{body}}}\n").expect("a String takes every text");
    }
    text
}

/// Milliseconds to read and check each 1,000 lines of `text`.
pub fn read_and_check(text: &str, rounds: u64) -> f64 {
    per_thousand_lines(text, rounds, || {
        let loaded = coreyard::scenario::load(black_box(text));
        assert!(loaded.diagnostics.is_empty(), "the bench's text is right: {:?}", loaded.diagnostics);
        black_box(loaded);
    })
}

/// Milliseconds for the kdl crate to read each 1,000 lines of `text`.
pub fn kdl_reads(text: &str, rounds: u64) -> f64 {
    per_thousand_lines(text, rounds, || drop(black_box(text.parse::<kdl::KdlDocument>().expect("the bench's text is right"))))
}

/// Milliseconds for one character typed in the middle of `text`: the document's change and reading again what it touched.
pub fn keystroke(text: &str, rounds: u64) -> f64 {
    let mut document = Document::new(text);
    let middle =
        text.match_indices("done + 1").nth(text.matches("done + 1").count() / 2).expect("the bench's text has a counter").0;
    let each = nanos_each(rounds, || {
        for _ in 0..rounds {
            let typed = document.apply(&Edit { span: Span::new(middle + 8, middle + 8), text: "1".to_owned() });
            document.apply(&typed);
        }
    });
    black_box(document.nodes().len());
    each / 2e6
}

/// Milliseconds for the kdl crate to read all of `text` once.
pub fn kdl_reads_all(text: &str, rounds: u64) -> f64 {
    nanos_each(rounds, || (0..rounds).for_each(|_| drop(black_box(text.parse::<kdl::KdlDocument>())))) / 1e6
}

fn per_thousand_lines(text: &str, rounds: u64, mut read: impl FnMut()) -> f64 {
    let each = nanos_each(rounds, || {
        for _ in 0..rounds {
            read();
        }
    });
    each / 1e6 / (crate::peers::as_f64(text.lines().count() as u64) / 1000.0)
}
