//! The record of attributed claims, the cards that rest on it, and which of them may be sent on a day.
//!
//! Pure: it has no clock and no keys, and does not decide who is right. What contacts read comes from a signed card set; this crate says
//! what is wrong with one ([`CardSet::problems`]), which of its cards stand ([`CardSet::standings`]), and which words of a text a reader
//! should look at twice ([`flags`]).

mod card;
mod cell;
mod claim;
mod date;
mod dispute;
mod editing;
mod exchange;
mod graph;
mod guard;
mod origin;
mod problem;
mod proposal;
mod search;
mod sentences;
mod standing;
mod time_line;

pub use card::{Card, CardSet, CardText, Class, Headings, NotACardSet, Part, Source};
pub use cell::{guarded, unguarded};
pub use claim::{Claim, Earlier, Number, Record, RecordSource};
pub use date::{date_of, day_of};
pub use dispute::Dispute;
pub use editing::{CHECKERS, Check, Due, Edited, EditedClaim, EditedKind};
pub use exchange::{Exchange, Fault, ImportProblem};
pub use guard::{Flag, Flagged, flags};
pub use origin::shared_origins;
pub use problem::Problem;
pub use proposal::{Context, Proposal};
pub use search::{CardHit, CardIndex, Excerpt, Folded, find};
pub use sentences::{hidden_in, sentences_of};
pub use standing::{Standing, Why, suspended_where_due};
pub use time_line::{Happened, Moment, TimeLine};
