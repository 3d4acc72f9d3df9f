//! Invitations that a coordinator made, and what newcomers left in answer.

use protocol::{JoinRequest, JoinSecret};
use wire::{Day, Envelope, LineId, ReadError, Reader, Writer};

use crate::codec::{read_envelope, read_flag, read_option, read_string, write_option};
use crate::outbox::write_envelope;

/// For how many days an invitation can be answered and its newcomer admitted.
const OPEN_DAYS: u32 = 14;

/// One invitation.
pub(crate) struct Invitation {
    pub(crate) secret: JoinSecret,
    pub(crate) work_name: String,
    /// The sealed request, kept as it came, and what it says.
    request: Option<(Envelope, JoinRequest)>,
    /// The day on which it was made.
    pub(crate) made: Day,
    /// Whether this coordinator wants the newcomer admitted.
    pub(crate) admitting: bool,
}

impl Invitation {
    pub(crate) fn new(secret: JoinSecret, work_name: String, made: Day) -> Invitation {
        Invitation {
            secret,
            work_name,
            made,
            request: None,
            admitting: false,
        }
    }

    pub(crate) fn request(&self) -> Option<&JoinRequest> {
        self.request.as_ref().map(|(_, request)| request)
    }

    /// Takes in what lies in the slot, if it answers this invitation and nothing did before.
    pub(crate) fn answer(&mut self, line: &LineId, envelope: &Envelope) -> bool {
        if self.request.is_some() {
            return false;
        }
        let Ok(request) = JoinRequest::open(envelope, line, &self.secret) else {
            return false;
        };
        self.request = Some((envelope.clone(), request));
        true
    }

    /// Whether it is too old to be answered.
    pub(crate) fn is_over(&self, today: Day) -> bool {
        today > self.made.plus(OPEN_DAYS)
    }

    /// secret 16 ‖ made day ‖ work name ‖ (envelope 4,096)? ‖ admitting u8.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .put(self.secret.expose())
            .u32(self.made.0)
            .medium(self.work_name.as_bytes());
        let writer = write_option(writer, self.request.as_ref(), |writer, (envelope, _)| {
            write_envelope(writer, envelope)
        });
        writer.u8(self.admitting.into())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>, line: &LineId) -> Result<Invitation, ReadError> {
        let secret = JoinSecret::from_bytes(&reader.array()?);
        let made = Day(reader.u32()?);
        let mut invitation = Invitation::new(secret, read_string(reader)?, made);
        if let Some(envelope) = read_option(reader, read_envelope)?
            && !invitation.answer(line, &envelope)
        {
            return Err(ReadError::Value);
        }
        invitation.admitting = read_flag(reader)?;
        Ok(invitation)
    }
}
