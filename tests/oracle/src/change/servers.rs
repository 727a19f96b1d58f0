//! Changes of servers and of what belongs to one (C-5, C-7 to C-9, N-4 to N-6, K, D-2 to D-5, P-8, P-13 to P-15).

use super::canonical::{drop, drop_empty};
use super::who::{Actor, require};
use super::{Asked, Outcome, Refusal, added, all_mut, digest, edit, is_there, push, refuse, retain, settings, who};
use crate::cause::{Cause, in_order, locked};
use crate::decide::decide_read;
use crate::scope_policy::{codes, layer_of};
use crate::settings::{offs, sharing_offs};
use crate::situation::{Found, Situation};
use crate::tree::{by_id, holds, is_workspace, items, levels, path, rank, text};
use crate::verdict::Verdict;
use crate::{catalog, origin};
use serde_json::{Value, json};

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    if change["kind"] == "register-server" {
        return register(asked, policy, &change["server"]);
    }
    let server = who::server(policy, &asked.actor, text(change, "server"))?.clone();
    let of = Of { asked, server: &server, change };
    match text(change, "kind") {
        "readdress-server" => of.readdress(policy),
        "edit-server" => of.edit(policy),
        "set-visibility" => of.set_visibility(policy),
        "switch-server" => {
            of.held_to(policy, of.owner_or_administrators(policy))?;
            of.set(policy, "switch", &change["switch"])
        }
        "disable-server" => of.disable(policy),
        "enable-server" => of.enable(policy),
        "delete-server" => of.delete(policy),
        "set-agents" => of.set_agents(policy),
        "set-spaces" => of.set_spaces(policy),
        "set-assignees" => of.set_assignees(policy),
        "set-tool" => of.set_tool(policy),
        "refresh-tools" => of.refresh(policy),
        "accept-tool" => of.accept(policy),
        _ => of.waive(policy),
    }
}

/// By what right an actor changes a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    Administrator,
    Delegate,
    Owner,
}

/// A change of one server that the actor knows.
struct Of<'a> {
    asked: &'a Asked<'a>,
    server: &'a Value,
    change: &'a Value,
}

impl Of<'_> {
    fn actor(&self) -> &Actor {
        &self.asked.actor
    }

    fn scope(&self) -> &str {
        text(self.server, "scope")
    }

    fn id(&self) -> &str {
        text(self.server, "id")
    }

    fn is_shared(&self) -> bool {
        self.server["visibility"] == "shared"
    }

    fn is_custom(&self) -> bool {
        self.server["source"]["kind"] == "custom"
    }

    fn administrator(&self, policy: &Value) -> Option<Right> {
        self.actor().administers(policy, self.scope()).then_some(Right::Administrator)
    }

    fn delegate(&self, policy: &Value) -> Option<Right> {
        self.actor().is_delegate(policy, self.server).then_some(Right::Delegate)
    }

    fn owner(&self, policy: &Value) -> Option<Right> {
        self.actor().owns(policy, self.server).then_some(Right::Owner)
    }

    /// Without an owner the scope's administrators stand in.
    fn owner_or_stand_in(&self, policy: &Value) -> Option<Right> {
        if self.server["owner"].is_null() { self.administrator(policy) } else { self.owner(policy) }
    }

    /// The owner of a private one, the administrators of a shared one.
    fn owner_or_administrators(&self, policy: &Value) -> Option<Right> {
        if self.is_shared() { self.administrator(policy) } else { self.owner(policy) }
    }

    /// The same, or an assignee of the shared one.
    fn owner_or_delegates(&self, policy: &Value) -> Option<Right> {
        self.owner_or_administrators(policy).or_else(|| self.delegate(policy).filter(|_| self.is_shared()))
    }

    fn use_offs(&self, policy: &Value) -> Vec<Cause> {
        if self.is_custom() { offs(&path(policy, self.scope()), "custom/use") } else { Vec::new() }
    }

    fn refuse_for(&self, policy: &Value, reason: &'static str, causes: Vec<Cause>) -> Outcome {
        if causes.is_empty() {
            return Ok(());
        }
        Err(Refusal::of(locked(policy, reason, in_order(&path(policy, self.scope()), causes))))
    }

    /// A right at all, else `not-administrator`.
    fn righted(right: Option<Right>) -> Result<Right, Refusal> {
        right.ok_or_else(|| Refusal::plain("not-administrator"))
    }

    /// C-9, P-13: while use is off, what comes of the owner's right alone is closed.
    fn open(&self, policy: &Value, right: Right) -> Outcome {
        if right == Right::Owner { self.refuse_for(policy, "custom-use-off", self.use_offs(policy)) } else { Ok(()) }
    }

    fn held_to(&self, policy: &Value, right: Option<Right>) -> Outcome {
        self.open(policy, Self::righted(right)?)
    }

    fn set(&self, policy: &mut Value, member: &str, value: &Value) -> Outcome {
        edit(policy, "servers", self.id(), |server| server[member] = value.clone());
        Ok(())
    }

    fn readdress(&self, policy: &mut Value) -> Outcome {
        Self::righted(self.owner_or_stand_in(policy))?;
        let (new, address) = (text(self.change, "newServer"), text(self.change, "address"));
        if let Some(integration) = self.server["source"]["integration"].as_str() {
            require(self.actor().knows_integration(policy, integration), "unknown-integration")?;
        }
        unused(policy, new)?;
        passes_registration(self.asked, policy, self.server, address, self.use_offs(policy))?;
        if !items(&self.server["disabled"]).is_empty() {
            return self.refuse_disabled(policy);
        }
        let mut moved = self.server.clone();
        moved["id"] = new.into();
        moved["address"] = address.into();
        moved["registeredAt"] = self.asked.now_text.into();
        for member in ["tools", "waiver", "disabled"] {
            drop(&mut moved, member);
        }
        settings::rename_server(policy, self.id(), Some(new));
        bury(self.asked, policy, self.server);
        push(policy, "servers", moved);
        Ok(())
    }

    /// L-3: the lock is of administrators' disables; a delegate's alone has none.
    fn refuse_disabled(&self, policy: &Value) -> Outcome {
        self.refuse_for(policy, "server-disabled", self.disables(|_| true))?;
        refuse("server-disabled")
    }

    fn disables(&self, wanted: impl Fn(&str) -> bool) -> Vec<Cause> {
        items(&self.server["disabled"])
            .into_iter()
            .filter_map(|entry| entry["authority"].as_str())
            .filter(|authority| wanted(authority))
            .map(|authority| Cause { setting: "disabled".to_owned(), authority: authority.to_owned(), at: self.scope().to_owned() })
            .collect()
    }

    fn edit(&self, policy: &mut Value) -> Outcome {
        let shared = |right: Option<Right>| right.filter(|_| self.is_shared());
        let of_record = shared(self.administrator(policy)).or_else(|| self.owner_or_stand_in(policy));
        let beyond_name = self.change.get("headers").is_some() || self.change.get("authorization").is_some();
        let right = if beyond_name {
            of_record
        } else {
            shared(self.administrator(policy)).or_else(|| shared(self.delegate(policy))).or(of_record)
        };
        self.held_to(policy, right)?;
        let mut edited = self.server.clone();
        for member in ["name", "headers", "authorization"] {
            if let Some(value) = self.change.get(member) {
                edited[member] = value.clone();
            }
        }
        headers_are_allowed(&edited)?;
        edit(policy, "servers", self.id(), |server| *server = edited);
        Ok(())
    }

    fn set_visibility(&self, policy: &mut Value) -> Outcome {
        let in_workspace = by_id(&policy["scopes"], self.scope()).is_some_and(|scope| is_workspace(policy, scope));
        let wanted = &self.change["visibility"];
        let right = match (wanted == "shared", in_workspace) {
            (false, _) => self.owner_or_stand_in(policy),
            (true, _) if self.server["owner"].is_null() => None,
            (true, true) => self.owner(policy).filter(|_| self.actor().belongs(policy, self.scope())),
            (true, false) => self.administrator(policy),
        };
        let right = Self::righted(right)?;
        if wanted == "shared" && self.is_custom() {
            let path = path(policy, self.scope());
            let usage = if right == Right::Owner { self.use_offs(policy) } else { Vec::new() };
            let request = json!({"caller": {"workspace": self.scope()}});
            let situation = Situation { policy, request: &request, withholds: false };
            let denying = vec![("custom-use-off", usage), ("custom-sharing-off", sharing_offs(&path))];
            pass(layer_of(&situation, &Found::default(), denying))?;
        }
        self.open(policy, right)?;
        if wanted == "private" {
            let name = self.id();
            let named = items(&policy["scopes"])
                .iter()
                .flat_map(|scope| crate::settings::records(scope))
                .any(|(_, record)| !record["servers"][name].is_null());
            require(!named, "in-use")?;
        }
        self.set(policy, "visibility", wanted)
    }

    /// Administrators under an authority, else a delegate, who has none to name (N-4, D-5).
    fn right_to_stop(&self, policy: &Value) -> Result<Option<String>, Refusal> {
        if self.administrator(policy).is_some() {
            return self.actor().authority(policy, self.scope(), &self.change["as"]).map(Some);
        }
        Self::righted(self.delegate(policy).filter(|_| self.change["as"].is_null()))?;
        Ok(None)
    }

    fn disable(&self, policy: &mut Value) -> Outcome {
        let authority = self.right_to_stop(policy)?;
        self.refuse_for(policy, "custom-use-off", self.use_offs(policy))?;
        let standing = items(&self.server["disabled"]).iter().any(|entry| entry["authority"].as_str() == authority.as_deref());
        if !standing {
            let mut entry = self.asked.stamp();
            if let Some(authority) = authority {
                entry["authority"] = authority.into();
            }
            edit(policy, "servers", self.id(), |server| push(server, "disabled", entry));
        }
        Ok(())
    }

    fn enable(&self, policy: &mut Value) -> Outcome {
        let authority = self.right_to_stop(policy)?;
        let path = path(policy, self.scope());
        let own = self.actor().highest(policy, self.scope()).and_then(|highest| rank(&path, &highest));
        let above = self.disables(|authority| own.is_none() || rank(&path, authority) < own);
        if !above.is_empty() && above.len() == items(&self.server["disabled"]).len() {
            self.refuse_for(policy, "locked", above.clone())?;
        }
        self.refuse_for(policy, "custom-use-off", self.use_offs(policy))?;
        let named = self.change["as"].as_str();
        let stays = |entry: &Value| match (entry["authority"].as_str(), named) {
            (given, Some(named)) => given != Some(named),
            (None, None) => false,
            (Some(given), None) => authority.is_none() || above.iter().any(|cause| cause.authority == given),
        };
        edit(policy, "servers", self.id(), |server| {
            retain(server, "disabled", stays);
            drop_empty(server, "disabled");
        });
        Ok(())
    }

    fn delete(&self, policy: &mut Value) -> Outcome {
        self.held_to(policy, self.administrator(policy).or_else(|| self.owner_or_stand_in(policy)))?;
        bury(self.asked, policy, self.server);
        Ok(())
    }

    fn set_agents(&self, policy: &mut Value) -> Outcome {
        let right = Self::righted(self.owner_or_administrators(policy))?;
        let agents = &self.change["agents"];
        agents_are_known(policy, &added(&self.server["agents"], agents))?;
        self.open(policy, right)?;
        require(!items(agents).is_empty(), "agent-required")?;
        self.set(policy, "agents", agents)
    }

    fn set_spaces(&self, policy: &mut Value) -> Outcome {
        let right = Self::righted(self.owner_or_delegates(policy))?;
        let spaces = &self.change["spaces"];
        for space in added(&self.server["spaces"], spaces) {
            let within = workspace_of(policy, space).is_some_and(|workspace| {
                self.actor().knows_space(policy, &workspace) && rank(&path(policy, &workspace), self.scope()).is_some()
            });
            require(within, "unknown-space")?;
        }
        self.open(policy, right)?;
        require(spaces.is_null() || !items(spaces).is_empty(), "space-required")?;
        if spaces.is_null() {
            edit(policy, "servers", self.id(), |server| drop(server, "spaces"));
            return Ok(());
        }
        self.set(policy, "spaces", spaces)
    }

    fn set_assignees(&self, policy: &mut Value) -> Outcome {
        let tenant = tenant_of(policy, self.scope());
        require(self.is_shared() && self.actor().administers(policy, &tenant), "not-administrator")?;
        let assignees = &self.change["assignees"];
        let new = added(&self.server["assignees"], assignees);
        for user in &new {
            who::user(policy, self.actor(), user)?;
        }
        for user in &new {
            let record = by_id(&policy["users"], user).unwrap_or(&Value::Null);
            let eligible = holds(&record["permissions"], "connectors.admin.read") || holds(&record["permissions"], "space.admin.write");
            require(eligible, "not-eligible")?;
        }
        self.set(policy, "assignees", assignees)
    }

    fn tool(&self) -> Result<&Value, Refusal> {
        let tool = items(&self.server["tools"]).into_iter().find(|tool| tool["name"] == self.change["tool"]);
        tool.ok_or_else(|| Refusal::plain("unknown-tool"))
    }

    fn edit_tool(&self, policy: &mut Value, change: impl Fn(&mut Value)) {
        edit(policy, "servers", self.id(), |server| {
            for tool in all_mut(server, "tools").filter(|tool| tool["name"] == self.change["tool"]) {
                change(tool);
            }
        });
    }

    fn set_tool(&self, policy: &mut Value) -> Outcome {
        let label = self.change.get("label");
        let names_other = self.change.get("enabled").is_some() || self.change.get("approval").is_some();
        let mut right = Right::Administrator;
        if names_other || label.is_none() {
            right = Self::righted(self.owner_or_delegates(policy))?;
        }
        if label.is_some() || !self.change["as"].is_null() {
            Self::righted(self.administrator(policy))?;
        }
        let authority = match self.administrator(policy) {
            Some(_) => self.actor().authority(policy, self.scope(), &self.change["as"])?,
            None => String::new(),
        };
        let tool = self.tool()?;
        if label.is_some() && !tool["label"].is_null() {
            let path = path(policy, self.scope());
            let standing = tool["labelAuthority"].as_str().unwrap_or(self.scope());
            let own = self.actor().highest(policy, self.scope()).and_then(|highest| rank(&path, &highest));
            require(own <= rank(&path, standing), "locked")?;
        }
        self.open(policy, right)?;
        self.edit_tool(policy, |tool| {
            for member in ["enabled", "approval"] {
                if let Some(value) = self.change.get(member) {
                    tool[member] = value.clone();
                }
            }
            let Some(label) = label else {
                return;
            };
            drop(tool, "labelAuthority");
            if label.is_null() {
                drop(tool, "label");
                return;
            }
            tool["label"] = label.clone();
            if authority != self.scope() {
                tool["labelAuthority"] = authority.clone().into();
            }
        });
        Ok(())
    }

    fn refresh(&self, policy: &mut Value) -> Outcome {
        let by_host = self.actor().is_host().then_some(Right::Administrator);
        Self::righted(by_host.or_else(|| self.owner_or_delegates(policy)))?;
        let request = json!({"action": "server.contact", "target": {"kind": "server", "server": self.id()},
                             "context": {"now": self.asked.now_text}});
        let decision = decide_read(&Situation { policy, request: &request, withholds: false });
        if decision["outcome"] == "deny" {
            let lock = (!decision["lock"].is_null()).then(|| decision["lock"].clone());
            return Err(Refusal { lock, ..Refusal::plain(text(&decision, "reason")) });
        }
        let known: Vec<&Value> = items(&self.server["tools"]).into_iter().map(|tool| &tool["name"]).collect();
        for tool in items(&self.change["tools"]).into_iter().filter(|tool| !known.contains(&&tool["name"])) {
            let mut entered = if self.is_shared() {
                json!({"enabled": false, "approval": "default"})
            } else {
                json!({"enabled": true, "approval": "ask"})
            };
            entered["name"] = tool["name"].clone();
            entered["accepted"] = tool["digest"].clone();
            if let Some(hint) = tool.get("hint") {
                entered["hint"] = hint.clone();
            }
            edit(policy, "servers", self.id(), |server| push(server, "tools", entered));
        }
        Ok(())
    }

    fn accept(&self, policy: &mut Value) -> Outcome {
        let right = Self::righted(self.owner_or_delegates(policy))?;
        self.tool()?;
        self.open(policy, right)?;
        self.edit_tool(policy, |tool| {
            tool["accepted"] = self.change["digest"].clone();
            drop(tool, "hint");
            if let Some(hint) = self.change.get("hint") {
                tool["hint"] = hint.clone();
            }
        });
        Ok(())
    }

    fn waive(&self, policy: &mut Value) -> Outcome {
        Self::righted(self.administrator(policy))?;
        let reason = &self.change["reason"];
        let mut waiver = self.asked.stamp();
        waiver["reason"] = reason.clone();
        edit(policy, "servers", self.id(), |server| {
            if reason.is_null() {
                drop(server, "waiver");
            } else if server["waiver"]["reason"] != *reason {
                server["waiver"] = waiver;
            }
        });
        Ok(())
    }
}

fn register(asked: &Asked<'_>, policy: &mut Value, server: &Value) -> Outcome {
    let actor = &asked.actor;
    let scope = text(server, "scope");
    who::scope(policy, actor, scope)?;
    let in_workspace = by_id(&policy["scopes"], scope).is_some_and(|scope| is_workspace(policy, scope));
    require(in_workspace || server["visibility"] == "shared", "unknown-workspace")?;
    // In a workspace somebody who belongs there registers, the host in the name of one; above it the host needs none.
    let owner = actor.user.as_deref().or(server["owner"].as_str());
    let allowed = match &actor.user {
        Some(_) if in_workspace => actor.belongs(policy, scope),
        Some(_) => actor.administers(policy, scope),
        None => !in_workspace || owner.is_some(),
    };
    require(allowed, "not-administrator")?;
    let record = owner.and_then(|owner| by_id(&policy["users"], owner)).unwrap_or(&Value::Null);
    require(owner.is_none() || record.is_object(), "unknown-user")?;
    if actor.is_host() && in_workspace {
        require(crate::caller::works_in(policy, record, scope), "unknown-workspace")?;
    }
    let agents: Vec<&str> = items(&server["agents"]).into_iter().filter_map(Value::as_str).collect();
    agents_are_known(policy, &agents)?;
    if let Some(integration) = server["source"]["integration"].as_str() {
        require(actor.knows_integration(policy, integration), "unknown-integration")?;
    }
    unused(policy, text(server, "id"))?;
    // Above a workspace administrators register, which disabled access doesn't close (U-1); the host's owner is asked anywhere.
    if in_workspace || actor.is_host() && owner.is_some() {
        require(record["access"] == "enabled", "access-disabled")?;
    }
    passes_registration(asked, policy, server, text(server, "address"), Vec::new())?;
    require(!agents.is_empty(), "agent-required")?;
    headers_are_allowed(server)?;
    let mut registered = server.clone();
    if let Some(owner) = owner {
        registered["owner"] = owner.into();
    }
    registered["registeredAt"] = asked.now_text.into();
    push(policy, "servers", registered);
    Ok(())
}

/// Layers 3 to 5 as registration asks them (C-5), with use's `off`s where a server moves.
fn passes_registration(asked: &Asked<'_>, policy: &Value, server: &Value, address: &str, use_offs: Vec<Cause>) -> Outcome {
    let source = &server["source"];
    let request = json!({"action": "server.register", "caller": {"workspace": server["scope"]},
                         "target": {"kind": "registration", "source": source, "address": address, "visibility": server["visibility"]},
                         "context": {"now": asked.now_text}});
    let situation = Situation { policy, request: &request, withholds: false };
    let found = Found {
        integration: source["integration"].as_str().and_then(|id| by_id(&policy["catalog"], id)),
        custom: source["kind"] == "custom",
        address: Some(address),
        ..Found::default()
    };
    pass(origin::layer(&situation, &found))?;
    pass(catalog::layer(&found))?;
    let mut codes = codes(&situation, &found);
    let after = codes.iter().take_while(|(code, _)| ["stopped", "integration-off"].contains(code)).count();
    codes.insert(after, ("custom-use-off", use_offs));
    pass(layer_of(&situation, &found, codes))
}

fn pass(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Deny(finding) => Err(Refusal::of(finding)),
        _ => Ok(()),
    }
}

/// N-5: an id that a server has or ever had is used.
fn unused(policy: &Value, id: &str) -> Outcome {
    require(!is_there(policy, "servers", id) && !is_there(policy, "tombstones", id), "id-used")
}

fn agents_are_known(policy: &Value, agents: &[&str]) -> Outcome {
    require(agents.iter().all(|agent| is_there(policy, "agents", agent)), "unknown-agent")
}

/// K-12: none of the transport's own names.
fn headers_are_allowed(server: &Value) -> Outcome {
    let oauth = server["authorization"]["method"] == "oauth";
    let refused = items(&server["headers"]).into_iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).any(|header| {
        ["host", "connection", "origin", "cookie"].contains(&header.as_str())
            || header.starts_with("content-")
            || header.starts_with("mcp-")
            || oauth && header == "authorization"
    });
    require(!refused, "header-not-allowed")
}

/// The workspace that has a space.
pub(super) fn workspace_of(policy: &Value, space: &str) -> Option<String> {
    let scope = items(&policy["scopes"]).into_iter().find(|scope| by_id(&scope["spaces"], space).is_some())?;
    Some(text(scope, "id").to_owned())
}

/// The tenant on the path; none there: the root.
fn tenant_of(policy: &Value, scope: &str) -> String {
    let levels = levels(policy);
    let path = path(policy, scope);
    let is_tenant = |scope: &&&Value| by_id(&levels, text(scope, "level")).is_some_and(|level| level["role"] == "tenant");
    path.iter().find(is_tenant).or(path.first()).map(|scope| text(scope, "id").to_owned()).unwrap_or_default()
}

/// N-5, P-15: a server goes, out of settings and virtual servers too, and leaves a tombstone.
pub(super) fn bury(asked: &Asked<'_>, policy: &mut Value, server: &Value) {
    let id = text(server, "id");
    retain(policy, "servers", |other| other["id"] != id);
    settings::rename_server(policy, id, None);
    for virtual_server in all_mut(policy, "virtualServers") {
        retain(virtual_server, "tools", |selected| selected["server"] != id);
    }
    push(policy, "tombstones", tombstone(asked, server));
}

/// What remains of a server.
pub(super) fn tombstone(asked: &Asked<'_>, server: &Value) -> Value {
    let mut tombstone = json!({"id": server["id"], "scope": server["scope"], "deletedAt": asked.now_text,
                               "addressDigest": digest::of_address(text(server, "address"))});
    if let Some(owner) = server.get("owner") {
        tombstone["owner"] = owner.clone();
    }
    if let Some(user) = &asked.actor.user {
        tombstone["deletedBy"] = user.clone().into();
    }
    let authorities: Vec<Value> =
        items(&server["disabled"]).into_iter().map(|entry| entry["authority"].clone()).filter(Value::is_string).collect();
    if !authorities.is_empty() {
        tombstone["disabled"] = authorities.into();
    }
    tombstone
}
