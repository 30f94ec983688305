//! The panels together: text, blocks and problems show one document and share one selection.
//! Each works on a desk that does at once what a panel asks for, as the window does at the end of a frame.
#![expect(clippy::disallowed_methods, reason = "reads the shipped scenarios")]

use coreyard::diagnostic::Diagnostic;
use coreyard::document::Document;
use coreyard::document::edit::Selection;
use coreyard::document::history::History;
use coreyard::id::BlockId;
use coreyard::lang::Lang;
use coreyard::scenario::{Scenario, load};
use coreyard::trace::store::Trace;
use coreyard::ui::fonts;
use coreyard::ui::panels::{Asked, Panels, Run, Theme, View};
use coreyard::view::axis::TimeView;
use egui::{Color32, FontId, Key, Modifiers, Ui, UiBuilder, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

const TEXT: &str = "lock 锁\nqueue jobs capacity=8\nthread worker {\n    with 锁 {\n        compute ms=1\n    }\n}\n";

pub(crate) struct Desk {
    panels: Panels,
    pub(crate) document: Document,
    pub(crate) history: History,
    version: u64,
    scenario: Scenario,
    scenario_text: String,
    scenario_version: u64,
    diagnostics: Vec<Diagnostic>,
    trace: Option<Trace>,
    time: TimeView,
    selected: Option<BlockId>,
    jump: Option<Selection>,
    lang: Lang,
}

impl Desk {
    fn new(text: &str, lang: Lang) -> Self {
        let mut desk = Self {
            panels: Panels::default(),
            document: Document::new(text),
            history: History::default(),
            version: 0,
            scenario: Scenario::default(),
            scenario_text: String::new(),
            scenario_version: u64::MAX,
            diagnostics: Vec::new(),
            trace: None,
            time: TimeView::default(),
            selected: None,
            jump: None,
            lang,
        };
        desk.reread();
        desk
    }

    /// While the text does not parse, the blocks keep what was read last.
    fn reread(&mut self) {
        self.version += 1;
        let read = load(self.document.text());
        if self.document.diagnostics().is_empty() {
            self.scenario = read.value;
            self.document.text().clone_into(&mut self.scenario_text);
            self.scenario_version = self.version;
        }
        self.diagnostics = read.diagnostics;
    }

    fn done(&mut self, asked: Asked) {
        match asked {
            Asked::Change(change) => self.history.apply(&mut self.document, change),
            Asked::History(done) => self.jump = self.history.go_to(&mut self.document, done).map(|place| place.selection()),
            Asked::Undo => self.jump = self.history.undo(&mut self.document).map(|place| place.selection()),
            Asked::Redo => self.jump = self.history.redo(&mut self.document).map(|place| place.selection()),
            Asked::Select(block) => return self.selected = block,
            Asked::Jump(byte) => return self.jump = Some(Selection::caret(byte)),
            Asked::Mark(span) => return self.jump = Some(Selection { anchor: span.start, caret: span.end }),
            Asked::Time(time) => return self.time = time,
            Asked::Told(_) | Asked::Look => return,
        }
        self.reread();
    }
}

fn theme() -> Theme {
    let grey = Color32::GRAY;
    Theme {
        text: Color32::WHITE,
        weak: grey,
        faint: Color32::DARK_GRAY,
        page: Color32::BLACK,
        line: grey,
        cursor: Color32::WHITE,
        severities: [Color32::RED, Color32::YELLOW],
        groups: [grey; 13],
        states: [grey; 8],
        core_parts: [grey; 4],
        series: [grey; 6],
        body: FontId::proportional(13.0),
        small: FontId::proportional(11.0),
        mono: FontId::monospace(12.0),
    }
}

/// Text at the left, blocks in the middle, problems and the three plots at the right.
fn desk_ui(ui: &mut Ui, desk: &mut Desk) {
    let jump = desk.jump.take();
    let Desk {
        panels,
        document,
        version,
        scenario,
        scenario_text,
        scenario_version,
        diagnostics,
        trace,
        time,
        selected,
        lang,
        ..
    } = desk;
    let run = trace.as_ref().map(|trace| Run { trace, number: 1, version: 1, live: false, history: None });
    let view = View {
        text: document.text(),
        document,
        version: *version,
        opened: 0,
        diagnostics,
        is_taskless: false,
        is_stepped: false,
        is_checked: true,
        scenario,
        scenario_text,
        scenario_version: *scenario_version,
        run,
        time: *time,
        selected: *selected,
        jump,
        marked: None,
        action: None,
        lang: *lang,
    };
    let theme = theme();
    let mut asked = Vec::new();
    let whole = ui.max_rect();
    let column = |ui: &mut Ui, from: f32, to: f32| {
        let x = |share: f32| whole.left() + whole.width() * share;
        ui.new_child(UiBuilder::new().max_rect(whole.with_min_x(x(from)).with_max_x(x(to))))
    };
    asked.extend(panels.editor_ui(&mut column(ui, 0.0, 0.35), &theme, &view, &mut |_| Vec::new()));
    asked.extend(panels.blocks_ui(&mut column(ui, 0.35, 0.65), &theme, &view));
    let mut right = column(ui, 0.65, 1.0);
    for (name, height) in [("problems", 100.0), ("cores", 200.0), ("locks", 250.0), ("tasks", 100.0)] {
        right.push_id(name, |ui| {
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                asked.extend(match name {
                    "problems" => panels.problems_ui(ui, &theme, &view),
                    "cores" => panels.cores_ui(ui, &theme, &view),
                    "locks" => panels.locks_ui(ui, &theme, &view),
                    _ => panels.tasks_ui(ui, &theme, &view),
                });
            });
        });
    }
    for asked in asked {
        desk.done(asked);
    }
}

pub(crate) fn desk(text: &str, lang: Lang) -> Harness<'static, Desk> {
    let builder = Harness::builder().with_size(vec2(1200.0, 700.0));
    let builder = builder.with_context_setup(|context| context.set_fonts(fonts::definitions()));
    let mut harness = builder.build_ui_state(desk_ui, Desk::new(text, lang));
    harness.run_steps(3);
    harness
}

pub(crate) fn put_caret(harness: &mut Harness<'_, Desk>, before: &str) {
    let byte = harness.state().document.text().find(before).expect("the text has it");
    harness.state_mut().jump = Some(Selection::caret(byte));
    harness.run_steps(3);
}

pub(crate) fn type_text(harness: &mut Harness<'_, Desk>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

fn selected_text<'a>(harness: &'a Harness<'_, Desk>) -> &'a str {
    let desk = harness.state();
    let span = desk.selected.and_then(|block| coreyard::view::blocks::span_of(&desk.scenario, block));
    span.map_or("", |span| &desk.scenario_text[span.range()])
}

#[test]
fn the_caret_selects_the_block_it_is_in() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "compute");
    harness.key_press(Key::ArrowRight);
    harness.run_steps(3);
    assert_eq!(selected_text(&harness), "compute ms=1");
}

#[test]
fn a_block_clicked_is_selected_and_its_text_comes_into_view() {
    let filler = "// 一行\n".repeat(300);
    let mut harness = desk(&format!("lock 锁\n{filler}queue jobs capacity=8\n"), Lang::Zh);
    let top = harness.get_by_label("场景文本").rect().top();
    harness.get_by_label("queue jobs capacity 8").click();
    harness.run_steps(30);
    assert_eq!(selected_text(&harness), "queue jobs capacity=8");
    assert!(harness.get_by_label("场景文本").rect().top() < top - 3_000.0, "the text has been scrolled");
}

#[test]
fn a_word_typed_is_a_block_at_once_and_undo_takes_it_back() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "queue");
    type_text(&mut harness, "lock 新锁\n");
    assert!(harness.query_by_label("lock 新锁").is_some());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().document.text(), TEXT);
    assert!(harness.query_by_label("lock 新锁").is_none());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(3);
    assert!(harness.query_by_label("lock 新锁").is_some());
}

#[test]
fn while_the_text_cannot_be_read_the_blocks_stay_and_say_so() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "queue");
    type_text(&mut harness, "} else {\n");
    let says_so = |harness: &Harness<'_, Desk>| harness.query_by_label_contains("last readable state").is_some();
    assert!(says_so(&harness));
    assert!(harness.query_by_label("lock 锁").is_some());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert!(!says_so(&harness));
}

#[test]
fn a_problem_clicked_puts_the_caret_where_it_is() {
    let mut harness = desk("lock 锁\n\nlok b\n", Lang::En);
    harness.get_by_label_contains("3:1").click();
    harness.run_steps(5);
    type_text(&mut harness, "x");
    assert_eq!(harness.state().document.text(), "lock 锁\n\nxlok b\n");
}

#[test]
fn a_folded_body_is_hidden_until_it_is_opened_again() {
    let mut harness = desk(TEXT, Lang::En);
    let fold = |harness: &mut Harness<'_, Desk>| {
        harness.get_by_role_and_label(egui::accesskit::Role::DisclosureTriangle, "thread worker").click();
        harness.run_steps(3);
    };
    fold(&mut harness);
    assert!(harness.query_by_label("compute 1 ms").is_none());
    fold(&mut harness);
    assert!(harness.query_by_label("compute 1 ms").is_some());
}

#[test]
fn without_a_run_each_plot_says_how_to_get_one() {
    for lang in Lang::ALL {
        let harness = desk(TEXT, lang);
        let words = if lang == Lang::En { "Press Run to see" } else { "按“运行”" };
        assert_eq!(harness.query_all_by_label_contains(words).count(), 3, "{lang:?}");
    }
}

#[test]
fn every_shipped_scenario_is_shown_as_text_and_as_blocks() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(folder).expect("the scenarios are there").map(|entry| entry.expect("a readable folder").path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "kdl")) {
        let text = std::fs::read_to_string(&file).expect("a readable scenario");
        let harness = desk(&text, Lang::Zh);
        let tiles = harness.query_all_by_role(egui::accesskit::Role::TreeItem).count();
        assert!(tiles > 3, "{}: {tiles}", file.display());
    }
}
