//! The second phrase of a vault, and what it opens.
//!
//! To whoever has no phrase a vault with a second one looks like one without. What it opens can be read and replaced by both
//! phrases; everything else in the vault only by the first.

use desk::Record;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::seal::{VaultRoot, derive};
use super::{Vault, VaultError};
use crate::Passphrase;

/// The record in which the first phrase's side keeps the root of the harmless part.
pub(super) const RECORD: &str = "vault/harmless";

/// What the second phrase opens.
pub(super) struct Harmless {
    root: VaultRoot,
    content: Zeroizing<Vec<u8>>,
}

/// A keyed hash of a phrase without its spaces and its case.
pub(super) fn folded(root: &VaultRoot, passphrase: &Passphrase) -> Zeroizing<[u8; 32]> {
    let typed = String::from_utf8_lossy(passphrase.bytes());
    let kept = typed.chars().filter(|letter| !letter.is_whitespace());
    let plain: Zeroizing<String> = Zeroizing::new(kept.flat_map(char::to_lowercase).collect());
    derive(root, &[], wire::tag!("vault-phrase"), plain.as_bytes())
}

fn random() -> Result<VaultRoot, VaultError> {
    let mut root = Zeroizing::new([0; 32]);
    getrandom::fill(root.as_mut()).map_err(|_| VaultError::Randomness)?;
    Ok(VaultRoot(root))
}

impl Vault {
    /// Finds what the second phrase opens, if there is one; by the second phrase itself it must open.
    pub(super) fn find_harmless(&mut self) -> Result<(), VaultError> {
        let root = match self.is_harmless {
            true => Some(VaultRoot(self.root.0.clone())),
            false => self.harmless_root()?,
        };
        self.harmless = root.and_then(|root| {
            let content = self.header.open_part(&root)?;
            Some(Harmless { root, content })
        });
        match self.is_harmless && self.harmless.is_none() {
            true => Err(VaultError::Damaged),
            false => Ok(()),
        }
    }

    fn harmless_root(&self) -> Result<Option<VaultRoot>, VaultError> {
        let Some(value) = self.own_record(RECORD)? else {
            return Ok(None);
        };
        let root = value.as_slice().try_into();
        let root = root.map_err(|_| VaultError::Damaged)?;
        Ok(Some(VaultRoot(Zeroizing::new(root))))
    }

    /// Whether the second phrase opened this vault: then it has no records.
    pub(crate) fn is_harmless(&self) -> bool {
        self.is_harmless
    }

    /// What the second phrase opens; `None` when there is no second phrase.
    pub(crate) fn harmless_content(&self) -> Option<&[u8]> {
        self.harmless
            .as_ref()
            .map(|harmless| harmless.content.as_slice())
    }

    /// Whether a phrase is the one that opened this vault, but for case and spaces.
    pub(crate) fn is_own_phrase(&self, passphrase: &Passphrase) -> bool {
        let asked = folded(&self.root, passphrase);
        asked.as_slice().ct_eq(self.folded.as_slice()).into()
    }

    /// Sets the second phrase, or another one, and what it opens. Takes the vault's cost.
    ///
    /// # Errors
    /// What the system refused: then the second phrase is what it was.
    pub(crate) fn set_second_phrase(
        &mut self,
        passphrase: &Passphrase,
        content: &[u8],
    ) -> Result<(), VaultError> {
        let known = self.harmless_root()?;
        let root = match known {
            Some(root) => root,
            None => {
                // The record comes first: without a header that names it, it opens nothing.
                let root = random()?;
                self.save(vec![Record {
                    key: RECORD.to_owned(),
                    value: Some(Zeroizing::new(root.0.to_vec())),
                }])?;
                root
            }
        };
        let mut header = self.header.clone();
        header.set_second(passphrase, &root)?;
        header.seal_part(&root, content)?;
        header.write(&self.directory)?;
        self.header = header;
        self.harmless = Some(Harmless {
            root,
            content: Zeroizing::new(content.to_vec()),
        });
        Ok(())
    }

    /// Replaces what the second phrase opens.
    ///
    /// # Errors
    /// What the system refused: then it is what it was.
    pub(crate) fn keep_harmless(&mut self, content: &[u8]) -> Result<(), VaultError> {
        let Some(harmless) = &mut self.harmless else {
            return Ok(());
        };
        let mut header = self.header.clone();
        header.seal_part(&harmless.root, content)?;
        header.write(&self.directory)?;
        harmless.content = Zeroizing::new(content.to_vec());
        self.header = header;
        Ok(())
    }

    /// Writes the header anew without changing what any phrase opens, so that its date says nothing about a second one.
    ///
    /// # Errors
    /// What the system refused: then the header is what it was.
    pub(crate) fn rewrite_header(&mut self) -> Result<(), VaultError> {
        match &self.harmless {
            Some(harmless) => {
                let content = harmless.content.clone();
                self.keep_harmless(&content)
            }
            None => self.clear_second_phrase(),
        }
    }

    /// Forgets the second phrase and what it opened.
    ///
    /// # Errors
    /// What the system refused: then there may still be one.
    pub(crate) fn clear_second_phrase(&mut self) -> Result<(), VaultError> {
        let mut header = self.header.clone();
        header.clear_second()?;
        header.write(&self.directory)?;
        self.header = header;
        self.harmless = None;
        self.save(vec![Record {
            key: RECORD.to_owned(),
            value: None,
        }])
    }

    /// Does with every row what reading all records does, so that both phrases take the same time.
    pub(crate) fn pass_over(&self) -> Result<(), VaultError> {
        self.each_row(|name, cell, sealed| {
            let _ = self.open_row(&name, cell, sealed);
            Ok(())
        })
    }
}
