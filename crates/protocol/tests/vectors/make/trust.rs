//! Statements that are not believed, and a line's document.

use serde_json::Value;
use statements::{DeviceList, RosterFreshness, RosterHash, WaitNotice};
use wire::{Day, LineId, Minute};

use super::public::{
    DAYS, Trust, by, by_roots, bytes, cards, delegation, entry, epoch, root_key, shift, signing,
};
use super::{Fields, Topic, hex};

/// What is wrong with who signed, or with what is said.
pub(super) fn rejected(topic: &mut Topic, trust: &Trust) {
    let (line, other) = (trust.line, Trust::new(41));
    let mut reject = |name: &str, rule: &str, kind: &str, bytes: &[u8], why: &str| {
        topic.reject(name, rule, trust.inputs(kind, bytes), why);
    };
    reject(
        "root-that-is-not-its-hash",
        "P30",
        "root",
        &super::sealer::flip(&trust.root, &[45]),
        "Line",
    );
    let signed = [&trust.root[..trust.root.len() - 1], &[1], &[0; 96]].concat();
    reject(
        "root-with-a-signature",
        "P30",
        "root",
        &signed,
        "Signatures",
    );
    reject(
        "root-is-another-kind",
        "P30",
        "root",
        &trust.delegation,
        "Kind",
    );
    for (name, threshold, keys) in [
        ("root-threshold-0", 0, vec![1, 2]),
        ("root-threshold-above-its-keys", 3, vec![1, 2]),
        ("root-without-keys", 1, vec![]),
        ("root-with-a-key-twice", 1, vec![1, 1]),
        ("root-with-seventeen-keys", 1, (1..=17).collect()),
    ] {
        reject(name, "P31", "root", &raw_root(threshold, &keys), "Rule");
    }
    let roots = |days, threshold, coordinators: &[u8], signers: &[u8]| {
        by_roots(delegation(line, days, threshold, coordinators), signers)
    };
    let three = [11, 12, 13];
    reject(
        "delegation-by-one-of-two",
        "P29",
        "delegation",
        &roots(DAYS, 2, &three, &[1]),
        "Signatures",
    );
    reject(
        "delegation-by-one-root-twice",
        "P29",
        "delegation",
        &roots(DAYS, 2, &three, &[1, 1]),
        "Signatures",
    );
    reject(
        "delegation-by-other-roots",
        "P29",
        "delegation",
        &roots(DAYS, 2, &three, &[41, 42]),
        "Signatures",
    );
    reject(
        "delegation-of-another-line",
        "P9",
        "delegation",
        &other.delegation,
        "Line",
    );
    reject(
        "delegation-threshold-0",
        "P31",
        "delegation",
        &roots(DAYS, 0, &three, &[1, 2]),
        "Rule",
    );
    reject(
        "delegation-threshold-too-high",
        "P31",
        "delegation",
        &roots(DAYS, 4, &three, &[1, 2]),
        "Rule",
    );
    reject(
        "delegation-to-nobody",
        "P31",
        "delegation",
        &roots(DAYS, 1, &[], &[1, 2]),
        "Rule",
    );
    reject(
        "delegation-to-one-twice",
        "P31",
        "delegation",
        &roots(DAYS, 1, &[11, 11], &[1, 2]),
        "Rule",
    );
    reject(
        "delegation-days-backwards",
        "P32",
        "delegation",
        &roots((Day(9), Day(8)), 1, &three, &[1, 2]),
        "Rule",
    );

    let notice = |minutes| shift(line, 7, minutes);
    reject(
        "shift-by-a-guide",
        "P29",
        "shift notice",
        &by(notice((100, 200)), &[31]),
        "Signatures",
    );
    reject(
        "shift-by-a-root-key",
        "P29",
        "shift notice",
        &by_roots(notice((100, 200)), &[1]),
        "Signatures",
    );
    reject(
        "shift-ends-as-it-begins",
        "P32",
        "shift notice",
        &by(notice((200, 200)), &[12]),
        "Rule",
    );
    reject(
        "shift-ends-before-it-begins",
        "P32",
        "shift notice",
        &by(notice((200, 100)), &[12]),
        "Rule",
    );
    reject(
        "shift-of-another-line",
        "P9",
        "shift notice",
        &by(shift(other.line, 7, (100, 200)), &[12]),
        "Line",
    );
    reject(
        "device-list-by-a-guide",
        "P29",
        "device list",
        &by(DeviceList::draft(line, 3, &[]), &[31]),
        "Signatures",
    );
    reject(
        "card-set-by-a-guide",
        "P29",
        "card set",
        &by(cards(line), &[31]),
        "Signatures",
    );

    reject(
        "roster-entry-by-one-of-two",
        "P29",
        "roster entry",
        &by(entry(line, "Heron"), &[11]),
        "Signatures",
    );
    reject(
        "roster-entry-by-one-twice",
        "P29",
        "roster entry",
        &by(entry(line, "Heron"), &[11, 11]),
        "Signatures",
    );
    reject(
        "roster-entry-by-itself",
        "P29",
        "roster entry",
        &by(entry(line, "Heron"), &[11, 31]),
        "Signatures",
    );
    let names = [
        ("roster-entry-without-a-name", String::new()),
        ("roster-entry-name-too-long", "n".repeat(65)),
        ("roster-entry-name-turns-direction", "Her\u{202e}on".into()),
        ("roster-entry-name-with-a-line-feed", "Her\non".into()),
    ];
    for (name, work_name) in names {
        reject(
            name,
            "P33",
            "roster entry",
            &by(entry(line, &work_name), &[11, 12]),
            "Rule",
        );
    }
    let fresh = RosterFreshness {
        entries: 1,
        head: RosterHash([1; 32]),
        issued: Minute(100),
    };
    reject(
        "roster-freshness-by-a-guide",
        "P29",
        "roster freshness",
        &by(fresh.draft(line), &[31]),
        "Signatures",
    );
    reject(
        "epoch-key-by-another-device",
        "P35",
        "epoch key",
        &by(epoch(line), &[32]),
        "Signatures",
    );
    reject(
        "epoch-key-by-small-order-key",
        "P28",
        "epoch key",
        &weak_epoch_key(line),
        "Signatures",
    );
    reject(
        "epoch-key-unsigned",
        "P35",
        "epoch key",
        &bytes(epoch(line)),
        "Signatures",
    );
    reject(
        "epoch-key-of-another-line",
        "P9",
        "epoch key",
        &by(epoch(other.line), &[31]),
        "Line",
    );
}

/// Signed by the neutral point: where nobody looks closely, that signature verifies for every message.
fn weak_epoch_key(line: LineId) -> Vec<u8> {
    let point = [[1].as_slice(), &[0; 31]].concat();
    let key = protocol::EpochSecretKey::from_seed(&[21; 32]).public();
    let day = 20_200_u32.to_be_bytes();
    let body = [point.as_slice(), &day, key.as_bytes()].concat();
    let length = u32::try_from(body.len()).expect("short").to_be_bytes();
    let signature = [point.as_slice(), &[0; 32]].concat();
    [
        &[1, 8],
        line.0.as_slice(),
        &length,
        &body,
        &[1],
        &point,
        &signature,
    ]
    .concat()
}

/// A root statement that names its own hash, whatever stands in it.
fn raw_root(threshold: u8, keys: &[u8]) -> Vec<u8> {
    let count = u8::try_from(keys.len()).expect("few");
    let mut body = vec![threshold, count];
    for key in keys {
        body.extend_from_slice(&root_key(*key).public().0);
    }
    let id = super::sealer::hash("line-id", &[&body]);
    let length = u32::try_from(body.len()).expect("short").to_be_bytes();
    [&[1, 1], id.as_slice(), &length, &body, &[0]].concat()
}

pub(crate) fn line() -> Topic {
    let mut topic = Topic::new("line");
    let (trust, other) = (Trust::new(1), Trust::new(41));
    let notice = by(shift(trust.line, 7, (100, 200)), &[12]);
    let wait = bytes(
        WaitNotice::draft(trust.line, 7, Minute(120), &statements::Wait::of(3, None))
            .sign_by_shift(&signing()),
    );
    let cards = by(cards(trust.line), &[12, 13]);
    let document = |statements: &[&[u8]]| -> Value {
        let writer = wire::Writer::default().u32(20_000);
        hex(&statements
            .iter()
            .fold(writer, |writer, bytes| writer.long(bytes))
            .done())
    };
    let inputs = |statements: &[&[u8]]| -> Fields {
        vec![
            ("document", document(statements)),
            ("line", hex(&trust.line.0)),
        ]
    };
    let (root, delegation) = (trust.root.as_slice(), trust.delegation.as_slice());
    topic.accept(
        "whole",
        "P36",
        inputs(&[root, delegation, &notice, &wait, &cards]),
    );
    topic.accept("without-a-shift", "P36", inputs(&[root, delegation]));
    let key = super::feedback::key(trust.line);
    topic.accept(
        "with-a-feedback-key",
        "P64",
        inputs(&[root, delegation, &notice, &by(key, &[13]), &cards]),
    );
    let mut reject = |name: &str, rule: &str, statements: &[&[u8]], why: &str| {
        topic.reject(name, rule, inputs(statements), why);
    };
    reject("empty", "P36", &[], "Incomplete");
    reject(
        "without-a-root",
        "P36",
        &[delegation, &notice],
        "Incomplete",
    );
    reject(
        "without-a-delegation",
        "P36",
        &[root, &notice],
        "Incomplete",
    );
    reject(
        "another-line",
        "P9",
        &[&other.root, &other.delegation],
        "OtherLine",
    );
    reject(
        "delegation-of-another-line",
        "P9",
        &[root, &other.delegation],
        "Statement(Line)",
    );
    let forged = by(shift(trust.line, 8, (200, 300)), &[31]);
    reject(
        "one-forged-shift-among-true-ones",
        "P36",
        &[root, delegation, &notice, &forged],
        "Statement(Signatures)",
    );
    let forged = by(super::public::cards(trust.line), &[31]);
    reject(
        "forged-cards",
        "P36",
        &[root, delegation, &notice, &forged],
        "Statement(Signatures)",
    );
    let forged = by(super::feedback::key(trust.line), &[31]);
    reject(
        "forged-feedback-key",
        "P64",
        &[root, delegation, &notice, &forged],
        "Statement(Signatures)",
    );
    let revoked = super::roster::revocation(trust.line, 4, 12, &[11]);
    let key = by(super::feedback::key(trust.line), &[12]);
    reject(
        "feedback-key-of-a-revoked-coordinator",
        "P49",
        &[root, delegation, &revoked, &key],
        "Statement(Signatures)",
    );
    reject(
        "shift-of-a-revoked-coordinator",
        "P49",
        &[
            root,
            delegation,
            &super::roster::revocation(trust.line, 4, 12, &[11]),
            &notice,
        ],
        "Statement(Signatures)",
    );
    reject(
        "one-statement-that-is-none",
        "P36",
        &[root, delegation, b"?"],
        "Statement(Version(63))",
    );
    topic
}
