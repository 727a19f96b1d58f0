//! Layer 5, `scope-policy`: what scopes have turned off on the path.

use crate::catalog::owners_of_address;
use crate::cause::{Cause, in_order, in_order_of_codes, locked};
use crate::settings::{integration_offs, offs, sharing_offs};
use crate::situation::{Found, Situation};
use crate::tree::{rank, text};
use crate::verdict::{Finding, Verdict};

/// Layer 5. Of all codes that deny, the one whose first cause comes first: the highest authority, then L-1's order (S-4). Its lock
/// holds its own causes; the finding's causes are those of every code that denies.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    layer_of(situation, found, codes(situation, found))
}

/// The same of codes that somebody else gathered, in L-1's order.
pub(crate) fn layer_of(situation: &Situation<'_>, found: &Found<'_>, codes: Vec<(&'static str, Vec<Cause>)>) -> Verdict {
    let path = situation.path();
    let denying: Vec<(&'static str, Vec<Cause>)> =
        codes.into_iter().map(|(code, causes)| (code, in_order(&path, causes))).filter(|(_, causes)| !causes.is_empty()).collect();
    let every = in_order_of_codes(&path, denying.iter().flat_map(|(_, causes)| causes.clone()).collect());
    // I-6: an integration that isn't approved denies by the platform's authority, above every scope's.
    let deciding = if holds_one_not_approved(situation, found) {
        Some(Finding::by_platform("origin-locked"))
    } else {
        // Of equals `min_by_key` gives the first.
        denying
            .into_iter()
            .min_by_key(|(_, causes)| causes.first().map(|first| rank(&path, &first.authority)))
            .map(|(code, causes)| locked(situation.policy, code, causes))
    };
    deciding.map_or(Verdict::Pass, |finding| Verdict::Deny(Finding { causes: every, ..finding }))
}

/// `stopped` alone, which needs no target.
pub(crate) fn stopped(situation: &Situation<'_>) -> Verdict {
    let causes = in_order(&situation.path(), offs(&situation.path(), "all"));
    if causes.is_empty() { Verdict::Pass } else { Verdict::Deny(locked(situation.policy, "stopped", causes)) }
}

/// Whether a custom server's address is that of an integration that isn't approved (I-6).
fn holds_one_not_approved(situation: &Situation<'_>, found: &Found<'_>) -> bool {
    asks_more_than_stopped(situation)
        && owners_of_address(situation.policy, found).iter().any(|integration| integration["approved"] != true)
}

fn asks_more_than_stopped(situation: &Situation<'_>) -> bool {
    situation.action() != "virtual-server.connect"
}

/// Every code of this layer that the action asks, in L-1's order, with its causes.
pub(crate) fn codes(situation: &Situation<'_>, found: &Found<'_>) -> Vec<(&'static str, Vec<Cause>)> {
    let path = situation.path();
    let mut codes = vec![("stopped", offs(&path, "all"))];
    if !asks_more_than_stopped(situation) {
        return codes;
    }
    if let Some(integration) = found.integration {
        codes.push(("integration-off", integration_offs(&path, text(integration, "id"))));
    }
    if found.custom && !situation.is_registration() {
        codes.push(("custom-use-off", offs(&path, "custom/use")));
    }
    if found.custom && situation.is_registration() {
        codes.push(("custom-creation-off", offs(&path, "custom/creation")));
        if situation.target()["visibility"] == "shared" {
            codes.push(("custom-sharing-off", sharing_offs(&path)));
        }
    }
    let mut of_origins = Vec::new();
    for integration in owners_of_address(situation.policy, found) {
        of_origins.extend(integration_offs(&path, text(integration, "id")));
    }
    codes.push(("origin-locked", of_origins));
    if let Some(server) = found.server {
        codes.push(("server-off", offs(&path, &format!("server/{}", text(server, "id")))));
    }
    codes
}
