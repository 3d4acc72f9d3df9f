//! What a contact says of the help it got. The visit is not given here, so nothing of it can go along.

use protocol::{FeedbackPost, Helped, ShredToken, envelope_hash};
use rand_chacha::ChaCha20Rng;
use wire::{LineId, Reader, Writer};

use crate::Failure;
use crate::line::Heard;

/// Command 10. Request: line id 32 ‖ minute ‖ document ‖ helped u8 (1 yes, 2 partly, 3 no).
///
/// Answer: length u32 ‖ envelope for `POST /v1/posts` ‖ its hash 32, which the relay answers once it has it.
pub(crate) fn seal(mut reader: Reader<'_>, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, Failure> {
    let trusted = LineId(reader.array()?);
    let heard = Heard::read(&mut reader, Some(&trusted))?;
    let helped = Helped::from_code(reader.u8()?).ok_or(Failure::Request)?;
    reader.end()?;
    let post = FeedbackPost {
        helped,
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
