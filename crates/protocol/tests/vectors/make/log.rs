//! The team log: events, grants, case entries, welcomes.

use protocol::EpochSecretKey;
use wire::{Kind, LineId, Writer};

use super::public::device;
use super::sealer::{
    Bound, TO_KEY, UNDER_SECRET, damages, derive, flip, header, pad, to_key, under_secret,
};
use super::{Fields, Topic, hex, with};

pub(super) const LINE: LineId = LineId([0x11; 32]);
const OTHER: LineId = LineId([0x12; 32]);
const TEAM_KEY: [u8; 32] = [0x41; 32];
const TOKEN: [u8; 32] = [0x42; 32];
const EPOCH: [u8; 32] = [0x43; 32];
pub(super) const LOG_SECRET: [u8; 32] = [0x44; 32];
const INVITATION: [u8; 16] = [0x46; 16];
pub(super) const CASE: [u8; 16] = [0x45; 16];
/// A take: case id 16 ‖ contact mark 16.
const TAKE: [u8; 32] = [0x45; 32];

fn inputs(envelope: &[u8]) -> Fields {
    vec![
        ("as", "entry".into()),
        ("line", hex(&LINE.0)),
        ("generation", 3.into()),
        ("team_key", hex(&TEAM_KEY)),
        ("epoch_key", hex(&EPOCH)),
        ("log_secret", hex(&LOG_SECRET)),
        ("envelope", hex(envelope)),
    ]
}

fn bound(line: LineId) -> Bound {
    Bound {
        tag: "team-log",
        line,
        context: vec![0, 0, 0, 3],
    }
}

fn sealed(bound: &Bound, token: [u8; 32], padded: &[u8]) -> Vec<u8> {
    let header = header(Kind::LogEntry, 3, LINE, token).to_bytes();
    [
        header.as_slice(),
        &under_secret(&TEAM_KEY, bound, &header, padded),
    ]
    .concat()
}

/// counter u64 ‖ shred token 32 ‖ kind u8 ‖ fields.
fn event(kind: u8, fields: &[u8]) -> Vec<u8> {
    Writer::default()
        .u64(9)
        .put(&TOKEN)
        .u8(kind)
        .put(fields)
        .done()
}

/// author 32 ‖ signature 64 ‖ event.
fn signed(author: u8, signer: u8, place: (LineId, u32), event: &[u8]) -> Vec<u8> {
    let signature = device(signer).sign_team_event(&place.0, place.1, event);
    [device(author).public().0.as_slice(), &signature, event].concat()
}

pub(super) fn entry(kind: u8, fields: &[u8]) -> Fields {
    let content = signed(31, 31, (LINE, 3), &event(kind, fields));
    inputs(&sealed(&bound(LINE), TOKEN, &pad(&content, UNDER_SECRET)))
}

fn grant_context(purpose: u8) -> Vec<u8> {
    Writer::default()
        .u8(purpose)
        .put(&CASE)
        .u32(2)
        .put(&device(31).public().0)
        .u32(20_200)
        .done()
}

pub(super) fn epoch_key() -> Vec<u8> {
    EpochSecretKey::from_seed(&EPOCH)
        .public()
        .as_bytes()
        .to_vec()
}

fn grant(said: &[u8], line: LineId, context: Vec<u8>, psk: Option<[u8; 32]>) -> Fields {
    let bound = Bound {
        tag: "grant",
        line,
        context,
    };
    let sealed = to_key(&epoch_key(), psk, &bound, &[], b"the keys of a case");
    entry(2, &Writer::default().put(said).medium(&sealed).done())
}

fn case_entry(line: LineId, context: &[u8]) -> Fields {
    let bound = Bound {
        tag: "case-entry",
        line,
        context: context.to_vec(),
    };
    let sealed = under_secret(&LOG_SECRET, &bound, &[], b"history");
    entry(
        6,
        &Writer::default().put(&CASE).u32(2).medium(&sealed).done(),
    )
}

fn events(topic: &mut Topic) {
    topic.accept(
        "statement",
        "P37",
        entry(1, &Writer::default().medium(b"bytes of a statement").done()),
    );
    topic.accept("take", "P39", entry(5, &TAKE));
    let good = entry(5, &TAKE);
    let content = signed(31, 31, (LINE, 3), &event(5, &TAKE));
    let bytes = sealed(&bound(LINE), TOKEN, &pad(&content, UNDER_SECRET));
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    for (name, rule, places) in damages(32) {
        reject(name, rule, inputs(&flip(&bytes, &places)));
    }
    reject(
        "another-generation",
        "P37",
        with(&good, "generation", 4.into()),
    );
    reject(
        "another-team-key",
        "P37",
        with(&good, "team_key", hex(&[0x77; 32])),
    );
    reject("another-line", "P9", with(&good, "line", hex(&OTHER.0)));
    let resealed =
        |content: &[u8]| inputs(&sealed(&bound(LINE), TOKEN, &pad(content, UNDER_SECRET)));
    let taking = event(5, &TAKE);
    reject(
        "signed-by-another-device",
        "P37",
        resealed(&signed(31, 32, (LINE, 3), &taking)),
    );
    reject(
        "signed-for-another-generation",
        "P37",
        resealed(&signed(31, 31, (LINE, 2), &taking)),
    );
    reject(
        "signed-for-another-line",
        "P37",
        resealed(&signed(31, 31, (OTHER, 3), &taking)),
    );
    reject(
        "event-changed-after-signing",
        "P37",
        resealed(&flip(&content, &[content.len() - 1])),
    );
    reject(
        "counter-changed-after-signing",
        "P37",
        resealed(&flip(&content, &[96 + 7])),
    );
    reject("signature-changed", "P37", resealed(&flip(&content, &[40])));
    reject(
        "token-of-another-entry",
        "P17",
        inputs(&sealed(
            &bound(LINE),
            [0x77; 32],
            &pad(&content, UNDER_SECRET),
        )),
    );
    let mut padded = pad(&content, UNDER_SECRET);
    *padded.last_mut().expect("padding") = 1;
    reject(
        "padding-last-byte-not-zero",
        "P7",
        inputs(&sealed(&bound(LINE), TOKEN, &padded)),
    );
    let other = Bound {
        tag: "case-entry",
        ..bound(LINE)
    };
    reject(
        "sealed-for-another-purpose",
        "P10",
        inputs(&sealed(&other, TOKEN, &pad(&content, UNDER_SECRET))),
    );
    reject(
        "sealed-for-another-line",
        "P9",
        inputs(&sealed(&bound(OTHER), TOKEN, &pad(&content, UNDER_SECRET))),
    );
    reject("kind-0", "P15", entry(0, &TAKE));
    reject("take-one-byte-short", "P15", entry(5, &TAKE[1..]));
    reject(
        "take-one-byte-long",
        "P15",
        entry(5, &[TAKE.as_slice(), &[0]].concat()),
    );
    reject(
        "statement-length-beyond-the-end",
        "P15",
        entry(1, &[0, 9, 1]),
    );
    reject("content-nothing", "P15", resealed(&[]));
}

fn grants(topic: &mut Topic) {
    let context = grant_context(3);
    topic.accept("grant", "P40", grant(&context, LINE, context.clone(), None));
    topic.accept(
        "case-entry",
        "P12",
        case_entry(LINE, &[CASE.as_slice(), &[0, 0, 0, 2]].concat()),
    );
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    for (name, place) in [
        ("grant-says-another-purpose", 0),
        ("grant-says-another-subject", 16),
        ("grant-says-another-generation", 20),
        ("grant-says-another-device", 52),
        ("grant-says-another-day", 56),
    ] {
        let sealed_as = if place == 0 {
            grant_context(2)
        } else {
            flip(&context, &[place])
        };
        reject(name, "P40", grant(&context, LINE, sealed_as, None));
    }
    reject(
        "grant-purpose-0",
        "P15",
        grant(&grant_context(0), LINE, grant_context(0), None),
    );
    reject(
        "grant-purpose-9",
        "P15",
        grant(&grant_context(9), LINE, grant_context(9), None),
    );
    reject(
        "grant-sealed-for-another-line",
        "P9",
        grant(&context, OTHER, context.clone(), None),
    );
    reject(
        "grant-in-psk-mode",
        "P8",
        grant(&context, LINE, context.clone(), Some([0x16; 32])),
    );
    let good = grant(&context, LINE, context.clone(), None);
    reject(
        "grant-another-epoch-key",
        "P40",
        with(&good, "epoch_key", hex(&[0x77; 32])),
    );
    let place = [CASE.as_slice(), &[0, 0, 0, 2]].concat();
    reject(
        "case-entry-of-another-case",
        "P12",
        case_entry(LINE, &flip(&place, &[3])),
    );
    reject(
        "case-entry-of-another-generation",
        "P12",
        case_entry(LINE, &flip(&place, &[19])),
    );
    reject(
        "case-entry-of-another-line",
        "P9",
        case_entry(OTHER, &place),
    );
    reject(
        "case-entry-another-secret",
        "P12",
        with(&case_entry(LINE, &place), "log_secret", hex(&[0x77; 32])),
    );
}

fn welcomes(topic: &mut Topic) {
    let place = [device(31).public().0.as_slice(), &20_200_u32.to_be_bytes()].concat();
    let content = [[0, 0, 0, 3, 1].as_slice(), &TEAM_KEY].concat();
    let psk = derive(&[], &INVITATION, "welcome-psk", &LINE.0);
    let sealed = |psk: Option<[u8; 32]>, tag: &'static str, line: LineId, content: &[u8]| {
        let header = header(Kind::LogEntry, 3, LINE, TOKEN).to_bytes();
        let bound = Bound {
            tag,
            line,
            context: place.clone(),
        };
        let sealed = to_key(&epoch_key(), psk, &bound, &header, &pad(content, TO_KEY));
        [header.as_slice(), &sealed].concat()
    };
    let made = |tag, line, content: &[u8]| sealed(Some(psk), tag, line, content);
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("as", "welcome".into()),
            ("line", hex(&LINE.0)),
            ("device", hex(&device(31).public().0)),
            ("day", 20_200.into()),
            ("epoch_key", hex(&EPOCH)),
            ("invitation", hex(&INVITATION)),
            ("envelope", hex(envelope)),
        ]
    };
    let good = inputs(&made("welcome", LINE, &content));
    let two = [[0, 0, 0, 3, 2].as_slice(), &TEAM_KEY, &TOKEN].concat();
    topic.accept(
        "welcome-with-two-keys",
        "P40",
        inputs(&made("welcome", LINE, &two)),
    );
    topic.accept("welcome", "P40", good.clone());
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject(
        "welcome-without-the-invitation",
        "P40",
        inputs(&sealed(None, "welcome", LINE, &content)),
    );
    reject(
        "welcome-of-another-invitation",
        "P40",
        with(&good, "invitation", hex(&[0x77; 16])),
    );
    reject(
        "welcome-with-fewer-keys-than-it-says",
        "P15",
        inputs(&made(
            "welcome",
            LINE,
            &[[0, 0, 0, 3, 2].as_slice(), &TEAM_KEY].concat(),
        )),
    );
    reject(
        "welcome-of-another-device",
        "P40",
        with(&good, "device", hex(&device(32).public().0)),
    );
    reject(
        "welcome-of-another-day",
        "P40",
        with(&good, "day", 20_201.into()),
    );
    reject(
        "welcome-another-epoch-key",
        "P40",
        with(&good, "epoch_key", hex(&[0x77; 32])),
    );
    reject(
        "welcome-sealed-for-another-line",
        "P9",
        inputs(&made("welcome", OTHER, &content)),
    );
    reject(
        "welcome-tagged-grant",
        "P10",
        inputs(&made("grant", LINE, &content)),
    );
    reject(
        "welcome-one-byte-short",
        "P15",
        inputs(&made("welcome", LINE, &content[..36])),
    );
    reject(
        "welcome-one-byte-long",
        "P15",
        inputs(&made("welcome", LINE, &[content.as_slice(), &[0]].concat())),
    );
}

pub(crate) fn team_log() -> Topic {
    let mut topic = Topic::new("team-log");
    events(&mut topic);
    grants(&mut topic);
    welcomes(&mut topic);
    super::trusted::events(&mut topic);
    super::entrances::events(&mut topic);
    super::shifted::events(&mut topic);
    super::outcomes::events(&mut topic);
    topic
}
