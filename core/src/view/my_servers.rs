//! The owner's page of custom servers (C-9).

use std::ops::ControlFlow;

use super::ViewKind;
use super::control::{Control, Proposal};
use super::inventory::DigestText;
use super::merge::Merge;
use super::row::{Front, ServerStatus};
use super::sample;
use super::shown::{Head, LastContact, Notice, Piece, shown};
use super::sight::Sight;
use super::status::Status;
use crate::address::{address_digest, redact};
use crate::change::ChangeKind;
use crate::decide::Reason;
use crate::document::{Time, Visibility};
use crate::policy::{Cause, Scope, ScopePolicy, Setting, Slot};

shown! {
    /// The actor's own custom servers in a workspace.
    pub struct MyServersView<'p> {
        /// The workspace.
        workspace: must Head<'p> = "workspace",
        /// Creation and use are both off: there is a notice and nothing else.
        hidden: must bool = "hidden",
        /// While use is off, or both.
        notice: maybe Notice<'p> = "notice",
        /// All else, where it isn't hidden.
        shown: perhaps MyServersRows<'p>,
    }

    /// What isn't hidden of it.
    pub struct MyServersRows<'p> {
        /// Registering a private custom server here.
        register: must Control<'p> = "register",
        /// The servers, by id.
        rows: must Vec<MyServersRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// One of them.
    pub struct MyServersRow<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Its name.
        name: must &'p str = "name",
        /// Private or shared, as stored.
        visibility: must Visibility = "visibility",
        /// When it was registered.
        registered_at: must Time = "registeredAt",
        /// Redacted (N-3).
        address: must String = "address",
        /// The digest of it as it is.
        address_digest: must DigestText = "addressDigest",
        /// How it does.
        standing: part ServerStatus,
        /// Absent: not yet checked.
        last_contact: maybe LastContact = "lastContact",
        /// Its tools.
        tools: must OwnTools = "tools",
        /// What may be done with it.
        controls: must MyServersControls<'p> = "controls",
    }

    /// How many tools a server has, and whether they can be used.
    pub struct OwnTools {
        /// How many.
        count: must u64 = "count",
        /// Unless the server is off.
        available: must bool = "available",
    }

    /// What may be done with one's own server.
    pub struct MyServersControls<'p> {
        /// The master switch (K-1).
        switch: must Control<'p> = "switch",
        /// A check by the host.
        check: must Control<'p> = "check",
        /// Authorising again; absent where there is nothing to authorise.
        reconnect: maybe Control<'p> = "reconnect",
        /// Its name.
        edit: must Control<'p> = "edit",
        /// Its address (C-5).
        readdress: must Control<'p> = "readdress",
        /// Its visibility.
        share: must Control<'p> = "share",
        /// Deleting it.
        remove: must Control<'p> = "remove",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, workspace: &str) -> Result<MyServersView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let scope = sight.who.workspace(workspace)?;
    let sight = sight.about(scope);
    let head = sight.head(scope).ok_or(Reason::UnknownWorkspace)?;
    let policy = snapshot.scope_policy(*snapshot.path(scope).ok_or(Reason::UnknownWorkspace)?);
    let (usage, creation) = (offs(sight, &policy, Setting::CustomUse), offs(sight, &policy, Setting::CustomCreation));
    let hidden = !usage.is_empty() && !creation.is_empty();
    let notice = (!usage.is_empty()).then(|| notice(sight, &usage, &creation));
    if hidden {
        return Ok(MyServersView { workspace: head, hidden, notice, shown: None });
    }
    let after = sight.after();
    let own = sight.who.user.and_then(|(_, user)| user.holds.as_deref()).map(|holds| &holds.owns);
    let own = Merge::new(&snapshot.servers, own, after.as_ref().map(|cursor| cursor.key(0)));
    let here = own.filter(|(_, server)| server.scope == scope && server.integration.is_none() && sight.who.owns(server));
    let fitting = here.filter(|(_, server)| sight.fits_text(&server.id, &server.name));
    let fronts = fitting.filter_map(|(slot, server)| Front::from(sight, scope, slot, server).map(|front| (front.status(), front)));
    let wanted = sight.wanted_badge();
    let (rows, next) = sight.page(
        ViewKind::MyServers,
        fronts.filter(|(status, _)| wanted.is_none_or(|wanted| status.as_str() == wanted)),
        |(_, front)| vec![front.server.id.as_str()],
        |(status, front)| row(sight, &status, &front),
    );
    let shown = MyServersRows { register: register(sight, scope), rows, next };
    Ok(MyServersView { workspace: head, hidden, notice, shown: Some(shown) })
}

/// Every `off` of a setting, in S-4's order.
fn offs(sight: Sight<'_>, policy: &ScopePolicy<'_>, setting: Setting) -> Vec<Cause> {
    let mut offs = Vec::new();
    let _ = policy.offs(setting, &mut |cause| {
        offs.push(cause);
        ControlFlow::Continue(())
    });
    offs.sort_by(|one, other| sight.snapshot.compare_causes(one, other));
    offs
}

/// While use is off, or both: the one whose first cause has the higher authority, of one authority use (S-4).
fn notice<'p>(sight: Sight<'p>, usage: &[Cause], creation: &[Cause]) -> Notice<'p> {
    let rank = |causes: &[Cause]| causes.first().map(|cause| cause.authority_depth);
    let by_use = rank(creation).is_none() || rank(usage) <= rank(creation);
    let (reason, causes) = if by_use { (Reason::CustomUseOff, usage) } else { (Reason::CustomCreationOff, creation) };
    let first = causes.first().copied();
    let badge = first.map(|cause| crate::decide::badge(sight.snapshot.label_of(&cause)).to_string());
    Notice { reason, badge, message: sight.words(reason, first) }
}

fn row<'p>(sight: Sight<'p>, status: &Status<'p>, front: &Front<'p>) -> MyServersRow<'p> {
    let server = front.server;
    MyServersRow {
        server: &server.id,
        name: &server.name,
        visibility: server.visibility,
        registered_at: server.registered_at,
        address: redact(&server.stored_address),
        address_digest: DigestText(address_digest(&server.stored_address)),
        standing: status.into(),
        last_contact: sight.last_contact(&server.id),
        tools: OwnTools { count: front.tools(), available: status.reason().is_none() },
        controls: MyServersControls {
            switch: front.switch(),
            check: front.check(),
            reconnect: front.reconnect(),
            edit: front.edit(),
            readdress: front.readdress(),
            share: front.share(),
            remove: front.remove(),
        },
    }
}

/// Registering a private custom server here, at any address.
fn register<'p>(sight: Sight<'p>, scope: Slot<Scope>) -> Control<'p> {
    let record = Piece::object()
        .with("scope", sight.scope_id(scope))
        .with("source", Piece::object().with("kind", "custom"))
        .with("visibility", "private")
        .with("switch", "on");
    let bare = Piece::object().with("scope", sight.scope_id(scope)).with("visibility", "private").with("switch", "on");
    let change = |record: Piece<'p>| Proposal::new(ChangeKind::RegisterServer).with("server", record);
    let filled = sample::registrations(sight.snapshot, &bare, std::iter::once(None));
    let verdict = sample::first_open(filled.map(|record| sight.permits(&change(record), scope)))
        .unwrap_or_else(|| Err(sight.closed(Reason::OriginNotAllowed, &[], scope)));
    let fill = ["/server/id", "/server/name", "/server/address", "/server/authorization", "/server/agents"];
    Control::new(false).choose(true, change(record), &fill, verdict)
}
