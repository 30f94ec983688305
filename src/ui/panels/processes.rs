//! The head of a process over what runs in it, in words and as a strip of a list. Which rows are its own is `view::processes`.

use egui::{Rect, Ui};

use crate::diagnostic::Severity;
use crate::lang::Lang;
use crate::ui::kit::elide;
use crate::ui::kit::panel_table::{Side, write};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::view::processes::ProcessHead;

/// Between its name, how it ended and the rest.
const GAP: f32 = 10.0;

/// What a process is called.
pub(in crate::ui) fn name(process: &ProcessHead, lang: Lang) -> &str {
    if process.name.is_empty() { words::PROCESS_OWN.get(lang) } else { &process.name }
}

/// How it ended, or that it goes on.
fn ended(process: &ProcessHead, lang: Lang) -> String {
    match (process.exit_code, process.lives) {
        (Some(code), _) if code < 0 => words::KILLED.get(lang).replace("{0}", &code.unsigned_abs().to_string()),
        (Some(code), _) => words::PROCESS_EXIT.get(lang).replace("{0}", &code.to_string()),
        (None, true) => words::PROCESS_LIVES.get(lang).to_owned(),
        (None, false) => words::PROCESS_WITH_RUN.get(lang).to_owned(),
    }
}

/// How many cores it kept busy, its memory, its number.
fn details(process: &ProcessHead, lang: Lang) -> String {
    let busy = process.cores_busy.map(|busy| words::PROCESS_CORES.get(lang).replace("{0}", &format!("{busy:.2}")));
    let memory = process.megabytes().map(|megabytes| format!("{megabytes} MB"));
    let number = words::PROCESS_NUMBER.get(lang).replace("{0}", &process.number.to_string());
    [busy, memory, Some(number)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Draws it from the left of `room`, as far as there is room, its number and memory into `rest` where there is one; what a screen
/// reader says.
pub(in crate::ui) fn head_ui(
    ui: &Ui,
    theme: &Theme,
    room: Rect,
    rest: Option<Rect>,
    process: &ProcessHead,
    lang: Lang,
) -> String {
    let (name, ended, details) = (name(process, lang), ended(process, lang), details(process, lang));
    let width =
        |text: &str, font: egui::FontId| ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, theme.text).size().x);
    let has_failed = process.exit_code.is_some_and(|code| code != 0);
    let ink = if has_failed { theme.severity(Severity::Error) } else { theme.weak };
    let behind = room.with_min_x(room.left() + width(name, theme.body()) + GAP);
    let told = format!("{name}: {ended} · {details}");
    // Without room of its own, what does not fit whole would say nothing: it stands under the pointer.
    let has_room = rest.is_some() || behind.width() >= width(&ended, theme.small());
    if has_room {
        let last = rest.unwrap_or_else(|| behind.with_min_x(behind.left() + width(&ended, theme.small()) + GAP));
        write(ui, behind, Side::Left, &ended, theme.small(), ink);
        write(ui, last, Side::Left, &details, theme.small(), theme.weak);
    } else {
        elide::tip(ui, room, &told);
    }
    write(ui, room, Side::Left, name, theme.body(), if has_failed && !has_room { ink } else { theme.text });
    told
}
