//! What the platform gives: levels, agents, clients, integrations.

use std::sync::Arc;

use super::*;
use crate::address::Pattern;
use crate::document::{DefaultMode, Label, Role};
use crate::policy::table::Slot;

#[derive(Clone)]
pub(crate) struct Level {
    pub(crate) id: Name,
    pub(crate) label: Name,
    pub(crate) role: Option<Role>,
    pub(crate) notes: Notes,
}

/// The platform's part, defaults filled in.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) enforce_use: bool,
    pub(crate) read: DefaultMode,
    pub(crate) write: DefaultMode,
    pub(crate) unlabelled: DefaultMode,
    pub(crate) confirmation_seconds: u64,
    pub(crate) notes: Notes,
    pub(crate) origins_notes: Notes,
    pub(crate) approval_notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) id: Name,
    pub(crate) name: Name,
    /// How many servers and tokens name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) configuration: Name,
    /// How many tokens name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Integration {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) approved: bool,
    /// In the document's order: the first is pre-filled (I-7).
    pub(crate) origins: Arc<[Arc<Pattern>]>,
    /// By the slots of their names.
    pub(crate) tools: Arc<[CatalogTool]>,
    /// How many servers and settings name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct CatalogTool {
    pub(crate) name: Slot<str>,
    pub(crate) label: Option<Label>,
    pub(crate) approved: bool,
    pub(crate) sensitive: bool,
    pub(crate) notes: Notes,
}
