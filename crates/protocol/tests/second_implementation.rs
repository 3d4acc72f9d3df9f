//! Another implementation of HPKE (hpke-rs over libcrux) opens what we seal, and seals what we open.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

mod ground;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use ground::{Ground, SHIFT, rng, text};
use hkdf::Hkdf;
use hpke_rs::hpke_types::{AeadAlgorithm, KdfAlgorithm, KemAlgorithm};
use hpke_rs::libcrux::{HpkeLibcrux, HpkeLibcruxPrng};
use hpke_rs::{Hpke, HpkePrivateKey, HpkePublicKey, Mode};
use protocol::{
    CaseAddress, CaseId, CaseSecretKey, Choices, Dialect, EpochSecretKey, Exclusions, FeedbackPost,
    FeedbackSecretKey, FirstPost, FollowUp, Grant, GrantPurpose, GrantSubject, Helped, Language,
    NamingSecret, PairingSecret, Reply, ReplyPart, ReplySecretKey, ShredToken, TeamEvent, TeamKey,
    TeamLog, Topic, Urgency, Welcome,
};
use sha2::Sha256;
use statements::{DeviceKey, EpochKey, FeedbackKey};
use wire::{Day, Envelope, Header, Kind, LineId, Writer};

const CASE: CaseId = CaseId([4; 16]);
const DAY: Day = Day(20_123);

/// What the document says of one sealing to a key: `info = tag ‖ line id ‖ context`, and the pre-shared key.
struct Said<'a> {
    tag: &'a str,
    line: &'a LineId,
    context: Vec<u8>,
    pairing: Option<&'a [u8]>,
}

impl Said<'_> {
    fn info(&self) -> Vec<u8> {
        [&tag(self.tag), self.line.0.as_slice(), &self.context].concat()
    }

    fn psk_id(&self) -> Option<Vec<u8>> {
        self.pairing.map(|_| tag("pairing"))
    }

    fn hpke(&self) -> Hpke<HpkeLibcrux<HpkeLibcruxPrng>> {
        let mode = if self.pairing.is_some() {
            Mode::Psk
        } else {
            Mode::Base
        };
        Hpke::new_with_rng(
            mode,
            KemAlgorithm::XWingDraft06,
            KdfAlgorithm::HkdfSha256,
            AeadAlgorithm::ChaCha20Poly1305,
            HpkeLibcruxPrng::from_seed([77; 32]),
        )
    }

    /// Opens encapsulation 1,120 ‖ commitment 32 ‖ ciphertext by the document alone.
    fn open(&self, seed: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Vec<u8> {
        let (encapsulation, rest) = sealed.split_at(1120);
        let (commitment, ciphertext) = rest.split_at(32);
        let key = HpkePrivateKey::new(seed.to_vec());
        let psk_id = self.psk_id();
        let mut context = self
            .hpke()
            .setup_receiver(
                encapsulation,
                &key,
                &self.info(),
                self.pairing,
                psk_id.as_deref(),
                None,
            )
            .expect("the other implementation decapsulates");
        assert_eq!(
            context.export(&tag("commitment"), 32).expect("exports"),
            commitment
        );
        context
            .open(aad, ciphertext)
            .expect("the other implementation opens")
    }

    fn seal(&self, key: &[u8], aad: &[u8], content: &[u8]) -> Vec<u8> {
        let psk_id = self.psk_id();
        let key = HpkePublicKey::new(key.to_vec());
        let (encapsulation, mut context) = self
            .hpke()
            .setup_sender(&key, &self.info(), self.pairing, psk_id.as_deref(), None)
            .expect("the other implementation encapsulates");
        let commitment = context.export(&tag("commitment"), 32).expect("exports");
        let ciphertext = context.seal(aad, content).expect("seals");
        [encapsulation, commitment, ciphertext].concat()
    }
}

fn tag(name: &str) -> Vec<u8> {
    format!("footbridge/1/{name}\0").into_bytes()
}

/// length u16 ‖ content ‖ zeros, 2,864 bytes.
fn pad(content: &[u8]) -> Vec<u8> {
    let mut padded = Writer::default().medium(content).done();
    padded.resize(2864, 0);
    padded
}

fn unpad(padded: &[u8]) -> Vec<u8> {
    let length = usize::from(u16::from_be_bytes([padded[0], padded[1]]));
    assert_eq!(padded.len(), 2864);
    padded[2..2 + length].to_vec()
}

fn header(kind: Kind, epoch: u32, line: &LineId, mark: [u8; 16], token: [u8; 32]) -> Header {
    let shred_hash = ShredToken::from_bytes(&token).hash();
    Header {
        kind,
        epoch,
        line_tag: line.tag(),
        mark,
        shred_hash,
    }
}

fn reply_key() -> ReplySecretKey {
    ReplySecretKey::from_seed(&[14; 32])
}

#[test]
fn a_first_post() {
    let ground = Ground::new(1);
    let said = Said {
        tag: "first-post",
        line: &ground.line,
        context: SHIFT.to_be_bytes().to_vec(),
        pairing: None,
    };
    let post = FirstPost {
        number: 0,
        language: Language::Korean,
        urgency: Urgency::Minutes,
        choices: Choices {
            dialect: Some(Dialect::KoreanSouth),
            topic: Some(Topic::Captivity),
            exclusions: Exclusions::ARMY | Exclusions::WOMEN,
        },
        reply_key: reply_key().public(),
        pairing: PairingSecret::from_bytes(&[11; 32]),
        naming: NamingSecret::from_bytes(&[12; 32]),
        shred_token: ShredToken::from_bytes(&[15; 32]),
        text: text("hello"),
    };
    let envelope = post.seal(ground.shift.recipient(), &mut rng(1)).unwrap();
    let opened = said.open(
        ground.shift_key.expose(),
        envelope.header_bytes(),
        envelope.sealed(),
    );
    let content = unpad(&opened);
    let expected = Writer::default()
        .u32(0)
        .u8(2)
        .u8(1)
        .put(&[2, 2, 0b1001])
        .put(reply_key().public().0.as_bytes())
        .put(&[11; 32])
        .put(&[12; 32])
        .put(&[15; 32])
        .medium(b"hello")
        .done();
    assert_eq!(content, expected);

    let header = header(Kind::Post, SHIFT, &ground.line, [0; 16], [15; 32]);
    let key = ground.shift_key.public();
    let sealed = said.seal(key.as_bytes(), &header.to_bytes(), &pad(&expected));
    let envelope = Envelope::assemble(&header, &sealed).unwrap();
    let opened = FirstPost::open(&envelope, &ground.line, &ground.shift_key).unwrap();
    assert_eq!(opened.text.as_str(), "hello");
}

#[test]
fn feedback() {
    let ground = Ground::new(1);
    let secret = FeedbackSecretKey::from_seed(&[16; 32]);
    let draft = FeedbackKey::draft(ground.line, 3, &secret.public());
    let statement = draft.sign_by_device(&ground.coordinator).done();
    let key = FeedbackKey::verify(&statement, &ground.delegation).unwrap();
    let said = Said {
        tag: "feedback",
        line: &ground.line,
        context: Vec::new(),
        pairing: None,
    };
    let post = FeedbackPost {
        said: protocol::Said::Helped(Helped::Partly),
        shred_token: ShredToken::from_bytes(&[15; 32]),
    };
    let envelope = post
        .seal(&key, ground.shift.recipient(), &mut rng(1))
        .unwrap();
    let opened = said.open(&[16; 32], envelope.header_bytes(), envelope.sealed());
    let expected = [[2].as_slice(), &[15; 32]].concat();
    assert_eq!(unpad(&opened), expected);
    let shown = (envelope.header().kind, envelope.header().epoch);
    assert_eq!(shown, (Kind::Post, SHIFT));

    let header = header(Kind::Post, SHIFT, &ground.line, [5; 16], [15; 32]);
    let public = secret.public();
    let sealed = said.seal(public.as_bytes(), &header.to_bytes(), &pad(&expected));
    let envelope = Envelope::assemble(&header, &sealed).unwrap();
    let opened = FeedbackPost::open(&envelope, &ground.line, &secret).unwrap();
    assert_eq!(opened.said, protocol::Said::Helped(Helped::Partly));
    // To whoever has the shift's key it is noise, and of another line it is nothing.
    assert!(FirstPost::open(&envelope, &ground.line, &ground.shift_key).is_err());
    let other = Ground::new(2);
    assert!(
        post.seal(&key, other.shift.recipient(), &mut rng(2))
            .is_err()
    );
}

#[test]
fn a_follow_up() {
    let ground = Ground::new(1);
    let key = CaseSecretKey::from_seed(&[13; 32]);
    let (pairing, naming) = (
        PairingSecret::from_bytes(&[11; 32]),
        NamingSecret::from_bytes(&[12; 32]),
    );
    let context = [CASE.0.as_slice(), &2_u32.to_be_bytes()].concat();
    let said = Said {
        tag: "follow-up",
        line: &ground.line,
        context,
        pairing: Some(&[11; 32]),
    };
    let post = FollowUp {
        number: 3,
        next_reply: 1,
        language: Language::Korean,
        urgency: Urgency::Days,
        reply_key: reply_key().public(),
        shred_token: ShredToken::from_bytes(&[15; 32]),
        text: text("hello"),
    };
    let address = CaseAddress {
        case: CASE,
        generation: 2,
        key: key.public(),
    };
    let envelope = post
        .seal(
            &address,
            (&pairing, &naming),
            ground.shift.recipient(),
            &mut rng(1),
        )
        .unwrap();
    let opened = said.open(key.expose(), envelope.header_bytes(), envelope.sealed());
    let expected = Writer::default()
        .u32(3)
        .u32(1)
        .u8(2)
        .u8(3)
        .put(reply_key().public().0.as_bytes())
        .put(&[15; 32])
        .medium(b"hello")
        .done();
    assert_eq!(unpad(&opened), expected);

    let header = header(Kind::Post, SHIFT, &ground.line, [5; 16], [15; 32]);
    let sealed = said.seal(
        key.public().0.as_bytes(),
        &header.to_bytes(),
        &pad(&expected),
    );
    let envelope = Envelope::assemble(&header, &sealed).unwrap();
    let opened = FollowUp::open(&envelope, &ground.line, (&CASE, 2, &key), &pairing).unwrap();
    assert_eq!((opened.number, opened.text.as_str()), (3, "hello"));
}

#[test]
fn a_reply() {
    let ground = Ground::new(1);
    let pairing = PairingSecret::from_bytes(&[11; 32]);
    let address = CaseAddress {
        case: CASE,
        generation: 2,
        key: CaseSecretKey::from_seed(&[13; 32]).public(),
    };
    let said = Said {
        tag: "reply",
        line: &ground.line,
        context: 5_u32.to_be_bytes().to_vec(),
        pairing: Some(&[11; 32]),
    };
    let reply = Reply {
        address: address.clone(),
        posts_read: 4,
        part: ReplyPart::Words(text("hello")),
    };
    let envelope = reply
        .seal(
            &ground.line,
            5,
            &reply_key().public(),
            &pairing,
            &mut rng(1),
        )
        .unwrap();
    let opened = said.open(
        reply_key().expose(),
        envelope.header_bytes(),
        envelope.sealed(),
    );
    let expected = Writer::default()
        .put(&CASE.0)
        .u32(2)
        .put(address.key.0.as_bytes())
        .u32(4)
        .u8(2)
        .medium(b"hello")
        .done();
    assert_eq!(unpad(&opened), expected);

    let header = header(Kind::Slot, 0, &ground.line, [5; 16], [6; 32]);
    let sealed = said.seal(
        reply_key().public().0.as_bytes(),
        &header.to_bytes(),
        &pad(&expected),
    );
    let envelope = Envelope::assemble(&header, &sealed).unwrap();
    let opened = Reply::open(&envelope, &ground.line, 5, &reply_key(), &pairing).unwrap();
    assert!(matches!(opened.part, ReplyPart::Words(words) if words.as_str() == "hello"));
}

fn epoch(line: LineId) -> (EpochSecretKey, EpochKey, DeviceKey) {
    let device = DeviceKey::from_seed(&[18; 32]);
    let secret = EpochSecretKey::from_seed(&[19; 32]);
    let draft = EpochKey::draft(line, device.public(), DAY, &secret.public());
    let key = EpochKey::verify(&draft.sign_by_device(&device).done(), &line).unwrap();
    (secret, key, device)
}

#[test]
fn a_grant() {
    let ground = Ground::new(1);
    let (secret, key, device) = epoch(ground.line);
    let what = (GrantPurpose::Case, GrantSubject::case(&CASE), 2);
    let grant = Grant::seal(&ground.line, what, &key, b"keys of a case", &mut rng(1)).unwrap();
    // The sealed part as it stands in an entry of the team log, whose content is author 32 ‖ signature 64 ‖ counter 8 ‖ token 32 ‖ kind 1.
    let team_key = TeamKey::from_bytes(&[17; 32]);
    let log = TeamLog {
        line: &ground.line,
        generation: 1,
        key: &team_key,
    };
    let (entry, _) = log
        .seal(&device, 1, &TeamEvent::Grant(grant), &mut rng(2))
        .unwrap();
    let context = Writer::default()
        .u8(3)
        .put(&CASE.0)
        .u32(2)
        .put(&device.public().0)
        .u32(DAY.0)
        .done();
    let content = open_entry(&entry, &ground.line);
    let (event, sealed) = content[96..].split_at(8 + 32 + 1 + context.len() + 2);
    assert_eq!(event[41..41 + context.len()], context);
    let said = Said {
        tag: "grant",
        line: &ground.line,
        context: context.clone(),
        pairing: None,
    };
    assert_eq!(said.open(secret.expose(), &[], sealed), b"keys of a case");

    let sealed = said.seal(secret.public().as_bytes(), &[], b"other keys");
    let event = Writer::default()
        .u64(2)
        .put(&[15; 32])
        .u8(2)
        .put(&context)
        .medium(&sealed)
        .done();
    let signature = device.sign_team_event(&ground.line, 1, &event);
    let content = [device.public().0.as_slice(), &signature, &event].concat();
    let opened = log.open(&seal_entry(&content, &ground.line)).unwrap();
    let TeamEvent::Grant(grant) = opened.event() else {
        panic!("a grant")
    };
    assert_eq!(
        grant.open(&ground.line, &secret).unwrap().as_slice(),
        b"other keys"
    );
}

/// `derive(salt, secret, tag, line id ‖ context, 64)` of the document, for the team log of generation 1 under the key of all 17.
fn entry_keys(salt: &[u8], line: &LineId) -> ([u8; 32], [u8; 32]) {
    let info = [&tag("team-log"), line.0.as_slice(), &[0, 0, 0, 1]].concat();
    let mut derived = [0; 64];
    Hkdf::<Sha256>::new(Some(salt), &[17; 32])
        .expand(&info, &mut derived)
        .expect("short");
    let (key, commitment) = derived.split_at(32);
    (
        key.try_into().expect("32"),
        commitment.try_into().expect("32"),
    )
}

fn open_entry(entry: &Envelope, line: &LineId) -> Vec<u8> {
    let (salt, rest) = entry.sealed().split_at(32);
    let (committed, msg) = rest.split_at(32);
    let (key, commitment) = entry_keys(salt, line);
    assert_eq!(committed, commitment);
    let payload = Payload {
        msg,
        aad: entry.header_bytes(),
    };
    let opened = ChaCha20Poly1305::new(&key.into())
        .decrypt(&[0; 12].into(), payload)
        .expect("opens");
    assert_eq!(opened.len(), 3952);
    let length = usize::from(u16::from_be_bytes([opened[0], opened[1]]));
    opened[2..2 + length].to_vec()
}

fn seal_entry(content: &[u8], line: &LineId) -> Envelope {
    let header = header(Kind::LogEntry, 1, line, [5; 16], [15; 32]);
    let salt = [8; 32];
    let (key, commitment) = entry_keys(&salt, line);
    let mut padded = Writer::default().medium(content).done();
    padded.resize(3952, 0);
    let payload = Payload {
        msg: &padded,
        aad: &header.to_bytes(),
    };
    let sealed = ChaCha20Poly1305::new(&key.into())
        .encrypt(&[0; 12].into(), payload)
        .expect("seals");
    Envelope::assemble(&header, &[salt.as_slice(), &commitment, &sealed].concat())
        .expect("one size")
}

#[test]
fn a_welcome() {
    let ground = Ground::new(1);
    let (secret, key, device) = epoch(ground.line);
    let welcome = Welcome {
        first: 1,
        team_keys: vec![TeamKey::from_bytes(&[17; 32])],
    };
    let invitation = protocol::JoinSecret::from_bytes(&[20; 16]);
    let envelope = welcome
        .seal(&ground.line, &key, &invitation, &mut rng(1))
        .unwrap();
    let mut psk = [0; 32];
    let info = [tag("welcome-psk"), ground.line.0.to_vec()].concat();
    Hkdf::<Sha256>::new(Some(&[]), &[20; 16])
        .expand(&info, &mut psk)
        .expect("short");
    let context = [device.public().0.as_slice(), &DAY.0.to_be_bytes()].concat();
    let said = Said {
        tag: "welcome",
        line: &ground.line,
        context,
        pairing: Some(&psk),
    };
    let opened = said.open(secret.expose(), envelope.header_bytes(), envelope.sealed());
    assert_eq!(
        unpad(&opened),
        [[0, 0, 0, 1, 1].as_slice(), &[17; 32]].concat()
    );
}

#[test]
fn renewed_secrets() {
    let key = CaseSecretKey::from_seed(&[12; 32]).public();
    let renewed = |name: &str, secret_byte: u8| {
        let mut secret = [0; 32];
        let info = [tag(name), key.0.as_bytes().to_vec()].concat();
        Hkdf::<Sha256>::new(Some(&[]), &[secret_byte; 32])
            .expand(&info, &mut secret)
            .expect("short");
        secret
    };
    let pairing = PairingSecret::from_bytes(&[11; 32]).renewed(&key);
    assert_eq!(*pairing.expose(), renewed("renewed-pairing", 11));
    let naming = NamingSecret::from_bytes(&[10; 32]).renewed(&key);
    let mut expected = renewed("renewed-naming", 10);
    expected[31] &= 0xfe;
    assert_eq!(*naming.expose(), expected);
    let staying = NamingSecret::from_bytes(&[11; 32]).renewed(&key);
    assert_eq!(*staying.expose(), [11; 32], "that of a letter");
}

#[test]
fn a_key_pair_from_a_seed() {
    let said = Said {
        tag: "reply",
        line: &LineId([0; 32]),
        context: Vec::new(),
        pairing: None,
    };
    // The public half of a seed is only used in sealing: what the other side seals to ours, it opens with the seed.
    for seed in [[0; 32], [1; 32], [255; 32]] {
        let public = ReplySecretKey::from_seed(&seed).public();
        let sealed = said.seal(public.0.as_bytes(), b"header", b"content");
        assert_eq!(said.open(&seed, b"header", &sealed), b"content");
    }
}
