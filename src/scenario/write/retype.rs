//! The line of a block written anew, as it stands in the file: the way to mend one that nobody knows. Keeps what is in its braces
//! and the comments that are its own.

use super::{Draft, Refusal};
use crate::diagnostic::Span;
use crate::document::Document;
use crate::document::edit::Edit;
use crate::document::token::{TokenKind, tokens};
use crate::id::BlockId;
use crate::scenario::Block;

/// Where the line of a block stands, without its braces.
#[must_use]
pub fn head(block: &Block) -> Span {
    Span::new(block.word.start, block.written.last().map_or(block.word.end, |written| written.value.end))
}

pub(super) fn retype(draft: &mut Draft, block: BlockId, text: &str) -> Result<Vec<usize>, Refusal> {
    let span = head(draft.block(block)?);
    let text = text.trim();
    let document = Document::new(text);
    let is_line = |kind: TokenKind| {
        !matches!(
            kind,
            TokenKind::Newline | TokenKind::LineComment | TokenKind::Semicolon | TokenKind::Open | TokenKind::Slashdash
        )
    };
    let is_one = document.nodes().len() == 1 && document.diagnostics().is_empty();
    if !is_one || !tokens(text).iter().all(|token| is_line(token.kind)) {
        return Err(Refusal::NoLine);
    }
    draft.apply(vec![Edit::new(span, text)]);
    Ok(vec![span.start])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{body, changed, check, named};
    use super::super::{BlockChange, kinds};
    use super::*;
    use crate::scenario::block::Kind;

    #[test]
    fn a_block_that_nobody_knows_is_changed_as_any_other() {
        let text =
            "lokc a\n\nmain {\n    repeat 3 { wibble 3 y=1; print \"a\" }\n    wobble {\n        print 1\n    } // so\n}\n";
        check(text, &BlockChange::Delete(vec![named(text, "wibble")]), &text.replace("wibble 3 y=1; ", ""));
        check(
            text,
            &BlockChange::Delete(vec![named(text, "wobble")]),
            &text.replace("    wobble {\n        print 1\n    } // so\n", ""),
        );
        check(
            text,
            &BlockChange::Unwrap(vec![named(text, "wobble")]),
            &text.replace("    wobble {\n        print 1\n    } // so", "    print 1 // so"),
        );
        check(
            text,
            &BlockChange::Duplicate(vec![named(text, "wibble")]),
            &text.replace("wibble 3 y=1", "wibble 3 y=1; wibble 3 y=1"),
        );
        check(text, &BlockChange::CommentOut(vec![named(text, "wobble")]), &text.replace("wobble", "/-wobble"));
        let moved = BlockChange::Move { blocks: vec![named(text, "wibble")], slot: body(text, "wobble", 1) };
        check(text, &moved, &text.replace("wibble 3 y=1; ", "").replace("print 1\n", "print 1\n        wibble 3 y=1\n"));
        let retype = |starts: &str, line: &str| BlockChange::Retype { block: named(text, starts), text: line.to_owned() };
        check(text, &retype("lokc", "lock b kind=fair"), &text.replace("lokc a", "lock b kind=fair"));
        check(text, &retype("wobble", " loop "), &text.replace("wobble {", "loop {"));
        for line in ["", "a; b", "loop { }", "lock // a", "lock \"", "/-a", "a\nb"] {
            assert_eq!(changed(text, &retype("lokc", line)), Err(Refusal::NoLine), "{line}");
        }
        assert_eq!(kinds("wibble 3 y=1"), Ok(vec![Kind::Unknown]));
        assert_eq!(kinds("Hello, world."), Err(Refusal::Unreadable));
    }
}
