//! Whatever happens in whatever order, every message is with exactly one desk, once, and every answer is read once.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where its own ground gives way"
)]

mod world;

use std::collections::BTreeMap;

use desk::{CaseLabel, Command, Input, MessageKind};
use proptest::prelude::*;
use statements::Stage;
use world::{Contact, World};

const CONTACTS: usize = 2;

/// What may happen next; the numbers choose among what is there.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Writes(usize),
    Collects(usize),
    Syncs(usize),
    ReadsOne(usize),
    Takes(usize, usize),
    Answers(usize, usize),
    Destroys(usize, usize),
    Dies(usize),
    DiesSoon(usize, usize),
    RelayRepeats(usize),
    TimePasses,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let desk = 0..3_usize;
    prop_oneof![
        5 => (0..CONTACTS).prop_map(Writes),
        4 => (0..CONTACTS).prop_map(Collects),
        8 => desk.clone().prop_map(Syncs),
        4 => desk.clone().prop_map(ReadsOne),
        5 => (desk.clone(), 0..4_usize).prop_map(|(d, n)| Takes(d, n)),
        4 => (desk.clone(), 0..4_usize).prop_map(|(d, n)| Answers(d, n)),
        1 => (desk.clone(), 0..4_usize).prop_map(|(d, n)| Destroys(d, n)),
        2 => desk.clone().prop_map(Dies),
        2 => (desk, 0..12_usize).prop_map(|(d, n)| DiesSoon(d, n)),
        3 => any::<usize>().prop_map(RelayRepeats),
        1 => Just(TimePasses),
    ]
}

/// The line, and what ought to be true of it.
struct Play {
    world: World,
    contacts: Vec<Contact>,
    /// What each contact has written, and whether it may be gone with a destroyed case.
    written: Vec<BTreeMap<String, bool>>,
    /// Whether a case of the contact was destroyed and it has not read so.
    closed: Vec<bool>,
    /// What each contact has read.
    read: Vec<Vec<String>>,
    count: usize,
}

impl Play {
    fn begin() -> Play {
        let mut world = World::found(80);
        world.admit("Magpie", Stage::Guide);
        world.admit("Wren", Stage::Guide);
        world.plan(100, &[1, 2]);
        let contacts = (0..CONTACTS).map(|_| Contact::new(&mut world)).collect();
        Play {
            world,
            contacts,
            written: vec![BTreeMap::new(); CONTACTS],
            closed: vec![false; CONTACTS],
            read: vec![Vec::new(); CONTACTS],
            count: 0,
        }
    }

    fn word(&mut self, of: &str) -> String {
        self.count += 1;
        format!("{of} {}", self.count)
    }

    fn collect(&mut self, contact: usize) {
        let read = self.contacts[contact].collect(&mut self.world);
        if read.last().is_some_and(|part| part == "closed") {
            self.closed[contact] = false;
            self.contacts[contact].state.begin_anew(&mut self.world.rng);
        }
        self.read[contact].extend(read);
    }

    fn chosen(labels: &[CaseLabel], number: usize) -> Option<CaseLabel> {
        labels.get(number % labels.len().max(1)).copied()
    }

    fn open_cases(&self, desk: usize) -> Vec<CaseLabel> {
        let labels = self.world.cases(desk).into_iter();
        labels
            .filter(|label| self.world.stations[desk].desk.case(*label).is_some())
            .collect()
    }

    fn happens(&mut self, happening: Happening) {
        let world = &mut self.world;
        match happening {
            Happening::Writes(contact) => {
                let words = self.word("message");
                self.contacts[contact].write(&mut self.world, &words);
                self.written[contact].insert(words, self.closed[contact]);
            }
            Happening::Collects(contact) => self.collect(contact),
            Happening::Syncs(desk) => drop(world.sync(desk)),
            Happening::ReadsOne(desk) => {
                let after = world.stations[desk].desk.cursors().log_after;
                let next = world.relay.log.iter().find(|e| e.sequence > after);
                if let Some(entry) = next.cloned() {
                    world.give(desk, Input::LogEntry(entry));
                }
            }
            Happening::Takes(desk, number) => {
                if let Some(label) = Self::chosen(&world.waiting(desk), number) {
                    world.command(desk, Command::Take(label));
                }
            }
            Happening::Answers(desk, number) => {
                if let Some(label) = Self::chosen(&self.open_cases(desk), number) {
                    let words = self.word("answer");
                    self.world.answer(desk, label, &words);
                }
            }
            Happening::Destroys(desk, number) => {
                if let Some(label) = Self::chosen(&self.open_cases(desk), number) {
                    // What its contact sends until it reads that the case is closed may go with it.
                    let first = self.world.received(desk, label).swap_remove(0);
                    let whose = self.written.iter().position(|all| all.contains_key(&first));
                    let whose = whose.expect("somebody wrote it");
                    self.closed[whose] = true;
                    self.written[whose]
                        .values_mut()
                        .for_each(|gone| *gone = true);
                    self.world.command(desk, Command::Destroy(label));
                }
            }
            Happening::Dies(desk) => {
                let effects = world.restart(desk);
                world.carry_out(desk, effects);
            }
            Happening::DiesSoon(desk, effects) => world.stations[desk].fuse = Some(effects),
            Happening::RelayRepeats(number) => {
                let log = &world.relay.log;
                let entry = log[number % log.len()].envelope.clone();
                world.relay.append_again(entry);
                if !world.relay.tray.is_empty() {
                    let tray = &world.relay.tray;
                    let post = tray[number % tray.len()].envelope.clone();
                    world.relay.post_again(post);
                }
            }
            Happening::TimePasses => world.pass(15),
        }
    }

    fn times_shown(&self, words: &str) -> usize {
        let desks = 0..self.world.stations.len();
        let shown = desks.flat_map(|desk| {
            let cases = self.open_cases(desk).into_iter();
            cases.flat_map(move |label| self.world.received(desk, label))
        });
        shown.filter(|shown| shown == words).count()
    }

    /// Everybody catches up, everybody who waits is taken, everything is collected.
    fn end(&mut self) {
        for station in &mut self.world.stations {
            station.fuse = None;
        }
        self.world.settle();
        // A command that a dying desk did not take in is given again.
        for _ in 0..10 {
            // Whoever is answered and holds makes room for the next.
            for label in self.open_cases(1) {
                self.world.answer(1, label, "good night");
                self.world.command(1, Command::Hold(label));
            }
            self.world.command(1, Command::TakeNext);
            self.world.settle();
        }
        for contact in 0..CONTACTS {
            self.collect(contact);
        }
        self.world.settle();
    }

    fn check(&self) {
        for desk in 0..3 {
            assert_eq!(self.world.waiting(desk), [], "nobody waits in vain");
            assert_eq!(
                self.world.stations[desk].desk.view(self.world.now).outbox,
                0
            );
        }
        for (words, destroyed) in self.written.iter().flatten() {
            let shown = self.times_shown(words);
            assert!(shown <= 1, "{words} is shown {shown} times");
            assert!(shown == 1 || *destroyed, "{words} is lost");
        }
        for read in &self.read {
            let mut answers: Vec<&String> =
                read.iter().filter(|r| r.starts_with("answer")).collect();
            let all = answers.len();
            answers.sort();
            answers.dedup();
            assert_eq!(answers.len(), all, "an answer is read once");
        }
        // Two guides can come to answer one contact, if the second never saw the first post. Of one guide every answer arrives, unless
        // it answers what was on its way while a case was destroyed: the contact has begun anew, as section 8 of the document says.
        for (written, read) in self.written.iter().zip(&self.read) {
            let takes = read.iter().filter(|part| *part == "taken").count();
            let sent = self.sent_to(written);
            assert!(takes > 1 || sent.iter().all(|words| read.contains(words)));
        }
    }

    /// What the open cases of a contact have sent in words.
    fn sent_to(&self, written: &BTreeMap<String, bool>) -> Vec<String> {
        let desks = 0..self.world.stations.len();
        let open = desks.flat_map(|desk| {
            let labels = self.open_cases(desk).into_iter();
            labels.filter_map(move |label| self.world.stations[desk].desk.case(label))
        });
        open.filter(|case| written.get(&*case.messages[0].text) == Some(&false))
            .flat_map(|case| case.messages)
            .filter(|message| !message.from_contact && message.kind == MessageKind::Words)
            .map(|message| message.text.to_string())
            // Said at the end to make room, also to a contact who has begun anew meanwhile.
            .filter(|words| words != "good night")
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_is_doubled(happenings in prop::collection::vec(happening(), 1..80)) {
        let mut play = Play::begin();
        for happening in happenings {
            play.happens(happening);
        }
        play.end();
        play.check();
    }
}

/// What happens between colleagues, and between them and a contact.
#[derive(Clone, Debug)]
enum Said {
    Whispers(bool),
    Answers,
    ShowsDraft,
    Judges(bool),
    Writes,
    Collects,
    Passes,
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        any::<bool>().prop_map(Said::Whispers),
        Just(Said::Answers),
        Just(Said::ShowsDraft),
        any::<bool>().prop_map(Said::Judges),
        Just(Said::Writes),
        Just(Said::Collects),
        Just(Said::Passes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_whisper_is_ever_delivered_to_a_contact(all in prop::collection::vec(said(), 1..40)) {
        let mut world = World::found(90);
        let guide = world.admit("Magpie", Stage::Guide);
        let senior = world.admit("Wren", Stage::Senior);
        world.plan(300, &[guide, senior]);
        let mut contact = Contact::new(&mut world);
        contact.write(&mut world, "hello");
        world.settle();
        world.command(guide, Command::TakeNext);
        world.settle();
        let case = world.cases(guide)[0];
        let device = world.device(senior);
        world.command(guide, Command::InviteSupervisor { case, device });
        world.settle();
        let mut read = Vec::new();
        for (number, happening) in all.into_iter().enumerate() {
            let words = |of: &str| world::text(&format!("{of} {number}"));
            match happening {
                Said::Whispers(by_senior) => {
                    let station = if by_senior { senior } else { guide };
                    world.command(station, Command::Whisper { case, text: words("WHISPER") });
                }
                Said::Answers => world.command(guide, Command::Answer { case, text: words("answer") }),
                Said::ShowsDraft => {
                    world.command(guide, Command::SubmitDraft { case, text: words("draft") });
                }
                Said::Judges(approves) => {
                    let shown = world.stations[senior].desk.case(case);
                    let draft = shown.and_then(|shown| Some(shown.drafts.last()?.number)).unwrap_or(1);
                    let text = words("WHISPER");
                    world.command(senior, match approves {
                        true => Command::ApproveDraft { case, draft },
                        false => Command::RejectDraft { case, draft, text },
                    });
                }
                Said::Writes => contact.write(&mut world, "more"),
                Said::Collects => read.extend(contact.collect(&mut world)),
                Said::Passes => world.pass(60),
            }
            world.settle();
        }
        read.extend(contact.collect(&mut world));
        prop_assert!(read.iter().all(|part| !part.contains("WHISPER")), "{read:?}");
        let view = world.stations[guide].desk.case(case);
        let messages = view.iter().flat_map(|case| &case.messages);
        prop_assert!(messages.into_iter().all(|message| !message.text.contains("WHISPER")));
    }
}

/// A message that nobody had read when its case was destroyed becomes a case of its own, whose answers the contact no longer looks for.
#[test]
fn a_message_that_was_being_taken_when_its_case_was_destroyed_is_seen_by_somebody() {
    use Happening::*;
    let on_its_way = [
        Writes(1),
        Syncs(0),
        Takes(0, 0),
        Writes(1),
        DiesSoon(0, 4),
        Syncs(0),
        Destroys(0, 0),
        Syncs(0),
        Answers(0, 0),
    ];
    let unread = [
        Writes(1),
        Syncs(0),
        Takes(0, 0),
        Syncs(0),
        Writes(1),
        Destroys(0, 0),
        Syncs(0),
        Takes(0, 0),
        Syncs(0),
        Answers(0, 0),
    ];
    for happenings in [&on_its_way[..], &unread] {
        let mut play = Play::begin();
        for happening in happenings {
            play.happens(*happening);
        }
        play.end();
        play.check();
        assert_eq!(play.times_shown("message 2"), 1, "somebody sees it");
    }
}
