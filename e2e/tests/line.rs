//! The main job in real browsers: a contact writes, a guide answers, another device reads, the case is destroyed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use e2e::{Browser, Kind, demonstration};

const QUESTION: &str = "is this real? what happens to my mother? heron-7141";
const ANSWER: &str = "I left the same army. lantern-9265";
const WRITTEN_BACK: &str = "thank you, I will come back. orchard-3583";

/// Opens the line with words on a device of its own.
async fn come_back(kind: Kind, page: &str, words: &str) -> Browser {
    let browser = Browser::start_kind(kind, 360, 740).await.unwrap();
    browser.open(page).await.unwrap();
    browser.click("language-en").await.unwrap();
    browser.click("return").await.unwrap();
    browser.write("words-typed", words).await.unwrap();
    browser.click("words-open").await.unwrap();
    browser
}

/// The contact's devices have this browser.
async fn conversation(kind: Kind) {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();

    // The guide's desk is open before anybody writes: the waiting line must appear by itself.
    let desk = Browser::start(1280, 900).await.unwrap();
    desk.open(line.guide().link()).await.unwrap();
    desk.click("language-en").await.unwrap();
    desk.find("waiting-count").await.unwrap();

    // First visit: words shown, typed back, a message, a truthful wait.
    let first = Browser::start_kind(kind, 320, 640).await.unwrap();
    first.open(&page).await.unwrap();
    first.click("language-en").await.unwrap();
    assert!(
        !first.is_too_wide().await.unwrap(),
        "the start fits 320 pixels"
    );
    first.picture("page-start-en-320").await.unwrap();
    first.click("new").await.unwrap();
    first.find("word").await.unwrap();
    let words = first.texts("word").await.unwrap().join(" ");
    assert_eq!(words.split_whitespace().count(), 7, "{words}");
    first.picture("page-words-en-320").await.unwrap();
    first.click("words-next").await.unwrap();
    first.write("words-typed", &words).await.unwrap();
    first.click("words-open").await.unwrap();
    let position = format!("I am at 48.12345, 37.45678. {QUESTION}");
    first.write("message", &position).await.unwrap();
    first.click("urgency-hours").await.unwrap();
    first.click("send").await.unwrap();
    // What can kill does not leave before it was shown, and one tap takes it out.
    first.wait_for("careful-what", "a position").await.unwrap();
    first.picture("page-careful-en-320").await.unwrap();
    assert!(!first.is_too_wide().await.unwrap());
    first.click("careful-remove").await.unwrap();
    let left = first
        .script("return document.getElementById('message').value")
        .await;
    assert_eq!(left.unwrap(), format!("I am at …. {QUESTION}"));
    let emptied = first.script("document.getElementById('message').value = ''");
    emptied.await.unwrap();
    first.write("message", QUESTION).await.unwrap();
    first.picture("page-write-en-320").await.unwrap();
    first.click("send").await.unwrap();
    first.wait_for("outcome", "arrived").await.unwrap();
    first.find("wait").await.unwrap();
    first.picture("page-sent-en-320").await.unwrap();
    let wrong = first.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    let left = first
        .close()
        .await
        .unwrap()
        .search(&[QUESTION, &words])
        .unwrap();
    assert!(
        left.is_empty(),
        "the first device keeps the message or the words: {left:?}"
    );

    // The desk: the row appears without a reload, is taken, read, answered in words and with a card.
    desk.find("queue-row").await.unwrap();
    desk.picture("desk-queue-en").await.unwrap();
    assert!(
        !desk.text().await.unwrap().contains("heron"),
        "no preview in the queue"
    );
    desk.click("take").await.unwrap();
    desk.wait_for("message-contact", QUESTION).await.unwrap();
    desk.write("answer", ANSWER).await.unwrap();
    desk.click("send").await.unwrap();
    desk.wait_for("message-guide", ANSWER).await.unwrap();
    desk.click("card").await.unwrap();
    desk.click("send-card").await.unwrap();
    desk.picture("desk-case-en").await.unwrap();
    let wrong = desk.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    line.guide()
        .settled(std::time::Duration::from_secs(30))
        .await
        .unwrap();

    // Another device: wrong words open an empty line, the right ones the answer.
    let stranger = come_back(
        kind,
        &page,
        "abandon ability able about above absent absorb",
    )
    .await;
    stranger.find("empty-line").await.unwrap();
    stranger.picture("page-empty-en-360").await.unwrap();
    stranger.close().await.unwrap();
    let second = come_back(kind, &page, &words).await;
    second.wait_for("reply", ANSWER).await.unwrap();
    second.picture("page-reply-en-360").await.unwrap();
    second.write("message", WRITTEN_BACK).await.unwrap();
    second.click("send").await.unwrap();
    second.wait_for("outcome", "arrived").await.unwrap();

    // The desk sees that the answers were collected, and what was written back, without a reload.
    desk.wait_for("message-contact", WRITTEN_BACK)
        .await
        .unwrap();
    desk.picture("desk-collected-en").await.unwrap();

    // Leaving wipes the screen and the history.
    second.click("leave").await.unwrap();
    let shown = second.text().await.unwrap_or_default();
    assert!(
        !shown.contains("lantern"),
        "leaving clears the screen: {shown}"
    );
    let canaries = [QUESTION, ANSWER, WRITTEN_BACK, words.as_str()];
    let left = second.close().await.unwrap().search(&canaries).unwrap();
    assert!(
        left.is_empty(),
        "the second device keeps something: {left:?}"
    );

    // Destroyed at the desk: nothing on any disk opens it.
    desk.click("destroy").await.unwrap();
    desk.click("destroy-confirm").await.unwrap();
    line.guide()
        .wait_until(std::time::Duration::from_secs(30), |view| {
            view["cases"][0].is_null()
        })
        .await
        .unwrap();
    line.guide()
        .settled(std::time::Duration::from_secs(30))
        .await
        .unwrap();
    let found = line.search_disks(&canaries).unwrap();
    assert!(found.is_empty(), "{found:?}");
    let left = desk
        .close()
        .await
        .unwrap()
        .search(&[QUESTION, WRITTEN_BACK])
        .unwrap();
    assert!(
        left.is_empty(),
        "the guide's browser keeps the conversation: {left:?}"
    );
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_writes_a_guide_answers_and_nothing_stays() {
    conversation(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask firefox runs it"]
async fn a_contact_writes_and_reads_in_firefox() {
    conversation(Kind::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_in_four_languages_fit_and_are_accessible() {
    let line = demonstration().await.unwrap();
    let page = Browser::start(320, 640).await.unwrap();
    let desk = Browser::start(1280, 900).await.unwrap();
    desk.open(line.coordinator().link()).await.unwrap();
    for language in ["en", "ko", "ru", "uk"] {
        page.open(line.relay_url()).await.unwrap();
        page.click(&format!("language-{language}")).await.unwrap();
        page.find("check-words").await.unwrap();
        assert!(
            !page.is_too_wide().await.unwrap(),
            "{language} at 320 pixels"
        );
        page.picture(&format!("page-start-{language}-320"))
            .await
            .unwrap();
        let wrong = page.accessibility().await.unwrap();
        assert!(wrong.is_empty(), "page, {language}: {wrong:?}");
        page.click("cards").await.unwrap();
        page.find("card").await.unwrap();
        assert!(
            !page.is_too_wide().await.unwrap(),
            "cards, {language} at 320 pixels"
        );
        page.picture(&format!("page-cards-{language}-320"))
            .await
            .unwrap();
        desk.click(&format!("language-{language}")).await.unwrap();
        desk.find("waiting-count").await.unwrap();
        desk.picture(&format!("desk-queue-{language}"))
            .await
            .unwrap();
        let wrong = desk.accessibility().await.unwrap();
        assert!(wrong.is_empty(), "desk, {language}: {wrong:?}");
    }
    page.close().await.unwrap();
    desk.close().await.unwrap();
    line.stop().await;
}
