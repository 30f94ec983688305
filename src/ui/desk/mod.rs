//! The whole window: where each panel stands, and the bars around them. Draws the state, hands back commands, changes nothing else.

pub(in crate::ui) mod command_palette;
pub(in crate::ui) mod dialogs;
pub(in crate::ui) mod focus;
pub(in crate::ui) mod help;
pub(in crate::ui) mod history;
pub(in crate::ui) mod library;
pub(in crate::ui) mod menu;
pub(in crate::ui) mod output;
pub(in crate::ui) mod run_bar;
pub(in crate::ui) mod status;
pub(in crate::ui) mod verdict;
pub(in crate::ui) mod welcome;

use egui::{CentralPanel, Frame, Margin, Panel, Popup, Ui, WidgetText};
use egui_tiles::{Behavior, EditAction, TabState, TileId, Tiles, UiResponse};

use self::command_palette::{Act, CommandPalette};
use self::dialogs::Dialogs;
use self::focus::Focus;
use self::help::Help;
use self::history::HistoryPanel;
use self::library::LibraryPanel;
use self::menu::menu_ui;
use self::output::output_ui;
use self::run_bar::run_bar_ui;
use self::status::status_ui;
use self::verdict::verdict_ui;
use self::welcome::welcome_ui;
use super::command::{Arrange, Command, PanelKind, shortcuts};
use super::kit::focus_ring::FocusRing;
use super::kit::key_order::{KeyOrder, Pace};
use super::layout::Layout;
use super::panels::{Asked, BlockAction, Highlight, Panels, Theme};
use super::state::{Question, State};
use crate::scenario::highlight;
use crate::ui::kit::tip::Tip as _;

/// What the window remembers of its own looks.
#[derive(Default)]
pub struct Desk {
    panels: Panels,
    library: LibraryPanel,
    history: HistoryPanel,
    dialogs: Dialogs,
    commands: CommandPalette,
    help: Help,
    focus: Focus,
    layout: Layout,
    /// The user has moved something since it was asked for last.
    is_moved: bool,
    /// Where each panel was drawn last, for pictures of one.
    places: Vec<(PanelKind, egui::Rect)>,
}

impl Desk {
    /// Draws the window on the whole of `ui`. `alone` draws one panel and nothing else.
    pub fn ui(&mut self, ui: &mut Ui, state: &State<'_>, alone: Option<PanelKind>) -> Vec<Command> {
        let mut commands = Vec::new();
        let theme = state.shade.theme();
        let highlight: Highlight<'_> = &mut |text| {
            let stretches = highlight::highlight(text);
            stretches.into_iter().map(|stretch| (stretch.span.range(), state.shade.syntax(stretch.class))).collect()
        };
        if let Some(panel) = alone {
            CentralPanel::default().show(ui, |ui| {
                let mut drawing = Drawing { desk: Parts::of(self), state, theme: &theme, highlight, commands: &mut commands };
                drawing.panel_ui(ui, panel);
            });
            return commands;
        }
        // Asked first: Escape takes the focus from whoever has it.
        let is_idle = self.focus.is_idle() && !self.commands.is_open() && !Popup::is_any_open(ui.ctx());
        self.focus.keep(ui, self.commands.is_open() || state.help.is_some() || state.question.is_some());
        escape(ui, state, is_idle, &mut commands);
        keys(ui, state, &mut commands);
        if !commands.is_empty() {
            self.panels.settle();
        }
        if chooses_block(ui, state) {
            self.perform(BlockAction::Insert);
        }
        if Panels::is_dragging(ui) {
            // Where it is to be put.
            self.layout.arrange(Arrange::Front(PanelKind::Blocks));
        }
        let bar = Frame::new().fill(ui.visuals().panel_fill).inner_margin(Margin::symmetric(8, 4));
        Panel::top("menu").frame(bar).show(ui, |ui| menu_ui(ui, state, &self.layout, &mut commands));
        Panel::top("run").frame(bar).show(ui, |ui| ui.horizontal(|ui| run_bar_ui(ui, state, &mut commands)));
        Panel::bottom("status").frame(bar).show(ui, |ui| status_ui(ui, state, &mut commands));
        if state.shows_welcome {
            Panel::bottom("welcome").frame(bar.inner_margin(Margin::same(8))).show(ui, |ui| welcome_ui(ui, state, &mut commands));
        }
        let ground = Frame::new().fill(state.shade.ground()).inner_margin(Margin::same(4));
        CentralPanel::default().frame(ground).show(ui, |ui| {
            let Self { panels, library, history, layout, places, is_moved, dialogs: _, commands: _, help: _, focus: _ } = self;
            places.clear();
            let desk = Parts { panels, library, history, places, is_moved };
            layout.fit(Panels::is_on_blocks(ui));
            let widened = layout.widen(ui.available_width());
            layout.tree.ui(&mut Drawing { desk, state, theme: &theme, highlight, commands: &mut commands }, ui);
            if let Some(widened) = &widened {
                layout.restore(widened);
            }
        });
        if state.question.is_none() {
            commands.extend(Panels::search_keys(ui).map(Command::Editor));
        }
        if let Some(page) = state.help {
            self.help.help_ui(ui, state, page, &mut commands);
        } else {
            self.help.close();
        }
        self.dialogs.dialogs_ui(ui, state, &mut commands);
        match self.commands.ui(ui, state) {
            Some(Act::Window(command)) => commands.push(command),
            Some(Act::Blocks(action)) => self.perform(action),
            None => {}
        }
        if asks_else(&commands) || state.question.is_some() || state.help.is_some() || self.commands.is_open() {
            self.panels.close_list();
        }
        FocusRing::watch(ui.ctx());
        if let Some(pace) = self.pace(state, &commands) {
            KeyOrder::next(ui.ctx(), pace);
        }
        // The list of commands is the desk's own.
        let all = commands.len();
        commands.retain(|command| *command != Command::Commands);
        if commands.len() < all {
            self.commands.toggle();
        }
        // Whatever is asked for with a change in the same frame is asked for of the text with it.
        let (mut ordered, others): (Vec<_>, Vec<_>) =
            commands.into_iter().partition(|command| matches!(command, Command::Panel(Asked::Change(_))));
        ordered.extend(others);
        ordered
    }

    /// Does something to the selected blocks, in view.
    fn perform(&mut self, action: BlockAction) {
        self.panels.perform(action);
        self.layout.arrange(Arrange::Show(PanelKind::Blocks));
    }

    /// What of the keys the next frame takes while something lies over the panels, or is about to.
    fn pace(&self, state: &State<'_>, commands: &[Command]) -> Option<Pace> {
        if asks_else(commands) {
            return Some(Pace::Nothing);
        }
        if self.focus.is_returning() {
            return Some(Pace::Nothing);
        }
        match state.question {
            Some(Question::Path { .. }) => Some(Pace::Writing),
            Some(_) => Some(Pace::OneKey),
            None => self.commands.is_open().then_some(Pace::Writing),
        }
    }

    /// Puts the panels where they were left.
    pub fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
    }

    /// Does what is asked of the panels.
    pub fn arrange(&mut self, asked: Arrange) {
        let before = self.layout.clone();
        self.layout.arrange(asked);
        self.is_moved |= self.layout != before;
        // Whoever asks for a panel by its keys goes on in it by keys.
        match asked {
            Arrange::Show(PanelKind::Editor) => self.panels.focus_text(),
            Arrange::Show(PanelKind::Blocks) => self.panels.focus_blocks(),
            Arrange::Show(PanelKind::Palette) => self.panels.focus_palette(),
            Arrange::Show(PanelKind::Library) => self.library.takes_focus = true,
            Arrange::Show(PanelKind::History) => self.history.takes_focus = true,
            _ => {}
        }
    }

    /// What is being typed into a block, though nothing is drawn any more.
    pub fn typed(&mut self, state: &State<'_>) -> Vec<Command> {
        self.panels.typed(&state.view).into_iter().map(Command::Panel).collect()
    }

    /// Whether a panel has been moved since this was asked last.
    pub fn moved(&mut self) -> bool {
        std::mem::take(&mut self.is_moved)
    }

    /// Where the panels stand.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where a panel was drawn last, if it is in view.
    #[must_use]
    pub fn place(&self, panel: PanelKind) -> Option<egui::Rect> {
        self.places.iter().find(|(kind, _)| *kind == panel).map(|(_, place)| *place)
    }
}

/// Whether something is asked for by others than the panels, which open nothing.
fn asks_else(commands: &[Command]) -> bool {
    commands.iter().any(|command| !matches!(command, Command::Panel(_) | Command::Arrange(Arrange::Front(_))))
}

/// Escape closes what lies over the panels before they see it.
fn escape(ui: &Ui, state: &State<'_>, is_idle: bool, commands: &mut Vec<Command>) {
    let closes = match (state.question.is_none() && !state.shows_about, state.help) {
        (true, Some(_)) => Command::Help(None),
        (true, None) if state.shows_welcome && is_idle => Command::Welcome(false),
        _ => return,
    };
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
        commands.push(closes);
    }
}

fn keys(ui: &Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    if state.question.is_some() {
        return;
    }
    for shortcut in shortcuts() {
        if ui.input_mut(|input| input.consume_shortcut(&shortcut.keys)) {
            // What cannot be done now is asked for, too: the session says why.
            commands.push(shortcut.command);
        }
    }
}

/// Insert chooses a block to be put in, wherever the keys go.
fn chooses_block(ui: &Ui, state: &State<'_>) -> bool {
    state.question.is_none() && state.help.is_none() && ui.input_mut(|input| {
        let insert = |event: &egui::Event| {
            matches!(event, egui::Event::Key { key: egui::Key::Insert, pressed: true, modifiers, .. } if modifiers.is_none())
        };
        let pressed = input.events.iter().any(insert);
        input.events.retain(|event| !insert(event));
        pressed
    })
}

/// What the panels remember, without the tree that places them.
struct Parts<'a> {
    panels: &'a mut Panels,
    library: &'a mut LibraryPanel,
    history: &'a mut HistoryPanel,
    places: &'a mut Vec<(PanelKind, egui::Rect)>,
    is_moved: &'a mut bool,
}

impl<'a> Parts<'a> {
    fn of(desk: &'a mut Desk) -> Self {
        Self {
            panels: &mut desk.panels,
            library: &mut desk.library,
            history: &mut desk.history,
            places: &mut desk.places,
            is_moved: &mut desk.is_moved,
        }
    }
}

struct Drawing<'a, 'b> {
    desk: Parts<'a>,
    state: &'a State<'b>,
    theme: &'a Theme,
    highlight: Highlight<'a>,
    commands: &'a mut Vec<Command>,
}

impl Drawing<'_, '_> {
    fn panel_ui(&mut self, ui: &mut Ui, panel: PanelKind) {
        let Parts { panels, library, history, .. } = &mut self.desk;
        let (view, theme) = (&self.state.view, self.theme);
        let asked: Vec<Asked> = match panel {
            PanelKind::Library => {
                library.library_ui(ui, self.state, self.commands);
                Vec::new()
            }
            PanelKind::Editor => panels.editor_ui(ui, theme, view, self.highlight),
            PanelKind::Palette => {
                let asked = panels.palette_ui(ui, theme, view);
                if !asked.is_empty() {
                    self.commands.push(Command::Arrange(Arrange::Front(PanelKind::Blocks)));
                }
                asked
            }
            PanelKind::Blocks => panels.blocks_ui(ui, theme, view),
            PanelKind::Problems => panels.problems_ui(ui, theme, view),
            PanelKind::Cores => panels.cores_ui(ui, theme, view),
            PanelKind::Locks => panels.locks_ui(ui, theme, view),
            PanelKind::Tasks => panels.tasks_ui(ui, theme, view),
            PanelKind::Levels => panels.levels_ui(ui, theme, view),
            PanelKind::Variables => panels.variables_ui(ui, theme, view),
            PanelKind::History => history.ui(ui, theme, self.state),
            PanelKind::Output => {
                output_ui(ui, self.state);
                Vec::new()
            }
            PanelKind::Verdict => {
                verdict_ui(ui, self.state, self.commands);
                Vec::new()
            }
        };
        self.commands.extend(asked.into_iter().map(Command::Panel));
    }
}

impl Behavior<PanelKind> for Drawing<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, panel: &mut PanelKind) -> UiResponse {
        let panel = *panel;
        self.desk.places.push((panel, ui.max_rect()));
        let margin = if panel == PanelKind::Editor { Margin::ZERO } else { Margin::same(8) };
        Frame::new().fill(ui.visuals().panel_fill).inner_margin(margin).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            ui.push_id(panel, |ui| self.panel_ui(ui, panel));
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, panel: &PanelKind) -> WidgetText {
        let title = panel.title().get(self.state.lang);
        let problems = self.state.view.diagnostics.len();
        match panel {
            PanelKind::Problems if problems > 0 => format!("{title} {problems}").into(),
            _ => title.into(),
        }
    }

    fn on_tab_button(&mut self, tiles: &mut Tiles<PanelKind>, tile: TileId, button: egui::Response) -> egui::Response {
        let Some(egui_tiles::Tile::Pane(panel)) = tiles.get(tile) else { return button };
        let show = Command::Arrange(Arrange::Show(*panel));
        let keys = super::command::keys_of(&button.ctx, &show).map_or_else(String::new, |keys| format!("  {keys}"));
        button.tip(format!("{}{keys}", panel.about().get(self.state.lang)))
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        4.0
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        26.0
    }

    fn tab_bar_color(&self, _visuals: &egui::Visuals) -> egui::Color32 {
        self.state.shade.ground()
    }

    fn tab_bg_color(&self, visuals: &egui::Visuals, _tiles: &Tiles<PanelKind>, _tile: TileId, tab: &TabState) -> egui::Color32 {
        if tab.active { visuals.panel_fill } else { self.state.shade.ground() }
    }

    fn tab_text_color(&self, visuals: &egui::Visuals, _tiles: &Tiles<PanelKind>, _tile: TileId, tab: &TabState) -> egui::Color32 {
        if tab.active { visuals.strong_text_color() } else { visuals.weak_text_color() }
    }

    fn on_edit(&mut self, _: EditAction) {
        *self.desk.is_moved = true;
    }

    fn simplification_options(&self) -> egui_tiles::SimplificationOptions {
        egui_tiles::SimplificationOptions { all_panes_must_have_tabs: true, ..Default::default() }
    }
}
