//! The report of a run for a terminal: how it ended, what it says about what was expected, what was found, and the numbers.
//! Colour is only beside what is said in words too. Decides nothing: verdicts and numbers come from `verdict` and `metrics`.

use super::findings::{self, at_block};
use super::occupancy;
use super::place::Places;
use super::table::{NOTHING, Table, bar, count, percent};
use crate::lang::{Lang, Words};
use crate::metrics::{Metrics, Resource};
use crate::time::Nanos;
use crate::trace::file::Missing;
use crate::trace::store::{Ended, OutputLine, ResourceClass, TaskState, Trace};
use crate::value::format::exception_line;
use crate::verdict::why_crashed;
use crate::verdict::{Judgement, Subject, Verdict};

/// Lines of output that are told, the last ones.
const MOST_LINES: usize = 20;
/// Rows of any table.
const MOST_ROWS: usize = 40;
/// Characters of a schedule.
const MOST_SCHEDULE: usize = 160;
/// Cells of a core's bar.
const BAR: usize = 30;

/// How a report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Its language.
    pub lang: Lang,
    /// Whether it may use a terminal's colours.
    pub colour: bool,
    /// Verdicts and findings only.
    pub brief: bool,
}

/// The report under way.
struct Report<'a> {
    style: Style,
    trace: &'a Trace,
    metrics: &'a Metrics,
    places: Places,
    out: String,
}

/// A run in words and tables.
#[must_use]
pub fn report(trace: &Trace, metrics: &Metrics, verdicts: &[Verdict], style: Style) -> String {
    let places = Places::of(&trace.header.text);
    let mut report = Report { style, trace, metrics, places, out: String::new() };
    report.head();
    report.verdicts(verdicts);
    report.findings();
    if !style.brief {
        report.cores();
        report.processes();
        report.tasks();
        if trace.header.record == "off" {
            report.uncounted();
        } else {
            report.locks();
            report.signals();
            report.queues();
            report.occupancy();
        }
        report.regions();
        report.marks();
        report.values();
        report.output();
    }
    report.lost();
    report.out
}

/// Verdicts alone, as a report shows them.
#[must_use]
pub fn verdicts_text(text: &str, verdicts: &[Verdict], style: Style) -> String {
    let (trace, metrics) = (Trace::default(), Metrics::default());
    let mut report = Report { style, trace: &trace, metrics: &metrics, places: Places::of(text), out: String::new() };
    report.verdicts(verdicts);
    report.out
}

/// What of a saved run could not be read.
#[must_use]
pub fn missing_text(missing: &Missing, lang: Lang) -> String {
    let Missing { cut, sections, events } = *missing;
    let head = match (cut, lang) {
        (false, _) => "",
        (true, Lang::En) => "the file was cut short; what is here is shown. ",
        (true, Lang::Zh) => "文件不完整，以下是其中可读的部分。",
    };
    match lang {
        _ if sections == 0 && events == 0 => head.trim_end().to_owned(),
        Lang::En => format!("{head}{sections} damaged parts left out, {events} events lost"),
        Lang::Zh => format!("{head}略过 {sections} 个损坏的部分，丢失 {events} 个事件"),
    }
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

impl Report<'_> {
    fn say(&self, en: &'static str, zh: &'static str) -> &'static str {
        words(en, zh).get(self.style.lang)
    }

    fn line(&mut self, line: &str) {
        self.out += line;
        self.out.push('\n');
    }

    fn section(&mut self, en: &'static str, zh: &'static str) {
        let title = self.paint("1", self.say(en, zh));
        self.line("");
        self.line(&title);
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn table(&mut self, table: &Table, left_out: usize) {
        for line in table.lines() {
            self.line(&line);
        }
        match self.style.lang {
            _ if left_out == 0 => {}
            Lang::En => self.line(&format!("  … and {left_out} more")),
            Lang::Zh => self.line(&format!("  ……另有 {left_out} 行")),
        }
    }

    fn head(&mut self) {
        let header = &self.trace.header;
        let title = self.paint("1", &header.name);
        let mut about = vec![self.word(&header.engine), header.machine.clone()];
        about.push(match (self.style.lang, header.cores, header.cores_asked) {
            (Lang::En, 1, None) => "1 core".to_owned(),
            (Lang::En, cores, None) => format!("{cores} cores"),
            (Lang::En, cores, Some(asked)) => format!("{cores} cores ({asked} asked for: the machine has no more)"),
            (Lang::Zh, cores, None) => format!("{cores} 个核心"),
            (Lang::Zh, cores, Some(asked)) => format!("{cores} 个核心（要求 {asked} 个，本机没有更多）"),
        });
        about.push(format!("{} {}", self.say("seed", "种子"), header.seed));
        about.push(format!("{} {}", self.say("record", "记录"), self.word(&header.record)));
        about.extend(header.overrides.iter().map(|(name, value)| format!("{name}={value}")));
        about.retain(|part| !part.is_empty());
        let (about, ended) = (about.join(" · "), self.ended());
        self.line(&format!("{title}\n{about}\n{ended}"));
        if let Some(schedule) = &self.trace.header.schedule {
            let told = format!("{} {}", self.say("schedule", "调度"), self.schedule(schedule));
            self.line(&told);
        }
    }

    /// A word of the header's in the reader's language; those that are not known stay.
    fn word(&self, word: &str) -> String {
        let told = match word {
            "real" => words("real cores", "真实核心"),
            "stepper" => words("stepper", "步进"),
            "full" => words("full", "完整"),
            "counters" => words("counters", "仅计数"),
            "off" => words("off", "关"),
            other => return other.to_owned(),
        };
        told.get(self.style.lang).to_owned()
    }

    /// A schedule, the beginning of a long one.
    fn schedule(&self, schedule: &str) -> String {
        if schedule.len() <= MOST_SCHEDULE {
            return schedule.to_owned();
        }
        let shown = schedule[..schedule.floor_char_boundary(MOST_SCHEDULE)].rsplit_once('.').map_or("", |(whole, _)| whole);
        let bytes = schedule.len();
        match self.style.lang {
            Lang::En => format!("{shown}. … ({bytes} characters; all of it: --schedule-out FILE, or the same seed again)"),
            Lang::Zh => format!("{shown}.……（共 {bytes} 个字符；完整内容：--schedule-out 文件，或用同一种子再运行一次）"),
        }
    }

    fn is_stepped(&self) -> bool {
        self.trace.header.engine == "stepper"
    }

    fn ended(&self) -> String {
        let after = self.trace.elapsed;
        match (&self.trace.ended, self.style.lang) {
            (None, Lang::En) => format!("not ended in what is known of it, {after} long"),
            (None, Lang::Zh) => format!("已知部分长 {after}，其中没有结束"),
            (Some(Ended::Completed), Lang::En) => format!("completed in {after}"),
            (Some(Ended::Completed), Lang::Zh) => format!("正常结束，用时 {after}"),
            (Some(Ended::Deadlocked), Lang::En) => format!("ended in a deadlock after {after}"),
            (Some(Ended::Deadlocked), Lang::Zh) => format!("以死锁告终，历时 {after}"),
            (Some(Ended::Stopped), Lang::En) => format!("stopped after {after}"),
            (Some(Ended::Stopped), Lang::Zh) => format!("被停止，历时 {after}"),
            // The stepper's clock is the scenario's own: it says nothing of how long anybody waited.
            (Some(Ended::TimedOut), Lang::En) if self.is_stepped() => {
                format!("ran out of time when its own clock stood at {after}")
            }
            (Some(Ended::TimedOut), Lang::Zh) if self.is_stepped() => format!("超时，此时场景自己的时钟走到 {after}"),
            (Some(Ended::TimedOut), Lang::En) => format!("ran out of time after {after}"),
            (Some(Ended::TimedOut), Lang::Zh) => format!("超时，历时 {after}"),
            (Some(Ended::LimitReached(reached)), _) => {
                let (why, place) = (reached.limit.words(self.style.lang), at_block(reached.block, &self.places, self.style.lang));
                match self.style.lang {
                    Lang::En => format!("reached a limit after {after}: {why}{place}"),
                    Lang::Zh => format!("{after} 后达到上限：{why}{place}"),
                }
            }
            (Some(Ended::Crashed(why)), Lang::En) => format!("crashed after {after}: {}", why_crashed(why, Lang::En)),
            (Some(Ended::Crashed(why)), Lang::Zh) => format!("{after} 后崩溃：{}", why_crashed(why, Lang::Zh)),
        }
    }

    fn verdicts(&mut self, verdicts: &[Verdict]) {
        if verdicts.is_empty() {
            return;
        }
        self.section("What was expected", "预期与结果");
        let is_raised = |verdict: &&Verdict| matches!(verdict.subject, Subject::Exception { .. });
        let left_out = verdicts.iter().filter(is_raised).count().saturating_sub(MOST_LINES);
        for verdict in &verdicts[..verdicts.len() - left_out] {
            let (sign, code) = match verdict.judgement {
                Judgement::Holds | Judgement::Witnessed => ("✓", "32"),
                Judgement::Refuted => ("✗", "31"),
                Judgement::Unsettled => ("?", "33"),
                Judgement::NotJudged => ("–", "2"),
            };
            let sign = self.paint(code, sign);
            let told = verdict.words(self.style.lang);
            match &verdict.subject {
                Subject::Check(block) => {
                    let place = self.places.get(*block).cloned().unwrap_or_default();
                    self.line(&format!("  {sign} {}", place.text));
                    self.line(&format!("      {told}"));
                }
                Subject::Deadlock => self.line(&format!("  {sign} {told}")),
                Subject::Exception { block, .. } | Subject::Death { block, .. } => {
                    let place = at_block(*block, &self.places, self.style.lang);
                    self.line(&format!("  {sign} {told}{place}"));
                }
            }
        }
        match self.style.lang {
            _ if left_out == 0 => {}
            Lang::En => self.line(&format!("  … and {left_out} more exceptions that nothing expects")),
            Lang::Zh => self.line(&format!("  ……另有 {left_out} 个没有预期到的异常")),
        }
    }

    fn findings(&mut self) {
        if self.trace.findings.is_empty() {
            return;
        }
        self.section("Found", "发现");
        let trace = self.trace;
        for finding in &trace.findings {
            for line in findings::lines(finding, trace, &self.places, self.style.lang) {
                self.line(&format!("  {line}"));
            }
        }
    }

    fn cores(&mut self) {
        let metrics = self.metrics;
        let used = &metrics.utilization;
        if used.cores.is_empty() {
            return;
        }
        self.section("Cores", "核心");
        let heading = [
            self.say("core", "核心"),
            "",
            self.say("scenario", "场景"),
            "Coreyard",
            self.say("rest", "其他"),
            self.say("stolen", "被占"),
            self.say("idle", "空闲"),
        ];
        let mut table = Table::new(&heading);
        let whole = self.say("all", "全部").to_owned();
        let named = used.cores.iter().enumerate().map(|(core, used)| (core.to_string(), used));
        let rows = named.take(MOST_ROWS).chain(std::iter::once((whole, &used.all)));
        for (name, used) in rows {
            let parts = [(used.scenario, '█'), (used.coreyard, '▓'), (used.rest, '▒'), (used.stolen, '░')];
            let mut row = vec![name, bar(&parts, BAR)];
            let shares = [used.scenario, used.coreyard, used.rest, used.stolen, used.idle];
            row.extend(shares.map(|share| percent(f64::from(share))));
            table.row(row);
        }
        self.table(&table, used.cores.len().saturating_sub(MOST_ROWS));
    }

    fn processes(&mut self) {
        if let Some(table) = super::processes::table(self.trace, self.style.lang, time) {
            self.section("Processes", "进程");
            self.table(&table, 0);
        }
    }

    fn tasks(&mut self) {
        let metrics = self.metrics;
        if metrics.tasks.is_empty() {
            return;
        }
        self.section("Tasks", "任务");
        let states = [
            TaskState::Running,
            TaskState::Runnable,
            TaskState::Blocked,
            TaskState::Spinning,
            TaskState::Sleeping,
            TaskState::Paused,
        ];
        let mut heading = vec![self.say("task", "任务"), self.say("state", "状态"), "CPU", self.say("core", "核心")];
        heading.extend(states.map(|state| super::tasks::state_word(state).get(self.style.lang)));
        heading.push(self.say("steps", "步数"));
        let interpreter = metrics.tasks.iter().any(|task| task.interpreter.is_some());
        if interpreter {
            heading.extend([self.say("GIL held", "持有 GIL"), self.say("GIL wanted", "等待 GIL")]);
        }
        let mut table = Table::new(&heading);
        for task in metrics.tasks.iter().take(MOST_ROWS) {
            let core = task.core.map_or_else(|| NOTHING.to_owned(), |core| core.to_string());
            let mut row =
                vec![task.name.clone(), super::tasks::state(task, self.style.lang), time(task.cpu.unwrap_or_default()), core];
            row.extend(states.map(|state| time(task.time_in(state))));
            row.push(count(task.steps));
            if let Some(share) = task.interpreter {
                row.extend([share.held_share, share.wanted_share].map(percent));
            }
            table.row(row);
        }
        self.table(&table, metrics.tasks.len().saturating_sub(MOST_ROWS));
        if metrics.tasks.len() > MOST_ROWS {
            let states = occupancy::states(metrics, self.style.lang, super::tasks::state_word);
            self.line(&format!("  {states}"));
        }
        for task in &metrics.tasks {
            let Some(raised) = &task.uncaught else { continue };
            let place = at_block(raised.block, &self.places, self.style.lang);
            let told = exception_line(&raised.name, &raised.message);
            let line = match self.style.lang {
                Lang::En => format!("  {} ended by {told}{place}", task.name),
                Lang::Zh => format!("  {} 因 {told} 而结束{place}", task.name),
            };
            self.line(&line);
        }
    }

    /// Says so, instead of zeros that would look like figures.
    fn uncounted(&mut self) {
        let told =
            self.say("Locks, semaphores and queues were not counted: --record off.", "未统计锁、信号量与队列：--record off。");
        self.line(&format!("\n{told}"));
    }

    fn locks(&mut self) {
        let metrics = self.metrics;
        let is_lock = |resource: &&Resource| resource.class.is_held();
        let locks: Vec<&Resource> = metrics.used().filter(is_lock).collect();
        if locks.is_empty() {
            return;
        }
        self.section("Locks and semaphores", "锁与信号量");
        let mut table = Table::new(&[
            self.say("name", "名称"),
            self.say("acquired", "获取"),
            self.say("contended", "争用"),
            self.say("waited", "等待合计"),
            self.say("wait p50", "等待 p50"),
            "p99",
            self.say("max", "最长"),
            self.say("held", "持有合计"),
            self.say("hold p50", "持有 p50"),
            "p99",
            self.say("max", "最长"),
            self.say("queue", "最长队列"),
            self.say("hand-offs", "换手"),
            self.say("timeouts", "超时"),
        ]);
        for lock in locks.iter().take(MOST_ROWS) {
            let mut row = vec![lock.name.clone(), count(lock.acquisitions), contended(lock)];
            for times in [&lock.wait, &lock.hold] {
                row.extend([times.total, times.p50, times.p99, times.max].map(time));
            }
            row.extend([lock.longest_queue, lock.hand_offs, lock.timeouts].map(count));
            table.row(row);
        }
        self.table(&table, locks.len().saturating_sub(MOST_ROWS));
    }

    fn signals(&mut self) {
        let metrics = self.metrics;
        let signals: Vec<&Resource> = metrics.used().filter(|resource| resource.class.is_signal()).collect();
        if signals.is_empty() {
            return;
        }
        self.section("Conditions, events and barriers", "条件变量、事件与屏障");
        let mut table = Table::new(&[
            self.say("name", "名称"),
            self.say("waits", "等待次数"),
            self.say("waited", "等待合计"),
            self.say("wait p50", "等待 p50"),
            "p99",
            self.say("max", "最长"),
            self.say("signals", "信号"),
            self.say("queue", "最长队列"),
            self.say("timeouts", "超时"),
        ]);
        for signal in signals.iter().take(MOST_ROWS) {
            let mut row = vec![signal.name.clone(), count(signal.acquisitions)];
            row.extend([signal.wait.total, signal.wait.p50, signal.wait.p99, signal.wait.max].map(time));
            row.extend([signal.gets, signal.longest_queue, signal.timeouts].map(count));
            table.row(row);
        }
        self.table(&table, signals.len().saturating_sub(MOST_ROWS));
    }

    fn queues(&mut self) {
        let metrics = self.metrics;
        let queues: Vec<&Resource> = metrics.used().filter(|resource| resource.class == ResourceClass::Queue).collect();
        if queues.is_empty() {
            return;
        }
        self.section("Queues", "队列");
        let mut table = Table::new(&[
            self.say("name", "名称"),
            self.say("puts", "放入"),
            self.say("gets", "取出"),
            self.say("a second", "每秒"),
            self.say("waited", "等待过"),
            self.say("wait p50", "等待 p50"),
            "p99",
            self.say("max", "最长"),
            self.say("left", "剩余"),
            self.say("timeouts", "超时"),
        ]);
        for queue in queues.iter().take(MOST_ROWS) {
            let mut row =
                vec![queue.name.clone(), count(queue.acquisitions), count(queue.gets), rate(queue.per_second), contended(queue)];
            row.extend([queue.wait.p50, queue.wait.p99, queue.wait.max].map(time));
            row.extend([count(queue.level.unwrap_or(0)), count(queue.timeouts)]);
            table.row(row);
        }
        self.table(&table, queues.len().saturating_sub(MOST_ROWS));
    }

    fn occupancy(&mut self) {
        let (metrics, lang) = (self.metrics, self.style.lang);
        let tables = [
            ("Event loops", "事件循环", occupancy::loops(metrics, lang, time)),
            ("Pools", "池", occupancy::pools(metrics, lang)),
            ("Pipes", "管道", occupancy::pipes(metrics, lang)),
            ("Servers and files", "服务器与文件", super::outside::table(&metrics.resources, lang, time)),
        ];
        for (en, zh, table) in tables {
            if let Some(table) = table {
                self.section(en, zh);
                self.table(&table, 0);
            }
        }
    }

    fn regions(&mut self) {
        let metrics = self.metrics;
        if metrics.regions.is_empty() {
            return;
        }
        self.section("Regions", "区域");
        let mut table = Table::new(&[
            self.say("label", "标签"),
            self.say("entered", "进入"),
            self.say("a second", "每秒"),
            self.say("peak", "同时最多"),
            self.say("inside", "仍在其中"),
            self.say("elapsed", "用时"),
            self.say("cores busy", "忙碌核心"),
            self.say("stay p50", "停留 p50"),
            "p99",
            self.say("max", "最长"),
        ]);
        for region in metrics.regions.iter().take(MOST_ROWS) {
            let mut row = vec![region.label.clone(), count(region.entries), rate(region.per_second)];
            row.extend([region.peak, region.inside].map(count));
            let busy = region.cores_busy.map_or_else(|| NOTHING.to_owned(), |busy| format!("{busy:.2}"));
            row.extend([time(region.elapsed), busy]);
            row.extend([region.stay.p50, region.stay.p99, region.stay.max].map(time));
            table.row(row);
        }
        self.table(&table, metrics.regions.len().saturating_sub(MOST_ROWS));
    }

    fn marks(&mut self) {
        let metrics = self.metrics;
        if metrics.marks.is_empty() {
            return;
        }
        self.section("Marks", "进度点");
        let mut table = Table::new(&[
            self.say("label", "标签"),
            self.say("passed", "次数"),
            self.say("a second, first to last", "首末之间每秒"),
        ]);
        for mark in metrics.marks.iter().take(MOST_ROWS) {
            table.row(vec![mark.label.clone(), count(mark.count), rate(mark.per_second.unwrap_or_default())]);
        }
        self.table(&table, metrics.marks.len().saturating_sub(MOST_ROWS));
    }

    fn values(&mut self) {
        let trace = self.trace;
        let Some(state) = &trace.final_state else { return };
        let named = trace.resources.iter().zip(&state.resources);
        let values: Vec<String> = named
            .filter(|(info, _)| info.class.is_data())
            .filter_map(|(info, value)| Some(format!("{} = {}", info.name, trace.shown(value.as_ref()?))))
            .collect();
        if values.is_empty() {
            return;
        }
        self.section("Values at the end", "结束时的值");
        for value in values.iter().take(MOST_ROWS) {
            self.line(&format!("  {value}"));
        }
    }

    fn output(&mut self) {
        let trace = self.trace;
        if trace.output.is_empty() {
            return;
        }
        self.section("Output", "输出");
        let left_out = trace.output.len().saturating_sub(MOST_LINES);
        match self.style.lang {
            _ if left_out == 0 => {}
            Lang::En => self.line(&format!("  … {left_out} lines before")),
            Lang::Zh => self.line(&format!("  ……此前还有 {left_out} 行")),
        }
        for line in trace.output[left_out..].iter().flat_map(OutputLine::shown) {
            // What a scenario prints must not steer the terminal.
            let shown: String =
                line.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect();
            self.line(&format!("  {shown}"));
        }
        let lost = trace.counters.lost_lines;
        match self.style.lang {
            _ if lost == 0 => {}
            Lang::En => self.line(&format!("  … {} later lines were not kept: there were too many", count(lost))),
            Lang::Zh => self.line(&format!("  ……之后的 {} 行太多，没有保留", count(lost))),
        }
    }

    fn lost(&mut self) {
        for line in super::lost::lines(self.metrics, self.style.lang) {
            self.line(&format!("\n{line}"));
        }
    }
}

fn time(time: Nanos) -> String {
    if time == Nanos::ZERO { NOTHING.to_owned() } else { time.to_string() }
}

fn contended(resource: &Resource) -> String {
    resource.contended_share.map_or_else(|| NOTHING.to_owned(), percent)
}

fn rate(per_second: f64) -> String {
    match per_second {
        ..=0.0 => NOTHING.to_owned(),
        ..10.0 => format!("{per_second:.2}"),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        _ => count(per_second.round() as u64),
    }
}
