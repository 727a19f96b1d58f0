use super::judge::Judge;
use super::refusal::Refusal;
use super::{CreateVirtualServer, DeleteVirtualServer, EditVirtualServer, Grant, SetVirtualState, SetVirtualTools, Ungrant};
use crate::decide::Reason;

pub(super) fn create(_: &mut Judge<'_>, _: &CreateVirtualServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn edit(_: &mut Judge<'_>, _: &EditVirtualServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_tools(_: &mut Judge<'_>, _: &SetVirtualTools<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn set_state(_: &mut Judge<'_>, _: &SetVirtualState<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn grant(_: &mut Judge<'_>, _: &Grant<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn ungrant(_: &mut Judge<'_>, _: &Ungrant<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}

pub(super) fn delete(_: &mut Judge<'_>, _: &DeleteVirtualServer<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}
