//! One texture and how it is sampled. Does not know what samples it.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "texel coordinates: textures are far smaller than 2^24 texels a side"
)]

use egui::epaint::{ImageData, ImageDelta};
use egui::{TextureFilter, TextureOptions, TextureWrapMode};

/// A colour as the painter computes with it: red, green, blue, alpha; premultiplied; 0 to 255.
pub(super) type Rgba = [f32; 4];

/// An image on which meshes draw.
#[derive(Debug)]
pub(super) struct Texture {
    width: usize,
    height: usize,
    texels: Vec<[u8; 4]>,
    options: TextureOptions,
}

impl Texture {
    /// A texture of one whole image.
    pub(super) fn new(delta: &ImageDelta) -> Self {
        let [width, height] = delta.image.size();
        Self { width, height, texels: texels_of(&delta.image), options: delta.options }
    }

    /// Replaces a part; what lies outside is left out.
    pub(super) fn patch(&mut self, [left, top]: [usize; 2], delta: &ImageDelta) {
        let [width, height] = delta.image.size();
        let texels = texels_of(&delta.image);
        let visible = width.min(self.width.saturating_sub(left));
        if visible == 0 {
            return;
        }
        for (row, source) in texels.chunks_exact(width).enumerate().take(height.min(self.height.saturating_sub(top))) {
            let start = (top + row) * self.width + left;
            self.texels[start..start + visible].copy_from_slice(&source[..visible]);
        }
        self.options = delta.options;
    }

    /// How many texels a step in texture coordinates is.
    pub(super) fn size(&self) -> [f32; 2] {
        [self.width as f32, self.height as f32]
    }

    /// How to filter where one pixel covers `texels_per_pixel` texels.
    pub(super) fn filter(&self, texels_per_pixel: f32) -> TextureFilter {
        if texels_per_pixel > 1.0 { self.options.minification } else { self.options.magnification }
    }

    /// The colour at (u, v), where (0, 0) is the outer corner of the first texel and (1, 1) that of the last.
    pub(super) fn sample(&self, [u, v]: [f32; 2], filter: TextureFilter) -> Rgba {
        if self.texels.is_empty() {
            return [0.0; 4];
        }
        let (x, y) = (u * self.width as f32, v * self.height as f32);
        match filter {
            TextureFilter::Nearest => self.texel(x.floor() as i64, y.floor() as i64),
            TextureFilter::Linear => self.linear(x - 0.5, y - 0.5),
        }
    }

    fn linear(&self, x: f32, y: f32) -> Rgba {
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let upper = mix(self.texel(left, top), self.texel(left + 1, top), across);
        let lower = mix(self.texel(left, top + 1), self.texel(left + 1, top + 1), across);
        mix(upper, lower, down)
    }

    fn texel(&self, x: i64, y: i64) -> Rgba {
        let (x, y) = (self.wrap(x, self.width), self.wrap(y, self.height));
        self.texels[y * self.width + x].map(f32::from)
    }

    fn wrap(&self, at: i64, size: usize) -> usize {
        let size = size as i64;
        let wrapped = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => at.clamp(0, size - 1),
            TextureWrapMode::Repeat => at.rem_euclid(size),
            TextureWrapMode::MirroredRepeat => {
                let within = at.rem_euclid(2 * size);
                within.min(2 * size - 1 - within)
            }
        };
        usize::try_from(wrapped).expect("a wrapped coordinate lies in the texture")
    }
}

fn texels_of(image: &ImageData) -> Vec<[u8; 4]> {
    let ImageData::Color(image) = image;
    image.pixels.iter().map(egui::Color32::to_array).collect()
}

fn mix(from: Rgba, to: Rgba, share: f32) -> Rgba {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, ColorImage};

    fn row(options: TextureOptions) -> Texture {
        let image = ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]);
        Texture::new(&ImageDelta::full(image, options))
    }

    fn red(texture: &Texture, u: f32, filter: TextureFilter) -> f32 {
        texture.sample([u, 0.5], filter)[0]
    }

    #[test]
    fn linear_filtering_mixes_and_nearest_picks() {
        let texture = row(TextureOptions::LINEAR);
        let linear: Vec<f32> = [0.0, 0.25, 0.5, 0.75, 1.0].map(|u| red(&texture, u, TextureFilter::Linear)).to_vec();
        assert_eq!(linear, vec![0.0, 0.0, 127.5, 255.0, 255.0]);
        let nearest: Vec<f32> = [0.0, 0.49, 0.5, 1.0].map(|u| red(&texture, u, TextureFilter::Nearest)).to_vec();
        assert_eq!(nearest, vec![0.0, 0.0, 255.0, 255.0]);
    }

    #[test]
    fn coordinates_outside_are_clamped_repeated_or_mirrored() {
        let at = |options| [-0.25, 1.25, 1.75].map(|u| red(&row(options), u, TextureFilter::Nearest)).to_vec();
        assert_eq!(at(TextureOptions::NEAREST), vec![0.0, 255.0, 255.0]);
        assert_eq!(at(TextureOptions::NEAREST_REPEAT), vec![255.0, 0.0, 255.0]);
        assert_eq!(at(TextureOptions::NEAREST_MIRRORED_REPEAT), vec![0.0, 255.0, 0.0]);
    }

    #[test]
    fn a_patch_replaces_its_part_and_nothing_outside_the_texture() {
        let mut texture = row(TextureOptions::NEAREST);
        let patch = ColorImage::filled([2, 2], Color32::RED);
        texture.patch([1, 0], &ImageDelta::partial([1, 0], patch.clone(), TextureOptions::NEAREST));
        texture.patch([5, 5], &ImageDelta::partial([5, 5], patch, TextureOptions::NEAREST));
        assert_eq!(texture.texels, [[0, 0, 0, 255], [255, 0, 0, 255]]);
    }
}
