//! The page `server` (K-11, P-8, P-12).

use super::Look;
use super::control::Choice;
use super::tool;
use crate::downstream::needs_authorization;
use crate::existence::of_server;
use crate::settings::sharing_offs;
use crate::situation::Situation;
use crate::tree::{by_id, items, path, rank, text};
use crate::verdict::{Finding, Verdict};
use serde_json::{Value, json};

/// A server as it is looked at: on whose path, and by whom.
pub(super) struct Page<'a> {
    pub(super) look: &'a Look<'a>,
    pub(super) server: &'a Value,
    /// The path on which status and outcomes are read.
    pub(super) path: Vec<&'a Value>,
    /// Administrators, assignees with effect, an owner with an owner's rights.
    pub(super) keeper: bool,
}

pub(super) fn page(look: &Look<'_>, id: &str, workspace: Option<&str>) -> Result<Value, &'static str> {
    let known = |server: &&Value| look.actor.knows_server(look.policy, server);
    let server = by_id(&look.policy["servers"], id).filter(known).ok_or("unknown-server")?;
    let place = workspace.unwrap_or_else(|| text(server, "scope"));
    if workspace.is_some_and(|workspace| !look.actor.knows_workspace(look.policy, workspace)) {
        return Err("unknown-workspace");
    }
    let path = look.path(place);
    if rank(&path, text(server, "scope")).is_none() {
        return Err("unknown-server");
    }
    let keeper =
        look.administers(text(server, "scope")) || look.actor.is_delegate(look.policy, server) || look.actor.owns(look.policy, server);
    let page = Page { look, server, path, keeper };
    let mut answer = json!({"server": page.about(), "controls": page.controls()});
    match page.closed() {
        Some((_, finding)) => {
            answer["status"] = "off".into();
            answer["statusReason"] = finding.reason.into();
        }
        // Nothing is known of any authorisation, so where one is needed it is pending (K-8).
        None => answer["status"] = if needs_authorization(&server["authorization"]) { "pending-auth" } else { "ready" }.into(),
    }
    let mut tools = items(&server["tools"]);
    tools.sort_by_key(|tool| text(tool, "name"));
    answer["tools"] = tools.into_iter().map(|tool| tool::row(&page, tool)).collect();
    Ok(answer)
}

/// Takes a member out of a record.
fn without(record: &mut Value, member: &str) {
    if let Some(members) = record.as_object_mut() {
        members.remove(member);
    }
}

impl Page<'_> {
    fn about(&self) -> Value {
        let (look, server) = (self.look, self.server);
        let mut about = json!({});
        let mut shown = vec!["id", "name", "source", "visibility", "authorization", "agents"];
        if self.keeper {
            shown.extend(["registeredAt", "switch", "headers", "waiver"]);
        }
        if look.actor.knows_scope(look.policy, text(server, "scope")) {
            shown.push("scope");
        }
        for member in shown.into_iter().filter(|member| !server[*member].is_null()) {
            about[member] = server[member].clone();
            without(&mut about[member], "annotations");
        }
        if about["waiver"].is_object() {
            look.hide_stranger(&mut about["waiver"]);
        }
        let scope = text(server, "scope");
        let assignees = self.known_assignees();
        if look.administers(scope) && !assignees.is_empty() {
            about["assignees"] = assignees.into();
        }
        if self.keeper && server["spaces"].is_array() {
            about["spaces"] = self.known_spaces().into();
        }
        if self.keeper
            && let Some(disabled) = look.disabled(server)
        {
            about["disabled"] = disabled;
        }
        // An owner who left exists for nobody here (P-12); the inventory alone keeps who registered it (N-2).
        if let Some(owner) = look.owner(server)
            && owner["name"].is_string()
        {
            about["owner"] = owner;
        }
        about
    }

    /// Of the selected spaces those that exist for the actor (P-12).
    fn known_spaces(&self) -> Vec<&str> {
        items(&self.server["spaces"]).into_iter().filter_map(Value::as_str).filter(|space| self.knows_space(space)).collect()
    }

    /// Of the assignees likewise; who saves the list sees it whole, or saving it as it stands would take others out.
    fn known_assignees(&self) -> Vec<&str> {
        if self.look.administers(text(self.server, "scope")) {
            return items(&self.server["assignees"]).into_iter().filter_map(Value::as_str).collect();
        }
        let known =
            |id: &&str| by_id(&self.look.policy["users"], id).is_some_and(|user| self.look.actor.knows_user(self.look.policy, user));
        items(&self.server["assignees"]).into_iter().filter_map(Value::as_str).filter(known).collect()
    }

    fn knows_space(&self, space: &str) -> bool {
        let workspaces = items(&self.look.policy["scopes"]);
        let of = workspaces.into_iter().find(|scope| by_id(&scope["spaces"], space).is_some());
        of.is_some_and(|workspace| self.look.actor.knows_space(self.look.policy, text(workspace, "id")))
    }

    /// Why policy closes the server on this path, and in which layer: 3 to 6 (K-11).
    pub(super) fn closed(&self) -> Option<(&'static str, Finding)> {
        let server = self.server;
        // C-7: to others a custom server is unknown while sharing is off; who sees its page is told why.
        let own = self.look.actor.is(&server["owner"]) && self.path.last().is_some_and(|scope| scope["id"] == server["scope"]);
        let custom = server["source"]["kind"] == "custom" && server["visibility"] == "shared";
        if custom && !own && !sharing_offs(&self.path).is_empty() {
            return Some(("scope-policy", Finding::plain("custom-sharing-off")));
        }
        ["origin", "catalog", "scope-policy", "server"].into_iter().find_map(|layer| match self.verdict(layer, None) {
            Verdict::Deny(finding) => Some((layer, finding)),
            _ => None,
        })
    }

    /// What a layer says of a call from this path, of whose caller nothing else is known.
    pub(super) fn verdict(&self, layer: &str, tool: Option<&str>) -> Verdict {
        let place = self.path.last().map(|scope| text(scope, "id")).unwrap_or_default();
        let request = json!({
            "action": "tool.call", "caller": {"user": self.look.actor.user, "workspace": place},
            "target": {"kind": "tool", "server": self.server["id"], "tool": tool},
            "context": {"now": self.look.now, "canAsk": true}});
        let situation = Situation { policy: self.look.policy, request: &request, withholds: false };
        let found = of_server(&situation, self.server);
        crate::decide::verdict(&situation, &crate::situation::Found { tool, ..found }, layer)
    }

    fn controls(&self) -> Value {
        let server = self.server;
        let edit = |member: &str, value: &Value| {
            let change = json!({"kind": "edit-server", "server": server["id"], member: value});
            // Nobody's page shows annotations; what is sent keeps them.
            let mut value = value.clone();
            without(&mut value, "annotations");
            self.control(value.clone(), vec![Choice::new(value, change).fill(&format!("/{member}"))])
        };
        let other = |member: &str, values: [&str; 2], kind: &str| {
            let choices = values.into_iter().filter(|value| server[member] != *value);
            let choices = choices.map(|value| Choice::new(value, json!({"kind": kind, "server": server["id"], member: value})));
            self.control(server[member].clone(), choices.collect())
        };
        let mut stopping = self.look.stopping(server);
        let mut controls = json!({"edit": edit("name", &server["name"]), "remove": stopping["delete"].take(),
                                  "share": other("visibility", ["shared", "private"], "set-visibility")});
        if self.keeper {
            let headers = if server["headers"].is_array() { server["headers"].clone() } else { json!([]) };
            controls["switch"] = other("switch", ["on", "off"], "switch-server");
            controls["disable"] = stopping["disable"].take();
            controls["enable"] = stopping["enable"].take();
            controls["headers"] = edit("headers", &headers);
            controls["authorization"] = edit("authorization", &server["authorization"]);
            controls["agents"] = self.agents();
            controls["spaces"] = self.spaces();
            controls["assignees"] = self.assignees();
            controls["waiver"] = self.waiver();
            let refresh = json!({"kind": "refresh-tools", "server": server["id"]});
            controls["refresh"] = self.control(false, vec![Choice::new(true, refresh).filled("tools", json!([]))]);
        }
        controls
    }

    /// For each declared agent the list with it added or taken out (K-2).
    fn agents(&self) -> Value {
        let present: Vec<&str> = items(&self.server["agents"]).into_iter().filter_map(Value::as_str).collect();
        let declared = items(&self.look.policy["agents"]);
        let choices = declared.into_iter().map(|agent| {
            let agent = text(agent, "id");
            let mut agents: Vec<&str> = present.iter().copied().filter(|other| *other != agent).collect();
            if agents.len() == present.len() {
                agents.push(agent);
                agents.sort_unstable();
            }
            Choice::new(json!(agents), json!({"kind": "set-agents", "server": self.server["id"], "agents": agents}))
        });
        self.control(json!(present), choices.collect())
    }

    /// open to all, or to some.
    fn spaces(&self) -> Value {
        let change = json!({"kind": "set-spaces", "server": self.server["id"]});
        let known = self.known_spaces();
        let selected = if known.is_empty() {
            let space = self.some_space().unwrap_or("none that is there");
            Choice::new("selected", change.clone()).filled("spaces", json!([space]))
        } else {
            let mut stands = change.clone();
            stands["spaces"] = json!(known);
            Choice::new("selected", stands).fill("/spaces")
        };
        if !self.server["spaces"].is_array() {
            return self.control("all", vec![selected]);
        }
        let mut all = change;
        all["spaces"] = Value::Null;
        self.control("selected", vec![Choice::new("all", all), selected])
    }

    /// A space of the subtree that the actor knows.
    fn some_space(&self) -> Option<&str> {
        let scopes = items(&self.look.policy["scopes"]).into_iter();
        let below = scopes.filter(|scope| rank(&path(self.look.policy, text(scope, "id")), text(self.server, "scope")).is_some());
        below.flat_map(|scope| items(&scope["spaces"])).map(|space| text(space, "id")).find(|space| self.knows_space(space))
    }

    fn assignees(&self) -> Value {
        let assignees = self.known_assignees();
        let change = json!({"kind": "set-assignees", "server": self.server["id"], "assignees": assignees});
        self.control(assignees.clone(), vec![Choice::new(assignees, change).fill("/assignees")])
    }

    fn waiver(&self) -> Value {
        let mut change = json!({"kind": "waive-shared-credential", "server": self.server["id"]});
        if self.server["waiver"].is_object() {
            change["reason"] = Value::Null;
            return self.control(true, vec![Choice::new(false, change)]);
        }
        self.control(false, vec![Choice::new(true, change).filled("reason", json!("typed in"))])
    }

    pub(super) fn control(&self, value: impl Into<Value>, choices: Vec<Choice>) -> Value {
        self.look.control(value, choices, &self.path)
    }
}
