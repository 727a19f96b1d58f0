//! Whether the core, mutated or not, answers as it should: first the vectors, then the cases that the oracle answered once,
//! for its answers don't depend on a mutant. It says how far it came, and stops at the first wrong answer. What an area's
//! mutants break most often comes first.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod changes;
mod decisions;
mod suites;

use std::env::{self, VarError};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

/// The file with the oracle's answers.
const CASES: &str = "LOCKSTEP_MUTANT_CASES";
/// Where the oracle's answers to changes are to be written, by a core that isn't mutated: it says what is a valid document.
const ANSWERS: &str = "LOCKSTEP_MUTANT_ANSWERS";
/// The area whose mutants are judged.
const OF: &str = "LOCKSTEP_MUTANTS_OF";

fn main() -> ExitCode {
    if let Some(path) = env::var_os(ANSWERS) {
        changes::write(Path::new(&path));
        return ExitCode::SUCCESS;
    }
    let is_administration = match env::var(OF).as_deref() {
        Ok("administration") => true,
        Ok("decisions") | Err(VarError::NotPresent) => false,
        other => panic!("{OF}: {other:?}"),
    };
    println!("judge: vectors");
    if let Err(wrong) = suites::all(is_administration) {
        println!("{wrong}");
        return ExitCode::FAILURE;
    }
    println!("judge: differential");
    let cases = env::var_os(CASES).expect("LOCKSTEP_MUTANT_CASES, as `make mutants` sets it");
    let cases = BufReader::new(File::open(cases).expect("the file of cases"));
    if let Err(wrong) = if is_administration { changes::judge(cases) } else { decisions::judge(cases) } {
        println!("{wrong}");
        return ExitCode::FAILURE;
    }
    println!("judge: nothing wrong");
    ExitCode::SUCCESS
}
