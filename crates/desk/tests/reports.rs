//! What a month counts of closed cases that only whoever closed them knows: told to coordinators alone, late, once, and bounded.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::Command;
use outcomes::{Epsilon, Month, Question, Questions};
use protocol::{Ending, FeedbackSecretKey, FirstPost};
use statements::Stage;
use wire::Envelope;
use world::{CARDS, Contact, World};

/// A coordinator, 0, another, 1, and a guide, 2, on a shift of a day and a half; cards stand. It is 2026-11-23.
fn line(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.command(0, Command::PublishCards(CARDS.into()));
    world.plan(36, &[0, 1, 2]);
    world.settle();
    for station in 0..3 {
        world.told(station);
    }
    world
}

/// One report of November as it lies in a desk's record, and how often it came.
fn tallied(world: &World, station: usize, [within, what, replies]: [u8; 3]) -> Option<u32> {
    let record = world.stations[station].records.get("reports")?;
    let report = [0x07, 0xea, 11, within, what, replies];
    let mut counts = record.windows(10).filter(|part| part[..6] == report);
    let count = counts.next()?;
    let count = [count[6], count[7], count[8], count[9]];
    Some(u32::from_be_bytes(count))
}

/// What was posted since there were so many posts.
fn posted(world: &World, before: usize) -> Vec<Envelope> {
    let since = world.relay.tray.iter().skip(before);
    since.map(|post| post.envelope.clone()).collect()
}

fn take(world: &mut World, contact: &mut Contact) {
    contact.write(world, "hello");
    world.settle();
    world.command(2, Command::TakeNext);
    world.settle();
}

fn close(world: &mut World, ending: Ending) {
    let case = world.cases(2)[0];
    world.command(2, Command::CloseAs { case, ending });
    world.settle();
}

/// A day, in which each report that is held back comes due.
fn a_day(world: &mut World) {
    for _ in 0..26 {
        world.pass(60);
    }
    world.settle();
}

fn send_card(world: &mut World) {
    let case = world.cases(2)[0];
    world.command(
        2,
        Command::AnswerWithCard {
            case,
            card: "is-this-real".into(),
            language: protocol::Language::English,
        },
    );
    world.settle();
}

#[test]
fn a_closed_case_is_counted_once_by_every_coordinator_and_by_no_guide() {
    let mut world = line(1);
    let mut contact = Contact::new(&mut world);
    take(&mut world, &mut contact);
    send_card(&mut world);
    contact.collect(&mut world);
    world.settle();
    let before = world.relay.tray.len();
    close(&mut world, Ending::Closed);
    assert!(
        posted(&world, before).is_empty(),
        "not in the moment in which the log says that it was closed"
    );
    a_day(&mut world);
    assert_eq!(posted(&world, before).len(), 1);
    for station in [0, 1] {
        // Taken on the same day, settled by a card, one reply.
        assert_eq!(tallied(&world, station, [1, 1, 1]), Some(1), "{station}");
    }
    assert_eq!(tallied(&world, 2, [1, 1, 1]), None);
    // What was counted is counted once, also by a desk that reads everything again.
    world.restart_quietly(0);
    let again = posted(&world, before);
    world.relay.post_again(again[0].clone());
    a_day(&mut world);
    assert_eq!(tallied(&world, 0, [1, 1, 1]), Some(1));
}

#[test]
fn who_waited_until_the_next_day_is_counted_so() {
    let mut world = line(7);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.pass(20 * 60);
    world.command(2, Command::TakeNext);
    world.settle();
    close(&mut world, Ending::Silent);
    // The shift ends: reports wait for the next one.
    world.plan(72, &[0, 1, 2]);
    a_day(&mut world);
    assert_eq!(tallied(&world, 0, [2, 0, 0]), Some(1));
}

#[test]
fn words_and_further_questions_are_not_settled_by_a_card_and_replies_end_at_three() {
    let mut world = line(2);
    let mut talker = Contact::new(&mut world);
    take(&mut world, &mut talker);
    send_card(&mut world);
    talker.collect(&mut world);
    for _ in 0..4 {
        talker.write(&mut world, "and what about this?");
        world.settle();
        let case = world.cases(2)[0];
        world.answer(2, case, "so and so");
        world.settle();
        talker.collect(&mut world);
        world.settle();
    }
    close(&mut world, Ending::Closed);
    a_day(&mut world);
    assert_eq!(
        tallied(&world, 0, [1, 0, 3]),
        Some(1),
        "five were collected"
    );
}

#[test]
fn who_comes_back_after_a_closed_conversation_is_another_contact_to_every_desk() {
    let mut world = line(3);
    let mut contact = Contact::new(&mut world);
    for _ in 0..2 {
        take(&mut world, &mut contact);
        send_card(&mut world);
        contact.collect(&mut world);
        world.settle();
        close(&mut world, Ending::Closed);
        assert_eq!(contact.collect(&mut world), ["closed"]);
        // As a visit does that has read it.
        contact.state.begin_anew(&mut world.rng);
        world.settle();
    }
    a_day(&mut world);
    // Nobody can tell: the page begins anew with fresh secrets. So each conversation is protected, and two of one
    // contact half as well; the decision says so.
    assert_eq!(tallied(&world, 0, [1, 1, 1]), Some(2));
}

#[test]
fn a_case_that_was_given_away_is_reported_by_nobody() {
    let mut world = line(4);
    let mut contact = Contact::new(&mut world);
    take(&mut world, &mut contact);
    let case = world.cases(2)[0];
    world.command(2, Command::Return(case));
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    let before = world.relay.tray.len();
    let case = world.cases(1)[0];
    let ending = Ending::Closed;
    world.command(1, Command::CloseAs { case, ending });
    world.settle();
    a_day(&mut world);
    assert!(posted(&world, before).is_empty());
}

#[test]
fn no_key_of_a_shift_opens_a_report_and_all_are_of_one_size() {
    let mut world = line(5);
    let mut contact = Contact::new(&mut world);
    take(&mut world, &mut contact);
    let before = world.relay.tray.len();
    close(&mut world, Ending::Joke);
    a_day(&mut world);
    let [report] = &posted(&world, before)[..] else {
        panic!("one report");
    };
    let other = protocol::ShiftSecretKey::from_seed(&[7; 32]);
    assert!(FirstPost::open(report, &world.id, &other).is_err());
    let other = FeedbackSecretKey::from_seed(&[7; 32]);
    assert!(protocol::CaseReport::open(report, &world.id, &other).is_err());
    assert_eq!(report.as_bytes().len(), wire::ENVELOPE_SIZE);
    assert_eq!(tallied(&world, 0, [1, 0, 0]), Some(1));
}

#[test]
fn a_month_is_drawn_of_all_six_questions_or_of_those_that_are_asked() {
    let mut world = line(6);
    for _ in 0..3 {
        let mut contact = Contact::new(&mut world);
        take(&mut world, &mut contact);
        send_card(&mut world);
        contact.collect(&mut world);
        world.settle();
        close(&mut world, Ending::Closed);
    }
    for _ in 0..9 {
        a_day(&mut world);
    }
    let month = Month::new(2026, 11).expect("a month");
    let questions = Questions::of(&Question::ALL).expect("six");
    let epsilon = Epsilon::MONTH_MOST;
    world.command(
        0,
        Command::DrawOutcomes {
            month,
            epsilon,
            questions,
        },
    );
    world.settle();
    let view = world.stations[0].desk.view(world.now);
    let drawn = view.outcomes.expect("a coordinator").months[0]
        .publication
        .clone();
    assert_eq!(drawn.questions().left_out().count(), 0);
    // Exact: 3 contacts, taken on the same day, ended, settled, 3 replies. With this seed all lie in their ranges.
    let exact = |key: &str| match key {
        "contacts" | "waited-same-day" | "reached-ended" | "cards" | "replies" => 3,
        _ => 0,
    };
    let (mut inside, mut figures) = (0, 0);
    for (figure, said) in drawn.said() {
        let (low, high) = drawn.range(said);
        inside += usize::from((low..=high).contains(&exact(figure.key())));
        figures += 1;
    }
    // Each lies within its range in 95 of 100 draws.
    assert!(figures == 11 && inside >= 9, "{inside} of {figures}");
}
