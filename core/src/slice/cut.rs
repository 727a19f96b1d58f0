//! How the records of a policy are cut for a slice: what it doesn't have isn't named, and what is opaque is renamed.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::shape::Shape;
use crate::document::{
    Annotations, CatalogTool, Document, Integration as Entry, List, Platform, Slice, SliceSubject, Text, Time, User as Record,
};
use crate::policy::{
    Export, Integration, Path, Scope, Server, Slot, Snapshot, Tombstone, User, VirtualServer, exported_level, exported_platform,
};

/// The time of what happened at a time that the slice doesn't tell: the first that there is.
pub(super) const NO_TIME: Time = Time(0);

/// Where a record is from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// From the subtree; for one user: their own.
    Inside,
    /// From the path above; for one user: not their own.
    Above,
}

/// The records that a slice holds.
pub(super) struct Contents<'p> {
    pub(super) scopes: Vec<(&'p Scope, Place)>,
    pub(super) servers: Vec<(&'p Server, Place)>,
    pub(super) tombstones: Vec<&'p Tombstone>,
    pub(super) virtual_servers: Vec<(&'p VirtualServer, Place)>,
}

/// What a slice may name, and as what.
pub(super) struct Cut<'p> {
    pub(super) snapshot: &'p Snapshot,
    pub(super) export: Export<'p>,
    /// From the root down to the scope, or to the user's workspace.
    pub(super) path: Path,
    /// The one user whom it is for; none: it is for a scope.
    pub(super) only: Option<Slot<User>>,
    /// By id, what each scope is called in it.
    pub(super) scopes: BTreeMap<&'p str, Text<'p>>,
    /// The scopes of it that don't lie above.
    pub(super) inside: BTreeSet<&'p str>,
    pub(super) spaces: BTreeSet<&'p str>,
    pub(super) users: BTreeMap<&'p str, &'p User>,
    pub(super) servers: BTreeSet<&'p str>,
    /// What the catalogue doesn't approve doesn't exist for the user (I-4, P-12).
    pub(super) hides: bool,
    /// By id, what each integration is called that is hidden from the user.
    pub(super) hidden: BTreeMap<&'p str, Text<'p>>,
    /// The authorities whose `on` of an integration counts (I-9); for one user.
    pub(super) listing: BTreeSet<&'p str>,
}

impl<'p> Cut<'p> {
    /// The ids of the spaces of some scopes.
    pub(super) fn spaces(snapshot: &'p Snapshot, scopes: impl Iterator<Item = &'p Scope>) -> BTreeSet<&'p str> {
        let spaces = scopes.flat_map(|scope| scope.contents.iter().flat_map(|contents| &*contents.spaces));
        spaces.filter_map(|space| snapshot.spaces.get(*space)).map(|space| &*space.id).collect()
    }

    /// The whole slice, with its digest.
    pub(super) fn document(&self, of: SliceSubject<'p>, contents: &Contents<'p>) -> Document<'p> {
        let snapshot = self.snapshot;
        let level = |level| {
            let mut level = exported_level(level);
            forget(&mut level.annotations);
            level
        };
        let agent = |agent| {
            let mut agent = self.export.agent(agent);
            forget(&mut agent.annotations);
            agent
        };
        let client = |client| {
            let mut client = self.export.client(client);
            forget(&mut client.annotations);
            client
        };
        let shown = |integration: &&Integration| !self.withholds(&integration.id) || self.hidden.contains_key(&*integration.id);
        let mut document = Document {
            format: Text::from("1.0"),
            revision: snapshot.revision,
            slice: Some(Box::new(Slice { of, ..Shape::blank() })),
            levels: Some(snapshot.levels.iter().map(level).collect()),
            platform: Some(self.platform()),
            agents: snapshot.agents.iter().map(agent).collect(),
            clients: snapshot.clients.iter().map(client).collect(),
            catalog: snapshot.integrations.iter().filter(shown).map(|integration| self.integration(integration)).collect(),
            scopes: contents.scopes.iter().map(|(scope, place)| self.scope(scope, *place)).collect(),
            users: self.users.values().map(|user| self.user(user)).collect(),
            servers: contents.servers.iter().map(|(server, place)| self.server(server, *place)).collect(),
            tombstones: contents.tombstones.iter().map(|tombstone| self.tombstone(tombstone)).collect(),
            virtual_servers: contents.virtual_servers.iter().map(|(server, place)| self.virtual_server(server, *place)).collect(),
            ..Shape::blank()
        };
        let digest = document.digest();
        if let Some(slice) = &mut document.slice {
            slice.digest = Some(digest);
        }
        document
    }

    /// Whether annotations of a record stay outside.
    pub(super) fn strips(&self, place: Place) -> bool {
        self.only.is_some() || place == Place::Above
    }

    /// Whether the slice has a scope; if so, it is called there what it is called in the slice.
    pub(super) fn is_shown(&self, scope: &mut Text<'p>) -> bool {
        match self.scopes.get(scope.as_str()) {
            Some(shown) => {
                *scope = shown.clone();
                true
            }
            None => false,
        }
    }

    /// Calls a scope of the slice what it is called there.
    pub(super) fn rename(&self, scope: &mut Text<'p>) {
        let _ = self.is_shown(scope);
    }

    /// Whether an integration is hidden from the user, whether or not the slice has it under an opaque id.
    pub(super) fn withholds(&self, integration: &str) -> bool {
        self.hides && self.snapshot.integrations.find(integration).is_some_and(|(_, found)| !found.approved)
    }

    /// Calls an integration what it is called in the slice.
    pub(super) fn hide(&self, integration: &mut Text<'p>) {
        if let Some(hidden) = self.hidden.get(integration.as_str()) {
            *integration = hidden.clone();
        }
    }

    /// Who did something is told where it is one of the slice's users, somebody who is gone, or who administers a scope of the
    /// path; for one user, only where it was they.
    pub(super) fn keep_known(&self, who: &mut Option<Text<'p>>) {
        let is_known = |id: &str| {
            self.users.contains_key(id)
                || self.only.is_none() && self.snapshot.users.find(id).is_none_or(|(_, user)| user.administers(&self.path))
        };
        *who = who.take().filter(|who| is_known(who));
    }

    fn platform(&self) -> Platform<'p> {
        let mut platform = exported_platform(&self.snapshot.platform, &self.snapshot.origins);
        forget(&mut platform.annotations);
        platform.origins.iter_mut().for_each(|origins| forget(&mut origins.annotations));
        platform.approval.iter_mut().for_each(|approval| forget(&mut approval.annotations));
        platform
    }

    /// An entry of the catalogue; of a hidden one its origins and that it isn't approved.
    fn integration(&self, integration: &'p Integration) -> Entry<'p> {
        let mut entry = self.export.integration(integration);
        if let Some(hidden) = self.hidden.get(&*integration.id) {
            (entry.id, entry.name) = (hidden.clone(), hidden.clone());
            entry.tools = List::default();
        }
        forget(&mut entry.annotations);
        entry.tools.iter_mut().for_each(|tool: &mut CatalogTool<'_>| forget(&mut tool.annotations));
        entry
    }

    /// A user with what they have in the slice: entries for its scopes, tokens for its workspaces.
    fn user(&self, user: &'p User) -> Record<'p> {
        let mut record = self.export.user(user);
        record.member_of.as_mut_vec().retain_mut(|scope| self.is_shown(scope));
        record.administers.as_mut_vec().retain_mut(|scope| self.is_shown(scope));
        record.tokens.as_mut_vec().retain(|token| self.inside.contains(token.workspace.as_str()));
        let is_stranger = record.member_of.is_empty() && record.administers.is_empty();
        if is_stranger {
            // Known here as the owner of what they left behind, and no more (P-9).
            record.permissions = List::default();
        }
        for revoked in record.tokens.iter_mut().filter_map(|token| token.revoked.as_deref_mut()) {
            self.keep_known(&mut revoked.by);
        }
        if self.only.is_some() || is_stranger {
            forget(&mut record.annotations);
            for token in &mut record.tokens {
                forget(&mut token.annotations);
                token.revoked.iter_mut().for_each(|revoked| forget(&mut revoked.annotations));
            }
        }
        record
    }
}

/// Drops annotations.
pub(super) fn forget(annotations: &mut Annotations<'_>) {
    *annotations = Annotations::default();
}
