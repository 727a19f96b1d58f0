//! Tools: enabling, modes, labels, and what servers list (K-3, K-4, K-6, K-9, P-13, P-14).

use super::super::judge::Judge;
use super::super::refusal::Refusal;
use super::super::{AcceptTool, ListedTool, Nullable, RefreshTools, SetTool};
use super::{Of, Right, righted};
use crate::decide::{Action, Case, Facts, FactsOf, Object, Outcome, Reason};
use crate::document::{Mode, Visibility};
use crate::policy::{Slot, Snapshot, Tool};

pub(in super::super) fn set_tool(judge: &mut Judge<'_>, change: &SetTool<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let names_other = change.enabled.is_some() || change.approval.is_some();
    // Labels are administrators' alone.
    let right = if names_other || change.label.is_none() { righted(of.owner_or_delegates())? } else { Right::Administrator };
    if change.label.is_some() || change.r#as.is_some() {
        righted(of.administrator())?;
    }
    let authority = match of.administrator() {
        Some(_) => Some(of.who.authority(of.server.scope, change.r#as.as_deref())?),
        None => None,
    };
    let place = of.tool(&change.tool)?;
    let scope = of.server.scope;
    if let (Some(_), Some(Some(tool))) = (&change.label, of.server.tools.get(place))
        && tool.label.is_some()
    {
        let standing = of.path().and_then(|path| path.depth_of(tool.label_authority.unwrap_or(scope)));
        // None administers nothing there, and comes last.
        if of.who.highest(scope).is_none_or(|highest| Some(highest) > standing) {
            return Err(Reason::Locked.into());
        }
    }
    of.open(right)?;
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| {
        let Some(Some(tool)) = server.tools.get_mut(place) else { return };
        tool.enabled = change.enabled.unwrap_or(tool.enabled);
        tool.mode = change.approval.unwrap_or(tool.mode);
        match change.label {
            Some(Nullable::Set(label)) => {
                tool.label = Some(label);
                tool.label_authority = authority.filter(|authority| *authority != scope);
            }
            Some(Nullable::Unset) => (tool.label, tool.label_authority) = (None, None),
            None => {}
        }
    });
    Ok(())
}

impl Of<'_> {
    /// The place of a tool.
    fn tool(self, name: &str) -> Result<usize, Reason> {
        self.server.tool_named(self.who.snapshot, name).map(usize::from).ok_or(Reason::UnknownTool)
    }

    /// Whether the host may be in contact with it (K-9).
    fn contact(self, judge: &Judge<'_>) -> Result<(), Refusal> {
        let snapshot = self.who.snapshot;
        let standing = snapshot.host_standing(Some(self.server));
        let facts = Facts::default();
        let case = Case {
            snapshot,
            action: Action::ServerContact,
            now: judge.asked.now,
            stale: false,
            standing: &standing,
            object: Object::Server(Some(self.slot), None),
            facts: FactsOf::Named(&facts, None),
            invocation: None,
            withholds: false,
        };
        let decision = case.decide();
        if decision.outcome() == Outcome::Deny {
            return Err(Refusal::locked(decision.reason(), snapshot, &decision.causes()));
        }
        Ok(())
    }
}

pub(in super::super) fn refresh_tools(judge: &mut Judge<'_>, change: &RefreshTools<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    if !of.who.is_host() {
        righted(of.owner_or_delegates())?;
    }
    of.contact(judge)?;
    let is_new = |tool: &&ListedTool<'_>| of.tool(&tool.name).is_err();
    let new: Vec<&ListedTool<'_>> = change.tools.iter().filter(is_new).collect();
    let (slot, visibility, integration) = (of.slot, of.server.visibility, of.server.integration);
    let next = &mut judge.draft.next;
    let mut entered = Vec::with_capacity(new.len());
    for tool in new {
        use crate::policy::compile::NameSlots;
        let name = next.names.slot_of(&tool.name).ok_or(Reason::TooLarge)?;
        let (enabled, mode) = match visibility {
            Visibility::Shared => (false, Mode::Default),
            Visibility::Private => (true, Mode::Ask),
        };
        let in_catalog = integration.and_then(|integration| next.place_in_catalog(integration, name)).unwrap_or(u16::MAX);
        entered.push(Tool {
            name,
            label_authority: None,
            accepted: Some(tool.digest),
            in_catalog,
            enabled,
            mode,
            label: None,
            hint: tool.hint,
        });
    }
    judge.draft.edit_server(slot, |server| {
        server.tool_names = server.tool_names.iter().copied().chain(entered.iter().map(|tool| Some(tool.name))).collect();
        server.tools = server.tools.iter().cloned().chain(entered.into_iter().map(Some)).collect();
    });
    Ok(())
}

impl Snapshot {
    /// Where the catalogue has a tool of an integration.
    fn place_in_catalog(&self, integration: Slot<crate::policy::Integration>, name: Slot<str>) -> Option<u16> {
        let tools = &self.integrations.get(integration)?.tools;
        u16::try_from(tools.binary_search_by_key(&name, |tool| tool.name).ok()?).ok()
    }
}

pub(in super::super) fn accept_tool(judge: &mut Judge<'_>, change: &AcceptTool<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let right = righted(of.owner_or_delegates())?;
    let place = of.tool(&change.tool)?;
    of.open(right)?;
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| {
        if let Some(Some(tool)) = server.tools.get_mut(place) {
            (tool.accepted, tool.hint) = (Some(change.digest), change.hint);
        }
    });
    Ok(())
}
