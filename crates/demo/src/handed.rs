//! A part of the story: a contact is offered a partner, tells it something that nobody else learns, and the partner confirms it. The partner's office
//! has the tools that its distribution brings, and nothing of ours but the command that collects.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use protocol::{Language, Offer, Shown, Urgency};
use serde_json::{Value, json};
use words::List;

use crate::line::{PATIENCE, file_error};
use crate::story::{Transcript, answer};
use crate::{DemoContact, DemoError, DemoLine};

const QUESTION: &str = "Where can I go?";
const ANSWER: &str = "To a partner of ours, if you want to. You need not.";
/// What the contact tells the partner.
const NAME: &str = "Call me Redstart";
const NAMED: &str = "A name to call you by";

/// Whether this machine has what a partner uses.
pub(crate) fn has_tools() -> bool {
    let is_here = |program: &str, asked: &str| {
        let mut command = Command::new(program);
        command.arg(asked).stdin(Stdio::null());
        command.output().is_ok_and(|output| output.status.success())
    };
    is_here("age", "--version") && is_here("openssl", "version")
}

/// A program in a directory, and what it said.
fn run(directory: &Path, program: &str, arguments: &str) -> Result<String, DemoError> {
    let mut command = Command::new(program);
    command.args(arguments.split(' ')).current_dir(directory);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(file_error(Path::new(program)))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(DemoError::Desk(format!(
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

/// Plays it through on a line of its own, for whoever wants to see this part alone.
///
/// # Errors
/// When a door can't be used at all, or `age` or `openssl` is missing; a step that goes wrong is in the transcript.
pub async fn hand_over(line: &DemoLine) -> Result<Transcript, DemoError> {
    let mut story = Transcript::new();
    a_contact_is_handed_over(line, &mut story).await?;
    Ok(story)
}

/// The same as a part of a story.
pub(crate) async fn a_contact_is_handed_over(
    line: &DemoLine,
    story: &mut Transcript,
) -> Result<(), DemoError> {
    let office = line.directory().join("partner");
    std::fs::create_dir(&office).map_err(file_error(&office))?;
    let partner = admit(line, &office, story).await?;
    let mut contact = DemoContact::new(line.relay_url())?;
    let words = contact.new_phrase(List::English);
    contact.open(List::English, &words).await?;
    contact
        .write(QUESTION, Language::English, Urgency::Minutes)
        .await?;
    let case = agree(line, &partner, story).await?;

    let shown = contact.open(List::English, &words).await?;
    let offer = shown.into_iter().find_map(|one| match one {
        Shown::Offered(offer) => Some(offer),
        _ => None,
    });
    let offer = offer.ok_or(DemoError::Answer("offer"))?;
    seal(&mut contact, &offer, story).await?;
    let code = looked(line, &case, "handed-over").await?["code"].clone();
    let (receipt, signature) = collect(line, &office, &code, story).await?;
    looked(line, &case, "collected").await?;
    let give =
        json!({"command": "give-receipt", "case": case, "line": receipt, "signature": signature});
    line.guide().command(&give).await?;
    stands(line, &case, "received").await?;
    let shown = line.guide().case(&case).await?.to_string();
    // What the partner opened lies in the partner's own folder, which is no desk's and no relay's.
    std::fs::remove_dir_all(&office).map_err(file_error(&office))?;
    let found = line.search_disks(&[NAME])?;
    story.note(
        "the desk has the partner's signed receipt; what the contact told is on no disk of the line",
        found.is_empty() && !shown.contains(NAME),
        if found.is_empty() { "nothing found".into() } else { found.join(", ") },
    );
    let destroy = json!({"command": "destroy", "case": case});
    line.guide().command(&destroy).await?;
    line.guide().settled(PATIENCE).await
}

/// The partner makes its two keys, and two coordinators admit it. Gives its id.
async fn admit(line: &DemoLine, office: &Path, story: &mut Transcript) -> Result<Value, DemoError> {
    run(office, "age-keygen", "-o age-key.txt")?;
    let recipient = run(office, "age-keygen", "-y age-key.txt")?;
    run(
        office,
        "openssl",
        "genpkey -algorithm ed25519 -out receipt-key.pem",
    )?;
    let receipt_key = run(office, "openssl", "pkey -in receipt-key.pem -pubout")?;
    let view = line.coordinator().view().await?;
    // The list of entrances ends before a partner has to.
    let until = &view["entrances"]["list"]["good_until"];
    let admitted = json!({
        "command": "admit-partner", "name": "Harbour Office (demonstration)", "office": "receives people who left an army", "language": "en",
        "until": until, "recipient": recipient.trim(), "receipt_key": receipt_key,
        "items": [
            {"what": NAMED, "why": "So that we know whom we wait for."},
            {"what": "The language you speak best", "why": "So that somebody is there who speaks it."},
        ],
    });
    line.by_two(&admitted).await?;
    let view = line
        .guide()
        .wait_until(PATIENCE, |view| view["partners"][0].is_object())
        .await?;
    let partner = &view["partners"][0]["says"];
    let words = partner["words"].as_array().into_iter().flatten();
    let words: Vec<&str> = words.filter_map(Value::as_str).collect();
    story.note(
        "two coordinators admit a partner, whose five check words can be compared by voice",
        words.len() == 5,
        words.join(" "),
    );
    Ok(partner["partner"].clone())
}

/// The guide takes the case and asks for the offer; the second coordinator sees the partner and agrees. Gives the case.
async fn agree(
    line: &DemoLine,
    partner: &Value,
    story: &mut Transcript,
) -> Result<String, DemoError> {
    answer(line, ANSWER).await?;
    let guide = line.guide();
    let view = guide.view().await?;
    let case = view["cases"][0]["label"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let ask = json!({"command": "ask-handover", "case": case, "partner": partner});
    guide.command(&ask).await?;
    stands(line, &case, "asked").await?;
    let second = line.second_coordinator();
    let view = second
        .wait_until(PATIENCE, |view| view["proposals"][0]["may_decide"] == true)
        .await?;
    let approve = json!({"command": "approve", "proposal": view["proposals"][0]["proposal"]});
    second.command(&approve).await?;
    stands(line, &case, "offered").await?;
    guide.settled(PATIENCE).await?;
    story.note(
        "a second person agrees that this partner is the right one, and the contact is offered it",
        true,
        "offered",
    );
    Ok(case)
}

/// The contact agrees to one of the two things that are asked.
async fn seal(
    contact: &mut DemoContact,
    offer: &Offer,
    story: &mut Transcript,
) -> Result<(), DemoError> {
    let partner = contact.partner(offer).await?;
    let meeting = "Say first: river lamp stone. You hear: paper cloud.";
    contact.hand_over(offer, &[(0, NAME)], meeting).await?;
    let again = contact.hand_over(offer, &[(0, NAME)], meeting).await;
    story.note(
        "the contact sees what is asked and why, agrees to one thing, and seals it on its device, once",
        partner.items.len() == 2 && again.is_err(),
        format!("{}: {}", partner.items[0].what, partner.items[0].why),
    );
    Ok(())
}

/// The partner collects, opens and signs. Gives the receipt's line and the signature.
async fn collect(
    line: &DemoLine,
    office: &Path,
    code: &Value,
    story: &mut Transcript,
) -> Result<(String, String), DemoError> {
    let out = office.join("handover.age").display().to_string();
    let code = code.as_str().unwrap_or_default();
    let asked = [
        "handover",
        "collect",
        "--relay",
        line.relay_url(),
        code,
        "--out",
        &out,
        "--json",
    ];
    line.command("collected", &asked).await?;
    let read = run(
        office,
        "age",
        "--decrypt --identity age-key.txt handover.age",
    )?;
    let has = read.contains(&format!("{NAMED}\n{NAME}\n")) && !read.contains("The language you");
    story.note(
        "the partner collects it and opens it with the standard age: what was agreed to is in it, and nothing else",
        has,
        read.lines().next().unwrap_or_default(),
    );
    let receipt = format!("{}\n", read.lines().last().unwrap_or_default());
    let file = office.join("receipt.txt");
    std::fs::write(&file, &receipt).map_err(file_error(&file))?;
    let sign = "pkeyutl -sign -rawin -inkey receipt-key.pem -in receipt.txt -out signature";
    run(office, "openssl", sign)?;
    let signature = run(office, "openssl", "base64 -A -in signature")?;
    Ok((receipt, signature))
}

async fn stands(line: &DemoLine, case: &str, state: &str) -> Result<Value, DemoError> {
    let guide = line.guide();
    let shown = guide.wait_for_case(PATIENCE, case, |case| case["handover"]["state"] == state);
    Ok(shown.await?["handover"].clone())
}

async fn looked(line: &DemoLine, case: &str, state: &str) -> Result<Value, DemoError> {
    let look = json!({"command": "look-for-handover", "case": case});
    line.guide().command(&look).await?;
    stands(line, case, state).await
}
