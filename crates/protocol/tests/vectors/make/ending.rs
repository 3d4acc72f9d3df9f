//! The end of a line: the statement of kind 17.

use statements::{FinalNotice, LineEnd};
use wire::{Day, Minute, Writer};

use super::public::{Trust, by, by_roots, signed_raw};
use super::{Fields, Topic};

const TODAY: Day = Day(20_100);
const NOW: Minute = Minute(TODAY.0 * Minute::PER_DAY + 75);

fn notice(how: LineEnd, after: u32) -> FinalNotice {
    FinalNotice {
        how,
        issued: NOW,
        last_day: TODAY.plus(after),
    }
}

fn raw(how: u8, last_day: u32) -> Vec<u8> {
    Writer::default().u8(how).u32(NOW.0).u32(last_day).done()
}

/// The statements of kind 17.
pub(super) fn statements(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let other = Trust::new(41);
    let two = [12, 13];
    let inputs = |bytes: &[u8]| trust.inputs("final notice", bytes);
    let orderly = || notice(LineEnd::Orderly, 30).draft(line);
    let emergency = || notice(LineEnd::Emergency, 0).draft(line);
    topic.accept(
        "final-notice-of-an-orderly-end",
        "P88",
        inputs(&by(orderly(), &two)),
    );
    topic.accept(
        "final-notice-of-an-emergency",
        "P88",
        inputs(&by(emergency(), &two)),
    );
    topic.accept(
        "final-notice-by-root-keys",
        "P88",
        inputs(&by_roots(emergency(), &[1, 3])),
    );
    let mut refused: Vec<(&str, &str, Fields, &str)> = vec![
        (
            "final-notice-by-one-of-two",
            "P88",
            inputs(&by(emergency(), &[12])),
            "Signatures",
        ),
        (
            "final-notice-by-a-guide",
            "P88",
            inputs(&by(emergency(), &[12, 31])),
            "Signatures",
        ),
        (
            "final-notice-by-one-root-key-of-two",
            "P88",
            inputs(&by_roots(emergency(), &[1])),
            "Signatures",
        ),
        (
            "final-notice-by-root-keys-of-another-line",
            "P88",
            inputs(&by_roots(emergency(), &[41, 43])),
            "Signatures",
        ),
        (
            "final-notice-of-another-line",
            "P9",
            inputs(&by(notice(LineEnd::Emergency, 0).draft(other.line), &two)),
            "Line",
        ),
        (
            "final-notice-is-a-card-set",
            "P28",
            inputs(&by(super::public::cards(line), &two)),
            "Kind",
        ),
    ];
    // The rest has one signature, of a line on which one is enough.
    let alone = Trust::alone();
    let whole = raw(1, TODAY.0 + 30);
    for (name, why, body) in [
        ("final-notice-of-no-kind", "Rule", raw(0, TODAY.0)),
        ("final-notice-of-kind-3", "Rule", raw(3, TODAY.0)),
        ("final-notice-after-six-days", "Rule", raw(1, TODAY.0 + 6)),
        ("final-notice-after-181-days", "Rule", raw(1, TODAY.0 + 181)),
        (
            "final-notice-before-it-was-signed",
            "Rule",
            raw(1, TODAY.0 - 1),
        ),
        (
            "final-notice-of-an-emergency-tomorrow",
            "Rule",
            raw(2, TODAY.0 + 1),
        ),
        (
            "final-notice-cut-short",
            "Layout(Truncated)",
            whole[..whole.len() - 1].to_vec(),
        ),
        (
            "final-notice-one-byte-long",
            "Layout(TooLong)",
            [&whole[..], &[0]].concat(),
        ),
    ] {
        let statement = signed_raw(12, 17, alone.line, &body);
        refused.push((name, "P88", alone.inputs("final notice", &statement), why));
    }
    for (name, rule, fields, why) in refused {
        topic.reject(name, rule, fields, why);
    }
}
