//! The random decisions of the judge, answered by the oracle. Those of changes the judge writes itself, for a document's validity is the
//! core's to say, and this program doesn't wait for a core to be built.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use lockstep_generate::{Shape, explanations, lists, organisation, requests};
use serde_json::{Value, json};

/// Organisations, and what each is asked: 20,000 questions together.
const ORGANISATIONS: u64 = 100;
const REQUESTS: usize = 186;
const LISTS: usize = 6;
const EXPLANATIONS: usize = 8;

/// Writes the cases of the first organisations, one a line.
pub fn write(path: &Path) {
    let mut file = BufWriter::new(File::create(path).expect("the file of cases"));
    for seed in 0..ORGANISATIONS {
        for case in of(seed) {
            writeln!(file, "{case}").expect("room for the cases");
        }
    }
    file.flush().expect("room for the cases");
}

fn of(seed: u64) -> Vec<Value> {
    let text = organisation(seed, &if seed % 5 == 4 { Shape::tiny() } else { Shape::dense() });
    let document: Value = serde_json::from_str(&text).expect("an organisation");
    let mut cases = vec![json!({"policy": text})];
    for request in requests(seed, &document, REQUESTS) {
        let expect = lockstep_oracle::decide(&document, &request);
        cases.push(json!({"ask": "decide", "request": request, "expect": expect}));
    }
    for request in lists(seed, &document, LISTS) {
        let expect = lockstep_oracle::list(&document, &request);
        cases.push(json!({"ask": "list", "request": request, "expect": expect}));
    }
    for (request, actor) in explanations(seed, &document, EXPLANATIONS) {
        let expect = lockstep_oracle::explain(&document, &request, &actor);
        cases.push(json!({"ask": "explain", "request": request, "actor": actor, "expect": expect}));
    }
    cases
}
