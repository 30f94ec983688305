//! Values behind a block's word: set, left out again, checked before they are; and how a value a user types is written in a file.

use std::fmt::Write as _;

use super::{Draft, Refusal, find};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::document::Document;
use crate::document::edit::Edit;
use crate::document::token::is_bare;
use crate::id::BlockId;
use crate::scenario::block::{Accepts, Form, Parameter};
use crate::scenario::{Block, Written, read_document};

pub(super) fn set(
    draft: &mut Draft,
    block: BlockId,
    parameter: usize,
    nth: usize,
    spelling: Option<&str>,
    text: &str,
) -> Result<Vec<usize>, Refusal> {
    let found = draft.block(block)?;
    let info = found.kind.info().parameters.get(parameter).ok_or(Refusal::Gone)?;
    let edits = match written(found, parameter).nth(nth) {
        Some(place) => replaced(draft.text(), info, place, spelling, text),
        None => vec![added(found, parameter, info, spelling, text)?],
    };
    let edits: Vec<Edit> = edits.into_iter().filter(|edit| draft.text()[edit.span.range()] != edit.text).collect();
    draft.apply(edits);
    word(draft, block)
}

fn word(draft: &Draft, block: BlockId) -> Result<Vec<usize>, Refusal> {
    draft.block(block).map(|block| vec![block.word.start])
}

/// The values written for a parameter.
fn written(block: &Block, parameter: usize) -> impl Iterator<Item = Written> {
    block.written.iter().filter(move |written| written.parameter == Some(parameter)).copied()
}

fn replaced(source: &str, info: &Parameter, place: Written, spelling: Option<&str>, text: &str) -> Vec<Edit> {
    let quoted = source[place.value.range()].starts_with(['"', '#']) && source[place.value.range()].ends_with(['"', '#']);
    let mut edits = vec![Edit { span: place.value, text: literal(info.accepts, text, quoted) }];
    if let (Some(name), Some(spelling)) = (place.name, spelling) {
        edits.push(Edit { span: name, text: spelling.to_owned() });
    }
    edits
}

fn added(block: &Block, parameter: usize, info: &Parameter, spelling: Option<&str>, text: &str) -> Result<Edit, Refusal> {
    let value = literal(info.accepts, text, false);
    let end = |written: Option<&Written>| written.map_or(block.word.end, |written| written.value.end);
    let by_position = |written: &&Written| written.name.is_none();
    let at = |at: usize, text: String| Edit { span: Span::new(at, at), text };
    if info.form == Form::Property {
        let spellings = info.spellings();
        let name = spelling.map(str::to_owned).or_else(|| spellings.get(usize::from(spellings.len() > 1)).cloned());
        let name = name.ok_or(Refusal::Gone)?;
        return Ok(at(end(block.written.last()), format!(" {name}={value}")));
    }
    let before = block.written.iter().filter(by_position).count();
    if info.form == Form::Positional && before != parameter || before < parameter {
        return Err(Refusal::OutOfTurn);
    }
    Ok(at(end(block.written.iter().rfind(by_position)), format!(" {value}")))
}

pub(super) fn clear(draft: &mut Draft, block: BlockId, parameter: usize, nth: usize) -> Result<Vec<usize>, Refusal> {
    let found = draft.block(block)?;
    let place = written(found, parameter).nth(nth).ok_or(Refusal::Gone)?;
    let moves_others = place.name.is_none()
        && found.kind.info().parameters[parameter].form == Form::Positional
        && found.written.iter().any(|other| other.name.is_none() && other.value.start > place.value.start);
    if moves_others {
        return Err(Refusal::OutOfTurn);
    }
    let span = place.span();
    let before = draft.text()[..span.start].trim_end_matches([' ', '\t']).len();
    draft.apply(vec![Edit { span: Span::new(before, span.end), text: String::new() }]);
    word(draft, block)
}

/// What would be told of a value if it were set: problems that are not among those told `before`. `document` is the text as it is.
#[must_use]
pub fn check_argument(document: &Document, rewrite: &super::Rewrite, before: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut after = document.clone();
    after.apply_all(&rewrite.change.edits);
    let mut known: Vec<_> = before.iter().map(|told| (told.code, told.arguments.clone())).collect();
    let mut told = read_document(&after, &[]).diagnostics;
    told.retain(|told| match known.iter().position(|(code, arguments)| *code == told.code && *arguments == told.arguments) {
        Some(at) => {
            known.remove(at);
            false
        }
        None => true,
    });
    told.sort_by_key(|told| told.severity != Severity::Error);
    told
}

/// A value as a file has it, for one that a user typed.
fn literal(accepts: Accepts, typed: &str, keeps_quotes: bool) -> String {
    match accepts {
        Accepts::Switch => if matches!(typed, "true" | "#true" | "True" | "on" | "✔") { "#true" } else { "#false" }.to_owned(),
        Accepts::Text | Accepts::Template => quoted(typed),
        _ if keeps_quotes => quoted(typed),
        _ if is_plain(typed) || is_number(typed) || matches!(typed, "#true" | "#false" | "#null") => typed.to_owned(),
        _ => quoted(typed),
    }
}

/// Whether KDL reads it as itself without quotes.
fn is_plain(text: &str) -> bool {
    let digit_first = text.trim_start_matches(['-', '+', '.']).starts_with(|c: char| c.is_ascii_digit());
    !text.is_empty()
        && text.chars().all(is_bare)
        && !digit_first
        && !text.starts_with(['-', '+', '.'])
        && !matches!(text, "true" | "false" | "null" | "inf" | "nan")
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    all(whole) && all(part) && text.parse::<f64>().is_ok_and(f64::is_finite) && whole.len() < 19
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character.is_control() || (!is_bare(character) && !is_usual(character)) => {
                write!(out, "\\u{{{:x}}}", u32::from(character)).expect("text takes text");
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// What may stand in a quoted text as it is, though not in a bare one.
const fn is_usual(character: char) -> bool {
    matches!(character, ' ' | '/' | '(' | ')' | '{' | '}' | '[' | ']' | ';' | '#' | '=' | '\u{a0}' | '\u{3000}')
}

/// A value of a file as a user types it: without quotes, escapes resolved.
#[must_use]
pub fn typed(written: &str) -> String {
    decoded(written).map_or_else(|| written.to_owned(), |(text, _)| text)
}

/// The text that a literal stands for, and for each of its bytes (and its end) the byte of the literal where it is written.
pub(super) fn decoded(written: &str) -> Option<(String, Vec<usize>)> {
    let hashes = written.len() - written.trim_start_matches('#').len();
    let rest = &written[hashes..];
    if !rest.starts_with('"') {
        return (hashes == 0).then(|| (written.to_owned(), (0..=written.len()).collect()));
    }
    let quotes = if rest.starts_with("\"\"\"") { 3 } else { 1 };
    let (start, end) = (hashes + quotes, written.len().checked_sub(hashes + quotes)?);
    let body = written.get(start..end)?;
    let mut decoder = Decoder { text: String::new(), places: Vec::new() };
    if quotes == 1 {
        decoder.line(body, start, hashes == 0)?;
    } else {
        decoder.lines(body, start, hashes == 0)?;
    }
    decoder.places.push(end);
    Some((decoder.text, decoder.places))
}

struct Decoder {
    text: String,
    places: Vec<usize>,
}

impl Decoder {
    fn push(&mut self, character: char, at: usize) {
        self.text.push(character);
        self.places.extend(std::iter::repeat_n(at, character.len_utf8()));
        // Bytes inside a character stand where it does; only its first is ever asked for.
    }

    fn line(&mut self, line: &str, start: usize, escapes: bool) -> Option<()> {
        let mut rest = line.char_indices().peekable();
        while let Some((at, character)) = rest.next() {
            if character != '\\' || !escapes {
                self.push(character, start + at);
                continue;
            }
            let (_, sign) = rest.next()?;
            let plain = match sign {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                's' => ' ',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '"' | '\\' | '/' => sign,
                'u' => {
                    let code: String =
                        rest.by_ref().map(|(_, c)| c).skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                    char::from_u32(u32::from_str_radix(&code, 16).ok()?)?
                }
                _ if sign.is_whitespace() => {
                    while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
                    continue;
                }
                _ => return None,
            };
            self.push(plain, start + at);
        }
        Some(())
    }

    /// Several lines between triple quotes: the first and last line do not count, the last one's blanks are taken from each.
    fn lines(&mut self, body: &str, start: usize, escapes: bool) -> Option<()> {
        let prefix = &body[body.rfind('\n')? + 1..];
        let mut at = start + body.find('\n')? + 1;
        let inner = body.get(body.find('\n')? + 1..body.rfind('\n')?).unwrap_or_default();
        for (index, line) in inner.split('\n').enumerate() {
            if index > 0 {
                self.push('\n', at - 1);
            }
            let kept = line.strip_prefix(prefix).unwrap_or(line.trim_start()).trim_end_matches('\r');
            let cut = line.len() - line.trim_end_matches('\r').len();
            self.line(kept, at + line.len() - cut - kept.len(), escapes)?;
            at += line.len() + 1;
        }
        Some(())
    }
}

/// The values written for a parameter of a block, as a user types them.
#[must_use]
pub fn values(scenario: &crate::scenario::Scenario, text: &str, block: BlockId, parameter: usize) -> Vec<String> {
    let block = find(scenario, block);
    block.into_iter().flat_map(|block| written(block, parameter)).map(|place| typed(&text[place.value.range()])).collect()
}
