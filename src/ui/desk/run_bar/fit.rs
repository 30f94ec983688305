//! How much of the run bar there is room for, so that it is one row of one height in every state of a run.
//! Judged by what never changes while a run comes and goes: nothing moves when it begins or ends. Draws nothing.

use egui::{TextStyle, Ui};

use super::{COMBO_ENGINE, COMBO_RECORDING, SIGN_SIDE};
use crate::lang::Words;
use crate::ui::i18n;
use crate::ui::state::State;

/// From all there is to the least; what goes from the bar goes into a menu at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// All of it.
    Whole,
    /// Pause, Stop and Restart are signs alone.
    Signs,
    /// What runs it and what is recorded without the words before them.
    Unlabelled,
    /// What is recorded is in the menu.
    NoRecording,
    /// And the cores or the seed.
    NoNumber,
    /// And what runs it; Run is a sign alone.
    Least,
}

/// From the widest: each with whether the whole of how the run stands is to fit beside it, or its short form.
const CHOICES: [(Fit, bool); 7] = [
    (Fit::Whole, true),
    (Fit::Signs, true),
    (Fit::Unlabelled, true),
    (Fit::Unlabelled, false),
    (Fit::NoRecording, false),
    (Fit::NoNumber, false),
    (Fit::Least, false),
];

/// A separator with its margins, a number that is dragged, the menu's button.
const SEPARATOR: f32 = 12.0;
const NUMBER: f32 = 48.0;
const MENU: f32 = 32.0;

/// At each side of the words of what a run came to.
pub(super) const CHIP_PAD: f32 = 6.0;

impl Fit {
    /// What fits into what is left of the row.
    pub(super) fn of(ui: &Ui, state: &State<'_>) -> Self {
        let room = ui.available_width();
        let (whole, short) = standing(ui, state);
        let fits = |(fit, is_whole): &(Self, bool)| fit.controls(ui, state) + if *is_whole { whole } else { short } <= room;
        CHOICES.iter().find(|choice| fits(choice)).map_or(Self::Least, |(fit, _)| *fit)
    }

    /// How wide the controls are.
    fn controls(self, ui: &Ui, state: &State<'_>) -> f32 {
        let between = ui.spacing().item_spacing.x;
        let text = |words: Words| width(ui, words.get(state.lang));
        let padding = 2.0 * ui.spacing().button_padding.x;
        let button = |words: Words, worded: bool| {
            let text = if worded { text(words) + ui.spacing().icon_spacing } else { 0.0 };
            SIGN_SIDE + padding + text + between
        };
        let label = |words: Words, shown: bool| if shown { text(words) + between } else { 0.0 };
        let worded = self < Self::Signs;
        let pause = if text(i18n::PAUSE) > text(i18n::RESUME) { i18n::PAUSE } else { i18n::RESUME };
        let mut sum = button(i18n::RUN, self < Self::Least) + 2.0 * (SEPARATOR + between);
        sum += [pause, i18n::STOP, i18n::RESTART].map(|words| button(words, worded)).iter().sum::<f32>();
        if self < Self::Least {
            sum += label(i18n::ENGINE, self < Self::Unlabelled) + COMBO_ENGINE + padding + between;
        }
        if self < Self::NoNumber {
            sum += text(i18n::CORES).max(text(i18n::SEED)) + NUMBER + 2.0 * between;
        }
        if self < Self::NoRecording {
            sum += label(i18n::RECORD, self < Self::Unlabelled) + COMBO_RECORDING + padding + between;
        } else {
            sum += MENU + between;
        }
        sum
    }
}

/// How wide it is to say how a run stands: all of it, and in short.
fn standing(ui: &Ui, state: &State<'_>) -> (f32, f32) {
    let widest = |all: &[Words]| all.iter().map(|words| width(ui, words.get(state.lang))).fold(0.0, f32::max);
    let between = ui.spacing().item_spacing.x;
    let word = widest(&[i18n::READY, i18n::RUNNING, i18n::PAUSED, i18n::COMPLETED, i18n::DEADLOCKED, i18n::STOPPED]);
    let time = width(ui, "0000.00 s") + 2.0 * between;
    let sign = width(ui, "✔ ") + 2.0 * CHIP_PAD;
    let verdict = widest(&[i18n::HOLDS, i18n::REFUTED, i18n::UNSETTLED]);
    (word + time + sign + verdict, word + time + sign)
}

pub(super) fn width(ui: &Ui, text: &str) -> f32 {
    let font = TextStyle::Body.resolve(ui.style());
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER).size().x)
}
