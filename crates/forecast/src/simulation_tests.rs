//! The simulation against Erlang's formulas, where they apply, and what the formulas do not know.

use crate::simulation::{CallList, Hour, Outcome, Person, Played, Scene, play};
use crate::work::{Bin, Lengths, Work};
use crate::{Flow, erlang_a, erlang_c};

/// As Erlang's formulas want it: one conversation each, of exponential length, and nobody kept free.
fn formula_work(mean: f64, patience: Option<f64>) -> Work {
    Work {
        acute: Lengths::Exponential(mean),
        others: Lengths::Exponential(mean),
        reply_acute: 0.0,
        reply_others: 0.0,
        stretch: 1.0,
        live: 1,
        one_free_of: 0,
        patience,
    }
}

/// Conversations that all take as long.
fn fixed(minutes: f64) -> Lengths {
    Lengths::Counted(vec![Bin {
        from: minutes,
        to: minutes,
        count: 1.0,
    }])
}

fn hour(arrivals: f64, guides: u32, trainees: u32) -> Hour {
    Hour {
        arrivals,
        guides,
        trainees,
    }
}

/// A mean over successive batches, and the half of its 99.9 % interval (Student's t with 39 degrees of freedom).
fn mean_of(people: &[Person], value: impl Fn(&Person) -> f64) -> (f64, f64) {
    const BATCHES: usize = 40;
    const STUDENT: f64 = 3.558;
    let size = people.len() / BATCHES;
    let means: Vec<f64> = people
        .chunks_exact(size)
        .take(BATCHES)
        .map(|batch| batch.iter().map(&value).sum::<f64>() / size as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / BATCHES as f64;
    let square = |one: &f64| (one - mean) * (one - mean);
    let variance = means.iter().map(square).sum::<f64>() / (BATCHES - 1) as f64;
    (mean, STUDENT * (variance / BATCHES as f64).sqrt())
}

fn in_queue(person: &Person) -> f64 {
    match person.outcome {
        Outcome::Answered(minutes) | Outcome::Left(minutes) | Outcome::Waiting(minutes) => minutes,
    }
}

/// Plays a load that does not change, without what the empty beginning brings.
fn steady(flow: Flow, patience: Option<f64>, hours: usize, seed: u64) -> Vec<Person> {
    let cycle = [hour(flow.arrivals * 60.0, flow.guides, 0)];
    let work = formula_work(flow.handling, patience);
    let scene = Scene {
        cycle: &cycle,
        hours,
        acute_share: 0.0,
        work: &work,
        call_list: None,
    };
    let people = play(&scene, seed).people;
    let settled = people.iter().position(|person| person.hour >= hours / 20);
    people[settled.unwrap()..].to_vec()
}

/// As many hours as so many people take to arrive.
fn hours(flow: Flow, people: f64) -> usize {
    (people / flow.arrivals / 60.0) as usize
}

/// Within the interval of the simulation, which must be narrow enough to say something.
fn agrees(what: &str, found: (f64, f64), expected: f64, narrow: f64) {
    let (mean, half) = found;
    assert!(
        half < narrow * expected,
        "{what}: {mean} ± {half} says too little"
    );
    assert!(
        (mean - expected).abs() < half,
        "{what}: {mean} ± {half}, expected {expected}"
    );
}

#[test]
fn a_steady_load_waits_as_erlang_c_says() {
    for (load, guides) in [(0.6, 1), (2.2, 3), (8.0, 10), (18.0, 20)] {
        let flow = Flow {
            arrivals: load / 50.0,
            handling: 50.0,
            guides,
        };
        let people = steady(flow, None, hours(flow, 900_000.0), 7);
        let expected = erlang_c(flow).unwrap();
        let is_kept = |person: &Person| f64::from(u8::from(in_queue(person) > 1e-6));
        agrees("wait", mean_of(&people, in_queue), expected.mean_wait, 0.15);
        agrees("waits", mean_of(&people, is_kept), expected.waits, 0.1);
        let is_later = |person: &Person| f64::from(u8::from(in_queue(person) > 30.0));
        let later = expected.later_than(30.0);
        agrees("later", mean_of(&people, is_later), later, 0.15);
    }
}

#[test]
fn impatient_people_leave_as_erlang_a_says() {
    for (load, guides, patience) in [(0.9, 1, 60.0), (3.5, 3, 30.0), (12.0, 10, 90.0)] {
        let flow = Flow {
            arrivals: load / 50.0,
            handling: 50.0,
            guides,
        };
        let people = steady(flow, Some(patience), hours(flow, 300_000.0), 8);
        let expected = erlang_a(flow, patience).unwrap();
        let leaves =
            |person: &Person| f64::from(u8::from(matches!(person.outcome, Outcome::Left(_))));
        agrees("leaves", mean_of(&people, leaves), expected.leaves, 0.1);
        agrees("wait", mean_of(&people, in_queue), expected.mean_wait, 0.1);
    }
}

fn house_work() -> Work {
    Work {
        acute: fixed(40.0),
        others: fixed(40.0),
        reply_acute: 2.0,
        reply_others: 3.0,
        stretch: 1.5,
        live: 2,
        one_free_of: 6,
        patience: None,
    }
}

fn plays(cycle: &[Hour], hours: usize, acute_share: f64, work: &Work) -> Played {
    let scene = Scene {
        cycle,
        hours,
        acute_share,
        work,
        call_list: None,
    };
    play(&scene, 3)
}

fn worst(people: &[Person], is_acute: bool) -> f64 {
    let some = people.iter().filter(|person| person.is_acute == is_acute);
    some.map(in_queue).fold(0.0, f64::max)
}

fn mean_wait(played: &Played) -> f64 {
    played.people.iter().map(in_queue).sum::<f64>() / played.people.len() as f64
}

#[test]
fn nobody_is_left_out_who_still_waits_at_the_end() {
    let played = plays(&[hour(30.0, 1, 0)], 10, 0.0, &house_work());
    let waiting = |person: &&Person| matches!(person.outcome, Outcome::Waiting(_));
    let waiting = played.people.iter().filter(waiting).count();
    assert!(waiting > 200 && played.people.len() > 250);
    assert!(played.waiting.len() == 10 && played.waiting[9] + 2 >= waiting);
}

#[test]
fn the_first_reply_takes_its_time_and_two_at_once_take_longer() {
    let quiet = plays(&[hour(0.05, 1, 0)], 500, 0.0, &house_work());
    let reply = quiet.people[0].outcome;
    assert!(matches!(reply, Outcome::Answered(minutes) if (minutes - 3.0).abs() < 1e-6));
    // 2.2 an hour are more than one guide does with 40 minutes each, and fewer than with two at once that take 60.
    let busy = [hour(1.8, 1, 0)];
    let (mut alone, mut halved) = (house_work(), house_work());
    alone.live = 1;
    halved.stretch = 2.0;
    let [both, one, two] = [house_work(), alone, halved].map(|work| {
        let played = plays(&busy, 5_000, 0.0, &work);
        *played.waiting.last().unwrap()
    });
    assert!(both < 30, "two an hour can be done: {both} wait");
    assert!(
        one > 500 && two > 500,
        "1.5 can be done: {one} and {two} wait"
    );
}

#[test]
fn acute_cases_come_first_and_are_alone() {
    let work = house_work();
    let played = plays(&[hour(7.5, 6, 0)], 2_000, 0.05, &work);
    let (acute, others) = (worst(&played.people, true), worst(&played.people, false));
    assert!(acute < others, "{acute} {others}");
    // With everybody acute two at once are one.
    let crowded = plays(&[hour(1.8, 1, 0)], 5_000, 1.0, &work);
    assert!(*crowded.waiting.last().unwrap() > 500);
}

#[test]
fn one_of_six_is_kept_free_for_somebody_with_minutes() {
    let (kept, mut open) = (house_work(), house_work());
    open.one_free_of = 0;
    let cycle = [hour(11.0, 6, 0)];
    let [kept, open] = [kept, open].map(|work| {
        let played = plays(&cycle, 2_000, 0.02, &work);
        let acute = played.people.iter().filter(|person| person.is_acute);
        acute.clone().map(in_queue).sum::<f64>() / acute.count() as f64
    });
    assert!(kept < open / 2.0, "{kept} {open}");
}

#[test]
fn a_trainee_carries_one() {
    let work = house_work();
    let of_guides = plays(&[hour(3.0, 2, 0)], 2_000, 0.0, &work);
    let of_trainees = plays(&[hour(3.0, 0, 2)], 2_000, 0.0, &work);
    assert!(mean_wait(&of_trainees) > 10.0 * mean_wait(&of_guides));
}

#[test]
fn whoever_writes_while_nobody_is_there_waits_for_the_next_hour_with_somebody() {
    let cycle = [hour(0.5, 0, 0), hour(0.0, 4, 0)];
    let played = plays(&cycle, 2_000, 0.0, &house_work());
    let replied = |person: &Person| match person.outcome {
        Outcome::Answered(minutes) => (3.0..=63.0 + 4.5).contains(&minutes),
        _ => false,
    };
    assert!(played.people.len() > 300 && played.people.iter().all(replied));
}

#[test]
fn those_on_the_call_list_come_once_too_many_wait() {
    let cycle = [hour(60.0, 4, 0)];
    let work = house_work();
    let mut scene = Scene {
        cycle: &cycle,
        hours: 6,
        acute_share: 0.04,
        work: &work,
        call_list: None,
    };
    let alone = play(&scene, 5);
    scene.call_list = Some(CallList {
        people: 30,
        waiting_each: 2,
        within: 60.0,
    });
    let called = play(&scene, 5);
    assert!(called.called_at.is_some() && alone.called_at.is_none());
    assert_eq!((alone.on_duty[5], called.on_duty[5]), (4, 34));
    assert!(called.waiting[5] * 3 < alone.waiting[5]);
    assert_eq!(called.people.len(), alone.people.len(), "the same people");
}

#[test]
fn the_same_seed_plays_the_same_and_another_does_not() {
    let cycle = [hour(4.0, 2, 1)];
    let work = house_work();
    let scene = Scene {
        cycle: &cycle,
        hours: 100,
        acute_share: 0.04,
        work: &work,
        call_list: None,
    };
    assert_eq!(play(&scene, 1), play(&scene, 1));
    assert_ne!(play(&scene, 1), play(&scene, 2));
}
