//! Whom a contact can be handed over to: who it is, what it asks and why, and the key to which only the contact seals.

use alloc::{string::String, vec::Vec};
use sha2::{Digest, Sha256};
use wire::{Day, LineId, Reader, Writer};

use crate::corps::read_line;
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};
use crate::{Delegation, LINE_SIZE, SEAL_PUBLIC_KEY_SIZE, SealPublicKey, keys};

const X25519: u8 = 1;
const HYBRID: u8 = 2;

/// What names a partner in one language, 16 random bytes; the same through all its statements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartnerId(pub [u8; 16]);

/// What a contact saw of a partner when it was asked: `H(tag "partner" ‖ body)`. Another key, another item or another word is another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartnerHash(pub [u8; 32]);

/// A recipient of the `age` format (C2SP `age`): the public half of a key that the partner keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgeRecipient {
    /// `age1…`: X25519. Whoever records a handover today and has a quantum computer one day can open it.
    X25519([u8; 32]),
    /// `age1pq1…`: X-Wing, of the standard tool since its version 1.3.
    Hybrid(SealPublicKey),
}

impl AgeRecipient {
    /// kind u8 (1 X25519, 2 X-Wing) ‖ key, 32 or 1,216.
    fn write(&self, writer: Writer) -> Writer {
        match self {
            AgeRecipient::X25519(key) => writer.u8(X25519).put(key),
            AgeRecipient::Hybrid(key) => writer.u8(HYBRID).put(key.as_bytes()),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<AgeRecipient, StatementError> {
        match reader.u8()? {
            X25519 => Ok(AgeRecipient::X25519(reader.array()?)),
            HYBRID => SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
                .map(AgeRecipient::Hybrid)
                .ok_or(StatementError::Rule),
            _ => Err(StatementError::Rule),
        }
    }
}

/// One thing that a partner asks; the contact says yes or no to each by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskedItem {
    /// What, 1 to 80 bytes.
    pub what: String,
    /// Why, 1 to [`AskedItem::WHY_SIZE`] bytes.
    pub why: String,
}

impl AskedItem {
    /// The size of a reason at most, in bytes of UTF-8.
    pub const WHY_SIZE: usize = 200;
}

/// An office that receives people, as two coordinators admitted it: serial u32 ‖ id 16 ‖ from day ‖ until day ‖ language u8 ‖ name ‖ office ‖
/// recipient ‖ receipt key 32 ‖ count u8 ‖ (what ‖ why)*; each text length u8 ‖ UTF-8.
///
/// It travels in the team log and to the contacts who are offered it; no relay holds it. The largest has 3,929 bytes with two signatures, and an
/// envelope has room for 3,950.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partner {
    /// Rises with each statement of this id; a lower one is out of date.
    pub serial: u32,
    /// Which partner, in which language.
    pub id: PartnerId,
    /// The first day.
    pub from: Day,
    /// The last day, at most [`Partner::MAX_DAYS`] later: who receives people is looked at again and again.
    pub until: Day,
    /// The code of the language of its texts.
    pub language: u8,
    /// Its name, as the contact will hear it from the partner itself.
    pub name: String,
    /// What it is and where, in a few words.
    pub office: String,
    /// To whom contacts seal.
    pub recipient: AgeRecipient,
    /// The Ed25519 key (RFC 8032) with which it signs receipts.
    pub receipt_key: [u8; 32],
    /// What it asks, 1 to [`Partner::MAX_ITEMS`].
    pub items: Vec<AskedItem>,
}

impl Partner {
    /// For how many days one statement may stand.
    pub const MAX_DAYS: u32 = 90;
    /// How many things a partner may ask.
    pub const MAX_ITEMS: usize = 8;

    fn body(&self) -> Vec<u8> {
        let writer = Writer::default()
            .u32(self.serial)
            .put(&self.id.0)
            .u32(self.from.0)
            .u32(self.until.0)
            .u8(self.language)
            .short(self.name.as_bytes())
            .short(self.office.as_bytes());
        let count = u8::try_from(self.items.len()).unwrap_or(u8::MAX);
        let writer = self
            .recipient
            .write(writer)
            .put(&self.receipt_key)
            .u8(count);
        let items = self.items.iter().take(count.into());
        items
            .fold(writer, |writer, item| {
                writer
                    .short(item.what.as_bytes())
                    .short(item.why.as_bytes())
            })
            .done()
    }

    fn read(body: &[u8]) -> Result<Partner, StatementError> {
        let mut reader = Reader::new(body);
        let partner = Partner {
            serial: reader.u32()?,
            id: PartnerId(reader.array()?),
            from: Day(reader.u32()?),
            until: Day(reader.u32()?),
            language: reader.u8()?,
            name: read_said(&mut reader, LINE_SIZE)?,
            office: read_said(&mut reader, LINE_SIZE)?,
            recipient: AgeRecipient::read(&mut reader)?,
            receipt_key: reader.array()?,
            items: read_items(&mut reader)?,
        };
        reader.end()?;
        let days = partner.from.plus(1)..=partner.from.plus(Self::MAX_DAYS);
        days.contains(&partner.until)
            .then_some(partner)
            .ok_or(StatementError::Rule)
    }

    /// The partner for coordinators to sign.
    ///
    /// # Errors
    /// `Rule` when it breaks one of [`Partner::verify`]'s.
    pub fn draft(&self, line: LineId) -> Result<Draft, StatementError> {
        let body = self.body();
        Self::read(&body)?;
        Ok(Draft::new(StatementKind::Partner, line, body))
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`Partner::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<Partner, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::Partner, line)?)
    }

    /// Believes a partner that as many coordinators signed as an admission takes.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` when it stands for no day or for more than [`Partner::MAX_DAYS`], asks nothing
    /// or more than [`Partner::MAX_ITEMS`] things, or when a text is empty, too long, not UTF-8, or could look like another one. Whether today is one of
    /// its days is the caller's to look at.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<Partner, StatementError> {
        let due = delegation.admission_threshold();
        Self::read(delegation.verified_body(statement, StatementKind::Partner, due)?)
    }

    /// What a contact is asked to agree to.
    pub fn hash(&self) -> PartnerHash {
        PartnerHash(
            Sha256::new()
                .chain_update(wire::tag!("partner"))
                .chain_update(self.body())
                .finalize()
                .into(),
        )
    }

    /// From what the partner's check words are made, so that it can be told from somebody who only says so:
    /// `H(tag "partner-words" ‖ line id ‖ recipient ‖ receipt key)`. They change with its keys and with nothing else.
    pub fn check_seed(&self, line: &LineId) -> [u8; 32] {
        let recipient = self.recipient.write(Writer::default()).done();
        Sha256::new()
            .chain_update(wire::tag!("partner-words"))
            .chain_update(line.0)
            .chain_update(recipient)
            .chain_update(self.receipt_key)
            .finalize()
            .into()
    }

    /// Whether it stands on that day.
    pub fn stands(&self, day: Day) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Whether this partner signed `message` (RFC 8032, strict verification), byte for byte.
    pub fn has_signed(&self, message: &[u8], signature: &crate::Signature) -> bool {
        keys::verify(&self.receipt_key, &[], &[message], signature)
    }
}

/// A text of 1 to `size` bytes.
fn read_said(reader: &mut Reader<'_>, size: usize) -> Result<String, StatementError> {
    let text = read_line(reader, size)?;
    (!text.is_empty())
        .then_some(text)
        .ok_or(StatementError::Rule)
}

fn read_items(reader: &mut Reader<'_>) -> Result<Vec<AskedItem>, StatementError> {
    let count = usize::from(reader.u8()?);
    if !(1..=Partner::MAX_ITEMS).contains(&count) {
        return Err(StatementError::Rule);
    }
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        items.push(AskedItem {
            what: read_said(reader, LINE_SIZE)?,
            why: read_said(reader, AskedItem::WHY_SIZE)?,
        });
    }
    Ok(items)
}
