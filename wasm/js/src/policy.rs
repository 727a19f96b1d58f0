//! A loaded policy.

use lockstep_policy::activity::Activity;
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::document::Document;
use lockstep_policy::view::ViewRequest;
use lockstep_policy::{Policy as Core, SliceOf};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::caller::Caller;
use crate::when::Handle;
use crate::{columns, errors, object};

/// One revision of a policy.
#[wasm_bindgen]
pub struct Policy {
    pub(crate) core: Core,
    pub(crate) handle: Handle,
}

impl Policy {
    pub(crate) fn of(core: Core) -> Self {
        Self { core, handle: Handle::default() }
    }

    fn load_bytes(text: &[u8]) -> Result<Self, JsValue> {
        Core::load(text).map(Self::of).map_err(|problems| errors::of_problems("invalid-document", &problems))
    }
}

#[wasm_bindgen]
impl Policy {
    /// Compiles a document.
    pub fn load(document: &[u8]) -> Result<Policy, JsValue> {
        Self::load_bytes(document)
    }

    /// The same of a text.
    #[wasm_bindgen(js_name = loadText)]
    pub fn load_text(document: &str) -> Result<Policy, JsValue> {
        Self::load_bytes(document.as_bytes())
    }

    /// When this copy was last known to be current, and for how long that is good; false: that is no time or no age.
    pub fn confirm(&self, at: f64, max_age_seconds: f64) -> bool {
        self.handle.confirm(at, max_age_seconds)
    }

    /// A decision as an object.
    pub fn decide(&self, request: &str) -> JsValue {
        let request = self.handle.held(Request::read(request.as_bytes()));
        object(&self.core.decide(&request))
    }

    /// A decision as JSON.
    #[wasm_bindgen(js_name = decideJson)]
    pub fn decide_json(&self, request: &str) -> String {
        self.core.decide(&self.handle.held(Request::read(request.as_bytes()))).to_json()
    }

    /// A decision as the bytes of its JSON.
    #[wasm_bindgen(js_name = decideBytes)]
    pub fn decide_bytes(&self, request: &[u8]) -> Vec<u8> {
        self.core.decide(&self.handle.held(Request::read(request))).to_json().into_bytes()
    }

    /// An explanation as an object.
    pub fn explain(&self, request: &str, actor: &str) -> JsValue {
        object(&self.core.explain(&self.handle.held(Request::read(request.as_bytes())), actor))
    }

    /// An explanation as JSON.
    #[wasm_bindgen(js_name = explainJson)]
    pub fn explain_json(&self, request: &str, actor: &str) -> String {
        self.core.explain(&self.handle.held(Request::read(request.as_bytes())), actor).to_json()
    }

    /// A list as columns.
    pub fn list(&self, request: &str) -> Vec<u8> {
        let request = ListRequest::read(request.as_bytes());
        self.listed(&request, columns::of)
    }

    /// A list as JSON.
    #[wasm_bindgen(js_name = listJson)]
    pub fn list_json(&self, request: &str) -> String {
        let request = ListRequest::read(request.as_bytes());
        self.listed(&request, |list| list.to_json())
    }

    /// A view, or why there is none, as JSON.
    #[wasm_bindgen(js_name = viewJson)]
    pub fn view_json(&self, request: &str, activity: &str) -> Result<String, JsValue> {
        let activity = Activity::read(activity.as_bytes()).map_err(|problems| errors::of_problems("invalid-activity", &problems))?;
        Ok(match self.core.view(&ViewRequest::read(request.as_bytes()), &activity) {
            Ok(view) => view.to_json(),
            Err(refusal) => refusal.to_json(),
        })
    }

    /// Prepares the caller of a request (contract 4); its target isn't looked at.
    pub fn caller(&self, request: &str) -> Caller {
        Caller::new(self, request)
    }

    /// The canonical document.
    #[wasm_bindgen(js_name = documentJson)]
    pub fn document_json(&self) -> String {
        self.core.document().canonical()
    }

    /// The document, indented for people.
    #[wasm_bindgen(js_name = documentPretty)]
    pub fn document_pretty(&self) -> String {
        self.core.document().pretty()
    }

    /// The revision.
    pub fn revision(&self) -> f64 {
        self.core.revision() as f64
    }

    /// The digest of the document without its revision; of a slice, its own.
    pub fn digest(&self) -> String {
        self.core.digest().to_string()
    }

    /// Whom this policy is a slice for: a scope's id, or a user's and a workspace's; nothing of a whole one.
    #[wasm_bindgen(js_name = sliceOf)]
    pub fn slice_of(&self) -> Vec<String> {
        match self.core.slice_of() {
            None => Vec::new(),
            Some(SliceOf::Scope(scope)) => vec![scope.to_owned()],
            Some(SliceOf::User { user, workspace }) => vec![user.to_owned(), workspace.to_owned()],
        }
    }
}

impl Policy {
    /// Lists as this handle's freshness has it.
    fn listed<A>(&self, request: &ListRequest<'_>, write: impl Fn(&lockstep_policy::List<'_>) -> A) -> A {
        match (request.caller(), request.context(), request.of()) {
            (Some(claim), Some(context), Some(of)) => {
                write(&self.core.caller(claim, &context.facts).list(of, self.handle.moment_of(context)))
            }
            _ => write(&self.core.list(request)),
        }
    }
}

#[derive(Serialize)]
struct Checked<'a> {
    valid: bool,
    problems: &'a [lockstep_policy::document::Problem],
    warnings: &'a [lockstep_policy::document::Problem],
    count: u64,
}

/// What is wrong with a document, or deserves a word.
#[wasm_bindgen]
pub fn check(document: &str) -> JsValue {
    match Document::read_and_warn(document.as_bytes()) {
        Ok((_, warnings)) => object(&Checked { valid: true, problems: &[], warnings: &warnings.problems, count: warnings.count }),
        Err(found) => object(&Checked { valid: false, problems: &found.problems, warnings: &[], count: found.count }),
    }
}
