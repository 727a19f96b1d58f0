//! The core as a WebAssembly component. `wit/` is the contract; what is here converts, and decides nothing.
//!
//! It is built for `wasm32-unknown-unknown`, where a library of wasm that imports nothing comes out, and made a component
//! by `lockstep-encode`: `make component`.
#![allow(clippy::result_large_err, reason = "errors are as large as the contract makes them, and cross the border at once")]

mod bindings;
mod caller;
mod policy;
mod read;
mod rows;
mod write;

use lockstep_policy::decide::Reason;
use lockstep_policy::digest::{self, Digest, DigestError};
use lockstep_policy::document::Document;

use crate::bindings::wit;
pub use crate::caller::CallerHandle;
pub use crate::policy::PolicyHandle;

/// What the world exports.
#[derive(Debug)]
pub struct Component;

impl wit::Guest for Component {
    type Policy = PolicyHandle;
    type Caller = CallerHandle;

    fn absent_text() -> u32 {
        rows::ABSENT
    }

    fn check(document: Vec<u8>) -> Result<Vec<wit::Problem>, wit::Error> {
        match Document::read_and_warn(&document) {
            Ok((_, warnings)) => Ok(write::problems(&warnings.problems)),
            Err(problems) => Err(write::wrong_document(&problems)),
        }
    }

    fn json_digest(json: Vec<u8>) -> Result<String, wit::Error> {
        digest_of(digest::json_digest(&json))
    }

    fn definition_digest(tool: Vec<u8>) -> Result<String, wit::Error> {
        digest_of(digest::definition_digest(&tool))
    }

    fn reasons() -> Vec<wit::Reason> {
        Reason::ALL.iter().map(|reason| write::reason(*reason)).collect()
    }
}

fn digest_of(digest: Result<Digest, DigestError>) -> Result<String, wit::Error> {
    digest
        .map(|digest| digest.to_string())
        .map_err(|error| write::error("no-digest", error, "a call of it is denied until it is corrected"))
}
