//! A shift in real browsers: the wounded man at night, the mother, the woman with ten minutes a week, and the probe.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use demo::{DemoContact, DemoLine};
use e2e::{Browser, Visitor, demonstration};
use protocol::{Choices, Language, Topic, Urgency};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(40);
const WOUNDED: &str = "I lie in a ward and do not want to go on. plover-6021";
const ANSWERED: &str = "I was there too. Stay with me here. curlew-3317";
const WHISPERED: &str = "do not ask which hospital: dunlin-9954";
const AGAIN: &str = "it is me again, a week later. sanderling-4406";
const MOTHER: &str = "my son has not called for four days: turnstone-7713";

/// A contact on a device of its own, as far as the field to write in. Gives the words.
async fn begins(page: &str) -> (Browser, String) {
    let browser = Browser::start(360, 740).await.unwrap();
    browser.open(page).await.unwrap();
    browser.click("language-en").await.unwrap();
    let words = browser.new_words().await.unwrap();
    (browser, words)
}

async fn comes_back(page: &str, words: &str) -> Browser {
    let browser = Browser::start(360, 740).await.unwrap();
    browser.open(page).await.unwrap();
    browser.click("language-en").await.unwrap();
    browser.click("return").await.unwrap();
    browser.write("words-typed", words).await.unwrap();
    browser.click("words-open").await.unwrap();
    browser
}

async fn writes(line: &DemoLine, text: &str, urgency: Urgency, choices: Choices) -> DemoContact {
    let mut contact = DemoContact::new(line.relay_url()).unwrap();
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await.unwrap();
    let wishes = (Language::English, urgency);
    contact.write_wishing(text, wishes, choices).await.unwrap();
    contact
}

fn count(view: &Value, list: &str) -> usize {
    view[list].as_array().map_or(0, Vec::len)
}

async fn settled(line: &DemoLine) {
    line.guide().settled(PATIENCE).await.unwrap();
    line.second_guide().settled(PATIENCE).await.unwrap();
}

/// Wounded, at night: a person at once, one live case enforced, a whisper that he never sees, a talk before the guide goes.
async fn the_wounded_man(line: &DemoLine, guide: &Visitor) -> String {
    let page = line.relay_url().to_owned();
    let early = writes(
        line,
        "no hurry at all",
        Urgency::NoHurry,
        Choices::default(),
    )
    .await;
    let (phone, words) = begins(&page).await;
    phone.write("message", WOUNDED).await.unwrap();
    phone.click("urgency-minutes").await.unwrap();
    phone.picture("shift-wounded-writes-en-360").await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();
    drop(early);

    line.guide()
        .wait_until(PATIENCE, |view| count(view, "waiting") == 2)
        .await
        .unwrap();
    guide.goes_to("/").await.unwrap();
    guide.looks("shift-queue").await.unwrap();
    guide.browser.click("take-next").await.unwrap();
    guide
        .browser
        .wait_for("message-contact", "plover-6021")
        .await
        .unwrap();
    let case = line.guide().view().await.unwrap()["cases"][0]["label"].clone();
    let case = case.as_str().unwrap().to_owned();

    guide.goes_to("/").await.unwrap();
    guide.browser.click("take-next").await.unwrap();
    guide
        .browser
        .wait_for("error", "all your attention")
        .await
        .unwrap();

    let senior = line.coordinator();
    let device = senior.view().await.unwrap()["device"].clone();
    let invite = json!({"command": "invite-supervisor", "case": case, "device": device});
    line.guide().command(&invite).await.unwrap();
    senior
        .wait_until(PATIENCE, |view| count(view, "supervised") == 1)
        .await
        .unwrap();
    let whisper = json!({"command": "whisper", "case": case, "text": WHISPERED});
    senior.command(&whisper).await.unwrap();
    guide.goes_to(&format!("/case/{case}")).await.unwrap();
    guide
        .browser
        .wait_for("whisper", "dunlin-9954")
        .await
        .unwrap();
    guide.looks("shift-case").await.unwrap();
    guide.browser.write("answer", ANSWERED).await.unwrap();
    guide.browser.click("send").await.unwrap();
    guide
        .browser
        .wait_for("message-guide", "curlew-3317")
        .await
        .unwrap();
    line.guide().settled(PATIENCE).await.unwrap();
    phone.click("look").await.unwrap();
    phone.wait_for("reply", "curlew-3317").await.unwrap();
    assert!(!phone.text().await.unwrap().contains("dunlin"));
    phone.close().await.unwrap();

    // What can kill is asked about once more before it is sent.
    guide.goes_to(&format!("/case/{case}")).await.unwrap();
    let position = "come to 48.12345, 37.45678";
    guide.browser.write("answer", position).await.unwrap();
    guide.browser.click("send").await.unwrap();
    guide.browser.find("answer-caution").await.unwrap();
    guide.looks("shift-caution").await.unwrap();
    guide.browser.click("caution-remove").await.unwrap();
    guide.browser.find("send").await.unwrap();
    let left = guide
        .browser
        .script("return document.getElementById('answer').value")
        .await;
    assert!(!left.unwrap().to_string().contains("48.12345"));
    guide.browser.write("answer", "").await.unwrap();

    guide.goes_to("/shifts/end").await.unwrap();
    guide.browser.find("helper-note").await.unwrap();
    guide.looks("shift-end").await.unwrap();
    guide.browser.click("debriefed").await.unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| {
            view["checked_in"] == false && view["duty"]["completed_shifts"] == 1
        })
        .await
        .unwrap();
    settled(line).await;
    words
}

/// Ten minutes a week: another guide goes on without any retelling.
async fn the_next_visit(line: &DemoLine, words: &str, colleague: &Visitor) {
    let page = line.relay_url().to_owned();
    line.second_guide()
        .wait_until(PATIENCE, |view| count(view, "parked") == 1)
        .await
        .unwrap();
    let phone = comes_back(&page, words).await;
    phone.click("write-more").await.unwrap();
    phone.write("message", AGAIN).await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();
    phone.close().await.unwrap();
    let returned = |view: &Value| {
        let rows = view["waiting"].as_array();
        rows.is_some_and(|rows| rows.iter().any(|row| row["returned"] == true))
    };
    let view = line.second_guide().wait_until(PATIENCE, returned).await;
    let view = view.unwrap();
    let rows = view["waiting"].as_array().unwrap();
    let row = rows.iter().find(|row| row["returned"] == true).unwrap();
    let case = row["label"].as_str().unwrap().to_owned();
    let take = json!({"command": "take", "case": case});
    line.second_guide().command(&take).await.unwrap();
    line.second_guide()
        .wait_until(PATIENCE, |view| count(view, "cases") == 1)
        .await
        .unwrap();
    colleague.goes_to(&format!("/case/{case}")).await.unwrap();
    colleague
        .browser
        .wait_for("message-contact", "sanderling-4406")
        .await
        .unwrap();
    let shown = colleague.browser.text().await.unwrap();
    for known in ["plover-6021", "curlew-3317"] {
        assert!(shown.contains(known), "nothing is told twice: {known}");
    }
    colleague.looks("shift-history").await.unwrap();
    colleague
        .browser
        .write("answer", "I read it all. One short thing: knot-1188")
        .await
        .unwrap();
    colleague.browser.click("send").await.unwrap();
    colleague
        .browser
        .wait_for("message-guide", "knot-1188")
        .await
        .unwrap();
    settled(line).await;
    let phone = comes_back(&page, words).await;
    phone.wait_for("reply", "knot-1188").await.unwrap();
    phone.picture("shift-next-visit-en-360").await.unwrap();
    phone.close().await.unwrap();
    let label = case;
    line.second_guide()
        .command(&json!({"command": "hold", "case": label}))
        .await
        .unwrap();
}

/// A mother: she says that it is about somebody else; nothing links her to another case, and nobody finds a name.
async fn the_mother(line: &DemoLine, guide: &Visitor) {
    // Before she writes: what her provider sees, where she can ask, and how many got an answer, with the date of that figure.
    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(line.relay_url()).await.unwrap();
    phone.click("language-en").await.unwrap();
    phone.click("cards").await.unwrap();
    phone.click_text("card", "He does not write").await.unwrap();
    let shown = phone.wait_for("card", "8,000 families").await.unwrap();
    for told in [
        "Your provider can see",
        "Central Tracing Agency",
        "January 2024",
    ] {
        assert!(shown.contains(told), "{shown}");
    }
    phone.picture("shift-mother-reads-en-360").await.unwrap();
    phone.close().await.unwrap();

    let (phone, _) = begins(line.relay_url()).await;
    phone.write("message", MOTHER).await.unwrap();
    phone
        .script("document.querySelector('[data-testid=who]').open = true")
        .await
        .unwrap();
    phone.picture("shift-mother-chooses-en-360").await.unwrap();
    // None of the demonstration's guides says of himself that he served elsewhere: the page says so before she chooses.
    let shown = phone.text().await.unwrap();
    assert!(shown.to_lowercase().contains("on duty"), "{shown}");
    phone.click("urgency-hours").await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();
    phone.close().await.unwrap();

    let choices = Choices {
        topic: Some(Topic::Relatives),
        ..Choices::default()
    };
    let _other = writes(line, "about my brother", Urgency::Hours, choices).await;
    let is_colleagues = |view: &Value| {
        let rows = view["waiting"].as_array();
        rows.is_some_and(|rows| {
            rows.iter()
                .any(|row| row["fits"] == false && row["topic"] == "relatives")
        })
    };
    line.guide()
        .wait_until(PATIENCE, is_colleagues)
        .await
        .unwrap();
    guide.goes_to("/shifts").await.unwrap();
    guide.browser.click("check-in").await.unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| view["checked_in"] == true)
        .await
        .unwrap();
    guide.goes_to("/").await.unwrap();
    guide.browser.find("not-for-you").await.unwrap();
    guide.browser.click("take-next").await.unwrap();
    guide
        .browser
        .wait_for("message-contact", "turnstone-7713")
        .await
        .unwrap();
    let links = "return [...document.querySelectorAll('#messages a, .panes a[href^=\"/case/\"]')]\
        .filter(a => !a.href.includes(location.pathname)).length";
    let links = guide.browser.script(links).await.unwrap();
    assert_eq!(links, json!(0), "nothing leads from her case to another");
    guide.goes_to("/search").await.unwrap();
    let view = line.guide().view().await.unwrap();
    let case = view["cases"][0]["label"].as_str().unwrap().to_owned();
    let answer = json!({"command": "answer", "case": case, "text": "I am with you"});
    line.guide().command(&answer).await.unwrap();
    let next = json!({"command": "agree-next", "case": case, "day": null});
    line.guide().command(&next).await.unwrap();
    let close = json!({"command": "close-as", "case": case, "ending": "closed"});
    line.guide().command(&close).await.unwrap();
    settled(line).await;
}

/// The probe: five first messages at once, a link, a file's name. Nothing is opened, and somebody else's turn comes.
async fn the_probe(line: &DemoLine, guide: &Visitor) {
    let mut entrances = Vec::new();
    let text = "open http://192.0.2.7/plan.docx now and tell me the names of your guides";
    for _ in 0..5 {
        entrances.push(writes(line, text, Urgency::Minutes, Choices::default()).await);
    }
    let _real = writes(
        line,
        "a real question: ruff-8842",
        Urgency::Hours,
        Choices::default(),
    )
    .await;
    line.guide()
        .wait_until(PATIENCE, |view| count(view, "waiting") >= 7)
        .await
        .unwrap();
    // The wounded man was the first of three in this shift: a talk and a new check-in do not start the count again.
    for number in 0..2 {
        guide.goes_to("/").await.unwrap();
        guide.browser.click("take-next").await.unwrap();
        guide
            .browser
            .wait_for("message-contact", "plan.docx")
            .await
            .unwrap();
        let links = "return document.querySelectorAll('#messages a[href^=http]').length";
        let links = guide.browser.script(links).await.unwrap();
        assert_eq!(links, json!(0), "a link stays text, a file's name a name");
        guide.browser.click("tend").await.unwrap();
        guide.browser.find("end").await.unwrap();
        if number == 0 {
            guide.looks("shift-tend").await.unwrap();
        }
        guide
            .browser
            .script("document.querySelector('[data-testid=ending][value=probe]').checked = true")
            .await
            .unwrap();
        if number == 0 {
            guide
                .browser
                .write("end-probe", "the same text five times, wants names")
                .await
                .unwrap();
        }
        guide.browser.click("end").await.unwrap();
        line.guide()
            .wait_until(PATIENCE, |view| count(view, "cases") == 0)
            .await
            .unwrap();
    }
    // Three acute ones are enough for one person and shift: now it is the turn of whoever waits besides.
    let next = json!({"command": "take-next"});
    line.guide().command(&next).await.unwrap();
    let view = line
        .guide()
        .wait_until(PATIENCE, |view| count(view, "cases") == 1)
        .await
        .unwrap();
    let case = view["cases"][0]["label"].as_str().unwrap().to_owned();
    let case = line.guide().case(&case).await.unwrap();
    assert!(
        case["messages"][0]["text"]
            .as_str()
            .unwrap()
            .contains("ruff-8842"),
        "{case}"
    );

    let judge = |view: &Value| view["probes"][0]["may_judge"] == true;
    let view = line
        .coordinator()
        .wait_until(PATIENCE, judge)
        .await
        .unwrap();
    let coordinator = Visitor::at(line.coordinator()).await.unwrap();
    coordinator.goes_to("/").await.unwrap();
    coordinator.browser.click("probe-stands").await.unwrap();
    line.second_guide()
        .wait_until(PATIENCE, |view| view["probes"][0]["stands"] == true)
        .await
        .unwrap();
    assert_eq!(count(&view, "probes"), 1);
    coordinator.goes_to("/board").await.unwrap();
    coordinator.browser.find("board-waiting").await.unwrap();
    coordinator.looks("shift-board").await.unwrap();
    coordinator.goes_to("/shifts").await.unwrap();
    coordinator.browser.click("window-plan").await.unwrap();
    coordinator.browser.find("duty-missing").await.unwrap();
    coordinator.looks("shift-rota").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_carries_the_wounded_the_mother_the_returning_and_the_probe() {
    let line = demonstration().await.unwrap();
    let guide = Visitor::at(line.guide()).await.unwrap();
    let colleague = Visitor::at(line.second_guide()).await.unwrap();
    let words = the_wounded_man(&line, &guide).await;
    the_next_visit(&line, &words, &colleague).await;
    the_mother(&line, &guide).await;
    the_probe(&line, &guide).await;
    line.stop().await;
}
