//! What a request's shape alone can't say: ids, limits, and the contract's table of actions (contract, sections 1 and 3).

use std::fmt::{self, Display};

use super::request::{About, Action, Claim, Context, Credential, Facts, ListQuestion, Of, Place, Question};
use crate::document::limits::{MAX_ADDRESS, MAX_TOOL_NAME, MAX_TOOLS};
use crate::document::shape::MAX_INTEGER;
use crate::document::{ProblemCode, is_id};

/// Hears of a problem: its pointer, what kind it is, and what is wrong.
pub(super) type Report<'r> = &'r mut dyn FnMut(&dyn Display, ProblemCode, &dyn Display);

/// Everything that the shape alone can't say: ids, limits, and the contract's table of actions.
pub(super) fn request(question: &Question<'_>, report: Report<'_>) {
    if let Some(claim) = &question.caller {
        check_claim(claim, "/caller", report);
    }
    check_context(&question.context, report);
    let Some((action, about)) = &question.action else { return };
    check_about(about, report);
    if !fits(*action, about) {
        report(&"/target", ProblemCode::UnknownValue, &format_args!("`{}` isn't about this kind of thing", action.as_str()));
    }
    match &question.caller {
        None if *action != Action::ServerContact => {
            report(&"", ProblemCode::Missing, &format_args!("`{}` needs the member `caller`", action.as_str()));
        }
        Some(Claim { space: None, .. }) if *action == Action::SpaceAssign => {
            report(&"/caller", ProblemCode::Missing, &"`space.assign` needs the member `space`");
        }
        _ => {}
    }
}

/// The contract's table of actions and targets.
fn fits(action: Action, about: &About<'_>) -> bool {
    match about {
        About::Tool { .. } | About::VirtualTool { .. } => matches!(action, Action::ToolCall | Action::ToolList),
        About::Server { redirect: Some(_), .. } => action == Action::ServerContact,
        About::Server { .. } => matches!(action, Action::ServerContact | Action::ServerAuthorize | Action::SpaceAssign),
        About::Registration { .. } => action == Action::ServerRegister,
        About::Integration { .. } => action == Action::IntegrationConnect,
        About::VirtualServer { .. } => action == Action::VirtualServerConnect,
    }
}

/// The conventions and limits of a caller, at a pointer.
fn check_claim(claim: &Claim<'_>, at: &str, report: Report<'_>) {
    let mut id = |member: &str, text: &str| check_id(&format_args!("{at}/{member}"), text, report);
    id("user", &claim.user);
    id("workspace", &claim.workspace);
    if let Credential::Token(token) = &claim.credential {
        id("credential/token", token);
    }
    for (member, text) in [("agent", &claim.agent), ("space", &claim.space)] {
        if let Some(text) = text {
            id(member, text);
        }
    }
}

fn check_about(about: &About<'_>, report: Report<'_>) {
    match about {
        About::Tool { server, tool } => {
            check_id(&"/target/server", server, report);
            check_length(&"/target/tool", tool, MAX_TOOL_NAME, report);
        }
        About::VirtualTool { virtual_server, tool } => {
            check_id(&"/target/virtualServer", virtual_server, report);
            check_length(&"/target/tool", tool, MAX_TOOL_NAME, report);
        }
        About::Server { server, redirect } => {
            check_id(&"/target/server", server, report);
            if let Some(place) = redirect {
                check_place(place, report);
            }
        }
        About::Registration { integration, address, .. } => {
            if let Some(integration) = integration {
                check_id(&"/target/source/integration", integration, report);
            }
            check_place(address, report);
        }
        About::Integration { integration } => check_id(&"/target/integration", integration, report),
        About::VirtualServer { virtual_server } => check_id(&"/target/virtualServer", virtual_server, report),
    }
}

fn check_place(place: &Place, report: Report<'_>) {
    if place.too_long {
        report(&"/target/address", ProblemCode::TooLarge, &format_args!("the address has more than {MAX_ADDRESS} bytes"));
    }
}

fn check_context(context: &Context<'_>, report: Report<'_>) {
    check_facts(&context.facts, "/context", report);
    let Some(invocation) = &context.invocation else { return };
    if let Some(id) = &invocation.id {
        check_id(&"/context/invocation/id", id, report);
    }
    let Some(approval) = &invocation.approval else { return };
    let mut id = |member: &str, text: &str| check_id(&format_args!("/context/invocation/approval/{member}"), text, report);
    id("invocation", &approval.invocation);
    id("user", &approval.user);
    id("workspace", &approval.workspace);
    id("server", &approval.server);
    for (member, text) in [("agent", &approval.agent), ("space", &approval.space)] {
        if let Some(text) = text {
            id(member, text);
        }
    }
    check_length(&"/context/invocation/approval/tool", &approval.tool, MAX_TOOL_NAME, report);
    if approval.revision == 0 || approval.revision > MAX_INTEGER {
        report(&"/context/invocation/approval/revision", ProblemCode::InvalidInteger, &"a revision is 1 to 2^53-1");
    }
}

/// The conventions and limits of what a host attests, at a pointer.
fn check_facts(facts: &Facts<'_>, at: &str, report: Report<'_>) {
    for (server, facts) in facts.all() {
        if facts.downstream.is_some() {
            check_id(&format_args!("{at}/downstream/{}", Token(server)), server, report);
        }
        let Some(tools) = &facts.observed else { continue };
        check_id(&format_args!("{at}/observed/{}", Token(server)), server, report);
        if tools.iter().count() > MAX_TOOLS {
            let place = format_args!("{at}/observed/{}", Token(server));
            report(&place, ProblemCode::TooLarge, &format_args!("a server has {MAX_TOOLS} tools at most"));
        }
        for (tool, _) in tools.iter() {
            check_length(&format_args!("{at}/observed/{}/{}", Token(server), Token(tool)), tool, MAX_TOOL_NAME, report);
        }
    }
}

fn check_id(at: &dyn Display, id: &str, report: Report<'_>) {
    if !is_id(id) {
        report(at, ProblemCode::InvalidId, &"this isn't an id");
    }
}

fn check_length(at: &dyn Display, text: &str, most: usize, report: Report<'_>) {
    if text.len() > most {
        report(at, ProblemCode::TooLarge, &format_args!("the text has more than {most} bytes"));
    }
}

/// A token of a JSON Pointer.
struct Token<'t>(&'t str);

impl Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('~', "~0").replace('/', "~1"))
    }
}

/// The same of a list's request.
pub(super) fn list(question: &ListQuestion<'_>, report: Report<'_>) {
    check_claim(&question.caller, "/caller", report);
    check_context(&question.context, report);
    match &question.of {
        Of::All => {}
        Of::Server(id) => check_id(&"/of/server", id, report),
        Of::VirtualServer(id) => check_id(&"/of/virtualServer", id, report),
    }
}
