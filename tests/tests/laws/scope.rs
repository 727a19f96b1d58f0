//! Scope policy: nothing below opens what is closed above, and what is lifted is as it was (S-1, S-5, S-7, S-12).

use std::cell::Cell;

use lockstep_generate::Random;
use lockstep_policy::Policy;
use lockstep_policy::decide::{About, Action, Decision, Outcome, Reason, Request};
use lockstep_policy::document::Visibility;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::{Case, load, organisations_with};
use crate::law::Law;
use crate::model::{Model, text};
use crate::setting::{self, Stored};

/// Draws one value at any scope by any authority; as often as not one that stands there already.
fn one_value(random: &mut Random, document: &Value, parts: &mut Map<String, Value>) {
    let (scope, authority) = setting::place(random, document);
    parts.insert("stored".to_owned(), setting::draw(random, document, &scope, &authority));
}

/// How open an outcome is.
fn openness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allow => 2,
        Outcome::Ask => 1,
        _ => 0,
    }
}

/// Both documents' policies; none where one isn't valid (any more).
fn pair(without: &Value, with: &Value) -> Option<(Policy, Policy)> {
    Some((load(without)?, load(with)?))
}

/// What the rules let a stored value open: nothing but two things.
enum Opens {
    Nothing,
    /// C-7: in the root's own settings, where unset counts as off for all, an `on`, or an `off` with exceptions (S-12).
    Sharing,
    /// I-9: `on` for an integration, where an authority has turned new ones off: its own `off`s of that alone.
    Integration,
}

fn opens(model: Model<'_>, stored: Stored<'_>) -> Opens {
    let spares = stored.value == "on" || !stored.except.is_empty();
    match (stored.setting.split_once('/'), stored.value) {
        (Some(("custom", "sharing")), _) if spares && stored.scope == model.root() => Opens::Sharing,
        (Some(("integration", _)), "on") => Opens::Integration,
        _ => Opens::Nothing,
    }
}

/// Whether all causes of a decision's lock are of one kind and authority; false where there is no lock.
fn is_locked_by(decision: &Decision<'_>, setting: &str, authority: &str) -> bool {
    let lock = decision.lock();
    lock.is_some_and(|lock| lock.causes.iter().all(|cause| cause.setting().to_string() == setting && cause.authority == authority))
}

/// The reasons that a custom server has while it isn't shared: it is unknown, or its owner is asked for (C-7, L-1).
const UNSHARED: [Reason; 5] =
    [Reason::UnknownServer, Reason::CustomSharingOff, Reason::UnknownUser, Reason::AccessDisabled, Reason::UnknownWorkspace];

#[test]
fn s_1_no_value_set_at_a_lower_scope_makes_any_decision_looser() {
    let law = Law::of_organisations("S-1 no value set at a lower scope makes any decision looser");
    let (stricter, looser) = (Cell::new(0_u64), Cell::new(0_u64));
    law.holds(organisations_with(150, one_value), |case| {
        let Some(stored) = Stored::read(case.part("stored")) else { return Ok(()) };
        let (without, with) = (stored.taken(case.document()), stored.put(case.document()));
        let Some((free, bound)) = pair(&without, &with) else { return Ok(()) };
        let opens = opens(Model(&with), stored);
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (before, after) = (free.decide(&request), bound.decide(&request));
            let (was, is) = (openness(before.outcome()), openness(after.outcome()));
            stricter.set(stricter.get() + u64::from(is < was));
            looser.set(looser.get() + u64::from(is > was));
            let may = match opens {
                Opens::Nothing => false,
                Opens::Sharing => UNSHARED.contains(&before.reason()),
                Opens::Integration => is_locked_by(&before, "new-integrations", stored.authority),
            };
            prop_assert!(is <= was || may, "{} without, {} with {stored:?}: {text}", before.to_json(), after.to_json());
        }
        Ok(())
    });
    let (stricter, looser) = (stricter.get(), looser.get());
    law.report(format!("{stricter} decisions stricter, {looser} looser as C-7 and I-9 say"));
    assert!(stricter >= u64::from(law.cases), "only {stricter} decisions became stricter");
}

#[test]
fn s_5_a_value_set_at_a_scope_touches_no_sibling_and_no_ancestor() {
    let law = Law::of_organisations("S-5 a value set at a scope touches no sibling and no ancestor");
    let (beside, within) = (Cell::new(0_u64), Cell::new(0_u64));
    law.holds(organisations_with(100, one_value), |case| {
        let Some(stored) = Stored::read(case.part("stored")) else { return Ok(()) };
        let (without, with) = (stored.taken(case.document()), stored.put(case.document()));
        let Some((free, bound)) = pair(&without, &with) else { return Ok(()) };
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (before, after) = (free.decide(&request).to_json(), bound.decide(&request).to_json());
            if Model(&with).path_of(&request).contains(&stored.scope) {
                within.set(within.get() + u64::from(before != after));
            } else {
                beside.set(beside.get() + 1);
                prop_assert_eq!(before, after, "with {:?}: {}", stored, text);
            }
        }
        Ok(())
    });
    law.report(format!("{} decisions beside it the same, {} within it changed", beside.get(), within.get()));
    assert!(beside.get() > u64::from(law.cases) * 5 && within.get() > u64::from(law.cases), "too few to say much");
}

#[test]
fn s_12_an_exception_opens_its_own_off_alone() {
    let law = Law::of_organisations("S-12 an exception opens its own `off` alone");
    let opened = Cell::new(0_u64);
    let parts = |random: &mut Random, document: &Value, parts: &mut Map<String, Value>| {
        let (scope, authority) = setting::place(random, document);
        let mut stored = setting::draw(random, document, &scope, &authority);
        if stored["value"] == "off" {
            let model = Model(document);
            let below: Vec<&str> =
                model.list("scopes").iter().map(|below| text(below, "id")).filter(|below| model.is_above(&scope, below)).collect();
            stored["except"] = json!(random.some(&below, 3));
        }
        parts.insert("stored".to_owned(), stored);
    };
    law.holds(organisations_with(100, parts), |case| {
        let Some(stored) = Stored::read(case.part("stored")) else { return Ok(()) };
        let whole = Stored { except: &[], ..stored };
        let Some((closed, excepting)) = pair(&whole.put(case.document()), &stored.put(case.document())) else { return Ok(()) };
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (before, after) = (closed.decide(&request), excepting.decide(&request));
            let (was, is) = (openness(before.outcome()), openness(after.outcome()));
            opened.set(opened.get() + u64::from(is > was));
            let this = before.lock().is_some_and(|lock| {
                lock.causes.iter().all(|cause| {
                    cause.setting().to_string() == stored.setting && cause.authority == stored.authority && cause.at == stored.scope
                })
            });
            let unshared = stored.setting == "custom/sharing" && UNSHARED.contains(&before.reason());
            prop_assert!(is >= was, "an exception closes: {} before, {} after {stored:?}: {text}", before.to_json(), after.to_json());
            prop_assert!(is == was || this || unshared, "{} before, {} after {stored:?}: {text}", before.to_json(), after.to_json());
        }
        Ok(())
    });
    law.report(format!("{} decisions opened by one", opened.get()));
    assert!(opened.get() * 10 > u64::from(law.cases), "only {} decisions opened", opened.get());
}

/// A restriction without exceptions, and a few values of lower authorities at or below its scope.
fn restriction_and_what_is_below(random: &mut Random, document: &Value, parts: &mut Map<String, Value>) {
    let model = Model(document);
    let (scope, authority) = setting::place(random, document);
    let mut stored = setting::draw(random, document, &scope, &authority);
    stored["except"] = json!([]);
    if stored["value"] == "on" {
        stored["value"] = json!("off");
    }
    let under: Vec<&str> =
        model.list("scopes").iter().map(|under| text(under, "id")).filter(|under| model.path(under).contains(&&*scope)).collect();
    let mut lower = Vec::new();
    for _ in 0..random.between(1, 5) {
        let place = *random.pick(&under);
        let by: Vec<&str> = model.path(place).into_iter().filter(|by| model.is_above(&authority, by)).collect();
        if let Some(by) = random.any(&by) {
            let mut value = setting::draw(random, document, place, by);
            // The same setting, turned on, is what would most likely do it.
            if random.chance(40) && !stored["setting"].as_str().unwrap_or_default().starts_with("floor/") {
                value["setting"] = stored["setting"].clone();
                value["value"] = json!("on");
                value["except"] = json!([]);
            }
            lower.push(value);
        }
    }
    parts.insert("stored".to_owned(), stored);
    parts.insert("lower".to_owned(), json!(lower));
}

/// Whether a restriction without exceptions speaks of what a request asks for, on whose path it lies.
pub fn governs(model: Model<'_>, stored: Stored<'_>, request: &Request<'_>) -> bool {
    let (Some(action), Some(about)) = (request.action(), request.about()) else { return false };
    let path = model.path_of(request);
    if !path.contains(&stored.scope) {
        return false;
    }
    let server = model.server(about);
    let custom = server.is_some_and(|server| server["source"]["kind"] == "custom");
    let integration = match about {
        About::Integration { integration } | About::Registration { integration: Some(integration), .. } => Some(integration.as_str()),
        _ => server.and_then(|server| server["source"]["integration"].as_str()),
    };
    match stored.setting.split_once('/') {
        None if stored.setting == "all" => true,
        None => integration.is_some_and(|id| {
            let setting = format!("integration/{id}");
            let on = |scope| Stored { scope, setting: &setting, ..stored }.found(model.0).is_some_and(|value| value == "on");
            !path.iter().any(|scope| on(scope))
        }),
        Some(("integration", id)) => integration == Some(id),
        Some(("server", id)) => server.is_some_and(|server| server["id"] == id),
        Some(("custom", "use")) => custom,
        Some(("custom", "creation")) => matches!(about, About::Registration { integration: None, .. }),
        Some(("custom", "sharing")) => match about {
            About::Registration { integration: None, visibility, .. } => *visibility == Visibility::Shared,
            _ => request.caller().is_some_and(|caller| {
                let owned =
                    server.is_some_and(|server| server["owner"] == caller.user.as_str() && server["scope"] == caller.workspace.as_str());
                custom && !owned
            }),
        },
        // An unlabelled tool is held by the floors of both labels (K-5); the tools of other labels are left to the floor's own law.
        Some((_, label)) => matches!(action, Action::ToolCall | Action::ToolList) && is_held(model, about, server, label),
    }
}

/// Whether a floor of a label holds a tool for sure: one without any label, or that all who speak of it label so (K-6).
fn is_held(model: Model<'_>, about: &About<'_>, server: Option<&Value>, label: &str) -> bool {
    let Some(server) = server else { return false };
    let name = match about {
        About::Tool { tool, .. } => tool.as_str(),
        About::VirtualTool { virtual_server, tool } => {
            let virtual_server = model.record("virtualServers", virtual_server);
            let selected = virtual_server.into_iter().flat_map(|one| crate::model::elements(&one["tools"]));
            let mut named = selected.filter(|selected| crate::model::exposed(selected) == tool.as_str());
            named.next().map_or("", |selected| text(selected, "tool"))
        }
        _ => return false,
    };
    let named = |tool: &&Value| tool["name"] == name;
    let Some(tool) = crate::model::elements(&server["tools"]).iter().find(named) else { return false };
    let entry = server["source"]["integration"].as_str().and_then(|id| model.record("catalog", id));
    let catalog =
        entry.and_then(|entry| crate::model::elements(&entry["tools"]).iter().find(named)).and_then(|tool| tool["label"].as_str());
    let said = [catalog, tool["label"].as_str(), tool["hint"].as_str()];
    // A hint of `read` is believed of nobody: such a tool may have no label, and is then held by both floors all the more.
    said.iter().flatten().all(|said| *said == label)
}

fn assert_held(case: &Case, closed: &Cell<u64>, raised: &Cell<u64>) -> TestCaseResult {
    let Some(stored) = Stored::read(case.part("stored")) else { return Ok(()) };
    let mut document = stored.put(case.document());
    for lower in case.part("lower").as_array().into_iter().flatten().filter_map(Stored::read) {
        let next = lower.put(&document);
        if load(&next).is_some() {
            document = next;
        }
    }
    let Some((free, bound)) = pair(&stored.taken(case.document()), &document) else { return Ok(()) };
    for text in case.requests() {
        let request = Request::read(text.as_bytes());
        if !governs(Model(&document), stored, &request) {
            continue;
        }
        let (before, after) = (free.decide(&request), bound.decide(&request));
        let counter = if stored.value == "ask" { raised } else { closed };
        counter.set(counter.get() + u64::from(openness(after.outcome()) < openness(before.outcome())));
        let held = match stored.value {
            "ask" => after.outcome() != Outcome::Allow || after.reason() == Reason::Approved,
            _ => after.outcome() == Outcome::Deny,
        };
        prop_assert!(held, "{} under {stored:?}: {text}", after.to_json());
    }
    Ok(())
}

#[test]
fn s_1_a_restriction_holds_for_all_below_whatever_is_set_there() {
    let law = Law::of_organisations("S-1 a restriction holds for all below, whatever is set there");
    let (closed, raised) = (Cell::new(0), Cell::new(0));
    law.holds(organisations_with(150, restriction_and_what_is_below), |case| assert_held(&case, &closed, &raised));
    let (closed, raised) = (closed.get(), raised.get());
    law.report(format!("{closed} decisions closed by one, {raised} asked because of one"));
    assert!(closed > u64::from(law.cases) && raised * 20 > u64::from(law.cases), "{closed} closed, {raised} raised: too few");
}

/// Restrictions that can be lifted again: values where none is stored, switches and disables of servers.
fn restrictions(random: &mut Random, document: &Value, parts: &mut Map<String, Value>) {
    let mut list = Vec::new();
    let servers = Model(document).list("servers");
    for _ in 0..random.between(1, 4) {
        let (scope, authority) = setting::place(random, document);
        let stored = setting::draw(random, document, &scope, &authority);
        let free = Stored::read(&stored).is_some_and(|stored| stored.found(document).is_none());
        let again = list.iter().any(|known: &Value| known["setting"] == stored["setting"] && known["scope"] == scope);
        if free && !again {
            list.push(stored);
        }
    }
    if let Some(server) = random.any(servers) {
        list.push(json!({"server": server["id"], "disable": random.chance(50)}));
    }
    parts.insert("restrictions".to_owned(), json!(list));
}

/// Applies a restriction, or lifts it, in a document.
fn restrict(document: &Value, restriction: &Value, on: bool) -> Value {
    if let Some(stored) = Stored::read(restriction) {
        return if on { stored.put(document) } else { stored.taken(document) };
    }
    let mut document = document.clone();
    let servers = document["servers"].as_array_mut();
    if let Some(server) = servers.into_iter().flatten().find(|server| server["id"] == restriction["server"]) {
        if restriction["disable"] == true {
            let scope = server["scope"].clone();
            let entries = server.as_object_mut().expect("a server is an object").entry("disabled").or_insert_with(|| json!([]));
            let entries = entries.as_array_mut().expect("a list");
            // One that is there by the same authority is another restriction, and stays.
            if on && entries.iter().all(|entry| entry["authority"] != scope) {
                entries.push(json!({"authority": scope, "at": "2026-11-20T12:00:00Z", "by": "lockstep-law"}));
            } else if !on {
                entries.retain(|entry| entry["by"] != "lockstep-law");
            }
        } else if server["switch"] == "on" || server["annotations"]["law"] == "switched off" {
            let notes = server.as_object_mut().expect("a server is an object").entry("annotations").or_insert_with(|| json!({}));
            let notes = notes.as_object_mut().expect("an object");
            if on {
                notes.insert("law".to_owned(), json!("switched off"));
            } else {
                notes.remove("law");
            }
            server["switch"] = json!(if on { "off" } else { "on" });
        }
    }
    document
}

/// All that a policy says to a case's requests.
fn answers(policy: &Policy, case: &Case) -> Vec<String> {
    let answer = |text: &str| {
        let request = Request::read(text.as_bytes());
        policy.decide(&request).to_json() + &policy.explain_whole(&request).to_json()
    };
    case.requests().map(answer).collect()
}

#[test]
fn s_7_lifting_a_restriction_restores_everything_exactly() {
    let law = Law::of_organisations("S-7 lifting restrictions restores everything below exactly");
    let (changed, restricted) = (Cell::new(0_usize), Cell::new(0_u64));
    law.holds(organisations_with(40, restrictions), |case| {
        let Some(before) = case.policy() else { return Ok(()) };
        let restrictions: Vec<&Value> = case.part("restrictions").as_array().into_iter().flatten().collect();
        let document = restrictions.iter().fold(case.document().clone(), |document, one| restrict(&document, one, true));
        let Some(during) = load(&document) else { return Ok(()) };
        let (canonical, restricting) = (before.document().canonical(), during.document().canonical());
        if *case.document() != document {
            prop_assert_ne!(&canonical, &restricting, "a restriction that leaves no trace");
            restricted.set(restricted.get() + 1);
        }
        // Lifted in the order in which they came, in the document that the core gives back: it has forgotten nothing.
        let document = serde_json::from_str(&restricting).unwrap();
        let document = restrictions.iter().fold(document, |document, one| restrict(&document, one, false));
        let Some(after) = load(&document) else { return Err(TestCaseError::fail("lifted, it isn't valid any more")) };
        prop_assert_eq!(after.document().canonical(), canonical);
        let (first, then, last) = (answers(&before, &case), answers(&during, &case), answers(&after, &case));
        changed.set(changed.get() + first.iter().zip(&then).filter(|(first, then)| first != then).count());
        prop_assert_eq!(first, last);
        Ok(())
    });
    law.report(format!("{} documents restricted, {} answers changed and restored", restricted.get(), changed.get()));
    assert!(changed.get() > 3 * law.cases as usize && restricted.get() * 10 > u64::from(law.cases) * 9, "too few restrictions");
}
