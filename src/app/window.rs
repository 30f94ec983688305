//! The window on a screen, by eframe: opened, closed, fed with dropped files, photographed.
#![expect(clippy::disallowed_methods, reason = "the shell looks at the environment for a display")]

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam::channel::{Receiver, Sender, unbounded};
use eframe::{CreationContext, Frame, NativeOptions};
use egui::{ColorImage, Context, Rect, Ui, ViewportBuilder, ViewportCommand};

use super::App;
use super::settings::{Store, WindowSize};
use crate::lang::Lang;
use crate::ui::command::Command;
use crate::ui::theme::Shade;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
#[error("no window can be opened here: {0}")]
pub struct NoWindow(pub String);

/// A picture of a part of the window, on its way to a file.
type Taken = (PathBuf, Arc<ColorImage>, Option<Rect>);

/// The window's size before the user has chosen another.
const FIRST_SIZE: [f32; 2] = [1440.0, 900.0];
/// A size kept that is beyond these was not one.
const LEAST_SIDE: f32 = 400.0;
const MOST_SIDE: f32 = 16_000.0;

struct Window {
    app: App,
    had_focus: bool,
    size: Option<WindowSize>,
    title: String,
    taken: (Sender<Taken>, Receiver<Taken>),
}

impl Window {
    /// Light or dark as the system is now, where the user leaves it to the system.
    fn follow_system(&mut self, context: &Context) {
        if let Some(shade) = context.system_theme().map(shade_of) {
            self.app.session.system.1 = shade;
        }
    }

    /// Notes the size, to be kept when the window closes. One that is maximized keeps the size it had before.
    fn remember_size(&mut self, context: &Context) {
        let (rect, maximized) = context.input(|input| {
            let viewport = input.viewport();
            (viewport.inner_rect, viewport.maximized.or(viewport.fullscreen).unwrap_or(false))
        });
        let before = self.size.or(self.app.session.settings.window);
        let inner = if maximized { before.map(|size| size.inner) } else { rect.map(|rect| rect.size().into()) };
        self.size = inner.map(|inner| WindowSize { inner, maximized }).or(self.size);
    }

    /// Asks for the picture the session wants, and hands over those that have been taken.
    fn pictures(&mut self, context: &Context) {
        if let Some((panel, path)) = self.app.session.picture.take() {
            let part = panel.and_then(|panel| self.app.place(panel));
            let (send, wake) = (self.taken.0.clone(), context.clone());
            context.request_screenshot(move |image| {
                // Nobody waits any more when the window has closed meanwhile.
                drop(send.send((path, image, part)));
                wake.request_repaint();
            });
        }
        while let Ok((path, image, part)) = self.taken.1.try_recv() {
            let image = part.map_or_else(|| (*image).clone(), |part| image.region(&part, Some(context.pixels_per_point())));
            self.app.session.picture_taken(&path, &image);
        }
    }
}

/// Opens the window and returns when it is closed. `open` is a file or the name of a built-in scenario.
///
/// # Errors
/// When there is no display, or none that can draw.
pub fn open(worker: PathBuf, open: Option<PathBuf>) -> Result<(), NoWindow> {
    let store = Store::of_user();
    let size = store.settings().window.unwrap_or(WindowSize { inner: FIRST_SIZE, maximized: false });
    let viewport = ViewportBuilder::default()
        .with_title("Coreyard")
        .with_app_id("coreyard")
        .with_inner_size(size.inner.map(|side| side.clamp(LEAST_SIDE, MOST_SIDE)))
        .with_maximized(size.maximized)
        .with_min_inner_size([900.0, 600.0])
        .with_drag_and_drop(true);
    let mut options = NativeOptions { viewport, ..NativeOptions::default() };
    prefer_what_answers(&mut options);
    let create = move |creation: &CreationContext<'_>| {
        let lang = Lang::from_tag(&sys_locale::get_locale().unwrap_or_default());
        let shade = creation.egui_ctx.system_theme().map_or(Shade::Dark, shade_of);
        let mut app = App::new(&creation.egui_ctx, worker, store, (lang, shade));
        app.session.keep_on_panic();
        match open {
            Some(path) => app.session.open_path(path),
            None => app.session.greet(),
        }
        Ok(Box::new(Window { app, had_focus: true, size: None, title: String::new(), taken: unbounded() })
            as Box<dyn eframe::App>)
    };
    eframe::run_native("Coreyard", options, Box::new(create))
        .map_err(|error| NoWindow(without_place(&error.to_string()).to_owned()))
}

/// Where in its own source a library noticed something, which winit's errors tell first, is nothing to a user.
fn without_place(words: &str) -> &str {
    let place = words.find(".rs:").map(|at| &words[at..]);
    place.and_then(|place| place.split_once(": ")).map_or(words, |(_, words)| words)
}

const fn shade_of(theme: egui::Theme) -> Shade {
    match theme {
        egui::Theme::Light => Shade::Light,
        egui::Theme::Dark => Shade::Dark,
    }
}

/// A `WAYLAND_DISPLAY` that nobody answers at fails even where X11 would do: then X11 it is.
#[cfg(target_os = "linux")]
fn prefer_what_answers(options: &mut NativeOptions) {
    use winit::platform::x11::EventLoopBuilderExtX11 as _;
    let Some(display) = std::env::var_os("WAYLAND_DISPLAY") else { return };
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
    let answers = std::os::unix::net::UnixStream::connect(folder.join(display)).is_ok();
    if !answers && std::env::var_os("DISPLAY").is_some() {
        options.event_loop_builder = Some(Box::new(|builder| {
            builder.with_x11();
        }));
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_what_answers(_options: &mut NativeOptions) {}

impl eframe::App for Window {
    fn logic(&mut self, context: &Context, _frame: &mut Frame) {
        let (now, focused, closes, dropped) = context.input(|input| {
            let dropped = input.raw.dropped_files.first().map(|file| file.path().to_owned());
            (input.time, input.focused, input.viewport().close_requested(), dropped)
        });
        if focused && !self.had_focus {
            self.app.session.look_at_disk();
        }
        self.had_focus = focused;
        self.follow_system(context);
        if let Some(path) = dropped {
            self.app.apply(Command::OpenPath(path));
        }
        if closes && !self.app.session.quits {
            self.app.close();
            if !self.app.session.quits {
                context.send_viewport_cmd(ViewportCommand::CancelClose);
            }
        }
        self.app.logic(context, now);
        self.remember_size(context);
    }

    fn on_exit(&mut self, _context: Option<&eframe::glow::Context>) {
        self.app.leave();
        if let Some(size) = self.size {
            self.app.session.keep_window(size);
        }
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        self.app.ui(ui, None);
        self.app.session.open_dialog(Some(frame));
        let context = ui.ctx().clone();
        self.pictures(&context);
        let title = if self.app.session.is_dirty() { "● " } else { "" };
        let title = format!("{title}{} – Coreyard", self.app.session.name());
        // What the window says its title is cannot be asked everywhere, and each command is a frame of its own.
        if self.title != title {
            self.title.clone_from(&title);
            context.send_viewport_cmd(ViewportCommand::Title(title));
        }
        if self.app.session.quits {
            context.send_viewport_cmd(ViewportCommand::Close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_place;

    #[test]
    fn where_a_library_noticed_a_failure_is_not_told() {
        assert_eq!(without_place("winit EventLoopError: os error at /a/b/mod.rs:765: no DISPLAY: none"), "no DISPLAY: none");
        assert_eq!(without_place("no GL: none"), "no GL: none");
    }
}
