//! The vault's header file: how its root is computed from a phrase, and the sealed part that a second phrase opens.
//!
//! It has one size and one look: where nothing is sealed there is noise. Nobody without a phrase can tell which.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use wire::{ReadError, Reader, Writer};
use zeroize::{Zeroize, Zeroizing};

use super::seal::{VaultRoot, derive};
use super::{VaultCost, VaultError};
use crate::Passphrase;

pub(super) const NAME: &str = "header";
const MAGIC: &[u8; 16] = b"footbridge-vault";
const VERSION: u8 = 2;
/// A header without places for phrases: magic 16 ‖ version u8 ‖ memory in KiB u32 ‖ passes u32 ‖ salt 16 ‖ check 32.
const FIRST_VERSION: u8 = 1;
/// A header may ask for at most so much memory, so that a changed file cannot exhaust the computer.
const MAX_MEMORY_KIB: u32 = 4 * 1024 * 1024;
const MAX_PASSES: u32 = 64;
/// The size of what the second phrase opens, in bytes.
const PART: usize = 16 * 1024;
const TAG: usize = 16;

/// salt 32 ‖ sealed root 32 ‖ tag 16, or noise.
type Place = [u8; 80];

/// magic 16 ‖ version u8 ‖ memory in KiB u32 ‖ passes u32 ‖ salt 16 ‖ place 80 ‖ place 80 ‖ part salt 32 ‖ sealed part 16,400 ‖
/// the first 8 bytes of the hash of all before.
///
/// The first place holds the vault's root sealed with its phrase, the second one the harmless desk's sealed with another. The
/// hash tells a damaged header from a wrong phrase.
#[derive(Clone)]
pub(super) struct Header {
    cost: VaultCost,
    salt: [u8; 16],
    places: [Place; 2],
    part: Vec<u8>,
    /// Only in a header of the first version, which is written anew when it is unlocked.
    check: Option<[u8; 32]>,
}

/// What a phrase opened.
pub(super) struct Unlocked {
    pub(super) root: VaultRoot,
    /// Whether it is the root of the harmless desk.
    pub(super) is_harmless: bool,
}

fn stretch(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    cost: VaultCost,
) -> Result<VaultRoot, VaultError> {
    let params =
        Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| VaultError::Damaged)?;
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(params.block_count())
        .map_err(|_| VaultError::Memory)?;
    blocks.resize(params.block_count(), Block::default());
    let mut secret = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let done = argon2.hash_password_into_with_memory(
        passphrase.bytes(),
        salt,
        secret.as_mut(),
        &mut blocks,
    );
    blocks.iter_mut().for_each(Zeroize::zeroize);
    done.map_err(|_| VaultError::Damaged)?;
    Ok(VaultRoot(secret))
}

fn noise<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Randomness)?;
    Ok(bytes)
}

fn noise_part() -> Result<Vec<u8>, VaultError> {
    let mut part = vec![0; 32 + PART + TAG];
    getrandom::fill(&mut part).map_err(|_| VaultError::Randomness)?;
    Ok(part)
}

/// A cipher under a key of its own: each salt is used once, so the nonce is zero.
fn cipher(secret: &VaultRoot, salt: &[u8], tag: &[u8], context: &[u8]) -> ChaCha20Poly1305 {
    let key = derive(secret, salt, tag, context);
    ChaCha20Poly1305::new(&Key::from(*key))
}

fn place_cipher(stretched: &VaultRoot, salt: &[u8], number: u8) -> ChaCha20Poly1305 {
    cipher(stretched, salt, wire::tag!("vault-place"), &[number])
}

fn fill(stretched: &VaultRoot, number: u8, root: &VaultRoot) -> Result<Place, VaultError> {
    let salt: [u8; 32] = noise()?;
    let sealed = place_cipher(stretched, &salt, number)
        .encrypt(&Nonce::default(), root.0.as_slice())
        .map_err(|_| VaultError::Damaged)?;
    let whole = [salt.as_slice(), &sealed].concat();
    whole.try_into().map_err(|_| VaultError::Damaged)
}

fn look(stretched: &VaultRoot, number: u8, place: &Place) -> Option<VaultRoot> {
    let (salt, sealed) = place.split_at_checked(32)?;
    let root = place_cipher(stretched, salt, number)
        .decrypt(&Nonce::default(), sealed)
        .map(Zeroizing::new)
        .ok()?;
    let root = root.as_slice().try_into().ok()?;
    Some(VaultRoot(Zeroizing::new(root)))
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = Sha256::digest(bytes).into();
    [a, b, c, d, e, f, g, h]
}

impl Header {
    /// A header for a new vault, and its root. Takes the cost's memory, and about a second.
    pub(super) fn make(
        passphrase: &Passphrase,
        cost: VaultCost,
    ) -> Result<(Header, VaultRoot), VaultError> {
        let salt = noise()?;
        let stretched = stretch(passphrase, &salt, cost)?;
        let root = VaultRoot(Zeroizing::new(noise()?));
        let header = Header {
            cost,
            salt,
            places: [fill(&stretched, 1, &root)?, noise()?],
            part: noise_part()?,
            check: None,
        };
        Ok((header, root))
    }

    /// The root that the phrase opens. Both places are tried, whichever it is.
    pub(super) fn unlock(&mut self, passphrase: &Passphrase) -> Result<Unlocked, VaultError> {
        let stretched = stretch(passphrase, &self.salt, self.cost)?;
        if let Some(check) = self.check {
            return self.unlock_first_version(stretched, &check);
        }
        let [first, second] = &self.places;
        let roots = (look(&stretched, 1, first), look(&stretched, 2, second));
        let (root, is_harmless) = match roots {
            (Some(root), _) => (root, false),
            (None, Some(root)) => (root, true),
            (None, None) => return Err(VaultError::WrongPassphrase),
        };
        Ok(Unlocked { root, is_harmless })
    }

    /// The stretched phrase was itself the root.
    fn unlock_first_version(
        &mut self,
        root: VaultRoot,
        check: &[u8; 32],
    ) -> Result<Unlocked, VaultError> {
        let found = derive(&root, &[], wire::tag!("vault-check"), &[]);
        if !bool::from(found.as_slice().ct_eq(check)) {
            return Err(VaultError::WrongPassphrase);
        }
        self.places = [fill(&root, 1, &root)?, noise()?];
        self.part = noise_part()?;
        self.check = None;
        Ok(Unlocked {
            root,
            is_harmless: false,
        })
    }

    /// Lets a second phrase open the harmless desk's root. Takes the vault's cost.
    pub(super) fn set_second(
        &mut self,
        passphrase: &Passphrase,
        root: &VaultRoot,
    ) -> Result<(), VaultError> {
        let stretched = stretch(passphrase, &self.salt, self.cost)?;
        let place = fill(&stretched, 2, root)?;
        let [_, second] = &mut self.places;
        *second = place;
        Ok(())
    }

    /// Puts noise where the second phrase had its place and its part.
    pub(super) fn clear_second(&mut self) -> Result<(), VaultError> {
        let [_, second] = &mut self.places;
        *second = noise()?;
        self.part = noise_part()?;
        Ok(())
    }

    /// Seals what the second phrase opens: length u32 ‖ content ‖ zeros.
    pub(super) fn seal_part(&mut self, root: &VaultRoot, content: &[u8]) -> Result<(), VaultError> {
        if 4 + content.len() > PART {
            return Err(VaultError::Damaged);
        }
        let mut plain = Zeroizing::new(Writer::with_capacity(PART).long(content).done());
        plain.resize(PART, 0);
        let salt: [u8; 32] = noise()?;
        let sealed = cipher(root, &salt, wire::tag!("vault-part"), &[])
            .encrypt(&Nonce::default(), plain.as_slice())
            .map_err(|_| VaultError::Damaged)?;
        self.part = [salt.as_slice(), &sealed].concat();
        Ok(())
    }

    /// Opens what the second phrase opens.
    pub(super) fn open_part(&self, root: &VaultRoot) -> Option<Zeroizing<Vec<u8>>> {
        let (salt, sealed) = self.part.split_at_checked(32)?;
        let plain = cipher(root, salt, wire::tag!("vault-part"), &[])
            .decrypt(&Nonce::default(), sealed)
            .map(Zeroizing::new)
            .ok()?;
        let content = Reader::new(&plain).long().ok()?.to_vec();
        Some(Zeroizing::new(content))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let [first, second] = &self.places;
        let bytes = Writer::default()
            .put(MAGIC)
            .u8(VERSION)
            .u32(self.cost.memory_kib)
            .u32(self.cost.passes)
            .put(&self.salt)
            .put(first)
            .put(second)
            .put(&self.part)
            .done();
        [bytes.as_slice(), &checksum(&bytes)].concat()
    }

    fn parse(bytes: &[u8]) -> Result<Header, VaultError> {
        let header = Header::read_from(bytes).map_err(|_| VaultError::Damaged)?;
        let cost = header.cost;
        if cost.memory_kib > MAX_MEMORY_KIB || cost.passes > MAX_PASSES {
            return Err(VaultError::Damaged);
        }
        Ok(header)
    }

    fn read_from(bytes: &[u8]) -> Result<Header, ReadError> {
        let mut reader = Reader::new(bytes);
        let magic: [u8; 16] = reader.array()?;
        let version = reader.u8()?;
        if magic != *MAGIC || ![FIRST_VERSION, VERSION].contains(&version) {
            return Err(ReadError::Value);
        }
        let cost = VaultCost {
            memory_kib: reader.u32()?,
            passes: reader.u32()?,
        };
        let mut header = Header {
            cost,
            salt: reader.array()?,
            places: [[0; 80]; 2],
            part: Vec::new(),
            check: None,
        };
        if version == FIRST_VERSION {
            header.check = Some(reader.array()?);
            reader.end()?;
            return Ok(header);
        }
        header.places = [reader.array()?, reader.array()?];
        header.part = reader.array::<{ 32 + PART + TAG }>()?.to_vec();
        let sum: [u8; 8] = reader.array()?;
        reader.end()?;
        match header.to_bytes().ends_with(&sum) {
            true => Ok(header),
            false => Err(ReadError::Value),
        }
    }

    pub(super) fn exists(directory: &Path) -> bool {
        directory.join(NAME).exists()
    }

    /// Writes the header in one step: the old one or the new one is there, whole. As the last step of making a vault it is
    /// what makes one.
    pub(super) fn write(&self, directory: &Path) -> Result<(), VaultError> {
        let making = directory.join("header.new");
        let mut file = File::create(&making)?;
        file.write_all(&self.to_bytes())?;
        file.sync_all()?;
        fs::rename(&making, directory.join(NAME))?;
        File::open(directory)?.sync_all()?;
        Ok(())
    }

    pub(super) fn read(directory: &Path) -> Result<Header, VaultError> {
        match fs::read(directory.join(NAME)) {
            Ok(bytes) => Header::parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::NoVault),
            Err(error) => Err(error.into()),
        }
    }
}

/// A header as the first version wrote it.
#[cfg(test)]
pub(super) fn first_version(
    passphrase: &Passphrase,
    cost: VaultCost,
) -> Result<Vec<u8>, VaultError> {
    let salt = [5; 16];
    let root = stretch(passphrase, &salt, cost)?;
    let check = derive(&root, &[], wire::tag!("vault-check"), &[]);
    let writer = Writer::default().put(MAGIC).u8(FIRST_VERSION);
    let writer = writer.u32(cost.memory_kib).u32(cost.passes);
    Ok(writer.put(&salt).put(check.as_slice()).done())
}
