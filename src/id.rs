//! Names for things by number. Each is dense, starts at 0 and is meaningful only beside the scenario, program or table it came from.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The number as an index into the table it belongs to.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the `index`-th entry.
            ///
            /// # Panics
            /// When a table holds more than `u32::MAX` entries, which every limit forbids.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("every table is limited to fewer than 2^32 entries"))
            }
        }
    };
}

id! {
    /// A block: a node of the scenario, numbered in the order of the text (preorder). A new reading of the text numbers afresh.
    BlockId
}
id! {
    /// A task. Declared tasks come first, in the order of the text; a task made during the run has the id that the table gives
    /// to (parent, how many the parent has made), so that independent spawns commute.
    TaskId
}
id! {
    /// A resource, in the order of the text; one of `count=N` each.
    ResourceId
}
id! {
    /// A process of the run: the first is the run's own, then the declared ones, then those that may be spawned.
    ProcessId
}
id! {
    /// A compiled body: of a task or of a routine.
    CodeId
}

impl ProcessId {
    /// The process in which what stands at the top of the file runs.
    pub const MAIN: Self = Self(0);
}

/// A generator: the `number`-th that a task has made. It lives in that task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct GeneratorId {
    /// Whose it is.
    pub task: TaskId,
    /// Which of its generators, from 0; of a coroutine from [`Self::COROUTINES`].
    pub number: u32,
}

impl GeneratorId {
    /// Coroutines are numbered from here on.
    pub const COROUTINES: u32 = 1 << 31;

    /// Whether it is a coroutine, which is awaited and yields to its event loop.
    #[must_use]
    pub const fn is_coroutine(self) -> bool {
        self.number >= Self::COROUTINES
    }
}
