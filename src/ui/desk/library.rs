//! The library: built-in scenarios by topic, with a search.

use egui::{Key, Label, Modifiers, Response, RichText, ScrollArea, Sense, TextEdit, Ui};

use crate::lang::Words;
use crate::scenario::library::{Entry, TOPICS, entries};
use crate::ui::command::Command;
use crate::ui::i18n;
use crate::ui::kit::tip::Tip as _;
use crate::ui::state::{Origin, State};

/// What the panel remembers.
#[derive(Debug, Default)]
pub(in crate::ui) struct LibraryPanel {
    query: String,
    /// The search is to be typed into.
    pub(in crate::ui) takes_focus: bool,
}

impl LibraryPanel {
    /// Draws the panel.
    pub(in crate::ui) fn library_ui(&mut self, ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
        let lang = state.lang;
        let id = ui.make_persistent_id("search");
        let goes_down =
            ui.memory(|memory| memory.has_focus(id)) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown));
        let field = TextEdit::singleline(&mut self.query).id(id).hint_text(i18n::SEARCH.get(lang)).desired_width(f32::INFINITY);
        let response = ui.add(field);
        super::run_bar::name(&response, i18n::SEARCH.get(lang));
        if std::mem::take(&mut self.takes_focus) {
            response.request_focus();
        }
        let found: Vec<&'static Entry> = entries().iter().filter(|entry| entry.matches(&self.query)).collect();
        let first = TOPICS.iter().find_map(|topic| found.iter().find(|entry| entry.topic == *topic));
        let enters = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(first) = first.filter(|_| enters && !self.query.trim().is_empty()) {
            commands.push(Command::OpenBuiltIn(first.name));
        }
        if found.is_empty() {
            ui.weak(i18n::SEARCH_EMPTY.get(lang));
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for topic in TOPICS {
                let mut of_topic = found.iter().filter(|entry| entry.topic == topic).peekable();
                if of_topic.peek().is_none() {
                    continue;
                }
                ui.add_space(6.0);
                ui.label(RichText::new(topic_words(topic).get(lang)).small().strong().color(state.shade.accent()));
                for entry in of_topic {
                    let response = entry_ui(ui, state, entry, commands);
                    if goes_down && first.is_some_and(|first| first.name == entry.name) {
                        response.request_focus();
                    }
                }
            }
        });
    }
}

fn entry_ui(ui: &mut Ui, state: &State<'_>, entry: &'static Entry, commands: &mut Vec<Command>) -> Response {
    let (title, open) = (entry.title(state.lang), state.origin == Origin::BuiltIn(entry.name));
    let text = if open { RichText::new(title).strong() } else { RichText::new(title) };
    let tip = |ui: &mut Ui| {
        ui.set_max_width(360.0);
        ui.label(RichText::new(title).strong());
        ui.label(entry.about(state.lang));
        ui.add(Label::new(RichText::new(entry.tags.join(" · ")).small().weak()));
    };
    let response = ui.add(egui::Button::selectable(open, text).truncate().sense(Sense::click())).tip_ui(tip);
    if response.clicked() {
        commands.push(Command::OpenBuiltIn(entry.name));
    }
    response
}

/// A topic in words; the topics are those of the library.
fn topic_words(topic: &str) -> Words {
    let (en, zh) = match topic {
        "basics" => ("Basics", "基础"),
        "races" => ("Races", "竞争"),
        "locks" => ("Locks", "锁"),
        "deadlocks" => ("Deadlocks", "死锁"),
        "semaphores" => ("Semaphores", "信号量"),
        "queues" => ("Queues", "队列"),
        "executors" => ("Executors", "执行器"),
        "generators" => ("Generators", "生成器"),
        "coroutines" => ("Coroutines", "协程"),
        "processes" => ("Processes", "进程"),
        "atomics" => ("Atomics", "原子操作"),
        "interpreter" => ("Interpreter lock", "解释器锁"),
        _ => ("Performance", "性能"),
    };
    Words { en, zh }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn every_topic_has_words_of_its_own() {
        for lang in Lang::ALL {
            let mut words: Vec<_> = TOPICS.iter().map(|topic| topic_words(topic).get(lang)).collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), TOPICS.len());
        }
    }
}
