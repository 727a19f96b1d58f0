//! What is found, as it is found: every part of a change adds to one collection.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::Touched;
use super::super::judge::Asked;
use super::super::who::Who;
use super::tally::{Bits, Show, Tally, Top};
use super::{Affects, Counted, Impact, Moves, SettingAt, ToolOf};
use crate::document::Role;
use crate::policy::{Keyed, Name, Registry, Scope, Server, Setting, Slot, Snapshot, Token, User, VirtualServer};

/// What a change from one version of the policy to the next opens, closes and affects.
pub(in super::super) fn impact(asked: &Asked<'_>, before: &Snapshot, after: &Snapshot, touched: &Touched) -> Impact {
    let both = Both { asked, before, after, touched, views: [asked.who(before).ok(), asked.who(after).ok()] };
    let mut found = Found::new(&both);
    super::settings::settings(&mut found);
    super::thing::things(&mut found);
    super::people::everybody(&mut found);
    found.finish()
}

/// The two versions, what was touched between them, and the actor in each where they are there.
pub(super) struct Both<'s> {
    pub(super) asked: &'s Asked<'s>,
    pub(super) before: &'s Snapshot,
    pub(super) after: &'s Snapshot,
    pub(super) touched: &'s Touched,
    views: [Option<Who<'s>>; 2],
}

/// One thing in both versions: under one id, for one that comes again under its id has another slot.
pub(super) struct Pair<'s, T: ?Sized> {
    /// Where it is, or where it was.
    pub(super) slot: Slot<T>,
    pub(super) before: Option<(Slot<T>, &'s T)>,
    pub(super) after: Option<(Slot<T>, &'s T)>,
}

pub(super) fn pair<'s, T: Keyed>(before: &'s Registry<T>, after: &'s Registry<T>, slot: Slot<T>) -> Option<Pair<'s, T>> {
    let old = before.get(slot).map(|record| (slot, record));
    let new = after.get(slot).map(|record| (slot, record));
    let before = old.or_else(|| new.and_then(|(_, record)| before.find(record.key())));
    let after = new.or_else(|| old.and_then(|(_, record)| after.find(record.key())));
    let (slot, _) = after.or(before)?;
    Some(Pair { slot, before, after })
}

impl<'s> Both<'s> {
    /// Whether the actor knows something, before or after.
    fn knows(&self, knows: impl Fn(Who<'s>) -> bool) -> bool {
        self.views.iter().flatten().any(|who| knows(*who))
    }

    pub(super) fn knows_token(&self, slot: Slot<User>, token: &Token) -> bool {
        self.knows(|who| who.snapshot.users.get(slot).is_some_and(|user| who.knows_token(slot, user, token)))
    }

    /// Whether the actor knows what a setting is about (I-4).
    fn knows_setting(&self, setting: Setting) -> bool {
        match setting {
            Setting::Integration(slot) => {
                self.knows(|who| who.snapshot.integrations.get(slot).is_some_and(|entry| entry.approved || who.administers_root()))
            }
            Setting::Server(slot) => self.is_known(slot),
            _ => true,
        }
    }
}

impl<'s> Show<'s, Scope> for Both<'s> {
    fn id(&self, slot: Slot<Scope>) -> Option<&'s Name> {
        self.after.scopes.get(slot).or_else(|| self.before.scopes.get(slot)).map(|scope| &scope.id)
    }

    fn is_known(&self, slot: Slot<Scope>) -> bool {
        self.knows(|who| who.snapshot.scopes.get(slot).is_some() && who.knows_scope(slot))
    }
}

impl<'s> Show<'s, User> for Both<'s> {
    fn id(&self, slot: Slot<User>) -> Option<&'s Name> {
        self.after.users.get(slot).or_else(|| self.before.users.get(slot)).map(|user| &user.id)
    }

    fn is_known(&self, slot: Slot<User>) -> bool {
        // P-12: a virtual server's managers know who has an entry there.
        let lists = |who: Who<'s>| {
            let touched = self.touched.virtual_servers.iter().filter_map(|slot| who.snapshot.virtual_servers.get(*slot));
            touched.into_iter().any(|server| server.access.iter().any(|entry| entry.user == slot) && who.manages(server))
        };
        self.knows(|who| who.snapshot.users.get(slot).is_some_and(|user| who.knows_user(slot, user)) || lists(who))
    }
}

impl<'s> Show<'s, Server> for Both<'s> {
    fn id(&self, slot: Slot<Server>) -> Option<&'s Name> {
        self.after.servers.get(slot).or_else(|| self.before.servers.get(slot)).map(|server| &server.id)
    }

    fn is_known(&self, slot: Slot<Server>) -> bool {
        self.knows(|who| who.snapshot.servers.get(slot).is_some_and(|server| who.knows_server(server)))
    }
}

impl<'s> Show<'s, VirtualServer> for Both<'s> {
    fn id(&self, slot: Slot<VirtualServer>) -> Option<&'s Name> {
        self.after.virtual_servers.get(slot).or_else(|| self.before.virtual_servers.get(slot)).map(|server| &server.id)
    }

    fn is_known(&self, slot: Slot<VirtualServer>) -> bool {
        self.knows(|who| who.snapshot.virtual_servers.get(slot).is_some_and(|server| who.knows_virtual_server(server)))
    }
}

/// Which way something goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Opens,
    Closes,
}

/// What opens, or what closes.
#[derive(Default)]
struct Side {
    settings: Top<SettingAt>,
    servers: Tally<Server>,
    tools: Top<ToolOf>,
    known_tools: BTreeSet<(Slot<Server>, Slot<str>)>,
    virtual_servers: Tally<VirtualServer>,
    tokens: Top<Name>,
}

/// All that was found so far.
pub(super) struct Found<'f, 's> {
    pub(super) both: &'f Both<'s>,
    tenants: Tally<Scope>,
    workspaces: Tally<Scope>,
    pub(super) users: Tally<User>,
    pub(super) servers: Tally<Server>,
    pub(super) virtual_servers: Tally<VirtualServer>,
    tokens: Top<Name>,
    /// The tokens that are affected by themselves.
    named_tokens: BTreeSet<Name>,
    sides: [Side; 2],
    /// The scopes of which everybody who belongs there is affected.
    pub(super) places: Bits<Scope>,
    /// The scopes of which the whole subtree is among these.
    pub(super) areas: Bits<Scope>,
    /// The workspaces of which every active token is.
    pub(super) token_places: Bits<Scope>,
    /// What was compared already.
    pub(super) users_done: Bits<User>,
    pub(super) servers_done: Bits<Server>,
    pub(super) virtual_servers_done: Bits<VirtualServer>,
    /// How the workspaces below a scope state D-1's feature: see [`super::server`].
    pub(super) stated: BTreeMap<Slot<Scope>, u8>,
}

impl<'f, 's> Found<'f, 's> {
    fn new(both: &'f Both<'s>) -> Self {
        Self {
            both,
            tenants: Tally::default(),
            workspaces: Tally::default(),
            users: Tally::default(),
            servers: Tally::default(),
            virtual_servers: Tally::default(),
            tokens: Top::default(),
            named_tokens: BTreeSet::new(),
            sides: Default::default(),
            places: Bits::default(),
            areas: Bits::default(),
            token_places: Bits::default(),
            users_done: Bits::default(),
            servers_done: Bits::default(),
            virtual_servers_done: Bits::default(),
            stated: BTreeMap::new(),
        }
    }

    fn side(&mut self, way: Way) -> &mut Side {
        let [opens, closes] = &mut self.sides;
        match way {
            Way::Opens => opens,
            Way::Closes => closes,
        }
    }

    /// A tenant or a workspace is affected; scopes of no role aren't named.
    pub(super) fn scope(&mut self, slot: Slot<Scope>, scope: &Scope) {
        let both = self.both;
        match both.after.level(scope).and_then(|level| level.role) {
            Some(Role::Tenant) => drop(self.tenants.add(slot, both)),
            Some(Role::Workspace) => drop(self.workspaces.add(slot, both)),
            None => {}
        }
    }

    pub(super) fn user(&mut self, slot: Slot<User>) {
        self.users.add(slot, self.both);
    }

    pub(super) fn server(&mut self, slot: Slot<Server>) {
        self.servers.add(slot, self.both);
    }

    pub(super) fn virtual_server(&mut self, slot: Slot<VirtualServer>) {
        self.virtual_servers.add(slot, self.both);
    }

    /// A token that is affected by itself.
    pub(super) fn token(&mut self, user: Slot<User>, token: &Token) {
        if self.named_tokens.insert(token.id.clone()) {
            self.count_token(user, token);
        }
    }

    /// A token that is affected because of where it is good; it comes once.
    pub(super) fn token_there(&mut self, user: Slot<User>, token: &Token) {
        if !self.named_tokens.contains(&token.id) {
            self.count_token(user, token);
        }
    }

    fn count_token(&mut self, user: Slot<User>, token: &Token) {
        let both = self.both;
        self.tokens.add(|last| token.id < *last, || both.knows_token(user, token).then(|| token.id.clone()));
    }

    pub(super) fn moves_setting(&mut self, way: Way, setting: Setting, scope: Slot<Scope>) {
        let both = self.both;
        let (kind, id) = both.after.setting_parts(setting);
        let Some(scope_id) = both.id(scope) else { return };
        let comes_before = |last: &SettingAt| {
            let name = kind.bytes().chain(id.bytes());
            name.cmp(last.setting.bytes()).then_with(|| scope_id.as_str().cmp(&last.scope)).is_lt()
        };
        let make = || {
            let known = both.is_known(scope) && both.knows_setting(setting);
            known.then(|| SettingAt { setting: format!("{kind}{id}"), scope: scope_id.to_string() })
        };
        self.side(way).settings.add(comes_before, make);
    }

    pub(super) fn moves_server(&mut self, way: Way, slot: Slot<Server>) {
        let both = self.both;
        self.side(way).servers.add(slot, both);
    }

    pub(super) fn moves_tool(&mut self, way: Way, server: Slot<Server>, tool: Slot<str>) {
        let both = self.both;
        let side = self.side(way);
        if !side.known_tools.insert((server, tool)) {
            return;
        }
        let (Some(id), Some(name)) = (both.id(server), both.after.names.get(tool)) else { return };
        let comes_before = |last: &ToolOf| (id.as_str(), name) < (last.server.as_str(), last.tool.as_str());
        side.tools.add(comes_before, || both.is_known(server).then(|| ToolOf { server: id.to_string(), tool: name.to_owned() }));
    }

    pub(super) fn moves_virtual_server(&mut self, way: Way, slot: Slot<VirtualServer>) {
        let both = self.both;
        self.side(way).virtual_servers.add(slot, both);
    }

    /// A token comes once.
    pub(super) fn moves_token(&mut self, way: Way, user: Slot<User>, token: &Token) {
        let both = self.both;
        self.side(way).tokens.add(|last| token.id < *last, || both.knows_token(user, token).then(|| token.id.clone()));
    }

    /// How many tools move.
    pub(super) fn moved_tools(&self) -> usize {
        self.sides.iter().map(|side| side.tools.count).sum()
    }

    fn finish(self) -> Impact {
        let names = |top: Top<Name>| Counted { count: top.count, first: top.first.iter().map(Name::to_string).collect() };
        let side = |side: Side| Moves {
            settings: Counted { count: side.settings.count, first: side.settings.first },
            servers: side.servers.into_counted(),
            tools: Counted { count: side.tools.count, first: side.tools.first },
            virtual_servers: side.virtual_servers.into_counted(),
            tokens: names(side.tokens),
        };
        let [opens, closes] = self.sides;
        let affects = Affects {
            tenants: self.tenants.into_counted(),
            workspaces: self.workspaces.into_counted(),
            users: self.users.into_counted(),
            servers: self.servers.into_counted(),
            tokens: names(self.tokens),
            virtual_servers: self.virtual_servers.into_counted(),
        };
        Impact { affects, opens: side(opens), closes: side(closes) }
    }
}
