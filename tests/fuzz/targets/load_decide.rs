//! An organisation made of a vector's or a generated one, and requests of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lockstep_fuzz::load_decide::check(data));
