//! Outcomes over HTTP: a coordinator draws a month, another agrees, and only then it can be taken along.
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

use browser::{Browser, enter};
use ground::team::{admit_as, coordinator, delegate};
use ground::{Ground, until};
use statements::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_leaves_the_desk_only_when_two_persons_agreed() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let rowan = admit_as(&ground, &willow, "Rowan", Stage::Coordinator).await;
    let devices = [&willow, &rowan].map(|desk| desk.handle().view().view.me);
    delegate(&ground, 2, 2, &devices).await;
    for desk in [&willow, &rowan] {
        until(desk.handle(), "two must agree", |shown| {
            shown.view.admission_threshold == Some(2)
        })
        .await;
    }
    for desk in [willow, rowan] {
        desk.stop().await;
    }
    let (first_desk, first) = enter(&ground, "coordinator").await;
    let (second_desk, second) = enter(&ground, "Rowan").await;
    let shown = first.get("/outcomes?claim=nothing").await;
    assert_eq!(shown.status, 200);
    assert!(shown.has("outcomes-left") && !shown.has("outcomes-shown"));
    let wrong = first
        .post("/outcomes", "month=soon&epsilon=0.5&contacts=yes")
        .await;
    assert_eq!(wrong.status, 422);
    let nothing = first.post("/outcomes", "month=2020-01&epsilon=0.5").await;
    assert_eq!(nothing.status, 422, "nothing is asked");
    let early = first
        .post("/outcomes", "month=2999-01&epsilon=0,5&contacts=yes")
        .await;
    assert_eq!(early.status, 409);
    assert!(early.body.contains("The month is not over."));
    let late = first
        .post("/outcomes", "month=2020-01&epsilon=0.5&contacts=yes")
        .await;
    assert!(late.body.contains("forgotten already"));
    // On the last day of a long month the one before is forgotten already: then there is nothing to draw.
    let view = first.until(|view| !view["outcomes"].is_null()).await;
    if let Some(month) = view["outcomes"]["can_be_drawn"][0].as_str() {
        publish((&first, &second), month).await;
    }
    for desk in [first_desk, second_desk] {
        let _ = desk.stop.send(());
        let _ = desk.ended.await;
    }
}

async fn publish((first, second): (&Browser, &Browser), month: &str) {
    let drawn = first
        .post(
            "/outcomes",
            &format!("month={month}&epsilon=0%2C5&contacts=yes&waits=yes"),
        )
        .await;
    assert_eq!(drawn.status, 303);
    let waits = |view: &serde_json::Value| view["outcomes"]["months"][0]["agreed"] == false;
    second.until(waits).await;
    first.until(waits).await;
    // It waits among other decisions too, with all its figures, and the desk says so.
    second
        .until(|view| view["proposals"][0]["what"]["kind"] == "outcomes")
        .await;
    let decisions = second.get("/decisions").await;
    assert!(decisions.body.contains(&month[..4]) && decisions.body.contains("<table"));
    let csv = format!("/outcomes/{month}/csv");
    assert_eq!(first.get(&csv).await.status, 404, "one person drew it");
    let own = first.get("/outcomes").await;
    assert!(own.has("outcomes-waits") && !own.has("outcomes-agree"));
    assert!(second.get("/outcomes").await.has("outcomes-agree"));
    let agreed = second.post(&format!("/outcomes/{month}/agree"), "").await;
    assert_eq!(agreed.status, 303);
    first
        .until(|view| view["outcomes"]["months"][0]["agreed"] == true)
        .await;
    second
        .until(|view| view["proposals"].as_array().is_some_and(Vec::is_empty))
        .await;
    let taken = first.get(&csv).await;
    assert!(taken.body.starts_with("month,figure,value") && taken.body.contains(month));
    let picture = first.get(&format!("/outcomes/{month}/svg")).await;
    assert!(picture.head.contains("image/svg+xml") && picture.body.contains("<desc"));
    let again = first
        .post(
            "/outcomes",
            &format!("month={month}&epsilon=0.5&contacts=yes"),
        )
        .await;
    assert!(again.body.contains("drawn already"));
}
