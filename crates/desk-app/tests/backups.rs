//! A backup of a desk's files, restored with the right phrase: what was destroyed since opens no more.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use std::path::Path;

use desk::{CaseLabel, Command};
use desk_app::{CommandError, Connection, Running, Trouble};
use ground::team::{admit, coordinator, on_duty, waiting};
use ground::{Ground, until};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

async fn rotated(desk: &Running) {
    until(desk.handle(), "the key is new", |shown| {
        shown.is_destroyed_everywhere && shown.view.outbox == 0
    })
    .await;
}

async fn take(ground: &Ground, guide: &Running, words: u8) -> CaseLabel {
    let mut contact = ground.contact().await;
    contact.open(&[words; 15]).await;
    contact.write("it is me").await;
    let case = waiting(guide).await;
    guide.handle().command(Command::Take(case)).await.unwrap();
    until(guide.handle(), "the case", |shown| {
        shown.view.cases.iter().any(|row| row.label == case)
    })
    .await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_case_comes_back_from_no_backup_and_a_live_one_is_kept() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    let destroyed = take(&ground, &birch, 3).await;
    let lives = take(&ground, &birch, 4).await;
    rotated(&birch).await;
    birch.stop().await;
    copy(&ground.vault("Birch"), &ground.vault("backup"));

    let birch = ground.desk("Birch");
    until(birch.handle(), "the cases", |shown| {
        shown.view.cases.len() == 2 && shown.connection == Connection::Connected
    })
    .await;
    let destroy = Command::Destroy(destroyed);
    birch.handle().command(destroy).await.unwrap();
    rotated(&birch).await;

    let backup = ground.desk("backup");
    until(backup.handle(), "out of date", |shown| {
        shown.trouble == Some(Trouble::OutOfDate)
    })
    .await;
    assert!(backup.handle().view().view.cases.is_empty());
    for case in [destroyed, lives] {
        assert!(backup.handle().case(case).await.is_none());
    }
    let refused = backup.handle().command(Command::TakeNext).await;
    assert_eq!(refused, Err(CommandError::NeedsLine));
    backup.stop().await;
    assert!(birch.handle().case(lives).await.is_some());
    birch.stop().await;
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_relay_the_desk_says_that_its_cases_need_it_and_opens_them_by_itself() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    let case = take(&ground, &birch, 5).await;
    rotated(&birch).await;
    birch.stop().await;
    // The relay's store must outlive this, so the desk is sent elsewhere instead.
    let vault = desk_app::Vault::open(&ground.vault("Birch"), &ground::passphrase()).unwrap();
    let birch = Running::start(vault, Some("http://127.0.0.1:1")).unwrap();
    until(birch.handle(), "it says so", |shown| {
        shown.trouble == Some(Trouble::NeedsLine)
            && matches!(shown.connection, Connection::Offline { .. })
    })
    .await;
    assert!(birch.handle().view().view.admitted);
    assert!(birch.handle().case(case).await.is_none());
    birch.stop().await;
    let birch = ground.desk("Birch");
    until(birch.handle(), "the case", |shown| {
        shown.trouble.is_none() && shown.view.cases.len() == 1
    })
    .await;
    assert!(birch.handle().case(case).await.is_some());
    birch.stop().await;
    willow.stop().await;
}
