//! The hand-written vectors of views in `tests/vectors/view`, as far as the oracle can judge them: it has no views, but it applies changes
//! and decides. So each choice that a vector pins is held to what its change, or its request, is answered; each control to its choices;
//! and each row of `access` to the oracle's list.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: it fails by panicking, and indexing a JSON value gives null where nothing is"
)]

use lockstep_oracle::{apply, decide, list};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn every_pinned_choice_and_row_is_ours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/view");
    let mut judge = Judge::default();
    let mut files: Vec<_> = fs::read_dir(&folder).expect("the folder can be read").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for path in files {
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file can be read")).expect("a file is JSON");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for case in file["cases"].as_array().expect("a file has cases") {
            let asked = Asked::of(&file, case);
            judge.at = format!("{name}: {}", case["name"]);
            let pinned = case["expect"].as_array().into_iter().flatten().map(|pin| &pin["is"]);
            for value in pinned.chain(case.get("whole")) {
                judge.walk(&asked, value);
            }
            judge.rows_of_access(&asked, case);
        }
    }
    let Judge { changes, requests, controls, rows, differences, .. } = judge;
    eprintln!("{changes} changes, {requests} requests, {controls} controls, {rows} rows, {} differences", differences.len());
    assert!(changes > 300 && requests > 40 && controls > 250 && rows > 20, "too few were judged");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What a case asks with.
struct Asked<'a> {
    policy: &'a Value,
    activity: &'a Value,
    actor: Option<&'a str>,
    now: &'a str,
}

impl<'a> Asked<'a> {
    fn of(file: &'a Value, case: &'a Value) -> Self {
        let member = |name: &str| case.get(name).unwrap_or(&file[name]);
        let actor = if case["host"] == true { None } else { member("actor").as_str() };
        Self { policy: &file["policy"], activity: member("activity"), actor, now: member("now").as_str().expect("a time") }
    }

    /// What applying it gives, with or without a fresh confirmation.
    fn apply(&self, change: &Value, confirmed: bool) -> Value {
        let actor = match self.actor {
            Some(user) if confirmed => json!({"user": user, "confirmedAt": self.now}),
            Some(user) => json!({"user": user}),
            None => json!({"host": true}),
        };
        let request = json!({"actor": actor, "now": self.now, "revision": self.policy["revision"], "change": change});
        apply(self.policy, &request.to_string(), &private_ones_lie_in_workspaces)
    }

    /// The states of authorisation that a call by this user would use, as activity knows them.
    fn downstream(&self, user: &str) -> Value {
        let mut states = json!({});
        for server in self.policy["servers"].as_array().into_iter().flatten() {
            let id = server["id"].as_str().expect("an id");
            let whose = if server["authorization"]["credentials"] == "shared" { "" } else { user };
            if let Some(state) = self.activity["servers"][id]["authorization"].get(whose) {
                states[id] = state.clone();
            }
        }
        states
    }
}

/// No document check is at hand here: of what makes a document invalid a control's change meets this alone (C-8).
fn private_ones_lie_in_workspaces(policy: &Value) -> bool {
    let all = |member: &str| policy[member].as_array().cloned().unwrap_or_default();
    let stated = all("levels").iter().find(|level| level["role"] == "workspace").map(|level| level["id"].clone());
    let workspace = stated.unwrap_or(json!("workspace"));
    let lies_right = |server: &Value| all("scopes").iter().any(|scope| scope["id"] == server["scope"] && scope["level"] == workspace);
    all("servers").iter().all(|server| server["visibility"] == "shared" || lies_right(server))
}

#[derive(Default)]
struct Judge {
    at: String,
    changes: usize,
    requests: usize,
    controls: usize,
    rows: usize,
    differences: Vec<String>,
}

impl Judge {
    fn differ(&mut self, what: &str, wanted: &Value, given: &Value) {
        self.differences.push(format!("{}: {what}\n  wanted {wanted}\n  given  {given}", self.at));
    }

    /// Every choice and every control in a pinned value.
    fn walk(&mut self, asked: &Asked<'_>, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(asked, item)),
            Value::Object(members) => {
                if value.get("open").is_some() && (value["change"].is_object() || value["request"].is_object()) {
                    self.choice(asked, value);
                    return;
                }
                if value["choices"].is_array() {
                    self.control(asked, value);
                }
                members.values().for_each(|member| self.walk(asked, member));
            }
            _ => {}
        }
    }

    /// A control is open when a choice is, and says why not as its first choice does.
    fn control(&mut self, asked: &Asked<'_>, control: &Value) {
        self.controls += 1;
        let choices = control["choices"].as_array().expect("choices");
        let open = choices.iter().any(|choice| choice["open"] == true);
        if control["open"] != open || !open && control["reason"] != choices[0]["reason"] {
            self.differ("control", control, &json!(open));
        }
        if open || control["reason"] == "not-administrator" {
            if control.get("lock").is_some() {
                self.differ("lock", control, &Value::Null);
            }
            return;
        }
        let first = &choices[0];
        let answer = match first.get("request") {
            Some(request) => asked.decided(request),
            None => filled(asked, &first["change"], &first["fill"]).first().map(|change| asked.apply(change, true)),
        };
        let Some(lock) = answer.map(|answer| answer["lock"].clone()) else { return };
        // A plain user gets the badge alone.
        let same = if control["lock"]["causes"].is_array() { control["lock"] == lock } else { control["lock"]["badge"] == lock["badge"] };
        if !same {
            self.differ("lock", control, &lock);
        }
    }

    fn choice(&mut self, asked: &Asked<'_>, choice: &Value) {
        let Some(change) = choice.get("change") else {
            self.request(asked, choice);
            return;
        };
        self.changes += 1;
        let answers: Vec<Value> =
            filled(asked, change, &choice["fill"]).iter().map(|change| asked.apply(change, choice["needs"].is_array())).collect();
        // Open: something can be filled in with which it is permitted. Closed: nothing can, and it is told why.
        let open = answers.iter().any(|answer| answer["permitted"] == true);
        if choice["open"] != open || !open && answers.iter().any(|answer| answer["reason"] != choice["reason"]) {
            self.differ("change", choice, &json!(answers));
        }
        if choice["needs"].is_array() && asked.apply(change, false)["reason"] != "confirmation-required" {
            self.differ("needs", choice, &asked.apply(change, false));
        }
    }

    fn request(&mut self, asked: &Asked<'_>, choice: &Value) {
        self.requests += 1;
        let request = &choice["request"];
        if request["action"] == "server.contact" {
            // P-V8: a check is for who may refresh.
            let refresh = json!({"kind": "refresh-tools", "server": request["target"]["server"], "tools": []});
            let answer = asked.apply(&refresh, false);
            if (answer["permitted"] == true) != (choice["open"] == true) || answer["reason"] != choice["reason"] {
                self.differ("check", choice, &answer);
            }
            if choice["reason"] == "not-administrator" {
                return;
            }
        }
        let Some(decision) = asked.decided(request) else { return };
        let open = decision["outcome"] != "deny";
        if choice["open"] != open || !open && choice["reason"] != decision["reason"] {
            self.differ("request", choice, &decision);
        }
    }

    /// The rows of `access` that are pinned whole: with an agent as the oracle's list has them, without one as it has them for each.
    fn rows_of_access(&mut self, asked: &Asked<'_>, case: &Value) {
        let view = &case["view"];
        if view["kind"] != "access" {
            return;
        }
        let pinned = case["expect"].as_array().into_iter().flatten().map(|pin| &pin["is"]);
        let rows: Vec<&Value> =
            pinned.chain(case["whole"]["rows"].as_array().into_iter().flatten()).filter(|row| row["outcome"].is_string()).collect();
        for row in rows {
            self.rows += 1;
            let user = row["user"].as_str().or(view["user"].as_str()).expect("a row is of a user");
            let agents: Vec<&str> = match view["agent"].as_str() {
                Some(agent) => vec![agent],
                None => asked.policy["agents"].as_array().into_iter().flatten().filter_map(|agent| agent["id"].as_str()).collect(),
            };
            let answers: Vec<(&str, Value)> = agents.into_iter().map(|agent| (agent, asked.listed(view, row, user, agent))).collect();
            let may: Vec<&str> = answers.iter().filter(|(_, answer)| answer["outcome"] != "deny").map(|(agent, _)| *agent).collect();
            // Without an agent layer 7 isn't asked: an agent that it lets pass says what else there is.
            let passed = answers.iter().find(|(_, answer)| answer["layer"] != "agent");
            let best = answers.iter().find(|(_, answer)| answer["outcome"] != "deny").or(passed).or(answers.first());
            let best = best.map(|(_, answer)| answer.clone()).unwrap_or_default();
            let same = ["outcome", "reason", "layer"].iter().all(|member| row[member] == best[member]);
            let named = view["agent"].is_null() && !may.is_empty();
            if !same || named && row["agents"] != json!(may) || !named && !row["agents"].is_null() {
                self.differ("row", row, &json!([best, may]));
            }
        }
    }
}

impl Asked<'_> {
    /// A control's request, decided; none where the host has to add the workspace first.
    fn decided(&self, request: &Value) -> Option<Value> {
        let mut request = request.clone();
        if let Some(caller) = request.get_mut("caller") {
            caller["workspace"].as_str()?;
            caller["credential"] = json!({"kind": "platform"});
        }
        request["context"] = json!({"now": self.now});
        Some(decide(self.policy, &request.to_string()))
    }

    /// One row of the oracle's list, by the names that the row has; what the list as a whole is denied with, where it is.
    fn listed(&self, view: &Value, row: &Value, user: &str, agent: &str) -> Value {
        let (server, tool) = (row.get("server").unwrap_or(&view["server"]), row.get("tool").unwrap_or(&view["tool"]));
        let of_server = |id: &Value| self.policy["servers"].as_array().into_iter().flatten().find(|server| server["id"] == *id);
        let workspace = view["workspace"].as_str().or_else(|| of_server(server)?["scope"].as_str());
        let mut caller = json!({"user": user, "credential": {"kind": "platform"}, "workspace": workspace, "agent": agent});
        if let Some(space) = view.get("space") {
            caller["space"] = space.clone();
        }
        let of = if view["tool"].is_string() { json!({"kind": "server", "server": server}) } else { json!({"kind": "all"}) };
        let question =
            json!({"caller": caller, "context": {"now": self.now, "canAsk": true, "downstream": self.downstream(user)}, "of": of});
        let answer = list(self.policy, &question.to_string());
        let Some(rows) = answer["rows"].as_array() else {
            return json!({"outcome": "deny", "reason": answer["reason"], "layer": answer["layer"]});
        };
        let same = |listed: &&Value| {
            listed["server"] == *server
                && listed["tool"] == *tool
                && listed["virtualServer"] == row["virtualServer"]
                && listed["as"] == row["as"]
        };
        rows.iter().find(same).cloned().unwrap_or_default()
    }
}

/// The changes that a person could send: what is to be filled in and isn't there, filled in each way that comes into question.
fn filled(asked: &Asked<'_>, change: &Value, fill: &Value) -> Vec<Value> {
    let mut changes = vec![change.clone()];
    for pointer in fill.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|pointer| change.pointer(pointer).is_none()) {
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer to a member");
        let inputs = inputs(asked.policy, change, pointer);
        changes = changes
            .iter()
            .flat_map(|change| {
                inputs.iter().map(|input| {
                    let mut change = change.clone();
                    change.pointer_mut(parent).expect("what it is filled into is there")[member] = input.clone();
                    change
                })
            })
            .collect();
    }
    changes
}

fn inputs(policy: &Value, change: &Value, pointer: &str) -> Vec<Value> {
    let ids = |list: &Value| -> Vec<Value> { list.as_array().into_iter().flatten().map(|record| record["id"].clone()).collect() };
    let server = policy["servers"].as_array().into_iter().flatten().find(|server| server["id"] == change["server"]);
    let one = |value: Value| vec![value];
    match pointer {
        "/newServer" | "/server/id" | "/scope/id" | "/space/id" | "/user/id" | "/token/id" | "/virtualServer/id" | "/agent/id"
        | "/client/id" => one(json!("filled-in")),
        "/server/name"
        | "/scope/name"
        | "/space/name"
        | "/user/name"
        | "/virtualServer/name"
        | "/agent/name"
        | "/client/name"
        | "/reason"
        | "/contact"
        | "/client/configuration" => one(json!("Filled in")),
        "/address" => one(server.expect("a server")["address"].clone()),
        "/server/source" => std::iter::once(json!({"kind": "custom"}))
            .chain(ids(&policy["catalog"]).into_iter().map(|id| json!({"kind": "integration", "integration": id})))
            .collect(),
        "/server/address" => std::iter::once(json!("https://new.example.com/mcp"))
            .chain(policy["catalog"].as_array().into_iter().flatten().map(|entry| entry["origins"][0].clone()).filter(Value::is_string))
            .collect(),
        "/server/authorization" => one(json!({"method": "none"})),
        "/server/agents" => one(json!([policy["agents"][0]["id"]])),
        "/digest" => one(json!(format!("sha256:{}", "0".repeat(64)))),
        "/tools" => one(json!([])),
        "/spaces" => {
            policy["scopes"].as_array().into_iter().flatten().flat_map(|scope| ids(&scope["spaces"])).map(|space| json!([space])).collect()
        }
        "/user" => ids(&policy["users"]),
        "/scope/level" => ["msp", "tenant", "workspace"].into_iter().map(Value::from).collect(),
        "/token/client" => one(policy["clients"][0]["id"].clone()),
        "/token/agent" => one(policy["agents"][0]["id"].clone()),
        "/token/workspace" => ids(&policy["scopes"]),
        "/token/expiresAt" => one(json!("2029-01-01T00:00:00Z")),
        "/integration" => one(json!({"id": "filled-in", "name": "New", "approved": false, "origins": [], "tools": []})),
        other => panic!("nothing is known to fill in at {other} of {change}"),
    }
}
