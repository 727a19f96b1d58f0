//! Every answer that the core gives, and every one that the vectors expect, against the schemas of what comes out.
//!
//! The schemas are open, for readers of later versions; here they are closed, so that each member that is written has to
//! be declared.

use std::collections::BTreeSet;

use jsonschema::Validator;
use lockstep_generate::{Shape, explanations, lists, organisation, requests};
use lockstep_policy::Policy;
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::schema::Root;
use lockstep_tests::vectors::{self, Question};
use serde_json::{Value, json};

use super::{complaints, northwind, schema, validator};

/// Closes what is open: members, and codes that may come later.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            // Known values alone, where others may come.
            let known = keywords.get("anyOf").and_then(|branches| branches.get(0)).filter(|first| first.get("enum").is_some()).cloned();
            if let Some(known) = known {
                keywords.insert("anyOf".to_owned(), json!([known]));
            }
            if keywords.get("type") == Some(&json!("object")) && keywords.contains_key("properties") && !keywords.contains_key("allOf") {
                keywords.insert("additionalProperties".to_owned(), json!(false));
            }
            keywords.values_mut().for_each(close);
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}

/// Lets members be left out, as vectors leave out what they don't fix.
fn loosen(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            // Of the list's two forms, each is said by what it requires.
            for keyword in ["required", "dependentRequired", "oneOf"] {
                keywords.remove(keyword);
            }
            keywords.values_mut().for_each(loosen);
        }
        Value::Array(elements) => elements.iter_mut().for_each(loosen),
        _ => {}
    }
}

struct Answers {
    decision: Validator,
    user: Validator,
    explanation: Validator,
    list: Validator,
    /// The members and codes that were seen.
    seen: BTreeSet<String>,
    count: usize,
    wrong: Vec<String>,
}

impl Answers {
    fn new(bend: impl Fn(&mut Value)) -> Self {
        let bent = |mut schema: Value| {
            bend(&mut schema);
            validator(&schema)
        };
        let mut user = schema(Root::Explanation);
        let keywords = user.as_object_mut().unwrap();
        keywords.retain(|keyword, _| keyword == "$defs");
        keywords.insert("$ref".to_owned(), json!("#/$defs/ForUser"));
        Self {
            decision: bent(schema(Root::Decision)),
            user: bent(user),
            explanation: bent(schema(Root::Explanation)),
            list: bent(schema(Root::List)),
            seen: BTreeSet::new(),
            count: 0,
            wrong: Vec::new(),
        }
    }

    fn hold(&mut self, which: fn(&Self) -> &Validator, answer: &Value) {
        self.count += 1;
        let complaints = complaints(which(self), answer);
        if !complaints.is_empty() {
            self.wrong.push(format!("{complaints:?}: {answer}"));
        }
        self.seen.extend(answer.as_object().unwrap().keys().cloned());
    }

    fn decide(&mut self, policy: &Policy, text: &str) {
        let request = Request::read(text.as_bytes());
        let decision = policy.decide(&request);
        self.hold(|answers| &answers.decision, &parse(&decision.to_json()));
        self.hold(|answers| &answers.user, &parse(&decision.for_user().to_json()));
        self.hold(|answers| &answers.explanation, &parse(&policy.explain_whole(&request).to_json()));
    }

    fn explain(&mut self, policy: &Policy, text: &str, actor: &str) {
        self.hold(|answers| &answers.explanation, &parse(&policy.explain(&Request::read(text.as_bytes()), actor).to_json()));
    }

    fn list(&mut self, policy: &Policy, text: &str) {
        self.hold(|answers| &answers.list, &parse(&policy.list(&ListRequest::read(text.as_bytes())).to_json()));
    }

    fn finish(&self, what: &str) {
        println!("{what}: {}", self.count);
        let shown: Vec<&str> = self.wrong.iter().take(5).map(String::as_str).collect();
        assert!(self.wrong.is_empty(), "{} of {} are wrong, the first:\n{}", self.wrong.len(), self.count, shown.join("\n"));
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_answer_is_one() {
    let mut answers = Answers::new(close);
    for file in vectors::all() {
        let policy = Policy::load(file.policy.to_string().as_bytes()).unwrap();
        for case in &file.cases {
            match &case.question {
                Question::Decide(text) => answers.decide(&policy, text),
                Question::List(text) => answers.list(&policy, text),
                Question::Explain(text, actor) => answers.explain(&policy, text, actor),
            }
        }
    }
    let policy = Policy::load(northwind("policy.json").as_bytes()).unwrap();
    northwind("requests.jsonl").lines().for_each(|text| answers.decide(&policy, text));
    for seed in 0..10 {
        let text = organisation(seed, &Shape::dense());
        let policy = Policy::load(text.as_bytes()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        requests(seed, &document, 80).iter().for_each(|text| answers.decide(&policy, text));
        lists(seed, &document, 20).iter().for_each(|text| answers.list(&policy, text));
        explanations(seed, &document, 40).iter().for_each(|(text, actor)| answers.explain(&policy, text, actor));
    }
    answers.finish("answers");
    // Everything that the schemas declare at their tops was seen.
    for root in [Root::Decision, Root::Explanation, Root::List] {
        for member in schema(root)["properties"].as_object().unwrap().keys() {
            assert!(answers.seen.contains(member), "no answer has `{member}` of {}", root.name());
        }
    }
}

#[test]
fn every_expected_answer_is_one() {
    let mut answers = Answers::new(|schema| {
        close(schema);
        loosen(schema);
    });
    for case in vectors::all().into_iter().flat_map(|file| file.cases) {
        match case.question {
            Question::Decide(_) => answers.hold(|answers| &answers.decision, &case.expect),
            Question::List(_) => answers.hold(|answers| &answers.list, &case.expect),
            Question::Explain(..) => answers.hold(|answers| &answers.explanation, &case.expect),
        }
    }
    for line in northwind("decisions.jsonl").lines() {
        answers.hold(|answers| &answers.decision, &parse(line));
    }
    answers.finish("expected answers");
}

#[test]
fn what_isnt_an_answer_is_refused() {
    let answers = Answers::new(|_| {});
    let whole =
        json!({"outcome": "deny", "reason": "stopped", "layer": "scope-policy", "revision": 1, "message": {"user": "u", "admin": "a"}});
    let refused = |bend: fn(&mut Value)| {
        let mut answer = whole.clone();
        bend(&mut answer);
        !answers.decision.is_valid(&answer)
    };
    assert!(!refused(|_| {}));
    // Open out: later members, reasons and obligations pass.
    assert!(!refused(|answer| answer["later"] = json!(1)));
    assert!(!refused(|answer| answer["reason"] = json!("later-reason")));
    assert!(!refused(|answer| answer["obligations"] = json!([{"kind": "later", "what": 1}])));
    assert!(refused(|answer| answer["outcome"] = json!("maybe")));
    assert!(refused(|answer| answer["layer"] = json!("later")));
    assert!(refused(|answer| answer["reason"] = json!("No code")));
    assert!(refused(|answer| answer["obligations"] = json!([{"kind": "verify-definition", "server": "s", "tool": "t"}])));
    assert!(refused(|answer| answer["source"] = json!({"level": "msp", "scope": "root"})));
    assert!(refused(|answer| answer["lock"] = json!({"badge": "Locked by MSP", "causes": [{"setting": "nothing"}]})));
    assert!(refused(|answer| drop(answer.as_object_mut().unwrap().remove("message"))));
    let both = json!({"revision": 1, "rows": [], "reason": "unknown-user", "layer": "caller"});
    assert!(!answers.list.is_valid(&both) && !answers.list.is_valid(&json!({"revision": 1})));
    // A user gets these members and no more.
    let user = json!({"outcome": "deny", "reason": "stopped", "layer": "scope-policy", "badge": "Locked by MSP", "message": "m"});
    assert!(answers.user.is_valid(&user));
    let mut more = user.clone();
    more["revision"] = json!(1);
    assert!(!answers.user.is_valid(&more));
}
