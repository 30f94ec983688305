//! Every command in one list, found by typing, with its shortcut: those of the window and those of the selected blocks.

use egui::{Area, Frame, Id, Key, Layout, Modifiers, Order, RichText, ScrollArea, TextEdit, Ui, pos2};

use super::menu::{LANGS, SHADES};
use super::run_bar::{engine_title, recording_title};
use crate::lang::{Lang, Words};
use crate::scenario::template::TEMPLATES;
use crate::scenario::write::wrappers;
use crate::ui::command::{Arrange, Command, EngineChoice, Page, PanelKind, Recording, shortcuts};
use crate::ui::i18n;
use crate::ui::keys::keys_text;
use crate::ui::panels::{BlockAction, EditorAction};
use crate::ui::state::State;

/// What the list remembers while it is open.
#[derive(Debug, Default)]
pub(in crate::ui) struct CommandPalette {
    open: Option<Open>,
}

#[derive(Debug, Default)]
struct Open {
    query: String,
    marked: usize,
    has_focus: bool,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) enum Act {
    Window(Command),
    Blocks(BlockAction),
}

/// A line of the list.
struct Line {
    text: String,
    /// In the other language: it is found by either.
    other: String,
    keys: String,
    act: Act,
}

impl Line {
    const fn of(text: String, keys: String, act: Act) -> Self {
        Self { text, other: String::new(), keys, act }
    }
}

impl CommandPalette {
    /// Opens the list, or closes it.
    pub(in crate::ui) fn toggle(&mut self) {
        self.open = if self.open.is_some() { None } else { Some(Open::default()) };
    }

    /// Whether it is open.
    pub(in crate::ui) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Draws the list if it is open; what was chosen.
    pub(in crate::ui) fn ui(&mut self, ui: &Ui, state: &State<'_>) -> Option<Act> {
        let open = self.open.as_mut()?;
        let window = ui.ctx().content_rect();
        let place = pos2((window.center().x - 230.0).max(window.left() + 12.0), window.top() + (window.height() * 0.1).min(70.0));
        let area = Area::new(Id::unique("all commands")).order(Order::Foreground).fixed_pos(place);
        let shown = area.show(ui.ctx(), |ui| Frame::popup(ui.style()).show(ui, |ui| open.ui(ui, state)).inner);
        let outside = ui.input(|input| {
            input.pointer.any_pressed() && input.pointer.interact_pos().is_some_and(|at| !shown.response.rect.contains(at))
        });
        match shown.inner {
            Chosen::Nothing if !outside => None,
            Chosen::Act(act) => {
                self.open = None;
                Some(act)
            }
            Chosen::Nothing | Chosen::Closed => {
                self.open = None;
                None
            }
        }
    }
}

enum Chosen {
    Nothing,
    Closed,
    Act(Act),
}

impl Open {
    fn ui(&mut self, ui: &mut Ui, state: &State<'_>) -> Chosen {
        let lang = state.lang;
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let (up, down, enter, escape) =
            (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter), pressed(Key::Escape));
        if escape {
            return Chosen::Closed;
        }
        ui.set_width((ui.ctx().content_rect().width() - 40.0).min(460.0));
        let field = TextEdit::singleline(&mut self.query).hint_text(i18n::SEARCH_COMMANDS.get(lang)).desired_width(f32::INFINITY);
        let response = ui.add(field);
        super::run_bar::name(&response, i18n::SEARCH_COMMANDS.get(lang));
        if !self.has_focus {
            response.request_focus();
            self.has_focus = true;
        }
        if response.changed() {
            self.marked = 0;
        }
        let query = self.query.trim().to_lowercase();
        let mut lines = lines(ui, state);
        if !query.is_empty() {
            lines.retain(|line| is_found(&query, [&line.text, &line.other]));
            // What is read comes before what is only known.
            lines.sort_by_key(|line| {
                let [text, other] = [&line.text, &line.other].map(|text| distance(&text.to_lowercase(), &query));
                (text.min(other), text)
            });
        }
        let last = lines.len().saturating_sub(1);
        self.marked = match (up, down) {
            (true, _) => self.marked.checked_sub(1).unwrap_or(last),
            (_, true) if self.marked >= last => 0,
            (_, true) => self.marked + 1,
            _ => self.marked.min(last),
        };
        if enter && !lines.is_empty() {
            return Chosen::Act(lines.swap_remove(self.marked).act);
        }
        let mut chosen = Chosen::Nothing;
        // Else what it was before in a shorter list would be all the height there is for a longer one.
        let height = (ui.ctx().content_rect().bottom() - ui.cursor().top() - 24.0).clamp(80.0, 360.0);
        let rows = ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, true]);
        rows.show(ui, |ui| {
            if lines.is_empty() {
                ui.weak(i18n::NO_COMMAND.get(lang));
            }
            for (index, line) in lines.into_iter().enumerate() {
                let text = RichText::new(&line.text);
                let button = egui::Button::selectable(index == self.marked, text).shortcut_text(&line.keys);
                let response = ui.with_layout(Layout::top_down_justified(egui::Align::Min), |ui| ui.add(button)).inner;
                if index == self.marked && (up || down) {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Chosen::Act(line.act);
                }
            }
        });
        chosen
    }
}

/// Whether each part of what is typed is in one of the two, in any order.
fn is_found(query: &str, texts: [&str; 2]) -> bool {
    let texts = texts.map(str::to_lowercase);
    query.split_whitespace().all(|part| texts.iter().any(|text| text.contains(part)))
}

/// How near a command is to what is typed: that itself, one that begins so, one whose choice begins so, one that has it in it, any
/// other.
fn distance(text: &str, query: &str) -> u8 {
    let choice = text.split_once(": ").map_or(text, |(_, choice)| choice);
    match text {
        _ if text == query || choice == query => 0,
        _ if text.starts_with(query) => 1,
        _ if choice.starts_with(query) => 2,
        _ if text.contains(query) => 3,
        _ => 4,
    }
}

/// Every command, in the language of the window and in the other.
fn lines(ui: &Ui, state: &State<'_>) -> Vec<Line> {
    let mut lines = lines_in(ui, state, state.lang);
    for (line, other) in lines.iter_mut().zip(lines_in(ui, state, state.lang.other())) {
        line.other = other.text;
    }
    lines
}

/// Every command: the window's with their keys, then those without, then those of the blocks.
fn lines_in(ui: &Ui, state: &State<'_>, lang: Lang) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for shortcut in shortcuts().into_iter().filter(|shortcut| shortcut.command != Command::Commands) {
        let keys = keys_text(ui.ctx(), &shortcut.keys);
        lines.push(Line::of(shortcut.words.get(lang).to_owned(), keys, Act::Window(shortcut.command)));
    }
    for action in EditorAction::ALL {
        let keys = keys_text(ui.ctx(), &action.keys());
        lines.push(Line::of(action.words().get(lang).to_owned(), keys, Act::Window(Command::Editor(action))));
    }
    let keyless = keyless(state, lang).into_iter();
    lines.extend(keyless.map(|(text, command)| Line::of(text, String::new(), Act::Window(command))));
    let of_blocks = |text: String, action: BlockAction| {
        let keys = action.keys().map(|keys| keys_text(ui.ctx(), &keys)).unwrap_or_default();
        Line::of(format!("{}: {text}", i18n::BLOCKS.get(lang)), keys, Act::Blocks(action))
    };
    lines.extend(BlockAction::ALL.into_iter().map(|action| of_blocks(action.words().get(lang).to_owned(), action)));
    lines.extend(wrappers().map(|kind| {
        let action = BlockAction::Wrap(kind);
        of_blocks(format!("{} {}", action.words().get(lang), kind.info().word), action)
    }));
    lines
}

/// What the menus and the bar ask for without keys of its own.
fn keyless(state: &State<'_>, lang: Lang) -> Vec<(String, Command)> {
    let of = |words: Words, choice: &str| format!("{}: {choice}", words.get(lang));
    let mut all = vec![
        (i18n::GLOSSARY.get(lang).to_owned(), Command::Help(Some(Page::Glossary))),
        (i18n::WELCOME.get(lang).to_owned(), Command::Welcome(true)),
        (i18n::ABOUT.get(lang).to_owned(), Command::About),
        (i18n::EXPORT_TRACE.get(lang).to_owned(), Command::ExportTrace),
        (i18n::RESET_LAYOUT.get(lang).to_owned(), Command::Arrange(Arrange::Reset)),
    ];
    all.extend(EngineChoice::ALL.map(|engine| (of(i18n::ENGINE, engine_title(engine).0.get(lang)), Command::Engine(engine))));
    all.push((of(i18n::CORES, i18n::CORES_AUTO.get(lang)), Command::Cores(0)));
    all.extend((1..=state.machine_cores).map(|cores| (of(i18n::CORES, &cores.to_string()), Command::Cores(cores))));
    let seed = state.seed.wrapping_add(1);
    all.push((of(i18n::SEED, &seed.to_string()), Command::Seed(seed)));
    let recording = |recording: Recording| (of(i18n::RECORD, recording_title(recording).0.get(lang)), Command::Record(recording));
    all.extend(Recording::ALL.map(recording));
    all.extend(SHADES.map(|(shade, words)| (of(i18n::THEME, words.get(lang)), Command::Shade(shade))));
    all.extend(LANGS.map(|(spoken, words)| (of(i18n::LANGUAGE, words.get(lang)), Command::Lang(spoken))));
    all.extend(TEMPLATES.iter().enumerate().map(|(index, it)| (of(i18n::NEW_FROM, it.title.get(lang)), Command::NewFrom(index))));
    all.extend(state.recent.iter().map(|path| (of(i18n::RECENT, &path.display().to_string()), Command::OpenPath(path.clone()))));
    let picture = |panel: PanelKind| (of(i18n::EXPORT_PANEL, panel.title().get(lang)), Command::ExportPicture(Some(panel)));
    all.extend(PanelKind::ALL.map(picture));
    let hide = |panel: PanelKind| (of(i18n::HIDE_PANEL, panel.title().get(lang)), Command::Arrange(Arrange::Hide(panel)));
    all.extend(PanelKind::ALL.map(hide));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_by_its_parts_in_any_order_and_in_either_language() {
        let texts = ["主题: 深色", "Theme: Dark"];
        for query in ["dark", "dark theme", "the da", "深色", "深 主题", "dark 主题"] {
            assert!(is_found(query, texts), "{query}");
        }
        assert!(!is_found("dark blocks", texts) && !is_found("浅", texts));
    }
}
