//! The words a contact keeps in the head: reading them, helping to type them. They are drawn by the page's script (`web/parts.js`), before
//! this module has come.

use wire::{LineId, Reader, Writer};
use words::{Lexicon, List, Phrase, ReadError};
use zeroize::Zeroizing;

use crate::Failure;

/// Command 11. Request: line id 32 ‖ lexicon. Answer: length u16 ‖ the line's check words in that list, with spaces between.
pub(crate) fn check_words(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let line = LineId(reader.array()?);
    let lexicon = read_lexicon(&mut reader)?;
    reader.end()?;
    let words = words::check_words(lexicon, &line.0).join(" ");
    Ok(Writer::default().u8(0).medium(words.as_bytes()).done())
}

fn read_text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Failure> {
    core::str::from_utf8(reader.long()?).map_err(|_| Failure::Request)
}

/// Reads a list with its words: list u8 ‖ twice (length u32 ‖ words, one a line): all 2048, and those that are never proposed.
///
/// # Errors
/// `Request` when there is no such list, or it has another number of words.
fn read_lexicon<'a>(reader: &mut Reader<'a>) -> Result<Lexicon<'a>, Failure> {
    let list = List::from_code(reader.u8()?).ok_or(Failure::Request)?;
    let (words, left_out) = (read_text(reader)?, read_text(reader)?);
    Lexicon::new(list, words, left_out).ok_or(Failure::Request)
}

/// Reads a phrase: lexicon ‖ length u32 ‖ typed words.
///
/// # Errors
/// `Words` when they are not seven of that list, `Request` when there is no such list.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Zeroizing<[u8; 15]>, Failure> {
    let lexicon = read_lexicon(reader)?;
    let phrase = Phrase::read(lexicon, read_text(reader)?).map_err(|_| Failure::Words)?;
    Ok(Zeroizing::new(phrase.to_bytes()))
}

fn joined(phrase: &Phrase, lexicon: Lexicon<'_>) -> Zeroizing<String> {
    let words: Vec<&str> = phrase.words_of(lexicon).collect();
    Zeroizing::new(words.join(" "))
}

/// Command 3. Request: count u8 ‖ lexicon*, the preferred one first ‖ length u32 ‖ typed.
///
/// Answer: list u8 ‖ verdict u8 (0 seven words, 1 another count, 2 one is not in the list) ‖ found u8 ‖ position u8 from 1 of the
/// one that is not in the list ‖ length u16 ‖ the words as the list spells them, if they are seven ‖ twice (count u8 ‖ (length u8
/// ‖ word)*): what the unknown word may have been meant to be, and how the last word may go on.
///
/// It is about lists only: whether a line was ever opened with these words it cannot know.
pub(crate) fn check(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let count = reader.u8()?;
    let lexicons: Vec<Lexicon<'_>> = (0..count)
        .map(|_| read_lexicon(&mut reader))
        .collect::<Result<_, Failure>>()?;
    let typed = read_text(&mut reader)?;
    reader.end()?;
    let first = words::likeliest(&lexicons, typed).ok_or(Failure::Request)?;
    let others = lexicons
        .iter()
        .copied()
        .filter(|other| other.list() != first.list());
    let read = words::read_among(first, others, typed);
    let list = first.list();
    let writer = Writer::default().u8(0);
    let (writer, near) = match &read {
        Ok(phrase) => {
            let own = |lexicon: &&Lexicon<'_>| lexicon.list() == phrase.list();
            let own = lexicons.iter().find(own).copied().unwrap_or(first);
            let writer = writer
                .u8(phrase.list().code())
                .u8(0)
                .u8(small(words::WORDS))
                .u8(0);
            (writer.medium(joined(phrase, own).as_bytes()), [].as_slice())
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
    let endings = words::suggest(first, typed);
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
