//! Layer 11: whether a person must confirm, and whether they did (K-4, K-5, K-7).

use super::super::eval::{Basis, Case, Causes, Found, FoundTool, Ground, Verdict};
use super::super::reason::Reason;
use super::super::request::{Action, Approval};
use super::tool;
use crate::document::{DefaultMode, Label, Mode};
use crate::policy::{ScopePolicy, Snapshot, Value};

/// The stricter of the tool's mode and the floors that hold it; an ask that was confirmed is an allow.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    // What isn't known was denied in layer 9.
    let Some(tool) = found.tool() else {
        return Verdict::NotReached;
    };
    let basis = if asks_by_itself(case.snapshot, &tool, policy) {
        Basis::None
    } else {
        let held = tool::held(&tool, policy);
        match tool::first_floor(policy, held, Value::Ask) {
            Some(first) => Basis::Causes(first, Causes::Floors(held, Value::Ask)),
            None => return Verdict::Pass,
        }
    };
    if case.action == Action::ToolCall
        && let Some(approval) = confirmed(case, &tool)
    {
        return Verdict::Approved(approval);
    }
    if case.facts.can_ask() {
        Verdict::Ask(Ground { reason: Reason::ApprovalRequired, basis })
    } else {
        Verdict::Deny(Ground { reason: Reason::ApprovalUnavailable, basis })
    }
}

/// Whether the tool's own mode asks (K-4): an explicit one as it is, the default by label.
fn asks_by_itself(snapshot: &Snapshot, found: &FoundTool<'_>, policy: &ScopePolicy<'_>) -> bool {
    let platform = &snapshot.platform;
    match found.tool.mode {
        Mode::Ask => true,
        Mode::Auto => false,
        Mode::Default => match tool::label(found, policy).0 {
            Some(Label::Read) => platform.read == DefaultMode::Ask,
            Some(Label::Write) => platform.write == DefaultMode::Ask,
            // The stricter of itself and write.
            None => platform.unlabelled == DefaultMode::Ask || platform.write == DefaultMode::Ask,
        },
    }
}

/// The approval, where it is of this very call and still good (K-7).
fn confirmed<'p>(case: &Case<'p>, found: &FoundTool<'p>) -> Option<&'p Approval<'p>> {
    let snapshot = case.snapshot;
    let invocation = case.invocation?;
    let (id, arguments, approval) = (invocation.id.as_ref()?, invocation.arguments_digest?, invocation.approval.as_ref()?);
    let user = &snapshot.users.get(case.standing.user?)?.id;
    let workspace = &snapshot.scopes.get(case.standing.path?.scope()?)?.id;
    // One that they named and that isn't there equals nothing.
    let agent = match case.standing.agent {
        Some(agent) => Some(&*snapshot.agents.get(agent?)?.id),
        None => None,
    };
    let space = match case.standing.space {
        Some(space) => Some(&*snapshot.spaces.get(space?)?.id),
        None => None,
    };
    let definition = case.facts.observed(snapshot, found).flatten().or(found.tool.accepted.as_deref());
    let same = approval.invocation == *id
        && approval.arguments_digest == arguments
        && *approval.user == **user
        && *approval.workspace == **workspace
        && approval.agent.as_deref() == agent
        && approval.space.as_deref() == space
        && *approval.server == *found.server.id
        && Some(&*approval.tool) == snapshot.names.get(found.tool.name)
        && approval.definition.as_ref() == definition;
    (same && case.now < approval.expires_at).then_some(approval)
}
