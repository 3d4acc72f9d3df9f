//! Handing over: what a contact seals, the partner opens with the tool that its distribution has, and what everybody else learns.

// A test may fail loudly.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation
)]

mod ground;

use std::io::Write as _;
use std::process::{Command, Stdio};

use ground::{Contact, Ground, Guide, TinyRelay, rng, told};
use protocol::{
    Consent, HANDOVER_SIZE, HandedOver, HandoverError, HandoverStage, Offer, OfferSecret, Receipt,
    ReceiptError, ReplyPart, ShiftSecretKey, Shown,
};
use statements::{AgeRecipient, AskedItem, Partner, PartnerId, UnverifiedStatement};
use wire::{Day, Envelope, LineId};

const TODAY: Day = Day(20_500);

/// An identity of `age`, drawn for this file, and its recipient.
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

/// The bytes of a Bech32 text; whether its checksum is right does not matter here.
fn bech32(text: &str) -> Vec<u8> {
    let data = text.rsplit_once('1').expect("a separator").1;
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for c in data.chars().take(data.len() - 6) {
        let alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        let value = alphabet.find(c.to_ascii_lowercase()).expect("of Bech32");
        (bits, held) = ((bits << 5 | value as u32) & 0xfff, held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

fn recipient() -> AgeRecipient {
    AgeRecipient::X25519(bech32(RECIPIENT).try_into().expect("32 bytes"))
}

fn item(what: &str, why: &str) -> AskedItem {
    AskedItem {
        what: what.into(),
        why: why.into(),
    }
}

fn partner(recipient: AgeRecipient) -> Partner {
    Partner {
        serial: 1,
        id: PartnerId([7; 16]),
        from: Day(20_490),
        until: Day(20_550),
        language: 1,
        name: "Harbour Office".into(),
        office: "receives people who left an army, in the capital".into(),
        recipient,
        receipt_key: receipt_key().verifying_key().to_bytes(),
        items: vec![
            item("A name to call you by", "So that we know whom we wait for."),
            item("Language", "So that somebody is there who speaks it."),
            item("Illness or wound", "So that a doctor is there."),
        ],
    }
}

fn receipt_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[0x33; 32])
}

fn signed(partner: &Partner, ground: &Ground) -> UnverifiedStatement {
    let draft = partner.draft(ground.line).expect("a partner");
    draft.sign_by_device(&ground.coordinator).done()
}

fn offer_of(partner: &Partner) -> Offer {
    Offer {
        secret: OfferSecret::from_bytes(&[0x44; 32]),
        partner: partner.hash(),
        from: TODAY,
    }
}

const ANSWERS: [(usize, &str); 2] = [(0, "Canary-of-a-name"), (2, "A wounded hand.\nNo fever.")];

fn seal(
    partner: &Partner,
    answers: &[(usize, &str)],
    line: &LineId,
) -> Result<Envelope, HandoverError> {
    let consent = Consent {
        partner,
        answers,
        meeting: "You say: river lamp stone. You hear: paper cloud.",
    };
    consent.seal(line, &offer_of(partner), &mut rng(9))
}

fn opened(envelope: &Envelope, partner: &Partner, line: &LineId) -> HandedOver {
    let secret = offer_of(partner).secret.handover(line);
    secret.open(line, envelope).expect("it is of this offer")
}

/// The standard tool, as a partner has it. It is asked for by name, so that nothing of ours stands between.
fn age(identity: &str, file: &[u8]) -> Option<Vec<u8>> {
    let place = std::env::temp_dir().join(format!("age-identity-{}", std::process::id()));
    std::fs::write(&place, identity).expect("a file");
    let mut tool = Command::new("age")
        .args(["--decrypt", "--identity"])
        .arg(&place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool `age`, which `cargo xtask test` installs");
    let written = tool.stdin.take().expect("piped").write_all(file);
    let output = tool.wait_with_output().expect("it ends");
    std::fs::remove_file(&place).expect("it was there");
    (written.is_ok() && output.status.success()).then_some(output.stdout)
}

fn read_by_partner(partner: &Partner, answers: &[(usize, &str)]) -> String {
    let line = LineId([5; 32]);
    let envelope = seal(partner, answers, &line).expect("there is room");
    let text = age(IDENTITY, &opened(&envelope, partner, &line).file).expect("it opens");
    String::from_utf8(text).expect("text")
}

#[test]
fn the_partner_reads_with_the_standard_tool_what_was_agreed_to_and_nothing_else() {
    let text = read_by_partner(&partner(recipient()), &ANSWERS);
    let begin = "Harbour Office\nreceives people who left an army, in the capital\n\nA name to call you by\nCanary-of-a-name\n\n\
                 Illness or wound\nA wounded hand.\nNo fever.\n\nYou say: river lamp stone. You hear: paper cloud.\n";
    assert!(text.starts_with(begin), "{text}");
    assert!(!text.contains("Language"), "it was not agreed to");
    assert_eq!(text.len(), HANDOVER_SIZE, "one size, whatever was answered");
    let last = text.lines().last().expect("a last line");
    assert!(Receipt::parse(last).is_ok());
    assert_eq!(text[begin.len()..].trim(), last, "nothing else but room");
}

/// Opens a stanza of the hybrid kind as the format has it (C2SP `age`, "mlkem768x25519 recipient stanza").
fn file_key(identity: &[u8; 32], encapsulation: &str, body: &str) -> Option<Vec<u8>> {
    use base64ct::{Base64Unpadded, Encoding as _};
    use hpke::{Deserializable as _, kem::XWing};
    let encapsulation = Base64Unpadded::decode_vec(encapsulation).ok()?;
    let body = Base64Unpadded::decode_vec(body).ok()?;
    hpke::single_shot_open::<hpke::aead::ChaCha20Poly1305, hpke::kdf::HkdfSha256, XWing>(
        &hpke::OpModeR::Base,
        &<XWing as hpke::Kem>::PrivateKey::from_bytes(identity).ok()?,
        &<XWing as hpke::Kem>::EncappedKey::from_bytes(&encapsulation).ok()?,
        b"age-encryption.org/mlkem768x25519",
        &body,
        &[],
    )
    .ok()
}

#[test]
fn a_partner_with_a_hybrid_key_is_sealed_to_as_the_format_s_own_example_is() {
    let example: Vec<&str> = include_str!("handover/hybrid.txt").lines().collect();
    let [identity, encapsulation, body] = example[..] else {
        panic!("three lines");
    };
    let identity: [u8; 32] = bech32(identity).try_into().expect("32 bytes");
    let key = file_key(&identity, encapsulation, body).expect("the example opens");
    assert_eq!(key.len(), 16);

    let public = ShiftSecretKey::from_seed(&identity).public();
    let (partner, line) = (partner(AgeRecipient::Hybrid(public)), LineId([5; 32]));
    let envelope = seal(&partner, &ANSWERS, &line).expect("there is room");
    let file = opened(&envelope, &partner, &line).file;
    let header = file
        .split(|byte| *byte == b'\n')
        .map(String::from_utf8_lossy);
    let header: Vec<_> = header.take(4).collect();
    assert_eq!(header[0], "age-encryption.org/v1");
    let share = header[1]
        .strip_prefix("-> mlkem768x25519 ")
        .expect("its stanza");
    assert_eq!(
        file_key(&identity, share, &header[2])
            .expect("it opens")
            .len(),
        16
    );
    assert!(header[3].starts_with("--- "));
    assert!(file_key(&[8; 32], share, &header[2]).is_none());
}

#[test]
fn what_a_terminal_takes_for_commands_does_not_reach_the_partner() {
    let text = read_by_partner(&partner(recipient()), &[(0, "a\u{1b}[2Jb\u{9b}31mc\rd")]);
    assert!(text.contains("\na [2Jb 31mc d\n"), "{text:?}");
}

#[test]
fn nobody_else_opens_it_and_a_changed_file_does_not_open() {
    let (partner, line) = (partner(recipient()), LineId([5; 32]));
    let envelope = seal(&partner, &ANSWERS, &line).expect("there is room");
    let file = opened(&envelope, &partner, &line).file;
    let other = "AGE-SECRET-KEY-1QQPSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWFSTWH";
    assert_eq!(age(other, &file), None);
    for place in [0, 60, 150, file.len() - 1] {
        let mut changed = file.clone();
        changed[place] ^= 1;
        assert_eq!(age(IDENTITY, &changed), None, "changed at {place}");
    }
    assert!(!contains(envelope.as_bytes(), b"Canary"));
    assert!(!contains(&file, b"Canary"));
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn what_has_no_room_is_refused_with_how_much_it_is_too_long() {
    let (partner, line) = (partner(recipient()), LineId([5; 32]));
    let long = "가".repeat(700);
    let over = match seal(&partner, &[(0, &long)], &line) {
        Err(HandoverError::TooLong(over)) => over,
        _ => panic!("it has no room"),
    };
    let fits = &long.as_bytes()[..long.len() - over.next_multiple_of(3)];
    let fits = std::str::from_utf8(fits).expect("whole letters");
    assert!(seal(&partner, &[(0, fits)], &line).is_ok());
    assert_eq!(
        seal(&partner, &[], &line).err(),
        Some(HandoverError::Nothing)
    );
    assert_eq!(
        seal(&partner, &[(3, "x")], &line).err(),
        Some(HandoverError::NotAsked)
    );
}

#[test]
fn a_key_that_is_none_is_sealed_to_by_nobody() {
    let line = LineId([5; 32]);
    let small = partner(AgeRecipient::X25519([0; 32]));
    assert_eq!(
        seal(&small, &ANSWERS, &line).err(),
        Some(HandoverError::Key)
    );
    let zeros = partner(AgeRecipient::Hybrid(statements::SealPublicKey::default()));
    // X-Wing has public keys that no seed gives; that of zeros is one, and nobody can open what is sealed to it.
    assert!(seal(&zeros, &ANSWERS, &line).is_ok());
}

#[test]
fn answers_are_sealed_only_to_the_partner_as_the_contact_saw_it() {
    let seen = partner(recipient());
    let line = LineId([5; 32]);
    for change in [
        |partner: &mut Partner| partner.items[0].what.push('!'),
        |partner: &mut Partner| partner.recipient = AgeRecipient::X25519([9; 32]),
        |partner: &mut Partner| partner.serial += 1,
    ] {
        let mut changed = seen.clone();
        change(&mut changed);
        let consent = Consent {
            partner: &changed,
            answers: &ANSWERS,
            meeting: "",
        };
        let sealed = consent.seal(&line, &offer_of(&seen), &mut rng(9));
        assert_eq!(sealed.err(), Some(HandoverError::NotAsked));
        let offer = offer_of(&seen);
        let ground = Ground::new(1);
        let lies = offer
            .secret
            .seal(&ground.line, &signed(&changed, &ground), &mut rng(3));
        assert!(offer.open(&ground.line, &lies.expect("room")).is_err());
    }
}

#[test]
fn a_receipt_proves_who_opened_which_handover() {
    let (partner, line) = (partner(recipient()), LineId([5; 32]));
    let envelope = seal(&partner, &ANSWERS, &line).expect("there is room");
    let handed = opened(&envelope, &partner, &line);
    let text = String::from_utf8(age(IDENTITY, &handed.file).expect("it opens")).expect("text");
    let last = text.lines().last().expect("a last line");
    let sign = |message: &str| {
        use ed25519_dalek::Signer as _;
        receipt_key().sign(message.as_bytes()).to_bytes()
    };
    let right = sign(&format!("{last}\n"));
    let check = |shown: &str, line: &LineId, expected: &[u8; 32], signature: &[u8; 64]| {
        Receipt::parse(shown)?.verify(line, expected, &partner, signature)
    };
    assert_eq!(check(last, &line, &handed.receipt, &right), Ok(()));
    assert_eq!(
        check(&format!(" {last}\r\n"), &line, &handed.receipt, &right),
        Ok(())
    );
    assert_eq!(
        check(&last.to_uppercase(), &line, &handed.receipt, &right),
        Err(ReceiptError::Form)
    );
    assert_eq!(
        check(&last[..last.len() - 1], &line, &handed.receipt, &right),
        Err(ReceiptError::Form)
    );
    assert_eq!(
        check(&format!("{last} x"), &line, &handed.receipt, &right),
        Err(ReceiptError::Form)
    );
    assert_eq!(
        check("", &line, &handed.receipt, &right),
        Err(ReceiptError::Form)
    );
    assert_eq!(
        check(last, &LineId([6; 32]), &handed.receipt, &right),
        Err(ReceiptError::Another)
    );
    assert_eq!(
        check(last, &line, &[1; 32], &right),
        Err(ReceiptError::Another)
    );
    assert_eq!(
        check(last, &line, &handed.receipt, &sign(last)),
        Err(ReceiptError::Signature),
        "without its end of line"
    );
    assert_eq!(
        check(last, &line, &handed.receipt, &[0; 64]),
        Err(ReceiptError::Signature)
    );
}

#[test]
fn collecting_and_taking_back_leave_everything_but_the_file() {
    let (partner, line) = (partner(recipient()), LineId([5; 32]));
    let envelope = seal(&partner, &ANSWERS, &line).expect("there is room");
    let handed = opened(&envelope, &partner, &line);
    let secret = offer_of(&partner).secret.handover(&line);
    for stage in [HandoverStage::Collected, HandoverStage::TakenBack] {
        let settled = secret
            .settle(&line, &handed, stage, &mut rng(4))
            .expect("room");
        let after = secret.open(&line, &settled).expect("it is of this offer");
        assert_eq!(after.stage, stage);
        assert_eq!(after.receipt, handed.receipt);
        assert!(after.file.is_empty());
    }
}

#[test]
fn a_collection_code_is_read_back_and_nothing_else_is_one() {
    let line = LineId([5; 32]);
    let secret = offer_of(&partner(recipient())).secret.handover(&line);
    let code = secret.code();
    let read = protocol::HandoverSecret::from_code(&code).expect("a code");
    assert!(read.is_same_as(&secret));
    let upper = code.to_uppercase();
    assert!(
        protocol::HandoverSecret::from_code(&upper).is_some(),
        "as a telephone may write it"
    );
    for none in [
        "",
        &code[1..],
        &code.replace(&code[..1], "g"),
        &format!("{}é", &code[2..]),
    ] {
        assert!(
            protocol::HandoverSecret::from_code(none).is_none(),
            "{none}"
        );
    }
}

#[test]
fn an_offer_stays_with_the_contact_until_it_is_taken_back() {
    let (ground, mut relay) = (Ground::new(1), TinyRelay::new(Ground::new(1).line));
    let mut guide = Guide::new(&ground);
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.write("where can I go?", &ground, &mut relay);
    guide.look(&relay);
    let partner = partner(recipient());
    guide.answer(ReplyPart::Offer(offer_of(&partner)), &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["offer", "offered from 20500", "erased"]);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(
        told(&shown),
        ["offered from 20500", "no answer, taken true"]
    );
    let offered = shown.iter().find_map(|one| match one {
        Shown::Offered(offer) => Some(offer),
        _ => None,
    });
    let offered = offered.expect("it stands");
    let lies = offered
        .secret
        .seal(&ground.line, &signed(&partner, &ground), &mut rng(3));
    let statement = offered
        .open(&ground.line, &lies.expect("room"))
        .expect("what was agreed on");
    let believed = Partner::verify(&statement, &ground.delegation).expect("signed");
    assert_eq!(believed, partner);
    guide.answer(ReplyPart::OfferEnded, &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["offer ended", "erased"]);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["no answer, taken true"]);
}
