//! A forecast for a person, on one screen.

use std::fmt::Write;

use forecast::{
    AIM, Assumption, Carries, HourForecast, Line, Surge, SurgeForecast, TeamForecast, Waits,
};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Of fewer people than these no percentile is said.
const FEW: usize = 20;
/// When fewer than these were counted, an hour of the week is one person or none.
const SINGLE: f64 = 168.0;

fn assumption(assumption: Assumption) -> &'static str {
    match assumption {
        Assumption::Arrivals => {
            "as many people write in each hour of the week, all in one language"
        }
        Assumption::AcuteShare => "4 in 100 of them have only minutes",
        Assumption::Conversations => "a conversation takes 45 to 60 minutes, as other lines report",
        Assumption::FirstReply => "a first reply is written in 3 minutes, in an acute case in 2",
        Assumption::TwoAtOnce => "each of two conversations at once takes half as long again",
        Assumption::Surge => {
            "when very many write, a card settles 60 in 100 in 2 minutes, others take 12 to 20"
        }
    }
}

/// Where the figures come from, and that they are not for others.
fn origin(line: &Line, leaves_out: &[Assumption]) -> String {
    let mut said = match line.chance() {
        Some(chance) => format!(
            "From counts of {} people over {} weeks; chance alone makes that {:.0} in 100 more or fewer. Do not publish this: it tells when people write.\n",
            line.counted(),
            line.weeks(),
            (chance * 100.0).ceil()
        ),
        None => "Nothing of this was counted on your line: it rests on assumptions alone.\n".into(),
    };
    let assumed = line
        .assumptions()
        .iter()
        .filter(|one| !leaves_out.contains(one));
    let assumed: Vec<_> = assumed.map(|one| assumption(*one)).collect();
    if !assumed.is_empty() {
        let _ = writeln!(said, "Assumed, not measured: {}.", assumed.join("; "));
    }
    said
}

/// A wait as a person says it.
fn minutes(value: f64) -> String {
    match value {
        short if short < 99.5 => format!("{short:.0} min"),
        long if long < 5_940.0 => format!("{:.0} h", long / 60.0),
        days => format!("{:.0} d", days / 1_440.0),
    }
}

/// The wait that a share did not exceed.
fn wait(waits: &Waits, share: f64) -> String {
    if waits.people() < FEW {
        return "·".into();
    }
    let found = waits.percentile(share);
    found.map_or_else(|| "no reply".into(), minutes)
}

fn row(said: &mut String, name: &str, hour: &HourForecast, days: f64) {
    let later = hour.later();
    let later = later.map_or_else(
        || "·".into(),
        |share| format!("{:.0} in 100", share * 100.0),
    );
    let mark = if hour.misses { "!" } else { " " };
    let more = if hour.more > 0 {
        format!("+{}", hour.more)
    } else {
        String::new()
    };
    let _ = writeln!(
        said,
        "{name:<8}{:>7.1}{:>9.1}{:>11}{:>11}{:>11}{later:>12} {mark}{more:>8}",
        hour.people / days,
        hour.on_duty,
        wait(&hour.others, 0.5),
        wait(&hour.others, 0.9),
        wait(&hour.acute, 0.9),
    );
}

fn team(said: &mut String, team: &TeamForecast, counted_weeks: f64, is_week: bool) {
    let all = team.all();
    let _ = writeln!(said, "\n{}: {:.0} people a week", team.language, all.people);
    if all.people * counted_weeks < SINGLE {
        let _ = writeln!(
            said,
            "So few were counted that these are hours of single persons, and chance rules the figures: count longer, and show this to nobody."
        );
    }
    let _ = writeln!(
        said,
        "hour     people  on duty  half wait  9 in 10    9 in 10    too long      more\n\
         (UTC)    a day            less than  less than  acute                    guide-hours"
    );
    match is_week {
        true => {
            for (index, hour) in team.week.iter().enumerate() {
                let day = DAYS.get(index / 24).copied().unwrap_or_default();
                row(said, &format!("{day} {:02}", index % 24), hour, 1.0);
            }
        }
        false => {
            for (index, hour) in team.day().iter().enumerate() {
                row(said, &format!("{index:02}"), hour, 7.0);
            }
        }
    }
    row(said, "all", &all, 7.0);
    if !team.keeps_up {
        let _ = writeln!(
            said,
            "This language can't keep up: each week {:.0} more people are left over. There is no usual wait; the figures above are what {} weeks in a row would bring.",
            team.left_over, team.weeks
        );
    }
    let more: u32 = team.week.iter().map(|hour| hour.more).sum();
    let _ = match (more, team.is_met) {
        (0, true) => writeln!(
            said,
            "The rota meets the aim in every hour, as far as chance lets it be told."
        ),
        (more, true) => writeln!(
            said,
            "To meet the aim in every hour: about {more} more guide-hours a week, where the last column says; a few fewer may do."
        ),
        (more, false) => writeln!(
            said,
            "More than {more} more guide-hours a week are missing."
        ),
    };
}

/// A usual week.
pub(super) fn week(line: &Line, factor: f64, teams: &[TeamForecast], is_week: bool) -> String {
    let mut said = origin(line, &[Assumption::Surge]);
    if factor != 1.0 {
        let _ = writeln!(said, "If {factor} times as many people write in each hour:");
    }
    let _ = writeln!(
        said,
        "Aim: of those with only minutes 9 in 10 have a person's first reply within {}; of others within {} if somebody is on duty, else within {}. ! misses it.",
        minutes(AIM.acute),
        minutes(AIM.staffed),
        minutes(AIM.any)
    );
    for one in teams {
        // What was counted, before it was multiplied.
        team(&mut said, one, f64::from(line.weeks()) / factor, is_week);
    }
    said
}

/// A number of people with the two between which it may lie.
fn range(likely: f64, low: f64, high: f64) -> String {
    format!("about {likely:.0} ({low:.0} to {high:.0})")
}

/// What guides can carry.
pub(super) fn carries(line: &Line, guides: u32, hours: f64, found: &Carries) -> String {
    let mut said = origin(line, &[Assumption::Surge]);
    let (likely, low, high) = (&found.likely, &found.low, &found.high);
    let _ = writeln!(
        said,
        "\n{guides} guides with {hours} hours a week each are {:.1} on duty on average, and carry {} new people a week.\n",
        found.on_duty,
        range(likely.others, low.others, high.others)
    );
    let _ = writeln!(
        said,
        "With so many, 9 in 10 have a person's first reply within {} ({} in hours without anybody on duty).",
        minutes(AIM.staffed),
        minutes(AIM.any)
    );
    let _ = writeln!(
        said,
        "If, besides, 9 in 10 of those with only minutes are to have one within {}: {}.",
        minutes(AIM.acute),
        range(likely.all, low.all, high.all)
    );
    let _ = writeln!(
        said,
        "More than {} are never done, however long they wait.\n",
        range(likely.ceiling, low.ceiling, high.ceiling)
    );
    said.push_str("The first number in brackets holds if a guide gains nothing by two conversations at once, the second if two cost no more time than one");
    said.push_str(
        match line.assumptions().contains(&Assumption::Conversations) {
            true => "; and if a conversation takes 60 minutes, or 45.\n",
            false => ".\n",
        },
    );
    said.push_str("All of them hold only if everybody comes who said so, the hours are placed where most write, and every guide of a language can take everybody who writes in it. People who are settled by a card on the page, without a person, come on top.\n");
    said
}

/// A day on which very many write.
pub(super) fn surge(line: &Line, surge: &Surge, found: &SurgeForecast) -> String {
    let leaves_out = [Assumption::Arrivals];
    let mut said = origin(line, &leaves_out);
    let _ = writeln!(
        said,
        "{} first messages within {} hours, half of them in the first third; {} guides on shift, {} to call. The mean of {} such days.\n",
        surge.messages, surge.hours, surge.on_shift, surge.to_call, found.runs
    );
    let _ = writeln!(
        said,
        "hour     people  on duty  waiting    half wait  9 in 10    9 in 10\n\
         \x20                        at its end less than  less than  acute"
    );
    for (index, hour) in found.hours.iter().enumerate() {
        let _ = writeln!(
            said,
            "{index:02}     {:>8.0}{:>9.0}{:>9.0}{:>13}{:>11}{:>11}",
            hour.people,
            hour.on_duty,
            hour.waiting,
            wait(&hour.others, 0.5),
            wait(&hour.others, 0.9),
            wait(&hour.acute, 0.9)
        );
    }
    let _ = writeln!(
        said,
        "\nAll who wrote, those included who had no reply at the end: half of those without minutes wait less than {}, 9 in 10 less than {}; 9 in 10 of the acute less than {}.",
        wait(&found.others, 0.5),
        wait(&found.others, 0.9),
        wait(&found.acute, 0.9)
    );
    let _ = writeln!(
        said,
        "Without a reply at the end: {:.0}. If everybody got a conversation as on other days, without cards first and short answers: {:.0}.",
        found.unanswered, found.unanswered_as_usual
    );
    if let Some(at) = found.called_at {
        let _ = writeln!(said, "The call list is called after {}.", minutes(at));
    }
    let _ = match found.enough {
        Some(guides) => writeln!(
            said,
            "To meet the aim over all of these hours: {guides} guides on shift from the first minute on."
        ),
        None => writeln!(said, "Not even 1,000 guides on shift would meet the aim."),
    };
    said
}
