//! What a contact says of the help it got, for coordinators only (`docs/protocol.md`, section 4).

use rand_core::CryptoRng;
use statements::{FeedbackKey, ShiftNotice};
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

/// A post that says whether somebody was helped, and nothing of who, by whom or in which case: helped u8 ‖ shred token 32.
///
/// From outside it is a post like any other. No guide can open it; that one came at this moment is not hidden from a desk.
pub struct FeedbackPost {
    /// Whether.
    pub helped: Helped,
    /// Destroys this post on the relay.
    pub shred_token: ShredToken,
}

impl FeedbackPost {
    fn purpose(line: &LineId) -> Purpose<'_> {
        Purpose {
            tag: wire::tag!("feedback"),
            line,
            context: &[],
        }
    }

    /// Seals it to the line's feedback key, while `shift` is on duty.
    ///
    /// # Errors
    /// [`SealError::Key`] when the feedback key is not a key, or belongs to another line than the shift.
    pub fn seal(
        &self,
        to: &FeedbackKey,
        shift: &ShiftNotice,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let line = shift.line();
        if to.line() != line {
            return Err(SealError::Key);
        }
        let content = Zeroizing::new(
            Writer::with_capacity(33)
                .u8(self.helped.code())
                .put(self.shred_token.expose())
                .done(),
        );
        let header = Header {
            kind: Kind::Post,
            epoch: shift.number(),
            line_tag: line.tag(),
            mark: seal::random(rng),
            shred_hash: self.shred_token.hash(),
        };
        let purpose = Self::purpose(&line);
        seal::seal_to_key(to.seal_key(), None, &purpose, &header, &content, rng)
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
        let purpose = Self::purpose(line);
        let content = seal::open_with_key(key.expose(), None, &purpose, envelope)?;
        let post = Self::read(&content).map_err(|_| OpenError)?;
        if post.shred_token.hash() != envelope.header().shred_hash {
            return Err(OpenError);
        }
        Ok(post)
    }

    fn read(content: &[u8]) -> Result<FeedbackPost, ReadError> {
        let mut reader = Reader::new(content);
        let post = FeedbackPost {
            helped: Helped::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            shred_token: ShredToken::from_bytes(&reader.array()?),
        };
        reader.end()?;
        Ok(post)
    }
}
