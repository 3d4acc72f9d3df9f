//! Letters: what is sealed without a network, handed in for somebody else, and brought back.

use chacha20::ChaCha20Rng;
use letters::{Answer, Carried, CarriedError, Letter, PartsError, RETURNED_SLOTS};
use protocol::{PhraseRoot, Visit, envelope_hash};
use qrcode::{Color, EcLevel, QrCode};
use wire::{LineId, Reader, SlotContent, SlotNames, Writer};
use zeroize::Zeroizing;

use crate::line::Heard;
use crate::step::{Awaited, Kept};
use crate::{Failure, phrase};

/// The commands of the page for letters.
pub(crate) fn carry_out(
    command: u8,
    reader: Reader<'_>,
    rng: &mut ChaCha20Rng,
) -> Result<Vec<u8>, Failure> {
    match command {
        13 => open(reader, rng),
        14 => seal(reader),
        15 => hand_in(reader),
        16 => answer(reader),
        17 => code(reader),
        _ => Err(Failure::Request),
    }
}

impl From<PartsError> for Failure {
    fn from(error: PartsError) -> Failure {
        match error {
            PartsError::Nothing => Failure::NotBrought(1, 0, Vec::new()),
            PartsError::Missing { numbers, count } => Failure::NotBrought(2, count, numbers),
            PartsError::Mixed => Failure::NotBrought(3, 0, Vec::new()),
        }
    }
}

impl From<CarriedError> for Failure {
    fn from(error: CarriedError) -> Failure {
        let why = match error {
            CarriedError::Layout | CarriedError::Damaged => 4,
            CarriedError::Version => 5,
        };
        Failure::NotBrought(why, 0, Vec::new())
    }
}

fn read_brought(text: &[u8], line: &LineId) -> Result<Carried, Failure> {
    let text = String::from_utf8_lossy(text);
    let carried = Carried::parse(&letters::from_text(&text)?)?;
    match carried.line() == line {
        true => Ok(carried),
        false => Err(Failure::OtherLine),
    }
}

fn read_letter(reader: &mut Reader<'_>, line: &LineId) -> Result<Letter, Failure> {
    match read_brought(reader.long()?, line)? {
        Carried::Letter(letter) => Ok(*letter),
        Carried::Answer(_) => Err(Failure::NotBrought(1, 0, Vec::new())),
    }
}

/// Count u8 ‖ (length u16 ‖ text)*.
fn write_parts(writer: Writer, carried: &Carried) -> Vec<u8> {
    let parts = letters::to_parts(&carried.to_bytes());
    let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    let parts = parts.iter().take(count.into());
    let write = |writer: Writer, part: &String| writer.medium(part.as_bytes());
    parts.fold(writer.u8(count), write).done()
}

/// Command 13. Request: minute ‖ document ‖ lexicon ‖ length u32 ‖ typed words ‖ length u32 ‖ the answer that was brought, or a copy of
/// the letter; empty with words that were drawn in this visit. Answer: a step that asks for nothing.
fn open(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let heard = Heard::read(&mut reader, None)?;
    let line = heard.line.id();
    let phrase = phrase::read(&mut reader)?;
    let brought = match reader.long()? {
        [] => None,
        text => Some(read_brought(text, &line)?),
    };
    reader.end()?;
    // Before a second goes into the words: without a key nothing could be written.
    heard.letter_key()?;
    let root = PhraseRoot::derive(&phrase, &line);
    let secret = Zeroizing::new(*root.expose());
    let (visit, step) = match brought {
        None => Visit::begin_by_hand(root, rng),
        Some(brought) => Visit::open_by_hand(root, &brought.slots(), rng),
    };
    let kept = Kept {
        root: secret,
        line,
        awaited: Awaited::Nothing,
        visit,
    };
    Ok(kept.answer(&step, ""))
}

/// Command 14. Request: visit, in which a message was written ‖ minute ‖ document. Answer: the last day on which the line takes the letter
/// u32 ‖ its parts, as `write_parts` has them.
fn seal(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let kept = Kept::read(&mut reader)?;
    let heard = Heard::read(&mut reader, Some(&kept.line))?;
    reader.end()?;
    let (state, post) = kept.visit.carried().ok_or(Failure::Request)?;
    let until = heard.letter_key()?.until();
    let letter = Letter {
        line: kept.line,
        until,
        state: state.clone(),
        post: post.clone(),
        replies: kept.visit.return_slots(),
    };
    let writer = Writer::default().u8(0).u32(until.0);
    Ok(write_parts(writer, &Carried::Letter(Box::new(letter))))
}

/// Command 15. Request: line id 32 ‖ length u32 ‖ a letter's text. Answer: its last day u32 ‖ length u32 ‖ body of a turn of
/// `SaveAndPost` ‖ hash of its post 32, which the relay answers once it has it ‖ bodies of three turns of `ReadSlots`, 64 each.
fn hand_in(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let line = LineId(reader.array()?);
    let letter = read_letter(&mut reader, &line)?;
    reader.end()?;
    let (_, body) = letter.hand_in();
    let writer = Writer::default()
        .u8(0)
        .u32(letter.until.0)
        .long(&body)
        .put(&envelope_hash(&letter.post).0);
    let look = letter.look().into_iter();
    let write = |writer: Writer, names: SlotNames| writer.put(&names.to_bytes());
    Ok(look.fold(writer, write).done())
}

/// Command 16. Request: line id 32 ‖ length u32 ‖ a letter's text ‖ what the relay answered to its three turns of `ReadSlots`, 8,256 each.
/// Answer: the parts of what is carried back.
fn answer(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let line = LineId(reader.array()?);
    let letter = read_letter(&mut reader, &line)?;
    let mut slots = || {
        let bytes = reader.take(2 * SlotContent::SIZE)?;
        SlotContent::parse_answer(bytes).map_err(|_| Failure::Request)
    };
    let found: [[SlotContent; 2]; RETURNED_SLOTS / 2] = [slots()?, slots()?, slots()?];
    reader.end()?;
    let answer: Answer = letter.answer(found);
    Ok(write_parts(
        Writer::default().u8(0),
        &Carried::Answer(answer),
    ))
}

/// Command 17. Request: length u16 ‖ a part. Answer: modules in a row u8 ‖ row by row, a module u8: 1 dark, 0 light; a QR code (ISO/IEC
/// 18004) of the lowest correction, for a screen has no stains, without the four light modules around it.
fn code(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let code = QrCode::with_error_correction_level(reader.medium()?, EcLevel::L);
    reader.end()?;
    let code = code.map_err(|_| Failure::Request)?;
    let width = u8::try_from(code.width()).map_err(|_| Failure::Request)?;
    let modules = code.to_colors().into_iter();
    let modules: Vec<u8> = modules
        .map(|module| (module == Color::Dark).into())
        .collect();
    Ok(Writer::default().u8(0).u8(width).put(&modules).done())
}
