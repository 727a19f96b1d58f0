//! The caller's handle.

use std::fmt;

use lockstep_policy::decide::{Decision, Moment, ToolName};
use lockstep_policy::document::Time;
use lockstep_policy::{Caller, Target};

use crate::bindings::wit;
use crate::policy::Told;
use crate::{read, rows, write};

/// A prepared caller in a host's hand.
pub struct CallerHandle {
    pub(crate) caller: Caller,
    pub(crate) told: Told,
}

impl CallerHandle {
    fn moment(&self, now: i64) -> Moment {
        Moment { now: Time(now), freshness: self.told.get() }
    }

    /// Answers by what is decided of a call.
    fn decided<A>(&self, call: &wit::Call, now: i64, invocation: Option<&wit::Invocation>, answer: impl FnOnce(&Decision<'_>) -> A) -> A {
        let invocation = invocation.map(read::invocation);
        answer(&self.caller.decide(read::call(call), self.moment(now), invocation.as_ref()))
    }
}

impl wit::GuestCaller for CallerHandle {
    fn outcome(&self, server: String, tool: String, now: i64) -> u32 {
        let name = ToolName::Direct { server: &server, tool: &tool };
        self.caller.outcome(name, self.moment(now)).to_integer()
    }

    fn virtual_outcome(&self, virtual_server: String, tool: String, now: i64) -> u32 {
        let name = ToolName::Virtual { virtual_server: &virtual_server, tool: &tool };
        self.caller.outcome(name, self.moment(now)).to_integer()
    }

    fn outcome_at(&self, target: u64, now: i64) -> u32 {
        self.caller.outcome(Target::from_integer(target), self.moment(now)).to_integer()
    }

    fn decide(&self, call: wit::Call, now: i64, invocation: Option<wit::Invocation>) -> wit::Decision {
        self.decided(&call, now, invocation.as_ref(), write::decision)
    }

    fn decide_json(&self, call: wit::Call, now: i64, invocation: Option<wit::Invocation>) -> String {
        self.decided(&call, now, invocation.as_ref(), |decision| decision.to_json())
    }

    fn decide_for_user(&self, call: wit::Call, now: i64, invocation: Option<wit::Invocation>) -> String {
        self.decided(&call, now, invocation.as_ref(), |decision| decision.for_user().to_json())
    }

    fn explain(&self, call: wit::Call, now: i64, invocation: Option<wit::Invocation>, actor: String) -> String {
        let invocation = invocation.as_ref().map(read::invocation);
        self.caller.explain(read::call(&call), self.moment(now), invocation.as_ref(), &actor).to_json()
    }

    fn approval(&self, call: wit::Call, now: i64, invocation: wit::Invocation, expires_at: i64) -> Option<wit::Approval> {
        let invocation = read::invocation(&invocation);
        let approval = self.caller.approval(read::call(&call), self.moment(now), &invocation, Time(expires_at));
        approval.as_ref().map(write::approval)
    }

    fn list(&self, of: wit::ListOf, now: i64) -> Result<wit::Rows, wit::ListRefusal> {
        rows::rows(&self.caller.list(&read::list_of(&of), self.moment(now)))
    }

    fn list_json(&self, of: wit::ListOf, now: i64) -> String {
        self.caller.list(&read::list_of(&of), self.moment(now)).to_json()
    }
}

impl fmt::Debug for CallerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerHandle").finish_non_exhaustive()
    }
}
