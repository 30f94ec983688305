//! The words of concurrency as Coreyard uses them, one sentence or two each, in both languages.

use crate::lang::Words;

/// A word and what it means.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) word: Words,
    pub(super) meaning: Words,
}

const fn term(en: &'static str, zh: &'static str, meaning_en: &'static str, meaning_zh: &'static str) -> Term {
    Term { word: Words { en, zh }, meaning: Words { en: meaning_en, zh: meaning_zh } }
}

/// From the whole to its parts, then what can go wrong.
pub(super) const TERMS: &[Term] = &[
    term(
        "scenario",
        "场景",
        "A file that says which tasks there are, what they share and what they do; it can be run as often as one likes.",
        "一个文件，写明有哪些任务、它们共享什么、做什么；可以反复运行。",
    ),
    term(
        "block",
        "块",
        "One thing a scenario says: a declaration or a statement. The text and the blocks are two views of the same thing.",
        "场景里的一句话：一个声明或一条语句。文本和块是同一内容的两种视图。",
    ),
    term(
        "task",
        "任务",
        "Something that runs by itself: the main task, or a thread. Tasks run at the same time, or take turns on a core.",
        "独立运行的东西：主任务或线程。多个任务可以同时运行，也可以轮流使用一个核心。",
    ),
    term(
        "resource",
        "资源",
        "What tasks meet at: a lock, a semaphore, a queue, a shared variable.",
        "任务相遇的地方：锁、信号量、队列、共享变量。",
    ),
    term(
        "engine",
        "引擎",
        "What runs a scenario: the real cores of this machine, or the stepper, which takes one step at a time.",
        "运行场景的东西：本机的真实核心，或者一次只走一步的步进器。",
    ),
    term(
        "seed",
        "种子",
        "The number that decides what the stepper and rand choose: the same seed gives the same run.",
        "决定步进器和 rand 如何选择的数字：同一个种子得到同一次运行。",
    ),
    term(
        "schedule",
        "调度序列",
        "The order in which tasks took their steps. With it the stepper does the same run again.",
        "任务走每一步的先后顺序。有了它，步进器可以重现同一次运行。",
    ),
    term(
        "trace",
        "轨迹",
        "All that is known of a run. It can be saved and opened again.",
        "一次运行的全部记录，可以保存，也可以再次打开。",
    ),
    term(
        "lock",
        "锁",
        "At most one task holds it; the others wait. What it protects is used by one task at a time.",
        "最多只有一个任务持有，其他任务等待。它保护的东西同一时刻只被一个任务使用。",
    ),
    term(
        "semaphore",
        "信号量",
        "A number of permits. Who takes one and finds none waits until another gives one back.",
        "若干个许可。没有许可可拿时就等待，直到别的任务归还。",
    ),
    term(
        "queue",
        "队列",
        "Hands things from one task to another. A bounded one makes who puts wait when it is full.",
        "把东西从一个任务交给另一个任务。有界队列满了，放入的一方要等待。",
    ),
    term("atomic", "原子", "Done as one step: no other task sees it half done.", "作为一步完成：别的任务看不到做了一半的状态。"),
    term("acquire and release", "获取与释放", "To take a lock or a permit, and to give it back.", "拿到锁或许可，以及把它交还。"),
    term("hold", "持有", "From an acquisition to its release.", "从获取到释放的这段时间。"),
    term(
        "contention",
        "争用",
        "Tasks want what another holds, and wait. The plot of the locks shows how many wait at each moment.",
        "任务想要的东西被别人持有，只好等待。锁的图表显示每个时刻有多少任务在等。",
    ),
    term(
        "hand-off",
        "易手",
        "A resource goes from one task to another. Each costs a switch, and what was in the core's cache.",
        "资源从一个任务转到另一个任务。每次都要付出切换的代价，缓存也要重新加载。",
    ),
    term(
        "core utilization",
        "核心利用率",
        "The share of its time in which a core works, told apart into the scenario, Coreyard itself and the rest.",
        "核心有多少时间在工作，分为场景、Coreyard 自身和其他程序。",
    ),
    term("blocked", "阻塞", "A task that waits for something another task must do.", "任务在等另一个任务做某件事。"),
    term("runnable", "就绪", "A task that could run and waits only for a core.", "任务可以运行，只是在等核心。"),
    term(
        "sleeping",
        "睡眠",
        "A task that waits for a time to pass and uses no core meanwhile.",
        "任务在等一段时间过去，期间不占用核心。",
    ),
    term(
        "spinning",
        "自旋",
        "Waiting by asking again and again: quick, but it keeps a core busy.",
        "反复询问式的等待：反应快，但一直占用核心。",
    ),
    term(
        "preemption",
        "抢占",
        "The system takes the core from a task that would go on, and gives it to another.",
        "系统把核心从还想继续的任务手里拿走，交给另一个任务。",
    ),
    term(
        "race",
        "竞争",
        "The result depends on which task is first. A data race: two tasks use one variable, at least one writes, and nothing orders them.",
        "结果取决于谁先谁后。数据竞争：两个任务使用同一个变量，至少一个在写，而且没有任何先后约束。",
    ),
    term(
        "lost update",
        "丢失的更新",
        "Two tasks read the same value, both change it, and one of the changes is overwritten.",
        "两个任务读到同一个值，各自修改，其中一个修改被覆盖。",
    ),
    term(
        "deadlock",
        "死锁",
        "Tasks wait for each other in a circle, and nobody outside of it can help: none will ever go on.",
        "任务循环等待，圈外也没有谁能帮忙：谁都无法继续。",
    ),
    term(
        "waiting cycle",
        "循环等待",
        "A circle of waiting that somebody may still resolve: a release from elsewhere, or a time-out.",
        "循环的等待，但还可能被解开：别处的释放，或者超时。",
    ),
    term("livelock", "活锁", "Tasks keep doing something and get nowhere.", "任务一直在动，却毫无进展。"),
    term(
        "starvation",
        "饥饿",
        "A task that could go on never gets its turn, because others are always before it.",
        "任务本可以继续，却总轮不到它，因为别人总排在前面。",
    ),
    term(
        "throughput",
        "吞吐量",
        "How much is done in a second. Marks in a scenario are counted for it.",
        "每秒完成多少工作。场景中的 mark 用来计数。",
    ),
    term(
        "expectation",
        "预期",
        "What a scenario says must always, sometimes or never be so. One run may refute it, seldom prove it.",
        "场景声明的“总是”“有时”或“从不”成立的事。一次运行可以推翻它，却很少能证明它。",
    ),
];
