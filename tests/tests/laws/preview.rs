//! What always holds of a preview (P-2, P-3): applying does what it said, and what it counts is what a plain reading of the two
//! documents counts.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use lockstep_generate::{Random, change, changeable};
use lockstep_policy::address::{Address, Pattern};
use lockstep_policy::change::{Affects, ChangeRequest, Counted, Moves};
use lockstep_tests::previews::agrees;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::{load, organisations_with};
use crate::law::Law;
use crate::model::{Model, elements, text};
use crate::setting;

/// An organisation with room for changes, changes of it, and settings to be stored.
fn changes(random: &mut Random, _: &Value, parts: &mut Map<String, Value>) {
    let document = changeable(random.number() >> 1);
    let asked: Vec<String> = (0..24).map(|_| change(random, &document).text).collect();
    let stored = (0..16).map(|_| {
        let scope = text(random.pick(Model(&document).list("scopes")), "id").to_owned();
        let drawn = setting::draw(random, &document, &scope, &scope);
        json!({"actor": {"host": true}, "now": "2026-11-20T12:00:00Z", "revision": document["revision"], "change": as_change(&drawn)})
    });
    let stored: Vec<String> = stored.map(|request| request.to_string()).collect();
    let standing = standing(&document);
    let taken = (0..standing.len().min(12)).map(|_| {
        let change = random.pick(&standing);
        json!({"actor": {"host": true}, "now": "2026-11-20T12:00:00Z", "revision": document["revision"], "change": change}).to_string()
    });
    let taken: Vec<String> = taken.collect();
    parts.insert("asked".to_owned(), json!([asked, stored, taken].concat()));
    parts.insert("organisation".to_owned(), document);
}

/// The changes that unset one of the values that scopes store by themselves.
fn standing(document: &Value) -> Vec<Value> {
    let mut changes = Vec::new();
    for scope in Model(document).list("scopes") {
        let unset = |settings: Value| json!({"kind": "set", "scope": scope["id"], "as": scope["id"], "settings": settings});
        for (key, stored) in scope["settings"].as_object().into_iter().flatten() {
            match stored.as_object() {
                None => changes.push(unset(json!({key: null}))),
                Some(_) if key == "annotations" => {}
                Some(group) => {
                    changes.extend(group.keys().filter(|name| *name != "annotations").map(|name| unset(json!({key: {name: null}}))))
                }
            }
        }
    }
    changes
}

/// A drawn value as the change that stores it, by the root's authority; now and then D-1's feature in its place.
fn as_change(drawn: &Value) -> Value {
    let (scope, name, value) = (text(drawn, "scope"), text(drawn, "setting"), text(drawn, "value"));
    let mut settings = match name.split_once('/') {
        Some(("integration", id)) => json!({"integrations": {id: value}}),
        Some(("server", id)) => json!({"servers": {id: value}}),
        Some(("custom", which)) => json!({"custom": {which: value}}),
        Some((_, label)) => json!({"floors": {label: value}}),
        None if name == "new-integrations" => json!({"newIntegrations": value}),
        None if value == "on" => return json!({"kind": "set-feature", "scope": scope, "feature": "accessControl", "value": false}),
        None => json!({"all": value}),
    };
    if !elements(&drawn["except"]).is_empty() {
        settings["except"] = json!({name: drawn["except"]});
    }
    json!({"kind": "set", "scope": scope, "settings": settings})
}

#[test]
fn a_preview_says_what_applying_does_and_counts_as_the_documents_do() {
    let law = Law::of_organisations("previews");
    let (permitted, settings, opened, closed) = (Cell::new(0u64), Cell::new(0u64), Cell::new(0u64), Cell::new(0u64));
    law.holds(organisations_with(0, changes), |case| {
        let Some(policy) = load(case.part("organisation")) else { return Ok(()) };
        let before: Value = serde_json::from_str(&policy.document().canonical()).unwrap();
        for asked in elements(case.part("asked")).iter().filter_map(Value::as_str) {
            let request = ChangeRequest::read(asked.as_bytes());
            let preview = policy.preview(&request);
            if let Err(what) = agrees(&policy, asked, &preview) {
                return Err(TestCaseError::fail(format!("{asked}\n{what}")));
            }
            let Ok(preview) = preview else { continue };
            // What a confirmation is missing for, it is previewed of as with one.
            let Ok(applied) = policy.apply(&request) else { continue };
            permitted.set(permitted.get() + 1);
            let after: Value = serde_json::from_str(&applied.policy.document().canonical()).unwrap();
            let wanted: Value = serde_json::from_str(asked).unwrap();
            let counted = Recount { before: Model(&before), after: Model(&after), now: text(&wanted, "now") };
            let by_host = wanted["actor"]["host"] == true;
            let told = |kind: &str, found: &Counted<String>, expected: &BTreeSet<String>| tells(asked, kind, found, expected, by_host);
            for (way, moves) in [(Way::Opens, &preview.impact.opens), (Way::Closes, &preview.impact.closes)] {
                settings_are(asked, moves, &counted.settings(way), by_host)?;
                told("tokens", &moves.tokens, &counted.tokens(way))?;
                told("virtual servers", &moves.virtual_servers, &counted.virtual_servers(way))?;
                let sum = if way == Way::Opens { &opened } else { &closed };
                sum.set(sum.get() + moves.settings.count as u64);
            }
            if ["set", "preset", "set-feature"].contains(&text(&wanted["change"], "kind")) {
                settings.set(settings.get() + 1);
                affects(asked, &preview.impact.affects, &counted.affected(), by_host)?;
            }
        }
        Ok(())
    });
    let seen = [permitted.get(), settings.get(), opened.get(), closed.get()];
    assert!(seen.iter().all(|seen| *seen >= u64::from(law.cases / 2).max(1)), "{seen:?}: too few to say much");
    law.report(format!("{} permitted, {} of settings, {} settings open, {} close", seen[0], seen[1], seen[2], seen[3]));
}

fn tells(asked: &str, kind: &str, found: &Counted<String>, expected: &BTreeSet<String>, by_host: bool) -> TestCaseResult {
    prop_assert_eq!(found.count, expected.len(), "{} of {}: expected {:?}, named {:?}", kind, asked, expected, &found.first);
    let sorted = found.first.windows(2).all(|pair| pair[0] < pair[1]);
    prop_assert!(sorted && found.first.iter().all(|id| expected.contains(id)), "{} of {}: {:?}", kind, asked, &found.first);
    prop_assert!(!by_host || found.first.iter().eq(expected.iter().take(20)), "{} of {}: {:?}", kind, asked, &found.first);
    Ok(())
}

fn settings_are(asked: &str, moves: &Moves, expected: &BTreeSet<(String, String)>, by_host: bool) -> TestCaseResult {
    let found: Vec<(String, String)> = moves.settings.first.iter().map(|at| (at.setting.clone(), at.scope.clone())).collect();
    prop_assert_eq!(moves.settings.count, expected.len(), "settings of {}: expected {:?}, named {:?}", asked, expected, &found);
    prop_assert!(found.iter().all(|at| expected.contains(at)), "settings of {}: {:?}", asked, &found);
    prop_assert!(!by_host || found.iter().eq(expected.iter().take(20)), "settings of {}: {:?}", asked, &found);
    Ok(())
}

fn affects(asked: &str, found: &Affects, expected: &Affected, by_host: bool) -> TestCaseResult {
    tells(asked, "affected tenants", &found.tenants, &expected.tenants, by_host)?;
    tells(asked, "affected workspaces", &found.workspaces, &expected.workspaces, by_host)?;
    tells(asked, "affected users", &found.users, &expected.users, by_host)?;
    tells(asked, "affected servers", &found.servers, &expected.servers, by_host)?;
    tells(asked, "affected tokens", &found.tokens, &expected.tokens, by_host)?;
    tells(asked, "affected virtual servers", &found.virtual_servers, &expected.virtual_servers, by_host)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Opens,
    Closes,
}

impl Way {
    fn goes(self, before: u8, after: u8) -> bool {
        if self == Self::Opens { after < before } else { before < after }
    }
}

#[derive(Default)]
struct Affected {
    tenants: BTreeSet<String>,
    workspaces: BTreeSet<String>,
    users: BTreeSet<String>,
    servers: BTreeSet<String>,
    tokens: BTreeSet<String>,
    virtual_servers: BTreeSet<String>,
}

/// Two documents, compared thing by thing.
struct Recount<'d> {
    before: Model<'d>,
    after: Model<'d>,
    now: &'d str,
}

/// One authority's record of settings, and whether it stands at the root.
fn stored<'d>(model: Model<'d>, path: &[&str]) -> Vec<(&'d Value, String, bool)> {
    let mut all = Vec::new();
    for scope in path.iter().filter_map(|scope| model.record("scopes", scope)) {
        let root = scope.get("parent").is_none();
        all.extend(scope.get("settings").map(|settings| (settings, text(scope, "id").to_owned(), root)));
        let imposed = scope["imposed"].as_object().into_iter().flatten();
        all.extend(imposed.map(|(authority, settings)| (settings, authority.clone(), root)));
    }
    all
}

fn value<'s>(settings: &'s Value, setting: &str) -> &'s str {
    match setting.split_once('/') {
        Some(("integration", id)) => text(&settings["integrations"], id),
        Some(("server", id)) => text(&settings["servers"], id),
        Some(("custom", which)) => text(&settings["custom"], which),
        Some((_, label)) => text(&settings["floors"], label),
        None if setting == "new-integrations" => text(settings, "newIntegrations"),
        None => text(settings, "all"),
    }
}

/// S-2, S-12, I-9, C-7, K-5: how strictly a setting counts at a scope.
fn strictness(model: Model<'_>, setting: &str, scope: &str) -> u8 {
    let path = model.path(scope);
    let stored = stored(model, &path);
    let spared = |settings: &Value, setting: &str| {
        elements(&settings["except"][setting]).iter().filter_map(Value::as_str).any(|scope| path.contains(&scope))
    };
    let off = |settings: &Value, setting: &str| value(settings, setting) == "off" && !spared(settings, setting);
    if setting.starts_with("floor/") {
        let strict = |floor: &str| match floor {
            "deny" => 2,
            "ask" => 1,
            _ => 0,
        };
        return stored.iter().map(|(settings, ..)| strict(value(settings, setting))).max().unwrap_or(0);
    }
    let mut is_off = stored.iter().any(|(settings, ..)| off(settings, setting));
    if setting == "custom/sharing" {
        let stated = stored.iter().any(|(settings, _, root)| *root && !value(settings, setting).is_empty());
        is_off |= !stated;
    }
    if setting.starts_with("integration/") {
        let allowed = |by: &str| stored.iter().any(|(settings, authority, _)| authority == by && value(settings, setting) == "on");
        is_off |= stored.iter().any(|(settings, authority, _)| off(settings, "new-integrations") && !allowed(authority));
    }
    if is_off { 2 } else { 0 }
}

/// D-1.
fn feature(model: Model<'_>, scope: &str) -> bool {
    let stated = model.path(scope).into_iter().filter_map(|scope| model.record("scopes", scope)?["features"]["accessControl"].as_bool());
    stated.into_iter().next().unwrap_or(false)
}

impl<'d> Recount<'d> {
    fn ids(&self, list: &str) -> Vec<&'d str> {
        let ids = self.after.list(list).iter().map(|record| text(record, "id"));
        ids.filter(|id| self.before.record(list, id).is_some()).collect()
    }

    fn names(&self) -> Vec<String> {
        let single = ["all", "new-integrations", "custom/creation", "custom/use", "custom/sharing", "floor/read", "floor/write"];
        let of = |kind: &str, list: &str| self.ids(list).into_iter().map(|id| format!("{kind}/{id}")).collect::<Vec<_>>();
        single.into_iter().map(str::to_owned).chain(of("integration", "catalog")).chain(of("server", "servers")).collect()
    }

    /// The settings that count otherwise, with how strictly before and after, by scope.
    fn counts(&self) -> BTreeMap<(String, String), (u8, u8)> {
        let mut counts = BTreeMap::new();
        for scope in self.ids("scopes") {
            for name in self.names() {
                let both = (strictness(self.before, &name, scope), strictness(self.after, &name, scope));
                if both.0 != both.1 {
                    counts.insert((name, scope.to_owned()), both);
                }
            }
        }
        counts
    }

    fn settings(&self, way: Way) -> BTreeSet<(String, String)> {
        let counts = self.counts();
        let goes = |name: &str, scope: &str| {
            counts.get(&(name.to_owned(), scope.to_owned())).is_some_and(|(before, after)| way.goes(*before, *after))
        };
        let top = |(name, scope): &&(String, String)| {
            let above = self.after.path(scope).get(1).copied();
            goes(name, scope) && !above.is_some_and(|above| goes(name, above))
        };
        counts.keys().filter(top).cloned().collect()
    }

    fn active(&self, model: Model<'d>) -> BTreeSet<String> {
        let tokens = model.list("users").iter().flat_map(|user| elements(&user["tokens"]));
        tokens.filter(|token| is_active(token, self.now)).map(|token| text(token, "id").to_owned()).collect()
    }

    fn tokens(&self, way: Way) -> BTreeSet<String> {
        let (before, after) = (self.active(self.before), self.active(self.after));
        if way == Way::Opens { &after - &before } else { &before - &after }
    }

    /// What somebody holds of virtual servers: each, whether published, with its grants with effect.
    fn holdings(model: Model<'d>) -> BTreeSet<(String, String)> {
        let mut holdings = BTreeSet::new();
        for server in model.list("virtualServers") {
            let (id, published) = (text(server, "id"), server["state"] == "published");
            holdings.insert((id.to_owned(), "there".to_owned()));
            if published {
                holdings.insert((id.to_owned(), "published".to_owned()));
            }
            for entry in elements(&server["access"]) {
                let user = model.record("users", text(entry, "user")).unwrap();
                let scope = text(server, "scope");
                let near = |place: &str| model.path(place).contains(&scope) || model.path(scope).contains(&place);
                let entries = elements(&user["memberOf"]).iter().chain(elements(&user["administers"]));
                let counts = entry["grant"] == "manage" || published;
                if counts && entries.filter_map(Value::as_str).any(near) {
                    holdings.insert((id.to_owned(), format!("{} {}", text(entry, "grant"), text(entry, "user"))));
                }
            }
        }
        holdings
    }

    fn virtual_servers(&self, way: Way) -> BTreeSet<String> {
        let (before, after) = (Self::holdings(self.before), Self::holdings(self.after));
        let moved = if way == Way::Opens { &after - &before } else { &before - &after };
        moved.into_iter().map(|(id, _)| id).collect()
    }

    /// Of a change of settings alone.
    fn affected(&self) -> Affected {
        let mut changed: Vec<(String, String)> = self.counts().into_keys().collect();
        let features = self.ids("scopes").into_iter().filter(|scope| feature(self.before, scope) != feature(self.after, scope));
        changed.extend(features.map(|scope| ("feature".to_owned(), scope.to_owned())));
        let mut affected = Affected::default();
        let level = |scope: &str| text(self.after.record("scopes", scope).unwrap(), "level").to_owned();
        let levels = json!([{"id": "msp"}, {"id": "tenant", "role": "tenant"}, {"id": "workspace", "role": "workspace"}]);
        let levels = self.after.0.get("levels").unwrap_or(&levels);
        let role =
            |scope: &str| elements(levels).iter().find(|known| text(known, "id") == level(scope)).map_or("", |level| text(level, "role"));
        for (name, scope) in &changed {
            match role(scope) {
                "tenant" => drop(affected.tenants.insert(scope.clone())),
                "workspace" => drop(affected.workspaces.insert(scope.clone())),
                _ => {}
            }
            let path = self.after.path(scope);
            for user in self.after.list("users") {
                let belongs = elements(&user["memberOf"]).iter().filter_map(Value::as_str).any(|place| path.contains(&place));
                if user["access"] == "enabled" && belongs {
                    affected.users.insert(text(user, "id").to_owned());
                }
                for token in elements(&user["tokens"]) {
                    if name != "custom/creation" && text(token, "workspace") == scope && is_active(token, self.now) {
                        affected.tokens.insert(text(token, "id").to_owned());
                    }
                }
            }
            for server in self.after.list("servers") {
                let there =
                    text(server, "scope") == scope || server["visibility"] == "shared" && self.after.is_above(text(server, "scope"), scope);
                if there && self.governs(name, server) {
                    affected.servers.insert(text(server, "id").to_owned());
                }
            }
        }
        for server in self.after.list("virtualServers") {
            if elements(&server["tools"]).iter().any(|tool| affected.servers.contains(text(tool, "server"))) {
                affected.virtual_servers.insert(text(server, "id").to_owned());
            }
        }
        affected
    }

    fn governs(&self, name: &str, server: &Value) -> bool {
        let custom = server["source"]["kind"] == "custom";
        match name.split_once('/') {
            None if name == "all" => true,
            None if name == "feature" => server.get("spaces").is_some() || !elements(&server["assignees"]).is_empty(),
            Some(("custom", "use")) => custom,
            Some(("custom", "sharing")) => custom && server["visibility"] == "shared",
            Some(("integration", id)) if custom => self.claims(id, server),
            Some(("integration", id)) => server["source"]["integration"] == id,
            Some(("server", id)) => server["id"] == id,
            Some(("floor", label)) => elements(&server["tools"]).iter().any(|tool| self.held(label, server, tool)),
            _ => false,
        }
    }

    /// I-6.
    fn claims(&self, integration: &str, server: &Value) -> bool {
        let Ok(address) = Address::parse(text(server, "address")) else { return false };
        let origins = self.after.record("catalog", integration).map_or(&[][..], |entry| elements(&entry["origins"]));
        origins.iter().filter_map(|origin| Pattern::parse(origin.as_str()?).ok()).any(|pattern| pattern.claims(&address))
    }

    /// K-5, K-6: whether floors of a label may hold a tool.
    fn held(&self, floor: &str, server: &Value, tool: &Value) -> bool {
        let entry = self.after.record("catalog", text(&server["source"], "integration"));
        let entry = entry.and_then(|entry| elements(&entry["tools"]).iter().find(|known| known["name"] == tool["name"]));
        let catalog = entry.map_or("", |entry| text(entry, "label"));
        let write = [catalog, text(tool, "label"), text(tool, "hint")].contains(&"write");
        let authority = tool["labelAuthority"].as_str().unwrap_or(text(server, "scope"));
        match floor {
            "read" => !write,
            _ if write => true,
            _ if catalog == "read" => false,
            _ if text(tool, "label") == "read" => authority != self.after.root(),
            _ => true,
        }
    }
}

fn is_active(token: &Value, now: &str) -> bool {
    let time = |text: &str| if text.len() == 20 { text.replace('Z', ".000Z") } else { text.to_owned() };
    token.get("revoked").is_none() && time(now) < time(text(token, "expiresAt"))
}
