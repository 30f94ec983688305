//! The producer and its consumers built from an empty file in the whole window: by drags alone, and again by keys alone.
//! Both are run, and mean what the template's text means.

mod quick;
mod told;

use coreyard::app::App;
use coreyard::app::settings::Store;
use coreyard::lang::Lang;
use coreyard::scenario::{Block, load};
use coreyard::ui::command::{Arrange, Command, EngineChoice, PanelKind};
use coreyard::ui::fonts;
use coreyard::ui::panels::Asked;
use coreyard::ui::theme::Shade;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// What is built, as a text of its own.
const WANTED: &str = "queue jobs capacity=8\nthread producer { repeat 10 as=i { put jobs i }; put jobs None }\n\
                      thread consumer { loop { get jobs into=item; if \"item is None\" { break } } }\nexpect never deadlock\n";

struct Window {
    harness: Harness<'static, Option<App>>,
    _folder: tempfile::TempDir,
}

impl Window {
    /// A window on an empty text, with the palette in front.
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let store = Store::at(folder.path().join("home"));
        // So high that the palette shows every block without being scrolled.
        let builder = Harness::builder().with_size(vec2(1600.0, 2400.0)).with_step_dt(1.0 / 20.0);
        let builder = builder.with_context_setup(|context| context.set_fonts(fonts::definitions()));
        let harness = builder.build_ui_state(
            move |ui, app: &mut Option<App>| {
                let context = ui.ctx().clone();
                let worker = std::path::PathBuf::from(env!("CARGO_BIN_EXE_coreyard"));
                let app = app.get_or_insert_with(|| App::new(&context, worker, store.clone(), (Lang::En, Shade::Dark)));
                app.logic(&context, context.input(|input| input.time));
                app.ui(ui, None);
            },
            None,
        );
        let mut window = Self { harness, _folder: folder };
        window.settle();
        window.app().apply(Command::Stop);
        window.until("the first run has ended", |app| !app.session.is_running());
        window.app().session.show("", String::new(), None);
        window.app().apply(Command::Engine(EngineChoice::Stepper));
        window.app().apply(Command::Arrange(Arrange::Show(PanelKind::Palette)));
        window.settle();
        window
    }

    fn app(&mut self) -> &mut App {
        self.harness.state_mut().as_mut().expect("the window is open")
    }

    /// A text, with its blocks in front.
    fn show(&mut self, text: String) {
        self.app().session.show("", text, None);
        self.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
        self.settle();
    }

    fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    fn text(&self) -> &str {
        self.harness.state().as_ref().map_or("", |app| app.session.document.text())
    }

    /// Frames until it is so: many, not for ever.
    fn until(&mut self, what: &str, is_so: impl Fn(&App) -> bool) {
        for _ in 0..20_000 {
            self.harness.run_steps(1);
            if is_so(self.app()) {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(2));
        }
        panic!("not reached: {what}");
    }

    fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.settle();
    }

    fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    fn typed(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.settle();
    }

    /// The tile whose line is `line`, the last one of them.
    fn tile(&self, line: &str) -> egui::Rect {
        let tiles: Vec<_> = self.harness.query_all_by_role_and_label(Role::TreeItem, line).collect();
        tiles.last().unwrap_or_else(|| panic!("there is no tile {line} in:\n{}", self.text())).rect()
    }

    /// Just below a tile, as deep as it is.
    fn below(&self, line: &str) -> Pos2 {
        let tile = self.tile(line);
        pos2(tile.left() + 3.0, tile.bottom() + 2.0)
    }

    /// The place for blocks in the last body that has none.
    fn hole(&self) -> Pos2 {
        let holes: Vec<_> = self.harness.query_all_by_label("Drop blocks here").collect();
        let hole = holes.last().unwrap_or_else(|| panic!("no body is empty in:\n{}", self.text())).rect();
        pos2(hole.left() + 3.0, hole.center().y)
    }

    /// Below all tiles.
    fn end(&mut self) -> Pos2 {
        let panel = self.app().place(PanelKind::Blocks).expect("the blocks are in view");
        pos2(panel.left() + 20.0, panel.bottom() - 60.0)
    }

    /// Opens the menu of a tile.
    fn menu(&mut self, line: &str) {
        let pos = self.tile(line).center();
        self.harness.hover_at(pos);
        for pressed in [true, false] {
            let button = egui::PointerButton::Secondary;
            self.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
            self.settle();
        }
    }

    /// A press and its release at a place, both in one frame.
    fn click(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        self.settle();
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            self.harness.input_mut().events.push(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        }
        self.settle();
    }

    /// The last value of the tile whose line is `line`.
    fn value(&self, line: &str) -> Pos2 {
        self.tile(line).right_center() - vec2(12.0, 0.0)
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.step();
        self.harness.drag_at(from);
        self.harness.step();
        for part in [0.3, 0.8, 1.0, 1.0] {
            self.harness.hover_at(from + (to - from) * part);
            self.harness.step();
        }
        self.harness.drop_at(to);
        self.settle();
    }

    /// Drags a kind from the palette to a place.
    fn drag_new(&mut self, kind: &str, to: Pos2) {
        let chips = self.harness.query_all_by_role_and_label(Role::Button, kind);
        let from = chips.last().unwrap_or_else(|| panic!("the palette has no {kind}")).rect().center();
        self.drag(from, to);
    }

    /// Puts a value into a field of the tile that is selected: Enter, Tab to it, type, Enter.
    fn fill(&mut self, field: usize, value: &str) {
        self.key(Key::Enter);
        for _ in 0..field {
            self.key(Key::Tab);
        }
        self.keys(Modifiers::COMMAND, Key::A);
        self.typed(value);
        self.key(Key::Enter);
    }

    /// Inserts a block at the selection by keys.
    fn insert(&mut self, kind: &str) {
        self.key(Key::Insert);
        self.typed(kind);
        self.key(Key::Enter);
    }

    /// Runs it to its end and tells how much was found.
    fn run(&mut self) -> usize {
        self.key(Key::F5);
        self.until("the run has ended", |app| !app.session.is_running() && app.session.runner.is_some());
        self.app().session.runner.as_ref().map_or(usize::MAX, |runner| runner.trace.findings.len())
    }
}

/// What a text means, without places and spelling.
fn meaning(text: &str) -> String {
    fn tell(block: &Block, text: &str, depth: usize, into: &mut String) {
        let values = block.written.iter().map(|written| {
            let name = written.name.map(|name| format!("{}=", &text[name.range()])).unwrap_or_default();
            format!(" {name}{}", text[written.value.range()].trim_matches('"'))
        });
        into.extend(["  ".repeat(depth), block.kind.info().word.to_owned(), values.collect(), "\n".to_owned()]);
        block.body.iter().for_each(|inner| tell(inner, text, depth + 1, into));
        block.clauses.iter().for_each(|clause| tell(clause, text, depth, into));
    }
    let mut told = String::new();
    load(text).value.blocks.iter().for_each(|block| tell(block, text, 0, &mut told));
    told
}

fn check(window: &mut Window) {
    assert_eq!(meaning(window.text()), meaning(WANTED), "{}", window.text());
    assert_eq!(load(window.text()).diagnostics, []);
    assert_eq!(window.run(), 0, "nothing is found in:\n{}", window.text());
}

#[test]
fn the_producer_and_its_consumer_are_built_by_keys_alone() {
    let mut window = Window::open();
    // The list of all commands reaches the blocks without a pointer.
    window.keys(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
    window.typed("insert a block");
    window.key(Key::Enter);
    window.typed("queue");
    window.key(Key::Enter);
    window.fill(0, "jobs");
    window.fill(1, "8");
    window.insert("thread");
    window.fill(0, "producer");
    window.insert("repeat");
    window.fill(0, "10");
    window.fill(1, "i");
    window.insert("put");
    window.fill(1, "i");
    // Behind the loop: up to it, and on.
    window.key(Key::ArrowLeft);
    window.insert("put");
    window.fill(1, "None");
    // A new thread stands at the top, whatever is selected.
    window.insert("thread");
    window.fill(0, "consumer");
    for kind in ["loop", "get", "if"] {
        window.insert(kind);
    }
    window.fill(0, "item is None");
    window.insert("break");
    window.insert("expect");
    check(&mut window);
}

#[test]
fn the_producer_and_its_consumer_are_built_by_drags_alone() {
    let mut window = Window::open();
    let end = window.end();
    window.drag_new("queue", end);
    window.fill(0, "jobs");
    window.fill(1, "8");
    window.drag_new("thread", end);
    window.fill(0, "producer");
    let hole = window.hole();
    window.drag_new("repeat", hole);
    window.fill(0, "10");
    window.fill(1, "i");
    let hole = window.hole();
    window.drag_new("put", hole);
    window.fill(1, "i");
    // As deep as the loop, below what is in it: behind the loop.
    let place = pos2(window.tile("repeat 10 as i").left() + 3.0, window.below("put jobs i").y);
    window.drag_new("put", place);
    window.fill(1, "None");
    window.drag_new("thread", end);
    window.fill(0, "consumer");
    for kind in ["loop", "get"] {
        let hole = window.hole();
        window.drag_new(kind, hole);
    }
    let place = window.below("get jobs → item");
    window.drag_new("if", place);
    window.fill(0, "item is None");
    let hole = window.hole();
    window.drag_new("break", hole);
    window.drag_new("expect", end);
    check(&mut window);
}

#[test]
fn a_drag_is_cancelled_by_escape_and_undone_in_one_step() {
    let mut window = Window::open();
    let text = "lock a\nmain {\n    // first\n    sleep ms=1\n    yield-cpu\n}\n";
    window.app().session.show("", text.to_owned(), None);
    window.settle();
    let (from, to) = (window.tile("yield-cpu"), window.tile("sleep 1 ms"));
    let (from, to) = (pos2(from.left() + 10.0, from.center().y), pos2(to.left() + 3.0, to.top()));
    window.drag(from, to);
    let moved = text.replace("    yield-cpu\n", "").replace("    // first", "    yield-cpu\n    // first");
    assert_eq!(window.text(), moved);
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.text(), text);
    window.harness.hover_at(from);
    window.harness.step();
    window.harness.drag_at(from);
    window.harness.step();
    window.harness.hover_at(to);
    window.harness.step();
    window.key(Key::Escape);
    window.harness.drop_at(to);
    window.settle();
    assert_eq!(window.text(), text);
}

#[test]
fn a_block_is_moved_copied_wrapped_and_deleted_by_keys() {
    let mut window = Window::open();
    window.app().session.show("", "lock a\nmain {\n    sleep ms=1\n    yield-cpu\n}\n".to_owned(), None);
    window.settle();
    let tile = window.tile("yield-cpu").left_center() + vec2(10.0, 0.0);
    window.harness.hover_at(tile);
    window.harness.step();
    window.harness.drag_at(tile);
    window.harness.step();
    window.harness.drop_at(tile);
    window.settle();
    for key in [Key::M, Key::ArrowUp, Key::Enter] {
        window.key(key);
    }
    assert_eq!(window.text(), "lock a\nmain {\n    yield-cpu\n    sleep ms=1\n}\n");
    window.keys(Modifiers::COMMAND, Key::D);
    window.keys(Modifiers::SHIFT, Key::ArrowDown);
    window.keys(Modifiers::COMMAND, Key::E);
    assert_eq!(window.text(), "lock a\nmain {\n    yield-cpu\n    disabled {\n        yield-cpu\n        sleep ms=1\n    }\n}\n");
    window.keys(Modifiers::COMMAND, Key::E);
    window.key(Key::Delete);
    assert_eq!(window.text(), "lock a\nmain {\n    yield-cpu\n}\n");
}

#[test]
fn while_the_text_cannot_be_read_nothing_is_changed_by_blocks() {
    let mut window = Window::open();
    window.app().session.show("", "lock a\n".to_owned(), None);
    window.settle();
    let tile = window.tile("lock a");
    window.app().apply(Command::Panel(Asked::Jump(7)));
    window.settle();
    window.typed("}");
    assert_eq!(window.text(), "lock a\n}");
    let to = window.end();
    window.drag_new("lock", to);
    window.drag(tile.left_center() + vec2(10.0, 0.0), to);
    window.key(Key::Delete);
    assert!(window.text().starts_with("lock a\n"), "{}", window.text());
    assert_eq!(window.harness.query_all_by_role(Role::TreeItem).count(), 1);
}

#[test]
fn the_blocks_keep_the_keys_when_their_menu_closes() {
    let mut window = Window::open();
    window.show("lock a\nmain { yield-cpu }\n".to_owned());
    window.menu("lock a");
    assert!(window.harness.query_by_label_contains("Duplicate").is_some(), "the menu is open");
    window.key(Key::Escape);
    assert!(window.harness.query_by_label_contains("Duplicate").is_none(), "the menu is closed");
    window.keys(Modifiers::COMMAND, Key::D);
    assert_eq!(window.text().matches("lock").count(), 2);
}

#[test]
fn a_name_asked_for_by_the_menu_takes_what_is_typed() {
    let mut window = Window::open();
    window.show("lock a\nmain { with a { yield-cpu } }\n".to_owned());
    window.menu("lock a");
    window.harness.get_by_label_contains("Rename everywhere").click();
    window.settle();
    window.settle();
    window.typed("gate");
    window.key(Key::Enter);
    assert_eq!(window.text(), "lock gate\nmain { with gate { yield-cpu } }\n");
}

#[test]
fn a_click_in_the_history_goes_to_that_state() {
    let mut window = Window::open();
    let text = "lock a\nmain { yield-cpu }\n";
    window.show(text.to_owned());
    window.key(Key::ArrowDown);
    window.keys(Modifiers::COMMAND, Key::D);
    window.keys(Modifiers::COMMAND, Key::D);
    let twice = window.text().to_owned();
    assert_eq!(twice.matches("lock").count(), 3);
    window.app().apply(Command::Arrange(Arrange::Show(PanelKind::History)));
    window.settle();
    window.harness.get_by_label("As it was opened").click();
    window.settle();
    assert_eq!(window.text(), text);
    window.key(Key::ArrowDown);
    window.key(Key::ArrowDown);
    assert_eq!(window.text(), twice);
}

/// Two values far enough apart that the help of one does not cover the other.
const TWO_VALUES: &str = "main {\n    repeat 3 { }\n    mark \"a\"\n    mark \"b\"\n    mark \"c\"\n    mark \"d\"\n    mark \"e\"\n    \
                          mark \"f\"\n    mark \"g\"\n    sleep ms=4\n}\n";

#[test]
fn a_value_half_typed_counts_when_another_one_is_clicked() {
    for (first, then) in [("repeat 3", "sleep 4 ms"), ("sleep 4 ms", "repeat 3")] {
        let mut window = Window::open();
        window.app().session.show("", TWO_VALUES.to_owned(), None);
        window.settle();
        let (one, other) = (window.value(first), window.value(then));
        window.click(one);
        window.typed("70");
        window.click(other);
        window.typed("80");
        window.key(Key::Enter);
        let (repeat, sleep) = if first == "repeat 3" { (70, 80) } else { (80, 70) };
        let wanted = TWO_VALUES.replace("repeat 3", &format!("repeat {repeat}")).replace("ms=4", &format!("ms={sleep}"));
        assert_eq!(window.text(), wanted);
    }
}

#[test]
fn a_value_half_typed_counts_when_the_scenario_is_run_saved_or_a_block_is_dragged_in() {
    let mut window = Window::open();
    let run_by: [fn(&mut Window); 2] = [
        |window| window.key(Key::F5),
        |window| {
            let run = window.harness.get_by_role_and_label(Role::Button, "Run").rect().center();
            window.click(run);
        },
    ];
    for (number, run) in run_by.into_iter().enumerate() {
        window.app().session.show("", TWO_VALUES.to_owned(), None);
        window.settle();
        let value = window.value("repeat 3");
        window.click(value);
        window.typed(&format!("{number}7"));
        run(&mut window);
        window.until("the run has ended", |app| !app.session.is_running() && app.session.runner.is_some());
        let ran = window.app().session.runner.as_ref().map(|runner| runner.trace.header.text.clone()).unwrap_or_default();
        assert_eq!(ran, TWO_VALUES.replace("repeat 3", &format!("repeat {number}7")));
    }
    let value = window.value("repeat 17");
    window.click(value);
    window.typed("5");
    let end = window.end();
    window.drag_new("lock", end);
    assert!(window.text().contains("repeat 5 ") && window.text().contains("lock "), "{}", window.text());
}

#[test]
fn what_is_half_typed_counts_when_the_window_is_to_close() {
    let mut window = Window::open();
    window.app().session.show("", TWO_VALUES.to_owned(), None);
    window.settle();
    window.app().close();
    assert!(window.app().session.quits, "nothing has been typed");

    let mut window = Window::open();
    window.app().session.show("", TWO_VALUES.to_owned(), None);
    window.settle();
    let value = window.value("repeat 3");
    window.click(value);
    window.typed("70");
    window.app().close();
    assert_eq!(window.text(), TWO_VALUES.replace("repeat 3", "repeat 70"));
    assert!(!window.app().session.quits && window.app().session.question.is_some(), "it is asked about");
}

#[test]
fn a_new_text_is_empty_and_a_selected_block_offers_what_it_may_say() {
    let mut window = Window::open();
    window.app().apply(Command::New);
    window.settle();
    assert_eq!(window.text(), "");
    assert!(window.harness.query_by_label("No problems").is_some(), "an empty page is no mistake");
    // Insert chooses a block, wherever the keys go.
    window.insert("queue");
    let offer = window.harness.get_by_role_and_label(Role::Button, "+ capacity").rect().center();
    window.click(offer);
    window.typed("8");
    window.key(Key::Enter);
    let name = window.text().trim_end().to_owned();
    assert!(name.starts_with("queue ") && name.ends_with(" capacity=8"), "{name}");
    assert!(window.harness.query_by_label("+ capacity").is_none(), "it says so now");
    // Below the field stand all values: one is gone on with by a click, and what was typed counts.
    window.key(Key::Enter);
    window.keys(Modifiers::COMMAND, Key::A);
    window.typed("jobs");
    let order = window.harness.get_by_role_and_label(Role::Button, "order").rect().center();
    window.click(order);
    window.typed("lifo");
    window.key(Key::Enter);
    assert_eq!(window.text(), "queue jobs capacity=8 order=lifo\n");
}

#[test]
fn a_block_let_go_on_its_own_inside_stays_where_it_is() {
    let mut window = Window::open();
    let text = "main {\n    repeat 2 {\n        yield-cpu\n    }\n    if \"1 == 1\" {\n        print \"a\"\n    }\n    else {\n    }\n}\n";
    window.show(text.to_owned());
    let tile = window.tile("if 1 == 1");
    let (inside, elsewhere) = (window.tile("print a").left_center(), window.tile("yield-cpu"));
    let hole = window.hole();
    for to in [inside + vec2(6.0, 0.0), hole] {
        window.drag(tile.left_center() + vec2(6.0, 0.0), to);
        assert_eq!(window.text(), text);
    }
    window.drag(tile.left_center() + vec2(6.0, 0.0), elsewhere.left_top() + vec2(2.0, 1.0));
    assert!(window.text().starts_with("main {\n    repeat 2 {\n        if"), "{}", window.text());
}

#[test]
fn a_drag_held_at_the_edge_scrolls_steadily_and_not_past_the_end() {
    let mut window = Window::open();
    let text: String = (0..400).map(|n| format!("lock m{n}\n")).collect();
    window.show(text);
    let panel = window.app().place(PanelKind::Blocks).expect("the blocks are in view");
    let from = window.tile("lock m1").left_center() + vec2(8.0, 0.0);
    let edge = pos2(from.x, panel.bottom() - 14.0);
    let button =
        |pos, pressed| Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    window.harness.hover_at(from);
    window.settle();
    window.harness.event(button(from, true));
    window.harness.run_steps(1);
    for step in 1_u8..=4 {
        window.harness.hover_at(from + (edge - from) * (f32::from(step) / 4.0));
        window.harness.run_steps(1);
    }
    // The first one in view, after so many frames.
    let first = |window: &mut Window, frames: usize| {
        window.harness.run_steps(frames);
        let mut tiles: Vec<_> = window.harness.query_all_by_role(Role::TreeItem).map(|tile| tile.rect().top()).collect();
        tiles.sort_by(f32::total_cmp);
        let named =
            (0_i32..400).find(|n| window.harness.query_by_role_and_label(Role::TreeItem, &format!("lock m{n}")).is_some());
        (named, tiles.len())
    };
    let (start, _) = first(&mut window, 1);
    let ((one, _), (two, _)) = (first(&mut window, 10), first(&mut window, 10));
    let (start, one, two) = (start.expect("some"), one.expect("some"), two.expect("some"));
    assert!(start < one && one - start < 30, "{start} {one}");
    assert!((two - one).abs_diff(one - start) <= 2, "{start} {one} {two}: it does not get faster");
    let (last, shown) = first(&mut window, 400);
    assert!(last.is_some_and(|last| last < 400 && last > two) && shown > 20, "{last:?} {shown}");
    window.harness.event(button(edge, false));
    window.settle();
    assert!(window.text().trim_end().ends_with("lock m1"), "{}", &window.text()[window.text().len() - 40..]);
}
