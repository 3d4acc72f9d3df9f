//! The line ends: two say so, everybody hears it, and then no desk holds anything.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, EndingView, Notice, Proposed, Refusal};
use statements::LineEnd;
use wire::Minute;
use world::{Contact, World, approve_first, refusals, two_of_three};

fn end(world: &mut World, station: usize, how: LineEnd, days: u32) {
    world.command(station, Command::EndLine { how, days });
    world.settle();
}

fn ending(world: &World, station: usize) -> Option<EndingView> {
    world.stations[station].desk.view(world.now).ending
}

/// Whether nothing is left of a desk: neither saved, nor asked of the relay, nor shown.
fn nothing_is_left(world: &World, station: usize) -> bool {
    let station = &world.stations[station];
    let view = station.desk.view(world.now);
    station.records.is_empty()
        && station.desk.has_ended()
        && view.cases.is_empty()
        && view.roster.is_empty()
        && view.work_name.is_empty()
        && view.outbox == 0
}

#[test]
fn an_orderly_end_is_agreed_to_by_another_person_and_leaves_nothing_after_its_last_day() {
    let mut world = two_of_three(1);
    end(&mut world, 2, LineEnd::Orderly, 30);
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    end(&mut world, 0, LineEnd::Orderly, 6);
    assert_eq!(
        refusals(&mut world, 0),
        [Refusal::BadDay],
        "a week at least"
    );
    end(&mut world, 0, LineEnd::Orderly, 9);
    assert_eq!(ending(&world, 2), None, "one has signed");
    let proposed = &world.stations[1].desk.view(world.now).proposals[0].what;
    let last_day = world.now.day().plus(9);
    assert!(matches!(proposed, Proposed::End(notice) if notice.last_day == last_day));
    approve_first(&mut world, 0);
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    approve_first(&mut world, 1);
    let said = ending(&world, 2).expect("everybody hears it");
    assert!(said.notice.last_day == last_day && !said.is_over);
    assert!(world.told(2).contains(&Notice::LineEnds(last_day)));
    end(&mut world, 1, LineEnd::Orderly, 9);
    assert_eq!(refusals(&mut world, 1), [Refusal::EndsSooner]);
    for _ in 0..9 {
        world.pass(Minute::PER_DAY);
    }
    assert!(!ending(&world, 2).expect("it is the last day").is_over);
    assert!(!world.stations[2].records.is_empty());
    world.pass(Minute::PER_DAY);
    for station in 0..3 {
        assert!(nothing_is_left(&world, station), "desk {station}");
        assert!(world.told(station).contains(&Notice::LineEnded));
        assert!(ending(&world, station).expect("it says so").is_over);
    }
}

#[test]
fn an_emergency_ends_every_desk_as_soon_as_it_hears_of_it() {
    let mut world = two_of_three(2);
    Contact::new(&mut world).write(&mut world, "is anybody there?");
    world.settle();
    let waiting = world.waiting(2)[0];
    world.command(2, Command::Take(waiting));
    world.settle();
    assert_eq!(world.cases(2), [waiting]);
    end(&mut world, 0, LineEnd::Emergency, 1);
    assert_eq!(refusals(&mut world, 0), [Refusal::BadDay]);
    end(&mut world, 0, LineEnd::Emergency, 0);
    assert!(
        !world.stations[0].desk.has_ended(),
        "one alone ends nothing"
    );
    approve_first(&mut world, 1);
    for station in 0..3 {
        assert!(nothing_is_left(&world, station), "desk {station}");
    }
}

#[test]
fn a_clock_that_runs_ahead_destroys_nothing_before_the_line_has_ended() {
    let mut world = two_of_three(3);
    end(&mut world, 0, LineEnd::Orderly, 9);
    approve_first(&mut world, 1);
    world.stations[2].clock = i64::from(20 * Minute::PER_DAY);
    world.pass(60);
    assert!(!world.stations[2].desk.has_ended());
    world.stations[2].clock = -i64::from(20 * Minute::PER_DAY);
    world.pass(12 * Minute::PER_DAY);
    assert!(
        !world.stations[2].desk.has_ended(),
        "nor does a relay's day alone"
    );
    world.stations[2].clock = 0;
    world.pass(1);
    assert!(nothing_is_left(&world, 2));
}
