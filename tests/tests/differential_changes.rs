//! Changes of random organisations, as the oracle judges them: `LOCKSTEP_CHANGES` in all, `LOCKSTEP_SEED` the first seed. Half of them
//! stand alone, half come in chains of twenty, each on what the one before left. The core says whether
//! a document is valid, finds no fault with the shape of what the oracle understands, and reads and writes what a chain led to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Instant;

use lockstep_generate::{Asked, Random, change, changeable, kinds};
use lockstep_oracle::{apply, canonical};
use lockstep_policy::Policy;
use lockstep_policy::change::{Ask, ChangeKind};
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

#[derive(Default)]
struct Tally {
    kinds: BTreeMap<&'static str, Count>,
    longest: usize,
    differences: Vec<String>,
}

fn setting(name: &str, absent: u64) -> u64 {
    std::env::var(name).map_or(absent, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn every_kind_of_the_core_is_drawn() {
    assert_eq!(kinds().count(), ChangeKind::ALL.len());
}

#[test]
fn outcomes_of_every_kind_are_read_alike() {
    let cases = setting("LOCKSTEP_CHANGES", 8_000);
    let seed = setting("LOCKSTEP_SEED", 1);
    let organisations = cases.div_ceil(EACH as u64);
    let workers = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let begun = Instant::now();
    let tally = thread::scope(|scope| {
        let work = |worker| {
            move || (worker..organisations).step_by(workers as usize).map(|number| judge(seed + number)).fold(Tally::default(), sum)
        };
        let handles: Vec<_> = (0..workers).map(|worker| scope.spawn(work(worker))).collect();
        handles.into_iter().map(|handle| handle.join().expect("a worker that ends")).fold(Tally::default(), sum)
    });
    let all = organisations * EACH as u64;
    let rate = all as f64 / begun.elapsed().as_secs_f64();
    println!("changes: seed {seed}, {all} changes of {organisations} organisations, {rate:.0} a second on {workers} cores");
    report(&tally);
    assert!(tally.differences.is_empty(), "{} differences, the first:\n{}", tally.differences.len(), tally.differences[0]);
    assert_spread(&tally, all);
}

fn sum(mut tally: Tally, other: Tally) -> Tally {
    for (kind, other) in other.kinds {
        let count = tally.kinds.entry(kind).or_default();
        count.tries += other.tries;
        count.accepted += other.accepted;
        count.changed += other.changed;
        for (reason, times) in other.refused {
            *count.refused.entry(reason).or_default() += times;
        }
    }
    tally.longest = tally.longest.max(other.longest);
    tally.differences.extend(other.differences);
    tally
}

/// One organisation's changes, alone and in chains.
fn judge(seed: u64) -> Tally {
    let mut tally = Tally::default();
    let start = changeable(seed);
    assert!(is_valid(&start), "organisation {seed} isn't valid");
    let mut random = Random::new(seed, "changes");
    for _ in 0..ALONE {
        tally.one(seed, &start, &change(&mut random, &start));
    }
    for _ in 0..CHAINS {
        let mut document = start.clone();
        let (mut steps, mut last) = (0, String::new());
        for _ in 0..LINKS {
            let asked = change(&mut random, &document);
            if let Some(next) = tally.one(seed, &document, &asked) {
                document = next;
                steps += 1;
                last = asked.text;
            }
        }
        tally.hold(seed, &last, &document);
        tally.longest = tally.longest.max(steps);
    }
    tally
}

fn is_valid(document: &Value) -> bool {
    Policy::load(document.to_string().as_bytes()).is_ok()
}

impl Tally {
    /// Judges one change, and gives the document that it leads to, if it leads to another.
    fn one(&mut self, seed: u64, document: &Value, asked: &Asked) -> Option<Value> {
        let mut answer = apply(document, &asked.text, &is_valid);
        self.count(asked.kind, &answer);
        self.read(seed, asked, &answer);
        answer.get_mut("document").map(Value::take)
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

    /// What the oracle understands has the core's shape. What an import brings is its own matter.
    fn read(&mut self, seed: u64, asked: &Asked, answer: &Value) {
        if answer["reason"] == "invalid-request" || ["batch", "import"].contains(&asked.kind) {
            return;
        }
        if let Some(problems) = Ask::problems(asked.text.as_bytes()) {
            self.differences.push(format!("organisation {seed}\n  {}\n  core   {problems}", asked.text));
        }
    }

    /// The core reads what a chain led to, and writes the same.
    fn hold(&mut self, seed: u64, last: &str, document: &Value) {
        let written = match Policy::load(document.to_string().as_bytes()) {
            Ok(policy) => canonical(&serde_json::from_str(&policy.document().canonical()).unwrap()),
            Err(problems) => Value::String(problems.to_string()),
        };
        let expected = canonical(document);
        if written != expected && self.differences.len() < 20 {
            self.differences.push(format!("organisation {seed}, after\n  {last}\n  oracle {expected}\n  core   {written}"));
        }
    }
}

fn report(tally: &Tally) {
    println!("{:<24} {:>8} {:>9} {:>9}  refused", "kind", "tries", "accepted", "changed");
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, count) in &tally.kinds {
        let share = |part: u64| format!("{:.1} %", part as f64 * 100.0 / count.tries.max(1) as f64);
        let mut refused: Vec<(&String, &u64)> = count.refused.iter().collect();
        refused.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
        let refused: Vec<String> = refused.into_iter().map(|(reason, times)| format!("{reason} {times}")).collect();
        println!("{kind:<24} {:>8} {:>9} {:>9}  {}", count.tries, share(count.accepted), share(count.changed), refused.join(", "));
        for (reason, times) in &count.refused {
            *reasons.entry(reason).or_default() += times;
        }
    }
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
        let shallow = ["not-administrator", "invalid-request"];
        let deep: u64 = count.refused.iter().filter(|(reason, _)| !shallow.contains(&reason.as_str())).map(|(_, times)| times).sum();
        assert!(deep * part >= count.tries, "{kind}: {deep} of {} refused for a reason of its own", count.tries);
    }
    if all >= 200_000 {
        let met: BTreeSet<&str> = tally.kinds.values().flat_map(|count| count.refused.keys().map(String::as_str)).collect();
        let missing: Vec<&&str> = REASONS.iter().chain(&RARE).filter(|reason| !met.contains(**reason)).collect();
        assert!(missing.is_empty(), "no change is refused for {missing:?}");
    }
}
