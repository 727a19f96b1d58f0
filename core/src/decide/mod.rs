//! Deciding: a request, a prepared caller or a target in; an answer that borrows out.

mod ask;
mod check;
mod decision;
mod eval;
mod json;
mod key;
pub(crate) mod layer;
mod lock;
mod message;
mod packed;
mod read;
mod reason;
mod request;
mod wire;

pub(crate) use self::eval::{Case, Found, Object, ServerOutcomes, Verdict};
#[cfg(any(feature = "explain", feature = "views", test))]
pub(crate) use self::json::Shown;
pub(crate) use self::layer::caller::TokenFault;
pub(crate) use self::layer::existence::is_shared;
pub(crate) use self::layer::{caller, existence};
#[cfg(any(feature = "views", feature = "schema"))]
pub(crate) use self::read::any_json;
#[cfg(feature = "explain")]
pub(crate) use self::{ask::Asked, eval::Verdicts, layer::scope_policy};
#[cfg(any(feature = "explain", feature = "views"))]
pub(crate) use self::{eval::Ground, lock::Cites};
#[cfg(feature = "views")]
pub(crate) use self::{
    eval::{FactsOf, Source as RegistrationSource},
    lock::badge,
    message::{Message, Params},
    request::Visibility as RegistrationVisibility,
};

#[cfg(feature = "views")]
pub(crate) use self::{
    eval::{Basis, Causes, FoundTool, Layers, PartialOutcomes},
    layer::{approval, tool},
    request::{ASKING, OfTarget},
};

pub use self::ask::{Call, Moment, ToolName};
pub use self::decision::{Decision, ForUser, Obligation};
pub use self::key::Key;
pub use self::lock::{CauseView, Lock, Source};
pub use self::message::Param;
pub use self::packed::Packed;
#[cfg(feature = "views")]
pub(crate) use self::read::child;
#[cfg(any(feature = "views", feature = "schema"))]
pub(crate) use self::read::explain as explain_request;
pub use self::reason::{Entry, Layer, Outcome, Reason};
pub use self::request::{
    About, Action, Approval, Claim, Context, Credential, Facts, Freshness, Invocation, ListRequest, Of, Place, Request, Tools,
};
#[cfg(feature = "schema")]
pub(crate) use self::wire::{ListRequest as ListRequestShape, Request as RequestShape};

pub use self::wire::DownstreamState;
