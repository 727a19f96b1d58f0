//! The eleven layers, one file each (L-1).

pub(crate) mod agent;
pub(crate) mod approval;
pub(crate) mod caller;
pub(crate) mod catalog;
pub(crate) mod downstream;
pub(crate) mod existence;
pub(crate) mod origin;
pub(crate) mod scope_policy;
pub(crate) mod server;
pub(crate) mod space;
pub(crate) mod tool;
