//! Laws: what must hold of every organisation and every request (`make laws CASES=100000`).
//!
//! Organisations and requests come from seeds; a case that breaks a law is made smaller before it is printed. Each law
//! counts what it has seen, and fails when that was too little to say anything. The laws about the two readers are in
//! `core/src/document/read/laws.rs`, those about addresses in `core/tests/address_laws.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a law that doesn't hold stops its test"
)]

mod any;
mod case;
mod chain;
mod diff;
mod exists;
mod hidden;
mod law;
mod lower;
mod model;
mod moved;
mod order;
mod page;
mod pair;
mod preview;
mod reach;
mod scope;
mod seen;
mod sequence;
mod setting;
mod slice;
mod undo;
mod view;
mod ways;
