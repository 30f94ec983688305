//! The rows of the design's table of numbers that the first vocabulary reaches, each beside its peer in one run.
//! `cargo bench -p coreyard-benches [-- PART_OF_A_NAME]`. This executable also plays the worker of its runs.
#![expect(clippy::disallowed_methods, reason = "the command line enters here")]

mod blocks;
mod coroutines;
mod engine;
mod harness;
mod peers;
mod requests;
mod stops;
mod text;
mod trace;
mod waiting;
mod window;

use coreyard::engine::Record;
use engine::Repeated;
use harness::{Goal, Row, Table};
use std::process::ExitCode;
use std::time::Duration;

/// The argument with which this executable ends at once.
const NOTHING: &str = "--nothing";
/// The argument with which this executable gives back what it is sent.
const ECHO: &str = "--echo";

fn main() -> ExitCode {
    if let Some(exit) = coreyard::cli::worker_role(std::env::args_os()) {
        return exit.into();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(NOTHING) => ExitCode::SUCCESS,
        Some(ECHO) => peers::echo().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        _ => {
            let filter = arguments.into_iter().find(|argument| !argument.starts_with("--"));
            let mut table = Table::new(filter);
            locks(&mut table);
            threads(&mut table);
            processes(&mut table);
            waiting::rows(&mut table);
            coroutines::rows(&mut table);
            requests::rows(&mut table);
            stops::rows(&mut table);
            texts(&mut table);
            windows(&mut table);
            long_runs(&mut table);
            table.end();
            ExitCode::SUCCESS
        }
    }
}

fn locks(table: &mut Table) {
    let alone = |record| Repeated { text: engine::ALONE, rounds: 500_000, record };
    // A `with` writes two events, one for each end. One thread alone is measured by its CPU time.
    for (name, beside) in [
        ("one event with its stamp and the exact totals: full record beside none", Record::Off),
        ("one event's 24 bytes: full record beside the stamp and the totals", Record::Counters),
    ] {
        table.measure(
            Row { name, peer: "ring of 24 bytes with rdtsc", unit: "ns", goal: Goal::Absolute(12.0) },
            || (alone(Record::Full).cpu_nanos_each() - alone(beside).cpu_nanos_each()) / 2.0,
            || peers::ring_event(2_000_000),
        );
    }
    for (name, record, limit) in [
        ("repeat N { with L { } }, full record, alone", Record::Full, 3.5),
        ("the same, counters only", Record::Counters, 3.5),
        ("the same, record off", Record::Off, 3.5),
    ] {
        let row = Row { name, peer: "parking_lot pair", unit: "ns", goal: Goal::AtMost(limit) };
        table.measure(row, || alone(record).cpu_nanos_each(), || peers::lock_pair(2_000_000));
    }
    // Sections a second instead of nanoseconds a section: more is better, as the goals say.
    let rate = |nanos: f64| 1e3 / nanos;
    let contended = |text, rounds| Repeated { text, rounds, record: Record::Full };
    table.measure(
        Row {
            name: "two threads, empty section, full record",
            peer: "parking_lot, two stamps, one event",
            unit: "M/s",
            goal: Goal::AtLeast(0.8),
        },
        || rate(contended(engine::CONTENDED, 500_000).nanos_each()),
        || rate(peers::contended(500_000, Duration::ZERO)),
    );
    table.measure(
        Row {
            name: "two threads, section of 1 µs, full record",
            peer: "parking_lot, two stamps, one event",
            unit: "M/s",
            goal: Goal::AtLeast(0.95),
        },
        || rate(contended(engine::CONTENDED_MICROSECOND, 200_000).nanos_each()),
        || rate(peers::contended(200_000, Duration::from_micros(1))),
    );
}

fn threads(table: &mut Table) {
    table.measure(
        Row { name: "thread start and join", peer: "std", unit: "µs", goal: Goal::AtMost(1.3) },
        || Repeated { text: engine::SPAWN, rounds: 3_000, record: Record::Full }.nanos_each_in_a_window() / 1e3,
        || peers::thread_start_and_join(3_000) / 1e3,
    );
    table.measure(
        Row { name: "queue round trip between threads", peer: "crossbeam bounded(1)", unit: "µs", goal: Goal::AtMost(1.5) },
        || Repeated { text: engine::ROUND_TRIP, rounds: 50_000, record: Record::Full }.nanos_each() / 1e3,
        || peers::queue_round_trip(50_000) / 1e3,
    );
    table.measure(
        Row {
            name: "a whole run of nothing: process, segment, socket, report",
            peer: "bare process of the same binary",
            unit: "ms",
            goal: Goal::AtMost(10.0),
        },
        || engine::whole_run(10) / 1e6,
        || peers::bare_process(50) / 1e6,
    );
}

fn processes(table: &mut Table) {
    // A run makes at most 128 processes.
    table.measure(
        Row {
            name: "process start, first instruction, end",
            peer: "bare process of the same binary",
            unit: "ms",
            goal: Goal::AtMost(1.5),
        },
        || Repeated { text: engine::SPAWN_PROCESS, rounds: 50, record: Record::Full }.nanos_each_in_a_window() / 1e6,
        || peers::bare_process(50) / 1e6,
    );
    table.measure(
        Row { name: "pipe round trip between processes", peer: "bare pipes", unit: "µs", goal: Goal::AtMost(1.2) },
        || Repeated { text: engine::PROCESS_ROUND_TRIP, rounds: 20_000, record: Record::Full }.nanos_each() / 1e3,
        || peers::pipe_round_trip(20_000) / 1e3,
    );
}

fn texts(table: &mut Table) {
    let long = text::scenario(3_000);
    table.measure(
        Row {
            name: "reading and checking 1,000 lines",
            peer: "the kdl crate's reading alone",
            unit: "ms",
            goal: Goal::AtMost(2.0),
        },
        || text::read_and_check(&long, 5),
        || text::kdl_reads(&long, 5),
    );
    table.measure(
        Row {
            name: "a character typed in 3,000 lines: change and reread",
            peer: "the kdl crate reading it all",
            unit: "ms",
            goal: Goal::Absolute(16.0),
        },
        || text::keystroke(&long, 20),
        || text::kdl_reads_all(&long, 5),
    );
    let row = Row {
        name: "a block dragged over 2,000: a frame of the panel",
        peer: "the same, nothing happening",
        unit: "ms",
        goal: Goal::Absolute(8.0),
    };
    if table.wants(&row) {
        let (mut dragged, mut still) = (blocks::Blocks::new(2_000), blocks::Blocks::new(2_000));
        table.measure(row, || dragged.dragged(60), || still.still(60));
    }
}

fn windows(table: &mut Table) {
    table.measure(
        Row {
            name: "a key pressed in 3,000 lines, until it is drawn",
            peer: "the same frames, nothing pressed",
            unit: "ms",
            goal: Goal::Absolute(16.0),
        },
        || window::keystroke(3_000, 20),
        || window::still(3_000, 20),
    );
    table.measure(
        Row {
            name: "2,000 blocks: an edit, until both views show it",
            peer: "the same frames, nothing edited",
            unit: "ms",
            goal: Goal::Absolute(16.0),
        },
        || window::edit(2_000, 20),
        || window::still(2_000, 20),
    );
    table.measure(
        Row {
            name: "first frame of the whole window",
            peer: "egui's first with one word",
            unit: "ms",
            goal: Goal::Absolute(500.0),
        },
        window::first_frame,
        window::first_label,
    );
    table.measure(
        Row { name: "a live frame with every panel", peer: "an egui frame with one word", unit: "ms", goal: Goal::Absolute(8.0) },
        || window::live_frame(100),
        || window::label_frame(100),
    );
}

fn long_runs(table: &mut Table) {
    let row = |name, peer, unit, limit| Row { name, peer, unit, goal: Goal::Absolute(limit) };
    let open = row("10 M events: opening a saved run, to the first plot", "copying its bytes", "ms", 2_000.0);
    let plot = row("10 M events: the slowest zoom or pan, plots made anew", "one pass over the events", "ms", 8.0);
    let memory = row("10 M events: memory of each", "the event itself", "bytes", 40.0);
    // Made only when asked for: it is large.
    table.measure(memory, trace::bytes_an_event, || 24.0);
    if [open, plot].iter().any(|row| table.wants(row)) {
        let long = trace::long();
        let bytes = trace::saved(&long);
        table.measure(open, || trace::open_millis(&bytes), || trace::copy_millis(&bytes));
        drop(bytes);
        table.measure(plot, || trace::slowest_plot_millis(&long), || trace::pass_millis(&long));
    }
}
