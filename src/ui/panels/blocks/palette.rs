//! The blocks there are, by group, with a search over names and docs: to be dragged into the scenario or picked at a place.

use egui::{Button, DragAndDrop, Key, Label, Modifiers, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};

use super::drag::Dragged;
use super::tell::{doc, name};
use super::words;
use crate::lang::Lang;
use crate::scenario::block::{Group, Info, Kind, TABLE};
use crate::scenario::template::{TEMPLATES, Template};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;

/// What a list of kinds remembers.
#[derive(Debug, Default)]
pub(super) struct Palette {
    query: String,
    /// Which of those found is marked, when keys choose.
    marked: usize,
    /// The search is to be typed into.
    pub(super) takes_focus: bool,
    /// Which text it was shown for: for another one it begins anew.
    opened: u64,
}

/// A list being chosen from at a place.
#[derive(Debug, Default)]
pub(super) struct Chooser {
    palette: Palette,
    opened: bool,
}

/// What was clicked in the palette.
#[derive(Debug, Clone, Copy)]
pub(super) enum Picked {
    Kind(Kind),
    Template(&'static Template),
}

/// What became of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    Kind(Kind),
    Nothing,
}

/// How near to what is selected a kind would come to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Near {
    Here,
    Elsewhere,
}

/// The kinds that a search finds: by word first, then by group and doc, in either language.
fn found(query: &str, allows: &dyn Fn(Kind) -> Option<Near>) -> Vec<&'static Info> {
    let query = query.trim().to_lowercase();
    let rank = |info: &Info| {
        let group = info.group.title();
        let in_docs = || [info.doc.en, info.doc.zh, group.en, group.zh].iter().any(|text| text.to_lowercase().contains(&query));
        match info.word {
            _ if query.is_empty() => Some(0),
            word if word == query => Some(0),
            word if word.starts_with(&query) => Some(1),
            word if word.contains(&query) => Some(2),
            _ => in_docs().then_some(3),
        }
    };
    let order = |info: &Info| Some((rank(info)?, allows(info.kind)?));
    let mut all: Vec<_> = TABLE.iter().filter_map(|info| Some((order(info)?, info))).collect();
    all.sort_by_key(|(order, _)| *order);
    all.into_iter().map(|(_, info)| info).collect()
}

impl Palette {
    /// The whole palette, for the text that was opened; what was clicked.
    pub(super) fn ui(&mut self, ui: &mut Ui, theme: &Theme, opened: u64, lang: Lang) -> Option<Picked> {
        let is_new = std::mem::replace(&mut self.opened, opened) != opened;
        if is_new {
            self.query.clear();
        }
        self.search(ui, lang);
        let found = found(&self.query, &|_| Some(Near::Here));
        if found.is_empty() {
            ui.weak(words::SEARCH_NONE.get(lang));
        }
        let mut picked = None;
        let area = ScrollArea::vertical().auto_shrink(false);
        let area = if is_new { area.vertical_scroll_offset(0.0) } else { area };
        area.show(ui, |ui| {
            // A drag that misses its chip takes no letters of a heading instead.
            ui.style_mut().interaction.selectable_labels = false;
            ui.add(Label::new(RichText::new(words::PALETTE_HINT.get(lang)).small().color(theme.weak)).wrap());
            // What one starts from comes first.
            if self.query.trim().is_empty() {
                ui.add_space(6.0);
                ui.label(RichText::new(words::TEMPLATES.get(lang)).small().strong().color(theme.weak));
                for (index, template) in TEMPLATES.iter().enumerate() {
                    let button = Button::new(template.title.get(lang)).sense(Sense::click_and_drag());
                    let response = ui.add(button);
                    if response.drag_started() {
                        DragAndDrop::set_payload(ui.ctx(), Dragged::Template(index));
                    }
                    if response.tip(template.about.get(lang)).clicked() {
                        picked = Some(Picked::Template(template));
                    }
                }
            }
            let mut groups: Vec<Group> = Vec::new();
            for info in &found {
                if !groups.contains(&info.group) {
                    groups.push(info.group);
                }
            }
            for group in groups {
                ui.add_space(6.0);
                ui.label(RichText::new(group.title().get(lang)).small().strong().color(theme.group(group)));
                ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                ui.horizontal_wrapped(|ui| {
                    // The bar at the right covers nothing.
                    ui.set_max_width(ui.available_width() - 10.0);
                    let of_group = found.iter().filter(|info| info.group == group || group.shared().contains(&info.kind));
                    let clicked = of_group.filter(|info| chip(ui, theme, info, lang)).last();
                    picked = clicked.map(|info| Picked::Kind(info.kind)).or(picked);
                });
            }
        });
        picked
    }

    fn search(&mut self, ui: &mut Ui, lang: Lang) -> egui::Response {
        let field = TextEdit::singleline(&mut self.query).hint_text(words::SEARCH_BLOCKS.get(lang)).desired_width(f32::INFINITY);
        let response = ui.add(field);
        name(&response, words::SEARCH_BLOCKS.get(lang));
        if std::mem::take(&mut self.takes_focus) {
            response.request_focus();
        }
        response
    }
}

/// A kind to be dragged or clicked; true when clicked.
fn chip(ui: &mut Ui, theme: &Theme, info: &'static Info, lang: Lang) -> bool {
    let colour = theme.group(info.group);
    let button = Button::new(RichText::new(info.word).color(theme.text))
        .fill(colour.gamma_multiply(0.2))
        .stroke(egui::Stroke::new(1.0, colour.gamma_multiply(0.5)))
        .sense(Sense::click_and_drag());
    let response = ui.add(button);
    if response.drag_started() {
        DragAndDrop::set_payload(ui.ctx(), Dragged::New(info.kind));
    }
    response.tip_ui(|ui| doc(ui, info, lang)).clicked()
}

impl Chooser {
    /// A list to choose from by typing and arrows, in a window of its own; none while it stays open.
    pub(super) fn ui(&mut self, ui: &mut Ui, theme: &Theme, lang: Lang, allows: &dyn Fn(Kind) -> Option<Near>) -> Option<Chosen> {
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let (up, down, enter, escape) =
            (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter), pressed(Key::Escape));
        if escape {
            return Some(Chosen::Nothing);
        }
        ui.set_width(250.0);
        let response = self.palette.search(ui, lang);
        if !self.opened {
            response.request_focus();
            self.opened = true;
        }
        if response.changed() {
            self.palette.marked = 0;
        }
        let found = found(&self.palette.query, allows);
        let last = found.len().saturating_sub(1);
        let marked = &mut self.palette.marked;
        if up {
            *marked = marked.checked_sub(1).unwrap_or(last);
        }
        if down {
            *marked = if *marked >= last { 0 } else { *marked + 1 };
        }
        if enter {
            return found.get(*marked).map(|info| Chosen::Kind(info.kind));
        }
        let mut chosen = None;
        ScrollArea::vertical().max_height(260.0).auto_shrink([false, true]).show(ui, |ui| {
            if found.is_empty() {
                ui.weak(words::SEARCH_NONE.get(lang));
            }
            for (index, info) in found.iter().enumerate() {
                let colour = if index == *marked { theme.text } else { theme.group(info.group) };
                let text = RichText::new(info.word).color(colour);
                let response = ui.selectable_label(index == *marked, text).tip_ui(|ui| doc(ui, info, lang));
                if index == *marked && (up || down) {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(Chosen::Kind(info.kind));
                }
            }
        });
        if let Some(info) = found.get(self.palette.marked) {
            ui.separator();
            ui.add(Label::new(RichText::new(info.doc.get(lang)).small().color(theme.weak)).wrap());
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, first: &str) {
        assert_eq!(found(query, &|_| Some(Near::Here)).first().map(|info| info.word), Some(first), "{query}");
    }

    #[test]
    fn a_block_is_found_by_its_word_its_group_and_what_it_does() {
        check("put", "put");
        check("rep", "repeat");
        check("token", "lock");
        check("循环", "coroutine");
        assert_eq!(found("no such block", &|_| Some(Near::Here)).len(), 0);
    }

    #[test]
    fn a_group_offers_no_kind_twice() {
        for info in TABLE {
            assert!(!info.group.shared().contains(&info.kind), "{}", info.word);
        }
    }
}
