//! What lower administrators and users do opens nothing that a higher scope has closed (S-1, S-3, S-6, S-7, N-4, K-5).
//!
//! Lower than a scope are all who administer neither it nor a scope above. Take a request that some layer denies, or asks about, with
//! that scope as an authority among the causes of its lock. After any changes that were permitted to lower people alone, what was denied
//! is denied, and what asked lets nothing through without the caller's approval.
//!
//! Such a cause is a stored value or a disable with the scope's authority, which S-6 and N-4 let nobody write or lift who is
//! lower. What it governs is read off the path of a workspace or a server (fixed, S-10), the source and address of a server (fixed under
//! an id, C-5, N-5), and the catalogue and the platform (the root's and the host's, P-8). Some requests ask another question
//! afterwards, and are left out: a scope of the path was removed, which takes what it stores along (P-15); an exposed name stands
//! for another tool (V-8); a tool is labelled otherwise, so that another floor holds it (K-5, K-6).

use std::cell::RefCell;
use std::collections::BTreeSet;

use lockstep_generate::{Random, changeable, requests};
use lockstep_policy::Policy;
use lockstep_policy::decide::{About, Outcome, Reason, Request};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

use crate::case::load;
use crate::chain::{Chain, LINKS};
use crate::law::Law;
use crate::model::{Model, elements, exposed, text};
use crate::scope::governs;
use crate::setting::{self, Stored};

/// Drafts for one link, until one is a lower actor's and permitted.
const DRAFTS: usize = 12;
/// Requests to each organisation.
const REQUESTS: usize = 80;

#[derive(Default)]
struct Seen {
    changes: u64,
    locked: u64,
    refused: u64,
    denied: u64,
    asked: u64,
    left_out: u64,
    new: u64,
}

/// A request that a scope's own restriction closes.
struct Held {
    text: String,
    denies: bool,
    /// The settings with that scope's authority that do.
    settings: BTreeSet<String>,
}

#[test]
fn s_6_lower_administrators_open_nothing_that_a_higher_scope_has_closed() {
    let law = Law::of_organisations("S-6 no 20 changes by lower administrators and users open what a higher scope has closed");
    let seen = RefCell::new(Seen::default());
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut random = Random::new(seed, "lower");
        let Some((higher, drawn, document)) = restricted(&mut random, changeable(seed)) else { return Ok(()) };
        let mut chain = Chain::of(seed, "lower changes", document);
        goes_on(&mut chain, &higher, &drawn, &mut seen.borrow_mut())
            .map_err(|error| TestCaseError::fail(format!("under {higher} and {drawn}: {}: {error}", chain.place())))
    });
    let seen = seen.into_inner();
    law.report(format!(
        "{} changes, {} refused and {} of these locked; {} answers stay denied and {} asked, {} left out; {} requests of new things are held too",
        seen.changes, seen.refused, seen.locked, seen.denied, seen.asked, seen.left_out, seen.new
    ));
    let cases = u64::from(law.cases);
    assert!(seen.changes > cases * 8 && seen.locked > cases / 8, "too few changes: {} and {} locked", seen.changes, seen.locked);
    assert!(seen.denied > cases * 20 && seen.asked > cases && seen.new > cases * 4, "too little is held");
    assert!(seen.left_out * 4 < seen.denied + seen.asked, "too much is left out");
}

/// A higher scope, a restriction with its authority at it or below, and the document with that.
fn restricted(random: &mut Random, document: Value) -> Option<(String, Value, Value)> {
    let model = Model(&document);
    let higher = if random.chance(40) { model.root() } else { text(random.pick(model.list("scopes")), "id") }.to_owned();
    let under: Vec<&str> =
        model.list("scopes").iter().map(|scope| text(scope, "id")).filter(|scope| model.path(scope).contains(&&*higher)).collect();
    let place = if random.chance(60) { &*higher } else { *random.pick(&under) };
    let mut drawn = setting::draw(random, &document, place, &higher);
    if drawn["value"] == "on" {
        drawn["value"] = json!("off");
    }
    let with = Stored::read(&drawn)?.put(&document);
    load(&with)?;
    Some((higher, drawn, with))
}

fn goes_on(chain: &mut Chain, higher: &str, drawn: &Value, seen: &mut Seen) -> TestCaseResult {
    let start = chain.document.clone();
    let held = held(&chain.policy, &start, chain.random.number(), higher);
    let mut removed = BTreeSet::new();
    for _ in 0..LINKS {
        let before = chain.document.clone();
        let Some(change) = link(chain, higher, seen) else { continue };
        removes(&change, &mut removed);
        seen.changes += 1;
        keeps(Model(&before), Model(&chain.document), higher, &removed)?;
        for held in &held {
            still_holds(chain, Model(&start), held, higher, &removed, seen)?;
        }
    }
    // What came since is held as well.
    let stored = Stored::read(drawn).filter(|stored| stored.except.is_empty() && !removed.contains(stored.scope));
    let Some(stored) = stored else { return Ok(()) };
    for text in requests(chain.random.number(), &chain.document, REQUESTS / 2) {
        let request = Request::read(text.as_bytes());
        if governs(Model(&chain.document), stored, &request) {
            let decision = chain.policy.decide(&request);
            prop_assert!(is_held(decision.outcome(), decision.reason(), stored.value != "ask"), "{}: {}", decision.to_json(), text);
            seen.new += 1;
        }
    }
    Ok(())
}

/// One change by somebody lower, if it comes to one.
fn link(chain: &mut Chain, higher: &str, seen: &mut Seen) -> Option<Value> {
    for _ in 0..DRAFTS {
        let asked = chain.drawn();
        let Ok(mut whole) = serde_json::from_str::<Value>(&asked.text) else { continue };
        let Some(user) = whole["actor"]["user"].as_str() else { continue };
        if Model(&chain.document).administers(user, higher) {
            continue;
        }
        match chain.apply(&asked.text) {
            Ok(applied) if applied.changed => {
                chain.follow(&asked.text, applied.policy);
                return Some(whole["change"].take());
            }
            Ok(_) => {}
            Err(refusal) => {
                seen.refused += 1;
                seen.locked += u64::from(refusal.reason == Reason::Locked);
            }
        }
    }
    None
}

/// The scopes that a change removes, though it may make them anew.
fn removes(change: &Value, removed: &mut BTreeSet<String>) {
    if change["kind"] == "remove-scope" {
        removed.insert(text(change, "scope").to_owned());
    }
    elements(&change["changes"]).iter().for_each(|change| removes(change, removed));
}

/// The requests that a scope's restrictions close, whatever else does.
fn held(policy: &Policy, document: &Value, seed: u64, higher: &str) -> Vec<Held> {
    let of = |text: String| {
        let request = Request::read(text.as_bytes());
        let explained = policy.explain_whole(&request);
        let (mut settings, mut denies) = (BTreeSet::new(), false);
        for row in &explained.layers {
            let lock = row.ground.as_ref().and_then(|ground| ground.lock());
            let own = lock.iter().flat_map(|lock| &lock.causes).filter(|cause| cause.authority == higher);
            let own: Vec<String> = own.map(|cause| cause.setting().to_string()).collect();
            denies |= !own.is_empty()
                && row.verdict == "deny"
                && row.ground.as_ref().is_some_and(|ground| !is_for_lack_of_asking(ground.reason()));
            settings.extend(own);
        }
        drop(explained);
        (!settings.is_empty()).then_some(Held { text, denies, settings })
    };
    requests(seed, document, REQUESTS).into_iter().filter_map(of).collect()
}

/// An `ask` in a context that can't ask: an approval opens it (K-7).
fn is_for_lack_of_asking(reason: Reason) -> bool {
    reason == Reason::ApprovalUnavailable
}

fn is_held(outcome: Outcome, reason: Reason, denies: bool) -> bool {
    if denies { outcome == Outcome::Deny } else { outcome != Outcome::Allow || reason == Reason::Approved }
}

fn still_holds(chain: &Chain, start: Model<'_>, held: &Held, higher: &str, removed: &BTreeSet<String>, seen: &mut Seen) -> TestCaseResult {
    let request = Request::read(held.text.as_bytes());
    let now = Model(&chain.document);
    if start.path_of(&request).iter().any(|scope| removed.contains(*scope)) || is_another(start, now, &request, held, higher) {
        seen.left_out += 1;
        return Ok(());
    }
    let decision = chain.policy.decide(&request);
    let holds = is_held(decision.outcome(), decision.reason(), held.denies);
    prop_assert!(holds, "{:?} held it, {} now: {}", held.settings, decision.to_json(), held.text);
    *(if held.denies { &mut seen.denied } else { &mut seen.asked }) += 1;
    Ok(())
}

/// Whether a request asks about another tool than it did, or about one that is labelled otherwise, so that its floors are others.
fn is_another(start: Model<'_>, now: Model<'_>, request: &Request<'_>, held: &Held, higher: &str) -> bool {
    let Some(about) = request.about() else { return false };
    let (was, is) = (tool(start, about), tool(now, about));
    if let (About::VirtualTool { .. }, Some(_)) = (about, is)
        && was != is
    {
        return true;
    }
    let Some((server, name)) = was.filter(|_| is.is_some()) else { return false };
    let of_floors = held.settings.iter().all(|setting| setting.starts_with("floor/"));
    of_floors && !(held.settings.contains("floor/write") && writes_for_sure(start, server, name, higher)) && {
        let labels = |model: Model<'_>| {
            let tools = model.record("servers", server).map(|server| elements(&server["tools"])).unwrap_or_default();
            let tool = tools.iter().find(|tool| tool["name"] == name).cloned().unwrap_or_default();
            ["label", "labelAuthority", "hint"].map(|member| tool[member].clone())
        };
        labels(start) != labels(now)
    }
}

/// The server and the tool underneath that a request names.
fn tool<'m>(model: Model<'m>, about: &'m About<'m>) -> Option<(&'m str, &'m str)> {
    match about {
        About::Tool { server, tool } => Some((server, tool)),
        About::VirtualTool { virtual_server, tool } => {
            let selected = elements(&model.record("virtualServers", virtual_server)?["tools"]);
            let selected = selected.iter().find(|selected| exposed(selected) == tool.as_str())?;
            Some((text(selected, "server"), text(selected, "tool")))
        }
        _ => None,
    }
}

/// K-6: a floor of `write` holds it whatever lower people say: neither the catalogue nor an authority of the floor's or above calls it
/// `read`.
fn writes_for_sure(model: Model<'_>, server: &str, tool: &str, higher: &str) -> bool {
    let Some(server) = model.record("servers", server) else { return false };
    let is_it = |known: &&Value| known["name"] == tool;
    let entry = model.record("catalog", text(&server["source"], "integration"));
    let in_catalog = entry.and_then(|entry| elements(&entry["tools"]).iter().find(is_it));
    let Some(tool) = elements(&server["tools"]).iter().find(is_it) else { return false };
    let authority = tool["labelAuthority"].as_str().unwrap_or(text(server, "scope"));
    let from_above = tool["label"] == "read" && model.path(higher).contains(&authority);
    !from_above && in_catalog.is_none_or(|entry| entry["label"] != "read")
}

/// What is stored with the authority of the higher scope, or of one above, is as it was, but for what is gone (P-15); and nobody came to
/// administer it.
fn keeps(before: Model<'_>, after: Model<'_>, higher: &str, removed: &BTreeSet<String>) -> TestCaseResult {
    let above = before.path(higher);
    let gone = |id: &str| removed.contains(id) || after.record("scopes", id).is_none();
    for scope in before.list("scopes").iter().filter(|scope| !gone(text(scope, "id"))) {
        let id = text(scope, "id");
        for authority in &above {
            let record = |model: Model<'_>| {
                let scope = model.record("scopes", id).cloned().unwrap_or_default();
                if *authority == id { scope["settings"].clone() } else { scope["imposed"][*authority].clone() }
            };
            let (was, is) = (
                without_what_is_gone(record(before), [before, after], removed),
                without_what_is_gone(record(after), [before, after], removed),
            );
            prop_assert_eq!(was, is, "what {} has stored at {}", authority, id);
        }
    }
    for server in before.list("servers") {
        let Some(same) = after.record("servers", text(server, "id")) else { continue };
        let disables = |server: &Value| -> Vec<Value> {
            elements(&server["disabled"]).iter().filter(|entry| above.contains(&text(entry, "authority"))).cloned().collect()
        };
        prop_assert_eq!(disables(server), disables(same), "the disables of {}", server["id"]);
        for tool in elements(&server["tools"]).iter().filter(|tool| tool["label"].is_string()) {
            let authority = tool["labelAuthority"].as_str().unwrap_or(text(server, "scope"));
            let later = elements(&same["tools"]).iter().find(|later| later["name"] == tool["name"]);
            let stays = later.is_some_and(|later| later["label"] == tool["label"]);
            prop_assert!(stays || !above.contains(&authority), "the label of {} by {}", tool, authority);
        }
    }
    for user in after.list("users").iter().map(|user| text(user, "id")).filter(|user| after.administers(user, higher)) {
        prop_assert!(before.administers(user, higher), "{} has come to administer {}", user, higher);
    }
    Ok(())
}

fn without_what_is_gone(mut settings: Value, both: [Model<'_>; 2], removed: &BTreeSet<String>) -> Value {
    // What is said of a server goes with it, or is carried to the id that it takes at another address (C-5).
    let stays = |id: &str| both.iter().all(|model| model.record("servers", id).is_some());
    let is_there = |setting: &str| setting.strip_prefix("server/").is_none_or(stays);
    if let Some(servers) = settings.get_mut("servers").and_then(Value::as_object_mut) {
        servers.retain(|id, _| stays(id));
    }
    if let Some(except) = settings.get_mut("except").and_then(Value::as_object_mut) {
        for spared in except.values_mut().filter_map(Value::as_array_mut) {
            spared.retain(|scope| scope.as_str().is_some_and(|id| !removed.contains(id) && both[1].record("scopes", id).is_some()));
        }
        except.retain(|setting, spared| is_there(setting) && !elements(spared).is_empty());
    }
    let Some(members) = settings.as_object_mut() else { return Value::Null };
    members.retain(|_, member| member.as_object().is_none_or(|group| !group.is_empty()));
    if members.is_empty() { Value::Null } else { settings }
}
