//! Users and their tokens (U-1 to U-4, U-10, U-11, P-9, P-15).

use smallvec::SmallVec;

use super::judge::{Asked, Judge};
use super::refusal::Refusal;
use super::server::bury;
use super::who::Who;
use super::{AddUser, EditUser, IssueToken, RemoveUser, RevokeTokens, SetAccess};
use crate::decide::Reason;
use crate::document::limits::MAX_TOKENS;
use crate::document::{Access, List, Text, Time, Visibility};
use crate::policy::{Name, Scope, Slot, Token, User, compile};

/// The scopes that a change names, in its order; of those that aren't there none.
fn found(who: Who<'_>, ids: &[Text<'_>]) -> Vec<Option<Slot<Scope>>> {
    ids.iter().map(|id| who.snapshot.scopes.slot(id)).collect()
}

/// Every scope of these that the actor knows is one that they administer, else `not-administrator`; one that they don't know
/// is then unknown (P-12).
fn administers_each(who: Who<'_>, scopes: &[Text<'_>]) -> Result<(), Reason> {
    for id in scopes {
        if who.scope(id).is_ok_and(|scope| !who.administers(scope)) {
            return Err(Reason::NotAdministrator);
        }
    }
    Ok(())
}

/// The slots of scopes that the actor knows, sorted.
fn known(who: Who<'_>, scopes: &[Text<'_>]) -> Result<Vec<Slot<Scope>>, Reason> {
    let mut slots = scopes.iter().map(|id| who.scope(id)).collect::<Result<Vec<_>, _>>()?;
    slots.sort_unstable();
    Ok(slots)
}

pub(super) fn add(judge: &mut Judge<'_>, change: &AddUser<'_>) -> Result<(), Refusal> {
    let new = &change.user;
    let who = judge.asked.who(&judge.draft.next)?;
    let nowhere = new.member_of.is_empty() && new.administers.is_empty();
    if nowhere && !who.administers_root() {
        return Err(Reason::NotAdministrator.into());
    }
    administers_each(who, &new.member_of)?;
    administers_each(who, &new.administers)?;
    let (member_of, administers) = (known(who, &new.member_of)?, known(who, &new.administers)?);
    if who.snapshot.users.slot(&*new.id).is_some() {
        return Err(Reason::IdUsed.into());
    }
    let user = User {
        id: Name::from(&*new.id),
        member_of: member_of.into(),
        tokens: List::default(),
        access: new.access,
        administers: administers.into(),
        holds: None,
        permissions: new.permissions.clone(),
        name: Name::from(&*new.name),
        added_at: (new.access == Access::Enabled).then_some(judge.asked.now),
        notes: compile::notes(new.annotations.clone()),
    };
    let slot = judge.draft.next.add_user(user).ok_or(Reason::TooLarge)?;
    judge.draft.touched.users.push(slot);
    Ok(())
}

pub(super) fn edit(judge: &mut Judge<'_>, change: &EditUser<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let (slot, user) = who.known_user(&change.user)?;
    // What the change adds, as it names it, and what it takes away.
    let (mut added, mut taken): (Vec<Text<'_>>, Vec<Slot<Scope>>) = (Vec::new(), Vec::new());
    for (wanted, held) in [(&change.member_of, &user.member_of[..]), (&change.administers, &user.administers[..])] {
        let Some(wanted) = wanted else { continue };
        let slots = found(who, wanted);
        added.extend(
            wanted.iter().zip(&slots).filter(|(_, slot)| slot.is_none_or(|slot| !held.contains(&slot))).map(|(id, _)| id.borrowed()),
        );
        taken.extend(held.iter().copied().filter(|held| !slots.contains(&Some(*held))));
    }
    let of_record = change.name.is_some() || change.permissions.is_some();
    if (of_record || added.is_empty() && taken.is_empty()) && !who.administers_user(user) {
        return Err(Reason::NotAdministrator.into());
    }
    administers_each(who, &added)?;
    // What is taken away lies at a scope that the actor administers, known or not.
    if !taken.iter().all(|scope| who.administers(*scope)) {
        return Err(Reason::NotAdministrator.into());
    }
    known(who, &added)?;
    let resolve = |wanted: &Option<List<Text<'_>>>| {
        wanted.as_ref().map(|wanted| {
            let mut slots: Vec<Slot<Scope>> = found(who, wanted).into_iter().flatten().collect();
            slots.sort_unstable();
            slots
        })
    };
    let (member_of, administers) = (resolve(&change.member_of), resolve(&change.administers));
    judge.draft.edit_user(slot, |user| {
        if let Some(name) = &change.name {
            user.name = Name::from(&**name);
        }
        if let Some(scopes) = member_of {
            user.member_of = SmallVec::from(scopes);
        }
        if let Some(scopes) = administers {
            user.administers = scopes.into();
        }
        if let Some(permissions) = &change.permissions {
            user.permissions = permissions.clone();
        }
    });
    Ok(())
}

/// P-9: their private servers go, shared ones stay without an owner, and so do what they managed and were assigned to.
pub(super) fn remove(judge: &mut Judge<'_>, change: &RemoveUser<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let (slot, user) = who.known_user(&change.user)?;
    if !who.administers_user(user) {
        return Err(Reason::NotAdministrator.into());
    }
    let holds = user.holds.clone().unwrap_or_default();
    for server in holds.owns.iter() {
        let private = judge.draft.next.servers.get(server).is_some_and(|server| server.visibility == Visibility::Private);
        if private {
            bury(judge, server);
        } else {
            judge.draft.edit_server(server, |server| server.owner = None);
        }
    }
    for server in holds.assigned.iter() {
        judge
            .draft
            .edit_server(server, |server| server.assignees = server.assignees.iter().copied().filter(|user| *user != slot).collect());
    }
    for server in holds.granted.iter() {
        judge.draft.edit_virtual_server(server, |server| {
            server.access = server.access.iter().filter(|entry| entry.user != slot).cloned().collect()
        });
    }
    judge.draft.next.remove_user(slot);
    judge.draft.touched.users.push(slot);
    Ok(())
}

pub(super) fn set_access(judge: &mut Judge<'_>, change: &SetAccess<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let (slot, user) = who.known_user(&change.user)?;
    let own = who.is(slot) && change.access == Access::Disabled;
    if !own && !who.administers_user(user) {
        return Err(Reason::NotAdministrator.into());
    }
    if user.access == change.access {
        return Ok(());
    }
    let asked = judge.asked;
    judge.draft.edit_user(slot, |user| {
        user.access = change.access;
        if change.access == Access::Enabled {
            user.added_at.get_or_insert(asked.now);
        }
        revoke_active(asked, user);
    });
    Ok(())
}

impl Token {
    /// Whether it is good still: until it is revoked or expires (U-3).
    pub(crate) fn is_active(&self, now: Time) -> bool {
        self.revoked.is_none() && now < self.expires_at
    }

    /// When it ceased, by revocation or expiry, whichever came first.
    fn ended_at(&self) -> Time {
        self.revoked.as_ref().map_or(self.expires_at, |revoked| revoked.at.min(self.expires_at))
    }
}

/// Stamps every token of a user that is active now (U-2).
pub(super) fn revoke_active(asked: &Asked<'_>, user: &mut User) {
    for token in user.tokens.iter_mut().filter(|token| token.is_active(asked.now)) {
        token.revoked = Some(Box::new(asked.stamp()));
    }
}

pub(super) fn issue_token(judge: &mut Judge<'_>, change: &IssueToken<'_>) -> Result<(), Refusal> {
    let new = &change.token;
    let asked = judge.asked;
    let who = asked.who(&judge.draft.next)?;
    let snapshot = who.snapshot;
    let (slot, user) = who.known_user(&change.user)?;
    if who.is(slot) || !who.administers_user(user) {
        return Err(Reason::NotAdministrator.into());
    }
    let workspace = who.workspace(&new.workspace)?;
    let agent = snapshot.agents.slot(&*new.agent).ok_or(Reason::UnknownAgent)?;
    let virtual_server = match &new.virtual_server {
        Some(id) => Some(who.virtual_server(id)?.0),
        None => None,
    };
    let client = snapshot.clients.slot(&*new.client).ok_or(Reason::UnknownClient)?;
    if snapshot.holder_of(&new.id).is_some() {
        return Err(Reason::IdUsed.into());
    }
    if user.access == Access::Disabled {
        return Err(Reason::AccessDisabled.into());
    }
    if new.expires_at <= asked.now {
        return Err(Reason::InvalidRequest.into());
    }
    let gives_way = if user.tokens.len() >= MAX_TOKENS {
        let ended = user.tokens.iter().filter(|token| !token.is_active(asked.now));
        let first = ended.min_by(|one, other| (one.ended_at(), &one.id).cmp(&(other.ended_at(), &other.id)));
        Some(first.ok_or(Reason::TooLarge)?.id.clone())
    } else {
        None
    };
    let token = Token {
        id: Name::from(&*new.id),
        client,
        workspace,
        agent,
        virtual_server,
        issued_at: asked.now,
        expires_at: new.expires_at,
        revoked: None,
        notes: compile::notes(new.annotations.clone()),
    };
    judge.draft.edit_user(slot, |user| {
        let tokens = user.tokens.as_mut_vec();
        tokens.retain(|held| Some(&held.id) != gives_way.as_ref());
        let place = tokens.partition_point(|held| held.id < token.id);
        tokens.insert(place, token);
    });
    Ok(())
}

impl crate::policy::Snapshot {
    /// Who has a token of that id.
    pub(crate) fn holder_of(&self, token: &str) -> Option<(Slot<User>, &User)> {
        let maybe = self.tokens.maybe(token).filter_map(|slot: Slot<User>| Some((slot, self.users.get(slot)?)));
        maybe.into_iter().find(|(_, user)| user.token(token).is_some())
    }
}

/// U-4: one change, all or nothing.
pub(super) fn revoke_tokens(judge: &mut Judge<'_>, change: &RevokeTokens<'_>) -> Result<(), Refusal> {
    let asked = judge.asked;
    let who = asked.who(&judge.draft.next)?;
    let mut named: Vec<(Slot<User>, Name)> = Vec::new();
    for id in change.tokens.iter().flat_map(|tokens| tokens.iter()) {
        let held = who.snapshot.holder_of(id).and_then(|(slot, user)| Some((slot, user, user.token(&**id)?)));
        let (slot, _, token) = held.filter(|(slot, user, token)| who.knows_token(*slot, user, token)).ok_or(Reason::UnknownToken)?;
        named.push((slot, token.id.clone()));
    }
    let mut users = Vec::new();
    for id in change.users.iter().flat_map(|users| users.iter()) {
        users.push(who.known_user(id)?);
    }
    for (slot, user) in users {
        let before = named.len();
        named.extend(user.tokens.iter().filter(|token| token.is_active(asked.now)).map(|token| (slot, token.id.clone())));
        let of_some = user.entries().any(|scope| who.administers(scope));
        if named.len() == before && !(of_some || who.is(slot) || who.administers_user(user)) {
            return Err(Reason::NotAdministrator.into());
        }
    }
    let may = |(slot, id): &(Slot<User>, Name)| {
        let held = who.snapshot.users.get(*slot).and_then(|user| Some((user, user.token(id.as_str())?)));
        held.is_some_and(|(user, token)| who.may_revoke(*slot, user, token))
    };
    if !named.iter().all(may) {
        return Err(Reason::NotAdministrator.into());
    }
    for (slot, id) in named {
        judge.draft.edit_user(slot, |user| {
            for token in user.tokens.iter_mut().filter(|token| token.id == id && token.is_active(asked.now)) {
                token.revoked = Some(Box::new(asked.stamp()));
            }
        });
    }
    Ok(())
}
