//! What a contact keeps in its state slot, and what it can do with it (`docs/protocol.md`, section 3).

use alloc::vec::Vec;
use rand_core::CryptoRng;
use statements::{Recipient, SEAL_PUBLIC_KEY_SIZE};
use wire::{Envelope, LineId, ReadError, Reader, SlotName, Writer};
use zeroize::Zeroizing;

use crate::choices::Choices;
use crate::handover::Offer;
use crate::phrase::PhraseRoot;
use crate::post::{CaseAddress, FirstPost, FollowUp, read_text};
use crate::reply::{Reply, ReplyPart, slot_header};
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{NamingSecret, PairingSecret, ReplySecretKey, ShredKey, ShredToken};
use crate::text::{Language, TEXT_SIZE, Text, Urgency};

const VERSION: u8 = 1;
/// Room for the largest state, in bytes, so that it is never copied about.
const STATE_SIZE: usize = 264 + SEAL_PUBLIC_KEY_SIZE + TEXT_SIZE;
/// By how many numbers at most a state that the relay has rolled back catches up with what the case has read.
const CATCH_UP: u32 = 64;

/// A post whose arrival is not known yet.
pub struct Pending {
    /// In which language the contact wants to be answered.
    pub language: Language,
    /// How much time is left.
    pub urgency: Urgency,
    /// What the contact wishes of whoever answers; goes with first posts only.
    pub choices: Choices,
    /// What the contact wrote.
    pub text: Text,
}

impl Pending {
    /// Another copy, on purpose.
    pub fn duplicate(&self) -> Pending {
        Pending {
            language: self.language,
            urgency: self.urgency,
            choices: self.choices,
            text: self.text.duplicate(),
        }
    }

    fn is_same_as(&self, other: &Pending) -> bool {
        self.language == other.language
            && self.urgency == other.urgency
            && self.choices == other.choices
            && self.text.as_str() == other.text.as_str()
    }
}

/// Everything that a contact needs to go on writing and reading, apart from the words.
pub struct ContactState {
    pairing: PairingSecret,
    naming: NamingSecret,
    next_post: u32,
    next_reply: u32,
    newest_key: ReplySecretKey,
    earlier_key: Option<ReplySecretKey>,
    address: Option<CaseAddress>,
    pending: Option<Pending>,
    /// The offer of a handover that stands, as far as is known.
    offer: Option<Offer>,
}

impl ContactState {
    /// A line on which nothing was written yet.
    pub fn new(rng: &mut dyn CryptoRng) -> ContactState {
        ContactState::named_by(NamingSecret::renewing(rng), rng)
    }

    /// A line on which nothing was written yet, and whose answers will lie in slots that can be named beforehand.
    pub fn by_letter(rng: &mut dyn CryptoRng) -> ContactState {
        ContactState::named_by(NamingSecret::staying(rng), rng)
    }

    fn named_by(naming: NamingSecret, rng: &mut dyn CryptoRng) -> ContactState {
        ContactState {
            pairing: PairingSecret::random(rng),
            naming,
            next_post: 0,
            next_reply: 0,
            newest_key: ReplySecretKey::random(rng),
            earlier_key: None,
            address: None,
            pending: None,
            offer: None,
        }
    }

    /// Whether anything was ever sent or is pending.
    pub fn is_used(&self) -> bool {
        self.next_post > 0 || self.pending.is_some()
    }

    /// Whether a guide has taken the case, as far as the contact has read.
    pub fn is_taken(&self) -> bool {
        self.address.is_some()
    }

    /// The post whose arrival is not known.
    pub fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    /// The offer of a handover that stands, as far as the contact has read.
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// The number of the next reply to collect.
    pub fn next_reply(&self) -> u32 {
        self.next_reply
    }

    /// The slot of the reply that is `ahead` of the next one.
    pub fn reply_slot(&self, ahead: u32) -> SlotName {
        Reply::slot(&self.naming, self.next_reply.saturating_add(ahead))
    }

    /// Notes what is about to be sent, so that a later visit knows of it.
    ///
    /// An earlier message whose arrival is not known keeps its number for itself: the new one must never be taken
    /// for its double. The same message again is that message, so that it is not doubled.
    pub fn begin(&mut self, pending: Pending) {
        let earlier = self.pending.replace(pending);
        let is_another = |earlier: Pending| {
            !self
                .pending
                .as_ref()
                .is_some_and(|new| new.is_same_as(&earlier))
        };
        if earlier.is_some_and(is_another) {
            self.next_post = self.next_post.saturating_add(1);
        }
    }

    /// Notes that the pending post was acknowledged.
    pub fn sent(&mut self) {
        if self.pending.take().is_some() {
            self.next_post = self.next_post.saturating_add(1);
        }
    }

    /// Sets a number aside for a receipt. `None` before a case is known, or while a pending post holds the next number.
    ///
    /// It is saved before the receipt is sent, so that no later message can have the same number.
    pub fn reserve_receipt(&mut self) -> Option<u32> {
        if self.address.is_none() || self.pending.is_some() {
            return None;
        }
        let number = self.next_post;
        self.next_post = number.saturating_add(1);
        Some(number)
    }

    /// Seals the pending post: to the case if one is known, else to the shift. `None` when nothing is pending.
    ///
    /// # Errors
    /// [`SealError::Key`] when the recipient's key is not one.
    pub fn seal_pending(
        &self,
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Option<Result<Envelope, SealError>> {
        let pending = self.pending.as_ref()?;
        Some(self.seal_post(self.next_post, pending, shift, rng))
    }

    /// Seals a receipt for the replies collected so far, under a number set aside for it.
    ///
    /// # Errors
    /// [`SealError::Key`] when the case's key is not one.
    pub fn seal_receipt(
        &self,
        number: u32,
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let receipt = Pending {
            language: Language::English,
            urgency: Urgency::NoHurry,
            choices: Choices::default(),
            text: Text::empty(),
        };
        self.seal_post(number, &receipt, shift, rng)
    }

    fn seal_post(
        &self,
        number: u32,
        post: &Pending,
        shift: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let reply_key = self.newest_key.public();
        let shred_token = ShredToken::random(rng);
        match &self.address {
            Some(address) => FollowUp {
                number,
                next_reply: self.next_reply,
                language: post.language,
                urgency: post.urgency,
                reply_key,
                shred_token,
                text: post.text.duplicate(),
            }
            .seal(address, (&self.pairing, &self.naming), shift, rng),
            None => FirstPost {
                number,
                language: post.language,
                urgency: post.urgency,
                choices: post.choices,
                reply_key,
                pairing: self.pairing.duplicate(),
                naming: self.naming.duplicate(),
                shred_token,
                text: post.text.duplicate(),
            }
            .seal(shift, rng),
        }
    }

    /// Opens the next reply and moves on to the one after it.
    ///
    /// # Errors
    /// [`OpenError`] when the envelope is not the next reply; then nothing changes.
    pub fn receive(
        &mut self,
        envelope: &Envelope,
        line: &LineId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Reply, OpenError> {
        let number = self.next_reply;
        let open = |key| Reply::open(envelope, line, number, key, &self.pairing);
        let reply = match open(&self.newest_key) {
            Ok(reply) => {
                let fresh = ReplySecretKey::random(rng);
                self.earlier_key = Some(core::mem::replace(&mut self.newest_key, fresh));
                reply
            }
            Err(OpenError) => open(self.earlier_key.as_ref().ok_or(OpenError)?)?,
        };
        self.next_reply = number.saturating_add(1);
        self.catch_up(reply.posts_read);
        self.go_by(&reply.address);
        match &reply.part {
            ReplyPart::Offer(offer) => self.offer = Some(offer.duplicate()),
            ReplyPart::OfferEnded => self.offer = None,
            _ => {}
        }
        Ok(reply)
    }

    /// Writes to that address from here on, and renews the shared secrets with its key, if it is a new one of this case.
    fn go_by(&mut self, address: &CaseAddress) {
        let is_later = self.address.as_ref().is_none_or(|known| {
            known.case != address.case || known.generation < address.generation
        });
        // An address that nobody can seal to would leave the contact without a way to write.
        if is_later && seal::is_key(&address.key.0) {
            self.pairing = self.pairing.renewed(&address.key);
            self.naming = self.naming.renewed(&address.key);
            self.address = Some(address.clone());
        }
    }

    /// The people of the case have read all posts below `posts_read`: a pending one among them arrived.
    ///
    /// When they have read more than this state knows of, the relay gave an old state: its numbers are used up, and
    /// whether the pending message is among what they read cannot be known.
    fn catch_up(&mut self, posts_read: u32) {
        match posts_read.checked_sub(self.next_post) {
            Some(1) if self.pending.is_some() => self.sent(),
            Some(1..=CATCH_UP) => self.next_post = posts_read,
            _ => {}
        }
    }

    /// Whether the people of the case had every post, messages and receipts alike, when they had read all below this one.
    pub(crate) fn is_read(&self, posts_read: u32) -> bool {
        self.next_post <= posts_read
    }

    /// Begins anew after the case was closed: nothing of it is kept but a message that is not known to have arrived.
    pub fn begin_anew(&mut self, rng: &mut dyn CryptoRng) {
        let pending = self.pending.take();
        let fresh = match self.naming.stays() {
            true => ContactState::by_letter(rng),
            false => ContactState::new(rng),
        };
        *self = ContactState { pending, ..fresh };
    }

    fn purpose(line: &LineId) -> Purpose<'_> {
        Purpose {
            tag: wire::tag!("state"),
            line,
            context: &[],
        }
    }

    /// Seals the state for its slot.
    ///
    /// # Errors
    /// Never with a state made by this type: its size is bounded.
    pub fn seal(
        &self,
        root: &PhraseRoot,
        shred_key: &ShredKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let header = slot_header(root.line(), rng);
        let secret = root.state_secret(shred_key);
        let purpose = Self::purpose(root.line());
        seal::seal_under_secret(&secret, &purpose, &header, &self.to_bytes(), rng)
    }

    /// Opens what lies in the state slot.
    ///
    /// # Errors
    /// [`OpenError`] when these words never wrote it: then the line is empty, exactly as for words never used.
    pub fn open(
        envelope: &Envelope,
        root: &PhraseRoot,
        shred_key: &ShredKey,
    ) -> Result<ContactState, OpenError> {
        let secret = root.state_secret(shred_key);
        let content = seal::open_under_secret(&secret, &Self::purpose(root.line()), envelope)?;
        Self::from_bytes(&content).map_err(|_| OpenError)
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::with_capacity(STATE_SIZE)
            .u8(VERSION)
            .put(self.pairing.expose())
            .put(self.naming.expose())
            .u32(self.next_post)
            .u32(self.next_reply)
            .put(self.newest_key.expose())
            .put(
                self.earlier_key
                    .as_ref()
                    .map_or(&[0; 32], |key| key.expose()),
            );
        let writer = match &self.address {
            None => writer.u8(0),
            Some(address) => address.write(writer.u8(1)),
        };
        let writer = match &self.pending {
            None => writer.u8(0),
            Some(pending) => pending
                .choices
                .write(
                    writer
                        .u8(1)
                        .u8(pending.language.code())
                        .u8(pending.urgency.code()),
                )
                .medium(pending.text.as_str().as_bytes()),
        };
        // Without an offer nothing stands here, as in every state before there were any.
        let writer = match &self.offer {
            None => writer,
            Some(offer) => offer.write(writer.u8(1)),
        };
        Zeroizing::new(writer.done())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<ContactState, ReadError> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return Err(ReadError::Value);
        }
        let pairing = PairingSecret::from_bytes(&reader.array()?);
        let naming = NamingSecret::from_bytes(&reader.array()?);
        let (next_post, next_reply) = (reader.u32()?, reader.u32()?);
        let newest_key = ReplySecretKey::from_seed(&reader.array()?);
        let earlier: Zeroizing<[u8; 32]> = Zeroizing::new(reader.array()?);
        let earlier_key = (*earlier != [0; 32]).then(|| ReplySecretKey::from_seed(&earlier));
        let address = read_optional(&mut reader, CaseAddress::read)?;
        let pending = read_optional(&mut reader, |reader| {
            Ok(Pending {
                language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                urgency: Urgency::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                choices: Choices::read(reader)?,
                text: read_text(reader)?,
            })
        })?;
        let rest = reader.rest();
        let mut reader = Reader::new(rest);
        let offer = match rest.is_empty() {
            true => None,
            false => Some(read_optional(&mut reader, Offer::read)?.ok_or(ReadError::Value)?),
        };
        reader.end()?;
        Ok(ContactState {
            pairing,
            naming,
            next_post,
            next_reply,
            newest_key,
            earlier_key,
            address,
            pending,
            offer,
        })
    }
}

pub(crate) fn read_optional<T>(
    reader: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<Option<T>, ReadError> {
    match reader.u8()? {
        0 => Ok(None),
        1 => read(reader).map(Some),
        _ => Err(ReadError::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    impl rand_core::TryRng for Ones {
        type Error = core::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(1)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(1)
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(1);
            Ok(())
        }
    }

    impl rand_core::TryCryptoRng for Ones {}

    fn state() -> ContactState {
        ContactState::new(&mut Ones)
    }

    fn message(words: &str) -> Pending {
        Pending {
            language: Language::Korean,
            urgency: Urgency::Hours,
            choices: Choices::default(),
            text: Text::new(words).unwrap(),
        }
    }

    #[test]
    fn another_message_never_has_the_number_of_a_pending_one() {
        let mut state = state();
        state.begin(message("one"));
        assert_eq!(state.next_post, 0);
        state.begin(message("one"));
        assert_eq!(state.next_post, 0, "the same message again is that message");
        state.begin(message("two"));
        assert_eq!(state.next_post, 1);
        state.sent();
        assert_eq!(state.next_post, 2);
        state.sent();
        assert_eq!(state.next_post, 2, "nothing was pending");
    }

    #[test]
    fn what_the_case_has_read_settles_what_is_pending() {
        let mut state = state();
        state.begin(message("one"));
        state.catch_up(0);
        assert!(state.pending.is_some(), "it has not read it");
        state.catch_up(1);
        assert!(state.pending.is_none());
        assert_eq!(state.next_post, 1);
    }

    #[test]
    fn an_old_state_uses_no_number_twice() {
        let mut state = state();
        state.begin(message("one"));
        state.catch_up(5);
        assert_eq!(state.next_post, 5);
        assert!(
            state.pending.is_some(),
            "whether it was among them cannot be known"
        );
        state.catch_up(u32::MAX);
        assert_eq!(state.next_post, 5, "nobody can use all numbers up");
    }

    #[test]
    fn a_receipt_has_a_number_of_its_own() {
        let mut state = state();
        assert_eq!(
            state.reserve_receipt(),
            None,
            "there is no case to send it to"
        );
        state.address = Some(CaseAddress {
            case: crate::CaseId([1; 16]),
            generation: 0,
            key: crate::CaseSecretKey::from_seed(&[2; 32]).public(),
        });
        assert_eq!(state.reserve_receipt(), Some(0));
        state.begin(message("one"));
        assert_eq!(state.next_post, 1);
        assert_eq!(
            state.reserve_receipt(),
            None,
            "the next number is the message's"
        );
    }

    #[test]
    fn the_largest_state_is_written_without_being_copied() {
        let mut state = state();
        state.earlier_key = Some(ReplySecretKey::from_seed(&[3; 32]));
        state.address = Some(CaseAddress {
            case: crate::CaseId([1; 16]),
            generation: 0,
            key: crate::CaseSecretKey::from_seed(&[2; 32]).public(),
        });
        state.begin(message(&"a".repeat(TEXT_SIZE)));
        let bytes = state.to_bytes();
        assert!(bytes.len() <= STATE_SIZE, "{} bytes", bytes.len());
        let read = ContactState::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        for end in 0..bytes.len() {
            assert!(ContactState::from_bytes(&bytes[..end]).is_err());
        }
    }
}
