//! The whole window's code without a screen: its first frame and a frame of a run under way, with every panel in view.
//! CPU time of layout and tessellation; what OpenGL does with the meshes is not in it.

use std::hint::black_box;
use std::path::PathBuf;

use coreyard::app::App;
use coreyard::app::settings::Store;
use coreyard::lang::Lang;
use coreyard::ui::command::{Command, EngineChoice};
use coreyard::ui::theme::Shade;
use egui::{Context, Pos2, RawInput, Rect, vec2};

use crate::peers::nanos_each;

/// Polls of a run that ends long before.
const MOST_POLLS: usize = 1_000_000;

/// One pass of `ui` on a window of the usual size, down to its triangles.
fn frame(context: &Context, ui: impl FnMut(&mut egui::Ui)) {
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1440.0, 900.0)));
    let output = context.run_ui(RawInput { screen_rect, ..RawInput::default() }, ui);
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
