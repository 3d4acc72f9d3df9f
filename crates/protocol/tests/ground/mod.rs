//! A line, a relay, a guide and a contact, as small as they can be.
// Each test file uses its own part, and a test may fail loudly.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

pub(crate) mod case;
pub(crate) mod sealed;

use std::collections::{BTreeMap, HashMap};

use case::GuideCase;
use protocol::{
    CaseSecretKey, FirstPost, Language, Outcome, Pending, PhraseRoot, Reply, ReplyPart,
    ReplyPublicKey, Request, ShiftSecretKey, Shown, Step, Text, Urgency, Visit, envelope_hash,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use statements::{
    Delegation, DeviceKey, Root, RootKey, ShiftNotice, ShiftSigningKey, UnverifiedStatement,
};
use wire::{
    Day, Envelope, Header, Kind, LineId, Minute, SEALED_SIZE, SlotContent, SlotNames, SlotWrite,
    TurnKind,
};

pub(crate) const SHIFT: u32 = 7;

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn text(words: &str) -> Text {
    Text::new(words).expect("short")
}

pub(crate) fn message(words: &str) -> Pending {
    Pending {
        language: Language::Korean,
        urgency: Urgency::Days,
        choices: protocol::Choices::default(),
        text: text(words),
    }
}

/// A line with one coordinator and one shift.
pub(crate) struct Ground {
    pub(crate) line: LineId,
    pub(crate) delegation: Delegation,
    pub(crate) coordinator: DeviceKey,
    pub(crate) shift_key: ShiftSecretKey,
    pub(crate) shift_statement: UnverifiedStatement,
    pub(crate) shift: ShiftNotice,
}

impl Ground {
    pub(crate) fn new(seed: u8) -> Ground {
        let root_key = RootKey::from_seed(&[seed; 32]);
        let root = Root::new(1, vec![root_key.public()]).expect("one key of one");
        let line = root.line_id();
        let coordinator = DeviceKey::from_seed(&[seed.wrapping_add(1); 32]);
        let days = (Day(20_000), Day(30_000));
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()])
            .sign_by_root(&root_key)
            .done();
        let delegation = Delegation::verify(&delegation, &root).expect("signed");
        let shift_key = ShiftSecretKey::from_seed(&[seed.wrapping_add(2); 32]);
        let (statement, shift) = shift_notice(line, &delegation, &coordinator, SHIFT, &shift_key);
        Ground {
            line,
            delegation,
            coordinator,
            shift_key,
            shift_statement: statement,
            shift,
        }
    }

    /// Another shift of the same line.
    pub(crate) fn other_shift(&self, number: u32, key: &ShiftSecretKey) -> ShiftNotice {
        shift_notice(self.line, &self.delegation, &self.coordinator, number, key).1
    }

    pub(crate) fn root(&self, phrase: u8) -> PhraseRoot {
        PhraseRoot::from_bytes(&[phrase; 32], &self.line)
    }
}

fn shift_notice(
    line: LineId,
    delegation: &Delegation,
    coordinator: &DeviceKey,
    number: u32,
    key: &ShiftSecretKey,
) -> (UnverifiedStatement, ShiftNotice) {
    let signing = ShiftSigningKey::from_seed(&[9; 32]);
    let minutes = (Minute(29_000_000), Minute(29_000_480));
    let statement = ShiftNotice::draft(line, number, minutes, &key.public(), signing.public())
        .sign_by_device(coordinator)
        .done();
    let notice = ShiftNotice::verify(&statement, delegation).expect("signed");
    (statement, notice)
}

/// What a request looks like to the relay: its kind and size.
pub(crate) type Shape = (TurnKind, usize);

pub(crate) fn shape(request: &Request) -> Shape {
    let (kind, body) = request.to_turn();
    (kind, body.len())
}

/// Slots that are replaced only by whoever knows what they hold, and a tray.
pub(crate) struct TinyRelay {
    pub(crate) slots: HashMap<[u8; 32], SlotContent>,
    pub(crate) tray: Vec<Envelope>,
    line: LineId,
    rng: ChaCha20Rng,
}

impl TinyRelay {
    pub(crate) fn new(line: LineId) -> TinyRelay {
        TinyRelay {
            slots: HashMap::new(),
            tray: Vec::new(),
            line,
            rng: rng(200),
        }
    }

    pub(crate) fn noise(&mut self) -> SlotContent {
        let mut sealed = [0; SEALED_SIZE];
        let mut shred_key = [0; 32];
        let header = Header {
            kind: Kind::Slot,
            epoch: 0,
            line_tag: self.line.tag(),
            mark: [1; 16],
            shred_hash: [2; 32],
        };
        self.rng.fill_bytes(&mut sealed);
        self.rng.fill_bytes(&mut shred_key);
        SlotContent {
            shred_key,
            envelope: Envelope::assemble(&header, &sealed).expect("sizes are constants"),
        }
    }

    pub(crate) fn read(&mut self, names: &SlotNames) -> Box<[SlotContent; 2]> {
        let noise = [self.noise(), self.noise()];
        let [one, two] = &names.0;
        let [first, second] = noise;
        let held = |name: &[u8; 32], noise| self.slots.get(name).cloned().unwrap_or(noise);
        Box::new([held(&one.0, first), held(&two.0, second)])
    }

    pub(crate) fn write(&mut self, write: &SlotWrite) -> Outcome {
        let held = self.slots.get(&write.name.0);
        let held = held.map(|content| envelope_hash(&content.envelope));
        if held == Some(envelope_hash(&write.envelope)) {
            return Outcome::Done;
        }
        if held != write.replaces {
            return Outcome::Conflict;
        }
        let content = SlotContent {
            shred_key: write.shred_key,
            envelope: write.envelope.clone(),
        };
        self.slots.insert(write.name.0, content);
        Outcome::Done
    }

    fn post(&mut self, envelope: &Envelope) -> Outcome {
        if !self.tray.contains(envelope) {
            self.tray.push(envelope.clone());
        }
        Outcome::Done
    }

    pub(crate) fn carry_out(&mut self, request: &Request) -> Outcome {
        match request {
            Request::ReadSlots(names) => Outcome::Slots(self.read(names)),
            Request::WriteSlot(write) => self.write(write),
            Request::DeleteSlots(names) => {
                for name in &names.0 {
                    self.slots.remove(&name.0);
                }
                Outcome::Done
            }
            Request::Post(envelope) => self.post(envelope),
            Request::SaveAndPost(write, post) => match self.write(write) {
                Outcome::Done => self.post(post),
                conflict => conflict,
            },
        }
    }
}

/// Opens the tray with protocol functions, and keeps one message for each post number.
pub(crate) struct Guide {
    pub(crate) line: LineId,
    pub(crate) shift_key: ShiftSecretKey,
    pub(crate) case: Option<GuideCase>,
    pub(crate) messages: Vec<String>,
    pub(crate) doubled: u32,
    seen: usize,
    rng: ChaCha20Rng,
}

impl Guide {
    pub(crate) fn new(ground: &Ground) -> Guide {
        Guide {
            line: ground.line,
            shift_key: ground.shift_key.duplicate(),
            case: None,
            messages: Vec::new(),
            doubled: 0,
            seen: 0,
            rng: rng(100),
        }
    }

    /// Reads what is new in the tray.
    pub(crate) fn look(&mut self, relay: &TinyRelay) {
        for envelope in relay.tray.iter().skip(self.seen) {
            self.read(envelope);
        }
        self.seen = relay.tray.len();
    }

    fn read(&mut self, envelope: &Envelope) {
        let follow_up = self.case.as_ref();
        if let Some(post) = follow_up.and_then(|case| case.open(envelope, &self.line)) {
            self.collected(post.next_reply);
            self.receive(post.number, post.reply_key, &post.text);
            return;
        }
        let Ok(post) = FirstPost::open(envelope, &self.line, &self.shift_key) else {
            return;
        };
        if !self
            .case
            .as_ref()
            .is_some_and(|case| case.first.is_same_as(&post.pairing))
        {
            let key = CaseSecretKey::random(&mut self.rng);
            self.case = Some(GuideCase::of(envelope, &post, key));
        }
        self.receive(post.number, post.reply_key, &post.text);
    }

    fn collected(&mut self, below: u32) {
        let case = self.case.as_mut().expect("a case");
        assert!(
            below <= case.next_reply,
            "nothing is collected before it was written"
        );
        case.collected_below = case.collected_below.max(below);
    }

    fn receive(&mut self, number: u32, reply_key: ReplyPublicKey, text: &Text) {
        let case = self.case.as_mut().expect("a case");
        let newest = case.posts.keys().last().is_none_or(|last| number > *last);
        if let Some(held) = case.posts.get(&number) {
            assert_eq!(held, text.as_str(), "no two messages have one number");
            self.doubled += 1;
            return;
        }
        case.posts.insert(number, text.as_str().to_owned());
        if newest {
            case.reply_key = reply_key;
        }
        if !text.is_empty() {
            self.messages.push(text.as_str().to_owned());
        }
    }

    /// A colleague who goes on with the case, and has its next generation. The guide keeps all that he knew.
    pub(crate) fn colleague(&mut self) -> Guide {
        let case = self.case.as_ref().expect("a case");
        let key = CaseSecretKey::random(&mut self.rng);
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        Guide {
            line: self.line,
            shift_key: self.shift_key.duplicate(),
            case: Some(case.next_generation(key)),
            messages: self.messages.clone(),
            doubled: self.doubled,
            seen: self.seen,
            rng: ChaCha20Rng::from_seed(seed),
        }
    }

    pub(crate) fn seal(&mut self, part: ReplyPart) -> (u32, Envelope) {
        let case = self.case.as_mut().expect("a case");
        let address = case.address();
        let number = case.next_reply;
        case.next_reply += 1;
        let reply = Reply {
            address,
            posts_read: case.posts.keys().last().map_or(0, |last| last + 1),
            part,
        };
        let envelope = reply
            .seal(
                &self.line,
                number,
                &case.reply_key,
                &case.secrets(number).0,
                &mut self.rng,
            )
            .expect("a key");
        (number, envelope)
    }

    pub(crate) fn answer(&mut self, part: ReplyPart, relay: &mut TinyRelay) {
        let (number, envelope) = self.seal(part);
        let case = self.case.as_ref().expect("a case");
        let write = SlotWrite {
            name: Reply::slot(&case.secrets(number).1, number),
            replaces: None,
            shred_key: [3; 32],
            envelope,
        };
        assert!(
            matches!(relay.write(&write), Outcome::Done),
            "the slot is free"
        );
    }

    pub(crate) fn say(&mut self, words: &str, relay: &mut TinyRelay) {
        self.answer(ReplyPart::Words(text(words)), relay);
    }
}

/// What becomes of one request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Arrives,
    /// Lost before it took effect, and this device knows.
    NotSent,
    /// Lost before it took effect, and nobody knows.
    LostRequest,
    /// It took effect, and the answer was lost.
    LostAnswer,
    /// What was to be saved was saved, what was to be posted with it was not, and nobody knows.
    HalfDone,
}

/// A contact with a page and words.
pub(crate) struct Contact {
    pub(crate) words: u8,
    pub(crate) visit: Visit,
    pub(crate) rng: ChaCha20Rng,
    /// Whether each request and answer passes through `export` and `import`, as in the page.
    pub(crate) exported: bool,
    pub(crate) shapes: Vec<Shape>,
    /// The fates of requests by their count; what is not named arrives.
    pub(crate) fates: BTreeMap<usize, Fate>,
}

impl Contact {
    pub(crate) fn open(words: u8, ground: &Ground, relay: &mut TinyRelay) -> (Contact, Vec<Shown>) {
        let mut contact = Contact::idle(words, ground);
        let shown = contact.come_back(ground, relay);
        (contact, shown)
    }

    /// Somebody with words who has not opened the page yet.
    pub(crate) fn idle(words: u8, ground: &Ground) -> Contact {
        let mut rng = rng(words);
        let (visit, _) = Visit::open(ground.root(words), &mut rng);
        Contact {
            words,
            visit,
            rng,
            exported: true,
            shapes: Vec::new(),
            fates: BTreeMap::new(),
        }
    }

    pub(crate) fn come_back(&mut self, ground: &Ground, relay: &mut TinyRelay) -> Vec<Shown> {
        let (visit, step) = Visit::open(ground.root(self.words), &mut self.rng);
        self.visit = visit;
        self.run(step, ground, relay)
    }

    pub(crate) fn write(
        &mut self,
        words: &str,
        ground: &Ground,
        relay: &mut TinyRelay,
    ) -> Vec<Shown> {
        let step = self.visit.write(
            message(words),
            Some(ground.shift.recipient()),
            &mut self.rng,
        );
        self.run(step, ground, relay)
    }

    pub(crate) fn retry(&mut self, ground: &Ground, relay: &mut TinyRelay) -> Vec<Shown> {
        let step = self
            .visit
            .retry(Some(ground.shift.recipient()), &mut self.rng);
        self.run(step, ground, relay)
    }

    pub(crate) fn run(
        &mut self,
        mut step: Step,
        ground: &Ground,
        relay: &mut TinyRelay,
    ) -> Vec<Shown> {
        let mut shown = Vec::new();
        loop {
            shown.append(&mut step.shown);
            let Some(request) = step.request else {
                return shown;
            };
            let fate = self.fates.get(&self.shapes.len()).copied();
            self.shapes.push(shape(&request));
            let outcome = match fate.unwrap_or(Fate::Arrives) {
                Fate::Arrives => relay.carry_out(&request),
                Fate::NotSent => Outcome::NotSent,
                Fate::LostRequest => Outcome::NotKnown,
                Fate::LostAnswer => {
                    relay.carry_out(&request);
                    Outcome::NotKnown
                }
                Fate::HalfDone => {
                    match &request {
                        Request::SaveAndPost(write, _) => relay.write(write),
                        request => relay.carry_out(request),
                    };
                    Outcome::NotKnown
                }
            };
            if self.exported {
                let bytes = self.visit.export();
                self.visit = Visit::import(&bytes).expect("what was exported");
                assert_eq!(self.visit.export(), bytes);
            }
            step = self
                .visit
                .step(outcome, Some(ground.shift.recipient()), &mut self.rng);
        }
    }
}

/// What was shown, in words that tests compare.
pub(crate) fn told(shown: &[Shown]) -> Vec<String> {
    shown.iter().map(tell).collect()
}

fn tell(shown: &Shown) -> String {
    match shown {
        Shown::EmptyLine => "empty".into(),
        Shown::NoAnswerYet { taken } => format!("no answer, taken {taken}"),
        Shown::NotKnownWhether(text) => format!("not known whether: {}", text.as_str()),
        Shown::Reply(ReplyPart::Taken) => "taken".into(),
        Shown::Reply(ReplyPart::Words(text)) => format!("words: {}", text.as_str()),
        Shown::Reply(ReplyPart::Card { card, text, .. }) => {
            format!("card {card}: {}", text.as_str())
        }
        Shown::Reply(ReplyPart::Closed) => "closed".into(),
        Shown::Reply(ReplyPart::Transferred) => "transferred".into(),
        Shown::Reply(ReplyPart::Exposed { since }) => format!("exposed since {}", since.0),
        Shown::Reply(ReplyPart::Correction(correction)) => {
            format!("correction of {}", correction.card)
        }
        Shown::Reply(ReplyPart::Offer(_)) => "offer".into(),
        Shown::Reply(ReplyPart::OfferEnded) => "offer ended".into(),
        Shown::Offered(offer) => format!("offered from {}", offer.from.0),
        Shown::PerhapsUnread => "perhaps unread".into(),
        Shown::Erased => "erased".into(),
        Shown::Sent => "sent".into(),
        Shown::NotSent => "not sent".into(),
        Shown::NotKnown => "not known".into(),
        Shown::Refused => "refused".into(),
        Shown::ReadAgain => "read again".into(),
        Shown::Nobody => "nobody".into(),
    }
}
