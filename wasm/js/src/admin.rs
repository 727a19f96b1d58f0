//! Changes, slices and differences: what `@lockstep/policy/admin` has besides.

use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::Request;
use lockstep_policy::{Diff, LineChange, SliceOf};
use wasm_bindgen::prelude::*;

use crate::errors;
use crate::policy::Policy;

/// What applying a change gave.
#[wasm_bindgen]
pub struct Applied {
    json: String,
    policy: Option<Policy>,
}

#[wasm_bindgen]
impl Applied {
    /// The answer.
    pub fn json(&self) -> String {
        self.json.clone()
    }

    /// The next policy, once; none where the change is refused.
    pub fn policy(&mut self) -> Option<Policy> {
        self.policy.take()
    }
}

#[wasm_bindgen]
impl Policy {
    /// What a change would do, as JSON.
    #[wasm_bindgen(js_name = previewJson)]
    pub fn preview_json(&self, request: &str) -> String {
        match self.core.preview(&ChangeRequest::read(request.as_bytes())) {
            Ok(preview) => preview.to_json(),
            Err(refusal) => refusal.to_json(),
        }
    }

    /// Makes a change; this policy goes on as it was.
    pub fn apply(&self, request: &str) -> Applied {
        match self.core.apply(&ChangeRequest::read(request.as_bytes())) {
            // How fresh the next one is, its host says anew: it may be ahead of what was confirmed.
            Ok(applied) => Applied { json: applied.to_json(), policy: Some(Policy::of(applied.policy)) },
            Err(refusal) => Applied { json: refusal.to_json(), policy: None },
        }
    }

    /// A slice for a scope, or for a user in a workspace, as its canonical JSON.
    #[wasm_bindgen(js_name = sliceJson)]
    pub fn slice_json(&self, scope: Option<String>, user: Option<String>, workspace: Option<String>) -> Result<String, JsValue> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (scope, user, workspace) = (scope, text(&user), text(&workspace));
        let of = match &scope {
            Some(scope) => SliceOf::Scope(scope),
            None => SliceOf::User { user: &user, workspace: &workspace },
        };
        let help = "name a scope of a whole policy, or a user and a workspace that they belong to";
        self.core.slice(of).map(|document| document.canonical()).map_err(|error| errors::of_text("no-slice", error.to_string(), help))
    }

    /// What is different in a newer policy, as JSON; with recorded requests, a line each, which decisions are.
    #[wasm_bindgen(js_name = diffJson)]
    pub fn diff_json(&self, newer: &Policy, lines: Option<Vec<String>>) -> String {
        let diff = self.core.diff(&newer.core);
        let Some(lines) = lines else { return diff.to_json() };
        let requests: Vec<Request<'_>> = lines.iter().map(|line| Request::read(line.as_bytes())).collect();
        let changes = (1..).zip(&requests).filter_map(|(line, request)| {
            let change = self.core.diff_decision(&newer.core, request)?;
            Some(LineChange { line, change })
        });
        Diff { decisions: Some(changes.collect()), ..diff }.to_json()
    }
}
