//! The key of all records of contacts, of which the relay holds a half.
//!
//! A copy of the vault's files holds every cell that was destroyed later, so cells alone do not keep a backup from opening
//! what was destroyed. Records of contacts are therefore sealed with one key more, the *contacts key*. It rests sealed under
//! the vault's root and a *half* that only the relay has: the shred key of a slot that only this vault can name. A rotation
//! makes both anew. An earlier copy then lacks the half, and the present files lack the earlier key.
//!
//! A rotation is: a new candidate, durable; the slot, written; the records sealed anew and all other candidates forgotten, in
//! one durable transaction. Each candidate holds the key to come and the key of the records as they are, so that whichever
//! candidate's half the relay has after a crash, the records open.

use desk::Record;
use subtle::ConstantTimeEq;
use wire::{Envelope, EnvelopeHash, Header, Kind, ReadError, Reader, SlotName, SlotWrite, Writer};
use zeroize::Zeroizing;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

use super::seal::{VaultRoot, derive};
use super::{Vault, VaultError, seal};

/// The record in which the vault keeps its candidates.
pub(super) const RECORD: &str = "vault/contacts";
/// What the names of records of contacts begin with.
const PREFIXES: [&str; 6] = [
    "case/",
    "closing/",
    "kept/",
    "kept-entry/",
    "supervised/",
    "waiting/",
];
const VERSION: u8 = 1;

/// Seals the records of contacts, 32 bytes; zeros stand for none, as in vaults that have not met their relay yet.
pub(super) type ContactsKey = Zeroizing<[u8; 32]>;

/// Whether a record is about a contact.
pub(super) fn is_of_contact(key: &str) -> bool {
    PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Randomness)?;
    Ok(bytes)
}

/// hash of the slot's envelope 32 ‖ salt 32 ‖ sealed (key to come 32 ‖ key of the records 32) ‖ tag 16.
#[derive(Clone)]
struct Candidate {
    hash: [u8; 32],
    salt: [u8; 32],
    sealed: [u8; 80],
}

fn cipher(root: &VaultRoot, half: &[u8; 32], salt: &[u8; 32], hash: &[u8; 32]) -> ChaCha20Poly1305 {
    let context = [salt.as_slice(), hash].concat();
    let key = derive(root, half, wire::tag!("vault-contacts"), &context);
    ChaCha20Poly1305::new(&Key::from(*key))
}

impl Candidate {
    /// The nonce is zero: each sealing has a fresh salt.
    fn new(
        root: &VaultRoot,
        half: &[u8; 32],
        hash: [u8; 32],
        keys: (&ContactsKey, &ContactsKey),
    ) -> Result<Candidate, VaultError> {
        let salt = *random()?;
        let plain = Zeroizing::new([keys.0.as_slice(), keys.1.as_slice()].concat());
        let sealed = cipher(root, half, &salt, &hash)
            .encrypt(&Nonce::default(), plain.as_slice())
            .map_err(|_| VaultError::Damaged)?;
        let sealed = sealed.try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Candidate { hash, salt, sealed })
    }

    fn open(&self, root: &VaultRoot, half: &[u8; 32]) -> Option<(ContactsKey, ContactsKey)> {
        let plain = cipher(root, half, &self.salt, &self.hash)
            .decrypt(&Nonce::default(), self.sealed.as_slice())
            .map(Zeroizing::new)
            .ok()?;
        let mut reader = Reader::new(&plain);
        let to_come = Zeroizing::new(reader.array().ok()?);
        Some((to_come, Zeroizing::new(reader.array().ok()?)))
    }
}

/// version u8 ‖ slot's name 32 ‖ needs the half u8 ‖ candidates, 144 each.
#[derive(Clone, Default)]
struct State {
    name: [u8; 32],
    /// Whether the records were sealed with a key that only a candidate has.
    needs_half: bool,
    candidates: Vec<Candidate>,
}

impl State {
    fn record(&self) -> Record {
        let mut writer = Writer::default()
            .u8(VERSION)
            .put(&self.name)
            .u8(u8::from(self.needs_half));
        for candidate in &self.candidates {
            writer = writer
                .put(&candidate.hash)
                .put(&candidate.salt)
                .put(&candidate.sealed);
        }
        Record {
            key: RECORD.to_owned(),
            value: Some(Zeroizing::new(writer.done())),
        }
    }

    fn read(bytes: &[u8]) -> Result<State, ReadError> {
        let (head, mut rest) = bytes.split_at_checked(34).ok_or(ReadError::Value)?;
        let mut reader = Reader::new(head);
        if reader.u8()? != VERSION {
            return Err(ReadError::Value);
        }
        let mut state = State {
            name: reader.array()?,
            needs_half: reader.u8()? != 0,
            candidates: Vec::new(),
        };
        while !rest.is_empty() {
            let (one, others) = rest.split_at_checked(144).ok_or(ReadError::Value)?;
            let mut reader = Reader::new(one);
            state.candidates.push(Candidate {
                hash: reader.array()?,
                salt: reader.array()?,
                sealed: reader.array()?,
            });
            rest = others;
        }
        Ok(state)
    }
}

/// A rotation whose half the relay may have.
struct Coming {
    key: ContactsKey,
    half: Zeroizing<[u8; 32]>,
    hash: [u8; 32],
}

/// What a vault knows of its contacts key.
#[derive(Default)]
pub(super) struct Contacts {
    state: State,
    key: ContactsKey,
    is_locked: bool,
    coming: Option<Coming>,
}

impl Contacts {
    /// The keys with which a record may be sealed. The first is that of new records.
    pub(super) fn keys(&self) -> impl Iterator<Item = &ContactsKey> {
        let coming = self.coming.as_ref().map(|coming| &coming.key);
        [&self.key].into_iter().chain(coming)
    }

    /// Whether the relay's half is missing.
    pub(super) fn is_locked(&self) -> bool {
        self.is_locked
    }
}

/// What is asked of the relay in a rotation.
pub(crate) struct HalfWrite {
    /// The slot's next content; its `replaces` is what this vault believes to be there.
    pub(crate) write: SlotWrite,
    /// What else may be there after a crash; the one it is then replaces.
    pub(crate) candidates: Vec<EnvelopeHash>,
}

impl Vault {
    /// Finds the candidates. Where the half is needed, records of contacts stay closed until [`Vault::open_contacts`].
    pub(super) fn find_contacts(&mut self) -> Result<(), VaultError> {
        if self.is_harmless {
            return Ok(());
        }
        if let Some(value) = self.own_record(RECORD)? {
            let state = State::read(&value).map_err(|_| VaultError::Damaged)?;
            self.contacts.is_locked = state.needs_half;
            self.contacts.state = state;
        }
        Ok(())
    }

    /// The slot that has the half, if records of contacts are closed without it.
    pub(crate) fn wanted_half(&self) -> Option<SlotName> {
        let is_locked = self.contacts.is_locked();
        is_locked.then_some(SlotName(self.contacts.state.name))
    }

    /// Opens the records of contacts with what the slot holds; `false` when it is the half of none of the candidates: then this
    /// copy of the files is older than the last rotation, or the relay has lost the slot.
    ///
    /// # Errors
    /// What the system refused, when a rotation that a crash had interrupted was to be finished.
    pub(crate) fn open_contacts(
        &mut self,
        half: &[u8; 32],
        envelope: &Envelope,
    ) -> Result<bool, VaultError> {
        let hash = protocol::envelope_hash(envelope).0;
        let candidates = &self.contacts.state.candidates;
        let found = candidates
            .iter()
            .find(|candidate| candidate.hash.as_slice().ct_eq(&hash).into());
        let Some((to_come, key)) = found.and_then(|found| found.open(&self.root, half)) else {
            return Ok(false);
        };
        let is_finished = to_come.as_slice().ct_eq(key.as_slice());
        self.contacts.key = key;
        self.contacts.is_locked = false;
        if !bool::from(is_finished) {
            self.contacts.coming = Some(Coming {
                key: to_come,
                half: Zeroizing::new(*half),
                hash,
            });
            self.finish_rotation()?;
        }
        Ok(true)
    }

    /// Begins a rotation: what it gives is to be written to the slot, and then [`Vault::finish_rotation`] called.
    ///
    /// # Errors
    /// What the system refused: then nothing has begun.
    pub(crate) fn begin_rotation(&mut self, line_tag: [u8; 8]) -> Result<HalfWrite, VaultError> {
        let half = random::<32>()?;
        let key: ContactsKey = random()?;
        let noise = random::<{ wire::ENVELOPE_SIZE }>()?;
        let header = Header {
            kind: Kind::Slot,
            epoch: 0,
            line_tag,
            mark: *random()?,
            shred_hash: *random()?,
        };
        let sealed = noise.get(wire::HEADER_SIZE..).unwrap_or_default();
        let envelope = Envelope::assemble(&header, sealed).map_err(|_| VaultError::Damaged)?;
        let hash = protocol::envelope_hash(&envelope).0;
        let mut state = self.contacts.state.clone();
        if state.name == [0; 32] {
            state.name = *random()?;
        }
        let known = state.candidates.iter();
        let candidates: Vec<_> = known.map(|known| EnvelopeHash(known.hash)).collect();
        let keys = (&key, &self.contacts.key);
        let candidate = Candidate::new(&self.root, &half, hash, keys)?;
        state.candidates.push(candidate);
        self.save(vec![state.record()])?;
        let write = SlotWrite {
            name: SlotName(state.name),
            replaces: candidates.first().copied(),
            shred_key: *half,
            envelope,
        };
        self.contacts.state = state;
        self.contacts.coming = Some(Coming { key, half, hash });
        Ok(HalfWrite { write, candidates })
    }

    /// Seals all records of contacts with the new key, after the relay has its half, and forgets the old one.
    ///
    /// # Errors
    /// What the system refused: then the records are sealed as they were, and this can be tried again.
    pub(crate) fn finish_rotation(&mut self) -> Result<(), VaultError> {
        let Some(coming) = self.contacts.coming.take() else {
            return Ok(());
        };
        let done = self.seal_anew(&coming);
        if done.is_err() {
            self.contacts.coming = Some(coming);
        }
        done
    }

    fn seal_anew(&mut self, coming: &Coming) -> Result<(), VaultError> {
        let mut records = self.records()?;
        records.retain(|record| is_of_contact(&record.key));
        let keys = (&coming.key, &coming.key);
        let state = State {
            name: self.contacts.state.name,
            needs_half: true,
            candidates: vec![Candidate::new(&self.root, &coming.half, coming.hash, keys)?],
        };
        records.push(state.record());
        let old = std::mem::replace(&mut self.contacts.key, coming.key.clone());
        if let Err(error) = self.save(records) {
            self.contacts.key = old;
            return Err(error);
        }
        self.contacts.state = state;
        Ok(())
    }

    /// A record of the vault itself.
    pub(super) fn own_record(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        use rusqlite::OptionalExtension;
        let name = seal::row_name(&self.root, key);
        let mut select = self
            .database
            .prepare("SELECT cell, sealed FROM record WHERE name = ?1")?;
        let row: Option<(u32, Vec<u8>)> = select
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((cell, sealed)) = row else {
            return Ok(None);
        };
        let cell = self.cells.read(cell)?.ok_or(VaultError::Damaged)?;
        let none = ContactsKey::default();
        Ok(seal::open(&self.root, (&cell, &none), &name, &sealed)?.value)
    }
}
