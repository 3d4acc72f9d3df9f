//! A month's outcomes as they are published: figures that were blurred, what is said beside them, as CSV and as a picture.
//!
//! Reading needs no generator and no counts, so whoever only shows a publication does not get what makes one: that is the crate
//! `outcomes`. Pure.

mod chart;
mod epsilon;
mod figure;
mod margin;
mod month;
mod publication;
mod saying;
mod table;

pub use chart::{bars, chart};
pub use epsilon::Epsilon;
pub use figure::{Figure, Question, Questions, Reached, Waited};
pub use month::Month;
pub use publication::{FEW, Publication, Said};
pub use saying::{Language, Related, heading, question, rows, sentences, text};
pub use table::csv;
