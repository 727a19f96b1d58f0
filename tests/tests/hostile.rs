//! Documents that mean harm get an answer in bounded memory and time, and good ones load in bounded memory.
//!
//! One test alone in its process, since memory is measured for the whole of it. `LOCKSTEP_HOSTILE_BYTES` sets the size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::time::{Duration, Instant};

use lockstep_generate::{Shape, organisation};
use lockstep_policy::Policy;
use lockstep_tests::heap::{Counting, highest_while};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Beyond the input: when it loads, and when it is refused.
const LOADED: f64 = 3.0;
const REFUSED: f64 = 8.0;
const SECONDS_PER_100_MB: f64 = 10.0;
/// A small text may cost this much whatever it is.
const LEAST: usize = 1 << 20;

#[test]
fn hostile_documents_are_answered_in_bounds() {
    let size: usize = std::env::var("LOCKSTEP_HOSTILE_BYTES").map_or(16_000_000, |text| text.parse().expect("a number of bytes"));
    let good = organisation(11, &Shape::tenants(size / 68_000 + 1));
    let mut faults = Vec::new();
    println!("{:<44} {:>11} {:>9} {:>9}  answer", "document", "bytes", "memory x", "s/100 MB");
    measure("a good one", good.as_bytes(), true, &mut faults);
    let canonical = Policy::load(good.as_bytes()).unwrap().document().canonical();
    measure("a good one, canonical", canonical.as_bytes(), true, &mut faults);
    for (name, text) in hostile(size, &good) {
        measure(name, &text, false, &mut faults);
    }
    // Cut anywhere: a small one at every byte.
    let small = organisation(12, &Shape::dense());
    let small = small.trim_end();
    let refused = (0..small.len()).filter(|end| Policy::load(&small.as_bytes()[..*end]).is_err()).count();
    println!("cut at every byte: {refused} of {} refused", small.len());
    assert_eq!(refused, small.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn measure(name: &str, text: &[u8], loads: bool, faults: &mut Vec<String>) {
    let begun = Instant::now();
    let (answer, highest) = highest_while(|| Policy::load(text));
    let took = begun.elapsed();
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
    if took > Duration::from_secs(1) && pace > SECONDS_PER_100_MB {
        faults.push(format!("{name}: {pace:.2} s for 100 MB"));
    }
}

/// The bad documents, each about `size` bytes unless it is bad in another way.
fn hostile(size: usize, good: &str) -> Vec<(&'static str, Vec<u8>)> {
    let filled = |head: &str, part: &str, tail: &str| {
        let mut text = Vec::with_capacity(size + part.len());
        text.extend_from_slice(head.as_bytes());
        while text.len() + tail.len() < size {
            text.extend_from_slice(part.as_bytes());
        }
        text.extend_from_slice(tail.as_bytes());
        text
    };
    let numbered = |head: &str, part: &dyn Fn(usize) -> String, tail: &str| {
        let mut text = String::with_capacity(size + 64);
        text.push_str(head);
        let mut number = 0;
        while text.len() + tail.len() < size {
            text.push_str(&part(number));
            number += 1;
        }
        text.push_str(tail);
        text.into_bytes()
    };
    let top = r#"{"format":"1.0","revision":1,"#;
    let scope = r#""scopes":[{"id":"r","level":"tenant","name":"R"}]}"#;
    let mut spoilt = good.as_bytes().to_vec();
    let last = spoilt.len() - 1;
    spoilt[last] = b']';
    let mut not_utf8 = good.as_bytes().to_vec();
    let middle = not_utf8.len() / 2;
    not_utf8[middle] = 0xff;
    vec![
        ("nothing", Vec::new()),
        ("NUL", vec![0; size]),
        ("brackets alone", filled("", "[", "")),
        ("braces and keys alone", filled("", r#"{"a":"#, "")),
        (
            "nested 100,000 deep, closed",
            format!("{}{}{}", top, format_args!(r#""annotations":{}1{}"#, "[".repeat(100_000), "]".repeat(100_000)), "}").into_bytes(),
        ),
        ("an endless text", filled("\"", "a", "")),
        ("an endless text of escapes", filled("\"", r"\u0061", "")),
        ("lone surrogates", filled(&format!(r#"{top}"annotations":{{"a":""#), r"\ud800", r#""}}"#)),
        ("a long number", filled(r#"{"format":"1.0","revision":"#, "9", "}")),
        ("a long fraction", filled(r#"{"format":"1.0","revision":0."#, "9", "}")),
        ("a good one, cut", good.as_bytes()[..good.len() / 3 * 2].to_vec()),
        ("a good one, closed wrongly", spoilt),
        ("a good one, one byte not UTF-8", not_utf8),
        ("white space alone", filled("", " \n", "")),
        ("one key again and again", filled(r#"{"format":"1.0""#, r#","format":"1.0""#, "}")),
        (
            "annotations, one key again and again",
            filled(&format!(r#"{top}"annotations":{{"a":"b""#), r#","a":"b""#, &format!("}},{scope}")),
        ),
        ("unknown keys", numbered(&top[..top.len() - 1], &|number| format!(r#","k{number}":0"#), "}")),
        ("scopes that are empty objects", filled(&format!(r#"{top}"scopes":[{{}}"#), ",{}", "]}")),
        ("scopes that are numbers", filled(&format!(r#"{top}"scopes":[0"#), ",0", "]}")),
        ("empty lists in a list", filled(&format!(r#"{top}"scopes":[[]"#), ",[]", "]}")),
        (
            "scopes with one id",
            filled(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"tenant","name":"R"}}"#),
                r#",{"id":"r","level":"tenant","name":"R"}"#,
                "]}",
            ),
        ),
        (
            "scopes in a ring",
            numbered(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"msp","name":"R"}}"#),
                &|number| format!(r#",{{"id":"s{number}","level":"tenant","parent":"s{}","name":"S"}}"#, number + 1),
                "]}",
            ),
        ),
        (
            "members of nothing",
            numbered(
                &format!(r#"{top}"users":[{{"id":"u","name":"U","administers":[],"access":"disabled","memberOf":["r""#),
                &|number| format!(r#","n{number}""#),
                &format!("]}}],{scope}"),
            ),
        ),
        (
            "exceptions without their off",
            numbered(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"tenant","name":"R","settings":{{"except":{{"all":["r"]"#),
                &|number| format!(r#","integration/i{number}":["x"]"#),
                "}}}]}",
            ),
        ),
        (
            "patterns that aren't",
            numbered(
                &format!(r#"{top}"platform":{{"origins":{{"allow":["x""#),
                &|number| format!(r#","p{number}""#),
                &format!("]}}}},{scope}"),
            ),
        ),
    ]
}
