//! Requests on their way: what the network does to them, and what the relay answers.

use desk::{Input, RelayTask};
use pollster::block_on;
use protocol::{Outcome, Request};
use relay::{RelayError, Sequence};
use statements::Recipient;
use wire::SlotContent;

use crate::contact::Contact;
use crate::network::Fate;
use crate::world::World;

/// A request that arrives late.
pub(crate) enum Late {
    Contact(Request),
    Desk(RelayTask),
}

/// What the relay answers a desk.
pub(crate) enum Answer {
    Done,
    Conflict,
    Refused(String),
    Slots(Box<[SlotContent; 2]>),
    /// That it can't now: the same is asked again.
    None,
}

/// Whether asking later may help, as desks and pages judge it.
pub(crate) fn is_passing(error: RelayError) -> bool {
    matches!(error, RelayError::Full | RelayError::Unavailable)
}

impl World {
    pub(crate) fn carry_out_contact(
        &mut self,
        number: usize,
        shift: &Recipient,
    ) -> Result<(), String> {
        let Some(request) = self
            .contacts
            .get(number)
            .and_then(Contact::request)
            .cloned()
        else {
            return Ok(());
        };
        let fate = self.dice.fate();
        let (kind, _) = request.to_turn();
        let outcome = match fate {
            Fate::NotSent => Outcome::NotSent,
            Fate::Lost => Outcome::NotKnown,
            Fate::Delayed => {
                self.late.push(Late::Contact(request));
                Outcome::NotKnown
            }
            Fate::Fine => self.for_contact(&request)?,
            Fate::AnswerLost => {
                self.for_contact(&request)?;
                Outcome::NotKnown
            }
            Fate::Doubled => {
                let outcome = self.for_contact(&request)?;
                self.late.push(Late::Contact(request));
                outcome
            }
        };
        self.note(format!("contact {number}: {kind:?}, {fate:?}"));
        match self.contacts.get_mut(number) {
            Some(contact) => contact.answered(outcome, shift, &mut self.model, &mut self.dice),
            None => Ok(()),
        }
    }

    pub(crate) fn for_contact(&mut self, request: &Request) -> Result<Outcome, String> {
        let answered = self.answered(request)?;
        Ok(answered.unwrap_or(Outcome::Refused))
    }

    /// What the relay answers; nothing when it has no room now.
    pub(crate) fn answered(&mut self, request: &Request) -> Result<Option<Outcome>, String> {
        let now = self.relay_now();
        let done = match request {
            Request::ReadSlots(names) => {
                return Ok(Some(match self.read(&names.to_bytes())? {
                    Some(contents) => Outcome::Slots(Box::new(contents)),
                    None => Outcome::NotKnown,
                }));
            }
            Request::WriteSlot(write) => block_on(self.relay.slot_write(&write.to_bytes(), now)),
            Request::DeleteSlots(names) => block_on(self.relay.slots_delete(&names.to_bytes())),
            Request::Post(envelope) => {
                self.posted.push(envelope.clone());
                block_on(self.relay.post(envelope.as_bytes(), now)).map(drop)
            }
            Request::SaveAndPost(write, post) => {
                self.posted.push(post.clone());
                let both = wire::save_and_post(write, post);
                block_on(self.relay.save_and_post(&both, now)).map(drop)
            }
        };
        Ok(match done {
            Ok(()) => Some(Outcome::Done),
            Err(RelayError::Conflict) => Some(Outcome::Conflict),
            Err(RelayError::Unavailable) => Some(Outcome::NotKnown),
            Err(RelayError::Full) => None,
            Err(_) => Some(Outcome::Refused),
        })
    }

    /// What two slots hold; nothing when the store fails.
    pub(crate) fn read(&mut self, names: &[u8]) -> Result<Option<[SlotContent; 2]>, String> {
        let mut noise = || {
            let noise = self.relay.noise(&mut self.dice.rng);
            noise.map_err(|error| error.to_string())
        };
        let noise = [noise()?, noise()?];
        let answer = match block_on(self.relay.slots_read(names, noise, self.relay_now())) {
            Ok(answer) => answer,
            Err(error) if is_passing(error) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let contents = SlotContent::parse_answer(&answer).map_err(|error| error.to_string())?;
        Ok(Some(contents))
    }

    pub(crate) fn carry_out_station(&mut self, number: usize) -> Result<(), String> {
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        let Some((id, task)) = station.next_task() else {
            return Ok(());
        };
        let fate = self.dice.fate();
        let name = match &task {
            RelayTask::AppendLog(_) => "append",
            RelayTask::WriteSlot(_) => "write",
            RelayTask::ReadSlots(_) => "read",
            RelayTask::DeleteSlots(_) => "delete",
            RelayTask::ShredPost(_) => "shred a post",
            RelayTask::ShredLog(_) => "shred an entry",
            RelayTask::Publish(_) => "publish",
            RelayTask::Post(_) => "post",
        };
        self.note(format!("desk {number}: {name}, {fate:?}"));
        let answer = match fate {
            Fate::Fine => Some(self.for_desk(&task)?),
            Fate::Doubled => {
                let answer = self.for_desk(&task)?;
                self.late.push(Late::Desk(task.clone()));
                Some(answer)
            }
            Fate::AnswerLost => {
                self.for_desk(&task)?;
                None
            }
            Fate::Delayed => {
                self.late.push(Late::Desk(task.clone()));
                None
            }
            Fate::NotSent | Fate::Lost => None,
        };
        let now = self.now;
        let Some(station) = self.stations.get_mut(number) else {
            return Ok(());
        };
        let input = match answer {
            None | Some(Answer::None) => {
                station.ask_again(id, task);
                return Ok(());
            }
            Some(Answer::Done) => Input::Done(id),
            Some(Answer::Conflict) => Input::Conflict(id),
            Some(Answer::Refused(code)) => Input::Refused(id, code),
            Some(Answer::Slots(contents)) => Input::SlotRead {
                task: id,
                contents: *contents,
            },
        };
        station.give(input, now, &mut self.dice);
        self.note_told(number);
        Ok(())
    }

    pub(crate) fn for_desk(&mut self, task: &RelayTask) -> Result<Answer, String> {
        let now = self.relay_now();
        let done = match task {
            RelayTask::AppendLog(entry) => {
                block_on(self.relay.log_append(entry.as_bytes(), now)).map(drop)
            }
            RelayTask::WriteSlot(write) => block_on(self.relay.slot_write(&write.to_bytes(), now)),
            RelayTask::ReadSlots(names) => match self.relay.is_open(now) {
                Ok(()) => {
                    let contents = self.read(&names.to_bytes())?;
                    return Ok(
                        contents.map_or(Answer::None, |contents| Answer::Slots(Box::new(contents)))
                    );
                }
                ended => ended,
            },
            RelayTask::DeleteSlots(names) => block_on(self.relay.slots_delete(&names.to_bytes())),
            RelayTask::ShredPost(shred) => {
                block_on(self.relay.shred(Sequence::Tray, &shred.to_bytes()))
            }
            RelayTask::ShredLog(shred) => {
                block_on(self.relay.shred(Sequence::Log, &shred.to_bytes()))
            }
            RelayTask::Publish(statement) => block_on(self.relay.statement(statement, now)),
            RelayTask::Post(envelope) => {
                block_on(self.relay.post(envelope.as_bytes(), now)).map(drop)
            }
        };
        Ok(match done {
            Ok(()) => Answer::Done,
            Err(RelayError::Conflict) => Answer::Conflict,
            Err(error) if is_passing(error) => Answer::None,
            Err(error) => Answer::Refused(error.code().to_owned()),
        })
    }

    pub(crate) fn arrive_late(&mut self) -> Result<(), String> {
        if self.late.is_empty() {
            return Ok(());
        }
        let place = self.dice.below(self.late.len());
        match self.late.remove(place) {
            Late::Contact(request) => self.for_contact(&request).map(drop)?,
            Late::Desk(task) => self.for_desk(&task).map(drop)?,
        }
        self.note("something arrives late".into());
        Ok(())
    }
}
