//! Desks of one line through a real relay: setting up, a conversation, two who take at once, being offline.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod ground;

use desk::{Command, MessageState, Notice};
use desk_app::{CommandError, Connection};
use ground::team::{admit, coordinator, on_duty, waiting};
use ground::{Ground, holding, until};
use protocol::{Language, ReplyPart, Shown as Seen, Text};

const QUESTION: &str = "어머니는 어떻게 됩니까? <b>&amp;";
const ANSWER: &str = "I read you.";

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_from_the_invitation_to_the_destroyed_case() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;

    let mut contact = ground.contact().await;
    contact.open(&[7; 15]).await;
    let sent = contact.write(QUESTION).await;
    assert!(sent.iter().any(|seen| matches!(seen, Seen::Sent)));

    let case = waiting(&birch).await;
    birch.handle().command(Command::Take(case)).await.unwrap();
    until(birch.handle(), "the case", |shown| {
        !shown.view.cases.is_empty()
    })
    .await;
    let view = birch.handle().case(case).await.unwrap();
    assert_eq!(view.messages[0].text.as_str(), QUESTION);

    let answer = Command::Answer {
        case,
        text: text(ANSWER),
    };
    birch.handle().command(answer).await.unwrap();
    let with = |card: &str| Command::AnswerWithCard {
        case,
        card: card.into(),
        language: Language::Korean,
    };
    until(birch.handle(), "cards", |shown| shown.view.cards.is_some()).await;
    let stale = birch.handle().command(with("stale")).await;
    assert_eq!(
        stale,
        Err(CommandError::Refused(desk::Refusal::CardExpired))
    );
    let unknown = birch.handle().command(with("none")).await;
    assert_eq!(
        unknown,
        Err(CommandError::Refused(desk::Refusal::UnknownCard))
    );
    birch.handle().command(with("fresh")).await.unwrap();
    until(birch.handle(), "all sent", |shown| shown.view.outbox == 0).await;

    let mut elsewhere = ground.contact().await;
    let seen = elsewhere.open(&[7; 15]).await;
    let words: Vec<_> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Reply(ReplyPart::Words(words)) => Some(words.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(words, [ANSWER]);
    elsewhere.write("thank you").await;
    let mut view = birch.handle().case(case).await.unwrap();
    while !view
        .messages
        .iter()
        .any(|message| message.text.as_str() == "thank you")
    {
        let version = birch.handle().view().version;
        view = birch.handle().case(case).await.unwrap();
        let changed = birch.handle().wait_for_change(version);
        let changed = tokio::time::timeout(ground::PATIENCE, changed);
        changed.await.expect("what the contact wrote back");
    }
    assert!(
        view.messages
            .iter()
            .any(|message| message.state == MessageState::Collected)
    );

    birch
        .handle()
        .command(Command::Destroy(case))
        .await
        .unwrap();
    until(birch.handle(), "destroyed", |shown| {
        shown.view.cases.is_empty() && shown.view.outbox == 0
    })
    .await;
    assert!(birch.handle().case(case).await.is_none());
    birch.stop().await;
    willow.stop().await;
    for canary in [QUESTION, ANSWER] {
        assert!(holding(ground.directory.path(), canary.as_bytes()).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_one_case_one_wins_and_the_other_is_told() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    let alder = admit(&ground, &willow, "Alder").await;
    on_duty(&willow, &[&birch, &alder]).await;
    let mut contact = ground.contact().await;
    contact.open(&[8; 15]).await;
    contact.write(QUESTION).await;
    let case = waiting(&birch).await;
    assert_eq!(waiting(&alder).await, case);

    let (first, second) = tokio::join!(
        birch.handle().command(Command::Take(case)),
        alder.handle().command(Command::Take(case)),
    );
    assert!(first.is_ok() || second.is_ok());
    let over = |shown: &desk_app::Shown| shown.view.waiting.is_empty() && shown.view.outbox == 0;
    let first = until(birch.handle(), "decided", over).await;
    let second = until(alder.handle(), "decided", over).await;
    assert_eq!(first.view.cases.len() + second.view.cases.len(), 1);
    let loser = if first.view.cases.is_empty() {
        &birch
    } else {
        &alder
    };
    let told = loser.handle().notices();
    assert!(
        told.iter()
            .any(|told| *told.notice == Notice::TakeLost(case))
    );
    assert!(loser.handle().case(case).await.is_none());
    for desk in [birch, alder, willow] {
        desk.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_relay_a_desk_says_so_keeps_what_was_done_and_sends_it_later() {
    let mut ground = Ground::new().await;
    let willow = ground.desk("coordinator");
    until(willow.handle(), "offline", |shown| {
        matches!(shown.connection, Connection::Offline { .. })
    })
    .await;
    // What founding a line publishes waits in the vault, over a restart too.
    let waits = willow.handle().view().view.outbox;
    assert!(waits > 0);
    willow.stop().await;
    let willow = ground.desk("coordinator");
    assert_eq!(willow.handle().view().view.outbox, waits);
    ground.start_relay().await;
    until(willow.handle(), "everything sent", |shown| {
        shown.connection == Connection::Connected && shown.view.outbox == 0
    })
    .await;
    ground.stop_relay();
    until(willow.handle(), "offline again", |shown| {
        matches!(shown.connection, Connection::Offline { .. })
    })
    .await;
    willow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_killed_after_an_answer_was_saved_sends_it_once() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    let willow = coordinator(&ground).await;
    let birch = admit(&ground, &willow, "Birch").await;
    on_duty(&willow, &[&birch]).await;
    let mut contact = ground.contact().await;
    contact.open(&[9; 15]).await;
    contact.write(QUESTION).await;
    let case = waiting(&birch).await;
    birch.handle().command(Command::Take(case)).await.unwrap();
    until(birch.handle(), "the case", |shown| {
        !shown.view.cases.is_empty() && shown.view.outbox == 0
    })
    .await;
    // A command is saved before it is sent; stopping at once is as a kill between the two, or after the second.
    let answer = Command::Answer {
        case,
        text: text(ANSWER),
    };
    birch.handle().command(answer).await.unwrap();
    birch.stop().await;
    let birch = ground.desk("Birch");
    until(birch.handle(), "sent", |shown| {
        shown.view.outbox == 0 && shown.connection == Connection::Connected
    })
    .await;
    let view = birch.handle().case(case).await.unwrap();
    let answers = |text: &str| {
        view.messages
            .iter()
            .filter(|message| message.text.as_str() == text)
            .count()
    };
    assert_eq!((answers(QUESTION), answers(ANSWER)), (1, 1));
    let seen = ground.contact().await.open(&[9; 15]).await;
    let replies = seen
        .iter()
        .filter(|seen| matches!(seen, Seen::Reply(ReplyPart::Words(_))));
    assert_eq!(replies.count(), 1);
    birch.stop().await;
    willow.stop().await;
}
