//! Who is behind a decision, and what locks it (L-3, S-4).

use std::fmt;
use std::ops::ControlFlow;

use super::eval::{Basis, Causes};
use super::layer::{server, tool};
use crate::policy::{Cause, Scope, ScopePolicy, Slot, Snapshot};

/// Who is behind a decision (L-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'p> {
    /// The platform.
    Platform,
    /// A scope.
    Scope {
        /// Its level's id.
        level: &'p str,
        /// Its id.
        scope: &'p str,
        /// Its name.
        name: &'p str,
    },
}

/// What locks something, with all causes (S-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock<'p> {
    /// The label of the first cause's level.
    pub label: &'p str,
    /// Highest authority first. A decision's are all there; a view shows none of them to who administers nothing there.
    pub causes: Vec<CauseView<'p>>,
}

/// One cause of a lock, by names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseView<'p> {
    kind: &'static str,
    id: &'p str,
    /// The id of the authority's level.
    pub level: &'p str,
    /// The authority's id.
    pub authority: &'p str,
    /// The id of the scope that stores it.
    pub at: &'p str,
}

impl Lock<'_> {
    /// "Locked by " and the label (S-4).
    pub fn badge(&self) -> impl fmt::Display + '_ {
        badge(self.label)
    }
}

impl CauseView<'_> {
    /// The setting's one name, such as `integration/github`.
    pub fn setting(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| write!(f, "{}{}", self.kind, self.id))
    }
}

/// How to find all causes behind an answer.
#[derive(Clone, Copy)]
pub(crate) struct Cites<'p> {
    pub(crate) snapshot: &'p Snapshot,
    pub(crate) policy: ScopePolicy<'p>,
    pub(crate) basis: Basis<'p>,
}

impl Cites<'_> {
    /// Hears all causes, in no order; one may come several times.
    fn each(&self, hear: &mut impl FnMut(Cause)) {
        let mut hear = |cause| {
            hear(cause);
            ControlFlow::Continue(())
        };
        let policy = &self.policy;
        let Basis::Causes(causes) = self.basis else { return };
        // It hears to the end, so what it answers tells nothing.
        let _ = match causes {
            Causes::Offs(setting) => policy.offs(setting, &mut hear),
            Causes::Integration(integration) => policy.integration_offs(integration, &mut hear),
            Causes::Address(address) => {
                address.each_claimant(self.snapshot, &mut |integration, _| {
                    let _ = policy.integration_offs(integration, &mut hear);
                });
                ControlFlow::Continue(())
            }
            Causes::Disables(server) => server::disables(server, policy.path()).try_for_each(hear),
            Causes::Floors(held, value) => tool::floors(policy, held, value, &mut hear),
        };
    }

    /// The first cause, whose authority is the source.
    pub(crate) fn first(&self) -> Option<Cause> {
        let mut first: Option<Cause> = None;
        self.each(&mut |cause| {
            if first.as_ref().is_none_or(|known| self.snapshot.compare_causes(&cause, known).is_lt()) {
                first = Some(cause);
            }
        });
        first
    }

    /// All causes, each once, in S-4's order.
    pub(crate) fn all(&self) -> Vec<Cause> {
        let snapshot = self.snapshot;
        let mut all = Vec::new();
        self.each(&mut |cause| all.push(cause));
        all.sort_by(|a, b| snapshot.compare_causes(a, b));
        all.dedup();
        all
    }
}

impl Snapshot {
    /// The label of the level of a cause's authority: what a badge says (S-4).
    pub(crate) fn label_of(&self, cause: &Cause) -> &str {
        self.scopes.get(cause.authority).and_then(|scope| self.level(scope)).map_or("", |level| &level.label)
    }

    /// The contact of the nearest of those who can lift a restriction of an authority (L-4).
    pub(crate) fn contact(&self, authority: &Scope) -> Option<&str> {
        authority.path.iter().rev().filter_map(|scope| self.scopes.get(scope)).find_map(|scope| scope.contact.as_deref())
    }

    /// Causes by names.
    pub(crate) fn view(&self, causes: &[Cause]) -> Vec<CauseView<'_>> {
        let id = |scope: Slot<Scope>| self.scopes.get(scope).map_or("", |scope| &*scope.id);
        let level = |scope: Slot<Scope>| self.scopes.get(scope).and_then(|scope| self.level(scope)).map_or("", |level| &*level.id);
        let view = |cause: &Cause| {
            let (kind, subject) = self.setting_parts(cause.setting);
            CauseView { kind, id: subject, level: level(cause.authority), authority: id(cause.authority), at: id(cause.at) }
        };
        causes.iter().map(view).collect()
    }
}

/// A badge (S-4).
pub(crate) fn badge(label: &str) -> impl fmt::Display + '_ {
    fmt::from_fn(move |f| write!(f, "Locked by {label}"))
}
