//! What the laws know of an organisation by themselves, read off the document in the words of the rules.

use lockstep_policy::decide::{About, Request};
use serde_json::Value;

/// A document, asked slowly and plainly.
#[derive(Clone, Copy)]
pub struct Model<'d>(pub &'d Value);

impl<'d> Model<'d> {
    pub fn list(self, kind: &str) -> &'d [Value] {
        self.0[kind].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn record(self, kind: &str, id: &str) -> Option<&'d Value> {
        self.list(kind).iter().find(|record| record["id"] == id)
    }

    /// The path of a scope, itself first; empty where there is no such scope.
    pub fn path(self, scope: &str) -> Vec<&'d str> {
        let mut path = Vec::new();
        let mut next = self.record("scopes", scope);
        while let Some(scope) = next {
            path.extend(scope["id"].as_str());
            next = scope["parent"].as_str().and_then(|parent| self.record("scopes", parent));
        }
        path
    }

    /// Whether a scope's level has the role of workspaces.
    pub fn is_workspace(self, scope: &str) -> bool {
        let level = self.record("scopes", scope).map_or("", |scope| text(scope, "level"));
        match self.0.get("levels") {
            None => level == "workspace",
            Some(levels) => elements(levels).iter().any(|stated| stated["id"] == level && stated["role"] == "workspace"),
        }
    }

    pub fn root(self) -> &'d str {
        let root = self.list("scopes").iter().find(|scope| scope.get("parent").is_none());
        root.and_then(|root| root["id"].as_str()).unwrap_or_default()
    }

    /// Whether the first of two scopes lies strictly above the second.
    pub fn is_above(self, above: &str, below: &str) -> bool {
        above != below && self.path(below).contains(&above)
    }

    /// The server that a request comes to, the one underneath through a virtual server.
    pub fn server(self, about: &About<'_>) -> Option<&'d Value> {
        match about {
            About::Tool { server, .. } | About::Server { server, .. } => self.record("servers", server),
            About::VirtualTool { virtual_server, tool } => {
                let selected = elements(&self.record("virtualServers", virtual_server)?["tools"]);
                let selected = selected.iter().find(|selected| exposed(selected) == tool.as_str())?;
                self.record("servers", selected["server"].as_str()?)
            }
            _ => None,
        }
    }

    /// The path on which a request's scope policy is read (L-8).
    pub fn path_of(self, request: &Request<'_>) -> Vec<&'d str> {
        match (request.caller(), request.about()) {
            (Some(caller), _) => self.path(&caller.workspace),
            (None, Some(about)) => self.server(about).map_or(Vec::new(), |server| self.path(text(server, "scope"))),
            (None, None) => Vec::new(),
        }
    }

    /// C-7: whether sharing is off on a path.
    pub fn is_sharing_off(self, path: &[&str]) -> bool {
        path.iter().filter_map(|scope| self.record("scopes", scope)).any(|scope| {
            let unset = scope.get("parent").is_none() && scope["settings"]["custom"].get("sharing").is_none();
            unset || records(scope).any(|settings| settings["custom"]["sharing"] == "off" && !excepts(settings, "custom/sharing", path))
        })
    }

    /// L-8, C-7, C-8: whether a server is visible to a user who works at the end of a path.
    pub fn is_visible(self, server: &Value, user: &str, path: &[&str]) -> bool {
        let custom = server["source"]["kind"] == "custom";
        let private = server["visibility"] == "private" || custom && self.is_sharing_off(path);
        let scope = text(server, "scope");
        if private { server["owner"] == user && path.first() == Some(&scope) } else { path.contains(&scope) }
    }

    /// V-1, V-3: whether a virtual server is there for a user who works at the end of a path. A grant of who belongs below its
    /// scope isn't inert (V-7).
    pub fn is_published_for(self, virtual_server: &Value, user: &str, path: &[&str]) -> bool {
        let granted = elements(&virtual_server["access"]).iter().any(|entry| entry["user"] == user);
        virtual_server["state"] == "published" && path.contains(&text(virtual_server, "scope")) && granted
    }

    /// Whether a user administers a scope, itself or through one above.
    pub fn administers(self, user: &str, scope: &str) -> bool {
        let path = self.path(scope);
        let user = self.record("users", user);
        user.is_some_and(|user| elements(&user["administers"]).iter().filter_map(Value::as_str).any(|place| path.contains(&place)))
    }
}

/// The settings that are stored at a scope, whoever wrote them.
fn records(scope: &Value) -> impl Iterator<Item = &Value> {
    scope.get("settings").into_iter().chain(scope["imposed"].as_object().into_iter().flat_map(|imposed| imposed.values()))
}

/// S-12: whether an `off` of a record doesn't count on a path.
fn excepts(settings: &Value, setting: &str, path: &[&str]) -> bool {
    elements(&settings["except"][setting]).iter().filter_map(Value::as_str).any(|scope| path.contains(&scope))
}

/// V-8: the name that a selected tool is called by.
pub fn exposed(selected: &Value) -> &str {
    selected["as"].as_str().or_else(|| selected["tool"].as_str()).unwrap_or_default()
}

/// The elements of a list; none where there is none.
pub fn elements(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

pub fn text<'v>(record: &'v Value, key: &str) -> &'v str {
    record[key].as_str().unwrap_or_default()
}
