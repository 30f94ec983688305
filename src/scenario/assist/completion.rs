//! What may be written next, most likely first: blocks that may stand here, properties, names of the right kind, words.
//! Offers; whoever shows the list puts the chosen one in.

use std::collections::BTreeSet;

use super::functions::FUNCTIONS;
use super::mentions::{How, Mentions};
use super::spot::{Spot, SpotKind, before, spot};
use crate::diagnostic::Span;
use crate::document::typing::INDENT;
use crate::lang::{Lang, Words};
use crate::scenario::block::{Accepts, Body, Form, Group, Info, Kind, OUTCOMES, Parameter, Place, TABLE};
use crate::scenario::roles::Role;
use crate::value::exception;

/// What is offered at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is written already: the chosen item takes its place.
    pub span: Span,
    /// What is offered, most likely first; never empty.
    pub items: Vec<Item>,
}

/// One thing that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As it is shown, and searched by.
    pub label: String,
    /// What is put in.
    pub insert: String,
    /// Where in `insert` the caret goes.
    pub caret: usize,
    /// What it is.
    pub kind: ItemKind,
    /// What it takes or is, in a few words.
    pub detail: String,
    /// What it means, in a sentence or two.
    pub doc: String,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A block of this shelf.
    Block(Group),
    /// A property.
    Property,
    /// Something the file declares.
    Declared(Group),
    /// A local.
    Local,
    /// A fixed word.
    Word,
    /// A function.
    Function,
    /// An exception.
    Exception,
}

/// What may be written at the byte `at`. `asked` says that the user wants to see it; without, only what was begun, or what can
/// only be one of a few, is offered.
#[must_use]
pub fn complete(text: &str, at: usize, lang: Lang, asked: bool) -> Option<Completion> {
    // Nothing goes on with a number: then the text need not be read.
    let word = text[..at].rsplit(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or_default();
    if !asked && word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mentions = Mentions::of(text);
    let Spot { what, written } = spot(text, &mentions, at)?;
    let prefix = &text[written.range()];
    if !asked && prefix.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let mut offer = Offer { text, mentions: &mentions, lang, at: written.start, items: Vec::new() };
    let is_eager = match what {
        SpotKind::Word { parent } => {
            offer.words(parent);
            false
        }
        SpotKind::Argument { node, parameter } => {
            if let Some(parameter) = parameter {
                offer.values(node, parameter, false);
            }
            // What stands in a name's place is the name, however much it looks like the beginning of a property.
            if !parameter.is_some_and(|parameter| is_named(parameter.accepts)) {
                offer.properties(node, true);
            }
            parameter.is_some_and(|parameter| is_few(parameter.accepts))
        }
        SpotKind::Property { node } => {
            offer.properties(node, false);
            false
        }
        SpotKind::Value { node, parameter, quoted } => {
            offer.values(node, parameter, quoted);
            !quoted && is_few(parameter.accepts)
        }
        SpotKind::Attribute => {
            offer.attributes();
            true
        }
    };
    let mut ranked: Vec<(u8, Item)> = Vec::new();
    for item in offer.items {
        if let Some(rank) = rank(&item.label, prefix) {
            ranked.push((rank, item));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    shorter_first(&mut ranked);
    let items: Vec<Item> = ranked.into_iter().map(|(_, item)| item).collect();
    let is_done = items.iter().any(|item| item.label == prefix) && items.len() == 1;
    let wanted = asked || (!is_done && (is_eager || !prefix.is_empty()));
    (wanted && !items.is_empty()).then_some(Completion { span: written, items })
}

/// A word stands before those that only go on from it: `put` before `put-key`.
fn shorter_first(ranked: &mut [(u8, Item)]) {
    for at in 1..ranked.len() {
        let (rank, item) = &ranked[at];
        let goes_on = |(other, longer): &(u8, Item)| other == rank && longer.label.starts_with(&item.label);
        if let Some(to) = ranked[..at].iter().position(goes_on) {
            ranked[to..=at].rotate_right(1);
        }
    }
}

/// Whether there are few enough values to be shown before anything is written.
const fn is_few(accepts: Accepts) -> bool {
    matches!(accepts, Accepts::Reference(_) | Accepts::Target | Accepts::Choice(_) | Accepts::Switch | Accepts::ExceptionName)
}

/// Whether it takes a name that the user makes up.
const fn is_named(accepts: Accepts) -> bool {
    matches!(accepts, Accepts::NewName | Accepts::Local)
}

/// How well a label fits what is written: 0 for the same, then for its beginning, the beginning of a word in it, its letters.
fn rank(label: &str, prefix: &str) -> Option<u8> {
    let (label, prefix) = (label.to_lowercase(), prefix.trim_start_matches('#').to_lowercase());
    let bare = label.trim_start_matches('#');
    if bare.starts_with(&prefix) {
        return Some(u8::from(bare.len() != prefix.len()));
    }
    if bare.split(['-', '_', '=']).any(|word| word.starts_with(&prefix)) {
        return Some(2);
    }
    let mut letters = bare.chars();
    (prefix.chars().count() > 1 && prefix.chars().all(|wanted| letters.any(|letter| letter == wanted))).then_some(3)
}

struct Offer<'a> {
    text: &'a str,
    mentions: &'a Mentions,
    lang: Lang,
    /// Where what is offered begins.
    at: usize,
    items: Vec<Item>,
}

impl Offer<'_> {
    fn add(&mut self, label: &str, insert: &str, kind: ItemKind, detail: String, doc: &str) {
        let caret = insert.find('\u{1}').unwrap_or(insert.len());
        let insert = insert.replacen('\u{1}', "", 1);
        self.items.push(Item { label: label.to_owned(), insert, caret, kind, detail, doc: doc.to_owned() });
    }

    /// The blocks that may stand in `parent`.
    fn words(&mut self, parent: Option<usize>) {
        let outline = &self.mentions.outline;
        let mut around = parent;
        while let Some(node) = around.filter(|node| outline.nodes[*node].kind == Some(Kind::Disabled)) {
            around = outline.nodes[node].parent;
        }
        let owner = before(outline, parent, self.at);
        let fits = |info: &&Info| match (info.place, around) {
            (Place::Top | Place::Anywhere, None) => true,
            (Place::Header, Some(node)) => outline.nodes[node].kind == Some(Kind::Scenario),
            (Place::Statement | Place::Anywhere, Some(node)) => outline.nodes[node].kind != Some(Kind::Scenario),
            (Place::Clause(owners), _) => owner.is_some_and(|(owner, last)| {
                owners.contains(&last) || (owners.contains(&owner) && !matches!(last, Kind::Else | Kind::Finally))
            }),
            _ => false,
        };
        let indent = self.indent();
        let (clauses, others): (Vec<&Info>, Vec<&Info>) =
            TABLE.iter().filter(fits).partition(|info| matches!(info.place, Place::Clause(_)));
        for info in clauses.into_iter().chain(others) {
            let needs = info.parameters.iter().any(|parameter| parameter.form != Form::Property && !parameter.optional);
            let insert = match info.body {
                Body::Statements if !needs => format!("{} {{\n{indent}{INDENT}\u{1}\n{indent}}}", info.word),
                _ if info.parameters.is_empty() => info.word.to_owned(),
                _ => format!("{} ", info.word),
            };
            let usage = info.usage();
            let detail = usage.strip_prefix(info.word).unwrap_or_default().trim_start().to_owned();
            self.add(info.word, &insert, ItemKind::Block(info.group), detail, info.doc.get(self.lang));
        }
    }

    /// The blanks before the line that is written.
    fn indent(&self) -> String {
        let line = &self.text[self.text[..self.at].rfind('\n').map_or(0, |end| end + 1)..self.at];
        line[..line.len() - line.trim_start().len()].to_owned()
    }

    /// The properties of `node` that are not given yet.
    fn properties(&mut self, node: usize, with_equals: bool) {
        let outline = &self.mentions.outline;
        let Some(kind) = outline.nodes[node].kind else { return };
        let given: BTreeSet<&str> = outline
            .parts
            .iter()
            .filter(|part| part.node == Some(node) && part.span.start != self.at)
            .filter_map(|part| if let Role::Property(Some(parameter)) = part.role { Some(parameter.name) } else { None })
            .collect();
        for parameter in kind.info().parameters.iter().filter(|parameter| parameter.form == Form::Property) {
            if given.contains(parameter.name) {
                continue;
            }
            let mut spellings = parameter.spellings();
            // Milliseconds are what is meant most.
            spellings.sort_by_key(|spelling| spelling != "ms" && !spelling.ends_with("-ms"));
            for spelling in spellings {
                let insert = if with_equals { format!("{spelling}=") } else { spelling.clone() };
                let default = parameter.default.map(|default| format!(" = {default}")).unwrap_or_default();
                let detail = format!("{}{default}", parameter.takes(self.lang));
                self.add(&format!("{spelling}="), &insert, ItemKind::Property, detail, parameter.doc.get(self.lang));
            }
        }
    }

    /// What a parameter takes.
    fn values(&mut self, node: usize, parameter: &'static Parameter, quoted: bool) {
        let words = |offer: &mut Self, words: &[&str]| {
            for word in words {
                let is_default = parameter.default == Some(*word);
                let detail = if is_default { Words { en: "default", zh: "默认" }.get(offer.lang) } else { "" };
                offer.add(word, word, ItemKind::Word, detail.to_owned(), parameter.doc.get(offer.lang));
            }
        };
        match parameter.accepts {
            Accepts::NewName | Accepts::Local | Accepts::Text => {}
            Accepts::Template if !quoted => {}
            Accepts::Choice(choices) => words(self, choices),
            Accepts::Switch => words(self, &["#true", "#false"]),
            Accepts::ExceptionName => self.exceptions(),
            Accepts::Target => self.declared(node, &|kind| kind == Kind::Shared, quoted),
            Accepts::Reference(kinds) => {
                self.declared(node, &|kind| kinds.contains(&kind), quoted);
                if kinds != [Kind::Routine] {
                    self.locals(node, true);
                }
            }
            accepts => {
                if accepts == Accepts::Claim && !quoted {
                    words(self, OUTCOMES);
                }
                self.locals(node, false);
                let settled = self.is_settled_before_the_run(node);
                self.declared(node, &|kind| kind == Kind::Let || kind == Kind::Shared && !settled, quoted);
                let number = matches!(accepts, Accepts::Integer { .. } | Accepts::Duration | Accepts::Size);
                if !number && !settled {
                    self.declared(node, &|kind| !matches!(kind, Kind::Shared | Kind::Let | Kind::Routine), quoted);
                }
                self.functions(quoted);
                let constants: &[&str] = if number { &[] } else { &["None", "True", "False"] };
                for word in constants {
                    self.add(word, word, ItemKind::Word, String::new(), "");
                }
            }
        }
    }

    /// Whether what `node` says must be known before the run: constants, and what is declared.
    fn is_settled_before_the_run(&self, node: usize) -> bool {
        let found = &self.mentions.outline.nodes[node];
        match found.kind {
            None | Some(Kind::Expect | Kind::Invariant) => false,
            Some(Kind::Let) => found.parent.is_none(),
            Some(kind) => kind.info().place == Place::Top,
        }
    }

    /// What the file declares, of the kinds that fit; not what `node` itself declares.
    fn declared(&mut self, node: usize, fits: &dyn Fn(Kind) -> bool, quoted: bool) {
        let mentions = self.mentions;
        for mention in &mentions.all {
            let How::Declares(kind) = mention.how else { continue };
            if !fits(kind)
                || mention.body == node
                || mention.span.touches(self.at)
                || self.items.iter().any(|item| item.label == mention.name)
            {
                continue;
            }
            let counts = |parameter: &Parameter| parameter.name == "count";
            let several = mentions.outline.parts.iter().any(|part| {
                part.node == Some(mention.body) && matches!(part.role, Role::Property(Some(parameter)) if counts(parameter))
            });
            let name = &mention.name;
            let insert = match (several && !matches!(kind, Kind::Thread), quoted) {
                (false, _) => name.clone(),
                (true, true) => format!("{name}[\u{1}]"),
                (true, false) => format!("\"{name}[\u{1}]\""),
            };
            let detail = super::hover::line_of(self.text, mention.span);
            self.add(name, &insert, ItemKind::Declared(kind.info().group), detail, kind.info().doc.get(self.lang));
        }
    }

    /// The locals of the body that holds `node`; `bound` only those that may hold a handle.
    fn locals(&mut self, node: usize, bound: bool) {
        let outline = &self.mentions.outline;
        let body = outline.body_of(node);
        let kind = outline.nodes[body].kind;
        let mut names: Vec<&str> = Vec::new();
        for mention in &self.mentions.all {
            let is_here = mention.how == How::Binds && mention.body == body && !mention.span.touches(self.at);
            if is_here && !names.contains(&mention.name.as_str()) {
                names.push(&mention.name);
            }
        }
        let renames = |part: &crate::scenario::roles::Part| {
            part.node == Some(body) && matches!(part.role, Role::Property(Some(parameter)) if parameter.name == "as")
        };
        let numbered = kind.is_some_and(|kind| kind.info().parameters.iter().any(|parameter| parameter.name == "as"));
        if !bound && (numbered && body != node || kind == Some(Kind::Main)) && !outline.parts.iter().any(renames) {
            names.push("index");
        }
        if !bound && body != node && kind.is_some_and(|kind| kind.is_task() || kind == Kind::Routine) {
            names.push("name");
        }
        let detail = Words { en: "local", zh: "局部变量" }.get(self.lang);
        let own: Vec<String> = names.into_iter().map(str::to_owned).collect();
        for name in own {
            self.add(&name, &name, ItemKind::Local, detail.to_owned(), "");
        }
    }

    fn functions(&mut self, quoted: bool) {
        for (name, usage, doc) in FUNCTIONS {
            let call = if usage.ends_with("()") { format!("{name}()") } else { format!("{name}(\u{1})") };
            let insert = if quoted { call } else { format!("\"{call}\"") };
            self.add(name, &insert, ItemKind::Function, (*usage).to_owned(), doc.get(self.lang));
        }
    }

    fn exceptions(&mut self) {
        let own = self.mentions.all.iter().filter(|mention| mention.how == How::Exception && !mention.span.touches(self.at));
        let mut names: Vec<String> = Vec::new();
        for name in own.map(|mention| mention.name.clone()).chain(exception::known().map(str::to_owned)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            self.add(&name, &name, ItemKind::Exception, String::new(), "");
        }
    }

    fn attributes(&mut self) {
        let all = [
            ("name", Words { en: "What a task is called.", zh: "任务的名称。" }),
            ("value", Words { en: "The value in a StopIteration.", zh: "StopIteration 携带的值。" }),
        ];
        for (name, doc) in all {
            self.add(name, name, ItemKind::Word, String::new(), doc.get(self.lang));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first labels offered at `|`, as many as are named (the vocabulary grows); `-` for none. `!` before the text: the user asks.
    fn check(text: &str, expect: &str) {
        let most = expect.split(' ').count();
        let asked = text.starts_with('!');
        let text = text.trim_start_matches('!');
        let at = text.find('|').expect("a caret");
        let text = text.replacen('|', "", 1);
        let labels = complete(&text, at, Lang::En, asked)
            .map(|completion| completion.items.iter().take(most).map(|item| item.label.clone()).collect::<Vec<_>>().join(" "));
        assert_eq!(labels.unwrap_or_else(|| "-".to_owned()), expect, "{text}");
    }

    const ABOVE: &str = "let N 3; lock tally; lock fork count=N; queue jobs; shared done 0; routine work n { }; ";

    fn check_body(text: &str, expect: &str) {
        let (asked, text) = text.strip_prefix('!').map_or(("", text), |text| ("!", text));
        check(&format!("{asked}{ABOVE}thread t {{ get jobs into=item; {text}"), expect);
    }

    #[test]
    fn blocks_that_may_stand_here_are_offered() {
        check("lo|", "lock event-loop rlock");
        check("thread t { lo|", "loop run-loop close");
        check("main { ac|", "acquire active-count try-acquire atomic-add");
        check("main { try { yield-cpu }\nex|", "except");
        check("main { if x { }\nel|", "elif else read-file write-file");
        check("main { if x { }\nelse { }\nel|", "read-file write-file");
        check("scenario x {\n a|", "about allow-commands");
        check("disabled { que|", "queue");
        check("|", "-");
        check("!|", "scenario machine interpreter shared");
        check("main { } |", "-");
        check("// lo|", "-");
        check("/- lo|", "-");
    }

    #[test]
    fn names_of_the_right_kind_are_offered() {
        check_body("with |", "tally fork item");
        check_body("with ta|", "tally");
        check_body("put |", "jobs item timeout-ms= timeout-us=");
        check_body("set d|", "done");
        check_body("call |", "work into=");
        check_body("let x \"N + it|", "item int");
        check_body("print \"{do|} a\"", "done");
        check_body("print \"do|\"", "-");
        check_body("print \"{item.|", "name value");
        check_body("let x \"'te|\"", "-");
        check(&format!("!{ABOVE}thread t count=|"), "N abs");
        check(&format!("!{ABOVE}let M |"), "N abs");
        check(&format!("{ABOVE}expect always \"d|\""), "done");
    }

    #[test]
    fn properties_that_are_not_given_and_their_words_are_offered() {
        check("queue q c|", "capacity= count=");
        check("queue c|", "-");
        check("!queue |", "-");
        check_body("for i|", "-");
        check("queue q capacity=3 ca|", "-");
        check("lock a kind=|", "barging spin ticket fair");
        check("lock a kind=f|", "fair");
        check("lock a kind=fair |", "-");
        check("!lock a kind=fair |", "count= as= owner-checked= across-processes=");
        check("shared a 0 atomic=|", "#true #false");
        check_body("sleep m|", "ms=");
        check_body("compute ms=1|", "-");
        check("expect |", "always sometimes never exception=");
        check("expect never d|", "deadlock");
        check_body("raise K|", "KeyError KeyboardInterrupt");
    }

    fn chosen(text: &str, label: &str) -> String {
        let at = text.find('|').expect("a caret");
        let mut text = text.replacen('|', "", 1);
        let completion = complete(&text, at, Lang::Zh, true).expect("something is offered");
        let item = completion.items.iter().find(|item| item.label == label).expect("it is offered").clone();
        let caret = completion.span.start + item.caret;
        text.replace_range(completion.span.range(), &item.insert);
        text.insert(caret, '|');
        text
    }

    #[test]
    fn the_chosen_one_is_put_in_as_it_is_written() {
        assert_eq!(chosen("main {\n    lo|", "loop"), "main {\n    loop {\n        |\n    }");
        assert_eq!(chosen("main { wi|", "with"), "main { with |");
        assert_eq!(chosen("lock f count=2\nmain { with |", "f"), "lock f count=2\nmain { with \"f[|]\"");
        assert_eq!(chosen("main { let x |", "len"), "main { let x \"len(|)\"");
        assert_eq!(chosen("main { let x \"le|\"", "len"), "main { let x \"len(|)\"");
        assert_eq!(chosen("queue q cap|", "capacity="), "queue q capacity=|");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn anything_is_offered_or_nothing_but_it_fits(text in "(lock |with |print |if |a|N|=|1|\"|\"x\"|\"\\{x|\\\\|'|\\{|\\}|;|\n|//c|/-|#| |锁|\\.|\\(|capacity=){0,30}", at in 0usize..80) {
            let at = text.floor_char_boundary(at.min(text.len()));
            if let Some(completion) = complete(&text, at, Lang::Zh, true) {
                proptest::prop_assert!(completion.span.end == at && text.get(completion.span.range()).is_some());
                proptest::prop_assert!(completion.items.iter().all(|item| item.insert.is_char_boundary(item.caret)));
            }
        }
    }
}
