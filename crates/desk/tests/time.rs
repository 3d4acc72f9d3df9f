//! What time does: stale rosters, keys that are destroyed, clocks that are wrong.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{Command, Input, Notice, Refusal};
use protocol::Language;
use statements::{RemovalReason, Stage};
use wire::Minute;
use world::{Contact, HOUR, World};

const DAY: u32 = Minute::PER_DAY;

fn epochs(world: &World, station: usize) -> usize {
    let records = world.stations[station].records.keys();
    records.filter(|name| name.starts_with("epoch/")).count()
}

fn shifts(world: &World, station: usize) -> usize {
    let records = world.stations[station].records.keys();
    records.filter(|name| name.starts_with("shift/")).count()
}

#[test]
fn a_stale_roster_refuses_and_recovers() {
    let mut world = World::found(60);
    world.admit("Magpie", Stage::Guide);
    world.plan(72, &[1]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    // The coordinator's desk is switched off for more than a day; the guide's goes on.
    world.now = world.now.plus(DAY + 5 * HOUR);
    world.relay.day = world.now.day().0;
    world.stations[1].published = usize::MAX;
    world.sync(1);
    world.give(1, Input::Tick);
    assert!(world.stations[1].desk.view(world.now).stale_roster);
    let told = |world: &World| {
        let stale = world.stations[1].told.iter();
        stale
            .filter(|notice| **notice == Notice::RosterStale)
            .count()
    };
    assert_eq!(told(&world), 1, "said once");
    world.command(1, Command::TakeNext);
    assert_eq!(told(&world), 2, "and on refusing");
    assert_eq!(world.stations[1].desk.view(world.now).outbox, 0);
    world.pass(1);
    assert!(!world.stations[1].desk.view(world.now).stale_roster);
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(world.cases(1).len(), 1);
}

#[test]
fn a_coordinator_vouches_every_six_hours() {
    let mut world = World::found(61);
    let entries = world.relay.log.len();
    world.pass(5 * HOUR);
    assert_eq!(world.relay.log.len(), entries);
    world.pass(HOUR + 1);
    assert_eq!(world.relay.log.len(), entries + 1);
}

#[test]
fn epoch_keys_are_published_ahead_and_destroyed_after_seven_days() {
    let mut world = World::found(62);
    world.admit("Magpie", Stage::Guide);
    assert_eq!(epochs(&world, 1), 4, "today and three days ahead");
    for _ in 0..7 {
        world.pass(DAY);
    }
    assert_eq!(epochs(&world, 1), 11, "none is destroyed within seven days");
    world.pass(DAY);
    assert_eq!(epochs(&world, 1), 11, "one came and one went");
    for _ in 0..20 {
        world.pass(DAY);
        assert_eq!(epochs(&world, 1), 11);
    }
}

#[test]
fn a_shift_key_is_destroyed_a_week_after_the_shift() {
    let mut world = World::found(63);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[1]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "nobody comes");
    world.settle();
    let label = world.waiting(1)[0];
    for _ in 0..7 {
        world.pass(DAY);
    }
    assert_eq!((shifts(&world, 1), world.waiting(1)), (1, vec![label]));
    world.pass(DAY);
    world.pass(DAY);
    assert_eq!((shifts(&world, 1), world.waiting(1)), (0, vec![]));
    assert!(
        world.stations[1]
            .told
            .contains(&Notice::WaitingExpired(label))
    );
    let mut names = world.stations[1].records.keys();
    assert!(!names.any(|name| name.starts_with("seen/") || name.starts_with("waiting/")));
}

#[test]
fn a_wild_clock_destroys_nothing_and_is_noticed() {
    for days in [-400, -3, 3, 8, 400] {
        let wild = days * i64::from(DAY);
        let mut world = World::found(64);
        world.admit("Magpie", Stage::Guide);
        world.plan(8, &[1]);
        let mut contact = Contact::new(&mut world);
        contact.write(&mut world, "hello");
        world.settle();
        let before = (epochs(&world, 1), shifts(&world, 1), world.waiting(1));
        let entries = world.relay.log.len();
        world.stations[1].clock = wild;
        world.give(1, Input::Tick);
        world.stations[1].published = usize::MAX;
        world.sync(1);
        world.give(1, Input::Tick);
        let told = world.stations[1].told.iter();
        assert_eq!(
            told.filter(|notice| **notice == Notice::ClockOff).count(),
            1,
            "{wild}"
        );
        assert!(world.stations[1].desk.view(world.clock(1)).clock_off);
        assert_eq!(
            (epochs(&world, 1), shifts(&world, 1), world.waiting(1)),
            before,
            "{wild}"
        );
        // A desk killed now comes back with everything, too.
        let effects = world.restart(1);
        world.carry_out(1, effects);
        world.give(1, Input::Tick);
        world.stations[1].clock = 0;
        world.settle();
        assert!(!world.stations[1].desk.view(world.now).clock_off);
        assert_eq!(
            (epochs(&world, 1), shifts(&world, 1), world.waiting(1)),
            before,
            "{wild}"
        );
        assert_eq!(
            world.relay.log.len(),
            entries,
            "a wild clock publishes no keys"
        );
        world.command(1, Command::TakeNext);
        world.settle();
        assert_eq!(world.cases(1).len(), 1);
    }
}

#[test]
fn a_desk_that_slept_for_two_weeks_catches_up() {
    let mut world = World::found(65);
    world.admit("Magpie", Stage::Guide);
    world.pass(14 * DAY);
    assert_eq!(epochs(&world, 1), 4);
    world.plan(8, &[1]);
    assert!(world.stations[1].desk.view(world.now).on_duty);
}

#[test]
fn a_clock_that_is_set_back_revives_no_card() {
    let mut world = World::found(67);
    world.command(0, Command::PublishCards(world::CARDS.into()));
    world.settle();
    let judged = |world: &World| {
        let view = world.stations[0].desk.view(world.clock(0));
        let cards = view.cards.expect("they are published");
        desk::judge_card(&cards, "is-this-real", Language::English, view.cards_day)
    };
    assert_eq!(judged(&world), Ok(()));
    for _ in 0..160 {
        world.pass(DAY);
    }
    assert_eq!(judged(&world), Err(Refusal::CardExpired));
    world.stations[0].clock = -i64::from(160 * DAY);
    world.give(0, Input::Tick);
    assert_eq!(judged(&world), Err(Refusal::CardExpired));
    world.restart(0);
    world.read_line(0);
    assert_eq!(judged(&world), Err(Refusal::CardExpired));
}

/// A desk with a case, whose contact has read that it was taken.
fn desk_with_a_case(seed: u64) -> (World, Contact) {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Guide);
    world.plan(40 * 24, &[1]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(world.cases(1).len(), 1);
    contact.collect(&mut world);
    (world, contact)
}

/// Both messages are there, and the case has a month from now.
fn ends_as_it_would_have(world: &World, days: i64) {
    let label = world.cases(1)[0];
    let received = world.received(1, label);
    assert_eq!(received, ["hello", "are you there?"], "{days}");
    let case = world.stations[1].desk.case(label).expect("its case");
    assert_eq!(case.destroy_after, world.now.day().plus(30), "{days}");
}

#[test]
fn a_case_outlives_a_wrong_clock_and_ends_when_it_would_have() {
    for days in [-400, -40, 40, 400] {
        let (mut world, mut contact) = desk_with_a_case(66);
        world.stations[1].clock = days * i64::from(DAY);
        // That the clock jumped shows when the line is next read.
        world.give(1, Input::Tick);
        assert_eq!(world.cases(1).len(), 1, "{days}: before it shows");
        contact.write(&mut world, "are you there?");
        world.settle();
        world.stations[1].published = usize::MAX;
        world.tick(1);
        world.stations[1].clock = 0;
        world.pass(1);
        ends_as_it_would_have(&world, days);
    }
}

#[test]
fn a_relay_in_another_month_has_no_case_destroyed() {
    for days in [-40, 40] {
        let (mut world, mut contact) = desk_with_a_case(67);
        let right = world.relay.day;
        world.relay.day = right.saturating_add_signed(days);
        world.stations[1].published = usize::MAX;
        world.tick(1);
        contact.write(&mut world, "are you there?");
        world.settle();
        world.give(1, Input::Tick);
        world.relay.day = right;
        world.pass(1);
        ends_as_it_would_have(&world, days.into());
    }
}

#[test]
fn what_a_desk_with_a_wrong_clock_grants_reaches_the_others() {
    for (desk_days, relay_days) in [(-40, 0), (40, 0), (0, -40), (0, 40)] {
        let mut world = World::found(68);
        world.admit("Magpie", Stage::Guide);
        world.admit("Wren", Stage::Guide);
        world.plan(24, &[0, 1]);
        let right = world.relay.day;
        world.stations[0].clock = desk_days * i64::from(DAY);
        world.relay.day = right.saturating_add_signed(relay_days);
        world.stations[0].published = usize::MAX;
        world.tick(0);
        let shut_out = Command::Revoke {
            device: world.device(2),
            reason: RemovalReason::Lost,
        };
        world.command(0, shut_out);
        world.settle();
        world.stations[0].clock = 0;
        world.relay.day = right;
        world.pass(1);
        // Whoever did not get the new team key reads no more who has taken what.
        let mut contact = Contact::new(&mut world);
        contact.write(&mut world, "hello");
        world.settle();
        world.command(0, Command::TakeNext);
        world.settle();
        assert_eq!(world.cases(0).len(), 1, "{desk_days} {relay_days}");
        assert!(world.waiting(1).is_empty(), "{desk_days} {relay_days}");
    }
}
