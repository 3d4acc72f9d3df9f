//! What a text has that can kill, before it leaves the device.

use wire::{Reader, Writer};

use crate::Failure;

/// Command 12. Request: length u32 ‖ text.
///
/// Answer: count u8 ‖ (kind u8, from 1 in the order of `caution::Kind::ALL` ‖ length u16 ‖ what was found)* ‖ length u32 ‖ the text without
/// it. It finds some things that are none, and does not find all.
pub(crate) fn find(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let text = core::str::from_utf8(reader.long()?).map_err(|_| Failure::Request)?;
    reader.end()?;
    let found = caution::find(text);
    let count = u8::try_from(found.len()).unwrap_or(u8::MAX);
    let told = found.iter().take(count.into());
    let writer = told.fold(Writer::default().u8(0).u8(count), |writer, one| {
        let kinds = (1..).zip(caution::Kind::ALL);
        let code = kinds.into_iter().find(|(_, kind)| *kind == one.kind);
        let what = text.get(one.place.clone()).unwrap_or_default();
        writer
            .u8(code.map_or(0, |(code, _)| code))
            .medium(what.as_bytes())
    });
    Ok(writer
        .long(caution::without(text, &found).as_bytes())
        .done())
}
