//! Who may release, and whether enough of them signed: the formats of OpenSSH (`ssh-keygen(1)`, ALLOWED SIGNERS; `PROTOCOL.sshsig`).

use std::collections::BTreeSet;

use data_encoding::BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256, Sha512};
use wire::Reader;

/// What the keys sign for: `ssh-keygen -Y sign -n footbridge-page`.
pub const NAMESPACE: &str = "footbridge-page";

/// The only kind of key that is read.
const KIND: &str = "ssh-ed25519";

/// Why a list of releases is not believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotSigned {
    /// The file of signers is not of its form.
    #[error("line {0} of the signers is not of its form: docs/operate/release.md shows it")]
    Signers(usize),
    /// A signature names nobody who may sign.
    #[error("{0} is nobody who may sign")]
    Nobody(String),
    /// A signature is damaged, or of another key, another file or another purpose.
    #[error("the signature of {0} is not right")]
    Wrong(String),
    /// Too few signed.
    #[error("only {signed} of {due} release keys signed it")]
    TooFew {
        /// How many signed.
        signed: usize,
        /// How many must.
        due: usize,
    },
}

/// The release keys, and how many of them must sign. Whoever gives this file decides what is believed: it must come by another way than
/// the page, such as with the source code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signers {
    threshold: usize,
    keys: Vec<(String, [u8; 32])>,
}

/// A public key as SSH writes it: kind, 32 bytes (RFC 8709, section 4).
fn public_key(bytes: &[u8]) -> Option<[u8; 32]> {
    let mut reader = Reader::new(bytes);
    let kind = reader.long().ok()?;
    let key = reader.long().ok()?.try_into().ok()?;
    (kind == KIND.as_bytes() && reader.left() == 0).then_some(key)
}

/// A string as SSH writes it (RFC 4251, section 5).
fn string(into: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    into.extend(length.to_be_bytes());
    into.extend(bytes);
}

/// `NAME namespaces="footbridge-page" ssh-ed25519 KEY`.
fn signer(line: &str) -> Option<(String, [u8; 32])> {
    let words: Vec<&str> = line.split(' ').collect();
    let [name, purpose, KIND, key] = words.as_slice() else {
        return None;
    };
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_name = !name.is_empty() && name.chars().all(is_plain);
    let is_ours = *purpose == format!("namespaces=\"{NAMESPACE}\"");
    let key = public_key(&BASE64.decode(key.as_bytes()).ok()?)?;
    (is_name && is_ours).then(|| ((*name).to_owned(), key))
}

/// What stands between the lines of an armoured signature.
fn unarmoured(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?.trim_end();
    let text = text.strip_prefix("-----BEGIN SSH SIGNATURE-----\n")?;
    let text = text.strip_suffix("\n-----END SSH SIGNATURE-----")?;
    BASE64.decode(text.replace('\n', "").as_bytes()).ok()
}

/// The hash of what is signed, by its name.
fn hashed(name: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    match name {
        b"sha256" => Some(Sha256::digest(bytes).to_vec()),
        b"sha512" => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// Whether a key signed these bytes for our purpose (`PROTOCOL.sshsig`, "Blob format" and "Signed Data").
fn is_by(key: &[u8; 32], armoured: &[u8], bytes: &[u8]) -> Option<bool> {
    const MAGIC: &[u8] = b"SSHSIG";
    let blob = unarmoured(armoured)?;
    let mut reader = Reader::new(&blob);
    let is_first_version = reader.take(MAGIC.len()).ok()? == MAGIC && reader.u32().ok()? == 1;
    let by = public_key(reader.long().ok()?)?;
    let namespace = reader.long().ok()?;
    let reserved = reader.long().ok()?;
    let hash = reader.long().ok()?;
    let mut signature = Reader::new(reader.long().ok()?);
    reader.end().ok()?;
    let kind = signature.long().ok()?;
    let digits: [u8; 64] = signature.long().ok()?.try_into().ok()?;
    signature.end().ok()?;
    let mut message = MAGIC.to_vec();
    for part in [namespace, reserved, hash, &hashed(hash, bytes)?] {
        string(&mut message, part);
    }
    let verifying = VerifyingKey::from_bytes(key).ok()?;
    let is_signed = verifying.verify_strict(&message, &Signature::from_bytes(&digits));
    Some(
        is_first_version
            && by == *key
            && namespace == NAMESPACE.as_bytes()
            && kind == KIND.as_bytes()
            && is_signed.is_ok(),
    )
}

impl Signers {
    /// Reads the file of signers: `# threshold K`, then a line for each key, `NAME namespaces="footbridge-page" ssh-ed25519 KEY`. Other
    /// lines that begin with `#` say nothing. Names and keys differ, and there are at least K.
    ///
    /// # Errors
    /// `Signers`, with the line.
    pub fn parse(bytes: &[u8]) -> Result<Signers, NotSigned> {
        let text = std::str::from_utf8(bytes).map_err(|_| NotSigned::Signers(1))?;
        let mut lines = (1..).zip(text.lines());
        let threshold = lines.next().and_then(|(_, line)| {
            let threshold = line.strip_prefix("# threshold ")?.parse::<usize>().ok()?;
            (threshold > 0).then_some(threshold)
        });
        let threshold = threshold.ok_or(NotSigned::Signers(1))?;
        let mut keys: Vec<(String, [u8; 32])> = Vec::new();
        let mut last = 1;
        for (at, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
            let (name, key) = signer(line).ok_or(NotSigned::Signers(at))?;
            if keys.iter().any(|(held, by)| *held == name || *by == key) {
                return Err(NotSigned::Signers(at));
            }
            keys.push((name, key));
            last = at;
        }
        match keys.len() >= threshold {
            true => Ok(Signers { threshold, keys }),
            false => Err(NotSigned::Signers(last + 1)),
        }
    }

    /// Whether enough of them signed these bytes. Signatures are given by the name of their signer; all that are given must be right.
    /// Gives how many different ones signed.
    ///
    /// # Errors
    /// `Nobody`, `Wrong`, `TooFew`.
    pub fn verify<'a>(
        &self,
        bytes: &[u8],
        signatures: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<usize, NotSigned> {
        let mut signed = BTreeSet::new();
        for (name, signature) in signatures {
            let key = self.keys.iter().find(|(held, _)| held == name);
            let (_, key) = key.ok_or_else(|| NotSigned::Nobody(name.to_owned()))?;
            if is_by(key, signature, bytes) != Some(true) {
                return Err(NotSigned::Wrong(name.to_owned()));
            }
            signed.insert(name);
        }
        match signed.len() >= self.threshold {
            true => Ok(signed.len()),
            false => Err(NotSigned::TooFew {
                signed: signed.len(),
                due: self.threshold,
            }),
        }
    }
}
