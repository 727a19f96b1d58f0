//! The mutants that cargo-mutants finds, and which of them make the sample.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A mutant.
pub struct Mutant {
    /// As cargo-mutants calls it: file, line and column, what is done.
    pub name: String,
    /// The same without line and column, numbered where a function has several of that name: it outlives other edits.
    pub key: String,
    /// Its file, from the project's folder.
    pub file: String,
    /// What is changed, the changed lines alone.
    pub diff: String,
    /// The function that it is in, with its file and place.
    function: String,
}

/// What became of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It doesn't compile.
    Unviable,
    /// A vector noticed it.
    Vectors,
    /// No vector did, but a case that the oracle answered.
    Differential,
    /// It never ended.
    TimedOut,
    /// Nothing noticed it.
    Survived,
}

/// All mutants of these folders and files.
pub fn all(tree: &Path, places: &[&str]) -> Vec<Mutant> {
    let mut list = Command::new("cargo");
    list.args(["mutants", "--list", "--json", "--diff", "--dir"]).arg(tree);
    list.args(
        places.iter().flat_map(|place| ["--file".to_owned(), if place.ends_with('/') { format!("{place}**") } else { place.to_string() }]),
    );
    // What is compiled for tests, or for schemas, alone.
    list.args(["--exclude", "**/tests.rs", "--exclude-re", "impl JsonSchema for"]);
    let output = list.output().expect("cargo-mutants; `cargo install cargo-mutants --locked` installs it");
    assert!(output.status.success(), "cargo mutants: {}", String::from_utf8_lossy(&output.stderr));
    let listed: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list of mutants");
    let mut all: Vec<Mutant> = listed.iter().map(read).collect();
    number(&mut all);
    all
}

fn read(mutant: &Value) -> Mutant {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (file, name) = (text(&mutant["file"]), text(&mutant["name"]));
    let mutation = name.splitn(4, ':').nth(3).expect("file, line, column and what is done");
    let is_change = |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("---") && !line.starts_with("+++");
    let diff: Vec<&str> = mutant["diff"].as_str().expect("a difference").lines().filter(is_change).collect();
    let function = &mutant["function"];
    let function = format!("{file}: {} {}", function["function_name"], function["span"]["start"]["line"]);
    Mutant { key: format!("{file}:{mutation}"), diff: diff.join("\n"), function, file, name }
}

fn number(all: &mut [Mutant]) {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for mutant in all.iter() {
        counts.entry(mutant.key.clone()).or_default().0 += 1;
    }
    for mutant in all {
        let (count, passed) = counts.get_mut(&mutant.key).expect("a count");
        *passed += 1;
        if *count > 1 {
            mutant.key = format!("{} ({passed} of {count})", mutant.key);
        }
    }
}

/// In how many functions they are.
pub fn functions(mutants: &[&Mutant]) -> usize {
    mutants.iter().map(|mutant| &mutant.function).collect::<BTreeSet<_>>().len()
}

/// Which mutants are judged.
pub enum Wanted {
    /// So many that compile, chosen by a seed; more, where there are more functions.
    Sample(usize, u64),
    /// All of them, or each n-th from the k-th on.
    Shard(usize, usize),
}

impl Wanted {
    /// From a count or `all`, `k/n`, and a seed.
    pub fn read(count: &str, shard: &str, seed: u64) -> Self {
        if count != "all" {
            return Self::Sample(count.parse().expect("LOCKSTEP_MUTANTS is a number, or `all`"), seed);
        }
        let parts = shard.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((k, n)) if k < n => Self::Shard(k, n),
            _ => panic!("LOCKSTEP_SHARD is `k/n`, from `0/n` on"),
        }
    }

    /// What is to be judged, as far as it is known what compiles.
    pub fn sample<'m>(&self, all: &[&'m Mutant], verdicts: &BTreeMap<String, Verdict>) -> Vec<&'m Mutant> {
        let may_compile = |mutant: &&Mutant| verdicts.get(&mutant.name) != Some(&Verdict::Unviable);
        match *self {
            Self::Shard(k, n) => all.iter().copied().skip(k).step_by(n).filter(may_compile).collect(),
            Self::Sample(count, seed) => {
                let mut mixed: Vec<&Mutant> = all.iter().copied().filter(may_compile).collect();
                mixed.sort_by_key(|mutant| rank(seed, &mutant.name));
                // The first of each function, then the others in that order.
                let mut functions = BTreeSet::new();
                let (mut sample, others): (Vec<&Mutant>, Vec<&Mutant>) =
                    mixed.into_iter().partition(|mutant| functions.insert(&mutant.function));
                sample.extend(others.into_iter().take(count.saturating_sub(functions.len())));
                // In the order of the files, so that a build follows one of its neighbours.
                sample.sort_by_key(|mutant| &mutant.name);
                sample
            }
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sample(count, seed) => write!(f, "{count} are wanted, one a function at least, by seed {seed}"),
            Self::Shard(k, n) => write!(f, "part {k} of {n} is wanted"),
        }
    }
}

fn rank(seed: u64, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, name).hash(&mut hasher);
    hasher.finish()
}
