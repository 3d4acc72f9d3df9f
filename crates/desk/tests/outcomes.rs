//! What a line may say of its work in numbers: counted at a coordinator's desk, agreed to by another person, spent in the log.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, Notice, OutcomesView, ProposalLabel, Proposed, Refusal};
use outcomes::{
    Book, Contact as Counted, Counts, Epsilon, Month, Publication, Question, Questions,
};
use protocol::{Ending, OutcomesEvent, TeamEvent, Text};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use statements::{PublishedMonth, UnverifiedStatement};
use world::{Contact, World, refusals, two_of_three};

fn november() -> Month {
    Month::new(2026, 11).expect("a month")
}

/// The first of December, when November is over.
fn next_month(world: &mut World) {
    world.pass(8 * 1440);
    for station in 0..3 {
        world.told(station);
    }
}

fn seen(world: &World, station: usize) -> OutcomesView {
    let view = world.stations[station].desk.view(world.now);
    view.outcomes.expect("a coordinator")
}

fn draw(world: &mut World, station: usize, month: Month, epsilon: Epsilon) {
    let questions = Questions::of(&[Question::Contacts, Question::Reached]).expect("two");
    world.command(
        station,
        Command::DrawOutcomes {
            month,
            epsilon,
            questions,
        },
    );
}

fn agree(world: &mut World, station: usize) {
    world.command(station, Command::AgreeOutcomes(november()));
    world.settle();
}

/// What a desk may decide, or has proposed, of outcomes.
fn open(world: &World, station: usize) -> Vec<(ProposalLabel, Publication, bool)> {
    let view = world.stations[station].desk.view(world.now);
    let of_months = view
        .proposals
        .into_iter()
        .filter_map(|open| match open.what {
            Proposed::Outcomes(drawn) => Some((open.label, drawn, open.may_decide)),
            _ => None,
        });
    of_months.collect()
}

/// What the relay was given of months, once enough coordinators signed it.
fn published(world: &World) -> Vec<Vec<u8>> {
    let line = world.relay.line(Some(&world.id));
    let statements = world.relay.outcomes.iter();
    let read = statements.map(|bytes| {
        let statement = UnverifiedStatement::parse(bytes).expect("a statement");
        let month = PublishedMonth::verify(&statement, line.delegation());
        month.expect("two signed it").publication().to_vec()
    });
    read.collect()
}

/// November was drawn by 0, and 1 was told that it waits.
fn drawn(seed: u64) -> World {
    let mut world = two_of_three(seed);
    next_month(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    world.settle();
    let [(label, _, true)] = open(&world, 1)[..] else {
        panic!("it waits for the second coordinator");
    };
    assert!(world.told(1).contains(&Notice::ProposalWaits(label)));
    assert!(world.told(0).is_empty() && world.told(2).is_empty());
    world
}

/// Some contacts are answered by the guide; every second case ends.
fn serve(world: &mut World, contacts: usize) {
    for number in 0..contacts {
        let mut contact = Contact::new(world);
        contact.write(world, "hello");
        world.settle();
        world.command(2, Command::TakeNext);
        world.settle();
        let case = world.cases(2)[0];
        let ending = if number % 2 == 0 {
            Ending::Closed
        } else {
            Ending::Joke
        };
        world.command(2, Command::CloseAs { case, ending });
        world.settle();
    }
}

#[test]
fn a_month_is_drawn_once_and_published_when_another_person_agrees() {
    let mut world = two_of_three(1);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    assert_eq!(refusals(&mut world, 0), [Refusal::MonthNotOver]);
    next_month(&mut world);
    assert_eq!(seen(&world, 1).can_be_drawn, [november()]);
    draw(&mut world, 2, november(), Epsilon::MONTH);
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    // Pressed twice before the log has it.
    draw(&mut world, 0, november(), Epsilon::MONTH);
    world.settle();
    assert_eq!(refusals(&mut world, 0), [Refusal::OutcomesDrawn]);
    agree(&mut world, 0);
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    assert!(!seen(&world, 0).months[0].is_agreed);
    agree(&mut world, 1);
    for station in [0, 1] {
        let shown = seen(&world, station);
        assert!(shown.months[0].is_agreed && shown.can_be_drawn.is_empty());
        assert_eq!(shown.left.thousandths(), 5500);
    }
    assert_eq!(
        seen(&world, 0).months[0].publication,
        seen(&world, 1).months[0].publication
    );
    draw(&mut world, 1, november(), Epsilon::MONTH);
    assert_eq!(refusals(&mut world, 1), [Refusal::OutcomesDrawn]);
    assert!(world.stations[2].desk.view(world.now).outcomes.is_none());
}

#[test]
fn a_desk_that_dies_after_drawing_does_not_draw_again() {
    let mut world = two_of_three(2);
    next_month(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    world.restart_quietly(0);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    world.settle();
    assert_eq!(refusals(&mut world, 0), [Refusal::OutcomesDrawn]);
    assert_eq!(seen(&world, 1).left.thousandths(), 5500);
    let before = seen(&world, 1);
    world.restart_quietly(1);
    assert_eq!(seen(&world, 1), before);
    assert_eq!(before.months.len(), 1);
    // Nor does it forget to show what it drew.
    assert!(before.months[0].may_agree);
    agree(&mut world, 1);
    assert_eq!(published(&world).len(), 1);
}

#[test]
fn two_who_draw_at_once_have_both_spent_and_one_counts() {
    let mut world = two_of_three(3);
    next_month(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH_MOST);
    draw(&mut world, 1, november(), Epsilon::MONTH);
    world.settle();
    let (one, other) = (seen(&world, 0), seen(&world, 1));
    assert_eq!(one.left.thousandths(), 3500);
    assert_eq!(one.months[0].publication, other.months[0].publication);
    // Only what counts waits for somebody.
    assert_eq!((open(&world, 0).len(), open(&world, 1).len()), (1, 1));
    assert_eq!(open(&world, 0)[0].1, one.months[0].publication);
    assert_eq!(
        (one.months.len(), one.left),
        (other.months.len(), other.left)
    );
}

#[test]
fn what_no_program_of_ours_draws_is_spent_and_never_counts() {
    let mut world = two_of_three(4);
    next_month(&mut world);
    let event = |month: Month| {
        let asked = Questions::of(&[Question::Contacts]).expect("one");
        let mut counts = Counts::new(month, asked);
        counts.add(&Counted::default());
        let mut book = Book::default();
        let late = month.next().first_day();
        let drawn = book.publish(
            &counts,
            Epsilon::MONTH_MOST,
            late,
            &mut ChaCha20Rng::seed_from_u64(7),
        );
        TeamEvent::Outcomes(OutcomesEvent::Drawn {
            publication: drawn.expect("it is over").to_bytes(),
        })
    };
    // A guide can't; a coordinator spends the year and gets no more for it.
    world.append_as(2, &event(november()));
    world.settle();
    assert_eq!(seen(&world, 0).left, Epsilon::YEAR);
    for number in 1..=3 {
        let month = Month::new(2026, number).expect("a month");
        world.append_as(1, &event(month));
        world.settle();
    }
    assert_eq!(
        seen(&world, 0).left.thousandths(),
        4000,
        "one counter, one event"
    );
}

#[test]
fn what_a_desk_counts_lies_where_the_figures_say() {
    let mut world = two_of_three(5);
    serve(&mut world, 6);
    next_month(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH_MOST);
    world.settle();
    let shown = seen(&world, 0);
    let drawn: &Publication = &shown.months[0].publication;
    assert_eq!(drawn.month(), november());
    let left_out: Vec<Question> = drawn.questions().left_out().collect();
    assert!(left_out.contains(&Question::Waits) && left_out.contains(&Question::Replies));
    let (low, high) = drawn.range(drawn.said().next().expect("contacts").1);
    assert!((low..=high).contains(&6), "with this seed");
}

#[test]
fn a_month_whose_cases_are_forgotten_is_not_drawn() {
    let mut world = two_of_three(6);
    world.pass(45 * 1440);
    world.told(0);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    assert_eq!(refusals(&mut world, 0), [Refusal::MonthForgotten]);
}

#[test]
fn the_second_persons_agreement_is_what_publishes_a_month_exactly_as_it_was_drawn() {
    let mut world = drawn(11);
    assert!(published(&world).is_empty(), "one person signed it");
    agree(&mut world, 0);
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    agree(&mut world, 1);
    let shown = seen(&world, 0).months[0].publication.to_bytes();
    assert_eq!(published(&world), [shown]);
    for station in [0, 1] {
        assert!(open(&world, station).is_empty() && seen(&world, station).months[0].is_agreed);
    }
    let told = world.told(0);
    assert!(matches!(told[..], [Notice::ProposalSettled(_)]), "{told:?}");
    agree(&mut world, 1);
    assert_eq!(published(&world).len(), 1);
}

#[test]
fn a_month_that_is_agreed_to_among_other_proposals_is_published_too() {
    let mut world = drawn(12);
    let (label, ..) = open(&world, 1)[0];
    world.command(1, Command::Approve(label));
    world.settle();
    assert_eq!(published(&world).len(), 1);
    assert!(seen(&world, 0).months[0].is_agreed && seen(&world, 1).months[0].is_agreed);
}

#[test]
fn a_month_that_was_refused_or_waited_too_long_is_shown_again_and_never_drawn_again() {
    let mut world = drawn(13);
    let before = seen(&world, 0);
    let (label, ..) = open(&world, 1)[0];
    let reason = Text::new("Not with the search of Tuesday in the papers").expect("short");
    world.command(
        1,
        Command::Decline {
            proposal: label,
            reason,
        },
    );
    world.settle();
    let told = world.told(0);
    assert!(
        matches!(&told[..], [Notice::ProposalDeclined(..)]),
        "{told:?}"
    );
    agree(&mut world, 1);
    assert_eq!(refusals(&mut world, 1), [Refusal::ProposalOver]);
    // Who drew it shows it again; nobody else does.
    world.command(1, Command::ShowOutcomesAgain(november()));
    assert_eq!(refusals(&mut world, 1), [Refusal::UnknownOutcomes]);
    assert!(seen(&world, 0).months[0].may_show_again);
    world.command(0, Command::ShowOutcomesAgain(november()));
    world.settle();
    world.command(0, Command::ShowOutcomesAgain(november()));
    assert_eq!(refusals(&mut world, 0), [Refusal::UnknownOutcomes]);
    // Nobody looks at it for more than a week.
    world.pass(9 * 1440);
    world.told(1);
    agree(&mut world, 1);
    assert_eq!(refusals(&mut world, 1), [Refusal::ProposalOver]);
    assert!(published(&world).is_empty());
    world.command(0, Command::ShowOutcomesAgain(november()));
    world.settle();
    agree(&mut world, 1);
    assert_eq!(published(&world), [before.months[0].publication.to_bytes()]);
    assert_eq!(seen(&world, 1).left, before.left);
}

#[test]
fn what_the_log_has_not_drawn_is_neither_shown_nor_agreed_to() {
    let mut world = drawn(14);
    // A changed program signs the exact counts, in the shape of a publication.
    let asked = Questions::of(&[Question::Contacts]).expect("one");
    let exact = Publication::of((november(), Epsilon::MONTH, asked), [11]);
    let published_month = PublishedMonth::of(exact.to_bytes()).expect("a month");
    let draft = published_month.draft(world.id);
    let device = world.stations[0].desk.device_key();
    let statement = draft.sign_by_device(device).done();
    let proposal = statement.proposal();
    world.append_as(
        0,
        &TeamEvent::Propose {
            proposal,
            index: 0,
            count: 1,
            bytes: statement.to_bytes(),
        },
    );
    world.settle();
    assert!(world.told(1).is_empty(), "nobody is asked for it");
    let waiting: Vec<Publication> = open(&world, 1).into_iter().map(|(_, of, _)| of).collect();
    assert_eq!(waiting, [seen(&world, 0).months[0].publication.clone()]);
    world.command(1, Command::Approve(ProposalLabel(proposal)));
    assert_eq!(refusals(&mut world, 1), [Refusal::UnknownProposal]);
    assert!(published(&world).is_empty());
}

#[test]
fn one_who_acts_alone_publishes_at_once() {
    let mut world = World::found(15);
    next_month_alone(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    world.settle();
    let shown = seen(&world, 0);
    assert!(shown.months[0].is_agreed && !shown.months[0].may_agree);
    assert_eq!(published(&world), [shown.months[0].publication.to_bytes()]);
}

fn next_month_alone(world: &mut World) {
    world.pass(8 * 1440);
    world.told(0);
}
