//! The line along the bottom: what is open, what was just done or failed, how many problems there are.

use egui::{Align, Layout, RichText, Ui};

use crate::diagnostic::Severity;
use crate::ui::command::{Arrange, Command, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::ui::kit::tip::Tip as _;
use crate::ui::state::{Origin, State};

/// Draws the line: what is counted at the right, what is told at the left, cut off where the two meet and whole under the pointer.
pub(in crate::ui) fn status_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            counts_ui(ui, state, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| told_ui(ui, state, commands));
        });
    });
}

fn told_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let name = ui.label(RichText::new(state.name()).strong());
    match state.origin {
        Origin::BuiltIn(_) => drop(ui.weak(i18n::BUILT_IN.get(lang)).tip(i18n::BUILT_IN_TIP.get(lang))),
        Origin::Trace(path) => {
            ui.weak(i18n::SAVED_TRACE.get(lang));
            // What was given instead of what the text says.
            let given = state.trace().map(|trace| trace.header.overrides.as_slice()).unwrap_or_default();
            if !given.is_empty() {
                let given: Vec<_> = given.iter().map(|(name, value)| format!("{name}={value}")).collect();
                ui.weak(given.join("  "));
            }
            name.tip(path.display().to_string());
        }
        Origin::File(path) => drop(name.tip(path.display().to_string())),
        Origin::New => {}
    }
    if state.is_dirty {
        let mark = ui.label(RichText::new("●").color(state.shade.accent())).tip(i18n::UNSAVED.get(lang));
        super::run_bar::name(&mark, i18n::UNSAVED.get(lang));
    }
    if let Some(notice) = state.notice {
        ui.separator();
        let response = ui.small_button("✖").tip(i18n::CLOSE.get(lang));
        super::run_bar::name(&response, i18n::CLOSE.get(lang));
        if response.clicked() {
            commands.push(Command::Dismiss);
        }
        let notice_text = notice.told.get(lang);
        let text = RichText::new(notice_text);
        let text = if notice.is_error { text.color(ui.visuals().error_fg_color) } else { text };
        let told = ui.add(egui::Label::new(text).truncate());
        super::run_bar::live(&told, notice_text);
    }
}

fn counts_ui(ui: &mut Ui, state: &State<'_>, commands: &mut Vec<Command>) {
    let lang = state.lang;
    let problems = state.view.diagnostics.len();
    let worst = state.view.diagnostics.iter().map(|told| told.severity).min();
    match worst {
        None => drop(ui.weak(i18n::NO_PROBLEMS.get(lang))),
        Some(severity) => {
            let text = format!("{} {problems}", i18n::PROBLEMS.get(lang));
            let error = severity == Severity::Error;
            let color = if error { ui.visuals().error_fg_color } else { ui.visuals().warn_fg_color };
            let label = egui::Label::new(RichText::new(text).color(color)).selectable(false).sense(egui::Sense::click());
            let response = ui.add(label).on_hover_cursor(egui::CursorIcon::PointingHand);
            if response.tip(i18n::SHOW_PROBLEMS.get(lang)).clicked() {
                commands.push(Command::Arrange(Arrange::Show(PanelKind::Problems)));
            }
        }
    }
    if let Some(unlisted) = state.trace().map(|trace| trace.counters.unlisted_tasks).filter(|unlisted| *unlisted > 0) {
        ui.separator();
        let tip = fill(i18n::UNLISTED_TASKS.get(lang), &[&unlisted.to_string()]);
        ui.weak(fill(i18n::UNLISTED_SHORT.get(lang), &[&unlisted.to_string()])).tip(tip);
    }
    if let Some(lost) = state.trace().map(|trace| trace.counters.lost_events).filter(|lost| *lost > 0) {
        ui.separator();
        let tip = fill(i18n::LOST_EVENTS.get(lang), &[&lost.to_string()]);
        ui.weak(fill(i18n::LOST_SHORT.get(lang), &[&lost.to_string()])).tip(tip);
    }
}
