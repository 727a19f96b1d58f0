//! Running the program.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Northwind's folder.
pub fn northwind() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northwind")
}

/// A line of a file of Northwind, from 1.
pub fn line(file: &str, number: usize) -> String {
    std::fs::read_to_string(northwind().join(file)).unwrap().lines().nth(number - 1).unwrap().to_owned()
}

/// An empty folder of a test's own.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program, in Northwind's folder, whatever the surroundings say about colours.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.args(arguments).current_dir(northwind());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// What a run came to.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        // No status is a signal: nothing here may end by one.
        Self { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// The output as one JSON value.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// The output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Holds an error to the house's style.
    #[track_caller]
    pub fn is_an_error(&self, message: &str) {
        assert_eq!(self.status, 2, "{}{}", self.out, self.err);
        assert!(self.err.contains("error: "), "{}", self.err);
        assert!(self.err.contains(message), "{message:?} isn't in {}", self.err);
        for inside in ["panicked", "RUST_BACKTRACE", "os error", "struct ", "Option<", "::", "Err("] {
            assert!(!self.err.contains(inside), "{inside:?} is in {}", self.err);
        }
    }
}

/// Runs it.
pub fn run(arguments: &[&str]) -> Run {
    program(arguments).stdin(Stdio::null()).output().unwrap().into()
}

/// Runs it with a text on standard input.
pub fn run_with(arguments: &[&str], input: &[u8]) -> Run {
    let piped = program(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = piped.unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.into()
}
