//! Small pieces of the records' layouts, written with `wire`'s writer and read totally.

use protocol::{Correction, Language, Offer, ReplyPart, Text, Urgency};
use wire::{Day, ENVELOPE_SIZE, Envelope, ReadError, Reader, Writer};

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let plain = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if digits.len() != 2 * N || !plain {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A count u32 and the items.
pub(crate) fn write_all<T>(
    writer: Writer,
    items: impl ExactSizeIterator<Item = T>,
    write: impl FnMut(Writer, T) -> Writer,
) -> Writer {
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    items.fold(writer.u32(count), write)
}

pub(crate) fn read_all<T>(
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let count = reader.u32()?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(read(reader)?);
    }
    Ok(items)
}

/// A flag u8 and, if it is 1, the value.
pub(crate) fn write_option<T>(
    writer: Writer,
    value: Option<T>,
    write: impl FnOnce(Writer, T) -> Writer,
) -> Writer {
    match value {
        None => writer.u8(0),
        Some(value) => write(writer.u8(1), value),
    }
}

pub(crate) fn read_option<T>(
    reader: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<Option<T>, ReadError> {
    if read_flag(reader)? {
        read(reader).map(Some)
    } else {
        Ok(None)
    }
}

pub(crate) fn read_flag(reader: &mut Reader<'_>) -> Result<bool, ReadError> {
    match reader.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(ReadError::Value),
    }
}

pub(crate) fn read_text(reader: &mut Reader<'_>) -> Result<Text, ReadError> {
    let typed = core::str::from_utf8(reader.medium()?).map_err(|_| ReadError::Value)?;
    Text::new(typed).map_err(|_| ReadError::Value)
}

pub(crate) fn read_string(reader: &mut Reader<'_>) -> Result<String, ReadError> {
    core::str::from_utf8(reader.medium()?)
        .map(String::from)
        .map_err(|_| ReadError::Value)
}

pub(crate) fn read_language(reader: &mut Reader<'_>) -> Result<Language, ReadError> {
    Language::from_code(reader.u8()?).ok_or(ReadError::Value)
}

pub(crate) fn read_urgency(reader: &mut Reader<'_>) -> Result<Urgency, ReadError> {
    Urgency::from_code(reader.u8()?).ok_or(ReadError::Value)
}

pub(crate) fn read_envelope(reader: &mut Reader<'_>) -> Result<Envelope, ReadError> {
    Envelope::parse(reader.take(ENVELOPE_SIZE)?).map_err(|_| ReadError::Value)
}

/// kind u8 (1 taken, 2 words, 3 card, 4 closed, 5 transferred, 6 exposed, 7 correction, 8 offer, 9 offer ended) ‖ for 2: text; for 3: card id ‖ language u8 ‖ reviewed day ‖ text;
/// for 6: since day; for 7: a correction; for 8: an offer.
pub(crate) fn write_part(writer: Writer, part: &ReplyPart) -> Writer {
    match part {
        ReplyPart::Taken => writer.u8(1),
        ReplyPart::Words(text) => writer.u8(2).medium(text.as_str().as_bytes()),
        ReplyPart::Card {
            card,
            language,
            reviewed,
            text,
        } => writer
            .u8(3)
            .medium(card.as_bytes())
            .u8(language.code())
            .u32(reviewed.0)
            .medium(text.as_str().as_bytes()),
        ReplyPart::Closed => writer.u8(4),
        ReplyPart::Transferred => writer.u8(5),
        ReplyPart::Exposed { since } => writer.u8(6).u32(since.0),
        ReplyPart::Correction(correction) => correction.write(writer.u8(7)),
        ReplyPart::Offer(offer) => offer.write(writer.u8(8)),
        ReplyPart::OfferEnded => writer.u8(9),
    }
}

pub(crate) fn read_part(reader: &mut Reader<'_>) -> Result<ReplyPart, ReadError> {
    Ok(match reader.u8()? {
        1 => ReplyPart::Taken,
        2 => ReplyPart::Words(read_text(reader)?),
        3 => ReplyPart::Card {
            card: read_string(reader)?,
            language: read_language(reader)?,
            reviewed: Day(reader.u32()?),
            text: read_text(reader)?,
        },
        4 => ReplyPart::Closed,
        5 => ReplyPart::Transferred,
        6 => ReplyPart::Exposed {
            since: Day(reader.u32()?),
        },
        7 => ReplyPart::Correction(Correction::read(reader)?),
        8 => ReplyPart::Offer(Offer::read(reader)?),
        9 => ReplyPart::OfferEnded,
        _ => return Err(ReadError::Value),
    })
}

/// Another copy of what a reply brings, on purpose.
pub(crate) fn duplicate_part(part: &ReplyPart) -> ReplyPart {
    match part {
        ReplyPart::Taken => ReplyPart::Taken,
        ReplyPart::Words(text) => ReplyPart::Words(text.duplicate()),
        ReplyPart::Card {
            card,
            language,
            reviewed,
            text,
        } => ReplyPart::Card {
            card: card.clone(),
            language: *language,
            reviewed: *reviewed,
            text: text.duplicate(),
        },
        ReplyPart::Closed => ReplyPart::Closed,
        ReplyPart::Transferred => ReplyPart::Transferred,
        ReplyPart::Exposed { since } => ReplyPart::Exposed { since: *since },
        ReplyPart::Correction(correction) => ReplyPart::Correction(correction.duplicate()),
        ReplyPart::Offer(offer) => ReplyPart::Offer(offer.duplicate()),
        ReplyPart::OfferEnded => ReplyPart::OfferEnded,
    }
}
