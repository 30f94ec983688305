//! A ring around whatever has the keys, once Tab has been pressed and until the pointer is: who walks by keys sees where he is,
//! whoever drew it. Gives the focus to nobody.

use egui::{Context, CornerRadius, Event, Id, Key, LayerId, Order, Plugin, RawInput, Stroke, StrokeKind, Ui};

/// How far outside of what it is around.
const AROUND: f32 = 2.5;

/// See the file's head.
#[derive(Debug, Default)]
pub(in crate::ui) struct FocusRing {
    walks: bool,
}

impl FocusRing {
    /// From now on it is drawn, where it is asked for.
    pub(in crate::ui) fn watch(context: &Context) {
        drop(context.plugin_or_default::<Self>());
    }
}

impl Plugin for FocusRing {
    fn debug_name(&self) -> &'static str {
        "focus ring"
    }

    fn input_hook(&mut self, _: &Context, input: &mut RawInput) {
        for event in &input.events {
            match event {
                Event::Key { key: Key::Tab, pressed: true, .. } => self.walks = true,
                Event::PointerButton { pressed: true, .. } => self.walks = false,
                _ => {}
            }
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let context = ui.ctx();
        let focused = context.memory(egui::Memory::focused).filter(|_| self.walks);
        let Some(response) = focused.and_then(|id| context.read_response(id)) else { return };
        let place = response.interact_rect.expand(AROUND).intersect(context.content_rect().shrink(2.0));
        let painter = context.layer_painter(LayerId::new(Order::Tooltip, Id::unique("focus ring")));
        let colour = context.global_style().visuals.hyperlink_color;
        painter.rect_stroke(place, CornerRadius::same(4), Stroke::new(2.0, colour), StrokeKind::Outside);
    }
}
