//! Statements that root keys sign: small text files that go from machine to machine, so that each key signs where it is kept.

use std::path::Path;

use client::RelayClient;
use statements::{Line, Root, RootKey, StatementKind, UnverifiedStatement};
use zeroize::Zeroizing;

use crate::Failure;

/// What such a file is about.
pub(crate) struct About {
    /// The kind of its statement.
    pub(crate) kind: StatementKind,
    /// Its name in the file, with its article for people.
    pub(crate) name: &'static str,
    /// The subcommand that makes, signs and publishes it.
    pub(crate) command: &'static str,
}

/// What a file holds: the root, and a statement that some of its keys have signed.
pub(crate) struct RootSigned {
    about: &'static About,
    pub(crate) root: Root,
    pub(crate) statement: UnverifiedStatement,
}

pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim();
    let pairs = (0..digits.len()).step_by(2);
    let bytes = pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    bytes.collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line_of(text: &str, name: &str, about: &About) -> Result<UnverifiedStatement, Failure> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let bytes = value.and_then(unhex);
    let bytes =
        bytes.ok_or_else(|| format!("the file has no {name}: is it a {}'s?", about.name))?;
    Ok(UnverifiedStatement::parse(&bytes)?)
}

/// The line that a relay serves, with whatever root it has.
pub(crate) async fn fetch(relay: &str) -> Result<Line, Failure> {
    let document = RelayClient::new(relay)?.line().await?;
    Ok(Line::verify(&document, None)?)
}

impl RootSigned {
    /// A statement of which nobody has signed anything yet.
    pub(crate) fn new(about: &'static About, root: Root, statement: UnverifiedStatement) -> Self {
        RootSigned {
            about,
            root,
            statement,
        }
    }

    /// Reads a file that [`RootSigned::write`] wrote.
    pub(crate) fn read(about: &'static About, path: &Path) -> Result<RootSigned, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("can't read {}: {error}", path.display()))?;
        let root = Root::read(&line_of(&text, "root", about)?)?;
        let statement = line_of(&text, about.name, about)?;
        if statement.kind() != about.kind || statement.line() != root.line_id() {
            return Err(format!("the {} in that file is not one of that root", about.name).into());
        }
        Ok(RootSigned::new(about, root, statement))
    }

    /// Writes root and statement into a file, as hexadecimal digits behind their names. It holds no secret.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let name = self.about.name;
        let text = format!(
            "# A {name} of a line's root keys. {} of {} of them must sign it; it holds no secret.\nroot: {}\n{name}: {}\n",
            self.root.threshold(),
            self.root.keys().len(),
            hex(&self.root.statement().to_bytes()),
            hex(&self.statement.to_bytes()),
        );
        std::fs::write(path, text)
            .map_err(|error| format!("can't write {}: {error}", path.display()).into())
    }

    /// How many different root keys have signed.
    pub(crate) fn signed(&self) -> usize {
        let keys = self.root.keys().iter();
        let signed = keys.filter(|key| self.statement.signers().any(|by| *by == key.0));
        signed.count()
    }

    /// How many more must sign.
    pub(crate) fn missing(&self) -> usize {
        usize::from(self.root.threshold()).saturating_sub(self.signed())
    }

    /// Lets the root key of a file sign, and says what is to be done next.
    pub(crate) fn sign(mut self, key: &Path, path: &Path) -> Result<(), Failure> {
        let text = std::fs::read_to_string(key)
            .map_err(|error| format!("can't read {}: {error}", key.display()))?;
        let text = Zeroizing::new(text);
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let seed = lines.find_map(|line| unhex(line).map(Zeroizing::new));
        let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok());
        let seed = Zeroizing::new(seed.ok_or("that is no root key's file")?);
        let key = RootKey::from_seed(&seed);
        if !self.root.keys().contains(&key.public()) {
            return Err("that key is not one of this line's root keys".into());
        }
        if self.statement.signers().any(|by| *by == key.public().0) {
            return Err("that key has signed already".into());
        }
        self.statement = self.statement.reopen().sign_by_root(&key).done();
        self.write(path)?;
        match self.missing() {
            0 => println!(
                "Signed; nothing is missing. Now: footbridge {} publish --relay URL --file {}",
                self.about.command,
                path.display()
            ),
            missing => println!("Signed; {missing} more must sign."),
        }
        Ok(())
    }

    /// The statement's bytes, once enough root keys have signed.
    pub(crate) fn whole(&self) -> Result<Vec<u8>, Failure> {
        match self.missing() {
            0 => Ok(self.statement.to_bytes()),
            missing => Err(format!("{missing} more root keys must sign first").into()),
        }
    }
}
