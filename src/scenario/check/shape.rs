//! What a block does by its shape alone, whatever its values: yields, leaves what is around it, spins. Tells nothing.

use crate::scenario::block::Kind;
use crate::scenario::{ArgumentValue, Block};

/// Whether it is a routine whose call gives a coroutine.
pub(super) fn is_async(routine: &Block) -> bool {
    matches!(routine.argument("async"), Some(ArgumentValue::Switch(true)))
}

/// Whether this block makes the routine it stands in a generator's.
pub(super) fn yields(block: &Block) -> bool {
    let own = matches!(block.kind, Kind::Yield | Kind::YieldFrom);
    block.kind != Kind::Disabled && (own || block.body.iter().chain(&block.clauses).any(yields))
}

/// Whether nothing behind this block in its list ever runs.
pub(super) fn leaves(block: &Block) -> bool {
    match block.kind {
        Kind::Break | Kind::Continue | Kind::Return | Kind::Raise => true,
        Kind::Loop => !block.body.iter().any(breaks),
        Kind::If => {
            let has_else = block.clauses.last().is_some_and(|clause| clause.kind == Kind::Else);
            has_else && ends(&block.body) && block.clauses.iter().all(|clause| ends(&clause.body))
        }
        _ => false,
    }
}

fn ends(blocks: &[Block]) -> bool {
    blocks.iter().any(leaves)
}

/// Whether a `break` in this block leaves the loop around it.
fn breaks(block: &Block) -> bool {
    let own_loop = matches!(block.kind, Kind::Repeat | Kind::While | Kind::Loop | Kind::For | Kind::Disabled);
    block.kind == Kind::Break || (!own_loop && block.body.iter().any(breaks)) || block.clauses.iter().any(breaks)
}

/// Whether a `loop` neither ends nor does anything that others could see.
pub(super) fn spins_for_ever(block: &Block) -> bool {
    let mut seen = false;
    for inner in &block.body {
        inner.walk(&mut |inner| {
            seen |= !matches!(
                inner.kind,
                Kind::Let
                    | Kind::Repeat
                    | Kind::While
                    | Kind::Loop
                    | Kind::If
                    | Kind::Elif
                    | Kind::Else
                    | Kind::Continue
                    | Kind::Disabled
            );
        });
    }
    !seen
}
