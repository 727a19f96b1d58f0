//! Registering a server, and giving one another address, which is registering anew (C-2, C-5, C-7, I-4, I-6, I-7, N-5, P-11).

use super::super::judge::Judge;
use super::super::refusal::Refusal;
use super::super::who::Who;
use super::super::{ReaddressServer, RegisterServer};
use super::edit::{agents, headers_are_allowed};
use super::{Of, bury, righted};
use crate::address::Address;
use crate::decide::{
    Action, Case, Cites, Facts, FactsOf, Found, Ground, Object, Reason, RegistrationSource, RegistrationVisibility, Verdict, layer,
};
use crate::document::{Access, Credentials, SourceKind, Visibility};
use crate::policy::{
    Integration, Name, Path, Restriction, Scope, Server, ServerNotes, Setting, Slot, Snapshot, Standing, TokenStanding, Whereabouts,
    compile,
};

pub(in super::super) fn register(judge: &mut Judge<'_>, change: &RegisterServer<'_>) -> Result<(), Refusal> {
    let new = &change.server;
    let who = judge.asked.who(&judge.draft.next)?;
    let snapshot = who.snapshot;
    let scope = who.scope(&new.scope)?;
    let in_workspace = snapshot.scopes.get(scope).is_some_and(|scope| scope.is_workspace);
    if !in_workspace && new.visibility == Visibility::Private {
        return Err(Reason::UnknownWorkspace.into());
    }
    // In a workspace somebody who belongs there registers, the host in the name of one; above it the host needs none.
    let allowed = match who.user {
        Some(_) if in_workspace => who.belongs(scope),
        Some(_) => who.administers(scope),
        None => !in_workspace || new.owner.is_some(),
    };
    if !allowed {
        return Err(Reason::NotAdministrator.into());
    }
    let owner = match (who.user, &new.owner) {
        (Some(user), _) => Some(user),
        (None, Some(owner)) => Some(snapshot.users.find(owner).ok_or(Reason::UnknownUser)?),
        (None, None) => None,
    };
    let path = snapshot.path(scope).ok_or(Reason::UnknownScope)?;
    if who.is_host() && in_workspace && !owner.is_some_and(|(_, owner)| owner.belongs(path)) {
        return Err(Reason::UnknownWorkspace.into());
    }
    let agents = agents(snapshot, &new.agents)?;
    let integration = match &new.source.integration {
        Some(id) => Some(who.integration(id)?),
        None => None,
    };
    unused(snapshot, &new.id)?;
    // Above a workspace administrators register, which disabled access doesn't close (U-1); the host's owner is asked anywhere.
    let asks_access = in_workspace || who.is_host();
    if asks_access && owner.is_some_and(|(_, owner)| owner.access == Access::Disabled) {
        return Err(Reason::AccessDisabled.into());
    }
    let address = Address::parse(&new.address).ok();
    let place = Place { snapshot, path, integration, address: address.as_ref(), visibility: new.visibility, asks_use: false };
    place.passes(judge)?;
    if new.agents.is_empty() {
        return Err(Reason::AgentRequired.into());
    }
    headers_are_allowed(new.headers.iter().map(|header| header.as_str()), new.authorization.method)?;
    let all = ServerNotes {
        server: compile::notes(new.annotations.clone()),
        source: compile::notes(new.source.annotations.clone()),
        authorization: compile::notes(new.authorization.annotations.clone()),
        tools: Vec::new(),
        carried: None,
    };
    let any = !(all.server.is_empty() && all.source.is_empty() && all.authorization.is_empty());
    let server = Server {
        id: Name::from(&*new.id),
        agents,
        scope,
        integration: integration.filter(|_| new.source.kind == SourceKind::Integration).map(|(slot, _)| slot),
        owner: owner.map(|(slot, _)| slot),
        visibility: new.visibility,
        switch: new.switch,
        method: new.authorization.method,
        credentials: new.authorization.credentials.unwrap_or(Credentials::PerUser),
        tool_names: Box::default(),
        tools: Box::default(),
        spaces: None,
        disabled: Default::default(),
        address: vetted(snapshot, address, integration.map(|(_, integration)| integration)),
        waiver: None,
        assignees: Default::default(),
        name: Name::from(&*new.name),
        stored_address: Name::from(&*new.address),
        registered_at: judge.asked.now,
        headers: new.headers.iter().map(|header| Name::from(&**header)).collect(),
        named: None,
        notes: any.then(|| Box::new(all)),
    };
    let slot = judge.draft.next.add_server(server).ok_or(Reason::TooLarge)?;
    judge.draft.touched.servers.push(slot);
    Ok(())
}

fn vetted(snapshot: &Snapshot, address: Option<Address>, integration: Option<&Integration>) -> Option<(Address, crate::policy::Vetting)> {
    address.map(|address| {
        let vetting = snapshot.origins.vet(&address, integration);
        (address, vetting)
    })
}

/// N-5: an id that a server has or ever had is used.
fn unused(snapshot: &Snapshot, id: &str) -> Result<(), Reason> {
    let used = snapshot.servers.slot(id).is_some() || snapshot.tombstones.slot(id).is_some();
    if used { Err(Reason::IdUsed) } else { Ok(()) }
}

/// C-5: it takes a new id and leaves a tombstone of the old; tools, pins, authorisation and waiver go.
pub(in super::super) fn readdress(judge: &mut Judge<'_>, change: &ReaddressServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    righted(of.owner_or_stand_in())?;
    let Who { snapshot, .. } = of.who;
    let integration = of.server.integration.and_then(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    // Unknown where the catalogue doesn't approve it any more, but to the root's administrators (I-4).
    if let Some((_, integration)) = integration {
        of.who.integration(&integration.id)?;
    }
    unused(snapshot, &change.new_server)?;
    let address = Address::parse(&change.address).ok();
    let path = of.path().ok_or(Reason::UnknownScope)?;
    let visibility = of.server.visibility;
    let place = Place { snapshot, path, integration, address: address.as_ref(), visibility, asks_use: true };
    place.passes(judge)?;
    if !of.server.disabled.is_empty() {
        return Err(Refusal::locked(Reason::ServerDisabled, snapshot, &in_order(of)));
    }
    if judge.draft.is_trial {
        return if snapshot.servers.is_full() { Err(Reason::TooLarge.into()) } else { Ok(()) };
    }
    let old = of.slot;
    let moved = Server {
        id: Name::from(&*change.new_server),
        tool_names: Box::default(),
        tools: Box::default(),
        address: vetted(snapshot, address, integration.map(|(_, integration)| integration)),
        waiver: None,
        stored_address: Name::from(&*change.address),
        registered_at: judge.asked.now,
        named: None,
        notes: of.server.notes.clone().map(|notes| Box::new(ServerNotes { tools: Vec::new(), ..*notes })),
        ..of.server.clone()
    };
    let named: Vec<Slot<Scope>> = of.server.named.iter().flat_map(|named| named.by_settings.iter()).collect();
    let new = judge.draft.next.add_server(moved).ok_or(Reason::TooLarge)?;
    judge.draft.touched.servers.push(new);
    for scope in named {
        judge.draft.edit_scope(scope, |scope| {
            let path = scope.path;
            let moved = |restriction: &Restriction| match restriction.setting {
                Setting::Server(server) if server == old => {
                    Restriction::new(Setting::Server(new), restriction.authority, restriction.value, restriction.except.clone())
                }
                _ => restriction.clone(),
            };
            let mut restrictions: Vec<Restriction> = scope.restrictions.iter().map(moved).collect();
            restrictions.sort_by_key(|restriction| restriction.order(&path));
            scope.restrictions = restrictions.into();
        });
    }
    bury(judge, old);
    Ok(())
}

/// L-3: the lock is of administrators' disables; a delegate's alone has none.
fn in_order(of: Of<'_>) -> Vec<crate::policy::Cause> {
    let mut causes = of.disables();
    causes.sort_by(|a, b| of.who.snapshot.compare_causes(a, b));
    causes
}

/// Where a server is to be, and what it would be there.
struct Place<'s> {
    snapshot: &'s Snapshot,
    path: &'s Path,
    integration: Option<(Slot<Integration>, &'s Integration)>,
    /// None: it can't be read.
    address: Option<&'s Address>,
    visibility: Visibility,
    /// A server that moves is held to use besides.
    asks_use: bool,
}

impl Place<'_> {
    /// Layers 3 to 5, as registration asks them.
    fn passes(&self, judge: &Judge<'_>) -> Result<(), Refusal> {
        let snapshot = self.snapshot;
        let standing = Standing {
            host: false,
            user: None,
            path: Some(*self.path),
            claimed: None,
            restricted: snapshot.restricted(self.path),
            agent: None,
            space: None,
            token: TokenStanding::Platform,
            denial: None,
        };
        let facts = Facts::default();
        let source = self.integration.map_or(RegistrationSource::Custom, |(slot, _)| RegistrationSource::Integration(Some(slot)));
        let visibility = match self.visibility {
            Visibility::Private => RegistrationVisibility::Private,
            Visibility::Shared => RegistrationVisibility::Shared,
        };
        let case = Case {
            snapshot,
            action: Action::ServerRegister,
            now: judge.asked.now,
            stale: false,
            standing: &standing,
            object: Object::Registration { source, address: self.address, visibility },
            facts: FactsOf::Named(&facts, None),
            invocation: None,
            withholds: false,
        };
        let found = Found { is_any: true, integration: self.integration, address: self.address.map(Whereabouts::of), ..Found::NOTHING };
        for verdict in [layer::origin::verdict(&case, &found), layer::catalog::verdict(&case, &found)] {
            if let Verdict::Deny(ground) = verdict {
                return Err(ground.reason.into());
            }
        }
        let policy = snapshot.scope_policy(*self.path);
        let mut denying: Vec<(Option<u8>, Ground<'_>)> = Vec::new();
        layer::scope_policy::each(&case, &found, &policy, &mut |rank, ground| denying.push((rank, ground)));
        if self.asks_use && self.integration.is_none() {
            layer::scope_policy::off(&policy, Reason::CustomUseOff, Setting::CustomUse, &mut |rank, ground| denying.push((rank, ground)));
        }
        match denying.into_iter().min_by_key(|(rank, ground)| (*rank, ground.reason)) {
            Some((_, ground)) => {
                let causes = Cites { snapshot, policy, basis: ground.basis }.all();
                Err(Refusal::locked(ground.reason, snapshot, &causes))
            }
            None => Ok(()),
        }
    }
}
