//! The values a block takes, one after another, as a user edits them: those that are written and places for those that are not.

use crate::lang::{Lang, Words};
use crate::scenario::block::{Accepts, Form, Parameter};
use crate::scenario::write::{BlockChange, name_of, subject, typed};
use crate::scenario::{Block, Written};

/// One value of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    /// The parameter: an index into those of the block's kind.
    pub parameter: usize,
    /// Which of its values, for a parameter that takes many.
    pub nth: usize,
}

/// A value of a block, or the place for one.
#[derive(Debug, Clone)]
pub struct Field {
    /// Which.
    pub id: FieldId,
    /// What it is for.
    pub parameter: &'static Parameter,
    /// What is written, as a user types it, with its unit; none when nothing is.
    pub value: Option<String>,
}

/// Every value `block` has and may have, in the order of its kind's table.
#[must_use]
pub fn fields(block: &Block, text: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    for (index, parameter) in block.kind.info().parameters.iter().enumerate() {
        let written: Vec<&Written> = block.written.iter().filter(|written| written.parameter == Some(index)).collect();
        let open = usize::from(written.is_empty() || parameter.form == Form::Rest);
        for nth in 0..written.len() + open {
            let value = written.get(nth).map(|written| shown(parameter, written, text));
            fields.push(Field { id: FieldId { parameter: index, nth }, parameter, value });
        }
    }
    fields
}

fn shown(parameter: &Parameter, written: &Written, text: &str) -> String {
    let value = typed(text.get(written.value.range()).unwrap_or_default());
    let spelling = written.name.and_then(|name| text.get(name.range())).unwrap_or_default();
    match parameter.accepts {
        Accepts::Switch => value.trim_start_matches('#').to_owned(),
        accepts if !accepts.units().is_empty() => {
            let unit = spelling.rsplit('-').next().unwrap_or_default();
            format!("{value} {unit}")
        }
        _ => value,
    }
}

impl Field {
    /// The change that gives it what a user typed; none when that is what it has.
    #[must_use]
    pub fn change(&self, block: &Block, typed: &str) -> Option<BlockChange> {
        let typed = typed.trim();
        let FieldId { parameter, nth } = self.id;
        if typed == self.value.as_deref().unwrap_or_default() {
            return None;
        }
        if let (Accepts::NewName, Some(_), Some((at, _))) = (self.parameter.accepts, &self.value, name_of(block)) {
            // Whoever changes the name of what is declared means the thing, wherever it is mentioned.
            return Some(BlockChange::Rename { at, to: typed.to_owned() });
        }
        if typed.is_empty() && self.parameter.accepts != Accepts::Text && self.parameter.accepts != Accepts::Template {
            return Some(BlockChange::Clear { block: block.id, parameter, nth });
        }
        let (text, spelling) = self.without_unit(typed);
        Some(BlockChange::Set { block: block.id, parameter, nth, spelling, text })
    }

    /// `5 s` is 5 in the spelling for seconds; without a unit, the one that is written stays.
    fn without_unit(&self, typed: &str) -> (String, Option<String>) {
        let units = self.parameter.accepts.units();
        let spellings = self.parameter.spellings();
        for ((unit, _), spelling) in units.iter().zip(spellings) {
            let amount = typed.strip_suffix(unit).filter(|amount| {
                amount.ends_with(' ') || amount.ends_with(|c: char| c.is_ascii_digit()) || amount.ends_with(')')
            });
            if let Some(amount) = amount.filter(|amount| !amount.trim().is_empty()) {
                return (amount.trim().to_owned(), Some(spelling));
            }
        }
        (typed.to_owned(), None)
    }

    /// What it takes, in words: the kind of value, its range, its units, what holds without it.
    #[must_use]
    pub fn takes(&self, lang: Lang) -> String {
        let words = |en: &'static str, zh: &'static str| Words { en, zh }.get(lang).to_owned();
        let mut takes = match self.parameter.accepts {
            Accepts::NewName | Accepts::Local => words("a name", "名称"),
            Accepts::Reference(kinds) => {
                let all: Vec<&str> = kinds.iter().map(|kind| kind.info().word).collect();
                all.join(" / ")
            }
            Accepts::Target => words("a shared variable", "共享变量"),
            Accepts::Expression => words("an expression", "表达式"),
            Accepts::Claim => words("an outcome, or an expression", "某种结局，或一个表达式"),
            Accepts::Integer { min, max } => {
                let most = if max == i64::MAX { "∞".to_owned() } else { max.to_string() };
                format!("{} {min} … {most}", words("a whole number", "整数"))
            }
            Accepts::Template => words("text, with {expressions} in it", "文本，其中可写 {表达式}"),
            Accepts::Text => words("text", "文本"),
            Accepts::Choice(choices) => choices.join(" / "),
            Accepts::Switch => "true / false".to_owned(),
            Accepts::Duration => format!("{}: us, ms, s", words("a time", "时间")),
            Accepts::Size => format!("{}: bytes, kb, mb", words("a size", "大小")),
            Accepts::ExceptionName => words("an exception", "异常"),
        };
        if let Some(default) = self.parameter.default {
            takes.push_str(" · ");
            takes.push_str(&Words { en: "if left out {0}", zh: "省略时为 {0}" }.get(lang).replace("{0}", default));
        }
        takes
    }

    /// What it is called: its name; of a bare unit it is a time or a size.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match (self.parameter.name, self.parameter.accepts) {
            ("", Accepts::Size) => "size",
            ("", _) => "time",
            (name, _) => name,
        }
    }

    /// The same as one speaks of it where the block is not seen: `compute: time`, `put jobs: timeout`.
    #[must_use]
    pub fn called(&self, block: &Block, text: &str) -> String {
        format!("{}: {}", subject(block, text, self.id.parameter), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::scenario::write::write;

    /// The fields of the first block inside `main`, and what typing into the `nth` makes of the text.
    fn check(block: &str, expect: &str, nth: usize, typed: &str, after: &str) {
        let text = format!("main {{\n    {block}\n}}\n");
        let mut document = Document::new(text.as_str());
        let scenario = crate::scenario::load(&text).value;
        let block = &scenario.blocks[0].body[0];
        let fields = fields(block, &text);
        let shown: Vec<_> =
            fields.iter().map(|field| format!("{}={}", field.parameter.name, field.value.as_deref().unwrap_or("-"))).collect();
        assert!(shown.join(" ").starts_with(expect), "{}", shown.join(" "));
        if let Some(change) = fields[nth].change(block, typed) {
            let rewrite = write(&document, &change).expect("it can be set");
            document.apply_all(&rewrite.change.edits);
        }
        assert_eq!(document.text(), format!("main {{\n    {after}\n}}\n"));
    }

    #[test]
    fn a_value_and_its_change_are_called_by_the_block_and_what_it_is_for() {
        let called = |block: &str, nth: usize, typed: &str| {
            let text = format!("main {{\n    {block}\n}}\n");
            let scenario = crate::scenario::load(&text).value;
            let block = &scenario.blocks[0].body[0];
            let field = &fields(block, &text)[nth];
            let change = field.change(block, typed).and_then(|change| write(&Document::new(text.as_str()), &change).ok());
            let label = change.map(|rewrite| rewrite.change.label.get(Lang::En)).unwrap_or_default();
            format!("{} | {label}", field.called(block, &text))
        };
        assert_eq!(called("compute ms=3", 0, "5 ms"), "compute: time | Change compute: ms = 5");
        assert_eq!(called("set x \"n + 1\"", 1, "n + 2"), "set x: value | Change set x: value = n + 2");
        assert_eq!(called("put jobs 1 timeout-ms=5", 2, ""), "put jobs: timeout | Clear put jobs: timeout-ms");
        assert_eq!(called("put jobs 1", 0, "done"), "put: queue | Change put: queue = done");
    }

    #[test]
    fn every_value_is_a_field_and_every_one_that_is_left_out_too() {
        check("put jobs \"i + 1\"", "queue=jobs value=i + 1 timeout=-", 1, "i", "put jobs \"i\"");
        check("put jobs 1 timeout-ms=5", "queue=jobs value=1 timeout=5 ms", 2, "2 s", "put jobs 1 timeout-s=2");
        check("put jobs 1 timeout-ms=5", "queue=jobs value=1 timeout=5 ms", 2, "7", "put jobs 1 timeout-ms=7");
        check("put jobs 1 timeout-ms=5", "queue=jobs value=1 timeout=5 ms", 2, "", "put jobs 1");
        check("call r 1 into=x", "routine=r arguments=1 arguments=- into=x", 2, "2", "call r 1 2 into=x");
    }
}
