//! How a case goes, over HTTP: its stage, wishes and aftercare by forms and by scripts; the contact is sent nothing of it.
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

use browser::{Answer, Browser, serve};
use ground::team::{admit_as, coordinator, on_duty};
use ground::{Contact, Ground};
use protocol::Shown;
use serde_json::{Value, json};
use statements::Stage;

const PHRASE: [u8; 15] = [9; 15];

/// How many replies a contact finds at a visit.
async fn replies(contact: &mut Contact) -> usize {
    let shown = contact.open(&PHRASE).await;
    let replies = shown.iter().filter(|one| matches!(one, Shown::Reply(_)));
    replies.count()
}

async fn script(browser: &Browser, command: &Value) -> Answer {
    let body = command.to_string();
    browser
        .send("/api/command", "application/json", &body)
        .await
}

async fn shown(browser: &Browser, label: &str) -> Value {
    let answer = browser.get(&format!("/api/case/{label}")).await;
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn stage_wishes_and_aftercare_are_set_by_forms_and_scripts_and_reach_no_contact() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit_as(&ground, &willow, "Birch", Stage::Guide).await;
    on_duty(&willow, &[&birch]).await;
    birch.stop().await;
    let served = serve(&ground, "Birch").await;
    let birch = Browser::enter(&served.links.open).await;
    let mut contact = ground.contact().await;
    contact.open(&PHRASE).await;
    contact.write("is anybody there").await;
    let view = birch.until(|view| view["waiting"][0].is_object()).await;
    let label = view["waiting"][0]["label"].as_str().unwrap().to_owned();
    let case = format!("/case/{label}");
    assert_eq!(birch.post(&format!("{case}/take"), "").await.status, 303);
    birch.until(|view| view["outbox"] == 0).await;
    assert_eq!(replies(&mut contact).await, 1, "that it is taken");

    // The stage, there and back.
    assert_eq!(shown(&birch, &label).await["stage"], "listening");
    for stage in ["after", "deciding"] {
        let set = birch
            .post(&format!("{case}/stage"), &format!("stage={stage}"))
            .await;
        assert_eq!((set.status, set.location()), (303, case.as_str()));
        assert_eq!(shown(&birch, &label).await["stage"], stage);
    }
    let wrong = birch
        .post(&format!("{case}/stage"), "stage=persuaded")
        .await;
    assert_eq!(wrong.status, 422);

    // A wish; one with a position is asked about first, and what was typed stays.
    let wish = format!("{case}/wish");
    assert_eq!(birch.post(&wish, "text=I+want+to+sleep").await.status, 303);
    let asked = birch.post(&wish, "text=come+to+48.12345,+37.54321").await;
    assert_eq!(asked.status, 409);
    assert!(asked.has("course-caution") && asked.body.contains("come to 48.12345"));
    let long = format!("text={}", "x".repeat(301));
    assert_eq!(birch.post(&wish, &long).await.status, 422);
    let kept = json!({"command": "keep-wish", "case": label, "text": "I stay"});
    assert_eq!(script(&birch, &kept).await.status, 204);
    let wishes = shown(&birch, &label).await["wishes"].clone();
    assert_eq!(
        (wishes[0]["text"].as_str(), wishes[1]["text"].as_str()),
        (Some("I want to sleep"), Some("I stay"))
    );
    assert_eq!(wishes[1]["old"], false);
    let forget = birch.post(&format!("{wish}/forget"), "number=0").await;
    assert_eq!(forget.status, 303);
    assert_eq!(
        shown(&birch, &label).await["wishes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // What is agreed for the weeks after: nothing, unless something is chosen.
    let aftercare = format!("{case}/aftercare");
    let page = birch.get(&aftercare).await;
    let usual = page.body.split(" value=\"20").nth(1).unwrap();
    let day = format!("20{}", usual.split('"').next().unwrap());
    let unused = format!("until={day}&terms=&silence=nothing&text=goodbye");
    assert_eq!(birch.post(&aftercare, &unused).await.status, 422);
    let far = "until=2099-01-01&terms=&silence=nothing&text=";
    assert_eq!(birch.post(&aftercare, far).await.status, 409);
    let agreed = format!("until={day}&terms=on+Sundays&silence=nothing&text=");
    assert_eq!(birch.post(&aftercare, &agreed).await.status, 303);
    let agreed = shown(&birch, &label).await["aftercare"].clone();
    assert_eq!(
        (agreed["silence"].as_str(), agreed["terms"].as_str()),
        (Some("nothing"), Some("on Sundays"))
    );
    let last = json!({"command": "agree-aftercare", "case": label, "until": day, "silence": "close", "text": "goodbye"});
    assert_eq!(script(&birch, &last).await.status, 204);
    assert_eq!(shown(&birch, &label).await["aftercare"]["text"], "goodbye");
    let page = birch.get(&case).await;
    assert!(page.has("aftercare") && page.has("newest-wish"));
    birch.until(|view| view["outbox"] == 0).await;
    assert_eq!(replies(&mut contact).await, 0, "nothing was sent");
    assert_eq!(
        birch.post(&format!("{aftercare}/end"), "").await.status,
        303
    );
    assert_eq!(shown(&birch, &label).await["aftercare"], Value::Null);

    let page = birch.get(&format!("{case}/destroy")).await;
    assert!(page.has("helper-note-link") && birch.get("/shifts/end").await.has("helper-note"));
    served.end().await;
    willow.stop().await;
}
