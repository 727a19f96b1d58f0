//! The README's code is the examples': what stands there is what runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fs;
use std::path::Path;

#[test]
fn every_block_of_the_readme_is_a_piece_of_an_example_that_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
    // Indentation is what it is relative to the piece's first line.
    let plain = |text: &str| -> String {
        let indent = text.find(|c: char| c != ' ').unwrap_or(0);
        text.lines().map(|line| line.get(indent..).unwrap_or("").trim_end()).collect::<Vec<_>>().join("\n")
    };
    let mut blocks = 0;
    let readme = read("README.md");
    for part in readme.split("```").skip(1).step_by(2) {
        let (language, code) = part.split_once('\n').unwrap();
        let example = match language {
            "rust" => read("examples/host/src/main.rs"),
            "python" => read("examples/python/host.py"),
            "wit" => read("wit/policies.wit") + &read("wit/world.wit"),
            "console" => continue,
            other => panic!("no example runs `{other}`"),
        };
        let code = plain(code.trim_end());
        let lines: Vec<&str> = example.lines().collect();
        let count = code.lines().count();
        let is_there = lines.windows(count).any(|window| plain(&window.join("\n")) == code);
        assert!(is_there, "not in the example:\n{code}");
        blocks += 1;
    }
    assert!(blocks >= 3, "{blocks} blocks");
}
