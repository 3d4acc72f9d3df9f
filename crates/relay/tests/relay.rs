//! What the relay decides: which shift takes posts, whose statements stand, who is let in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use pollster::block_on;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay::{
    MemoryStore, Relay, RelayError, Retention, Sequence, SessionToken, Standing, StatementKey,
    Store, shred_hash,
};
use statements::{
    CardSet, Delegation, DeviceKey, DeviceList, DevicePublicKey, Entrance, EntranceKind,
    EntranceList, FeedbackKey, FinalNotice, LetterKey, Line, LineEnd, Revocation, Root, RootKey,
    SealPublicKey, ShiftNotice, ShiftSigningKey, StatementKind, UnverifiedStatement, WaitNotice,
    Warning, WarningAbout,
};
use wire::{
    Day, DeskSession, ENVELOPE_SIZE, Envelope, Header, Kind, LineId, Minute, SEALED_SIZE, SlotName,
    SlotNames,
};

const NOW: Minute = Minute(20_000 * Minute::PER_DAY);
const HOUR: u32 = 60;

fn device(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number; 32])
}

/// A line with two coordinators, 1 and 2, and its relay.
struct Ground {
    root_key: RootKey,
    line: LineId,
    relay: Relay<MemoryStore>,
    rng: ChaCha8Rng,
}

impl Ground {
    fn new() -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let line = root.line_id();
        let delegation = delegation(line, &root_key, 1, &[1, 2]);
        let standing = Standing::new(root, &delegation).unwrap();
        let store = MemoryStore::default();
        let relay = block_on(Relay::open(store, standing, Retention::default(), NOW)).unwrap();
        Ground {
            root_key,
            line,
            relay,
            rng: ChaCha8Rng::seed_from_u64(1),
        }
    }

    fn publish(&self, statement: &UnverifiedStatement) -> Result<(), RelayError> {
        block_on(self.relay.statement(&statement.to_bytes(), NOW))
    }

    fn delegate(&self, serial: u32, coordinators: &[u8]) -> Result<(), RelayError> {
        self.publish(&delegation(self.line, &self.root_key, serial, coordinators))
    }

    /// Minutes are counted from now.
    fn shift(&self, number: u32, from: i64, until: i64, signer: u8) -> Result<(), RelayError> {
        let minute = |minutes: i64| Minute(u32::try_from(i64::from(NOW.0) + minutes).unwrap());
        let key = SealPublicKey::from_bytes(&[9; 1216]).unwrap();
        let signing = ShiftSigningKey::from_seed(&[3; 32]).public();
        let minutes = (minute(from), minute(until));
        let draft = ShiftNotice::draft(self.line, number, minutes, &key, signing);
        self.publish(&draft.sign_by_device(&device(signer)).done())
    }

    fn admit(&self, serial: u32, devices: &[u8], signer: u8) -> Result<(), RelayError> {
        let devices: Vec<DevicePublicKey> = devices
            .iter()
            .map(|number| device(*number).public())
            .collect();
        let draft = DeviceList::draft(self.line, serial, &devices);
        self.publish(&draft.sign_by_device(&device(signer)).done())
    }

    fn post(&self, shift: u32, now: Minute) -> Result<(), RelayError> {
        let header = Header {
            kind: Kind::Post,
            epoch: shift,
            line_tag: self.line.tag(),
            mark: [0; 16],
            shred_hash: shred_hash(&[7; 32]),
        };
        let envelope = Envelope::assemble(&header, &[5; SEALED_SIZE]).unwrap();
        block_on(self.relay.post(envelope.as_bytes(), now)).map(drop)
    }

    fn session(&mut self, number: u8) -> Result<SessionToken, RelayError> {
        let nonce = self.relay.challenge(&mut self.rng);
        self.answer(number, nonce)
    }

    fn answer(&mut self, number: u8, nonce: [u8; 32]) -> Result<SessionToken, RelayError> {
        let request = DeskSession {
            device: device(number).public().0,
            nonce,
            signature: device(number).sign_session(&self.line, &nonce),
        };
        self.relay.session(&request.to_bytes(), NOW, &mut self.rng)
    }

    fn line_seen_by_a_visitor(&self, now: Minute) -> Line {
        Line::verify(&self.relay.line_document(now), Some(&self.line)).unwrap()
    }
}

fn delegation(
    line: LineId,
    key: &RootKey,
    serial: u32,
    coordinators: &[u8],
) -> UnverifiedStatement {
    let devices: Vec<DevicePublicKey> = coordinators
        .iter()
        .map(|number| device(*number).public())
        .collect();
    let days = (Day(0), Day(u32::MAX));
    Delegation::draft(line, serial, days, 1, &devices)
        .sign_by_root(key)
        .done()
}

#[test]
fn a_shift_takes_posts_from_its_beginning_until_another_has_taken_over() {
    let ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    ground.shift(2, 60, 120, 1).unwrap();
    let before = Minute(NOW.0 - 1);
    assert_eq!(ground.post(1, before), Err(RelayError::NoShift));
    for (minutes, one, two) in [
        (0, Ok(()), Err(RelayError::NoShift)),
        (59, Ok(()), Err(RelayError::NoShift)),
        (60, Ok(()), Ok(())),
        (74, Ok(()), Ok(())),
        (75, Err(RelayError::ShiftOver), Ok(())),
        (500, Err(RelayError::ShiftOver), Ok(())),
    ] {
        let now = NOW.plus(minutes);
        assert_eq!(
            ground.post(1, now),
            one,
            "the first after {minutes} minutes"
        );
        assert_eq!(
            ground.post(2, now),
            two,
            "the second after {minutes} minutes"
        );
    }
    assert_eq!(ground.post(3, NOW), Err(RelayError::NoShift));
}

#[test]
fn nobody_is_offered_a_shift_whose_key_is_no_more() {
    let ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    let last = NOW.plus(HOUR + 7 * Minute::PER_DAY - 1);
    assert_eq!(
        ground.post(1, last),
        Ok(()),
        "nobody followed: better late than never"
    );
    assert_eq!(ground.line_seen_by_a_visitor(last).shifts().len(), 1);
    let over = last.plus(1);
    assert_eq!(ground.post(1, over), Err(RelayError::ShiftOver));
    assert!(ground.line_seen_by_a_visitor(over).shifts().is_empty());
}

#[test]
fn a_notice_of_a_shift_never_changes() {
    let ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    assert_eq!(
        ground.shift(1, 0, 60, 2),
        Ok(()),
        "the same from another hand"
    );
    assert_eq!(ground.shift(1, 0, 90, 1), Err(RelayError::NotAccepted));
    assert_eq!(ground.shift(2, 60, 120, 9), Err(RelayError::NotAccepted));
}

#[test]
fn what_a_removed_coordinator_signed_stands_no_longer() {
    let mut ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    ground.shift(2, 0, 60, 2).unwrap();
    ground.admit(1, &[8], 1).unwrap();
    let cards = CardSet::draft(ground.line, 1, NOW.day(), "[]").sign_by_device(&device(1));
    ground.publish(&cards.done()).unwrap();
    let guide = ground.session(8).unwrap();
    let removed = ground.session(1).unwrap();
    ground.delegate(2, &[2, 3]).unwrap();
    let line = ground.line_seen_by_a_visitor(NOW);
    let numbers: Vec<u32> = line.shifts().iter().map(ShiftNotice::number).collect();
    assert_eq!(numbers, [2], "and what remains is believed");
    assert!(line.cards().is_none());
    for token in [guide, removed] {
        assert_eq!(
            ground.relay.authorise(&token.0, NOW),
            Err(RelayError::Unauthorised)
        );
    }
    assert_eq!(ground.shift(3, 0, 60, 1), Err(RelayError::NotAccepted));
    ground.admit(1, &[8], 3).unwrap();
    assert!(
        ground.session(8).is_ok(),
        "a coordinator of now lets him in again"
    );
    assert_eq!(ground.delegate(1, &[1]), Err(RelayError::NotAccepted));
}

#[test]
fn one_coordinator_shuts_another_out_until_the_root_keys_delegate_anew() {
    let mut ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    ground.shift(2, 0, 60, 2).unwrap();
    let key = device;
    let revoke = |ground: &Ground, serial, whose, signer| {
        let device = key(whose).public();
        let draft = Revocation { serial, device }.draft(ground.line);
        ground.publish(&draft.sign_by_device(&key(signer)).done())
    };
    let removed = ground.session(1).unwrap();
    // Not of another delegation, not by a guide, not about somebody who is no coordinator.
    for (serial, whose, signer) in [(2, 1, 2), (1, 1, 8), (1, 8, 2)] {
        let refused = revoke(&ground, serial, whose, signer);
        assert_eq!(refused, Err(RelayError::NotAccepted));
    }
    revoke(&ground, 1, 1, 2).unwrap();
    assert_eq!(
        ground.relay.authorise(&removed.0, NOW),
        Err(RelayError::Unauthorised)
    );
    assert!(ground.session(1).is_err());
    assert!(ground.session(2).is_ok());
    assert_eq!(ground.shift(3, 0, 60, 1), Err(RelayError::NotAccepted));
    let seen = ground.line_seen_by_a_visitor(NOW);
    let numbers: Vec<u32> = seen.shifts().iter().map(ShiftNotice::number).collect();
    assert_eq!(numbers, [2]);
    // Saying it once more changes nothing; who was shut out may still say the same of the other.
    revoke(&ground, 1, 1, 2).unwrap();
    revoke(&ground, 1, 2, 1).unwrap();
    assert!(ground.session(2).is_err());
    ground.delegate(2, &[1, 3]).unwrap();
    assert!(ground.session(1).is_ok());
}

#[test]
fn a_delegation_needs_the_root() {
    let ground = Ground::new();
    let other = RootKey::from_seed(&[66; 32]);
    let forged = delegation(ground.line, &other, 9, &[66]);
    assert_eq!(ground.publish(&forged), Err(RelayError::NotAccepted));
    let stranger = Root::new(1, vec![other.public()]).unwrap().line_id();
    let of_another_line = delegation(stranger, &other, 9, &[66]);
    assert_eq!(
        ground.publish(&of_another_line),
        Err(RelayError::NotAccepted)
    );
}

#[test]
fn a_challenge_serves_once_and_only_for_admitted_devices() {
    let mut ground = Ground::new();
    assert_eq!(ground.session(8).err(), Some(RelayError::Unauthorised));
    ground.admit(1, &[8], 1).unwrap();
    let nonce = ground.relay.challenge(&mut ground.rng);
    let token = ground.answer(8, nonce).unwrap();
    assert_eq!(ground.relay.authorise(&token.0, NOW), Ok(()));
    assert_eq!(
        ground.answer(8, nonce).err(),
        Some(RelayError::Unauthorised),
        "replayed"
    );
    assert_eq!(
        ground.answer(8, [5; 32]).err(),
        Some(RelayError::Unauthorised),
        "never given"
    );
    assert_eq!(
        ground.relay.authorise(&[0; 32], NOW),
        Err(RelayError::Unauthorised)
    );
}

#[test]
fn a_session_ends_when_its_device_leaves_the_list_and_does_not_come_back() {
    let mut ground = Ground::new();
    ground.admit(1, &[8], 1).unwrap();
    let token = ground.session(8).unwrap();
    ground.admit(2, &[], 1).unwrap();
    assert_eq!(
        ground.relay.authorise(&token.0, NOW),
        Err(RelayError::Unauthorised)
    );
    ground.admit(3, &[8], 1).unwrap();
    assert_eq!(
        ground.relay.authorise(&token.0, NOW),
        Err(RelayError::Unauthorised)
    );
    assert_eq!(
        ground.admit(2, &[9], 1),
        Err(RelayError::NotAccepted),
        "no going back"
    );
}

#[test]
fn waits_are_believed_from_the_shift_on_duty_only_and_forgotten_at_the_end() {
    let ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    let wait = WaitNotice::draft(ground.line, 1, NOW, &statements::Wait::of(2, Some(20)));
    let wait = wait
        .sign_by_shift(&ShiftSigningKey::from_seed(&[3; 32]))
        .done();
    ground.publish(&wait).unwrap();
    let line = ground.line_seen_by_a_visitor(NOW);
    assert_eq!(line.wait(NOW).unwrap().expected(), Some(20));
    let forged = WaitNotice::draft(
        ground.line,
        1,
        NOW.plus(1),
        &statements::Wait::of(9, Some(1)),
    );
    let forged = forged
        .sign_by_shift(&ShiftSigningKey::from_seed(&[4; 32]))
        .done();
    assert_eq!(ground.publish(&forged), Err(RelayError::NotAccepted));
}

#[test]
fn the_newest_feedback_key_of_a_coordinator_stands_and_goes_with_him() {
    let ground = Ground::new();
    let publish = |serial: u32, byte: u8, signer: u8| {
        let key = SealPublicKey::from_bytes(&[byte; 1216]).unwrap();
        let draft = FeedbackKey::draft(ground.line, serial, &key);
        ground.publish(&draft.sign_by_device(&device(signer)).done())
    };
    let serial = || {
        let line = ground.line_seen_by_a_visitor(NOW);
        line.feedback_key().map(FeedbackKey::serial)
    };
    assert_eq!(serial(), None);
    assert_eq!(publish(1, 9, 8), Err(RelayError::NotAccepted), "a guide");
    publish(2, 9, 1).unwrap();
    publish(2, 9, 1).unwrap();
    assert_eq!(
        publish(1, 8, 2),
        Err(RelayError::NotAccepted),
        "an older one"
    );
    assert_eq!(
        publish(2, 8, 2),
        Err(RelayError::NotAccepted),
        "another of that serial"
    );
    publish(3, 8, 2).unwrap();
    assert_eq!(serial(), Some(3));
    ground.delegate(2, &[1]).unwrap();
    assert_eq!(serial(), None, "its coordinator is none any more");
}

#[test]
fn a_letter_is_taken_until_its_key_s_last_day_and_only_the_newest_key_is_offered() {
    let ground = Ground::new();
    let day = |days: u32| NOW.day().plus(days);
    let publish = |number: u32, days: u32, byte: u8, signer: u8| {
        let key = SealPublicKey::from_bytes(&[byte; 1216]).unwrap();
        let draft = LetterKey::draft(ground.line, number, (day(0), day(days)), &key);
        ground.publish(&draft.sign_by_device(&device(signer)).done())
    };
    let offered = |days: u32| {
        let line = ground.line_seen_by_a_visitor(NOW.plus(days * Minute::PER_DAY));
        line.letter_key().map(LetterKey::number)
    };
    let first = LetterKey::FIRST;
    assert_eq!(ground.post(first, NOW), Err(RelayError::NoShift));
    let refused = Err(RelayError::NotAccepted);
    assert_eq!(publish(first, 60, 9, 8), refused, "a guide");
    publish(first, 60, 9, 1).unwrap();
    publish(first, 60, 9, 1).unwrap();
    assert_eq!(publish(first, 60, 8, 1), refused, "somebody may use it");
    publish(first + 1, 90, 8, 2).unwrap();
    for (days, one, newest) in [
        (0, Ok(()), Some(first + 1)),
        (60, Ok(()), Some(first + 1)),
        (61, Err(RelayError::ShiftOver), Some(first + 1)),
        (91, Err(RelayError::ShiftOver), None),
    ] {
        let now = NOW.plus(days * Minute::PER_DAY);
        assert_eq!(ground.post(first, now), one, "after {days} days");
        assert_eq!(offered(days), newest, "after {days} days");
    }
    // By a clock that stands before the key a letter would be kept from a day that is long over.
    let before = |days: u32| Minute(NOW.0 - days * Minute::PER_DAY);
    assert_eq!(ground.post(first, before(1)), Ok(()), "another time zone");
    assert_eq!(ground.post(first, before(2)), Err(RelayError::NoShift));
    ground.delegate(2, &[1]).unwrap();
    assert_eq!(offered(0), Some(first), "the other's coordinator is none");
    assert_eq!(ground.post(first + 1, NOW), Err(RelayError::NoShift));
}

#[test]
fn the_newest_list_of_entrances_stands_and_goes_with_whoever_signed_it() {
    let ground = Ground::new();
    let list = |serial: u32, address: &str| EntranceList {
        serial,
        day: NOW.day(),
        good_until: NOW.day().plus(60),
        entrances: vec![Entrance {
            kind: EntranceKind::Site,
            address: address.into(),
        }],
        fakes: Vec::new(),
    };
    let publish = |serial: u32, address: &str, signer: u8| {
        let draft = list(serial, address).draft(ground.line);
        ground.publish(&draft.sign_by_device(&device(signer)).done())
    };
    let stands = || {
        let line = ground.line_seen_by_a_visitor(NOW);
        line.entrances()
            .map(|list| list.entrances[0].address.clone())
    };
    let refused = Err(RelayError::NotAccepted);
    assert_eq!(publish(1, "https://line.example", 8), refused, "a guide");
    publish(2, "https://line.example", 1).unwrap();
    publish(2, "https://line.example", 1).unwrap();
    assert_eq!(
        publish(1, "https://old.example", 2),
        refused,
        "an older one"
    );
    assert_eq!(publish(2, "https://two.example", 2), refused, "another");
    publish(3, "https://new.example", 2).unwrap();
    assert_eq!(stands().as_deref(), Some("https://new.example"));
    let warning = Warning {
        serial: 1,
        issued: NOW,
        until: NOW.day().plus(3),
        about: WarningAbout::FakeEntrance,
        address: "https://1ine.example".into(),
    };
    let signed = |warning: &Warning, signer: u8| {
        let draft = warning.draft(ground.line);
        ground.publish(&draft.sign_by_device(&device(signer)).done())
    };
    assert_eq!(signed(&warning, 8), refused, "a guide warns of nothing");
    signed(&warning, 2).unwrap();
    let seen = ground.line_seen_by_a_visitor(NOW);
    assert_eq!(seen.warning(), Some(&warning));
    let of_entrance = Warning {
        serial: 2,
        address: "https://new.example/".into(),
        ..warning
    };
    signed(&of_entrance, 2).unwrap();
    let seen = ground.line_seen_by_a_visitor(NOW);
    assert_eq!(seen.warning(), None, "one person strikes no entrance");
    ground.delegate(2, &[1]).unwrap();
    assert_eq!(stands(), None, "its coordinator is none any more");
}

impl Ground {
    fn end(&self, how: LineEnd, after: u32) -> statements::Draft {
        let notice = FinalNotice {
            how,
            issued: NOW,
            last_day: NOW.day().plus(after),
        };
        notice.draft(self.line)
    }

    /// How much lies in the tray and the log.
    fn held(&self) -> (usize, usize) {
        let held = |of| block_on(self.relay.read(of, 0)).unwrap().len();
        (held(Sequence::Tray), held(Sequence::Log))
    }

    /// What a page and a desk do, each refused with `refusal` or not at all.
    fn everything_is(&mut self, refusal: Option<RelayError>, now: Minute) {
        let noise = [(); 2].map(|()| self.relay.noise(&mut self.rng).unwrap());
        let names = SlotNames([SlotName([1; 32]), SlotName([2; 32])]).to_bytes();
        let read = block_on(self.relay.slots_read(&names, noise, now));
        assert_eq!(read.err(), refusal);
        let entry = relay::conformance::envelope(Kind::LogEntry, 1);
        let mut entry = *entry.as_bytes();
        entry[8..16].copy_from_slice(&self.line.tag());
        let appended = block_on(self.relay.log_append(&entry, now));
        assert_eq!(appended.err(), refusal);
        assert_eq!(self.post(1, now).err(), refusal);
    }
}

#[test]
fn an_orderly_end_is_said_at_once_and_comes_after_its_last_day() {
    let mut ground = Ground::new();
    let days = |after: u32| Minute(NOW.0 + after * Minute::PER_DAY);
    ground.shift(1, 0, 60 * 24 * 20, 1).unwrap();
    let signed = |after| {
        let draft = ground.end(LineEnd::Orderly, after);
        ground.publish(&draft.sign_by_device(&device(1)).done())
    };
    assert_eq!(signed(6), Err(RelayError::NotAccepted), "less than a week");
    signed(14).unwrap();
    signed(10).unwrap();
    assert_eq!(
        signed(12),
        Err(RelayError::NotAccepted),
        "it comes no later than was said"
    );
    let seen = ground.line_seen_by_a_visitor(NOW);
    let last_day = seen.final_notice().map(|notice| notice.last_day);
    assert_eq!(last_day, Some(NOW.day().plus(10)));
    assert!(!seen.is_over() && seen.shifts().len() == 1);
    ground.everything_is(None, days(10));
    assert_eq!(ground.held(), (1, 1));
    ground.everything_is(Some(RelayError::Ended), days(11));
    block_on(ground.relay.expire(days(11))).unwrap();
    assert_eq!(ground.held(), (0, 0));
    let seen = ground.line_seen_by_a_visitor(days(11));
    assert!(seen.is_over() && seen.shifts().is_empty());
}

#[test]
fn an_emergency_destroys_everything_in_the_moment_in_which_it_is_signed() {
    let mut ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    let token = ground.session(1).unwrap();
    ground.everything_is(None, NOW);
    let by_nobody = ground.end(LineEnd::Emergency, 0);
    let by_a_guide = by_nobody.sign_by_device(&device(8)).done();
    assert_eq!(ground.publish(&by_a_guide), Err(RelayError::NotAccepted));
    let draft = ground.end(LineEnd::Emergency, 0);
    ground
        .publish(&draft.sign_by_root(&ground.root_key).done())
        .unwrap();
    assert_eq!(ground.held(), (0, 0));
    ground.everything_is(Some(RelayError::Ended), NOW);
    assert_eq!(
        ground.relay.authorise(&token.0, NOW),
        Err(RelayError::Ended)
    );
    assert_eq!(ground.session(1).err(), Some(RelayError::Ended));
    assert_eq!(
        ground.delegate(2, &[1, 2]),
        Err(RelayError::Ended),
        "nothing begins it anew"
    );
    assert!(ground.line_seen_by_a_visitor(Minute(0)).is_over());
}

#[test]
fn an_end_falls_with_the_coordinators_who_signed_it_unless_the_root_keys_did() {
    for by_root in [false, true] {
        let ground = Ground::new();
        let draft = ground.end(LineEnd::Orderly, 30);
        let signed = match by_root {
            true => draft.sign_by_root(&ground.root_key),
            false => draft.sign_by_device(&device(2)),
        };
        ground.publish(&signed.done()).unwrap();
        ground.delegate(2, &[1]).unwrap();
        let seen = ground.line_seen_by_a_visitor(NOW);
        assert_eq!(seen.final_notice().is_some(), by_root);
    }
}

#[test]
fn noise_is_an_envelope_of_this_line_and_never_twice_the_same() {
    let mut ground = Ground::new();
    let names = SlotNames([SlotName([1; 32]), SlotName([2; 32])]).to_bytes();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let noise = [(); 2].map(|()| ground.relay.noise(&mut ground.rng).unwrap());
        let answer = block_on(ground.relay.slots_read(&names, noise, NOW)).unwrap();
        let contents = wire::SlotContent::parse_answer(&answer).unwrap();
        for content in contents {
            let header = content.envelope.header();
            assert_eq!((header.kind, header.epoch), (Kind::Slot, 0));
            assert_eq!(header.line_tag, ground.line.tag());
            assert!(!seen.contains(content.envelope.as_bytes()));
            seen.push(*content.envelope.as_bytes());
        }
    }
}

#[test]
fn any_bytes_at_all_are_answered() {
    let mut ground = Ground::new();
    ground.shift(1, 0, 60, 1).unwrap();
    for size in [
        0,
        1,
        63,
        64,
        65,
        128,
        ENVELOPE_SIZE - 1,
        ENVELOPE_SIZE + 1,
        4192,
    ] {
        for byte in [0, 1, 255] {
            let bytes = vec![byte; size];
            let noise = [(); 2].map(|()| ground.relay.noise(&mut ground.rng).unwrap());
            assert!(block_on(ground.relay.post(&bytes, NOW)).is_err());
            assert!(block_on(ground.relay.log_append(&bytes, NOW)).is_err());
            assert!(block_on(ground.relay.statement(&bytes, NOW)).is_err());
            assert!(block_on(ground.relay.slot_write(&bytes, NOW)).is_err());
            assert!(ground.relay.session(&bytes, NOW, &mut ground.rng).is_err());
            let read = block_on(ground.relay.slots_read(&bytes, noise, NOW));
            assert_eq!(read.is_ok(), size == 64);
            let shred = block_on(ground.relay.shred(Sequence::Tray, &bytes));
            assert_eq!(shred.is_ok(), size == 64);
        }
    }
}

#[test]
fn a_relay_goes_on_from_its_store() {
    let store = MemoryStore::default();
    let ground = Ground::new();
    let list = DeviceList::draft(ground.line, 1, &[device(8).public()]);
    let list = list.sign_by_device(&device(1)).done();
    let key = StatementKey {
        kind: StatementKind::DeviceList,
        number: 0,
    };
    let garbage = StatementKey {
        kind: StatementKind::CardSet,
        number: 0,
    };
    block_on(store.statement_put(key, list.to_bytes(), 0)).unwrap();
    block_on(store.statement_put(garbage, b"not a statement".to_vec(), 1)).unwrap();
    let root = Root::new(1, vec![ground.root_key.public()]).unwrap();
    let delegation = delegation(ground.line, &ground.root_key, 1, &[1]);
    let standing = Standing::new(root, &delegation).unwrap();
    let relay = block_on(Relay::open(store, standing, Retention::default(), NOW)).unwrap();
    let mut ground = Ground { relay, ..ground };
    assert!(ground.session(8).is_ok());
}
