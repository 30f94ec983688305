//! Words of the blocks panel and the palette.
use crate::lang::Words;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => { $(pub(in crate::ui) const $name: Words = Words { en: $en, zh: $zh };)* };
}

words! {
    TREE: "Blocks of the scenario", "场景的块";
    HOLE: "Drop blocks here", "把块放在这里";
    EMPTY: "Drag a block here from the palette, or press Insert to choose one", "从块列表拖一个块到这里，或按 Insert 键选择一个";
    EMPTY_MORE: "A thread or main runs the blocks inside it. Queues, locks and shared values are what threads meet at.\n\nThe palette begins with whole scenarios to start from; F1 explains every block.", "thread 和 main 会执行放在里面的块；queue、lock 和 shared 是线程打交道的地方。\n\n块列表最上面有现成的场景可作起点；按 F1 查看每个块的说明。";
    NO_BLOCK: "Select a block first", "请先选中一个块";
    STALE: "The text has errors: these are the blocks of its last readable state, and cannot be changed until they are mended", "文本有错误：这里是上一次可读取时的块，改正之前不能修改";
    STALE_SHORT: "First mend the errors of the text", "请先改正文本里的错误";
    UNREADABLE: "The text has errors: its blocks appear once it can be read", "文本有错误：能读取之后，块才会显示";
    TOO_LARGE: "Of a text above 1 MB no blocks are shown", "超过 1 MB 的文本不显示块";
    EDITED: "Edited since it was run: counts and times are those of the text as it was", "运行之后文本有改动：次数和时间仍是改动前的";
    EDIT: "Edit values", "编辑数值";
    RENAME: "Rename everywhere", "全部重命名";
    INSERT: "Insert a block…", "插入块…";
    NOTE: "Comment…", "写注释…";
    NOTE_TEXT: "Comment", "注释";
    LINE: "The block as it is written", "这个块的写法";
    LINE_TIP: "Enter changes the line, Delete takes it away", "回车修改这一行，Delete 删除";
    NOTE_TIP: "A comment: click to change it, no text takes it away", "注释：单击修改，清空则删除";
    MORE_NOTES: "{0} more comments", "还有 {0} 条注释";
    MORE_NOTES_TIP: "Click to read them in the text", "单击在文本中查看";
    LEFT_OUT_TIP: "Commented out: click to make it a block again", "已注释掉的块：单击恢复成块";
    MOVE: "Move", "移动";
    DUPLICATE: "Duplicate", "再做一份";
    DELETE: "Delete", "删除";
    COPY: "Copy", "复制";
    CUT: "Cut", "剪切";
    PASTE: "Paste", "粘贴";
    WRAP: "Wrap in", "套上";
    UNWRAP: "Unwrap", "拆去外层";
    DISABLE: "Disable", "停用";
    ENABLE: "Enable", "启用";
    AWAIT: "Add or remove await", "添加或去掉 await";
    COMMENT_OUT: "Comment out, or not", "注释掉或恢复";
    COMMENT_IN: "Restore the next commented-out block", "恢复下一个被注释的块";
    NOT_A_BLOCK: "This is a comment, not a block", "这是注释，不是块";
    NO_COMMENT: "No block is commented out", "没有被注释掉的块";
    EXTRACT: "Extract to a routine", "提取为例程";
    FOLD: "Collapse or expand", "折叠或展开";
    SELECT_ALL: "Select all blocks", "选择全部块";
    ROUTINE_NAME: "Name of the routine", "例程的名称";
    NEW_NAME: "New name", "新名称";
    MOVING: "Moving: arrows choose the place, Enter drops, Escape cancels", "正在移动：方向键选位置，回车放下，Esc 取消";
    PLACE: "Place {0} of {1}", "第 {0} 个位置，共 {1} 个";
    NO_PLACE: "There is no place for this block", "没有能放这个块的地方";
    MOVE_CANCELLED: "Not moved", "没有移动";
    SELECTED_COUNT: "{0} blocks selected", "选中 {0} 个块";
    SEARCH_BLOCKS: "Search blocks", "搜索块";
    SEARCH_NONE: "No block matches", "没有匹配的块";
    TEMPLATES: "Templates, put at the end", "模板（加在末尾）";
    PALETTE_HINT: "Drag a block into the scenario, or click it to insert it at the selection", "把块拖进场景；单击则插在选中的块后面";
    FIELD_HINT: "Enter takes it, Tab goes on, Escape cancels", "回车确定，Tab 下一项，Esc 取消";
    HEAT: "Ran {0}×, {1} in all, {2} of it waiting", "执行 {0} 次，共 {1}，其中等待 {2}";
    HEAT_BAR: "The bar: its time beside that of the block with the most, {0}; in the colour of blocked tasks what was waiting", "条形：与用时最多的块相比占 {0}；阻塞颜色的部分是等待";
    HEAT_COUNT: "Ran {0}×", "执行 {0} 次";
}
