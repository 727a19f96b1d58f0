//! The rule book against the vectors and the table of reasons: each rule is shown, each code explained. And the contract, in a
//! file of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

#[path = "rule_book/contract.rs"]
mod contract;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lockstep_policy::decide::{Layer, Reason};
use lockstep_tests::vectors::{Question, all, files};
use serde_json::Value;

/// The groups of rules, in the book's order; `X` are our own decisions.
const GROUPS: [char; 13] = ['S', 'I', 'C', 'N', 'K', 'U', 'D', 'R', 'V', 'O', 'L', 'P', 'X'];

/// The folders of vectors. Files of decisions are named without theirs.
const KINDS: [&str; 8] = ["address", "document", "decide", "view", "change", "preview", "slice", "diff"];

/// What stands in place of files where every vector shows a rule, or none can; the reason follows.
const WORDS: [&str; 2] = ["every vector, ", "no vector, as "];

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

    /// The rules that vectors must show, with the files that the book names: all but those with a reason in place of files.
    fn to_show(&self) -> impl Iterator<Item = (&String, Vec<String>)> {
        let named = |shown: &String| quoted(shown).into_iter().filter(|word| word.ends_with(".json")).collect();
        let shown = self.rules.iter().filter(|(_, shown)| !WORDS.iter().any(|words| shown.starts_with(words)));
        shown.map(move |(rule, shown)| (rule, named(shown)))
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

/// Those of the vectors of these kinds; and how many cases each kind has.
fn citations(kinds: &[&'static str]) -> (Citations, BTreeMap<&'static str, usize>) {
    let (mut citations, mut counts) = (Citations::new(), BTreeMap::new());
    for kind in kinds {
        for (name, file) in files(kind) {
            let name = if *kind == "decide" { format!("{name}.json") } else { format!("{kind}/{name}.json") };
            let cases = file["cases"].as_array().unwrap_or_else(|| panic!("{name}: no cases"));
            *counts.entry(*kind).or_default() += cases.len();
            for rule in cases.iter().flat_map(cited) {
                *citations.entry(rule).or_default().entry(name.clone()).or_default() += 1;
            }
        }
    }
    (citations, counts)
}

/// The rules that a case cites, as a whole or for one place of the answer.
fn cited(case: &Value) -> BTreeSet<String> {
    let of_case = case["rules"].as_array().into_iter().flatten();
    let of_places = case["expect"].as_array().into_iter().flatten().map(|pin| &pin["rule"]);
    of_case.chain(of_places).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn vectors_cite_rules_that_the_book_has() {
    let book = Book::read();
    let (cited, counts) = citations(&KINDS);
    let counts: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!("vectors: {}", counts.join(", "));
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    for case in all().iter().flat_map(|file| &file.cases) {
        *asked.entry(question(&case.question)).or_default() += 1;
    }
    println!("of those in decide: {}", asked.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", "));
    println!("rules in the book: {}, cited by vectors: {}", book.rules.len(), cited.len());
    let reasons: BTreeSet<String> =
        all().iter().flat_map(|file| &file.cases).filter_map(|case| case.expect["reason"].as_str().map(str::to_owned)).collect();
    println!("reason codes covered by decisions: {} of {}", reasons.len(), Reason::of_decisions().count());
    let missing: Vec<_> = cited.iter().filter(|(rule, _)| !book.rules.contains_key(*rule)).collect();
    assert!(missing.is_empty(), "cited, and not in the book: {missing:?}");
    let elsewhere: Vec<String> = folders().into_iter().filter(|folder| !KINDS.contains(&folder.as_str())).collect();
    assert!(elsewhere.is_empty(), "folders of vectors that nobody counts: {elsewhere:?}");
}

fn question(question: &Question) -> &'static str {
    match question {
        Question::Decide(_) => "decisions",
        Question::List(_) => "lists",
        Question::Explain(..) => "explanations",
    }
}

/// The folders of `tests/vectors`.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")).expect("the vectors' folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_rule_is_shown_twice() {
    let book = Book::read();
    let (of_all, of_decisions) = (citations(&KINDS).0, citations(&["decide"]).0);
    let count = |cited: &Citations, rule: &String| cited.get(rule).map_or(0, |files| files.values().sum::<usize>());
    // A rule for which the book names decisions is shown by two of these, whatever else shows it.
    let decides = |files: &[String]| files.iter().any(|file| !file.contains('/'));
    let shown = |(rule, files): &(&String, Vec<String>)| count(if decides(files) { &of_decisions } else { &of_all }, rule);
    for group in GROUPS {
        let rules: Vec<_> = book.rules.keys().filter(|rule| rule.starts_with(group)).collect();
        let with: Vec<_> = rules.iter().filter(|rule| count(&of_all, rule) > 0).collect();
        let cases: usize = rules.iter().map(|rule| count(&of_all, rule)).sum();
        let without: Vec<_> = rules.iter().filter(|rule| count(&of_all, rule) == 0).map(|rule| rule.as_str()).collect();
        let rest = if without.is_empty() { "all".to_owned() } else { format!("all but {}, which say why", without.join(", ")) };
        println!("{group}: {} rules, {} with vectors ({rest}), cited {cases} times", rules.len(), with.len());
    }
    assert!(book.rules.keys().all(|rule| rule.starts_with(GROUPS)), "a rule of a group that nobody counts");
    // Our own decisions settle corners, of which some have one case alone.
    let enough = |rule: &str| if rule.starts_with('X') { 1 } else { 2 };
    let thin: Vec<_> = book.to_show().map(|row| (row.0, shown(&row))).filter(|(rule, count)| *count < enough(rule)).collect();
    assert!(thin.is_empty(), "shown by too few cases: {thin:?}");
    // The words that excuse a rule from that are true.
    let excused: Vec<_> = book.rules.iter().filter(|(rule, shown)| shown.starts_with(WORDS[1]) && count(&of_all, rule) > 0).collect();
    assert!(excused.is_empty(), "the book says that no vectors show {excused:?}");
}

#[test]
fn files_that_the_book_names_show_their_rule() {
    let book = Book::read();
    let cited = citations(&KINDS).0;
    let mut wrong = Vec::new();
    for (rule, files) in book.to_show() {
        if files.is_empty() {
            wrong.push((rule, "no file".to_owned()));
        }
        wrong.extend(
            files.into_iter().filter(|file| !cited.get(rule).is_some_and(|files| files.contains_key(file))).map(|file| (rule, file)),
        );
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
