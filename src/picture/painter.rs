//! egui's meshes and textures onto a picture. Keeps the textures between passes; does not run egui.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "clip rectangles are clamped to the picture, whose sides fit in 15 bits"
)]

use super::raster::{Canvas, Clip, Corner};
use super::texture::Texture;
use egui::epaint::{ClippedPrimitive, Mesh, Primitive, textures::TexturesDelta};
use egui::{Color32, ColorImage, Rect, TextureId};
use std::collections::BTreeMap;

/// Draws what egui tessellated, as its GPU painters do.
#[derive(Debug, Default)]
pub struct Painter {
    textures: BTreeMap<TextureId, Texture>,
    /// Freed by the last pass, which may still be painted.
    leaving: Vec<TextureId>,
}

impl Painter {
    /// Takes over the texture changes of a pass, in the order of the passes and before that pass is painted.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for id in self.leaving.drain(..) {
            self.textures.remove(&id);
        }
        let changes: BTreeMap<_, _> = delta.set.drain().collect();
        for (id, images) in changes {
            for image in &images {
                match (image.pos, self.textures.get_mut(&id)) {
                    (None, _) => drop(self.textures.insert(id, Texture::new(image))),
                    (Some(corner), Some(texture)) => texture.patch(corner, image),
                    (Some(_), None) => {}
                }
            }
        }
        self.leaving.extend(delta.free.drain());
    }

    /// A picture of `size` pixels of what was tessellated at `pixels_per_point`.
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        size: [usize; 2],
        pixels_per_point: f32,
        background: Color32,
    ) -> ColorImage {
        let mut canvas = Canvas::new(size, background.to_array());
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            if let Primitive::Mesh(mesh) = primitive {
                self.mesh(&mut canvas, mesh, clip(*clip_rect, pixels_per_point, size), pixels_per_point);
            }
        }
        ColorImage::from_rgba_premultiplied(size, canvas.pixels.as_flattened())
    }

    fn mesh(&self, canvas: &mut Canvas, mesh: &Mesh, clip: Clip, pixels_per_point: f32) {
        let Some(texture) = self.textures.get(&mesh.texture_id) else { return };
        let corner = |index: u32| {
            let vertex = mesh.vertices.get(index as usize)?;
            Some(Corner {
                position: [vertex.pos.x * pixels_per_point, vertex.pos.y * pixels_per_point],
                texture: [vertex.uv.x, vertex.uv.y],
                color: vertex.color.to_array().map(f32::from),
            })
        };
        for [a, b, c] in mesh.triangles() {
            if let (Some(a), Some(b), Some(c)) = (corner(a), corner(b), corner(c)) {
                canvas.triangle([a, b, c], texture, clip);
            }
        }
    }
}

/// A clip rectangle in whole pixels, rounded as egui's painters do.
fn clip(rect: Rect, pixels_per_point: f32, [width, height]: [usize; 2]) -> Clip {
    let pixel = |at: f32, limit: usize| ((at * pixels_per_point).round() as i64).clamp(0, limit as i64);
    Clip {
        left: pixel(rect.min.x, width),
        top: pixel(rect.min.y, height),
        right: pixel(rect.max.x, width),
        bottom: pixel(rect.max.y, height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::epaint::{ImageDelta, Vertex, WHITE_UV};
    use egui::{Pos2, TextureOptions, pos2};

    const WHITE: TextureId = TextureId::Managed(0);

    fn painter() -> Painter {
        let mut painter = Painter::default();
        let mut delta = TexturesDelta::default();
        delta.push(WHITE, ImageDelta::full(ColorImage::filled([1, 1], Color32::WHITE), TextureOptions::LINEAR));
        painter.update(&mut delta);
        painter
    }

    fn mesh(corners: &[(f32, f32, Color32)]) -> Mesh {
        let vertices: Vec<_> = corners.iter().map(|&(x, y, color)| Vertex { pos: pos2(x, y), uv: WHITE_UV, color }).collect();
        Mesh { indices: (0..).take(vertices.len()).collect(), vertices, texture_id: WHITE }
    }

    fn shown(mesh: Mesh) -> ClippedPrimitive {
        ClippedPrimitive { clip_rect: Rect::EVERYTHING, primitive: Primitive::Mesh(mesh) }
    }

    /// The red channel, one line a row.
    fn reds(image: &ColorImage) -> Vec<Vec<u8>> {
        image.pixels.chunks(image.width()).map(|row| row.iter().map(Color32::r).collect()).collect()
    }

    fn paint(primitives: &[ClippedPrimitive], size: [usize; 2]) -> Vec<Vec<u8>> {
        reds(&painter().paint(primitives, size, 1.0, Color32::BLACK))
    }

    #[test]
    fn a_triangle_covers_the_centres_it_holds() {
        let triangle = mesh(&[(0.0, 0.0, Color32::WHITE), (4.0, 0.0, Color32::WHITE), (0.0, 4.0, Color32::WHITE)]);
        let rows = paint(&[shown(triangle)], [4, 4]);
        assert_eq!(rows, [[255, 255, 255, 0], [255, 255, 0, 0], [255, 0, 0, 0], [0, 0, 0, 0]]);
    }

    #[test]
    fn triangles_that_share_a_side_cover_each_pixel_once() {
        let half = Color32::WHITE.gamma_multiply(0.5);
        let (width, height) = (7.3, 5.1);
        for middle in [pos2(3.5, 2.5), pos2(0.5, 0.5), pos2(3.25, 2.75), pos2(6.0, 1.0)] {
            let corners = [pos2(0.0, 0.0), pos2(width, 0.0), pos2(width, height), pos2(0.0, height)];
            let fan = |index: usize| [corners[index], corners[(index + 1) % 4], middle];
            let points: Vec<Pos2> = (0..4).flat_map(fan).collect();
            let points: Vec<_> = points.into_iter().map(|at| (at.x, at.y, half)).collect();
            for row in paint(&[shown(mesh(&points))], [7, 5]) {
                assert_eq!(row, [128; 7], "the fan around {middle} overlaps or leaves a gap");
            }
        }
    }

    #[test]
    fn corners_in_either_direction_draw_the_same() {
        let corners = [(0.3, 0.2, Color32::WHITE), (5.7, 1.1, Color32::RED), (2.2, 4.9, Color32::BLUE)];
        let [a, b, c] = corners;
        assert_eq!(paint(&[shown(mesh(&corners))], [6, 6]), paint(&[shown(mesh(&[a, c, b]))], [6, 6]));
    }

    #[test]
    fn colours_run_linearly_between_corners() {
        let (dark, light) = (Color32::BLACK, Color32::WHITE);
        let strip =
            [(0.0, 0.0, dark), (5.0, 0.0, light), (5.0, 1.0, light), (0.0, 0.0, dark), (5.0, 1.0, light), (0.0, 1.0, dark)];
        assert_eq!(paint(&[shown(mesh(&strip))], [5, 1]), [[26, 77, 128, 179, 230]]);
    }

    #[test]
    fn colours_are_premultiplied_and_blend_over() {
        let cover = |color| mesh(&[(0.0, 0.0, color), (4.0, 0.0, color), (0.0, 4.0, color)]);
        let [shade, light] = [Color32::BLACK.gamma_multiply(0.5), Color32::WHITE.additive().gamma_multiply(0.25)];
        let first = |meshes: Vec<Mesh>| paint(&meshes.into_iter().map(shown).collect::<Vec<_>>(), [1, 1])[0][0];
        assert_eq!(first(vec![cover(Color32::WHITE)]), 255);
        assert_eq!(first(vec![cover(Color32::WHITE), cover(shade)]), 127);
        assert_eq!(first(vec![cover(light), cover(light)]), 128);
        assert_eq!(first(vec![cover(Color32::WHITE), cover(Color32::TRANSPARENT)]), 255);
    }

    #[test]
    fn nothing_is_drawn_outside_the_clip_rectangle() {
        let everywhere = mesh(&[(-9e9, -9e9, Color32::WHITE), (9e9, -9e9, Color32::WHITE), (0.0, 9e9, Color32::WHITE)]);
        let clip_rect = Rect::from_min_max(pos2(0.6, 1.0), pos2(2.4, f32::INFINITY));
        let rows = paint(&[ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(everywhere) }], [3, 3]);
        assert_eq!(rows, [[0, 0, 0], [0, 255, 0], [0, 255, 0]]);
    }

    #[test]
    fn a_broken_mesh_draws_nothing_and_does_not_panic() {
        let mut broken =
            mesh(&[(f32::NAN, 0.0, Color32::WHITE), (4.0, 0.0, Color32::WHITE), (0.0, f32::INFINITY, Color32::WHITE)]);
        broken.indices.extend([0, 1, 99]);
        let strange = Mesh { texture_id: TextureId::User(7), ..mesh(&[(0.0, 0.0, Color32::WHITE); 3]) };
        assert_eq!(paint(&[shown(broken), shown(strange)], [2, 1]), [[0, 0]]);
    }

    #[test]
    fn a_freed_texture_lasts_until_the_next_pass() {
        let mut painter = painter();
        let triangle = [shown(mesh(&[(0.0, 0.0, Color32::WHITE), (4.0, 0.0, Color32::WHITE), (0.0, 4.0, Color32::WHITE)]))];
        let red = |painter: &Painter| painter.paint(&triangle, [1, 1], 1.0, Color32::BLACK).pixels[0].r();
        let mut delta = TexturesDelta::default();
        delta.free(WHITE);
        painter.update(&mut delta);
        assert_eq!(red(&painter), 255);
        painter.update(&mut TexturesDelta::default());
        assert_eq!(red(&painter), 0);
    }
}
