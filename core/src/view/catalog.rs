//! The catalogue (I-2, I-5, S-9).

use super::ViewKind;
use super::control::{Control, Proposal};
use super::shown::{Piece, shown};
use super::sight::Sight;
use crate::change::{ChangeKind, unused};
use crate::decide::Reason;
use crate::document::{self, Label};
use crate::policy::{Integration, Keyed, export::Export};

shown! {
    /// The catalogue.
    pub struct CatalogView<'p> {
        /// For the root's administrators.
        controls: maybe CatalogControls<'p> = "controls",
        /// The integrations.
        rows: must Vec<CatalogRow<'p>> = "rows",
        /// The cursor of the next page.
        next: maybe String = "next",
    }

    /// What may be done with the catalogue.
    pub struct CatalogControls<'p> {
        /// Adds an integration.
        add: must Control<'p> = "add",
    }

    /// An integration of the catalogue.
    pub struct CatalogRow<'p> {
        /// Its id.
        integration: must &'p str = "integration",
        /// Its name.
        name: must &'p str = "name",
        /// Whether it is approved.
        approved: must bool = "approved",
        /// By name; but for the root's administrators the approved ones.
        tools: must Vec<CatalogRowTool<'p>> = "tools",
        /// Where its servers may lie; for the root's administrators.
        origins: maybe Vec<&'p str> = "origins",
        /// For the root's administrators.
        controls: maybe CatalogRowControls<'p> = "controls",
    }

    /// A tool of an integration.
    pub struct CatalogRowTool<'p> {
        /// Its name.
        name: must &'p str = "name",
        /// What it does.
        label: maybe Label = "label",
        /// Whether it is approved; for the root's administrators.
        approved: maybe bool = "approved",
        /// Whether it deserves care (K-10).
        sensitive: flag bool = "sensitive",
    }

    /// What may be done with an integration.
    pub struct CatalogRowControls<'p> {
        /// Approves it, or no longer.
        approved: must Control<'p> = "approved",
        /// Replaces its record.
        edit: must Control<'p> = "edit",
        /// Removes it.
        remove: must Control<'p> = "remove",
    }
}

pub(super) fn look(sight: Sight<'_>) -> Result<CatalogView<'_>, Reason> {
    let snapshot = sight.snapshot;
    let is_somebody = sight.who.user.is_none_or(|(_, user)| user.entries().next().is_some());
    if !is_somebody {
        return Err(Reason::NotAdministrator);
    }
    let sight = sight.about(snapshot.root);
    let sees_all = sight.who.administers_root();
    let after = sight.after();
    let after = after.as_ref().map_or("", |cursor| cursor.key(0));
    let id_of = |slot| snapshot.integrations.get(slot).map_or("", Keyed::key);
    let entries = snapshot.catalog.after(after, &id_of).filter_map(|slot| snapshot.integrations.get(slot));
    let shown = entries.filter(|entry| {
        let fits_badge = sight.wanted_badge().is_none_or(|badge| (badge == "approved") == entry.approved);
        (entry.approved || sees_all) && fits_badge && sight.fits_text(&entry.id, &entry.name)
    });
    let (rows, next) = sight.page(ViewKind::Catalog, shown, |entry| vec![entry.id.as_str()], |entry| row(sight, entry, sees_all));
    let add = || {
        let verdict = sight.puts(!snapshot.catalog.is_empty(), snapshot.root);
        Control::new(false).choose(true, Proposal::new(ChangeKind::PutIntegration), &["/integration"], verdict)
    };
    Ok(CatalogView { controls: sees_all.then(|| CatalogControls { add: add() }), rows, next })
}

fn row<'p>(sight: Sight<'p>, entry: &'p Integration, sees_all: bool) -> CatalogRow<'p> {
    let shown = entry.tools.iter().filter(|tool| tool.approved || sees_all).map(|tool| CatalogRowTool {
        name: sight.snapshot.names.get(tool.name).unwrap_or_default(),
        label: tool.label,
        approved: sees_all.then_some(tool.approved),
        sensitive: tool.sensitive,
    });
    let mut tools: Vec<CatalogRowTool<'_>> = shown.collect();
    tools.sort_unstable_by_key(|tool| tool.name);
    CatalogRow {
        integration: &entry.id,
        name: &entry.name,
        approved: entry.approved,
        tools,
        origins: sees_all.then(|| entry.origins.iter().map(|origin| origin.text()).collect()),
        controls: sees_all.then(|| controls(sight, entry)),
    }
}

/// The root's administrators are who looks: a record that is replaced by itself, but for its approval, is refused to none of
/// them.
fn controls<'p>(sight: Sight<'p>, entry: &'p Integration) -> CatalogRowControls<'p> {
    let root = sight.snapshot.root;
    let record = |approved| {
        let mut record = document::Integration { approved, ..Export(sight.snapshot).integration(entry) };
        record.tools.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Proposal::new(ChangeKind::PutIntegration).with("integration", Piece::from(&record))
    };
    let name = entry.name.as_str();
    let remove = Proposal::new(ChangeKind::RemoveIntegration).with("integration", entry.id.as_str());
    let removable = match unused(entry.uses) {
        Ok(()) => sight.alters(root),
        Err(reason) => Err(sight.closed(reason, &[], root)),
    };
    CatalogRowControls {
        approved: Control::new(entry.approved).choose(!entry.approved, record(!entry.approved), &[], sight.alters(root)),
        edit: Control::new(name).choose(name, record(entry.approved), &["/integration"], Ok(None)),
        remove: Control::act(false, remove, removable),
    }
}
