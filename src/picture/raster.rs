//! Triangles onto pixels: which pixels a triangle covers, and what colour each gets. Knows no mesh and no texture table.
//!
//! Coverage follows the rule of GPUs: corners snap to 1/256 of a pixel, a pixel belongs to the triangle that holds its centre, and a
//! centre on an edge belongs to the triangle of which the edge is a left or a bottom one (OpenGL's windows; others take the top one).
//! So neighbours never overlap and leave no gap.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "pixel arithmetic: positions are bounded by FAR, colours by 255; what is compared was copied, not computed"
)]

use super::texture::{Rgba, Texture};
use egui::TextureFilter;

/// Sub-pixel steps per pixel: the 8 bits that GPUs keep.
const STEPS: i64 = 256;

/// Corners further away than this (in pixels) are drawn here: an edge function then stays below 2^62.
const FAR: f32 = 1_048_576.0;

/// The picture while it is drawn.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<[u8; 4]>,
}

/// The pixels that may be drawn on: from `left` and `top` up to, not including, `right` and `bottom`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clip {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) right: i64,
    pub(super) bottom: i64,
}

/// A corner of a triangle, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) position: [f32; 2],
    pub(super) texture: [f32; 2],
    pub(super) color: Rgba,
}

/// The side opposite a corner: zero on it, positive inside; linear in x and y.
#[derive(Debug, Clone, Copy)]
struct Side {
    at_origin: i64,
    per_x: i64,
    per_y: i64,
    /// Whether a centre on the side belongs to the triangle.
    owns_ties: bool,
}

impl Side {
    fn new([from_x, from_y]: [i64; 2], [to_x, to_y]: [i64; 2]) -> Self {
        let (dx, dy) = (to_x - from_x, to_y - from_y);
        let half = STEPS / 2;
        Self {
            at_origin: dx * (half - from_y) - dy * (half - from_x),
            per_x: -dy * STEPS,
            per_y: dx * STEPS,
            owns_ties: dy < 0 || (dy == 0 && dx < 0),
        }
    }

    /// Narrows `first..end`, the pixels of row `y`, to those on the inner side.
    fn narrow(&self, y: i64, first: &mut i64, end: &mut i64) {
        let least = i64::from(!self.owns_ties);
        let at_row = self.at_origin + self.per_y * y - least;
        match self.per_x {
            0 if at_row >= 0 => {}
            0 => *end = *first,
            slope if slope > 0 => *first = (*first).max(-at_row.div_euclid(slope)),
            slope => *end = (*end).min(at_row.div_euclid(-slope) + 1),
        }
    }

    fn at(&self, x: i64, y: i64) -> i64 {
        self.at_origin + self.per_x * x + self.per_y * y
    }
}

impl Canvas {
    /// A canvas of one colour.
    pub(super) fn new([width, height]: [usize; 2], background: [u8; 4]) -> Self {
        Self { width, height, pixels: vec![background; width * height] }
    }

    /// Draws a triangle, whichever way round its corners go.
    pub(super) fn triangle(&mut self, mut corners: [Corner; 3], texture: &Texture, clip: Clip) {
        if corners.iter().any(|corner| corner.position.iter().any(|at| !at.is_finite())) {
            return;
        }
        let mut points = corners.map(|corner| corner.position.map(snap));
        let mut area = Side::new(points[0], points[1]).at_point(points[2]);
        if area < 0 {
            points.swap(1, 2);
            corners.swap(1, 2);
            area = -area;
        }
        if area == 0 {
            return;
        }
        let [a, b, c] = points;
        let sides = [Side::new(b, c), Side::new(c, a), Side::new(a, b)];
        let rows = points.map(|[_, y]| y.div_euclid(STEPS));
        let columns = points.map(|[x, _]| x.div_euclid(STEPS));
        let first_row = rows.into_iter().fold(i64::MAX, i64::min).max(clip.top).max(0);
        let end_row = (rows.into_iter().fold(i64::MIN, i64::max) + 1).min(clip.bottom).min(self.height as i64);
        let left = columns.into_iter().fold(i64::MAX, i64::min).max(clip.left).max(0);
        let right = (columns.into_iter().fold(i64::MIN, i64::max) + 1).min(clip.right).min(self.width as i64);
        let shade = Shade::new(&corners, texture, area);
        for y in first_row..end_row {
            let (mut first, mut end) = (left, right);
            for side in &sides {
                side.narrow(y, &mut first, &mut end);
            }
            if first < end {
                let row = y as usize * self.width;
                let span = &mut self.pixels[row + first as usize..row + end as usize];
                shade.span(span, &sides, first, y);
            }
        }
    }
}

impl Side {
    /// Twice the area of the triangle over this side, in sub-pixel steps; negative when `point` lies outside.
    fn at_point(&self, [x, y]: [i64; 2]) -> i64 {
        let half = STEPS / 2;
        self.at_origin + self.per_x / STEPS * (x - half) + self.per_y / STEPS * (y - half)
    }
}

/// What colours the pixels of one triangle.
struct Shade<'a> {
    corners: &'a [Corner; 3],
    texture: &'a Texture,
    filter: TextureFilter,
    /// One over twice the triangle's area: side values times this are barycentric weights.
    per_area: f32,
    /// The colour of every pixel, where it is one.
    flat: Option<Rgba>,
    /// The colour of every corner, where only the texture varies.
    tint: Option<Rgba>,
}

impl<'a> Shade<'a> {
    fn new(corners: &'a [Corner; 3], texture: &'a Texture, area: i64) -> Self {
        let [a, b, c] = corners;
        let one_color = a.color == b.color && b.color == c.color;
        let one_texel = a.texture == b.texture && b.texture == c.texture;
        let filter = texture.filter(texels_per_pixel(corners, texture.size()));
        let tint = one_color.then_some(a.color);
        let flat = (one_color && one_texel).then(|| multiply(a.color, texture.sample(a.texture, filter)));
        Self { corners, texture, filter, per_area: 1.0 / area as f32, flat, tint }
    }

    fn span(&self, span: &mut [[u8; 4]], sides: &[Side; 3], first: i64, y: i64) {
        if let Some(color) = self.flat {
            return blend_flat(span, color);
        }
        let [a, b, c] = self.corners;
        let [_, over_b, over_c] = sides;
        let (mut at_b, mut at_c) = (over_b.at(first, y), over_c.at(first, y));
        for pixel in span {
            let (weight_b, weight_c) = (at_b as f32 * self.per_area, at_c as f32 * self.per_area);
            let weight_a = 1.0 - weight_b - weight_c;
            let between = |a: f32, b: f32, c: f32| a * weight_a + b * weight_b + c * weight_c;
            let place = std::array::from_fn(|axis| between(a.texture[axis], b.texture[axis], c.texture[axis]));
            let tint = self
                .tint
                .unwrap_or_else(|| std::array::from_fn(|channel| between(a.color[channel], b.color[channel], c.color[channel])));
            blend(pixel, multiply(tint, self.texture.sample(place, self.filter)));
            at_b += over_b.per_x;
            at_c += over_c.per_x;
        }
    }
}

/// The larger of the two distances in the texture that one pixel to the right and one pixel down go.
fn texels_per_pixel(corners: &[Corner; 3], size: [f32; 2]) -> f32 {
    let [from, ..] = corners;
    let along = |corner: &Corner| {
        let pixels = [corner.position[0] - from.position[0], corner.position[1] - from.position[1]];
        let texels = [(corner.texture[0] - from.texture[0]) * size[0], (corner.texture[1] - from.texture[1]) * size[1]];
        (pixels, texels)
    };
    let ((first, first_texels), (second, second_texels)) = (along(&corners[1]), along(&corners[2]));
    let area = first[0] * second[1] - second[0] * first[1];
    if area == 0.0 {
        return 0.0;
    }
    let right: [f32; 2] = std::array::from_fn(|axis| (first_texels[axis] * second[1] - second_texels[axis] * first[1]) / area);
    let down: [f32; 2] = std::array::from_fn(|axis| (second_texels[axis] * first[0] - first_texels[axis] * second[0]) / area);
    let length = |step: [f32; 2]| (step[0] * step[0] + step[1] * step[1]).sqrt();
    // A picture drawn at its own size must not fall on the wrong side by a rounding.
    length(right).max(length(down)) - 1e-3
}

fn snap(at: f32) -> i64 {
    (at.clamp(-FAR, FAR) * STEPS as f32).round() as i64
}

fn multiply(color: Rgba, texel: Rgba) -> Rgba {
    std::array::from_fn(|channel| color[channel] * texel[channel] * (1.0 / 255.0))
}

/// Premultiplied "over", on values in gamma space: what egui's painters set the GPU to.
fn blend(pixel: &mut [u8; 4], color: Rgba) {
    let rest = 1.0 - color[3] * (1.0 / 255.0);
    *pixel = std::array::from_fn(|channel| round(color[channel] + f32::from(pixel[channel]) * rest));
}

fn blend_flat(span: &mut [[u8; 4]], color: Rgba) {
    if color[3] >= 255.0 {
        span.fill(color.map(round));
    } else if color != [0.0; 4] {
        for pixel in span {
            blend(pixel, color);
        }
    }
}

fn round(level: f32) -> u8 {
    (level + 0.5) as u8
}
