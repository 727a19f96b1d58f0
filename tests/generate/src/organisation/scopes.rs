//! Levels and the tree (section S), spaces and features (D-1).

use std::ops::Range;

use crate::json::{Node, Record};
use crate::name;
use crate::random::Random;
use crate::shape::{Shape, Tree};

use super::catalog::Catalog;
use super::servers::Servers;
use super::{Page, annotated, settings};

/// A declared level.
struct Level {
    id: String,
    label: String,
    role: Option<&'static str>,
}

/// One scope. Scopes are numbered depth first, so that a subtree is a range of numbers.
pub(super) struct Scope {
    pub(super) id: String,
    pub(super) level: usize,
    pub(super) parent: Option<usize>,
    /// The number after the last of the subtree.
    pub(super) end: usize,
    pub(super) spaces: Vec<String>,
}

/// The tree.
pub(super) struct Scopes {
    levels: Vec<Level>,
    stated: bool,
    pub(super) list: Vec<Scope>,
    /// The scopes of the role workspace, ascending.
    pub(super) workspaces: Vec<usize>,
    /// The scopes that have spaces, ascending.
    spacious: Vec<usize>,
    workspace_level: Option<usize>,
}

impl Scopes {
    /// Grows a tree of the shape.
    pub(super) fn grow(mut random: Random, shape: &Shape) -> Self {
        let (levels, stated) = if shape.odd { declared(&mut random) } else { (default_levels(), false) };
        let workspace_level = levels.iter().position(|level| level.role == Some("workspace"));
        let parents = match shape.tree {
            Tree::Random { scopes } => random_parents(&mut random, scopes, levels.len(), workspace_level),
            Tree::Tenants(tenants) => regular_parents(tenants),
        };
        let mut tree = Self { levels, stated, list: depth_first(&parents), workspaces: Vec::new(), spacious: Vec::new(), workspace_level };
        for number in 0..tree.list.len() {
            tree.list[number].id = name::id(&mut random, "scope", number, shape.odd);
            if Some(tree.list[number].level) == workspace_level {
                tree.workspaces.push(number);
                let spaces = if random.chance(65) { random.between(1, 3) } else { 0 };
                for space in 0..spaces {
                    let id = name::id(&mut random, "space", number * 3 + space, shape.odd);
                    tree.list[number].spaces.push(id);
                }
                if spaces > 0 {
                    tree.spacious.push(number);
                }
            }
        }
        tree
    }

    /// The scope and all above it, lowest first.
    pub(super) fn path(&self, scope: usize) -> Vec<usize> {
        let mut path = vec![scope];
        while let Some(parent) = self.list[path[path.len() - 1]].parent {
            path.push(parent);
        }
        path
    }

    /// The workspaces of a scope's subtree.
    pub(super) fn workspaces_below(&self, scope: usize) -> &[usize] {
        &self.workspaces[within(&self.workspaces, scope..self.list[scope].end)]
    }

    /// At most `count` spaces of a scope's subtree.
    pub(super) fn some_spaces(&self, random: &mut Random, scope: usize, count: usize) -> Vec<String> {
        let below = &self.spacious[within(&self.spacious, scope..self.list[scope].end)];
        let mut chosen: Vec<String> = Vec::new();
        for _ in 0..count {
            if let Some(workspace) = random.any(below) {
                let space = random.pick(&self.list[*workspace].spaces);
                if !chosen.contains(space) {
                    chosen.push(space.clone());
                }
            }
        }
        chosen
    }

    /// True for a scope of the role workspace.
    pub(super) fn is_workspace(&self, scope: usize) -> bool {
        Some(self.list[scope].level) == self.workspace_level
    }

    /// True for a scope of a level above the tenants' (K-14).
    pub(super) fn above_tenants(&self, scope: usize) -> bool {
        self.levels.iter().position(|level| level.role == Some("tenant")).is_some_and(|tenant| self.list[scope].level < tenant)
    }

    /// The levels, where the document states them; their order counts and is kept.
    pub(super) fn level_records(&self, random: &mut Random) -> Option<Node> {
        if !self.stated {
            return None;
        }
        let mut records = Vec::new();
        for level in &self.levels {
            let record = Record::new().with("id", level.id.as_str()).with("label", level.label.as_str());
            records.push(annotated(random, true, record.maybe("role", level.role)));
        }
        Some(records.into())
    }
}

/// Writes the scopes with their settings, features, spaces and contacts.
pub(super) fn write(mut random: Random, shape: &Shape, scopes: &Scopes, catalog: &Catalog, servers: &Servers, page: &mut Page) {
    let odd = shape.odd;
    let mood = settings::Mood::new(&mut random, odd);
    let ground = settings::Ground { scopes, catalog, servers, odd, mood };
    let mut order: Vec<usize> = (0..scopes.list.len()).collect();
    if odd {
        random.shuffle(&mut order);
    }
    let mut section = page.list();
    for number in order {
        let scope = &scopes.list[number];
        let parent = scope.parent.map(|parent| scopes.list[parent].id.as_str());
        let mut record = Record::new()
            .with("id", scope.id.as_str())
            .with("level", scopes.levels[scope.level].id.as_str())
            .maybe("parent", parent)
            .with("name", name::name(&mut random, "Scope", number));
        if random.chance(25) {
            record.put("contact", if odd { name::prose(&mut random) } else { format!("it@scope-{number}.example") });
        }
        let own = ground.own(&mut random, number);
        if let Some(imposed) = ground.imposed(&mut random, number, own.as_ref()) {
            record.put("imposed", imposed);
        }
        if let Some(own) = own {
            record.put("settings", own);
        }
        if let Some(features) = features(&mut random, scope.parent.is_none(), odd) {
            record.put("features", features);
        }
        if !scope.spaces.is_empty() {
            let mut spaces = Vec::new();
            for (index, id) in scope.spaces.iter().enumerate() {
                let space = Record::new().with("id", id.as_str()).with("name", name::name(&mut random, "Space", index));
                spaces.push(annotated(&mut random, odd, space));
            }
            record.put("spaces", spaces);
        }
        page.add(&mut section, annotated(&mut random, odd, record));
    }
    page.close("scopes", section);
}

/// The feature is stated at most roots, so that restrictions and assignments mostly have effect (D-1).
fn features(random: &mut Random, root: bool, odd: bool) -> Option<Node> {
    let stated = if root { 85 } else { 12 };
    if !random.chance(stated) {
        return (odd && random.rarely(20)).then(|| Record::new().into());
    }
    let on = random.chance(if root { 85 } else { 60 });
    Some(annotated(random, odd, Record::new().with("accessControl", on)).into())
}

fn level(id: &str, label: &str, role: Option<&'static str>) -> Level {
    Level { id: id.to_owned(), label: label.to_owned(), role }
}

fn default_levels() -> Vec<Level> {
    vec![level("msp", "MSP", None), level("tenant", "Tenant", Some("tenant")), level("workspace", "Workspace", Some("workspace"))]
}

/// The levels of an organisation, and whether the document states them.
fn declared(random: &mut Random) -> (Vec<Level>, bool) {
    let levels = match random.below(26) {
        0..=11 => return (default_levels(), false),
        12..=14 => default_levels(),
        15 => vec![level("firm", "Firma", Some("tenant")), level("room", "Büro", Some("workspace"))],
        16 => vec![level("org", "Organisation", None), level("workspace", "Team \"A\"", Some("workspace"))],
        17 => vec![level("workspace", "Workspace", Some("workspace"))],
        18 => vec![level("ws", "Workspace", Some("workspace")), level("desk", "Desk", None), level("seat", "Seat", None)],
        19..=20 => vec![
            level("group", "Group", None),
            level("region", "Region", None),
            level("msp", "Partner", None),
            level("tenant", "Kunde", Some("tenant")),
            level("division", "Division", None),
            level("workspace", "Workspace", Some("workspace")),
            level("team", "Team", None),
            level("cell", "Zelle", None),
        ],
        21 => vec![
            level("msp", "MSP", None),
            level("tenant", "Tenant", Some("tenant")),
            level("unit", "Unit", None),
            level("workspace", "Workspace", Some("workspace")),
        ],
        // Ids that speak against their roles: the role decides.
        22 => {
            vec![level("workspace", "Workspace", Some("tenant")), level("msp", "Tenant", None), level("tenant", "MSP", Some("workspace"))]
        }
        23 => vec![level("a", "A", None), level("b", "A", None), level("c", "Ωmega", Some("workspace"))],
        24 => vec![
            level("top/1", "Top", None),
            level("tenant", "Tenant", Some("tenant")),
            level("日本", "室", Some("workspace")),
            level("x", "X", None),
        ],
        // Without a level of the role workspace nobody can call; rare, since it tests nothing else.
        _ if random.chance(15) => vec![level("msp", "MSP", None), level("tenant", "Tenant", Some("tenant"))],
        _ => default_levels(),
    };
    (levels, true)
}

/// A parent and a level for every scope, parents first.
type Parents = Vec<(Option<usize>, usize)>;

fn random_parents(random: &mut Random, count: usize, levels: usize, workspace: Option<usize>) -> Parents {
    let bottom = levels - 1;
    // Mostly the highest level is the root's; a tenant or a workspace may be one too.
    let root = if random.chance(82) { 0 } else { random.below(workspace.unwrap_or(bottom) + 1) };
    let mut parents: Parents = vec![(None, root)];
    while parents.len() < count.max(1) {
        let open: Vec<usize> = (0..parents.len()).filter(|number| parents[*number].1 < bottom).collect();
        let Some(parent) = random.any(&open).copied() else { break };
        let lowest = parents[parent].1 + 1;
        let level = match workspace {
            Some(workspace) if workspace >= lowest && random.chance(50) => workspace,
            _ if random.chance(70) => lowest,
            _ => random.between(lowest, bottom),
        };
        parents.push((Some(parent), level));
    }
    if let Some(workspace) = workspace
        && root < workspace
        && parents.iter().all(|scope| scope.1 != workspace)
    {
        parents.push((Some(0), workspace));
    }
    parents
}

fn regular_parents(tenants: usize) -> Parents {
    let mut parents: Parents = vec![(None, 0)];
    for _ in 0..tenants {
        let tenant = parents.len();
        parents.push((Some(0), 1));
        parents.extend([(Some(tenant), 2); 3]);
    }
    parents
}

/// The same tree, numbered depth first.
fn depth_first(parents: &Parents) -> Vec<Scope> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    for (number, (parent, _)) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(number);
        }
    }
    let mut list: Vec<Scope> = Vec::with_capacity(parents.len());
    let mut open = vec![(0, None)];
    while let Some((old, parent)) = open.pop() {
        let number = list.len();
        list.push(Scope { id: String::new(), level: parents[old].1, parent, end: number + 1, spaces: Vec::new() });
        open.extend(children[old].iter().rev().map(|child| (*child, Some(number))));
    }
    for number in (1..list.len()).rev() {
        if let Some(parent) = list[number].parent {
            list[parent].end = list[parent].end.max(list[number].end);
        }
    }
    list
}

/// Where a range of numbers lies in an ascending list of some.
fn within(list: &[usize], numbers: Range<usize>) -> Range<usize> {
    let first = list.partition_point(|number| *number < numbers.start);
    let last = list.partition_point(|number| *number < numbers.end);
    first..last
}
