//! A card from the first draft to the contact's page, in real browsers: two check beside the author, somebody each translation, and two
//! coordinators publish exactly what was checked.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::Duration;

use demo::DeskDoor;
use e2e::{Browser, Visitor, demonstration};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(40);
const NAME: &str = "phone-off";

/// Somebody opens what is edited and agrees to one part of it.
async fn agrees(visitor: &Visitor, check: &str) {
    visitor.goes_to("/edit").await.unwrap();
    visitor.browser.click_link(NAME).await.unwrap();
    visitor.browser.click(check).await.unwrap();
}

async fn until(desk: &DeskDoor, shows: impl Fn(&Value) -> bool) {
    desk.wait_until(PATIENCE, shows).await.unwrap();
}

fn revision<'a>(view: &'a Value, of: &str) -> &'a Value {
    &view["editing"]["revisions"][0][of]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_written_checked_by_others_and_read_by_a_contact() {
    let line = demonstration().await.unwrap();
    let author = Visitor::at(line.guide()).await.unwrap();
    author.goes_to("/edit").await.unwrap();
    author.browser.click("new-card").await.unwrap();
    let open = "document.querySelectorAll('[data-testid=card-form] details').forEach((part) => { part.open = true; })";
    author.browser.find("card-form").await.unwrap();
    author.browser.script(open).await.unwrap();
    for (field, text) in [
        ("id", NAME),
        ("en-question", "Should the phone be off?"),
        (
            "en-answer",
            "We promise that you are safe when it is off. A phone that is on can be found.",
        ),
        ("ko-question", "손전화를 꺼야 합니까?"),
        ("ko-answer", "켜져 있는 손전화는 찾아낼 수 있습니다."),
        (
            "sources",
            "The protocol of this line | Footbridge | 2026-11-26 | primary",
        ),
    ] {
        author.browser.type_into(field, text).await.unwrap();
    }
    author.looks("edit-card").await.unwrap();
    author.browser.click("save-draft").await.unwrap();
    author.browser.wait_for("revision", NAME).await.unwrap();
    author.browser.click_link(NAME).await.unwrap();
    // The author sees which word promises, and takes it out.
    author.browser.wait_for("flag", "promise").await.unwrap();
    author.looks("edit-flagged").await.unwrap();
    let answer = "Whoever can, switches it off. A phone that is on can be found.";
    author.browser.script(open).await.unwrap();
    author.browser.type_into("en-answer", answer).await.unwrap();
    author.browser.click("send-to-review").await.unwrap();
    until(line.second_guide(), |view| {
        revision(view, "state") == "in-review"
    })
    .await;
    // Nobody checks his own.
    author.goes_to("/edit").await.unwrap();
    author.browser.click_link(NAME).await.unwrap();
    author.browser.find("due").await.unwrap();
    assert!(
        author
            .browser
            .texts("check-facts")
            .await
            .unwrap()
            .is_empty()
    );

    let colleague = Visitor::at(line.second_guide()).await.unwrap();
    agrees(&colleague, "check-facts").await;
    until(line.second_coordinator(), |view| {
        revision(view, "due")["facts"] == 1
    })
    .await;
    let rowan = Visitor::at(line.second_coordinator()).await.unwrap();
    agrees(&rowan, "check-facts").await;
    until(line.coordinator(), |view| {
        revision(view, "state") == "ready"
    })
    .await;
    agrees(&rowan, "check-language-ko").await;
    until(line.coordinator(), |view| {
        revision(view, "due")["languages"] == serde_json::json!([])
    })
    .await;

    let willow = Visitor::at(line.coordinator()).await.unwrap();
    willow.goes_to("/edit").await.unwrap();
    willow
        .looks_in_all_languages("edit", "/edit")
        .await
        .unwrap();
    willow.browser.click("publish-edited").await.unwrap();
    until(line.second_coordinator(), |view| {
        view["proposals"][0]["may_decide"] == true
    })
    .await;
    rowan.goes_to("/decisions").await.unwrap();
    rowan
        .browser
        .wait_for("proposal", "Should the phone be off?")
        .await
        .unwrap();
    rowan.browser.click("approve").await.unwrap();
    until(line.guide(), |view| view["standings"][NAME] == "live").await;

    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(line.relay_url()).await.unwrap();
    phone.click("language-ko").await.unwrap();
    phone.click("cards").await.unwrap();
    phone
        .click_text("card", "손전화를 꺼야 합니까?")
        .await
        .unwrap();
    phone.wait_for("card", "켜져 있는 손전화는").await.unwrap();
    phone.close().await.unwrap();
    for visitor in [author, colleague, rowan, willow] {
        visitor.browser.close().await.unwrap();
    }
    line.stop().await;
}
