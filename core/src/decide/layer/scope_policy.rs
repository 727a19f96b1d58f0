//! Layer 5: what the scopes on the path have turned off (S-1 to S-13, I-1, I-6, I-9, C-1 to C-7).

use super::super::eval::{Basis, Case, Causes, Found, Ground, Object, Verdict};
use super::super::reason::Reason;
use super::super::request::{Action, Visibility};
use crate::policy::{Cause, ScopePolicy, Setting};

/// Of all codes that deny, the one whose first cause comes first: highest authority, then the order of the codes.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let mut deciding: Option<Ground<'p>> = None;
    each(case, found, policy, &mut |ground| {
        if deciding.as_ref().is_none_or(|first| rank(&ground) < rank(first)) {
            deciding = Some(ground);
        }
    });
    deciding.map_or(Verdict::Pass, Verdict::Deny)
}

/// Every code that denies, in the order of the codes.
pub(crate) fn each<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>, hear: &mut impl FnMut(Ground<'p>)) {
    let mut hear = |ground: Option<Ground<'p>>| ground.into_iter().for_each(&mut *hear);
    hear(stopped(policy));
    if case.action == Action::VirtualServerConnect {
        return;
    }
    match found.integration {
        Some((integration, _)) => {
            let first = policy.first(|mut hear| policy.integration_offs(integration, &mut hear));
            hear(ground(Reason::IntegrationOff, first, Causes::Integration(integration)));
        }
        None => custom(case, found, policy, &mut hear),
    }
    if let Some((server, _)) = found.server {
        hear(offs(Reason::ServerOff, policy, Setting::Server(server)));
    }
}

/// What a custom server is held to, in the order of the codes (C-1 to C-3, C-7, I-6).
fn custom<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>, hear: &mut impl FnMut(Option<Ground<'p>>)) {
    if let Object::Registration { visibility, .. } = case.object {
        hear(offs(Reason::CustomCreationOff, policy, Setting::CustomCreation));
        if visibility == Visibility::Shared {
            hear(offs(Reason::CustomSharingOff, policy, Setting::CustomSharing));
        }
    } else {
        hear(offs(Reason::CustomUseOff, policy, Setting::CustomUse));
    }
    let Some(address) = found.address else { return };
    let mut approved = true;
    let first = policy.first(|mut hear| {
        case.snapshot.each_claimant(address, &mut |integration, entry| {
            approved &= entry.approved;
            policy.integration_offs(integration, &mut hear);
        });
    });
    if !approved {
        hear(Some(Ground { reason: Reason::OriginLocked, basis: Basis::Platform }));
    }
    hear(ground(Reason::OriginLocked, first, Causes::Address(address)));
}

/// The emergency stop (S-13), which needs no target.
pub(crate) fn stopped<'p>(policy: &ScopePolicy<'p>) -> Option<Ground<'p>> {
    offs(Reason::Stopped, policy, Setting::All)
}

fn offs<'p>(reason: Reason, policy: &ScopePolicy<'p>, setting: Setting) -> Option<Ground<'p>> {
    ground(reason, policy.first(|mut hear| policy.offs(setting, &mut hear)), Causes::Offs(setting))
}

fn ground<'p>(reason: Reason, first: Option<Cause>, all: Causes<'p>) -> Option<Ground<'p>> {
    first.map(|first| Ground { reason, basis: Basis::Causes(first, all) })
}

/// S-4: the platform's authority is above every scope's, then by depth; equal ones by the order of L-1, which is the numbers'.
fn rank(ground: &Ground<'_>) -> (Option<u8>, Reason) {
    match ground.basis {
        Basis::Causes(first, _) => (Some(first.authority_depth), ground.reason),
        Basis::None | Basis::Platform => (None, ground.reason),
    }
}
