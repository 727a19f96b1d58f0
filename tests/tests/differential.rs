//! The core against the oracle, on random organisations: `LOCKSTEP_CASES` decisions, `LOCKSTEP_SEED` the first seed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use lockstep_generate::{Shape, explanations, lists, organisation, requests};
use lockstep_policy::Policy;
use lockstep_policy::decide::{Layer, ListRequest, Outcome, Reason, Request};
use lockstep_tests::organisations::{self, Run, setting};
use lockstep_tests::{DECIDED, only};
use serde_json::Value;

/// Requests asked of each organisation.
const EACH: usize = 200;
const LISTS: usize = 4;
const EXPLANATIONS: usize = 8;

#[derive(Default)]
struct Tally {
    reasons: BTreeMap<(Option<Layer>, Reason), u64>,
    outcomes: BTreeMap<Outcome, u64>,
    lists: u64,
    explanations: u64,
    differences: Vec<String>,
}

impl organisations::Tally for Tally {
    fn add(&mut self, other: Self) {
        for (key, count) in other.reasons {
            *self.reasons.entry(key).or_default() += count;
        }
        for (key, count) in other.outcomes {
            *self.outcomes.entry(key).or_default() += count;
        }
        self.lists += other.lists;
        self.explanations += other.explanations;
        self.differences.extend(other.differences);
    }
}

#[test]
fn core_and_oracle_agree() {
    let run = Run::of(setting("LOCKSTEP_CASES", 200_000), EACH);
    let tally = run.judge(compare);
    report(&tally, run.seed);
    assert!(tally.differences.is_empty(), "{} differences, the first:\n{}", tally.differences.len(), tally.differences[0]);
    assert_spread(&tally);
}

fn compare(seed: u64) -> Tally {
    let text = organisation(seed, &if seed % 5 == 4 { Shape::tiny() } else { Shape::dense() });
    let document: Value = serde_json::from_str(&text).unwrap();
    let policy = Policy::load(text.as_bytes()).unwrap_or_else(|problems| panic!("organisation {seed}: {problems}"));
    let mut tally = Tally::default();
    for request in requests(seed, &document, EACH) {
        let read = Request::read(request.as_bytes());
        let decision = policy.decide(&read);
        *tally.reasons.entry((decision.layer(), decision.reason())).or_default() += 1;
        *tally.outcomes.entry(decision.outcome()).or_default() += 1;
        tally.expect(seed, &request, &only(&parse(&decision.to_json()), &DECIDED), &lockstep_oracle::decide(&document, &request));
    }
    for request in lists(seed, &document, LISTS) {
        tally.lists += 1;
        let read = ListRequest::read(request.as_bytes());
        let answer = only(&parse(&policy.list(&read).to_json()), &["rows", "reason", "layer"]);
        tally.expect(seed, &request, &answer, &lockstep_oracle::list(&document, &request));
    }
    for (request, actor) in explanations(seed, &document, EXPLANATIONS) {
        tally.explanations += 1;
        let read = Request::read(request.as_bytes());
        let answer = explained(&parse(&policy.explain(&read, &actor).to_json()));
        tally.expect(seed, &request, &answer, &explained(&lockstep_oracle::explain(&document, &request, &actor)));
    }
    tally
}

/// An explanation without its texts, and without what is empty.
fn explained(answer: &Value) -> Value {
    let decision = only(&answer["decision"], &["outcome", "reason", "layer", "source", "lock", "obligations", "badge"]);
    let list = |member: &str, members: &[&str]| -> Vec<Value> {
        let rows = answer[member].as_array();
        rows.into_iter().flatten().map(|row| only(row, members)).collect()
    };
    let layers = list("layers", &["layer", "verdict", "reason", "source", "lock"]);
    let unlock = list("unlock", &["setting", "at", "authority", "who"]);
    serde_json::json!({"decision": decision, "layers": layers, "unlock": unlock})
}

impl Tally {
    fn expect(&mut self, seed: u64, request: &str, answer: &Value, expected: &Value) {
        if answer != expected && self.differences.len() < 20 {
            self.differences.push(format!("organisation {seed}\n  {request}\n  oracle {expected}\n  core   {answer}"));
        }
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn report(tally: &Tally, seed: u64) {
    let all: u64 = tally.outcomes.values().sum();
    println!(
        "differential: seed {seed}, {all} decisions, {} lists, {} explanations, {} differences",
        tally.lists,
        tally.explanations,
        tally.differences.len()
    );
    for ((layer, reason), count) in &tally.reasons {
        println!("{:>14} {:<36} {count:>9} {:>6.2} %", layer.map_or("-", Layer::as_str), reason.code(), *count as f64 * 100.0 / all as f64);
    }
    for (outcome, count) in &tally.outcomes {
        println!("{outcome:>51} {count:>9} {:>6.2} %", *count as f64 * 100.0 / all as f64);
    }
}

/// A comparison that reached little would prove little.
fn assert_spread(tally: &Tally) {
    let all: u64 = tally.outcomes.values().sum();
    if all < 200_000 {
        return;
    }
    let of = |wanted: Reason| tally.reasons.iter().filter(|((_, reason), _)| *reason == wanted).map(|(_, count)| count).sum::<u64>();
    for reason in Reason::of_decisions() {
        assert!(of(reason) >= 100, "{reason} only {} times", of(reason));
    }
    let count = |outcome| tally.outcomes.get(&outcome).copied().unwrap_or(0);
    let open = count(Outcome::Allow) + count(Outcome::Ask);
    assert!((0.2..=0.6).contains(&(open as f64 / all as f64)), "{open} of {all} are open");
    let deep = tally
        .reasons
        .iter()
        .filter(|((layer, reason), _)| layer.is_some_and(|layer| layer >= Layer::ScopePolicy) && *reason != Reason::ApprovalRequired);
    let deep: u64 = deep.map(|(_, count)| count).sum();
    println!(
        "open {:.1} %, of the denials in layer 5 or deeper {:.1} %",
        open as f64 * 100.0 / all as f64,
        deep as f64 * 100.0 / count(Outcome::Deny) as f64
    );
    assert!(deep * 2 >= count(Outcome::Deny), "{deep} of {} denials in layer 5 or deeper", count(Outcome::Deny));
}
