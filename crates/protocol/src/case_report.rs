//! What a desk says of a case that it closed, so that months can be counted: sealed and posted as feedback is, and naming nobody
//! (`docs/protocol.md`, section 4).

use rand_core::CryptoRng;
use statements::{FeedbackKey, Recipient};
use wire::{Envelope, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::feedback::{purpose, seal_for_coordinators};
use crate::seal::{self, OpenError, SealError};
use crate::secrets::{FeedbackSecretKey, ShredToken};
use crate::text::codes;

codes!(
    /// In how many days a case was taken.
    TakenWithin {
        /// On the day on which it came.
        SameDay = 1,
        /// On the day after.
        NextDay = 2,
        /// Later than that.
        Later = 3,
    }
);

/// The first byte of a report; those of feedback stand below it.
const REPORT: u8 = 5;

/// What is counted of one case, and nothing else of it: year u16 ‖ month u8 in which it was taken ‖ taken within u8 ‖ what u8 (bits: 1 its first
/// question was settled by a card, 2 its handover was confirmed) ‖ replies u8 (collected, 3 for three and more).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CaseReport {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// How long its contact waited.
    pub taken_within: TakenWithin,
    /// A card settled its first question.
    pub settled_by_card: bool,
    /// A receipt confirmed its handover.
    pub handover_confirmed: bool,
    /// How many replies were collected, at most [`CaseReport::REPLIES`].
    pub replies: u8,
}

impl CaseReport {
    /// So many collected replies are told apart at most: more would make a long conversation stand out.
    pub const REPLIES: u8 = 3;

    /// As it lies in records, without the first byte and the token: 6 bytes.
    pub fn write(&self, writer: Writer) -> Writer {
        let what = u8::from(self.settled_by_card) | u8::from(self.handover_confirmed) << 1;
        let writer = writer.u16(self.year).u8(self.month);
        let writer = writer.u8(self.taken_within.code()).u8(what);
        writer.u8(self.replies.min(Self::REPLIES))
    }

    /// Reads what [`CaseReport::write`] writes.
    ///
    /// # Errors
    /// [`ReadError`] when it is anything else.
    pub fn read(reader: &mut Reader<'_>) -> Result<CaseReport, ReadError> {
        let (year, month) = (reader.u16()?, reader.u8()?);
        let taken_within = TakenWithin::from_code(reader.u8()?).ok_or(ReadError::Value)?;
        let (what, replies) = (reader.u8()?, reader.u8()?);
        let is_known = (1..=12).contains(&month) && what <= 3 && replies <= Self::REPLIES;
        is_known
            .then_some(CaseReport {
                year,
                month,
                taken_within,
                settled_by_card: what & 1 != 0,
                handover_confirmed: what & 2 != 0,
                replies,
            })
            .ok_or(ReadError::Value)
    }

    /// Seals it to the line's feedback key, while `shift` is on duty: 5 ‖ shred token 32 ‖ report. The token is nobody's: the post ages out, so
    /// that every coordinator counts it.
    ///
    /// # Errors
    /// [`SealError::Key`] when the feedback key is not a key, or belongs to another line than the shift.
    pub fn seal(
        &self,
        to: &FeedbackKey,
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let token = ShredToken::random(rng);
        let writer = Writer::with_capacity(39).u8(REPORT).put(token.expose());
        let content = Zeroizing::new(self.write(writer).done());
        seal_for_coordinators(to, shift, &token, &content, rng)
    }

    /// Opens a post with the secret half of the feedback key.
    ///
    /// # Errors
    /// [`OpenError`] when it was not sealed to that key as a report on this line.
    pub fn open(
        envelope: &Envelope,
        line: &LineId,
        key: &FeedbackSecretKey,
    ) -> Result<CaseReport, OpenError> {
        let purpose = purpose(line);
        let content = seal::open_with_key(key.expose(), None, &purpose, envelope)?;
        let (token, report) = Self::parse(&content).map_err(|_| OpenError)?;
        match token.hash() == envelope.header().shred_hash {
            true => Ok(report),
            false => Err(OpenError),
        }
    }

    fn parse(content: &[u8]) -> Result<(ShredToken, CaseReport), ReadError> {
        let mut reader = Reader::new(content);
        if reader.u8()? != REPORT {
            return Err(ReadError::Value);
        }
        let token = ShredToken::from_bytes(&reader.array()?);
        let report = Self::read(&mut reader)?;
        reader.end()?;
        Ok((token, report))
    }
}
