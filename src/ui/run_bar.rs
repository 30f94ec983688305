//! The bar along the top: run, pause, stop, restart; on what; and how it stands.

use egui::{Button, ComboBox, DragValue, RichText, Ui};

use super::command::{Command, EngineChoice, keys_of};
use super::i18n::{self, fill};
use super::state::{Phase, State};
use crate::lang::Words;
use crate::trace::store::Ended;

/// Draws the bar.
pub(super) fn run_bar_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let live = state.phase.is_live();
    let paused = matches!(state.phase, Phase::Paused(_));
    let run_tip = if state.can_run { i18n::RUN_TIP } else { i18n::RUN_BLOCKED_TIP };
    let mut button = |ui: &mut Ui, sign: &str, words: Words, tip: Words, enabled: bool, command: Command| {
        let text = format!("{sign} {}", words.get(lang));
        let keys = keys_of(ui.ctx(), &command).map_or_else(String::new, |keys| format!("  {keys}"));
        let tip = format!("{}{keys}", tip.get(lang));
        let response = ui.add_enabled(enabled, Button::new(text)).on_hover_text(&tip).on_disabled_hover_text(&tip);
        name(&response, words.get(lang));
        if response.clicked() {
            commands.push(command);
        }
    };
    button(ui, "⏵", i18n::RUN, run_tip, state.can_run && !live, Command::Run);
    let pause = if paused { i18n::RESUME } else { i18n::PAUSE };
    button(ui, if paused { "⏵" } else { "⏸" }, pause, i18n::PAUSE_TIP, live, Command::TogglePause);
    button(ui, "⏹", i18n::STOP, i18n::STOP_TIP, live, Command::Stop);
    button(ui, "▶", i18n::RESTART, i18n::RESTART_TIP, state.can_run && state.view.run.is_some(), Command::Restart);
    ui.separator();
    engine_ui(ui, state, commands);
    match state.engine {
        EngineChoice::Real => {
            let mut cores = state.cores;
            let label = ui.label(i18n::CORES.get(lang));
            let drag = DragValue::new(&mut cores)
                .range(0..=state.machine_cores)
                .speed(0.05)
                .custom_formatter(|cores, _| if cores < 0.5 { "–".to_owned() } else { format!("{cores:.0}") });
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
    ui.separator();
    phase_ui(ui, state);
}

/// What a screen reader and a test call a button whose text begins with a sign.
pub(super) fn name(response: &egui::Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

fn engine_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let label = ui.label(i18n::ENGINE.get(lang));
    let title = |engine: EngineChoice| match engine {
        EngineChoice::Real => (i18n::ENGINE_REAL.get(lang), i18n::ENGINE_REAL_TIP.get(lang)),
        EngineChoice::Stepper => (i18n::ENGINE_STEPPER.get(lang), i18n::ENGINE_STEPPER_TIP.get(lang)),
    };
    ui.add_enabled_ui(!state.phase.is_live(), |ui| {
        let combo = ComboBox::from_id_salt("engine").width(104.0).selected_text(title(state.engine).0);
        let shown = combo.show_ui(ui, |ui| {
            for engine in [EngineChoice::Real, EngineChoice::Stepper] {
                let (words, tip) = title(engine);
                if ui.selectable_label(state.engine == engine, words).on_hover_text(tip).clicked() {
                    commands.push(Command::Engine(engine));
                }
            }
        });
        shown.response.labelled_by(label.id);
    });
}

/// How the run stands, in a word and a time, with the colour of its verdict.
fn phase_ui(ui: &mut Ui, state: &State<'_>) {
    let lang = state.lang;
    let (words, elapsed) = match state.phase {
        Phase::Ready => (i18n::READY.get(lang).to_owned(), None),
        Phase::Running(elapsed) => (i18n::RUNNING.get(lang).to_owned(), Some(elapsed)),
        Phase::Paused(elapsed) => (i18n::PAUSED.get(lang).to_owned(), Some(elapsed)),
        Phase::Ended(ended, elapsed) => (ended_in_words(ended, state), Some(elapsed)),
    };
    if let Phase::Running(_) = state.phase {
        ui.add(egui::Spinner::new().size(12.0).color(state.shade.accent()));
    }
    ui.label(RichText::new(words).strong());
    if let Some(elapsed) = elapsed {
        ui.label(RichText::new(format!("{:.1} s", elapsed.seconds())).monospace().weak());
    }
    if matches!(state.phase, Phase::Ended(..)) && !state.verdicts.is_empty() {
        let refuted = state.verdicts.iter().any(|line| line.good == Some(false));
        let (sign, words) = if refuted { ("✖", i18n::REFUTED) } else { ("✔", i18n::HOLDS) };
        let text = format!("{sign} {}", words.get(lang));
        ui.label(RichText::new(text).strong().color(state.shade.verdict(Some(!refuted))));
    }
}

fn ended_in_words(ended: &Ended, state: &State<'_>) -> String {
    let lang = state.lang;
    match ended {
        Ended::Completed => i18n::COMPLETED.get(lang).to_owned(),
        Ended::Deadlocked => i18n::DEADLOCKED.get(lang).to_owned(),
        Ended::Stopped => i18n::STOPPED.get(lang).to_owned(),
        Ended::TimedOut => i18n::TIMED_OUT.get(lang).to_owned(),
        Ended::LimitReached(limit) => fill(i18n::LIMIT.get(lang), &[limit]),
        Ended::Crashed(how) => fill(i18n::CRASHED.get(lang), &[how]),
    }
}
