//! What lies over the panels: nothing beneath it says or does anything.

use coreyard::scenario::block::TABLE;
use coreyard::ui::command::{Arrange, Command, Page, PanelKind};
use egui::accesskit::Role;
use egui::vec2;
use egui_kittest::kittest::Queryable as _;

use super::{Desk, SMALL, window_of};
use coreyard::lang::Lang;

/// A window so small that whatever comes over it covers its middle; the blocks are there alone.
fn small_desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let harness = window_of(vec2(1100.0, 640.0), folder.path(), Lang::En);
    let mut desk = Desk { harness, folder };
    let path = desk.file("small.kdl");
    std::fs::write(&path, SMALL.replace("main {", &format!("main {{\n{}", "    yield-cpu\n".repeat(20)))).expect("a file");
    desk.app().session.open_path(path);
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
    desk.steps(4);
    desk
}

#[test]
fn nothing_is_explained_that_something_lies_over() {
    let doc = TABLE.iter().find(|info| info.word == "yield-cpu").map(|info| info.doc.en).expect("it is a block");
    for covers in [Command::Help(Some(Page::Blocks)), Command::Commands, Command::About] {
        let mut desk = small_desk();
        let middle = vec2(550.0, 320.0);
        let tiles = desk.harness.query_all_by_role_and_label(Role::TreeItem, "yield-cpu");
        let near = tiles.map(|tile| tile.rect().center()).min_by(|one, other| {
            let far = |at: &egui::Pos2| (at.to_vec2() - middle).length();
            far(one).total_cmp(&far(other))
        });
        desk.harness.hover_at(near.expect("there are such blocks"));
        desk.steps(30);
        assert!(desk.shows(doc), "a block is explained under the pointer");
        if covers == Command::Commands {
            desk.key(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::P);
        } else {
            desk.app().apply(covers.clone());
        }
        desk.steps(6);
        assert!(!desk.shows(doc), "{covers:?} lies over it");
        desk.steps(30);
        assert!(!desk.shows(doc), "{covers:?} lies over it still");
    }
}
