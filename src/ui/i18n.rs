//! The window's words outside of the panels that show things: one table, both languages.

use crate::lang::Words;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(#[doc = $en] pub const $name: Words = Words { en: $en, zh: $zh };)*
        /// Every text, for the test that each can be drawn.
        #[cfg(test)]
        const ALL: &[Words] = &[$($name),*];
    };
}

words! {
    RUN: "Run", "运行";
    PAUSE: "Pause", "暂停";
    RESUME: "Resume", "继续";
    STOP: "Stop", "停止";
    RESTART: "Restart", "重新运行";
    ENGINE: "Engine", "引擎";
    ENGINE_REAL: "Real cores", "真实核心";
    ENGINE_STEPPER: "Stepper", "步进器";
    ENGINE_REAL_TIP: "Runs on the cores of this machine, in a process of its own", "在本机的核心上运行，使用单独的进程";
    ENGINE_STEPPER_TIP: "Takes one step of one task at a time, chosen by the seed: the same seed, the same run", "每次只走一个任务的一步，由种子决定顺序：同一种子，同一次运行";
    CORES: "Cores", "核心数";
    CORES_AUTO: "auto", "自动";
    CORES_TIP: "How many cores the run may use; auto is what the scenario says, else all", "运行最多使用多少个核心；自动表示按场景所写，没写则用全部";
    RECORD: "Record", "记录";
    RECORD_FULL: "Everything", "全部";
    RECORD_COUNTERS: "Counters", "计数";
    RECORD_OFF: "Nothing", "不记录";
    RECORD_FULL_TIP: "Every event, for every plot and for looking back", "每个事件：所有图表都可用，也能回看";
    RECORD_COUNTERS_TIP: "Exact totals without single events: disturbs the run less", "只有准确的总数，没有单个事件：对运行的干扰更小";
    RECORD_OFF_TIP: "Nothing but the end: for comparing speeds", "除了结果什么都不记：用来比较速度";
    SEED: "Seed", "种子";
    SEED_TIP: "Decides what the stepper and `rand` choose", "决定步进器和 `rand` 的选择";
    RUN_TIP: "Run the scenario", "运行场景";
    RUN_OUTRUN_TIP: "Run the changed text: the run that goes on is ended", "运行改动后的文本：正在进行的运行会结束";
    RUN_EMPTY_TIP: "Nothing to run yet: put blocks in, or open a scenario", "还没有可运行的内容：放入块，或打开一个场景";
    RUN_TASKLESS_TIP: "Nothing runs yet: add a main or a thread", "还没有任务可以运行：加入 main 或 thread";
    RUN_BLOCKED_TIP: "Cannot run. Line {0}: {1}", "无法运行。第 {0} 行：{1}";
    PAUSE_TIP: "Halt every task at its next step, and the clock of the run with them; or go on", "让所有任务停在下一步，运行的时钟也停下；或继续";
    STOP_TIP: "End the run, whatever it does", "结束运行，不管它在做什么";
    RESTART_TIP: "Stop and run again", "停止并重新运行";

    LIBRARY: "Library", "场景库";
    EDITOR: "Text", "文本";
    BLOCKS: "Blocks", "块";
    PALETTE: "Palette", "块列表";
    COMMANDS: "All commands…", "全部命令…";
    SEARCH_COMMANDS: "Search commands", "搜索命令";
    NO_COMMAND: "No command matches", "没有匹配的命令";
    NEW_FROM: "New from template", "从模板新建";
    PROBLEMS: "Problems", "问题";
    CORES_PANEL: "Cores", "核心";
    LOCKS: "Locks", "锁";
    TASKS: "Tasks", "任务";
    LEVELS: "Levels", "水位";
    VARIABLES: "Variables", "变量";
    OUTPUT: "Output", "输出";
    VERDICT: "Verdict", "结论";
    HISTORY: "History", "历史";
    HISTORY_START: "As it was opened", "打开时的样子";
    HISTORY_FORGOTTEN: "{0} older steps cannot be undone any more", "更早的 {0} 步已无法撤销";
    HISTORY_TIP: "Click a step to go back or forth to it", "单击某一步，回到或前进到那里";
    WINDOW: "Window", "窗口";
    LIBRARY_ABOUT: "Scenarios that come with Coreyard", "Coreyard 自带的场景";
    PALETTE_ABOUT: "All blocks, to be dragged into the scenario", "全部的块，可拖进场景";
    EDITOR_ABOUT: "The scenario as text", "文本形式的场景";
    BLOCKS_ABOUT: "The scenario as blocks: the same as the text", "块形式的场景：与文本是同一份";
    PROBLEMS_ABOUT: "What is wrong with the text", "文本里的问题";
    CORES_ABOUT: "What every core of the machine does", "每个核心在做什么";
    LOCKS_ABOUT: "Who waits at locks, queues and other resources, how often and how long", "任务在锁、队列等资源上等了多少次、多久";
    TASKS_ABOUT: "What every task does, and how long it did what", "每个任务在做什么，各用了多久";
    LEVELS_ABOUT: "How full queues, pipes and pools are, and how late event loops are", "队列、管道和池有多满，事件循环迟了多久";
    OUTPUT_ABOUT: "What the scenario has printed", "场景打印的内容";
    VERDICT_ABOUT: "Whether what the scenario expects holds, and who stands in a deadlock", "场景的预期是否成立，谁陷入了死锁";
    VARIABLES_ABOUT: "What every task stands in, and what its variables hold", "每个任务执行到哪里，它的变量是什么值";
    HISTORY_ABOUT: "Every change, to go back to", "每一步修改，可以退回";

    SEARCH: "Search scenarios", "搜索场景";
    SEARCH_EMPTY: "No scenario matches", "没有匹配的场景";
    OUTPUT_EMPTY: "What the scenario prints appears here", "场景用 print 输出的内容会显示在这里";
    OUTPUT_CUT: "Earlier lines are not shown", "更早的行不再显示";
    OUTPUT_FULL: "{0} later lines were not kept: there were too many", "之后的 {0} 行太多，没有保留";
    COPY: "Copy", "复制";
    VERDICT_LIVE: "What it expects is judged when the run ends", "运行结束后，判断预期是否成立";
    VERDICT_NONE: "This scenario expects nothing: with an expect block each run is judged", "这个场景没有预期：加上 expect 块，每次运行就会有判断";
    VIRTUAL_TIME: "Time on the scenario's own clock", "场景自己的时钟上的时间";
    VERDICT_EMPTY: "Run the scenario to see whether what it expects holds", "运行场景，看它的预期是否成立";

    FILE: "File", "文件";
    NEW: "New", "新建";
    OPEN: "Open…", "打开…";
    SAVE: "Save", "保存";
    SAVE_AS: "Save as…", "另存为…";
    RECENT: "Open recent", "最近打开";
    RECENT_EMPTY: "Nothing opened yet", "还没有打开过文件";
    QUIT: "Quit", "退出";
    EDIT: "Edit", "编辑";
    UNDO: "Undo", "撤销";
    REDO: "Redo", "重做";
    NO_UNDO: "Nothing to undo", "没有可以撤销的修改";
    NO_REDO: "Nothing to redo", "没有可以重做的修改";
    UNDONE: "Undone: {0}", "已撤销：{0}";
    REDONE: "Done again: {0}", "已重做：{0}";
    VIEW: "View", "视图";
    THEME: "Theme", "主题";
    LIGHT: "Light", "浅色";
    DARK: "Dark", "深色";
    SYSTEM: "As the system", "跟随系统";
    LANGUAGE: "Language", "语言";
    ZOOM: "Size", "大小";
    ZOOM_LARGER: "Larger", "放大";
    ZOOM_SMALLER: "Smaller", "缩小";
    ZOOM_NORMAL: "Normal size", "正常大小";
    HIDE_PANEL: "Hide panel", "隐藏面板";
    RESET_LAYOUT: "Reset the layout", "恢复默认布局";
    EXPORT: "Export", "导出";
    EXPORT_WINDOW: "Picture of the window…", "窗口图片…";
    EXPORT_PANEL: "Picture of a panel", "面板图片";
    EXPORT_TRACE: "Trace of the run…", "运行轨迹…";
    HELP: "Help", "帮助";
    HELP_BLOCKS: "Block reference", "块参考";
    GLOSSARY: "Glossary", "术语表";
    SEARCH_HELP: "Search the help", "搜索帮助";
    NOTHING_FOUND: "Nothing found", "没有找到";
    WELCOME: "Three things to try", "三件可以试的事";
    WELCOME_NOW: "A scenario runs on the cores of your machine: at the right is what each core does and who waits where", "一个场景正在你机器的核心上运行：右边能看到每个核心在做什么、谁在哪里等待";
    TRY_CHANGE: "Change a number in the text, then press Run (F5) and watch the plots", "改动文本里的一个数字，再按“运行”（F5），看图表怎么变";
    TRY_CHANGE_BUTTON: "Show me one", "给我看一个";
    TRY_DEADLOCK: "Open the dining philosophers and see them deadlock; Stop ends it", "打开哲学家就餐，看他们死锁；按“停止”结束";
    TRY_DEADLOCK_BUTTON: "Open and run it", "打开并运行";
    TRY_STEPPER: "Run what is open on the stepper, one step after another: the same seed gives the same run", "在步进器上运行打开的场景，一步接一步：同一个种子得到同一次运行";
    STEPPER_FOR_NOW: "On the stepper until another scenario is opened; Engine in the bar leads back at once", "在步进器上运行，直到打开别的场景；在上方“引擎”处可随时切换回来";
    TRY_STEPPER_BUTTON: "Run on the stepper", "在步进器上运行";
    WELCOME_HELP: "What blocks are there?", "有哪些块？";
    SHORTCUTS: "Keyboard shortcuts", "键盘快捷键";
    ABOUT: "About Coreyard", "关于 Coreyard";
    ABOUT_TEXT: "A playground for concurrency: one scenario, run on the real cores, with every lock and core in view", "并发游乐场：一个场景，在真实核心上运行，每把锁、每个核心都看得见";

    UNTITLED: "Untitled", "未命名";
    BUILT_IN: "built-in", "内置";
    BUILT_IN_TIP: "A built-in scenario: the first change makes it a copy of your own", "内置场景：第一次修改会变成你自己的副本";
    UNSAVED: "Unsaved changes", "有未保存的修改";
    SAVED_TRACE: "a saved run", "保存的运行";
    SHOW_PROBLEMS: "Show what is wrong", "查看问题";
    NO_PROBLEMS: "No problems", "没有问题";

    UNSAVED_QUESTION: "Save the changes to {0}?", "要保存对 {0} 的修改吗？";
    UNSAVED_DETAIL: "They are lost if you do not save them", "不保存就会丢失";
    DISCARD: "Do not save", "不保存";
    CANCEL: "Cancel", "取消";
    CLOSE: "Close", "关闭";
    COMMANDS_QUESTION: "This scenario runs programs: {0}", "这个场景要运行程序：{0}";
    AND_THEN: ", ", "、";
    COMMANDS_DETAIL: "They may do all that you may do. Asked once for this text, until the window is closed", "它们能做你能做的一切。同一文本只问一次，直到关闭窗口";
    ALLOW: "Allow", "允许";
    RUN_WITHOUT: "Run without them", "不运行它们";
    CHANGED_QUESTION: "{0} was changed by another program", "{0} 被别的程序修改了";
    CHANGED_DETAIL: "Reload it, which undo takes back, or keep the text as it is here; saving then replaces what is on disk", "可以重新载入（能撤销），也可以保留这里的文本；保存时会覆盖磁盘上的内容";
    RELOAD: "Reload", "重新载入";
    KEEP: "Keep mine", "保留我的";
    RECOVER_QUESTION: "There is text that was not saved when Coreyard ended last", "上次 Coreyard 结束时有没保存的文本";
    RECOVER_DETAIL: "{0}, lines: {1}", "{0}，{1} 行";
    RECOVER_ONE_OF: "{0}, lines: {1}; texts asked about afterwards: {2}", "{0}，{1} 行；之后还会询问另外 {2} 份文本";
    RECOVER: "Recover", "恢复";
    NOT_KEPT: "Text that is not saved would be lost in a crash; it cannot be kept: {0}", "未保存的文本会在崩溃时丢失，因为无法备份：{0}";
    NOT_FORGOTTEN: "The text cannot be taken away and is offered again: {0}", "无法删除这份文本，下次还会询问：{0}";
    COMPARE: "Compare", "比较";
    COMPARE_MINE: "only here", "只在这里有";
    COMPARE_THEIRS: "only on disk", "只在磁盘上有";
    COMPARE_SKIPPED: "  … {0} lines the same", "  … {0} 行相同";
    GONE_FROM_DISK: "{0} is no longer on the disk; its text is here, and not saved", "{0} 已不在磁盘上；文本还在这里，尚未保存";
    FORGET: "Forget it", "丢弃";
    LATER: "Ask again next time", "下次再问";
    OPEN_PLAIN: "Open", "打开";
    PATH_KEYS: "Tab completes", "按 Tab 补全";
    PATH_IS_FOLDER: "This is a folder", "这是一个文件夹";
    PATH_OPEN: "Path of the file to open", "要打开的文件路径";
    PATH_SAVE: "Path to save to", "保存到的路径";
    PATH_REPLACE: "This file is there already: pressing Enter twice replaces it", "这个文件已经存在：按两次 Enter 才会覆盖";
    PATH_REPLACE_AGAIN: "This file is there already: Enter once more replaces it", "这个文件已经存在：再按一次 Enter 就会覆盖";
    PATH_REPLACE_BUTTON: "Replace", "覆盖";
    PATH_NONE: "There is no such file", "没有这个文件";
    PATH_NO_FOLDER: "There is no such folder", "没有这个文件夹";

    RUN_OPTIONS: "How to run", "运行方式";
    READY: "Ready", "就绪";
    RUNNING: "Running", "运行中";
    PAUSED: "Paused", "已暂停";
    COMPLETED: "Completed", "已完成";
    DEADLOCKED: "Deadlock", "死锁";
    RUNS_ALREADY: "It runs already: Restart begins anew", "已经在运行：“重新运行”会从头开始";
    NOTHING_RUNS: "Nothing runs now", "现在没有运行";
    STUCK: "Deadlock: {0} waiting for ever", "死锁：{0} 个任务永远等待";
    DIED: "✖ {0} was killed", "✖ {0} 被杀死";
    DIED_TIP: "A signal ended this process; which one stands in Tasks, its verdict comes at the end of the run", "这个进程被信号终止：哪个信号见“任务”，结论在运行结束时给出";
    STUCK_TIP: "Who waits for what stands in the verdict; Stop ends the run", "谁在等什么，见“结论”；按“停止”结束运行";
    STOPPED: "Stopped", "已停止";
    TIMED_OUT: "Out of time", "超时";
    LIMIT: "Limit reached: {0}", "达到上限：{0}";
    CRASHED_SO: "The run's process has ended unexpectedly{0}", "运行进程意外结束{0}";
    CRASHED: "The run's process ended: {0}", "运行进程中止：{0}";
    HOLDS: "Nothing refuted", "没有被推翻的预期";
    UNSETTLED: "Unsettled", "尚无定论";
    UNSETTLED_TIP: "The run did not come to its end: nothing that is expected of the end could be judged", "运行没有走到终点：对终点的预期无从判断";
    REFUTED: "Refuted", "被推翻";
    SAVED: "Saved {0}", "已保存 {0}";
    WRITTEN: "Written {0}", "已写入 {0}";
    NOT_READ: "{0} cannot be read: {1}", "无法读取 {0}：{1}";
    NOT_THERE: "there is no such file or folder", "没有这个文件或文件夹";
    NOT_PERMITTED: "the system does not permit it", "系统不允许";
    IS_FOLDER: "it is a folder", "它是文件夹";
    IS_NO_FILE: "it is no file but a pipe or a device, which may never end", "它不是文件，而是管道或设备，可能永远读不完";
    IS_TOO_LARGE: "it is larger than {0} MB", "它超过了 {0} MB";
    IS_NO_RUN: "this is not a saved run of Coreyard's", "这不是 Coreyard 保存的运行";
    IS_A_NEWER_RUN: "a newer Coreyard saved this run, in form {0}", "这是更新版本的 Coreyard 保存的运行（格式 {0}）";
    RUN_WITHOUT_BEGINNING: "the saved run is damaged: what was run cannot be read", "保存的运行已损坏：读不出运行的是什么";
    NO_FOLDER: "a part of the path is no folder", "路径中有一部分不是文件夹";
    DISK_FULL: "the disk is full", "磁盘已满";
    DISK_READ_ONLY: "the disk can only be read", "磁盘是只读的";
    NO_TEXT: "it is no text: byte {0} is not UTF-8", "它不是文本：第 {0} 个字节不是 UTF-8";
    NOT_WRITTEN: "{0} cannot be written: {1}", "无法写入 {0}：{1}";
    NOT_RUN: "It cannot be run: {0}", "无法运行：{0}";
    UNLISTED_SHORT: "{0} tasks not listed", "{0} 个任务未列出";
    UNLISTED_TASKS: "{0} tasks beyond the limit have no row of their own; they ran as the others did", "有 {0} 个任务超出上限，没有单独一行；它们照常运行";
    LOST_SHORT: "{0} events lost", "丢失 {0} 个事件";
    LOST_EVENTS: "{0} events were not recorded: totals are exact, plots have gaps", "有 {0} 个事件没有记录：总数准确，图中有空隙";
}

/// `words` with `{0}`, `{1}`… filled in.
#[must_use]
pub fn fill(words: &str, with: &[&str]) -> String {
    with.iter().enumerate().fold(words.to_owned(), |text, (index, part)| text.replace(&format!("{{{index}}}"), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_fill_the_same_holes() {
        for words in ALL {
            for hole in ["{0}", "{1}", "{2}"] {
                assert_eq!(words.en.contains(hole), words.zh.contains(hole), "{}", words.en);
            }
        }
    }

    /// Every file of the window, one after the other.
    #[expect(clippy::disallowed_methods, reason = "reads the sources")]
    fn sources(folder: &std::path::Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_text_is_used() {
        let table = include_str!("i18n.rs");
        let mut window = String::new();
        for folder in ["src/ui", "src/app"] {
            sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut window);
        }
        let names = table.lines().filter_map(|line| line.trim().split_once(": \"")).map(|(name, _)| name);
        let unused: Vec<_> = names
            .filter(|name| {
                !window.split("i18n::").any(|rest| rest.split(|c: char| c != '_' && !c.is_ascii_uppercase()).next() == Some(name))
            })
            .collect();
        assert_eq!(unused, [""; 0]);
    }
}
