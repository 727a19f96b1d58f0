use super::judge::Judge;
use super::refusal::Refusal;
use super::{AddUser, EditUser, IssueToken, RemoveUser, RevokeTokens, SetAccess};
use crate::decide::Reason;

pub(super) fn add(_: &mut Judge<'_>, _: &AddUser<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn edit(_: &mut Judge<'_>, _: &EditUser<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn remove(_: &mut Judge<'_>, _: &RemoveUser<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_access(_: &mut Judge<'_>, _: &SetAccess<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn issue_token(_: &mut Judge<'_>, _: &IssueToken<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn revoke_tokens(_: &mut Judge<'_>, _: &RevokeTokens<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}
