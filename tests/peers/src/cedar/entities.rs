//! The organisation as Cedar's entities: scopes, spaces, users and tools.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, RestrictedExpression};

use super::{Formulation, flag, reference, stored, text, uid};
use crate::facts::{Effective, ToolFacts, closed, closing, floors, is_approved, runs};
use crate::organisation::{Authorization, Organisation, Server, Tool, WORKSPACE};
use crate::random::digest_text;

type Attributes = HashMap<String, RestrictedExpression>;

/// All entities that a formulation needs.
pub(super) fn entities(formulation: Formulation, organisation: &Organisation) -> Vec<Entity> {
    Writer { formulation, organisation }.entities()
}

/// Writes the entities.
struct Writer<'o> {
    formulation: Formulation,
    organisation: &'o Organisation,
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
        if self.formulation == Formulation::Given {
            let all = organisation.of_level(WORKSPACE).into_iter();
            let mine = all.filter(|workspace| user.member_of.iter().any(|scope| organisation.is_within(*workspace, *scope)));
            attributes.insert("worksIn".to_owned(), set(mine.map(|workspace| scope_reference(organisation, workspace))));
        } else {
            attributes.insert("memberOf".to_owned(), set(user.member_of.iter().map(|scope| scope_reference(organisation, *scope))));
        }
        attributes
    }

    fn scopes(&self) -> Vec<Entity> {
        if self.formulation == Formulation::Given {
            Effective::of_all(self.organisation).iter().map(|effective| self.workspace(effective)).collect()
        } else {
            self.tree()
        }
    }

    /// A and B: the tree with spaces below; every scope with what is stored there, and every workspace with its path.
    fn tree(&self) -> Vec<Entity> {
        let organisation = self.organisation;
        let mut entities = Vec::new();
        for (place, scope) in organisation.scopes.iter().enumerate() {
            let mut attributes = Attributes::new();
            if scope.level == WORKSPACE {
                attributes.insert("accessControl".to_owned(), flag(organisation.access_control(place)));
                let names = ["root", "msp", "tenant"].iter().zip(&scope.path);
                attributes.extend(names.map(|(name, above)| ((*name).to_owned(), scope_reference(organisation, *above))));
            }
            let above: HashSet<EntityUid> = scope.path.iter().rev().skip(1).take(1).map(|above| scope_uid(organisation, *above)).collect();
            let uid_of_scope = scope_uid(organisation, place);
            let tags = stored::tags(organisation, scope);
            entities.push(Entity::new_with_tags(uid_of_scope.clone(), attributes, above, tags).unwrap());
            for space in &scope.spaces {
                entities.push(entity(uid("Space", space), Attributes::new(), HashSet::from([uid_of_scope.clone()])));
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
        let mut attributes = Attributes::from([
            ("scope".to_owned(), scope_reference(organisation, server.scope)),
            ("shared".to_owned(), flag(server.shared)),
            ("custom".to_owned(), flag(server.integration.is_none())),
            ("owner".to_owned(), reference("User", &organisation.users[server.owner].id)),
            ("open".to_owned(), flag(facts.open)),
            ("agents".to_owned(), set(server.agents.iter().map(|agent| reference("Agent", &organisation.agents[*agent])))),
            ("restricted".to_owned(), flag(server.spaces.is_some())),
            ("spaces".to_owned(), set(server.spaces.iter().flatten().map(|space| reference("Space", space)))),
            ("accessControl".to_owned(), flag(organisation.access_control(server.scope))),
            ("needs".to_owned(), flag(server.authorization == Authorization::OauthPerUser)),
            ("asks".to_owned(), flag(facts.asks)),
        ]);
        attributes.extend(match self.formulation {
            Formulation::Given => Attributes::from([
                ("closedBy".to_owned(), set(closing(organisation, server, &facts).iter().map(|name| text(name)))),
                ("askedBy".to_owned(), set(floors("ask", &facts).iter().map(|name| text(name)))),
            ]),
            Formulation::Rules | Formulation::Condition => self.by_rule(server, tool, &facts),
        });
        if let Some(accepted) = &tool.accepted {
            attributes.insert("accepted".to_owned(), text(&digest_text(accepted)));
        }
        attributes
    }

    /// A and B: what each rule asks of a tool.
    fn by_rule(&self, server: &Server, tool: &Tool, facts: &ToolFacts) -> Attributes {
        let integration = server.integration.map(|one| &*self.organisation.integrations[one].id);
        let off = integration.map_or_else(|| "custom/use".to_owned(), |id| format!("integration/{id}"));
        let reach = |reach: usize| RestrictedExpression::new_long(reach as i64);
        Attributes::from([
            ("integrationApproved".to_owned(), flag(is_approved(self.organisation, server))),
            ("offKey".to_owned(), text(&stored::off_key(&off))),
            ("onKey".to_owned(), text(&stored::on_key(integration.unwrap_or_default()))),
            ("serverKey".to_owned(), text(&stored::off_key(&format!("server/{}", server.id)))),
            ("runs".to_owned(), flag(runs(self.organisation, server))),
            ("approved".to_owned(), flag(facts.approved)),
            ("enabled".to_owned(), flag(tool.enabled)),
            ("readReach".to_owned(), reach(facts.read_reach)),
            ("writeReach".to_owned(), reach(facts.write_reach)),
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

pub(super) fn scope_reference(organisation: &Organisation, scope: usize) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(scope_uid(organisation, scope))
}
