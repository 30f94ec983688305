//! The fonts of the window: egui's own, then symbols, then Chinese. Sizes are the theme's.

use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

/// What assets/fonts/README.md says about each.
const FONTS: [(&str, &[u8]); 2] = [
    ("symbols", include_bytes!("../../assets/fonts/NotoSansSymbols2-Regular-subset.ttf")),
    ("chinese", include_bytes!("../../assets/fonts/NotoSansCJKsc-Regular-subset.otf")),
];

/// Every font, for both families. No font of the system is used, so a text looks the same everywhere.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in FONTS {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        for family in [FontFamily::Monospace, FontFamily::Proportional] {
            fonts.families.entry(family).or_default().push(name.to_owned());
        }
    }
    fonts
}
