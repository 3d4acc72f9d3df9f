//! `cargo xtask drill`: what happens when a device is shut out, what an insider with a changed program gets, a day on which very many write, and a
//! desk that was off for a week.

pub(crate) mod absence;
mod attempts;
pub(crate) mod contact;
mod forge;
pub(crate) mod insider;
pub(crate) mod line;
mod modified;
pub(crate) mod revoke;
pub(crate) mod station;
pub(crate) mod surge;
mod surge_forecast;
mod surge_model;
pub(crate) mod surge_report;
