//! Partners and handovers over HTTP: two admit a partner, two agree, the contact seals, the code goes out, the receipt comes back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "ground/browser.rs"]
mod browser;
mod ground;

use browser::{Browser, encoded, enter};
use client::RelayClient;
use data_encoding::{BASE64, HEXLOWER};
use desk::Command;
use desk_app::Running;
use ed25519_dalek::{Signer, SigningKey};
use ground::team::{admit_as, coordinator, delegate, on_duty, permission};
use ground::{Ground, until};
use protocol::{Consent, Offer, ReplyPart, Shown};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::Value;
use statements::{Act, Line, Partner, Stage};
use wire::SlotWrite;

const PHRASE: [u8; 15] = [9; 15];
/// The example of the manual of `age`, and an identity of its, which nobody is to paste here.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

fn receipt_key() -> SigningKey {
    SigningKey::from_bytes(&[0x5a; 32])
}

/// Waits, told of each change, until a page shows something.
async fn page_until(browser: &Browser, path: &str, shows: &str) -> String {
    let waiting = async {
        loop {
            let version = browser.view(None).await["version"].as_u64();
            let page = browser.get(path).await;
            if page.status == 200 && page.body.contains(shows) {
                return page.body;
            }
            browser.view(version).await;
        }
    };
    tokio::time::timeout(ground::PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("{path} never showed {shows}"))
}

/// Coordinators Willow and Rowan, of whom both must agree, and guide Birch, on duty; Rowan and Birch may hand over.
async fn team(ground: &Ground) -> Vec<Running> {
    let willow = coordinator(ground).await;
    let rowan = admit_as(ground, &willow, "Rowan", Stage::Coordinator).await;
    let birch = admit_as(ground, &willow, "Birch", Stage::Guide).await;
    for desk in [&rowan, &birch] {
        let device = desk.handle().view().view.me;
        let permission = permission(Act::HandOver);
        let permit = Command::Permit { device, permission };
        willow.handle().command(permit).await.unwrap();
    }
    on_duty(&willow, &[&birch]).await;
    let devices = [&willow, &rowan].map(|desk| desk.handle().view().view.me);
    delegate(ground, 2, 2, &devices).await;
    for desk in [&willow, &rowan, &birch] {
        until(desk.handle(), "two must agree", |shown| {
            let permitted = shown.view.roster.iter().filter(|member| {
                let mut held = member.permissions.iter();
                held.any(|held| held.permission.act == Act::HandOver)
            });
            shown.view.admission_threshold == Some(2) && permitted.count() == 2
        })
        .await;
    }
    vec![willow, rowan, birch]
}

fn partner_form(recipient: &str, why: &str) -> String {
    let key = BASE64.encode(receipt_key().verifying_key().as_bytes());
    let until = record::date_of(ground::now().day().plus(60));
    format!(
        "name=Harbour+Office&office=a+lawyers%27+office&language=ko&until={until}&recipient={}&receipt-key={}\
         &what=A+name&why={}&what=&why=",
        encoded(recipient),
        encoded(&key),
        encoded(why)
    )
}

/// Proposed by the first, who is refused what can't be right, and agreed to by the second, who sees all of it.
async fn admit_partner(first: &Browser, second: &Browser, guide: &Browser) -> String {
    let page = first.get("/partners").await;
    assert!(page.has("partners-none") && page.has("partner-form"));
    let page = guide.get("/partners").await;
    assert!(page.has("partners-none") && !page.has("partner-form"));
    let secret = first.post("/partners", &partner_form(IDENTITY, "So")).await;
    assert_eq!(secret.status, 422);
    assert!(secret.has("error") && secret.body.contains("value=\"Harbour Office\""));
    let no_reason = first.post("/partners", &partner_form(RECIPIENT, "")).await;
    assert_eq!(no_reason.status, 409);
    assert!(no_reason.body.contains("value=\"A name\"") && no_reason.body.contains(RECIPIENT));
    let why = "So that we know who comes";
    let proposed = first.post("/partners", &partner_form(RECIPIENT, why)).await;
    assert_eq!((proposed.status, proposed.location()), (303, "/partners"));

    let view = second
        .until(|view| view["proposals"][0]["may_decide"] == true)
        .await;
    let what = &view["proposals"][0]["what"];
    assert_eq!(
        (&what["kind"], &what["says"]["recipient"]),
        (&"partner".into(), &RECIPIENT.into())
    );
    let page = second.get("/decisions").await;
    let words = what["says"]["words"].as_array().unwrap();
    assert_eq!(words.len(), 5);
    for shown in ["Harbour Office", RECIPIENT, "A name", why]
        .into_iter()
        .chain(words.iter().filter_map(Value::as_str))
    {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(
        guide.view(None).await["partners"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    approve(second, &view).await;
    let view = guide
        .until(|view| view["partners"][0]["state"] == "stands")
        .await;
    assert_eq!(view["partners"][0]["says"]["words"], what["says"]["words"]);
    view["partners"][0]["says"]["partner"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn approve(browser: &Browser, view: &Value) {
    let label = view["proposals"][0]["proposal"].as_str().unwrap();
    let approved = browser
        .post(&format!("/decisions/{label}/approve"), "")
        .await;
    assert_eq!(approved.status, 303);
}

async fn handover_of(browser: &Browser, case: &str) -> Value {
    let answer = browser.get(&format!("/api{case}")).await;
    let shown: Value = serde_json::from_str(&answer.body).unwrap();
    shown["handover"].clone()
}

/// What the page does: reads the offer's slot, seals, writes the handover's. Returns the receipt's line.
async fn seal(ground: &Ground, offer: &Offer) -> String {
    let relay = RelayClient::new(&ground.url()).unwrap();
    let line = Line::verify(&relay.line().await.unwrap(), None).unwrap();
    let slots = offer.slots(&line.id());
    let names = wire::SlotNames(slots.clone());
    let found = relay.read_slots(&names).await.unwrap();
    let statement = offer.open(&line.id(), &found[0].envelope).unwrap();
    let partner = Partner::verify(&statement, line.delegation()).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    // The first 32 bytes that sealing draws are the receipt's nonce.
    let mut nonce = [0; 32];
    rng.clone().fill_bytes(&mut nonce);
    let consent = Consent {
        partner: &partner,
        answers: &[(0, "CANARY name")],
        meeting: "harbour lantern",
    };
    let [_, name] = slots;
    let write = SlotWrite {
        name,
        replaces: None,
        shred_key: [3; 32],
        envelope: consent.seal(&line.id(), offer, &mut rng).unwrap(),
    };
    relay.write_slot(&write).await.unwrap();
    let (id, nonce) = (HEXLOWER.encode(&line.id().0), HEXLOWER.encode(&nonce));
    format!("footbridge-receipt-1 {id} {nonce}\n")
}

fn receipt_form(line: &str, signed: &str) -> String {
    let signature = receipt_key().sign(signed.as_bytes()).to_bytes();
    let signature = BASE64.encode(&signature);
    format!("line={}&signature={}", encoded(line), encoded(&signature))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_handed_over_to_a_partner_that_two_admitted() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    for desk in team(&ground).await {
        desk.stop().await;
    }
    let (first_desk, first) = enter(&ground, "coordinator").await;
    let (second_desk, second) = enter(&ground, "Rowan").await;
    let (guide_desk, guide) = enter(&ground, "Birch").await;
    let partner = admit_partner(&first, &second, &guide).await;

    let mut contact = ground.contact().await;
    contact.open(&PHRASE).await;
    contact.write("I want to come to you").await;
    let view = guide.until(|view| view["waiting"][0].is_object()).await;
    let case = format!("/case/{}", view["waiting"][0]["label"].as_str().unwrap());
    guide.post(&format!("{case}/take"), "").await;
    let steps = page_until(&guide, &case, "data-testid=\"handover\"").await;
    assert!(!steps.contains("data-testid=\"handover-state\""));

    // The guide asks, the second person sees whom and what, and agrees.
    let address = format!("{case}/handover");
    let nobody = guide.post(&format!("{address}/ask"), "partner=no").await;
    assert_eq!(nobody.status, 422);
    let asked = format!("partner={partner}");
    let asked = guide.post(&format!("{address}/ask"), &asked).await;
    assert_eq!((asked.status, asked.location()), (303, address.as_str()));
    assert_eq!(handover_of(&guide, &case).await["state"], "asked");
    let view = second
        .until(|view| view["proposals"][0]["what"]["kind"] == "handover")
        .await;
    let page = second.get("/decisions").await;
    assert!(page.body.contains("data-urgent=\"false\"") && page.body.contains(RECIPIENT));
    approve(&second, &view).await;
    let page = page_until(&guide, &address, "data-state=\"offered\"").await;
    assert!(page.contains("data-testid=\"handover-take-back\""));
    assert!(!page.contains("data-testid=\"handover-code\""));

    // The contact is told and seals; the code is what opens the slot, and nothing of the contact is on any screen.
    guide.until(|view| view["outbox"] == 0).await;
    let shown = contact.open(&PHRASE).await;
    let offer = shown.iter().find_map(|shown| match shown {
        Shown::Reply(ReplyPart::Offer(offer)) => Some(offer.duplicate()),
        _ => None,
    });
    let offer = offer.expect("the contact is told");
    let line = seal(&ground, &offer).await;
    contact.write("I have told them").await;
    let page = page_until(&guide, &address, "data-state=\"handed-over\"").await;
    let relay = RelayClient::new(&ground.url()).unwrap();
    let id = Line::verify(&relay.line().await.unwrap(), None)
        .unwrap()
        .id();
    let code = offer.secret.handover(&id).code();
    assert!(page.contains(code.as_str()) && !page.contains("CANARY"));
    assert_eq!(handover_of(&guide, &case).await["code"], code.as_str());

    // The receipt: what is wrong with it is said, and what was typed stays.
    let give = format!("{address}/receipt");
    let unsigned = guide
        .post(&give, &format!("line={}&signature=no", encoded(&line)))
        .await;
    assert_eq!(unsigned.status, 422);
    let forged = guide
        .post(&give, &receipt_form(&line, "another line"))
        .await;
    assert!(forged.status == 409 && forged.body.contains("footbridge-receipt-1"));
    let given = guide.post(&give, &receipt_form(&line, &line)).await;
    assert_eq!(given.status, 303);
    let page = page_until(&guide, &address, "data-state=\"received\"").await;
    assert!(page.contains("handover-aftercare"), "the weeks after");
    let again = guide.post(&give, &receipt_form(&line, &line)).await;
    assert!(again.status == 409 && again.has("error"));

    // One coordinator takes the partner away.
    let gone = first.post(&format!("/partners/{partner}/remove"), "").await;
    assert_eq!(gone.status, 303);
    guide
        .until(|view| view["partners"][0]["state"] == "removed")
        .await;
    let page = guide.get(&address).await;
    assert!(page.has("handover-no-partners"));
    for desk in [first_desk, second_desk, guide_desk] {
        desk.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_what_it_asked_wrongly_about_partners() {
    let mut ground = Ground::new().await;
    ground.start_relay().await;
    coordinator(&ground).await.stop().await;
    let (served, browser) = enter(&ground, "coordinator").await;
    let asked = |recipient: &str, until: &str| {
        let key = BASE64.encode(receipt_key().verifying_key().as_bytes());
        serde_json::json!({
            "command": "admit-partner", "name": "Harbour Office", "office": "lawyers", "language": "ko", "until": until,
            "recipient": recipient, "receipt_key": key, "items": [{"what": "A name", "why": "To call you"}],
        })
        .to_string()
    };
    let until = record::date_of(ground::now().day().plus(60));
    let late = record::date_of(ground::now().day().plus(91));
    for (body, status) in [
        (asked(IDENTITY, &until), 400),
        (asked(RECIPIENT, "soon"), 400),
        (asked(RECIPIENT, &late), 409),
        (r#"{"command":"remove-partner","partner":"no"}"#.to_owned(), 400),
        (r#"{"command":"ask-handover","case":"00000000","partner":"00112233445566778899aabbccddeeff"}"#.to_owned(), 404),
        (r#"{"command":"give-receipt","case":"00000000","line":"x","signature":"no"}"#.to_owned(), 400),
        (asked(RECIPIENT, &until), 204),
    ] {
        let answer = browser.send("/api/command", "application/json", &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    let view = browser
        .until(|view| view["partners"][0]["state"] == "stands")
        .await;
    assert_eq!(view["partners"][0]["says"]["recipient"], RECIPIENT);
    served.end().await;
}
