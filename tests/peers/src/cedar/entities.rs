//! The organisation as Cedar's entities: scopes, spaces, users and tools.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, RestrictedExpression};

use super::{Formulation, flag, reference, text, uid};
use crate::facts::{Effective, ToolFacts, closed, closing, floors, is_approved, runs};
use crate::organisation::{Authorization, Organisation, Server, Tool, WORKSPACE};
use crate::random::digest_text;

type Attributes = HashMap<String, RestrictedExpression>;

/// All entities that a formulation needs.
pub(super) fn entities(formulation: Formulation, organisation: &Organisation) -> Vec<Entity> {
    Writer { formulation, organisation, effective: Effective::of_all(organisation) }.entities()
}

/// Writes the entities.
struct Writer<'o> {
    formulation: Formulation,
    organisation: &'o Organisation,
    effective: Vec<Effective>,
}

impl Writer<'_> {
    fn entities(&self) -> Vec<Entity> {
        let mut entities = self.scopes();
        for user in &self.organisation.users {
            entities.push(entity(uid("User", &user.id), self.user(user), HashSet::new()));
        }
        for server in &self.organisation.servers {
            for tool in &server.tools {
                entities.push(entity(uid("Tool", &format!("{}/{}", server.id, tool.name)), self.tool(server, tool), HashSet::new()));
            }
        }
        entities
    }

    fn user(&self, user: &crate::organisation::User) -> Attributes {
        let mut attributes = Attributes::from([("enabled".to_owned(), flag(user.enabled))]);
        let organisation = self.organisation;
        match self.formulation {
            Formulation::Rules | Formulation::Hierarchy => {
                attributes.insert("memberOf".to_owned(), set(user.member_of.iter().map(|scope| scope_reference(organisation, *scope))))
            }
            Formulation::Attributes => {
                let all = organisation.of_level(WORKSPACE).into_iter();
                let mine = all.filter(|workspace| user.member_of.iter().any(|scope| organisation.is_within(*workspace, *scope)));
                attributes.insert("worksIn".to_owned(), set(mine.map(|workspace| scope_reference(organisation, workspace))))
            }
        };
        attributes
    }

    fn scopes(&self) -> Vec<Entity> {
        match self.formulation {
            Formulation::Rules | Formulation::Hierarchy => self.groups(),
            Formulation::Attributes => self.effective.iter().map(|effective| self.workspace(effective)).collect(),
        }
    }

    /// A and B: the tree with spaces below, and every scope in the groups of what is closed to all workspaces below it.
    fn groups(&self) -> Vec<Entity> {
        let organisation = self.organisation;
        let names: Vec<BTreeSet<String>> =
            self.effective.iter().map(|effective| closed(organisation, effective).into_iter().collect()).collect();
        let holding = |scope: usize| {
            let below = (0..names.len()).filter(|place| organisation.is_within(self.effective[*place].workspace, scope));
            let on = below.clone().all(|place| self.effective[place].access_control);
            let common = below.map(|place| names[place].clone()).reduce(|all, one| &all & &one).unwrap_or_default();
            (common, on)
        };
        let mut entities = Vec::new();
        for (place, scope) in organisation.scopes.iter().enumerate() {
            let above = scope.path.iter().rev().nth(1);
            let (inherited, on_above) = above.map_or_else(Default::default, |above| holding(*above));
            let (mine, on) = holding(place);
            let mut parents: HashSet<EntityUid> = (&mine - &inherited).iter().map(|name| uid("Closed", name)).collect();
            parents.extend(above.map(|above| scope_uid(organisation, *above)));
            if on && !on_above {
                parents.insert(uid("Feature", "accessControl"));
            }
            entities.push(entity(scope_uid(organisation, place), Attributes::new(), parents));
            for space in &scope.spaces {
                entities.push(entity(uid("Space", space), Attributes::new(), HashSet::from([scope_uid(organisation, place)])));
            }
        }
        entities
    }

    /// C: all that holds in a workspace, at the workspace.
    fn workspace(&self, effective: &Effective) -> Entity {
        let organisation = self.organisation;
        let scope = &organisation.scopes[effective.workspace];
        let attributes = Attributes::from([
            ("path".to_owned(), set(scope.path.iter().map(|above| scope_reference(organisation, *above)))),
            ("closed".to_owned(), set(closed(organisation, effective).iter().map(|name| text(name)))),
            ("spaces".to_owned(), set(scope.spaces.iter().map(|space| reference("Space", space)))),
            ("accessControl".to_owned(), flag(effective.access_control)),
        ]);
        entity(scope_uid(organisation, effective.workspace), attributes, HashSet::new())
    }

    fn tool(&self, server: &Server, tool: &Tool) -> Attributes {
        let organisation = self.organisation;
        let facts = ToolFacts::of(organisation, server, tool);
        let name = |name: String| match self.formulation {
            Formulation::Rules | Formulation::Hierarchy => reference("Closed", &name),
            Formulation::Attributes => text(&name),
        };
        let mut attributes = Attributes::from([
            ("scope".to_owned(), scope_reference(organisation, server.scope)),
            ("shared".to_owned(), flag(server.shared)),
            ("custom".to_owned(), flag(server.integration.is_none())),
            ("owner".to_owned(), reference("User", &organisation.users[server.owner].id)),
            ("open".to_owned(), flag(facts.open)),
            ("closedBy".to_owned(), set(closing(organisation, server, &facts).into_iter().map(name))),
            ("agents".to_owned(), set(server.agents.iter().map(|agent| reference("Agent", &organisation.agents[*agent])))),
            ("restricted".to_owned(), flag(server.spaces.is_some())),
            ("spaces".to_owned(), set(server.spaces.iter().flatten().map(|space| reference("Space", space)))),
            ("accessControl".to_owned(), flag(organisation.access_control(server.scope))),
            ("needs".to_owned(), flag(server.authorization == Authorization::OauthPerUser)),
            ("asks".to_owned(), flag(facts.asks)),
            ("askedBy".to_owned(), set(floors("ask", &facts).into_iter().map(name))),
        ]);
        if self.formulation == Formulation::Rules {
            attributes.extend(self.rule_by_rule(server, tool, &facts));
        }
        if let Some(accepted) = &tool.accepted {
            attributes.insert("accepted".to_owned(), text(&digest_text(accepted)));
        }
        attributes
    }

    /// A: what each rule asks of a tool.
    fn rule_by_rule(&self, server: &Server, tool: &Tool, facts: &ToolFacts) -> Attributes {
        let integration = server.integration.map_or("", |one| &self.organisation.integrations[one].id);
        Attributes::from([
            ("integrationApproved".to_owned(), flag(is_approved(self.organisation, server))),
            ("integration".to_owned(), reference("Closed", &format!("integration/{integration}"))),
            ("server".to_owned(), reference("Closed", &format!("server/{}", server.id))),
            ("runs".to_owned(), flag(runs(self.organisation, server))),
            ("approved".to_owned(), flag(facts.approved)),
            ("enabled".to_owned(), flag(tool.enabled)),
            ("deniedBy".to_owned(), set(floors("deny", facts).iter().map(|name| reference("Closed", name)))),
        ])
    }
}

fn entity(uid: EntityUid, attributes: Attributes, parents: HashSet<EntityUid>) -> Entity {
    Entity::new(uid, attributes, parents).unwrap()
}

fn set(of: impl IntoIterator<Item = RestrictedExpression>) -> RestrictedExpression {
    RestrictedExpression::new_set(of)
}

fn scope_uid(organisation: &Organisation, scope: usize) -> EntityUid {
    let scope = &organisation.scopes[scope];
    uid(if scope.level == WORKSPACE { "Workspace" } else { "Scope" }, &scope.id)
}

fn scope_reference(organisation: &Organisation, scope: usize) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(scope_uid(organisation, scope))
}
