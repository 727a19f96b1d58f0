//! Previews by hand, answered by the core.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;

use lockstep_policy::change::{CONFIRMATIONS, ChangeKind, ChangeRequest};
use lockstep_tests::previews::{Case, all, judge};

#[test]
fn every_vector_of_a_preview_is_answered() {
    let cases = all();
    let failures: Vec<String> = cases.iter().filter_map(|case| judge(case).err()).collect();
    println!("vectors of previews answered: {}, failures: {}", cases.len(), failures.len());
    assert!(failures.is_empty(), "{} of {}:\n\n{}", failures.len(), cases.len(), failures.join("\n\n"));
}

fn of_previews() -> Vec<Case> {
    all().into_iter().filter(|case| case.is_whole && case.expect["permitted"] == true).collect()
}

#[test]
fn every_kind_of_change_is_previewed() {
    let shown: BTreeSet<String> = of_previews().iter().map(|case| case.request["change"]["kind"].as_str().unwrap().to_owned()).collect();
    let missing: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).filter(|kind| !shown.contains(*kind)).collect();
    assert!(missing.is_empty(), "no preview of {missing:?}");
}

/// Each template is filled in: what it names is there, and what is there is named.
#[test]
fn templates_name_what_there_is() {
    let mut shown = BTreeSet::new();
    for case in all() {
        let policy = lockstep_policy::Policy::load(case.policy.to_string().as_bytes()).unwrap();
        let text = case.request.to_string();
        let Ok(preview) = policy.preview(&ChangeRequest::read(text.as_bytes())) else { continue };
        let (_, template) = CONFIRMATIONS.iter().find(|(code, _)| *code == preview.confirm.code).unwrap();
        shown.insert(preview.confirm.code);
        let named: BTreeSet<&str> = template.split('{').skip(1).map(|part| part.split('}').next().unwrap()).collect();
        assert_eq!(named, preview.confirm.params.iter().map(|(name, _)| *name).collect(), "{}: {template}", case.name);
        assert_eq!(preview.confirm.fill(template), preview.confirm.to_string());
    }
    let unseen: Vec<&str> = CONFIRMATIONS.iter().map(|(code, _)| *code).filter(|code| !shown.contains(code)).collect();
    assert!(unseen.is_empty(), "no vector shows {unseen:?}");
}
