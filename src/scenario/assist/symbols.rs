//! What a name stands for, where it is declared, where it is used, and its renaming everywhere at once.

use super::mentions::{How, Mention, Mentions};
use crate::diagnostic::{Checked, Diagnostic, Span, catalog};
use crate::document::edit::{Edit, Label};
use crate::lang::Words;
use crate::scenario::block::Kind;
use crate::scenario::is_name;
use crate::value::exception;

/// Something that has a name, with every place of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// What it is.
    pub what: What,
    /// Where it is declared or bound, in the order of the text; a local may be bound several times.
    pub declared: Vec<Span>,
    /// Where it is used, in the order of the text.
    pub used: Vec<Span>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Something declared at the top of the file.
    Declared(Kind),
    /// A local of one body.
    Local,
    /// An exception.
    Exception,
}

/// What the name at the byte `offset` stands for, if there is one that is declared somewhere.
#[must_use]
pub fn symbol_at(mentions: &Mentions, offset: usize) -> Option<Symbol> {
    mentions.at(offset).and_then(|mention| symbol(mentions, mention))
}

fn symbol(mentions: &Mentions, mention: &Mention) -> Option<Symbol> {
    let same_name = || mentions.all.iter().filter(|other| other.name == mention.name);
    let spans = |wanted: &dyn Fn(&Mention) -> bool| same_name().filter(|other| wanted(other)).map(|other| other.span).collect();
    let name = mention.name.clone();
    match mention.how {
        How::Function => None,
        How::Exception => {
            let used: Vec<Span> = spans(&|other| other.how == How::Exception);
            Some(Symbol { name, what: What::Exception, declared: Vec::new(), used })
        }
        How::Binds | How::Uses if mentions.is_local(mention) => {
            let of_body = |how: How| spans(&|other| other.how == how && other.body == mention.body);
            Some(Symbol { name, what: What::Local, declared: of_body(How::Binds), used: of_body(How::Uses) })
        }
        _ => {
            let home = mentions.home(mention);
            let meant = |other: &Mention| mentions.home(other) == home;
            let kind = |other: &Mention| if let How::Declares(kind) = other.how { Some(kind) } else { None };
            let kind = same_name().filter(|other| meant(other)).find_map(kind)?;
            let declared = spans(&|other| matches!(other.how, How::Declares(_)) && meant(other));
            let used = spans(&|other| other.how == How::Uses && !mentions.is_local(other) && meant(other));
            Some(Symbol { name, what: What::Declared(kind), declared, used })
        }
    }
}

impl Symbol {
    /// Every place of the name, in the order of the text.
    #[must_use]
    pub fn places(&self) -> Vec<Span> {
        let mut all = [self.declared.as_slice(), self.used.as_slice()].concat();
        all.sort_unstable();
        all
    }

    /// Whether it can have another name: `main` and Python's own exceptions cannot.
    #[must_use]
    pub fn can_be_renamed(&self) -> bool {
        match self.what {
            What::Declared(kind) => kind != Kind::Main,
            What::Local => true,
            What::Exception => !exception::known().any(|known| known == self.name),
        }
    }
}

/// The edits that call the thing at `offset` by the name `new`, everywhere. None, and why not, where that cannot be.
#[must_use]
pub fn rename(mentions: &Mentions, offset: usize, new: &str) -> Checked<Vec<Edit>> {
    let refused =
        |row, span, told: &str| Checked { value: Vec::new(), diagnostics: vec![Diagnostic::new(row, span, [told.to_owned()])] };
    let Some((mention, symbol)) = mentions.at(offset).and_then(|mention| Some((mention, symbol(mentions, mention)?))) else {
        return refused(catalog::NO_NAME_HERE, Span::new(offset, offset), "");
    };
    if !symbol.can_be_renamed() {
        return refused(catalog::FIXED_NAME, mention.span, &symbol.name);
    }
    if new == symbol.name {
        return Checked::default();
    }
    if !is_name(new) || crate::scenario::check::is_function(new) {
        return refused(catalog::BAD_NAME, mention.span, new);
    }
    // A local may not hide what is declared, and what is declared may not hide behind a local.
    let clashes = |other: &&Mention| {
        let meets = match (symbol.what, other.how) {
            (What::Exception, how) => how == How::Exception,
            (What::Local, How::Binds) => other.body == mention.body,
            (_, How::Declares(_)) | (What::Declared(_), How::Binds) => true,
            _ => false,
        };
        meets && other.name == new
    };
    if let Some(other) = mentions.all.iter().find(clashes) {
        let mut checked = refused(catalog::DUPLICATE_NAME, mention.span, new);
        checked.diagnostics = checked.diagnostics.into_iter().map(|told| told.related_to(other.span, new)).collect();
        return checked;
    }
    let edits = symbol.places().into_iter().map(|span| Edit::new(span, new)).collect();
    Checked { value: edits, diagnostics: Vec::new() }
}

const RENAME: Words = Words { en: "Rename {0}", zh: "重命名 {0}" };

/// What a renaming is called in the history.
#[must_use]
pub fn rename_label(from: &str, to: &str) -> Label {
    Label::new(RENAME, &format!("{from} → {to}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::scenario::load;

    const TEXT: &str = "let N 2\nlock tally // tally\nshared done 0\nthread a count=N {\n    with tally { let x \"done + index\"; print \
                        \"{x} \\\"{x}\\\" x\" }\n}\nthread b { let x 1; acquire \"tally\"; release tally; print \"{x} tally\" }\n";

    /// Renames what stands at the first `at`.
    fn renamed(text: &str, at: &str, new: &str) -> String {
        let checked = rename(&Mentions::of(text), text.find(at).expect("it is there"), new);
        if let [told] = checked.diagnostics.as_slice() {
            return format!("{} {}", told.code, told.arguments.join(" "));
        }
        let mut document = Document::new(text);
        document.apply_all(&checked.value);
        document.text().to_owned()
    }

    #[test]
    fn a_declared_name_is_renamed_everywhere_but_in_comments_and_texts() {
        let expected = TEXT
            .replace("lock tally", "lock 计数锁")
            .replace("with tally", "with 计数锁")
            .replace("acquire \"tally\"", "acquire \"计数锁\"")
            .replace("release tally", "release 计数锁");
        assert_eq!(renamed(TEXT, "tally", "计数锁"), expected);
        assert!(load(&expected).diagnostics.is_empty(), "{:?}", load(&expected).diagnostics);
    }

    #[test]
    fn a_local_is_renamed_in_its_body_alone_and_behind_escapes_too() {
        let expected =
            TEXT.replacen("let x \"done", "let total \"done", 1).replacen("{x} \\\"{x}\\\" x", "{total} \\\"{total}\\\" x", 1);
        assert_eq!(renamed(TEXT, "x \"done", "total"), expected);
    }

    #[test]
    fn a_name_that_cannot_be_is_refused_and_says_why() {
        assert_eq!(renamed(TEXT, "tally", "with"), "E0215 with");
        assert_eq!(renamed(TEXT, "tally", "a-b"), "E0215 a-b");
        assert_eq!(renamed(TEXT, "tally", "len"), "E0215 len");
        assert_eq!(renamed(TEXT, "tally", "done"), "E0301 done");
        assert_eq!(renamed(TEXT, "tally", "x"), "E0301 x");
        assert_eq!(renamed(TEXT, "x \"done", "done"), "E0301 done");
        assert_eq!(renamed(TEXT, "index", "i"), "E0307 ");
        assert_eq!(renamed("main { raise KeyError }", "Key", "Mine"), "E0308 KeyError");
        assert_eq!(renamed("main { print a }", "main", "b"), "E0308 main");
    }

    #[test]
    fn what_a_process_declares_is_its_own() {
        let text = "lock far\nprocess p { lock near; thread t { let x 1; with near { print \"{x}\" } }; acquire near; acquire far; let x 2 }\n\
                    process q { lock near; acquire near }\n";
        let expected = text.replacen("near", "mine", 3);
        assert_eq!(renamed(text, "near", "mine"), expected);
        assert!(load(&expected).diagnostics.iter().all(|told| told.severity != crate::diagnostic::Severity::Error));
        assert_eq!(renamed(text, "x 1", "y"), text.replacen("let x 1", "let y 1", 1).replacen("{x}", "{y}", 1));
        assert_eq!(renamed(text, "far", "wide"), text.replace("far", "wide"));
        let text = "expect never exception=A in=p.t; expect never exception=A in=\"p[0].t\"; expect never exception=A in=t\n\
                    process p count=2 { thread t { raise A } }\nthread t { raise A }\nexpect never exception=A in=\"p.t[i]\"\n";
        let expected = text.replace("p.t", "p.u").replace("p[0].t", "p[0].u").replacen("thread t", "thread u", 1);
        assert_eq!(renamed(text, "t { raise", "u"), expected);
        assert_eq!(renamed(text, "t; expect", "u"), expected);
    }

    #[test]
    fn an_exception_of_ones_own_is_renamed() {
        let text = "main { try { raise Mine x }\nexcept Mine { } }\nexpect never exception=Mine";
        assert_eq!(renamed(text, "Mine", "Ours"), text.replace("Mine", "Ours"));
    }

    #[test]
    fn a_symbol_knows_where_it_is_declared_and_used() {
        let mentions = Mentions::of(TEXT);
        let symbol = symbol_at(&mentions, TEXT.find("release tally").expect("it is there") + 8).expect("a name");
        assert_eq!((symbol.what, symbol.declared.len(), symbol.used.len()), (What::Declared(Kind::Lock), 1, 3));
        assert_eq!(symbol.declared[0].start, TEXT.find("tally").expect("it is there"));
        assert_eq!(symbol_at(&mentions, TEXT.find("print").expect("it is there")), None);
    }
}
