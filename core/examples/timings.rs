//! The table of what `cargo bench` has measured, read from Criterion's folder, with what was aimed at.
//!
//! `cargo run --release --example timings -- target/criterion`

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

/// The most nanoseconds that a median should take, where something is aimed at.
const AIMS: [(&str, f64); 8] = [
    ("decide/a request in memory", 300.0),
    ("decide/a request, both messages, JSON", 800.0),
    ("decide/prepared caller, strings, spread", 200.0),
    ("decide/prepared caller, strings, hot", 200.0),
    ("decide/prepared caller, target, spread", 70.0),
    ("decide/prepared caller, target, hot", 25.0),
    ("decide/explain to an administrator", 2_000.0),
    ("list of 400 tools/prepared caller", 20_000.0),
];

/// What the others are held against.
const BASELINE: &str = "decide/baseline: five look-ups";

/// The slowest that a load should be.
const LEAST_MEGABYTES_A_SECOND: f64 = 100.0;

struct Timing {
    /// Nanoseconds.
    median: f64,
    /// Bytes that one takes in.
    bytes: Option<f64>,
}

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/criterion".to_owned());
    let mut timings = BTreeMap::new();
    if let Err(error) = find(Path::new(&folder), &mut timings) {
        eprintln!("{folder}: {error}; run `cargo bench` first");
        return ExitCode::from(2);
    }
    let baseline = timings.get(BASELINE).map(|timing| timing.median);
    println!("{:<52} {:>12} {:>10}  aim", "benchmark", "median", "x baseline");
    for (name, timing) in &timings {
        // A load or a list isn't the baseline's like.
        let ratio = baseline.filter(|_| name.starts_with("decide/")).map_or(String::new(), |base| format!("{:.1}", timing.median / base));
        println!("{name:<52} {:>12} {ratio:>10}  {}", readable(timing.median), judged(name, timing));
    }
    growth(&timings);
    ExitCode::SUCCESS
}

/// Criterion keeps a folder a benchmark, with what it is called and its estimates.
fn find(folder: &Path, timings: &mut BTreeMap<String, Timing>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        if path.ends_with("new") {
            let read = |file| -> Result<Value, Box<dyn Error>> { Ok(serde_json::from_str(&fs::read_to_string(path.join(file))?)?) };
            let (about, estimates) = (read("benchmark.json")?, read("estimates.json")?);
            let name = about.pointer("/full_id").and_then(Value::as_str).ok_or("a benchmark without a name")?;
            let median = estimates.pointer("/median/point_estimate").and_then(Value::as_f64).ok_or("a benchmark without a median")?;
            let bytes = about.pointer("/throughput/Bytes").and_then(Value::as_f64);
            timings.insert(name.to_owned(), Timing { median, bytes });
        } else {
            find(&path, timings)?;
        }
    }
    Ok(())
}

fn judged(name: &str, timing: &Timing) -> String {
    let verdict = |reached| if reached { "reached" } else { "MISSED" };
    if let Some(bytes) = timing.bytes {
        let pace = bytes * 1e3 / timing.median;
        return format!("{pace:.0} MB/s, at least {LEAST_MEGABYTES_A_SECOND:.0}: {}", verdict(pace >= LEAST_MEGABYTES_A_SECOND));
    }
    let aim = AIMS.into_iter().find(|(of, _)| *of == name);
    aim.map_or(String::new(), |(_, aim)| format!("at most {}: {}", readable(aim), verdict(timing.median <= aim)))
}

/// How much longer the largest organisation takes than the smallest.
fn growth(timings: &BTreeMap<String, Timing>) {
    println!();
    for (name, large) in timings {
        let Some(what) = name.strip_suffix("/10000") else { continue };
        if let Some(small) = timings.get(&format!("{what}/10")) {
            println!("{what}: {:.2} times from 10 to 10,000 tenants", large.median / small.median);
        }
    }
}

fn readable(nanoseconds: f64) -> String {
    match nanoseconds {
        up_to if up_to < 1e3 => format!("{nanoseconds:.1} ns"),
        up_to if up_to < 1e6 => format!("{:.2} us", nanoseconds / 1e3),
        up_to if up_to < 1e9 => format!("{:.2} ms", nanoseconds / 1e6),
        _ => format!("{:.2} s", nanoseconds / 1e9),
    }
}
