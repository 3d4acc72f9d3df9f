//! A whole line on one machine, as real processes, and a conversation played through it.
//!
//! [`DemoLine`] brings up what `footbridge demo` shows: a relay on the embedded store, a coordinator's desk and a guide's
//! desk, with demonstration data. [`play`] is a contact and two people at desks, who use only the doors that
//! everybody uses: the relay's HTTP interface and the desks' local addresses.

mod desk;
mod ended;
mod ground;
mod handed;
mod letter;
mod line;
mod process;
mod rehearsal;
mod story;
mod warned;

pub use contact::Contact as DemoContact;
pub use desk::DeskDoor;
pub use ended::close;
pub use handed::hand_over;
pub use line::{DemoLine, DemoOptions, PASSPHRASE, card_set, free_port};
pub use process::Process;
pub use rehearsal::{Reached, Rehearsal, WarnedBy, rehearse};
pub use story::{StoryStep, Transcript, answer, play};

/// Why the demonstration line does not stand.
#[derive(thiserror::Error, Debug)]
pub enum DemoError {
    /// A process could not be started.
    #[error("can't start the {name}: {error}")]
    Start {
        /// Which process.
        name: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
    /// A process ended too early.
    #[error(
        "the {name} ended too early; its log is in the demonstration's directory (--directory keeps it)"
    )]
    Ended {
        /// Which process.
        name: &'static str,
    },
    /// A process said something that was not understood.
    #[error("the {0} gave an answer that was not understood")]
    Answer(&'static str),
    /// A file of the demonstration can't be read or written.
    #[error("{what}: {error}")]
    File {
        /// Which file, or what for.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The relay could not be used.
    #[error("the relay: {0}")]
    Relay(String),
    /// A contact could not go on.
    #[error("the contact: {0}")]
    Contact(#[from] contact::ContactError),
    /// A desk could not be used.
    #[error("the desk: {0}")]
    Desk(String),
}
