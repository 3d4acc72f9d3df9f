//! What may be sent, over HTTP: cards with mistakes are not published and nothing typed is lost; a contradiction suspends at once what is
//! silent about it; the record shows its sides.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "ground/browser.rs"]
mod browser;
mod ground;

use browser::{Browser, encoded, serve};
use client::RelayClient;
use ground::team::{admit, coordinator, on_duty};
use ground::{Ground, now, until};
use statements::Line;

/// A set with one card that rests on one claim; `more` are further claims.
fn set(more: &str) -> String {
    let today = now().day();
    let (reviewed, review_by) = (record::date_of(today), record::date_of(today.plus(60)));
    format!(
        r#"{{"cards":[{{"id":"front","class":"law","reviewed":"{reviewed}","review_by":"{review_by}","rests_on":["at-front"],
        "sources":[{{"title":"t","kind":"primary"}}],"texts":{{"ko":{{"question":"Q?","answer":"They promise it."}}}}}}],
        "record":{{"source":{{"id":"news","publisher":"News","relays":["Agency"]}},"claims":[
        {{"id":"at-front","text":"Soldiers are at the front.","said_by":"One","how":"confirmed"}}{more}]}}}}"#
    )
}

/// The cards as a contact's page gets them.
async fn relay_cards(ground: &Ground) -> String {
    let relay = RelayClient::new(&ground.url()).unwrap();
    let line = Line::verify(&relay.line().await.unwrap(), None).unwrap();
    line.cards().unwrap().cards().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_stands_is_published_and_sent() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    until(birch.handle(), "cards", |shown| shown.view.cards.is_some()).await;
    for desk in [willow, birch] {
        desk.stop().await;
    }
    let willow = serve(&ground, "coordinator").await;
    let editor = Browser::enter(&willow.links.open).await;
    let birch = serve(&ground, "Birch").await;
    let guide = Browser::enter(&birch.links.open).await;
    let publish = async |json: &str| {
        let body = format!("cards={}", encoded(json));
        editor.post("/cards/publish", &body).await
    };

    // Mistakes have names, and what was typed comes back.
    let wrong = set(r#",{"id":"circle","text":"","how":"sworn","supports":["circle","nobody"]}"#);
    let refused = publish(&wrong).await;
    assert_eq!(refused.status, 409);
    for problem in ["claim-how", "claim-of-itself", "unknown-claim", "circular"] {
        let shown = format!("data-problem=\"{problem}\"");
        assert!(refused.body.contains(&shown), "{problem}");
    }
    assert!(refused.body.contains("Soldiers are at the front."));

    assert_eq!(publish(&set("")).await.status, 303);
    guide
        .until(|view| view["standings"]["front"] == "live")
        .await;
    let mut contact = ground.contact().await;
    contact.open(&[5; 15]).await;
    contact.write("hello").await;
    let view = guide.until(|view| view["waiting"][0].is_object()).await;
    let case = format!("/case/{}", view["waiting"][0]["label"].as_str().unwrap());
    assert_eq!(guide.post(&format!("{case}/take"), "").await.status, 303);
    assert!(guide.get(&case).await.has("send-card"));
    let flagged = editor.get("/cards").await;
    assert!(flagged.body.contains("data-standing=\"live\""));

    // Somebody denies it: from then on nobody sends what is silent about that.
    let denied = r#",{"id":"denied","text":"That is false.","said_by":"Other","how":"denied","contradicts":["at-front"]}"#;
    assert_eq!(publish(&set(denied)).await.status, 303);
    guide
        .until(|view| view["standings"]["front"] == "suspended")
        .await;
    let published = relay_cards(&ground).await;
    assert!(
        published.contains("\"suspended\":\""),
        "the page knows it too: {published}"
    );
    let page = guide.get(&case).await;
    assert!(page.has("card-suspended") && !page.has("send-card"));
    let send = guide
        .post(&format!("{case}/card"), "card=front&language=ko")
        .await;
    assert_eq!(send.status, 409);
    let record = guide.get("/record").await;
    assert_eq!(record.body.matches("data-testid=\"side\"").count(), 2);
    assert_eq!(record.body.matches("data-testid=\"origin\"").count(), 1);
    assert!(record.body.contains("Agency"));
    for served in [willow, birch] {
        served.end().await;
    }
}
