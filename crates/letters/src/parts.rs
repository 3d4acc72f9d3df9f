//! Bytes as parts of text: each fits into one QR code, and all of them into a file or a message, in any order.
//!
//! A part is `FB1/` ‖ whole 4 ‖ `/` ‖ number ‖ `/` ‖ count ‖ `/` ‖ check 4 ‖ `/` ‖ data ‖ `.`. Data is up to 1,000 bytes in Base32 (RFC 4648,
//! section 6, without padding). *Whole* is the first 20 bits of H of all bytes, and *check* that of
//! `tag "part" ‖ whole ‖ number u8 ‖ count u8 ‖ data bytes`, in Base32 too. All characters are of the alphanumeric mode of QR codes (ISO/IEC 18004).

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

const MARK: &str = "FB1/";
const END: char = '.';
/// What programs put into texts that they pass on, besides spaces and line breaks: marks of quoting, and what nobody sees.
const CARELESS: [char; 4] = ['>', '\u{ad}', '\u{200b}', '\u{feff}'];
const PART_SIZE: usize = 1_000;
/// What is read at most, in characters: an answer has 41,000.
const TEXT_SIZE: usize = 1 << 20;

/// Why a text brings nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartsError {
    /// There is no part in it.
    Nothing,
    /// These parts of so many are missing, or are damaged.
    Missing {
        /// Their numbers, from 1.
        numbers: Vec<u8>,
        /// How many there are in all.
        count: u8,
    },
    /// Parts of two different letters or answers.
    Mixed,
}

impl core::fmt::Display for PartsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            PartsError::Nothing => f.write_str("there is no letter and no answer in this text"),
            PartsError::Mixed => f.write_str("parts of two letters: bring one after the other"),
            PartsError::Missing { numbers, count } => {
                write!(f, "of {count} parts these are missing or damaged:")?;
                numbers.iter().try_for_each(|number| write!(f, " {number}"))
            }
        }
    }
}

impl core::error::Error for PartsError {}

/// The first 20 bits of a hash, as four characters.
fn short(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let hash: [u8; 32] = hash.finalize().into();
    BASE32_NOPAD.encode(&hash).chars().take(4).collect()
}

fn check(whole: &str, number: u8, count: u8, data: &[u8]) -> String {
    let place = [number, count];
    short(&[wire::tag!("part"), whole.as_bytes(), &place, data])
}

/// Bytes as parts of at most 1,630 characters.
///
/// Returns none for more than 255,000 bytes, which nothing that travels has.
pub fn to_parts(bytes: &[u8]) -> Vec<String> {
    let chunks = bytes.chunks(PART_SIZE);
    let Ok(count) = u8::try_from(chunks.len()) else {
        return Vec::new();
    };
    let whole = short(&[bytes]);
    (1..=count)
        .zip(chunks)
        .map(|(number, data)| {
            let check = check(&whole, number, count, data);
            let data = BASE32_NOPAD.encode(data);
            format!("{MARK}{whole}/{number}/{count}/{check}/{data}{END}")
        })
        .collect()
}

struct Part {
    whole: String,
    number: u8,
    count: u8,
    data: Vec<u8>,
}

/// A part without its mark; `None` when it is damaged.
fn read(text: &str) -> Option<Part> {
    let mut fields = text.splitn(5, '/');
    let whole = fields.next()?;
    let mut number = || fields.next()?.parse().ok().filter(|number| *number > 0);
    let (number, count): (u8, u8) = (number()?, number()?);
    let told = fields.next()?;
    let data = BASE32_NOPAD.decode(fields.next()?.as_bytes()).ok()?;
    let is_right = number <= count && check(whole, number, count, &data) == told;
    is_right.then(|| Part {
        whole: whole.into(),
        number,
        count,
        data,
    })
}

/// The bytes of parts that stand in a text in any order, once or more often, among other words. Spaces, line breaks, marks of
/// quoting and small letters in them do no harm, for whoever passes a text on may bring them in.
///
/// # Errors
/// `Nothing` when no part is whole, `Mixed` when they are not all of one, `Missing` which are still to be brought.
pub fn from_text(text: &str) -> Result<Vec<u8>, PartsError> {
    let tight: String = text
        .chars()
        .take(TEXT_SIZE)
        .filter(|character| !character.is_whitespace() && !CARELESS.contains(character))
        .map(|character| character.to_ascii_uppercase())
        .collect();
    let mut found: BTreeMap<u8, Part> = BTreeMap::new();
    for text in tight.split(MARK).skip(1) {
        let part = text.split_once(END).and_then(|(text, _)| read(text));
        if let Some(part) = part {
            let other = found.values().next();
            if other.is_some_and(|other| (&other.whole, other.count) != (&part.whole, part.count)) {
                return Err(PartsError::Mixed);
            }
            found.insert(part.number, part);
        }
    }
    let count = found.values().next().ok_or(PartsError::Nothing)?.count;
    let missing = (1..=count).filter(|number| !found.contains_key(number));
    let numbers: Vec<u8> = missing.collect();
    if !numbers.is_empty() {
        return Err(PartsError::Missing { numbers, count });
    }
    Ok(found.into_values().flat_map(|part| part.data).collect())
}
