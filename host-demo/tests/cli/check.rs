//! `lockstep check`.

use std::collections::BTreeSet;

use crate::run::{folder, northwind, run, run_with};

const CHANGED: &str = r#"{"revision": 9, "scopes": [{"name": "Acme", "id": "acme", "level": "tenant"}], "format": "1.0"}"#;
const SAME: &str = r#"{"format": "1.0", "revision": 7, "scopes": [{"id": "acme", "level": "tenant", "name": "Acme"}]}"#;

#[test]
fn a_valid_policy_says_so_in_one_line() {
    let run = run_with(&["check", "-", "--text"], SAME.as_bytes());
    assert_eq!((run.status, run.out.as_str()), (0, "standard input: valid, revision 7, 1 scope, 0 users, 0 servers\n"));
    let json = run_with(&["check", "-"], SAME.as_bytes()).json();
    assert_eq!((&json["count"], &json["problems"], &json["warnings"]), (&0.into(), &[(); 0].as_slice().into(), &[(); 0].as_slice().into()));
    assert_eq!((&json["scopes"], &json["users"], &json["servers"]), (&1.into(), &0.into(), &0.into()));
}

#[test]
fn warnings_refuse_nothing() {
    let run = run(&["check", "policy.json", "--text"]);
    assert_eq!(run.status, 0);
    assert!(run.out.contains("warning[sleeping-restriction]"), "{}", run.out);
    assert!(run.out.ends_with("; 1 warning\n"), "{}", run.out);
}

/// The digest is of the content, whatever the revision, the order of members and white space (contract 4).
#[test]
fn the_digest_stands_alone() {
    let digest = |text: &str, more: &[&str]| run_with(&[&["check", "-", "--digest"], more].concat(), text.as_bytes());
    let run = digest(SAME, &[]);
    assert_eq!((run.status, run.out.len()), (0, "sha256:".len() + 64 + 1));
    assert_eq!(run.out, digest(CHANGED, &[]).out);
    assert_ne!(run.out, digest(&SAME.replace("\"Acme\"", "\"Apex\""), &[]).out);
    assert_eq!(digest(SAME, &["--json"]).json()["digest"], run.out.trim());
    assert!(digest(SAME, &["--text"]).out.ends_with(&format!("; {}", run.out)));
    let broken = digest("{}", &[]);
    assert_eq!((broken.status, broken.out.as_str()), (1, ""));
    assert!(broken.err.contains("error[missing]"), "{}", broken.err);
}

#[test]
fn ten_mistakes_are_ten_problems_on_ten_lines() {
    let run = run(&["check", "ten-mistakes.json"]);
    assert_eq!(run.status, 1);
    let json = run.json();
    let problems = json["problems"].as_array().unwrap();
    let lines: BTreeSet<u64> = problems.iter().map(|problem| problem["line"].as_u64().unwrap()).collect();
    assert_eq!((problems.len(), lines.len(), &json["count"]), (10, 10, &10.into()), "{}", run.out);
    assert!(problems.iter().all(|problem| ["code", "at", "column", "problem", "help"].iter().all(|member| !problem[member].is_null())));
}

/// Each problem shows its line with a mark under the place, and what to do.
#[test]
fn problems_look_as_a_compiler_shows_them() {
    let run = run(&["check", "ten-mistakes.json", "--text"]);
    let place = "ten-mistakes.json:14:12: error[duplicate-id]: ";
    let mut lines = run.out.lines().skip_while(|line| !line.starts_with(place)).skip(1);
    let line = lines.next().unwrap();
    let mark = lines.next().unwrap();
    assert_eq!(line, r#"14 |     {"id": "assistant", "name": "The other assistant"}"#);
    assert_eq!((&mark[..mark.find('^').unwrap()], mark.trim_start_matches([' ', '|'])), ("   |            ", "^^^^^^^^^^^"));
    assert_eq!(lines.next().unwrap(), "the other place: /agents/0/id");
    assert!(lines.next().unwrap().starts_with("help: "));
    assert!(run.out.ends_with("ten-mistakes.json: 10 problems\n"), "{}", run.out);
}

/// The mark stands under the place also after wide characters, and a line of any length is cut around it.
#[test]
fn the_mark_stands_under_its_place() {
    let named =
        |name: &str| format!(r#"{{"format": "1.0", "revision": 7, "scopes": [{{"name": "{name}", "id": "", "level": "tenant"}}]}}"#);
    let widths = |name: &str| {
        let out = run_with(&["check", "-", "--text"], named(name).as_bytes()).out;
        let mut lines = out.lines().skip_while(|line| !line.starts_with("1 |"));
        let (line, mark) = (lines.next().unwrap().to_owned(), lines.next().unwrap().to_owned());
        let before = &line[..line.find(r#""", "level"#).unwrap()];
        (before.chars().count(), mark.find('^').unwrap(), line.chars().count())
    };
    let (before, mark, _) = widths("Acme");
    assert_eq!(before, mark);
    let (before, mark, _) = widths("東京");
    assert_eq!(before + 2, mark, "two characters of two columns each");
    let (before, mark, length) = widths(&"x".repeat(900));
    assert!(before == mark && length < 140, "{length}");
}

/// A policy can't write to the terminal: what would move its cursor or turn its direction is replaced.
#[test]
fn what_a_file_holds_is_shown_plainly() {
    let text = "{\"format\": \"1.0\", \"revision\": 7, \"scopes\": [], \"\u{202e}a\u{9b}2J\": \"\u{7f}\"}";
    let run = run_with(&["check", "-", "--text"], text.as_bytes());
    assert!(run.out.contains('\u{fffd}'), "{}", run.out);
    assert!(!run.out.contains(['\u{202e}', '\u{9b}', '\u{7f}']), "{}", run.out);
}

#[test]
fn what_is_no_policy_is_told_with_its_place() {
    let cut = run_with(&["check", "-"], br#"{"format": "1.0", "#);
    assert_eq!((cut.status, &cut.json()["problems"][0]["code"]), (1, &"syntax".into()));
    let bytes = run_with(&["check", "-"], b"{\"format\": \"\xff\"}");
    assert_eq!((bytes.status, &bytes.json()["problems"][0]["code"]), (2, &"not-utf-8".into()));
    let newer = run_with(&["check", "-"], SAME.replace("1.0", "9.0").as_bytes()).json();
    assert_eq!((&newer["count"], &newer["problems"][0]["code"]), (&1.into(), &"format-too-new".into()));
    let empty = run_with(&["check", "-", "--text"], b"");
    assert_eq!(empty.status, 1, "{}", empty.out);
    assert!(empty.out.starts_with("standard input:1:1: error[syntax]: "), "{}", empty.out);
}

#[test]
fn of_many_problems_the_first_thousand_are_shown() {
    let users = vec![r#"{"id": ""}"#; 600].join(",");
    let text = format!(r#"{{"format": "1.0", "revision": 7, "scopes": [], "users": [{users}]}}"#);
    let json = run_with(&["check", "-"], text.as_bytes()).json();
    assert_eq!(json["problems"].as_array().unwrap().len(), 1000);
    assert!(json["count"].as_u64().unwrap() > 1000);
    let run = run_with(&["check", "-", "--text"], text.as_bytes());
    assert!(run.out.ends_with(" problems, of which these are the first 1,000\n"), "{}", &run.out[run.out.len() - 100..]);
}

#[test]
fn a_policy_with_problems_is_not_used() {
    let input = northwind().join("ten-mistakes.json");
    let run = run(&["decide", input.to_str().unwrap(), "requests.jsonl"]);
    run.is_an_error("10 problems");
    assert!(run.err.contains("error[invalid-pattern]") && run.err.contains("`lockstep check`"), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = folder("unreadable");
    run(&["check", "no-such.json"]).is_an_error("there is no file `no-such.json`");
    run(&["check", folder.to_str().unwrap()]).is_an_error("is a folder");
}
