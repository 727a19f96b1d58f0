//! Advice: what an administrator may want to look at again (K-10). Nothing enforces it.

use serde::ser::{Serialize, Serializer};

use super::shown::shown;
use super::tool::{Met, Seen};
use crate::change::{Who, published_digest};
use crate::document::{Grant, Label, State, Time, Visibility};
use crate::policy::{Server, Slot, Snapshot, User, VirtualServer, export};

/// A delegate who did nothing for longer than this is idle.
const IDLE_MILLIS: i64 = 90 * 24 * 60 * 60 * 1000;

/// More connectors than this are many, where a tool writes.
const FEW_CONNECTORS: usize = 20;

/// What is advised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AdviceCode {
    /// A tool that writes or is sensitive runs without confirmation.
    RiskyToolOnAuto,
    /// Everybody uses one person's credentials.
    SharedPersonalCredentials,
    /// The owner of a shared server administers nothing there.
    OwnerNotAdministrator,
    /// Every declared agent may use it.
    EveryAgentAllowed,
    /// Tools that write are open to every space.
    UnrestrictedWriteTools,
    /// A delegate did nothing for 90 days.
    DelegateIdle,
    /// It selects tools that read and tools that write.
    MixesReadAndWrite,
    /// It has no description.
    NoDescription,
    /// Many may connect, and a tool writes.
    ManyConnectors,
    /// It isn't what was published any more.
    ChangedSincePublished,
}

impl AdviceCode {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RiskyToolOnAuto => "risky-tool-on-auto",
            Self::SharedPersonalCredentials => "shared-personal-credentials",
            Self::OwnerNotAdministrator => "owner-not-administrator",
            Self::EveryAgentAllowed => "every-agent-allowed",
            Self::UnrestrictedWriteTools => "unrestricted-write-tools",
            Self::DelegateIdle => "delegate-idle",
            Self::MixesReadAndWrite => "mixes-read-and-write",
            Self::NoDescription => "no-description",
            Self::ManyConnectors => "many-connectors",
            Self::ChangedSincePublished => "changed-since-published",
        }
    }

    /// The text.
    pub const fn message(self) -> &'static str {
        match self {
            Self::RiskyToolOnAuto => "Tools that write or are sensitive run without confirmation.",
            Self::SharedPersonalCredentials => "Everybody uses this server with one person's credentials.",
            Self::OwnerNotAdministrator => "The owner of this shared server doesn't administer its scope.",
            Self::EveryAgentAllowed => "Every agent may use this server.",
            Self::UnrestrictedWriteTools => "Tools that write are open to every space.",
            Self::DelegateIdle => "Delegated administrators did nothing here for 90 days.",
            Self::MixesReadAndWrite => "It offers tools that read beside tools that write.",
            Self::NoDescription => "It has no description.",
            Self::ManyConnectors => "More than 20 users may connect, and a tool writes.",
            Self::ChangedSincePublished => "Its managers or tools have changed since it was published.",
        }
    }
}

shown! {
    /// One piece of advice.
    pub struct Advice<'p> {
        /// What is advised.
        code: must AdviceCode = "code",
        /// The tools that it is about, sorted.
        tools: some &'p str = "tools",
        /// The users that it is about, sorted.
        users: some &'p str = "users",
        /// The text.
        message: must &'static str = "message",
    }
}

impl From<AdviceCode> for Advice<'_> {
    fn from(code: AdviceCode) -> Self {
        Self { code, tools: Vec::new(), users: Vec::new(), message: code.message() }
    }
}

/// About a server, to one of its keepers; its tools as they are seen, by name.
pub(super) fn of_server<'s>(who: Who<'s>, server: &Server, tools: &[Seen<'s>], idle: impl Fn(&User) -> bool) -> Vec<Advice<'s>> {
    let snapshot = who.snapshot;
    let shared = server.visibility == Visibility::Shared;
    let named = |wanted: &dyn Fn(&Seen<'s>) -> bool| -> Vec<&'s str> {
        tools.iter().filter(|seen| seen.tool.enabled && wanted(seen)).map(|seen| seen.name).collect()
    };
    let writes = |seen: &Seen<'s>| seen.label == Some(Label::Write);
    let mut advice = Vec::new();
    let risky = named(&|seen| (writes(seen) || seen.sensitive) && seen.effective() == Met::Auto);
    if !risky.is_empty() {
        advice.push(Advice { tools: risky, ..AdviceCode::RiskyToolOnAuto.into() });
    }
    if shared && server.has_shared_credential() {
        advice.push(AdviceCode::SharedPersonalCredentials.into());
    }
    let owner = server.owner.and_then(|owner| snapshot.users.get(owner));
    if shared && owner.zip(snapshot.path(server.scope)).is_some_and(|(owner, path)| !owner.administers(path)) {
        advice.push(AdviceCode::OwnerNotAdministrator.into());
    }
    if snapshot.agents.slots().all(|(agent, _)| server.agents.contains(agent)) {
        advice.push(AdviceCode::EveryAgentAllowed.into());
    }
    let writing = named(&writes);
    if shared && server.spaces.is_none() && !writing.is_empty() {
        advice.push(Advice { tools: writing, ..AdviceCode::UnrestrictedWriteTools.into() });
    }
    if who.administers(server.scope) {
        let users = server.assignees.iter().filter_map(|slot| Some((*slot, snapshot.users.get(*slot)?)));
        let idle = users.filter(|(slot, user)| snapshot.is_delegate(*slot, user, server) && idle(user));
        let mut users: Vec<&'s str> = idle.map(|(_, user)| user.id.as_str()).collect();
        users.sort_unstable();
        if !users.is_empty() {
            advice.push(Advice { users, ..AdviceCode::DelegateIdle.into() });
        }
    }
    advice
}

/// Whether a last act is unknown, or too long ago.
pub(super) fn is_idle(last: Option<Time>, now: Time) -> bool {
    last.is_none_or(|last| i128::from(now.0) - i128::from(last.0) > i128::from(IDLE_MILLIS))
}

/// About a virtual server, to one of its keepers; with the labels of the tools that it selects.
pub(super) fn of_virtual_server<'s>(snapshot: &'s Snapshot, server: &'s VirtualServer, labels: &[Option<Label>]) -> Vec<Advice<'s>> {
    let selects = |label| labels.contains(&Some(label));
    let mut advice = Vec::new();
    if selects(Label::Read) && selects(Label::Write) {
        advice.push(AdviceCode::MixesReadAndWrite.into());
    }
    if server.description.as_ref().is_none_or(|text| text.is_empty()) {
        advice.push(AdviceCode::NoDescription.into());
    }
    let connects = |slot: Slot<User>| snapshot.users.get(slot).is_some_and(|user| snapshot.is_in_reach(user, server.scope));
    let connectors = server.access.iter().filter(|entry| entry.grant == Grant::Connect && connects(entry.user)).count();
    if selects(Label::Write) && connectors > FEW_CONNECTORS {
        advice.push(AdviceCode::ManyConnectors.into());
    }
    let stored = server.published.as_ref().map(|published| published.1).filter(|_| server.state == State::Published);
    if stored.is_some_and(|stored| stored != published_digest(&export::Export(snapshot).virtual_server(server))) {
        advice.push(AdviceCode::ChangedSincePublished.into());
    }
    advice
}

impl Serialize for AdviceCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
