//! Runs a program in the pure world, one step at a time, as a seed or a schedule says: the same again whenever asked.
//! Time is counted in steps, a microsecond each; a sleep or a time-out that ends moves it on to when it was due.
//! Owns the run; what is told of it is `teller`, what effects mean is `world`, who goes next is `scheduler`.

mod offers;
mod sight;
mod teller;

use std::sync::Arc;

use super::scheduler::{Random, Replay, Schedule, Scheduler};
use super::world::{Choice, How, World};
use super::{Control, Engine, EngineError, Run, RunConfig, Source};
use crate::effect::{Effect, Patience, Work};
use crate::program::{self, Program};
use crate::time::Nanos;
use crate::trace::ended::Limit;
use crate::trace::store::{Ended, Header, Trace};
use offers::Offers;
use teller::Teller;

/// Steps of one run.
pub const MOST_STEPS: u64 = 10_000_000;

/// What a step takes.
const STEP: Nanos = Nanos(1_000);

/// Steps between two looks for tasks that nobody can help any more, while others go on and are too many to look at each wait.
const STEPS_A_LOOK: u64 = 4_096;

/// Steps of the first poll.
const FIRST_STEPS: u64 = 4;
/// Steps of one poll: a millisecond or two.
const STEPS_A_POLL: u64 = 2_000;

/// What a turn of local work that asks for nothing counts towards these limits: it is a hundred thousand loops.
const STEPS_A_TURN: u64 = 1_000;

/// The seeded stepper, as an engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stepper;

impl Engine for Stepper {
    fn start(&self, source: &Source, config: &RunConfig) -> Result<Box<dyn Run>, EngineError> {
        let built = program::build(&source.text, &source.overrides);
        let Some(program) = built.value else {
            return Err(EngineError::of_text(&built.diagnostics));
        };
        let random = Random::new(config.seed);
        let scheduler: Box<dyn Scheduler> = match &config.schedule {
            None => Box::new(random),
            Some(text) => {
                let schedule: Schedule = text.parse()?;
                Box::new(Replay::new(schedule, random))
            }
        };
        let header = Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: "stepper".to_owned(),
            machine: "one step at a time".to_owned(),
            cores: 1,
            seed: config.seed,
            record: config.record.word().to_owned(),
            text: source.text.clone(),
            name: source.name.clone(),
            overrides: source.overrides.clone(),
            ..Header::default()
        };
        let teller = Teller::new(header, config.record == super::Record::Full);
        let mut steps = Steps::new(Arc::new(program.keeping_locals()), scheduler, teller);
        steps.stop_on_deadlock = config.stop_on_deadlock;
        Ok(Box::new(steps))
    }
}

/// A run of the stepper.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Steps {
    program: Arc<Program>,
    world: World,
    scheduler: Box<dyn Scheduler>,
    schedule: Schedule,
    teller: Teller,
    now: Nanos,
    taken: u64,
    /// Steps taken, with what turns without any count.
    spent: u64,
    /// Those of them that have been told of.
    told: u64,
    paused: bool,
    /// Whether somebody wants to know what tasks stand in.
    is_asked: bool,
    /// Whether the run ends when only daemons can go on.
    stop_on_deadlock: bool,
    ended: Option<Ended>,
    offers: Offers,
    choices: Vec<Choice>,
    begun: bool,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Steps").field("taken", &self.taken).field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl Steps {
    fn new(program: Arc<Program>, scheduler: Box<dyn Scheduler>, mut teller: Teller) -> Self {
        let mut records = Vec::new();
        let world = World::new(&program, &mut records);
        teller.begin(&program, &world, &records);
        let offers = Offers::new(&program);
        Self {
            program,
            world,
            scheduler,
            schedule: Schedule::default(),
            teller,
            now: Nanos::ZERO,
            taken: 0,
            spent: 0,
            told: 0,
            paused: false,
            is_asked: false,
            stop_on_deadlock: true,
            ended: None,
            offers,
            choices: Vec::new(),
            begun: false,
        }
    }

    /// Takes one step, or finds that there is none to take.
    fn step(&mut self) {
        if self.world.is_final() {
            return self.end(Ended::Completed);
        }
        self.offers.choices(&self.program, &self.world, &mut self.choices);
        if World::is_dead(&self.choices) {
            return self.end(Ended::Deadlocked);
        }
        if self.spent >= MOST_STEPS {
            return self.end(Limit::Steps(MOST_STEPS).at(None));
        }
        let Some(choice) = self.scheduler.choose(&self.choices) else {
            return self.end(Limit::Schedule(self.taken + 1).at(None));
        };
        self.schedule.push(choice);
        self.taken += 1;
        self.spent += if self.world.is_busy(choice.task) { STEPS_A_TURN } else { 1 };
        let begun = self.now;
        self.now = (begun + STEP).max(self.due(choice));
        let mut records = Vec::new();
        self.world.step(&self.program, choice, self.now, &mut records);
        let changed = self.offers.stepped(&self.program, &self.world, choice.task, &records);
        self.teller.step(&self.program, &self.world, (choice.task, &changed), (begun, self.now), &records);
        let has_news = self.teller.has_news() || self.taken.is_multiple_of(STEPS_A_LOOK);
        if has_news && self.teller.look(&self.program, &self.world, self.now) && self.stop_on_deadlock {
            self.ended = Some(Ended::Deadlocked);
        }
    }

    /// When what a choice ends was due: a sleep, a wait, work of so much time.
    fn due(&self, choice: Choice) -> Nanos {
        let under_lock = self.world.is_under_interpreter(&self.program, choice.task);
        let length = match (self.world.pending(choice.task), choice.how) {
            // Who computes under the interpreter lock has not begun before it had the lock.
            (Some((Effect::Compute { work: Work::Time(length), native: false, .. }, _)), _) if under_lock => {
                return self.now + length;
            }
            (Some(_), How::Go) if under_lock => return Nanos::ZERO,
            (Some((Effect::Compute { work: Work::Time(length), .. }, _)), _) => length,
            (Some((effect, _)), _) if let Some(length) = self.program.time_of(effect) => length,
            (Some((effect, _)), How::Elapse) => match effect.patience() {
                Patience::AtMost(length) => length,
                Patience::Forever | Patience::Never => Nanos::ZERO,
            },
            _ => return Nanos::ZERO,
        };
        self.teller.since(choice.task) + length
    }

    fn end(&mut self, ended: Ended) {
        self.teller.look(&self.program, &self.world, self.now);
        self.ended = Some(ended);
    }
}

impl Run for Steps {
    fn control(&mut self, control: Control) {
        match control {
            Control::Pause => (self.paused, self.is_asked) = (true, true),
            Control::Look => self.is_asked = true,
            Control::Resume => self.paused = false,
            Control::Stop => {
                self.ended.get_or_insert(Ended::Stopped);
            }
        }
    }

    fn poll(&mut self, trace: &mut Trace) -> bool {
        if !self.begun {
            self.begun = true;
            self.teller.introduce(&self.program, trace);
        }
        // Whoever watches sees how a short run went, too.
        let enough = self.spent + (FIRST_STEPS + self.spent / 8).min(STEPS_A_POLL);
        while !self.paused && self.ended.is_none() && self.spent < enough {
            self.step();
        }
        trace.elapsed = self.now;
        if let Some(ended) = &self.ended {
            let schedule = self.schedule.is_whole().then(|| self.schedule.to_string());
            self.teller.finish(&self.program, &self.world, self.now, ended, schedule, trace);
        }
        let is_asked = std::mem::take(&mut self.is_asked);
        // Telling of all tasks costs about what so many steps do: of very many it is done the more seldom.
        if is_asked || self.ended.is_some() || self.spent - self.told >= self.teller.task_count() {
            self.told = self.spent;
            self.teller.tell(&self.program, &self.world, self.now, trace);
        }
        if is_asked || self.ended.is_some() {
            Teller::tell_stacks(&self.program, &self.world, self.now, trace);
        }
        self.ended.is_none()
    }
}
