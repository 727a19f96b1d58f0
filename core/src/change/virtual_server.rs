//! Virtual servers (V-1 to V-8, P-14).

use super::judge::{Asked, Judge};
use super::refusal::Refusal;
use super::who::Who;
use super::{CreateVirtualServer, DeleteVirtualServer, EditVirtualServer, Grant, Nullable, SetVirtualState, SetVirtualTools, Ungrant};
use crate::decide::Reason;
use crate::digest::Digest;
use crate::document::json::Writer;
use crate::document::shape::Shape;
use crate::document::{self, Selected, State, Switch, Visibility};
use crate::policy::{Entry, Name, Scope, Selected as Packaged, Server, Slot, Snapshot, Sorted, VirtualServer, compile, export};

/// A virtual server that the actor knows and may change.
fn managed(judge: &Judge<'_>, id: &str) -> Result<Slot<VirtualServer>, Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let (slot, server) = who.virtual_server(id)?;
    if who.manages(server) { Ok(slot) } else { Err(Reason::NotAdministrator.into()) }
}

pub(super) fn create(judge: &mut Judge<'_>, change: &CreateVirtualServer<'_>) -> Result<(), Refusal> {
    let new = &change.virtual_server;
    let asked = judge.asked;
    let who = asked.who(&judge.draft.next)?;
    let scope = who.scope(&new.scope)?;
    if !who.administers(scope) {
        return Err(Reason::NotAdministrator.into());
    }
    for selected in new.tools.iter() {
        who.server(&selected.server)?;
    }
    if who.snapshot.virtual_servers.slot(&*new.id).is_some() {
        return Err(Reason::IdUsed.into());
    }
    may_be_selected(who, scope, &[], &new.tools)?;
    names_differ(&new.tools)?;
    let manage = |user| Entry { user, grant: document::Grant::Manage, notes: Default::default() };
    let server = VirtualServer {
        id: Name::from(&*new.id),
        scope,
        state: new.state,
        is_named_alone: false,
        exposed_names: Box::default(),
        tools: Box::default(),
        access: who.user.map(|(slot, _)| manage(slot)).into_iter().collect(),
        name: Name::from(&*new.name),
        description: new.description.as_ref().map(|text| Name::from(&**text)),
        oauth_provider: new.oauth_provider.as_ref().map(|text| Name::from(&**text)),
        published: None,
        token_holders: Sorted::default(),
        notes: compile::notes(new.annotations.clone()),
    };
    let mut server = server.selecting(&new.tools, &mut judge.draft.next).ok_or(Reason::UnknownServer)?;
    if new.state == State::Published {
        server.published = Some(published(asked, &judge.draft.next, &server));
    }
    let slot = judge.draft.next.add_virtual_server(server).ok_or(Reason::TooLarge)?;
    judge.draft.touched.virtual_servers.push(slot);
    Ok(())
}

pub(super) fn edit(judge: &mut Judge<'_>, change: &EditVirtualServer<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    judge.draft.edit_virtual_server(slot, |server| {
        if let Some(name) = &change.name {
            server.name = Name::from(&**name);
        }
        if let Some(description) = &change.description {
            server.description = Some(Name::from(&**description));
        }
        match &change.oauth_provider {
            Some(Nullable::Set(provider)) => server.oauth_provider = Some(Name::from(&**provider)),
            Some(Nullable::Unset) => server.oauth_provider = None,
            None => {}
        }
    });
    Ok(())
}

pub(super) fn set_tools(judge: &mut Judge<'_>, change: &SetVirtualTools<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    let who = judge.asked.who(&judge.draft.next)?;
    let server = who.snapshot.virtual_servers.get(slot).ok_or(Reason::UnknownVirtualServer)?;
    may_be_selected(who, server.scope, &server.tools, &change.tools)?;
    names_differ(&change.tools)?;
    let server = server.clone().selecting(&change.tools, &mut judge.draft.next).ok_or(Reason::UnknownServer)?;
    judge.draft.edit_virtual_server(slot, |edited| *edited = server);
    Ok(())
}

pub(super) fn set_state(judge: &mut Judge<'_>, change: &SetVirtualState<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    if judge.draft.is_trial {
        return Ok(());
    }
    let next = &judge.draft.next;
    let server = next.virtual_servers.get(slot).ok_or(Reason::UnknownVirtualServer)?;
    let becomes = change.state == State::Published && server.state != State::Published;
    let published = becomes.then(|| published(judge.asked, next, server));
    judge.draft.edit_virtual_server(slot, |server| {
        server.state = change.state;
        if published.is_some() {
            server.published = published;
        }
    });
    Ok(())
}

pub(super) fn grant(judge: &mut Judge<'_>, change: &Grant<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    let who = judge.asked.who(&judge.draft.next)?;
    let server = who.snapshot.virtual_servers.get(slot).ok_or(Reason::UnknownVirtualServer)?;
    let (user, record) = who.user_for(&change.user, server)?;
    if server.grants(user, change.grant) {
        return Ok(());
    }
    if !who.snapshot.is_in_reach(record, server.scope) {
        return Err(Reason::NotEligible.into());
    }
    judge.draft.edit_virtual_server(slot, |server| {
        let mut access = server.access.to_vec();
        let place = access.partition_point(|entry| (entry.user, entry.grant) < (user, change.grant));
        access.insert(place, Entry { user, grant: change.grant, notes: Default::default() });
        server.access = access.into();
    });
    Ok(())
}

pub(super) fn ungrant(judge: &mut Judge<'_>, change: &Ungrant<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    let who = judge.asked.who(&judge.draft.next)?;
    let server = who.snapshot.virtual_servers.get(slot).ok_or(Reason::UnknownVirtualServer)?;
    let (user, _) = who.user_for(&change.user, server)?;
    judge.draft.edit_virtual_server(slot, |server| {
        let stays = |entry: &&Entry| entry.user != user || entry.grant != change.grant;
        server.access = server.access.iter().filter(stays).cloned().collect();
    });
    Ok(())
}

/// The tokens that name it go along (P-15).
pub(super) fn delete(judge: &mut Judge<'_>, change: &DeleteVirtualServer<'_>) -> Result<(), Refusal> {
    let slot = managed(judge, &change.virtual_server)?;
    if judge.draft.is_trial {
        return Ok(());
    }
    let holders: Vec<_> =
        judge.draft.next.virtual_servers.get(slot).map(|server| server.token_holders.iter().collect()).unwrap_or_default();
    for holder in holders {
        judge.draft.edit_user(holder, |user| user.tokens.as_mut_vec().retain(|token| token.virtual_server != Some(slot)));
    }
    judge.draft.next.remove_virtual_server(slot);
    judge.draft.touched.virtual_servers.push(slot);
    Ok(())
}

/// What is newly selected: each question of all before the next (P-14).
fn may_be_selected(who: Who<'_>, scope: Slot<Scope>, before: &[Option<Packaged>], after: &[Selected<'_>]) -> Result<(), Reason> {
    let snapshot = who.snapshot;
    let is_old = |selected: &Selected<'_>| {
        let names = snapshot.servers.slot(&*selected.server).zip(snapshot.names.slot(&*selected.tool));
        names.is_some_and(|(server, tool)| before.iter().flatten().any(|old| old.server == server && old.tool == tool))
    };
    let new: Vec<&Selected<'_>> = after.iter().filter(|selected| !is_old(selected)).collect();
    let servers = new.iter().map(|selected| who.server(&selected.server).map(|(_, server)| server)).collect::<Result<Vec<_>, _>>()?;
    let all = || new.iter().copied().zip(servers.iter().copied());
    if !all().all(|(_, server)| snapshot.is_on_one_path(scope, server.scope)) {
        return Err(Reason::NotPackageable);
    }
    let tool = |selected: &Selected<'_>, server: &Server| {
        let place = server.tool_of(snapshot.names.slot(&*selected.tool)?)?;
        server.tools.get(usize::from(place))?.clone()
    };
    if !all().all(|(selected, server)| tool(selected, server).is_some()) {
        return Err(Reason::UnknownTool);
    }
    let packageable = |(selected, server): (&Selected<'_>, &Server)| {
        server.visibility == Visibility::Shared
            && server.integration.and_then(|slot| snapshot.integrations.get(slot)).is_some_and(|integration| integration.approved)
            && server.switch == Switch::On
            && server.disabled.is_empty()
            && tool(selected, server).is_some_and(|tool| tool.enabled)
    };
    if !all().all(packageable) {
        return Err(Reason::NotPackageable);
    }
    let approved = |(selected, server): (&Selected<'_>, &Server)| {
        let tool = tool(selected, server);
        let integration = server.integration.and_then(|slot| snapshot.integrations.get(slot));
        integration
            .zip(tool)
            .is_some_and(|(integration, tool)| integration.tool(tool.name, tool.in_catalog).is_some_and(|entry| entry.approved))
    };
    if !all().all(approved) {
        return Err(Reason::ToolNotApproved);
    }
    if all().any(|(_, server)| server.has_shared_credential() && server.waiver.is_none()) {
        return Err(Reason::SharedCredential);
    }
    Ok(())
}

/// V-8.
fn names_differ(tools: &[Selected<'_>]) -> Result<(), Reason> {
    let mut names: Vec<&str> = tools.iter().map(|selected| selected.r#as.as_ref().unwrap_or(&selected.tool).as_str()).collect();
    names.sort_unstable();
    if names.windows(2).all(|pair| pair.first() != pair.last()) { Ok(()) } else { Err(Reason::DuplicateName) }
}

impl VirtualServer {
    /// The same with these tools: an exposed name that it had keeps its place, for targets know it by that.
    pub(crate) fn selecting(mut self, tools: &[Selected<'_>], next: &mut Snapshot) -> Option<Self> {
        let mut places: Vec<Option<Packaged>> = vec![None; self.tools.len()];
        for selected in tools {
            let selected = compile::selected(selected.clone(), &next.servers, &mut next.names)?;
            let before = self.exposed_names.iter().position(|name| *name == Some(selected.exposed));
            match before.and_then(|place| places.get_mut(place)) {
                Some(place) => *place = Some(selected),
                None => places.push(Some(selected)),
            }
        }
        self.exposed_names = places.iter().map(|tool| tool.as_ref().map(|tool| tool.exposed)).collect();
        self.tools = places.into();
        Some(self)
    }
}

/// What publishing writes down: when, by whom, and of which managers and tools (P-14).
pub(super) fn published(asked: &Asked<'_>, snapshot: &Snapshot, server: &VirtualServer) -> Box<(crate::policy::Stamp, Digest)> {
    Box::new((asked.stamp(), published_digest(&export::Export(snapshot).virtual_server(server))))
}

/// The digest over the canonical `{"managers", "tools"}` of a virtual server.
pub(crate) fn published_digest(server: &document::VirtualServer<'_>) -> Digest {
    use crate::document::Canonical;
    let mut server = server.clone();
    // Annotations say nothing of what is exposed.
    server.tools.iter_mut().for_each(|tool| tool.annotations = document::Annotations::default());
    server.normalize();
    let mut managers: Vec<&str> =
        server.access.iter().filter(|entry| entry.grant == document::Grant::Manage).map(|entry| entry.user.as_str()).collect();
    managers.sort_unstable();
    let mut out = Writer::compact();
    out.open('{');
    out.key("managers");
    out.open('[');
    for manager in managers {
        out.element();
        out.string(manager);
    }
    out.close(']');
    out.key("tools");
    Shape::write(&server.tools, &mut out);
    out.close('}');
    Digest::of(out.finish().as_bytes())
}
