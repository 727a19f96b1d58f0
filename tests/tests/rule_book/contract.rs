//! The contract against the core: its examples are what the core reads and answers, its tables are those of the schemas, and
//! who cites it finds what they cite.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lockstep_policy::activity::Activity;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::document::{Document, Problems};
use lockstep_policy::view::ViewRequest;
use lockstep_policy::{Policy, SliceOf};
use lockstep_tests::holds;
use serde_json::Value;

use super::quoted;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    fs::read_to_string(root().join("core/CONTRACT.md")).expect("the contract")
}

/// The sections by their numbers.
fn sections(page: &str) -> BTreeMap<usize, &str> {
    let sections = page.split("\n## ").skip(1).map(|section| {
        let (number, _) = section.split_once(". ").expect("a number before a section's name");
        (number.parse().expect("a number"), section)
    });
    sections.collect()
}

/// What a section says, after its heading.
fn body(section: &str) -> &str {
    section.split_once('\n').map_or("", |(_, body)| body).trim()
}

/// Every example with its kind, in order.
fn examples(page: &str) -> Vec<(&str, String)> {
    let (mut examples, mut is_open) = (Vec::<(&str, String)>::new(), false);
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some("") if is_open => is_open = false,
            Some(info) => {
                assert!(!is_open, "an example in an example: {info}");
                let kind = info.strip_prefix("json ").unwrap_or_else(|| panic!("an example that says of no kind to be: {info:?}"));
                examples.push((kind, String::new()));
                is_open = true;
            }
            None if is_open => {
                let (_, text) = examples.last_mut().expect("one is open");
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    assert!(!is_open, "an example that doesn't end");
    examples
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn fits(kind: &str, problems: Option<&Problems>) {
    assert!(problems.is_none(), "{kind}: {problems:?}");
}

/// Answers stand behind what they answer.
#[test]
fn examples_are_what_the_core_reads_and_answers() {
    let page = page();
    let examples = examples(&page);
    let (first, document) = examples.first().expect("an example");
    assert_eq!(*first, "document", "all others are asked of it");
    let policy = Policy::load(document.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
    let (mut request, mut list, mut change, mut applied) = ("", "", "", None);
    for (kind, text) in &examples {
        let told = json(text);
        let asked = Request::read(request.as_bytes());
        let listed = ListRequest::read(list.as_bytes());
        let wanted = ChangeRequest::read(change.as_bytes());
        match *kind {
            "document" => {
                let (_, warnings) = Document::read_and_warn(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
                assert_eq!(warnings, Problems::default());
            }
            "activity" => fits(kind, Activity::read(text.as_bytes()).err().as_ref()),
            "request" => {
                request = text;
                fits(kind, Request::read(text.as_bytes()).problems());
            }
            "decision" => assert_eq!(json(&policy.decide(&asked).to_json()), told),
            "for-user" => assert_eq!(json(&policy.decide(&asked).for_user().to_json()), told),
            "explanation" => {
                let explained = json(&policy.explain_whole(&asked).to_json());
                assert!(holds(&explained, &told), "{explained}");
            }
            "list-request" => {
                list = text;
                fits(kind, ListRequest::read(text.as_bytes()).problems());
            }
            "list" => assert_eq!(json(&policy.list(&listed).to_json()), told),
            "log" => {
                let text = told["request"].to_string();
                let logged = Request::read(text.as_bytes());
                fits(kind, logged.problems());
                let decided = json(&policy.decide(&logged).to_json());
                assert!(holds(&decided, &told["decision"]), "{decided}");
            }
            "change" => {
                change = text;
                fits(kind, ChangeRequest::read(text.as_bytes()).problems());
            }
            "preview" => assert_eq!(json(&policy.preview(&wanted).expect("it is permitted").to_json()), told),
            "applied" => {
                let done = policy.apply(&wanted).expect("it is permitted");
                assert_eq!(json(&done.to_json()), told);
                applied = Some(done.policy);
            }
            "refusal" => {
                assert_eq!(json(&policy.preview(&wanted).expect_err("it is refused").to_json()), told);
                let refused = policy.apply(&wanted).err().expect("it is refused");
                assert_eq!(json(&refused.to_json()), told);
            }
            "diff" => assert_eq!(json(&policy.diff(applied.as_ref().expect("a change was applied")).to_json()), told),
            "view" => {
                let looked = ViewRequest::read(text.as_bytes());
                fits(kind, looked.problems());
                assert!(policy.view(&looked, &Activity::default()).is_ok(), "{text}");
            }
            "slice" => {
                let scope = told["of"]["scope"].as_str().expect("a slice for a scope");
                let slice = policy.slice(SliceOf::Scope(scope)).expect("a scope of the policy").canonical();
                assert_eq!(json(&slice)["slice"], told);
            }
            other => panic!("nobody checks examples of the kind {other}"),
        }
    }
    let kinds: BTreeSet<&str> = examples.iter().map(|(kind, _)| *kind).collect();
    println!("examples in the contract: {} of {} kinds", examples.len(), kinds.len());
}

fn schema(name: &str) -> Value {
    let path = root().join("core/schema").join(name);
    json(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// The cells of the table under this head, row by row.
fn table(page: &str, head: &str) -> Vec<Vec<String>> {
    let (_, table) = page.split_once(&format!("\n{head}\n")).unwrap_or_else(|| panic!("no table {head}"));
    let rows = table.lines().take_while(|line| line.starts_with('|')).skip(1);
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Members, and whether each is required.
type Members = BTreeSet<(String, bool)>;

/// Of a kind of change; one of several shapes has the members of all.
fn members(change: &Value) -> (String, Members) {
    let shapes = change["oneOf"].as_array().cloned().unwrap_or_else(|| vec![change.clone()]);
    let kind = shapes[0]["properties"]["kind"]["const"].as_str().expect("a kind").to_owned();
    let requires = |shape: &Value, member: &String| shape["required"].as_array().expect("a list").iter().any(|one| one == member);
    let all = shapes.iter().flat_map(|shape| shape["properties"].as_object().expect("members").keys());
    let all = all.filter(|member| *member != "kind");
    (kind, all.map(|member| (member.clone(), shapes.iter().all(|shape| requires(shape, member)))).collect())
}

#[test]
fn the_table_of_changes_is_that_of_the_schema() {
    let schema = schema("change.schema.json");
    let expected: BTreeMap<String, Members> = schema["$defs"]["Change"]["oneOf"].as_array().expect("kinds").iter().map(members).collect();
    let written: BTreeMap<String, Members> = table(&page(), "| about | kind | members |")
        .into_iter()
        .map(|row| {
            let member = |cell: &str| (quoted(cell)[0].clone(), !cell.ends_with('?'));
            (quoted(&row[1])[0].clone(), row[2].split(", ").map(member).collect())
        })
        .collect();
    println!("kinds of changes in the contract: {}", written.len());
    assert_eq!(written, expected);
}

#[test]
fn the_limits_are_those_of_the_schema() {
    fn find(value: &Value, member: &str, limits: &mut BTreeSet<u64>) {
        match value {
            Value::Object(members) => {
                limits.extend(value["properties"][member]["maxItems"].as_u64());
                members.values().for_each(|value| find(value, member, limits));
            }
            Value::Array(elements) => elements.iter().for_each(|value| find(value, member, limits)),
            _ => {}
        }
    }
    let schema = schema("document.schema.json");
    let mut seen = 0;
    for row in table(&page(), "| of | at most |").iter().filter(|row| row[0].starts_with('`')) {
        let mut limits = BTreeSet::new();
        find(&schema, &quoted(&row[0])[0], &mut limits);
        let written = row[1].replace(',', "").parse().expect("a number");
        assert_eq!(limits, BTreeSet::from([written]), "{}", row[0]);
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} limits have a row");
}

#[test]
fn the_page_names_every_member_of_the_schemas() {
    fn gather(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                names.extend(value["properties"].as_object().into_iter().flat_map(|members| members.keys().cloned()));
                members.values().for_each(|value| gather(value, names));
            }
            Value::Array(elements) => elements.iter().for_each(|value| gather(value, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(root().join("core/schema")).expect("the schemas") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            gather(&schema(&name), &mut names);
        }
    }
    let page = page();
    assert!(names.len() > 100, "only {} members found", names.len());
    let missing: Vec<_> =
        names.iter().filter(|name| !page.contains(&format!("\"{name}\"")) && !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "members that the contract doesn't name: {missing:?}");
}

/// A section that somebody names, and the paragraph of it if they do.
type Citation = (usize, Option<String>);

/// The rest of a line from the next number on, where one stands right there.
fn from_number(rest: &str) -> Option<&str> {
    let mut behind = ["", " and", ","].iter().filter_map(|between| rest.strip_prefix(between)?.strip_prefix(' '));
    behind.find(|behind| behind.starts_with(|first: char| first.is_ascii_digit()))
}

/// The sections that a line names: `contract 1 and 3`, `(contract, section 4; L-2)`, `contract 2, "Valid"`.
fn citations(line: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    for (at, word) in line.to_ascii_lowercase().match_indices("contract") {
        let mut rest = line.get(at + word.len()..).unwrap_or_default();
        for between in [",", " (sections", " sections", " section"] {
            rest = rest.strip_prefix(between).unwrap_or(rest);
        }
        let mut last = None;
        while let Some(number) = from_number(rest) {
            let (digits, after) = number.split_at(number.bytes().take_while(u8::is_ascii_digit).count());
            let Ok(number) = digits.parse() else { break };
            found.push((number, None));
            (last, rest) = (Some(number), after);
        }
        let Some(number) = last else { continue };
        while let Some(after) = [", \"", " and \""].iter().find_map(|between| rest.strip_prefix(between)) {
            let Some((paragraph, after)) = after.split_once('"') else { break };
            found.push((number, Some(paragraph.to_owned())));
            rest = after;
        }
    }
    found
}

/// Sources and pages, but what is built.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                files(&path, found);
            }
        } else if name.ends_with(".rs") || name.ends_with(".md") && name != "CONTRACT.md" {
            found.push(path);
        }
    }
}

#[test]
fn citations_are_read_as_they_are_written() {
    let of = |line: &str| citations(line).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
    assert_eq!(of("//! Reading (contract 1 and 2)."), [1, 2]);
    assert_eq!(of("/// Compiles (contract, sections 1 and 2)."), [1, 2]);
    assert_eq!(of("//! known to fit the contract (sections 1 and 5)."), [1, 5]);
    assert_eq!(of("/// Contract 4: a target (contract, section 7; P-6)"), [4, 7]);
    assert_eq!(of("the contract's table of 8 actions"), [0; 0]);
    let paragraph = |number, name: &str| (number, Some(name.to_owned()));
    let read = citations("(contract 1, \"Ids\" and \"Limits\"; contract 2, K-9)");
    assert_eq!(read, [(1, None), paragraph(1, "Ids"), paragraph(1, "Limits"), (2, None)]);
}

#[test]
fn who_cites_the_contract_finds_it_and_every_section_is_cited() {
    let page = page();
    let sections = sections(&page);
    assert_eq!(sections.keys().copied().collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let mut paths = Vec::new();
    files(&root(), &mut paths);
    let mut cited: BTreeMap<usize, usize> = BTreeMap::new();
    // The examples of citations above are none.
    for path in paths.iter().filter(|path| !path.ends_with("rule_book/contract.rs")) {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (number, paragraph) in text.lines().flat_map(citations) {
            let section = sections.get(&number).unwrap_or_else(|| panic!("{}: there is no contract {number}", path.display()));
            if let Some(paragraph) = paragraph {
                assert!(section.contains(&format!("**{paragraph}")), "{}: contract {number} has no {paragraph:?}", path.display());
            }
            *cited.entry(number).or_default() += 1;
        }
    }
    println!("citations of the contract, by section: {cited:?}");
    let uncited: Vec<_> =
        sections.iter().filter(|(number, section)| cited.contains_key(number) == (body(section) == "Not built yet.")).collect();
    assert!(uncited.is_empty(), "neither cited nor said to be unbuilt, or both: {uncited:?}");
}

#[test]
fn links_of_the_contract_lead_somewhere() {
    let page = page();
    let anchor = |heading: &str| -> String {
        let kept = heading.to_lowercase().chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-')).collect::<String>();
        kept.replace(' ', "-")
    };
    let mut seen = 0;
    for link in page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
        let (path, place) = link.split_once('#').unwrap_or((link, ""));
        let path = if path.is_empty() { "CONTRACT.md" } else { path };
        let text = fs::read_to_string(root().join("core").join(path)).unwrap_or_else(|error| panic!("{link}: {error}"));
        let mut headings = text.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#').trim()));
        assert!(place.is_empty() || headings.any(|heading| heading == place), "{link}: there is no such heading");
        seen += 1;
    }
    assert!(seen > 50, "only {seen} links found");
}
