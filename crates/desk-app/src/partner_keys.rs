//! A partner's keys and signatures as people paste them, out of `age-keygen` and `openssl`.

use bech32::primitives::checksum::Checksum;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Fe1024, Hrp};
use data_encoding::BASE64;
use statements::{AgeRecipient, SEAL_PUBLIC_KEY_SIZE, SealPublicKey, Signature};

/// What stands before the separator of a recipient: of X25519, and of X-Wing, which `age` calls post-quantum.
const X25519: &str = "age";
const HYBRID: &str = "age1pq";
/// What DER has before the 32 bytes of an Ed25519 public key (RFC 8410, section 4).
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Bech32 (BIP 173) as `age` uses it: of any length. A hybrid recipient has 1,959 characters.
enum Unlimited {}

impl Checksum for Unlimited {
    type MidstateRepr = u32;
    type CorrectionField = Fe1024;
    const ROOT_GENERATOR: Fe1024 = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

fn unbroken(typed: &str) -> String {
    typed.split_whitespace().collect()
}

/// The recipient that a text says, broken into lines or not. `None` when it is none, or a secret key.
pub(crate) fn recipient(typed: &str) -> Option<AgeRecipient> {
    let typed = unbroken(typed);
    let checked = CheckedHrpstring::new::<Unlimited>(&typed).ok()?;
    let bytes: Vec<u8> = checked.byte_iter().collect();
    let read = match checked.hrp().as_str() {
        X25519 => AgeRecipient::X25519(bytes.try_into().ok()?),
        HYBRID if bytes.len() == SEAL_PUBLIC_KEY_SIZE => {
            AgeRecipient::Hybrid(SealPublicKey::from_bytes(&bytes)?)
        }
        _ => return None,
    };
    // Bits that are left over say nothing and are to be zero: one key has one text.
    (recipient_text(&read) == typed).then_some(read)
}

/// A recipient as `age-keygen` prints it.
pub(crate) fn recipient_text(recipient: &AgeRecipient) -> String {
    let (name, bytes) = match recipient {
        AgeRecipient::X25519(key) => (X25519, key.as_slice()),
        AgeRecipient::Hybrid(key) => (HYBRID, key.as_bytes()),
    };
    let encoded = Hrp::parse(name).map(|hrp| bech32::encode_lower::<Unlimited>(hrp, bytes));
    encoded.ok().and_then(Result::ok).unwrap_or_default()
}

/// The Ed25519 public key that a text says: as PEM (`openssl pkey -pubout`), or its bytes, with or without DER, in base64.
pub(crate) fn receipt_key(typed: &str) -> Option<[u8; 32]> {
    let lines = typed.lines().map(str::trim);
    let text: String = lines.filter(|line| !line.starts_with("-----")).collect();
    let bytes = BASE64.decode(unbroken(&text).as_bytes()).ok()?;
    let key = bytes.strip_prefix(&ED25519).unwrap_or(&bytes);
    key.try_into().ok()
}

/// A key for receipts as it can be pasted again.
pub(crate) fn receipt_key_text(key: &[u8; 32]) -> String {
    BASE64.encode(&[ED25519.as_slice(), key].concat())
}

/// The signature that a text says, in base64, broken into lines or not.
pub(crate) fn signature(typed: &str) -> Option<Box<Signature>> {
    let bytes = BASE64.decode(unbroken(typed).as_bytes()).ok()?;
    Some(Box::new(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the manual of `age`.
    const KNOWN: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn the_checksum_is_what_it_says() {
        Unlimited::sanity_check();
    }

    #[test]
    fn a_recipient_is_read_as_the_tool_prints_it() {
        let read = recipient(&format!("  {}\n{} \n", &KNOWN[..30], &KNOWN[30..]));
        let read = read.expect("the manual's is one");
        assert!(matches!(read, AgeRecipient::X25519(_)));
        assert_eq!(recipient_text(&read), KNOWN);
    }

    #[test]
    fn a_hybrid_recipient_is_longer_than_bech32_allows_and_read_all_the_same() {
        let key: Vec<u8> = (0..SEAL_PUBLIC_KEY_SIZE).map(|at| at as u8).collect();
        let key = AgeRecipient::Hybrid(SealPublicKey::from_bytes(&key).unwrap());
        let text = recipient_text(&key);
        assert_eq!(text.len(), 1959);
        assert!(text.starts_with("age1pq1"));
        assert_eq!(recipient(&text), Some(key));
        assert_eq!(recipient(&text[..1958]), None);
    }

    #[test]
    fn what_is_no_recipient_is_not_taken_for_one() {
        let mut changed = KNOWN.to_owned();
        changed.replace_range(20..21, "q");
        let short = bech32::encode_lower::<Unlimited>(Hrp::parse("age").unwrap(), &[7; 31]);
        for typed in [
            "",
            "age1",
            &changed,
            &short.unwrap(),
            &KNOWN.to_uppercase(),
            "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIntUYeX",
        ] {
            assert_eq!(recipient(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_key_for_receipts_is_read_in_each_of_its_forms() {
        // RFC 8410, section 10.1.
        let known = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        let key = receipt_key(known).expect("the RFC's is one");
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{known}\n-----END PUBLIC KEY-----\n");
        assert_eq!(receipt_key(&pem), Some(key));
        assert_eq!(receipt_key(&BASE64.encode(&key)), Some(key));
        assert_eq!(receipt_key_text(&key), known);
        for typed in [
            "",
            "MCow",
            &known[..56],
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8z",
        ] {
            assert_eq!(receipt_key(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_signature_has_64_bytes() {
        let text = BASE64.encode(&[7; 64]);
        let broken = format!("{}\n{}\n", &text[..64], &text[64..]);
        assert_eq!(signature(&broken).as_deref(), Some(&[7; 64]));
        assert_eq!(signature(&BASE64.encode(&[7; 63])), None);
        assert_eq!(signature("no"), None);
    }
}
