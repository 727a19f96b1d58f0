//! `import`: a document takes the place of the one before, judged as the change from the old to the new (P-16). It forgets
//! nothing: what was deleted or revoked stays so.

use std::collections::BTreeSet;

use super::draft::Touched;
use super::judge::{Asked, Judge};
use super::refusal::Refusal;
use super::request::Imported;
use super::virtual_server::published_digest;
use crate::address::{Address, address_digest};
use crate::decide::Reason;
use crate::document::shape::Shape;
use crate::document::{
    Access, Annotations, Canonical, Document, Platform, ProblemCode, Problems, Published, Revoked, Server, State, Text, Tombstone, User,
};
use crate::policy::{Keyed, Registry, Slot, Snapshot, compile, export};

pub(super) fn import(judge: &mut Judge<'_>, imported: &Imported<'_>) -> Result<(), Refusal> {
    let before = judge.draft.next.clone();
    let who = judge.asked.who(&before)?;
    if !who.administers_root() {
        return Err(Reason::NotAdministrator.into());
    }
    let document = imported.as_ref().map_err(unreadable)?;
    // A slice lacks what a whole holds (P-6).
    if document.slice.is_some() {
        return Err(Reason::InvalidDocument.into());
    }
    if !who.is_host() && !is_platform(&before, document) {
        return Err(Reason::NotAdministrator.into());
    }
    follows(&before, document)?;
    let next = compile::successor(completed(judge.asked, &before, document), &before).ok_or(Reason::InvalidRequest)?;
    judge.draft.touched.extend(touched(&before, &next));
    judge.draft.next = next;
    Ok(())
}

/// A document that can't be taken: of a later format alone, or with all of its problems.
fn unreadable(problems: &Problems) -> Refusal {
    let is_newer = problems.problems.iter().any(|problem| problem.code == ProblemCode::FormatTooNew);
    let reason = if is_newer { Reason::FormatTooNew } else { Reason::InvalidDocument };
    Refusal { problems: problems.clone(), ..reason.into() }
}

/// Whether a document says the same of the platform, which is the host's (P-8).
fn is_platform(before: &Snapshot, document: &Document<'_>) -> bool {
    let platform = document.platform.clone().unwrap_or_else(Platform::blank);
    before.platform_text() == platform.canonical()
}

/// Whether a document may follow: ids of tombstones never come again, and what stays doesn't move.
fn follows(before: &Snapshot, document: &Document<'_>) -> Result<(), Reason> {
    if document.servers.iter().any(|server| before.tombstones.slot(&server.id).is_some()) {
        return Err(Reason::IdUsed);
    }
    for scope in document.scopes.iter() {
        let Some((_, old)) = before.scopes.find(&scope.id) else { continue };
        let parent = old.path.parent().and_then(|parent| before.scopes.get(parent)).map(Keyed::key);
        if before.level(old).is_none_or(|level| *level.id != *scope.level) || parent != scope.parent.as_deref() {
            return Err(Reason::ScopeFixed);
        }
    }
    for server in document.servers.iter() {
        let Some((_, old)) = before.servers.find(&server.id) else { continue };
        let stays = match (&old.address, Address::parse(&server.address)) {
            (Some((old, _)), Ok(new)) => *old == new,
            (None, Err(_)) => *old.stored_address == *server.address,
            _ => false,
        };
        if !stays {
            return Err(Reason::AddressFixed);
        }
    }
    Ok(())
}

/// A document with what the policy before it remembers.
///
/// It is valid as the one before it was: what is added names nothing, and no id of it is a server's.
fn completed<'a>(asked: &Asked<'a>, before: &'a Snapshot, document: &Document<'a>) -> Document<'a> {
    let mut document = document.clone();
    document.revision = before.revision;
    remember_servers(asked, before, &mut document);
    for user in document.users.iter_mut() {
        remember_user(asked, before, user);
    }
    for server in document.virtual_servers.iter_mut().filter(|server| server.state == State::Published) {
        let was = before.virtual_servers.find(&server.id).is_some_and(|(_, old)| old.state == State::Published);
        if !was {
            let published = Published {
                at: asked.now,
                by: asked.user.map(Text::from),
                digest: published_digest(server),
                annotations: Annotations::default(),
            };
            server.published = Some(Box::new(published));
        }
    }
    document
}

/// Tombstones stay as they are, and a server that is left out becomes one.
fn remember_servers<'a>(asked: &Asked<'a>, before: &'a Snapshot, document: &mut Document<'a>) {
    let there: BTreeSet<&str> = document.servers.iter().map(|server| server.id.as_str()).collect();
    let gone = before.servers.iter().filter(|server| !there.contains(server.id.as_str()));
    let gone: Vec<_> = gone.map(|server| tombstone(asked, export::Export(before).server(server))).collect();
    let known = |id: &Text<'_>| before.tombstones.slot(id).is_some() || before.servers.slot(id).is_some();
    let others = std::mem::take(&mut document.tombstones).into_iter().filter(|tombstone| !known(&tombstone.id));
    document.tombstones = before.tombstones.iter().map(export::tombstone).chain(gone).chain(others).collect();
}

/// What a server leaves that is deleted now (N-5).
fn tombstone<'a>(asked: &Asked<'a>, server: Server<'a>) -> Tombstone<'a> {
    Tombstone {
        address_digest: address_digest(&server.address),
        id: server.id,
        scope: server.scope,
        owner: server.owner,
        deleted_at: asked.now,
        deleted_by: asked.user.map(Text::from),
        // A delegate's disable has no authority, and isn't remembered.
        disabled: server.disabled.into_iter().filter_map(|entry| entry.authority).collect(),
        annotations: Annotations::default(),
    }
}

/// First `addedAt` and revocations stay; whose access is another loses every token that is active (U-2).
fn remember_user<'a>(asked: &Asked<'a>, before: &'a Snapshot, user: &mut User<'a>) {
    let old = before.users.find(&user.id).map(|(_, old)| old);
    if let Some(old) = old {
        user.added_at = old.added_at.or(user.added_at);
        let remembered = export::Export(before).user(old).tokens;
        for token in &mut user.tokens {
            if let Some(revoked) = remembered.iter().find(|old| old.id == token.id).and_then(|old| old.revoked.as_ref()) {
                token.revoked = Some(revoked.clone());
            }
        }
    }
    if old.map_or(Access::Disabled, |old| old.access) != user.access {
        for token in user.tokens.iter_mut().filter(|token| token.revoked.is_none() && asked.now < token.expires_at) {
            let revoked = Revoked { at: asked.now, by: asked.user.map(Text::from), annotations: Annotations::default() };
            token.revoked = Some(Box::new(revoked));
        }
    }
}

/// Everything that reads otherwise than before.
fn touched(before: &Snapshot, after: &Snapshot) -> Touched {
    /// The slots of either version whose records differ.
    fn differing<T: Keyed>(before: &Registry<T>, after: &Registry<T>, same: impl Fn(&T, &T) -> bool) -> Vec<Slot<T>> {
        let room = before.next().max(after.next()).map_or(0, Slot::index);
        let differ = |slot: &Slot<T>| match (before.get(*slot), after.get(*slot)) {
            (Some(old), Some(new)) => !same(old, new),
            (old, new) => old.is_some() || new.is_some(),
        };
        (0..room).filter_map(Slot::new).filter(differ).collect()
    }
    let (was, is) = (export::Export(before), export::Export(after));
    Touched {
        scopes: differing(&before.scopes, &after.scopes, |old, new| was.scope(old) == is.scope(new)),
        users: differing(&before.users, &after.users, |old, new| was.user(old) == is.user(new)),
        servers: differing(&before.servers, &after.servers, |old, new| was.server(old) == is.server(new)),
        virtual_servers: differing(&before.virtual_servers, &after.virtual_servers, |old, new| {
            was.virtual_server(old) == is.virtual_server(new)
        }),
        agents: differing(&before.agents, &after.agents, |old, new| was.agent(old) == is.agent(new)),
        clients: differing(&before.clients, &after.clients, |old, new| was.client(old) == is.client(new)),
        integrations: differing(&before.integrations, &after.integrations, |old, new| was.integration(old) == is.integration(new)),
        tombstones: differing(&before.tombstones, &after.tombstones, |old, new| export::tombstone(old) == export::tombstone(new)),
        levels: true,
        platform: true,
        document: true,
    }
}
