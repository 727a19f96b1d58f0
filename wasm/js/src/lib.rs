//! The core under JavaScript: conversions, and nothing else. What users import is the TypeScript in `lib`, which is the
//! only caller of what is exported here.
//!
//! Requests come in as JSON, which every engine writes faster than Rust could read an object by its members; decisions,
//! explanations and problems go out as objects; lists go out as columns; what is wide (views, documents, previews) as the
//! core's own JSON. No input may end in a trap: whatever can't be read is a denial or an error that is a value.

#[cfg(feature = "admin")]
mod admin;
mod caller;
mod columns;
mod errors;
mod policy;
mod texts;
mod when;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// An answer as an object with the members of its JSON.
fn object(answer: &impl Serialize) -> JsValue {
    // Writing an answer fails for none; the facade takes null for a module that is broken, which denies.
    answer.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// Ends the module as a fault in it would, for the tests of what happens then.
#[cfg(feature = "trap-for-tests")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = trapForTests)]
pub fn trap_for_tests() {
    std::process::abort()
}
