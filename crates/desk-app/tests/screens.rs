//! A guide's screens over HTTP, as a browser without scripts uses them, on a desk that runs.
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

use browser::{Browser, serve};
use ground::team::{admit, coordinator, on_duty};
use ground::{Ground, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HOSTILE: &str =
    "<img src=x onerror=alert(1)> \"'& \u{5d0}\u{5d1} \u{1f9f5} a\u{300}\u{301}\u{302}";
const ESCAPED: &str = "&lt;img src=x onerror=alert(1)&gt;";

/// What a coordinator says of a newcomer: a guide who may answer.
const ADMISSION: &str = "stage=guide&until=2028-01-01&act=answer&authority=Willow&document=&scope=\
    &permission-from=2026-01-01&permission-until=2028-01-01&languages=ko%2C+ru&dialects=&topics=&branch=&years=7";

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_without_scripts_takes_reads_answers_and_destroys() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    until(birch.handle(), "cards", |shown| shown.view.cards.is_some()).await;
    birch.stop().await;
    let served = serve(&ground, "Birch").await;
    let browser = Browser::enter(&served.links.open).await;
    let used = served.links.open.trim_start_matches("http://127.0.0.1:");
    let used = used.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let script = Browser::enter(&served.links.script).await;
    assert_eq!(browser.get(used).await.status, 410);

    let mut contact = ground.contact().await;
    contact.open(&[7; 15]).await;
    contact.write(HOSTILE).await;
    let view = script.until(|view| view["waiting"][0].is_object()).await;
    let label = view["waiting"][0]["label"].as_str().unwrap();
    let queue = browser.get("/").await;
    assert!(queue.has("queue-row") && queue.has("take") && queue.has("take-next"));
    assert!(
        queue
            .body
            .contains("data-testid=\"waiting-count\" data-count=\"1\"")
    );
    assert!(!queue.body.contains("onerror") && !view.to_string().contains("onerror"));

    let case = format!("/case/{label}");
    let taken = browser.post(&format!("{case}/take"), "").await;
    assert_eq!((taken.status, taken.location()), (303, case.as_str()));
    let page = browser.get(&case).await;
    assert!(page.body.contains(ESCAPED) && !page.body.contains("<img"));
    assert!(page.body.contains("<p class=\"text\" dir=\"auto\">"));
    for testid in [
        "message-contact",
        "answer",
        "send",
        "card",
        "send-card",
        "note",
        "add-note",
        "destroy",
        "case-link",
    ] {
        assert!(page.has(testid), "{testid}");
    }
    assert_eq!(
        page.body.matches("data-testid=\"send-card\"").count(),
        1,
        "the expired one cannot be sent"
    );
    assert!(page.has("card-expired"));

    let long = format!("text={}", "%C3%A9".repeat(751));
    let refused = browser.post(&format!("{case}/answer"), &long).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains(&"\u{e9}".repeat(751)),
        "what was typed is not lost"
    );
    let empty = browser.post(&format!("{case}/answer"), "text=+").await;
    assert_eq!(empty.status, 409);
    let expired = browser
        .post(&format!("{case}/card"), "card=stale&language=ko")
        .await;
    assert_eq!(expired.status, 409);

    assert_eq!(
        browser
            .post(&format!("{case}/draft"), "text=half+an+answer")
            .await
            .status,
        303
    );
    assert!(
        browser
            .get(&case)
            .await
            .body
            .contains("half an answer</textarea>")
    );
    assert_eq!(
        browser
            .post(&format!("{case}/answer"), "text=I+read%0D%0Ayou")
            .await
            .status,
        303
    );
    assert_eq!(
        browser
            .post(&format!("{case}/card"), "card=fresh&language=ko")
            .await
            .status,
        303
    );
    assert_eq!(
        browser
            .post(&format!("{case}/note"), "text=%3Cb%3Ecalm")
            .await
            .status,
        303
    );
    script.until(|view| view["outbox"] == 0).await;
    let page = browser.get(&case).await;
    assert!(page.body.contains("I read\nyou") && page.body.contains("&lt;b&gt;calm"));
    assert!(!page.body.contains("half an answer"));
    assert!(page.body.contains("data-state=\"uncollected\""));
    let json: serde_json::Value =
        serde_json::from_str(&script.get(&format!("/api{case}")).await.body).unwrap();
    assert_eq!(json["messages"][0]["text"], HOSTILE);
    assert_eq!(json["notes"][0], "<b>calm");

    let confirm = browser.get(&format!("{case}/destroy")).await;
    assert!(confirm.has("destroy-confirm"));
    let destroyed = browser.post(&format!("{case}/destroy"), "").await;
    assert_eq!((destroyed.status, destroyed.location()), (303, "/"));
    script
        .until(|view| view["cases"].as_array().unwrap().is_empty())
        .await;
    assert_eq!(browser.get(&case).await.status, 404);

    // The stream of events must not keep a desk from ending.
    let request = format!(
        "GET /events HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n",
        script.authority, script.cookie
    );
    let mut events = TcpStream::connect(&script.authority).await.unwrap();
    events.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 1024];
    let mut received = String::new();
    while !received.contains("event: change") {
        let count = events.read(&mut first).await.unwrap();
        assert!(count > 0);
        received.push_str(std::str::from_utf8(&first[..count]).unwrap());
    }
    let _ = served.stop.send(());
    served.ended.await.unwrap().unwrap();
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_without_scripts_invites_admits_and_plans() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    coordinator(&ground).await.stop().await;
    let served = serve(&ground, "coordinator").await;
    let browser = Browser::enter(&served.links.open).await;
    browser
        .until(|view| view["connection"] == "connected")
        .await;

    let broken = browser.post("/cards/publish", "cards=%7B%22typed").await;
    assert_eq!(broken.status, 409);
    assert!(
        broken.body.contains("{&quot;typed"),
        "what was typed is not lost"
    );
    let cards = "cards=%7B%22cards%22%3A%5B%5D%7D";
    assert_eq!(browser.post("/cards/publish", cards).await.status, 303);
    browser
        .until(|view| view["cards"].as_array().unwrap().is_empty())
        .await;

    assert_eq!(browser.post("/roster/invite", "name=").await.status, 409);
    assert_eq!(
        browser.post("/roster/invite", "name=Birch").await.status,
        303
    );
    let page = browser.get("/roster").await;
    let after = page
        .body
        .split("data-testid=\"invitation\"")
        .nth(1)
        .unwrap();
    let text = after.split('>').nth(1).unwrap().split('<').next().unwrap();
    assert!(text.starts_with("footbridge-invitation:"));
    let joined = ground.join(&format!(" {text}\n"), "Birch", "Birch").await;
    browser.post("/roster/look", "").await;
    let view = browser.until(|view| view["joining"][0].is_object()).await;
    let words: Vec<&str> = view["joining"][0]["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(words, joined.words);
    let page = browser.get("/roster").await;
    assert!(page.has("joining") && page.has("admit") && page.has("join-words"));
    assert!(
        joined
            .words
            .iter()
            .all(|word| page.body.contains(&format!("<li>{word}</li>")))
    );
    let device = view["joining"][0]["device"].as_str().unwrap().to_owned();
    let none = "00".repeat(32);
    assert_eq!(
        browser
            .post("/roster/admit", &format!("device={none}&{ADMISSION}"))
            .await
            .status,
        409
    );
    assert_eq!(
        browser
            .post("/roster/admit", &format!("device={device}&{ADMISSION}"))
            .await
            .status,
        303
    );
    browser
        .until(|view| view["roster"].as_array().unwrap().len() == 2)
        .await;
    let birch = ground.desk("Birch");
    until(birch.handle(), "admitted", |shown| shown.view.admitted).await;

    assert_eq!(
        browser.post("/shifts", "start=now&hours=8").await.status,
        422
    );
    assert_eq!(
        browser
            .post("/shifts", "start=2020-01-01T00:00&hours=8")
            .await
            .status,
        422
    );
    let start = browser.get("/shifts").await;
    let start = start
        .body
        .split("name=\"start\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let past = browser
        .post(
            "/shifts",
            &format!("start=2020-01-01T00:00&hours=8&guide={device}"),
        )
        .await;
    assert_eq!(past.status, 409);
    let planned = browser
        .post("/shifts", &format!("start={start}&hours=8&guide={device}"))
        .await;
    assert_eq!(planned.status, 303);
    until(birch.handle(), "on duty", |shown| shown.view.on_duty).await;
    birch.stop().await;
    let _ = served.stop.send(());
    served.ended.await.unwrap().unwrap();
}
