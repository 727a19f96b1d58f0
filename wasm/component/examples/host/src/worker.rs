//! One instance, and what is left of it after a trap: denials.

use wasmtime::component::{Instance, ResourceAny};
use wasmtime::{Result, Store, StoreLimits};

use crate::bindings::{Guest, Lockstep, wit};

/// An instance, with the policies and callers that live in it.
pub struct Worker {
    /// None: it trapped, and everything in it is gone.
    live: Option<Live>,
}

struct Live {
    store: Store<StoreLimits>,
    instance: Instance,
    contract: Lockstep,
    /// How many ticks a question may take.
    ticks: u64,
}

/// What a question is asked with.
pub struct Asking<'w> {
    /// The store in which the instance lives.
    pub store: &'w mut Store<StoreLimits>,
    /// The functions of the contract.
    pub policies: &'w Guest,
    /// All that is exported.
    pub instance: Instance,
}

/// A policy or a caller in a worker. It ends with its worker, or by [`Worker::release`].
#[derive(Clone, Copy, Debug)]
pub struct Handle(pub ResourceAny);

/// Why there is no answer. Whatever it is, it denies.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PolicyError {
    /// The core says what is wrong.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(Box<wit::Error>),
    /// The instance trapped, ran out of memory or of time, now or before. Make a new worker and load the policy again.
    #[error("module-lost: the policy module has ended; load the policy again")]
    ModuleLost,
}

impl PolicyError {
    /// Its code.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(error) => &error.code,
            Self::ModuleLost => "module-lost",
        }
    }
}

impl From<wit::Error> for PolicyError {
    fn from(error: wit::Error) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl Worker {
    pub(crate) fn new(store: Store<StoreLimits>, instance: Instance, contract: Lockstep, ticks: u64) -> Self {
        Self { live: Some(Live { store, instance, contract, ticks }) }
    }

    /// Asks anything of the contract. After a trap the instance is dropped: what it holds may be broken.
    ///
    /// # Errors
    ///
    /// The module has ended.
    pub fn ask<A>(&mut self, question: impl FnOnce(Asking<'_>) -> Result<A>) -> Result<A, PolicyError> {
        let Live { store, instance, contract, ticks } = self.live.as_mut().ok_or(PolicyError::ModuleLost)?;
        store.set_epoch_deadline(*ticks);
        let asking = Asking { store, policies: contract.lockstep_policy_policies(), instance: *instance };
        question(asking).map_err(|_| {
            self.live = None;
            PolicyError::ModuleLost
        })
    }

    /// Loads a policy.
    ///
    /// # Errors
    ///
    /// All problems of the document, or the module has ended.
    pub fn load(&mut self, document: &[u8]) -> Result<Handle, PolicyError> {
        Ok(Handle(self.ask(|with| with.policies.policy().call_load(with.store, document))??))
    }

    /// Prepares a caller.
    ///
    /// # Errors
    ///
    /// A digest in the facts is none, or the module has ended.
    pub fn caller(&mut self, policy: Handle, claim: &wit::Claim, facts: &wit::Facts) -> Result<Handle, PolicyError> {
        Ok(Handle(self.ask(|with| with.policies.policy().call_caller(with.store, policy.0, claim, facts))??))
    }

    /// The number of a server's tool.
    ///
    /// # Errors
    ///
    /// The module has ended.
    pub fn target(&mut self, policy: Handle, server: &str, tool: &str) -> Result<u64, PolicyError> {
        self.ask(|with| with.policies.policy().call_target(with.store, policy.0, server, tool))
    }

    /// Whether a tool may be called, as a packed outcome. A module that has ended gives 0, which denies.
    pub fn outcome(&mut self, caller: Handle, target: u64, now: i64) -> u32 {
        self.ask(|with| with.policies.caller().call_outcome_at(with.store, caller.0, target, now)).unwrap_or(0)
    }

    /// Whether a tool may be called, and why.
    ///
    /// # Errors
    ///
    /// The module has ended: a denial.
    pub fn decide(&mut self, caller: Handle, call: &wit::Call, now: i64) -> Result<wit::Decision, PolicyError> {
        self.ask(|with| with.policies.caller().call_decide(with.store, caller.0, call, now, None))
    }

    /// Lets go of a policy or a caller.
    ///
    /// # Errors
    ///
    /// The module has ended, and with it all that it held.
    pub fn release(&mut self, handle: Handle) -> Result<(), PolicyError> {
        self.ask(|with| handle.0.resource_drop(with.store))
    }
}
