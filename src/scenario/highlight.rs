//! A text as coloured stretches: what each token is, by the table of block kinds. Works on text that does not parse, in one pass.
//! Knows no colours and no problems; whoever draws lays the diagnostics' places over these.

use super::block::{Accepts, Form, Kind, Parameter};
use crate::diagnostic::Span;
use crate::document::token::{Token, TokenKind, tokens};

/// What a stretch of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A block's word.
    Word,
    /// A word that no block has.
    UnknownWord,
    /// A name being declared or bound.
    Name,
    /// A property's name, with its `=`.
    Property,
    /// An expression, quoted or bare.
    Expression,
    /// Plain text or a template.
    Text,
    /// A number.
    Number,
    /// `#true` and its like, and fixed words such as `fair`.
    Constant,
    /// A comment.
    Comment,
    /// Left out by `/-`.
    LeftOut,
    /// Braces, semicolons.
    Mark,
}

/// A stretch of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Where.
    pub span: Span,
    /// What.
    pub class: Class,
}

/// Where a token stands in its node.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    kind: Option<Kind>,
    has_word: bool,
    /// Positional values so far.
    positions: usize,
    /// The property whose value comes next.
    property: Option<&'static Parameter>,
    awaits_value: bool,
}

/// The stretches of `text`, in order; blanks belong to none.
#[must_use]
pub fn highlight(text: &str) -> Vec<Stretch> {
    let all = tokens(text);
    let mut stretches: Vec<Stretch> = Vec::with_capacity(all.len());
    let mut line = Line::default();
    let mut left_out = LeftOut::No;
    for (at, token) in all.iter().enumerate() {
        let class = match token.kind {
            TokenKind::Space | TokenKind::Continuation => continue,
            TokenKind::Newline => {
                line = Line::default();
                left_out = left_out.at_line_end();
                continue;
            }
            TokenKind::LineComment | TokenKind::BlockComment(_) => Class::Comment,
            TokenKind::Slashdash => {
                left_out = left_out.begin(line.has_word);
                Class::LeftOut
            }
            TokenKind::Open | TokenKind::Close | TokenKind::Semicolon => {
                line = Line::default();
                left_out = left_out.at_mark(token.kind);
                Class::Mark
            }
            TokenKind::Equals => Class::Property,
            TokenKind::Bad => Class::Mark,
            TokenKind::Bare | TokenKind::Keyword | TokenKind::Text(_) => {
                let positions = line.positions;
                let class = line.class(text, token, all.get(at + 1));
                if left_out == LeftOut::Next {
                    line.positions = positions;
                }
                class
            }
        };
        let shown = if left_out.hides() && class != Class::Comment { Class::LeftOut } else { class };
        left_out = left_out.after_value(token.kind, line.awaits_value);
        stretches.push(Stretch { span: token.span, class: shown });
    }
    stretches
}

impl Line {
    fn class(&mut self, text: &str, token: &Token, next: Option<&Token>) -> Class {
        let written = &text[token.span.range()];
        if !self.has_word {
            self.has_word = true;
            self.kind = Kind::from_word(written.trim_matches('"'));
            return if self.kind.is_some() { Class::Word } else { Class::UnknownWord };
        }
        let info = self.kind.map(Kind::info);
        if next.is_some_and(|next| next.kind == TokenKind::Equals) && !self.awaits_value {
            let found = |parameter: &&Parameter| {
                parameter.form == Form::Property && parameter.spellings().iter().any(|name| name == written)
            };
            self.property = info.and_then(|info| info.parameters.iter().find(found));
            self.awaits_value = true;
            return Class::Property;
        }
        let parameter = if self.awaits_value {
            self.awaits_value = false;
            self.property.take()
        } else {
            self.positions += 1;
            info.and_then(|info| positional(info.parameters, self.positions - 1))
        };
        value(written, token.kind, parameter.map(|parameter| parameter.accepts))
    }
}

fn positional(parameters: &'static [Parameter], at: usize) -> Option<&'static Parameter> {
    let mut by_position = parameters.iter().filter(|parameter| parameter.form != Form::Property);
    let last = by_position.clone().next_back();
    by_position.nth(at).or_else(|| last.filter(|last| last.form == Form::Rest))
}

fn value(written: &str, kind: TokenKind, accepts: Option<Accepts>) -> Class {
    let digits = written.trim_start_matches(['-', '+', '.']);
    match (kind, accepts) {
        (TokenKind::Keyword, _) => Class::Constant,
        (TokenKind::Bare, _) if digits.starts_with(|c: char| c.is_ascii_digit()) => Class::Number,
        (_, Some(Accepts::NewName | Accepts::Local | Accepts::ExceptionName)) => Class::Name,
        (_, Some(Accepts::Choice(_))) => Class::Constant,
        (_, Some(Accepts::Claim)) if super::block::OUTCOMES.contains(&written) => Class::Constant,
        (_, Some(Accepts::Text | Accepts::Template)) => Class::Text,
        _ => Class::Expression,
    }
}

/// How far a `/-` reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    No,
    /// The one value, or the braces, that follow.
    Next,
    /// A node that has not begun.
    NodeAhead,
    /// A node, up to the end of its line or of its braces.
    Node,
    /// Braces, so many deep.
    Braces(u32),
}

impl LeftOut {
    const fn begin(self, inside_a_node: bool) -> Self {
        match self {
            Self::No if inside_a_node => Self::Next,
            Self::No => Self::NodeAhead,
            kept => kept,
        }
    }

    const fn hides(self) -> bool {
        !matches!(self, Self::No)
    }

    const fn at_line_end(self) -> Self {
        match self {
            Self::Node | Self::Next => Self::No,
            kept => kept,
        }
    }

    fn at_mark(self, mark: TokenKind) -> Self {
        match (self, mark) {
            (Self::Braces(depth), TokenKind::Open) => Self::Braces(depth + 1),
            (Self::Node | Self::Next, TokenKind::Open) => Self::Braces(1),
            (Self::Braces(depth), TokenKind::Close) => Self::Braces(depth.saturating_sub(1)),
            (Self::Node | Self::Next, _) => Self::No,
            (kept, _) => kept,
        }
    }

    /// What holds for the tokens behind this one, which it still covers.
    const fn after_value(self, kind: TokenKind, is_property: bool) -> Self {
        let is_value = matches!(kind, TokenKind::Bare | TokenKind::Keyword | TokenKind::Text(_));
        match self {
            Self::NodeAhead if is_value => Self::Node,
            Self::Next if is_value && !is_property => Self::No,
            Self::Braces(0) => Self::No,
            kept => kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let shown: Vec<_> = highlight(text).iter().map(|part| format!("{:?} {}", part.class, &text[part.span.range()])).collect();
        assert_eq!(shown.join(" · "), expect, "{text}");
    }

    #[test]
    fn each_token_is_classed_by_what_its_parameter_takes() {
        check(
            "lock a kind=fair count=3 // why",
            "Word lock · Name a · Property kind · Property = · Constant fair · Property count · Property = · Number 3 · Comment // why",
        );
        check(
            "print \"{x}\"; put q \"x + 1\"; expect never deadlock",
            "Word print · Text \"{x}\" · Mark ; · Word put · Expression q · Expression \"x + 1\" · Mark ; · Word expect · Constant never · Constant deadlock",
        );
    }

    #[test]
    fn text_that_does_not_parse_is_classed_as_far_as_it_goes() {
        check("wiht a {\n print \"x", "UnknownWord wiht · Expression a · Mark { · Word print · Text \"x");
        check("lock } ) =", "Word lock · Mark } · Mark ) · Property =");
    }

    #[test]
    fn what_is_left_out_ends_where_its_node_ends() {
        check("/- lock a\nlock b", "LeftOut /- · LeftOut lock · LeftOut a · Word lock · Name b");
        check(
            "/-main { if x { break } }\nlock /-a /-kind=x b",
            "LeftOut /- · LeftOut main · LeftOut { · LeftOut if · LeftOut x · LeftOut { · LeftOut break · LeftOut } · LeftOut } · \
             Word lock · LeftOut /- · LeftOut a · LeftOut /- · LeftOut kind · LeftOut = · LeftOut x · Name b",
        );
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_has_stretches_in_order(text in "(lock|if|a|kind|=|1|\"|\"x\"|\\{|\\}|;|\n|//c|/\\*|/-|#true| |锁){0,30}") {
            let mut at = 0;
            for part in highlight(&text) {
                proptest::prop_assert!(part.span.start >= at && part.span.end > part.span.start);
                proptest::prop_assert!(text.get(part.span.range()).is_some());
                at = part.span.end;
            }
        }
    }
}
