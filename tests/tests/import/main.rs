//! Imports (P-16): the core against the oracle on organisations that are edited and imported into their former selves, one
//! import after the other; and a policy made by imports against one loaded from its document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod edit;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use lockstep_generate::{Random, Shape, lists, organisation, reordered, requests};
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::document::Document;
use lockstep_policy::{Policy, Target};
use serde_json::{Value, json};

use edit::edit;

/// Imports into one organisation, each into what the last one left.
const EACH: u64 = 10;
/// Requests that the outcome of each import is asked.
const REQUESTS: usize = 10;
const NOW: &str = "2026-11-20T12:00:00Z";

#[test]
fn core_and_oracle_agree_on_imports() {
    let setting = |name: &str, absent: u64| std::env::var(name).map_or(absent, |text| text.parse().expect("a number"));
    let (cases, seed) = (setting("LOCKSTEP_CHANGE_CASES", 2_000), setting("LOCKSTEP_SEED", 1));
    let workers = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let reasons = thread::scope(|scope| {
        let work = move |worker| {
            let organisations = (worker..cases.div_ceil(EACH)).step_by(workers as usize);
            organisations.map(|number| organisation_of(seed + number)).fold(BTreeMap::new(), sum)
        };
        let handles: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        handles.into_iter().map(|handle| handle.join().expect("a worker that ends")).fold(BTreeMap::new(), sum)
    });
    println!("imports: seed {seed}, {reasons:?}");
    // A comparison that reached little would prove little.
    let wanted = ["permitted", "unchanged", "not-administrator", "format-too-new", "invalid-document", "id-used", "scope-fixed"];
    for reason in wanted.iter().chain(&["address-fixed", "confirmation-required", "too-large", "invalid-request"]) {
        assert!(cases < 2_000 || reasons.get(*reason).is_some_and(|count| *count >= 2), "{reason} seldom: {reasons:?}");
    }
}

type Reasons = BTreeMap<String, u64>;

fn sum(mut all: Reasons, other: Reasons) -> Reasons {
    for (reason, count) in other {
        *all.entry(reason).or_default() += count;
    }
    all
}

/// An organisation, imported into itself again and again.
fn organisation_of(seed: u64) -> Reasons {
    let mut random = Random::new(seed, "imports");
    let text = organisation(seed, &if seed % 3 == 2 { Shape::tiny() } else { Shape::dense() });
    let mut policy = Policy::load(text.as_bytes()).unwrap();
    let mut known = Targets::default();
    known.meet(&policy, &parse(&text));
    let mut reasons = Reasons::new();
    for round in 0..EACH {
        let document = parse(&policy.document().canonical());
        let (request, is_batch) = request(&mut random, &document);
        let oracle = lockstep_oracle::apply(&document, &request, &|document| Document::read(document.to_string().as_bytes()).is_ok());
        let place = format!("organisation {seed}, import {round}");
        let outcome = policy.apply(&ChangeRequest::read(request.as_bytes()));
        let reason = match &outcome {
            Ok(applied) if applied.changed => "permitted",
            Ok(_) => "unchanged",
            Err(refusal) => refusal.reason.code(),
        };
        *reasons.entry(reason.to_owned()).or_default() += 1;
        match outcome {
            Err(refusal) => {
                let wanted = json!({"permitted": false, "reason": reason});
                assert_eq!(lockstep_tests::only(&oracle, &["permitted", "reason"]), wanted, "{place}\n{request}\n{:?}", refusal.problems);
                assert_eq!(oracle.get("index").cloned(), refusal.index.map(Value::from), "{place}");
                let problems = !refusal.problems.problems.is_empty();
                assert_eq!(problems, ["invalid-document", "format-too-new", "invalid-request"].contains(&reason), "{place}: {reason}");
            }
            Ok(applied) => {
                assert_eq!(oracle["permitted"], true, "{place}: {oracle}\n{request}");
                let other = difference(&lockstep_oracle::canonical(&document), &lockstep_oracle::canonical(&oracle["document"]), "");
                assert_eq!(oracle["changed"], applied.changed, "{place}, {other:?}\n{request}");
                assert_eq!(oracle["revision"], applied.policy.revision(), "{place}");
                assert_eq!(applied.changed, !applied.events.is_empty(), "{place}: an event of each change\n{request}");
                if applied.changed {
                    let wanted = oracle["document"].to_string();
                    let wanted = Document::read(wanted.as_bytes()).unwrap_or_else(|problems| panic!("{place}: {problems}"));
                    let given = applied.policy.document().canonical();
                    assert_eq!(given, wanted.canonical(), "{place}\n{request}");
                    assert_eq!(lockstep_oracle::canonical(&parse(&given)), lockstep_oracle::canonical(&oracle["document"]), "{place}");
                    known.follow(&policy, &document, &applied.policy, &oracle["document"], is_batch);
                    assert_decides_as_loaded(seed * EACH + round, &applied.policy, &oracle["document"]);
                }
                policy = applied.policy;
            }
        }
    }
    reasons
}

/// An import of the document edited, or two in a batch; and whether it is a batch.
fn request(random: &mut Random, document: &Value) -> (String, bool) {
    let mut edited = document.clone();
    edit(random, &mut edited);
    let mut change = json!({"kind": "import", "document": edited});
    let is_batch = random.chance(15);
    if is_batch {
        let mut second = edited.clone();
        edit(random, &mut second);
        change = json!({"kind": "batch", "changes": [change, {"kind": "import", "document": second}]});
    }
    let users = document["users"].as_array().cloned().unwrap_or_default();
    let root = document["scopes"].as_array().unwrap().iter().find(|scope| scope["parent"].is_null()).unwrap()["id"].clone();
    let administers = |user: &&Value| user["administers"].as_array().unwrap().contains(&root);
    let administrators: Vec<&Value> = users.iter().filter(administers).collect();
    let actor = match (random.below(10), random.any(&users), random.any(&administrators)) {
        (0..=3, ..) | (_, None, _) | (_, _, None) => json!({"host": true}),
        (4, Some(anybody), _) => json!({"user": anybody["id"], "confirmedAt": NOW}),
        (5, _, Some(administrator)) => json!({"user": administrator["id"]}),
        (6, _, Some(administrator)) => json!({"user": administrator["id"], "confirmedAt": "2026-11-20T11:54:00Z"}),
        (_, _, Some(administrator)) => json!({"user": administrator["id"], "confirmedAt": "2026-11-20T11:59:00Z"}),
    };
    let ask = json!({"actor": actor, "now": NOW, "revision": document["revision"], "change": change});
    (if random.chance(50) { reordered(random.number(), &ask) } else { ask.to_string() }, is_batch)
}

/// A policy that imports made answers as one that is loaded from its document.
fn assert_decides_as_loaded(seed: u64, policy: &Policy, document: &Value) {
    let text = policy.document().canonical();
    let loaded = Policy::load(text.as_bytes()).unwrap();
    for request in requests(seed, document, REQUESTS) {
        let read = Request::read(request.as_bytes());
        assert_eq!(policy.decide(&read).to_json(), loaded.decide(&read).to_json(), "{request}\n{text}");
    }
    for request in lists(seed, document, 2) {
        let read = ListRequest::read(request.as_bytes());
        assert_eq!(policy.list(&read).to_json(), loaded.list(&read).to_json(), "{request}\n{text}");
    }
}

/// Kind, server and tool.
type Named = (&'static str, String, String);

/// What every target stood for that any revision gave.
#[derive(Default)]
struct Targets(BTreeMap<u64, Named>);

impl Targets {
    /// No integer ever stands for something else than it did.
    fn meet(&mut self, policy: &Policy, document: &Value) {
        for name in named(document) {
            let integer = target(policy, &name).to_integer();
            let known = self.0.entry(integer).or_insert_with(|| name.clone());
            assert_eq!(*known, name, "a target of one thing is another's");
        }
    }

    /// What is in both revisions keeps its target; in a batch it may have gone and come again.
    fn follow(&mut self, before: &Policy, old: &Value, after: &Policy, new: &Value, is_batch: bool) {
        self.meet(after, new);
        for name in named(old).intersection(&named(new)).filter(|_| !is_batch) {
            assert_eq!(target(before, name), target(after, name), "{name:?}");
        }
    }
}

fn target(policy: &Policy, (kind, server, tool): &Named) -> Target {
    if *kind == "server" { policy.target(server, tool) } else { policy.virtual_target(server, tool) }
}

/// Everything that a target may stand for.
fn named(document: &Value) -> BTreeSet<Named> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all = BTreeSet::new();
    for (kind, member) in [("server", "servers"), ("virtual", "virtualServers")] {
        for server in document[member].as_array().into_iter().flatten() {
            for tool in server["tools"].as_array().into_iter().flatten() {
                let name = ["as", "tool", "name"].iter().find_map(|member| tool[*member].as_str()).unwrap();
                all.insert((kind, text(&server["id"]), name.to_owned()));
            }
        }
    }
    all
}

/// The first place where two values differ.
fn difference(one: &Value, other: &Value, at: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            keys.into_iter().find_map(|key| difference(&one[key.as_str()], &other[key.as_str()], &format!("{at}/{key}")))
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).enumerate().find_map(|(place, (one, other))| difference(one, other, &format!("{at}/{place}")))
        }
        _ => (one != other).then(|| format!("{at}: {one} and {other}")),
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A small organisation with a server of two tools, and a virtual server that exposes both.
fn small() -> Value {
    let tool = |name: &str| json!({"name": name, "enabled": true, "approval": "auto"});
    json!({"format": "1.0", "revision": 1, "agents": [{"id": "assistant", "name": "Assistant"}],
        "catalog": [{"id": "desk", "name": "Desk", "approved": true, "origins": ["https://desk.example/mcp"],
            "tools": [{"name": "find", "approved": true}, {"name": "close", "approved": true}]}],
        "scopes": [{"id": "north", "level": "tenant", "name": "North"},
            {"id": "shop", "level": "workspace", "parent": "north", "name": "Shop"}],
        "users": [{"id": "ada", "name": "Ada", "memberOf": ["shop"], "administers": ["north"], "access": "disabled"}],
        "servers": [{"id": "desk-1", "scope": "shop", "source": {"kind": "integration", "integration": "desk"}, "name": "Desk",
            "address": "https://desk.example/mcp", "registeredAt": "2026-03-01T10:00:00Z", "visibility": "shared", "switch": "on",
            "authorization": {"method": "none"}, "agents": ["assistant"], "tools": [tool("find"), tool("close")]}],
        "virtualServers": [{"id": "triage", "scope": "shop", "name": "Triage", "state": "draft",
            "tools": [{"server": "desk-1", "tool": "find"}, {"server": "desk-1", "tool": "close", "as": "end"}],
            "access": [{"user": "ada", "grant": "manage"}]}]})
}

fn applied(policy: &Policy, change: Value) -> Result<Policy, &'static str> {
    let ask = json!({"actor": {"host": true}, "now": NOW, "revision": policy.revision(), "change": change}).to_string();
    policy.apply(&ChangeRequest::read(ask.as_bytes())).map(|applied| applied.policy).map_err(|refusal| refusal.reason.code())
}

fn imported(policy: &Policy, document: &Value) -> Result<Policy, &'static str> {
    applied(policy, json!({"kind": "import", "document": document}))
}

#[test]
fn a_target_is_good_until_its_tool_or_server_goes() {
    let mut document = small();
    let first = Policy::load(document.to_string().as_bytes()).unwrap();
    let (find, close) = (first.target("desk-1", "find"), first.target("desk-1", "close"));
    let (found, end) = (first.virtual_target("triage", "find"), first.virtual_target("triage", "end"));
    // A tool that comes takes no place of one that stays, wherever its name stands among the others.
    let tools = document["servers"][0]["tools"].as_array_mut().unwrap();
    tools.insert(0, json!({"name": "assign", "enabled": true, "approval": "auto"}));
    let more = imported(&first, &document).unwrap();
    assert_eq!((more.target("desk-1", "find"), more.target("desk-1", "close")), (find, close));
    // One that goes leaves its place, and coming again it has another.
    document["servers"][0]["tools"].as_array_mut().unwrap().retain(|tool| tool["name"] != "close");
    document["virtualServers"][0]["tools"].as_array_mut().unwrap().pop();
    let less = imported(&more, &document).unwrap();
    assert_eq!((less.target("desk-1", "find"), less.virtual_target("triage", "find")), (find, found));
    let tool = json!({"name": "close", "enabled": true, "approval": "auto"});
    document["servers"][0]["tools"].as_array_mut().unwrap().insert(0, tool);
    document["virtualServers"][0]["tools"].as_array_mut().unwrap().push(json!({"server": "desk-1", "tool": "close", "as": "end"}));
    let again = imported(&less, &document).unwrap();
    assert_eq!((again.target("desk-1", "find"), again.virtual_target("triage", "find")), (find, found));
    let others = [again.target("desk-1", "close"), again.target("desk-1", "assign"), again.virtual_target("triage", "end")];
    assert!(others.iter().all(|other| ![find, close, found, end].contains(other)), "an old target stands for something new");
    // A server that goes leaves its slot, and its id never comes again.
    let mut without = document.clone();
    without["servers"][0]["id"] = json!("desk-2");
    for tool in without["virtualServers"][0]["tools"].as_array_mut().unwrap() {
        tool["server"] = json!("desk-2");
    }
    let other = imported(&again, &without).unwrap();
    for name in ["find", "close", "assign"] {
        assert_ne!(other.target("desk-2", name), again.target("desk-1", name));
    }
    assert_eq!(other.virtual_target("triage", "find"), found);
    assert_eq!(imported(&other, &document).err(), Some("id-used"));
}

/// So many tools may come and go that a server has no more places: then all targets are made anew, and none is mistaken.
#[test]
fn a_server_that_runs_out_of_places_gives_every_target_anew() {
    let mut document = small();
    document["virtualServers"] = json!([]);
    let mut policy = Policy::load(document.to_string().as_bytes()).unwrap();
    let first = policy.target("desk-1", "find");
    for round in 0..3 {
        let tool = |number: usize| json!({"name": format!("tool-{round}-{number}"), "enabled": true, "approval": "auto"});
        document["servers"][0]["tools"] =
            (0..4095).map(tool).chain([json!({"name": "find", "enabled": true, "approval": "auto"})]).collect();
        policy = imported(&policy, &document).unwrap();
        let last = policy.target("desk-1", &format!("tool-{round}-4094"));
        assert_ne!(last, policy.target("desk-1", "no such tool"));
        assert_eq!(policy.target("desk-1", "find") == first, round == 0, "round {round}");
    }
}

#[test]
fn an_annotation_that_is_too_long_is_too_large_at_its_place() {
    let policy = Policy::load(small().to_string().as_bytes()).unwrap();
    let agent = |key: usize, text: usize| {
        let notes = json!({"x".repeat(key): "x".repeat(text)});
        json!({"kind": "put-agent", "agent": {"id": "builder", "name": "Builder", "annotations": notes}})
    };
    assert_eq!(applied(&policy, agent(1025, 1)).err(), Some("too-large"));
    assert_eq!(applied(&policy, agent(1, 16_385)).err(), Some("too-large"));
    let kept = applied(&policy, agent(1024, 16_384)).unwrap();
    assert_eq!(parse(&kept.document().canonical())["agents"][1]["annotations"]["x".repeat(1024)], "x".repeat(16_384));
    // What is refused earlier stays so.
    let scope = json!({"kind": "add-scope", "scope": {"id": "new", "level": "none", "parent": "north", "name": "New",
        "annotations": {"a": "x".repeat(16_385)}}});
    assert_eq!(applied(&policy, scope).err(), Some("unknown-level"));
    // Of a document it is a problem.
    let mut document = small();
    document["annotations"] = json!({"a": "x".repeat(16_385)});
    assert_eq!(imported(&policy, &document).err(), Some("invalid-document"));
}
