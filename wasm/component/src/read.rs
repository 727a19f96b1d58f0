//! From the contract's records to the core's.

use lockstep_policy::Target;
use lockstep_policy::decide::{Approval, Call, Claim, Credential, DownstreamState, Facts, Invocation, Key, Of, ToolName, Tools};
use lockstep_policy::digest::Digest;
use lockstep_policy::document::{Text, Time};

use crate::bindings::wit;
use crate::write;

/// A host's text that outlives the call, as the core's.
fn text(text: &str) -> Text<'_> {
    Text::from(text)
}

fn key(text: &str) -> Key<'_> {
    Key::from(text)
}

pub(crate) fn claim(claim: &wit::Claim) -> Claim<'_> {
    Claim {
        user: key(&claim.user),
        credential: match &claim.credential {
            wit::Credential::Platform => Credential::Platform,
            wit::Credential::Token(token) => Credential::Token(key(token)),
        },
        workspace: key(&claim.workspace),
        agent: claim.agent.as_deref().map(key),
        space: claim.space.as_deref().map(key),
    }
}

/// A digest that can't be read can't be left out: its tool would count as one that the server doesn't have.
pub(crate) fn facts(facts: &wit::Facts) -> Result<Facts<'_>, wit::Error> {
    let downstream = facts.downstream.iter().map(|(server, state)| (text(server), state_of(*state)));
    let observed = facts.observed.iter().map(|(server, definitions)| Ok((text(server), tools(definitions)?)));
    let observed = observed.collect::<Result<Vec<_>, wit::Error>>()?;
    Ok(Facts::new(downstream, observed, facts.can_ask))
}

fn tools(definitions: &[wit::Definition]) -> Result<Tools<'_>, wit::Error> {
    definitions.iter().map(observed).collect()
}

fn observed(definition: &wit::Definition) -> Result<(Text<'_>, Digest), wit::Error> {
    let wit::Definition { tool, digest } = definition;
    match Digest::parse(digest) {
        Some(digest) => Ok((text(tool), digest)),
        None => Err(write::error("invalid-digest", format_args!("`{digest}` is no digest"), "pass what `definition-digest` gives")),
    }
}

fn state_of(state: wit::AuthorizationState) -> DownstreamState {
    match state {
        wit::AuthorizationState::Error => DownstreamState::Error,
        wit::AuthorizationState::Expired => DownstreamState::Expired,
        wit::AuthorizationState::Pending => DownstreamState::Pending,
        wit::AuthorizationState::Ready => DownstreamState::Ready,
    }
}

pub(crate) fn call(call: &wit::Call) -> Call<'_> {
    match call {
        wit::Call::Tool(name) => ToolName::Direct { server: &name.server, tool: &name.tool }.into(),
        wit::Call::VirtualTool(name) => ToolName::Virtual { virtual_server: &name.virtual_server, tool: &name.tool }.into(),
        wit::Call::Target(target) => Target::from_integer(*target).into(),
    }
}

/// What isn't a digest matches nothing (K-7), and so does an approval with one in it: left out, a `definition` would match
/// a tool that has none.
pub(crate) fn invocation(invocation: &wit::Invocation) -> Invocation<'_> {
    Invocation {
        id: invocation.id.as_deref().map(text),
        arguments_digest: invocation.arguments_digest.as_deref().and_then(Digest::parse),
        approval: invocation.approval.as_ref().and_then(approval),
    }
}

fn approval(approval: &wit::Approval) -> Option<Approval<'_>> {
    let definition = match &approval.definition {
        Some(definition) => Some(Digest::parse(definition)?),
        None => None,
    };
    Some(Approval {
        invocation: text(&approval.invocation),
        user: text(&approval.user),
        workspace: text(&approval.workspace),
        agent: approval.agent.as_deref().map(text),
        space: approval.space.as_deref().map(text),
        server: text(&approval.server),
        tool: text(&approval.tool),
        definition,
        arguments_digest: Digest::parse(&approval.arguments_digest)?,
        revision: approval.revision,
        expires_at: Time(approval.expires_at),
    })
}

pub(crate) fn list_of(of: &wit::ListOf) -> Of<'_> {
    match of {
        wit::ListOf::All => Of::All,
        wit::ListOf::Server(id) => Of::Server(key(id)),
        wit::ListOf::VirtualServer(id) => Of::VirtualServer(key(id)),
    }
}
