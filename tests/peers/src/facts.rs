//! What follows from the stored values, worked out before anything is asked.
//!
//! Everybody gets ready made of each tool what doesn't depend on the caller. Cedar C and regorus B besides get what is off in each
//! workspace and how far up the floors come from, so that nothing is left of the scope policy for them to evaluate.

use crate::organisation::{Authorization, Label, Mode, Organisation, Server, Setting, Stored, TENANT, Tool, Value, WORKSPACE};

/// No authority is as deep as this: every floor reaches what has this reach.
pub const ANY: usize = WORKSPACE + 1;

/// What holds in one workspace.
pub struct Effective {
    /// The workspace, by its place among the scopes.
    pub workspace: usize,
    /// S-13.
    pub stopped: bool,
    /// C-1.
    pub custom_use_off: bool,
    /// C-7.
    pub sharing_off: bool,
    /// I-1 and I-9.
    pub integrations_off: Vec<usize>,
    /// S-11.
    pub servers_off: Vec<usize>,
    /// How deep the highest authority of a floor sits (K-5); [`ANY`]: there is none.
    pub read: Floors,
    /// The same for writing tools.
    pub write: Floors,
    /// D-1.
    pub access_control: bool,
}

/// The highest authorities of the floors of a label.
pub struct Floors {
    /// Of those that deny.
    pub deny: usize,
    /// Of those that ask.
    pub ask: usize,
}

impl Effective {
    /// Of every workspace.
    pub fn of_all(organisation: &Organisation) -> Vec<Self> {
        organisation.of_level(WORKSPACE).into_iter().map(|workspace| Self::of(organisation, workspace)).collect()
    }

    fn of(organisation: &Organisation, workspace: usize) -> Self {
        let path = &organisation.scopes[workspace].path;
        let stored: Vec<&Stored> = path.iter().flat_map(|scope| &organisation.scopes[*scope].stored).collect();
        let offs = |setting: Setting| {
            let counts = move |stored: &&&Stored| stored.setting == setting && counts(stored, path);
            stored.iter().filter(counts).copied().collect::<Vec<_>>()
        };
        let is_off = |setting| !offs(setting).is_empty();
        let named = |one: usize, by: usize| {
            stored.iter().any(|stored| stored.setting == Setting::Integration(one) && stored.value == Value::On && stored.authority == by)
        };
        let closed = |one: &usize| {
            is_off(Setting::Integration(*one)) || offs(Setting::NewIntegrations).iter().any(|off| !named(*one, off.authority))
        };
        let unset = organisation.scopes[0].stored.iter().all(|stored| stored.setting != Setting::CustomSharing || stored.authority != 0);
        let highest = |setting, value| {
            let floors = stored.iter().filter(|stored| stored.setting == setting && stored.value == value);
            floors.map(|floor| organisation.scopes[floor.authority].level).min().unwrap_or(ANY)
        };
        let floors = |setting| Floors { deny: highest(setting, Value::Deny), ask: highest(setting, Value::Ask) };
        Self {
            workspace,
            stopped: is_off(Setting::All),
            custom_use_off: is_off(Setting::CustomUse),
            sharing_off: unset || is_off(Setting::CustomSharing),
            integrations_off: (0..organisation.integrations.len()).filter(closed).collect(),
            servers_off: (0..organisation.servers.len()).filter(|server| is_off(Setting::Server(*server))).collect(),
            read: floors(Setting::FloorRead),
            write: floors(Setting::FloorWrite),
            access_control: organisation.access_control(workspace),
        }
    }
}

/// Whether a stored `off` counts on a path (S-12).
fn counts(stored: &Stored, path: &[usize]) -> bool {
    stored.value == Value::Off && !stored.except.iter().any(|scope| path.contains(scope))
}

/// What a tool is, whoever calls it.
pub struct ToolFacts {
    /// It and its server are as they must be: layers 4, 6 and the still part of 9.
    pub open: bool,
    /// I-5.
    pub approved: bool,
    /// It asks of itself (K-4).
    pub asks: bool,
    /// A floor for reading holds it where its authority is above this depth (K-5, K-6).
    pub read_reach: usize,
    /// The same of a floor for writing.
    pub write_reach: usize,
}

impl ToolFacts {
    /// Of a tool of a server.
    pub fn of(organisation: &Organisation, server: &Server, tool: &Tool) -> Self {
        let integration = server.integration.map(|one| &organisation.integrations[one]);
        let in_catalog = integration.map(|integration| integration.tools.iter().find(|one| one.name == tool.name));
        // I-5 of a server of an integration. No custom server here has an integration's address (I-6).
        let approved = in_catalog.is_none_or(|found| found.is_some_and(|found| found.approved));
        let label = in_catalog.flatten().and_then(|found| found.label);
        let by_administrator = tool.label.map(|(label, _)| label);
        let (read_reach, write_reach, asks) = if [label, by_administrator, tool.hint].contains(&Some(Label::Write)) {
            (0, ANY, true)
        } else if label == Some(Label::Read) {
            (ANY, 0, false)
        } else if let Some((Label::Read, authority)) = tool.label {
            (ANY, organisation.scopes[authority].level, false)
        } else {
            (ANY, ANY, true)
        };
        Self {
            open: is_approved(organisation, server) && runs(organisation, server) && approved && tool.enabled,
            approved,
            asks: match tool.mode {
                Mode::Default => asks,
                Mode::Ask => true,
                Mode::Auto => false,
            },
            read_reach,
            write_reach,
        }
    }
}

/// Layer 4: the catalogue approves it (I-4).
pub fn is_approved(organisation: &Organisation, server: &Server) -> bool {
    server.integration.is_none_or(|one| organisation.integrations[one].approved)
}

/// Layer 6: not disabled, switched on, and with a credential that it may have (N-4, K-1, K-14).
pub fn runs(organisation: &Organisation, server: &Server) -> bool {
    let refused = server.authorization == Authorization::HeadersShared && organisation.scopes[server.scope].level < TENANT;
    server.disabled.is_empty() && server.on && !refused
}

/// Every name under which something can be closed to a tool of this server, floors that deny included.
pub fn closing(organisation: &Organisation, server: &Server, facts: &ToolFacts) -> Vec<String> {
    let mut names = vec!["all".to_owned(), format!("server/{}", server.id)];
    names.push(match server.integration {
        Some(one) => format!("integration/{}", organisation.integrations[one].id),
        None => "custom/use".to_owned(),
    });
    names.extend(floors("deny", facts));
    names
}

/// The floors of one value that may hold a tool.
pub fn floors(value: &str, facts: &ToolFacts) -> Vec<String> {
    let reaches = [("read", facts.read_reach), ("write", facts.write_reach)];
    reaches.into_iter().filter(|(_, reach)| *reach > 0).map(|(label, reach)| format!("floor/{label}/{value}/{reach}")).collect()
}

/// The names of [`closing`] and [`floors`] that hold in a workspace.
pub fn closed(organisation: &Organisation, effective: &Effective) -> Vec<String> {
    let mut names = Vec::new();
    for (name, holds) in [("all", effective.stopped), ("custom/use", effective.custom_use_off), ("custom/sharing", effective.sharing_off)] {
        if holds {
            names.push(name.to_owned());
        }
    }
    names.extend(effective.integrations_off.iter().map(|one| format!("integration/{}", organisation.integrations[*one].id)));
    names.extend(effective.servers_off.iter().map(|one| format!("server/{}", organisation.servers[*one].id)));
    for (label, floors) in [("read", &effective.read), ("write", &effective.write)] {
        for (value, highest) in [("deny", floors.deny), ("ask", floors.ask)] {
            names.extend((highest + 1..=ANY).map(|reach| format!("floor/{label}/{value}/{reach}")));
        }
    }
    names
}
