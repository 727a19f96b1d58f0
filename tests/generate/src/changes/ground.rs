//! An organisation as changes are aimed at it: who may what where, and what is there to be named.

use serde_json::Value;

use crate::random::Random;

/// An id that no organisation has.
pub(crate) const NOTHING: &str = "nothing-of-that-name";

/// A document with the questions that drafts ask of it.
pub(crate) struct Ground<'a> {
    pub(crate) document: &'a Value,
}

impl<'a> Ground<'a> {
    /// One of the document's own lists.
    pub(crate) fn list(&self, key: &str) -> &'a [Value] {
        items(&self.document[key])
    }

    /// The ids of a list.
    pub(crate) fn ids(&self, key: &str) -> Vec<&'a str> {
        self.list(key).iter().map(|record| text(record, "id")).collect()
    }

    /// A record by its id.
    pub(crate) fn record(&self, key: &str, id: &str) -> &'a Value {
        self.list(key).iter().find(|record| record["id"] == id).unwrap_or(&Value::Null)
    }

    /// The scope itself and all above it, lowest first.
    pub(crate) fn path(&self, scope: &str) -> Vec<&'a str> {
        let mut path = Vec::new();
        let mut next = self.record("scopes", scope);
        while next.is_object() {
            path.push(text(next, "id"));
            next = self.record("scopes", text(next, "parent"));
        }
        path
    }

    /// The scope itself and all below it.
    pub(crate) fn below(&self, scope: &str) -> Vec<&'a str> {
        self.ids("scopes").into_iter().filter(|id| self.path(id).contains(&scope)).collect()
    }

    /// Whether one of two scopes lies on the other's path.
    pub(crate) fn near(&self, one: &str, other: &str) -> bool {
        self.path(one).contains(&other) || self.path(other).contains(&one)
    }

    /// The scope without a parent.
    pub(crate) fn root(&self) -> &'a str {
        self.list("scopes").iter().find(|scope| scope["parent"].is_null()).map_or("", |scope| text(scope, "id"))
    }

    /// The ids of the levels, highest first.
    pub(crate) fn levels(&self) -> Vec<&'a str> {
        match &self.document["levels"] {
            Value::Array(levels) => levels.iter().map(|level| text(level, "id")).collect(),
            _ => vec!["msp", "tenant", "workspace"],
        }
    }

    /// The level of the role workspace.
    fn workspace_level(&self) -> &'a str {
        match &self.document["levels"] {
            Value::Array(levels) => levels.iter().find(|level| level["role"] == "workspace").map_or("", |level| text(level, "id")),
            _ => "workspace",
        }
    }

    /// Whether a scope is a workspace.
    pub(crate) fn is_workspace(&self, scope: &str) -> bool {
        self.record("scopes", scope)["level"] == self.workspace_level()
    }

    /// The workspaces.
    pub(crate) fn workspaces(&self) -> Vec<&'a str> {
        let level = self.workspace_level();
        self.list("scopes").iter().filter(|scope| scope["level"] == level).map(|scope| text(scope, "id")).collect()
    }

    /// Whether a user administers a scope.
    pub(crate) fn administers(&self, user: &str, scope: &str) -> bool {
        let own = texts(&self.record("users", user)["administers"]);
        self.path(scope).iter().any(|place| own.contains(place))
    }

    /// Whether a user belongs to a scope.
    pub(crate) fn belongs(&self, user: &str, scope: &str) -> bool {
        let own = texts(&self.record("users", user)["memberOf"]);
        self.path(scope).iter().any(|place| own.contains(place))
    }

    /// Who administers a scope, itself or above.
    pub(crate) fn administrators(&self, scope: &str) -> Vec<&'a str> {
        self.ids("users").into_iter().filter(|user| self.administers(user, scope)).collect()
    }

    /// Who belongs to a scope, itself or through one above.
    pub(crate) fn members(&self, scope: &str) -> Vec<&'a str> {
        self.ids("users").into_iter().filter(|user| self.belongs(user, scope)).collect()
    }

    /// The scopes that a user belongs to or administers.
    pub(crate) fn entries(&self, user: &str) -> Vec<&'a str> {
        let record = self.record("users", user);
        let mut entries = texts(&record["memberOf"]);
        entries.extend(texts(&record["administers"]));
        entries
    }

    /// Who belongs to or administers anything on a scope's path or below it.
    pub(crate) fn in_reach(&self, scope: &str) -> Vec<&'a str> {
        self.ids("users").into_iter().filter(|user| self.entries(user).iter().any(|entry| self.near(entry, scope))).collect()
    }

    /// Who administers every scope that a user belongs to or administers.
    pub(crate) fn administrators_of(&self, user: &str) -> Vec<&'a str> {
        let entries = self.entries(user);
        if entries.is_empty() {
            return self.administrators(self.root());
        }
        let all = |other: &&str| entries.iter().all(|scope| self.administers(other, scope));
        self.ids("users").into_iter().filter(all).collect()
    }

    /// Who manages a virtual server by a grant.
    pub(crate) fn managers(&self, virtual_server: &Value) -> Vec<&'a str> {
        let near = self.in_reach(text(virtual_server, "scope"));
        let granted =
            |user: &&str| items(&virtual_server["access"]).iter().any(|entry| entry["grant"] == "manage" && entry["user"] == *user);
        near.into_iter().filter(granted).collect()
    }

    /// The spaces of a scope's subtree.
    pub(crate) fn spaces_below(&self, scope: &str) -> Vec<&'a str> {
        let below = self.below(scope);
        let places = self.list("scopes").iter().filter(|place| below.contains(&text(place, "id")));
        places.flat_map(|place| items(&place["spaces"])).map(|space| text(space, "id")).collect()
    }

    /// All spaces.
    pub(crate) fn spaces(&self) -> Vec<&'a str> {
        self.spaces_below(self.root())
    }

    /// All tokens, with their users.
    pub(crate) fn tokens(&self) -> Vec<(&'a str, &'a Value)> {
        let of = |user: &'a Value| items(&user["tokens"]).iter().map(move |token| (text(user, "id"), token));
        self.list("users").iter().flat_map(of).collect()
    }

    /// Whether all that P-14 asks of a tool that is selected anew is so, as far as the document shows it.
    pub(crate) fn is_packageable(&self, server: &Value, tool: &Value) -> bool {
        let entry = self.record("catalog", text(&server["source"], "integration"));
        let approved = items(&entry["tools"]).iter().any(|known| known["name"] == tool["name"] && known["approved"] == true);
        server["visibility"] == "shared"
            && entry["approved"] == true
            && approved
            && server["switch"] == "on"
            && items(&server["disabled"]).is_empty()
            && tool["enabled"] == true
            && (server["authorization"]["credentials"] != "shared" || server["waiver"].is_object())
    }

    /// An id of a list: nearly always one that is there.
    pub(crate) fn some_id(&self, random: &mut Random, key: &str) -> String {
        if random.chance(96)
            && let Some(id) = random.any(&self.ids(key))
        {
            return (*id).to_owned();
        }
        match random.any(self.list("tombstones")) {
            Some(gone) if random.chance(50) => text(gone, "id").to_owned(),
            _ => NOTHING.to_owned(),
        }
    }

    /// An id that is free or, now and then, taken.
    pub(crate) fn new_id(&self, random: &mut Random, key: &str, prefix: &str) -> String {
        if random.chance(6) { self.some_id(random, key) } else { format!("new-{prefix}-{}", random.below(100_000)) }
    }
}

/// The items of a list; none where there is no list.
pub(crate) fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub(crate) fn texts(list: &Value) -> Vec<&str> {
    items(list).iter().filter_map(Value::as_str).collect()
}

/// A text member; empty where it is absent.
pub(crate) fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_default()
}
