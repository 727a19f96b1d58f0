//! What the generator promises: the same bytes for the same seed, others for another, linear size, requests of every kind.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use std::collections::BTreeSet;

use lockstep_generate::{Shape, explanations, lists, organisation, requests};
use serde_json::Value;

/// FNV-1a, to pin bytes without holding them.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn same_seed_same_bytes() {
    for seed in 0..30 {
        for shape in [Shape::dense(), Shape::tiny(), Shape::tenants(2)] {
            let text = organisation(seed, &shape);
            assert_eq!(text, organisation(seed, &shape));
            let document = read(&text);
            assert_eq!(requests(seed, &document, 30), requests(seed, &document, 30));
            assert_eq!(lists(seed, &document, 10), lists(seed, &document, 10));
            assert_eq!(explanations(seed, &document, 10), explanations(seed, &document, 10));
        }
    }
}

/// The bytes of today, so that a platform on which they are others is found out. A change of the generator changes them.
#[test]
fn bytes_are_pinned() {
    let text = organisation(7, &Shape::dense());
    let asked = requests(7, &read(&text), 100).join("\n");
    assert_eq!((checksum(&text), checksum(&asked)), (5_191_026_774_937_847_470, 10_843_541_349_801_705_492));
}

#[test]
fn different_seeds_differ() {
    let texts: BTreeSet<String> = (0..200).map(|seed| organisation(seed, &Shape::dense())).collect();
    assert_eq!(texts.len(), 200);
    let document = read(texts.first().unwrap());
    assert_ne!(requests(1, &document, 20), requests(2, &document, 20));
}

#[test]
fn size_is_linear_in_tenants() {
    let size = |tenants| organisation(3, &Shape::tenants(tenants)).len() as f64;
    let (small, large) = (size(20), size(200));
    assert!((8.0..12.0).contains(&(large / small)), "{small} and {large}");
}

#[test]
fn tenants_have_what_the_shape_says() {
    let document = read(&organisation(5, &Shape::tenants(10)));
    let count = |key: &str| document[key].as_array().unwrap().len();
    assert_eq!((count("scopes"), count("users"), count("servers")), (41, 300, 240));
    for server in document["servers"].as_array().unwrap() {
        assert!((5..=30).contains(&server["tools"].as_array().unwrap().len()));
    }
}

#[test]
fn every_action_and_target_is_asked_for() {
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        let document = read(&organisation(seed, &Shape::dense()));
        for text in requests(seed, &document, 200) {
            let Ok(request) = serde_json::from_str::<Value>(&text) else { continue };
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            seen.insert((word(&request["action"]), word(&request["target"]["kind"]), word(&request["caller"]["credential"]["kind"])));
        }
    }
    let pairs = [
        ("tool.call", "tool"),
        ("tool.call", "virtual-tool"),
        ("tool.list", "tool"),
        ("tool.list", "virtual-tool"),
        ("server.contact", "server"),
        ("server.authorize", "server"),
        ("server.register", "registration"),
        ("integration.connect", "integration"),
        ("space.assign", "server"),
        ("virtual-server.connect", "virtual-server"),
    ];
    for (action, kind) in pairs {
        for credential in ["token", "platform"] {
            let asked = (action.to_owned(), kind.to_owned(), credential.to_owned());
            assert!(seen.contains(&asked), "{asked:?}");
        }
    }
    assert!(seen.contains(&("server.contact".to_owned(), "server".to_owned(), String::new())), "by the host itself");
}

#[test]
fn lists_and_explanations_have_their_shape() {
    let document = read(&organisation(9, &Shape::dense()));
    let kinds: BTreeSet<String> = lists(9, &document, 100)
        .iter()
        .map(|text| {
            let question = read(text);
            assert!(question["caller"]["user"].is_string() && question["context"]["now"].is_string());
            question["of"]["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["all", "server", "virtual-server"]);
    let actors: BTreeSet<String> = explanations(9, &document, 100).into_iter().map(|(_, actor)| actor).collect();
    assert!(actors.len() > 5 && actors.contains("nobody"));
}
