//! Values against CPython: every operator, comparison, function and format on a grid of operands, line by line.
//! Where no `python3` is, it says so and checks nothing.

#![expect(clippy::disallowed_methods, reason = "CPython is asked, as a process of its own")]

use std::fmt::Write as _;

use coreyard::value::comparison::compare;
use coreyard::value::format::{format, repr};
use coreyard::value::function::{self, Function};
use coreyard::value::operation::{Binary, Comparison, Unary, binary, index, unary};
use coreyard::value::{Failure, Table, Value};

#[expect(clippy::print_stdout, reason = "a test that checks nothing must say so")]
/// What CPython prints for `program`, if there is one.
pub(crate) fn python(program: &str) -> Option<String> {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let file = directory.path().join("program.py");
    std::fs::write(&file, program).expect("a temporary file can be written");
    let run = std::process::Command::new("python3").arg("-W").arg("ignore").arg(&file).output();
    let Ok(output) = run else {
        println!("skipped: there is no python3 to compare with");
        return None;
    };
    let version = std::process::Command::new("python3").arg("--version").output().expect("python3 ran a moment ago");
    if !String::from_utf8_lossy(&version.stdout).starts_with("Python 3.11") {
        println!("skipped: the words of errors are those of Python 3.11");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("python prints UTF-8"))
}

struct Sheet {
    table: Table,
    program: String,
    expected: Vec<(String, String)>,
}

impl Sheet {
    fn new() -> Self {
        let head = "import sys\nsys.stdout.reconfigure(encoding='utf-8')\n\
            def show(make):\n    try:\n        v = make()\n        v = list(v) if isinstance(v, range) else v\n\
            \x20       if isinstance(v, complex): raise ValueError('negative number cannot be raised to a fractional power')\n\
            \x20       if isinstance(v, int) and not -2**63 <= v < 2**63: \
            raise OverflowError('the result does not fit in an integer of 64 bits')\n        print(ascii(repr(v)))\n\
            \x20   except OverflowError as e: print(ascii('ValueError | negative number cannot be raised to a fractional power' \
            if 'complex' in str(e) else 'OverflowError | ' + str(e)))\n\
            \x20   except Exception as e: print(ascii(type(e).__name__ + ' | ' + str(e)))\n";
        Self { table: Table::new(0), program: head.into(), expected: Vec::new() }
    }

    fn line(&mut self, source: String, ours: Result<Value, Failure>) {
        let shown = match ours {
            Ok(value) => repr(&self.table, value).expect("small"),
            Err(failure) => format!("{} | {}", failure.name, failure.message),
        };
        writeln!(self.program, "show(lambda: {source})").expect("a String takes all that is written");
        self.expected.push((source, shown));
    }

    fn check(self) {
        let Some(theirs) = python(&self.program) else { return };
        let mut differences = Vec::new();
        assert_eq!(theirs.lines().count(), self.expected.len());
        for (line, (source, ours)) in theirs.lines().zip(&self.expected) {
            let ours = python_ascii(ours);
            if line != ours {
                differences.push(format!("{source}\n   python {line}\n   ours   {ours}"));
            }
        }
        assert!(
            differences.is_empty(),
            "{} of {}\n{}",
            differences.len(),
            self.expected.len(),
            differences[..differences.len().min(40)].join("\n")
        );
    }
}

/// Python's `ascii()` of a text.
fn python_ascii(text: &str) -> String {
    let mut out = String::new();
    for each in coreyard::value::format::quote(text).chars() {
        match u32::from(each) {
            0..128 => out.push(each),
            128..256 => write!(out, "\\x{:02x}", u32::from(each)).expect("a String takes all that is written"),
            256..65536 => write!(out, "\\u{:04x}", u32::from(each)).expect("a String takes all that is written"),
            _ => write!(out, "\\U{:08x}", u32::from(each)).expect("a String takes all that is written"),
        }
    }
    out
}

fn operands(table: &Table) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> =
        vec![("None".into(), Value::None), ("True".into(), Value::Bool(true)), ("False".into(), Value::Bool(false))];
    for int in [0, 1, -1, 2, 3, -7, 10, 62, 1_000_000_007, 9_007_199_254_740_993, i64::MAX, i64::MIN + 1] {
        all.push((format!("({int})"), Value::Int(int)));
    }
    for float in
        [0.0, -0.0, 1.0, -2.5, 0.1, 7.0, 1e16, 123_456.789, 1e-7, 9_007_199_254_740_992.0, 1e308, f64::INFINITY, f64::NAN]
    {
        all.push((format!("float('{float:e}')"), Value::float(float)));
    }
    for text in ["", "a", "ab", "12", " 3.5 ", "it's", "数\n"] {
        all.push((format!("{text:?}"), Value::Text(table.text(text).expect("small"))));
    }
    let list = |items: &[Value]| Value::List(table.list(items).expect("small"));
    let inner = list(&[Value::Int(1)]);
    all.push(("[]".into(), list(&[])));
    all.push(("[1, 2.0]".into(), list(&[Value::Int(1), Value::float(2.0)])));
    all.push(("[True, [1]]".into(), list(&[Value::Bool(true), inner])));
    all
}

#[test]
fn operators_agree_with_python() {
    let mut sheet = Sheet::new();
    let operands = operands(&sheet.table);
    let arithmetic = [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide, Binary::FloorDivide, Binary::Modulo];
    for (left, a) in &operands {
        for (op, sign) in [(Unary::Minus, "-"), (Unary::Plus, "+"), (Unary::Not, "not ")] {
            sheet.line(format!("{sign}{left}"), unary(&sheet.table, op, *a));
        }
        for (right, b) in &operands {
            for op in arithmetic {
                let huge = op == Binary::Multiply
                    && matches!(
                        (a, b),
                        (Value::Text(_) | Value::List(_), Value::Int(1000..))
                            | (Value::Int(1000..), Value::Text(_) | Value::List(_))
                    );
                let formats = op == Binary::Modulo && matches!(a, Value::Text(_));
                if !huge && !formats {
                    sheet.line(format!("{left} {} {right}", op.symbol()), binary(&sheet.table, op, *a, *b));
                }
            }
            let huge_power = matches!((a, b), (Value::Int(_), Value::Int(100..)));
            if !huge_power {
                sheet.line(format!("{left} ** {right}"), binary(&sheet.table, Binary::Power, *a, *b));
            }
        }
    }
    sheet.check();
}

#[test]
fn comparisons_and_subscripts_agree_with_python() {
    let mut sheet = Sheet::new();
    let operands = operands(&sheet.table);
    let comparisons = [
        (Comparison::Equal, "=="),
        (Comparison::NotEqual, "!="),
        (Comparison::Less, "<"),
        (Comparison::LessOrEqual, "<="),
        (Comparison::Greater, ">"),
        (Comparison::GreaterOrEqual, ">="),
        (Comparison::In, "in"),
        (Comparison::NotIn, "not in"),
    ];
    for (left, a) in &operands {
        for (right, b) in &operands {
            for (op, sign) in comparisons {
                sheet.line(format!("{left} {sign} {right}"), compare(&sheet.table, op, *a, *b).map(Value::Bool));
            }
            sheet.line(format!("({left})[{right}]"), index(&sheet.table, *a, *b));
        }
    }
    sheet.check();
}

#[test]
fn functions_agree_with_python() {
    let mut sheet = Sheet::new();
    let operands = operands(&sheet.table);
    for (name, function) in Function::ALL {
        for (left, a) in &operands {
            let long = function == Function::Range && matches!(a, Value::Int(1000..));
            if !long {
                sheet.line(format!("{name}({left})"), function::call(&sheet.table, function, &[*a]));
            }
            if matches!(function, Function::Min | Function::Max) {
                for (right, b) in &operands {
                    sheet.line(format!("{name}({left}, {right})"), function::call(&sheet.table, function, &[*a, *b]));
                }
            }
        }
    }
    for (start, end, step) in [(0, 5, 2), (5, 0, -2), (0, 5, -1), (-3, 4, 3), (0, 1, 0)] {
        let ours = function::call(&sheet.table, Function::Range, &[start, end, step].map(Value::Int));
        sheet.line(format!("range({start}, {end}, {step})"), ours);
    }
    sheet.check();
}

#[test]
fn formats_agree_with_python() {
    let mut sheet = Sheet::new();
    let specs = [
        "", "d", ".2f", "10", "<10", ">10", "^11", "=10", "010", "+", " ", "+d", ",", "_", ",d", "012,", "x", "X", "#x", "#010x",
        "b", "#b", "o", "c", "e", ".3e", "E", "g", ".3g", "G", "#g", "%", ".1%", ".0f", ".0e", "#.0f", "*^9", "s", ".1", ".3",
        "10s", ".1s", "n", "z", "d3", ".", "1.", "08.3f", "+.1f", ",.2f", "_x", ",x", "15,.1f", "é>8", "r", "-5", "=+8d", "0<8",
        "06",
    ];
    let mut operands = operands(&sheet.table);
    for float in [0.5, 1.5, 2.5, 0.125, 0.375, 1e-5, 12345.678, 1e22, 1e15, 99999.5, 999_999.5, 5e-324, 1.797e308] {
        operands.push((format!("float('{float:e}')"), Value::float(float)));
    }
    for (source, value) in &operands {
        if matches!(value, Value::Float(bits) if bits.get() > 1e300 && bits.get().is_finite()) {
            continue;
        }
        for spec in specs {
            let chars = spec == "c" && !matches!(value, Value::Int(0..200));
            let grouped_special = matches!(value, Value::Float(bits) if !bits.get().is_finite());
            if chars || grouped_special && spec.starts_with('0') {
                continue;
            }
            let ours = format(&sheet.table, *value, spec).map(|text| Value::Text(sheet.table.text(&text).expect("small")));
            sheet.line(format!("format({source}, {spec:?})"), ours);
        }
    }
    sheet.check();
}
