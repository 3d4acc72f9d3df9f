//! The coerced guide: what he is made to try is refused, two others are alarmed, and he is shut out on a screen, while the
//! contact of his open case is told and answered by somebody else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test, which tells how long a removal took"
)]

use std::time::{Duration, Instant};

use demo::{DemoContact, DemoLine, DeskDoor, PASSPHRASE};
use e2e::{Browser, demonstration};
use protocol::{Language, Urgency};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(40);
const HIS: &str = "to the one who is forced later: kestrel-2290";
const SECOND_PHRASE: &str = "a quiet river";
const OTHERS: &str = "to somebody else: marmot-5518";

/// A contact writes, and a desk takes it. Gives the words and the case.
async fn taken_by(line: &DemoLine, desk: &DeskDoor, text: &str) -> (String, String) {
    let mut contact = DemoContact::new(line.relay_url()).unwrap();
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await.unwrap();
    contact
        .write(text, Language::English, Urgency::Hours)
        .await
        .unwrap();
    let view = desk
        .wait_until(PATIENCE, |view| view["waiting"][0].is_object())
        .await
        .unwrap();
    let case = view["waiting"][0]["label"].as_str().unwrap().to_owned();
    let take = json!({"command": "take", "case": case});
    desk.command(&take).await.unwrap();
    desk.wait_until(PATIENCE, |view| view["cases"][0]["label"] == *case)
        .await
        .unwrap();
    desk.settled(PATIENCE).await.unwrap();
    (phrase, case)
}

async fn opened(link: &str) -> (Browser, String) {
    let browser = Browser::start(1280, 900).await.unwrap();
    browser.open(link).await.unwrap();
    browser.click("language-en").await.unwrap();
    browser.find("status").await.unwrap();
    let origin = link.split("/open/").next().unwrap().to_owned();
    (browser, origin)
}

/// He sets a second phrase while he is free; then he is made to open his desk before others' eyes, and opens a quiet one.
async fn opens_the_quiet_desk(line: &DemoLine, desk: &Browser, origin: &str) {
    desk.open(&format!("{origin}/duress")).await.unwrap();
    desk.picture("coerced-second-phrase-en").await.unwrap();
    let wrong = desk.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    for field in ["duress-phrase", "duress-again"] {
        desk.write(field, SECOND_PHRASE).await.unwrap();
    }
    desk.click("duress-set").await.unwrap();
    desk.wait_for("duress-state", "is set").await.unwrap();
    // His desk tells colleagues the alarm's mark before anybody could need it.
    line.second_guide().settled(PATIENCE).await.unwrap();

    unlock_with(desk, origin, SECOND_PHRASE).await;
    desk.find("status").await.unwrap();
    let shown = desk.text().await.unwrap();
    assert!(
        shown.contains("Alder") && !shown.contains("kestrel"),
        "{shown}"
    );
    desk.picture("coerced-quiet-desk-en").await.unwrap();
    let view = line.second_guide().view().await.unwrap();
    assert_eq!(
        (
            view["cases"].as_array().map(Vec::len),
            view["waiting"].as_array().map(Vec::len)
        ),
        (Some(0), Some(0))
    );
    for coordinator in [line.coordinator(), line.second_coordinator()] {
        let told = |view: &serde_json::Value| {
            view["alarms"]
                .as_array()
                .is_some_and(|alarms| alarms.iter().any(|alarm| alarm["alarm"] == "duress"))
        };
        coordinator.wait_until(PATIENCE, told).await.unwrap();
    }
    assert!(
        !desk.text().await.unwrap().to_lowercase().contains("alarm"),
        "nothing tells of it here"
    );

    unlock_with(desk, origin, PASSPHRASE).await;
    line.second_guide()
        .wait_until(PATIENCE, |view| view["cases"][0].is_object())
        .await
        .unwrap();
}

async fn unlock_with(desk: &Browser, origin: &str, phrase: &str) {
    desk.open(&format!("{origin}/help")).await.unwrap();
    desk.click("lock").await.unwrap();
    desk.write("passphrase", phrase).await.unwrap();
    desk.click("unlock").await.unwrap();
    desk.find("status").await.unwrap();
}

/// What he is made to try, by addresses and by the interface for scripts.
async fn tries(line: &DemoLine, desk: &Browser, origin: &str, others_case: &str) {
    desk.open(&format!("{origin}/case/{others_case}"))
        .await
        .unwrap();
    let shown = desk.text().await.unwrap();
    assert!(!shown.contains("marmot"), "{shown}");
    desk.picture("coerced-no-such-case-en").await.unwrap();
    desk.open(&format!("{origin}/roster/export.csv"))
        .await
        .unwrap();
    let shown = desk.text().await.unwrap();
    assert!(!shown.contains("Willow,"), "no file of the corps: {shown}");
    let friend = json!({"command": "invite", "work_name": "Friend"});
    let _ = line.second_guide().command(&friend).await;
    let device = line.second_guide().view().await.unwrap()["device"].clone();
    let permit = json!({
        "command": "permit", "device": device,
        "permission": {"act": "supervise", "authority": "me", "from": "2026-01-01", "until": "2036-01-01"},
    });
    let _ = line.second_guide().command(&permit).await;
    let view = line.second_guide().view().await.unwrap();
    assert!(view["invitation"].is_null());
    assert!(view["trail"].as_array().is_none_or(Vec::is_empty));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coerced_guide_gets_nothing_and_two_others_are_alarmed() {
    let line = demonstration().await.unwrap();
    let (coordinator, _) = opened(line.coordinator().link()).await;
    let (second, second_origin) = opened(line.second_coordinator().link()).await;
    let (_, others_case) = taken_by(&line, line.guide(), OTHERS).await;
    let (phrase, his_case) = taken_by(&line, line.second_guide(), HIS).await;

    let (his, his_origin) = opened(line.second_guide().link()).await;
    opens_the_quiet_desk(&line, &his, &his_origin).await;
    tries(&line, &his, &his_origin, &others_case).await;
    his.close().await.unwrap();

    // Both coordinators are told, on the page that they happen to look at, without a reload.
    for desk in [&coordinator, &second] {
        desk.wait_for("alarm", "Alder").await.unwrap();
        let wrong = desk.accessibility().await.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
    coordinator.picture("coerced-alarm-en").await.unwrap();
    let alarms = line
        .coordinator()
        .wait_until(PATIENCE, |view| {
            let alarms = view["alarms"].as_array();
            alarms.is_some_and(|alarms| alarms.len() >= 3)
        })
        .await
        .unwrap();
    let raised: Vec<&str> = alarms["alarms"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|alarm| alarm["alarm"].as_str())
        .collect();
    for due in ["opened-unassigned", "export-refused", "act-refused"] {
        assert!(raised.contains(&due), "{due} among {raised:?}");
    }

    // The trail names him and what he tried, and no case.
    second
        .open(&format!("{second_origin}/trail"))
        .await
        .unwrap();
    second.wait_for("trail-row", "Alder").await.unwrap();
    let trail = second.text().await.unwrap();
    assert!(!trail.contains(&others_case) && !trail.contains(&his_case));
    second.picture("coerced-trail-en").await.unwrap();

    // One coordinator shuts him out, by hand.
    second
        .open(&format!("{second_origin}/roster"))
        .await
        .unwrap();
    second.click_text("member-link", "Alder").await.unwrap();
    second.click("revoke").await.unwrap();
    second.find("revoke-explained").await.unwrap();
    second.click("reason-distrusted").await.unwrap();
    second.write("revoke-confirm", "Alder").await.unwrap();
    second.picture("coerced-revoke-en").await.unwrap();
    let wrong = second.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    let started = Instant::now();
    second.click("revoke-now").await.unwrap();
    let queue = line
        .guide()
        .wait_until(PATIENCE, |view| view["waiting"][0]["returned"] == true)
        .await
        .unwrap();
    println!(
        "back in the queue {:.1} s after the removal",
        started.elapsed().as_secs_f32()
    );
    assert_eq!(queue["waiting"][0]["label"], *his_case);
    line.second_guide()
        .wait_until(PATIENCE, |view| view["shut_out"] == true)
        .await
        .unwrap();

    // Only his open case is exposed, and it has new keys.
    second
        .open(&format!("{second_origin}/exposure"))
        .await
        .unwrap();
    second.wait_for("exposure", "Alder").await.unwrap();
    let exposed = second.texts("exposed-case").await.unwrap();
    assert_eq!(exposed.len(), 1, "{exposed:?}");
    assert!(exposed[0].contains(&his_case), "{exposed:?}");
    second.picture("coerced-exposure-en").await.unwrap();
    let wrong = second.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(
        !second.text().await.unwrap().contains("kestrel"),
        "whoever shuts out reads nothing"
    );

    // A colleague takes it with its history, on the screen.
    let (guide, guide_origin) = opened(line.guide().link()).await;
    guide.open(&guide_origin).await.unwrap();
    guide.find("has-history").await.unwrap();
    guide.picture("coerced-queue-en").await.unwrap();
    guide.click("take").await.unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| {
            view["cases"]
                .as_array()
                .is_some_and(|cases| cases.len() == 2)
        })
        .await
        .unwrap();
    line.guide().settled(PATIENCE).await.unwrap();
    guide
        .open(&format!("{guide_origin}/case/{his_case}"))
        .await
        .unwrap();
    guide.wait_for("message-contact", "kestrel").await.unwrap();
    guide.picture("coerced-case-en").await.unwrap();

    // The contact is told at the next visit, in plain words.
    let page = Browser::start(320, 640).await.unwrap();
    page.open(line.relay_url()).await.unwrap();
    page.click("language-en").await.unwrap();
    page.click("return").await.unwrap();
    page.write("words-typed", &phrase).await.unwrap();
    page.click("words-open").await.unwrap();
    page.wait_for("exposed", "wrong hands").await.unwrap();
    page.wait_for("transferred", "guide").await.unwrap();
    assert!(!page.is_too_wide().await.unwrap());
    page.picture("page-exposed-en-320").await.unwrap();
    let wrong = page.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");

    for browser in [page, guide, coordinator, second] {
        assert_eq!(browser.console_errors().await.unwrap(), [""; 0]);
        browser.close().await.unwrap();
    }
    line.stop().await;
}
