//! Statements, and a line's document.

use statements::{
    CardSet, Delegation, DeviceKey, DeviceList, Draft, EpochKey, Membership, Profile, Root,
    RootKey, RosterAction, RosterEntry, RosterFreshness, RosterHash, SealPublicKey, ShiftNotice,
    ShiftSigningKey, Stage, WaitNotice,
};
use wire::{Day, LineId, Minute};

use super::{Fields, Topic, hex};

pub(super) fn root_key(number: u8) -> RootKey {
    RootKey::from_seed(&[number; 32])
}

pub(crate) fn device(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number; 32])
}

/// Two of three root keys, with two of three coordinators to admit.
pub(super) struct Trust {
    pub(super) line: LineId,
    pub(super) root: Vec<u8>,
    pub(super) delegation: Vec<u8>,
}

pub(super) const DAYS: (Day, Day) = (Day(20_000), Day(20_400));

pub(super) fn delegation(
    line: LineId,
    days: (Day, Day),
    threshold: u8,
    coordinators: &[u8],
) -> Draft {
    let keys: Vec<_> = coordinators
        .iter()
        .map(|number| device(*number).public())
        .collect();
    Delegation::draft(line, 4, days, threshold, &keys)
}

impl Trust {
    pub(super) fn new(first: u8) -> Trust {
        let keys = [first, first + 1, first + 2].map(|number| root_key(number).public());
        let root = Root::new(2, keys.to_vec()).expect("two of three");
        let line = root.line_id();
        let signed = delegation(line, DAYS, 2, &[11, 12, 13])
            .sign_by_root(&root_key(first))
            .sign_by_root(&root_key(first + 2));
        Trust {
            line,
            root: root.statement().to_bytes(),
            delegation: signed.done().to_bytes(),
        }
    }

    /// A line on which one coordinator, 12, decides alone.
    pub(super) fn alone() -> Trust {
        let trust = Trust::new(1);
        let signed = delegation(trust.line, DAYS, 1, &[12]);
        let signed = signed.sign_by_root(&root_key(1)).sign_by_root(&root_key(3));
        Trust {
            delegation: signed.done().to_bytes(),
            ..trust
        }
    }

    pub(super) fn inputs(&self, kind: &str, statement: &[u8]) -> Fields {
        vec![
            ("as", kind.into()),
            ("statement", hex(statement)),
            ("root", hex(&self.root)),
            ("delegation", hex(&self.delegation)),
            ("line", hex(&self.line.0)),
        ]
    }
}

fn shift_key() -> SealPublicKey {
    protocol::ShiftSecretKey::from_seed(&[21; 32]).public()
}

pub(super) fn signing() -> ShiftSigningKey {
    ShiftSigningKey::from_seed(&[22; 32])
}

pub(super) fn shift(line: LineId, number: u32, minutes: (u32, u32)) -> Draft {
    let minutes = (Minute(minutes.0), Minute(minutes.1));
    ShiftNotice::draft(line, number, minutes, &shift_key(), signing().public())
}

pub(super) fn entry(line: LineId, work_name: &str) -> Draft {
    let membership = Membership {
        stage: Stage::Guide,
        until: Day(20_300),
        work_name: work_name.into(),
        profile: Profile::default(),
    };
    deciding(line, RosterAction::Admit(membership, Vec::new()))
}

/// A decision about device 31.
pub(super) fn deciding(line: LineId, action: RosterAction) -> Draft {
    let entry = RosterEntry {
        id: [0x21; 16],
        day: Day(20_100),
        device: device(31).public(),
        action,
    };
    entry.draft(line)
}

pub(super) fn bytes(draft: Draft) -> Vec<u8> {
    draft.done().to_bytes()
}

pub(super) fn by(draft: Draft, devices: &[u8]) -> Vec<u8> {
    bytes(devices.iter().fold(draft, |draft, number| {
        draft.sign_by_device(&device(*number))
    }))
}

pub(super) fn by_roots(draft: Draft, roots: &[u8]) -> Vec<u8> {
    bytes(roots.iter().fold(draft, |draft, number| {
        draft.sign_by_root(&root_key(*number))
    }))
}

pub(super) fn cards(line: LineId) -> Draft {
    CardSet::draft(line, 6, Day(20_100), r#"{"cards":[]}"#)
}

pub(super) fn epoch(line: LineId) -> Draft {
    EpochKey::draft(line, device(31).public(), Day(20_200), &shift_key())
}

fn accepted(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    topic.accept("root", "P30", trust.inputs("root", &trust.root));
    topic.accept(
        "delegation",
        "P29",
        trust.inputs("delegation", &trust.delegation),
    );
    topic.accept(
        "shift-notice",
        "P32",
        trust.inputs("shift notice", &by(shift(line, 7, (100, 200)), &[12])),
    );
    let list = DeviceList::draft(line, 3, &[device(31).public(), device(32).public()]);
    topic.accept(
        "device-list",
        "P29",
        trust.inputs("device list", &by(list, &[13])),
    );
    topic.accept(
        "roster-entry",
        "P33",
        trust.inputs("roster entry", &by(entry(line, "왜가리"), &[11, 13])),
    );
    let fresh = RosterFreshness {
        entries: 1,
        head: RosterHash([1; 32]),
        issued: Minute(100),
    };
    topic.accept(
        "roster-freshness",
        "P34",
        trust.inputs("roster freshness", &by(fresh.draft(line), &[11])),
    );
    topic.accept(
        "epoch-key",
        "P35",
        trust.inputs("epoch key", &by(epoch(line), &[31])),
    );
    topic.accept(
        "card-set",
        "P29",
        trust.inputs("card set", &by(cards(line), &[12, 13])),
    );
    for (name, expected) in [("wait-notice", Some(25)), ("wait-notice-not-known", None)] {
        let wait = WaitNotice::draft(line, 7, Minute(120), &statements::Wait::of(3, expected))
            .sign_by_shift(&signing());
        topic.accept(name, "P32", wait_inputs(trust, &bytes(wait)));
    }
}

/// A wait notice by the document: number u32 ‖ issued ‖ guides u8 ‖ expected u16 ‖ surge u8 ‖ count u8 ‖ (kind u8 ‖ value u8 ‖ expected u16)*.
fn raw_wait(trust: &Trust, surge: u8, count: u8, kinds: &[u8]) -> Fields {
    let body = wire::Writer::default().u32(7).u32(120).u8(3).u16(25);
    let one = |writer: wire::Writer, kind: &u8| writer.u8(*kind).u8(2).u16(65_535);
    let body = kinds.iter().fold(body.u8(surge).u8(count), one).done();
    wait_inputs(trust, &signed_raw(22, 5, trust.line, &body))
}

/// A statement with any body at all, signed by the key of a seed.
pub(super) fn signed_raw(seed: u8, kind: u8, line: LineId, body: &[u8]) -> Vec<u8> {
    use ed25519_dalek::Signer;
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    let covered = [wire::tag!("statement"), &[kind], line.0.as_slice(), body];
    let signature = key.sign(&covered.concat()).to_bytes();
    let public = key.verifying_key().to_bytes();
    let statement = wire::Writer::default().u8(1).u8(kind).put(&line.0);
    let statement = statement.long(body).u8(1).put(&public).put(&signature);
    statement.done()
}

fn wait_inputs(trust: &Trust, statement: &[u8]) -> Fields {
    let mut inputs = trust.inputs("wait notice", statement);
    inputs.push(("shift", hex(&by(shift(trust.line, 7, (100, 200)), &[12]))));
    inputs
}

fn set(bytes: &[u8], place: usize, value: u8) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    *changed.get_mut(place).expect("a place") = value;
    changed
}

/// What is wrong with the bytes of any statement.
fn rejected_layouts(topic: &mut Topic, trust: &Trust) {
    let good = by(shift(trust.line, 7, (100, 200)), &[12]);
    let mut reject = |name: &str, rule: &str, bytes: &[u8], why: &str| {
        topic.reject(name, rule, trust.inputs("shift notice", bytes), why);
    };
    reject("nothing", "P42", &[], "Layout(Truncated)");
    reject("version-0", "P2", &set(&good, 0, 0), "Version(0)");
    reject("version-2", "P2", &set(&good, 0, 2), "Version(2)");
    reject("kind-0", "P3", &set(&good, 1, 0), "Kind");
    reject("kind-15", "P3", &set(&good, 1, 15), "Kind");
    reject(
        "kind-of-another-statement",
        "P28",
        &set(&good, 1, 4),
        "Kind",
    );
    reject(
        "truncated-before-the-body",
        "P42",
        &good[..37],
        "Layout(Truncated)",
    );
    reject(
        "truncated-in-a-signature",
        "P42",
        &good[..good.len() - 1],
        "Layout(Truncated)",
    );
    reject(
        "one-byte-too-many",
        "P15",
        &[good.as_slice(), &[0]].concat(),
        "Layout(TooLong)",
    );
    reject(
        "body-length-of-four-gigabytes",
        "P42",
        &[&good[..34], &[255; 4], &good[38..]].concat(),
        "Layout(Truncated)",
    );
    let count = good.len() - 97;
    reject(
        "signature-count-too-high",
        "P42",
        &set(&good, count, 2),
        "Layout(Truncated)",
    );
    reject(
        "seventeen-signatures",
        "P29",
        &[&good[..count], &[17], &[0; 17 * 96]].concat(),
        "Layout(Value)",
    );
    reject(
        "signature-none",
        "P29",
        &[&good[..count], &[0]].concat(),
        "Signatures",
    );
    reject(
        "signature-flipped",
        "P28",
        &super::sealer::flip(&good, &[good.len() - 40]),
        "Signatures",
    );
    reject(
        "body-changed",
        "P28",
        &super::sealer::flip(&good, &[60]),
        "Signatures",
    );
    reject(
        "line-changed",
        "P9",
        &super::sealer::flip(&good, &[2]),
        "Line",
    );
    // s + group order: the same signature in another form.
    reject(
        "signature-not-canonical",
        "P28",
        &malleated(&good),
        "Signatures",
    );
}

/// Adds the order of the group to the last signature's scalar (RFC 8032, section 5.1.7 has it refused).
fn malleated(statement: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = statement.to_vec();
    let start = bytes.len() - 32;
    let mut carry = 0_u16;
    for (byte, add) in bytes.iter_mut().skip(start).zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).expect("a byte");
        carry = sum >> 8;
    }
    bytes
}

pub(crate) fn statement() -> Topic {
    let mut topic = Topic::new("statement");
    let trust = Trust::new(1);
    accepted(&mut topic, &trust);
    rejected_layouts(&mut topic, &trust);
    super::trust::rejected(&mut topic, &trust);
    super::roster::decisions(&mut topic, &trust);
    super::roster::revocations(&mut topic, &trust);
    let line = trust.line;
    let mut reject = |name: &str, draft: Draft, why: &str| {
        topic.reject(name, "P32", wait_inputs(&trust, &bytes(draft)), why);
    };
    let other = ShiftSigningKey::from_seed(&[23; 32]);
    let wait = |shift| WaitNotice::draft(line, shift, Minute(120), &statements::Wait::of(3, None));
    reject(
        "wait-by-another-shift-key",
        wait(7).sign_by_shift(&other),
        "Signatures",
    );
    reject(
        "wait-by-a-coordinator",
        wait(7).sign_by_device(&device(12)),
        "Signatures",
    );
    reject(
        "wait-of-another-shift",
        wait(8).sign_by_shift(&signing()),
        "Rule",
    );
    super::feedback::keys(&mut topic, &trust);
    super::letters::keys(&mut topic, &trust);
    super::partners::statements(&mut topic, &trust);
    super::ending::statements(&mut topic, &trust);
    super::outcomes::statements(&mut topic, &trust);
    super::entrances::statements(&mut topic, &trust);
    let all = raw_wait(&trust, 1, 5, &[1, 2, 3, 4, 5]);
    topic.accept("wait-notice-of-a-surge-with-choices", "P61", all);
    for (name, surge, count, kinds, why) in [
        ("wait-surge-2", 2, 0, vec![], "Layout(Value)"),
        ("wait-choice-of-kind-0", 0, 1, vec![0], "Layout(Value)"),
        ("wait-choice-of-kind-6", 0, 1, vec![6], "Layout(Value)"),
        (
            "wait-thirty-three-choices",
            0,
            33,
            vec![1; 33],
            "Layout(Value)",
        ),
        (
            "wait-fewer-choices-than-counted",
            0,
            2,
            vec![1],
            "Layout(Truncated)",
        ),
        (
            "wait-more-choices-than-counted",
            0,
            1,
            vec![1, 1],
            "Layout(TooLong)",
        ),
    ] {
        let inputs = raw_wait(&trust, surge, count, &kinds);
        topic.reject(name, "P61", inputs, why);
    }
    topic
}
