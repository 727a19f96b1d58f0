//! Changes of servers, and of what belongs to one: by what right each is made, and what locks it (P-8, P-13, P-14).

mod edit;
mod register;
mod stop;
mod tool;

use std::ops::ControlFlow;

pub(super) use self::edit::{edit, set_agents, set_assignees, set_spaces, set_visibility, switch, waive};
pub(super) use self::register::{readdress, register};
pub(super) use self::stop::{bury, delete, disable, enable};
pub(crate) use self::stop::{may_delete, may_disable, may_enable};
pub(super) use self::tool::{accept_tool, refresh_tools, set_tool};
use super::judge::Judge;
use super::refusal::Refusal;
use super::who::Who;
use crate::decide::Reason;
use crate::document::Visibility;
use crate::policy::{Cause, Path, Server, Setting, Slot};

/// By what right somebody changes a server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    Administrator,
    Delegate,
    Owner,
}

/// A server that the actor knows, and the actor.
#[derive(Clone, Copy)]
pub(crate) struct Of<'s> {
    pub(crate) who: Who<'s>,
    pub(crate) slot: Slot<Server>,
    pub(crate) server: &'s Server,
}

impl<'s> Of<'s> {
    /// The server of an id, if the actor knows it.
    pub(crate) fn new(judge: &'s Judge<'_>, id: &str) -> Result<Self, Refusal> {
        let who = judge.asked.who(&judge.draft.next)?;
        let (slot, server) = who.server(id)?;
        Ok(Self { who, slot, server })
    }

    fn is_shared(self) -> bool {
        self.server.visibility == Visibility::Shared
    }

    fn is_custom(self) -> bool {
        self.server.integration.is_none()
    }

    fn path(self) -> Option<&'s Path> {
        self.who.snapshot.path(self.server.scope)
    }

    pub(crate) fn administrator(self) -> Option<Right> {
        self.who.administers(self.server.scope).then_some(Right::Administrator)
    }

    pub(crate) fn delegate(self) -> Option<Right> {
        self.who.is_delegate(self.server).then_some(Right::Delegate)
    }

    pub(crate) fn owner(self) -> Option<Right> {
        self.who.owns(self.server).then_some(Right::Owner)
    }

    /// Without an owner the scope's administrators stand in.
    pub(crate) fn owner_or_stand_in(self) -> Option<Right> {
        if self.server.owner.is_none() { self.administrator() } else { self.owner() }
    }

    /// The owner of a private one, the administrators of a shared one.
    pub(crate) fn owner_or_administrators(self) -> Option<Right> {
        if self.is_shared() { self.administrator() } else { self.owner() }
    }

    /// The same, or an assignee of the shared one.
    pub(crate) fn owner_or_delegates(self) -> Option<Right> {
        self.owner_or_administrators().or_else(|| self.delegate())
    }

    /// Every `off` of a setting where it lies.
    fn offs(self, setting: Setting) -> Vec<Cause> {
        let mut causes = Vec::new();
        if let Some(path) = self.path() {
            let _ = self.who.snapshot.scope_policy(*path).offs(setting, &mut |cause| {
                causes.push(cause);
                ControlFlow::Continue(())
            });
        }
        causes
    }

    /// Every `off` of the use of custom servers where this one lies, if it is one.
    pub(crate) fn use_offs(self) -> Vec<Cause> {
        if self.is_custom() { self.offs(Setting::CustomUse) } else { Vec::new() }
    }

    /// Refuses where there are causes.
    fn refuse_for(self, reason: Reason, mut causes: Vec<Cause>) -> Result<(), Refusal> {
        if causes.is_empty() {
            return Ok(());
        }
        causes.sort_by(|a, b| self.who.snapshot.compare_causes(a, b));
        causes.dedup();
        Err(Refusal::locked(reason, self.who.snapshot, &causes))
    }

    /// C-9, P-13: while use is off, what comes of the owner's right alone is closed.
    pub(crate) fn open(self, right: Right) -> Result<(), Refusal> {
        if right == Right::Owner { self.refuse_for(Reason::CustomUseOff, self.use_offs()) } else { Ok(()) }
    }

    /// A right, and nothing that closes it.
    pub(crate) fn held_to(self, right: Option<Right>) -> Result<(), Refusal> {
        self.open(righted(right)?)
    }
}

/// A right at all, else `not-administrator`.
pub(crate) fn righted(right: Option<Right>) -> Result<Right, Refusal> {
    right.ok_or_else(|| Reason::NotAdministrator.into())
}
