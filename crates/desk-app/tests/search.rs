//! Search over HTTP, as a browser without scripts uses it: a desk finds what it holds, and nothing that is another's or is gone.
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

use browser::{Browser, Served, serve};
use ground::team::{admit, admit_as, coordinator, on_duty};
use ground::{Ground, until};
use statements::Stage;

const HOSTILE: &str = "<img src=x onerror=alert(1)> lark-7731 \u{202e}나는 한국에 가고 싶다";

/// A desk in a browser without scripts.
struct Visitor {
    served: Served,
    browser: Browser,
}

impl Visitor {
    async fn at(ground: &Ground, name: &str) -> Visitor {
        let served = serve(ground, name).await;
        let browser = Browser::enter(&served.links.open).await;
        Visitor { served, browser }
    }

    /// How much is found, and the screen.
    async fn finds(&self, words: &str) -> (usize, String) {
        let answer = self
            .browser
            .post("/search", &format!("words={words}"))
            .await;
        assert_eq!(answer.status, 200, "{words}");
        let count = answer.body.split("data-count=\"").skip(1).last().unwrap();
        let count = count.split('"').next().unwrap().parse().unwrap();
        (count, answer.body)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_finds_what_it_holds_and_nothing_else() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    let aspen = admit_as(&ground, &willow, "Aspen", Stage::Senior).await;
    on_duty(&willow, &[&birch, &aspen]).await;
    until(birch.handle(), "cards", |shown| shown.view.cards.is_some()).await;
    for desk in [willow, birch, aspen] {
        desk.stop().await;
    }
    let willow = Visitor::at(&ground, "coordinator").await;
    let birch = Visitor::at(&ground, "Birch").await;
    let aspen = Visitor::at(&ground, "Aspen").await;

    let mut contact = ground.contact().await;
    contact.open(&[7; 15]).await;
    contact.write(HOSTILE).await;
    for visitor in [&willow, &birch, &aspen] {
        let shows = |view: &serde_json::Value| view["waiting"][0].is_object();
        visitor.browser.until(shows).await;
        assert_eq!(visitor.finds("lark").await.0, 0, "nobody took it yet");
    }
    let view = birch.browser.view(None).await;
    let label = view["waiting"][0]["label"].as_str().unwrap().to_owned();
    let case = format!("/case/{label}");
    birch.browser.post(&format!("{case}/take"), "").await;
    birch
        .browser
        .post(&format!("{case}/note"), "text=heron+note")
        .await;
    birch
        .browser
        .post(&format!("{case}/draft"), "text=magpie+draft")
        .await;

    for words in [
        "LARK-77",
        "%ED%95%9C%EA%B5%AD",
        "heron",
        "MAGPIE",
        "lark+heron",
        label.as_str(),
    ] {
        let (count, screen) = birch.finds(words).await;
        assert_eq!(count, 1, "{words}");
        assert!(screen.contains(&format!("href=\"{case}\" data-testid=\"search-result\"")));
        assert!(!screen.contains("<img"));
    }
    let (_, screen) = birch.finds("lark").await;
    assert!(screen.contains("<mark>lark</mark>"));
    assert!(screen.contains("&lt;img src=x"));
    for words in ["", "+", "lark+nowhere", "%3Cmark", "%00"] {
        assert_eq!(birch.finds(words).await.0, 0, "{words}");
    }
    assert_eq!(birch.finds(&"%ED%95%9C".repeat(5000)).await.0, 0);
    let (count, screen) = birch.finds("a+card").await;
    assert_eq!(count, 1);
    assert!(screen.contains("href=\"/cards#card-fresh\""));
    assert!(
        birch
            .browser
            .get("/cards")
            .await
            .body
            .contains("id=\"card-fresh\"")
    );

    // Whoever reads along, and whoever keeps a backup, finds nothing of it.
    let roster = birch.browser.view(None).await["roster"].clone();
    let senior = roster.as_array().unwrap().iter();
    let senior = senior
        .clone()
        .find(|one| one["work_name"] == "Aspen")
        .unwrap();
    let invite = format!("to={}", senior["device"].as_str().unwrap());
    let invited = birch
        .browser
        .post(&format!("{case}/supervisor"), &invite)
        .await;
    assert_eq!(invited.status, 303, "{}", invited.body);
    let supervises = |view: &serde_json::Value| view["supervised"][0].is_object();
    aspen.browser.until(supervises).await;
    // The history comes after the key that opens it.
    let mut version = aspen.browser.view(None).await["version"].as_u64();
    while !aspen.browser.get(&case).await.body.contains("lark-7731") {
        version = aspen.browser.view(version).await["version"].as_u64();
    }
    aspen
        .browser
        .post(&format!("{case}/whisper"), "text=siskin+whisper")
        .await;
    let whispered = birch.browser.get(&case);
    assert_eq!(whispered.await.status, 200);
    for visitor in [&willow, &aspen] {
        for words in ["lark", "heron", "magpie", label.as_str()] {
            assert_eq!(visitor.finds(words).await.0, 0, "{words}");
        }
    }
    assert_eq!(
        birch.finds("siskin").await.0,
        0,
        "what colleagues say is not searched"
    );

    // What is destroyed is found no more, not even while the relay has not been told.
    ground.stop_relay();
    let destroyed = birch.browser.post(&format!("{case}/destroy"), "").await;
    assert_eq!(destroyed.status, 303);
    for words in ["lark", "heron", "magpie", label.as_str()] {
        assert_eq!(birch.finds(words).await.0, 0, "{words}");
    }
    for visitor in [willow, birch, aspen] {
        visitor.served.end().await;
    }
}
