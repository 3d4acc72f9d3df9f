//! The names of files: what a card is called need not be what a file may be called.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The longest id that is a file's name as it is, in bytes.
const LONGEST: usize = 64;

/// What a card's file can never be called: the page that lists them, and names that one system keeps for its devices.
const RESERVED: [&str; 5] = ["index", "con", "prn", "aux", "nul"];

/// The beginning of names that were made; no id with it is taken as it is, so no id can be given the name of another one.
const MADE: &str = "x--";

fn is_device(id: &str) -> bool {
    let numbered = id.strip_prefix("com").or_else(|| id.strip_prefix("lpt"));
    numbered.is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of a card's page, without a folder and with its ending: an id of `a–z`, `0–9` and `-` is kept; any other one becomes `x--` and the
/// first 16 bytes of its SHA-256, so that no id leads out of the folder, and no two ids meet where letters' case is not told apart.
pub fn card_file(id: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let may_stay = (1..=LONGEST).contains(&id.len())
        && id.bytes().all(is_plain)
        && !id.starts_with('-')
        && !id.starts_with(MADE)
        && !RESERVED.contains(&id)
        && !is_device(id);
    if may_stay {
        return format!("{id}.html");
    }
    let hash = Sha256::digest(id.as_bytes());
    let half = hash.get(..16).unwrap_or_default();
    format!("{MADE}{}.html", HEXLOWER.encode(half))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_id_stays_where_it_can_and_never_leads_out() {
        assert_eq!(card_file("is-this-real"), "is-this-real.html");
        let odd = [
            "",
            "../../etc/passwd",
            "a/b",
            "a\\b",
            "A",
            "a",
            "Ä",
            "ä",
            "index",
            "con",
            "COM1",
            "com1",
            "lpt9",
            "a.b",
            "a b",
            "-rf",
            "x--00",
            "a\0",
            "\u{202e}a",
            "조선",
            &"a".repeat(65),
            &card_file("A").replace(".html", ""),
        ];
        let names: BTreeSet<String> = odd.iter().map(|id| card_file(id)).collect();
        assert_eq!(names.len(), odd.len(), "no two ids meet");
        for name in names {
            let stem = name.strip_suffix(".html").unwrap();
            assert!(
                stem.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(!RESERVED.contains(&stem) && !is_device(stem));
        }
    }
}
