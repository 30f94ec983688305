//! Lays out the text of the editor line by line and keeps what it laid out: after a keystroke only the lines that changed are
//! done again. Does not choose colours (each piece of text comes with its own) and never wraps.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

use egui::text::{ByteIndex, LayoutJob, LayoutSection, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley};

/// A piece of a line and the colour it is written in.
pub(super) type Coloured = (Range<usize>, Color32);

/// What was laid out last.
#[derive(Default)]
pub(super) struct LineLayout {
    lines: Vec<Line>,
    whole: Option<Arc<Galley>>,
    look: Option<Look>,
    /// Laid out through egui's own cache at each pass: another one says that egui has begun a new font atlas, and what we
    /// keep points into the old one.
    canary: Option<Arc<Galley>>,
    /// How many lines the last change cost.
    pub(super) laid_out: usize,
}

struct Line {
    key: u64,
    galley: Arc<Galley>,
}

/// All that lines look like, besides their colours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    pub(super) font: FontId,
    pub(super) line_height: f32,
    pub(super) colour: Color32,
}

impl LineLayout {
    /// The whole text laid out. `colours` is asked only when text or look have changed since; it gives the pieces of the text
    /// that are not in the look's own colour, in order.
    pub(super) fn galley(
        &mut self,
        ui: &egui::Ui,
        text: &str,
        look: &Look,
        colours: &mut dyn FnMut() -> Vec<Coloured>,
    ) -> Arc<Galley> {
        self.drop_stale(ui, look);
        if let Some(whole) = self.whole.as_ref().filter(|whole| whole.text() == text) {
            return Arc::clone(whole);
        }
        let galley = self.lay_out(ui, text, look, &colours());
        self.whole = Some(Arc::clone(&galley));
        galley
    }

    /// Forgets the colours, so that they are asked again.
    pub(super) fn recolour(&mut self) {
        self.whole = None;
    }

    fn drop_stale(&mut self, ui: &egui::Ui, look: &Look) {
        let canary = ui.fonts_mut(|fonts| fonts.layout_no_wrap("0".to_owned(), look.font.clone(), look.colour));
        let same_atlas = self.canary.as_ref().is_some_and(|before| Arc::ptr_eq(before, &canary));
        if !same_atlas || self.look.as_ref() != Some(look) {
            *self = Self { canary: Some(canary), look: Some(look.clone()), ..Self::default() };
        }
    }

    fn lay_out(&mut self, ui: &egui::Ui, text: &str, look: &Look, colours: &[Coloured]) -> Arc<Galley> {
        let pages = lines(text, colours);
        let keys: Vec<_> = pages.iter().map(|line| line.key(text, colours)).collect();
        let same = |old: &Line, new: &u64| old.key == *new;
        let before = self.lines.iter().zip(&keys).take_while(|(old, new)| same(old, new)).count();
        let rest = self.lines[before..].iter().rev().zip(keys[before..].iter().rev());
        let behind = rest.take_while(|(old, new)| same(old, new)).count();
        let changed = before..keys.len() - behind;
        self.laid_out = changed.len();
        let new = ui.fonts_mut(|fonts| {
            let changed = changed.map(|at| Line { key: keys[at], galley: fonts.layout_job(pages[at].job(text, look, colours)) });
            changed.collect::<Vec<_>>()
        });
        let old_end = self.lines.len() - behind;
        self.lines.splice(before..old_end, new);
        let galleys: Vec<_> = self.lines.iter().map(|line| Arc::clone(&line.galley)).collect();
        let format = TextFormat { line_height: Some(look.line_height), ..TextFormat::simple(look.font.clone(), look.colour) };
        let mut whole = LayoutJob::single_section(text.to_owned(), format);
        whole.wrap.max_width = f32::INFINITY;
        Arc::new(Galley::concat(Arc::new(whole), &galleys, ui.pixels_per_point()))
    }
}

/// A line of the text, without its end.
struct Place {
    range: Range<usize>,
    /// The first coloured piece that reaches into it or stands behind it.
    first: usize,
}

fn lines(text: &str, colours: &[Coloured]) -> Vec<Place> {
    let mut lines = Vec::new();
    let (mut start, mut first) = (0, 0);
    for line in text.split('\n') {
        let end = start + line.len();
        while colours.get(first).is_some_and(|(range, _)| range.end <= start) {
            first += 1;
        }
        lines.push(Place { range: start..end, first });
        start = end + 1;
    }
    lines
}

impl Place {
    /// The coloured pieces in it.
    fn pieces<'c>(&self, colours: &'c [Coloured]) -> impl Iterator<Item = (usize, usize, Color32)> + use<'c> {
        let Range { start, end } = self.range;
        let pieces = colours[self.first..].iter().take_while(move |(range, _)| range.start < end);
        pieces.map(move |(range, colour)| (range.start.clamp(start, end), range.end.clamp(start, end), *colour))
    }

    /// Tells it from every line that looks otherwise.
    fn key(&self, text: &str, colours: &[Coloured]) -> u64 {
        let mut hasher = DefaultHasher::new();
        text[self.range.clone()].hash(&mut hasher);
        for (from, to, colour) in self.pieces(colours) {
            (from - self.range.start, to - self.range.start, colour).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// How it is laid out. A carriage return takes a place but no room.
    fn job(&self, text: &str, look: &Look, colours: &[Coloured]) -> LayoutJob {
        let Range { start, end } = self.range;
        let has_return = text[self.range.clone()].contains('\r');
        let mut job = LayoutJob { wrap: TextWrapping::no_max_width(), keep_trailing_whitespace: true, ..LayoutJob::default() };
        let mut append = |from: usize, to: usize, colour: Color32| {
            let format = TextFormat { line_height: Some(look.line_height), ..TextFormat::simple(look.font.clone(), colour) };
            let at = job.text.len();
            if has_return {
                job.text.push_str(&text[from..to].replace('\r', "\u{200b}"));
            } else {
                job.text.push_str(&text[from..to]);
            }
            job.sections.push(LayoutSection { leading_space: 0.0, byte_range: ByteIndex(at)..ByteIndex(job.text.len()), format });
        };
        let mut at = start;
        for (from, to, colour) in self.pieces(colours) {
            let from = from.max(at);
            if at < from {
                append(at, from, look.colour);
            }
            if from < to {
                append(from, to, colour);
            }
            at = at.max(to);
        }
        // An empty line has one section too: its height comes from there.
        if at < end || start == end {
            append(at, end, look.colour);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], expected: &[usize]) {
        let mut layout = LineLayout::default();
        let mut laid_out = Vec::new();
        let context = egui::Context::default();
        for text in texts {
            let mut seen = None;
            let mut show = |ui: &mut egui::Ui| {
                let look = Look { font: FontId::monospace(12.0), line_height: 16.0, colour: Color32::WHITE };
                let mut colours = || text.match_indices('x').map(|(at, _)| (at..at + 1, Color32::RED)).collect();
                let ours = layout.galley(ui, text, &look, &mut colours);
                let mut job = LayoutJob::simple((*text).to_owned(), look.font.clone(), look.colour, f32::INFINITY);
                job.sections[0].format.line_height = Some(look.line_height);
                let theirs = ui.fonts_mut(|fonts| fonts.layout_job(job));
                seen = Some((ours, theirs));
            };
            context.run_ui(egui::RawInput::default(), &mut show).textures_delta.clear();
            let (ours, theirs) = seen.expect("the closure has run");
            assert_eq!(ours.rows.len(), theirs.rows.len(), "{text:?}");
            assert_eq!(ours.end(), theirs.end(), "{text:?}");
            for index in 0..=text.chars().count() {
                let cursor = egui::text::CCursor::new(index);
                assert_eq!(ours.pos_from_cursor(cursor), theirs.pos_from_cursor(cursor), "{text:?} at {index}");
            }
            laid_out.push(layout.laid_out);
        }
        assert_eq!(laid_out, expected);
    }

    #[test]
    fn the_lines_together_are_what_egui_would_have_made_of_the_text() {
        check(&["", "a", "a\n", "\n\n", "ax\nbb x\n\nc"], &[1, 1, 1, 2, 4]);
    }

    #[test]
    fn a_keystroke_lays_out_one_line() {
        check(
            &["one\ntwo\nthree\nfour", "one\ntwo!\nthree\nfour", "one\ntwo!\nnew\nthree\nfour", "one\nthree\nfour"],
            &[4, 1, 1, 0],
        );
    }
}
