//! Layer 11: whether a person must confirm, and whether they did (K-4, K-5, K-7).

use super::super::eval::{Basis, Case, Causes, Found, FoundTool, Ground, Verdict};
use super::super::reason::Reason;
use super::super::request::{Action, Approval};
use super::tool;
use crate::document::{DefaultMode, Label, Mode, Text, Time};
use crate::policy::{ScopePolicy, Snapshot, Value};

/// The stricter of the tool's mode and the floors that hold it.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    // What isn't known was denied in layer 9.
    let Some(tool) = found.tool else {
        return Verdict::NotReached;
    };
    let label = tool::label(&tool, policy);
    if asks_by_itself(case.snapshot, tool.tool.mode, label.0) {
        return ask(case, &tool, Basis::None);
    }
    if policy.may_floor(Value::Ask) {
        let held = tool::held(label);
        if tool::is_floored(policy, held, Value::Ask) {
            return ask(case, &tool, Basis::Causes(Causes::Floors(held, Value::Ask)));
        }
    }
    Verdict::Pass
}

/// An ask that was confirmed is an allow; one that nobody can be asked is a denial (K-7).
#[inline]
fn ask<'p>(case: &Case<'_, 'p>, tool: &FoundTool<'p>, basis: Basis<'p>) -> Verdict<'p> {
    if case.action == Action::ToolCall
        && let Some(approval) = confirmed(case, tool)
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
#[inline(always)]
pub(crate) fn asks_by_itself(snapshot: &Snapshot, mode: Mode, label: Option<Label>) -> bool {
    let platform = &snapshot.platform;
    match (mode, label) {
        (Mode::Ask, _) => true,
        (Mode::Auto, _) => false,
        (Mode::Default, Some(Label::Read)) => platform.read == DefaultMode::Ask,
        (Mode::Default, Some(Label::Write)) => platform.write == DefaultMode::Ask,
        // The stricter of itself and write.
        (Mode::Default, None) => platform.unlabelled == DefaultMode::Ask || platform.write == DefaultMode::Ask,
    }
}

/// The approval, where it is of this very call and still good (K-7). The revision is recorded, not compared.
#[inline]
fn confirmed<'p>(case: &Case<'_, 'p>, found: &FoundTool<'p>) -> Option<&'p Approval<'p>> {
    let approval = case.invocation?.approval.as_ref()?;
    is_of_call(case, found, approval).then_some(approval)
}

#[inline(never)]
fn is_of_call<'p>(case: &Case<'_, 'p>, found: &FoundTool<'p>, approval: &'p Approval<'p>) -> bool {
    let wanted = of_call(case, found, approval.expires_at);
    wanted.is_some_and(|wanted| *approval == Approval { revision: approval.revision, ..wanted } && case.now < approval.expires_at)
}

/// The approval that this very call needs; none for a call without an id or without its arguments' digest.
pub(crate) fn of_call<'p>(case: &Case<'_, 'p>, found: &FoundTool<'p>, expires_at: Time) -> Option<Approval<'p>> {
    let snapshot = case.snapshot;
    let invocation = case.invocation?;
    // One that they named and that isn't there equals nothing.
    let agent = match case.standing.agent {
        Some(agent) => Some(Text::from(&*snapshot.agents.get(agent?)?.id)),
        None => None,
    };
    let space = match case.standing.space {
        Some(space) => Some(Text::from(&*snapshot.spaces.get(space?)?.id)),
        None => None,
    };
    Some(Approval {
        invocation: Text::from(invocation.id.as_deref()?),
        user: Text::from(&*snapshot.users.get(case.standing.user?)?.id),
        workspace: Text::from(&*snapshot.scopes.get(case.standing.path?.scope()?)?.id),
        agent,
        space,
        server: Text::from(&*found.server.id),
        tool: Text::from(snapshot.names.get(found.tool.name)?),
        definition: case
            .facts
            .of(found.server_slot, found.server)
            .observed
            .and_then(|tools| tools.digest(snapshot, found))
            .or(found.tool.accepted.as_ref())
            .copied(),
        arguments_digest: invocation.arguments_digest?,
        revision: snapshot.revision,
        expires_at,
    })
}
