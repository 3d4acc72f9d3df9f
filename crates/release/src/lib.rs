//! Is it real? Whether a page that a line serves is one that was released, which one, and whether it is the newest.
//!
//! The list of releases is a text file in the form of `sha256sum`, signed by release keys in the form of `ssh-keygen -Y sign`
//! ([`Releases`], [`Signers`]). A document as it is served has five things in it that a line put there; [`Served`] takes them out, each by a
//! rule that lets nothing stand there that runs, and what is left is compared with the list ([`check`]). `docs/operate/release.md` says how,
//! `docs/operate/check-page.sh` does the same with public tools.
//!
//! Pure: bytes in, an answer out.

mod check;
mod list;
mod markup;
mod served;
mod signed;

pub use check::{Checked, NotReleased, check};
pub use list::{FILES, NotAList, Release, Releases};
pub use served::{NotServed, Served, Slot};
pub use signed::{NAMESPACE, NotSigned, Signers};
