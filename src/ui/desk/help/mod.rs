//! The help window: every block from the table of block kinds, the glossary, the keys. One search goes through all of it.
//! What a block does is said by the table; nothing is told twice.

mod glossary;

use std::collections::BTreeMap;

use egui::{CollapsingHeader, Frame, Grid, Id, Label, RichText, ScrollArea, TextEdit, Ui, Window, vec2};

use crate::lang::Lang;
use crate::scenario::block::{Info, Kind, TABLE};
use crate::scenario::write::find;
use crate::ui::command::{Command, Page, shortcuts};
use crate::ui::i18n;
use crate::ui::keys::keys_text;
use crate::ui::kit::select_all::select_all;
use crate::ui::panels::{BlockAction, EditorAction};
use crate::ui::state::State;
use glossary::{TERMS, Term};

/// What the window remembers.
#[derive(Debug, Default)]
pub(in crate::ui) struct Help {
    query: String,
    /// The page that was open in the last frame.
    page: Option<Page>,
}

impl Help {
    /// It is not open.
    pub(in crate::ui) const fn close(&mut self) {
        self.page = None;
    }

    /// Draws the page that is open.
    pub(in crate::ui) fn help_ui(&mut self, ui: &Ui, state: &State<'_>, page: Page, commands: &mut Vec<Command>) {
        let lang = state.lang;
        let mut open = true;
        if self.page.is_none() {
            self.query = if page == Page::Blocks { selected_word(state).to_owned() } else { String::new() };
        }
        Window::new(i18n::HELP.get(lang))
            .id(Id::unique("help"))
            .open(&mut open)
            .default_size(vec2(640.0, 560.0))
            .min_size(vec2(420.0, 240.0))
            .default_pos(ui.ctx().content_rect().center() - vec2(320.0, 300.0))
            .show(ui.ctx(), |ui| {
                ui.horizontal(|ui| {
                    for (this, words) in
                        [(Page::Blocks, i18n::BLOCKS), (Page::Glossary, i18n::GLOSSARY), (Page::Keys, i18n::SHORTCUTS)]
                    {
                        if ui.selectable_label(page == this, words.get(lang)).clicked() {
                            commands.push(Command::Help(Some(this)));
                        }
                    }
                });
                let field = TextEdit::singleline(&mut self.query).hint_text(i18n::SEARCH_HELP.get(lang));
                let response = ui.add(field.desired_width(f32::INFINITY));
                super::run_bar::name(&response, i18n::SEARCH_HELP.get(lang));
                // Whoever asks for help goes on by keys in it.
                if self.page.replace(page) != Some(page) {
                    response.request_focus();
                    select_all(ui, response.id, &self.query);
                }
                ui.separator();
                let query = self.query.trim().to_lowercase();
                ScrollArea::vertical().id_salt(page).auto_shrink(false).show(ui, |ui| {
                    // The bar at the right covers nothing.
                    ui.set_max_width(ui.available_width() - 12.0);
                    let found = match page {
                        Page::Blocks => blocks_ui(ui, state, &query),
                        Page::Glossary => glossary_ui(ui, lang, &query),
                        Page::Keys => keys_ui(ui, lang, &query),
                    };
                    if !found {
                        ui.weak(i18n::NOTHING_FOUND.get(lang));
                    }
                });
            });
        if !open {
            commands.push(Command::Help(None));
        }
    }
}

/// The word of the selected block, if one is: what is asked about is most likely that.
fn selected_word(state: &State<'_>) -> &'static str {
    let selected = state.view.selected.and_then(|block| find(state.view.scenario, block));
    selected.filter(|block| block.kind != Kind::Unknown).map_or("", |block| block.kind.info().word)
}

/// Whether any of these texts says what is searched for.
fn says(query: &str, texts: &[&str]) -> bool {
    query.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(query))
}

/// How near a kind is to what is searched for: the word itself, one that begins so, one that has it in it, a mention elsewhere.
fn distance(info: &Info, query: &str) -> u8 {
    match info.word {
        word if query.is_empty() || word == query => 0,
        word if word.starts_with(query) => 1,
        word if word.contains(query) => 2,
        _ => 3,
    }
}

fn is_asked_for(info: &Info, query: &str) -> bool {
    let title = info.group.title();
    says(query, &[info.word, info.doc.en, info.doc.zh, title.en, title.zh])
        || info.parameters.iter().any(|parameter| says(query, &[parameter.name, parameter.doc.en, parameter.doc.zh]))
}

/// Every kind by its group; the nearest first, and opened, where something is searched for.
fn blocks_ui(ui: &mut Ui, state: &State<'_>, query: &str) -> bool {
    let lang = state.lang;
    let mut groups: BTreeMap<usize, Vec<&Info>> = BTreeMap::new();
    for info in TABLE.iter().filter(|info| is_asked_for(info, query)) {
        groups.entry(info.group as usize).or_default().push(info);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for kinds in &mut groups {
        kinds.sort_by_key(|info| distance(info, query));
    }
    groups.sort_by_key(|kinds| distance(kinds[0], query));
    for kinds in &groups {
        let group = kinds[0].group;
        let title = RichText::new(group.title().get(lang)).strong().color(state.shade.theme().group(group));
        ui.add_space(4.0);
        ui.label(title);
        for info in kinds {
            let head = RichText::new(info.word).monospace().strong();
            let open = (!query.is_empty()).then_some(true);
            CollapsingHeader::new(head).id_salt(info.word).open(open).show(ui, |ui| kind_ui(ui, lang, info));
        }
    }
    !groups.is_empty()
}

fn kind_ui(ui: &mut Ui, lang: Lang, info: &Info) {
    ui.add(Label::new(info.doc.get(lang)).wrap());
    ui.add(Label::new(RichText::new(info.usage()).monospace()).wrap());
    ui.weak(info.stands(lang));
    // A line is as high as its letters.
    ui.spacing_mut().interact_size.y = 0.0;
    for parameter in info.parameters {
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            ui.monospace(parameter.name);
            ui.weak(parameter.takes(lang));
        });
        let default = parameter.default.map(|default| format!(" ({default})")).unwrap_or_default();
        ui.horizontal(|ui| {
            ui.add_space(14.0);
            ui.add(Label::new(format!("{}{default}", parameter.doc.get(lang))).wrap());
        });
    }
    if !info.example.is_empty() {
        ui.add_space(6.0);
        Frame::new().fill(ui.visuals().code_bg_color).corner_radius(3.0).inner_margin(6.0).show(ui, |ui| {
            ui.add(Label::new(RichText::new(info.example).monospace()).wrap());
        });
    }
}

fn glossary_ui(ui: &mut Ui, lang: Lang, query: &str) -> bool {
    let asked_for = |term: &&Term| says(query, &[term.word.en, term.word.zh, term.meaning.en, term.meaning.zh]);
    let mut found = false;
    for Term { word, meaning } in TERMS.iter().filter(asked_for) {
        found = true;
        let other = if lang == Lang::En { word.zh } else { word.en };
        ui.horizontal(|ui| {
            ui.label(RichText::new(word.get(lang)).strong());
            ui.weak(other);
        });
        ui.add(Label::new(meaning.get(lang)).wrap());
        ui.add_space(6.0);
    }
    found
}

fn keys_ui(ui: &mut Ui, lang: Lang, query: &str) -> bool {
    let mut found = false;
    Grid::new("keys").num_columns(3).spacing([24.0, 4.0]).show(ui, |ui| {
        let of_window = shortcuts().into_iter().map(|shortcut| (i18n::WINDOW, shortcut.words, Some(shortcut.keys)));
        let of_text = EditorAction::ALL.map(|action| (i18n::EDITOR, action.words(), Some(action.keys())));
        let of_blocks = BlockAction::ALL.map(|action| (i18n::BLOCKS, action.words(), action.keys()));
        for (place, words, keys) in of_window.chain(of_text).chain(of_blocks) {
            let Some(keys) = keys.map(|keys| keys_text(ui.ctx(), &keys)) else { continue };
            if says(query, &[words.en, words.zh, place.en, place.zh, &keys]) {
                found = true;
                ui.weak(place.get(lang));
                ui.label(words.get(lang));
                ui.monospace(keys);
                ui.end_row();
            }
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_explained_once_in_both_languages() {
        let mut words: Vec<_> = TERMS.iter().flat_map(|term| [term.word.en, term.word.zh]).collect();
        words.sort_unstable();
        let all = words.len();
        words.dedup();
        assert_eq!(words.len(), all);
        assert!(TERMS.iter().all(|term| term.meaning.en.ends_with('.') && term.meaning.zh.ends_with('。')));
    }

    #[test]
    fn a_block_is_found_by_its_word_its_parameters_and_both_languages() {
        let found = |query: &str| TABLE.iter().filter(|info| is_asked_for(info, query)).map(|info| info.word).collect::<Vec<_>>();
        assert_eq!(found("").len(), TABLE.len());
        assert!(found("semaphore").contains(&"semaphore"));
        assert!(found("信号量").contains(&"semaphore"));
        assert!(found("capacity").contains(&"queue"));
        assert_eq!(found("no such word anywhere"), [""; 0]);
        let nearest = TABLE.iter().min_by_key(|info| distance(info, "lock")).map(|info| info.word);
        assert_eq!(nearest, Some("lock"));
    }
}
