//! Views: what each page shows (contract 6; VIEWS.md says every member). A view is computed from the policy, the activity, an
//! actor and `now`, and a host only draws it (P-1).
//!
//! How it is built, for whoever adds a kind. `request` reads what is asked and holds it to its shape. A `Sight` is who
//! looks, at what and when: it is what a kind's function is given, says what exists for the actor (through `Who`), cuts
//! pages (`page`), and makes the verdicts of choices: `permits` judges a change on a draft, as apply would (P-8); `decides`
//! decides a request; `rightful` is for choices of which everything hangs on the input but the right. `about` says of which
//! scope the view is, so that messages are an administrator's or a user's (L-4). `setting` has settings and floors, judged by
//! the very lock functions of changes, since a page has hundreds. `shown!` declares the records of answers in the order in
//! which they are written; `control` has controls, and `Proposal`, the change that a choice sends.
//!
//! A kind is a file with a function from the sight to its record or to a reason; a record that has a page of its own is
//! listed in `bodies!` below, and its function in `look`.

mod access;
mod advice;
mod catalog;
mod connectors;
mod control;
mod cursor;
mod custom;
mod integration;
mod integrations;
mod inventory;
mod look;
mod merge;
mod my_servers;
mod platform;
mod reach;
mod request;
mod row;
mod sample;
mod scopes;
mod server;
mod servers;
mod setting;
mod settings;
mod shown;
mod sight;
mod space;
mod status;
mod tool;
mod user;
mod users;
mod virtual_server;
mod virtual_servers;
mod wire;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use self::shown::Members;
use self::sight::Sight;
use crate::activity::Activity;
use crate::decide::Reason;
use crate::document::Problems;
use crate::document::json::Writer;
use crate::policy::Policy;

pub use self::access::*;
pub use self::advice::*;
pub use self::catalog::*;
pub use self::connectors::*;
pub use self::control::{AskedOf, Choice, Closed, Control, Inquiry, Proposal, Sends, SettingName, To, Value, Words};
pub use self::custom::*;
pub use self::integration::*;
pub use self::integrations::*;
pub use self::inventory::*;
pub use self::my_servers::*;
pub use self::platform::*;
pub use self::request::{Actor, Filter, Page, Subject, ViewRequest};
pub use self::row::*;
pub use self::scopes::*;
pub use self::server::*;
pub use self::servers::*;
pub use self::setting::{FloorView, HeldBy, SettingState, SettingView, StoredValue};
pub use self::settings::*;
pub use self::shown::{Head, LastContact, LastUsed, Named, Notice, Person, Piece};
pub use self::space::*;
pub use self::user::*;
pub use self::users::*;
pub use self::virtual_server::*;
pub use self::virtual_servers::*;
pub use self::wire::ViewKind;

/// Declares what answers there are: the kinds, and their records.
macro_rules! bodies {
    ($($(#[$doc:meta])* $kind:ident($record:ident),)+) => {
        /// What a view shows, by kind.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum Body<'p> {
            $($(#[$doc])* $kind(Box<$record<'p>>),)+
        }

        impl Body<'_> {
            /// Its kind.
            pub fn kind(&self) -> ViewKind {
                match self {
                    $(Self::$kind(_) => ViewKind::$kind,)+
                }
            }
        }

        impl Members for Body<'_> {
            fn members<O: SerializeStruct>(&self, object: &mut O) -> Result<(), O::Error> {
                match self {
                    $(Self::$kind(record) => record.members(object),)+
                }
            }
        }

        $(impl<'p> From<$record<'p>> for Body<'p> {
            fn from(record: $record<'p>) -> Self {
                Self::$kind(Box::new(record))
            }
        })+
    };
}

bodies! {
    /// What lies directly under a scope.
    Scopes(ScopesView),
    /// A scope's settings page.
    Settings(SettingsView),
    /// The integrations of a scope.
    Integrations(IntegrationsView),
    /// An integration's own page.
    Integration(IntegrationView),
    /// The policy for custom servers.
    Custom(CustomView),
    /// The custom servers of a subtree.
    Inventory(InventoryView),
    /// The catalogue.
    Catalog(CatalogView),
    /// What the deployment as a whole says.
    Platform(PlatformView),
    /// The actor's own custom servers in a workspace.
    MyServers(MyServersView),
    /// The servers that are seen from a scope.
    Servers(ServersView),
    /// One server.
    Server(ServerView),
    /// The connectors section of a delegated administrator.
    Connectors(ConnectorsView),
    /// What a space's configuration shows.
    Space(SpaceView),
    /// Virtual servers.
    VirtualServers(VirtualServersView),
    /// One virtual server.
    VirtualServer(VirtualServerView),
    /// The grid of users.
    Users(UsersView),
    /// A user's tab.
    User(UserView),
    /// Who reaches what.
    Access(AccessView),
}

/// What an actor sees of a policy.
#[derive(Clone, Debug)]
pub struct View<'p> {
    /// The policy's revision.
    pub revision: u64,
    /// What is shown.
    pub body: Body<'p>,
}

/// Why an actor sees nothing of what they asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRefusal {
    /// What was asked for; none: not even that can be read.
    pub view: Option<ViewKind>,
    /// The policy's revision.
    pub revision: u64,
    /// Why.
    pub reason: Reason,
    /// What is wrong with a request that is `invalid-request`.
    pub problems: Problems,
}

impl Policy {
    /// Shows what a page shows (P-1).
    ///
    /// ```
    /// use lockstep_policy::Policy;
    /// use lockstep_policy::activity::Activity;
    /// use lockstep_policy::view::ViewRequest;
    ///
    /// let policy = Policy::load(br#"{"format": "1.0", "revision": 1,
    ///     "scopes": [{"id": "studio", "level": "workspace", "name": "Studio"}]}"#)?;
    /// let request = ViewRequest::read(br#"{"view": {"kind": "scopes"}, "host": true, "now": "2026-11-20T12:00:00Z"}"#);
    /// let activity = Activity::default();
    /// let view = policy.view(&request, &activity).expect("the host sees all");
    /// assert!(view.to_json().starts_with(r#"{"view":"scopes","revision":1,"rows":[{"scope":"studio","level":"workspace""#));
    /// # Ok::<(), lockstep_policy::document::Problems>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Why there is nothing to be seen: the request can't be read, or what it asks for isn't there for this actor, or not
    /// for them to see (P-V2).
    pub fn view<'p>(&'p self, request: &'p ViewRequest<'p>, activity: &'p Activity<'p>) -> Result<View<'p>, ViewRefusal> {
        let revision = self.revision();
        let question = request.0.as_ref().map_err(|unread| ViewRefusal {
            view: unread.kind,
            revision,
            reason: Reason::InvalidRequest,
            problems: unread.problems.clone(),
        })?;
        let body = Sight::new(self, question, activity).and_then(look);
        let kind = question.subject.kind();
        body.map(|body| View { revision, body }).map_err(|reason| ViewRefusal {
            view: Some(kind),
            revision,
            reason,
            problems: Problems::default(),
        })
    }
}

/// What is shown, kind by kind.
fn look(sight: Sight<'_>) -> Result<Body<'_>, Reason> {
    Ok(match &sight.question.subject {
        Subject::Scopes { scope } => scopes::look(sight, scope.as_deref())?.into(),
        Subject::Settings { scope } => settings::look(sight, scope)?.into(),
        Subject::Integrations { scope } => integrations::look(sight, scope)?.into(),
        Subject::Integration { scope, integration } => integration::look(sight, scope, integration)?.into(),
        Subject::Custom { scope } => custom::look(sight, scope)?.into(),
        Subject::Inventory { scope } => inventory::look(sight, scope)?.into(),
        Subject::Catalog => catalog::look(sight)?.into(),
        Subject::Platform => platform::look(sight)?.into(),
        Subject::MyServers { workspace } => my_servers::look(sight, workspace)?.into(),
        Subject::Servers { scope } => servers::look(sight, scope)?.into(),
        Subject::Server { server, workspace } => server::look(sight, server, workspace.as_deref())?.into(),
        Subject::Connectors => connectors::look(sight)?.into(),
        Subject::Space { space } => space::look(sight, space)?.into(),
        Subject::VirtualServers { scope } => virtual_servers::look(sight, scope.as_deref())?.into(),
        Subject::VirtualServer { virtual_server, workspace } => virtual_server::look(sight, virtual_server, workspace.as_deref())?.into(),
        Subject::Users { scope } => users::look(sight, scope)?.into(),
        Subject::User { user, endpoint } => user::look(sight, user, endpoint.as_deref())?.into(),
        Subject::Reached { user, workspace, agent, space } => {
            access::reached(sight, user, workspace, agent.as_deref(), space.as_deref())?.into()
        }
        Subject::Reaching { server, tool, workspace, agent, space } => {
            access::reaching(sight, server, tool, workspace.as_deref(), agent.as_deref(), space.as_deref())?.into()
        }
    })
}

impl View<'_> {
    /// The JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl ViewRefusal {
    /// What the actor is told: as a user, for it isn't theirs to see (L-4).
    pub fn message(&self) -> &'static str {
        self.reason.entry().user
    }

    /// The JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("View", 1)?;
        object.serialize_field("view", &self.body.kind())?;
        object.serialize_field("revision", &self.revision)?;
        self.body.members(&mut object)?;
        object.end()
    }
}

impl Serialize for ViewRefusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Refusal", 5)?;
        if let Some(view) = &self.view {
            object.serialize_field("view", view)?;
        }
        object.serialize_field("revision", &self.revision)?;
        object.serialize_field("reason", &self.reason)?;
        object.serialize_field("message", self.message())?;
        if !self.problems.problems.is_empty() {
            object.serialize_field("problems", &self.problems.problems)?;
        }
        object.end()
    }
}
