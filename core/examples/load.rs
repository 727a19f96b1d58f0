//! Loads a policy document a few times and tells how fast, and how much memory the process held at most.
//!
//! `cargo run --release -p lockstep-policy --example load -- FILE [TIMES]`

use std::process::ExitCode;
use std::time::Instant;

use lockstep_policy::Policy;
use lockstep_policy::document::Document;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("say which file to load");
        return ExitCode::from(2);
    };
    let times = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(3);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    for _ in 0..times {
        let reading = pace(text.len(), || Document::read(&text).map(drop));
        let loading = pace(text.len(), || Policy::load(&text).map(drop));
        match (reading, loading) {
            (Ok(reading), Ok(loading)) => println!("read and checked at {reading:.0} MB/s, loaded at {loading:.0} MB/s"),
            (Err(problems), _) | (_, Err(problems)) => {
                eprintln!("{path}: {problems}");
                return ExitCode::FAILURE;
            }
        }
    }
    if let Some(peak) = peak() {
        println!("peak {peak}, with the text of {} kB", text.len() / 1024);
    }
    ExitCode::SUCCESS
}

/// Megabytes a second.
fn pace<E>(bytes: usize, work: impl FnOnce() -> Result<(), E>) -> Result<f64, E> {
    let begun = Instant::now();
    work()?;
    Ok(bytes as f64 / 1e6 / begun.elapsed().as_secs_f64())
}

/// What the system says of the process, where it does.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
