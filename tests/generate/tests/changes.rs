//! What the generator of changes promises: the same bytes for the same seed, every kind, and by the oracle's word a good part of each
//! accepted and a good part refused. The whole table is `make differential-changes`.
#![allow(clippy::indexing_slicing, reason = "a test may stop")]

use std::collections::BTreeMap;

use lockstep_generate::{Random, change, changeable, kinds};

/// FNV-1a, to pin bytes without holding them.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn some(seed: u64, count: usize) -> String {
    let document = changeable(seed);
    let mut random = Random::new(seed, "changes");
    (0..count).map(|_| change(&mut random, &document).text).collect::<Vec<_>>().join("\n")
}

#[test]
fn same_seed_same_bytes_and_another_seed_others() {
    for seed in 0..20 {
        assert_eq!(some(seed, 20), some(seed, 20));
        assert_ne!(some(seed, 20), some(seed + 1, 20));
    }
}

/// The bytes of today, so that a platform on which they are others is found out. A change of the generator changes them.
#[test]
fn bytes_are_pinned() {
    assert_eq!((checksum(&changeable(7).to_string()), checksum(&some(7, 100))), (11_585_066_034_584_732_634, 37_427_929_623_659_679));
}

#[test]
fn every_kind_is_drawn_and_both_accepted_and_refused() {
    let mut seen: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for seed in 0..60 {
        let document = changeable(seed);
        let mut random = Random::new(seed, "changes");
        for _ in 0..60 {
            let asked = change(&mut random, &document);
            let answer = lockstep_oracle::apply(&document, &asked.text, &|_| true);
            let counts = seen.entry(asked.kind).or_default();
            if answer["permitted"] == true {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
    }
    for kind in kinds() {
        let (accepted, refused) = seen.get(kind).copied().unwrap_or_default();
        assert!(accepted >= 5 && refused >= 5, "{kind}: {accepted} accepted, {refused} refused");
    }
}
