//! Shortcuts as they are shown. Knows none of them.

use egui::KeyboardShortcut;

/// Keys as they are shown: signs as they stand on the keyboard, not by name.
#[must_use]
pub fn keys_text(context: &egui::Context, keys: &KeyboardShortcut) -> String {
    let signs = [("OpenBracket", "["), ("CloseBracket", "]"), ("Slash", "/")];
    signs.into_iter().fold(context.format_shortcut(keys), |text, (name, sign)| text.replace(name, sign))
}
