//! A forecast as a picture: SVG with its words as text, a description for those who do not see it, and nothing told by colour alone.

use std::fmt::Write;

use messages::Messages;

use crate::line::Line;
use crate::week::{AIM, HourForecast, TeamForecast};

/// The languages of a picture: tag and Fluent file.
const LANGUAGES: [(&str, &str); 4] = [
    ("en", include_str!("../strings/en.ftl")),
    ("ko", include_str!("../strings/ko.ftl")),
    ("ru", include_str!("../strings/ru.ftl")),
    ("uk", include_str!("../strings/uk.ftl")),
];

// Places, in units of the picture.
const WIDTH: f64 = 1_060.0;
const LEFT: f64 = 250.0;
const COLUMN: f64 = 33.0;
const HEAD: f64 = 74.0;
const BARS: f64 = 150.0;
const PANEL: f64 = 318.0;
/// Bars end here, in minutes; what is longer says so.
const MOST: f64 = 120.0;

/// A place in text that XML reads as it is meant.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Of fewer people than these no wait is said.
const FEW: usize = 20;

/// The wait of 9 in 10; nothing when so many had no reply.
fn wait(hour: &HourForecast) -> Option<f64> {
    hour.others.percentile(0.9)
}

/// A wait as a figure, which is as short in every language.
fn figure(minutes: Option<f64>) -> String {
    match minutes {
        Some(minutes) if minutes <= MOST => format!("{minutes:.0}"),
        _ => format!(">{MOST:.0}"),
    }
}

struct Picture<'a> {
    words: &'a Messages,
    svg: String,
}

impl Picture<'_> {
    fn text(&mut self, x: f64, y: f64, anchor: &str, said: &str) {
        let said = escaped(said);
        let _ = writeln!(
            self.svg,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{said}</text>"#
        );
    }

    fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    /// A dashed line for an aim, with its name.
    fn aim(&mut self, bottom: f64, minutes: f64) {
        let y = bottom - minutes / MOST * BARS;
        let right = LEFT + 24.0 * COLUMN;
        let _ = writeln!(
            self.svg,
            r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#111" stroke-dasharray="6 4"/>"##
        );
        let minutes = format!("{minutes:.0}");
        let said = self.words.say_with("aim", &[("minutes", &minutes)]);
        self.text(LEFT - 8.0, y + 4.0, "end", &said);
    }

    fn bar(&mut self, bottom: f64, index: usize, hour: &HourForecast) {
        if hour.others.people() == 0 {
            return;
        }
        let x = LEFT + index as f64 * COLUMN;
        let middle = x + COLUMN / 2.0;
        let shown = wait(hour).unwrap_or(f64::INFINITY).min(MOST);
        let height = shown / MOST * BARS;
        let (left, width, top) = (x + 3.0, COLUMN - 6.0, bottom - height);
        let fill = if hour.misses {
            "url(#hatched)"
        } else {
            "#0b4f8a"
        };
        let _ = writeln!(
            self.svg,
            r##"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}" stroke="#0b4f8a"/>"##
        );
        let said = figure(wait(hour));
        let mark = if hour.misses { "!" } else { "" };
        self.text(middle, top - 4.0, "middle", &format!("{said}{mark}"));
    }

    /// A row of figures below the bars, with its name.
    fn row(&mut self, y: f64, id: &str, figures: impl Iterator<Item = String>) {
        let name = self.say(id);
        self.text(LEFT - 8.0, y, "end", &name);
        for (index, figure) in figures.enumerate() {
            let middle = LEFT + (index as f64 + 0.5) * COLUMN;
            self.text(middle, y, "middle", &figure);
        }
    }

    fn panel(&mut self, top: f64, team: &TeamForecast) {
        let people = format!("{:.0}", team.all().people);
        let values = [("language", team.language.as_str()), ("people", &people)];
        let mut name = self.words.say_with("team", &values);
        if !team.keeps_up {
            let left_over = format!("{:.0}", team.left_over);
            name.push_str(". ");
            name.push_str(&self.words.say_with("behind", &[("people", &left_over)]));
        }
        self.text(10.0, top + 14.0, "start", &name);
        let axis = format!("{}. {}", self.say("axis"), self.say("misses"));
        self.text(10.0, top + 32.0, "start", &axis);
        let bottom = top + 56.0 + BARS;
        let day = team.day();
        for (index, hour) in day.iter().enumerate() {
            self.bar(bottom, index, hour);
        }
        self.aim(bottom, AIM.staffed);
        let right = LEFT + 24.0 * COLUMN;
        let _ = writeln!(
            self.svg,
            r##"<path d="M{LEFT} {bottom}H{right}" stroke="#111"/>"##
        );
        self.row(
            bottom + 18.0,
            "hour",
            (0..24).map(|hour| format!("{hour:02}")),
        );
        let people = day.iter().map(|hour| format!("{:.1}", hour.people / 7.0));
        self.row(bottom + 36.0, "people", people);
        let acute = day.iter().map(|hour| match hour.acute.people() {
            few if few < FEW => "·".to_owned(),
            _ => figure(hour.acute.percentile(0.9)),
        });
        self.row(bottom + 54.0, "acute", acute);
        let on_duty = day.iter().map(|hour| format!("{:.1}", hour.on_duty));
        self.row(bottom + 72.0, "on-duty", on_duty);
        let more = day.iter().map(|hour| match hour.more {
            0 => "–".to_owned(),
            more => format!("+{more}"),
        });
        self.row(bottom + 90.0, "more", more);
    }
}

/// What a picture shows of one language, for those who do not see it.
fn described(words: &Messages, team: &TeamForecast) -> String {
    let day = team.day();
    let length = |hour: &HourForecast| match hour.others.people() {
        0 => 0.0,
        _ => wait(hour).unwrap_or(f64::INFINITY),
    };
    let hours = day.iter().map(length).enumerate();
    let longest = hours.max_by(|one, other| one.1.total_cmp(&other.1));
    let (hour, longest) = longest.unwrap_or((0, 0.0));
    let (id, minutes) = match longest <= MOST {
        true => ("minutes", longest),
        false => ("longer", MOST),
    };
    let longest = words.say_with(id, &[("minutes", &format!("{minutes:.0}"))]);
    let missed = day.iter().filter(|hour| hour.misses).count().to_string();
    let people = format!("{:.0}", team.all().people);
    let hour = format!("{hour:02}");
    let values = [
        ("language", team.language.as_str()),
        ("people", &people),
        ("hour", &hour),
        ("wait", &longest),
        ("missed", &missed),
    ];
    words.say_with("described", &values)
}

impl Line {
    /// Draws a forecast in one of four languages, `en`, `ko`, `ru` or `uk`; nothing for another tag. Bars are the waits of all but one in ten of
    /// those without minutes; hatching and `!` say that an hour misses the aim on some day of the week.
    pub fn chart(&self, teams: &[TeamForecast], tag: &str) -> Option<String> {
        let (tag, source) = LANGUAGES.into_iter().find(|(known, _)| *known == tag)?;
        let words = Messages::parse(tag, source);
        let height = HEAD + PANEL * teams.len() as f64;
        let title = escaped(&words.say("title"));
        let mut notes = vec![words.say("private")];
        if !self.assumptions().is_empty() {
            notes.push(words.say("assumed"));
        }
        let notes = notes.join(" ");
        let said = teams.iter().map(|team| described(&words, team));
        let said: Vec<String> = said.chain([notes.clone()]).collect();
        let description = escaped(&said.join(" "));
        let mut picture = Picture {
            words: &words,
            svg: String::new(),
        };
        let _ = writeln!(
            picture.svg,
            r##"<svg xmlns="http://www.w3.org/2000/svg" lang="{tag}" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title description" font-family="sans-serif" font-size="12" fill="#111">
<title id="title">{title}</title>
<desc id="description">{description}</desc>
<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/><path d="M0 6L6 0" stroke="#0b4f8a" stroke-width="2"/></pattern></defs>
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="10" y="26" font-size="18" font-weight="bold">{title}</text>"##
        );
        picture.text(10.0, 48.0, "start", &notes);
        for (index, team) in teams.iter().enumerate() {
            picture.panel(HEAD + PANEL * index as f64, team);
        }
        picture.svg.push_str("</svg>\n");
        Some(picture.svg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EXAMPLE;
    use crate::waits::Waits;

    /// A language with a wait that is short, one that is too long, and an hour in which nobody was answered.
    fn team(language: &str) -> TeamForecast {
        let mut week = vec![HourForecast::default(); crate::WEEK];
        let waits = |outcome| {
            let mut waits = Waits::default();
            waits.count(outcome);
            waits.sort();
            waits
        };
        use crate::simulation::Outcome::{Answered, Waiting};
        week[0].others = waits(Answered(12.0));
        week[1].others = waits(Answered(64.0));
        week[1].misses = true;
        week[1].more = 3;
        week[2].others = waits(Waiting(9.0));
        week[2].misses = true;
        TeamForecast {
            language: language.into(),
            week,
            keeps_up: false,
            left_over: 7.0,
            is_met: true,
            weeks: 30,
        }
    }

    #[test]
    fn what_the_picture_shows_is_said_in_words_in_each_language() {
        let line = Line::parse(EXAMPLE).unwrap();
        for (tag, longer) in [
            ("en", "more than 120 minutes"),
            ("ko", "120분보다 김"),
            ("ru", "дольше 120 мин"),
            ("uk", "довше за 120 хв"),
        ] {
            let svg = line.chart(&[team("ko")], tag).unwrap();
            for said in [
                ">12<",
                ">64!<",
                ">&gt;120!<",
                ">+3<",
                longer,
                "url(#hatched)",
            ] {
                assert!(svg.contains(said), "{tag}: {said}");
            }
            let described = svg.split("<desc").nth(1).unwrap();
            let described = described.split("</desc>").next().unwrap();
            assert!(
                described.contains("02") && described.contains(longer),
                "{described}"
            );
            // An id that a file does not have would be drawn as it is.
            for id in ["title<", ">on-duty<", ">people<", "private", "{ $", "aim:"] {
                assert!(
                    tag == "en" || !svg.replace("</title", "").contains(id),
                    "{tag}: {id}"
                );
            }
        }
        assert_eq!(line.chart(&[], "xx"), None);
    }

    #[test]
    fn a_name_of_a_language_can_be_no_part_of_the_picture() {
        let line = Line::parse(EXAMPLE).unwrap();
        let svg = line.chart(&[team("<script>\"&")], "en").unwrap();
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;&quot;&amp;"));
    }
}
