//! The panels that show things, behind one face: what they are shown, what they ask for. The window lays them out and does what
//! they ask; here nothing is changed but what a panel remembers of its own looks.

pub(in crate::ui) mod blocks;
pub(in crate::ui) mod cores;
pub(in crate::ui) mod cores_strip;
pub(in crate::ui) mod editor;
pub(in crate::ui) mod levels;
pub(in crate::ui) mod locks;
pub(in crate::ui) mod problems;
pub(in crate::ui) mod processes;
mod ran;
pub(in crate::ui) mod tasks;
pub(in crate::ui) mod variables;

use std::sync::Arc;

use egui::{Color32, Ui};

use crate::diagnostic::{Diagnostic, Span};
use crate::document::Document;
use crate::document::edit::Selection;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::metrics::history;
use crate::scenario::Scenario;
use crate::trace::store::Trace;
use crate::view::axis::TimeView;
use crate::view::blocks::{Heat, block_at, span_of, written};
use crate::view::lines::Lines;

pub use self::blocks::BlockAction;
use self::blocks::BlocksPanel;
use self::cores::CoresPanel;
pub use self::editor::EditorAction;
use self::editor::{Editor, History, Mark, Paint, is_too_large, viewer_ui};
use self::levels::LevelsPanel;
use self::locks::LocksPanel;
use self::problems::problems_ui;
use self::ran::Ran;
use self::tasks::TasksPanel;
use self::variables::VariablesPanel;
pub use super::kit::asked::Asked;
use super::kit::hint::hint;
pub use super::kit::panel_theme::Theme;
use super::kit::panel_words as words;

/// Everything the panels show, borrowed from whoever owns it.
pub struct View<'a> {
    /// The text as it is now.
    pub text: &'a str,
    /// What was read of it, as nodes.
    pub document: &'a Document,
    /// Changes whenever the text does.
    pub version: u64,
    /// Changes whenever another text takes its place.
    pub opened: u64,
    /// What is wrong with it.
    pub diagnostics: &'a [Diagnostic],
    /// Nothing in it runs: there is no task yet.
    pub is_taskless: bool,
    /// Whether that is known of the text as it is now.
    pub is_checked: bool,
    /// The last scenario that could be read, and the text and version it was read from.
    pub scenario: &'a Scenario,
    /// The text `scenario` was read from: spans of it are meaningless in any other.
    pub scenario_text: &'a str,
    /// The version `scenario` was read from.
    pub scenario_version: u64,
    /// The run, if there is or was one.
    pub run: Option<Run<'a>>,
    /// The next one will be on the stepper.
    pub is_stepped: bool,
    /// The time in view, in every plot alike.
    pub time: TimeView,
    /// The block selected everywhere.
    pub selected: Option<BlockId>,
    /// What of the text is to be shown and selected, in this frame.
    pub jump: Option<Selection>,
    /// The blocks that are to be selected, in this frame: the bytes at which their words begin.
    pub marked: Option<&'a [usize]>,
    /// What the editor is asked to do, in this frame.
    pub action: Option<EditorAction>,
    /// The language of the window.
    pub lang: Lang,
}

/// A run, live or ended.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// What is known of it.
    pub trace: &'a Trace,
    /// Tells it from every other run.
    pub number: u64,
    /// Changes whenever the trace does.
    pub version: u64,
    /// Whether it goes on.
    pub live: bool,
    /// How its counts grew, if somebody watched.
    pub history: Option<&'a history::History>,
}

/// Gives the pieces of a text that are not written in the plain colour, in order.
pub type Highlight<'a> = &'a mut dyn FnMut(&str) -> Vec<(std::ops::Range<usize>, Color32)>;

/// What the panels remember between frames.
#[derive(Default)]
pub struct Panels {
    editor: Editor,
    blocks: BlocksPanel,
    cores: CoresPanel,
    locks: LocksPanel,
    tasks: TasksPanel,
    levels: LevelsPanel,
    variables: VariablesPanel,
    /// Marks and lines of which text in which language.
    marks: Option<((u64, Lang, usize), Arc<Marks>)>,
    ran: Ran,
    /// The comment selected among the blocks, as the editor knows it.
    noted: Option<Span>,
    /// Where the caret has gone, until the blocks there are known.
    caret: Option<usize>,
    /// The selection as the editor knows it: another one came from elsewhere and is scrolled to.
    selected: Option<BlockId>,
}

struct Marks {
    places: Vec<Mark>,
    lines: Lines,
    too_large: bool,
}

/// More selected blocks are not shown in the text.
const MOST_BANDS: usize = 1_000;

/// Above this a text is read, not edited.
const MOST_BYTES: usize = crate::document::MOST_BYTES;

impl View<'_> {
    /// Whether the scenario is that of the text as it is now.
    fn is_fresh(&self) -> bool {
        self.scenario_version == self.version
    }

    /// Where a block stands in the text as it is now.
    #[must_use]
    pub fn place(&self, block: BlockId) -> Option<Span> {
        self.span_of(Some(block))
    }

    fn span_of(&self, block: Option<BlockId>) -> Option<Span> {
        block.filter(|_| self.is_fresh()).and_then(|block| span_of(self.scenario, block))
    }
}

impl Panels {
    /// The text.
    pub fn editor_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>, highlight: Highlight<'_>) -> Vec<Asked> {
        let marks = self.marks(view);
        // A selection made elsewhere is brought into view; one made by the caret is there already.
        let reveal = (self.selected != view.selected).then(|| view.span_of(view.selected)).flatten();
        if self.selected != view.selected {
            self.caret = None;
        }
        self.selected = view.selected;
        let note = self.blocks.note_span().filter(|_| view.is_fresh());
        let reveal = reveal.or(note.filter(|_| self.noted != note));
        self.noted = note;
        let standing = self.standing(theme, view);
        let selected: Vec<Span> =
            self.selected_with(view).into_iter().filter_map(|block| view.span_of(Some(block))).chain(note).collect();
        let shown = editor::Shown {
            text: view.text,
            version: view.version,
            read_only: marks.too_large,
            name: words::EDITOR_NAME.get(view.lang),
            marks: &marks.places,
            selected: &selected,
            jump: view.jump,
            reveal,
            paint: paint(ui, theme),
            theme,
            lang: view.lang,
            action: view.action,
            standing: &standing,
        };
        if marks.too_large {
            let is_large = view.text.len() > MOST_BYTES;
            ui.horizontal(|ui| {
                ui.add_space(8.0);
                ui.label(if is_large { words::EDITOR_TOO_LARGE } else { words::EDITOR_LINE_TOO_LONG }.get(view.lang));
            });
            viewer_ui(ui, &shown, &marks.lines);
            return Vec::new();
        }
        let happened = self.editor.ui(ui, &shown, highlight);
        let mut asked = Vec::new();
        asked.extend(happened.told.map(Asked::Told));
        asked.extend(happened.change.map(Asked::Change));
        asked.extend(happened.history.map(|step| match step {
            History::Undo => Asked::Undo,
            History::Redo => Asked::Redo,
        }));
        self.caret = happened.caret.or(self.caret);
        // Where something is typed there is a block once the text with it has been read.
        if view.is_fresh()
            && asked.is_empty()
            && let Some(caret) = self.caret.take()
        {
            let selected = block_at(view.scenario, caret);
            if selected != view.selected {
                self.selected = selected;
                asked.push(Asked::Select(selected));
            }
        }
        asked
    }

    /// What is wrong with the text.
    pub fn problems_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let marks = self.marks(view);
        problems_ui(ui, theme, &marks.places, view.is_taskless, (view.text, &marks.lines), view.lang)
            .map(Asked::Jump)
            .into_iter()
            .collect()
    }

    /// The blocks.
    pub fn blocks_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        self.ran.follow(view);
        let shown = blocks::Shown { is_edited: self.ran.is_edited(), ..blocks_of(view, self.ran.heat()) };
        self.blocks.ui(ui, theme, &shown)
    }

    /// The blocks there are, to be dragged into the others.
    pub fn palette_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let shown = blocks_of(view, &[]);
        self.blocks.palette_ui(ui, theme, &shown)
    }

    /// Whether blocks are on their way to a place among the others.
    #[must_use]
    pub fn is_dragging(ui: &Ui) -> bool {
        BlocksPanel::is_dragging(ui)
    }

    /// Whether keys go to the blocks.
    #[must_use]
    pub fn is_on_blocks(ui: &Ui) -> bool {
        BlocksPanel::has_keys(ui)
    }

    /// Keys go to the text from now on.
    pub fn focus_text(&mut self) {
        self.editor.takes_focus = true;
    }

    /// Keys go to the blocks from now on.
    pub fn focus_blocks(&mut self) {
        self.blocks.focus();
    }

    /// Keys go to the palette's search from now on.
    pub fn focus_palette(&mut self) {
        self.blocks.focus_palette();
    }

    /// Looking for something in the text, asked for by keys that nobody else has taken.
    #[must_use]
    pub fn search_keys(ui: &Ui) -> Option<EditorAction> {
        editor::take_keys(ui, true)
    }

    /// The list of what may be written next goes: something else is asked for, or lies over it.
    pub fn close_list(&mut self) {
        self.editor.close_list();
    }

    /// What is being typed into a value of a block counts now.
    pub fn settle(&mut self) {
        self.blocks.settle();
    }

    /// What is being typed into a value of a block, as the change that it asks for.
    pub fn typed(&mut self, view: &View<'_>) -> Vec<Asked> {
        self.blocks.typed(&blocks_of(view, &[]))
    }

    /// Does something to the selected blocks in the next frame.
    pub fn perform(&mut self, action: BlockAction) {
        self.blocks.perform_later(action);
    }

    /// How busy the cores are.
    pub fn cores_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let Some(run) = view.run.filter(|run| !run.trace.cores.is_empty()) else {
            let stepped = view.run.map_or(view.is_stepped, |run| run.trace.header.engine == "stepper");
            return empty(ui, if stepped { words::CORES_STEPPED } else { words::CORES_EMPTY }.get(view.lang));
        };
        self.cores.ui(ui, theme, &shown(view, run)).map(Asked::Time).into_iter().collect()
    }

    /// What the locks cost.
    pub fn locks_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let Some(run) = view.run else { return empty(ui, words::LOCKS_EMPTY.get(view.lang)) };
        self.ran.follow(view);
        let selected = view.selected.and_then(|block| self.ran.before(block));
        let happened = self.locks.ui(ui, theme, &shown(view, run), run.number, selected);
        let selected = happened.selected.map(|block| Asked::Select(self.ran.now(block)));
        happened.time.map(Asked::Time).into_iter().chain(selected).collect()
    }

    /// How full queues, pools and pipes are, and how event loops keep up.
    pub fn levels_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let Some(run) = view.run else { return empty(ui, words::LEVELS_EMPTY.get(view.lang)) };
        let Some(history) = run.history else { return empty(ui, words::LEVELS_UNWATCHED.get(view.lang)) };
        self.ran.follow(view);
        let happened = self.levels.ui(ui, theme, &shown(view, run), run.number, history);
        let selected = happened.selected.map(|block| Asked::Select(self.ran.now(block)));
        happened.time.map(Asked::Time).into_iter().chain(selected).collect()
    }

    /// What the tasks do.
    pub fn tasks_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let Some(run) = view.run else { return empty(ui, words::TASKS_EMPTY.get(view.lang)) };
        self.ran.follow(view);
        let name = |block: BlockId| written(view.scenario, view.scenario_text, self.ran.now(block)?);
        let selected = self.tasks.ui(ui, theme, &shown(view, run), &name);
        selected.map(|block| Asked::Select(self.ran.now(block))).into_iter().collect()
    }

    /// What variables hold, and where tasks stand.
    pub fn variables_ui(&mut self, ui: &mut Ui, theme: &Theme, view: &View<'_>) -> Vec<Asked> {
        let Some(run) = view.run else { return empty(ui, words::VARIABLES_EMPTY.get(view.lang)) };
        self.ran.follow(view);
        let name = |block: BlockId| written(view.scenario, view.scenario_text, self.ran.now(block)?);
        let key = (run.number, view.scenario_version);
        let happened = self.variables.ui(ui, theme, &shown(view, run), key, &name);
        let selected = happened.selected.map(|block| Asked::Select(self.ran.now(block)));
        selected.into_iter().chain(run.live.then_some(Asked::Look)).collect()
    }

    /// Where the tasks of a run of this text stand, or stood when it was ended: the byte of each block, and the colour of what
    /// they do there.
    fn standing(&mut self, theme: &Theme, view: &View<'_>) -> Vec<(usize, Color32)> {
        if !view.is_fresh() {
            return Vec::new();
        }
        self.ran.follow(view);
        let heat = self.ran.heat();
        if heat.iter().all(|heat| heat.standing.is_empty()) {
            return Vec::new();
        }
        let mut standing = Vec::new();
        view.scenario.walk(&mut |block| {
            let states = heat.get(block.id.index()).map(|heat| heat.standing.as_slice()).unwrap_or_default();
            standing.extend(states.first().map(|(state, _)| (block.word.start, theme.state(*state))));
        });
        standing
    }

    /// The selected block, and all that are selected with it in the blocks.
    fn selected_with(&self, view: &View<'_>) -> Vec<BlockId> {
        let Some(selected) = view.selected else { return Vec::new() };
        let all = self.blocks.selection();
        if all.contains(&selected) { all.iter().copied().take(MOST_BANDS).collect() } else { vec![selected] }
    }

    fn marks(&mut self, view: &View<'_>) -> Arc<Marks> {
        let key = (view.version, view.lang, view.diagnostics.len());
        if let Some((_, marks)) = self.marks.as_ref().filter(|(before, _)| *before == key) {
            return Arc::clone(marks);
        }
        let marks = Arc::new(Marks {
            places: view.diagnostics.iter().map(|diagnostic| Mark::of(diagnostic, view.lang)).collect(),
            lines: Lines::of(view.text),
            too_large: is_too_large(view.text, MOST_BYTES),
        });
        self.marks = Some((key, Arc::clone(&marks)));
        marks
    }
}

fn blocks_of<'a>(view: &View<'a>, heat: &'a [Heat]) -> blocks::Shown<'a> {
    blocks::Shown {
        scenario: view.scenario,
        text: view.scenario_text,
        document: view.document,
        version: view.scenario_version,
        opened: view.opened,
        stale: !view.is_fresh(),
        unreadable: view.is_checked && !view.is_fresh(),
        selected: view.selected,
        marked: view.marked,
        diagnostics: view.diagnostics,
        heat,
        is_edited: false,
        lang: view.lang,
    }
}

fn shown<'a>(view: &View<'a>, run: Run<'a>) -> cores::Shown<'a> {
    let Run { trace, version, live, history, .. } = run;
    cores::Shown { trace, version, live, history, time: view.time, lang: view.lang }
}

fn empty(ui: &mut Ui, words: &str) -> Vec<Asked> {
    hint(ui, words);
    Vec::new()
}

fn paint(ui: &Ui, theme: &Theme) -> Paint {
    let font = theme.mono();
    let selection = ui.visuals().selection.bg_fill;
    Paint {
        line_height: (ui.fonts_mut(|fonts| fonts.row_height(&font)) * 1.25).round(),
        font,
        gap: 8.0,
        page: theme.page,
        text: theme.text,
        number: theme.weak.gamma_multiply(0.75),
        current_number: theme.text,
        current_line: theme.faint.gamma_multiply(0.5),
        band: selection.gamma_multiply(0.25),
        band_edge: selection,
        error: theme.severity(crate::diagnostic::Severity::Error),
        warning: theme.severity(crate::diagnostic::Severity::Warning),
    }
}
