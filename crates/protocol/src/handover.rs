//! Handing a contact over to a partner (`docs/protocol.md`, section 11): the offer, what the contact seals, and the receipt.
//!
//! The contact's page seals to the partner itself. Relay and desk pass on what they cannot open; the desk learns that
//! something was handed over, and with the receipt that the partner has opened it.

use alloc::string::String;
use alloc::vec::Vec;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use statements::{Partner, PartnerHash, Signature, UnverifiedStatement};
use subtle::ConstantTimeEq;
use wire::{Day, Envelope, EnvelopeHash, LineId, ReadError, Reader, SlotName, SlotWrite, Writer};
use zeroize::Zeroizing;

use crate::age;
use crate::reply::slot_header;
use crate::seal::{self, OpenError, Purpose, SealError};
use crate::secrets::{HandoverSecret, OfferSecret, ShredKey};
use crate::text::codes;

/// How many bytes the partner reads, whatever was answered: the size of what is sealed says nothing.
pub const HANDOVER_SIZE: usize = 2200;
/// The last line of what the partner reads: this, the line id and a nonce, both in hexadecimal.
const RECEIPT: &str = "footbridge-receipt-1";
const RECEIPT_SIZE: usize = RECEIPT.len() + 1 + 64 + 1 + 64 + 1;

/// That a contact may hand itself over to a partner: offer secret 32 ‖ partner hash 32 ‖ from day u32.
pub struct Offer {
    /// Names and seals everything about this offer.
    pub secret: OfferSecret,
    /// What two people at desks agreed to; another statement of the partner is another offer.
    pub partner: PartnerHash,
    /// The first day on which the page seals without asking once more whether there is no time.
    pub from: Day,
}

impl Offer {
    /// Another copy, on purpose.
    pub fn duplicate(&self) -> Offer {
        Offer {
            secret: self.secret.duplicate(),
            ..*self
        }
    }

    /// The layout above.
    pub fn write(&self, writer: Writer) -> Writer {
        writer
            .put(self.secret.expose())
            .put(&self.partner.0)
            .u32(self.from.0)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadError`] when something is missing.
    pub fn read(reader: &mut Reader<'_>) -> Result<Offer, ReadError> {
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(reader.array()?);
        Ok(Offer {
            secret: OfferSecret::from_bytes(&secret),
            partner: PartnerHash(reader.array()?),
            from: Day(reader.u32()?),
        })
    }

    /// The two slots that say how the offer stands: the offer's own, and the handover's.
    pub fn slots(&self, line: &LineId) -> [SlotName; 2] {
        let handover = self.secret.handover(line);
        [self.secret.slot(line), handover.slot(line)]
    }

    /// Takes what lies in the offer's slot for the partner that was agreed on. Whether it is believed and still stands is
    /// [`Partner::verify`]'s and [`Partner::stands`]'s to say.
    ///
    /// # Errors
    /// [`OpenError`] when nothing lies there, or another partner or another statement of it.
    pub fn open(
        &self,
        line: &LineId,
        envelope: &Envelope,
    ) -> Result<UnverifiedStatement, OpenError> {
        let key = self.secret.derive(wire::tag!("offer-key"), line);
        let content = seal::open_under_secret(&key, &offer_purpose(line), envelope)?;
        let statement = UnverifiedStatement::parse(&content).map_err(|_| OpenError)?;
        let partner = Partner::proposed(&statement, line).map_err(|_| OpenError)?;
        match partner.hash() == self.partner {
            true => Ok(statement),
            false => Err(OpenError),
        }
    }
}

fn offer_purpose(line: &LineId) -> Purpose<'_> {
    Purpose {
        tag: wire::tag!("offer"),
        line,
        context: &[],
    }
}

fn handover_purpose(line: &LineId) -> Purpose<'_> {
    Purpose {
        tag: wire::tag!("handover"),
        line,
        context: &[],
    }
}

impl OfferSecret {
    fn derive(&self, tag: &[u8], line: &LineId) -> Zeroizing<[u8; 32]> {
        seal::derive(&[], self.expose(), tag, &line.0)
    }

    /// Where the partner's statement lies while the offer stands: `derive("", secret, "offer-slot", line id, 32)`.
    pub fn slot(&self, line: &LineId) -> SlotName {
        SlotName(*self.derive(wire::tag!("offer-slot"), line))
    }

    /// Seals a partner's statement for the offer's slot, under `derive("", secret, "offer-key", line id, 32)` with tag `offer`.
    ///
    /// # Errors
    /// [`SealError::TooLong`] above 3,950 bytes, which it takes more than two signatures to reach.
    pub fn seal(
        &self,
        line: &LineId,
        partner: &UnverifiedStatement,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let key = self.derive(wire::tag!("offer-key"), line);
        let header = slot_header(line, rng);
        let content = partner.to_bytes();
        seal::seal_under_secret(&key, &offer_purpose(line), &header, &content, rng)
    }

    /// What names and seals the handover itself: `derive("", secret, "handover-secret", line id, 32)`. Whoever collects needs it
    /// and does not need the offer's.
    pub fn handover(&self, line: &LineId) -> HandoverSecret {
        HandoverSecret::from_bytes(&self.derive(wire::tag!("handover-secret"), line))
    }
}

codes!(
    /// How far a handover is. Whoever moves it on replaces exactly the envelope that it read, so that of a contact who takes it back and a partner who
    /// collects it one comes first, and both know which.
    HandoverStage {
        /// Sealed, and waits to be collected.
        Waiting = 1,
        /// The partner has the file; it is not here any more.
        Collected = 2,
        /// The contact took it back before anybody collected it.
        TakenBack = 3,
    }
);

/// What lies in a handover's slot: stage u8 ‖ partner hash 32 ‖ receipt hash 32 ‖ length u16 ‖ age file, empty unless it waits.
pub struct HandedOver {
    /// How far it is.
    pub stage: HandoverStage,
    /// To whom it is sealed, as the contact saw it.
    pub partner: PartnerHash,
    /// What a receipt for it proves: `H(tag "handover-receipt" ‖ nonce)`.
    pub receipt: [u8; 32],
    /// The sealed file, for the partner alone.
    pub file: Vec<u8>,
}

impl HandoverSecret {
    fn derive(&self, tag: &[u8], line: &LineId) -> Zeroizing<[u8; 32]> {
        seal::derive(&[], self.expose(), tag, &line.0)
    }

    /// Where the handover lies: `derive("", secret, "handover-slot", line id, 32)`.
    pub fn slot(&self, line: &LineId) -> SlotName {
        SlotName(*self.derive(wire::tag!("handover-slot"), line))
    }

    /// The collection code: the secret as 64 hexadecimal digits. Whoever has it can collect, and open nothing.
    pub fn code(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        write_hex(&mut text, self.expose());
        text
    }

    /// Reads a collection code; `None` when it is none.
    pub fn from_code(code: &str) -> Option<HandoverSecret> {
        let bytes = read_hex(Some(code)).ok()?;
        Some(HandoverSecret::from_bytes(&bytes))
    }

    /// From what the words are made by which contact and partner know each other: `derive("", secret, "meeting-words", line id, 32)`.
    pub fn meeting_seed(&self, line: &LineId) -> Zeroizing<[u8; 32]> {
        self.derive(wire::tag!("meeting-words"), line)
    }

    /// Opens what lies in the handover's slot; not the file in it.
    ///
    /// # Errors
    /// [`OpenError`] when nothing lies there, or nothing of this handover.
    pub fn open(&self, line: &LineId, envelope: &Envelope) -> Result<HandedOver, OpenError> {
        let key = self.derive(wire::tag!("handover-key"), line);
        let content = seal::open_under_secret(&key, &handover_purpose(line), envelope)?;
        read_handed_over(&content).map_err(|_| OpenError)
    }

    /// How an envelope of this handover takes its place in the slot: of what `replaces` names, or of nothing.
    pub fn place(
        &self,
        line: &LineId,
        envelope: Envelope,
        replaces: Option<EnvelopeHash>,
        rng: &mut dyn CryptoRng,
    ) -> SlotWrite {
        SlotWrite {
            name: self.slot(line),
            replaces,
            shred_key: *ShredKey::random(rng).expose(),
            envelope,
        }
    }

    /// What replaces a handover once it was collected or taken back: the same without the file.
    ///
    /// # Errors
    /// Never: its size is fixed.
    pub fn settle(
        &self,
        line: &LineId,
        handed_over: &HandedOver,
        stage: HandoverStage,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let settled = HandedOver {
            stage,
            file: Vec::new(),
            ..*handed_over
        };
        self.seal(line, &settled, rng)
    }

    fn seal(
        &self,
        line: &LineId,
        handed_over: &HandedOver,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, SealError> {
        let key = self.derive(wire::tag!("handover-key"), line);
        let content = Writer::with_capacity(67 + handed_over.file.len())
            .u8(handed_over.stage.code())
            .put(&handed_over.partner.0)
            .put(&handed_over.receipt)
            .medium(&handed_over.file)
            .done();
        let header = slot_header(line, rng);
        let purpose = handover_purpose(line);
        seal::seal_under_secret(&key, &purpose, &header, &content, rng)
    }
}

fn read_handed_over(content: &[u8]) -> Result<HandedOver, ReadError> {
    let mut reader = Reader::new(content);
    let handed_over = HandedOver {
        stage: HandoverStage::from_code(reader.u8()?).ok_or(ReadError::Value)?,
        partner: PartnerHash(reader.array()?),
        receipt: reader.array()?,
        file: reader.medium()?.to_vec(),
    };
    reader.end()?;
    Ok(handed_over)
}

/// Why a handover was not sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandoverError {
    /// Nothing was agreed to.
    Nothing,
    /// An answer is to something that the partner does not ask, or the partner is another one than was agreed on.
    NotAsked,
    /// The answers have so many bytes more than there is room for.
    TooLong(usize),
    /// The partner's key is not a key.
    Key,
}

impl core::fmt::Display for HandoverError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            HandoverError::Nothing => f.write_str("nothing was agreed to"),
            HandoverError::NotAsked => f.write_str("the partner does not ask this"),
            HandoverError::TooLong(over) => write!(f, "the answers are {over} bytes too long"),
            HandoverError::Key => f.write_str("the partner's key is not a key"),
        }
    }
}

impl core::error::Error for HandoverError {}

/// What a contact agreed to tell a partner, item by item.
pub struct Consent<'a> {
    /// The partner, as the contact saw it.
    pub partner: &'a Partner,
    /// Which item, and what the contact answers. An item that is not here is not agreed to.
    pub answers: &'a [(usize, &'a str)],
    /// How the partner makes itself known to the contact, and the contact to the partner; in words for the partner.
    pub meeting: &'a str,
}

impl Consent<'_> {
    /// Seals the answers to the partner and gives what the handover's slot is to hold.
    ///
    /// # Errors
    /// [`HandoverError`], in the order of its values.
    pub fn seal(
        &self,
        line: &LineId,
        offer: &Offer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, HandoverError> {
        if self.answers.is_empty() {
            return Err(HandoverError::Nothing);
        }
        if self.partner.hash() != offer.partner {
            return Err(HandoverError::NotAsked);
        }
        let nonce: Zeroizing<[u8; 32]> = Zeroizing::new(seal::random(rng));
        let text = self.text(line, &nonce)?;
        let file =
            age::seal(&self.partner.recipient, &text, rng).map_err(|_| HandoverError::Key)?;
        let handed_over = HandedOver {
            stage: HandoverStage::Waiting,
            partner: offer.partner,
            receipt: receipt_hash(&nonce),
            file,
        };
        // What was sealed has one size, and an envelope has room for it.
        let sealed = offer.secret.handover(line).seal(line, &handed_over, rng);
        sealed.map_err(|_| HandoverError::TooLong(0))
    }

    /// name ‖ office ‖ (what ‖ answer)* ‖ meeting ‖ spaces ‖ the receipt's line; each a line of text, a blank one between items; in all
    /// [`HANDOVER_SIZE`] bytes.
    fn text(&self, line: &LineId, nonce: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, HandoverError> {
        // Room for all of it, so that no copy of an answer stays behind.
        let answered: usize = self.answers.iter().map(|(_, answer)| answer.len()).sum();
        let room = HANDOVER_SIZE + answered + self.meeting.len() + 2048;
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        let mut line_of = |said: &str| {
            // Whoever reads it in a terminal is not to be surprised by what a terminal takes for commands.
            let safe = said
                .chars()
                .map(|c| if c.is_control() && c != '\n' { ' ' } else { c });
            for c in safe.chain(['\n']) {
                text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        };
        line_of(&self.partner.name);
        line_of(&self.partner.office);
        for (index, answer) in self.answers {
            let item = self.partner.items.get(*index);
            let item = item.ok_or(HandoverError::NotAsked)?;
            line_of("");
            line_of(&item.what);
            line_of(answer);
        }
        line_of("");
        line_of(self.meeting);
        let room = HANDOVER_SIZE - RECEIPT_SIZE - 1;
        if let Some(over) = text.len().checked_sub(room).filter(|over| *over > 0) {
            return Err(HandoverError::TooLong(over));
        }
        text.resize(room, b' ');
        text.push(b'\n');
        text.extend_from_slice(receipt_line(line, nonce).as_bytes());
        Ok(text)
    }
}

fn receipt_hash(nonce: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(wire::tag!("handover-receipt"))
        .chain_update(nonce)
        .finalize()
        .into()
}

fn receipt_line(line: &LineId, nonce: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(RECEIPT_SIZE));
    text.push_str(RECEIPT);
    for bytes in [&line.0, nonce] {
        text.push(' ');
        write_hex(&mut text, bytes);
    }
    text.push('\n');
    text
}

fn write_hex(text: &mut String, bytes: &[u8; 32]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
}

/// Why a receipt is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptError {
    /// It has not the form of a receipt's line.
    Form,
    /// It is for another line or another handover.
    Another,
    /// The partner's key did not sign it.
    Signature,
}

impl core::fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            ReceiptError::Form => "this is not the last line of a handover",
            ReceiptError::Another => "this receipt is for another handover",
            ReceiptError::Signature => "the partner's key did not sign this receipt",
        })
    }
}

impl core::error::Error for ReceiptError {}

/// That a partner opened a handover: the last line of what it read, and its signature over that line.
pub struct Receipt {
    line: LineId,
    nonce: Zeroizing<[u8; 32]>,
}

impl Receipt {
    /// Reads the line, with or without the end of line and spaces around.
    ///
    /// # Errors
    /// [`ReceiptError::Form`] when it is none.
    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        let mut parts = text.trim().split(' ');
        let (name, line, nonce) = (parts.next(), parts.next(), parts.next());
        if name != Some(RECEIPT) || parts.next().is_some() {
            return Err(ReceiptError::Form);
        }
        Ok(Receipt {
            line: LineId(*read_hex(line)?),
            nonce: read_hex(nonce)?,
        })
    }

    /// Whether `partner` signed it, for the handover that `expected` names. The signature is Ed25519 (RFC 8032) over the line with its end, so that
    /// the partner makes it with a public tool.
    ///
    /// # Errors
    /// `Another`, `Signature`.
    pub fn verify(
        &self,
        line: &LineId,
        expected: &[u8; 32],
        partner: &Partner,
        signature: &Signature,
    ) -> Result<(), ReceiptError> {
        let is_expected: bool = receipt_hash(&self.nonce).ct_eq(expected).into();
        if self.line != *line || !is_expected {
            return Err(ReceiptError::Another);
        }
        let message = receipt_line(line, &self.nonce);
        match partner.has_signed(message.as_bytes(), signature) {
            true => Ok(()),
            false => Err(ReceiptError::Signature),
        }
    }
}

fn read_hex(text: Option<&str>) -> Result<Zeroizing<[u8; 32]>, ReceiptError> {
    let text = text.filter(|text| text.len() == 64 && text.is_ascii());
    let text = text.ok_or(ReceiptError::Form)?;
    let mut bytes = Zeroizing::new([0; 32]);
    let mut digits = text.chars().map(|c| c.to_digit(16));
    for byte in bytes.iter_mut() {
        for _ in 0..2 {
            let digit = digits.next().flatten().ok_or(ReceiptError::Form)?;
            *byte = *byte << 4 | u8::try_from(digit).map_err(|_| ReceiptError::Form)?;
        }
    }
    Ok(bytes)
}
