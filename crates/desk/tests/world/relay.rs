//! The relay of the tests: it keeps what it is told, and forgets what it is told to forget.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::RelayTask;
use protocol::envelope_hash;
use statements::{Line, StatementKind, UnverifiedStatement};
use wire::{Day, Envelope, LineDocument, LineId, SequencedEnvelope, SlotContent, SlotName};

/// The relay: everything that it was told and not told to forget.
#[derive(Default)]
pub(crate) struct Relay {
    pub(crate) day: u32,
    pub(crate) root: Vec<u8>,
    pub(crate) delegation: Vec<u8>,
    pub(crate) shifts: BTreeMap<u32, Vec<u8>>,
    pub(crate) wait: Option<Vec<u8>>,
    pub(crate) cards: Option<Vec<u8>>,
    pub(crate) device_lists: Vec<Vec<u8>>,
    pub(crate) revocations: Vec<Vec<u8>>,
    pub(crate) feedback_key: Option<Vec<u8>>,
    pub(crate) letter_key: Option<Vec<u8>>,
    pub(crate) entrances: Option<Vec<u8>>,
    pub(crate) warning: Option<Vec<u8>>,
    pub(crate) pack: Option<Vec<u8>>,
    pub(crate) final_notice: Option<Vec<u8>>,
    /// Of months, as they came.
    pub(crate) outcomes: Vec<Vec<u8>>,
    pub(crate) log: Vec<SequencedEnvelope>,
    pub(crate) tray: Vec<SequencedEnvelope>,
    pub(crate) slots: HashMap<[u8; 32], SlotContent>,
    pub(crate) published: usize,
    pub(crate) known: BTreeSet<[u8; 32]>,
    pub(crate) sequence: u64,
}

/// What the relay answers.
#[allow(clippy::large_enum_variant, reason = "it lives for a moment")]
pub(crate) enum Answer {
    Done,
    Conflict,
    Read([SlotContent; 2]),
}

impl Relay {
    pub(crate) fn append(&mut self, envelope: Envelope) {
        // A retry is answered like the first try, even after the entry was shredded.
        if self.known.insert(envelope_hash(&envelope).0) {
            self.sequence += 1;
            let sequence = self.sequence;
            self.log.push(SequencedEnvelope { sequence, envelope });
        }
    }

    /// As a hostile relay would: again, whatever was there before.
    pub(crate) fn append_again(&mut self, envelope: Envelope) {
        self.sequence += 1;
        let sequence = self.sequence;
        self.log.push(SequencedEnvelope { sequence, envelope });
    }

    pub(crate) fn post(&mut self, envelope: Envelope) {
        if self.known.insert(envelope_hash(&envelope).0) {
            self.post_again(envelope);
        }
    }

    pub(crate) fn post_again(&mut self, envelope: Envelope) {
        self.sequence += 1;
        let sequence = self.sequence;
        self.tray.push(SequencedEnvelope { sequence, envelope });
    }

    pub(crate) fn read(&self, name: &SlotName) -> SlotContent {
        let noise = || {
            let mut bytes = [7; 4096];
            bytes[..4].copy_from_slice(&[1, 3, 0, 0]);
            SlotContent {
                shred_key: [7; 32],
                envelope: Envelope::parse(&bytes).expect("noise has the shape of a slot"),
            }
        };
        self.slots.get(&name.0).cloned().unwrap_or_else(noise)
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        self.published += 1;
        let statement = UnverifiedStatement::parse(&bytes).expect("desks publish statements");
        match statement.kind() {
            StatementKind::ShiftNotice => {
                self.shifts.insert(self.published as u32, bytes);
            }
            StatementKind::WaitNotice => self.wait = Some(bytes),
            StatementKind::CardSet => self.cards = Some(bytes),
            StatementKind::DeviceList => self.device_lists.push(bytes),
            StatementKind::FeedbackKey | StatementKind::LetterKey => {
                let revoked = |signer: &[u8; 32]| {
                    let mut all = self.revocations.iter();
                    all.any(|r| r.windows(32).any(|key| key == signer))
                };
                if !statement.signers().any(revoked) {
                    match statement.kind() {
                        StatementKind::LetterKey => self.letter_key = Some(bytes),
                        _ => self.feedback_key = Some(bytes),
                    }
                }
            }
            StatementKind::Revocation => {
                self.revocations.push(bytes);
                // What the revoked key signed falls with it; another coordinator publishes anew.
                self.feedback_key = None;
                self.letter_key = None;
            }
            StatementKind::EntranceList => self.entrances = Some(bytes),
            StatementKind::Warning => self.warning = Some(bytes),
            StatementKind::PackManifest => self.pack = Some(bytes),
            StatementKind::Outcomes => self.outcomes.push(bytes),
            StatementKind::FinalNotice => self.final_notice = Some(bytes),
            _ => panic!("the relay does not hold this kind"),
        }
    }

    pub(crate) fn carry_out(&mut self, task: RelayTask) -> Answer {
        let is = |hash| move |item: &SequencedEnvelope| envelope_hash(&item.envelope) != hash;
        match task {
            RelayTask::AppendLog(envelope) => self.append(envelope),
            RelayTask::WriteSlot(write) => {
                let there = self.slots.get(&write.name.0);
                if there.is_some_and(|there| there.envelope == write.envelope) {
                    return Answer::Done;
                }
                if there.map(|there| envelope_hash(&there.envelope)) != write.replaces {
                    return Answer::Conflict;
                }
                let content = SlotContent {
                    shred_key: write.shred_key,
                    envelope: write.envelope,
                };
                self.slots.insert(write.name.0, content);
            }
            RelayTask::ReadSlots(names) => {
                let [first, second] = &names.0;
                return Answer::Read([self.read(first), self.read(second)]);
            }
            RelayTask::DeleteSlots(names) => {
                names
                    .0
                    .iter()
                    .for_each(|name| drop(self.slots.remove(&name.0)));
            }
            RelayTask::ShredPost(shred) => self.tray.retain(is(shred.envelope)),
            RelayTask::ShredLog(shred) => self.log.retain(is(shred.envelope)),
            RelayTask::Publish(bytes) => self.publish(bytes),
            RelayTask::Post(envelope) => self.post(envelope),
        }
        Answer::Done
    }

    pub(crate) fn line(&self, id: Option<&LineId>) -> Line {
        let mut statements = vec![self.root.clone(), self.delegation.clone()];
        statements.extend(self.revocations.iter().cloned());
        statements.extend(self.final_notice.clone());
        statements.extend(self.shifts.values().rev().take(2).cloned());
        statements.extend(self.wait.clone());
        statements.extend(self.cards.clone());
        statements.extend(self.feedback_key.clone());
        statements.extend(self.letter_key.clone());
        statements.extend(self.entrances.clone());
        statements.extend(self.warning.clone());
        statements.extend(self.pack.clone());
        let document = LineDocument {
            day: Day(self.day),
            statements,
        };
        Line::verify(&document, id).expect("what desks publish is a line")
    }
}
