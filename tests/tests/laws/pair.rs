//! The change that takes another back, for every kind of which the rules say or imply that it can be taken back.

use serde_json::{Map, Value, json};

use crate::model::{Model, elements, text};

/// A change that takes another back.
pub struct Undo {
    pub change: Value,
    pub remains: Remains,
    /// Reasons for which it may be refused all the same, where the rules ask anew what was let stand before.
    pub may_refuse: &'static [&'static str],
    /// Whether the host takes it back: the actor may have lost sight of what they changed (P-12, U-11), or the right to it.
    pub by_host: bool,
}

/// What stays besides the revision, by the rules.
pub enum Remains {
    Nothing,
    /// When the user was first added, and tokens that lost their access (U-2, U-5).
    Access(String),
    /// When it was last published (K-10, P-14).
    Published(String),
    /// Of a server that is deleted (N-5).
    Tombstone(String),
    /// Who waived and when, and the annotations of that (V-6).
    Waiver(String),
}

impl Undo {
    fn of(change: Value) -> Option<Self> {
        Some(Self { change, remains: Remains::Nothing, may_refuse: &[], by_host: false })
    }

    fn leaving(self, remains: Remains) -> Option<Self> {
        Some(Self { remains, ..self })
    }

    fn asked_anew(self, may_refuse: &'static [&'static str]) -> Option<Self> {
        Some(Self { may_refuse, ..self })
    }

    fn by_host(self) -> Option<Self> {
        Some(Self { by_host: true, ..self })
    }
}

/// What takes a change of this document back; none where nothing does: what is removed for good, revoked, accepted for the first
/// time or found on a server (N-5, U-2, K-9), and what holds others.
pub fn undo(before: &Value, actor: &Value, change: &Value) -> Option<Undo> {
    let model = Model(before);
    let kind = text(change, "kind");
    let server = || model.record("servers", text(change, "server"));
    let back = |members: Value| {
        let mut undo = json!({"kind": kind});
        for (name, value) in members.as_object().into_iter().flatten() {
            undo[name] = value.clone();
        }
        undo
    };
    match kind {
        "set" => set(model, actor, change, &change["settings"]),
        "preset" => set(model, actor, change, &json!({"custom": {"creation": "off", "use": "off"}})),
        "set-feature" => {
            let old = model.record("scopes", text(change, "scope"))?["features"]["accessControl"].clone();
            Undo::of(back(json!({"scope": change["scope"], "feature": "accessControl", "value": old})))
        }
        "register-server" => {
            let id = change["server"]["id"].clone();
            // Its owner may delete it while use is on (N-5); registering asks creation alone (C-4).
            Undo::of(json!({"kind": "delete-server", "server": id}))?
                .asked_anew(&["custom-use-off"])?
                .leaving(Remains::Tombstone(id.as_str()?.to_owned()))
        }
        "edit-server" => Undo::of(named(change, server()?, &["name", "headers", "authorization"], "server")),
        "set-visibility" => {
            let undo = Undo::of(back(json!({"server": change["server"], "visibility": server()?["visibility"]})))?;
            // Sharing is the owner's in a workspace of theirs, and asks sharing (C-7, P-8); making private doesn't.
            undo.asked_anew(if change["visibility"] == "private" {
                &["not-administrator", "custom-sharing-off", "custom-use-off"]
            } else {
                &[]
            })
        }
        "switch-server" => Undo::of(back(json!({"server": change["server"], "switch": server()?["switch"]}))),
        "disable-server" => {
            let mut undo = json!({"kind": "enable-server", "server": change["server"]});
            // A delegate's own entry has no authority to name (D-5).
            if let Some(authority) = authority(model, actor, text(server()?, "scope"), change) {
                undo["as"] = authority.into();
            }
            Undo::of(undo)
        }
        "set-agents" => Undo::of(back(json!({"server": change["server"], "agents": server()?["agents"]}))),
        "set-spaces" => {
            let old = server()?["spaces"].clone();
            // None at all stands in documents alone.
            Undo::of(back(json!({"server": change["server"], "spaces": old}))).filter(|_| old.is_null() || !elements(&old).is_empty())
        }
        "set-assignees" => {
            let old = list(&server()?["assignees"]);
            let anew = elements(&old).iter().any(|user| !elements(&change["assignees"]).contains(user));
            let undo = Undo::of(back(json!({"server": change["server"], "assignees": old})))?;
            undo.asked_anew(if anew { &["not-eligible", "unknown-user"] } else { &[] })
        }
        "set-tool" => set_tool(change, server()?),
        "accept-tool" => {
            let tool = elements(&server()?["tools"]).iter().find(|tool| tool["name"] == change["tool"])?;
            let mut undo = back(json!({"server": change["server"], "tool": change["tool"], "digest": tool["accepted"]}));
            copy(tool, "hint", &mut undo);
            Undo::of(undo).filter(|_| tool["accepted"].is_string())
        }
        "waive-shared-credential" => {
            let undo = Undo::of(back(json!({"server": change["server"], "reason": server()?["waiver"]["reason"]})))?;
            undo.leaving(Remains::Waiver(text(change, "server").to_owned()))
        }
        "add-user" => Undo::of(json!({"kind": "remove-user", "user": change["user"]["id"]})),
        "edit-user" => {
            let user = model.record("users", text(change, "user"))?;
            Undo::of(named(change, user, &["name", "memberOf", "administers", "permissions"], "user"))?.by_host()
        }
        "set-access" => {
            let user = text(change, "user");
            let undo = Undo::of(back(json!({"user": user, "access": model.record("users", user)?["access"]})))?;
            undo.by_host()?.leaving(Remains::Access(user.to_owned()))
        }
        "set-level-label" => {
            let standing =
                json!([{"id": "msp", "label": "MSP"}, {"id": "tenant", "label": "Tenant"}, {"id": "workspace", "label": "Workspace"}]);
            let levels = before.get("levels").unwrap_or(&standing);
            let old = elements(levels).iter().find(|level| level["id"] == change["level"])?;
            Undo::of(back(json!({"level": change["level"], "label": old["label"]})))
        }
        "set-platform" => Undo::of(back(json!({"platform": before.get("platform").cloned().unwrap_or_else(|| json!({}))}))),
        "create-virtual-server" => Undo::of(json!({"kind": "delete-virtual-server", "virtualServer": change["virtualServer"]["id"]})),
        "edit-virtual-server" | "set-virtual-tools" | "set-virtual-state" | "grant" | "ungrant" => virtual_server(model, change),
        _ => structure(model, change),
    }
}

/// Scopes, spaces and the catalogue: what is new goes, what was replaced or removed is put back.
fn structure(model: Model<'_>, change: &Value) -> Option<Undo> {
    let put = |kind: &str, list: &str, id: &Value| {
        let undo = match model.record(list, id.as_str()?) {
            Some(old) => json!({"kind": format!("put-{kind}"), kind: old}),
            None => json!({"kind": format!("remove-{kind}"), kind: id}),
        };
        Undo::of(undo)
    };
    let spaces = || model.list("scopes").iter().flat_map(|scope| elements(&scope["spaces"]).iter().map(move |space| (scope, space)));
    match text(change, "kind") {
        "add-scope" => Undo::of(json!({"kind": "remove-scope", "scope": change["scope"]["id"]})),
        "edit-scope" => Undo::of(named(change, model.record("scopes", text(change, "scope"))?, &["name", "contact"], "scope")),
        "remove-scope" => {
            let old = model.record("scopes", text(change, "scope"))?;
            // Settings and exceptions of it are gone with it (P-15).
            let is_bare = ["settings", "imposed", "features"].iter().all(|member| old.get(*member).is_none());
            let named = model.0["scopes"].to_string().matches(&old["id"].to_string()).count();
            Undo::of(json!({"kind": "add-scope", "scope": old})).filter(|_| is_bare && named == 1)
        }
        "add-space" => Undo::of(json!({"kind": "remove-space", "space": change["space"]["id"]})),
        "edit-space" => {
            let (_, old) = spaces().find(|(_, space)| space["id"] == change["space"])?;
            Undo::of(json!({"kind": "edit-space", "space": change["space"], "name": old["name"]}))
        }
        "remove-space" => {
            let (scope, old) = spaces().find(|(_, space)| space["id"] == change["space"])?;
            // A restriction that names it loses it (S-9).
            let is_named = model.list("servers").iter().any(|server| elements(&server["spaces"]).contains(&change["space"]));
            Undo::of(json!({"kind": "add-space", "scope": scope["id"], "space": old})).filter(|_| !is_named)
        }
        "put-integration" => put("integration", "catalog", &change["integration"]["id"]),
        "remove-integration" => put("integration", "catalog", &change["integration"]),
        "put-agent" => put("agent", "agents", &change["agent"]["id"]),
        "remove-agent" => put("agent", "agents", &change["agent"]),
        "put-client" => put("client", "clients", &change["client"]["id"]),
        "remove-client" => put("client", "clients", &change["client"]),
        _ => None,
    }
}

fn virtual_server(model: Model<'_>, change: &Value) -> Option<Undo> {
    let (id, kind) = (text(change, "virtualServer"), text(change, "kind"));
    let old = model.record("virtualServers", id)?;
    match kind {
        "edit-virtual-server" => {
            let undo = Undo::of(named(change, old, &["name", "description", "oauthProvider"], "virtualServer"));
            // A description can be emptied, not taken away (contract 5).
            undo.filter(|undo| !undo.change.get("description").is_some_and(Value::is_null))
        }
        "set-virtual-tools" => {
            let tools = list(&old["tools"]);
            let is_kept = |tool: &Value| {
                elements(&change["tools"]).iter().any(|kept| kept["server"] == tool["server"] && kept["tool"] == tool["tool"])
            };
            let anew = !elements(&tools).iter().all(is_kept);
            let undo = Undo::of(json!({"kind": kind, "virtualServer": id, "tools": tools}))?;
            // What is selected anew is asked anew (V-5, P-14).
            let asked: &[&str] = &["unknown-server", "unknown-tool", "not-packageable", "tool-not-approved", "shared-credential"];
            undo.asked_anew(if anew { asked } else { &[] })
        }
        "set-virtual-state" => {
            let undo = Undo::of(json!({"kind": kind, "virtualServer": id, "state": old["state"]}))?;
            undo.leaving(Remains::Published(id.to_owned()))
        }
        "grant" => Undo::of(json!({"kind": "ungrant", "virtualServer": id, "user": change["user"], "grant": change["grant"]})),
        _ => {
            let is_it = |entry: &&Value| entry["user"] == change["user"] && entry["grant"] == change["grant"];
            let entry = elements(&old["access"]).iter().find(is_it)?;
            let undo = Undo::of(json!({"kind": "grant", "virtualServer": id, "user": change["user"], "grant": change["grant"]}));
            // An inert grant isn't given again (V-7), and annotations are no part of giving.
            undo.filter(|_| entry.get("annotations").is_none())?.asked_anew(&["not-eligible"])?.by_host()
        }
    }
}

/// S-6: the authority that an actor's change at a scope writes; none where they administer nothing on the path.
pub fn authority<'a>(model: Model<'a>, actor: &Value, scope: &str, change: &'a Value) -> Option<&'a str> {
    let path = model.path(scope);
    if actor["host"] == true {
        return change["as"].as_str().or_else(|| path.last().copied());
    }
    let highest = path.into_iter().rev().find(|place| model.administers(text(actor, "user"), place))?;
    Some(change["as"].as_str().unwrap_or(highest))
}

/// The values, floors and exceptions that a change of settings names, as they were.
fn set(model: Model<'_>, actor: &Value, change: &Value, settings: &Value) -> Option<Undo> {
    let scope = text(change, "scope");
    let authority = authority(model, actor, scope, change)?;
    let record = model.record("scopes", scope)?;
    let stored = if authority == scope { &record["settings"] } else { &record["imposed"][authority] };
    let (mut undo, mut spared, mut is_floor) = (json!({}), Map::new(), false);
    let mut name = |setting: String, old: &Value| {
        // Exceptions go with their `off` and come with it (P-13).
        if old == "off" {
            spared.insert(setting.clone(), stored["except"][&setting].clone());
        }
    };
    for (key, value) in settings.as_object()? {
        match (key.as_str(), value.as_object()) {
            ("except", Some(named)) => named.keys().for_each(|setting| name(setting.clone(), value_of(stored, setting))),
            (group, Some(named)) => {
                for member in named.keys() {
                    let old = &stored[group][member];
                    undo[group][member] = old.clone();
                    is_floor |= group == "floors" && !old.is_null();
                    let prefix = group.trim_end_matches('s');
                    name(format!("{prefix}/{member}"), old);
                }
            }
            (single, None) => {
                undo[single] = stored[single].clone();
                name(if single == "all" { "all" } else { "new-integrations" }.to_owned(), &stored[single]);
            }
        }
    }
    if !spared.is_empty() {
        undo["except"] = Value::Object(spared);
    }
    let undo = Undo::of(json!({"kind": "set", "scope": scope, "as": authority, "settings": undo}))?;
    // A floor that stood may be looser than one from above by now, and isn't set again then (P-13).
    undo.asked_anew(if is_floor { &["locked"] } else { &[] })
}

/// What a record stores for a setting by its one name.
fn value_of<'v>(stored: &'v Value, setting: &str) -> &'v Value {
    match setting.split_once('/') {
        Some(("integration", id)) => &stored["integrations"][id],
        Some(("server", id)) => &stored["servers"][id],
        Some((_, which)) => &stored["custom"][which],
        None if setting == "all" => &stored["all"],
        None => &stored["newIntegrations"],
    }
}

fn set_tool(change: &Value, server: &Value) -> Option<Undo> {
    let tool = elements(&server["tools"]).iter().find(|tool| tool["name"] == change["tool"])?;
    let mut undo = named(change, tool, &["enabled", "approval", "label"], "server");
    undo["tool"] = change["tool"].clone();
    if undo["label"].is_string() {
        undo["as"] = tool.get("labelAuthority").unwrap_or(&server["scope"]).clone();
    }
    Undo::of(undo)
}

/// The members of a record that a change names, as they were: null, or an empty list, where they weren't there.
fn named(change: &Value, record: &Value, members: &[&str], subject: &str) -> Value {
    let mut undo = json!({"kind": change["kind"], subject: change[subject]});
    for member in members.iter().filter(|member| change.get(**member).is_some()) {
        undo[*member] = if change[*member].is_array() { list(&record[*member]) } else { record[*member].clone() };
    }
    undo
}

fn list(list: &Value) -> Value {
    if list.is_array() { list.clone() } else { json!([]) }
}

fn copy(from: &Value, member: &str, to: &mut Value) {
    if let Some(value) = from.get(member) {
        to[member] = value.clone();
    }
}
