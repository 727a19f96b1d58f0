//! `lockstep slice`: as much of a policy as one scope, or one user, needs (P-6).

use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::{SliceError, SliceOf};

use super::failure::{Failure, Status};
use super::input::Input;
use super::output;

/// Cut out of a policy what one scope, or one user in one workspace, needs
///
/// What is written is a policy document, and every command takes it as a POLICY: it decides as the whole one does for callers who
/// work there. Addresses in it are redacted, and it can't be changed. `slice.digest` in it changes when its content does.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep slice policy.json --scope acme > acme.json
  lockstep slice policy.json --user ana --workspace acme-hq
  lockstep slice policy.json --scope acme | jq -r .slice.digest")]
pub(crate) struct Slice {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// Cut for this scope and everything below it
    #[arg(long, value_name = "ID", required_unless_present = "user", conflicts_with_all = ["user", "workspace"])]
    scope: Option<String>,
    /// Cut for this user alone, as a browser may hold it
    #[arg(long, value_name = "ID", requires = "workspace")]
    user: Option<String>,
    /// The workspace that the user works in
    #[arg(long, value_name = "ID", requires = "user")]
    workspace: Option<String>,
}

impl Slice {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let policy = self.policy.policy()?;
        let of = match (&self.scope, &self.user, &self.workspace) {
            (None, Some(user), Some(workspace)) => SliceOf::User { user, workspace },
            (scope, ..) => SliceOf::Scope(scope.as_deref().unwrap_or_default()),
        };
        let slice = policy.slice(of).map_err(|error| {
            let help = match &error {
                SliceError::UnknownScope(_) => "name the id of a scope of the policy",
                SliceError::UnknownUser(_) => "name the id of a user of the policy",
                SliceError::UnknownWorkspace { .. } => {
                    "name a workspace that the user is a member of, itself or through a scope above; administering it is not enough"
                }
                _ => "name the whole policy",
            };
            Failure::input(output::plain(&error.to_string()), help)
        })?;
        let mut out = output::text();
        out.write_all(slice.pretty().as_bytes())?;
        out.flush()?;
        Ok(Status::Done)
    }
}
