//! Layer 9: whether the tool may be used (K-3, K-5, K-6, K-9, I-5, I-6).

use super::super::eval::{Basis, Case, Causes, Found, FoundTool, Ground, Verdict};
use super::super::reason::Reason;
use crate::document::Label;
use crate::policy::{Cause, ScopePolicy, Setting, Value};

/// Known, approved, enabled, unchanged, and under no floor that denies.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let Some(tool) = found.tool() else {
        return Reason::UnknownTool.into();
    };
    let observed = case.facts.observed(case.snapshot, &tool);
    if observed == Some(None) {
        return Reason::UnknownTool.into();
    }
    if !is_approved(case, found, &tool) {
        return Verdict::platform(Reason::ToolNotApproved);
    }
    if !tool.tool.enabled {
        return Reason::ToolDisabled.into();
    }
    let changed = |accepted: &crate::digest::Digest| observed.flatten().is_some_and(|read| read != accepted);
    if tool.tool.accepted.as_deref().is_some_and(changed) {
        return Reason::ToolChanged.into();
    }
    let held = held(&tool, policy);
    match first_floor(policy, held, Value::Deny) {
        Some(first) => {
            let basis = Basis::Causes(first, Causes::Floors(held, Value::Deny));
            Verdict::Deny(Ground { reason: Reason::ApprovalFloor, basis })
        }
        None => Verdict::Pass,
    }
}

/// I-5: by the catalogue entry. I-6: a custom server at an integration's address is held to its tools by name.
fn is_approved(case: &Case<'_>, found: &Found<'_>, tool: &FoundTool<'_>) -> bool {
    if found.integration.is_some() {
        return tool.in_catalog().is_some_and(|entry| entry.approved);
    }
    let Some(address) = found.address else {
        return true;
    };
    let (mut claimed, mut listed, mut off) = (false, false, false);
    case.snapshot.each_claimant(address, &mut |_, integration| {
        claimed = true;
        let entry = integration.tool(tool.tool.name, u16::MAX);
        listed |= entry.is_some();
        off |= entry.is_some_and(|entry| !entry.approved);
    });
    !claimed || (listed && !off)
}

/// A tool's label as it counts (K-6), and how far below the root the administrator's authority lies who made it `read`.
pub(crate) fn label(tool: &FoundTool<'_>, policy: &ScopePolicy<'_>) -> (Option<Label>, Option<u8>) {
    let catalog = tool.in_catalog().and_then(|entry| entry.label);
    if [catalog, tool.tool.label, tool.tool.hint].contains(&Some(Label::Write)) {
        (Some(Label::Write), None)
    } else if catalog.is_some() {
        (catalog, None)
    } else if tool.tool.label.is_some() {
        (Some(Label::Read), policy.path().depth_of(tool.tool.label_authority.unwrap_or(tool.server.scope)))
    } else {
        (None, None)
    }
}

/// The floors that hold a tool (K-5, K-6).
#[derive(Clone, Copy)]
pub(crate) struct Held {
    read: bool,
    /// Those of `write` whose authority lies above this depth.
    write_above: u8,
}

/// By label: an unlabelled tool by both, one that an administrator made `read` by higher floors of `write` too.
pub(crate) fn held(tool: &FoundTool<'_>, policy: &ScopePolicy<'_>) -> Held {
    match label(tool, policy) {
        (Some(Label::Write), _) => Held { read: false, write_above: u8::MAX },
        (None, _) => Held { read: true, write_above: u8::MAX },
        (Some(Label::Read), by) => Held { read: true, write_above: by.unwrap_or(0) },
    }
}

/// Hears every floor of one strictness that holds a tool.
#[inline]
pub(crate) fn floors(policy: &ScopePolicy<'_>, held: Held, value: Value, hear: &mut impl FnMut(Cause)) {
    if held.read {
        policy.floors(Setting::FloorRead, value, hear);
    }
    policy.floors(Setting::FloorWrite, value, &mut |cause| {
        if cause.authority_depth < held.write_above {
            hear(cause);
        }
    });
}

/// The first of them (S-4).
pub(crate) fn first_floor(policy: &ScopePolicy<'_>, held: Held, value: Value) -> Option<Cause> {
    policy.first(|mut hear| floors(policy, held, value, &mut hear))
}
