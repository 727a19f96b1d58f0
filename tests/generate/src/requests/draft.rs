//! A request before it is written, in a form that is easy to bend.

use crate::json::{Node, Record};
use crate::time;

/// Who calls.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) user: String,
    /// A token's id; none: the platform itself.
    pub(super) token: Option<String>,
    pub(super) workspace: String,
    pub(super) agent: Option<String>,
    pub(super) space: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A server's tool.
    Tool { server: String, tool: String },
    /// A virtual server's tool, by its exposed name.
    VirtualTool { virtual_server: String, tool: String },
    /// A server, or in its place the address of a redirect.
    Server { server: String, address: Option<String> },
    /// A server to be; without an integration a custom one.
    Registration { integration: Option<String>, address: String, shared: bool },
    /// An integration.
    Integration { integration: String },
    /// A virtual server.
    VirtualServer { virtual_server: String },
}

/// An approval that the host presents.
#[derive(Clone, Debug)]
pub(super) struct Approval {
    pub(super) invocation: String,
    pub(super) user: String,
    pub(super) workspace: String,
    pub(super) agent: Option<String>,
    pub(super) space: Option<String>,
    pub(super) server: String,
    pub(super) tool: String,
    pub(super) definition: Option<String>,
    pub(super) arguments: String,
    pub(super) revision: i64,
    pub(super) expires: i64,
}

/// One invocation.
#[derive(Clone, Debug, Default)]
pub(super) struct Invocation {
    pub(super) id: Option<String>,
    pub(super) arguments: Option<String>,
    pub(super) approval: Option<Approval>,
}

/// What the host attests.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub(super) now: i64,
    /// When the snapshot was confirmed, and its greatest age in seconds.
    pub(super) snapshot: Option<(Option<i64>, Option<i64>)>,
    pub(super) downstream: Vec<(String, &'static str)>,
    pub(super) observed: Vec<(String, Vec<(String, String)>)>,
    pub(super) can_ask: Option<bool>,
    pub(super) invocation: Option<Invocation>,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) action: String,
    pub(super) caller: Option<Caller>,
    pub(super) target: Target,
    pub(super) context: Context,
}

impl Draft {
    /// The request as JSON.
    pub(super) fn node(&self) -> Node {
        Record::new()
            .with("action", self.action.as_str())
            .maybe("caller", self.caller.as_ref().map(Caller::node))
            .with("target", self.target.node())
            .with("context", self.context.node())
            .into()
    }
}

impl Caller {
    /// The caller as JSON.
    pub(super) fn node(&self) -> Node {
        let credential = match &self.token {
            Some(token) => Record::new().with("kind", "token").with("token", token.as_str()),
            None => Record::new().with("kind", "platform"),
        };
        Record::new()
            .with("user", self.user.as_str())
            .with("credential", credential)
            .with("workspace", self.workspace.as_str())
            .maybe("agent", self.agent.as_deref())
            .maybe("space", self.space.as_deref())
            .into()
    }
}

impl Target {
    fn node(&self) -> Node {
        match self {
            Self::Tool { server, tool } => Record::new().with("kind", "tool").with("server", server.as_str()).with("tool", tool.as_str()),
            Self::VirtualTool { virtual_server, tool } => {
                Record::new().with("kind", "virtual-tool").with("virtualServer", virtual_server.as_str()).with("tool", tool.as_str())
            }
            Self::Server { server, address } => {
                Record::new().with("kind", "server").with("server", server.as_str()).maybe("address", address.as_deref())
            }
            Self::Registration { integration, address, shared } => {
                let source = match integration {
                    Some(integration) => Record::new().with("kind", "integration").with("integration", integration.as_str()),
                    None => Record::new().with("kind", "custom"),
                };
                Record::new()
                    .with("kind", "registration")
                    .with("source", source)
                    .with("address", address.as_str())
                    .with("visibility", if *shared { "shared" } else { "private" })
            }
            Self::Integration { integration } => Record::new().with("kind", "integration").with("integration", integration.as_str()),
            Self::VirtualServer { virtual_server } => {
                Record::new().with("kind", "virtual-server").with("virtualServer", virtual_server.as_str())
            }
        }
        .into()
    }
}

impl Context {
    /// The context as JSON.
    pub(super) fn node(&self) -> Node {
        let mut record = Record::new().with("now", time::text(self.now));
        if let Some((confirmed, age)) = self.snapshot {
            let snapshot = Record::new().maybe("confirmedAt", confirmed.map(time::text)).maybe("maxAgeSeconds", age);
            record.put("snapshot", snapshot);
        }
        if !self.downstream.is_empty() {
            let mut downstream = Record::new();
            for (server, state) in &self.downstream {
                downstream.put(server.clone(), *state);
            }
            record.put("downstream", downstream);
        }
        if !self.observed.is_empty() {
            let mut observed = Record::new();
            for (server, tools) in &self.observed {
                let mut digests = Record::new();
                for (tool, digest) in tools {
                    digests.put(tool.clone(), digest.as_str());
                }
                observed.put(server.clone(), digests);
            }
            record.put("observed", observed);
        }
        record.maybe("canAsk", self.can_ask).maybe("invocation", self.invocation.as_ref().map(Invocation::node)).into()
    }
}

impl Invocation {
    fn node(&self) -> Node {
        Record::new()
            .maybe("id", self.id.as_deref())
            .maybe("argumentsDigest", self.arguments.as_deref())
            .maybe("approval", self.approval.as_ref().map(Approval::node))
            .into()
    }
}

impl Approval {
    fn node(&self) -> Node {
        Record::new()
            .with("invocation", self.invocation.as_str())
            .with("user", self.user.as_str())
            .with("workspace", self.workspace.as_str())
            .maybe("agent", self.agent.as_deref())
            .maybe("space", self.space.as_deref())
            .with("server", self.server.as_str())
            .with("tool", self.tool.as_str())
            .maybe("definition", self.definition.as_deref())
            .with("argumentsDigest", self.arguments.as_str())
            .with("revision", self.revision)
            .with("expiresAt", time::text(self.expires))
            .into()
    }
}
