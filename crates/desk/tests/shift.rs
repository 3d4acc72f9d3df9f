//! A shift at work: who is there, who takes whom, what one person carries, and what happens when somebody is missed.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use desk::{CaseLabel, Command, MessageKind, Notice, Refusal};
use protocol::{Choices, Ending, Exclusions, Language, Readiness, Staffing, Topic, Urgency};
use statements::{Membership, Profile, Stage};
use world::{Contact, HOUR, World, refusals, text};

/// Two coordinators who must agree (0 and 1), and guides 2 to 7, all checked in.
fn shift(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    for name in ["Wren", "Crane", "Owl", "Swift", "Finch", "Teal"] {
        world.admit(name, Stage::Guide);
    }
    world.delegate(2, 2, &[0, 1]);
    world.plan(24, &[2, 3, 4, 5, 6, 7]);
    for guide in 2..8 {
        world.command(guide, Command::CheckIn(Readiness::Here));
    }
    world.settle();
    world
}

fn writes(world: &mut World, words: &str, urgency: Urgency) -> Contact {
    writes_to(world, words, urgency, Choices::default())
}

fn writes_to(world: &mut World, words: &str, urgency: Urgency, choices: Choices) -> Contact {
    let mut contact = Contact::new(world);
    let post = contact.seal_choosing(world, words, urgency, choices);
    world.relay.post(post);
    contact.state.sent();
    world.settle();
    contact
}

fn take_next(world: &mut World, guide: usize) -> Vec<Refusal> {
    world.told(guide);
    world.command(guide, Command::TakeNext);
    let refused = refusals(world, guide);
    if refused != [Refusal::KeptForAcute] {
        world.settle();
        return refused;
    }
    // Whoever is kept free can take somebody from the list all the same.
    let view = world.stations[guide].desk.view(world.now);
    let fits = view.waiting.iter().find(|row| row.fits);
    let label = fits.expect("somebody waits").label;
    world.command(guide, Command::Take(label));
    world.settle();
    refusals(world, guide)
}

#[test]
fn one_of_six_is_kept_free_for_somebody_with_minutes() {
    let mut world = shift(21);
    for number in 0..6 {
        writes(&mut world, &format!("{number}"), Urgency::Hours);
    }
    pass_without(&mut world, 1, &[]);
    let mut kept = Vec::new();
    for guide in 2..8 {
        world.told(guide);
        world.command(guide, Command::TakeNext);
        pass_without(&mut world, 1, &[]);
        if refusals(&mut world, guide) == [Refusal::KeptForAcute] {
            kept.push(guide);
        }
    }
    assert_eq!(kept.len(), 1, "{kept:?}");
    writes(&mut world, "now", Urgency::Minutes);
    world.command(kept[0], Command::TakeNext);
    world.settle();
    let label = world.cases(kept[0])[0];
    assert_eq!(world.received(kept[0], label), ["now"]);
}

fn answers(world: &mut World, guide: usize, label: CaseLabel) {
    world.answer(guide, label, "I am here");
    world.command(guide, Command::Hold(label));
    world.settle();
}

/// Minutes pass for all but those whose lids are closed.
fn pass_without(world: &mut World, minutes: u32, asleep: &[usize]) {
    for _ in 0..minutes {
        world.now = world.now.plus(1);
        world.relay.day = world.now.day().0;
        for station in 0..world.stations.len() {
            if !asleep.contains(&station) {
                world.tick(station);
            }
        }
        for _ in 0..12 {
            for station in 0..world.stations.len() {
                if !asleep.contains(&station) {
                    world.sync(station);
                }
            }
        }
    }
}

#[test]
fn a_silent_holders_case_is_back_in_the_queue_within_three_minutes_with_its_draft() {
    let mut world = shift(1);
    let mut contact = writes(&mut world, "my first words", Urgency::Hours);
    assert_eq!(take_next(&mut world, 2), []);
    let label = world.cases(2)[0];
    world.answer(2, label, "I am here");
    world.settle();
    contact.collect(&mut world);
    contact.write(&mut world, "and now?");
    world.settle();
    let draft = Command::SaveDraft {
        case: label,
        text: text("half an ans"),
    };
    world.command(2, draft);
    pass_without(&mut world, 1, &[]);
    // The lid closes.
    pass_without(&mut world, 3, &[2]);
    assert_eq!(world.waiting(5), [label], "back in the queue");
    let recovered = (0..8).filter(|station| {
        let told = world.stations[*station].told.iter();
        told.filter(|notice| **notice == Notice::CaseRecovered(label))
            .count()
            == 1
    });
    assert_eq!(recovered.count(), 1, "one of them keeps it");
    for station in [0, 1, 3, 4, 5, 6, 7] {
        assert!(world.cases(station).is_empty(), "and shows nothing of it");
        assert!(world.stations[station].desk.case(label).is_none());
    }

    world.command(5, Command::Take(label));
    pass_without(&mut world, 1, &[2]);
    assert_eq!(world.cases(5), [label]);
    assert_eq!(world.received(5, label), ["my first words", "and now?"]);
    let case = world.stations[5].desk.case(label).expect("its case");
    assert_eq!(case.draft.as_str(), "half an ans");
    assert_eq!(contact.collect(&mut world), ["transferred"]);
    world.answer(5, label, "go on");
    pass_without(&mut world, 1, &[2]);
    assert_eq!(contact.collect(&mut world), ["go on"]);

    // The lid opens: what it wrote before it read the log counts for nothing, and nobody is alarmed.
    world.command(
        2,
        Command::Answer {
            case: label,
            text: text("late"),
        },
    );
    world.settle();
    assert!(world.cases(2).is_empty());
    assert!(world.told(2).contains(&Notice::CaseGivenUp(label)));
    contact.write(&mut world, "thank you");
    world.settle();
    let all = ["my first words", "and now?", "thank you"];
    assert_eq!(world.received(5, label), all);
    let alarms = &world.stations[0].desk.view(world.now).alarms;
    assert!(alarms.is_empty(), "{alarms:?}");
}

#[test]
fn whoever_says_something_is_not_missed() {
    let mut world = shift(2);
    writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    // A minute and a half without the relay: the sign of the next minute arrives.
    pass_without(&mut world, 1, &[2]);
    pass_without(&mut world, 6, &[]);
    assert_eq!(world.cases(2), [label]);
    assert_eq!(world.waiting(3), []);
}

#[test]
fn when_the_relay_is_away_nobody_is_missed() {
    let mut world = shift(3);
    writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    let all: Vec<usize> = (0..8).collect();
    pass_without(&mut world, 60, &all);
    pass_without(&mut world, 1, &[2]);
    assert_eq!(world.waiting(3), [], "everybody has time to be heard again");
    pass_without(&mut world, 3, &[]);
    assert_eq!(world.cases(2), [label]);
    let posts = world.relay.log.len();
    pass_without(&mut world, 1, &[]);
    assert!(world.relay.log.len() <= posts + 8, "signs do not pile up");
}

#[test]
fn at_the_end_of_a_shift_everything_is_the_teams_and_waits_only_if_it_is_unanswered() {
    let mut world = shift(4);
    let mut one = writes(&mut world, "one", Urgency::Hours);
    take_next(&mut world, 2);
    let answered = world.cases(2)[0];
    answers(&mut world, 2, answered);
    one.collect(&mut world);
    world.settle();
    writes(&mut world, "other", Urgency::Days);
    take_next(&mut world, 2);
    let open = world.cases(2);
    let unanswered = *open.iter().find(|label| **label != answered).expect("two");
    world.command(2, Command::CheckOut { debriefed: true });
    world.settle();
    assert!(world.cases(2).is_empty());
    let view = world.stations[3].desk.view(world.now);
    assert_eq!(
        view.waiting.iter().map(|row| row.label).collect::<Vec<_>>(),
        [unanswered]
    );
    assert_eq!(
        view.parked.iter().map(|row| row.label).collect::<Vec<_>>(),
        [answered]
    );
    assert_eq!(world.stations[2].desk.view(world.now).completed_shifts, 1);
    world.told(2);
    world.told(3);
    // The contact writes again: everybody sees that, and nobody can read it before it is taken.
    one.write(&mut world, "one more");
    world.settle();
    assert_eq!(world.waiting(3).len(), 2);
    let told = world.told(3);
    let news = [Notice::NewWaiting(answered), Notice::CaseReturned(answered)];
    assert_eq!(
        told.iter().filter(|notice| news.contains(notice)).count(),
        1,
        "{told:?}"
    );
    assert_eq!(world.told(2), [], "nothing reaches a desk off shift");
    world.command(3, Command::Take(answered));
    world.settle();
    assert_eq!(world.received(3, answered), ["one", "one more"]);
}

#[test]
fn whoever_comes_back_goes_on_with_what_nobody_else_has_taken() {
    let mut world = shift(5);
    let mut contact = writes(&mut world, "one", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    answers(&mut world, 2, label);
    world.command(2, Command::CheckOut { debriefed: false });
    world.settle();
    assert!(world.cases(2).is_empty());
    world.command(2, Command::CheckIn(Readiness::Here));
    world.settle();
    assert_eq!(world.cases(2), [label]);
    let read = contact.collect(&mut world);
    assert_eq!(
        read,
        ["taken", "I am here"],
        "nobody is told of a colleague who is the same"
    );
}

#[test]
fn one_person_carries_one_acute_case_or_two_others() {
    let mut world = shift(6);
    writes(&mut world, "a", Urgency::Hours);
    writes(&mut world, "b", Urgency::Hours);
    writes(&mut world, "c", Urgency::Hours);
    assert_eq!(take_next(&mut world, 2), []);
    assert_eq!(take_next(&mut world, 2), []);
    assert_eq!(take_next(&mut world, 2), [Refusal::TooManyLive]);
    let first = world.cases(2)[0];
    assert_eq!(refusals(&mut world, 2), []);
    world.command(2, Command::Hold(first));
    assert_eq!(refusals(&mut world, 2), [Refusal::Unanswered]);
    answers(&mut world, 2, first);
    assert_eq!(
        take_next(&mut world, 2),
        [],
        "who waits for the contact has room"
    );

    writes(&mut world, "acute", Urgency::Minutes);
    assert_eq!(take_next(&mut world, 2), [Refusal::AcuteNeedsAll]);
    assert_eq!(take_next(&mut world, 3), []);
    writes(&mut world, "d", Urgency::Days);
    assert_eq!(take_next(&mut world, 3), [Refusal::AcuteNeedsAll]);
}

#[test]
fn nobody_takes_a_fourth_acute_case_in_a_shift() {
    let mut world = shift(7);
    for number in 0..4 {
        writes(&mut world, &format!("{number}"), Urgency::Minutes);
    }
    for _ in 0..3 {
        assert_eq!(take_next(&mut world, 2), []);
        for label in world.cases(2) {
            answers(&mut world, 2, label);
        }
        pass_without(&mut world, 1, &[]);
    }
    assert_eq!(take_next(&mut world, 2), [Refusal::TooManyAcute]);
    assert_eq!(take_next(&mut world, 3), []);
}

#[test]
fn who_has_a_break_or_is_not_ready_takes_nobody() {
    let mut world = shift(8);
    writes(&mut world, "hello", Urgency::Minutes);
    for readiness in [Readiness::NotYet, Readiness::Break] {
        world.command(2, Command::CheckIn(readiness));
        world.settle();
        assert_eq!(take_next(&mut world, 2), [Refusal::NotReady]);
        assert_eq!(
            world.stations[2].desk.view(world.now).readiness,
            Some(readiness)
        );
    }
    world.command(2, Command::CheckIn(Readiness::Here));
    world.settle();
    assert_eq!(take_next(&mut world, 2), []);
}

#[test]
fn what_is_called_urgent_starves_nobody() {
    let mut world = shift(9);
    writes(&mut world, "for days", Urgency::Hours);
    pass_without(&mut world, 3 * HOUR, &[]);
    for number in 0..6 {
        writes(&mut world, &format!("minutes {number}"), Urgency::Minutes);
    }
    let mut order = Vec::new();
    for guide in [2, 3, 4, 5] {
        assert_eq!(take_next(&mut world, guide), []);
        let label = world.cases(guide)[0];
        order.push(
            world.stations[guide]
                .desk
                .case(label)
                .expect("its case")
                .urgency,
        );
    }
    use Urgency::{Hours, Minutes};
    assert_eq!(order, [Minutes, Minutes, Minutes, Hours]);
}

fn with_profile(world: &mut World, guide: usize, profile: Profile) {
    let view = world.stations[0].desk.view(world.now);
    let device = world.device(guide);
    let member = view.roster.iter().find(|member| member.device == device);
    let member = member.expect("a member");
    let membership = Membership {
        stage: member.stage,
        until: member.until,
        work_name: member.work_name.clone(),
        profile,
    };
    world.command(0, Command::ChangeMember { device, membership });
    world.settle();
    for proposal in world.stations[1].desk.view(world.now).proposals {
        world.command(1, Command::Approve(proposal.label));
    }
    world.settle();
}

#[test]
fn what_a_contact_wishes_holds_through_take_transfer_return_and_shift_change() {
    let mut world = shift(10);
    let outside = Profile {
        languages: vec!["ko".into()],
        topics: vec!["law".into()],
        outside: Exclusions::ARMY.bits(),
        ..Profile::default()
    };
    with_profile(&mut world, 4, outside.clone());
    with_profile(&mut world, 5, outside);
    let wish = Choices {
        topic: Some(Topic::Law),
        exclusions: Exclusions::ARMY,
        ..Choices::default()
    };
    writes_to(&mut world, "none of them", Urgency::Minutes, wish);
    let label = world.waiting(2)[0];
    assert!(!world.stations[2].desk.view(world.now).waiting[0].fits);
    assert_eq!(take_next(&mut world, 2), [Refusal::NotForYou]);
    world.command(2, Command::Take(label));
    assert_eq!(refusals(&mut world, 2), [Refusal::NotForYou]);
    let board = world.stations[0]
        .desk
        .view(world.now)
        .board
        .expect("a board");
    assert_eq!((board.waiting, board.acute, board.without_guide), (1, 1, 0));

    assert_eq!(take_next(&mut world, 4), []);
    let transfer = |to| Command::Transfer {
        case: label,
        to,
        note: text(""),
    };
    let wrong = transfer(world.device(3));
    world.command(4, wrong);
    assert_eq!(refusals(&mut world, 4), [Refusal::NotForColleague]);
    world.command(4, Command::CheckOut { debriefed: false });
    world.settle();
    assert_eq!(take_next(&mut world, 3), [Refusal::NotForYou]);
    // Whoever keeps it falls silent: it goes to nobody whom the contact excludes.
    pass_without(&mut world, 6, &[4]);
    assert_eq!(take_next(&mut world, 5), []);
    pass_without(&mut world, 1, &[4]);
    let holds: Vec<usize> = (0..8).filter(|s| world.cases(*s) == [label]).collect();
    assert!(holds.is_empty() || holds == [5], "{holds:?}");
}

#[test]
fn who_steps_aside_never_has_the_case_again() {
    let mut world = shift(11);
    writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    world.command(2, Command::StepAside(label));
    world.settle();
    assert!(world.cases(2).is_empty());
    assert!(world.stations[2].desk.case(label).is_none());
    assert_eq!(take_next(&mut world, 2), [Refusal::NotForYou]);
    world.command(2, Command::CheckOut { debriefed: false });
    world.command(2, Command::CheckIn(Readiness::Here));
    world.settle();
    assert!(world.cases(2).is_empty());
    assert_eq!(take_next(&mut world, 3), []);
    let back = Command::Transfer {
        case: label,
        to: world.device(2),
        note: text(""),
    };
    world.command(3, back);
    assert_eq!(refusals(&mut world, 3), [Refusal::NotForColleague]);
}

#[test]
fn an_erased_message_is_gone_everywhere() {
    let mut world = shift(12);
    let mut contact = writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    world.answer(2, label, "go on");
    contact.collect(&mut world);
    contact.write(&mut world, "CANARY I am at the bridge");
    world.settle();
    let translate = Command::Translate {
        case: label,
        from_contact: true,
        number: 2,
        language: Language::English,
        text: text("CANARY in other words"),
    };
    let case = world.stations[2].desk.case(label).expect("its case");
    let numbers: Vec<u32> = case
        .messages
        .iter()
        .filter(|m| m.from_contact)
        .map(|m| m.number)
        .collect();
    assert_eq!(numbers, [0, 2], "a receipt lies between");
    world.command(2, translate);
    world.settle();
    let erase = Command::Erase {
        case: label,
        from_contact: true,
        number: 2,
    };
    world.command(2, erase);
    world.settle();
    let case = world.stations[2].desk.case(label).expect("its case");
    assert!(
        case.messages
            .iter()
            .all(|message| !message.text.contains("CANARY"))
    );
    assert!(
        case.messages
            .iter()
            .all(|message| message.translations.is_empty())
    );
    assert!(case.messages.iter().any(|m| m.kind == MessageKind::Erased));
    let transfer = Command::Transfer {
        case: label,
        to: world.device(3),
        note: text(""),
    };
    world.command(2, transfer);
    world.settle();
    assert_eq!(
        world.received(3, label),
        ["hello"],
        "a successor never sees it"
    );
    for station in &world.stations {
        let held = station.records.values();
        let canary =
            |value: &&zeroize::Zeroizing<Vec<u8>>| value.windows(6).any(|bytes| bytes == b"CANARY");
        assert_eq!(held.filter(canary).count(), 0);
    }
}

#[test]
fn what_was_set_for_a_case_goes_with_it() {
    let mut world = shift(13);
    writes(&mut world, "hello", Urgency::Days);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    let raise = Command::Raise {
        case: label,
        urgency: Urgency::Hours,
    };
    world.command(2, raise);
    let day = world.now.day().plus(3);
    world.command(
        2,
        Command::AgreeNext {
            case: label,
            day: Some(day),
        },
    );
    let late = world.now.day().plus(300);
    world.command(
        2,
        Command::AgreeNext {
            case: label,
            day: Some(late),
        },
    );
    assert_eq!(refusals(&mut world, 2), [Refusal::BadDay]);
    world.settle();
    world.command(2, Command::Return(label));
    world.settle();
    assert_eq!(
        world.stations[3].desk.view(world.now).waiting[0].urgency,
        Urgency::Hours
    );
    assert_eq!(take_next(&mut world, 3), []);
    let case = world.stations[3].desk.case(label).expect("its case");
    assert_eq!(
        (case.urgency, case.urgency_said),
        (Urgency::Hours, Urgency::Days)
    );
    assert_eq!(case.next_contact, Some(day));
}

#[test]
fn what_a_blocked_contact_writes_is_dropped_until_the_block_ends() {
    let mut world = shift(14);
    let mut contact = writes(&mut world, "abuse", Urgency::Minutes);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    let until = world.now.day().plus(1);
    let too_long = Command::Block {
        case: label,
        until: world.now.day().plus(30),
        text: text(""),
    };
    world.command(2, too_long);
    assert_eq!(refusals(&mut world, 2), [Refusal::BadDay]);
    let block = Command::Block {
        case: label,
        until,
        text: text("We stop here until tomorrow."),
    };
    world.command(2, block);
    world.settle();
    let read = contact.collect(&mut world);
    assert_eq!(read, ["taken", "We stop here until tomorrow."]);
    contact.write(&mut world, "more abuse");
    world.settle();
    assert_eq!(world.received(2, label), ["abuse"]);
    assert_eq!(
        world.stations[2].desk.view(world.now).full,
        None,
        "and takes no room"
    );
    world.command(2, Command::Unblock(label));
    contact.write(&mut world, "sorry");
    world.settle();
    assert_eq!(world.received(2, label), ["abuse", "sorry"]);
}

#[test]
fn a_note_on_a_probe_needs_a_second_person_and_ends() {
    let mut world = shift(15);
    let note = Command::NoteProbe(text("asks for names of guides, pastes the same text"));
    world.command(2, note);
    world.settle();
    assert!(world.stations[3].desk.view(world.now).probes.is_empty());
    let waits = world.stations[0].desk.view(world.now).probes;
    assert!(waits[0].may_judge && !waits[0].stands);
    let judge = |note| Command::JudgeProbe { note, stands: true };
    world.command(3, judge(waits[0].note));
    assert_eq!(refusals(&mut world, 3), [Refusal::NotSupervisor]);
    world.command(0, judge(waits[0].note));
    world.settle();
    assert!(world.stations[3].desk.view(world.now).probes[0].stands);
    for _ in 0..15 {
        world.pass(24 * HOUR);
    }
    assert!(world.stations[3].desk.view(world.now).probes.is_empty());
}

#[test]
fn endings_are_counted_and_a_few_are_not_told() {
    let mut world = shift(16);
    for number in 0..5 {
        writes(&mut world, &format!("ha {number}"), Urgency::NoHurry);
        let guide = 2 + number % 6;
        take_next(&mut world, guide);
        let case = world.cases(guide)[0];
        let board = world.stations[0]
            .desk
            .view(world.now)
            .board
            .expect("a board");
        assert_eq!(board.endings, []);
        world.command(
            guide,
            Command::CloseAs {
                case,
                ending: Ending::Joke,
            },
        );
        world.settle();
    }
    let board = world.stations[0]
        .desk
        .view(world.now)
        .board
        .expect("a board");
    assert_eq!(board.endings, [(Ending::Joke, 5)]);
    assert!(world.stations[2].desk.view(world.now).board.is_none());
}

#[test]
fn a_rota_has_minimums_swaps_and_gaps() {
    let mut world = shift(17);
    let from = world.now.plus(48 * HOUR);
    let window = (from, from.plus(4 * HOUR), Language::Korean, 2);
    world.command(2, Command::PlanDuties(vec![window]));
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    world.command(0, Command::PlanDuties(vec![window]));
    world.settle();
    let duty = world.stations[2].desk.view(world.now).rota[0].id;
    let me = |world: &World, guide: usize, staffing| Command::Staff {
        duty,
        device: world.device(guide),
        staffing,
    };
    let other = me(&world, 3, Staffing::On);
    world.command(2, other);
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    for guide in [2, 3] {
        let comes = me(&world, guide, Staffing::On);
        world.command(guide, comes);
    }
    world.settle();
    let rota = world.stations[0].desk.view(world.now).rota;
    assert_eq!((rota[0].staff.len(), rota[0].missing), (2, 0));
    // Whoever is needed offers the place, and stays until somebody takes it.
    let leaves = me(&world, 2, Staffing::Off);
    world.command(2, leaves);
    assert_eq!(refusals(&mut world, 2), [Refusal::OfferInstead]);
    let offers = me(&world, 2, Staffing::Offered);
    world.command(2, offers);
    world.settle();
    let rota = world.stations[0].desk.view(world.now).rota;
    assert_eq!((rota[0].staff.len(), rota[0].missing), (2, 1));
    let takes = me(&world, 4, Staffing::On);
    world.command(4, takes);
    world.settle();
    let rota = world.stations[2].desk.view(world.now).rota;
    assert_eq!((rota[0].mine, rota[0].missing), (None, 0));

    let gap = (
        from.plus(4 * HOUR),
        from.plus(8 * HOUR),
        Language::Russian,
        1,
    );
    world.command(0, Command::PlanDuties(vec![gap]));
    world.settle();
    world.told(1);
    world.pass(24 * HOUR);
    assert!(world.told(1).contains(&Notice::StaffingGap(gap.0)));
}

#[test]
fn a_surge_is_said_to_contacts_and_those_on_the_list_are_called() {
    let mut world = shift(18);
    world.command(7, Command::BeOnCallList(true));
    world.command(6, Command::BeOnCallList(true));
    world.command(7, Command::CheckOut { debriefed: false });
    world.settle();
    world.command(0, Command::SetSurge(true));
    world.command(0, Command::CallUp);
    world.settle();
    assert!(world.told(7).contains(&Notice::Called));
    assert!(
        !world.told(6).contains(&Notice::Called),
        "who is there needs no call"
    );
    let line = world.relay.line(None);
    let wait = line
        .wait(world.now)
        .expect("a wait is announced")
        .wait()
        .clone();
    assert!(wait.surge);
    assert_eq!(wait.guides, 5);
    world.command(0, Command::SetSurge(false));
    world.settle();
    let line = world.relay.line(None);
    assert!(!line.wait(world.now).expect("a wait").wait().surge);
}

#[test]
fn a_laptop_that_slept_a_week_in_the_middle_of_a_shift_finds_everything_with_others() {
    let mut world = shift(19);
    let mut contact = writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    pass_without(&mut world, 3, &[2]);
    assert_eq!(take_next_awake(&mut world, 3, 2), []);
    for _ in 0..7 {
        world.now = world.now.plus(24 * HOUR);
        pass_without(&mut world, 1, &[2]);
    }
    world.settle();
    pass_without(&mut world, 3, &[]);
    assert!(world.cases(2).is_empty());
    assert!(!world.stations[2].desk.view(world.now).checked_in);
    assert_eq!(contact.collect(&mut world), ["taken", "transferred"]);
    assert!(
        world.cases(3).is_empty(),
        "the shift is over for the other too"
    );
    let kept: Vec<bool> = (0..8)
        .map(|s| {
            world.stations[s]
                .records
                .keys()
                .any(|key| key.starts_with("case/"))
        })
        .collect();
    assert_eq!(
        kept.iter().filter(|kept| **kept).count(),
        1,
        "one keeps it: {kept:?}"
    );
    let rows = world.stations[5].desk.view(world.now);
    let rows = rows.waiting.iter().chain(&rows.parked);
    assert_eq!(rows.map(|row| row.label).collect::<Vec<_>>(), [label]);
}

fn take_next_awake(world: &mut World, guide: usize, asleep: usize) -> Vec<Refusal> {
    world.told(guide);
    world.command(guide, Command::TakeNext);
    pass_without(world, 1, &[asleep]);
    refusals(world, guide)
}

#[test]
fn too_few_shares_give_no_case() {
    let mut world = shift(20);
    writes(&mut world, "hello", Urgency::Hours);
    take_next(&mut world, 2);
    let label = world.cases(2)[0];
    // Only three guides are awake, and no coordinator: four shares are needed.
    pass_without(&mut world, 10, &[0, 1, 2, 6, 7]);
    assert_eq!(world.waiting(3), []);
    for station in [3, 4, 5] {
        assert!(world.stations[station].desk.case(label).is_none());
    }
    // One coordinator counts for two.
    pass_without(&mut world, 4, &[1, 2, 6, 7]);
    assert_eq!(world.waiting(3), [label]);
}

#[test]
fn what_contacts_say_of_the_help_is_the_coordinators_alone_and_few_are_not_told() {
    let mut world = shift(22);
    world.pass(1);
    let line = world.relay.line(None);
    let key = line
        .feedback_key()
        .expect("the line has a feedback key")
        .clone();
    let told = |world: &World, station: usize| {
        let board = world.stations[station].desk.view(world.now).board;
        board.map(|board| board.feedback)
    };
    for number in 0..5 {
        assert_eq!(told(&world, 0), Some(Vec::new()), "{number} are too few");
        let said = protocol::FeedbackPost {
            said: protocol::Said::Helped(protocol::Helped::Yes),
            shred_token: protocol::ShredToken::random(&mut world.rng),
        };
        let post = said.seal(&key, world.shift().recipient(), &mut world.rng);
        world.relay.post(post.expect("the key is a key"));
        world.settle();
    }
    for coordinator in [0, 1] {
        assert_eq!(
            told(&world, coordinator),
            Some(vec![(protocol::Helped::Yes, 5)])
        );
    }
    assert_eq!(told(&world, 2), None);
    assert!(world.waiting(2).is_empty(), "it is nobody who waits");
    // Read again, it is counted no second time.
    for station in [0, 1] {
        let effects = world.restart(station);
        world.carry_out(station, effects);
    }
    world.settle();
    assert_eq!(told(&world, 1), Some(vec![(protocol::Helped::Yes, 5)]));
}
