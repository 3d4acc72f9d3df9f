//! `footbridge deliver` and `footbridge collect`: the two ways of whoever carries a letter.

use std::io::Read;
use std::path::{Path, PathBuf};

use client::{ClientError, RelayClient};
use letters::{Carried, Letter};
use record::date_of;
use serde_json::json;

use crate::Failure;
use crate::cli::public::{CollectArguments, DeliverArguments};

/// More than any letter has, in bytes.
const LARGEST: u64 = 1 << 20;

fn read_text(path: &Path) -> Result<String, Failure> {
    let mut text = Vec::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().take(LARGEST).read_to_end(&mut text),
        false => {
            std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut text))
        }
    };
    read.map_err(|error| format!("can't read {}: {error}", path.display()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The letter whose parts are in these files.
fn read_letter(files: &[PathBuf]) -> Result<Letter, Failure> {
    let texts: Result<Vec<String>, Failure> = files.iter().map(|file| read_text(file)).collect();
    let bytes = letters::from_text(&texts?.join("\n"))?;
    match Carried::parse(&bytes)? {
        Carried::Letter(letter) => Ok(*letter),
        Carried::Answer(_) => {
            Err("this is an answer: bring it to the writer, who opens it with the words".into())
        }
    }
}

/// What a refusal means for whoever carries a letter.
fn refused(error: ClientError, letter: &Letter) -> Failure {
    match error.code() {
        Some("conflict") => "another letter with the same words was handed in after this one, or must be handed in before it: bring \
             that one, or ask the writer for a new letter"
            .into(),
        Some("shift_over" | "no_shift") => format!(
            "nobody opens this letter any more: the line took it until {} at most; ask the writer for a new one",
            date_of(letter.until)
        )
        .into(),
        Some("wrong_line") => "this letter is for another line: give the address of that one".into(),
        _ => error.into(),
    }
}

/// `footbridge deliver`.
pub(crate) async fn deliver(arguments: &DeliverArguments) -> Result<(), Failure> {
    let letter = read_letter(&arguments.files)?;
    let relay = RelayClient::new(&arguments.relay)?;
    let handed_in = relay.save_and_post(&letter.state, &letter.post).await;
    handed_in.map_err(|error| refused(error, &letter))?;
    match arguments.json {
        true => println!(
            "{}",
            json!({"handed_in": true, "until": date_of(letter.until)})
        ),
        false => println!(
            "Handed in. Keep the letter: `footbridge collect` needs it to look for the answer. Look after some hours, not every minute."
        ),
    }
    Ok(())
}

/// `footbridge collect`.
pub(crate) async fn collect(arguments: &CollectArguments) -> Result<(), Failure> {
    let letter = read_letter(&arguments.files)?;
    let relay = RelayClient::new(&arguments.relay)?;
    let [first, second, third] = letter.look();
    let found = [
        relay.read_slots(&first).await?,
        relay.read_slots(&second).await?,
        relay.read_slots(&third).await?,
    ];
    let parts = letters::to_parts(&Carried::Answer(letter.answer(found)).to_bytes());
    let text = parts.join("\n") + "\n";
    if arguments.out == Path::new("-") {
        print!("{text}");
        return Ok(());
    }
    let out = arguments.out.display();
    std::fs::write(&arguments.out, text).map_err(|error| format!("can't write {out}: {error}"))?;
    match arguments.json {
        true => println!("{}", json!({"collected": true, "parts": parts.len()})),
        false => println!(
            "{out} is for the writer of the letter. Whether there is an answer in it can only be seen with the words."
        ),
    }
    Ok(())
}
