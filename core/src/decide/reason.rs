//! The one table of reasons: code, number, layer, rules, and both messages (contract, section 3; L-1, L-4).

use std::fmt;

use super::message::{Step, Template, take_apart, template};

/// The eleven layers, in the order in which they are asked (L-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Layer {
    /// Who asks, and whether the request can be read.
    Caller = 1,
    /// Whether the target exists for them.
    Existence,
    /// Whether its address may be used at all.
    Origin,
    /// Whether the catalogue approves it.
    Catalog,
    /// What the scopes on the path have turned off.
    ScopePolicy,
    /// Whether the server runs.
    Server,
    /// Whether the agent may use it.
    Agent,
    /// Whether it is open to the space.
    Space,
    /// Whether the tool may be used.
    Tool,
    /// Whether it is authorised downstream.
    Downstream,
    /// Whether a person must confirm.
    Approval,
}

impl Layer {
    /// All layers in order.
    pub const ALL: [Layer; 11] = [
        Self::Caller,
        Self::Existence,
        Self::Origin,
        Self::Catalog,
        Self::ScopePolicy,
        Self::Server,
        Self::Agent,
        Self::Space,
        Self::Tool,
        Self::Downstream,
        Self::Approval,
    ];

    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Existence => "existence",
            Self::Origin => "origin",
            Self::Catalog => "catalog",
            Self::ScopePolicy => "scope-policy",
            Self::Server => "server",
            Self::Agent => "agent",
            Self::Space => "space",
            Self::Tool => "tool",
            Self::Downstream => "downstream",
            Self::Approval => "approval",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a decision comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// It isn't done.
    Deny = 0,
    /// The caller must confirm this one call.
    Ask = 1,
    /// It is done.
    Allow = 2,
}

impl Outcome {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Allow => "allow",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the table says of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// The stable number; append-only, never reused, never 0.
    pub number: u16,
    /// The layer that gives it; none for the reasons of an allow.
    pub layer: Option<Layer>,
    /// The rules that it comes from.
    pub rules: &'static [&'static str],
    /// What a user is told. `{…}` are the decision's params; `[…]` is left out where a param in it is absent.
    pub user: &'static str,
    /// What an administrator is told.
    pub admin: &'static str,
    /// Both, taken apart.
    pub(crate) templates: Templates,
}

/// What a user and an administrator are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Templates {
    pub(crate) user: Template<'static>,
    pub(crate) admin: Template<'static>,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal $code:literal $layer:expr, [$($rule:literal),*], $user:expr, $admin:expr;)*) => {
        /// Why a decision is what it is.
        ///
        /// More reasons may come with later versions: treat one that you don't know as the outcome says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $name = $number,)* }

        impl Reason {
            /// All reasons, by number.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// What the table says of it.
            pub const fn entry(self) -> &'static Entry {
                match self {
                    $(Reason::$name => const { &Entry {
                        code: $code, number: $number, layer: $layer, rules: &[$($rule),*], user: $user, admin: $admin,
                        templates: Templates { user: template!($user), admin: template!($admin) },
                    } },)*
                }
            }
        }
    };
}

// L-4's kinds of message. Unknown and inactive: not available, nothing else.
const GONE: &str = "Not available.";
// What is nobody's policy and not the user's to mend.
const REST: &str = "Not available here. Ask your administrator.";
// What the platform or the catalogue holds back.
const PLATFORM: &str = "Blocked by policy of the platform. Contact your administrator[ ({contact})].";

const CALLER: Option<Layer> = Some(Layer::Caller);
const EXISTENCE: Option<Layer> = Some(Layer::Existence);
const ORIGIN: Option<Layer> = Some(Layer::Origin);
const CATALOG: Option<Layer> = Some(Layer::Catalog);
const SCOPE_POLICY: Option<Layer> = Some(Layer::ScopePolicy);
const SERVER: Option<Layer> = Some(Layer::Server);
const AGENT: Option<Layer> = Some(Layer::Agent);
const SPACE: Option<Layer> = Some(Layer::Space);
const TOOL: Option<Layer> = Some(Layer::Tool);
const DOWNSTREAM: Option<Layer> = Some(Layer::Downstream);
const APPROVAL: Option<Layer> = Some(Layer::Approval);

reasons! {
    /// Nothing denies it.
    Allowed = 1 "allowed" None, ["L-3"], "Allowed.", "Allowed.";
    /// The caller confirmed this very call.
    Approved = 2 "approved" None, ["K-7", "L-3"], "Allowed, as confirmed.", "Allowed: the caller confirmed this call.";
    /// The request can't be read, or doesn't fit its action.
    InvalidRequest = 3 "invalid-request" CALLER, ["L-1", "L-5"],
        REST,
        "The request can't be read, doesn't fit its action, or asks for what no policy may hold; `problems` says where, as far as that is a matter of its text.";
    /// The host's copy of the policy is older than it may be.
    PolicyStale = 4 "policy-stale" CALLER, ["L-7"],
        REST,
        "This host's copy of the policy is older than it may be. Bring the host back in touch with its source.";
    /// No such action.
    UnknownAction = 5 "unknown-action" CALLER, ["L-5"],
        GONE,
        "No action has this name, so it is denied.";
    /// The token isn't active, or isn't good for this.
    TokenInactive = 6 "token-inactive" CALLER, ["U-3", "U-10"],
        GONE,
        "The token [{?revoked}was revoked]<[{?expired}has expired]<[{?misused}is not good for this workspace, agent or target]<[{?foreign}is another user's]<is unknown>>>>. Authorise the client anew.";
    /// No such user.
    UnknownUser = 7 "unknown-user" CALLER, ["U-8"],
        GONE,
        "The policy has no such user.";
    /// The user's MCP access is disabled.
    AccessDisabled = 8 "access-disabled" CALLER, ["U-1"],
        REST,
        "This user's MCP access is disabled. Whoever administers all scopes of the user can enable it.";
    /// No workspace that the caller belongs to.
    UnknownWorkspace = 9 "unknown-workspace" CALLER, ["L-8", "U-8"],
        GONE,
        "There is no such workspace, or the user doesn't belong to it; administering it alone doesn't let one call.";
    /// No such agent.
    UnknownAgent = 10 "unknown-agent" CALLER, ["L-1"],
        GONE,
        "The policy declares no such agent.";
    /// No such space in the caller's workspace.
    UnknownSpace = 11 "unknown-space" CALLER, ["L-1"],
        GONE,
        "The caller's workspace has no such space.";
    /// No virtual server that the caller knows.
    UnknownVirtualServer = 12 "unknown-virtual-server" EXISTENCE, ["V-1", "V-3", "U-8"],
        GONE,
        "No such virtual server exists for this user here: none has this id, it isn't published, this workspace doesn't lie under its scope, or its access list doesn't name the user.";
    /// The caller manages it but may not use it.
    ConnectNotGranted = 13 "connect-not-granted" EXISTENCE, ["V-3"],
        REST,
        "The user manages this virtual server but has no grant to connect. One of its managers can add it.";
    /// No server that the caller knows.
    UnknownServer = 14 "unknown-server" EXISTENCE, ["U-8", "C-7", "C-8", "L-8"],
        GONE,
        "No such server exists for this user here: none has this id, it lies on another path, or it is private to somebody else or to another workspace.";
    /// No integration that the caller knows.
    UnknownIntegration = 15 "unknown-integration" EXISTENCE, ["I-4"],
        GONE,
        "The catalogue holds no such integration, or doesn't approve it.";
    /// No such tool (in layer 2: through a virtual server).
    UnknownTool = 16 "unknown-tool" TOOL, ["K-9", "V-2"],
        GONE,
        "No such tool exists: the policy doesn't hold it, the server no longer lists it, or the virtual server doesn't offer it here.";
    /// The address isn't one.
    InvalidAddress = 17 "invalid-address" ORIGIN, ["O-3", "O-4"],
        PLATFORM,
        "The platform allows only addresses that are spelled as such: http or https, a host, then perhaps a port, a path and a query, all in ASCII. Only its operator can lift this.";
    /// The address may not be used.
    OriginNotAllowed = 18 "origin-not-allowed" ORIGIN, ["O-1", "O-2", "O-3", "O-4"],
        PLATFORM,
        "The platform doesn't allow this address. Its operator can list it.";
    /// The catalogue holds the integration back.
    IntegrationNotApproved = 19 "integration-not-approved" CATALOG, ["I-4"],
        PLATFORM,
        "The platform's catalogue doesn't approve [{subject}]<this integration>. An administrator of {root} can approve it.";
    /// The address isn't one of the integration's.
    AddressNotOfIntegration = 20 "address-not-of-integration" CATALOG, ["I-7"],
        PLATFORM,
        "The address matches no origin of [{subject}]<the integration> in the platform's catalogue. An administrator of {root} can add one.";
    /// Everything is stopped.
    Stopped = 21 "stopped" SCOPE_POLICY, ["S-13"],
        "All access is stopped by policy of the {level}. Contact your administrator[ ({contact})].",
        "All access is stopped by {level} {name}. An administrator of {name} or above can lift it.";
    /// The integration is off.
    IntegrationOff = 22 "integration-off" SCOPE_POLICY, ["I-1", "I-9"],
        "[The integration {subject} is]<This is> turned off by policy of the {level}. Contact your administrator[ ({contact})].",
        "[The integration {subject} is]<This integration is> turned off by {level} {name}. An administrator of {name} or above can turn it on.";
    /// Custom servers are off.
    CustomUseOff = 23 "custom-use-off" SCOPE_POLICY, ["C-3"],
        "The use of custom servers is turned off by policy of the {level}. Contact your administrator[ ({contact})].",
        "The use of custom servers is turned off by {level} {name}. An administrator of {name} or above can turn it on.";
    /// No new custom servers.
    CustomCreationOff = 24 "custom-creation-off" SCOPE_POLICY, ["C-2"],
        "Adding custom servers is turned off by policy of the {level}. Contact your administrator[ ({contact})].",
        "Adding custom servers is turned off by {level} {name}. An administrator of {name} or above can turn it on.";
    /// No shared custom servers.
    CustomSharingOff = 25 "custom-sharing-off" SCOPE_POLICY, ["C-7"],
        "Sharing custom servers is turned off by policy of the {level}. Contact your administrator[ ({contact})].",
        "Sharing custom servers is turned off by {level} {name}. An administrator of {name} or above can turn it on.";
    /// The address is an integration's that is off or not approved.
    OriginLocked = 26 "origin-locked" SCOPE_POLICY, ["I-6"],
        "This address is blocked by policy of the [{level}]<platform>. Contact your administrator[ ({contact})].",
        "The address belongs to an integration that is [turned off by {level} {name}. An administrator of {name} or above can turn it on]<not approved in the platform's catalogue. An administrator of {root} can approve it>.";
    /// A scope declined this server.
    ServerOff = 27 "server-off" SCOPE_POLICY, ["S-11"],
        "[The server {subject} is]<This is> turned off by policy of the {level}. Contact your administrator[ ({contact})].",
        "[The server {subject} is]<This server is> turned off by {level} {name}. An administrator of {name} or above can turn it on.";
    /// Somebody stopped this server.
    ServerDisabled = 28 "server-disabled" SERVER, ["N-4", "D-5"],
        "[Disabled by policy of the {level}. Contact your administrator[ ({contact})]]<Not available here. Ask your administrator>.",
        "[The server {subject} is]<This server is> disabled by [{level} {name}. An administrator of {name} or above can enable it]<a delegated administrator. Any of its delegates, or an administrator of its scope or above, can enable it>.";
    /// The master switch is off.
    ServerSwitchedOff = 29 "server-switched-off" SERVER, ["K-1"],
        "[{?own}Your server is switched off. Switch it on to use it]<Not available here. Ask your administrator>.",
        "The master switch of [{subject}]<this server> is off. [{?own}Its owner]<An administrator of its scope or above> can switch it on.";
    /// A shared credential where each user's own is needed.
    SharedCredential = 30 "shared-credential" SERVER, ["K-14", "V-6"],
        REST,
        "[The server {subject}]<This server> is called with one shared credential, which needs a waiver here. Use per-user credentials, or have an administrator of its scope or above waive it.";
    /// Not theirs to do.
    NotAdministrator = 31 "not-administrator" SERVER, ["K-14", "P-8"],
        REST,
        "This is for those who administer what it is about, or whom the rules name besides: a shared credential is authorised by the server's owner, its delegates, and administrators of its scope or above.";
    /// No agent named.
    AgentRequired = 32 "agent-required" AGENT, ["K-2"],
        REST,
        "No agent is named; every call names one, and every server allows one at least.";
    /// Not this agent.
    AgentNotAllowed = 33 "agent-not-allowed" AGENT, ["K-2"],
        REST,
        "This agent isn't among those that may use [{subject}]<this server>.";
    /// Only from a space.
    SpaceRequired = 34 "space-required" SPACE, ["R-3"],
        REST,
        "[The server {subject} is]<This server is> limited to selected spaces, and none is named.";
    /// Not from this space.
    SpaceNotAllowed = 35 "space-not-allowed" SPACE, ["R-2", "R-3"],
        REST,
        "[The server {subject} is]<This server is> limited to selected spaces, and this is none of them.";
    /// The catalogue holds the tool back.
    ToolNotApproved = 36 "tool-not-approved" TOOL, ["I-5", "I-6"],
        PLATFORM,
        "The platform's catalogue doesn't approve the tool[ {tool}]. An administrator of {root} can approve it.";
    /// Disabled on its server.
    ToolDisabled = 37 "tool-disabled" TOOL, ["K-3"],
        REST,
        "The tool[ {tool}] is disabled on its server.";
    /// Not what was accepted.
    ToolChanged = 38 "tool-changed" TOOL, ["K-9"],
        "[{?own}The definition of this tool of yours has changed. Look at it, and accept it if it is all right]<Not available here. Ask your administrator>.",
        "The definition of the tool[ {tool}] isn't the accepted one. Look at it, and accept it if it is all right.";
    /// Floored to deny.
    ApprovalFloor = 39 "approval-floor" TOOL, ["K-5"],
        "This tool is blocked by policy of the {level}. Contact your administrator[ ({contact})].",
        "A floor of {level} {name} denies the tool[ {tool}]. An administrator of {name} or above can lift it.";
    /// Not authorised yet.
    AuthorizationPending = 40 "authorization-pending" DOWNSTREAM, ["K-8"],
        "Authorise [{subject}]<this server> first, then try again.",
        "The credentials of this call aren't authorised at [{subject}]<the server> yet.";
    /// No longer authorised.
    AuthorizationExpired = 41 "authorization-expired" DOWNSTREAM, ["K-8"],
        "The authorisation at [{subject}]<this server> has expired. Authorise it again.",
        "The authorisation at [{subject}]<the server> has expired and must be renewed.";
    /// Through a virtual server: what is underneath isn't authorised.
    DownstreamAuthorizationRequired = 42 "downstream-authorization-required" DOWNSTREAM, ["V-6"],
        "Authorise [{subject}]<the server behind this tool> first, then try again.",
        "The caller has no valid authorisation of their own at [{subject}]<the server behind this tool>.";
    /// It must be asked, and can't be.
    ApprovalUnavailable = 43 "approval-unavailable" APPROVAL, ["K-5", "K-7"],
        "This must be confirmed[, by policy of the {level}], and that isn't possible from here. Use a client that can ask you[{?level}, or contact your administrator[ ({contact})]].",
        "The caller must confirm this call, and the client can't ask.[ A floor of {level} {name} asks for it; an administrator of {name} or above can lift it.]";
    /// The caller must confirm this call.
    ApprovalRequired = 44 "approval-required" APPROVAL, ["K-4", "K-5", "K-7"],
        "Confirm this call to go on[: policy of the {level} asks for it].",
        "The caller must confirm this call.[ A floor of {level} {name} asks for it; an administrator of {name} or above can lift it.]";

    // From here on what refuses changes alone (P-11).
    /// A slice takes no change.
    SliceIsReadOnly = 45 "slice-is-read-only" None, ["P-6"],
        REST,
        "This is a slice of a policy, for reading. Change the policy that it was cut from.";
    /// Against another revision.
    Conflict = 46 "conflict" None, ["P-3"],
        "This has changed in the meantime. Look at it again.",
        "The policy has another revision than the change was made for. Preview it again.";
    /// No scope that the actor knows.
    UnknownScope = 47 "unknown-scope" None, ["U-8", "P-11", "P-12"],
        GONE,
        "No such scope exists for this user.";
    /// No token that the actor knows.
    UnknownToken = 48 "unknown-token" None, ["U-8", "P-11", "P-12"],
        GONE,
        "No such token exists for this user.";
    /// No such client.
    UnknownClient = 49 "unknown-client" None, ["P-11"],
        GONE,
        "The policy declares no such client.";
    /// No such level.
    UnknownLevel = 50 "unknown-level" None, ["P-11"],
        GONE,
        "The policy declares no such level.";
    /// Held by a higher authority.
    Locked = 51 "locked" None, ["S-3", "K-5", "N-4", "P-13"],
        "This is locked[ by policy of the {level}]. Contact your administrator[ ({contact})].",
        "This is locked by [{level} {name}. An administrator of {name} or above can lift it]<a higher authority>.";
    /// The id was used before.
    IdUsed = 52 "id-used" None, ["N-5", "P-15"],
        REST,
        "This id is in use, or a server had it once. Bring another.";
    /// No place for that header.
    HeaderNotAllowed = 53 "header-not-allowed" None, ["K-12"],
        REST,
        "A header of this name is set by the transport, or by the server's method of authorisation.";
    /// Not one who may be given this.
    NotEligible = 54 "not-eligible" None, ["D-2", "V-7"],
        REST,
        "The user isn't eligible: a delegate needs one of the permissions, and a grant goes to who belongs to or administers a scope on the path or below.";
    /// Not to be offered through a virtual server.
    NotPackageable = 55 "not-packageable" None, ["V-5", "V-7"],
        REST,
        "Only enabled tools of servers that run, are shared, are of an approved integration, and lie on the virtual server's path or below can be packaged.";
    /// A scope's level and parent stay.
    ScopeFixed = 56 "scope-fixed" None, ["S-10", "P-16"],
        REST,
        "A scope's level and parent never change.";
    /// A server's address stays.
    AddressFixed = 57 "address-fixed" None, ["C-5", "P-16"],
        REST,
        "A server's address changes by a readdress alone, which gives it a new id.";
    /// A newer format.
    FormatTooNew = 58 "format-too-new" None, ["P-16"],
        REST,
        "The document has a newer format than this version reads.";
    /// The document has problems.
    InvalidDocument = 59 "invalid-document" None, ["P-16"],
        REST,
        "The document isn't valid; `problems` says where.";
    /// Something names it.
    InUse = 60 "in-use" None, ["S-9", "S-11", "P-15"],
        REST,
        "Something names it or lies in it. Remove that first.";
    /// Two of one name.
    DuplicateName = 61 "duplicate-name" None, ["V-8"],
        REST,
        "Two of the selected tools would be called alike.";
    /// Nobody would manage it.
    LastManager = 62 "last-manager" None, ["V-4"],
        REST,
        "A virtual server would be left without a manager.";
    /// More than there may be.
    TooLarge = 63 "too-large" None, ["P-10", "P-11"],
        REST,
        "It would exceed a limit: of a text, of a list, or of revisions.";
    /// The password is needed once more.
    ConfirmationRequired = 64 "confirmation-required" None, ["U-7"],
        "Confirm this with your password, then try again.",
        "Changing somebody's access needs a fresh confirmation by password.";
}

impl Reason {
    /// Those of decisions; the others refuse changes alone.
    pub fn of_decisions() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|reason| *reason <= Self::ApprovalRequired)
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// The reason of a number.
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.entry().number == number)
    }

    /// The reason of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
