//! What a run tells of a block, at the right edge of its row: how often, how long, and a bar. The bars of all rows are alike in
//! length, so that one can be held against another: filled is the block's time beside that of the block with the most, and of that
//! the part in the colour of those who are blocked was waiting. Where there is room for one figure only, it is the time; a block
//! without one is told by how often it ran. Which block ran how long is `view::blocks`.

use egui::{Align2, Rect, Sense, Ui, pos2};

use super::words;
use crate::lang::Lang;
use crate::trace::store::TaskState;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip::Tip as _;
use crate::ui::panels::tasks::state_name;
use crate::view::blocks::{Heat, Key};
use crate::view::figure::{count, percent, short_count};

/// How long a bar is.
pub(super) const BAR: f32 = 56.0;

/// Below this a panel has no room for two figures, and for half a bar only.
const ROOM_FOR_BOTH: f32 = 280.0;

const BETWEEN: f32 = 6.0;

/// Less of a bar is not drawn at all.
const LEAST_FILLED: f32 = 1.5;

/// See the file's head.
pub(super) struct Figures<'a> {
    heat: &'a Heat,
    /// As much as a panel of this width has room for, and less of it.
    texts: [String; 2],
    short: String,
    bar: f32,
    /// The room for it: where there is little, what has no time takes none for one.
    bar_room: f32,
}

/// Where they go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) row: Rect,
    /// What stands on the row before them ends here.
    pub(super) after: f32,
    /// Before this the block's word stands, which is to be read in any case.
    pub(super) word: f32,
    /// The right edge of the panel.
    pub(super) right: f32,
    pub(super) key: Key,
}

impl<'a> Figures<'a> {
    /// Of a block in a panel so wide; none if nothing is told of it.
    pub(super) fn of(heat: &'a Heat, width: f32) -> Option<Self> {
        let (times, time) = (heat.counters.count, heat.counters.time);
        if times == 0 && time.0 == 0 {
            return None;
        }
        let is_wide = width >= ROOM_FOR_BOTH;
        let (less, short) = match time.0 {
            0 => (format!("{}×", count(times)), format!("{}×", short_count(times))),
            _ => (time.to_string(), time.to_string()),
        };
        let whole = if is_wide && times > 0 && time.0 > 0 { format!("{}× {time}", count(times)) } else { less.clone() };
        let bar = if is_wide { BAR } else { BAR / 2.0 };
        let bar_room = if is_wide || time.0 > 0 { bar + BETWEEN } else { 0.0 };
        Some(Self { heat, texts: [whole, less], short, bar, bar_room })
    }

    /// The room they take, with what they keep free around them: both, only the one that tells more, and that in short.
    pub(super) fn needs(&self, ui: &Ui, theme: &Theme) -> [f32; 3] {
        let [whole, less] = &self.texts;
        [whole, less, &self.short].map(|text| self.bar_room + size(ui, theme, text) + 3.0 * BETWEEN)
    }

    /// How much of the bar is time, and how much of that was waiting.
    fn filled(&self) -> [f32; 2] {
        let counters = &self.heat.counters;
        if counters.time.0 == 0 {
            return [0.0; 2];
        }
        #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
        let waiting = (counters.waiting.seconds() / counters.time.seconds()).min(1.0) as f32;
        let filled = (self.bar * self.heat.share).clamp(LEAST_FILLED, self.bar);
        [filled, filled * waiting]
    }

    /// Draws them; gives where they begin.
    pub(super) fn ui(&self, ui: &mut Ui, theme: &Theme, place: Place, told: &str, lang: Lang) -> f32 {
        let row = place.row;
        let right = place.right - 2.0 * BETWEEN;
        let fits = |text: &&String| right - self.bar_room - size(ui, theme, text) > place.after;
        let text = self.texts.iter().chain([&self.short]).find(fits);
        // Where nothing fits, the shortest with the bar below it, at the panel's edge over whatever goes on behind it.
        let is_over = text.is_none();
        let right = if is_over { place.right - ui.spacing().scroll.allocated_width() - 4.0 } else { right };
        let middle = if is_over { row.bottom() - 4.0 } else { row.center().y };
        let half = if is_over { 1.5 } else { 3.0 };
        let bar = Rect::from_x_y_ranges(right - self.bar..=right, middle - half..=middle + half);
        let painter = ui.painter();
        let left = right - self.bar.max(size(ui, theme, &self.short)) - BETWEEN;
        if is_over && left >= place.word {
            painter.rect_filled(Rect::from_x_y_ranges(left..=place.right, row.y_range()), 0.0, ui.visuals().panel_fill);
            let at = pos2(right, row.center().y - 2.0);
            painter.text(at, Align2::RIGHT_CENTER, &self.short, theme.small(), theme.text);
        }
        let [time, waiting] = self.filled();
        if time > 0.0 {
            painter.rect_filled(bar, 2.0, theme.faint);
            let filled = bar.with_min_x(bar.right() - time);
            painter.rect_filled(filled, 2.0, theme.state(TaskState::Running));
            painter.rect_filled(filled.with_max_x(filled.left() + waiting), 2.0, theme.state(TaskState::Blocked));
        }
        let mut left = right - self.bar_room;
        if let Some(text) = text {
            painter.text(pos2(left, bar.center().y), Align2::RIGHT_CENTER, text, theme.small(), theme.weak);
            left -= size(ui, theme, text) + BETWEEN;
        }
        let hit = if is_over { bar.with_min_y(row.top()) } else { bar.with_min_x(left).expand(4.0) };
        let response = ui.interact(hit, ui.scope_id().with((place.key, "heat")), Sense::hover());
        response.tip_ui(|ui| self.tip_ui(ui, told, lang));
        left
    }

    /// What they say, in words, and what the bar means.
    fn tip_ui(&self, ui: &mut Ui, told: &str, lang: Lang) {
        ui.set_max_width(360.0);
        ui.label(told);
        if self.heat.counters.time.0 > 0 {
            ui.weak(words::HEAT_BAR.get(lang).replace("{0}", &percent(f64::from(self.heat.share))));
        }
        for (state, tasks) in &self.heat.standing {
            ui.label(standing_told(*state, *tasks, lang));
        }
    }
}

/// How many tasks do what, in words.
pub(super) fn standing_told(state: TaskState, tasks: usize, lang: Lang) -> String {
    format!("{tasks} {}", state_name(state).get(lang))
}

fn size(ui: &Ui, theme: &Theme, text: &str) -> f32 {
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), theme.small(), theme.weak).size().x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Nanos;
    use crate::trace::store::BlockCounters;

    fn heat(count: u64, time: u64, waiting: u64, share: f32) -> Heat {
        let counters = BlockCounters { count, time: Nanos(time), waiting: Nanos(waiting) };
        Heat { counters, share, ..Heat::default() }
    }

    #[test]
    fn bars_of_one_panel_can_be_compared() {
        let (most, half, often) = (heat(3, 2_000, 0, 1.0), heat(1_234_567, 1_000, 500, 0.5), heat(7, 0, 0, 0.0));
        for width in [200.0, 600.0] {
            let of = |heat| Figures::of(heat, width).expect("it ran");
            assert!(of(&most).bar.to_bits() == of(&half).bar.to_bits() && of(&most).bar.to_bits() == of(&often).bar.to_bits());
            let bar = of(&most).bar;
            let filled = |heat| of(heat).filled().map(f32::to_bits);
            assert_eq!(filled(&most), [bar, 0.0].map(f32::to_bits));
            assert_eq!(filled(&half), [bar / 2.0, bar / 4.0].map(f32::to_bits));
            assert_eq!(filled(&often), [0.0, 0.0].map(f32::to_bits));
        }
        assert!(Figures::of(&Heat::default(), 600.0).is_none());
    }

    #[test]
    fn a_count_without_a_time_stands_alone_and_narrow_panels_show_the_time() {
        let text = |heat: &Heat, width| Figures::of(heat, width).map(|figures| figures.texts[0].clone()).unwrap_or_default();
        assert_eq!(text(&heat(7, 0, 0, 0.0), 600.0), "7×");
        assert_eq!(text(&heat(7, 2_000, 0, 1.0), 600.0), "7× 2.00 µs");
        assert_eq!(text(&heat(7, 2_000, 0, 1.0), 200.0), "2.00 µs");
        assert_eq!(text(&heat(7, 0, 0, 0.0), 200.0), "7×");
        assert_eq!(text(&heat(0, 2_000, 2_000, 1.0), 200.0), "2.00 µs");
    }

    #[test]
    fn where_there_is_no_room_for_both_every_block_with_a_time_keeps_its_time() {
        let texts = |time, share| {
            let heat = heat(7_000, time, 0, share);
            let Figures { texts: [_, less], short, .. } = Figures::of(&heat, 600.0).expect("it ran");
            [less, short]
        };
        for share in [1.0, 0.1, 0.001] {
            assert_eq!(texts(2_000, share), ["2.00 µs", "2.00 µs"]);
        }
        assert_eq!(texts(0, 0.0), ["7\u{202f}000×", "7.0k×"]);
    }
}
