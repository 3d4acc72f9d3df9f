//! The team's screens over HTTP: two persons decide, devices are shut out, files are taken out and brought in.
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

use browser::{encoded, enter};
use ground::team::{admit, admit_as, coordinator, delegate};
use ground::{Ground, now, until};
use serde_json::Value;
use statements::{Act, Stage};

fn member<'a>(view: &'a Value, name: &str) -> &'a Value {
    let roster = view["roster"].as_array().unwrap();
    roster
        .iter()
        .find(|member| member["work_name"] == name)
        .unwrap_or(&Value::Null)
}

/// What stands in a hidden field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.unwrap().split('"').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_coordinators_decide_on_what_the_first_signed() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let rowan = admit_as(&ground, &willow, "Rowan", Stage::Coordinator).await;
    let birch = admit(&ground, &willow, "Birch").await;
    let devices = [&willow, &rowan].map(|desk| desk.handle().view().view.me);
    delegate(&ground, 2, 2, &devices).await;
    for desk in [&willow, &rowan] {
        until(desk.handle(), "two must agree", |shown| {
            shown.view.admission_threshold == Some(2) && shown.view.roster.len() == 3
        })
        .await;
    }
    for desk in [willow, rowan, birch] {
        desk.stop().await;
    }
    let (first_desk, first) = enter(&ground, "coordinator").await;
    let (second_desk, second) = enter(&ground, "Rowan").await;
    let view = first
        .until(|view| view["roster"].as_array().unwrap().len() == 3)
        .await;
    assert_eq!(view["admission_threshold"], 2);
    assert!(!first.get("/roster").await.has("warning-one-coordinator"));
    let device = member(&view, "Birch")["device"].as_str().unwrap();
    let address = format!("/roster/member/{device}");

    // A permission: refused with what was typed kept, then proposed, shown in full, agreed to.
    let no_day = "act=travel&authority=The+Council&document=&scope=&permission-from=soon&permission-until=2027-12-31";
    let refused = first.post(&format!("{address}/permit"), no_day).await;
    assert_eq!(refused.status, 409);
    assert!(refused.has("error") && refused.body.contains("value=\"The Council\""));
    let refreshed = first.get(&format!("{address}/permit")).await;
    assert_eq!(
        refreshed.status, 200,
        "a screen with an error can be refreshed"
    );
    let travel = "act=travel&authority=The+Council&document=No.+7&scope=abroad&permission-from=2026-01-01&permission-until=2027-12-31";
    assert_eq!(
        first
            .post(&format!("{address}/permit"), travel)
            .await
            .status,
        303
    );
    let view = second
        .until(|view| view["proposals"][0]["may_decide"] == true)
        .await;
    let proposal = view["proposals"][0]["proposal"].as_str().unwrap();
    let mine = first
        .until(|view| view["proposals"][0]["mine"] == true)
        .await;
    assert_eq!(mine["proposals"][0]["waits_for"][0], "Rowan");
    let page = second.get("/decisions").await;
    assert!(page.has("approve") && page.has("decline") && !page.has("take-back"));
    assert!(page.has("to-decide"));
    for said in [
        "The Council",
        "No. 7",
        "abroad",
        "2026-01-01",
        "2027-12-31",
        "Birch",
    ] {
        assert!(page.body.contains(said), "{said}");
    }
    let digits: Vec<&str> = (0..8).map(|at| &device[at * 8..at * 8 + 8]).collect();
    assert!(page.body.contains(&digits.join(" ")));
    let page = first.get("/decisions").await;
    assert!(page.has("waits-for") && page.has("take-back") && !page.has("approve"));
    let board = first.get("/permissions").await;
    assert!(board.has("board-pending") && board.body.contains("Waits for: Rowan"));
    let own = first
        .post(&format!("/decisions/{proposal}/approve"), "")
        .await;
    assert_eq!(own.status, 409, "nobody is two persons");
    let approved = second
        .post(&format!("/decisions/{proposal}/approve"), "")
        .await;
    assert_eq!(approved.status, 303);
    let holds = |view: &Value| {
        let held = member(view, "Birch")["permissions"].as_array().cloned();
        held.is_some_and(|held| {
            held.iter()
                .any(|one| one["act"] == "travel" && one["state"] == "holds")
        })
    };
    first.until(holds).await;
    second
        .until(|view| view["proposals"].as_array().unwrap().is_empty())
        .await;

    // Another stage: refused with a reason that the first reads; the reason is asked for.
    let senior = "stage=senior&until=2027-12-31&languages=ko&dialects=&topics=&branch=&years=";
    assert_eq!(
        first
            .post(&format!("{address}/change"), senior)
            .await
            .status,
        303
    );
    let view = second
        .until(|view| view["proposals"][0]["may_decide"] == true)
        .await;
    assert_eq!(view["proposals"][0]["what"]["kind"], "change");
    let page = second.get("/decisions").await;
    assert!(page.body.contains("data-testid=\"differs\""));
    let proposal = view["proposals"][0]["proposal"].as_str().unwrap();
    let decline = format!("/decisions/{proposal}/decline");
    first
        .until(|view| view["proposals"][0]["proposal"] == proposal)
        .await;
    assert_eq!(second.post(&decline, "reason=+").await.status, 422);
    assert_eq!(second.post(&decline, "reason=Too+early").await.status, 303);
    first
        .until(|view| view["proposals"].as_array().unwrap().is_empty())
        .await;
    assert!(first.get("/").await.body.contains("Too early"));
    assert_eq!(member(&first.view(None).await, "Birch")["stage"], "guide");

    // Cards: what differs from the live set is shown. What one alone published does not count under two.
    let set = |cards: &str| format!(r#"{{"demonstration":true,"cards":[{cards}]}}"#);
    let card = |id: &str, answer: &str| {
        format!(
            r#"{{"id":"{id}","class":"general","reviewed":"2020-01-01","review_by":"2020-06-01","sources":[{{"kind":"primary"}}],
            "texts":{{"ko":{{"question":"Q","answer":"{answer}"}}}}}}"#
        )
    };
    let publish = |json: String| {
        let first = &first;
        async move {
            let sent = first
                .post("/cards/publish", &format!("cards={}", encoded(&json)))
                .await;
            assert_eq!(sent.status, 303, "{}", sent.body);
        }
    };
    publish(set(
        &[card("fresh", "A card."), card("stale", "Old.")].join(",")
    ))
    .await;
    // What it has just declined may still be before its eyes.
    let view = second
        .until(|view| {
            let proposal = &view["proposals"][0];
            proposal["may_decide"] == true && proposal["what"]["kind"] == "cards"
        })
        .await;
    let proposal = view["proposals"][0]["proposal"].as_str().unwrap();
    let approve = format!("/decisions/{proposal}/approve");
    let approved = second.post(&approve, "").await;
    assert_eq!(approved.status, 303, "{}", approved.body);
    for browser in [&first, &second] {
        let is_live = |view: &Value| view["cards"].as_array().unwrap().len() == 2;
        browser.until(is_live).await;
    }
    // A card that says something new would first have to be checked; one that is sent no more needs only two.
    let stopped =
        card("fresh", "A card.").replace("\"class\"", "\"suspended\":\"2020-03-01\",\"class\"");
    publish(set(&stopped)).await;
    second
        .until(|view| {
            view["proposals"][0]["what"]["kind"] == "cards"
                && view["proposals"][0]["proposal"] != proposal
        })
        .await;
    let page = second.get("/decisions").await;
    assert!(page.body.contains("2020-03-01</ins>"));
    assert!(
        page.body
            .contains("data-card=\"stale\" data-standing=\"missing\"")
    );
    for (served, browser) in [(first_desk, first), (second_desk, second)] {
        drop(browser);
        served.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_corps_is_seen_before_anything_happens() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    admit(&ground, &willow, "=Birch").await.stop().await;
    willow.stop().await;
    let (served, browser) = enter(&ground, "coordinator").await;
    browser
        .until(|view| view["roster"].as_array().unwrap().len() == 2)
        .await;
    let file = browser.get("/roster/export.csv").await;
    assert!(file.head.contains("content-type: text/csv"));
    assert!(file.body.contains("\r\n'=Birch,guide,"), "{}", file.body);
    assert!(file.body.contains("Willow,coordinator,"));

    // Unchanged it does nothing; with one wrong line it does nothing either.
    let send = |path: &'static str, text: &str, more: String| {
        let body = format!("csv={}{more}", encoded(text));
        let browser = &browser;
        async move { browser.post(path, &body).await }
    };
    let same = send("/roster/file", &file.body, String::new()).await;
    assert!(same.status == 200 && same.has("import-nothing") && !same.has("import-apply"));
    let wrong = "work_name,stage,until,years,outside\n'=Birch,senior,2027-05-01,9,navy\nAsh,captain,2027-05-01,,\n";
    let wrong = send("/roster/file", wrong, String::new()).await;
    assert!(wrong.status == 422 && wrong.has("import-wrong") && !wrong.has("import-apply"));
    assert!(wrong.body.contains("data-step=\"wrong\" data-line=\"3\""));
    assert!(
        wrong.body.contains("Ash,captain"),
        "what was typed is not lost"
    );

    let right = "\u{feff}work_name,stage,until,languages,years,outside\n'=Birch,senior,2027-05-01,ko; ru,9,region\nAsh,guide,,,,\nWillow,,,,,\n";
    let page = send("/roster/file", right, String::new()).await;
    assert_eq!(page.status, 200);
    for step in ["change", "invite"] {
        assert!(
            page.body.contains(&format!("data-step=\"{step}\"")),
            "{step}"
        );
    }
    let view = browser.view(None).await;
    assert_eq!(
        member(&view, "=Birch")["stage"],
        "guide",
        "nothing has happened yet"
    );
    let plan = field(&page.body, "plan").to_owned();
    let other = send("/roster/file/apply", right, "&plan=00".into()).await;
    assert_eq!(other.status, 409, "another plan than the one that was seen");
    let done = send("/roster/file/apply", right, format!("&plan={plan}")).await;
    assert!(done.status == 200 && done.has("imported"), "{}", done.body);
    let view = browser
        .until(|view| member(view, "=Birch")["stage"] == "senior")
        .await;
    assert_eq!(member(&view, "=Birch")["profile"]["years"], 9);
    assert_eq!(member(&view, "=Birch")["until"], "2027-05-01");
    assert_eq!(view["invited"][0], "Ash");
    let again = browser.get("/roster/export.csv").await;
    assert!(again.body.contains(",9,region,"), "{}", again.body);
    let roster = browser.get("/roster").await;
    assert!(
        roster.has("invitation")
            && roster.has("invitation-file")
            && roster.has("invitation-picture")
    );
    let invitation = browser.get("/roster/invitation/0").await;
    assert!(invitation.head.contains("attachment"));
    assert!(invitation.body.starts_with("footbridge-invitation:"));
    let again = send("/roster/file", right, String::new()).await;
    assert!(
        again.has("import-nothing"),
        "sent again it does nothing twice"
    );

    // The board shows whom a person asks for.
    let seniors = browser.get("/roster?stage=senior&language=ru").await;
    assert_eq!(seniors.body.matches("data-testid=\"member\"").count(), 1);
    assert!(
        browser
            .get("/roster?stage=trainee&language=")
            .await
            .body
            .contains("Nobody matches")
    );
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guide_tries_is_seen_and_a_device_is_shut_out() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    birch.stop().await;
    willow.stop().await;
    let (served, browser) = enter(&ground, "coordinator").await;
    let (guide_desk, guide) = enter(&ground, "Birch").await;
    assert!(browser.get("/roster").await.has("warning-one-coordinator"));

    // A guide sees the corps, and nothing that is the coordinators'.
    let page = guide.get("/permissions").await;
    assert!(page.has("board-row") && !page.has("withdraw"));
    for path in [
        "/trail",
        "/exposure",
        "/roster/file",
        "/roster/invitation/0",
    ] {
        assert_eq!(guide.get(path).await.status, 404, "{path}");
    }
    assert_eq!(guide.get("/case/0badcafe").await.status, 404);
    assert_eq!(guide.get("/roster/export.csv").await.status, 403);
    let seen = browser
        .until(|view| {
            let alarms = view["alarms"].as_array().unwrap();
            let has = |word: &str| alarms.iter().any(|alarm| alarm["alarm"] == word);
            has("opened-unassigned") && has("export-refused")
        })
        .await;
    assert_eq!(seen["alarms"][0]["about"], "Birch");
    assert!(
        guide.view(None).await["alarms"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    for path in ["/", "/cards", "/shifts", "/help"] {
        let page = browser.get(path).await;
        assert!(page.has("alarm") && page.has("acknowledge"), "{path}");
        assert!(!guide.get(path).await.has("alarm"), "{path}");
    }
    let trail = browser.get("/trail").await;
    assert!(trail.has("trail-row") && trail.body.contains("data-step=\"refused-open\""));
    for alarm in seen["alarms"].as_array().unwrap() {
        let address = format!("/alarms/{}/acknowledge", alarm["number"]);
        assert_eq!(browser.post(&address, "").await.status, 303);
    }
    assert!(!browser.get("/").await.has("alarm"));

    // Shutting out asks for the work name, and says what happens.
    let view = browser.view(None).await;
    let device = member(&view, "Birch")["device"].as_str().unwrap();
    let address = format!("/roster/member/{device}/revoke");
    assert_eq!(guide.get(&address).await.status, 404);
    let page = browser.get(&address).await;
    assert!(page.has("revoke-explained") && page.has("revoke-confirm"));
    for wrong in [
        "reason=lost&confirm=birch",
        "confirm=Birch",
        "reason=lost&confirm=",
    ] {
        assert_eq!(browser.post(&address, wrong).await.status, 422, "{wrong}");
    }
    let done = browser.post(&address, "reason=lost&confirm=Birch").await;
    assert_eq!((done.status, done.location()), (303, "/exposure"));
    browser
        .until(|view| view["exposures"][0]["work_name"] == "Birch")
        .await;
    let page = browser.get("/exposure").await;
    assert!(page.has("exposure") && page.body.contains("The device is lost"));
    guide.until(|view| view["shut_out"] == true).await;
    let page = guide.get("/").await;
    assert!(page.has("shut-out") && page.has("warning-shut-out"));
    assert!(!page.has("waiting-count"));
    guide_desk.end().await;
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_give_the_commands_of_the_team() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    admit(&ground, &willow, "Birch").await.stop().await;
    willow.stop().await;
    let (served, script) = enter(&ground, "coordinator").await;
    let view = script
        .until(|view| view["roster"].as_array().unwrap().len() == 2)
        .await;
    let device = member(&view, "Birch")["device"].clone();
    let give = |command: Value| {
        let script = &script;
        async move {
            script
                .send("/api/command", "application/json", &command.to_string())
                .await
        }
    };
    let today = now().day().0;
    assert!(today > 0);
    let change =
        serde_json::json!({"command": "change-member", "device": device, "stage": "senior"});
    assert_eq!(give(change).await.status, 204);
    let view = script
        .until(|view| member(view, "Birch")["stage"] == "senior")
        .await;
    assert_eq!(member(&view, "Birch")["until"].as_str().unwrap().len(), 10);
    let permission = serde_json::json!({"act": Act::Travel.word(), "authority": "The Council", "from": "2026-01-01", "until": "2027-12-31"});
    let ask = serde_json::json!({"command": "ask-permission", "device": device, "permission": permission});
    assert_eq!(give(ask).await.status, 204);
    script
        .until(|view| {
            let held = member(view, "Birch")["permissions"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            held.iter()
                .any(|one| one["act"] == "travel" && one["state"] == "asked")
        })
        .await;
    let withdraw =
        serde_json::json!({"command": "withdraw-permission", "device": device, "act": "answer"});
    assert_eq!(give(withdraw).await.status, 204);
    let unknown = serde_json::json!({"command": "approve", "proposal": "00".repeat(16)});
    let refused = give(unknown).await;
    assert!(
        refused.status == 409 && refused.body.contains("unknown-proposal"),
        "{}",
        refused.body
    );
    let last = member(&view, "Willow")["device"].clone();
    let leave = serde_json::json!({"command": "revoke", "device": last, "reason": "leaves"});
    let refused = give(leave).await;
    assert!(
        refused.body.contains("last-coordinator"),
        "{}",
        refused.body
    );
    let foreign = script.get("/api/case/0badcafe").await;
    assert!(foreign.status == 404 && foreign.body.contains("unknown-case"));
    served.end().await;
}
