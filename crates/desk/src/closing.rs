//! Cases that are destroyed here, and of which the relay is still being told.

use protocol::{CaseId, Language, Urgency};
use wire::{ReadError, Reader, Writer};

use crate::CaseLabel;
use crate::codec::{read_language, read_urgency};
use crate::view::CaseRow;

/// A destroyed case of which the relay is still being told: nothing that opens anything.
pub(crate) struct Closing {
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
}

impl Closing {
    /// language u8 ‖ urgency u8.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        writer.u8(self.language.code()).u8(self.urgency.code())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Closing, ReadError> {
        Ok(Closing {
            language: read_language(reader)?,
            urgency: read_urgency(reader)?,
        })
    }

    pub(crate) fn row(&self, case: &CaseId) -> CaseRow {
        CaseRow {
            label: CaseLabel::of(case),
            language: self.language,
            urgency: self.urgency,
            unread: false,
            unanswered: false,
            on_hold: false,
            next_contact: None,
            uncollected: 0,
            destroyed: true,
        }
    }
}
