//! A desk with its vault: the vault survives, the process does not.

use std::collections::{BTreeMap, VecDeque};

use desk::{CaseLabel, Command, Desk, Effect, Input, Notice, Record, RelayTask, TaskId};
use protocol::Text;
use wire::Minute;
use zeroize::Zeroizing;

use crate::model::{Model, Said};
use crate::network::Dice;

/// A desk and its vault.
pub(crate) struct Station {
    pub(crate) desk: Desk,
    records: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// What is still to be carried out, in order.
    effects: VecDeque<Effect>,
    pub(crate) told: Vec<Notice>,
    pub(crate) crashes: usize,
    answers: usize,
}

impl Station {
    pub(crate) fn new(desk: Desk, effects: Vec<Effect>) -> Station {
        let mut station = Station {
            desk,
            records: BTreeMap::new(),
            effects: VecDeque::new(),
            told: Vec::new(),
            crashes: 0,
            answers: 0,
        };
        station.queue(effects);
        // The vault is made with its first records; before that there is no desk that could die.
        station.save_first();
        station
    }

    fn queue(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }

    pub(crate) fn give(&mut self, input: Input, now: Minute, dice: &mut Dice) {
        let effects = self.desk.step(input, now, &mut dice.rng);
        self.queue(effects);
    }

    fn save(&mut self, records: Vec<Record>) {
        for Record { key, value } in records {
            match value {
                Some(value) => self.records.insert(key, value),
                None => self.records.remove(&key),
            };
        }
    }

    /// Saves what stands first in line to be saved, as a shell does before it says that a command was accepted.
    fn save_first(&mut self) {
        let mut later = VecDeque::new();
        while let Some(effect) = self.effects.pop_front() {
            match effect {
                Effect::Save(records) => self.save(records),
                other => later.push_back(other),
            }
        }
        self.effects = later;
    }

    /// Carries out what is not for the relay, up to the next thing that is, and gives that.
    pub(crate) fn next_task(&mut self) -> Option<(TaskId, RelayTask)> {
        loop {
            match self.effects.pop_front()? {
                Effect::Save(records) => self.save(records),
                Effect::Tell(notice) => self.told.push(notice),
                Effect::Relay(id, task) => return Some((id, task)),
            }
        }
    }

    /// The network did not answer: the same is asked again before anything else.
    pub(crate) fn ask_again(&mut self, id: TaskId, task: RelayTask) {
        self.effects.push_front(Effect::Relay(id, task));
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.effects.is_empty()
    }

    /// The process dies between two effects and is started again from the vault.
    pub(crate) fn crash(&mut self, now: Minute, dice: &mut Dice) -> Result<(), String> {
        let kept = self.records.iter().map(|(key, value)| Record {
            key: key.clone(),
            value: Some(value.clone()),
        });
        self.desk = Desk::restore(kept.collect()).map_err(|error| error.to_string())?;
        self.effects.clear();
        self.crashes += 1;
        let effects = self.desk.resume(now, &mut dice.rng);
        self.queue(effects);
        Ok(())
    }

    /// Takes whoever is next, or nobody.
    pub(crate) fn take_next(&mut self, now: Minute, dice: &mut Dice) {
        self.give(Input::Command(Command::TakeNext), now, dice);
        self.save_first();
    }

    fn labels(&self, now: Minute) -> Vec<CaseLabel> {
        let view = self.desk.view(now);
        let held = view.cases.iter().filter(|row| !row.destroyed);
        held.map(|row| row.label).collect()
    }

    /// What contacts wrote, case by case.
    pub(crate) fn held(&self, now: Minute) -> Vec<Vec<Said>> {
        let cases = self
            .labels(now)
            .into_iter()
            .filter_map(|label| self.desk.case(label));
        cases
            .map(|case| {
                let received = case.messages.iter().filter(|message| message.from_contact);
                received.map(|message| message.text.to_string()).collect()
            })
            .collect()
    }

    pub(crate) fn waiting(&self, now: Minute) -> usize {
        self.desk.view(now).waiting.len()
    }

    /// Answers one of its cases with a text unlike all others.
    pub(crate) fn answer(
        &mut self,
        number: usize,
        now: Minute,
        model: &mut Model,
        dice: &mut Dice,
    ) -> Result<(), String> {
        let labels = self.labels(now);
        let Some(label) = labels.get(dice.below(labels.len())).copied() else {
            return Ok(());
        };
        let first = self.desk.case(label).and_then(|case| {
            let first = case.messages.iter().find(|message| message.from_contact)?;
            model.author(&first.text)
        });
        let Some(contact) = first else {
            return Err(format!("desk {number} holds a case that nobody wrote"));
        };
        self.answers += 1;
        let answer = format!("canary {number}-{} of a guide", self.answers);
        let text = Text::new(&answer).map_err(|_| "a short text fits")?;
        let before = self.told.len();
        let command = Command::Answer { case: label, text };
        let effects = self.desk.step(Input::Command(command), now, &mut dice.rng);
        let refused = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Tell(Notice::CommandRefused(_) | Notice::RosterStale)
            )
        });
        self.queue(effects);
        self.save_first();
        if !refused && self.told.len() == before {
            model.accepts(&answer, contact);
        }
        Ok(())
    }

    /// Whether a text is in the vault.
    pub(crate) fn keeps(&self, text: &str) -> bool {
        let needle = text.as_bytes();
        let holds = |value: &Zeroizing<Vec<u8>>| value.windows(needle.len()).any(|at| at == needle);
        self.records.values().any(holds)
    }
}
