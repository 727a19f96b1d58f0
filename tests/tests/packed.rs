//! The packed outcome, bit by bit (contract, section 4). The numbers are written by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_policy::decide::{Claim, Credential, Facts, Layer, Outcome, Packed, Reason, Request};
use lockstep_policy::{Policy, Target};

/// A number of its three parts, as the contract writes them: bits 6-15 the reason's number, 2-5 the layer, 0-1 the outcome.
fn bits(reason: &str, layer: &str, outcome: &str) -> u32 {
    u32::from_str_radix(&format!("{reason}{layer}{outcome}"), 2).unwrap()
}

/// The one user of the documents below.
fn claim() -> Claim<'static> {
    Claim { user: "u".into(), credential: Credential::Platform, workspace: "w".into(), agent: Some("a".into()), space: None }
}

#[test]
fn the_bits_are_outcome_layer_and_reason() {
    let table = [
        (bits("0000000001", "0000", "10"), Outcome::Allow, None, Some(Reason::Allowed)),
        (bits("0000000010", "0000", "10"), Outcome::Allow, None, Some(Reason::Approved)),
        (bits("0000000011", "0001", "00"), Outcome::Deny, Some(Layer::Caller), Some(Reason::InvalidRequest)),
        (bits("0000010110", "0101", "00"), Outcome::Deny, Some(Layer::ScopePolicy), Some(Reason::IntegrationOff)),
        (bits("0000101100", "1011", "01"), Outcome::Ask, Some(Layer::Approval), Some(Reason::ApprovalRequired)),
        // What no version wrote yet: a reason that isn't known is what the outcome says, and a fourth outcome denies.
        (bits("1111111111", "0101", "00"), Outcome::Deny, Some(Layer::ScopePolicy), None),
        (bits("0000000001", "0000", "11"), Outcome::Deny, None, Some(Reason::Allowed)),
        (0, Outcome::Deny, None, None),
    ];
    for (bits, outcome, layer, reason) in table {
        let packed = Packed::from_integer(bits);
        assert_eq!((packed.outcome(), packed.layer(), packed.reason()), (outcome, layer, reason), "{bits:#b}");
        assert_eq!(packed.to_integer(), bits);
    }
}

#[test]
fn numbers_of_reasons_are_unique_and_fit() {
    for (place, reason) in Reason::ALL.iter().enumerate() {
        // Append-only and never reused: today's numbers are 1 to 44 in order.
        assert_eq!(usize::from(reason.entry().number), place + 1, "{reason}");
        assert_eq!(Reason::of_number(reason.entry().number), Some(*reason));
        assert_eq!(Reason::of_code(reason.code()), Some(*reason));
    }
    assert_eq!(Reason::of_number(0), None);
}

#[test]
fn a_decision_packs_as_the_contract_says() {
    let policy = Policy::load(br#"{"format": "1.0", "revision": 1, "scopes": [{"id": "a", "level": "tenant", "name": "A"}]}"#).unwrap();
    let request = Request::read(b"no request");
    assert_eq!(policy.decide(&request).packed().to_integer(), bits("0000000011", "0001", "00"));
}

#[test]
fn an_integer_that_is_no_target_is_unknown_and_stays_below_2_to_53() {
    let document = br#"{"format": "1.0", "revision": 1, "agents": [{"id": "a", "name": "A"}],
        "scopes": [{"id": "w", "level": "workspace", "name": "W"}],
        "users": [{"id": "u", "name": "U", "memberOf": ["w"], "administers": [], "access": "enabled", "addedAt": "2026-01-01T00:00:00Z"}],
        "servers": [{"id": "s", "scope": "w", "source": {"kind": "custom"}, "name": "S", "address": "https://s.example/", "owner": "u",
            "registeredAt": "2026-01-01T00:00:00Z", "visibility": "private", "switch": "on", "authorization": {"method": "none"},
            "agents": ["a"], "tools": [{"name": "t", "enabled": true, "approval": "auto"}]}]}"#;
    let policy = Policy::load(document).unwrap();
    let caller = policy.caller(&claim(), &Facts::default());
    let now = lockstep_policy::document::Time::parse("2026-11-20T12:00:00Z").unwrap();
    let good = policy.target("s", "t");
    assert_eq!(caller.outcome(good, now).reason(), Some(Reason::Allowed));
    assert!(good.to_integer() < 1 << 53);
    // Every bit counts: one that is turned leads nowhere that is open.
    for bit in 0..64 {
        let bent = Target::from_integer(good.to_integer() ^ 1 << bit);
        assert_eq!(caller.outcome(bent, now).outcome(), Outcome::Deny, "bit {bit}");
    }
    for integer in [0, 1, u64::MAX, (1 << 53) - 1] {
        assert_eq!(caller.outcome(Target::from_integer(integer), now).outcome(), Outcome::Deny, "{integer}");
    }
}

/// Tags come round after 65,536 loads of a process; even then a target of the old load doesn't lead to what now has its place.
#[test]
fn a_target_is_unknown_to_every_later_load() {
    let document = |server: &str| {
        format!(
            r#"{{"format": "1.0", "revision": 1, "agents": [{{"id": "a", "name": "A"}}],
            "scopes": [{{"id": "w", "level": "workspace", "name": "W"}}],
            "users": [{{"id": "u", "name": "U", "memberOf": ["w"], "administers": [], "access": "enabled", "addedAt": "2026-01-01T00:00:00Z"}}],
            "servers": [{{"id": "{server}", "scope": "w", "source": {{"kind": "custom"}}, "name": "S", "address": "https://s.example/",
                "owner": "u", "registeredAt": "2026-01-01T00:00:00Z", "visibility": "private", "switch": "on",
                "authorization": {{"method": "none"}}, "agents": ["a"], "tools": [{{"name": "t", "enabled": true, "approval": "auto"}}]}}]}}"#
        )
    };
    let now = lockstep_policy::document::Time::parse("2026-11-20T12:00:00Z").unwrap();
    let old = Policy::load(document("old").as_bytes()).unwrap().target("old", "t");
    let later = document("later");
    // More loads than there are tags, whatever the other tests of this process load meanwhile.
    for load in 0..66_000 {
        let policy = Policy::load(later.as_bytes()).unwrap();
        let caller = policy.caller(&claim(), &Facts::default());
        assert_eq!(caller.outcome(old, now).reason(), Some(Reason::UnknownServer), "load {load}");
        assert_eq!(caller.outcome(policy.target("later", "t"), now).reason(), Some(Reason::Allowed));
    }
}
