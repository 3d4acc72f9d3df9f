//! How a case goes: its stage, what its contact wishes, what is agreed for the weeks after. It goes along with the case and ends with it,
//! and silence brings what was agreed and nothing else.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{CaseLabel, CaseStage, CaseView, Command, Desk, Input, Notice, Refusal, Silence};
use protocol::TeamEvent;
use statements::Stage;
use wire::{Day, Minute};
use world::{Contact, World, records, refusals, text};
use zeroize::Zeroizing;

const DAY: u32 = Minute::PER_DAY;
const WISHED: &str = "I want to hear my brother first";
const TERMS: &str = "on Sundays, and never about work";
const LAST_WORD: &str = "We part here as you wished";
const REMINDER: &str = "think of the school";

/// A line with two guides, the first of whom has a case.
fn line_with_case(seed: u64) -> (World, Contact, CaseLabel) {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Guide);
    world.admit("Wren", Stage::Guide);
    world.plan(24 * 100, &[1, 2]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    let case = world.cases(1)[0];
    world.answer(1, case, "good to hear from you");
    world.command(1, Command::Hold(case));
    world.settle();
    assert_eq!(contact.collect(&mut world).len(), 2);
    world.settle();
    (world, contact, case)
}

fn shown(world: &World, station: usize, case: CaseLabel) -> CaseView {
    let desk = &world.stations[station].desk;
    desk.case(case).expect("its case")
}

fn wishes(world: &World, station: usize, case: CaseLabel) -> Vec<String> {
    let wishes = shown(world, station, case).wishes.into_iter();
    wishes.map(|wish| wish.text.to_string()).collect()
}

fn wish(world: &mut World, case: CaseLabel, words: &str) {
    let text = text(words);
    world.command(1, Command::KeepWish { case, text });
    world.settle();
}

fn set(world: &mut World, station: usize, case: CaseLabel, stage: CaseStage) {
    world.command(station, Command::SetCaseStage { case, stage });
    world.settle();
}

fn agree(world: &mut World, case: CaseLabel, days: u32, silence: Silence) -> Day {
    let until = world.now.day().plus(days);
    let agreed = Command::AgreeAftercare {
        case,
        until,
        terms: text(TERMS),
        silence,
    };
    world.command(1, agreed);
    world.settle();
    until
}

fn close() -> Silence {
    Silence::Close {
        last_word: text(LAST_WORD),
    }
}

fn remind() -> Silence {
    Silence::Remind {
        reminder: text(REMINDER),
    }
}

fn holds(bytes: &[u8], words: &str) -> bool {
    let needle = words.as_bytes();
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Whether a desk's records hold some words.
fn is_kept(world: &World, station: usize, words: &str) -> bool {
    let mut records = world.stations[station].records.values();
    records.any(|record| holds(record, words))
}

/// Whether the relay or its log holds some words.
fn is_at_relay(world: &World, words: &str) -> bool {
    let entries = world.relay.log.iter().chain(&world.relay.tray);
    let slots = world.relay.slots.values().map(|slot| &slot.envelope);
    let mut all = entries.map(|entry| &entry.envelope).chain(slots);
    all.any(|envelope| holds(envelope.as_bytes(), words))
}

fn transfer(world: &mut World, case: CaseLabel) {
    let give = Command::Transfer {
        case,
        to: world.device(2),
        note: text(""),
    };
    world.command(1, give);
    world.settle();
}

#[test]
fn stage_wishes_and_aftercare_go_from_hand_to_hand_and_end_with_the_case() {
    for is_returned in [false, true] {
        let (mut world, mut contact, case) = line_with_case(80);
        set(&mut world, 1, case, CaseStage::Deciding);
        wish(&mut world, case, "I want to leave");
        wish(&mut world, case, WISHED);
        agree(&mut world, case, 20, remind());
        match is_returned {
            false => transfer(&mut world, case),
            true => {
                world.command(1, Command::Return(case));
                world.settle();
                world.command(2, Command::Take(case));
                world.settle();
            }
        }
        let there = shown(&world, 2, case);
        assert_eq!(there.stage, CaseStage::Deciding);
        assert_eq!(wishes(&world, 2, case), ["I want to leave", WISHED]);
        let agreed = there.aftercare.expect("it goes along");
        assert_eq!(agreed.terms.as_str(), TERMS);
        assert!(
            matches!(&agreed.silence, Silence::Remind { reminder } if reminder.as_str() == REMINDER)
        );
        assert!(!agreed.has_written, "reading alone is not writing");
        assert!(is_kept(&world, 2, WISHED), "a search would find it");

        world.command(2, Command::Destroy(case));
        world.settle();
        for station in 0..3 {
            for words in [WISHED, TERMS, REMINDER] {
                assert!(!is_kept(&world, station, words), "{station}: {words}");
            }
        }
        assert!(contact.collect(&mut world).contains(&"closed".to_owned()));
        let log = world.open_log(0);
        let left = log.iter().map(|entry| entry.event());
        assert_eq!(
            left.filter(|e| matches!(e, TeamEvent::CaseEntry(_)))
                .count(),
            0
        );
    }
}

#[test]
fn the_relay_and_the_team_log_learn_nothing_of_how_a_case_goes() {
    let (mut world, mut contact, case) = line_with_case(81);
    let before = (world.open_log(0).len(), world.relay.slots.len());
    set(&mut world, 1, case, CaseStage::After);
    wish(&mut world, case, WISHED);
    agree(&mut world, case, 20, remind());
    let log = world.open_log(0);
    assert_eq!(log.len(), before.0 + 3);
    for entry in &log[before.0..] {
        assert!(
            matches!(entry.event(), TeamEvent::CaseEntry(_)),
            "sealed for the people of the case"
        );
    }
    assert_eq!(world.relay.slots.len(), before.1, "nothing is sent");
    assert_eq!(contact.collect(&mut world), [""; 0]);
    for words in [WISHED, TERMS, REMINDER] {
        assert!(!is_at_relay(&world, words));
        assert!(!is_kept(&world, 0, words) && !is_kept(&world, 2, words));
    }
}

#[test]
fn any_stage_may_follow_any() {
    let (mut world, _contact, case) = line_with_case(82);
    assert_eq!(shown(&world, 1, case).stage, CaseStage::Listening);
    let back = CaseStage::ALL.into_iter().rev();
    for stage in CaseStage::ALL.into_iter().chain(back) {
        set(&mut world, 1, case, stage);
        assert_eq!(shown(&world, 1, case).stage, stage);
        world.restart_quietly(1);
        assert_eq!(shown(&world, 1, case).stage, stage);
    }
    let entries = world.relay.log.len();
    set(&mut world, 1, case, CaseStage::Listening);
    assert_eq!(world.relay.log.len(), entries, "nothing changed");
    // Whoever does not have the case sets nothing.
    set(&mut world, 2, case, CaseStage::Stayed);
    assert_eq!(shown(&world, 1, case).stage, CaseStage::Listening);
}

#[test]
fn of_many_wishes_the_newest_six_stay_and_each_keeps_its_day() {
    let (mut world, _contact, case) = line_with_case(83);
    let first = world.now.day();
    let long = |n: u32| format!("{n}{}", "ж".repeat(149));
    for n in 0..8 {
        wish(&mut world, case, &long(n));
        world.pass(DAY);
    }
    agree(
        &mut world,
        case,
        20,
        Silence::Close {
            last_word: text(&"가".repeat(100)),
        },
    );
    wish(&mut world, case, " ");
    wish(&mut world, case, &"x".repeat(301));
    assert_eq!(
        refusals(&mut world, 1),
        [Refusal::EmptyText, Refusal::LineTooLong]
    );
    // The longest that there can be goes along whole.
    transfer(&mut world, case);
    assert_eq!(
        wishes(&world, 2, case),
        (2..8).map(long).collect::<Vec<_>>()
    );
    let days = shown(&world, 2, case)
        .wishes
        .into_iter()
        .map(|wish| wish.said);
    let expected = (2..8).map(|n| first.plus(n));
    assert_eq!(days.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_wish_is_old_after_two_weeks_and_a_new_one_is_not() {
    let (mut world, _contact, case) = line_with_case(84);
    wish(&mut world, case, WISHED);
    let is_old = |world: &World| {
        let shown = shown(world, 1, case).wishes;
        let today = world.now.day();
        shown
            .iter()
            .map(|wish| wish.is_old(today))
            .collect::<Vec<_>>()
    };
    for _ in 0..14 {
        world.pass(DAY);
        assert_eq!(is_old(&world), [false]);
    }
    world.pass(DAY);
    assert_eq!(is_old(&world), [true]);
    wish(&mut world, case, "I have changed my mind");
    assert_eq!(is_old(&world), [true, false]);
}

#[test]
fn a_wish_that_is_forgotten_is_gone_for_whoever_comes_after_too() {
    let (mut world, _contact, case) = line_with_case(85);
    wish(&mut world, case, WISHED);
    wish(&mut world, case, "I stay");
    let number = shown(&world, 1, case).wishes[0].number;
    let entries = |world: &World| {
        let log = world.open_log(0).into_iter();
        log.filter(|entry| matches!(entry.event(), TeamEvent::CaseEntry(_)))
            .count()
    };
    let before = entries(&world);
    world.command(1, Command::ForgetWish { case, number });
    world.settle();
    assert_eq!(wishes(&world, 1, case), ["I stay"]);
    assert!(!is_kept(&world, 1, WISHED));
    assert!(
        entries(&world) < before,
        "what held it is destroyed in the log"
    );
    world.command(1, Command::ForgetWish { case, number });
    assert_eq!(refusals(&mut world, 1), [Refusal::UnknownWish]);
    transfer(&mut world, case);
    assert_eq!(wishes(&world, 2, case), ["I stay"]);
}

#[test]
fn when_nothing_was_agreed_for_silence_nothing_happens_and_the_clock_goes_on() {
    let (mut world, mut contact, case) = line_with_case(86);
    let slots = world.relay.slots.len();
    let until = agree(&mut world, case, 10, Silence::Nothing);
    world.told(1);
    for day in 1..=30 {
        world.pass(DAY);
        let agreed = shown(&world, 1, case).aftercare.expect("it stays");
        assert_eq!(
            agreed.is_due(world.now.day()),
            world.now.day() > until,
            "day {day}"
        );
        assert_eq!(
            world.relay.slots.len(),
            slots,
            "nothing is sent on day {day}"
        );
    }
    let told = world.told(1).into_iter();
    let other = told.filter(|notice| !matches!(notice, Notice::DestructionNears(..)));
    assert_eq!(other.collect::<Vec<_>>(), []);
    world.pass(DAY);
    assert!(world.cases(1).is_empty());
    assert_eq!(contact.collect(&mut world), ["closed"]);
}

#[test]
fn after_the_agreed_day_a_case_is_closed_with_the_last_word_that_was_agreed_on() {
    let (mut world, mut contact, case) = line_with_case(87);
    agree(&mut world, case, 10, close());
    for _ in 0..10 {
        world.pass(DAY);
        assert_eq!(world.cases(1), [case]);
    }
    assert_eq!(contact.collect(&mut world), [""; 0]);
    world.pass(DAY);
    assert!(world.cases(1).is_empty());
    assert_eq!(contact.collect(&mut world), [LAST_WORD, "closed"]);
    assert!(!is_kept(&world, 1, LAST_WORD));
}

#[test]
fn a_case_that_nobody_holds_is_closed_as_agreed_too() {
    let (mut world, mut contact, case) = line_with_case(88);
    agree(&mut world, case, 10, close());
    world.command(1, Command::Return(case));
    world.settle();
    contact.collect(&mut world);
    for _ in 0..11 {
        world.pass(DAY);
    }
    assert_eq!(contact.collect(&mut world), [LAST_WORD, "closed"]);
}

#[test]
fn whoever_wrote_on_the_last_day_is_not_closed_by_a_desk_that_slept() {
    let (mut world, mut contact, case) = line_with_case(89);
    agree(&mut world, case, 10, close());
    for _ in 0..9 {
        world.pass(DAY);
    }
    contact.write(&mut world, "I am here");
    world.now = world.now.plus(2 * DAY);
    world.relay.day = world.now.day().0;
    world.give(1, Input::Tick);
    assert_eq!(world.cases(1), [case], "it has not read what came");
    world.settle();
    world.pass(DAY);
    assert_eq!(world.received(1, case), ["hello", "I am here"]);
    let agreed = shown(&world, 1, case).aftercare.expect("it stays");
    assert!(agreed.has_written && !agreed.is_due(world.now.day()));
    // A successor knows it too.
    world.answer(1, case, "I am glad");
    transfer(&mut world, case);
    let agreed = shown(&world, 2, case).aftercare.expect("it goes along");
    assert!(agreed.has_written);
}

#[test]
fn a_reminder_reaches_the_guide_alone_on_the_agreed_day() {
    let (mut world, mut contact, case) = line_with_case(90);
    let until = agree(&mut world, case, 10, remind());
    let slots = world.relay.slots.len();
    let entries = world.relay.log.len();
    for day in 1..=12 {
        world.told(1);
        world.told(2);
        world.pass(DAY);
        let reminder = Notice::AgreedReminder(case, until);
        assert_eq!(world.told(1).contains(&reminder), day >= 10, "day {day}");
        assert!(!world.told(2).contains(&reminder));
    }
    assert_eq!(world.relay.slots.len(), slots);
    let new = world.relay.log.len() - entries;
    let events = world.open_log(0);
    let case_entries = events[events.len() - new..].iter();
    let of_the_case = case_entries.filter(|e| matches!(e.event(), TeamEvent::CaseEntry(_)));
    assert_eq!(of_the_case.count(), 0);
    assert_eq!(contact.collect(&mut world), [""; 0]);
    // The contact writes: nobody is reminded any more.
    contact.write(&mut world, "back again");
    world.settle();
    world.told(1);
    world.pass(DAY);
    assert!(!world.told(1).contains(&Notice::AgreedReminder(case, until)));
}

#[test]
fn aftercare_beyond_the_clock_asks_a_second_person_and_holds_no_longer_than_90_days() {
    let (mut world, _contact, case) = line_with_case(91);
    for days in [0, 91] {
        agree(&mut world, case, days, Silence::Nothing);
    }
    agree(&mut world, case, 10, Silence::Remind { reminder: text("") });
    let expected = [Refusal::BadDay, Refusal::BadDay, Refusal::EmptyText];
    assert_eq!(refusals(&mut world, 1), expected);
    assert!(shown(&world, 1, case).aftercare.is_none());

    agree(&mut world, case, 20, Silence::Nothing);
    assert_eq!(
        shown(&world, 1, case).extension,
        None,
        "the clock reaches as far"
    );
    let until = agree(&mut world, case, 90, Silence::Nothing);
    let ends = shown(&world, 1, case).destroy_after;
    assert_eq!(shown(&world, 1, case).extension, Some(until));
    assert!(
        ends < until,
        "until a second person agrees nothing is kept longer"
    );
    let label = world.stations[0].desk.view(world.now).proposals[0].label;
    world.command(0, Command::Approve(label));
    world.settle();
    assert_eq!(shown(&world, 1, case).destroy_after, until);
    world.command(1, Command::EndAftercare(case));
    world.settle();
    assert!(shown(&world, 1, case).aftercare.is_none());
}

#[test]
fn a_newcomer_agrees_on_no_last_word_that_nobody_has_seen() {
    let mut world = World::found(92);
    world.admit("Magpie", Stage::Trainee);
    world.plan(24 * 40, &[1]);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    let case = world.cases(1)[0];
    agree(&mut world, case, 10, close());
    assert_eq!(refusals(&mut world, 1), [Refusal::NeedsApproval]);
    agree(
        &mut world,
        case,
        10,
        Silence::Close {
            last_word: text(""),
        },
    );
    assert_eq!(refusals(&mut world, 1), []);
    assert!(shown(&world, 1, case).aftercare.is_some());
}

#[test]
fn a_case_that_was_saved_before_there_were_stages_opens() {
    let (mut world, _contact, case) = line_with_case(93);
    let mut names = world.stations[1].records.keys();
    let name = names.find(|name| name.starts_with("case/"));
    let name = name.expect("it is saved").clone();
    // Stage, no wishes, nothing agreed: what is new at the end of a record.
    let saved = world.stations[1].records[&name].to_vec();
    let (before, new) = saved.split_at(saved.len() - 6);
    assert_eq!(new, [1, 0, 0, 0, 0, 0]);
    let old = Zeroizing::new(before.to_vec());
    world.stations[1].records.insert(name.clone(), old);
    world.restart_quietly(1);
    let there = shown(&world, 1, case);
    assert_eq!(there.stage, CaseStage::Listening);
    assert!(there.wishes.is_empty() && there.aftercare.is_none());
    wish(&mut world, case, WISHED);
    world.restart_quietly(1);
    assert_eq!(wishes(&world, 1, case), [WISHED]);
    // What is half there is no case.
    for cut in 1..6 {
        let mut saved = world.stations[1].records.clone();
        let record = saved[&name].to_vec();
        saved.insert(
            name.clone(),
            Zeroizing::new(record[..record.len() - cut].to_vec()),
        );
        assert!(Desk::restore(records(&saved)).is_err(), "{cut}");
    }
}

/// Desk 1 dies before its `fuse`th effect or answer; what it did not take in is said again. Returns whether it died.
fn dies(fuse: usize) -> bool {
    let (mut world, mut contact, case) = line_with_case(94);
    world.stations[1].fuse = Some(fuse);
    for stage in [CaseStage::Arranging, CaseStage::After] {
        set(&mut world, 1, case, stage);
        if shown(&world, 1, case).stage != stage {
            set(&mut world, 1, case, stage);
        }
    }
    wish(&mut world, case, WISHED);
    if wishes(&world, 1, case).is_empty() {
        wish(&mut world, case, WISHED);
    }
    agree(&mut world, case, 5, close());
    if shown(&world, 1, case).aftercare.is_none() {
        agree(&mut world, case, 5, close());
    }
    assert_eq!(
        shown(&world, 1, case).stage,
        CaseStage::After,
        "fuse {fuse}"
    );
    assert_eq!(wishes(&world, 1, case), [WISHED], "fuse {fuse}");
    world.pass(6 * DAY);
    // A desk that dies after the day has passed reads everything again first.
    world.settle();
    world.tick(1);
    world.settle();
    let told = contact.collect(&mut world);
    assert_eq!(told, [LAST_WORD, "closed"], "fuse {fuse}");
    assert!(!is_kept(&world, 1, WISHED), "fuse {fuse}");
    world.stations[1].died > 0
}

#[test]
fn a_desk_killed_anywhere_loses_no_wish_and_says_the_last_word_once() {
    let mut fuse = 0;
    while dies(fuse) {
        fuse += 1;
    }
    assert!(fuse > 20, "it died {fuse} times only");
}
