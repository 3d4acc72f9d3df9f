//! A handover, whole: two admit a partner, two agree that it is the right one, the contact reads what it asks and agrees item by item in a real
//! browser, takes it back and agrees again; the partner collects it, opens it with the standard tool, and confirms it with another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use demo::DemoLine;
use e2e::{Browser, Visitor, demonstration};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(40);
const QUESTION: &str = "where can I go? siskin-2208";
/// What the contact tells the partner, and nobody else ever reads.
const NAME: &str = "redstart-6640";
const ANSWERED: &str = "Somebody waits for you there, if you want to.";

fn run(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    let output = command.stdin(Stdio::null()).output();
    output.unwrap_or_else(|_| panic!("{program}, which `cargo xtask test` installs"))
}

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A partner's office: its two keys, made as docs/operate/partner.md has it.
struct Office {
    directory: tempfile::TempDir,
    recipient: String,
    receipt_key: String,
}

impl Office {
    fn new() -> Office {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        text(&run(place, "age-keygen", &["-o", "age-key.txt"]));
        let recipient = text(&run(place, "age-keygen", &["-y", "age-key.txt"]));
        let made = "genpkey -algorithm ed25519 -out receipt-key.pem";
        text(&run(place, "openssl", &made.split(' ').collect::<Vec<_>>()));
        let shown = ["pkey", "-in", "receipt-key.pem", "-pubout"];
        let receipt_key = text(&run(place, "openssl", &shown));
        Office {
            recipient: recipient.trim().to_owned(),
            receipt_key,
            directory,
        }
    }

    fn collect(&self, line: &DemoLine, code: &str, out: &str) -> Output {
        let command = e2e::command().unwrap();
        let relay = line.relay_url();
        let arguments = ["handover", "collect", "--relay", relay, code, "--out", out];
        run(self.directory.path(), command.to_str().unwrap(), &arguments)
    }

    /// Opens a file, and gives what was read and the receipt's line with its signature.
    fn open(&self, file: &str) -> (String, String, String) {
        let place = self.directory.path();
        let opened = ["--decrypt", "--identity", "age-key.txt", file];
        let read = text(&run(place, "age", &opened));
        let receipt = format!("{}\n", read.lines().last().unwrap());
        std::fs::write(place.join("receipt.txt"), &receipt).unwrap();
        let sign = "pkeyutl -sign -rawin -inkey receipt-key.pem -in receipt.txt -out signature";
        text(&run(place, "openssl", &sign.split(' ').collect::<Vec<_>>()));
        let signature = run(place, "base64", &["-w", "0", "signature"]);
        (read, receipt, text(&signature))
    }
}

/// What a coordinator says of the partner.
async fn admission(line: &DemoLine, office: &Office) -> Value {
    let view = line.coordinator().view().await.unwrap();
    let until = &view["entrances"]["list"]["good_until"];
    json!({
        "command": "admit-partner", "name": "Harbour Office", "office": "receives people who left an army", "language": "en",
        "until": until, "recipient": office.recipient, "receipt_key": office.receipt_key,
        "items": [
            {"what": "A name to call you by", "why": "So that we know whom we wait for."},
            {"what": "The language you speak best", "why": "So that somebody is there who speaks it."},
        ],
    })
}

/// Two coordinators admit the partner. Gives its id and its check words.
async fn admit(line: &DemoLine, office: &Office) -> (Value, Value) {
    let admitted = admission(line, office).await;
    line.by_two(&admitted).await.unwrap();
    let guide = line.guide();
    let view = guide.wait_until(PATIENCE, |view| view["partners"][0].is_object());
    let partner = view.await.unwrap()["partners"][0]["says"].clone();
    (partner["partner"].clone(), partner["words"].clone())
}

/// A contact on a narrow screen, who has written.
async fn contact(line: &DemoLine) -> Browser {
    let browser = Browser::start(320, 640).await.unwrap();
    browser.open(line.relay_url()).await.unwrap();
    browser.click("language-en").await.unwrap();
    browser.new_words().await.unwrap();
    browser.write("message", QUESTION).await.unwrap();
    browser.click("urgency-days").await.unwrap();
    browser.click("send").await.unwrap();
    browser.wait_for("outcome", "arrived").await.unwrap();
    browser
}

/// The guide asks, the second coordinator sees the partner and agrees, and the contact is offered it.
async fn offer(line: &DemoLine, partner: &Value) -> String {
    demo::answer(line, ANSWERED).await.unwrap();
    let guide = line.guide();
    let view = guide.view().await.unwrap();
    let case = view["cases"][0]["label"].as_str().unwrap().to_owned();
    let ask = json!({"command": "ask-handover", "case": case, "partner": partner});
    guide.command(&ask).await.unwrap();
    stands(line, &case, "asked").await;
    let second = line.second_coordinator();
    let view = second.wait_until(PATIENCE, |view| view["proposals"][0]["may_decide"] == true);
    let proposal = view.await.unwrap()["proposals"][0]["proposal"].clone();
    let approve = json!({"command": "approve", "proposal": proposal});
    second.command(&approve).await.unwrap();
    stands(line, &case, "offered").await;
    guide.settled(PATIENCE).await.unwrap();
    case
}

/// Waits until the guide's desk shows that a handover is so far.
async fn stands(line: &DemoLine, case: &str, state: &str) -> Value {
    let guide = line.guide();
    let shown = guide.wait_for_case(PATIENCE, case, |case| case["handover"]["state"] == state);
    shown
        .await
        .unwrap_or_else(|error| panic!("{state}: {error}"))
}

/// The guide looks whether something was handed over.
async fn looked(line: &DemoLine, case: &str, state: &str) -> Value {
    let look = json!({"command": "look-for-handover", "case": case});
    line.guide().command(&look).await.unwrap();
    stands(line, case, state).await
}

async fn check_looks(browser: &Browser, name: &str) {
    assert!(!browser.is_too_wide().await.unwrap(), "{name}");
    browser.picture(name).await.unwrap();
    let wrong = browser.accessibility().await.unwrap();
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
}

/// Agrees to tell the first thing that is asked.
async fn agree(browser: &Browser) {
    let boxes = browser.texts("offer-yes").await.unwrap();
    assert_eq!(boxes.len(), 2, "each thing is agreed to by itself");
    browser.click("offer-yes").await.unwrap();
    browser.write("asked", NAME).await.unwrap();
    browser.click("offer-seal").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_hands_itself_over_and_nobody_between_learns_what_it_told() {
    let line = demonstration().await.unwrap();
    let office = Office::new();
    let (partner, words) = admit(&line, &office).await;
    let browser = contact(&line).await;
    let case = offer(&line, &partner).await;

    browser.click("look").await.unwrap();
    browser.find("offered").await.unwrap();
    check_looks(&browser, "page-offered-en-320").await;
    browser.click("offer-open").await.unwrap();
    browser
        .wait_for("offer-name", "Harbour Office")
        .await
        .unwrap();
    let words = words.as_array().unwrap().iter();
    let words: Vec<&str> = words.filter_map(Value::as_str).collect();
    assert_eq!(
        browser.texts("offer-words").await.unwrap(),
        [words.join(" ")]
    );
    let first = browser.texts("offer-first").await.unwrap().concat();
    check_looks(&browser, "page-offer-en-320").await;
    for language in ["ko", "ko-KP", "ru", "uk", "en"] {
        browser
            .click(&format!("language-{language}"))
            .await
            .unwrap();
        let said = format!("return document.documentElement.lang === '{language}'");
        browser.wait_until(&said).await.unwrap();
        assert!(!browser.is_too_wide().await.unwrap(), "{language}");
        let shots = Path::new(env!("CARGO_MANIFEST_DIR")).join("shots");
        let into = shots.join(format!("page-offer-whole-{language}.png"));
        browser.whole_picture(into, 320).await.unwrap();
    }

    // A day lies between, unless there is no time.
    browser.click("offer-seal").await.unwrap();
    browser.wait_for("offer-said", "not agreed").await.unwrap();
    agree(&browser).await;
    browser.wait_for("offer-said", "Sleep on it").await.unwrap();
    browser.click("offer-no-time").await.unwrap();
    browser.click("offer-seal").await.unwrap();
    browser.wait_for("offer-said", "Sealed").await.unwrap();
    check_looks(&browser, "page-offer-sealed-en-320").await;
    let handed = looked(&line, &case, "handed-over").await;
    let code = handed["handover"]["code"].as_str().unwrap().to_owned();

    // A change of mind, before anybody collected it: the code leads to nothing, and it may be sealed again.
    browser.click("offer-take-back").await.unwrap();
    browser.wait_for("offer-said", "Taken back").await.unwrap();
    let refused = office.collect(&line, &code, "early.age");
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && why.contains("taken it back"),
        "{why}"
    );
    looked(&line, &case, "taken-back").await;
    browser.click("offer-no-time").await.unwrap();
    agree(&browser).await;
    browser.wait_for("offer-said", "Sealed").await.unwrap();
    looked(&line, &case, "handed-over").await;

    text(&office.collect(&line, &code, "handover.age"));
    let (read, receipt, signature) = office.open("handover.age");
    assert!(
        read.contains(&format!("A name to call you by\n{NAME}\n")),
        "{read}"
    );
    assert!(
        !read.contains("The language you speak best"),
        "not agreed to"
    );
    let said = first.split(": ").last().unwrap();
    assert!(
        read.contains(&format!("first: {said}.")),
        "{said} in {read}"
    );
    let twice = office.collect(&line, &code, "again.age");
    assert!(!twice.status.success(), "it is collected once");
    let kept = office.directory.path().join("cut-off.age.part");
    std::fs::copy(office.directory.path().join("handover.age"), kept).unwrap();
    text(&office.collect(&line, &code, "cut-off.age"));
    let (again, ..) = office.open("cut-off.age");
    assert_eq!(
        again, read,
        "a try that was cut off goes on with what it kept"
    );

    browser.click("offer-done").await.unwrap();
    browser.click("offer-open").await.unwrap();
    browser
        .wait_for("offer-said", "has collected it")
        .await
        .unwrap();
    let still = browser.texts("offer-first").await.unwrap().concat();
    assert_eq!(still, first, "the words are needed when they meet");
    looked(&line, &case, "collected").await;

    let give = |line: &str, signature: &str| json!({"command": "give-receipt", "case": case, "line": line, "signature": signature});
    let guide = line.guide();
    let forged = signature.replace(&signature[..4], "AAAA");
    assert!(guide.command(&give(&receipt, &forged)).await.is_err());
    guide.command(&give(&receipt, &signature)).await.unwrap();
    stands(&line, &case, "received").await;

    // What the contact told is with the partner, and nowhere else.
    let shown = guide.case(&case).await.unwrap().to_string();
    assert!(!shown.contains(NAME));
    assert_eq!(line.search_disks(&[NAME]).unwrap(), Vec::<String>::new());
    line.stop().await;
}

/// The second coordinator sees what is proposed, in every language, and agrees without a mouse.
async fn agrees(rowan: &Visitor, name: &str, sees: &str) {
    rowan.goes_to("/decisions").await.unwrap();
    rowan.browser.wait_for("proposal", sees).await.unwrap();
    rowan
        .looks_in_all_languages(name, "/decisions")
        .await
        .unwrap();
    rowan.browser.press("approve").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admit_a_partner_and_agree_to_a_handover_at_their_screens() {
    let line = demonstration().await.unwrap();
    let office = Office::new();
    let willow = Visitor::at(line.coordinator()).await.unwrap();
    let rowan = Visitor::at(line.second_coordinator()).await.unwrap();
    willow.goes_to("/partners").await.unwrap();
    willow.browser.find("partner-form").await.unwrap();
    let asked = admission(&line, &office).await;
    line.coordinator().command(&asked).await.unwrap();
    agrees(&rowan, "handover-partner", "Harbour Office").await;
    willow
        .browser
        .wait_for("partner", "Harbour Office")
        .await
        .unwrap();
    willow
        .looks_in_all_languages("handover-partners", "/partners")
        .await
        .unwrap();

    let _contact = contact(&line).await;
    demo::answer(&line, ANSWERED).await.unwrap();
    let view = line.guide().view().await.unwrap();
    let case = view["cases"][0]["label"].as_str().unwrap();
    let screen = format!("/case/{case}/handover");
    let birch = Visitor::at(line.guide()).await.unwrap();
    birch.goes_to(&screen).await.unwrap();
    birch
        .looks_in_all_languages("handover-ask", &screen)
        .await
        .unwrap();
    birch.browser.click("handover-partner").await.unwrap();
    birch.browser.click("handover-ask").await.unwrap();
    agrees(&rowan, "handover-decide", "Harbour Office").await;
    stands(&line, case, "offered").await;
    birch.goes_to(&screen).await.unwrap();
    birch
        .looks_in_all_languages("handover-offered", &screen)
        .await
        .unwrap();
    line.stop().await;
}
