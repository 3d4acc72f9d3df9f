//! Times as people read them: in this computer's time zone, and in that of the contacts beside it.

use jiff::civil::{self, Weekday};
use jiff::tz::{Disambiguation, TimeZone};
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use wire::Minute;

use super::page::Page;

/// This computer's time zone.
fn mine() -> TimeZone {
    TimeZone::system()
}

/// The time zone of a name of the IANA database, such as `Europe/Kyiv`.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name.trim()).ok()
}

fn at(minute: Minute, zone: &TimeZone) -> Option<civil::DateTime> {
    let seconds = i64::from(minute.0) * 60;
    let timestamp = Timestamp::from_second(seconds).ok()?;
    Some(zone.to_datetime(timestamp))
}

fn written(minute: Minute, zone: &TimeZone) -> String {
    at(minute, zone).map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%d %H:%M").to_string()
    })
}

/// A time in this computer's zone, as text.
pub(super) fn plain(minute: Minute) -> String {
    written(minute, &mine())
}

/// The day of the week of a minute here, from 1 (Monday) to 7.
pub(super) fn weekday(minute: Minute) -> i8 {
    at(minute, &mine()).map_or(1, |time| time.weekday().to_monday_one_offset())
}

/// The date of a minute here.
pub(super) fn date(minute: Minute) -> String {
    at(minute, &mine()).map_or_else(String::new, |time| time.date().to_string())
}

/// From when until when, here and where the contacts are.
pub(super) fn span(page: &Page, from: Minute, until: Minute) -> Markup {
    let short = |minute: Minute, zone: &TimeZone| {
        at(minute, zone).map_or_else(String::new, |time| time.strftime("%H:%M").to_string())
    };
    let there = page.contact_zone();
    let here = mine();
    html! {
        span.span {
            strong { (written(from, &here)) " – " (short(until, &here)) }
            @if let Some((name, zone)) = there {
                " · " span.there data-testid="contact-time" {
                    (page.say("time-contacts")) " " (short(from, &zone)) " – " (short(until, &zone)) " (" bdi { (name) } ")"
                }
            }
        }
    }
}

/// The windows of the coming weeks: on these days of the week (1 is Monday), from `start` for `minutes`, in a time zone. What falls into
/// an hour that daylight saving leaves out begins after it; an hour that comes twice is the first of the two. Windows that are over
/// are left out.
pub(super) fn windows(
    now: Minute,
    zone: &TimeZone,
    (days, start, minutes): (&[i8], civil::Time, u32),
    weeks: i64,
) -> Vec<(Minute, Minute)> {
    let Some(today) = at(now, zone).map(|time| time.date()) else {
        return Vec::new();
    };
    let dates = (0..weeks * 7).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    let wanted = dates.filter(|date| days.contains(&date.weekday().to_monday_one_offset()));
    let begins = wanted.filter_map(|date| {
        let ambiguous = zone.to_ambiguous_zoned(date.to_datetime(start));
        let begin = ambiguous.disambiguate(Disambiguation::Compatible).ok()?;
        let minute = u32::try_from(begin.timestamp().as_second().div_euclid(60)).ok()?;
        Some(Minute(minute))
    });
    begins
        .map(|from| (from, from.plus(minutes)))
        .filter(|(_, until)| *until > now)
        .collect()
}

/// The time of day that a form gives: `18:30`.
pub(super) fn time_of_day(text: &str) -> Option<civil::Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let minute = minute.get(..2).unwrap_or(minute);
    civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// A minute as a form's field of date and time has it, in this computer's zone: `2026-11-23T18:30`.
pub(super) fn for_a_form(minute: Minute) -> String {
    at(minute, &mine()).map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%dT%H:%M").to_string()
    })
}

/// The minute that such a field gives, with or without seconds. What falls into an hour that daylight saving leaves out is the minute
/// after it; of an hour that comes twice it is the first.
pub(super) fn of_a_form(text: &str) -> Option<Minute> {
    minute_of(text, &mine())
}

fn minute_of(text: &str, zone: &TimeZone) -> Option<Minute> {
    let (date, time) = text.trim().split_once('T')?;
    let date: civil::Date = date.parse().ok()?;
    let there = date.to_datetime(time_of_day(time)?);
    let ambiguous = zone.to_ambiguous_zoned(there);
    let found = ambiguous.disambiguate(Disambiguation::Compatible).ok()?;
    let minute = found.timestamp().as_second().div_euclid(60);
    u32::try_from(minute).ok().map(Minute)
}

/// The name of this computer's zone, if it has one.
pub(super) fn my_zone_name() -> String {
    mine().iana_name().unwrap_or("UTC").to_owned()
}

/// The days of the week, Monday first.
pub(super) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> Minute {
        let timestamp: Timestamp = text.parse().unwrap();
        Minute(u32::try_from(timestamp.as_second() / 60).unwrap())
    }

    fn six_in_the_evening(now: &str, zone: &str, weeks: i64) -> Vec<Minute> {
        let zone = TimeZone::get(zone).unwrap();
        let start = time_of_day("18:00").unwrap();
        let all: Vec<i8> = (1..=7).collect();
        let windows = windows(minute(now), &zone, (&all, start, 240), weeks);
        windows.into_iter().map(|(from, _)| from).collect()
    }

    #[test]
    fn a_window_stays_at_its_hour_when_the_clocks_change() {
        // Clocks in Kyiv go back in the night before 25 October 2026.
        let begins = six_in_the_evening("2026-10-23T12:00:00Z", "Europe/Kyiv", 1);
        let expected = [
            "2026-10-23T15:00:00Z",
            "2026-10-24T15:00:00Z",
            "2026-10-25T16:00:00Z",
            "2026-10-26T16:00:00Z",
        ];
        assert_eq!(begins.get(..4).unwrap(), expected.map(minute));
        // Seoul knows no change.
        let seoul = six_in_the_evening("2026-10-23T00:00:00Z", "Asia/Seoul", 1);
        assert!(seoul.windows(2).all(|two| two[1].0 - two[0].0 == 24 * 60));
    }

    #[test]
    fn an_hour_that_is_left_out_begins_after_it() {
        let zone = TimeZone::get("Europe/Kyiv").unwrap();
        // In the night before 29 March 2026 there is no half past three.
        let now = minute("2026-03-28T22:30:00Z");
        let night = time_of_day("03:30").unwrap();
        let windows = windows(now, &zone, (&[7], night, 60), 1);
        assert_eq!(windows[0].0, minute("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn a_time_of_day_is_read_or_refused() {
        assert_eq!(time_of_day("18:05"), civil::Time::new(18, 5, 0, 0).ok());
        for wrong in ["", "18", "24:00", "18:60", "-1:00"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
        assert!(zone("Europe/Kyiv").is_some());
        assert!(zone("../etc/passwd").is_none());
    }

    #[test]
    fn a_form_s_time_is_that_of_the_zone_or_refused() {
        let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
        let expected = minute("2026-11-23T16:05:00Z");
        assert_eq!(minute_of("2026-11-23T18:05", &kyiv), Some(expected));
        assert_eq!(minute_of("2026-11-23T18:05:59", &kyiv), Some(expected));
        // The hour that is left out, and the one that comes twice.
        let after = minute("2026-03-29T01:30:00Z");
        assert_eq!(minute_of("2026-03-29T03:30", &kyiv), Some(after));
        let first = minute("2026-10-25T00:30:00Z");
        assert_eq!(minute_of("2026-10-25T03:30", &kyiv), Some(first));
        for wrong in [
            "",
            "2026-11-23",
            "2026-11-23T24:00",
            "2026-11-23T18",
            "T18:05",
            "2026-11-23T-1:00",
            "1969-12-31T23:00",
        ] {
            assert_eq!(minute_of(wrong, &kyiv), None, "{wrong}");
        }
    }
}
