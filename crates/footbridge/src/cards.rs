//! `footbridge cards`: what is wrong with a card set and which of its cards could be sent today, before anybody proposes it.

use std::path::Path;
use std::process::ExitCode;

use record::{CardSet, Standing, Why, date_of};
use serde_json::{Value, json};

use crate::cli::public::CardsArguments;
use crate::{Failure, init};

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn json_of(path: &Path) -> Result<Value, Failure> {
    serde_json::from_str(&read(path)?)
        .map_err(|error| format!("{} is not JSON: {error}", path.display()).into())
}

/// The set of a file, with a record and translations beside it where they are given apart.
fn card_set(arguments: &CardsArguments) -> Result<String, Failure> {
    let mut set = json_of(&arguments.file)?;
    let fields = set.as_object_mut().ok_or("a card set is a JSON object")?;
    for (name, path) in [("record", &arguments.record), ("claims", &arguments.claims)] {
        if let Some(path) = path {
            fields.insert(name.into(), json_of(path)?);
        }
    }
    Ok(set.to_string())
}

fn reason(standing: Standing<'_>) -> String {
    let Standing::Suspended(why) = standing else {
        return String::new();
    };
    match why {
        Why::Said => "somebody suspended it".into(),
        Why::ClaimWithdrawn(claim) => format!("rests on {claim}, which was withdrawn"),
        Why::Contradicted { claim, by } => format!("rests on {claim} and is silent about {by}"),
        Why::ClaimMissing(claim) => format!("rests on {claim}, which is not in the record"),
        Why::Circular(claim) => format!("rests on {claim}, which only supports itself"),
    }
}

/// What was found, as one object.
fn found(set: &CardSet) -> Value {
    let today = init::today();
    let problems = set.problems().into_iter().map(|problem| {
        json!({
            "problem": problem.word(), "about": problem.about(), "detail": problem.detail(),
            "refuses": problem.refuses(set.demonstration),
        })
    });
    let cards = set.standings(today).into_iter().map(|(card, standing)| {
        let flags = set.card_flags(card).into_iter().flat_map(|(tag, part, all)| {
            all.into_iter().map(move |one| {
                let words = part.get(one.range).unwrap_or_default();
                json!({"language": tag, "flag": one.flag.word(), "words": words, "instead": one.instead})
            })
        });
        json!({
            "card": card.id, "standing": standing.word(), "why": reason(standing), "review_by": card.review_by,
            "languages": card.texts.keys().collect::<Vec<_>>(), "look_twice": flags.collect::<Vec<_>>(),
        })
    });
    json!({
        "day": date_of(today), "claims": set.all_claims().len(), "disputes": set.disputes().len(),
        "origins": set.origins().len(), "publishable": set.refusals().is_empty(),
        "problems": problems.collect::<Vec<_>>(), "cards": cards.collect::<Vec<_>>(),
    })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    let items = value.get(field).and_then(Value::as_array);
    items.map_or(&[], Vec::as_slice)
}

fn print(found: &Value) {
    let number = |field: &str| found.get(field).map(Value::to_string).unwrap_or_default();
    println!(
        "{} cards, {} claims from {} origins, {} disputes; judged on {}",
        items(found, "cards").len(),
        number("claims"),
        number("origins"),
        number("disputes"),
        text(found, "day")
    );
    for problem in items(found, "problems") {
        let weight = match problem.get("refuses") == Some(&Value::Bool(true)) {
            true => "WRONG ",
            false => "remark",
        };
        let (about, detail) = (text(problem, "about"), text(problem, "detail"));
        println!("  {weight}  {about}: {} {detail}", text(problem, "problem"));
    }
    for card in items(found, "cards") {
        let (standing, why) = (text(card, "standing"), text(card, "why"));
        let until = text(card, "review_by");
        println!(
            "  {standing:<9}  {} (until {until}) {why}",
            text(card, "card")
        );
        for one in items(card, "look_twice") {
            let (flag, words) = (text(one, "flag"), text(one, "words"));
            println!(
                "             look twice: {words} ({flag}, {})",
                text(one, "language")
            );
        }
    }
}

/// Ends with 1 when it could not be published.
pub(crate) fn run(arguments: &CardsArguments) -> Result<ExitCode, Failure> {
    let set = CardSet::parse(&card_set(arguments)?)?;
    let found = found(&set);
    match arguments.json {
        true => println!("{found}"),
        false => print(&found),
    }
    Ok(match found.get("publishable") == Some(&Value::Bool(true)) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
