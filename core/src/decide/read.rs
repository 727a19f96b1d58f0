//! From JSON, or from a host's own values, to a request that is known to fit the contract (sections 1 and 3).

use std::fmt::{self, Display};

use super::request::{
    About, Action, Approval, Claim, Context, Credential, Facts, Freshness, Invocation, ListQuestion, ListRequest, Of, Place, Question,
    Request, Tools,
};
use super::wire;
use crate::document::read::{read_fast, reports_syntax, utf8};
use crate::document::shape::{MAX_INTEGER, Shape};
use crate::document::slow::{Reader, Seen};
use crate::document::tree::{Kind, Node, Tree};
use crate::document::{Problem, ProblemCode, Problems, is_id};

// Contract 1, limits.
const MAX_TOOLS: usize = 4096;
const MAX_TOOL_NAME: usize = 1024;
const MAX_ADDRESS: usize = 4096;
const MAX_TEXT: usize = 16 * 1024;

impl<'a> Request<'a> {
    /// Reads a request from JSON.
    pub fn read(text: &'a [u8]) -> Self {
        Self(read(text))
    }

    /// A request of a host's own making. `caller` is absent where the host itself asks (`server.contact` alone).
    pub fn new(action: Action, about: About<'a>, caller: Option<Claim<'a>>, context: Context<'a>) -> Self {
        let question = Question { action: Some((action, about)), caller, context };
        let mut problems = Vec::new();
        check(&question, &mut |at, code, problem| {
            let (problem, help) = (problem.to_string(), code.help().to_owned());
            problems.push(Problem { code, at: at.to_string(), line: 1, column: 1, problem, help, related: None });
        });
        let count = problems.len() as u64;
        Self(if problems.is_empty() { Ok(question) } else { Err(Problems { problems, count }) })
    }

    /// What is wrong with it, where it isn't one.
    pub fn problems(&self) -> Option<&Problems> {
        self.0.as_ref().err()
    }

    /// What is to be done; none where that can't be read or is no action.
    pub fn action(&self) -> Option<Action> {
        self.0.as_ref().ok()?.action.as_ref().map(|(action, _)| *action)
    }

    /// What it is about.
    pub fn about(&self) -> Option<&About<'a>> {
        self.0.as_ref().ok()?.action.as_ref().map(|(_, about)| about)
    }

    /// Who asks; none where that can't be read, or where the host itself asks.
    pub fn caller(&self) -> Option<&Claim<'a>> {
        self.0.as_ref().ok()?.caller.as_ref()
    }

    /// What the host attests.
    pub fn context(&self) -> Option<&Context<'a>> {
        self.0.as_ref().ok().map(|question| &question.context)
    }
}

fn read(text: &[u8]) -> Result<Question<'_>, Problems> {
    let text = utf8(text)?;
    if let Some(request) = read_fast::<wire::Request<'_>>(text) {
        let mut fits = true;
        let question = question(request);
        check(&question, &mut |_, _, _| fits = false);
        if fits {
            return Ok(question);
        }
    }
    explain(text, read_slowly, check)
}

/// Reads a text again for its problems.
fn explain<'a, Q>(
    text: &'a str,
    read: impl FnOnce(&mut Reader<'_, 'a>) -> Option<Q>,
    check: impl FnOnce(&Q, Report<'_>),
) -> Result<Q, Problems> {
    let parsed = Tree::parse(text);
    let tree = &parsed.tree;
    let mut reader = Reader::new(tree);
    if reports_syntax(&parsed, &mut reader.problems) {
        return Err(reader.problems.finish());
    }
    let question = read(&mut reader);
    let mut problems = reader.problems;
    if let Some(question) = question.as_ref().filter(|_| problems.is_empty()) {
        check(question, &mut |at, code, problem| {
            problems.report(locate(tree, &at.to_string()), code, format_args!("{problem}"), None, None);
        });
    }
    match question {
        Some(question) if problems.is_empty() => Ok(question),
        _ => Err(problems.finish()),
    }
}

/// Reads a request slowly.
fn read_slowly<'a>(reader: &mut Reader<'_, 'a>) -> Option<Question<'a>> {
    let tree = reader.tree();
    let action = child(tree, Node::ROOT, "action").and_then(|(_, action)| tree.text(action));
    if action.is_none_or(|name| Action::of_name(&name).is_some()) {
        wire::Request::slow(reader, Node::ROOT).map(question)
    } else {
        unknown(reader)
    }
}

/// A request whose action is none: its target may be any JSON (contract 3).
fn unknown<'a>(reader: &mut Reader<'_, 'a>) -> Option<Question<'a>> {
    const KEYS: &[&str] = &["action", "caller", "target", "context"];
    let tree = reader.tree();
    let mut members = reader.object(Node::ROOT)?;
    let mut seen = Seen::default();
    let (mut caller, mut context) = (None, None);
    while let Some(key) = members.next(tree) {
        let Some(value) = members.next(tree) else { break };
        match reader.member(key, KEYS, &mut seen).and_then(|index| KEYS.get(index)) {
            Some(&"action") if reader.text(value).is_some_and(|name| name.len() > MAX_TEXT) => {
                reader.problems.report(value, ProblemCode::TooLarge, format_args!("the action has more than {MAX_TEXT} bytes"), None, None);
            }
            Some(&"caller") => caller = wire::Caller::slow(reader, value),
            Some(&"target") => any_json(reader, value),
            Some(&"context") => context = wire::Context::slow(reader, value),
            _ => {}
        }
    }
    if context.is_none() {
        reader.lacks(Node::ROOT, "context", seen.has(3));
    }
    Some(Question { action: None, caller: caller.map(claim), context: self::context(context?) })
}

/// Reports what contract 1 has against any JSON. The tree's depth is bounded.
fn any_json(reader: &mut Reader<'_, '_>, node: Node) {
    let tree = reader.tree();
    let mut children = tree.children(node);
    match tree.kind(node) {
        Kind::Object => {
            reader.double_keys(node);
            while children.next(tree).is_some() {
                let Some(value) = children.next(tree) else { break };
                any_json(reader, value);
            }
        }
        Kind::List => {
            while let Some(element) = children.next(tree) {
                any_json(reader, element);
            }
        }
        Kind::Number if tree.number(node).strip_prefix('-').is_some_and(is_magnitude) => {}
        Kind::Number => {
            reader.integer(node);
        }
        Kind::Null => reader.problems.report(node, ProblemCode::WrongType, format_args!("null stands where nothing is"), None, None),
        Kind::Text | Kind::Boolean => {}
    }
}

/// What may follow a minus; `-0` is no integer.
fn is_magnitude(digits: &str) -> bool {
    digits.parse().is_ok_and(|number: u64| (1..=MAX_INTEGER).contains(&number)) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Key and value of an object's member.
fn child(tree: &Tree<'_>, object: Node, name: &str) -> Option<(Node, Node)> {
    if tree.kind(object) != Kind::Object {
        return None;
    }
    let mut members = tree.children(object);
    while let Some(key) = members.next(tree) {
        let value = members.next(tree)?;
        if tree.text(key).is_some_and(|key| key == name) {
            return Some((key, value));
        }
    }
    None
}

/// The place of a pointer, as far as the text has it.
fn locate(tree: &Tree<'_>, pointer: &str) -> Node {
    let tokens = pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
    let mut node = Node::ROOT;
    for token in tokens {
        match child(tree, node, &token) {
            Some((_, value)) => node = value,
            None => break,
        }
    }
    node
}

fn question<'a>(request: wire::Request<'a>) -> Question<'a> {
    Question {
        action: Action::of_name(&request.action).map(|action| (action, about(request.target))),
        caller: request.caller.map(claim),
        context: context(request.context),
    }
}

impl<'a> ListRequest<'a> {
    /// Reads a list's request from JSON.
    pub fn read(text: &'a [u8]) -> Self {
        Self(read_list(text))
    }

    /// What is wrong with it, where it isn't one.
    pub fn problems(&self) -> Option<&Problems> {
        self.0.as_ref().err()
    }
}

fn read_list(text: &[u8]) -> Result<ListQuestion<'_>, Problems> {
    let text = utf8(text)?;
    if let Some(request) = read_fast::<wire::ListRequest<'_>>(text) {
        let mut fits = true;
        let question = list_question(request);
        check_list(&question, &mut |_, _, _| fits = false);
        if fits {
            return Ok(question);
        }
    }
    explain(text, |reader| wire::ListRequest::slow(reader, Node::ROOT).map(list_question), check_list)
}

fn list_question(request: wire::ListRequest<'_>) -> ListQuestion<'_> {
    let of = match request.of.kind {
        wire::OfKind::All => Of::All,
        wire::OfKind::Server => Of::Server(request.of.server.unwrap_or_default()),
        wire::OfKind::VirtualServer => Of::VirtualServer(request.of.virtual_server.unwrap_or_default()),
    };
    ListQuestion { caller: claim(request.caller), context: context(request.context), of }
}

fn check_list(question: &ListQuestion<'_>, report: Report<'_>) {
    check_claim(&question.caller, "/caller", report);
    check_context(&question.context, report);
    match &question.of {
        Of::All => {}
        Of::Server(id) => check_id(&"/of/server", id, report),
        Of::VirtualServer(id) => check_id(&"/of/virtualServer", id, report),
    }
}

fn claim(caller: wire::Caller<'_>) -> Claim<'_> {
    let credential = match caller.credential.token {
        Some(token) => Credential::Token(token),
        None => Credential::Platform,
    };
    Claim { user: caller.user, credential, workspace: caller.workspace, agent: caller.agent, space: caller.space }
}

fn about(target: wire::Target<'_>) -> About<'_> {
    // The shape holds each kind to its members, so that what is filled in here is never looked at.
    let server = target.server.unwrap_or_default();
    let virtual_server = target.virtual_server.unwrap_or_default();
    let tool = target.tool.unwrap_or_default();
    match target.kind {
        wire::TargetKind::Tool => About::Tool { server, tool },
        wire::TargetKind::VirtualTool => About::VirtualTool { virtual_server, tool },
        wire::TargetKind::Server => About::Server { server, redirect: target.address.as_deref().map(Place::from) },
        wire::TargetKind::Registration => About::Registration {
            integration: target.source.and_then(|source| source.integration),
            address: Place::from(target.address.as_deref().unwrap_or_default()),
            visibility: target.visibility.unwrap_or(super::request::Visibility::Private),
        },
        wire::TargetKind::Integration => About::Integration { integration: target.integration.unwrap_or_default() },
        wire::TargetKind::VirtualServer => About::VirtualServer { virtual_server },
    }
}

fn context(context: wire::Context<'_>) -> Context<'_> {
    let observed = context.observed.into_iter().map(|(server, tools)| (server, tools.into_iter().collect::<Tools<'_>>()));
    Context {
        now: context.now,
        snapshot: context
            .snapshot
            .map(|snapshot| Freshness { confirmed_at: snapshot.confirmed_at, max_age_seconds: snapshot.max_age_seconds }),
        facts: Facts::new(context.downstream, observed, context.can_ask.unwrap_or(false)),
        invocation: context.invocation.map(invocation),
    }
}

fn invocation(invocation: wire::Invocation<'_>) -> Invocation<'_> {
    Invocation {
        id: invocation.id,
        arguments_digest: invocation.arguments_digest,
        approval: invocation.approval.map(|approval| Approval {
            invocation: approval.invocation,
            user: approval.user,
            workspace: approval.workspace,
            agent: approval.agent,
            space: approval.space,
            server: approval.server,
            tool: approval.tool,
            definition: approval.definition,
            arguments_digest: approval.arguments_digest,
            revision: approval.revision,
            expires_at: approval.expires_at,
        }),
    }
}

/// Hears of a problem: its pointer, what kind it is, and what is wrong.
type Report<'r> = &'r mut dyn FnMut(&dyn Display, ProblemCode, &dyn Display);

/// Everything that the shape alone can't say: ids, limits, and the contract's table of actions.
fn check(question: &Question<'_>, report: Report<'_>) {
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
    for (server, _) in facts.all_downstream() {
        check_id(&format_args!("{at}/downstream/{}", Token(server)), server, report);
    }
    for (server, tools) in facts.all_observed() {
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
