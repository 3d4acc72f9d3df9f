//! What a line may say of its work in numbers: counts of a month, made so that nobody can tell from them whether one contact is among them.
//!
//! *Neighbours* are two months that differ by one contact, with all that it adds to all counts. Every [`Publication`] is
//! ε-differentially private (pure, δ = 0) for neighbours: each count gets noise of the discrete Laplace distribution whose scale is
//! all that one contact can add to all counts together, divided by ε. Publications add up: the [`Book`] gives a calendar year so much,
//! and refuses beyond. `docs/decisions/0039-outcomes.md` says why.
//!
//! Pure: the randomness is an argument, and the day is one. It does not hide that a month was published, and protects a *contact*:
//! one person who writes under several phrases is several contacts.

mod book;
mod counts;
mod draw;
mod noise;

pub use book::{Book, Refusal};
pub use counts::{Contact, Counts};
pub use draw::draw;
pub use publication::{
    Epsilon, FEW, Figure, Language, Month, Publication, Question, Questions, Reached, Related,
    Said, Waited, chart, csv, heading, question, rows, sentences, text,
};
