//! A request's bytes, against Northwind's policy.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lockstep_fuzz::request::check(data));
