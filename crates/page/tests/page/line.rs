//! A line for tests: its keys, its document, a relay that fits on a page, and a browser that does what page.js does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use protocol::{Choices, Correction, FeedbackSecretKey, ShiftSecretKey, envelope_hash};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use statements::{
    CardSet, Delegation, DeviceKey, EntranceList, FeedbackKey, LetterKey, Partner, Root, RootKey,
    ShiftNotice, ShiftSigningKey, UnverifiedStatement, Wait, WaitNotice, Warning,
};
use wire::{
    Day, ENVELOPE_SIZE, Envelope, Header, Kind, LineDocument, LineId, Minute, Reader, SEALED_SIZE,
    SlotContent, SlotName, SlotNames, SlotWrite, Writer,
};

pub(crate) const NOW: Minute = Minute(29_900_000);
pub(crate) const ENGLISH: u8 = 1;

/// A line with one root key, one coordinator and one shift.
pub(crate) struct TestLine {
    pub(crate) id: LineId,
    pub(crate) shift_key: ShiftSecretKey,
    pub(crate) day: Day,
    root: Root,
    root_key: RootKey,
    coordinator: DeviceKey,
    shift_signing: ShiftSigningKey,
}

impl TestLine {
    pub(crate) fn new() -> TestLine {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        TestLine {
            id: root.line_id(),
            shift_key: ShiftSecretKey::from_seed(&[2; 32]),
            day: NOW.day(),
            root,
            root_key,
            coordinator: DeviceKey::from_seed(&[3; 32]),
            shift_signing: ShiftSigningKey::from_seed(&[4; 32]),
        }
    }

    /// The document with these shifts' minutes, a wait and cards.
    pub(crate) fn document(
        &self,
        shifts: &[(u32, u32)],
        wait: Option<(u8, Option<u16>)>,
    ) -> Vec<u8> {
        let wait = wait.map(|(guides, expected)| Wait::of(guides, expected));
        self.saying(shifts, wait.as_ref(), None)
    }

    /// A document with a list of entrances and a warning beside the ordinary evening.
    pub(crate) fn with_entrances(&self, list: &EntranceList, warning: &Warning) -> Vec<u8> {
        let document = LineDocument::parse(&self.usual());
        let mut document = document.unwrap();
        for draft in [list.draft(self.id), warning.draft(self.id)] {
            let signed = draft.sign_by_device(&self.coordinator).done();
            document.statements.push(signed.to_bytes());
        }
        document.to_bytes()
    }

    /// The document of an ordinary evening with a letter key of 60 days.
    pub(crate) fn with_letter_key(&self) -> Vec<u8> {
        let mut document = LineDocument::parse(&self.usual()).unwrap();
        let days = (self.day, self.day.plus(60));
        let key = LetterKey::draft(self.id, LetterKey::FIRST, days, &self.letter_key().public());
        let signed = key.sign_by_device(&self.coordinator).done();
        document.statements.push(signed.to_bytes());
        document.to_bytes()
    }

    /// A partner as this line's coordinator admits it.
    pub(crate) fn signed_partner(&self, partner: &Partner) -> UnverifiedStatement {
        let draft = partner.draft(self.id).unwrap();
        draft.sign_by_device(&self.coordinator).done()
    }

    /// The secret half of the letter key.
    pub(crate) fn letter_key(&self) -> ShiftSecretKey {
        ShiftSecretKey::from_seed(&[12; 32])
    }

    /// The document with a whole wait, and a feedback key.
    pub(crate) fn saying(
        &self,
        shifts: &[(u32, u32)],
        wait: Option<&Wait>,
        feedback: Option<&FeedbackSecretKey>,
    ) -> Vec<u8> {
        let days = (Day(0), Day(100_000));
        let coordinators = [self.coordinator.public()];
        let delegation = Delegation::draft(self.id, 1, days, 1, &coordinators)
            .sign_by_root(&self.root_key)
            .done();
        let mut statements = vec![self.root.statement().to_bytes(), delegation.to_bytes()];
        for (number, (from, until)) in (7..).zip(shifts) {
            let minutes = (Minute(*from), Minute(*until));
            let (key, signing) = (self.shift_key.public(), self.shift_signing.public());
            let shift = ShiftNotice::draft(self.id, number, minutes, &key, signing)
                .sign_by_device(&self.coordinator);
            statements.push(shift.done().to_bytes());
        }
        if let Some(wait) = wait {
            let wait = WaitNotice::draft(self.id, 7, NOW, wait).sign_by_shift(&self.shift_signing);
            statements.push(wait.done().to_bytes());
        }
        if let Some(secret) = feedback {
            let key = FeedbackKey::draft(self.id, 1, &secret.public());
            statements.push(key.sign_by_device(&self.coordinator).done().to_bytes());
        }
        let cards = CardSet::draft(self.id, 1, self.day, r#"{"cards":[]}"#);
        statements.push(cards.sign_by_device(&self.coordinator).done().to_bytes());
        LineDocument {
            day: self.day,
            statements,
        }
        .to_bytes()
    }

    /// The document of an ordinary evening: on duty, two guides, twelve minutes.
    pub(crate) fn usual(&self) -> Vec<u8> {
        let shift = (NOW.0 - 60, NOW.0 + 180);
        self.document(&[shift], Some((2, Some(12))))
    }
}

/// A list with its words, as the page brings them along; without any for a list that there is not.
pub(crate) fn lexicon(writer: Writer, code: u8) -> Writer {
    const LEFT_OUT: [&str; 2] = [
        include_str!("../../../words/lists/left-out-english.txt"),
        include_str!("../../../words/lists/left-out-korean.txt"),
    ];
    let words = words::List::from_code(code)
        .map(|list| list.words().collect::<Vec<_>>().join("\n"))
        .unwrap_or_default();
    let left_out = code
        .checked_sub(1)
        .and_then(|at| LEFT_OUT.get(usize::from(at)));
    let left_out = left_out.copied().unwrap_or_default();
    writer
        .u8(code)
        .long(words.as_bytes())
        .long(left_out.as_bytes())
}

/// What the network does with the next request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Works,
    /// The request never leaves.
    Down,
    /// The request arrives and the answer is lost.
    LosesAnswer,
    /// A stranger answers 200 with a page of its own.
    Stranger,
    /// The relay refuses posts with this code.
    Refuses(&'static str),
}

/// Slots and posts, as the relay answers for them.
pub(crate) struct TestRelay {
    pub(crate) slots: BTreeMap<[u8; 32], SlotContent>,
    pub(crate) posts: Vec<Envelope>,
    pub(crate) network: Network,
    rng: ChaCha20Rng,
}

impl TestRelay {
    pub(crate) fn new() -> Rc<RefCell<TestRelay>> {
        Rc::new(RefCell::new(TestRelay {
            slots: BTreeMap::new(),
            posts: Vec::new(),
            network: Network::Works,
            rng: ChaCha20Rng::from_seed([9; 32]),
        }))
    }

    fn noise(&mut self) -> SlotContent {
        let mut sealed = vec![0; SEALED_SIZE];
        self.rng.fill_bytes(&mut sealed);
        let mut content = [[0; 32]; 3];
        content
            .iter_mut()
            .for_each(|part| self.rng.fill_bytes(part));
        let [shred_key, shred_hash, mark] = content;
        let header = Header {
            kind: Kind::Slot,
            epoch: 0,
            line_tag: TestLine::new().id.tag(),
            mark: mark[..16].try_into().unwrap(),
            shred_hash,
        };
        SlotContent {
            shred_key,
            envelope: Envelope::assemble(&header, &sealed).unwrap(),
        }
    }

    pub(crate) fn put(&mut self, name: &SlotName, envelope: Envelope) {
        let shred_key = [8; 32];
        self.slots.insert(
            name.0,
            SlotContent {
                shred_key,
                envelope,
            },
        );
    }

    fn write_slot(&mut self, write: SlotWrite) -> (u16, Vec<u8>) {
        let there = self
            .slots
            .get(&write.name.0)
            .map(|slot| envelope_hash(&slot.envelope));
        let same = there == Some(envelope_hash(&write.envelope));
        if there != write.replaces && !same {
            return (
                409,
                br#"{"error":"conflict","detail":"read it again"}"#.to_vec(),
            );
        }
        let content = SlotContent {
            shred_key: write.shred_key,
            envelope: write.envelope,
        };
        self.slots.insert(write.name.0, content);
        (204, Vec::new())
    }

    /// Answers as the relay does; `kind` is the request's kind in a step.
    pub(crate) fn http(&mut self, kind: u8, body: &[u8]) -> (u16, Vec<u8>) {
        match kind {
            1 => {
                assert_eq!(body.len(), 64);
                let answers = SlotNames::parse(body).unwrap().0.map(|name| {
                    let kept = self.slots.get(&name.0).cloned();
                    kept.unwrap_or_else(|| self.noise()).to_bytes()
                });
                (200, answers.concat())
            }
            2 => self.write_slot(SlotWrite::parse(body).unwrap()),
            3 => {
                for name in SlotNames::parse(body).unwrap().0 {
                    self.slots.remove(&name.0);
                }
                (204, Vec::new())
            }
            6 => {
                let (write, _) = wire::parse_save_and_post(body).unwrap();
                match self.write_slot(write) {
                    (204, _) => self.http(4, &body[SlotWrite::SIZE..]),
                    conflict => conflict,
                }
            }
            4 => {
                assert_eq!(body.len(), ENVELOPE_SIZE);
                let post = Envelope::parse_kind(body, Kind::Post).unwrap();
                let hash = envelope_hash(&post);
                if !self.posts.iter().any(|other| envelope_hash(other) == hash) {
                    self.posts.push(post);
                }
                (200, hash.0.to_vec())
            }
            other => panic!("no such request: {other}"),
        }
    }

    /// What became of a request, as page.js writes it down.
    pub(crate) fn outcome(&mut self, kind: u8, body: &[u8]) -> Vec<u8> {
        let answered =
            |(status, body): (u16, Vec<u8>)| Writer::default().u8(3).u16(status).long(&body).done();
        match self.network {
            Network::Works => answered(self.http(kind, body)),
            Network::Down => vec![1],
            Network::LosesAnswer => {
                self.http(kind, body);
                vec![2]
            }
            Network::Stranger => answered((200, b"<html>Sign in".to_vec())),
            Network::Refuses(code) if kind == 4 || kind == 6 => {
                if kind == 6 {
                    let (write, _) = wire::parse_save_and_post(body).unwrap();
                    self.write_slot(write);
                }
                let refusal = format!(r#"{{"error":"{code}","detail":""}}"#);
                answered((409, refusal.into_bytes()))
            }
            Network::Refuses(_) => answered(self.http(kind, body)),
        }
    }
}

/// A shown item: its code and its bytes.
pub(crate) type Item = (u8, Vec<u8>);

/// One visitor's browser: does what page.js does, and remembers each call for the test in WebAssembly.
pub(crate) struct Browser {
    pub(crate) relay: Rc<RefCell<TestRelay>>,
    pub(crate) document: Vec<u8>,
    pub(crate) now: Minute,
    pub(crate) calls: Vec<(Vec<u8>, Vec<u8>)>,
    /// The kinds and sizes of the requests made.
    pub(crate) requests: Vec<(u8, usize)>,
    /// Whether a guide has the case, as the last step said.
    pub(crate) taken: bool,
    visit: Vec<u8>,
    seed: u8,
    rng: ChaCha20Rng,
}

impl Browser {
    pub(crate) fn new(relay: &Rc<RefCell<TestRelay>>, seed: u8) -> Browser {
        Browser {
            relay: Rc::clone(relay),
            document: TestLine::new().usual(),
            now: NOW,
            calls: Vec::new(),
            requests: Vec::new(),
            taken: false,
            visit: Vec::new(),
            seed,
            rng: ChaCha20Rng::from_seed([seed; 32]),
        }
    }

    /// Calls the module; `Err` is the failure's code and fields.
    pub(crate) fn call(&mut self, command: u8, fields: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
        let mut seed = [self.seed; 32];
        seed[0] = u8::try_from(self.calls.len()).unwrap();
        let request = [&seed, &[command][..], fields].concat();
        let answer = page::answer_with_letters(&request).to_vec();
        self.calls.push((request, answer.clone()));
        match answer.split_first() {
            Some((0, rest)) => Ok(rest.to_vec()),
            _ => Err(answer),
        }
    }

    pub(crate) fn heard(&self, writer: Writer) -> Writer {
        writer.u32(self.now.0).long(&self.document)
    }

    /// Seven new words.
    pub(crate) fn new_words(&mut self, list: u8) -> String {
        let list = words::List::from_code(list).unwrap();
        let rng = &mut self.rng;
        let phrase = words::Phrase::draw(list, || {
            let mut entropy = [0; 10];
            rng.fill_bytes(&mut entropy);
            entropy
        });
        phrase.words().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn open(&mut self, list: u8, words: &str) -> Result<Vec<Item>, Vec<u8>> {
        self.enter(false, list, words)
    }

    /// Opens with words that were drawn a moment ago, or with others.
    pub(crate) fn enter(
        &mut self,
        are_new: bool,
        list: u8,
        words: &str,
    ) -> Result<Vec<Item>, Vec<u8>> {
        let request = self.heard(Writer::default()).u8(are_new.into());
        let request = lexicon(request, list).long(words.as_bytes());
        let answer = self.call(4, &request.done())?;
        Ok(self.go(answer))
    }

    pub(crate) fn look(&mut self) -> Vec<Item> {
        let answer = self.call(9, &Writer::default().long(&self.visit).done());
        self.go(answer.unwrap())
    }

    pub(crate) fn write(&mut self, text: &str) -> Result<Vec<Item>, Vec<u8>> {
        self.write_wishing(text, Choices::default())
    }

    pub(crate) fn write_wishing(
        &mut self,
        text: &str,
        choices: Choices,
    ) -> Result<Vec<Item>, Vec<u8>> {
        let request = self.heard(Writer::default().long(&self.visit));
        let request = choices.write(request.u8(3).u8(2));
        let answer = self.call(6, &request.long(text.as_bytes()).done())?;
        Ok(self.go(answer))
    }

    /// Says whether it was helped: the envelope and its hash.
    pub(crate) fn feedback(&mut self, helped: u8) -> Result<(Envelope, [u8; 32]), Vec<u8>> {
        self.tell_coordinators(|request| request.u8(helped))
    }

    /// Reports an address that only looks like the line.
    pub(crate) fn report(&mut self, address: &str) -> Result<(Envelope, [u8; 32]), Vec<u8>> {
        self.tell_coordinators(|request| request.u8(4).medium(address.as_bytes()))
    }

    fn tell_coordinators(
        &mut self,
        said: impl FnOnce(Writer) -> Writer,
    ) -> Result<(Envelope, [u8; 32]), Vec<u8>> {
        let request = self.heard(Writer::default().put(&TestLine::new().id.0));
        let answer = self.call(10, &said(request).done())?;
        let mut reader = Reader::new(&answer);
        let envelope = Envelope::parse_kind(reader.long().unwrap(), Kind::Post).unwrap();
        let hash = reader.array().unwrap();
        reader.end().unwrap();
        Ok((envelope, hash))
    }

    pub(crate) fn retry(&mut self) -> Vec<Item> {
        let request = self.heard(Writer::default().long(&self.visit)).done();
        let answer = self.call(7, &request).unwrap();
        self.go(answer)
    }

    /// Opens by hand what was brought, or begins with new words when nothing was.
    pub(crate) fn open_by_hand(
        &mut self,
        words: &str,
        brought: &str,
    ) -> Result<Vec<Item>, Vec<u8>> {
        let request = lexicon(self.heard(Writer::default()), ENGLISH).long(words.as_bytes());
        let answer = self.call(13, &request.long(brought.as_bytes()).done())?;
        let (items, request) = self.take_in(&answer);
        assert!(request.is_none(), "there is nobody to ask");
        Ok(items)
    }

    /// Writes by hand: the letter's last day and its parts.
    pub(crate) fn seal_letter(&mut self, text: &str) -> Result<(u32, Vec<String>), Vec<u8>> {
        let request = self.heard(Writer::default().long(&self.visit));
        let request = Choices::default().write(request.u8(3).u8(2));
        let answer = self.call(6, &request.long(text.as_bytes()).done())?;
        let (_, request) = self.take_in(&answer);
        assert_eq!(request.unwrap().0, 6, "it is saved and posted in one");
        let request = self.heard(Writer::default().long(&self.visit));
        let answer = self.call(14, &request.done())?;
        let mut reader = Reader::new(&answer);
        Ok((reader.u32().unwrap(), read_parts(reader)))
    }

    /// Hands a letter in for somebody, and looks for what lies in its slots.
    pub(crate) fn hand_in(&mut self, text: &str) -> Result<Vec<String>, Vec<u8>> {
        let line = TestLine::new().id.0;
        let request = Writer::default().put(&line).long(text.as_bytes());
        let answer = self.call(15, &request.done())?;
        let mut reader = Reader::new(&answer);
        reader.u32().unwrap();
        let body = reader.long().unwrap();
        let answered = self.relay.borrow_mut().http(6, body);
        let hash: [u8; 32] = reader.array().unwrap();
        assert_eq!(answered, (200, hash.to_vec()));
        let mut request = Writer::default().put(&line).long(text.as_bytes());
        for _ in 0..3 {
            let names = reader.take(64).unwrap();
            let (status, slots) = self.relay.borrow_mut().http(1, names);
            assert_eq!(status, 200);
            request = request.put(&slots);
        }
        reader.end().unwrap();
        let answer = self.call(16, &request.done())?;
        Ok(read_parts(Reader::new(&answer)))
    }

    /// Keeps the visit of a step; gives what it shows, and its request's kind and body.
    fn take_in(&mut self, answer: &[u8]) -> (Vec<Item>, Option<(u8, Vec<u8>)>) {
        let mut reader = Reader::new(answer);
        self.visit = reader.long().unwrap().to_vec();
        let _ready = reader.u8().unwrap();
        self.taken = reader.u8().unwrap() == 1;
        let kind = reader.u8().unwrap();
        let body = reader.long().unwrap().to_vec();
        let count = reader.u8().unwrap();
        let items = (0..count).map(|_| read_item(&mut reader)).collect();
        reader.end().unwrap();
        (items, (kind != 0).then_some((kind, body)))
    }

    /// Carries out requests until it is the person's turn.
    fn go(&mut self, mut answer: Vec<u8>) -> Vec<Item> {
        let mut shown = Vec::new();
        loop {
            let (items, request) = self.take_in(&answer);
            shown.extend(items);
            let Some((kind, body)) = request else {
                return shown;
            };
            self.requests.push((kind, body.len()));
            let outcome = self.relay.borrow_mut().outcome(kind, &body);
            let request = self
                .heard(Writer::default().long(&self.visit))
                .put(&outcome);
            answer = self.call(5, &request.done()).unwrap();
        }
    }
}

fn read_parts(mut reader: Reader<'_>) -> Vec<String> {
    let count = reader.u8().unwrap();
    let mut part = || String::from_utf8(reader.medium().unwrap().to_vec()).unwrap();
    let parts = (0..count).map(|_| part()).collect();
    reader.end().unwrap();
    parts
}

fn read_item(reader: &mut Reader<'_>) -> Item {
    let code = reader.u8().unwrap();
    let fields = match code {
        2 => vec![reader.u8().unwrap()],
        3 => {
            let text = reader.medium().unwrap().to_vec();
            [text.as_slice(), reader.take(5).unwrap()].concat()
        }
        5 => reader.medium().unwrap().to_vec(),
        6 => {
            let card = reader.short().unwrap().to_vec();
            let language = reader.u8().unwrap();
            let day = reader.u32().unwrap().to_be_bytes();
            let text = reader.medium().unwrap().to_vec();
            [card, vec![language], day.to_vec(), text].concat()
        }
        19 => reader.take(68).unwrap().to_vec(),
        12 => reader.short().unwrap().to_vec(),
        16 => reader.u32().unwrap().to_be_bytes().to_vec(),
        17 => {
            let correction = Correction::read(reader).unwrap();
            correction.text.as_str().as_bytes().to_vec()
        }
        _ => Vec::new(),
    };
    (code, fields)
}
