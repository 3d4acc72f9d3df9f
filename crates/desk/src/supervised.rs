//! A case that this desk reads along, and what is said about a case.

use protocol::{CaseLogSecret, Text, WhisperSecret};
use statements::DevicePublicKey;
use wire::{ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::case::Case;
use crate::codec::{read_all, read_text, write_all};
use crate::logged::{read_logs, write_logs};
use crate::view::DraftState;

/// Something that was said about a case.
pub(crate) struct Said {
    pub(crate) by: DevicePublicKey,
    pub(crate) text: Text,
}

impl Said {
    /// device 32 ‖ text.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        writer.put(&self.by.0).medium(self.text.as_str().as_bytes())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Said, ReadError> {
        Ok(Said {
            by: DevicePublicKey(reader.array()?),
            text: read_text(reader)?,
        })
    }
}

/// An answer that waits for approval.
pub(crate) struct Draft {
    pub(crate) number: u32,
    pub(crate) text: Text,
    pub(crate) state: DraftState,
}

impl Draft {
    /// number u32 ‖ state u8 ‖ text.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let state = match self.state {
            DraftState::Waits => 1,
            DraftState::Approved => 2,
            DraftState::Rejected => 3,
        };
        let text = self.text.as_str().as_bytes();
        writer.u32(self.number).u8(state).medium(text)
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Draft, ReadError> {
        Ok(Draft {
            number: reader.u32()?,
            state: match reader.u8()? {
                1 => DraftState::Waits,
                2 => DraftState::Approved,
                3 => DraftState::Rejected,
                _ => return Err(ReadError::Value),
            },
            text: read_text(reader)?,
        })
    }
}

/// A case of another desk that this one reads along.
#[derive(Default)]
pub(crate) struct Supervised {
    pub(crate) generation: u32,
    pub(crate) logs: Vec<(u32, CaseLogSecret)>,
    pub(crate) whisper: Option<WhisperSecret>,
    pub(crate) whispers: Vec<Said>,
    pub(crate) drafts: Vec<Draft>,
}

impl Supervised {
    /// What is granted: (generation u32 ‖ log 32)* with the newest last ‖ whisper 32.
    pub(crate) fn granted(case: &Case) -> Zeroizing<Vec<u8>> {
        let logged = &case.logged;
        let writer = Writer::with_capacity(40 * (logged.earlier.len() + 2));
        let newest = [(logged.generation, logged.log.duplicate())];
        let writer = write_logs(writer, &newest).put(logged.whisper.expose());
        Zeroizing::new(write_logs(writer, &logged.earlier).done())
    }

    /// Takes in a grant; what was said before stays.
    pub(crate) fn renew(&mut self, generation: u32, content: &[u8]) -> Result<(), ReadError> {
        let mut reader = Reader::new(content);
        let mut logs = read_logs(&mut reader)?;
        let whisper = WhisperSecret::from_bytes(&reader.array()?);
        logs.extend(read_logs(&mut reader)?);
        reader.end()?;
        self.generation = generation;
        self.logs = logs;
        self.whisper = Some(whisper);
        Ok(())
    }

    /// generation u32 ‖ logs ‖ whisper 32 ‖ whispers ‖ drafts.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let none = WhisperSecret::from_bytes(&[0; 32]);
        let writer = write_logs(writer.u32(self.generation), &self.logs);
        let writer = writer.put(self.whisper.as_ref().unwrap_or(&none).expose());
        let writer = write_all(writer, self.whispers.iter(), |writer, said| {
            said.encode(writer)
        });
        write_all(writer, self.drafts.iter(), |writer, draft| {
            draft.encode(writer)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Supervised, ReadError> {
        Ok(Supervised {
            generation: reader.u32()?,
            logs: read_logs(reader)?,
            whisper: Some(WhisperSecret::from_bytes(&reader.array()?)),
            whispers: read_all(reader, Said::decode)?,
            drafts: read_all(reader, Draft::decode)?,
        })
    }
}
