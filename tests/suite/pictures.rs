//! Pictures without a display: the painter as kittest's renderer, and every character that ships has a glyph.
//! The painter's arithmetic is tested beside it, in `picture`.

use crate::source::{Source, files_below, name, project, read, sources};
use coreyard::picture::{Headless, Painter};
use coreyard::ui::fonts;
use egui::{Color32, FontFamily};
use egui_kittest::{Harness, TestRenderer};
use std::collections::BTreeSet;

/// kittest's pictures, drawn by our painter.
#[derive(Default)]
pub(crate) struct CpuRenderer(Painter);

impl TestRenderer for CpuRenderer {
    fn handle_delta(&mut self, delta: &mut egui::TexturesDelta) {
        self.0.update(delta);
    }

    fn render(&mut self, context: &egui::Context, output: &egui::FullOutput) -> Result<image::RgbaImage, String> {
        let pixels_per_point = context.pixels_per_point();
        let size = context.content_rect().size() * pixels_per_point;
        let pixels = |points: f32| format!("{points:.0}").parse::<u32>().map_err(|error| error.to_string());
        let (width, height) = (pixels(size.x)?, pixels(size.y)?);
        let primitives = context.tessellate(output.shapes.clone(), pixels_per_point);
        let picture = self.0.paint(&primitives, [width as usize, height as usize], pixels_per_point, Color32::TRANSPARENT);
        image::RgbaImage::from_raw(width, height, picture.as_raw().to_vec()).ok_or_else(|| "the size does not fit".to_owned())
    }
}

fn panel(ui: &mut egui::Ui) {
    egui::CentralPanel::default().show(ui, |ui| {
        ui.heading("Dining philosophers");
        ui.horizontal(|ui| [ui.button("Run"), ui.button("Stop")]);
        ui.add(egui::Slider::new(&mut 2.0, 1.0..=4.0).text("cores"));
    });
}

#[test]
fn kittest_and_the_headless_host_see_the_same_pixels() {
    let builder = Harness::builder().with_size(egui::vec2(320.0, 200.0)).with_pixels_per_point(2.0);
    let mut harness = builder.renderer(CpuRenderer::default()).build_ui(panel);
    harness.run();
    let harness_picture = harness.render().expect("the painter draws every mesh");
    let mut host = Headless::new([640, 400], 2.0);
    host.context().set_theme(harness.ctx.theme());
    // kittest draws this frame around what it tests.
    let framed = |ui: &mut egui::Ui| {
        egui::Frame::central_panel(ui.style()).outer_margin(8.0).inner_margin(0.0).show(ui, panel);
    };
    host.settle(10, framed);
    let picture = host.paint(Color32::TRANSPARENT);
    assert_eq!(harness_picture.dimensions(), (640, 400));
    let differing = harness_picture.as_raw().iter().zip(picture.as_raw()).filter(|(one, other)| one != other).count();
    assert_eq!(differing, 0, "bytes that differ");
}

/// The characters of a text that no font of `family` draws.
fn without_glyph(text: &str, family: &FontFamily) -> String {
    let mut host = Headless::new([1, 1], 1.0);
    host.context().set_fonts(fonts::definitions());
    host.pass(|_| {});
    let font = egui::FontId::new(12.0, family.clone());
    let chars: BTreeSet<char> = text.chars().filter(|char| !char.is_control()).collect();
    host.context().fonts_mut(|fonts| chars.into_iter().filter(|&char| !fonts.has_glyph(&font, char)).collect())
}

#[test]
fn every_character_that_ships_has_a_glyph() {
    let mut scenarios = Vec::new();
    files_below(&project().join("scenarios"), &mut scenarios);
    let scenarios = scenarios.iter().map(|path| (name(path), read(path)));
    let texts = sources().into_iter().filter(|source| source.path.starts_with("src/")).map(|source| {
        let literals = source.literals();
        (source.path, literals)
    });
    for (path, text) in scenarios.chain(texts) {
        for family in [FontFamily::Proportional, FontFamily::Monospace] {
            let missing = without_glyph(&text, &family);
            assert!(missing.is_empty(), "{path}: no {family} glyph for {missing:?}");
        }
    }
}

#[test]
fn a_character_without_glyph_is_found() {
    let source = Source::new(
        "src/a.rs",
        "/* \u{13000} */ const A: &str = \"运行 ▶ \u{13001}\";\n#[cfg(test)]\nmod tests { \"\u{13002}\" }",
    );
    assert_eq!(without_glyph(&source.literals(), &FontFamily::Monospace), "\u{13001}");
}
