//! Was the leaflet true? In real browsers: what is known and not known stands apart, lawyers disagree in the open, and when somebody denies
//! what a card rests on, nobody is sent it any more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;
use std::time::Duration;

use demo::DemoContact;
use e2e::{Browser, Visitor, demonstration};
use protocol::{Language, Urgency};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(40);
const ASKED: &str = "the leaflet said that I will not be sent back. avocet-2071";

/// A contact's phone at the cards, before anything is written.
async fn reads_cards(page: &str) -> Browser {
    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(page).await.unwrap();
    phone.click("language-en").await.unwrap();
    phone.click("cards").await.unwrap();
    phone.find("card").await.unwrap();
    phone
}

/// The demonstration's cards with one more claim: somebody denies that anybody left.
fn contested() -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demonstration");
    let set = demo::card_set(&data).unwrap();
    let mut set: Value = serde_json::from_str(&set).unwrap();
    let claims = set["record"]["claims"].as_array_mut().unwrap();
    claims.push(json!({
        "id": "deserted-denied", "text": "Nobody has deserted.", "said_by": "the other side (demonstration)", "how": "denied",
        "contradicts": ["deserted"],
    }));
    set.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prisoner_asks_whether_the_leaflet_was_true() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();

    // Without writing: the question, that lawyers disagree, and what is not known.
    let phone = reads_cards(&page).await;
    phone
        .click_text("card", "Can I be sent back")
        .await
        .unwrap();
    let shown = phone.wait_for("card", "Lawyers disagree").await.unwrap();
    assert!(shown.contains("What is not known"), "{shown}");
    let fields = "return document.querySelectorAll('[data-section=cards] :is(input, textarea, select)').length";
    assert_eq!(
        phone.script(fields).await.unwrap(),
        0,
        "nobody asks what he decides"
    );
    phone.picture("truth-leaflet-en-360").await.unwrap();
    phone.close().await.unwrap();

    let mut contact = DemoContact::new(&page).unwrap();
    let words = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &words).await.unwrap();
    contact
        .write(ASKED, Language::English, Urgency::Days)
        .await
        .unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| view["waiting"][0].is_object())
        .await
        .unwrap();
    let guide = Visitor::at(line.guide()).await.unwrap();
    guide.goes_to("/").await.unwrap();
    guide.browser.click("take-next").await.unwrap();
    guide
        .browser
        .wait_for("message-contact", "avocet-2071")
        .await
        .unwrap();
    let answer = |card: &str, case: &Value| json!({"command": "answer-with-card", "case": case, "card": card, "language": "en"});
    let case = line.guide().view().await.unwrap()["cases"][0]["label"].clone();
    line.guide()
        .command(&answer("not-known", &case))
        .await
        .unwrap();
    let sent = guide
        .browser
        .wait_for("message-guide", "At least 18 are reported")
        .await
        .unwrap();
    assert!(
        sent.contains("What is known:") && sent.contains("What is not known:"),
        "{sent}"
    );

    // Somebody denies it. Two persons publish that, and from then on the card that is silent about it is not sent.
    line.publish(&contested()).await.unwrap();
    for desk in [line.guide(), line.second_guide()] {
        desk.wait_until(PATIENCE, |view| {
            view["standings"]["not-known"] == "suspended"
        })
        .await
        .unwrap();
    }
    assert!(
        line.guide()
            .command(&answer("not-known", &case))
            .await
            .is_err()
    );
    guide
        .goes_to(&format!("/case/{}", case.as_str().unwrap()))
        .await
        .unwrap();
    guide
        .browser
        .click_text("card", "What is not known")
        .await
        .unwrap();
    guide
        .browser
        .wait_for("card-suspended", "Nobody has deserted")
        .await
        .unwrap();
    guide.looks("truth-suspended").await.unwrap();
    guide.goes_to("/record").await.unwrap();
    guide
        .browser
        .wait_for("dispute", "Nobody has deserted")
        .await
        .unwrap();
    guide
        .looks_in_all_languages("truth-record", "/record")
        .await
        .unwrap();

    // The page says so too, and shows nothing of what it said.
    let phone = reads_cards(&page).await;
    phone.click_text("card", "What is not known").await.unwrap();
    let shown = phone.wait_for("card", "being checked again").await.unwrap();
    assert!(!shown.contains("At least 18"), "{shown}");
    phone.picture("truth-suspended-en-360").await.unwrap();
    let wrong = phone.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    phone.close().await.unwrap();
    line.stop().await;
}

const ARTICLE: &str = "Moscow denied on Monday that the soldiers are there. At least 18 soldiers have deserted, Kyiv said. \
    Whether they tried to cross is not known.";

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_made_from_a_pasted_article_and_nothing_enters_unconfirmed() {
    let line = demonstration().await.unwrap();
    let guide = Visitor::at(line.guide()).await.unwrap();
    guide.goes_to("/edit/article").await.unwrap();
    let browser = &guide.browser;
    browser.write("field-article", ARTICLE).await.unwrap();
    browser.click("look").await.unwrap();
    browser.wait_for("sentence", "Moscow denied").await.unwrap();
    let proposed = browser.texts("proposal").await.unwrap();
    assert_eq!(proposed.len(), 3, "{proposed:?}");
    assert!(proposed[0].contains("Moscow"), "{proposed:?}");
    assert!(
        proposed[1].contains("Kyiv") && proposed[1].contains("18"),
        "{proposed:?}"
    );
    let ways = "return [...document.querySelectorAll('[data-testid=proposal]')].map((one) => one.dataset.how).join()";
    assert_eq!(browser.script(ways).await.unwrap(), "denied,stated,open");
    guide.looks("article").await.unwrap();
    // The form opens in a page of its own; here it takes the place of the list.
    let here = "document.querySelectorAll('form').forEach((form) => form.removeAttribute('target')); \
        document.querySelectorAll('[formtarget]').forEach((button) => button.removeAttribute('formtarget'))";
    browser.script(here).await.unwrap();
    browser.click("open-claim").await.unwrap();
    browser.find("claim-form").await.unwrap();
    let filled = "return ['said-by', 'how'].map((name) => document.querySelector(`[name=${name}]`).value).join()";
    assert_eq!(browser.script(filled).await.unwrap(), "Moscow,denied");
    guide.looks("article-claim").await.unwrap();
    let view = line.guide().view().await.unwrap();
    assert_eq!(
        view["editing"]["revisions"],
        json!([]),
        "nothing is kept before somebody confirms"
    );
    browser.click("confirm-claim").await.unwrap();
    line.second_guide()
        .wait_until(PATIENCE, |view| {
            view["editing"]["revisions"][0]["kind"] == "claim"
        })
        .await
        .unwrap();
    guide.goes_to("/record").await.unwrap();
    guide
        .looks_in_all_languages("record", "/record")
        .await
        .unwrap();
    line.stop().await;
}
