//! How the run stands: a word, a time and what it came to, in one piece that shortens where there is little room. What was left
//! out stands under the pointer.

use egui::{Button, Label, RichText, Ui};

use super::fit::{CHIP_PAD, width};
use super::{live, name};
use crate::lang::Lang;
use crate::trace::ended::ENDED_UNEXPECTEDLY;
use crate::trace::store::{Ended, FindingKind, ProcessCounters, TaskState};
use crate::ui::command::{Arrange, Command, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::ui::kit::tip::Tip as _;
use crate::ui::state::{Phase, State, VerdictLine};
use crate::verdict::why_crashed;

/// Less of a word says nothing.
const LEAST_WORD: f32 = 44.0;

const SPINNER: f32 = 12.0;

/// What a run came to or is in, coloured; a click leads to the verdict.
struct Chip {
    /// As a screen reader says it, too.
    whole: String,
    short: String,
    colour: egui::Color32,
    tip: String,
    is_live: bool,
}

/// Draws it into what is left of the row, never wider and never on a second one.
pub(super) fn phase_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
    let (words, elapsed) = match state.phase {
        Phase::Ready => (i18n::READY.get(state.lang).to_owned(), None),
        Phase::Running(elapsed) => (i18n::RUNNING.get(state.lang).to_owned(), Some(elapsed)),
        Phase::Paused(elapsed) => (i18n::PAUSED.get(state.lang).to_owned(), Some(elapsed)),
        Phase::Ended(ended, elapsed) => (ended_in_words(ended, state), Some(elapsed)),
    };
    // While it goes on, a figure that does not change its length; in the end, one that says enough of a short run too.
    let time =
        elapsed.map(|elapsed| if state.phase.is_live() { format!("{:.1} s", elapsed.seconds()) } else { elapsed.to_string() });
    let chip = chip(state);
    let spins = matches!(state.phase, Phase::Running(_)) && stuck(state) == 0;
    let between = ui.spacing().item_spacing.x;
    let mono = egui::TextStyle::Monospace.resolve(ui.style());
    let time_width = time.as_ref().map_or(0.0, |time| {
        ui.fonts_mut(|fonts| fonts.layout_no_wrap(time.clone(), mono, egui::Color32::PLACEHOLDER).size().x) + between
    });
    let chip_width = |text: &str| width(ui, text) * 1.08 + 2.0 * CHIP_PAD + between;
    let whole = chip.as_ref().map_or(0.0, |chip| chip_width(&chip.whole));
    let short = chip.as_ref().map_or(0.0, |chip| chip_width(&chip.short));
    let room = ui.available_width() - time_width - if spins { SPINNER + between } else { 0.0 };
    let worded = width(ui, &words) * 1.08;
    let is_whole = worded + whole <= room;
    let word_room = room - if is_whole { whole } else { short };
    if spins {
        ui.add(egui::Spinner::new().size(SPINNER).color(state.shade.accent()));
    }
    if word_room >= worded.min(LEAST_WORD) {
        let text = RichText::new(&words).strong();
        let crashed = matches!(state.phase, Phase::Ended(Ended::Crashed(_), _));
        let text = if crashed { text.color(ui.visuals().error_fg_color) } else { text };
        let label = Label::new(text).truncate();
        let told = ui.scope(|ui| {
            ui.set_max_width(word_room.max(1.0));
            ui.add(label)
        });
        live(&told.inner, &words);
        if worded > word_room {
            told.inner.tip(&words);
        }
    }
    if let Some(time) = time {
        let shown = ui.add(Label::new(RichText::new(time).monospace().weak()).extend());
        if state.trace().is_some_and(|trace| trace.header.engine == "stepper") {
            shown.tip(i18n::VIRTUAL_TIME.get(state.lang));
        }
    }
    if let Some(chip) = chip {
        chip_ui(ui, &chip, is_whole, commands);
    }
}

fn chip_ui(ui: &mut Ui, chip: &Chip, is_whole: bool, commands: &mut Vec<Command>) {
    let text = if is_whole { &chip.whole } else { &chip.short };
    ui.spacing_mut().button_padding.x = CHIP_PAD;
    let button = Button::new(RichText::new(text).strong().color(chip.colour)).fill(chip.colour.gamma_multiply(0.14));
    let response = ui.add(button.wrap_mode(egui::TextWrapMode::Extend));
    name(&response, &chip.whole);
    if chip.is_live {
        live(&response, &chip.whole);
    }
    let tip = if is_whole { chip.tip.clone() } else { format!("{}\n{}", chip.whole, chip.tip) };
    if response.tip(tip.trim_end()).clicked() {
        commands.push(Command::Arrange(Arrange::Show(PanelKind::Verdict)));
    }
}

fn chip(state: &State<'_>) -> Option<Chip> {
    let lang = state.lang;
    let stuck = stuck(state);
    let is_refuted = state.verdicts.iter().any(|line| line.good == Some(false));
    // One that was stopped in it has come to that.
    let was_cut = matches!(state.phase, Phase::Ended(Ended::Stopped | Ended::TimedOut, _)) && !is_refuted;
    if stuck > 0 && (state.phase.is_live() || was_cut) {
        return Some(Chip {
            whole: fill(i18n::STUCK.get(lang), &[&stuck.to_string()]),
            short: i18n::DEADLOCKED.get(lang).to_owned(),
            colour: state.shade.theme().state(TaskState::Blocked),
            tip: i18n::STUCK_TIP.get(lang).to_owned(),
            is_live: state.phase.is_live(),
        });
    }
    if let Some(process) = died(state).filter(|_| state.phase.is_live()) {
        return Some(Chip {
            whole: fill(i18n::DIED.get(lang), &[&process.name]),
            short: "✖".to_owned(),
            colour: state.shade.verdict(Some(false)),
            tip: i18n::DIED_TIP.get(lang).to_owned(),
            is_live: true,
        });
    }
    let Phase::Ended(ended, _) = state.phase else { return None };
    if state.verdicts.is_empty() {
        return None;
    }
    let good = overall(ended, state.verdicts);
    let (sign, words, tip) = match good {
        Some(false) => ("✖", i18n::REFUTED, ""),
        Some(true) => ("✔", i18n::HOLDS, ""),
        None => ("○", i18n::UNSETTLED, i18n::UNSETTLED_TIP.get(lang)),
    };
    Some(Chip {
        whole: format!("{sign} {}", words.get(lang)),
        short: sign.to_owned(),
        colour: state.shade.verdict(good),
        tip: tip.to_owned(),
        is_live: false,
    })
}

/// The first process that a signal ended which nothing in the scenario sent.
fn died<'a>(state: &'a State<'_>) -> Option<&'a ProcessCounters> {
    state.trace()?.counters.processes.iter().find(|process| process.death.is_some())
}

/// How many tasks stand in a deadlock.
fn stuck(state: &State<'_>) -> usize {
    let Some(trace) = state.trace() else { return 0 };
    let deadlocks = trace.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock);
    deadlocks.map(|finding| finding.waits.len()).sum()
}

/// What the verdicts come to: a run that was cut short settles nothing but what it has refuted.
fn overall(ended: &Ended, verdicts: &[VerdictLine]) -> Option<bool> {
    if verdicts.iter().any(|line| line.good == Some(false)) {
        return Some(false);
    }
    matches!(ended, Ended::Completed | Ended::Deadlocked).then_some(true)
}

fn ended_in_words(ended: &Ended, state: &State<'_>) -> String {
    let lang = state.lang;
    match ended {
        Ended::Completed => i18n::COMPLETED.get(lang).to_owned(),
        Ended::Deadlocked => i18n::DEADLOCKED.get(lang).to_owned(),
        Ended::Stopped => i18n::STOPPED.get(lang).to_owned(),
        Ended::TimedOut => i18n::TIMED_OUT.get(lang).to_owned(),
        Ended::LimitReached(limit) => fill(i18n::LIMIT.get(lang), &[&limit.limit.words(lang)]),
        Ended::Crashed(how) => crashed_in_words(how, lang),
    }
}

/// That it ended unexpectedly is said once.
fn crashed_in_words(how: &str, lang: Lang) -> String {
    match how.strip_prefix(ENDED_UNEXPECTEDLY) {
        Some(so) => fill(i18n::CRASHED_SO.get(lang), &[so]),
        None => fill(i18n::CRASHED.get(lang), &[&why_crashed(how, lang)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_the_process_ended_unexpectedly_is_said_once() {
        let killed = format!("{ENDED_UNEXPECTEDLY} (signal: 9 (SIGKILL))");
        assert_eq!(crashed_in_words(&killed, Lang::En), "The run's process has ended unexpectedly (signal: 9 (SIGKILL))");
        assert_eq!(crashed_in_words(&killed, Lang::Zh), "运行进程意外结束 (signal: 9 (SIGKILL))");
        assert_eq!(crashed_in_words("it panicked", Lang::En), "The run's process ended: it panicked");
    }

    #[test]
    fn a_run_that_was_cut_short_is_not_said_to_hold() {
        let line = |good| VerdictLine { good, claim: String::new(), strength: String::new(), block: None };
        let check = |ended: &Ended, good| overall(ended, &[line(None), line(good)]);
        assert_eq!(check(&Ended::Completed, Some(true)), Some(true));
        assert_eq!(check(&Ended::TimedOut, None), None);
        assert_eq!(check(&Ended::TimedOut, Some(true)), None);
        assert_eq!(check(&crate::trace::ended::Limit::Steps(1).at(None), Some(false)), Some(false));
    }
}
