//! What a contact says of the help it got, or which address is a fake. The visit is not given here, so nothing of it can go along.

use chacha20::ChaCha20Rng;
use protocol::{FeedbackPost, Helped, Said, ShredToken, envelope_hash};
use statements::is_fake;
use wire::{LineId, Reader, Writer};

use crate::Failure;
use crate::line::Heard;

/// Instead of an answer: an address follows.
const FAKE: u8 = 4;

/// An address as somebody typed or copied it.
fn typed_address(reader: &mut Reader<'_>) -> Result<String, Failure> {
    let typed = core::str::from_utf8(reader.medium()?).map_err(|_| Failure::Request)?;
    let address = typed.trim();
    match address {
        "" => Err(Failure::Empty),
        _ if !is_fake(address) => Err(Failure::NoAddress),
        _ => Ok(address.to_owned()),
    }
}

/// Command 10. Request: line id 32 ‖ minute ‖ document ‖ helped u8 (1 yes, 2 partly, 3 no), or 4 ‖ length u16 ‖ an address that only
/// looks like the line.
///
/// Answer: length u32 ‖ envelope for `POST /v1/posts` ‖ its hash 32, which the relay answers once it has it.
pub(crate) fn seal(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let trusted = LineId(reader.array()?);
    let heard = Heard::read(&mut reader, Some(&trusted))?;
    let said = match reader.u8()? {
        FAKE => Said::Fake(typed_address(&mut reader)?),
        code => Said::Helped(Helped::from_code(code).ok_or(Failure::Request)?),
    };
    reader.end()?;
    let post = FeedbackPost {
        said,
        shred_token: ShredToken::random(rng),
    };
    let key = heard.line.feedback_key().ok_or(Failure::NotAsked)?;
    let shift = heard.shift().ok_or(Failure::NotAsked)?;
    let envelope = post.seal(key, shift, rng).map_err(|_| Failure::NotAsked)?;
    Ok(Writer::default()
        .u8(0)
        .long(envelope.as_bytes())
        .put(&envelope_hash(&envelope).0)
        .done())
}
