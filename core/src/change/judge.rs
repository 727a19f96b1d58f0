//! Judging a change (P-11): what is asked of every kind alike, before and after its own questions. Preview and apply both go
//! through here.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::draft::{Draft, Touched};
use super::event::{self, Event};
#[cfg(feature = "changes")]
use super::import;
use super::refusal::Refusal;
use super::request::Imported;
#[cfg(feature = "changes")]
use super::request::{ChangeRequest, Parsed};
use super::who::Who;
use super::{Ask, Change, catalog, server, settings, structure, user, virtual_server};
use crate::decide::Reason;
use crate::document::json::Writer;
use crate::document::shape::MAX_INTEGER;
use crate::document::{Access, Time};
use crate::policy::{Name, Notes, Policy, Slot, Snapshot, Stamp, User};

type Judged<T = ()> = Result<T, Refusal>;

/// What a permitted change gives.
#[derive(Clone)]
pub struct Applied {
    /// The next policy; the same again where nothing changed.
    pub policy: Policy,
    /// Whether anything changed (P-5).
    pub changed: bool,
    /// What to write down (P-4).
    pub events: Vec<Event>,
}

impl Applied {
    /// The revision that the policy has now.
    pub fn revision(&self) -> u64 {
        self.policy.revision()
    }

    /// The canonical JSON of the answer; the policy isn't in it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Applied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Applied", 4)?;
        object.serialize_field("permitted", &true)?;
        object.serialize_field("changed", &self.changed)?;
        object.serialize_field("revision", &self.revision())?;
        if !self.events.is_empty() {
            object.serialize_field("events", &self.events)?;
        }
        object.end()
    }
}

/// Who asks, when, and what came along.
pub(crate) struct Asked<'a> {
    /// None: the host itself.
    pub(crate) user: Option<&'a str>,
    pub(crate) confirmed_at: Option<Time>,
    pub(crate) now: Time,
    /// Applying refuses what needs a confirmation and has none; a preview says so.
    pub(crate) enforces_confirmation: bool,
}

impl<'a> Asked<'a> {
    /// Of what was asked.
    pub(super) fn of(ask: &'a Ask<'_>, enforces_confirmation: bool) -> Self {
        let Ask { actor, now, .. } = ask;
        Self { user: actor.user.as_deref(), confirmed_at: actor.confirmed_at, now: *now, enforces_confirmation }
    }

    /// A record of what is done: when, and by whom unless the host acts.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { at: self.now, by: self.user.map(Name::from), notes: Notes::default() }
    }

    /// Who asks, in a state of the policy; gone, they are nobody.
    pub(crate) fn who<'s>(&self, snapshot: &'s Snapshot) -> Judged<Who<'s>> {
        let user = match self.user {
            Some(id) => Some(snapshot.users.find(id).ok_or(Reason::UnknownUser)?),
            None => None,
        };
        Ok(Who { snapshot, user })
    }
}

/// What judging a change comes to, where it is permitted.
#[cfg_attr(not(feature = "changes"), allow(dead_code, reason = "views ask only whether a change is permitted, and what it needs"))]
pub(crate) struct Outcome {
    pub(crate) draft: Draft,
    pub(crate) changed: bool,
    /// Whether a fresh confirmation is needed, and isn't there (U-7).
    pub(crate) needs_confirmation: bool,
    pub(crate) events: Vec<Event>,
}

impl Policy {
    /// Makes a change (P-3, P-4).
    ///
    /// # Errors
    ///
    /// Why it isn't made; this policy goes on as it was, in either case.
    #[cfg(feature = "changes")]
    pub fn apply(&self, request: &ChangeRequest<'_>) -> Result<Applied, Refusal> {
        let outcome = self.judge(request, true)?;
        if !outcome.changed {
            return Ok(Applied { policy: self.clone(), changed: false, events: Vec::new() });
        }
        Ok(Applied { policy: Policy(std::sync::Arc::new(outcome.draft.next)), changed: true, events: outcome.events })
    }

    #[cfg(feature = "changes")]
    pub(crate) fn judge(&self, request: &ChangeRequest<'_>, enforces_confirmation: bool) -> Judged<Outcome> {
        let Parsed { ask, imports } =
            request.0.as_ref().map_err(|problems| Refusal { problems: problems.clone(), ..Reason::InvalidRequest.into() })?;
        // What a page proposes is asked of the whole (P-V15), so that this stands here alone (P-6).
        if self.0.slice.is_some() {
            return Err(Reason::SliceIsReadOnly.into());
        }
        self.judge_ask(ask, imports, enforces_confirmation)
    }

    /// The same of a change that was made here, and fits the contract.
    pub(crate) fn judge_ask(&self, ask: &Ask<'_>, imports: &[Imported<'_>], enforces_confirmation: bool) -> Judged<Outcome> {
        let Ask { revision, change, .. } = ask;
        if *revision != self.revision() {
            return Err(Reason::Conflict.into());
        }
        let asked = Asked::of(ask, enforces_confirmation);
        let mut judge =
            Judge { asked: &asked, imports: imports.iter(), draft: Draft::new(&self.0), needs_confirmation: false, events: Vec::new() };
        asked.who(&self.0)?;
        judge.change(change)?;
        let Judge { mut draft, needs_confirmation, mut events, .. } = judge;
        draft.touched.settle();
        // What a batch changed it may have changed back.
        let changed = !events.is_empty() && (!matches!(change, Change::Batch(_)) || draft.touched.differs(&self.0, &draft.next));
        if changed {
            if self.revision() >= MAX_INTEGER {
                return Err(Reason::TooLarge.into());
            }
            draft.next.revision += 1;
        } else {
            events.clear();
        }
        event::number(&mut events, draft.next.revision);
        Ok(Outcome { draft, changed, needs_confirmation, events })
    }
}

impl Change<'_> {
    /// Whether nothing that is asked of an outcome hangs on what the change leaves: all that it does is to edit servers, or users
    /// but for where they belong, or to put one server in another's place, or a virtual server goes or changes its state.
    fn can_be_tried(&self) -> bool {
        matches!(
            self,
            Self::EditServer(_)
                | Self::SetVisibility(_)
                | Self::SwitchServer(_)
                | Self::SetAgents(_)
                | Self::SetSpaces(_)
                | Self::SetTool(_)
                | Self::AcceptTool(_)
                | Self::WaiveSharedCredential(_)
                | Self::SetAccess(_)
                | Self::RevokeTokens(_)
                | Self::ReaddressServer(_)
                | Self::SetVirtualState(_)
                | Self::DeleteVirtualServer(_)
        )
    }
}

impl Policy {
    /// Whether a change that was made here may be made, and whether it needs a confirmation: the questions of `judge_ask`,
    /// without the events, and without an outcome where none is looked at. A page asks them of hundreds.
    pub(crate) fn permits(&self, ask: &Ask<'_>) -> Judged<bool> {
        let Ask { actor, now, change, .. } = ask;
        // At the last revision it matters whether anything would be altered (P-10).
        if matches!(change, Change::Batch(_) | Change::Import(_)) || self.revision() >= MAX_INTEGER {
            return self.judge_ask(ask, &[], false).map(|outcome| outcome.needs_confirmation);
        }
        let asked = Asked { user: actor.user.as_deref(), confirmed_at: None, now: *now, enforces_confirmation: false };
        let draft = Draft { is_trial: change.can_be_tried(), ..Draft::new(&self.0) };
        let mut judge = Judge { asked: &asked, imports: [].iter(), draft, needs_confirmation: false, events: Vec::new() };
        asked.who(&self.0)?;
        judge.kind(change)?;
        let Draft { next, mut touched, changes_access, .. } = judge.draft;
        touched.settle();
        if leaves_without_manager(&self.0, &next, &touched) {
            return Err(Reason::LastManager.into());
        }
        super::limits::hold(change, &next, &touched)?;
        Ok(asked.user.is_some() && (changes_access || self::changes_access(&self.0, &next, &touched)))
    }
}

/// Judges one change after another, each on what the ones before it left.
pub(crate) struct Judge<'a> {
    pub(crate) asked: &'a Asked<'a>,
    #[cfg_attr(not(feature = "changes"), allow(dead_code, reason = "imports alone are read here"))]
    imports: std::slice::Iter<'a, Imported<'a>>,
    pub(crate) draft: Draft,
    needs_confirmation: bool,
    events: Vec<Event>,
}

impl<'a> Judge<'a> {
    fn change(&mut self, change: &Change<'_>) -> Judged {
        if let Change::Batch(batch) = change {
            for (index, change) in batch.changes.iter().enumerate() {
                self.change(change).map_err(|refusal| Refusal { index: Some(index), ..refusal })?;
            }
            return Ok(());
        }
        // The actor may be gone since the batch began.
        self.asked.who(&self.draft.next)?;
        let before = self.draft.next.clone();
        let touched = std::mem::take(&mut self.draft.touched);
        self.kind(change)?;
        let mut own = std::mem::replace(&mut self.draft.touched, touched);
        own.settle();
        self.settle(change, &before, &own)?;
        self.draft.touched.extend(own);
        Ok(())
    }

    fn kind(&mut self, change: &Change<'_>) -> Judged {
        match change {
            Change::Set(change) => settings::set(self, change),
            Change::Preset(change) => settings::preset(self, change),
            Change::SetFeature(change) => settings::set_feature(self, change),
            Change::RegisterServer(change) => server::register(self, change),
            Change::ReaddressServer(change) => server::readdress(self, change),
            Change::EditServer(change) => server::edit(self, change),
            Change::SetVisibility(change) => server::set_visibility(self, change),
            Change::SwitchServer(change) => server::switch(self, change),
            Change::DisableServer(change) => server::disable(self, change),
            Change::EnableServer(change) => server::enable(self, change),
            Change::DeleteServer(change) => server::delete(self, change),
            Change::SetAgents(change) => server::set_agents(self, change),
            Change::SetSpaces(change) => server::set_spaces(self, change),
            Change::SetAssignees(change) => server::set_assignees(self, change),
            Change::SetTool(change) => server::set_tool(self, change),
            Change::RefreshTools(change) => server::refresh_tools(self, change),
            Change::AcceptTool(change) => server::accept_tool(self, change),
            Change::WaiveSharedCredential(change) => server::waive(self, change),
            Change::AddUser(change) => user::add(self, change),
            Change::EditUser(change) => user::edit(self, change),
            Change::RemoveUser(change) => user::remove(self, change),
            Change::SetAccess(change) => user::set_access(self, change),
            Change::IssueToken(change) => user::issue_token(self, change),
            Change::RevokeTokens(change) => user::revoke_tokens(self, change),
            Change::AddScope(change) => structure::add_scope(self, change),
            Change::EditScope(change) => structure::edit_scope(self, change),
            Change::RemoveScope(change) => structure::remove_scope(self, change),
            Change::AddSpace(change) => structure::add_space(self, change),
            Change::EditSpace(change) => structure::edit_space(self, change),
            Change::RemoveSpace(change) => structure::remove_space(self, change),
            Change::PutIntegration(change) => catalog::put_integration(self, change),
            Change::RemoveIntegration(change) => catalog::remove_integration(self, change),
            Change::PutAgent(change) => catalog::put_agent(self, change),
            Change::RemoveAgent(change) => catalog::remove_agent(self, change),
            Change::PutClient(change) => catalog::put_client(self, change),
            Change::RemoveClient(change) => catalog::remove_client(self, change),
            Change::SetLevelLabel(change) => catalog::set_level_label(self, change),
            Change::SetPlatform(change) => catalog::set_platform(self, change),
            Change::CreateVirtualServer(change) => virtual_server::create(self, change),
            Change::EditVirtualServer(change) => virtual_server::edit(self, change),
            Change::SetVirtualTools(change) => virtual_server::set_tools(self, change),
            Change::SetVirtualState(change) => virtual_server::set_state(self, change),
            Change::Grant(change) => virtual_server::grant(self, change),
            Change::Ungrant(change) => virtual_server::ungrant(self, change),
            Change::DeleteVirtualServer(change) => virtual_server::delete(self, change),
            // A view proposes none.
            #[cfg(not(feature = "changes"))]
            Change::Import(_) => Err(Reason::InvalidRequest.into()),
            #[cfg(feature = "changes")]
            Change::Import(_) => {
                let imported = self.imports.next().ok_or(Reason::InvalidRequest)?;
                import::import(self, imported)
            }
            Change::Batch(_) => Ok(()),
        }
    }

    /// What is asked of the outcome of every change: managers, limits, validity, confirmation.
    fn settle(&mut self, change: &Change<'_>, before: &Snapshot, touched: &Touched) -> Judged {
        let after = &self.draft.next;
        if leaves_without_manager(before, after, touched) {
            return Err(Reason::LastManager.into());
        }
        let told = self.events.len();
        event::tell(Some(self.asked), before, after, touched, &mut self.events);
        if self.events.len() == told {
            return Ok(());
        }
        super::limits::hold(change, after, touched)?;
        if before.revision >= MAX_INTEGER {
            return Err(Reason::TooLarge.into());
        }
        if self.asked.user.is_some() && changes_access(before, after, touched) && !self.is_confirmed(before) {
            if self.asked.enforces_confirmation {
                return Err(Reason::ConfirmationRequired.into());
            }
            self.needs_confirmation = true;
        }
        Ok(())
    }

    /// U-7: by the limit from before the change.
    fn is_confirmed(&self, before: &Snapshot) -> bool {
        let limit = i128::from(before.platform.confirmation_seconds) * 1000;
        let age = |at: Time| i128::from(self.asked.now.0) - i128::from(at.0);
        self.asked.confirmed_at.is_some_and(|at| (0..=limit).contains(&age(at)))
    }
}

/// Whether anybody's access is another (U-7); one who is absent counts as disabled.
fn changes_access(before: &Snapshot, after: &Snapshot, touched: &Touched) -> bool {
    let enabled = |snapshot: &Snapshot, slot: Slot<User>| snapshot.users.get(slot).is_some_and(|user| user.access == Access::Enabled);
    touched.users.iter().any(|slot| enabled(before, *slot) != enabled(after, *slot))
}

/// V-4, P-14: whether a virtual server that had a manager, or is new, is left without one.
fn leaves_without_manager(before: &Snapshot, after: &Snapshot, touched: &Touched) -> bool {
    let of_users = touched.users.iter().filter_map(|slot| before.users.get(*slot)?.holds.as_ref());
    let granted = of_users.flat_map(|holds| holds.granted.iter());
    touched.virtual_servers.iter().copied().chain(granted).any(|slot| {
        let Some(server) = after.virtual_servers.get(slot) else { return false };
        let had = before.virtual_servers.get(slot).is_none_or(|old| before.is_managed(old));
        had && !after.is_managed(server)
    })
}
