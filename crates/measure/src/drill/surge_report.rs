//! What the drill of a surge found, and how it tells.

use serde::Serialize;

use super::surge_forecast::Everybody;

/// What happened.
#[derive(Serialize, Default)]
pub(crate) struct Report {
    pub(super) messages: usize,
    pub(super) minutes: u32,
    pub(super) on_shift: usize,
    pub(super) to_call: usize,
    pub(super) called: usize,
    /// The minute of the day in which the surge was said.
    pub(super) surge_minute: Option<u32>,
    /// Assumed: the share of those who write whose question a card answers.
    pub(super) assumed_card_share: u64,
    /// Cases that were settled by a card alone, in a hundred of those that were settled.
    pub(super) settled_by_cards: usize,
    pub(super) settled: usize,
    /// Acknowledged messages of contacts, first and later ones, and those of them at no desk, in no queue and not answered.
    pub(super) acknowledged: usize,
    pub(super) lost: usize,
    /// Contacts who still wait for their first answer when the day ends.
    pub(super) still_waiting: usize,
    /// First answer by a person, in minutes after the first message.
    pub(super) acute: usize,
    pub(super) acute_p50: Option<u32>,
    pub(super) acute_p90: Option<u32>,
    pub(super) others_p50: Option<u32>,
    pub(super) others_p90: Option<u32>,
    /// The same of everybody, those included who still wait; and what the forecast says of it, for a day of whole hours.
    pub(super) everybody: Everybody,
    pub(super) forecast: Option<Everybody>,
    /// Contacts for whom a wait was announced when they wrote, no older than a quarter of an hour.
    pub(super) told_at_once: usize,
    /// Of those who were told a number of minutes, how many had an answer within it, in a hundred.
    pub(super) within_what_was_told: Option<usize>,
    /// Most cases that anybody had open, and minutes in which anybody carried more than one person should.
    pub(super) most_open: u8,
    pub(super) over_capacity_minutes: usize,
    /// The most acute cases that one guide took.
    pub(super) most_acute: usize,
    /// The whole drill, in seconds.
    pub(super) seconds: f64,
}

impl Report {
    /// Whether every promise was kept.
    pub(crate) fn is_good(&self) -> bool {
        self.lost == 0
            && self.told_at_once == self.messages
            && self.over_capacity_minutes == 0
            && self.most_acute <= 3
            && self.acute_p90.is_none_or(|minutes| minutes <= 5)
    }

    pub(crate) fn print(&self) {
        let minutes = |value: Option<u32>| value.map_or("none".to_owned(), |m| format!("{m} min"));
        println!(
            "{} first messages in {} h; {} guides on shift, {} on the call list, {} came",
            self.messages,
            self.minutes / 60,
            self.on_shift,
            self.to_call,
            self.called
        );
        let surge = self
            .surge_minute
            .map_or("never".into(), |m| format!("minute {m}"));
        println!("a surge was said and called          {surge}");
        println!("messages acknowledged                {}", self.acknowledged);
        println!("lost                                 {}", self.lost);
        println!(
            "told the wait at once                {} of {}",
            self.told_at_once, self.messages
        );
        if let Some(share) = self.within_what_was_told {
            println!(
                "answered within what was told        {share} in 100 of those who were told a number"
            );
        }
        println!(
            "first answer, acute ({:4})           p50 {}, p90 {}",
            self.acute,
            minutes(self.acute_p50),
            minutes(self.acute_p90)
        );
        println!(
            "first answer, others                 p50 {}, p90 {}",
            minutes(self.others_p50),
            minutes(self.others_p90)
        );
        println!(
            "still waiting at the end             {}",
            self.still_waiting
        );
        if let Some(forecast) = &self.forecast {
            self.everybody.print_beside(forecast);
        }
        println!(
            "settled                              {}, {} in 100 by a card alone (assumed of the questions: {})",
            self.settled, self.settled_by_cards, self.assumed_card_share
        );
        println!(
            "carried                              at most {} open, {} acute a guide; {} minutes of anybody over capacity",
            self.most_open, self.most_acute, self.over_capacity_minutes
        );
        println!(
            "the whole drill                      {:6.0} s",
            self.seconds
        );
    }
}
