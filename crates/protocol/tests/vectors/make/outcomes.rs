//! What desks tell each other about outcomes that may be published, and the statement of kind 18 that publishes them.

use wire::{LineId, Writer};

use super::log::entry;
use super::public::{Trust, by};
use super::{Fields, Topic};

/// 2026-11, 0.5, one question, fewer than ten; the log does not read it.
const PUBLICATION: [u8; 13] = [1, 0x07, 0xea, 11, 0, 0, 0x01, 0xf4, 1, 0, 0, 0, 0];

fn drawn(step: u8, publication: &[u8]) -> Vec<u8> {
    Writer::default().u8(step).medium(publication).done()
}

fn agreed(name: &[u8]) -> Vec<u8> {
    Writer::default().u8(2).put(name).done()
}

pub(super) fn events(topic: &mut Topic) {
    topic.accept("outcomes-drawn", "P86", entry(40, &drawn(1, &PUBLICATION)));
    topic.accept(
        "outcomes-drawn-of-200-bytes",
        "P86",
        entry(40, &drawn(1, &[0x61; 200])),
    );
    topic.accept("outcomes-agreed", "P86", entry(40, &agreed(&[0x62; 16])));
    let mut reject = |name: &str, fields: &[u8]| {
        topic.reject(name, "P15", entry(40, fields), "OpenError");
    };
    reject("outcomes-step-0", &drawn(0, &PUBLICATION));
    reject("outcomes-step-3", &drawn(3, &PUBLICATION));
    reject("outcomes-drawn-of-201-bytes", &drawn(1, &[0x61; 201]));
    reject(
        "outcomes-drawn-one-byte-long",
        &[drawn(1, &PUBLICATION), vec![0]].concat(),
    );
    reject("outcomes-agreed-one-byte-short", &agreed(&[0x62; 15]));
    reject("outcomes-agreed-one-byte-long", &agreed(&[0x62; 17]));
}

/// A statement of kind 18 with any body, by the document.
fn signed(line: LineId, body: &[u8], seeds: &[u8]) -> Vec<u8> {
    use ed25519_dalek::Signer;
    let covered = [wire::tag!("statement"), &[18], line.0.as_slice(), body].concat();
    let count = u8::try_from(seeds.len()).expect("few");
    let statement = Writer::default().u8(1).u8(18).put(&line.0).long(body);
    let signed = seeds.iter().fold(statement.u8(count), |writer, seed| {
        let key = ed25519_dalek::SigningKey::from_bytes(&[*seed; 32]);
        let public = key.verifying_key().to_bytes();
        writer.put(&public).put(&key.sign(&covered).to_bytes())
    });
    signed.done()
}

fn changed(at: usize, value: u8) -> Vec<u8> {
    let mut body = PUBLICATION.to_vec();
    body[at] = value;
    body
}

fn of_year(year: u16) -> Vec<u8> {
    let [high, low] = year.to_be_bytes();
    let mut body = changed(1, high);
    body[2] = low;
    body
}

/// The statement of kind 18.
pub(super) fn statements(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let inputs = |bytes: &[u8]| -> Fields { trust.inputs("outcomes", bytes) };
    let two = |body: &[u8]| inputs(&signed(line, body, &[11, 12]));
    let longest = [PUBLICATION.as_slice(), &[0; 187]].concat();
    topic.accept("outcomes", "P90", two(&PUBLICATION));
    topic.accept("outcomes-of-200-bytes", "P90", two(&longest));
    topic.accept("outcomes-of-the-last-month", "P90", two(&of_year(9998)));
    let other = Trust::new(41).line;
    let pack = statements::PackManifest {
        serial: 1,
        day: wire::Day(20_100),
        sums: [0x61; 32],
    };
    for (name, rule, bytes, why) in [
        (
            "by-one-of-two",
            "P90",
            signed(line, &PUBLICATION, &[11]),
            "Signatures",
        ),
        (
            "by-one-twice",
            "P90",
            signed(line, &PUBLICATION, &[11, 11]),
            "Signatures",
        ),
        (
            "by-a-guide-and-one",
            "P29",
            signed(line, &PUBLICATION, &[11, 31]),
            "Signatures",
        ),
        (
            "by-root-keys",
            "P29",
            signed(line, &PUBLICATION, &[1, 2]),
            "Signatures",
        ),
        (
            "unsigned",
            "P29",
            signed(line, &PUBLICATION, &[]),
            "Signatures",
        ),
        (
            "of-another-line",
            "P9",
            signed(other, &PUBLICATION, &[11, 12]),
            "Line",
        ),
        (
            "is-a-pack-manifest",
            "P28",
            by(pack.draft(line), &[11, 12]),
            "Kind",
        ),
    ] {
        topic.reject(&format!("outcomes-{name}"), rule, inputs(&bytes), why);
    }
    for (name, rule, body, why) in [
        ("of-version-0", "P90", changed(0, 0), "Rule"),
        ("of-version-2", "P90", changed(0, 2), "Rule"),
        ("of-1969", "P90", of_year(1969), "Rule"),
        ("of-9999", "P90", of_year(9999), "Rule"),
        ("of-month-0", "P90", changed(3, 0), "Rule"),
        ("of-month-13", "P90", changed(3, 13), "Rule"),
        ("without-figures", "P90", PUBLICATION[..4].to_vec(), "Rule"),
        (
            "of-201-bytes",
            "P90",
            [longest.as_slice(), &[0]].concat(),
            "Rule",
        ),
        (
            "without-a-month",
            "P15",
            PUBLICATION[..3].to_vec(),
            "Layout(Truncated)",
        ),
        ("empty", "P15", Vec::new(), "Layout(Truncated)"),
    ] {
        topic.reject(&format!("outcomes-{name}"), rule, two(&body), why);
    }
}
