//! Where events are missing, cut to the pixels there are: stretches of time in which some task's events were lost.
//! What is drawn over them is the panel's business; totals lack nothing there.

use super::axis::Axis;
use crate::time::Nanos;
use crate::trace::store::Trace;

/// A stretch, in points from the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Left.
    pub start_x: f32,
    /// Right; at least a point from the left.
    pub end_x: f32,
    /// Events missing in all gaps that reach into it.
    pub lost: u64,
}

/// The stretches in view from the left, those that touch joined. Made anew only when trace or view changes.
#[must_use]
pub fn plan(trace: &Trace, axis: &Axis) -> Vec<Stretch> {
    let (start, end) = (axis.range.start, axis.range.end);
    let in_view = trace.gaps().filter_map(|gap| {
        let until: Nanos = gap.end.unwrap_or(trace.elapsed);
        let at = |time| axis.x_from_time(time).clamp(0.0, axis.width);
        let (start_x, end_x) = (at(gap.start), at(until));
        (until >= start && gap.start <= end).then(|| Stretch { start_x, end_x: end_x.max(start_x + 1.0), lost: gap.lost })
    });
    let mut stretches: Vec<Stretch> = in_view.collect();
    stretches.sort_by(|one, other| one.start_x.total_cmp(&other.start_x));
    stretches.dedup_by(|next, before| {
        let touches = next.start_x <= before.end_x + 1.0;
        if touches {
            before.end_x = before.end_x.max(next.end_x);
            before.lost += next.lost;
        }
        touches
    });
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskId;
    use crate::trace::{Chunk, Event, EventKind};
    use crate::view::axis::TimeRange;

    fn chunk(task: u32, at: &[u64], lost_before: u64) -> Chunk {
        let event = |&at| Event::new(Nanos(at), EventKind::Core, None, 0, 0);
        Chunk { task: TaskId(task), events: at.iter().map(event).collect(), lost_before }
    }

    #[test]
    fn gaps_that_touch_are_one_stretch_and_those_out_of_view_are_left_out() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos(1_000);
        for (task, at, lost) in [(0, &[100_u64, 200][..], 7), (0, &[900], 2), (1, &[205], 0), (1, &[400], 3), (2, &[650], 0)] {
            trace.push(chunk(task, at, lost));
        }
        let show = |start, end| {
            let axis = Axis { range: TimeRange { start: Nanos(start), end: Nanos(end) }, width: 100.0 };
            let told: Vec<_> = plan(&trace, &axis)
                .iter()
                .map(|stretch| format!("{:.0}–{:.0}: {}", stretch.start_x, stretch.end_x, stretch.lost))
                .collect();
            told.join(" ")
        };
        assert_eq!(show(0, 1_000), "0–10: 7 20–90: 5");
        assert_eq!(show(500, 600), "0–100: 2");
        assert_eq!(show(950, 1_000), "");
    }
}
