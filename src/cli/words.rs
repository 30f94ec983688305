//! The command line in Chinese: its help, and why a call is refused. In English it says what clap says.

use std::error::Error as _;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command};

use crate::lang::{Lang, Words};

/// A refused value, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{en}")]
pub(super) struct Refused {
    en: String,
    zh: String,
}

impl Refused {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// The same command line, with its help in `lang`.
pub(super) fn told(command: Command, lang: Lang) -> Command {
    match lang {
        Lang::En => command,
        Lang::Zh => {
            let mut command = command;
            command.build();
            in_chinese(command)
        }
    }
}

fn in_chinese(command: Command) -> Command {
    let about = command.get_about().map(ToString::to_string);
    let command = match about.and_then(|about| chinese(&about)) {
        Some(words) => command.about(words),
        None => command,
    };
    let command = command
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}")
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令");
    command.mut_args(argument).mut_subcommands(in_chinese)
}

fn argument(arg: Arg) -> Arg {
    let heading = if arg.is_positional() { "参数" } else { "选项" };
    let help = arg.get_help().map(ToString::to_string);
    let Some(words) = help.and_then(|help| chinese(&help)) else { return arg.help_heading(heading) };
    let takes = arg.get_action().takes_values();
    let all = |words: Vec<String>| words.join("、");
    let known: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).filter(|_| takes).collect();
    let usual: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).filter(|_| takes).collect();
    let known = if known.is_empty() { String::new() } else { format!("；可以是 {}", all(known)) };
    let usual = if usual.is_empty() { String::new() } else { format!("；默认 {}", all(usual)) };
    arg.help(words.to_owned() + &known + &usual).help_heading(heading).hide_default_value(true).hide_possible_values(true)
}

fn chinese(english: &str) -> Option<&'static str> {
    HELP.iter().find(|words| words.en == english).map(|words| words.zh)
}

/// Why this call is refused, in Chinese; nothing for help and version, which are no refusals, and for what has no words of ours.
pub(super) fn refusal(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let meant = |kind| error.get(kind).map(|meant| format!("；是不是想写 `{meant}`？")).unwrap_or_default();
    let told = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 `{argument}` 这个参数{}", meant(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            format!("没有 `{}` 这个命令{}", of(ContextKind::InvalidSubcommand), meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("`{argument}` 后面缺少值"),
        ErrorKind::InvalidValue => {
            format!("`{argument}` 不能是 `{value}`；可以是 {}{}", of(ContextKind::ValidValue), meant(ContextKind::SuggestedValue))
        }
        ErrorKind::ValueValidation => {
            let why = match error.source().map(|why| (why.downcast_ref::<Refused>(), why.to_string())) {
                Some((Some(Refused { zh, .. }), _)) => format!("：{zh}"),
                Some((None, why)) => format!("：{why}"),
                None => String::new(),
            };
            format!("`{argument}` 不能是 `{value}`{why}")
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => format!("`{argument}` 不能与 `{}` 一起使用", of(ContextKind::PriorArg)),
        ErrorKind::TooManyValues => format!("`{argument}` 用不上 `{value}`"),
        _ => return None,
    };
    Some(format!("{told}\n`--help` 会说明用法"))
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

/// Every text of the help.
#[rustfmt::skip]
const HELP: &[Words] = &[
    words("A playground for concurrency: build a scenario, run it on the real cores, see every lock and core", "并发的试验场：搭建一个场景，让它在真实核心上运行，看清每一把锁、每一个核心"),
    words("A scenario file, a saved trace or the name of a built-in scenario to open in the window", "要在窗口中打开的场景文件、已保存的运行，或内置场景的名字"),
    words("Run a scenario and report", "运行一个场景并给出报告"),
    words("List the problems of a scenario file", "列出场景文件中的问题"),
    words("Lay out a scenario file", "整理场景文件的排版"),
    words("List the built-in scenarios", "列出内置场景"),
    words("Print a built-in scenario", "打印一个内置场景"),
    words("Print the reference of every block", "打印每种块的参考说明"),
    words("Run a scenario and draw the window, without a display", "不需要显示器：运行一个场景并画出窗口"),
    words("Report on a saved trace", "报告一次已保存的运行"),
    words("Print this message or the help of the given subcommand(s)", "打印这段说明，或某个命令的说明"),
    words("Print help", "打印说明"),
    words("Print version", "打印版本"),
    words("A scenario file, `-` for the standard input, or the name of a built-in scenario", "场景文件、表示标准输入的 `-`，或内置场景的名字"),
    words("What runs it: the real cores, or one step at a time as the seed says", "由谁运行：真实核心，或按种子一次一步的步进机"),
    words("Cores it may use; the scenario's own wish, else all", "可以使用多少个核心；默认按场景的要求，否则全部"),
    words("The seed of every random choice; each repetition takes the next one", "所有随机选择的种子；重复运行时每次取下一个"),
    words("Choices for the stepper to take first, as a report of it tells them, or `@FILE` with them", "步进机先照着走的选择，写法与它的报告相同；或写 `@文件`"),
    words("Write the stepper's choices of the run into a file, for `--schedule @OUT`", "把步进机这次运行的选择写入文件，供 `--schedule @OUT` 使用"),
    words("Stop it after so long", "运行这么多秒后停止"),
    words("Run it so often and tell how the runs differ", "运行这么多次，并说明各次有何不同"),
    words("What is recorded: every event, exact counts only, or nothing", "记录什么：每个事件、只有精确计数，或什么都不记"),
    words("Give a constant another value", "给常量另一个值"),
    words("Save the run, the last one of several, for `show-trace` and the window", "保存这次运行（多次时为最后一次），供 `show-trace` 和窗口打开"),
    words("Let the scenario run the programs that it names in `allow-commands`", "允许场景运行它在 `allow-commands` 中写明的程序"),
    words("Print as JSON", "以 JSON 打印"),
    words("Let what is left unsettled count as refuted", "没有定论的也算作被推翻"),
    words("No progress, and only verdicts and findings in the report", "不显示进度，报告中只有结论和发现"),
    words("The language to speak, en or zh; the system's by default", "使用的语言：en 或 zh；默认与系统相同"),
    words("Scenario files, `-` for the standard input, or names of built-in scenarios", "场景文件、表示标准输入的 `-`，或内置场景的名字"),
    words("Scenario files, changed in place; `-` reads the standard input and prints", "场景文件，就地修改；`-` 则读标准输入并打印"),
    words("Change nothing; list the files that would change, and exit with 1 if there are any", "什么都不改；列出会改动的文件，若有则以 1 退出"),
    words("Only those in which each of these words occurs", "只列出包含所有这些词的"),
    words("Its name, as `coreyard list` gives it", "它的名字，见 `coreyard list`"),
    words("Only this one, with all its parameters and an example", "只打印这一种，附上全部参数和一个例子"),
    words("A scenario file, a saved trace, the name of a built-in scenario, or `-` for the standard input", "场景文件、已保存的运行、内置场景的名字，或表示标准输入的 `-`"),
    words("Where to write the picture", "图片写到哪里"),
    words("Pixels across and down", "横向和纵向的像素数"),
    words("`light` or `dark`", "`light`（浅色）或 `dark`（深色）"),
    words("The language of the window: `en` or `zh`", "窗口的语言：`en` 或 `zh`"),
    words("One panel alone: library, palette, text, blocks, problems, cores, locks, levels, tasks, variables, output, verdict or history", "只画一个面板：library、palette、text、blocks、problems、cores、locks、levels、tasks、variables、output、verdict 或 history"),
    words("Cores the run may use", "运行可以使用多少个核心"),
    words("The seed of `rand` and of the stepper", "`rand` 和步进机的种子"),
    words("Seconds after which a run that goes on is ended and drawn as it stands", "仍在运行时，多少秒后结束它并画出当时的样子"),
    words("A trace that `run --trace` or the window saved", "由 `run --trace` 或窗口保存的运行"),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn texts(command: &Command, into: &mut Vec<String>) {
        into.extend(command.get_about().map(ToString::to_string));
        into.extend(command.get_arguments().filter_map(|arg| arg.get_help().map(ToString::to_string)));
        command.get_subcommands().for_each(|each| texts(each, into));
    }

    #[test]
    fn every_text_of_the_help_has_a_chinese_one_and_none_is_left_over() {
        let (mut command, mut all) = (Cli::command(), Vec::new());
        command.build();
        texts(&command, &mut all);
        let missing: Vec<_> = all.iter().filter(|text| chinese(text).is_none()).collect();
        assert!(missing.is_empty(), "{missing:#?}");
        let unused: Vec<_> = HELP.iter().filter(|words| !all.iter().any(|text| text == words.en)).collect();
        assert!(unused.is_empty(), "{unused:#?}");
    }

    #[test]
    fn the_help_in_chinese_has_no_english_sentence() {
        let help = |of: &str| {
            let refused = told(Cli::command(), Lang::Zh).try_get_matches_from(["coreyard", of, "--help"]);
            refused.expect_err("help is told as an error").to_string()
        };
        for of in ["run", "check", "fmt", "list", "show", "blocks", "screenshot", "show-trace"] {
            let help = help(of);
            let english = help.lines().find(|line| {
                line.split_whitespace().filter(|word| word.chars().all(|letter| letter.is_ascii_lowercase())).count() > 3
            });
            assert_eq!(english, None, "{of}:\n{help}");
            assert!(help.contains("选项:") && help.contains("用法："), "{help}");
        }
    }

    #[test]
    fn a_refused_call_says_so_in_chinese() {
        let why = |words: &str| {
            let words = std::iter::once("coreyard").chain(words.split(' '));
            let error = told(Cli::command(), Lang::Zh).try_get_matches_from(words).expect_err("the call is wrong");
            refusal(&error).expect("there are words for it").lines().next().expect("a line").to_owned()
        };
        assert_eq!(why("run x --enginee real"), "没有 `--enginee` 这个参数；是不是想写 `--engine`？");
        assert_eq!(why("run x --engine foo"), "`--engine <ENGINE>` 不能是 `foo`；可以是 real, stepper");
        assert_eq!(why("run x --timeout x"), "`--timeout <SECONDS>` 不能是 `x`：要写大于零的秒数，例如 2.5");
        assert_eq!(why("run x --timeout"), "`--timeout <SECONDS>` 后面缺少值");
        assert_eq!(why("run"), "缺少 <FILE>");
        assert_eq!(why("run x --seed 1 --seed 2"), "`--seed <SEED>` 不能与 `--seed <SEED>` 一起使用");
    }
}
