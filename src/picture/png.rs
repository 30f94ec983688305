//! PNG: a picture as bytes, and as a file that is whole or not there. Reads none.

use egui::ColorImage;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Why a picture was not written.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The picture has no pixel, or more than PNG can count.
    #[error("the picture of {width} × {height} pixels cannot be a PNG: {source}")]
    Encode {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// What the encoder says.
        source: png::EncodingError,
    },
    /// The file could not be made: no such folder, no permission, a full disk.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file asked for.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A picture as PNG: 8 bits a channel, sRGB, with alpha only where some pixel is not opaque.
///
/// # Errors
/// When the picture is empty or too large for PNG.
pub fn encode(image: &ColorImage) -> Result<Vec<u8>, PngError> {
    let [width, height] = image.size;
    let opaque = image.pixels.iter().all(egui::Color32::is_opaque);
    let mut bytes = Vec::new();
    let mut encode = || {
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&mut bytes, side(width), side(height));
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_color(if opaque { png::ColorType::Rgb } else { png::ColorType::Rgba });
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header()?;
        let pixels: Vec<u8> = if opaque {
            image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect()
        } else {
            image.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect()
        };
        writer.write_image_data(&pixels)?;
        writer.finish()
    };
    match encode() {
        Ok(()) => Ok(bytes),
        Err(source) => Err(PngError::Encode { width, height, source }),
    }
}

/// Writes a picture as PNG. The file is replaced at the end, so a failure leaves what was there; a device or pipe is written to.
///
/// # Errors
/// When the picture cannot be a PNG, or the file cannot be made.
pub fn write(path: &Path, image: &ColorImage) -> Result<(), PngError> {
    let bytes = encode(image)?;
    write_bytes(path, &bytes).map_err(|source| PngError::Write { path: path.to_owned(), source })
}

fn write_bytes(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let target = path.canonicalize();
    if target.as_ref().is_ok_and(|target| !target.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let target = target.unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The name it has meanwhile is nobody's business.
    let mut file = builder.prefix(".coreyard-").suffix(".png").tempfile_in(folder).map_err(|error| error.kind())?;
    file.write_all(bytes)?;
    file.persist(&target).map_err(|failure| failure.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    fn decode(bytes: &[u8]) -> (png::ColorType, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG begins");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits in memory")];
        let info = reader.next_frame(&mut pixels).expect("a PNG holds a picture");
        (info.color_type, pixels)
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        let opaque = ColorImage::new([2, 1], vec![Color32::RED, Color32::WHITE]);
        let bytes = encode(&opaque).expect("two pixels");
        assert_eq!(decode(&bytes), (png::ColorType::Rgb, vec![255, 0, 0, 255, 255, 255]));
        let clear = ColorImage::new([1, 1], vec![Color32::TRANSPARENT]);
        let bytes = encode(&clear).expect("one pixel");
        assert_eq!(decode(&bytes), (png::ColorType::Rgba, vec![0, 0, 0, 0]));
    }

    #[test]
    fn an_empty_picture_is_an_error() {
        let failure = encode(&ColorImage::new([0, 0], Vec::new())).expect_err("no pixel");
        assert!(failure.to_string().starts_with("the picture of 0 × 0 pixels cannot be a PNG"), "{failure}");
    }

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("P.png");
        let image = ColorImage::filled([3, 2], Color32::GREEN);
        for _ in 0..2 {
            write(&path, &image).expect("the folder can be written");
        }
        assert_eq!(std::fs::metadata(&path).expect("it is there").len(), encode(&image).expect("six pixels").len() as u64);
        assert_eq!(folder.path().read_dir().expect("it can be listed").count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("no").join("P.png");
        let failure = write(&path, &ColorImage::filled([1, 1], Color32::GREEN)).expect_err("no such folder");
        assert!(failure.to_string().contains("P.png"), "{failure}");
    }
}
