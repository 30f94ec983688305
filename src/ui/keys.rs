//! Shortcuts as they are shown and pressed. Knows none of them.

use egui::{InputState, Key, KeyboardShortcut};

/// Whether these keys were pressed, which nobody else sees then. With Shift, a key is known by its upper sign on some keyboards.
pub fn take(input: &mut InputState, keys: &KeyboardShortcut) -> bool {
    let upper = match keys.logical_key {
        Key::Slash if keys.modifiers.shift => Some(Key::Questionmark),
        _ => None,
    };
    input.consume_shortcut(keys) || upper.is_some_and(|upper| input.consume_key(keys.modifiers, upper))
}

/// Keys as they are shown: signs as they stand on the keyboard, not by name.
#[must_use]
pub fn keys_text(context: &egui::Context, keys: &KeyboardShortcut) -> String {
    let signs = [("OpenBracket", "["), ("CloseBracket", "]"), ("Slash", "/")];
    signs.into_iter().fold(context.format_shortcut(keys), |text, (name, sign)| text.replace(name, sign))
}
