//! What the tests of the component share: its bytes, a worker and the core side by side, and JSON in one form.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first thing that is wrong"
)]

pub mod canonical;
pub mod pair;
pub mod records;
pub mod tally;
pub mod typed;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs};

use lockstep_component_host::{Limits, Module};

/// Where `make component` leaves a file: beside the folder of this program's profile.
pub fn built(name: &str) -> PathBuf {
    let program = env::current_exe().expect("a program has a path");
    let target = program.ancestors().find(|folder| folder.join("component").is_dir());
    target.unwrap_or_else(|| panic!("the component isn't built: make component")).join("component").join(name)
}

/// Its bytes.
pub fn bytes(name: &str) -> Vec<u8> {
    let path = built(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; make component", path.display()))
}

/// `lockstep.wasm`, compiled once for this process.
pub fn module() -> &'static Module {
    static MODULE: OnceLock<Module> = OnceLock::new();
    MODULE.get_or_init(|| compiled("lockstep.wasm"))
}

/// A file that was built, compiled.
pub fn compiled(name: &str) -> Module {
    Module::compile(&bytes(name), Limits::default()).expect("a component of this world")
}
