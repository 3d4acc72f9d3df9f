//! What the network sees of a page does not wait for what the device works at, in a real browser.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use e2e::{Browser, CopiedPage, demonstration, document};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(60);
const TURN: &str = "POST /v1/turn";
const BUSY: &str = "POST /busy";
/// How the page's worker begins to work out the key of the words.
const DERIVES: &str = "const opened = (areNew, lexicon, typed) => ";
/// The same, where it says that it has begun, and never ends.
const NEVER_ENDS: &str = "const opened = () => {
    const told = new XMLHttpRequest();
    told.open('POST', scope.location.origin + '/busy', false);
    told.send();
    for (;;);
  };
  const never = (areNew, lexicon, typed) => ";

#[tokio::test(flavor = "multi_thread")]
async fn turns_go_on_while_the_key_of_the_words_is_worked_out() {
    let line = demonstration().await.unwrap();
    let page = document(line.relay_url(), "en").await.unwrap();
    let page = String::from_utf8(page).unwrap();
    assert_eq!(page.matches(DERIVES).count(), 1);
    let busy = CopiedPage::serve(page.replace(DERIVES, NEVER_ENDS), 0).await;
    let busy = busy.unwrap();

    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(busy.address()).await.unwrap();
    phone.click("new").await.unwrap();
    phone.find("word").await.unwrap();
    phone.click("words-next").await.unwrap();
    let begun = busy.wait_for(BUSY, 1);
    timeout(PATIENCE, begun).await.unwrap().unwrap();
    let more = busy.wait_for(TURN, busy.count(TURN) + 3);
    timeout(PATIENCE, more).await.unwrap().unwrap();
    phone.close().await.unwrap();
    line.stop().await;
}
