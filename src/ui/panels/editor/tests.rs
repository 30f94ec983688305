//! The editor on a desk of its own: what is typed leaves as edits, what comes from elsewhere is taken over.

use egui::Color32;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::diagnostic::{Severity, Span};
use crate::lang::Lang;

/// A document as small as can be: what the editor sends is done, all of it is remembered.
#[derive(Default)]
struct Desk {
    editor: Editor,
    text: String,
    version: u64,
    read_only: bool,
    marks: Vec<Mark>,
    jump: Option<Selection>,
    reveal: Option<Span>,
    sent: Vec<String>,
}

fn paint() -> Paint {
    let colour = Color32::GRAY;
    let font = FontId::monospace(13.0);
    Paint {
        font,
        line_height: 18.0,
        gap: 8.0,
        page: Color32::BLACK,
        text: Color32::WHITE,
        number: colour,
        current_number: colour,
        current_line: colour,
        band: colour,
        band_edge: colour,
        error: Color32::RED,
        warning: Color32::YELLOW,
    }
}

fn desk_ui(ui: &mut Ui, desk: &mut Desk) {
    let Desk { editor, text, version, read_only, marks, jump, reveal, sent } = desk;
    let (jump, reveal) = (jump.take(), reveal.take());
    let theme = crate::ui::kit::panel_desk::theme();
    let shown = Shown {
        text,
        version: *version,
        read_only: *read_only,
        name: "text",
        marks,
        selected: &[],
        jump,
        reveal,
        paint: paint(),
        theme: &theme,
        lang: Lang::En,
        action: None,
        standing: &[],
    };
    let happened = editor.ui(ui, &shown, &mut |_| Vec::new());
    let edits: Vec<Edit> = happened.change.into_iter().flat_map(|change| change.edits).collect();
    sent.extend(edits.iter().map(|Edit { span, text }| format!("{}..{} {text:?}", span.start, span.end)));
    // The edits of a change name places in the text before it.
    for Edit { span, text: with } in edits.iter().rev() {
        text.replace_range(span.range(), with);
        *version += 1;
    }
    sent.extend(happened.history.map(|history| format!("{history:?}")));
    sent.extend(happened.caret.map(|byte| format!("caret {byte}")));
}

fn desk(text: &str) -> Harness<'static, Desk> {
    let desk = Desk { text: text.to_owned(), ..Desk::default() };
    let builder = Harness::builder()
        .with_size(vec2(500.0, 300.0))
        .with_context_setup(|context| context.set_fonts(crate::ui::fonts::definitions()));
    let mut harness = builder.build_ui_state(desk_ui, desk);
    harness.run_steps(2);
    harness
}

fn jump(harness: &mut Harness<'_, Desk>, byte: usize) {
    harness.state_mut().jump = Some(Selection::caret(byte));
    harness.run_steps(3);
    harness.state_mut().sent.clear();
}

/// Types at the byte where `|` stands and tells the edits sent and the text in the end.
fn check(before: &str, typed: &[&str], edits: &[&str], after: &str) {
    let caret = before.find('|').expect("a text with a caret");
    let mut harness = desk(&before.replacen('|', "", 1));
    jump(&mut harness, caret);
    for typed in typed {
        match *typed {
            "\n" => harness.key_press(Key::Enter),
            "\t" => harness.key_press(Key::Tab),
            "\u{8}" => harness.key_press(Key::Backspace),
            text => harness.event(Event::Text(text.to_owned())),
        }
        harness.run_steps(2);
    }
    let sent: Vec<_> = harness.state().sent.iter().filter(|sent| !sent.starts_with("caret")).cloned().collect();
    assert_eq!(sent, edits);
    assert_eq!(harness.state().text, after);
}

#[test]
fn enter_after_a_word_that_is_written_in_full_begins_a_line_though_others_go_on_from_it() {
    let before = "shared s 0\nshared se 0\nmain {\n    set |\n}";
    let after = "shared s 0\nshared se 0\nmain {\n    set s\n    \n}";
    check(before, &["s", "\n"], &["38..38 \"s\"", "40..40 \"    \\n\""], after);
}

#[test]
fn typing_sends_the_smallest_edit_in_bytes() {
    check("lock 锁\n|\n", &["a", "中"], &["9..9 \"a\"", "10..10 \"中\""], "lock 锁\na中\n");
    check("锁中|", &["\u{8}"], &["3..6 \"\""], "锁");
}

#[test]
fn enter_keeps_the_indentation_and_tab_is_four_spaces() {
    check("  a|", &["\n", "b"], &["3..3 \"\\n  \"", "6..6 \"b\""], "  a\n  b");
    check("锁|", &["\t", "x"], &["3..3 \"    \"", "7..7 \"x\""], "锁    x");
}

#[test]
fn what_is_typed_in_the_first_frame_of_an_empty_text_is_not_lost() {
    check("|", &["l", "o"], &["0..0 \"l\"", "1..1 \"o\""], "lo");
}

#[test]
fn a_text_pasted_over_a_selection_is_one_edit() {
    let mut harness = desk("a 锁 b");
    jump(&mut harness, 0);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(Event::Paste("a 钥匙 b".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state().text, "a 钥匙 b");
    assert_eq!(harness.state().sent.iter().filter(|sent| !sent.starts_with("caret")).count(), 1);
}

#[test]
fn undo_and_redo_are_asked_of_the_document_and_change_nothing_here() {
    let mut harness = desk("");
    jump(&mut harness, 0);
    harness.event(Event::Text("x".to_owned()));
    harness.run_steps(2);
    harness.state_mut().sent.clear();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(2);
    assert_eq!(harness.state().sent, ["Undo", "Redo"]);
    assert_eq!(harness.state().text, "x");
}

#[test]
fn a_change_from_elsewhere_is_taken_over_without_being_sent_back() {
    let mut harness = desk("a\nb");
    jump(&mut harness, 3);
    harness.state_mut().text = "短".to_owned();
    harness.state_mut().version += 1;
    harness.run_steps(3);
    assert_eq!(harness.state().editor.buffer.text, "短");
    assert!(harness.state().sent.iter().all(|sent| sent.starts_with("caret")));
    harness.event(Event::Text("x".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state().text, "短x");
}

#[test]
fn a_read_only_text_can_be_walked_through_but_not_changed() {
    let mut harness = desk("锁 a");
    harness.state_mut().read_only = true;
    jump(&mut harness, 0);
    harness.event(Event::Text("x".to_owned()));
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(harness.state().text, "锁 a");
    assert_eq!(harness.state().sent, ["caret 3"]);
}

#[test]
fn jumping_scrolls_there_and_puts_the_caret() {
    let text = (0..500).map(|n| format!("行 {n}")).collect::<Vec<_>>().join("\n");
    let mut harness = desk(&text);
    let byte = text.find("400").expect("the line is there");
    harness.state_mut().jump = Some(Selection::caret(byte));
    harness.run_steps(30);
    harness.state_mut().sent.clear();
    harness.event(Event::Text("x".to_owned()));
    harness.run_steps(2);
    assert!(harness.state().text.contains("行 x400\n"));
    assert!(harness.get_by_label("text").rect().top() < -400.0 * 17.0);
}

fn waves(harness: &Harness<'_, Desk>, colour: Color32) -> usize {
    fn count(shape: &egui::Shape, colour: Color32) -> usize {
        match shape {
            egui::Shape::Vec(shapes) => shapes.iter().map(|shape| count(shape, colour)).sum(),
            egui::Shape::Path(path) if path.stroke.color == egui::epaint::ColorMode::Solid(colour) => 1,
            egui::Shape::Circle(circle) if circle.fill == colour && circle.radius < 1.0 => 1,
            _ => 0,
        }
    }
    harness.output().shapes.iter().map(|clipped| count(&clipped.shape, colour)).sum()
}

#[test]
fn problems_in_view_are_underlined_and_those_out_of_view_cost_nothing() {
    let mut harness = desk(&"锁 锁\n".repeat(400));
    let mark = |start: usize, severity| Mark {
        span: Span::new(start, start + 3),
        severity,
        message: "no such name".to_owned(),
        help: String::new(),
        code: "E0001",
    };
    harness.state_mut().marks = vec![mark(0, Severity::Error), mark(12, Severity::Warning), mark(300 * 8, Severity::Error)];
    harness.state_mut().version += 1;
    harness.run_steps(2);
    assert_eq!(waves(&harness, Color32::RED), 1);
    assert!(waves(&harness, Color32::YELLOW) > 3);
}

#[test]
fn several_lines_are_moved_in_and_out_together() {
    let mut harness = desk("a\n中\nb");
    jump(&mut harness, 0);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::End);
    harness.run_steps(2);
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    assert_eq!(harness.state().text, "    a\n    中\nb");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    harness.run_steps(2);
    assert_eq!(harness.state().text, "a\n中\nb");
}
