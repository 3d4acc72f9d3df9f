//! What `forecast` says of the day that the drill plays, to see how far it is off.
//!
//! The forecast gets the assumptions of `surge_model.rs`, and no figure of the drill. So its error is that of its picture of a line: that a case is
//! one stretch of time in which a guide has it, where the drill has real desks, which take, answer, hear and close minute by minute.

use anyhow::Result;
use forecast::{Line, Surge, Waits};
use serde::Serialize;

use super::surge_model::{ACUTE_SHARE, CARD_SHARE, Need, WRITES_AFTER};

/// A desk of the drill acts once a minute: what it took or heard, it works on from the next one on.
const STEP: u32 = 1;

/// Waits of everybody, in minutes; nothing where so many had no answer when the day ended.
#[derive(Serialize, Clone, Copy, Default, PartialEq, Debug)]
pub(crate) struct Everybody {
    pub(crate) acute_p50: Option<u32>,
    pub(crate) acute_p90: Option<u32>,
    pub(crate) others_p50: Option<u32>,
    pub(crate) others_p90: Option<u32>,
    /// Contacts without a first answer at the end.
    pub(crate) still_waiting: usize,
}

/// How many minutes somebody's conversation takes from taking it on.
fn minutes(need: Need) -> u32 {
    let answers = u32::try_from(need.answers()).unwrap_or(1);
    let first = STEP + need.minutes();
    first + (answers - 1) * (WRITES_AFTER + STEP + need.minutes())
}

/// The counts file of the drill's own assumptions.
fn counts() -> String {
    let [card, talk, acute] = [Need::Card, Need::Talk, Need::Acute].map(minutes);
    let talks = 100 - ACUTE_SHARE - CARD_SHARE;
    let (reply_acute, reply) = (STEP + Need::Acute.minutes(), STEP + Need::Talk.minutes());
    let row = ["100"; 24].join(", ");
    // Two at once take no longer: each desk of the drill writes to both in the same minutes.
    format!(
        "weeks = 1\n[[team]]\nlanguage = \"ko\"\narrivals = [[{row}]]\nacute = {}\n[surge]\nacute = [[{acute}, {acute}, 1]]\n\
         others = [[{card}, {card}, {CARD_SHARE}], [{talk}, {talk}, {talks}]]\n\
         first_reply_acute = {reply_acute}\nfirst_reply_others = {reply}\ntwo_at_once = 1.0\n",
        ACUTE_SHARE * 24
    )
}

fn whole(waits: &Waits, share: f64) -> Option<u32> {
    let minutes = waits.percentile(share)?;
    Some(minutes.round() as u32)
}

/// The forecast of a day, if it has whole hours.
pub(crate) fn of(
    messages: usize,
    minutes: u32,
    on_shift: usize,
    to_call: usize,
) -> Result<Option<Everybody>> {
    if !minutes.is_multiple_of(60) {
        return Ok(None);
    }
    let surge = Surge {
        messages: u32::try_from(messages)?,
        hours: minutes / 60,
        on_shift: u32::try_from(on_shift)?,
        to_call: u32::try_from(to_call)?,
    };
    let found = Line::parse(&counts())?.surge(&surge, 1)?;
    Ok(Some(Everybody {
        acute_p50: whole(&found.acute, 0.5),
        acute_p90: whole(&found.acute, 0.9),
        others_p50: whole(&found.others, 0.5),
        others_p90: whole(&found.others, 0.9),
        still_waiting: found.unanswered.round() as usize,
    }))
}

impl Everybody {
    /// Prints what happened beside what was forecast.
    pub(crate) fn print_beside(&self, forecast: &Everybody) {
        println!("everybody, those too who still wait  happened  forecast     error");
        let rows = [
            (
                "first answer, acute, p50",
                self.acute_p50,
                forecast.acute_p50,
            ),
            (
                "first answer, acute, p90",
                self.acute_p90,
                forecast.acute_p90,
            ),
            (
                "first answer, others, p50",
                self.others_p50,
                forecast.others_p50,
            ),
            (
                "first answer, others, p90",
                self.others_p90,
                forecast.others_p90,
            ),
        ];
        for (name, happened, forecast) in rows {
            let said = |value: Option<u32>| value.map_or("none".to_owned(), |m| format!("{m} min"));
            let error = happened
                .zip(forecast)
                .map_or("·".to_owned(), |(happened, forecast)| {
                    format!("{:+} min", i64::from(forecast) - i64::from(happened))
                });
            println!(
                "  {name:<33}{:>10}{:>10}{error:>10}",
                said(happened),
                said(forecast)
            );
        }
        let error = forecast.still_waiting as i64 - self.still_waiting as i64;
        let (happened, forecast) = (self.still_waiting, forecast.still_waiting);
        println!("  still waiting at the end         {happened:>10}{forecast:>10}{error:>+10}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forecast_reads_the_drills_assumptions() {
        assert_eq!(
            [Need::Card, Need::Talk, Need::Acute].map(minutes),
            [3, 19, 16]
        );
        let found = of(120, 120, 12, 10).unwrap().unwrap();
        assert!(
            found.acute_p50.is_some_and(|minutes| minutes >= 4),
            "{found:?}"
        );
        assert_eq!(of(120, 130, 12, 10).unwrap(), None);
    }
}
