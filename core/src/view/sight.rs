//! Who looks, at what, and when: what every kind asks (P-12), and how it says that something is closed.

use super::control::{AskedOf, Closed, Inquiry, Proposal, Verdict, Words};
use super::cursor::Cursor;
use super::request::Question;
use super::shown::{Head, LastContact, age_seconds};
use crate::activity::Activity;
use crate::change::{self, Ask, Refusal, Who};
use crate::decide::{About, Claim, Context, Credential, Decision, Facts, Key, Lock, Outcome, Reason, Request};
use crate::document::shape::MAX_INTEGER;
use crate::document::{Text, Time};
use crate::policy::{Cause, Policy, Scope, Setting, Slot, Snapshot};

/// A look at a policy.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) snapshot: &'p Snapshot,
    pub(crate) who: Who<'p>,
    pub(crate) now: Time,
    pub(crate) activity: &'p Activity<'p>,
    pub(crate) question: &'p Question<'p>,
    /// Whether messages are for somebody who administers what the view is about (L-4).
    tells_administrator: bool,
}

impl<'p> Sight<'p> {
    /// Of a request; its actor has to be there.
    pub(crate) fn new(policy: &'p Policy, question: &'p Question<'p>, activity: &'p Activity<'p>) -> Result<Self, Reason> {
        let snapshot = &*policy.0;
        let user = match &question.actor {
            super::Actor::User(id) => Some(snapshot.users.find(id).ok_or(Reason::UnknownUser)?),
            super::Actor::Host => None,
        };
        let who = Who { snapshot, user };
        Ok(Self { policy, snapshot, who, now: question.now, activity, question, tells_administrator: false })
    }

    /// The same, of a view about something of a scope: who administers that one reads administrators' messages.
    pub(crate) fn about(self, scope: Slot<Scope>) -> Self {
        Self { tells_administrator: self.who.administers(scope), ..self }
    }

    /// The id of the user who looks; none: the host.
    pub(crate) fn user(self) -> Option<&'p str> {
        self.who.user.map(|(_, user)| user.id.as_str())
    }

    /// A scope, by what people call it.
    pub(crate) fn head(self, scope: Slot<Scope>) -> Option<Head<'p>> {
        let record = self.snapshot.scopes.get(scope)?;
        Some(Head { id: &record.id, level: self.level(scope), name: &record.name })
    }

    /// The id of a scope.
    pub(crate) fn scope_id(self, scope: Slot<Scope>) -> &'p str {
        self.snapshot.scopes.get(scope).map_or("", |scope| &*scope.id)
    }

    /// The id of a scope's level.
    pub(crate) fn level(self, scope: Slot<Scope>) -> &'p str {
        self.snapshot.scopes.get(scope).and_then(|scope| self.snapshot.level(scope)).map_or("", |level| &*level.id)
    }

    /// The last contact with a server (N-7).
    pub(crate) fn last_contact(self, server: &str) -> Option<LastContact> {
        let contact = self.activity.last_contact(server)?;
        Some(LastContact { at: contact.at, result: contact.result, age_seconds: age_seconds(contact.at, self.now) })
    }

    /// Whether somebody may be told of a scope.
    pub(crate) fn knows_scope(self, scope: Slot<Scope>) -> bool {
        self.who.knows_scope(scope)
    }

    /// The message of a reason without causes.
    pub(crate) fn words(self, reason: Reason, first: Option<Cause>) -> Words<'p> {
        // Of what is unknown nobody is told more than that (L-4).
        Words::new(self.snapshot, reason, first, self.tells_administrator && !is_unknown(reason))
    }

    /// Something of a scope is closed, by these causes; they are in order. Who administers nothing on its path gets the badge
    /// alone (P-V5).
    pub(crate) fn closed(self, reason: Reason, causes: &[Cause], of: Slot<Scope>) -> Closed<'p> {
        Closed { reason, lock: self.lock(causes, of), message: self.words(reason, causes.first().copied()) }
    }

    /// Causes of something of a scope, as this actor may see them.
    pub(crate) fn lock(self, causes: &[Cause], of: Slot<Scope>) -> Option<Lock<'p>> {
        let label = self.snapshot.label_of(causes.first()?);
        Some(Lock { label, causes: if self.who.administers(of) { self.snapshot.view(causes) } else { Vec::new() } })
    }

    /// What a refused change says.
    pub(crate) fn refused(self, refusal: &Refusal, of: Slot<Scope>) -> Closed<'p> {
        let causes = refusal.lock.iter().flat_map(|lock| &lock.causes).filter_map(|cause| self.cause(cause)).collect::<Vec<_>>();
        self.closed(refusal.reason, &causes, of)
    }

    /// A cause by its names.
    fn cause(self, cause: &change::LockCause) -> Option<Cause> {
        let snapshot = self.snapshot;
        let (authority, at) = (snapshot.scopes.slot(&*cause.authority)?, snapshot.scopes.slot(&*cause.at)?);
        let setting = if cause.setting == "disabled" { Setting::Disabled } else { snapshot.setting_named(&cause.setting)? };
        let path = snapshot.path(at)?;
        Some(Cause { authority_depth: path.depth_of(authority)?, at_depth: path.depth_of(at)?, setting, authority, at })
    }

    /// Whether a change may be made: it is judged as apply judges it, with every password confirmed (P-V4).
    pub(crate) fn permits(self, proposal: &Proposal<'p>, of: Slot<Scope>) -> Verdict<'p> {
        let Some(change) = proposal.to_change() else { return Err(self.closed(Reason::InvalidRequest, &[], of)) };
        let actor = change::Actor { user: self.user().map(Text::from), confirmed_at: None, host: self.who.is_host().then_some(true) };
        let ask = Ask { actor, now: self.now, revision: self.snapshot.revision, change };
        match self.policy.permits(&ask) {
            Ok(needs) => Ok(needs.then_some(self.snapshot.platform.confirmation_seconds)),
            Err(refusal) => Err(self.refused(&refusal, of)),
        }
    }

    /// A choice that is open where a right is there; what it does alters something, whatever is filled in.
    pub(crate) fn rightful(self, has_right: bool, of: Slot<Scope>) -> Verdict<'p> {
        if has_right { self.alters(of) } else { Err(self.closed(Reason::NotAdministrator, &[], of)) }
    }

    /// There is a last revision (P-10): nothing is altered after it.
    pub(crate) fn alters(self, of: Slot<Scope>) -> Verdict<'p> {
        if self.snapshot.revision < MAX_INTEGER { Ok(None) } else { Err(self.closed(Reason::TooLarge, &[], of)) }
    }

    /// A choice that puts a record, there or not: whoever types one that is there, as it is, alters nothing.
    pub(crate) fn puts(self, are_any: bool, of: Slot<Scope>) -> Verdict<'p> {
        if are_any { Ok(None) } else { self.alters(of) }
    }

    /// Whether a request is allowed, or asked of the caller.
    pub(crate) fn decides(self, inquiry: &Inquiry<'p>, of: Slot<Scope>) -> Verdict<'p> {
        let caller = inquiry.user.zip(inquiry.workspace).map(|(user, workspace)| Claim {
            user: user.into(),
            credential: Credential::Platform,
            workspace: workspace.into(),
            agent: None,
            space: inquiry.space.map(Key::from),
        });
        let about = match inquiry.target {
            AskedOf::Integration(integration) => About::Integration { integration: integration.into() },
            AskedOf::Server(server) => About::Server { server: server.into(), redirect: None },
            AskedOf::VirtualServer(server) => About::VirtualServer { virtual_server: server.into() },
        };
        let context = Context { now: self.now, snapshot: None, facts: Facts::default(), invocation: None };
        let request = Request::new(inquiry.action, about, caller, context);
        self.verdict(&self.policy.decide(&request), of)
    }

    /// Whether a decision allows it, or asks the caller.
    pub(crate) fn verdict(self, decision: &Decision<'_>, of: Slot<Scope>) -> Verdict<'p> {
        if decision.outcome() == Outcome::Deny { Err(self.denied(decision, of)) } else { Ok(None) }
    }

    /// What a decision that denies says.
    pub(crate) fn denied(self, decision: &Decision<'_>, of: Slot<Scope>) -> Closed<'p> {
        let lock = self.lock(&decision.causes(), of);
        Closed { reason: decision.reason(), lock, message: Words::written(self.told(decision)) }
    }

    /// The message of a decision for this actor.
    pub(crate) fn told(self, decision: &Decision<'_>) -> String {
        match self.tells_administrator && !is_unknown(decision.reason()) {
            true => decision.message_for_administrator().to_string(),
            false => decision.message_for_user().to_string(),
        }
    }

    /// Whether a row fits the filter's text.
    pub(crate) fn fits_text(self, id: &str, name: &str) -> bool {
        let wanted = self.question.filter.as_ref().and_then(|filter| filter.text.as_deref());
        wanted.is_none_or(|wanted| contains(id, wanted) || contains(name, wanted))
    }

    /// The badge that the filter wants.
    pub(crate) fn wanted_badge(self) -> Option<&'p str> {
        self.question.filter.as_ref()?.badge.as_deref()
    }

    /// After which row the page goes on.
    pub(crate) fn after(self) -> Option<Cursor> {
        self.question.after()
    }

    /// One page: the first rows that fit, and the cursor of the last where there are more. `candidates` begin after the
    /// cursor; `keys` says what a row is sorted by, to `row` alone matters how dear it is.
    pub(crate) fn page<T, R>(
        self,
        kind: super::ViewKind,
        candidates: impl IntoIterator<Item = T>,
        keys: impl Fn(&T) -> Vec<&'p str>,
        mut row: impl FnMut(T) -> R,
    ) -> (Vec<R>, Option<String>) {
        let (mut rows, mut last) = (Vec::with_capacity(self.question.size()), None);
        for candidate in candidates {
            if rows.len() == self.question.size() {
                return (rows, last.map(|keys: Vec<&str>| Cursor::new(kind, &keys).write()));
            }
            last = (rows.len() + 1 == self.question.size()).then(|| keys(&candidate));
            rows.push(row(candidate));
        }
        (rows, None)
    }
}

/// Whether a text holds another, without regard to the case of ASCII letters.
fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    wanted.is_empty() || text.windows(wanted.len()).any(|part| part.eq_ignore_ascii_case(wanted))
}

/// Whether a reason says that something isn't there, or not for this actor.
pub(crate) fn is_unknown(reason: Reason) -> bool {
    reason.code().starts_with("unknown-")
}
