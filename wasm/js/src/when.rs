//! Times as JavaScript has them: milliseconds in a double.

use std::cell::Cell;
use std::rc::Rc;

use lockstep_policy::decide::{Freshness, Moment};
use lockstep_policy::document::Time;

/// The last millisecond of the year 9999.
const LAST: f64 = 253_402_300_799_999.0;

/// The time; fractions of a millisecond are cut off. None: it is no time of the years 1970 to 9999.
pub(crate) fn time(millis: f64) -> Option<Time> {
    (0.0..=LAST).contains(&millis).then_some(Time(millis as i64))
}

/// How fresh a handle's policy is, for all its callers at once (contract 4).
#[derive(Clone, Default)]
pub(crate) struct Handle(Rc<Cell<Option<Freshness>>>);

impl Handle {
    /// Whether that could be a time and an age; if not, everything is stale from now on.
    pub(crate) fn confirm(&self, at: f64, max_age_seconds: f64) -> bool {
        let age = (max_age_seconds >= 0.0 && max_age_seconds.fract() == 0.0).then_some(max_age_seconds as u64);
        let freshness = time(at).zip(age);
        let (confirmed_at, max_age_seconds) = freshness.unwrap_or((Time(i64::MIN), 0));
        self.0.set(Some(Freshness { confirmed_at, max_age_seconds }));
        freshness.is_some()
    }

    /// A caller's moment.
    pub(crate) fn moment(&self, now: f64) -> Option<Moment> {
        time(now).map(|now| Moment { now, freshness: self.0.get() })
    }

    /// What the host said of this handle.
    pub(crate) fn freshness(&self) -> Option<Freshness> {
        self.0.get()
    }

    /// The same for the next policy, which is at least as new; what is said of either one later is its own.
    #[cfg(feature = "admin")]
    pub(crate) fn next(&self) -> Self {
        Self(Rc::new(self.0.as_ref().clone()))
    }
}
