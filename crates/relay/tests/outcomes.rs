//! What the relay holds of a line's outcomes: a month once, as enough coordinators signed it, and twelve at most.
#![allow(clippy::unwrap_used, reason = "a test")]

use pollster::block_on;
use relay::{MemoryStore, Relay, RelayError, Retention, Standing, Store};
use statements::{
    Delegation, DeviceKey, DevicePublicKey, FinalNotice, LineEnd, PublishedMonth, Revocation, Root,
    RootKey, UnverifiedStatement,
};
use wire::{Day, LineId, Minute, Writer};

/// 2026-12-01.
const NOW: Minute = Minute(20_788 * Minute::PER_DAY);

fn device(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number; 32])
}

/// A line on which two of three coordinators, 1 to 3, agree.
fn beginning() -> (Standing, LineId) {
    let root_key = RootKey::from_seed(&[1; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let line = root.line_id();
    let coordinators: Vec<DevicePublicKey> = (1..=3).map(|one| device(one).public()).collect();
    let days = (Day(20_000), Day(21_000));
    let delegation = Delegation::draft(line, 1, days, 2, &coordinators);
    let delegation = delegation.sign_by_root(&root_key).done();
    (Standing::new(root, &delegation).unwrap(), line)
}

struct Ground {
    relay: Relay<MemoryStore>,
    line: LineId,
}

impl Ground {
    fn new() -> Ground {
        let (standing, line) = beginning();
        let relay = Relay::open(MemoryStore::default(), standing, Retention::default(), NOW);
        Ground {
            relay: block_on(relay).unwrap(),
            line,
        }
    }

    fn signed(&self, of: &PublishedMonth, by: &[u8]) -> UnverifiedStatement {
        let draft = of.draft(self.line);
        let signed = by
            .iter()
            .fold(draft, |draft, one| draft.sign_by_device(&device(*one)));
        signed.done()
    }

    fn say(&self, statement: &UnverifiedStatement) -> Result<(), RelayError> {
        block_on(self.relay.statement(&statement.to_bytes(), NOW))
    }

    fn publish(&self, of: &PublishedMonth) -> Result<(), RelayError> {
        self.say(&self.signed(of, &[1, 2]))
    }

    fn shown(&self) -> Vec<(u16, u8, Vec<u8>)> {
        let held = self.relay.outcomes(NOW).into_iter();
        let read = held.map(|bytes| {
            let statement = UnverifiedStatement::parse(&bytes).unwrap();
            PublishedMonth::proposed(&statement, &self.line).unwrap()
        });
        read.map(|of| (of.year(), of.month(), of.publication().to_vec()))
            .collect()
    }
}

fn month(year: u16, month: u8, figures: u8) -> PublishedMonth {
    let bytes = Writer::default().u8(1).u16(year).u8(month).u8(figures);
    PublishedMonth::of(bytes.done()).unwrap()
}

#[test]
fn a_month_is_held_once_as_two_signed_it_and_another_draw_of_it_is_refused() {
    let ground = Ground::new();
    let november = month(2026, 11, 1);
    let refused = Err(RelayError::NotAccepted);
    assert_eq!(ground.say(&ground.signed(&november, &[1])), refused);
    assert_eq!(ground.say(&ground.signed(&november, &[1, 9])), refused);
    assert_eq!(ground.shown(), []);
    ground.publish(&november).unwrap();
    ground.publish(&november).unwrap();
    assert_eq!(ground.publish(&month(2026, 11, 2)), refused);
    assert_eq!(ground.publish(&month(2025, 11, 2)), refused);
    assert_eq!(
        ground.shown(),
        [(2026, 11, november.publication().to_vec())]
    );
}

#[test]
fn a_month_that_is_not_over_takes_no_place() {
    let ground = Ground::new();
    for early in [month(2026, 12, 1), month(2027, 1, 1), month(9998, 12, 1)] {
        assert_eq!(ground.publish(&early), Err(RelayError::NotAccepted));
    }
    assert_eq!(ground.shown(), []);
}

#[test]
fn twelve_months_are_held_and_the_oldest_makes_room_also_after_a_restart() {
    let ground = Ground::new();
    let (mut standing, _) = beginning();
    let store = MemoryStore::default();
    let year = (1..=12).map(|number| month(2025, number, number));
    for (revision, of) in (0..).zip(year.chain([month(2026, 1, 13)])) {
        let statement = ground.signed(&of, &[1, 3]);
        let key = standing.accept(&statement, NOW).unwrap().unwrap();
        block_on(store.statement_put(key, statement.to_bytes(), revision)).unwrap();
    }
    let kept = block_on(store.statements()).unwrap();
    assert_eq!(kept.statements.len(), PublishedMonth::KEPT as usize);
    let relay = Relay::open(store, beginning().0, Retention::default(), NOW);
    let relay = block_on(relay).unwrap();
    let held = Ground { relay, ..ground }.shown();
    assert_eq!(held.len(), 12);
    let of = |place: usize| held.get(place).map(|(year, month, _)| (*year, *month));
    assert_eq!(of(0), Some((2026, 1)), "the newest first");
    assert_eq!(of(11), Some((2025, 2)));
}

#[test]
fn pages_take_no_outcomes_along() {
    let ground = Ground::new();
    let before = ground.relay.line_document(NOW);
    ground.publish(&month(2026, 11, 1)).unwrap();
    assert_eq!(ground.relay.line_document(NOW), before);
}

#[test]
fn what_a_revoked_coordinator_signed_falls_and_two_others_can_say_it_again() {
    let ground = Ground::new();
    let november = month(2026, 11, 1);
    ground.publish(&november).unwrap();
    let revocation = Revocation {
        serial: 1,
        device: device(2).public(),
    };
    let revocation = revocation
        .draft(ground.line)
        .sign_by_device(&device(1))
        .done();
    ground.say(&revocation).unwrap();
    assert_eq!(ground.shown(), []);
    ground.say(&ground.signed(&november, &[1, 3])).unwrap();
    assert_eq!(ground.shown().len(), 1);
}

#[test]
fn a_line_that_has_ended_shows_no_outcomes() {
    let ground = Ground::new();
    ground.publish(&month(2026, 11, 1)).unwrap();
    let notice = FinalNotice {
        how: LineEnd::Emergency,
        issued: NOW,
        last_day: NOW.day(),
    };
    let draft = notice.draft(ground.line).sign_by_device(&device(1));
    ground
        .say(&draft.sign_by_device(&device(2)).done())
        .unwrap();
    assert_eq!(ground.shown(), []);
}
