//! What screens show of a shift: the rota, notes on probes, the board; and translations of messages.

use protocol::{Ending, Helped, Language, Readiness, Staffing};
use statements::DevicePublicKey;
use wire::{Day, Minute};
use zeroize::Zeroizing;

/// A translation of a message, by a person.
pub struct TranslationView {
    /// Into which language.
    pub language: Language,
    /// The translation.
    pub text: Zeroizing<String>,
}

/// A duty of the rota.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyView {
    /// Its name.
    pub id: [u8; 8],
    /// The first minute.
    pub from: Minute,
    /// The first minute no longer in it.
    pub until: Minute,
    /// The language that is staffed.
    pub language: Language,
    /// How many are needed.
    pub minimum: u8,
    /// How many more are needed; those who offer their place are not counted.
    pub missing: u8,
    /// Whether the person here comes.
    pub mine: Option<Staffing>,
    /// Who comes.
    pub staff: Vec<StaffView>,
    /// Whether a shift's keys are issued for all of it.
    pub has_keys: bool,
}

/// Somebody who comes to a duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffView {
    /// The device.
    pub device: DevicePublicKey,
    /// The work name.
    pub work_name: String,
    /// Whether the place is offered to anybody.
    pub offered: bool,
}

/// A note on what looked like somebody who only tests the line.
pub struct ProbeNoteView {
    /// Its name.
    pub note: [u8; 16],
    /// What was noticed.
    pub text: Zeroizing<String>,
    /// Who noticed it.
    pub by: String,
    /// Whether a second person has let it stand.
    pub stands: bool,
    /// Whether the person here may judge it.
    pub may_judge: bool,
    /// The last day of the note.
    pub until: Day,
}

/// The shift in numbers: nothing that opens or names a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardView {
    /// How many wait.
    pub waiting: usize,
    /// How many of them have minutes.
    pub acute: usize,
    /// For how many of them nobody who is there is the right one.
    pub without_guide: usize,
    /// For how many minutes the one who waits longest has waited.
    pub longest_wait: u32,
    /// How many of the team's cases wait for their contact.
    pub parked: usize,
    /// How many cases end within three days, at the desks that are there.
    pub ending: usize,
    /// How many cases have a holder who has fallen silent.
    pub silent: usize,
    /// How many may be called and are not there.
    pub to_call: usize,
    /// Who is there.
    pub desks: Vec<BoardRow>,
    /// How many cases ended in the last 30 days, and how; those fewer than five are left out.
    pub endings: Vec<(Ending, usize)>,
    /// What contacts said of the help they got; for coordinators, and only from five on.
    pub feedback: Vec<(Helped, u32)>,
}

/// Somebody who is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardRow {
    /// The work name.
    pub work_name: String,
    /// Ready, not yet, or a break.
    pub readiness: Readiness,
    /// Live conversations, acute ones, open cases, unread ones.
    pub live: u8,
    /// Acute ones among them.
    pub acute: u8,
    /// Open cases.
    pub open: u8,
    /// Those with something unread.
    pub unread: u8,
    /// Whether that is more than one person should carry.
    pub over: bool,
    /// Whether nothing was heard from there for a whole minute.
    pub silent: bool,
}
