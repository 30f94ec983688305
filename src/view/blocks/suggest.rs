//! What may be written in a field: the words of a choice, the names that are declared, those of a body's locals.

use super::field::Field;
use crate::scenario::block::{Accepts, Kind, OUTCOMES};
use crate::scenario::write::names_at;
use crate::scenario::{Block, Scenario};
use crate::value::exception;
use crate::value::function::Function;

/// What a number mostly is where one begins.
const SMALL: [i64; 5] = [1, 2, 4, 8, 16];

/// More are no help.
const MOST: usize = 12;

/// What may stand in `field` of `block` in place of what is typed so far, the whole of it each time.
#[must_use]
pub fn suggestions(scenario: &Scenario, text: &str, block: &Block, field: &Field, typed: &str) -> Vec<String> {
    let whole = |words: Vec<String>| matching(words, typed, typed);
    match field.parameter.accepts {
        Accepts::Choice(choices) => whole(choices.iter().map(|word| (*word).to_owned()).collect()),
        Accepts::Switch => whole(vec!["true".to_owned(), "false".to_owned()]),
        Accepts::ExceptionName => whole(exception::known().map(str::to_owned).collect()),
        Accepts::Reference(kinds) => whole(declared(scenario, kinds)),
        Accepts::Target => whole(declared(scenario, &[Kind::Shared])),
        Accepts::Duration | Accepts::Size => {
            let amount = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
            let units = field.parameter.accepts.units().iter().map(|(unit, _)| format!("{amount} {unit}"));
            let is_number = amount.ends_with(|c: char| c.is_ascii_digit());
            if is_number { units.collect() } else { values(scenario, text, block.word.end, typed) }
        }
        Accepts::Claim => {
            let mut all = whole(OUTCOMES.iter().map(|word| (*word).to_owned()).collect());
            all.extend(names(text, block.word.end, typed));
            all.truncate(MOST);
            all
        }
        Accepts::Expression => names(text, block.word.end, typed),
        Accepts::Integer { min, max } => {
            // A number is chosen without typing, too.
            let small = SMALL.iter().filter(|number| (min..=max).contains(number) && typed.is_empty());
            let names = values(scenario, text, block.word.end, typed).into_iter().take(MOST - SMALL.len());
            names.chain(small.map(i64::to_string)).collect()
        }
        Accepts::Template => holes(scenario, text, block.word.end, typed),
        Accepts::NewName | Accepts::Local | Accepts::Text => Vec::new(),
    }
}

/// Those that go on with `begun`, or all when that is one of them: then another is wanted.
fn matching(words: Vec<String>, begun: &str, typed: &str) -> Vec<String> {
    let exact = words.iter().any(|word| word == typed);
    let begun = begun.to_lowercase();
    words.into_iter().filter(|word| exact || word.to_lowercase().contains(&begun)).take(MOST).collect()
}

/// The names of what is declared of these kinds; `name[0]` of one of several.
fn declared(scenario: &Scenario, kinds: &[Kind]) -> Vec<String> {
    let name = |block: &Block| {
        if block.kind == Kind::Main {
            return Some("main".to_owned());
        }
        let crate::scenario::ArgumentValue::Name(name) = block.argument("name")? else { return None };
        let several = block.kind.is_resource()
            && block.kind.info().parameters.iter().any(|parameter| parameter.name == "count")
            && block.argument("count").is_some();
        Some(if several { format!("{name}[0]") } else { name.clone() })
    };
    let fitting = |block: &&Block| kinds.contains(&block.kind) && block.kind.info().parameters.iter().any(|it| it.name == "name");
    scenario.blocks.iter().filter(fitting).filter_map(name).collect()
}

/// The same without the names of what is no value: a queue, a thread.
fn values(scenario: &Scenario, text: &str, at: usize, typed: &str) -> Vec<String> {
    let is_value = |kind: Kind| matches!(kind, Kind::Let | Kind::Shared | Kind::List | Kind::Dict);
    let is_named = |kind: Kind| kind.info().parameters.iter().any(|parameter| parameter.name == "name");
    let is_no_value = |block: &&Block| !is_value(block.kind) && is_named(block.kind);
    let others = scenario.blocks.iter().filter(is_no_value);
    let name = |block: &Block| match block.argument("name") {
        Some(crate::scenario::ArgumentValue::Name(name)) => Some(name.clone()),
        _ => None,
    };
    let others: Vec<String> = others.filter_map(name).chain(["main".to_owned()]).collect();
    let last = |whole: &str| whole.rsplit(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let all = names(text, at, typed).into_iter();
    all.filter(|whole| !others.contains(&last(whole))).collect()
}

/// Inside of an open brace of a template, the values that may stand there.
fn holes(scenario: &Scenario, text: &str, at: usize, typed: &str) -> Vec<String> {
    let Some(open) = typed.rfind('{').filter(|open| !typed[*open..].contains('}')) else { return Vec::new() };
    let (before, begun) = typed.split_at(open + 1);
    // What a function is called on is still to come.
    let end = |whole: &str| if whole.ends_with('(') { "" } else { "}" };
    values(scenario, text, at, begun).into_iter().map(|whole| format!("{before}{whole}{}", end(&whole))).collect()
}

/// The expression with its last word replaced by each name that goes on with it.
fn names(text: &str, at: usize, typed: &str) -> Vec<String> {
    let word = typed
        .rfind(|c: char| c != '_' && !c.is_alphanumeric())
        .map_or(0, |at| at + typed[at..].chars().next().map_or(0, char::len_utf8));
    let (before, begun) = typed.split_at(word);
    if begun.is_empty() && !before.is_empty() {
        return Vec::new();
    }
    // Functions too, but only once one of them has been begun.
    let functions = Function::ALL.iter().map(|(name, _)| *name).chain(["rand", "now"]);
    let functions = functions.map(|name| format!("{name}(")).filter(|_| !begun.is_empty());
    let all = names_at(text, at).into_iter().chain(functions);
    let goes_on = |name: &String| name.to_lowercase().starts_with(&begun.to_lowercase()) && name != begun;
    all.filter(goes_on).take(MOST).map(|name| format!("{before}{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use super::*;

    fn check(block: &str, parameter: &str, typed: &str, expect: &str) {
        let text = format!("lock fork count=3\nlock tally kind=fair\nshared done 0\nmain {{ get q into=item; {block} }}\n");
        let scenario = crate::scenario::load(&text).value;
        let block = &scenario.blocks[3].body[1];
        let fields = fields(block, &text);
        let field = fields.iter().find(|field| field.parameter.name == parameter).expect("the block has it");
        assert_eq!(suggestions(&scenario, &text, block, field, typed).join(" | "), expect, "{typed}");
    }

    #[test]
    fn names_and_words_that_fit_are_offered() {
        check("acquire tally", "lock", "", "fork[0] | tally");
        check("acquire tally", "lock", "ta", "tally");
        check("let x 1", "value", "do", "done");
        check("let x 1", "value", "1 + it", "1 + item");
        check("let x 1", "value", "1 + le", "1 + len(");
        check("repeat 3", "times", "", "item | done | 1 | 2 | 4 | 8 | 16");
        check("repeat 3", "times", "it", "item");
        check("print \"\"", "text", "got {it", "got {item}");
        check("print \"\"", "text", "got {le", "got {len(");
        check("print \"\"", "text", "got {item}", "");
        check("sleep ms=5", "", "5", "5 us | 5 ms | 5 s");
    }
}
