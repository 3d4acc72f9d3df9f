//! `cargo xtask seize`: what somebody finds who takes the relay while it runs: files, logs, memory.

use std::path::Path;

use anyhow::{Context, Result, bail};
use demo::{DemoLine, DemoOptions};
use protocol::{Language, PhraseRoot, Urgency};
use serde::Serialize;
use statements::Line;
use words::{List, Phrase};

use crate::bench;
use crate::memory::{self, Needle};

/// What the contact and the guide write; these must be nowhere.
const WRITTEN: &str = "canary: my mother must not know of this, purple heron";
const ANSWERED: &str = "canary: I read you, copper lantern";
/// Addresses from which the contacts come, unlike any that the system uses by itself.
const ADDRESS: [u8; 4] = [127, 77, 13, 9];

/// What was looked for where, and what was found.
#[derive(Serialize)]
pub(crate) struct Report {
    /// What was looked for.
    looked_for: Vec<String>,
    /// Bytes of files searched.
    file_bytes: u64,
    /// Bytes of memory searched.
    memory_bytes: u64,
    /// (where, what) for everything found.
    found: Vec<(String, String)>,
}

impl Report {
    /// Whether nothing was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// The report in lines for a person.
    pub(crate) fn print(&self) {
        println!("Looked for {} things:", self.looked_for.len());
        for name in &self.looked_for {
            println!("  {name}");
        }
        println!(
            "in {} KiB of the relay's files and logs and {} MiB of its memory, while it ran.",
            self.file_bytes / 1024,
            self.memory_bytes >> 20
        );
        if self.found.is_empty() {
            println!("Found nothing.");
        }
        for (place, name) in &self.found {
            println!("FOUND {name} in {place}");
        }
    }
}

fn search_files(directory: &Path, needles: &[Needle], report: &mut Report) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            search_files(&path, needles, report)?;
            continue;
        }
        let bytes = std::fs::read(&path)?;
        report.file_bytes += u64::try_from(bytes.len())?;
        for name in memory::search(&bytes, needles) {
            report
                .found
                .push((path.display().to_string(), name.to_owned()));
        }
    }
    Ok(())
}

/// Keys and names that lead to the contact's conversation.
async fn secrets(relay_url: &str, words: &str) -> Result<Vec<Needle>> {
    let document = client::RelayClient::new(relay_url)?.line().await?;
    let line = Line::verify(&document, None)?.id();
    let phrase = Phrase::read(List::English, words)
        .ok()
        .context("the words are in the list")?;
    let root = PhraseRoot::derive(&phrase.to_bytes(), &line);
    Ok(vec![
        Needle::bytes("the phrase as keys are derived from it", &phrase.to_bytes()),
        Needle::bytes("the root of the phrase", root.expose()),
    ])
}

/// Finds something that the relay must hold, so that finding nothing else means something.
async fn check_the_search(process: u32, relay_url: &str) -> Result<()> {
    let document = client::RelayClient::new(relay_url)?.line().await?;
    let line = Line::verify(&document, None)?.id();
    let control = [Needle::bytes("the line id", &line.0)];
    if memory::search_process(process, &control)?.found.is_empty() {
        bail!("the search finds not even the line id in the relay's memory; it proves nothing");
    }
    Ok(())
}

/// Plays a conversation, then searches.
///
/// # Errors
/// When the line can't be brought up or the memory may not be read.
pub(crate) async fn run() -> Result<Report> {
    let options = DemoOptions {
        executable: bench::footbridge()?,
        directory: None,
        page_files: "target/page-files".into(),
        data: "demonstration".into(),
        port: 0,
        pace_milliseconds: None,
    };
    let line = DemoLine::start(&options, |step| eprintln!("… {step}")).await?;
    eprintln!("… a conversation");
    let mut contact = demo::DemoContact::from_address(line.relay_url(), ADDRESS.into())?;
    let words = contact.new_phrase(List::English);
    contact.open(List::English, &words).await?;
    contact
        .write(WRITTEN, Language::English, Urgency::Days)
        .await?;
    demo::answer(&line, ANSWERED).await?;
    let mut again = demo::DemoContact::from_address(line.relay_url(), ADDRESS.into())?;
    again.open(List::English, &words).await?;
    again
        .write(WRITTEN, Language::English, Urgency::Days)
        .await?;

    let address = ADDRESS.map(|part| part.to_string()).join(".");
    let mut needles: Vec<Needle> = Vec::new();
    needles.extend(Needle::text("what the contact wrote", WRITTEN));
    needles.extend(Needle::text("what the guide answered", ANSWERED));
    needles.extend(Needle::text("the words", &words));
    needles.extend(Needle::text("the contact's address as text", &address));
    needles.push(Needle::bytes(
        "the contact's address as four bytes",
        &ADDRESS,
    ));
    needles.extend(secrets(line.relay_url(), &words).await?);

    eprintln!("… searching");
    let process = line.relay_process().context("the relay ended")?;
    check_the_search(process, line.relay_url()).await?;
    let searched = memory::search_process(process, &needles)?;
    let mut report = Report {
        looked_for: needles.iter().map(|needle| needle.name.clone()).collect(),
        file_bytes: 0,
        memory_bytes: searched.bytes,
        found: searched.found,
    };
    search_files(&line.directory().join("line/store"), &needles, &mut report)?;
    for log in ["relay.log", "line-set-up.log"] {
        let bytes = std::fs::read(line.directory().join(log)).unwrap_or_default();
        report.file_bytes += u64::try_from(bytes.len())?;
        let found = memory::search(&bytes, &needles);
        report.found.extend(
            found
                .iter()
                .map(|name| (log.to_owned(), (*name).to_owned())),
        );
    }
    line.stop().await;
    Ok(report)
}
