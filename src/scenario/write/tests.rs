//! Block changes as a user would make them, text in, text out; and all of them, by chance, on every shipped scenario.

use proptest::prelude::*;

use super::*;
use crate::document::token::{Token, TokenKind, tokens};
use crate::scenario::is_name;

fn blocks_with(scenario: &Scenario, text: &str, starts: &str) -> Vec<BlockId> {
    let mut found = Vec::new();
    scenario.walk(&mut |block| {
        if text[block.span.start..].starts_with(starts) {
            found.push(block.id);
        }
    });
    found
}

/// The block whose text begins so.
pub(super) fn named(text: &str, starts: &str) -> BlockId {
    let scenario = read::read(&Document::new(text)).value;
    blocks_with(&scenario, text, starts).first().copied().unwrap_or_else(|| panic!("no block begins with {starts}"))
}

pub(super) fn changed(text: &str, change: &BlockChange) -> Result<String, Refusal> {
    let document = Document::new(text);
    let rewrite = write(&document, change)?;
    let mut after = document;
    after.apply_all(&rewrite.change.edits);
    for word in rewrite.words {
        assert!(after.text().is_char_boundary(word));
    }
    Ok(after.text().to_owned())
}

pub(super) fn check(text: &str, change: &BlockChange, expect: &str) {
    assert_eq!(changed(text, change).as_deref(), Ok(expect), "{change:?} of {text}");
}

pub(super) fn body(text: &str, starts: &str, at: usize) -> Slot {
    Slot { home: Home::Body(named(text, starts)), at }
}

const fn top(at: usize) -> Slot {
    Slot { home: Home::Top, at }
}

fn insert(slot: Slot, text: &str) -> BlockChange {
    BlockChange::Insert { slot, text: text.to_owned() }
}

#[test]
fn a_block_comes_on_a_line_of_its_own_where_its_neighbours_have_theirs() {
    let text = "main {\n    // first\n    sleep ms=1 // one\n\n    sleep ms=2\n}\n";
    check(
        text,
        &insert(body(text, "main", 0), "yield-cpu"),
        "main {\n    yield-cpu\n    // first\n    sleep ms=1 // one\n\n    sleep ms=2\n}\n",
    );
    check(
        text,
        &insert(body(text, "main", 1), "yield-cpu"),
        "main {\n    // first\n    sleep ms=1 // one\n    yield-cpu\n\n    sleep ms=2\n}\n",
    );
    check(
        text,
        &insert(body(text, "main", 2), "loop {\n    break\n}"),
        "main {\n    // first\n    sleep ms=1 // one\n\n    sleep ms=2\n    loop {\n        break\n    }\n}\n",
    );
}

#[test]
fn a_block_comes_on_the_line_of_a_body_of_one_line_if_it_fits_there() {
    let text = "main { sleep ms=1; sleep ms=2 }";
    for (at, expect) in
        ["yield-cpu; sleep ms=1; sleep ms=2", "sleep ms=1; yield-cpu; sleep ms=2", "sleep ms=1; sleep ms=2; yield-cpu"]
            .iter()
            .enumerate()
    {
        check(text, &insert(body(text, "main", at), "yield-cpu"), &format!("main {{ {expect} }}"));
    }
    check(
        text,
        &insert(body(text, "main", 1), "if True { break }\nelse { break }"),
        "main {\n    sleep ms=1\n    if True { break }\n    else { break }\n    sleep ms=2\n}",
    );
}

#[test]
fn an_empty_body_opens_for_its_first_block_and_keeps_its_comments() {
    check("thread a { }\n", &insert(body("thread a { }", "thread", 0), "yield-cpu"), "thread a {\n    yield-cpu\n}\n");
    let inner = "main { with a { } }";
    check(inner, &insert(body(inner, "with", 0), "yield-cpu"), "main { with a { yield-cpu } }");
    let noted = "main { // why\n    // later\n}";
    check(noted, &insert(body(noted, "main", 0), "yield-cpu"), "main { // why\n    // later\n    yield-cpu\n}");
    check("main", &insert(body("main", "main", 0), "yield-cpu"), "main {\n    yield-cpu\n}");
}

#[test]
fn declarations_come_with_names_of_their_own_and_a_blank_line_around_tall_ones() {
    check("", &insert(top(0), "lock door"), "lock door\n");
    check("lock door\nmain { }", &insert(top(1), "lock door"), "lock door\nlock door_2\n\nmain { }");
    check("lock door\n", &insert(top(1), "main { with door { } }"), "lock door\n\nmain { with door { } }\n");
    check("main { }\n", &insert(top(0), "lock a\nmain { with a { } }"), "lock a\nmain { with a { } }\n\nmain { }\n");
}

#[test]
fn a_block_goes_with_its_comments_and_leaves_no_gap() {
    let text = "main {\n    sleep ms=1\n\n    // two\n    sleep ms=2 // why\n\n    sleep ms=3\n}\n";
    check(text, &BlockChange::Delete(vec![named(text, "sleep ms=2")]), "main {\n    sleep ms=1\n\n    sleep ms=3\n}\n");
    let line = "main { sleep ms=1; sleep ms=2; sleep ms=3 }";
    check(line, &BlockChange::Delete(vec![named(line, "sleep ms=1"), named(line, "sleep ms=3")]), "main { sleep ms=2 }");
    check(line, &BlockChange::Delete(vec![named(line, "sleep ms=2"), named(line, "sleep ms=3")]), "main { sleep ms=1 }");
    check("main { yield-cpu }", &BlockChange::Delete(vec![named("main { yield-cpu }", "yield")]), "main { }");
    check("lock a\nlock b", &BlockChange::Delete(vec![named("lock a\nlock b", "lock b")]), "lock a\n");
}

#[test]
fn moved_blocks_take_their_comments_and_fit_the_new_depth() {
    let text = "main {\n    loop {\n        // note\n        if True { break } // so\n        else { break }\n    }\n    yield-cpu\n}\nthread t { }\n";
    let moved = BlockChange::Move { blocks: vec![named(text, "if"), named(text, "yield")], slot: body(text, "thread", 0) };
    check(
        text,
        &moved,
        "main {\n    loop {\n    }\n}\nthread t {\n    // note\n    if True { break } // so\n    else { break }\n    yield-cpu\n}\n",
    );
    let within = BlockChange::Move { blocks: vec![named(text, "loop")], slot: body(text, "loop", 1) };
    assert_eq!(changed(text, &within), Err(Refusal::Misplaced));
    let line = "main { yield-cpu; sleep ms=1; sleep ms=2 }";
    let last = BlockChange::Move { blocks: vec![named(line, "yield")], slot: body(line, "main", 3) };
    check(line, &last, "main { sleep ms=1; sleep ms=2; yield-cpu }");
}

#[test]
fn a_clause_moves_among_those_of_its_owner_only() {
    let text = "main {\n    if a { }\n    elif b { yield-cpu }\n    elif c { }\n    else { }\n}\n";
    let owner = named(text, "if");
    let to = |at| BlockChange::Move { blocks: vec![named(text, "elif b")], slot: Slot { home: Home::Clauses(owner), at } };
    check(text, &to(2), "main {\n    if a { }\n    elif c { }\n    elif b { yield-cpu }\n    else { }\n}\n");
    assert_eq!(changed(text, &to(3)), Err(Refusal::Misplaced));
    let other = BlockChange::Move { blocks: vec![named(text, "else")], slot: body(text, "main", 0) };
    assert_eq!(changed(text, &other), Err(Refusal::Misplaced));
    check(
        text,
        &insert(Slot { home: Home::Clauses(owner), at: 0 }, "elif d { }"),
        "main {\n    if a { }\n    elif d { }\n    elif b { yield-cpu }\n    elif c { }\n    else { }\n}\n",
    );
}

#[test]
fn a_copy_stands_behind_and_has_a_name_of_its_own() {
    let text = "queue jobs capacity=8 // bounded\nmain { put jobs 1 }\n";
    check(
        text,
        &BlockChange::Duplicate(vec![named(text, "queue")]),
        "queue jobs capacity=8 // bounded\nqueue jobs_2 capacity=8 // bounded\n\nmain { put jobs 1 }\n",
    );
    check(
        text,
        &BlockChange::Duplicate(vec![named(text, "put")]),
        "queue jobs capacity=8 // bounded\nmain { put jobs 1; put jobs 1 }\n",
    );
}

fn set(text: &str, block: &str, parameter: &str, value: &str) -> BlockChange {
    let block = named(text, block);
    let scenario = read::read(&Document::new(text)).value;
    let info = find(&scenario, block).expect("it was found").kind.info();
    let parameter = info.parameters.iter().position(|row| row.name == parameter).expect("the kind has it");
    BlockChange::Set { block, parameter, nth: 0, spelling: None, text: value.to_owned() }
}

#[test]
fn a_value_is_written_as_the_file_needs_it() {
    let text = "queue jobs // q\nmain {\n    put jobs 1 timeout-ms=5 // p\n    print hi\n}\n";
    check(text, &set(text, "queue", "capacity", "8"), &text.replace("queue jobs", "queue jobs capacity=8"));
    check(text, &set(text, "put", "value", "i"), &text.replace("jobs 1", "jobs i"));
    check(text, &set(text, "put", "value", "i + 1"), &text.replace("jobs 1", "jobs \"i + 1\""));
    check(text, &set(text, "put", "timeout", "-2.5"), &text.replace("ms=5", "ms=-2.5"));
    check(text, &set(text, "print", "text", "a \"b\" {x}\\"), &text.replace("hi", "\"a \\\"b\\\" {x}\\\\\""));
    assert_eq!(changed("main { raise }", &set("main { raise }", "raise", "message", "x")), Err(Refusal::OutOfTurn));
}

#[test]
fn a_parameter_left_out_again_leaves_nothing_behind() {
    let text = "main { put jobs 1 timeout-ms=5 }";
    let clear = |parameter| BlockChange::Clear { block: named(text, "put"), parameter, nth: 0 };
    check(text, &clear(2), "main { put jobs 1 }");
    assert_eq!(changed(text, &clear(0)), Err(Refusal::OutOfTurn));
}

#[test]
fn a_name_changes_wherever_it_is_meant_and_nowhere_else() {
    let text = "queue jobs // jobs\nthread jobs_2 { put jobs \"len(jobs) + 1\"; print \"jobs {len(jobs)} \\\"{jobs}\\\"\" }\nroutine r i { let x i }\nmain { repeat 3 as=i { let x \"i * i\" } }\n";
    let rename = |starts: &str, to: &str| {
        let scenario = read::read(&Document::new(text)).value;
        let (at, _) = name_of(find(&scenario, named(text, starts)).expect("it is there")).expect("it has a name");
        BlockChange::Rename { at, to: to.to_owned() }
    };
    check(
        text,
        &rename("queue", "工作"),
        "queue 工作 // jobs\nthread jobs_2 { put 工作 \"len(工作) + 1\"; print \"jobs {len(工作)} \\\"{工作}\\\"\" }\nroutine r i { let x i }\nmain { repeat 3 as=i { let x \"i * i\" } }\n",
    );
    check(text, &rename("repeat", "n"), &text.replace("as=i { let x \"i * i\"", "as=n { let x \"n * n\""));
    assert_eq!(changed(text, &rename("repeat", "jobs")), Err(Refusal::TakenName));
    assert_eq!(changed(text, &rename("queue", "x")), Err(Refusal::TakenName));
    assert_eq!(changed(text, &rename("queue", "a-b")), Err(Refusal::BadName));
}

#[test]
fn blocks_get_another_around_them_and_lose_it_again() {
    let text = "lock door\nmain {\n    // a\n    sleep ms=1 // b\n    yield-cpu\n}\n";
    let both = vec![named(text, "sleep"), named(text, "yield")];
    let wrapped = "lock door\nmain {\n    with door {\n        // a\n        sleep ms=1 // b\n        yield-cpu\n    }\n}\n";
    check(text, &BlockChange::Wrap { blocks: both.clone(), kind: Kind::With }, wrapped);
    check(wrapped, &BlockChange::Unwrap(vec![named(wrapped, "with")]), text);
    check(
        text,
        &BlockChange::Wrap { blocks: both, kind: Kind::Try },
        "lock door\nmain {\n    try {\n        // a\n        sleep ms=1 // b\n        yield-cpu\n    }\n    except Exception as=e { }\n}\n",
    );
    let line = "main { sleep ms=1; yield-cpu }";
    check(line, &BlockChange::Disable(vec![named(line, "yield")]), "main { sleep ms=1; disabled { yield-cpu } }");
    let clauses = "main {\n    if a { sleep ms=1; sleep ms=2 }\n    else { sleep ms=3 }\n}\n";
    check(clauses, &BlockChange::Unwrap(vec![named(clauses, "if")]), "main {\n    sleep ms=1; sleep ms=2\n    sleep ms=3\n}\n");
    let handled = "main {\n    try { sleep ms=1 }\n    except E as=e { print \"{e}\" }\n    finally { sleep ms=2 }\n}\n";
    check(
        handled,
        &BlockChange::Unwrap(vec![named(handled, "try")]),
        "main {\n    sleep ms=1\n    /-except E as=e { print \"{e}\" }\n    sleep ms=2\n}\n",
    );
    check("lock a\n", &BlockChange::Disable(vec![BlockId(0)]), "disabled {\n    lock a\n}\n");
}

#[test]
fn a_block_becomes_a_comment_and_a_block_again() {
    let text = "main {\n    if a { }\n    else { }\n}\n";
    let out = "main {\n    /-if a { }\n    /-else { }\n}\n";
    check(text, &BlockChange::CommentOut(vec![named(text, "if")]), out);
    let marks = commented(out);
    assert_eq!(marks.iter().map(|node| &out[node.head.range()]).collect::<Vec<_>>(), ["if a ", "else "]);
    check(out, &BlockChange::CommentIn(marks[0].mark), text);
    check(out, &BlockChange::CommentIn(marks[1].mark), text);
    let apart = "main {\n    /-if a { }\n    sleep ms=1\n    /-else { }\n    if b { }\n    /-else { }\n}\n";
    let marks = commented(apart);
    check(apart, &BlockChange::CommentIn(marks[2].mark), &apart.replace("if b { }\n    /-", "if b { }\n    "));
    assert_eq!(commented("lock a /-b\n/- /*x*/ main { /-lock }").len(), 1);
}

#[test]
fn a_routine_takes_the_locals_it_reads_and_gives_the_one_it_binds() {
    let text =
        "queue q\nthread t count=2 {\n    get q into=a\n    // square\n    let b \"a * a + index\"\n    print \"{b}\"\n}\n";
    let change = |blocks: &[&str], name: &str| BlockChange::Extract {
        blocks: blocks.iter().map(|starts| named(text, starts)).collect(),
        name: name.to_owned(),
    };
    check(
        text,
        &change(&["let"], "square"),
        "queue q\n\nroutine square a index {\n    // square\n    let b \"a * a + index\"\n    return b\n}\n\nthread t count=2 {\n    get q into=a\n    call square a index into=b\n    print \"{b}\"\n}\n",
    );
    assert_eq!(changed(text, &change(&["let"], "q")), Err(Refusal::TakenName));
    let leaving = "main { loop { break } }";
    let extract = BlockChange::Extract { blocks: vec![named(leaving, "break")], name: "r".to_owned() };
    assert_eq!(changed(leaving, &extract), Err(Refusal::LeavesBlocks));
}

#[test]
fn a_new_block_of_every_kind_reads_well_where_it_fits() {
    let text = "let N 3\nshared done 0\nshared hits 0 atomic=#true\nlock tally\nlock fork count=N\nqueue jobs\nroutine work n { compute ms=1 }\nthread worker { }\nmain { }\n";
    let scenario = read::read(&Document::new(text)).value;
    for info in crate::scenario::block::TABLE {
        let new = skeleton(&scenario, text, info.kind);
        let slot = match info.place {
            Place::Statement | Place::Anywhere => body(text, "main", 0),
            _ => top(scenario.blocks.len()),
        };
        if matches!(info.place, Place::Header | Place::Clause(_)) || info.kind == Kind::Main {
            assert_eq!(kinds(&new), Ok(vec![info.kind]), "{new}");
            continue;
        }
        let after = changed(text, &insert(slot, &new)).unwrap_or_else(|refusal| panic!("{new}: {refusal:?}"));
        let told = crate::scenario::load(&after).diagnostics;
        // That a lock is released which nobody takes is for later blocks to mend.
        let reads_badly = |told: &&crate::diagnostic::Diagnostic| told.code < "E0300" || told.code == "E0405";
        let wrong: Vec<_> = told.iter().filter(reads_badly).collect();
        assert_eq!(wrong, Vec::<&crate::diagnostic::Diagnostic>::new(), "{new}");
    }
}

/// A scenario without places: what a change is meant to change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plain {
    head: String,
    body: Vec<Self>,
    clauses: Vec<Self>,
}

fn plain(blocks: &[Block], text: &str) -> Vec<Plain> {
    let head = |block: &Block| {
        let each = block.written.iter().map(|written| {
            let name = written.name.map(|name| format!("{}=", &text[name.range()])).unwrap_or_default();
            format!(" {name}{}", &text[written.value.range()])
        });
        let word = if block.kind == Kind::Unknown { &text[block.word.range()] } else { block.kind.info().word };
        format!("{word}{}", each.collect::<String>())
    };
    blocks
        .iter()
        .map(|block| Plain { head: head(block), body: plain(&block.body, text), clauses: plain(&block.clauses, text) })
        .collect()
}

fn home<'a>(plain: &'a mut Vec<Plain>, scenario: &Scenario, home: Home) -> &'a mut Vec<Plain> {
    match home {
        Home::Top => plain,
        Home::Body(id) => &mut at(plain, scenario, id).body,
        Home::Clauses(id) => &mut at(plain, scenario, id).clauses,
    }
}

fn at<'a>(plain: &'a mut Vec<Plain>, scenario: &Scenario, id: BlockId) -> &'a mut Plain {
    let slot = slot_of(scenario, id).expect("the block is there");
    &mut home(plain, scenario, slot.home)[slot.at]
}

/// What a change is meant to make of the blocks, where that is simple to say.
fn intended(scenario: &Scenario, text: &str, change: &BlockChange) -> Option<Vec<Plain>> {
    let mut plain = plain(&scenario.blocks, text);
    let slot = |id: &BlockId| slot_of(scenario, *id).expect("the block is there");
    match change {
        BlockChange::Delete(blocks) | BlockChange::CommentOut(blocks) => {
            for id in outermost(scenario, blocks).iter().rev() {
                home(&mut plain, scenario, slot(id).home).remove(slot(id).at);
            }
        }
        BlockChange::Move { blocks, slot: to } => {
            let [block] = blocks.as_slice() else { return None };
            let from = slot(block);
            let one = home(&mut plain, scenario, from.home)[from.at].clone();
            let inserted = |plain: &mut Vec<Plain>| home(plain, scenario, to.home).insert(to.at, one.clone());
            let removed = |plain: &mut Vec<Plain>, by: usize| drop(home(plain, scenario, from.home).remove(from.at + by));
            // Whichever stands later in the text first, so that the other's place still holds.
            if from.home == to.home {
                inserted(&mut plain);
                removed(&mut plain, usize::from(to.at <= from.at));
            } else if is_behind(scenario, *to, *block) {
                inserted(&mut plain);
                removed(&mut plain, 0);
            } else {
                removed(&mut plain, 0);
                inserted(&mut plain);
            }
        }
        // A comment changes nothing that runs.
        BlockChange::Note { .. } | BlockChange::DeleteNote(_) | BlockChange::MoveNote { .. } => {}
        BlockChange::Duplicate(blocks) => {
            let [block] = blocks.as_slice() else { return None };
            let from = slot(block);
            if find(scenario, *block).is_none_or(|block| block.kind.info().place == Place::Top || block.kind == Kind::Disabled) {
                return None;
            }
            let siblings = home(&mut plain, scenario, from.home);
            siblings.insert(from.at + 1, siblings[from.at].clone());
        }
        BlockChange::Disable(blocks) => {
            let [block] = blocks.as_slice() else { return None };
            let siblings = home(&mut plain, scenario, slot(block).home);
            let inner = siblings[slot(block).at].clone();
            siblings[slot(block).at] = Plain { head: "disabled".to_owned(), body: vec![inner], clauses: Vec::new() };
        }
        BlockChange::Unwrap(blocks) => {
            let [block] = blocks.as_slice() else { return None };
            let siblings = home(&mut plain, scenario, slot(block).home);
            let outer = siblings.remove(slot(block).at);
            let kept = outer.clauses.into_iter().filter(|clause| !clause.head.starts_with("except"));
            let inner = outer.body.into_iter().chain(kept.flat_map(|clause| clause.body));
            siblings.splice(slot(block).at..slot(block).at, inner);
        }
        _ => return None,
    }
    Some(plain)
}

/// Whether `slot` is in a home that begins behind `block` in the text: its number changes when the block is taken first.
fn is_behind(scenario: &Scenario, slot: Slot, block: BlockId) -> bool {
    // A home's path only changes by blocks before it among its own siblings, at whatever level: take the later one first.
    match slot.home {
        Home::Top => false,
        Home::Body(home) | Home::Clauses(home) => home > block && find(scenario, home).is_some(),
    }
}

/// A change picked by numbers, of whatever blocks there are.
fn pick(scenario: &Scenario, text: &str, dice: (u8, usize, usize, usize)) -> Option<BlockChange> {
    let (what, first, second, third) = dice;
    let mut all = Vec::new();
    scenario.walk(&mut |block| all.push(block.id));
    let block = *all.get(first % all.len().max(1))?;
    let other = *all.get(second % all.len().max(1))?;
    let slot = || {
        let homes = [Home::Top, Home::Body(other), Home::Clauses(other)];
        let home = homes[third % 3];
        Slot { home, at: third / 3 % (blocks_of(scenario, home).map_or(0, <[Block]>::len) + 1) }
    };
    let table = crate::scenario::block::TABLE;
    Some(match what % 19 {
        0 => BlockChange::Delete(vec![block, other]),
        1..=4 => BlockChange::Move { blocks: if what % 2 == 0 { vec![block] } else { vec![block, other] }, slot: slot() },
        5 => BlockChange::Duplicate(vec![block]),
        6 => BlockChange::Wrap {
            blocks: vec![block, other],
            kind: wrappers().nth(third % wrappers().count()).expect("there are some"),
        },
        7 => BlockChange::Unwrap(vec![block]),
        8 => BlockChange::Disable(vec![block]),
        9 => BlockChange::CommentOut(vec![block]),
        10 => BlockChange::Insert { slot: slot(), text: skeleton(scenario, text, table[second % table.len()].kind) },
        11 => {
            let found = find(scenario, block)?;
            let rows = found.kind.info().parameters;
            let parameter = (third % rows.len().max(1) < rows.len()).then_some(third % rows.len().max(1))?;
            let texts = ["1", "x + 1", "新", "a\"b\\{1}", "", "true", "-7", "a b;c"];
            BlockChange::Set { block, parameter, nth: 0, spelling: None, text: texts[second % texts.len()].to_owned() }
        }
        12 => {
            let (at, _) = name_of(find(scenario, block)?)?;
            BlockChange::Rename { at, to: ["neu", "index", "新名"][second % 3].to_owned() }
        }
        13 => BlockChange::Extract { blocks: vec![block], name: "routine_new".to_owned() },
        16 => BlockChange::Await(vec![block, other]),
        14 | 15 => {
            let all = notes(text);
            let span = *all.get(third % all.len().max(1))?;
            if what % 2 == 0 { BlockChange::DeleteNote(span) } else { BlockChange::MoveNote { span, slot: slot() } }
        }
        _ => {
            let comments = notes(text);
            let there = comments.get(third % comments.len().max(1)).filter(|_| what % 2 == 0);
            let at = there.map_or(NoteAt::Above(block), |span| NoteAt::There(*span));
            BlockChange::Note { at, text: ["why", "", "a */ // b", "}\n{", "新\u{feff}"][second % 5].to_owned() }
        }
    })
}

/// Every comment, and every block that is one.
fn notes(text: &str) -> Vec<Span> {
    let blocks: Vec<_> = commented(text).iter().map(|node| Span::new(node.mark.start, node.end)).collect();
    let outside = |span: &Span| !blocks.iter().any(|block| block.start <= span.start && span.start < block.end);
    let comment = |token: &Token| matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment(true));
    let words = tokens(text).into_iter().filter(comment).map(|token| token.span).filter(outside);
    blocks.iter().copied().chain(words).collect()
}

fn shipped(index: usize) -> &'static str {
    static FOLDER: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/scenarios");
    let files: Vec<_> = FOLDER.files().collect();
    files.get(index % files.len()).and_then(|file| file.contents_utf8()).expect("scenarios are text")
}

#[test]
fn blocks_of_a_process_become_a_routine_of_that_process() {
    let text = "process p {\n    lock gate\n    let x 1\n    with gate { print \"{x}\" }\n    thread t { sleep ms=1 }\n}\n";
    let extract = |starts: &str| BlockChange::Extract { blocks: vec![named(text, starts)], name: "step".to_owned() };
    check(
        text,
        &extract("with"),
        "process p {\n    lock gate\n    let x 1\n    routine step x {\n        with gate { print \"{x}\" }\n    }\n    call step x\n    thread t { sleep ms=1 }\n}\n",
    );
    assert_eq!(changed(text, &extract("lock")), Err(Refusal::Misplaced));
    let inner = changed(text, &extract("sleep")).expect("a thread of a process has blocks to extract");
    assert!(inner.contains("thread t { call step }"), "{inner}");
    for after in [inner, changed(text, &extract("with")).expect("it was checked above")] {
        assert!(crate::scenario::load(&after).diagnostics.is_empty(), "{after}");
    }
}

#[test]
fn a_process_takes_declarations_of_its_own() {
    let text = "process p {\n    sleep ms=1\n}\n";
    check(text, &insert(body(text, "process", 0), "lock gate"), "process p {\n    lock gate\n    sleep ms=1\n}\n");
    assert_eq!(changed(text, &insert(body(text, "process", 0), "pipe far")), Err(Refusal::Misplaced));
}

#[test]
fn a_comment_is_written_changed_and_taken_away() {
    let text = "// one\nlock a // two\nmain { /* three */ yield-cpu }\n";
    let there = |comment: &str, new: &str| {
        let start = text.find(comment).expect("it is there");
        BlockChange::Note { at: NoteAt::There(Span::new(start, start + comment.len())), text: new.to_owned() }
    };
    check(text, &there("// one", "first\nof all"), &text.replace("// one", "// first of all"));
    check(text, &there("// one", ""), &text.replace("// one\n", ""));
    check(text, &there("// two", " "), &text.replace(" // two", ""));
    check(text, &there("/* three */", "a */ b"), &text.replace("three", "a * / b"));
    check(text, &there("/* three */", ""), &text.replace("/* three */", " "));
    assert_eq!(changed(text, &there("lock", "x")), Err(Refusal::Gone));
    let above = |starts: &str| BlockChange::Note { at: NoteAt::Above(named(text, starts)), text: "new".to_owned() };
    check(text, &above("lock"), &text.replace("lock a", "// new\nlock a"));
    check(text, &above("yield-cpu"), &text.replace("yield-cpu", "/* new */ yield-cpu"));
    let deep = "main {\n\tloop {\r\n\t}\n}\n";
    check(
        deep,
        &BlockChange::Note { at: NoteAt::Above(named(deep, "loop")), text: "why".to_owned() },
        "main {\n\t// why\r\n\tloop {\r\n\t}\n}\n",
    );
}

#[test]
fn a_comment_and_a_block_that_is_one_go_and_go_elsewhere() {
    let text = "// one\nlock a\n\nmain {\n    // two\n    yield-cpu\n    /-loop {\n        break\n    } // three\n}\n";
    let span = |comment: &str| {
        let start = text.find(comment).expect("it is there");
        Span::new(start, start + comment.len())
    };
    let left_out = "/-loop {\n        break\n    }";
    check(text, &BlockChange::DeleteNote(span("// one")), &text.replace("// one\n", ""));
    check(text, &BlockChange::DeleteNote(span(left_out)), "// one\nlock a\n\nmain {\n    // two\n    yield-cpu\n}\n");
    let main = BlockId(1);
    let moved = |comment: &str, slot: Slot| BlockChange::MoveNote { span: span(comment), slot };
    check(
        text,
        &moved("// one", Slot { home: Home::Body(main), at: 1 }),
        "lock a\n\nmain {\n    // two\n    yield-cpu\n    // one\n    /-loop {\n        break\n    } // three\n}\n",
    );
    check(
        text,
        &moved(left_out, Slot { home: Home::Top, at: 1 }),
        "// one\nlock a\n\n/-loop {\n    break\n} // three\nmain {\n    // two\n    yield-cpu\n}\n",
    );
    check(text, &moved("// two", Slot { home: Home::Body(main), at: 0 }), text);
    assert_eq!(changed(text, &moved("// two", Slot { home: Home::Clauses(main), at: 0 })), Err(Refusal::Misplaced));
    assert_eq!(changed(text, &BlockChange::DeleteNote(span("lock a"))), Err(Refusal::Gone));
    let line = "main { yield-cpu; /-break; loop { } /* so */ }";
    let deleted = changed(line, &BlockChange::DeleteNote(Span::new(18, 25))).expect("it is there");
    assert_eq!(deleted, "main { yield-cpu; loop { } /* so */ }");
}

#[test]
fn blocks_await_and_do_not_any_more() {
    let text = "queue q\ncoroutine c loop=l {\n    get q into=x\n    await   with gate { sleep ms=1 }\n    print \"{x}\"\n}\n";
    let of = |text: &str, starts: &[&str]| BlockChange::Await(starts.iter().map(|starts| named(text, starts)).collect());
    let both = text.replace("    get", "    await get");
    check(text, &of(text, &["get", "await"]), &both);
    check(&both, &of(&both, &["await get", "await   with", "await get"]), &text.replace("await   with", "with"));
    assert_eq!(changed(text, &of(text, &["print"])), Err(Refusal::NothingToAwait));
}

/// Texts that are written as few people would.
const ODD: [&str; 6] = [
    "\u{feff}lock a;lock b // two\r\nmain {\tif a { } ;\r\n\telse { /* c */ }\r\n\r\n\r\n\tyield-cpu }\r\n",
    "// head\n/* block\n comment */ main { /-sleep ms=1; /* x */ yield-cpu /* y */; loop { break; }; } // end",
    "thread a \\\n  count=2 {\nprint \"\"\"\n  one\n  two {index}\n  \"\"\"\n\n\n  try { }\n  // between\n  except { yield-cpu }\n  finally { }}",
    "scenario \"T\" { about \"x\"; tags a b }\ndisabled { lock a; main { with a { } } }\nmain { }",
    "letters\nfrobnicate 3 x=2 // who\n\ncompute ms=1\nmain {\n    repeat 2 { wibble 3 y=1; print \"a\" }\n    // in\n    wobble \"a b\" {\n        lock a\n        print 1 // one\n    }\n    lock b\n}\n",
    "scenario \"T\" { abuot \"x\"; tags a }\nraed { }; wibble { main { sleep ms=1 }; wibble {\n} }\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_sequence_of_changes_reads_as_meant_and_is_undone_to_the_byte(
        scenario_index in 0usize..64,
        dice in proptest::collection::vec((0u8..19, 0usize..500, 0usize..500, 0usize..500), 1..8),
    ) {
        let first = ODD.get(scenario_index).copied().unwrap_or_else(|| shipped(scenario_index));
        let mut document = Document::new(first);
        let mut inverse = Vec::new();
        for throw in dice {
            let before = read::read(&document).value;
            let text = document.text().to_owned();
            let Some(change) = pick(&before, &text, throw) else { continue };
            let Ok(rewrite) = write(&document, &change) else { continue };
            inverse.push(document.apply_all(&rewrite.change.edits));
            prop_assert_eq!(document.diagnostics(), &[][..], "{:?} of\n{}\ngives\n{}", change, text, document.text());
            let after = read::read(&document).value;
            let mut words = Vec::new();
            after.walk(&mut |block| words.push(block.word.start));
            words.extend(notes(document.text()).iter().map(|note| note.start));
            prop_assert!(rewrite.words.iter().all(|word| words.contains(word)), "{:?} of\n{}\ngives\n{}", change, text, document.text());
            if let Some(intended) = intended(&before, &text, &change) {
                let got = plain(&after.blocks, document.text());
                prop_assert!(got == intended, "{:?} of\n{}\ngives\n{}", change, text, document.text());
            }
        }
        while let Some(edits) = inverse.pop() {
            document.apply_all(&edits);
        }
        prop_assert_eq!(document.text(), first);
    }
}

#[test]
fn proposed_names_are_names() {
    let text = "main { yield-cpu }";
    let scenario = read::read(&Document::new(text)).value;
    assert!(is_name(&proposed_name(&scenario, text, BlockId(1))));
}
