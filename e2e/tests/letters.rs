//! Letters, in real browsers: a page that was saved and is opened from a file, where there is no network; somebody who carries what was
//! written; coordinators who answer; and the answer on its way back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use demo::DemoLine;
use e2e::{Browser, Kind, demonstration};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(40);
const QUESTION: &str = "who reads this? curlew-4417";
const ANSWER: &str = "I do. I left the same army. avocet-9053";
const LANGUAGES: [&str; 5] = ["en", "ko", "ko-KP", "ru", "uk"];

/// The page for letters, saved as `curl` saves it.
fn saved(line: &DemoLine, language: &str) -> PathBuf {
    let file = line.directory().join(format!("page-{language}.html"));
    let address = format!("{}/letters/{language}", line.relay_url());
    let fetched = Command::new("curl")
        .args(["--silent", "--fail", "--output"])
        .arg(&file)
        .arg(address)
        .status();
    assert!(fetched.unwrap().success());
    file
}

/// The saved page in a browser of its own.
async fn open_file(kind: Kind, file: &Path, (width, height): (u32, u32)) -> Browser {
    let browser = Browser::start_kind(kind, width, height).await.unwrap();
    let address = format!("file://{}", file.display());
    browser.open(&address).await.unwrap();
    browser.find("letter-offline").await.unwrap();
    browser
}

async fn value(browser: &Browser, id: &str) -> String {
    let script = format!("return document.getElementById('{id}').value");
    let value = browser.script(&script).await.unwrap();
    value.as_str().unwrap().to_owned()
}

/// Puts a long text into a field, as pasting does.
async fn paste(browser: &Browser, id: &str, text: &str) {
    let script = format!("document.getElementById('{id}').value = arguments[0]");
    browser.script_with(&script, json!(text)).await.unwrap();
}

/// The code on the screen, as a camera reads it.
async fn photographed(browser: &Browser) -> String {
    let script = "const canvas = document.getElementById('letter-code');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return Array.from({ length: canvas.width * canvas.width }, (_, at) => data[4 * at] ? 1 : 0).join('')";
    let pixels = browser.script(script).await.unwrap();
    let pixels = pixels.as_str().unwrap().as_bytes();
    let side = pixels.len().isqrt();
    let light = |x: usize, y: usize| if pixels[y * side + x] == b'1' { 255 } else { 0 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, light);
    let (_, text) = image.detect_grids()[0].decode().unwrap();
    text
}

fn footbridge(arguments: &[&str]) -> Output {
    let mut command = Command::new(e2e::command().unwrap());
    command.args(arguments).output().unwrap()
}

/// A coordinator opens the letter and answers.
async fn answer(line: &DemoLine) {
    let desk = line.coordinator();
    let view = desk.wait_until(PATIENCE, |view| view["waiting"][0].is_object());
    let label = view.await.unwrap()["waiting"][0]["label"].clone();
    let take = json!({"command": "take", "case": label});
    desk.command(&take).await.unwrap();
    let case = desk.wait_until(PATIENCE, |view| view["cases"][0].is_object());
    case.await.unwrap();
    let answer = json!({"command": "answer", "case": label, "text": ANSWER});
    desk.command(&answer).await.unwrap();
    desk.settled(PATIENCE).await.unwrap();
}

async fn a_letter_and_its_answer(kind: Kind) {
    let line = demonstration().await.unwrap();
    line.coordinator().settled(PATIENCE).await.unwrap();
    let file = saved(&line, "en");

    // Somebody without a network: the cards, new words, a message, a sealed letter.
    let writer = open_file(kind, &file, (320, 640)).await;
    writer.picture("letters-start-en-320").await.unwrap();
    let words = writer.new_words().await.unwrap();
    writer.write("message", "where are you?").await.unwrap();
    writer.click("send").await.unwrap();
    writer.wait_for("letter-title", "sealed").await.unwrap();
    let first = value(&writer, "letter-text").await;
    // It was not handed over yet, so it can be written again.
    writer.click("letter-again").await.unwrap();
    paste(&writer, "message", QUESTION).await;
    writer.click("send").await.unwrap();
    writer.wait_for("letter-until", "until").await.unwrap();
    let letter = value(&writer, "letter-text").await;
    assert!(letter != first);
    assert!(!writer.is_too_wide().await.unwrap());
    writer.picture("letters-sealed-en-320").await.unwrap();
    let download = "const link = document.getElementById('letter-file'); return link.download + ' ' + link.protocol";
    assert_eq!(writer.script(download).await.unwrap(), "letter.txt blob:");
    writer.click("letter-as-codes").await.unwrap();
    let number = |number| format!("Code {number} of 9");
    let mut parts = Vec::new();
    for part in 1..=9 {
        writer
            .wait_for("letter-code-number", &number(part))
            .await
            .unwrap();
        parts.push(photographed(&writer).await);
        if part == 1 {
            writer.picture("letters-codes-en-320").await.unwrap();
        }
        writer.click("letter-next").await.unwrap();
    }
    assert!(
        parts.join("\n") + "\n" == letter,
        "the codes are the letter"
    );
    let left = writer.close().await.unwrap().search(&[QUESTION, &words]);
    assert_eq!(left.unwrap(), [""; 0], "the writer's device");

    // Somebody with a network hands it in, once more by the command, and can't read it.
    let carrier = Browser::start_kind(kind, 1280, 900).await.unwrap();
    let address = format!("{}/letters/en", line.relay_url());
    carrier.open(&address).await.unwrap();
    carrier.click("letter-bring").await.unwrap();
    paste(&carrier, "bring-text", &parts[..8].join(" ")).await;
    carrier.click("bring-hand-in").await.unwrap();
    carrier.wait_for("bring-said", "missing: 9").await.unwrap();
    parts.reverse();
    paste(&carrier, "bring-text", &parts.join(" ").to_lowercase()).await;
    carrier.click("bring-hand-in").await.unwrap();
    carrier.wait_for("bring-said", "Handed in").await.unwrap();
    carrier.picture("letters-handed-in-en-1280").await.unwrap();
    let by_file = line.directory().join("letter.txt");
    std::fs::write(&by_file, &letter).unwrap();
    let by_file = by_file.to_str().unwrap();
    let relay = ["--relay", line.relay_url()];
    let again = footbridge(&[&["deliver"], &relay[..], &[by_file, "--json"]].concat());
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["handed_in"], true);

    // Any desk takes it, too.
    let desk = Browser::start(1280, 900).await.unwrap();
    desk.open(line.guide().link()).await.unwrap();
    desk.click("language-en").await.unwrap();
    desk.click("letters").await.unwrap();
    desk.find("letter-deliver").await.unwrap();
    paste(&desk, "letter", &parts[..4].join(" ")).await;
    desk.click("letter-deliver").await.unwrap();
    desk.wait_for("error", "missing: 1, 2, 3, 4, 5")
        .await
        .unwrap();
    paste(&desk, "letter", &letter).await;
    desk.click("letter-deliver").await.unwrap();
    desk.wait_for("letters-said", "Handed in").await.unwrap();
    desk.picture("letters-desk-en-1280").await.unwrap();
    let wrong = desk.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    desk.close().await.unwrap();

    answer(&line).await;

    // The answer on its way back, over the page and by the command.
    carrier.click("bring-collect").await.unwrap();
    carrier
        .wait_for("letter-title", "For the writer")
        .await
        .unwrap();
    let answered = value(&carrier, "letter-text").await;
    let out = line.directory().join("answer.txt");
    let out = out.to_str().unwrap();
    let done = footbridge(&[&["collect"], &relay[..], &[by_file, "--out", out]].concat());
    assert!(done.status.success());
    // Empty slots are filled with noise, so no two are alike.
    let collected = std::fs::read_to_string(out).unwrap();
    let canaries = [QUESTION, ANSWER, &words];
    let left = carrier.close().await.unwrap().search(&canaries);
    assert_eq!(left.unwrap(), [""; 0], "the carrier's device");

    // The writer reads it, again without a network; wrong words open nothing.
    let others = "abandon ability able about above absent absorb";
    for (typed, brought, shows) in [
        (others, &answered, "empty-line"),
        (&words, &answered, "reply"),
        (&words, &collected, "reply"),
    ] {
        let reader = open_file(kind, &file, (360, 740)).await;
        reader.click("return").await.unwrap();
        reader.write("words-typed", typed).await.unwrap();
        reader.click("words-open").await.unwrap();
        reader
            .wait_for("words-error", "Paste what was")
            .await
            .unwrap();
        paste(&reader, "brought", brought).await;
        reader.picture("letters-brought-en-360").await.unwrap();
        reader.click("words-open").await.unwrap();
        reader.find(shows).await.unwrap();
        if shows == "reply" {
            reader.wait_for("reply", ANSWER).await.unwrap();
            let wrong = reader.accessibility().await.unwrap();
            assert!(wrong.is_empty(), "{wrong:?}");
        }
        let left = reader.close().await.unwrap().search(&canaries);
        assert_eq!(left.unwrap(), [""; 0], "the reader's device");
    }
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_travels_by_hand_and_so_does_its_answer() {
    a_letter_and_its_answer(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask firefox runs it"]
async fn a_letter_travels_by_hand_in_firefox() {
    a_letter_and_its_answer(Kind::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screens_of_letters_fit_in_every_language() {
    let line = demonstration().await.unwrap();
    line.coordinator().settled(PATIENCE).await.unwrap();
    for language in LANGUAGES {
        let looks = |browser: Browser, name: &'static str| async move {
            assert!(!browser.is_too_wide().await.unwrap(), "{name} {language}");
            let wrong = browser.accessibility().await.unwrap();
            assert!(wrong.is_empty(), "{name} {language}: {wrong:?}");
            let picture = format!("letters-{name}-{language}");
            browser.picture(&picture).await.unwrap();
            browser
        };
        let file = saved(&line, language);
        let writer = open_file(Kind::Chromium, &file, (320, 640)).await;
        let writer = looks(writer, "start").await;
        writer.new_words().await.unwrap();
        writer.write("message", QUESTION).await.unwrap();
        writer.click("send").await.unwrap();
        writer.find("letter-until").await.unwrap();
        let writer = looks(writer, "sealed").await;
        writer.close().await.unwrap();
        let carrier = Browser::start(320, 640).await.unwrap();
        let address = format!("{}/letters/{language}", line.relay_url());
        carrier.open(&address).await.unwrap();
        carrier.find("letter-bring").await.unwrap();
        let carrier = looks(carrier, "online").await;
        carrier.click("letter-bring").await.unwrap();
        carrier.click("bring-hand-in").await.unwrap();
        carrier.find("bring-said").await.unwrap();
        let carrier = looks(carrier, "bring").await;
        carrier.close().await.unwrap();
    }
    line.stop().await;
}
