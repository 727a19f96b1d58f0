//! Lockstep beside Cedar, regorus and a lookup written by hand: one organisation, the same 5,000 calls, all answers equal
//! before anything is timed. `README.md` says what is asked of whom.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark: what is wrong must stop it")]

mod by_hand;
mod cedar;
mod contender;
mod facts;
mod lockstep;
mod organisation;
mod questions;
mod random;
mod rego;
mod table;

use std::collections::{BTreeMap, HashMap};

use crate::by_hand::{ByHand, Lookup};
use crate::contender::{Contender, Outcome};
use crate::lockstep::Lockstep;
use crate::organisation::{Organisation, TENANTS};
use crate::questions::Question;
use crate::table::{Row, Wanted};

const QUESTIONS: usize = 5_000;

type Std = HashMap<String, u32>;
type Foldhash = hashbrown::HashMap<String, u32, foldhash::fast::RandomState>;
type Fx = hashbrown::HashMap<String, u32, rustc_hash::FxBuildHasher>;

fn main() {
    let number = |name: &str, default: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (rounds, seed) = (number("ROUNDS", 15), number("SEED", 1) as u64);
    let organisation = Organisation::generate(seed);
    let questions = questions::questions(seed + 1, &organisation, QUESTIONS);
    let document = organisation::document(&organisation);
    let text = document.to_string();
    let requests: Vec<String> = questions.iter().map(|question| question.request().to_string()).collect();

    let lockstep = Lockstep::new(&text, &questions, &requests);
    let reasons: Vec<(Outcome, &str, u8)> = (0..QUESTIONS).map(|question| lockstep.reason(question)).collect();
    describe(&organisation, &text, &reasons, seed);
    agree_with_the_oracle(&document, &requests, &reasons);

    let hands = (ByHand::<Std>::new(&organisation), ByHand::<Foldhash>::new(&organisation), ByHand::<Fx>::new(&organisation));
    agree_on_layers(&hands.1, &questions, &reasons);
    let rules = cedar::Cedar::new(cedar::Formulation::Rules, &organisation, &questions);
    let condition = cedar::Cedar::new(cedar::Formulation::Condition, &organisation, &questions);
    let given = cedar::Cedar::new(cedar::Formulation::Given, &organisation, &questions);
    let mut path = rego::Rego::new(rego::Formulation::Path, &organisation, &questions);
    let mut flat = rego::Rego::new(rego::Formulation::Flat, &organisation, &questions);
    let mut contenders = vec![
        by_hand("by hand: std", &hands.0, &questions),
        by_hand("by hand: hashbrown, foldhash", &hands.1, &questions),
        by_hand("by hand: hashbrown, fx", &hands.2, &questions),
        lockstep.decide(),
        lockstep.json(),
        lockstep.names(),
        path.contender(),
        flat.contender(),
        rules.once(),
        rules.twice(),
        condition.once(),
        condition.twice(),
        given.once(),
        given.twice(),
    ];
    for contender in &mut contenders {
        agree(contender, &questions, &reasons);
    }
    println!("all {} contenders and the oracle give the same {QUESTIONS} outcomes\n", contenders.len());

    let desks = lockstep.desks(&organisation);
    assert!(desks.reach_layer_11(), "a prepared call stops before layer 11");
    let mut prepared = vec![
        desks.names(QUESTIONS),
        desks.targets(QUESTIONS),
        desks.hot("(d) caller, target, hot", 1, QUESTIONS),
        desks.hot("(d) caller, 16 targets, hot", 16, QUESTIONS),
    ];

    let rows = table::measure(&mut contenders, rounds);
    let prepared_rows = table::measure(&mut prepared, rounds);
    let (floor, own) = (table::fastest(&rows, "by hand"), table::fastest(&rows, "lockstep (a)"));
    println!("nanoseconds a decision, {rounds} rounds in turn; by the clock, and by the thread's own time:");
    table::print(&rows, floor, own);
    println!(
        "\n{} prepared callers of {TENANTS} tenants, {} targets on pinned tools that reach layer 11, `observed` given:",
        desks.size().0,
        desks.size().1
    );
    table::print(&prepared_rows, floor, own);
    println!();
    targets(&rows, &prepared_rows, floor, own);
}

fn by_hand<'a, L: Lookup>(name: &'static str, hand: &'a ByHand<L>, questions: &'a [Question]) -> Contender<'a> {
    Contender::new(name, "outcome, layer", questions.len(), |question| std::hint::black_box(hand.decide(&questions[question])).0)
}

/// Prints what is asked.
fn describe(organisation: &Organisation, text: &str, reasons: &[(Outcome, &str, u8)], seed: u64) {
    println!(
        "seed {seed}: {} scopes ({TENANTS} tenants), {} users, {} servers with {} tools, {} integrations, {} stored settings; {} bytes",
        organisation.scopes.len(),
        organisation.users.len(),
        organisation.servers.len(),
        organisation.servers.iter().map(|server| server.tools.len()).sum::<usize>(),
        organisation.integrations.len(),
        organisation.scopes.iter().map(|scope| scope.stored.len()).sum::<usize>(),
        text.len()
    );
    let mut histogram: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for (_, reason, layer) in reasons {
        // No layer decides an allow; it stands last.
        *histogram.entry((if *layer == 0 { 12 } else { *layer }, reason)).or_default() += 1;
    }
    for ((layer, reason), count) in &histogram {
        let layer = if *layer == 12 { String::from("-") } else { layer.to_string() };
        println!("{count:>6}  layer {layer:>2}  {reason}");
    }
    let share = |from: u8| {
        let count: usize = histogram.iter().filter(|((layer, _), _)| *layer >= from).map(|(_, count)| count).sum();
        count as f64 * 100.0 / reasons.len() as f64
    };
    println!("past layer 4: {:.1} %, reaching layer 11: {:.1} %", share(5), share(11));
    assert!(share(5) >= 60.0, "too few questions get past layer 4");
}

/// The oracle gives every outcome, reason and layer that lockstep gives.
fn agree_with_the_oracle(document: &serde_json::Value, requests: &[String], reasons: &[(Outcome, &str, u8)]) {
    for (request, (outcome, reason, _)) in requests.iter().zip(reasons) {
        let decision = lockstep_oracle::decide(document, request);
        let theirs = decision["outcome"].as_str().map(Outcome::of_name);
        assert_eq!((theirs, decision["reason"].as_str()), (Some(*outcome), Some(*reason)), "lockstep and the oracle differ: {request}");
    }
}

/// The lookup by hand stops at the very layer at which lockstep does.
fn agree_on_layers<L: Lookup>(hand: &ByHand<L>, questions: &[Question], reasons: &[(Outcome, &str, u8)]) {
    for (question, (outcome, reason, layer)) in questions.iter().zip(reasons) {
        assert_eq!(hand.decide(question), (*outcome, *layer), "by hand, where lockstep says {reason}: {}", question.request());
    }
}

fn agree(contender: &mut Contender<'_>, questions: &[Question], reasons: &[(Outcome, &str, u8)]) {
    for (place, answer) in contender.answers().into_iter().enumerate() {
        let (outcome, reason, _) = reasons[place];
        assert_eq!(answer, outcome, "{}, where lockstep says {reason}: {}", contender.name, questions[place].request());
    }
}

/// Must-show 5, line by line.
fn targets(rows: &[Row], prepared: &[Row], floor: &Row, own: &Row) {
    let (rego, cedar) = (table::fastest(rows, "regorus"), table::fastest(rows, "cedar"));
    println!("fastest by hand: {}; of regorus: {}; of Cedar: {}", floor.name, rego.name, cedar.name);
    let to = |what, row: &Row, scale: f64, unit, bound| table::target(what, |time| time(row) / scale, unit, Wanted::AtMost(bound));
    let row = |name: &str| table::fastest(rows, name);
    let desk = |name: &str| table::fastest(prepared, name);
    to("(a) request to borrowed decision", own, 1000.0, "us", 0.3);
    table::target("(a) beside the lookup by hand", |time| time(own) / time(floor), "x", Wanted::AtMost(2.0));
    table::target("(a) faster than regorus' RVM (aim 25)", |time| time(rego) / time(own), "x", Wanted::AtLeast(15.0));
    table::target("(a) faster than Cedar (aim 150)", |time| time(cedar) / time(own), "x", Wanted::AtLeast(80.0));
    let given = table::fastest(rows, "given");
    println!("    {}, to which the scope policy isn't asked: {:.2} x", given.name, given.median / own.median);
    to("(b) with both messages and JSON", row("lockstep (b)"), 1000.0, "us", 0.8);
    to("(c) prepared caller, names, the 5,000", row("lockstep (c)"), 1000.0, "us", 0.2);
    to("(c) prepared caller, names, spread, layer 11", desk("(c)"), 1000.0, "us", 0.2);
    to("(d) prepared caller and target, spread over 50 tenants", desk("(d) caller, target, spread"), 1.0, "ns", 70.0);
    to("(d) prepared caller and target, hot", desk("(d) caller, target, hot"), 1.0, "ns", 25.0);
    to("(d) prepared caller, 16 targets in turn, hot", desk("(d) caller, 16 targets"), 1.0, "ns", 25.0);
}
