//! What is told of a kind of block under the pointer, and of a field to screen readers.

use egui::{Response, Ui};

use crate::lang::Lang;
use crate::scenario::block::Info;

/// What a kind does, and an example.
pub(super) fn doc(ui: &mut Ui, info: &'static Info, lang: Lang) {
    ui.set_max_width(360.0);
    ui.label(info.doc.get(lang));
    ui.monospace(info.example);
}

/// Gives a field its name.
pub(super) fn name(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}
