//! The menu of the selected blocks.

use egui::{Button, Ui};

use super::{BlockAction, BlocksPanel, Shown, words};
use crate::lang::Lang;
use crate::scenario::block::Kind;
use crate::scenario::write::{find, wrappers};
use crate::ui::keys::keys_text;

impl BlocksPanel {
    /// Draws the menu; what is chosen is done in the next frame.
    pub(super) fn menu(&mut self, ui: &mut Ui, shown: &Shown<'_>) {
        let mut chosen = None;
        for action in BlockAction::ALL {
            if matches!(action, BlockAction::Duplicate | BlockAction::Unwrap | BlockAction::Fold) {
                ui.separator();
            }
            if action == BlockAction::Unwrap {
                chosen = self.wrap_menu(ui, shown).or(chosen);
            }
            if self.item(ui, shown, action) {
                chosen = Some(action);
            }
        }
        if let Some(action) = chosen {
            self.perform_later(action);
            ui.close();
        }
    }

    /// What can be put around the selected blocks.
    fn wrap_menu(&self, ui: &mut Ui, shown: &Shown<'_>) -> Option<BlockAction> {
        let possible = !shown.stale && !self.selection.is_empty();
        let wraps = |ui: &mut Ui| wrappers().filter(|kind| ui.button(kind.info().word).clicked()).last();
        let menu = ui.add_enabled_ui(possible, |ui| ui.menu_button(words::WRAP.get(shown.lang), wraps).inner).inner;
        menu.flatten().map(BlockAction::Wrap)
    }

    fn item(&self, ui: &mut Ui, shown: &Shown<'_>, action: BlockAction) -> bool {
        let keys = action.keys().map(|keys| keys_text(ui.ctx(), &keys)).unwrap_or_default();
        let button = Button::new(self.words(shown, action, shown.lang)).shortcut_text(keys);
        ui.add_enabled(self.is_possible(shown, action), button).clicked()
    }

    /// What an action is called of these blocks: disabled ones are enabled.
    fn words(&self, shown: &Shown<'_>, action: BlockAction, lang: Lang) -> &'static str {
        let words = if action == BlockAction::Disable && self.are_disabled(shown) { words::ENABLE } else { action.words() };
        words.get(lang)
    }

    /// Whether all that is selected is disabled.
    pub(super) fn are_disabled(&self, shown: &Shown<'_>) -> bool {
        let disabled = |id: &crate::id::BlockId| find(shown.scenario, *id).is_some_and(|block| block.kind == Kind::Disabled);
        !self.selection.is_empty() && self.selection.iter().all(disabled)
    }

    /// Whether an action can be done now.
    pub(super) fn is_possible(&self, shown: &Shown<'_>, action: BlockAction) -> bool {
        let readable = !shown.stale || !action.changes();
        let has_one = !self.selection.is_empty() || (self.on_note.is_some() && Self::is_for_notes(action));
        readable && (has_one || !action.needs_block())
    }
}
