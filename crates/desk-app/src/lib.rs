//! A guide's desk: local screens, encrypted vault, sync with the relay.
//!
//! [`run`] opens a vault and serves the screens on a loopback address; [`found`] and [`join`] make vaults. How a case is
//! decided is not known here: `desk` decides, this crate carries out.

mod card_set;
mod clock;
mod hash;
mod partner_keys;
mod passphrase;
mod run;
mod screens;
mod setup;
mod strings;
mod sync;
mod vault;

pub use hash::sha256_of;
pub use passphrase::Passphrase;
pub use run::{DeskAppError, DeskConfig, Links, run};
pub use setup::{Joined, NewDesk, SetupError, found, is_vault, join};
pub use sync::{
    Cards, CommandError, Connection, DuressError, Handle, ParsedCards, Running, Shown, ShownNotice,
    StartError, Trouble,
};
pub use vault::{Vault, VaultCost, VaultError};

/// The five words that two people compare by voice, always of the English list: both must see the same.
fn words_of(comparison: &[u8; 32]) -> Vec<String> {
    let words = words::check_words(words::List::English, comparison);
    words.map(str::to_owned).to_vec()
}
