//! How often the oracle gives each reason for generated requests.
//!
//! `histogram [ORGANISATIONS] [REQUESTS EACH] [FIRST SEED] [TENANTS]`
#![allow(clippy::expect_used, reason = "a tool for people: wrong arguments may stop it")]

use std::collections::BTreeMap;

use lockstep_generate::{Shape, organisation, requests};
use serde_json::Value;

const LAYERS: [&str; 12] =
    ["", "caller", "existence", "origin", "catalog", "scope-policy", "server", "agent", "space", "tool", "downstream", "approval"];

fn main() {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>().expect("a number"));
    let organisations = numbers.next().unwrap_or(1000);
    let each = numbers.next().unwrap_or(200) as usize;
    let first = numbers.next().unwrap_or(0);
    let tenants = numbers.next().map(|tenants| tenants as usize);
    let mut reasons: BTreeMap<(usize, String), u64> = BTreeMap::new();
    let mut actions: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut details: BTreeMap<String, u64> = BTreeMap::new();
    for seed in first..first + organisations {
        let shape = match tenants {
            Some(tenants) => Shape::tenants(tenants),
            None if seed % 5 == 4 => Shape::tiny(),
            None => Shape::dense(),
        };
        let document: Value = serde_json::from_str(&organisation(seed, &shape)).expect("JSON");
        for text in requests(seed, &document, each) {
            let decision = lockstep_oracle::decide(&document, &text);
            let word = |key| decision.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let layer = word("layer");
            let layer = LAYERS.iter().position(|known| *known == layer).expect("a layer");
            *reasons.entry((layer, word("reason"))).or_default() += 1;
            for detail in interest(&decision) {
                *details.entry(detail).or_default() += 1;
            }
            let action = serde_json::from_str::<Value>(&text).ok().and_then(|request| Some(request.get("action")?.as_str()?.to_owned()));
            *actions.entry((action.unwrap_or_default(), word("outcome"))).or_default() += 1;
        }
    }
    let total = (organisations * each as u64) as f64;
    let (mut passed, mut deep, mut denied) = (0, 0, 0);
    for ((layer, reason), count) in &reasons {
        println!("{layer:>2} {reason:<36} {count:>8} {:>6.2} %", *count as f64 * 100.0 / total);
        if *layer == 0 || reason == "approval-required" {
            passed += count;
        } else {
            denied += count;
            deep += if *layer >= 5 { *count } else { 0 };
        }
    }
    for ((action, outcome), count) in &actions {
        println!("{action:<26} {outcome:<6} {count:>8}");
    }
    for (detail, count) in &details {
        println!("{detail:<36} {count:>8}");
    }
    println!("reasons {}, allow and ask {:.1} %", reasons.len(), passed as f64 * 100.0 / total);
    println!("of the denials in layer 5 or deeper {:.1} %", deep as f64 * 100.0 / denied as f64);
}

/// What else a decision shows: kinds of settings among its causes, how many there are, obligations.
fn interest(decision: &Value) -> Vec<String> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let word = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let causes = list(decision.get("lock").and_then(|lock| lock.get("causes")));
    let mut found: Vec<String> = Vec::new();
    if !causes.is_empty() {
        found.push(format!("lock with {} causes", causes.len().min(5)));
    }
    for cause in &causes {
        let setting = word(cause, "setting");
        let kind = match setting.split_once('/') {
            Some((kind @ ("integration" | "server"), _)) => kind.to_owned(),
            _ => setting,
        };
        found.push(format!("cause {kind}"));
    }
    for obligation in list(decision.get("obligations")) {
        found.push(format!("obligation {}", word(&obligation, "kind")));
    }
    found
}
