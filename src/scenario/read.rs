//! From the document's nodes to blocks: which kind each is, where it may stand, what belongs to what.
//! What was written behind a word is `argument`'s; whether it makes sense together is `check`'s.

use std::borrow::Cow;

use super::argument;
use super::block::{Body, Kind, Place, TABLE};
use super::{Block, Scenario};
use crate::diagnostic::{Checked, Diagnostic, Span, catalog};
use crate::document::{Document, Literal, Node};
use crate::id::BlockId;

/// Reads all of `document` that can be read. Its own diagnostics are not repeated.
#[must_use]
pub fn read(document: &Document) -> Checked<Scenario> {
    read_nodes(document.nodes())
}

/// The same of the top-level nodes of a document.
#[must_use]
pub fn read_nodes(nodes: &[Node]) -> Checked<Scenario> {
    let mut reader = Reader::default();
    let blocks = reader.blocks(nodes, Surrounding::Top);
    Checked { value: Scenario { blocks, block_count: reader.next }, diagnostics: reader.diagnostics }
}

/// Top-level nodes as blocks, numbered from `first`; the number behind the last.
pub(super) fn read_from(nodes: &[Node], first: u32) -> (Vec<Block>, u32) {
    let mut reader = Reader { next: first, ..Reader::default() };
    (reader.blocks(nodes, Surrounding::Top), reader.next)
}

/// Reads nodes that stand in no file yet: each may be of any kind, and a clause may stand first.
#[must_use]
pub fn read_anywhere(document: &Document) -> Scenario {
    let mut reader = Reader::default();
    let blocks = reader.blocks(document.nodes(), Surrounding::Anything);
    Scenario { blocks, block_count: reader.next }
}

/// What a node stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surrounding {
    Top,
    Header,
    Statements,
    /// Nothing is known of it.
    Anything,
    Process,
}

#[derive(Debug, Default)]
struct Reader {
    next: u32,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn blocks(&mut self, nodes: &[Node], surrounding: Surrounding) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        for node in nodes {
            let node = &*unfolded(node);
            let kind = self.kind(node, surrounding, blocks.last());
            let block = self.block(node, kind, surrounding);
            match (kind.info().place, blocks.last_mut()) {
                (Place::Clause(owners), Some(owner)) if may_follow(owner, owners) => owner.clauses.push(block),
                _ => blocks.push(block),
            }
        }
        blocks
    }

    /// What a node is that stands behind `before`. One that nobody knows, or that may not stand here, is told, and kept as such.
    fn kind(&mut self, node: &Node, surrounding: Surrounding, before: Option<&Block>) -> Kind {
        let word = || node.word.clone();
        let (Some(kind), _) = kind_of(&node.word) else {
            let behind = format!("await {}", node.word);
            let nearest = super::nearest(&node.word, TABLE.iter().map(|info| info.word));
            let nearest = if Kind::from_word(&behind).is_some() { Some(behind) } else { nearest };
            let told = Diagnostic::new(catalog::UNKNOWN_NODE, node.word_span, [word()]).replaced_by(nearest);
            self.diagnostics.push(told);
            return Kind::Unknown;
        };
        let told = match kind.info().place {
            Place::Clause(owners) => {
                if surrounding == Surrounding::Anything || before.is_some_and(|owner| may_follow(owner, owners)) {
                    return kind;
                }
                let behind = owners.iter().map(|owner| format!("`{}`", owner.info().word)).collect::<Vec<_>>().join(", ");
                Diagnostic::new(catalog::STRAY_CLAUSE, node.word_span, [word(), behind])
            }
            _ if stands(kind, surrounding) => return kind,
            Place::Top => Diagnostic::new(catalog::BELONGS_TO_TOP, node.word_span, [word()]),
            Place::Header => Diagnostic::new(catalog::BELONGS_TO_HEADER, node.word_span, [word()]),
            Place::Anywhere | Place::Statement => Diagnostic::new(catalog::BELONGS_TO_BODY, node.word_span, [word()]),
        };
        self.diagnostics.push(told);
        Kind::Unknown
    }

    fn block(&mut self, node: &Node, kind: Kind, surrounding: Surrounding) -> Block {
        let id = BlockId(self.next);
        self.next += 1;
        let told_before = self.diagnostics.len();
        let arguments = match kind {
            // What is behind the word of something unknown is nobody's to judge.
            Kind::Unknown => Vec::new(),
            _ => argument::read(node, kind.info(), &mut self.diagnostics),
        };
        let damaged = node.damaged || self.diagnostics.len() > told_before;
        let inside = match kind.info().body {
            Body::Never => None,
            Body::Statements if kind == Kind::Disabled => Some(surrounding),
            Body::Optional if kind == Kind::Unknown => Some(Surrounding::Anything),
            Body::Statements if kind == Kind::Process => Some(Surrounding::Process),
            Body::Statements | Body::Optional => Some(Surrounding::Statements),
            Body::Header => Some(Surrounding::Header),
        };
        let body = match (&node.children, inside) {
            (Some(children), Some(inside)) => self.blocks(children, inside),
            (Some(_), None) => {
                self.diagnostics.push(Diagnostic::new(catalog::NO_BODY, node.word_span, [node.word.clone()]));
                Vec::new()
            }
            (None, Some(_)) if kind.info().body == Body::Statements => {
                self.diagnostics.push(Diagnostic::new(catalog::NEEDS_BODY, node.word_span, [node.word.clone()]));
                Vec::new()
            }
            (None, _) => Vec::new(),
        };
        let written = argument::written(node, kind.info());
        Block {
            id,
            kind,
            awaited: kind != Kind::Unknown && kind_of(&node.word).1,
            arguments,
            written,
            body,
            clauses: Vec::new(),
            span: node.span,
            word: node.word_span,
            braces: node.braces,
            damaged,
        }
    }
}

/// The kind that a word names, and whether it stands behind `await`.
fn kind_of(word: &str) -> (Option<Kind>, bool) {
    let whole = Kind::from_word(word);
    if let Some(kind) = whole {
        return (whole, kind.needs_await());
    }
    let behind = word
        .strip_prefix(AWAIT)
        .and_then(Kind::from_word)
        .filter(|kind| !kind.needs_await() && stands(*kind, Surrounding::Statements));
    (behind, behind.is_some())
}

const AWAIT: &str = "await ";

/// A node as the table knows it: `await` and a block's word behind it are one word.
fn unfolded(node: &Node) -> Cow<'_, Node> {
    let Some(first) = node.entries.first().filter(|first| node.word == AWAIT.trim_end() && first.name.is_none()) else {
        return Cow::Borrowed(node);
    };
    let word = match &first.value {
        // What cannot stand there is told as the block it is.
        Literal::Text(word) if kind_of(&format!("{AWAIT}{word}")).0.is_some() => format!("{AWAIT}{word}"),
        _ => return Cow::Borrowed(node),
    };
    let mut unfolded = node.clone();
    unfolded.entries.remove(0);
    (unfolded.word, unfolded.word_span) = (word, Span::new(node.word_span.start, first.span.end));
    Cow::Owned(unfolded)
}

/// The kind that a block's word behind `await` makes of both.
#[must_use]
pub(super) fn behind_await(word: &str) -> Option<Kind> {
    kind_of(&format!("{AWAIT}{word}")).0.filter(|kind| kind.is_awaitable() || kind.needs_await())
}

fn stands(kind: Kind, surrounding: Surrounding) -> bool {
    if surrounding == Surrounding::Anything {
        return true;
    }
    match kind.info().place {
        Place::Top => surrounding == Surrounding::Top || surrounding == Surrounding::Process && kind.is_declared_inside(),
        Place::Header => surrounding == Surrounding::Header,
        Place::Statement => matches!(surrounding, Surrounding::Statements | Surrounding::Process),
        Place::Anywhere => surrounding != Surrounding::Header,
        Place::Clause(_) => false,
    }
}

/// Whether a clause that belongs to `owners` may come next: nothing comes behind an `else` or a `finally`.
fn may_follow(owner: &Block, owners: &[Kind]) -> bool {
    let last = owner.clauses.last().map_or(owner.kind, |clause| clause.kind);
    owners.contains(&last) || (owners.contains(&owner.kind) && !matches!(last, Kind::Else | Kind::Finally))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each block on a line, `id word{arguments}`, indented; clauses with a `+`; then the diagnostics.
    fn check(text: &str, expect: &[&str]) {
        fn tell(block: &Block, mark: &str, depth: usize, lines: &mut Vec<String>) {
            let info = block.kind.info();
            let arguments = block.arguments.iter().map(|argument| format!(" {}", info.parameters[argument.parameter].name));
            let line = format!("{}{mark}{} {}{}", "  ".repeat(depth), block.id.0, info.word, arguments.collect::<String>());
            lines.push(line);
            block.body.iter().for_each(|inner| tell(inner, "", depth + 1, lines));
            block.clauses.iter().for_each(|clause| tell(clause, "+", depth, lines));
        }
        let document = Document::new(text);
        assert_eq!(document.diagnostics(), []);
        let read = read(&document);
        let mut lines = Vec::new();
        read.value.blocks.iter().for_each(|block| tell(block, "", 0, &mut lines));
        for told in &read.diagnostics {
            lines.push(format!("{} {:?} {}", told.code, &text[told.span.range()], told.replacement.as_deref().unwrap_or("-")));
        }
        assert_eq!(lines, expect, "{text}");
    }

    #[test]
    fn clauses_belong_to_the_block_they_follow() {
        check(
            "main {\n if x { print a }\n elif y { }\n else { break }\n print b\n}",
            &[
                "0 main",
                "  1 if condition",
                "    2 print text",
                "  +3 elif condition",
                "  +4 else",
                "    5 break",
                "  6 print text",
            ],
        );
        check(
            "main {\n if x { }\n else { }\n else { }\n}",
            &["0 main", "  1 if condition", "  +2 else", "  3 unknown", "E0213 \"else\" -"],
        );
    }

    #[test]
    fn a_node_nobody_knows_has_its_nearest_name() {
        check("lokc a\nlock b", &["0 unknown", "1 lock name", "E0201 \"lokc\" lock"]);
    }

    #[test]
    fn await_and_the_block_behind_it_are_one() {
        let text = "main {\n await get q into=x\n await sleep ms=1\n await gather a b\n await t into=x\n gather a\n}";
        check(
            text,
            &[
                "0 main",
                "  1 get queue into",
                "  2 sleep ",
                "  3 await gather tasks tasks",
                "  4 await task into",
                "  5 unknown",
                "E0201 \"gather\" await gather",
            ],
        );
        let read = read(&Document::new(text)).value;
        let word = |block: &Block| (block.awaited, text[block.word.range()].to_owned());
        let words: Vec<_> = read.blocks[0].body.iter().take(4).map(word).collect();
        assert_eq!(words, ["await get", "await sleep", "await gather", "await"].map(|word| (true, word.to_owned())));
    }

    #[test]
    fn a_node_in_the_wrong_place_is_told() {
        check(
            "compute ms=1\nmain { lock a; about x }",
            &[
                "0 unknown",
                "1 main",
                "  2 unknown",
                "  3 unknown",
                "E0226 \"compute\" -",
                "E0227 \"lock\" -",
                "E0228 \"about\" -",
            ],
        );
    }

    #[test]
    fn what_stands_in_a_node_nobody_knows_is_kept_whatever_it_is() {
        check(
            "letters\nmain {\n wibble x=1 { lock a; else { compute ms=1 }; wobble }\n}",
            &[
                "0 unknown",
                "1 main",
                "  2 unknown",
                "    3 lock name",
                "    4 else",
                "      5 compute ",
                "    6 unknown",
                "E0201 \"letters\" -",
                "E0201 \"wibble\" -",
                "E0201 \"wobble\" -",
            ],
        );
    }

    #[test]
    fn braces_are_taken_only_where_blocks_go() {
        check("lock a { }\nmain", &["0 lock name", "1 main", "E0211 \"lock\" -", "E0212 \"main\" -"]);
    }

    #[test]
    fn every_shipped_scenario_and_every_example_of_the_table_reads_cleanly() {
        let shipped = include_dir::include_dir!("$CARGO_MANIFEST_DIR/scenarios");
        for file in shipped.files() {
            let document = Document::new(file.contents_utf8().expect("scenarios are text"));
            assert_eq!((document.diagnostics(), read(&document).diagnostics), (&[][..], vec![]), "{}", file.path().display());
        }
        for info in TABLE {
            let example = match info.place {
                Place::Top => info.example.to_owned(),
                Place::Header => format!("scenario x {{\n{}\n}}", info.example),
                Place::Anywhere | Place::Statement | Place::Clause(_) => format!("main {{\n{}\n}}", info.example),
            };
            let document = Document::new(example.as_str());
            assert_eq!((document.diagnostics(), read(&document).diagnostics), (&[][..], vec![]), "{example}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn reading_any_blocks_never_panics(words in proptest::collection::vec("(main|if|else|repeat|lock|put|expect|a|\\{|\\}|\n|count=3|ms=x|\"1 \\+\"|#true|into=y)", 0..24)) {
            let read = read(&Document::new(words.join(" ")));
            let mut ids = Vec::new();
            read.value.walk(&mut |block| ids.push(block.id.0));
            proptest::prop_assert_eq!(ids, (0..read.value.block_count).collect::<Vec<_>>());
        }
    }
}
