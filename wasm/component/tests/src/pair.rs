//! The core and the component side by side, with the same document.

use lockstep_component_host::{Asking, Handle, Module, PolicyError, Worker, wit};
use lockstep_policy::Policy;

/// A policy in both.
pub struct Pair {
    worker: Worker,
    document: String,
    native: Option<Policy>,
    handle: Option<Handle>,
}

impl Pair {
    /// Nothing loaded yet.
    pub fn new(module: &Module) -> Self {
        Self { worker: module.worker().expect("an instance"), document: String::new(), native: None, handle: None }
    }

    /// Loads a document into both, unless it is there.
    pub fn load(&mut self, document: &str) -> Policy {
        if self.native.is_none() || self.document != document {
            if let Some(before) = self.handle.take() {
                self.worker.release(before).expect("a module that lives");
            }
            self.native = Some(Policy::load(document.as_bytes()).unwrap_or_else(|problems| panic!("{problems}")));
            self.handle = Some(self.worker.load(document.as_bytes()).expect("a document that the core loads"));
            self.document = document.to_owned();
        }
        self.native.clone().expect("it was loaded")
    }

    /// The component's handle of what was loaded.
    pub fn handle(&self) -> Handle {
        self.handle.expect("it was loaded")
    }

    /// Loads a document into the component alone.
    pub fn load_again(&mut self) -> Handle {
        let document = self.document.clone();
        self.try_load(document.as_bytes()).expect("it was loaded before")
    }

    /// Loads any text into the component.
    pub fn try_load(&mut self, text: &[u8]) -> Result<Handle, Box<wit::Error>> {
        self.worker.load(text).map_err(|error| match error {
            PolicyError::Refused(error) => error,
            PolicyError::ModuleLost => panic!("the module has ended"),
        })
    }

    /// Asks the component.
    pub fn ask<A>(&mut self, question: impl FnOnce(Asking<'_>) -> wasmtime::Result<A>) -> A {
        self.worker.ask(question).expect("a module that lives")
    }

    /// Lets go of a handle.
    pub fn release(&mut self, handle: Handle) {
        self.worker.release(handle).expect("a module that lives");
    }
}
