//! How many instructions the hot paths take, counted by callgrind and held against `core/counts.txt`.
//!
//! `cargo run --release --example count` counts all workloads, each in a process of its own, and fails where one takes over
//! 3 % more than the file says; `-- accept` writes the file anew. `-- run NAME` is what callgrind watches: it counts inside
//! `measured` alone, so that making an organisation counts for nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool of the benchmarks says by a panic what went wrong"
)]

#[path = "../benches/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use common::{Calls, FIFTY, FOUR_HUNDRED, GROWTH, Shape, grown, spread};
use lockstep_policy::Policy;
use lockstep_policy::decide::{Call, ListRequest, Of};

/// Where the counts are kept.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.txt");

/// By how much a count may grow.
const SLACK: f64 = 1.03;

/// How much more work four times the bytes of hostile documents may take.
const HOSTILE_GROWTH: f64 = 5.0;

/// How many times a workload is done; what it costs to begin is then nothing.
const TIMES: usize = 2_000;

/// All workloads, by the way in and the size of the organisation where it is measured at several.
fn workloads() -> Vec<String> {
    let fixed = [
        "decide-request",
        "decide-json",
        "strings-hot",
        "strings-spread",
        "target-hot",
        "target-spread",
        "list-400",
        "explain",
        "load-1-mb",
        "hostile-of-250-kb",
        "hostile-of-1000-kb",
    ];
    let grown = ["target", "strings"].into_iter().flat_map(|way| GROWTH.map(|tenants| format!("{way}-of-{tenants}-tenants")));
    fixed.into_iter().map(str::to_owned).chain(grown).collect()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", name] => {
            run(name);
            ExitCode::SUCCESS
        }
        [] => compare(false),
        ["accept"] => compare(true),
        _ => {
            eprintln!("say nothing, `accept`, or `run` and a workload");
            ExitCode::from(2)
        }
    }
}

/// What callgrind counts: it is told to by this function's name.
#[inline(never)]
fn measured(times: usize, mut work: impl FnMut(usize)) {
    for time in 0..times {
        work(time);
    }
}

fn calls(shape: &Shape, tenants: usize) -> Calls {
    let policy = Policy::load(shape.document().as_bytes()).unwrap();
    Calls::new(shape, policy, TIMES, spread(shape, tenants))
}

/// Does a workload, and says how often it did.
fn run(name: &str) {
    let times = match name {
        "decide-request" | "decide-json" | "explain" => of_requests(name, &calls(&FIFTY, FIFTY.tenants)),
        "strings-hot" | "target-hot" => prepared(name, &calls(&FIFTY, 1), true),
        "strings-spread" | "target-spread" => prepared(name, &calls(&FIFTY, FIFTY.tenants), false),
        "list-400" => list(),
        "load-1-mb" => load(),
        "hostile-of-250-kb" => hostile(250_000),
        "hostile-of-1000-kb" => hostile(1_000_000),
        grows => {
            let tenants: usize = grows.split('-').nth(2).and_then(|tenants| tenants.parse().ok()).expect("a workload");
            prepared(grows, &calls(&grown(tenants), tenants), false)
        }
    };
    println!("times {times}");
}

fn of_requests(name: &str, calls: &Calls) -> usize {
    let policy = &calls.policy;
    match name {
        "decide-request" => measured(TIMES, |time| {
            black_box(policy.decide(&calls.requests[time].0).outcome());
        }),
        "decide-json" => measured(TIMES, |time| drop(black_box(policy.decide(&calls.requests[time].0).to_json()))),
        _ => measured(TIMES, |time| drop(black_box(policy.explain(&calls.requests[time].0, "omar")))),
    }
    TIMES
}

fn prepared(name: &str, calls: &Calls, hot: bool) -> usize {
    let of = |time: usize| &calls.prepared[if hot { 0 } else { time }];
    if name.starts_with("target") {
        measured(TIMES, |time| {
            let call = of(time);
            black_box(calls.callers[call.caller].outcome(call.target, call.moment));
        });
    } else {
        measured(TIMES, |time| {
            let call = of(time);
            black_box(calls.callers[call.caller].outcome(Call::Named(call.name()), call.moment));
        });
    }
    TIMES
}

fn list() -> usize {
    let policy = Policy::load(FOUR_HUNDRED.document().as_bytes()).unwrap();
    let calls = Calls::new(&FOUR_HUNDRED, policy, 1, |_| 0);
    let request = FOUR_HUNDRED.list_request();
    assert_eq!(calls.policy.list(&ListRequest::read(request.as_bytes())).rows.len(), 400);
    let (caller, moment) = (&calls.callers[0], calls.prepared[0].moment);
    measured(50, |_| drop(black_box(caller.list(&Of::All, moment))));
    50
}

fn load() -> usize {
    let text = lockstep_generate::organisation(1, &lockstep_generate::Shape::tenants(15));
    measured(1, |_| drop(black_box(Policy::load(text.as_bytes()).unwrap())));
    1
}

/// What reading documents takes that mean harm, all of them, each about `size` bytes.
fn hostile(size: usize) -> usize {
    let good = lockstep_generate::organisation(11, &lockstep_generate::Shape::tenants(size / 68_000 + 1));
    let small = lockstep_generate::minimal(size).into_iter().map(|(_, text)| text.into_bytes());
    let texts: Vec<Vec<u8>> = small.chain(lockstep_generate::hostile(size, &good).into_iter().map(|(_, text)| text)).collect();
    measured(1, |_| texts.iter().for_each(|text| drop(black_box(Policy::load(text)))));
    1
}

/// What callgrind says of one workload.
struct Count {
    /// Instructions, for one time.
    instructions: f64,
    /// Reads and writes that its model of a cache doesn't hold: the first level, and the last.
    misses: Option<(f64, f64)>,
}

/// Counts all, and holds them against the file or writes it.
fn compare(accept: bool) -> ExitCode {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("missing: valgrind; install it by the system's package manager, then run this again");
        return ExitCode::FAILURE;
    }
    let (compiler, kept) = read_kept(Path::new(KEPT));
    let mut counts = BTreeMap::new();
    let mut grown = Vec::new();
    println!("{:<26} {:>14} {:>14} {:>8} {:>10} {:>10}", "workload", "instructions", "kept", "", "L1 misses", "last level");
    for name in workloads() {
        let count = count(&name);
        let before = kept.get(&name).copied();
        let change = before.map_or("new".to_owned(), |before| format!("{:+.1} %", (count.instructions / before - 1.0) * 100.0));
        let (first, last) = count.misses.map_or_else(Default::default, |(first, last)| (format!("{first:.1}"), format!("{last:.1}")));
        let shown = before.map_or(String::new(), |before| format!("{before:.1}"));
        println!("{name:<26} {:>14.1} {shown:>14} {change:>8} {first:>10} {last:>10}", count.instructions);
        if before.is_none_or(|before| count.instructions > before * SLACK) {
            grown.push(format!("{name}: {change}"));
        }
        counts.insert(name, count.instructions);
    }
    growth(&counts);
    if let Some(fault) = hostile_growth(&counts) {
        eprintln!("\n{fault}");
        return ExitCode::FAILURE;
    }
    if accept {
        fs::write(KEPT, written(&counts)).expect("a file that can be written");
        println!("kept in {}", Path::new(KEPT).file_name().unwrap_or_default().display());
        return ExitCode::SUCCESS;
    }
    if grown.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\nmore than 3 % more instructions than core/counts.txt says:\n  {}", grown.join("\n  "));
    if compiler.as_deref() != Some(&rustc()) {
        eprintln!("(the file is of {}, this is {})", compiler.unwrap_or_else(|| "no compiler".to_owned()), rustc());
    }
    eprintln!("where that is meant, `make counts ACCEPT=1` keeps the new ones");
    ExitCode::FAILURE
}

/// One workload under callgrind. The model of the cache is a fixed one, so that its misses are the same everywhere.
fn count(name: &str) -> Count {
    let caches = name.ends_with("-tenants");
    let this = std::env::current_exe().expect("this program");
    let out = std::env::temp_dir().join(format!("lockstep-count-{}-{name}", std::process::id()));
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured*", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"])
        .arg(format!("--cache-sim={}", if caches { "yes" } else { "no" }))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(this)
        .args(["run", name])
        // What else is in the environment moves the stack.
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&done.stdout);
    let times = told.trim().strip_prefix("times ").and_then(|times| times.parse::<f64>().ok());
    let times = times.unwrap_or_else(|| panic!("{name}: {}", String::from_utf8_lossy(&done.stderr)));
    let profile = fs::read_to_string(&out).expect("callgrind's file");
    let _ = fs::remove_file(&out);
    let line = |name: &str| profile.lines().find_map(|line| line.strip_prefix(name));
    let events: Vec<&str> = line("events: ").expect("the events").split_whitespace().collect();
    let sums: Vec<f64> =
        line("summary: ").or(line("totals: ")).expect("the sums").split_whitespace().map(|sum| sum.parse().unwrap()).collect();
    let sum = |event: &str| events.iter().position(|name| *name == event).and_then(|place| sums.get(place)).map_or(0.0, |sum| sum / times);
    assert!(sum("Ir") > 0.0, "{name}: nothing was counted");
    let misses = caches.then(|| (sum("D1mr") + sum("D1mw"), sum("DLmr") + sum("DLmw")));
    Count { instructions: sum("Ir"), misses }
}

/// What 10,000 tenants take, in times what 10 do.
fn growth(counts: &BTreeMap<String, f64>) {
    println!();
    for (way, most) in [("target", 1.05), ("strings", 1.3)] {
        let of = |tenants: usize| counts.get(&format!("{way}-of-{tenants}-tenants")).copied().unwrap_or(f64::NAN);
        println!("instructions by {way}, 10 to 10,000 tenants: {:.3} times, at most {most} aimed at", of(10_000) / of(10));
    }
}

/// Four times the bytes of harm may take little more than four times the work: what is quadratic in any of them shows.
fn hostile_growth(counts: &BTreeMap<String, f64>) -> Option<String> {
    let grown = counts.get("hostile-of-1000-kb")? / counts.get("hostile-of-250-kb")?;
    println!("instructions for hostile documents, 250 KB to 1 MB: {grown:.2} times, at most {HOSTILE_GROWTH}");
    (grown > HOSTILE_GROWTH).then(|| "hostile documents: the work grows faster than the bytes".to_owned())
}

fn rustc() -> String {
    let version = Command::new("rustc").arg("--version").output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    version.unwrap_or_else(|_| "an unknown compiler".to_owned())
}

fn written(counts: &BTreeMap<String, f64>) -> String {
    let rows: String = counts.iter().map(|(name, count)| format!("{name} {count:.1}\n")).collect();
    format!(
        "# Instructions for one time, by callgrind: `make counts` fails where one takes over 3 % more, `make counts ACCEPT=1` writes this.\n# {}\n{rows}",
        rustc()
    )
}

/// The compiler and the counts of the file; nothing where there is none.
fn read_kept(path: &Path) -> (Option<String>, BTreeMap<String, f64>) {
    let text = fs::read_to_string(path).unwrap_or_default();
    let compiler = text.lines().find_map(|line| line.strip_prefix("# ").filter(|rest| rest.starts_with("rustc"))).map(str::to_owned);
    let counts = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (name, count) = line.split_once(' ')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    (compiler, counts.collect())
}
