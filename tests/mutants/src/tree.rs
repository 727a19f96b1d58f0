//! A copy of the project in which cargo-mutants may change files, and what it says of the mutants there.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::mutant::{Mutant, Verdict};

/// What isn't copied.
const NOT_COPIED: [&str; 2] = ["target", ".git"];

/// What a verdict depends on, besides the cases.
const JUDGED_BY: [&str; 5] = ["Cargo.lock", "core/src", "tests/src", "tests/vectors", "tests/mutants/tests"];

/// The judge, built fast: its own code is a small part of the time, building the core anew the greater one.
const JUDGE: [&str; 7] = [
    "--test=judge",
    "--config=profile.dev.package.\"*\".opt-level=2",
    "--config=profile.dev.package.lockstep-policy.opt-level=1",
    "--config=profile.dev.package.lockstep-tests.opt-level=1",
    "--config=profile.dev.incremental=true",
    "--config=profile.dev.debug=0",
    // Without it, what is left of an interrupted build may not link.
    "--config=profile.dev.lto=\"off\"",
];

/// Memory that building or judging may take, in KiB: a mutant that takes more has failed.
const MEMORY: u64 = 8 << 20;

/// A copy of the project.
pub struct Tree {
    folder: PathBuf,
    /// The area whose mutants are judged here.
    of: &'static str,
    /// The file of the oracle's answers.
    pub cases: PathBuf,
}

impl Tree {
    /// Brings the copy up to date; what hasn't changed keeps its time, so that little is built anew.
    pub fn new(root: &Path, folder: PathBuf, of: &'static str, cases: PathBuf) -> Self {
        copy(root, &folder);
        Self { folder, of, cases }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\""), program]);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("target"));
        command.env("LOCKSTEP_MUTANT_CASES", &self.cases).env("LOCKSTEP_MUTANTS_OF", self.of);
        command
    }

    fn run(mut command: Command) {
        let output = command.args(["test", "--package=lockstep-mutants"]).args(JUDGE).output().expect("cargo");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the core fails without any mutation:\n{said}");
    }

    /// Has the judge write the cases of changes, without any mutation.
    pub fn write_changes(&self) {
        let mut command = self.command("cargo");
        command.env("LOCKSTEP_MUTANT_ANSWERS", &self.cases);
        Self::run(command);
    }

    /// Builds and runs the judge without any mutation; how long it judged.
    fn unmutated(&self) -> Duration {
        Self::run(self.command("cargo"));
        let start = Instant::now();
        Self::run(self.command("cargo"));
        start.elapsed()
    }

    /// Judges each of the mutants; what came of it is in the folder.
    pub fn judge(&self, mutants: &[&Mutant], results: &Path) {
        if mutants.is_empty() {
            return;
        }
        let limit = (self.unmutated().as_secs() * 8).max(20);
        fs::create_dir_all(results).expect("a folder for results");
        let mut run = self.command("cargo");
        run.args(["mutants", "--in-place", "--baseline=skip", "--test-package=lockstep-mutants", "--no-times", "--colors=never"]);
        run.args([format!("--timeout={limit}"), "--build-timeout=300".to_owned()]).arg("--output").arg(results);
        run.args(JUDGE.map(|arg| format!("--cargo-arg={arg}")));
        run.args(mutants.iter().flat_map(|mutant| ["--file", &mutant.file]));
        run.args(mutants.iter().map(|mutant| format!("--re=^{}$", literally(&mutant.name))));
        // Its status says whether a mutant survived; which, is in the results.
        let status = run.status().expect("cargo-mutants");
        println!("mutants: {} judged in {}, {status}", mutants.len(), self.folder.display());
    }
}

/// A text as a regular expression for just that text.
fn literally(text: &str) -> String {
    text.chars().flat_map(|character| r"\.+*?()|[]{}^$".contains(character).then_some('\\').into_iter().chain([character])).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    let names = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        entries.filter(|name| NOT_COPIED.iter().all(|left| name != left)).collect()
    };
    for gone in names(to).into_iter().filter(|name| !from.join(name).exists()) {
        let gone = to.join(gone);
        if gone.is_dir() { fs::remove_dir_all(gone) } else { fs::remove_file(gone) }.expect("room");
    }
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else if fs::read(&from).ok() != fs::read(&to).ok() {
            fs::copy(&from, &to).expect("room for a copy");
        }
    }
}

/// Of all that a verdict depends on.
pub fn digest(tree: &Tree) -> String {
    let mut hasher = DefaultHasher::new();
    fs::read(&tree.cases).expect("the cases").hash(&mut hasher);
    JUDGED_BY.iter().for_each(|part| hash(&tree.folder.join(part), &mut hasher));
    format!("{:016x}", hasher.finish())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) {
    if path.is_dir() {
        let mut paths: Vec<PathBuf> = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.iter().for_each(|path| hash(path, hasher));
    } else {
        (path.file_name(), fs::read(path).expect("a file")).hash(hasher);
    }
}

/// How many runs have left results.
pub fn runs(results: &Path) -> usize {
    fs::read_dir(results).map_or(0, Iterator::count)
}

/// What runs have found, by the mutant's name; of one that was interrupted, what it had until then.
pub fn verdicts(results: &Path) -> BTreeMap<String, Verdict> {
    let runs = fs::read_dir(results).into_iter().flatten().map(|run| run.expect("an entry").path().join("mutants.out"));
    runs.flat_map(|run| {
        let text = fs::read_to_string(run.join("outcomes.json")).unwrap_or_default();
        let outcomes: Value = serde_json::from_str(&text).unwrap_or_default();
        let outcomes = outcomes["outcomes"].as_array().cloned().unwrap_or_default();
        outcomes.into_iter().filter_map(move |outcome| {
            let name = outcome["scenario"]["Mutant"]["name"].as_str()?.to_owned();
            Some((name, verdict(&run, &outcome)?))
        })
    })
    .collect()
}

/// None where the build broke for a reason of its own: such a mutant is judged again.
fn verdict(run: &Path, outcome: &Value) -> Option<Verdict> {
    let log = || fs::read_to_string(run.join(outcome["log_path"].as_str().expect("a log"))).expect("a log");
    Some(match outcome["summary"].as_str() {
        Some("Unviable") if log().contains("error: linking with") => return None,
        Some("Unviable") => Verdict::Unviable,
        Some("MissedMutant") => Verdict::Survived,
        Some("Timeout") => Verdict::TimedOut,
        Some("CaughtMutant") if log().contains("judge: differential") => Verdict::Differential,
        Some("CaughtMutant") => Verdict::Vectors,
        other => panic!("cargo-mutants says {other:?} of {outcome}"),
    })
}
