use super::judge::Judge;
use super::refusal::Refusal;
use super::{
    AcceptTool, DeleteServer, DisableServer, EditServer, EnableServer, ReaddressServer, RefreshTools, RegisterServer, SetAgents,
    SetAssignees, SetSpaces, SetTool, SetVisibility, SwitchServer, WaiveSharedCredential,
};
use crate::decide::Reason;

pub(super) fn register(_: &mut Judge<'_>, _: &RegisterServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn readdress(_: &mut Judge<'_>, _: &ReaddressServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn edit(_: &mut Judge<'_>, _: &EditServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_visibility(_: &mut Judge<'_>, _: &SetVisibility<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn switch(_: &mut Judge<'_>, _: &SwitchServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn disable(_: &mut Judge<'_>, _: &DisableServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn enable(_: &mut Judge<'_>, _: &EnableServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn delete(_: &mut Judge<'_>, _: &DeleteServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_agents(_: &mut Judge<'_>, _: &SetAgents<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_spaces(_: &mut Judge<'_>, _: &SetSpaces<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_assignees(_: &mut Judge<'_>, _: &SetAssignees<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_tool(_: &mut Judge<'_>, _: &SetTool<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn refresh_tools(_: &mut Judge<'_>, _: &RefreshTools<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn accept_tool(_: &mut Judge<'_>, _: &AcceptTool<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn waive(_: &mut Judge<'_>, _: &WaiveSharedCredential<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}
