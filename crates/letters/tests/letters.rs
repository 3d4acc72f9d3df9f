//! What travels by hand, through hands that reorder, repeat, lose and damage it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use letters::{Answer, Carried, CarriedError, Letter, PartsError, from_text, to_parts};
use proptest::prelude::*;
use wire::{
    Day, Envelope, EnvelopeHash, Header, Kind, LineId, SEALED_SIZE, SlotContent, SlotName,
    SlotNames, SlotWrite, TurnKind, parse_save_and_post,
};

fn envelope(kind: Kind, fill: u8) -> Envelope {
    let header = Header {
        kind,
        epoch: 0,
        line_tag: LineId([1; 32]).tag(),
        mark: [fill; 16],
        shred_hash: [fill; 32],
    };
    let sealed: Vec<u8> = (0..SEALED_SIZE).map(|at| (at % 251) as u8 ^ fill).collect();
    Envelope::assemble(&header, &sealed).unwrap()
}

fn letter() -> Letter {
    Letter {
        line: LineId([1; 32]),
        until: Day(20_800),
        state: SlotWrite {
            name: SlotName([2; 32]),
            replaces: Some(EnvelopeHash([3; 32])),
            shred_key: [4; 32],
            envelope: envelope(Kind::Slot, 5),
        },
        post: envelope(Kind::Post, 6),
        replies: [7, 8, 9, 10, 11].map(|fill| SlotName([fill; 32])),
    }
}

fn content(fill: u8) -> SlotContent {
    SlotContent {
        shred_key: [fill; 32],
        envelope: envelope(Kind::Slot, fill),
    }
}

fn answer() -> Answer {
    letter().answer([
        [content(20), content(21)],
        [content(22), content(23)],
        [content(24), content(25)],
    ])
}

fn bytes() -> Vec<u8> {
    Carried::Letter(Box::new(letter())).to_bytes()
}

#[test]
fn a_letter_and_an_answer_have_their_sizes_and_are_read_back() {
    let letter_bytes = bytes();
    assert_eq!(letter_bytes.len(), 8_494);
    let Ok(Carried::Letter(read)) = Carried::parse(&letter_bytes) else {
        panic!("a letter is read back");
    };
    let (kind, body) = read.hand_in();
    assert_eq!(
        (kind, body.len()),
        (TurnKind::SaveAndPost, kind.body_size())
    );
    let (state, post) = parse_save_and_post(&body).unwrap();
    assert!(state.envelope == letter().state.envelope && post == letter().post);
    assert_eq!(read.until, Day(20_800));

    let answer_bytes = Carried::Answer(answer()).to_bytes();
    assert_eq!(answer_bytes.len(), 25_002);
    let read = Carried::parse(&answer_bytes).unwrap();
    assert_eq!(read.line(), &LineId([1; 32]));
    let slots = read.slots();
    let names: Vec<u8> = slots.iter().map(|(SlotName(name), _)| name[0]).collect();
    assert_eq!(names, [2, 7, 8, 9, 10, 11], "the state and five replies");
    let contents: Vec<u8> = slots.iter().map(|(_, slot)| slot.shred_key[0]).collect();
    assert_eq!(contents, [20, 21, 22, 23, 24, 25]);
    let counts = [&letter_bytes, &answer_bytes].map(|bytes| to_parts(bytes).len());
    assert_eq!(counts, [9, 26]);
}

#[test]
fn a_copy_of_a_letter_gives_its_writer_what_the_contact_keeps() {
    let slots = Carried::Letter(Box::new(letter())).slots();
    let [(SlotName(name), content)] = slots.as_slice() else {
        panic!("only the state");
    };
    assert_eq!((name[0], content.shred_key[0]), (2, 4));
}

#[test]
fn parts_are_of_the_alphanumeric_mode_and_fit_one_code() {
    for part in to_parts(&bytes()) {
        assert!(part.len() <= 1_630);
        let is_allowed = |letter: char| {
            letter.is_ascii_digit() || letter.is_ascii_uppercase() || "/.".contains(letter)
        };
        assert!(part.chars().all(is_allowed), "{part}");
    }
    assert_eq!(to_parts(&vec![0; 255_001]), [""; 0], "more than travels");
}

#[test]
fn what_is_missing_is_named_and_two_letters_are_told_apart() {
    let parts = to_parts(&bytes());
    let some = [&parts[..3], &parts[5..]].concat().join(" ");
    let missing = PartsError::Missing {
        numbers: vec![4, 5],
        count: 9,
    };
    assert_eq!(from_text(&some), Err(missing));
    let other = to_parts(&Carried::Answer(answer()).to_bytes());
    let both = [&parts[..], &other[..1]].concat().join(" ");
    assert_eq!(from_text(&both), Err(PartsError::Mixed));
    for nothing in ["", "FB1/", "FB1/AAAA/0/1/AAAA/AA.", "FB1/AAAA/1/1/AAAA/AA"] {
        assert_eq!(from_text(nothing), Err(PartsError::Nothing), "{nothing}");
    }
}

#[test]
fn what_was_changed_is_told_from_what_is_newer_and_from_what_is_neither() {
    let right = bytes();
    let parse = |bytes: &[u8]| Carried::parse(bytes).err().unwrap();
    for at in [2, 40, 4_000, right.len() - 1] {
        let mut wrong = right.clone();
        wrong[at] ^= 1;
        assert_eq!(parse(&wrong), CarriedError::Damaged, "{at}");
    }
    let mut newer = right.clone();
    newer[0] = 2;
    assert_eq!(parse(&newer), CarriedError::Version);
    for length in [0, 1, 7, 8] {
        assert_eq!(parse(&right[..length]), CarriedError::Layout, "{length}");
    }
    assert_eq!(parse(&right[..right.len() - 1]), CarriedError::Damaged);
    assert_eq!(parse(&[&right[..], &[0]].concat()), CarriedError::Damaged);
    assert_eq!(parse(&[0; 8_494]), CarriedError::Layout);
}

#[test]
fn a_letter_asks_for_its_state_and_five_replies_two_at_a_time() {
    let asked = letter()
        .look()
        .map(|SlotNames([one, two])| [one.0[0], two.0[0]]);
    assert_eq!(asked, [[2, 7], [8, 9], [10, 11]]);
}

proptest! {
    #[test]
    fn hands_may_reorder_repeat_break_and_quote_parts(
        order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle(),
        again in 0..9_usize,
        spaces in proptest::collection::vec((0..14_000_usize, "[> \\n\\t\u{feff}\u{200b}\u{2003}]"), 0..30),
        is_small in any::<bool>(),
    ) {
        let parts = to_parts(&bytes());
        let mut all: Vec<&str> = order.iter().map(|at| parts[*at].as_str()).collect();
        all.push(&parts[again]);
        let mut text = all.join("\n> ");
        for (at, space) in spaces {
            text.insert_str(text.floor_char_boundary(at), &space);
        }
        if is_small {
            text = text.to_lowercase();
        }
        prop_assert_eq!(from_text(&format!("Hello: {text} bye")), Ok(bytes()));
    }

    #[test]
    fn a_letter_of_one_part_that_is_wrong_counts_as_missing(
        part in 0..9_usize,
        at in 4..1_000_usize,
        with in "[A-Z2-7]",
    ) {
        let mut parts = to_parts(&bytes());
        let at = at.min(parts[part].len() - 2);
        prop_assume!(parts[part].get(at..=at) != Some(&with));
        parts[part].replace_range(at..=at, &with);
        let read = from_text(&parts.join(" "));
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_text_and_any_bytes_have_an_answer(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = from_text(&text);
        let _ = from_text(&format!("FB1/{text}."));
        if let Ok(carried) = Carried::parse(&bytes) {
            prop_assert_eq!(carried.to_bytes(), bytes);
        }
    }
}

/// Writes the seeds of the fuzzer: `cargo test -p letters -- --ignored seeds`.
#[test]
#[ignore = "writes files"]
fn seeds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/letters");
    std::fs::create_dir_all(&folder).unwrap();
    let letter = to_parts(&bytes());
    let some = letter[..3].join(" ").to_lowercase();
    for (name, seed) in [
        ("letter", bytes()),
        ("letter-text", letter.join("\n").into_bytes()),
        ("letter-some", some.into_bytes()),
        ("answer", Carried::Answer(answer()).to_bytes()),
    ] {
        std::fs::write(folder.join(name), seed).unwrap();
    }
}
