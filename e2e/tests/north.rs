//! Somebody from the North, in real browsers: the page is in his own Korean, and what he wrote opens in either.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use e2e::{Browser, Visitor, demonstration};

const QUESTION: &str = "어머니는 어떻게 됩니까? 제비-7141";
const ANSWER: &str = "나도 같은 군대를 떠났습니다. 등불-9265";
/// The same sentence as each of the two writes it.
const NORTH: &str = "여기에 글을 쓸수 있습니다";
const SOUTH: &str = "여기에 글을 쓸 수 있습니다";
const NARROW: (u32, u32) = (320, 640);

/// A phone, narrower than a browser's window can be by itself.
async fn narrow() -> Browser {
    let phone = Browser::start(NARROW.0, NARROW.1).await.unwrap();
    phone.resize(NARROW.0, NARROW.1).await.unwrap();
    phone
}

/// Changes the language, and waits until the page speaks it.
async fn changes(phone: &Browser, tag: &str) {
    phone.click(&format!("language-{tag}")).await.unwrap();
    let speaks = format!("return document.documentElement.lang === '{tag}'");
    phone.wait_until(&speaks).await.unwrap();
}

async fn says(phone: &Browser, script: &str) -> serde_json::Value {
    phone.script(&format!("return {script}")).await.unwrap()
}

/// Nothing is cut off, and nothing is wrong for those who do not see it.
async fn fits(phone: &Browser, name: &str) {
    assert!(!phone.is_too_wide().await.unwrap(), "{name}");
    phone.picture(&format!("north-{name}-320")).await.unwrap();
    let wrong = phone.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_from_a_page_of_the_north_is_answered_and_opens_in_both_ways_of_writing_korean() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();
    let birch = Visitor::at(line.guide()).await.unwrap();

    let phone = narrow().await;
    phone.open(&page).await.unwrap();
    phone.find("new").await.unwrap();
    changes(&phone, "ko-KP").await;
    assert!(phone.text().await.unwrap().contains(NORTH));
    fits(&phone, "start").await;
    let check_words = phone.texts("check-words").await.unwrap();
    changes(&phone, "ko").await;
    assert!(phone.text().await.unwrap().contains(SOUTH));
    assert_eq!(phone.texts("check-words").await.unwrap(), check_words);
    phone.open(&format!("{page}/ko-KP")).await.unwrap();
    phone.click("new").await.unwrap();
    phone.find("word").await.unwrap();
    let words = phone.texts("word").await.unwrap().join(" ");
    fits(&phone, "words").await;
    phone.click("words-next").await.unwrap();

    // Whoever changes between the two loses nothing that was typed, and the words stay those that were shown.
    phone.write("words-typed", &words).await.unwrap();
    changes(&phone, "ko").await;
    let typed = "document.getElementById('typed').value";
    assert_eq!(says(&phone, typed).await, words.as_str());
    phone.click("words-open").await.unwrap();
    phone.write("message", QUESTION).await.unwrap();
    changes(&phone, "ko-KP").await;
    let message = "document.getElementById('message').value";
    assert_eq!(says(&phone, message).await, QUESTION);
    fits(&phone, "write").await;
    phone.click("send").await.unwrap();
    phone
        .wait_for("outcome", "글이 도착했습니다")
        .await
        .unwrap();
    fits(&phone, "sent").await;
    phone.close().await.unwrap();

    birch.browser.click("take").await.unwrap();
    birch
        .browser
        .wait_for("message-contact", QUESTION)
        .await
        .unwrap();
    birch.browser.write("answer", ANSWER).await.unwrap();
    birch.browser.click("send").await.unwrap();
    birch
        .browser
        .wait_for("message-guide", ANSWER)
        .await
        .unwrap();
    birch.browser.close().await.unwrap();
    line.guide()
        .settled(std::time::Duration::from_secs(30))
        .await
        .unwrap();

    // The same seven words, on a page in the other spelling that has only its own list.
    let other = narrow().await;
    other.open(&format!("{page}/ko")).await.unwrap();
    other.click("return").await.unwrap();
    other.write("words-typed", &words).await.unwrap();
    other.click("words-open").await.unwrap();
    other.wait_for("reply", ANSWER).await.unwrap();
    changes(&other, "ko-KP").await;
    other.wait_for("reply", "확인되지 않음").await.unwrap();
    fits(&other, "reply").await;
    other.close().await.unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialect_is_wished_at_first_where_somebody_on_duty_speaks_it_and_can_be_unwished() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();
    let chosen = "document.querySelector('#dialect [aria-checked=true]').value";
    let is_open = "document.getElementById('who').open";
    for (tag, wished) in [("ko", "0"), ("ko-KP", "1")] {
        let phone = narrow().await;
        phone.open(&format!("{page}/{tag}")).await.unwrap();
        phone.new_words().await.unwrap();
        assert_eq!(says(&phone, chosen).await, wished, "{tag}");
        // A wish that the page made is to be seen.
        assert_eq!(says(&phone, is_open).await, wished == "1", "{tag}");
        let language = "document.getElementById('answer-language').value";
        assert_eq!(says(&phone, language).await, "2", "{tag}");
        if wished == "1" {
            phone.click("dialect-any").await.unwrap();
            assert_eq!(says(&phone, chosen).await, "0");
            fits(&phone, "wishes").await;
        }
        phone.close().await.unwrap();
    }
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_and_the_pages_without_scripts_are_there_in_the_north_s_spelling() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();
    let phone = narrow().await;
    for tag in ["ko", "ko-KP"] {
        phone.open(&format!("{page}/{tag}")).await.unwrap();
        phone.find("new").await.unwrap();
        for (width, height) in [(1280, 900), NARROW] {
            phone.resize(width, height).await.unwrap();
            let name = format!("north-start-{tag}-{width}");
            phone.picture(&name).await.unwrap();
        }
        phone.click("cards").await.unwrap();
        phone.find("card").await.unwrap();
        // Cards say in which language they are: nobody has written one in the North's spelling yet.
        let of_cards = "[...new Set([...document.querySelectorAll('[data-testid=card]')].map((card) => card.lang))].join()";
        assert_eq!(says(&phone, of_cards).await, "ko");
        fits(&phone, &format!("cards-{tag}")).await;
    }
    phone.open(&format!("{page}/plain/ko-KP/")).await.unwrap();
    fits(&phone, "plain").await;
    let first = "document.querySelector('main ul.links a').href";
    let card = says(&phone, first).await;
    phone.open(card.as_str().unwrap()).await.unwrap();
    assert!(phone.text().await.unwrap().contains("확인된 답"));
    let question = "document.querySelector('h1').lang";
    assert_eq!(says(&phone, question).await, "ko");
    fits(&phone, "plain-card").await;
    phone.close().await.unwrap();
    line.stop().await;
}
