//! A desk with its vault: the vault survives, the process does not.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use desk::{
    Alarm, CaseLabel, Command, Desk, Effect, Input, Notice, Record, RelayTask, TaskId, View,
};
use protocol::Text;
use wire::Minute;
use zeroize::Zeroizing;

use crate::model::{Model, Said};
use crate::network::Dice;
use crate::turmoil::shown;

/// So many characters of a notice are noted.
const NOTICE: usize = 60;

/// A desk and its vault.
pub(crate) struct Station {
    pub(crate) desk: Desk,
    records: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// The last value of every record that there ever was, as a program has it that destroys nothing.
    hoard: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// Whether it ever gave a case away, or fell silent.
    pub(crate) gave_away: bool,
    /// What is still to be carried out, in order.
    effects: VecDeque<Effect>,
    pub(crate) told: Vec<Notice>,
    noted: usize,
    pub(crate) crashes: usize,
    answers: usize,
    /// Its lid is closed until then.
    pub(crate) asleep_until: Minute,
    /// So many minutes its clock is ahead of the time.
    pub(crate) ahead: i64,
    /// Whether the last that it read of the line bears a wrong day.
    pub(crate) misled: bool,
}

impl Station {
    pub(crate) fn new(desk: Desk, effects: Vec<Effect>) -> Station {
        let mut station = Station {
            desk,
            records: BTreeMap::new(),
            hoard: BTreeMap::new(),
            gave_away: false,
            effects: VecDeque::new(),
            told: Vec::new(),
            noted: 0,
            crashes: 0,
            answers: 0,
            asleep_until: Minute(0),
            ahead: 0,
            misled: false,
        };
        station.queue(effects);
        // The vault is made with its first records; before that there is no desk that could die.
        station.save_first();
        station
    }

    fn queue(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }

    /// What its clock shows.
    fn clock(&self, now: Minute) -> Minute {
        shown(now, self.ahead)
    }

    /// What its screens show, by its clock.
    fn view(&self, now: Minute) -> View {
        self.desk.view(self.clock(now))
    }

    pub(crate) fn give(&mut self, input: Input, now: Minute, dice: &mut Dice) {
        let effects = self.desk.step(input, self.clock(now), &mut dice.rng);
        self.queue(effects);
    }

    fn save(&mut self, records: Vec<Record>) {
        for Record { key, value } in records {
            match value {
                Some(value) => {
                    self.hoard.insert(key.clone(), value.clone());
                    self.records.insert(key, value);
                }
                None => drop(self.records.remove(&key)),
            }
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
                Effect::Destroy => self.records.clear(),
                Effect::Tell(notice) => self.told.push(notice),
                Effect::Relay(id, task) => return Some((id, task)),
            }
        }
    }

    /// The network did not answer: the same is asked again before anything else.
    pub(crate) fn ask_again(&mut self, id: TaskId, task: RelayTask) {
        self.effects.push_front(Effect::Relay(id, task));
    }

    /// What it was told since this was last asked, shortly.
    pub(crate) fn newly_told(&mut self) -> Vec<String> {
        let told = self.told.get(self.noted..).unwrap_or_default();
        let told = told.iter().map(|notice| match notice {
            Notice::NewWaiting(case) => format!("that {case} waits"),
            Notice::TakeWon(case) => format!("that it has taken {case}"),
            Notice::TakeLost(case) => format!("that another took {case}"),
            Notice::CaseReceived(case) => format!("that it was given {case}"),
            Notice::CaseGivenUp(case) => format!("that {case} is another's"),
            Notice::CaseReturned(case) => format!("that {case} is back in the queue"),
            other => format!("{other:?}").chars().take(NOTICE).collect(),
        });
        let told = told.collect();
        self.noted = self.told.len();
        told
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.effects.is_empty()
    }

    /// The process dies between two effects and is started again from the vault.
    pub(crate) fn crash(&mut self, now: Minute, dice: &mut Dice) -> Result<(), String> {
        self.desk = restore(&self.records)?;
        self.effects.clear();
        self.crashes += 1;
        let effects = self.desk.resume(self.clock(now), &mut dice.rng);
        self.queue(effects);
        Ok(())
    }

    /// The desk of somebody whose program destroys nothing, and who does not read on in the log.
    pub(crate) fn modified(&self) -> Result<Station, String> {
        Ok(Station {
            desk: restore(&self.hoard)?,
            records: self.hoard.clone(),
            hoard: BTreeMap::new(),
            gave_away: false,
            effects: VecDeque::new(),
            told: Vec::new(),
            noted: 0,
            crashes: 0,
            answers: 0,
            asleep_until: Minute(0),
            ahead: 0,
            misled: false,
        })
    }

    /// Gives a command, and tells whether the desk accepted it.
    pub(crate) fn command(&mut self, command: Command, now: Minute, dice: &mut Dice) -> bool {
        let gives_away = matches!(
            command,
            Command::Transfer { .. } | Command::Return(_) | Command::CheckOut { .. }
        );
        let now = self.clock(now);
        let effects = self.desk.step(Input::Command(command), now, &mut dice.rng);
        let refused = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Tell(Notice::CommandRefused(_) | Notice::RosterStale)
            )
        });
        self.queue(effects);
        self.save_first();
        self.gave_away |= gives_away && !refused;
        !refused
    }

    /// Takes whoever is next, or nobody.
    pub(crate) fn take_next(&mut self, now: Minute, dice: &mut Dice) {
        self.command(Command::TakeNext, now, dice);
    }

    pub(crate) fn labels(&self, now: Minute) -> Vec<CaseLabel> {
        let view = self.view(now);
        let held = view.cases.iter().filter(|row| !row.destroyed);
        held.map(|row| row.label).collect()
    }

    /// What contacts wrote, case by case.
    pub(crate) fn held(&self, now: Minute) -> Vec<Vec<Said>> {
        let labels = self.labels(now).into_iter();
        labels.map(|label| self.received(label)).collect()
    }

    /// What contacts wrote in the cases that this desk reads along.
    pub(crate) fn supervised(&self, now: Minute) -> BTreeSet<Said> {
        let rows = self.view(now).supervised.into_iter();
        rows.flat_map(|row| self.received(row.label)).collect()
    }

    pub(crate) fn received(&self, label: CaseLabel) -> Vec<Said> {
        let case = self.desk.case(label).into_iter();
        let received = case
            .flat_map(|case| case.messages)
            .filter(|message| message.from_contact);
        received.map(|message| message.text.to_string()).collect()
    }

    /// Honest desks accuse nobody, and nobody is told of two histories.
    pub(crate) fn check_quiet(&self, number: usize, now: Minute) -> Result<(), String> {
        let view = self.view(now);
        let accused = view.alarms.iter().map(|alarm| alarm.alarm);
        let mut false_alarms = accused.filter(|alarm| {
            matches!(
                alarm,
                Alarm::TrailGap | Alarm::Fork | Alarm::Duress | Alarm::Forged
            )
        });
        if let Some(alarm) = false_alarms.next() {
            return Err(format!("desk {number} gives a false alarm: {alarm:?}"));
        }
        if view.forked_roster {
            return Err(format!("desk {number} believes that the roster is forked"));
        }
        Ok(())
    }

    pub(crate) fn waiting(&self, now: Minute) -> usize {
        let view = self.view(now);
        view.waiting.len() + view.parked.len()
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
        self.answer_case(number, label, now, model, dice)
    }

    /// Answers that case with a text unlike all others.
    pub(crate) fn answer_case(
        &mut self,
        number: usize,
        label: CaseLabel,
        now: Minute,
        model: &mut Model,
        dice: &mut Dice,
    ) -> Result<(), String> {
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
        let command = Command::Answer { case: label, text };
        if self.command(command, now, dice) {
            model.accepts(&answer, contact, number);
        }
        Ok(())
    }

    /// Whether nothing is in the vault.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether a text is in the vault.
    pub(crate) fn keeps(&self, text: &str) -> bool {
        let needle = text.as_bytes();
        let holds = |value: &Zeroizing<Vec<u8>>| value.windows(needle.len()).any(|at| at == needle);
        self.records.values().any(holds)
    }
}

fn restore(records: &BTreeMap<String, Zeroizing<Vec<u8>>>) -> Result<Desk, String> {
    let kept = records.iter().map(|(key, value)| Record {
        key: key.clone(),
        value: Some(value.clone()),
    });
    Desk::restore(kept.collect()).map_err(|error| error.to_string())
}
