//! What a watcher of encrypted traffic can tell apart by sizes and times alone, and whoever takes a disk by its blocks.
//!
//! [`RecordSplitter`] finds the TLS records in a stream without opening any. [`record_features`] and [`request_features`] make
//! of each session numbers as attacks on website traffic use them, [`block_features`] of each block. [`judge`] lets a random forest guess what each session was,
//! and says how much better than guessing blindly it does, with an interval, and what the same forest gets out of nothing.
//!
//! Nothing here is random or has a clock: the seed is an argument, and the same sessions get the same figures.

mod blocks;
mod features;
mod forest;
mod judge;
mod records;
mod telling;

pub use blocks::{block_features, is_printable};
pub use features::{Features, Request, record_features, request_features};
pub use forest::ShapeError;
pub use judge::{Advantage, Aim, Effort, Nothing, Pair, Verdict, judge};
pub use records::{Record, RecordSplitter, Seen};
pub use telling::Telling;
