//! `coreyard run`: run a scenario, show how it goes, and report. Running is `drive`; what the report says is `export`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::drive::{self, Interrupt, drive};
use super::save::save;
use super::source::{self, Source};
use super::{Exit, check};
use crate::diagnostic::Diagnostic;
use crate::engine::{self, EngineError, Record, RunConfig};
use crate::export::json;
use crate::export::report::{Style, report, verdicts_text};
use crate::export::spread::Spread;
use crate::lang::Lang;
use crate::metrics::Metrics;
use crate::program::{self, Program};
use crate::scenario;
use crate::time::Nanos;
use crate::trace::file;
use crate::trace::store::{Ended, Trace};
use crate::ui::command::EngineChoice;
use crate::verdict::{self, Judgement, Tally, Verdict};

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// A scenario file, `-` for the standard input, or the name of a built-in scenario
    #[arg(value_name = "FILE")]
    pub(super) scenario: String,
    /// What runs it: the real cores, or one step at a time as the seed says
    #[arg(long, value_parser = source::engines(), default_value = "real")]
    pub(super) engine: EngineChoice,
    /// Cores it may use; the scenario's own wish, else all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(super) cores: Option<u32>,
    /// The seed of every random choice; each repetition takes the next one
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Choices for the stepper to take first, as a report of it tells them, or `@FILE` with them
    #[arg(long, value_name = "TEXT", value_parser = source::schedule)]
    pub(super) schedule: Option<String>,
    /// Write the stepper's choices of the run into a file, for `--schedule @OUT`
    #[arg(long, value_name = "OUT")]
    pub(super) schedule_out: Option<PathBuf>,
    /// Stop it after so long
    #[arg(long, value_name = "SECONDS", value_parser = source::seconds, allow_negative_numbers = true)]
    pub(super) timeout: Option<Nanos>,
    /// Run it so often and tell how the runs differ
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(super) repeat: u64,
    /// What is recorded: every event, exact counts only, or nothing
    #[arg(long, value_parser = source::records(), default_value = "full")]
    pub(super) record: Record,
    /// Give a constant another value
    #[arg(long = "let", value_name = "NAME=VALUE", value_parser = source::constant)]
    pub(super) constants: Vec<(String, String)>,
    /// Save the run, the last one of several, for `show-trace` and the window
    #[arg(long, value_name = "OUT")]
    pub(super) trace: Option<PathBuf>,
    /// Let the scenario run the programs that it names in `allow-commands`
    #[arg(long)]
    pub(super) allow_commands: bool,
    /// Print as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Let what is left unsettled count as refuted
    #[arg(long)]
    pub(super) strict: bool,
    /// No progress, and only verdicts and findings in the report
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// The language to speak, en or zh; the system's by default
    #[arg(long, value_parser = source::lang)]
    pub(super) lang: Option<Lang>,
}

/// Runs so often, and what they showed.
struct Runs {
    tally: Tally,
    spread: Spread,
    /// The run that says most: the first that did not end well, else the last.
    told: Trace,
    last: Option<Trace>,
    exit: Exit,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    run_then(args, |_source, _trace| Exit::Good)
}

/// Does it, and then something else with what was run, unless there was nothing to run.
pub(super) fn run_then(args: &Args, then: impl FnOnce(&Source, Trace) -> Exit) -> Exit {
    let lang = source::language(args.lang);
    if let Some(why) = contradiction(args, lang) {
        source::complain(&source::ours(&why, lang));
        return Exit::Wrong;
    }
    let interrupt = Interrupt::listen();
    let source = match Source::open(&args.scenario) {
        Ok(source) => source,
        Err(trouble) => {
            source::complain(&trouble.words(lang));
            return Exit::Wrong;
        }
    };
    let (program, told) = compiled(&source.text, &args.constants);
    if program.is_none() || (!told.is_empty() && !args.quiet) {
        source::complain(&source::shown(&source, &told, lang).trim_end());
    }
    let Some(program) = program else {
        let faults = if args.json { format!("{:#}\n", check::faults(&source, &told, lang)) } else { String::new() };
        return source::print(&faults, Exit::Wrong);
    };
    let runs = match run_all(args, &source, &program, &interrupt, lang) {
        Ok(runs) => runs,
        Err(error) => return not_started(&source, &error, lang),
    };
    let verdicts = runs.tally.verdicts(&program);
    let exit = judged(runs.exit, &verdicts, args.strict);
    let exit = source::print(&text(args, &runs, &verdicts, lang), exit);
    let exit = if keep(args, runs.last.as_ref().unwrap_or(&runs.told), lang) { exit } else { Exit::Failed };
    match then(&source, runs.told) {
        Exit::Good => exit,
        worse => worse,
    }
}

/// What is asked for and cannot be, so far as that is known before the run.
fn contradiction(args: &Args, lang: Lang) -> Option<String> {
    let real = args.engine == EngineChoice::Real;
    let asked = [("--schedule", args.schedule.is_some()), ("--schedule-out", args.schedule_out.is_some())];
    if let Some((option, _)) = asked.into_iter().find(|(_, asked)| real && *asked) {
        return Some(match lang {
            Lang::En => format!("{option}: on real cores nobody chooses who goes next; add --engine stepper"),
            Lang::Zh => format!("{option}：在真实核心上没有谁来选下一步；请加上 --engine stepper"),
        });
    }
    source::missing_folder([&args.trace, &args.schedule_out].into_iter().flatten(), lang)
}

/// Writes what is to be kept of a run. False if it could not be, which has been told.
fn keep(args: &Args, trace: &Trace, lang: Lang) -> bool {
    let saved = |path: &Path, written: std::io::Result<()>| {
        let failed = written.map_err(|error| {
            source::complain(&source::ours(&source::not_written(path, &error, lang), lang));
        });
        failed.is_ok()
    };
    let trace_kept = args.trace.iter().all(|path| saved(path, save(path, |mut out| file::write(trace, &mut out))));
    let schedule_kept = args.schedule_out.iter().all(|path| {
        if let Some(schedule) = &trace.header.schedule {
            return saved(path, save(path, |out| writeln!(out, "{schedule}")));
        }
        source::complain(&match lang {
            Lang::En => "coreyard: --schedule-out: this run has no schedule; only the stepper's choices are known, up to a limit",
            Lang::Zh => "coreyard：--schedule-out：这次运行没有调度记录；只有步进引擎的选择可知，且有上限",
        });
        false
    });
    trace_kept && schedule_kept
}

/// Tells why there was no run.
pub(super) fn not_started(source: &Source, error: &EngineError, lang: Lang) -> Exit {
    source::complain(&source::ours(&source::about(&source.name, &error.words(lang), lang), lang));
    if matches!(error, EngineError::System { .. }) { Exit::Failed } else { Exit::Wrong }
}

/// The program, if nothing forbids running it, and all that can be told of the text.
fn compiled(text: &str, constants: &[(String, String)]) -> (Option<Program>, Vec<Diagnostic>) {
    let loaded = scenario::load_with(text, constants);
    if loaded.has_errors() {
        return (None, loaded.diagnostics);
    }
    let built = program::build(text, constants);
    let runs = !built.has_errors();
    (built.value.filter(|_| runs), built.diagnostics)
}

fn run_all(args: &Args, source: &Source, program: &Program, interrupt: &Interrupt, lang: Lang) -> Result<Runs, EngineError> {
    let told = engine::Source { overrides: args.constants.clone(), ..source.to_run() };
    let mut config = RunConfig {
        cores: args.cores,
        seed: args.seed,
        schedule: args.schedule.clone(),
        record: args.record,
        timeout: args.timeout,
        allow_commands: args.allow_commands,
        ..drive::config()?
    };
    let progress = !args.quiet && std::io::stderr().is_terminal();
    let mut runs =
        Runs { tally: Tally::new(program), spread: Spread::default(), told: Trace::default(), last: None, exit: Exit::Good };
    for number in 0..args.repeat {
        config.seed = args.seed.wrapping_add(number);
        let mut trace = drive(args.engine, &told, &config, interrupt, progress.then_some(lang))?;
        verdict::tell_leaks(program, &mut trace);
        runs.tally.add(program, &trace);
        runs.spread.add(&trace);
        let bad = ended_badly(&trace);
        if runs.exit == Exit::Good {
            runs.exit = bad;
            runs.told = trace;
        } else {
            runs.last = Some(trace);
        }
        if interrupt.came() {
            break;
        }
    }
    if let Some(asked) = args.cores.filter(|&asked| args.engine == EngineChoice::Real && runs.told.header.cores < asked) {
        source::complain(&match lang {
            Lang::En => format!("coreyard: --cores {asked}: this machine has {}", runs.told.header.cores),
            Lang::Zh => format!("coreyard：--cores {asked}：这台机器只有 {} 个核心", runs.told.header.cores),
        });
    }
    Ok(runs)
}

/// What a run's end alone makes of the exit code. A deadlock is judged by the verdicts.
fn ended_badly(trace: &Trace) -> Exit {
    match trace.ended {
        Some(Ended::Completed | Ended::Deadlocked) => Exit::Good,
        _ => Exit::Failed,
    }
}

/// The exit code: what was refuted weighs more than a run that did not end.
pub(super) fn judged(ended: Exit, verdicts: &[Verdict], strict: bool) -> Exit {
    let any = |judgement| verdicts.iter().any(|verdict| verdict.judgement == judgement);
    let open = any(Judgement::Unsettled) || any(Judgement::NotJudged);
    match () {
        () if any(Judgement::Refuted) => Exit::Refuted,
        () if ended != Exit::Good => ended,
        () if strict && open => Exit::Refuted,
        () => Exit::Good,
    }
}

fn text(args: &Args, runs: &Runs, verdicts: &[Verdict], lang: Lang) -> String {
    let many = runs.tally.runs() > 1;
    if args.json {
        let mut told = told_json(&runs.told, verdicts, lang);
        if many {
            told["spread"] = runs.spread.json();
        }
        return format!("{told:#}\n");
    }
    let style = Style { lang, colour: has_colour(), brief: args.quiet };
    if !many {
        return report(&runs.told, &Metrics::of(&runs.told), verdicts, style);
    }
    let one = match lang {
        Lang::En => "One of them:\n",
        Lang::Zh => "其中一次：\n",
    };
    let details =
        if args.quiet { String::new() } else { format!("\n{one}{}", report(&runs.told, &Metrics::of(&runs.told), &[], style)) };
    format!("{}{}{details}", runs.spread.text(lang), verdicts_text(&runs.told.header.text, verdicts, style))
}

/// A run as `--json` prints it.
pub(super) fn told_json(trace: &Trace, verdicts: &[Verdict], lang: Lang) -> serde_json::Value {
    json::run(trace, &Metrics::of(trace), verdicts, lang)
}

/// Colours only for people, and not for those who asked for none (no-color.org).
#[expect(clippy::disallowed_methods, reason = "the command line's colours are the environment's to forbid")]
pub(super) fn has_colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
