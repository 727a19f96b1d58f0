//! How a law is run: so many random cases, the first failure made small, one line at the end.

use std::fmt::Display;

use lockstep_tests::organisations::setting;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

/// How many cases of single inputs one case of a whole organisation stands for.
const INPUTS_PER_ORGANISATION: u32 = 20;

/// Cases of single inputs where nobody says how many: few, so that all tests together stay quick.
const FEW: u32 = 1_000;

/// A law with the number of its cases.
pub struct Law {
    name: &'static str,
    pub cases: u32,
}

impl Law {
    /// About single inputs: `LOCKSTEP_LAW_CASES` of them.
    pub fn of_inputs(name: &'static str) -> Self {
        Self { name, cases: setting("LOCKSTEP_LAW_CASES", FEW) }
    }

    /// About whole organisations, each of which is asked a great deal: a twentieth of that.
    pub fn of_organisations(name: &'static str) -> Self {
        Self { name, cases: setting("LOCKSTEP_LAW_CASES", FEW).div_ceil(INPUTS_PER_ORGANISATION) }
    }

    /// Runs all cases; the first failure is made smaller as far as it goes, and printed.
    pub fn holds<S: Strategy>(&self, cases: S, test: impl Fn(S::Value) -> TestCaseResult) {
        let config = ProptestConfig {
            cases: self.cases,
            failure_persistence: None,
            max_shrink_iters: 20_000,
            max_shrink_time: 120_000,
            ..ProptestConfig::default()
        };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &self.seed()));
        if let Err(failure) = runner.run(&cases, test) {
            panic!("law {}: {failure}", self.name);
        }
    }

    /// Says that it held, and how much it has seen.
    pub fn report(&self, seen: impl Display) {
        println!("law {}: {} cases, 0 failures ({seen})", self.name, self.cases);
    }

    /// The same cases in every run, others for every law; `LOCKSTEP_SEED` gives others again.
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        for (place, byte) in self.name.bytes().enumerate() {
            seed[place % 28] ^= byte.rotate_left(place as u32 / 28);
        }
        seed[28..].copy_from_slice(&setting("LOCKSTEP_SEED", 1_u32).to_le_bytes());
        seed
    }
}
