//! What the editor can be asked to do, its words and its keys, and the changes that some of them are.

use egui::{Key, KeyboardShortcut, Modifiers, Ui};

use crate::document::edit::{Change, Selection};
use crate::document::typing::{self, Direction};
use crate::lang::Words;
use crate::ui::keys::take;

/// Something the editor can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their words say it")]
pub enum EditorAction {
    Complete,
    GoToDeclaration,
    FindUses,
    Rename,
    Find,
    Replace,
    FindNext,
    FindPrevious,
    GoToLine,
    ToggleComment,
    Indent,
    Outdent,
    MoveUp,
    MoveDown,
    Duplicate,
    DeleteLines,
    Format,
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

impl EditorAction {
    /// Every action, longer shortcuts before those they contain.
    pub const ALL: [Self; 17] = [
        Self::Complete,
        Self::FindUses,
        Self::GoToDeclaration,
        Self::Rename,
        Self::Find,
        Self::Replace,
        Self::FindPrevious,
        Self::FindNext,
        Self::GoToLine,
        Self::ToggleComment,
        Self::Indent,
        Self::Outdent,
        Self::Format,
        Self::Duplicate,
        Self::MoveUp,
        Self::MoveDown,
        Self::DeleteLines,
    ];

    /// What it is called.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Complete => words("Suggest", "补全建议"),
            Self::GoToDeclaration => words("Go to declaration", "转到声明"),
            Self::FindUses => words("Find uses", "查找引用"),
            Self::Rename => words("Rename…", "重命名…"),
            Self::Find => words("Find…", "查找…"),
            Self::Replace => words("Replace…", "替换…"),
            Self::FindNext => words("Find next", "查找下一个"),
            Self::FindPrevious => words("Find previous", "查找上一个"),
            Self::GoToLine => words("Go to line…", "转到行…"),
            Self::ToggleComment => words("Toggle comment", "切换注释"),
            Self::Indent => words("Indent", "增加缩进"),
            Self::Outdent => words("Outdent", "减少缩进"),
            Self::MoveUp => words("Move lines up", "上移行"),
            Self::MoveDown => words("Move lines down", "下移行"),
            Self::Duplicate => words("Duplicate lines", "复制行"),
            Self::DeleteLines => words("Delete lines", "删除行"),
            Self::Format => words("Format", "整理格式"),
        }
    }

    /// Its keys.
    #[must_use]
    pub const fn keys(self) -> KeyboardShortcut {
        let command = Modifiers::COMMAND;
        let both = command.plus(Modifiers::SHIFT);
        let (modifiers, key) = match self {
            Self::Complete => (command, Key::Space),
            Self::GoToDeclaration => (Modifiers::NONE, Key::F12),
            Self::FindUses => (Modifiers::SHIFT, Key::F12),
            Self::Rename => (Modifiers::NONE, Key::F2),
            Self::Find => (command, Key::F),
            Self::Replace => (command, Key::H),
            Self::FindNext => (Modifiers::NONE, Key::F3),
            Self::FindPrevious => (Modifiers::SHIFT, Key::F3),
            Self::GoToLine => (command, Key::G),
            Self::ToggleComment => (command, Key::Slash),
            Self::Indent => (command, Key::CloseBracket),
            Self::Outdent => (command, Key::OpenBracket),
            Self::MoveUp => (Modifiers::ALT, Key::ArrowUp),
            Self::MoveDown => (Modifiers::ALT, Key::ArrowDown),
            Self::Duplicate => (Modifiers::ALT.plus(Modifiers::SHIFT), Key::ArrowDown),
            Self::DeleteLines => (both, Key::K),
            Self::Format => (Modifiers::ALT.plus(Modifiers::SHIFT), Key::F),
        };
        KeyboardShortcut::new(modifiers, key)
    }

    /// The change of the text that it is; none for those that only look.
    pub(super) fn change(self, text: &str, selection: Selection) -> Option<Change> {
        match self {
            Self::ToggleComment => typing::comment(text, selection),
            Self::Indent => typing::indent(text, selection, Direction::Forth),
            Self::Outdent => typing::indent(text, selection, Direction::Back),
            Self::MoveUp => typing::shift(text, selection, Direction::Back),
            Self::MoveDown => typing::shift(text, selection, Direction::Forth),
            Self::Duplicate => typing::duplicate(text, selection),
            Self::DeleteLines => typing::delete(text, selection),
            Self::Format => typing::format(text, selection),
            _ => None,
        }
    }
}

/// The action whose keys were pressed; `in_bar` only those that also make sense while something is looked for.
pub(in crate::ui) fn take_keys(ui: &Ui, in_bar: bool) -> Option<EditorAction> {
    use EditorAction::{Find, FindNext, FindPrevious, GoToLine, Replace};
    let searches = |action: &EditorAction| matches!(action, Find | Replace | FindNext | FindPrevious | GoToLine);
    let mut actions = EditorAction::ALL.into_iter().filter(|action| !in_bar || searches(action));
    ui.input_mut(|input| {
        let action = actions.find(|action| take(input, &action.keys()))?;
        // The letter of a key pressed with Alt comes as text, too.
        if action.keys().modifiers.alt {
            input.events.retain(|event| !matches!(event, egui::Event::Text(_)));
        }
        Some(action)
    })
}
