//! The pages `settings` and `integrations` (I-2, I-8, C-6, C-10, N-1).

use super::Look;
use super::control::Choice;
use super::setting::{causes, effective};
use crate::decide::decide_read;
use crate::downstream::needs_authorization;
use crate::situation::Situation;
use crate::tree::{by_id, is_above_tenants, items, levels, path, rank, text};
use serde_json::{Map, Value, json};

const CUSTOM: [(&str, &str); 3] =
    [("custom/creation", "custom-creation-off"), ("custom/use", "custom-use-off"), ("custom/sharing", "custom-sharing-off")];

/// The three parts (I-8) and, for administrators, the stop and the floors.
pub(super) fn settings(look: &Look<'_>, scope: &str) -> Value {
    let mut page = json!({"integrations": integrations(look, scope), "custom": custom(look, scope)});
    if look.administers(scope) {
        page["inventory"] = inventory(look, scope);
        page["all"] = look.setting(scope, "all");
        page["floors"] = json!([look.floor(scope, "read"), look.floor(scope, "write")]);
    }
    page
}

/// Every approved integration, to the root's administrators the others too (I-2, I-4).
pub(super) fn integrations(look: &Look<'_>, scope: &str) -> Value {
    let known = |entry: &&Value| entry["approved"] == true || look.actor.administers_root(look.policy);
    let mut entries: Vec<&Value> = items(&look.policy["catalog"]).into_iter().filter(known).collect();
    entries.sort_by_key(|entry| text(entry, "id"));
    let mut page = json!({"rows": entries.into_iter().map(|entry| integration(look, scope, entry)).collect::<Value>()});
    if look.administers(scope) {
        page["newIntegrations"] = look.setting(scope, "new-integrations");
    }
    page
}

fn integration(look: &Look<'_>, scope: &str, entry: &Value) -> Value {
    let setting = format!("integration/{}", text(entry, "id"));
    let servers = items(&look.policy["servers"]).into_iter().filter(|server| server["source"]["integration"] == entry["id"]);
    let mut row = json!({"integration": entry["id"], "name": entry["name"], "approved": entry["approved"]});
    if look.administers(scope) {
        row["connected"] = servers.filter(|server| is_below(look, server, scope)).count().into();
        if let (Some(row), Value::Object(mut setting)) = (row.as_object_mut(), look.setting(scope, &setting)) {
            setting.remove("setting");
            row.extend(setting);
        }
    } else {
        let seen = servers.filter(|server| is_seen_from(look, server, scope)).count();
        row["connected"] = seen.into();
        row["effective"] = effective(&look.path(scope), &setting).into();
        row["connect"] = connect(look, scope, text(entry, "id"), seen > 0);
    }
    row
}

/// Whether the actor may connect from here: the decision on it (I-2, I-3).
fn connect(look: &Look<'_>, scope: &str, integration: &str, connected: bool) -> Value {
    let target = json!({"kind": "integration", "integration": integration});
    let caller = json!({"user": look.actor.user, "workspace": scope});
    let mut attested = caller.clone();
    attested["credential"] = json!({"kind": "platform"});
    let request = json!({"action": "integration.connect", "caller": attested, "target": target, "context": {"now": look.now}});
    let decision = decide_read(&Situation { policy: look.policy, request: &request, withholds: false });
    let open = decision["outcome"] == "allow";
    let mut choice = json!({"value": true, "open": open,
                            "request": {"action": "integration.connect", "caller": caller, "target": target}});
    let mut control = json!({"value": connected, "open": open});
    if !open {
        choice["reason"] = decision["reason"].clone();
        control["reason"] = decision["reason"].clone();
        if decision["lock"].is_object() {
            control["lock"] = look.shown_lock(&decision["lock"], &look.path(scope));
        }
    }
    control["choices"] = json!([choice]);
    control
}

/// C-1, C-6, C-7, C-10; of what is off others are told at which level.
fn custom(look: &Look<'_>, scope: &str) -> Value {
    let path = look.path(scope);
    if !look.administers(scope) {
        let notice = |(setting, reason): (&str, &str)| {
            let mut row = json!({"setting": setting, "effective": effective(&path, setting)});
            let causes = causes(&path, setting);
            if !causes.is_empty() {
                row["notice"] = look.lock(causes, &path);
                row["notice"]["reason"] = reason.into();
            }
            row
        };
        return json!({"settings": CUSTOM.into_iter().map(notice).collect::<Value>()});
    }
    let count = custom_servers(look, scope).len();
    let setting = |(setting, _): (&str, &str)| {
        let mut row = look.setting(scope, setting);
        row["count"] = count.into();
        row
    };
    let preset = |preset: &str, usage: &str| {
        let stands = look.own_value(scope, "custom/creation") == "off" && look.own_value(scope, "custom/use") == usage;
        let change = json!({"kind": "preset", "scope": scope, "preset": preset});
        look.control(stands, vec![Choice::new(true, change)], &path)
    };
    json!({"settings": CUSTOM.into_iter().map(setting).collect::<Value>(),
           "presets": {"freezeGrowth": preset("freeze-growth", "on"), "lockdown": preset("lockdown", "off")}})
}

/// The custom servers of the subtree, above the tenants in groups (N-1, N-2).
fn inventory(look: &Look<'_>, scope: &str) -> Value {
    let servers = custom_servers(look, scope);
    let grouped = is_above_tenants(look.policy, look.scope(scope));
    let mut rows: Vec<(bool, String, &Value)> = servers
        .iter()
        .map(|server| {
            let tenant = tenant_of(look, server).filter(|_| grouped);
            (tenant.is_some(), tenant.unwrap_or_else(|| scope.to_owned()), *server)
        })
        .collect();
    rows.sort_by_key(|(below, group, server)| (*below, group.clone(), text(server, "id").to_owned()));
    let mut groups: Vec<Value> = Vec::new();
    for (_, group, _) in &rows {
        match groups.last_mut().filter(|last| last["id"] == group.as_str()) {
            Some(last) => last["count"] = (last["count"].as_u64().unwrap_or_default() + 1).into(),
            None => {
                let mut head = look.head(group);
                head["count"] = 1.into();
                groups.push(head);
            }
        }
    }
    let mut page = json!({"count": servers.len()});
    if grouped {
        page["groups"] = groups.into();
    }
    page["rows"] = rows.iter().map(|(_, group, server)| inventory_row(look, server, grouped.then_some(group))).collect();
    page
}

fn inventory_row(look: &Look<'_>, server: &Value, group: Option<&String>) -> Value {
    let mut row = json!({"server": server["id"], "controls": look.stopping(server)});
    for member in ["name", "scope", "registeredAt", "visibility", "switch"] {
        row[member] = server[member].clone();
    }
    if let Some(group) = group {
        row["group"] = group.as_str().into();
    }
    if let Some(owner) = look.owner(server) {
        row["owner"] = owner;
    }
    if let Some(disabled) = look.disabled(server) {
        row["disabled"] = disabled;
    }
    // Of one credential a row can speak, and nothing is known of it (N-7, K-8).
    if needs_authorization(&server["authorization"])
        && (server["visibility"] == "private" || server["authorization"]["credentials"] == "shared")
    {
        row["badge"] = "pending-auth".into();
    }
    row
}

fn custom_servers<'a>(look: &'a Look<'_>, scope: &str) -> Vec<&'a Value> {
    let custom = |server: &&Value| server["source"]["kind"] == "custom" && is_below(look, server, scope);
    items(&look.policy["servers"]).into_iter().filter(custom).collect()
}

/// The tenant on a server's path.
fn tenant_of(look: &Look<'_>, server: &Value) -> Option<String> {
    let levels = levels(look.policy);
    let is_tenant = |scope: &&&Value| by_id(&levels, text(scope, "level")).is_some_and(|level| level["role"] == "tenant");
    path(look.policy, text(server, "scope")).iter().find(is_tenant).map(|scope| text(scope, "id").to_owned())
}

fn is_below(look: &Look<'_>, server: &Value, scope: &str) -> bool {
    rank(&look.path(text(server, "scope")), scope).is_some()
}

/// Shared on the path, or the actor's own in this very scope; by what is stored (P-12).
fn is_seen_from(look: &Look<'_>, server: &Value, scope: &str) -> bool {
    if server["visibility"] == "shared" {
        rank(&look.path(scope), text(server, "scope")).is_some()
    } else {
        server["scope"] == scope && look.actor.owns(look.policy, server)
    }
}

impl Look<'_> {
    /// Who registered it; without a name where that one doesn't exist for the actor.
    pub(super) fn owner(&self, server: &Value) -> Option<Value> {
        let user = by_id(&self.policy["users"], server["owner"].as_str()?)?;
        let mut owner = Map::from_iter([("user".to_owned(), user["id"].clone())]);
        if self.actor.knows_user(self.policy, user) {
            owner.insert("name".to_owned(), user["name"].clone());
        }
        Some(Value::Object(owner))
    }

    /// Who did something is told to whom that one exists for (P-12), and to everybody when that one is gone.
    pub(super) fn hide_stranger(&self, record: &mut Value) {
        let known = by_id(&self.policy["users"], text(record, "by")).is_none_or(|user| self.actor.knows_user(self.policy, user));
        if let Some(members) = record.as_object_mut().filter(|_| !known) {
            members.remove("by");
        }
    }

    /// Who stopped it (N-4); a delegate's entry has neither authority nor level (D-5).
    pub(super) fn disabled(&self, server: &Value) -> Option<Value> {
        let path = self.path(text(server, "scope"));
        let mut entries = items(&server["disabled"]);
        entries.sort_by_key(|entry| entry["authority"].as_str().map_or(usize::MAX, |id| rank(&path, id).unwrap_or_default()));
        let administers = self.administers(text(server, "scope"));
        let shown = |entry: &Value| {
            let mut shown = json!({"at": entry["at"]});
            if let Some(authority) = entry["authority"].as_str() {
                shown["level"] = self.scope(authority)["level"].clone();
                if administers || self.actor.knows_scope(self.policy, authority) {
                    shown["authority"] = authority.into();
                }
            }
            if entry["by"].is_string() {
                shown["by"] = entry["by"].clone();
                if !administers {
                    self.hide_stranger(&mut shown);
                }
            }
            shown
        };
        (!entries.is_empty()).then(|| entries.into_iter().map(shown).collect())
    }

    /// `disable`, `enable`, `delete` (N-4 to N-6).
    pub(super) fn stopping(&self, server: &Value) -> Value {
        let path = self.path(text(server, "scope"));
        let act = |value: bool, kind: &str| {
            let change = json!({"kind": kind, "server": server["id"]});
            self.control(value, vec![Choice::new(true, change)], &path)
        };
        // The actor's authority: their highest scope on the path, or that of the delegates.
        let own = self.actor.highest(self.policy, text(server, "scope"));
        let delegate = own.is_none() && self.actor.is_delegate(self.policy, server);
        let stands = items(&server["disabled"]).into_iter().any(|entry| match (&own, entry["authority"].as_str()) {
            (Some(own), Some(authority)) => own == authority,
            (_, None) => delegate,
            _ => false,
        });
        json!({"disable": act(stands, "disable-server"), "enable": act(items(&server["disabled"]).is_empty(), "enable-server"),
               "delete": act(false, "delete-server")})
    }
}
