//! How a desk begins: as the first of a line, as a newcomer, or from its vault.

use protocol::{JoinRequest, JoinSecret, ShredKey, TeamEvent, TeamKey};
use rand_core::CryptoRng;
use statements::{
    Act, DeviceKey, DeviceList, Line, Membership, Permission, Profile, RosterAction, RosterEntry,
    Stage, UnverifiedStatement,
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
        let team = Some(TeamKey::random(turn.rng));
        let mut desk = Desk::begin(line, device, work_name, (team, None));
        // The relay lets nobody append whom no list names, so the list comes first.
        let list = DeviceList::draft(desk.line(), 1, &[desk.device()]);
        let list = list.sign_by_device(&desk.identity.device).done();
        let listed = desk.ask(RelayTask::Publish(list.to_bytes()), About::Nothing, None);
        desk.append_delegation(line, &mut turn);
        if let Some(append) = desk.outbox.last_append() {
            desk.outbox.wait_for(append, listed);
        }
        let mut id = [0; 16];
        turn.rng.fill_bytes(&mut id);
        let entry = RosterEntry {
            id,
            day: now.day(),
            device: desk.device(),
            action: first_admission(line, work_name, now),
        };
        let entry = entry.draft(desk.line());
        let entry = entry.sign_by_device(&desk.identity.device).done();
        let event = TeamEvent::Statement(entry.to_bytes());
        desk.append(&event, About::Nothing, &mut turn);
        let effects = desk.finish(turn, false);
        (desk, effects)
    }

    /// Appends the delegation by which the roster is judged from here on.
    pub(crate) fn append_delegation(&mut self, line: &Line, turn: &mut Turn<'_>) {
        let event = TeamEvent::Statement(line.delegation_statement().to_bytes());
        self.append(&event, About::Nothing, turn);
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
            desk.ask(RelayTask::WriteSlot(write), About::Join, None);
        }
        let effects = desk.finish(turn, false);
        (desk, effects)
    }

    fn begin(
        line: &Line,
        device: DeviceKey,
        work_name: &str,
        secrets: (Option<TeamKey>, Option<JoinSecret>),
    ) -> Desk {
        let mut desk = Desk::empty(Identity {
            device,
            line: line.id(),
            work_name: work_name.into(),
            team: secrets.0.into_iter().map(|key| (0, key)).collect(),
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

/// The first coordinator may do what the root keys' word lets him do, for as long as it holds.
fn first_admission(line: &Line, work_name: &str, now: Minute) -> RosterAction {
    let until = line.delegation().until();
    let membership = Membership {
        stage: Stage::Coordinator,
        until,
        work_name: work_name.into(),
        profile: Profile::default(),
    };
    let permissions = [Act::Answer, Act::Supervise, Act::Publish].map(|act| Permission {
        act,
        authority: work_name.into(),
        document: String::new(),
        scope: String::new(),
        from: now.day().minus(1),
        until,
    });
    RosterAction::Admit(membership, permissions.into())
}
