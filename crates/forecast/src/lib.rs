//! How long people who write will wait for a person, from counts alone: how many write in each hour, how many guides are on duty, how
//! long conversations take.
//!
//! [`erlang_c`] and [`erlang_a`] are the formulas for a load that does not change, and the check on the simulation that everything else
//! rests on. Nothing here is random or has a clock: the seed is an argument, and the same counts get the same figures.

mod carry;
mod chart;
mod erlang;
mod file;
#[cfg(test)]
mod file_tests;
mod gap;
mod guides;
mod line;
mod simulation;
#[cfg(test)]
mod simulation_tests;
mod surge;
mod waits;
mod week;
mod work;

pub use carry::{Carries, Volume};
pub use erlang::{ErlangA, ErlangC, ErlangError, Flow, erlang_a, erlang_b, erlang_c};
pub use file::{EXAMPLE, FileError};
pub use line::{Assumption, Line, WEEK};
pub use surge::{SURGE_HOURS, Surge, SurgeError, SurgeForecast, SurgeHour};
pub use waits::Waits;
pub use week::{AIM, Aim, HourForecast, TeamForecast};
