//! A contact is handed over to a partner: two at desks agree, the contact seals, the partner's receipt ends it, and no desk has learnt anything.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{
    CaseLabel, Command, Desk, HandoverState, Input, Notice, PartnerState, Proposed, Refusal,
};
use protocol::{Consent, HandoverError, HandoverEvent, HandoverStage, TeamEvent, Urgency};
use statements::{Act, AgeRecipient, PartnerId, RemovalReason};
use world::partner::{
    SECRETS, admit, agree, ask, case_of, give_receipt, hand_over, lies, line_with_partner, newest,
    offered, partner, partners, read_offer, settle, sign,
};
use world::{Contact, World, records, refusals, text};
use zeroize::Zeroizing;

fn state(world: &World, station: usize, case: CaseLabel) -> Option<HandoverState> {
    let shown = world.stations[station].desk.case(case)?;
    shown.handover.map(|handover| handover.state)
}

fn code(world: &World, station: usize, case: CaseLabel) -> Option<String> {
    let shown = world.stations[station].desk.case(case)?;
    shown.handover?.code.map(|code| code.to_string())
}

/// Whether some bytes are anywhere: in the vaults, or in what the relay and the log hold.
fn is_anywhere(world: &World, needle: &[u8]) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let vaults = world.stations.iter();
    let mut records = vaults.flat_map(|station| station.records.values());
    let entries = world.relay.log.iter().chain(&world.relay.tray);
    let slots = world.relay.slots.values().map(|slot| &slot.envelope);
    let mut envelopes = entries.map(|entry| &entry.envelope).chain(slots);
    records.any(|record| holds(record)) || envelopes.any(|one| holds(one.as_bytes()))
}

#[test]
fn a_contact_is_handed_over_and_no_desk_learns_what_was_said() {
    let (mut world, partner) = line_with_partner(1);
    let (mut contact, case) = offered(&mut world, partner);
    let offer = contact.state.offer().expect("it is kept").duplicate();
    assert_eq!(lies(&world, &offer), [true, false]);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Offered));
    assert_eq!(code(&world, 2, case), None);

    let line = hand_over(&mut world, &contact);
    let sealed = world.relay.slots[&offer.slots(&world.id)[1].0].clone();
    let handover = offer.secret.handover(&world.id);
    let file = handover
        .open(&world.id, &sealed.envelope)
        .expect("it is")
        .file;
    contact.write(&mut world, "I have said it to them");
    world.settle();
    assert_eq!(state(&world, 2, case), Some(HandoverState::HandedOver));
    assert!(world.told(2).contains(&Notice::HandedOver(case)));
    assert!(code(&world, 2, case).is_some());

    // The partner collects: the file lies there no longer, and the desk waits for the receipt.
    settle(&mut world, &offer, HandoverStage::Collected);
    world.command(2, Command::LookForHandover(case));
    assert_eq!(state(&world, 2, case), Some(HandoverState::Collected));
    assert_eq!(code(&world, 2, case), None);

    give_receipt(&mut world, 2, case, &line);
    assert_eq!(refusals(&mut world, 2), []);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Received));
    // What says to the page that it was collected stays, without the file.
    assert_eq!(lies(&world, &offer), [false, true]);
    assert_eq!(contact.collect(&mut world), [""; 0]);

    for secret in SECRETS
        .map(str::as_bytes)
        .into_iter()
        .chain([&file[..40], &file[120..160]])
    {
        assert!(!is_anywhere(&world, secret));
    }
    for station in 0..5 {
        world.restart_quietly(station);
    }
    assert_eq!(state(&world, 2, case), Some(HandoverState::Received));
    assert!(!is_anywhere(&world, b"age-encryption.org"));
}

#[test]
fn a_search_finds_what_a_desk_does_keep() {
    // What the test before does not find it would have found: the same words, written to the guide instead of to the partner.
    let (mut world, partner) = line_with_partner(2);
    let (mut contact, _) = offered(&mut world, partner);
    contact.write(&mut world, SECRETS[0]);
    world.settle();
    assert!(is_anywhere(&world, SECRETS[0].as_bytes()));
}

#[test]
fn a_receipt_counts_once_from_the_partner_alone_and_for_its_own_handover() {
    let (mut world, partner) = line_with_partner(3);
    let (mut contact, case) = offered(&mut world, partner);
    let line = hand_over(&mut world, &contact);
    give_receipt(&mut world, 2, case, &line);
    assert_eq!(
        refusals(&mut world, 2),
        [Refusal::ReceiptOther],
        "not seen yet"
    );
    contact.write(&mut world, "done");
    world.settle();

    let other = line.replace(&line[90..100], "0123456789");
    give_receipt(&mut world, 2, case, &other);
    give_receipt(&mut world, 2, case, "footbridge-receipt-1");
    let forged = Command::GiveReceipt {
        case,
        line: line.clone(),
        signature: sign(&other),
    };
    world.command(2, forged);
    let expected = [
        Refusal::ReceiptOther,
        Refusal::ReceiptUnreadable,
        Refusal::ReceiptForged,
    ];
    assert_eq!(refusals(&mut world, 2), expected);
    assert_eq!(state(&world, 2, case), Some(HandoverState::HandedOver));

    give_receipt(&mut world, 2, case, line.trim());
    assert_eq!(
        refusals(&mut world, 2),
        [Refusal::ReceiptForged],
        "signed with its end"
    );
    give_receipt(&mut world, 2, case, &line);
    assert_eq!(refusals(&mut world, 2), []);
    give_receipt(&mut world, 2, case, &line);
    assert_eq!(refusals(&mut world, 2), [Refusal::ReceiptKnown]);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Received));
}

#[test]
fn a_contact_who_takes_it_back_and_seals_again_is_handed_over_once() {
    let (mut world, partner) = line_with_partner(4);
    let (mut contact, case) = offered(&mut world, partner);
    let first = hand_over(&mut world, &contact);
    contact.write(&mut world, "done");
    world.settle();
    let offer = contact.state.offer().expect("it stands").duplicate();
    settle(&mut world, &offer, HandoverStage::TakenBack);
    contact.write(&mut world, "wait");
    world.settle();
    assert_eq!(state(&world, 2, case), Some(HandoverState::TakenBack));
    assert_eq!(
        code(&world, 2, case),
        None,
        "nobody is sent to collect nothing"
    );
    let second = hand_over(&mut world, &contact);
    contact.write(&mut world, "I have changed something");
    world.settle();
    world.command(2, Command::LookForHandover(case));
    world.settle();
    give_receipt(&mut world, 2, case, &second);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Received));
    give_receipt(&mut world, 2, case, &first);
    assert_eq!(refusals(&mut world, 2), [Refusal::ReceiptOther]);
}

#[test]
fn neither_of_two_persons_offers_a_handover_alone() {
    let (mut world, partner) = line_with_partner(5);
    let (mut contact, case) = case_of(&mut world);
    ask(&mut world, case, partner);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Asked));
    assert_eq!(contact.collect(&mut world), ["taken"]);
    let view = world.stations[3].desk.view(world.now);
    let label = view.proposals[0].label;
    let Proposed::Handover {
        partner: shown,
        urgent,
        ..
    } = &view.proposals[0].what
    else {
        panic!("a handover is proposed");
    };
    assert_eq!((shown.hash(), *urgent), (newest(&world, partner), false));
    assert_eq!(view.proposals[0].waits_for, ["Heron", "Swift"]);

    // The holder is no second person, a guide no handover officer, and a coordinator needs somebody's word too.
    for station in [2, 4, 1] {
        world.command(station, Command::Approve(label));
    }
    world.settle();
    assert_eq!(refusals(&mut world, 2), [Refusal::SamePerson]);
    assert_eq!(refusals(&mut world, 4), [Refusal::NotHandoverOfficer]);
    assert_eq!(refusals(&mut world, 1), [Refusal::NotHandoverOfficer]);
    ask(&mut world, case, partner);
    assert_eq!(refusals(&mut world, 2), [Refusal::OfferStands]);

    // A changed program that says all the same that it agrees is not heard.
    world.append_as(4, &TeamEvent::Settle { proposal: label.0 });
    world.settle();
    assert_eq!(contact.collect(&mut world), [""; 0]);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Asked));

    world.command(3, Command::Approve(label));
    world.settle();
    assert_eq!(contact.collect(&mut world), ["offered"]);
    let offer = contact.state.offer().expect("it stands");
    assert_eq!(offer.from, world.now.day().plus(1), "a day to think");
    assert_eq!(read_offer(&world, offer).map(|p| p.id), Some(partner));
}

#[test]
fn whoever_may_not_hand_over_does_not_ask_and_no_permission_outlives_its_end() {
    let (mut world, partner) = line_with_partner(6);
    let (_, case) = case_of(&mut world);
    ask(&mut world, case, partner);
    // The holder's permission is withdrawn before the second person agrees.
    let withdraw = Command::WithdrawPermission {
        device: world.device(2),
        act: Act::HandOver,
    };
    world.command(0, withdraw);
    world.settle();
    agree(&mut world, 3, |what| {
        matches!(what, Proposed::Handover { .. })
    });
    assert_eq!(state(&world, 2, case), None);
    assert!(world.told(2).contains(&Notice::OfferOver(case)));
    ask(&mut world, case, partner);
    assert_eq!(
        refusals(&mut world, 2),
        [Refusal::NoPermission(Act::HandOver)]
    );
}

#[test]
fn who_has_minutes_is_not_made_to_wait_a_day() {
    let (mut world, partner) = line_with_partner(7);
    let mut contact = Contact::new(&mut world);
    let envelope = contact.seal(&mut world, "they come", Urgency::Minutes);
    world.relay.post(envelope);
    contact.state.sent();
    world.settle();
    world.command(2, Command::TakeNext);
    world.settle();
    let case = world.cases(2)[0];
    ask(&mut world, case, partner);
    agree(&mut world, 3, |what| {
        matches!(what, Proposed::Handover { urgent: true, .. })
    });
    contact.collect(&mut world);
    assert_eq!(
        contact.state.offer().map(|offer| offer.from),
        Some(world.now.day())
    );
}

/// The partner's newer statement says this instead.
fn renew(world: &mut World, id: PartnerId, change: impl Fn(&mut statements::Partner)) {
    let mut newer = partner(world);
    change(&mut newer);
    admit(world, newer, Some(id));
}

#[test]
fn a_partner_who_changed_is_asked_for_again() {
    for (seed, change) in [
        (
            8,
            (|p| p.recipient = AgeRecipient::X25519([8; 32])) as fn(&mut statements::Partner),
        ),
        (9, |p| p.items[0].what = "Your unit".into()),
        (10, |p| p.receipt_key = [3; 32]),
    ] {
        // Between asking and agreeing.
        let (mut world, partner) = line_with_partner(seed);
        let (mut contact, case) = case_of(&mut world);
        ask(&mut world, case, partner);
        renew(&mut world, partner, change);
        assert_eq!(state(&world, 2, case), None);
        assert!(world.told(2).contains(&Notice::OfferOver(case)));
        let open = world.stations[3].desk.view(world.now).proposals;
        assert!(open.is_empty(), "nobody agrees to what was asked before");

        // Between the offer and the sealing.
        ask(&mut world, case, partner);
        agree(&mut world, 3, |what| {
            matches!(what, Proposed::Handover { .. })
        });
        assert_eq!(contact.collect(&mut world), ["taken", "offered"]);
        let offer = contact.state.offer().expect("it stands").duplicate();
        let before = read_offer(&world, &offer).expect("it lies there");
        renew(&mut world, partner, |p| p.office = "another office".into());
        assert_eq!(lies(&world, &offer), [false, false]);
        assert_eq!(contact.collect(&mut world), ["offer ended"]);
        assert!(contact.state.offer().is_none());
        assert_eq!(state(&world, 2, case), None);

        // A page that was left open does not seal to what the partner says now.
        let now = partners(&world, 2)[0].partner.clone();
        let consent = Consent {
            partner: &now,
            answers: &[(0, "a name")],
            meeting: "",
        };
        let sealed = consent.seal(&world.id, &offer, &mut world.rng);
        assert_eq!(sealed.err(), Some(HandoverError::NotAsked));
        assert_ne!(before.hash(), now.hash());
    }
}

#[test]
fn a_partner_who_is_removed_between_the_offer_and_the_sealing_gets_nothing() {
    let (mut world, partner) = line_with_partner(11);
    let (mut contact, case) = offered(&mut world, partner);
    let offer = contact.state.offer().expect("it stands").duplicate();
    // One coordinator is enough; a guide is none, and is found out.
    let remove = TeamEvent::Handover(HandoverEvent::RemovePartner { partner });
    world.append_as(4, &remove);
    world.settle();
    assert_eq!(partners(&world, 2)[0].state, PartnerState::Stands);
    world.command(1, Command::RemovePartner(partner));
    world.settle();
    assert_eq!(partners(&world, 2)[0].state, PartnerState::Removed);
    assert_eq!(lies(&world, &offer), [false, false]);
    assert_eq!(contact.collect(&mut world), ["offer ended"]);
    assert!(read_offer(&world, &offer).is_none());

    // The page had read the offer before and seals all the same: the desk passes nothing on.
    ask(&mut world, case, partner);
    assert_eq!(refusals(&mut world, 2), [Refusal::UnknownPartner]);
    assert_eq!(code(&world, 2, case), None);
    // Two bring it back.
    renew(&mut world, partner, |_| {});
    assert_eq!(partners(&world, 2)[0].state, PartnerState::Stands);
}

#[test]
fn what_a_partner_has_stays_its_own_when_its_key_changes_and_ends_when_it_is_removed() {
    let (mut world, partner) = line_with_partner(19);
    let (mut contact, case) = offered(&mut world, partner);
    hand_over(&mut world, &contact);
    let offer = contact.state.offer().expect("it stands").duplicate();
    settle(&mut world, &offer, HandoverStage::Collected);
    contact.write(&mut world, "done");
    world.settle();
    renew(&mut world, partner, |p| {
        p.recipient = AgeRecipient::X25519([8; 32])
    });
    assert_eq!(state(&world, 2, case), Some(HandoverState::Collected));
    assert_eq!(contact.collect(&mut world), [""; 0]);
    // Whoever was told to meet a partner has to hear that it is none any more.
    world.command(1, Command::RemovePartner(partner));
    world.settle();
    assert_eq!(state(&world, 2, case), None);
    assert_eq!(contact.collect(&mut world), ["offer ended"]);
    assert_eq!(lies(&world, &offer), [false, false]);
}

#[test]
fn what_was_handed_over_is_deleted_when_the_offer_is_taken_back_or_the_case_closed() {
    for closes in [false, true] {
        let (mut world, partner) = line_with_partner(12);
        let (mut contact, case) = offered(&mut world, partner);
        let offer = contact.state.offer().expect("it stands").duplicate();
        hand_over(&mut world, &contact);
        assert_eq!(lies(&world, &offer), [true, true]);
        let (command, told): (_, &[&str]) = match closes {
            true => (Command::Destroy(case), &["offer ended", "closed"]),
            false => (Command::TakeBackOffer(case), &["offer ended"]),
        };
        world.command(2, command);
        world.settle();
        assert_eq!(lies(&world, &offer), [false, false]);
        assert_eq!(contact.collect(&mut world), told);
        if !closes {
            world.command(2, Command::TakeBackOffer(case));
            assert_eq!(refusals(&mut world, 2), [Refusal::NothingOffered]);
        }
    }
}

#[test]
fn whoever_is_given_the_case_goes_on_with_the_offer() {
    let (mut world, partner) = line_with_partner(13);
    let (mut contact, case) = offered(&mut world, partner);
    let transfer = Command::Transfer {
        case,
        to: world.device(3),
        note: text("they may come"),
    };
    world.command(2, transfer);
    world.settle();
    assert_eq!(state(&world, 3, case), Some(HandoverState::Offered));
    assert_eq!(contact.collect(&mut world), ["transferred"]);
    let line = hand_over(&mut world, &contact);
    contact.write(&mut world, "done");
    world.settle();
    assert_eq!(state(&world, 3, case), Some(HandoverState::HandedOver));
    assert!(code(&world, 3, case).is_some());
    // And who comes after that knows what the receipt has to prove.
    let transfer = Command::Transfer {
        case,
        to: world.device(2),
        note: text(""),
    };
    world.command(3, transfer);
    world.settle();
    give_receipt(&mut world, 2, case, &line);
    assert_eq!(state(&world, 2, case), Some(HandoverState::Received));
    assert_eq!(contact.collect(&mut world), ["transferred"]);
}

#[test]
fn however_far_a_holder_came_who_is_shut_out_the_contact_is_offered_it_once() {
    let mut offers = 0;
    for read in 0..12 {
        let (mut world, partner) = line_with_partner(14);
        let (mut contact, case) = case_of(&mut world);
        contact.collect(&mut world);
        world.settle();
        ask(&mut world, case, partner);
        let label = world.stations[3].desk.view(world.now).proposals[0].label;
        world.command(3, Command::Approve(label));
        world.sync(3);
        for _ in 0..read {
            let after = world.stations[2].desk.cursors().log_after;
            let mut log = world.relay.log.iter();
            if let Some(entry) = log.find(|entry| entry.sequence > after).cloned() {
                world.give(2, Input::LogEntry(entry));
            }
        }
        let revoke = Command::Revoke {
            device: world.device(2),
            reason: RemovalReason::Lost,
        };
        world.command(1, revoke);
        world.settle();
        world.pass(1);
        let told = contact.collect(&mut world);
        let offered = told.iter().filter(|part| *part == "offered").count();
        assert!(offered <= 1, "after {read}: {told:?}");
        assert_eq!(offered == 1, contact.state.offer().is_some());
        if let Some(offer) = contact.state.offer() {
            assert!(read_offer(&world, offer).is_some(), "after {read}");
            offers += 1;
        }
    }
    assert!((1..12).contains(&offers), "{offers}");
}

/// Desk 2 dies before its `fuse`th effect or answer. Returns whether it died.
fn dies(fuse: usize) -> bool {
    let (mut world, partner) = line_with_partner(15);
    let (mut contact, case) = case_of(&mut world);
    contact.collect(&mut world);
    world.settle();
    world.stations[2].fuse = Some(fuse);
    ask(&mut world, case, partner);
    if state(&world, 2, case).is_none() {
        ask(&mut world, case, partner);
    }
    agree(&mut world, 3, |what| {
        matches!(what, Proposed::Handover { .. })
    });
    assert_eq!(contact.collect(&mut world), ["offered"], "fuse {fuse}");
    let line = hand_over(&mut world, &contact);
    contact.write(&mut world, "done");
    world.settle();
    // What a desk reads when it dies it reads again when the case is opened.
    world.command(2, Command::LookForHandover(case));
    world.command(2, Command::LookForHandover(case));
    world.settle();
    assert_eq!(
        state(&world, 2, case),
        Some(HandoverState::HandedOver),
        "fuse {fuse}"
    );
    give_receipt(&mut world, 2, case, &line);
    if state(&world, 2, case) != Some(HandoverState::Received) {
        give_receipt(&mut world, 2, case, &line);
    }
    assert_eq!(
        state(&world, 2, case),
        Some(HandoverState::Received),
        "fuse {fuse}"
    );
    let offer = contact.state.offer().expect("it is kept");
    assert_eq!(lies(&world, offer), [false, true], "fuse {fuse}");
    assert_eq!(contact.collect(&mut world), [""; 0], "fuse {fuse}");
    world.stations[2].died > 0
}

#[test]
fn a_desk_killed_anywhere_in_a_handover_loses_and_doubles_nothing() {
    let mut fuse = 0;
    while dies(fuse) {
        fuse += 1;
    }
    assert!(fuse > 20, "it died {fuse} times only");
}

#[test]
fn a_partner_counts_only_with_two_different_persons_and_the_newest_statement_of_it() {
    let (mut world, id) = line_with_partner(16);
    // One alone.
    let newer = Box::new(partner(&world));
    let renews = Some(id);
    world.command(
        0,
        Command::AdmitPartner {
            partner: newer,
            renews,
        },
    );
    world.settle();
    let open = world.stations[1].desk.view(world.now).proposals;
    assert_eq!(partners(&world, 2)[0].partner.serial, 1);
    let signed_by_one = open[0].label;
    // Somebody else's newer statement came first: what was proposed before it is too late.
    let mut newer = Box::new(partner(&world));
    newer.office = "the same lawyers, in Lviv".into();
    world.command(
        1,
        Command::AdmitPartner {
            partner: newer,
            renews,
        },
    );
    world.settle();
    let view = world.stations[0].desk.view(world.now);
    let other = view.proposals.iter().find(|one| one.label != signed_by_one);
    let other = other.expect("both are proposed").label;
    world.command(0, Command::Approve(other));
    world.settle();
    assert_eq!(partners(&world, 2)[0].partner.serial, 2);
    world.command(1, Command::Approve(signed_by_one));
    world.settle();
    assert_eq!(refusals(&mut world, 1), [Refusal::ProposalOver]);
    // What breaks the rules is not even proposed, and a guide proposes none.
    let mut asks_nothing = partner(&world);
    asks_nothing.items.clear();
    let mut too_long = partner(&world);
    too_long.until = world.now.day().plus(91);
    for (station, partner) in [(0, asks_nothing), (0, too_long), (2, partner(&world))] {
        let partner = Box::new(partner);
        let renews = None;
        world.command(station, Command::AdmitPartner { partner, renews });
    }
    assert_eq!(
        refusals(&mut world, 0),
        [Refusal::BadPartner, Refusal::BadDay]
    );
    assert_eq!(refusals(&mut world, 2), [Refusal::NotCoordinator]);
}

#[test]
fn a_partner_whose_coordinators_are_no_longer_so_is_not_offered() {
    let (mut world, partner) = line_with_partner(17);
    let (_, case) = case_of(&mut world);
    // The root keys name one coordinator less: contacts would not believe what the other signed.
    world.delegate(3, 1, &[0]);
    assert_eq!(
        partners(&world, 2)[0].state,
        PartnerState::Stands,
        "one is enough now"
    );
    world.delegate(4, 2, &[0, 3]);
    assert_eq!(partners(&world, 2)[0].state, PartnerState::Unsigned);
    ask(&mut world, case, partner);
    assert_eq!(refusals(&mut world, 2), [Refusal::PartnerUnsigned]);
}

#[test]
fn an_offer_that_nobody_used_ends_with_the_partners_last_day() {
    let (mut world, id) = line_with_partner(18);
    let until = world.now.day().plus(2);
    renew(&mut world, id, |p| p.until = until);
    let (mut contact, case) = offered(&mut world, id);
    world.pass(24 * 60);
    assert!(contact.collect(&mut world).is_empty());
    for _ in 0..2 {
        world.pass(24 * 60);
    }
    assert_eq!(contact.collect(&mut world), ["offer ended"]);
    let held = world.stations[2]
        .desk
        .case(case)
        .or(world.stations[0].desk.case(case));
    assert!(held.is_none_or(|case| case.handover.is_none()));
}

#[test]
fn what_a_desk_keeps_of_partners_and_handovers_is_read_totally() {
    let (mut world, partner) = line_with_partner(20);
    let (mut contact, _) = offered(&mut world, partner);
    hand_over(&mut world, &contact);
    contact.write(&mut world, "done");
    world.settle();
    case_of(&mut world);
    let mut cases = world.cases(2).into_iter();
    let other = cases.find(|case| state(&world, 2, *case).is_none());
    ask(&mut world, other.expect("two are taken"), partner);
    let saved = world.stations[2].records.clone();
    let is_about = |name: &str| {
        let kinds = ["partner/", "proposal/", "case/"];
        kinds.iter().any(|kind| name.starts_with(kind))
    };
    let about: Vec<&String> = saved.keys().filter(|name| is_about(name)).collect();
    assert!(about.len() >= 4, "{about:?}");
    for name in about {
        let value = &saved[name];
        let changed_to = |value: Vec<u8>| {
            let mut changed = saved.clone();
            changed.insert(name.clone(), Zeroizing::new(value));
            Desk::restore(records(&changed))
        };
        for cut in [1, value.len() / 2, value.len() - 1] {
            assert!(changed_to(value[..cut].to_vec()).is_err(), "{name} {cut}");
        }
        assert!(changed_to([value.as_slice(), &[0]].concat()).is_err());
        for place in (value.len().saturating_sub(200)..value.len()).step_by(5) {
            let mut bytes = value.to_vec();
            bytes[place] ^= 0xff;
            // Whatever it says, it does not panic.
            drop(changed_to(bytes));
        }
    }
}
