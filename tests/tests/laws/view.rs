//! What always holds of views: a control's choices are what apply and decide answer (P-8), and the pages of what grows are
//! the whole, whatever their size.

use std::cell::RefCell;
use std::collections::BTreeMap;

use lockstep_generate::{Random, Shape, organisation};
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{Outcome, Request};
use lockstep_tests::views::answer;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

use crate::law::Law;

const NOW: &str = "2026-11-20T12:00:00Z";
/// Looks at each organisation.
const LOOKS: usize = 60;

/// An organisation and who looks at it.
struct Town {
    document: Value,
    policy: Policy,
    random: Random,
}

impl Town {
    fn new(seed: u64) -> Self {
        let text = organisation(seed, &if seed.is_multiple_of(3) { Shape::tiny() } else { Shape::dense() });
        let policy = Policy::load(text.as_bytes()).unwrap();
        Self { document: serde_json::from_str(&text).unwrap(), policy, random: Random::new(seed, "views") }
    }

    fn ids(&self, kind: &str) -> Vec<Value> {
        self.document[kind].as_array().into_iter().flatten().map(|record| record["id"].clone()).collect()
    }

    fn any(&mut self, kind: &str) -> Value {
        let ids = self.ids(kind);
        self.random.any(&ids).cloned().unwrap_or(json!("nobody"))
    }

    /// Somebody who administers something more often than not, or the host.
    fn actor(&mut self) -> Value {
        if self.random.chance(8) {
            return json!({"host": true});
        }
        let administers: Vec<Value> = self.document["users"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|user| user["administers"].as_array().is_some_and(|scopes| !scopes.is_empty()))
            .map(|user| user["id"].clone())
            .collect();
        let some = if self.random.chance(60) { self.random.any(&administers).cloned() } else { None };
        json!({"user": some.unwrap_or_else(|| self.any("users"))})
    }

    fn view(&mut self) -> Value {
        let kinds = [
            "scopes",
            "settings",
            "integrations",
            "integration",
            "custom",
            "inventory",
            "my-servers",
            "servers",
            "server",
            "connectors",
            "space",
            "virtual-servers",
            "virtual-server",
            "users",
            "user",
            "access",
            "catalog",
            "platform",
        ];
        let kind = *self.random.pick(&kinds);
        let mut view = json!({"kind": kind});
        let members: &[(&str, &str)] = match kind {
            "integration" => &[("scope", "scopes"), ("integration", "catalog")],
            "my-servers" => &[("workspace", "scopes")],
            "server" => &[("server", "servers")],
            "virtual-server" => &[("virtualServer", "virtualServers")],
            "user" => &[("user", "users")],
            "access" => &[("user", "users"), ("workspace", "scopes")],
            "connectors" | "catalog" | "platform" | "space" => &[],
            _ => &[("scope", "scopes")],
        };
        for (member, of) in members {
            view[*member] = self.any(of);
        }
        if kind == "space" {
            let spaces = self.document["scopes"].as_array().into_iter().flatten();
            let spaces: Vec<Value> =
                spaces.flat_map(|scope| scope["spaces"].as_array().into_iter().flatten()).map(|space| space["id"].clone()).collect();
            view["space"] = self.random.any(&spaces).cloned().unwrap_or(json!("nowhere"));
        }
        view
    }

    /// A server's activity now and then.
    fn activity(&mut self) -> Value {
        let mut servers = json!({});
        for id in self.ids("servers") {
            if self.random.chance(40) {
                let result = *self.random.pick(&["ok", "auth-failed", "unreachable"]);
                servers[id.as_str().unwrap()] = json!({"lastContact": {"at": "2026-11-19T12:00:00Z", "result": result}});
            }
        }
        json!({"servers": servers})
    }
}

/// A look, as it is asked.
fn asked(actor: &Value, view: &Value, more: &Value) -> Value {
    let mut request = json!({"view": view, "now": NOW});
    match actor.get("user") {
        Some(user) => request["actor"] = user.clone(),
        None => request["host"] = json!(true),
    }
    for (member, value) in more.as_object().into_iter().flatten() {
        request[member] = value.clone();
    }
    request
}

/// What has been held to what.
#[derive(Default)]
struct Seen {
    choices: BTreeMap<String, [u64; 2]>,
    requests: [u64; 2],
}

impl Seen {
    /// Every control in an answer.
    fn walk(&mut self, town: &Town, actor: &Value, value: &Value) -> TestCaseResult {
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.walk(town, actor, item)),
            Value::Object(members) => {
                if value["choices"].is_array() {
                    self.control(town, actor, value)?;
                }
                members.iter().filter(|(key, _)| *key != "choices").try_for_each(|(_, member)| self.walk(town, actor, member))
            }
            _ => Ok(()),
        }
    }

    fn control(&mut self, town: &Town, actor: &Value, control: &Value) -> TestCaseResult {
        let choices = control["choices"].as_array().unwrap();
        prop_assert!(!choices.is_empty(), "a control that can't be moved: {}", control);
        let open = choices.iter().any(|choice| choice["open"] == true);
        prop_assert_eq!(&control["open"], open, "{}", control);
        prop_assert_eq!(control.get("reason"), if open { None } else { choices[0].get("reason") }, "{}", control);
        for (place, choice) in choices.iter().enumerate() {
            let refusal = if choice.get("change").is_some() { self.change(town, actor, choice)? } else { self.request(town, choice)? };
            if let Some(refusal) = refusal.filter(|_| !open && place == 0) {
                // Who administers nothing there gets the badge alone.
                let (shown, whole) = (&control["lock"], &refusal["lock"]);
                let same = if shown["causes"].is_array() { shown == whole } else { shown["badge"] == whole["badge"] };
                prop_assert!(same, "{} is refused by {}", control, refusal);
            }
        }
        Ok(())
    }

    /// A change is permitted, or refused with the very reason; the refusal.
    fn change(&mut self, town: &Town, actor: &Value, choice: &Value) -> Result<Option<Value>, TestCaseError> {
        let (change, is_open) = (&choice["change"], choice["open"] == true);
        let needs = choice["needs"].is_array();
        let changes = filled(town, change, &choice["fill"]);
        let answers: Vec<Value> = changes.iter().map(|change| applied(town, actor, change, needs)).collect();
        // Nothing may be filled in where the change is whole without it.
        let stands = changes.first() != Some(change) && applied(town, actor, change, needs)["permitted"] == true;
        let permitted = answers.iter().find(|answer| answer["permitted"] == true);
        prop_assert_eq!(is_open, stands || permitted.is_some(), "{} is answered {:?}", choice, answers);
        // Some of what is typed in may be refused for other reasons.
        let told = answers.iter().any(|answer| answer["reason"] == choice["reason"]);
        prop_assert!(is_open || told, "{} is answered {:?}", choice, answers);
        if changes.len() == 1 && changes[0] == *change && choice["fill"].is_array() && is_open {
            prop_assert_eq!(&answers[0]["changed"], false, "{} alters something as it stands: {}", choice, answers[0]);
        }
        if needs {
            let unconfirmed = applied(town, actor, change, false);
            prop_assert_eq!(&unconfirmed["reason"], "confirmation-required", "{}", choice);
        }
        let kind = change["kind"].as_str().unwrap().to_owned();
        self.choices.entry(kind).or_default()[usize::from(is_open)] += 1;
        // It is told as what is refused whatever is typed in.
        Ok(answers.into_iter().find(|answer| !is_open && answer["reason"] == choice["reason"]))
    }

    /// A request is allowed or asked, or denied with the very reason; the denial.
    fn request(&mut self, town: &Town, choice: &Value) -> Result<Option<Value>, TestCaseError> {
        let mut request = choice["request"].clone();
        let is_open = choice["open"] == true;
        // P-V8: who presses a check has to be able to refresh; where a view has no workspace, the host adds it.
        let is_apart = request["action"] == "server.contact" && choice["reason"] == "not-administrator";
        if is_apart || request.get("caller").is_some_and(|caller| caller.get("workspace").is_none()) {
            return Ok(None);
        }
        if let Some(caller) = request.get_mut("caller") {
            caller["credential"] = json!({"kind": "platform"});
        }
        request["context"] = json!({"now": NOW});
        let text = request.to_string();
        let read = Request::read(text.as_bytes());
        let decision = town.policy.decide(&read);
        prop_assert_eq!(is_open, decision.outcome() != Outcome::Deny, "{} is answered {:?}", choice, decision);
        prop_assert!(is_open || choice["reason"] == decision.reason().code(), "{} is answered {:?}", choice, decision);
        self.requests[usize::from(is_open)] += 1;
        Ok(Some(serde_json::from_str(&decision.to_json()).unwrap()).filter(|_| !is_open))
    }
}

fn applied(town: &Town, actor: &Value, change: &Value, confirmed: bool) -> Value {
    let mut actor = actor.clone();
    if confirmed && actor.get("user").is_some() {
        actor["confirmedAt"] = json!(NOW);
    }
    let ask = json!({"actor": actor, "now": NOW, "revision": town.policy.revision(), "change": change}).to_string();
    let text = match town.policy.apply(&ChangeRequest::read(ask.as_bytes())) {
        Ok(applied) => applied.to_json(),
        Err(refusal) => refusal.to_json(),
    };
    serde_json::from_str(&text).unwrap()
}

/// The changes that a person could send: what is to be filled in and isn't there, in each way that comes into question.
fn filled(town: &Town, change: &Value, fill: &Value) -> Vec<Value> {
    let mut changes = vec![change.clone()];
    let missing = fill.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|pointer| change.pointer(pointer).is_none());
    for pointer in missing {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let inputs = inputs(town, change, pointer);
        let put = |change: &Value, input: &Value| {
            let mut change = change.clone();
            change.pointer_mut(parent).unwrap()[member] = input.clone();
            change
        };
        changes = changes.iter().flat_map(|change| inputs.iter().map(|input| put(change, input)).collect::<Vec<_>>()).collect();
    }
    changes
}

/// One anywhere, and one of every pattern that the document has.
fn addresses(town: &Town) -> Vec<Value> {
    let texts = |list: &Value| list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let origins = town.document["catalog"].as_array().into_iter().flatten().flat_map(|entry| texts(&entry["origins"]));
    let patterns = texts(&town.document["platform"]["origins"]["allow"]).into_iter().chain(origins);
    let of_pattern = |pattern: String| {
        let pattern = pattern.replacen("//*.", "//new-server.", 1).replacen(":*", "", 1);
        pattern.strip_suffix("/*").map_or_else(|| pattern.clone(), |above| format!("{above}/new-server"))
    };
    let anywhere = ["https://new.example.com/mcp", "https://new-server.example/mcp"].map(str::to_owned);
    anywhere.into_iter().chain(patterns.map(of_pattern)).map(Value::from).collect()
}

/// What a person might type in.
fn inputs(town: &Town, change: &Value, pointer: &str) -> Vec<Value> {
    let list = |kind: &str| town.document[kind].as_array().map_or(&[][..], Vec::as_slice);
    match pointer {
        "/scope/level" => match list("levels") {
            [] => ["msp", "tenant", "workspace"].map(Value::from).to_vec(),
            levels => levels.iter().map(|level| level["id"].clone()).collect(),
        },
        "/integration" => {
            let new = json!({"id": "filled-in", "name": "New", "approved": false, "origins": [], "tools": []});
            std::iter::once(new).chain(list("catalog").iter().take(1).cloned()).collect()
        }
        // One that is there may be typed as it is.
        "/agent/id" | "/agent/name" | "/client/id" | "/client/name" | "/client/configuration" => {
            let (kind, member) = pointer.trim_start_matches('/').split_once('/').unwrap();
            let known = list(&format!("{kind}s")).iter().find(|record| record.get("annotations").is_none());
            std::iter::once(json!("filled-in")).chain(known.map(|record| record[member].clone())).collect()
        }
        "/user" => town.ids("users"),
        "/tools" => vec![json!([])],
        "/server/source" => std::iter::once(json!({"kind": "custom"}))
            .chain(town.ids("catalog").into_iter().map(|id| json!({"kind": "integration", "integration": id})))
            .collect(),
        "/server/address" => addresses(town),
        "/address" => {
            let server = list("servers").iter().find(|server| server["id"] == change["server"]);
            server.map(|server| server["address"].clone()).into_iter().chain(addresses(town)).collect()
        }
        "/server/authorization" => vec![json!({"method": "none"})],
        "/server/agents" => town.ids("agents").into_iter().take(1).map(|agent| json!([agent])).collect(),
        "/digest" => vec![json!(format!("sha256:{}", "0".repeat(64)))],
        "/spaces" => {
            let spaces = list("scopes").iter().flat_map(|scope| scope["spaces"].as_array().into_iter().flatten());
            spaces.map(|space| json!([space["id"]])).chain([json!(["nowhere"])]).collect()
        }
        "/token/client" => town.ids("clients").into_iter().take(1).collect(),
        "/token/agent" => town.ids("agents").into_iter().take(1).collect(),
        "/token/workspace" => town.ids("scopes"),
        "/token/expiresAt" => vec![json!("2029-01-01T00:00:00Z")],
        // Ids that were never used, and names.
        _ => vec![json!("filled-in")],
    }
}

#[test]
fn p_8_a_control_is_what_apply_answers() {
    let law = Law::of_organisations("P-8 a choice is open where apply permits it, and closed for the reason that apply gives");
    let seen = RefCell::new(Seen::default());
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut town = Town::new(seed);
        let activity = town.activity().to_string();
        for _ in 0..LOOKS {
            let (actor, view) = (town.actor(), town.view());
            let page = if view["kind"] == "settings" || view["kind"] == "scopes" { json!({"page": {"size": 20}}) } else { json!({}) };
            let request = asked(&actor, &view, &page);
            let shown = answer(&town.policy, &request.to_string(), &activity);
            let held = seen.borrow_mut().walk(&town, &actor, &shown);
            held.map_err(|error| TestCaseError::fail(format!("organisation {seed}, {request}: {error}")))?;
        }
        Ok(())
    });
    let Seen { choices, requests } = seen.into_inner();
    let sum = |open: usize| choices.values().map(|count| count[open]).sum::<u64>();
    let (closed, open) = (sum(0), sum(1));
    law.report(format!("{open} open choices, {closed} closed, of {} kinds; {requests:?} requests", choices.len()));
    println!("  {choices:?}");
    assert!(open > 100 && closed * 20 > open && requests[0] > 20 && requests[1] > 5 && choices.len() >= 12, "too little to say anything");
}

#[test]
fn p_1_the_pages_are_the_whole() {
    let law = Law::of_organisations("P-1 pages put together are the whole, whatever their size");
    let (pages, rows) = (RefCell::new(0), RefCell::new(0));
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut town = Town::new(seed);
        let activity = town.activity().to_string();
        for _ in 0..LOOKS / 2 {
            let (actor, view) = (town.actor(), town.view());
            let filter =
                if town.random.chance(30) { json!({"filter": {"text": *town.random.pick(&["a", "1", "e", "-"])}}) } else { json!({}) };
            let ask = |page: Value| {
                let mut more = filter.clone();
                more["page"] = page;
                answer(&town.policy, &asked(&actor, &view, &more).to_string(), &activity)
            };
            let whole = ask(json!({"size": 1000}));
            let Some(all) = whole["rows"].as_array() else { continue };
            prop_assert!(whole.get("next").is_none(), "more than 1,000 rows");
            for size in [1, 2, 3, 7, all.len().max(1)] {
                let (mut together, mut next) = (Vec::new(), None);
                loop {
                    let mut page = json!({"size": size});
                    if let Some(next) = next {
                        page["after"] = next;
                    }
                    let answer = ask(page);
                    let part = answer["rows"].as_array().cloned().unwrap_or_default();
                    prop_assert!(part.len() <= size, "organisation {}: {} of {}", seed, part.len(), size);
                    together.extend(part);
                    *pages.borrow_mut() += 1;
                    next = answer.get("next").cloned();
                    if next.is_none() {
                        break;
                    }
                    prop_assert!(together.len() < all.len(), "organisation {}: {} goes on after its end", seed, view);
                }
                prop_assert_eq!(&together, all, "organisation {}: {} in pages of {}", seed, view, size);
            }
            *rows.borrow_mut() += all.len();
        }
        Ok(())
    });
    let (pages, rows) = (pages.into_inner(), rows.into_inner());
    law.report(format!("{pages} pages of {rows} rows"));
    assert!(pages > 200 && rows > 200, "too little to say anything");
}

/// The changes of all open choices in an answer that a person could send as they stand.
fn open_changes(value: &Value, changes: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| open_changes(item, changes)),
        Value::Object(members) => {
            if value["open"] == true && value["change"].is_object() && value.get("fill").is_none() {
                changes.push(value["change"].clone());
            }
            members.values().for_each(|member| open_changes(member, changes));
        }
        _ => {}
    }
}

/// What is kept while changes are made (counts, inventories, groups, who is where) is what a document is compiled to.
#[test]
fn p_4_what_a_change_leaves_shows_as_its_document_does() {
    let law = Law::of_organisations("P-4 a policy that changes made shows what its document shows");
    let (applied, compared) = (RefCell::new(0), RefCell::new(0));
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut town = Town::new(seed);
        let activity = town.activity().to_string();
        for _ in 0..12 {
            let (actor, view) = (if town.random.chance(50) { json!({"host": true}) } else { town.actor() }, town.view());
            let shown = answer(&town.policy, &asked(&actor, &view, &json!({})).to_string(), &activity);
            let mut changes = Vec::new();
            open_changes(&shown, &mut changes);
            let Some(change) = town.random.any(&changes).cloned() else { continue };
            let confirmed = match actor.get("user") {
                Some(user) => json!({"user": user, "confirmedAt": NOW}),
                None => actor.clone(),
            };
            let ask = json!({"actor": confirmed, "now": NOW, "revision": town.policy.revision(), "change": change}).to_string();
            let next = town.policy.apply(&ChangeRequest::read(ask.as_bytes()));
            let Ok(next) = next else { return Err(TestCaseError::fail(format!("organisation {seed}: {ask} isn't permitted"))) };
            town.policy = next.policy;
            *applied.borrow_mut() += 1;
            let document = town.policy.document().canonical();
            let compiled = Policy::load(document.as_bytes()).unwrap();
            town.document = serde_json::from_str(&document).unwrap();
            for kind in ["scopes", "inventory", "integrations", "custom", "servers", "virtual-servers", "users"] {
                let (view, page) = (json!({"kind": kind, "scope": town.any("scopes")}), json!({"page": {"size": 1000}}));
                let request = asked(&json!({"host": true}), &view, if kind == "custom" { &Value::Null } else { &page }).to_string();
                let (made, loaded) = (answer(&town.policy, &request, &activity), answer(&compiled, &request, &activity));
                prop_assert_eq!(made, loaded, "organisation {} after {}: {}", seed, ask, view);
                *compared.borrow_mut() += 1;
            }
        }
        Ok(())
    });
    let (applied, compared) = (applied.into_inner(), compared.into_inner());
    law.report(format!("{applied} changes, {compared} views"));
    assert!(applied > law.cases && compared > applied, "too little to say anything");
}
