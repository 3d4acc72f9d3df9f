//! The desk's comfort: search as one types, the keys and their sheet, and every screen on a narrow window, at 200 % zoom and with text twice
//! as large, in four languages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use demo::{DemoContact, DemoLine, DeskDoor};
use e2e::{Browser, demonstration};
use protocol::{Language, Urgency};

const PATIENCE: Duration = Duration::from_secs(40);
const WRITTEN: &str = "나는 한국에 가고 싶습니다. lark-5521, a long sentence that goes on and on until it is wider than any narrow window";
const OTHER: &str = "Чи справжня це лінія? heron-1190";
const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";

struct Visitor {
    browser: Browser,
    origin: String,
}

impl Visitor {
    async fn at(desk: &DeskDoor) -> Visitor {
        let browser = Browser::start(1280, 900).await.unwrap();
        browser.open(desk.link()).await.unwrap();
        browser.click("language-en").await.unwrap();
        browser.find("status").await.unwrap();
        let origin = desk.link().split("/open/").next().unwrap().to_owned();
        Visitor { browser, origin }
    }

    async fn goes_to(&self, path: &str) {
        let address = format!("{}{path}", self.origin);
        self.browser.open(&address).await.unwrap();
        self.browser.find("status").await.unwrap();
    }

    async fn says(&self, script: &str) -> String {
        let said = self.browser.script(script).await.unwrap();
        said.as_str()
            .map_or_else(|| said.to_string(), str::to_owned)
    }

    async fn types(&self, keys: &str) {
        self.browser.type_keys(keys).await.unwrap();
    }

    /// What has the focus, by its test id or else its own id.
    async fn focused(&self) -> String {
        self.says("return document.activeElement.dataset.testid || document.activeElement.id || document.activeElement.tagName")
            .await
    }

    async fn waits(&self, script: &str) {
        self.browser.wait_until(script).await.unwrap();
    }

    async fn is_clean(&self, what: &str) {
        let wrong = self.browser.accessibility().await.unwrap();
        assert!(wrong.is_empty(), "{what}: {wrong:?}");
        let said = self.browser.console_errors().await.unwrap();
        assert_eq!(said, [""; 0], "{what}");
    }

    /// Nothing has to be scrolled to sideways, nothing lies over something else.
    async fn fits(&self, what: &str, wrong: &mut Vec<String>) {
        let misplaced = self.browser.misplaced().await.unwrap();
        wrong.extend(misplaced.iter().map(|found| format!("{what}: {found}")));
    }

    async fn ends(self) {
        self.browser.close().await.unwrap();
    }
}

async fn written(line: &DemoLine, text: &str, language: Language) -> DemoContact {
    let mut contact = DemoContact::new(line.relay_url()).unwrap();
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await.unwrap();
    contact.write(text, language, Urgency::Hours).await.unwrap();
    contact
}

/// Takes the next case by one key, and gives its address.
async fn takes_next(birch: &Visitor, part: &str) -> String {
    birch.goes_to("/").await;
    birch.browser.find("queue-row").await.unwrap();
    birch.types("n").await;
    birch
        .browser
        .wait_for("message-contact", part)
        .await
        .unwrap();
    birch.says("return location.pathname").await
}

async fn searches(birch: &Visitor, case: &str) {
    birch.goes_to("/").await;
    birch.types("/").await;
    assert_eq!(birch.focused().await, "search");
    birch.types("한구").await;
    let found = birch
        .browser
        .wait_for("search-result", "한국")
        .await
        .unwrap();
    assert!(found.contains("written by the contact"), "{found}");
    assert_eq!(
        birch
            .says("return document.querySelector('#search-panel mark').textContent")
            .await,
        "한국"
    );
    birch.is_clean("search results").await;
    birch.browser.picture("comfort-search-en").await.unwrap();
    birch.browser.resize(320, 640).await.unwrap();
    let mut wrong = Vec::new();
    if birch.browser.is_too_wide().await.unwrap() {
        wrong.push("the results are too wide");
    }
    birch
        .browser
        .picture("comfort-search-en-320")
        .await
        .unwrap();
    birch.browser.resize(1280, 900).await.unwrap();
    assert_eq!(wrong, [""; 0]);

    // What is typed stands in no address and no history.
    let address = birch.says("return location.href").await;
    assert!(!address.contains("search") && !address.contains('%'));
    birch.types(DOWN).await;
    assert_eq!(birch.focused().await, "search-result");
    birch.types(UP).await;
    assert_eq!(birch.focused().await, "search");
    birch.types(ESCAPE).await;
    birch
        .waits("return document.getElementById('search-panel').hidden")
        .await;
    assert_eq!(birch.focused().await, "search");
    birch.types(ESCAPE).await;
    assert_eq!(birch.focused().await, "BODY");
    birch.types("s").await;
    birch
        .browser
        .script("document.getElementById('search').value = ''")
        .await
        .unwrap();
    birch.types("LARK-5521").await;
    birch.types(ENTER).await;
    birch
        .waits("return document.activeElement.dataset.testid === 'search-result'")
        .await;
    birch.types(ENTER).await;
    birch
        .waits(&format!("return location.pathname === '{case}'"))
        .await;
    // Nothing has these words, and that is said.
    birch.types("/").await;
    birch.types("nothing-has-this").await;
    birch
        .browser
        .wait_for("search-count", "Neither")
        .await
        .unwrap();
    birch.types(ESCAPE).await;
}

async fn keys(birch: &Visitor, case: &str) {
    birch.goes_to(case).await;
    birch.types("r").await;
    assert_eq!(birch.focused().await, "answer");
    // Keys never fire while somebody types.
    birch.types("nqlbg?/").await;
    assert_eq!(
        birch
            .says("return document.getElementById('answer').value")
            .await,
        "nqlbg?/"
    );
    assert_eq!(birch.says("return location.pathname").await, case);
    birch
        .browser
        .script("document.getElementById('answer').value = ''")
        .await
        .unwrap();
    birch.types(ESCAPE).await;
    birch.types("d").await;
    assert_eq!(birch.focused().await, "send");
    birch.types("c").await;
    assert_eq!(
        birch
            .says("return document.activeElement.closest('#cards') !== null")
            .await,
        "true"
    );

    // The sheet: over the page, the focus inside, and back where it was.
    birch.types("d").await;
    birch.types("?").await;
    birch.browser.find("keys-sheet").await.unwrap();
    birch.is_clean("keys sheet").await;
    birch.browser.picture("comfort-keys-en").await.unwrap();
    for _ in 0..6 {
        birch.types(TAB).await;
        let inside = "return document.activeElement === document.body || document.activeElement.closest('dialog') !== null";
        assert_eq!(birch.says(inside).await, "true");
    }
    birch
        .waits("document.querySelector('[data-testid=keys-close]').focus(); return true")
        .await;
    birch.types("q").await;
    assert_eq!(
        birch.says("return location.pathname").await,
        case,
        "keys rest under the sheet"
    );
    birch.types(ESCAPE).await;
    birch
        .waits("return document.querySelector('dialog') === null")
        .await;
    assert_eq!(birch.focused().await, "send");

    birch.types("q").await;
    birch.waits("return location.pathname === '/'").await;
    birch.browser.find("case-link").await.unwrap();
    birch
        .waits("return document.readyState === 'complete'")
        .await;
    // Lists: by letters from anywhere, by arrows from a row.
    for _ in 0..8 {
        if birch.focused().await == "case-link" {
            break;
        }
        birch.types("j").await;
    }
    assert_eq!(birch.focused().await, "case-link");
    let first = birch.says("return document.activeElement.href").await;
    birch.types(DOWN).await;
    assert_ne!(
        birch.says("return document.activeElement.href").await,
        first
    );
    birch.types("k").await;
    assert_eq!(
        birch.says("return document.activeElement.href").await,
        first
    );
    birch.types("g").await;
    birch.types("s").await;
    birch.waits("return location.pathname === '/shifts'").await;
    birch.browser.find("break").await.unwrap();
    birch
        .waits("return document.readyState === 'complete'")
        .await;
    for pressed in ["true", "false"] {
        birch.types("b").await;
        birch
            .waits(&format!(
                "const button = document.querySelector('[data-testid=break]');
                 return Boolean(button) && button.getAttribute('aria-pressed') === '{pressed}' && document.readyState === 'complete'"
            ))
            .await;
    }
    // Single keys can be turned off.
    birch.goes_to("/help").await;
    birch.browser.click("single-keys").await.unwrap();
    birch.types("q").await;
    assert_eq!(birch.says("return location.pathname").await, "/help");
    birch.browser.click("single-keys").await.unwrap();
}

/// On narrow windows the menu is folded, and opens by keyboard; on wide ones it is open without a script, too.
async fn menu(birch: &Visitor) {
    let is_seen = "return document.querySelector('#places a').checkVisibility()";
    birch.goes_to("/").await;
    birch
        .browser
        .script("document.querySelector('details.fold').open = false")
        .await
        .unwrap();
    assert_eq!(birch.says(is_seen).await, "true");
    birch.browser.resize(320, 640).await.unwrap();
    birch.goes_to("/").await;
    assert_eq!(birch.says(is_seen).await, "false");
    birch.browser.press("menu").await.unwrap();
    birch.waits(is_seen).await;
    birch.browser.find("language-ko").await.unwrap();
    birch.is_clean("open menu").await;
    birch.browser.resize(1280, 900).await.unwrap();
}

/// A letter is its place on the keyboard where the layout has others: here ㅂ of a Korean one, and й of a Russian one, are q.
async fn layouts(birch: &Visitor) {
    for key in ["ㅂ", "й"] {
        birch.goes_to("/help").await;
        let press = format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', code: 'KeyQ', bubbles: true, cancelable: true}}))"
        );
        birch.browser.script(&press).await.unwrap();
        birch.waits("return location.pathname === '/'").await;
    }
    // Together with another key it means something else.
    birch.goes_to("/help").await;
    for held in ["ctrlKey", "altKey", "metaKey", "shiftKey"] {
        let press = format!(
            "return document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: 'й', code: 'KeyQ', {held}: true, bubbles: true, cancelable: true}}))"
        );
        assert_eq!(birch.says(&press).await, "true", "{held}");
    }
    assert_eq!(birch.says("return location.pathname").await, "/help");
}

async fn every_size(visitor: &Visitor, paths: &[String], wrong: &mut Vec<String>) {
    for language in ["en", "ko", "ru", "uk"] {
        let button = format!("language-{language}");
        visitor.goes_to("/help").await;
        visitor.browser.click(&button).await.unwrap();
        let is_spoken = format!(
            "return document.documentElement.lang === '{language}' && document.readyState === 'complete'"
        );
        visitor.waits(&is_spoken).await;
        for path in paths {
            visitor.goes_to(path).await;
            let what = format!("{path} {language}");
            // Half of 1,280 pixels is what 200 % zoom leaves.
            for (width, height) in [(1280, 900), (640, 450), (320, 640)] {
                visitor.browser.resize(width, height).await.unwrap();
                visitor.fits(&format!("{what} at {width}"), wrong).await;
            }
            let begins = "return document.querySelector('main h1').getBoundingClientRect().top + scrollY < innerHeight / 2
                || Boolean(document.querySelector('#notices .notice, #alarms > *'))";
            if visitor.says(begins).await != "true" {
                wrong.push(format!("{what} begins below the middle at 320"));
            }
            if ["/", "/help", "/shifts", "/board"].contains(&path.as_str()) {
                let name = match path.trim_start_matches('/') {
                    "" => "queue",
                    name => name,
                };
                let picture = format!("comfort-{name}-{language}-320");
                visitor.browser.picture(&picture).await.unwrap();
            }
            visitor.browser.resize(1280, 900).await.unwrap();
            visitor
                .browser
                .script("document.documentElement.style.fontSize = '200%'")
                .await
                .unwrap();
            visitor
                .fits(&format!("{what} with large text"), wrong)
                .await;
        }
    }
    visitor.goes_to("/help").await;
    visitor.browser.click("language-en").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_comfortable_by_keyboard_and_at_every_size() {
    let line = demonstration().await.unwrap();
    let birch = Visitor::at(line.guide()).await;
    let _first = written(&line, WRITTEN, Language::Korean).await;
    let case = takes_next(&birch, "lark-5521").await;
    let _second = written(&line, OTHER, Language::Ukrainian).await;
    takes_next(&birch, "heron-1190").await;
    line.guide().settled(PATIENCE).await.unwrap();
    searches(&birch, &case).await;
    keys(&birch, &case).await;
    menu(&birch).await;
    layouts(&birch).await;

    let mut wrong = Vec::new();
    let of_case = [
        "",
        "/tend",
        "/transfer",
        "/return",
        "/supervisor",
        "/extend",
        "/destroy",
        "/message/contact/0",
    ];
    let mut paths: Vec<String> = of_case.iter().map(|step| format!("{case}{step}")).collect();
    paths.extend(["/", "/search", "/shifts", "/shifts/end"].map(str::to_owned));
    every_size(&birch, &paths, &mut wrong).await;
    let willow = Visitor::at(line.coordinator()).await;
    let paths = [
        "/",
        "/cards",
        "/record",
        "/shifts",
        "/board",
        "/roster",
        "/roster/file",
        "/permissions",
        "/decisions",
        "/trail",
        "/exposure",
        "/duress",
        "/help",
    ];
    every_size(&willow, &paths.map(str::to_owned), &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    birch.ends().await;
    willow.ends().await;
    line.stop().await;
}
