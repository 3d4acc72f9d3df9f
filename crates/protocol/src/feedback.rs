//! What a contact says of the help it got, for coordinators only (`docs/protocol.md`, section 4).

use alloc::string::String;
use rand_core::CryptoRng;
use statements::{FeedbackKey, Recipient};
use wire::{Envelope, Header, Kind, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{FeedbackSecretKey, ShredToken};
use crate::text::codes;

codes!(
    /// Whether a contact was helped.
    Helped {
        /// It was.
        Yes = 1,
        /// In part.
        Partly = 2,
        /// It was not.
        No = 3,
    }
);

/// What a contact tells coordinators outside of any case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Whether it was helped.
    Helped(Helped),
    /// An address that only looks like the line, as [`statements::is_fake`] has it.
    Fake(String),
}

/// The code of [`Said::Fake`]; those of [`Helped`] stand below it.
const FAKE: u8 = 4;

/// A post that says whether somebody was helped, or which address is a fake, and nothing of who, by whom or in which case: helped u8
/// (1 to 3) ‖ shred token 32; or 4 ‖ shred token 32 ‖ length u8 ‖ address.
///
/// From outside it is a post like any other. No guide can open it; that one came at this moment is not hidden from a desk.
pub struct FeedbackPost {
    /// What.
    pub said: Said,
    /// Destroys this post on the relay.
    pub shred_token: ShredToken,
}

/// For what posts to the coordinators are sealed.
pub(crate) fn purpose(line: &LineId) -> Purpose<'_> {
    Purpose {
        tag: wire::tag!("feedback"),
        line,
        context: &[],
    }
}

/// A post to whoever has the line's feedback key, while `shift` is on duty. All of them look alike to the relay.
///
/// # Errors
/// [`SealError::Key`] when the feedback key is not a key, or belongs to another line than the shift.
pub(crate) fn seal_for_coordinators(
    to: &FeedbackKey,
    shift: &Recipient,
    token: &ShredToken,
    content: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Envelope, SealError> {
    let line = shift.line();
    if to.line() != line {
        return Err(SealError::Key);
    }
    let header = Header {
        kind: Kind::Post,
        epoch: shift.number(),
        line_tag: line.tag(),
        mark: seal::random(rng),
        shred_hash: token.hash(),
    };
    seal::seal_to_key(to.seal_key(), None, &purpose(&line), &header, content, rng)
}

impl FeedbackPost {
    /// Seals it to the line's feedback key, while `shift` is on duty.
    ///
    /// # Errors
    /// [`SealError::Key`] when the feedback key is not a key, or belongs to another line than the shift.
    pub fn seal(
        &self,
        to: &FeedbackKey,
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let writer = Writer::with_capacity(34 + statements::ADDRESS_SIZE);
        let token = self.shred_token.expose();
        let writer = match &self.said {
            Said::Helped(helped) => writer.u8(helped.code()).put(token),
            Said::Fake(address) => writer.u8(FAKE).put(token).short(address.as_bytes()),
        };
        let content = Zeroizing::new(writer.done());
        seal_for_coordinators(to, shift, &self.shred_token, &content, rng)
    }

    /// Opens a post with the secret half of the feedback key.
    ///
    /// # Errors
    /// [`OpenError`] when it was not sealed to that key as feedback on this line.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        key: &FeedbackSecretKey,
    ) -> Result<FeedbackPost, OpenError> {
        let purpose = purpose(line);
        let content = seal::open_with_key(key.expose(), None, &purpose, envelope)?;
        let post = Self::read(&content).map_err(|_| OpenError)?;
        if post.shred_token.hash() != envelope.header().shred_hash {
            return Err(OpenError);
        }
        Ok(post)
    }

    fn read(content: &[u8]) -> Result<FeedbackPost, ReadError> {
        let mut reader = Reader::new(content);
        let code = reader.u8()?;
        let shred_token = ShredToken::from_bytes(&reader.array()?);
        let said = match code {
            FAKE => Said::Fake(read_address(&mut reader)?),
            code => Said::Helped(Helped::from_code(code).ok_or(ReadError::Value)?),
        };
        reader.end()?;
        Ok(FeedbackPost { said, shred_token })
    }
}

/// An address that can name a fake: length u8 ‖ text.
pub(crate) fn read_address(reader: &mut Reader<'_>) -> Result<String, ReadError> {
    let address = core::str::from_utf8(reader.short()?).map_err(|_| ReadError::Value)?;
    let is_one = statements::is_fake(address);
    is_one.then(|| address.into()).ok_or(ReadError::Value)
}
