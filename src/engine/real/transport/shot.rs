//! What tasks stand in and what a process's resources hold, told through the shared segment when somebody looks: a place for each,
//! taken at the first look and written over at the next. Costs nothing between two looks. Each place has one writer, the thread that
//! runs the task; a number that is odd while it writes tells the reader not to.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::fence;

use super::segment::{Head, SHOT_WORDS, Segment, Word};
use super::state;
use crate::engine::sight::{self, PLENTY};
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::Program;
use crate::program::machine::Machine;
use crate::time::Nanos;
use crate::trace::frames::Stack;
use crate::trace::store::TaskState;

/// Whose it is.
const OWNER: usize = 0;
const EPOCH: usize = 1;
const LENGTH: usize = 2;
/// Where its text begins.
const TEXT: usize = 4;
const MOST_BYTES: usize = (SHOT_WORDS - TEXT) * 8;
/// Coroutines of one loop.
const MOST_COROUTINES: usize = 256;
/// Characters of a resource's value, and how few will do where there are many.
const CHARACTERS: [usize; 3] = [200, 40, 8];

/// What a thread runs, kept where it is found by whoever the thread waits in.
#[derive(Debug)]
pub(in crate::engine::real) struct Stand {
    pub(in crate::engine::real) program: &'static Program,
    /// None while it runs.
    pub(in crate::engine::real) machine: Option<Box<Machine>>,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::engine::real) enum Shot {
    Task(Stack),
    Held(Vec<(ResourceId, String)>),
}

/// Who it is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Task(TaskId),
    Process(ProcessId),
}

const PROCESS: u64 = 1 << 32;

impl Owner {
    const fn word(self) -> u64 {
        match self {
            Self::Task(task) => task.0 as u64 + 1,
            Self::Process(process) => (process.0 as u64 + 1) | PROCESS,
        }
    }

    fn read(word: u64) -> Option<Self> {
        let number = u32::try_from((word & !PROCESS).checked_sub(1)?).ok()?;
        Some(if word & PROCESS == 0 { Self::Task(TaskId(number)) } else { Self::Process(ProcessId(number)) })
    }
}

impl Stand {
    /// Tells what the task stands in, and its coroutines.
    pub(in crate::engine::real) fn show(&self, segment: Segment<'_>, now: Nanos) {
        let Some(machine) = &self.machine else { return };
        let most = segment.sizes().shots.min(MOST_COROUTINES);
        for (task, stack) in sight::stacks(machine, self.program, now, most, PLENTY) {
            let mut room = PLENTY;
            let mut text = written(&Shot::Task(stack));
            while text.len() > MOST_BYTES {
                room = room.half();
                let again = sight::stacks(machine, self.program, now, most, room).into_iter().find(|(of, _)| *of == task);
                let Some((_, stack)) = again else { break };
                text = written(&Shot::Task(stack));
            }
            tell(segment, Owner::Task(task), &text);
        }
    }
}

/// Tells what the resources of a process hold: `held` says it in values of at most so many characters.
pub(in crate::engine::real) fn tell_held(
    segment: Segment<'_>,
    process: ProcessId,
    held: impl Fn(usize) -> Vec<(ResourceId, String)>,
) {
    let texts = CHARACTERS.iter().map(|most| written(&Shot::Held(held(*most))));
    let text = texts.into_iter().find(|text| text.len() <= MOST_BYTES).unwrap_or_else(|| {
        let mut held = held(CHARACTERS[2]);
        held.truncate(MOST_BYTES / 64);
        written(&Shot::Held(held))
    });
    tell(segment, Owner::Process(process), &text);
}

fn written(shot: &Shot) -> Vec<u8> {
    serde_json::to_vec(shot).expect("a shot is plain data")
}

fn tell(segment: Segment<'_>, owner: Owner, text: &[u8]) {
    let Some(words) = place(segment, owner).filter(|_| text.len() <= MOST_BYTES) else { return };
    let epoch = words[EPOCH].load(Relaxed) | 1;
    words[EPOCH].store(epoch, SeqCst);
    fence(SeqCst);
    words[LENGTH].store(text.len() as u64, Relaxed);
    for (word, bytes) in words[TEXT..].iter().zip(text.chunks(8)) {
        let mut whole = [0; 8];
        whole[..bytes.len()].copy_from_slice(bytes);
        word.store(u64::from_le_bytes(whole), Relaxed);
    }
    words[EPOCH].store(epoch.wrapping_add(1), Release);
}

/// The place it has, or one that nobody needs any more; none where all are needed.
fn place(segment: Segment<'_>, owner: Owner) -> Option<&[Word; SHOT_WORDS]> {
    let end = usize::try_from(segment.head(Head::Shots).load(SeqCst)).unwrap_or(0).min(segment.sizes().shots);
    let all = || (0..end).filter_map(|index| segment.shot(index));
    if let Some(mine) = all().find(|words| words[OWNER].load(SeqCst) == owner.word()) {
        return Some(mine);
    }
    let take = |words: &&[Word; SHOT_WORDS]| {
        let before = words[OWNER].load(SeqCst);
        is_over(segment, before) && words[OWNER].compare_exchange(before, owner.word(), SeqCst, SeqCst).is_ok()
    };
    all().find(take).or_else(|| {
        let next = segment
            .head(Head::Shots)
            .fetch_update(SeqCst, SeqCst, |next| (next < segment.sizes().shots as u64).then_some(next + 1));
        let words = segment.shot(usize::try_from(next.ok()?).ok()?)?;
        words[OWNER].store(owner.word(), SeqCst);
        Some(words)
    })
}

/// Whether the task that has a place has ended.
fn is_over(segment: Segment<'_>, owner: u64) -> bool {
    match Owner::read(owner) {
        Some(Owner::Task(task)) => segment.task(task.index()).is_none_or(|slot| state::read(slot) == TaskState::Done),
        _ => false,
    }
}

/// The app's side: what has been read.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Reader {
    /// By place: whose it was and how far it had come.
    seen: Vec<(u64, u64)>,
}

impl Reader {
    /// What has been told since; half of a text is left for the next time.
    pub(in crate::engine::real) fn each(&mut self, segment: &Segment<'_>, mut take: impl FnMut(Option<TaskId>, Shot)) {
        let end = usize::try_from(segment.head(Head::Shots).load(Acquire)).unwrap_or(0).min(segment.sizes().shots);
        self.seen.resize(end, (0, 0));
        for (index, seen) in self.seen.iter_mut().enumerate() {
            let Some(words) = segment.shot(index) else { continue };
            let now = (words[OWNER].load(Acquire), words[EPOCH].load(Acquire));
            if now == *seen || !now.1.is_multiple_of(2) || now.1 == 0 {
                continue;
            }
            let length = usize::try_from(words[LENGTH].load(Relaxed)).unwrap_or(0).min(MOST_BYTES);
            let mut text: Vec<u8> =
                words[TEXT..].iter().take(length.div_ceil(8)).flat_map(|word| word.load(Relaxed).to_le_bytes()).collect();
            text.truncate(length);
            fence(Acquire);
            if (words[OWNER].load(SeqCst), words[EPOCH].load(SeqCst)) != now {
                continue;
            }
            *seen = now;
            let Ok(shot) = serde_json::from_slice::<Shot>(&text) else { continue };
            match (Owner::read(now.0), &shot) {
                (Some(Owner::Task(task)), Shot::Task(_)) => take(Some(task), shot),
                (Some(Owner::Process(_)), Shot::Held(_)) => take(None, shot),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::tests::{SMALL, leaked};
    use super::*;

    fn stack(at: u64) -> Vec<u8> {
        written(&Shot::Task(Stack { at: Nanos(at), ..Stack::default() }))
    }

    fn read(reader: &mut Reader, segment: &Segment<'_>) -> Vec<(Option<TaskId>, u64)> {
        let mut all = Vec::new();
        reader.each(segment, |task, shot| {
            all.push((task, if let Shot::Task(stack) = shot { stack.at.0 } else { 0 }));
        });
        all
    }

    #[test]
    fn each_has_its_place_and_gives_it_up_when_it_has_ended() {
        let segment = leaked(SMALL);
        let (one, two, three) = (Owner::Task(TaskId(1)), Owner::Task(TaskId(2)), Owner::Task(TaskId(3)));
        for task in 1..4 {
            state::enter(segment.task(task).unwrap(), TaskState::Blocked, Nanos(1));
        }
        let mut reader = Reader::default();
        tell(segment, one, &stack(5));
        tell(segment, two, &stack(6));
        tell(segment, three, &stack(7));
        assert_eq!(read(&mut reader, &segment), [(Some(TaskId(1)), 5), (Some(TaskId(2)), 6)], "there are two places");
        tell(segment, two, &stack(8));
        assert_eq!(read(&mut reader, &segment), [(Some(TaskId(2)), 8)]);
        state::enter(segment.task(1).unwrap(), TaskState::Done, Nanos(9));
        tell(segment, three, &stack(9));
        assert_eq!(read(&mut reader, &segment), [(Some(TaskId(3)), 9)]);
        assert_eq!(read(&mut reader, &segment), []);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let segment = leaked(SMALL);
        tell(segment, Owner::Process(ProcessId(1)), &stack(5));
        tell(segment, Owner::Task(TaskId(1)), b"{");
        segment.head(Head::Shots).store(u64::MAX, Relaxed);
        segment.shot(0).unwrap()[LENGTH].store(u64::MAX, Relaxed);
        assert_eq!(read(&mut Reader::default(), &segment), []);
    }
}
