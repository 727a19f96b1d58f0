//! What a prepared caller is asked about: names, or an integer that stands for them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::record::{CatalogTool, Integration, Server, User, VirtualServer};
use super::sought::Sought;
use super::table::Slot;
use super::{Policy, Snapshot};
use crate::document::Grant;

/// A tool as an integer below 2^53, good for the policy that gave it (contract, section 4).
///
/// It holds the tag of its load: another load answers it as unknown, and so does this one when it was made of names
/// that it doesn't know. Tags come round after 65,536 loads; what else it holds is scrambled by load, so that even then
/// an old integer is almost certainly unknown. Hosts make targets anew after a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target(u64);

/// What a target points at. None: nothing that is known.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// A tool of a server, by its place in the server's list; none: the server has no such tool.
    Tool(Option<Slot<Server>>, Option<u16>),
    /// A tool of a virtual server, by its place in the selection; none: it isn't selected.
    VirtualTool(Option<Slot<VirtualServer>>, Option<u16>),
}

/// What tells the targets of one load from those of all others.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    tag: u64,
    /// Over place and slot.
    scramble: u64,
}

/// Counts loads, so that a target of one load is unknown to another. It reaches no answer.
static LOADS: AtomicU64 = AtomicU64::new(0);

impl Load {
    /// Another load of this process.
    pub(crate) fn next() -> Self {
        Self::new(LOADS.fetch_add(1, Ordering::Relaxed))
    }

    fn new(count: u64) -> Self {
        // Splitmix64's finaliser: any two counts give unlike bits.
        let mixed = (count ^ (count >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self { tag: count & 0xffff, scramble: (mixed ^ (mixed >> 31)) & (VIRTUAL - 1) }
    }
}

const TOOL_BITS: u32 = 13;
const SLOT_BITS: u32 = 23;
const VIRTUAL: u64 = 1 << (TOOL_BITS + SLOT_BITS);
const TAG_SHIFT: u32 = TOOL_BITS + SLOT_BITS + 1;

impl Target {
    /// So many places of one server's tools it can tell apart.
    #[cfg(feature = "changes")]
    pub(crate) const PLACES: usize = (1 << TOOL_BITS) - 1;

    /// The integer, for hosts that hand it across a border.
    pub fn to_integer(self) -> u64 {
        self.0
    }

    /// From such an integer; any is accepted, and one that is no target is answered as unknown.
    pub fn from_integer(integer: u64) -> Self {
        Self(integer)
    }

    /// Packs an aim. A place that doesn't fit is answered as unknown.
    fn pack(load: Load, aim: Aim) -> Self {
        let (kind, slot, tool) = match aim {
            Aim::Tool(server, tool) => (0, server.map(Slot::index), tool),
            Aim::VirtualTool(server, tool) => (VIRTUAL, server.map(Slot::index), tool),
        };
        let slot = slot.map(|slot| slot as u64 + 1).filter(|slot| *slot < 1 << SLOT_BITS).unwrap_or(0);
        let tool = tool.map(|tool| u64::from(tool) + 1).filter(|tool| *tool < 1 << TOOL_BITS).unwrap_or(0);
        Self(load.tag << TAG_SHIFT | kind | ((slot << TOOL_BITS | tool) ^ load.scramble))
    }
}

impl Snapshot {
    /// The tool that a server's and its own name point at.
    #[inline]
    pub(crate) fn tool(&self, server: &(impl Sought + ?Sized), tool: &(impl Sought + ?Sized)) -> Aim {
        self.tool_of(self.servers.find(server), tool)
    }

    /// A tool of a server that was found.
    #[inline]
    pub(crate) fn tool_of(&self, found: Option<(Slot<Server>, &Server)>, tool: &(impl Sought + ?Sized)) -> Aim {
        Aim::Tool(found.map(|(slot, _)| slot), found.and_then(|(_, server)| server.tool_named(self, tool)))
    }

    /// The tool that a virtual server's and an exposed name point at (V-8).
    pub(crate) fn virtual_tool(&self, virtual_server: &(impl Sought + ?Sized), tool: &(impl Sought + ?Sized)) -> Aim {
        let found = self.virtual_servers.find(virtual_server);
        Aim::VirtualTool(found.map(|(slot, _)| slot), found.and_then(|(_, server)| server.tool_named(self, tool)))
    }

    /// What a target points at in this policy.
    #[inline]
    pub(crate) fn aim(&self, target: Target) -> Aim {
        let good = target.0 >> TAG_SHIFT == self.load.tag;
        let bits = if good { target.0 ^ self.load.scramble } else { target.0 & VIRTUAL };
        let slot = (bits >> TOOL_BITS & ((1 << SLOT_BITS) - 1)) as usize;
        let tool = (bits & ((1 << TOOL_BITS) - 1)) as u16;
        let tool = tool.checked_sub(1);
        if bits & VIRTUAL == 0 {
            Aim::Tool(slot.checked_sub(1).and_then(Slot::new), tool)
        } else {
            Aim::VirtualTool(slot.checked_sub(1).and_then(Slot::new), tool)
        }
    }
}

impl Policy {
    /// The integer for a tool of a server; for names that aren't there one that is answered as they are.
    pub fn target(&self, server: &str, tool: &str) -> Target {
        Target::pack(self.0.load, self.0.tool(server, tool))
    }

    /// The integer for a tool of a virtual server, by its exposed name (V-8).
    pub fn virtual_target(&self, virtual_server: &str, tool: &str) -> Target {
        Target::pack(self.0.load, self.0.virtual_tool(virtual_server, tool))
    }
}

/// So many places are looked at together.
const TOGETHER: usize = 8;

/// The place of a name among those of a server's tools.
#[inline]
fn place(names: &[Option<Slot<str>>], wanted: Slot<str>) -> Option<u16> {
    let is_wanted = |name: &Option<Slot<str>>| *name == Some(wanted);
    let mut from = 0;
    for some in names.chunks(TOGETHER) {
        // Not `any`: all comparisons at once are faster than each with a branch.
        if some.iter().fold(false, |found, name| found | is_wanted(name)) {
            return u16::try_from(from + some.iter().position(is_wanted)?).ok();
        }
        from += TOGETHER;
    }
    None
}

impl Server {
    /// The place of a tool that another record names.
    pub(crate) fn tool_of(&self, name: Slot<str>) -> Option<u16> {
        place(&self.tool_names, name)
    }

    /// The place of a tool in this server's list.
    pub(crate) fn tool_named(&self, snapshot: &Snapshot, name: &(impl Sought + ?Sized)) -> Option<u16> {
        place(&self.tool_names, snapshot.names.slot(name)?)
    }
}

impl Integration {
    /// What the catalogue says of a tool; `guess` is where it may stand.
    #[inline]
    pub(crate) fn tool(&self, name: Slot<str>, guess: u16) -> Option<&CatalogTool> {
        let guessed = self.tools.get(usize::from(guess)).filter(|tool| tool.name == name);
        guessed.or_else(|| self.tools.get(self.tools.binary_search_by_key(&name, |tool| tool.name).ok()?))
    }
}

impl VirtualServer {
    /// Whether its access list gives somebody something (V-3).
    pub(crate) fn grants(&self, user: Slot<User>, grant: Grant) -> bool {
        self.access.binary_search_by_key(&(user, grant), |entry| (entry.user, entry.grant)).is_ok()
    }

    /// The place of an exposed name in the selection.
    pub(crate) fn tool_named(&self, snapshot: &Snapshot, name: &(impl Sought + ?Sized)) -> Option<u16> {
        place(&self.exposed_names, snapshot.names.slot(name)?)
    }
}
