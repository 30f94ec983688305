//! What can be told of the place under the pointer: the block, the property, the declaration of a name.

use super::functions::FUNCTIONS;
use super::mentions::{How, Mentions};
use super::symbols::{What, symbol_at};
use crate::diagnostic::Span;
use crate::lang::{Lang, Words};
use crate::scenario::block::Parameter;
use crate::scenario::roles::Role;

/// Something to tell of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The place it is told of.
    pub span: Span,
    /// As it is written: a usage, a declaration.
    pub code: String,
    /// What it means, a sentence or two; may be empty.
    pub doc: String,
    /// Where it stands, how often it is used; may be empty.
    pub note: String,
}

/// What can be told of the byte `at`, if anything can.
#[must_use]
pub fn hover(text: &str, at: usize, lang: Lang) -> Option<Hover> {
    let mentions = Mentions::of(text);
    let part = mentions.outline.parts.iter().find(|part| part.span.start <= at && at < part.span.end)?;
    if part.left_out {
        return None;
    }
    if let Some(mention) = mentions.all.iter().find(|mention| mention.span.start <= at && at < mention.span.end)
        && !matches!(part.role, Role::Word(_))
    {
        if mention.how == How::Function {
            let (_, usage, doc) = FUNCTIONS.iter().find(|(name, ..)| *name == mention.name)?;
            return Some(Hover {
                span: mention.span,
                code: (*usage).to_owned(),
                doc: doc.get(lang).to_owned(),
                note: String::new(),
            });
        }
        return name(text, &mentions, at, mention.span, lang);
    }
    match part.role {
        Role::Word(Some(kind)) => {
            let info = kind.info();
            Some(Hover { span: part.span, code: info.usage(), doc: info.doc.get(lang).to_owned(), note: info.stands(lang) })
        }
        Role::Property(Some(parameter)) | Role::Value { parameter: Some(parameter), .. } => {
            Some(of_parameter(part.span, parameter, lang))
        }
        _ => None,
    }
}

fn of_parameter(span: Span, parameter: &Parameter, lang: Lang) -> Hover {
    let default = parameter.default.map(|default| format!(" = {default}")).unwrap_or_default();
    let code = format!("{}: {}{default}", parameter.usage(), parameter.takes(lang));
    Hover { span, code, doc: parameter.doc.get(lang).to_owned(), note: String::new() }
}

fn name(text: &str, mentions: &Mentions, at: usize, span: Span, lang: Lang) -> Option<Hover> {
    let symbol = symbol_at(mentions, at)?;
    let (places, uses) = (symbol.declared.first().copied(), symbol.used.len());
    let doc = match symbol.what {
        What::Declared(kind) => kind.info().doc.get(lang),
        What::Local => Words { en: "A local of this body.", zh: "这段代码的局部变量。" }.get(lang),
        What::Exception => Words { en: "An exception.", zh: "异常。" }.get(lang),
    };
    let code = places.map_or_else(|| symbol.name.clone(), |place| line_of(text, place));
    let line = places.map(|place| text[..place.start].matches('\n').count() + 1);
    let note = match (line, lang) {
        (Some(line), Lang::En) => format!("line {line}, used {uses} times").replace("used 1 times", "used once"),
        (Some(line), Lang::Zh) => format!("第 {line} 行，使用 {uses} 次"),
        (None, _) => String::new(),
    };
    Some(Hover { span, code, doc: doc.to_owned(), note })
}

/// The line that holds a place, up to its brace, without the blanks around it.
pub(super) fn line_of(text: &str, place: Span) -> String {
    let start = text[..place.start].rfind(['\n', ';', '{']).map_or(0, |end| end + 1);
    let rest = &text[place.end..];
    let end = place.end + rest.find(['\n', ';', '{']).unwrap_or(rest.len());
    text[start..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "lock tally kind=fair // why\nthread t {\n    with tally { let x \"len([1]) + index\"; print \"{x}\" }\n}\n";

    /// What is told at the first `needle`.
    fn check(needle: &str, lang: Lang, expect: &str) {
        let at = TEXT.find(needle).expect("it is there");
        let told = hover(TEXT, at, lang);
        let shown = told.map(|told| format!("{} | {}", told.code, told.note)).unwrap_or_default();
        assert_eq!(shown, expect, "{needle}");
    }

    #[test]
    fn a_block_a_property_and_a_name_are_explained() {
        check("with", Lang::En, "with LOCK { … } | in the body of a task or routine");
        check("kind", Lang::Zh, "[kind=]: barging | spin | ticket | fair = barging | ");
        check("tally {", Lang::En, "lock tally kind=fair // why | line 1, used once");
        check("len", Lang::En, "len(x) | ");
        check("x}", Lang::Zh, "let x \"len([1]) + index\" | 第 3 行，使用 1 次");
        check("// why", Lang::En, "");
        check("index", Lang::En, "");
    }
}
