//! The component under wasmtime. One program, so that it is compiled once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod ending;
mod vectors;
