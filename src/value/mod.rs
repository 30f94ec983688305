//! What a scenario's expressions stand for. Values are small, immutable and shared by content; only resources change.
//! Owns the types; Python's operators on them are in `operation` and `comparison`, changes of lists and dicts in `collection`,
//! its functions in `function`, their texts in `format`, the contents behind ids in `table`.

pub mod collection;
pub mod comparison;
pub mod exception;
pub mod fingerprint;
pub mod format;
pub mod function;
pub mod glimpse;
mod index;
pub mod number;
pub mod operation;
mod operator;
mod pieces;
mod spec;
mod table;

pub use operator::Failure;
pub(crate) use operator::MOST_QUEUED;
pub(crate) use table::MOST_DEPTH;
pub use table::{ChildName, Full, Names, Raised, Table};

use crate::id::{GeneratorId, ResourceId, TaskId};

macro_rules! content {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
    };
}
content! {
    /// A text in a [`Table`]. Equal ids of one table mean equal texts.
    TextId
}
content! {
    /// A list in a [`Table`]. Equal ids of one table mean equal lists, element by element with Python's type kept.
    ListId
}
content! {
    /// An exception in a [`Table`].
    ExceptionId
}

/// A value: 16 bytes, `Copy`. Its kind takes eight of them, so that nothing between the two halves is carried about.
///
/// `Eq`, `Ord` and `Hash` are those of the representation (1 and 1.0 differ, NaN equals itself), for state keys.
/// Python's `==` is `operation::equal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u64)]
pub enum Value {
    /// Python's None.
    #[default]
    None,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer; going beyond raises OverflowError.
    Int(i64),
    /// A float, by its bits; see [`Value::float`].
    Float(FloatBits),
    /// A text.
    Text(TextId),
    /// A list.
    List(ListId),
    /// A handle to a task.
    Task(TaskId),
    /// A handle to a resource.
    Resource(ResourceId),
    /// A caught exception.
    Exception(ExceptionId),
    /// A handle to a generator.
    Generator(GeneratorId),
}

const _: () = assert!(size_of::<Value>() == 16, "a value is 16 bytes");

/// A float kept by its bits, so that values can be compared and hashed exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FloatBits(u64);

impl Value {
    /// A float.
    #[must_use]
    pub const fn float(value: f64) -> Self {
        Self::Float(FloatBits(value.to_bits()))
    }
}

impl FloatBits {
    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}
