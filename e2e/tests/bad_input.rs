//! What goes wrong in a shift, in real browsers: two people at one case, a megabyte that is pasted, writing from right to left, two hundred
//! messages, the browser's way back, a surge, and a relay that is away. Nothing is lost and nothing is sent twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use demo::{DemoContact, DemoLine};
use e2e::{Visitor, demonstration};
use protocol::{Language, ReplyPart, Shown, Urgency};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
/// From right to left in two scripts, a mark that turns the order of what follows, letters with many marks, and a joined picture.
const HOSTILE: &str =
    "أنا هنا שלום \u{202e}gnp.exe\u{202c} Zͧ͑̓a̴͊l̷͝g̸͒o̶͗ 👩‍👩‍👧‍👦 \u{2066}x\u{2069} widgeon-6620";
const SENT_ONCE: &str = "only once, whatever the browser does: garganey-5107";
const WHILE_AWAY: &str = "written while nothing could be sent: pochard-3391";
const DRAFTED: &str = "begun while nothing could be sent: scaup-7782";
/// So many messages of one contact, of which each waits for the one before.
const MANY: usize = 200;

async fn new_contact(line: &DemoLine, text: &str) -> (DemoContact, String) {
    let mut contact = DemoContact::new(line.relay_url()).unwrap();
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await.unwrap();
    contact
        .write(text, Language::English, Urgency::Hours)
        .await
        .unwrap();
    (contact, phrase)
}

fn words_of(shown: &[Shown]) -> Vec<String> {
    let words = shown.iter().filter_map(|shown| match shown {
        Shown::Reply(ReplyPart::Words(text)) => Some(text.as_str().to_owned()),
        _ => None,
    });
    words.collect()
}

fn count(view: &Value, list: &str) -> usize {
    view[list].as_array().map_or(0, Vec::len)
}

/// Both have the same row before their eyes and press at once. Gives the case and whether the guide has it.
async fn two_at_one_case(line: &DemoLine, birch: &Visitor, alder: &Visitor) -> (String, bool) {
    for desk in [line.guide(), line.second_guide()] {
        desk.wait_until(PATIENCE, |view| count(view, "waiting") == 1)
            .await
            .unwrap();
    }
    birch.goes_to("/").await.unwrap();
    alder.goes_to("/").await.unwrap();
    for visitor in [birch, alder] {
        visitor.browser.find("take").await.unwrap();
    }
    // Whoever presses a moment later may find the row gone already, which is right as well.
    let press = "document.querySelector('[data-testid=take]')?.click()";
    let (one, other) = tokio::join!(birch.browser.script(press), alder.browser.script(press));
    one.unwrap();
    other.unwrap();
    let holders = async |line: &DemoLine| {
        let mut held = Vec::new();
        for desk in [line.guide(), line.second_guide()] {
            desk.settled(PATIENCE).await.unwrap();
            let view = desk
                .wait_until(PATIENCE, |view| count(view, "waiting") == 0)
                .await
                .unwrap();
            held.push(view["cases"][0]["label"].as_str().map(str::to_owned));
        }
        held
    };
    let held = holders(line).await;
    let (first, second) = (held[0].clone(), held[1].clone());
    assert!(
        first.is_some() != second.is_some(),
        "one of them has it: {held:?}"
    );
    (first.clone().or(second).unwrap(), first.is_some())
}

/// A megabyte goes nowhere and stays where it was pasted, whether the desk's script looks at it or the desk does.
async fn pastes_a_megabyte(holder: &Visitor) {
    let browser = &holder.browser;
    let left = "return document.getElementById('answer').value.length === 400000";
    browser
        .script("document.getElementById('answer').value = '안'.repeat(400000)")
        .await
        .unwrap();
    browser.click("send").await.unwrap();
    browser.wait_for("answer-count", "1198500").await.unwrap();
    browser.wait_until(left).await.unwrap();
    let unseen = "HTMLFormElement.prototype.submit.call(document.getElementById('answer-form'))";
    browser.script(unseen).await.unwrap();
    browser.wait_for("error", "1198500").await.unwrap();
    browser.wait_until(left).await.unwrap();
    browser
        .script("document.getElementById('answer').value = ''")
        .await
        .unwrap();
}

/// Sent, back, and sent again from what the browser kept: the contact gets it once, or the guide sees that there are two.
async fn goes_back(holder: &Visitor, case: &str) {
    let browser = &holder.browser;
    holder.goes_to(&format!("/case/{case}")).await.unwrap();
    browser.write("answer", SENT_ONCE).await.unwrap();
    browser.click("send").await.unwrap();
    browser
        .wait_for("message-guide", "garganey-5107")
        .await
        .unwrap();
    browser.script("history.back()").await.unwrap();
    browser
        .wait_for("message-guide", "garganey-5107")
        .await
        .unwrap();
    let empty = "return document.getElementById('answer').value === ''";
    browser.wait_until(empty).await.unwrap();
    browser.script("location.reload()").await.unwrap();
    browser
        .wait_for("message-guide", "garganey-5107")
        .await
        .unwrap();
    let said = browser.texts("message-guide").await.unwrap();
    let times = said.iter().filter(|said| said.contains("garganey"));
    assert_eq!(times.count(), 1, "{said:?}");
}

/// In a surge an answer is short; what is too long is not lost.
async fn keeps_short(line: &DemoLine, holder: &Visitor, case: &str) {
    let surge = |on: bool| json!({"command": "surge", "on": on});
    line.coordinator().command(&surge(true)).await.unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| view["duty"]["surge"] == true)
        .await
        .unwrap();
    line.second_guide()
        .wait_until(PATIENCE, |view| view["duty"]["surge"] == true)
        .await
        .unwrap();
    holder.goes_to(&format!("/case/{case}")).await.unwrap();
    let browser = &holder.browser;
    browser.find("short-answers").await.unwrap();
    browser
        .write("answer", &"a long story. ".repeat(50))
        .await
        .unwrap();
    browser.click("send").await.unwrap();
    browser.wait_for("error", "100").await.unwrap();
    let kept = "return document.getElementById('answer').value.length === 700";
    browser.wait_until(kept).await.unwrap();
    browser
        .script("document.getElementById('answer').value = ''")
        .await
        .unwrap();
    line.coordinator().command(&surge(false)).await.unwrap();
}

/// Two hundred messages stay one case that can be read.
async fn writes_two_hundred(line: &DemoLine, contact: &mut DemoContact, holder: &Visitor) {
    for number in 0..MANY {
        let text = format!("and another thing, number {number}. smew-{number:04}");
        contact
            .write(&text, Language::English, Urgency::Hours)
            .await
            .unwrap();
    }
    let browser = &holder.browser;
    browser
        .wait_for("message-contact", "smew-0199")
        .await
        .unwrap();
    let said = browser.texts("message-contact").await.unwrap();
    let times = said.iter().filter(|said| said.contains("smew-"));
    assert_eq!(times.count(), MANY, "each is there once");
    browser.resize(320, 800).await.unwrap();
    assert!(!browser.is_too_wide().await.unwrap());
    browser.resize(1280, 900).await.unwrap();
    for desk in [line.guide(), line.second_guide()] {
        let waiting = desk.view().await.unwrap();
        assert_eq!(count(&waiting, "waiting"), 0, "they are one case");
    }
}

/// The relay is away: the desk says so, takes what is written, and catches up without doubles.
async fn works_on_alone(line: &mut DemoLine, holder: &Visitor, case: &str) {
    line.lose_relay().await;
    let browser = &holder.browser;
    holder.goes_to(&format!("/case/{case}")).await.unwrap();
    browser.write("answer", WHILE_AWAY).await.unwrap();
    browser.click("send").await.unwrap();
    browser
        .wait_for("message-guide", "pochard-3391")
        .await
        .unwrap();
    browser
        .wait_for("status", "kept on this computer")
        .await
        .unwrap();
    browser.picture("bad-input-relay-away-en").await.unwrap();
    browser.write("answer", DRAFTED).await.unwrap();
    browser.click("keep-draft").await.unwrap();
    holder.goes_to("/cards").await.unwrap();
    holder.goes_to(&format!("/case/{case}")).await.unwrap();
    let kept = "return document.getElementById('answer').value.includes('scaup-7782')";
    browser.wait_until(kept).await.unwrap();

    line.restore_relay().await.unwrap();
    browser.wait_for("status", "Connected").await.unwrap();
    let said = browser.texts("message-guide").await.unwrap();
    let times = said.iter().filter(|said| said.contains("pochard"));
    assert_eq!(times.count(), 1, "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_in_a_shift_loses_nothing() {
    let mut line = demonstration().await.unwrap();
    let birch = Visitor::at(line.guide()).await.unwrap();
    let alder = Visitor::at(line.second_guide()).await.unwrap();
    let (mut contact, words) = new_contact(&line, HOSTILE).await;
    let (case, is_birch) = two_at_one_case(&line, &birch, &alder).await;
    let holder = if is_birch { &birch } else { &alder };
    holder.goes_to(&format!("/case/{case}")).await.unwrap();
    holder
        .browser
        .wait_for("message-contact", "widgeon-6620")
        .await
        .unwrap();
    holder.looks("bad-input-hostile").await.unwrap();

    pastes_a_megabyte(holder).await;
    goes_back(holder, &case).await;
    keeps_short(&line, holder, &case).await;
    writes_two_hundred(&line, &mut contact, holder).await;
    works_on_alone(&mut line, holder, &case).await;

    for desk in [line.guide(), line.second_guide()] {
        desk.settled(PATIENCE).await.unwrap();
    }
    let shown = contact.open(words::List::English, &words).await.unwrap();
    assert_eq!(words_of(&shown), [SENT_ONCE, WHILE_AWAY]);
    line.stop().await;
}
