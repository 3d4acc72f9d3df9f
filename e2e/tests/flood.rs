//! While a flood is on, in a real browser: each message brings work along, the person does nothing for it, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use demo::DemoContact;
use e2e::{Browser, demonstration};
use protocol::{Language, Urgency};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "does anybody read this, with so many? avocet-2287";
const ANSWER: &str = "yes, I do. whimbrel-4410";
const WRITTEN_BACK: &str = "good. then I will stay. turnstone-9035";
/// As after the first thousands of posts of a flood: from the first message on the relay asks for 256 attempts.
const FLOODED: &str =
    "\n[intake]\nfree_posts = 0\nper_minute = 0\ndoubling = 1\nmost_effort = 256\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_heard_while_a_flood_is_on() {
    let mut line = demonstration().await.unwrap();
    line.configure_relay(FLOODED).await.unwrap();
    // Contacts without a browser, as behind a porch, work for their messages too; three of them raise the effort to its end.
    for number in 0..3 {
        let mut other = DemoContact::new(line.relay_url()).unwrap();
        let phrase = other.new_phrase(words::List::English);
        other.open(words::List::English, &phrase).await.unwrap();
        let text = format!("one of many: {number}");
        let written = other.write(&text, Language::English, Urgency::Days);
        written.await.unwrap();
    }

    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(line.relay_url()).await.unwrap();
    phone.click("language-en").await.unwrap();
    phone.new_words().await.unwrap();
    phone.write("message", QUESTION).await.unwrap();
    phone.click("urgency-minutes").await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();

    // The desk, too, works for the slot that it answers into, and nobody sees it.
    let guide = line.guide();
    let view = guide
        .wait_until(PATIENCE, |view| {
            let waiting = view["waiting"].as_array();
            waiting.is_some_and(|waiting| waiting.len() == 4)
        })
        .await
        .unwrap();
    let acute = view["waiting"].as_array().unwrap();
    let acute = acute.iter().find(|one| one["urgency"] == "minutes");
    let label = acute.unwrap()["label"].clone();
    let take = json!({"command": "take", "case": label});
    guide.command(&take).await.unwrap();
    guide
        .wait_until(PATIENCE, |view| view["cases"][0]["label"] == label)
        .await
        .unwrap();
    let answer = json!({"command": "answer", "case": label, "text": ANSWER});
    guide.command(&answer).await.unwrap();
    guide.settled(PATIENCE).await.unwrap();

    phone.click("look").await.unwrap();
    phone.wait_for("reply", ANSWER).await.unwrap();
    phone.write("message", WRITTEN_BACK).await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();
    guide
        .wait_until(PATIENCE, |view| {
            view["notices"].to_string().contains("new-message")
        })
        .await
        .unwrap();
    assert!(phone.console_errors().await.unwrap().is_empty());
    phone.close().await.unwrap();
    line.stop().await;
}
