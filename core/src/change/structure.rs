//! Scopes and their spaces (S-9, S-10, P-8, P-15).

use super::judge::Judge;
use super::refusal::Refusal;
use super::{AddScope, AddSpace, EditScope, EditSpace, Nullable, RemoveScope, RemoveSpace};
use crate::decide::Reason;
use crate::document::{List, Role};
use crate::policy::{Contact, Mask, Name, Path, Scope, ScopeNotes, Slot, Space, compile};

pub(super) fn add_scope(judge: &mut Judge<'_>, change: &AddScope<'_>) -> Result<(), Refusal> {
    let new = &change.scope;
    let who = judge.asked.who(&judge.draft.next)?;
    let snapshot = who.snapshot;
    let parent = who.scope(&new.parent)?;
    if !who.administers(parent) {
        return Err(Reason::NotAdministrator.into());
    }
    let level = snapshot.levels.iter().position(|level| *level.id == *new.level).ok_or(Reason::UnknownLevel)?;
    if snapshot.scopes.slot(&*new.id).is_some() {
        return Err(Reason::IdUsed.into());
    }
    let above = snapshot.scopes.get(parent).ok_or(Reason::UnknownScope)?;
    // Levels fall strictly along every path.
    let level = u8::try_from(level).ok().filter(|level| *level > above.level).ok_or(Reason::InvalidRequest)?;
    let slot = snapshot.scopes.next().ok_or(Reason::TooLarge)?;
    let notes = compile::notes(new.annotations.clone());
    let scope = Scope {
        id: Name::from(&*new.id),
        restricted: Mask::default(),
        path: Path::below(Some(&above.path), slot).ok_or(Reason::InvalidRequest)?,
        level,
        access_control: None,
        is_workspace: snapshot.levels.get(usize::from(level)).is_some_and(|level| level.role == Some(Role::Workspace)),
        restrictions: List::default(),
        name: Name::from(&*new.name),
        contact: Contact::from(new.contact.as_ref().map(|contact| Name::from(&**contact))),
        contents: None,
        notes: (!notes.is_empty()).then(|| Box::new(ScopeNotes { scope: notes, ..ScopeNotes::default() })),
    };
    let slot = judge.draft.next.add_scope(scope).ok_or(Reason::TooLarge)?;
    judge.draft.touched.scopes.push(slot);
    Ok(())
}

pub(super) fn edit_scope(judge: &mut Judge<'_>, change: &EditScope<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let scope = who.scope(&change.scope)?;
    if !who.administers(scope) {
        return Err(Reason::NotAdministrator.into());
    }
    judge.draft.edit_scope(scope, |scope| {
        if let Some(name) = &change.name {
            scope.name = Name::from(&**name);
        }
        match &change.contact {
            Some(Nullable::Set(contact)) => scope.contact = Contact::from(Some(Name::from(&**contact))),
            Some(Nullable::Unset) => scope.contact = Contact::default(),
            None => {}
        }
    });
    Ok(())
}

pub(super) fn remove_scope(judge: &mut Judge<'_>, change: &RemoveScope<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let slot = who.scope(&change.scope)?;
    let scope = who.snapshot.scopes.get(slot).ok_or(Reason::UnknownScope)?;
    let path = scope.path;
    // The root has no parent; its own administrators are told that it stays.
    if !who.administers(path.parent().unwrap_or(slot)) {
        return Err(Reason::NotAdministrator.into());
    }
    if path.parent().is_none() || scope.contents.is_some() {
        return Err(Reason::InUse.into());
    }
    // Only what lies above can spare it (S-12).
    for above in path.iter().filter(|above| *above != slot) {
        let spares = |scope: &Scope| scope.restrictions.iter().any(|restriction| restriction.except.contains(&slot));
        if judge.draft.next.scopes.get(above).is_some_and(spares) {
            judge.draft.edit_scope(above, |scope| {
                for restriction in scope.restrictions.iter_mut().filter(|restriction| restriction.except.contains(&slot)) {
                    restriction.except = restriction.except.iter().copied().filter(|spared| *spared != slot).collect();
                }
            });
        }
    }
    judge.draft.next.remove_scope(slot);
    judge.draft.touched.scopes.push(slot);
    Ok(())
}

pub(super) fn add_space(judge: &mut Judge<'_>, change: &AddSpace<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let workspace = who.scope(&change.scope)?;
    if !who.snapshot.scopes.get(workspace).is_some_and(|scope| scope.is_workspace) {
        return Err(Reason::UnknownWorkspace.into());
    }
    if !who.administers(workspace) {
        return Err(Reason::NotAdministrator.into());
    }
    if who.snapshot.spaces.slot(&*change.space.id).is_some() {
        return Err(Reason::IdUsed.into());
    }
    judge.draft.next.add_space(compile::space(change.space.clone(), workspace)).ok_or(Reason::TooLarge)?;
    judge.draft.touched.scopes.push(workspace);
    Ok(())
}

/// A space that the actor knows, of a workspace that they administer.
fn own_space(judge: &Judge<'_>, id: &str) -> Result<(Slot<Space>, Slot<Scope>), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let (slot, space) = who.snapshot.spaces.find(id).filter(|(_, space)| who.knows_space(space)).ok_or(Reason::UnknownSpace)?;
    if !who.administers(space.workspace) {
        return Err(Reason::NotAdministrator.into());
    }
    Ok((slot, space.workspace))
}

pub(super) fn edit_space(judge: &mut Judge<'_>, change: &EditSpace<'_>) -> Result<(), Refusal> {
    let (slot, workspace) = own_space(judge, &change.space)?;
    if let Some(space) = judge.draft.next.spaces.get_mut(slot) {
        space.name = Name::from(&*change.name);
    }
    judge.draft.touched.scopes.push(workspace);
    Ok(())
}

pub(super) fn remove_space(judge: &mut Judge<'_>, change: &RemoveSpace<'_>) -> Result<(), Refusal> {
    let (slot, workspace) = own_space(judge, &change.space)?;
    let servers: Vec<_> = judge.draft.next.spaces.get(slot).map(|space| space.servers.iter().collect()).unwrap_or_default();
    for server in servers {
        // S-9: a restriction that loses its last space stays, and means no space.
        judge.draft.edit_server(server, |server| {
            server.spaces = server.spaces.take().map(|spaces| spaces.iter().copied().filter(|space| *space != slot).collect());
        });
    }
    judge.draft.next.remove_space(slot);
    judge.draft.touched.scopes.push(workspace);
    Ok(())
}
