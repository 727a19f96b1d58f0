//! Layer 9: whether the tool may be used (K-3, K-5, K-6, K-9, I-5, I-6).

use std::ops::ControlFlow;

use super::super::eval::{Basis, Case, Causes, Found, FoundTool, Ground, Verdict};
use super::super::reason::Reason;
use crate::document::Label;
use crate::policy::{Hear, Mask, ScopePolicy, Setting, Value};

/// Known, approved, enabled, unchanged, and under no floor that denies.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let Some(tool) = found.tool else {
        return Reason::UnknownTool.into();
    };
    let observed = found.attests.observed.map(|tools| tools.digest(case.snapshot, &tool));
    if observed == Some(None) {
        return Reason::UnknownTool.into();
    }
    // I-5: by the catalogue entry.
    let approved = match found.integration {
        Some(_) => tool.in_catalog.is_some_and(|entry| entry.approved),
        None => is_approved_where_it_is(case, found, &tool),
    };
    if !approved {
        return Verdict::platform(Reason::ToolNotApproved);
    }
    if !tool.tool.enabled {
        return Reason::ToolDisabled.into();
    }
    let changed = |accepted: &crate::digest::Digest| observed.flatten().is_some_and(|read| read != accepted);
    if tool.tool.accepted.as_ref().is_some_and(changed) {
        return Reason::ToolChanged.into();
    }
    if policy.may_floor(Value::Deny) { under_floor(&tool, policy) } else { Verdict::Pass }
}

#[inline(never)]
fn under_floor<'p>(tool: &FoundTool<'_>, policy: &ScopePolicy<'_>) -> Verdict<'p> {
    let held = held(label(tool, policy));
    let basis = Basis::Causes(Causes::Floors(held, Value::Deny));
    if is_floored(policy, held, Value::Deny) { Verdict::Deny(Ground { reason: Reason::ApprovalFloor, basis }) } else { Verdict::Pass }
}

/// I-6: a custom server at an integration's address is held to its tools by name.
fn is_approved_where_it_is(case: &Case<'_, '_>, found: &Found<'_>, tool: &FoundTool<'_>) -> bool {
    let Some(address) = found.address else {
        return true;
    };
    let (mut claimed, mut listed, mut off) = (false, false, false);
    address.each_claimant(case.snapshot, &mut |_, integration| {
        claimed = true;
        let entry = integration.tool(tool.tool.name, u16::MAX);
        listed |= entry.is_some();
        off |= entry.is_some_and(|entry| !entry.approved);
    });
    !claimed || (listed && !off)
}

/// A tool's label as it counts (K-6), and how far below the root the administrator's authority lies who made it `read`.
#[inline]
pub(crate) fn label(tool: &FoundTool<'_>, policy: &ScopePolicy<'_>) -> (Option<Label>, Option<u8>) {
    let catalog = tool.in_catalog.and_then(|entry| entry.label);
    let writes = |label: Option<Label>| label == Some(Label::Write);
    // Not `||`: which of them says so can't be foreseen, whether any does often can.
    if writes(catalog) | writes(tool.tool.label) | writes(tool.tool.hint) {
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

#[cfg(feature = "changes")]
impl Held {
    /// Whether floors of `read` hold it.
    pub(crate) fn by_read(self) -> bool {
        self.read
    }

    /// Whether any floor of `write` may hold it.
    pub(crate) fn by_write(self) -> bool {
        self.write_above > 0
    }
}

/// By label: an unlabelled tool by both, one that an administrator made `read` by higher floors of `write` too.
#[inline]
pub(crate) fn held(label: (Option<Label>, Option<u8>)) -> Held {
    match label {
        (Some(Label::Write), _) => Held { read: false, write_above: u8::MAX },
        (None, _) => Held { read: true, write_above: u8::MAX },
        (Some(Label::Read), by) => Held { read: true, write_above: by.unwrap_or(0) },
    }
}

/// Tells of every floor of one strictness that holds a tool.
pub(crate) fn floors(policy: &ScopePolicy<'_>, held: Held, value: Value, hear: Hear<'_>) -> ControlFlow<()> {
    if held.read {
        policy.floors(Setting::FloorRead, value, hear)?;
    }
    policy.floors(Setting::FloorWrite, value, &mut |cause| {
        if cause.authority_depth < held.write_above { hear(cause) } else { ControlFlow::Continue(()) }
    })
}

/// Whether any does. Nothing is excepted from a floor (S-12), so that a bit of the mask tells.
#[inline]
pub(crate) fn is_floored(policy: &ScopePolicy<'_>, held: Held, value: Value) -> bool {
    let restricted = |setting| policy.may_restrict(Mask::of(setting, value));
    if held.read && restricted(Setting::FloorRead) {
        return true;
    }
    match held.write_above {
        0 => false,
        u8::MAX => restricted(Setting::FloorWrite),
        _ => restricted(Setting::FloorWrite) && floors(policy, held, value, &mut |_| ControlFlow::Break(())).is_break(),
    }
}
