//! What is explained under the pointer, as long as nothing else lies there. The toolkit keeps a tip open by its place alone: it would
//! stand above a window that has come over what it explains. Knows no words.
#![expect(clippy::disallowed_methods, reason = "here it is looked at what lies over")]

use egui::{Id, Order, Rect, Response, Ui, WidgetText};

/// A widget that is explained.
pub(in crate::ui) trait Tip: Sized {
    /// By words.
    fn tip(self, words: impl Into<WidgetText>) -> Self;
    /// By words while it cannot be used.
    fn tip_disabled(self, words: impl Into<WidgetText>) -> Self;
    /// By more than words.
    fn tip_ui(self, show: impl FnOnce(&mut Ui)) -> Self;
    /// Beside the pointer: what is large says something else in each place.
    fn tip_at_pointer(self, show: impl FnOnce(&mut Ui)) -> Self;
}

impl Tip for Response {
    fn tip(self, words: impl Into<WidgetText>) -> Self {
        uncovered(self, |response| response.on_hover_text(words))
    }

    fn tip_disabled(self, words: impl Into<WidgetText>) -> Self {
        uncovered(self, |response| response.on_disabled_hover_text(words))
    }

    fn tip_ui(self, show: impl FnOnce(&mut Ui)) -> Self {
        uncovered(self, |response| response.on_hover_ui(show))
    }

    fn tip_at_pointer(self, show: impl FnOnce(&mut Ui)) -> Self {
        uncovered(self, |response| response.on_hover_ui_at_pointer(show))
    }
}

/// Explains it, where the pointer is on it; screen readers hear of it in any case.
fn uncovered(mut response: Response, explain: impl FnOnce(Response) -> Response) -> Response {
    let rect = response.rect;
    if is_covered(&response) {
        response.rect = Rect::NOTHING;
    }
    let mut response = explain(response);
    response.rect = rect;
    response
}

/// Something was put down where the pointer is: what comes to lie under it is not explained until it moves again.
pub(in crate::ui) fn rest(ui: &Ui) {
    let at = ui.ctx().pointer_latest_pos();
    ui.data_mut(|data| data.insert_temp(rest_id(), at));
}

fn rest_id() -> Id {
    Id::unique("where tips rest")
}

/// Whether something lies over it where the pointer is: a window, a list, a menu, a question; or the pointer has only dropped there.
fn is_covered(response: &Response) -> bool {
    let Some(at) = response.ctx.pointer_latest_pos() else { return false };
    if response.ctx.data(|data| data.get_temp(rest_id())) == Some(Some(at)) {
        return true;
    }
    let top = response.ctx.layer_id_at(at);
    top.is_some_and(|top| top != response.layer_id && !matches!(top.order, Order::Tooltip | Order::Debug))
}
