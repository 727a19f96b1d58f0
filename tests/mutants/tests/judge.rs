//! Whether the core, mutated or not, answers as it should: first the vectors, then the cases that `lockstep-mutants` had
//! the oracle answer once, for its answers don't depend on a mutant. It says how far it came, and stops at the first
//! wrong answer.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::ExitCode;

use lockstep_policy::Policy;
use lockstep_tests::{DECIDED, addresses, answers, diffs, documents, only, vectors};
use serde_json::Value;

/// The file with the oracle's answers.
const CASES: &str = "LOCKSTEP_MUTANT_CASES";

fn main() -> ExitCode {
    println!("judge: vectors");
    if let Err(wrong) = all_vectors() {
        println!("{wrong}");
        return ExitCode::FAILURE;
    }
    println!("judge: differential");
    let cases = std::env::var_os(CASES).expect("LOCKSTEP_MUTANT_CASES, as `make mutants` sets it");
    let cases = BufReader::new(File::open(cases).expect("the file of cases"));
    if let Err(wrong) = differential(cases) {
        println!("{wrong}");
        return ExitCode::FAILURE;
    }
    println!("judge: nothing wrong");
    ExitCode::SUCCESS
}

fn all_vectors() -> Result<(), String> {
    addresses::all().iter().try_for_each(addresses::judge)?;
    documents::all().iter().try_for_each(|file| file.cases.iter().try_for_each(|case| documents::judge(file, case)))?;
    diffs::all().iter().try_for_each(|file| file.cases.iter().try_for_each(|case| diffs::judge(file, case)))?;
    for file in vectors::all() {
        let policy = load(&file.policy.to_string())?;
        for case in &file.cases {
            vectors::judge(&policy, &file, case)?;
        }
    }
    Ok(())
}

fn load(text: &str) -> Result<Policy, String> {
    let policy = Policy::load(text.as_bytes()).map_err(|problems| problems.to_string())?;
    answers::document_given_back(&policy, text)?;
    Ok(policy)
}

fn differential(cases: impl BufRead) -> Result<(), String> {
    let mut policy = None;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(&line.expect("a line")).expect("a case");
        if let Some(text) = case["policy"].as_str() {
            policy = Some(load(text)?);
            continue;
        }
        let policy = policy.as_ref().expect("a policy before its cases");
        let (answer, expected) = answered(policy, &case)?;
        if answer != expected {
            return Err(format!("{case}\n  answered {answer}"));
        }
    }
    Ok(())
}

/// The core's answer and the oracle's.
fn answered(policy: &Policy, case: &Value) -> Result<(Value, Value), String> {
    let text = case["request"].as_str().expect("a request");
    let expected = case["expect"].clone();
    match case["ask"].as_str() {
        Some("decide") => {
            answers::every_way(policy, text)?;
            Ok((only(&answers::decision(policy, text), &DECIDED), expected))
        }
        Some("list") => Ok((answers::list(policy, text), expected)),
        _ => {
            let explanation = answers::explanation(policy, text, case["actor"].as_str().expect("an actor"));
            Ok((answers::explained(&explanation), answers::explained(&expected)))
        }
    }
}
