//! How a desk begins: as the first of a line, as a newcomer, or from its vault.

use protocol::{JoinRequest, JoinSecret, ShredKey, TeamEvent, TeamKey};
use rand_core::CryptoRng;
use statements::{
    DeviceKey, DeviceList, Line, Role, RosterAction, RosterEntry, UnverifiedStatement,
};
use wire::{Minute, SlotWrite};

use crate::identity::Identity;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{Desk, Effect, Record, RelayTask, RestoreError};

impl Desk {
    /// The first coordinator of a new line, whose root and delegation stand already; the effects begin its roster.
    pub fn found(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> (Desk, Vec<Effect>) {
        let mut turn = Turn::new(now, rng);
        let team = Some((0, TeamKey::random(turn.rng)));
        let mut desk = Desk::begin(line, device, work_name, (team, None));
        // The relay lets nobody append whom no list names, so the list comes first.
        let list = DeviceList::draft(desk.line(), 1, &[desk.device()]);
        let list = list.sign_by_device(&desk.identity.device).done();
        let listed = desk.ask(RelayTask::Publish(list.to_bytes()), About::Nothing, None);
        let entry = RosterEntry {
            sequence: desk.roster.next,
            previous: desk.roster.head,
            action: RosterAction::Admit,
            device: desk.device(),
            role: Role::Coordinator,
            until: line.delegation().until(),
            work_name: work_name.into(),
        };
        let entry = entry.draft(desk.line());
        let entry = entry.sign_by_device(&desk.identity.device).done();
        desk.append_first(&entry, listed, &mut turn);
        let effects = desk.finish(turn, false);
        (desk, effects)
    }

    /// Appends the roster's first entry. Epoch keys and freshness follow once it was read back.
    fn append_first(&mut self, entry: &UnverifiedStatement, listed: u64, turn: &mut Turn<'_>) {
        let event = TeamEvent::Statement(entry.to_bytes());
        self.append(&event, About::Nothing, turn);
        if let Some(append) = self.outbox.last_append() {
            self.outbox.wait_for(append, listed);
        }
    }

    /// A newcomer with an invitation; the effects leave its request. Not admitted until a welcome is opened.
    pub fn join(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        secret: JoinSecret,
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> (Desk, Vec<Effect>) {
        let mut turn = Turn::new(now, rng);
        let name = secret.slot(&line.id());
        let mut desk = Desk::begin(line, device, work_name, (None, Some(secret)));
        let statement = desk.new_epoch_key(now.day(), &mut turn);
        let request = UnverifiedStatement::parse(&statement)
            .ok()
            .and_then(|statement| JoinRequest::new(&line.id(), work_name, &statement).ok());
        let secret = desk.identity.joining.as_ref();
        let sealed = request
            .zip(secret)
            .and_then(|(request, secret)| request.seal(&line.id(), secret, turn.rng).ok());
        if let Some(envelope) = sealed {
            let write = SlotWrite {
                name,
                replaces: None,
                shred_key: *ShredKey::random(turn.rng).expose(),
                envelope,
            };
            desk.ask(RelayTask::WriteSlot(write), About::Nothing, None);
        }
        let effects = desk.finish(turn, false);
        (desk, effects)
    }

    fn begin(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        secrets: (Option<(u32, TeamKey)>, Option<JoinSecret>),
    ) -> Desk {
        let mut desk = Desk::empty(Identity {
            device,
            line: line.id(),
            work_name: work_name.into(),
            team: secrets.0,
            joining: secrets.1,
        });
        desk.progress.line_day = Some(line.day());
        desk.line = Some(line.clone());
        desk.mark(RecordKey::Device);
        desk
    }

    /// A desk from the records of a vault, in any order; [`Desk::resume`] and the line come next.
    ///
    /// # Errors
    /// When the device's record is missing, or a record cannot be read.
    pub fn restore(records: Vec<Record>) -> Result<Desk, RestoreError> {
        Desk::from_records(&records)
    }
}
