//! Layer 7: whether the agent may use the server (K-2).

use super::super::eval::{Case, Found, Verdict};
use super::super::reason::Reason;

/// Every call names an agent, and the server names its agents.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>) -> Verdict<'p> {
    match (case.standing.agent, found.server) {
        (None, _) => Reason::AgentRequired.into(),
        (Some(agent), Some((_, server))) if !agent.is_some_and(|agent| server.agents.contains(agent)) => Reason::AgentNotAllowed.into(),
        _ => Verdict::Pass,
    }
}
