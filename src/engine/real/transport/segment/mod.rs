//! The memory that a worker and the app share: a header, a slot per task and per resource, totals per block and label, chunks of
//! events with the ring they are handed over by, and a log of texts. Every word of it is an atomic, so a torn or hostile segment
//! can mislead a reader but never harm it. Owns the layout and the mapping; what stands in which word is `words`, what it means to a lock or a reader is theirs.
#![expect(unsafe_code, reason = "a mapping is seen as words at one place, with the proof beside it")]

mod words;

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use memmap2::MmapRaw;

pub(in crate::engine::real) use self::words::{chunk, process, region, resource, station, task};
use crate::trace::record::STEPS;

/// The unit of everything here.
pub(in crate::engine::real) type Word = AtomicU64;

/// Events of one chunk: few enough that ten thousand tasks can have one each.
pub(in crate::engine::real) const CHUNK_EVENTS: usize = 128;
/// Words of a chunk: its head and its events.
const CHUNK_WORDS: usize = 8 + CHUNK_EVENTS * 3;
/// Words of a task's slot.
pub(in crate::engine::real) const TASK_WORDS: usize = 32;
/// Words of a resource before its two histograms.
pub(in crate::engine::real) const RESOURCE_HEAD: usize = 32;
const RESOURCE_WORDS: usize = RESOURCE_HEAD + 2 * STEPS;
/// Words of a resource's station, where processes meet.
pub(in crate::engine::real) const STATION_WORDS: usize = 16;
/// Words of a process's slot.
pub(in crate::engine::real) const PROCESS_WORDS: usize = 16;
/// Words of what is told of a task or a process when somebody looks.
pub(in crate::engine::real) const SHOT_WORDS: usize = 1024;
const BLOCK_WORDS: usize = 4;
const LABEL_WORDS: usize = 3;
const HEADER_WORDS: usize = 64;
const MAGIC: u64 = u64::from_le_bytes(*b"coreyard");

/// How much of everything there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Sizes {
    /// Tasks of the whole run, ended ones included.
    pub(in crate::engine::real) tasks: usize,
    pub(in crate::engine::real) resources: usize,
    pub(in crate::engine::real) blocks: usize,
    pub(in crate::engine::real) labels: usize,
    pub(in crate::engine::real) chunks: usize,
    pub(in crate::engine::real) log_bytes: usize,
    /// Processes of the whole run, its own included.
    pub(in crate::engine::real) processes: usize,
    /// Bytes of texts and lists that are met across processes.
    pub(in crate::engine::real) heap_bytes: usize,
    /// Tasks and processes whose frames and values can be told at once.
    pub(in crate::engine::real) shots: usize,
}

/// Where each part begins, in words.
#[derive(Debug, Clone, Copy)]
struct Layout {
    tasks: usize,
    resources: usize,
    stations: usize,
    processes: usize,
    stays: usize,
    heap: usize,
    blocks: usize,
    labels: usize,
    ring: usize,
    chunks: usize,
    log: usize,
    shots: usize,
    end: usize,
}

/// Bytes of texts and lists across processes, where there are processes.
pub(in crate::engine::real) const HEAP_BYTES: usize = 16 << 20;

impl Sizes {
    fn layout(&self) -> Layout {
        let lines = |words: usize| words.next_multiple_of(16);
        let tasks = HEADER_WORDS;
        let resources = tasks + self.tasks * TASK_WORDS;
        let stations = resources + self.resources * RESOURCE_WORDS;
        let processes = stations + self.resources * STATION_WORDS;
        let stays = processes + self.processes * PROCESS_WORDS;
        let heap = stays + lines(self.processes * self.resources);
        let blocks = heap + lines(self.heap_bytes.div_ceil(8));
        let labels = blocks + lines(self.blocks * BLOCK_WORDS);
        let ring = labels + lines(self.labels * LABEL_WORDS);
        let chunks = ring + lines(self.chunks);
        let log = chunks + lines(self.chunks * CHUNK_WORDS);
        let shots = log + lines(self.log_bytes.div_ceil(8));
        let end = shots + lines(self.shots * SHOT_WORDS);
        Layout { tasks, resources, stations, processes, stays, heap, blocks, labels, ring, chunks, log, shots, end }
    }

    /// The size of a segment of these sizes.
    pub(in crate::engine::real) fn bytes(&self) -> usize {
        self.layout().end * 8
    }
}

/// Words of the header that are not sizes.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) enum Head {
    /// One past the highest task id in use.
    TaskEnd = 16,
    /// Bytes of the log written so far.
    LogEnd = 17,
    /// Output lines that found no room in the log.
    LinesLost = 18,
    /// Tasks made during the run that found no slot.
    TasksUnlisted = 19,
    /// When the run ended.
    EndedAt = 21,
    /// CPU time of the thread that watches.
    WatchCpu = 22,
    /// The core it was last seen on, plus one.
    WatchCore = 23,
    /// What all processes are told: see `family`.
    Orders = 24,
    /// Rung when they are told something.
    Bell = 25,
    /// The process that appends to the log, plus one.
    LogGate = 26,
    /// Lines and labels in the log.
    Lines = 27,
    /// See [`Head::Lines`].
    Labels = 28,
    /// CPU time of the scenario, as last told.
    ScenarioCpu = 30,
    /// Bytes of the heap that are taken.
    HeapEnd = 29,
    /// One past the highest shot in use.
    Shots = 31,
    /// Chunks ever published.
    Published = 32,
    /// Chunks in use.
    Taken = 48,
    /// The run's clock: see `clock`. All read it all the time, so nothing else is in its line.
    Clock = 56,
}

/// A view of a segment, wherever it is mapped. Copy, so that every task can have its own.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Segment<'a> {
    words: &'a [Word],
    sizes: Sizes,
    layout: Layout,
}

/// A task's slot.
pub(in crate::engine::real) type TaskSlot<'a> = &'a [Word; TASK_WORDS];
/// What is told of a resource, before its histograms.
pub(in crate::engine::real) type ResourceSlot<'a> = &'a [Word; RESOURCE_HEAD];
/// Where processes meet for a resource.
pub(in crate::engine::real) type StationSlot<'a> = &'a [Word; STATION_WORDS];
/// What is known of a process.
pub(in crate::engine::real) type ProcessSlot<'a> = &'a [Word; PROCESS_WORDS];
/// A histogram, step by step.
pub(in crate::engine::real) type Steps<'a> = &'a [Word; STEPS];

/// The first half of a word, for the kernel to wait on. Such a word is used in no other way.
pub(in crate::engine::real) fn half(word: &Word) -> &AtomicU32 {
    // SAFETY: a word is eight bytes at an address that is a multiple of eight; its first four are an aligned number that lives as
    // long and is atomic in every process. Nobody accesses such a word as a whole.
    unsafe { AtomicU32::from_ptr(word.as_ptr().cast::<u32>()) }
}

impl<'a> Segment<'a> {
    /// Lays out fresh, zeroed words.
    pub(in crate::engine::real) fn create(words: &'a [Word], sizes: Sizes) -> Self {
        let layout = sizes.layout();
        assert!(words.len() >= layout.end, "a segment is as long as its layout");
        for (word, value) in words.iter().zip(sizes.header()) {
            word.store(value, Ordering::Relaxed);
        }
        Self { words, sizes, layout }
    }

    /// Opens words that another process has laid out; none unless they are a whole segment of this version.
    pub(in crate::engine::real) fn open(words: &'a [Word]) -> Option<Self> {
        let header: Vec<u64> = words.get(..11)?.iter().map(|word| word.load(Ordering::Relaxed)).collect();
        let size = |index: usize| usize::try_from(header[index]).ok().filter(|&size| size <= 1 << 32);
        let sizes = Sizes {
            tasks: size(2)?,
            resources: size(3)?,
            blocks: size(4)?,
            labels: size(5)?,
            chunks: size(6)?,
            log_bytes: size(7)?,
            processes: size(8)?,
            heap_bytes: size(9)?,
            shots: size(10)?,
        };
        let layout = sizes.layout();
        (header == sizes.header() && words.len() >= layout.end).then_some(Self { words, sizes, layout })
    }

    pub(in crate::engine::real) fn sizes(&self) -> Sizes {
        self.sizes
    }

    pub(in crate::engine::real) fn head(&self, head: Head) -> &'a Word {
        &self.words[head as usize]
    }

    /// A task's slot; none beyond the limit.
    pub(in crate::engine::real) fn task(&self, index: usize) -> Option<TaskSlot<'a>> {
        if index >= self.sizes.tasks {
            return None;
        }
        self.words[self.layout.tasks + index * TASK_WORDS..][..TASK_WORDS].try_into().ok()
    }

    /// A resource's words and its histograms of waits and of holds; none beyond the limit.
    pub(in crate::engine::real) fn resource(&self, index: usize) -> Option<(ResourceSlot<'a>, Steps<'a>, Steps<'a>)> {
        if index >= self.sizes.resources {
            return None;
        }
        let words = &self.words[self.layout.resources + index * RESOURCE_WORDS..][..RESOURCE_WORDS];
        let (head, histograms) = words.split_at(RESOURCE_HEAD);
        let (waits, holds) = histograms.split_at(STEPS);
        Some((head.try_into().ok()?, waits.try_into().ok()?, holds.try_into().ok()?))
    }

    /// A resource's station; none beyond the limit.
    pub(in crate::engine::real) fn station(&self, index: usize) -> Option<StationSlot<'a>> {
        if index >= self.sizes.resources {
            return None;
        }
        self.words[self.layout.stations + index * STATION_WORDS..][..STATION_WORDS].try_into().ok()
    }

    /// A process's slot; none beyond the limit.
    pub(in crate::engine::real) fn process(&self, index: usize) -> Option<ProcessSlot<'a>> {
        if index >= self.sizes.processes {
            return None;
        }
        self.words[self.layout.processes + index * PROCESS_WORDS..][..PROCESS_WORDS].try_into().ok()
    }

    /// How many tasks of a process are in a region; none beyond the limit.
    pub(in crate::engine::real) fn stays(&self, process: usize, region: usize) -> Option<&'a Word> {
        if process >= self.sizes.processes || region >= self.sizes.resources {
            return None;
        }
        self.words.get(self.layout.stays + process * self.sizes.resources + region)
    }

    /// Keeps bytes for as long as the run goes on; where they are and how many, none if there is no room.
    pub(in crate::engine::real) fn keep(&self, bytes: &[u8]) -> Option<u64> {
        let length = bytes.len().div_ceil(8) as u64;
        let most = (self.sizes.heap_bytes / 8) as u64;
        let taken = self
            .head(Head::HeapEnd)
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |taken| (taken + length <= most).then_some(taken + length));
        let at = taken.ok()?;
        let start = self.layout.heap + usize::try_from(at).ok()?;
        for (word, bytes) in self.words[start..].iter().zip(bytes.chunks(8)) {
            let mut whole = [0; 8];
            whole[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(whole), Ordering::Release);
        }
        Some(at << 32 | bytes.len() as u64)
    }

    /// Bytes that were kept; fewer where the place makes no sense.
    pub(in crate::engine::real) fn kept(&self, place: u64) -> Vec<u8> {
        let (at, length) = (usize::try_from(place >> 32).unwrap_or(0), usize::try_from(place & u64::from(u32::MAX)).unwrap_or(0));
        let heap = &self.words[self.layout.heap..][..self.sizes.heap_bytes / 8];
        let words = heap.get(at..).unwrap_or_default().iter().take(length.div_ceil(8));
        let mut bytes: Vec<u8> = words.flat_map(|word| word.load(Ordering::Acquire).to_le_bytes()).collect();
        bytes.truncate(length);
        bytes
    }

    /// A block's count, time and waiting.
    pub(in crate::engine::real) fn block(&self, index: usize) -> Option<&'a [Word; BLOCK_WORDS]> {
        if index >= self.sizes.blocks {
            return None;
        }
        self.words[self.layout.blocks + index * BLOCK_WORDS..][..BLOCK_WORDS].try_into().ok()
    }

    /// How often a label was marked, how long before the end of time first, and when last.
    pub(in crate::engine::real) fn label(&self, index: usize) -> Option<&'a [Word; LABEL_WORDS]> {
        if index >= self.sizes.labels {
            return None;
        }
        self.words[self.layout.labels + index * LABEL_WORDS..][..LABEL_WORDS].try_into().ok()
    }

    /// Published chunks, index plus one each, in order, round and round.
    pub(in crate::engine::real) fn ring(&self) -> &'a [Word] {
        &self.words[self.layout.ring..][..self.sizes.chunks]
    }

    /// A chunk.
    pub(in crate::engine::real) fn chunk(&self, index: usize) -> Option<&'a [Word; CHUNK_WORDS]> {
        if index >= self.sizes.chunks {
            return None;
        }
        self.words[self.layout.chunks + index * CHUNK_WORDS..][..CHUNK_WORDS].try_into().ok()
    }

    /// What is told of a task or a process; none beyond the limit.
    pub(in crate::engine::real) fn shot(&self, index: usize) -> Option<&'a [Word; SHOT_WORDS]> {
        if index >= self.sizes.shots {
            return None;
        }
        self.words[self.layout.shots + index * SHOT_WORDS..][..SHOT_WORDS].try_into().ok()
    }

    /// The log's words, eight bytes each.
    pub(in crate::engine::real) fn log(&self) -> &'a [Word] {
        &self.words[self.layout.log..self.layout.shots]
    }
}

impl Sizes {
    fn header(&self) -> [u64; 11] {
        let Self { tasks, resources, blocks, labels, chunks, log_bytes, processes, heap_bytes, shots } = *self;
        let size = |size: usize| u64::try_from(size).expect("a size fits into 64 bits");
        let [one, two] =
            [[tasks, resources, blocks, labels], [chunks, log_bytes, processes, heap_bytes]].map(|row| row.map(size));
        [MAGIC, 1, one[0], one[1], one[2], one[3], two[0], two[1], two[2], two[3], size(shots)]
    }
}

/// A file's memory, mapped for as long as this lives.
#[derive(Debug)]
pub(in crate::engine::real) struct Mapping {
    raw: MmapRaw,
}

impl Mapping {
    /// Maps the whole of `file`.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn new(file: &File) -> io::Result<Self> {
        Ok(Self { raw: MmapRaw::map_raw(file)? })
    }

    /// Its words.
    #[expect(clippy::cast_ptr_alignment, reason = "a mapping begins at a page")]
    pub(in crate::engine::real) fn words(&self) -> &[Word] {
        let length = self.raw.len() / size_of::<Word>();
        // SAFETY: the mapping is readable, writable, page aligned and `length` words long, and lives as long as `self`. Other
        // processes write to it at any time, which atomics allow; every bit pattern is a word. The file cannot shrink below the
        // mapping: it is sealed or private to this run.
        unsafe { std::slice::from_raw_parts(self.raw.as_ptr().cast::<Word>(), length) }
    }
}

/// A new, zeroed segment outside any file system where there is such a thing, and the path by which a child opens it.
///
/// # Errors
/// When the system refuses the memory.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn create_file(bytes: usize, _folder: &std::path::Path) -> io::Result<(File, std::path::PathBuf)> {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    use std::os::fd::AsRawFd as _;
    let file = File::from(memfd_create("coreyard", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?);
    file.set_len(bytes as u64)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file, path.into()))
}

/// A new, zeroed segment in a file of the run's own folder.
///
/// # Errors
/// When the system refuses the file.
#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn create_file(bytes: usize, folder: &std::path::Path) -> io::Result<(File, std::path::PathBuf)> {
    let path = folder.join("segment");
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    file.set_len(bytes as u64)?;
    Ok((file, path))
}

#[cfg(test)]
pub(in crate::engine::real) mod tests {
    use super::*;

    pub(crate) const SMALL: Sizes = Sizes {
        tasks: 64,
        resources: 8,
        blocks: 16,
        labels: 8,
        chunks: 32,
        log_bytes: 4096,
        processes: 3,
        heap_bytes: 256,
        shots: 2,
    };

    /// A segment of ordinary memory.
    pub(crate) fn leaked(sizes: Sizes) -> Segment<'static> {
        let words: Vec<Word> = std::iter::repeat_with(Word::default).take(sizes.bytes() / 8).collect();
        Segment::create(words.leak(), sizes)
    }

    #[test]
    fn a_segment_opens_again_with_the_same_sizes() {
        let segment = leaked(SMALL);
        assert_eq!(Segment::open(segment.words).map(|again| again.sizes()), Some(SMALL));
    }

    #[test]
    fn what_is_no_segment_does_not_open() {
        let segment = leaked(SMALL);
        assert!(Segment::open(&segment.words[..8]).is_none(), "cut short");
        segment.words[2].store(u64::MAX, Ordering::Relaxed);
        assert!(Segment::open(segment.words).is_none(), "a size beyond reason");
        assert!(Segment::open(&[]).is_none(), "nothing");
    }

    #[test]
    fn parts_do_not_overlap() {
        let segment = leaked(SMALL);
        let last = segment.task(SMALL.tasks - 1).unwrap();
        last[TASK_WORDS - 1].store(7, Ordering::Relaxed);
        assert_eq!(segment.resource(0).unwrap().0[0].load(Ordering::Relaxed), 0);
        assert!(segment.task(SMALL.tasks).is_none());
        assert!(segment.chunk(SMALL.chunks).is_none());
        assert!(segment.block(SMALL.blocks).is_none());
        assert_eq!(segment.ring().len(), SMALL.chunks);
        assert_eq!(segment.log().len() * 8, SMALL.log_bytes);
        assert!(segment.shot(SMALL.shots - 1).is_some() && segment.shot(SMALL.shots).is_none());
    }
}
