//! What exists for whom (P-12), read off the document in the words of the rule.

use serde_json::Value;

use crate::model::{Model, elements, text};

/// An organisation as one of its users may know it.
#[derive(Clone, Copy)]
pub struct Known<'d> {
    pub model: Model<'d>,
    pub actor: &'d str,
}

fn ids<'v>(record: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    elements(&record[key]).iter().filter_map(Value::as_str)
}

/// The scopes that a user belongs to or administers.
fn entries(user: &Value) -> impl Iterator<Item = &str> {
    ids(user, "memberOf").chain(ids(user, "administers"))
}

impl<'d> Known<'d> {
    fn own(self) -> Option<&'d Value> {
        self.model.record("users", self.actor)
    }

    pub fn administers(self, scope: &str) -> bool {
        self.model.administers(self.actor, scope)
    }

    fn administers_root(self) -> bool {
        self.administers(self.model.root())
    }

    /// Whether one of two scopes is the other or lies above it.
    fn on_one_path(self, one: &str, other: &str) -> bool {
        self.model.path(one).contains(&other) || self.model.path(other).contains(&one)
    }

    fn in_reach(self, user: &Value, scope: &str) -> bool {
        entries(user).any(|entry| self.on_one_path(entry, scope))
    }

    pub fn scope(self, scope: &str) -> bool {
        let path = self.model.path(scope);
        self.own().is_some_and(|own| entries(own).any(|entry| path.contains(&entry)))
    }

    /// D-1, D-2: an assignment with effect.
    pub fn is_assigned(self, server: &Value) -> bool {
        let path = self.model.path(text(server, "scope"));
        let stated = path.iter().filter_map(|scope| self.model.record("scopes", scope)?["features"]["accessControl"].as_bool()).next();
        let permitted = |own: &Value| ids(own, "permissions").any(|held| matches!(held, "connectors.admin.read" | "space.admin.write"));
        server["visibility"] == "shared"
            && stated == Some(true)
            && ids(server, "assignees").any(|assignee| assignee == self.actor)
            && self.own().is_some_and(|own| permitted(own) && self.in_reach(own, text(server, "scope")))
    }

    pub fn server(self, server: &Value) -> bool {
        let scope = text(server, "scope");
        if server["visibility"] == "shared" {
            return self.own().is_some_and(|own| self.in_reach(own, scope));
        }
        server["owner"] == self.actor && self.scope(scope) || server["source"]["kind"] == "custom" && self.administers(scope)
    }

    fn has_grant(self, virtual_server: &Value, grant: &str) -> bool {
        let mut access = elements(&virtual_server["access"]).iter();
        let granted = access.any(|entry| entry["user"] == self.actor && entry["grant"] == grant);
        granted && self.own().is_some_and(|own| self.in_reach(own, text(virtual_server, "scope")))
    }

    /// Whether they manage a virtual server or administer its scope.
    pub fn keeps(self, virtual_server: &Value) -> bool {
        self.administers(text(virtual_server, "scope")) || self.has_grant(virtual_server, "manage")
    }

    pub fn virtual_server(self, virtual_server: &Value) -> bool {
        self.keeps(virtual_server) || virtual_server["state"] == "published" && self.has_grant(virtual_server, "connect")
    }

    /// Of a virtual server's list, those who are eligible or on it; of all else, those of one's own scopes.
    pub fn user(self, user: &Value) -> bool {
        let known = |own: &Value| entries(user).any(|entry| ids(own, "administers").any(|scope| self.on_one_path(entry, scope)));
        user["id"] == self.actor || self.administers_root() || self.own().is_some_and(known) || self.is_managed_with(user)
    }

    fn is_managed_with(self, user: &Value) -> bool {
        self.model.list("virtualServers").iter().any(|server| {
            let listed = || elements(&server["access"]).iter().any(|entry| entry["user"] == user["id"]);
            self.has_grant(server, "manage") && (listed() || self.in_reach(user, text(server, "scope")))
        })
    }

    pub fn integration(self, integration: &Value) -> bool {
        integration["approved"] == true || self.administers_root()
    }

    pub fn space(self, workspace: &str) -> bool {
        let below = |server: &Value| self.model.path(workspace).contains(&text(server, "scope"));
        self.scope(workspace) || self.model.list("servers").iter().any(|server| below(server) && self.is_assigned(server))
    }

    pub fn token(self, user: &Value, token: &Value) -> bool {
        user["id"] == self.actor || self.user(user) && self.scope(text(token, "workspace"))
    }
}
