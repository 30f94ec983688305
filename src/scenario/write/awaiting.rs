//! Blocks that wait let their loop go on meanwhile, or do not: `await` before their word. Which ones can is the table's.

use std::collections::BTreeSet;

use super::{Draft, Refusal};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::id::BlockId;

/// All await afterwards; none, if all did before. One that is named twice is changed once.
pub(super) fn toggle(draft: &mut Draft, blocks: &[BlockId]) -> Result<Vec<usize>, Refusal> {
    let mut edits = Vec::new();
    let blocks: BTreeSet<BlockId> = blocks.iter().copied().collect();
    let found = blocks.iter().map(|id| draft.block(*id)).collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() || found.iter().any(|block| !block.kind.is_awaitable() || block.kind.needs_await()) {
        return Err(Refusal::NothingToAwait);
    }
    let all = found.iter().all(|block| block.awaited);
    for block in found {
        let Span { start, .. } = block.word;
        match (all, block.awaited) {
            (true, _) => edits.push(Edit { span: block.word, text: block.kind.info().word.to_owned() }),
            (false, false) => edits.push(Edit { span: Span::new(start, start), text: "await ".to_owned() }),
            (false, true) => {}
        }
    }
    draft.apply(edits);
    // No block came or went: each has its number still.
    blocks.iter().map(|id| draft.block(*id).map(|block| block.word.start)).collect()
}
