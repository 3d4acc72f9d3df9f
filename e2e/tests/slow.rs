//! On a slow link, in a real browser: nobody waits for the module before learning words, and a page that is cut off says so.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use demo::DemoLine;
use e2e::{Browser, HeldPage, demonstration_at};

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "the line is slow here. do you read me? sandpiper-6104";

/// Waits until something about the page is so.
async fn until(phone: &Browser, condition: &str) {
    let look = format!("return Boolean({condition})");
    let seen = async {
        // While the page is loaded again there is nothing that could be looked at.
        while phone.script(&look).await.ok() != Some(true.into()) {
            tokio::task::yield_now().await;
        }
    };
    let seen = tokio::time::timeout(PATIENCE, seen).await;
    assert!(seen.is_ok(), "{condition}");
}

/// A phone that has all of the page but its module.
async fn half_loaded(held: &HeldPage, language: &str) -> Browser {
    let phone = Browser::start_impatient(320, 640).await.unwrap();
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
    until(&phone, "!document.getElementById('working').hidden").await;
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
    let told =
        "document.getElementById('start-trouble').textContent.includes('다 불러오지 못했습니다')";
    until(&phone, told).await;
    until(&phone, "!document.getElementById('start').hidden").await;
    phone.picture("page-cut-ko-320").await.unwrap();
    held.let_go();
    phone.click("start-again").await.unwrap();
    let is_whole = "document.getElementById('start-coming')?.textContent === '' && !document.getElementById('start-ways').hidden";
    until(&phone, is_whole).await;
    phone.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_slow_link_words_are_learned_while_the_page_comes() {
    // At the pace of a real line: what a page takes for cut off is counted in turns.
    let line = demonstration_at(None).await.unwrap();
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
