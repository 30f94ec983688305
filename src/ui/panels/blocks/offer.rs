//! What else a block may say, behind its tile while it is selected: each value that is not written yet, to be clicked.
//! Which values a block takes is `view::blocks`; writes none itself.

use egui::{Align2, CursorIcon, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::lang::Lang;
use crate::scenario::Block;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;
use crate::view::blocks::{Field, FieldId, Key, fields};

/// More would hide what they belong to.
const MOST: usize = 6;
const PAD: f32 = 4.0;
const BETWEEN: f32 = 5.0;

/// The values that `block` may have and has not.
pub(super) fn offers(block: &Block, text: &str) -> Vec<Field> {
    let mut open = fields(block, text);
    open.retain(|field| field.value.is_none());
    open.truncate(MOST);
    open
}

/// Draws those that there is room for between `left` and `right`; which one was clicked, and where they end.
pub(super) fn offers_ui(
    ui: &mut Ui,
    theme: &Theme,
    key: Key,
    offers: &[Field],
    (left, right, row): (f32, f32, Rect),
    lang: Lang,
) -> (Option<FieldId>, f32) {
    let (mut x, mut clicked) = (left, None);
    for field in offers {
        let text = format!("+ {}", field.name());
        let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.clone(), theme.small(), theme.weak));
        let size = vec2(galley.size().x + 2.0 * PAD, row.height() - 8.0);
        if x + size.x > right {
            break;
        }
        let place = Rect::from_min_size(pos2(x, row.center().y - size.y / 2.0), size);
        let response = ui.interact(place, ui.scope_id().with((key, "offer", field.id)), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
        let colour = if response.hovered() { theme.text } else { theme.weak };
        ui.painter().rect_stroke(place, 3.0, Stroke::new(1.0, theme.line), StrokeKind::Inside);
        ui.painter().text(place.center(), Align2::CENTER_CENTER, &text, theme.small(), colour);
        let response = response.on_hover_cursor(CursorIcon::PointingHand).tip_ui(|ui| {
            ui.set_max_width(320.0);
            ui.label(field.parameter.doc.get(lang));
            ui.weak(field.takes(lang));
        });
        if response.clicked() {
            clicked = Some(field.id);
        }
        x += size.x + BETWEEN;
    }
    (clicked, x)
}
