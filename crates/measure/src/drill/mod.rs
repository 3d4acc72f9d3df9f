//! `cargo xtask drill`: what happens when a device is shut out, and what an insider with a changed program gets.

mod attempts;
mod contact;
mod forge;
pub(crate) mod insider;
mod line;
mod modified;
pub(crate) mod revoke;
mod station;
