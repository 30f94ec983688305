//! `coreyard [FILE|NAME]`: the window; where there is no display, the same job without one.

use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser as _};

use super::screenshot::{HeadlessWindow, SIZE};
use super::source::{Source, complain, is_saved, language, ours};
use super::{Cli, Command, Exit, run};
use crate::app::window::NoWindow;
use crate::lang::Lang;
use crate::scenario::{library, nearest};
use crate::ui::theme::Shade;

/// The picture written where no window can be opened.
const PICTURE: &str = "coreyard.png";

/// Opens the window, on `open` if given.
pub(super) fn run(open: Option<PathBuf>) -> Exit {
    let opened = std::env::current_exe()
        .map_err(|error| error.to_string())
        .and_then(|worker| crate::app::window::open(worker, open.clone()).map_err(|NoWindow(why)| why));
    match opened {
        Ok(()) => Exit::Good,
        Err(why) => without_display(&why, open),
    }
}

/// Says that there is no window, runs the scenario, reports, and writes the picture that the window would show of that run.
fn without_display(why: &str, open: Option<PathBuf>) -> Exit {
    let name = open.map_or_else(|| library::FIRST.to_owned(), |path| path.to_string_lossy().into_owned());
    let lang = language(None);
    if let Err(trouble) = Source::open(&name)
        && !is_saved(&name)
    {
        let commands = Cli::command();
        let near = nearest(&name, commands.get_subcommands().map(clap::Command::get_name));
        let hint = near.map(|near| match lang {
            Lang::En => format!("; did you mean the command `coreyard {near}`?"),
            Lang::Zh => format!("；是不是想用命令 `coreyard {near}`？"),
        });
        complain(&ours(&(trouble.words(lang) + &hint.unwrap_or_default()), lang));
        return Exit::Wrong;
    }
    complain(&match lang {
        Lang::En => ours(&format!("no window can be opened here: {why}"), lang),
        Lang::Zh => ours(&format!("这里打不开窗口：{why}"), lang),
    });
    if is_saved(&name) {
        complain(&match lang {
            Lang::En => format!("Reporting on {name} here instead; its picture goes to {PICTURE}."),
            Lang::Zh => format!("改为在这里报告 {name}；图片写到 {PICTURE}。"),
        });
        return match (perform(&["show-trace", &name]), perform(&["screenshot", &name, "--out", PICTURE])) {
            (told, Exit::Failed) if told != Exit::Wrong => Exit::Failed,
            (told, _) => told,
        };
    }
    complain(&match lang {
        Lang::En => format!("Running {name} here instead; its picture goes to {PICTURE}."),
        Lang::Zh => format!("改为在这里运行 {name}；图片写到 {PICTURE}。"),
    });
    let Some(Command::Run(args)) = parsed(&["run", &name]) else { return Exit::Wrong };
    run::run_then(&args, |source, trace| {
        let mut window = HeadlessWindow::new(SIZE, lang, Shade::Dark);
        window.app.session.show(&source.name, source.text.clone(), source.path.clone());
        window.app.session.show_run(trace);
        match window.write(None, Path::new(PICTURE)) {
            Exit::Failed => Exit::Failed,
            _ => Exit::Good,
        }
    })
}

/// Does what these words ask.
fn perform(words: &[&str]) -> Exit {
    parsed(words).map_or(Exit::Wrong, |command| command.run())
}

fn parsed(words: &[&str]) -> Option<Command> {
    match Cli::try_parse_from(std::iter::once(&"coreyard").chain(words)) {
        Ok(cli) => cli.command,
        Err(error) => {
            complain(&error);
            None
        }
    }
}
