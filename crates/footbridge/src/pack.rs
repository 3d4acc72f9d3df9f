//! `footbridge pack`: fetches the card pack of a line, and checks one that somebody passed on.

use std::path::Path;
use std::process::ExitCode;

use client::RelayClient;
use plain::{Checked, CheckedCard, NotAPack, State, check};
use record::date_of;
use serde_json::{Map, Value, json};
use wire::LineId;

use crate::cli::public::{ExpectedLine, PackCommand};
use crate::init::today;
use crate::root_signed::{hex, unhex};
use crate::{Failure, beside};

/// What to do with a file that is not genuine.
const NOT_GENUINE: &str = "Do not rely on anything in it and do not pass it on. Get the pack from a place whose check words you have compared with a card that came by another way.";

/// What to do with one that is genuine, so far as it proves itself.
const COMPARE: &str = "Compare the check words with a card that came by another way, or give them with --words: a copy cannot vouch for itself.";

/// What to do when parts of it have expired.
const FETCH_NEWER: &str = "Get a newer pack: footbridge pack fetch --relay URL --out FILE";

pub(crate) fn line_id(digits: &str) -> Result<LineId, Failure> {
    let bytes = unhex(digits).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or("a line id has 64 hex digits")?;
    Ok(LineId(bytes))
}

/// Checks bytes against what is expected of them.
fn checked(bytes: &[u8], expected: &ExpectedLine) -> Result<Result<Checked, NotAPack>, Failure> {
    let line = expected.line.as_deref().map(line_id).transpose()?;
    let found = check(bytes, line.as_ref(), today());
    Ok(found.and_then(|found| match &expected.words {
        Some(words) if !found.has_check_words(words) => Err(NotAPack::OtherLine),
        _ => Ok(found),
    }))
}

fn card(card: &CheckedCard) -> Value {
    json!({
        "card": card.id, "file": card.file, "then": card.then.word(), "now": card.now.word(), "date": card.now.date(),
    })
}

/// What was found, as one object.
fn found(checked: &Checked, is_compared: bool) -> Value {
    let words = checked.check_words();
    let words: Map<String, Value> = words.map(|(tag, all)| (tag.into(), all.into())).collect();
    let warning = checked.warning.as_ref();
    let warning = warning.map(|one| json!({"about": one.about.word(), "address": one.address}));
    json!({
        "genuine": true, "compared": is_compared, "line": hex(&checked.line.0), "check_words": words,
        "day": date_of(checked.day), "serial": checked.serial, "files": checked.files, "until": date_of(checked.until()),
        "entrances_until": checked.entrances_until.map(date_of), "delegation_until": date_of(checked.delegation_until),
        "warning": warning, "cards": checked.cards.iter().map(card).collect::<Vec<_>>(),
        "expired_since": checked.fallen().map(|card| card.id.as_str()).collect::<Vec<_>>(),
    })
}

/// What has ended by today.
fn ended(checked: &Checked) -> Vec<String> {
    let today = today();
    let cards = checked.fallen();
    let mut ended: Vec<String> = cards
        .map(|card| format!("{} ({} {})", card.id, card.now.word(), card.now.date()))
        .collect();
    if let Some(until) = checked.entrances_until.filter(|until| *until < today) {
        ended.push(format!("its list of entrances ({})", date_of(until)));
    }
    if checked.delegation_until < today {
        let until = date_of(checked.delegation_until);
        ended.push(format!("the appointment of those who signed it ({until})"));
    }
    ended
}

fn print(checked: &Checked, is_compared: bool) {
    println!(
        "genuine: all {} files are as coordinators of the line signed them",
        checked.files
    );
    println!("line: {}", hex(&checked.line.0));
    for (tag, words) in checked.check_words() {
        println!("check words ({tag}): {words}");
    }
    match is_compared {
        true => println!("this is the line that you expected"),
        false => println!("{COMPARE}"),
    }
    println!("made for {}", date_of(checked.day));
    let live = checked.cards.iter();
    let live = live.filter(|card| matches!(card.now, State::Live(_)));
    println!("answers that may be relied on today: {}", live.count());
    if let Some(warning) = &checked.warning {
        println!("WARNING: {} {}", warning.about.word(), warning.address);
    }
    let ended = ended(checked);
    if ended.is_empty() {
        println!(
            "all of it is to be trusted until {}",
            date_of(checked.until())
        );
        return;
    }
    println!("no longer to be relied on:");
    for one in ended {
        println!("  {one}");
    }
    println!("{FETCH_NEWER}");
}

/// Says what was found; ends with 1 when it is not genuine.
fn tell(found_out: &Result<Checked, NotAPack>, expected: &ExpectedLine, as_json: bool) -> ExitCode {
    let is_compared = expected.line.is_some() || expected.words.is_some();
    match (found_out, as_json) {
        (Ok(checked), true) => println!("{}", found(checked, is_compared)),
        (Ok(checked), false) => print(checked, is_compared),
        (Err(error), true) => {
            let why = error.to_string();
            println!(
                "{}",
                json!({"genuine": false, "why": why, "next": NOT_GENUINE})
            );
        }
        (Err(error), false) => eprintln!("NOT GENUINE: {error}. {NOT_GENUINE}"),
    }
    match found_out {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("can't read {}: {error}", path.display()).into())
}

/// Whether what is there already must stay: a pack of another line, or a newer one. What is no pack is not written over either.
fn must_stay(out: &Path, new: &Checked) -> Result<(), Failure> {
    if !out.exists() {
        return Ok(());
    }
    let here = out.display();
    let old = check(&read(out)?, None, today());
    let old = old.map_err(|_| format!("{here} is no genuine pack; move it away first"))?;
    if old.line != new.line {
        return Err(format!("{here} is a pack of another line; move it away first").into());
    }
    if (old.serial, old.day) > (new.serial, new.day) {
        return Err(format!(
            "the relay gave an older pack, of {}, than {here}, of {}; the newer one stays",
            date_of(new.day),
            date_of(old.day)
        )
        .into());
    }
    Ok(())
}

async fn fetch(
    relay: &str,
    out: &Path,
    expected: &ExpectedLine,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let pack = RelayClient::new(relay)?.pack().await?;
    let pack = pack.ok_or(
        "the relay has no card pack now: its coordinators have not signed one for the cards of today. Try again later.",
    )?;
    let found_out = checked(&pack, expected)?;
    if let Ok(new) = &found_out {
        must_stay(out, new)?;
        beside::replace(out, &pack)
            .map_err(|error| format!("can't write {}: {error}", out.display()))?;
    }
    Ok(tell(&found_out, expected, as_json))
}

/// `footbridge pack`.
pub(crate) async fn run(command: PackCommand) -> Result<ExitCode, Failure> {
    match command {
        PackCommand::Fetch {
            relay,
            out,
            expected,
            json,
        } => fetch(&relay, &out, &expected, json).await,
        PackCommand::Check {
            file,
            expected,
            json,
        } => {
            let found_out = checked(&read(&file)?, &expected)?;
            Ok(tell(&found_out, &expected, json))
        }
    }
}
