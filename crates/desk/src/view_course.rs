//! What screens show of how a case goes.

use wire::Day;
use zeroize::Zeroizing;

use crate::course::Silence;

/// A wish that is older than so many days is old.
const WISH_DAYS: u32 = 14;

/// What the contact wished on a day; the newest counts until there is another.
pub struct WishView {
    /// By which it is named.
    pub number: u32,
    /// The day.
    pub said: Day,
    /// The contact's own words.
    pub text: Zeroizing<String>,
}

impl WishView {
    /// Whether it is older than 14 days: then the contact is asked again before anybody acts on it.
    pub fn is_old(&self, today: Day) -> bool {
        today > self.said.plus(WISH_DAYS)
    }
}

/// What is agreed for the weeks after.
pub struct AftercareView {
    /// The last day on which the contact may come back before it counts as silent.
    pub until: Day,
    /// How the contact wants to be met.
    pub terms: Zeroizing<String>,
    /// What is to happen if nothing comes any more.
    pub silence: Silence,
    /// The contact has written since it was agreed, so that nothing of it happens by itself.
    pub has_written: bool,
}

impl AftercareView {
    /// Whether the agreed day has passed.
    pub fn is_over(&self, today: Day) -> bool {
        today > self.until
    }

    /// Whether the day has come in silence, and what was agreed for that is what is to be done, and nothing else.
    pub fn is_due(&self, today: Day) -> bool {
        !self.has_written && today >= self.silence.first_day(self.until)
    }
}
