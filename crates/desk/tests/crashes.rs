//! A desk that is killed between any two effects loses nothing and doubles nothing; its records are read totally.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{Command, Desk, Notice, Record};
use statements::Stage;
use world::{Contact, World, records};
use zeroize::Zeroizing;

/// Plays a conversation in which one station dies before its `fuse`th effect or answer, and checks that nothing shows.
///
/// Returns whether it died.
fn conversation(victim: usize, fuse: usize) -> bool {
    let at_once = |station| (station == victim).then_some(fuse);
    let mut world = World::found_with_fuse(40, at_once(0));
    world.admit_with_fuse("Magpie", Stage::Guide, at_once(1));
    assert!(
        world.stations[1].desk.view(world.now).admitted,
        "fuse {fuse}"
    );
    if world.stations[1].desk.view(world.now).shifts.is_empty() {
        world.plan(8, &[1]);
    }
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "one");
    contact.write(&mut world, "two");
    world.settle();
    assert_eq!(world.waiting(1).len(), 1, "fuse {fuse}");
    insist(&mut world, Command::TakeNext, |world| {
        world.cases(1).len() == 1
    });
    let label = world.cases(1)[0];
    assert_eq!(world.received(1, label), ["one", "two"], "fuse {fuse}");
    let text = world::text("three");
    let answered = |world: &World| {
        let case = world.stations[1].desk.case(label).expect("the case stays");
        case.messages.iter().any(|m| m.text.as_str() == "three")
    };
    insist(&mut world, Command::Answer { case: label, text }, answered);
    assert_eq!(
        contact.collect(&mut world),
        ["taken", "three"],
        "fuse {fuse}"
    );
    world.settle();
    contact.write(&mut world, "four");
    world.settle();
    assert_eq!(
        world.received(1, label),
        ["one", "two", "four"],
        "fuse {fuse}"
    );
    assert!(world.relay.tray.is_empty(), "fuse {fuse}");
    insist(&mut world, Command::Destroy(label), |world| {
        world.cases(1).is_empty()
    });
    assert_eq!(contact.collect(&mut world), ["closed"], "fuse {fuse}");
    world.settle();
    let records = world.stations[1].records.keys();
    let left = records.filter(|n| {
        ["case/", "closing/", "outbox/", "waiting/"]
            .iter()
            .any(|k| n.starts_with(k))
    });
    assert_eq!(left.count(), 0, "fuse {fuse}");
    assert!(
        !world
            .open_log(0)
            .iter()
            .any(|e| matches!(e.event(), protocol::TeamEvent::CaseEntry(_)))
    );
    world.stations[victim].died > 0
}

/// What a person does: if the desk died before it took the command in, the command is given again.
fn insist(world: &mut World, command: Command, done: impl Fn(&World) -> bool) {
    let again = match &command {
        Command::TakeNext => Some(Command::TakeNext),
        Command::Answer { case, text } => Some(Command::Answer {
            case: *case,
            text: text.duplicate(),
        }),
        Command::Destroy(label) => Some(Command::Destroy(*label)),
        _ => None,
    };
    world.command(1, command);
    world.settle();
    if !done(world)
        && let Some(again) = again
    {
        world.command(1, again);
        world.settle();
    }
    assert!(done(world));
}

fn die_everywhere(victim: usize) {
    let mut fuse = 0;
    while conversation(victim, fuse) {
        fuse += 1;
    }
    assert!(fuse > 50, "it died {fuse} times only");
}

#[test]
fn a_guide_killed_anywhere_loses_and_doubles_nothing() {
    die_everywhere(1);
}

#[test]
fn a_desk_killed_while_it_catches_up_reads_on_from_what_it_saved() {
    let mut world = World::found(41);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[1]);
    for _ in 0..5 {
        let mut contact = Contact::new(&mut world);
        contact.write(&mut world, "hello");
    }
    // Read without the end being reached, then killed: nothing of it need have been saved.
    let effects = world.restart(1);
    world.carry_out(1, effects);
    let line = world.relay.line(Some(&world.id));
    world.give(1, desk::Input::Line(Box::new(line)));
    for post in world.relay.tray.clone() {
        world.give(1, desk::Input::Post(post));
    }
    let effects = world.restart(1);
    world.carry_out(1, effects);
    world.settle();
    assert_eq!(world.waiting(1).len(), 5);
}

#[test]
fn a_desk_restored_from_an_old_backup_can_still_speak() {
    let mut world = World::found(42);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[1]);
    let backup = world.stations[1].records.clone();
    world.command(1, Command::CheckIn(protocol::Readiness::Here));
    world.settle();
    world.command(1, Command::CheckOut { debriefed: false });
    world.settle();
    world.stations[1].records = backup;
    let effects = world.restart(1);
    world.carry_out(1, effects);
    world.settle();
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(world.cases(1).len(), 1);
}

#[test]
fn records_are_read_totally() {
    let mut world = World::found(43);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[1]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "one");
    world.settle();
    world.command(1, Command::TakeNext);
    let mut other = Contact::new(&mut world);
    other.write(&mut world, "two");
    world.settle();
    world.command(
        0,
        Command::Invite {
            work_name: "Wren".into(),
        },
    );
    for station in [0, 1] {
        let saved = world.stations[station].records.clone();
        for (name, value) in &saved {
            for cut in [0, 1, value.len() / 2, value.len() - 1] {
                let mut broken = saved.clone();
                broken.insert(name.clone(), Zeroizing::new(value[..cut].to_vec()));
                assert!(
                    Desk::restore(records(&broken)).is_err(),
                    "{name} cut to {cut}"
                );
            }
            let mut longer = saved.clone();
            longer.entry(name.clone()).and_modify(|value| value.push(0));
            assert!(
                Desk::restore(records(&longer)).is_err(),
                "{name} with a byte more"
            );
            for place in (0..value.len().min(400)).step_by(7) {
                let mut changed = saved.clone();
                changed
                    .entry(name.clone())
                    .and_modify(|value| value[place] ^= 0xff);
                // Whatever it says, it does not panic.
                drop(Desk::restore(records(&changed)));
            }
        }
    }
    assert!(Desk::restore(Vec::new()).is_err());
    let unknown = Record {
        key: "what/ever".into(),
        value: Some(Zeroizing::new(vec![1])),
    };
    let mut with_unknown = records(&world.stations[1].records);
    with_unknown.push(unknown);
    assert!(Desk::restore(with_unknown).is_err());
    assert!(!world.stations[1].told.contains(&Notice::ClockOff));
}
