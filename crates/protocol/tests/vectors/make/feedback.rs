//! The key to which contacts say whether they were helped, and the posts that say it.

use protocol::{FeedbackSecretKey, ShiftSecretKey};
use statements::{Draft, FeedbackKey};
use wire::{Kind, LineId, Writer};

use super::posts::{LINE, SHIFT, Sealing, TOKEN, reject_sealing};
use super::public::{Trust, by, by_roots, bytes};
use super::sealer::{Bound, header};
use super::{Fields, Topic, hex, with};

const SECRET: [u8; 32] = [0x1c; 32];

fn public() -> Vec<u8> {
    let secret = FeedbackSecretKey::from_seed(&SECRET);
    secret.public().as_bytes().to_vec()
}

pub(super) fn key(line: LineId) -> Draft {
    FeedbackKey::draft(line, 3, &FeedbackSecretKey::from_seed(&SECRET).public())
}

/// serial u32 ‖ key 1,216 as a body of another size, signed by a coordinator.
fn resized(line: LineId, size: usize) -> Vec<u8> {
    let mut body = Writer::default().u32(3).put(&public()).done();
    body.resize(size, 7);
    super::public::signed_raw(12, 11, line, &body)
}

/// The statement of kind 11.
pub(super) fn keys(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let inputs = |bytes: &[u8]| trust.inputs("feedback key", bytes);
    topic.accept("feedback-key", "P64", inputs(&by(key(line), &[12])));
    let other = Trust::new(41);
    for (name, rule, bytes, why) in [
        (
            "feedback-key-by-a-guide",
            "P29",
            by(key(line), &[31]),
            "Signatures",
        ),
        (
            "feedback-key-by-a-root-key",
            "P29",
            by_roots(key(line), &[1]),
            "Signatures",
        ),
        (
            "feedback-key-unsigned",
            "P29",
            bytes(key(line)),
            "Signatures",
        ),
        (
            "feedback-key-of-another-line",
            "P9",
            by(key(other.line), &[12]),
            "Line",
        ),
        (
            "feedback-key-one-byte-short",
            "P15",
            resized(line, 1219),
            "Layout(Truncated)",
        ),
        (
            "feedback-key-one-byte-long",
            "P15",
            resized(line, 1221),
            "Layout(TooLong)",
        ),
        (
            "feedback-key-is-a-card-set",
            "P28",
            by(super::public::cards(line), &[12, 13]),
            "Kind",
        ),
    ] {
        topic.reject(name, rule, inputs(&bytes), why);
    }
}

fn content(helped: u8, token: [u8; 32]) -> Vec<u8> {
    Writer::default().u8(helped).put(&token).done()
}

/// Posts that say whether somebody was helped.
pub(super) fn posts(topic: &mut Topic) {
    let good = Sealing {
        public: public(),
        psk: None,
        bound: Bound {
            tag: "feedback",
            line: LINE,
            context: Vec::new(),
        },
        header: header(Kind::Post, 7, LINE, TOKEN),
        content: content(1, TOKEN),
    };
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("as", "feedback".into()),
            ("line", hex(&LINE.0)),
            ("feedback_key", hex(&SECRET)),
            ("envelope", hex(envelope)),
        ]
    };
    let saying = |helped| inputs(&good.saying(content(helped, TOKEN)));
    for (name, helped) in [
        ("feedback-yes", 1),
        ("feedback-partly", 2),
        ("feedback-no", 3),
    ] {
        topic.accept(name, "P64", saying(helped));
    }
    let fake = |address: &[u8]| {
        let said = [content(4, TOKEN), Writer::default().short(address).done()];
        inputs(&good.saying(said.concat()))
    };
    topic.accept("feedback-fake", "P64", fake(b"https://1ine.example/"));
    reports(topic, &good);
    reject_sealing(topic, "feedback-", &good, &inputs);
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject("feedback-helped-0", "P15", saying(0));
    reject("feedback-helped-5", "P15", saying(5));
    reject("feedback-fake-without-an-address", "P15", saying(4));
    for (name, address) in [
        ("feedback-fake-empty", b"".as_slice()),
        ("feedback-fake-with-two-words", b"two words"),
        (
            "feedback-fake-that-turns-direction",
            "x\u{202e}y".as_bytes(),
        ),
        ("feedback-fake-not-utf-8", &[0xff]),
    ] {
        reject(name, "P15", fake(address));
    }
    reject(
        "feedback-token-of-another-post",
        "P17",
        inputs(&good.saying(content(1, [0x99; 32]))),
    );
    reject(
        "feedback-that-names-a-case",
        "P64",
        inputs(&good.saying([content(1, TOKEN), vec![0x17; 16]].concat())),
    );
    reject(
        "feedback-another-key",
        "P64",
        with(&inputs(&good.bytes()), "feedback_key", hex(&[0x77; 32])),
    );
    let mut moved = good.clone();
    moved.header.epoch = 8;
    let mut moved = moved.bytes();
    moved.splice(4..8, [0, 0, 0, 7]);
    reject("feedback-moved-to-another-shift", "P64", inputs(&moved));
    let mut other = good.clone();
    other.psk = Some([0x16; 32]);
    reject("feedback-in-psk-mode", "P8", inputs(&other.bytes()));
    let mut other = good.clone();
    other.bound.tag = "first-post";
    reject("feedback-tagged-first-post", "P10", inputs(&other.bytes()));
    let mut other = good.clone();
    let shift = ShiftSecretKey::from_seed(&SHIFT).public();
    other.public = shift.as_bytes().to_vec();
    reject(
        "feedback-sealed-to-the-shift",
        "P64",
        inputs(&other.bytes()),
    );
}

/// year u16 ‖ month u8 ‖ taken within u8 ‖ what u8 ‖ replies u8, behind a first byte and the token.
fn report(first: u8, fields: [u8; 4], more: &[u8]) -> Vec<u8> {
    let writer = Writer::default().u8(first).put(&TOKEN).u16(2026);
    writer.put(&fields).put(more).done()
}

/// Posts that say what is counted of one case.
fn reports(topic: &mut Topic, good: &Sealing) {
    let inputs = |said: Vec<u8>, key: &[u8; 32]| -> Fields {
        vec![
            ("as", "case report".into()),
            ("line", hex(&LINE.0)),
            ("feedback_key", hex(key)),
            ("envelope", hex(&good.saying(said))),
        ]
    };
    let says = |fields| inputs(report(5, fields, b""), &SECRET);
    topic.accept("case-report", "P92", says([11, 1, 1, 2]));
    topic.accept("case-report-of-most", "P92", says([12, 3, 3, 3]));
    topic.accept("case-report-of-least", "P92", says([1, 2, 0, 0]));
    let mut reject = |name: &str, rule: &str, inputs: Fields| {
        topic.reject(&format!("case-report-{name}"), rule, inputs, "OpenError");
    };
    reject("of-month-0", "P92", says([0, 1, 0, 0]));
    reject("of-month-13", "P92", says([13, 1, 0, 0]));
    reject("taken-within-0", "P92", says([11, 0, 0, 0]));
    reject("taken-within-4", "P92", says([11, 4, 0, 0]));
    reject("with-an-unknown-bit", "P92", says([11, 1, 4, 0]));
    reject("of-four-replies", "P92", says([11, 1, 0, 4]));
    let named = report(5, [11, 1, 0, 0], &[0x17; 16]);
    reject("that-names-a-case", "P92", inputs(named, &SECRET));
    let mut short = report(5, [11, 1, 0, 0], b"");
    short.pop();
    reject("one-byte-short", "P15", inputs(short, &SECRET));
    let feedback = content(1, TOKEN);
    reject("is-feedback", "P92", inputs(feedback, &SECRET));
    let right = report(5, [11, 1, 0, 0], b"");
    reject("another-key", "P92", inputs(right, &[0x77; 32]));
    let mut other = Writer::default().u8(5).put(&[0x99; 32]).u16(2026);
    other = other.put(&[11, 1, 0, 0]);
    reject(
        "token-of-another-post",
        "P17",
        inputs(other.done(), &SECRET),
    );
}
