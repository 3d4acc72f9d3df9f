//! The key to which letters are sealed.

use protocol::ShiftSecretKey;
use statements::{Draft, LetterKey};
use wire::{Day, LineId};

use super::public::{Trust, by, by_roots, bytes};
use super::{Fields, Topic};

const FROM: u32 = 20_300;

fn numbered(line: LineId, number: u32, days: u32) -> Draft {
    let key = ShiftSecretKey::from_seed(&[0x1d; 32]).public();
    LetterKey::draft(line, number, (Day(FROM), Day(FROM + days)), &key)
}

pub(super) fn key(line: LineId) -> Draft {
    numbered(line, LetterKey::FIRST + 1, LetterKey::MAX_DAYS)
}

/// number u32 ‖ from day ‖ until day ‖ key 1,216 as a body of another size, signed by a coordinator.
fn resized(line: LineId, size: usize) -> Vec<u8> {
    let mut body = vec![0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2];
    body.resize(size, 7);
    super::public::signed_raw(12, 15, line, &body)
}

/// The statement of kind 15.
pub(super) fn keys(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let inputs = |bytes: &[u8]| -> Fields { trust.inputs("letter key", bytes) };
    topic.accept("letter-key", "P78", inputs(&by(key(line), &[12])));
    let day = numbered(line, LetterKey::FIRST, 1);
    topic.accept("letter-key-of-a-day", "P78", inputs(&by(day, &[12])));
    let other = Trust::new(41);
    let long = numbered(line, LetterKey::FIRST, LetterKey::MAX_DAYS + 1);
    let over = numbered(line, LetterKey::FIRST, 0);
    let shift = numbered(line, LetterKey::FIRST - 1, 60);
    for (name, rule, bytes, why) in [
        ("by-a-guide", "P29", by(key(line), &[31]), "Signatures"),
        (
            "by-a-root-key",
            "P29",
            by_roots(key(line), &[1]),
            "Signatures",
        ),
        ("unsigned", "P29", bytes(key(line)), "Signatures"),
        ("of-another-line", "P9", by(key(other.line), &[12]), "Line"),
        ("for-91-days", "P78", by(long, &[12]), "Rule"),
        ("over-at-once", "P78", by(over, &[12]), "Rule"),
        ("with-a-shift-s-number", "P78", by(shift, &[12]), "Rule"),
        (
            "one-byte-short",
            "P15",
            resized(line, 1227),
            "Layout(Truncated)",
        ),
        (
            "one-byte-long",
            "P15",
            resized(line, 1229),
            "Layout(TooLong)",
        ),
        (
            "is-a-feedback-key",
            "P28",
            by(super::feedback::key(line), &[12]),
            "Kind",
        ),
    ] {
        topic.reject(&format!("letter-key-{name}"), rule, inputs(&bytes), why);
    }
    let shift = super::public::shift(line, LetterKey::FIRST, (1, 9));
    topic.reject(
        "shift-with-a-letter-key-s-number",
        "P78",
        trust.inputs("shift notice", &by(shift, &[12])),
        "Rule",
    );
}
