//! Layer 4, `catalog`: I-4, I-7; and which integrations an address belongs to (I-6).

use crate::address::{address, pattern};
use crate::situation::Found;
use crate::tree::items;
use crate::verdict::{Verdict, deny_by_platform};
use serde_json::Value;

/// Layer 4; nothing to say of what is custom.
pub(crate) fn layer(found: &Found<'_>) -> Verdict {
    let Some(integration) = found.integration else {
        return Verdict::Pass;
    };
    if integration["approved"] != true {
        return deny_by_platform("integration-not-approved");
    }
    let origins = patterns(integration);
    let held = match found.address {
        Some(text) => address(text).is_some_and(|address| origins.iter().any(|origin| origin.matches(&address))),
        // Connecting names no address yet, but one without origins can't be connected.
        None => !origins.is_empty(),
    };
    if held { Verdict::Pass } else { deny_by_platform("address-not-of-integration") }
}

/// I-6: the integrations whose address a custom server brought. What can't be read is no integration's.
pub(crate) fn owners_of_address<'a>(policy: &'a Value, found: &Found<'_>) -> Vec<&'a Value> {
    let address = found.address.filter(|_| found.custom).and_then(address);
    let Some(address) = address else {
        return Vec::new();
    };
    items(&policy["catalog"]).into_iter().filter(|integration| patterns(integration).iter().any(|origin| origin.covers(&address))).collect()
}

fn patterns(integration: &Value) -> Vec<crate::address::Pattern> {
    items(&integration["origins"]).into_iter().filter_map(Value::as_str).filter_map(pattern).collect()
}
