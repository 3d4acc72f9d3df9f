//! The key to which letters are sealed: coordinators hold it among their shift keys, under a number of its own, and hand on what comes.

use std::collections::BTreeMap;

use protocol::ShiftSecretKey;
use statements::{DevicePublicKey, LetterKey, ShiftNotice, ShiftSigningKey};
use wire::{Day, Minute};
use zeroize::Zeroizing;

use crate::Desk;
use crate::outbox::About;
use crate::records::RecordKey;
use crate::shifts::Shift;
use crate::turn::Turn;

/// After so many days a newer key is announced. Whoever saves a page has at least the rest of [`LetterKey::MAX_DAYS`] for a letter.
const RENEWED_DAYS: u32 = 30;
/// After so many minutes a key that the line does not show is published anew.
const AGAIN_MINUTES: u32 = 60;

/// What is under way of it; nothing of it is kept.
#[derive(Default)]
pub(crate) struct Letters {
    /// The key that this desk published last, and when.
    asked: Option<(u32, Minute)>,
    granted: BTreeMap<DevicePublicKey, u32>,
}

impl Desk {
    /// The shifts that this desk has keys of, without the keys of letters.
    pub(crate) fn duty_shifts(&self) -> impl DoubleEndedIterator<Item = (&u32, &Shift)> {
        self.shifts.range(..LetterKey::FIRST)
    }

    /// When a key that this desk holds is to be used, as the line announces it.
    pub(crate) fn announced_times(&self, number: u32, held: &Shift) -> Option<(Minute, Minute)> {
        let line = self.line.as_ref()?;
        let mut notices = line.shifts().iter();
        let is_it =
            |notice: &&ShiftNotice| notice.number() == number && held.is_announced_by(notice);
        if let Some(notice) = notices.find(is_it) {
            return Some((notice.from(), notice.until()));
        }
        let letters = line.letter_key().filter(|key| key.number() == number)?;
        let is_its_key = held.key.public() == *letters.recipient().seal_key();
        is_its_key.then(|| (letters.from().start(), letters.until().plus(1).start()))
    }

    /// The line has a letter key that is not old and that nobody has who was removed, and every coordinator has its secret.
    pub(crate) fn keep_letter_key(&mut self, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        if !self.is_coordinator() || !self.trusts_clock(turn.now) {
            return;
        }
        let announced = self.line.as_ref().and_then(|line| line.letter_key());
        let stands = announced.filter(|key| today < key.from().plus(RENEWED_DAYS));
        match stands.map(LetterKey::number) {
            Some(number) if !self.is_exposed(number) => self.grant_letters(number, turn),
            _ if self.signs_first(today) => self.publish_letter_key(turn),
            _ => {}
        }
    }

    /// Whether this desk is the one that sees to what any coordinator may sign: the first whom the delegation names.
    pub(crate) fn signs_first(&self, today: Day) -> bool {
        let delegation = self.roster.delegation();
        let named = delegation.map_or(&[][..], |delegation| delegation.coordinators());
        let mut coordinators = self.roster.coordinators(today);
        coordinators.find(|device| named.contains(device)) == Some(self.device())
    }

    fn is_exposed(&self, number: u32) -> bool {
        let mut holders = self.holders.get(&number).into_iter().flatten();
        holders.any(|device| !self.roster.members.contains_key(device))
    }

    fn publish_letter_key(&mut self, turn: &mut Turn<'_>) {
        let announced = self.line.as_ref().and_then(|line| line.letter_key());
        // The line shows it soon, or the relay has refused it.
        let asked = self.letters.asked;
        let under_way = asked.is_some_and(|(number, when)| {
            announced.is_none_or(|key| key.number() < number) && turn.now < when.plus(AGAIN_MINUTES)
        });
        if under_way {
            return;
        }
        let known = self.shifts.keys().chain(self.holders.keys()).copied();
        let newest = known.chain(announced.map(LetterKey::number)).max();
        let number = newest.map_or(LetterKey::FIRST, |newest| {
            LetterKey::FIRST.max(newest.saturating_add(1))
        });
        let mut seed = Zeroizing::new([0; 32]);
        turn.rng.fill_bytes(seed.as_mut());
        let signing = ShiftSigningKey::from_seed(&seed);
        let today = turn.now.day();
        let days = (today, today.plus(LetterKey::MAX_DAYS));
        let mut keys = Shift::new(ShiftSecretKey::random(turn.rng), signing, today);
        keys.times = Some((days.0.start(), days.1.plus(1).start()));
        let draft = LetterKey::draft(self.line(), number, days, &keys.key.public());
        let statement = draft.sign_by_device(&self.identity.device).done();
        self.shifts.insert(number, keys);
        self.mark(RecordKey::Shift(number));
        self.letters.asked = Some((number, turn.now));
        // Whoever might have to open what is sealed to it has it before anybody can.
        self.grant_letters(number, turn);
        let after = self.outbox.last_append();
        self.publish(statement.to_bytes(), About::Nothing, after);
    }

    /// The first coordinator who has the secret grants it to those who have not.
    fn grant_letters(&mut self, number: u32, turn: &mut Turn<'_>) {
        let (me, today) = (self.device(), turn.now.day());
        let coordinators: Vec<DevicePublicKey> = self.roster.coordinators(today).collect();
        let has = |device: &&DevicePublicKey| match **device == me {
            true => self.shifts.contains_key(&number),
            false => self.holds(device, number),
        };
        if coordinators.iter().find(has) != Some(&me) {
            return;
        }
        for to in coordinators {
            let is_granted = self.letters.granted.get(&to) == Some(&number);
            let is_reachable = self.is_reachable(&to, today);
            if to != me && is_reachable && !is_granted && !self.holds(&to, number) {
                self.letters.granted.insert(to, number);
                self.grant_shift(number, &to, turn);
            }
        }
    }
}
