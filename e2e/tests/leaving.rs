//! Whatever way a contact leaves, in the middle of writing or with an answer on the screen, nothing is found on the device.
#![allow(clippy::unwrap_used, reason = "a test")]

use e2e::{Browser, Kind, demonstration};

const QUESTION: &str = "will they ask my sister? bittern-5210";

/// What is written into a field that is none of the page's.
const OTHER: &str = "any other page. plover-6033";

/// Whether the browser shows something else than the line.
const ELSEWHERE: &str = "return !location.href.startsWith('http')";

/// A contact who is about to send: words shown and typed, a message in the field.
async fn writes(kind: Kind, page: &str) -> (Browser, String) {
    let browser = Browser::start_kind(kind, 320, 640).await.unwrap();
    // The device was used for something else before: there is a page to go back to.
    browser.open("about:blank").await.unwrap();
    browser.open(page).await.unwrap();
    let neutral = "return document.title + ' ' + document.querySelector('link[rel=icon]').getAttribute('href')";
    assert_eq!(browser.script(neutral).await.unwrap(), "Notes data:,");
    let words = browser.new_words().await.unwrap();
    browser.write("message", QUESTION).await.unwrap();
    (browser, words)
}

/// What a browser shows and has in its fields.
async fn shown(browser: &Browser) -> String {
    let all = "return document.body.innerText + [...document.querySelectorAll('textarea')].map((field) => field.value).join(' ')";
    let all = browser.script(all).await.unwrap();
    all.as_str().unwrap().to_owned()
}

/// Waits until the browser has kept what it keeps of pages: the text of a field that does not ask to be forgotten is on the disk.
async fn is_written_down(browser: &Browser) {
    let field = "document.querySelector('main').append(document.createElement('textarea'));
        document.querySelector('main > textarea').id = 'other';
        document.querySelector('main > textarea').dataset.testid = 'other'";
    browser.script(field).await.unwrap();
    browser.write("other", OTHER).await.unwrap();
    browser.wait_for_disk(OTHER).await.unwrap();
}

async fn leaves_nothing(kind: Kind) {
    let line = demonstration().await.unwrap();
    let page = format!("{}/en", line.relay_url());
    for way in ["closes", "crashes", "leaves", "goes back"] {
        let (browser, words) = writes(kind, &page).await;
        is_written_down(&browser).await;
        match way {
            "leaves" => {
                browser.click("leave").await.unwrap();
                browser.wait_until(ELSEWHERE).await.unwrap();
                // The page's place in the history is taken: what is behind is what was there before the page.
                browser.script("history.back()").await.unwrap();
                browser.wait_until(ELSEWHERE).await.unwrap();
            }
            "goes back" => {
                browser.script("history.back()").await.unwrap();
                browser.wait_until(ELSEWHERE).await.unwrap();
                browser.script("history.forward()").await.unwrap();
                browser.find("new").await.unwrap();
                let shown = shown(&browser).await;
                assert!(!shown.contains("bittern") && !shown.contains(&words));
            }
            _ => {}
        }
        let profile = match way {
            "crashes" => browser.crash().await.unwrap(),
            _ => browser.close().await.unwrap(),
        };
        let left = profile.search(&[QUESTION, &words]).unwrap();
        assert!(left.is_empty(), "a contact {way}: {left:?}");
    }
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_whatever_way_a_contact_leaves() {
    leaves_nothing(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask firefox runs it"]
async fn nothing_is_left_in_firefox() {
    leaves_nothing(Kind::Firefox).await;
}
