//! Every code there is, with its words in both languages. A code, once released, keeps its meaning.
//! `E00` the file, `E01` KDL, `E02` nodes and properties, `E03` names, `E04` meaning; `W` what is likely a mistake.

use super::Severity;
use crate::lang::Words;

/// A row of the catalog. `{0}`, `{1}`… in the words stand for a diagnostic's arguments.
#[derive(Debug)]
pub struct Row {
    /// The code.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: Words,
    /// What to do.
    pub help: Words,
}

macro_rules! catalog {
    ($($name:ident $code:literal $severity:ident $en:literal $zh:literal, $help_en:literal $help_zh:literal;)*) => {
        $(
            #[doc = $en]
            pub static $name: &Row = &Row {
                code: $code,
                severity: Severity::$severity,
                message: Words { en: $en, zh: $zh },
                help: Words { en: $help_en, zh: $help_zh },
            };
        )*
        /// Every row, by code.
        pub static CATALOG: &[&Row] = &[$($name),*];
    };
}

/// The row of a code.
///
/// # Panics
/// When no row has it, which is a mistake of ours.
#[must_use]
pub fn row(code: &str) -> &'static Row {
    CATALOG.iter().find(|row| row.code == code).unwrap_or_else(|| panic!("the catalog has a row {code}"))
}

catalog! {
    TOO_LARGE "E0002" Error
        "the text has {0} MB; the limit is 1 MB" "文本有 {0} MB，上限是 1 MB",
        "larger texts are shown but neither run nor edited" "更大的文本只显示，不运行也不能编辑";
    BINARY "E0003" Error
        "the text holds a zero byte: it is not a scenario" "文本里有零字节：它不是场景文件",
        "open a text file in KDL 2" "请打开 KDL 2 格式的文本文件";

    NOT_KDL "E0101" Error
        "this is not KDL 2" "这不是 KDL 2 的写法",
        "quote what holds a blank or one of ( ) [ ] { } = \" ; # / \\, as in \"i + 1\"; true and false are written #true and #false" "含有空格或 ( ) [ ] { } = \" ; # / \\ 的内容要加引号，例如 \"i + 1\"；真和假写成 #true 和 #false";
    UNCLOSED_BRACE "E0102" Error
        "this brace is never closed" "这个大括号没有闭合",
        "add a } where the block ends" "在块的末尾加上 }";
    UNOPENED_BRACE "E0103" Error
        "this brace closes nothing" "这个大括号没有对应的开头",
        "remove it, or add the { it belongs to" "删掉它，或补上它对应的 {";
    OPEN_STRING "E0104" Error
        "this string is never closed" "这个字符串没有闭合",
        "add the closing quote on the same line" "在同一行加上结束的引号";
    OPEN_COMMENT "E0105" Error
        "this comment is never closed" "这个注释没有闭合",
        "add a */" "加上 */";
    TOO_DEEP "E0106" Error
        "blocks are nested deeper than 64" "块的嵌套超过 64 层",
        "move inner blocks into a `routine` and `call` it" "把内层的块放进 `routine`，再用 `call` 调用";
    CLAUSE_AFTER_BRACE "E0107" Error
        "`{0}` must begin a line" "`{0}` 必须另起一行",
        "in KDL a node ends at the line's end: put `{0}` on the next line, or a `;` before it" "在 KDL 里一行就是一个节点：把 `{0}` 放到下一行，或在它前面加 `;`";

    UNKNOWN_NODE "E0201" Error
        "there is no block called `{0}`" "没有叫 `{0}` 的块",
        "`coreyard blocks` lists them all" "`coreyard blocks` 会列出所有的块";
    UNKNOWN_PROPERTY "E0204" Error
        "`{0}` takes no `{1}=`" "`{0}` 没有 `{1}=` 这个属性",
        "it takes: {2}" "它可以写：{2}";
    MISSING_ARGUMENT "E0205" Error
        "`{0}` needs `{1}`" "`{0}` 缺少 `{1}`",
        "for example: {2}" "例如：{2}";
    TOO_MANY_ARGUMENTS "E0206" Error
        "`{0}` does not take this" "`{0}` 用不上这一项",
        "remove it; an expression with blanks is written in quotes" "删掉它；带空格的表达式要整个加引号";
    GIVEN_TWICE "E0207" Error
        "`{0}` is given twice" "`{0}` 写了两次",
        "keep one of them" "只留一个";
    OUT_OF_RANGE "E0209" Error
        "`{0}` must be from {1} to {2}, not {3}" "`{0}` 必须在 {1} 到 {2} 之间，不能是 {3}",
        "write a number in that range" "请写这个范围内的数";
    WRONG_UNIT "E0210" Error
        "`{0}` has no unit `{1}`" "`{0}` 没有 `{1}` 这个单位",
        "write one of: {2}" "可以写：{2}";
    NO_BODY "E0211" Error
        "`{0}` takes no braces" "`{0}` 后面不能有大括号",
        "put what follows on lines of its own" "把后面的内容另起一行";
    NEEDS_BODY "E0212" Error
        "`{0}` needs braces with blocks in them" "`{0}` 需要一对大括号，里面放块",
        "write `{ }` behind it, even if it is empty" "在它后面写上 `{ }`，空的也行";
    STRAY_CLAUSE "E0213" Error
        "`{0}` follows nothing it could belong to" "`{0}` 前面没有它所属的块",
        "it belongs directly behind {1}" "它必须紧跟在{1}后面";
    WRONG_WORD "E0214" Error
        "`{0}` is none of the words for `{1}`" "`{1}` 不能写 `{0}`",
        "write one of: {2}" "可以写：{2}";
    BAD_NAME "E0215" Error
        "`{0}` cannot be a name" "`{0}` 不能用作名字",
        "names are letters, digits and _, and do not begin with a digit; - is minus; words of blocks and expressions are taken" "名字由字母、数字和 _ 组成，不以数字开头；- 是减号；块和表达式用到的词不能作名字";
    MISSING_VALUE "E0216" Error
        "a value is missing here" "这里缺一个值",
        "expressions are written as in Python, texts inside them in single quotes" "表达式按 Python 的写法，其中的文本用单引号";
    MISSING_TOKEN "E0218" Error
        "`{0}` is missing here" "这里缺 `{0}`",
        "add `{0}`" "补上 `{0}`";
    UNEXPECTED_TOKEN "E0219" Error
        "`{0}` is not expected here" "这里不该出现 `{0}`",
        "expressions are written as in Python, texts inside them in single quotes" "表达式按 Python 的写法，其中的文本用单引号";
    OPEN_TEXT "E0220" Error
        "this text is never closed" "这段文本没有闭合",
        "add the closing quote" "补上结束的引号";
    EXPRESSION_TOO_DEEP "E0221" Error
        "this expression is nested too deep" "这个表达式嵌套太深",
        "bind parts of it with `let` first" "先用 `let` 把各部分绑定下来";
    BAD_NUMBER "E0222" Error
        "`{0}` is no number of 64 bits" "`{0}` 不是 64 位能表示的数",
        "whole numbers go from -9223372036854775808 to 9223372036854775807" "整数的范围是 -9223372036854775808 到 9223372036854775807";
    SINGLE_EQUALS "E0223" Error
        "`=` does not compare" "`=` 不是比较",
        "write == to compare, or `let` and `set` to store" "比较写 ==，存值用 `let` 或 `set`";
    OPEN_HOLE "E0224" Error
        "this brace is never closed" "这个大括号没有闭合",
        "write {expression} for a value and {{ for a brace" "用 {表达式} 写出值，用 {{ 写大括号";
    LONE_BRACE "E0225" Error
        "this brace closes nothing" "这个大括号没有对应的开头",
        "write }} for a brace" "大括号本身写成 }}";

    BELONGS_TO_BODY "E0226" Error
        "`{0}` cannot stand here" "`{0}` 不能放在这里",
        "it is something a task does: put it inside a `main`, `thread` or `routine`" "它是任务要做的事：放进 `main`、`thread` 或 `routine` 里";
    BELONGS_TO_TOP "E0227" Error
        "`{0}` cannot stand here" "`{0}` 不能放在这里",
        "it declares something for the whole file: put it at the top, outside all braces" "它是整个文件的声明：放到最外层，所有大括号之外";
    BELONGS_TO_HEADER "E0228" Error
        "`{0}` cannot stand here" "`{0}` 不能放在这里",
        "put it inside the braces of `scenario`" "放进 `scenario` 的大括号里";
    NOT_SWITCH "E0229" Error
        "`{0}` is on or off" "`{0}` 只能是开或关",
        "write #true or #false" "写 #true 或 #false";
    NO_PROPERTIES "E0230" Error
        "`{0}` takes no `{1}=`" "`{0}` 没有 `{1}=` 这个属性",
        "it takes no properties; an expression with >= or == is written in quotes" "它不带属性；含 >= 或 == 的表达式要加引号";

    DUPLICATE_NAME "E0301" Error
        "`{0}` is declared twice" "`{0}` 声明了两次",
        "give one of them another name" "给其中一个换个名字";
    UNKNOWN_NAME "E0302" Error
        "nothing here is called `{0}`" "这里没有叫 `{0}` 的东西",
        "declare it at the top of the file, or bind it with `let` before; a text as a value is written `'{0}'`" "在文件顶层声明它，或先用 `let` 绑定；作为值的文本写成 `'{0}'`";
    WRONG_KIND "E0303" Error
        "`{0}` is a `{1}`; `{2}` needs {3}" "`{0}` 是 `{1}`，而 `{2}` 需要 {3}",
        "name one that is declared so, or declare one at the top of the file" "请写一个这样声明的名字，或在文件顶层声明一个";
    TAKEN_NAME "E0304" Error
        "a local may not be called `{0}`: that is declared at the top" "局部变量不能叫 `{0}`：文件顶层已经声明了它",
        "give the local another name" "给局部变量换个名字";
    UNKNOWN_OVERRIDE "E0305" Error
        "there is no constant `{0}` to override" "没有常量 `{0}` 可以覆盖",
        "`--let` takes the constants that `let` declares at the top of the file" "`--let` 只能覆盖文件顶层用 `let` 声明的常量";
    BAD_OVERRIDE "E0306" Error
        "`--let {0}` cannot be read: {1}" "`--let {0}` 读不懂：{1}",
        "write --let NAME=EXPRESSION" "写成 --let 名字=表达式";
    NO_NAME_HERE "E0307" Error
        "there is no name here that could be changed" "这里没有可以改名的名字",
        "put the caret on a name that the file declares" "把光标放在文件里声明的名字上";
    FIXED_NAME "E0308" Error
        "`{0}` cannot have another name" "`{0}` 不能改名",
        "only names that the file declares can be changed" "只有文件里声明的名字才能改";
    ONLY_ONCE "E0309" Error
        "`{0}` may stand only once" "`{0}` 只能出现一次",
        "remove one of them, or put all of it into one" "删掉其中一个，或把内容合到一处";

    NOT_CONSTANT "E0401" Error
        "this must be known before the run: {0}" "这里必须在运行前就能算出来：{0}",
        "use numbers and constants" "请用数字和常量";
    COUNT_LIMIT "E0402" Error
        "that makes {0} {1}; the limit is {2}" "这样会有 {0} 个{1}，上限是 {2}",
        "use a smaller count=" "把 count= 改小";
    TOO_MANY_TASKS "E0424" Error
        "that makes {0} tasks in all, those in every process counted; the limit is {1}" "这样一共会有 {0} 个任务（每个进程里的都算），上限是 {1}",
        "declare fewer; a `pool` gets any number of jobs done" "减少声明的数量；用 `pool` 可以完成任意多的作业";
    OUTSIDE_LOOP "E0403" Error
        "`{0}` stands in no loop" "`{0}` 不在任何循环里",
        "it ends or goes on with `repeat`, `while`, `loop` or `for`" "它只能用在 `repeat`、`while`、`loop` 或 `for` 里";
    NOT_ATOMIC "E0404" Error
        "`{0}` needs an atomic shared; `{1}` is a plain one" "`{0}` 需要原子变量，`{1}` 只是普通共享变量",
        "declare it with atomic=#true" "声明时加上 atomic=#true";
    WRONG_ARITY "E0405" Error
        "wrong number of arguments for `{0}`: {1} wanted, {2} given" "`{0}` 需要 {1} 个参数，这里给了 {2} 个",
        "give as many as it takes" "请按它需要的个数给出参数";
    NO_SUCH_FUNCTION "E0406" Error
        "there is no function `{0}` here" "这里没有函数 `{0}`",
        "there are: {1}" "可以用：{1}";
    NEVER_HELD "E0407" Error
        "nobody ever acquires `{0}`, so releasing it must fail" "没有人获取过 `{0}`，释放它必然出错",
        "acquire it first, or use `with`" "先获取它，或使用 `with`";
    RAISE_ALONE "E0408" Error
        "`raise` alone stands in no `except`" "单独的 `raise` 不在任何 `except` 里",
        "name the exception: raise ValueError \"why\"" "写出异常的名字：raise ValueError \"原因\"";
    NOTHING_TO_RUN "E0409" Error
        "nothing runs: there is no task" "没有任务可以运行",
        "add a `main { }` or a `thread name { }`" "加一个 `main { }` 或 `thread 名字 { }`";
    SET_LOCAL "E0410" Error
        "`set` stores to a `shared`; `{0}` is none" "`set` 写的是 `shared`，而 `{0}` 不是",
        "bind a local with `let {0} …`" "局部变量用 `let {0} …` 绑定";
    SET_PART "E0433" Error
        "`set` stores a whole value to a `shared`; `{0}` is none" "`set` 把整个值写入 `shared`，而 `{0}` 不是",
        "a `dict` takes `put-key`, a `list` takes `append` and `pop`; a local is bound anew as a whole: let {0} …" "`dict` 用 `put-key`，`list` 用 `append` 和 `pop`；局部变量只能整个重新绑定：let {0} …";
    ROUTINE_IS_NO_VALUE "E0434" Error
        "`{0}` is a routine, not a value" "`{0}` 是例程，不是值",
        "run it and use what it gives: `call {0} into=x`, or where it yields `generator {0} into=x`" "运行它并使用它给出的值：`call {0} into=x`；若含有 `yield`，则用 `generator {0} into=x`";
    WHICH_ONE "E0411" Error
        "there are several `{0}`: `{1}` needs one of them" "`{0}` 有好几个，`{1}` 只需要其中一个",
        "write \"{0}[i]\"" "写成 \"{0}[i]\"";
    ONLY_ONE "E0412" Error
        "there is only one `{0}`: it has no number" "`{0}` 只有一个，没有编号",
        "write `{0}`, or declare it with count=" "写 `{0}`，或在声明时加上 count=";
    WHOLE_NUMBER "E0413" Error
        "`{0}` must be a whole number" "`{0}` 必须是整数",
        "as in {0}=3, or an expression that gives a whole number" "例如 {0}=3，或写一个结果是整数的表达式";
    NUMBER "E0414" Error
        "`{0}` must be a number" "`{0}` 必须是数字",
        "write a number without quotes, or an expression that gives one" "请写不带引号的数字，或结果是数字的表达式";
    WORK_OR_TIME "E0415" Error
        "`compute` takes either a time or `work=`" "`compute` 要么写时间，要么写 `work=`",
        "write `compute ms=5` or `compute work=1000`" "写 `compute ms=5` 或 `compute work=1000`";
    EXPECT_WHAT "E0416" Error
        "this does not say what to expect" "这里没有说清期望什么",
        "as in: expect always \"done == 2\"; expect never deadlock; expect never exception=ValueError in=main; expect always output \"a\"" "例如：expect always \"done == 2\"；expect never deadlock；expect never exception=ValueError in=main；expect always output \"a\"";
    ONLY_IN_CHECK "E0417" Error
        "`{0}()` stands only in a check" "`{0}()` 只能用在检查里",
        "put it into an `expect` or `invariant`; a task may count with a `shared`" "写进 `expect` 或 `invariant`；任务里可以用 `shared` 计数";
    NO_EFFECT_IN_CHECK "E0418" Error
        "`{0}()` cannot stand in a check: a check takes no step" "检查里不能用 `{0}()`：检查不占任何一步",
        "store it to a `shared` in a task, and check that" "在任务里把它存进 `shared`，再检查它";
    TRY_ALONE "E0420" Error
        "`try` needs an `except` or a `finally`" "`try` 后面需要 `except` 或 `finally`",
        "put `except Exception { }` or `finally { }` on the next line" "在下一行写上 `except Exception { }` 或 `finally { }`";
    LATER_CONSTANT "E0421" Error
        "`{0}` has no value yet here" "`{0}` 在这里还没有值",
        "a constant sees only the constants above it" "常量只能用写在它上面的常量";
    REGION_LABEL "E0422" Error
        "a region's label must be known before the run" "区域的标签必须在运行前就能确定",
        "use a text, and constants in braces" "请用文字，花括号里只用常量";
    NO_SUCH_REGION "E0423" Error
        "no `mark` opens a region called `{0}`" "没有 `mark` 打开名为 `{0}` 的区域",
        "write `mark \"{0}\" { … }` around the blocks" "在那些块外面写上 `mark \"{0}\" { … }`";
    ALREADY_STARTED "E0419" Error
        "`{0}` starts with the run: to start it again raises RuntimeError" "`{0}` 随运行自动启动，再启动会引发 RuntimeError",
        "declare it with start=#false" "声明时加上 start=#false";
    YIELD_OUTSIDE "E0430" Error
        "`{0}` stands only in a routine" "`{0}`只能写在例程里",
        "nobody could ask a task for values: put it into a `routine`, and make a generator of that with `generator`" "没有人能向任务要值：把它写进 `routine`，再用 `generator` 创建生成器";
    YIELDS "E0431" Error
        "`{0}` yields: `{1}` would run nothing of it" "`{0}` 含有 `yield`：`{1}` 不会执行它的任何内容",
        "make a generator of it: generator {0} into=g" "请用它创建生成器：generator {0} into=g";
    YIELDS_NOTHING "E0432" Error
        "`{0}` yields nothing, so it makes no generator" "`{0}` 里没有 `yield`，不能创建生成器",
        "add a `yield` to it, or use `call {0}`" "在其中加上 `yield`，或使用 `call {0}`";

    NOT_ACROSS "E0440" Error
        "`{0}={1}` has no meaning for a `{2}` that all processes meet at" "`{0}={1}` 对所有进程共用的 `{2}` 没有意义",
        "across processes whoever comes first goes first; remove it, or remove across-processes=" "跨进程时总是先到先得；删掉它，或删掉 across-processes=";
    LOCK_NOT_ACROSS "E0441" Error
        "all processes meet at `{0}`, but each has its own `{1}`" "`{0}` 由所有进程共用，而 `{1}` 每个进程各有一份",
        "declare the lock with across-processes=#true, too" "那把锁也要写上 across-processes=#true";
    COMMAND_NOT_ALLOWED "E0442" Error
        "`{0}` is no program that this file may run" "这个文件没有写明可以运行 `{0}`",
        "add `allow-commands {0}` to the braces of `scenario`; whoever runs the file must confirm it, too" "在 `scenario` 的大括号里加上 `allow-commands {0}`；运行的人还要确认";
    AWAIT_OUTSIDE "E0450" Error
        "`{0}` outside of a coroutine" "`{0}` 不在协程里",
        "`await` stands in a `coroutine`, or in a `routine` with async=#true" "`await` 只能写在 `coroutine` 里，或写在带 async=#true 的 `routine` 里";
    IS_ASYNC "E0451" Error
        "`{0}` is `async`: `{1}` would run nothing of it" "`{0}` 是 `async` 例程：`{1}` 不会执行它的任何内容",
        "say `await call {0}`, `create-task {0}` or `run-loop`, or remove async=#true" "请写 `await call {0}`、`create-task {0}` 或 `run-loop`，或者去掉 async=#true";
    NOT_ASYNC "E0452" Error
        "`{0}` is not `async`, so `{1}` cannot run it" "`{0}` 不是 `async` 例程，`{1}` 无法运行它",
        "add async=#true to the routine" "给该例程加上 async=#true";
    ASYNC_YIELDS "E0453" Error
        "`{0}` cannot stand in an `async` routine" "`{0}` 不能写在 `async` 例程里",
        "a generator's routine is not `async`" "生成器的例程不能带 `async`";
    NEVER_WAITS "E0454" Error
        "`{0}` cannot be awaited" "`{0}` 不能用 `await` 等待",
        "remove `await`; what keeps its thread for long is done by a routine and `await to-thread`" "请去掉 `await`；会长时间占住线程的操作请写在例程里，用 `await to-thread` 运行";

    NEVER_RELEASED "W0401" Warning
        "`{0}` is acquired, but nobody ever releases it" "`{0}` 被获取，却没有人释放",
        "add `release {0}`, or use `with {0} { }`" "加上 `release {0}`，或使用 `with {0} { }`";
    UNREACHABLE "W0402" Warning
        "nothing gets here" "执行不到这里",
        "the block before always leaves" "前面的块总会离开这里";
    UNKNOWN_EXCEPTION "W0403" Warning
        "nothing raises `{0}`" "没有什么会引发 `{0}`",
        "name an exception of Python's, or one that a `raise` here names" "请写 Python 的异常，或本文件中 `raise` 用到的异常";
    LOOP_WITHOUT_END "W0404" Warning
        "this loop has no way out and does nothing that others could see" "这个循环没有出口，也不做任何别人看得见的事",
        "add a `break`, or a block that waits" "加上 `break`，或一个会等待的块";
    NEVER_STARTED "W0405" Warning
        "`{0}` waits to be started, but nobody starts it" "`{0}` 等着被启动，却没有人启动它",
        "add `start {0}`, or remove start=#false" "加上 `start {0}`，或去掉 start=#false";
    NEVER_PUT "W0406" Warning
        "nothing is ever put into `{0}`: `get` waits for ever" "从来没有东西放进 `{0}`，`get` 会一直等下去",
        "add a `put {0}`, or a timeout-ms=" "加上 `put {0}`，或写上 timeout-ms=";
    CERTAIN_FAILURE "W0407" Warning
        "this always raises {0}: {1}" "这里总会引发 {0}：{1}",
        "change the expression, or catch it with `try` and `except {0}` where it is meant" "请修改表达式；如果是有意的，用 `try` 和 `except {0}` 捕获";
    OWN_EXCEPTION "W0408" Warning
        "Python knows no exception `{0}`, and no `except` or `expect` names it" "Python 没有异常 `{0}`，也没有 `except` 或 `expect` 提到它",
        "an exception of your own is caught by its name or by `except Exception`" "自己的异常可以按名字捕获，也可以用 `except Exception` 捕获";
    NO_SUCH_ONE "W0409" Warning
        "there are {1} `{0}`, numbered 0 to {2}: {3} is none of them, and IndexError is raised" "`{0}` 有 {1} 个，编号 0 到 {2}，没有 {3}，会引发 IndexError",
        "write a number from 0 to {2}, or declare more with count=" "请写 0 到 {2} 的编号，或用 count= 声明更多";
    BLOCKS_THE_LOOP "W0450" Warning
        "`{0}` without `await` stops the whole event loop while it waits" "没有 `await` 的 `{0}` 在等待时会让整个事件循环停下",
        "write `await {0}`" "请写 `await {0}`";
    NEVER_AWAITED "W0451" Warning
        "the coroutine of `{0}` is never awaited: nothing of it runs" "`{0}` 的协程没有被等待：它的内容不会执行",
        "say `await call {0}`, or `create-task {0}`" "请写 `await call {0}` 或 `create-task {0}`";
    STALLS_THE_LOOP "W0455" Warning
        "`{0}` stops the whole event loop until it is done" "`{0}` 会让整个事件循环停下，直到它完成",
        "do it in a routine: `await to-thread`" "请放到例程里，用 `await to-thread` 运行";
    CALL_STOPS_THE_LOOP "W0456" Warning
        "`{0}` waits at its `{1}`, and the whole event loop with it" "`{0}` 会在其中的 `{1}` 处等待，整个事件循环随之停下",
        "say `await to-thread {0}`, or make it async=#true and await what waits in it" "请写 `await to-thread {0}`，或给它加上 async=#true，并在其中用 `await` 等待";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_to_do_in_both_languages() {
        for row in CATALOG {
            assert!(!row.help.en.is_empty() && !row.help.zh.is_empty(), "{}", row.code);
        }
    }

    #[test]
    fn codes_differ_and_stand_in_order_of_their_letter() {
        let mut codes: Vec<_> = CATALOG.iter().map(|row| row.code).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for row in CATALOG {
            assert_eq!(row.code.starts_with('W'), row.severity == Severity::Warning, "{}", row.code);
        }
    }
}
