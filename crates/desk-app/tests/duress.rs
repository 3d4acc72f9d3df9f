//! A guide who is forced: the second phrase, the desk it opens, and who is told.
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
use desk::{Alarm, CaseLabel, Command, Notice, Refusal};
use desk_app::{CommandError, Connection, DuressError, Passphrase, Running, Vault, VaultError};
use ground::team::{admit, coordinator, on_duty, waiting};
use ground::{Ground, passphrase, until};

fn second() -> Passphrase {
    Passphrase::new("a quiet river".into())
}

fn forced(ground: &Ground, name: &str) -> Running {
    let vault = Vault::open(&ground.vault(name), &second()).unwrap();
    Running::start(vault, None).unwrap()
}

async fn alarmed(desk: &Running, times: usize) {
    until(desk.handle(), "the silent alarm", |shown| {
        let alarms = shown.view.alarms.iter();
        alarms.filter(|alarm| alarm.alarm == Alarm::Duress).count() == times
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_phrase_opens_a_quiet_desk_and_alarms_colleagues() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    let mut contact = ground.contact().await;
    contact.open(&[3; 15]).await;
    contact.write("it is me").await;
    let case = waiting(&birch).await;
    birch.handle().command(Command::Take(case)).await.unwrap();
    until(birch.handle(), "the case", |shown| {
        !shown.view.cases.is_empty() && shown.view.outbox == 0
    })
    .await;

    let alike = birch.handle().set_second_phrase(passphrase()).await;
    assert_eq!(alike, Err(DuressError::TooAlike));
    birch.handle().set_second_phrase(second()).await.unwrap();
    assert_eq!(birch.handle().has_second_phrase().await, Ok(true));
    until(birch.handle(), "the mark was sent", |shown| {
        shown.view.outbox == 0
    })
    .await;
    let told = birch.handle().notices();
    let is_told = |told: &desk_app::ShownNotice| matches!(*told.notice, Notice::DuressPrepared(_));
    assert!(!told.iter().any(is_told), "nothing is told");
    birch.stop().await;

    let desk = forced(&ground, "Birch");
    let shown = until(desk.handle(), "the line", |shown| {
        shown.connection == Connection::Connected
    })
    .await;
    let view = &shown.view;
    assert_eq!(view.work_name, "Birch");
    assert!(view.admitted && view.on_duty && view.cards.is_some());
    assert!(view.cases.is_empty() && view.waiting.is_empty() && view.alarms.is_empty());
    assert!(shown.notices.is_empty() && view.outbox == 0);
    assert!(desk.handle().case(case).await.is_none());
    alarmed(&willow, 1).await;
    desk.stop().await;

    // A mark counts once, and the alarm of one person once a day: the real desk prepares another for the next time.
    let prepared = |shown: &desk_app::Shown| {
        let steps = shown.view.trail.iter();
        steps.filter(|row| row.step == "prepared-duress").count()
    };
    assert_eq!(prepared(&willow.handle().view()), 1);
    let birch = ground.desk("Birch");
    until(willow.handle(), "another alarm", |shown| {
        prepared(shown) == 2
    })
    .await;
    birch.stop().await;
    let birch = ground.desk("Birch");
    until(birch.handle(), "the case", |shown| {
        !shown.view.cases.is_empty()
    })
    .await;
    assert!(birch.handle().case(case).await.is_some(), "nothing is lost");
    birch.stop().await;
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_waits_for_the_relay() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    birch.handle().set_second_phrase(second()).await.unwrap();
    until(birch.handle(), "sent", |shown| shown.view.outbox == 0).await;
    birch.stop().await;
    // A desk to which no relay answers keeps the alarm for the next opening.
    let vault = Vault::open(&ground.vault("Birch"), &second()).unwrap();
    let offline = Running::start(vault, Some("http://127.0.0.1:1")).unwrap();
    until(offline.handle(), "offline", |shown| {
        matches!(shown.connection, Connection::Offline { .. })
    })
    .await;
    offline.stop().await;
    // Without a shift the relay takes no post of anybody: the alarm waits for one.
    let desk = forced(&ground, "Birch");
    until(desk.handle(), "the line", |shown| {
        shown.connection == Connection::Connected
    })
    .await;
    on_duty(&willow, &[]).await;
    alarmed(&willow, 1).await;
    desk.stop().await;
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_tried_at_the_quiet_desk_is_answered_as_at_an_empty_one() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    birch.handle().set_second_phrase(second()).await.unwrap();
    // What the real desk answers, at which nobody waits.
    let tries = || {
        let case = CaseLabel([1, 2, 3, 4]);
        [
            Command::TakeNext,
            Command::Take(case),
            Command::MarkRead(case),
            Command::Destroy(case),
            Command::Return(case),
            Command::CheckInvitations,
            Command::Invite {
                work_name: "Aspen".into(),
            },
            Command::AnswerWithCard {
                case,
                card: "stale".into(),
                language: protocol::Language::Korean,
            },
            Command::AnswerWithCard {
                case,
                card: "fresh".into(),
                language: protocol::Language::Korean,
            },
        ]
    };
    let mut real = Vec::new();
    for command in tries() {
        real.push(birch.handle().command(command).await);
    }
    birch.stop().await;
    let desk = forced(&ground, "Birch");
    until(desk.handle(), "the line", |shown| shown.view.on_duty).await;
    for (command, expected) in tries().into_iter().zip(real) {
        assert_eq!(desk.handle().command(command).await, expected);
    }
    let twice = desk.handle();
    twice
        .command(Command::CheckIn(protocol::Readiness::Here))
        .await
        .unwrap();
    assert!(twice.view().view.checked_in);
    twice
        .command(Command::CheckOut { debriefed: false })
        .await
        .unwrap();
    let again = twice.command(Command::CheckOut { debriefed: false }).await;
    assert_eq!(again, Err(CommandError::Refused(Refusal::NotOnDuty)));
    desk.stop().await;
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_sets_a_second_phrase_and_the_quiet_desk_shows_no_sign_of_it() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    birch.stop().await;
    let served = serve(&ground, "Birch").await;
    let browser = Browser::enter(&served.links.open).await;
    browser
        .until(|view| view["connection"] == "connected")
        .await;
    let page = browser.get("/duress").await;
    assert!(page.has("duress-set") && !page.has("duress-clear"));
    for wrong in [
        "phrase=&again=",
        "phrase=a+quiet+river&again=a+quiet",
        "phrase=A+Passphrase&again=A+Passphrase",
    ] {
        let refused = browser.post("/duress", wrong).await;
        assert_eq!(refused.status, 409, "{wrong}");
        assert!(refused.has("error"));
    }
    let set = browser
        .post("/duress", "phrase=a+quiet+river&again=a+quiet+river")
        .await;
    assert_eq!((set.status, set.location()), (303, "/duress"));
    assert!(browser.get("/duress").await.has("duress-clear"));
    browser.until(|view| view["outbox"] == 0).await;
    browser.post("/lock", "").await;

    let wrong = browser.post("/unlock", "passphrase=another").await;
    assert_eq!(wrong.status, 403);
    let opened = browser.post("/unlock", "passphrase=a+quiet+river").await;
    assert_eq!((opened.status, opened.location()), (303, "/"));
    alarmed(&willow, 1).await;
    for path in [
        "/",
        "/cards",
        "/shifts",
        "/roster",
        "/decisions",
        "/help",
        "/api/view",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.has("error"), "{path}");
        for sign in ["harmless", "silent alarm"] {
            assert!(!page.body.contains(sign), "{path} says {sign}");
        }
    }
    let page = browser.get("/duress").await;
    assert!(!page.has("duress-clear"), "no sign of the one that is set");
    browser.post("/lock", "").await;
    let opened = browser.post("/unlock", "passphrase=a+passphrase").await;
    assert_eq!(opened.status, 303);
    assert!(browser.get("/duress").await.has("duress-clear"));
    browser.post("/duress/clear", "").await;
    browser.post("/lock", "").await;
    let cleared = browser.post("/unlock", "passphrase=a+quiet+river").await;
    assert_eq!(cleared.status, 403);
    served.end().await;
    let cleared = Vault::open(&ground.vault("Birch"), &second());
    assert!(matches!(cleared, Err(VaultError::WrongPassphrase)));
    willow.stop().await;
}
