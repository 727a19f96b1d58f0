//! What a preview says of opened and closed servers and tools is what deciding shows, before and after, for all of them (P-2).
//!
//! Servers and tools move by what is theirs, whatever scopes say of them (P-2 in the rule book). So both documents are asked without
//! the settings of scopes, by somebody who belongs everywhere; each side of a server by itself: does it run, whom and which
//! agents does it let in, from which spaces, how does it hold its tools. For tools the floors count, as they are after the change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use lockstep_policy::Policy;
use lockstep_policy::address::{Address, Pattern};
use lockstep_policy::change::{ChangeRequest, Counted, Moves};
use lockstep_policy::decide::{Layer, Outcome, Request};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::chain::{Chain, kinds};
use crate::exists::Known;
use crate::law::Law;
use crate::model::{Model, elements, text};

const NOW: &str = "2026-11-20T12:00:00Z";
/// Somebody who belongs to the root.
const PROBE: &str = "probe of the law";
/// Changes of each organisation.
const CHANGES: usize = 14;

#[derive(Default)]
struct Seen {
    changes: u64,
    asked: u64,
    servers: u64,
    tools: u64,
}

#[test]
fn p_2_opened_and_closed_are_what_deciding_shows() {
    let law = Law::of_organisations("P-2 servers and tools that a preview opens and closes are those that deciding does");
    let seen = RefCell::new(Seen::default());
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut chain = Chain::new(seed, "moved");
        for _ in 0..CHANGES {
            let asked = chain.drawn();
            let preview = chain.policy.preview(&ChangeRequest::read(asked.text.as_bytes()));
            let (Ok(preview), Ok(applied)) = (preview, chain.apply(&asked.text)) else { continue };
            if !applied.changed {
                continue;
            }
            let before = chain.document.clone();
            chain.follow(&asked.text, applied.policy);
            let whole: Value = serde_json::from_str(&asked.text).unwrap();
            let Some(pair) = Pair::of(&before, &chain.document, &whole) else { continue };
            let mut seen = seen.borrow_mut();
            let moved = pair.moved(&mut seen);
            let sides = [("opens", &moved.0, &preview.impact.opens), ("closes", &moved.1, &preview.impact.closes)];
            for (way, moves, told) in sides {
                let place = |error| TestCaseError::fail(format!("{}: {way}: {error}: {}", chain.place(), preview.to_json()));
                pair.tells(told, &moves.servers, &moves.tools).map_err(place)?;
                seen.servers += moves.servers.len() as u64;
                seen.tools += moves.tools.len() as u64;
            }
            seen.changes += 1;
        }
        Ok(())
    });
    let seen = seen.into_inner();
    law.report(format!("{} changes, {} questions; {} servers and {} tools moved", seen.changes, seen.asked, seen.servers, seen.tools));
    let cases = u64::from(law.cases);
    assert!(seen.changes > cases * 4 && seen.servers > cases / 2 && seen.tools > cases / 20, "too little moved");
}

/// What goes one way.
#[derive(Default)]
struct Moved {
    servers: BTreeSet<String>,
    tools: BTreeSet<(String, String)>,
}

/// Who gets in, as far as one side of a server decides it: a question, and how open its answer is.
type Open = BTreeMap<String, u8>;

/// Two documents as a change led from one to the other.
struct Pair<'d> {
    before: Model<'d>,
    after: Model<'d>,
    actor: Option<String>,
    /// A workspace of the law's own under every scope that may have one, by that scope.
    probes: BTreeMap<&'d str, String>,
    /// Scopes and settings as they are made for asking.
    bare: [Value; 2],
}

/// Both documents, loaded alike.
struct Both([Policy; 2]);

impl<'d> Pair<'d> {
    /// None where nobody could call anyway, or where an id stands for two things one after the other.
    fn of(before: &'d Value, after: &'d Value, asked: &Value) -> Option<Self> {
        let actor = asked["actor"]["user"].as_str().map(str::to_owned);
        let (before, after) = (Model(before), Model(after));
        let level = levels(before).iter().position(|(_, role)| *role == "workspace")?;
        if kinds(&asked["change"]).contains(&"remove-scope") && kinds(&asked["change"]).contains(&"add-scope") {
            return None;
        }
        let depth = |scope: &Value| levels(before).iter().position(|(id, _)| *id == text(scope, "level"));
        let all = before.list("scopes").iter().chain(after.list("scopes"));
        let over = all.filter(|scope| depth(scope).is_some_and(|depth| depth < level)).map(|scope| text(scope, "id"));
        let over: BTreeSet<&str> = over.collect();
        let probes = over.into_iter().enumerate().map(|(number, scope)| (scope, format!("probe-{number}"))).collect();
        let mut pair = Self { before, after, actor, probes, bare: [Value::Null, Value::Null] };
        pair.bare = [pair.bare(before, after), pair.bare(after, before)];
        // Below the level of workspaces nobody calls, and what moves there shows in no answer.
        let servers = before.list("servers").iter().chain(after.list("servers"));
        let is_shown = servers.map(|server| text(server, "scope")).all(|scope| pair.home(scope).is_some());
        is_shown.then_some(pair)
    }

    /// A document without scope policy, with the agents and spaces of both, and somebody who belongs everywhere.
    fn bare(&self, model: Model<'d>, other: Model<'d>) -> Value {
        let mut document = model.0.clone();
        let workspace = levels(model).iter().find(|(_, role)| *role == "workspace").map(|(id, _)| (*id).to_owned());
        document.as_object_mut().unwrap().remove("virtualServers");
        let list = |list: &str| model.list(list).to_vec();
        let missing = |list: &str| -> Vec<Value> {
            other.list(list).iter().filter(|record| model.record(list, text(record, "id")).is_none()).cloned().collect()
        };
        document["agents"] = [list("agents"), missing("agents")].concat().into();
        let mut scopes = list("scopes");
        for scope in &mut scopes {
            let theirs = other.record("scopes", text(scope, "id")).map(|other| elements(&other["spaces"])).unwrap_or_default();
            let mut spaces = elements(&scope["spaces"]).to_vec();
            let all: Vec<&Value> = model.list("scopes").iter().flat_map(|scope| elements(&scope["spaces"])).collect();
            spaces.extend(theirs.iter().filter(|space| all.iter().all(|known| known["id"] != space["id"])).cloned());
            let scope = scope.as_object_mut().unwrap();
            scope.retain(|member, _| member != "settings" && member != "imposed");
            if !spaces.is_empty() {
                scope.insert("spaces".to_owned(), spaces.into());
            }
            if !scope.contains_key("parent") {
                scope.insert("settings".to_owned(), json!({"custom": {"sharing": "on"}}));
            }
        }
        let probes = self.probes.iter().filter(|(scope, _)| model.record("scopes", scope).is_some());
        scopes.extend(probes.map(|(scope, probe)| json!({"id": probe, "level": workspace, "parent": scope, "name": "Probe"})));
        document["scopes"] = scopes.into();
        let mut users = list("users");
        for user in &mut users {
            user.as_object_mut().unwrap().remove("tokens");
            (user["access"], user["addedAt"]) = (json!("enabled"), json!("2026-01-01T00:00:00Z"));
            // Owners work where their servers are; whether they belong there is asked by itself.
            let own = model.list("servers").iter().filter(|server| server["owner"] == user["id"]).map(|server| server["scope"].clone());
            let places: BTreeSet<String> =
                own.chain(elements(&user["memberOf"]).to_vec()).filter_map(|place| place.as_str().map(str::to_owned)).collect();
            user["memberOf"] = json!(places);
        }
        users.push(json!({"id": PROBE, "name": "Probe", "memberOf": [model.root()], "administers": [], "access": "enabled",
                          "addedAt": "2026-01-01T00:00:00Z"}));
        document["users"] = users.into();
        document
    }

    /// Both documents with every server, and every scope, edited.
    fn both(&self, of_server: impl Fn(&mut Map<String, Value>), of_scope: impl Fn(&mut Map<String, Value>, bool)) -> Both {
        let edited = |after: bool| {
            let mut document = self.bare[usize::from(after)].clone();
            for (list, is_server) in [("servers", true), ("scopes", false)] {
                for record in document[list].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                    if is_server { of_server(record) } else { of_scope(record, after) }
                }
            }
            Policy::load(document.to_string().as_bytes()).unwrap_or_else(|problems| panic!("{problems}: {document}"))
        };
        Both([edited(false), edited(true)])
    }

    fn agents(&self) -> BTreeSet<&'d str> {
        [self.before, self.after].into_iter().flat_map(|model| model.list("agents")).map(|agent| text(agent, "id")).collect()
    }

    /// The real workspaces from which a server may be used.
    fn workspaces(&self, scope: &str) -> Vec<&'d str> {
        let model = self.after;
        let below = model
            .list("scopes")
            .iter()
            .map(|scope| text(scope, "id"))
            .filter(|id| model.is_workspace(id) && model.path(id).contains(&scope));
        below.filter(|id| self.before.record("scopes", id).is_some()).collect()
    }

    /// The workspace whose path has nothing below the server's own scope.
    fn home<'a>(&'a self, scope: &'a str) -> Option<&'a str> {
        if self.after.is_workspace(scope) { Some(scope) } else { self.probes.get(scope).map(String::as_str) }
    }

    fn moved(&self, seen: &mut Seen) -> (Moved, Moved) {
        let mut moved = (Moved::default(), Moved::default());
        let all_agents = json!(self.agents());
        let open_to_all = |server: &mut Map<String, Value>| {
            server.insert("agents".to_owned(), all_agents.clone());
            server.insert("visibility".to_owned(), json!("shared"));
        };
        let plain = self.both(|_| {}, |_, _| {});
        let from_anywhere = self.both(|server| drop(server.remove("spaces")), |_, _| {});
        let from_spaces = self.both(open_to_all, |_, _| {});
        let origins = self.both(|_| {}, |scope, after| self.settings(scope, after, &["integrations", "newIntegrations"]));
        let floored = self.both(
            |server| {
                open_to_all(server);
                server.remove("spaces");
            },
            |scope, _| self.settings(scope, true, &["floors"]),
        );
        let ids: BTreeSet<&str> =
            [self.before, self.after].into_iter().flat_map(|model| model.list("servers")).map(|server| text(server, "id")).collect();
        for id in ids {
            let mut ways = [false, false];
            let mut note = |was: u8, is: u8| {
                ways[0] |= was < is;
                ways[1] |= is < was;
            };
            match (self.before.record("servers", id), self.after.record("servers", id)) {
                (Some(before), Some(after)) => {
                    self.delegates(before, after, &mut note);
                    let runs = plain.each(seen, |policy| runs(policy, id));
                    note(u8::from(runs[0]), u8::from(runs[1]));
                    if runs == [true, true] {
                        let [was, is] = from_anywhere.open(seen, |ask| self.lets_in(ask, before, after));
                        compare(&was, &is, &mut note);
                        let [was, is] = from_spaces.open(seen, |ask| self.lets_spaces_in(ask, after));
                        compare(&was, &is, &mut note);
                        self.owner_belongs(before, after, &mut note);
                        self.credential(before, after, &mut note);
                        if self.claims(self.before, before) != self.claims(self.after, after) {
                            let locked = origins.each(seen, |policy| !runs_by(policy, id));
                            note(u8::from(!locked[0]), u8::from(!locked[1]));
                        }
                        self.tools(&floored, before, after, &mut moved, seen);
                    }
                }
                (before, after) => note(u8::from(before.is_some()), u8::from(after.is_some())),
            }
            for (way, moved) in ways.into_iter().zip([&mut moved.0, &mut moved.1]) {
                if way {
                    moved.servers.insert(id.to_owned());
                }
            }
        }
        self.selections(&mut moved);
        moved
    }

    /// Puts these groups of settings back, as the document of that side has them.
    fn settings(&self, scope: &mut Map<String, Value>, after: bool, groups: &[&str]) {
        let model = if after { self.after } else { self.before };
        let Some(id) = scope["id"].as_str() else { return };
        let Some(stored) = model.record("scopes", id) else { return };
        let of = |record: &Value| {
            let mut kept = json!({});
            for group in groups.iter().filter(|group| record.get(**group).is_some()) {
                kept[*group] = record[*group].clone();
            }
            let off = |setting: &String| setting.starts_with("integration/") || setting == "new-integrations";
            let except: Map<String, Value> = record["except"]
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(setting, _)| off(setting))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            if groups.contains(&"integrations") && !except.is_empty() {
                kept["except"] = except.into();
            }
            kept
        };
        let mut settings = of(&stored["settings"]);
        if stored.get("parent").is_none() {
            settings["custom"] = json!({"sharing": "on"});
        }
        let imposed: Map<String, Value> =
            stored["imposed"].as_object().into_iter().flatten().map(|(authority, record)| (authority.clone(), of(record))).collect();
        scope.insert("settings".to_owned(), settings);
        if !imposed.is_empty() {
            scope.insert("imposed".to_owned(), imposed.into());
        }
    }

    /// Whom and which agents a server lets in where it lies: somebody who belongs there, and its owner.
    fn lets_in(&self, ask: &mut Ask<'_>, before: &Value, after: &Value) -> Open {
        let (id, scope) = (text(after, "id"), text(after, "scope"));
        let mut open = Open::new();
        let Some(home) = self.home(scope) else { return open };
        let owner = before["owner"].as_str().or_else(|| after["owner"].as_str());
        for agent in self.agents() {
            let anybody = ask.contact(PROBE, home, agent, None, id);
            open.insert(format!("anybody {agent}"), anybody);
            // Whether it is private or shared, the owner is let in where somebody else is.
            let own = owner.map_or(0, |owner| ask.contact(owner, home, agent, None, id));
            open.insert(format!("owner {agent}"), anybody.max(own));
        }
        open
    }

    /// From which spaces, and whether from none, in every workspace.
    fn lets_spaces_in(&self, ask: &mut Ask<'_>, server: &Value) -> Open {
        let (id, scope) = (text(server, "id"), text(server, "scope"));
        let agents = self.agents();
        let Some(agent) = agents.first() else { return Open::new() };
        let mut places = self.workspaces(scope);
        if places.is_empty() {
            places.extend(self.home(scope));
        }
        let mut open = Open::new();
        for place in places {
            let spaces = [self.before, self.after].into_iter().filter_map(|model| model.record("scopes", place));
            let spaces: BTreeSet<&str> = spaces.flat_map(|scope| elements(&scope["spaces"])).map(|space| text(space, "id")).collect();
            for space in std::iter::once(None).chain(spaces.into_iter().map(Some)) {
                open.insert(format!("{place} {space:?}"), ask.contact(PROBE, place, agent, space, id));
            }
        }
        open
    }

    /// D-2.
    fn delegates(&self, before: &Value, after: &Value, note: &mut dyn FnMut(u8, u8)) {
        let assigned = |model: Model<'_>, server: &Value, user: &Value| {
            user.as_str().is_some_and(|actor| u8::from(Known { model, actor }.is_assigned(server)) == 1)
        };
        for user in elements(&before["assignees"]).iter().chain(elements(&after["assignees"])) {
            note(u8::from(assigned(self.before, before, user)), u8::from(assigned(self.after, after, user)));
        }
    }

    /// P-9: a private server is of no use while its owner doesn't belong there.
    fn owner_belongs(&self, before: &Value, after: &Value, note: &mut dyn FnMut(u8, u8)) {
        let belongs = |model: Model<'_>, server: &Value| {
            let path = model.path(text(server, "scope"));
            let owner = model.record("users", text(server, "owner"));
            u8::from(owner.is_some_and(|owner| elements(&owner["memberOf"]).iter().any(|place| path.contains(&place.as_str().unwrap()))))
        };
        if before["visibility"] == "private" && after["visibility"] == "private" {
            note(belongs(self.before, before), belongs(self.after, after));
        }
    }

    /// V-6: a shared credential that nobody waives closes it to published virtual servers.
    fn credential(&self, before: &Value, after: &Value, note: &mut dyn FnMut(u8, u8)) {
        let is_good = |server: &Value| u8::from(server["authorization"]["credentials"] != "shared" || server["waiver"].is_object());
        let selects = |one: &&Value| elements(&one["tools"]).iter().any(|tool| tool["server"] == after["id"]);
        if self.after.list("virtualServers").iter().filter(selects).any(|one| one["state"] == "published") {
            note(is_good(before), is_good(after));
        }
    }

    /// I-6: the integrations whose address a custom server has.
    fn claims(&self, model: Model<'_>, server: &Value) -> BTreeSet<String> {
        let Ok(address) = Address::parse(text(server, "address")) else { return BTreeSet::new() };
        if server["source"]["kind"] != "custom" {
            return BTreeSet::new();
        }
        let claims = |entry: &&Value| {
            elements(&entry["origins"])
                .iter()
                .filter_map(|origin| Pattern::parse(origin.as_str()?).ok())
                .any(|pattern| pattern.claims(&address))
        };
        model.list("catalog").iter().filter(claims).map(|entry| text(entry, "id").to_owned()).collect()
    }

    /// How a tool answers, whatever definition the host would meet.
    fn tools(&self, floored: &Both, before: &Value, after: &Value, moved: &mut (Moved, Moved), seen: &mut Seen) {
        let (id, scope) = (text(after, "id"), text(after, "scope"));
        let (Some(home), agents) = (self.home(scope), self.agents()) else { return };
        let Some(agent) = agents.first() else { return };
        let of = |server: &Value| -> BTreeMap<String, Option<String>> {
            elements(&server["tools"])
                .iter()
                .map(|tool| (text(tool, "name").to_owned(), tool["accepted"].as_str().map(str::to_owned)))
                .collect()
        };
        let (old, new) = (of(before), of(after));
        for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            let other = format!("sha256:{}", "0".repeat(64));
            let accepted = [old.get(name), new.get(name)].map(|accepted| accepted.cloned().flatten());
            let met: Vec<Option<String>> = [None, Some(other)].into_iter().chain(accepted).collect();
            let [was, is] = floored.open(seen, |ask| {
                let answers = met.iter().enumerate();
                answers.map(|(number, digest)| (number.to_string(), ask.call(home, agent, id, name, digest.as_deref()))).collect()
            });
            compare(&was, &is, &mut |was, is| {
                if was < is {
                    moved.0.tools.insert((id.to_owned(), name.clone()));
                } else if is < was {
                    moved.1.tools.insert((id.to_owned(), name.clone()));
                }
            });
        }
    }

    /// V-2: what published virtual servers come to expose, or no longer, of servers that stay.
    fn selections(&self, moved: &mut (Moved, Moved)) {
        let exposed = |server: &Value| -> BTreeSet<(String, String)> {
            elements(&server["tools"]).iter().map(|tool| (text(tool, "server").to_owned(), text(tool, "tool").to_owned())).collect()
        };
        let stays =
            |(server, _): &&(String, String)| [self.before, self.after].iter().all(|model| model.record("servers", server).is_some());
        for after in self.after.list("virtualServers").iter().filter(|server| server["state"] == "published") {
            let before = self.before.record("virtualServers", text(after, "id")).filter(|before| before["state"] == "published");
            let Some(before) = before else { continue };
            let (was, is) = (exposed(before), exposed(after));
            moved.0.tools.extend(is.difference(&was).filter(stays).cloned());
            moved.1.tools.extend(was.difference(&is).filter(stays).cloned());
        }
    }

    /// Counts are of all; named are the first twenty that the actor knows, before or after.
    fn tells(&self, told: &Moves, servers: &BTreeSet<String>, tools: &BTreeSet<(String, String)>) -> TestCaseResult {
        let knows = |server: &str| {
            let Some(actor) = &self.actor else { return true };
            let known = |model: Model<'_>| {
                model
                    .record("servers", server)
                    .is_some_and(|server| Known { model, actor }.server(server) || Known { model, actor }.is_assigned(server))
            };
            known(self.before) || known(self.after)
        };
        let named: Vec<&String> = servers.iter().filter(|server| knows(server)).take(20).collect();
        told_is("servers", &told.servers, servers.len(), &named, servers)?;
        let found = Counted {
            count: told.tools.count,
            first: told.tools.first.iter().map(|tool| (tool.server.clone(), tool.tool.clone())).collect(),
        };
        let named: Vec<&(String, String)> = tools.iter().filter(|(server, _)| knows(server)).take(20).collect();
        told_is("tools", &found, tools.len(), &named, tools)
    }
}

fn told_is<T: PartialEq + std::fmt::Debug>(what: &str, told: &Counted<T>, count: usize, named: &[&T], all: &BTreeSet<T>) -> TestCaseResult {
    prop_assert_eq!(told.count, count, "{}: told {:?}, decided {:?}", what, &told.first, all);
    prop_assert!(told.first.iter().eq(named.iter().copied()), "{}: told {:?}, decided {:?}", what, &told.first, named);
    Ok(())
}

fn compare(was: &Open, is: &Open, note: &mut dyn FnMut(u8, u8)) {
    for (question, was) in was {
        note(*was, is[question]);
    }
}

/// The levels with their roles, highest first.
fn levels(model: Model<'_>) -> Vec<(&str, &str)> {
    match model.0.get("levels") {
        None => vec![("msp", ""), ("tenant", "tenant"), ("workspace", "workspace")],
        Some(levels) => elements(levels).iter().map(|level| (text(level, "id"), text(level, "role"))).collect(),
    }
}

/// Asks one policy, and counts.
struct Ask<'a> {
    policy: &'a Policy,
    asked: u64,
}

impl Ask<'_> {
    fn outcome(&mut self, action: &str, caller: &Value, target: &Value, context: &Value) -> u8 {
        self.asked += 1;
        let text = json!({"action": action, "caller": caller, "target": target, "context": context}).to_string();
        match self.policy.decide(&Request::read(text.as_bytes())).outcome() {
            Outcome::Allow => 2,
            Outcome::Ask => 1,
            _ => 0,
        }
    }

    fn contact(&mut self, user: &str, workspace: &str, agent: &str, space: Option<&str>, server: &str) -> u8 {
        let mut caller = json!({"user": user, "credential": {"kind": "platform"}, "workspace": workspace, "agent": agent});
        if let Some(space) = space {
            caller["space"] = json!(space);
        }
        let context = json!({"now": NOW, "downstream": {server: "ready"}});
        self.outcome("server.contact", &caller, &json!({"kind": "server", "server": server}), &context)
    }

    fn call(&mut self, workspace: &str, agent: &str, server: &str, tool: &str, met: Option<&str>) -> u8 {
        let caller = json!({"user": PROBE, "credential": {"kind": "platform"}, "workspace": workspace, "agent": agent});
        let mut context = json!({"now": NOW, "downstream": {server: "ready"}, "canAsk": true});
        if let Some(digest) = met {
            context["observed"] = json!({server: {tool: digest}});
        }
        self.outcome("tool.call", &caller, &json!({"kind": "tool", "server": server, "tool": tool}), &context)
    }
}

impl Both {
    fn each(&self, seen: &mut Seen, of: impl Fn(&Policy) -> bool) -> [bool; 2] {
        seen.asked += 2;
        [of(&self.0[0]), of(&self.0[1])]
    }

    fn open(&self, seen: &mut Seen, of: impl Fn(&mut Ask<'_>) -> Open) -> [Open; 2] {
        [0, 1].map(|side| {
            let mut ask = Ask { policy: &self.0[side], asked: 0 };
            let open = of(&mut ask);
            seen.asked += ask.asked;
            open
        })
    }
}

/// Whether none of these layers denies contact by the host.
fn passes(policy: &Policy, server: &str, layers: &[Layer]) -> bool {
    let text = json!({"action": "server.contact", "target": {"kind": "server", "server": server}, "context": {"now": NOW}}).to_string();
    let request = Request::read(text.as_bytes());
    policy.explain_whole(&request).layers.iter().all(|row| row.verdict != "deny" || !layers.contains(&row.layer))
}

/// O-1 to O-3, I-4, I-6, I-7, K-1, K-14, N-4.
fn runs(policy: &Policy, server: &str) -> bool {
    passes(policy, server, &[Layer::Origin, Layer::Catalog, Layer::ScopePolicy, Layer::Server])
}

fn runs_by(policy: &Policy, server: &str) -> bool {
    passes(policy, server, &[Layer::ScopePolicy])
}
