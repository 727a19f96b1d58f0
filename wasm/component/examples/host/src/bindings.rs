//! What wasmtime makes of the contract, `wit/`.

#[allow(
    missing_docs,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    reason = "generated"
)]
mod generated {
    wasmtime::component::bindgen!({ path: "../../wit", world: "lockstep" });
}

pub use self::generated::exports::lockstep::policy::policies as wit;
pub use self::generated::exports::lockstep::policy::policies::Guest;
pub(crate) use self::generated::{Lockstep, LockstepPre};
