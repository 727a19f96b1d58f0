//! Slices decide as the whole does, and hold nothing that doesn't exist where they go (P-6).

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use lockstep_generate::Random;
use lockstep_policy::address::{Address, address_digest, redact};
use lockstep_policy::decide::{ListRequest, Request, Source};
use lockstep_policy::document::Document;
use lockstep_policy::{Policy, SliceOf};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::{load, organisations, organisations_with};
use crate::law::Law;
use crate::model::{Model, elements, text};

/// A slice of a policy, written, read and loaded.
fn sliced(policy: &Policy, of: SliceOf<'_>) -> Result<(Policy, String), TestCaseError> {
    let document = policy.slice(of).map_err(|error| TestCaseError::fail(format!("{of:?}: {error}")))?;
    let written = document.canonical();
    let read = Document::read(written.as_bytes()).map_err(|problems| TestCaseError::fail(format!("{of:?}: {problems}: {written}")))?;
    prop_assert_eq!(&read.canonical(), &written, "a slice is canonical as it is written");
    let slice = Policy::load(written.as_bytes()).expect("it was read");
    prop_assert_eq!(slice.document().canonical(), written.clone(), "a loaded slice gives itself back");
    let digest = document.slice.as_ref().and_then(|slice| slice.digest);
    prop_assert_eq!(Some(slice.digest()), digest, "it carries its digest");
    prop_assert_eq!(slice.slice_of(), Some(of));
    prop_assert_eq!(slice.revision(), policy.revision());
    Ok((slice, written))
}

/// What must be equal: outcome, reason, layer, the source's level, the badge and the user's message.
fn answer(policy: &Policy, request: &Request<'_>) -> (String, Option<String>) {
    let decision = policy.decide(request);
    let level = decision.source().map(|source| match source {
        Source::Platform => "platform".to_owned(),
        Source::Scope { level, .. } => level.to_owned(),
    });
    (decision.for_user().to_json(), level)
}

/// What a caller is told who asks why. An administrator is told every layer: a user's slice has too little for that, a
/// scope's has all but what only the whole knows of tokens.
fn explained(policy: &Policy, request: &Request<'_>, user: &str, layers: bool) -> Option<String> {
    let explanation = policy.explain(request, user);
    if explanation.layers.is_empty() {
        return Some(explanation.to_json());
    }
    let rows: Vec<_> = explanation.layers.iter().map(|row| (row.layer, row.verdict, row.ground.map(|ground| ground.reason()))).collect();
    layers.then(|| format!("{rows:?}, {:?}", explanation.unlock))
}

/// The list of everything for a request's caller.
fn listed(policy: &Policy, request: &str) -> String {
    let request: Value = serde_json::from_str(request).unwrap();
    let list = json!({"caller": request["caller"], "context": request["context"], "of": {"kind": "all"}}).to_string();
    policy.list(&ListRequest::read(list.as_bytes())).to_json()
}

/// Where a request's caller belongs and works: the path of the workspace, itself first.
fn works_in<'d>(model: Model<'d>, request: &Request<'_>) -> Option<(String, Vec<&'d str>)> {
    let claim = request.caller()?;
    let path = model.path(&claim.workspace);
    let user = model.record("users", &claim.user)?;
    let belongs = elements(&user["memberOf"]).iter().filter_map(Value::as_str).any(|scope| path.contains(&scope));
    let workspace = model.is_workspace(path.first()?);
    (belongs && workspace).then(|| (claim.user.to_string(), path))
}

#[test]
fn p_6_a_slice_decides_as_the_whole() {
    let law = Law::of_organisations("P-6 from a slice every request has the same answer as from the whole");
    let [asked, by_host, allowed, denied] = [const { Cell::new(0u64) }; 4];
    law.holds(organisations(80), |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        let model = Model(case.document());
        let mut slices: BTreeMap<(String, String), Policy> = BTreeMap::new();
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            // The host itself asks about a server: every slice that has the server's scope inside answers.
            let host = request.caller().is_none().then(|| model.path_of(&request)).filter(|path| !path.is_empty());
            let asks = works_in(model, &request).map(|(user, path)| (Some(user), path)).or_else(|| Some((None, host?)));
            let Some((user, path)) = asks else { continue };
            let places = path.iter().map(|scope| (String::new(), *scope));
            let places = places.chain(user.iter().map(|user| (user.clone(), path[0])));
            for (only, place) in places {
                let key = (only.clone(), place.to_owned());
                if !slices.contains_key(&key) {
                    let of = if only.is_empty() { SliceOf::Scope(place) } else { SliceOf::User { user: &only, workspace: place } };
                    slices.insert(key.clone(), sliced(&policy, of)?.0);
                }
                let slice = &slices[&key];
                prop_assert_eq!(answer(slice, &request), answer(&policy, &request), "{:?}: {}", key, text);
                if let Some(user) = &user {
                    prop_assert_eq!(listed(slice, text), listed(&policy, text), "{:?}: {}", key, text);
                    let [told, whole] = [slice, &policy].map(|policy| explained(policy, &request, user, only.is_empty()));
                    prop_assert_eq!(told, whole, "{:?}: {}", key, text);
                }
                asked.set(asked.get() + 1);
                by_host.set(by_host.get() + u64::from(user.is_none()));
            }
            let outcome = policy.decide(&request).outcome().is_open();
            let count = if outcome { &allowed } else { &denied };
            count.set(count.get() + 1);
        }
        Ok(())
    });
    let counts = [&asked, &by_host, &allowed, &denied].map(Cell::get);
    law.report(format!(
        "{} answers of slices, {} of them the host's, of {} open and {} closed requests",
        counts[0], counts[1], counts[2], counts[3]
    ));
    assert!(asked.get() >= u64::from(law.cases) * 50 && by_host.get() > 0 && allowed.get() * 20 > denied.get(), "too few to say anything");
}

/// The document with every id made one that can be found again among any bytes; none where two kinds share an id.
fn marked(document: &Value) -> Option<Value> {
    const KINDS: [&str; 4] = ["scopes", "users", "servers", "virtualServers"];
    let model = Model(document);
    let ids = KINDS.iter().flat_map(|kind| model.list(kind)).chain(model.list("tombstones"));
    let spaces = model.list("scopes").iter().flat_map(|scope| elements(&scope["spaces"]));
    let tokens = model.list("users").iter().flat_map(|user| elements(&user["tokens"]));
    let others = ["catalog", "agents", "clients", "levels"].iter().flat_map(|kind| model.list(kind)).map(|record| text(record, "id"));
    let list: Vec<&str> = ids.chain(spaces).chain(tokens).map(|record| text(record, "id")).collect();
    let ids: BTreeSet<&str> = list.iter().copied().collect();
    if ids.len() < list.len() || others.into_iter().any(|id| ids.contains(id)) {
        return None;
    }
    let marks: BTreeMap<&str, String> = ids.into_iter().enumerate().map(|(number, id)| (id, format!("§{number}§"))).collect();
    let mut document = renamed(document, &marks);
    for kind in ["users", "servers"] {
        for record in document[kind].as_array_mut().into_iter().flatten() {
            let name = format!("Name{}", text(record, "id"));
            record["name"] = name.into();
        }
    }
    Some(document)
}

fn renamed(value: &Value, marks: &BTreeMap<&str, String>) -> Value {
    let name = |id: &str| match (marks.get(id), id.strip_prefix("server/").and_then(|id| marks.get(id))) {
        (Some(mark), _) => mark.clone(),
        (None, Some(mark)) => format!("server/{mark}"),
        (None, None) => id.to_owned(),
    };
    match value {
        Value::String(text) => name(text).into(),
        Value::Array(elements) => elements.iter().map(|element| renamed(element, marks)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (name(key), if key == "levels" { value.clone() } else { renamed(value, marks) }))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn p_6_a_users_slice_has_no_byte_of_others() {
    let law = Law::of_organisations("P-6 a user's slice has no byte of another user, or of what is private to one");
    let [slices, others, private, addresses] = [const { Cell::new(0u64) }; 4];
    law.holds(organisations(0), |case| {
        let Some(document) = marked(case.document()) else { return Ok(()) };
        let Some(policy) = load(&document) else { return Ok(()) };
        let model = Model(&document);
        for user in model.list("users") {
            for workspace in model.list("scopes").iter().map(|scope| text(scope, "id")).filter(|scope| model.is_workspace(scope)) {
                let path = model.path(workspace);
                let of = SliceOf::User { user: text(user, "id"), workspace };
                if !elements(&user["memberOf"]).iter().filter_map(Value::as_str).any(|scope| path.contains(&scope)) {
                    prop_assert!(policy.slice(of).is_err(), "{:?}", of);
                    continue;
                }
                let (_, written) = sliced(&policy, of)?;
                slices.set(slices.get() + 1);
                has_none_of_others(model, user, &written, &others)?;
                // Scopes above are told by depth; what lies beside isn't told at all.
                for scope in model.list("scopes").iter().map(|scope| text(scope, "id")).filter(|scope| *scope != workspace) {
                    prop_assert!(!written.contains(scope), "scope {}: {}", scope, written);
                }
                let (visible, hidden): (Vec<_>, Vec<_>) =
                    model.list("servers").iter().partition(|server| model.is_visible(server, text(user, "id"), &path));
                let seen: Vec<_> = visible.iter().map(|server| address_digest(text(server, "address"))).collect();
                // What is written of others happens to hold some: a redacted path is `***`, and `*` is a path too.
                let shown = visible.iter().flat_map(|server| [text(server, "address").to_owned(), redact(text(server, "address"))]);
                let told = patterns(model).map(str::to_owned).chain(shown).collect::<Vec<_>>().join("\n");
                for server in hidden {
                    prop_assert!(!written.contains(text(server, "id")), "server {}: {}", server, written);
                    let digest = address_digest(text(server, "address"));
                    prop_assert!(seen.contains(&digest) || !written.contains(&digest.to_string()), "the address of {}", server);
                    let address = text(server, "address");
                    let is_its_own = Address::parse(address).is_ok() && !told.contains(address);
                    prop_assert!(!is_its_own || !written.contains(address), "the address of {}: {}", server, written);
                    addresses.set(addresses.get() + u64::from(is_its_own));
                    private.set(private.get() + u64::from(server["visibility"] == "private"));
                }
                for space in
                    model.list("scopes").iter().filter(|scope| scope["id"] != workspace).flat_map(|scope| elements(&scope["spaces"]))
                {
                    prop_assert!(!written.contains(text(space, "id")), "space {}: {}", space, written);
                }
                prop_assert!(!written.contains("annotations"), "{}", written);
            }
        }
        Ok(())
    });
    let seen = [&slices, &others, &private, &addresses].map(Cell::get);
    law.report(format!("{} slices, {} other users, {} hidden private servers, {} hidden addresses", seen[0], seen[1], seen[2], seen[3]));
    assert!(seen[0] >= u64::from(law.cases) && seen[1] > seen[0] && seen[2].min(seen[3]) > 0, "too few to say anything");
}

/// The patterns of the platform and the catalogue: an address that is one of them may stand there.
fn patterns(model: Model<'_>) -> impl Iterator<Item = &str> {
    let allow = elements(&model.0["platform"]["origins"]["allow"]).iter();
    allow.chain(model.list("catalog").iter().flat_map(|entry| elements(&entry["origins"]))).filter_map(Value::as_str)
}

fn has_none_of_others(model: Model<'_>, user: &Value, written: &str, others: &Cell<u64>) -> TestCaseResult {
    for other in model.list("users").iter().filter(|other| other["id"] != user["id"]) {
        prop_assert!(!written.contains(text(other, "id")), "user {}: {}", other["id"], written);
        for token in elements(&other["tokens"]) {
            prop_assert!(!written.contains(text(token, "id")), "token {}: {}", token, written);
        }
        others.set(others.get() + 1);
    }
    Ok(())
}

#[test]
fn p_6_a_scopes_slice_has_no_byte_of_siblings() {
    let law = Law::of_organisations("P-6 a scope's slice has no byte of its siblings");
    let [slices, beside] = [const { Cell::new(0u64) }; 2];
    law.holds(organisations(0), |case| {
        let Some(document) = marked(case.document()) else { return Ok(()) };
        let Some(policy) = load(&document) else { return Ok(()) };
        let model = Model(&document);
        for scope in model.list("scopes").iter().map(|scope| text(scope, "id")) {
            let (_, written) = sliced(&policy, SliceOf::Scope(scope))?;
            slices.set(slices.get() + 1);
            let is_shown = |other: &str| other == scope || model.is_above(other, scope) || model.is_above(scope, other);
            let is_inside = |other: &str| other == scope || model.is_above(scope, other);
            let mut hidden: Vec<&str> = Vec::new();
            for other in model.list("scopes") {
                let id = text(other, "id");
                hidden.extend((!is_shown(id)).then_some(id));
                hidden.extend(elements(&other["spaces"]).iter().map(|space| text(space, "id")).filter(|_| !is_inside(id)));
            }
            for server in model.list("servers").iter().chain(model.list("tombstones")) {
                let shared = server["visibility"] == "shared" && is_shown(text(server, "scope"));
                hidden.extend((!is_inside(text(server, "scope")) && !shared).then_some(text(server, "id")));
            }
            let inside = model.list("servers").iter().filter(|server| is_inside(text(server, "scope")));
            let owners: BTreeSet<&str> = inside.filter_map(|server| server["owner"].as_str()).collect();
            for user in model.list("users") {
                let mut places = elements(&user["memberOf"]).iter().chain(elements(&user["administers"])).filter_map(Value::as_str);
                let stranger = !places.any(is_shown) && !owners.contains(text(user, "id"));
                hidden.extend(stranger.then_some(text(user, "id")));
                hidden.extend(
                    elements(&user["tokens"]).iter().filter(|token| !is_inside(text(token, "workspace"))).map(|token| text(token, "id")),
                );
            }
            for id in hidden {
                prop_assert!(!written.contains(id), "{} in the slice of {}: {}", id, scope, written);
                beside.set(beside.get() + 1);
            }
        }
        Ok(())
    });
    law.report(format!("{} slices, {} ids from beside them", slices.get(), beside.get()));
    assert!(slices.get() >= u64::from(law.cases) && beside.get() > slices.get(), "too few to say anything");
}

/// Something that lies beside a scope, changed: nothing of it is in the slice.
fn change_beside(random: &mut Random, document: &Value, parts: &mut Map<String, Value>) {
    let scopes = Model(document).list("scopes");
    parts.insert("scope".to_owned(), random.pick(scopes)["id"].clone());
    parts.insert("beside".to_owned(), random.pick(scopes)["id"].clone());
    parts.insert("what".to_owned(), random.below(5).into());
}

#[test]
fn p_6_a_change_elsewhere_keeps_the_digest() {
    let law = Law::of_organisations("P-6 a change outside the subtree keeps a slice's digest");
    let [kept, changed] = [const { Cell::new(0u64) }; 2];
    law.holds(organisations_with(0, change_beside), |case| {
        let (Some(policy), Some(scope), Some(beside)) = (case.policy(), case.part("scope").as_str(), case.part("beside").as_str()) else {
            return Ok(());
        };
        let model = Model(case.document());
        let mut next = case.document().clone();
        next["revision"] = (next["revision"].as_u64().unwrap_or(1) % 1_000_000 + 1).into();
        let place = |list: &str, id: &str| model.list(list).iter().position(|record| record["id"] == id);
        let Some(number) = place("scopes", beside) else { return Ok(()) };
        let servers = model.list("servers").iter().position(|server| server["scope"] == beside);
        match (case.part("what").as_u64(), servers) {
            (Some(0), _) => next["scopes"][number]["name"] = "Renamed".into(),
            (Some(1), _) => next["scopes"][number]["settings"]["all"] = "off".into(),
            (Some(2), _) => next["scopes"][number]["contact"] = "somebody@else.example".into(),
            (Some(3), Some(server)) => next["servers"][server]["name"] = "Renamed".into(),
            (Some(4), Some(server)) => next["servers"][server]["address"] = "https://elsewhere.example/renamed".into(),
            _ => return Ok(()),
        }
        let Some(later) = load(&next) else { return Ok(()) };
        let Ok(before) = policy.slice(SliceOf::Scope(scope)) else { return Ok(()) };
        let after = later.slice(SliceOf::Scope(scope)).expect("the scope stayed");
        let digest = |document: &Document<'_>| document.slice.as_ref().and_then(|slice| slice.digest);
        let is_beside = scope != beside && !model.is_above(beside, scope) && !model.is_above(scope, beside);
        if is_beside {
            prop_assert_eq!(digest(&after), digest(&before));
            kept.set(kept.get() + 1);
        } else if scope == beside && case.part("what") == 0 && model.list("scopes")[number]["name"] != "Renamed" {
            prop_assert_ne!(digest(&after), digest(&before));
            changed.set(changed.get() + 1);
        }
        Ok(())
    });
    law.report(format!("{} kept, {} changed", kept.get(), changed.get()));
    assert!(kept.get() * 20 >= u64::from(law.cases) && changed.get() > 0, "too few to say anything");
}
