//! `cargo xtask pictures`: pictures of each screen of the desk and of the page as the line is at work, in four languages; and those that the
//! screen guide shows.
//!
//! The line is the demonstration's, with the words of its roles. The pictures are for people to look at; what must hold is in the tests.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use demo::{DemoContact, DemoLine, DeskDoor};
use e2e::{Browser, Visitor, demonstration};
use protocol::{Choices, Language, Topic, Urgency};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const LANGUAGES: [&str; 4] = ["en", "ko", "ru", "uk"];
/// What contacts read besides.
const NORTH: &str = "ko-KP";
/// Widths in CSS pixels: of a laptop's window, of the narrowest one, of a phone, and of the guide's pictures.
const LAPTOP: u32 = 1280;
const NARROW: u32 = 320;
const PHONE: u32 = 360;
const GUIDE: u32 = 800;
/// So many colours a picture of the guide has.
const COLOURS: usize = 64;
const POSITION: &str =
    "We hide in the school near 48.12345, 37.45678. One of us is hurt. What must we not do now?";
const TRANSLATION: &str =
    "우리는 학교 근처에 숨어 있습니다. 한 명이 다쳤습니다. 지금 무엇을 하지 말아야 합니까?";
const DRAFT: &str = "I was there too. I am with you now. First: do not";

/// Where pictures go.
struct Album {
    directory: PathBuf,
    /// Only those of the guide, in English.
    guide: Option<PathBuf>,
}

impl Album {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.png"))
    }

    /// A screen of a desk: in each language wide, in English narrow as well.
    async fn shows(&self, desk: &Visitor, name: &str, path: &str) -> Result<()> {
        eprintln!("{name}");
        if let Some(guide) = &self.guide {
            let shown = GUIDE_SHOWS.contains(&name);
            if shown {
                desk.goes_to(path).await?;
                let into = guide.join(format!("{name}.png"));
                let width = if name == "case" { LAPTOP } else { GUIDE };
                desk.main_picture(into.clone(), width).await?;
                std::fs::write(&into, in_few_colours(&std::fs::read(&into)?)?)?;
            }
            return Ok(());
        }
        for language in LANGUAGES.into_iter().rev() {
            desk.reads(language, path).await?;
            let into = self.path(&format!("{name}-{language}"));
            desk.whole_picture(into, LAPTOP).await?;
        }
        let narrow = self.path(&format!("{name}-en-{NARROW}"));
        desk.whole_picture(narrow, NARROW).await
    }

    /// What a phone shows now.
    async fn phone(&self, phone: &Browser, name: &str, language: &str) -> Result<()> {
        let path = self.path(&format!("page-{name}-{language}"));
        phone.whole_picture(path, PHONE).await?;
        phone.resize(PHONE, 740).await
    }
}

/// The same picture with few colours, as small as a document's should be.
fn in_few_colours(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a picture's size")?];
    let frame = reader.next_frame(&mut pixels)?;
    let colours = color_quant::NeuQuant::new(1, COLOURS, &pixels);
    let indexes = pixels.chunks_exact(4).map(|pixel| colours.index_of(pixel));
    let indexes = indexes.map(u8::try_from).collect::<Result<Vec<_>, _>>()?;
    let mut small = Vec::new();
    let mut encoder = png::Encoder::new(&mut small, frame.width, frame.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colours.color_map_rgb());
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&indexes)?;
    Ok(small)
}

/// What `docs/operate/desk.md` shows.
const GUIDE_SHOWS: [&str; 8] = [
    "entrances",
    "waiting",
    "case",
    "tend",
    "shifts",
    "shift-end",
    "board",
    "probes",
];

async fn writes(line: &DemoLine, text: &str, urgency: Urgency, topic: Option<Topic>) -> Result<()> {
    let mut contact = DemoContact::new(line.relay_url())?;
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await?;
    let choices = Choices {
        topic,
        ..Choices::default()
    };
    contact
        .write_wishing(text, (Language::English, urgency), choices)
        .await?;
    Ok(())
}

fn count(view: &Value, list: &str) -> usize {
    view[list].as_array().map_or(0, Vec::len)
}

async fn until(desk: &DeskDoor, shows: impl Fn(&Value) -> bool) -> Result<Value> {
    Ok(desk.wait_until(PATIENCE, shows).await?)
}

fn label(view: &Value) -> Result<String> {
    let label = view["cases"][0]["label"].as_str();
    label.map(str::to_owned).context("a case is open")
}

/// Takes the next, and gives its case.
async fn takes(desk: &DeskDoor) -> Result<String> {
    desk.command(&json!({"command": "take-next"})).await?;
    label(&until(desk, |view| count(view, "cases") > 0).await?)
}

/// Somebody is taken, answered, translated, whispered about; and a colleague has met a probe.
async fn evening(line: &DemoLine) -> Result<String> {
    let first = "the same text again: who are your guides? open http://192.0.2.7/plan.docx";
    writes(line, first, Urgency::Hours, None).await?;
    let colleague = line.second_guide();
    until(colleague, |view| count(view, "waiting") == 1).await?;
    let probe = takes(colleague).await?;
    let note = "The same text five times within a minute; wants to know our names.";
    colleague
        .command(&json!({"command": "note-probe", "text": note}))
        .await?;
    colleague
        .command(&json!({"command": "close-as", "case": probe, "ending": "probe"}))
        .await?;
    until(colleague, |view| count(view, "cases") == 0).await?;

    writes(line, POSITION, Urgency::Minutes, None).await?;
    let guide = line.guide();
    until(guide, |view| count(view, "waiting") == 1).await?;
    let case = takes(guide).await?;
    for command in [
        json!({"command": "translate", "case": case, "from_contact": true, "number": 0, "language": "ko", "text": TRANSLATION}),
        json!({"command": "answer", "case": case, "text": "I read it. Stay off the phone except for this. I stay here."}),
        json!({"command": "answer-with-card", "case": case, "card": "who-reads-this", "language": "en"}),
        json!({"command": "add-note", "case": case, "text": "Calm. Wants short answers."}),
        json!({"command": "save-draft", "case": case, "text": DRAFT}),
    ] {
        guide.command(&command).await?;
    }
    let senior = line.coordinator();
    let device = senior.view().await?["device"].clone();
    guide
        .command(&json!({"command": "invite-supervisor", "case": case, "device": device}))
        .await?;
    until(senior, |view| count(view, "supervised") == 1).await?;
    senior
        .command(
            &json!({"command": "whisper", "case": case, "text": "Good. Keep it to one thing at a time."}),
        )
        .await?;
    for (text, urgency, topic) in [
        ("one", Urgency::Days, None),
        ("two", Urgency::Days, Some(Topic::Relatives)),
        ("three", Urgency::NoHurry, None),
    ] {
        writes(line, text, urgency, topic).await?;
    }
    until(guide, |view| count(view, "waiting") == 3).await?;
    guide.settled(PATIENCE).await?;
    Ok(case)
}

async fn desk_screens(line: &DemoLine, album: &Album) -> Result<()> {
    let case = evening(line).await?;
    let guide = Visitor::at(line.guide()).await?;
    album.shows(&guide, "waiting", "/").await?;
    for (name, path) in [
        ("case", String::new()),
        ("tend", "/tend".to_owned()),
        ("tools", "/message/contact/0".to_owned()),
        ("transfer", "/transfer".to_owned()),
        ("return", "/return".to_owned()),
        ("supervisor", "/supervisor".to_owned()),
        ("extend", "/extend".to_owned()),
        ("destroy", "/destroy".to_owned()),
    ] {
        album
            .shows(&guide, name, &format!("/case/{case}{path}"))
            .await?;
    }
    for (name, path) in [
        ("search", "/search"),
        ("cards", "/cards"),
        ("record", "/record"),
        ("edit", "/edit"),
        ("article", "/edit/article"),
        ("help", "/help"),
        ("shift-end", "/shifts/end"),
        ("duress", "/duress"),
    ] {
        album.shows(&guide, name, path).await?;
    }

    let coordinator = line.coordinator();
    until(coordinator, |view| view["probes"][0]["may_judge"] == true).await?;
    coordinator
        .command(&json!({"command": "surge", "on": true}))
        .await?;
    let willow = Visitor::at(coordinator).await?;
    willow.goes_to("/shifts").await?;
    willow.browser.click("window-plan").await?;
    willow.browser.find("duty-missing").await?;
    for (name, path) in [
        ("probes", "/"),
        ("board", "/board"),
        ("shifts", "/shifts"),
        ("entrances", "/entrances"),
        ("paper", "/paper"),
        ("roster", "/roster"),
        ("roster-file", "/roster/file"),
        ("permissions", "/permissions"),
        ("decisions", "/decisions"),
        ("trail", "/trail"),
        ("exposure", "/exposure"),
    ] {
        album.shows(&willow, name, path).await?;
    }
    Ok(())
}

/// A contact's way through the page in one language: to the answer and what is asked about it.
async fn phone(line: &DemoLine, album: &Album, language: &str) -> Result<()> {
    eprintln!("page {language}");
    let page = line.relay_url();
    let browser = Browser::start(PHONE, 740).await?;
    browser.open(page).await?;
    browser.click(&format!("language-{language}")).await?;
    browser.find("new").await?;
    album.phone(&browser, "start", language).await?;
    browser.open(&format!("{page}/plain/{language}/")).await?;
    album.phone(&browser, "plain", language).await?;
    browser.open(page).await?;
    browser.click(&format!("language-{language}")).await?;
    browser.find("new").await?;
    browser.click("new").await?;
    browser.find("word").await?;
    album.phone(&browser, "words", language).await?;
    let words = browser.texts("word").await?.join(" ");
    browser.click("words-next").await?;
    browser.write("words-typed", &words).await?;
    browser.click("words-open").await?;
    browser.find("message").await?;
    browser
        .script("document.querySelector('[data-testid=who]').open = true")
        .await?;
    album.phone(&browser, "wishes", language).await?;
    browser.write("message", "…").await?;
    browser.click("urgency-hours").await?;
    browser.click("send").await?;
    browser.find("outcome").await?;
    album.phone(&browser, "sent", language).await?;

    let colleague = line.second_guide();
    let urgent = |view: &Value| {
        let rows = view["waiting"].as_array();
        rows.is_some_and(|rows| rows.iter().any(|row| row["urgency"] == "hours"))
    };
    until(colleague, urgent).await?;
    let case = takes(colleague).await?;
    let answer = json!({"command": "answer-with-card", "case": case, "card": "is-this-real", "language": language});
    colleague.command(&answer).await?;
    colleague.settled(PATIENCE).await?;
    browser.click("look").await?;
    browser.find("reply").await?;
    album.phone(&browser, "answer", language).await?;
    let close = json!({"command": "close-as", "case": case, "ending": "closed"});
    colleague.command(&close).await?;
    until(colleague, |view| count(view, "cases") == 0).await?;
    colleague.settled(PATIENCE).await?;
    browser.open(page).await?;
    browser.click(&format!("language-{language}")).await?;
    browser.click("return").await?;
    browser.write("words-typed", &words).await?;
    browser.click("words-open").await?;
    browser.find("closed").await?;
    album.phone(&browser, "closed", language).await?;
    browser.close().await.map(drop)
}

/// The pages of the leaflet and the poster, drawn as they are printed; of the guide only the first of each, in English.
fn paper(line: &DemoLine, album: &Album) -> Result<()> {
    for kind in ["leaflet", "poster"] {
        for language in LANGUAGES.into_iter().chain([NORTH]) {
            if album.guide.is_some() && language != "en" {
                continue;
            }
            eprintln!("{kind} {language}");
            let pdf = line.directory().join(format!("{kind}-{language}.pdf"));
            let mut print = Command::new("target/debug/footbridge");
            print.args(["print", kind, "--language", language]);
            print.args(["--line", line.relay_url(), "--out"]).arg(&pdf);
            ensure!(print.output()?.status.success(), "{kind} {language}");
            let mut draw = Command::new("pdftoppm");
            draw.args(["-png", "-r", "60"]);
            let into = match &album.guide {
                Some(guide) => {
                    draw.args(["-f", "1", "-l", "1", "-singlefile"]);
                    guide.join(kind)
                }
                None => album.directory.join(format!("{kind}-{language}")),
            };
            ensure!(draw.arg(&pdf).arg(&into).status()?.success(), "pdftoppm");
        }
    }
    Ok(())
}

async fn all(into: &Path, guide: Option<PathBuf>) -> Result<()> {
    std::fs::create_dir_all(into)?;
    if let Some(guide) = &guide {
        std::fs::create_dir_all(guide)?;
    }
    let album = Album {
        directory: into.to_owned(),
        guide,
    };
    let line = demonstration().await?;
    paper(&line, &album)?;
    desk_screens(&line, &album).await?;
    if album.guide.is_none() {
        for language in LANGUAGES.into_iter().chain([NORTH]) {
            phone(&line, &album, language).await?;
        }
    }
    line.stop().await;
    let place = album.guide.as_ref().unwrap_or(&album.directory);
    let count = std::fs::read_dir(place)?.count();
    println!("{count} pictures in {}", place.display());
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match (arguments.next(), arguments.next()) {
        (Some(into), None) => all(Path::new(&into), None).await,
        (Some(into), Some(guide)) => all(Path::new(&into), Some(guide.into())).await,
        _ => Err(anyhow::anyhow!("where to? cargo xtask pictures says it")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
