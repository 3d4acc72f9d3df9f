//! A first visit by somebody who does not see the page as others do: by keyboard alone, read aloud, enlarged, and with the few colours that
//! somebody chose for the whole system.
#![allow(clippy::unwrap_used, reason = "a test")]

use e2e::{Browser, Kind, Spoken, demonstration};

const POSITION: &str = "I am at 48.12345, 37.45678. ";
const QUESTION: &str = "can I ask without a name? dunlin-8835";
const SELECTED: &str = "\u{E009}a\u{E000}";
const LEFT: &str = "\u{E012}";

/// Writes down what is said without being asked: the text of a live region that changes.
const LISTEN: &str = "
    window.said = [];
    const live = '[aria-live], [role=status], [role=alert]';
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(live);
            if (region && region.checkVisibility() && region.innerText.trim()) said.push(region.innerText.trim());
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });";

/// A live region that is not there before it says something is not always listened to.
const UNHEARD: &str = "
    return [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')]
        .filter((region) => !region.closest('[hidden], details:not([open])') && !region.checkVisibility())
        .map((region) => region.id).join(' ')";

struct Reader {
    browser: Browser,
    wrong: Vec<String>,
}

impl Reader {
    fn finds(&mut self, screen: &str, what: &str, found: &[String]) {
        let found = found
            .iter()
            .map(|found| format!("{screen}, {what}: {found}"));
        self.wrong.extend(found);
    }

    /// Reads a screen aloud: everything that does something has a name, and what will say something is listened to.
    async fn hears(&mut self, screen: &str) -> Vec<Spoken> {
        let said = self.browser.aloud().await.unwrap();
        let lines: Vec<String> = said.iter().map(Spoken::to_string).collect();
        println!("— {screen}\n{}\n", lines.join("\n"));
        let unnamed = said
            .iter()
            .filter(|one| one.is_control() && one.name.is_empty());
        let unnamed: Vec<String> = unnamed.map(Spoken::to_string).collect();
        self.finds(screen, "has no name", &unnamed);
        let unheard = self.browser.script(UNHEARD).await.unwrap();
        let unheard = unheard.as_str().unwrap().split_whitespace();
        let unheard: Vec<String> = unheard.map(str::to_owned).collect();
        self.finds(screen, "is not listened to", &unheard);
        said
    }

    /// Enlarges a screen to 200 % and 400 %.
    async fn enlarges(&mut self, screen: &str) {
        for percent in [200, 400] {
            self.browser.zoom(percent).await.unwrap();
            let found = self.browser.misplaced().await.unwrap();
            self.finds(screen, &format!("at {percent} %"), &found);
            let picture = format!("senses-{screen}-{percent}");
            self.browser.picture(&picture).await.unwrap();
        }
    }

    /// Hears and sees a screen in every way, and goes through it by the Tab key.
    async fn meets(&mut self, screen: &str) -> Vec<Spoken> {
        let said = self.hears(screen).await;
        self.sees(screen).await;
        said
    }

    /// Sees a screen enlarged and in few colours, and goes through it by the Tab key.
    async fn sees(&mut self, screen: &str) {
        self.enlarges(screen).await;
        let found = self.browser.wrong_focus().await.unwrap();
        self.finds(screen, "focus at 400 %", &found);
        self.browser.zoom(100).await.unwrap();
        self.browser.force_colours(true).await.unwrap();
        let found = self.browser.unseen().await.unwrap();
        self.finds(screen, "in few colours", &found);
        let found = self.browser.wrong_focus().await.unwrap();
        self.finds(screen, "focus in few colours", &found);
        let picture = format!("senses-{screen}-colours");
        self.browser.picture(&picture).await.unwrap();
        self.browser.force_colours(false).await.unwrap();
    }

    /// Comes to a new screen: the focus is there, and says what it is about.
    async fn comes_to(&mut self, screen: &str, about: &str) {
        let said = self.meets(screen).await;
        let is_focused = |one: &&Spoken| one.more.iter().any(|more| more == "focused true");
        let focused = said.iter().find(is_focused);
        let found = format!("{about:?} is not read, but {focused:?}");
        if focused.is_none_or(|one| !one.name.contains(about)) {
            self.finds(screen, "focus", &[found]);
        }
    }

    async fn presses(&self, id: &str) {
        self.browser.press(id).await.unwrap();
    }

    async fn clicks(&self, id: &str) {
        self.browser.click(id).await.unwrap();
    }

    /// Types into a field, in place of what stands there.
    async fn types(&self, id: &str, text: &str) {
        self.browser.reach(id).await.unwrap();
        self.browser.type_keys(SELECTED).await.unwrap();
        self.browser.type_keys(text).await.unwrap();
    }

    async fn waits(&self, id: &str, part: &str) {
        self.browser.wait_for(id, part).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_by_keyboard_read_aloud_enlarged_and_in_few_colours() {
    let line = demonstration().await.unwrap();
    let browser = Browser::start(1280, 900).await.unwrap();
    let page = format!("{}/en", line.relay_url());
    browser.open(&page).await.unwrap();
    browser.find("new").await.unwrap();
    browser.script(LISTEN).await.unwrap();
    let wrong = Vec::new();
    let mut reader = Reader { browser, wrong };
    reader.meets("start").await;

    reader.presses("new").await;
    reader.browser.find("word").await.unwrap();
    let words = reader.browser.texts("word").await.unwrap().join(" ");
    reader.comes_to("words", "These seven words").await;
    reader.presses("words-next").await;
    reader.types("words-typed", "no such words").await;
    reader.presses("words-open").await;
    reader.waits("words-error", "Seven words").await;
    reader.comes_to("typing", "Type the seven words").await;
    reader.types("words-typed", &words).await;
    reader.presses("words-open").await;
    reader.browser.find("message").await.unwrap();
    reader.comes_to("writing", "There is nothing here").await;
    for language in ["ko", "ru", "uk", "en"] {
        reader.presses(&format!("language-{language}")).await;
        let speaks = format!("return document.documentElement.lang === '{language}'");
        reader.browser.wait_until(&speaks).await.unwrap();
        reader.enlarges(&format!("writing-{language}")).await;
        reader.browser.zoom(100).await.unwrap();
    }

    reader
        .types("message", &format!("{POSITION}{QUESTION}"))
        .await;
    reader.browser.reach("urgency-days").await.unwrap();
    reader.browser.type_keys(LEFT).await.unwrap();
    let chosen =
        "return document.activeElement.dataset.testid + ' ' + document.activeElement.ariaChecked";
    let chosen = reader.browser.script(chosen).await.unwrap();
    assert_eq!(chosen, "urgency-hours true");
    reader.presses("send").await;
    reader.waits("careful-what", "a position").await;
    reader.meets("careful").await;
    reader.types("message", QUESTION).await;
    reader.presses("send").await;
    reader.waits("outcome", "arrived").await;
    reader.meets("sent").await;

    // All that happened was said without being asked for.
    let heard = reader
        .browser
        .script("return said.join('\\n')")
        .await
        .unwrap();
    let heard = heard.as_str().unwrap();
    for due in [
        "Seven words are needed.",
        "One moment.",
        "Looking for an answer…",
        "This looks like: a position.",
        "Sending…",
        "Your message has arrived.",
        "A guide usually answers within",
    ] {
        assert!(heard.contains(due), "{due} is not among: {heard}");
    }
    reader.presses("leave").await;
    let elsewhere = "return !location.href.startsWith('http')";
    reader.browser.wait_until(elsewhere).await.unwrap();

    let plain = format!("{}/plain/en/", line.relay_url());
    reader.browser.open(&plain).await.unwrap();
    reader.meets("plain").await;
    let porch = format!("{}/en/", line.porch_url());
    reader.browser.open(&porch).await.unwrap();
    reader.meets("porch").await;
    reader
        .browser
        .click_button("First time here")
        .await
        .unwrap();
    let words = "return [...document.querySelectorAll('.seven li')].map((word) => word.textContent).join(' ')";
    let words = reader.browser.script(words).await.unwrap();
    let words = words.as_str().unwrap();
    reader.browser.type_into("words", words).await.unwrap();
    reader.browser.click_button("Open").await.unwrap();
    reader.meets("porch-writing").await;
    assert!(reader.wrong.is_empty(), "{}", reader.wrong.join("\n"));
    reader.browser.close().await.unwrap();
    line.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask firefox runs it"]
async fn a_first_visit_enlarged_and_in_few_colours_in_firefox() {
    let line = demonstration().await.unwrap();
    let browser = Browser::start_kind(Kind::Firefox, 1280, 900).await.unwrap();
    let page = format!("{}/en", line.relay_url());
    browser.open(&page).await.unwrap();
    browser.find("new").await.unwrap();
    let wrong = Vec::new();
    let mut reader = Reader { browser, wrong };
    reader.sees("start").await;
    reader.clicks("new").await;
    reader.browser.find("word").await.unwrap();
    let words = reader.browser.texts("word").await.unwrap().join(" ");
    reader.sees("words").await;
    reader.clicks("words-next").await;
    reader.browser.write("words-typed", &words).await.unwrap();
    reader.sees("typing").await;
    reader.clicks("words-open").await;
    reader.browser.find("message").await.unwrap();
    reader.sees("writing").await;
    let text = format!("{POSITION}{QUESTION}");
    reader.browser.write("message", &text).await.unwrap();
    reader.clicks("send").await;
    reader.waits("careful-what", "a position").await;
    reader.sees("careful").await;
    reader.clicks("careful-remove").await;
    reader.clicks("send").await;
    reader.waits("outcome", "arrived").await;
    reader.sees("sent").await;
    assert!(reader.wrong.is_empty(), "{}", reader.wrong.join("\n"));
    reader.browser.close().await.unwrap();
    line.stop().await;
}
