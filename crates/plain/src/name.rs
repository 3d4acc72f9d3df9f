//! The names of files: what a card is called is not what its file is called.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The name of a card's page, without a folder and with its ending: the first 8 bytes of the SHA-256 of the card's id, in hexadecimal.
///
/// So a browser's history says nothing of what was asked, no id leads out of the folder or is a name that a system keeps for its devices,
/// and no two ids meet where letters' case is not told apart. It hides nothing from somebody who opens the page.
pub fn card_file(id: &str) -> String {
    let hash = Sha256::digest(id.as_bytes());
    let part = hash.get(..8).unwrap_or_default();
    format!("{}.html", HEXLOWER.encode(part))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_says_nothing_and_never_leads_out() {
        let ids = [
            "",
            "if-captured",
            "../../escape",
            "a\\b",
            "A",
            "a",
            "index",
            "con",
            "a\0",
            "\u{202e}a",
            "조선",
            &"a".repeat(65),
        ];
        let names: BTreeSet<String> = ids.iter().map(|id| card_file(id)).collect();
        assert_eq!(names.len(), ids.len(), "no two ids meet");
        for name in names {
            let stem = name.strip_suffix(".html").unwrap();
            assert_eq!(stem.len(), 16);
            assert!(stem.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }
}
