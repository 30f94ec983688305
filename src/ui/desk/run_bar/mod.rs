//! The bar along the top: run, pause, stop, restart; on what; and how it stands. One row, as high before a run as during it and
//! after: how much of it fits is `fit`'s, how the run stands is `phase`'s.

mod fit;
mod phase;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Atom, AtomPaintArgs, Button, ComboBox, DragValue, PopupCloseBehavior, RadioButton, RichText, Ui, vec2};

use crate::lang::Words;
use crate::ui::command::{Command, EngineChoice, Recording, keys_of};
use crate::ui::i18n;
use crate::ui::kit::panel_signs::{self as signs, Sign};
use crate::ui::kit::tip::Tip as _;
use crate::ui::state::{Phase, State};
use fit::Fit;

/// The signs on the buttons.
const SIGN_SIDE: f32 = 11.0;

/// How wide what is chosen from is.
const COMBO_ENGINE: f32 = 104.0;
const COMBO_RECORDING: f32 = 92.0;

/// Draws the bar.
pub(in crate::ui) fn run_bar_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let live = state.phase.is_live();
    let fit = Fit::of(ui, state);
    let paused = matches!(state.phase, Phase::Paused(_));
    let mut button = |ui: &mut Ui, sign: Sign, words: Words, tip: &str, enabled: bool, command: Command| {
        let keys = keys_of(ui.ctx(), &command).map_or_else(String::new, |keys| format!("  {keys}"));
        let is_worded = if command == Command::Run { fit < Fit::Least } else { fit < Fit::Signs };
        let tip = if is_worded { format!("{tip}{keys}") } else { format!("{}: {tip}{keys}", words.get(lang)) };
        let colour = if command == Command::Run && enabled { Some(state.shade.on_accent()) } else { None };
        let picture = Atom::paint(vec2(SIGN_SIDE, SIGN_SIDE), move |ui, args: AtomPaintArgs| {
            signs::transport(ui.painter(), args.rect, sign, colour.unwrap_or(args.fallback_text_color));
        });
        let text = RichText::new(words.get(lang));
        let drawn = match (colour, is_worded) {
            (Some(colour), true) => Button::new((picture, text.color(colour).strong())),
            (None, true) => Button::new((picture, text)),
            (_, false) => Button::new(picture),
        };
        let drawn = if colour.is_some() { drawn.fill(state.shade.accent()) } else { drawn };
        // As wide as its other word, so that nothing moves when a run is paused.
        let widest = [i18n::PAUSE, i18n::RESUME].map(|words| fit::width(ui, words.get(lang))).into_iter().fold(0.0, f32::max);
        let padding = 2.0 * ui.spacing().button_padding.x + SIGN_SIDE + ui.spacing().icon_spacing;
        let least = if command == Command::TogglePause && is_worded { widest + padding } else { 0.0 };
        let drawn = drawn.min_size(vec2(least, ui.spacing().interact_size.y));
        let response = ui.add_enabled(enabled, drawn).tip(&tip).tip_disabled(&tip);
        name(&response, words.get(lang));
        if response.clicked() {
            commands.push(command);
        }
    };
    let run_words = if state.is_outrun { i18n::RUN_OUTRUN_TIP } else { i18n::RUN_TIP };
    let run_tip = state.blocked.as_deref().unwrap_or_else(|| run_words.get(lang));
    button(ui, Sign::Run, i18n::RUN, run_tip, state.blocked.is_none() && (!live || state.is_outrun), Command::Run);
    let (sign, words) = if paused { (Sign::Run, i18n::RESUME) } else { (Sign::Pause, i18n::PAUSE) };
    button(ui, sign, words, i18n::PAUSE_TIP.get(lang), live, Command::TogglePause);
    button(ui, Sign::Stop, i18n::STOP, i18n::STOP_TIP.get(lang), live, Command::Stop);
    let again = state.blocked.is_none() && state.view.run.is_some();
    button(ui, Sign::Restart, i18n::RESTART, i18n::RESTART_TIP.get(lang), again, Command::Restart);
    ui.separator();
    let labelled = fit < Fit::Unlabelled;
    if fit < Fit::Least {
        engine_ui(ui, state, labelled, commands);
    }
    if fit < Fit::NoNumber {
        number_ui(ui, state, commands);
    }
    if fit < Fit::NoRecording {
        recording_ui(ui, state, labelled, commands);
    } else {
        more_ui(ui, state, fit, commands);
    }
    ui.separator();
    phase::phase_ui(ui, state, commands);
}

/// What there is no room for.
fn more_ui(ui: &mut Ui, state: &State<'_>, fit: Fit, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new("…").config(config).ui(ui, |ui| {
        let live = state.phase.is_live();
        if fit >= Fit::Least {
            ui.weak(i18n::ENGINE.get(lang));
            for engine in EngineChoice::ALL {
                let (words, tip) = engine_title(engine);
                let radio = ui.add_enabled(!live, RadioButton::new(state.engine == engine, words.get(lang)));
                if radio.tip(tip.get(lang)).clicked() {
                    commands.push(Command::Engine(engine));
                }
            }
            ui.separator();
        }
        if fit >= Fit::NoNumber {
            ui.horizontal(|ui| number_ui(ui, state, commands));
            ui.separator();
        }
        ui.weak(i18n::RECORD.get(lang));
        for recording in Recording::ALL {
            let (words, tip) = recording_title(recording);
            let radio = ui.add_enabled(!live, RadioButton::new(state.recording == recording, words.get(lang)));
            if radio.tip(tip.get(lang)).clicked() {
                commands.push(Command::Record(recording));
            }
        }
    });
    name(&response, i18n::RUN_OPTIONS.get(lang));
    response.tip(i18n::RUN_OPTIONS.get(lang));
}

/// On how many cores, or from which seed.
fn number_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let (lang, live) = (state.lang, state.phase.is_live());
    match state.engine {
        EngineChoice::Real => {
            let mut cores = state.cores;
            let label = ui.label(i18n::CORES.get(lang));
            let drag = DragValue::new(&mut cores).range(0..=state.machine_cores).speed(0.05).custom_formatter(|cores, _| {
                if cores < 0.5 { i18n::CORES_AUTO.get(lang).to_owned() } else { format!("{cores:.0}") }
            });
            let response = ui.add_enabled(!live, drag).labelled_by(label.id).tip(i18n::CORES_TIP.get(lang));
            if response.changed() {
                commands.push(Command::Cores(cores));
            }
        }
        EngineChoice::Stepper => {
            let mut seed = state.seed;
            let label = ui.label(i18n::SEED.get(lang));
            let response = ui.add_enabled(!live, DragValue::new(&mut seed).speed(0.1)).labelled_by(label.id);
            if response.tip(i18n::SEED_TIP.get(lang)).changed() {
                commands.push(Command::Seed(seed));
            }
        }
    }
}

/// What a screen reader and a test call a button whose text begins with a sign.
pub(in crate::ui) fn name(response: &egui::Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// Has a screen reader say a text whenever it becomes another one.
pub(in crate::ui) fn live(response: &egui::Response, text: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
        node.set_value(text.to_owned());
    });
}

/// What an engine is called, and what it does.
pub(in crate::ui) const fn engine_title(engine: EngineChoice) -> (Words, Words) {
    match engine {
        EngineChoice::Real => (i18n::ENGINE_REAL, i18n::ENGINE_REAL_TIP),
        EngineChoice::Stepper => (i18n::ENGINE_STEPPER, i18n::ENGINE_STEPPER_TIP),
    }
}

/// What is recorded, in a word, and what that is good for.
pub(in crate::ui) const fn recording_title(recording: Recording) -> (Words, Words) {
    match recording {
        Recording::Full => (i18n::RECORD_FULL, i18n::RECORD_FULL_TIP),
        Recording::Counters => (i18n::RECORD_COUNTERS, i18n::RECORD_COUNTERS_TIP),
        Recording::Off => (i18n::RECORD_OFF, i18n::RECORD_OFF_TIP),
    }
}

fn engine_ui(ui: &mut Ui, state: &State<'_>, labelled: bool, commands: &mut Vec<Command>) {
    let choices = EngineChoice::ALL.map(|engine| (engine, engine_title(engine)));
    let combo = Combo { id: "engine", title: i18n::ENGINE, width: COMBO_ENGINE, labelled };
    commands.extend(combo.ui(ui, state, &choices, state.engine).map(Command::Engine));
}

fn recording_ui(ui: &mut Ui, state: &State<'_>, labelled: bool, commands: &mut Vec<Command>) {
    let choices = Recording::ALL.map(|recording| (recording, recording_title(recording)));
    let combo = Combo { id: "recording", title: i18n::RECORD, width: COMBO_RECORDING, labelled };
    commands.extend(combo.ui(ui, state, &choices, state.recording).map(Command::Record));
}

/// Something of which one is chosen.
struct Combo {
    id: &'static str,
    title: Words,
    width: f32,
    /// Its title stands before it.
    labelled: bool,
}

impl Combo {
    /// What was chosen. Each choice comes with its name and what is said of it.
    fn ui<T: Copy + PartialEq>(&self, ui: &mut Ui, state: &State<'_>, choices: &[(T, (Words, Words))], now: T) -> Option<T> {
        let Self { id, title, width, labelled } = self;
        let lang = state.lang;
        let label = labelled.then(|| ui.label(title.get(lang)));
        let (chosen, tip) = choices.iter().find(|(choice, _)| *choice == now).expect("what is chosen is a choice").1;
        let mut asked = None;
        ui.add_enabled_ui(!state.phase.is_live(), |ui| {
            let combo = ComboBox::from_id_salt(*id).width(*width).selected_text(chosen.get(lang));
            let shown = combo.show_ui(ui, |ui| {
                for (choice, (words, tip)) in choices {
                    if ui.selectable_label(*choice == now, words.get(lang)).tip(tip.get(lang)).clicked() {
                        asked = Some(*choice);
                        // By keys, too.
                        ui.close();
                    }
                }
            });
            let _response = if let Some(label) = label {
                shown.response.labelled_by(label.id).tip(tip.get(lang))
            } else {
                name(&shown.response, title.get(lang));
                shown.response.tip(format!("{}: {}", title.get(lang), tip.get(lang)))
            };
        });
        asked
    }
}
