//! How large and how dense an organisation is.

/// The tree of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tree {
    /// About so many scopes, at random: any declared levels, any root.
    Random {
        /// The number of scopes.
        scopes: usize,
    },
    /// One MSP with so many tenants of three workspaces each, on the default levels.
    Tenants(usize),
}

/// Counts of what an organisation holds, for [`organisation`](fn@crate::organisation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The scopes.
    pub tree: Tree,
    /// Integrations of the catalogue.
    pub integrations: usize,
    /// Users in all.
    pub users: usize,
    /// Servers in all.
    pub servers: usize,
    /// The fewest and the most tools of a server.
    pub tools: (usize, usize),
    /// Virtual servers in all.
    pub virtual_servers: usize,
    /// The most tokens of a user.
    pub tokens: usize,
    /// Whether every oddity that is valid may come: ids, spellings of JSON, invalid addresses, annotations anywhere,
    /// lists in any order. Off, documents are regular and quick to make.
    pub odd: bool,
}

impl Shape {
    /// A small organisation in which all rules meet.
    pub fn dense() -> Self {
        Self {
            tree: Tree::Random { scopes: 14 },
            integrations: 8,
            users: 20,
            servers: 28,
            tools: (0, 7),
            virtual_servers: 6,
            tokens: 4,
            odd: true,
        }
    }

    /// As dense, with two or three of each: for tests that print or shrink what they find.
    pub fn tiny() -> Self {
        Self {
            tree: Tree::Random { scopes: 4 },
            integrations: 3,
            users: 4,
            servers: 5,
            tools: (0, 3),
            virtual_servers: 2,
            tokens: 2,
            odd: true,
        }
    }

    /// As dense, with a handful of each: for changes, which are judged on whole documents.
    pub fn small() -> Self {
        Self {
            tree: Tree::Random { scopes: 5 },
            integrations: 3,
            users: 5,
            servers: 6,
            tools: (0, 3),
            virtual_servers: 2,
            tokens: 2,
            odd: true,
        }
    }

    /// An MSP with `tenants` tenants of three workspaces, each workspace with ten users and eight servers of 5 to 30 tools:
    /// for benchmarks. A tenant comes to about 70 kB of JSON.
    pub fn tenants(tenants: usize) -> Self {
        Self {
            tree: Tree::Tenants(tenants),
            integrations: 40,
            users: tenants * 30,
            servers: tenants * 24,
            tools: (5, 30),
            virtual_servers: tenants,
            tokens: 3,
            odd: false,
        }
    }
}
