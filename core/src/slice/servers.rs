//! Servers and virtual servers as a slice has them: addresses redacted, with what they led to.

use super::cut::{Cut, NO_TIME, Place, forget};
use crate::address::{address_digest, redact};
use crate::document::{Grant, List, Server as Record, Text, Tombstone as RecordOfDeleted, VirtualServer as VirtualRecord};
use crate::policy::{Server, Tombstone, VirtualServer, exported_tombstone};

impl<'p> Cut<'p> {
    /// A server. Of one from above, and for one user of one that isn't theirs, nobody and no time is told.
    pub(super) fn server(&self, server: &'p Server, place: Place) -> Record<'p> {
        let mut record = self.export.server(server);
        self.rename(&mut record.scope);
        record.address = Text::from(redact(&server.stored_address));
        record.address_digest =
            Some(Box::new(server.address.as_ref().map_or_else(|| address_digest(&server.stored_address), |(address, _)| address.digest())));
        let mut matched = self.export.matched(server);
        matched.integrations.iter_mut().chain(&mut record.source.integration).for_each(|integration| self.hide(integration));
        record.matched = Some(Box::new(matched));
        for entry in &mut record.disabled {
            entry.authority.iter_mut().for_each(|authority| self.rename(authority));
            self.keep_known(&mut entry.by);
        }
        for tool in &mut record.tools {
            tool.label_authority.iter_mut().for_each(|authority| self.rename(authority));
        }
        if let Some(waiver) = &mut record.waiver {
            self.keep_known(&mut waiver.by);
        }
        record.spaces.iter_mut().for_each(|spaces| spaces.as_mut_vec().retain(|space| self.spaces.contains(space.as_str())));
        if self.only.is_some() {
            record.owner = record.owner.take().filter(|owner| self.users.contains_key(owner.as_str()));
            // Why somebody waived something is no matter of the user's.
            record.waiver.iter_mut().for_each(|waiver| waiver.reason = Text::default());
        }
        record.assignees.as_mut_vec().retain(|user| self.users.contains_key(user.as_str()));
        if place == Place::Above {
            self.cut_from_above(server, &mut record);
        }
        if self.strips(place) {
            forget(&mut record.annotations);
            forget(&mut record.source.annotations);
            forget(&mut record.authorization.annotations);
            record.disabled.iter_mut().for_each(|entry| forget(&mut entry.annotations));
            record.waiver.iter_mut().for_each(|waiver| forget(&mut waiver.annotations));
            record.tools.iter_mut().for_each(|tool| forget(&mut tool.annotations));
        }
        record
    }

    /// Without who and when. Who may authorise a shared credential is kept apart (K-14).
    fn cut_from_above(&self, server: &'p Server, record: &mut Record<'p>) {
        record.registered_at = NO_TIME;
        for entry in &mut record.disabled {
            (entry.by, entry.at) = (None, NO_TIME);
        }
        if let Some(waiver) = &mut record.waiver {
            (waiver.by, waiver.at, waiver.reason) = (None, NO_TIME, Text::default());
        }
        if self.only.is_some() {
            record.headers = List::default();
            return;
        }
        if server.has_shared_credential() {
            let delegates = self.snapshot.path(server.scope).is_some_and(|path| self.snapshot.access_control(path));
            let delegated = server.assignees.iter().filter(|_| delegates).filter_map(|user| self.snapshot.users.get(*user));
            let owner = server.owner.and_then(|owner| self.snapshot.users.get(owner));
            let authorize = delegated.filter(|user| !user.permissions.is_empty()).chain(owner);
            let mut here: Vec<&str> = authorize.map(|user| &*user.id).filter(|id| self.users.contains_key(id)).collect();
            here.sort_unstable();
            here.dedup();
            let authorizers: List<Text<'p>> = here.into_iter().map(Text::from).collect();
            record.authorizers = (!authorizers.is_empty()).then(|| Box::new(authorizers));
        }
        record.owner = None;
        record.assignees = List::default();
    }

    /// A virtual server with the grants of the slice's users, and of its tools those whose servers are in the slice: the others
    /// are unknown there as in the whole (V-2).
    pub(super) fn virtual_server(&self, server: &'p VirtualServer, place: Place) -> VirtualRecord<'p> {
        let mut record = self.export.virtual_server(server);
        self.rename(&mut record.scope);
        record.tools.as_mut_vec().retain(|selected| self.servers.contains(selected.server.as_str()));
        record.access.as_mut_vec().retain(|entry| self.users.contains_key(entry.user.as_str()));
        if let Some(published) = &mut record.published {
            self.keep_known(&mut published.by);
        }
        if place == Place::Above {
            // Over managers and tools that the slice doesn't all have.
            record.published = None;
        }
        if self.only.is_some_and(|user| !server.grants(user, Grant::Manage)) {
            record.oauth_provider = None;
        }
        if self.strips(place) {
            forget(&mut record.annotations);
            record.published.iter_mut().for_each(|published| forget(&mut published.annotations));
            record.tools.iter_mut().for_each(|selected| forget(&mut selected.annotations));
            record.access.iter_mut().for_each(|entry| forget(&mut entry.annotations));
        }
        record
    }

    /// What a deleted server of the subtree left.
    pub(super) fn tombstone(&self, tombstone: &'p Tombstone) -> RecordOfDeleted<'p> {
        let mut record = exported_tombstone(tombstone);
        self.keep_known(&mut record.owner);
        self.keep_known(&mut record.deleted_by);
        record.disabled.as_mut_vec().retain_mut(|authority| self.is_shown(authority));
        record
    }
}
