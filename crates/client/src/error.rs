//! Why a request did not do what it should.

use hyper::StatusCode;
use serde::Deserialize;

/// Why a request did not do what it should.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum ClientError {
    /// The address is none.
    #[error("this is no address of a relay; it begins with https://")]
    Address,
    /// The certificate file can't be used.
    #[error("the certificate file can't be used")]
    Certificate,
    /// Nothing was sent.
    #[error("the relay can't be reached; nothing was sent")]
    NotSent,
    /// It was sent, and no answer came: whether it arrived is not known. Repeating it does no harm.
    #[error("the connection broke; it is not known whether it arrived")]
    NotKnown,
    /// The relay said no.
    #[error("the relay refused ({code}): {detail}")]
    Refused {
        /// The relay's code.
        code: String,
        /// What to do next.
        detail: String,
    },
    /// The answer is not what a relay answers.
    #[error("the answer is not what a relay answers; is this the right address?")]
    Answer,
}

impl ClientError {
    /// The relay's code, if it refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            ClientError::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether a slot held something else.
    pub fn is_conflict(&self) -> bool {
        self.code() == Some("conflict")
    }

    /// Whether work is to be brought along.
    pub(crate) fn asks_for_work(&self) -> bool {
        self.code() == Some("more_effort")
    }

    /// Whether trying later may help: the relay was not reached, is unavailable, or asks for more work each time.
    pub fn is_passing(&self) -> bool {
        matches!(self, ClientError::NotSent | ClientError::NotKnown)
            || self.asks_for_work()
            || matches!(self.code(), Some("full" | "unavailable"))
    }
}

#[derive(Deserialize)]
struct ErrorBody {
    error: String,
    detail: String,
}

/// Codes and details are for people: what is longer than this is no answer of a relay.
const LONGEST: usize = 500;

pub(crate) fn refused(status: StatusCode, body: &[u8]) -> ClientError {
    match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) if body.error.len() <= LONGEST && body.detail.len() <= LONGEST => {
            ClientError::Refused {
                code: body.error,
                detail: body.detail,
            }
        }
        _ if status.is_server_error() => ClientError::NotKnown,
        _ => ClientError::Answer,
    }
}
