//! A text as coloured stretches: what each token is, by its role. Works on text that does not parse.
//! Knows no colours and no problems; whoever draws lays the diagnostics' places over these.

use super::block::{Accepts, OUTCOMES};
use super::roles::{Part, Role, outline};
use crate::diagnostic::Span;
use crate::document::token::TokenKind;

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

/// The stretches of `text`, in order; blanks belong to none.
#[must_use]
pub fn highlight(text: &str) -> Vec<Stretch> {
    outline(text).parts.iter().map(|part| Stretch { span: part.span, class: class(text, part) }).collect()
}

fn class(text: &str, part: &Part) -> Class {
    if part.left_out {
        return Class::LeftOut;
    }
    match part.role {
        Role::Comment => Class::Comment,
        Role::Slashdash => Class::LeftOut,
        Role::Mark => Class::Mark,
        Role::Equals | Role::Property(_) => Class::Property,
        Role::Word(Some(_)) => Class::Word,
        Role::Word(None) => Class::UnknownWord,
        Role::Value { parameter, .. } => {
            value(&text[part.span.range()], part.token, parameter.map(|parameter| parameter.accepts))
        }
    }
}

fn value(written: &str, kind: TokenKind, accepts: Option<Accepts>) -> Class {
    let digits = written.trim_start_matches(['-', '+', '.']);
    match (kind, accepts) {
        (TokenKind::Keyword, _) => Class::Constant,
        (TokenKind::Bare, _) if digits.starts_with(|c: char| c.is_ascii_digit()) => Class::Number,
        (_, Some(Accepts::NewName | Accepts::Local | Accepts::ExceptionName)) => Class::Name,
        (_, Some(Accepts::Choice(_))) => Class::Constant,
        (_, Some(Accepts::Claim)) if OUTCOMES.contains(&written) => Class::Constant,
        (_, Some(Accepts::Text | Accepts::Template)) => Class::Text,
        _ => Class::Expression,
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
