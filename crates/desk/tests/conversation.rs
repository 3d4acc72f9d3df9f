//! A whole conversation between a contact and a desk, from founding the line to destroying the case.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{Command, MessageState, Notice, Refusal};
use protocol::{GrantPurpose, Language, TeamEvent, Urgency};
use statements::Stage;
use world::{CARDS, Contact, World};

/// A line with a coordinator (station 0) and a guide (station 1) on duty.
fn line_with_guide(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[1]);
    world
}

#[test]
fn a_guide_joins_and_gets_the_shift_key() {
    let world = line_with_guide(1);
    let view = world.stations[1].desk.view(world.now);
    assert!(view.admitted && view.on_duty && !view.stale_roster);
    assert_eq!(view.stage, Stage::Guide);
    assert!(world.stations[1].told.contains(&Notice::Admitted));
    assert!(world.stations[1].desk.join_words().is_none());
    assert_eq!(view.roster.len(), 2);
    assert_eq!(world.stations[0].desk.view(world.now).joining.len(), 0);
}

#[test]
fn a_conversation_from_the_first_word_to_the_last_key() {
    let mut world = line_with_guide(2);
    world.command(0, Command::PublishCards(CARDS.into()));
    world.settle();
    for station in [0, 1] {
        world.command(station, Command::CheckIn(protocol::Readiness::Here));
    }
    world.settle();
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "CANARY is this real?");
    world.settle();
    for station in [0, 1] {
        let [label] = world.waiting(station)[..] else {
            panic!("exactly one waits");
        };
        let news = Notice::NewWaiting(label);
        let told = world.stations[station].told.iter();
        assert_eq!(told.filter(|notice| **notice == news).count(), 1);
    }
    assert!(
        holds_no_canary(&world),
        "nothing is held open before it is taken"
    );

    let label = world.waiting(1)[0];
    world.command(1, Command::Take(label));
    world.settle();
    assert!(world.stations[1].told.contains(&Notice::TakeWon(label)));
    assert_eq!(world.waiting(0), []);
    assert_eq!(world.received(1, label), ["CANARY is this real?"]);
    assert!(
        world.relay.tray.is_empty(),
        "the relay has forgotten the post"
    );

    world.answer(1, label, "CANARY it is.");
    let card = Command::AnswerWithCard {
        case: label,
        card: "is-this-real".into(),
        language: Language::English,
    };
    world.command(1, card);
    world.settle();
    assert_eq!(
        world.stations[1].desk.view(world.now).cases[0].uncollected,
        2
    );
    let read = contact.collect(&mut world);
    let card = "is-this-real: Is this real?\n\nCANARY card.";
    assert_eq!(read, ["taken", "CANARY it is.", card]);
    world.settle();
    assert!(
        world.stations[1]
            .told
            .contains(&Notice::AnswerCollected(label))
    );
    let case = world.stations[1].desk.case(label).expect("still there");
    let sent = case.messages.iter().filter(|message| !message.from_contact);
    assert!(
        sent.map(|m| m.state)
            .all(|state| state == MessageState::Collected)
    );

    contact.write(&mut world, "CANARY what happens to my mother?");
    world.settle();
    assert_eq!(world.received(1, label).len(), 2);
    assert_eq!((world.waiting(0), world.waiting(1)), (vec![], vec![]));
    assert!(world.relay.tray.is_empty());

    world.command(1, Command::Destroy(label));
    world.settle();
    assert_eq!(contact.collect(&mut world), ["closed"]);
    assert!(
        world.stations[1]
            .told
            .contains(&Notice::CaseDestroyed(label))
    );
    assert_eq!(world.cases(1), []);
    assert!(world.stations[1].desk.case(label).is_none());
    nothing_is_left(&world);
    world.settle();
    world.pass(60);
    nothing_is_left(&world);
}

fn holds_no_canary(world: &World) -> bool {
    let records = world
        .stations
        .iter()
        .flat_map(|station| station.records.values());
    !records
        .into_iter()
        .any(|value| value.windows(6).any(|window| window == b"CANARY"))
}

/// No vault holds text or a case; the log, opened with the team key, holds no entry and no grant of a case.
fn nothing_is_left(world: &World) {
    assert!(holds_no_canary(world));
    for station in &world.stations {
        let mut names = station.records.keys();
        assert!(!names.any(|name| {
            [
                "case/",
                "kept/",
                "kept-entry/",
                "waiting/",
                "closing/",
                "outbox/",
            ]
            .iter()
            .any(|kind| name.starts_with(kind))
        }));
    }
    let left = world.open_log(0);
    assert!(!left.is_empty(), "the log itself can be opened");
    let of_case = left.iter().filter(|event| match event.event() {
        TeamEvent::CaseEntry(_) => true,
        TeamEvent::CaseState { .. } => true,
        TeamEvent::Grant(grant) => {
            matches!(grant.purpose, GrantPurpose::Case | GrantPurpose::Share)
        }
        _ => false,
    });
    assert_eq!(
        of_case.count(),
        0,
        "entries and grants of the case are shredded"
    );
}

#[test]
fn the_backup_is_granted_the_case_and_the_log_has_its_messages() {
    let mut world = line_with_guide(3);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    let log = world.open_log(0);
    let grants = log.iter().filter(|event| {
        matches!(event.event(), TeamEvent::Grant(g) if g.purpose == GrantPurpose::Share && g.to == world.device(0))
    });
    assert_eq!(grants.count(), 1);
    let entries = log
        .iter()
        .filter(|e| matches!(e.event(), TeamEvent::CaseEntry(_)));
    assert_eq!(entries.count(), 2, "the message, and that it was taken");
}

#[test]
fn who_wrote_twice_before_being_taken_is_one_case() {
    let mut world = line_with_guide(4);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "first");
    contact.write(&mut world, "second");
    world.settle();
    assert_eq!(world.waiting(1).len(), 1);
    let label = world.waiting(1)[0];
    world.command(1, Command::Take(label));
    world.settle();
    assert_eq!(world.received(1, label), ["first", "second"]);
    contact.write(&mut world, "third, before the reply was read");
    world.settle();
    assert_eq!(world.received(1, label).len(), 3);
    assert_eq!((world.waiting(0), world.waiting(1)), (vec![], vec![]));
    assert!(world.relay.tray.is_empty());
}

#[test]
fn a_doubled_post_is_shown_once() {
    let mut world = line_with_guide(5);
    let mut contact = Contact::new(&mut world);
    let first = contact.seal(&mut world, "once", Urgency::Days);
    let shift = world.shift();
    // The contact does not know whether the post arrived, and seals the same message anew.
    let again = contact
        .state
        .seal_pending(shift.recipient(), &mut world.rng);
    world.relay.post(first.clone());
    world.relay.post(again.expect("pending").expect("sealed"));
    world.relay.post_again(first.clone());
    world.settle();
    assert_eq!(world.waiting(1).len(), 1);
    world.command(1, Command::TakeNext);
    world.settle();
    let label = world.cases(1)[0];
    assert_eq!(world.received(1, label), ["once"]);
    world.command(1, Command::Destroy(label));
    world.settle();
    // A relay that kept the post and gives it out again brings nothing back.
    world.relay.post_again(first);
    world.settle();
    assert_eq!((world.waiting(0), world.waiting(1)), (vec![], vec![]));
}

#[test]
fn the_most_urgent_is_first_and_among_equals_the_oldest() {
    let mut world = line_with_guide(6);
    let urgencies = [
        Urgency::Days,
        Urgency::Minutes,
        Urgency::Days,
        Urgency::Hours,
    ];
    for urgency in urgencies {
        let mut contact = Contact::new(&mut world);
        let post = contact.seal(&mut world, "?", urgency);
        world.relay.post(post);
    }
    world.settle();
    let rows = world.stations[1].desk.view(world.now).waiting;
    let shown: Vec<Urgency> = rows.iter().map(|row| row.urgency).collect();
    assert_eq!(
        shown,
        [
            Urgency::Minutes,
            Urgency::Hours,
            Urgency::Days,
            Urgency::Days
        ]
    );
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(world.cases(1), [rows[0].label]);
}

#[test]
fn posts_of_a_shift_without_a_key_are_ignored_until_the_key_comes() {
    let mut world = World::found(7);
    world.admit("Magpie", Stage::Guide);
    world.plan(8, &[]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "for the shift before");
    world.settle();
    assert_eq!(world.waiting(1), []);
    let effects = world.restart(1);
    world.carry_out(1, effects);
    world.settle();
    assert_eq!(world.waiting(1), []);
    // The next shift's guides are granted the keys of shifts of which somebody still waits.
    world.pass(60);
    world.plan(8, &[1]);
    assert_eq!(world.waiting(1).len(), 1);
    world.command(1, Command::TakeNext);
    world.settle();
    assert_eq!(
        world.received(1, world.cases(1)[0]),
        ["for the shift before"]
    );
}

#[test]
fn drafts_and_notes_survive_a_restart_and_an_empty_answer_is_refused() {
    let mut world = line_with_guide(8);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    let case = world.cases(1)[0];
    world.command(
        1,
        Command::SaveDraft {
            case,
            text: world::text("half an ans"),
        },
    );
    world.command(
        1,
        Command::AddNote {
            case,
            text: world::text("call back"),
        },
    );
    world.answer(1, case, "  ");
    assert!(
        world.stations[1]
            .told
            .contains(&Notice::CommandRefused(Refusal::EmptyText))
    );
    let effects = world.restart(1);
    world.carry_out(1, effects);
    world.settle();
    let shown = world.stations[1]
        .desk
        .case(case)
        .expect("the case is there");
    assert_eq!(shown.draft.as_str(), "half an ans");
    assert_eq!(shown.notes.len(), 1);
}

#[test]
fn the_wait_is_announced_by_who_is_checked_in() {
    let mut world = line_with_guide(9);
    assert!(world.relay.wait.is_none());
    world.command(1, Command::CheckIn(protocol::Readiness::Here));
    world.settle();
    let line = world.relay.line(Some(&world.id));
    let wait = line.wait(world.now).expect("a wait is announced");
    assert_eq!((wait.guides(), wait.expected()), (1, Some(30)));
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    let line = world.relay.line(Some(&world.id));
    assert_eq!(
        line.wait(world.now).and_then(|wait| wait.expected()),
        Some(60)
    );
    let published = world.relay.published;
    world.pass(3);
    assert_eq!(
        world.relay.published, published,
        "nothing changed, nothing is said"
    );
    world.pass(8);
    assert!(world.relay.published > published);
}

#[test]
fn a_slot_that_somebody_else_wrote_moves_the_reply_on() {
    let mut world = line_with_guide(10);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    // Somebody who knows the naming secret has written reply 0 already.
    let squatter = world
        .relay
        .slots
        .values()
        .next()
        .cloned()
        .expect("a join slot");
    world
        .relay
        .slots
        .insert(contact.state.reply_slot(0).0, squatter);
    world.command(1, Command::TakeNext);
    world.settle();
    world.answer(1, world.cases(1)[0], "still here");
    world.settle();
    assert!(
        world
            .relay
            .slots
            .contains_key(&contact.state.reply_slot(1).0)
    );
    // The squatter's two, the word that the case is taken, and the answer, which lies under a name that only the contact can know.
    assert_eq!(world.relay.slots.len(), 4);
}
