//! A program without what is only there to be counted: for runs that record nothing.

use super::instruction::{Instruction, Place};
use super::shape::jump_mut;
use super::{Code, Program};

impl Program {
    /// Takes each [`Instruction::Begin`] out.
    #[must_use]
    pub fn uncounted(mut self) -> Self {
        self.codes.iter_mut().for_each(take_out);
        self
    }
}

fn take_out(code: &mut Code) {
    let is_kept: Vec<bool> = code.instructions.iter().map(|it| !matches!(it, Instruction::Begin(_))).collect();
    // Where each place has gone: that of one taken out is the next one's.
    let mut places: Vec<Place> = Vec::with_capacity(is_kept.len() + 1);
    let mut next = 0;
    for kept in &is_kept {
        places.push(next);
        next += Place::from(*kept);
    }
    places.push(next);
    let moved = |place: Place| places[place as usize];
    code.instructions.iter_mut().filter_map(jump_mut).for_each(|place| *place = moved(*place));
    for handler in &mut code.handlers {
        (handler.start, handler.end, handler.target) = (moved(handler.start), moved(handler.end), moved(handler.target));
    }
    let mut kept = is_kept.iter();
    code.instructions.retain(|_| *kept.next().expect("one for each instruction"));
    let mut kept = is_kept.iter();
    code.blocks.retain(|_| *kept.next().expect("one for each instruction"));
    let mut kept = is_kept.iter();
    code.clear_at.retain(|_| *kept.next().expect("one for each instruction"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_jump_where_they_did() {
        let text = "lock m\nshared n 0\nmain {\n    repeat 3 as=i {\n        if \"i == 1\" { continue }\n        \
                    try { with m { set n \"n + 1\" } }\n        except E { break }\n        finally { compute work=1 }\n    }\n}\n";
        let counted = super::super::build(text, &[]).value.expect("it can run");
        let plain = super::super::build(text, &[]).value.expect("it can run").uncounted();
        for (before, after) in counted.codes.iter().zip(&plain.codes) {
            let left: Vec<_> = before.instructions.iter().filter(|it| !matches!(it, Instruction::Begin(_))).collect();
            assert!(left.len() < before.instructions.len() && left.len() == after.instructions.len());
            assert_eq!((after.blocks.len(), after.clear_at.len()), (left.len(), left.len()));
            // What a jump leads to is the same instruction as before, but for its own places.
            let target = |code: &Code, place: Place| {
                let at = (place as usize..=code.instructions.len())
                    .find(|at| !matches!(code.instructions.get(*at), Some(Instruction::Begin(_))));
                at.and_then(|at| code.instructions.get(at)).map(std::mem::discriminant)
            };
            let jumps = |code: &Code| {
                let places = code.instructions.clone().into_iter().filter_map(|mut it| jump_mut(&mut it).copied());
                places.chain(code.handlers.iter().map(|handler| handler.target)).collect::<Vec<_>>()
            };
            let (were, are) = (jumps(before), jumps(after));
            assert!(were.len() == are.len() && were.len() > 5);
            for (was, is) in were.into_iter().zip(are) {
                assert_eq!(target(before, was), target(after, is));
            }
        }
    }
}
