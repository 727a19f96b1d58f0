//! Layer 5: what the scopes on the path have turned off (S-1 to S-13, I-1, I-6, I-9, C-1 to C-7).

use std::ops::ControlFlow;

use super::super::eval::{Basis, Case, Causes, Found, Ground, Object, Verdict};
use super::super::reason::Reason;
use super::super::request::{Action, Visibility};
use crate::policy::{Hear, Mask, ScopePolicy, Setting, Value, Whereabouts};

/// Mostly one look at a mask tells that nothing is off.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    if may_deny(case, found, policy) { first(case, found, policy) } else { Verdict::Pass }
}

/// Whether anything that is asked here may be off.
#[inline(always)]
fn may_deny<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> bool {
    let off = |setting| Mask::of(setting, Value::Off);
    let mut asked = off(Setting::All);
    match found.integration {
        Some((integration, _)) => asked = asked.with(off(Setting::Integration(integration))).with(off(Setting::NewIntegrations)),
        None if matches!(case.object, Object::Registration { .. }) => {
            asked = asked.with(off(Setting::CustomCreation)).with(off(Setting::CustomSharing));
        }
        None => asked = asked.with(off(Setting::CustomUse)),
    }
    if let Some((server, _)) = found.server {
        asked = asked.with(off(Setting::Server(server)));
    }
    let claimed = || found.integration.is_none() && found.address.is_some_and(|address| address.is_claimed(case.snapshot));
    policy.may_restrict(asked) || claimed()
}

/// Of all codes that deny, the one whose first cause comes first: highest authority, then the order of the codes.
#[inline(never)]
fn first<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let mut deciding: Option<(Rank, Ground<'p>)> = None;
    each(case, found, policy, &mut |rank, ground| {
        if deciding.as_ref().is_none_or(|(first, of)| (rank, ground.reason) < (*first, of.reason)) {
            deciding = Some((rank, ground));
        }
    });
    deciding.map_or(Verdict::Pass, |(_, ground)| Verdict::Deny(ground))
}

/// How far below the root the highest authority of a code lies; none, the platform's, is above every scope's (S-4).
type Rank = Option<u8>;

/// Every code that denies, in the order of the codes.
pub(crate) fn each<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>, hear: &mut impl FnMut(Rank, Ground<'p>)) {
    let off = |reason, setting, hear: &mut _| self::off(policy, reason, setting, hear);
    off(Reason::Stopped, Setting::All, hear);
    if case.action == Action::VirtualServerConnect {
        return;
    }
    if let Some((integration, _)) = found.integration {
        let depth = highest(|hear| policy.integration_offs(integration, hear));
        deny(Reason::IntegrationOff, depth, Causes::Integration(integration), hear);
    } else {
        // C-1 to C-3, C-7: creation and sharing are asked at registration alone.
        if let Object::Registration { visibility, .. } = case.object {
            off(Reason::CustomCreationOff, Setting::CustomCreation, hear);
            if visibility == Visibility::Shared {
                off(Reason::CustomSharingOff, Setting::CustomSharing, hear);
            }
        } else {
            off(Reason::CustomUseOff, Setting::CustomUse, hear);
        }
        if let Some(address) = found.address {
            origin_locked(case, address, policy, hear);
        }
    }
    if let Some((server, _)) = found.server {
        off(Reason::ServerOff, Setting::Server(server), hear);
    }
}

/// Tells of a code that denies where a setting is off.
pub(crate) fn off<'p>(policy: &ScopePolicy<'p>, reason: Reason, setting: Setting, hear: &mut impl FnMut(Rank, Ground<'p>)) {
    deny(reason, highest(|hear| policy.offs(setting, hear)), Causes::Offs(setting), hear);
}

/// Tells of a code that denies, where it has a cause.
fn deny<'p>(reason: Reason, depth: Option<u8>, causes: Causes<'p>, hear: &mut impl FnMut(Rank, Ground<'p>)) {
    if depth.is_some() {
        hear(depth, Ground { reason, basis: Basis::Causes(causes) });
    }
}

/// I-6: every integration that a custom address belongs to counts; one that isn't approved is the platform's to lift.
fn origin_locked<'p>(case: &Case<'_, 'p>, address: Whereabouts<'p>, policy: &ScopePolicy<'p>, hear: &mut impl FnMut(Rank, Ground<'p>)) {
    let mut approved = true;
    let mut depth: Option<u8> = None;
    address.each_claimant(case.snapshot, &mut |integration, entry| {
        approved &= entry.approved;
        depth = highest(|hear| policy.integration_offs(integration, hear)).into_iter().chain(depth).min();
    });
    if !approved {
        hear(None, Ground { reason: Reason::OriginLocked, basis: Basis::Platform });
    }
    deny(Reason::OriginLocked, depth, Causes::Address(address), hear);
}

/// How far below the root the highest authority lies of all causes that `each` tells of.
fn highest(each: impl FnOnce(Hear<'_>) -> ControlFlow<()>) -> Option<u8> {
    let mut highest: Option<u8> = None;
    let _ = each(&mut |cause| {
        highest = Some(highest.map_or(cause.authority_depth, |known| known.min(cause.authority_depth)));
        ControlFlow::Continue(())
    });
    highest
}

/// The emergency stop (S-13), which needs no target.
pub(crate) fn stopped<'p>(policy: &ScopePolicy<'p>) -> Option<Ground<'p>> {
    let off = policy.is_off(Setting::All);
    off.then_some(Ground { reason: Reason::Stopped, basis: Basis::Causes(Causes::Offs(Setting::All)) })
}
