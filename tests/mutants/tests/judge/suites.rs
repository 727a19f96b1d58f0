//! All vectors, of every kind.

use lockstep_policy::Policy;
use lockstep_tests::{addresses, answers, changes, diffs, documents, previews, slices, vectors, views};
use serde_json::Value;

type Suite = fn() -> Result<(), String>;

/// Of decisions, of their documents, and of their differences.
const DECISIONS: [Suite; 4] = [of_addresses, of_documents, of_diffs, of_decisions];
/// Of views, slices and changes.
const ADMINISTRATION: [Suite; 4] = [of_views, of_changes, of_previews, of_slices];

/// Judges them all, what is likelier to be wrong first.
pub fn all(is_administration: bool) -> Result<(), String> {
    let (first, then) = if is_administration { (ADMINISTRATION, DECISIONS) } else { (DECISIONS, ADMINISTRATION) };
    first.iter().chain(&then).try_for_each(|suite| suite())
}

fn of_addresses() -> Result<(), String> {
    addresses::all().iter().try_for_each(addresses::judge)
}

fn of_documents() -> Result<(), String> {
    documents::all().iter().try_for_each(|file| file.cases.iter().try_for_each(|case| documents::judge(file, case)))
}

fn of_diffs() -> Result<(), String> {
    diffs::all().iter().try_for_each(|file| file.cases.iter().try_for_each(|case| diffs::judge(file, case)))
}

fn of_decisions() -> Result<(), String> {
    vectors::all().iter().try_for_each(|file| {
        let policy = load(&file.policy.to_string())?;
        file.cases.iter().try_for_each(|case| vectors::judge(&policy, file, case))
    })
}

fn of_views() -> Result<(), String> {
    each_case("view", |policy, file, case| match views::Case::new(file, case).differences(policy).as_slice() {
        [] => Ok(()),
        differences => Err(format!("{}\n  {}", case["name"], differences.join("\n  "))),
    })
}

fn of_changes() -> Result<(), String> {
    each_case("change", changes::judge)
}

fn of_previews() -> Result<(), String> {
    previews::all().iter().try_for_each(previews::judge)
}

fn of_slices() -> Result<(), String> {
    slices::all().iter().try_for_each(|file| file.cases.iter().try_for_each(|case| slices::judge(file, case)))
}

fn each_case(kind: &str, judge: impl Fn(&Policy, &Value, &Value) -> Result<(), String>) -> Result<(), String> {
    vectors::files(kind).iter().try_for_each(|(name, file)| {
        let policy = load(&file["policy"].to_string())?;
        let mut cases = file["cases"].as_array().expect("cases").iter();
        cases.try_for_each(|case| judge(&policy, file, case).map_err(|wrong| format!("{name}: {wrong}")))
    })
}

/// A policy of a document, which it gives back.
pub fn load(text: &str) -> Result<Policy, String> {
    let policy = Policy::load(text.as_bytes()).map_err(|problems| problems.to_string())?;
    answers::document_given_back(&policy, text)?;
    Ok(policy)
}
