//! From JSON, or from a host's own values, to a request that is known to fit the contract (sections 1 and 3).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::check::{self, Report};
use super::key::Key;
use super::request::{
    About, Action, Approval, Claim, Context, Credential, Facts, Freshness, Invocation, ListQuestion, ListRequest, Of, Place, Question,
    Request, Tools,
};
use super::wire;
use crate::document::limits::MAX_TEXT;
use crate::document::read::{read_fast, reports_syntax, utf8};
use crate::document::shape::{MAX_INTEGER, Shape};
use crate::document::slow::{Reader, Seen};
use crate::document::tree::{Kind, Node, Tree};
use crate::document::{Problem, ProblemCode, Problems, Text};

impl<'a> Request<'a> {
    /// Reads a request from JSON.
    pub fn read(text: &'a [u8]) -> Self {
        Self(read(text))
    }

    /// A request of a host's own making. `caller` is absent where the host itself asks (`server.contact` alone).
    pub fn new(action: Action, about: About<'a>, caller: Option<Claim<'a>>, context: Context<'a>) -> Self {
        let question = Question::new(Some((action, about)), caller, context);
        let mut problems = Vec::new();
        check::request(&question, &mut |at, code, problem| {
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
    if let Some(request) = read_fast::<wire::Request<'_>>(text).filter(|request| request.action.len() <= MAX_TEXT) {
        let mut fits = true;
        let question = question(request);
        check::request(&question, &mut |_, _, _| fits = false);
        if fits {
            return Ok(question);
        }
    }
    explain(text, read_slowly, check::request)
}

/// Reads a text again for its problems.
pub(crate) fn explain<'a, Q>(
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
        let mut places = Places { tree, objects: BTreeMap::new() };
        check(question, &mut |at, code, problem| {
            problems.report(places.locate(&at.to_string()), code, format_args!("{problem}"), None, None);
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
            Some(&"target") => any_json(reader, value, false),
            Some(&"context") => context = wire::Context::slow(reader, value),
            _ => {}
        }
    }
    if context.is_none() {
        reader.lacks(Node::ROOT, "context", seen.has(3));
    }
    Some(Question::new(None, caller.map(claim), self::context(context?)))
}

/// Reports what contract 1 has against any JSON, nulls perhaps apart. The tree's depth is bounded.
pub(crate) fn any_json(reader: &mut Reader<'_, '_>, node: Node, takes_nulls: bool) {
    let tree = reader.tree();
    let mut children = tree.children(node);
    match tree.kind(node) {
        Kind::Object => {
            reader.double_keys(node);
            while children.next(tree).is_some() {
                let Some(value) = children.next(tree) else { break };
                any_json(reader, value, takes_nulls);
            }
        }
        Kind::List => {
            while let Some(element) = children.next(tree) {
                any_json(reader, element, takes_nulls);
            }
        }
        Kind::Number if tree.number(node).strip_prefix('-').is_some_and(is_magnitude) => {}
        Kind::Number => {
            reader.integer(node);
        }
        Kind::Null if takes_nulls => {}
        Kind::Null => reader.problems.report(node, ProblemCode::WrongType, format_args!("null stands where nothing is"), None, None),
        Kind::Text | Kind::Boolean => {}
    }
}

/// What may follow a minus; `-0` is no integer.
fn is_magnitude(digits: &str) -> bool {
    digits.parse().is_ok_and(|number: u64| (1..=MAX_INTEGER).contains(&number)) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Key and value of an object's member.
pub(crate) fn child(tree: &Tree<'_>, object: Node, name: &str) -> Option<(Node, Node)> {
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

/// Finds the places of pointers; each object's members are put in order once, for a request may have millions.
struct Places<'t, 'a> {
    tree: &'t Tree<'a>,
    objects: BTreeMap<Node, Vec<(Cow<'a, str>, Node)>>,
}

impl Places<'_, '_> {
    /// The place of a pointer, as far as the text has it.
    fn locate(&mut self, pointer: &str) -> Node {
        let mut node = Node::ROOT;
        for token in pointer.split('/').skip(1) {
            match self.member(node, &token.replace("~1", "/").replace("~0", "~")) {
                Some(value) => node = value,
                None => break,
            }
        }
        node
    }

    /// The value of an object's member.
    fn member(&mut self, object: Node, name: &str) -> Option<Node> {
        let tree = self.tree;
        let members = self.objects.entry(object).or_insert_with(|| members(tree, object));
        let place = members.binary_search_by(|(key, _)| (**key).cmp(name)).ok()?;
        members.get(place).map(|(_, value)| *value)
    }
}

/// An object's members by key; of anything else none.
fn members<'a>(tree: &Tree<'a>, object: Node) -> Vec<(Cow<'a, str>, Node)> {
    let mut members = Vec::new();
    if tree.kind(object) == Kind::Object {
        let mut children = tree.children(object);
        while let Some(key) = children.next(tree) {
            let Some(value) = children.next(tree) else { break };
            members.extend(tree.text(key).map(|key| (key, value)));
        }
    }
    members.sort_unstable();
    members
}

fn question<'a>(request: wire::Request<'a>) -> Question<'a> {
    let action = Action::of_name(&request.action).map(|action| (action, about(request.target)));
    Question::new(action, request.caller.map(claim), context(request.context))
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

    /// Who asks; none where it can't be read.
    pub fn caller(&self) -> Option<&Claim<'a>> {
        self.0.as_ref().ok().map(|question| &question.caller)
    }

    /// What the host attests.
    pub fn context(&self) -> Option<&Context<'a>> {
        self.0.as_ref().ok().map(|question| &question.context)
    }

    /// What is to be listed.
    pub fn of(&self) -> Option<&Of<'a>> {
        self.0.as_ref().ok().map(|question| &question.of)
    }
}

fn read_list(text: &[u8]) -> Result<ListQuestion<'_>, Problems> {
    let text = utf8(text)?;
    if let Some(request) = read_fast::<wire::ListRequest<'_>>(text) {
        let mut fits = true;
        let question = list_question(request);
        check::list(&question, &mut |_, _, _| fits = false);
        if fits {
            return Ok(question);
        }
    }
    explain(text, |reader| wire::ListRequest::slow(reader, Node::ROOT).map(list_question), check::list)
}

fn list_question(request: wire::ListRequest<'_>) -> ListQuestion<'_> {
    let of = match request.of.kind {
        wire::OfKind::All => Of::All,
        wire::OfKind::Server => Of::Server(request.of.server.unwrap_or_default().into()),
        wire::OfKind::VirtualServer => Of::VirtualServer(request.of.virtual_server.unwrap_or_default().into()),
    };
    ListQuestion { caller: claim(request.caller), context: context(request.context), of }
}

fn claim(caller: wire::Caller<'_>) -> Claim<'_> {
    let credential = match caller.credential.token {
        Some(token) => Credential::Token(token.into()),
        None => Credential::Platform,
    };
    Claim {
        user: caller.user.into(),
        credential,
        workspace: caller.workspace.into(),
        agent: caller.agent.map(Key::from),
        space: caller.space.map(Key::from),
    }
}

fn about<'a>(target: wire::Target<'a>) -> About<'a> {
    // The shape holds each kind to its members, so that what is filled in here is never looked at.
    let key = |text: Option<Text<'a>>| Key::from(text.unwrap_or_default());
    match target.kind {
        wire::TargetKind::Tool => About::Tool { server: key(target.server), tool: key(target.tool) },
        wire::TargetKind::VirtualTool => About::VirtualTool { virtual_server: key(target.virtual_server), tool: key(target.tool) },
        wire::TargetKind::Server => About::Server { server: key(target.server), redirect: target.address.as_deref().map(Place::from) },
        wire::TargetKind::Registration => About::Registration {
            integration: target.source.and_then(|source| source.integration).map(Key::from),
            address: Place::from(target.address.as_deref().unwrap_or_default()),
            visibility: target.visibility.unwrap_or(super::request::Visibility::Private),
        },
        wire::TargetKind::Integration => About::Integration { integration: key(target.integration) },
        wire::TargetKind::VirtualServer => About::VirtualServer { virtual_server: key(target.virtual_server) },
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
        invocation: context.invocation.map(|read| Box::new(invocation(read))),
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
