//! The head of a process over what runs in it, in words and as lines of a list: its name, and below it what is told of it. Which rows are its own is `view::processes`.

use egui::{Color32, FontId, Rect, Ui};

use crate::diagnostic::Severity;
use crate::lang::Lang;
use crate::ui::kit::elide;
use crate::ui::kit::panel_table::{Side, write};
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;
use crate::view::processes::ProcessHead;

/// Between its name and the rest.
const GAP: f32 = 10.0;
/// Between what is told of it.
const BETWEEN: &str = " · ";

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

/// How it ended, how many cores it kept busy, its memory, its number.
fn told(process: &ProcessHead, lang: Lang) -> Vec<String> {
    let busy = process.cores_busy.map(|busy| words::PROCESS_CORES.get(lang).replace("{0}", &format!("{busy:.2}")));
    let memory = process.megabytes().map(|megabytes| format!("{megabytes} MB"));
    let number = words::PROCESS_NUMBER.get(lang).replace("{0}", &process.number.to_string());
    [Some(ended(process, lang)), busy, memory, Some(number)].into_iter().flatten().collect()
}

/// The pieces on as many lines as it takes that each fits, none of them divided.
fn packed(pieces: &[String], fits: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if fits(&format!("{line}{BETWEEN}{piece}")) => line.extend([BETWEEN, piece.as_str()]),
            _ => lines.push(piece.clone()),
        }
    }
    lines
}

fn width(ui: &Ui, text: &str, font: FontId) -> f32 {
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER).size().x)
}

/// What is told below its name in a list so wide, line by line.
pub(in crate::ui) fn told_lines(ui: &Ui, theme: &Theme, process: &ProcessHead, lang: Lang, room: f32) -> Vec<String> {
    packed(&told(process, lang), &|line| width(ui, line, theme.small()) <= room)
}

/// What a screen reader says of it.
pub(in crate::ui) fn spoken(process: &ProcessHead, lang: Lang) -> String {
    format!("{}: {}", name(process, lang), told(process, lang).join(BETWEEN))
}

/// Writes its name, shortened in its middle where there is no room for all of it. With `beside` the rest stands on the same line,
/// else it is told below.
pub(in crate::ui) fn head_ui(ui: &Ui, theme: &Theme, room: Rect, beside: bool, process: &ProcessHead, lang: Lang) {
    let (name, told) = (name(process, lang), told(process, lang).join(BETWEEN));
    let taken = if beside { width(ui, &told, theme.small()) + GAP } else { 0.0 };
    let own = room.with_max_x((room.right() - taken).max(room.left()));
    elide::name_ui(ui, own, name, theme.body(), theme.text);
    if beside {
        let left = own.left() + own.width().min(width(ui, name, theme.body())) + GAP;
        told_ui(ui, theme, room.with_min_x(left), process, &told);
    }
}

/// Writes a line of what is told of it: in the colour of errors if it went wrong.
pub(in crate::ui) fn told_ui(ui: &Ui, theme: &Theme, room: Rect, process: &ProcessHead, line: &str) {
    let has_failed = process.exit_code.is_some_and(|code| code != 0);
    let ink = if has_failed { theme.severity(Severity::Error) } else { theme.weak };
    write(ui, room, Side::Left, line, theme.small(), ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_piece_is_divided_or_left_out_however_little_room_there_is() {
        let pieces = ["exit code 0", "0.90 cores", "12 MB", "pid 31764"].map(str::to_owned);
        let check = |letters: usize| packed(&pieces, &|line| line.chars().count() <= letters).join(" / ");
        assert_eq!(check(60), "exit code 0 · 0.90 cores · 12 MB · pid 31764");
        assert_eq!(check(33), "exit code 0 · 0.90 cores · 12 MB / pid 31764");
        assert_eq!(check(1), "exit code 0 / 0.90 cores / 12 MB / pid 31764");
    }
}
