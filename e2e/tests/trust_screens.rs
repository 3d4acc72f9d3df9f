//! A walk through the screens of trust among guides: each is used as a person would, by keyboard where it matters, looked at by axe, at
//! 320 pixels, and in four languages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use demo::{DemoContact, DemoLine};
use e2e::{Visitor, demonstration};
use protocol::{Language, Urgency};

const PATIENCE: Duration = Duration::from_secs(40);
const WRITTEN: &str = "is my name safe with you? lark-7731";
const NOTE: &str = "waits for an answer about papers";
const WHISPERED: &str = "ask nothing about the place";

/// Inviting, a member's page, and what needs a second person.
async fn corps(willow: &Visitor, rowan: &Visitor) {
    willow.goes_to("/roster").await.unwrap();
    willow
        .looks_in_all_languages("trust-roster", "/roster")
        .await
        .unwrap();
    willow.browser.write("invite-name", "Crane").await.unwrap();
    willow.browser.click("invite").await.unwrap();
    willow.browser.find("invitation").await.unwrap();
    willow.looks("trust-invitation").await.unwrap();

    willow.goes_to("/roster").await.unwrap();
    willow
        .browser
        .click_text("member-link", "Birch")
        .await
        .unwrap();
    willow.browser.find("member-stage").await.unwrap();
    let address = willow
        .browser
        .script("return location.pathname")
        .await
        .unwrap();
    let member = address.as_str().unwrap().to_owned();
    willow
        .looks_in_all_languages("trust-member", &member)
        .await
        .unwrap();
    willow.chooses("act", "travel").await.unwrap();
    willow
        .browser
        .write("field-document", "minutes 9")
        .await
        .unwrap();
    willow.browser.click("permit").await.unwrap();
    willow
        .browser
        .wait_for("member-pending", "Rowan")
        .await
        .unwrap();

    // The second person sees just that, and agrees without a mouse.
    rowan.goes_to("/decisions").await.unwrap();
    rowan
        .browser
        .wait_for("proposal", "minutes 9")
        .await
        .unwrap();
    rowan
        .looks_in_all_languages("trust-decisions", "/decisions")
        .await
        .unwrap();
    rowan.browser.press("approve").await.unwrap();
    willow
        .browser
        .wait_for("permission", "minutes 9")
        .await
        .unwrap();
    let withdraw = "document.querySelector('[data-testid=permission][data-act=travel] [data-testid=withdraw]').click()";
    willow.browser.script(withdraw).await.unwrap();
    willow.goes_to("/permissions").await.unwrap();
    willow
        .looks_in_all_languages("trust-permissions", "/permissions")
        .await
        .unwrap();

    // Another is declined, and the reason comes back.
    willow.goes_to(&member).await.unwrap();
    willow.chooses("stage", "senior").await.unwrap();
    willow.browser.click("change").await.unwrap();
    willow.browser.find("member-pending").await.unwrap();
    rowan.goes_to("/decisions").await.unwrap();
    rowan.browser.find("proposal").await.unwrap();
    rowan
        .browser
        .script("document.querySelectorAll('details').forEach(one => { one.open = true })")
        .await
        .unwrap();
    rowan
        .browser
        .write("decline-reason", "after the training")
        .await
        .unwrap();
    rowan.looks("trust-decline").await.unwrap();
    rowan.browser.click("decline").await.unwrap();
    willow.goes_to("/").await.unwrap();
    willow
        .browser
        .wait_for("notice", "after the training")
        .await
        .unwrap();
}

/// The corps as a file: a line that is wrong is named.
async fn file(willow: &Visitor) {
    willow.goes_to("/roster/file").await.unwrap();
    willow.looks("trust-file").await.unwrap();
    willow
        .browser
        .write("import-text", "work_name,stage\nBirch,king")
        .await
        .unwrap();
    willow.browser.click("import-preview").await.unwrap();
    willow.browser.find("import-wrong").await.unwrap();
    let line = willow.browser.wait_for("planned", "Birch").await.unwrap();
    assert!(
        line.contains("Line ") && line.contains('\n'),
        "it says which line and what: {line}"
    );
    let errors = willow.browser.console_errors().await.unwrap();
    // The browser itself notes that the answer said 422.
    assert!(
        errors.iter().all(|error| error.contains("422")),
        "{errors:?}"
    );
    willow.looks("trust-file-wrong").await.unwrap();
}

/// A contact's case goes from hand to hand.
async fn case(
    line: &DemoLine,
    birch: &Visitor,
    alder: &Visitor,
    willow: &Visitor,
    rowan: &Visitor,
) {
    let mut contact = DemoContact::new(line.relay_url()).unwrap();
    let phrase = contact.new_phrase(words::List::English);
    contact.open(words::List::English, &phrase).await.unwrap();
    contact
        .write(WRITTEN, Language::English, Urgency::Hours)
        .await
        .unwrap();
    birch.goes_to("/").await.unwrap();
    birch.browser.click("take").await.unwrap();
    birch
        .browser
        .wait_for("message-contact", "lark")
        .await
        .unwrap();
    let path = birch
        .browser
        .script("return location.pathname")
        .await
        .unwrap();
    let path = path.as_str().unwrap().to_owned();
    birch
        .looks_in_all_languages("trust-case", &path)
        .await
        .unwrap();

    birch.goes_to(&format!("{path}/transfer")).await.unwrap();
    birch
        .looks_in_all_languages("trust-transfer", &format!("{path}/transfer"))
        .await
        .unwrap();
    choose_colleague(birch, "Alder").await;
    birch.browser.write("transfer-note", NOTE).await.unwrap();
    birch.browser.click("transfer-confirm").await.unwrap();
    let given = |view: &serde_json::Value| view["cases"][0].is_object();
    line.second_guide()
        .wait_until(PATIENCE, given)
        .await
        .unwrap();
    alder.goes_to(&path).await.unwrap();
    alder.browser.wait_for("note-kept", NOTE).await.unwrap();
    alder
        .browser
        .wait_for("message-contact", "lark")
        .await
        .unwrap();
    alder.looks("trust-received").await.unwrap();
    alder.goes_to(&format!("{path}/return")).await.unwrap();
    alder.looks("trust-return").await.unwrap();
    alder.browser.press("return-confirm").await.unwrap();
    birch.goes_to("/").await.unwrap();
    birch.browser.find("has-history").await.unwrap();
    birch.looks("trust-back-in-the-queue").await.unwrap();
    birch.browser.click("take").await.unwrap();
    line.guide().wait_until(PATIENCE, given).await.unwrap();
    line.guide().settled(PATIENCE).await.unwrap();

    // Somebody reads along and whispers; the conversation has nothing of it.
    birch.goes_to(&format!("{path}/supervisor")).await.unwrap();
    birch.looks("trust-supervisor").await.unwrap();
    choose_colleague(birch, "Willow").await;
    birch.browser.click("invite-confirm").await.unwrap();
    willow.goes_to("/").await.unwrap();
    willow.browser.click("supervised-link").await.unwrap();
    willow.browser.find("supervised").await.unwrap();
    willow
        .browser
        .wait_for("message-contact", "lark")
        .await
        .unwrap();
    willow
        .browser
        .write("whisper-text", WHISPERED)
        .await
        .unwrap();
    willow.browser.press("whisper-send").await.unwrap();
    willow.looks("trust-reading-along").await.unwrap();
    birch.browser.wait_for("whisper", WHISPERED).await.unwrap();
    for said in ["message-contact", "message-guide"] {
        let texts = birch.browser.texts(said).await.unwrap();
        assert!(
            !texts.iter().any(|text| text.contains(WHISPERED)),
            "{texts:?}"
        );
    }
    birch
        .looks_in_all_languages("trust-whispers", &path)
        .await
        .unwrap();

    // To keep the case longer a second person has to agree.
    birch.goes_to(&format!("{path}/extend")).await.unwrap();
    birch.looks("trust-extend").await.unwrap();
    birch.browser.click("extend-reason").await.unwrap();
    birch.browser.click("extend-confirm").await.unwrap();
    birch.browser.find("extension-pending").await.unwrap();
    rowan.goes_to("/decisions").await.unwrap();
    rowan.browser.press("approve").await.unwrap();
    line.guide()
        .wait_until(PATIENCE, |view| {
            view["proposals"].as_array().is_none_or(Vec::is_empty)
        })
        .await
        .unwrap();
}

async fn choose_colleague(visitor: &Visitor, name: &str) {
    let script = format!(
        "[...document.querySelectorAll('label.colleague')].find(one => one.innerText.includes('{name}')).click()"
    );
    visitor.browser.script(&script).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_trust_can_be_used_and_seen() {
    let line = demonstration().await.unwrap();
    let willow = Visitor::at(line.coordinator()).await.unwrap();
    let rowan = Visitor::at(line.second_coordinator()).await.unwrap();
    let birch = Visitor::at(line.guide()).await.unwrap();
    let alder = Visitor::at(line.second_guide()).await.unwrap();
    corps(&willow, &rowan).await;
    file(&willow).await;
    case(&line, &birch, &alder, &willow, &rowan).await;
    for (path, name) in [
        ("/trail", "trail"),
        ("/exposure", "exposure"),
        ("/duress", "second-phrase"),
        ("/help", "help"),
    ] {
        willow.goes_to(path).await.unwrap();
        willow.looks_in_all_languages(name, path).await.unwrap();
    }
    for visitor in [willow, rowan, birch, alder] {
        visitor.browser.close().await.unwrap();
    }
    line.stop().await;
}
