//! Small signs that say with their shape what their colour says too: what a task does, what a button does. Drawn, so that no font
//! need hold them.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, vec2};

use crate::trace::store::TaskState;

/// What a task does: a filled triangle runs, a hollow one would like to; a square is blocked, a ring sleeps, a diamond spins,
/// two bars are a pause, a hollow dot has not begun, a full one has ended.
pub(in crate::ui) fn state(painter: &Painter, middle: Pos2, radius: f32, state: TaskState, colour: Color32) {
    let at = |x: f32, y: f32| middle + vec2(x, y) * radius;
    let stroke = Stroke::new((radius * 0.35).max(1.2), colour);
    let triangle = || vec![at(-0.7, -0.95), at(1.0, 0.0), at(-0.7, 0.95)];
    painter.add(match state {
        TaskState::Running => Shape::convex_polygon(triangle(), colour, Stroke::NONE),
        TaskState::Runnable => Shape::closed_line(triangle(), stroke),
        TaskState::Blocked => Shape::rect_filled(Rect::from_center_size(middle, vec2(1.7, 1.7) * radius), 1.0, colour),
        TaskState::Sleeping => Shape::circle_stroke(middle, radius * 0.8, stroke),
        TaskState::Spinning => {
            Shape::convex_polygon(vec![at(0.0, -1.1), at(1.1, 0.0), at(0.0, 1.1), at(-1.1, 0.0)], colour, Stroke::NONE)
        }
        TaskState::Paused => {
            let bar = |x: f32| Shape::rect_filled(Rect::from_center_size(at(x, 0.0), vec2(0.5, 1.7) * radius), 0.5, colour);
            Shape::Vec(vec![bar(-0.5), bar(0.5)])
        }
        TaskState::New => Shape::circle_stroke(middle, radius * 0.45, stroke),
        TaskState::Done => Shape::circle_filled(middle, radius * 0.5, colour),
    });
}

/// What a button of the run bar does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Sign {
    Run,
    Pause,
    Stop,
    Restart,
}

/// The sign of a button, as large as `rect`.
pub(in crate::ui) fn transport(painter: &Painter, rect: Rect, sign: Sign, colour: Color32) {
    let (middle, radius) = (rect.center(), rect.width().min(rect.height()) / 2.0);
    let at = |x: f32, y: f32| middle + vec2(x, y) * radius;
    let block = |left: f32, right: f32| Shape::rect_filled(Rect::from_min_max(at(left, -0.85), at(right, 0.85)), 1.0, colour);
    match sign {
        Sign::Run => {
            painter.add(Shape::convex_polygon(vec![at(-0.7, -0.95), at(0.95, 0.0), at(-0.7, 0.95)], colour, Stroke::NONE));
        }
        Sign::Pause => painter.extend([block(-0.75, -0.2), block(0.2, 0.75)]),
        Sign::Stop => {
            painter.add(block(-0.85, 0.85));
        }
        Sign::Restart => {
            // Three quarters of a circle, open at the upper right, and a head where it ends.
            let turn = |step: u8| f32::from(step) / 16.0 * 1.5 * std::f32::consts::PI;
            let ring = (0..=16).map(|step| at(0.78 * turn(step).cos(), 0.78 * turn(step).sin())).collect();
            painter.add(Shape::line(ring, Stroke::new(1.5, colour)));
            let head = vec![at(-0.1, -1.3), at(0.7, -0.78), at(-0.1, -0.26)];
            painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
        }
    }
}
