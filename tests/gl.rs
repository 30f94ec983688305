//! The CPU painter beside OpenGL: a real window and the headless host draw one scene, and their pixels differ by 3 of 255 at most.
//! Opens a window, so it has a main of its own and runs only where it is asked for: `.ci/window`, or `cargo test --test gl`.

use coreyard::picture::Headless;
use egui::{ColorImage, Context, Theme};
use std::sync::mpsc::{Sender, channel};

/// How far a channel may be off: GPUs round in their own way.
const MOST_APART: u8 = 3;

/// Passes until everything has its size.
const PASSES: u32 = 8;

/// Text in both scripts, symbols, widgets, plots with a half-transparent fill, a shadow, rounded corners.
fn scene(ui: &mut egui::Ui) {
    egui::CentralPanel::default().show(ui, |ui| {
        ui.heading("Dining philosophers 哲学家进餐 ⏵⏸⏹ ✖⚠");
        ui.horizontal(|ui| [ui.button("Run"), ui.button("Stop")]);
        ui.add(egui::Slider::new(&mut 2.0, 1.0..=4.0).text("cores"));
        ui.monospace("with tally { set done \"done + 1\" } // 注释");
        egui_plot::Plot::new("plot").height(250.0).show(ui, |plot| {
            let wave = |speed: f64| -> Vec<_> { (0..300).map(|at| [f64::from(at), (f64::from(at) * speed).sin()]).collect() };
            plot.line(egui_plot::Line::new("one", wave(0.1)));
            plot.line(egui_plot::Line::new("two", wave(0.07)).fill(0.0));
        });
        egui::Window::new("Locks").fixed_pos([300.0, 60.0]).show(ui.ctx(), |ui| {
            ui.label("fork[0] is held by philosopher-1");
            ui.add(egui::ProgressBar::new(0.6).text("60 %"));
        });
    });
}

fn set_up(context: &Context, theme: Theme) {
    context.set_fonts(coreyard::ui::fonts::definitions());
    context.set_theme(theme);
    context.all_styles_mut(|style| style.animation_time = 0.0);
}

/// A window that takes its own picture and closes.
struct Photographed {
    passes: u32,
    taken: Sender<ColorImage>,
}

impl eframe::App for Photographed {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        scene(ui);
        self.passes += 1;
        let context = ui.ctx().clone();
        context.request_repaint();
        if self.passes == PASSES {
            let taken = self.taken.clone();
            ui.ctx().request_screenshot(move |image| {
                taken.send(image.as_ref().clone()).expect("the picture is awaited");
                context.send_viewport_cmd(egui::ViewportCommand::Close);
            });
        }
    }
}

fn photograph() -> ColorImage {
    let (taken, pictures) = channel();
    let viewport = egui::ViewportBuilder::default().with_inner_size([900.0, 600.0]);
    let options = eframe::NativeOptions { dithering: false, viewport, ..eframe::NativeOptions::default() };
    let create = |creation: &eframe::CreationContext<'_>| {
        set_up(&creation.egui_ctx, Theme::Light);
        Ok(Box::new(Photographed { passes: 0, taken }) as Box<dyn eframe::App>)
    };
    eframe::run_native("Coreyard's painter", options, Box::new(create)).expect("there is a display with OpenGL");
    pictures.try_recv().expect("the window took its picture")
}

fn main() {
    let window = photograph();
    let size = window.size.map(|side| u32::try_from(side).expect("a window's side"));
    let mut host = Headless::new(size, 1.0);
    set_up(host.context(), Theme::Light);
    for _ in 0..PASSES {
        host.pass(scene);
    }
    let painted = host.paint(egui::Color32::BLACK);
    let channels =
        |image: &ColorImage| -> Vec<_> { image.pixels.iter().map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect() };
    let (window, painted) = (channels(&window), channels(&painted));
    let apart = window.as_flattened().iter().zip(painted.as_flattened()).map(|(one, other)| one.abs_diff(*other));
    let most = apart.clone().max().expect("a window has pixels");
    let differing = apart.filter(|apart| *apart > 0).count();
    let colors: std::collections::BTreeSet<_> = painted.iter().collect();
    assert!(colors.len() > 100, "the scene is drawn");
    assert!(most <= MOST_APART, "a channel is {most} of 255 apart");
    println!("painter and OpenGL: {differing} of {} channels differ, by {most} of 255 at most", window.len() * 3);
}
