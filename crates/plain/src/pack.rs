//! The card pack: one file of plain pages that anybody can mirror and pass on, with what proves it.

use sha2::{Digest, Sha256};
use statements::{
    Delegation, Line, LineError, PackManifest, StatementError, StatementKind, UnverifiedStatement,
};
use wire::{Day, LineDocument};

use crate::archive::{self, Files};
use crate::{Pages, proof, readme};

/// Why a pack is not sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PackError {
    /// The line's document is not believed.
    #[error("the line cannot be believed: {0}")]
    Line(LineError),
    /// The statement is no manifest that enough coordinators signed.
    #[error("the manifest cannot be believed: {0}")]
    Manifest(StatementError),
    /// The manifest is right, and of another pack: what the line says has changed since, or it was made by another version.
    #[error("the manifest is of another pack: build it again and let it be signed")]
    OtherPack,
    /// It has more files or bytes than a pack may have.
    #[error("this is too much for one pack: at most 64 MiB")]
    TooLarge,
}

/// All files of a pack but the signature: a function of a line's statements and a day.
pub struct Pack {
    line: Line,
    manifest: PackManifest,
    /// With the list of files.
    files: Files,
}

impl Pack {
    /// Builds the pack of a day: pages, feeds, `README.txt`, the folder `proof`, and `SHA256SUMS`. Nothing in it depends on shifts, waits, the
    /// document's own day or the order of its statements, nor on signatures beyond the right ones.
    ///
    /// # Errors
    /// [`LineError`] when the document is not believed.
    pub fn build(document: &LineDocument, day: Day) -> Result<Pack, LineError> {
        let line = Line::verify(document, None)?;
        let mut files = Pages::of(&line, day, None).into_files();
        files.extend(proof::files(document, &line));
        files.insert("README.txt".into(), readme::of(&line, day).into_bytes());
        let sums = proof::sums(&files).into_bytes();
        let manifest = PackManifest {
            serial: line.cards().map_or(0, statements::CardSet::serial),
            day,
            sums: Sha256::digest(&sums).into(),
        };
        files.insert(proof::SUMS.into(), sums);
        Ok(Pack {
            line,
            manifest,
            files,
        })
    }

    /// What coordinators sign to publish it: [`PackManifest::draft`] makes the statement.
    pub fn manifest(&self) -> PackManifest {
        self.manifest.clone()
    }

    /// Path → bytes of all its files, the list of files among them.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.files.iter();
        files.map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    fn delegation(&self) -> &Delegation {
        self.line.delegation()
    }

    /// The pack as one ZIP file, with the manifest's statement that enough coordinators signed. The same statement and pack give the same bytes
    /// with one version of this program; the files in it are the same with every one that renders pages alike.
    ///
    /// # Errors
    /// `Manifest`, `OtherPack`, `TooLarge`.
    pub fn sealed(&self, manifest: &[u8]) -> Result<Vec<u8>, PackError> {
        let statement = UnverifiedStatement::parse(manifest).map_err(PackError::Manifest)?;
        let signed =
            PackManifest::verify(&statement, self.delegation()).map_err(PackError::Manifest)?;
        if signed != self.manifest {
            return Err(PackError::OtherPack);
        }
        let mut files = self.files.clone();
        files.extend(proof::signed(&proof::rightly_signed(
            &self.line, &statement,
        )));
        let sealed = archive::write(&files).map_err(|_| PackError::TooLarge)?;
        let fits = sealed.len() <= archive::LARGEST;
        fits.then_some(sealed).ok_or(PackError::TooLarge)
    }

    /// The pack of a document that has a manifest, if it is the one that is signed; `None` when none is.
    ///
    /// # Errors
    /// As [`Pack::build`] and [`Pack::sealed`].
    pub fn published(document: &LineDocument) -> Result<Option<Vec<u8>>, PackError> {
        let line = Line::verify(document, None).map_err(PackError::Line)?;
        let statement = proof::of_kind(document, StatementKind::PackManifest).next();
        let (Some(manifest), Some(statement)) = (line.pack(), statement) else {
            return Ok(None);
        };
        let pack = Pack::build(document, manifest.day).map_err(PackError::Line)?;
        pack.sealed(&statement.to_bytes()).map(Some)
    }
}
