//! Paints one core's strip: stacked shares over time, each part told by colour and by pattern. The plan decides every position.

use egui::{Color32, Mesh, Painter, Rect, Shape, Stroke, pos2};

use crate::view::cores::{PARTS, Piece, stacked};

/// How a part looks.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct PartPaint {
    pub(in crate::ui) fill: Color32,
    pub(in crate::ui) ink: Color32,
    pub(in crate::ui) pattern: Pattern,
}

/// What tells a part apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Pattern {
    /// Even.
    Plain,
    /// Rising lines.
    Rising,
    /// Falling lines.
    Falling,
    /// Level lines.
    Level,
}

/// Points between the lines of a pattern.
const APART: f32 = 6.0;

/// The stack of every piece, from the bottom of `rect`.
pub(in crate::ui) fn stack(painter: &Painter, rect: Rect, pieces: &[Piece], parts: &[PartPaint; PARTS]) {
    let mut mesh = Mesh::default();
    let mut areas: [Vec<Rect>; PARTS] = Default::default();
    for piece in pieces {
        let (left, right) = (rect.left() + piece.start_x, rect.left() + piece.end_x);
        let mut bottom = rect.bottom();
        for (part, share) in stacked(&piece.used).into_iter().enumerate() {
            let top = (bottom - share.clamp(0.0, 1.0) * rect.height()).max(rect.top());
            if bottom - top > 0.05 {
                let area = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
                mesh.add_colored_rect(area, parts[part].fill);
                areas[part].push(area);
            }
            bottom = top;
        }
    }
    painter.add(Shape::mesh(mesh));
    for (areas, part) in areas.iter().zip(parts) {
        painter.extend(hatch(areas, *part));
    }
}

/// A small sample of a part, for the legend.
pub(in crate::ui) fn sample(painter: &Painter, rect: Rect, part: PartPaint) {
    painter.rect_filled(rect, 2.0, part.fill);
    painter.extend(hatch(&[rect], part));
}

/// Marks stretches where nothing is known.
pub(in crate::ui) fn lost(areas: &[Rect], ink: Color32) -> Vec<Shape> {
    hatch(areas, PartPaint { fill: ink, ink, pattern: Pattern::Rising })
}

/// The part's pattern inside its areas, which stand from left to right. Lines stand still on the screen whatever they run
/// through, and one that goes on in the next area is one line.
fn hatch(areas: &[Rect], part: PartPaint) -> Vec<Shape> {
    if areas.is_empty() {
        return Vec::new();
    }
    let slope = match part.pattern {
        Pattern::Plain => return Vec::new(),
        Pattern::Rising => -1.0,
        Pattern::Falling => 1.0,
        Pattern::Level => 0.0,
    };
    let stroke = Stroke::new(1.0, part.ink);
    let whole = areas.iter().fold(Rect::NOTHING, |whole, area| whole.union(*area));
    // A line is where y = slope · x + offset.
    let corners = [whole.left_top(), whole.right_top(), whole.left_bottom(), whole.right_bottom()];
    let offsets = corners.map(|at| at.y - slope * at.x);
    let (least, most) = offsets.into_iter().fold((f32::MAX, f32::MIN), |(least, most), at| (least.min(at), most.max(at)));
    let mut lines = Vec::new();
    let mut offset = (least / APART).ceil() * APART;
    while offset < most {
        let mut open: Option<(f32, f32)> = None;
        for area in crossed(areas, whole, slope, offset) {
            let Some((left, right)) = inside(area, slope, offset) else { continue };
            open = match open {
                Some((start, end)) if left - end < 0.1 => Some((start, right)),
                before => {
                    push(before, slope, offset, stroke, &mut lines);
                    Some((left, right))
                }
            };
        }
        push(open, slope, offset, stroke, &mut lines);
        offset += APART;
    }
    lines
}

/// The areas that the line can meet.
fn crossed(areas: &[Rect], whole: Rect, slope: f32, offset: f32) -> impl Iterator<Item = &Rect> {
    let (left, right) = inside(&whole, slope, offset).unwrap_or((0.0, 0.0));
    let first = areas.partition_point(|area| area.right() < left);
    areas[first..].iter().take_while(move |area| area.left() <= right)
}

/// From where to where the line runs inside `area`.
fn inside(area: &Rect, slope: f32, offset: f32) -> Option<(f32, f32)> {
    if slope == 0.0 {
        return area.y_range().contains(offset).then_some((area.left(), area.right()));
    }
    let ends = [area.top(), area.bottom()].map(|y| ((y - offset) * slope).clamp(area.left(), area.right()));
    let (left, right) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    (right - left > 0.05).then_some((left, right))
}

fn push(line: Option<(f32, f32)>, slope: f32, offset: f32, stroke: Stroke, lines: &mut Vec<Shape>) {
    if let Some((left, right)) = line.filter(|(left, right)| right - left > 0.4) {
        lines.push(Shape::line_segment([pos2(left, slope * left + offset), pos2(right, slope * right + offset)], stroke));
    }
}
