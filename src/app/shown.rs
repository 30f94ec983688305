//! What the window shows of the session, borrowed for one frame. Changes nothing.

use super::session::{self, Session};
use crate::document::edit::Selection;
use crate::ui::command::EngineChoice;
use crate::ui::panels::{EditorAction, Run, View};
use crate::ui::state::{Origin, Phase, State};

/// What the window shows of the session.
pub(super) fn shown(
    session: &Session,
    machine_cores: u32,
    (jump, action): (Option<Selection>, Option<EditorAction>),
) -> State<'_> {
    let run = session.runner.as_ref();
    let phase = match run {
        None => Phase::Ready,
        Some(run) => match &run.trace.ended {
            _ if run.is_live() && run.is_paused => Phase::Paused(run.trace.elapsed),
            _ if run.is_live() => Phase::Running(run.trace.elapsed),
            Some(ended) => Phase::Ended(ended, run.trace.elapsed),
            None => Phase::Ready,
        },
    };
    let lang = session.lang();
    State {
        view: View {
            text: session.document.text(),
            document: &session.document,
            version: session.version,
            opened: session.opened,
            diagnostics: session.problems(),
            is_taskless: session.is_taskless(),
            is_checked: session.is_checked(),
            scenario: session.good.scenario(),
            scenario_text: &session.good.text,
            scenario_version: session.good.version,
            run: run.map(|run| Run {
                trace: &run.trace,
                number: run.number,
                version: run.version,
                live: run.is_live(),
                history: run.history(),
            }),
            is_stepped: session.engine() == EngineChoice::Stepper,
            time: session.time,
            selected: session.selected,
            jump,
            marked: None,
            action,
            lang,
        },
        shade: session.shade(),
        chosen_shade: session.settings.shade,
        chosen_lang: session.settings.lang,
        lang,
        origin: match &session.origin {
            session::Origin::New => Origin::New,
            session::Origin::BuiltIn(name) => Origin::BuiltIn(name),
            session::Origin::File(path) => Origin::File(path),
            session::Origin::Trace(path) => Origin::Trace(path),
        },
        is_dirty: session.is_dirty(),
        blocked: session.why_not().map(|why| why.get(lang).to_owned()),
        is_outrun: session.is_outrun(),
        history: &session.history,
        engine: session.engine(),
        cores: session.settings.choice.cores,
        machine_cores,
        seed: session.settings.choice.seed,
        recording: session.settings.choice.recording,
        phase,
        verdicts: &session.verdicts,
        recent: &session.settings.recent,
        notice: session.notice.as_ref(),
        question: session.question.as_ref(),
        help: session.help,
        shows_welcome: session.shows_welcome,
        shows_about: session.shows_about,
    }
}
