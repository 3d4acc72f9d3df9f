//! What each fuzz target does with its bytes. `cargo xtask fuzz` gives it bytes of a fuzzer's making, and a test of
//! `crates/page` gives it every file of `fuzz/corpus`, on every change. Nothing here may panic.

#[path = "requests.rs"]
mod asked;

pub(crate) use asked::requests;

/// Takes any bytes.
pub(crate) type Target = fn(&[u8]);

/// Names of the targets and what they do.
pub(crate) const TARGETS: &[(&str, Target)] = &[
    ("envelope", envelope),
    ("statement", statement),
    ("bodies", bodies),
    ("words", words),
    ("page", page),
    ("pack", pack),
    ("letters", letters),
    ("requests", requests),
];

/// An envelope: what parses is written back byte for byte.
pub(crate) fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = wire::Envelope::parse(bytes) {
        assert_eq!(envelope.as_bytes().as_slice(), bytes);
        let again = wire::Envelope::assemble(envelope.header(), envelope.sealed());
        assert!(again.is_ok_and(|again| again == envelope));
        let line = wire::LineId([0; 32]);
        let key = protocol::ShiftSecretKey::from_seed(&[1; 32]);
        assert!(protocol::FirstPost::open(&envelope, &line, &key).is_err());
    }
}

/// A statement: what parses is written back byte for byte, and stands as nothing without its signatures.
pub(crate) fn statement(bytes: &[u8]) {
    let Ok(statement) = statements::UnverifiedStatement::parse(bytes) else {
        return;
    };
    assert_eq!(statement.to_bytes(), bytes);
    if let Ok(root) = statements::Root::read(&statement) {
        assert_eq!(root.line_id(), statement.line());
        let _ = statements::Delegation::verify(&statement, &root);
    }
    let _ = statements::EpochKey::verify(&statement, &statement.line());
}

/// The bodies of the HTTP interface: what parses is written back byte for byte.
pub(crate) fn bodies(bytes: &[u8]) {
    if let Ok(names) = wire::SlotNames::parse(bytes) {
        assert_eq!(names.to_bytes(), bytes);
    }
    if let Ok(write) = wire::SlotWrite::parse(bytes) {
        assert_eq!(write.to_bytes(), bytes);
    }
    if let Ok(shred) = wire::Shred::parse(bytes) {
        assert_eq!(shred.to_bytes(), bytes);
    }
    if let Ok(session) = wire::DeskSession::parse(bytes) {
        assert_eq!(session.to_bytes(), bytes);
    }
    if let Ok((write, post)) = wire::parse_save_and_post(bytes) {
        assert_eq!(wire::save_and_post(&write, &post), bytes);
    }
    if let Ok(turn) = wire::Turn::parse(bytes) {
        assert_eq!(wire::Turn::parse(&turn.to_bytes()), Ok(turn));
    }
    if let Ok(answer) = wire::TurnAnswer::parse(bytes) {
        assert_eq!(wire::TurnAnswer::parse(&answer.to_bytes()), Ok(answer));
    }
    let _ = wire::SlotContent::parse_answer(bytes);
    for kind in [wire::Kind::Post, wire::Kind::LogEntry, wire::Kind::Slot] {
        if let Ok(items) = wire::read_sequenced(bytes, kind) {
            assert_eq!(wire::write_sequenced(&items), bytes);
        }
    }
    if let Ok(document) = wire::LineDocument::parse(bytes) {
        assert_eq!(document.to_bytes(), bytes);
        let _ = statements::Line::verify(&document, None);
    }
}

/// What a person typed.
pub(crate) fn words(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    for list in words::List::ALL {
        let _ = words::read_any(list, &typed);
        let _ = words::suggest(list, &typed);
    }
    let _ = protocol::Text::new(&typed);
}

/// A request to the page's module: anything is answered.
pub(crate) fn page(bytes: &[u8]) {
    // Opening a line derives keys for a tenth of a second each: fuzzing that finds nothing that the others do not.
    if !matches!(bytes.get(32), Some(4 | 13)) {
        let _ = page::answer_with_letters(bytes);
    }
}

/// A card pack that somebody passed on: what is genuine stays so, on any day, and is of no other line.
pub(crate) fn pack(bytes: &[u8]) {
    let Ok(checked) = plain::check(bytes, None, wire::Day(0)) else {
        return;
    };
    let later = plain::check(bytes, Some(&checked.line), wire::Day(u32::MAX));
    assert!(later.is_ok_and(|later| later.until() == checked.until()));
    assert!(plain::check(bytes, Some(&wire::LineId([0; 32])), wire::Day(0)).is_err());
}

/// What somebody carried, as bytes or as text: what parses is written back byte for byte.
pub(crate) fn letters(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let joined = letters::from_text(&text).unwrap_or_default();
    for bytes in [bytes, &joined] {
        if let Ok(carried) = letters::Carried::parse(bytes) {
            assert_eq!(carried.to_bytes(), bytes);
        }
    }
}
