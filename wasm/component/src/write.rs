//! From the core's answers to the contract's records.

use std::fmt::Display;

use lockstep_policy::change::Refusal;
use lockstep_policy::decide::{Approval, CauseView, Decision, Layer, Lock, Obligation, Outcome, Reason, Source};
use lockstep_policy::document::{Problem, ProblemCode, Problems};
use lockstep_policy::view::ViewRefusal;
use lockstep_policy::{SliceError, SliceOf};

use crate::bindings::wit;

pub(crate) fn decision(decision: &Decision<'_>) -> wit::Decision {
    wit::Decision {
        outcome: outcome(decision.outcome()),
        reason: decision.reason().code().to_owned(),
        layer: decision.layer().map(layer),
        revision: decision.revision(),
        source: decision.source().map(source),
        lock: decision.lock().map(|found| lock(&found)),
        obligations: decision.obligations().map(obligation).collect(),
        params: decision.each_param().map(|(param, text)| (param.as_str().to_owned(), text.to_owned())).collect(),
        message: wit::Messages { user: decision.message_for_user().to_string(), admin: decision.message_for_administrator().to_string() },
        problems: problems(decision.problems()),
    }
}

fn outcome(outcome: Outcome) -> wit::Outcome {
    match outcome {
        Outcome::Deny => wit::Outcome::Deny,
        Outcome::Ask => wit::Outcome::Ask,
        Outcome::Allow => wit::Outcome::Allow,
    }
}

pub(crate) fn layer(layer: Layer) -> wit::Layer {
    match layer {
        Layer::Caller => wit::Layer::Caller,
        Layer::Existence => wit::Layer::Existence,
        Layer::Origin => wit::Layer::Origin,
        Layer::Catalog => wit::Layer::Catalog,
        Layer::ScopePolicy => wit::Layer::ScopePolicy,
        Layer::Server => wit::Layer::Server,
        Layer::Agent => wit::Layer::Agent,
        Layer::Space => wit::Layer::Space,
        Layer::Tool => wit::Layer::Tool,
        Layer::Downstream => wit::Layer::Downstream,
        Layer::Approval => wit::Layer::Approval,
    }
}

fn source(source: Source<'_>) -> wit::Source {
    match source {
        Source::Platform => wit::Source::Platform,
        Source::Scope { level, scope, name } => {
            wit::Source::Scope(wit::ScopeSource { level: level.to_owned(), scope: scope.to_owned(), name: name.to_owned() })
        }
    }
}

fn lock(lock: &Lock<'_>) -> wit::Lock {
    wit::Lock { badge: lock.badge().to_string(), causes: lock.causes.iter().map(cause).collect() }
}

fn cause(cause: &CauseView<'_>) -> wit::Cause {
    wit::Cause {
        setting: cause.setting().to_string(),
        level: cause.level.to_owned(),
        authority: cause.authority.to_owned(),
        at: cause.at.to_owned(),
    }
}

fn obligation(obligation: Obligation<'_>) -> wit::Obligation {
    match obligation {
        Obligation::VerifyDefinition { server, tool, digest } => wit::Obligation::VerifyDefinition(wit::PinnedDefinition {
            server: server.to_owned(),
            tool: tool.to_owned(),
            digest: digest.to_string(),
        }),
        Obligation::BurnApproval { invocation } => wit::Obligation::BurnApproval(invocation.to_owned()),
        _ => wit::Obligation::Unknown,
    }
}

pub(crate) fn approval(approval: &Approval<'_>) -> wit::Approval {
    wit::Approval {
        invocation: approval.invocation.as_str().to_owned(),
        user: approval.user.as_str().to_owned(),
        workspace: approval.workspace.as_str().to_owned(),
        agent: approval.agent.as_deref().map(str::to_owned),
        space: approval.space.as_deref().map(str::to_owned),
        server: approval.server.as_str().to_owned(),
        tool: approval.tool.as_str().to_owned(),
        definition: approval.definition.map(|digest| digest.to_string()),
        arguments_digest: approval.arguments_digest.to_string(),
        revision: approval.revision,
        expires_at: approval.expires_at.millis(),
    }
}

pub(crate) fn slice_subject(of: SliceOf<'_>) -> wit::SliceSubject {
    match of {
        SliceOf::Scope(scope) => wit::SliceSubject::Scope(scope.to_owned()),
        SliceOf::User { user, workspace } => {
            wit::SliceSubject::User(wit::SliceUser { user: user.to_owned(), workspace: workspace.to_owned() })
        }
    }
}

pub(crate) fn reason(reason: Reason) -> wit::Reason {
    let entry = reason.entry();
    wit::Reason {
        number: entry.number,
        code: entry.code.to_owned(),
        layer: entry.layer.map(layer),
        rules: entry.rules.iter().map(|rule| (*rule).to_owned()).collect(),
        user: entry.user.to_owned(),
        admin: entry.admin.to_owned(),
    }
}

pub(crate) fn problems(problems: &[Problem]) -> Vec<wit::Problem> {
    let problem = |problem: &Problem| wit::Problem {
        code: problem.code.as_str().to_owned(),
        at: problem.at.clone(),
        line: problem.line,
        column: problem.column,
        problem: problem.problem.clone(),
        help: problem.help.clone(),
        related: problem.related.clone(),
    };
    problems.iter().map(problem).collect()
}

/// An error that no text has problems in.
pub(crate) fn error(code: &str, message: impl Display, help: &str) -> wit::Error {
    wit::Error { code: code.to_owned(), message: message.to_string(), help: help.to_owned(), problems: Vec::new(), count: 0, answer: None }
}

/// A text that can't be read.
pub(crate) fn wrong_text(code: &str, wrong: &Problems) -> wit::Error {
    let help = wrong.problems.first().map_or("", |first| first.help.as_str());
    wit::Error { problems: problems(&wrong.problems), count: wrong.count, answer: Some(wrong.to_json()), ..error(code, wrong, help) }
}

/// A document that isn't one. What is only too new has its own code: a host keeps what it has.
pub(crate) fn wrong_document(wrong: &Problems) -> wit::Error {
    let is_new = wrong.problems.iter().any(|problem| problem.code == ProblemCode::FormatTooNew);
    wrong_text(if is_new { "format-too-new" } else { "invalid-document" }, wrong)
}

pub(crate) fn view_refusal(refusal: &ViewRefusal) -> wit::Error {
    wit::Error {
        answer: Some(refusal.to_json()),
        problems: problems(&refusal.problems.problems),
        count: refusal.problems.count,
        ..error(refusal.reason.code(), refusal.message(), refusal.reason.entry().user)
    }
}

pub(crate) fn refusal(refusal: &Refusal) -> wit::Error {
    wit::Error {
        answer: Some(refusal.to_json()),
        problems: problems(&refusal.problems.problems),
        count: refusal.problems.count,
        ..error(refusal.reason.code(), refusal.message_for_user(), &refusal.message_for_administrator().to_string())
    }
}

pub(crate) fn slice_error(wrong: &SliceError) -> wit::Error {
    let (code, help) = match wrong {
        SliceError::UnknownScope(_) => ("unknown-scope", "name a scope of the policy"),
        SliceError::UnknownUser(_) => ("unknown-user", "name a user of the policy"),
        SliceError::UnknownWorkspace { .. } => ("unknown-workspace", "name a workspace in which the user works"),
        _ => ("slice-of-slice", "ask whoever holds the whole policy"),
    };
    error(code, wrong, help)
}
