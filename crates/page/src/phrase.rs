//! The words a contact keeps in the head: making them, reading them, helping to type them.

use core::cmp::Reverse;

use protocol::Language;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use wire::{LineId, Reader, Writer};
use words::{List, Phrase, ReadError};
use zeroize::Zeroizing;

use crate::Failure;

/// The line's check words in one language, with spaces between.
pub(crate) fn check_words(line: &LineId, language: Language) -> String {
    let list = List::from_language(language.tag()).unwrap_or(List::English);
    words::check_words(list, &line.0).join(" ")
}

fn read_list(reader: &mut Reader<'_>) -> Result<List, Failure> {
    List::from_code(reader.u8()?).ok_or(Failure::Request)
}

fn read_typed<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Failure> {
    core::str::from_utf8(reader.long()?).map_err(|_| Failure::Request)
}

/// Reads a phrase: list u8 ‖ length u32 ‖ typed words.
///
/// # Errors
/// `Words` when they are not seven of that list, `Request` when there is no such list.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Zeroizing<[u8; 15]>, Failure> {
    let list = read_list(reader)?;
    let phrase = Phrase::read(list, read_typed(reader)?).map_err(|_| Failure::Words)?;
    Ok(Zeroizing::new(phrase.to_bytes()))
}

fn joined(phrase: &Phrase) -> Zeroizing<String> {
    let words: Vec<&str> = phrase.words().collect();
    Zeroizing::new(words.join(" "))
}

/// Command 2. Request: list u8. Answer: length u16 ‖ seven new words with spaces between.
pub(crate) fn create(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let list = read_list(&mut reader)?;
    reader.end()?;
    let words = joined(&Phrase::draw(list, || {
        let mut entropy = [0; 10];
        rng.fill_bytes(&mut entropy);
        entropy
    }));
    Ok(Writer::default().u8(0).medium(words.as_bytes()).done())
}

/// The list of which most of the typed words are, so far as they are typed; `preferred` when there is nothing to choose.
fn likeliest(preferred: List, typed: &str) -> List {
    let lower = typed.chars().flat_map(char::to_lowercase);
    let typed = Zeroizing::new(lower.collect::<String>());
    let typed: Vec<&str> = typed.split_whitespace().take(words::WORDS).collect();
    let known = |list: List| {
        let begun = typed
            .iter()
            .filter(|typed| list.words().any(|word| word.starts_with(**typed)));
        begun.count()
    };
    let likeliest = List::ALL
        .into_iter()
        .min_by_key(|list| (Reverse(known(*list)), *list != preferred));
    likeliest.unwrap_or(preferred)
}

/// Command 3. Request: list u8 ‖ whether other lists count too u8 ‖ length u32 ‖ typed.
///
/// Answer: list u8 ‖ verdict u8 (0 seven words, 1 another count, 2 one is not in the list) ‖ found u8 ‖ position u8 from 1 of the
/// one that is not in the list ‖ length u16 ‖ the words as the list spells them, if they are seven ‖ twice (count u8 ‖ (length u8
/// ‖ word)*): what the unknown word may have been meant to be, and how the last word may go on.
///
/// It is about lists only: whether a line was ever opened with these words it cannot know.
pub(crate) fn check(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let preferred = read_list(&mut reader)?;
    let others = reader.u8()? != 0;
    let typed = read_typed(&mut reader)?;
    reader.end()?;
    let (read, list) = if others {
        let list = likeliest(preferred, typed);
        (words::read_any(list, typed), list)
    } else {
        (Phrase::read(preferred, typed), preferred)
    };
    let writer = Writer::default().u8(0);
    let (writer, near) = match &read {
        Ok(phrase) => {
            let [list, ..] = phrase.to_bytes();
            let writer = writer.u8(list).u8(0).u8(small(words::WORDS)).u8(0);
            (writer.medium(joined(phrase).as_bytes()), [].as_slice())
        }
        Err(ReadError::Count { found }) => {
            let writer = writer.u8(list.code()).u8(1).u8(small(*found)).u8(0);
            (writer.medium(&[]), [].as_slice())
        }
        Err(ReadError::Unknown {
            position,
            suggestions,
        }) => {
            let position = small(position.saturating_add(1));
            let writer = writer.u8(list.code()).u8(2).u8(0).u8(position);
            (writer.medium(&[]), suggestions.as_slice())
        }
    };
    let endings = words::suggest(list, typed);
    Ok([near, &endings]
        .into_iter()
        .fold(writer, write_words)
        .done())
}

fn small(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

fn write_words(writer: Writer, words: &[&str]) -> Writer {
    let writer = writer.u8(small(words.len()));
    words
        .iter()
        .fold(writer, |writer, word| writer.short(word.as_bytes()))
}
