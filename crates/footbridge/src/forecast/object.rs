//! A forecast for a script: the same figures as the text, unrounded where those are rounded for reading.

use forecast::{
    Assumption, Carries, HourForecast, Line, SurgeForecast, TeamForecast, Volume, Waits,
};
use serde_json::{Value, json};

fn word(assumption: Assumption) -> &'static str {
    match assumption {
        Assumption::Arrivals => "arrivals",
        Assumption::AcuteShare => "acute",
        Assumption::Conversations => "conversations",
        Assumption::FirstReply => "first_reply",
        Assumption::TwoAtOnce => "two_at_once",
        Assumption::Surge => "surge",
    }
}

fn origin(line: &Line) -> Value {
    let assumed = line.assumptions().iter().copied().map(word);
    json!({
        "people": line.counted(), "weeks": line.weeks(), "chance": line.chance(), "assumed": assumed.collect::<Vec<_>>(),
        "publish": false,
    })
}

/// Minutes; null where so many were never answered.
fn waits(waits: &Waits) -> Value {
    json!({
        "played": waits.people(), "p50": waits.percentile(0.5), "p90": waits.percentile(0.9), "left": waits.left(), "waiting": waits.waiting(),
    })
}

fn hour(index: usize, hour: &HourForecast) -> Value {
    json!({
        "hour": index, "people_a_week": hour.people, "on_duty": hour.on_duty, "acute": waits(&hour.acute), "others": waits(&hour.others),
        "later_than_aimed": hour.later(), "misses": hour.misses, "more": hour.more,
    })
}

fn hours(all: &[HourForecast]) -> Vec<Value> {
    let all = all.iter().enumerate();
    all.map(|(index, of)| hour(index, of)).collect()
}

/// A usual week.
pub(super) fn week(line: &Line, teams: &[TeamForecast]) -> Value {
    let teams = teams.iter().map(|team| {
        let more: u32 = team.week.iter().map(|hour| hour.more).sum();
        json!({
            "language": team.language, "weeks_played": team.weeks, "keeps_up": team.keeps_up, "left_over_a_week": team.left_over,
            "more_guide_hours": more, "is_enough": team.is_met, "day": hours(&team.day()), "week": hours(&team.week),
        })
    });
    json!({"from": origin(line), "teams": teams.collect::<Vec<_>>()})
}

fn volume(volume: &Volume) -> Value {
    json!({"others": volume.others, "with_acute": volume.all, "ceiling": volume.ceiling})
}

/// What guides can carry, in people a week.
pub(super) fn carries(line: &Line, carries: &Carries) -> Value {
    json!({
        "from": origin(line), "guide_hours": carries.guide_hours, "on_duty": carries.on_duty,
        "likely": volume(&carries.likely), "low": volume(&carries.low), "high": volume(&carries.high),
    })
}

/// A day on which very many write.
pub(super) fn surge(line: &Line, found: &SurgeForecast) -> Value {
    let hours = found.hours.iter().enumerate().map(|(index, hour)| {
        json!({
            "hour": index, "people": hour.people, "on_duty": hour.on_duty, "waiting": hour.waiting,
            "acute": waits(&hour.acute), "others": waits(&hour.others),
        })
    });
    json!({
        "from": origin(line), "runs": found.runs, "hours": hours.collect::<Vec<_>>(), "acute": waits(&found.acute),
        "others": waits(&found.others), "unanswered": found.unanswered, "called_at_minute": found.called_at, "enough_on_shift": found.enough,
        "unanswered_as_usual": found.unanswered_as_usual,
    })
}
