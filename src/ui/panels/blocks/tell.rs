//! What is told of a kind of block under the pointer, and of a field to screen readers.

use egui::{Response, Ui, vec2};

use crate::diagnostic::Diagnostic;
use crate::lang::Lang;
use crate::scenario::block::Info;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::panels::editor::sign;

/// What a kind does, and an example.
pub(super) fn doc(ui: &mut Ui, info: &'static Info, lang: Lang) {
    ui.set_max_width(360.0);
    ui.label(info.doc.get(lang));
    if !info.example.is_empty() {
        ui.monospace(info.example);
    }
}

/// What is wrong with a block, and what to do.
pub(super) fn problems(ui: &mut Ui, theme: &Theme, problems: &[&Diagnostic], lang: Lang) {
    ui.set_max_width(360.0);
    for told in problems {
        ui.horizontal_top(|ui| {
            let side = ui.text_style_height(&egui::TextStyle::Body);
            let (rect, _) = ui.allocate_exact_size(vec2(side, side), egui::Sense::hover());
            sign(ui.painter(), rect.center(), side * 0.3, told.severity, theme.severity(told.severity));
            ui.vertical(|ui| {
                ui.label(told.message(lang));
                let help = told.help(lang);
                if !help.is_empty() {
                    ui.weak(help);
                }
            });
        });
    }
    if !problems.is_empty() {
        ui.separator();
    }
}

/// Gives a field its name.
pub(super) fn name(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}
