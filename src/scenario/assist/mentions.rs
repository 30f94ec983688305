//! Every name a text mentions: what declares it, what binds it as a local, what uses it, each with its exact place.
//! Says nothing about right or wrong: `check` does.

use super::pieces::{PieceKind, content, names};
use crate::diagnostic::Span;
use crate::document::token::TokenKind;
use crate::scenario::block::{Accepts, Kind, OUTCOMES, Parameter};
use crate::scenario::is_name;
use crate::scenario::roles::{Outline, Part, Role, outline};

/// A name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The name.
    pub name: String,
    /// Where, without quotes.
    pub span: Span,
    /// What for.
    pub how: How,
    /// The node at the top of the file, or of a process, that it stands in, an index of the outline.
    pub body: usize,
    /// The process that it stands in, which may declare names of its own.
    pub process: Option<usize>,
}

/// What a name is mentioned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Declares something for the whole file, or for the process it stands in.
    Declares(Kind),
    /// Binds a local of its body.
    Binds,
    /// Stands for what it names.
    Uses,
    /// Is an exception's.
    Exception,
    /// Is a function's, called.
    Function,
}

/// The outline of a text and all it mentions, in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// The roles of its tokens.
    pub outline: Outline,
    /// The names.
    pub all: Vec<Mention>,
}

impl Mentions {
    /// Finds all that `text` mentions, but in comments and in what `/-` leaves out.
    ///
    /// # Panics
    /// Never: only a known kind has parameters.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let outline = outline(text);
        let mut all = Vec::new();
        // Of `in=p.worker` the worker, whose home is the process named before it.
        let mut inside: Vec<(usize, String)> = Vec::new();
        for part in outline.parts.iter().filter(|part| !part.left_out) {
            let Some(node) = part.node else { continue };
            let body = outline.body_of(node);
            let process = outline.process_of(node);
            let mut found =
                |span: Span, how: How| all.push(Mention { name: text[span.range()].to_owned(), span, how, body, process });
            match part.role {
                Role::Word(Some(Kind::Main)) => found(part.span, How::Declares(Kind::Main)),
                Role::Value { parameter: Some(parameter), .. } => {
                    let kind = outline.nodes[node].kind.expect("only a known kind has parameters");
                    let declares = (body == node).then_some(kind);
                    value(text, part, parameter, declares, &mut found);
                    if kind == Kind::Expect && parameter.name == "in" {
                        let (written, escapes) = content(text, part.span, part.token);
                        let mut pieces = names(text, written, escapes, false).into_iter();
                        if let Some(process) = pieces.next()
                            && let Some(worker) = pieces.find(|piece| piece.kind == PieceKind::Attribute)
                        {
                            let at =
                                all.iter().rposition(|it: &Mention| it.span.start < worker.span.start).map_or(0, |at| at + 1);
                            inside.push((at, text[process.span.range()].to_owned()));
                            let name = text[worker.span.range()].to_owned();
                            all.insert(at, Mention { name, span: worker.span, how: How::Uses, body, process: None });
                        }
                    }
                }
                _ => {}
            }
        }
        for (at, process) in inside.into_iter().rev() {
            let is_it = |other: &&Mention| other.how == How::Declares(Kind::Process) && other.name == process;
            match all.iter().find(is_it).map(|process| process.body) {
                Some(process) => all[at].process = Some(process),
                None => {
                    all.remove(at);
                }
            }
        }
        Self { outline, all }
    }

    /// The mention at a byte, or just before it.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<&Mention> {
        let touching = |mention: &&Mention| mention.span.touches(offset);
        self.all.iter().filter(touching).max_by_key(|mention| mention.span.start)
    }

    /// The process that declares what a mention stands for; none where the file does.
    #[must_use]
    pub fn home(&self, mention: &Mention) -> Option<usize> {
        let declares = |other: &Mention| {
            matches!(other.how, How::Declares(_)) && other.process == mention.process && other.name == mention.name
        };
        mention.process.filter(|_| self.all.iter().any(declares))
    }

    /// Whether a mention is of a local: one that its body binds.
    #[must_use]
    pub fn is_local(&self, mention: &Mention) -> bool {
        let binds = |other: &Mention| other.how == How::Binds && other.body == mention.body && other.name == mention.name;
        matches!(mention.how, How::Binds | How::Uses) && self.all.iter().any(binds)
    }
}

/// Finds what a value mentions. `declares` is the kind of its node where that stands at the top of the file.
fn value(text: &str, part: &Part, parameter: &Parameter, declares: Option<Kind>, found: &mut dyn FnMut(Span, How)) {
    let (inner, escapes) = content(text, part.span, part.token);
    let written = &text[inner.range()];
    match parameter.accepts {
        Accepts::NewName | Accepts::Local | Accepts::ExceptionName if !is_name(written) => {}
        Accepts::ExceptionName => found(inner, How::Exception),
        Accepts::NewName => {
            if let Some(kind) = declares {
                found(inner, How::Declares(kind));
            }
        }
        Accepts::Local if declares == Some(Kind::Let) => found(inner, How::Declares(Kind::Let)),
        Accepts::Local => found(inner, How::Binds),
        Accepts::Claim if OUTCOMES.contains(&written) => {}
        Accepts::Text | Accepts::Choice(_) | Accepts::Switch => {}
        Accepts::Template if !matches!(part.token, TokenKind::Text(_)) => {}
        _ if part.token == TokenKind::Keyword => {}
        accepts => {
            for piece in names(text, inner, escapes, accepts == Accepts::Template) {
                match piece.kind {
                    PieceKind::Name => found(piece.span, How::Uses),
                    PieceKind::Function => found(piece.span, How::Function),
                    PieceKind::Attribute => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::expression::{self, Expression};
    use crate::scenario::{ArgumentValue, load};

    fn check(text: &str, expect: &str) {
        let shown: Vec<_> = Mentions::of(text).all.iter().map(|mention| format!("{:?} {}", mention.how, mention.name)).collect();
        assert_eq!(shown.join(", "), expect, "{text}");
    }

    #[test]
    fn names_are_declared_bound_and_used() {
        check(
            "let N 3\nqueue jobs capacity=N\nthread \"t\" as=i { get jobs into=item; print \"{item + i}\" }",
            "Declares(Let) N, Declares(Queue) jobs, Uses N, Declares(Thread) t, Binds i, Uses jobs, Binds item, Uses item, Uses i",
        );
        check(
            "main { try { raise Mine x }\nexcept Mine as=e { } }",
            "Declares(Main) main, Exception Mine, Exception Mine, Binds e",
        );
        check("expect never deadlock; expect always \"len(q) == 0\"", "Function len, Uses q");
    }

    #[test]
    fn what_is_left_out_mentions_nothing_and_what_is_broken_mentions_what_it_can() {
        check("/-lock a\n// lock b\nlock c", "Declares(Lock) c");
        check("main { put jobs \"x + ", "Declares(Main) main, Uses jobs, Uses x");
        check("disabled { lock a }", "Declares(Lock) a");
    }

    /// Every name in an expression, by its place.
    fn named(expression: &Expression, spans: &mut Vec<Span>) {
        if matches!(expression.node, expression::Node::Name(_)) {
            spans.push(expression.span);
        }
        expression.parts(&mut |part| named(part, spans));
    }

    #[test]
    fn every_name_a_shipped_scenario_uses_is_found_where_it_stands() {
        for file in include_dir::include_dir!("$CARGO_MANIFEST_DIR/scenarios").files() {
            let text = file.contents_utf8().expect("scenarios are text");
            let mut expected = Vec::new();
            load(text).value.walk(&mut |block| {
                for argument in &block.arguments {
                    match &argument.value {
                        ArgumentValue::Expression(expression) | ArgumentValue::Measure { amount: expression, .. } => {
                            named(expression, &mut expected);
                        }
                        ArgumentValue::Template(template) => {
                            let holes = template.parts.iter().filter_map(expression::Part::hole);
                            holes.for_each(|expression| named(expression, &mut expected));
                        }
                        _ => {}
                    }
                }
            });
            expected.sort_unstable();
            let found = Mentions::of(text).all.into_iter().filter(|mention| mention.how == How::Uses);
            let bare = |span: &Span| !text[span.range()].starts_with('"');
            let found: Vec<_> = found.map(|mention| mention.span).collect();
            assert!(expected.iter().filter(|span| bare(span)).all(|span| found.contains(span)), "{}", file.path().display());
            assert_eq!(found.len(), expected.len(), "{}", file.path().display());
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn any_text_has_its_mentions_in_order(text in "(lock |with |print |let |a|N|=|1|\"|\"x\"|\"\\{x|\\\\|'|\\{|\\}|;|\n|//c|/-|#| |锁|\\.|\\(){0,30}") {
            let mut at = 0;
            for mention in Mentions::of(&text).all {
                proptest::prop_assert!(mention.span.start >= at && mention.span.end > mention.span.start);
                proptest::prop_assert_eq!(text.get(mention.span.range()), Some(mention.name.as_str()));
                at = mention.span.end;
            }
        }
    }
}
