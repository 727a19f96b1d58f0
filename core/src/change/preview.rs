//! Previewing a change (P-2, P-3): what applying it would do, what it needs, and what it comes to for others.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::confirm::Confirm;
use super::event::Event;
use super::impact::{Impact, impact};
use super::judge::Asked;
use super::refusal::Refusal;
use super::request::ChangeRequest;
use crate::document::json::Writer;
use crate::policy::Policy;

/// What a permitted change would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Whether anything would change (P-5).
    pub changed: bool,
    /// What is still missing. While anything is, applying the same request is refused.
    pub needs: Vec<Need>,
    /// The revision that the policy would have.
    pub revision: u64,
    /// What the actor is asked to confirm.
    pub confirm: Confirm,
    /// Whom it affects, what it opens and closes.
    pub impact: Impact,
    /// What would be written down.
    pub events: Vec<Event>,
}

/// What a change needs that didn't come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// A confirmation by password, so fresh (U-7).
    Confirmation {
        /// It may be so old.
        seconds: u64,
    },
}

impl Policy {
    /// Says what [`Policy::apply`] would do with the same request, and what that comes to (P-2, P-3). Where a confirmation
    /// is all that is missing, it says so in place of a refusal.
    ///
    /// # Errors
    ///
    /// Why the change wouldn't be made.
    pub fn preview(&self, request: &ChangeRequest<'_>) -> Result<Preview, Refusal> {
        let outcome = self.judge(request, false)?;
        // Nothing that can't be read is judged.
        let ask = &request.0.as_ref().map_err(|_| crate::decide::Reason::InvalidRequest)?.ask;
        let (before, after) = (&*self.0, &outcome.draft.next);
        let asked = Asked::of(ask, false);
        let impact = if outcome.changed { impact(&asked, before, after, &outcome.draft.touched) } else { Impact::default() };
        let seconds = before.platform.confirmation_seconds;
        Ok(Preview {
            changed: outcome.changed,
            needs: outcome.needs_confirmation.then_some(Need::Confirmation { seconds }).into_iter().collect(),
            revision: after.revision,
            confirm: Confirm::of(&ask.change, before, after, &outcome.draft.touched),
            impact,
            events: outcome.events,
        })
    }
}

impl Preview {
    /// The canonical JSON of the answer.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Preview {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Preview", 9)?;
        object.serialize_field("permitted", &true)?;
        object.serialize_field("changed", &self.changed)?;
        if !self.needs.is_empty() {
            object.serialize_field("needs", &self.needs)?;
        }
        object.serialize_field("revision", &self.revision)?;
        object.serialize_field("confirm", &self.confirm.to_string())?;
        object.serialize_field("affects", &self.impact.affects)?;
        if !self.impact.opens.is_empty() {
            object.serialize_field("opens", &self.impact.opens)?;
        }
        if !self.impact.closes.is_empty() {
            object.serialize_field("closes", &self.impact.closes)?;
        }
        if !self.events.is_empty() {
            object.serialize_field("events", &self.events)?;
        }
        object.end()
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Need", 2)?;
        let Self::Confirmation { seconds } = self;
        object.serialize_field("kind", "confirmation")?;
        object.serialize_field("seconds", seconds)?;
        object.end()
    }
}
