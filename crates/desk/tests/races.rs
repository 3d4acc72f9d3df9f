//! Two desks want the same case; a relay doubles, reorders and forges; who may not read does not.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{CaseLabel, Command, Desk, Effect, Input, Notice};
use protocol::{CaseId, ContactMark, TeamEvent, TeamLog};
use rand_core::Rng;
use statements::{DeviceKey, Stage};
use wire::SequencedEnvelope;
use world::{Contact, World, team_key};

/// A coordinator and two guides on duty, and one contact who waits.
fn two_guides(seed: u64) -> (World, Contact, CaseLabel) {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Guide);
    world.admit("Wren", Stage::Guide);
    world.plan(8, &[1, 2]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "CANARY for one");
    world.settle();
    let label = world.waiting(1)[0];
    assert_eq!(world.waiting(2), [label]);
    (world, contact, label)
}

fn race(first: usize, second: usize) {
    let (mut world, mut contact, label) = two_guides(20 + first as u64);
    // Neither reads the log between the two commands.
    world.command(first, Command::Take(label));
    world.command(second, Command::Take(label));
    world.settle();
    assert!(world.stations[first].told.contains(&Notice::TakeWon(label)));
    assert!(
        world.stations[second]
            .told
            .contains(&Notice::TakeLost(label))
    );
    assert!(
        !world.stations[second]
            .told
            .contains(&Notice::TakeWon(label))
    );
    assert_eq!(world.cases(first), [label]);
    assert_eq!(world.cases(second), []);
    for station in 0..3 {
        assert_eq!(world.waiting(station), [], "nobody is shown it twice");
    }
    assert_eq!(contact.collect(&mut world), ["taken"]);
    assert_eq!(
        contact.collect(&mut world),
        [] as [String; 0],
        "one desk has answered"
    );

    // The loser keeps nothing of it, and cannot open what comes later.
    world.settle();
    contact.write(&mut world, "CANARY later");
    let later = world
        .relay
        .tray
        .last()
        .cloned()
        .expect("it lies in the tray");
    world.settle();
    assert_eq!(world.received(first, label).len(), 2);
    for station in [0, second] {
        let records = &world.stations[station].records;
        assert!(
            !records
                .keys()
                .any(|name| name.starts_with("case/") || name.starts_with("waiting/"))
        );
        world.give(
            station,
            Input::Post(SequencedEnvelope {
                sequence: u64::MAX,
                ..later.clone()
            }),
        );
        assert_eq!(
            (world.waiting(station), world.cases(station)),
            (vec![], vec![])
        );
    }
}

#[test]
fn of_two_takes_the_earlier_wins() {
    race(1, 2);
}

#[test]
fn of_two_takes_the_earlier_wins_the_other_way_round() {
    race(2, 1);
}

#[test]
fn a_take_read_before_its_post_leaves_nothing_waiting_elsewhere() {
    let (mut world, _contact, label) = two_guides(23);
    let post = world.relay.tray[0].clone();
    world.command(1, Command::Take(label));
    world.settle();
    // A third guide, admitted later, reads the take first; a relay that forgot to shred gives out the post.
    let late = world.admit("Swift", Stage::Guide);
    world.plan(8, &[1, 2, late]);
    world.relay.post_again(post.envelope);
    world.settle();
    assert_eq!(world.waiting(late), []);
}

#[test]
fn a_guide_who_never_saw_the_first_post_leaves_the_next_to_its_case() {
    let (mut world, mut contact, label) = two_guides(28);
    world.command(1, Command::Take(label));
    world.settle();
    // The first post is shredded before this guide is admitted: only the log tells of it.
    let late = world.admit("Swift", Stage::Guide);
    world.plan(8, &[1, 2, late]);
    contact.write(&mut world, "CANARY written before anything was read");
    while world.sync(late) {}
    assert_eq!(
        world.waiting(late),
        [],
        "whoever holds the case is away, and still it is theirs"
    );
    world.settle();
    assert_eq!(
        world.received(1, label).len(),
        2,
        "it is in the case to which it belongs"
    );
}

#[test]
fn a_guide_who_is_not_on_the_new_shift_gets_what_the_contact_of_his_case_writes_to_it() {
    let (mut world, mut contact, label) = two_guides(24);
    world.command(1, Command::Take(label));
    world.settle();
    // The contact has not read that the case is taken, and writes to a shift on which the guide is not.
    world.pass(60);
    world.plan(8, &[2]);
    contact.write(&mut world, "is anybody there?");
    world.settle();
    assert_eq!((world.waiting(1), world.waiting(2)), (vec![], vec![]));
    assert_eq!(world.received(1, label).len(), 2, "nothing is lost");
}

#[test]
fn a_case_of_two_posts_is_lost_as_a_whole() {
    let (mut world, mut contact, label) = two_guides(25);
    contact.write(&mut world, "and another thing");
    world.settle();
    world.command(2, Command::Take(label));
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(world.received(2, label).len(), 2);
    assert_eq!((world.waiting(1), world.cases(1)), (vec![], vec![]));
    assert!(world.stations[1].told.contains(&Notice::TakeLost(label)));
}

#[test]
fn a_closed_case_leaves_the_contact_free_to_be_taken_again() {
    let (mut world, mut contact, label) = two_guides(26);
    world.command(1, Command::Take(label));
    world.settle();
    world.command(1, Command::Destroy(label));
    world.settle();
    contact.write(&mut world, "I have read nothing yet");
    world.settle();
    assert_eq!(world.waiting(2).len(), 1);
    assert_eq!(world.waiting(1).len(), 1);
}

/// Seals a take of `case` by `author`.
fn take(world: &mut World, author: &DeviceKey, counter: u64, case: CaseId) -> wire::Envelope {
    let (generation, key) = team_key(&world.stations[0].records["device"]);
    let line = world.id;
    let log = TeamLog {
        line: &line,
        generation,
        key: &key,
    };
    let event = TeamEvent::Take {
        case,
        contact: ContactMark([0; 16]),
    };
    let sealed = log.seal(author, counter, &event, &mut world.rng);
    sealed.expect("a take fits").0
}

#[test]
fn forged_replayed_and_reordered_entries_are_dropped() {
    let (mut world, _contact, label) = two_guides(27);
    let case = CaseId::of(&world.relay.tray[0].envelope);
    // Somebody who has the team key but is not in the roster.
    let stranger = DeviceKey::from_seed(&world::random(&mut world.rng));
    let forged = take(&mut world, &stranger, 1, case);
    world.relay.append(forged);
    // A member's own key, but a counter that does not rise: as if an old entry were signed and kept back.
    let wren = DeviceKey::from_seed(&world.stations[2].desk.device_key().seed());
    let reordered = take(&mut world, &wren, 1, case);
    world.relay.append(reordered);
    // Random bytes with an entry's header.
    let mut noise = *world.relay.log[0].envelope.as_bytes();
    world.rng.fill_bytes(&mut noise[64..]);
    world
        .relay
        .append(wire::Envelope::parse(&noise).expect("the header is kept"));
    world.settle();
    for station in 0..3 {
        assert_eq!(world.waiting(station), [label], "none of these is a take");
    }
    // Everything that ever was, once more: nothing happens twice.
    let all: Vec<_> = world
        .relay
        .log
        .iter()
        .map(|entry| entry.envelope.clone())
        .collect();
    let before: Vec<_> = (0..3)
        .map(|i| world.stations[i].desk.view(world.now).roster)
        .collect();
    let outboxes: Vec<_> = (0..3).map(|i| world.stations[i].carried).collect();
    all.into_iter()
        .for_each(|entry| world.relay.append_again(entry));
    world.settle();
    for station in 0..3 {
        let view = world.stations[station].desk.view(world.now);
        assert_eq!(view.roster, before[station]);
        assert_eq!(view.outbox, 0);
        assert!(world.stations[station].carried > outboxes[station]);
    }
    world.command(1, Command::Take(label));
    world.settle();
    assert_eq!(world.cases(1), [label]);
    // An entry given twice with the same place is not even looked at.
    let first = world.relay.log[0].clone();
    world.give(1, Input::LogEntry(first));
    assert_eq!(world.cases(1), [label]);
}

#[test]
fn two_coordinators_who_admit_at_once_both_succeed() {
    let mut world = World::found(28);
    let second = world.admit("Crane", Stage::Coordinator);
    assert_eq!(
        world.stations[second].desk.view(world.now).stage,
        Stage::Coordinator
    );
    // The delegation names the first coordinator alone, so only its admissions count; two at once from one desk collide too.
    let mut secrets = Vec::new();
    for work_name in ["Magpie", "Wren"] {
        let work_name = work_name.to_owned();
        world.command(0, Command::Invite { work_name });
        if let Some(Notice::Invitation { secret, .. }) = world.stations[0].told.last() {
            secrets.push(protocol::JoinSecret::from_bytes(secret));
        }
    }
    let line = world.relay.line(Some(&world.id));
    let mut devices = Vec::new();
    for (secret, name) in secrets.into_iter().zip(["Magpie", "Wren"]) {
        let device = DeviceKey::from_seed(&world::random(&mut world.rng));
        devices.push(device.public());
        let (desk, effects) = Desk::join(&line, device, name, secret, world.now, &mut world.rng);
        world.add(desk, effects, None);
    }
    world.command(0, Command::CheckInvitations);
    for device in devices {
        let admit = world.admission(device, Stage::Guide);
        world.command(0, admit);
    }
    world.settle();
    for station in 0..world.stations.len() {
        let view = world.stations[station].desk.view(world.now);
        assert!(view.admitted);
        assert_eq!(view.roster.len(), 4);
    }
}

#[test]
fn a_guide_may_not_coordinate() {
    let (mut world, ..) = two_guides(29);
    let (from, until) = (world.now, world.now.plus(60));
    let guides = Vec::new();
    world.command(
        1,
        Command::PlanShift {
            from,
            until,
            guides,
        },
    );
    world.command(
        1,
        Command::Invite {
            work_name: "Nobody".into(),
        },
    );
    let refused = Notice::CommandRefused(desk::Refusal::NotCoordinator);
    assert_eq!(
        world.stations[1]
            .told
            .iter()
            .filter(|told| **told == refused)
            .count(),
        2
    );
}

#[test]
fn a_refused_take_waits_on_and_a_refused_answer_is_written_after_a_restart() {
    let (mut world, mut contact, label) = two_guides(30);
    world.command(1, Command::CheckIn(protocol::Readiness::Here));
    world.settle();
    let now = world.now;
    // Saves what an input changes, and returns what would have been asked of the relay first.
    let save_only = |world: &mut World, input: Input| {
        let effects = world.stations[1].desk.step(input, now, &mut world.rng);
        let (asked, saved): (Vec<_>, Vec<_>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Relay(..)));
        world.carry_out(1, saved);
        match asked.first() {
            Some(Effect::Relay(task, _)) => *task,
            _ => panic!("something is asked of the relay"),
        }
    };
    let task = save_only(&mut world, Input::Command(Command::Take(label)));
    world.give(1, Input::Refused(task, "device-not-listed".into()));
    let told = Notice::RelayRefused("device-not-listed".into());
    assert!(world.stations[1].told.contains(&told));
    assert!(!world.stations[1].desk.view(now).waiting[0].taking);
    world.command(1, Command::Take(label));
    world.settle();
    let text = world::text("answer");
    world.command(1, Command::Answer { case: label, text });
    // The answer is to be written once the log shows it; a restart asks for it again.
    let shown = world
        .relay
        .log
        .last()
        .expect("the answer is logged")
        .clone();
    let task = save_only(&mut world, Input::LogEntry(shown));
    world.give(1, Input::Refused(task, "no-room".into()));
    let effects = world.restart(1);
    world.carry_out(1, effects);
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken", "answer"]);
}
