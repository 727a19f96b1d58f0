//! The organisation that everybody is asked about: one root, 5 MSPs, 50 tenants of 4 workspaces, 1,000 servers, 2,000 users.
//!
//! It is generated once and handed to every contender, each of whom loads it in whatever form suits it best.

mod document;
mod servers;
mod settings;

pub use self::document::document;

use crate::random::Random;

/// Tenants in all.
pub const TENANTS: usize = 50;
const MSPS: usize = 5;
const WORKSPACES: usize = 4;
const USERS: usize = 10;
const INTEGRATIONS: usize = 40;

/// The level of the tenants; the root is 0. Every path has one scope a level, so that a level is also a depth.
pub const TENANT: usize = 2;
/// The level of the workspaces.
pub const WORKSPACE: usize = 3;

/// All of it. Scopes, integrations, servers, users and agents are named by their place in these lists.
pub struct Organisation {
    /// A parent stands before its children.
    pub scopes: Vec<Scope>,
    /// The catalogue.
    pub integrations: Vec<Integration>,
    /// Of every scope.
    pub servers: Vec<Server>,
    /// Each belongs somewhere.
    pub users: Vec<User>,
    /// The declared agents.
    pub agents: Vec<String>,
}

/// A node of the tree.
pub struct Scope {
    /// Its id.
    pub id: String,
    /// 0 is the root's.
    pub level: usize,
    /// From the root to itself.
    pub path: Vec<usize>,
    /// What is stored here, each by one authority.
    pub stored: Vec<Stored>,
    /// D-1, where it is stated.
    pub access_control: Option<bool>,
    /// Of a workspace.
    pub spaces: Vec<String>,
}

/// One stored value (S-2, K-5).
pub struct Stored {
    /// What it is a value of.
    pub setting: Setting,
    /// The value.
    pub value: Value,
    /// Whose it is: the scope itself or one above.
    pub authority: usize,
    /// S-12: the scopes below to which it doesn't apply.
    pub except: Vec<usize>,
}

/// The settings that a call meets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// S-13.
    All,
    /// I-1.
    Integration(usize),
    /// I-9.
    NewIntegrations,
    /// C-1.
    CustomUse,
    /// C-7.
    CustomSharing,
    /// S-11.
    Server(usize),
    /// K-5, for reading tools.
    FloorRead,
    /// K-5, for writing tools.
    FloorWrite,
}

/// A stored value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Restricts nothing.
    On,
    /// Restricts.
    Off,
    /// A floor.
    Ask,
    /// A floor.
    Deny,
}

/// An entry of the catalogue.
pub struct Integration {
    /// Its id.
    pub id: String,
    /// I-4.
    pub approved: bool,
    /// All tools that it has.
    pub tools: Vec<CatalogTool>,
}

/// A tool of the catalogue.
pub struct CatalogTool {
    /// Its name.
    pub name: String,
    /// What the catalogue says that it does.
    pub label: Option<Label>,
    /// I-5.
    pub approved: bool,
}

/// What a tool does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// A server.
pub struct Server {
    /// Its id.
    pub id: String,
    /// Where it is registered.
    pub scope: usize,
    /// None: custom.
    pub integration: Option<usize>,
    /// Who registered it.
    pub owner: usize,
    /// Shared with the subtree, as far as C-7 lets it.
    pub shared: bool,
    /// K-1.
    pub on: bool,
    /// N-4: whose disables stand.
    pub disabled: Vec<usize>,
    /// How it is authorised.
    pub authorization: Authorization,
    /// K-2.
    pub agents: Vec<usize>,
    /// R-1; none: open to every space.
    pub spaces: Option<Vec<String>>,
    /// Its tools.
    pub tools: Vec<Tool>,
}

/// The method, and whose credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// Nothing is needed.
    None,
    /// OAuth, each user's own.
    OauthPerUser,
    /// Headers, one for all.
    HeadersShared,
}

/// A tool of a server.
pub struct Tool {
    /// Its name.
    pub name: String,
    /// K-3.
    pub enabled: bool,
    /// K-4.
    pub mode: Mode,
    /// An administrator's label, and whose (K-6).
    pub label: Option<(Label, usize)>,
    /// What its definition says of itself.
    pub hint: Option<Label>,
    /// K-9: pinned where there is one.
    pub accepted: Option<[u8; 32]>,
}

/// The approval mode of a tool (K-4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The platform's for the label.
    Default,
    /// Asks.
    Ask,
    /// Doesn't ask.
    Auto,
}

/// A user.
pub struct User {
    /// The id.
    pub id: String,
    /// The scopes that they belong to.
    pub member_of: Vec<usize>,
    /// U-1.
    pub enabled: bool,
}

impl Organisation {
    /// Always the same for the same seed.
    pub fn generate(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut organisation = Self {
            scopes: tree(&mut random),
            integrations: servers::catalog(&mut random),
            servers: Vec::new(),
            users: Vec::new(),
            agents: ["assistant", "builder", "reporter", "scheduler"].map(str::to_owned).into(),
        };
        organisation.users = users(&mut random, &organisation.scopes);
        organisation.servers = servers::register(&mut random, &organisation);
        settings::store(&mut random, &mut organisation);
        organisation
    }

    /// The places of all scopes of a level.
    pub fn of_level(&self, level: usize) -> Vec<usize> {
        (0..self.scopes.len()).filter(|scope| self.scopes[*scope].level == level).collect()
    }

    /// Whether `scope` is `above` or lies below it.
    pub fn is_within(&self, scope: usize, above: usize) -> bool {
        self.scopes[scope].path.contains(&above)
    }

    /// D-1: as the nearest scope that states it has it.
    pub fn access_control(&self, scope: usize) -> bool {
        self.scopes[scope].path.iter().rev().find_map(|scope| self.scopes[*scope].access_control).unwrap_or(false)
    }
}

fn tree(random: &mut Random) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = Vec::new();
    let mut add = |id: String, parent: Option<usize>, access_control: Option<bool>, spaces: Vec<String>| {
        let mut path = parent.map_or_else(Vec::new, |parent: usize| scopes[parent].path.clone());
        path.push(scopes.len());
        scopes.push(Scope { id, level: path.len() - 1, path, stored: Vec::new(), access_control, spaces });
        scopes.len() - 1
    };
    let root = add("northwind-group".to_owned(), None, Some(true), Vec::new());
    for msp in 0..MSPS {
        let parent = add(format!("northwind-msp-{msp}"), Some(root), None, Vec::new());
        for tenant in 0..TENANTS / MSPS {
            let number = msp * TENANTS / MSPS + tenant;
            let stated = random.chance(20).then(|| random.chance(50));
            let parent = add(format!("customer-{number:03}"), Some(parent), stated, Vec::new());
            for workspace in 0..WORKSPACES {
                let id = format!("customer-{number:03}-office-{workspace}");
                let spaces = (0..3).map(|space| format!("{id}-room-{space}")).collect();
                add(id, Some(parent), None, spaces);
            }
        }
    }
    scopes
}

fn users(random: &mut Random, scopes: &[Scope]) -> Vec<User> {
    let mut users = Vec::new();
    for workspace in (0..scopes.len()).filter(|scope| scopes[*scope].level == WORKSPACE) {
        for _ in 0..USERS {
            // One in ten belongs to the whole tenant, one in twenty to a second workspace of it.
            let tenant = scopes[workspace].path[TENANT];
            let mut member_of = vec![if random.chance(10) { tenant } else { workspace }];
            if member_of[0] == workspace && workspace > tenant + 1 && random.chance(5) {
                member_of.push(workspace - 1);
            }
            users.push(User { id: format!("user-{:05}@{}", users.len(), scopes[tenant].id), member_of, enabled: random.chance(98) });
        }
    }
    users
}
