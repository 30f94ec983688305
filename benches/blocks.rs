//! The blocks panel over a large scenario: a frame while a block is dragged, beside one in which nothing happens.

use crate::peers::nanos_each;
use coreyard::document::Document;
use coreyard::lang::Lang;
use coreyard::picture::Headless;
use coreyard::scenario::{Scenario, read_document};
use coreyard::ui::fonts;
use coreyard::ui::panels::{Panels, View};
use coreyard::ui::theme::Shade;
use coreyard::view::axis::TimeView;
use egui::{Event, Modifiers, PointerButton, Pos2, pos2};

/// The panel over a text, in a window of its own.
pub struct Blocks {
    host: Headless,
    panels: Panels,
    text: String,
    document: Document,
    scenario: Scenario,
    step: u32,
}

impl Blocks {
    /// A scenario of at least so many blocks.
    pub fn new(blocks: u32) -> Self {
        let mut lines = 100;
        let (text, document, scenario) = loop {
            let text = crate::text::scenario(lines);
            let document = Document::new(text.as_str());
            let scenario = read_document(&document, &[]).value;
            if scenario.block_count >= blocks {
                break (text, document, scenario);
            }
            lines *= 2;
        };
        let host = Headless::new([700, 1000], 1.0);
        host.context().set_fonts(fonts::definitions());
        host.context().set_style_of(egui::Theme::Dark, Shade::Dark.style());
        let mut all = Self { host, panels: Panels::default(), text, document, scenario, step: 0 };
        for _ in 0..5 {
            all.frame(Vec::new());
        }
        all
    }

    fn frame(&mut self, events: Vec<Event>) {
        let Self { host, panels, text, document, scenario, .. } = self;
        let theme = Shade::Dark.theme();
        let view = View {
            text,
            document,
            version: 1,
            opened: 1,
            diagnostics: &[],
            is_taskless: false,
            is_stepped: false,
            is_checked: true,
            scenario,
            scenario_text: text,
            scenario_version: 1,
            run: None,
            time: TimeView::default(),
            selected: None,
            jump: None,
            marked: None,
            action: None,
            lang: Lang::En,
        };
        host.pass_with(events, |ui| drop(panels.blocks_ui(ui, &theme, &view)));
    }

    /// Milliseconds for a frame in which nothing happens.
    pub fn still(&mut self, frames: u64) -> f64 {
        nanos_each(frames, || (0..frames).for_each(|_| self.frame(Vec::new()))) / 1e6
    }

    /// Milliseconds for a frame in which a block is dragged over the others.
    pub fn dragged(&mut self, frames: u64) -> f64 {
        let button = |pos: Pos2, pressed: bool| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        let from = pos2(30.0, 80.0);
        self.frame(vec![Event::PointerMoved(from)]);
        self.frame(vec![button(from, true)]);
        let each = nanos_each(frames, || {
            for _ in 0..frames {
                self.step = self.step.wrapping_add(1);
                #[expect(clippy::cast_precision_loss, reason = "a place in a window")]
                let at = pos2(60.0 + (self.step % 90) as f32, 100.0 + (self.step % 800) as f32);
                self.frame(vec![Event::PointerMoved(at)]);
            }
        });
        self.frame(vec![Event::Key {
            key: egui::Key::Escape,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        }]);
        self.frame(vec![button(from, false)]);
        each / 1e6
    }
}
