//! Keys that come faster than frames: none is lost, and each goes where it was meant for.

use super::*;

#[test]
fn keys_pressed_within_one_frame_are_all_heard() {
    let mut window = Window::open();
    window.show("lock a\nlock b\nlock c\nlock d\nmain { with a { yield-cpu } }\n".to_owned());
    window.key(Key::ArrowDown);
    for _ in 0..3 {
        window.harness.event(Event::Key {
            key: Key::ArrowDown,
            physical_key: None,
            pressed: true,
            repeat: true,
            modifiers: Modifiers::NONE,
        });
    }
    window.settle();
    window.key(Key::Delete);
    assert_eq!(window.text(), "lock a\nlock b\nlock c\nmain { with a { yield-cpu } }\n");
}

#[test]
fn many_keys_within_one_frame_build_the_same_as_one_a_frame() {
    let press = |key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    let release = |key| Event::Key { key, physical_key: None, pressed: false, repeat: false, modifiers: Modifiers::NONE };
    let text = |text: &str| Event::Text(text.to_owned());
    let mut events = Vec::new();
    let mut key = |key: Key, written: Option<&str>| {
        events.push(press(key));
        events.extend(written.map(text));
        events.push(release(key));
    };
    for (kind, name, count) in [("thread", "w", "4"), ("thread", "v", "5")] {
        key(Key::Insert, None);
        key(Key::T, Some(kind));
        key(Key::Enter, None);
        key(Key::Enter, None);
        key(Key::W, Some(name));
        key(Key::Tab, None);
        key(Key::Num4, Some(count));
        key(Key::Enter, None);
    }
    key(Key::ArrowUp, None);
    key(Key::F2, None);
    key(Key::U, Some("u"));
    key(Key::Enter, None);
    let built = |in_one_frame: bool| {
        let mut window = Window::open();
        window.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
        window.settle();
        for event in &events {
            if in_one_frame {
                window.harness.input_mut().events.push(event.clone());
            } else {
                window.harness.event(event.clone());
                window.settle();
            }
        }
        window.harness.run_steps(150);
        window.text().to_owned()
    };
    let (slow, fast) = (built(false), built(true));
    assert_eq!(slow, fast);
    assert!(slow.contains("thread u count=4") && slow.contains("thread v count=5"), "{slow}");
}

#[test]
fn tab_leads_out_of_the_blocks_and_back_and_arrows_stay_with_whoever_has_the_keys() {
    let mut window = Window::open();
    window.show("lock a\nlock b\nmain { with a { yield-cpu } }\n".to_owned());
    window.key(Key::ArrowDown);
    let focused = |window: &Window| window.harness.ctx.memory(egui::Memory::focused);
    let selected = |window: &mut Window| window.app().session.selected;
    let (blocks, first) = (focused(&window), selected(&mut window));
    assert!(blocks.is_some() && first.is_some());
    window.key(Key::Tab);
    assert!(focused(&window).is_some() && focused(&window) != blocks, "Tab leads to the next control");
    window.keys(Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), blocks, "and back");
    window.key(Key::ArrowDown);
    let second = selected(&mut window);
    assert!(second != first);
    window.key(Key::Tab);
    window.key(Key::ArrowDown);
    assert_eq!(selected(&mut window), second, "the blocks hear no arrow of others");
}

#[test]
fn who_goes_from_a_block_to_the_text_by_keys_goes_on_there() {
    let mut window = Window::open();
    let text = "lock a\nlock b\nmain { with a { yield-cpu } }\n";
    window.show(text.to_owned());
    for _ in 0..3 {
        window.key(Key::ArrowDown);
    }
    let selected = window.app().session.selected;
    window.keys(Modifiers::COMMAND, Key::Num2);
    assert_eq!(window.app().session.selected, selected);
    window.typed("// ");
    assert_eq!(window.text(), text.replace("main", "// main"));
}
