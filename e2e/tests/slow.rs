//! On a slow link, in a real browser: nobody waits for the module before learning words, and a page that is cut off says so.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use demo::DemoLine;
use e2e::{Browser, HeldPage, Kind, demonstration_at};

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "the line is slow here. do you read me? sandpiper-6104";

/// A phone that has all of the page but its module.
async fn half_loaded(held: &HeldPage, kind: Kind, language: &str) -> Browser {
    let phone = Browser::start_impatient(kind, 320, 640, None)
        .await
        .unwrap();
    let page = format!("{}/{language}", held.address());
    phone.open(&page).await.unwrap();
    phone.find("card").await.unwrap();
    phone.find("new").await.unwrap();
    phone
}

async fn learns_words_meanwhile(line: &DemoLine, kind: Kind) {
    let held = HeldPage::before(line.relay_url()).await.unwrap();
    let phone = half_loaded(&held, kind, "en").await;
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
    if kind == Kind::Chromium {
        assert!(phone.console_errors().await.unwrap().is_empty());
    }
    phone.close().await.unwrap();
}

async fn is_told_that_the_page_was_cut_off(line: &DemoLine, kind: Kind) {
    let held = HeldPage::before(line.relay_url()).await.unwrap();
    let phone = half_loaded(&held, kind, "ko").await;
    phone.click("new").await.unwrap();
    phone.find("word").await.unwrap();
    let words = phone.texts("word").await.unwrap().join(" ");
    phone.click("words-next").await.unwrap();
    phone.write("words-typed", &words).await.unwrap();
    phone.click("words-open").await.unwrap();
    held.cut();
    // Firefox says at once that no more will come, Chromium never; whoever waits is led back to the start, with what is wrong and what to do.
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

async fn words_are_learned_while_the_page_comes(kind: Kind) {
    // What a page takes for cut off is counted in turns, and must not pass while a busy browser only takes its time.
    let line = demonstration_at(Some(4_000)).await.unwrap();
    learns_words_meanwhile(&line, kind).await;
    is_told_that_the_page_was_cut_off(&line, kind).await;
    let waiting = line.guide().wait_until(PATIENCE, |view| {
        view["waiting"]
            .as_array()
            .is_some_and(|waiting| waiting.len() == 1)
    });
    waiting.await.unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_slow_link_words_are_learned_while_the_page_comes() {
    words_are_learned_while_the_page_comes(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask firefox runs it"]
async fn on_a_slow_link_words_are_learned_while_the_page_comes_in_firefox() {
    words_are_learned_while_the_page_comes(Kind::Firefox).await;
}
