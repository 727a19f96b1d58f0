//! Writing a document in its canonical form (contract 1, "Canonical JSON").

use super::USUAL_LEVELS;
use super::json::Writer;
use super::shape::{Map, Rows, Shape, Text};
use super::wire::{
    Credentials, DefaultMode, Document, Enforce, Features, Integration, Level, Method, Platform, Scope, Server, Settings, Tombstone, User,
    VirtualServer,
};
use crate::digest::Digest;

impl Document<'_> {
    /// The canonical text: members in order, lists sorted, what absence means left out, no white space.
    pub fn canonical(&self) -> String {
        text(&self.normal(), Writer::compact())
    }

    /// The same, indented by two, for people.
    pub fn pretty(&self) -> String {
        let mut text = text(&self.normal(), Writer::pretty());
        text.push('\n');
        text
    }

    /// The digest of the canonical text without `revision`; of a slice also without the digest that it carries (P-6).
    pub fn digest(&self) -> Digest {
        let mut document = self.normal();
        if let Some(slice) = &mut document.slice {
            slice.digest = None;
        }
        let canonical = text(&document, Writer::compact());
        // No text before it can hold these signs: `$schema` and `format` come first, and quotes in them are escaped.
        let key = format!(",\"revision\":{}", self.revision);
        Digest::of(canonical.replacen(&key, "", 1).as_bytes())
    }

    /// The document with lists sorted and maps sorted, without what absence means.
    fn normal(&self) -> Self {
        let mut document = self.clone();
        document.annotations_sorted();
        if let Some(slice) = &mut document.slice {
            sort_map(&mut slice.annotations);
            sort_map(&mut slice.of.annotations);
        }
        if document.levels.as_deref().is_some_and(are_usual) {
            document.levels = None;
        }
        for level in document.levels.iter_mut().flatten() {
            sort_map(&mut level.annotations);
        }
        document.platform = document.platform.take().map(platform).filter(|platform| *platform != Shape::blank());
        sort(&mut document.agents, |agent| &agent.id);
        document.agents.iter_mut().for_each(|agent| sort_map(&mut agent.annotations));
        sort(&mut document.clients, |client| &client.id);
        document.clients.iter_mut().for_each(|client| sort_map(&mut client.annotations));
        sort_rows(&mut document.catalog, |integration| &integration.id);
        document.catalog.iter_mut().for_each(integration);
        sort_rows(&mut document.scopes, |scope| &scope.id);
        document.scopes.iter_mut().for_each(scope);
        sort_rows(&mut document.users, |user| &user.id);
        document.users.iter_mut().for_each(user);
        sort_rows(&mut document.servers, |server| &server.id);
        document.servers.iter_mut().for_each(server);
        sort_rows(&mut document.tombstones, |tombstone| &tombstone.id);
        document.tombstones.iter_mut().for_each(tombstone);
        sort_rows(&mut document.virtual_servers, |server| &server.id);
        document.virtual_servers.iter_mut().for_each(virtual_server);
        document
    }

    fn annotations_sorted(&mut self) {
        sort_map(&mut self.annotations);
    }
}

/// A record in its canonical form, whatever document it comes from.
#[cfg(feature = "views")]
pub(crate) trait Canonical<'a>: Shape<'a> {
    /// Sorts what is sorted, and leaves out what absence means.
    fn normalize(&mut self);

    /// The canonical text.
    fn canonical(mut self) -> String {
        self.normalize();
        text(&self, Writer::compact())
    }
}

#[cfg(feature = "views")]
macro_rules! canonical {
    ($($record:ident: $normalize:expr;)+) => {
        $(impl<'a> Canonical<'a> for super::wire::$record<'a> {
            fn normalize(&mut self) {
                ($normalize)(self);
            }
        })+
    };
}
#[cfg(feature = "views")]
canonical! {
    Agent: |agent: &mut super::wire::Agent<'_>| sort_map(&mut agent.annotations);
    Client: |client: &mut super::wire::Client<'_>| sort_map(&mut client.annotations);
    Level: |level: &mut super::wire::Level<'_>| sort_map(&mut level.annotations);
    Integration: integration;
    Scope: scope;
    Server: server;
    Tombstone: tombstone;
    User: user;
    VirtualServer: virtual_server;
}

#[cfg(feature = "views")]
impl<'a> Canonical<'a> for Platform<'a> {
    fn normalize(&mut self) {
        let own = std::mem::replace(self, Shape::blank());
        *self = platform(own);
    }
}

fn text<'a>(value: &impl Shape<'a>, mut writer: Writer) -> String {
    value.write(&mut writer);
    writer.finish()
}

fn sort<T>(list: &mut [T], id: impl Fn(&T) -> &str) {
    list.sort_by(|one, other| id(one).cmp(id(other)));
}

fn sort_rows<T>(rows: &mut Rows<T>, id: impl Fn(&T) -> &str) {
    rows.sort_by(|one, other| id(one).cmp(id(other)));
}

/// What has no id is sorted by its canonical text.
fn sort_by_text<'a, T: Shape<'a>>(list: &mut [T]) {
    if list.len() > 1 {
        list.sort_by_cached_key(|element| text(element, Writer::compact()));
    }
}

fn sort_map<V>(map: &mut Map<'_, V>) {
    if map.len() > 1 {
        map.entries_mut().sort_by(|(one, _), (other, _)| one.cmp(other));
    }
}

/// Whether the levels are those that a document without any has.
fn are_usual(levels: &[Level<'_>]) -> bool {
    levels.len() == USUAL_LEVELS.len()
        && levels.iter().zip(USUAL_LEVELS).all(|(level, (id, label, role))| {
            &*level.id == id && &*level.label == label && level.role == role && level.annotations.is_empty()
        })
}

fn platform(mut platform: Platform<'_>) -> Platform<'_> {
    sort_map(&mut platform.annotations);
    if let Some(origins) = &mut platform.origins {
        sort_map(&mut origins.annotations);
        if let Some(allow) = &mut origins.allow {
            sort_by_text(allow);
        }
        origins.enforce = origins.enforce.take().filter(|enforce| **enforce != [Enforce::Register]);
        if let Some(enforce) = &mut origins.enforce {
            sort_by_text(enforce);
        }
    }
    if let Some(approval) = &mut platform.approval {
        sort_map(&mut approval.annotations);
        approval.read = approval.read.filter(|mode| *mode != DefaultMode::Auto);
        approval.write = approval.write.filter(|mode| *mode != DefaultMode::Ask);
        approval.unlabelled = approval.unlabelled.filter(|mode| *mode != DefaultMode::Ask);
    }
    platform.origins = platform.origins.filter(|origins| *origins != Shape::blank());
    platform.approval = platform.approval.filter(|approval| *approval != Shape::blank());
    platform.confirmation_seconds = platform.confirmation_seconds.filter(|seconds| *seconds != 300);
    platform
}

fn scope(scope: &mut Scope<'_>) {
    sort_map(&mut scope.annotations);
    scope.features = scope.features.take().filter(|features| **features != Features::blank());
    if let Some(features) = &mut scope.features {
        sort_map(&mut features.annotations);
    }
    scope.settings = scope.settings.take().map(|own| Box::new(settings(*own))).filter(|own| **own != Shape::blank());
    let imposed = std::mem::take(&mut scope.imposed).into_iter().map(|(authority, record)| (authority, settings(record)));
    scope.imposed = imposed.filter(|(_, record)| *record != Shape::blank()).collect();
    sort_map(&mut scope.imposed);
    sort(&mut scope.spaces, |space| &space.id);
    scope.spaces.iter_mut().for_each(|space| sort_map(&mut space.annotations));
}

fn settings(mut settings: Settings<'_>) -> Settings<'_> {
    sort_map(&mut settings.annotations);
    sort_map(&mut settings.integrations);
    sort_map(&mut settings.servers);
    if settings.except.iter().any(|(_, spared)| spared.len() > 1) {
        settings.except.entries_mut().iter_mut().for_each(|(_, spared)| spared.sort_unstable());
    }
    sort_map(&mut settings.except);
    if let Some(custom) = &mut settings.custom {
        sort_map(&mut custom.annotations);
    }
    if let Some(floors) = &mut settings.floors {
        sort_map(&mut floors.annotations);
    }
    settings.custom = settings.custom.filter(|custom| **custom != Shape::blank());
    settings.floors = settings.floors.filter(|floors| **floors != Shape::blank());
    settings
}

fn user(user: &mut User<'_>) {
    sort_map(&mut user.annotations);
    user.member_of.sort_unstable();
    user.administers.sort_unstable();
    sort_by_text(&mut user.permissions);
    sort(&mut user.tokens, |token| &token.id);
    for token in &mut user.tokens {
        sort_map(&mut token.annotations);
        if let Some(revoked) = &mut token.revoked {
            sort_map(&mut revoked.annotations);
        }
    }
}

fn integration(integration: &mut Integration<'_>) {
    sort_map(&mut integration.annotations);
    for tool in &mut integration.tools {
        sort_map(&mut tool.annotations);
        tool.sensitive = tool.sensitive.filter(|sensitive| *sensitive);
    }
    sort_by_text(&mut integration.tools);
}

fn tombstone(tombstone: &mut Tombstone<'_>) {
    sort_map(&mut tombstone.annotations);
    tombstone.disabled.sort_unstable();
}

fn server(server: &mut Server<'_>) {
    sort_map(&mut server.annotations);
    sort_map(&mut server.source.annotations);
    sort_map(&mut server.authorization.annotations);
    if let Some(waiver) = &mut server.waiver {
        sort_map(&mut waiver.annotations);
    }
    if server.authorization.method != Method::None {
        let credentials = server.authorization.credentials;
        server.authorization.credentials = credentials.filter(|credentials| *credentials != Credentials::PerUser);
    }
    server.disabled.iter_mut().for_each(|entry| sort_map(&mut entry.annotations));
    sort_by_text(&mut server.disabled);
    sort_by_text(&mut server.headers);
    server.agents.sort_unstable();
    server.spaces.iter_mut().for_each(|spaces| spaces.sort_unstable());
    server.assignees.sort_unstable();
    carried(server);
    for tool in &mut server.tools {
        sort_map(&mut tool.annotations);
        tool.label_authority = tool.label_authority.take().filter(|authority| **authority != server.scope);
    }
    sort_by_text(&mut server.tools);
}

/// What a slice's server carries in its address' place.
fn carried(server: &mut Server<'_>) {
    if let Some(matched) = &mut server.matched {
        sort_map(&mut matched.annotations);
        for member in [&mut matched.invalid, &mut matched.refused, &mut matched.listed] {
            *member = member.filter(|said| *said);
        }
        matched.integrations.sort_unstable();
    }
    if let Some(authorizers) = &mut server.authorizers {
        authorizers.sort_unstable();
    }
    server.authorizers = server.authorizers.take().filter(|authorizers| !authorizers.is_empty());
}

fn virtual_server(server: &mut VirtualServer<'_>) {
    sort_map(&mut server.annotations);
    if let Some(published) = &mut server.published {
        sort_map(&mut published.annotations);
    }
    for selected in &mut server.tools {
        sort_map(&mut selected.annotations);
        selected.r#as = selected.r#as.take().filter(|name: &Text<'_>| *name != selected.tool);
    }
    sort_by_text(&mut server.tools);
    server.access.iter_mut().for_each(|entry| sort_map(&mut entry.annotations));
    sort_by_text(&mut server.access);
}
