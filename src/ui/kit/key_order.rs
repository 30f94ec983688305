//! Keys in the order in which they were pressed: what a frame cannot take any more, since a key before it leads elsewhere, is put
//! aside for the next one. The letter of a key pressed with Alt is no writing. Knows no panel: whoever has the keys says what they
//! take in the next frame.

use egui::{Context, Event, Key, Modifiers, Plugin, RawInput, Ui};

/// What of the keys the next frame takes, the most first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ui) enum Pace {
    /// All of them, up to the first that asks for something and may open what the others are for.
    #[default]
    All,
    /// What is written into a field, or one key that leads out of it.
    Writing,
    /// One key that does something, or one that walks, as often as it was pressed.
    OneKey,
    /// None: what they are for does not have the focus yet.
    Nothing,
}

/// The keys that wait.
#[derive(Debug, Default)]
pub(in crate::ui) struct KeyOrder {
    pace: Pace,
    aside: Vec<Event>,
    /// For how many frames they have waited for the focus.
    waited: u32,
}

/// Who has no focus by then does not get it: keys do not wait for ever.
const MOST_FRAMES: u32 = 10;

impl KeyOrder {
    /// Says what the next frame takes at most; all of the keys if nobody says less.
    pub(in crate::ui) fn next(context: &Context, pace: Pace) {
        let order = context.plugin_or_default::<Self>();
        let mut order = order.lock();
        order.pace = order.pace.max(pace);
    }
}

impl Plugin for KeyOrder {
    fn debug_name(&self) -> &'static str {
        "keys in order"
    }

    fn input_hook(&mut self, _: &Context, input: &mut RawInput) {
        let mut events = std::mem::take(&mut self.aside);
        events.append(&mut without_alt(std::mem::take(&mut input.events)));
        let pace = match std::mem::take(&mut self.pace) {
            Pace::Nothing if self.waited >= MOST_FRAMES => Pace::OneKey,
            pace => pace,
        };
        self.aside = events.split_off(taken(&events, pace));
        self.waited = if pace == Pace::Nothing && !self.aside.is_empty() { self.waited + 1 } else { 0 };
        input.events = events;
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        if !self.aside.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

/// How many of the events a frame takes.
fn taken(events: &[Event], pace: Pace) -> usize {
    if pace == Pace::All {
        let is_key = |event: &Event| matches!(event, Event::Key { pressed: true, .. } | Event::Text(_) | Event::Paste(_));
        let asks = events.iter().position(asks).map_or(events.len(), |at| at + 1);
        // What follows is put aside from the next key on: until then nothing is lost by waiting for it.
        let limit = events[asks..].iter().position(is_key).map_or(events.len(), |next| asks + next);
        let Some(at) = events[..limit].iter().position(pairs) else { return limit };
        let begins = if at > 0 && gives_text(&events[at - 1]) { at - 1 } else { at };
        if events[..begins].iter().any(is_key) {
            return begins;
        }
        return events[at + 1..limit].iter().position(is_key).map_or(limit, |next| at + 1 + next);
    }
    let (mut acted, mut wrote) = (None, false);
    for (at, event) in events.iter().enumerate() {
        let key = match event {
            Event::Key { key, pressed: true, modifiers, .. } => Some((*key, *modifiers)),
            Event::Text(_) if at.checked_sub(1).is_some_and(|before| gives_text(&events[before])) => continue,
            Event::Text(_) | Event::Ime(_) | Event::Paste(_) | Event::Copy | Event::Cut => None,
            _ => continue,
        };
        let writes = pace == Pace::Writing && key.is_none_or(|(key, modifiers)| is_writing(key, modifiers));
        let walks = pace == Pace::OneKey && key.is_some_and(|(key, _)| is_walking(key)) && acted == Some(key);
        if pace == Pace::Nothing || (acted.is_some() && !walks) || (wrote && !writes) {
            return at;
        }
        if writes {
            wrote = true;
        } else {
            acted = Some(key);
        }
    }
    events.len()
}

/// Whether it is a bracket or a quote, which closes itself, however fast it is typed: it has a frame of its own.
fn pairs(event: &Event) -> bool {
    matches!(event, Event::Text(text) if matches!(text.as_str(), "{" | "}" | "(" | ")" | "[" | "]" | "\"" | "'"))
}

/// Whether a key asks for something, as menus do. One that is held asks for the same again.
fn asks(event: &Event) -> bool {
    let Event::Key { key, pressed: true, repeat: false, modifiers, .. } = event else { return false };
    let is_writing = is_walking(*key) || matches!(key, Key::Backspace | Key::Delete | Key::Enter | Key::Tab | Key::Space);
    (modifiers.command && !is_writing) || matches!(key, Key::Insert) || is_function(*key)
}

fn is_function(key: Key) -> bool {
    let digits = key.name().strip_prefix('F').unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
}

/// What was heard, but no letters of keys pressed with Alt: these are shortcuts, whether there is one by them or not.
/// On macOS such keys write letters of their own.
fn without_alt(events: Vec<Event>) -> Vec<Event> {
    let mut is_alt = false;
    let is_heard = |event: &Event| {
        let is_letter = matches!(event, Event::Text(_)) && is_alt;
        // AltGr is Ctrl and Alt at once on some systems, and writes.
        is_alt = matches!(event, Event::Key { pressed: true, modifiers, .. } if modifiers.alt && !modifiers.ctrl);
        cfg!(target_os = "macos") || !is_letter
    };
    let mut events = events;
    events.retain(is_heard);
    events
}

/// Whether the text behind it is that of this key.
fn gives_text(event: &Event) -> bool {
    matches!(event, Event::Key { key, pressed: true, modifiers, .. }
        if !modifiers.command && !is_walking(*key) && !matches!(
            key, Key::Enter | Key::Tab | Key::Escape | Key::Insert | Key::Delete | Key::Backspace))
}

const fn is_walking(key: Key) -> bool {
    matches!(
        key,
        Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::PageUp | Key::PageDown | Key::Home | Key::End
    )
}

/// Whether a key stays in the field.
const fn is_writing(key: Key, modifiers: Modifiers) -> bool {
    let leads = matches!(key, Key::Enter | Key::Tab | Key::Escape | Key::ArrowUp | Key::ArrowDown | Key::PageUp | Key::PageDown);
    !leads && !modifiers.command && !modifiers.alt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    fn text(text: &str) -> Event {
        Event::Text(text.to_owned())
    }

    /// How many events each frame takes at this pace.
    fn frames(mut events: &[Event], pace: Pace) -> Vec<usize> {
        let mut frames = Vec::new();
        while !events.is_empty() {
            let count = taken(events, pace);
            assert!(count > 0, "a frame takes something");
            frames.push(count);
            events = &events[count..];
        }
        frames
    }

    #[test]
    fn a_field_takes_what_is_written_at_once_and_what_leads_out_of_it_alone() {
        let events = [press(Key::W), text("w"), text("4"), press(Key::Tab), press(Key::Num5), text("5"), press(Key::Enter)];
        assert_eq!(frames(&events, Pace::Writing), [3, 1, 2, 1]);
    }

    #[test]
    fn blocks_take_one_key_with_its_text_but_walk_as_often_as_they_are_told() {
        let events = [press(Key::ArrowDown), press(Key::ArrowDown), press(Key::M), text("m"), press(Key::Enter), text("x")];
        assert_eq!(frames(&events, Pace::OneKey), [2, 2, 1, 1]);
    }

    #[test]
    fn what_is_pressed_behind_a_shortcut_is_for_what_that_opens() {
        let new = Event::Key { key: Key::N, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::COMMAND };
        let events = [text("a"), new, Event::PointerGone, press(Key::Tab), press(Key::Enter)];
        assert_eq!(frames(&events, Pace::All), [3, 2]);
        assert_eq!(frames(&[press(Key::F1), text("l"), text("o")], Pace::All), [1, 2]);
        assert_eq!(frames(&[press(Key::F), text("f"), press(Key::Enter), text("g")], Pace::All), [4]);
    }

    #[test]
    fn a_bracket_closes_itself_however_fast_it_is_typed() {
        let events = [press(Key::A), text("a"), press(Key::OpenCurlyBracket), text("{"), press(Key::B), text("b"), text("c")];
        assert_eq!(frames(&events, Pace::All), [2, 2, 3]);
        assert_eq!(frames(&[text("("), text("("), Event::PointerGone, text("x")], Pace::All), [1, 2, 1]);
        assert_eq!(frames(&[text("{ whole lines }"), text("x")], Pace::All), [2]);
    }

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn a_letter_with_alt_is_no_writing() {
        let with = |modifiers| Event::Key { key: Key::Num2, physical_key: None, pressed: true, repeat: false, modifiers };
        let written = |modifiers| without_alt(vec![with(modifiers), text("2"), press(Key::A), text("a")]).len();
        assert_eq!([Modifiers::NONE, Modifiers::ALT, Modifiers::ALT | Modifiers::CTRL].map(written), [4, 3, 4]);
    }

    #[test]
    fn keys_wait_for_the_focus_and_the_pointer_does_not() {
        let events = [Event::PointerGone, press(Key::Enter), Event::PointerGone];
        assert_eq!(taken(&events, Pace::Nothing), 1);
        assert_eq!(taken(&events, Pace::All), 3);
    }
}
