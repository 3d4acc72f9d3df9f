//! What scripts may ask for about entrances and warnings, and what they are shown of them.

use desk::{Command, View};
use serde::Deserialize;
use serde_json::{Value, json};
use statements::{Entrance, EntranceKind, EntranceList, FinalNotice, LineEnd, WarningAbout};

use super::api_command::{Misunderstood, Understood};
use crate::card_set::date_of;

/// A command of a script: `{"command": "warn", "about": "fake-entrance", "address": "https://1ine.example", "days": 14}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfEntrances {
    /// Each entrance is `{"kind": "site", "address": "https://line.example"}`.
    SetEntrances {
        entrances: Vec<AskedEntrance>,
        #[serde(default)]
        fakes: Vec<String>,
        good_days: u32,
    },
    Warn {
        about: String,
        #[serde(default)]
        address: String,
        days: u32,
    },
    EndWarning {},
    /// `how` is "orderly", with 7 to 180 days, or "emergency", with none.
    EndLine {
        how: String,
        #[serde(default)]
        days: u32,
    },
    ReportFake {
        address: String,
    },
    ForgetReport {
        address: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedEntrance {
    kind: String,
    address: String,
}

const WORDS: [&str; 6] = [
    "end-line",
    "set-entrances",
    "warn",
    "end-warning",
    "report-fake",
    "forget-report",
];

fn entrance(asked: AskedEntrance) -> Understood<Entrance> {
    Ok(Entrance {
        kind: EntranceKind::from_word(&asked.kind).ok_or(Misunderstood("kind"))?,
        address: asked.address,
    })
}

impl AskedOfEntrances {
    /// Whether a command of this name is one of these.
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    /// One match, so that no command is forgotten.
    pub(super) fn understand(self) -> Understood<Command> {
        use AskedOfEntrances as Asked;
        Ok(match self {
            Asked::SetEntrances {
                entrances,
                fakes,
                good_days,
            } => Command::SetEntrances {
                entrances: entrances
                    .into_iter()
                    .map(entrance)
                    .collect::<Understood<_>>()?,
                fakes,
                good_days,
            },
            Asked::Warn {
                about,
                address,
                days,
            } => Command::Warn {
                about: WarningAbout::from_word(&about).ok_or(Misunderstood("about"))?,
                address,
                days,
            },
            Asked::EndWarning {} => Command::EndWarning,
            Asked::EndLine { how, days } => Command::EndLine {
                how: LineEnd::from_word(&how).ok_or(Misunderstood("how"))?,
                days,
            },
            Asked::ReportFake { address } => Command::ReportFake(address),
            Asked::ForgetReport { address } => Command::ForgetReport(address),
        })
    }
}

/// A list of entrances.
pub(super) fn list(list: &EntranceList) -> Value {
    let places = list.entrances.iter();
    let places: Vec<Value> = places
        .map(|place| json!({"kind": place.kind.word(), "address": place.address}))
        .collect();
    json!({
        "serial": list.serial, "day": date_of(list.day), "good_until": date_of(list.good_until),
        "entrances": places, "fakes": list.fakes,
    })
}

/// A final notice.
pub(super) fn final_notice(notice: &FinalNotice) -> Value {
    json!({
        "how": notice.how.word(), "issued": date_of(notice.issued.day()), "last_day": date_of(notice.last_day),
    })
}

/// That the line ends, if so.
pub(super) fn ending(view: &View) -> Value {
    let said = view.ending.as_ref();
    said.map_or(
        Value::Null,
        |said| json!({"notice": final_notice(&said.notice), "over": said.is_over}),
    )
}

/// Entrances, the warning, and what was reported.
pub(super) fn entrances(view: &View) -> Value {
    let shown = &view.entrances;
    let reports = shown.reports.iter();
    let reports: Vec<Value> = reports
        .map(|(address, count, day)| json!({"address": address, "count": count, "day": date_of(*day)}))
        .collect();
    let warning = shown.warning.as_ref().map(|warning| {
        json!({
            "about": warning.about.word(), "address": warning.address, "since": date_of(warning.issued.day()),
            "until": date_of(warning.until),
        })
    });
    let pack = shown.pack.as_ref();
    let pack = pack.map(|pack| json!({"serial": pack.serial, "day": date_of(pack.day)}));
    json!({
        "pack": pack, "list": shown.list.as_ref().map(list), "due": shown.is_due, "warning": warning, "reports": reports,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_command() {
        for word in WORDS {
            let asked: Result<AskedOfEntrances, _> =
                serde_json::from_value(json!({"command": word}));
            let unknown = asked.err().map(|error| error.to_string());
            let unknown = unknown.is_some_and(|error| error.contains("unknown variant"));
            assert!(!unknown, "{word}");
        }
    }
}
