//! What may be sent, over HTTP: cards are written, checked by two others and published; mistakes are named and nothing typed is lost; a
//! contradiction holds back at once what is silent about it; the record shows its sides.
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

use browser::{Browser, encoded, enter, serve};
use client::RelayClient;
use desk::Command;
use desk_app::Running;
use ground::team::{admit, coordinator, on_duty};
use ground::{Ground, now, until};
use statements::{Line, Membership, Profile};

/// The fields of a card about the front that rests on `on`, as its form sends them.
fn card_fields(base: &str, on: &str, step: &str) -> String {
    let today = now().day();
    let (reviewed, review_by) = (record::date_of(today), record::date_of(today.plus(60)));
    let sources = encoded("The law | Parliament | 2026-11-01 | primary");
    format!(
        "base={base}&id=front&class=general&reviewed={reviewed}&review-by={review_by}&original=ko&ko-question=Q%3F\
         &ko-answer=They+promise+it.&rests-on={on}&sources={sources}&step={step}"
    )
}

/// The fields of a claim.
fn claim_fields(id: &str, more: &str) -> String {
    format!(
        "base=&id={id}&text=Soldiers+are+at+the+front.&said-by=One&how=confirmed&step=review{more}"
    )
}

/// The revision of a name, as a desk shows it.
fn revision(view: &serde_json::Value, name: &str) -> Option<serde_json::Value> {
    let all = view["editing"]["revisions"].as_array()?;
    all.iter().find(|one| one["name"] == name).cloned()
}

/// Lets the team know that somebody reads Korean.
async fn reads_korean(willow: &Running, desk: &Running) {
    let device = desk.handle().view().view.me;
    let shown = until(willow.handle(), "the member", |shown| {
        shown
            .view
            .roster
            .iter()
            .any(|member| member.device == device)
    })
    .await;
    let member = shown
        .view
        .roster
        .iter()
        .find(|member| member.device == device)
        .unwrap();
    let membership = Membership {
        stage: member.stage,
        until: now().day().plus(365),
        work_name: member.work_name.clone(),
        profile: Profile {
            languages: vec!["ko".into()],
            ..Profile::default()
        },
    };
    willow
        .handle()
        .command(Command::ChangeMember { device, membership })
        .await
        .unwrap();
    until(desk.handle(), "the profile", |shown| {
        let mut roster = shown.view.roster.iter();
        roster.any(|member| member.device == device && !member.profile.languages.is_empty())
    })
    .await;
}

/// The cards as a contact's page gets them.
async fn relay_cards(ground: &Ground) -> String {
    let relay = RelayClient::new(&ground.url()).unwrap();
    let line = Line::verify(&relay.line().await.unwrap(), None).unwrap();
    line.cards().unwrap().cards().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_written_checked_published_sent_and_doubted() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    let maple = admit(&ground, &willow, "Maple").await;
    for desk in [&willow, &birch, &maple] {
        reads_korean(&willow, desk).await;
    }
    on_duty(&willow, &[&birch]).await;
    until(birch.handle(), "cards", |shown| shown.view.cards.is_some()).await;
    for desk in [willow, birch, maple] {
        desk.stop().await;
    }
    let (willow, editor) = enter(&ground, "coordinator").await;
    let (birch, guide) = enter(&ground, "Birch").await;
    let (maple, checker) = enter(&ground, "Maple").await;

    // A claim is confirmed by whoever read it; what only names itself is no claim.
    let wrong = checker
        .post(
            "/edit/claim",
            &claim_fields("at-front", "&supports=at-front+nobody"),
        )
        .await;
    assert_eq!(wrong.status, 409);
    for problem in ["claim-of-itself", "unknown-claim"] {
        assert!(
            wrong.body.contains(&format!("data-problem=\"{problem}\"")),
            "{problem}"
        );
    }
    assert!(
        wrong.body.contains("Soldiers are at the front."),
        "what was typed is there"
    );
    let source = "&source=news&source-publisher=News&source-relays=Agency";
    let right = checker
        .post("/edit/claim", &claim_fields("at-front", source))
        .await;
    assert_eq!(right.status, 303);

    // A card that rests on nothing known is no card; then it is, and goes to review.
    let wrong = checker
        .post("/edit/card", &card_fields("", "nobody", "review"))
        .await;
    assert_eq!(wrong.status, 409);
    assert!(
        wrong.body.contains("data-problem=\"unknown-claim\"")
            && wrong.body.contains("They promise it.")
    );
    let early = checker
        .post("/edit/card", &card_fields("", "at-front", "review"))
        .await;
    assert_eq!(early.status, 409, "the claim is not published yet");
    editor.until(|view| view["editing"]["ready"] == 1).await;
    assert_eq!(editor.post("/edit/publish", "").await.status, 303);
    checker
        .until(|view| revision(view, "at-front").is_none())
        .await;
    let draft = checker
        .post("/edit/card", &card_fields("", "at-front", "draft"))
        .await;
    assert_eq!(draft.status, 303);
    let view = checker
        .until(|view| revision(view, "front").is_some())
        .await;
    let base = revision(&view, "front").unwrap()["revision"]
        .as_str()
        .unwrap()
        .to_owned();
    let review = checker
        .post("/edit/card", &card_fields(&base, "at-front", "review"))
        .await;
    assert_eq!(review.status, 303);

    // Its author cannot check it; two others do, having seen the promise that it makes.
    let mut published_early = None;
    for browser in [&guide, &editor] {
        let view = browser
            .until(|view| revision(view, "front").is_some_and(|one| one["may_check"][0] == "facts"))
            .await;
        let label = revision(&view, "front").unwrap()["revision"]
            .as_str()
            .unwrap()
            .to_owned();
        let screen = browser.get(&format!("/edit/revision/{label}")).await;
        assert!(screen.has("check-facts"));
        published_early.get_or_insert(editor.post("/edit/publish", "").await.status);
        let checked = browser
            .post(
                &format!("/edit/revision/{label}/check"),
                "check=facts&verdict=agrees",
            )
            .await;
        assert_eq!(checked.status, 303);
    }
    assert_eq!(published_early, Some(409), "nothing was ready");
    let screen = editor.get("/edit").await;
    assert!(
        screen.body.contains("data-state=\"ready\"")
            || screen.body.contains("data-state=\"in-review\"")
    );
    editor.until(|view| view["editing"]["ready"] == 1).await;
    assert_eq!(editor.post("/edit/publish", "").await.status, 303);
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
    let remark = format!("card=front&language=ko&remark=wrong&case={}", &case[6..]);
    let remark = guide.post("/edit/remark", &remark).await;
    assert_eq!((remark.status, remark.location()), (303, case.as_str()));
    let view = editor
        .until(|view| view["editing"]["remarks"][0].is_object())
        .await;
    assert_eq!(view["editing"]["remarks"][0]["card"], "front");

    // Somebody denies it: before anything is published, no desk sends what is silent about that.
    let denied = checker
        .post(
            "/edit/claim",
            &claim_fields("denied", "&contradicts=at-front"),
        )
        .await;
    assert_eq!(denied.status, 303);
    guide
        .until(|view| view["standings"]["front"] == "suspended")
        .await;
    let page = guide.get(&case).await;
    let sendable = page.body.matches("data-testid=\"send-card\"").count();
    assert!(
        page.has("card-suspended") && sendable == 1,
        "only the other one"
    );
    let send = guide
        .post(&format!("{case}/card"), "card=front&language=ko")
        .await;
    assert_eq!(send.status, 409);
    editor.until(|view| view["editing"]["ready"] == 1).await;
    assert_eq!(editor.post("/edit/publish", "").await.status, 303);
    guide.until(|view| revision(view, "denied").is_none()).await;
    let published = relay_cards(&ground).await;
    assert!(
        published.contains("\"suspended\":\""),
        "the page knows it too: {published}"
    );
    let record = guide.get("/record").await;
    assert_eq!(record.body.matches("data-testid=\"side\"").count(), 2);
    assert!(record.body.contains("Agency"));
    assert!(record.has("undated"), "no date is invented");
    let json_ld = guide.get("/record/record.jsonld").await;
    let read = record::Exchange::from_json_ld(&json_ld.body).unwrap();
    let csv = guide.get("/record/record.csv").await;
    assert_eq!(record::Exchange::from_csv(&csv.body).unwrap(), read);
    assert!(read.record.claims.iter().any(|claim| claim.id == "denied"));
    import_shows_each_claim_and_keeps_none(&guide, &csv.body, &json_ld.body).await;

    // What a claim said before stays with it, and the time line says until when.
    let changed = checker
        .post(
            "/edit/claim",
            &claim_fields("at-front", source).replace("are+at", "were+at"),
        )
        .await;
    assert_eq!(changed.status, 303);
    guide
        .until(|view| revision(view, "at-front").is_some())
        .await;
    editor.until(|view| view["editing"]["ready"] == 1).await;
    assert_eq!(editor.post("/edit/publish", "").await.status, 303);
    guide
        .until(|view| revision(view, "at-front").is_none())
        .await;
    let screen = guide.get("/record").await;
    assert!(screen.body.contains("Soldiers were at the front.") && screen.has("earlier"));
    assert!(screen.body.contains("data-what=\"changed\""));
    let today = record::date_of(now().day());
    assert!(
        relay_cards(&ground)
            .await
            .contains(&format!("\"until\":\"{today}\""))
    );
    let history = guide.get("/edit").await;
    for what in ["revised", "checked", "published", "held-back"] {
        assert!(
            history.body.contains(&format!("data-what=\"{what}\"")),
            "{what}"
        );
    }
    for served in [willow, birch, maple] {
        served.end().await;
    }
}

/// What was given out is read back, in both formats; a claim that is there already leads there; a broken file comes back whole.
async fn import_shows_each_claim_and_keeps_none(guide: &Browser, csv: &str, json_ld: &str) {
    for file in [csv, json_ld] {
        let body = format!("file={}", encoded(file));
        let shown = guide.post("/edit/import", &body).await;
        assert_eq!(shown.status, 200);
        assert!(shown.has("imported") && shown.body.contains("/edit/claim/denied"));
        let other = file.replace("denied", "elsewhere");
        let body = format!("file={}&claim=elsewhere", encoded(&other));
        let form = guide.post("/edit/import/claim", &body).await;
        assert!(form.has("claim-form") && form.body.contains("value=\"elsewhere\""));
    }
    let broken = "id,text\n1,\"open";
    let refused = guide
        .post("/edit/import", &format!("file={}", encoded(broken)))
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.has("problem") && refused.body.contains("1,&quot;open"));
    let view = guide.view(None).await;
    assert!(revision(&view, "elsewhere").is_none(), "nothing is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_checked_is_not_published_and_what_was_typed_comes_back() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    coordinator(&ground).await.stop().await;
    let willow = serve(&ground, "coordinator").await;
    let editor = Browser::enter(&willow.links.open).await;
    editor
        .until(|view| view["standings"]["fresh"] == "live")
        .await;
    let publish = async |json: &str| {
        let body = format!("cards={}", encoded(json));
        editor.post("/cards/publish", &body).await
    };
    let wrong = r#"{"cards":[],"record":{"claims":[{"id":"circle","text":"Round.","how":"sworn","supports":["circle","nobody"]}]}}"#;
    let refused = publish(wrong).await;
    assert_eq!(refused.status, 409);
    for problem in ["claim-how", "claim-of-itself", "unknown-claim", "circular"] {
        let shown = format!("data-problem=\"{problem}\"");
        assert!(refused.body.contains(&shown), "{problem}");
    }
    assert!(refused.body.contains("Round."));
    let unchecked = r#"{"cards":[{"id":"mine","class":"general","reviewed":"2026-11-01","review_by":"2027-01-01",
        "sources":[{"kind":"primary"}],"texts":{"ko":{"question":"Q","answer":"All is well."}}}]}"#;
    let refused = publish(unchecked).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("All is well."));
    willow.end().await;
}
