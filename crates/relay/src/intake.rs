//! How much the relay takes in, and what work it asks for when that is much: a level for those who write for the first time and one
//! for those who have written before, each rising with what is stored and falling with the minutes.
//!
//! Nothing of it is kept on a disk: a relay that starts again asks for nothing until as much has come again.

use std::collections::{BTreeMap, HashMap, HashSet};

use rand_core::CryptoRng;
use wire::{Demand, EffortSeed, Envelope, EnvelopeHash, Minute};

use crate::RelayError;
use crate::store::SlotKey;

/// How much is taken in before work is asked for, and at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntakeLimits {
    /// So many posts come without work, once they are fewer than `per_minute` on average.
    pub free_posts: u32,
    /// By so much the level falls each minute.
    pub per_minute: u32,
    /// Each time the level rises by so much beyond `free_posts`, the effort doubles.
    pub doubling: u32,
    /// More effort than this is never asked for: a slow phone has to bear it.
    pub most_effort: u32,
    /// So many posts of one shift are kept; a quarter of the room is only for those who have written before.
    pub shift_posts: u32,
}

impl Default for IntakeLimits {
    /// For 200 guides and 10,000 contacts (`docs/decisions/0037-effort.md` has the reckoning).
    fn default() -> Self {
        IntakeLimits {
            free_posts: 4_000,
            per_minute: 60,
            doubling: 1_000,
            most_effort: 4_096,
            shift_posts: 100_000,
        }
    }
}

/// The effort with which it begins.
const LEAST_EFFORT: u32 = 64;
/// How long a seed is the newest; the one before it is accepted as well.
const SEED_MINUTES: u32 = 15;
/// So often in the time of one seed a slot's owner counts as one who has written before.
const TIMES_AGAIN: u8 = 4;
/// So many slots are remembered for that; the owners of more count as new.
const SLOTS: usize = 100_000;

/// Who takes up room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Writer {
    /// A post alone, or a slot that is written for the first time.
    First,
    /// The owner of a slot that holds something.
    Again(SlotKey),
}

/// Work that is asked for one request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// Attempts on average.
    pub effort: u32,
    /// For which envelope.
    pub envelope: Envelope,
    /// The two seeds that count now, the newest last.
    pub seeds: [EffortSeed; 2],
}

impl Work {
    /// The seed that a nonce was worked out with, as its lowest bit says.
    pub fn seed_of(&self, nonce: u64) -> EffortSeed {
        let [earlier, newest] = self.seeds;
        match (nonce & 1 == 1) == newest.parity() {
            true => newest,
            false => earlier,
        }
    }
}

struct Level {
    height: u32,
    at: Minute,
}

impl Level {
    const EMPTY: Level = Level {
        height: 0,
        at: Minute(0),
    };

    fn fall(&mut self, now: Minute, per_minute: u32) {
        let minutes = now.0.saturating_sub(self.at.0);
        self.height = self
            .height
            .saturating_sub(minutes.saturating_mul(per_minute));
        self.at = now;
    }

    fn rise(&mut self) {
        self.height = self.height.saturating_add(1);
    }

    fn effort(&self, limits: &IntakeLimits) -> u32 {
        let Some(beyond) = self.height.checked_sub(limits.free_posts) else {
            return 0;
        };
        let doublings = beyond / limits.doubling.max(1);
        let effort = LEAST_EFFORT
            .checked_shl(doublings.min(25))
            .unwrap_or(u32::MAX);
        effort.min(limits.most_effort)
    }
}

struct Seeds {
    both: [EffortSeed; 2],
    since: Minute,
}

/// What came in.
pub(crate) struct Intake {
    limits: IntakeLimits,
    first: Level,
    again: Level,
    seeds: Option<Seeds>,
    /// How often each slot's owner wrote in the time of the newest seed.
    times: HashMap<SlotKey, u8>,
    shifts: BTreeMap<u32, Shift>,
}

/// What came for a shift since the relay began.
#[derive(Default)]
struct Shift {
    /// The first eight bytes of each post's hash: a post that is sent again, since its sender does not know that it arrived, needs
    /// neither work nor room.
    posts: HashSet<[u8; 8]>,
    /// How many of them were of those who wrote for the first time.
    first: usize,
}

fn short(hash: &EnvelopeHash) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    [a, b, c, d, e, f, g, h]
}

fn new_seed(parity: bool, rng: &mut dyn CryptoRng) -> EffortSeed {
    let mut seed = EffortSeed([0; 16]);
    rng.fill_bytes(&mut seed.0);
    if seed.parity() != parity {
        let [.., last] = &mut seed.0;
        *last ^= 1;
    }
    seed
}

impl Intake {
    pub(crate) fn new(limits: IntakeLimits) -> Intake {
        Intake {
            limits,
            first: Level::EMPTY,
            again: Level::EMPTY,
            seeds: None,
            times: HashMap::new(),
            shifts: BTreeMap::new(),
        }
    }

    /// Lets the levels fall, and makes a new seed when the newest is old.
    fn pass(&mut self, now: Minute, rng: &mut dyn CryptoRng) -> [EffortSeed; 2] {
        self.first.fall(now, self.limits.per_minute);
        self.again.fall(now, self.limits.per_minute);
        let both = match &self.seeds {
            None => [new_seed(false, rng), new_seed(true, rng)],
            Some(seeds) if now.0 < seeds.since.0.saturating_add(SEED_MINUTES) => return seeds.both,
            Some(seeds) => {
                let [_, newest] = seeds.both;
                [newest, new_seed(!newest.parity(), rng)]
            }
        };
        self.seeds = Some(Seeds { both, since: now });
        self.times.clear();
        both
    }

    pub(crate) fn demand(&mut self, now: Minute, rng: &mut dyn CryptoRng) -> Demand {
        let [_, seed] = self.pass(now, rng);
        Demand {
            seed,
            first: self.first.effort(&self.limits),
            again: self.again.effort(&self.limits),
        }
    }

    /// What work is asked for; `None` when none is.
    pub(crate) fn work(
        &mut self,
        writer: Writer,
        envelope: Envelope,
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> Option<Work> {
        let seeds = self.pass(now, rng);
        let limits = self.limits;
        let effort = self.level(self.as_counted(writer)).effort(&limits);
        (effort > 0).then_some(Work {
            effort,
            envelope,
            seeds,
        })
    }

    /// Whoever writes again and again with one slot counts as new.
    fn as_counted(&self, writer: Writer) -> Writer {
        let Writer::Again(slot) = writer else {
            return Writer::First;
        };
        let times = self.times.get(&slot).copied();
        let is_known = times.is_some_and(|times| times < TIMES_AGAIN);
        let has_room = times.is_none() && self.times.len() < SLOTS;
        match is_known || has_room {
            true => writer,
            false => Writer::First,
        }
    }

    /// Whether a post came already.
    pub(crate) fn has(&self, shift: u32, post: &EnvelopeHash) -> bool {
        let shift = self.shifts.get(&shift);
        shift.is_some_and(|shift| shift.posts.contains(&short(post)))
    }

    /// Whether a shift has room for a post; for one that came already it has.
    ///
    /// # Errors
    /// `Full` when it has not.
    pub(crate) fn has_room(
        &self,
        shift: u32,
        post: &EnvelopeHash,
        writer: Writer,
    ) -> Result<(), RelayError> {
        let room = usize::try_from(self.limits.shift_posts).unwrap_or(usize::MAX);
        let first_room = room - room / 4;
        let is_first = self.as_counted(writer) == Writer::First;
        let is_full = self.shifts.get(&shift).is_some_and(|shift| {
            shift.posts.len() >= room || (is_first && shift.first >= first_room)
        });
        match is_full && !self.has(shift, post) {
            true => Err(RelayError::Full),
            false => Ok(()),
        }
    }

    /// A post is kept that was not before.
    pub(crate) fn count_post(&mut self, shift: u32, post: &EnvelopeHash, writer: Writer) {
        let counted = self.as_counted(writer);
        let shift = self.shifts.entry(shift).or_default();
        shift.posts.insert(short(post));
        shift.first += usize::from(counted == Writer::First);
        if let Writer::Again(slot) = counted {
            let times = self.times.entry(slot).or_default();
            *times = times.saturating_add(1);
        }
        self.level(counted).rise();
    }

    /// A slot holds something that was empty, and no post came with it.
    pub(crate) fn count_slot(&mut self) {
        self.level(Writer::First).rise();
    }

    fn level(&mut self, counted: Writer) -> &mut Level {
        match counted {
            Writer::First => &mut self.first,
            Writer::Again(_) => &mut self.again,
        }
    }

    /// Forgets the shifts that no longer take posts.
    pub(crate) fn keep_shifts(&mut self, takes_posts: impl Fn(u32) -> bool) {
        self.shifts.retain(|shift, _| takes_posts(*shift));
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    const LIMITS: IntakeLimits = IntakeLimits {
        free_posts: 10,
        per_minute: 5,
        doubling: 4,
        most_effort: 1_000,
        shift_posts: 40,
    };
    const NEW: EnvelopeHash = EnvelopeHash([0xff; 32]);
    const NOW: Minute = Minute(1_000_000);
    const SLOT: Writer = Writer::Again(SlotKey([1; 32]));

    fn envelope() -> Envelope {
        let mut bytes = [7; wire::ENVELOPE_SIZE];
        bytes[..4].copy_from_slice(&[1, 1, 0, 0]);
        Envelope::parse(&bytes).unwrap()
    }

    fn count(intake: &mut Intake, shift: u32, writer: Writer) {
        let number = intake
            .shifts
            .values()
            .map(|shift| shift.posts.len())
            .sum::<usize>();
        let mut hash = EnvelopeHash([0; 32]);
        hash.0[..8].copy_from_slice(&number.to_be_bytes());
        intake.count_post(shift, &hash, writer);
    }

    fn intake() -> (Intake, ChaCha20Rng) {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let mut intake = Intake::new(LIMITS);
        intake.demand(NOW, &mut rng);
        (intake, rng)
    }

    fn later(minutes: u32) -> Minute {
        Minute(NOW.0 + minutes)
    }

    #[test]
    fn effort_begins_after_the_free_posts_doubles_and_has_an_end() {
        let (mut intake, mut rng) = intake();
        let mut efforts = Vec::new();
        for _ in 0..40 {
            efforts.push(intake.demand(NOW, &mut rng).first);
            count(&mut intake, 1, Writer::First);
        }
        assert_eq!(efforts[..10], [0; 10]);
        assert_eq!(efforts[10..14], [64; 4]);
        assert_eq!(efforts[14..18], [128; 4]);
        assert_eq!(efforts[39], 1_000);
    }

    #[test]
    fn with_the_minutes_it_falls_again() {
        let (mut intake, mut rng) = intake();
        (0..20).for_each(|_| count(&mut intake, 1, Writer::First));
        assert_eq!(intake.demand(NOW, &mut rng).first, 256);
        assert_eq!(intake.demand(later(1), &mut rng).first, 128);
        assert_eq!(intake.demand(later(3), &mut rng).first, 0);
        // A clock that goes back does no harm.
        assert_eq!(intake.demand(NOW, &mut rng).first, 0);
    }

    #[test]
    fn a_flood_of_first_posts_asks_nothing_of_who_has_written_before() {
        let (mut intake, mut rng) = intake();
        (0..35).for_each(|_| count(&mut intake, 1, Writer::First));
        assert!(
            intake
                .work(Writer::First, envelope(), NOW, &mut rng)
                .is_some()
        );
        assert_eq!(intake.work(SLOT, envelope(), NOW, &mut rng), None);
        assert_eq!(
            intake.has_room(1, &NEW, Writer::First),
            Err(RelayError::Full)
        );
        assert_eq!(intake.has_room(1, &NEW, SLOT), Ok(()));
        assert_eq!(
            intake.has_room(2, &NEW, Writer::First),
            Ok(()),
            "of another shift"
        );
    }

    #[test]
    fn whoever_writes_on_and_on_with_one_slot_counts_as_new() {
        let (mut intake, mut rng) = intake();
        (0..11).for_each(|_| count(&mut intake, 1, Writer::First));
        for _ in 0..TIMES_AGAIN {
            assert_eq!(intake.work(SLOT, envelope(), NOW, &mut rng), None);
            count(&mut intake, 1, SLOT);
        }
        assert!(intake.work(SLOT, envelope(), NOW, &mut rng).is_some());
        let next = later(SEED_MINUTES);
        (0..90).for_each(|_| count(&mut intake, 2, Writer::First));
        assert_eq!(intake.work(SLOT, envelope(), next, &mut rng), None);
    }

    #[test]
    fn a_flood_by_many_slots_asks_for_work_too_and_ends_with_the_room() {
        let (mut intake, mut rng) = intake();
        for slot in 0..40 {
            let writer = Writer::Again(SlotKey([slot; 32]));
            assert_eq!(intake.has_room(1, &NEW, writer), Ok(()));
            count(&mut intake, 1, writer);
        }
        assert!(intake.demand(NOW, &mut rng).again > 64);
        assert_eq!(intake.has_room(1, &NEW, SLOT), Err(RelayError::Full));
        intake.keep_shifts(|shift| shift != 1);
        assert_eq!(intake.has_room(1, &NEW, SLOT), Ok(()));
    }

    #[test]
    fn a_seed_counts_for_its_time_and_once_more() {
        let (mut intake, mut rng) = intake();
        (0..40).for_each(|_| count(&mut intake, 1, Writer::First));
        let mut seeds_at = |minutes| {
            intake.first.height = 100;
            let work = intake.work(Writer::First, envelope(), later(minutes), &mut rng);
            work.expect("the level is high").seeds
        };
        let [before, first] = seeds_at(0);
        assert_eq!(seeds_at(SEED_MINUTES - 1), [before, first]);
        let [again, second] = seeds_at(SEED_MINUTES);
        assert_eq!(again, first);
        assert_ne!(first.parity(), second.parity());
        assert!(!seeds_at(2 * SEED_MINUTES).contains(&first));
    }
}
