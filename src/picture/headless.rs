//! A host for egui without a window: runs passes of a closure on a context of its own and hands out the picture.
//! Its time is counted, not measured: each pass is a sixtieth of a second after the one before.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a picture's sides fit in 15 bits"
)]

use super::{MAX_SIDE, Painter};
use egui::{Color32, ColorImage, Context, FullOutput, Pos2, RawInput, Rect, ViewportId};

/// The time from one pass to the next.
const PASS_SECONDS: f64 = 1.0 / 60.0;

/// egui, a painter and a counted clock.
pub struct Headless {
    context: Context,
    painter: Painter,
    size: [u32; 2],
    pixels_per_point: f32,
    passes: u32,
    output: Option<FullOutput>,
}

impl std::fmt::Debug for Headless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Headless").field("size", &self.size).field("passes", &self.passes).finish_non_exhaustive()
    }
}

impl Headless {
    /// A host for pictures of `size` pixels; each side is at least 1 and at most [`MAX_SIDE`].
    pub fn new(size: [u32; 2], pixels_per_point: f32) -> Self {
        let size = size.map(|side| side.clamp(1, MAX_SIDE));
        let context = Context::default();
        Self { context, painter: Painter::default(), size, pixels_per_point, passes: 0, output: None }
    }

    /// egui's context: for fonts, style and whatever else is set up before the first pass.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Runs one pass of `ui` on the whole area. Tells whether egui wants another at once: something moves, or was sized just now.
    pub fn pass(&mut self, ui: impl FnMut(&mut egui::Ui)) -> bool {
        self.pass_with(Vec::new(), ui)
    }

    /// Runs one pass of `ui`, which sees `events`.
    pub fn pass_with(&mut self, events: Vec<egui::Event>, ui: impl FnMut(&mut egui::Ui)) -> bool {
        let input = self.input(events);
        let mut output = self.context.run_ui(input, ui);
        self.passes += 1;
        self.painter.update(&mut output.textures_delta);
        let root = output.viewport_output.get(&ViewportId::ROOT);
        let unsettled = root.is_some_and(|root| root.repaint_delay.is_zero());
        self.output = Some(output);
        unsettled
    }

    /// Runs passes until egui wants no more of them, at most `limit`.
    pub fn settle(&mut self, limit: u32, mut ui: impl FnMut(&mut egui::Ui)) {
        for _ in 0..limit {
            if !self.pass(&mut ui) {
                break;
            }
        }
    }

    /// The picture of the last pass; the background alone before the first one.
    pub fn paint(&self, background: Color32) -> ColorImage {
        let size = self.size.map(|side| side as usize);
        let tessellate = |output: &FullOutput| self.context.tessellate(output.shapes.clone(), self.pixels_per_point);
        let primitives = self.output.as_ref().map(tessellate).unwrap_or_default();
        self.painter.paint(&primitives, size, self.pixels_per_point, background)
    }

    /// The part of a picture that shows `area` (in points); all of it where they do not meet.
    pub fn crop(&self, image: &ColorImage, area: Rect) -> ColorImage {
        let [width, height] = image.size;
        let pixel = |at: f32, limit: usize| ((at * self.pixels_per_point).round().max(0.0) as usize).min(limit);
        let (left, right) = (pixel(area.min.x, width), pixel(area.max.x, width));
        let (top, bottom) = (pixel(area.min.y, height), pixel(area.max.y, height));
        if left >= right || top >= bottom {
            return image.clone();
        }
        image.region_by_pixels([left, top], [right - left, bottom - top])
    }

    fn input(&self, events: Vec<egui::Event>) -> RawInput {
        let [width, height] = self.size.map(|side| side as f32 / self.pixels_per_point);
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, egui::vec2(width, height))),
            max_texture_side: Some(MAX_SIDE as usize / 2),
            time: Some(f64::from(self.passes) * PASS_SECONDS),
            predicted_dt: PASS_SECONDS as f32,
            focused: true,
            events,
            ..RawInput::default()
        };
        if let Some(root) = input.viewports.get_mut(&ViewportId::ROOT) {
            root.native_pixels_per_point = Some(self.pixels_per_point);
            root.inner_rect = input.screen_rect;
            root.focused = Some(true);
        }
        input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(ui: &mut egui::Ui) {
        egui::CentralPanel::default().show(ui, |ui| {
            ui.heading("Two philosophers");
            ui.add(egui::ProgressBar::new(0.4).text("40 %"));
            drop(ui.button("Run"));
        });
    }

    fn picture(pixels_per_point: f32) -> ColorImage {
        let mut host = Headless::new([200, 120], pixels_per_point);
        host.settle(8, hello);
        host.paint(Color32::BLACK)
    }

    #[test]
    fn the_same_passes_give_the_same_bytes() {
        assert_eq!(picture(1.0), picture(1.0));
        assert_ne!(picture(1.0), picture(2.0));
    }

    #[test]
    fn a_picture_shows_its_panel_and_text() {
        let image = picture(1.0);
        let panel = egui::Visuals::dark().panel_fill;
        assert_eq!(image.size, [200, 120]);
        assert_eq!(image[(199, 119)], panel);
        let bright = image.pixels.iter().filter(|pixel| pixel.g() > 120).count();
        assert!((200..4_000).contains(&bright), "{bright} pixels of text");
        assert!(image.pixels.iter().all(Color32::is_opaque), "the panel covers the window");
    }

    #[test]
    fn a_click_reaches_the_button() {
        let mut host = Headless::new([100, 40], 1.0);
        let (mut clicks, at) = (0, egui::pos2(10.0, 10.0));
        let press = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        for events in [vec![], vec![egui::Event::PointerMoved(at)], vec![press(true)], vec![press(false)], vec![]] {
            host.pass_with(events, |ui| clicks += u32::from(ui.button("Run").clicked()));
        }
        assert_eq!(clicks, 1);
    }

    #[test]
    fn a_crop_is_the_part_asked_for() {
        let host = Headless::new([4, 2], 2.0);
        let image = host.paint(Color32::WHITE);
        let part = |x: f32, width: f32| host.crop(&image, Rect::from_min_size(egui::pos2(x, 0.0), egui::vec2(width, 1.0))).size;
        assert_eq!(part(0.5, 1.0), [2, 2]);
        assert_eq!(part(1.5, 9.0), [1, 2]);
        assert_eq!(part(9.0, 1.0), [4, 2]);
    }
}
