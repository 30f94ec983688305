//! Shipped scenarios, damaged at random: whatever is left of them is read, compiled and told about without a panic, every piece
//! of it has its place inside the text, and an edit and its inverse give the same bytes and the same tree.

use coreyard::diagnostic::{Diagnostic, Span, render};
use coreyard::document::{Document, edit::Edit};
use coreyard::lang::Lang;
use coreyard::scenario::load;
use coreyard::{program, scenario};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};

/// What people write that is not quite right, and what no one would.
const BITS: &[&str] = &[
    "{",
    "}",
    "\"",
    "(",
    ")",
    "[",
    "]",
    "=",
    ";",
    "//",
    "/*",
    "*/",
    "/-",
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "名",
    "#true",
    "#null",
    "-",
    "-5",
    "0.5",
    "1e999",
    "99999999999999999999",
    "\"\"\"",
    "#\"",
    "else",
    "elif",
    "except",
    "finally",
    "if",
    "count=",
    "into=",
    "as=",
    "in=",
    "ms=",
    "us=",
    "x[i]",
    "with",
    "{ }",
    "lock m",
    "let N",
    "repeat",
    "return",
    "break",
    "shared x 0",
    "rand(0)",
    "**",
    "//",
    "1/0",
    "None",
    "'",
    "index",
    "main {",
    "thread",
    "expect",
    "always",
    "def",
    "await",
];

/// Where (as a part of the text), how many characters go, and what comes.
type Blow = (f64, usize, String);

fn blow() -> impl Strategy<Value = Blow> {
    let comes = prop_oneof![
        proptest::sample::select(BITS).prop_map(str::to_owned),
        Just(String::new()),
        any::<String>().prop_map(|text| text.chars().take(8).collect()),
    ];
    (0.0..1.0, 0..24_usize, comes)
}

/// The span a blow strikes, on characters of `text`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place somewhere in a short text"
)]
fn struck(text: &str, (place, length, _): &Blow) -> Span {
    let start = text.floor_char_boundary((text.len() as f64 * place) as usize);
    Span::new(start, text.floor_char_boundary((start + length).min(text.len())))
}

fn told_inside(text: &str, diagnostics: &[Diagnostic]) {
    for told in diagnostics {
        assert!(text.get(told.span.range()).is_some(), "{told:?} lies in the text");
        for lang in Lang::ALL {
            assert!(render(text, "damaged.kdl", told, lang).contains(told.code));
        }
    }
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_scenario_is_told_about_and_never_panics(
        text in proptest::sample::select(crate::scenarios::shipped().into_values().collect::<Vec<_>>()),
        blows in vec(blow(), 1..6),
    ) {
        let mut document = Document::new(text.as_str());
        let mut inverses = Vec::new();
        for blow in &blows {
            let edit = Edit { span: struck(document.text(), blow), text: blow.2.clone() };
            inverses.push(document.apply(&edit));
        }
        let damaged = document.text().to_owned();
        assert_eq!(document.nodes(), Document::new(damaged.as_str()).nodes(), "a text reread in part is the text reread");

        let loaded = load(&damaged);
        told_inside(&damaged, &loaded.diagnostics);
        let compiled = program::compile::compile(&loaded.value, &[]);
        told_inside(&damaged, &compiled.diagnostics);
        let mut blocks = 0;
        loaded.value.walk(&mut |block: &scenario::Block| {
            assert!(damaged.get(block.span.range()).is_some() && damaged.get(block.word.range()).is_some(), "a block lies in the text");
            blocks += 1;
        });
        assert_eq!(blocks, loaded.value.block_count, "ids are dense");
        assert!(compiled.value.is_some() || loaded.has_errors() || compiled.has_errors(), "what does not run is told");

        for inverse in inverses.iter().rev() {
            document.apply(inverse);
        }
        assert_eq!(document.text(), text);
        assert_eq!(document.nodes(), Document::new(text.as_str()).nodes());
    }
}
