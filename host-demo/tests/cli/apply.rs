//! `lockstep apply`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::{Run, folder, northwind, program, run_with};

/// A copy of Northwind's policy in a folder of a test's own.
fn copy(test: &str) -> PathBuf {
    let path = folder(test).join("policy.json");
    fs::copy(northwind().join("policy.json"), &path).unwrap();
    path
}

fn change(revision: u64, name: &str) -> String {
    let change = json!({"kind": "edit-scope", "scope": "acme", "name": name});
    json!({"actor": {"user": "ben"}, "now": "2026-11-20T12:00:00Z", "revision": revision, "change": change}).to_string()
}

fn apply(path: &Path, change: &str, form: &str) -> Run {
    run_with(&["apply", path.to_str().unwrap(), "-", form], change.as_bytes())
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_file_is_replaced_and_the_events_are_told() {
    let path = copy("apply");
    let run = apply(&path, &change(42, "Acme Works"), "--json");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let answer = run.json();
    assert_eq!((&answer["permitted"], &answer["changed"], &answer["revision"]), (&json!(true), &json!(true), &json!(43)));
    let event = &answer["events"][0];
    assert_eq!((&event["event"], &event["by"]), (&json!("scope-changed"), &json!({"user": "ben"})));
    assert_eq!((&event["before"], &event["after"]), (&json!({"name": "Acme Machines"}), &json!({"name": "Acme Works"})));
    let after = read(&path);
    assert_eq!(after["revision"], 43);
    // Indented, for people and for version control.
    assert!(fs::read_to_string(&path).unwrap().starts_with("{\n  \""));
    // What is shown on a terminal.
    let run = apply(&path, &change(43, "Acme"), "--text");
    assert!(run.out.starts_with("applied (revision 44)\n") && run.out.contains("scope-changed"), "{}", run.out);
}

#[test]
fn what_is_refused_or_alters_nothing_leaves_the_file() {
    let path = copy("apply-refused");
    let before = fs::read(&path).unwrap();
    let run = apply(&path, &change(41, "Acme Works"), "--json");
    assert_eq!((run.status, &run.json()["reason"]), (1, &json!("conflict")));
    let run = apply(&path, &change(42, "Acme Machines"), "--json");
    assert_eq!((run.status, &run.json()["changed"]), (0, &json!(false)));
    let run = apply(&path, "{}", "--text");
    assert!(run.status == 1 && run.out.contains("invalid-request"), "{}", run.out);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_link_stays_a_link_and_rights_stay_as_they_were() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = copy("apply-link");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = path.with_file_name("link.json");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(apply(&link, &change(42, "Acme Works"), "--json").status, 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!((read(&path)["revision"].clone(), fs::metadata(&path).unwrap().permissions().mode() & 0o777), (json!(43), 0o640));
}

#[test]
fn standard_input_is_no_policy_to_replace() {
    let run = run_with(&["apply", "-", "change.json"], b"");
    assert_eq!(run.status, 2);
    assert!(run.err.contains("standard input can't be replaced"), "{}", run.err);
}

/// Of several for one revision one is made, and the others are refused.
#[test]
fn two_at_once_lose_nothing() {
    let path = copy("apply-two");
    let text = path.with_file_name("change.json");
    fs::write(&text, change(42, "Acme Works")).unwrap();
    let command = || {
        let mut command = program(&["apply", path.to_str().unwrap(), text.to_str().unwrap(), "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let all: Vec<_> = (0..6).map(|_| command().spawn().unwrap()).collect();
    let runs: Vec<Run> = all.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect();
    assert_eq!(runs.iter().filter(|run| run.status == 0).count(), 1);
    assert!(runs.iter().filter(|run| run.status == 1).all(|run| run.json()["reason"] == "conflict"));
    assert_eq!(read(&path)["revision"], 43);
}

/// Killed at any moment: the file is the old one or the new one, and the next change can be made. `LOCKSTEP_KILLS` says how often.
#[test]
fn killed_at_any_moment_it_leaves_one_or_the_other() {
    let kills: u32 = std::env::var("LOCKSTEP_KILLS").map_or(40, |text| text.parse().unwrap());
    let path = copy("apply-killed");
    let old = fs::read(&path).unwrap();
    let text = path.with_file_name("change.json");
    fs::write(&text, change(42, "Acme Works")).unwrap();
    let arguments = ["apply", path.to_str().unwrap(), text.to_str().unwrap(), "--json"];
    let begun = Instant::now();
    assert!(program(&arguments).stdout(Stdio::null()).status().unwrap().success());
    let longest = begun.elapsed();
    let new = fs::read(&path).unwrap();
    assert!(new != old);
    let (mut olds, mut news) = (0, 0);
    let mut random = 88_172_645_463_325_252_u64;
    for _ in 0..kills {
        fs::write(&path, &old).unwrap();
        let mut child = program(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_nanos(random % u64::try_from(longest.as_nanos()).unwrap()));
        let _ = child.kill();
        child.wait().unwrap();
        let left = fs::read(&path).unwrap();
        assert!(left == old || left == new, "{} bytes, neither the old {} nor the new {}", left.len(), old.len(), new.len());
        if left == old { olds += 1 } else { news += 1 }
    }
    println!("killed {kills} times: {olds} times the old file, {news} times the new one");
    fs::write(&path, &old).unwrap();
    assert!(program(&arguments).stdout(Stdio::null()).status().unwrap().success());
    assert_eq!(fs::read(&path).unwrap(), new);
}
