//! The line without scripts: plain pages, the feed of what has changed, and the card pack with both and their proof.
//!
//! Pure: what comes out depends on a line's statements and a day alone, so whoever has both can make the same bytes and compare
//! ([`Pack::build`]), and whoever has a pack can check it without a network ([`check`]). No page has a script, an image or a link that leaves
//! the set. `docs/operate/pack.md` says how to mirror and check a pack, with our command and with public tools.

mod archive;
mod card_page;
mod cards;
mod check;
mod feed;
mod fragment;
mod frame;
mod front_page;
mod language;
mod name;
mod outcomes_page;
mod pack;
mod proof;
mod readme;
mod site;

pub use cards::State;
pub use check::{Checked, CheckedCard, NotAPack, check};
pub use fragment::Fragments;
pub use language::Language;
pub use name::card_file;
pub use pack::{Pack, PackError};
pub use site::{File, Pages, Site};
