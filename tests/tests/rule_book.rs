//! The rule book against the vectors and the table of reasons: each rule that bears on deciding is shown, each code explained.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lockstep_policy::decide::{Layer, Reason};
use lockstep_tests::diffs;
use lockstep_tests::slices;
use lockstep_tests::vectors::all;
use serde_json::Value;

/// The groups of rules that bear on deciding.
const DECIDING: [char; 10] = ['S', 'I', 'C', 'K', 'U', 'D', 'R', 'V', 'O', 'L'];

/// What stands in place of files where a rule is about pages and changes alone.
const LATER: &str = "views and changes, which come later.";

/// And where every vector shows it, so that none cites it.
const EVERY: &str = "every vector";

/// The book, read.
struct Book {
    /// What each rule says it is shown by: files, or words in their place.
    rules: BTreeMap<String, String>,
    /// Rows of the table of reasons: number, code, rules, layer.
    reasons: Vec<[String; 4]>,
    /// The codes of the table of layers, with their layer.
    layers: Vec<(String, String)>,
    /// The codes that only changes are refused with.
    of_changes: BTreeSet<String>,
    text: String,
}

impl Book {
    fn read() -> Self {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/RULES.md")).expect("the rule book");
        let rows = |heading: &str| -> Vec<Vec<String>> {
            let section = text.split_once(&format!("\n### {heading}\n")).unwrap_or_else(|| panic!("no section {heading}")).1;
            let section = section.split("\n##").next().unwrap();
            let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            // Two lines of a table are its head.
            section.lines().filter(|line| line.starts_with('|')).skip(2).map(cells).collect()
        };
        let reasons = rows("Reasons of decisions").into_iter().map(|row| row.try_into().expect("four cells")).collect();
        let of_layer = |row: Vec<String>| {
            let layer = quoted(&row[1])[0].clone();
            // An action in that cell is a remark, no code.
            quoted(&row[2]).into_iter().filter(|word| !word.contains('.')).map(move |code| (layer.clone(), code)).collect::<Vec<_>>()
        };
        let layers = rows("Layers and their codes").into_iter().flat_map(of_layer).collect();
        let of_changes = rows("Reasons of changes").iter().flat_map(|row| quoted(&row[0])).collect();
        Self { rules: rules(&text), reasons, layers, of_changes, text }
    }

    /// The rules that vectors must show: those of the deciding groups but what only pages and changes show.
    fn to_show(&self) -> impl Iterator<Item = (&String, &String)> {
        self.rules.iter().filter(|(rule, shown)| rule.starts_with(DECIDING) && *shown != LATER && !shown.starts_with(EVERY))
    }
}

/// The rules by their headings, with the words after `Shown by:`.
fn rules(text: &str) -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    for section in text.split("\n### ").skip(1) {
        let (heading, body) = section.split_once('\n').unwrap();
        if !is_rule(heading) {
            continue;
        }
        let body = body.split("\n## ").next().unwrap();
        let shown = body.split_once("\nShown by: ").unwrap_or_else(|| panic!("{heading} doesn't say what shows it")).1;
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(rules.insert(heading.to_owned(), shown).is_none(), "{heading} stands twice");
    }
    rules
}

/// A capital letter, a hyphen and a number.
fn is_rule(word: &str) -> bool {
    let Some((group, number)) = word.split_once('-') else { return false };
    group.len() == 1 && group.bytes().all(|byte| byte.is_ascii_uppercase()) && number.parse::<u8>().is_ok()
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands between brackets, as links do.
fn linked(text: &str) -> Vec<String> {
    text.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(name, _)| name.to_owned()).collect()
}

/// By rule, how many cases of which files cite it.
type Citations = BTreeMap<String, BTreeMap<String, usize>>;

/// Those of decisions.
fn citations() -> Citations {
    let mut citations = Citations::new();
    for file in all() {
        cite(&mut citations, &format!("{}.json", file.name), file.cases.iter().map(|case| &case.rules));
    }
    citations
}

/// Those of every kind of vectors that cites rules as decisions do; of another kind than decisions, the folder is named.
fn all_citations() -> Citations {
    let mut citations = citations();
    for file in diffs::all() {
        cite(&mut citations, &format!("diff/{}.json", file.name), file.cases.iter().map(|case| &case.rules));
    }
    for file in slices::all() {
        for rule in file.cases.iter().flat_map(|case| case["rules"].as_array().into_iter().flatten()).filter_map(Value::as_str) {
            *citations.entry(rule.to_owned()).or_default().entry(format!("slice/{}.json", file.name)).or_default() += 1;
        }
    }
    citations
}

fn cite<'c>(citations: &mut Citations, file: &str, cases: impl Iterator<Item = &'c Vec<String>>) {
    for rule in cases.flat_map(|rules| rules.iter().collect::<BTreeSet<_>>()) {
        *citations.entry(rule.clone()).or_default().entry(file.to_owned()).or_default() += 1;
    }
}

#[test]
fn vectors_cite_rules_that_the_book_has() {
    let book = Book::read();
    let cited = citations();
    println!("vectors: {}", all().iter().map(|file| file.cases.len()).sum::<usize>());
    println!("rules in the book: {}, cited by vectors: {}", book.rules.len(), cited.len());
    let reasons: BTreeSet<String> =
        all().iter().flat_map(|file| &file.cases).filter_map(|case| case.expect["reason"].as_str().map(str::to_owned)).collect();
    println!("reason codes covered: {} of {}", reasons.len(), Reason::of_decisions().count());
    let of_all_kinds = all_citations();
    let missing: Vec<_> = of_all_kinds.iter().filter(|(rule, _)| !book.rules.contains_key(*rule)).collect();
    assert!(missing.is_empty(), "cited, and not in the book: {missing:?}");
}

#[test]
fn every_rule_that_decides_is_shown_twice() {
    let book = Book::read();
    let cited = citations();
    let count = |rule: &String| cited.get(rule).map_or(0, |files| files.values().sum::<usize>());
    let thin: Vec<_> = book.to_show().map(|(rule, _)| (rule, count(rule))).filter(|(_, count)| *count < 2).collect();
    println!("rules that bear on deciding: {}, shown at least twice: {}", book.to_show().count(), book.to_show().count() - thin.len());
    assert!(thin.is_empty(), "shown by fewer than two cases: {thin:?}");
    // The words that excuse a rule from that are true.
    let excused = book.rules.iter().filter(|(_, shown)| *shown == LATER);
    let shown: Vec<_> = excused.map(|(rule, _)| rule).filter(|rule| count(rule) > 0).collect();
    assert!(shown.is_empty(), "the book says that no vectors show {shown:?}");
}

#[test]
fn files_that_the_book_names_show_their_rule() {
    let book = Book::read();
    let cited = all_citations();
    let mut wrong = Vec::new();
    for (rule, shown) in &book.rules {
        let files: Vec<String> = quoted(shown).into_iter().filter(|word| word.ends_with(".json")).collect();
        wrong.extend(
            files.iter().filter(|file| !cited.get(rule).is_some_and(|files| files.contains_key(*file))).map(|file| (rule, file.clone())),
        );
        let none = files.is_empty() && rule.starts_with(DECIDING) && shown != LATER && !shown.starts_with(EVERY);
        wrong.extend(none.then(|| (rule, "no file".to_owned())));
    }
    assert!(wrong.is_empty(), "no such file, or no case in it that cites the rule: {wrong:?}");
}

#[test]
fn the_book_has_the_table_of_reasons() {
    let book = Book::read();
    let expected: Vec<[String; 3]> = Reason::of_decisions()
        .map(|reason| {
            let entry = reason.entry();
            [entry.number.to_string(), entry.code.to_owned(), entry.rules.join(" ")]
        })
        .collect();
    let written: Vec<[String; 3]> =
        book.reasons.iter().map(|[number, code, rules, _]| [number.clone(), quoted(code).join(" "), linked(rules).join(" ")]).collect();
    println!("reason codes: {}, in the book's table: {}", expected.len(), written.len());
    assert_eq!(written, expected, "number, code and rules of the book's table are not those of the core");
    for (reason, [_, _, rules, layer]) in Reason::of_decisions().zip(&book.reasons) {
        // A code of two layers names the later one first, which is the table's.
        let first = quoted(layer).into_iter().next();
        assert_eq!(first.as_deref(), reason.entry().layer.map(|layer| layer.as_str()), "the layer of {reason}");
        let unknown: Vec<String> = linked(rules).into_iter().filter(|rule| !book.rules.contains_key(rule)).collect();
        assert!(unknown.is_empty(), "{reason} comes from rules that the book doesn't have: {unknown:?}");
    }
}

#[test]
fn the_book_has_the_codes_of_each_layer() {
    let book = Book::read();
    let of_table: BTreeSet<(String, String)> = Reason::ALL
        .iter()
        .filter_map(|reason| Some((reason.entry().layer?.as_str().to_owned(), reason.code().to_owned())))
        // V-2: through a virtual server it is asked in layer 2, too.
        .chain([("existence".to_owned(), Reason::UnknownTool.code().to_owned())])
        .collect();
    let of_book: BTreeSet<(String, String)> = book.layers.iter().cloned().collect();
    assert_eq!(of_book, of_table);
}

#[test]
fn the_book_names_no_code_that_is_not_there() {
    let book = Book::read();
    let codes: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.code()).chain(book.of_changes.iter().map(String::as_str)).collect();
    let is_code =
        |word: &String| word.contains('-') && !word.ends_with('-') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let layers = Layer::ALL.map(Layer::as_str);
    let known = |word: &str| codes.contains(word) || layers.contains(&word) || NO_CODES.contains(&word);
    let strangers: BTreeSet<String> = quoted(&book.text).into_iter().filter(|word| is_code(word) && !known(word)).collect();
    assert!(strangers.is_empty(), "codes that neither table has: {strangers:?}");
    let of_changes: BTreeSet<String> =
        Reason::ALL.iter().skip(Reason::of_decisions().count()).map(|reason| reason.code().to_owned()).collect();
    assert_eq!(book.of_changes, of_changes, "codes that only changes are refused with");
}

/// What the book writes as it writes codes, and is none.
const NO_CODES: [&str; 13] = [
    // A setting, a verdict, and the authority of a delegate's disable.
    "new-integrations",
    "not-reached",
    "server-admin",
    // Statuses of servers.
    "auth-failed",
    "pending-auth",
    "reconnect-required",
    // Kinds of changes.
    "accept-tool",
    "disable-server",
    "edit-server",
    "enable-server",
    "refresh-tools",
    "set-spaces",
    "set-tool",
];
