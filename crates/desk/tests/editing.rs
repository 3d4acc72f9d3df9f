//! Cards from the first draft to what contacts read, and back.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{ChangeKind, Command, Desk, Notice, Refusal, RevisionLabel, RevisionView};
use protocol::{Language, Remark};
use record::{Card, CardSet, Check, Edited, EditedClaim};
use statements::{Act, Membership, Profile, Stage};
use world::{Contact, World, permission, refusals, text};

/// Coordinators 0 and 1, of whom both must agree; guides 2, 3 and 4, of whom 4 speaks Korean only; a shift for all.
fn editors(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    for name in ["Wren", "Swift", "Crane"] {
        world.admit(name, Stage::Guide);
    }
    for station in 0..5 {
        let view = world.stations[0].desk.view(world.now);
        let device = world.device(station);
        let member = view.roster.iter().find(|member| member.device == device);
        let member = member.expect("everybody was admitted");
        let languages: &[&str] = match station {
            4 => &["ko"],
            _ => &["en", "ko"],
        };
        let membership = Membership {
            stage: member.stage,
            until: member.until,
            work_name: member.work_name.clone(),
            profile: Profile {
                languages: languages.iter().map(|tag| (*tag).into()).collect(),
                ..Profile::default()
            },
        };
        world.command(0, Command::ChangeMember { device, membership });
        world.settle();
    }
    world.delegate(2, 2, &[0, 1]);
    world.plan(6, &[0, 1, 2, 3, 4]);
    for station in 0..5 {
        world.told(station);
    }
    world
}

fn desk(world: &World, station: usize) -> &Desk {
    &world.stations[station].desk
}

fn revisions(world: &World, station: usize) -> Vec<RevisionView> {
    desk(world, station).view(world.now).editing.revisions
}

fn card(id: &str, class: &str, answer: &str, more: &str) -> Card {
    let json = format!(
        r#"{{"id":"{id}","class":"{class}","reviewed":"2026-11-23","review_by":"2026-12-23","sources":[{{"title":"The law","kind":"primary"}}],
        "texts":{{"en":{{"question":"What now?","answer":"{answer}"}},"ko":{{"question":"어떻게?","answer":"답"}}}}{more}}}"#
    );
    serde_json::from_str(&json).expect("a card")
}

fn claim(json: &str) -> Edited {
    let claim = serde_json::from_str(json).expect("a claim");
    Edited::Claim(Box::new(EditedClaim {
        claim,
        ..EditedClaim::default()
    }))
}

fn revise(world: &mut World, station: usize, edited: Edited, base: Option<RevisionLabel>) {
    let edited = Box::new(edited);
    world.command(
        station,
        Command::Revise {
            edited,
            base,
            for_review: true,
        },
    );
    world.settle();
}

fn check(world: &mut World, station: usize, check: Check) {
    let label = revisions(world, station)[0].label;
    world.command(
        station,
        Command::CheckRevision {
            revision: label,
            check,
            objection: text(""),
        },
    );
    world.settle();
}

/// What coordinator 0 proposes and 1 agrees to.
fn publish(world: &mut World) {
    world.command(0, Command::PublishEdited);
    world.settle();
    agree(world);
}

fn agree(world: &mut World) {
    let proposals = desk(world, 1).view(world.now).proposals;
    world.command(1, Command::Approve(proposals[0].label));
    world.settle();
}

fn published(world: &World, station: usize) -> CardSet {
    let cards = desk(world, station).view(world.now).cards;
    CardSet::of_desk(cards.as_deref())
}

/// A set with one card that rests on one claim, published.
fn with_a_card(seed: u64) -> World {
    let mut world = editors(seed);
    revise(
        &mut world,
        2,
        claim(r#"{"id":"seen","text":"They were seen.","how":"reported"}"#),
        None,
    );
    publish(&mut world);
    let on = r#","rests_on":["seen"]"#;
    let edited = Edited::Card(Box::new(card("what-now", "general", "Wait.", on)));
    revise(&mut world, 2, edited, None);
    check(&mut world, 1, Check::Facts);
    check(&mut world, 3, Check::Facts);
    check(&mut world, 4, Check::Language("ko".into()));
    publish(&mut world);
    for station in 0..5 {
        assert_eq!(
            published(&world, station).cards.len(),
            1,
            "station {station}"
        );
        world.told(station);
    }
    world
}

#[test]
fn a_card_goes_out_after_two_persons_beside_its_author_have_checked_it() {
    let mut world = editors(1);
    let edited = Edited::Card(Box::new(card("what-now", "general", "Wait.", "")));
    revise(&mut world, 2, edited, None);
    let waits = world.told(3);
    assert!(
        waits
            .iter()
            .any(|told| matches!(told, Notice::RevisionWaits(_)))
    );
    check(&mut world, 2, Check::Facts);
    assert_eq!(refusals(&mut world, 2), [Refusal::SamePerson]);
    check(&mut world, 4, Check::Facts);
    assert_eq!(
        refusals(&mut world, 4),
        [Refusal::NotChecker],
        "he does not read it"
    );
    check(&mut world, 3, Check::Facts);
    check(&mut world, 3, Check::Facts);
    world.command(0, Command::PublishEdited);
    world.settle();
    assert_eq!(refusals(&mut world, 0), [Refusal::NothingToPublish]);
    check(&mut world, 1, Check::Facts);
    publish(&mut world);
    let set = published(&world, 4);
    let tags: Vec<&String> = set.cards[0].texts.keys().collect();
    assert_eq!(tags, ["en"], "nobody has looked at the translation");
    for station in 0..5 {
        let editing = desk(&world, station).view(world.now).editing;
        assert!(editing.revisions.is_empty(), "station {station}");
        let what: Vec<ChangeKind> = editing.changes.iter().map(|change| change.what).collect();
        let expected = [
            ChangeKind::Published,
            ChangeKind::Checked,
            ChangeKind::Checked,
            ChangeKind::Checked,
            ChangeKind::Revised,
        ];
        assert_eq!(what, expected);
    }
}

#[test]
fn nobody_publishes_what_was_not_checked_not_even_two_together() {
    let mut world = with_a_card(2);
    let mut set = published(&world, 0);
    set.cards[0].texts.get_mut("en").expect("English").answer = "Go.".into();
    let json = serde_json::to_string(&set).expect("JSON");
    world.command(0, Command::PublishCards(json));
    assert_eq!(refusals(&mut world, 0), [Refusal::NotChecked]);
    // One coordinator's desk was made to sign it all the same.
    let draft = statements::CardSet::draft(
        world.id,
        9,
        world.now.day(),
        &serde_json::to_string(&set).expect("JSON"),
    );
    let signed = draft.sign_by_device(desk(&world, 0).device_key()).done();
    let event = protocol::TeamEvent::Propose {
        proposal: signed.proposal(),
        index: 0,
        count: 1,
        bytes: signed.to_bytes(),
    };
    world.append_as(0, &event);
    world.settle();
    let proposals = desk(&world, 1).view(world.now).proposals;
    world.command(1, Command::Approve(proposals[0].label));
    assert_eq!(refusals(&mut world, 1), [Refusal::NotChecked]);
}

#[test]
fn a_law_card_needs_a_lawyer_and_only_with_a_permission_is_one() {
    let mut world = editors(3);
    let edited = Edited::Card(Box::new(card("is-it-a-crime", "law", "It may be.", "")));
    revise(&mut world, 2, edited, None);
    check(&mut world, 1, Check::Facts);
    check(&mut world, 3, Check::Facts);
    check(&mut world, 3, Check::Law);
    assert_eq!(
        refusals(&mut world, 3),
        [Refusal::NoPermission(Act::CheckLaw)]
    );
    let permit = Command::Permit {
        device: world.device(3),
        permission: permission(Act::CheckLaw, world.now.day(), 30),
    };
    world.command(0, permit);
    world.settle();
    agree(&mut world);
    check(&mut world, 3, Check::Law);
    publish(&mut world);
    assert_eq!(published(&world, 4).cards.len(), 1);
}

#[test]
fn of_two_editors_at_once_neither_loses_anything() {
    let mut world = editors(4);
    let first = card("what-now", "general", "Wait.", "");
    revise(&mut world, 2, Edited::Card(Box::new(first)), None);
    let base = Some(revisions(&world, 2)[0].label);
    check(&mut world, 1, Check::Facts);
    check(&mut world, 4, Check::Language("ko".into()));
    for (station, answer) in [(3, "Wait there."), (2, "Wait here.")] {
        let edited = Box::new(Edited::Card(Box::new(card(
            "what-now", "general", answer, "",
        ))));
        world.command(
            station,
            Command::Revise {
                edited,
                base,
                for_review: true,
            },
        );
    }
    world.settle();
    for station in 0..5 {
        let both = revisions(&world, station);
        assert_eq!(both.len(), 2, "station {station}");
        let current: Vec<&RevisionView> = both.iter().filter(|one| !one.beside).collect();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0].by, "Swift", "the first in log order");
        assert!(
            current[0].made.is_empty(),
            "what was checked is not what stands there now"
        );
    }
    assert!(
        world
            .told(2)
            .iter()
            .any(|told| matches!(told, Notice::RevisionBeside(_)))
    );
    // The one who wrote first is an author of what came of it: he cannot check it.
    let current = revisions(&world, 2)
        .into_iter()
        .find(|one| !one.beside)
        .expect("it stands");
    assert!(current.mine && current.may_check.is_empty());
}

#[test]
fn a_doubt_holds_a_card_back_at_once_at_every_desk_and_a_given_up_one_no_more() {
    let mut world = with_a_card(5);
    let mut contact = Contact::new(&mut world);
    contact.write(&mut world, "hello");
    world.settle();
    world.command(3, Command::TakeNext);
    world.settle();
    let denied =
        r#"{"id":"denied","text":"Nobody was seen.","how":"denied","contradicts":["seen"]}"#;
    revise(&mut world, 4, claim(denied), None);
    for station in 0..5 {
        let told = world.told(station);
        assert!(
            told.contains(&Notice::CardHeldBack("what-now".into())),
            "station {station}"
        );
    }
    let case = world.cases(3)[0];
    let send = || Command::AnswerWithCard {
        case,
        card: "what-now".into(),
        language: Language::English,
    };
    world.command(3, send());
    assert_eq!(refusals(&mut world, 3), [Refusal::CardSuspended]);
    world.restart_quietly(3);
    world.command(3, send());
    assert_eq!(
        refusals(&mut world, 3),
        [Refusal::CardSuspended],
        "also after the desk was started again"
    );
    let label = revisions(&world, 1)[0].label;
    world.command(1, Command::DropRevision(label));
    world.settle();
    world.command(3, send());
    assert_eq!(refusals(&mut world, 3), []);
}

#[test]
fn a_published_card_is_stopped_by_two_and_a_set_without_the_stop_does_not_revive_it() {
    let mut world = with_a_card(6);
    let before = desk(&world, 0).view(world.now).cards.expect("cards");
    world.command(
        0,
        Command::StopCard {
            card: "what-now".into(),
            for_good: false,
        },
    );
    world.settle();
    agree(&mut world);
    assert!(!published(&world, 3).cards[0].suspended.is_empty());
    world.command(0, Command::PublishCards(before));
    assert_eq!(refusals(&mut world, 0), [Refusal::NotChecked]);
}

#[test]
fn a_remark_is_one_word_about_a_card() {
    let mut world = with_a_card(7);
    let remark = |card: &str, remark| Command::Remark {
        card: card.into(),
        language: Language::Korean,
        remark,
    };
    world.command(3, remark("what-now", Remark::Wrong));
    world.command(4, remark("what-now", Remark::Wrong));
    world.command(4, remark("", Remark::Missing));
    world.command(4, remark("he said he is in the forest", Remark::Missing));
    world.settle();
    assert_eq!(refusals(&mut world, 4), [Refusal::UnknownCard]);
    let remarks = desk(&world, 2).view(world.now).editing.remarks;
    let shown: Vec<(&str, u32)> = remarks
        .iter()
        .map(|one| (one.card.as_str(), one.count))
        .collect();
    assert_eq!(shown, [("what-now", 2), ("", 1)]);
}

#[test]
fn who_joins_later_sees_what_the_others_see() {
    let mut world = editors(8);
    let edited = Edited::Card(Box::new(card("what-now", "general", "Wait.", "")));
    revise(&mut world, 2, edited, None);
    check(&mut world, 3, Check::Facts);
    let late = world.admit_by_two("Lark", Stage::Guide);
    let seen = |world: &World, station| {
        let one = revisions(world, station).remove(0);
        (one.edited, one.by, one.made, one.due.facts)
    };
    assert_eq!(seen(&world, late), seen(&world, 0));
}

#[test]
fn a_correction_waits_in_each_case_that_was_given_the_old_version() {
    let mut world = with_a_card(9);
    let (mut told, mut not_told) = (Contact::new(&mut world), Contact::new(&mut world));
    told.write(&mut world, "hello");
    world.settle();
    world.command(3, Command::TakeNext);
    world.settle();
    not_told.write(&mut world, "hello");
    world.settle();
    world.command(2, Command::TakeNext);
    world.settle();
    let case = world.cases(3)[0];
    let send = Command::AnswerWithCard {
        case,
        card: "what-now".into(),
        language: Language::English,
    };
    world.command(3, send);
    world.settle();
    let given = told.collect(&mut world);
    assert!(
        given
            .iter()
            .any(|read| read == "what-now: What now?\n\nWait.")
    );
    // It changes hands, and then what it rests on is denied: whoever has it now says so.
    world.command(3, Command::Return(case));
    world.settle();
    told.write(&mut world, "and now?");
    world.settle();
    world.command(1, Command::TakeNext);
    world.settle();
    told.collect(&mut world);
    let denied =
        r#"{"id":"denied","text":"Nobody was seen.","how":"denied","contradicts":["seen"]}"#;
    revise(&mut world, 2, claim(denied), None);
    assert_eq!(
        told.collect(&mut world),
        [""; 0],
        "one person's doubt is not told"
    );
    publish(&mut world);
    assert_eq!(told.collect(&mut world), ["(Suspended) What now?"]);
    // It is written anew, checked, and tells both sides.
    let both = r#","rests_on":["seen","denied"]"#;
    let edited = Edited::Card(Box::new(card(
        "what-now",
        "general",
        "Some say so, some not.",
        both,
    )));
    revise(&mut world, 2, edited, None);
    check(&mut world, 1, Check::Facts);
    check(&mut world, 3, Check::Facts);
    publish(&mut world);
    let now = "(Changed) What now?\n\nSome say so, some not.";
    assert_eq!(told.collect(&mut world), [now]);
    world.pass(60);
    assert_eq!(told.collect(&mut world), [""; 0], "and that only once");
    let heard = not_told.collect(&mut world);
    assert!(!heard.iter().any(|read| read.contains("What now?")));
}
