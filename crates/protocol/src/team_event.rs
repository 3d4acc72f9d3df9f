//! What a desk tells the team: the events of the log, as bytes (`docs/protocol.md`, section 5).

use alloc::string::String;
use alloc::vec::Vec;
use statements::{DevicePublicKey, SEAL_PUBLIC_KEY_SIZE, SealPublicKey};
use wire::{Day, ReadError, Reader, Writer};

use crate::case_log::{CaseEntry, CaseState, Whisper};
use crate::choices::Choices;
use crate::editing_log::EditingEvent;
use crate::feedback::read_address;
use crate::grant::Grant;
use crate::handover_log::HandoverEvent;
use crate::outcomes_log::OutcomesEvent;
use crate::post::{CaseId, read_text};
use crate::shift_log::{Duty, Ending, Load, Readiness, Staffing};
use crate::team_log::ContactMark;
use crate::text::{Language, Text, Urgency};
use crate::trail::TrailEntry;

/// Why a case is to be kept longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtensionReason {
    /// The contact asked for it.
    ContactAsked = 1,
    /// An answer from a partner is awaited.
    PartnerAwaited = 2,
    /// A legal deadline runs.
    LegalDeadline = 3,
    /// The dangerous weeks after a handover or an arrival, in which the contact wants to be able to write on.
    Aftercare = 4,
}

impl ExtensionReason {
    /// All of them, by code.
    pub const ALL: [ExtensionReason; 4] = [
        ExtensionReason::ContactAsked,
        ExtensionReason::PartnerAwaited,
        ExtensionReason::LegalDeadline,
        ExtensionReason::Aftercare,
    ];

    /// The one with this code.
    pub fn from_code(code: u8) -> Option<ExtensionReason> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == code)
    }
}

/// What a desk tells the team.
pub enum TeamEvent {
    /// A statement of the roster: an entry, its freshness, or an epoch key. Not verified here.
    Statement(Vec<u8>),
    /// A key for one device.
    Grant(Grant),
    /// The author is at its desk for a shift; repeated each minute, so that who falls silent is missed.
    CheckIn {
        /// The shift's number.
        shift: u32,
        /// Whether it takes cases.
        readiness: Readiness,
        /// What it carries.
        load: Load,
    },
    /// The author has left its desk.
    CheckOut {
        /// The shift's number.
        shift: u32,
        /// Whether the talk after the shift was had; nothing of it is kept.
        debriefed: bool,
    },
    /// The author takes a case; of two takes the earlier in log order wins.
    Take {
        /// The case.
        case: CaseId,
        /// The mark of its contact, by which desks that never saw the first post know whose later ones are.
        contact: ContactMark,
    },
    /// A piece of a case's history.
    CaseEntry(CaseEntry),
    /// The case was closed and its keys destroyed.
    Closed {
        /// The case.
        case: CaseId,
        /// How it ended.
        ending: Ending,
    },
    /// A piece of a statement that one person signed and a second is to see and sign; put together, the pieces are the statement.
    Propose {
        /// [`statements::UnverifiedStatement::proposal`] of the statement.
        proposal: [u8; 16],
        /// Which piece, from 0.
        index: u16,
        /// How many there are.
        count: u16,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// The author will not sign a proposal, or not agree to an extension.
    Decline {
        /// The proposal.
        proposal: [u8; 16],
        /// Why.
        reason: Text,
    },
    /// A proposal was signed by enough persons and published; or an extension is agreed to.
    Settle {
        /// The proposal.
        proposal: [u8; 16],
    },
    /// All that whoever goes on with a case needs.
    CaseState {
        /// Sealed under the keeping secret.
        state: CaseState,
        /// Whether the whole history was written anew in this generation, so that entries of earlier ones are not needed any more.
        anew: bool,
    },
    /// The author gives its case to another device, to which it has granted the keeping secret.
    Transfer {
        /// The case.
        case: CaseId,
        /// The device that holds it from now on.
        to: DevicePublicKey,
    },
    /// The author, who can go on with a case, puts it back into the queue.
    Return {
        /// The case.
        case: CaseId,
        /// The mark of its contact.
        contact: ContactMark,
        /// In which language the contact wants to be answered.
        language: Language,
        /// How much time is left.
        urgency: Urgency,
        /// What the contact wishes of whoever answers.
        choices: Choices,
        /// Whether something of the contact is unanswered; else it waits until the contact writes.
        unanswered: bool,
        /// Whether the author is not to have it again.
        aside: bool,
        /// The marks of the next posts of the contact, by which all desks see that something came.
        marks: Vec<[u8; 16]>,
    },
    /// What guides say to each other about a case.
    Whisper(Whisper),
    /// What a desk did, for those who watch over it.
    Trail(TrailEntry),
    /// The key to which the trail is sealed from now on.
    TrailKey {
        /// Rises with each key.
        generation: u32,
        /// The key.
        key: SealPublicKey,
    },
    /// The author wants to keep its case longer, and a second person has to agree.
    Extend {
        /// Random; names the proposal.
        proposal: [u8; 16],
        /// The case.
        case: CaseId,
        /// The last day.
        until: Day,
        /// Why.
        reason: ExtensionReason,
    },
    /// The author hears nothing of whoever has the case, and asks those who have shares of it for them.
    Miss {
        /// The case.
        case: CaseId,
    },
    /// The author goes on with the case of a silent holder; colleagues have given it their shares.
    Succeed {
        /// The case.
        case: CaseId,
    },
    /// The rota gets these duties; at most [`Duty::PER_EVENT`].
    Duties(Vec<Duty>),
    /// A duty is taken off the rota.
    CancelDuty {
        /// The duty.
        duty: [u8; 8],
    },
    /// Somebody is staffed for a duty, or not any more.
    Staff {
        /// The duty.
        duty: [u8; 8],
        /// Whose device.
        device: DevicePublicKey,
        /// Whether.
        staffing: Staffing,
    },
    /// The author may be called when there are too few, or not any more.
    CallList {
        /// Whether.
        ready: bool,
    },
    /// Those on the call list are called.
    Call,
    /// More write than can be answered soon; or that is over.
    Surge {
        /// Whether.
        on: bool,
    },
    /// What looked like somebody who only tests the line; a second person looks at it, and it ends after two weeks.
    ProbeNote {
        /// Random; names it.
        note: [u8; 16],
        /// What was noticed; never who.
        text: Text,
    },
    /// The author, another person, has seen such a note.
    ProbeSeen {
        /// The note.
        note: [u8; 16],
        /// Whether it stands; else it is dropped.
        stands: bool,
    },
    /// About cards and claims that are not published.
    Editing(EditingEvent),
    /// About the outcomes of a month.
    Outcomes(OutcomesEvent),
    /// Somebody has told the author of an address that only looks like the line. Nothing of who.
    ReportFake {
        /// The address, as [`statements::is_fake`] has it.
        address: String,
    },
    /// About partners and handovers to them.
    Handover(HandoverEvent),
}

/// So many marks of posts to come stand in a return at most.
const RETURN_MARKS: usize = 32;

impl TeamEvent {
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        match self {
            TeamEvent::Statement(bytes) => writer.u8(1).medium(bytes),
            TeamEvent::Grant(grant) => grant.write(writer.u8(2)),
            TeamEvent::CheckIn {
                shift,
                readiness,
                load,
            } => load.write(writer.u8(3).u32(*shift).u8(readiness.code())),
            TeamEvent::CheckOut { shift, debriefed } => {
                writer.u8(4).u32(*shift).u8((*debriefed).into())
            }
            TeamEvent::Take { case, contact } => writer.u8(5).put(&case.0).put(&contact.0),
            TeamEvent::CaseEntry(entry) => entry.write(writer.u8(6)),
            TeamEvent::Closed { case, ending } => writer.u8(7).put(&case.0).u8(ending.code()),
            TeamEvent::Propose {
                proposal,
                index,
                count,
                bytes,
            } => writer
                .u8(8)
                .put(proposal)
                .u16(*index)
                .u16(*count)
                .medium(bytes),
            TeamEvent::Decline { proposal, reason } => writer
                .u8(9)
                .put(proposal)
                .medium(reason.as_str().as_bytes()),
            TeamEvent::Settle { proposal } => writer.u8(10).put(proposal),
            TeamEvent::CaseState { state, anew } => state.write(writer.u8(11)).u8((*anew).into()),
            TeamEvent::Transfer { case, to } => writer.u8(12).put(&case.0).put(&to.0),
            TeamEvent::Return {
                case,
                contact,
                language,
                urgency,
                choices,
                unanswered,
                aside,
                marks,
            } => {
                let writer = writer
                    .u8(13)
                    .put(&case.0)
                    .put(&contact.0)
                    .u8(language.code())
                    .u8(urgency.code());
                let count = marks.len().min(RETURN_MARKS);
                let writer = choices
                    .write(writer)
                    .u8((*unanswered).into())
                    .u8((*aside).into())
                    .u8(u8::try_from(count).unwrap_or(u8::MAX));
                let marks = marks.iter().take(count);
                marks.fold(writer, |writer, mark| writer.put(mark))
            }
            TeamEvent::Whisper(whisper) => whisper.write(writer.u8(14)),
            TeamEvent::Trail(entry) => entry.write(writer.u8(15)),
            TeamEvent::TrailKey { generation, key } => {
                writer.u8(16).u32(*generation).put(key.as_bytes())
            }
            TeamEvent::Extend {
                proposal,
                case,
                until,
                reason,
            } => writer
                .u8(17)
                .put(proposal)
                .put(&case.0)
                .u32(until.0)
                .u8(*reason as u8),
            TeamEvent::Succeed { case } => writer.u8(18).put(&case.0),
            TeamEvent::Miss { case } => writer.u8(27).put(&case.0),
            TeamEvent::Duties(duties) => {
                let count = duties.len().min(Duty::PER_EVENT);
                let writer = writer.u8(19).u8(u8::try_from(count).unwrap_or(u8::MAX));
                let duties = duties.iter().take(count);
                duties.fold(writer, |writer, duty| duty.write(writer))
            }
            TeamEvent::CancelDuty { duty } => writer.u8(20).put(duty),
            TeamEvent::Staff {
                duty,
                device,
                staffing,
            } => writer.u8(21).put(duty).put(&device.0).u8(staffing.code()),
            TeamEvent::CallList { ready } => writer.u8(22).u8((*ready).into()),
            TeamEvent::Call => writer.u8(23),
            TeamEvent::Surge { on } => writer.u8(24).u8((*on).into()),
            TeamEvent::ProbeNote { note, text } => {
                writer.u8(25).put(note).medium(text.as_str().as_bytes())
            }
            TeamEvent::ProbeSeen { note, stands } => writer.u8(26).put(note).u8((*stands).into()),
            TeamEvent::Editing(event) => event.write(writer),
            TeamEvent::Outcomes(event) => event.write(writer.u8(40)),
            TeamEvent::ReportFake { address } => writer.u8(32).short(address.as_bytes()),
            TeamEvent::Handover(event) => event.write(writer),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<TeamEvent, ReadError> {
        Ok(match reader.u8()? {
            1 => TeamEvent::Statement(reader.medium()?.to_vec()),
            2 => TeamEvent::Grant(Grant::read(reader)?),
            3 => TeamEvent::CheckIn {
                shift: reader.u32()?,
                readiness: Readiness::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                load: Load::read(reader)?,
            },
            4 => TeamEvent::CheckOut {
                shift: reader.u32()?,
                debriefed: read_flag(reader)?,
            },
            5 => TeamEvent::Take {
                case: CaseId(reader.array()?),
                contact: ContactMark(reader.array()?),
            },
            6 => TeamEvent::CaseEntry(CaseEntry::read(reader)?),
            7 => TeamEvent::Closed {
                case: CaseId(reader.array()?),
                ending: Ending::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            8 => TeamEvent::Propose {
                proposal: reader.array()?,
                index: reader.u16()?,
                count: reader.u16()?,
                bytes: reader.medium()?.to_vec(),
            },
            9 => TeamEvent::Decline {
                proposal: reader.array()?,
                reason: read_text(reader)?,
            },
            10 => TeamEvent::Settle {
                proposal: reader.array()?,
            },
            11 => TeamEvent::CaseState {
                state: CaseState::read(reader)?,
                anew: read_flag(reader)?,
            },
            12 => TeamEvent::Transfer {
                case: CaseId(reader.array()?),
                to: DevicePublicKey(reader.array()?),
            },
            13 => TeamEvent::Return {
                case: CaseId(reader.array()?),
                contact: ContactMark(reader.array()?),
                language: Language::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                urgency: Urgency::from_code(reader.u8()?).ok_or(ReadError::Value)?,
                choices: Choices::read(reader)?,
                unanswered: read_flag(reader)?,
                aside: read_flag(reader)?,
                marks: read_counted(reader, RETURN_MARKS, |reader| reader.array())?,
            },
            14 => TeamEvent::Whisper(Whisper::read(reader)?),
            15 => TeamEvent::Trail(TrailEntry::read(reader)?),
            16 => TeamEvent::TrailKey {
                generation: reader.u32()?,
                key: SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
                    .ok_or(ReadError::Value)?,
            },
            17 => TeamEvent::Extend {
                proposal: reader.array()?,
                case: CaseId(reader.array()?),
                until: Day(reader.u32()?),
                reason: ExtensionReason::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            18 => TeamEvent::Succeed {
                case: CaseId(reader.array()?),
            },
            19 => TeamEvent::Duties(read_counted(reader, Duty::PER_EVENT, Duty::read)?),
            20 => TeamEvent::CancelDuty {
                duty: reader.array()?,
            },
            21 => TeamEvent::Staff {
                duty: reader.array()?,
                device: DevicePublicKey(reader.array()?),
                staffing: Staffing::from_code(reader.u8()?).ok_or(ReadError::Value)?,
            },
            22 => TeamEvent::CallList {
                ready: read_flag(reader)?,
            },
            23 => TeamEvent::Call,
            24 => TeamEvent::Surge {
                on: read_flag(reader)?,
            },
            25 => TeamEvent::ProbeNote {
                note: reader.array()?,
                text: read_text(reader)?,
            },
            26 => TeamEvent::ProbeSeen {
                note: reader.array()?,
                stands: read_flag(reader)?,
            },
            27 => TeamEvent::Miss {
                case: CaseId(reader.array()?),
            },
            32 => TeamEvent::ReportFake {
                address: read_address(reader)?,
            },
            kind @ (33 | 34) => TeamEvent::Handover(HandoverEvent::read(kind, reader)?),
            40 => TeamEvent::Outcomes(OutcomesEvent::read(reader)?),
            kind => TeamEvent::Editing(EditingEvent::read(kind, reader)?),
        })
    }
}

fn read_flag(reader: &mut Reader<'_>) -> Result<bool, ReadError> {
    match reader.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(ReadError::Value),
    }
}

/// A count u8 and the items.
fn read_counted<T>(
    reader: &mut Reader<'_>,
    most: usize,
    read: impl Fn(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let count = usize::from(reader.u8()?);
    if count > most {
        return Err(ReadError::Value);
    }
    (0..count).map(|_| read(reader)).collect()
}
