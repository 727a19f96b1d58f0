//! From a snapshot back to a document that says the same.

use super::Snapshot;
use super::origins::{Origins, Whereabouts};
use super::record::*;
use super::settings::{Restriction, Setting, Value};
use super::table::Slot;
use crate::document as wire;
use crate::document::shape::Shape;
use crate::document::{Annotations, Floor, Map, Method, Switch, Text};

/// The whole document, borrowing its texts.
pub(super) fn document(snapshot: &Snapshot) -> wire::Document<'_> {
    let export = Export(snapshot);
    let held = snapshot.virtual_servers.iter().filter(|server| !server.is_named_alone);
    wire::Document {
        schema: snapshot.schema.as_ref().map(text),
        format: Text::from("1.0"),
        revision: snapshot.revision,
        slice: snapshot.slice.clone(),
        levels: Some(snapshot.levels.iter().map(level).collect()),
        platform: Some(platform(&snapshot.platform, &snapshot.origins)),
        agents: snapshot.agents.iter().map(|agent| export.agent(agent)).collect(),
        clients: snapshot.clients.iter().map(|client| export.client(client)).collect(),
        catalog: snapshot.integrations.iter().map(|integration| export.integration(integration)).collect(),
        scopes: snapshot.scopes.iter().map(|scope| export.scope(scope)).collect(),
        users: snapshot.users.iter().map(|user| export.user(user)).collect(),
        servers: snapshot.servers.iter().map(|server| export.server(server)).collect(),
        tombstones: snapshot.tombstones.iter().map(tombstone).collect(),
        virtual_servers: held.map(|server| export.virtual_server(server)).collect(),
        annotations: annotations(&snapshot.notes),
    }
}

fn text(name: &Name) -> Text<'_> {
    Text::from(&**name)
}

fn rare(name: &Name) -> Box<Text<'_>> {
    Box::new(text(name))
}

fn annotations(notes: &Notes) -> Annotations<'_> {
    notes.iter().map(|(key, text)| (key.borrowed(), text.borrowed())).collect::<Map<'_, _>>().into()
}

pub(crate) fn level(level: &Level) -> wire::Level<'_> {
    wire::Level { id: text(&level.id), label: text(&level.label), role: level.role, annotations: annotations(&level.notes) }
}

pub(crate) fn platform<'p>(platform: &'p Platform, origins: &'p Origins) -> wire::Platform<'p> {
    let allow = origins.allow.as_ref().map(|patterns| patterns.iter().map(|pattern| Text::from(pattern.text())).collect());
    let enforce = if platform.enforce_use { vec![wire::Enforce::Register, wire::Enforce::Use] } else { vec![wire::Enforce::Register] };
    wire::Platform {
        origins: Some(wire::Origins { allow, enforce: Some(enforce.into()), annotations: annotations(&platform.origins_notes) }),
        approval: Some(wire::Approval {
            read: Some(platform.read),
            write: Some(platform.write),
            unlabelled: Some(platform.unlabelled),
            annotations: annotations(&platform.approval_notes),
        }),
        confirmation_seconds: Some(platform.confirmation_seconds),
        annotations: annotations(&platform.notes),
    }
}

pub(crate) fn tombstone(tombstone: &Tombstone) -> wire::Tombstone<'_> {
    wire::Tombstone {
        id: text(&tombstone.id),
        scope: text(&tombstone.scope),
        owner: tombstone.owner.as_ref().map(text),
        address_digest: tombstone.address_digest,
        deleted_at: tombstone.deleted.at,
        deleted_by: tombstone.deleted.by.as_ref().map(text),
        disabled: tombstone.disabled.iter().map(text).collect(),
        annotations: annotations(&tombstone.deleted.notes),
    }
}

/// What records that name others are exported with.
pub(crate) struct Export<'p>(pub(crate) &'p Snapshot);

impl<'p> Export<'p> {
    /// The id of another record.
    fn id<T: Keyed>(&self, registry: &'p Registry<T>, slot: Slot<T>) -> Text<'p> {
        Text::from(registry.get(slot).map_or("", Keyed::key))
    }

    fn scope_id(&self, slot: Slot<Scope>) -> Text<'p> {
        self.id(&self.0.scopes, slot)
    }

    fn name(&self, slot: Slot<str>) -> Text<'p> {
        Text::from(self.0.names.get(slot).unwrap_or_default())
    }

    pub(crate) fn agent(&self, agent: &'p Agent) -> wire::Agent<'p> {
        wire::Agent { id: text(&agent.id), name: text(&agent.name), annotations: annotations(&agent.notes) }
    }

    pub(crate) fn client(&self, client: &'p Client) -> wire::Client<'p> {
        wire::Client {
            id: text(&client.id),
            name: text(&client.name),
            configuration: text(&client.configuration),
            annotations: annotations(&client.notes),
        }
    }

    pub(crate) fn integration(&self, integration: &'p Integration) -> wire::Integration<'p> {
        let tool = |tool: &'p CatalogTool| wire::CatalogTool {
            name: self.name(tool.name),
            label: tool.label,
            approved: tool.approved,
            sensitive: tool.sensitive.then_some(true),
            annotations: annotations(&tool.notes),
        };
        wire::Integration {
            id: text(&integration.id),
            name: text(&integration.name),
            approved: integration.approved,
            origins: integration.origins.iter().map(|pattern| Text::from(pattern.text())).collect(),
            tools: integration.tools.iter().map(tool).collect(),
            annotations: annotations(&integration.notes),
        }
    }

    pub(crate) fn scope(&self, scope: &'p Scope) -> wire::Scope<'p> {
        let notes = scope.notes.as_deref();
        let own = scope.path.scope();
        let mut record = self.bare_scope(scope);
        let mut authorities: Vec<Slot<Scope>> = scope.restrictions.iter().map(|restriction| restriction.authority).collect();
        authorities.extend(notes.into_iter().flat_map(|notes| notes.settings.iter().map(|(authority, _)| *authority)));
        authorities.sort();
        authorities.dedup();
        let (mine, imposed): (Vec<_>, Vec<_>) = authorities.into_iter().partition(|authority| Some(*authority) == own);
        record.settings = mine.first().map(|authority| Box::new(self.settings(scope, *authority)));
        record.imposed = imposed.into_iter().map(|authority| (self.scope_id(authority), self.settings(scope, authority))).collect();
        record
    }

    /// A scope with nothing of its settings but their annotations.
    pub(crate) fn bare_scope(&self, scope: &'p Scope) -> wire::Scope<'p> {
        let notes = scope.notes.as_deref();
        let own = scope.path.scope();
        let (mut settings, mut imposed) = (None, Map::default());
        for (authority, [of_record, of_custom, of_floors]) in notes.into_iter().flat_map(|notes| &notes.settings) {
            let noted = wire::Settings {
                custom: Some(Box::new(wire::Custom { annotations: annotations(of_custom), ..Shape::blank() })),
                floors: Some(Box::new(wire::Floors { annotations: annotations(of_floors), ..Shape::blank() })),
                annotations: annotations(of_record),
                ..Shape::blank()
            };
            match Some(*authority) == own {
                true => settings = Some(Box::new(noted)),
                false => imposed.entries_mut().push((self.scope_id(*authority), noted)),
            }
        }
        let features_notes = notes.map(|notes| annotations(&notes.features)).unwrap_or_default();
        let features = scope.access_control.is_some() || !features_notes.is_empty();
        wire::Scope {
            id: text(&scope.id),
            level: self.0.level(scope).map(|level| text(&level.id)).unwrap_or_default(),
            parent: scope.path.parent().map(|parent| self.scope_id(parent)),
            name: text(&scope.name),
            contact: scope.contact.as_deref().map(|contact| Box::new(Text::from(contact))),
            features: features.then(|| Box::new(wire::Features { access_control: scope.access_control, annotations: features_notes })),
            settings,
            imposed,
            spaces: scope
                .contents
                .iter()
                .flat_map(|contents| &*contents.spaces)
                .filter_map(|space| self.0.spaces.get(*space))
                .map(space)
                .collect(),
            annotations: notes.map(|notes| annotations(&notes.scope)).unwrap_or_default(),
        }
    }

    /// What one authority stored at a scope.
    fn settings(&self, scope: &'p Scope, authority: Slot<Scope>) -> wire::Settings<'p> {
        let stored = |restriction: &&Restriction| restriction.authority == authority;
        let find = |setting: Setting| scope.stored(setting).iter().find(stored).map(|restriction| restriction.value);
        let switch = |setting: Setting| find(setting).map(as_switch);
        let floor = |setting: Setting| find(setting).map(as_floor);
        let notes = scope.notes.iter().flat_map(|notes| &notes.settings).find(|(noted, _)| *noted == authority);
        let [of_record, of_custom, of_floors] =
            notes.map_or_else(Default::default, |(_, [record, custom, floors])| [record, custom, floors].map(annotations));
        let custom = wire::Custom {
            creation: switch(Setting::CustomCreation),
            r#use: switch(Setting::CustomUse),
            sharing: switch(Setting::CustomSharing),
            annotations: of_custom,
        };
        let floors = wire::Floors { read: floor(Setting::FloorRead), write: floor(Setting::FloorWrite), annotations: of_floors };
        let mut settings = wire::Settings {
            all: switch(Setting::All),
            integrations: Map::default(),
            new_integrations: switch(Setting::NewIntegrations),
            custom: Some(Box::new(custom)),
            servers: Map::default(),
            floors: Some(Box::new(floors)),
            except: Map::default(),
            annotations: of_record,
        };
        for restriction in scope.restrictions.iter().filter(stored) {
            match restriction.setting {
                Setting::Integration(slot) => {
                    let id = self.id(&self.0.integrations, slot);
                    settings.integrations.entries_mut().push((id, as_switch(restriction.value)));
                }
                Setting::Server(slot) => {
                    settings.servers.entries_mut().push((self.id(&self.0.servers, slot), as_switch(restriction.value)));
                }
                _ => {}
            }
            if !restriction.except.is_empty() {
                let (kind, id) = self.0.setting_parts(restriction.setting);
                let scopes = restriction.except.iter().map(|scope| self.scope_id(*scope)).collect();
                settings.except.entries_mut().push((Text::from(format!("{kind}{id}")), scopes));
            }
        }
        settings
    }

    pub(crate) fn user(&self, user: &'p User) -> wire::User<'p> {
        let token = |token: &'p Token| wire::Token {
            id: text(&token.id),
            client: self.id(&self.0.clients, token.client),
            workspace: self.scope_id(token.workspace),
            agent: self.id(&self.0.agents, token.agent),
            virtual_server: token.virtual_server.map(|slot| Box::new(self.id(&self.0.virtual_servers, slot))),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            revoked: token.revoked.as_ref().map(|stamp| {
                Box::new(wire::Revoked { at: stamp.at, by: stamp.by.as_ref().map(text), annotations: annotations(&stamp.notes) })
            }),
            annotations: annotations(&token.notes),
        };
        wire::User {
            id: text(&user.id),
            name: text(&user.name),
            member_of: user.member_of.iter().map(|scope| self.scope_id(*scope)).collect(),
            administers: user.administers.iter().map(|scope| self.scope_id(*scope)).collect(),
            permissions: user.permissions.clone(),
            access: user.access,
            added_at: user.added_at,
            tokens: user.tokens.iter().map(token).collect(),
            annotations: annotations(&user.notes),
        }
    }

    pub(crate) fn server(&self, server: &'p Server) -> wire::Server<'p> {
        let notes = server.notes.as_deref();
        let note = |part: fn(&ServerNotes) -> &Notes| notes.map(|notes| annotations(part(notes))).unwrap_or_default();
        let carried = server.carried();
        let integration = server.integration.map(|slot| self.id(&self.0.integrations, slot));
        let kind = if integration.is_some() { wire::SourceKind::Integration } else { wire::SourceKind::Custom };
        let disabled = |entry: &'p Disabled| wire::Disabled {
            authority: entry.authority.map(|authority| self.scope_id(authority)),
            by: entry.stamp.by.as_ref().map(text),
            at: entry.stamp.at,
            annotations: annotations(&entry.stamp.notes),
        };
        wire::Server {
            id: text(&server.id),
            scope: self.scope_id(server.scope),
            source: wire::Source { kind, integration, annotations: note(|notes| &notes.source) },
            name: text(&server.name),
            address: text(&server.stored_address),
            address_digest: carried.map(|carried| Box::new(carried.address_digest)),
            matched: carried.map(|carried| Box::new(wire::Matched { annotations: annotations(&carried.notes), ..self.matched(server) })),
            owner: server.owner.map(|owner| self.id(&self.0.users, owner)),
            registered_at: server.registered_at,
            visibility: server.visibility,
            switch: server.switch,
            disabled: server.disabled.iter().map(disabled).collect(),
            waiver: server.waiver.as_ref().map(|waiver| {
                Box::new(wire::Waiver {
                    by: waiver.stamp.by.as_ref().map(text),
                    at: waiver.stamp.at,
                    reason: text(&waiver.reason),
                    annotations: annotations(&waiver.stamp.notes),
                })
            }),
            authorization: wire::Authorization {
                method: server.method,
                credentials: (server.method != Method::None).then_some(server.credentials),
                annotations: note(|notes| &notes.authorization),
            },
            headers: server.headers.iter().map(text).collect(),
            agents: server.agents.iter().map(|agent| self.id(&self.0.agents, agent)).collect(),
            spaces: server.spaces.as_ref().map(|spaces| spaces.iter().map(|space| self.id(&self.0.spaces, *space)).collect()),
            assignees: server.assignees.iter().map(|user| self.id(&self.0.users, *user)).collect(),
            authorizers: carried
                .filter(|carried| !carried.authorizers.is_empty())
                .map(|carried| Box::new(carried.authorizers.iter().map(|user| self.id(&self.0.users, *user)).collect())),
            tools: server.tools.iter().flatten().map(|tool| self.tool(tool, notes)).collect(),
            annotations: note(|notes| &notes.server),
        }
    }

    /// What a server's address leads to (P-6).
    pub(crate) fn matched(&self, server: &'p Server) -> wire::Matched<'p> {
        match &server.address {
            Some((address, vetting)) => Whereabouts::vetted(address, vetting, &self.0.origins).matched(self.0, server.integration),
            None => wire::Matched { invalid: Some(true), ..Shape::blank() },
        }
    }

    fn tool(&self, tool: &'p Tool, notes: Option<&'p ServerNotes>) -> wire::Tool<'p> {
        let notes = notes.and_then(|notes| notes.tools.iter().find(|(name, _)| *name == tool.name));
        wire::Tool {
            name: self.name(tool.name),
            enabled: tool.enabled,
            approval: tool.mode,
            label: tool.label,
            label_authority: tool.label_authority.map(|authority| Box::new(self.scope_id(authority))),
            hint: tool.hint,
            accepted: tool.accepted.map(Box::new),
            annotations: notes.map(|(_, notes)| annotations(notes)).unwrap_or_default(),
        }
    }

    pub(crate) fn virtual_server(&self, server: &'p VirtualServer) -> wire::VirtualServer<'p> {
        let selected = |selected: &'p Selected| wire::Selected {
            server: self.id(&self.0.servers, selected.server),
            tool: self.name(selected.tool),
            r#as: Some(self.name(selected.exposed)),
            annotations: annotations(&selected.notes),
        };
        let entry = |entry: &'p Entry| wire::Entry {
            user: self.id(&self.0.users, entry.user),
            grant: entry.grant,
            annotations: annotations(&entry.notes),
        };
        wire::VirtualServer {
            id: text(&server.id),
            scope: self.scope_id(server.scope),
            name: text(&server.name),
            description: server.description.as_ref().map(rare),
            state: server.state,
            oauth_provider: server.oauth_provider.as_ref().map(rare),
            published: server.published.as_ref().map(|published| {
                Box::new(wire::Published {
                    at: published.0.at,
                    by: published.0.by.as_ref().map(text),
                    digest: published.1,
                    annotations: annotations(&published.0.notes),
                })
            }),
            tools: server.tools.iter().flatten().map(selected).collect(),
            access: server.access.iter().map(entry).collect(),
            annotations: annotations(&server.notes),
        }
    }
}

fn space(space: &Space) -> wire::Space<'_> {
    wire::Space { id: text(&space.id), name: text(&space.name), annotations: annotations(&space.notes) }
}

fn as_switch(value: Value) -> Switch {
    if value == Value::On { Switch::On } else { Switch::Off }
}

fn as_floor(value: Value) -> Floor {
    if value == Value::Deny { Floor::Deny } else { Floor::Ask }
}
