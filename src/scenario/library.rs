//! The scenarios that come with Coreyard, embedded in the program. What each shows is said in its own `scenario` node.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::block::Kind;
use super::{ArgumentValue, Block, load};
use crate::lang::Lang;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = FILES.files().filter_map(entry).collect();
    entries.sort_by(|a, b| (a.topic_rank(), a.name).cmp(&(b.topic_rank(), b.name)));
    entries
});

/// Topics in the order in which they are best met.
pub const TOPICS: [&str; 13] = [
    "basics",
    "races",
    "locks",
    "deadlocks",
    "semaphores",
    "queues",
    "executors",
    "generators",
    "coroutines",
    "atomics",
    "interpreter",
    "processes",
    "performance",
];

/// The one to begin with.
pub const FIRST: &str = "producer-consumer";

/// A built-in scenario.
#[derive(Debug)]
pub struct Entry {
    /// Its file's name without the ending; what the command line calls it.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Its tags, the topic left out.
    pub tags: Vec<String>,
    /// Its first tag: one of [`TOPICS`].
    pub topic: String,
    titles: [String; 2],
    abouts: [String; 2],
}

impl Entry {
    /// What it is called.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        &self.titles[lang as usize]
    }

    /// What it is about.
    #[must_use]
    pub fn about(&self, lang: Lang) -> &str {
        &self.abouts[lang as usize]
    }

    fn topic_rank(&self) -> usize {
        TOPICS.iter().position(|topic| *topic == self.topic).unwrap_or(TOPICS.len())
    }

    /// Whether each word of `query` is in its name, title, text about it, topic or tags; letters' case does not matter.
    #[must_use]
    pub fn matches(&self, query: &str) -> bool {
        if query.trim().is_empty() {
            return true;
        }
        let [title, about] = [self.titles.join(" "), self.abouts.join(" ")];
        let all = [self.name, &title, &about, &self.topic, &self.tags.join(" ")].join(" ").to_lowercase();
        query.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }
}

/// Every built-in scenario, by topic, then by name.
#[must_use]
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The one called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

fn entry(file: &'static include_dir::File<'static>) -> Option<Entry> {
    let name = file.path().file_name()?.to_str()?.strip_suffix(".kdl")?;
    let text = file.contents_utf8()?;
    let scenario = load(text).value;
    let header = scenario.blocks.iter().find(|block| block.kind == Kind::Scenario)?;
    let mut tags = header.body.iter().filter(|block| block.kind == Kind::Tags).flat_map(texts).map(str::to_owned);
    let topic = tags.next().unwrap_or_default();
    let tags = tags.collect();
    let title = |name: &str| header.argument(name).and_then(text_of).unwrap_or_default().to_owned();
    let about = |lang: Lang| {
        let spoken = |block: &&Block| matches!(block.argument("lang"), Some(ArgumentValue::Choice(tag)) if *tag == lang.tag());
        let unmarked = |block: &&Block| lang == Lang::En && block.argument("lang").is_none();
        let mut abouts = header.body.iter().filter(|block| block.kind == Kind::About);
        abouts.find(|block| spoken(block) || unmarked(block)).and_then(|block| texts(block).next()).unwrap_or_default().to_owned()
    };
    Some(Entry { name, text, topic, tags, titles: [title("title"), title("zh")], abouts: [about(Lang::En), about(Lang::Zh)] })
}

fn texts(block: &Block) -> impl Iterator<Item = &str> {
    block.arguments.iter().filter_map(|argument| text_of(&argument.value))
}

fn text_of(value: &ArgumentValue) -> Option<&str> {
    match value {
        ArgumentValue::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_known_topic_and_says_what_it_is_in_both_languages() {
        assert!(entries().len() >= 15);
        for entry in entries() {
            assert!(TOPICS.contains(&entry.topic.as_str()), "{}: {}", entry.name, entry.topic);
            for lang in Lang::ALL {
                assert!(!entry.title(lang).is_empty() && !entry.about(lang).is_empty(), "{} {lang:?}", entry.name);
            }
        }
        assert!(find(FIRST).is_some());
    }

    #[test]
    fn a_search_finds_words_in_any_order_and_language() {
        assert!(find(FIRST).is_some_and(|entry| entry.matches("SENTINEL producer") && entry.matches("生产者")));
        assert!(find(FIRST).is_some_and(|entry| !entry.matches("philosopher")));
    }
}
