//! Why the relay says no: a stable code for programs, a sentence for people.

use crate::store::StoreError;

/// Why the relay refuses.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayError {
    /// The body has not the size or layout that this request has.
    #[error("the body has not the size that this request has; send it again whole")]
    WrongSize,
    /// The envelope is of a version or kind that does not belong here.
    #[error("this version is not spoken here; get the page again")]
    WrongVersion,
    /// The envelope belongs to another line.
    #[error("this belongs to another line; check the address")]
    WrongLine,
    /// The shift is over.
    #[error("this shift is over; fetch the line again and seal to the one on duty")]
    ShiftOver,
    /// There is no such shift.
    #[error("there is no such shift; fetch the line again")]
    NoShift,
    /// Another envelope is in the slot.
    #[error("something else is there; read it again first")]
    Conflict,
    /// The session is unknown or over, or the device is not in the list.
    #[error("this desk is not let in; open a session, or ask a coordinator to admit it")]
    Unauthorised,
    /// The statement is not signed by those who may sign it, or is older than the one that stands.
    #[error("the statement is not accepted: it is not signed by those who may, or is out of date")]
    NotAccepted,
    /// Many write at once, and the request brought too little work along.
    #[error(
        "many write at once; each message has to bring some work along, which the page does by itself"
    )]
    MoreEffort,
    /// The line has ended.
    #[error("this line has ended; nothing is taken or given out any more, and nobody answers")]
    Ended,
    /// The disk is full, or the shift's room.
    #[error("there is no room; nothing was lost; try again later")]
    Full,
    /// The store does not answer.
    #[error("the store does not answer; nothing was lost; try again later")]
    Unavailable,
}

impl RelayError {
    /// All of them.
    pub const ALL: [RelayError; 12] = [
        RelayError::WrongSize,
        RelayError::WrongVersion,
        RelayError::WrongLine,
        RelayError::ShiftOver,
        RelayError::NoShift,
        RelayError::Conflict,
        RelayError::Unauthorised,
        RelayError::NotAccepted,
        RelayError::MoreEffort,
        RelayError::Ended,
        RelayError::Full,
        RelayError::Unavailable,
    ];

    /// The code that programs go by; part of the interface.
    pub fn code(self) -> &'static str {
        match self {
            RelayError::WrongSize => "wrong_size",
            RelayError::WrongVersion => "wrong_version",
            RelayError::WrongLine => "wrong_line",
            RelayError::ShiftOver => "shift_over",
            RelayError::NoShift => "no_shift",
            RelayError::Conflict => "conflict",
            RelayError::Unauthorised => "unauthorised",
            RelayError::NotAccepted => "not_accepted",
            RelayError::MoreEffort => "more_effort",
            RelayError::Ended => "ended",
            RelayError::Full => "full",
            RelayError::Unavailable => "unavailable",
        }
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            RelayError::WrongSize | RelayError::WrongVersion | RelayError::WrongLine => 400,
            RelayError::Unauthorised => 401,
            RelayError::NotAccepted => 403,
            RelayError::Conflict | RelayError::ShiftOver | RelayError::NoShift => 409,
            RelayError::Ended => 410,
            RelayError::MoreEffort => 429,
            RelayError::Full | RelayError::Unavailable => 503,
        }
    }
}

impl From<StoreError> for RelayError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => RelayError::Conflict,
            StoreError::Full => RelayError::Full,
            StoreError::Unavailable => RelayError::Unavailable,
        }
    }
}
