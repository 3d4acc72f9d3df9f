//! What desks tell each other about outcomes that may be published (`docs/protocol.md`, section 5). The relay never sees it.

use alloc::vec::Vec;
use wire::{ReadError, Reader, Writer};

use crate::text::codes;

codes!(
    /// What is said of outcomes.
    OutcomesStep {
        /// A month was drawn.
        Drawn = 1,
        /// Another person agrees to what was drawn.
        Agreed = 2,
    }
);

/// What desks tell each other about the outcomes of a month: step u8 ‖ (1: length u16 ‖ publication; 2: name 16).
pub enum OutcomesEvent {
    /// The author has drawn what may be said of a month: it is spent from here on, whoever agrees.
    Drawn {
        /// The publication; its form is not known here.
        publication: Vec<u8>,
    },
    /// The author, another person, agrees to publish it.
    Agreed {
        /// The first 16 bytes of `H(tag "outcomes" ‖ publication)`.
        publication: [u8; 16],
    },
}

/// So many bytes of a publication are read at most.
const PUBLICATION_SIZE: usize = 200;

impl OutcomesEvent {
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        match self {
            OutcomesEvent::Drawn { publication } => {
                writer.u8(OutcomesStep::Drawn.code()).medium(publication)
            }
            OutcomesEvent::Agreed { publication } => {
                writer.u8(OutcomesStep::Agreed.code()).put(publication)
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<OutcomesEvent, ReadError> {
        let step = OutcomesStep::from_code(reader.u8()?).ok_or(ReadError::Value)?;
        Ok(match step {
            OutcomesStep::Drawn => {
                let publication = reader.medium()?;
                if publication.len() > PUBLICATION_SIZE {
                    return Err(ReadError::Value);
                }
                OutcomesEvent::Drawn {
                    publication: publication.to_vec(),
                }
            }
            OutcomesStep::Agreed => OutcomesEvent::Agreed {
                publication: reader.array()?,
            },
        })
    }
}
