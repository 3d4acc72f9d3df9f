//! Dates as people write them, and days as they are counted.

use wire::Day;

/// The day of a date such as 2026-11-23; `None` when it is none, or before 1970 or after 9999.
pub fn day_of(date: &str) -> Option<Day> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days_of_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=days_of_month).contains(&day) {
        return None;
    }
    // Years that begin in March put the leap day last (the usual civil-from-days arithmetic).
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    u32::try_from(days).ok().map(Day)
}

/// The date of a day, such as 2026-11-23.
pub fn date_of(day: Day) -> String {
    let shifted = i64::from(day.0) + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for (date, day) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-23", 20_780),
        ] {
            assert_eq!(day_of(date), Some(Day(day)));
            assert_eq!(date_of(Day(day)), date);
        }
        for day in (0..200_000).step_by(17) {
            assert_eq!(day_of(&date_of(Day(day))), Some(Day(day)));
        }
        for wrong in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "x-1-1",
            "2026-11-23T00",
            "-1-1-1",
            "11/23/2026",
        ] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
    }
}
