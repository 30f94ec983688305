//! Names among blocks: another one everywhere, names that nothing has yet, the names an expression may mention.
//! What a name stands for is `assist`'s.

use std::collections::{BTreeMap, BTreeSet};

use super::fragment::alone;
use super::{Draft, Refusal};
use crate::diagnostic::{Span, catalog};
use crate::scenario::assist::mentions::{How, Mention, Mentions};
use crate::scenario::assist::rename as renamed;
use crate::scenario::block::{Accepts, Kind, Place};
use crate::scenario::{ArgumentValue, Block, is_name};

pub(super) fn rename(draft: &mut Draft, at: usize, to: &str) -> Result<Vec<usize>, Refusal> {
    let checked = renamed(&Mentions::of(draft.text()), at, to);
    if let Some(told) = checked.diagnostics.first() {
        return Err(match told.code {
            code if code == catalog::BAD_NAME.code => Refusal::BadName,
            code if code == catalog::DUPLICATE_NAME.code => Refusal::TakenName,
            _ => Refusal::Nameless,
        });
    }
    draft.apply(checked.value);
    Ok(Vec::new())
}

/// Where a block's name stands that it declares or binds, and the name.
#[must_use]
pub fn name_of(block: &Block) -> Option<(usize, &str)> {
    block.arguments.iter().find_map(|argument| match &argument.value {
        ArgumentValue::Name(name) if block.kind.info().parameters[argument.parameter].accepts != Accepts::ExceptionName => {
            Some((argument.span.end, name.as_str()))
        }
        _ => None,
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what filters of references take")]
fn is_declared(mention: &&Mention) -> bool {
    matches!(mention.how, How::Declares(_))
}

/// Every name that is declared or bound anywhere in `text`.
fn taken(text: &str) -> BTreeSet<String> {
    let taken = |mention: &Mention| matches!(mention.how, How::Declares(_) | How::Binds);
    let names = Mentions::of(text).all.into_iter().filter(taken);
    names.map(|mention| mention.name).chain(["main", "index", "name"].map(str::to_owned)).collect()
}

/// The names an expression at the byte `offset` of `text` may mention: the locals of its body, then what is declared.
#[must_use]
pub fn names_at(text: &str, offset: usize) -> Vec<String> {
    let mentions = Mentions::of(text);
    let body = mentions.all.iter().rfind(|mention| mention.span.start <= offset).map(|mention| mention.body);
    let local = |mention: &&Mention| mention.how == How::Binds && Some(mention.body) == body;
    let mut names: Vec<String> = Vec::new();
    for mention in mentions.all.iter().filter(local).chain(mentions.all.iter().filter(is_declared)) {
        if !names.contains(&mention.name) {
            names.push(mention.name.clone());
        }
    }
    names
}

/// The names that a stretch of a text uses and those that it binds.
pub(super) fn used_and_bound(mentions: &Mentions, within: &dyn Fn(Span) -> bool) -> (BTreeSet<String>, BTreeSet<String>) {
    let of = |how: How| {
        let all = mentions.all.iter().filter(|mention| mention.how == how && within(mention.span));
        all.map(|mention| mention.name.clone()).collect()
    };
    (of(How::Uses), of(How::Binds))
}

/// The text of some nodes with other names for what they declare where `text` has such a name already.
pub(super) fn made_unique(nodes: &str, text: &str) -> String {
    let (_, own) = alone(nodes);
    let statement = |block: &Block| matches!(block.kind.info().place, Place::Statement | Place::Clause(_) | Place::Anywhere);
    // A `let` among statements binds a local, which may well have been meant.
    if own.blocks.iter().all(statement) {
        return nodes.to_owned();
    }
    let mentions = Mentions::of(nodes);
    let ours: BTreeSet<String> = mentions.all.iter().filter(is_declared).map(|mention| mention.name.clone()).collect();
    let taken = taken(text);
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    for name in ours.iter().filter(|name| taken.contains(*name) && name.as_str() != "main") {
        let free = |new: &String| !taken.contains(new) && !ours.contains(new) && !others.values().any(|other| other == new);
        let new = numbered(name).find(free).expect("there are numbers enough");
        others.insert(name.clone(), new);
    }
    let mut out = nodes.to_owned();
    for mention in mentions.all.iter().rev().filter(|mention| !mentions.is_local(mention)) {
        if let (Some(new), How::Declares(_) | How::Uses) = (others.get(&mention.name), mention.how)
            && mention.how != How::Declares(Kind::Main)
        {
            out.replace_range(mention.span.range(), new);
        }
    }
    out
}

/// `jobs_2`, `jobs_3` and so on.
fn numbered(name: &str) -> impl Iterator<Item = String> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('_').unwrap_or(name).to_owned();
    (2_u64..).map(move |number| format!("{stem}_{number}"))
}

/// A name like `stem` that nothing in `text` has yet.
///
/// # Panics
/// Never: there are numbers enough.
#[must_use]
pub fn free_name(text: &str, stem: &str) -> String {
    let taken = taken(text);
    let itself = Some(stem.to_owned()).filter(|stem| is_name(stem));
    itself.into_iter().chain(numbered(stem)).find(|name| !taken.contains(name)).expect("there are numbers enough")
}
