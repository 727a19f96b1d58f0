//! What a server's tools are, and what calls of them come to (K-3 to K-6, K-9, P-V9).

use super::look::{Look, Outcomes};
use crate::decide::{Basis, Causes, Cites, Packed, approval, tool};
use crate::document::Label;
use crate::policy::{Cause, ScopePolicy, Snapshot, Value};

/// How a call is met, before anybody confirms it: the stricter of the tool's mode and the floors that hold it (K-5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Met {
    Auto,
    Ask,
    Deny,
}

impl Met {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// A tool on a path.
pub(super) struct Seen<'s> {
    pub(super) name: &'s str,
    pub(super) tool: &'s crate::policy::Tool,
    /// The label that counts (K-6).
    pub(super) label: Option<Label>,
    pub(super) sensitive: bool,
    /// What the mode alone comes to.
    pub(super) by_itself: Met,
    /// The strictest floor that holds it, and all of that strictness.
    pub(super) floor: Option<(Met, Vec<Cause>)>,
    pub(super) outcome: Packed,
}

impl Seen<'_> {
    /// What its mode and the floors come to.
    pub(super) fn effective(&self) -> Met {
        self.floor.as_ref().map_or(self.by_itself, |(floor, _)| self.by_itself.max(*floor))
    }

    /// Whether the floor is stricter than its mode (K-5).
    pub(super) fn is_overruled(&self) -> bool {
        self.floor.as_ref().is_some_and(|(floor, _)| self.by_itself < *floor)
    }
}

/// A server's tools, by name.
pub(super) fn tools<'s>(snapshot: &'s Snapshot, look: &Look<'s>, places: usize) -> Vec<Seen<'s>> {
    let mut outcomes = look.outcomes();
    let places = (0..places).filter_map(|place| u16::try_from(place).ok());
    let mut tools: Vec<Seen<'s>> = places.filter_map(|place| seen(snapshot, look.policy(), &mut outcomes, place)).collect();
    tools.sort_by_key(|tool| tool.name);
    tools
}

/// The tool at a place of the server's list, where there is one.
pub(super) fn seen<'s>(snapshot: &'s Snapshot, policy: &ScopePolicy<'s>, outcomes: &mut Outcomes<'_, 's>, place: u16) -> Option<Seen<'s>> {
    let found = outcomes.tool(Some(place))?;
    let label = tool::label(&found, policy);
    Some(Seen {
        name: snapshot.names.get(found.tool.name)?,
        tool: found.tool,
        label: label.0,
        sensitive: found.in_catalog.is_some_and(|entry| entry.sensitive),
        by_itself: if approval::asks_by_itself(snapshot, found.tool.mode, label.0) { Met::Ask } else { Met::Auto },
        floor: floor(snapshot, policy, label),
        outcome: outcomes.of(Some(place)),
    })
}

/// The strictest floor that holds a tool of this label.
fn floor(snapshot: &Snapshot, policy: &ScopePolicy<'_>, label: (Option<Label>, Option<u8>)) -> Option<(Met, Vec<Cause>)> {
    let held = tool::held(label);
    let strictest =
        [(Value::Deny, Met::Deny), (Value::Ask, Met::Ask)].into_iter().find(|(value, _)| tool::is_floored(policy, held, *value));
    let (value, met) = strictest?;
    let cites = Cites { snapshot, policy: *policy, basis: Basis::Causes(Causes::Floors(held, value)) };
    Some((met, cites.all()))
}
