//! The menus.

use egui::{Button, Ui};

use crate::document::edit::Label;
use crate::lang::{Lang, Words};
use crate::scenario::template::TEMPLATES;
use crate::ui::command::{Arrange, Command, Page, PanelKind, Zoom, keys_of};
use crate::ui::i18n;
use crate::ui::kit::tip::Tip as _;
use crate::ui::layout::Layout;
use crate::ui::panels::{Asked, EditorAction};
use crate::ui::state::State;
use crate::ui::theme::Shade;

/// The looks there are.
pub(in crate::ui) const SHADES: [(Option<Shade>, Words); 3] =
    [(Some(Shade::Light), i18n::LIGHT), (Some(Shade::Dark), i18n::DARK), (None, i18n::SYSTEM)];

/// The languages there are, each in its own.
pub(in crate::ui) const LANGS: [(Option<Lang>, Words); 3] = [
    (Some(Lang::En), Words { en: "English", zh: "English" }),
    (Some(Lang::Zh), Words { en: "简体中文", zh: "简体中文" }),
    (None, i18n::SYSTEM),
];

/// Draws the menu bar.
pub(in crate::ui) fn menu_ui(ui: &mut Ui, state: &State<'_>, layout: &Layout, commands: &mut Vec<Command>) {
    let lang = state.lang;
    egui::MenuBar::new().ui(ui, |ui| {
        ui.menu_button(i18n::FILE.get(lang), |ui| file_ui(ui, state, commands));
        ui.menu_button(i18n::EDIT.get(lang), |ui| {
            let named = |words: Words, step: Option<&Label>| match step {
                Some(step) => format!("{}: {}", words.get(lang), step.get(lang)),
                None => words.get(lang).to_owned(),
            };
            let (undo, redo) = (state.history.next_undo(), state.history.next_redo());
            named_item(ui, &named(i18n::UNDO, undo), undo.is_some(), commands, Command::Panel(Asked::Undo));
            named_item(ui, &named(i18n::REDO, redo), redo.is_some(), commands, Command::Panel(Asked::Redo));
            ui.separator();
            for action in EditorAction::ALL {
                item(ui, lang, action.words(), true, commands, Command::Editor(action));
            }
        });
        ui.menu_button(i18n::VIEW.get(lang), |ui| view_ui(ui, state, layout, commands));
        ui.menu_button(i18n::EXPORT.get(lang), |ui| {
            item(ui, lang, i18n::EXPORT_WINDOW, true, commands, Command::ExportPicture(None));
            ui.menu_button(i18n::EXPORT_PANEL.get(lang), |ui| {
                for panel in PanelKind::ALL {
                    item(ui, lang, panel.title(), true, commands, Command::ExportPicture(Some(panel)));
                }
            });
            item(ui, lang, i18n::EXPORT_TRACE, state.view.run.is_some(), commands, Command::ExportTrace);
        });
        ui.menu_button(i18n::HELP.get(lang), |ui| {
            item(ui, lang, i18n::COMMANDS, true, commands, Command::Commands);
            item(ui, lang, i18n::HELP_BLOCKS, true, commands, Command::Help(Some(Page::Blocks)));
            item(ui, lang, i18n::GLOSSARY, true, commands, Command::Help(Some(Page::Glossary)));
            item(ui, lang, i18n::SHORTCUTS, true, commands, Command::Help(Some(Page::Keys)));
            item(ui, lang, i18n::WELCOME, true, commands, Command::Welcome(true));
            ui.separator();
            item(ui, lang, i18n::ABOUT, true, commands, Command::About);
        });
    });
}

fn item(ui: &mut Ui, lang: Lang, words: Words, enabled: bool, commands: &mut Vec<Command>, command: Command) {
    named_item(ui, words.get(lang), enabled, commands, command);
}

fn named_item(ui: &mut Ui, name: &str, enabled: bool, commands: &mut Vec<Command>, command: Command) {
    let keys = keys_of(ui.ctx(), &command).unwrap_or_default();
    if ui.add_enabled(enabled, Button::new(name).shortcut_text(keys)).clicked() {
        commands.push(command);
        ui.close();
    }
}

fn file_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    item(ui, lang, i18n::NEW, true, commands, Command::New);
    ui.menu_button(i18n::NEW_FROM.get(lang), |ui| {
        for (index, template) in TEMPLATES.iter().enumerate() {
            if ui.button(template.title.get(lang)).tip(template.about.get(lang)).clicked() {
                commands.push(Command::NewFrom(index));
                ui.close();
            }
        }
    });
    item(ui, lang, i18n::OPEN, true, commands, Command::Open);
    ui.menu_button(i18n::RECENT.get(lang), |ui| {
        if state.recent.is_empty() {
            ui.weak(i18n::RECENT_EMPTY.get(lang));
        }
        for path in state.recent {
            if ui.button(path.display().to_string()).clicked() {
                commands.push(Command::OpenPath(path.clone()));
                ui.close();
            }
        }
    });
    ui.separator();
    item(ui, lang, i18n::SAVE, true, commands, Command::Save);
    item(ui, lang, i18n::SAVE_AS, true, commands, Command::SaveAs);
    ui.separator();
    item(ui, lang, i18n::QUIT, true, commands, Command::Quit);
}

fn view_ui(ui: &mut Ui, state: &State<'_>, layout: &Layout, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let mut choice = |ui: &mut Ui, chosen: bool, text: &str, command: Command| {
        if ui.radio(chosen, text).clicked() {
            commands.push(command);
            ui.close();
        }
    };
    ui.menu_button(i18n::THEME.get(lang), |ui| {
        for (shade, words) in SHADES {
            choice(ui, state.chosen_shade == shade, words.get(lang), Command::Shade(shade));
        }
    });
    ui.menu_button(i18n::LANGUAGE.get(lang), |ui| {
        for (spoken, words) in LANGS {
            choice(ui, state.chosen_lang == spoken, words.get(lang), Command::Lang(spoken));
        }
    });
    ui.menu_button(i18n::ZOOM.get(lang), |ui| {
        item(ui, lang, i18n::ZOOM_LARGER, true, commands, Command::Zoom(Zoom::Larger));
        item(ui, lang, i18n::ZOOM_SMALLER, true, commands, Command::Zoom(Zoom::Smaller));
        item(ui, lang, i18n::ZOOM_NORMAL, true, commands, Command::Zoom(Zoom::Normal));
    });
    ui.separator();
    for panel in PanelKind::ALL {
        panel_ui(ui, lang, panel, layout.is_shown(panel), commands);
    }
    ui.separator();
    item(ui, lang, i18n::RESET_LAYOUT, true, commands, Command::Arrange(Arrange::Reset));
}

/// Room for the longest name and its keys.
const PANELS_WIDTH: f32 = 220.0;

/// Shows or hides a panel. The menu stays open: one seldom wants to change only one.
fn panel_ui(ui: &mut Ui, lang: Lang, panel: PanelKind, mut shown: bool, commands: &mut Vec<Command>) {
    let show = Command::Arrange(Arrange::Show(panel));
    let keys = keys_of(ui.ctx(), &show).unwrap_or_default();
    ui.set_max_width(PANELS_WIDTH);
    ui.horizontal(|ui| {
        if ui.checkbox(&mut shown, panel.title().get(lang)).changed() {
            commands.push(if shown { show } else { Command::Arrange(Arrange::Hide(panel)) });
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.weak(keys));
    });
}
