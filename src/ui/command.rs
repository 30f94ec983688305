//! Everything the window can be asked to do, and the keys that ask. Panels push commands; `app::session` alone carries them out.

use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::i18n;
use super::keys::keys_text;
use super::panels::{Asked, EditorAction};
use super::theme::Shade;
use crate::lang::{Lang, Words};

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// What a panel asks for.
    Panel(Asked),
    /// What the text is asked to do.
    Editor(EditorAction),
    /// Run the text as it is.
    Run,
    /// Halt, or go on.
    TogglePause,
    /// End the run.
    Stop,
    /// End the run and run again.
    Restart,
    /// Run on this from now on.
    Engine(EngineChoice),
    /// Use so many cores; 0 as the scenario says.
    Cores(u32),
    /// Use this seed.
    Seed(u64),
    /// Record this much from now on.
    Record(Recording),
    /// A new text.
    New,
    /// Ask for a file and open it.
    Open,
    /// Open this file: a scenario or a saved trace.
    OpenPath(PathBuf),
    /// Show a built-in scenario.
    OpenBuiltIn(&'static str),
    /// Do one of the first things to try.
    Try(Trial),
    /// Save where it came from, or ask where.
    Save,
    /// Ask where and save there.
    SaveAs,
    /// Ask where and save the run.
    ExportTrace,
    /// Ask where and save a picture of the window, or of one panel.
    ExportPicture(Option<PanelKind>),
    /// The path typed where no dialog answered.
    Path(PathBuf),
    /// The answer to the question that is open.
    Answer(Answer),
    /// Look like this; none as the system does.
    Shade(Option<Shade>),
    /// Speak this; none as the system does.
    Lang(Option<Lang>),
    /// Take a notice away.
    Dismiss,
    /// Show, hide or move panels.
    Arrange(Arrange),
    /// Start a new text from a template: an index of the list of them.
    NewFrom(usize),
    /// Show the list of all commands.
    Commands,
    /// Draw everything larger or smaller.
    Zoom(Zoom),
    /// Open the help at this page; none closes it.
    Help(Option<Page>),
    /// Show or hide what to try first.
    Welcome(bool),
    /// Show or hide what this is.
    About,
    /// Close the window.
    Quit,
}

/// One of the first things to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Change a number.
    Change,
    /// See a deadlock.
    Deadlock,
    /// Run on the stepper.
    Stepper,
}

/// How large everything is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoom {
    /// A step larger.
    Larger,
    /// A step smaller.
    Smaller,
    /// As the system says.
    Normal,
}

/// What can be done with the panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// To the front of its tabs, unless it is hidden.
    Front(PanelKind),
    /// On the desk, in front.
    Show(PanelKind),
    /// Off the desk.
    Hide(PanelKind),
    /// All where they were at first.
    Reset,
}

/// What can run a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineChoice {
    /// The cores of this machine.
    #[default]
    Real,
    /// One step at a time, by seed.
    Stepper,
}

impl EngineChoice {
    /// Every engine.
    pub const ALL: [Self; 2] = [Self::Real, Self::Stepper];
}

/// What a run records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recording {
    /// Every event.
    #[default]
    Full,
    /// Exact counters only.
    Counters,
    /// Nothing.
    Off,
}

impl Recording {
    /// From all to nothing.
    pub const ALL: [Self; 3] = [Self::Full, Self::Counters, Self::Off];
}

/// A page of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Page {
    /// Every block.
    Blocks,
    /// What words mean.
    Glossary,
    /// The shortcuts.
    Keys,
}

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Save first, reload, recover.
    Yes,
    /// Do not save, keep, forget.
    No,
    /// Go back.
    Cancel,
}

/// The panels of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum PanelKind {
    /// Built-in scenarios.
    Library,
    /// The blocks there are, to be dragged into the scenario.
    Palette,
    /// The text.
    Editor,
    /// The blocks.
    Blocks,
    /// What is wrong with the text.
    Problems,
    /// Core utilization.
    Cores,
    /// Lock contention.
    Locks,
    /// What tasks do.
    Tasks,
    /// How full and how late everything is.
    Levels,
    /// What variables hold, and where tasks stand.
    Variables,
    /// What was printed.
    Output,
    /// What was expected, and whether it holds.
    Verdict,
    /// What was done to the text, step by step.
    History,
}

impl PanelKind {
    /// Every panel.
    pub const ALL: [Self; 13] = [
        Self::Library,
        Self::Palette,
        Self::Editor,
        Self::Blocks,
        Self::Problems,
        Self::Cores,
        Self::Locks,
        Self::Tasks,
        Self::Levels,
        Self::Variables,
        Self::Output,
        Self::Verdict,
        Self::History,
    ];

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Words {
        match self {
            Self::Library => i18n::LIBRARY,
            Self::Palette => i18n::PALETTE,
            Self::Editor => i18n::EDITOR,
            Self::Blocks => i18n::BLOCKS,
            Self::Problems => i18n::PROBLEMS,
            Self::Cores => i18n::CORES_PANEL,
            Self::Locks => i18n::LOCKS,
            Self::Tasks => i18n::TASKS,
            Self::Levels => i18n::LEVELS,
            Self::Variables => i18n::VARIABLES,
            Self::Output => i18n::OUTPUT,
            Self::Verdict => i18n::VERDICT,
            Self::History => i18n::HISTORY,
        }
    }

    /// What it shows.
    #[must_use]
    pub const fn about(self) -> Words {
        match self {
            Self::Library => i18n::LIBRARY_ABOUT,
            Self::Palette => i18n::PALETTE_ABOUT,
            Self::Editor => i18n::EDITOR_ABOUT,
            Self::Blocks => i18n::BLOCKS_ABOUT,
            Self::Problems => i18n::PROBLEMS_ABOUT,
            Self::Cores => i18n::CORES_ABOUT,
            Self::Locks => i18n::LOCKS_ABOUT,
            Self::Tasks => i18n::TASKS_ABOUT,
            Self::Levels => i18n::LEVELS_ABOUT,
            Self::Output => i18n::OUTPUT_ABOUT,
            Self::Verdict => i18n::VERDICT_ABOUT,
            Self::Variables => i18n::VARIABLES_ABOUT,
            Self::History => i18n::HISTORY_ABOUT,
        }
    }

    /// What it is called on the command line and in file names.
    #[must_use]
    pub fn name(self) -> String {
        self.title().en.to_lowercase()
    }

    /// The panel of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.name() == name)
    }
}

/// A command with keys of its own.
#[derive(Debug)]
pub struct Shortcut {
    /// What it does, in words.
    pub words: Words,
    /// The keys.
    pub keys: KeyboardShortcut,
    /// The command.
    pub command: Command,
}

/// Every shortcut, in the order of the list that shows them. Longer ones first where one contains another.
#[must_use]
pub fn shortcuts() -> Vec<Shortcut> {
    let plain = |key: Key| KeyboardShortcut::new(Modifiers::NONE, key);
    let shift = |key: Key| KeyboardShortcut::new(Modifiers::SHIFT, key);
    let command = |key: Key| KeyboardShortcut::new(Modifiers::COMMAND, key);
    let both = |key: Key| KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key);
    let of = |words: Words, keys: KeyboardShortcut, command: Command| Shortcut { words, keys, command };
    vec![
        of(i18n::RESTART, both(Key::F5), Command::Restart),
        of(i18n::STOP, shift(Key::F5), Command::Stop),
        of(i18n::RUN, plain(Key::F5), Command::Run),
        of(i18n::PAUSE, plain(Key::F6), Command::TogglePause),
        of(i18n::NEW, command(Key::N), Command::New),
        of(i18n::OPEN, command(Key::O), Command::Open),
        of(i18n::SAVE_AS, both(Key::S), Command::SaveAs),
        of(i18n::SAVE, command(Key::S), Command::Save),
        of(i18n::REDO, both(Key::Z), Command::Panel(Asked::Redo)),
        of(i18n::UNDO, command(Key::Z), Command::Panel(Asked::Undo)),
        of(i18n::COMMANDS, both(Key::P), Command::Commands),
        of(i18n::EXPORT_WINDOW, command(Key::P), Command::ExportPicture(None)),
        of(i18n::LIBRARY, command(Key::Num1), Command::Arrange(Arrange::Show(PanelKind::Library))),
        of(i18n::EDITOR, command(Key::Num2), Command::Arrange(Arrange::Show(PanelKind::Editor))),
        of(i18n::BLOCKS, command(Key::Num3), Command::Arrange(Arrange::Show(PanelKind::Blocks))),
        of(i18n::PROBLEMS, command(Key::Num4), Command::Arrange(Arrange::Show(PanelKind::Problems))),
        of(i18n::CORES_PANEL, command(Key::Num5), Command::Arrange(Arrange::Show(PanelKind::Cores))),
        of(i18n::LOCKS, command(Key::Num6), Command::Arrange(Arrange::Show(PanelKind::Locks))),
        of(i18n::TASKS, command(Key::Num7), Command::Arrange(Arrange::Show(PanelKind::Tasks))),
        of(i18n::OUTPUT, command(Key::Num8), Command::Arrange(Arrange::Show(PanelKind::Output))),
        of(i18n::VERDICT, command(Key::Num9), Command::Arrange(Arrange::Show(PanelKind::Verdict))),
        of(i18n::ZOOM_LARGER, command(Key::Plus), Command::Zoom(Zoom::Larger)),
        of(i18n::ZOOM_SMALLER, command(Key::Minus), Command::Zoom(Zoom::Smaller)),
        of(i18n::ZOOM_NORMAL, both(Key::Num0), Command::Zoom(Zoom::Normal)),
        of(i18n::PALETTE, command(Key::Num0), Command::Arrange(Arrange::Show(PanelKind::Palette))),
        of(i18n::LEVELS, both(Key::L), Command::Arrange(Arrange::Show(PanelKind::Levels))),
        of(i18n::VARIABLES, both(Key::J), Command::Arrange(Arrange::Show(PanelKind::Variables))),
        of(i18n::HISTORY, both(Key::H), Command::Arrange(Arrange::Show(PanelKind::History))),
        of(i18n::SHORTCUTS, shift(Key::F1), Command::Help(Some(Page::Keys))),
        of(i18n::HELP_BLOCKS, plain(Key::F1), Command::Help(Some(Page::Blocks))),
        of(i18n::QUIT, command(Key::Q), Command::Quit),
    ]
}

/// The keys of a command as they are shown, if it has any.
#[must_use]
pub fn keys_of(context: &egui::Context, command: &Command) -> Option<String> {
    if let Command::Editor(action) = command {
        return Some(keys_text(context, &action.keys()));
    }
    let shortcut = shortcuts().into_iter().find(|shortcut| shortcut.command == *command)?;
    Some(keys_text(context, &shortcut.keys))
}
