//! The events by which guides trust each other.

use wire::{LineId, Writer};

use super::log::{CASE, LINE, LOG_SECRET, entry, epoch_key};
use super::public::device;
use super::sealer::{Bound, to_key, under_secret};
use super::{Fields, Topic, hex, with};

const PROPOSAL: [u8; 16] = [0x51; 16];

fn propose(index: u16, count: u16) -> Fields {
    let writer = Writer::default().put(&PROPOSAL).u16(index).u16(count);
    entry(8, &writer.medium(b"a piece").done())
}

/// case 16 ‖ generation u32 ‖ sealed under the secret, bound as `tag` to a case.
fn of_case(tag: &'static str, case: &[u8; 16], more: &[u8]) -> Vec<u8> {
    let bound = Bound {
        tag,
        line: LINE,
        context: Writer::default().put(case).u32(2).done(),
    };
    let sealed = under_secret(&LOG_SECRET, &bound, &[], b"between colleagues");
    let writer = Writer::default().put(&CASE).u32(2).medium(&sealed);
    writer.put(more).done()
}

fn trail(author: u8, line: LineId, sealed_as: u32) -> Fields {
    let key = device(author).public();
    let bound = Bound {
        tag: "trail",
        line,
        context: Writer::default().u32(sealed_as).put(&key.0).done(),
    };
    let sealed = to_key(&epoch_key(), None, &bound, &[], b"a step");
    entry(15, &Writer::default().u32(7).medium(&sealed).done())
}

/// unanswered u8 ‖ aside u8 ‖ count u8 ‖ marks 16 each, after dialect u8 ‖ topic u8 ‖ exclusions u8.
fn returned(language: u8, urgency: u8, choices: [u8; 3], flags: [u8; 2], marks: u8) -> Vec<u8> {
    let writer = Writer::default().put(&CASE).put(&[0x52; 16]);
    let writer = writer.u8(language).u8(urgency).put(&choices).put(&flags);
    let marks_of = |writer: Writer, mark: u8| writer.put(&[mark; 16]);
    (0..marks).fold(writer.u8(marks), marks_of).done()
}

fn plainly(language: u8, urgency: u8) -> Vec<u8> {
    returned(language, urgency, [0; 3], [1, 0], 0)
}

fn extend(reason: u8) -> Vec<u8> {
    let writer = Writer::default().put(&PROPOSAL).put(&CASE);
    writer.u32(20_300).u8(reason).done()
}

pub(super) fn events(topic: &mut Topic) {
    topic.accept("propose", "P48", propose(0, 2));
    let decline = Writer::default().put(&PROPOSAL).medium(b"not yet").done();
    topic.accept("decline", "P48", entry(9, &decline));
    topic.accept("settle", "P48", entry(10, &PROPOSAL));
    topic.accept(
        "case-state",
        "P51",
        entry(11, &of_case("case-state", &CASE, &[1])),
    );
    let transfer = [CASE.as_slice(), &device(32).public().0].concat();
    topic.accept("transfer", "P52", entry(12, &transfer));
    topic.accept("return", "P52", entry(13, &plainly(1, 2)));
    let wishes = returned(2, 1, [1, 5, 15], [0, 1], 32);
    topic.accept("return-with-wishes-and-marks", "P61", entry(13, &wishes));
    topic.accept("whisper", "P53", entry(14, &of_case("whisper", &CASE, &[])));
    topic.accept("trail", "P54", trail(31, LINE, 7));
    let key = [[0, 0, 0, 7].as_slice(), &epoch_key()].concat();
    topic.accept("trail-key", "P54", entry(16, &key));
    topic.accept("extend", "P48", entry(17, &extend(2)));
    topic.accept("extend-for-aftercare", "P48", entry(17, &extend(4)));

    let mut reject =
        |name: &str, rule: &str, inputs: Fields| topic.reject(name, rule, inputs, "OpenError");
    reject(
        "decline-reason-too-long",
        "P15",
        entry(
            9,
            &Writer::default()
                .put(&PROPOSAL)
                .medium(&[b'a'; 1501])
                .done(),
        ),
    );
    reject(
        "decline-reason-not-utf-8",
        "P15",
        entry(9, &Writer::default().put(&PROPOSAL).medium(&[0xff]).done()),
    );
    reject("settle-one-byte-short", "P15", entry(10, &PROPOSAL[1..]));
    reject(
        "case-state-flag-2",
        "P15",
        entry(11, &of_case("case-state", &CASE, &[2])),
    );
    reject(
        "case-state-without-a-flag",
        "P15",
        entry(11, &of_case("case-state", &CASE, &[])),
    );
    reject(
        "case-state-of-another-case",
        "P51",
        entry(11, &of_case("case-state", &[0x77; 16], &[1])),
    );
    reject(
        "case-state-is-no-case-entry",
        "P51",
        entry(11, &of_case("case-entry", &CASE, &[1])),
    );
    reject(
        "case-state-another-secret",
        "P51",
        with(
            &entry(11, &of_case("case-state", &CASE, &[1])),
            "log_secret",
            hex(&[0x77; 32]),
        ),
    );
    reject(
        "whisper-is-no-case-entry",
        "P53",
        entry(14, &of_case("case-entry", &CASE, &[])),
    );
    reject(
        "case-entry-is-no-whisper",
        "P53",
        entry(6, &of_case("whisper", &CASE, &[])),
    );
    reject(
        "whisper-of-another-case",
        "P53",
        entry(14, &of_case("whisper", &[0x77; 16], &[])),
    );
    reject("transfer-one-byte-short", "P15", entry(12, &transfer[1..]));
    reject("return-language-0", "P15", entry(13, &plainly(0, 2)));
    reject("return-urgency-5", "P15", entry(13, &plainly(1, 5)));
    for (name, choices, flags, marks) in [
        ("return-dialect-3", [3, 0, 0], [1, 0], 0),
        ("return-topic-6", [0, 6, 0], [1, 0], 0),
        ("return-exclusion-of-no-group", [0, 0, 16], [1, 0], 0),
        ("return-unanswered-2", [0; 3], [2, 0], 0),
        ("return-aside-2", [0; 3], [1, 2], 0),
        ("return-thirty-three-marks", [0; 3], [1, 0], 33),
    ] {
        let fields = returned(1, 2, choices, flags, marks);
        reject(name, "P15", entry(13, &fields));
    }
    reject("trail-of-another-author", "P54", trail(32, LINE, 7));
    reject("trail-of-another-generation", "P54", trail(31, LINE, 8));
    reject(
        "trail-of-another-line",
        "P9",
        trail(31, LineId([0x12; 32]), 7),
    );
    reject(
        "trail-key-one-byte-short",
        "P15",
        entry(16, &key[..key.len() - 1]),
    );
    reject("extend-reason-0", "P15", entry(17, &extend(0)));
    reject("extend-reason-5", "P15", entry(17, &extend(5)));
    reject(
        "propose-piece-beyond-the-end",
        "P15",
        entry(8, &[PROPOSAL.as_slice(), &[0, 0, 0, 1, 0, 9, 1]].concat()),
    );
    handovers(topic);
}

/// proposal 16 ‖ case 16 ‖ partner 16 ‖ partner hash 32 ‖ urgent u8.
fn offer(urgent: u8) -> Vec<u8> {
    let writer = Writer::default().put(&PROPOSAL).put(&CASE);
    writer.put(&[0x61; 16]).put(&[0x62; 32]).u8(urgent).done()
}

fn handovers(topic: &mut Topic) {
    topic.accept("offer", "P83", entry(33, &offer(0)));
    topic.accept("offer-urgent", "P83", entry(33, &offer(1)));
    topic.accept("remove-partner", "P82", entry(34, &[0x61; 16]));
    let mut reject = |name: &str, kind: u8, fields: &[u8]| {
        topic.reject(name, "P15", entry(kind, fields), "OpenError");
    };
    reject("offer-urgent-2", 33, &offer(2));
    reject("offer-one-byte-short", 33, &offer(0)[1..]);
    reject("offer-one-byte-long", 33, &[offer(0), vec![0]].concat());
    reject("remove-partner-one-byte-short", 34, &[0x61; 15]);
    reject("remove-partner-one-byte-long", 34, &[0x61; 17]);
}
