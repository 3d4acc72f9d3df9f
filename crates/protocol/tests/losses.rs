//! Every request of a conversation lost, before it took effect or after, once and at random: nothing is lost, nothing doubled.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::panic, clippy::unwrap_used)]

mod ground;

use std::collections::BTreeMap;

use ground::{Contact, Fate, Ground, Guide, TinyRelay, told};
use proptest::prelude::*;
use protocol::{ReplyPart, Shown};

/// What a person does when the page says that something did not go through.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Presses the button again.
    TryAgain,
    /// Leaves, and comes back with the words.
    ComeBack,
}

/// A person who wants one text to arrive, and believes what the page says.
struct Person<'a> {
    contact: &'a mut Contact,
    ground: &'a Ground,
    relay: &'a mut TinyRelay,
    habit: Habit,
    heard: &'a mut Vec<String>,
}

const ENOUGH: usize = 200;

impl Person<'_> {
    fn hear(&mut self, shown: &[Shown]) -> Vec<String> {
        let told = told(shown);
        let answers = told.iter().filter(|line| {
            line.starts_with("words: ")
                || ["transferred", "closed", "erased"].contains(&line.as_str())
        });
        self.heard.extend(answers.cloned());
        told
    }

    /// Goes on until it is the person's turn and nothing is left to be tried again.
    fn settle(&mut self, mut told: Vec<String>) -> Vec<String> {
        for _ in 0..ENOUGH {
            if self.contact.visit.is_ready() {
                return told;
            }
            let shown = match self.habit {
                Habit::TryAgain => self.contact.retry(self.ground, self.relay),
                Habit::ComeBack => self.contact.come_back(self.ground, self.relay),
            };
            told.extend(self.hear(&shown));
        }
        panic!("never came to rest: {told:?}");
    }

    fn read(&mut self) -> Vec<String> {
        let shown = self.contact.come_back(self.ground, self.relay);
        let told = self.hear(&shown);
        self.settle(told)
    }

    /// Writes, and does what the page says until the text is known to have arrived.
    fn send(&mut self, text: &str) {
        let shown = self.contact.write(text, self.ground, self.relay);
        let told = self.hear(&shown);
        let mut told = self.settle(told);
        for _ in 0..ENOUGH {
            if told.iter().any(|line| line == "sent") {
                return;
            }
            let waits = told
                .iter()
                .any(|line| *line == format!("not known whether: {text}"));
            let shown = match waits {
                true => self.contact.retry(self.ground, self.relay),
                false => self.contact.write(text, self.ground, self.relay),
            };
            let next = self.hear(&shown);
            told = self.settle(next);
        }
        panic!("never sent: {told:?}");
    }
}

/// Plays a conversation of three messages and two answers, with a transfer between them. Returns how many requests it took.
fn play(fates: BTreeMap<usize, Fate>, habit: Habit) -> usize {
    let ground = Ground::new(1);
    let mut relay = TinyRelay::new(ground.line);
    let mut guide = Guide::new(&ground);
    let mut contact = Contact::idle(5, &ground);
    contact.fates = fates;
    let mut heard = Vec::new();
    let mut person = Person {
        contact: &mut contact,
        ground: &ground,
        relay: &mut relay,
        habit,
        heard: &mut heard,
    };
    person.read();
    person.send("one");
    guide.look(person.relay);
    assert_eq!(guide.messages, ["one"], "what was said to be sent is there");
    guide.answer(ReplyPart::Taken, person.relay);
    guide.say("a", person.relay);
    person.read();
    person.send("two");
    guide.look(person.relay);
    assert_eq!(guide.messages, ["one", "two"]);
    let mut guide = guide.colleague();
    guide.answer(ReplyPart::Transferred, person.relay);
    guide.say("b", person.relay);
    person.read();
    guide.look(person.relay);
    assert_eq!(guide.messages.len(), 2);
    let before = guide.case.as_ref().unwrap().collected_below;
    assert!(
        before == 4 || contact_lost_receipt(person.contact),
        "collected up to {before}"
    );
    guide.answer(ReplyPart::Closed, person.relay);
    person.read();
    person.send("three");
    guide.look(person.relay);
    assert_eq!(guide.messages, ["one", "two", "three"]);
    let all = ["words: a", "transferred", "words: b", "closed"];
    hold_to_order(&heard, &all);
    contact.shapes.len()
}

/// Shown at least once and in order; again only what the page could not note that it was shown, and never once it was erased.
fn hold_to_order(heard: &[String], all: &[&str]) {
    let (mut next, mut erased) = (0, 0);
    for line in heard {
        if line == "erased" {
            erased = next;
            continue;
        }
        let place = all.iter().position(|one| one == line).unwrap();
        assert!((erased..=next).contains(&place), "{line} in {heard:?}");
        next = place + 1;
    }
    assert_eq!(next, all.len(), "{heard:?}");
}

/// Whether any request was lost: then the receipt may have been abandoned with the visit.
fn contact_lost_receipt(contact: &Contact) -> bool {
    !contact.fates.is_empty()
}

const FATES: [Fate; 4] = [
    Fate::NotSent,
    Fate::LostRequest,
    Fate::LostAnswer,
    Fate::HalfDone,
];

#[test]
fn any_one_request_may_be_lost() {
    let requests = play(BTreeMap::new(), Habit::TryAgain);
    assert!(requests > 20, "a conversation has {requests} requests");
    for lost in 0..requests {
        for fate in FATES {
            play(BTreeMap::from([(lost, fate)]), Habit::TryAgain);
            play(BTreeMap::from([(lost, fate)]), Habit::ComeBack);
        }
    }
}

#[test]
fn any_two_requests_in_a_row_may_be_lost() {
    let requests = play(BTreeMap::new(), Habit::ComeBack);
    for lost in 0..requests {
        for (one, two) in [(0, 2), (2, 0), (2, 2), (1, 1), (3, 2), (2, 3)] {
            let fates = BTreeMap::from([(lost, FATES[one]), (lost + 1, FATES[two])]);
            play(fates.clone(), Habit::TryAgain);
            play(fates, Habit::ComeBack);
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Arrives),
        1 => Just(Fate::NotSent),
        1 => Just(Fate::LostRequest),
        2 => Just(Fate::LostAnswer),
        1 => Just(Fate::HalfDone),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_schedule_of_losses_loses_and_doubles_nothing(
        schedule in prop::collection::vec(fate(), 0..80),
        comes_back in any::<bool>(),
    ) {
        let fates = schedule.into_iter().enumerate().collect();
        play(fates, if comes_back { Habit::ComeBack } else { Habit::TryAgain });
    }
}
