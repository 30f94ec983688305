//! One `check(text, expect)`: each line is a code, the text it points at, and what to write instead.

use crate::scenario::load;

fn told(text: &str) -> Vec<String> {
    let each = load(text).diagnostics.into_iter().map(|told| {
        let instead = told.replacement.map(|instead| format!(" → {instead}")).unwrap_or_default();
        format!("{} {}{instead}", told.code, &text[told.span.range()])
    });
    each.collect()
}

/// `text` with something to run.
fn check(text: &str, expect: &[&str]) {
    let whole = format!("{text}\nthread idle {{ yield-cpu }}");
    assert_eq!(told(&whole), expect, "{text}");
}

/// `text` as the body of `main`, with a lock, a queue and variables around it.
fn check_body(text: &str, expect: &[&str]) {
    check(
        &format!(
            "let N 3; lock tally; queue jobs; shared done 0; shared hits 0 atomic=#true; routine work n {{ }}\nlock fork count=N; shared flag #false count=2\nthread late start=#false {{ }}\nmain {{\n{text}\n}}\nthread other {{ start late; put jobs 1 }}"
        ),
        expect,
    );
}

#[test]
fn every_shipped_scenario_checks_cleanly() {
    for file in include_dir::include_dir!("$CARGO_MANIFEST_DIR/scenarios").files() {
        let text = file.contents_utf8().expect("scenarios are text");
        assert_eq!(told(text), Vec::<String>::new(), "{}", file.path().display());
    }
}

#[test]
fn a_name_is_declared_once_and_before_it_is_used() {
    check("lock a; shared a 0", &["E0301 a"]);
    check("main { }; main { }", &["E0309 main"]);
    check("machine cores=1; machine cores=2", &["E0309 machine"]);
    check("interpreter; interpreter gil=#false", &["E0309 interpreter"]);
    check_body("print \"{dome}\"", &["E0302 dome → done"]);
    check_body("let x 1; print \"{x} {index} {name}\"", &[]);
    check_body("let done 1", &["E0304 done"]);
    check_body("get jobs into=len", &["E0215 len"]);
    check("shared min 0", &["E0215 min"]);
    check("shared a i count=3 as=i; shared b index count=3", &[]);
}

#[test]
fn a_name_that_may_stand_in_what_could_not_be_read_is_not_told() {
    assert_eq!(told("lock a )\nmain { with a { } }"), ["E0101 )"]);
    assert_eq!(told("blanket c\nmain { with c { } }"), ["E0201 blanket"]);
    assert_eq!(told("main { lock c; gett q into=x; with c { print \"{x}\" } }"), ["E0227 lock", "E0201 gett → get"]);
}

#[test]
fn one_block_that_nobody_knows_hides_no_other_mistake() {
    let text = "shared x 0\nthread a {\n computee ms=1\n with mm { }\n call nothere\n set nosuch 3\n print \"{nope} {x}\"\n}";
    let expect = ["E0201 computee → compute", "E0302 mm", "E0302 nothere", "E0302 nosuch", "E0302 nope"];
    assert_eq!(told(text), expect);
    assert_eq!(told("lock a )\nmain { with b { } }"), ["E0101 )", "E0302 b"]);
}

#[test]
fn only_what_would_fit_is_proposed() {
    check_body("put job 1", &["E0302 job → jobs"]);
    check("thread q { }\nthread p { put k 1 }", &["E0302 k"]);
    check("lock q\nthread p { put k 1 }", &["E0302 k"]);
}

#[test]
fn each_block_gets_the_kind_of_thing_it_works_on() {
    check_body("with jobs { }", &["E0303 jobs"]);
    check_body("put tally 1", &["E0303 tally"]);
    check_body("call jobs", &["E0303 jobs"]);
    check_body("let r 1; call r", &["E0303 r"]);
    check_body("with fork { }", &["E0411 fork"]);
    check_body("with \"fork[1]\" { }", &[]);
    check_body("with \"tally[0]\" { }", &["E0412 tally[0]"]);
    check_body("spawn work 1 into=t; join t; join late; join jobs", &[]);
}

#[test]
fn only_a_shared_is_stored_to_and_only_an_atomic_one_at_once() {
    check_body("set N 1", &["E0410 N"]);
    check_body("let x 1; set x 2", &["E0410 x"]);
    check_body("let x \"[1]\"; set \"x[0]\" 2", &["E0433 \"x[0]\""]);
    check_body("set dune 1", &["E0302 dune → done"]);
    check("expect never dead", &["E0302 dead → deadlock"]);
    check("expect never racce", &["E0302 racce → race"]);
    check_body("set flag #true", &["E0411 flag"]);
    check_body("set \"flag[1]\" #true; set \"done[0]\" 1", &["E0412 \"done[0]\""]);
    check_body("atomic-add done 1", &["E0404 done"]);
    check_body("atomic-add hits 1; swap hits 2; compare-and-set hits 2 3 into=ok", &[]);
}

#[test]
fn what_leaves_stands_where_it_can_leave() {
    check_body("break", &["E0403 break"]);
    check_body("repeat 2 { try { continue }\nfinally { yield-cpu } }", &[]);
    check_body("raise", &["E0408 raise"]);
    check_body("try { yield-cpu }\nexcept KeyError { if \"done > 0\" { raise } }", &[]);
    check_body("loop { break; print a }", &["W0402 print"]);
    check_body("loop { yield-cpu }\nprint a", &["W0402 print"]);
    check_body("repeat 2 { if \"done\" { break }\nelse { continue }\nprint a }", &["W0402 print"]);
    check_body("loop { let x 1 }", &["W0404 loop"]);
}

#[test]
fn counts_of_values_fit() {
    check_body("call work", &["E0405 work"]);
    check_body("spawn work 1 2", &["E0405 work"]);
    check_body("let x \"len()\"", &["E0405 len()"]);
    check_body("let x \"max(1, 2, 3) + now()\"", &[]);
    check_body("let x \"lne(1)\"", &["E0406 lne(1)"]);
    check_body("let x \"peak('eats')\"", &["E0417 peak('eats')"]);
    check("expect always \"rand(2) == 1\"", &["E0418 rand(2)"]);
}

#[test]
fn numbers_are_in_range() {
    check("thread a count=1000000000 { }", &["E0209 1000000000"]);
    check("lock a count=1000000", &["E0209 1000000"]);
    check("semaphore s permits=-1", &["E0209 -1"]);
    check("semaphore s permits=1.5", &["E0413 1.5"]);
    check("queue q capacity=0", &["E0209 0"]);
    check("interpreter switch-interval-ms=-5", &["E0209 -5"]);
    check("interpreter check=calls", &["E0214 calls → call"]);
    check_body("sleep ms=\"'long'\"", &["E0414 \"'long'\""]);
    check_body("sleep ms=-1", &["E0209 -1"]);
    check_body("repeat -3 { }", &["E0209 -3"]);
    check_body("compute", &["E0415 compute"]);
    check_body("compute ms=1 work=1", &["E0415 compute"]);
}

#[test]
fn what_always_fails_is_told_unless_it_may_be_meant() {
    check_body("let x \"1 + 'a'\"", &["W0407 1 + 'a'"]);
    check_body("let x \"1 // 0\"", &["W0407 1 // 0"]);
    check_body("try { let x \"1 // 0\" }\nexcept ZeroDivisionError { yield-cpu }", &[]);
}

#[test]
fn a_lock_is_released_by_someone_who_may_hold_it() {
    check_body("release tally", &["E0407 tally"]);
    check_body("try { release tally }\nexcept RuntimeError { yield-cpu }", &[]);
    check_body("acquire tally", &["W0401 tally"]);
    check_body("acquire tally; release tally", &[]);
    check("lock a; routine free l { release l }\nmain { acquire a; call free a }", &[]);
}

#[test]
fn a_queue_is_filled_and_a_thread_started() {
    check("queue q; main { get q }", &["W0406 q"]);
    check("queue q; main { try { get q timeout-ms=1 }\nexcept Empty { yield-cpu } }", &[]);
    check("thread t start=#false { }", &["W0405 t"]);
    check("thread t { }\nmain { start t }", &["E0419 t"]);
}

#[test]
fn an_expectation_says_one_thing() {
    check("expect always", &["E0416 expect always"]);
    check("expect never deadlock exception=ValueError", &["E0416 expect never deadlock exception=ValueError"]);
    check("expect always output", &["E0416 expect always output"]);
    check("expect always output a b; expect never exception=ValueError in=main; main { }; expect never race", &[]);
    check("expect never exception=ValeError in=idle", &["W0403 ValeError → ValueError"]);
    check("expect never exception=ValueError in=nobody", &["E0302 nobody"]);
}

#[test]
fn an_exception_nobody_raises_is_told() {
    check_body("try { yield-cpu }\nexcept KeyEror { yield-cpu }", &["W0403 KeyEror → KeyError"]);
    check_body("try { raise Mine \"x\" }\nexcept Mine IOError { yield-cpu }", &[]);
}

#[test]
fn a_raised_name_is_pythons_or_asked_for_by_somebody() {
    check_body("try { raise ValeError \"x\" }\nexcept Exception { yield-cpu }", &["W0408 ValeError → ValueError"]);
    check_body("raise Nonsense", &["W0408 Nonsense"]);
    check("expect sometimes exception=Mine in=main; main { raise Mine }", &[]);
    check_body("raise IOError \"x\"", &[]);
}

#[test]
fn a_try_has_a_clause() {
    check_body("try { yield-cpu }", &["E0420 try"]);
    check_body("try { yield-cpu }\nexcpt { yield-cpu }", &["E0201 excpt → except"]);
    check_body("try { yield-cpu }\nfinally { yield-cpu }", &[]);
}

#[test]
fn one_of_several_is_one_of_them() {
    check_body("with \"fork[N]\" { }", &["W0409 fork[N]"]);
    check_body("with \"fork[-3]\" { with \"fork[N - 1]\" { } }", &[]);
    check_body("set \"flag[2]\" 1; print \"{flag[1] + flag[7]}\"", &["W0409 flag[2]", "W0409 flag[7]"]);
    check_body("try { set \"flag[2]\" 1 }\nexcept IndexError { yield-cpu }", &[]);
    check_body("let i 5; set \"flag[i]\" 1", &[]);
}

#[test]
fn a_constant_sees_those_above_it() {
    check("let N \"N + 1\"", &["E0421 N"]);
    check("let A \"B * 2\"; let B 1; let C \"A + B\"", &["E0421 B"]);
    check("shared a N; let N 1", &[]);
}

#[test]
fn one_mistake_is_told_once() {
    check_body("compute sec=1", &["E0210 sec"]);
    check_body("call work \"1 +\"", &["E0216 "]);
    check("expect never \"1 +\"", &["E0216 "]);
    check_body("raise 3", &["E0215 3"]);
}

#[test]
fn a_value_without_its_property_is_told_with_it() {
    check_body("sleep 100", &["E0206 100 → ms=100"]);
    check_body("compute N", &["E0206 N → ms=N"]);
    check("queue q 8; machine 2; semaphore s 2 permits=1", &["E0206 8 → capacity=8", "E0206 2 → cores=2", "E0206 2 → count=2"]);
    check("lock a fair", &["E0206 fair → kind=fair"]);
    check("lock a b", &["E0206 b"]);
}

#[test]
fn a_file_with_nothing_to_run_says_so() {
    assert_eq!(told("lock a"), ["E0409 lock"]);
    assert_eq!(told(""), ["E0409 "]);
    assert_eq!(told("disabled { main { } }"), ["E0409 disabled"]);
}

#[test]
fn all_problems_are_told_at_once() {
    check(
        "lock a kind=fast\nmain {\n wiht a { }\n sleep min=1\n break\n print \"{\"\n}",
        &["E0214 fast → fair", "E0201 wiht → with", "E0210 min", "E0403 break", "W0402 print", "E0224 {"],
    );
}

#[test]
fn signals_and_timers_get_what_they_need() {
    check("barrier b parties=0", &["E0209 0"]);
    check("barrier b", &["E0205 barrier"]);
    check("condition c lock=missing", &["E0302 missing"]);
    check("queue q; condition c lock=q", &["E0303 q"]);
    check("lock m count=2; condition c lock=m; condition d lock=\"m[1]\"", &["E0411 m"]);
    check_body("timer ms=-5 work 1", &["E0209 -5"]);
    check_body("timer ms=5 work", &["E0405 work"]);
    check_body("read tally { yield-cpu }", &["E0303 tally"]);
    check_body("notify jobs", &["E0303 jobs"]);
    check("rlock r; main { release r }", &["E0407 r"]);
    check("rlock r; condition c lock=r; main { with c { wait c timeout-ms=1; notify-all c } }", &[]);
}

#[test]
fn there_may_be_none_of_something_as_a_constant_may_say() {
    check("lock l count=0\nthread t count=0 { }\nprocess p count=0 { }\nmain { }", &[]);
    check("thread t count=-1 { }\nmain { }", &["E0209 -1"]);
}

/// `text` as the body of a coroutine, with a pool, queues and routines around it.
fn check_looped(text: &str, expect: &[&str]) {
    let around = "event-loop turns; pool helpers workers=2; pipe ways; file notes kb=1; queue jobs; queue few capacity=2\n\
                  routine work n { return n }; routine fetch n async=#true { return n }\n\
                  routine slow { if #true { sleep ms=1 } }; routine slower { call slow }; routine again { call again }\n";
    check(&format!("{around}coroutine c loop=turns {{\n{text}\n}}"), expect);
}

#[test]
fn the_result_of_a_pools_future_stops_the_loop_and_that_of_a_task_does_not() {
    check_looped("submit helpers work 1 into=f; result f", &["W0450 result"]);
    check_looped("submit helpers work 1 into=f; await result f; result f timeout-ms=0", &[]);
    check_looped("create-task fetch 1 into=t; await t; result t", &[]);
    check_looped("create-task fetch 1 into=f; await f; result f; submit helpers work 1 into=f; result f", &[]);
    let each = "let all \"[]\"; repeat 3 { submit helpers work 1 into=f; let all \"all + [f]\" }";
    check_looped(&format!("{each}; for one in=all {{ result one }}; result \"all[0]\""), &["W0450 result", "W0450 result"]);
    check("pool p workers=1; routine r { }; thread t { submit p r into=f; result f }", &[]);
    check("pool p workers=1; event-loop g style=gevent; routine r { }; greenlet l loop=g { submit p r into=f; result f }", &[]);
}

#[test]
fn whatever_keeps_a_loops_thread_waiting_is_told() {
    check_looped("put few 1; put jobs 1; put jobs 1 timeout-ms=5", &["W0450 put"]);
    check_looped("send ways 1; map helpers work over=\"[1]\"; join helpers", &["W0450 send", "W0450 map", "W0450 join"]);
    check_looped("try { get jobs timeout-ms=0 }\nexcept Empty { yield-cpu }; put jobs 1", &[]);
    check_looped("read-file notes", &["W0455 read-file"]);
    check("scenario T { allow-commands echo }; event-loop l; coroutine c loop=l { run-command echo }", &["W0455 run-command"]);
}

#[test]
fn a_routine_that_waits_stops_the_loop_that_calls_it() {
    check_looped("call slow; call slower; call again; call work 1", &["W0456 slow", "W0456 slower"]);
    check_looped("await to-thread slower; await call fetch 1; spawn slow", &[]);
    check("routine slow { sleep ms=1 }; thread t { call slow }", &[]);
    check("event-loop g style=gevent; routine slow { sleep ms=1 }; greenlet l loop=g { call slow }", &[]);
}

#[test]
fn an_expectation_names_a_task_of_a_process() {
    let around = "process p count=2 { queue q; thread bad count=3 { raise KeyError x }; routine r { } }; process o { }\n";
    let check = |named: &str, expect: &[&str]| check(&format!("{around}expect always exception=KeyError in={named}"), expect);
    check("p.bad", &[]);
    check("\"p[1].bad[0]\"", &[]);
    check("p.r", &[]);
    check("p.bda", &["E0302 bda → bad"]);
    check("o.bad", &["E0302 bad"]);
    check("p.idle", &["E0302 idle"]);
    check("nope.bad", &["E0302 nope"]);
    check("idle.bad", &["E0303 idle"]);
    check("p.q", &["E0303 q"]);
    check("\"p[1].r\"", &["E0303 r"]);
    check("\"p[2].bad\"", &["W0409 p[2]"]);
    check("\"p.bad[3]\"", &["W0409 bad"]);
}
