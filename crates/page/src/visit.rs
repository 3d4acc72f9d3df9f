//! The commands of a visit: open, step, write, retry, measure, look again.

use chacha20::ChaCha20Rng;
use protocol::{Choices, Language, Pending, PhraseRoot, Step, TEXT_SIZE, Text, Urgency, Visit};
use wire::{Reader, Writer};
use zeroize::Zeroizing;

use crate::line::Heard;
use crate::step::{Awaited, Kept, read_outcome};
use crate::{Failure, count, phrase};

fn begin(root: PhraseRoot, are_new: bool, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let (secret, line) = (Zeroizing::new(*root.expose()), *root.line());
    let (visit, step) = match are_new {
        true => Visit::begin(root, rng),
        false => Visit::open(root, rng),
    };
    let kept = Kept {
        root: secret,
        line,
        awaited: Awaited::Nothing,
        visit,
    };
    kept.answer(&step, "")
}

/// Command 4. Request: minute ‖ document ‖ whether the words were drawn in this visit u8 ‖ lexicon ‖ length u32 ‖ typed words.
/// Answer: a step. With words just drawn nothing needs to be read, so the person can write at once.
///
/// Whether anything was ever written with these words is not known here, and takes the same time.
pub(crate) fn open(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let heard = Heard::read(&mut reader, None)?;
    let are_new = reader.u8()? != 0;
    let phrase = phrase::read(&mut reader)?;
    reader.end()?;
    let root = PhraseRoot::derive(&phrase, &heard.line.id());
    Ok(begin(root, are_new, rng))
}

/// Command 9. Request: visit. Answer: a step that reads the line again from its beginning.
pub(crate) fn look(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let kept = Kept::read(&mut reader)?;
    reader.end()?;
    let root = PhraseRoot::from_bytes(&kept.root, &kept.line);
    Ok(begin(root, false, rng))
}

fn heard(reader: &mut Reader<'_>) -> Result<(Kept, Heard), Failure> {
    let kept = Kept::read(reader)?;
    let heard = Heard::read(reader, Some(&kept.line))?;
    Ok((kept, heard))
}

/// Command 5. Request: visit ‖ minute ‖ document ‖ what became of the request. Answer: a step.
pub(crate) fn step(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let (mut kept, heard) = heard(&mut reader)?;
    let (outcome, refused) = read_outcome(&mut reader, &kept.awaited)?;
    reader.end()?;
    let step = match (&kept.awaited, outcome) {
        // An outcome of nothing changes nothing.
        (Awaited::Nothing, _) => Step {
            request: None,
            shown: Vec::new(),
        },
        // The answer of a request that was not under way is none.
        (_, outcome) => kept.visit.step(outcome, heard.shift(), rng),
    };
    Ok(kept.answer(&step, refused))
}

/// Command 6. Request: visit ‖ minute ‖ document ‖ language u8 ‖ urgency u8 ‖ choices 3 (dialect u8 ‖ topic u8 ‖ exclusions u8) ‖
/// length u32 ‖ text. Answer: a step.
pub(crate) fn write(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let (mut kept, heard) = heard(&mut reader)?;
    let language = Language::from_code(reader.u8()?).ok_or(Failure::Request)?;
    let urgency = Urgency::from_code(reader.u8()?).ok_or(Failure::Request)?;
    let choices = Choices::read(&mut reader)?;
    let text = read_text(&mut reader)?;
    reader.end()?;
    if text.is_empty() {
        return Err(Failure::Empty);
    }
    let message = Pending {
        language,
        urgency,
        choices,
        text,
    };
    let recipient = match kept.visit.is_by_hand() {
        true => Some(heard.letter_key()?.recipient()),
        false => heard.shift(),
    };
    let step = kept.visit.write(message, recipient, rng);
    Ok(kept.answer(&step, ""))
}

/// Command 7. Request: visit ‖ minute ‖ document. Answer: a step that does the last thing again, with the same bytes.
pub(crate) fn retry(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let (mut kept, heard) = heard(&mut reader)?;
    reader.end()?;
    let step = kept.visit.retry(heard.shift(), rng);
    Ok(kept.answer(&step, ""))
}

/// Command 8. Request: length u32 ‖ text. Answer: empty u8 ‖ bytes left u32 ‖ bytes over u32.
pub(crate) fn measure(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let text = read_text(&mut reader);
    let writer = Writer::default().u8(0);
    let writer = match text {
        Ok(text) => {
            let left = TEXT_SIZE.saturating_sub(text.as_str().len());
            writer.u8(text.is_empty().into()).u32(count(left)).u32(0)
        }
        Err(Failure::TooLong(over)) => writer.u8(0).u32(0).u32(count(over)),
        Err(failure) => return Err(failure),
    };
    reader.end()?;
    Ok(writer.done())
}

fn read_text(reader: &mut Reader<'_>) -> Result<Text, Failure> {
    let typed = core::str::from_utf8(reader.long()?).map_err(|_| Failure::Request)?;
    Text::new(typed).map_err(|too_long| Failure::TooLong(too_long.over))
}
