//! How much there may be of what (contract 1, "Limits"): one table for the check and for the schema.

/// Bytes of an id.
pub(crate) const MAX_ID: usize = 128;
/// Bytes of a tool's name.
pub(crate) const MAX_TOOL_NAME: usize = 1024;
/// Bytes of a name, a label, a header's name or an annotation's key.
pub(crate) const MAX_NAME: usize = 1024;
/// Bytes of an address or pattern.
pub(crate) const MAX_ADDRESS: usize = 4096;
/// Bytes of any other text.
pub(crate) const MAX_TEXT: usize = 16_384;
/// Levels of the tree.
pub(crate) const MAX_LEVELS: usize = 8;
/// Agents.
pub(crate) const MAX_AGENTS: usize = 256;
/// Clients.
pub(crate) const MAX_CLIENTS: usize = 256;
/// Integrations.
pub(crate) const MAX_INTEGRATIONS: usize = 65_000;
/// Tools of a server, of an integration, and of a virtual server.
pub(crate) const MAX_TOOLS: usize = 4096;
/// Scopes.
pub(crate) const MAX_SCOPES: usize = 1_000_000;
/// Users.
pub(crate) const MAX_USERS: usize = 4_000_000;
/// Tokens of a user.
pub(crate) const MAX_TOKENS: usize = 256;
/// Servers.
pub(crate) const MAX_SERVERS: usize = 4_000_000;
/// Assignees of a server.
pub(crate) const MAX_ASSIGNEES: usize = 64;
