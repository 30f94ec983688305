//! What the blocks panel shows: a scenario as rows of tiles, nested bodies deeper, clauses attached to what they belong to.
//! Changes nothing: a change of blocks is `scenario::write`'s. Does not choose colours or measure text.

mod field;
mod heat;
mod kin;
mod note;
mod place;
mod sheet;
mod suggest;

pub use field::{Field, FieldId, fields};
pub use heat::{Heat, carried, heat};
pub use kin::Kin;
pub use note::{Note, NoteKind};
pub use place::{Gap, gaps, nearest, next_to};
pub use sheet::Sheet;
pub use suggest::suggestions;

use note::Notes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::diagnostic::Span;
use crate::id::BlockId;
use crate::scenario::block::{Accepts, Body, Form, Group, Kind};
use crate::scenario::write::find;
use crate::scenario::{Argument, ArgumentValue, Block, Scenario};

/// A tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which block.
    pub block: BlockId,
    /// Tells it from all others, also after an edit elsewhere, which numbers blocks afresh.
    pub key: Key,
    /// What it is.
    pub kind: Kind,
    /// Its word as it is written: `await get`.
    pub word: Cow<'static, str>,
    /// The groups of the bodies it stands in, from the outside; their number is its depth.
    pub inside: Vec<Group>,
    /// Whether it hangs on the row before it of the same depth: `else` on its `if`.
    pub clause: bool,
    /// What is written on it behind its word.
    pub parts: Vec<Piece>,
    /// What stands on it.
    pub what: What,
    /// The comment behind it on its line.
    pub note: Option<Note>,
    /// Whether it has a body, and whether that is folded away.
    pub fold: Fold,
    /// It stands in a `disabled`, or is one: it does not run.
    pub is_off: bool,
    /// Its place in the text the scenario was read from.
    pub span: Span,
}

/// What stands on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A block.
    Block,
    /// The place for the first block in `block`, which is empty.
    Hole,
    /// A comment on a line of its own.
    Note(Note),
}

impl Row {
    /// Whether it is a block's own.
    #[must_use]
    pub fn is_block(&self) -> bool {
        self.what == What::Block
    }
}

/// A block by what it is and what it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

/// Whether rows below a row belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// No body.
    None,
    /// Its body follows.
    Open,
    /// Its body of so many blocks is not shown.
    Closed(usize),
}

/// A piece of what is written on a tile, and which value of the block it belongs to, if the block takes such a one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Piece {
    /// What.
    pub part: Part,
    /// Whose.
    pub field: Option<FieldId>,
}

/// What a piece shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The name of something declared, bound or used.
    Name(String),
    /// A value.
    Value(String),
    /// Text to be shown or raised.
    Text(String),
    /// The name of a property; its value follows.
    Property(&'static str),
    /// What comes out goes into the local that follows.
    Into,
}

/// The rows of a scenario. `text` is the one it was read from; `folded` are the blocks whose bodies are closed.
#[must_use]
pub fn rows(scenario: &Scenario, text: &str, folded: &BTreeSet<Key>) -> Vec<Row> {
    let mut sheet = Sheet::default();
    sheet.follow(scenario, text, folded);
    sheet.rows().to_vec()
}

/// The innermost block whose node holds the byte `offset`.
#[must_use]
pub fn block_at(scenario: &Scenario, offset: usize) -> Option<BlockId> {
    let mut found = None;
    scenario.walk(&mut |block| {
        if block.span.touches(offset) {
            found = Some(block.id);
        }
    });
    found
}

/// The place of a block in its text.
#[must_use]
pub fn span_of(scenario: &Scenario, id: BlockId) -> Option<Span> {
    find(scenario, id).map(|block| block.span)
}

/// What is written on a block's tile, in one line: `acquire fork[i]`.
#[must_use]
pub fn written(scenario: &Scenario, text: &str, id: BlockId) -> Option<String> {
    let block = find(scenario, id)?;
    let parts = pieces(block, text);
    Some(in_words(&word(block, text), &parts))
}

/// The word on a block's tile, as it is written: `await get`.
#[must_use]
pub fn word(block: &Block, text: &str) -> Cow<'static, str> {
    match block.kind {
        Kind::Unknown => text.get(block.word.range()).unwrap_or_default().to_owned().into(),
        _ => block.words(),
    }
}

/// A tile in one line.
#[must_use]
pub fn in_words(word: &str, parts: &[Piece]) -> String {
    let mut words = word.to_owned();
    for piece in parts {
        words.push(' ');
        words.push_str(match &piece.part {
            Part::Name(text) | Part::Value(text) | Part::Text(text) => text,
            Part::Property(name) => name,
            Part::Into => "→",
        });
    }
    words
}

/// Of more comments on end the rest is counted.
const MOST_NOTES: usize = 4;

struct Rows<'a> {
    text: &'a str,
    folded: &'a BTreeSet<Key>,
    /// How many blocks alike in all that makes a key have been met.
    seen: BTreeMap<u64, u64>,
    done: Vec<Row>,
    notes: Notes,
    /// How many `disabled` it is inside of.
    off: usize,
    /// What was counted in the keys of outermost rows.
    counted: Vec<(u64, u64)>,
}

impl Rows<'_> {
    /// A block at the top of the file, if there is one, and the comments before what comes next at `end`.
    fn stretch(mut self, scenario: &Scenario, block: Option<usize>, next: (BlockId, Kind), end: usize) -> Self {
        if let Some(block) = block.and_then(|index| scenario.blocks.get(index)) {
            self.block(block, Key(0), &[], false, end);
        }
        self.notes(end, next, Key(0), &[]);
        self
    }

    /// Neighbours, before `end`.
    fn blocks(&mut self, blocks: &[Block], parent: Key, inside: &[Group], clause: bool, end: usize) {
        for (index, block) in blocks.iter().enumerate() {
            let end = blocks.get(index + 1).map_or(end, |next| next.span.start);
            self.block(block, parent, inside, clause, end);
        }
    }

    /// A block with all in it; what follows it on its line before `end` is its own.
    fn block(&mut self, block: &Block, parent: Key, inside: &[Group], clause: bool, end: usize) {
        self.notes(block.span.start, (block.id, block.kind), parent, inside);
        let parts = pieces(block, self.text);
        let key = self.key(parent, block.kind, &parts);
        let closed = self.folded.contains(&key);
        let fold = match block.body.is_empty() {
            true => Fold::None,
            false if closed => Fold::Closed(block.body.iter().map(size).sum()),
            false => Fold::Open,
        };
        let (kind, word, span) = (block.kind, word(block, self.text), block.span);
        let (inside_of, what, note) = (inside.to_vec(), What::Block, None);
        let own = self.done.len();
        self.off += usize::from(kind == Kind::Disabled);
        let is_off = self.off > 0;
        self.done.push(Row {
            block: block.id,
            key,
            kind,
            word,
            inside: inside_of,
            clause,
            parts,
            fold,
            is_off,
            span,
            what,
            note,
        });
        let open = block.braces.map_or(span.end, |braces| braces.start + 1);
        self.behind(own, self.line_end(open).min(block.body.first().map_or(span.end, |first| first.span.start)));
        if closed {
            while self.notes.before(span.end).is_some() {}
        } else {
            let mut within = inside.to_vec();
            within.push(block.kind.info().group);
            let takes = match kind.info().body {
                Body::Never => false,
                Body::Optional => block.braces.is_some(),
                Body::Statements | Body::Header => true,
            };
            if block.body.is_empty() && takes {
                let key = self.key(key, kind, &[]);
                let (parts, fold) = (Vec::new(), Fold::None);
                let (inside, what, note) = (within.clone(), What::Hole, None);
                let word = kind.info().word.into();
                let clause = false;
                self.done.push(Row { block: block.id, key, kind, word, inside, clause, parts, fold, is_off, span, what, note });
            }
            self.blocks(&block.body, key, &within, false, span.end);
            self.notes(span.end, (block.id, kind), key, &within);
        }
        self.off -= usize::from(kind == Kind::Disabled);
        self.behind(own, self.line_end(span.end).min(block.clauses.first().map_or(end, |clause| clause.span.start)));
        self.blocks(&block.clauses, key, inside, true, end);
    }

    /// A row for each comment before `end` that has not been met yet.
    fn notes(&mut self, end: usize, (block, kind): (BlockId, Kind), parent: Key, inside: &[Group]) {
        let mut all: Vec<Note> = std::iter::from_fn(|| self.notes.before(end)).collect();
        if all.len() > MOST_NOTES {
            let rest = all.split_off(MOST_NOTES - 1);
            all.push(Note::of_many(&rest));
        }
        for note in all {
            let key = self.key(parent, kind, &[Piece { part: Part::Text(note.text.clone()), field: None }]);
            let (inside, parts, span) = (inside.to_vec(), Vec::new(), note.span);
            let (what, fold) = (What::Note(note), Fold::None);
            let word = kind.info().word.into();
            let is_off = self.off > 0;
            let (clause, note) = (false, None);
            self.done.push(Row { block, key, kind, word, inside, clause, parts, what, note, fold, is_off, span });
        }
    }

    /// The comment before `end` is that of the row `own`, unless that has one or it begins its line.
    fn behind(&mut self, own: usize, end: usize) {
        if self.done[own].note.is_none() {
            self.done[own].note = self.notes.behind(end);
        }
    }

    fn line_end(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |length| at + length)
    }

    fn key(&mut self, parent: Key, kind: Kind, parts: &[Piece]) -> Key {
        let mut hasher = DefaultHasher::new();
        (parent, kind as u32, parts).hash(&mut hasher);
        let alike = hasher.finish();
        let nth = self.seen.entry(alike).or_default();
        *nth += 1;
        nth.hash(&mut hasher);
        if parent == Key(0) {
            self.counted.push((alike, *nth));
        }
        Key(hasher.finish())
    }
}

/// All that is written behind a block's word, what could not be understood included.
fn pieces(block: &Block, text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for written in &block.written {
        let parameter = written.parameter.and_then(|index| Some((index, block.kind.info().parameters.get(index)?)));
        let field = parameter.map(|(index, _)| {
            let nth = counts.entry(index).or_default();
            *nth += 1;
            FieldId { parameter: index, nth: *nth - 1 }
        });
        let argument = block.arguments.iter().find(|argument| argument.span == written.value);
        let value = match (argument, parameter) {
            (Some(argument), Some((_, parameter))) => value(&parameter.accepts, argument, text),
            // With the property's name, where no parameter is called so.
            (_, None) => Part::Value(text.get(written.span().range()).unwrap_or_default().to_owned()),
            _ => Part::Value(text.get(written.value.range()).unwrap_or_default().to_owned()),
        };
        let name = match parameter {
            // Of a bare `ms=` the unit says what it is.
            Some((_, parameter)) if parameter.form != Form::Property || parameter.name.is_empty() => None,
            Some((_, parameter)) if parameter.name == "into" => Some(Part::Into),
            Some((_, parameter)) => Some(Part::Property(parameter.name)),
            None => None,
        };
        pieces.extend(name.into_iter().chain([value]).map(|part| Piece { part, field }));
    }
    pieces
}

fn value(accepts: &Accepts, argument: &Argument, text: &str) -> Part {
    let source = |span: Span| text.get(span.range()).unwrap_or_default().to_owned();
    match &argument.value {
        ArgumentValue::Name(name) => Part::Name(name.clone()),
        ArgumentValue::Expression(expression) if matches!(accepts, Accepts::Reference(_) | Accepts::Target) => {
            Part::Name(source(expression.span))
        }
        ArgumentValue::Expression(expression) => Part::Value(source(expression.span)),
        ArgumentValue::Measure { amount, scale } => Part::Value(format!("{} {}", source(amount.span), unit(accepts, *scale))),
        ArgumentValue::Template(_) => Part::Text(unquoted(&source(argument.span)).to_owned()),
        ArgumentValue::Choice(choice) => Part::Value((*choice).to_owned()),
        ArgumentValue::Switch(on) => Part::Value(if *on { "✔" } else { "✘" }.to_owned()),
        ArgumentValue::Text(text) => Part::Text(text.clone()),
    }
}

/// How many blocks a block is, itself and its clauses included.
fn size(block: &Block) -> usize {
    let mut count = 0;
    block.walk(&mut |_| count += 1);
    count
}

fn unit(accepts: &Accepts, scale: u64) -> &'static str {
    match (accepts, scale) {
        (Accepts::Duration, 1) => "ns",
        (Accepts::Duration, 1_000) => "µs",
        (Accepts::Duration, 1_000_000) => "ms",
        (Accepts::Duration, _) => "s",
        (_, 1) => "B",
        (_, 1_000 | 1_024) => "kB",
        (_, _) => "MB",
    }
}

/// A KDL string without its quotes; escapes stay as written.
fn unquoted(text: &str) -> &str {
    let bare = text.trim_matches('#');
    bare.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn scenario(text: &str) -> Scenario {
        crate::scenario::load(text).value
    }

    fn show(rows: &[Row]) -> String {
        let mut shown = String::new();
        for row in rows {
            let indent = "  ".repeat(row.inside.len());
            let clause = if row.clause { "~ " } else { "" };
            if row.what == What::Hole {
                writeln!(shown, "{indent}.").expect("text takes text");
                continue;
            }
            if let What::Note(note) = &row.what {
                let sign = if note.kind == NoteKind::LeftOut { "/-" } else { "//" };
                let more = if let NoteKind::More(count) = note.kind { format!("+{count}") } else { String::new() };
                writeln!(shown, "{indent}{sign} {}{more}", note.text).expect("text takes text");
                continue;
            }
            let fold = match row.fold {
                Fold::None => String::new(),
                Fold::Open => " v".to_owned(),
                Fold::Closed(hidden) => format!(" >{hidden}"),
            };
            let note = row.note.as_ref().map(|note| format!(" // {}", note.text)).unwrap_or_default();
            writeln!(shown, "{indent}{clause}{}{fold}{note}", in_words(&row.word, &row.parts)).expect("text takes text");
        }
        shown
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(show(&rows(&scenario(text), text, &BTreeSet::new())), expected);
    }

    #[test]
    fn bodies_stand_deeper_and_clauses_at_the_height_of_what_they_belong_to() {
        check(
            "lock 锁\nmain {\n    try {\n        if \"1 < 2\" { with 锁 { compute ms=1.5 } }\n        else { break }\n    }\n    except ValueError as=e { print \"got {e}\" }\n    finally { release 锁 }\n}\n",
            "lock 锁\nmain v\n  try v\n    if 1 < 2 v\n      with 锁 v\n        compute 1.5 ms\n    ~ else v\n      break\n  ~ except ValueError as e v\n    print got {e}\n  ~ finally v\n    release 锁\n",
        );
    }

    #[test]
    fn arguments_are_short_and_have_their_units() {
        check(
            "queue jobs capacity=8\nthread t count=2 daemon=#true {\n    get jobs into=item timeout-ms=\"2 * 5\"\n    put jobs \"index * 1000 + i\"\n    sleep us=20\n}\n",
            "queue jobs capacity 8\nthread t count 2 daemon ✔ v\n  get jobs → item timeout 2 * 5 ms\n  put jobs index * 1000 + i\n  sleep 20 µs\n",
        );
    }

    #[test]
    fn a_block_that_awaits_says_so() {
        check(
            "queue q\ncoroutine c loop=l {\n    await get q into=x\n    get q into=x\n    await sleep ms=1\n}\n",
            "queue q\ncoroutine c loop l v\n  await get q → x\n  get q → x\n  await sleep 1 ms\n",
        );
    }

    #[test]
    fn a_folded_body_is_counted_and_stays_folded_when_blocks_before_it_change() {
        let text = "thread a { loop { break } }\nthread b { loop { break } }\n";
        let all = rows(&scenario(text), text, &BTreeSet::new());
        let second_loop = all.iter().filter(|row| row.kind == Kind::Loop).nth(1).expect("there are two loops");
        let folded: BTreeSet<_> = [second_loop.key].into();
        let expected = "thread a v\n  loop v\n    break\nthread b v\n  loop >1\n";
        assert_eq!(show(&rows(&scenario(text), text, &folded)), expected);
        let edited = format!("lock new\n{text}");
        assert_eq!(show(&rows(&scenario(&edited), &edited, &folded)), format!("lock new\n{expected}"));
    }

    #[test]
    fn comments_stand_where_they_are_written() {
        let text = "// head\nlock a // one\nmain { // why\n    // before\n    with a { yield-cpu } /* two */\n    /-sleep ms=1 // x\n    if 1 { } // if\n    // between\n    else { /* in */ }\n    // last\n}\n// end";
        check(
            text,
            "// head\nlock a // one\nmain v // why\n  // before\n  with a v // two\n    yield-cpu\n  /- sleep ms=1 // x\n  if 1 // if\n    .\n  // between\n  ~ else // in\n    .\n  // last\n// end\n",
        );
        let scenario = scenario(text);
        let all = rows(&scenario, text, &BTreeSet::new());
        let main = all.iter().find(|row| row.kind == Kind::Main && row.is_block()).expect("it is there");
        assert_eq!(show(&rows(&scenario, text, &[main.key].into())), "// head\nlock a // one\nmain >4 // why\n// end\n");
    }

    #[test]
    fn a_comment_in_the_middle_of_a_line_stands_at_the_block_behind_it() {
        check(
            "main { /* first */ compute ms=1; /* then */ sleep ms=1; /* last */ }\nlock a; /* none */\nlock b /* b */\n",
            "main v\n  // first\n  compute 1 ms\n  // then\n  sleep 1 ms // last\nlock a // none\nlock b // b\n",
        );
    }

    #[test]
    fn what_nobody_knows_has_a_row_with_all_that_is_written() {
        check(
            "letters\nfrobnicate 3 x=2 // who\nmain {\n    compute colour=red\n    wibble { lock a }\n    lock \"b\" { }\n}\n",
            "letters\nfrobnicate 3 x=2 // who\nmain v\n  compute colour=red\n  wibble v\n    lock a\n  lock \"b\"\n    .\n",
        );
    }

    #[test]
    fn many_comments_on_end_are_counted() {
        check(&format!("{}lock a\n", "// x\n".repeat(9)), "// x\n// x\n// x\n// +6\nlock a\n");
    }

    #[test]
    fn a_byte_is_in_its_innermost_block_and_a_block_has_its_place() {
        let text = "lock 锁\nmain { with 锁 { break } }\n";
        let scenario = scenario(text);
        let word_at = |offset: usize| block_at(&scenario, offset).and_then(|id| written(&scenario, text, id)).unwrap_or_default();
        let places = [0, text.find("with").expect("it is there"), text.find("break").expect("it is there"), text.len()];
        assert_eq!(places.map(word_at), ["lock 锁", "with 锁", "break", ""]);
        let with = block_at(&scenario, places[1]).expect("it was found");
        assert_eq!(span_of(&scenario, with).map(|span| &text[span.range()]), Some("with 锁 { break }"));
    }
}
