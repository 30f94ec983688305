//! What a change of blocks is called in the history, and why one cannot be made, in words.

use super::{BlockChange, Refusal, find, rename};
use crate::diagnostic::Span;
use crate::document::edit::Label;
use crate::id::BlockId;
use crate::lang::Words;
use crate::scenario::assist::mentions::Mentions;
use crate::scenario::assist::{rename_label, symbol_at};
use crate::scenario::block::Kind;
use crate::scenario::{Block, Scenario};

const INSERT: Words = Words { en: "Insert {0}", zh: "插入 {0}" };
const MOVE: Words = Words { en: "Move {0}", zh: "移动 {0}" };
const DELETE: Words = Words { en: "Delete {0}", zh: "删除 {0}" };
const DUPLICATE: Words = Words { en: "Duplicate {0}", zh: "复制 {0}" };
const SET: Words = Words { en: "Change {0}", zh: "修改 {0}" };
const RETYPE: Words = Words { en: "Change to {0}", zh: "改为 {0}" };
const CLEAR: Words = Words { en: "Clear {0}", zh: "清除 {0}" };
const WRAP: Words = Words { en: "Wrap in {0}", zh: "套上 {0}" };
const UNWRAP: Words = Words { en: "Unwrap {0}", zh: "拆去 {0}" };
const ENABLE: Words = Words { en: "Enable {0}", zh: "启用 {0}" };
const DISABLE: Words = Words { en: "Disable {0}", zh: "停用 {0}" };
const AWAIT: Words = Words { en: "Add or remove await: {0}", zh: "添加或去掉 await：{0}" };
const COMMENT_OUT: Words = Words { en: "Comment out {0}", zh: "注释掉 {0}" };
const COMMENT_IN: Words = Words { en: "Uncomment {0}", zh: "取消注释 {0}" };
const NOTE: Words = Words { en: "Comment {0}", zh: "注释 {0}" };
const EXTRACT: Words = Words { en: "Extract {0}", zh: "提取 {0}" };

/// What is longer is no name.
const MOST_OF_A_SUBJECT: usize = 24;

/// What `change` of the blocks of `text` is called.
pub(super) fn label(scenario: &Scenario, file: &str, change: &BlockChange) -> Label {
    let of = |words: Words, blocks: &[BlockId]| Label::new(words, &named(scenario, file, blocks));
    match change {
        BlockChange::Insert { text, .. } => {
            // As it comes into the file: what it declares may be called otherwise there.
            let text = rename::made_unique(text, file);
            let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
            let first = text.lines().map(str::trim).find(is_code).unwrap_or_default();
            inserted(first.split('{').next().unwrap_or_default())
        }
        BlockChange::Move { blocks, .. } => of(MOVE, blocks),
        BlockChange::Delete(blocks) => of(DELETE, blocks),
        BlockChange::Duplicate(blocks) => of(DUPLICATE, blocks),
        BlockChange::Set { block, parameter, nth, spelling, text } => {
            let value = if text.is_empty() { "\"\"" } else { text };
            let which = parameter_of(scenario, file, (*block, *parameter, *nth), spelling.as_deref());
            Label::new(SET, &format!("{which} = {value}"))
        }
        BlockChange::Retype { text, .. } => Label::new(RETYPE, text),
        BlockChange::Clear { block, parameter, nth } => {
            Label::new(CLEAR, &parameter_of(scenario, file, (*block, *parameter, *nth), None))
        }
        BlockChange::Rename { at, to } => {
            let named = symbol_at(&Mentions::of(file), *at);
            rename_label(named.as_ref().map_or("", |symbol| symbol.name.as_str()), to)
        }
        BlockChange::Wrap { kind, .. } => Label::new(WRAP, kind.info().word),
        BlockChange::Unwrap(blocks) => {
            let all = |kind: Kind| blocks.iter().all(|id| find(scenario, *id).is_some_and(|block| block.kind == kind));
            if all(Kind::Disabled) { Label::new(ENABLE, "") } else { of(UNWRAP, blocks) }
        }
        BlockChange::Disable(blocks) => of(DISABLE, blocks),
        BlockChange::Await(blocks) => of(AWAIT, blocks),
        BlockChange::CommentOut(blocks) => of(COMMENT_OUT, blocks),
        BlockChange::CommentIn(_) => Label::new(COMMENT_IN, ""),
        BlockChange::Note { text, .. } => Label::new(NOTE, text),
        BlockChange::DeleteNote(span) => Label::new(DELETE, first_line(file, *span)),
        BlockChange::MoveNote { span, .. } => Label::new(MOVE, first_line(file, *span)),
        BlockChange::Extract { name, .. } => Label::new(EXTRACT, name),
    }
}

/// What the insertion of something is called that has a name of its own.
#[must_use]
pub fn inserted(name: &str) -> Label {
    Label::new(INSERT, name)
}

fn first_line(text: &str, span: Span) -> &str {
    text.get(span.range()).and_then(|comment| comment.lines().next()).unwrap_or_default()
}

/// One block by its line, several by their number.
fn named(scenario: &Scenario, text: &str, blocks: &[BlockId]) -> String {
    match blocks {
        [one] => find(scenario, *one).map_or_else(String::new, |block| {
            let end = block.written.last().map_or(block.word.end, |written| written.value.end);
            text[block.span.start..end].to_owned()
        }),
        several => format!("× {}", several.len()),
    }
}

/// A value as one speaks of it: `compute: ms`, `put jobs: timeout-ms`.
fn parameter_of(scenario: &Scenario, text: &str, value: (BlockId, usize, usize), spelling: Option<&str>) -> String {
    let (block, parameter, nth) = value;
    let Some(block) = find(scenario, block) else { return String::new() };
    let written = block.written.iter().filter(|written| written.parameter == Some(parameter)).nth(nth);
    let spelled = written.and_then(|written| text.get(written.name?.range()));
    let name = block.kind.info().parameters.get(parameter).map_or("", |parameter| parameter.name);
    format!("{}: {}", subject(block, text, parameter), spelling.or(spelled).unwrap_or(name))
}

/// What a value is one of: the block's word, and what it is about unless the value is that itself.
#[must_use]
pub fn subject(block: &Block, text: &str, parameter: usize) -> String {
    let word = block.kind.info().word;
    let first = block.written.first().filter(|first| first.name.is_none() && first.parameter != Some(parameter));
    match first.and_then(|first| text.get(first.value.range())) {
        Some(about) if about.chars().count() <= MOST_OF_A_SUBJECT => format!("{word} {about}"),
        _ => word.to_owned(),
    }
}

impl Refusal {
    /// Why, in words.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Gone => Words { en: "This block is no longer there", zh: "这个块已经不在了" },
            Self::Misplaced => Words { en: "This block cannot stand there", zh: "这个块不能放在那里" },
            Self::Unreadable => Words { en: "This text holds no blocks", zh: "这段文本不是块" },
            Self::NoLine => Words { en: "Write one block, without braces", zh: "请写一个块，不带花括号" },
            Self::Scattered => Words { en: "Select blocks that stand side by side", zh: "请选择相邻的块" },
            Self::BadName => Words {
                en: "A name is letters, digits and _, and not a word of the language",
                zh: "名称由字母、数字和 _ 组成，不能是语言里的词",
            },
            Self::TakenName => Words { en: "This name is taken", zh: "这个名称已被占用" },
            Self::OutOfTurn => Words {
                en: "These values stand in order: one that others follow cannot be left out",
                zh: "这些值按顺序排列：后面还有值时，前面的不能空着",
            },
            Self::Nameless => Words { en: "This block has no name to change", zh: "这个块没有可以改的名称" },
            Self::LeavesBlocks => Words {
                en: "A routine cannot hold a return, break, continue or raise that leaves these blocks",
                zh: "其中的 return、break、continue 或 raise 会离开这些块，不能放进例程",
            },
            Self::ManyResults => Words {
                en: "More than one local set here is used later: a routine returns one",
                zh: "这里赋值的多个局部变量后面还要用，而例程只能返回一个",
            },
            Self::NothingToAwait => {
                Words { en: "There is nothing to await in this block", zh: "这个块没有可以 await 的操作" }
            }
            Self::Bodiless => Words { en: "There is nothing in it to keep", zh: "里面没有可以保留的块" },
        }
    }
}
