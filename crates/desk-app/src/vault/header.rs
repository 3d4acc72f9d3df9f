//! The vault's header file: how its root is computed from the passphrase. It holds no secret.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use wire::{Reader, Writer};
use zeroize::{Zeroize, Zeroizing};

use super::seal::{VaultRoot, derive};
use super::{VaultCost, VaultError};
use crate::Passphrase;

const NAME: &str = "header";
const MAGIC: &[u8; 16] = b"footbridge-vault";
const VERSION: u8 = 1;
/// A header may ask for at most so much memory, so that a changed file cannot exhaust the computer.
const MAX_MEMORY_KIB: u32 = 4 * 1024 * 1024;
const MAX_PASSES: u32 = 64;

/// magic 16 ‖ version u8 ‖ memory in KiB u32 ‖ passes u32 ‖ salt 16 ‖ check 32.
///
/// The check is derived from the root, so that a wrong passphrase is told from a damaged vault.
pub(super) struct Header {
    cost: VaultCost,
    salt: [u8; 16],
    check: [u8; 32],
}

fn root(
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

fn check(root: &VaultRoot) -> [u8; 32] {
    *derive(root, &[], wire::tag!("vault-check"), &[])
}

impl Header {
    /// A header for a new vault, and its root. Takes the cost's memory, and about a second.
    pub(super) fn make(
        passphrase: &Passphrase,
        cost: VaultCost,
    ) -> Result<(Header, VaultRoot), VaultError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| VaultError::Randomness)?;
        let root = root(passphrase, &salt, cost)?;
        let check = check(&root);
        Ok((Header { cost, salt, check }, root))
    }

    /// The root, if the passphrase is the vault's.
    pub(super) fn unlock(&self, passphrase: &Passphrase) -> Result<VaultRoot, VaultError> {
        let root = root(passphrase, &self.salt, self.cost)?;
        if check(&root).ct_eq(&self.check).into() {
            Ok(root)
        } else {
            Err(VaultError::WrongPassphrase)
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        Writer::default()
            .put(MAGIC)
            .u8(VERSION)
            .u32(self.cost.memory_kib)
            .u32(self.cost.passes)
            .put(&self.salt)
            .put(&self.check)
            .done()
    }

    fn parse(bytes: &[u8]) -> Result<Header, VaultError> {
        let damaged = |_| VaultError::Damaged;
        let mut reader = Reader::new(bytes);
        let magic: [u8; 16] = reader.array().map_err(damaged)?;
        let version = reader.u8().map_err(damaged)?;
        if magic != *MAGIC || version != VERSION {
            return Err(VaultError::Damaged);
        }
        let cost = VaultCost {
            memory_kib: reader.u32().map_err(damaged)?,
            passes: reader.u32().map_err(damaged)?,
        };
        let salt = reader.array().map_err(damaged)?;
        let check = reader.array().map_err(damaged)?;
        reader.end().map_err(damaged)?;
        if cost.memory_kib > MAX_MEMORY_KIB || cost.passes > MAX_PASSES {
            return Err(VaultError::Damaged);
        }
        Ok(Header { cost, salt, check })
    }

    pub(super) fn exists(directory: &Path) -> bool {
        directory.join(NAME).exists()
    }

    /// Writes the header as the last step of making a vault: without it there is none.
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
