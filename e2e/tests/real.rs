//! Is it real? In real browsers: somebody with nothing but a printed card tells the line from its copies, reports a copy by its address
//! alone, and is warned of whoever writes first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use demo::{DemoContact, DemoLine};
use e2e::{Browser, CopiedPage, Visitor, demonstration, document};
use protocol::{Language, Urgency};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(40);

/// The `footbridge` command, as somebody types it.
fn footbridge() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Command::new(root.join("target/debug/footbridge"))
}

/// The text of the leaflet, as somebody reads it from paper.
fn printed(line: &DemoLine) -> String {
    let leaflet = line.directory().join("leaflet.pdf");
    let printed = footbridge()
        .args(["print", "leaflet", "--language", "en", "--line"])
        .arg(line.relay_url())
        .arg("--out")
        .arg(&leaflet)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&printed.stderr);
    assert!(printed.status.success(), "{said}");
    let read = Command::new("pdftotext").arg(&leaflet).arg("-").output();
    let text = String::from_utf8(read.unwrap().stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What somebody sees who holds the card beside the screen: whether the address at the top of the browser stands on the card, and
/// whether the check words do.
async fn compared(browser: &Browser, card: &str) -> (bool, bool) {
    let address = browser.script("return location.origin").await.unwrap();
    let words = "return document.getElementById('check-words').textContent.trim()";
    let words = browser.script(words).await.unwrap();
    let (address, words) = (address.as_str().unwrap(), words.as_str().unwrap());
    assert_eq!(words.split_whitespace().count(), 5, "{words}");
    let is_whole = |at: usize| {
        let after = card[at + address.len()..].chars().next();
        after.is_none_or(|next| next.is_whitespace() || next == '/')
    };
    let mut found = card.match_indices(address).map(|(at, _)| at);
    (found.any(is_whole), card.contains(words))
}

/// The page as somebody copies it who wants it to look real: all of what is shown, and no script.
async fn copied(phone: &Browser) -> String {
    let whole = "document.querySelectorAll('script').forEach((script) => script.remove()); \
        return document.documentElement.outerHTML";
    let html = phone.script(whole).await.unwrap();
    html.as_str().unwrap().to_owned()
}

async fn opened(page: &str) -> Browser {
    let phone = Browser::start(360, 740).await.unwrap();
    phone.open(page).await.unwrap();
    phone.find("language-en").await.unwrap();
    phone
}

async fn opened_line(page: &str) -> Browser {
    let phone = opened(page).await;
    phone.click("language-en").await.unwrap();
    phone
        .wait_for("here-said", "on the signed list")
        .await
        .unwrap();
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn he_came_through_a_fake() {
    let mut line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();
    let card = printed(&line);
    let phone = opened_line(&page).await;
    assert_eq!(compared(&phone, &card).await, (true, true), "{card}");
    phone.picture("real-entrance-en-360").await.unwrap();
    let copy = copied(&phone).await;
    phone.close().await.unwrap();

    // A copy shows the same words and even says that it is on the list; its address gives it away.
    let clone = CopiedPage::serve(copy.clone(), 0).await.unwrap();
    let fooled = opened(clone.address()).await;
    assert_eq!(compared(&fooled, &card).await, (false, true));
    fooled.picture("real-clone-en-360").await.unwrap();
    fooled.close().await.unwrap();

    // He opens the address on the card, and reports the other one: the address and nothing else.
    let phone = opened_line(&page).await;
    phone
        .click_text("report", "Report a false address")
        .await
        .unwrap();
    phone
        .write("report-address", "not an address")
        .await
        .unwrap();
    phone.click("report-send").await.unwrap();
    phone
        .wait_for("report-said", "This is no address")
        .await
        .unwrap();
    let clear = "document.querySelector('[data-testid=report-address]').value = ''";
    phone.script(clear).await.unwrap();
    phone
        .write("report-address", clone.address())
        .await
        .unwrap();
    phone.click("report-send").await.unwrap();
    phone
        .wait_for("report-said", "It has arrived")
        .await
        .unwrap();
    phone.picture("real-reported-en-360").await.unwrap();
    let wrong = phone.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    phone.close().await.unwrap();

    // Two coordinators put it on the list, and the page says it to whoever comes next.
    let first = Visitor::at(line.coordinator()).await.unwrap();
    first.goes_to("/entrances").await.unwrap();
    first
        .browser
        .wait_for("report", clone.address())
        .await
        .unwrap();
    first
        .looks_in_all_languages("entrances", "/entrances")
        .await
        .unwrap();
    first.browser.click("list-fake").await.unwrap();
    let second = Visitor::at(line.second_coordinator()).await.unwrap();
    second.goes_to("/decisions").await.unwrap();
    second
        .browser
        .wait_for("proposal", clone.address())
        .await
        .unwrap();
    second.browser.click("approve").await.unwrap();
    let listed =
        |view: &serde_json::Value| view["entrances"]["list"]["fakes"][0] == clone.address();
    line.guide().wait_until(PATIENCE, listed).await.unwrap();
    let phone = opened_line(&page).await;
    phone.wait_for("fakes", clone.address()).await.unwrap();
    phone.close().await.unwrap();

    // Whoever takes over the network answers at the right address, but with the words of another line.
    line.lose_relay().await;
    let port = page.rsplit(':').next().unwrap().parse().unwrap();
    let words = "id=\"check-words\" data-testid=\"check-words\">";
    let (before, rest) = copy.split_once(words).unwrap();
    let rest = rest.split_once("</p>").unwrap().1;
    let other = format!("{before}{words}other words than these five</p>{rest}");
    let taken_over = CopiedPage::serve(other, port).await.unwrap();
    assert_eq!(taken_over.address(), page);
    let fooled = opened(&page).await;
    assert_eq!(compared(&fooled, &card).await, (true, false));
    fooled.close().await.unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_helper_who_writes_first() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();

    // He was told to meet "the line's local partner" tonight. The card says what to make of that, before anything is written.
    let phone = opened_line(&page).await;
    phone.click("cards").await.unwrap();
    phone
        .click_text("card", "Somebody writes to me first")
        .await
        .unwrap();
    let shown = phone.wait_for("card", "never writes first").await.unwrap();
    assert!(shown.contains("What never to do"), "{shown}");
    phone.picture("real-card-en-360").await.unwrap();
    phone.close().await.unwrap();

    // He asks; the guide tells a coordinator, who warns everybody with one press.
    let mut contact = DemoContact::new(&page).unwrap();
    let words = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &words).await.unwrap();
    let asked = "somebody of your line wants to meet me tonight. is he yours?";
    contact
        .write(asked, Language::English, Urgency::Hours)
        .await
        .unwrap();
    let coordinator = Visitor::at(line.coordinator()).await.unwrap();
    coordinator.goes_to("/entrances").await.unwrap();
    coordinator
        .chooses("field-about", "false-partner")
        .await
        .unwrap();
    coordinator.browser.click("warn").await.unwrap();
    coordinator
        .browser
        .wait_for("warning-shown", "is the line’s partner, and is not")
        .await
        .unwrap();
    coordinator.looks("warned").await.unwrap();
    let warned =
        |view: &serde_json::Value| view["entrances"]["warning"]["about"] == "false-partner";
    for desk in [line.guide(), line.second_guide()] {
        desk.wait_until(PATIENCE, warned).await.unwrap();
    }

    // It stands above everything on the page, in each language.
    let phone = opened_line(&page).await;
    phone
        .wait_for("warned", "says that he is our partner")
        .await
        .unwrap();
    for (language, part) in [
        ("ko", "협력자라고 거짓말"),
        ("ru", "выдаёт себя за нашего партнёра"),
        ("uk", "видає себе за нашого партнера"),
    ] {
        phone.click(&format!("language-{language}")).await.unwrap();
        phone.wait_for("warned", part).await.unwrap();
        phone
            .picture(&format!("real-warned-{language}-360"))
            .await
            .unwrap();
    }
    let wrong = phone.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    phone.close().await.unwrap();

    // Nothing that was written says where anybody is, and the warning ends with one press.
    let view = line.guide().view().await.unwrap().to_string();
    assert!(!view.contains("tonight"), "no preview");
    coordinator.browser.click("end-warning").await.unwrap();
    coordinator.browser.find("warning-none").await.unwrap();
    let over = json!(null);
    line.guide()
        .wait_until(PATIENCE, |view| view["entrances"]["warning"] == over)
        .await
        .unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_and_without_a_network() {
    let line = demonstration().await.unwrap();
    let page = line.relay_url().to_owned();
    let warning = json!({"command": "warn", "about": "writes-first", "days": 3});
    line.coordinator().command(&warning).await.unwrap();
    let warned = |view: &serde_json::Value| view["entrances"]["warning"].is_object();
    line.guide().wait_until(PATIENCE, warned).await.unwrap();

    // A saved copy that somebody passes on by cable or card shows everything that can be read, and sends nothing anywhere.
    let saved = line.directory().join("notes.html");
    std::fs::write(&saved, document(&page, "ko").await.unwrap()).unwrap();
    let copy = Browser::start(320, 740).await.unwrap();
    copy.open(&format!("file://{}", saved.display()))
        .await
        .unwrap();
    copy.find("card").await.unwrap();
    copy.find("warned").await.unwrap();
    copy.new_words().await.unwrap();
    copy.write("message", "Is this real?").await.unwrap();
    copy.click("send").await.unwrap();
    copy.wait_for("outcome", "보내지 못했습니다").await.unwrap();
    copy.picture("page-saved-ko-320").await.unwrap();
    copy.close().await.unwrap();

    // Scripts are off: the page leads to what can be read without them, and nothing is sent.
    let phone = Browser::start_without_scripts(360, 740).await.unwrap();
    phone.open(&page).await.unwrap();
    for language in ["ko", "ko-KP", "ru", "uk", "en"] {
        phone.open(&format!("{page}/{language}")).await.unwrap();
        let link = "return document.querySelector('#late a').getAttribute('href')";
        let link = phone.script(link).await.unwrap();
        assert_eq!(link, format!("/plain/{language}/"));
        let shown = "return document.querySelectorAll('[data-testid=card]').length > 5 && !document.querySelector('#warned').hidden \
            && document.querySelector('#check-words').textContent.split(' ').length === 5 && document.querySelector('#start-ways').hidden";
        assert_eq!(phone.script(shown).await.unwrap(), true, "{language}");
    }
    phone.picture("plain-noscript-360").await.unwrap();
    // What looks for barriers is a script itself, so it looks from another browser.
    let looking = Browser::start(320, 740).await.unwrap();
    for language in ["en", "ko", "ko-KP", "ru", "uk"] {
        let start = format!("{page}/plain/{language}/");
        looking.open(&start).await.unwrap();
        let wrong = looking.accessibility().await.unwrap();
        assert!(wrong.is_empty(), "{language}: {wrong:?}");
        phone.open(&start).await.unwrap();
        phone.resize(320, 740).await.unwrap();
        assert!(!phone.is_too_wide().await.unwrap(), "{language}");
        phone
            .picture(&format!("plain-{language}-320"))
            .await
            .unwrap();
    }
    phone.open(&format!("{page}/plain/en/")).await.unwrap();
    let shown = phone.text().await.unwrap();
    assert!(shown.contains("writes to people first"), "{shown}");
    let card = "return [...document.querySelectorAll('main a')].find((link) => link.textContent.includes('writes to me first')).href";
    let card = phone.script(card).await.unwrap();
    let card = card.as_str().unwrap();
    assert!(!card.contains("writes"), "the history says nothing: {card}");
    phone.open(card).await.unwrap();
    let shown = phone.text().await.unwrap();
    for part in [
        "This line never writes first",
        "What never to do",
        "Do not trust after",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    phone.picture("plain-card-en-320").await.unwrap();
    phone.close().await.unwrap();
    looking.open(card).await.unwrap();
    let wrong = looking.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    looking.close().await.unwrap();

    // One coordinator makes the card pack, the other's desk builds it too and agrees.
    let first = Visitor::at(line.coordinator()).await.unwrap();
    first.goes_to("/paper").await.unwrap();
    first.browser.find("pack-none").await.unwrap();
    first.browser.click("make-pack").await.unwrap();
    let second = Visitor::at(line.second_coordinator()).await.unwrap();
    second.goes_to("/decisions").await.unwrap();
    second
        .browser
        .wait_for("proposal", "A card pack")
        .await
        .unwrap();
    second.browser.click("approve").await.unwrap();
    first.goes_to("/paper").await.unwrap();
    first
        .browser
        .wait_for("pack-now", "is signed")
        .await
        .unwrap();
    first
        .looks_in_all_languages("paper", "/paper")
        .await
        .unwrap();

    // Somebody fetches it, passes it on by cable, and another checks it without a network by the words on his card.
    let pack = line.directory().join("pack.zip");
    let fetched = footbridge()
        .args(["pack", "fetch", "--relay", &page, "--out"])
        .arg(&pack)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&fetched.stderr).into_owned();
    assert!(fetched.status.success(), "{said}");
    let view = DemoContact::new(&page)
        .unwrap()
        .check_words()
        .await
        .unwrap();
    let check = |file: &Path, words: &str| {
        let mut check = footbridge();
        check
            .args(["pack", "check"])
            .arg(file)
            .args(["--words", words]);
        check.output().unwrap().status.code()
    };
    assert_eq!(check(&pack, &view), Some(0));
    assert_eq!(check(&pack, "abandon ability able about above"), Some(1));
    let mut damaged = std::fs::read(&pack).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let changed = line.directory().join("changed.zip");
    std::fs::write(&changed, damaged).unwrap();
    assert_eq!(check(&changed, &view), Some(1));
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_scripts_writes_through_the_porch_and_reads_the_answer() {
    let line = demonstration().await.unwrap();
    let phone = Browser::start_without_scripts(360, 740).await.unwrap();
    let click = async |label: &str| phone.click_button(label).await.unwrap();
    phone
        .open(&format!("{}/en/", line.porch_url()))
        .await
        .unwrap();
    let shown = phone.text().await.unwrap();
    assert!(shown.contains("this server seals for you"), "{shown}");
    phone.picture("porch-start-360").await.unwrap();
    click("First time here").await;
    let words = "return [...document.querySelectorAll('.seven li')].map((word) => word.textContent).join(' ')";
    let words = phone.script(words).await.unwrap();
    let words = words.as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 7);
    let type_in = async |field: &str, text: &str| phone.type_into(field, text).await.unwrap();
    type_in("words", "these are not words").await;
    click("Open").await;
    assert!(
        phone
            .text()
            .await
            .unwrap()
            .contains("Seven words are needed")
    );
    type_in("words", &words).await;
    click("Open").await;
    let shown = phone.text().await.unwrap();
    assert!(
        shown.contains("There is nothing here") && shown.contains("until it is sealed"),
        "{shown}"
    );

    // A position is warned of, and taken out.
    type_in("text", "we hide near 48.12345, 37.45678. what now?").await;
    click("Send").await;
    let shown = phone.text().await.unwrap();
    assert!(
        shown.contains("a position") && !shown.contains("has arrived"),
        "{shown}"
    );
    phone.picture("porch-careful-360").await.unwrap();
    type_in("text", "what happens to my mother? teal-5512").await;
    click("Send").await;
    let shown = phone.text().await.unwrap();
    assert!(shown.contains("Your message has arrived"), "{shown}");
    click("Leave now").await;
    assert_eq!(phone.text().await.unwrap().trim(), "");
    let place = phone
        .script("return location.pathname + location.search")
        .await
        .unwrap();
    assert_eq!(place, "/en/leave", "no address names a conversation");
    phone.close().await.unwrap();

    demo::answer(&line, "I read you. tern-7731").await.unwrap();
    let case = line.guide().view().await.unwrap()["cases"][0]["label"].clone();
    let case = line.guide().case(case.as_str().unwrap()).await.unwrap();
    assert_eq!(
        case["messages"][0]["text"],
        "what happens to my mother? teal-5512"
    );

    // Weeks later, on another phone: the words bring the answer, and other words nothing.
    let phone = Browser::start_without_scripts(320, 740).await.unwrap();
    for (typed, found) in [
        (words.as_str(), true),
        ("abandon ability able about above absent absorb", false),
    ] {
        phone
            .open(&format!("{}/en/", line.porch_url()))
            .await
            .unwrap();
        phone.click_button("I have my words").await.unwrap();
        phone.type_into("words", typed).await.unwrap();
        phone.click_button("Open").await.unwrap();
        assert!(!phone.is_too_wide().await.unwrap());
        assert_eq!(phone.text().await.unwrap().contains("tern-7731"), found);
    }
    let profile = phone.close().await.unwrap();
    let found = profile.search(&["tern-7731", "teal-5512", &words]).unwrap();
    assert!(found.is_empty(), "{found:?}");
    let canaries = ["tern-7731", "teal-5512", words.as_str()];
    assert!(
        line.search_disks(&canaries).unwrap().is_empty(),
        "in no file and no log"
    );
    line.stop().await;
}
