//! The time axis under the plots and what pointer and keys do to it: zoom, pan, follow, point at a moment. All plots share it.
//! Decides nothing about what is plotted.

use egui::{Align2, Color32, CursorIcon, FontId, Key, Modifiers, Painter, PointerButton, Rect, Response, Stroke, Ui, pos2};

use crate::time::Nanos;
use crate::view::axis::{Axis, TimeRange, TimeView};

/// How far a key zooms or pans.
const KEY_ZOOM: f64 = 0.8;
const KEY_PAN: f64 = 0.1;

/// Least room between two marks.
pub(in crate::ui) const TICKS_APART: f32 = 84.0;

/// What the user did to the time in view.
#[must_use]
pub(in crate::ui) fn moved(ui: &Ui, response: &Response, axis: &Axis, elapsed: Nanos, view: TimeView) -> Option<TimeView> {
    let mut after = view;
    let rect = response.rect;
    let time_at = |x: f32| axis.time_from_x(x - rect.left());
    let hovered = response.hover_pos();
    after.cursor = match hovered {
        Some(pointer) => Some(time_at(pointer.x)),
        // Whoever showed the cursor takes it away.
        None if view.cursor.is_some() && was_hovered(ui, response) => None,
        None => view.cursor,
    };
    let mut range = axis.range;
    if response.dragged_by(PointerButton::Primary) {
        ui.set_cursor_icon(CursorIcon::Grabbing);
        range = range.panned(f64::from(-response.drag_delta().x / rect.width().max(1.0)), elapsed);
    }
    if let Some(pointer) = hovered {
        let (zoom, sideways) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta().x));
        if (zoom - 1.0).abs() > f32::EPSILON {
            range = range.zoomed(time_at(pointer.x), f64::from(1.0 / zoom), elapsed);
        } else if sideways != 0.0 {
            range = range.panned(f64::from(-sideways / rect.width().max(1.0)), elapsed);
        }
    }
    if response.has_focus() {
        range = keyed(ui, response, range, view.cursor.filter(|at| range.contains(*at)), elapsed);
    }
    if range != axis.range {
        after.chosen = Some(range);
    }
    let reset = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Num0));
    if response.double_clicked() || reset {
        after.chosen = None;
    }
    (after != view).then_some(after)
}

fn was_hovered(ui: &Ui, response: &Response) -> bool {
    let before = ui.input(|input| input.pointer.latest_pos().map(|at| at - input.pointer.delta()));
    before.is_none_or(|before| response.interact_rect.contains(before))
}

/// Arrows pan, plus and minus zoom around the cursor or the middle.
fn keyed(ui: &Ui, response: &Response, range: TimeRange, cursor: Option<Nanos>, elapsed: Nanos) -> TimeRange {
    let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let middle = cursor.unwrap_or(Nanos(range.start.0.midpoint(range.end.0)));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowLeft) {
        range.panned(-KEY_PAN, elapsed)
    } else if pressed(Key::ArrowRight) {
        range.panned(KEY_PAN, elapsed)
    } else if pressed(Key::Plus) || pressed(Key::Equals) {
        range.zoomed(middle, KEY_ZOOM, elapsed)
    } else if pressed(Key::Minus) {
        range.zoomed(middle, 1.0 / KEY_ZOOM, elapsed)
    } else {
        range
    }
}

/// Draws the marks and their times into a strip below plots that span the same width.
pub(in crate::ui) fn ticks(painter: &Painter, rect: Rect, axis: &Axis, font: &FontId, text: Color32, line: Stroke) {
    painter.hline(rect.x_range(), rect.top(), line);
    for tick in axis.ticks(TICKS_APART) {
        let x = rect.left() + tick.x;
        painter.vline(x, rect.top()..=rect.top() + 4.0, line);
        // The outermost are pulled in, so that none is cut off.
        let align = if tick.x < 24.0 {
            Align2::LEFT_TOP
        } else if tick.x > axis.width - 24.0 {
            Align2::RIGHT_TOP
        } else {
            Align2::CENTER_TOP
        };
        painter.text(pos2(x, rect.top() + 5.0), align, tick.label, font.clone(), text);
    }
}

/// Marks the moment pointed at, across a plot.
pub(in crate::ui) fn cursor(painter: &Painter, rect: Rect, axis: &Axis, cursor: Option<Nanos>, stroke: Stroke) {
    if let Some(at) = cursor.filter(|at| axis.range.contains(*at)) {
        painter.vline(rect.left() + axis.x_from_time(at), rect.y_range(), stroke);
    }
}
