//! The window program: its state, the session that alone changes it, the runner that drives engines.
//! [`App::ui`] is the whole window on plain egui; `window` puts it on a screen.

mod checker;
mod files;
mod keeper;
pub mod reading;
mod replacing;
pub mod runner;
pub mod session;
pub mod settings;
mod shown;
pub mod unsaved;
mod verdicts;
mod watcher;
pub mod window;

use std::path::PathBuf;

use egui::{Context, Event, Ui};

use self::session::Session;
use self::settings::Store;
use self::shown::shown;
use crate::lang::Lang;
use crate::ui::command::{Command, PanelKind};
use crate::ui::desk::Desk;
use crate::ui::fonts;
use crate::ui::theme::Shade;

/// The window program.
pub struct App {
    /// What it is about.
    pub session: Session,
    desk: Desk,
    machine_cores: u32,
    /// The style in force: what is drawn, and what the user has chosen.
    styled: Option<(Shade, Option<Shade>)>,
    /// How large everything was drawn last.
    zoom: Option<f32>,
    /// When the layout is to be kept, in seconds, if panels were moved.
    layout_due: Option<f64>,
}

/// How long panels stay where they were put before that is kept, in seconds.
const SETTLED_SECONDS: f64 = 1.0;

/// What can still be read, and still fits a screen.
const ZOOMS: std::ops::RangeInclusive<f32> = 0.4..=4.0;

impl App {
    /// A window on `context` that runs scenarios by the executable `worker`.
    #[must_use]
    pub fn new(context: &Context, worker: PathBuf, store: Store, system: (Lang, Shade)) -> Self {
        context.set_fonts(fonts::definitions());
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let session = Session::new(worker, store, system, context.clone());
        let mut desk = Desk::default();
        if let Some(layout) = session.kept_layout() {
            desk.set_layout(layout);
        }
        let machine_cores = u32::try_from(cores).unwrap_or(u32::MAX);
        if let Some(zoom) = session.settings.zoom.filter(|zoom| ZOOMS.contains(zoom)) {
            context.set_zoom_factor(zoom);
        }
        Self { session, desk, machine_cores, styled: None, zoom: None, layout_due: None }
    }

    /// What time brings; `now` is in seconds. Asks for the next repaint when one is due.
    pub fn logic(&mut self, context: &Context, now: f64) {
        self.session.tick(now);
        let zoom = context.zoom_factor();
        // The first is that of a start, and no choice of the user's.
        if self.zoom.replace(zoom).is_some_and(|before| (before - zoom).abs() > f32::EPSILON) {
            self.session.keep_zoom(zoom);
        }
        if self.desk.moved() {
            self.layout_due = Some(now + SETTLED_SECONDS);
        }
        if self.layout_due.is_some_and(|due| now >= due) {
            self.keep_layout();
        }
        let layout_due = self.layout_due.map(|due| due - now);
        if let Some(seconds) = [self.session.due(), layout_due].into_iter().flatten().min_by(f64::total_cmp) {
            context.request_repaint_after(std::time::Duration::from_secs_f64(seconds));
        }
    }

    /// Draws the window on the whole of `ui`, or one panel of it alone, and does what is asked.
    pub fn ui(&mut self, ui: &mut Ui, alone: Option<PanelKind>) {
        let shade = self.session.shade();
        let style = (shade, self.session.settings.shade);
        if self.styled != Some(style) {
            // Left to the system where the user does: a theme that is set would be what the system says from then on.
            ui.ctx().set_theme(match self.session.settings.shade {
                Some(Shade::Light) => egui::ThemePreference::Light,
                Some(Shade::Dark) => egui::ThemePreference::Dark,
                None => egui::ThemePreference::System,
            });
            for theme in [egui::Theme::Dark, egui::Theme::Light] {
                ui.ctx().set_style_of(theme, shade.style());
            }
            ui.set_style(shade.style());
            self.styled = Some(style);
        }
        for asked in std::mem::take(&mut self.session.arranges) {
            self.desk.arrange(asked);
        }
        let jump = self.session.jump.take();
        let (action, marked) = (self.session.action.take(), self.session.marked.take());
        let Self { session, desk, machine_cores, .. } = self;
        let mut state = shown(session, *machine_cores, (jump, action));
        state.view.marked = marked.as_deref();
        let commands = desk.ui(ui, &state, alone);
        // A field shows what is typed into it, instead of what it says while it is empty, one frame later.
        if ui
            .input(|input| input.events.iter().any(|event| matches!(event, Event::Text(_) | Event::Paste(_) | Event::Key { .. })))
        {
            ui.ctx().request_repaint();
        }
        for command in commands {
            self.session.apply(command);
            ui.ctx().request_repaint();
        }
    }

    /// The window is asked to close: what is being typed counts, and text that is not saved is asked about.
    pub fn close(&mut self) {
        let Self { session, desk, machine_cores, .. } = self;
        for command in desk.typed(&shown(session, *machine_cores, (None, None))) {
            session.apply(command);
        }
        session.apply(Command::Quit);
    }

    /// The window closes: what has not been kept yet is.
    pub fn leave(&mut self) {
        // Here it is waited for: nothing of a run outlives the window.
        drop(self.session.runner.take());
        self.session.finish();
        if self.desk.moved() || self.layout_due.is_some() {
            self.keep_layout();
        }
    }

    fn keep_layout(&mut self) {
        self.layout_due = None;
        self.session.keep_layout(self.desk.layout());
    }

    /// Where a panel was drawn last, if it is in view.
    #[must_use]
    pub fn place(&self, panel: PanelKind) -> Option<egui::Rect> {
        self.desk.place(panel)
    }

    /// Does what is asked, as if a panel had.
    pub fn apply(&mut self, command: Command) {
        self.session.apply(command);
    }
}
