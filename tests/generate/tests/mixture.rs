//! How the requests are spread over L-1's reasons, as the oracle decides them.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use lockstep_generate::{Shape, organisation, requests};
use serde_json::Value;

/// L-1's codes in layers 1 to 4, of which the oracle should give half of the denials at most.
const SHALLOW: [&str; 18] = [
    "invalid-request",
    "policy-stale",
    "unknown-action",
    "token-inactive",
    "unknown-user",
    "access-disabled",
    "unknown-workspace",
    "unknown-agent",
    "unknown-space",
    "unknown-virtual-server",
    "connect-not-granted",
    "unknown-server",
    "unknown-integration",
    "unknown-tool",
    "invalid-address",
    "origin-not-allowed",
    "integration-not-approved",
    "address-not-of-integration",
];

/// L-1's codes in layers 5 to 11; `unknown-tool` of layer 9 stands above.
const DEEP: [&str; 24] = [
    "stopped",
    "integration-off",
    "custom-use-off",
    "custom-creation-off",
    "custom-sharing-off",
    "origin-locked",
    "server-off",
    "server-disabled",
    "server-switched-off",
    "shared-credential",
    "not-administrator",
    "agent-required",
    "agent-not-allowed",
    "space-required",
    "space-not-allowed",
    "tool-not-approved",
    "tool-disabled",
    "tool-changed",
    "approval-floor",
    "authorization-pending",
    "authorization-expired",
    "downstream-authorization-required",
    "approval-unavailable",
    "approval-required",
];

#[test]
fn every_reason_is_reached_and_half_of_the_denials_are_deep() {
    let organisations = 250;
    let each = 200;
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let (mut passed, mut deep, mut denied) = (0, 0, 0);
    for seed in 0..organisations {
        let document: Value = serde_json::from_str(&organisation(seed, &Shape::dense())).unwrap();
        for text in requests(seed, &document, each) {
            let decision = lockstep_oracle::decide(&document, &text);
            let word = |key: &str| decision.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            *reasons.entry(word("reason")).or_default() += 1;
            if word("outcome") == "deny" {
                denied += 1;
                deep += usize::from(!["caller", "existence", "origin", "catalog"].contains(&word("layer").as_str()));
            } else {
                passed += 1;
            }
        }
    }
    // A hundred in 200,000 is the aim, so 25 in 50,000.
    for reason in SHALLOW.iter().chain(&DEEP).chain(&["allowed", "approved"]) {
        let count = reasons.get(*reason).copied().unwrap_or(0);
        assert!(count >= 25, "{reason}: {count}");
    }
    let total = organisations as usize * each;
    assert!((20..=60).contains(&(passed * 100 / total)), "{passed} of {total} pass");
    assert!(deep * 2 >= denied, "{deep} of {denied} denials are in layer 5 or deeper");
}
