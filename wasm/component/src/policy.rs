//! The policy's handle.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use lockstep_policy::activity::Activity;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{Freshness, ListRequest, Request};
use lockstep_policy::document::Time;
use lockstep_policy::view::ViewRequest;
use lockstep_policy::{Diff, LineChange, Policy, SliceOf};

use crate::bindings::wit;
use crate::caller::CallerHandle;
use crate::{read, rows, write};

/// When the host last knew a policy to be current: told once, for the handle and all its callers.
pub(crate) type Told = Rc<Cell<Option<Freshness>>>;

/// A policy in a host's hand.
pub struct PolicyHandle {
    policy: Policy,
    told: Told,
}

impl PolicyHandle {
    fn request<'r>(&self, text: &'r [u8]) -> Request<'r> {
        Request::read(text).with_freshness(self.told.get())
    }

    fn list_request<'r>(&self, text: &'r [u8]) -> ListRequest<'r> {
        ListRequest::read(text).with_freshness(self.told.get())
    }
}

impl wit::GuestPolicy for PolicyHandle {
    fn load(document: Vec<u8>) -> Result<wit::Policy, wit::Error> {
        let policy = Policy::load(&document).map_err(|problems| write::wrong_document(&problems))?;
        Ok(wit::Policy::new(Self { policy, told: Told::default() }))
    }

    fn decide(&self, request: Vec<u8>) -> wit::Decision {
        write::decision(&self.policy.decide(&self.request(&request)))
    }

    fn decide_json(&self, request: Vec<u8>) -> String {
        self.policy.decide(&self.request(&request)).to_json()
    }

    fn decide_for_user(&self, request: Vec<u8>) -> String {
        self.policy.decide(&self.request(&request)).for_user().to_json()
    }

    fn explain(&self, request: Vec<u8>, actor: String) -> String {
        self.policy.explain(&self.request(&request), &actor).to_json()
    }

    fn explain_whole(&self, request: Vec<u8>) -> String {
        self.policy.explain_whole(&self.request(&request)).to_json()
    }

    fn list(&self, request: Vec<u8>) -> Result<wit::Rows, wit::ListRefusal> {
        rows::rows(&self.policy.list(&self.list_request(&request)))
    }

    fn list_json(&self, request: Vec<u8>) -> String {
        self.policy.list(&self.list_request(&request)).to_json()
    }

    fn view(&self, request: Vec<u8>, activity: Vec<u8>) -> Result<String, wit::Error> {
        let activity = Activity::read(&activity).map_err(|problems| write::wrong_text("invalid-activity", &problems))?;
        let request = ViewRequest::read(&request);
        let view = self.policy.view(&request, &activity);
        view.map(|view| view.to_json()).map_err(|refusal| write::view_refusal(&refusal))
    }

    fn preview(&self, change: Vec<u8>) -> Result<String, wit::Error> {
        let preview = self.policy.preview(&ChangeRequest::read(&change));
        preview.map(|preview| preview.to_json()).map_err(|refusal| write::refusal(&refusal))
    }

    fn apply(&self, change: Vec<u8>) -> Result<wit::Applied, wit::Error> {
        let applied = self.policy.apply(&ChangeRequest::read(&change)).map_err(|refusal| write::refusal(&refusal))?;
        let (changed, revision, answer) = (applied.changed, applied.revision(), applied.to_json());
        let next = Self { policy: applied.policy, told: Rc::new(Cell::new(self.told.get())) };
        Ok(wit::Applied { policy: wit::Policy::new(next), changed, revision, answer })
    }

    fn slice(&self, of: wit::SliceSubject) -> Result<String, wit::Error> {
        let of = match &of {
            wit::SliceSubject::Scope(scope) => SliceOf::Scope(scope),
            wit::SliceSubject::User(named) => SliceOf::User { user: &named.user, workspace: &named.workspace },
        };
        self.policy.slice(of).map(|slice| slice.canonical()).map_err(|wrong| write::slice_error(&wrong))
    }

    fn slice_of(&self) -> Option<wit::SliceSubject> {
        self.policy.slice_of().map(write::slice_subject)
    }

    fn diff(&self, newer: wit::PolicyBorrow<'_>, requests: Option<Vec<Vec<u8>>>) -> String {
        let newer = &newer.get::<Self>().policy;
        let settings = self.policy.diff(newer);
        let Some(requests) = &requests else { return settings.to_json() };
        let requests: Vec<Request<'_>> = requests.iter().map(|text| Request::read(text)).collect();
        let decisions = (1..).zip(&requests).filter_map(|(line, request)| {
            let change = self.policy.diff_decision(newer, request)?;
            Some(LineChange { line, change })
        });
        Diff { decisions: Some(decisions.collect()), ..settings }.to_json()
    }

    fn document(&self) -> String {
        self.policy.document().canonical()
    }

    fn revision(&self) -> u64 {
        self.policy.revision()
    }

    fn digest(&self) -> String {
        self.policy.digest().to_string()
    }

    fn confirm(&self, at: i64, max_age_seconds: u64) {
        self.told.set(Some(Freshness { confirmed_at: Time(at), max_age_seconds }));
    }

    fn caller(&self, who: wit::Claim, facts: wit::Facts) -> Result<wit::Caller, wit::Error> {
        let caller = self.policy.caller(&read::claim(&who), &read::facts(&facts)?);
        Ok(wit::Caller::new(CallerHandle { caller, told: self.told.clone() }))
    }

    fn target(&self, server: String, tool: String) -> u64 {
        self.policy.target(&server, &tool).to_integer()
    }

    fn virtual_target(&self, virtual_server: String, tool: String) -> u64 {
        self.policy.virtual_target(&virtual_server, &tool).to_integer()
    }
}

impl fmt::Debug for PolicyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyHandle").field("revision", &self.policy.revision()).finish_non_exhaustive()
    }
}
