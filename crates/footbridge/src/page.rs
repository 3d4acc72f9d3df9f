//! `footbridge page`: whether a page that a line serves, or that somebody saved, is one that was released.

use std::path::Path;
use std::process::ExitCode;

use client::RelayClient;
use release::{Checked, NotReleased, Releases, Signers, check};
use serde_json::{Map, Value, json};
use statements::Line;

use crate::Failure;
use crate::cli::public::{PageArguments, PageCommand};
use crate::pack::{line_id, read};
use crate::root_signed::hex;

/// What to do with a page that is none.
const NOT_RELEASED: &str = "Type nothing into it. Take another address from a card that came by another way, and check the page of that one. If the page may be newer than your list, get a newer list.";

/// What to do with an old page.
const OLD: &str = "Type nothing into it: what was wrong with it is known by now. Take another entrance of the line, and check its page. If all of them give this one, the operator has to bring the relay up to date.";

/// What is left to a person when a page is released.
const COMPARE: &str = "Compare the check words with a card that came by another way, or give them with --words: a released page serves any line, a forger's too.";

/// What no check from outside can say.
const ONLY_THIS: &str = "This holds for these bytes alone: an address can give another page to somebody else, or later. Who wants to know what a browser was given saves the page there (HTML only) and checks the file.";

/// The version of this program, which makes answers and warnings as the page of the same version shows them.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The signatures beside a list: `page.sums.NAME.sig` → name, bytes.
fn signatures(list: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let name = list.file_name().and_then(|name| name.to_str());
    let begins = format!("{}.", name.ok_or("--releases names no file")?);
    let folder = list
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.unwrap_or(Path::new(".")))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let by = name.and_then(|name| name.strip_prefix(&begins)?.strip_suffix(".sig"));
        if let Some(by) = by {
            found.push((by.to_owned(), read(&path)?));
        }
    }
    Ok(found)
}

/// The list of releases, if enough release keys signed it.
fn releases(arguments: &PageArguments) -> Result<Releases, Failure> {
    let list = read(&arguments.releases)?;
    let signers = Signers::parse(&read(&arguments.signers)?)?;
    let signatures = signatures(&arguments.releases)?;
    let given = signatures
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    signers.verify(&list, given).map_err(|error| {
        format!("the list of releases cannot be believed: {error}. Get it again with its signatures; docs/operate/release.md says from where.")
    })?;
    Ok(Releases::parse(&list)?)
}

/// A page's address: its relay, and the path there.
fn address(page: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = page.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    page.get(..scheme.len() + 3 + host.len())
        .map(|relay| (relay, path))
}

/// Whether the answers on a page are what the relay's signed cards say; `None` where nobody was asked.
async fn answers(checked: &Checked, relay: Option<&str>) -> Result<Option<bool>, Failure> {
    let Some(relay) = relay else {
        return Ok(None);
    };
    let document = RelayClient::new(relay)?.line().await?;
    let line = Line::verify(&document, Some(&checked.line.id()))?;
    Ok(Some(checked.shows_cards_of(&line)))
}

/// The word for how a page stands.
fn verdict(checked: &Checked) -> &'static str {
    match checked.is_newest() {
        true => "newest",
        false => "old",
    }
}

fn found(checked: &Checked, is_compared: bool, answers: Option<bool>) -> Value {
    let words: Map<String, Value> = checked
        .check_words()
        .map(|(tag, all)| (tag.into(), all.into()))
        .collect();
    let (release, newest) = (&checked.release, &checked.newest);
    json!({
        "verdict": verdict(checked), "version": release.version, "date": release.date, "commit": release.commit, "rust": release.rust,
        "newest": {"version": newest.version, "date": newest.date}, "language": checked.language, "line": hex(&checked.line.id().0),
        "check_words": words, "compared": is_compared, "warning_compared": checked.is_warning_compared, "answers_as_signed": answers,
    })
}

fn print(checked: &Checked, is_compared: bool, answers: Option<bool>) {
    let (release, newest) = (&checked.release, &checked.newest);
    match checked.is_newest() {
        true => println!(
            "released: version {} of {}, the newest on the list ({})",
            release.version, release.date, checked.language
        ),
        false => println!(
            "OLD: version {} of {} ({}); the newest on the list is {} of {}\n{OLD}",
            release.version, release.date, checked.language, newest.version, newest.date
        ),
    }
    println!(
        "made of commit {} with Rust {}",
        release.commit, release.rust
    );
    println!("line: {}", hex(&checked.line.id().0));
    for (tag, words) in checked.check_words() {
        println!("check words ({tag}): {words}");
    }
    match is_compared {
        true => println!("this is the line that you expected"),
        false => println!("{COMPARE}"),
    }
    match answers {
        Some(true) => println!("the answers on it are those of the signed cards"),
        Some(false) => println!(
            "THE ANSWERS ON IT ARE NOT THOSE OF THE SIGNED CARDS, as version {VERSION} writes them. If the page was saved some time ago, the cards may have changed since: save it anew. If not, go by a card pack alone: footbridge pack fetch --relay URL --out FILE"
        ),
        None => {
            println!("the answers on it were not compared with the signed cards: --relay does that")
        }
    }
    if !checked.is_warning_compared {
        println!(
            "the warning on it was not compared: it was made by another version than this program, {VERSION}"
        );
    }
    println!("{ONLY_THIS}");
}

/// Says why a page is none; gives how the program ends.
fn refuse(error: &NotReleased, as_json: bool) -> ExitCode {
    let sum = match error {
        NotReleased::Unlisted(sum) => Some(hex(sum)),
        _ => None,
    };
    match as_json {
        true => println!(
            "{}",
            json!({"verdict": "none", "why": error.to_string(), "sum": sum, "next": NOT_RELEASED})
        ),
        false => eprintln!("NO RELEASED PAGE: {error}. {NOT_RELEASED}"),
    }
    ExitCode::FAILURE
}

/// A page, and whether its answers are those of the signed cards.
type Looked = Result<(Checked, Option<bool>), NotReleased>;

/// Fetches or reads the page, and asks for what it is compared with.
async fn look(arguments: &PageArguments, releases: &Releases) -> Result<Looked, Failure> {
    let from = address(&arguments.page);
    let document = match from {
        Some((relay, path)) => RelayClient::new(relay)?.page(path).await?.to_vec(),
        None => read(Path::new(&arguments.page))?,
    };
    let expected = arguments.expected.line.as_deref();
    let expected = expected.map(line_id).transpose()?;
    let words = arguments.expected.words.as_deref();
    let checked = match check(&document, releases, expected.as_ref(), VERSION) {
        Ok(checked) if words.is_some_and(|words| !checked.has_check_words(words)) => {
            return Ok(Err(NotReleased::OtherLine));
        }
        Ok(checked) => checked,
        Err(error) => return Ok(Err(error)),
    };
    let relay = arguments.relay.as_deref();
    let answers = answers(&checked, relay.or(from.map(|(relay, _)| relay))).await?;
    Ok(Ok((checked, answers)))
}

async fn run_check(arguments: PageArguments) -> Result<ExitCode, Failure> {
    let releases = releases(&arguments)?;
    let mut looked = look(&arguments, &releases).await?;
    if matches!(looked, Ok((_, Some(false)))) && address(&arguments.page).is_some() {
        // The cards may have changed between the page and them.
        looked = look(&arguments, &releases).await?;
    }
    let (checked, answers) = match looked {
        Ok(looked) => looked,
        Err(error) => return Ok(refuse(&error, arguments.json)),
    };
    let is_compared = arguments.expected.line.is_some() || arguments.expected.words.is_some();
    match arguments.json {
        true => println!("{}", found(&checked, is_compared, answers)),
        false => print(&checked, is_compared, answers),
    }
    Ok(match checked.is_newest() && answers != Some(false) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// `footbridge page`.
pub(crate) async fn run(command: PageCommand) -> Result<ExitCode, Failure> {
    match command {
        PageCommand::Check(arguments) => run_check(arguments).await,
    }
}
