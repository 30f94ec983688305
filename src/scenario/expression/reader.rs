//! From tokens to the tree: Python's grammar of expressions, by precedence.

use super::lexer::{Place, Token, TokenKind, tokens};
use super::{Binary, Comparison, Expression, Logic, Node, Unary};
use crate::diagnostic::{Checked, Diagnostic, Span, catalog};

/// How deep parentheses, lists and operators may nest: the tree is walked recursively.
const MOST_NESTED: usize = 64;

/// Words that cannot be names.
pub const RESERVED: [&str; 10] = ["True", "False", "None", "and", "or", "not", "is", "in", "if", "else"];

/// Reads an expression; none if it cannot be read, with the reason.
#[must_use]
pub fn read(text: &str, place: Place) -> Checked<Option<Expression>> {
    let read = tokens(text, place).and_then(|tokens| {
        let mut reader = Reader { tokens, at: 0, depth: 0 };
        let expression = reader.conditional()?;
        match reader.peek().kind {
            TokenKind::End => Ok(expression),
            _ => Err(reader.unexpected()),
        }
    });
    match read {
        Ok(expression) => Checked { value: Some(expression), diagnostics: Vec::new() },
        Err(told) => Checked { value: None, diagnostics: vec![told] },
    }
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
}

type Read = Result<Expression, Diagnostic>;

fn join(first: Span, last: Span) -> Span {
    Span::new(first.start.min(last.start), first.end.max(last.end))
}

fn binary(operator: Binary, left: Expression, right: Expression) -> Expression {
    let span = join(left.span, right.span);
    Expression { node: Node::Binary(operator, Box::new(left), Box::new(right)), span }
}

impl<'a> Reader<'a> {
    fn peek(&self) -> &Token<'a> {
        &self.tokens[self.at]
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek().kind, TokenKind::Symbol(found) if found == symbol);
        if found {
            self.next();
        }
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.peek().kind == TokenKind::Word(word);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<Span, Diagnostic> {
        let token = self.peek().clone();
        if self.symbol(symbol) {
            return Ok(token.span);
        }
        Err(Diagnostic::new(catalog::MISSING_TOKEN, token.span, [symbol.to_owned()]))
    }

    fn unexpected(&self) -> Diagnostic {
        let token = self.peek();
        let shown = match &token.kind {
            TokenKind::End => return Diagnostic::new(catalog::MISSING_VALUE, token.span, []),
            TokenKind::Symbol(symbol) => (*symbol).to_owned(),
            TokenKind::Word(word) => (*word).to_owned(),
            TokenKind::Int(number) => number.to_string(),
            TokenKind::Float(number) => number.to_string(),
            TokenKind::Text(text) => format!("'{text}'"),
        };
        Diagnostic::new(catalog::UNEXPECTED_TOKEN, token.span, [shown])
    }

    /// `read`, one level deeper.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.depth == MOST_NESTED {
            return Err(Diagnostic::new(catalog::EXPRESSION_TOO_DEEP, self.peek().span, []));
        }
        self.depth += 1;
        let expression = read(self);
        self.depth -= 1;
        expression
    }

    fn conditional(&mut self) -> Read {
        self.deeper(|reader| {
            let then = reader.or()?;
            if !reader.word("if") {
                return Ok(then);
            }
            let condition = reader.or()?;
            if !reader.word("else") {
                return Err(Diagnostic::new(catalog::MISSING_TOKEN, reader.peek().span, ["else".to_owned()]));
            }
            let otherwise = reader.conditional()?;
            let span = join(then.span, otherwise.span);
            let node = Node::Conditional { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) };
            Ok(Expression { node, span })
        })
    }

    fn or(&mut self) -> Read {
        self.logic("or", Logic::Or, |reader| reader.logic("and", Logic::And, Self::not))
    }

    /// `a or b or c`, however many, to the left: each one more level of the tree.
    fn logic(&mut self, word: &str, logic: Logic, mut side: impl FnMut(&mut Self) -> Read) -> Read {
        let mut left = side(self)?;
        let mut levels = 0;
        while self.word(word) {
            levels += 1;
            self.limit(levels)?;
            let right = side(self)?;
            let span = join(left.span, right.span);
            left = Expression { node: Node::Logic(logic, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    fn limit(&self, levels: usize) -> Result<(), Diagnostic> {
        if levels > MOST_NESTED {
            return Err(Diagnostic::new(catalog::EXPRESSION_TOO_DEEP, self.peek().span, []));
        }
        Ok(())
    }

    fn not(&mut self) -> Read {
        let span = self.peek().span;
        if self.word("not") {
            return self.deeper(|reader| {
                let side = reader.not()?;
                let span = join(span, side.span);
                Ok(Expression { node: Node::Unary(Unary::Not, Box::new(side)), span })
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Read {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(operator) = self.comparison_operator() {
            rest.push((operator, self.sum()?));
        }
        let Some((_, last)) = rest.last() else { return Ok(first) };
        let span = join(first.span, last.span);
        Ok(Expression { node: Node::Compare(Box::new(first), rest), span })
    }

    fn comparison_operator(&mut self) -> Option<Comparison> {
        let operator = match self.peek().kind {
            TokenKind::Symbol("==") => Comparison::Equal,
            TokenKind::Symbol("!=") => Comparison::NotEqual,
            TokenKind::Symbol("<") => Comparison::Less,
            TokenKind::Symbol("<=") => Comparison::LessOrEqual,
            TokenKind::Symbol(">") => Comparison::Greater,
            TokenKind::Symbol(">=") => Comparison::GreaterOrEqual,
            TokenKind::Word("in") => Comparison::In,
            TokenKind::Word("is") if self.tokens.get(self.at + 1).is_some_and(|next| next.kind == TokenKind::Word("not")) => {
                self.next();
                Comparison::IsNot
            }
            TokenKind::Word("is") => Comparison::Is,
            TokenKind::Word("not") if self.tokens.get(self.at + 1).is_some_and(|next| next.kind == TokenKind::Word("in")) => {
                self.next();
                Comparison::NotIn
            }
            _ => return None,
        };
        self.next();
        Some(operator)
    }

    fn sum(&mut self) -> Read {
        let mut left = self.product()?;
        let mut levels = 0;
        loop {
            let operator = match self.peek().kind {
                TokenKind::Symbol("+") => Binary::Add,
                TokenKind::Symbol("-") => Binary::Subtract,
                _ => return Ok(left),
            };
            levels += 1;
            self.limit(levels)?;
            self.next();
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Read {
        let mut left = self.signed()?;
        let mut levels = 0;
        loop {
            let operator = match self.peek().kind {
                TokenKind::Symbol("*") => Binary::Multiply,
                TokenKind::Symbol("/") => Binary::Divide,
                TokenKind::Symbol("//") => Binary::FloorDivide,
                TokenKind::Symbol("%") => Binary::Modulo,
                _ => return Ok(left),
            };
            levels += 1;
            self.limit(levels)?;
            self.next();
            left = binary(operator, left, self.signed()?);
        }
    }

    fn signed(&mut self) -> Read {
        let operator = match self.peek().kind {
            TokenKind::Symbol("-") => Unary::Minus,
            TokenKind::Symbol("+") => Unary::Plus,
            _ => return self.power(),
        };
        let span = self.next().span;
        self.deeper(|reader| {
            let side = reader.signed()?;
            let span = join(span, side.span);
            Ok(Expression { node: Node::Unary(operator, Box::new(side)), span })
        })
    }

    fn power(&mut self) -> Read {
        let base = self.postfix()?;
        if !self.symbol("**") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(binary(Binary::Power, base, exponent))
    }

    fn postfix(&mut self) -> Read {
        let mut value = self.atom()?;
        let mut levels = 0;
        loop {
            let start = value.span;
            levels += 1;
            self.limit(levels)?;
            if self.symbol("[") {
                let index = self.conditional()?;
                let end = self.expect("]")?;
                value = Expression { node: Node::Index(Box::new(value), Box::new(index)), span: join(start, end) };
            } else if self.symbol(".") {
                let token = self.next();
                let TokenKind::Word(name) = token.kind else {
                    return Err(Diagnostic::new(catalog::MISSING_VALUE, token.span, []));
                };
                value = Expression { node: Node::Attribute(Box::new(value), name.to_owned()), span: join(start, token.span) };
            } else {
                return Ok(value);
            }
        }
    }

    fn atom(&mut self) -> Read {
        let token = self.peek().clone();
        let span = token.span;
        let node = match token.kind {
            TokenKind::Int(number) => Node::Int(number),
            TokenKind::Float(number) => Node::Float(number),
            TokenKind::Text(text) => Node::Text(text),
            TokenKind::Word("None") => Node::None,
            TokenKind::Word("True") => Node::Bool(true),
            TokenKind::Word("False") => Node::Bool(false),
            TokenKind::Word(word) if RESERVED.contains(&word) => return Err(self.unexpected()),
            TokenKind::Word(word) => {
                self.next();
                if !self.symbol("(") {
                    return Ok(Expression { node: Node::Name(word.to_owned()), span });
                }
                let (arguments, end) = self.items(")")?;
                return Ok(Expression { node: Node::Call(word.to_owned(), arguments), span: join(span, end) });
            }
            TokenKind::Symbol("(") => {
                self.next();
                let inner = self.conditional()?;
                let end = self.expect(")")?;
                return Ok(Expression { node: inner.node, span: join(span, end) });
            }
            TokenKind::Symbol("[") => {
                self.next();
                let (items, end) = self.items("]")?;
                return Ok(Expression { node: Node::List(items), span: join(span, end) });
            }
            TokenKind::Symbol(_) | TokenKind::End => return Err(self.unexpected()),
        };
        self.next();
        Ok(Expression { node, span })
    }

    /// Expressions between commas up to `close`, a comma before it allowed.
    fn items(&mut self, close: &'static str) -> Result<(Vec<Expression>, Span), Diagnostic> {
        let mut items = Vec::new();
        loop {
            let span = self.peek().span;
            if self.symbol(close) {
                return Ok((items, span));
            }
            items.push(self.conditional()?);
            if !self.symbol(",") {
                return Ok((items, self.expect(close)?));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    /// The tree with every operator in parentheses.
    fn show(expression: &Expression) -> String {
        let all = |items: &[Expression]| items.iter().map(show).collect::<Vec<_>>().join(", ");
        match &expression.node {
            Node::None => "None".to_owned(),
            Node::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
            Node::Int(number) => number.to_string(),
            Node::Float(number) => format!("{number:?}"),
            Node::Text(text) => format!("{text:?}"),
            Node::List(items) => format!("[{}]", all(items)),
            Node::Name(name) => name.clone(),
            Node::Unary(operator, side) => format!("({operator:?} {})", show(side)),
            Node::Binary(operator, left, right) => format!("({} {operator:?} {})", show(left), show(right)),
            Node::Compare(first, rest) => {
                let rest: String = rest.iter().map(|(operator, side)| format!(" {operator:?} {}", show(side))).collect();
                format!("({}{rest})", show(first))
            }
            Node::Logic(logic, left, right) => format!("({} {logic:?} {})", show(left), show(right)),
            Node::Conditional { condition, then, otherwise } => {
                format!("({} if {} else {})", show(then), show(condition), show(otherwise))
            }
            Node::Index(value, index) => format!("{}[{}]", show(value), show(index)),
            Node::Attribute(value, name) => format!("{}.{name}", show(value)),
            Node::Call(name, arguments) => format!("{name}({})", all(arguments)),
        }
    }

    fn check(text: &str, expect: &str) {
        let read = read(text, Place::From(0));
        let shown = if let Some(expression) = &read.value {
            show(expression)
        } else {
            let told = &read.diagnostics[0];
            format!("{} at {:?}: {}", told.code, &text[told.span.range()], told.message(Lang::En))
        };
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn operators_bind_as_in_python() {
        check("1 + 2 * 3 - 4", "((1 Add (2 Multiply 3)) Subtract 4)");
        check("-2 ** -x ** 2", "(Minus (2 Power (Minus (x Power 2))))");
        check("not a == b and c or d", "(((Not (a Equal b)) And c) Or d)");
        check("0 <= x < 10 is not None", "(0 LessOrEqual x Less 10 IsNot None)");
        check("a if b else c if d else e", "(a if b else (c if d else e))");
        check("x not in [1, 2.5, 'it\\'s',]", "(x NotIn [1, 2.5, \"it's\"])");
        check("fork[min(i, (i + 1) % N)].value", "fork[min(i, ((i Add 1) Modulo N))].value");
        check("7 // 2 / 1e3 + 锁_1", "(((7 FloorDivide 2) Divide 1000.0) Add 锁_1)");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        check("1 +", "E0216 at \"\": a value is missing here");
        check("(1", "E0218 at \"\": `)` is missing here");
        check("a = b", "E0223 at \"=\": `=` does not compare");
        check("a b", "E0219 at \"b\": `b` is not expected here");
        check("'a", "E0220 at \"'a\": this text is never closed");
        check("99999999999999999999", "E0222 at \"99999999999999999999\": `99999999999999999999` is no number of 64 bits");
        check(&"(".repeat(100), "E0221 at \"(\": this expression is nested too deep");
    }
}
