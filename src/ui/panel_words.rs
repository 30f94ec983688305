//! Words of the panels that show things.
use crate::lang::Words;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => { $(pub(super) const $name: Words = Words { en: $en, zh: $zh };)* };
}

words! {
    ALL_CORES: "All", "全部";
    CORE: "Core {0}", "核心 {0}";
    CORE_READOUT: "{0}: {1} busy", "{0}：占用 {1}";
    PART_SCENARIO: "Scenario", "场景";
    PART_COREYARD: "Coreyard", "Coreyard";
    PART_REST: "Rest", "其他";
    PART_SCENARIO_TIP: "The threads of the scenario", "场景的线程";
    PART_COREYARD_TIP: "Coreyard itself: this window and what watches the run", "Coreyard 自身：这个窗口和观察运行的部分";
    PART_REST_TIP: "Every other program of this machine", "这台机器上的其他所有程序";
    PART_STOLEN_TIP: "Taken by the host from this virtual machine", "宿主机从这台虚拟机拿走的时间";
    PART_STOLEN: "Stolen", "被抢占";
    PART_IDLE: "Idle", "空闲";
    CORES_EMPTY: "Press Run to see what every core of this machine does", "按“运行”，看每个核心在做什么";
    THREADS: "CPU time by thread", "各线程的 CPU 时间";
    PLOT_KEYS: "Drag or arrow keys to pan, Ctrl+scroll or + and − to zoom, double-click or 0 to follow", "拖动或按方向键平移，Ctrl+滚轮或 + − 缩放，双击或按 0 恢复跟随";
    LOCKS_EMPTY: "Press Run to see how long tasks wait for each lock", "按“运行”，看任务在每个锁上等了多久";
    LOCKS_NONE: "This scenario has no lock, semaphore or queue", "这个场景没有锁、信号量或队列";
    WAITING_TASKS: "Tasks waiting", "等待中的任务数";
    EVENTS_LOST: "{0} events lost here: the totals count them", "此处丢失 {0} 个事件：总数包括它们";
    RECORD_OFF: "This run recorded nothing: what tasks did and waited for is not known", "这次运行没有记录：任务做了什么、等了什么都不知道";
    RECORD_COUNTERS: "counted, without events: each wait shows where it ended", "只有计数，没有事件：每次等待显示在它结束的时刻";
    RECORD_NO_HISTORY: "Only counters were recorded: how waiting changed over time was not saved", "只记录了计数：等待随时间的变化没有保存";
    LOCK: "Resource", "资源";
    ACQUISITIONS: "Acquired", "获取次数";
    CONTENDED: "Contended", "争用";
    WAIT: "Wait", "等待";
    HOLD: "Hold", "持有";
    TOTAL: "total", "总计";
    P50: "p50", "p50";
    P99: "p99", "p99";
    MAX: "max", "最长";
    LONGEST_QUEUE: "Longest queue", "最长队列";
    HAND_OFFS: "Hand-offs", "易手次数";
    LEVEL: "Level", "当前量";
    HOLDERS: "Held by", "持有者";
    WAITERS: "Waiting", "等待者";
    TASKS_EMPTY: "Press Run to see what every task does", "按“运行”，看每个任务在做什么";
    TASK: "Task", "任务";
    STATE: "State", "状态";
    BLOCK: "Block", "所在块";
    CPU_TIME: "CPU time", "CPU 时间";
    CORE_COLUMN: "Core", "核心";
    TIME_IN_STATE: "Time in each state", "各状态用时";
    GIL: "Interpreter lock", "解释器锁";
    GIL_HELD: "held", "持有";
    GIL_WANTED: "wanted", "等待";
    DAEMON: "daemon", "守护";
    STATE_NEW: "not started", "未启动";
    STATE_RUNNING: "running", "运行";
    STATE_RUNNABLE: "runnable", "就绪";
    STATE_BLOCKED: "blocked", "阻塞";
    STATE_SLEEPING: "sleeping", "睡眠";
    STATE_SPINNING: "spinning", "自旋";
    STATE_PAUSED: "paused", "暂停";
    STATE_DONE: "done", "结束";
    PROBLEMS_NONE: "No problems: this scenario can run", "没有问题：可以运行";
    PROBLEMS_MORE: "and {0} more", "还有 {0} 个";
    EDITOR_NAME: "Scenario text", "场景文本";
    EDITOR_TOO_LARGE: "Above 1 MB a text can be read and run, not edited", "超过 1 MB 的文本只能查看和运行，不能编辑";
}
