//! The whole window's code without a screen: its first frame and a frame of a run under way, with every panel in view.
//! CPU time of layout and tessellation; what OpenGL does with the meshes is not in it.

use std::hint::black_box;
use std::path::PathBuf;

use coreyard::app::App;
use coreyard::app::settings::Store;
use coreyard::diagnostic::Span;
use coreyard::document::edit::{Change, Edit, Label};
use coreyard::lang::{Lang, Words};
use coreyard::ui::command::{Command, EngineChoice};
use coreyard::ui::panels::Asked;
use coreyard::ui::theme::Shade;
use egui::{Context, Event, Pos2, RawInput, Rect, vec2};

use crate::peers::nanos_each;

/// Polls of a run that ends long before.
const MOST_POLLS: usize = 1_000_000;

/// One pass of `ui` on a window of the usual size, down to its triangles.
fn frame(context: &Context, ui: impl FnMut(&mut egui::Ui)) {
    frame_with(context, Vec::new(), ui);
}

/// The same with something done to it.
fn frame_with(context: &Context, events: Vec<Event>, ui: impl FnMut(&mut egui::Ui)) {
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1440.0, 900.0)));
    let output = context.run_ui(RawInput { screen_rect, events, ..RawInput::default() }, ui);
    black_box(context.tessellate(output.shapes, output.pixels_per_point));
}

fn app(context: &Context) -> App {
    App::new(context, PathBuf::new(), Store::none(), (Lang::En, Shade::Dark))
}

/// Milliseconds from nothing to the window's first frame.
pub fn first_frame() -> f64 {
    let first = || {
        let context = Context::default();
        let mut app = app(&context);
        frame(&context, |ui| app.ui(ui, None));
    };
    nanos_each(1, first) / 1e6
}

/// Milliseconds from nothing to a first frame that says one word.
pub fn first_label() -> f64 {
    let first = || {
        let context = Context::default();
        frame(&context, |ui| drop(ui.label("Run")));
    };
    nanos_each(1, first) / 1e6
}

/// Milliseconds of a frame in which everything about a run has changed.
pub fn live_frame(rounds: u64) -> f64 {
    let context = Context::default();
    let mut app = app(&context);
    app.apply(Command::OpenBuiltIn("producer-consumer"));
    app.apply(Command::Engine(EngineChoice::Stepper));
    app.apply(Command::Run);
    let polls = (0..MOST_POLLS).take_while(|_| {
        app.session.tick(0.0);
        app.session.is_running()
    });
    assert!(polls.count() < MOST_POLLS, "the run ends");
    for _ in 0..10 {
        frame(&context, |ui| app.ui(ui, None));
    }
    let frames = || {
        for _ in 0..rounds {
            app.session.runner.as_mut().expect("there was a run").version += 1;
            frame(&context, |ui| app.ui(ui, None));
        }
    };
    nanos_each(rounds, frames) / 1e6
}

/// Milliseconds of a frame that says one word.
pub fn label_frame(rounds: u64) -> f64 {
    let context = Context::default();
    let frames = || (0..rounds).for_each(|_| frame(&context, |ui| drop(ui.label("Run"))));
    nanos_each(rounds, frames) / 1e6
}

/// The window on a text of so many lines, the caret in its middle.
fn on_text(context: &Context, lines: usize) -> App {
    let mut app = app(context);
    let text = crate::text::scenario(lines);
    app.session.show("bench", text, None);
    let middle = app.session.document.text().len() / 2;
    let middle = app.session.document.text()[middle..].find("done + 1").map_or(middle, |at| middle + at + "done + 1".len());
    app.apply(Command::Panel(Asked::Jump(middle)));
    // Long texts are checked aside: until that is done.
    for _ in 0..MOST_POLLS {
        app.session.tick(0.0);
        frame(context, |ui| app.ui(ui, None));
        if app.session.is_checked() {
            break;
        }
    }
    for _ in 0..5 {
        frame(context, |ui| app.ui(ui, None));
    }
    app
}

/// Milliseconds from a key pressed in a text of so many lines until its character is drawn: the frame that takes it and the next.
pub fn keystroke(lines: usize, rounds: u64) -> f64 {
    let context = Context::default();
    let mut app = on_text(&context, lines);
    let before = app.session.version;
    let keys = || {
        for _ in 0..rounds {
            frame_with(&context, vec![Event::Text("1".to_owned())], |ui| app.ui(ui, None));
            app.session.tick(0.0);
            frame(&context, |ui| app.ui(ui, None));
        }
    };
    let each = nanos_each(rounds, keys) / 1e6;
    assert_eq!(app.session.version - before, rounds, "each key is a change");
    each
}

/// Milliseconds from a change of the text among so many blocks until text and blocks show it.
pub fn edit(blocks: usize, rounds: u64) -> f64 {
    let context = Context::default();
    // The text has blank lines and comments, too.
    let mut app = on_text(&context, 2 * blocks);
    assert!(app.session.good.scenario().block_count as usize >= blocks, "the text has blocks enough");
    let at = app.session.document.text().find("compute us=1").expect("the bench's text computes") + "compute us=".len();
    let edits = || {
        for round in 0..rounds {
            let digit = if round % 2 == 0 { "2" } else { "1" };
            let edit = Edit::new(Span::new(at, at + 1), digit);
            let change = Change::new(Label::new(Words { en: "Set", zh: "设置" }, ""), vec![edit]);
            app.apply(Command::Panel(Asked::Change(change)));
            while app.session.good.version != app.session.version {
                app.session.tick(0.0);
                frame(&context, |ui| app.ui(ui, None));
            }
            frame(&context, |ui| app.ui(ui, None));
        }
    };
    nanos_each(rounds, edits) / 1e6
}

/// Milliseconds of two frames over a text of so many lines.
pub fn still(lines: usize, rounds: u64) -> f64 {
    let context = Context::default();
    let mut app = on_text(&context, lines);
    let frames = || {
        for _ in 0..2 * rounds {
            frame(&context, |ui| app.ui(ui, None));
        }
    };
    nanos_each(rounds, frames) / 1e6
}
