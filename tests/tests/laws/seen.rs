//! Nothing in any view names what doesn't exist for who looks (P-12, U-8).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use lockstep_generate::Random;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::organisations_with;
use crate::exists::Known;
use crate::law::Law;
use crate::model::{Model, elements, text};
use crate::page::{activity, answer, requests};

/// Records that have a name of their own: by the members under which views name them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Scope,
    Space,
    User,
    Server,
    VirtualServer,
    Integration,
    Token,
}

/// Everything in a document that somebody may not know of, with a word that only it has: the ids and names which stand there
/// but once.
struct Words<'d>(BTreeMap<&'d str, (Kind, &'d Value, &'d str)>);

impl<'d> Words<'d> {
    fn of(document: &'d Value) -> Self {
        let model = Model(document);
        let mut all: Vec<(&'d str, (Kind, &'d Value, &'d str))> = Vec::new();
        let mut add = |kind, record: &'d Value, within: &'d str| {
            all.push((text(record, "id"), (kind, record, within)));
            all.push((text(record, "name"), (kind, record, within)));
        };
        let kinds = [
            (Kind::Scope, "scopes"),
            (Kind::User, "users"),
            (Kind::Server, "servers"),
            (Kind::VirtualServer, "virtualServers"),
            (Kind::Integration, "catalog"),
        ];
        for (kind, list) in kinds {
            model.list(list).iter().for_each(|record| add(kind, record, ""));
        }
        for scope in model.list("scopes") {
            elements(&scope["spaces"]).iter().for_each(|space| add(Kind::Space, space, text(scope, "id")));
        }
        for user in model.list("users") {
            elements(&user["tokens"]).iter().for_each(|token| add(Kind::Token, token, text(user, "id")));
        }
        let others = ["levels", "agents", "clients"];
        let taken: BTreeSet<&str> = others
            .into_iter()
            .flat_map(|list| model.list(list))
            .flat_map(|record| [text(record, "id"), text(record, "name"), text(record, "label")])
            .chain(
                model
                    .list("servers")
                    .iter()
                    .chain(model.list("catalog"))
                    .flat_map(|record| elements(&record["tools"]))
                    .map(|tool| text(tool, "name")),
            )
            .chain(model.list("virtualServers").iter().flat_map(|record| elements(&record["tools"])).map(|tool| text(tool, "as")))
            .chain(["", "x"])
            .collect();
        let mut words: BTreeMap<&'d str, Vec<(Kind, &'d Value, &'d str)>> = BTreeMap::new();
        for (word, of) in all {
            let known = words.entry(word).or_default();
            if !known.iter().any(|(kind, record, _)| *kind == of.0 && record["id"] == of.1["id"]) {
                known.push(of);
            }
        }
        Self(words.into_iter().filter(|(word, of)| of.len() == 1 && !taken.contains(word)).map(|(word, of)| (word, of[0])).collect())
    }
}

/// Whether something exists for the actor.
fn exists(known: Known<'_>, (kind, record, within): (Kind, &Value, &str)) -> bool {
    match kind {
        Kind::Scope => known.scope(text(record, "id")),
        Kind::Space => known.space(within),
        Kind::User => known.user(record),
        Kind::Server => known.server(record),
        Kind::VirtualServer => known.virtual_server(record),
        Kind::Integration => known.integration(record),
        Kind::Token => known.model.record("users", within).is_some_and(|user| known.token(user, record)),
    }
}

/// What VIEWS.md lets stand beside: history, places above an administrator's own, a private server's owner (N-2), the roster,
/// and what keepers of a virtual server take out (P-V17).
fn is_allowed(known: Known<'_>, kind: Kind, view: &Value, path: &[&str]) -> bool {
    let of_administrators = || known.model.list("scopes").iter().any(|scope| known.administers(text(scope, "id")));
    let under = |member: &str| path.contains(&member);
    let last = path.last().copied().unwrap_or_default();
    match kind {
        // Who did what is history (contract 2).
        Kind::User if matches!(last, "by" | "deletedBy") => true,
        // On a page of its own, or as a part of the settings.
        Kind::User if view["kind"] == "inventory" || under("inventory") => under("owner") || under("earlier"),
        Kind::User if view["kind"] == "server" => under("assignees"),
        Kind::User if view["kind"] == "virtual-server" => under("access"),
        Kind::Server if view["kind"] == "virtual-server" => under("tools"),
        // One's own tokens all stand (U-6), wherever they are for.
        Kind::Scope | Kind::VirtualServer if view["kind"] == "user" && view["user"] == known.actor => under("tokens"),
        // A server says what it is of, approved or not (I-4, K-11).
        Kind::Integration => under("source"),
        // Locks, and what is stored above: an administrator's (L-4, S-6).
        Kind::Scope => {
            of_administrators() && (under("causes") || under("heldBy") || under("stored") || under("disabled") || under("message"))
        }
        _ => false,
    }
}

/// Looks at every text of an answer.
fn walk<'v>(value: &'v Value, path: &mut Vec<&'v str>, see: &mut dyn FnMut(&'v str, &[&'v str])) {
    match value {
        Value::String(text) => see(text, path),
        Value::Array(elements) => elements.iter().for_each(|element| walk(element, path, see)),
        Value::Object(members) => {
            for (key, member) in members {
                path.push(key);
                see(key, path);
                walk(member, path, see);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The members that a request itself gave come back: the actor named them.
fn given(view: &Value) -> BTreeSet<&str> {
    view.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_str).collect()
}

#[test]
fn p_12_nothing_in_a_view_names_what_does_not_exist_for_who_looks() {
    let law = Law::of_organisations("P-12 nothing in a view names what doesn't exist for who looks");
    let (seen, hidden) = (RefCell::new(BTreeMap::<String, u64>::new()), RefCell::new(0_u64));
    let cases = organisations_with(0, |random: &mut Random, document: &Value, parts| {
        parts.insert("activity".to_owned(), activity(random, document));
        parts.insert("views".to_owned(), json!(requests(random, document, 30)));
    });
    law.holds(cases, |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        let (document, words) = (case.document(), Words::of(case.document()));
        for request in elements(case.part("views")) {
            let Some(actor) = request["actor"].as_str() else { continue };
            let known = Known { model: Model(document), actor };
            let answer = answer(&policy, request, case.part("activity"));
            names_nothing_hidden(known, &words, request, &answer, &hidden)?;
            if answer.get("reason").is_none() {
                *seen.borrow_mut().entry(text(&answer, "view").to_owned()).or_default() += 1;
            }
        }
        Ok(())
    });
    let (seen, hidden) = (seen.into_inner(), hidden.into_inner());
    let counts: Vec<String> = seen.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    law.report(format!("{}; {hidden} hidden words looked for", counts.join(", ")));
    assert!(seen.len() >= 18, "kinds without an answer: {seen:?}");
    assert!(hidden > 100 * u64::from(law.cases), "too little was hidden: {hidden}");
}

fn names_nothing_hidden(known: Known<'_>, words: &Words<'_>, request: &Value, answer: &Value, hidden: &RefCell<u64>) -> TestCaseResult {
    let (view, given) = (&request["view"], given(&request["view"]));
    let unknown: BTreeMap<&str, Kind> =
        words.0.iter().filter(|(word, of)| !given.contains(*word) && !exists(known, **of)).map(|(word, of)| (*word, of.0)).collect();
    *hidden.borrow_mut() += unknown.len() as u64;
    let mut named = None;
    walk(answer, &mut Vec::new(), &mut |word, path| {
        // A setting is named by its kind and an id; what is itself called so is meant first.
        let named_by_setting = || {
            let (_, id) = word.split_once('/').filter(|(kind, _)| matches!(*kind, "server" | "integration"))?;
            let kind = unknown.get(id).filter(|kind| matches!(kind, Kind::Server | Kind::Integration));
            kind.filter(|_| !words.0.contains_key(word)).copied()
        };
        if let Some(kind) = unknown.get(word).copied().or_else(named_by_setting)
            && !is_allowed(known, kind, view, path)
        {
            named = Some(format!("{kind:?} `{word}` at {path:?}"));
        }
    });
    prop_assert!(named.is_none(), "{}: {} in {}", request, named.unwrap_or_default(), answer);
    Ok(())
}
