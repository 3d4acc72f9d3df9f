//! A case among colleagues over HTTP: a trainee's answer is approved, the case is given away and put back, the contact is told.
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
use ground::team::{admit_as, coordinator, on_duty};
use ground::{Contact, Ground, until};
use protocol::{ReplyPart, Shown};
use statements::Stage;

const PHRASE: [u8; 15] = [9; 15];

/// Waits, told of each change, until a page shows something.
async fn page_until(browser: &Browser, path: &str, shows: impl Fn(&str) -> bool) -> String {
    let waiting = async {
        loop {
            let version = browser.view(None).await["version"].as_u64();
            let page = browser.get(path).await;
            if page.status == 200 && shows(&page.body) {
                return page.body;
            }
            browser.view(version).await;
        }
    };
    tokio::time::timeout(ground::PATIENCE, waiting)
        .await
        .expect("the page never showed it")
}

/// What a contact reads at a visit: words as they are, the rest by name.
async fn reads(contact: &mut Contact) -> Vec<String> {
    let shown = contact.open(&PHRASE).await;
    let replies = shown.iter().filter_map(|shown| match shown {
        Shown::Reply(part) => Some(part),
        _ => None,
    });
    let said = replies.map(|part| match part {
        ReplyPart::Words(text) => text.as_str().to_owned(),
        ReplyPart::Transferred => "transferred".to_owned(),
        _ => "other".to_owned(),
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_from_hand_to_hand_and_no_whisper_to_the_contact() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let rowan = admit_as(&ground, &willow, "Rowan", Stage::Senior).await;
    let birch = admit_as(&ground, &willow, "Birch", Stage::Trainee).await;
    let aspen = admit_as(&ground, &willow, "Aspen", Stage::Guide).await;
    on_duty(&willow, &[&birch, &aspen]).await;
    until(birch.handle(), "colleagues", |shown| {
        let reachable = shown.view.roster.iter().filter(|member| member.reachable);
        reachable.count() == 4
    })
    .await;
    let to = aspen.handle().view().view.me;
    let to: String = to.0.iter().map(|byte| format!("{byte:02x}")).collect();
    for desk in [rowan, birch, aspen] {
        desk.stop().await;
    }
    let (rowan_desk, rowan) = enter(&ground, "Rowan").await;
    let (birch_desk, birch) = enter(&ground, "Birch").await;
    let (aspen_desk, aspen) = enter(&ground, "Aspen").await;

    let mut contact = ground.contact().await;
    contact.open(&PHRASE).await;
    contact.write("is anybody there").await;
    let view = birch.until(|view| view["waiting"][0].is_object()).await;
    let label = view["waiting"][0]["label"].as_str().unwrap().to_owned();
    let case = format!("/case/{label}");
    let taken = birch.post(&format!("{case}/take"), "").await;
    assert_eq!((taken.status, taken.location()), (303, case.as_str()));

    // A trainee's answer goes to the senior, who reads along and can do nothing else.
    let page = birch.get(&case).await;
    assert!(page.has("show-draft") && !page.has("send"));
    assert!(
        page.body.contains("Rowan"),
        "the holder sees who reads along"
    );
    for (path, kind) in [("/case.css", "text/css"), ("/case.js", "text/javascript")] {
        assert!(page.body.contains(&format!("\"{path}\"")), "{path}");
        assert!(birch.get(path).await.head.contains(kind), "{path}");
    }
    let refused = birch.post(&format!("{case}/answer"), "text=alone").await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("alone"));
    let shown = birch.post(&format!("{case}/show"), "text=first+try").await;
    assert_eq!(shown.status, 303);
    let page = page_until(&rowan, &case, |page| page.contains("first try")).await;
    assert!(page.contains("data-testid=\"supervised\"") && !page.contains("id=\"answer\""));
    let refused = rowan
        .post(&format!("{case}/answer"), "text=as+a+guide")
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(rowan.get(&format!("{case}/transfer")).await.status, 403);
    let said = rowan
        .post(&format!("{case}/whisper"), "text=ask+how+much+time")
        .await;
    assert_eq!(said.status, 303);
    let no_word = rowan
        .post(&format!("{case}/drafts/1/reject"), "text=+")
        .await;
    assert_eq!(no_word.status, 422);
    let judged = rowan
        .post(&format!("{case}/drafts/1/reject"), "text=too+long")
        .await;
    assert_eq!((judged.status, judged.location()), (303, case.as_str()));
    let page = page_until(&birch, &case, |page| {
        page.contains("data-state=\"rejected\"")
    })
    .await;
    assert!(page.contains("ask how much time") && page.contains("too long"));
    birch.post(&format!("{case}/show"), "text=second+try").await;
    page_until(&rowan, &case, |page| page.contains("drafts/2/approve")).await;
    let judged = rowan.post(&format!("{case}/drafts/2/approve"), "").await;
    assert_eq!(judged.status, 303);
    let again = rowan.post(&format!("{case}/drafts/2/approve"), "").await;
    assert_eq!(again.status, 409);
    page_until(&birch, &case, |page| {
        page.contains("data-state=\"approved\"")
    })
    .await;
    birch.until(|view| view["outbox"] == 0).await;
    assert_eq!(reads(&mut contact).await, ["other", "second try"]);

    // The case is given away: it is gone here, and the queue says to whom.
    let refused = aspen.get(&case).await;
    assert_eq!(refused.status, 404);
    let unknown = aspen.get("/case/00000000").await;
    let main = |page: &str| page.split("<main").nth(1).unwrap().to_owned();
    assert_eq!(main(&refused.body), main(&unknown.body));
    let page = birch.get(&format!("{case}/transfer")).await;
    assert!(page.body.contains(&to));
    let given = format!("to={to}&note=speaks+slowly");
    let given = birch.post(&format!("{case}/transfer"), &given).await;
    assert_eq!(given.status, 303);
    let page = birch.get(given.location()).await;
    assert!(page.has("case-left") && page.body.contains("goes to Aspen"));
    assert_eq!(birch.get(&case).await.status, 404);
    let page = page_until(&aspen, &case, |page| page.contains("second try")).await;
    assert!(page.contains("speaks slowly") && page.contains("is anybody there"));
    assert!(page.contains("data-kind=\"transferred\"") && page.contains("data-testid=\"send\""));
    aspen.until(|view| view["outbox"] == 0).await;
    assert_eq!(reads(&mut contact).await, ["transferred"]);

    // Kept longer only for a reason, and only if a second person agrees.
    let extend = format!("{case}/extend");
    let page = aspen.get(&extend).await;
    let last = page.body.split(" max=\"").nth(1).unwrap();
    let last = last.split('"').next().unwrap().to_owned();
    for wrong in [
        format!("until={last}"),
        "until=2020-01-01&reason=contact-asked".to_owned(),
        "until=soon&reason=contact-asked".to_owned(),
    ] {
        assert_eq!(aspen.post(&extend, &wrong).await.status, 422, "{wrong}");
    }
    let asked = format!("until={last}&reason=legal-deadline");
    assert_eq!(aspen.post(&extend, &asked).await.status, 303);
    let pending = "data-testid=\"extension-pending\"";
    let page = page_until(&aspen, &extend, |page| page.contains(pending)).await;
    assert!(!page.contains("extend-confirm") && page.contains(&last));

    // Put back, it waits with its history, and is taken like any other.
    let back = aspen.post(&format!("{case}/return"), "").await;
    assert_eq!(back.status, 303);
    let page = aspen.get(back.location()).await;
    assert!(page.has("case-left") && page.body.contains("goes back into the queue"));
    assert_eq!(aspen.get(&case).await.status, 404);
    page_until(&birch, "/", |page| {
        page.contains("data-testid=\"has-history\"")
    })
    .await;
    birch.post(&format!("{case}/take"), "").await;
    page_until(&birch, &case, |page| page.contains("speaks slowly")).await;
    birch.until(|view| view["outbox"] == 0).await;
    assert_eq!(reads(&mut contact).await, ["transferred"]);
    for desk in [rowan_desk, birch_desk, aspen_desk] {
        desk.end().await;
    }
    willow.stop().await;
}
