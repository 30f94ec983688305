//! The head of a process over what runs in it, in words and as a strip of a list. Which rows are its own is `view::processes`.

use egui::{Rect, Ui};

use crate::lang::Lang;
use crate::ui::kit::panel_table::{Side, write};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::view::processes::ProcessHead;

/// What a process is called.
pub(in crate::ui) fn name(process: &ProcessHead, lang: Lang) -> &str {
    if process.name.is_empty() { words::PROCESS_OWN.get(lang) } else { &process.name }
}

/// Its number, its memory, and how it ended.
pub(in crate::ui) fn details(process: &ProcessHead, lang: Lang) -> String {
    let mut details = words::PROCESS_NUMBER.get(lang).replace("{0}", &process.number.to_string());
    if let Some(megabytes) = process.megabytes() {
        details.push_str(" · ");
        details.push_str(&megabytes.to_string());
        details.push_str(" MB");
    }
    let ended = match (process.exit_code, process.lives) {
        (Some(code), _) => words::PROCESS_EXIT.get(lang).replace("{0}", &code.to_string()),
        (None, true) => words::PROCESS_LIVES.get(lang).to_owned(),
        (None, false) => words::PROCESS_WITH_RUN.get(lang).to_owned(),
    };
    details.push_str(" · ");
    details.push_str(&ended);
    details
}

/// Draws it from the left of `rect`, as far as there is room; what a screen reader says.
pub(in crate::ui) fn head_ui(ui: &Ui, theme: &Theme, rect: Rect, process: &ProcessHead, lang: Lang) -> String {
    let (name, details) = (name(process, lang), details(process, lang));
    let size = |text: &str, font: &egui::FontId| {
        ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font.clone(), theme.text).size().x)
    };
    let width = size(name, &theme.body());
    write(ui, rect, Side::Left, name, theme.body(), theme.text);
    write(ui, rect.with_min_x(rect.left() + width + 10.0), Side::Left, &details, theme.small(), theme.weak);
    format!("{name}: {details}")
}
