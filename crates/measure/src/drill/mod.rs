//! `cargo xtask drill`: what happens when a device is shut out, and what an insider with a changed program gets.

mod attempts;
pub(crate) mod contact;
mod forge;
pub(crate) mod insider;
pub(crate) mod line;
mod modified;
pub(crate) mod revoke;
pub(crate) mod station;
