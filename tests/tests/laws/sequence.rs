//! Sequences of changes: whatever is permitted one after the other leaves a policy that is whole (P-4, P-10, V-4, N-5).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use lockstep_generate::{lists, requests};
use lockstep_policy::address::address_digest;
use lockstep_policy::change::Applied;
use lockstep_policy::decide::{Call, ListRequest, Moment, Request, ToolName};
use lockstep_policy::{Policy, Target};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

use crate::chain::{Chain, LINKS, difference, kinds};
use crate::law::Law;
use crate::model::{Model, elements, text};
use crate::page;

/// Drafts for one link: about half of all are refused, and a sequence shall get on.
const DRAFTS: usize = 5;

#[derive(Default)]
struct Seen {
    kinds: BTreeMap<String, u64>,
    refused: u64,
    unchanged: u64,
    decisions: u64,
    views: u64,
    targets: u64,
    gone: u64,
}

/// What is remembered along a sequence: what no later document may take back.
struct Memory {
    /// Ids that servers ever had (N-5).
    servers: BTreeSet<String>,
    /// Tools with the targets that were given out at first.
    targets: BTreeMap<(String, String), Target>,
}

impl Memory {
    fn of(chain: &Chain) -> Self {
        let mut memory = Self { servers: ids(&chain.document, "servers"), targets: BTreeMap::new() };
        memory.servers.extend(ids(&chain.document, "tombstones"));
        memory.resolve(chain);
        memory
    }

    fn resolve(&mut self, chain: &Chain) {
        for (server, tool) in tools(&chain.document) {
            let target = || chain.policy.target(&server, &tool);
            self.targets.entry((server.clone(), tool.clone())).or_insert_with(target);
        }
    }
}

fn ids(document: &Value, list: &str) -> BTreeSet<String> {
    Model(document).list(list).iter().map(|record| text(record, "id").to_owned()).collect()
}

fn tools(document: &Value) -> impl Iterator<Item = (String, String)> {
    let of = |server: &Value| {
        let id = text(server, "id").to_owned();
        elements(&server["tools"]).iter().map(|tool| (id.clone(), text(tool, "name").to_owned())).collect::<Vec<_>>()
    };
    Model(document).list("servers").iter().flat_map(of).collect::<Vec<_>>().into_iter()
}

#[test]
fn p_4_every_policy_of_a_sequence_of_changes_is_whole() {
    let law = Law::of_organisations("P-4 after each of 20 changes by anybody the policy is valid, and is what its document says");
    let seen = RefCell::new(Seen::default());
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut chain = Chain::new(seed, "sequence");
        let mut memory = Memory::of(&chain);
        for link in 0..LINKS {
            step(&mut chain, &mut memory, link, &mut seen.borrow_mut())
                .map_err(|error| TestCaseError::fail(format!("{}: {error}", chain.place())))?;
        }
        Ok(())
    });
    let seen = seen.into_inner();
    let made: u64 = seen.kinds.values().sum();
    law.report(format!(
        "{made} changes of {} kinds, {} that alter nothing, {} refused; {} decisions, {} views and {} targets compared, {} servers gone",
        seen.kinds.len(),
        seen.unchanged,
        seen.refused,
        seen.decisions,
        seen.views,
        seen.targets,
        seen.gone
    ));
    let cases = u64::from(law.cases);
    assert!(made > cases * 15 && seen.kinds.len() >= 40, "too few changes: {:?}", seen.kinds);
    assert!(seen.views > made && seen.targets > cases && seen.gone > cases / 4, "too little to say anything");
}

/// One link: the first draft that changes something, all that come before it judged as well.
fn step(chain: &mut Chain, memory: &mut Memory, link: usize, seen: &mut Seen) -> TestCaseResult {
    for _ in 0..DRAFTS {
        let asked = chain.drawn();
        let Ok(applied) = chain.apply(&asked.text) else {
            seen.refused += 1;
            continue;
        };
        counts(chain, &asked.text, &applied)?;
        if !applied.changed {
            seen.unchanged += 1;
            continue;
        }
        *seen.kinds.entry(asked.kind.to_owned()).or_default() += 1;
        let before = std::mem::take(&mut chain.document);
        chain.follow(&asked.text, applied.policy);
        let change: Value = serde_json::from_str::<Value>(&asked.text).unwrap()["change"].take();
        lasts(&before, &chain.document, &change, memory, seen)?;
        has_managers(Model(&chain.document))?;
        memory.resolve(chain);
        return shows_its_document(chain, memory, link, seen);
    }
    Ok(())
}

/// P-5, P-10: one more where the document is another, a batch and an import too; else the same.
fn counts(chain: &Chain, asked: &str, applied: &Applied) -> TestCaseResult {
    let (old, new) = (chain.policy.revision(), applied.policy.revision());
    prop_assert_eq!(new, old + u64::from(applied.changed), "the revision after {}", asked);
    prop_assert_eq!(applied.revision(), new);
    // The digest is that of the canonical document without its revision.
    prop_assert_eq!(applied.policy.digest() != chain.policy.digest(), applied.changed, "changed or not by {}", asked);
    prop_assert!(applied.changed || applied.events.is_empty(), "events of nothing: {}", asked);
    Ok(())
}

/// What is never taken back: ids of servers and their addresses, tombstones (N-5, C-5), the place of a scope (S-10), the first time that
/// somebody was added (U-5), that a token was revoked (U-2, L-9).
fn lasts(before: &Value, after: &Value, change: &Value, memory: &mut Memory, seen: &mut Seen) -> TestCaseResult {
    let (old, new) = (Model(before), Model(after));
    for server in new.list("servers") {
        let id = text(server, "id");
        let known = old.record("servers", id);
        prop_assert!(known.is_some() || !memory.servers.contains(id), "the id {} comes again", id);
        let address = |server: &Value| address_digest(text(server, "address"));
        prop_assert!(known.is_none_or(|known| address(known) == address(server)), "the address of {} moves", id);
    }
    for server in old.list("servers").iter().filter(|server| new.record("servers", text(server, "id")).is_none()) {
        let left = new.record("tombstones", text(server, "id"));
        let digest = address_digest(text(server, "address")).to_string();
        let holds = |left: &Value| left["scope"] == server["scope"] && left["owner"] == server["owner"] && left["addressDigest"] == digest;
        prop_assert!(left.is_some_and(holds), "{} left {:?}", server, left);
        memory.targets.retain(|(of, _), _| of != text(server, "id"));
        seen.gone += 1;
    }
    for left in old.list("tombstones") {
        prop_assert!(new.list("tombstones").contains(left), "the tombstone {} is gone", left);
    }
    memory.servers.extend(ids(after, "servers"));
    memory.servers.extend(ids(after, "tombstones"));
    // What is removed and made again under its id in one change is another.
    let kinds = kinds(change);
    let scopes = old.list("scopes").iter().filter(|_| !kinds.contains(&"remove-scope"));
    for (scope, same) in scopes.filter_map(|scope| Some((scope, new.record("scopes", text(scope, "id"))?))) {
        prop_assert!(scope["parent"] == same["parent"] && scope["level"] == same["level"], "{} moves", scope["id"]);
    }
    let users = old.list("users").iter().filter(|_| !kinds.contains(&"remove-user"));
    for (user, same) in users.filter_map(|user| Some((user, new.record("users", text(user, "id"))?))) {
        prop_assert!(user["addedAt"].is_null() || user["addedAt"] == same["addedAt"], "{} is added anew", user["id"]);
        for token in elements(&user["tokens"]).iter().filter(|token| token["revoked"].is_object()) {
            let later = elements(&same["tokens"]).iter().find(|later| later["id"] == token["id"]);
            prop_assert!(later.is_none_or(|later| later["revoked"] == token["revoked"]), "{} is good again", token["id"]);
        }
    }
    Ok(())
}

/// V-4: somebody with a grant to manage who belongs to or administers something on the path of its scope or below (V-7).
fn has_managers(model: Model<'_>) -> TestCaseResult {
    for server in model.list("virtualServers") {
        let scope = text(server, "scope");
        let is_near = |place: &Value| {
            let place = place.as_str().unwrap();
            model.path(place).contains(&scope) || model.path(scope).contains(&place)
        };
        let manages = |entry: &&Value| {
            let user = model.record("users", text(entry, "user"));
            let places = user.into_iter().flat_map(|user| elements(&user["memberOf"]).iter().chain(elements(&user["administers"])));
            entry["grant"] == "manage" && places.into_iter().any(is_near)
        };
        prop_assert!(elements(&server["access"]).iter().any(|entry| manages(&entry)), "nobody manages {}", server);
    }
    Ok(())
}

/// The document loads without a problem, and what it is compiled to writes, decides, explains, lists and shows the same.
fn shows_its_document(chain: &mut Chain, memory: &Memory, link: usize, seen: &mut Seen) -> TestCaseResult {
    let Chain { document, policy: made, random, .. } = chain;
    let written = made.document().canonical();
    let compiled = Policy::load(written.as_bytes()).map_err(|problems| TestCaseError::fail(problems.to_string()))?;
    prop_assert_eq!(compiled.document().canonical(), written);
    prop_assert_eq!(compiled.digest(), made.digest());
    let seed = random.number();
    for text in requests(seed, document, 5) {
        let request = Request::read(text.as_bytes());
        prop_assert_eq!(made.decide(&request).to_json(), compiled.decide(&request).to_json(), "{}", text);
        prop_assert_eq!(made.explain_whole(&request).to_json(), compiled.explain_whole(&request).to_json(), "{}", text);
        stays_resolved(made, &request, document, memory, seen)?;
        seen.decisions += 1;
    }
    for text in lists(seed, document, 1) {
        let request = ListRequest::read(text.as_bytes());
        prop_assert_eq!(made.list(&request).to_json(), compiled.list(&request).to_json(), "{}", text);
    }
    // A view of each kind comes by turns, two of them.
    let mut views = page::requests(random, document, 1);
    random.shuffle(&mut views);
    let activity = page::activity(random, document);
    for mut view in views.into_iter().take(2) {
        if (link + random.below(2)).is_multiple_of(3) {
            view.as_object_mut().unwrap().remove("actor");
            view["host"] = json!(true);
        }
        let differs = difference(&page::answer(made, &view, &activity), &page::answer(&compiled, &view, &activity));
        prop_assert!(differs.is_none(), "made and compiled differ in {}: {:?}", view, differs);
        seen.views += 1;
    }
    Ok(())
}

/// Contract 4: a target is good for what follows by changes, until its server or tool is removed.
fn stays_resolved(made: &Policy, request: &Request<'_>, document: &Value, memory: &Memory, seen: &mut Seen) -> TestCaseResult {
    let (Some(claim), Some(context)) = (request.caller(), request.context()) else { return Ok(()) };
    let caller = made.caller(claim, &context.facts);
    let moment = Moment { now: context.now, freshness: context.snapshot };
    for (server, tool) in tools(document) {
        let target = memory.targets[&(server.clone(), tool.clone())];
        let named = caller.outcome(Call::Named(ToolName::Direct { server: &server, tool: &tool }), moment);
        prop_assert_eq!(caller.outcome(Call::Target(target), moment), named, "the target of {} {}", server, tool);
        seen.targets += 1;
    }
    Ok(())
}
