//! Where the line can be reached, what only looks like it, and what everybody is warned of.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, EntrancesView, Notice, Proposed, Refusal};
use protocol::{FeedbackPost, Said, ShredToken};
use statements::{Act, Entrance, EntranceKind, PackManifest, WarningAbout};
use world::{World, approve_first, refusals, two_of_three};

fn seen(world: &World, station: usize) -> EntrancesView {
    world.stations[station].desk.view(world.now).entrances
}

fn site(address: &str) -> Entrance {
    Entrance {
        kind: EntranceKind::Site,
        address: address.into(),
    }
}

fn set(world: &mut World, station: usize, addresses: &[&str], fakes: &[&str], good_days: u32) {
    let command = Command::SetEntrances {
        entrances: addresses.iter().map(|address| site(address)).collect(),
        fakes: fakes.iter().map(|fake| (*fake).into()).collect(),
        good_days,
    };
    world.command(station, command);
    world.settle();
}

#[test]
fn two_persons_say_where_the_line_can_be_reached() {
    let mut world = two_of_three(1);
    assert!(seen(&world, 2).is_due, "there is none");
    set(&mut world, 0, &["https://line.example"], &[], 60);
    assert_eq!(seen(&world, 2).list, None, "one has signed");
    let proposed = &world.stations[1].desk.view(world.now).proposals[0].what;
    assert!(matches!(proposed, Proposed::Entrances(list) if list.entrances.len() == 1));
    approve_first(&mut world, 0);
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    approve_first(&mut world, 1);
    for station in 0..3 {
        let shown = seen(&world, station);
        let list = shown.list.expect("it stands");
        assert_eq!(list.entrances, [site("https://line.example")]);
        assert!(!shown.is_due);
    }
    assert!(world.stations[1].desk.view(world.now).proposals.is_empty());
    set(&mut world, 2, &["https://other.example"], &[], 60);
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    world.pass(54 * 1440);
    assert!(seen(&world, 0).is_due, "a week before it ends");
}

#[test]
fn a_list_that_contradicts_itself_goes_nowhere() {
    let mut world = two_of_three(2);
    for (addresses, fakes, days) in [
        (&["http://line.example"][..], &[][..], 60),
        (&["https://line.example/?from=here"], &[], 60),
        (&["https://line.example"], &["https://line.example/x"], 60),
        (&["https://line.example"; 2], &[], 60),
        (&["https://line.example"], &[], 61),
        (&["https://line.example"], &[], 0),
        (&[], &["https://1ine.example"], 60),
    ] {
        set(&mut world, 0, addresses, fakes, days);
        assert_eq!(refusals(&mut world, 0), [Refusal::BadEntrances]);
    }
    assert!(world.stations[1].desk.view(world.now).proposals.is_empty());
}

#[test]
fn of_two_lists_proposed_at_once_only_one_goes_out() {
    let mut world = two_of_three(3);
    set(&mut world, 0, &["https://line.example"], &[], 60);
    set(&mut world, 1, &["https://other.example"], &[], 60);
    let of = |world: &World, mine: bool| {
        let view = world.stations[1].desk.view(world.now);
        let found = view.proposals.iter().find(|open| open.mine == mine);
        found.expect("one of each").label
    };
    let first = of(&world, false);
    let second = of(&world, true);
    world.command(1, Command::Approve(first));
    world.settle();
    world.told(0);
    world.command(0, Command::Approve(second));
    world.settle();
    assert_eq!(refusals(&mut world, 0), [Refusal::ProposalOver]);
    let list = seen(&world, 2).list.expect("one");
    assert_eq!(list.entrances, [site("https://line.example")]);
}

#[test]
fn one_person_warns_everybody_at_once_and_cannot_call_an_entrance_a_fake() {
    let mut world = two_of_three(4);
    set(&mut world, 0, &["https://line.example"], &[], 60);
    approve_first(&mut world, 1);
    world.told(2);
    let warn = |world: &mut World, station, address: &str, days| {
        let command = Command::Warn {
            about: WarningAbout::FakeEntrance,
            address: address.into(),
            days,
        };
        world.command(station, command);
        world.settle();
    };
    warn(&mut world, 2, "https://1ine.example", 14);
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
    for (address, days, refusal) in [
        ("https://line.example/ko", 14, Refusal::NamesEntrance),
        ("", 14, Refusal::BadWarning),
        ("two words", 14, Refusal::BadWarning),
        ("https://1ine.example", 61, Refusal::BadWarning),
    ] {
        warn(&mut world, 1, address, days);
        assert_eq!(refusals(&mut world, 1), [refusal], "{address}");
    }
    warn(&mut world, 1, "https://1ine.example", 14);
    let shown = seen(&world, 2).warning.expect("at once");
    assert_eq!(shown.address, "https://1ine.example");
    let about = Some(WarningAbout::FakeEntrance);
    assert!(world.told(2).contains(&Notice::Warned(about)));
    let trail = world.stations[0].desk.view(world.now).trail;
    assert!(
        trail.iter().any(|row| row.step == "warned"),
        "it is seen who did"
    );
    world.command(0, Command::EndWarning);
    world.settle();
    assert_eq!(seen(&world, 2).warning, None);
    assert!(world.told(2).contains(&Notice::Warned(None)));
    world.command(0, Command::EndWarning);
    assert_eq!(refusals(&mut world, 0), [Refusal::NoWarning]);
    warn(&mut world, 1, "https://1ine.example", 14);
    world.pass(15 * 1440);
    assert_eq!(seen(&world, 0).warning, None, "it ends by itself");
}

#[test]
fn a_fake_is_reported_by_its_address_alone() {
    let mut world = two_of_three(5);
    world.pass(1);
    let fake = "https://1ine.example/";
    world.command(2, Command::ReportFake(fake.into()));
    world.settle();
    let key = world.relay.line(None).feedback_key().cloned();
    let key = key.expect("the line has a feedback key");
    for _ in 0..2 {
        let post = FeedbackPost {
            said: Said::Fake(fake.into()),
            shred_token: ShredToken::random(&mut world.rng),
        };
        let post = post.seal(&key, world.shift().recipient(), &mut world.rng);
        world.relay.post(post.expect("the key is a key"));
        world.settle();
    }
    let today = world.now.day();
    for coordinator in [0, 1] {
        let reports = seen(&world, coordinator).reports;
        assert_eq!(reports, [(fake.to_owned(), 3, today)]);
        let told = world.told(coordinator).into_iter();
        let told = told.filter(|notice| matches!(notice, Notice::FakeReported(_)));
        assert_eq!(told.count(), 1, "the same address once");
    }
    assert!(seen(&world, 2).reports.is_empty(), "for coordinators");
    assert!(world.waiting(2).is_empty(), "it is nobody who waits");
    // Kept over a restart, and gone from the list once two persons have judged it.
    let effects = world.restart(0);
    world.carry_out(0, effects);
    world.settle();
    assert_eq!(seen(&world, 0).reports.len(), 1);
    set(&mut world, 0, &["https://line.example"], &[fake], 60);
    approve_first(&mut world, 1);
    assert!(seen(&world, 0).reports.is_empty());
    for wrong in ["", "two words", "x\u{202e}y", &"a".repeat(256)] {
        world.command(2, Command::ReportFake(wrong.into()));
        assert_eq!(refusals(&mut world, 2), [Refusal::BadAddress], "{wrong}");
    }
}

#[test]
fn many_reports_of_nothing_do_not_grow_for_ever_and_end() {
    let mut world = two_of_three(6);
    for number in 0..230 {
        let fake = format!("https://fake-{number}.example");
        world.command(2, Command::ReportFake(fake.clone()));
        if number == 0 {
            world.command(2, Command::ReportFake(fake));
        }
    }
    world.settle();
    let reports = seen(&world, 0).reports;
    assert_eq!(reports.len(), 200);
    assert_eq!(reports[0].0, "https://fake-0.example", "reported twice");
    world.command(0, Command::ForgetReport("https://fake-0.example".into()));
    assert_eq!(seen(&world, 0).reports.len(), 199);
    world.pass(61 * 1440);
    assert!(seen(&world, 0).reports.is_empty());
}

#[test]
fn who_may_not_publish_says_not_where_the_line_is() {
    let mut world = two_of_three(7);
    let device = world.device(1);
    world.command(
        0,
        Command::WithdrawPermission {
            device,
            act: Act::Publish,
        },
    );
    world.settle();
    world.told(1);
    set(&mut world, 1, &["https://line.example"], &[], 60);
    assert_eq!(
        refusals(&mut world, 1),
        [Refusal::NoPermission(Act::Publish)]
    );
}

#[test]
fn a_card_pack_is_agreed_to_only_by_whoever_built_the_same() {
    let mut world = two_of_three(8);
    let built = PackManifest {
        serial: 1,
        day: world.now.day(),
        sums: [7; 32],
    };
    world.command(0, Command::ProposePack(built.clone()));
    world.settle();
    approve_first(&mut world, 1);
    assert_eq!(refusals(&mut world, 1), [Refusal::BuildFirst]);
    let proposal = world.stations[1].desk.view(world.now).proposals[0].label;
    let approve = |world: &mut World, station, sums| {
        let built = PackManifest {
            sums,
            ..built.clone()
        };
        world.command(station, Command::ApprovePack { proposal, built });
        world.settle();
    };
    approve(&mut world, 1, [8; 32]);
    assert_eq!(refusals(&mut world, 1), [Refusal::OtherPack]);
    approve(&mut world, 0, [7; 32]);
    assert_eq!(refusals(&mut world, 0), [Refusal::SamePerson]);
    approve(&mut world, 1, [7; 32]);
    assert_eq!(seen(&world, 2).pack, Some(built));
    assert!(world.stations[0].desk.view(world.now).proposals.is_empty());
}
