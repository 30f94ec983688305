//! Who has the keyboard: what covers the panels for a while takes it, and gives it back when it goes.

use egui::{Id, Ui};

/// Whom it is given back to.
#[derive(Debug, Default)]
pub(in crate::ui) struct Focus {
    /// Who had it before the panels were covered, or has it now that they are not.
    panel: Option<Id>,
    is_covered: bool,
    /// Who had it last while they were covered.
    over: Option<Id>,
    /// For how many frames more it is given back: what has just gone may keep it from the panels for one.
    returns: u32,
}

/// Who has not taken it back by then is not there any more.
const MOST_FRAMES: u32 = 3;

impl Focus {
    /// To be called before anything of a frame is drawn; `covered`: a list, a page or a question lies over the panels.
    pub(in crate::ui) fn keep(&mut self, ui: &Ui, covered: bool) {
        let now = ui.memory(egui::Memory::focused);
        if covered {
            (self.is_covered, self.over, self.returns) = (true, now, 0);
            return;
        }
        if std::mem::take(&mut self.is_covered) {
            self.returns = MOST_FRAMES;
        }
        // Where it was taken to by hand, there it stays.
        match self.panel {
            Some(panel) if self.returns > 0 && (now.is_none() || now == self.over) => {
                self.returns -= 1;
                ui.memory_mut(|memory| memory.request_focus(panel));
                ui.ctx().request_repaint();
            }
            _ => (self.panel, self.returns) = (now, 0),
        }
    }

    /// Whether the panels are still to be given it back.
    pub(in crate::ui) const fn is_returning(&self) -> bool {
        self.returns > 0
    }

    /// Whether nobody has it, or had it until a key of this frame took it away.
    pub(in crate::ui) const fn is_idle(&self) -> bool {
        !self.is_covered && self.panel.is_none()
    }
}
