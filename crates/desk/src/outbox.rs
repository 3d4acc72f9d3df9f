//! What the relay was asked for and has not answered: kept until it does, so that a killed desk asks again.

use std::collections::BTreeMap;

use protocol::CaseId;
use statements::DevicePublicKey;
use wire::{Envelope, Kind, ReadError, Reader, Shred, SlotNames, SlotWrite, Writer};

use crate::RelayTask;

/// Why something was asked, so that the answer can be understood.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing depends on the answer.
    Nothing,
    /// This desk takes a case.
    Take(CaseId),
    /// A reply of that number to the case's contact.
    Reply(CaseId, u32),
    /// The slot of what that case's contact is offered.
    Offer(CaseId),
    /// Whether that case's contact has handed something over; looked for again by who opens the case.
    Handover(CaseId),
    /// Something else of that case.
    Case(CaseId),
    /// A wait notice; worthless after a restart.
    Wait,
    /// This newcomer's request to join.
    Join,
    /// A device gets the newest team key.
    TeamKey(DevicePublicKey),
    /// The line's feedback key.
    Feedback,
    /// What is counted of a case.
    Report,
    /// This desk says that it is there; kept, since later entries wait for it.
    Sign,
    /// This desk asks for shares of that case.
    Miss(CaseId),
    /// This desk goes on with that case.
    Succeed(CaseId),
    /// This desk's shares of that case for that device.
    Share(CaseId, DevicePublicKey),
    /// Reading join slots; asked again by the person if need be.
    Invitations,
}

impl About {
    /// Whether it is forgotten with the process.
    fn is_fleeting(&self) -> bool {
        matches!(self, About::Wait | About::Invitations | About::Handover(_))
    }

    /// The case that it belongs to.
    pub(crate) fn case(&self) -> Option<CaseId> {
        match self {
            About::Take(case) | About::Reply(case, _) | About::Case(case) | About::Offer(case) => {
                Some(*case)
            }
            _ => None,
        }
    }

    fn write(&self, writer: Writer) -> Writer {
        match self {
            About::Nothing | About::Wait | About::Invitations | About::Handover(_) => writer.u8(0),
            About::Offer(case) => writer.u8(11).put(&case.0),
            About::Sign => writer.u8(9),
            About::Feedback => writer.u8(10),
            About::Report => writer.u8(12),
            About::Miss(case) => writer.u8(6).put(&case.0),
            About::Succeed(case) => writer.u8(8).put(&case.0),
            About::Share(case, to) => writer.u8(7).put(&case.0).put(&to.0),
            About::TeamKey(device) => writer.u8(4).put(&device.0),
            About::Join => writer.u8(5),
            About::Take(case) => writer.u8(1).put(&case.0),
            About::Reply(case, number) => writer.u8(2).put(&case.0).u32(*number),
            About::Case(case) => writer.u8(3).put(&case.0),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<About, ReadError> {
        Ok(match reader.u8()? {
            0 => About::Nothing,
            1 => About::Take(CaseId(reader.array()?)),
            2 => About::Reply(CaseId(reader.array()?), reader.u32()?),
            3 => About::Case(CaseId(reader.array()?)),
            4 => About::TeamKey(DevicePublicKey(reader.array()?)),
            5 => About::Join,
            6 => About::Miss(CaseId(reader.array()?)),
            8 => About::Succeed(CaseId(reader.array()?)),
            9 => About::Sign,
            10 => About::Feedback,
            12 => About::Report,
            11 => About::Offer(CaseId(reader.array()?)),
            7 => About::Share(CaseId(reader.array()?), DevicePublicKey(reader.array()?)),
            _ => return Err(ReadError::Value),
        })
    }
}

/// One request and what it waits for.
pub(crate) struct Task {
    /// The task that must be answered first.
    after: Option<u64>,
    /// The counter of this device's event that the log must have shown first, since only what the log shows has happened.
    shown: u64,
    pub(crate) about: About,
    pub(crate) relay: RelayTask,
    asked: bool,
}

/// The event is not known yet by which a task is held back: it is the last of the present step.
const LAST_OF_STEP: u64 = u64::MAX;

impl Task {
    /// A reply, an offer, or the destruction of something: nobody could go on with the case if it went ahead of what the log has of it, and
    /// this device were shut out in between.
    fn follows_the_log(relay: &RelayTask, about: &About) -> bool {
        match relay {
            RelayTask::WriteSlot(_) => matches!(about, About::Reply(..) | About::Offer(_)),
            RelayTask::ShredPost(_) | RelayTask::ShredLog(_) | RelayTask::DeleteSlots(_) => true,
            RelayTask::AppendLog(_)
            | RelayTask::ReadSlots(_)
            | RelayTask::Publish(_)
            | RelayTask::Post(_) => false,
        }
    }

    /// after u64, 0 for none ‖ shown u64 ‖ about ‖ kind u8 ‖ length u32 ‖ body. `None` when it is not to be kept.
    pub(crate) fn encode(&self, writer: Writer) -> Option<Writer> {
        if self.about.is_fleeting() {
            return None;
        }
        let writer = writer.u64(self.after.unwrap_or(0)).u64(self.shown);
        let writer = self.about.write(writer);
        Some(match &self.relay {
            RelayTask::AppendLog(envelope) => writer.u8(1).long(envelope.as_bytes()),
            RelayTask::WriteSlot(write) => writer.u8(2).long(&write.to_bytes()),
            RelayTask::ReadSlots(names) => writer.u8(3).long(&names.to_bytes()),
            RelayTask::ShredPost(shred) => writer.u8(4).long(&shred.to_bytes()),
            RelayTask::ShredLog(shred) => writer.u8(5).long(&shred.to_bytes()),
            RelayTask::Publish(statement) => writer.u8(6).long(statement),
            RelayTask::DeleteSlots(names) => writer.u8(7).long(&names.to_bytes()),
            RelayTask::Post(envelope) => writer.u8(8).long(envelope.as_bytes()),
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Task, ReadError> {
        let after = Some(reader.u64()?).filter(|after| *after != 0);
        let shown = reader.u64()?;
        let about = About::read(reader)?;
        let kind = reader.u8()?;
        let body = reader.long()?;
        let relay = match kind {
            1 => RelayTask::AppendLog(
                Envelope::parse_kind(body, Kind::LogEntry).map_err(|_| ReadError::Value)?,
            ),
            2 => RelayTask::WriteSlot(SlotWrite::parse(body).map_err(|_| ReadError::Value)?),
            3 => RelayTask::ReadSlots(SlotNames::parse(body)?),
            4 => RelayTask::ShredPost(Shred::parse(body)?),
            5 => RelayTask::ShredLog(Shred::parse(body)?),
            6 => RelayTask::Publish(body.to_vec()),
            7 => RelayTask::DeleteSlots(SlotNames::parse(body)?),
            8 => RelayTask::Post(
                Envelope::parse_kind(body, Kind::Post).map_err(|_| ReadError::Value)?,
            ),
            _ => return Err(ReadError::Value),
        };
        Ok(Task {
            after,
            shown,
            about,
            relay,
            asked: false,
        })
    }
}

/// All open tasks by id.
#[derive(Default)]
pub(crate) struct Outbox {
    tasks: BTreeMap<u64, Task>,
}

impl Outbox {
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Task> {
        self.tasks.get(&id)
    }

    pub(crate) fn insert(&mut self, id: u64, task: Task) {
        self.tasks.insert(id, task);
    }

    pub(crate) fn push(&mut self, id: u64, relay: RelayTask, about: About, after: Option<u64>) {
        let shown = match Task::follows_the_log(&relay, &about) {
            true => LAST_OF_STEP,
            false => 0,
        };
        self.tasks.insert(
            id,
            Task {
                after,
                shown,
                about,
                relay,
                asked: false,
            },
        );
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Task> {
        self.tasks.remove(&id)
    }

    /// The newest open append: entries go one after another, since others drop what comes out of order.
    pub(crate) fn last_append(&self) -> Option<u64> {
        self.last(|task| matches!(task.relay, RelayTask::AppendLog(_)))
    }

    /// The newest open reply to a case's contact.
    pub(crate) fn last_reply(&self, case: &CaseId) -> Option<u64> {
        self.last(|task| matches!(task.about, About::Reply(of, _) if of == *case))
    }

    /// The newest open task of that kind.
    pub(crate) fn last_of(&self, about: &About) -> Option<u64> {
        self.last(|task| task.about == *about)
    }

    fn last(&self, is: impl Fn(&Task) -> bool) -> Option<u64> {
        let newest = self.tasks.iter().rev().find(|(_, task)| is(task));
        newest.map(|(id, _)| *id)
    }

    /// Whether anything about a case is open.
    pub(crate) fn concerns(&self, case: &CaseId) -> bool {
        self.tasks
            .values()
            .any(|task| task.about.case() == Some(*case))
    }

    pub(crate) fn has(&self, about: &About) -> bool {
        self.tasks.values().any(|task| task.about == *about)
    }

    /// Drops wait notices that were not answered; a newer one says more.
    pub(crate) fn forget_waits(&mut self) {
        self.tasks.retain(|_, task| task.about != About::Wait);
    }

    /// Drops replies of a case that were not asked for yet: the case is another's. Returns their ids.
    pub(crate) fn forget_replies(&mut self, case: &CaseId) -> Vec<u64> {
        let replies = self.tasks.iter().filter(|(_, task)| {
            !task.asked && matches!(task.about, About::Reply(of, _) if of == *case)
        });
        let forgotten: Vec<u64> = replies.map(|(id, _)| *id).collect();
        self.tasks.retain(|id, _| !forgotten.contains(id));
        forgotten
    }

    /// Everything is to be asked for again.
    pub(crate) fn ask_again(&mut self) {
        self.tasks.values_mut().for_each(|task| task.asked = false);
    }

    /// A step ends with this counter: its replies and destructions wait until the log shows that event.
    pub(crate) fn end_step(&mut self, counter: u64) {
        for task in self.tasks.values_mut() {
            if task.shown == LAST_OF_STEP {
                task.shown = counter;
            }
        }
    }

    /// Nothing is to be done any more. Returns the ids of what was open.
    pub(crate) fn clear(&mut self) -> Vec<u64> {
        let open = self.tasks.keys().copied().collect();
        self.tasks.clear();
        open
    }

    /// The tasks to be asked for now, each once; the log has shown this device's events up to a counter.
    pub(crate) fn ready(&mut self, shown: u64) -> Vec<(u64, RelayTask)> {
        let open: Vec<u64> = self.tasks.keys().copied().collect();
        let mut ready = Vec::new();
        for (id, task) in &mut self.tasks {
            let free = task
                .after
                .is_none_or(|after| open.binary_search(&after).is_err());
            if free && task.shown <= shown && !task.asked {
                task.asked = true;
                ready.push((*id, task.relay.clone()));
            }
        }
        ready
    }

    /// Has one task wait for another.
    pub(crate) fn wait_for(&mut self, id: u64, after: u64) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.after = Some(after);
        }
    }

    pub(crate) fn is_fleeting(&self, id: u64) -> bool {
        self.tasks
            .get(&id)
            .is_some_and(|task| task.about.is_fleeting())
    }
}

/// What the destruction of a post or entry needs.
pub(crate) fn write_shred(writer: Writer, shred: &Shred) -> Writer {
    writer.put(&shred.to_bytes())
}

pub(crate) fn read_shred(reader: &mut Reader<'_>) -> Result<Shred, ReadError> {
    Shred::parse(reader.take(Shred::SIZE)?)
}

/// The bytes of an envelope inside a record.
pub(crate) fn write_envelope(writer: Writer, envelope: &Envelope) -> Writer {
    writer.put(envelope.as_bytes())
}
