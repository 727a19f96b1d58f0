//! Users, what names them, and their tokens.

use smallvec::SmallVec;

use super::*;
use crate::document::{Access, List, Permission, Time};
use crate::policy::sorted::Sorted;
use crate::policy::sought::Sought;
use crate::policy::table::Slot;

/// What a decision reads lies together, first.
#[derive(Clone)]
#[repr(C)]
pub(crate) struct User {
    pub(crate) id: Name,
    /// By slot.
    pub(crate) member_of: SmallVec<[Slot<Scope>; 2]>,
    /// By id.
    pub(crate) tokens: List<Token>,
    pub(crate) access: Access,
    /// By slot.
    pub(crate) administers: List<Slot<Scope>>,
    /// None: nothing. Most users have none of it.
    pub(crate) holds: Option<Box<Holds>>,
    pub(crate) permissions: List<Permission>,
    pub(crate) name: Name,
    pub(crate) added_at: Option<Time>,
    pub(crate) notes: Notes,
}

/// What names a user.
#[derive(Clone, Default)]
pub(crate) struct Holds {
    /// The servers that they own.
    pub(crate) owns: Sorted<Server>,
    /// The servers that they are assigned to (D-2).
    pub(crate) assigned: Sorted<Server>,
    /// The virtual servers whose access lists name them (V-3).
    pub(crate) granted: Sorted<VirtualServer>,
}

impl Holds {
    /// Whether there is anything.
    pub(crate) fn is_any(&self) -> bool {
        !(self.owns.is_empty() && self.assigned.is_empty() && self.granted.is_empty())
    }
}

/// Up to so many tokens of a user are few.
const FEW_TOKENS: usize = 4;

impl User {
    /// One of their tokens. Few are looked at in turn, many are searched.
    pub(crate) fn token(&self, id: &(impl Sought + ?Sized)) -> Option<&Token> {
        if self.tokens.len() <= FEW_TOKENS {
            return self.tokens.iter().find(|token| id.is(&token.id));
        }
        let place = self.tokens.binary_search_by(|token| (*token.id).cmp(id.text())).ok()?;
        self.tokens.get(place)
    }

    /// The scopes that they belong to, administer or have a token for, each once; by slot.
    pub(crate) fn scopes(&self) -> SmallVec<[Slot<Scope>; 4]> {
        let tokens = self.tokens.iter().map(|token| token.workspace);
        let mut scopes: SmallVec<[Slot<Scope>; 4]> = self.member_of.iter().chain(&*self.administers).copied().chain(tokens).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// The scopes that they belong to or administer, each once; by slot.
    pub(crate) fn entered(&self) -> SmallVec<[Slot<Scope>; 4]> {
        let mut scopes: SmallVec<[Slot<Scope>; 4]> = self.member_of.iter().chain(&*self.administers).copied().collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Whether they belong to a scope, itself or through one above.
    pub(crate) fn belongs(&self, path: &Path) -> bool {
        is_among(path, &self.member_of)
    }

    /// Whether they administer a scope, itself or through one above.
    pub(crate) fn administers(&self, path: &Path) -> bool {
        is_among(path, &self.administers)
    }
}

/// Whether any scope of a path is in a sorted list. Few are held to the path at once, many are searched.
fn is_among(path: &Path, scopes: &[Slot<Scope>]) -> bool {
    if scopes.len() <= Path::LONGEST {
        scopes.iter().any(|scope| path.holds(*scope))
    } else {
        path.iter().any(|scope| scopes.binary_search(&scope).is_ok())
    }
}

#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) id: Name,
    pub(crate) client: Slot<Client>,
    pub(crate) workspace: Slot<Scope>,
    pub(crate) agent: Slot<Agent>,
    pub(crate) virtual_server: Option<Slot<VirtualServer>>,
    pub(crate) issued_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) revoked: Option<Box<Stamp>>,
    pub(crate) notes: Notes,
}

impl Token {
    /// Whether what it names is the same.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        let names = |token: &Self| (token.client, token.workspace, token.agent, token.virtual_server);
        names(self) == names(other)
    }
}
