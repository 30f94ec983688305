//! For the tests of the panels: a window with the fonts, a theme of plain colours, and a small run.

use egui::{Color32, FontId, Ui, vec2};
use egui_kittest::Harness;

use crate::id::{BlockId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{
    CoreSample, CoreUse, ResourceClass, ResourceCounters, ResourceInfo, TaskCounters, TaskInfo, TaskState, Trace,
};

use super::panel_theme::Theme;
use crate::ui::fonts;

/// A window that shows `state` through `show`.
pub(in crate::ui) fn window<State: 'static>(
    state: State,
    show: impl FnMut(&mut Ui, &mut State) + 'static,
) -> Harness<'static, State> {
    let builder =
        Harness::builder().with_size(vec2(900.0, 400.0)).with_context_setup(|context| context.set_fonts(fonts::definitions()));
    let mut harness = builder.build_ui_state(show, state);
    harness.run_steps(3);
    harness
}

/// Plain colours.
pub(in crate::ui) fn theme() -> Theme {
    let grey = Color32::GRAY;
    Theme {
        text: Color32::WHITE,
        weak: grey,
        faint: Color32::DARK_GRAY,
        page: Color32::BLACK,
        line: grey,
        cursor: Color32::WHITE,
        severities: [Color32::RED, Color32::YELLOW],
        groups: [grey; 13],
        states: [grey; 8],
        core_parts: [Color32::GREEN, Color32::BLUE, grey, Color32::ORANGE],
        series: [Color32::BLUE; 6],
        body: FontId::proportional(13.0),
        small: FontId::proportional(11.0),
        mono: FontId::monospace(12.0),
    }
}

/// Two cores for ten seconds, two locks, three tasks.
pub(in crate::ui) fn trace() -> Trace {
    let mut trace = Trace::default();
    let used = |scenario: f32| CoreUse { scenario, idle: 1.0 - scenario, ..CoreUse::default() };
    let sample = |n: u64| CoreSample {
        at: Nanos::from_millis(n * 100),
        length: Nanos::from_millis(100),
        cores: vec![used(1.0), used(0.25)],
        processes: Vec::new(),
    };
    trace.cores = (1..=100).map(sample).collect();
    trace.elapsed = Nanos::from_millis(10_000);
    for (index, name) in ["tally", "叉子"].into_iter().enumerate() {
        let block = BlockId::from_index(index);
        trace.resources.push(ResourceInfo { name: name.to_owned(), class: ResourceClass::Lock, block, capacity: None });
        let mut counters = ResourceCounters { acquisitions: 10 + index as u64, contended: 5, ..ResourceCounters::default() };
        counters.wait.add(Nanos::from_millis(3));
        trace.counters.resources.push(counters);
    }
    let states = [TaskState::Done, TaskState::Blocked, TaskState::Running];
    for (index, (name, state)) in ["main", "消费者-0", "消费者-1"].into_iter().zip(states).enumerate() {
        let (task, block) = (TaskId::from_index(index), BlockId::from_index(index + 2));
        trace
            .tasks
            .insert(task, TaskInfo { name: name.to_owned(), kind: "thread".to_owned(), parent: None, block, daemon: false });
        let mut in_state = [Nanos::ZERO; 8];
        in_state[TaskState::Running as usize] = Nanos::from_millis(7);
        let cpu = Nanos::from_millis(5 + index as u64);
        trace.counters.tasks.insert(task, TaskCounters { state, block: Some(block), cpu, in_state, ..TaskCounters::default() });
    }
    trace
}
