//! An address, another, and a pattern, a line each.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lockstep_fuzz::address::check(data));
