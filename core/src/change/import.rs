use super::judge::Judge;
use super::refusal::Refusal;
use super::request::Imported;
use crate::decide::Reason;

pub(super) fn import(_: &mut Judge<'_>, _: &Imported<'_>) -> Result<(), Refusal> {
    Err(Reason::InvalidRequest.into())
}
