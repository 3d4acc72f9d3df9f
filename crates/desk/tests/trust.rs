//! What needs two persons, what needs somebody's word, and what happens when a device is shut out.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{
    Alarm, Command, DraftState, ExposedState, Notice, PermissionState, ProposalLabel, Proposed,
    Refusal, RefusedStep,
};
use protocol::ExtensionReason;
use statements::{Act, RemovalReason, RosterAction, Stage};
use world::{Contact, World, permission, refusals, text};

/// Coordinators 0 and 1, of whom both must agree; guides 2 and 3; a shift for all.
fn line_of_two(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.admit("Swift", Stage::Guide);
    world.delegate(2, 2, &[0, 1]);
    world.plan(6, &[0, 1, 2, 3]);
    for station in 0..4 {
        world.told(station);
    }
    world
}

fn proposal(world: &World, station: usize) -> ProposalLabel {
    let view = world.stations[station].desk.view(world.now);
    view.proposals.first().expect("something is proposed").label
}

fn alarms(world: &World, station: usize) -> Vec<Alarm> {
    let view = world.stations[station].desk.view(world.now);
    view.alarms.iter().map(|alarm| alarm.alarm).collect()
}

fn case_with(world: &mut World, station: usize, words: &str) -> Contact {
    let mut contact = Contact::new(world);
    contact.write(world, words);
    world.settle();
    world.command(station, Command::TakeNext);
    world.settle();
    contact
}

#[test]
fn nobody_is_admitted_before_a_second_person_agreed() {
    let mut world = line_of_two(1);
    let (newcomer, device) = world.join("Crane", None);
    let admit = world.admission(device, Stage::Guide);
    world.command(0, admit);
    world.settle();
    assert!(!world.stations[newcomer].desk.view(world.now).admitted);
    assert_eq!(world.stations[2].desk.view(world.now).roster.len(), 4);

    let shown = world.stations[1].desk.view(world.now).proposals;
    assert_eq!(shown[0].by, "Heron");
    assert_eq!(shown[0].waits_for, ["Magpie"]);
    assert!(shown[0].may_decide);
    let Proposed::Roster(entry) = &shown[0].what else {
        panic!("an entry of the roster is proposed");
    };
    assert!(matches!(&entry.action, RosterAction::Admit(is, _) if is.work_name == "Crane"));

    // The first person can't be the second, and a guide is nobody to decide.
    let label = proposal(&world, 0);
    world.command(0, Command::Approve(label));
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    world.command(2, Command::Approve(label));
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);

    world.command(1, Command::Approve(label));
    world.settle();
    assert!(world.stations[newcomer].desk.view(world.now).admitted);
    for station in 0..world.stations.len() {
        let view = world.stations[station].desk.view(world.now);
        assert_eq!(view.roster.len(), 5, "desk {station} knows the newcomer");
        assert!(view.proposals.is_empty());
    }
    world.plan(1, &[newcomer]);
}

#[test]
fn the_same_person_on_two_devices_is_one_person() {
    let mut world = line_of_two(2);
    // Before the root keys asked for two, one coordinator gave himself a second device: as anybody's name but his own it would show.
    let mut world_of_one = World::found(3);
    let (_, device) = world_of_one.join("Heron's other", None);
    let admit = world_of_one.admission(device, Stage::Coordinator);
    world_of_one.command(0, admit);
    world_of_one.settle();
    let invite = Command::Invite {
        work_name: "Heron".into(),
    };
    world_of_one.command(0, invite);
    assert_eq!(refusals(&mut world_of_one, 0), [Refusal::WorkNameTaken]);

    let label = {
        let permit = Command::Permit {
            device: world.device(2),
            permission: permission(Act::Travel, world.now.day(), 30),
        };
        world.command(0, permit);
        world.settle();
        proposal(&world, 0)
    };
    world.command(0, Command::Approve(label));
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
}

#[test]
fn two_coordinators_decide_at_once_and_both_count() {
    let mut world = line_of_two(4);
    let (wren, swift) = (world.device(2), world.device(3));
    let today = world.now.day();
    let permit = |device| Command::Permit {
        device,
        permission: permission(Act::AppearInPublic, today, 30),
    };
    world.command(0, permit(wren));
    world.command(1, permit(swift));
    world.settle();
    let first = world.stations[1].desk.view(world.now).proposals;
    let mine: Vec<_> = first.iter().filter(|p| p.may_decide).collect();
    world.command(1, Command::Approve(mine[0].label));
    let second = world.stations[0].desk.view(world.now).proposals;
    let mine: Vec<_> = second.iter().filter(|p| p.may_decide).collect();
    world.command(0, Command::Approve(mine[0].label));
    world.settle();
    let view = world.stations[2].desk.view(world.now);
    let may_appear = view.roster.iter().filter(|member| {
        let mut permissions = member.permissions.iter();
        permissions.any(|held| held.permission.act == Act::AppearInPublic)
    });
    assert_eq!(may_appear.count(), 2);
}

#[test]
fn a_proposal_is_refused_with_a_reason() {
    let mut world = line_of_two(5);
    let permit = Command::Permit {
        device: world.device(2),
        permission: permission(Act::HandOver, world.now.day(), 30),
    };
    world.command(0, permit);
    world.settle();
    let label = proposal(&world, 1);
    let decline = Command::Decline {
        proposal: label,
        reason: text("not before the training"),
    };
    world.command(1, decline);
    world.settle();
    let told = world.told(0);
    let reason = "not before the training".into();
    assert!(told.contains(&Notice::ProposalDeclined(label, reason)));
    for station in 0..2 {
        let view = world.stations[station].desk.view(world.now);
        assert!(view.proposals.is_empty());
    }
}

#[test]
fn cards_are_live_once_a_second_person_has_seen_exactly_them() {
    let mut world = line_of_two(6);
    world.command(0, Command::PublishCards(world::CARDS.into()));
    world.settle();
    assert!(world.stations[2].desk.view(world.now).cards.is_none());
    let shown = world.stations[1].desk.view(world.now).proposals;
    assert!(matches!(&shown[0].what, Proposed::Cards(json) if json == world::CARDS));
    world.command(1, Command::Approve(shown[0].label));
    world.settle();
    let cards = world.stations[2].desk.view(world.now).cards;
    assert_eq!(cards.as_deref(), Some(world::CARDS));
}

#[test]
fn what_is_signed_while_a_second_person_becomes_due_is_proposed_and_not_lost() {
    let mut world = World::found(6);
    world.admit("Magpie", Stage::Coordinator);
    world.announce_delegation(2, 2, &[0, 1]);
    // The line names both; the log, by which the roster is judged, does not say so yet.
    world.read_line(0);
    world.command(0, Command::PublishCards(world::CARDS.into()));
    world.settle();
    let label = proposal(&world, 1);
    world.command(1, Command::Approve(label));
    world.settle();
    let cards = world.stations[1].desk.view(world.now).cards;
    assert_eq!(cards.as_deref(), Some(world::CARDS));
}

#[test]
fn without_a_valid_permission_an_act_is_refused_and_says_why() {
    let mut world = line_of_two(7);
    let _contact = case_with(&mut world, 2, "hello");
    let withdraw = Command::WithdrawPermission {
        device: world.device(2),
        act: Act::Answer,
    };
    // Taking power away needs one person.
    world.command(1, withdraw);
    world.settle();
    world.told(2);
    world.answer(2, world.cases(2)[0], "may I?");
    assert_eq!(
        refusals(&mut world, 2),
        [Refusal::NoPermission(Act::Answer)]
    );
    assert_eq!(
        Refusal::NoPermission(Act::Answer).code(),
        "no-permission-answer"
    );
    world.settle();
    assert_eq!(alarms(&world, 0), [Alarm::ActRefused]);
    assert_eq!(alarms(&world, 1), [Alarm::ActRefused]);
}

#[test]
fn a_permission_about_to_end_warns_and_one_that_ended_holds_no_more() {
    let mut world = World::found(8);
    let today = world.now.day();
    let guide = world.admit("Magpie", Stage::Guide);
    let permit = Command::Permit {
        device: world.device(guide),
        permission: permission(Act::Answer, today, 10),
    };
    world.command(0, permit);
    world.settle();
    world.told(guide);
    world.pass(24 * 60);
    assert!(
        world
            .told(guide)
            .contains(&Notice::PermissionEnds(Act::Answer, today.plus(10)))
    );
    let state = |world: &World| {
        let view = world.stations[0].desk.view(world.now);
        let member = view.roster.iter().find(|m| m.work_name == "Magpie");
        member.expect("a member").permissions[0].state
    };
    assert_eq!(state(&world), PermissionState::EndsSoon);
    for _ in 0..10 {
        world.pass(24 * 60);
    }
    assert_eq!(state(&world), PermissionState::Over);
    world.plan(1, &[guide]);
    world.command(guide, Command::TakeNext);
    let refused = refusals(&mut world, guide);
    assert_eq!(refused, [Refusal::NoPermission(Act::Answer)]);
}

#[test]
fn a_case_goes_to_a_colleague_with_its_context_and_the_old_holder_is_shut_out() {
    let mut world = line_of_two(9);
    let mut contact = case_with(&mut world, 2, "my first words");
    let label = world.cases(2)[0];
    world.answer(2, label, "I am here");
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken", "I am here"]);
    contact.write(&mut world, "second words");
    world.settle();
    let transfer = Command::Transfer {
        case: label,
        to: world.device(3),
        note: text("he waits for an answer about papers"),
    };
    world.command(2, transfer);
    // What the contact writes while the case is under way is not lost.
    contact.write(&mut world, "third words");
    world.settle();
    assert!(world.cases(2).is_empty());
    assert!(world.told(2).contains(&Notice::CaseGivenUp(label)));
    assert_eq!(
        world.received(3, label),
        ["my first words", "second words", "third words"]
    );
    let view = world.stations[3].desk.case(label).expect("its case");
    assert_eq!(
        view.notes[0].as_str(),
        "he waits for an answer about papers"
    );
    assert!(
        !world.stations[2]
            .records
            .keys()
            .any(|key| key.starts_with("case/")),
        "no key of it is left where it was"
    );

    assert_eq!(contact.collect(&mut world), ["transferred"]);
    contact.write(&mut world, "only for the new one");
    world.settle();
    assert_eq!(
        world.received(3, label).last().expect("words"),
        "only for the new one"
    );
    world.answer(3, label, "from the new one");
    world.settle();
    assert_eq!(contact.collect(&mut world), ["from the new one"]);
}

#[test]
fn a_removed_device_is_shut_out_and_its_cases_are_back_in_the_queue_with_their_context() {
    let mut world = line_of_two(10);
    let mut contact = case_with(&mut world, 2, "my first words");
    let label = world.cases(2)[0];
    world.answer(2, label, "I am here");
    let draft = Command::SaveDraft {
        case: label,
        text: text("half an ans"),
    };
    world.command(2, draft);
    world.pass(1);
    assert_eq!(contact.collect(&mut world), ["taken", "I am here"]);
    world.settle();
    let shifts = world.stations[1].desk.view(world.now).shifts.len();

    let revoke = Command::Revoke {
        device: world.device(2),
        reason: RemovalReason::Lost,
    };
    world.command(1, revoke);
    world.settle();
    assert!(world.told(2).contains(&Notice::ShutOut));
    assert!(!world.stations[2].desk.view(world.now).admitted);
    let held = ["case/", "shift/", "epoch/", "waiting/", "kept/"];
    let mut left = world.stations[2].records.keys();
    assert!(!left.any(|key| held.iter().any(|kind| key.starts_with(kind))));
    assert!(world.stations[1].desk.view(world.now).shifts.len() > shifts);

    let exposed = &world.stations[0].desk.view(world.now).exposures[0];
    assert_eq!(exposed.work_name, "Wren");
    assert_eq!(exposed.cases.len(), 1);
    assert_eq!(exposed.cases[0].state, ExposedState::Rekeyed);
    assert!(world.cases(1).is_empty(), "whoever revokes reads nothing");
    assert!(world.stations[1].desk.case(label).is_none());

    assert_eq!(world.waiting(3), [label]);
    world.command(3, Command::Take(label));
    world.settle();
    assert_eq!(world.cases(3), [label]);
    let case = world.stations[3].desk.case(label).expect("its case");
    assert_eq!(case.draft.as_str(), "half an ans");
    assert_eq!(world.received(3, label), ["my first words"]);
    assert_eq!(contact.collect(&mut world), ["exposed", "transferred"]);
    contact.write(&mut world, "still there?");
    world.settle();
    assert_eq!(world.received(3, label), ["my first words", "still there?"]);
    world.answer(3, label, "yes");
    world.settle();
    assert_eq!(contact.collect(&mut world), ["yes"]);
}

#[test]
fn one_coordinator_alone_opens_no_case() {
    let mut world = line_of_two(11);
    let _contact = case_with(&mut world, 2, "hello");
    let device = world.device(2);
    // The other coordinator's desk is away.
    let revoke = Command::Revoke {
        device,
        reason: RemovalReason::Distrusted,
    };
    world.command(1, revoke);
    for _ in 0..5 {
        world.sync(1);
        world.sync(3);
    }
    let state = |world: &World| world.stations[1].desk.view(world.now).exposures[0].cases[0].state;
    assert_eq!(state(&world), ExposedState::WaitsForShares);
    assert!(world.waiting(3).is_empty());
    world.settle();
    assert_eq!(state(&world), ExposedState::Rekeyed);
    assert_eq!(world.waiting(3).len(), 1);
}

#[test]
fn a_removed_coordinator_decides_nothing_any_more() {
    let mut world = line_of_two(12);
    world.admit_by_two("Crane", Stage::Coordinator);
    world.delegate(3, 2, &[0, 1, 4]);
    let permit = |world: &World| Command::Permit {
        device: world.device(2),
        permission: permission(Act::Travel, world.now.day(), 30),
    };
    let wish = permit(&world);
    world.command(4, wish);
    world.settle();
    let label = proposal(&world, 0);
    let revoke = Command::Revoke {
        device: world.device(4),
        reason: RemovalReason::Distrusted,
    };
    world.command(0, revoke);
    world.settle();
    assert_eq!(world.stations[1].desk.view(world.now).roster.len(), 4);
    // His half of the decision is worth nothing now.
    world.command(1, Command::Approve(label));
    world.settle();
    let view = world.stations[2].desk.view(world.now);
    let wren = view
        .roster
        .iter()
        .find(|m| m.work_name == "Wren")
        .expect("Wren");
    assert_eq!(wren.permissions.len(), 1);
}

#[test]
fn an_invitation_admits_one_and_only_for_two_weeks() {
    let mut world = line_of_two(21);
    let (first, device) = world.join("Crane", None);
    let line = world.relay.line(Some(&world.id));
    // Somebody else has seen the invitation, and answers it too.
    let secret = world.newest_invitation();
    let other = statements::DeviceKey::from_seed(&world::random(&mut world.rng));
    let (desk, effects) =
        desk::Desk::join(&line, other, "Crane", secret, world.now, &mut world.rng);
    let second = world.add(desk, effects, None);
    let told = world.told(second);
    assert!(told.contains(&Notice::RelayRefused("invitation-used".into())));
    assert!(world.told(first).is_empty());
    for _ in 0..15 {
        world.pass(24 * 60);
    }
    let admit = world.admission(device, Stage::Guide);
    world.command(0, admit);
    assert_eq!(refusals(&mut world, 0), [Refusal::UnknownNewcomer]);
}

#[test]
fn a_clock_set_back_lengthens_no_permission() {
    let mut world = World::found(22);
    let guide = world.admit("Magpie", Stage::Guide);
    let permit = Command::Permit {
        device: world.device(guide),
        permission: permission(Act::Answer, world.now.day(), 3),
    };
    world.command(0, permit);
    world.settle();
    world.stations[guide].clock = -24 * 60;
    for _ in 0..4 {
        world.pass(24 * 60);
    }
    world.plan(30, &[guide]);
    world.told(guide);
    world.command(guide, Command::TakeNext);
    let refused = refusals(&mut world, guide);
    assert_eq!(refused, [Refusal::NoPermission(Act::Answer)]);
}

#[test]
fn the_last_coordinator_stays() {
    let mut world = World::found(13);
    world.admit("Magpie", Stage::Guide);
    let revoke = Command::Revoke {
        device: world.device(0),
        reason: RemovalReason::Leaves,
    };
    world.command(0, revoke);
    assert_eq!(refusals(&mut world, 0), [Refusal::LastCoordinator]);
}

#[test]
fn a_refused_opening_alarms_two_persons() {
    let mut world = line_of_two(14);
    world.command(3, Command::NoteRefused(RefusedStep::OpenCase));
    world.settle();
    for station in 0..2 {
        assert_eq!(alarms(&world, station), [Alarm::OpenedUnassigned]);
        let trail = world.stations[station].desk.view(world.now).trail;
        assert_eq!(
            (trail[0].who.as_str(), trail[0].step),
            ("Swift", "refused-open")
        );
    }
    assert!(world.stations[2].desk.view(world.now).trail.is_empty());
    let number = world.stations[0].desk.view(world.now).alarms[0].number;
    world.command(0, Command::AcknowledgeAlarm(number));
    assert!(world.stations[0].desk.view(world.now).alarms[0].acknowledged);
}

#[test]
fn many_takes_in_a_row_alarm() {
    let mut world = line_of_two(15);
    for number in 0..6 {
        case_with(&mut world, 3, &format!("contact {number}"));
        for label in world.cases(3) {
            world.answer(3, label, "I am here");
            world.command(3, Command::Hold(label));
        }
    }
    assert_eq!(alarms(&world, 0), [Alarm::MassTaking]);
    assert_eq!(alarms(&world, 1), [Alarm::MassTaking]);
}

#[test]
fn a_senior_reads_along_and_whispers_and_the_contact_never_sees_it() {
    let mut world = line_of_two(16);
    let senior = world.admit_by_two("Crane", Stage::Senior);
    world.plan(2, &[2, senior]);
    let mut contact = case_with(&mut world, 2, "hello");
    let label = world.cases(2)[0];
    let invite = Command::InviteSupervisor {
        case: label,
        device: world.device(senior),
    };
    world.command(2, invite);
    world.settle();
    assert_eq!(world.received(senior, label), ["hello"]);
    let whisper = Command::Whisper {
        case: label,
        text: text("ask nothing about the place"),
    };
    world.command(senior, whisper);
    world.settle();
    let case = world.stations[2].desk.case(label).expect("its case");
    assert_eq!(
        case.whispers[0].text.as_str(),
        "ask nothing about the place"
    );
    assert_eq!(case.whispers[0].from, "Crane");
    world.answer(senior, label, "I may not");
    assert_eq!(refusals(&mut world, senior), [Refusal::UnknownCase]);
    world.answer(2, label, "I hear you");
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken", "I hear you"]);
}

#[test]
fn a_trainees_answer_is_approved_before_it_is_sent() {
    let mut world = line_of_two(17);
    let senior = world.admit_by_two("Crane", Stage::Senior);
    let trainee = world.admit_by_two("Plover", Stage::Trainee);
    world.plan(2, &[trainee, senior]);
    let mut contact = case_with(&mut world, trainee, "hello");
    let label = world.cases(trainee)[0];
    world.answer(trainee, label, "at once");
    assert_eq!(refusals(&mut world, trainee), [Refusal::NeedsApproval]);
    let submit = Command::SubmitDraft {
        case: label,
        text: text("we do not know"),
    };
    world.command(trainee, submit);
    world.settle();
    assert_eq!(contact.collect(&mut world), ["taken"]);
    let case = world.stations[senior].desk.case(label).expect("read along");
    assert!(case.supervised);
    assert_eq!(case.drafts[0].text.as_str(), "we do not know");
    let approve = Command::ApproveDraft {
        case: label,
        draft: case.drafts[0].number,
    };
    world.command(senior, approve);
    world.settle();
    assert_eq!(contact.collect(&mut world), ["we do not know"]);
    let case = world.stations[trainee].desk.case(label).expect("its case");
    assert_eq!(case.drafts[0].state, DraftState::Approved);
}

#[test]
fn a_case_ends_by_its_clock_unless_two_agree_to_keep_it() {
    let mut world = line_of_two(18);
    world.plan(24 * 70, &[2, 3]);
    let _one = case_with(&mut world, 2, "one");
    for label in world.cases(2) {
        world.answer(2, label, "until then");
        world.command(2, Command::Hold(label));
    }
    let _other = case_with(&mut world, 2, "other");
    let (kept, forgotten) = (world.cases(2)[0], world.cases(2)[1]);
    let until = world.now.day().plus(60);
    let extend = Command::ExtendCase {
        case: kept,
        until,
        reason: ExtensionReason::ContactAsked,
    };
    world.command(2, extend);
    world.settle();
    let label = proposal(&world, 0);
    world.command(2, Command::Approve(label));
    assert_eq!(refusals(&mut world, 2), [Refusal::SamePerson]);
    world.command(0, Command::Approve(label));
    world.settle();
    assert_eq!(
        world.stations[2]
            .desk
            .case(kept)
            .expect("its case")
            .destroy_after,
        until
    );
    for day in 1..=31 {
        world.pass(24 * 60);
        let there = world.stations[2].desk.case(forgotten).is_some();
        assert_eq!(there, day <= 30, "day {day}");
    }
    assert_eq!(world.cases(2), [kept]);
    let keys = world.stations[2].records.keys();
    assert_eq!(keys.filter(|key| key.starts_with("case/")).count(), 1);
}

#[test]
fn a_duress_phrase_alarms_and_looks_like_any_post() {
    let mut world = line_of_two(19);
    world.command(2, Command::PrepareDuress);
    world.settle();
    let told = world.told(2).into_iter();
    let prepared = told.into_iter().find_map(|notice| match notice {
        Notice::DuressPrepared(post) => Some(post),
        _ => None,
    });
    assert!(alarms(&world, 0).is_empty());
    world.relay.post(*prepared.expect("the alarm is prepared"));
    world.settle();
    assert_eq!(alarms(&world, 0), [Alarm::Duress]);
    assert_eq!(alarms(&world, 1), [Alarm::Duress]);
    assert!(alarms(&world, 3).is_empty());
    world.told(0);
    world.pass(1);
    assert!(world.told(0).is_empty(), "it alarms once");
    // What he is made to try next does not push it out of sight.
    for step in [RefusedStep::OpenCase, RefusedStep::Export] {
        world.command(2, Command::NoteRefused(step));
        world.settle();
    }
    assert_eq!(
        alarms(&world, 0),
        [Alarm::Duress, Alarm::ExportRefused, Alarm::OpenedUnassigned]
    );
    let number = world.stations[0].desk.view(world.now).alarms[0].number;
    world.command(0, Command::AcknowledgeAlarm(number));
    assert_eq!(alarms(&world, 0).last(), Some(&Alarm::Duress));
}

#[test]
fn somebody_who_shows_two_histories_is_named() {
    let mut world = line_of_two(20);
    let forged = {
        let freshness = statements::RosterFreshness {
            entries: 2,
            head: statements::RosterHash([7; 32]),
            issued: world.now,
        };
        let key = world.stations[1].desk.device_key();
        freshness.draft(world.id).sign_by_device(key).done()
    };
    world.append_as(1, &protocol::TeamEvent::Statement(forged.to_bytes()));
    world.settle();
    assert!(world.told(2).contains(&Notice::RosterForked));
    assert!(alarms(&world, 0).contains(&Alarm::Fork));
    world.command(2, Command::TakeNext);
    assert_eq!(refusals(&mut world, 2), [Refusal::RosterForked]);
}

#[test]
fn a_device_lost_in_the_middle_of_its_admission_never_belongs() {
    let mut world = line_of_two(23);
    let (newcomer, device) = world.join("Crane", None);
    let admit = world.admission(device, Stage::Guide);
    world.command(0, admit);
    world.settle();
    // It is lost between the first signature and the second.
    let label = proposal(&world, 1);
    let decline = Command::Decline {
        proposal: label,
        reason: text("lost on the way"),
    };
    world.command(1, decline);
    world.settle();
    world.command(0, Command::RefuseJoin { device });
    world.settle();
    assert!(!world.stations[newcomer].desk.view(world.now).admitted);
    assert!(world.stations[0].desk.view(world.now).joining.is_empty());
    // Who holds it now has only what is sealed to everybody; the name is free for the guide's next device.
    let next = world.admit_by_two("Crane", Stage::Guide);
    assert!(world.stations[next].desk.view(world.now).admitted);
    assert!(!world.stations[newcomer].desk.view(world.now).admitted);
    // Lost right after the second signature, it is shut out like any other.
    let revoke = Command::Revoke {
        device: world.device(next),
        reason: RemovalReason::Lost,
    };
    world.command(1, revoke);
    world.settle();
    assert!(world.stations[next].desk.view(world.now).shut_out);
}

#[test]
fn two_coordinators_who_shut_each_other_out_at_once_leave_one() {
    let mut world = line_of_two(24);
    for (by, whose) in [(0, 1), (1, 0)] {
        let revoke = Command::Revoke {
            device: world.device(whose),
            reason: RemovalReason::Distrusted,
        };
        world.command(by, revoke);
    }
    world.settle();
    let out: Vec<bool> = (0..2)
        .map(|station| world.stations[station].desk.view(world.now).shut_out)
        .collect();
    assert_eq!(out, [false, true], "the log's order decides, for everybody");
    for station in [0, 2, 3] {
        let view = world.stations[station].desk.view(world.now);
        assert_eq!(view.roster.len(), 3, "desk {station}");
    }
}
