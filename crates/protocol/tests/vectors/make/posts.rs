//! Posts and replies.

use protocol::{CaseSecretKey, ReplySecretKey, ShiftSecretKey};
use wire::{Header, Kind, LineId, Writer};

use super::sealer::{Bound, TO_KEY, damages, flip, header, pad, to_key};
use super::{Fields, Topic, hex, with};

pub(super) const LINE: LineId = LineId([0x11; 32]);
pub(super) const TOKEN: [u8; 32] = [0x15; 32];
const PAIRING: [u8; 32] = [0x16; 32];
const CASE: [u8; 16] = [0x17; 16];
pub(super) const SHIFT: [u8; 32] = [0x18; 32];
const CASE_KEY: [u8; 32] = [0x19; 32];
const REPLY_KEY: [u8; 32] = [0x1a; 32];

fn reply_key() -> Vec<u8> {
    ReplySecretKey::from_seed(&REPLY_KEY)
        .public()
        .0
        .as_bytes()
        .to_vec()
}

fn case_key() -> Vec<u8> {
    CaseSecretKey::from_seed(&CASE_KEY)
        .public()
        .0
        .as_bytes()
        .to_vec()
}

/// A sealing to a key: everything that can be wrong with it.
#[derive(Clone)]
pub(super) struct Sealing {
    pub(super) public: Vec<u8>,
    pub(super) psk: Option<[u8; 32]>,
    pub(super) bound: Bound,
    pub(super) header: Header,
    pub(super) content: Vec<u8>,
}

impl Sealing {
    fn padded(&self, padded: &[u8]) -> Vec<u8> {
        let header = self.header.to_bytes();
        let sealed = to_key(&self.public, self.psk, &self.bound, &header, padded);
        [header.as_slice(), &sealed].concat()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.padded(&pad(&self.content, TO_KEY))
    }

    pub(super) fn saying(&self, content: Vec<u8>) -> Vec<u8> {
        Sealing {
            content,
            ..self.clone()
        }
        .bytes()
    }
}

/// What is refused of every sealing to a key.
pub(super) fn reject_sealing(
    topic: &mut Topic,
    prefix: &str,
    good: &Sealing,
    inputs: &dyn Fn(&[u8]) -> Fields,
) {
    let mut reject = |name: &str, rule: &str, bytes: &[u8]| {
        topic.reject(&format!("{prefix}{name}"), rule, inputs(bytes), "OpenError");
    };
    for (name, rule, places) in damages(1120) {
        reject(name, rule, &flip(&good.bytes(), &places));
    }
    reject(
        "encapsulation-last-bit-flipped",
        "P6",
        &flip(&good.bytes(), &[64 + 1119]),
    );
    let mut other = good.clone();
    other.bound.line = LineId([0x12; 32]);
    reject("sealed-for-another-line", "P9", &other.bytes());
    let mut other = good.clone();
    other.bound.tag = "another-purpose";
    reject("sealed-for-another-purpose", "P10", &other.bytes());
    let mut other = good.clone();
    match other.bound.context.last_mut() {
        Some(last) => *last ^= 1,
        None => other.bound.context.push(0),
    }
    reject("sealed-for-another-context", "P12", &other.bytes());
    let mut padded = pad(&good.content, TO_KEY);
    *padded.last_mut().expect("padding") = 1;
    reject("padding-last-byte-not-zero", "P7", &good.padded(&padded));
    let mut padded = pad(&good.content, TO_KEY);
    *padded.get_mut(2 + good.content.len()).expect("padding") = 0x80;
    reject("padding-first-byte-not-zero", "P7", &good.padded(&padded));
    let mut padded = pad(&good.content, TO_KEY);
    padded.splice(0..2, [0xff, 0xff]);
    reject("padding-length-beyond-the-end", "P7", &good.padded(&padded));
    reject("content-nothing", "P15", &good.saying(Vec::new()));
    reject(
        "content-one-byte-short",
        "P15",
        &good.saying(good.content[..good.content.len() - 1].to_vec()),
    );
    reject(
        "content-one-byte-long",
        "P15",
        &good.saying([good.content.as_slice(), &[0]].concat()),
    );
}

struct PostFields<'a> {
    language: u8,
    urgency: u8,
    /// dialect u8 ‖ topic u8 ‖ exclusions u8; of first posts only.
    choices: [u8; 3],
    token: [u8; 32],
    text: &'a [u8],
}

const FIELDS: PostFields<'static> = PostFields {
    language: 2,
    urgency: 1,
    choices: [0; 3],
    token: TOKEN,
    text: "여기 있습니다".as_bytes(),
};

fn first_content(fields: &PostFields<'_>) -> Vec<u8> {
    Writer::default()
        .u32(0)
        .u8(fields.language)
        .u8(fields.urgency)
        .put(&fields.choices)
        .put(&reply_key())
        .put(&PAIRING)
        .put(&[0x1b; 32])
        .put(&fields.token)
        .medium(fields.text)
        .done()
}

fn follow_up_content(fields: &PostFields<'_>) -> Vec<u8> {
    Writer::default()
        .u32(3)
        .u32(2)
        .u8(fields.language)
        .u8(fields.urgency)
        .put(&reply_key())
        .put(&fields.token)
        .medium(fields.text)
        .done()
}

/// What is refused of the fields that both kinds of post have.
fn reject_fields(topic: &mut Topic, prefix: &str, reseal: &dyn Fn(&PostFields<'_>) -> Fields) {
    let long = [b'a'; 1501];
    let cases: [(&str, &str, PostFields<'_>); 8] = [
        (
            "language-0",
            "P15",
            PostFields {
                language: 0,
                ..FIELDS
            },
        ),
        (
            "language-5",
            "P15",
            PostFields {
                language: 5,
                ..FIELDS
            },
        ),
        (
            "urgency-0",
            "P15",
            PostFields {
                urgency: 0,
                ..FIELDS
            },
        ),
        (
            "urgency-5",
            "P15",
            PostFields {
                urgency: 5,
                ..FIELDS
            },
        ),
        (
            "token-of-another-post",
            "P17",
            PostFields {
                token: [0x99; 32],
                ..FIELDS
            },
        ),
        (
            "text-not-utf8",
            "P16",
            PostFields {
                text: &[0xff, 0xfe],
                ..FIELDS
            },
        ),
        (
            "text-half-a-character",
            "P16",
            PostFields {
                text: &[0xec, 0x97],
                ..FIELDS
            },
        ),
        (
            "text-of-1501-bytes",
            "P16",
            PostFields {
                text: &long,
                ..FIELDS
            },
        ),
    ];
    for (name, rule, fields) in cases {
        topic.reject(
            &format!("{prefix}{name}"),
            rule,
            reseal(&fields),
            "OpenError",
        );
    }
}

pub(crate) fn post() -> Topic {
    let mut topic = Topic::new("post");
    first_posts(&mut topic);
    follow_ups(&mut topic);
    super::feedback::posts(&mut topic);
    topic
}

fn first_posts(topic: &mut Topic) {
    let good = Sealing {
        public: ShiftSecretKey::from_seed(&SHIFT)
            .public()
            .as_bytes()
            .to_vec(),
        psk: None,
        bound: Bound {
            tag: "first-post",
            line: LINE,
            context: vec![0, 0, 0, 7],
        },
        header: header(Kind::Post, 7, LINE, TOKEN),
        content: first_content(&FIELDS),
    };
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("as", "first post".into()),
            ("line", hex(&LINE.0)),
            ("shift_key", hex(&SHIFT)),
            ("envelope", hex(envelope)),
        ]
    };
    let reseal = |fields: &PostFields<'_>| inputs(&good.saying(first_content(fields)));
    topic.accept("first-post", "P11", inputs(&good.bytes()));
    let long = "a".repeat(1500);
    topic.accept(
        "first-post-of-1500-bytes",
        "P16",
        reseal(&PostFields {
            text: long.as_bytes(),
            ..FIELDS
        }),
    );
    topic.accept(
        "first-post-without-text",
        "P16",
        reseal(&PostFields {
            text: b"",
            ..FIELDS
        }),
    );
    let turned = "a\u{202e}b\u{0}c\nd\u{feff}".as_bytes();
    topic.accept(
        "first-post-that-turns-direction",
        "P16",
        reseal(&PostFields {
            text: turned,
            ..FIELDS
        }),
    );
    let wishing = |choices| reseal(&PostFields { choices, ..FIELDS });
    topic.accept("first-post-with-wishes", "P61", wishing([1, 5, 15]));
    for (name, choices) in [
        ("first-post-dialect-3", [3, 0, 0]),
        ("first-post-topic-6", [0, 6, 0]),
        ("first-post-exclusion-of-no-group", [0, 0, 16]),
    ] {
        topic.reject(name, "P15", wishing(choices), "OpenError");
    }
    reject_sealing(topic, "first-post-", &good, &inputs);
    reject_fields(topic, "first-post-", &reseal);
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject(
        "first-post-another-shift-key",
        "P11",
        with(&inputs(&good.bytes()), "shift_key", hex(&[0x77; 32])),
    );
    let mut moved = good.clone();
    moved.header.epoch = 8;
    reject(
        "first-post-header-of-another-shift",
        "P11",
        inputs(&moved.bytes()),
    );
    let mut other = good.clone();
    other.psk = Some(PAIRING);
    reject("first-post-in-psk-mode", "P8", inputs(&other.bytes()));
    let mut other = good.clone();
    other.bound.tag = "follow-up";
    reject("first-post-tagged-follow-up", "P10", inputs(&other.bytes()));
}

fn follow_ups(topic: &mut Topic) {
    let context = [CASE.as_slice(), &[0, 0, 0, 2]].concat();
    let good = Sealing {
        public: case_key(),
        psk: Some(PAIRING),
        bound: Bound {
            tag: "follow-up",
            line: LINE,
            context,
        },
        header: header(Kind::Post, 7, LINE, TOKEN),
        content: follow_up_content(&FIELDS),
    };
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("as", "follow-up".into()),
            ("line", hex(&LINE.0)),
            ("case", hex(&CASE)),
            ("generation", 2.into()),
            ("case_key", hex(&CASE_KEY)),
            ("pairing", hex(&PAIRING)),
            ("envelope", hex(envelope)),
        ]
    };
    let reseal = |fields: &PostFields<'_>| inputs(&good.saying(follow_up_content(fields)));
    topic.accept("follow-up", "P12", inputs(&good.bytes()));
    topic.accept(
        "receipt",
        "P23",
        reseal(&PostFields {
            text: b"",
            ..FIELDS
        }),
    );
    reject_sealing(topic, "follow-up-", &good, &inputs);
    reject_fields(topic, "follow-up-", &reseal);
    let given = inputs(&good.bytes());
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject(
        "follow-up-another-case",
        "P12",
        with(&given, "case", hex(&[0x77; 16])),
    );
    reject(
        "follow-up-another-generation",
        "P12",
        with(&given, "generation", 3.into()),
    );
    reject(
        "follow-up-another-case-key",
        "P12",
        with(&given, "case_key", hex(&[0x77; 32])),
    );
    reject(
        "follow-up-another-pairing",
        "P13",
        with(&given, "pairing", hex(&[0x77; 32])),
    );
    let mut other = good.clone();
    other.psk = None;
    reject("follow-up-in-base-mode", "P13", inputs(&other.bytes()));
    let mut other = good.clone();
    other.bound.tag = "first-post";
    reject("follow-up-tagged-first-post", "P10", inputs(&other.bytes()));
}

fn reply_content(part: &[u8]) -> Vec<u8> {
    Writer::default()
        .put(&CASE)
        .u32(2)
        .put(&case_key())
        .u32(4)
        .put(part)
        .done()
}

fn card(id: &[u8], language: u8, text: &[u8]) -> Vec<u8> {
    Writer::default()
        .u8(3)
        .short(id)
        .u8(language)
        .u32(20_111)
        .medium(text)
        .done()
}

pub(crate) fn reply() -> Topic {
    let mut topic = Topic::new("reply");
    let words = Writer::default()
        .u8(2)
        .medium("Мы здесь.".as_bytes())
        .done();
    let good = Sealing {
        public: reply_key(),
        psk: Some(PAIRING),
        bound: Bound {
            tag: "reply",
            line: LINE,
            context: vec![0, 0, 0, 5],
        },
        header: Header {
            epoch: 0,
            ..header(Kind::Slot, 0, LINE, TOKEN)
        },
        content: reply_content(&words),
    };
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("line", hex(&LINE.0)),
            ("number", 5.into()),
            ("reply_key", hex(&REPLY_KEY)),
            ("pairing", hex(&PAIRING)),
            ("envelope", hex(envelope)),
        ]
    };
    let saying = |part: &[u8]| inputs(&good.saying(reply_content(part)));
    topic.accept("words", "P14", inputs(&good.bytes()));
    topic.accept("taken", "P14", saying(&[1]));
    topic.accept("closed", "P25", saying(&[4]));
    topic.accept("transferred", "P52", saying(&[5]));
    topic.accept("exposed", "P55", saying(&[6, 0, 0, 78, 32]));
    let correction = |now: u8, text: &[u8]| {
        let mut part = vec![
            7,
            1,
            b'q',
            3,
            0,
            0,
            78,
            32,
            now,
            0,
            0,
            78,
            33,
            0,
            u8::try_from(text.len()).expect("short"),
        ];
        part.extend(text);
        part
    };
    for (name, now) in [
        ("card-changed", 1),
        ("card-suspended", 2),
        ("card-withdrawn", 3),
    ] {
        topic.accept(name, "P66", saying(&correction(now, "Люди".as_bytes())));
    }
    topic.accept(
        "card",
        "P14",
        saying(&card(b"who-answers", 3, "Люди".as_bytes())),
    );
    let offer = Writer::default().u8(8).put(&[0x71; 32]).put(&[0x72; 32]);
    let offer = offer.u32(20_301).done();
    topic.accept("offer", "P83", saying(&offer));
    topic.accept("offer-ended", "P83", saying(&[9]));
    reject_sealing(&mut topic, "", &good, &inputs);
    let given = inputs(&good.bytes());
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject("another-number", "P14", with(&given, "number", 6.into()));
    reject(
        "another-reply-key",
        "P24",
        with(&given, "reply_key", hex(&[0x77; 32])),
    );
    reject(
        "another-pairing",
        "P13",
        with(&given, "pairing", hex(&[0x77; 32])),
    );
    let mut other = good.clone();
    other.psk = None;
    reject("in-base-mode", "P13", inputs(&other.bytes()));
    reject("part-0", "P15", saying(&[0]));
    reject("part-10", "P15", saying(&[10]));
    reject("offer-of-nothing", "P15", saying(&[8]));
    reject("offer-cut-short", "P15", saying(&offer[..68]));
    reject(
        "offer-with-more",
        "P15",
        saying(&[&offer[..], &[0]].concat()),
    );
    reject("offer-ended-with-more", "P15", saying(&[9, 0]));
    reject("correction-of-nothing", "P15", saying(&[7]));
    reject("correction-to-state-0", "P66", saying(&correction(0, b"a")));
    reject("correction-to-state-4", "P66", saying(&correction(4, b"a")));
    reject(
        "correction-not-utf8",
        "P16",
        saying(&correction(1, &[0xff])),
    );
    reject(
        "correction-cut-short",
        "P15",
        saying(&correction(1, b"abc")[..16]),
    );
    reject("transferred-with-more", "P15", saying(&[5, 0]));
    reject("exposed-day-cut-short", "P15", saying(&[6, 0, 0, 78]));
    reject("exposed-with-more", "P15", saying(&[6, 0, 0, 78, 32, 0]));
    reject("closed-with-more", "P15", saying(&[4, 0]));
    reject("words-not-utf8", "P16", saying(&[2, 0, 1, 0xff]));
    reject(
        "words-length-beyond-the-end",
        "P15",
        saying(&[2, 0, 9, b'a']),
    );
    let long = Writer::default().u8(2).medium(&[b'a'; 1501]).done();
    reject("words-of-1501-bytes", "P16", saying(&long));
    reject("card-id-not-utf8", "P15", saying(&card(&[0xff], 3, b"a")));
    reject("card-language-0", "P15", saying(&card(b"id", 0, b"a")));
    topic
}
