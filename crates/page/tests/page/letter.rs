//! Letters, as letters.js makes them: sealed on a page without a network, handed in by another, answered, and the answer brought back.

use protocol::{ReplyPart, Text};
use wire::{Reader, Writer};

use crate::line::{Browser, ENGLISH, TestLine, TestRelay};
use crate::visit::{EMPTY, PENDING, TAKEN, WAITING, WORDS, answer_with, codes};

const NO_LETTERS: [u8; 1] = [9];
const OTHER_LINE: [u8; 1] = [3];
const NOTHING: [u8; 4] = [10, 1, 0, 0];
const TOO_LATE: u32 = 61;

fn offline(seed: u8) -> Browser {
    let mut browser = Browser::new(&TestRelay::new(), seed);
    browser.document = TestLine::new().with_letter_key();
    browser
}

/// A letter and its answer; gives the calls that were made.
pub(crate) fn a_letter_and_its_answer() -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut writer = offline(21);
    let words = writer.new_words(ENGLISH);
    assert_eq!(codes(&writer.open_by_hand(&words, "").unwrap()), [EMPTY]);
    let (until, parts) = writer.seal_letter("Is this real?").unwrap();
    assert_eq!(until, TestLine::new().day.0 + 60);
    assert_eq!(parts.len(), 9);
    let letter = parts.join("\n");

    let mut carrier = offline(22);
    let nothing = carrier.hand_in(&letter).unwrap();
    let answer = |text| ReplyPart::Words(Text::new(text).unwrap());
    let replies = vec![ReplyPart::Taken, answer("It is.")];
    let (_, _, post) = answer_with(&carrier, &TestLine::new().letter_key(), replies);
    assert_eq!(post.text.as_str(), "Is this real?");
    let answered = carrier.hand_in(&letter).unwrap();
    assert_eq!(carrier.relay.borrow().posts.len(), 1, "handed in twice");
    assert_eq!(answered.len(), nothing.len(), "both look alike");

    let mut reader = offline(23);
    let shown = reader.open_by_hand(&words, &nothing.concat()).unwrap();
    assert_eq!(codes(&shown), [PENDING, WAITING]);
    let shown = reader.open_by_hand(&words, &letter).unwrap();
    assert_eq!(codes(&shown), [PENDING, WAITING], "a copy of the letter");
    let shown = reader.open_by_hand(&words, &answered.concat()).unwrap();
    assert_eq!(codes(&shown), [TAKEN, WORDS]);
    assert_eq!(shown[1].1, b"It is.");
    let (_, second) = reader.seal_letter("Thank you.").unwrap();
    carrier.hand_in(&second.concat()).unwrap();
    assert_eq!(carrier.relay.borrow().posts.len(), 2);
    [writer.calls, carrier.calls, reader.calls].concat()
}

#[test]
fn a_letter_is_handed_in_answered_and_its_answer_is_read_without_a_network() {
    a_letter_and_its_answer();
}

#[test]
fn a_letter_that_is_written_again_takes_the_place_of_the_first() {
    let mut writer = offline(24);
    let words = writer.new_words(ENGLISH);
    writer.open_by_hand(&words, "").unwrap();
    let (_, first) = writer.seal_letter("Where are you?").unwrap();
    let (_, second) = writer.seal_letter("Who are you?").unwrap();
    assert_ne!(first, second);
    let mut carrier = offline(25);
    carrier.hand_in(&second.concat()).unwrap();
    let (_, _, post) = answer_with(&carrier, &TestLine::new().letter_key(), Vec::new());
    assert_eq!(post.text.as_str(), "Who are you?");
}

#[test]
fn what_is_brought_must_be_whole_and_of_this_line() {
    let mut writer = offline(26);
    let words = writer.new_words(ENGLISH);
    writer.open_by_hand(&words, "").unwrap();
    let (_, parts) = writer.seal_letter("Is this real?").unwrap();
    let mut carrier = offline(27);
    for nothing in ["", "hello", "FB1/", "ABCD/1/1/ABCD/AAAA."] {
        assert_eq!(carrier.hand_in(nothing).unwrap_err(), NOTHING, "{nothing}");
    }
    let without = [&parts[..2], &parts[3..6], &parts[7..]].concat().concat();
    let missing = [10, 2, 9, 2, 3, 7];
    assert_eq!(carrier.hand_in(&without).unwrap_err(), missing);
    let answer = carrier.hand_in(&parts.concat()).unwrap().concat();
    assert_eq!(carrier.hand_in(&answer).unwrap_err(), NOTHING, "an answer");
    let both = answer + &parts.concat();
    assert_eq!(carrier.hand_in(&both).unwrap_err(), [10, 3, 0, 0]);
    let request = Writer::default().put(&[5; 32]);
    let request = request.long(parts.concat().as_bytes()).done();
    assert_eq!(carrier.call(15, &request).unwrap_err(), OTHER_LINE);
}

#[test]
fn an_old_copy_of_the_page_says_that_nobody_would_open_its_letters() {
    let mut writer = offline(28);
    let words = writer.new_words(ENGLISH);
    writer.now.0 += TOO_LATE * 1440;
    let refused = writer.open_by_hand(&words, "").unwrap_err();
    assert_eq!(refused, NO_LETTERS);
    // A clock that is years behind is not asked: the document's own day counts.
    writer.now.0 = 0;
    writer.open_by_hand(&words, "").unwrap();
    writer.document = TestLine::new().usual();
    assert_eq!(writer.open_by_hand(&words, "").unwrap_err(), NO_LETTERS);
}

#[test]
fn a_part_as_a_code_is_read_back() {
    let mut writer = offline(29);
    let words = writer.new_words(ENGLISH);
    writer.open_by_hand(&words, "").unwrap();
    let (_, parts) = writer.seal_letter("Is this real?").unwrap();
    for part in [&parts[0], &parts[8]] {
        let answer = writer.call(17, &Writer::default().medium(part.as_bytes()).done());
        let answer = answer.unwrap();
        let mut reader = Reader::new(&answer);
        let width = usize::from(reader.u8().unwrap());
        let modules = reader.rest();
        assert_eq!(modules.len(), width * width);
        let (scale, quiet) = (4, 16);
        let side = width * scale + 2 * quiet;
        let dark = |x: usize, y: usize| {
            let at = |place: usize| Some(place.checked_sub(quiet)? / scale).filter(|p| *p < width);
            at(x)
                .zip(at(y))
                .is_some_and(|(x, y)| modules[y * width + x] == 1)
        };
        let pixel = |x, y| if dark(x, y) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, pixel);
        let (_, text) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(&text, part);
    }
    let long = Writer::default().medium(&[b'A'; 5_000]).done();
    assert_eq!(writer.call(17, &long).unwrap_err(), [1]);
}

#[test]
fn the_page_alone_knows_no_letters() {
    let seed = [0; 32];
    let asked = |command: u8| [&seed[..], &[command]].concat();
    for command in 13..=17 {
        assert_eq!(page::answer(&asked(command)).as_slice(), [1]);
    }
}
