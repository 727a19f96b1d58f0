//! The ways in: a whole request, and a prepared caller with names or with an integer. All end in one `Case`.

use super::decision::Decision;
use super::eval::{Case, FactsOf, Object, Source, Verdict};
use super::layer;
use super::packed::Packed;
use super::reason::{Layer, Outcome, Reason};
use super::request::{About, Action, Approval, Freshness, Invocation, Request};
use crate::document::{Problems, Time};
use crate::policy::{Aim, Caller, Likely, Policy, Server, Slot, Snapshot, Target};

/// When a prepared caller asks, and how fresh the host's copy of the policy is (L-7, L-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub now: Time,
    /// Absent: the host answers for it itself.
    pub freshness: Option<Freshness>,
}

impl From<Time> for Moment {
    fn from(now: Time) -> Self {
        Self { now, freshness: None }
    }
}

impl Moment {
    fn is_stale(&self) -> bool {
        self.freshness.is_some_and(|freshness| freshness.is_stale(self.now))
    }
}

/// A tool, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolName<'a> {
    /// A tool of a server.
    Direct {
        /// The server's id.
        server: &'a str,
        /// The tool's name.
        tool: &'a str,
    },
    /// A tool of a virtual server.
    Virtual {
        /// The virtual server's id.
        virtual_server: &'a str,
        /// The exposed name (V-8).
        tool: &'a str,
    },
}

/// What a prepared caller may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call<'a> {
    /// By names.
    Named(ToolName<'a>),
    /// By an integer of [`Policy::target`].
    Target(Target),
}

impl From<Target> for Call<'_> {
    fn from(target: Target) -> Self {
        Self::Target(target)
    }
}

impl<'a> From<ToolName<'a>> for Call<'a> {
    fn from(name: ToolName<'a>) -> Self {
        Self::Named(name)
    }
}

/// A request made ready for one policy, or the denial of the request itself.
pub(crate) enum Asked<'s, 'p> {
    Case(Case<'s, 'p>),
    /// The reason, and what is wrong with a request that is `invalid-request`.
    Denied(Reason, Option<&'p Problems>),
}

impl Policy {
    /// Answers a request.
    pub fn decide<'p>(&'p self, request: &'p Request<'p>) -> Decision<'p> {
        self.0.ask(request, |asked| match asked {
            Asked::Case(case) => case.decide(),
            Asked::Denied(reason, problems) => Decision::of_request(&self.0, reason, problems),
        })
    }

    /// What a caller who must confirm this call confirms, for the host to keep and to present once (K-7).
    ///
    /// None unless the answer is `approval-required` and the call has an id and its arguments' digest.
    pub fn approval<'p>(&'p self, request: &'p Request<'p>, expires_at: Time) -> Option<Approval<'p>> {
        self.0.ask(request, |asked| match asked {
            Asked::Case(case) => case.approval(expires_at),
            Asked::Denied(..) => None,
        })
    }
}

impl<'p> Case<'_, 'p> {
    fn approval(&self, expires_at: Time) -> Option<Approval<'p>> {
        let decision = self.decide();
        let asked = decision.reason() == Reason::ApprovalRequired;
        decision.found().tool.filter(|_| asked).and_then(|tool| layer::approval::of_call(self, &tool, expires_at))
    }
}

impl Snapshot {
    /// Resolves a request's names, for `answer` to answer it.
    #[inline]
    pub(crate) fn ask<'p, A>(&'p self, request: &'p Request<'p>, answer: impl FnOnce(Asked<'_, 'p>) -> A) -> A {
        let question = match &request.0 {
            Ok(question) => question,
            Err(problems) => return answer(Asked::Denied(Reason::InvalidRequest, Some(problems))),
        };
        let context = &question.context;
        let moment = Moment { now: context.now, freshness: context.snapshot };
        let Some((action, about)) = &question.action else {
            let reason = if moment.is_stale() { Reason::PolicyStale } else { Reason::UnknownAction };
            return answer(Asked::Denied(reason, None));
        };
        // Looked for before the caller, whose records then come from memory together with this one.
        let likely = match about {
            About::Tool { server, .. } => self.servers.likely(server),
            _ => None,
        };
        let standing = match &question.caller {
            Some(claim) => self.standing(claim),
            None => self.host_standing(named_server(self, about)),
        };
        let object = self.object(about, likely);
        answer(Asked::Case(Case {
            snapshot: self,
            action: *action,
            now: context.now,
            stale: moment.is_stale(),
            standing: &standing,
            object,
            facts: FactsOf::Named(&context.facts, question.of_target.as_ref()),
            invocation: context.invocation.as_deref(),
            withholds: false,
        }))
    }

    /// What a request is about, with its names resolved.
    fn object<'p>(&'p self, about: &'p About<'p>, likely: Likely<'p, Server>) -> Object<'p> {
        match about {
            About::Tool { server, tool } => Object::Tool(self.tool_of(self.servers.sure(likely, server), tool)),
            About::VirtualTool { virtual_server, tool } => Object::Tool(self.virtual_tool(virtual_server, tool)),
            About::Server { server, redirect } => {
                Object::Server(self.servers.slot(server), redirect.as_ref().map(|place| place.address.as_ref()))
            }
            About::Registration { integration, address, visibility } => Object::Registration {
                source: integration.as_ref().map_or(Source::Custom, |id| Source::Integration(self.integrations.slot(id))),
                address: address.address.as_ref(),
                visibility: *visibility,
            },
            About::Integration { integration } => Object::Integration(self.integrations.slot(integration)),
            About::VirtualServer { virtual_server } => Object::VirtualServer(self.virtual_servers.slot(virtual_server)),
        }
    }

    /// What a tool's names point at.
    pub(crate) fn aim_at(&self, name: ToolName<'_>) -> Aim {
        match name {
            ToolName::Direct { server, tool } => self.tool(server, tool),
            ToolName::Virtual { virtual_server, tool } => self.virtual_tool(virtual_server, tool),
        }
    }
}

fn named_server<'p>(snapshot: &'p Snapshot, about: &About<'_>) -> Option<&'p Server> {
    match about {
        About::Server { server, .. } => snapshot.servers.find(server).map(|(_, server)| server),
        _ => None,
    }
}

impl Caller {
    /// Whether a call may be made, as one number; a confirmation isn't looked at.
    #[inline]
    pub fn outcome<'c>(&'c self, call: impl Into<Call<'c>>, moment: impl Into<Moment>) -> Packed {
        self.outcome_at(self.aim(call.into()), moment.into())
    }

    /// Whether a call may be made, and why.
    #[inline]
    pub fn decide<'c>(
        &'c self,
        call: impl Into<Call<'c>>,
        moment: impl Into<Moment>,
        invocation: Option<&'c Invocation<'c>>,
    ) -> Decision<'c> {
        self.decide_at(self.aim(call.into()), moment.into(), invocation)
    }

    /// What this caller confirms who must confirm a call; see [`Policy::approval`].
    pub fn approval<'c>(
        &'c self,
        call: impl Into<Call<'c>>,
        moment: impl Into<Moment>,
        invocation: &'c Invocation<'c>,
        expires_at: Time,
    ) -> Option<Approval<'c>> {
        self.case_at(Action::ToolCall, self.aim(call.into()), moment.into(), Some(invocation)).approval(expires_at)
    }

    /// What a call points at.
    #[inline]
    pub(crate) fn aim(&self, call: Call<'_>) -> Aim {
        match call {
            Call::Named(name) => self.policy.0.aim_at(name),
            Call::Target(target) => self.policy.0.aim(target),
        }
    }

    fn outcome_at(&self, aim: Aim, moment: Moment) -> Packed {
        let case = self.case_at(Action::ToolCall, aim, moment, None);
        let Aim::Tool(Some(server), place) = aim else { return case.outcome() };
        let Some(settled) = self.facts.attested(server) else { return case.outcome() };
        // The first layer alone looks at the time.
        match layer::caller::verdict(&case) {
            Verdict::Deny(ground) => Packed::new(Outcome::Deny, Some(Layer::Caller), ground.reason),
            _ => settled.outcome(place),
        }
    }

    /// A call of some tool of a server, at no time.
    pub(crate) fn case_of(&self, server: Slot<Server>) -> Case<'_, '_> {
        self.case_at(Action::ToolCall, Aim::Tool(Some(server), None), Time(0).into(), None)
    }

    fn decide_at<'c>(&'c self, aim: Aim, moment: Moment, invocation: Option<&'c Invocation<'c>>) -> Decision<'c> {
        self.case_at(Action::ToolCall, aim, moment, invocation).decide()
    }

    #[inline(always)]
    pub(crate) fn case_at<'c>(&'c self, action: Action, aim: Aim, moment: Moment, invocation: Option<&'c Invocation<'c>>) -> Case<'c, 'c> {
        Case {
            snapshot: &self.policy.0,
            action,
            now: moment.now,
            stale: moment.is_stale(),
            standing: &self.standing,
            object: Object::Tool(aim),
            facts: FactsOf::Prepared(&self.facts),
            invocation,
            withholds: false,
        }
    }
}

impl Outcome {
    /// Whether the call may be made, at once or after the caller has confirmed it: what a list holds (L-2).
    pub fn is_open(self) -> bool {
        self != Self::Deny
    }
}
