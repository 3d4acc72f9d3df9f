//! On a slow link, in a real browser: nobody waits for the module before learning words, and a page that is cut off says so.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use demo::DemoLine;
use e2e::{Browser, HeldPage, demonstration_at};

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "the line is slow here. do you read me? sandpiper-6104";

/// A phone that has all of the page but its module.
async fn half_loaded(held: &HeldPage, language: &str) -> Browser {
    let phone = Browser::start_impatient(320, 640, None).await.unwrap();
    let page = format!("{}/{language}", held.address());
    phone.open(&page).await.unwrap();
    phone.find("card").await.unwrap();
    phone.find("new").await.unwrap();
    phone
}

async fn learns_words_meanwhile(line: &DemoLine) {
    let held = HeldPage::before(line.relay_url()).await.unwrap();
    let phone = half_loaded(&held, "en").await;
    phone.wait_for("coming", "still loading").await.unwrap();
    assert!(!phone.is_too_wide().await.unwrap());
    phone.picture("page-loading-en-320").await.unwrap();
    phone.click("new").await.unwrap();
    phone.find("word").await.unwrap();
    let words = phone.texts("word").await.unwrap();
    assert_eq!(words.len(), 7);
    phone.click("words-next").await.unwrap();
    phone.write("words-typed", &words.join(" ")).await.unwrap();
    phone.click("words-open").await.unwrap();
    phone
        .wait_until("return !document.getElementById('working').hidden")
        .await
        .unwrap();
    phone.picture("page-loading-working-en-320").await.unwrap();
    held.let_go();
    phone.write("message", QUESTION).await.unwrap();
    phone.click("send").await.unwrap();
    phone.wait_for("outcome", "arrived").await.unwrap();
    assert!(phone.console_errors().await.unwrap().is_empty());
    phone.close().await.unwrap();
}

async fn is_told_that_the_page_was_cut_off(line: &DemoLine) {
    let held = HeldPage::before(line.relay_url()).await.unwrap();
    let phone = half_loaded(&held, "ko").await;
    phone.click("new").await.unwrap();
    phone.find("word").await.unwrap();
    held.cut();
    // The browser says nothing of it; whoever goes on is led back to the start after a while, with what is wrong and what to do.
    let words = phone.texts("word").await.unwrap().join(" ");
    phone.click("words-next").await.unwrap();
    phone.write("words-typed", &words).await.unwrap();
    phone.click("words-open").await.unwrap();
    let trouble = "document.getElementById('start-trouble').textContent";
    let told = format!("return {trouble}.includes('다 불러오지 못했습니다')");
    phone.wait_until(&told).await.unwrap();
    phone
        .wait_until("return !document.getElementById('start').hidden")
        .await
        .unwrap();
    phone.picture("page-cut-ko-320").await.unwrap();
    held.let_go();
    phone.click("start-again").await.unwrap();
    let is_whole = "return document.getElementById('start-coming')?.textContent === '' && !document.getElementById('start-ways').hidden";
    phone.wait_until(is_whole).await.unwrap();
    phone.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_slow_link_words_are_learned_while_the_page_comes() {
    // What a page takes for cut off is counted in turns, and must not pass while a busy browser only takes its time.
    let line = demonstration_at(Some(4_000)).await.unwrap();
    learns_words_meanwhile(&line).await;
    is_told_that_the_page_was_cut_off(&line).await;
    let waiting = line.guide().wait_until(PATIENCE, |view| {
        view["waiting"]
            .as_array()
            .is_some_and(|waiting| waiting.len() == 1)
    });
    waiting.await.unwrap();
    line.stop().await;
}
