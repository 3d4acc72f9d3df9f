//! Envelopes as bytes, and the bodies of the HTTP interface.

use wire::{Kind, LineId};

use super::sealer::{flip, header};
use super::{Fields, Topic, hex};
use crate::ground::rng;
use rand_core::Rng;

fn bytes(kind: Kind, seed: u8) -> Vec<u8> {
    let mut sealed = [0; 4032];
    rng(seed).fill_bytes(&mut sealed);
    [
        header(kind, 7, LineId([0x11; 32]), [0x22; 32])
            .to_bytes()
            .as_slice(),
        &sealed,
    ]
    .concat()
}

fn set(bytes: &[u8], place: usize, value: u8) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    *changed.get_mut(place).expect("a place") = value;
    changed
}

pub(crate) fn envelope() -> Topic {
    let mut topic = Topic::new("envelope");
    let inputs = |belongs: &str, bytes: &[u8]| -> Fields {
        vec![("belongs", belongs.into()), ("envelope", hex(bytes))]
    };
    let post = bytes(Kind::Post, 1);
    topic.accept("post", "P1", inputs("post", &post));
    topic.accept(
        "log-entry",
        "P1",
        inputs("log entry", &bytes(Kind::LogEntry, 2)),
    );
    topic.accept("slot", "P1", inputs("slot", &bytes(Kind::Slot, 3)));
    let mut reject = |name: &str, rule: &str, belongs: &str, bytes: &[u8], why: &str| {
        topic.reject(name, rule, inputs(belongs, bytes), why);
    };
    reject("size-nothing", "P1", "post", &[], "Size");
    reject("size-header-only", "P1", "post", &post[..64], "Size");
    reject("size-one-byte-short", "P1", "post", &post[..4095], "Size");
    reject(
        "size-one-byte-long",
        "P1",
        "post",
        &[post.as_slice(), &[0]].concat(),
        "Size",
    );
    reject("size-two-envelopes", "P1", "post", &post.repeat(2), "Size");
    reject("version-0", "P2", "post", &set(&post, 0, 0), "Version(0)");
    reject("version-2", "P2", "post", &set(&post, 0, 2), "Version(2)");
    reject(
        "version-255",
        "P2",
        "post",
        &set(&post, 0, 255),
        "Version(255)",
    );
    reject("kind-0", "P3", "post", &set(&post, 1, 0), "Kind(0)");
    reject("kind-4", "P3", "post", &set(&post, 1, 4), "Kind(4)");
    reject(
        "kind-log-entry-as-post",
        "P3",
        "post",
        &bytes(Kind::LogEntry, 2),
        "Kind(2)",
    );
    reject(
        "kind-slot-as-post",
        "P3",
        "post",
        &bytes(Kind::Slot, 3),
        "Kind(3)",
    );
    reject("kind-post-as-slot", "P3", "slot", &post, "Kind(1)");
    reject(
        "kind-post-as-log-entry",
        "P3",
        "log entry",
        &post,
        "Kind(1)",
    );
    reject(
        "reserved-first-byte",
        "P4",
        "post",
        &set(&post, 2, 1),
        "Reserved",
    );
    reject(
        "reserved-second-byte",
        "P4",
        "post",
        &set(&post, 3, 1),
        "Reserved",
    );
    topic
}

pub(crate) fn bodies() -> Topic {
    let mut topic = Topic::new("bodies");
    let inputs =
        |kind: &str, body: &[u8]| -> Fields { vec![("as", kind.into()), ("body", hex(body))] };
    let (post, slot) = (bytes(Kind::Post, 1), bytes(Kind::Slot, 3));
    let held = [[0x44; 32].as_slice(), &slot].concat();
    let write = [[0x55; 96].as_slice(), &slot].concat();
    let first_write = [[0x55; 32].as_slice(), &[0; 32], &[0x56; 32], &slot].concat();
    let item = |sequence: u64| [sequence.to_be_bytes().as_slice(), &post].concat();
    let line = [
        20_000_u32.to_be_bytes().as_slice(),
        &[0, 0, 0, 2, 7, 8],
        &[0, 0, 0, 0],
    ]
    .concat();
    let sized: [(&str, &str, Vec<u8>); 6] = [
        ("slot-names", "slot names", vec![0x66; 64]),
        ("slots", "slots", held.repeat(2)),
        ("slot-write", "slot write", write.clone()),
        ("shred", "shred", vec![0x77; 64]),
        ("session", "session", vec![0x88; 128]),
        ("posts", "posts", [item(3), item(9)].concat()),
    ];
    for (name, kind, body) in &sized {
        topic.accept(name, "P41", inputs(kind, body));
        let why = |short| match (*kind, short) {
            ("slots" | "slot write", true) => "Layout(Truncated)",
            ("slots" | "slot write", false) => "Layout(TooLong)",
            ("posts", _) => "Layout(Truncated)",
            (_, true) => "Truncated",
            (_, false) => "TooLong",
        };
        topic.reject(
            &format!("{name}-one-byte-short"),
            "P41",
            inputs(kind, &body[..body.len() - 1]),
            why(true),
        );
        topic.reject(
            &format!("{name}-one-byte-long"),
            "P41",
            inputs(kind, &[body.as_slice(), &[0]].concat()),
            why(false),
        );
    }
    topic.accept(
        "slot-write-first",
        "P22",
        inputs("slot write", &first_write),
    );
    topic.accept("posts-none", "P41", inputs("posts", &[]));
    topic.accept("line", "P41", inputs("line", &line));
    let mut reject = |name: &str, rule: &str, kind: &str, body: &[u8], why: &str| {
        topic.reject(name, rule, inputs(kind, body), why);
    };
    reject("slot-names-nothing", "P41", "slot names", &[], "Truncated");
    reject(
        "slot-write-a-post",
        "P3",
        "slot write",
        &[[0x55; 96].as_slice(), &post].concat(),
        "Envelope(Kind(1))",
    );
    reject(
        "slot-write-version-2",
        "P2",
        "slot write",
        &set(&write, 96, 2),
        "Envelope(Version(2))",
    );
    let one_post = [held.as_slice(), &[0x44; 32], &post].concat();
    reject(
        "slots-second-is-a-post",
        "P3",
        "slots",
        &one_post,
        "Envelope(Kind(1))",
    );
    reject(
        "posts-same-sequence",
        "P41",
        "posts",
        &[item(3), item(3)].concat(),
        "Layout(Value)",
    );
    reject(
        "posts-falling-sequence",
        "P41",
        "posts",
        &[item(9), item(3)].concat(),
        "Layout(Value)",
    );
    reject(
        "posts-reserved-byte",
        "P4",
        "posts",
        &flip(&item(3), &[10]),
        "Envelope(Reserved)",
    );
    reject(
        "log-holds-a-post",
        "P3",
        "log",
        &item(3),
        "Envelope(Kind(1))",
    );
    reject("line-nothing", "P41", "line", &[], "Truncated");
    reject(
        "line-length-beyond-the-end",
        "P41",
        "line",
        &[0, 0, 0, 1, 0, 0, 0, 3, 1, 2],
        "Truncated",
    );
    reject(
        "line-length-of-four-gigabytes",
        "P42",
        "line",
        &[0, 0, 0, 1, 255, 255, 255, 255],
        "Truncated",
    );
    let many = [[0, 0, 0, 1].as_slice(), &[0; 25 * 4]].concat();
    reject("line-twenty-five-statements", "P41", "line", &many, "Value");
    topic
}
