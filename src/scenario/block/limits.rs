//! How many of each a scenario may declare: what a mistyped number would cost. Counts nothing.

/// Most resources a scenario may declare, `count=` included: a mistyped number must not fill the memory.
pub const MOST_RESOURCES: i64 = 100_000;
/// Most threads a scenario may declare, `count=` included: beyond, the systems themselves refuse.
pub const MOST_THREADS: i64 = 10_000;
/// Most coroutines a scenario may declare, `count=` included: each has a row of its own wherever tasks are listed.
pub const MOST_COROUTINES: i64 = 10_000;
/// Most processes a scenario may declare, `count=` included: each is one of the system's.
pub const MOST_PROCESSES: i64 = 100;

/// Most servers, and most files, of one declaration: each takes descriptors of the system's.
pub const MOST_SERVERS: i64 = 100;

/// Most workers of a pool.
pub const MOST_WORKERS: i64 = 1_000;
