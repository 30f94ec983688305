//! Which names may be declared in what could not be read: from the words of the text alone, rather too many than too few.
//! Does not read the text as a document: where it is asked, that has failed.

use std::collections::BTreeSet;

use crate::scenario::block::{Accepts, Form, Info, Kind};

/// All names that stand where a block declares or binds one, and all behind words that no block has.
pub(super) fn declared(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        for statement in statements(line) {
            add(&statement, &mut found);
        }
    }
    found
}

/// The entries of each statement of a line. What is in quotes is one entry, if a line holds all of it.
fn statements(line: &str) -> Vec<Vec<String>> {
    let mut all = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        quoted ^= character == '"';
        let statement = all.last_mut().expect("there is always one");
        match character {
            '/' if !quoted && characters.peek() == Some(&'/') => break,
            '{' | '}' | ';' if !quoted => all.push(vec![String::new()]),
            _ if !quoted && character.is_whitespace() => statement.push(String::new()),
            _ => statement.last_mut().expect("there is always one").push(character),
        }
    }
    for statement in &mut all {
        statement.retain(|entry| !entry.is_empty());
    }
    all
}

fn add(statement: &[String], found: &mut BTreeSet<String>) {
    let behind = usize::from(statement.first().is_some_and(|word| word == "await"));
    let Some(word) = statement.get(behind) else { return };
    let info = Kind::from_word(word).map(Kind::info);
    let mut position = 0;
    for entry in &statement[behind + 1..] {
        let property = entry.split_once('=').filter(|(name, _)| !name.is_empty() && !name.contains('"'));
        let (is_new, written) = match property {
            Some((name, written)) => (info.is_none_or(|info| binds(info, name)), written),
            None => (info.is_none_or(|info| declares(info, position)), entry.as_str()),
        };
        position += usize::from(property.is_none());
        if is_new && !written.starts_with('"') {
            let names = written.split(|character: char| character != '_' && !character.is_alphanumeric());
            found.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
}

/// Whether the value of a property is a name that the block binds.
fn binds(info: &Info, name: &str) -> bool {
    info.parameters.iter().any(|parameter| parameter.name == name && is_name(parameter.accepts))
}

/// Whether what stands at a position is a name that the block declares or binds.
fn declares(info: &Info, position: usize) -> bool {
    let by_position = || info.parameters.iter().filter(|parameter| parameter.form != Form::Property);
    let last = || by_position().next_back().filter(|last| last.form == Form::Rest);
    by_position().nth(position).or_else(last).is_some_and(|parameter| is_name(parameter.accepts))
}

const fn is_name(accepts: Accepts) -> bool {
    matches!(accepts, Accepts::NewName | Accepts::Local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(declared(text).into_iter().collect::<Vec<_>>().join(" "), expect, "{text}");
    }

    #[test]
    fn names_stand_where_blocks_declare_and_bind_them() {
        check("lock a )\nshared b c // lock d", "a b");
        check("main { get q into=x; for y z { let n \"m + 1\" } }", "n x y");
        check("routine r p q { call s t }", "p q r");
    }

    #[test]
    fn whatever_stands_behind_an_unknown_word_may_be_declared_by_it() {
        check("blanket c warm=d \"{e}\"\nmain { with f { print \"{g}\" } }", "c d");
    }
}
