//! The menu of the selected blocks.

use egui::{Button, Ui};

use super::{BlockAction, BlocksPanel, Shown, words};
use crate::id::BlockId;
use crate::lang::{Lang, Words};
use crate::scenario::Block;
use crate::scenario::block::Kind;
use crate::scenario::write::{Refusal, commented, find, name_of, wrappers};
use crate::ui::keys::keys_text;
use crate::ui::kit::tip::Tip as _;

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
        let idle = self.idle(shown, action);
        let response = ui.add_enabled(self.is_possible(shown, action) && idle.is_none(), button);
        match idle {
            Some(why) => response.tip_disabled(why.get(shown.lang)).clicked(),
            None => response.clicked(),
        }
    }

    /// Why an action would do nothing to what is selected.
    fn idle(&self, shown: &Shown<'_>, action: BlockAction) -> Option<Words> {
        let block = |id: &BlockId| find(shown.scenario, *id);
        let lead = shown.selected.or_else(|| self.selection.first().copied()).and_then(|id| block(&id))?;
        let awaits = |block: &Block| block.kind.is_awaitable() && !block.kind.needs_await();
        match action {
            BlockAction::Rename if lead.kind != Kind::Unknown && name_of(lead).is_none() => Some(Refusal::Nameless.words()),
            BlockAction::Unwrap | BlockAction::Fold if lead.braces.is_none() => Some(Refusal::Bodiless.words()),
            BlockAction::Await if !self.selection.iter().filter_map(block).all(awaits) => Some(Refusal::NothingToAwait.words()),
            BlockAction::CommentIn if commented(shown.text).is_empty() => Some(words::NO_COMMENT),
            _ => None,
        }
    }

    /// What an action is called of these blocks: disabled ones are enabled.
    fn words(&self, shown: &Shown<'_>, action: BlockAction, lang: Lang) -> &'static str {
        let words = if action == BlockAction::Disable && self.are_disabled(shown) { words::ENABLE } else { action.words() };
        words.get(lang)
    }

    /// Whether all that is selected is disabled.
    pub(super) fn are_disabled(&self, shown: &Shown<'_>) -> bool {
        let disabled = |id: &BlockId| find(shown.scenario, *id).is_some_and(|block| block.kind == Kind::Disabled);
        !self.selection.is_empty() && self.selection.iter().all(disabled)
    }

    /// Whether an action can be done now.
    pub(super) fn is_possible(&self, shown: &Shown<'_>, action: BlockAction) -> bool {
        let readable = !shown.stale || !action.changes();
        let has_one = !self.selection.is_empty() || (self.on_note.is_some() && Self::is_for_notes(action));
        readable && (has_one || !action.needs_block())
    }
}
