//! The shipped scenarios: each is read without a problem, survives a round trip, speaks both languages, names rows that exist.

#![expect(clippy::disallowed_methods, reason = "the scenarios are read as the files they are")]

use std::collections::{BTreeMap, BTreeSet};

use coreyard::document::{Document, edit::Edit};
use coreyard::scenario::block::Kind;
use coreyard::scenario::{ArgumentValue, Block, Scenario, library, load};
use coreyard::{diagnostic, lang::Lang, program};

/// Name and text of every shipped scenario, by name.
pub(crate) fn shipped() -> BTreeMap<String, String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(folder)
        .expect("the package has a folder of scenarios")
        .map(|entry| entry.expect("it can be listed").path());
    let stem = |path: &std::path::Path| path.file_stem().and_then(|stem| stem.to_str()).expect("the names are plain").to_owned();
    files.map(|path| (stem(&path), std::fs::read_to_string(&path).expect("a scenario is UTF-8"))).collect()
}

/// Rows of CONFORMANCE.md that this vocabulary can say, if not always all of the row.
const ROWS: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17", "A18", "A19",
    "A20", "A21", "A22", "A23", "A24", "A25", "A26", "A27", "A28", "A29", "A30", "A31", "A32", "A33", "A34", "A35", "A36", "A37",
    "A38", "A39", "A40", "A41", "A42", "A43", "A44", "A45", "A46", "A47", "A48", "A49", "A50", "A51", "A52", "A53", "A54", "B1",
    "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18",
];

fn read(name: &str, text: &str) -> Scenario {
    let loaded = load(text);
    let told: Vec<String> = loaded.diagnostics.iter().map(|told| diagnostic::render(text, name, told, Lang::En)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    loaded.value
}

fn header(scenario: &Scenario) -> &Block {
    scenario.blocks.iter().find(|block| block.kind == Kind::Scenario).expect("a shipped scenario has a title")
}

fn text_of(value: Option<&ArgumentValue>) -> Option<&str> {
    match value {
        Some(ArgumentValue::Text(text)) => Some(text),
        _ => None,
    }
}

fn tags(scenario: &Scenario) -> Vec<String> {
    let tags = header(scenario).body.iter().filter(|block| block.kind == Kind::Tags);
    let words = tags.flat_map(|block| block.arguments_of("tags").filter_map(|argument| text_of(Some(&argument.value))));
    words.map(str::to_owned).collect()
}

#[test]
fn every_shipped_scenario_checks_without_a_word() {
    let shipped = shipped();
    assert!(shipped.len() >= 20, "{} scenarios", shipped.len());
    for (name, text) in &shipped {
        let scenario = read(name, text);
        let compiled = program::compile::compile(&scenario, &[]);
        let told: Vec<_> = compiled.diagnostics.iter().map(|told| diagnostic::render(text, name, told, Lang::En)).collect();
        assert!(told.is_empty() && compiled.value.is_some(), "{name}: {}", told.join("\n"));
    }
}

#[test]
fn every_shipped_scenario_survives_a_round_trip_byte_for_byte() {
    for (name, text) in shipped() {
        let mut document = Document::new(text.as_str());
        assert_eq!(document.text(), text, "{name}");
        assert!(!document.is_read_only(), "{name}");
        // A comment at every line's start and its undoing, as the editor would do it.
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        for start in starts {
            let edit = Edit { span: diagnostic::Span::new(start, start), text: "// x\n".to_owned() };
            let inverse = document.apply(&edit);
            document.apply(&inverse);
            assert_eq!(document.text(), text, "{name}");
        }
        assert_eq!(document.nodes(), Document::new(text.as_str()).nodes(), "{name}: the tree is that of the text");
    }
}

#[test]
fn every_shipped_scenario_speaks_both_languages() {
    for (name, text) in shipped() {
        let scenario = read(&name, &text);
        let header = header(&scenario);
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(text_of(header.argument("title")).is_some_and(|title| !chinese(title)), "{name}: an English title");
        assert!(text_of(header.argument("zh")).is_some_and(chinese), "{name}: a Chinese title");
        let abouts: Vec<(bool, &str)> = header
            .body
            .iter()
            .filter(|block| block.kind == Kind::About)
            .map(|block| {
                (
                    block.argument("lang") == Some(&ArgumentValue::Choice("zh")),
                    text_of(block.argument("text")).unwrap_or_default(),
                )
            })
            .collect();
        let [(false, english), (true, translated)] = abouts.as_slice() else { panic!("{name}: {abouts:?}") };
        assert!(!chinese(english) && english.ends_with('.'), "{name}: {english}");
        assert!(chinese(translated) && translated.ends_with('。'), "{name}: {translated}");
    }
}

#[test]
fn every_shipped_scenario_has_a_topic_and_an_expectation() {
    for (name, text) in shipped() {
        let scenario = read(&name, &text);
        let tags = tags(&scenario);
        assert!(tags.first().is_some_and(|topic| library::TOPICS.contains(&topic.as_str())), "{name}: {tags:?}");
        assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len(), "{name}: {tags:?}");
        assert!(scenario.blocks.iter().any(|block| block.kind == Kind::Expect), "{name} expects something");
    }
}

#[test]
fn every_row_this_vocabulary_can_say_is_shown_and_no_other_is_claimed() {
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in shipped() {
        for tag in tags(&read(&name, &text)) {
            let row = tag.strip_prefix(['A', 'B']).is_some_and(|number| number.parse::<u32>().is_ok());
            if row {
                shown.entry(tag).or_default().push(name.clone());
            }
        }
    }
    for (row, scenarios) in &shown {
        println!("{row}: {}", scenarios.join(", "));
    }
    let claimed: BTreeSet<&str> = shown.keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = ROWS.iter().copied().collect();
    assert_eq!(claimed, expected);
}
