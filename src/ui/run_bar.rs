//! The bar along the top: run, pause, stop, restart; on what; and how it stands.

use egui::{Atom, AtomPaintArgs, Button, ComboBox, CursorIcon, DragValue, RichText, Sense, Ui, vec2};

use super::command::{Arrange, Command, EngineChoice, PanelKind, Recording, keys_of};
use super::i18n::{self, fill};
use super::panel_signs::{self as signs, Sign};
use super::state::{Phase, State, VerdictLine};
use crate::lang::Words;
use crate::trace::store::{Ended, FindingKind, TaskState};

/// The signs on the buttons.
const SIGN_SIDE: f32 = 11.0;

/// Draws the bar.
pub(super) fn run_bar_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let live = state.phase.is_live();
    let paused = matches!(state.phase, Phase::Paused(_));
    let mut button = |ui: &mut Ui, sign: Sign, words: Words, tip: &str, enabled: bool, command: Command| {
        let keys = keys_of(ui.ctx(), &command).map_or_else(String::new, |keys| format!("  {keys}"));
        let tip = format!("{tip}{keys}");
        let colour = if sign == Sign::Run && enabled { Some(state.shade.on_accent()) } else { None };
        let picture = Atom::paint(vec2(SIGN_SIDE, SIGN_SIDE), move |ui, args: AtomPaintArgs| {
            signs::transport(ui.painter(), args.rect, sign, colour.unwrap_or(args.fallback_text_color));
        });
        let text = RichText::new(words.get(lang));
        let drawn = match colour {
            Some(colour) => Button::new((picture, text.color(colour).strong())).fill(state.shade.accent()),
            None => Button::new((picture, text)),
        };
        let response = ui.add_enabled(enabled, drawn).on_hover_text(&tip).on_disabled_hover_text(&tip);
        name(&response, words.get(lang));
        if response.clicked() {
            commands.push(command);
        }
    };
    let run_tip = state.blocked.as_deref().unwrap_or_else(|| i18n::RUN_TIP.get(lang));
    button(ui, Sign::Run, i18n::RUN, run_tip, state.blocked.is_none() && !live, Command::Run);
    let (sign, words) = if paused { (Sign::Run, i18n::RESUME) } else { (Sign::Pause, i18n::PAUSE) };
    button(ui, sign, words, i18n::PAUSE_TIP.get(lang), live, Command::TogglePause);
    button(ui, Sign::Stop, i18n::STOP, i18n::STOP_TIP.get(lang), live, Command::Stop);
    let again = state.blocked.is_none() && state.view.run.is_some();
    button(ui, Sign::Restart, i18n::RESTART, i18n::RESTART_TIP.get(lang), again, Command::Restart);
    ui.separator();
    engine_ui(ui, state, commands);
    match state.engine {
        EngineChoice::Real => {
            let mut cores = state.cores;
            let label = ui.label(i18n::CORES.get(lang));
            let drag = DragValue::new(&mut cores).range(0..=state.machine_cores).speed(0.05).custom_formatter(|cores, _| {
                if cores < 0.5 { i18n::CORES_AUTO.get(lang).to_owned() } else { format!("{cores:.0}") }
            });
            let response = ui.add_enabled(!live, drag).labelled_by(label.id).on_hover_text(i18n::CORES_TIP.get(lang));
            if response.changed() {
                commands.push(Command::Cores(cores));
            }
        }
        EngineChoice::Stepper => {
            let mut seed = state.seed;
            let label = ui.label(i18n::SEED.get(lang));
            let response = ui.add_enabled(!live, DragValue::new(&mut seed).speed(0.1)).labelled_by(label.id);
            if response.on_hover_text(i18n::SEED_TIP.get(lang)).changed() {
                commands.push(Command::Seed(seed));
            }
        }
    }
    recording_ui(ui, state, commands);
    ui.separator();
    phase_ui(ui, state, commands);
}

/// What a screen reader and a test call a button whose text begins with a sign.
pub(super) fn name(response: &egui::Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// Has a screen reader say a text whenever it becomes another one.
pub(super) fn live(response: &egui::Response, text: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
        node.set_value(text.to_owned());
    });
}

/// What an engine is called, and what it does.
pub(super) const fn engine_title(engine: EngineChoice) -> (Words, Words) {
    match engine {
        EngineChoice::Real => (i18n::ENGINE_REAL, i18n::ENGINE_REAL_TIP),
        EngineChoice::Stepper => (i18n::ENGINE_STEPPER, i18n::ENGINE_STEPPER_TIP),
    }
}

/// What is recorded, in a word, and what that is good for.
pub(super) const fn recording_title(recording: Recording) -> (Words, Words) {
    match recording {
        Recording::Full => (i18n::RECORD_FULL, i18n::RECORD_FULL_TIP),
        Recording::Counters => (i18n::RECORD_COUNTERS, i18n::RECORD_COUNTERS_TIP),
        Recording::Off => (i18n::RECORD_OFF, i18n::RECORD_OFF_TIP),
    }
}

fn engine_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let label = ui.label(i18n::ENGINE.get(lang));
    let title = |engine: EngineChoice| {
        let (words, tip) = engine_title(engine);
        (words.get(lang), tip.get(lang))
    };
    ui.add_enabled_ui(!state.phase.is_live(), |ui| {
        let combo = ComboBox::from_id_salt("engine").width(104.0).selected_text(title(state.engine).0);
        let shown = combo.show_ui(ui, |ui| {
            for engine in EngineChoice::ALL {
                let (words, tip) = title(engine);
                if ui.selectable_label(state.engine == engine, words).on_hover_text(tip).clicked() {
                    commands.push(Command::Engine(engine));
                }
            }
        });
        shown.response.labelled_by(label.id);
    });
}

fn recording_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let label = ui.label(i18n::RECORD.get(lang));
    let title = |recording: Recording| {
        let (words, tip) = recording_title(recording);
        (words.get(lang), tip.get(lang))
    };
    ui.add_enabled_ui(!state.phase.is_live(), |ui| {
        let combo = ComboBox::from_id_salt("recording").width(92.0).selected_text(title(state.recording).0);
        let shown = combo.show_ui(ui, |ui| {
            for recording in Recording::ALL {
                let (words, tip) = title(recording);
                if ui.selectable_label(state.recording == recording, words).on_hover_text(tip).clicked() {
                    commands.push(Command::Record(recording));
                }
            }
        });
        shown.response.labelled_by(label.id).on_hover_text(title(state.recording).1);
    });
}

/// How the run stands, in a word and a time, with the colour of its verdict.
fn phase_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    // Where there is no room, all of a text goes to the next line.
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
    let lang = state.lang;
    let (words, elapsed) = match state.phase {
        Phase::Ready => (i18n::READY.get(lang).to_owned(), None),
        Phase::Running(elapsed) => (i18n::RUNNING.get(lang).to_owned(), Some(elapsed)),
        Phase::Paused(elapsed) => (i18n::PAUSED.get(lang).to_owned(), Some(elapsed)),
        Phase::Ended(ended, elapsed) => (ended_in_words(ended, state), Some(elapsed)),
    };
    let stuck = stuck(state);
    if let (Phase::Running(_), 0) = (&state.phase, stuck) {
        ui.add(egui::Spinner::new().size(12.0).color(state.shade.accent()));
    }
    let told = ui.label(RichText::new(&words).strong());
    live(&told, &words);
    if let Some(elapsed) = elapsed {
        // While it goes on, a figure that does not change its length; in the end, one that says enough of a short run too.
        let text = if state.phase.is_live() { format!("{:.1} s", elapsed.seconds()) } else { elapsed.to_string() };
        let shown = ui.label(RichText::new(text).monospace().weak());
        if state.trace().is_some_and(|trace| trace.header.engine == "stepper") {
            shown.on_hover_text(i18n::VIRTUAL_TIME.get(lang));
        }
    }
    if stuck > 0 {
        let words = fill(i18n::STUCK.get(lang), &[&stuck.to_string()]);
        let colour = state.shade.theme().state(TaskState::Blocked);
        let told = ui.label(RichText::new(&words).strong().color(colour));
        live(&told, &words);
        if told
            .interact(Sense::click())
            .on_hover_cursor(CursorIcon::PointingHand)
            .on_hover_text(i18n::STUCK_TIP.get(lang))
            .clicked()
        {
            commands.push(Command::Arrange(Arrange::Show(PanelKind::Verdict)));
        }
    }
    if let Phase::Ended(ended, _) = state.phase
        && !state.verdicts.is_empty()
    {
        let (good, sign, words) = match overall(ended, state.verdicts) {
            Some(false) => (Some(false), "✖", i18n::REFUTED),
            Some(true) => (Some(true), "✔", i18n::HOLDS),
            None => (None, "○", i18n::UNSETTLED),
        };
        let text = RichText::new(format!("{sign} {}", words.get(lang))).strong().color(state.shade.verdict(good));
        let response = ui.label(text);
        if good.is_none() {
            response.on_hover_text(i18n::UNSETTLED_TIP.get(lang));
        }
    }
}

/// How many tasks stand in a deadlock of a run that goes on.
fn stuck(state: &State<'_>) -> usize {
    let Some(trace) = state.trace().filter(|_| state.phase.is_live()) else { return 0 };
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
        Ended::Crashed(how) => fill(i18n::CRASHED.get(lang), &[how]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
