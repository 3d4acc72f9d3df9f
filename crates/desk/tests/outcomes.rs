//! What a line may say of its work in numbers: counted at a coordinator's desk, agreed to by another person, spent in the log.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, Notice, OutcomesView, Refusal};
use outcomes::{
    Book, Contact as Counted, Counts, Epsilon, Month, Publication, Question, Questions,
};
use protocol::{Ending, OutcomesEvent, TeamEvent};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use statements::Stage;
use world::{Contact, World};

/// Coordinators 0 and 1, of whom both must agree; guide 2; a shift for all. It is 2026-11-23.
fn line(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.delegate(2, 2, &[0, 1]);
    world.plan(6, &[0, 1, 2]);
    for station in 0..3 {
        world.told(station);
    }
    world
}

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

fn refusals(world: &mut World, station: usize) -> Vec<Refusal> {
    let told = world.told(station).into_iter();
    told.filter_map(|notice| match notice {
        Notice::CommandRefused(refusal) => Some(refusal),
        _ => None,
    })
    .collect()
}

fn draw(world: &mut World, station: usize, month: Month, epsilon: Epsilon) {
    world.command(station, Command::DrawOutcomes { month, epsilon });
}

fn agree(world: &mut World, station: usize) {
    world.command(station, Command::AgreeOutcomes(november()));
    world.settle();
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
    let mut world = line(1);
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
    let mut world = line(2);
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
}

#[test]
fn two_who_draw_at_once_have_both_spent_and_one_counts() {
    let mut world = line(3);
    next_month(&mut world);
    draw(&mut world, 0, november(), Epsilon::MONTH_MOST);
    draw(&mut world, 1, november(), Epsilon::MONTH);
    world.settle();
    let (one, other) = (seen(&world, 0), seen(&world, 1));
    assert_eq!(one.left.thousandths(), 3500);
    assert_eq!(one.months[0].publication, other.months[0].publication);
    assert_eq!(
        (one.months.len(), one.left),
        (other.months.len(), other.left)
    );
}

#[test]
fn what_no_program_of_ours_draws_is_spent_and_never_counts() {
    let mut world = line(4);
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
    let mut world = line(5);
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
    let mut world = line(6);
    world.pass(45 * 1440);
    world.told(0);
    draw(&mut world, 0, november(), Epsilon::MONTH);
    assert_eq!(refusals(&mut world, 0), [Refusal::MonthForgotten]);
}
