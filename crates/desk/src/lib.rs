//! One desk of one line: it folds the team log and the posts into a queue and cases, and decides what to append, write and destroy.
//!
//! Events go in, effects come out; the clock and randomness are arguments. `docs/protocol.md`, sections 4 and 5, has the rules.

mod interface;
mod view;

pub use interface::{
    CaseLabel, Command, Cursors, Effect, Input, Notice, Record, Refusal, RelayTask, RestoreError,
    TaskId,
};
pub use view::{
    CaseRow, CaseView, JoiningView, MemberView, MessageKind, MessageState, MessageView, ShiftView,
    View, WaitingRow,
};

use protocol::JoinSecret;
use rand_core::CryptoRng;
use statements::{DeviceKey, DevicePublicKey, Line, Role};
use wire::{LineId, Minute};


/// One device of one line: all state, no I/O.
pub struct Desk {
    device: DeviceKey,
    line: LineId,
    work_name: String,
}

impl Desk {
    /// The first coordinator of a new line, whose root and delegation stand already.
    pub fn found(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> (Desk, Vec<Effect>) {
        let _ = (now, rng);
        let line = line.id();
        let work_name = work_name.into();
        (
            Desk {
                device,
                line,
                work_name,
            },
            Vec::new(),
        )
    }

    /// A newcomer with an invitation; not admitted until a welcome is opened.
    pub fn join(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        secret: JoinSecret,
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> (Desk, Vec<Effect>) {
        let _ = secret;
        Desk::found(line, device, work_name, now, rng)
    }

    /// A desk from the records of a vault, in any order; [`Desk::resume`] comes next.
    ///
    /// # Errors
    /// When the device's record is missing or a record cannot be read; nothing is changed then.
    pub fn restore(records: Vec<Record>) -> Result<Desk, RestoreError> {
        let _ = records;
        Err(RestoreError::NoDevice)
    }

    /// Asks again for everything that the relay has not answered.
    pub fn resume(&mut self, now: Minute, rng: &mut dyn CryptoRng) -> Vec<Effect> {
        let _ = (now, rng);
        Vec::new()
    }

    /// Takes in what happened, and says what to do.
    pub fn step(&mut self, input: Input, now: Minute, rng: &mut dyn CryptoRng) -> Vec<Effect> {
        let _ = (input, now, rng);
        Vec::new()
    }

    /// What the main screen shows.
    pub fn view(&self, now: Minute) -> View {
        let _ = now;
        View {
            me: self.device(),
            work_name: self.work_name.clone(),
            role: Role::Guide,
            admitted: false,
            stale_roster: false,
            clock_off: false,
            connected_shift: None,
            on_duty: false,
            checked_in: false,
            guides_checked_in: 0,
            waiting: Vec::new(),
            cases: Vec::new(),
            roster: Vec::new(),
            shifts: Vec::new(),
            joining: Vec::new(),
            invited: Vec::new(),
            cards: None,
            outbox: 0,
        }
    }

    /// What a case's screen shows; `None` when this desk has no such case.
    pub fn case(&self, label: CaseLabel) -> Option<CaseView> {
        let _ = label;
        None
    }

    /// How far the desk has read.
    pub fn cursors(&self) -> Cursors {
        Cursors {
            posts_after: 0,
            log_after: 0,
        }
    }

    /// The device.
    pub fn device(&self) -> DevicePublicKey {
        self.device.public()
    }

    /// The device's key, for a session with the relay.
    pub fn device_key(&self) -> &DeviceKey {
        &self.device
    }

    /// The line.
    pub fn line(&self) -> LineId {
        self.line
    }

    /// The hash whose check words a newcomer compares by voice; `None` when not joining.
    pub fn join_words(&self) -> Option<[u8; 32]> {
        None
    }
}
