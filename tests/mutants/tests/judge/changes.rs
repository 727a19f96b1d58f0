//! Changes of random organisations, alone and in chains, that the oracle answered. Of a document that a change leads to only a hash is
//! kept: twenty thousand whole ones would take longer to read than to make.

use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, BufWriter, Write};
use std::path::Path;

use lockstep_generate::{Random, change, changeable};
use lockstep_oracle::{apply, canonical};
use lockstep_policy::Policy;
use lockstep_tests::changes::{answer_and_next, is_as_compiled};
use serde_json::{Value, json};

/// Organisations, and the changes of each: those that stand alone, then chains of so many links. 20,000 together.
const ORGANISATIONS: u64 = 250;
const ALONE: usize = 40;
const CHAINS: usize = 2;
const LINKS: usize = 20;
/// What the end of a chain is asked.
const REQUESTS: usize = 40;

/// Writes the cases with the oracle's answers, one a line.
pub fn write(path: &Path) {
    let mut file = BufWriter::new(File::create(path).expect("the file of cases"));
    for seed in 0..ORGANISATIONS {
        let start = changeable(seed);
        let mut random = Random::new(seed, "changes");
        let mut case = |case: Value| writeln!(file, "{case}").expect("room for the cases");
        case(json!({"policy": start.to_string()}));
        for _ in 0..ALONE {
            let text = change(&mut random, &start).text;
            let (expect, _) = hashed(apply(&start, &text, &is_valid));
            case(json!({"change": text, "expect": expect}));
        }
        for _ in 0..CHAINS {
            let mut document = start.clone();
            for _ in 0..LINKS {
                let text = change(&mut random, &document).text;
                let (expect, next) = hashed(apply(&document, &text, &is_valid));
                case(json!({"change": text, "expect": expect, "goesOn": next.is_some()}));
                document = next.unwrap_or(document);
            }
            case(json!({"done": seed, "document": document}));
        }
    }
    file.flush().expect("room for the cases");
}

fn is_valid(document: &Value) -> bool {
    Policy::load(document.to_string().as_bytes()).is_ok()
}

/// Whether the core answers each case as the oracle did.
pub fn judge(cases: impl BufRead) -> Result<(), String> {
    let (mut start, mut policy) = (None, None);
    for line in cases.lines() {
        let case: Value = serde_json::from_str(&line.expect("a line")).expect("a case");
        if let Some(text) = case["policy"].as_str() {
            start = Some(Policy::load(text.as_bytes()).map_err(|problems| problems.to_string())?);
        }
        let Some(text) = case["change"].as_str() else {
            if let (Some(seed), Some(made)) = (case["done"].as_u64(), &policy) {
                is_as_compiled(made, &case["document"], seed, REQUESTS)?;
            }
            policy.clone_from(&start);
            continue;
        };
        let (answer, next) = answer_and_next(policy.as_ref().expect("a policy before its cases"), text);
        let (answer, _) = hashed(answer);
        if answer != case["expect"] {
            return Err(format!("{case}\n  answered {answer}"));
        }
        if case["goesOn"] == true {
            policy = next;
        }
    }
    Ok(())
}

/// An answer with its document's hash in the document's place, and the document.
fn hashed(mut answer: Value) -> (Value, Option<Value>) {
    let document = answer.get_mut("document").map(Value::take);
    if let Some(document) = &document {
        let mut hasher = DefaultHasher::new();
        canonical(document).to_string().hash(&mut hasher);
        answer["document"] = hasher.finish().into();
    }
    (answer, document)
}
