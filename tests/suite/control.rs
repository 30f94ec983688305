//! Random nests of loops, `try`, `except`, `finally`, `with`, `break`, `continue`, `return` and `raise`: each says on the stepper
//! what it says on CPython. The programs come from fixed seeds.

use std::fmt::Write as _;

use coreyard::engine::scheduler::Random;
use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::Ended;

use super::conformance::{config, run};
use super::python::python;

/// Writes the same program in both languages.
struct Writer {
    random: Random,
    ours: String,
    theirs: String,
    said: u32,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    in_loop: bool,
    in_except: bool,
}

const RAISED: [&str; 4] = ["ValueError", "KeyError", "IndexError", "ZeroDivisionError"];
const CAUGHT: [&str; 6] = ["ValueError", "KeyError", "LookupError", "ArithmeticError", "Exception", "IndexError"];

impl Writer {
    fn pick(&mut self, below: u64) -> usize {
        usize::try_from(self.random.below(below)).expect("small")
    }

    fn line(&mut self, depth: usize, ours: &str, theirs: &str) {
        let indent = "    ".repeat(depth);
        for (out, line) in [(&mut self.ours, ours), (&mut self.theirs, theirs)] {
            if !line.is_empty() {
                writeln!(out, "{indent}{line}").expect("a String takes all that is written");
            }
        }
    }

    fn say(&mut self, depth: usize) {
        self.said += 1;
        let said = self.said;
        self.line(depth, &format!("print \"{said}\""), &format!("print({said})"));
    }

    fn block(&mut self, place: Place) {
        for _ in 0..=self.pick(2) {
            self.statement(place);
        }
        self.say(place.depth);
    }

    fn inside(&mut self, place: Place, ours: &str, theirs: &str) {
        self.line(place.depth, ours, theirs);
        self.block(Place { depth: place.depth + 1, ..place });
        self.line(place.depth, "}", "");
    }

    fn statement(&mut self, place: Place) {
        let depth = place.depth;
        let (divisor, rest) = (2 + self.pick(3), self.pick(2));
        match self.pick(if depth > 5 { 3 } else { 7 }) {
            0 => self.say(depth),
            1 | 2 => {
                self.line(depth, &format!("if \"n % {divisor} == {rest}\" {{"), &format!("if n % {divisor} == {rest}:"));
                self.leave(Place { depth: depth + 1, ..place });
                self.line(depth, "}", "");
            }
            3 => {
                let ours = format!("repeat 2 as=i{depth} {{");
                self.inside(Place { in_loop: true, ..place }, &ours, &format!("for i{depth} in range(2):"));
            }
            4 => self.inside(place, &format!("with m{depth} {{"), &format!("with m{depth}:")),
            _ => {
                self.inside(place, "try {", "try:");
                let ways = self.pick(3);
                if ways != 0 {
                    let family = CAUGHT[self.pick(6)];
                    let caught = Place { in_except: true, ..place };
                    self.inside(caught, &format!("except {family} as=e{depth} {{"), &format!("except {family} as e{depth}:"));
                }
                if ways != 1 {
                    self.inside(place, "finally {", "finally:");
                }
            }
        }
    }

    fn leave(&mut self, place: Place) {
        let name = RAISED[self.pick(4)];
        self.said += 1;
        let said = self.said;
        match self.pick(6) {
            0 if place.in_loop => self.line(place.depth, "break", "break"),
            1 if place.in_loop => self.line(place.depth, "continue", "continue"),
            2 if place.in_except => self.line(place.depth, "raise", "raise"),
            3 => self.line(place.depth, &format!("return {said}"), &format!("return {said}")),
            _ => self.line(place.depth, &format!("raise {name} \"{said}\""), &format!("raise {name}({said})")),
        }
    }
}

#[test]
fn random_nests_of_control_say_what_python_says() {
    const ROUTINES: usize = 60;
    let mut writer = Writer { random: Random::new(11), ours: String::new(), theirs: String::new(), said: 0 };
    for lock in 0..8 {
        writer.line(0, &format!("lock m{lock}"), &format!("m{lock} = threading.Lock()"));
    }
    for routine in 0..ROUTINES {
        writer.line(0, &format!("routine f{routine} n {{"), &format!("def f{routine}(n):"));
        for _ in 0..3 {
            writer.block(Place { depth: 1, in_loop: false, in_except: false });
        }
        writer.line(0, "}", "");
    }
    writer.line(0, "main {", "");
    for routine in 0..ROUTINES {
        let ours = format!(
            "repeat 12 as=n {{\n try {{ call f{routine} n into=r; print \"{routine} gave {{r}}\" }}\n \
             except Exception as=e {{ print \"{routine} raised {{e}}\" }}\n }}"
        );
        let theirs = format!(
            "for n in range(12):\n    try: print(f'{routine} gave {{f{routine}(n)}}')\n    \
             except Exception as e: print(f'{routine} raised {{e.args[0]}}')"
        );
        writer.line(0, &ours, &theirs);
    }
    writer.line(0, "}", "");
    let trace = run(&Stepper, &writer.ours, &config(0));
    assert_eq!(trace.ended, Some(Ended::Completed), "{:?}", trace.findings);
    let Some(theirs) = python(&format!("import threading\n{}", writer.theirs)) else { return };
    let ours: Vec<String> = trace.output.iter().map(|line| line.text.replace('\'', "")).collect();
    assert!(ours.len() > 1_000, "{} lines", ours.len());
    for (at, (ours, theirs)) in ours.iter().zip(theirs.lines()).enumerate() {
        assert_eq!(ours, theirs, "line {at} of\n{}\n{}", writer.ours, writer.theirs);
    }
    assert_eq!(ours.len(), theirs.lines().count());
}
