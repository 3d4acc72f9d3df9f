//! What a contact's words lead to, and what a newcomer leaves for its team.

use protocol::CaseSecretKey;
use statements::EpochKey;
use wire::{Day, Kind, LineId, Writer};

use super::public::device;
use super::sealer::{Bound, UNDER_SECRET, damages, derive, flip, header, pad, under_secret};
use super::{Fields, Topic, hex, with};

const LINE: LineId = LineId([0x11; 32]);
const ROOT: [u8; 32] = [0x21; 32];
const SHRED_KEY: [u8; 32] = [0x22; 32];

pub(crate) fn phrase() -> Topic {
    let mut topic = Topic::new("phrase");
    let indices = |list: u8, indices: [u16; 7]| {
        let writer = Writer::default().u8(list);
        hex(&indices
            .iter()
            .fold(writer, |writer, index| writer.u16(*index))
            .done())
    };
    for (name, list, words, line) in [
        ("first-words-of-a-list", 1, [0; 7], [0x11; 32]),
        (
            "seven-words",
            2,
            [1, 20, 300, 1000, 1500, 2000, 2047],
            [0x11; 32],
        ),
        (
            "another-list",
            3,
            [1, 20, 300, 1000, 1500, 2000, 2047],
            [0x11; 32],
        ),
        (
            "another-line",
            2,
            [1, 20, 300, 1000, 1500, 2000, 2047],
            [0x12; 32],
        ),
    ] {
        topic.accept(
            name,
            "P18",
            vec![("phrase", indices(list, words)), ("line", hex(&line))],
        );
    }
    topic
}

pub(crate) fn names() -> Topic {
    let mut topic = Topic::new("names");
    let naming = hex(&[0x23; 32]);
    for number in [0, 1, u32::MAX] {
        let inputs = |kind: &str| -> Fields {
            vec![
                ("as", kind.into()),
                ("naming", naming.clone()),
                ("number", number.into()),
            ]
        };
        topic.accept(&format!("reply-slot-{number}"), "P14", inputs("reply slot"));
        topic.accept(&format!("mark-{number}"), "P12", inputs("mark"));
    }
    topic.accept(
        "shred-hash",
        "P17",
        vec![("as", "shred hash".into()), ("token", hex(&[0x24; 32]))],
    );
    let bytes = [
        header(Kind::Post, 7, LINE, [0x15; 32])
            .to_bytes()
            .as_slice(),
        &[0; 4032],
    ]
    .concat();
    topic.accept(
        "case",
        "P12",
        vec![("as", "case".into()), ("envelope", hex(&bytes))],
    );
    let case_key = ("case_key", hex(&[0x28; 32]));
    for (file, name, of, byte) in [
        ("renewed-pairing", "renewed pairing", "pairing", 0x27),
        ("renewed-naming", "renewed naming", "naming", 0x26),
        ("staying-naming", "renewed naming", "naming", 0x27),
    ] {
        let inputs = vec![
            ("as", name.into()),
            (of, hex(&[byte; 32])),
            case_key.clone(),
        ];
        let rule = if file == "staying-naming" {
            "P78"
        } else {
            "P50"
        };
        topic.accept(file, rule, inputs);
    }
    let pairing = ("pairing", hex(&[0x27; 32]));
    topic.accept(
        "contact-mark",
        "P39",
        vec![("as", "contact mark".into()), pairing],
    );
    let secret = ("secret", hex(&[0x25; 16]));
    let line = ("line", hex(&LINE.0));
    topic.accept(
        "join-slot",
        "P9",
        vec![("as", "join slot".into()), secret.clone(), line.clone()],
    );
    let device = ("device", hex(&[0x26; 32]));
    topic.accept(
        "join-words",
        "P9",
        vec![("as", "join words".into()), secret, line, device],
    );
    topic
}

/// A sealing under a secret.
struct Locked {
    secret: [u8; 32],
    bound: Bound,
}

impl Locked {
    fn padded(&self, padded: &[u8]) -> Vec<u8> {
        let header = header(Kind::Slot, 0, self.bound.line, [0x15; 32]).to_bytes();
        [
            header.as_slice(),
            &under_secret(&self.secret, &self.bound, &header, padded),
        ]
        .concat()
    }

    fn bytes(&self, content: &[u8]) -> Vec<u8> {
        self.padded(&pad(content, UNDER_SECRET))
    }
}

fn reject_locking(
    topic: &mut Topic,
    good: &Locked,
    content: &[u8],
    inputs: &dyn Fn(&[u8]) -> Fields,
) {
    let mut reject =
        |name: &str, rule: &str, bytes: &[u8]| topic.reject(name, rule, inputs(bytes), "OpenError");
    for (name, rule, places) in damages(32) {
        reject(name, rule, &flip(&good.bytes(content), &places));
    }
    let other = Bound {
        line: LineId([0x12; 32]),
        ..good.bound.clone()
    };
    reject(
        "sealed-for-another-line",
        "P9",
        &Locked {
            secret: good.secret,
            bound: other,
        }
        .bytes(content),
    );
    let other = Bound {
        tag: "another-purpose",
        ..good.bound.clone()
    };
    reject(
        "sealed-for-another-purpose",
        "P10",
        &Locked {
            secret: good.secret,
            bound: other,
        }
        .bytes(content),
    );
    let mut padded = pad(content, UNDER_SECRET);
    *padded.last_mut().expect("padding") = 1;
    reject("padding-last-byte-not-zero", "P7", &good.padded(&padded));
    let mut padded = pad(content, UNDER_SECRET);
    padded.splice(0..2, [0x0f, 0x6f]);
    reject("padding-length-beyond-the-end", "P7", &good.padded(&padded));
    reject("content-nothing", "P15", &good.bytes(&[]));
    reject(
        "content-one-byte-short",
        "P15",
        &good.bytes(&content[..content.len() - 1]),
    );
    reject(
        "content-one-byte-long",
        "P15",
        &good.bytes(&[content, &[0]].concat()),
    );
}

/// A state up to its case flag, by the document.
fn beginning(version: u8, earlier: [u8; 32]) -> Writer {
    Writer::default()
        .u8(version)
        .put(&[0x31; 32])
        .put(&[0x23; 32])
        .u32(5)
        .u32(3)
        .put(&[0x32; 32])
        .put(&earlier)
}

fn case(writer: Writer) -> Writer {
    let key = CaseSecretKey::from_seed(&[0x33; 32]).public();
    writer.u8(1).put(&[0x34; 16]).u32(2).put(key.0.as_bytes())
}

fn pending(writer: Writer, language: u8, urgency: u8, text: &[u8]) -> Vec<u8> {
    wishing(writer, (language, urgency), [0; 3], text)
}

/// pending flag u8 ‖ language u8 ‖ urgency u8 ‖ dialect u8 ‖ topic u8 ‖ exclusions u8 ‖ text length u16 ‖ text.
fn wishing(writer: Writer, said: (u8, u8), choices: [u8; 3], text: &[u8]) -> Vec<u8> {
    let writer = writer.u8(1).u8(said.0).u8(said.1).put(&choices);
    writer.medium(text).done()
}

pub(crate) fn state() -> Topic {
    let mut topic = Topic::new("state");
    let key: [u8; 32] = derive(&[], &ROOT, "state-key", &LINE.0);
    let good = Locked {
        secret: derive(&SHRED_KEY, &key, "state-secret", &LINE.0),
        bound: Bound {
            tag: "state",
            line: LINE,
            context: Vec::new(),
        },
    };
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("line", hex(&LINE.0)),
            ("root", hex(&ROOT)),
            ("shred_key", hex(&SHRED_KEY)),
            ("envelope", hex(envelope)),
        ]
    };
    let holding = |content: Vec<u8>| inputs(&good.bytes(&content));
    let none = [0; 32];
    let whole = pending(case(beginning(1, [0x35; 32])), 2, 3, b"not sent yet");
    topic.accept(
        "nothing-sent",
        "P19",
        holding(beginning(1, none).u8(0).u8(0).done()),
    );
    topic.accept(
        "pending",
        "P21",
        holding(pending(beginning(1, none).u8(0), 1, 4, b"hello")),
    );
    topic.accept(
        "taken",
        "P19",
        holding(case(beginning(1, [0x35; 32])).u8(0).done()),
    );
    let wishes = |choices| holding(wishing(beginning(1, none).u8(0), (2, 1), choices, b"hello"));
    topic.accept("pending-with-wishes", "P61", wishes([1, 5, 15]));
    for (name, choices) in [
        ("pending-dialect-3", [3, 0, 0]),
        ("pending-topic-6", [0, 6, 0]),
        ("pending-exclusion-of-no-group", [0, 0, 16]),
    ] {
        topic.reject(name, "P15", wishes(choices), "OpenError");
    }
    let unwishing = beginning(1, none).u8(0).u8(1).u8(2).u8(1);
    let unwishing = holding(unwishing.medium(b"hello").done());
    topic.reject("pending-without-choices", "P15", unwishing, "OpenError");
    topic.accept("taken-and-pending", "P21", holding(whole.clone()));
    topic.accept(
        "largest",
        "P16",
        holding(pending(case(beginning(1, [0x35; 32])), 4, 1, &[b'a'; 1500])),
    );
    let offered = [
        whole.as_slice(),
        &[1],
        &[0x71; 32],
        &[0x72; 32],
        &[0, 0, 79, 77],
    ]
    .concat();
    topic.accept("with-an-offer", "P83", holding(offered.clone()));
    for (name, content) in [
        ("offer-cut-short", offered[..offered.len() - 1].to_vec()),
        ("offer-with-more", [offered.as_slice(), &[0]].concat()),
        ("offer-of-flag-0", [whole.as_slice(), &[0]].concat()),
        ("offer-of-flag-2", [whole.as_slice(), &[2]].concat()),
    ] {
        topic.reject(name, "P15", holding(content), "OpenError");
    }
    reject_locking(&mut topic, &good, &whole, &inputs);
    let given = inputs(&good.bytes(&whole));
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject("other-words", "P20", with(&given, "root", hex(&[0x77; 32])));
    reject(
        "other-shred-key",
        "P19",
        with(&given, "shred_key", hex(&[0x77; 32])),
    );
    reject(
        "shred-key-of-zeros",
        "P19",
        with(&given, "shred_key", hex(&none)),
    );
    let unshredded = Locked {
        secret: key,
        bound: good.bound.clone(),
    };
    reject(
        "sealed-without-a-shred-key",
        "P19",
        inputs(&unshredded.bytes(&whole)),
    );
    reject(
        "version-0",
        "P2",
        holding(pending(case(beginning(0, none)), 2, 3, b"a")),
    );
    reject(
        "version-2",
        "P2",
        holding(pending(case(beginning(2, none)), 2, 3, b"a")),
    );
    reject(
        "case-flag-2",
        "P15",
        holding(beginning(1, none).u8(2).u8(0).done()),
    );
    reject(
        "pending-flag-2",
        "P15",
        holding(beginning(1, none).u8(0).u8(2).done()),
    );
    reject(
        "pending-language-0",
        "P15",
        holding(pending(beginning(1, none).u8(0), 0, 3, b"a")),
    );
    reject(
        "pending-urgency-5",
        "P15",
        holding(pending(beginning(1, none).u8(0), 1, 5, b"a")),
    );
    reject(
        "pending-text-not-utf8",
        "P16",
        holding(pending(beginning(1, none).u8(0), 1, 3, &[0xff])),
    );
    reject(
        "pending-text-of-1501-bytes",
        "P16",
        holding(pending(beginning(1, none).u8(0), 1, 3, &[b'a'; 1501])),
    );
    topic
}

pub(crate) fn join() -> Topic {
    let mut topic = Topic::new("join");
    let secret = [0x25; 16];
    let good = Locked {
        secret: derive(&[], &secret, "join-key", &LINE.0),
        bound: Bound {
            tag: "join",
            line: LINE,
            context: Vec::new(),
        },
    };
    let key = protocol::EpochSecretKey::from_seed(&[0x36; 32]).public();
    let epoch = |line: LineId, signer: u8| {
        let draft = EpochKey::draft(line, device(31).public(), Day(20_200), &key);
        draft.sign_by_device(&device(signer)).done().to_bytes()
    };
    let content =
        |name: &[u8], statement: &[u8]| Writer::default().short(name).medium(statement).done();
    let inputs = |envelope: &[u8]| -> Fields {
        vec![
            ("line", hex(&LINE.0)),
            ("secret", hex(&secret)),
            ("envelope", hex(envelope)),
        ]
    };
    let asking = |content: &[u8]| inputs(&good.bytes(content));
    let whole = content(b"Heron", &epoch(LINE, 31));
    topic.accept("request", "P9", asking(&whole));
    topic.accept(
        "longest-name",
        "P33",
        asking(&content(&[b'n'; 64], &epoch(LINE, 31))),
    );
    reject_locking(&mut topic, &good, &whole, &inputs);
    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject(
        "another-secret",
        "P9",
        with(&asking(&whole), "secret", hex(&[0x77; 16])),
    );
    reject("no-name", "P33", asking(&content(b"", &epoch(LINE, 31))));
    reject(
        "name-of-65-bytes",
        "P33",
        asking(&content(&[b'n'; 65], &epoch(LINE, 31))),
    );
    reject(
        "name-not-utf8",
        "P33",
        asking(&content(&[0xff], &epoch(LINE, 31))),
    );
    reject(
        "epoch-key-of-another-line",
        "P9",
        asking(&content(b"Heron", &epoch(LineId([0x12; 32]), 31))),
    );
    reject(
        "epoch-key-by-another-device",
        "P35",
        asking(&content(b"Heron", &epoch(LINE, 32))),
    );
    reject(
        "statement-that-is-none",
        "P35",
        asking(&content(b"Heron", b"?")),
    );
    topic
}
