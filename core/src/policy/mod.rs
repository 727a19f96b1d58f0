//! The compiled policy: an immutable snapshot, cheap to clone and shared between threads.

mod caller;
pub(crate) mod compile;
pub(crate) mod export;
mod index;
mod links;
mod names;
mod nodes;
mod origins;
mod record;
mod settings;
mod sorted;
mod sought;
mod table;
mod target;

use std::sync::Arc;

pub use self::caller::Caller;
pub(crate) use self::caller::{Observed, PreparedFacts, Standing, TokenStanding};
#[cfg(feature = "changes")]
pub(crate) use self::export::{Export, level as exported_level, platform as exported_platform, tombstone as exported_tombstone};
pub(crate) use self::index::Index;
#[cfg(feature = "views")]
pub(crate) use self::links::differing;
pub(crate) use self::origins::{Origins, Vetting, Whereabouts};
pub(crate) use self::record::*;
pub(crate) use self::settings::{Cause, Hear, Mask, Restriction, ScopePolicy, Setting, Value};
pub(crate) use self::sorted::Sorted;
pub(crate) use self::sought::{Sought, hash};
pub(crate) use self::table::Slot;
pub(crate) use self::target::Aim;
pub use self::target::Target;
use crate::digest::Digest;
use crate::document::{Document, Problems};

/// One revision of an organisation's policy.
///
/// Loading compiles a document once; cloning costs one count; deciding never changes it.
///
/// ```
/// # use lockstep_policy::Policy;
/// let policy = Policy::load(br#"{"format": "1.0", "revision": 7,
///     "scopes": [{"id": "acme", "level": "tenant", "name": "Acme"}]}"#)?;
/// assert_eq!(policy.revision(), 7);
/// # Ok::<(), lockstep_policy::document::Problems>(())
/// ```
#[derive(Clone)]
pub struct Policy(pub(crate) Arc<Snapshot>);

/// What a policy holds. A clone shares everything with it until either is changed.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) load: target::Load,
    pub(crate) schema: Option<Name>,
    /// It is a slice, and of what (P-6).
    pub(crate) slice: Option<Box<crate::document::Slice<'static>>>,
    pub(crate) revision: u64,
    pub(crate) root: Slot<Scope>,
    pub(crate) levels: Arc<[Level]>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) names: Registry<str>,
    pub(crate) agents: Registry<Agent>,
    pub(crate) clients: Registry<Client>,
    pub(crate) integrations: Registry<Integration>,
    /// The integrations by id.
    pub(crate) catalog: Sorted<Integration>,
    pub(crate) origins: Origins,
    pub(crate) scopes: Registry<Scope>,
    pub(crate) spaces: Registry<Space>,
    pub(crate) users: Registry<User>,
    /// From the id of a token to its user.
    pub(crate) tokens: Index,
    pub(crate) servers: Registry<Server>,
    pub(crate) tombstones: Registry<Tombstone>,
    /// From the scope of a deleted server, and from the digest of its address, to its tombstone.
    pub(crate) graves: Index,
    pub(crate) virtual_servers: Registry<VirtualServer>,
    pub(crate) notes: Arc<Notes>,
}

impl Policy {
    /// Compiles a policy document (contract, sections 1 and 2).
    ///
    /// # Errors
    ///
    /// All problems of the document at once, each with its place and what to do.
    pub fn load(text: &[u8]) -> Result<Self, Problems> {
        Self::compile(Document::read(text)?)
    }

    /// Compiles a document that was read and found valid.
    fn compile(document: Document<'_>) -> Result<Self, Problems> {
        // The check lets nothing through that doesn't resolve; should it, the policy is refused, not guessed.
        let snapshot = compile::snapshot(document, target::Load::next()).ok_or_else(Problems::unresolved)?;
        Ok(Self(Arc::new(snapshot)))
    }

    /// The revision (P-10).
    pub fn revision(&self) -> u64 {
        self.0.revision
    }

    /// The document that this policy was compiled from, or that says the same.
    pub fn document(&self) -> Document<'_> {
        export::document(&self.0)
    }

    /// SHA-256 of the canonical document without `revision`; of a slice, the digest that it carries.
    pub fn digest(&self) -> Digest {
        self.document().digest()
    }
}

impl Snapshot {
    /// The level of a scope.
    pub(crate) fn level(&self, scope: &Scope) -> Option<&Level> {
        self.levels.get(usize::from(scope.level))
    }

    /// Whether a scope is a tenant (Terms).
    pub(crate) fn is_tenant(&self, scope: Slot<Scope>) -> bool {
        let level = self.scopes.get(scope).and_then(|scope| self.level(scope));
        level.is_some_and(|level| level.role == Some(crate::document::Role::Tenant))
    }

    /// Which level has a role, counted from the highest.
    pub(crate) fn level_of(&self, role: crate::document::Role) -> Option<u8> {
        (0u8..).zip(self.levels.iter()).find(|(_, level)| level.role == Some(role)).map(|(index, _)| index)
    }

    /// The union of a path's masks.
    pub(crate) fn restricted(&self, path: &Path) -> Mask {
        path.iter().filter_map(|scope| self.scopes.get(scope)).fold(Mask::default(), |mask, scope| mask.with(scope.restricted))
    }

    /// The scope policy of a path.
    pub(crate) fn scope_policy(&self, path: Path) -> ScopePolicy<'_> {
        ScopePolicy::new(self, path, self.restricted(&path))
    }

    /// D-1: the feature as the nearest scope that states it has it.
    pub(crate) fn access_control(&self, path: &Path) -> bool {
        path.iter().rev().filter_map(|scope| self.scopes.get(scope)).find_map(|scope| scope.access_control).unwrap_or(false)
    }

    /// The path of a scope.
    pub(crate) fn path(&self, scope: Slot<Scope>) -> Option<&Path> {
        self.scopes.get(scope).map(|scope| &scope.path)
    }
}
