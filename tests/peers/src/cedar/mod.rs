//! Cedar, in three formulations: `policies/rules.cedar`, `policies/condition.cedar` and `policies/given.cedar`.
//!
//! Allow, ask and deny are told apart in one question, in which the policies `call` and `ask` are evaluated together and it is seen
//! which of them permitted; or in two, the second of which is asked only where the first permits. Entities are preloaded and
//! requests ready made.

mod entities;
mod stored;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression,
};

use crate::contender::{Contender, Outcome};
use crate::organisation::Organisation;
use crate::questions::{Observed, Question};
use crate::random::digest_text;

/// A way to say it in Cedar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Formulation {
    /// A: a policy a rule, over what is stored.
    Rules,
    /// B: one condition, over the same.
    Condition,
    /// C: one condition, over what holds in each workspace, worked out beforehand.
    Given,
}

/// Policies, entities and requests.
pub struct Cedar {
    formulation: Formulation,
    authorizer: Authorizer,
    /// All of them, for one question.
    policies: PolicySet,
    /// All but `ask`, and `ask` alone, for two.
    apart: [PolicySet; 2],
    entities: Entities,
    requests: Vec<Request>,
    call: PolicyId,
    ask: PolicyId,
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let kind: EntityTypeName = kind.parse().unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

fn reference(kind: &str, id: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid(kind, id))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn flag(flag: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(flag)
}

impl Cedar {
    /// Loads the organisation and makes the requests.
    pub fn new(formulation: Formulation, organisation: &Organisation, questions: &[Question]) -> Self {
        let policies = match formulation {
            Formulation::Rules => include_str!("../../policies/rules.cedar"),
            Formulation::Condition => include_str!("../../policies/condition.cedar"),
            Formulation::Given => include_str!("../../policies/given.cedar"),
        };
        // A set of policies from text numbers them; the annotation names them.
        let parsed: PolicySet = stored::write_out(policies).parse().unwrap();
        let named = |wanted: fn(&str) -> bool| {
            let ids = parsed.policies().map(|policy| (policy, policy.annotation("id").unwrap())).filter(|(_, id)| wanted(id));
            PolicySet::from_policies(ids.map(|(policy, id)| policy.new_id(PolicyId::new(id)))).unwrap()
        };
        Self {
            formulation,
            authorizer: Authorizer::new(),
            policies: named(|_| true),
            apart: [named(|id| id != "ask"), named(|id| id == "ask")],
            entities: Entities::from_entities(entities::entities(formulation, organisation), None).unwrap(),
            requests: questions.iter().map(request).collect(),
            call: PolicyId::new("call"),
            ask: PolicyId::new("ask"),
        }
    }

    /// Answers in the order of the requests, by one question each.
    pub fn once(&self) -> Contender<'_> {
        let (name, says) = match self.formulation {
            Formulation::Rules => ("cedar A: a policy a rule", "outcome, all that denies"),
            Formulation::Condition => ("cedar B: one condition", "outcome"),
            Formulation::Given => ("given: cedar C", "outcome"),
        };
        Contender::new(name, says, self.requests.len(), |request| self.decide(request))
    }

    /// The same by two.
    pub fn twice(&self) -> Contender<'_> {
        let name = match self.formulation {
            Formulation::Rules => "cedar A, two questions",
            Formulation::Condition => "cedar B, two questions",
            Formulation::Given => "given: cedar C, two questions",
        };
        let permits = |request: usize, policies| {
            let response = self.authorizer.is_authorized(&self.requests[request], policies, &self.entities);
            response.decision() == Decision::Allow
        };
        Contender::new(name, "outcome", self.requests.len(), move |request| {
            if !permits(request, &self.apart[0]) {
                Outcome::Deny
            } else if permits(request, &self.apart[1]) {
                Outcome::Ask
            } else {
                Outcome::Allow
            }
        })
    }

    fn decide(&self, question: usize) -> Outcome {
        let response = self.authorizer.is_authorized(&self.requests[question], &self.policies, &self.entities);
        if response.decision() == Decision::Deny {
            return Outcome::Deny;
        }
        let (mut permitted, mut asked) = (false, false);
        for policy in response.diagnostics().reason() {
            permitted |= *policy == self.call;
            asked |= *policy == self.ask;
        }
        match (permitted, asked) {
            (false, _) => Outcome::Deny,
            (true, true) => Outcome::Ask,
            (true, false) => Outcome::Allow,
        }
    }
}

fn request(question: &Question) -> Request {
    let mut context = vec![
        ("workspace".to_owned(), reference("Workspace", &question.workspace)),
        ("agent".to_owned(), reference("Agent", &question.agent)),
        ("downstream".to_owned(), text(question.downstream.unwrap_or("pending"))),
        ("canAsk".to_owned(), flag(question.can_ask)),
    ];
    if let Some(space) = &question.space {
        context.push(("space".to_owned(), reference("Space", space)));
    }
    match &question.observed {
        Observed::NotLooked => {}
        Observed::Gone => context.push(("digest".to_owned(), text(""))),
        Observed::Digest(digest) => context.push(("digest".to_owned(), text(&digest_text(digest)))),
    }
    let resource = uid("Tool", &format!("{}/{}", question.server, question.tool));
    let context = Context::from_pairs(context).unwrap();
    Request::new(uid("User", &question.user), uid("Action", "call"), resource, context, None).unwrap()
}
