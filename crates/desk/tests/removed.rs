//! A device is shut out in the middle of something: nothing is lost, nobody is left alone, and nobody is told what did not happen.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, Input};
use statements::{RemovalReason, Stage};
use world::{Contact, World, text};

/// Coordinators 0 and 1, of whom both must agree; guides 2 and 3; a shift for all.
fn line_of_two(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.admit("Swift", Stage::Guide);
    world.delegate(2, 2, &[0, 1]);
    world.plan(6, &[0, 1, 2, 3]);
    world
}

fn contact_who_waits(world: &mut World, words: &str) -> Contact {
    let mut contact = Contact::new(world);
    contact.write(world, words);
    world.settle();
    contact
}

fn revoke(world: &mut World, by: usize, whose: usize) {
    let revoke = Command::Revoke {
        device: world.device(whose),
        reason: RemovalReason::Lost,
    };
    world.command(by, revoke);
}

#[test]
fn nothing_is_written_or_destroyed_before_the_log_shows_it() {
    let mut world = line_of_two(1);
    let mut contact = contact_who_waits(&mut world, "hello");
    world.command(2, Command::TakeNext);
    assert_eq!(contact.collect(&mut world), [""; 0]);
    assert_eq!(world.relay.tray.len(), 1);
    // The desk reads its take, then that the log has the case, then that it has the answer.
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken"]);
    let label = world.cases(2)[0];
    world.answer(2, label, "I am here");
    assert_eq!(contact.collect(&mut world), [""; 0]);
    world.settle();
    assert_eq!(contact.collect(&mut world), ["I am here"]);
}

#[test]
fn a_post_whose_taker_was_removed_at_once_waits_again() {
    let mut world = line_of_two(2);
    let mut contact = contact_who_waits(&mut world, "hello");
    world.command(2, Command::TakeNext);
    revoke(&mut world, 1, 2);
    world.settle();
    assert_eq!(contact.collect(&mut world), [""; 0]);
    for station in [0, 1, 3] {
        assert_eq!(world.waiting(station).len(), 1, "desk {station}");
    }
    world.command(3, Command::TakeNext);
    world.settle();
    assert_eq!(world.received(3, world.cases(3)[0]), ["hello"]);
    // The removed device could open the post, so whoever takes it says so.
    assert_eq!(contact.collect(&mut world), ["taken", "exposed"]);
    contact.write(&mut world, "for the new one alone");
    world.settle();
    let received = world.received(3, world.cases(3)[0]);
    assert_eq!(received, ["hello", "for the new one alone"]);
}

#[test]
fn whoever_takes_a_post_that_a_removed_device_could_open_says_so() {
    let mut world = line_of_two(3);
    let mut before = contact_who_waits(&mut world, "before");
    revoke(&mut world, 1, 2);
    world.settle();
    let mut after = contact_who_waits(&mut world, "after");
    world.command(3, Command::TakeNext);
    world.settle();
    world.command(3, Command::TakeNext);
    world.settle();
    assert_eq!(before.collect(&mut world), ["taken", "exposed"]);
    assert_eq!(after.collect(&mut world), ["taken"]);
}

#[test]
fn a_case_given_to_a_colleague_who_is_removed_meanwhile_stays() {
    let mut world = line_of_two(4);
    let mut contact = contact_who_waits(&mut world, "hello");
    world.command(2, Command::TakeNext);
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken"]);
    let label = world.cases(2)[0];
    revoke(&mut world, 1, 3);
    // This desk has not heard of it.
    let transfer = Command::Transfer {
        case: label,
        to: world.device(3),
        note: text("yours"),
    };
    world.command(2, transfer);
    contact.write(&mut world, "written meanwhile");
    world.settle();
    assert_eq!(world.cases(2), [label]);
    assert_eq!(world.received(2, label), ["hello", "written meanwhile"]);
    assert_eq!(contact.collect(&mut world), ["exposed"]);
    world.answer(2, label, "still me");
    world.settle();
    assert_eq!(contact.collect(&mut world), ["still me"]);
}

#[test]
fn a_case_taken_back_by_its_first_holder_after_a_removal_is_recovered_with_all_of_it() {
    let mut world = line_of_two(5);
    let mut contact = contact_who_waits(&mut world, "hello");
    // A coordinator holds the case, gives it to a guide, and then has to remove him.
    world.command(1, Command::TakeNext);
    world.settle();
    let label = world.cases(1)[0];
    let transfer = Command::Transfer {
        case: label,
        to: world.device(3),
        note: text("yours"),
    };
    world.command(1, transfer);
    world.settle();
    assert_eq!(world.cases(3), [label]);
    assert_eq!(contact.collect(&mut world), ["taken", "transferred"]);
    revoke(&mut world, 1, 3);
    world.settle();
    assert_eq!(world.waiting(2), [label]);
    world.command(2, Command::TakeNext);
    world.settle();
    assert_eq!(world.received(2, label), ["hello"]);
    assert_eq!(contact.collect(&mut world), ["exposed", "transferred"]);
}

#[test]
fn a_desk_that_dies_between_a_removal_and_its_new_team_key_misses_nothing() {
    let mut world = line_of_two(6);
    let _contact = contact_who_waits(&mut world, "hello");
    let read = world.relay.log.last().expect("there is a log").sequence;
    revoke(&mut world, 1, 3);
    for station in [1, 0, 1, 0] {
        world.sync(station);
    }
    world.command(0, Command::TakeNext);
    for station in [1, 0, 1, 0] {
        world.sync(station);
    }
    assert_eq!(world.cases(0).len(), 1);
    let news = world.relay.log.iter().filter(|entry| entry.sequence > read);
    for entry in news.cloned().collect::<Vec<_>>() {
        world.give(2, Input::LogEntry(entry));
        let effects = world.restart(2);
        world.carry_out(2, effects);
        let line = world.relay.line(Some(&world.id));
        world.give(2, Input::Line(Box::new(line)));
    }
    world.settle();
    assert!(
        world.waiting(2).is_empty(),
        "the take under the new key was read"
    );
    assert_eq!(world.stations[2].desk.view(world.now).roster.len(), 3);
}

#[test]
fn a_removed_desk_keeps_nothing_of_who_waits_and_who_has_whom() {
    let mut world = line_of_two(7);
    let _waiting = contact_who_waits(&mut world, "one");
    let _held = contact_who_waits(&mut world, "two");
    world.command(2, Command::TakeNext);
    world.settle();
    world.answer(2, world.cases(2)[0], "on its way");
    revoke(&mut world, 0, 2);
    world.settle();
    let view = world.stations[2].desk.view(world.now);
    assert!(view.waiting.is_empty() && view.cases.is_empty() && view.outbox == 0);
    let kinds = [
        "case/", "waiting/", "seen/", "taken/", "outbox/", "shift/", "epoch/",
    ];
    let mut left = world.stations[2].records.keys();
    assert!(!left.any(|key| kinds.iter().any(|kind| key.starts_with(kind))));
}
