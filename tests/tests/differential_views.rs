//! Views of random organisations, and of what changes made of them, by the core and by the oracle: the pages of a scope's settings,
//! of its integrations and of a server, for its administrators, for those above and below, and for plain users. What is stored, what
//! holds, who locks it, which controls there are, which of them are open and what they would send is alike (P-1, P-8).
//! A fiftieth as many as `LOCKSTEP_CHANGES`; `LOCKSTEP_SEED` is the first seed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;
use std::time::Instant;

use lockstep_generate::{LOOKED_AT, Random, change, changeable, view};
use lockstep_policy::Policy;
use lockstep_tests::changes::answer_and_next;
use lockstep_tests::organisations::{self, Run, cores, setting};
use lockstep_tests::views::answer;
use serde_json::Value;

/// Looks at each organisation: so many at each kind as it was made, and so many after each of its rounds of changes.
const LOOKS: usize = 4;
const ROUNDS: usize = 4;
const CHANGES: usize = 5;
const EACH: usize = LOOKED_AT.len() * LOOKS * (1 + ROUNDS);

/// What the oracle doesn't give: texts, what is no change but a question, and what other tests hold.
const LEFT_OUT: [&str; 12] = [
    "message",
    "next",
    "advice",
    "check",
    "reconnect",
    "readdress",
    "address",
    "addressDigest",
    "lastContact",
    "outsideOrigins",
    "earlier",
    "problems",
];

#[derive(Default)]
struct Tally {
    /// By kind and who looked, how many were answered, how many refused.
    looks: BTreeMap<(&'static str, &'static str), [u64; 2]>,
    rows: u64,
    controls: u64,
    closed: BTreeMap<String, u64>,
    differences: Vec<String>,
}

#[test]
fn pages_are_read_alike() {
    let run = Run::of(setting("LOCKSTEP_CHANGES", 15_000_u64).div_ceil(50), EACH);
    let begun = Instant::now();
    let tally = run.judge(judge);
    let all = run.organisations * EACH as u64;
    let rate = all as f64 / begun.elapsed().as_secs_f64();
    println!("views: seed {}, {all} looks at {} organisations, {rate:.0} a second on {} cores", run.seed, run.organisations, cores());
    report(&tally);
    assert!(tally.differences.is_empty(), "{} differences, the first:\n{}", tally.differences.len(), tally.differences[0]);
    assert_spread(&tally, all);
}

impl organisations::Tally for Tally {
    fn add(&mut self, other: Self) {
        for (key, [answered, refused]) in other.looks {
            let count = self.looks.entry(key).or_default();
            count[0] += answered;
            count[1] += refused;
        }
        for (reason, times) in other.closed {
            *self.closed.entry(reason).or_default() += times;
        }
        self.rows += other.rows;
        self.controls += other.controls;
        self.differences.extend(other.differences);
    }
}

/// One organisation, looked at as it is and after each round of changes.
fn judge(seed: u64) -> Tally {
    let mut tally = Tally::default();
    let mut document = changeable(seed);
    let mut policy = Policy::load(document.to_string().as_bytes()).unwrap_or_else(|problems| panic!("organisation {seed}: {problems}"));
    let mut random = Random::new(seed, "views");
    for round in 0..=ROUNDS {
        for _ in 0..if round > 0 { CHANGES } else { 0 } {
            let asked = change(&mut random, &document);
            let (mut answer, next) = answer_and_next(&policy, &asked.text);
            if let Some((made, next)) = answer.get_mut("document").map(Value::take).zip(next) {
                (document, policy) = (made, next);
            }
        }
        for kind in LOOKED_AT {
            for _ in 0..LOOKS {
                tally.one(seed, kind, &document, &policy, &mut random);
            }
        }
    }
    tally
}

impl Tally {
    fn one(&mut self, seed: u64, kind: &'static str, document: &Value, policy: &Policy, random: &mut Random) {
        let (relation, request) = view(random, document, kind);
        let is_valid = |document: &Value| Policy::load(document.to_string().as_bytes()).is_ok();
        let mut expected = lockstep_oracle::view(document, &request, &is_valid);
        let mut given = answer(policy, &request.to_string(), "{}");
        cut(&mut expected);
        cut(&mut given);
        let mut found = Vec::new();
        differ(&given, &expected, "", &mut found);
        if !found.is_empty() && self.differences.len() < 20 {
            self.differences.push(format!("organisation {seed}, {relation}\n  {request}\n  {}", found.join("\n  ")));
        }
        self.looks.entry((kind, relation)).or_default()[usize::from(expected["reason"].is_string())] += 1;
        self.count(&expected);
    }

    /// Rows and controls, and why controls are closed.
    fn count(&mut self, shown: &Value) {
        match shown {
            Value::Object(members) => {
                self.rows += u64::from(members.contains_key("effective") || members.contains_key("outcome"));
                if members.contains_key("choices") {
                    self.controls += 1;
                    if let Some(reason) = shown["reason"].as_str() {
                        *self.closed.entry(reason.to_owned()).or_default() += 1;
                    }
                }
                members.values().for_each(|inner| self.count(inner));
            }
            Value::Array(list) => list.iter().for_each(|inner| self.count(inner)),
            _ => {}
        }
    }
}

/// Takes out what isn't compared.
fn cut(shown: &mut Value) {
    match shown {
        Value::Object(members) => {
            members.retain(|member, _| !LEFT_OUT.contains(&member.as_str()));
            members.iter_mut().filter(|(member, _)| *member != "change").for_each(|(_, inner)| cut(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(cut),
        _ => {}
    }
}

/// Tells of everything that is otherwise.
fn differ(given: &Value, wanted: &Value, at: &str, found: &mut Vec<String>) {
    match (given, wanted) {
        (Value::Object(one), Value::Object(other)) => {
            let members = one.keys().chain(other.keys().filter(|member| !one.contains_key(*member)));
            for member in members {
                differ(&given[member], &wanted[member], &format!("{at}/{member}"), found);
            }
        }
        (Value::Array(given), Value::Array(wanted)) if given.len() == wanted.len() => {
            for (place, (given, wanted)) in given.iter().zip(wanted).enumerate() {
                differ(given, wanted, &format!("{at}/{place}"), found);
            }
        }
        _ if given != wanted => found.push(format!("{at}: core {given}, oracle {wanted}")),
        _ => {}
    }
}

fn report(tally: &Tally) {
    println!("{:<14} {:<18} {:>8} {:>8}", "view", "who looks", "answered", "refused");
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for ((kind, relation), [answered, refused]) in &tally.looks {
        println!("{kind:<14} {relation:<18} {answered:>8} {refused:>8}");
        *kinds.entry(kind).or_default() += answered + refused;
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!("views compared: {}; effective values and outcomes: {}, controls: {}", kinds.join(", "), tally.rows, tally.controls);
    let closed: Vec<String> = tally.closed.iter().map(|(reason, times)| format!("{reason} {times}")).collect();
    println!("closed controls: {}", closed.join(", "));
    println!("differences: {}", tally.differences.len());
}

/// A comparison of pages that nobody may see would prove little.
fn assert_spread(tally: &Tally, all: u64) {
    for kind in LOOKED_AT {
        for relation in ["its administrator", "one from above", "a member"] {
            let answered = tally.looks.get(&(kind, relation)).map_or(0, |count| count[0]);
            assert!(answered * 100 >= all, "{kind}: {relation} got only {answered} answers of {all}");
        }
    }
    for reason in ["locked", "not-administrator", "unknown-scope", "custom-use-off"] {
        assert!(all < 1000 || tally.closed.contains_key(reason), "no control is closed by {reason}");
    }
}
