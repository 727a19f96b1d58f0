//! Documents that mean harm get an answer in bounded memory, and good ones load in bounded memory.
//!
//! Time is shown and fails nothing, since it is as much the machine's as ours: that the work follows the size is counted in
//! instructions (`make counts`, `hostile-…`). One test alone in its process, since memory is measured for the whole of it.
//! `LOCKSTEP_HOSTILE_BYTES` sets the size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

use std::time::{Duration, Instant};

use lockstep_generate::{Shape, hostile, minimal, organisation};
use lockstep_policy::Policy;
use lockstep_policy::decide::Request;
use lockstep_tests::heap::{Counting, highest_while};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Beyond the input: when it loads, and when it is refused.
const LOADED: f64 = 3.0;
const REFUSED: f64 = 8.0;
/// A small text may cost this much whatever it is.
const LEAST: usize = 1 << 20;

#[test]
fn hostile_documents_are_answered_in_bounds() {
    let size: usize = std::env::var("LOCKSTEP_HOSTILE_BYTES").map_or(16_000_000, |text| text.parse().expect("a number of bytes"));
    let good = organisation(11, &Shape::tenants(size / 68_000 + 1));
    let mut faults = Vec::new();
    println!("s/100 MB: at most 10 aimed at\n{:<44} {:>11} {:>9} {:>9}  answer", "document", "bytes", "memory x", "s/100 MB");
    measure("a good one", good.as_bytes(), true, &mut faults);
    let canonical = Policy::load(good.as_bytes()).unwrap().document().canonical();
    measure("a good one, canonical", canonical.as_bytes(), true, &mut faults);
    for (name, text) in minimal(size) {
        measure(name, text.as_bytes(), true, &mut faults);
    }
    for (name, text) in hostile(size, &good) {
        measure(name, &text, false, &mut faults);
    }
    hostile_requests(size, &mut faults);
    // Cut anywhere: a small one at every byte.
    let small = organisation(12, &Shape::dense());
    let small = small.trim_end();
    let refused = (0..small.len()).filter(|end| Policy::load(&small.as_bytes()[..*end]).is_err()).count();
    println!("cut at every byte: {refused} of {} refused", small.len());
    assert_eq!(refused, small.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What `work` gives, the most memory that it held, and how long it took.
fn timed<T>(work: impl Fn() -> T) -> (T, usize, Duration) {
    let begun = Instant::now();
    let (done, highest) = highest_while(&work);
    (done, highest, begun.elapsed())
}

fn measure(name: &str, text: &[u8], loads: bool, faults: &mut Vec<String>) {
    let (answer, highest, took) = timed(|| Policy::load(text));
    let ratio = highest as f64 / text.len() as f64;
    let pace = took.as_secs_f64() * 100e6 / text.len().max(LEAST) as f64;
    let said = match &answer {
        Ok(_) => "loads".to_owned(),
        Err(problems) => {
            let first = &problems.problems[0];
            let said = format!("{} problems, {}:{} {}", problems.count, first.line, first.column, first.code);
            if problems.count == 0 || problems.problems.is_empty() {
                faults.push(format!("{name}: refused without a problem"));
            }
            said
        }
    };
    println!("{name:<44} {:>11} {ratio:>9.2} {pace:>9.2}  {said}", text.len());
    if answer.is_ok() != loads {
        faults.push(format!("{name}: {said}"));
    }
    let most = if loads { LOADED } else { REFUSED };
    if highest > LEAST && ratio > most {
        faults.push(format!("{name}: {ratio:.2} times its size in memory, {most} at most"));
    }
}

/// Requests that mean harm are answered too, in bounded memory.
fn hostile_requests(size: usize, faults: &mut Vec<String>) {
    let policy = Policy::load(br#"{"format":"1.0","revision":1,"scopes":[{"id":"r","level":"tenant","name":"R"}]}"#).unwrap();
    let head = r#"{"action":"server.contact","target":{"kind":"server","server":"s"},"context":{"now":"2026-11-20T12:00:00Z""#;
    let numbered = |open: &str, part: &dyn Fn(usize) -> String, close: &str| {
        let mut text = format!("{head}{open}");
        let mut number = 0;
        while text.len() + close.len() < size {
            let comma = if number == 0 { "" } else { "," };
            text.push_str(&format!("{comma}{}", part(number)));
            number += 1;
        }
        text.push_str(close);
        text.into_bytes()
    };
    let digest = format!("sha256:{}", "0".repeat(64));
    let requests = [
        ("a request of brackets alone", "[".repeat(size).into_bytes()),
        ("a request of invalid ids", numbered(r#","downstream":{"#, &|number| format!(r#"" {number}":"ready""#), "}}}")),
        ("a request of good ids", numbered(r#","downstream":{"#, &|number| format!(r#""{number}":"ready""#), "}}}")),
        ("a request of tools without end", numbered(r#","observed":{"s":{"#, &|number| format!(r#""{number}":"{digest}""#), "}}}}")),
        ("a request of unknown members", numbered(",", &|number| format!(r#""k{number}":0"#), "}}")),
        ("a request of one member again and again", numbered(",", &|_| r#""canAsk":true"#.to_owned(), "}}")),
        ("a request of an unknown action's target", {
            let long = numbered(r#"},"x":["#, &|number| number.to_string(), "]}");
            String::from_utf8(long).unwrap().replace("server.contact", "no.such.action").into_bytes()
        }),
    ];
    for (name, text) in requests {
        let (reason, highest, took) = timed(|| {
            let request = Request::read(&text);
            policy.decide(&request).reason()
        });
        let ratio = highest as f64 / text.len() as f64;
        let pace = took.as_secs_f64() * 100e6 / text.len() as f64;
        println!("{name:<44} {:>11} {ratio:>9.2} {pace:>9.2}  {reason}", text.len());
        if ratio > REFUSED {
            faults.push(format!("{name}: {ratio:.2} times its size in memory, {REFUSED} at most"));
        }
    }
}
