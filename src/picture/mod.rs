//! Pictures without a display: a CPU painter of egui's meshes, a host for egui passes, and PNG.
//! Draws what it is handed and decides nothing: no window code, no colours of its own, no file but the PNG it is asked to write.
//!
//! The painter does the arithmetic of egui's GPU painters (colours multiplied and blended in gamma space, alpha premultiplied) in
//! integers and single-precision floats without any reassociation, so a picture has the same bytes on every machine and in every
//! build. It leaves out the noise that the GPU painter adds against banding, mipmaps, and paint callbacks.

mod headless;
mod painter;
pub mod png;
mod raster;
mod texture;

pub use headless::Headless;
pub use painter::Painter;

/// The longest side of a picture, in pixels: what common GPUs take, and 1 GiB for the square of it.
pub const MAX_SIDE: u32 = 16_384;
