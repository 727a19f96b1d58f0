//! Layer 3, `origin`: O-1 to O-4.

use crate::address::{Address, address, host_is_refused, pattern};
use crate::situation::{Found, Situation};
use crate::tree::{holds, items};
use crate::verdict::{Verdict, deny_by_platform};
use serde_json::Value;

/// Layer 3.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(address) = found.address.and_then(address) else {
        return deny_by_platform("invalid-address");
    };
    let origins = &situation.policy["platform"]["origins"];
    let refused = host_is_refused(&address.host) && !names_host(&origins["allow"], &address);
    let outside = list_counts(situation, origins) && !is_allowed(&origins["allow"], &address);
    if refused || outside {
        return deny_by_platform("origin-not-allowed");
    }
    Verdict::Pass
}

/// O-2, O-4: at registration and for a redirect always, else where `enforce` says `use`.
fn list_counts(situation: &Situation<'_>, origins: &Value) -> bool {
    let redirect = situation.action() == "server.contact" && !situation.target()["address"].is_null();
    situation.is_registration() || redirect || holds(&origins["enforce"], "use")
}

/// O-1: no list is every https address.
fn is_allowed(list: &Value, address: &Address) -> bool {
    if list.is_null() {
        return address.scheme == "https";
    }
    patterns(list).iter().any(|pattern| pattern.matches(address))
}

fn names_host(list: &Value, address: &Address) -> bool {
    patterns(list).iter().any(|pattern| pattern.names_host(&address.host))
}

fn patterns(list: &Value) -> Vec<crate::address::Pattern> {
    items(list).into_iter().filter_map(Value::as_str).filter_map(pattern).collect()
}
