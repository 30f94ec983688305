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
}

impl Focus {
    /// To be called before anything of a frame is drawn; `covered`: a list, a page or a question lies over the panels.
    pub(in crate::ui) fn keep(&mut self, ui: &Ui, covered: bool) {
        let now = ui.memory(egui::Memory::focused);
        if covered {
            (self.is_covered, self.over) = (true, now);
            return;
        }
        // Where it was taken to by hand, there it stays.
        match self.panel {
            Some(panel) if self.is_covered && (now.is_none() || now == self.over) => {
                ui.memory_mut(|memory| memory.request_focus(panel));
            }
            _ => self.panel = now,
        }
        self.is_covered = false;
    }
}
