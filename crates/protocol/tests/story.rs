//! A conversation from the first message to a closed case, and what interrupts it.

mod ground;

use ground::{Contact, Ground, Guide, TinyRelay, message, text, told};
use protocol::{Language, Outcome, ReplyPart, Request, ShiftSecretKey, Visit};
use wire::{Day, SlotContent, TurnKind};

fn stage() -> (Ground, TinyRelay, Guide) {
    let ground = Ground::new(1);
    let relay = TinyRelay::new(ground.line);
    let guide = Guide::new(&ground);
    (ground, relay, guide)
}

fn card() -> ReplyPart {
    ReplyPart::Card {
        card: "who-answers".into(),
        language: Language::Korean,
        reviewed: Day(20_500),
        text: text("People who left."),
    }
}

#[test]
fn a_whole_conversation() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, shown) = Contact::open(5, &ground, &mut relay);
    assert_eq!(told(&shown), ["empty"]);
    let shown = contact.write("is this real?", &ground, &mut relay);
    assert_eq!(told(&shown), ["sent"]);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["no answer, taken false"]);
    let shown = contact.write("and my mother?", &ground, &mut relay);
    assert_eq!(
        told(&shown),
        ["sent"],
        "a second first post, before any reply"
    );

    guide.look(&relay);
    assert_eq!(guide.messages, ["is this real?", "and my mother?"]);
    guide.answer(ReplyPart::Taken, &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["taken", "erased"]);

    guide.say("It is.", &mut relay);
    guide.answer(card(), &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(
        told(&shown),
        [
            "words: It is.",
            "card who-answers: People who left.",
            "erased"
        ]
    );
    guide.look(&relay);
    assert_eq!(
        guide.case.as_ref().unwrap().collected_below,
        3,
        "the receipt says so"
    );
    assert_eq!(guide.messages.len(), 2, "a receipt is no message");

    contact.write("thank you", &ground, &mut relay);
    guide.look(&relay);
    assert_eq!(guide.messages.last().unwrap(), "thank you");
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["no answer, taken true"]);

    let first_case = guide.case.as_ref().unwrap().id;
    guide.answer(ReplyPart::Closed, &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["closed", "erased"]);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["empty"]);
    contact.write("one more thing", &ground, &mut relay);
    guide.look(&relay);
    assert!(
        guide.case.as_ref().unwrap().id != first_case,
        "a new case begins"
    );
    assert_eq!(guide.messages.last().unwrap(), "one more thing");
    assert_eq!(guide.doubled, 0);
    assert_eq!(
        relay.slots.len(),
        1,
        "of all that was read only the state is left"
    );
}

#[test]
fn five_answers_at_once_are_shown_in_order_and_erased() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.write("hello", &ground, &mut relay);
    guide.look(&relay);
    for number in 0..5 {
        guide.say(&format!("{number}"), &mut relay);
    }
    let shown = contact.come_back(&ground, &mut relay);
    let expected = [
        "words: 0", "words: 1", "words: 2", "words: 3", "words: 4", "erased",
    ];
    assert_eq!(told(&shown), expected);
    assert_eq!(relay.slots.len(), 1);
}

#[test]
fn wrong_words_and_words_never_used_look_alike() {
    let (ground, mut relay, _) = stage();
    let (mut owner, _) = Contact::open(5, &ground, &mut relay);
    owner.write("hello", &ground, &mut relay);
    let (wrong, shown_wrong) = Contact::open(6, &ground, &mut relay);
    let empty_relay = &mut TinyRelay::new(ground.line);
    let (unused, shown_unused) = Contact::open(6, &ground, empty_relay);
    assert_eq!(told(&shown_wrong), ["empty"]);
    assert_eq!(told(&shown_unused), ["empty"]);
    assert_eq!(wrong.shapes, unused.shapes);
    let (right, _) = Contact::open(5, &ground, &mut relay);
    assert_eq!(
        right.shapes, wrong.shapes,
        "waiting for an answer looks the same too"
    );
    assert_eq!(wrong.shapes, [(TurnKind::ReadSlots, 64); 2]);
}

#[test]
fn two_windows_conflict_and_nothing_is_overwritten() {
    let (ground, mut relay, mut guide) = stage();
    let (mut one, _) = Contact::open(5, &ground, &mut relay);
    let (mut two, _) = Contact::open(5, &ground, &mut relay);
    assert_eq!(told(&one.write("from one", &ground, &mut relay)), ["sent"]);
    let shown = two.write("from two", &ground, &mut relay);
    assert_eq!(told(&shown), ["read again", "no answer, taken false"]);
    guide.look(&relay);
    assert_eq!(
        guide.messages,
        ["from one"],
        "the second window has not sent anything"
    );
    assert_eq!(told(&two.write("from two", &ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["from one", "from two"]);
    guide.say("To both.", &mut relay);
    let shown = one.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["words: To both.", "erased"]);
    let shown = two.write("again from two", &ground, &mut relay);
    assert_eq!(told(&shown), ["read again", "no answer, taken true"]);
    two.write("again from two", &ground, &mut relay);
    guide.look(&relay);
    assert_eq!(guide.messages.last().unwrap(), "again from two");
    assert_eq!((guide.messages.len(), guide.doubled), (3, 0));
}

#[test]
fn a_slot_that_holds_garbage_is_replaced() {
    let (ground, mut relay, mut guide) = stage();
    let noise = relay.noise();
    relay.slots.insert(ground.root(5).state_slot().0, noise);
    let (mut contact, shown) = Contact::open(5, &ground, &mut relay);
    assert_eq!(told(&shown), ["empty"]);
    let shown = contact.write("hello", &ground, &mut relay);
    assert_eq!(told(&shown), ["read again", "empty"]);
    assert_eq!(told(&contact.write("hello", &ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["hello"]);
}

#[test]
fn a_state_slot_that_vanished_during_a_visit_is_written_anew() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.write("hello", &ground, &mut relay);
    relay.slots.clear();
    let shown = contact.write("still there?", &ground, &mut relay);
    assert_eq!(told(&shown), ["read again", "empty"]);
    assert_eq!(
        told(&contact.write("still there?", &ground, &mut relay)),
        ["sent"]
    );
    guide.look(&relay);
    assert_eq!(guide.messages, ["hello", "still there?"]);
}

#[test]
fn an_abandoned_message_never_swallows_the_next_one() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    // Two requests read the line; of the third, which saves and posts, the answer is lost.
    contact.fates.insert(2, ground::Fate::LostAnswer);
    assert_eq!(
        told(&contact.write("one", &ground, &mut relay)),
        ["not known"]
    );
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(
        told(&shown),
        ["not known whether: one", "no answer, taken false"]
    );
    assert_eq!(told(&contact.write("two", &ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["one", "two"]);
    assert_eq!(guide.doubled, 0);
}

#[test]
fn the_same_message_written_again_is_not_doubled() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.fates.insert(2, ground::Fate::LostAnswer);
    contact.write("one", &ground, &mut relay);
    assert_eq!(told(&contact.write("one", &ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!((guide.messages.len(), guide.doubled), (1, 1));
}

#[test]
fn a_reply_that_proves_arrival_settles_the_pending_message() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.fates.insert(2, ground::Fate::LostAnswer);
    contact.write("one", &ground, &mut relay);
    guide.look(&relay);
    guide.say("I read it.", &mut relay);
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["words: I read it.", "erased"]);
}

#[test]
fn a_pending_message_outlives_the_closing_of_its_case() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    contact.write("one", &ground, &mut relay);
    guide.look(&relay);
    guide.answer(ReplyPart::Closed, &mut relay);
    // Written in another visit whose reading of the replies found nothing yet.
    let closed = std::mem::take(&mut relay.slots);
    let state = ground.root(5).state_slot().0;
    relay.slots.extend(
        closed
            .iter()
            .filter(|(name, _)| **name == state)
            .map(|(n, c)| (*n, c.clone())),
    );
    contact.come_back(&ground, &mut relay);
    let next = contact.shapes.len();
    contact.fates.insert(next, ground::Fate::HalfDone);
    assert_eq!(
        told(&contact.write("two", &ground, &mut relay)),
        ["not known"]
    );
    relay
        .slots
        .extend(closed.into_iter().filter(|(name, _)| *name != state));
    let shown = contact.come_back(&ground, &mut relay);
    assert_eq!(told(&shown), ["closed", "not known whether: two", "erased"]);
    assert_eq!(told(&contact.retry(&ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["one", "two"]);
}

#[test]
fn when_nobody_is_on_duty_the_message_is_kept() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    let mut step = contact
        .visit
        .write(message("hello"), None, &mut contact.rng);
    let mut shown = Vec::new();
    while let Some(request) = step.request.take() {
        let outcome = relay.carry_out(&request);
        step = contact.visit.step(outcome, None, &mut contact.rng);
        shown.append(&mut step.shown);
    }
    assert_eq!(told(&shown), ["nobody"]);
    assert!(contact.visit.is_ready());
    assert_eq!(told(&contact.retry(&ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["hello"]);
}

#[test]
fn a_refused_post_is_sealed_anew_to_the_shift_on_duty() {
    let (ground, mut relay, mut guide) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    let over = ground.other_shift(6, &ShiftSecretKey::from_seed(&[66; 32]));
    let step = contact
        .visit
        .write(message("hello"), Some(over.recipient()), &mut contact.rng);
    let Some(Request::SaveAndPost(write, post)) = step.request else {
        panic!("saved and posted in one turn");
    };
    assert_eq!(post.header().epoch, 6);
    // The relay had saved the state before it refused the post.
    assert!(matches!(relay.write(&write), Outcome::Done));
    let step = contact
        .visit
        .step(Outcome::Refused, Some(over.recipient()), &mut contact.rng);
    assert_eq!(told(&step.shown), ["refused"]);
    assert_eq!(told(&contact.retry(&ground, &mut relay)), ["sent"]);
    guide.look(&relay);
    assert_eq!(guide.messages, ["hello"]);
}

#[test]
fn with_new_words_the_first_request_is_the_message() {
    let (ground, mut relay, mut guide) = stage();
    let (mut visit, step) = Visit::begin(ground.root(5), &mut ground::rng(1));
    assert_eq!(told(&step.shown), ["empty"]);
    assert!(step.request.is_none() && visit.is_ready());
    let step = visit.write(
        message("hello"),
        Some(ground.shift.recipient()),
        &mut ground::rng(2),
    );
    let request = step.request.unwrap();
    assert!(matches!(request, Request::SaveAndPost(..)));
    // The answer is lost; the same bytes go once more.
    relay.carry_out(&request);
    let step = visit.step(
        Outcome::NotKnown,
        Some(ground.shift.recipient()),
        &mut ground::rng(3),
    );
    assert_eq!(told(&step.shown), ["not known"]);
    let step = visit.retry(Some(ground.shift.recipient()), &mut ground::rng(4));
    let outcome = relay.carry_out(&step.request.unwrap());
    let step = visit.step(outcome, Some(ground.shift.recipient()), &mut ground::rng(5));
    assert_eq!(told(&step.shown), ["sent"]);
    guide.look(&relay);
    assert_eq!(
        (guide.messages, guide.doubled),
        (vec!["hello".to_owned()], 0)
    );
}

#[test]
fn new_words_that_are_not_new_lose_nothing() {
    let (ground, mut relay, mut guide) = stage();
    let (mut first, _) = Contact::open(5, &ground, &mut relay);
    first.write("the first", &ground, &mut relay);
    let (mut second, _) = Contact::open(5, &ground, &mut relay);
    (second.visit, _) = Visit::begin(ground.root(5), &mut ground::rng(1));
    let shown = second.write("the second", &ground, &mut relay);
    assert_eq!(told(&shown), ["read again", "no answer, taken false"]);
    assert_eq!(
        told(&second.write("the second", &ground, &mut relay)),
        ["sent"]
    );
    guide.look(&relay);
    assert_eq!(guide.messages, ["the first", "the second"]);
}

#[test]
fn what_the_relay_could_not_save_it_does_not_post() {
    let (ground, mut relay, _) = stage();
    let (mut contact, _) = Contact::open(5, &ground, &mut relay);
    let mut step = contact.visit.write(
        message("hello"),
        Some(ground.shift.recipient()),
        &mut contact.rng,
    );
    let request = step.request.take().unwrap();
    let Request::SaveAndPost(write, _) = &request else {
        panic!("saved and posted in one turn");
    };
    let noise: SlotContent = relay.noise();
    relay.slots.insert(write.name.0, noise);
    assert!(matches!(relay.carry_out(&request), Outcome::Conflict));
    assert!(relay.tray.is_empty());
}

#[test]
fn an_acknowledgement_is_not_taken_for_what_was_to_be_read() {
    let ground = Ground::new(1);
    let (mut visit, _) = Visit::open(ground.root(5), &mut ground::rng(1));
    let step = visit.step(
        Outcome::Done,
        Some(ground.shift.recipient()),
        &mut ground::rng(2),
    );
    assert_eq!(told(&step.shown), ["not known"]);
    assert!(!visit.is_ready(), "an unread line is not an empty one");
    let step = visit.write(
        message("too early"),
        Some(ground.shift.recipient()),
        &mut ground::rng(3),
    );
    assert_eq!(told(&step.shown), ["read again"]);
    assert!(matches!(step.request, Some(Request::ReadSlots(_))));
}

#[test]
fn what_is_not_a_visit_is_not_imported() {
    let ground = Ground::new(1);
    let (visit, _) = Visit::open(ground.root(5), &mut ground::rng(1));
    let bytes = visit.export();
    for end in 0..bytes.len() {
        assert!(Visit::import(&bytes[..end]).is_err(), "{end} bytes");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Visit::import(&longer).is_err());
    let (by_hand, stage) = (64, 65);
    for (at, wrong) in [(by_hand, 2), (stage, 0), (stage, 10), (stage, 255)] {
        let mut changed = bytes.to_vec();
        changed[at] = wrong;
        assert!(Visit::import(&changed).is_err(), "{wrong} at {at}");
    }
}
