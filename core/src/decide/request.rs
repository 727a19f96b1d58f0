//! What is asked: the claims of a caller, and what the host attests (contract, section 3).

use smallvec::SmallVec;

use super::eval::Layers;
use super::key::Key;
use super::reason::Layer;
use crate::address::Address;
use crate::digest::Digest;
use crate::document::limits::MAX_ADDRESS;
use crate::document::{Problems, Text, Time};
use crate::policy::Sought;

pub use crate::document::Visibility;

pub(crate) use super::wire::DownstreamState;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Call a tool.
    ToolCall,
    /// List a tool, or look at a task of it and its result.
    ToolList,
    /// Any other contact: resources, prompts, completion, a redirect; without a caller the host's own check or refresh.
    ServerContact,
    /// Authorise the credentials of a server.
    ServerAuthorize,
    /// Register a server in the caller's workspace.
    ServerRegister,
    /// Start to connect to an integration.
    IntegrationConnect,
    /// Assign a server to a space.
    SpaceAssign,
    /// Connect to a virtual server.
    VirtualServerConnect,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 8] = [
        Self::ToolCall,
        Self::ToolList,
        Self::ServerContact,
        Self::ServerAuthorize,
        Self::ServerRegister,
        Self::IntegrationConnect,
        Self::SpaceAssign,
        Self::VirtualServerConnect,
    ];

    /// Its name in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToolCall => "tool.call",
            Self::ToolList => "tool.list",
            Self::ServerContact => "server.contact",
            Self::ServerAuthorize => "server.authorize",
            Self::ServerRegister => "server.register",
            Self::IntegrationConnect => "integration.connect",
            Self::SpaceAssign => "space.assign",
            Self::VirtualServerConnect => "virtual-server.connect",
        }
    }

    /// The action of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The layers that it asks (L-1's second table).
    pub(crate) const fn layers(self, host: bool) -> Layers {
        use Layer::{Agent, Caller, Catalog, Downstream, Existence, Origin, ScopePolicy, Server, Space};
        match self {
            Self::ToolCall | Self::ToolList => const { Layers::of(&Layer::ALL) },
            Self::ServerContact if host => const { Layers::of(&[Caller, Existence, Origin, Catalog, ScopePolicy, Server]) },
            Self::ServerContact => {
                const { Layers::of(&[Caller, Existence, Origin, Catalog, ScopePolicy, Server, Agent, Space, Downstream]) }
            }
            Self::ServerAuthorize => const { Layers::of(&[Caller, Existence, Origin, Catalog, ScopePolicy, Server]) },
            Self::ServerRegister => const { Layers::of(&[Caller, Existence, Origin, Catalog, ScopePolicy]) },
            Self::IntegrationConnect => const { Layers::of(&[Caller, Existence, Catalog, ScopePolicy]) },
            Self::SpaceAssign => const { Layers::of(&[Caller, Existence, Catalog, ScopePolicy, Space]) },
            Self::VirtualServerConnect => const { Layers::of(&[Caller, Existence, ScopePolicy]) },
        }
    }
}

/// By what a request comes (U-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// A token, by its id.
    Token(Key<'a>),
    /// From inside the product, where the host has signed the user in.
    Platform,
}

/// Who the caller claims to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The user's id.
    pub user: Key<'a>,
    /// By what the request comes.
    pub credential: Credential<'a>,
    /// The workspace's id.
    pub workspace: Key<'a>,
    /// The agent's id.
    pub agent: Option<Key<'a>>,
    /// The id of a space of that workspace.
    pub space: Option<Key<'a>>,
}

/// What an action is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// A tool of a server.
    Tool {
        /// The server's id.
        server: Key<'a>,
        /// The tool's name.
        tool: Key<'a>,
    },
    /// A tool of a virtual server.
    VirtualTool {
        /// The virtual server's id.
        virtual_server: Key<'a>,
        /// The exposed name (V-8).
        tool: Key<'a>,
    },
    /// A server.
    Server {
        /// The server's id.
        server: Key<'a>,
        /// A redirect's address in place of the server's own (O-4).
        redirect: Option<Place>,
    },
    /// A server to be registered.
    Registration {
        /// The integration's id; none: custom.
        integration: Option<Key<'a>>,
        /// Where it is.
        address: Place,
        /// Whether it is to be shared.
        visibility: Visibility,
    },
    /// An entry of the catalogue.
    Integration {
        /// Its id.
        integration: Key<'a>,
    },
    /// A virtual server.
    VirtualServer {
        /// Its id.
        virtual_server: Key<'a>,
    },
}

/// An address that was read once; one that can't be read is denied in layer 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(crate) address: Option<Address>,
    /// Beyond what an address may have (contract 1, limits).
    pub(crate) too_long: bool,
}

impl From<&str> for Place {
    fn from(address: &str) -> Self {
        Self { address: Address::parse(address).ok(), too_long: address.len() > MAX_ADDRESS }
    }
}

/// When the host last knew its copy of the policy to be current, and for how long that is good (L-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When it was last known to be current.
    pub confirmed_at: Time,
    /// For how many seconds that is good.
    pub max_age_seconds: u64,
}

impl Freshness {
    /// Whether the copy is too old at `now`; a time after `now` is fresh.
    pub fn is_stale(self, now: Time) -> bool {
        let max_age = i64::try_from(self.max_age_seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        now.millis() > self.confirmed_at.millis().saturating_add(max_age)
    }
}

/// What the host attests besides the time: whatever is absent denies rather than allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Boxed: what a request attests of its own target is found when it is read, and the rest is rarely looked at.
    servers: Option<Box<ByName<'a, ServerFacts<'a>>>>,
    /// Whether the context can ask the caller (K-7).
    pub can_ask: bool,
}

/// Of nothing but that somebody is there to ask: what a view says of tools before anybody calls one.
#[cfg(feature = "views")]
pub(crate) static ASKING: Facts<'static> = Facts { servers: None, can_ask: true };

/// What the host attests of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerFacts<'a> {
    /// The state of authorisation (K-8).
    pub(crate) downstream: Option<DownstreamState>,
    /// The definitions just read (K-9).
    pub(crate) observed: Option<Box<Tools<'a>>>,
}

/// The digests of the tool definitions that a server has just shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tools<'a>(ByName<'a, Digest>);

impl<'a> Tools<'a> {
    /// The digest of a tool's definition.
    pub fn get(&self, tool: &str) -> Option<&Digest> {
        self.0.get(tool)
    }

    /// All tools, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Text<'a>, &Digest)> {
        self.0.iter()
    }
}

impl<'a> FromIterator<(Text<'a>, Digest)> for Tools<'a> {
    /// Of two digests for one name the last counts.
    fn from_iter<I: IntoIterator<Item = (Text<'a>, Digest)>>(tools: I) -> Self {
        Self(ByName::new(tools.into_iter(), std::mem::swap))
    }
}

impl<'a> Facts<'a> {
    /// Nothing is attested.
    #[cfg(feature = "views")]
    pub(crate) const NOTHING: Self = Self { servers: None, can_ask: false };

    /// The facts; of two of one server the last counts.
    pub fn new(
        downstream: impl IntoIterator<Item = (Text<'a>, DownstreamState)>,
        observed: impl IntoIterator<Item = (Text<'a>, Tools<'a>)>,
        can_ask: bool,
    ) -> Self {
        let downstream = downstream.into_iter().map(|(server, state)| (server, ServerFacts { downstream: Some(state), observed: None }));
        let observed =
            observed.into_iter().map(|(server, tools)| (server, ServerFacts { downstream: None, observed: Some(Box::new(tools)) }));
        let servers = ByName::new(downstream.chain(observed), |earlier: &mut ServerFacts<'_>, later| {
            earlier.downstream = later.downstream.or(earlier.downstream);
            earlier.observed = later.observed.take().or_else(|| earlier.observed.take());
        });
        Self { servers: (!servers.entries.is_empty()).then(|| Box::new(servers)), can_ask }
    }

    /// What is attested of a server.
    pub(crate) fn of(&self, server: &(impl Sought + ?Sized)) -> Option<&ServerFacts<'a>> {
        self.servers.as_ref()?.get(server)
    }

    /// What is attested of all servers, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Text<'a>, &ServerFacts<'a>)> {
        self.servers.iter().flat_map(|servers| servers.iter())
    }
}

/// Values by name, sorted by it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ByName<'a, T> {
    /// Of each name, where they are few: numbers side by side are searched faster than texts.
    hashes: SmallVec<[u32; 4]>,
    entries: Vec<(Text<'a>, T)>,
}

/// Up to so many are few.
const FEW: usize = 32;

impl<T> Default for ByName<'_, T> {
    fn default() -> Self {
        Self { hashes: SmallVec::new(), entries: Vec::new() }
    }
}

impl<'a, T> ByName<'a, T> {
    /// Of two of one name `join` makes the earlier what counts.
    fn new(entries: impl Iterator<Item = (Text<'a>, T)>, join: impl Fn(&mut T, &mut T)) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                join(&mut earlier.1, &mut later.1);
            }
            same
        });
        let few = entries.len() <= FEW;
        Self { hashes: entries.iter().filter(|_| few).map(|(name, _)| name.hash()).collect(), entries }
    }

    fn get(&self, name: &(impl Sought + ?Sized)) -> Option<&T> {
        if self.entries.len() > FEW {
            let place = self.entries.binary_search_by(|(known, _)| known.as_str().cmp(name.text())).ok()?;
            return self.entries.get(place).map(|(_, value)| value);
        }
        let hash = name.hash();
        let alike = self.hashes.iter().zip(&self.entries).filter(|(known, _)| **known == hash);
        alike.map(|(_, entry)| entry).find(|(known, _)| name.is(known)).map(|(_, value)| value)
    }

    fn iter(&self) -> impl Iterator<Item = (&Text<'a>, &T)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }
}

/// One call, and its confirmation where there is one (K-7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation<'a> {
    /// The host's id of the call.
    pub id: Option<Text<'a>>,
    /// Of the arguments (see [`crate::digest::json_digest`]).
    pub arguments_digest: Option<Digest>,
    /// The caller's confirmation.
    pub approval: Option<Approval<'a>>,
}

/// What a caller confirmed. Every member must equal the call's (K-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval<'a> {
    /// The id of the call.
    pub invocation: Text<'a>,
    /// Who confirmed.
    pub user: Text<'a>,
    /// Where.
    pub workspace: Text<'a>,
    /// With which agent.
    pub agent: Option<Text<'a>>,
    /// In which space.
    pub space: Option<Text<'a>>,
    /// Which server, underneath where it is a virtual one.
    pub server: Text<'a>,
    /// Which tool of it.
    pub tool: Text<'a>,
    /// The digest of the tool's definition.
    pub definition: Option<Digest>,
    /// The digest of the arguments.
    pub arguments_digest: Digest,
    /// Recorded, not compared.
    pub revision: u64,
    /// Good while `now` is before it.
    pub expires_at: Time,
}

/// Everything about the moment that a request is asked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    /// The time (L-9).
    pub now: Time,
    /// How fresh the host's copy of the policy is; absent: the host answers for that itself.
    pub snapshot: Option<Freshness>,
    /// What the host attests.
    pub facts: Facts<'a>,
    /// The call.
    pub invocation: Option<Box<Invocation<'a>>>,
}

/// A request: read once, asked of as many policies as one likes.
///
/// Making one never fails. What can't be read, or doesn't fit the contract, is a request that every policy answers with
/// `invalid-request` (L-5).
#[derive(Clone, Debug)]
pub struct Request<'a>(pub(crate) Result<Question<'a>, Problems>);

/// What a request that fits the contract says.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    /// None: a name that is no action.
    pub(crate) action: Option<(Action, About<'a>)>,
    /// None: the host itself.
    pub(crate) caller: Option<Claim<'a>>,
    pub(crate) context: Context<'a>,
    /// What the context says of the target, where that is a server or a tool of one.
    pub(crate) of_target: Option<OfTarget>,
}

/// What the host attests of the very server and tool that a request names: found once, when the request is made.
#[derive(Clone, Debug)]
pub(crate) struct OfTarget {
    /// The state of authorisation (K-8).
    pub(crate) downstream: Option<DownstreamState>,
    /// The digest just read; none inside, the server was read and has no such tool (K-9).
    pub(crate) observed: Option<Option<Digest>>,
}

impl<'a> Question<'a> {
    pub(crate) fn new(action: Option<(Action, About<'a>)>, caller: Option<Claim<'a>>, context: Context<'a>) -> Self {
        let named = match &action {
            Some((_, About::Tool { server, tool })) => Some((server, Some(tool))),
            Some((_, About::Server { server, .. })) => Some((server, None)),
            _ => None,
        };
        let of_target = named.map(|(server, tool)| {
            let facts = context.facts.of(server);
            let observed = facts.and_then(|facts| facts.observed.as_ref());
            OfTarget { downstream: facts.and_then(|facts| facts.downstream), observed: observed.map(|tools| tools.0.get(tool?).copied()) }
        });
        Self { action, caller, context, of_target }
    }
}

/// What a list is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// Everything that the caller can see.
    All,
    /// One server, by id.
    Server(Key<'a>),
    /// One virtual server, by id.
    VirtualServer(Key<'a>),
}

/// A request for a list. Like [`Request`], making one never fails.
#[derive(Clone, Debug)]
pub struct ListRequest<'a>(pub(crate) Result<ListQuestion<'a>, Problems>);

/// What a list's request that fits the contract says.
#[derive(Clone, Debug)]
pub(crate) struct ListQuestion<'a> {
    pub(crate) caller: Claim<'a>,
    pub(crate) context: Context<'a>,
    pub(crate) of: Of<'a>,
}
