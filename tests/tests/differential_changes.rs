//! Changes of random organisations, by the core and by the oracle: `LOCKSTEP_CHANGES` in all, `LOCKSTEP_SEED` the first seed. Half
//! of them stand alone, half come in chains of twenty, each on what the one before left: permitted, reason, lock, place in a batch
//! and the next document are alike, and what a chain of changes made is what its document is compiled to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use lockstep_generate::{Asked, Random, change, changeable, kinds};
use lockstep_oracle::{apply, canonical};
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeKind;
use lockstep_tests::changes::{answer_and_next, is_as_compiled};
use lockstep_tests::organisations::{self, Run, cores, setting};
use serde_json::Value;

/// Changes of each organisation that stand alone.
const ALONE: usize = 40;
/// Chains on each organisation, and how many changes each has.
const CHAINS: usize = 2;
const LINKS: usize = 20;
const EACH: usize = ALONE + CHAINS * LINKS;

/// What P-11 orders, and what L-1 denies at a registration or a contact by the host. The generator reaches all of them.
const REASONS: [&str; 40] = [
    "invalid-request",
    "conflict",
    "unknown-user",
    "unknown-workspace",
    "unknown-agent",
    "unknown-space",
    "unknown-virtual-server",
    "unknown-server",
    "unknown-integration",
    "unknown-tool",
    "unknown-scope",
    "unknown-token",
    "unknown-client",
    "unknown-level",
    "not-administrator",
    "locked",
    "id-used",
    "access-disabled",
    "invalid-address",
    "origin-not-allowed",
    "integration-not-approved",
    "address-not-of-integration",
    "stopped",
    "integration-off",
    "custom-use-off",
    "custom-creation-off",
    "custom-sharing-off",
    "origin-locked",
    "server-disabled",
    "server-switched-off",
    "shared-credential",
    "agent-required",
    "space-required",
    "tool-not-approved",
    "header-not-allowed",
    "not-eligible",
    "not-packageable",
    "in-use",
    "duplicate-name",
    "last-manager",
];

/// What an import is refused for besides, what only few requests meet.
const RARE: [&str; 6] = ["format-too-new", "invalid-document", "scope-fixed", "address-fixed", "too-large", "confirmation-required"];

#[derive(Default)]
struct Count {
    tries: u64,
    accepted: u64,
    changed: u64,
    refused: BTreeMap<String, u64>,
}

impl Count {
    /// How many were refused neither for who asked nor for how it was written.
    fn refused_otherwise(&self) -> u64 {
        let shallow = ["not-administrator", "invalid-request"];
        self.refused.iter().filter(|(reason, _)| !shallow.contains(&reason.as_str())).map(|(_, times)| times).sum()
    }
}

#[derive(Default)]
struct Tally {
    kinds: BTreeMap<&'static str, Count>,
    longest: usize,
    differences: Vec<String>,
}

#[test]
fn every_kind_of_the_core_is_drawn() {
    assert_eq!(kinds().count(), ChangeKind::ALL.len());
}

#[test]
fn outcomes_of_every_kind_are_read_alike() {
    let run = Run::of(setting("LOCKSTEP_CHANGES", 8_000), EACH);
    let begun = Instant::now();
    let tally = run.judge(judge);
    let all = run.organisations * EACH as u64;
    let rate = all as f64 / begun.elapsed().as_secs_f64();
    println!("changes: seed {}, {all} changes of {} organisations, {rate:.0} a second on {} cores", run.seed, run.organisations, cores());
    report(&tally);
    assert!(tally.differences.is_empty(), "{} differences, the first:\n{}", tally.differences.len(), tally.differences[0]);
    assert_spread(&tally, all);
}

impl organisations::Tally for Tally {
    fn add(&mut self, other: Self) {
        for (kind, other) in other.kinds {
            let count = self.kinds.entry(kind).or_default();
            count.tries += other.tries;
            count.accepted += other.accepted;
            count.changed += other.changed;
            for (reason, times) in other.refused {
                *count.refused.entry(reason).or_default() += times;
            }
        }
        self.longest = self.longest.max(other.longest);
        self.differences.extend(other.differences);
    }
}

/// One organisation's changes, alone and in chains.
fn judge(seed: u64) -> Tally {
    let mut tally = Tally::default();
    let start = changeable(seed);
    let policy = Policy::load(start.to_string().as_bytes()).unwrap_or_else(|problems| panic!("organisation {seed}: {problems}"));
    let mut random = Random::new(seed, "changes");
    for _ in 0..ALONE {
        tally.one(seed, &start, &policy, &change(&mut random, &start));
    }
    for _ in 0..CHAINS {
        let (mut document, mut policy) = (start.clone(), policy.clone());
        let (mut steps, mut last) = (0, String::new());
        for _ in 0..LINKS {
            let asked = change(&mut random, &document);
            if let Some((next, made)) = tally.one(seed, &document, &policy, &asked) {
                (document, policy) = (next, made);
                steps += 1;
                last = asked.text;
            }
        }
        tally.hold(seed, &last, &document, &policy);
        tally.longest = tally.longest.max(steps);
    }
    tally
}

fn is_valid(document: &Value) -> bool {
    Policy::load(document.to_string().as_bytes()).is_ok()
}

impl Tally {
    /// Judges one change twice, and gives what it leads to, if it leads to anything else.
    fn one(&mut self, seed: u64, document: &Value, policy: &Policy, asked: &Asked) -> Option<(Value, Policy)> {
        let mut expected = apply(document, &asked.text, &is_valid);
        self.count(asked.kind, &expected);
        let (mut answer, next) = answer_and_next(policy, &asked.text);
        for answer in [&mut expected, &mut answer] {
            if let Some(document) = answer.get_mut("document") {
                *document = canonical(document);
            }
        }
        if answer != expected {
            self.differ(format!("organisation {seed}\n  {}\n  oracle {expected}\n  core   {answer}", asked.text));
        }
        expected.get_mut("document").map(Value::take).zip(next)
    }

    fn differ(&mut self, difference: String) {
        if self.differences.len() < 20 {
            self.differences.push(difference);
        }
    }

    fn count(&mut self, kind: &'static str, answer: &Value) {
        let count = self.kinds.entry(kind).or_default();
        count.tries += 1;
        if answer["permitted"] == true {
            count.accepted += 1;
            count.changed += u64::from(answer["changed"] == true);
        } else {
            *count.refused.entry(answer["reason"].as_str().unwrap_or("no reason").to_owned()).or_default() += 1;
        }
    }

    /// What a chain of changes made is what its document is compiled to.
    fn hold(&mut self, seed: u64, last: &str, document: &Value, made: &Policy) {
        if let Err(wrong) = is_as_compiled(made, document, seed, 40) {
            self.differ(format!("organisation {seed}, after\n  {last}\n  {wrong}"));
        }
    }
}

fn report(tally: &Tally) {
    println!("{:<24} {:>8} {:>9} {:>9} {:>9}  refused", "kind", "tries", "accepted", "changed", "own");
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, count) in &tally.kinds {
        let share = |part: u64| format!("{:.1} %", part as f64 * 100.0 / count.tries.max(1) as f64);
        let mut refused: Vec<(&String, &u64)> = count.refused.iter().collect();
        refused.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
        let refused: Vec<String> = refused.into_iter().map(|(reason, times)| format!("{reason} {times}")).collect();
        let shares = [count.accepted, count.changed, count.refused_otherwise()].map(share);
        println!("{kind:<24} {:>8} {:>9} {:>9} {:>9}  {}", count.tries, shares[0], shares[1], shares[2], refused.join(", "));
        for (reason, times) in &count.refused {
            *reasons.entry(reason).or_default() += times;
        }
    }
    println!("own: refused for a reason of its own, not `not-administrator` and not `invalid-request`");
    let reasons: Vec<String> = reasons.into_iter().map(|(reason, times)| format!("{reason} {times}")).collect();
    println!("of all: {}", reasons.join(", "));
    println!("in the longest chain {} of {LINKS} changed something", tally.longest);
}

/// A comparison that reached little would prove little: what is asked of a million is scaled down for fewer.
fn assert_spread(tally: &Tally, all: u64) {
    assert_eq!(tally.kinds.len(), kinds().count(), "a kind was never drawn");
    for (kind, count) in &tally.kinds {
        assert!(count.tries >= (all / 1000).min(1000), "{kind}: only {} tries", count.tries);
        // Of a few hundred a tenth may be missed by chance, a twenty-fifth hardly.
        let part = if count.tries < 1000 { 25 } else { 10 };
        assert!(count.accepted * part >= count.tries, "{kind}: {} of {} accepted", count.accepted, count.tries);
        let own = count.refused_otherwise();
        assert!(own * part >= count.tries, "{kind}: {own} of {} refused for a reason of its own", count.tries);
    }
    if all >= 200_000 {
        let met: BTreeSet<&str> = tally.kinds.values().flat_map(|count| count.refused.keys().map(String::as_str)).collect();
        let missing: Vec<&&str> = REASONS.iter().chain(&RARE).filter(|reason| !met.contains(**reason)).collect();
        assert!(missing.is_empty(), "no change is refused for {missing:?}");
    }
}
