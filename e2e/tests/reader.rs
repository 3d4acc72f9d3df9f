//! A first visit by somebody who hears the page: a real screen reader, a real browser, real keys.
#![allow(clippy::unwrap_used, reason = "a test")]

use e2e::{Kind, ScreenReader, demonstration};

const WORDS: &str = "analyst know force job napkin share husband";
const WAIT: &str = "Expected with these choices";
/// So often somebody comes to where the wait stands.
const ARRIVALS: usize = 3;

async fn a_first_visit_is_heard(kind: Kind) {
    let line = demonstration().await.unwrap();
    let page = format!("{}/en", line.relay_url());
    let mut reader = ScreenReader::open(kind, &page).unwrap();
    // A page is read as a whole when it has come.
    reader
        .hears("You can write here without giving your name")
        .await
        .unwrap();

    reader
        .goes_to("I have my words push button", "Tab")
        .await
        .unwrap();
    reader.presses("Return").unwrap();
    reader.hears("Type the seven words. entry").await.unwrap();
    // What is typed is text, and no command to the reader.
    reader.types(WORDS).await.unwrap();
    reader.goes_to("Open push button", "Tab").await.unwrap();
    reader.presses("Return").unwrap();
    reader.hears("There is nothing here").await.unwrap();

    reader
        .goes_to("Do not write names, unit, place or route", "Tab")
        .await
        .unwrap();
    reader
        .types("I am at 48.12345, 37.45678. is this real")
        .await
        .unwrap();
    reader.goes_to("Who should answer?", "Tab").await.unwrap();
    reader.goes_to("Send push button", "Tab").await.unwrap();
    reader.presses("Return").unwrap();
    reader.hears("This looks like: a position").await.unwrap();
    reader
        .goes_to("Take it out of the text push button", "Tab")
        .await
        .unwrap();
    reader.presses("Return").unwrap();
    reader.hears("Your message entry I am at").await.unwrap();
    reader.goes_to("Send push button", "Tab").await.unwrap();
    reader.presses("Return").unwrap();
    let said = reader.hears("Your message has arrived").await.unwrap();
    assert!(said.iter().any(|line| line == "Sending…"), "{said:?}");

    reader
        .goes_to("Write more push button", "Tab")
        .await
        .unwrap();
    reader.presses("Return").unwrap();
    reader.hears("Your message entry").await.unwrap();
    reader.types("more").await.unwrap();
    reader.goes_to("Who should answer?", "Tab").await.unwrap();

    // How long it takes is said when it has changed, not at each letter.
    let said = reader.said();
    let waits = said.iter().filter(|said| said.starts_with(WAIT));
    assert!(waits.count() <= ARRIVALS, "{said:?}");

    reader.goes_to("우리말 link", "shift+Tab").await.unwrap();
    reader.presses("Return").unwrap();
    reader.hears("우리말").await.unwrap();
    reader
        .goes_to("바로 나가기 push button", "shift+Tab")
        .await
        .unwrap();
    reader.presses("Return").unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask screen-reader runs it"]
async fn a_first_visit_is_heard_by_a_screen_reader_using_chromium() {
    a_first_visit_is_heard(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask screen-reader runs it"]
async fn a_first_visit_is_heard_by_a_screen_reader_using_firefox() {
    a_first_visit_is_heard(Kind::Firefox).await;
}
