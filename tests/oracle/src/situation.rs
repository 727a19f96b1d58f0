//! A request beside its policy, and what layer 2 finds of its target.

use crate::time;
use crate::tree::{by_id, path, text};
use serde_json::Value;

/// A request of the right shape, with the policy that it is asked of.
pub(crate) struct Situation<'a> {
    pub(crate) policy: &'a Value,
    pub(crate) request: &'a Value,
    /// It is explained to somebody for whom what the catalogue doesn't approve isn't there.
    pub(crate) withholds: bool,
}

/// What a request is about, as far as the document holds it.
#[derive(Default)]
pub(crate) struct Found<'a> {
    /// The registered server; none at registration, connecting an integration or a virtual server.
    pub(crate) server: Option<&'a Value>,
    /// The catalogue entry, where the source is an integration.
    pub(crate) integration: Option<&'a Value>,
    /// The source is custom.
    pub(crate) custom: bool,
    /// The address in question: the server's, the registration's, or a redirect's in its place (O-4).
    pub(crate) address: Option<&'a str>,
    /// The tool's own name on the server.
    pub(crate) tool: Option<&'a str>,
    /// Reached through a virtual server.
    pub(crate) through_virtual: bool,
}

impl<'a> Situation<'a> {
    pub(crate) fn action(&self) -> &'a str {
        text(self.request, "action")
    }

    pub(crate) fn target(&self) -> &'a Value {
        &self.request["target"]
    }

    pub(crate) fn context(&self) -> &'a Value {
        &self.request["context"]
    }

    /// The caller; none where the host acts for itself.
    pub(crate) fn caller(&self) -> Option<&'a Value> {
        let caller = &self.request["caller"];
        caller.is_object().then_some(caller)
    }

    /// The caller's record in the document.
    pub(crate) fn user(&self) -> Option<&'a Value> {
        self.caller().and_then(|caller| by_id(&self.policy["users"], text(caller, "user")))
    }

    pub(crate) fn now(&self) -> i64 {
        time::millis(text(self.context(), "now")).unwrap_or(i64::MAX)
    }

    pub(crate) fn is_registration(&self) -> bool {
        self.action() == "server.register"
    }

    /// L-8: scope policy is read on the path of the caller's workspace; without a caller, on the server's own.
    pub(crate) fn path(&self) -> Vec<&'a Value> {
        match self.caller() {
            Some(caller) => path(self.policy, text(caller, "workspace")),
            None => by_id(&self.policy["servers"], text(self.target(), "server"))
                .map(|server| path(self.policy, text(server, "scope")))
                .unwrap_or_default(),
        }
    }
}
