//! From JSON, or from a host's own values, to a view's request that is known to fit its shape (VIEWS.md, "Asking").

use std::fmt::Display;

use super::cursor::Cursor;
use super::wire::{self, ViewKind};
use crate::address::Address;
use crate::decide::{Key, child, explain_request};
use crate::document::limits::{MAX_ADDRESS, MAX_TEXT};
use crate::document::read::{read_fast, utf8};
use crate::document::shape::Shape;
use crate::document::tree::{Node, Tree};
use crate::document::{Problem, ProblemCode, Problems, Text, Time, is_id, is_tool_name};

/// So many rows a page has at the most, and so many without its saying so.
const MAX_SIZE: u64 = 1000;
const USUAL_SIZE: u64 = 50;

/// What a view shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// What lies directly under a scope.
    Scopes {
        /// None: the highest scopes that are the actor's.
        scope: Option<Key<'a>>,
    },
    /// A scope's settings page (I-8).
    Settings {
        /// Which scope.
        scope: Key<'a>,
    },
    /// The integrations of a scope (I-2).
    Integrations {
        /// Which scope.
        scope: Key<'a>,
    },
    /// An integration's own page (I-3).
    Integration {
        /// From which scope.
        scope: Key<'a>,
        /// Which integration.
        integration: Key<'a>,
    },
    /// The policy for custom servers (C-6, C-10).
    Custom {
        /// Which scope.
        scope: Key<'a>,
    },
    /// The custom servers of a subtree (N-1).
    Inventory {
        /// Which scope.
        scope: Key<'a>,
    },
    /// The owner's page of custom servers (C-9).
    MyServers {
        /// In which workspace.
        workspace: Key<'a>,
    },
    /// The servers that are seen from a scope (K-11).
    Servers {
        /// From which scope.
        scope: Key<'a>,
    },
    /// One server.
    Server {
        /// Which one.
        server: Key<'a>,
        /// On whose path; none: its own.
        workspace: Option<Key<'a>>,
    },
    /// The connectors section of a delegated administrator (D-3).
    Connectors,
    /// What a space's configuration shows (R-2).
    Space {
        /// Which space.
        space: Key<'a>,
    },
    /// The virtual servers of a scope's path, or those that name the actor.
    VirtualServers {
        /// None: those that name the actor.
        scope: Option<Key<'a>>,
    },
    /// One virtual server.
    VirtualServer {
        /// Which one.
        virtual_server: Key<'a>,
        /// On whose path; none: each server's own.
        workspace: Option<Key<'a>>,
    },
    /// The grid of users (U-5).
    Users {
        /// Of which subtree.
        scope: Key<'a>,
    },
    /// A user's tab (U-6).
    User {
        /// Which user.
        user: Key<'a>,
        /// The address at which clients connect (P-V11).
        endpoint: Option<Text<'a>>,
    },
    /// What one user reaches.
    Reached {
        /// Which user.
        user: Key<'a>,
        /// From which workspace.
        workspace: Key<'a>,
        /// By which agent; none: by each.
        agent: Option<Key<'a>>,
        /// From which space.
        space: Option<Key<'a>>,
    },
    /// Who reaches one tool.
    Reaching {
        /// Of which server.
        server: Key<'a>,
        /// Which tool.
        tool: Key<'a>,
        /// From which workspace; of a server in a workspace it is that one.
        workspace: Option<Key<'a>>,
        /// By which agent; none: by each.
        agent: Option<Key<'a>>,
        /// From which space.
        space: Option<Key<'a>>,
    },
    /// The catalogue.
    Catalog,
    /// What the deployment as a whole says.
    Platform,
}

impl Subject<'_> {
    /// Its kind.
    pub fn kind(&self) -> ViewKind {
        match self {
            Self::Scopes { .. } => ViewKind::Scopes,
            Self::Settings { .. } => ViewKind::Settings,
            Self::Integrations { .. } => ViewKind::Integrations,
            Self::Integration { .. } => ViewKind::Integration,
            Self::Custom { .. } => ViewKind::Custom,
            Self::Inventory { .. } => ViewKind::Inventory,
            Self::MyServers { .. } => ViewKind::MyServers,
            Self::Servers { .. } => ViewKind::Servers,
            Self::Server { .. } => ViewKind::Server,
            Self::Connectors => ViewKind::Connectors,
            Self::Space { .. } => ViewKind::Space,
            Self::VirtualServers { .. } => ViewKind::VirtualServers,
            Self::VirtualServer { .. } => ViewKind::VirtualServer,
            Self::Users { .. } => ViewKind::Users,
            Self::User { .. } => ViewKind::User,
            Self::Reached { .. } | Self::Reaching { .. } => ViewKind::Access,
            Self::Catalog => ViewKind::Catalog,
            Self::Platform => ViewKind::Platform,
        }
    }

    /// By how many keys its rows are sorted.
    pub(crate) fn keys(&self) -> usize {
        match self {
            // By server, virtual server, tool and the name that it is called by.
            Self::Reached { .. } => 4,
            // By group and server; by name and id.
            Self::Inventory { .. } | Self::Users { .. } => 2,
            _ => 1,
        }
    }

    /// The ids that it names, by their members.
    fn ids(&self) -> [(&'static str, Option<&str>); 4] {
        let one = |member, id| [(member, id), ("", None), ("", None), ("", None)];
        match self {
            Self::Scopes { scope } | Self::VirtualServers { scope } => one("scope", scope.as_deref()),
            Self::Settings { scope }
            | Self::Integrations { scope }
            | Self::Custom { scope }
            | Self::Inventory { scope }
            | Self::Servers { scope }
            | Self::Users { scope } => one("scope", Some(scope)),
            Self::Integration { scope, integration } => {
                [("scope", Some(scope)), ("integration", Some(integration)), ("", None), ("", None)]
            }
            Self::MyServers { workspace } => one("workspace", Some(workspace)),
            Self::Server { server, workspace } => [("server", Some(server)), ("workspace", workspace.as_deref()), ("", None), ("", None)],
            Self::Space { space } => one("space", Some(space)),
            Self::VirtualServer { virtual_server, workspace } => {
                [("virtualServer", Some(virtual_server)), ("workspace", workspace.as_deref()), ("", None), ("", None)]
            }
            Self::User { user, .. } => one("user", Some(user)),
            Self::Reached { user, workspace, agent, space } => {
                [("user", Some(user)), ("workspace", Some(workspace)), ("agent", agent.as_deref()), ("space", space.as_deref())]
            }
            Self::Reaching { server, workspace, agent, space, .. } => {
                [("server", Some(server)), ("workspace", workspace.as_deref()), ("agent", agent.as_deref()), ("space", space.as_deref())]
            }
            Self::Connectors | Self::Catalog | Self::Platform => one("", None),
        }
    }
}

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// A user, by id.
    User(Key<'a>),
    /// The host itself, which sees all (P-V1).
    Host,
}

/// Which part of what grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// How many rows, 1 to 1,000; absent: 50.
    pub size: Option<u64>,
    /// The `next` of the page before; absent: from the first row.
    pub after: Option<Text<'a>>,
}

/// Which rows: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// In the id or the name, without regard to the case of ASCII letters.
    pub text: Option<Text<'a>>,
    /// A badge or a status, as the kind has them.
    pub badge: Option<Text<'a>>,
    /// A scope's id: those of its subtree.
    pub scope: Option<Key<'a>>,
}

/// A request for a view: read once, asked of as many policies as one likes.
///
/// Making one never fails. What can't be read is a request that every policy refuses as `invalid-request`.
///
/// ```
/// use lockstep_policy::view::{Actor, Subject, ViewRequest};
/// # use lockstep_policy::document::Time;
/// let now = Time::parse("2026-11-20T12:00:00Z")?;
/// let request = ViewRequest::new(Subject::Catalog, Actor::User("nora".into()), now, None, None);
/// assert!(request.problems().is_none());
/// let same = ViewRequest::read(br#"{"view": {"kind": "catalog"}, "actor": "nora", "now": "2026-11-20T12:00:00Z"}"#);
/// assert!(same.problems().is_none());
/// # Ok::<(), lockstep_policy::document::ParseTimeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ViewRequest<'a>(pub(crate) Result<Question<'a>, Unread>);

/// A request that fits its shape.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) subject: Subject<'a>,
    pub(crate) actor: Actor<'a>,
    pub(crate) now: Time,
    pub(crate) page: Option<Page<'a>>,
    pub(crate) filter: Option<Filter<'a>>,
}

impl Question<'_> {
    /// How many rows a page has.
    pub(crate) fn size(&self) -> usize {
        let size = self.page.as_ref().and_then(|page| page.size).unwrap_or(USUAL_SIZE);
        usize::try_from(size.min(MAX_SIZE)).unwrap_or(1).max(1)
    }

    /// After which row the page goes on.
    pub(crate) fn after(&self) -> Option<Cursor> {
        let after = self.page.as_ref()?.after.as_deref()?;
        Cursor::read(self.subject.kind(), self.subject.keys(), after)
    }
}

/// A request that can't be read.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    /// None: not even that can be read.
    pub(crate) kind: Option<ViewKind>,
    pub(crate) problems: Problems,
}

impl<'a> ViewRequest<'a> {
    /// Reads a request from JSON.
    pub fn read(text: &'a [u8]) -> Self {
        Self(read(text).map_err(|problems| Unread { kind: kind_of(text), problems }))
    }

    /// A request of a host's own making.
    pub fn new(subject: Subject<'a>, actor: Actor<'a>, now: Time, page: Option<Page<'a>>, filter: Option<Filter<'a>>) -> Self {
        let question = Question { subject, actor, now, page, filter };
        let mut problems = Vec::new();
        check(&question, &mut |at, code, problem| {
            let (problem, help) = (problem.to_string(), code.help().to_owned());
            problems.push(Problem { code, at: at.to_string(), line: 1, column: 1, problem, help, related: None });
        });
        let count = problems.len() as u64;
        let kind = Some(question.subject.kind());
        Self(if problems.is_empty() { Ok(question) } else { Err(Unread { kind, problems: Problems { problems, count } }) })
    }

    /// What is wrong with it, where it isn't one.
    pub fn problems(&self) -> Option<&Problems> {
        self.0.as_ref().err().map(|unread| &unread.problems)
    }
}

fn read(text: &[u8]) -> Result<Question<'_>, Problems> {
    let text = utf8(text)?;
    if let Some(request) = read_fast::<wire::Request<'_>>(text) {
        let mut fits = true;
        let question = checked(request, &mut |_, _, _| fits = false);
        if let Some(question) = question.filter(|_| fits) {
            return Ok(question);
        }
    }
    let request =
        explain_request(text, |reader| wire::Request::slow(reader, Node::ROOT), |request, report| drop(checked(request.clone(), report)))?;
    // Whatever the check lets through is a question.
    checked(request, &mut |_, _, _| {}).ok_or_else(Problems::default)
}

/// The kind that a request which can't be read asks for.
fn kind_of(text: &[u8]) -> Option<ViewKind> {
    let parsed = Tree::parse(std::str::from_utf8(text).ok()?);
    let tree = &parsed.tree;
    let (_, view) = child(tree, Node::ROOT, "view")?;
    let (_, kind) = child(tree, view, "kind")?;
    ViewKind::parse(&tree.text(kind)?)
}

/// Hears of a problem: its pointer, what kind it is, and what is wrong.
type Report<'r> = &'r mut dyn FnMut(&dyn Display, ProblemCode, &dyn Display);

/// Holds members to their kind, then texts to their form; none where there is no saying what is asked.
fn checked<'a>(request: wire::Request<'a>, report: Report<'_>) -> Option<Question<'a>> {
    let mut fits = true;
    let (needed, besides) = wire::members(&request.view);
    for (member, is_there) in wire::given(&request.view) {
        match is_there {
            false if needed.contains(&member) => report(&"/view", ProblemCode::Missing, &format_args!("the member `{member}` is missing")),
            true if !needed.contains(&member) && !besides.contains(&member) => {
                let problem = format_args!("the member `{member}` doesn't go with this kind");
                report(&format_args!("/view/{member}"), ProblemCode::UnknownKey, &problem);
            }
            _ => continue,
        }
        fits = false;
    }
    let actor = match (request.actor, request.host) {
        (Some(actor), None) => Actor::User(actor.into()),
        (None, Some(true)) => Actor::Host,
        (None, None) => {
            report(&"", ProblemCode::Missing, &"the member `actor` is missing");
            return None;
        }
        _ => {
            report(&"/host", ProblemCode::UnknownValue, &"`host` is true, and stands in place of `actor`");
            return None;
        }
    };
    let page = request.page.map(|page| Page { size: page.size, after: page.after });
    let filter = request.filter.map(|filter| Filter { text: filter.text, badge: filter.badge, scope: filter.scope.map(Key::from) });
    let question = Question { subject: fits.then(|| subject(request.view))?, actor, now: request.now, page, filter };
    check(&question, report);
    Some(question)
}

fn subject(subject: wire::Subject<'_>) -> Subject<'_> {
    // Every member that its kind needs is there.
    fn key(text: Option<Text<'_>>) -> Key<'_> {
        Key::from(text.unwrap_or_default())
    }
    let maybe = |text: Option<_>| text.map(Key::from);
    match subject.kind {
        ViewKind::Scopes => Subject::Scopes { scope: maybe(subject.scope) },
        ViewKind::Settings => Subject::Settings { scope: key(subject.scope) },
        ViewKind::Integrations => Subject::Integrations { scope: key(subject.scope) },
        ViewKind::Integration => Subject::Integration { scope: key(subject.scope), integration: key(subject.integration) },
        ViewKind::Custom => Subject::Custom { scope: key(subject.scope) },
        ViewKind::Inventory => Subject::Inventory { scope: key(subject.scope) },
        ViewKind::MyServers => Subject::MyServers { workspace: key(subject.workspace) },
        ViewKind::Servers => Subject::Servers { scope: key(subject.scope) },
        ViewKind::Server => Subject::Server { server: key(subject.server), workspace: maybe(subject.workspace) },
        ViewKind::Connectors => Subject::Connectors,
        ViewKind::Space => Subject::Space { space: key(subject.space) },
        ViewKind::VirtualServers => Subject::VirtualServers { scope: maybe(subject.scope) },
        ViewKind::VirtualServer => {
            Subject::VirtualServer { virtual_server: key(subject.virtual_server), workspace: maybe(subject.workspace) }
        }
        ViewKind::Users => Subject::Users { scope: key(subject.scope) },
        ViewKind::User => Subject::User { user: key(subject.user), endpoint: subject.endpoint },
        ViewKind::Access if subject.user.is_some() => Subject::Reached {
            user: key(subject.user),
            workspace: key(subject.workspace),
            agent: maybe(subject.agent),
            space: maybe(subject.space),
        },
        ViewKind::Access => Subject::Reaching {
            server: key(subject.server),
            tool: key(subject.tool),
            workspace: maybe(subject.workspace),
            agent: maybe(subject.agent),
            space: maybe(subject.space),
        },
        ViewKind::Catalog => Subject::Catalog,
        ViewKind::Platform => Subject::Platform,
    }
}

/// What the members alone can't say: forms of texts, and which parts and filters a kind has.
fn check(question: &Question<'_>, report: Report<'_>) {
    let mut id = |at: &dyn Display, id: &str| {
        if !is_id(id) {
            report(at, ProblemCode::InvalidId, &"this is no id");
        }
    };
    for (member, named) in question.subject.ids() {
        if let Some(named) = named {
            id(&format_args!("/view/{member}"), named);
        }
    }
    if let Actor::User(actor) = &question.actor {
        id(&"/actor", actor);
    }
    if let Some(scope) = question.filter.as_ref().and_then(|filter| filter.scope.as_deref()) {
        id(&"/filter/scope", scope);
    }
    match &question.subject {
        Subject::Reaching { tool, .. } if !is_tool_name(tool) => {
            report(&"/view/tool", ProblemCode::InvalidToolName, &"this is no tool's name");
        }
        // Nothing breaks out of the text that it is put into (P-V11).
        Subject::User { endpoint: Some(endpoint), .. } if endpoint.len() > MAX_ADDRESS => {
            report(&"/view/endpoint", ProblemCode::TooLarge, &format_args!("an address has at most {MAX_ADDRESS} bytes"));
        }
        Subject::User { endpoint: Some(endpoint), .. } => {
            if let Err(error) = Address::parse(endpoint) {
                report(&"/view/endpoint", ProblemCode::UnknownValue, &format_args!("this is no address: {error}"));
            }
        }
        _ => {}
    }
    let kind = question.subject.kind();
    if let Some(page) = &question.page {
        check_page(question, page, report);
    }
    match &question.filter {
        Some(_) if !kind.is_paged() => report(&"/filter", ProblemCode::UnknownKey, &format_args!("`{kind}` takes no filter")),
        Some(filter) => check_filter(kind, filter, report),
        None => {}
    }
}

fn check_page(question: &Question<'_>, page: &Page<'_>, report: Report<'_>) {
    let kind = question.subject.kind();
    if !kind.is_paged() && kind != ViewKind::Settings {
        report(&"/page", ProblemCode::UnknownKey, &format_args!("`{kind}` has no pages"));
        return;
    }
    if page.size.is_some_and(|size| !(1..=MAX_SIZE).contains(&size)) {
        report(&"/page/size", ProblemCode::InvalidInteger, &format_args!("a page has 1 to {MAX_SIZE} rows"));
    }
    match &page.after {
        Some(_) if kind == ViewKind::Settings => {
            report(&"/page/after", ProblemCode::UnknownKey, &"each part goes on by its own kind");
        }
        Some(_) if question.after().is_none() => {
            report(&"/page/after", ProblemCode::UnknownValue, &"this is no cursor of this view");
        }
        _ => {}
    }
}

fn check_filter(kind: ViewKind, filter: &Filter<'_>, report: Report<'_>) {
    if filter.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
        report(&"/filter/text", ProblemCode::TooLarge, &format_args!("a text has at most {MAX_TEXT} bytes"));
    }
    if let Some(badge) = &filter.badge {
        match kind.badges() {
            [] => report(&"/filter/badge", ProblemCode::UnknownKey, &format_args!("`{kind}` has no badges to filter by")),
            badges if !badges.contains(&badge.as_str()) => {
                report(&"/filter/badge", ProblemCode::UnknownValue, &format_args!("the badges are {}", badges.join(", ")));
            }
            _ => {}
        }
    }
    if filter.scope.is_some() && !kind.takes_scope() {
        report(&"/filter/scope", ProblemCode::UnknownKey, &format_args!("`{kind}` isn't filtered by scope"));
    }
}
