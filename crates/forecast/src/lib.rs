//! How long people who write will wait for a person, from counts alone: how many write in each hour, how many guides are on duty, how
//! long conversations take.
//!
//! [`erlang_c`] and [`erlang_a`] are the formulas for a load that does not change.

mod erlang;

pub use erlang::{ErlangA, ErlangC, ErlangError, Flow, erlang_a, erlang_b, erlang_c};
