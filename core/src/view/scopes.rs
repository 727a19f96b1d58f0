//! The tree, a level at a time: what lies directly under a scope, with counts and locks (S-2 to S-4, C-6, C-8, P-12).

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::ViewKind;
use super::control::{Control, Proposal, Verdict};
use super::shown::{Head, Piece, shown};
use super::sight::Sight;
use crate::change::ChangeKind;
use crate::decide::{Lock, Reason};
use crate::document::limits::MAX_SCOPES;
use crate::policy::{Cause, Keyed, Scope, Setting, Slot, Value};

shown! {
    /// What lies directly under a scope, or where everybody begins.
    pub struct ScopesView<'p> {
        /// The scope; none where everybody begins.
        scope: maybe Head<'p> = "scope",
        /// Whom to ask (L-4).
        contact: maybe &'p str = "contact",
        /// The scopes above it that exist for the actor, highest first.
        path: maybe Vec<Head<'p>> = "path",
        /// Of a workspace.
        spaces: maybe Vec<SpaceRow<'p>> = "spaces",
        /// For administrators.
        controls: maybe ScopeControls<'p> = "controls",
        /// Its children by id; where everybody begins, the highest that are the actor's.
        rows: must Vec<ScopeRow<'p>> = "rows",
        /// The cursor of the next page.
        next: maybe String = "next",
    }

    /// A space of a workspace.
    pub struct SpaceRow<'p> {
        /// Its id.
        space: must &'p str = "space",
        /// Its name.
        name: must &'p str = "name",
        /// For administrators.
        controls: maybe SpaceControls<'p> = "controls",
    }

    /// What may be done with a space.
    pub struct SpaceControls<'p> {
        /// Renames it.
        name: must Control<'p> = "name",
        /// Removes it.
        remove: must Control<'p> = "remove",
    }

    /// What may be done with a scope.
    pub struct ScopeControls<'p> {
        /// Renames it.
        name: must Control<'p> = "name",
        /// Says whom to ask.
        contact: must Control<'p> = "contact",
        /// Turns the feature on or off (D-1).
        access_control: must Control<'p> = "accessControl",
        /// Adds a scope below it.
        add: must Control<'p> = "add",
        /// Of a workspace: adds a space.
        add_space: maybe Control<'p> = "addSpace",
    }

    /// A scope below.
    pub struct ScopeRow<'p> {
        /// Its id.
        scope: must &'p str = "scope",
        /// Its level's id.
        level: must &'p str = "level",
        /// Its name.
        name: must &'p str = "name",
        /// For who administers it: how much lies in it.
        counts: maybe ScopeCounts = "counts",
        /// For who administers it: what is off there, by the settings' names.
        off: maybe Vec<String> = "off",
        /// For who administers it: every `off` there that locks them.
        lock: maybe Lock<'p> = "lock",
        /// For who administers it.
        controls: maybe ScopeRowControls<'p> = "controls",
    }

    /// How much lies in a scope.
    pub struct ScopeCounts {
        /// Directly below.
        scopes: must u64 = "scopes",
        /// Who belong to or administer this very scope.
        users: must u64 = "users",
        /// Of every kind, in the subtree (C-8).
        servers: must u64 = "servers",
        /// In the subtree (C-6).
        custom_servers: must u64 = "customServers",
        /// In the subtree.
        virtual_servers: must u64 = "virtualServers",
    }

    /// What may be done with a scope below.
    pub struct ScopeRowControls<'p> {
        /// Removes it.
        remove: must Control<'p> = "remove",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: Option<&str>) -> Result<ScopesView<'p>, Reason> {
    let Some(scope) = scope else { return Ok(beginning(sight)) };
    let snapshot = sight.snapshot;
    let slot = sight.who.scope(scope)?;
    let sight = sight.about(slot);
    let record = snapshot.scopes.get(slot).ok_or(Reason::UnknownScope)?;
    let above = record.path.iter().filter(|above| *above != slot && sight.knows_scope(*above));
    let after = sight.after();
    let after = after.as_ref().map_or("", |cursor| cursor.key(0));
    let id_of = |slot| snapshot.scopes.get(slot).map_or("", Keyed::key);
    let children = record.contents.iter().flat_map(|contents| contents.children.after(after, &id_of));
    let children = children.filter(|child| sight.knows_scope(*child));
    let (rows, next) = rows(sight, children);
    let is_administered = sight.who.administers(slot);
    Ok(ScopesView {
        scope: sight.head(slot),
        contact: record.contact.as_deref(),
        path: Some(above.filter_map(|above| sight.head(above)).collect()),
        spaces: record.is_workspace.then(|| spaces(sight, slot, record, is_administered)),
        controls: is_administered.then(|| controls(sight, slot, record)),
        rows,
        next,
    })
}

/// The highest scopes that the actor belongs to or administers; the host's is the root.
fn beginning(sight: Sight<'_>) -> ScopesView<'_> {
    let snapshot = sight.snapshot;
    let id_of = |slot: &Slot<Scope>| snapshot.scopes.get(*slot).map_or("", Keyed::key);
    let mut own = match sight.who.user {
        Some((_, user)) => user.entered().into_vec(),
        None => vec![snapshot.root],
    };
    let all: BTreeSet<Slot<Scope>> = own.iter().copied().collect();
    own.retain(|scope| snapshot.path(*scope).is_some_and(|path| !path.iter().any(|above| above != *scope && all.contains(&above))));
    own.sort_unstable_by(|one, other| id_of(one).cmp(id_of(other)));
    let after = sight.after();
    let after = after.as_ref().map_or("", |cursor| cursor.key(0));
    let (rows, next) = rows(sight, own.into_iter().filter(|scope| id_of(scope) > after));
    ScopesView { scope: None, contact: None, path: None, spaces: None, controls: None, rows, next }
}

fn rows<'p>(sight: Sight<'p>, scopes: impl Iterator<Item = Slot<Scope>>) -> (Vec<ScopeRow<'p>>, Option<String>) {
    let records = scopes.filter_map(|slot| Some((slot, sight.snapshot.scopes.get(slot)?)));
    let fitting = records.filter(|(_, record)| sight.fits_text(&record.id, &record.name));
    sight.page(ViewKind::Scopes, fitting, |(_, record)| vec![record.id.as_str()], |(slot, record)| row(sight, slot, record))
}

fn row<'p>(sight: Sight<'p>, slot: Slot<Scope>, record: &'p Scope) -> ScopeRow<'p> {
    let row =
        ScopeRow { scope: &record.id, level: sight.level(slot), name: &record.name, counts: None, off: None, lock: None, controls: None };
    let Some(highest) = sight.who.highest(slot) else { return row };
    let offs = offs(sight, record);
    let off: BTreeSet<String> = offs.iter().map(|cause| setting_name(sight, cause.setting)).collect();
    let above = sight.snapshot.in_order(offs.into_iter().filter(|cause| cause.authority_depth < highest).collect());
    let remove = Proposal::new(ChangeKind::RemoveScope).with("scope", record.id.as_str());
    let verdict = sight.permits(&remove, slot);
    ScopeRow {
        counts: Some(counts(record)),
        off: Some(off.into_iter().collect()),
        lock: sight.lock(&above, slot),
        controls: Some(ScopeRowControls { remove: Control::act(false, remove, verdict) }),
        ..row
    }
}

fn counts(record: &Scope) -> ScopeCounts {
    let contents = record.contents.as_deref();
    let below = contents.map(|contents| &contents.below);
    let count = |count: Option<u32>| u64::from(count.unwrap_or(0));
    ScopeCounts {
        scopes: contents.map_or(0, |contents| contents.children.len() as u64),
        users: count(contents.map(|contents| contents.with_entry)),
        servers: count(below.map(|below| below.servers)),
        custom_servers: count(below.map(|below| below.custom)),
        virtual_servers: count(below.map(|below| below.virtual_servers)),
    }
}

fn setting_name(sight: Sight<'_>, setting: Setting) -> String {
    let (kind, id) = sight.snapshot.setting_parts(setting);
    format!("{kind}{id}")
}

/// Every `off` that counts at a scope, of each setting by itself; of what isn't approved the root's administrators alone are
/// told (P-12).
fn offs(sight: Sight<'_>, record: &Scope) -> Vec<Cause> {
    let snapshot = sight.snapshot;
    let policy = snapshot.scope_policy(record.path);
    let stored = record.path.iter().filter_map(|scope| snapshot.scopes.get(scope)).flat_map(|scope| scope.restrictions.iter());
    // C-7: the root's unset counts too.
    let mut settings = vec![Setting::CustomSharing];
    settings.extend(stored.filter(|restriction| restriction.value == Value::Off).map(|restriction| restriction.setting));
    settings.retain(|setting| match setting {
        Setting::Integration(slot) => sight.who.administers_root() || snapshot.integrations.get(*slot).is_some_and(|entry| entry.approved),
        _ => true,
    });
    let mut seen = BTreeSet::new();
    let mut offs = Vec::new();
    for setting in settings {
        if seen.insert(setting_name(sight, setting)) {
            let _ = policy.offs(setting, &mut |cause| {
                offs.push(cause);
                ControlFlow::Continue(())
            });
        }
    }
    offs
}

fn spaces<'p>(sight: Sight<'p>, slot: Slot<Scope>, record: &'p Scope, is_administered: bool) -> Vec<SpaceRow<'p>> {
    let spaces = record.contents.iter().flat_map(|contents| contents.spaces.iter());
    let spaces = spaces.filter_map(|space| sight.snapshot.spaces.get(*space));
    let controls = |id: &'p str, name: &'p str| SpaceControls {
        // As it stands, it alters nothing.
        name: Control::new(name).choose(
            name,
            Proposal::new(ChangeKind::EditSpace).with("space", id).with("name", name),
            &["/name"],
            Ok(None),
        ),
        remove: Control::act(false, Proposal::new(ChangeKind::RemoveSpace).with("space", id), sight.rightful(true, slot)),
    };
    let row = |id, name| SpaceRow { space: id, name, controls: is_administered.then(|| controls(id, name)) };
    spaces.map(|space| row(space.id.as_str(), space.name.as_str())).collect()
}

fn controls<'p>(sight: Sight<'p>, slot: Slot<Scope>, record: &'p Scope) -> ScopeControls<'p> {
    let (id, name) = (record.id.as_str(), record.name.as_str());
    let contact = record.contact.as_deref();
    let edit = || Proposal::new(ChangeKind::EditScope).with("scope", id);
    let add = Proposal::new(ChangeKind::AddScope).with("scope", Piece::object().with("parent", id));
    let add_space = || {
        let space = Proposal::new(ChangeKind::AddSpace).with("scope", id).with("space", Piece::object());
        Control::new(false).choose(true, space, &["/space/id", "/space/name"], sight.rightful(true, slot))
    };
    ScopeControls {
        name: Control::new(name).choose(name, edit().with("name", name), &["/name"], Ok(None)),
        contact: Control::new(contact.unwrap_or_default()).choose(
            contact.unwrap_or_default(),
            edit().with_some("contact", contact),
            &["/contact"],
            Ok(None),
        ),
        access_control: access_control(sight, slot, record),
        add: Control::new(false).choose(true, add, &["/scope/id", "/scope/level", "/scope/name"], may_add(sight, slot, record)),
        add_space: record.is_workspace.then(add_space),
    }
}

/// Whether any scope may be added below one, whatever its id, level and name.
fn may_add<'p>(sight: Sight<'p>, slot: Slot<Scope>, record: &Scope) -> Verdict<'p> {
    // Levels fall strictly along every path.
    if usize::from(record.level) + 1 >= sight.snapshot.levels.len() {
        return Err(sight.closed(Reason::InvalidRequest, &[], slot));
    }
    if sight.snapshot.scopes.len() >= MAX_SCOPES {
        return Err(sight.closed(Reason::TooLarge, &[], slot));
    }
    sight.rightful(true, slot)
}

/// The feature, as it is stated here and as it comes out (D-1).
fn access_control<'p>(sight: Sight<'p>, slot: Slot<Scope>, record: &'p Scope) -> Control<'p> {
    let text = |stated: Option<bool>| match stated {
        Some(true) => "on",
        Some(false) => "off",
        None => "unset",
    };
    let stated = record.access_control;
    let effective = text(Some(sight.snapshot.access_control(&record.path)));
    let mut control = Control::new(text(stated)).effectively(effective);
    for to in [Some(false), Some(true), None].into_iter().filter(|to| *to != stated) {
        let change = Proposal::new(ChangeKind::SetFeature).with("scope", record.id.as_str()).with("feature", "accessControl");
        let change = change.with("value", to.map_or(Piece::Null, Piece::Flag));
        control = control.choose(text(to), change, &[], sight.rightful(sight.who.administers_root(), slot));
    }
    control
}
