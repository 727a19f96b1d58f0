//! Digests and addresses, as every package has them (contract 1).

use lockstep_policy::address;
use lockstep_policy::digest::{definition_digest as of_definition, json_digest as of_json};
use wasm_bindgen::prelude::*;

/// The digest of a JSON text's canonical form; none where it has none.
#[wasm_bindgen(js_name = jsonDigest)]
pub fn json_digest(text: &str) -> Option<String> {
    of_json(text.as_bytes()).ok().map(|digest| digest.to_string())
}

/// The digest of a tool's definition; none where it has none.
#[wasm_bindgen(js_name = definitionDigest)]
pub fn definition_digest(tool: &str) -> Option<String> {
    of_definition(tool.as_bytes()).ok().map(|digest| digest.to_string())
}

/// The digest of an address.
#[wasm_bindgen(js_name = addressDigest)]
pub fn address_digest(address: &str) -> String {
    address::address_digest(address).to_string()
}

/// An address as it may be shown (N-3).
#[wasm_bindgen(js_name = redactAddress)]
pub fn redact_address(address: &str) -> String {
    address::redact(address)
}
