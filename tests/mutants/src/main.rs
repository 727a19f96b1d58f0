//! Which mutants of the core the vectors and the oracle notice: `make mutants`.
//!
//! cargo-mutants finds the mutants, builds each and runs the judge (`tests/judge`) on it. This program picks a seeded
//! sample, has the oracle answer the judge's cases once, keeps two copies of the project so that nobody's files are ever
//! mutated, and sums up. What was judged isn't judged again as long as core, vectors and cases stay as they are.
//!
//! `LOCKSTEP_MUTANTS_OF` is whose mutants: of `decisions` or of `administration`; `LOCKSTEP_MUTANTS` is how many viable mutants are wanted, or `all`; `LOCKSTEP_SEED` chooses them; `LOCKSTEP_SHARD` is
//! `k/n`, that part of all of them; `LOCKSTEP_ONLY` is a piece that a mutant's name must hold, for working on one file.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a tool for tests stops at the first thing that is wrong")]

mod cases;
mod equal;
mod mutant;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use equal::Equal;
use mutant::{Mutant, Verdict, Wanted};
use tree::Tree;

/// A name, and where its mutants are looked for: folders or files.
type Area = (&'static str, &'static [&'static str]);

/// What decides, and what shows and changes.
const AREAS: [Area; 2] = [
    ("decisions", &["core/src/address/", "core/src/decide/", "core/src/document/check/", "core/src/policy/"]),
    ("administration", &["core/src/change/", "core/src/diff.rs", "core/src/slice/", "core/src/view/"]),
];

/// How many of a hundred must be killed.
const LEAST: f64 = 95.0;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the project's folder");
    let work = root.join("target/mutants");
    let setting = |name: &str, absent: &str| std::env::var(name).unwrap_or_else(|_| absent.to_owned());
    let seed = setting("LOCKSTEP_SEED", "1").parse().expect("LOCKSTEP_SEED is a number");
    let (shard, count) = (setting("LOCKSTEP_SHARD", "0/1"), setting("LOCKSTEP_MUTANTS", "400"));
    let wanted = Wanted::read(&count, &shard, seed);

    let of = setting("LOCKSTEP_MUTANTS_OF", "decisions");
    let (of, places) = AREAS.into_iter().find(|(name, _)| *name == of).expect("LOCKSTEP_MUTANTS_OF is an area");

    fs::create_dir_all(&work).expect("a folder");
    let cases = work.join(format!("{of}.jsonl"));
    let trees = [0, 1].map(|number| Tree::new(&root, work.join(format!("tree-{number}")), of, cases.clone()));
    let all = mutant::all(trees[0].folder(), places);
    let only = setting("LOCKSTEP_ONLY", "");
    let eligible: Vec<&Mutant> = all.iter().filter(|mutant| mutant.name.contains(&only)).collect();
    let equal = Equal::read(include_str!("../equal.txt"));
    println!("mutants: {} found in {} functions, {wanted}", eligible.len(), mutant::functions(&eligible));
    match of {
        "decisions" => cases::write(&cases),
        _ => trees[0].write_changes(),
    }
    let results = work.join("results").join(tree::digest(&trees[0]));

    let mut verdicts = tree::verdicts(&results);
    let sample = loop {
        let sample = wanted.sample(&eligible, &verdicts);
        let open: Vec<&Mutant> = sample.iter().copied().filter(|mutant| !verdicts.contains_key(&mutant.name)).collect();
        if open.is_empty() {
            break sample;
        }
        println!("mutants: {} to be judged", open.len());
        judge(&trees, &open, &results);
        verdicts.extend(tree::verdicts(&results));
        if let Some(missed) = open.iter().find(|mutant| !verdicts.contains_key(&mutant.name)) {
            println!("mutants: stopped early, `{}` wasn't judged; run it again to go on", missed.name);
            return ExitCode::FAILURE;
        }
    };
    report(places, &all, &sample, &verdicts, &equal)
}

/// Judges mutants, half of them in each tree.
fn judge(trees: &[Tree; 2], open: &[&Mutant], results: &Path) {
    let halves = open.split_at(open.len().div_ceil(2));
    let folder = |number: usize| -> PathBuf { results.join(format!("{}", tree::runs(results) + number)) };
    let folders = [folder(0), folder(1)];
    thread::scope(|scope| {
        for ((tree, half), folder) in trees.iter().zip([halves.0, halves.1]).zip(&folders) {
            scope.spawn(move || tree.judge(half, folder));
        }
    });
}

fn report(places: &[&str], all: &[Mutant], sample: &[&Mutant], verdicts: &BTreeMap<String, Verdict>, equal: &Equal) -> ExitCode {
    let verdict = |mutant: &Mutant| verdicts.get(&mutant.name).copied();
    let mut table: BTreeMap<&str, BTreeMap<Verdict, usize>> = BTreeMap::new();
    let (mut survivors, mut killed, mut left_out) = (Vec::new(), 0, 0);
    for mutant in sample {
        let verdict = verdict(mutant).expect("a verdict on each of the sample");
        let place = places.iter().find(|place| mutant.file.starts_with(**place)).expect("a place");
        for row in [place, "together"] {
            *table.entry(row).or_default().entry(verdict).or_default() += 1;
        }
        match verdict {
            Verdict::Survived if equal.holds(mutant) => left_out += 1,
            Verdict::Survived => survivors.push(mutant),
            _ => killed += 1,
        }
    }
    println!("\n{:<26}{:>8}{:>10}{:>14}{:>11}{:>10}", "", "viable", "vectors", "differential", "timed out", "survived");
    for (row, counts) in &table {
        let of = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let (vectors, differential) = (of(Verdict::Vectors), of(Verdict::Differential));
        let (timed_out, survived) = (of(Verdict::TimedOut), of(Verdict::Survived));
        let viable = vectors + differential + timed_out + survived;
        println!("{row:<26}{viable:>8}{vectors:>10}{differential:>14}{timed_out:>11}{survived:>10}");
    }
    let unviable = all.iter().filter(|mutant| verdict(mutant) == Some(Verdict::Unviable)).count();
    let percent = 100.0 * killed as f64 / (killed + survivors.len()).max(1) as f64;
    println!("{unviable} more don't compile; {left_out} of the survivors are equal to what they mutate (tests/mutants/equal.txt)");
    println!("killed: {percent:.1} % of {}\n", killed + survivors.len());
    for mutant in &survivors {
        println!("survived: {}\n{}", mutant.key, mutant.diff);
    }
    let errors = equal.errors(places, all, verdicts);
    errors.iter().for_each(|error| println!("tests/mutants/equal.txt: {error}"));
    if percent >= LEAST && errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
