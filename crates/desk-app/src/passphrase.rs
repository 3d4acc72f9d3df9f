//! The passphrase of a vault.

use zeroize::Zeroizing;

/// What a person types to open a vault; it wipes itself and is neither printed nor compared.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes what was typed, without the line's end that a file or a terminal adds.
    pub fn new(typed: String) -> Passphrase {
        let typed = Zeroizing::new(typed);
        Passphrase(Zeroizing::new(
            typed.trim_end_matches(['\r', '\n']).to_owned(),
        ))
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
