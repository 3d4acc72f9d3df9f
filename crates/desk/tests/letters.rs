//! Letters: sealed without a network, carried by somebody, opened by coordinators, answered, and the answer carried back.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use desk::{Command, RelayTask};
use letters::{Answer, Carried, Letter, from_text, to_parts};
use protocol::{
    Choices, Language, Pending, PhraseRoot, ReplyPart, Request, Shown, Step, Urgency, Visit,
};
use statements::{LetterKey, Stage};
use wire::{SlotNames, TurnKind};
use world::{World, text};

/// Coordinators 0 and 1, guide 2; a shift for all.
fn line(seed: u64) -> World {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.plan(12, &[0, 1, 2]);
    world.pass(1);
    world
}

fn letter_key(world: &World) -> LetterKey {
    let line = world.relay.line(None);
    line.letter_key().expect("it is announced").clone()
}

/// The words' root; deriving it takes a second, and nothing here depends on it.
fn words(world: &World) -> PhraseRoot {
    PhraseRoot::from_bytes(&[9; 32], &world.id)
}

/// Seals a message on a page without a network, as its letter's text.
fn seal(world: &mut World, visit: &mut Visit, key: &LetterKey, words: &str) -> String {
    let message = Pending {
        language: Language::English,
        urgency: Urgency::Days,
        choices: Choices::default(),
        text: text(words),
    };
    let step = visit.write(message, Some(key.recipient()), &mut world.rng);
    let Some(Request::SaveAndPost(state, post)) = step.request else {
        panic!("a letter saves and posts");
    };
    let letter = Letter {
        line: world.id,
        until: key.until(),
        state,
        post,
        replies: visit.return_slots(),
    };
    to_parts(&Carried::Letter(Box::new(letter)).to_bytes()).join("\n")
}

fn carried(text: &str) -> Carried {
    let bytes = from_text(text).expect("nothing is missing");
    Carried::parse(&bytes).expect("nothing was changed")
}

fn letter(text: &str) -> Letter {
    match carried(text) {
        Carried::Letter(letter) => *letter,
        Carried::Answer(_) => panic!("a letter was written"),
    }
}

/// Somebody with a network hands a letter in, as a turn does.
fn hand_in(world: &mut World, text: &str) {
    let letter = letter(text);
    assert_eq!(letter.line, world.id);
    assert_eq!(letter.hand_in().0, TurnKind::SaveAndPost);
    world.relay.carry_out(RelayTask::WriteSlot(letter.state));
    world.relay.post(letter.post);
    world.settle();
}

/// The same person looks for an answer and carries back what lies there.
fn look(world: &World, text: &str) -> String {
    let letter = letter(text);
    let look = letter.look();
    let found = look.map(|SlotNames(names)| names.map(|name| world.relay.read(&name)));
    to_parts(&Carried::Answer(letter.answer(found)).to_bytes()).join(" ")
}

/// Reads an answer on a page without a network.
fn read(world: &mut World, text: &str) -> (Visit, Vec<String>) {
    let Carried::Answer(Answer { slots, .. }) = carried(text) else {
        panic!("an answer was brought");
    };
    let (visit, Step { shown, request }) =
        Visit::open_by_hand(words(world), &slots, &mut world.rng);
    assert!(request.is_none(), "there is nobody to ask");
    let shown = shown.into_iter().map(|shown| match shown {
        Shown::Reply(ReplyPart::Taken) => "taken".into(),
        Shown::Reply(ReplyPart::Transferred) => "transferred".into(),
        Shown::Reply(ReplyPart::Words(text)) => text.as_str().into(),
        Shown::NotKnownWhether(text) => format!("not known whether: {}", text.as_str()),
        Shown::NoAnswerYet { .. } => "no answer yet".into(),
        Shown::EmptyLine => "empty".into(),
        _ => "something else".into(),
    });
    (visit, shown.collect())
}

#[test]
fn a_letter_is_opened_by_coordinators_handed_on_answered_and_its_answer_read_without_a_network() {
    let mut world = line(1);
    let key = letter_key(&world);
    let (mut visit, _) = Visit::begin_by_hand(words(&world), &mut world.rng);
    let first = seal(&mut world, &mut visit, &key, "is this real?");
    // It travels for six weeks; shifts come and go, and the line has a newer key by then.
    for _ in 0..6 {
        world.pass(7 * 1440);
        world.plan(12, &[0, 1, 2]);
        world.pass(1);
    }
    assert!(letter_key(&world).number() > key.number(), "a newer key");
    let nothing = look(&world, &first);
    assert_eq!(read(&mut world, &nothing).1, ["empty"]);
    hand_in(&mut world, &first);
    assert_eq!(world.waiting(2), [], "a guide can't open it");
    let waiting = world.waiting(1);
    assert_eq!(waiting.len(), 1);
    let nothing = look(&world, &first);
    let shown = ["not known whether: is this real?", "no answer yet"];
    assert_eq!(read(&mut world, &nothing).1, shown);

    world.command(1, Command::Take(waiting[0]));
    world.settle();
    let case = world.cases(1)[0];
    assert_eq!(world.received(1, case), ["is this real?"]);
    let to = world.device(2);
    let note = text("came by letter");
    world.command(1, Command::Transfer { case, to, note });
    world.settle();
    let case = world.cases(2)[0];
    world.answer(2, case, "It is. Who carries this can't read it.");
    world.settle();

    let back = look(&world, &first);
    let (mut visit, shown) = read(&mut world, &back);
    let answer = "It is. Who carries this can't read it.";
    assert_eq!(shown, ["taken", "transferred", answer]);
    let (_, again) = read(&mut world, &back);
    assert_eq!(
        again.len(),
        3,
        "nothing was confirmed: it can be read again"
    );
    assert!(visit.is_ready());
    let key = letter_key(&world);
    let second = seal(&mut world, &mut visit, &key, "thank you");
    hand_in(&mut world, &second);
    assert_eq!(world.received(2, case), ["is this real?", "thank you"]);
    world.answer(2, case, "Take care.");
    world.settle();
    let back = look(&world, &second);
    let (_, shown) = read(&mut world, &back);
    assert_eq!(shown, ["Take care."], "and not a second time what was read");
}

#[test]
fn a_letter_that_was_on_its_way_while_the_case_went_to_a_colleague_arrives() {
    let mut world = line(4);
    let key = letter_key(&world);
    let (mut visit, _) = Visit::begin_by_hand(words(&world), &mut world.rng);
    let first = seal(&mut world, &mut visit, &key, "is this real?");
    hand_in(&mut world, &first);
    let waiting = world.waiting(1);
    world.command(1, Command::Take(waiting[0]));
    world.settle();
    let case = world.cases(1)[0];
    world.answer(1, case, "It is.");
    world.settle();
    let back = look(&world, &first);
    let (mut visit, _) = read(&mut world, &back);
    let second = seal(&mut world, &mut visit, &key, "thank you");
    let to = world.device(2);
    let note = text("came by letter");
    world.command(1, Command::Transfer { case, to, note });
    world.settle();
    // Its mark is also that of a message to whoever has the case now.
    hand_in(&mut world, &second);
    let case = world.cases(2)[0];
    assert_eq!(world.received(2, case), ["is this real?", "thank you"]);
}

#[test]
fn a_second_letter_that_was_written_before_any_answer_reaches_whoever_has_the_case() {
    let mut world = line(5);
    let key = letter_key(&world);
    let (mut visit, _) = Visit::begin_by_hand(words(&world), &mut world.rng);
    let first = seal(&mut world, &mut visit, &key, "is this real?");
    hand_in(&mut world, &first);
    // Whoever carries it brings back that it arrived, and nothing else yet.
    let back = look(&world, &first);
    let (mut visit, _) = read(&mut world, &back);
    let second = seal(&mut world, &mut visit, &key, "who are you?");
    let waiting = world.waiting(1);
    world.command(1, Command::Take(waiting[0]));
    world.settle();
    let case = world.cases(1)[0];
    let to = world.device(2);
    let note = text("came by letter");
    world.command(1, Command::Transfer { case, to, note });
    world.settle();
    hand_in(&mut world, &second);
    let case = world.cases(2)[0];
    let all = ["is this real?", "who are you?"];
    assert_eq!(world.received(2, case), all);
}

#[test]
fn a_letter_that_is_handed_in_twice_is_one() {
    let mut world = line(2);
    let key = letter_key(&world);
    let (mut visit, _) = Visit::begin_by_hand(words(&world), &mut world.rng);
    let text = seal(&mut world, &mut visit, &key, "hello");
    hand_in(&mut world, &text);
    hand_in(&mut world, &text);
    let waiting = world.waiting(0);
    assert_eq!(waiting.len(), 1);
    world.command(0, Command::Take(waiting[0]));
    world.settle();
    hand_in(&mut world, &text);
    assert_eq!(world.waiting(0), []);
    assert_eq!(world.received(0, world.cases(0)[0]), ["hello"]);
}

#[test]
fn the_letter_key_is_the_coordinators_is_renewed_each_month_and_when_one_is_removed() {
    let mut world = line(3);
    let first = letter_key(&world);
    assert_eq!(first.number(), LetterKey::FIRST);
    world.plan(12, &[0, 1, 2]);
    assert_eq!(letter_key(&world), first, "shifts come and go");
    let shift = world.shift().number();
    assert!(shift < LetterKey::FIRST);
    world.pass(30 * 1440);
    let second = letter_key(&world);
    assert_eq!(second.number(), LetterKey::FIRST + 1);
    let magpie = world.device(1);
    let reason = statements::RemovalReason::Lost;
    world.command(
        0,
        Command::Revoke {
            device: magpie,
            reason,
        },
    );
    world.settle();
    world.pass(1);
    let third = letter_key(&world);
    assert!(
        third.number() > second.number(),
        "whoever was removed has it not"
    );
    // A letter that was sealed to the first is still opened by whoever is left.
    let (mut visit, _) = Visit::begin_by_hand(words(&world), &mut world.rng);
    let text = seal(&mut world, &mut visit, &first, "late");
    hand_in(&mut world, &text);
    assert_eq!(world.waiting(0).len(), 1);
}
