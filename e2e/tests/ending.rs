//! A line ends, in real browsers: two coordinators say so at their desks, contacts read the last day, and then it ends at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use e2e::{Browser, Visitor, demonstration_at};

const PATIENCE: Duration = Duration::from_secs(40);
const LANGUAGES: [&str; 5] = ["en", "ko", "ko-KP", "ru", "uk"];
const UNREAD: &str = "Somebody should read this. dunnock-3318";

/// The page in each language, at two widths, with what it says of the end.
async fn looks_at_the_page(phone: &Browser, page: &str, name: &str) {
    for language in LANGUAGES {
        phone.open(&format!("{page}/{language}")).await.unwrap();
        phone.find("ends").await.unwrap();
        phone
            .picture(&format!("{name}-{language}-320"))
            .await
            .unwrap();
        assert!(!phone.is_too_wide().await.unwrap(), "{name} {language}");
    }
    phone.open(&format!("{page}/en")).await.unwrap();
    phone.find("ends").await.unwrap();
    let wrong = phone.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
}

/// One proposes at a desk, the other agrees at another.
async fn agrees(second: &Visitor, said: &str) {
    second.goes_to("/decisions").await.unwrap();
    second.browser.wait_for("proposal", said).await.unwrap();
    second.looks("ending-to-decide").await.unwrap();
    second.browser.click("approve").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_says_that_it_ends_and_then_ends_at_once() {
    let line = demonstration_at(Some(500)).await.unwrap();
    let page = line.relay_url().to_owned();
    let first = Visitor::at(line.coordinator()).await.unwrap();
    let second = Visitor::at(line.second_coordinator()).await.unwrap();

    // An orderly end.
    first.goes_to("/decisions").await.unwrap();
    first.browser.click("to-ending").await.unwrap();
    first
        .browser
        .wait_for("ending-none", "No end")
        .await
        .unwrap();
    first
        .looks_in_all_languages("ending", "/ending")
        .await
        .unwrap();
    first.browser.click("ending-orderly").await.unwrap();
    agrees(&second, "The line ends after").await;
    line.guide()
        .wait_until(PATIENCE, |view| {
            view["ending"]["notice"]["how"] == "orderly"
        })
        .await
        .unwrap();
    let guide = Visitor::at(line.guide()).await.unwrap();
    guide
        .browser
        .wait_for("warning-ending", "The line ends after")
        .await
        .unwrap();
    guide.looks("ending-guide").await.unwrap();
    let phone = Browser::start(320, 640).await.unwrap();
    looks_at_the_page(&phone, &page, "page-ends").await;
    let said = phone.wait_for("ends", "This line ends after").await;
    assert!(said.unwrap().contains("Until then people answer"));

    // Everything works on, until two end it at once.
    phone.new_words().await.unwrap();
    first.goes_to("/ending").await.unwrap();
    first.browser.click("ending-sure").await.unwrap();
    first.browser.click("ending-emergency").await.unwrap();
    agrees(&second, "in the moment in which you agree").await;
    for desk in [&guide, &first, &second] {
        desk.browser
            .wait_for("ended", "belongs to no line any more")
            .await
            .unwrap();
    }
    guide.browser.picture("ended-en").await.unwrap();
    let wrong = guide.browser.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");

    // Whoever was writing is told the truth, and so is who comes now, with scripts and without.
    phone.write("message", UNREAD).await.unwrap();
    phone.click("send").await.unwrap();
    phone
        .wait_for("outcome", "Not sent. This line has ended.")
        .await
        .unwrap();
    phone.picture("page-ended-write-en-320").await.unwrap();
    looks_at_the_page(&phone, &page, "page-ended").await;
    phone
        .wait_for("ends", "Nobody reads here any more")
        .await
        .unwrap();
    let ways = "return document.getElementById('start-ways').hidden";
    assert_eq!(phone.script(ways).await.unwrap(), true, "no way in is left");
    let plain = Browser::start_without_scripts(320, 640).await.unwrap();
    plain
        .open(&format!("{page}/plain/en/index.html"))
        .await
        .unwrap();
    plain.wait_for("ends", "This line has ended").await.unwrap();
    let porch = format!("{}/en/", line.porch_url());
    plain.open(&porch).await.unwrap();
    plain.wait_for("ends", "has ended").await.unwrap();
    let found = line.search_disks(&["dunnock-3318"]).unwrap();
    assert_eq!(found, Vec::<String>::new());
    for browser in [phone, plain, first.browser, second.browser, guide.browser] {
        browser.close().await.unwrap();
    }
    line.stop().await;
}
